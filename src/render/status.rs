//! Words, shapes and tones of everything that has a status. Text, shape and tone always come together.

use crate::model::assessment::Counts;
use crate::model::assessment::DateStatus;
use crate::model::changes::Direction;
use crate::model::drill::DrillResult;
use crate::model::receipt::Decision;
use crate::model::receipt::Outcome;
use crate::model::register::RiskStatus;
use crate::model::register::Severity;
use crate::model::status::Status;
use crate::model::vex::VexStatus;
use crate::render::view::Mark;

/// Tone and shape of a status.
fn look(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Met => ("good", "met"),
        Status::PartlyMet => ("warn", "partly"),
        Status::NotMet => ("bad", "not-met"),
        Status::NotAssessed => ("mute", "unknown"),
        Status::Stale => ("warn", "stale"),
        Status::Expiring => ("warn", "expiring"),
        Status::Expired => ("bad", "expired"),
        Status::Waived => ("waiv", "waived"),
        Status::NotApplicable => ("mute", "na"),
        Status::Sample => ("mute", "sample"),
    }
}

/// A status in its own word.
pub(crate) fn mark(status: Status) -> Mark {
    worded(status, status.word())
}

/// A status in another word.
pub(crate) fn worded(status: Status, word: impl Into<String>) -> Mark {
    let (tone, shape) = look(status);
    Mark { tone, shape, word: word.into() }
}

/// The status of something with an end.
pub(crate) fn dated(dates: &DateStatus) -> Mark {
    worded(dates.status, dates.word.clone())
}

/// How evidence bears on a claim or criterion.
pub(crate) fn counts(counts: Counts) -> Mark {
    match counts {
        Counts::For => worded(Status::Met, "Counts for"),
        Counts::Against => worded(Status::NotMet, "Counts against"),
        Counts::NotCounted => worded(Status::NotAssessed, "Not counted"),
    }
}

/// The outcome of a decision.
pub(crate) fn decision(decision: Decision) -> Mark {
    let status = match decision {
        Decision::Allow => Status::Met,
        Decision::Hold => Status::PartlyMet,
        Decision::Deny => Status::NotMet,
        Decision::Unknown => Status::NotAssessed,
    };
    worded(status, decision.word())
}

/// The outcome of one check of a decision.
pub(crate) fn outcome(outcome: Outcome) -> Mark {
    match outcome {
        Outcome::Pass => worded(Status::Met, "Passed"),
        Outcome::Warn => worded(Status::PartlyMet, "Passed with a remark"),
        Outcome::Fail => worded(Status::NotMet, "Failed"),
        Outcome::NotRun => worded(Status::NotAssessed, "Not run"),
        Outcome::Unknown => worded(Status::NotAssessed, "Unknown"),
        Outcome::NotApplicable => worded(Status::NotApplicable, "Not applicable"),
    }
}

/// The result of a drill.
pub(crate) fn drill(result: DrillResult) -> Mark {
    let status = match result {
        DrillResult::Passed => Status::Met,
        DrillResult::PassedWithFindings => Status::PartlyMet,
        DrillResult::Failed | DrillResult::Aborted => Status::NotMet,
        DrillResult::Interrupted
        | DrillResult::NotRun
        | DrillResult::Inconclusive
        | DrillResult::Observed => Status::NotAssessed,
    };
    worded(status, result.word())
}

/// What a statement says of a vulnerability.
pub(crate) fn vex(status: VexStatus) -> Mark {
    let look = match status {
        VexStatus::Affected => Status::NotMet,
        VexStatus::Unknown | VexStatus::UnderInvestigation => Status::NotAssessed,
        VexStatus::Fixed | VexStatus::NotAffected | VexStatus::FalsePositive => Status::Met,
    };
    worded(look, status.word())
}

/// Where a risk stands. An open risk of low severity is still open.
pub(crate) fn risk(status: RiskStatus) -> Mark {
    match status {
        RiskStatus::Open => worded(Status::NotMet, "Open"),
        RiskStatus::Investigating => worded(Status::NotAssessed, "Being looked at"),
        RiskStatus::Remediating => worded(Status::PartlyMet, "Being fixed"),
        RiskStatus::DeviationRequested => worded(Status::PartlyMet, "Acceptance asked for"),
        RiskStatus::DeviationApproved => worded(Status::Waived, "Accepted"),
        RiskStatus::Closed => worded(Status::Met, "Closed"),
    }
}

/// The word of a severity.
pub(crate) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "Low",
        Severity::Medium => "Medium",
        Severity::High => "High",
        Severity::Critical => "Critical",
    }
}

/// The direction of a change.
pub(crate) fn direction(direction: Direction) -> Mark {
    let (tone, shape, word) = match direction {
        Direction::Weaker => ("bad", "weaker", "Weaker"),
        Direction::Neutral => ("mute", "neutral", "Neutral"),
        Direction::Stronger => ("good", "stronger", "Stronger"),
    };
    Mark { tone, shape, word: word.to_owned() }
}
