//! What a claim rests on: metrics, artifacts, proofs and drills, weighed against what its tier asks.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;

use super::Rules;
use super::drills::Drill;
use super::drills::pressed;
use super::tier_of;
use crate::evaluate::gather::Gathered;
use crate::evaluate::scene::Scene;
use crate::model::evidence::Evidence;
use crate::model::governance::GovernanceRecord;
use crate::model::governance::as_number;
use crate::model::governance::at;
use crate::model::governance::list;
use crate::model::governance::number;
use crate::model::governance::text;
use crate::model::time::Instant;
use crate::model::time::Period;

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
        let drills = super::drills::drills(scene, gathered);
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
