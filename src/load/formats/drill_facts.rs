//! What people add to a tool's drill in the evidence index: targets, controls, findings, and what the tool cannot know.

use super::drill;
use super::drill_rules;
use crate::model::drill::DataIntegrity;
use crate::model::drill::Drill;
use crate::model::drill::DrillFacts;
use crate::model::drill::DrillResult;
use crate::model::drill::DrillType;
use crate::model::drill::Objective;
use crate::model::drill::Plan;
use crate::model::evidence::Body;
use crate::model::finding::Finding;
use crate::model::record::Origin;

/// Adds `facts`, written at `origin`, to what the format `adapter` read, and judges again.
///
/// They never make a result better than the tool's own output bears: only what was merely observed can pass by targets
/// that were met, and only a restore whose tool does not say how it ended can be settled by its exit code.
pub(crate) fn add(
    body: &mut Body,
    facts: &DrillFacts,
    adapter: &str,
    origin: &Origin,
    findings: &mut Vec<Finding>,
) {
    let Body::Drill(record) = body else {
        findings.push(
            Finding::error(
                "invalid-value",
                "the file is no drill output, so there is no drill to say this of",
            )
            .at(origin.field("drill"))
            .help("remove `drill`, or name the file that is meant"),
        );
        return;
    };
    if adapter == drill::ROW.id {
        findings.push(
            Finding::error("invalid-value", "a drill record says all of this itself")
                .at(origin.field("drill"))
                .help("remove `drill` from the index and write it in the record"),
        );
        return;
    }
    if !words(facts, origin, findings) {
        return;
    }
    let mut reasons = Vec::new();
    let base = exit(record, facts.exit_code, adapter, &mut reasons);
    merge(record, facts);
    for (index, wanted) in facts.objectives.iter().enumerate() {
        objective(record, wanted, &origin.field(&format!("drill/objectives/{index}")), findings);
    }
    let asked: Vec<Objective> =
        record.objectives.iter().filter(|objective| objective.target.is_some()).cloned().collect();
    let (added, why) = drill_rules::judge(&drill_rules::Facts {
        objectives: &asked,
        steady_state_after: None,
        data_integrity: record.data_integrity.as_ref().map(|integrity| integrity.status.as_str()),
        actions: Vec::new(),
        rollbacks: Vec::new(),
        open_findings: record
            .findings
            .iter()
            .filter(|finding| {
                finding.severity != "low"
                    && matches!(finding.status.as_deref(), None | Some("open" | "in-progress"))
            })
            .map(|finding| finding.title.as_str())
            .collect(),
        cut_short: None,
    });
    let (result, by_people) = together(base, added, record.drill_type);
    if by_people {
        reasons = why;
    } else if reasons.is_empty() {
        return;
    }
    record.computed = result;
    record.reasons = reasons;
}

/// Adds to `body`, which the format `adapter` read again, what the evidence index must have added for it to become `stated`;
/// whether it added anything. What the index cannot change stays as the tool has it, and so does a result that the additions
/// do not bear; a graver one can come of additions that are withheld.
pub(crate) fn add_again(body: &mut Body, stated: &Body, adapter: &str) -> bool {
    let (Body::Drill(record), Body::Drill(wanted)) = (&mut *body, stated) else { return false };
    if record == wanted || adapter == drill::ROW.id {
        return false;
    }
    let facts = DrillFacts {
        environment: Some(wanted.environment),
        announced: wanted.announced,
        scope: Some(wanted.scope.clone()),
        scenario: wanted.scenario.clone(),
        hypothesis: wanted.hypothesis.clone(),
        objectives: wanted.objectives.clone(),
        data_integrity: wanted.data_integrity.clone(),
        findings: wanted.findings.iter().skip(record.findings.len()).cloned().collect(),
        participants: wanted.participants.iter().skip(record.participants.len()).cloned().collect(),
        plan: wanted.plan.clone().map(|title| Plan { title: Some(title), version: None, href: None }),
        cadence: Some(wanted.cadence.clone()),
        controls: wanted.controls.iter().skip(record.controls.len()).cloned().collect(),
        exit_code: wanted
            .reasons
            .iter()
            .find_map(|reason| exit_code(reason))
            .or((record.actions != wanted.actions).then_some(0)),
    };
    add(body, &facts, adapter, &Origin::default(), &mut Vec::new());
    if let Body::Drill(record) = body
        && wanted.computed <= record.computed
    {
        record.computed = wanted.computed;
        record.reasons.clone_from(&wanted.reasons);
    }
    true
}

/// The code in a reason that [`exit`] gives.
fn exit_code(reason: &str) -> Option<i32> {
    reason.strip_prefix(EXIT)?.strip_suffix(SAID)?.parse().ok()
}

const EXIT: &str = "the tool ended with exit code ";
const SAID: &str = ", as the evidence index says";

/// The result of the tool's own and of what people added, and whether the latter decides.
fn together(base: DrillResult, added: DrillResult, drill_type: DrillType) -> (DrillResult, bool) {
    match (base, added) {
        (DrillResult::Failed, _) => (base, false),
        (_, DrillResult::Failed) => (added, true),
        (_, DrillResult::Observed) => (base, false),
        (DrillResult::Observed, _) if drill_type == DrillType::Backup => (base, false),
        (DrillResult::Observed, _) => (added, true),
        (_, _) => (base.min(added), added < base),
    }
}

/// What the exit code says; the tool's own result where it is not given.
fn exit(record: &mut Drill, code: Option<i32>, adapter: &str, reasons: &mut Vec<String>) -> DrillResult {
    match code {
        Some(0) if adapter == "barman-restore" && record.computed == DrillResult::Inconclusive => {
            for step in record.actions.iter_mut().filter(|step| step.status == "unknown") {
                "succeeded".clone_into(&mut step.status);
            }
            record.computed = DrillResult::Passed;
            reasons.push(format!("{EXIT}0{SAID}"));
        }
        Some(0) | None => {}
        Some(code) => {
            if record.computed != DrillResult::Failed {
                reasons.push(format!("{EXIT}{code}{SAID}"));
            }
            record.computed = DrillResult::Failed;
        }
    }
    record.computed
}

fn merge(record: &mut Drill, facts: &DrillFacts) {
    let DrillFacts {
        environment,
        announced,
        scope,
        scenario,
        hypothesis,
        data_integrity,
        findings,
        participants,
        plan,
        cadence,
        controls,
        objectives: _,
        exit_code: _,
    } = facts.clone();
    if let Some(environment) = environment {
        record.environment = environment;
    }
    record.announced = record.announced.or(announced);
    if let Some(scope) = scope {
        record.scope = scope;
    }
    record.scenario = scenario.or(record.scenario.take());
    record.hypothesis = record.hypothesis.take().or(hypothesis);
    let graver = |integrity: &DataIntegrity| integrity.status == "failed";
    if !record.data_integrity.as_ref().is_some_and(graver) {
        record.data_integrity = data_integrity.or(record.data_integrity.take());
    }
    record.findings.extend(findings);
    record.participants.extend(participants);
    let plan =
        plan.map(|plan| [plan.title, plan.version].into_iter().flatten().collect::<Vec<_>>().join(" "));
    record.plan = plan.filter(|plan| !plan.is_empty()).or(record.plan.take());
    if let Some(cadence) = cadence {
        record.cadence = cadence;
    }
    record.controls.extend(controls);
}

/// Sets the target of an objective that the tool measured, or adds one. What the tool measured is used.
fn objective(
    record: &mut Drill,
    wanted: &Objective,
    place: &crate::model::finding::Place,
    findings: &mut Vec<Finding>,
) {
    let same = |one: &&mut Objective| {
        one.metric == wanted.metric && one.name == wanted.name && one.service == wanted.service
    };
    let Some(found) = record.objectives.iter_mut().find(same) else {
        let mut added = wanted.clone();
        added.met = drill_rules::met(&added);
        record.objectives.push(added);
        return;
    };
    let mismatch = |what: &str, written: String, measured: String| {
        Finding::warning(
            "declared-mismatch",
            format!("the index says {what} {written}, the tool {measured}; the tool's is used"),
        )
        .at(place.clone())
    };
    match (found.achieved, wanted.achieved) {
        (Some(measured), Some(written)) if measured != written => {
            findings.push(mismatch("achieved was", written.to_string(), measured.to_string()));
        }
        (None, written) => found.achieved = written,
        (_, _) => {}
    }
    match (found.target, wanted.target) {
        (Some(own), Some(written)) if own != written => {
            findings.push(mismatch("the target is", written.to_string(), own.to_string()));
        }
        (None, Some(target)) => {
            found.target = Some(target);
            found.compare = wanted.compare;
            found.unit = found.unit.take().or(wanted.unit.clone());
            let computed = drill_rules::met(found);
            found.met = if found.met == Some(false) { found.met } else { computed };
        }
        (_, _) => {}
    }
    found.note = wanted.note.clone().or(found.note.take());
}

fn words(facts: &DrillFacts, origin: &Origin, findings: &mut Vec<Finding>) -> bool {
    let before = findings.len();
    let mut one_of = |field: String, word: &str, known: &[&str]| {
        drill::one_of(origin.field(&format!("drill/{field}")), word, known, findings);
    };
    for (index, objective) in facts.objectives.iter().enumerate() {
        one_of(format!("objectives/{index}/metric"), &objective.metric, &drill::METRICS);
    }
    if let Some(integrity) = &facts.data_integrity {
        one_of("data-integrity/status".to_owned(), &integrity.status, &drill::INTEGRITY);
    }
    for (index, finding) in facts.findings.iter().enumerate() {
        one_of(format!("findings/{index}/severity"), &finding.severity, &drill::SEVERITY);
        if let Some(status) = &finding.status {
            one_of(format!("findings/{index}/status"), status, &drill::FINDING);
        }
    }
    findings.len() == before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_add_makes_nothing_better_than_the_tool_bears() {
        use DrillResult as R;
        let of = |base, added| together(base, added, DrillType::Restore).0;
        assert_eq!(of(R::Observed, R::Passed), R::Passed);
        assert_eq!(of(R::Passed, R::Failed), R::Failed);
        assert_eq!(of(R::Passed, R::Observed), R::Passed);
        assert_eq!(of(R::Passed, R::Inconclusive), R::Inconclusive);
        assert_eq!(of(R::Passed, R::PassedWithFindings), R::PassedWithFindings);
        for base in [R::Failed, R::Aborted, R::Interrupted, R::NotRun, R::Inconclusive] {
            assert_eq!(of(base, R::Passed), base);
        }
        assert_eq!(together(R::Observed, R::Passed, DrillType::Backup).0, R::Observed);
    }
}
