//! Certifications by claims in tiers: what each claim rests on, its level, its drills, the blockers and waivers beside it.

mod amounts;
mod basis;
mod blockers;
mod contradictions;
mod drills;
mod here;
mod proofs;
mod thresholds;
mod waivers;

use crate::evaluate::gather::Rule;
use crate::model::governance::System;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::evaluate::gather::Gathered;
use crate::evaluate::gather::gather;
use crate::evaluate::gather::of_system;
use crate::evaluate::scene::Scene;
use crate::model::evidence::Evidence;
use crate::model::governance::GovernanceRecord;
use crate::model::governance::at;
use crate::model::governance::text;
use crate::model::receipt::Decision;

pub use basis::Basis;
pub use basis::Graded;
pub use blockers::Blocker;
pub use blockers::Blockers;
pub use blockers::blockers;
pub use drills::Drill;
pub use thresholds::threshold;
pub use waivers::Waiver;
pub use waivers::waivers;

/// The two rule sets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rules {
    /// The first version: bundles, drills, blockers.
    First,
    /// The same, and only fresh evidence of managed executions inside the certification window.
    #[default]
    Hardened,
}

/// The documents of certifications that count. A claim matrix or verdict that says it has not begun has no time yet.
pub fn documents<'a>(scene: &Scene<'a>) -> Gathered<'a> {
    gather(scene, Rule::Dated, |evidence| of_system(evidence, System::Certification).is_some())
}

/// The same, those without a time too: a register or a plan says what it says.
pub fn undated<'a>(scene: &Scene<'a>) -> Gathered<'a> {
    gather(scene, Rule::Undated, |evidence| of_system(evidence, System::Certification).is_some())
}

/// The tier of a claim row, the strictest that its id and its tier name; one that cannot be read is of the strictest.
pub fn tier_of(row: &Value) -> u8 {
    let id = text(row, &["claim_id"]).and_then(|id| tier_named(id, false));
    let said = at(row, "tier").map(|value| tier_value(value).unwrap_or(0));
    id.into_iter().chain(said).min().unwrap_or(0)
}

/// The tier that a value under `tier` gives.
pub fn tier_value(value: &Value) -> Option<u8> {
    match value.as_u64() {
        Some(number) => u8::try_from(number).ok().filter(|tier| *tier <= 2),
        None => tier_named(value.as_str()?, true),
    }
}

/// The tier that a text begins with and names alone: `T1`, `T1.2`, `tier 1`, a single digit where `bare`. A lane such as `OC1`, a
/// year, or a text that names more than one is none.
pub fn tier_named(written: &str, bare: bool) -> Option<u8> {
    let word = written.trim().to_ascii_lowercase();
    let rest = match word.strip_prefix("tier").or_else(|| word.strip_prefix('t')) {
        Some(rest) => rest.trim_start_matches([' ', '-', '_', ':']),
        None if bare => word.as_str(),
        None => return None,
    };
    let mut chars = rest.chars();
    let tier = chars.next()?.to_digit(10).filter(|tier| *tier <= 2)?;
    let rest = chars.as_str();
    let rest = match rest.strip_prefix('.') {
        Some(rest) => rest.trim_start_matches(|ch: char| ch.is_ascii_alphanumeric() || ch == '.'),
        None => rest,
    };
    let alone = !rest.starts_with(char::is_alphanumeric) && !rest.contains(|ch: char| ch.is_ascii_digit());
    u8::try_from(tier).ok().filter(|_| alone)
}

/// Whether a value says yes: true, or a word for a pass. Whatever is unknown does not.
pub fn affirmed(value: &Value) -> bool {
    match value {
        Value::Bool(value) => *value,
        Value::String(word) => {
            let word = word.trim().to_ascii_lowercase();
            ["pass", "passed", "ok", "true", "verified"].contains(&word.as_str())
        }
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => false,
    }
}

/// The newest documents of each form and lane; of those without a time none is newer.
fn newest<'a>(gathered: &Gathered<'a>) -> Vec<(&'a Evidence, &'a GovernanceRecord)> {
    let mut newest: BTreeMap<(&str, &str), Vec<(&'a Evidence, &'a GovernanceRecord)>> = BTreeMap::new();
    for evidence in &gathered.counted {
        let Some(record) = evidence.body.governance() else { continue };
        let lane =
            ["lane", "drill_id", "phase_owner"].iter().find_map(|key| record.text(key)).unwrap_or_default();
        let slot = newest.entry((record.form.as_str(), lane)).or_default();
        match slot.first().map(|(known, _)| known.captured_at) {
            Some(known) if known > evidence.captured_at && evidence.captured_at.is_some() => {}
            Some(known) if known < evidence.captured_at && known.is_some() => {
                *slot = vec![(evidence, record)]
            }
            Some(_) | None => slot.push((evidence, record)),
        }
    }
    newest.into_values().flatten().collect()
}

/// The rows of every claim matrix, with the documents they stand in.
pub fn claims<'a>(gathered: &Gathered<'a>) -> Vec<(&'a Evidence, &'a GovernanceRecord, &'a Value)> {
    gathered
        .form("claim-matrix")
        .flat_map(|(evidence, record)| {
            record.list("claim_rows").iter().map(move |row| (evidence, record, row))
        })
        .collect()
}

/// The word of a status in the one vocabulary, `pass`, `partial`, `not-proven`, `hold`, `not-started`; `None` when unknown.
pub fn grade_word(written: &str) -> Option<&'static str> {
    let word = written.trim().to_ascii_lowercase().replace(['_', ' '], "-");
    Some(match word.as_str() {
        "pass" | "passed" | "proven" | "green" => "pass",
        "partial" | "partially-proven" => "partial",
        "not-proven" | "unproven" | "fail" | "failed" => "not-proven",
        "hold" | "hold-remediation-required" | "not-evaluable" => "hold",
        "not-started" => "not-started",
        _ => return None,
    })
}

/// The grade that a claim's row declares.
pub fn declared_grade(row: &Value) -> Option<&'static str> {
    grade_word(text(row, &["grade", "status", "claim_status"])?)
}

/// Whether a row says that nothing has begun.
pub fn not_started(row: &Value) -> bool {
    declared_grade(row) == Some("not-started")
}

/// The verdict that a document states.
pub fn stated(record: &GovernanceRecord) -> Option<&str> {
    ["verdict", "certification_verdict", "overall_verdict", "status"].iter().find_map(|key| record.text(key))
}

/// What a verdict over certifications is about.
pub fn subject(scene: &Scene<'_>) -> String {
    let gathered = undated(scene);
    let groups: BTreeSet<&str> = ["certification-verdict", "claim-matrix"]
        .iter()
        .flat_map(|form| gathered.form(form))
        .filter_map(|(_, record)| record.group.as_deref())
        .collect();
    let mut groups = groups.into_iter();
    match (groups.next(), groups.next()) {
        (Some(only), None) => format!("Certification {only}"),
        (Some(_), Some(_)) | (None, _) => "The certification".to_owned(),
    }
}

/// The verdict that the certification declares, the strictest of several.
pub fn declared(scene: &Scene<'_>) -> Option<(Decision, String, String)> {
    let gathered = undated(scene);
    let mut words: Vec<(Decision, String, String)> = ["certification-verdict", "execution-snapshot"]
        .iter()
        .flat_map(|form| gathered.form(form))
        .filter_map(|(_, record)| stated(record))
        .map(|word| {
            let (decision, state) = match word {
                "GREEN" | "PASS" => (Decision::Allow, "GREEN"),
                "NOT_STARTED" => (Decision::Hold, "NOT_STARTED"),
                "HOLD" => (Decision::Deny, "HOLD"),
                other => (Decision::Unknown, other),
            };
            (decision, word.to_owned(), state.to_owned())
        })
        .collect();
    words.sort();
    words.into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_tier_is_named_alone_and_the_strictest_holds() {
        for (text, expected) in [
            ("T1", Some(1)),
            ("t2.1", Some(2)),
            ("T1.2 drift to action", Some(1)),
            ("Tier 0", Some(0)),
            ("tier-1 (advisory)", Some(1)),
            ("OC1", None),
            ("2026 release corridor", None),
            ("T1.2, T0.1", None),
            ("T1.2-T0.1", None),
            ("T12", None),
            ("T3", None),
            ("team 1", None),
            ("1", None),
            ("", None),
        ] {
            assert_eq!(tier_named(text, false), expected, "{text}");
        }
        assert_eq!((tier_named("1", true), tier_named("2026", true)), (Some(1), None));
        for (row, expected) in [
            (json!({"claim_id": "T0.1", "tier": "T1"}), 0),
            (json!({"claim_id": "T1.1", "tier": "T0"}), 0),
            (json!({"claim_id": "T1.1", "tier": 2}), 1),
            (json!({"claim_id": "T2.1"}), 2),
            (json!({"claim_id": "T2.1", "tier": null}), 2),
            (json!({"claim_id": "T2.1", "tier": "some"}), 0),
            (json!({"claim_id": "X", "tier": "2"}), 2),
            (json!({"claim_id": "X", "tier": 7}), 0),
            (json!({"claim_id": "X"}), 0),
        ] {
            assert_eq!(tier_of(&row), expected, "{row}");
        }
    }
}
