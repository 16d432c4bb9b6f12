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

/// Computes the verdicts of a snapshot's records again and compares.
///
/// # Errors
/// A sentence when the records are not those of a snapshot with its rules.
pub fn recompute(records: &Records) -> Result<Vec<Recomputed>, String> {
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
    let catalog = catalog(records)?;
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
    macro_rules! read {
        ($($field:ident : $type:ident),* $(,)?) => {
            $( catalog.$field = by_id::<$type>(records)?; )*
        };
    }
    crate::for_each_kind!(read);
    Ok(catalog)
}

fn by_id<R: Record + DeserializeOwned>(records: &Records) -> Result<ById<R>, String> {
    let mut out = ById::new();
    for (id, value) in records.kinds.get(R::KIND).into_iter().flatten() {
        let record: R = serde_json::from_value(value.clone())
            .map_err(|error| format!("the record `{id}` of {}: {error}", R::KIND))?;
        out.insert(Id::new(id)?, record);
    }
    Ok(out)
}
