//! Judges one criterion: reads it, asks its row, lets a valid waiver cover it, and finds out until when that holds.

use crate::evaluate::assignments;
use crate::evaluate::consent::nobody;
use crate::evaluate::criteria;
use crate::evaluate::criteria::Condition;
use crate::evaluate::criteria::Named;
use crate::evaluate::criteria::Refused;
use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::evaluate::waivers::Target;
use crate::model::assessment::Counts;
use crate::model::assessment::CriterionResult;
use crate::model::finding::Finding;
use crate::model::finding::did_you_mean;
use crate::model::id::Id;
use crate::model::profile::Criterion;
use crate::model::record::Origin;
use crate::model::status::Status;
use crate::model::time::Instant;

/// How many coming instants are tried, one after the other, for the first at which a criterion comes out differently.
/// Where none of so many differs, the last one tried is given: the answer may only be too early.
const TRIED_INSTANTS: usize = 32;

/// A criterion that was read, or the reason why it cannot be.
#[derive(Debug)]
pub struct Read<'a> {
    /// As written.
    pub criterion: &'a Criterion,
    condition: Result<Box<dyn Condition>, ()>,
    not_applicable: Option<(&'a str, &'a str)>,
    target: Target,
}

/// Where a criterion stands, and who owns it.
#[derive(Debug)]
pub struct Seat<'a> {
    /// What a waiver of it names.
    pub target: Target,
    /// Its place, when the loader did not note it in the criterion itself.
    pub origin: Origin,
    /// Whether it may be called not applicable: not in a claim of tier 0.
    pub may_be_inapplicable: bool,
    /// Profiles that stand earlier.
    pub earlier: &'a [&'a Id],
}

/// Whether `counts` is to be shown rather than `than`, when both are said of one piece: a no, then a yes.
pub fn outweighs(counts: Counts, than: Counts) -> bool {
    rank(counts) < rank(than)
}

fn rank(counts: Counts) -> u8 {
    match counts {
        Counts::Against => 0,
        Counts::For => 1,
        Counts::NotCounted => 2,
    }
}

impl<'a> Read<'a> {
    /// Reads `criterion`; whatever is wrong with it is a finding, and it can then only be not assessed.
    pub fn new(
        criterion: &'a Criterion,
        seat: Seat<'_>,
        scene: &Scene<'_>,
        findings: &mut Vec<Finding>,
    ) -> Self {
        let Seat { target, origin, may_be_inapplicable, earlier } = seat;
        let origin = if criterion.origin.path.is_empty() { origin } else { criterion.origin.clone() };
        let condition = criteria::parse(&criterion.kind, &criterion.parameters, 0);
        let condition = match condition {
            Ok(condition) => {
                findings.extend(dangling(&criterion.id, &origin, condition.as_ref(), scene, earlier));
                Ok(condition)
            }
            Err(Refused { pointer, message, help }) => {
                let place = match pointer.as_str() {
                    "" => origin.place(),
                    // an unknown parameter is wrong itself, whatever its value
                    key if message.ends_with(&format!("no parameter `{key}`")) => {
                        let value = origin.field(key);
                        crate::model::finding::Place::key(value.path, value.pointer)
                    }
                    pointer => origin.field(pointer),
                };
                findings.push(
                    Finding::error("criterion-refused", format!("criterion `{}`: {message}", criterion.id))
                        .at(place)
                        .help(help),
                );
                Err(())
            }
        };
        let not_applicable = criterion.not_applicable.as_ref().and_then(|stated| {
            let defect = if !may_be_inapplicable {
                Some("a claim of tier 0 has no criterion that does not apply")
            } else if nobody(&stated.owner) || stated.reason.trim().is_empty() {
                Some("it needs an owner and a reason")
            } else {
                None
            };
            if let Some(defect) = defect {
                findings.push(
                    Finding::error(
                        "not-applicable-refused",
                        format!("criterion `{}` is called not applicable: {defect}", criterion.id),
                    )
                    .at(origin.field("not-applicable"))
                    .help("take `not-applicable` out, or complete it"),
                );
                return None;
            }
            Some((stated.owner.as_str(), stated.reason.as_str()))
        });
        Self { criterion, condition, not_applicable, target }
    }

    /// Judges it in `scene`.
    pub fn judge(&self, scene: &Scene<'_>) -> CriterionResult {
        let Criterion {
            id,
            text,
            kind,
            group,
            required,
            waivable: _,
            max_age: _,
            not_applicable: _,
            applies_when: _,
            parameters: _,
            origin: _,
        } = self.criterion;
        let scene = Scene { max_age: self.criterion.max_age, ..*scene };
        let Outcome { judgement, status, waiver } = self.outcome(&scene);
        let valid_until = self.changes(&scene, &judgement, status);
        let mut evidence = judgement.evidence;
        evidence.sort_by(|a, b| (rank(a.counts), &a.evidence).cmp(&(rank(b.counts), &b.evidence)));
        CriterionResult {
            id: id.clone(),
            text: text.clone(),
            kind: kind.clone(),
            group: group.clone(),
            required: *required,
            asked: judgement.asked,
            found: judgement.found,
            status,
            status_without_waiver: judgement.status,
            reason: if waiver.is_some() { "waived".to_owned() } else { judgement.reason.to_owned() },
            help: judgement.help,
            evidence,
            waiver,
            valid_until,
            withheld: 0,
        }
    }

    fn outcome(&self, scene: &Scene<'_>) -> Outcome {
        let stated = scene.assigned.and_then(|assigned| assigned.not_applicable.as_ref());
        let stated = stated.map(|stated| (stated.owner.as_str(), stated.reason.as_str()));
        let mut judgement = match (&self.condition, self.not_applicable.or(stated)) {
            (_, Some((owner, reason))) => Judgement::open("does it apply").is(
                Status::NotApplicable,
                "not-applicable",
                format!("{owner} says it does not: {reason}"),
            ),
            (Ok(condition), None) => condition.judge(scene),
            (Err(()), None) => Judgement::open(self.criterion.text.clone()).is(
                Status::NotAssessed,
                "criterion-refused",
                "the criterion cannot be read",
            ),
        };
        if judgement.reason == "nothing-counted"
            && scene.assigned.is_none()
            && let Target::ProfileCriterion(profile, id) = &self.target
            && assignments::asks_for_assigned(&self.criterion.parameters)
        {
            let unless = match &self.criterion.applies_when {
                Some(when) => format!("; it is asked only when {when}: else say in `not-applicable` why not"),
                None => String::new(),
            };
            judgement = judgement.is(Status::NotAssessed, "nothing-assigned", "nothing is put forward").help(
                format!("name evidence for `{profile}/{id}` under `assignments` in the content{unless}"),
            );
        }
        let coverable = self.criterion.waivable && !judgement.sealed && self.condition.is_ok();
        let mut waiver = None;
        let mut status = judgement.status;
        if coverable {
            for instant in scene.waivers.turns(&self.target) {
                judgement.turns_at(scene.as_of, instant);
            }
            if !status.is_satisfied()
                && status != Status::Waived
                && let Some(id) = scene.waivers.covering(&self.target, scene.as_of)
            {
                waiver = Some(id.clone());
                status = Status::Waived;
            }
        }
        Outcome { judgement, status, waiver }
    }

    /// The first instant at which it comes out differently with nothing but time passing.
    fn changes(&self, scene: &Scene<'_>, now: &Judgement, status: Status) -> Option<Instant> {
        let mut ahead = now.turning.clone();
        for tried in 0..=TRIED_INSTANTS {
            let instant = ahead.pop_first()?;
            let then = self.outcome(&scene.at(instant));
            let same = then.status == status
                && then.judgement.status == now.status
                && then.judgement.reason == now.reason;
            if !same || tried == TRIED_INSTANTS {
                return Some(instant);
            }
            ahead.extend(then.judgement.turning);
        }
        None
    }
}

struct Outcome {
    judgement: Judgement,
    status: Status,
    waiver: Option<Id>,
}

/// A finding for each id that a criterion names and that does not exist.
fn dangling(
    criterion: &Id,
    origin: &Origin,
    condition: &dyn Condition,
    scene: &Scene<'_>,
    earlier: &[&Id],
) -> Vec<Finding> {
    let catalog = scene.catalog;
    condition
        .names()
        .into_iter()
        .filter_map(|(pointer, named)| {
            let (what, id, known): (&str, Id, Vec<&str>) = match named {
                Named::Evidence(id) => ("evidence", id, catalog.evidence.keys().map(Id::as_str).collect()),
                Named::Claim(id) => ("claim", id, catalog.claims.keys().map(Id::as_str).collect()),
                Named::Release(id) => ("release", id, catalog.releases.keys().map(Id::as_str).collect()),
                Named::Profile(id) => ("earlier profile", id, earlier.iter().map(|id| id.as_str()).collect()),
            };
            if known.contains(&id.as_str()) {
                return None;
            }
            let help = match did_you_mean(id.as_str(), known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("add it, or take it out of the criterion `{criterion}`"),
            };
            Some(
                Finding::error(
                    "criterion-names-nothing",
                    format!("criterion `{criterion}` names the {what} `{id}`, which does not exist"),
                )
                .at(origin.field(&pointer))
                .help(help),
            )
        })
        .collect()
}
