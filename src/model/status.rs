//! The one status vocabulary of pages, packets and JSON.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// How something stands. Ordered worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Counted evidence says no.
    NotMet,
    /// The validity ended.
    Expired,
    /// Evidence is older than its limit.
    Stale,
    /// Nothing counted; asked and not found.
    NotAssessed,
    /// Some conditions hold (tier 1 or 2 only).
    PartlyMet,
    /// Ends within the notice period.
    Expiring,
    /// Sample, dry run, simulated: cannot count.
    Sample,
    /// A valid waiver covers it.
    Waived,
    /// All conditions hold on counted evidence.
    Met,
    /// Allowed by the rule, with owner and reason.
    NotApplicable,
}

impl Status {
    /// Every status, worst first.
    pub const ALL: [Self; 10] = [
        Self::NotMet,
        Self::Expired,
        Self::Stale,
        Self::NotAssessed,
        Self::PartlyMet,
        Self::Expiring,
        Self::Sample,
        Self::Waived,
        Self::Met,
        Self::NotApplicable,
    ];

    /// The word shown to people.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotMet => "Not met",
            Self::Expired => "Expired",
            Self::Stale => "Stale",
            Self::NotAssessed => "Not assessed",
            Self::PartlyMet => "Partly met",
            Self::Expiring => "Expiring",
            Self::Sample => "Sample",
            Self::Waived => "Waived",
            Self::Met => "Met",
            Self::NotApplicable => "Not applicable",
        }
    }

    /// Whether a requirement in this state stands in nobody's way.
    pub fn is_satisfied(self) -> bool {
        match self {
            Self::Met | Self::NotApplicable | Self::Expiring => true,
            Self::NotMet
            | Self::Expired
            | Self::Stale
            | Self::NotAssessed
            | Self::PartlyMet
            | Self::Sample
            | Self::Waived => false,
        }
    }
}
