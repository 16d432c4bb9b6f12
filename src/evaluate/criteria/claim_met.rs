//! `claim-met`: claims of the content are met.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Condition;
use super::CriterionRow;
use super::Named;
use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::model::content::Claim;
use crate::model::id::Id;
use crate::model::status::Status;

pub(super) const ROW: CriterionRow = CriterionRow {
    kind: "claim-met",
    what: "Every selected claim is met: those named in `claims`, or all of `tiers`, or all of `areas`, or all there \
           are. A waived claim of tier 1 or 2 makes the criterion waived. No waiver helps a claim of tier 0, here \
           either. Where no claim is selected nothing passes, unless `allow-none: true` makes it not applicable.",
    why: "A release verdict that ignores what is promised to customers is about something else.",
    source: "Certification: green needs every tier 0 claim, and is never given for an empty scope.",
    example: "id: tier-0\ntext: Every claim of tier 0 is met\nkind: claim-met\ntiers: [0]\n",
    schema: super::schema::<Parameters>,
    parse: super::condition::<Parameters>,
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Parameters {
    /// Ids of claims.
    #[serde(default)]
    claims: Vec<Id>,
    /// Tiers of claims.
    #[serde(default)]
    tiers: Vec<u8>,
    /// Areas of claims.
    #[serde(default)]
    areas: Vec<String>,
    /// Whether it does not apply where no claim is selected.
    #[serde(default)]
    allow_none: bool,
}

impl Parameters {
    fn selects(&self, claim: &Claim) -> bool {
        (self.claims.is_empty() || self.claims.contains(&claim.id))
            && (self.tiers.is_empty() || self.tiers.contains(&claim.tier))
            && (self.areas.is_empty() || claim.area.as_ref().is_some_and(|area| self.areas.contains(area)))
    }
}

impl Condition for Parameters {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        let claims: Vec<&Claim> = scene.catalog.claims.values().filter(|claim| self.selects(claim)).collect();
        let total = claims.len();
        let mut judgement = Judgement::open(match total {
            1 => "the claim met".to_owned(),
            _ => format!("all {total} claims met"),
        });
        let named_all = self.claims.iter().all(|id| scene.catalog.claims.contains_key(id));
        if claims.is_empty() || !named_all {
            return if self.allow_none && named_all {
                judgement.is(Status::NotApplicable, "no-claims", "no such claim")
            } else {
                judgement
                    .is(Status::NotAssessed, "no-claims", "no such claim")
                    .help("write the claim, or name one that exists")
            };
        }
        let mut open: Vec<(Status, &Id)> = Vec::new();
        let mut waived = 0_usize;
        let mut differs = false;
        for claim in claims {
            let (status, until) = match scene.claims.get(&claim.id) {
                Some(judged) => (judged.status, judged.valid_until),
                None => (Status::NotAssessed, None),
            };
            differs |= until.is_some_and(|until| scene.as_of >= until);
            judgement.turns_at(scene.as_of, until);
            if status == Status::Waived {
                waived += 1;
            } else if !status.is_satisfied() {
                open.push((status, &claim.id));
                judgement.sealed |= claim.tier == 0;
            }
        }
        open.sort_unstable();
        if differs {
            // Only ever asked about the future: a claim comes out differently from here on, however that may be.
            return judgement.is(Status::NotAssessed, "claim-turns", "judged anew from here on");
        }
        let met = total - open.len() - waived;
        match open.first() {
            Some((status, id)) => judgement
                .is(
                    *status,
                    "claim-open",
                    format!("{met} of {total} met; `{id}` is {}", status.word().to_lowercase()),
                )
                .help(format!("see what the claim `{id}` lacks")),
            None if waived > 0 => {
                judgement.is(Status::Waived, "claim-waived", format!("{met} of {total} met, {waived} waived"))
            }
            None => judgement.is(Status::Met, "met", format!("{met} of {total} met")),
        }
    }

    fn names(&self) -> Vec<(String, Named)> {
        self.claims
            .iter()
            .enumerate()
            .map(|(at, id)| (format!("claims/{at}"), Named::Claim(id.clone())))
            .collect()
    }
}
