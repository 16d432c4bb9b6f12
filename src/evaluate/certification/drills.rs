//! Drills in one shape: whether each is valid, whether it passed, when it happened.

use serde_json::Value;

use crate::evaluate::gather::Gathered;
use crate::evaluate::scene::Scene;
use crate::model::evidence::Evidence;
use crate::model::governance::as_number;
use crate::model::governance::at;
use crate::model::governance::list;
use crate::model::governance::text;
use crate::model::time::Instant;

/// A drill, whoever recorded it.
pub struct Drill<'a> {
    /// Its id, such as `DR-01`.
    pub id: String,
    /// The document.
    pub evidence: &'a Evidence,
    /// When it happened.
    pub at: Option<Instant>,
    /// Why it is no valid drill.
    pub invalid: Option<String>,
    /// Why it did not pass.
    pub failed: Option<String>,
    /// Whether it ran under pressure.
    pub pressure: bool,
}

/// Every drill of the documents and of the drill records.
pub(super) fn drills<'a>(scene: &Scene<'a>, gathered: &Gathered<'a>) -> Vec<Drill<'a>> {
    let mut out = Vec::new();
    for (evidence, record) in gathered.form("drill-output") {
        out.push(drill(evidence, &record.document));
    }
    for (evidence, record) in gathered.form("drill-bundle") {
        out.extend(record.list("drills").iter().map(|item| drill(evidence, item)));
    }
    // a plan, sample or dry run is shown as the drill that was not executed
    for evidence in &gathered.not_live {
        if let Some(record) = evidence.body.governance().filter(|record| record.form == "drill-output") {
            let invalid = Some(format!("it is a {}", evidence.mode.word()));
            out.push(Drill { invalid, ..drill(evidence, &record.document) });
        }
    }
    for evidence in scene.catalog.evidence.values() {
        if let Some(native) = evidence.body.drill()
            && let crate::evaluate::counting::Standing::Counts { .. } =
                crate::evaluate::counting::standing(evidence, scene)
        {
            let passed = native.computed == crate::model::drill::DrillResult::Passed;
            out.push(Drill {
                id: evidence.subject.clone().unwrap_or_else(|| evidence.id.to_string()),
                evidence,
                at: evidence.captured_at,
                invalid: None,
                failed: (!passed).then(|| "its objectives are not met".to_owned()),
                pressure: false,
            });
        }
    }
    out
}

fn drill<'a>(evidence: &'a Evidence, document: &'a Value) -> Drill<'a> {
    let observed = at(document, "observed_outcome");
    let timed = |keys: &[&str]| {
        [Some(document), observed]
            .into_iter()
            .flatten()
            .find_map(|value| Instant::parse(text(value, keys)?).ok())
    };
    let start = timed(&["started_at_utc", "start_utc", "started_at", "start", "start_time"]);
    let end = timed(&["ended_at_utc", "end_utc", "ended_at", "completed_at_utc", "end", "end_time"]);
    let amount = |keys: &[&str]| {
        [Some(document), observed, at(document, "recovery"), at(document, "recovery_bound")]
            .into_iter()
            .flatten()
            .find_map(|value| keys.iter().find_map(|key| upper(at(value, key)?)))
    };
    let rto = (
        amount(&["rto_target_seconds", "rto_target_minutes", "rto_target"]),
        amount(&["restore_elapsed_seconds", "rto_actual_seconds", "rto_actual_minutes", "rto_actual"]),
    );
    let rpo = (
        amount(&["rpo_target_events", "rpo_target_seconds", "rpo_target_minutes", "rpo_target"]),
        amount(&["rpo_actual_events", "rpo_actual_seconds", "rpo_actual_minutes", "rpo_actual"]),
    );
    let checks = checks(document, observed);
    let lacks = [
        ("scenario", text(document, &["scenario"]).is_some()),
        (
            "expected behaviour",
            ["expected_behavior", "expected_behaviour", "expected"]
                .iter()
                .any(|key| at(document, key).is_some()),
        ),
        ("observed outcome", observed.is_some()),
        ("start and end", start.is_some() && end.is_some()),
        ("recovery target and actual", rto.0.is_some() && rto.1.is_some()),
        ("integrity check", !checks.is_empty()),
        (
            "report",
            [
                "report",
                "report_ref",
                "report_path",
                "artifact",
                "artifacts",
                "artifact_output",
                "durable_root",
            ]
            .iter()
            .any(|key| at(document, key).is_some()),
        ),
    ];
    let mode = ["execution", "drill_mode", "execution_mode", "state"]
        .iter()
        .filter_map(|key| text(document, &[key]));
    let not_executed = mode.map(|word| word.to_ascii_lowercase().replace(['-', ' '], "_")).find(|word| {
        ["dry_run", "planned", "simulated", "not_executed", "deferred", "sample"].contains(&word.as_str())
    });
    let invalid = match (not_executed, lacks.iter().find(|(_, there)| !there)) {
        (Some(word), _) => Some(format!("it is {}", word.replace('_', " "))),
        (None, Some((what, _))) => Some(format!("it has no {what}")),
        (None, None) => None,
    };
    let over =
        |pair: (Option<f64>, Option<f64>)| matches!(pair, (Some(target), Some(actual)) if actual > target);
    let failed = if over(rto) {
        Some("it took longer than its target".to_owned())
    } else if over(rpo) {
        Some("it lost more than its target".to_owned())
    } else if let Some((name, _)) = checks.iter().find(|(_, passed)| !passed) {
        Some(format!("the check `{name}` failed"))
    } else if ["overall_pass", "drill_pass"].iter().any(|key| at(document, key) == Some(&Value::Bool(false)))
    {
        Some("it says itself that it did not pass".to_owned())
    } else if !list(document, "blocker_ids").is_empty() {
        Some("it raised a blocker".to_owned())
    } else {
        None
    };
    Drill {
        id: text(document, &["drill_id"]).unwrap_or_default().to_owned(),
        evidence,
        at: end.or(start).or(evidence.captured_at),
        invalid,
        failed,
        pressure: pressed(document),
    }
}

/// The checks of a drill with their outcomes, unknown ones as failed.
fn checks(document: &Value, observed: Option<&Value>) -> Vec<(String, bool)> {
    let mut out = Vec::new();
    let passed = |value: &Value| match value {
        Value::Bool(value) => *value,
        Value::String(word) => {
            matches!(word.to_ascii_lowercase().as_str(), "pass" | "passed" | "ok" | "true" | "verified")
        }
        Value::Object(map) => {
            ["pass", "passed", "result", "status", "outcome"].iter().any(|key| match map.get(*key) {
                Some(Value::Bool(value)) => *value,
                Some(Value::String(word)) => {
                    matches!(word.to_ascii_lowercase().as_str(), "pass" | "passed" | "ok" | "verified")
                }
                Some(_) | None => false,
            })
        }
        Value::Null | Value::Number(_) | Value::Array(_) => false,
    };
    for key in ["checks", "integrity_checks", "integrity_check", "integrity"] {
        for value in [Some(document), observed].into_iter().flatten() {
            match at(value, key) {
                Some(Value::Object(map)) => {
                    out.extend(map.iter().map(|(name, value)| (name.clone(), passed(value))))
                }
                Some(Value::Array(items)) => out.extend(items.iter().enumerate().map(|(index, item)| {
                    let name = text(item, &["check_id", "id", "name"])
                        .map_or_else(|| index.to_string(), str::to_owned);
                    (name, passed(item))
                })),
                Some(other) => out.push((key.to_owned(), passed(other))),
                None => {}
            }
        }
    }
    out
}

/// A number, or the upper bound that a text gives: `< 1 min` is 1.
fn upper(value: &Value) -> Option<f64> {
    if let Some(number) = as_number(value) {
        return Some(number);
    }
    let words = value.as_str()?.trim().trim_start_matches(['<', '≤', '=', ' ', '~']);
    words.split_whitespace().next()?.parse().ok()
}

/// Whether a row or drill was under pressure.
pub(super) fn pressed(item: &Value) -> bool {
    text(item, &["profile_id", "pressure_profile"])
        .is_some_and(|profile| ["burst", "soak", "stress", "pressure", "replay_window"].contains(&profile))
}
