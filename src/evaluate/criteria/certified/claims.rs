//! The claims of a certification: those of tier 0 have to pass, the others to have a grade.

use std::collections::BTreeSet;

use super::Parameters;
use super::Part;
use crate::evaluate::certification as cert;
use crate::evaluate::certification::Basis;
use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::model::assessment::Counts;
use crate::model::governance::text;
use crate::model::status::Status;

impl Parameters {
    pub(super) fn claims(&self, scene: &Scene<'_>) -> Judgement {
        let mut gathered = cert::documents(scene);
        let zero = self.part == Part::Tier0;
        let mut turning = Vec::new();
        let (mut total, mut good) = (0_u32, 0_u32);
        let mut open: Option<String> = None;
        let mut notes = Vec::new();
        let mut levels: Vec<String> = Vec::new();
        {
            let basis = Basis::of(scene, &gathered, self.rules, &self.cadence, &self.drills);
            let rows = cert::claims(&gathered);
            let known: BTreeSet<&str> =
                rows.iter().filter_map(|(_, _, row)| text(row, &["claim_id"])).collect();
            for claim in self.claims.iter().filter(|claim| !known.contains(claim.as_str())) {
                total += 1;
                open = open.or_else(|| Some(format!("`{claim}` is not in the matrix")));
            }
            for (evidence, _, row) in rows {
                if (cert::tier_of(row) == 0) != zero {
                    continue;
                }
                total += 1;
                let id = text(row, &["claim_id"]).unwrap_or("a claim without an id");
                let graded = basis.grade(row, &mut turning);
                let declared = match cert::declared_grade(row) {
                    Some("partial") if graded.grade == "not-proven" => " (`partial` is declared)",
                    _ => "",
                };
                levels.push(format!("{id} L{} {}{declared}", graded.level, graded.grade));
                let why = if zero {
                    (graded.grade != "pass").then(|| graded.why.clone())
                } else {
                    match cert::declared_grade(row) {
                        Some("pass") if graded.grade != "pass" => {
                            Some(format!("`pass` is declared, {} is computed: {}", graded.grade, graded.why))
                        }
                        Some("pass" | "partial" | "not-proven") => None,
                        Some(other) => Some(format!("`{other}` is no grade")),
                        None => Some("no grade is written down".to_owned()),
                    }
                };
                match why {
                    None => {
                        good += 1;
                        notes.push((evidence, Counts::For, String::new()));
                    }
                    Some(why) => {
                        notes.push((evidence, Counts::Against, format!("`{id}`: {why}")));
                        open = open.or_else(|| Some(format!("`{id}`: {why}")));
                    }
                }
            }
            turning.extend_from_slice(basis.turning());
            for drill in basis.drills() {
                match (&drill.failed, &drill.invalid) {
                    (Some(why), _) => notes.push((drill.evidence, Counts::Against, why.clone())),
                    (None, Some(why)) => notes.push((drill.evidence, Counts::NotCounted, why.clone())),
                    (None, None) => notes.push((drill.evidence, Counts::For, String::new())),
                }
            }
        }
        for (evidence, counts, why) in notes {
            gathered.note(evidence, counts, why);
        }
        for instant in turning {
            gathered.turns(scene, Some(instant));
        }
        let asked =
            if zero { "every claim of tier 0 passes" } else { "a written grade for every other claim" };
        let judgement = Judgement::open(asked);
        let judgement = match open {
            Some(first) => {
                let found = format!("{good} of {total}; {first}");
                if zero {
                    judgement
                        .is(Status::NotMet, "claim-held", found)
                        .help("give the claim what it lacks; no waiver covers tier 0")
                } else {
                    judgement
                        .is(Status::NotMet, "ungraded", found)
                        .help("write the grade down: pass, partial or not proven")
                }
            }
            None if total == 0 && zero => judgement
                .is(Status::NotAssessed, "no-claims", "no claim of tier 0 in scope")
                .help("name the claims of tier 0 in the claim matrix; an empty scope is never green"),
            None if total == 0 => judgement.is(Status::Met, "met", "no other claim in scope"),
            None => judgement.is(Status::Met, "met", levels.join(", ")),
        };
        let mut judgement = gathered.into(judgement);
        judgement.sealed |= zero && !judgement.status.is_satisfied();
        judgement
    }
}
