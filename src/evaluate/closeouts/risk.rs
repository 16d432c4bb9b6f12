//! The risks that somebody accepted for a closeout: who, why, and until when.

use serde_json::Value;

use crate::evaluate::consent;
use crate::evaluate::consent::expiry;
use crate::model::governance::GovernanceRecord;
use crate::model::governance::at;
use crate::model::governance::text;
use crate::model::time::Instant;

/// The accepted risk of a package, when it is valid at `as_of`: its owner and end in words.
pub fn accepted(
    record: &GovernanceRecord,
    as_of: Instant,
    turning: &mut Vec<Instant>,
) -> Result<String, String> {
    if !super::is_package(record) {
        return super::packet::accepted(record, as_of, turning);
    }
    match record.value("release_decision.accepted_risk") {
        Some(accepted) => risk(accepted, as_of, turning),
        None => Err("no risk is accepted".to_owned()),
    }
}

/// An accepted risk, when it is valid at `as_of`: its owner and end in words.
pub(super) fn risk(risk: &Value, as_of: Instant, turning: &mut Vec<Instant>) -> Result<String, String> {
    let owner = text(risk, &["owner"])
        .filter(|owner| !consent::nobody(owner))
        .ok_or("the accepted risk has no owner")?;
    let because = text(risk, &["reason", "rationale", "risk"]).ok_or("the accepted risk has no reason")?;
    let until = text(risk, &["expires_at", "expiry", "expires"])
        .and_then(expiry)
        .ok_or("the accepted risk has no end")?;
    if let Some(why) = consent::refused(risk) {
        return Err(format!("the risk was not accepted: {why}"));
    }
    for key in ["approved_by", "accepted_by", "approver"] {
        if at(risk, key).is_some_and(|by| by.as_str().is_none_or(consent::nobody)) {
            return Err(format!("the risk was not accepted: its `{key}` names nobody"));
        }
    }
    for key in ["opened", "opened_at", "accepted_at", "approved_at"] {
        let Some(written) = at(risk, key) else { continue };
        match written.as_str().map(Instant::parse_or_date) {
            Some(Ok(begins)) if begins > as_of => {
                turning.push(begins);
                return Err(format!("the risk is accepted from {begins} on"));
            }
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return Err(format!("its `{key}` is neither a date nor a time")),
        }
    }
    turning.push(until.ends());
    if until.is_over(as_of) {
        return Err(format!("the risk was accepted until {until}"));
    }
    Ok(format!("accepted by {owner} until {until}: {because}"))
}
