//! `run-objective`: a service level over all gated runs of the evidence.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Condition;
use super::CriterionRow;
use crate::evaluate::runs::Catalogue;
use crate::evaluate::runs::Objective;
use crate::evaluate::runs::documents;
use crate::evaluate::runs::objective;
use crate::evaluate::runs::runs;
use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::model::assessment::Counts;
use crate::model::status::Status;

pub(super) const ROW: CriterionRow = CriterionRow {
    kind: "run-objective",
    what: "At least `at-least` percent of the runs in the evidence: reached a final decision (`availability`), decided the same when \
           replayed (`determinism`), were approved with everything a promotion needs (`completeness`), have no critical reason \
           code (`safety`). No run at all is not assessed.",
    why: "One good run says little about the pipeline.",
    source: "Release gates: the four service level objectives over runs.",
    example: "id: availability\ntext: Runs reach a decision\nkind: run-objective\nobjective: availability\nat-least: 99.9\n",
    schema: super::schema::<Parameters>,
    parse: super::condition::<Parameters>,
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Parameters {
    /// Which share.
    objective: Objective,
    /// In percent.
    at_least: f64,
    /// Reason codes and their classes, for evidence without a catalogue.
    #[serde(default)]
    codes: BTreeMap<String, String>,
}

impl Condition for Parameters {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        let mut gathered = documents(scene);
        let all = runs(&gathered, None);
        let catalogue = Catalogue::of(&gathered, &self.codes);
        let open = Judgement::open(format!("at least {} %", self.at_least));
        let share = objective(&all, &catalogue, self.objective);
        let judgement = match share {
            None => open
                .is(Status::NotAssessed, "nothing-counted", "no run to count")
                .help("keep the documents of more runs"),
            Some((good, of)) => {
                let percent = f64::from(good) * 100.0 / f64::from(of);
                let found = format!("{good} of {of} runs, {percent:.1} %");
                if percent >= self.at_least {
                    open.is(Status::Met, "met", found)
                } else {
                    open.is(Status::NotMet, "counted-says-no", found).help("look at the runs that differ")
                }
            }
        };
        let counts = if judgement.status == Status::NotMet { Counts::Against } else { Counts::For };
        if share.is_some() {
            for evidence in all.iter().flat_map(|run| run.decisions().map(|(evidence, _)| evidence)) {
                gathered.note(evidence, counts, "");
            }
        }
        gathered.into(judgement)
    }
}
