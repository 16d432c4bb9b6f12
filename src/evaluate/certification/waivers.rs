//! Waivers of certifications in one shape, whatever their sources call their fields.

use serde_json::Value;

use super::blockers::Blocker;
use crate::evaluate::closeouts::expiry;
use crate::evaluate::consent::nobody;
use crate::evaluate::gather::Gathered;
use crate::model::governance::at;
use crate::model::governance::text;
use crate::model::time::Instant;

/// A waiver in one shape, whatever its source calls its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiver {
    /// The blocker or claim.
    pub target: String,
    /// The claim that it names beside a blocker.
    pub claim: String,
    /// Owner, reason, end as written; empty when not given.
    pub owner: String,
    /// Why.
    pub because: String,
    /// End, as written.
    pub expires: String,
    /// Begin, as written.
    pub opened: String,
    /// Why it is not approved: a word that says no, or that nobody knows.
    pub unapproved: Option<String>,
    /// Names of the documents it stands in.
    pub id: String,
}

impl Waiver {
    /// Why it has no effect at `as_of`.
    pub fn fault(&self, as_of: Instant) -> Option<String> {
        let named = |what: &str, text: &str| text.trim().is_empty().then(|| format!("it has no {what}"));
        named("target", &self.target)
            .or_else(|| named("owner", &self.owner))
            .or_else(|| {
                nobody(&self.owner).then(|| format!("it has no owner yet: `{}`", self.owner.escape_debug()))
            })
            .or_else(|| named("reason", &self.because))
            .or_else(|| named("end", &self.expires))
            .or_else(|| self.unapproved.clone())
            .or_else(|| match expiry(&self.expires) {
                None => Some(format!("its end `{}` is no date", self.expires)),
                Some(end) => end.is_over(as_of).then(|| format!("it ended on {end}")),
            })
            .or_else(|| match Instant::parse_or_date(self.opened.trim()) {
                Ok(opened) => (opened > as_of).then(|| format!("it begins only on {}", self.opened)),
                Err(_) if self.opened.trim().is_empty() => None,
                Err(_) => Some(format!("its begin `{}` is no date", self.opened)),
            })
    }

    /// Whether it is about a blocker, by its code or by its claim.
    pub fn names(&self, blocker: &Blocker) -> bool {
        let other = !self.claim.is_empty() && !blocker.claim.is_empty() && self.claim != blocker.claim;
        !self.target.is_empty() && (self.target == blocker.code && !other || self.target == blocker.claim)
    }

    /// Why it does not cover a blocker that it names, one of `all`.
    pub fn lacks(&self, blocker: &Blocker, all: &[Blocker], as_of: Instant) -> Option<String> {
        if let Some(fault) = self.fault(as_of) {
            return Some(fault);
        }
        match blocker.tier {
            Some(1 | 2) => {}
            Some(_) => return Some("it is about tier 0".to_owned()),
            None => return Some("no tier 1 or 2 is named for its blocker".to_owned()),
        }
        // a code is the name of one blocker, or of none; a claim is one thing, whatever stands in its way
        let several = all.iter().filter(|one| one.code == self.target && self.names(one)).count();
        (several > 1).then(|| format!("`{}` names {several} blockers", self.target))
    }

    /// Instants at which its effect may change.
    pub fn turns(&self) -> Vec<Instant> {
        let end = expiry(&self.expires).map(crate::model::time::Expiry::ends);
        end.into_iter().chain(Instant::parse_or_date(self.opened.trim()).ok()).collect()
    }
}

/// Words for an approval that was given.
const APPROVED: [&str; 16] = [
    "approved",
    "accepted",
    "active",
    "granted",
    "valid",
    "current",
    "effective",
    "in_effect",
    "in_force",
    "signed_off",
    "confirmed",
    "authorised",
    "authorized",
    "ok",
    "yes",
    "true",
];

/// Words in the name of an approver for an approval that nobody gave.
const NOBODY: [&str; 14] = [
    "pending",
    "tbd",
    "tba",
    "awaiting",
    "awaits",
    "requested",
    "rejected",
    "denied",
    "declined",
    "revoked",
    "withdrawn",
    "nobody",
    "none",
    "unapproved",
];

/// Why a waiver is not approved: the strictest of all that it says about that.
fn unapproved(item: &Value) -> Option<String> {
    for key in ["approval", "approval_status", "approved", "decision", "status", "state"] {
        let why = match at(item, key) {
            None | Some(Value::Bool(true)) => continue,
            Some(Value::String(word)) => {
                let plain = word.trim().to_ascii_lowercase().replace(['-', ' '], "_");
                if plain.is_empty() || APPROVED.contains(&plain.as_str()) {
                    continue;
                }
                format!("its {} is `{}`", key.replace('_', " "), word.escape_debug())
            }
            Some(map @ Value::Object(_)) if key == "approval" => match unapproved(map) {
                Some(why) => why,
                None => continue,
            },
            Some(other) => format!("its {} is `{other}`", key.replace('_', " ")),
        };
        return Some(why);
    }
    let approver = text(item, &["approved_by", "approver"]).unwrap_or_default();
    let words = approver.split(|ch: char| !ch.is_alphanumeric()).map(str::to_ascii_lowercase);
    if words.into_iter().any(|word| NOBODY.contains(&word.as_str())) {
        return Some(format!("it is approved by `{}`", approver.escape_debug()));
    }
    let revoked = ["revoked", "revoked_at", "revoked_at_utc", "withdrawn_at", "rejected_at"]
        .iter()
        .any(|key| at(item, key).is_some_and(|value| *value != Value::Bool(false)));
    revoked.then(|| "it was revoked".to_owned())
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
                claim: word(&["claim_id"]),
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
                unapproved: unapproved(item),
                id: text(item, &["waiver_id", "id"]).unwrap_or("a waiver without an id").to_owned(),
            });
        }
    }
    out
}
