//! `fresh-within`: evidence is not older than a period.

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
use crate::evaluate::weigh::weigh;
use crate::model::drill::DrillResult;
use crate::model::evidence::Evidence;
use crate::model::evidence::EvidenceKind;
use crate::model::time::Period;

pub(super) const ROW: CriterionRow = CriterionRow {
    kind: "fresh-within",
    what: "At least one selected piece of evidence counts and was captured within `within` of the snapshot's as-of. \
           The age is measured from the time the evidence records, never from a file's time stamp. A drill that was not run and a list of ticked boxes show nothing.",
    why: "Old evidence proves what was, not what is.",
    source: "Freshness is derived from dates at build and again at reading; a stored status goes stale in silence.",
    example: "id: recent-restore\ntext: A restore was tried in the last quarter\nkind: fresh-within\n\
              evidence-kind: drill\nwithin: P90D\n",
    schema: super::schema::<Parameters>,
    parse: super::condition::<Parameters>,
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Parameters {
    #[serde(flatten)]
    selector: Selector,
    /// The kind of evidence; any when not given.
    #[serde(default)]
    evidence_kind: Option<EvidenceKind>,
    /// How old it may be.
    within: Period,
}

impl Condition for Parameters {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        let limit = match scene.max_age {
            Some(limit) if limit.approximate_millis() < self.within.approximate_millis() => limit,
            Some(_) | None => self.within,
        };
        let scene = Scene { max_age: Some(limit), ..*scene };
        let thing = thing(self.evidence_kind);
        weigh(&scene, &self.selector, self.evidence_kind.as_slice(), ask).judgement(
            format!("a {} not older than {}", thing.0, limit.human()),
            1,
            thing,
        )
    }

    fn names(&self) -> Vec<(String, Named)> {
        super::selected_names(&self.selector)
    }
}

fn ask(evidence: &Evidence) -> Says {
    let not_run = evidence.body.drill().is_some_and(|drill| drill.computed == DrillResult::NotRun);
    match super::evidence_holds::only_declared(evidence) {
        Some(why) => Says::Nothing(why.to_owned()),
        None if not_run => Says::Nothing("it was not run".to_owned()),
        None => Says::Yes,
    }
}
