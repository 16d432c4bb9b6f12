//! The native decision receipt, read strictly.

use serde_json::json;

use super::Format;
use super::Input;
use super::NamedFile;
use super::Read;
use super::not_this;
use super::placeholder;
use crate::load::records;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::receipt::Decision;
use crate::model::receipt::FileRef;
use crate::model::receipt::Outcome;
use crate::model::receipt::Receipt;
use crate::model::receipt::ReceiptFile;

/// The row.
pub(super) const ROW: Format = Format {
    id: "receipt",
    title: "a decision receipt",
    media_type: "application/vnd.trustbook.receipt+json",
    kind: EvidenceKind::DecisionReceipt,
    docs: "**What it reads.** YAML or JSON with `receipt-version: \"1\"`: who or what decided, about what, on which checks, \
           with which outcome. `trustbook schema receipt` prints its schema.\n\n\
           **Traps.** An `allow` beside a failed check, without an `override`, contradicts itself: it is read as `unknown` \
           and does not count. Unknown keys, duplicate keys and template text are refused or never count.\n\n\
           **Source.** Defined here.",
    detect: |input| input.has_keys(&["receipt-version"]),
    read,
};

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, ROW.title) };
    let mut findings = records::duplicates(input.path, input.text, document);
    let refused = !findings.is_empty();
    let Some(file) =
        records::part::<ReceiptFile>(input.path, input.text, document, &document.root, &mut findings)
    else {
        return Checked { value: None, findings };
    };
    let mut wrong = |pointer: &str, message: String, help: &str| {
        findings.push(
            Finding::error("invalid-value", message).at(Place::pointer(input.path, pointer)).help(help),
        );
    };
    let mut refused = refused;
    if file.receipt_version != "1" {
        wrong(
            "/receipt-version",
            format!("receipts of version `{}` are not known", file.receipt_version.escape_debug()),
            "write `receipt-version: \"1\"`",
        );
        refused = true;
    }
    if file.confidence.is_some_and(|confidence| !(0.0..=1.0).contains(&confidence)) {
        wrong("/confidence", "a confidence outside 0 to 1".to_owned(), "");
        refused = true;
    }
    if file.risk_score.is_some_and(|score| !(0..=100).contains(&score)) {
        wrong("/risk-score", "a risk score outside 0 to 100".to_owned(), "");
        refused = true;
    }
    let mut named = Vec::new();
    for (index, check) in file.checks.iter().enumerate() {
        name(&mut named, &check.evidence, &format!("/checks/{index}/evidence"));
    }
    name(&mut named, &file.refs, "/refs");
    for named in &named {
        if named.sha256.as_ref().is_some_and(|hex| crate::bundle::digest::Digest::parse(hex).is_none()) {
            wrong(
                &format!("{}/sha256", named.pointer),
                "not a SHA-256 digest".to_owned(),
                "64 lower-case hex digits",
            );
            refused = true;
        }
    }
    if refused {
        return Checked { value: None, findings };
    }
    let failed: Vec<&str> = file
        .checks
        .iter()
        .filter(|check| matches!(check.outcome, Outcome::Fail | Outcome::Unknown))
        .map(|check| check.id.as_str())
        .collect();
    let raw = serde_json::to_value(file.decision).ok().and_then(|value| value.as_str().map(str::to_owned));
    let mut decision = file.decision;
    if decision == Decision::Allow && !failed.is_empty() && file.override_details.is_none() {
        findings.push(
            Finding::warning(
                "contradictory-decision",
                format!(
                    "`allow` although `{}` did not pass; the decision is read as unknown",
                    failed.join("`, `")
                ),
            )
            .at(Place::pointer(input.path, "/decision"))
            .help("deny it, or say in `override` who decided against the rule, when and why"),
        );
        decision = Decision::Unknown;
    }
    let facts = [
        ("decision", json!(raw)),
        ("checks", json!(file.checks.len())),
        ("failed_checks", json!(failed.len())),
    ];
    let title = file.title.clone();
    let read = Read {
        format_version: Some(file.receipt_version),
        title: title.or_else(|| Some(format!("{}: {}", file.subject, decision.word().to_lowercase()))),
        captured_at: Some(file.decided_at),
        mode: Some(file.mode),
        subject: Some(file.subject.clone()),
        source_state: file.source_state,
        named,
        placeholder: placeholder(&document.root),
        facts: facts.into_iter().collect(),
        ..Read::new(Body::DecisionReceipt(Box::new(Receipt {
            decision_id: Some(file.id),
            decision,
            raw_decision: raw.unwrap_or_default(),
            subject: Some(file.subject),
            subject_digest: file.subject_digest,
            action: file.action,
            actor: Some(file.actor),
            decided_at: Some(file.decided_at),
            policy: file.policy,
            run_id: file.run,
            confidence: file.confidence,
            risk_score: file.risk_score,
            reason_codes: file.reason_codes,
            notes: file.notes,
            checks: file.checks,
            approvers: file.approvers,
            override_details: file.override_details,
            refs: file.refs,
            defects: Vec::new(),
        })))
    };
    Checked { value: Some(read), findings }
}

fn name(named: &mut Vec<NamedFile>, refs: &[FileRef], pointer: &str) {
    for (index, file) in refs.iter().enumerate() {
        named.push(NamedFile {
            path: file.path.clone(),
            sha256: file.sha256.clone(),
            size_bytes: file.size_bytes,
            pointer: format!("{pointer}/{index}"),
        });
    }
}
