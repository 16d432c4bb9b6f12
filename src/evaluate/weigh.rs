//! Puts evidence on the scales: every piece asked says yes, no or nothing, and only what counts is counted.
//!
//! One counted no outweighs any number of yes (a conflict is a no). Adding a no or removing a yes never helps.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::evaluate::counting::Cause;
use crate::evaluate::counting::Standing;
use crate::evaluate::counting::standing;
use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::model::assessment::Counts;
use crate::model::assessment::EvidenceUse;
use crate::model::evidence::Evidence;
use crate::model::evidence::EvidenceKind;
use crate::model::id::Id;
use crate::model::status::Status;
use crate::model::time::Instant;

/// Which evidence is asked. In a claim's criterion without any of these: the evidence the claim lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default)]
pub struct Selector {
    /// Ids of evidence.
    pub evidence: Vec<Id>,
    /// `newest`, or the id of a release: only evidence of that release.
    pub release: Option<Id>,
    /// Only evidence about exactly this subject.
    pub subject: Option<String>,
    /// Among counted evidence about the same subject only the newest is asked; older ones are shown as superseded.
    pub newest_only: bool,
    /// Only evidence that an assignment of the content puts forward for this very criterion.
    pub assigned: bool,
}

/// What a piece of evidence says to the question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// Yes.
    Yes,
    /// No, because.
    No(String),
    /// Nothing, because.
    Nothing(String),
}

/// All pieces of evidence that were asked, weighed.
#[derive(Debug, Default)]
pub struct Weighed<'a> {
    /// Counted, and says yes.
    pub yes: Vec<&'a Evidence>,
    /// Counted, and says no.
    pub no: Vec<(&'a Evidence, String)>,
    /// Counted, and says nothing to the question.
    pub silent: Vec<(&'a Evidence, String)>,
    /// Would say yes, but is too old.
    pub stale: u32,
    /// Would say yes, but is not live.
    pub sample: u32,
    /// Asked, in all.
    pub asked: u32,
    /// The newest release was asked for and there is none.
    pub no_release: bool,
    /// Nothing is of the release asked for, and this would be asked if it were: the evidence, the release.
    unreleased: Option<(&'a Id, &'a Id)>,
    uses: Vec<EvidenceUse>,
    turning: BTreeSet<Instant>,
    sealed: bool,
}

/// The pieces of evidence that `selector` names in `scene`, of one of `kinds` (any when empty), in order of id.
pub fn select<'a>(scene: &Scene<'a>, selector: &Selector, kinds: &[EvidenceKind]) -> Vec<&'a Evidence> {
    let Selector { evidence: ids, release, subject, newest_only: _, assigned } = selector;
    let release = match release.as_ref().map(Id::as_str) {
        Some("newest") => match scene.catalog.newest_release() {
            Some(newest) => Some(&newest.id),
            None => return Vec::new(),
        },
        Some(_) => release.as_ref(),
        None => None,
    };
    let listed: Option<BTreeSet<&Id>> = if *assigned {
        Some(ids.iter().chain(scene.assigned.into_iter().flat_map(|assigned| &assigned.evidence)).collect())
    } else if !ids.is_empty() {
        Some(ids.iter().collect())
    } else if release.is_none() && subject.is_none() {
        scene.claim.map(|claim| claim.evidence.iter().collect())
    } else {
        None
    };
    let fits = |evidence: &&Evidence| {
        (kinds.is_empty() || kinds.contains(&evidence.kind()))
            && release.is_none_or(|release| evidence.release.as_ref() == Some(release))
            && (subject.is_none() || evidence.subject == *subject)
    };
    match listed {
        Some(listed) => {
            listed.into_iter().filter_map(|id| scene.catalog.evidence.get(id)).filter(fits).collect()
        }
        None => scene.catalog.evidence.values().filter(fits).collect(),
    }
}

/// Asks every selected piece of evidence.
pub fn weigh<'a>(
    scene: &Scene<'a>,
    selector: &Selector,
    kinds: &[EvidenceKind],
    ask: impl Fn(&'a Evidence) -> Says,
) -> Weighed<'a> {
    let selected = select(scene, selector, kinds);
    let unreleased = || {
        let newest = selector.release.as_ref().filter(|release| release.as_str() == "newest");
        let release = newest.and_then(|_| scene.catalog.newest_release()).filter(|_| !kinds.is_empty())?;
        let any = select(scene, &Selector { release: None, ..selector.clone() }, kinds);
        any.into_iter().find(|evidence| evidence.release.is_none()).map(|first| (&first.id, &release.id))
    };
    let mut weighed = Weighed {
        asked: u32::try_from(selected.len()).unwrap_or(u32::MAX),
        no_release: selector.release.as_ref().is_some_and(|release| release.as_str() == "newest")
            && scene.catalog.newest_release().is_none(),
        unreleased: if selected.is_empty() { unreleased() } else { None },
        ..Weighed::default()
    };
    let standings: Vec<(&Evidence, Standing)> =
        selected.into_iter().map(|evidence| (evidence, standing(evidence, scene))).collect();
    let newest = selector.newest_only.then(|| newest_by_subject(&standings));
    for (evidence, standing) in standings {
        match standing {
            Standing::Counts { stale_from } => {
                weighed.turns(scene, Some(stale_from));
                let superseded = newest.as_ref().is_some_and(|newest| {
                    newest.get(&evidence.subject).is_some_and(|at| evidence.captured_at < *at)
                });
                if superseded {
                    weighed.note(
                        evidence,
                        Counts::NotCounted,
                        "newer evidence about the same subject replaces it",
                    );
                    continue;
                }
                match ask(evidence) {
                    Says::Yes => {
                        weighed.note(evidence, Counts::For, "");
                        weighed.yes.push(evidence);
                    }
                    Says::No(why) => {
                        weighed.note(evidence, Counts::Against, &why);
                        weighed.no.push((evidence, why));
                    }
                    Says::Nothing(why) => {
                        weighed.note(evidence, Counts::NotCounted, &why);
                        weighed.silent.push((evidence, why));
                    }
                }
            }
            Standing::Not { why, cause, counts_from } => {
                weighed.turns(scene, counts_from);
                weighed.note(evidence, Counts::NotCounted, &why);
                match cause {
                    Cause::Stale => weighed.stale += u32::from(ask(evidence) == Says::Yes),
                    Cause::NotLive => weighed.sample += u32::from(ask(evidence) == Says::Yes),
                    Cause::Unreadable => weighed.sealed = true,
                    Cause::Other => {}
                }
            }
        }
    }
    weighed
}

fn newest_by_subject(standings: &[(&Evidence, Standing)]) -> BTreeMap<Option<String>, Option<Instant>> {
    let mut newest: BTreeMap<Option<String>, Option<Instant>> = BTreeMap::new();
    for (evidence, standing) in standings {
        if matches!(standing, Standing::Counts { .. }) {
            let at = newest.entry(evidence.subject.clone()).or_default();
            *at = (*at).max(evidence.captured_at);
        }
    }
    newest
}

impl Weighed<'_> {
    /// Notes an instant at which the outcome may differ.
    pub fn turns(&mut self, scene: &Scene<'_>, instant: Option<Instant>) {
        if let Some(instant) = instant.filter(|instant| *instant > scene.as_of) {
            self.turning.insert(instant);
        }
    }

    fn note(&mut self, evidence: &Evidence, counts: Counts, why: &str) {
        self.uses.push(EvidenceUse { evidence: evidence.id.clone(), counts, why: why.to_owned() });
    }

    /// The outcome when at least `minimum` (never less than 1) have to say yes and none may say no.
    /// `thing` is what a piece is called, singular and plural.
    pub fn judgement(self, asked: impl Into<String>, minimum: u64, thing: (&str, &str)) -> Judgement {
        let (singular, plural) = thing;
        let word = |count: u64| if count == 1 { singular.to_owned() } else { plural.to_owned() };
        let mut judgement = Judgement::open(asked);
        let minimum = minimum.max(1);
        let yes = self.yes.len() as u64;
        judgement = if let Some((evidence, why)) = self.no.first() {
            let more = match self.no.len() - 1 {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            let reason = if yes > 0 { "conflict" } else { "counted-says-no" };
            judgement
                .is(Status::NotMet, reason, format!("`{}`: {why}{more}", evidence.id))
                .help(format!("correct what `{}` shows and collect it again", evidence.id))
        } else if yes >= minimum {
            judgement.is(Status::Met, "met", format!("{yes} {}", word(yes)))
        } else if self.no_release {
            judgement
                .is(Status::NotAssessed, "no-release", "no release")
                .help("name the release under `releases` in the content and in the evidence index")
        } else if self.stale > 0 {
            judgement
                .is(
                    Status::Stale,
                    "only-stale",
                    format!("{} {} too old", self.stale, word(self.stale.into())),
                )
                .help(format!("collect the {singular} again"))
        } else if self.sample > 0 {
            judgement
                .is(
                    Status::Sample,
                    "only-sample",
                    format!("{} {} not live", self.sample, word(self.sample.into())),
                )
                .help(format!("collect the {singular} from the real thing"))
        } else if yes > 0 {
            judgement
                .is(Status::NotAssessed, "too-few", format!("{yes} of {minimum} {}", word(minimum)))
                .help(format!("add {} more {}", minimum - yes, word(minimum - yes)))
        } else {
            let found = match (self.silent.first(), self.uses.first()) {
                (Some((evidence, why)), _) => format!("`{}`: {why}", evidence.id),
                (None, Some(first)) => format!("`{}` does not count: {}", first.evidence, first.why),
                (None, None) => format!("no {singular}"),
            };
            let article = if singular == "SBOM" { "an" } else { "a" };
            judgement.is(Status::NotAssessed, "nothing-counted", found).help(match self.unreleased {
                Some((evidence, release)) => {
                    format!("add {article} {singular} that counts; is `{evidence}` one? Then say `release: {release}` for it in the evidence index")
                }
                None => format!("add {article} {singular} that counts"),
            })
        };
        judgement.evidence = self.uses;
        judgement.turning = self.turning;
        judgement.sealed = self.sealed;
        judgement
    }
}
