//! Claims, judged by their criteria. A claim without criteria is not assessed; a claim of tier 0 is met or it is not.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::evaluate::counting::Standing;
use crate::evaluate::counting::standing;
use crate::evaluate::criteria;
use crate::evaluate::criteria::Named;
use crate::evaluate::judge::Read;
use crate::evaluate::judge::Seat;
use crate::evaluate::judge::outweighs;
use crate::evaluate::scene::Scene;
use crate::evaluate::waivers::Target;
use crate::model::assessment::ClaimAssessment;
use crate::model::assessment::Counts;
use crate::model::assessment::CriterionResult;
use crate::model::assessment::EvidenceUse;
use crate::model::content::Claim;
use crate::model::finding::Finding;
use crate::model::id::Id;
use crate::model::record::Record as _;
use crate::model::status::Status;
use crate::model::time::Expiry;
use crate::model::time::Instant;

/// Judges every claim. A claim that rests on claims is judged after them; a circle is a finding and never met.
pub fn judge_all(scene: &Scene<'_>, findings: &mut Vec<Finding>) -> BTreeMap<Id, ClaimAssessment> {
    let mut judged = BTreeMap::new();
    let mut waiting: Vec<&Claim> = scene.catalog.claims.values().collect();
    while !waiting.is_empty() {
        let (ready, later): (Vec<&Claim>, Vec<&Claim>) =
            waiting.iter().partition(|claim| rests_on(claim, scene).iter().all(|id| judged.contains_key(id)));
        let (ready, later) = match (ready.is_empty(), later.split_first()) {
            (true, Some((first, rest))) => {
                findings.push(
                    Finding::error(
                        "claims-in-a-circle",
                        format!("the claim `{}` rests on itself by way of other claims", first.id),
                    )
                    .at(first.origin().field("criteria"))
                    .help("let no claim rest on one that rests on it")
                    .about(&first.id),
                );
                (vec![*first], rest.to_vec())
            }
            (_, _) => (ready, later),
        };
        for claim in ready {
            let assessment = judge(claim, &Scene { claims: &judged, ..*scene }, findings);
            judged.insert(claim.id.clone(), assessment);
        }
        waiting = later;
    }
    judged
}

/// The claims that the criteria of `claim` name, or select by tier or area.
fn rests_on(claim: &Claim, scene: &Scene<'_>) -> BTreeSet<Id> {
    let mut ids = BTreeSet::new();
    for criterion in &claim.criteria {
        let Ok(condition) = criteria::parse(&criterion.kind, &criterion.parameters, 0) else { continue };
        let named = condition.names();
        for (_, named) in &named {
            if let Named::Claim(id) = named {
                ids.insert(id.clone());
            }
        }
        // Selected by tier or area: all others are waited for.
        let selects = mentions_claims(&criterion.kind, &criterion.parameters);
        if selects && !named.iter().any(|(_, named)| matches!(named, Named::Claim(_))) {
            ids.extend(scene.catalog.claims.keys().filter(|id| **id != claim.id).cloned());
        }
    }
    ids.retain(|id| scene.catalog.claims.contains_key(id));
    ids
}

fn mentions_claims(kind: &str, parameters: &BTreeMap<String, serde_json::Value>) -> bool {
    kind == "claim-met"
        || parameters.get("of").and_then(serde_json::Value::as_array).is_some_and(|parts| {
            parts.iter().any(|part| {
                let kind = part.get("kind").and_then(serde_json::Value::as_str).unwrap_or_default();
                let inner = part
                    .as_object()
                    .map(|map| map.iter().map(|(key, value)| (key.clone(), value.clone())).collect())
                    .unwrap_or_default();
                mentions_claims(kind, &inner)
            })
        })
}

fn judge(claim: &Claim, scene: &Scene<'_>, findings: &mut Vec<Finding>) -> ClaimAssessment {
    let scene = Scene { claim: Some(claim), ..*scene };
    let mut results: Vec<CriterionResult> = claim
        .criteria
        .iter()
        .enumerate()
        .map(|(at, criterion)| {
            let seat = Seat {
                target: Target::ClaimCriterion(claim.id.clone(), criterion.id.clone()),
                origin: crate::model::record::Origin {
                    path: claim.origin.path.clone(),
                    pointer: format!("{}/criteria/{at}", claim.origin.pointer),
                },
                may_be_inapplicable: claim.tier != 0,
                earlier: &[],
            };
            let before = findings.len();
            if let Some(group) = &criterion.group {
                findings.push(
                    Finding::error(
                        "criterion-refused",
                        format!(
                            "criterion `{}` names the group `{group}`, and a claim has no groups",
                            criterion.id
                        ),
                    )
                    .at(criterion.origin.field("group"))
                    .help("take `group` out; groups are parts of a profile"),
                );
            }
            let result = Read::new(criterion, seat, &scene, findings).judge(&scene);
            for finding in findings.iter_mut().skip(before) {
                finding.subject = Some(claim.id.clone());
            }
            result
        })
        .collect();
    results.sort_by_key(|result| (result.status, !result.required));
    let evidence = bearing(claim, &results, &scene);
    let against = against(claim, &scene);
    let computed = combine(claim.tier, &results, &against);
    let (status, why) = match claim.valid_until {
        Some(until) if until.is_over(scene.as_of) => (Status::Expired, format!("it was valid until {until}")),
        Some(_) | None => computed,
    };
    let target = Target::Claim(claim.id.clone());
    let waiver = if status.is_satisfied() || status == Status::Waived {
        None
    } else {
        scene.waivers.covering(&target, scene.as_of)
    };
    let (status, why) = match waiver {
        Some(waiver) => (Status::Waived, format!("{why}; waived by `{waiver}`")),
        None => (status, why),
    };
    let mut turns: Vec<Option<Instant>> = results.iter().map(|result| result.valid_until).collect();
    turns.extend(scene.waivers.turns(&target));
    turns.push(claim.valid_until.map(Expiry::ends));
    for id in &claim.counter_evidence {
        if let Some(evidence) = scene.catalog.evidence.get(id) {
            turns.push(match standing(evidence, &scene) {
                Standing::Counts { stale_from } => Some(stale_from),
                Standing::Not { counts_from, .. } => counts_from,
            });
        }
    }
    if let Some(declared) = claim.declared.filter(|declared| *declared != status) {
        findings.push(
            Finding::warning(
                "declared-mismatch",
                format!(
                    "the claim `{}` is declared `{}`, computed is `{}`",
                    claim.id,
                    declared.word(),
                    status.word()
                ),
            )
            .at(claim.origin().field("declared"))
            .help("the computed status is published; correct the declared one")
            .about(&claim.id),
        );
    }
    let counted = evidence.iter().filter(|used| used.counts != Counts::NotCounted);
    let oldest_evidence =
        counted.clone().filter_map(|used| scene.catalog.evidence.get(&used.evidence)?.captured_at).min();
    ClaimAssessment {
        claim: claim.id.clone(),
        status,
        why,
        counted: u32::try_from(counted.count()).unwrap_or(u32::MAX),
        listed: u32::try_from(evidence.len()).unwrap_or(u32::MAX),
        criteria: results,
        evidence,
        oldest_evidence,
        valid_until: turns.into_iter().flatten().filter(|instant| *instant > scene.as_of).min(),
    }
}

/// Counter-evidence that counts.
fn against<'a>(claim: &'a Claim, scene: &Scene<'_>) -> Vec<&'a Id> {
    let counts = |id: &&Id| {
        scene
            .catalog
            .evidence
            .get(*id)
            .is_some_and(|evidence| matches!(standing(evidence, scene), Standing::Counts { .. }))
    };
    claim.counter_evidence.iter().filter(counts).collect()
}

/// The status that the required criteria give, and why.
fn combine(tier: u8, results: &[CriterionResult], against: &[&Id]) -> (Status, String) {
    let required: Vec<&CriterionResult> = results.iter().filter(|result| result.required).collect();
    let Some(worst) = required.first() else {
        return (
            Status::NotAssessed,
            "it has no required criterion, and nothing passes by default".to_owned(),
        );
    };
    let total = required.len();
    let holding = required.iter().filter(|result| result.status.is_satisfied()).count();
    let waived = required.iter().filter(|result| result.status == Status::Waived).count();
    let lacking = match total {
        1 => format!("its criterion does not hold, “{}”: {}", worst.text, worst.found),
        _ => format!("{holding} of {total} criteria hold; “{}”: {}", worst.text, worst.found),
    };
    if required.iter().all(|result| result.status == Status::NotApplicable) {
        return (Status::NotApplicable, "none of its criteria applies".to_owned());
    }
    if holding + waived == total {
        if let Some(id) = against.first() {
            let status = if tier == 0 { Status::NotMet } else { Status::PartlyMet };
            return (status, format!("{holding} of {total} criteria hold, but `{id}` counts against it"));
        }
        if waived > 0 {
            // No waiver of a criterion of tier 0 is ever sound; a part may still come out waived on its own.
            let status = if tier == 0 { Status::NotMet } else { Status::Waived };
            return (status, format!("{holding} of {total} criteria hold, {waived} waived"));
        }
        return (
            Status::Met,
            if total == 1 { "its criterion holds".to_owned() } else { format!("all {total} criteria hold") },
        );
    }
    let status = match worst.status {
        Status::NotMet => Status::NotMet,
        other if tier == 0 => match other {
            Status::PartlyMet | Status::Waived => Status::NotMet,
            other => other,
        },
        _ if holding + waived > 0 => Status::PartlyMet,
        other => other,
    };
    (status, lacking)
}

/// Every listed piece of evidence, and how it bears on the claim as a whole.
fn bearing(claim: &Claim, results: &[CriterionResult], scene: &Scene<'_>) -> Vec<EvidenceUse> {
    let mut uses: BTreeMap<&Id, EvidenceUse> = BTreeMap::new();
    for used in results.iter().flat_map(|result| &result.evidence) {
        match uses.get_mut(&used.evidence) {
            Some(known) if outweighs(used.counts, known.counts) => *known = used.clone(),
            // Equally grave: the same one whatever the order of the criteria.
            Some(known) if used.counts == known.counts && used.why < known.why => *known = used.clone(),
            Some(_) => {}
            None => {
                uses.insert(&used.evidence, used.clone());
            }
        }
    }
    for id in &claim.evidence {
        let Some(evidence) = scene.catalog.evidence.get(id) else { continue };
        uses.entry(id).or_insert_with(|| EvidenceUse {
            evidence: id.clone(),
            counts: Counts::NotCounted,
            why: match standing(evidence, scene) {
                Standing::Counts { .. } => "no criterion asks for it".to_owned(),
                Standing::Not { why, .. } => why,
            },
        });
    }
    for id in &claim.counter_evidence {
        let Some(evidence) = scene.catalog.evidence.get(id) else { continue };
        let (counts, why) = match standing(evidence, scene) {
            Standing::Counts { .. } => (Counts::Against, "it is counter-evidence".to_owned()),
            Standing::Not { why, .. } => (Counts::NotCounted, why),
        };
        uses.insert(id, EvidenceUse { evidence: id.clone(), counts, why });
    }
    uses.into_values().collect()
}
