//! Release packets: gates, commands that validate, accepted risks and a decision. What a packet leaves open keeps a closeout open.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Outcome;
use super::fail;
use super::risk::risk;
use crate::evaluate::consent;
use crate::model::governance::GovernanceRecord;
use crate::model::governance::at;
use crate::model::governance::list;
use crate::model::governance::text;
use crate::model::time::Instant;

/// The form of the documents.
pub(super) const FORM: &str = "release-packet";

/// What a packet lets stand: everything passes, some things warn, or why it fails.
type Read = Result<Vec<String>, String>;

/// How a packet comes out: a warning needs an accepted risk of its own, whatever else does not pass fails.
pub(super) fn outcome(record: &GovernanceRecord) -> Outcome {
    match warnings(record) {
        Err(why) => fail(format!("the release packet does not let it go: {why}")),
        Ok(warned) if warned.is_empty() => Outcome::Fine("the release packet lets it go".to_owned()),
        Ok(warned) => Outcome::Warn(format!("the release packet warns of {}", warned.join(", "))),
    }
}

/// The risks that its warnings rest on, when each is accepted at `as_of`: their owners and ends in words.
pub(super) fn accepted(
    record: &GovernanceRecord,
    as_of: Instant,
    turning: &mut Vec<Instant>,
) -> Result<String, String> {
    let mut why = "no risk is accepted".to_owned();
    let mut valid: Vec<(BTreeSet<&str>, String)> = Vec::new();
    for entry in record.list("accepted_risks") {
        match risk(entry, as_of, turning) {
            Ok(by) => valid.push((named(entry), by)),
            Err(other) => why = other,
        }
    }
    let mut by = Vec::new();
    for warned in warnings(record)? {
        let own = valid.iter().position(|(names, _)| names.contains(warned.trim_matches('`')));
        // one that names nothing covers one warning, whichever; one that names a gate covers that gate alone
        let found = own.or_else(|| valid.iter().position(|(names, _)| names.is_empty()));
        let Some(found) = found else { return Err(format!("{warned}: {why}")) };
        let risk = if own.is_some() { valid[found].1.clone() } else { valid.swap_remove(found).1 };
        if !by.contains(&risk) {
            by.push(risk);
        }
    }
    Ok(by.join("; "))
}

/// The gates that an accepted risk names.
fn named(entry: &Value) -> BTreeSet<&str> {
    ["gate", "gates", "target", "targets", "scope", "command"]
        .iter()
        .filter_map(|key| at(entry, key))
        .flat_map(|value| value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice))
        .filter_map(Value::as_str)
        .map(str::trim)
        .collect()
}

/// The names of what warns; an error for the first thing that neither passes nor warns.
fn warnings(record: &GovernanceRecord) -> Read {
    let document = &record.document;
    let gates = match record.value("gates") {
        Some(Value::Array(gates)) if !gates.is_empty() => gates,
        Some(_) | None => return Err("it lists no gate".to_owned()),
    };
    let mut warned = Vec::new();
    for gate in gates {
        let name = named_as(gate, &["name", "id", "gate"], "a gate without a name");
        // only a gate that says of itself that it is not required may be off
        let optional = at(gate, "required").and_then(Value::as_bool) == Some(false);
        match word(at(gate, "status")).as_str() {
            "disabled" if optional => {}
            "disabled" => {
                return Err(format!("the gate {name} is disabled, and nothing says that it is not required"));
            }
            status => passes(status, &name, &mut warned)?,
        }
    }
    for (name, status) in commands(record.value("validation_commands")) {
        passes(&word(status), &name, &mut warned)?;
    }
    let boundary = record.value("public_boundary_review").and_then(Value::as_object);
    for (name, said) in boundary.into_iter().flatten() {
        let said = word(at(said, "status").or(Some(said)));
        if NO.contains(&said.as_str()) {
            return Err(format!(
                "the review of the public boundary says `{said}` of `{}`",
                name.escape_debug()
            ));
        }
    }
    match word(record.value("decision")).as_str() {
        "approve" | "approved" => {}
        other => return Err(format!("its decision is `{other}`")),
    }
    if record.value("approved_by").is_some_and(|by| by.as_str().is_none_or(consent::nobody)) {
        return Err("its `approved_by` names nobody".to_owned());
    }
    if list(document, "blockers").iter().chain(list(document, "open_blockers")).next().is_some() {
        return Err("it lists a blocker".to_owned());
    }
    match word(record.value("release_state")).as_str() {
        "ready_for_community_ga" | "ready_for_release" => {}
        state @ "ready_with_accepted_risk" if warned.is_empty() => {
            warned.push(format!("its state `{state}`"))
        }
        "ready_with_accepted_risk" => {}
        other => return Err(format!("its state is `{other}`")),
    }
    Ok(warned)
}

/// Words that say no of a review.
const NO: [&str; 8] = ["fail", "failed", "not_run", "blocked", "block", "no", "open", "rejected"];

/// Takes a pass, notes a warning; an error for anything else.
fn passes(status: &str, name: &str, warned: &mut Vec<String>) -> Result<(), String> {
    match status {
        "pass" | "passed" => Ok(()),
        "warn" | "warning" => {
            warned.push(name.to_owned());
            Ok(())
        }
        other => Err(format!("{name} is `{other}`")),
    }
}

/// The commands that validated it, each with its status; one without a status has not run.
fn commands(value: Option<&Value>) -> Vec<(String, Option<&Value>)> {
    let one = |item: &'_ Value| named_as(item, &["command", "name", "id"], "a command");
    match value {
        None => Vec::new(),
        Some(Value::Array(items)) => items.iter().map(|item| (one(item), at(item, "status"))).collect(),
        Some(item @ Value::Object(map)) if map.contains_key("status") => {
            vec![(one(item), at(item, "status"))]
        }
        Some(Value::Object(map)) => {
            map.iter().map(|(name, said)| (format!("`{name}`"), at(said, "status").or(Some(said)))).collect()
        }
        Some(other) => vec![(one(other), None)],
    }
}

fn named_as(item: &Value, keys: &[&str], otherwise: &str) -> String {
    let name = text(item, keys).or_else(|| item.as_str());
    name.map_or_else(|| otherwise.to_owned(), |name| format!("`{}`", name.trim().escape_debug()))
}

/// A word as it is compared; what is not there, or no text, is none that is known.
fn word(value: Option<&Value>) -> String {
    match value {
        None => "not given".to_owned(),
        Some(Value::String(word)) => word.trim().to_ascii_lowercase().replace(['-', ' '], "_"),
        Some(other) => other.to_string(),
    }
}
