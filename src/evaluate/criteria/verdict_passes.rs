//! `verdict-passes`: another profile passes; what makes gates an ordered list.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Condition;
use super::CriterionRow;
use super::Named;
use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::model::id::Id;
use crate::model::status::Status;

pub(super) const ROW: CriterionRow = CriterionRow {
    kind: "verdict-passes",
    what: "The verdict of `profile` passes. The profile has to stand earlier in the project file. Where it passes \
           with an accepted risk this criterion is waived, not met.",
    why: "A later gate means nothing when an earlier one is open.",
    source: "Stage gates: gate n is blocked unless gate n-1 passed or passed with waivers.",
    example: "id: built\ntext: The gate before this one passed\nkind: verdict-passes\nprofile: release\n",
    schema: super::schema::<Parameters>,
    parse: super::condition::<Parameters>,
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Parameters {
    /// Id of a profile that stands earlier.
    profile: Id,
}

impl Condition for Parameters {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        let mut judgement = Judgement::open(format!("profile `{}` passes", self.profile));
        let Some(verdict) = scene.verdicts.iter().find(|verdict| verdict.profile == self.profile) else {
            return judgement
                .is(Status::NotAssessed, "verdict-open", "no such verdict")
                .help("list the profile before this one under `profiles` in the project file");
        };
        judgement.turns_at(scene.as_of, verdict.valid_until);
        if verdict.valid_until.is_some_and(|until| scene.as_of >= until) {
            return judgement.is(Status::NotAssessed, "verdict-turns", "judged anew from here on");
        }
        let found = verdict.word.to_lowercase();
        match (verdict.passes, verdict.status.is_satisfied()) {
            (true, true) => judgement.is(Status::Met, "met", found),
            (true, false) => judgement.is(Status::Waived, "verdict-with-risk", found),
            (false, _) => {
                let status = if verdict.status.is_satisfied() { Status::NotMet } else { verdict.status };
                judgement.is(status, "verdict-open", found).help(format!("see what `{}` lacks", self.profile))
            }
        }
    }

    fn names(&self) -> Vec<(String, Named)> {
        vec![("profile".to_owned(), Named::Profile(self.profile.clone()))]
    }
}
