//! Verdicts with their reasons: what was asked, what was found, on which evidence, and until when it holds.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::model::id::Id;
use crate::model::status::Status;
use crate::model::time::Date;
use crate::model::time::Instant;

/// How a piece of evidence bears on a criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Counts {
    /// Says no.
    Against,
    /// Does not count; the reason says why.
    NotCounted,
    /// Says yes.
    For,
}

/// One piece of evidence in a criterion's result.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct EvidenceUse {
    /// The evidence.
    pub evidence: Id,
    /// How it bears.
    pub counts: Counts,
    /// Why, in one clause; empty when it simply counts.
    pub why: String,
}

/// A criterion, judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct CriterionResult {
    /// The criterion's id in its profile or claim.
    pub id: Id,
    /// The condition, as a sentence.
    pub text: String,
    /// The row of `CRITERIA`.
    pub kind: String,
    /// The group of its profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Id>,
    /// Whether it is part of the verdict.
    pub required: bool,
    /// What was asked, such as `at most 4 h`.
    pub asked: String,
    /// What was found, in the same unit.
    pub found: String,
    /// How it stands, a valid waiver taken into account.
    pub status: Status,
    /// How it stands without the waiver.
    pub status_without_waiver: Status,
    /// Stable code of the reason, documented by `trustbook explain CODE`.
    pub reason: String,
    /// What to do to change it; empty when nothing has to be done.
    pub help: String,
    /// The evidence it rests on, and what did not count.
    pub evidence: Vec<EvidenceUse>,
    /// The valid waiver that covers it.
    pub waiver: Option<Id>,
    /// First instant at which it may come out differently with nothing but time passing.
    pub valid_until: Option<Instant>,
    /// How many inputs were withheld from this audience.
    pub withheld: u32,
}

/// A claim, judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ClaimAssessment {
    /// The claim.
    pub claim: Id,
    /// How it stands.
    pub status: Status,
    /// One sentence on why.
    pub why: String,
    /// Its criteria, worst first.
    pub criteria: Vec<CriterionResult>,
    /// Listed pieces of evidence that count for or against.
    pub counted: u32,
    /// Pieces of evidence listed.
    pub listed: u32,
    /// Every listed piece and how it bears on the claim as a whole.
    pub evidence: Vec<EvidenceUse>,
    /// When the oldest counted evidence was captured.
    pub oldest_evidence: Option<Instant>,
    /// First instant at which the status may change by itself.
    pub valid_until: Option<Instant>,
}

/// How a group of a profile stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GroupState {
    /// Counted evidence says no to a required criterion.
    Failed,
    /// Nothing says no, but not everything that is required holds.
    Incomplete,
    /// The group before it is not passed.
    BlockedByPrevious,
    /// What does not hold is waived, with an end.
    PassedWithWaivers,
    /// Everything required holds.
    Passed,
}

impl GroupState {
    /// The word shown to people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Failed => "Failed",
            Self::Incomplete => "Incomplete",
            Self::BlockedByPrevious => "Blocked",
            Self::PassedWithWaivers => "Passed with waivers",
            Self::Passed => "Passed",
        }
    }

    /// Whether the next one may pass.
    pub fn passes(self) -> bool {
        match self {
            Self::Passed | Self::PassedWithWaivers => true,
            Self::Failed | Self::Incomplete | Self::BlockedByPrevious => false,
        }
    }

    /// The status whose shape and colour it takes.
    pub fn status(self) -> Status {
        match self {
            Self::Failed => Status::NotMet,
            Self::Incomplete => Status::PartlyMet,
            Self::BlockedByPrevious => Status::NotAssessed,
            Self::PassedWithWaivers => Status::Waived,
            Self::Passed => Status::Met,
        }
    }
}

/// A group of a profile, judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct GroupResult {
    /// The group.
    pub id: Id,
    /// Its title.
    pub title: String,
    /// What it is there for.
    pub description: String,
    /// What such a group is called, such as `gate`.
    pub word: String,
    /// Its criteria, in the order of the profile.
    pub criteria: Vec<Id>,
    /// Whether it is only passed after those before it.
    pub in_order: bool,
    /// How it stands.
    pub state: GroupState,
    /// How it would stand without the order of the groups.
    pub state_alone: GroupState,
    /// The group that has to pass first.
    pub blocked_by: Option<Id>,
    /// One sentence.
    pub sentence: String,
    /// Required criteria.
    pub required: u32,
    /// Of these, those that hold on counted evidence.
    pub met: u32,
    /// Of these, those that a valid waiver covers.
    pub waived: u32,
    /// Of these, those that do not apply.
    pub not_applicable: u32,
    /// Whole per cent of what applies that holds; `None` when nothing applies.
    pub complete_percent: Option<u32>,
    /// First instant at which it may change by itself.
    pub valid_until: Option<Instant>,
}

/// The verdict of a profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Verdict {
    /// The profile.
    pub profile: Id,
    /// The profile's version.
    pub profile_version: String,
    /// The profile's title.
    pub title: String,
    /// The profile's description.
    pub description: String,
    /// What it is about, such as `trustbook 0.1.0`.
    pub subject: String,
    /// The state's key in the profile, such as `ready-with-accepted-risk`.
    pub state: String,
    /// The state's word for people.
    pub word: String,
    /// The status whose shape and colour it takes.
    pub status: Status,
    /// The sentence that can be quoted.
    pub sentence: String,
    /// Whether `check` exits 0.
    pub passes: bool,
    /// What a receipt of the same subject declares, as its own word, where there is one.
    pub declared: Option<String>,
    /// Whether the declared outcome agrees with the computed one; `None` without a declared one.
    pub declared_agrees: Option<bool>,
    /// Every criterion, worst first.
    pub criteria: Vec<CriterionResult>,
    /// The groups of the profile, in its order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupResult>,
    /// First instant at which the verdict may change by itself.
    pub valid_until: Option<Instant>,
}

/// How old something is against its limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Age {
    /// Whole days at as-of.
    pub days: i64,
    /// The limit in days.
    pub limit_days: i64,
    /// `met` inside the limit, `stale` beyond.
    pub status: Status,
    /// First instant at which it is stale.
    pub stale_from: Instant,
}

/// A piece of evidence, judged by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct EvidenceAssessment {
    /// Its age, where it says when it was captured.
    pub age: Option<Age>,
    /// Whether it can count at all.
    pub can_count: bool,
    /// Why not, in one clause.
    pub why_not: Option<String>,
    /// Claims that list it.
    pub claims: Vec<Id>,
    /// Criteria (`profile/criterion`) that use it.
    pub criteria: Vec<String>,
}

/// Something with an end, judged by dates alone: certifications, policies, documents, answers, waivers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct DateStatus {
    /// `met`, `expiring`, `expired`, `stale` (review overdue) or `not-assessed` (no dates).
    pub status: Status,
    /// The word for people, such as `Current`, `Expiring`, `Lapsed`, `Planned`, `Withdrawn`.
    pub word: String,
    /// One clause, such as `in 52 days`.
    pub why: String,
    /// When it ends.
    pub ends: Option<Instant>,
    /// Days left at as-of, negative when over.
    pub days_left: Option<i64>,
}

/// Whether a waiver has effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct WaiverAssessment {
    /// Whether it has effect.
    pub valid: bool,
    /// Why not; empty when valid.
    pub why: String,
    /// Days left at as-of.
    pub days_left: Option<i64>,
    /// What it covers, as links: `claim ID`, `criterion PROFILE/ID`.
    pub covers: Vec<String>,
}

/// One line of the list of what needs attention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Attention {
    /// Kind of record, such as `claims`.
    pub kind: String,
    /// Its id.
    pub id: Id,
    /// One line.
    pub title: String,
    /// How it stands.
    pub status: Status,
    /// The word for people.
    pub word: String,
    /// Why.
    pub why: String,
    /// Since or due when.
    pub date: Option<Instant>,
    /// What is next.
    pub next: String,
}

impl Attention {
    /// The day that people are shown: the last one of what ends, the first one of what begins.
    pub fn day(&self) -> Option<Date> {
        let begins = self.why.starts_with("begins on ");
        self.date.map(|at| if begins { at.date() } else { at.plus_seconds(-1).date() })
    }
}

/// One gated run, as the service levels over all runs count it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct RunAssessment {
    /// Its id.
    pub run: String,
    /// The strictest decision that it declares, in its own word; `None` without any.
    pub declared: Option<String>,
    /// The reason codes of its decisions, as written.
    pub reason_codes: Vec<String>,
    /// When it was decided, the last of several; `None` where no document and no index says.
    pub decided: Option<Instant>,
    /// Whether it reached a decision that is known.
    pub reached: bool,
    /// Whether its gate decided the same every time; `None` for a run that was decided once.
    pub same_again: Option<bool>,
    /// Whether an approved run has everything that a promotion needs; `None` for others.
    pub complete: Option<bool>,
    /// Whether no reason code is critical, about security, or unknown.
    pub safe: bool,
    /// The documents it was counted from.
    pub evidence: Vec<Id>,
}

/// A service level over runs, as one criterion of a profile asks it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ServiceLevel {
    /// The profile.
    pub profile: Id,
    /// The criterion.
    pub criterion: Id,
    /// `availability`, `determinism`, `completeness` or `safety`.
    pub objective: String,
    /// Runs that do.
    pub good: u32,
    /// Runs that are counted.
    pub of: u32,
    /// The share that is asked for, in per cent, as the profile writes it.
    pub at_least: String,
}

/// The gated runs of the evidence, and the service levels over all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct RunsAssessment {
    /// In the order of the profiles and their criteria.
    pub levels: Vec<ServiceLevel>,
    /// Newest decision first, those without a time last, then by id.
    pub runs: Vec<RunAssessment>,
    /// Runs that are counted and not shown to this audience.
    pub withheld: u32,
}

/// All verdicts of one snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Assessment {
    /// The instant everything is judged at.
    pub as_of: Instant,
    /// By claim.
    pub claims: BTreeMap<Id, ClaimAssessment>,
    /// In the order of the project file.
    pub verdicts: Vec<Verdict>,
    /// By evidence.
    pub evidence: BTreeMap<Id, EvidenceAssessment>,
    /// By kind, then id: everything with an end or a review date.
    pub dates: BTreeMap<String, BTreeMap<Id, DateStatus>>,
    /// By waiver.
    pub waivers: BTreeMap<Id, WaiverAssessment>,
    /// Everything that is not met, overdue, or due within the notice period, worst first.
    pub attention: Vec<Attention>,
    /// Gated runs, where there are any.
    pub runs: RunsAssessment,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_that_is_shown_is_the_last_of_what_ends_and_the_first_of_what_begins() {
        let day = |date: Option<&str>, why: &str| {
            let attention = Attention {
                kind: "documents".to_owned(),
                id: Id::slug("d"),
                title: "D".to_owned(),
                status: Status::Expiring,
                word: "Expiring".to_owned(),
                why: why.to_owned(),
                date: date.map(|text| Instant::parse(text).unwrap()),
                next: String::new(),
            };
            attention.day().map(|day| day.to_string())
        };
        assert_eq!(day(Some("2026-05-01T00:00:00Z"), "in 30 days").as_deref(), Some("2026-04-30"));
        assert_eq!(day(Some("2026-05-01T12:00:00Z"), "in 30 days").as_deref(), Some("2026-05-01"));
        assert_eq!(day(Some("2026-05-01T00:00:00Z"), "begins on 2026-05-01").as_deref(), Some("2026-05-01"));
        assert_eq!(day(None, ""), None);
    }
}
