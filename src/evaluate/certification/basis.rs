//! What a claim rests on: metrics, artifacts, proofs and drills, weighed against what its tier asks.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;

use super::Rules;
use super::contradictions::Against;
use super::contradictions::against;
use super::contradictions::window;
use super::drills::Drill;
use super::drills::pressed;
use super::here::Files;
use super::proofs::PROOFS;
use super::proofs::kind_of;
use super::proofs::level;
use super::proofs::managed;
use super::thresholds::holds;
use super::thresholds::threshold;
use super::tier_of;
use crate::evaluate::counting::SKEW_SECONDS;
use crate::evaluate::gather::Gathered;
use crate::evaluate::scene::Scene;
use crate::model::evidence::Evidence;
use crate::model::governance::GovernanceRecord;
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
    against: Against,
    files: Files<'a>,
    window: Result<Option<(Instant, Instant)>, String>,
    rules: Rules,
    cadence: &'a BTreeMap<String, Period>,
    required: &'a BTreeMap<String, Vec<String>>,
    as_of: Instant,
    turning: Vec<Instant>,
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
        required: &'a BTreeMap<String, Vec<String>>,
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
        let mut turning = Vec::new();
        let drills = super::drills::drills(scene, gathered, &mut turning);
        Self {
            metrics,
            inventory,
            drills,
            against: against(scene, gathered),
            files: Files::of(scene),
            window: window(gathered),
            rules,
            cadence,
            required,
            as_of: scene.as_of,
            turning,
        }
    }

    /// Instants at which a drill begins to count.
    pub fn turning(&self) -> &[Instant] {
        &self.turning
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
            .filter_map(|(_, _, item)| match self.usable(item, turning) {
                Ok(()) => Some(*item),
                Err(why) => {
                    stale.push(why);
                    None
                }
            })
            .collect();
        if let (0, Some(first)) = (tier, stale.first()) {
            lacks.push(first.clone());
        }
        lacks.extend(self.against.named.get(id).cloned());
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
        let mut away = None;
        let proven: Vec<&Value> = usable
            .iter()
            .filter(|item| match self.artifact(item, turning) {
                Ok(()) => true,
                Err(why) => {
                    away = away.take().or(Some(why));
                    false
                }
            })
            .copied()
            .collect();
        if proven.is_empty() {
            let away = away.map_or_else(String::new, |why| format!(": {why}"));
            lacks.push(format!("no artifact that is here{away}"));
        }
        let needed = list(row, "required_drills").iter().filter_map(Value::as_str);
        let asked = self.required.get(id).into_iter().flatten().map(String::as_str);
        let mut needed: Vec<&str> = needed.chain(asked).collect();
        let mut known = BTreeSet::new();
        needed.retain(|drill| known.insert(*drill));
        let mut executed = 0_usize;
        for drill in &needed {
            match self.drill(drill, tier, turning) {
                Ok(()) => executed += 1,
                Err(why) => lacks.push(why),
            }
        }
        let any_drill = if needed.is_empty() {
            let own =
                rows.iter().filter_map(|(_, _, item)| text(item, &["drill_id"])).collect::<BTreeSet<_>>();
            own.iter().any(|drill| self.drill(drill, tier, turning).is_ok())
        } else {
            executed > 0
        };
        if needed.is_empty() && !any_drill {
            lacks.push("no drill".to_owned());
        }
        let kinds: BTreeSet<&str> = proven.iter().filter_map(|item| kind_of(item)).collect();
        if tier == 0 {
            lacks.extend(
                PROOFS
                    .iter()
                    .filter(|kind| **kind != "drill_report" || !any_drill)
                    .filter(|kind| !kinds.contains(*kind))
                    .map(|kind| format!("no {}", kind.replace('_', " "))),
            );
            match &self.window {
                Ok(Some(_)) => {}
                Ok(None) if self.rules == Rules::Hardened => lacks.push("no certification window".to_owned()),
                Err(why) if self.rules == Rules::Hardened => lacks.push(why.clone()),
                Ok(None) | Err(_) => {}
            }
            lacks.extend(self.against.unnamed.clone());
        }
        let pressed = usable.iter().any(|item| pressed(item))
            || self.drills.iter().any(|drill| {
                needed.contains(&drill.id.as_str())
                    && drill.pressure
                    && drill.invalid.is_none()
                    && drill.failed.is_none()
            });
        let level = level(!proven.is_empty(), met >= 2, any_drill, pressed, &usable, &kinds);
        let grade = match (tier, lacks.is_empty()) {
            (_, true) => "pass",
            (0, false) => "hold",
            (_, false) if met > 0 || !proven.is_empty() || any_drill => "partial",
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
    fn usable(&self, item: &Value, turning: &mut Vec<Instant>) -> Result<(), String> {
        let metric = text(item, &["metric_id", "required_artifact"]).unwrap_or("a row");
        if let Some(word) = text(item, &["readability_status"])
            && !matches!(word, "READABLE" | "READ_OK" | "OK" | "PASS")
        {
            return Err(format!("`{metric}` is `{word}`"));
        }
        match (text(item, &["lineage_class"]), self.rules) {
            (Some("EVIDENCED_FRESH"), _) => {}
            (Some("HISTORICAL_CONTEXT_ONLY") | None, Rules::First) => {}
            (Some(word @ ("SCRAPPED_NON_CLAIMABLE" | "MISSING")), _) => {
                return Err(format!("`{metric}` is `{word}`"));
            }
            (Some(word), Rules::First) => {
                return Err(format!("`{metric}` is of the unknown lineage `{word}`"));
            }
            (word, Rules::Hardened) => {
                return Err(format!("`{metric}` is not fresh: `{}`", word.unwrap_or("no lineage given")));
            }
        }
        if self.rules == Rules::First {
            return Ok(());
        }
        match text(item, &["execution_posture"]) {
            Some(posture) if managed(posture) => {}
            Some(posture) => return Err(format!("`{metric}` was executed as `{posture}`")),
            None => return Err(format!("`{metric}` does not say whether its execution was managed")),
        }
        let captured = text(item, &["evidence_captured_at_utc", "captured_at_utc"])
            .and_then(|text| Instant::parse(text).ok())
            .ok_or_else(|| format!("`{metric}` does not say when it was captured"))?;
        if captured > self.as_of.plus_seconds(SKEW_SECONDS) {
            turning.push(captured.plus_seconds(-SKEW_SECONDS));
            return Err(format!("`{metric}` was captured later"));
        }
        match self.window {
            Ok(Some((start, end))) if captured < start || captured > end => {
                Err(format!("`{metric}` lies outside the certification window"))
            }
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Whether the artifact of a row is a file that is here and counts.
    fn artifact(&self, item: &Value, turning: &mut Vec<Instant>) -> Result<(), String> {
        let mut why = "no artifact is named".to_owned();
        for key in ["evidence_ref", "artifact_path", "evidence_path"] {
            let Some(path) = text(item, &[key]) else { continue };
            match self.files.counts(path, turning) {
                Ok(_) => return Ok(()),
                Err(other) => why = other,
            }
        }
        Err(why)
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
        let unit = definitions.iter().find_map(|item| text(item, &["unit"])).unwrap_or_default();
        for limit in definitions.iter().filter_map(|item| at(item, "threshold")).chain(thresholds) {
            let Some((operator, bound)) = threshold(limit, unit) else {
                return Err(format!("the threshold of `{id}` cannot be read"));
            };
            if let Some(value) = values.iter().find(|value| !holds(**value, operator, bound)) {
                return Err(format!("the metric `{id}` is {value}, asked is {operator} {bound}"));
            }
        }
        Ok(())
    }

    /// Whether a drill of that id is valid, passed and within its cadence, and none of that id failed; for tier 0 inside the window.
    fn drill(&self, id: &str, tier: u8, turning: &mut Vec<Instant>) -> Result<(), String> {
        let mine: Vec<&Drill<'_>> = self.drills.iter().filter(|drill| drill.id == id).collect();
        if let Some(why) = mine.iter().find_map(|drill| drill.failed.as_ref()) {
            return Err(format!("the drill `{id}` failed: {why}"));
        }
        let fresh = |drill: &Drill<'_>| match (tier, self.rules, &self.window) {
            (0, Rules::Hardened, Ok(Some((start, end)))) => {
                let span = drill.span.or(drill.at.zip(drill.at));
                span.is_some_and(|span| span.0 >= *start && span.1 <= *end)
            }
            _ => true,
        };
        let valid = || mine.iter().filter(|drill| drill.invalid.is_none());
        let Some(newest) = valid().filter(|drill| fresh(drill)).max_by_key(|drill| drill.at) else {
            if valid().next().is_some() {
                return Err(format!("the drill `{id}` lies outside the certification window"));
            }
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
