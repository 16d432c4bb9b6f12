//! Profiles to verdicts, by the `CRITERIA` table. Fails closed: everything starts as not assessed.
//!
//! Pure: the records, the rules and one instant go in; nothing here touches a disk, a clock or a terminal.

pub mod assignments;
pub mod attention;
pub mod certification;
pub mod claims;
pub mod closeouts;
pub mod consent;
pub mod counting;
pub mod criteria;
pub mod dates;
pub mod gather;
pub mod groups;
pub mod judge;
pub mod recompute;
pub mod runs;
pub mod scene;
pub mod verdicts;
pub mod waivers;
pub mod weigh;

use std::collections::BTreeMap;

pub use crate::evaluate::criteria::CRITERIA;
pub use crate::evaluate::criteria::CriterionRow;
pub use crate::evaluate::scene::REASONS;

use crate::evaluate::assignments::Assignments;
use crate::evaluate::counting::Standing;
use crate::evaluate::counting::limit;
use crate::evaluate::counting::standing;
use crate::evaluate::scene::Scene;
use crate::evaluate::waivers::Waivers;
use crate::model::assessment::Age;
use crate::model::assessment::Assessment;
use crate::model::assessment::EvidenceAssessment;
use crate::model::catalog::Catalog;
use crate::model::config::Config;
use crate::model::evidence::Evidence;
use crate::model::finding::Checked;
use crate::model::id::Id;
use crate::model::profile::Profile;
use crate::model::status::Status;
use crate::model::time::Instant;

/// Codes of the findings made here, with their meaning: the text of `trustbook explain CODE`.
pub static FINDINGS: &[(&str, &str)] = &[
    ("assignment-names-nothing", "An assignment names a criterion that no profile of the project has."),
    (
        "claims-in-a-circle",
        "A claim rests on itself by way of `claim-met` criteria of other claims. It is never met.",
    ),
    (
        "criterion-names-nothing",
        "A criterion names evidence, a claim, a release or a profile that does not exist.",
    ),
    (
        "criterion-refused",
        "A criterion has an unknown kind, an unknown parameter or a wrong value. It is not assessed.",
    ),
    (
        "not-applicable-refused",
        "A criterion is called not applicable without an owner or a reason, in a claim of tier 0, or by an assignment where \
         the profile says that it always applies.",
    ),
    (
        "profile-refused",
        "The table of a profile is wrong, so it gives no verdict: a state that does not exist, no criteria, a last row that could pass.",
    ),
    (
        "waiver-ended",
        "A waiver has not begun, or has ended. It has no effect; what it covered stands open again.",
    ),
    ("waiver-unused", "A valid waiver covers something that holds without it."),
    (
        "waiver-without-effect",
        "A waiver lacks an owner, a reason, an end, an approval or exactly one target, or its target cannot be waived.",
    ),
];

/// Judges everything at `as_of`. `source_state` is the digest of the project's sources, where it defines one.
///
/// There is always a value; errors among the findings say that something could not be judged as written.
pub fn evaluate(
    catalog: &Catalog,
    profiles: &[Profile],
    config: &Config,
    source_state: Option<&str>,
    as_of: Instant,
) -> Checked<Assessment> {
    let mut findings = Vec::new();
    let resolved = Waivers::resolve(catalog, profiles);
    let assignments = Assignments::resolve(catalog, profiles, config, &mut findings);
    let none = BTreeMap::new();
    let scene = Scene {
        catalog,
        config,
        source_state,
        as_of,
        waivers: &resolved,
        assignments: &assignments,
        assigned: None,
        claim: None,
        max_age: None,
        claims: &none,
        verdicts: &[],
    };
    let claims = claims::judge_all(&scene, &mut findings);
    let scene = Scene { claims: &claims, ..scene };
    let verdicts = verdicts::judge_all(profiles, &scene, &mut findings);
    let (waivers, waiver_findings) = resolved.assess(catalog, as_of);
    findings.extend(waiver_findings);
    findings.extend(waivers::unused(catalog, &resolved, &claims, &verdicts, as_of));
    let evidence = judge_evidence(&scene, &verdicts);
    let dates = dates::judge_all(catalog, config, as_of);
    let runs = runs::levels(&scene, profiles);
    let mut assessment =
        Assessment { as_of, claims, verdicts, evidence, dates, waivers, attention: Vec::new(), runs };
    assessment.attention = attention::list(catalog, config, &assessment);
    findings.sort();
    findings.dedup();
    Checked { value: Some(assessment), findings }
}

/// Every piece of evidence by itself: its age, whether it can count, who uses it.
fn judge_evidence(
    scene: &Scene<'_>,
    verdicts: &[crate::model::assessment::Verdict],
) -> BTreeMap<Id, EvidenceAssessment> {
    let mut used_by: BTreeMap<&Id, Vec<String>> = BTreeMap::new();
    for verdict in verdicts {
        for criterion in &verdict.criteria {
            for used in &criterion.evidence {
                used_by
                    .entry(&used.evidence)
                    .or_default()
                    .push(format!("{}/{}", verdict.profile, criterion.id));
            }
        }
    }
    let mut listed_by: BTreeMap<&Id, Vec<Id>> = BTreeMap::new();
    for claim in scene.catalog.claims.values() {
        let judged = scene.claims.get(&claim.id).into_iter().flat_map(|judged| &judged.evidence);
        for id in judged.map(|used| &used.evidence) {
            listed_by.entry(id).or_default().push(claim.id.clone());
        }
    }
    scene
        .catalog
        .evidence
        .values()
        .map(|evidence| {
            let mut criteria = used_by.remove(&evidence.id).unwrap_or_default();
            criteria.sort_unstable();
            let (can_count, why_not) = match standing(evidence, scene) {
                Standing::Counts { .. } => (true, None),
                Standing::Not { why, .. } => (false, Some(why)),
            };
            let judged = EvidenceAssessment {
                age: age(evidence, scene),
                can_count,
                why_not,
                claims: listed_by.remove(&evidence.id).unwrap_or_default(),
                criteria,
            };
            (evidence.id.clone(), judged)
        })
        .collect()
}

fn age(evidence: &Evidence, scene: &Scene<'_>) -> Option<Age> {
    let captured_at = evidence.captured_at?;
    let stale_from = limit(evidence, scene).after(captured_at);
    Some(Age {
        days: scene.as_of.seconds_since(captured_at).div_euclid(86_400),
        limit_days: stale_from.seconds_since(captured_at).div_euclid(86_400),
        status: if scene.as_of >= stale_from { Status::Stale } else { Status::Met },
        stale_from,
    })
}
