//! Gate and promotion decisions of agent pipelines: `APPROVE`, `REJECT`, `NEEDS_HUMAN`, with codes, risk and confidence.

use serde_json::json;

use super::Format;
use super::Input;
use super::Read;
use super::checked;
use super::not_this;
use super::placeholder_beside;
use crate::load::text::reader::Map;
use crate::load::text::reader::Reader;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::receipt::Decision;
use crate::model::receipt::Receipt;

/// The gate's row.
pub(super) const GATE: Format = Format {
    id: "gate-decision",
    title: "a gate decision",
    media_type: "application/json",
    kind: EvidenceKind::DecisionReceipt,
    docs: const_docs::GATE,
    detect: |input| {
        input.has_keys(&["run_id", "task_id", "status"])
            && ["reason_codes", "telemetry_ref", "substrate_status", "risk_score", "confidence"]
                .iter()
                .any(|key| input.has_keys(&[key]))
            && !input.has_keys(&["artifact_kind"])
    },
    read: |input| {
        read(
            input,
            GATE.title,
            "status",
            &["version", "run_id", "task_id", "status", "reason_codes", "telemetry_ref"],
        )
    },
};

/// The promotion's row.
pub(super) const PROMOTION: Format = Format {
    id: "promotion-decision",
    title: "a promotion decision",
    media_type: "application/json",
    kind: EvidenceKind::DecisionReceipt,
    docs: const_docs::PROMOTION,
    detect: |input| {
        input.has_keys(&["run_id", "decision", "reason_codes"])
            || input.has_keys(&["run_id", "decision", "gate_decision_ref"])
    },
    read: |input| {
        let required = [
            "version",
            "run_id",
            "decision",
            "reason_codes",
            "confidence",
            "risk_score",
            "notes",
            "gate_decision_ref",
        ];
        read(input, PROMOTION.title, "decision", &required)
    },
};

mod const_docs {
    //! The rows' documentation.
    pub(super) const GATE: &str = "**What it reads.** JSON with `run_id`, `task_id`, `status` and `reason_codes`: what a gate decided about one task of a run.\n\n\
        **Traps.** A `status` and a `substrate_status` that contradict each other make the decision unknown. A decision other than `APPROVE` without reason codes is suspicious. These documents carry no time: say `captured-at` in the evidence index. Required fields that are missing are reported, and the document is still read.\n\n\
        **Source.** The gate decision schema of <https://github.com/fatb4f/dome>.";
    pub(super) const PROMOTION: &str = "**What it reads.** JSON with `run_id`, `decision` and `reason_codes`: whether a run may be promoted.\n\n\
        **Traps.** A decision other than `APPROVE` without reason codes is suspicious. These documents carry no time: say `captured-at` in the evidence index. Required fields that are missing are reported, and the document is still read.\n\n\
        **Source.** The promotion decision schema of <https://github.com/fatb4f/dome>.";
}

const KNOWN: &[&str] = &[
    "version",
    "run_id",
    "task_id",
    "status",
    "decision",
    "substrate_status",
    "reason_codes",
    "confidence",
    "risk_score",
    "notes",
    "telemetry_ref",
    "gate_decision_ref",
];

fn read(input: &Input<'_>, title: &str, key: &str, required: &[&str]) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, title) };
    let reader = Reader::new(input.path, input.text, document);
    let read = decision(&reader, title, key, required);
    checked(reader, read)
}

fn decision(reader: &Reader<'_>, title: &str, key: &str, required: &[&str]) -> Option<Read> {
    let root = reader.map(reader.root(), KNOWN)?;
    let mut defects = Vec::new();
    for name in required.iter().filter(|name| root.get(name).is_none()) {
        reader.warn(
            root.node(),
            "schema-violation",
            format!("{title} must have `{name}`, and this one has not"),
        );
        defects.push(format!("it lacks `{name}`"));
    }
    for entry in root.node().map().into_iter().flatten() {
        if !KNOWN.contains(&entry.key.as_ref()) {
            defects.push(format!("its schema knows no `{}`", entry.key.escape_debug()));
        }
    }
    defects.extend(reader.twice().map(crate::model::governance::twice));
    let raw = root.owned(key).unwrap_or_default();
    let at = root.get(key).unwrap_or(root.node());
    let mut decision = match raw.as_str() {
        "APPROVE" => Decision::Allow,
        "REJECT" => Decision::Deny,
        "NEEDS_HUMAN" => Decision::Hold,
        other => {
            reader.warn(at, "unknown-decision", format!("`{other}` is no known decision; read as unknown"));
            defects.push(format!("`{}` is no known decision", other.escape_debug()));
            Decision::Unknown
        }
    };
    if let Some(substrate) = root.get("substrate_status") {
        let substrate = substrate.text().unwrap_or("a word that is no text");
        let agrees = matches!(
            (substrate, decision),
            ("PROMOTE", Decision::Allow) | ("STOP", Decision::Hold) | ("DENY", Decision::Deny)
        );

        if !agrees {
            let message =
                format!("`{raw}` beside the substrate's `{substrate}`; the decision is read as unknown");
            defects.push(message.clone());
            reader.warn(root.get("substrate_status").unwrap_or(at), "contradictory-decision", message);
            decision = Decision::Unknown;
        }
    }
    let reason_codes = root.texts("reason_codes");
    for key in ["reason_codes", "notes"] {
        if root
            .get(key)
            .is_some_and(|node| node.list().is_none_or(|list| list.iter().any(|item| item.text().is_none())))
        {
            defects.push(format!("`{key}` is no list of texts"));
        }
    }
    for code in reason_codes.iter().filter(|code| !is_reason_code(code)) {
        defects.push(format!("`{}` has not the shape of a reason code", code.escape_debug()));
    }
    if matches!(decision, Decision::Deny | Decision::Hold) && reason_codes.is_empty() {
        reader.warn(at, "no-reason", format!("`{raw}` without a reason code"));
    }
    let confidence = range(&root, "confidence", 0.0, 1.0);
    let risk = range(&root, "risk_score", 0.0, 100.0);
    for (name, value) in [("confidence", confidence), ("risk_score", risk)] {
        if root.get(name).is_some() && value.is_none() {
            defects.push(format!("`{name}` is out of its range or no number"));
        }
    }
    if risk.is_some_and(|risk| risk.fract() != 0.0) {
        defects.push("`risk_score` is no whole number".to_owned());
    }
    trace(reader, &root);
    let run_id = root.owned("run_id");
    let task = root.owned("task_id");
    let subject = match (&run_id, &task) {
        (Some(run), Some(task)) => Some(format!("{run} / {task}")),
        (Some(run), None) => Some(run.clone()),
        (None, _) => task,
    };
    #[expect(clippy::cast_possible_truncation, reason = "between 0 and 100")]
    let risk_score = risk.map(|risk| risk.ceil() as i64);
    Some(Read {
        format_version: root.scalar("version").map(str::to_owned),
        title: subject.as_ref().map(|subject| format!("{subject}: {}", decision.word().to_lowercase())),
        subject: subject.clone(),
        placeholder: placeholder_beside(reader.root(), &["telemetry_ref", "gate_decision_ref"]),
        facts: [("decision", json!(decision)), ("raw_decision", json!(raw))].into_iter().collect(),
        ..Read::new(Body::DecisionReceipt(Box::new(Receipt {
            decision_id: None,
            decision,
            raw_decision: raw,
            subject,
            subject_digest: None,
            action: Some(if key == "decision" { "promote".to_owned() } else { "gate".to_owned() }),
            actor: None,
            decided_at: None,
            policy: None,
            run_id,
            confidence,
            risk_score,
            reason_codes,
            notes: root.texts("notes"),
            checks: Vec::new(),
            approvers: Vec::new(),
            override_details: None,
            refs: Vec::new(),
            defects,
        })))
    })
}

fn range(root: &Map<'_, '_, '_>, key: &str, low: f64, high: f64) -> Option<f64> {
    let value = root.number(key)?;
    if (low..=high).contains(&value) {
        return Some(value);
    }
    if let Some(node) = root.get(key) {
        root.reader().warn(
            node,
            "schema-violation",
            format!("`{key}` must lie between {low} and {high}; not used"),
        );
    }
    None
}

/// Words of capitals, joined by dots, two at least.
pub(super) fn is_reason_code(code: &str) -> bool {
    let mut parts = code.split('.');
    let first =
        parts.next().is_some_and(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_uppercase()));
    let mut rest = 0;
    let all = parts.all(|part| {
        rest += 1;
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    });
    first && all && rest > 0
}

/// A trace id of zeros only names no trace.
fn trace(reader: &Reader<'_>, root: &Map<'_, '_, '_>) {
    let id = root.get("telemetry_ref").and_then(|node| node.get("trace_id_hex"));
    if let Some(node) = id
        && node.text().is_some_and(|text| text.bytes().all(|byte| byte == b'0'))
    {
        reader.note(node, "no-trace", "a trace id of zeros only: no trace was recorded");
    }
}
