//! Profiles: rule sets as data. The criteria's parameters stay generic here; `evaluate` checks them by its table.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::model::id::Id;
use crate::model::record::Origin;
use crate::model::status::Status;
use crate::model::time::Period;

/// One condition. `kind` names a row of `CRITERIA`; every key beside the common ones is a parameter of that kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Criterion {
    /// Unique inside its profile or claim.
    pub id: Id,
    /// The condition, as a sentence that can be true.
    pub text: String,
    /// A row of `CRITERIA`.
    pub kind: String,
    /// The group of its profile that it belongs to. Only in a profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Id>,
    /// `false`: shown and judged, but not part of the verdict.
    #[serde(default = "yes")]
    pub required: bool,
    /// Whether a waiver may cover it.
    #[serde(default = "yes")]
    pub waivable: bool,
    /// The oldest evidence that counts, measured at as-of.
    #[serde(default)]
    pub max_age: Option<Period>,
    /// Why it does not apply, with the role that says so. Only where the profile allows it.
    #[serde(default)]
    pub not_applicable: Option<NotApplicable>,
    /// When it is asked at all, in words. With it, an assignment of the project may say that it does not apply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applies_when: Option<String>,
    /// What the kind asks for.
    #[serde(flatten)]
    pub parameters: BTreeMap<String, serde_json::Value>,
    /// Where it was written.
    #[serde(skip)]
    pub origin: Origin,
}

fn yes() -> bool {
    true
}

/// An explicit statement that a criterion does not apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct NotApplicable {
    /// Role or team that says so.
    pub owner: String,
    /// Why.
    pub reason: String,
}

/// A condition on criteria. Each part that is given has to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct When {
    /// Only these criteria are looked at. Empty: all required ones.
    pub criteria: Vec<Id>,
    /// Holds when at least one of them has one of these statuses.
    pub any: Vec<Status>,
    /// Holds when every one of them has one of these statuses.
    pub all: Vec<Status>,
    /// Holds when at least one of them has one of these reasons.
    pub reasons: Vec<String>,
}

/// One row of a combination table: the first row whose condition holds gives the state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Combination {
    /// Holds when at least one required criterion has one of these statuses. Empty: no such condition.
    #[serde(default)]
    pub any: Vec<Status>,
    /// Holds when every required criterion has one of these statuses. Empty: no such condition.
    #[serde(default)]
    pub all: Vec<Status>,
    /// Only these criteria are looked at for this row. Empty: all required ones.
    #[serde(default)]
    pub criteria: Vec<Id>,
    /// Holds when one of the criteria has one of these reasons. Empty: no such condition.
    #[serde(default)]
    pub reasons: Vec<String>,
    /// Further conditions, on other criteria; all of them have to hold too.
    #[serde(default)]
    pub and: Vec<When>,
    /// The state, a word of `states`.
    pub state: String,
}

/// What a state means to a reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct State {
    /// The word shown to people, such as `Ready`.
    pub word: String,
    /// The status whose shape and colour it takes.
    pub status: Status,
    /// The sentence of the verdict. `{subject}`, `{met}`, `{required}`, `{open}`, `{waived}`, and with groups
    /// `{groups-passed}`, `{groups}`, `{next-group}` are filled in; `{open:is|are}` is the form that goes with the number.
    pub sentence: String,
    /// Whether `check` exits 0.
    pub passes: bool,
}

/// A part of a profile with an outcome of its own: a gate, a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Group {
    /// Unique inside its profile; criteria name it.
    pub id: Id,
    /// One line, such as `Build`.
    pub title: String,
    /// What it is there for.
    #[serde(default)]
    pub description: String,
}

/// A rule set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Profile {
    /// Name, such as `release`.
    pub id: Id,
    /// Raised whenever a verdict may change.
    pub version: String,
    /// One line.
    pub title: String,
    /// One or two sentences, and the source of its rules.
    #[serde(default)]
    pub description: String,
    /// What the verdict is about: `release` (the newest release of the content) or `snapshot`.
    #[serde(default)]
    pub subject: Option<String>,
    /// What one of its groups is called, such as `gate` or `section`; `group` when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_word: Option<String>,
    /// Its parts, in order; each gets an outcome and a page of its own. Without groups there is only the verdict.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
    /// Whether a later group is never passed before an earlier one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_order: bool,
    /// The conditions, in the order they are shown when equally grave.
    pub criteria: Vec<Criterion>,
    /// First row that holds wins; the last must hold always (no condition).
    pub combination: Vec<Combination>,
    /// What each state means.
    pub states: BTreeMap<String, State>,
    /// Where it was written; empty for built-in ones.
    #[serde(skip)]
    pub origin: Origin,
}
