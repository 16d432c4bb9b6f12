//! Waivers: who takes responsibility for what, until when. A waiver that lacks anything has no effect and is a finding.
//!
//! Never for a failed hash or signature, an unreadable file, or a claim of tier 0.

use std::collections::BTreeMap;

use crate::evaluate::consent;
use crate::model::assessment::ClaimAssessment;
use crate::model::assessment::Verdict;
use crate::model::assessment::WaiverAssessment;
use crate::model::catalog::Catalog;
use crate::model::finding::Finding;
use crate::model::id::Id;
use crate::model::profile::Criterion;
use crate::model::profile::Profile;
use crate::model::record::Record as _;
use crate::model::register::Approval;
use crate::model::register::Waiver;
use crate::model::time::Instant;

/// What a waiver covers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A claim.
    Claim(Id),
    /// A criterion of a profile.
    ProfileCriterion(Id, Id),
    /// A criterion of a claim.
    ClaimCriterion(Id, Id),
    /// A blocker.
    Blocker(Id),
}

impl Target {
    fn words(&self) -> String {
        match self {
            Self::Claim(id) => format!("claim {id}"),
            Self::ProfileCriterion(owner, id) | Self::ClaimCriterion(owner, id) => {
                format!("criterion {owner}/{id}")
            }
            Self::Blocker(id) => format!("blocker {id}"),
        }
    }
}

/// A waiver that has everything it needs, but perhaps not now.
#[derive(Clone, Debug)]
struct Sound {
    id: Id,
    begins: Option<Instant>,
    ends: Instant,
}

/// All waivers, their targets resolved.
#[derive(Debug, Default)]
pub struct Waivers {
    sound: BTreeMap<Target, Vec<Sound>>,
    defects: BTreeMap<Id, (Option<Target>, String)>,
}

impl Waivers {
    /// Resolves every waiver's target and checks its form.
    pub fn resolve(catalog: &Catalog, profiles: &[Profile]) -> Self {
        let mut waivers = Self::default();
        for waiver in catalog.waivers.values() {
            let (target, outcome) = match target(waiver, catalog, profiles) {
                Ok((target, Ok(()))) => {
                    let form = form(waiver);
                    (Some(target), form)
                }
                Ok((target, Err(why))) => (Some(target), Err(why)),
                Err(why) => (None, Err(why)),
            };
            match (target, outcome) {
                (Some(target), Ok(ends)) => {
                    let begins = waiver.opened.map(crate::model::time::Date::start);
                    let sound = Sound { id: waiver.id.clone(), begins, ends };
                    waivers.sound.entry(target).or_default().push(sound);
                }
                (target, Err(why)) => {
                    waivers.defects.insert(waiver.id.clone(), (target, why));
                }
                (None, Ok(_)) => {}
            }
        }
        waivers
    }

    /// The waiver that covers `target` at `at`: the one that lasts longest.
    pub fn covering(&self, target: &Target, at: Instant) -> Option<&Id> {
        self.sound
            .get(target)?
            .iter()
            .filter(|waiver| waiver.begins.is_none_or(|begins| begins <= at) && at < waiver.ends)
            .max_by(|a, b| a.ends.cmp(&b.ends).then_with(|| b.id.cmp(&a.id)))
            .map(|waiver| &waiver.id)
    }

    /// Instants at which waivers of `target` begin and end.
    pub fn turns(&self, target: &Target) -> Vec<Option<Instant>> {
        self.sound
            .get(target)
            .into_iter()
            .flatten()
            .flat_map(|waiver| [waiver.begins, Some(waiver.ends)])
            .collect()
    }

    /// Every waiver judged at `as_of`, and a finding for each that has no effect.
    pub fn assess(
        &self,
        catalog: &Catalog,
        as_of: Instant,
    ) -> (BTreeMap<Id, WaiverAssessment>, Vec<Finding>) {
        let mut assessed = BTreeMap::new();
        let mut findings = Vec::new();
        for waiver in catalog.waivers.values() {
            let days_left = waiver.expires.map(|expires| days_between(as_of, expires.ends()));
            let sound = self.sound.iter().find_map(|(target, list)| {
                list.iter().find(|sound| sound.id == waiver.id).map(|sound| (target, sound))
            });
            let says = |why: &str| format!("the waiver `{}` has no effect: {why}", waiver.id);
            let (covers, why) = match (sound, self.defects.get(&waiver.id)) {
                (Some((target, sound)), _) => {
                    let (why, field, help) = if sound.begins.is_some_and(|begins| begins > as_of) {
                        ("it has not begun".to_owned(), "opened", "until then what it covers stays open")
                    } else if as_of >= sound.ends {
                        let ended =
                            waiver.expires.map_or_else(String::new, |expires| format!(": `{expires}`"));
                        (format!("it ended{ended}"), "expires", "renew it, or take it out")
                    } else {
                        (String::new(), "", "")
                    };
                    if !why.is_empty() {
                        findings.push(
                            Finding::warning("waiver-ended", says(&why))
                                .at(waiver.origin().field(field))
                                .help(help)
                                .about(&waiver.id),
                        );
                    }
                    (Some(target), why)
                }
                (None, defect) => {
                    let (target, why) = match defect {
                        Some((target, why)) => (target.as_ref(), why.clone()),
                        None => (None, "it could not be judged".to_owned()),
                    };
                    findings.push(
                        Finding::warning("waiver-without-effect", says(&why))
                            .at(waiver.origin().place())
                            .help("complete it, or take it out")
                            .about(&waiver.id),
                    );
                    (target, why)
                }
            };
            let judged = WaiverAssessment {
                valid: why.is_empty(),
                why,
                days_left,
                covers: covers.map(Target::words).into_iter().collect(),
            };
            assessed.insert(waiver.id.clone(), judged);
        }
        (assessed, findings)
    }
}

/// Whole days from `from` to `to`, rounded down; negative when over.
pub fn days_between(from: Instant, to: Instant) -> i64 {
    to.seconds_since(from).div_euclid(86_400)
}

/// Owner, rationale, end, approval.
fn form(waiver: &Waiver) -> Result<Instant, String> {
    let filled = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
    if !filled(&waiver.owner) || waiver.owner.as_deref().is_some_and(consent::nobody) {
        return Err("it has no `owner`".to_owned());
    }
    if !filled(&waiver.rationale) {
        return Err("it has no `rationale`".to_owned());
    }
    if waiver.approved_by.as_deref().is_some_and(consent::nobody) {
        return Err("nobody is named who approved it (`approved-by`)".to_owned());
    }
    match waiver.approval {
        Some(Approval::Pending) => return Err("its approval is pending".to_owned()),
        Some(Approval::Rejected) => return Err("it was rejected".to_owned()),
        Some(Approval::Approved) | None => {}
    }
    match waiver.expires {
        None => Err("it has no end (`expires`)".to_owned()),
        Some(expires) => match waiver.opened {
            Some(opened) if opened.start() >= expires.ends() => Err("it ends before it begins".to_owned()),
            Some(_) | None => Ok(expires.ends()),
        },
    }
}

/// The one object a waiver names, and whether a waiver may cover it; `Err` when it is not exactly one.
type Resolved = Result<(Target, Result<(), String>), String>;

fn target(waiver: &Waiver, catalog: &Catalog, profiles: &[Profile]) -> Resolved {
    let text = waiver.target.trim();
    let Some((kind, name)) = text.split_once(':') else {
        return Err(format!("its target `{text}` is not of the form `claim:ID` or `criterion:PROFILE/ID`"));
    };
    let missing = || format!("its target `{text}` does not exist");
    match kind {
        "claim" => {
            let claim = catalog.claims.get(name).ok_or_else(missing)?;
            Ok((Target::Claim(claim.id.clone()), tier(claim.tier)))
        }
        "blocker" => {
            let blocker = catalog.blockers.get(name).ok_or_else(missing)?;
            Ok((Target::Blocker(blocker.id.clone()), Ok(())))
        }
        "criterion" => {
            let (owner, id) = name.split_once('/').ok_or_else(missing)?;
            let mut found: Vec<(Target, Result<(), String>)> = Vec::new();
            for profile in profiles.iter().filter(|profile| profile.id.as_str() == owner) {
                for criterion in profile.criteria.iter().filter(|criterion| criterion.id.as_str() == id) {
                    let target = Target::ProfileCriterion(profile.id.clone(), criterion.id.clone());
                    found.push((target, waivable(criterion)));
                }
            }
            if let Some(claim) = catalog.claims.get(owner) {
                for criterion in claim.criteria.iter().filter(|criterion| criterion.id.as_str() == id) {
                    let target = Target::ClaimCriterion(claim.id.clone(), criterion.id.clone());
                    found.push((target, tier(claim.tier).and_then(|()| waivable(criterion))));
                }
            }
            match found.len() {
                0 => Err(missing()),
                1 => found.pop().ok_or_else(missing),
                several => Err(format!("its target `{text}` names {several} things")),
            }
        }
        _ => Err(format!("its target `{text}` begins with none of `claim:`, `criterion:`, `blocker:`")),
    }
}

fn tier(tier: u8) -> Result<(), String> {
    if tier == 0 { Err("a claim of tier 0 cannot be waived".to_owned()) } else { Ok(()) }
}

fn waivable(criterion: &Criterion) -> Result<(), String> {
    if criterion.waivable {
        Ok(())
    } else {
        Err("its criterion cannot be waived (`waivable: false`)".to_owned())
    }
}

/// A note for each waiver in effect whose target holds without it.
pub fn unused(
    catalog: &Catalog,
    waivers: &Waivers,
    claims: &BTreeMap<Id, ClaimAssessment>,
    verdicts: &[Verdict],
    as_of: Instant,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (target, list) in &waivers.sound {
        let holds = match target {
            Target::Claim(id) => claims.get(id).is_some_and(|claim| claim.status.is_satisfied()),
            Target::ClaimCriterion(owner, id) => claims
                .get(owner)
                .and_then(|claim| claim.criteria.iter().find(|result| result.id == *id))
                .is_some_and(|result| result.status_without_waiver.is_satisfied()),
            Target::ProfileCriterion(owner, id) => verdicts
                .iter()
                .find(|verdict| verdict.profile == *owner)
                .and_then(|verdict| verdict.criteria.iter().find(|result| result.id == *id))
                .is_some_and(|result| result.status_without_waiver.is_satisfied()),
            Target::Blocker(_) => false,
        };
        if !holds {
            continue;
        }
        for sound in
            list.iter().filter(|waiver| waiver.begins.is_none_or(|at| at <= as_of) && as_of < waiver.ends)
        {
            if let Some(waiver) = catalog.waivers.get(&sound.id) {
                findings.push(
                    Finding::note(
                        "waiver-unused",
                        format!(
                            "the waiver `{}` covers the {}, and that holds without it",
                            sound.id,
                            target.words()
                        ),
                    )
                    .at(waiver.origin().place())
                    .help("take it out")
                    .about(&sound.id),
                );
            }
        }
    }
    findings
}
