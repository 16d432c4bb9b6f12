//! Verdicts as an audience sees them: the outcome stays, withheld inputs are counted and not named.
//!
//! A verdict is never recomputed from what is left: it was computed from everything, and says how much is withheld.

use std::collections::BTreeMap;

use crate::disclose::lens::Lens;
use crate::model::assessment::Assessment;
use crate::model::assessment::Attention;
use crate::model::assessment::ClaimAssessment;
use crate::model::assessment::CriterionResult;
use crate::model::assessment::EvidenceAssessment;
use crate::model::assessment::EvidenceUse;
use crate::model::assessment::RunAssessment;
use crate::model::assessment::RunsAssessment;
use crate::model::assessment::Verdict;
use crate::model::assessment::WaiverAssessment;
use crate::model::catalog::Catalog;
use crate::model::content::Assignment;
use crate::model::content::Claim;
use crate::model::content::Product;
use crate::model::content::Release;
use crate::model::evidence::Evidence;
use crate::model::id::Id;
use crate::model::record::Record as _;
use crate::model::register::Waiver;

/// What the attention list calls its lines about profiles.
const VERDICTS: &str = "verdicts";
/// The one kind of dates that is no kind of the catalog.
const DISCLOSURE: &str = "vulnerability-disclosure";

pub(super) fn filter(assessment: &Assessment, catalog: &Catalog, lens: &Lens<'_>) -> Assessment {
    let Assessment { as_of, claims, verdicts, evidence, dates, waivers, attention, runs } = assessment;
    let verdicts: Vec<Verdict> = verdicts.iter().map(|each| verdict(each, catalog, lens)).collect();
    let claims: BTreeMap<Id, ClaimAssessment> = claims
        .iter()
        .filter(|(id, _)| lens.sees(Claim::KIND, id.as_str()))
        .map(|(id, judged)| (id.clone(), claim(judged, lens)))
        .collect();
    let attention =
        attention.iter().filter_map(|line| self::attention(line, &verdicts, &claims, lens)).collect();
    Assessment {
        as_of: *as_of,
        claims,
        evidence: evidence
            .iter()
            .filter(|(id, _)| lens.sees(Evidence::KIND, id.as_str()))
            .map(|(id, judged)| (id.clone(), self::evidence(judged, lens)))
            .collect(),
        dates: dates
            .iter()
            .map(|(kind, records)| {
                let seen = records
                    .iter()
                    .filter(|(id, _)| kind == DISCLOSURE || lens.sees(kind, id.as_str()))
                    .map(|(id, status)| (id.clone(), status.clone()))
                    .collect();
                (kind.clone(), seen)
            })
            .collect(),
        waivers: waivers
            .iter()
            .filter(|(id, _)| lens.sees(Waiver::KIND, id.as_str()))
            .map(|(id, judged)| {
                let WaiverAssessment { valid, why, days_left, covers } = judged.clone();
                (id.clone(), WaiverAssessment { valid, why: scrub(why, lens), days_left, covers })
            })
            .collect(),
        verdicts,
        attention,
        runs: self::runs(runs, lens),
    }
}

/// The runs whose documents the audience may see, all of them; the levels over all runs stay. All that is said of a run comes
/// from those documents.
fn runs(all: &RunsAssessment, lens: &Lens<'_>) -> RunsAssessment {
    let RunsAssessment { levels, runs, withheld } = all;
    let seen: Vec<RunAssessment> = runs
        .iter()
        .filter(|run| run.evidence.iter().all(|id| lens.sees(Evidence::KIND, id.as_str())))
        .cloned()
        .collect();
    let hidden = u32::try_from(runs.len() - seen.len()).unwrap_or(u32::MAX);
    RunsAssessment { levels: levels.clone(), runs: seen, withheld: withheld.saturating_add(hidden) }
}

/// A sentence of ours, or nothing where it names something withheld.
fn scrub(text: String, lens: &Lens<'_>) -> String {
    if lens.first_withheld(&text).is_some() { "it rests on something withheld".to_owned() } else { text }
}

/// The uses the audience may see, and how many it may not.
fn uses(uses: &[EvidenceUse], lens: &Lens<'_>) -> (Vec<EvidenceUse>, u32) {
    let seen: Vec<EvidenceUse> = uses
        .iter()
        .filter(|EvidenceUse { evidence, counts: _, why: _ }| lens.sees(Evidence::KIND, evidence.as_str()))
        .map(|EvidenceUse { evidence, counts, why }| EvidenceUse {
            evidence: evidence.clone(),
            counts: *counts,
            why: if lens.first_withheld(why).is_some() {
                "the reason names something withheld".to_owned()
            } else {
                why.clone()
            },
        })
        .collect();
    let withheld = u32::try_from(uses.len() - seen.len()).unwrap_or(u32::MAX);
    (seen, withheld)
}

fn inputs(count: u32) -> String {
    if count == 1 { "1 input is withheld".to_owned() } else { format!("{count} inputs are withheld") }
}

fn criterion(result: &CriterionResult, lens: &Lens<'_>) -> CriterionResult {
    let CriterionResult {
        id,
        text,
        kind,
        group,
        required,
        asked,
        found,
        status,
        status_without_waiver,
        reason,
        help,
        evidence,
        waiver,
        valid_until,
        withheld,
    } = result.clone();
    let (evidence, unseen) = uses(&evidence, lens);
    let named = lens.first_withheld(&found).is_some() || lens.first_withheld(&help).is_some();
    let withheld = withheld.saturating_add(unseen).max(u32::from(named));
    let (found, help) = if withheld > 0 {
        // What was found may quote a withheld input in words that nobody can tell apart.
        let help = if status.is_satisfied() { "" } else { "ask for what is withheld" };
        (inputs(withheld), help.to_owned())
    } else {
        (found, help)
    };
    CriterionResult {
        id,
        text,
        kind,
        group,
        required,
        asked: scrub(asked, lens),
        found,
        status,
        status_without_waiver,
        reason,
        help,
        evidence,
        waiver: lens.id(Waiver::KIND, waiver),
        valid_until,
        withheld,
    }
}

fn claim(judged: &ClaimAssessment, lens: &Lens<'_>) -> ClaimAssessment {
    let ClaimAssessment {
        claim,
        status,
        why,
        criteria,
        counted,
        listed,
        evidence,
        oldest_evidence,
        valid_until,
    } = judged.clone();
    let (evidence, unseen) = uses(&evidence, lens);
    let criteria: Vec<CriterionResult> = criteria.iter().map(|result| criterion(result, lens)).collect();
    let withheld = criteria.iter().map(|result| result.withheld).max().unwrap_or(0).max(unseen);
    ClaimAssessment {
        claim,
        status,
        why: if withheld > 0 {
            let holding =
                criteria.iter().filter(|result| result.required && result.status.is_satisfied()).count();
            let total = criteria.iter().filter(|result| result.required).count();
            format!("{holding} of {total} criteria hold; {}", inputs(withheld))
        } else {
            scrub(why, lens)
        },
        criteria,
        counted,
        listed,
        evidence,
        oldest_evidence: oldest_evidence.filter(|_| unseen == 0),
        valid_until,
    }
}

fn verdict(judged: &Verdict, catalog: &Catalog, lens: &Lens<'_>) -> Verdict {
    let Verdict {
        profile,
        profile_version,
        title,
        description,
        subject,
        state,
        word,
        status,
        sentence,
        passes,
        declared,
        declared_agrees,
        criteria,
        groups,
        valid_until,
    } = judged.clone();
    let shows_subject = shows_release(catalog, lens);
    let (sentence, subject) = if shows_subject {
        (sentence, subject)
    } else {
        (sentence.replace(subject.as_str(), "The release"), "the release".to_owned())
    };
    let shows_declared = declared.as_ref().is_some_and(|raw| declares(catalog, lens, raw));
    Verdict {
        profile,
        profile_version,
        title,
        description,
        subject,
        state,
        word,
        status,
        sentence,
        passes,
        declared: declared.filter(|_| shows_declared),
        declared_agrees: declared_agrees.filter(|_| shows_declared),
        criteria: criteria
            .iter()
            .map(|result| {
                let target = format!("{}/{}", judged.profile, result.id);
                without_statement(criterion(result, lens), &target, catalog, lens)
            })
            .collect(),
        groups,
        valid_until,
    }
}

/// What a withheld assignment says of a criterion that does not apply is withheld with it.
fn without_statement(
    result: CriterionResult,
    target: &str,
    catalog: &Catalog,
    lens: &Lens<'_>,
) -> CriterionResult {
    let withheld = result.reason == "not-applicable"
        && catalog.assignments.values().any(|assignment| {
            assignment.criterion == target
                && assignment.not_applicable.is_some()
                && !lens.sees(Assignment::KIND, assignment.id.as_str())
        });
    if withheld {
        CriterionResult { found: inputs(1), withheld: result.withheld.max(1), ..result }
    } else {
        result
    }
}

/// Whether the newest release, which verdicts are about, may be named.
fn shows_release(catalog: &Catalog, lens: &Lens<'_>) -> bool {
    catalog.newest_release().is_none_or(|release| {
        lens.sees(Release::KIND, release.id.as_str())
            && release.product.as_ref().is_none_or(|product| lens.sees(Product::KIND, product.as_str()))
    })
}

/// Whether a visible receipt of the newest release says `raw`.
fn declares(catalog: &Catalog, lens: &Lens<'_>, raw: &str) -> bool {
    let Some(release) = catalog.newest_release() else { return false };
    catalog
        .evidence
        .values()
        .filter(|evidence| evidence.release.as_ref() == Some(&release.id))
        .filter(|evidence| lens.sees(Evidence::KIND, evidence.id.as_str()))
        .filter_map(|evidence| evidence.body.receipt())
        .any(|receipt| receipt.raw_decision == raw)
}

fn evidence(judged: &EvidenceAssessment, lens: &Lens<'_>) -> EvidenceAssessment {
    let EvidenceAssessment { age, can_count, why_not, claims, criteria } = judged.clone();
    EvidenceAssessment { age, can_count, why_not, claims: lens.ids(Claim::KIND, claims), criteria }
}

/// A line of the attention list, if it is about something the audience sees.
fn attention(
    line: &Attention,
    verdicts: &[Verdict],
    claims: &BTreeMap<Id, ClaimAssessment>,
    lens: &Lens<'_>,
) -> Option<Attention> {
    let Attention { kind, id, title, status, word, why, date, next } = line.clone();
    let visible = kind == VERDICTS || kind == DISCLOSURE || lens.sees(&kind, id.as_str());
    if !visible {
        return None;
    }
    // These lines repeat sentences and advice of verdicts and claims, so they are taken from the filtered ones.
    let advice = |criteria: &[CriterionResult]| {
        criteria
            .iter()
            .find(|criterion| criterion.required)
            .map(|criterion| criterion.help.clone())
            .unwrap_or_default()
    };
    let withheld = |criteria: &[CriterionResult]| criteria.iter().any(|criterion| criterion.withheld > 0);
    let verdict = verdicts.iter().find(|verdict| kind == VERDICTS && verdict.profile == id);
    let claim = claims.get(&id).filter(|_| kind == Claim::KIND);
    let (why, next) = match (verdict, claim) {
        (Some(verdict), _) => (verdict.sentence.clone(), advice(&verdict.criteria)),
        (None, Some(claim)) if withheld(&claim.criteria) => (claim.why.clone(), advice(&claim.criteria)),
        (None, _) => (scrub(why, lens), scrub_advice(next, lens)),
    };
    Some(Attention { kind, id, title, status, word, why, date, next })
}

fn scrub_advice(text: String, lens: &Lens<'_>) -> String {
    if lens.first_withheld(&text).is_some() { "ask for what is withheld".to_owned() } else { text }
}
