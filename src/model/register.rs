//! Registers: waivers, blockers, risks. Each entry has an owner and an end, or it has no effect.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::model::id::Id;
use crate::model::time::Date;
use crate::model::time::Expiry;
use crate::model::time::Instant;

crate::record! {
    /// Somebody with a name takes responsibility, for a reason, until a date.
    /// `owner`, `rationale` and `expires` are needed for it to have any effect.
    pub struct Waiver = "waivers", named by title {
        /// One line.
        pub title: String,
        /// What it covers: `criterion:PROFILE/ID`, `criterion:CLAIM/ID`, `claim:ID` or `blocker:ID`.
        pub target: String,
        /// Why.
        #[serde(default)]
        pub rationale: Option<String>,
        /// Role or name.
        #[serde(default)]
        pub approved_by: Option<String>,
        /// `approved`, `pending`, `rejected`; approved when not given.
        #[serde(default)]
        pub approval: Option<Approval>,
        /// When it begins.
        #[serde(default)]
        pub opened: Option<Date>,
        /// When it ends.
        #[serde(default)]
        pub expires: Option<Expiry>,
        /// What is done instead.
        #[serde(default)]
        pub compensating_control: Option<String>,
    }
}

/// Where an approval stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Approval {
    /// Given.
    Approved,
    /// Not yet given.
    Pending,
    /// Refused.
    Rejected,
}

crate::record! {
    /// Something that stands in the way.
    pub struct Blocker = "blockers", named by title {
        /// One line.
        pub title: String,
        /// Code, as the source writes it.
        #[serde(default)]
        pub code: Option<String>,
        /// How grave.
        pub severity: Severity,
        /// In sentences.
        #[serde(default)]
        pub detail: Option<String>,
        /// The claim or release it stands in the way of.
        #[serde(default)]
        pub scope: Option<String>,
        /// Since when.
        #[serde(default)]
        pub opened: Option<Date>,
        /// When it was resolved. Only counts with `resolved-by`.
        #[serde(default)]
        pub resolved: Option<Instant>,
        /// The evidence that resolved it.
        #[serde(default)]
        pub resolved_by: Option<Id>,
    }
}

/// Low to critical.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
    /// Critical.
    Critical,
}

/// What is done about a risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Treatment {
    /// Not done any more.
    Avoid,
    /// Made smaller.
    Mitigate,
    /// Given to somebody else.
    Transfer,
    /// Taken.
    Accept,
    /// Carried together.
    Share,
    /// Prepared for.
    Contingency,
    /// Nothing.
    None,
}

/// Where a risk stands (OSCAL risk status).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RiskStatus {
    /// Known.
    Open,
    /// Being looked at.
    Investigating,
    /// Being fixed.
    Remediating,
    /// Somebody asks to live with it.
    DeviationRequested,
    /// Somebody may live with it.
    DeviationApproved,
    /// Over.
    Closed,
}

/// Who accepted a risk, until when, why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Acceptance {
    /// Role or name.
    pub by: String,
    /// End.
    pub until: Expiry,
    /// Why.
    pub justification: String,
}

crate::record! {
    /// A risk. `title` and `public-summary` are what a public page shows; `statement` only goes to named audiences.
    pub struct Risk = "risks", named by title {
        /// One line.
        pub title: String,
        /// In full; never public.
        #[serde(default)]
        pub statement: Option<String>,
        /// What may be published.
        #[serde(default)]
        pub public_summary: Option<String>,
        /// `low`, `medium`, `high`.
        #[serde(default)]
        pub likelihood: Option<Severity>,
        /// How bad it would be.
        #[serde(default)]
        pub impact: Option<Severity>,
        /// How grave it is now.
        pub severity: Severity,
        /// What is done about it.
        #[serde(default)]
        pub treatment: Option<Treatment>,
        /// Where it stands.
        pub status: RiskStatus,
        /// Since when.
        #[serde(default)]
        pub opened: Option<Date>,
        /// Until when it should be over.
        #[serde(default)]
        pub deadline: Option<Date>,
        /// Where somebody accepted it.
        #[serde(default)]
        pub accepted: Option<Acceptance>,
        /// Claims it bears on.
        #[serde(default)]
        pub related_claims: Vec<Id>,
    }
}
