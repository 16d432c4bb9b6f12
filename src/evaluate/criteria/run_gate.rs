//! `run-gate`: what a gated run comes to, recomputed from its documents, one question at a time.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Condition;
use super::CriterionRow;
use crate::evaluate::runs::Catalogue;
use crate::evaluate::runs::Outcome;
use crate::evaluate::runs::Run;
use crate::evaluate::runs::documents;
use crate::evaluate::runs::runs;
use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::model::assessment::Counts;
use crate::model::status::Status;

pub(super) const ROW: CriterionRow = CriterionRow {
    kind: "run-gate",
    what: "One question about gated runs, answered from their own documents: `documents` (schemas and run ids agree), `declared` \
           (the strictest decision), `verification` (its exit code), `tasks` (every final attempt passed), `risk` (below the \
           threshold of the run, else `threshold`), `confidence` (at least `confidence`), `reason-codes` (of a catalogue, none \
           critical), `complete` (decisions, manifest and all results are here). Without `run`, all runs are asked and the worst \
           answers. A valid override receipt lifts what only asks for a person.",
    why: "A decision is believed only as far as the run behind it bears it out.",
    source: "Release gates: APPROVE, NEEDS_HUMAN, REJECT; the effective decision is the strictest of gate, promotion and \
             recomputation, and a risk equal to its threshold needs a person.",
    example: "id: risk\ntext: The risk is below its threshold\nkind: run-gate\npart: risk\nthreshold: 60\n",
    schema: super::schema::<Parameters>,
    parse: super::condition::<Parameters>,
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Parameters {
    /// The question.
    part: Part,
    /// Only the run of this id.
    #[serde(default)]
    run: Option<String>,
    /// The risk from which a person is needed, where the run names none; 60 when not given.
    #[serde(default = "sixty")]
    threshold: f64,
    /// The least confidence, 0 to 1; 0.7 when not given.
    #[serde(default = "seven_tenths")]
    confidence: f64,
    /// Reason codes and their classes, for evidence without a catalogue.
    #[serde(default)]
    codes: BTreeMap<String, String>,
}

fn sixty() -> f64 {
    60.0
}

fn seven_tenths() -> f64 {
    0.7
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Part {
    /// Schemas and run ids.
    Documents,
    /// The strictest declared decision.
    Declared,
    /// The exit code of the verification.
    Verification,
    /// The final attempts.
    Tasks,
    /// The risk.
    Risk,
    /// The confidence.
    Confidence,
    /// The reason codes.
    ReasonCodes,
    /// Whether everything is here.
    Complete,
}

impl Part {
    fn asked(self) -> &'static str {
        match self {
            Self::Documents => "decisions as their schema says, of one run",
            Self::Declared => "APPROVE by every decision",
            Self::Verification => "exit code 0",
            Self::Tasks => "PASS for every task",
            Self::Risk => "a risk below the threshold",
            Self::Confidence => "enough confidence",
            Self::ReasonCodes => "known reason codes, none critical",
            Self::Complete => "decisions, manifest and all task results",
        }
    }
}

impl Condition for Parameters {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        let mut gathered = documents(scene);
        let everything = runs(&gathered, None);
        let chosen: Vec<&Run<'_>> = everything
            .iter()
            .filter(|run| self.run.as_ref().is_none_or(|wanted| run.id == *wanted))
            .collect();
        let catalogue = Catalogue::of(&gathered, &self.codes);
        let several = chosen.len() > 1;
        let mut worst: Option<(Outcome, Option<String>)> = None;
        let mut notes = Vec::new();
        for run in chosen {
            let outcome = self.ask(run, &everything, &gathered, &catalogue);
            let (outcome, lifted) = match outcome {
                Outcome::Human(found) => {
                    let overrides = run.overridden(scene.as_of);
                    let turning = overrides.turning.into_iter();
                    notes.extend(
                        turning.map(|instant| (None, Counts::NotCounted, String::new(), Some(instant))),
                    );
                    let first = overrides.without_effect.first();
                    let found = match (first, &overrides.lifted) {
                        (Some((evidence, why)), None) => {
                            format!("{found}; the override `{}` has no effect: {why}", evidence.id)
                        }
                        (None, _) | (_, Some(_)) => found,
                    };
                    for (evidence, why) in overrides.without_effect {
                        notes.push((Some(evidence), Counts::NotCounted, why, None));
                    }
                    let lifted = overrides.lifted.map(|(evidence, words)| {
                        notes.push((Some(evidence), Counts::For, String::new(), None));
                        words
                    });
                    (Outcome::Human(found), lifted)
                }
                Outcome::Invalid(_) | Outcome::Rejected(_) | Outcome::Incomplete(_) | Outcome::Fine(_) => {
                    (outcome, None)
                }
            };
            let (counts, why) = match &outcome {
                Outcome::Fine(_) => (Counts::For, String::new()),
                Outcome::Human(why)
                | Outcome::Invalid(why)
                | Outcome::Rejected(why)
                | Outcome::Incomplete(why) => (Counts::Against, why.clone()),
            };
            for evidence in self.rests_on(run) {
                notes.push((Some(evidence), counts, why.clone(), None));
            }
            let words = |text: String| if several { format!("run `{}`: {text}", run.id) } else { text };
            let outcome = match outcome {
                Outcome::Invalid(text) => Outcome::Invalid(words(text)),
                Outcome::Rejected(text) => Outcome::Rejected(words(text)),
                Outcome::Incomplete(text) => Outcome::Incomplete(words(text)),
                Outcome::Human(text) => Outcome::Human(words(text)),
                Outcome::Fine(text) => Outcome::Fine(words(text)),
            };
            let rank = |outcome: &Outcome, lifted: bool| match outcome {
                Outcome::Invalid(_) => 0,
                Outcome::Rejected(_) => 1,
                Outcome::Incomplete(_) => 2,
                Outcome::Human(_) if !lifted => 3,
                Outcome::Human(_) => 4,
                Outcome::Fine(_) => 5,
            };
            let graver = worst.as_ref().is_none_or(|(known, known_lifted)| {
                rank(&outcome, lifted.is_some()) < rank(known, known_lifted.is_some())
            });
            if graver {
                worst = Some((outcome, lifted));
            }
        }
        for (evidence, counts, why, instant) in notes {
            if let Some(evidence) = evidence {
                gathered.note(evidence, counts, why);
            }
            gathered.turns(scene, instant);
        }
        let open = Judgement::open(self.part.asked());
        let judgement = match worst {
            None => match gathered.not_live.first() {
                Some(first) => open
                    .is(Status::Sample, "only-sample", format!("`{}` is not live", first.id))
                    .help("collect the documents of a run that happened"),
                None => open
                    .is(Status::NotMet, "gate-invalid", "there is no run")
                    .help("put the run's decisions, manifest and results below the evidence folder"),
            },
            Some((Outcome::Fine(found), _)) => open.is(Status::Met, "met", found),
            Some((Outcome::Invalid(found), _)) => open
                .is(Status::NotMet, "gate-invalid", found)
                .help("run the gate again; its documents cannot be relied on"),
            Some((Outcome::Rejected(found), _)) => open
                .is(Status::NotMet, "gate-rejected", found)
                .help("mend what failed and run again; no override lifts a rejection"),
            Some((Outcome::Incomplete(found), _)) => open
                .is(Status::NotAssessed, "evidence-incomplete", found)
                .help("put the missing document of the run beside the others"),
            Some((Outcome::Human(found), Some(by))) => {
                open.is(Status::Waived, "gate-overridden", format!("{found}; {by}"))
            }
            Some((Outcome::Human(found), None)) => open.is(Status::NotMet, "gate-needs-human", found).help(
                "have a person decide, and keep an override receipt with `run_id`, `approver`, `reason` and a time after the decision",
            ),
        };
        let mut judgement = gathered.into(judgement);
        judgement.sealed |= judgement.status != Status::Met;
        judgement
    }
}

impl Parameters {
    fn ask(
        &self,
        run: &Run<'_>,
        everything: &[Run<'_>],
        gathered: &crate::evaluate::gather::Gathered<'_>,
        catalogue: &Catalogue,
    ) -> Outcome {
        match self.part {
            Part::Documents => run.well_formed(everything, gathered),
            Part::Declared => run.declared(),
            Part::Verification => run.verified(),
            Part::Tasks => run.tasks(),
            Part::Risk => run.risk(self.threshold),
            Part::Confidence => run.confidence(self.confidence),
            Part::ReasonCodes => run.reasons(catalogue),
            Part::Complete => run.complete(),
        }
    }

    /// The documents that the answer rests on.
    fn rests_on<'a>(&self, run: &Run<'a>) -> Vec<&'a crate::model::evidence::Evidence> {
        let decisions = run.decisions().map(|(evidence, _)| evidence);
        let manifest = run.form("run-manifest").iter().copied();
        let results = run.results.values().flatten().copied();
        match self.part {
            Part::Documents | Part::Complete => decisions.chain(manifest).chain(results).collect(),
            Part::Declared | Part::Confidence | Part::ReasonCodes => decisions.collect(),
            Part::Verification => decisions.chain(manifest).collect(),
            Part::Tasks => results.chain(run.form("run-summary").iter().copied()).collect(),
            Part::Risk => decisions.chain(manifest).chain(results).collect(),
        }
    }
}
