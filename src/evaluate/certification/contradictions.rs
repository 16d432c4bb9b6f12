//! What other documents say against claims, and the window that all of them leave.

use std::collections::BTreeMap;

use serde_json::Value;

use super::blockers::count;
use super::blockers::things;
use super::grade_word;
use super::newest;
use super::tier_of;
use super::undated;
use crate::evaluate::gather::Gathered;
use crate::evaluate::scene::Scene;
use crate::model::governance::GovernanceRecord;
use crate::model::governance::at;
use crate::model::governance::text;
use crate::model::time::Instant;

/// What stands against claims.
#[derive(Debug, Default)]
pub(super) struct Against {
    /// By the claim that is named.
    pub(super) named: BTreeMap<String, String>,
    /// Against claims of tier 0 that nobody names.
    pub(super) unnamed: Option<String>,
}

impl Against {
    fn name(&mut self, claim: &str, why: String) {
        self.named.entry(claim.to_owned()).or_insert(why);
    }
}

/// What registers of gaps, and the newest adjudication and snapshot of each lane, say against claims.
pub(super) fn against(scene: &Scene<'_>, gathered: &Gathered<'_>) -> Against {
    let mut out = Against::default();
    for (_, record) in gathered.form("fresh-gap-register") {
        let rows = record.list("tier0_gap_rows");
        let mut named = 0;
        for claim in rows.iter().filter_map(|row| text(row, &["claim_id"])) {
            named += 1;
            out.name(claim, "the register of fresh gaps names it".to_owned());
        }
        missing(&mut out, record, "tier0_gap_count", rows.len(), named, "gaps of fresh evidence");
    }
    tables(&mut out, scene);
    // a document without a time says no all the same
    let timeless = undated(scene);
    let timeless = newest(&timeless).into_iter().filter(|(evidence, _)| evidence.captured_at.is_none());
    for (_, record) in newest(gathered).into_iter().chain(timeless) {
        match record.form.as_str() {
            "claim-adjudication" => {
                for row in record.list("claims") {
                    row_says(&mut out, None, row, "the adjudication of claims");
                }
            }
            "execution-snapshot" => {
                for (name, row) in things(record.value("tier0_claim_status")) {
                    row_says(&mut out, name, row, "the execution snapshot");
                }
                let holds = things(record.value("tier0_holds"));
                let mut named = 0;
                for (name, row) in &holds {
                    if let Some(claim) = name.or_else(|| row.as_str()).or_else(|| text(row, &["claim_id"])) {
                        named += 1;
                        out.name(claim, "the execution snapshot holds it".to_owned());
                    }
                }
                missing(&mut out, record, "tier0_hold_count", holds.len(), named, "claims of tier 0 on hold");
            }
            _ => {}
        }
    }
    out
}

/// What tables of claims say against claims of tier 0. One that is older than a matrix is history.
fn tables(out: &mut Against, scene: &Scene<'_>) {
    let all = undated(scene);
    let newest = all.form("claim-matrix").filter_map(|(evidence, _)| evidence.captured_at).max();
    for (evidence, record) in all.form("claim-table") {
        if evidence.captured_at.is_some() && evidence.captured_at < newest {
            continue;
        }
        for row in record.list("claim_rows").iter().filter(|row| tier_of(row) == 0) {
            let said = text(row, &["grade", "status", "claim_status", "state"]);
            let Some(word) = said.filter(|word| !matches!(grade_word(word), Some("pass" | "not-started")))
            else {
                continue;
            };
            let why = format!("the table `{}` says `{}`", evidence.id, word.escape_debug());
            match text(row, &["claim_id"]) {
                Some(claim) => out.name(claim, why),
                None => out.unnamed = Some(why),
            }
        }
    }
}

/// Notes what a document counts, or lists, and does not name.
fn missing(out: &mut Against, record: &GovernanceRecord, key: &str, listed: usize, named: usize, what: &str) {
    let counted = match record.value(key) {
        None => Some(0),
        Some(value) => count(value),
    };
    match counted {
        None => out.unnamed = Some(format!("`{key}` cannot be read as a count of {what}")),
        Some(counted) if counted.max(listed) > named => {
            out.unnamed = Some(format!("{} {what}, and {named} named", counted.max(listed)));
        }
        Some(_) => {}
    }
}

/// Notes what a row about a claim says against it: a status that is no pass, a profile that fails, a metric that is open.
fn row_says(out: &mut Against, name: Option<&str>, row: &Value, what: &str) {
    let claim = name.or_else(|| text(row, &["claim_id"]));
    let status = row.as_str().filter(|_| name.is_some());
    let status = status.or_else(|| text(row, &["status", "grade", "claim_status"]));
    let why = match status {
        Some(word) if grade_word(word) != Some("pass") => format!("{what} says `{}`", word.escape_debug()),
        None => format!("{what} gives no status"),
        Some(_) => {
            let open = ["failing_profiles", "unresolved_metrics"]
                .iter()
                .find(|key| !things(at(row, key)).is_empty());
            let Some(open) = open else { return };
            format!("{what} names {}", open.replace('_', " "))
        }
    };
    match claim {
        Some(claim) => out.name(claim, why),
        None => out.unnamed = Some(why),
    }
}

/// The window in which evidence has to lie: what the windows of all documents that bear on claims have in common.
pub(super) fn window(gathered: &Gathered<'_>) -> Result<Option<(Instant, Instant)>, String> {
    const FORMS: [&str; 6] = [
        "claim-matrix",
        "metric-dictionary",
        "evidence-inventory",
        "drill-output",
        "drill-bundle",
        "certification-verdict",
    ];
    let records = || gathered.counted.iter().filter_map(|evidence| evidence.body.governance());
    let bearing = common(records().filter(|record| FORMS.contains(&record.form.as_str())))?;
    match bearing {
        Some(window) => Ok(Some(window)),
        None => common(records()),
    }
}

fn common<'r>(
    records: impl Iterator<Item = &'r GovernanceRecord>,
) -> Result<Option<(Instant, Instant)>, String> {
    let mut out: Option<(Instant, Instant)> = None;
    for record in records {
        let edge = |key: &str| {
            record.value(key).map(|value| value.as_str().and_then(|text| Instant::parse(text).ok()))
        };
        match (edge("cert_window_start_utc"), edge("cert_window_end_utc")) {
            (None, None) => {}
            (Some(Some(start)), Some(Some(end))) => {
                let known = out.unwrap_or((start, end));
                out = Some((known.0.max(start), known.1.min(end)));
            }
            (_, _) => {
                return Err(format!("a {} has no whole certification window", record.form.replace('-', " ")));
            }
        }
    }
    match out {
        Some((start, end)) if start > end => {
            Err(format!("the certification windows have nothing in common: {start} is after {end}"))
        }
        whole => Ok(whole),
    }
}
