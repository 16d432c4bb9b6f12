//! `register-empty`: no open entry of the blocker or risk register stands in the way.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Condition;
use super::CriterionRow;
use super::evidence_holds::ask;
use super::evidence_holds::only_declared;
use crate::evaluate::consent::nobody;
use crate::evaluate::counting::Standing;
use crate::evaluate::counting::standing;
use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::evaluate::waivers::Target;
use crate::evaluate::weigh::Says;
use crate::model::evidence::Evidence;
use crate::model::evidence::EvidenceKind;
use crate::model::id::Id;
use crate::model::register::Acceptance;
use crate::model::register::Blocker;
use crate::model::register::Risk;
use crate::model::register::RiskStatus;
use crate::model::register::Severity;
use crate::model::status::Status;
use crate::model::time::Expiry;
use crate::model::time::Instant;

pub(super) const ROW: CriterionRow = CriterionRow {
    kind: "register-empty",
    what: "The register `blockers` or `risks` has no open entry at or above `severity`. A blocker is closed only when \
           `resolved` has passed and `resolved-by` names evidence that counts and is not older than the blocker. A \
           risk is closed by its status. An open entry that a valid waiver or acceptance covers makes the criterion \
           waived until that ends; anything else open makes it not met.",
    why: "A blocker that somebody crossed out without evidence still blocks.",
    source: "Certification: a blocker is active unless resolved with evidence dated after it, or validly waived.",
    example: "id: blockers\ntext: Nothing stands in the way\nkind: register-empty\nregister: blockers\n",
    schema: super::schema::<Parameters>,
    parse: super::condition::<Parameters>,
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Parameters {
    /// Which register.
    register: Register,
    /// Entries below it are not asked; `low` (all of them) when not given.
    #[serde(default = "low")]
    severity: Severity,
    /// Only blockers with this scope or without any.
    #[serde(default)]
    scope: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Register {
    Blockers,
    Risks,
}

fn low() -> Severity {
    Severity::Low
}

/// How an entry stands.
enum Entry {
    Closed,
    /// Accepted or waived until then.
    Covered(Expiry),
    Open(String),
}

impl Condition for Parameters {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        let (singular, plural) = match self.register {
            Register::Blockers => ("blocker", "blockers"),
            Register::Risks => ("risk", "risks"),
        };
        let floor = match self.severity {
            Severity::Low => String::new(),
            Severity::Medium => " of medium severity or above".to_owned(),
            Severity::High => " of high severity or above".to_owned(),
            Severity::Critical => " of critical severity".to_owned(),
        };
        let mut judgement = Judgement::open(format!("no open {singular}{floor}"));
        let mut open: Vec<(&Id, String)> = Vec::new();
        let mut covered: Vec<Expiry> = Vec::new();
        let entries: Vec<(&Id, Entry, Vec<Option<Instant>>)> = match self.register {
            Register::Blockers => scene
                .catalog
                .blockers
                .values()
                .filter(|blocker| blocker.severity >= self.severity)
                .filter(|blocker| {
                    self.scope.is_none() || blocker.scope.is_none() || blocker.scope == self.scope
                })
                .map(|blocker| {
                    let (entry, turns) = judge_blocker(blocker, scene);
                    (&blocker.id, entry, turns)
                })
                .collect(),
            Register::Risks => scene
                .catalog
                .risks
                .values()
                .filter(|risk| risk.severity >= self.severity)
                .map(|risk| {
                    let (entry, turns) = judge_risk(risk, scene.as_of);
                    (&risk.id, entry, turns)
                })
                .collect(),
        };
        for (id, entry, turns) in entries {
            for instant in turns {
                judgement.turns_at(scene.as_of, instant);
            }
            match entry {
                Entry::Closed => {}
                Entry::Covered(until) => covered.push(until),
                Entry::Open(why) => open.push((id, why)),
            }
        }
        let count = |count: usize| format!("{count} open {}", if count == 1 { singular } else { plural });
        match (open.first(), covered.iter().min_by_key(|until| until.ends())) {
            (Some((id, why)), _) => judgement
                .is(Status::NotMet, "register-open", format!("{}: `{id}` {why}", count(open.len())))
                .help(format!("resolve `{id}`, or have it accepted with an owner and an end")),
            (None, Some(first)) => judgement.is(
                Status::Waived,
                "register-accepted",
                match covered.len() {
                    1 => format!("{}, accepted until {first}", count(1)),
                    more => format!("{}, all accepted, the first until {first}", count(more)),
                },
            ),
            (None, None) => judgement.is(Status::Met, "register-empty", format!("no open {singular}{floor}")),
        }
    }
}

fn judge_blocker(blocker: &Blocker, scene: &Scene<'_>) -> (Entry, Vec<Option<Instant>>) {
    let mut turns = vec![blocker.resolved];
    let mut why = "is open".to_owned();
    if let (Some(resolved), Some(by)) = (blocker.resolved, &blocker.resolved_by) {
        if let Some(evidence) = scene.catalog.evidence.get(by) {
            // Age does not re-open a blocker: what it shows stays true of then.
            let timeless = Scene { max_age: Some(crate::model::time::Period::from_days(36_500)), ..*scene };
            let dated_after = match (blocker.opened, evidence.captured_at) {
                (Some(opened), Some(captured_at)) => captured_at >= opened.start(),
                (None, Some(_)) => true,
                (_, None) => false,
            };
            match standing(evidence, &timeless) {
                Standing::Counts { .. } if matches!(ask(evidence), Says::No(_)) => {
                    why = "is resolved by evidence that says no".to_owned();
                }
                Standing::Counts { .. } if declared(evidence) => {
                    why = "is resolved by evidence that does not say so itself".to_owned();
                }
                Standing::Counts { .. } if dated_after && resolved <= scene.as_of => {
                    return (Entry::Closed, turns);
                }
                Standing::Counts { .. } if !dated_after => {
                    why = "is resolved by evidence that is older than it".to_owned();
                }
                Standing::Counts { .. } => why = "is resolved only later".to_owned(),
                Standing::Not { counts_from, .. } => {
                    turns.push(counts_from);
                    why = "is resolved by evidence that does not count".to_owned();
                }
            }
        } else {
            why = "is resolved by evidence that is not here".to_owned();
        }
    } else if blocker.resolved.is_some() {
        why = "is called resolved, without evidence".to_owned();
    }
    let target = Target::Blocker(blocker.id.clone());
    turns.extend(scene.waivers.turns(&target));
    let waiver = scene.waivers.covering(&target, scene.as_of).and_then(|id| scene.catalog.waivers.get(id));
    match waiver.and_then(|waiver| waiver.expires) {
        Some(until) => (Entry::Covered(until), turns),
        None => (Entry::Open(why), turns),
    }
}

/// Whether evidence was there to say yes and does not: a ticked box, a decision that waits, a drill or a scan that shows nothing.
fn declared(evidence: &Evidence) -> bool {
    let asked =
        [EvidenceKind::DecisionReceipt, EvidenceKind::Drill, EvidenceKind::Scan, EvidenceKind::TestReport];
    let says = asked.contains(&evidence.kind()) || only_declared(evidence).is_some();
    says && matches!(ask(evidence), Says::Nothing(_))
}

fn judge_risk(risk: &Risk, as_of: Instant) -> (Entry, Vec<Option<Instant>>) {
    let entry = match risk.status {
        RiskStatus::Closed => Entry::Closed,
        RiskStatus::Open
        | RiskStatus::Investigating
        | RiskStatus::Remediating
        | RiskStatus::DeviationRequested
        | RiskStatus::DeviationApproved => match &risk.accepted {
            None => Entry::Open("is open and nobody accepted it".to_owned()),
            Some(Acceptance { by, until, justification }) => {
                if nobody(by) || justification.trim().is_empty() {
                    Entry::Open("is accepted without a name or a reason".to_owned())
                } else if risk.status == RiskStatus::DeviationRequested {
                    Entry::Open("waits for its acceptance".to_owned())
                } else if until.is_over(as_of) {
                    Entry::Open(format!("was accepted until {until}"))
                } else {
                    Entry::Covered(*until)
                }
            }
        },
    };
    (entry, vec![risk.accepted.as_ref().map(|accepted| accepted.until.ends())])
}
