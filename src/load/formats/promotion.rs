//! Promotion decision records of release pipelines: may this manifest go to that environment, `ALLOW` or `DENY`.

use serde_json::json;

use super::Format;
use super::Input;
use super::Read;
use super::checked;
use super::not_this;
use super::placeholder;
use crate::load::text::node::Node;
use crate::load::text::reader::Reader;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::receipt::Decision;
use crate::model::receipt::Override;
use crate::model::receipt::Receipt;

/// The row.
pub(super) const ROW: Format = Format {
    id: "release-promotion",
    title: "a release promotion record",
    media_type: "application/json",
    kind: EvidenceKind::DecisionReceipt,
    docs: "**What it reads.** JSON with `release_manifest_id`, `target_environment` and `evaluation_result`: whether a release \
           may go to an environment, under which policy version, and who approved.\n\n\
           **Traps.** `ALLOW` with an active override is a person's decision against the rule and shown as such. Names of \
           approvers are left out where a role is given. A `DENY` without reasons is suspicious.\n\n\
           **Source.** The promotion decision schema of <https://github.com/BrianCLong/summit>.",
    detect: |input| input.has_keys(&["release_manifest_id", "evaluation_result"]),
    read,
};

const ROOT: &[&str] = &[
    "release_manifest_id",
    "target_environment",
    "policy_version",
    "evaluation_result",
    "approvers",
    "override_details",
    "timestamp",
    "workflow_metadata",
];

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, ROW.title) };
    let reader = Reader::new(input.path, input.text, document);
    let read = record(&reader);
    checked(reader, read)
}

fn record(reader: &Reader<'_>) -> Option<Read> {
    let root = reader.map(reader.root(), ROOT)?;
    let required = [
        "release_manifest_id",
        "target_environment",
        "policy_version",
        "evaluation_result",
        "timestamp",
        "workflow_metadata",
    ];
    for name in required.iter().filter(|name| root.get(name).is_none()) {
        reader.warn(
            root.node(),
            "schema-violation",
            format!("{} must have `{name}`, and this one has not", ROW.title),
        );
    }
    let result = root.map("evaluation_result", &["verdict", "reasons"]);
    let raw = result.and_then(|result| result.owned("verdict")).unwrap_or_default();
    let at = result.and_then(|result| result.get("verdict")).unwrap_or(root.node());
    let decision = match raw.as_str() {
        "ALLOW" => Decision::Allow,
        "DENY" => Decision::Deny,
        other => {
            reader.warn(at, "unknown-decision", format!("`{other}` is no known verdict; read as unknown"));
            Decision::Unknown
        }
    };
    let reasons = result.map_or_else(Vec::new, |result| result.maps("reasons", &["code", "message"]));
    if decision == Decision::Deny && reasons.is_empty() {
        reader.warn(at, "no-reason", "`DENY` without a reason");
    }
    let manifest = root.map("release_manifest_id", &["commit_sha", "version"]);
    let version = manifest.and_then(|manifest| manifest.owned("version"));
    let environment = root.owned("target_environment");
    let subject = match (&version, &environment) {
        (Some(version), Some(environment)) => Some(format!("{version} to {environment}")),
        (Some(one), None) | (None, Some(one)) => Some(one.clone()),
        (None, None) => None,
    };
    let timestamp = root.instant("timestamp");
    let workflow = root.map("workflow_metadata", &["run_id", "actor", "url"]);
    let approvers = root
        .maps("approvers", &["user", "role", "approved_at"])
        .iter()
        .filter_map(|approver| approver.owned("role").or_else(|| approver.owned("user")))
        .collect();
    let override_details = root
        .map("override_details", &["active", "justification", "approvers"])
        .filter(|details| details.bool("active") == Some(true))
        .map(|details| Override {
            approver: named(details.get("approvers")),
            reason: details.owned("justification").unwrap_or_default(),
            at: timestamp,
        });
    Some(Read {
        title: subject
            .as_ref()
            .map(|subject| format!("Promotion of {subject}: {}", decision.word().to_lowercase())),
        captured_at: timestamp,
        subject: version.clone(),
        placeholder: placeholder(reader.root()),
        facts: [("decision", json!(decision)), ("raw_decision", json!(raw))].into_iter().collect(),
        ..Read::new(Body::DecisionReceipt(Box::new(Receipt {
            decision_id: None,
            decision,
            raw_decision: raw,
            subject,
            subject_digest: manifest.and_then(|manifest| manifest.owned("commit_sha")),
            action: Some("promote".to_owned()),
            actor: workflow.and_then(|workflow| workflow.owned("actor")),
            decided_at: timestamp,
            policy: root.owned("policy_version"),
            run_id: workflow.and_then(|workflow| workflow.scalar("run_id").map(str::to_owned)),
            confidence: None,
            risk_score: None,
            reason_codes: reasons.iter().filter_map(|reason| reason.owned("code")).collect(),
            notes: reasons.iter().filter_map(|reason| reason.owned("message")).collect(),
            checks: Vec::new(),
            approvers,
            override_details,
            refs: Vec::new(),
            defects: Vec::new(),
        })))
    })
}

/// Who is named in a list of texts, or of maps with a role or a user.
fn named(list: Option<&Node<'_>>) -> String {
    let one = |node: &Node<'_>| {
        let name = node.text().or_else(|| node.text_of("role")).or_else(|| node.text_of("user"))?;
        Some(name.trim().to_owned()).filter(|name| !name.is_empty())
    };
    let names: Vec<String> = match list {
        Some(node) => node
            .list()
            .map_or_else(|| one(node).into_iter().collect(), |all| all.iter().filter_map(one).collect()),
        None => Vec::new(),
    };
    names.join(", ")
}
