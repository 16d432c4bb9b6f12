//! Certifications by claims in tiers: what each claim rests on, its level, its drills, the blockers and waivers beside it.

mod basis;
mod blockers;
mod drills;

use crate::evaluate::gather::Rule;
use crate::model::governance::System;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::evaluate::gather::Gathered;
use crate::evaluate::gather::gather;
use crate::evaluate::gather::of_system;
use crate::evaluate::scene::Scene;
use crate::model::evidence::Evidence;
use crate::model::governance::GovernanceRecord;
use crate::model::governance::text;
use crate::model::receipt::Decision;

pub use basis::Basis;
pub use basis::Graded;
pub use basis::threshold;
pub use blockers::Blocker;
pub use blockers::Blockers;
pub use blockers::Waiver;
pub use blockers::blockers;
pub use blockers::waivers;
pub use drills::Drill;

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

/// The tier of a claim row, 0 to 2.
pub fn tier_of(row: &Value) -> Option<u8> {
    let written = row.get("tier").or_else(|| row.get("claim_id"))?;
    if let Some(number) = written.as_u64() {
        return u8::try_from(number).ok();
    }
    let word = written.as_str()?.trim();
    let digits = word.trim_start_matches(|ch: char| !ch.is_ascii_digit());
    digits.get(..1)?.parse().ok().filter(|tier| *tier <= 2)
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
