//! What the rules make of a drill, whatever its people or its tool say.
//!
//! In order: something was missed → failed; cut short → that word; something was not done or not measured →
//! inconclusive; nothing was asked → observed; open findings or a failed step back → passed with findings; passed.

use crate::model::drill::Amount;
use crate::model::drill::DrillResult;
use crate::model::drill::Mark;
use crate::model::drill::Objective;
use crate::model::drill::RtoClock;
use crate::model::drill::TimelineMark;
use crate::model::time::Instant;
use crate::model::time::Period;

/// What a verdict rests on.
pub(super) struct Facts<'f> {
    /// With `achieved` filled in where the timeline gives it, and `met` where it can be said.
    pub objectives: &'f [Objective],
    /// `met`, `not-met`, `not-checked`.
    pub steady_state_after: Option<&'f str>,
    /// `verified`, `failed`, `not-checked`, `not-applicable`.
    pub data_integrity: Option<&'f str>,
    /// Status words of the actions.
    pub actions: Vec<&'f str>,
    /// Status words of the steps back.
    pub rollbacks: Vec<&'f str>,
    /// Titles of open findings of severity medium and above.
    pub open_findings: Vec<&'f str>,
    /// Set when it was cut short or never began.
    pub cut_short: Option<DrillResult>,
}

/// The computed result, and why.
pub(super) fn judge(facts: &Facts<'_>) -> (DrillResult, Vec<String>) {
    let mut reasons = Vec::new();
    for objective in facts.objectives.iter().filter(|objective| objective.met == Some(false)) {
        let unit = objective.unit.as_deref();
        let shown =
            |amount: Option<Amount>| amount.map_or_else(|| "nothing".to_owned(), |amount| amount.human(unit));
        reasons.push(format!(
            "{} was {}, asked was {} {}",
            named(objective),
            shown(objective.achieved),
            objective.compare.words(),
            shown(objective.target)
        ));
    }
    if facts.steady_state_after == Some("not-met") {
        reasons.push("the steady state was not met afterwards".to_owned());
    }
    if facts.data_integrity == Some("failed") {
        reasons.push("the data was not whole afterwards".to_owned());
    }
    if !reasons.is_empty() {
        return (DrillResult::Failed, reasons);
    }
    if let Some(result) = facts.cut_short {
        let reason = match result {
            DrillResult::NotRun => "it was not run",
            DrillResult::Interrupted => "it was interrupted before its end",
            DrillResult::Failed
            | DrillResult::Aborted
            | DrillResult::Inconclusive
            | DrillResult::Observed
            | DrillResult::PassedWithFindings
            | DrillResult::Passed => "it was aborted before its end",
        };
        return (result, vec![reason.to_owned()]);
    }
    let undone = facts.actions.iter().filter(|status| **status != "succeeded").count();
    if undone > 0 {
        reasons.push(format!(
            "{undone} of {} actions did not succeed, so what was to be tried was not",
            facts.actions.len()
        ));
    }
    for objective in
        facts.objectives.iter().filter(|objective| objective.target.is_some() && objective.met.is_none())
    {
        reasons.push(format!("{} has a target and no measured value to compare with it", named(objective)));
    }
    if !reasons.is_empty() {
        return (DrillResult::Inconclusive, reasons);
    }
    let asked = facts.objectives.iter().any(|objective| objective.met.is_some())
        || facts.steady_state_after == Some("met")
        || facts.data_integrity == Some("verified");
    if !asked {
        return (DrillResult::Observed, vec!["no objective and no steady state was asked for".to_owned()]);
    }
    let back =
        facts.rollbacks.iter().filter(|status| **status != "succeeded" && **status != "skipped").count();
    if back > 0 {
        reasons.push(format!("{back} of {} steps back did not succeed", facts.rollbacks.len()));
    }
    if !facts.open_findings.is_empty() {
        reasons.push(match facts.open_findings.len() {
            1 => "1 finding of severity medium or above is open".to_owned(),
            many => format!("{many} findings of severity medium or above are open"),
        });
    }
    if reasons.is_empty() {
        (DrillResult::Passed, vec!["everything that was asked for held".to_owned()])
    } else {
        (DrillResult::PassedWithFindings, reasons)
    }
}

fn named(objective: &Objective) -> String {
    let metric = match (&objective.name, objective.metric.as_str()) {
        (Some(name), _) => name.clone(),
        (None, "rto" | "rpo" | "mttd" | "mttr" | "mtpd") => objective.metric.to_uppercase(),
        (None, other) => other.to_owned(),
    };
    match &objective.service {
        Some(service) => format!("{metric} of {service}"),
        None => metric,
    }
}

/// Whether an objective holds; `None` when it cannot be said.
pub(super) fn met(objective: &Objective) -> Option<bool> {
    let found_to_target = objective.achieved?.compare(objective.target?)?;
    Some(objective.compare.holds(found_to_target))
}

/// What the timeline gives for a metric of `service`.
pub(super) fn achieved(
    metric: &str,
    service: Option<&str>,
    timeline: &[TimelineMark],
    recovery_point: Option<Instant>,
    clock: RtoClock,
) -> Option<Period> {
    let first = |mark| marks(timeline, mark, service).into_iter().min();
    let start = match clock {
        RtoClock::Disruption => first(Mark::Disruption),
        RtoClock::Declaration => first(Mark::Declared),
    };
    // several services can come back at different times: the last one counts
    let restored = || marks(timeline, Mark::ServiceRestored, service).into_iter().max();
    let between = |start: Option<Instant>, end: Option<Instant>| {
        let millis = end?.millis_since(start?);
        (millis >= 0).then(|| Period::from_millis(millis))
    };
    match metric {
        "rto" => between(start, restored()),
        "mttr" => between(first(Mark::Disruption), restored()),
        "mttd" => between(first(Mark::Disruption), first(Mark::Detected)),
        "rpo" => between(recovery_point, first(Mark::Disruption)),
        _ => None,
    }
}

/// Times of a mark: those of the service where there are any, else those of no service in particular.
fn marks(timeline: &[TimelineMark], mark: Mark, service: Option<&str>) -> Vec<Instant> {
    let all: Vec<&TimelineMark> = timeline.iter().filter(|entry| entry.mark == mark).collect();
    let own: Vec<Instant> = all
        .iter()
        .filter(|entry| service.is_some() && entry.service.as_deref() == service)
        .map(|entry| entry.at)
        .collect();
    if !own.is_empty() {
        return own;
    }
    all.iter().filter(|entry| service.is_none() || entry.service.is_none()).map(|entry| entry.at).collect()
}
