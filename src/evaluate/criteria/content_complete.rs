//! When a record of the content is complete by the rule of its kind. Nothing here looks at dates of review.

use serde_json::Value;

use super::evidence_holds::ask;
use crate::evaluate::consent::nobody;
use crate::evaluate::counting::Standing;
use crate::evaluate::counting::standing;
use crate::evaluate::scene::Scene;
use crate::evaluate::weigh::Says;
use crate::model::assessment::Counts;
use crate::model::content::Checklist;
use crate::model::content::ClaimChart;
use crate::model::id::Id;
use crate::model::operations::ItemState;
use crate::model::time::Instant;

/// Whether a record is complete.
pub(super) enum Complete {
    /// It is.
    Yes,
    /// It says itself that it is not.
    No(String),
    /// Something is missing.
    Lacks(String),
    /// It was, once.
    Old(String),
}

/// Whether a piece of evidence counts, why not, and when that may change; `None` when there is none of that id.
pub(super) fn counts(id: &Id, scene: &Scene<'_>) -> Option<(Counts, String, Option<Instant>)> {
    let scene = Scene { max_age: None, ..*scene };
    let evidence = scene.catalog.evidence.get(id)?;
    Some(match standing(evidence, &scene) {
        Standing::Counts { stale_from } => match ask(evidence) {
            Says::No(why) => (Counts::Against, why, None),
            Says::Yes | Says::Nothing(_) => (Counts::For, String::new(), Some(stale_from)),
        },
        Standing::Not { why, cause: _, counts_from } => (Counts::NotCounted, why, counts_from),
    })
}

/// Every id below a key `evidence`, in order.
pub(super) fn named(value: &Value, into: &mut Vec<Id>) {
    let mut take = |item: &Value| {
        let text = item.as_str().or_else(|| item.get("id").and_then(Value::as_str));
        if let Some(id) = text.and_then(|text| Id::new(text).ok())
            && !into.contains(&id)
        {
            into.push(id);
        }
    };
    match value {
        Value::Object(map) => {
            for item in map.get("evidence").and_then(Value::as_array).into_iter().flatten() {
                take(item);
            }
            for (_, inner) in map.iter().filter(|(key, _)| key.as_str() != "evidence") {
                named(inner, into);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| named(item, into)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether every item of a checklist is done with something that shows it, or does not apply for a reason.
pub(super) fn worked_through(list: &Checklist, scene: &Scene<'_>) -> Complete {
    let blank = |text: &Option<String>| text.as_ref().is_none_or(|text| text.trim().is_empty());
    let open = list.items.iter().filter(|item| item.state == ItemState::Open).count();
    if list.items.is_empty() {
        return Complete::Lacks("it has no items".to_owned());
    }
    if open > 0 {
        return Complete::No(format!("{open} of {} items are open", list.items.len()));
    }
    for item in &list.items {
        let said: Vec<_> = item.evidence.iter().filter_map(|id| Some((id, counts(id, scene)?))).collect();
        if item.state == ItemState::Done
            && let Some((id, (_, why, _))) = said.iter().find(|(_, said)| said.0 == Counts::Against)
        {
            return Complete::No(format!("`{}` is said to be done, and `{id}` says no: {why}", item.id));
        }
        let shown = said.iter().any(|(_, said)| said.0 == Counts::For);
        match item.state {
            ItemState::NotApplicable if item.owner.as_deref().is_none_or(nobody) || blank(&item.reason) => {
                return Complete::Lacks(format!(
                    "`{}` is called not applicable without an owner or a reason",
                    item.id
                ));
            }
            ItemState::Done if !shown => {
                return Complete::Lacks(format!(
                    "`{}` is only said to be done: no evidence of it counts",
                    item.id
                ));
            }
            ItemState::Open | ItemState::Done | ItemState::NotApplicable => {}
        }
    }
    if list.items.iter().all(|item| item.state == ItemState::NotApplicable) {
        return Complete::Lacks("none of its items applies".to_owned());
    }
    Complete::Yes
}

/// Whether every row of a claim chart has evidence, and all of it counts.
pub(super) fn charted(chart: &ClaimChart, scene: &Scene<'_>) -> Complete {
    if chart.rows.is_empty() {
        return Complete::Lacks("it has no rows".to_owned());
    }
    for (at, row) in chart.rows.iter().enumerate() {
        let number = at + 1;
        if row.evidence.is_empty() {
            return Complete::Lacks(format!("row {number} has no evidence"));
        }
        for shown in &row.evidence {
            match counts(&shown.id, scene) {
                Some((Counts::For, _, _)) => {}
                Some((Counts::Against, why, _)) => {
                    return Complete::No(format!("in row {number} `{}` says no: {why}", shown.id));
                }
                Some((Counts::NotCounted, why, _)) => {
                    return Complete::Lacks(format!("in row {number} `{}` does not count: {why}", shown.id));
                }
                None => return Complete::Lacks(format!("in row {number} `{}` is not here", shown.id)),
            }
        }
    }
    Complete::Yes
}
