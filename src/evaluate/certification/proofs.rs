//! Words of the inventory: what kind of proof a row is, how it was executed, which level the rows bear out.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::model::governance::at;
use crate::model::governance::text;

/// Whether a posture says managed, in words of which none says anything else.
pub(super) fn managed(posture: &str) -> bool {
    const BESIDE: [&str; 16] = [
        "managed",
        "only",
        "fully",
        "execution",
        "lane",
        "lanes",
        "control",
        "service",
        "services",
        "cloud",
        "platform",
        "compute",
        "aws",
        "gcp",
        "azure",
        "remote",
    ];
    let plain = posture.trim().to_ascii_lowercase();
    let mut words = plain.split([' ', '_', '-']).filter(|word| !word.is_empty());
    words.clone().any(|word| word == "managed") && words.all(|word| BESIDE.contains(&word))
}

/// The kinds of proof that a claim of tier 0 needs.
pub(super) const PROOFS: [&str; 5] =
    ["policy_gate", "dashboard_alert", "runbook", "trace_audit", "drill_report"];

/// The kind of proof a row of the inventory is.
pub(super) fn kind_of(item: &Value) -> Option<&'static str> {
    let written = text(item, &["evidence_kind", "artifact_kind", "proof", "required_artifact"])?;
    let word = written.to_ascii_lowercase().replace(['-', ' ', '.'], "_");
    let of = |names: &[&str]| names.iter().any(|name| word.contains(name));
    if of(&["policy_gate", "gate_receipt", "policy_"]) {
        Some("policy_gate")
    } else if of(&["dashboard", "alert"]) {
        Some("dashboard_alert")
    } else if of(&["runbook"]) {
        Some("runbook")
    } else if of(&["trace", "audit"]) {
        Some("trace_audit")
    } else if of(&["drill"]) {
        Some("drill_report")
    } else {
        None
    }
}

/// The highest level whose needs, and those of every level below, are met.
pub(super) fn level(
    artifact: bool,
    metrics: bool,
    drill: bool,
    pressed: bool,
    usable: &[&Value],
    kinds: &BTreeSet<&str>,
) -> u8 {
    let learned = usable.iter().any(|item| {
        text(item, &["evidence_kind", "required_artifact"]).is_some_and(|word| {
            let word = word.to_ascii_lowercase();
            word.contains("postmortem") || word.contains("incident")
        })
    });
    let sustained = usable
        .iter()
        .any(|item| at(item, "sustained_window").is_some_and(|value| *value != Value::Bool(false)));
    let needs = [artifact, metrics && drill, pressed, sustained && learned && kinds.contains("trace_audit")];
    u8::try_from(needs.iter().take_while(|met| **met).count()).unwrap_or(0)
}
