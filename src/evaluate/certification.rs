//! Certifications by claims in tiers: what each claim rests on, its level, its drills, the blockers and waivers beside it.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::evaluate::closeouts::expiry;
use crate::evaluate::gather::Gathered;
use crate::evaluate::gather::Rule;
use crate::evaluate::gather::gather;
use crate::evaluate::gather::of_system;
use crate::evaluate::scene::Scene;
use crate::model::evidence::Evidence;
use crate::model::governance::GovernanceRecord;
use crate::model::governance::System;
use crate::model::governance::as_number;
use crate::model::governance::at;
use crate::model::governance::list;
use crate::model::governance::number;
use crate::model::governance::text;
use crate::model::receipt::Decision;
use crate::model::time::Instant;
use crate::model::time::Period;

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

/// Everything that bears on claims, in one place.
pub struct Basis<'a> {
    metrics: BTreeMap<&'a str, Vec<&'a Value>>,
    inventory: Vec<(&'a Evidence, &'a GovernanceRecord, &'a Value)>,
    drills: Vec<Drill<'a>>,
    gaps: BTreeSet<&'a str>,
    files: BTreeSet<&'a str>,
    window: Option<(Instant, Instant)>,
    rules: Rules,
    cadence: &'a BTreeMap<String, Period>,
    as_of: Instant,
}

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

/// How a claim came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graded {
    /// `pass`, `partial`, `not-proven`; tier 0 has only `pass` and `hold`.
    pub grade: &'static str,
    /// 0 to 4, the highest level whose needs are met.
    pub level: u8,
    /// What is missing for a pass, in one clause; empty for a pass.
    pub why: String,
}

impl<'a> Basis<'a> {
    /// Of all documents that count.
    pub fn of(
        scene: &Scene<'a>,
        gathered: &Gathered<'a>,
        rules: Rules,
        cadence: &'a BTreeMap<String, Period>,
    ) -> Self {
        let mut metrics: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        for (_, record) in gathered.form("metric-dictionary") {
            for row in record.list("metric_rows") {
                metrics.entry(text(row, &["metric_id"]).unwrap_or_default()).or_default().push(row);
            }
        }
        let inventory: Vec<_> = gathered
            .form("evidence-inventory")
            .flat_map(|(evidence, record)| {
                record.list("inventory_rows").iter().map(move |row| (evidence, record, row))
            })
            .collect();
        let mut gaps = BTreeSet::new();
        for (_, record) in gathered.form("fresh-gap-register") {
            gaps.extend(record.list("tier0_gap_rows").iter().filter_map(|row| text(row, &["claim_id"])));
        }
        let window = gathered
            .counted
            .iter()
            .filter_map(|evidence| evidence.body.governance())
            .filter_map(|record| {
                let instant = |key: &str| Instant::parse(record.text(key)?).ok();
                Some((instant("cert_window_start_utc")?, instant("cert_window_end_utc")?))
            })
            .max();
        let files = scene.catalog.evidence.values().map(|evidence| evidence.source.path.as_str()).collect();
        let drills = drills(scene, gathered);
        Self { metrics, inventory, drills, gaps, files, window, rules, cadence, as_of: scene.as_of }
    }

    /// Every drill.
    pub fn drills(&self) -> &[Drill<'a>] {
        &self.drills
    }

    /// Grades the claim of a row; `turning` takes the instants at which that may differ.
    pub fn grade(&self, row: &Value, turning: &mut Vec<Instant>) -> Graded {
        let id = text(row, &["claim_id"]).unwrap_or_default();
        let tier = tier_of(row);
        let mut lacks = Vec::new();
        let rows: Vec<&(&Evidence, &GovernanceRecord, &Value)> =
            self.inventory.iter().filter(|(_, _, item)| text(item, &["claim_id"]) == Some(id)).collect();
        let mut stale = Vec::new();
        let usable: Vec<&Value> = rows
            .iter()
            .filter_map(|(_, _, item)| match self.usable(item) {
                Ok(()) => Some(*item),
                Err(why) => {
                    stale.push(why);
                    None
                }
            })
            .collect();
        if let (Some(0), Some(first)) = (tier, stale.first()) {
            lacks.push(first.clone());
        }
        let ids: BTreeSet<&str> = list(row, "metric_ids")
            .iter()
            .filter_map(Value::as_str)
            .chain(usable.iter().filter_map(|item| text(item, &["metric_id"])))
            .collect();
        let mut met = 0_usize;
        for metric in &ids {
            match self.metric(metric, row, &usable) {
                Ok(()) => met += 1,
                Err(why) => lacks.push(why),
            }
        }
        if ids.len() < 2 {
            lacks.push(format!("{} of at least 2 metrics", ids.len()));
        }
        let artifacts = usable.iter().filter(|item| self.artifact(item)).count();
        if artifacts == 0 {
            lacks.push("no artifact that is here".to_owned());
        }
        let needed: Vec<&str> = list(row, "required_drills").iter().filter_map(Value::as_str).collect();
        let mut executed = 0_usize;
        for drill in &needed {
            match self.drill(drill, turning) {
                Ok(()) => executed += 1,
                Err(why) => lacks.push(why),
            }
        }
        let any_drill = if needed.is_empty() {
            let own =
                rows.iter().filter_map(|(_, _, item)| text(item, &["drill_id"])).collect::<BTreeSet<_>>();
            own.iter().any(|drill| self.drill(drill, turning).is_ok())
        } else {
            executed > 0
        };
        if needed.is_empty() && !any_drill {
            lacks.push("no drill".to_owned());
        }
        let kinds: BTreeSet<&str> = usable.iter().filter_map(|item| kind_of(item)).collect();
        if tier == Some(0) {
            lacks.extend(
                PROOFS
                    .iter()
                    .filter(|kind| **kind != "drill_report" || !any_drill)
                    .filter(|kind| !kinds.contains(*kind))
                    .map(|kind| format!("no {}", kind.replace('_', " "))),
            );
            if self.rules == Rules::Hardened && self.window.is_none() {
                lacks.push("no certification window".to_owned());
            }
            if self.gaps.contains(id) {
                lacks.push("the register of fresh gaps names it".to_owned());
            }
        }
        let pressed = usable.iter().any(|item| pressed(item))
            || self.drills.iter().any(|drill| {
                needed.contains(&drill.id.as_str())
                    && drill.pressure
                    && drill.invalid.is_none()
                    && drill.failed.is_none()
            });
        let level = level(artifacts > 0, met >= 2, any_drill, pressed, &usable, &kinds);
        let grade = match (tier, lacks.is_empty()) {
            (_, true) => "pass",
            (Some(0), false) => "hold",
            (_, false) if met > 0 || artifacts > 0 || any_drill => "partial",
            (_, false) => "not-proven",
        };
        let why = match lacks.as_slice() {
            [] => String::new(),
            [only] => only.clone(),
            [first, rest @ ..] => format!("{first}, and {} more", rest.len()),
        };
        Graded { grade, level, why }
    }

    /// Whether a row of the inventory counts: readable, fresh, managed, inside the window, under the hardened rules.
    fn usable(&self, item: &Value) -> Result<(), String> {
        let metric = text(item, &["metric_id", "required_artifact"]).unwrap_or("a row");
        if let Some(word) = text(item, &["readability_status"])
            && !matches!(word, "READABLE" | "READ_OK" | "OK" | "PASS")
        {
            return Err(format!("`{metric}` is `{word}`"));
        }
        let lineage = text(item, &["lineage_class"]);
        if matches!(lineage, Some("SCRAPPED_NON_CLAIMABLE" | "MISSING")) {
            return Err(format!("`{metric}` is `{}`", lineage.unwrap_or_default()));
        }
        if self.rules == Rules::First {
            return Ok(());
        }
        if lineage != Some("EVIDENCED_FRESH") {
            return Err(format!("`{metric}` is not fresh: `{}`", lineage.unwrap_or("no lineage given")));
        }
        if let Some(posture) = text(item, &["execution_posture"])
            && !posture.to_ascii_uppercase().contains("MANAGED")
        {
            return Err(format!("`{metric}` was executed as `{posture}`"));
        }
        let captured = text(item, &["evidence_captured_at_utc", "captured_at_utc"])
            .and_then(|text| Instant::parse(text).ok());
        match (captured, self.window) {
            (None, _) => Err(format!("`{metric}` does not say when it was captured")),
            (Some(captured), _)
                if captured > self.as_of.plus_seconds(crate::evaluate::counting::SKEW_SECONDS) =>
            {
                Err(format!("`{metric}` was captured later"))
            }
            (Some(captured), Some((start, end))) if captured < start || captured > end => {
                Err(format!("`{metric}` lies outside the certification window"))
            }
            (Some(_), _) => Ok(()),
        }
    }

    /// Whether the artifact of a row is a file that is here.
    fn artifact(&self, item: &Value) -> bool {
        ["evidence_ref", "artifact_path", "evidence_path"].iter().filter_map(|key| text(item, &[key])).any(
            |path| {
                let path = path.replace('\\', "/");
                let path = path.trim_start_matches("./");
                !path.contains("://")
                    && self.files.iter().any(|file| {
                        file.strip_suffix(path).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
                    })
            },
        )
    }

    fn metric(&self, id: &str, row: &Value, usable: &[&Value]) -> Result<(), String> {
        let none = Vec::new();
        let definitions = self.metrics.get(id).unwrap_or(&none);
        let Some(definition) = definitions.first() else {
            return Err(format!("the metric `{id}` is not defined"));
        };
        for key in ["unit", "statistic", "window", "threshold", "source"] {
            if at(definition, key).is_none() {
                return Err(format!("the metric `{id}` has no {key}"));
            }
        }
        const OBSERVED: [&str; 6] =
            ["observed", "observed_value", "actual", "actual_value", "value_observed", "value"];
        let mine = usable.iter().filter(|item| text(item, &["metric_id"]) == Some(id)).copied();
        let own = list(row, "metrics").iter().filter(|item| text(item, &["metric_id"]) == Some(id));
        let values: Vec<f64> = definitions
            .iter()
            .copied()
            .chain(mine)
            .chain(own)
            .filter_map(|item| number(item, &OBSERVED))
            .collect();
        if values.is_empty() {
            return Err(format!("the metric `{id}` was not observed"));
        }
        let thresholds = list(row, "thresholds").iter().filter(|item| text(item, &["metric_id"]) == Some(id));
        for limit in definitions.iter().filter_map(|item| at(item, "threshold")).chain(thresholds) {
            let Some((operator, bound)) = threshold(limit) else {
                return Err(format!("the threshold of `{id}` cannot be read"));
            };
            if let Some(value) = values.iter().find(|value| !holds(**value, operator, bound)) {
                return Err(format!("the metric `{id}` is {value}, asked is {operator} {bound}"));
            }
        }
        Ok(())
    }

    /// Whether a drill of that id is valid, passed and within its cadence, and none of that id failed.
    fn drill(&self, id: &str, turning: &mut Vec<Instant>) -> Result<(), String> {
        let mine: Vec<&Drill<'_>> = self.drills.iter().filter(|drill| drill.id == id).collect();
        if let Some(why) = mine.iter().find_map(|drill| drill.failed.as_ref()) {
            return Err(format!("the drill `{id}` failed: {why}"));
        }
        let Some(newest) = mine.iter().filter(|drill| drill.invalid.is_none()).max_by_key(|drill| drill.at)
        else {
            return Err(match mine.iter().find_map(|drill| drill.invalid.as_ref()) {
                Some(why) => format!("the drill `{id}` is not valid: {why}"),
                None => format!("the drill `{id}` is not here"),
            });
        };
        if let (Some(cadence), Some(at)) = (self.cadence.get(id), newest.at) {
            let due = cadence.after(at);
            turning.push(due);
            if self.as_of >= due {
                return Err(format!("the drill `{id}` is older than {}", cadence.human()));
            }
        }
        Ok(())
    }
}

/// The kinds of proof that a claim of tier 0 needs.
const PROOFS: [&str; 5] = ["policy_gate", "dashboard_alert", "runbook", "trace_audit", "drill_report"];

/// The kind of proof a row of the inventory is.
fn kind_of(item: &Value) -> Option<&'static str> {
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

fn pressed(item: &Value) -> bool {
    text(item, &["profile_id", "pressure_profile"])
        .is_some_and(|profile| ["burst", "soak", "stress", "pressure", "replay_window"].contains(&profile))
}

/// The highest level whose needs, and those of every level below, are met.
fn level(
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

/// A comparison and its bound, from `<= 15`, `{op, value}` or a number with an operator beside it.
pub fn threshold(written: &Value) -> Option<(&'static str, f64)> {
    let operator = |word: &str| {
        Some(match word.trim() {
            "<=" | "≤" | "lte" | "max" | "at_most" => "at most",
            "<" | "lt" => "below",
            ">=" | "≥" | "gte" | "min" | "at_least" => "at least",
            ">" | "gt" => "above",
            "=" | "==" | "eq" => "exactly",
            _ => return None,
        })
    };
    if let Some(map) = written.as_object() {
        let word = ["op", "operator", "comparator"].iter().find_map(|key| map.get(*key)?.as_str())?;
        let bound = ["value", "threshold", "bound"].iter().find_map(|key| as_number(map.get(*key)?))?;
        return Some((operator(word)?, bound));
    }
    let words = written.as_str()?.trim();
    let end = words.find(|ch: char| ch.is_ascii_digit() || ch == '-' || ch == '.')?;
    let (word, rest) = words.split_at_checked(end)?;
    let digits: &str = rest.split(|ch: char| !(ch.is_ascii_digit() || ch == '.' || ch == '-')).next()?;
    Some((operator(word)?, digits.parse().ok()?))
}

fn holds(value: f64, operator: &str, bound: f64) -> bool {
    match operator {
        "at most" => value <= bound,
        "below" => value < bound,
        "at least" => value >= bound,
        "above" => value > bound,
        _ => (value - bound).abs() < f64::EPSILON,
    }
}

fn drills<'a>(scene: &Scene<'a>, gathered: &Gathered<'a>) -> Vec<Drill<'a>> {
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

/// A blocker in one shape.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Blocker {
    /// Its code.
    pub code: String,
    /// What it says; the same code with another detail is another blocker.
    pub detail: String,
    /// The claim it stands in the way of.
    pub claim: String,
}

/// The blockers that are open, those that a waiver covers, and where a count and a list differ.
#[derive(Debug, Default)]
pub struct Blockers<'a> {
    /// Open ones.
    pub open: Vec<(Blocker, &'a Evidence)>,
    /// Covered by a valid waiver.
    pub waived: Vec<Blocker>,
    /// A count that differs from its list.
    pub miscounted: Option<String>,
}

/// Every blocker of the newest document of each form and lane, once.
pub fn blockers<'a>(gathered: &Gathered<'a>, waivers: &[Waiver], as_of: Instant) -> Blockers<'a> {
    let mut newest: BTreeMap<(&str, String), Vec<&'a Evidence>> = BTreeMap::new();
    for evidence in &gathered.counted {
        let Some(record) = evidence.body.governance() else { continue };
        let lane =
            ["lane", "drill_id", "phase_owner"].iter().find_map(|key| record.text(key)).unwrap_or_default();
        let slot = newest.entry((record.form.as_str(), lane.to_owned())).or_default();
        match slot.first().map(|known| known.captured_at) {
            Some(known) if known > evidence.captured_at && evidence.captured_at.is_some() => {}
            Some(known) if known < evidence.captured_at && known.is_some() => *slot = vec![evidence],
            Some(_) | None => slot.push(evidence),
        }
    }
    let mut out = Blockers::default();
    let mut seen = BTreeSet::new();
    for evidence in newest.into_values().flatten() {
        let Some(record) = evidence.body.governance() else { continue };
        let (mut listed, raw) = listed_blockers(&record.document);
        let counted = ["blocker_count", "open_blockers"]
            .iter()
            .find_map(|key| record.value(key)?.as_u64())
            .unwrap_or(0);
        let counted = usize::try_from(counted).unwrap_or(usize::MAX);
        if at(&record.document, "blocker_count").is_some() && counted != raw {
            out.miscounted = Some(format!("`{}` counts {counted} blockers and lists {raw}", evidence.id));
        }
        if counted > raw {
            listed.push(Blocker {
                code: format!("{} not listed", counted - raw),
                detail: evidence.id.to_string(),
                claim: String::new(),
            });
        }
        for blocker in listed {
            if !seen.insert(blocker.clone()) {
                continue;
            }
            let lower_tier = tier_of(&Value::from(serde_json::json!({ "claim_id": blocker.claim })))
                .is_some_and(|tier| tier > 0);
            let covered = lower_tier
                && waivers.iter().any(|waiver| {
                    waiver.fault(as_of).is_none()
                        && (waiver.target == blocker.code || waiver.target == blocker.claim)
                });
            if covered { out.waived.push(blocker) } else { out.open.push((blocker, evidence)) }
        }
    }
    out
}

/// The blockers a document lists, those resolved with later evidence taken out, and how many it lists in all.
fn listed_blockers(document: &Value) -> (Vec<Blocker>, usize) {
    let mut out = Vec::new();
    let mut raw = 0;
    for key in ["blockers", "blocker_list", "blocker_ids"] {
        for item in list(document, key) {
            raw += 1;
            if resolved(item) {
                continue;
            }
            let code = item
                .as_str()
                .or_else(|| text(item, &["blocker_id", "code", "id"]))
                .unwrap_or("a blocker without a code");
            out.push(Blocker {
                code: code.to_owned(),
                detail: text(item, &["detail", "message", "reason"]).unwrap_or_default().to_owned(),
                claim: text(item, &["claim_id", "scope", "claim"]).unwrap_or_default().to_owned(),
            });
        }
        if raw > 0 {
            break;
        }
    }
    (out, raw)
}

/// Resolved with evidence that is dated after it was opened.
fn resolved(item: &Value) -> bool {
    let closed = text(item, &["status", "state"])
        .is_some_and(|word| matches!(word.to_ascii_lowercase().as_str(), "resolved" | "closed"));
    let when = |keys: &[&str]| text(item, keys).and_then(|text| Instant::parse_or_date(text).ok());
    let opened = when(&["opened_at_utc", "opened_at", "opened"]);
    let evidence = when(&[
        "resolution_evidence_captured_at_utc",
        "evidence_captured_at_utc",
        "resolved_at_utc",
        "resolved_at",
    ]);
    let named = text(item, &["resolution_evidence", "resolved_by", "evidence_ref", "closed_by"]).is_some();
    closed && named && evidence.is_some() && opened.is_none_or(|opened| evidence > Some(opened))
}

/// A waiver in one shape, whatever its source calls its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiver {
    /// The blocker or claim.
    pub target: String,
    /// Owner, reason, end as written; empty when not given.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// End, as written.
    pub expires: String,
    /// Begin, as written.
    pub opened: String,
    /// `approved` when not given.
    pub approval: String,
    /// Names of the documents it stands in.
    pub id: String,
}

impl Waiver {
    /// Why it has no effect at `as_of`.
    pub fn fault(&self, as_of: Instant) -> Option<String> {
        let named = |what: &str, text: &str| text.trim().is_empty().then(|| format!("it has no {what}"));
        named("target", &self.target)
            .or_else(|| named("owner", &self.owner))
            .or_else(|| named("reason", &self.reason))
            .or_else(|| named("end", &self.expires))
            .or_else(|| {
                matches!(self.approval.to_ascii_lowercase().as_str(), "rejected" | "pending")
                    .then(|| format!("it is {}", self.approval))
            })
            .or_else(|| match expiry(&self.expires) {
                None => Some(format!("its end `{}` is no date", self.expires)),
                Some(end) => end.is_over(as_of).then(|| format!("it ended on {end}")),
            })
            .or_else(|| {
                let opened = Instant::parse_or_date(&self.opened).ok()?;
                (opened > as_of).then(|| format!("it begins only on {}", self.opened))
            })
    }

    /// Instants at which its effect may change.
    pub fn turns(&self) -> Vec<Instant> {
        let end = expiry(&self.expires).map(crate::model::time::Expiry::ends);
        end.into_iter().chain(Instant::parse_or_date(&self.opened).ok()).collect()
    }
}

/// The waivers of every register and verdict.
pub fn waivers(gathered: &Gathered<'_>) -> Vec<Waiver> {
    let mut out = Vec::new();
    for evidence in &gathered.counted {
        let Some(record) = evidence.body.governance() else { continue };
        for item in ["waivers", "waiver_list"].iter().flat_map(|key| record.list(key)) {
            let word = |keys: &[&str]| text(item, keys).unwrap_or_default().to_owned();
            out.push(Waiver {
                target: word(&["target", "blocker_id", "claim_id", "scope", "control_id"]),
                owner: word(&["owner", "owner_ref", "owner_role"]),
                reason: word(&["rationale", "reason", "justification"]),
                expires: word(&[
                    "expiry",
                    "expires_at",
                    "expires",
                    "expiry_date_utc",
                    "expiration",
                    "expires_at_utc",
                ]),
                opened: word(&["opened_at", "opened", "opened_at_utc"]),
                approval: word(&["approval", "decision", "status"]),
                id: text(item, &["waiver_id", "id"]).unwrap_or("a waiver without an id").to_owned(),
            });
        }
    }
    out
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
        (Some(only), None) => format!("certification {only}"),
        (Some(_), Some(_)) | (None, _) => "the certification".to_owned(),
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
