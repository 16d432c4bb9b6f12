//! Blockers and waivers in one shape, whatever their sources call their fields.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;

use super::tier_of;
use crate::evaluate::closeouts::expiry;
use crate::evaluate::gather::Gathered;
use crate::model::evidence::Evidence;
use crate::model::governance::at;
use crate::model::governance::list;
use crate::model::governance::text;
use crate::model::time::Instant;

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
    /// Instants at which a resolution counts.
    pub turning: Vec<Instant>,
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
        let (mut listed, raw) = listed_blockers(&record.document, as_of, &mut out.turning);
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
            let lower_tier =
                tier_of(&serde_json::json!({ "claim_id": blocker.claim })).is_some_and(|tier| tier > 0);
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
fn listed_blockers(document: &Value, as_of: Instant, turning: &mut Vec<Instant>) -> (Vec<Blocker>, usize) {
    let mut out = Vec::new();
    let mut raw = 0;
    for key in ["blockers", "blocker_list", "blocker_ids"] {
        for item in list(document, key) {
            raw += 1;
            match resolved(item) {
                Some(at) if at <= as_of => continue,
                Some(at) => turning.push(at),
                None => {}
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

/// When it was resolved, with evidence that is dated after it was opened; the evidence and the resolution both have to be there.
fn resolved(item: &Value) -> Option<Instant> {
    let closed = text(item, &["status", "state"])
        .is_some_and(|word| matches!(word.to_ascii_lowercase().as_str(), "resolved" | "closed"));
    let when = |keys: &[&str]| text(item, keys).and_then(|text| Instant::parse_or_date(text).ok());
    let opened = when(&["opened_at_utc", "opened_at", "opened"]);
    let resolution = when(&["resolved_at_utc", "resolved_at"]);
    let evidence =
        when(&["resolution_evidence_captured_at_utc", "evidence_captured_at_utc"]).or(resolution)?;
    let named = text(item, &["resolution_evidence", "resolved_by", "evidence_ref", "closed_by"]).is_some();
    let after = opened.is_none_or(|opened| evidence > opened);
    (closed && named && after).then(|| resolution.map_or(evidence, |resolution| resolution.max(evidence)))
}

/// A waiver in one shape, whatever its source calls its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiver {
    /// The blocker or claim.
    pub target: String,
    /// Owner, reason, end as written; empty when not given.
    pub owner: String,
    /// Why.
    pub because: String,
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
            .or_else(|| named("reason", &self.because))
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
                because: word(&["rationale", "reason", "justification"]),
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
