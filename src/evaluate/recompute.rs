//! Verdicts computed again from the records of a snapshot alone, and compared with those it states.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::json;

use crate::model::assessment::Assessment;
use crate::model::assessment::CriterionResult;
use crate::model::catalog::ById;
use crate::model::catalog::Catalog;
use crate::model::config::Config;
use crate::model::content::*;
use crate::model::evidence::Body;
use crate::model::evidence::Evidence;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::records::Records;
use crate::model::register::Blocker;
use crate::model::register::Risk;
use crate::model::register::Waiver;
use crate::model::rules::Rules;
use crate::model::time::Instant;

/// How one verdict came out again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recomputed {
    /// The profile.
    pub profile: String,
    /// The state that is stated, and the one computed again.
    pub stated: String,
    /// The state computed again; nothing where inputs are withheld.
    pub computed: Option<String>,
    /// Inputs withheld from this audience.
    pub withheld: u32,
    /// Criteria whose status or reason differs: id, stated, computed.
    pub differ: Vec<(String, String, String)>,
    /// Criteria that were compared, and all of them.
    pub compared: (usize, usize),
    /// The inputs it rests on, with their digests.
    pub inputs: BTreeMap<String, String>,
}

impl Recomputed {
    /// Whether anything that could be compared differs.
    pub fn agrees(&self) -> bool {
        self.differ.is_empty() && self.computed.as_ref().is_none_or(|computed| *computed == self.stated)
    }

    /// One line.
    pub fn sentence(&self) -> String {
        let (compared, all) = self.compared;
        let inputs = |count: u32| if count == 1 { "1 input".to_owned() } else { format!("{count} inputs") };
        match (&self.computed, self.agrees()) {
            (_, false) => {
                let first = self.differ.first().map_or_else(
                    || format!("computed is `{}`", self.computed.clone().unwrap_or_default()),
                    |(id, stated, computed)| format!("`{id}` is stated as {stated}, computed is {computed}"),
                );
                format!("{}: stated `{}` differs; {first}", self.profile, self.stated)
            }
            (Some(_), true) => format!(
                "{}: `{}` again, {compared} of {all} criteria compared, from {}",
                self.profile,
                self.stated,
                inputs(u32::try_from(self.inputs.len()).unwrap_or(u32::MAX))
            ),
            (None, true) => format!(
                "{}: `{}` is stated; not recomputable: {} withheld, {compared} of {all} criteria compared and equal",
                self.profile,
                self.stated,
                inputs(self.withheld)
            ),
        }
    }
}

/// The evidence of a snapshot's records, and the folder that paths in documents are relative to.
///
/// # Errors
/// A sentence when the records are not those of a snapshot with its rules.
pub fn evidence(records: &Records) -> Result<(ById<Evidence>, String), String> {
    let folder = one(records, "rules").ok().and_then(|rules| rules.get("evidence-folder")?.as_str());
    let folder = folder.ok_or("it was made without the rules its verdicts rest on")?.to_owned();
    let mut evidence = by_id::<Evidence>(records)?;
    with_computed(&mut evidence, records);
    Ok((evidence, folder))
}

/// Computes the verdicts of a snapshot's records again and compares.
///
/// # Errors
/// A sentence when the records are not those of a snapshot with its rules.
pub fn recompute(records: &Records) -> Result<Vec<Recomputed>, String> {
    recompute_with(records, &BTreeMap::new())
}

/// The same with what originals gave again, which says more than a record does: every case of a test report by its name.
///
/// # Errors
/// A sentence when the records are not those of a snapshot with its rules.
pub fn recompute_with(records: &Records, read: &BTreeMap<Id, Body>) -> Result<Vec<Recomputed>, String> {
    let head = one(records, "head")?;
    let as_of = head.get("as-of").and_then(Value::as_str).ok_or("its head says no time it is judged at")?;
    let as_of = Instant::parse(as_of)?;
    let rules =
        one(records, "rules").map_err(|_| "it was made without the rules its verdicts rest on".to_owned())?;
    let mut rules = rules.clone();
    if let Some(map) = rules.as_object_mut() {
        map.remove("id");
    }
    let rules: Rules =
        serde_json::from_value(rules).map_err(|error| format!("its rules cannot be read: {error}"))?;
    let mut catalog = catalog(records)?;
    for (id, body) in read {
        if let Some(evidence) = catalog.evidence.get_mut(id) {
            evidence.body = body.clone();
        }
    }
    let assessment = judge(&catalog, &rules, as_of)?;
    let stated = records.kinds.get("verdicts");
    let mut out = Vec::new();
    for profile in &rules.profiles {
        let Some(stated) = stated.and_then(|all| all.get(profile.id.as_str())) else {
            return Err(format!("it states no verdict of the profile `{}`", profile.id));
        };
        out.push(compare(stated, &assessment, &rules, &catalog, profile.id.as_str()));
    }
    Ok(out)
}

/// The criteria that come out otherwise from `catalog` alone, each with how many inputs are withheld: what `Rules::withheld` says.
pub fn not_recomputable(catalog: &Catalog, rules: &Rules, stated: &Assessment) -> BTreeMap<String, u32> {
    let mut out = BTreeMap::new();
    let Ok(again) = judge(catalog, rules, stated.as_of) else { return out };
    for verdict in &stated.verdicts {
        let other = again.verdicts.iter().find(|other| other.profile == verdict.profile);
        for result in &verdict.criteria {
            let same = other
                .and_then(|other| other.criteria.iter().find(|other| other.id == result.id))
                .is_some_and(|other| (other.status, &other.reason) == (result.status, &result.reason));
            if !same || result.withheld > 0 {
                out.insert(format!("{}/{}", verdict.profile, result.id), result.withheld.max(1));
            }
        }
    }
    out
}

fn compare(
    stated: &Value,
    again: &Assessment,
    rules: &Rules,
    catalog: &Catalog,
    profile: &str,
) -> Recomputed {
    let word =
        |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let verdict = again.verdicts.iter().find(|verdict| verdict.profile.as_str() == profile);
    let criteria = stated.get("criteria").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let (mut withheld, mut compared) = (0_u32, 0);
    let mut differ = Vec::new();
    let mut inputs = BTreeMap::new();
    for result in criteria {
        let id = word(result, "id");
        for used in result.get("evidence").and_then(Value::as_array).into_iter().flatten() {
            let id = word(used, "evidence");
            if let Some(evidence) = catalog.evidence.get(id.as_str()) {
                inputs.insert(id, evidence.source.sha256.clone());
            }
        }
        if let Some(count) = rules.withheld.get(&format!("{profile}/{id}")) {
            withheld = withheld.saturating_add(*count);
            continue;
        }
        compared += 1;
        let shown = |status: &str, reason: &str| format!("{status} ({reason})");
        let said = shown(&word(result, "status"), &word(result, "reason"));
        let computed = verdict
            .and_then(|verdict| verdict.criteria.iter().find(|other| other.id.as_str() == id))
            .map_or_else(
                || "nothing".to_owned(),
                |other: &CriterionResult| shown(&status(other), &other.reason),
            );
        if said != computed {
            differ.push((id, said, computed));
        }
    }
    Recomputed {
        profile: profile.to_owned(),
        stated: word(stated, "state"),
        computed: (withheld == 0)
            .then(|| verdict.map_or_else(|| "nothing".to_owned(), |verdict| verdict.state.clone())),
        withheld,
        differ,
        compared: (compared, criteria.len()),
        inputs,
    }
}

fn status(result: &CriterionResult) -> String {
    serde_json::to_value(result.status)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn judge(catalog: &Catalog, rules: &Rules, as_of: Instant) -> Result<Assessment, String> {
    let config = json!({
        "site": { "title": "recomputed", "slug": "recomputed", "origin": "recomputed.invalid" },
        "freshness": rules.freshness,
        "snapshot": { "notice": rules.notice },
        "paths": { "evidence": rules.evidence_folder },
        "profiles": [],
    });
    let config: Config =
        serde_json::from_value(config).map_err(|error| format!("its rules cannot be used: {error}"))?;
    super::evaluate(catalog, &rules.profiles, &config, rules.source_state.as_deref(), as_of)
        .value
        .ok_or_else(|| "nothing could be judged".to_owned())
}

fn one<'r>(records: &'r Records, kind: &str) -> Result<&'r Value, String> {
    records
        .kinds
        .get(kind)
        .and_then(|all| all.get(kind))
        .ok_or_else(|| format!("it has no record of the kind `{kind}`"))
}

fn catalog(records: &Records) -> Result<Catalog, String> {
    let mut catalog = Catalog::default();
    // every kind is read alike; what only the maker of a record computes is put back after
    macro_rules! read {
        ($($field:ident : $type:ident),* $(,)?) => {
            $( catalog.$field = by_id::<$type>(records)?; )*
        };
    }
    crate::for_each_kind!(read);
    with_computed(&mut catalog.evidence, records);
    catalog.vulnerability_disclosure = single(records, "vulnerability-disclosure")?;
    if let Some(organization) = single(records, "organization")? {
        catalog.organization = organization;
    }
    Ok(catalog)
}

/// The one record of a kind of which there is at most one.
fn single<T: DeserializeOwned>(records: &Records, kind: &str) -> Result<Option<T>, String> {
    let Ok(value) = one(records, kind) else { return Ok(None) };
    let mut value = value.clone();
    if let Some(map) = value.as_object_mut() {
        map.remove("id");
    }
    serde_json::from_value(value).map(Some).map_err(|error| format!("the record `{kind}`: {error}"))
}

/// Takes out what is computed when a record is made and nobody may write: a reader of inputs knows no such keys.
fn without_computed(kind: &str, value: &mut Value) {
    let computed: &[&str] = match kind {
        "policies" => &["text", "sha256"],
        "documents" => &["sha256", "size-bytes", "archived-as"],
        _ => &[],
    };
    if let Some(map) = value.as_object_mut() {
        map.retain(|key, _| !computed.contains(&key.as_str()));
    }
    for objective in objectives_of(value) {
        if let Some(map) = objective.as_object_mut() {
            map.remove("met");
        }
    }
}

/// The objectives of a record of a drill.
fn objectives_of(value: &mut Value) -> impl Iterator<Item = &mut Value> {
    let body = value.get_mut("body").filter(|body| body.get("kind").and_then(Value::as_str) == Some("drill"));
    body.and_then(|body| body.get_mut("objectives")?.as_array_mut()).into_iter().flatten()
}

/// Puts back whether each objective of a drill holds, as the record says it.
fn with_computed(evidence: &mut ById<Evidence>, records: &Records) {
    for (id, one) in evidence {
        let Body::Drill(drill) = &mut one.body else { continue };
        let Some(value) = records.kinds.get(Evidence::KIND).and_then(|all| all.get(id.as_str())) else {
            continue;
        };
        let mut value = value.clone();
        for (objective, said) in drill.objectives.iter_mut().zip(objectives_of(&mut value)) {
            objective.met = said.get("met").and_then(Value::as_bool);
        }
    }
}

fn by_id<R: Record + DeserializeOwned>(records: &Records) -> Result<ById<R>, String> {
    let mut out = ById::new();
    for (id, value) in records.kinds.get(R::KIND).into_iter().flatten() {
        let mut value = value.clone();
        without_computed(R::KIND, &mut value);
        let record: R = serde_json::from_value(value)
            .map_err(|error| format!("the record `{id}` of {}: {error}", R::KIND))?;
        out.insert(Id::new(id)?, record);
    }
    Ok(out)
}
