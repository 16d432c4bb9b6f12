//! The criteria of a claim, one by one: a smaller minimum, a longer age, an exception allowed are weaker.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde_json::Value;

use crate::diff::Draft;
use crate::diff::Subject;
use crate::diff::get;
use crate::diff::shown;
use crate::model::drill::Amount;
use crate::model::time::Period;

/// Parameters that ask for more when they are larger.
const MORE: &[&str] = &["minimum", "coverage", "minimum-checks"];
/// Parameters that ask for less when they are larger.
const LESS: &[&str] = &["maximum-skipped"];
/// Lengths of time that ask for less when they are longer.
const AGES: &[&str] = &["max-age", "within"];
/// Switches that ask for less when they are on.
const ALLOWS: &[&str] =
    &["accept-warnings", "accept-override", "accept-findings", "allow-none", "newest-only", "waivable"];
/// Switches that ask for more when they are on.
const REQUIRES: &[&str] = &["required", "files-required"];
/// Lists of which every entry has to be there.
const EACH: &[&str] = &["suites", "cases", "fields", "metrics"];

pub(super) fn compare(claim: Subject<'_>, was: &Value, now: &Value, draft: &mut Draft) {
    let by_id = |list: &Value| -> BTreeMap<String, Value> {
        let list = list.as_array().cloned().unwrap_or_default();
        list.into_iter().map(|criterion| (shown(get(&criterion, "id")), criterion)).collect()
    };
    let (was, now) = (by_id(was), by_id(now));
    for (id, criterion) in &was {
        if !now.contains_key(id) {
            draft.changed(
                "criterion-removed",
                claim,
                "criteria",
                shown(get(criterion, "text")),
                String::new(),
            );
        }
    }
    for (id, after) in &now {
        match was.get(id) {
            None => {
                draft.changed("criterion-added", claim, "criteria", String::new(), shown(get(after, "text")))
            }
            Some(before) if before == after => {}
            Some(before) => compare_one(claim, id, before, after, draft),
        }
    }
}

fn compare_one(claim: Subject<'_>, id: &str, was: &Value, now: &Value, draft: &mut Draft) {
    let keys: std::collections::BTreeSet<&String> =
        was.as_object().into_iter().chain(now.as_object()).flat_map(|map| map.keys()).collect();
    for key in keys {
        let (before, after) = (get(was, key), get(now, key));
        if before == after {
            continue;
        }
        let rule = match looser(key, before, after, get(now, "compare")) {
            Some(true) => "threshold-loosened",
            Some(false) => "threshold-tightened",
            None => "criterion-changed",
        };
        draft.changed(
            rule,
            claim,
            &format!("criterion {id}, {}", key.replace('-', " ")),
            shown(before),
            shown(after),
        );
    }
}

/// Whether the condition asks for less than before; nothing where no rule can tell.
fn looser(key: &str, was: &Value, now: &Value, compare: &Value) -> Option<bool> {
    let default = |value: &Value, default: bool| value.as_bool().unwrap_or(default);
    if MORE.contains(&key) {
        return Some(now.as_f64().unwrap_or(1.0) < was.as_f64().unwrap_or(1.0));
    }
    if LESS.contains(&key) {
        let limit = |value: &Value| value.as_f64().unwrap_or(f64::INFINITY);
        return Some(limit(now) > limit(was));
    }
    if AGES.contains(&key) {
        let length = |value: &Value| Period::parse(value.as_str()?).ok().map(Period::approximate_millis);
        return match (length(was), length(now)) {
            (Some(was), Some(now)) => Some(now > was),
            (_, _) => None,
        };
    }
    if ALLOWS.contains(&key) {
        let on_by_default = matches!(key, "accept-findings" | "waivable");
        return Some(default(now, on_by_default) && !default(was, on_by_default));
    }
    if REQUIRES.contains(&key) {
        return Some(default(was, true) && !default(now, true));
    }
    if EACH.contains(&key) {
        let (was, now) = (crate::diff::strings(was), crate::diff::strings(now));
        let fewer = was.iter().any(|name| !now.contains(name));
        let more = now.iter().any(|name| !was.contains(name));
        return (fewer != more).then_some(fewer);
    }
    if key == "severity" {
        let rank = |value: &Value| {
            ["low", "medium", "high", "critical"].iter().position(|word| Some(*word) == value.as_str())
        };
        return Some(rank(now).unwrap_or(0) > rank(was).unwrap_or(0));
    }
    if key == "threshold" {
        let amount = |value: &Value| serde_json::from_value::<Amount>(value.clone()).ok();
        let order = amount(now)?.compare(amount(was)?)?;
        return match (compare.as_str().unwrap_or("<="), order) {
            ("<=" | "<", order) => Some(order == Ordering::Greater),
            (">=" | ">", order) => Some(order == Ordering::Less),
            (_, _) => None,
        };
    }
    None
}
