//! `closeout-part`: one of the eight parts of a final closeout, computed from the package.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Condition;
use super::CriterionRow;
use crate::evaluate::closeouts;
use crate::evaluate::closeouts::Outcome;
use crate::evaluate::closeouts::Part;
use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::model::assessment::Counts;
use crate::model::evidence::Mode;
use crate::model::status::Status;

pub(super) const ROW: CriterionRow = CriterionRow {
    kind: "closeout-part",
    what: "One part of the closeout packages in the evidence, computed from their sections: `final-readiness`, `signed-manifest`, \
           `release-closeout`, `delivery`, `retention-approval`, `artifact-bundle`, `retention-health`, `retry-workflow`; `live` \
           asks that no package is a sample. A warning holds only under an accepted risk with owner, reason and end. Of several \
           packages the worst answers. Release packets beside them answer for `release-closeout` too: a gate or command that does \
           not pass fails it, and so does a decision that is no approval; a gate may be off only with `required: false`; each \
           warning needs an entry of its own among the accepted risks. A sample is judged like the rest only with `sample-too: true`.",
    why: "A release is closed when the whole chain of its evidence is, and the declared state is not what decides.",
    source: "Final closeout: eight criteria give ready_for_release, ready_with_accepted_risk or blocked.",
    example: "id: delivery\ntext: The closeout was delivered\nkind: closeout-part\npart: delivery\n",
    schema: super::schema::<Parameters>,
    parse: super::condition::<Parameters>,
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Parameters {
    /// The part.
    part: Part,
    /// Whether a sample is judged like the rest. The profile then has to keep it from passing with `live`.
    #[serde(default)]
    sample_too: bool,
}

impl Condition for Parameters {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        let mut gathered = closeouts::asked(scene, self.part);
        let open = Judgement::open(match self.part {
            Part::Live => "a package that is no sample",
            _ => "fine, or a warning that somebody accepts",
        });
        let mut turning = Vec::new();
        let mut worst: Option<(Outcome, Option<Result<String, String>>)> = None;
        let mut samples = Vec::new();
        let mut notes = Vec::new();
        let packages: Vec<Mode> = gathered
            .counted
            .iter()
            .filter(|evidence| evidence.body.governance().is_some_and(closeouts::is_package))
            .map(|evidence| evidence.mode)
            .collect();
        for evidence in &gathered.counted {
            let Some(record) = evidence.body.governance() else { continue };
            // the sample of a release packet says nothing about a real package
            if evidence.mode == Mode::Sample
                && !closeouts::is_package(record)
                && packages.iter().any(|mode| *mode != Mode::Sample)
            {
                samples.push(*evidence);
                continue;
            }
            if evidence.mode == Mode::Sample && (self.part == Part::Live || !self.sample_too) {
                samples.push(*evidence);
                continue;
            }
            let outcome = closeouts::part(record, self.part, scene.as_of, &mut turning);
            let accepted = match &outcome {
                Outcome::Warn(_) => Some(closeouts::accepted(record, scene.as_of, &mut turning)),
                Outcome::Fail(_) | Outcome::Fine(_) => None,
            };
            match &outcome {
                Outcome::Fine(_) => notes.push((*evidence, Counts::For, String::new())),
                Outcome::Fail(why) | Outcome::Warn(why) => {
                    notes.push((*evidence, Counts::Against, why.clone()))
                }
            }
            let rank =
                |outcome: &Outcome, accepted: &Option<Result<String, String>>| match (outcome, accepted) {
                    (Outcome::Fail(_), _) => 0,
                    (Outcome::Warn(_), None | Some(Err(_))) => 1,
                    (Outcome::Warn(_), Some(Ok(_))) => 2,
                    (Outcome::Fine(_), _) => 3,
                };
            if worst.as_ref().is_none_or(|(known, by)| rank(&outcome, &accepted) < rank(known, by)) {
                worst = Some((outcome, accepted));
            }
        }
        // a release packet alone is no closeout
        worst = worst.filter(|(outcome, _)| !packages.is_empty() || matches!(outcome, Outcome::Fail(_)));
        for instant in turning {
            gathered.turns(scene, Some(instant));
        }
        for (evidence, counts, why) in notes {
            gathered.note(evidence, counts, why);
        }
        for evidence in &samples {
            gathered.note(evidence, Counts::NotCounted, "it is a sample");
        }
        let mut judgement = match (samples.first(), worst) {
            (Some(first), worst) if self.part == Part::Live || worst.is_none() => open
                .is(
                    Status::Sample,
                    "only-sample",
                    format!("`{}` is a sample, not a release decision", first.id),
                )
                .help("make the package of a real release"),
            (_, None) => open
                .is(Status::NotAssessed, "nothing-counted", "no closeout package")
                .help("put the closeout package below the evidence folder"),
            (_, Some((Outcome::Fine(found), _))) => open.is(Status::Met, "met", found),
            (_, Some((Outcome::Fail(found), _))) => open
                .is(Status::NotMet, "closeout-fails", found)
                .help("complete this part of the closeout and make the package again"),
            (_, Some((Outcome::Warn(found), Some(Ok(by))))) => {
                open.is(Status::Waived, "risk-accepted", format!("{found}; {by}"))
            }
            (_, Some((Outcome::Warn(found), Some(Err(why))))) => open
                .is(Status::NotMet, "risk-not-accepted", format!("{found}; {why}"))
                .help("mend it, or have the risk accepted with an owner, a reason and an end"),
            (_, Some((Outcome::Warn(found), None))) => open.is(Status::NotMet, "risk-not-accepted", found),
        };
        // hashes, signatures and stored keys are never covered
        judgement.sealed = matches!(self.part, Part::SignedManifest | Part::ArtifactBundle | Part::Live)
            && !judgement.status.is_satisfied();
        gathered.into(judgement)
    }
}
