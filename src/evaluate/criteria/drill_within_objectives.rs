//! `drill-within-objectives`: a drill was really run, and everything it measured stayed inside its objectives.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Condition;
use super::CriterionRow;
use super::Named;
use super::thing;
use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::evaluate::weigh::Says;
use crate::evaluate::weigh::Selector;
use crate::evaluate::weigh::select;
use crate::evaluate::weigh::weigh;
use crate::model::drill::Drill;
use crate::model::drill::DrillResult;
use crate::model::drill::DrillType;
use crate::model::drill::Environment;
use crate::model::drill::Objective;
use crate::model::evidence::Evidence;
use crate::model::evidence::EvidenceKind;
use crate::model::status::Status;
use crate::model::time::Instant;

pub(super) const ROW: CriterionRow = CriterionRow {
    kind: "drill-within-objectives",
    what: "At least `minimum` counted drills passed by their own numbers: every objective has a target and a measured \
           value inside it, the data was not found damaged, the next repetition is not overdue. `metrics` names \
           objectives that must be among them; `types` and `environments` narrow which drills are asked. \
           Not run, planned, inconclusive and only observed never pass.",
    why: "A drill plan is not a drill, and a text label beside a missed target is not a pass.",
    source: "Certification: a drill is valid with scenario, observed times, target and actual recovery, integrity check.",
    example: "id: restore\ntext: A restore stays within its objectives\nkind: drill-within-objectives\n\
              types: [restore]\nmetrics: [rto, rpo]\n",
    schema: super::schema::<Parameters>,
    parse: super::condition::<Parameters>,
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Parameters {
    #[serde(flatten)]
    selector: Selector,
    /// How many drills; 1 when not given.
    #[serde(default)]
    minimum: Option<u64>,
    /// Only drills of these types.
    #[serde(default)]
    types: Vec<DrillType>,
    /// Only drills in these environments.
    #[serde(default)]
    environments: Vec<Environment>,
    /// Objectives that each drill must have measured.
    #[serde(default)]
    metrics: Vec<String>,
    /// Whether a drill that found something to fix is enough; `true` when not given.
    #[serde(default = "yes")]
    accept_findings: bool,
}

fn yes() -> bool {
    true
}

impl Condition for Parameters {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        let minimum = self.minimum.unwrap_or(1).max(1);
        let kind = Some(EvidenceKind::Drill);
        let mut weighed = weigh(scene, &self.selector, kind.as_slice(), |evidence| self.ask(evidence, scene));
        for evidence in select(scene, &self.selector, kind.as_slice()) {
            if let Some(drill) = evidence.body.drill() {
                weighed.turns(scene, due(drill, evidence.captured_at));
            }
        }
        let measured: Vec<String> = weighed
            .yes
            .iter()
            .filter_map(|evidence| evidence.body.drill())
            .flat_map(|drill| drill.objectives.iter().map(in_words))
            .collect();
        let overdue =
            weighed.silent.iter().find(|(_, why)| why.starts_with(OVERDUE)).map(|(_, why)| why.clone());
        let asked = match self.metrics.as_slice() {
            [] => format!("{minimum} drill, every objective met"),
            metrics => format!("{minimum} drill, every objective met, {} measured", metrics.join(" and ")),
        };
        let mut judgement = weighed.judgement(asked, minimum, thing(kind));
        match (judgement.status, overdue) {
            (Status::Met, _) if !measured.is_empty() => judgement.found = measured.join("; "),
            (Status::NotAssessed, Some(why)) => {
                judgement = judgement.is(Status::Stale, "only-stale", why).help("repeat the drill");
            }
            (_, _) => {}
        }
        judgement
    }

    fn names(&self) -> Vec<(String, Named)> {
        super::selected_names(&self.selector)
    }
}

const OVERDUE: &str = "the next repetition was due";

impl Parameters {
    fn ask(&self, evidence: &Evidence, scene: &Scene<'_>) -> Says {
        let Some(drill) = evidence.body.drill() else {
            return Says::Nothing("it is not a drill record".to_owned());
        };
        let nothing = |why: &str| Says::Nothing(why.to_owned());
        if !self.types.is_empty() && !self.types.contains(&drill.drill_type) {
            return nothing("it is a drill of another type");
        }
        if !self.environments.is_empty() && !self.environments.contains(&drill.environment) {
            return nothing("it took place in another environment");
        }
        match drill.computed {
            DrillResult::Failed | DrillResult::Aborted => {
                let why =
                    drill.objectives.iter().find(|objective| met(objective) == Some(false)).map(in_words);
                return Says::No(why.unwrap_or_else(|| drill.computed.word().to_lowercase()));
            }
            DrillResult::PassedWithFindings if !self.accept_findings => {
                return Says::No("it passed with findings".to_owned());
            }
            DrillResult::Passed | DrillResult::PassedWithFindings => {}
            DrillResult::Interrupted => return nothing("it was interrupted"),
            DrillResult::NotRun => return nothing("it was not run"),
            DrillResult::Inconclusive => return nothing("it is inconclusive"),
            DrillResult::Observed => return nothing("it was only observed, nothing was asked of it"),
        }
        if drill.data_integrity.as_ref().is_some_and(|integrity| integrity.status == "failed") {
            return Says::No("the data was found damaged".to_owned());
        }
        if drill.objectives.is_empty() {
            return nothing("it has no objectives");
        }
        for objective in &drill.objectives {
            match met(objective) {
                Some(true) => {}
                Some(false) => return Says::No(in_words(objective)),
                None => return Says::Nothing(format!("its objective {} was not measured", name(objective))),
            }
        }
        for metric in &self.metrics {
            if !drill.objectives.iter().any(|objective| name(objective) == metric) {
                return Says::Nothing(format!("it has no objective {metric}"));
            }
        }
        match due(drill, evidence.captured_at) {
            Some(due) if scene.as_of >= due => {
                Says::Nothing(format!("{OVERDUE} on {}", due.plus_seconds(-1).date()))
            }
            Some(_) | None => Says::Yes,
        }
    }
}

/// The first instant at which the next repetition is overdue.
pub(crate) fn due(drill: &Drill, captured_at: Option<Instant>) -> Option<Instant> {
    let dated = drill.cadence.next_due.map(crate::model::time::Date::end);
    let counted = match (drill.cadence.every, drill.ended.or(drill.started).or(captured_at)) {
        (Some(every), Some(last)) => Some(every.after(last)),
        (_, _) => None,
    };
    match (dated, counted) {
        (Some(dated), Some(counted)) => Some(dated.min(counted)),
        (dated, counted) => dated.or(counted),
    }
}

fn name(objective: &Objective) -> &str {
    objective.name.as_deref().unwrap_or(&objective.metric)
}

fn met(objective: &Objective) -> Option<bool> {
    let (target, achieved) = (objective.target?, objective.achieved?);
    let holds = objective.compare.holds(achieved.compare(target)?);
    // The loader's word can only make it stricter.
    Some(holds && objective.met != Some(false))
}

fn in_words(objective: &Objective) -> String {
    let amount = |amount: Option<crate::model::drill::Amount>| match amount {
        Some(amount) => amount.human(objective.unit.as_deref()),
        None => "not given".to_owned(),
    };
    let name = match name(objective) {
        short if short.len() <= 4 => short.to_uppercase(),
        long => long.to_owned(),
    };
    format!("{name} {} (target {})", amount(objective.achieved), amount(objective.target))
}
