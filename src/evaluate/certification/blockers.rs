//! Blockers in one shape, whatever their sources call their fields: a list, a map, a text or a bare count.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;

use super::claims;
use super::here::Files;
use super::newest;
use super::tier_named;
use super::tier_of;
use super::tier_value;
use super::waivers::Waiver;
use crate::evaluate::gather::Gathered;
use crate::evaluate::scene::Scene;
use crate::model::evidence::Evidence;
use crate::model::governance::GovernanceRecord;
use crate::model::governance::at;
use crate::model::governance::text;
use crate::model::id::Id;
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
    /// The strictest tier of all that it names; `None` when it names none, or one that cannot be read.
    pub tier: Option<u8>,
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
    /// Why what would close or cover an open one does not, one clause each.
    pub refused: Vec<String>,
    /// Instants at which a resolution counts.
    pub turning: Vec<Instant>,
}

/// What a document lists.
#[derive(Default)]
struct Listed {
    blockers: Vec<Blocker>,
    /// How many it lists in all, resolved ones too.
    raw: usize,
    /// Code and detail of all of them.
    named: Vec<(String, String)>,
    refused: Vec<String>,
}

/// Every blocker of the newest document of each form and lane, once.
pub fn blockers<'a>(scene: &Scene<'a>, gathered: &Gathered<'a>, waivers: &[Waiver]) -> Blockers<'a> {
    let mut tiers: BTreeMap<&str, u8> = BTreeMap::new();
    for (_, _, row) in claims(gathered) {
        if let Some(id) = text(row, &["claim_id"]) {
            let tier = tier_of(row);
            tiers.entry(id).and_modify(|known| *known = tier.min(*known)).or_insert(tier);
        }
    }
    let files = Files::of(scene);
    let mut out = Blockers::default();
    let mut seen = BTreeSet::new();
    let mut standing: Vec<(Blocker, &'a Evidence)> = Vec::new();
    let newest = newest(gathered);
    for (evidence, record) in &newest {
        // a register says more than the bare count of its lane that is older
        if record.form == "blocker-count"
            && newest.iter().any(|(other, register)| {
                register.form == "blocker-register"
                    && register.text("lane") == record.text("lane")
                    && other.captured_at > evidence.captured_at
            })
        {
            continue;
        }
        let mut listed = listed(&record.document, &tiers, scene.as_of, &files, &mut out.turning);
        let counts = ["blocker_count", "open_blockers", "blockers", "blocker_list", "blocker_ids"];
        let counts: Vec<_> = counts
            .iter()
            .filter(|key| **key == "blocker_count" || !lists(record.value(key)))
            .filter_map(|key| Some((*key, count(record.value(key)?))))
            .collect();
        let unlisted = |code: String| Blocker {
            code,
            detail: evidence.id.to_string(),
            claim: String::new(),
            tier: None,
        };
        if let Some((key, _)) = counts.iter().find(|(_, count)| count.is_none()) {
            listed.blockers.push(unlisted(format!("a `{key}` that cannot be read")));
        }
        let counted = counts.iter().filter_map(|(_, count)| *count).max().unwrap_or(0);
        let raw = listed.raw;
        if counts.iter().any(|(key, count)| *key == "blocker_count" && *count != Some(raw)) {
            out.miscounted = Some(match count(record.value("blocker_count").unwrap_or(&Value::Null)) {
                Some(counted) => format!("`{}` counts {counted} blockers and lists {raw}", evidence.id),
                None => format!("`{}` has a count that cannot be read and lists {raw}", evidence.id),
            });
        }
        if counted > raw {
            listed.blockers.push(unlisted(format!("{} not listed", counted - raw)));
        }
        out.refused.append(&mut listed.refused);
        for blocker in listed.blockers {
            if seen.insert(blocker.clone()) {
                standing.push((blocker, evidence));
            }
        }
    }
    for (blocker, evidence, by) in left_out(scene, gathered, &tiers, &files) {
        if seen.insert(blocker.clone()) {
            out.refused
                .push(format!("`{}` is open in `{}`, and `{by}` leaves it out", blocker.code, evidence.id));
            standing.push((blocker, evidence));
        }
    }
    let all: Vec<Blocker> = standing.iter().map(|(blocker, _)| blocker.clone()).collect();
    for (blocker, evidence) in standing {
        let mut covered = false;
        for waiver in waivers.iter().filter(|waiver| waiver.names(&blocker)) {
            match waiver.lacks(&blocker, &all, scene.as_of) {
                None => covered = true,
                Some(why) => out.refused.push(format!("the waiver `{}` has no effect: {why}", waiver.id)),
            }
        }
        if covered { out.waived.push(blocker) } else { out.open.push((blocker, evidence)) }
    }
    out
}

/// The blockers that an older register lists as open and that no newer document of its lane names or has checked, each with the
/// id of the register that leaves it out: silence resolves nothing.
fn left_out<'a>(
    scene: &Scene<'a>,
    gathered: &Gathered<'a>,
    tiers: &BTreeMap<&str, u8>,
    files: &Files<'_>,
) -> Vec<(Blocker, &'a Evidence, Id)> {
    let registers: Vec<_> = gathered.form("blocker-register").collect();
    let snapshots: Vec<_> = gathered.form("execution-snapshot").collect();
    let lane = |record: &GovernanceRecord| record.text("lane").unwrap_or_default().to_owned();
    let mut out = Vec::new();
    for (evidence, record) in &registers {
        let newer: Vec<_> = registers
            .iter()
            .chain(&snapshots)
            .filter(|(other, document)| {
                evidence.captured_at.is_some()
                    && other.captured_at > evidence.captured_at
                    && lane(document) == lane(record)
            })
            .collect();
        let Some((by, _)) = newer.iter().find(|(_, document)| document.form == record.form) else { continue };
        let list =
            |record: &GovernanceRecord| listed(&record.document, tiers, scene.as_of, files, &mut Vec::new());
        let old = list(record);
        let of =
            |named: &[(String, String)], code: &str| named.iter().filter(|(known, _)| known == code).count();
        for blocker in old.blockers {
            let answered = newer.iter().any(|(_, document)| {
                let named = list(document).named;
                let checked = document.list("blocker_ids_checked");
                named.contains(&(blocker.code.clone(), blocker.detail.clone()))
                    || of(&named, &blocker.code) >= of(&old.named, &blocker.code)
                    || checked.iter().any(|id| id.as_str() == Some(blocker.code.as_str()))
            });
            if !answered {
                out.push((blocker, *evidence, by.id.clone()));
            }
        }
    }
    out
}

/// Whether a value lists blockers, rather than counting them.
fn lists(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Number(_)) => false,
        Some(Value::String(text)) => text.trim().parse::<f64>().is_err(),
        Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) | None => true,
    }
}

/// A whole number, in digits or as a text; `None` when it is no count.
pub(super) fn count(value: &Value) -> Option<usize> {
    let number = crate::model::governance::as_number(value)?;
    ((0.0..1e15).contains(&number) && number.fract() == 0.0)
        .then(|| format!("{number:.0}").parse().ok())
        .flatten()
}

/// What stands under a key: each thing with the code that is its key in a map.
pub(super) fn things(value: Option<&Value>) -> Vec<(Option<&str>, &Value)> {
    match value {
        Some(Value::Array(items)) => items.iter().map(|item| (None, item)).collect(),
        Some(map @ Value::Object(entries)) => match text(map, &["blocker_id", "code", "id"]) {
            Some(_) => vec![(None, map)],
            None => entries.iter().map(|(key, value)| (Some(key.as_str()), value)).collect(),
        },
        Some(one @ Value::String(word)) => {
            let none = ["", "none", "[]", "-"].contains(&word.trim().to_ascii_lowercase().as_str());
            if none || !lists(value) { Vec::new() } else { vec![(None, one)] }
        }
        Some(yes @ Value::Bool(true)) => vec![(None, yes)],
        Some(Value::Null | Value::Bool(false) | Value::Number(_)) | None => Vec::new(),
    }
}

/// The blockers a document lists under any of its keys, those resolved with later evidence taken out. What a second key only
/// repeats is not counted again.
fn listed(
    document: &Value,
    tiers: &BTreeMap<&str, u8>,
    as_of: Instant,
    files: &Files<'_>,
    turning: &mut Vec<Instant>,
) -> Listed {
    let mut out = Listed::default();
    let mut codes: BTreeSet<String> = BTreeSet::new();
    let mut before: Vec<&Value> = Vec::new();
    for key in ["blockers", "blocker_list", "open_blockers", "blocker_ids"] {
        let mut here = Vec::new();
        for (name, item) in things(at(document, key)) {
            let code = name
                .or_else(|| item.as_str())
                .or_else(|| text(item, &["blocker_id", "code", "id"]))
                .unwrap_or("a blocker without a code");
            let bare = item.is_string() && name.is_none();
            if bare && codes.contains(code) || before.contains(&item) {
                continue;
            }
            out.raw += 1;
            let said = item.as_str().filter(|_| name.is_some());
            let detail = said.or_else(|| text(item, &["detail", "message", "reason"])).unwrap_or_default();
            out.named.push((code.to_owned(), detail.to_owned()));
            here.push((code.to_owned(), item));
            match resolved(item, files, turning) {
                Ok(Some(at)) if at <= as_of => continue,
                Ok(Some(at)) => turning.push(at),
                Ok(None) => {}
                Err(why) => out.refused.push(format!("`{code}` is not resolved: {why}")),
            }
            out.blockers.push(Blocker {
                code: code.to_owned(),
                detail: detail.to_owned(),
                claim: text(item, &["claim_id", "scope", "claim"]).unwrap_or_default().to_owned(),
                tier: tier(item, tiers),
            });
        }
        for (code, item) in here {
            codes.insert(code);
            before.push(item);
        }
    }
    out
}

/// The strictest tier of the claims that a blocker names, by the matrix and by their ids; a scope that names no claim says nothing
/// beside one that does.
fn tier(item: &Value, tiers: &BTreeMap<&str, u8>) -> Option<u8> {
    let of = |name: &str| {
        let known = tiers.get(name.trim()).copied();
        known.into_iter().chain(tier_named(name, false)).min()
    };
    let named = |keys: &[&str]| -> Vec<Option<u8>> {
        let values = keys.iter().filter_map(|key| at(item, key));
        let each =
            values.flat_map(|value| value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice));
        each.filter(|value| value.as_str().is_none_or(|text| !text.trim().is_empty()))
            .map(|value| of(value.as_str()?))
            .collect()
    };
    let mut claims = named(&["claim_id", "claim_ids", "claim", "claims"]);
    let scopes = named(&["scope", "scopes"]);
    if claims.is_empty() {
        claims = scopes;
    } else {
        claims.extend(scopes.into_iter().filter(Option::is_some));
    }
    claims.extend(at(item, "tier").map(tier_value));
    if claims.contains(&None) { None } else { claims.into_iter().flatten().min() }
}

/// When it was resolved, with evidence that is here and dated after it was opened; the evidence and the resolution both have to be
/// there. The reason why a resolution that is claimed is none.
fn resolved(item: &Value, files: &Files<'_>, turning: &mut Vec<Instant>) -> Result<Option<Instant>, String> {
    let closed = text(item, &["status", "state"])
        .is_some_and(|word| matches!(word.to_ascii_lowercase().as_str(), "resolved" | "closed"));
    if !closed {
        return Ok(None);
    }
    let when = |keys: &[&str]| text(item, keys).and_then(|text| Instant::parse_or_date(text).ok());
    let opened = when(&["opened_at_utc", "opened_at", "opened"]);
    let resolution = when(&["resolved_at_utc", "resolved_at"]);
    let evidence = when(&["resolution_evidence_captured_at_utc", "evidence_captured_at_utc"])
        .or(resolution)
        .ok_or("it does not say when")?;
    if opened.is_some_and(|opened| evidence <= opened) {
        return Err("its evidence is not dated after it".to_owned());
    }
    let mut why = "it names no evidence".to_owned();
    for key in ["resolution_evidence", "evidence_ref", "resolved_by", "closed_by"] {
        let Some(written) = text(item, &[key]) else { continue };
        match files.counts(written, turning) {
            Ok(file) if opened.is_some() && file.captured_at.is_some() && file.captured_at <= opened => {
                why = format!("`{written}` is not dated after it");
            }
            Ok(_) => return Ok(Some(resolution.map_or(evidence, |resolution| resolution.max(evidence)))),
            Err(other) => why = other,
        }
    }
    Err(why)
}
