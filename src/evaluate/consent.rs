//! What a person's consent says of itself: whether it was given at all, still stands, and names somebody.

use serde_json::Value;

use crate::model::governance::at;
use crate::model::time::Date;
use crate::model::time::Expiry;
use crate::model::time::Instant;

/// The words with which a document says that its consent was given. Any other word is none.
const GIVEN: &[&str] = &[
    "accept",
    "accepted",
    "active",
    "agreed",
    "allow",
    "allowed",
    "approve",
    "approved",
    "authorised",
    "authorized",
    "completed",
    "confirmed",
    "current",
    "effective",
    "final",
    "grant",
    "granted",
    "in_effect",
    "in_force",
    "issued",
    "ok",
    "override",
    "overridden",
    "overrode",
    "proceed",
    "promote",
    "promoted",
    "ready_with_accepted_risk",
    "signed",
    "true",
    "valid",
    "yes",
];

/// The keys under which such a word stands.
const SAID: [&str; 8] =
    ["decision", "outcome", "status", "state", "approval", "approval_state", "approval_status", "active"];

/// Why a document gives no consent though it names who and why: it says no, or a word that nobody knows.
pub fn refused(document: &Value) -> Option<String> {
    for key in SAID.into_iter().chain(["approved", "accepted", "valid"]) {
        let Some(value) = at(document, key) else { continue };
        if value.is_object() {
            match refused(value) {
                Some(why) => return Some(format!("of its `{key}`, {why}")),
                None => continue,
            }
        }
        let word = value.as_str().map(|word| word.trim().to_ascii_lowercase().replace(['-', ' '], "_"));
        let given =
            value.as_bool() == Some(true) || word.as_deref().is_some_and(|word| GIVEN.contains(&word));
        if !given {
            let said = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            return Some(format!("its `{key}` is `{}`", said.escape_debug()));
        }
    }
    for key in ["revoked", "revoked_at", "withdrawn", "withdrawn_at", "rejected", "rejected_at"] {
        match at(document, key) {
            None | Some(Value::Bool(false)) => {}
            Some(_) => return Some(format!("it has `{key}`")),
        }
    }
    None
}

/// Whether a text that should name somebody says that nobody is named yet.
pub fn nobody(name: &str) -> bool {
    let name = name.trim().trim_matches(['<', '>', '(', ')', '[', ']', '`']).to_ascii_lowercase();
    let first = name.split(|ch: char| !ch.is_ascii_alphanumeric()).next().unwrap_or_default();
    ["", "-", "?", "none", "nobody", "n/a", "null", "unknown", "not yet", "to be determined"]
        .contains(&name.as_str())
        || name.starts_with("pending")
        || ["tbd", "tba", "todo", "awaiting", "unassigned"].contains(&first)
}

/// A date, good through its day, or an exact instant.
pub fn expiry(written: &str) -> Option<Expiry> {
    let written = written.trim();
    Date::parse(written).map(Expiry::Day).or_else(|_| Instant::parse(written).map(Expiry::Instant)).ok()
}

/// Why a consent is over at `as_of`, when it says an end; `turning` takes the end. An end that cannot be read is over.
pub fn over(document: &Value, as_of: Instant, turning: &mut Vec<Instant>) -> Option<String> {
    for key in
        ["expires_at", "expiry", "expires", "expires_on", "expiration", "expiry_date_utc", "valid_until"]
    {
        let Some(value) = at(document, key) else { continue };
        let Some(end) = value.as_str().and_then(expiry) else {
            return Some(format!("its `{key}` is neither a date nor a time"));
        };
        turning.push(end.ends());
        if end.is_over(as_of) {
            return Some(format!("it ended: `{end}`"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn consent_is_given_by_a_known_word_or_by_none_at_all() {
        for given in [
            json!({}),
            json!({"decision": "APPROVE"}),
            json!({"status": "active", "approved": true}),
            json!({"state": "in force", "revoked": false}),
            json!({"status": null}),
        ] {
            assert_eq!(refused(&given), None, "{given}");
        }
        for (refusal, why) in [
            (json!({"decision": "REJECT"}), "its `decision` is `REJECT`"),
            (json!({"status": "revoked"}), "its `status` is `revoked`"),
            (json!({"status": "half"}), "its `status` is `half`"),
            (json!({"status": ""}), "its `status` is ``"),
            (json!({"approval": {"status": "pending"}}), "of its `approval`, its `status` is `pending`"),
            (json!({"approved": false}), "its `approved` is `false`"),
            (json!({"approved": 0}), "its `approved` is `0`"),
            (json!({"decision": "approved", "revoked_at": "2026-01-01"}), "it has `revoked_at`"),
        ] {
            assert_eq!(refused(&refusal).as_deref(), Some(why), "{refusal}");
        }
    }

    #[test]
    fn a_name_is_none_where_it_says_that_somebody_is_still_to_be_named() {
        for none in
            ["", " ", "pending", "Pending maintainer review", "TBD", "<tba>", "to be determined", "N/A"]
        {
            assert!(nobody(none), "{none}");
        }
        for name in ["release management", "Pendleton", "Tbdowski", "records", "Nobodys Inc."] {
            assert!(!nobody(name), "{name}");
        }
    }

    #[test]
    fn an_end_that_passed_or_cannot_be_read_is_over() {
        let now = Instant::parse("2026-06-01T00:00:00Z").unwrap();
        let over = |document: Value| over(&document, now, &mut Vec::new());
        assert_eq!(over(json!({})), None);
        assert_eq!(over(json!({"expires_at": "2026-06-01"})), None);
        assert_eq!(over(json!({"expires_at": "2026-05-31"})).as_deref(), Some("it ended: `2026-05-31`"));
        assert!(over(json!({"valid_until": "2026-06-01T00:00:00Z"})).is_some());
        assert!(over(json!({"expiry": "soon"})).is_some());
        assert!(over(json!({"expires": 7})).is_some());
    }
}
