//! Every run with what the service levels count of it, for the page that shows them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::Catalogue;
use super::Objective;
use super::Outcome;
use super::Run;
use super::documents;
use super::objective;
use super::runs;
use crate::evaluate::scene::Scene;
use crate::model::assessment::RunAssessment;
use crate::model::assessment::RunsAssessment;
use crate::model::assessment::ServiceLevel;
use crate::model::profile::Profile;

/// The kind of criteria that ask a service level.
const KIND: &str = "run-objective";

/// The runs of the evidence and the levels that profiles ask of them.
pub fn levels(scene: &Scene<'_>, profiles: &[Profile]) -> RunsAssessment {
    let gathered = documents(scene);
    let all = runs(&gathered, None);
    let mut out = RunsAssessment::default();
    if all.is_empty() {
        return out;
    }
    let mut known = BTreeMap::new();
    for profile in profiles {
        for criterion in profile.criteria.iter().filter(|criterion| criterion.kind == KIND) {
            let parameter = |key: &str| criterion.parameters.get(key).cloned();
            let which: Option<Objective> =
                parameter("objective").and_then(|value| serde_json::from_value(value).ok());
            let codes: BTreeMap<String, String> =
                parameter("codes").and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default();
            let catalogue = Catalogue::of(&gathered, &codes);
            known.extend(codes);
            let Some((which, (good, of))) =
                which.and_then(|which| Some((which, objective(&all, &catalogue, which)?)))
            else {
                continue;
            };
            out.levels.push(ServiceLevel {
                profile: profile.id.clone(),
                criterion: criterion.id.clone(),
                objective: which.word().to_owned(),
                good,
                of,
                at_least: parameter("at-least").map(|value| value.to_string()).unwrap_or_default(),
            });
        }
    }
    if out.levels.is_empty() {
        return out;
    }
    let catalogue = Catalogue::of(&gathered, &known);
    out.runs = all.iter().map(|run| one(run, &catalogue)).collect();
    out.runs.sort_by_key(|run| (run.decided.is_none(), Reverse(run.decided), run.run.clone()));
    out
}

fn one(run: &Run<'_>, catalogue: &Catalogue) -> RunAssessment {
    let alone = std::slice::from_ref(run);
    let holds = |which| objective(alone, catalogue, which).map(|(good, of)| good == of);
    let mut evidence: Vec<_> = run.gates.iter().chain(&run.promotions).map(|one| one.id.clone()).collect();
    evidence.extend(run.form("run-manifest").iter().map(|one| one.id.clone()));
    evidence.extend(run.results.values().flatten().map(|one| one.id.clone()));
    RunAssessment {
        run: run.id.clone(),
        declared: run
            .decisions()
            .map(|(_, receipt)| (receipt.decision, &receipt.raw_decision))
            .min()
            .map(|(_, raw)| raw.clone()),
        reason_codes: run.codes().into_iter().map(str::to_owned).collect(),
        decided: run
            .decisions()
            .filter_map(|(evidence, receipt)| receipt.decided_at.or(evidence.captured_at))
            .max(),
        reached: run.decisions().next().is_some() && !matches!(run.declared(), Outcome::Invalid(_)),
        same_again: holds(Objective::Determinism),
        complete: holds(Objective::Completeness),
        safe: holds(Objective::Safety) == Some(true),
        evidence,
    }
}
