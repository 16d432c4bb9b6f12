//! `decision-equals`: a decision receipt says what is asked, and the checks inside it bear it out.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Condition;
use super::CriterionRow;
use super::Named;
use super::thing;
use crate::evaluate::consent::nobody;
use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::evaluate::weigh::Says;
use crate::evaluate::weigh::Selector;
use crate::evaluate::weigh::weigh;
use crate::model::evidence::Evidence;
use crate::model::evidence::EvidenceKind;
use crate::model::receipt::Decision;
use crate::model::receipt::Outcome;
use crate::model::receipt::Override;
use crate::model::receipt::Receipt;
use crate::model::status::Status;

pub(super) const ROW: CriterionRow = CriterionRow {
    kind: "decision-equals",
    what: "Every counted decision receipt has the outcome `decision` and every check inside it passed. Of several \
           receipts the strictest wins. A person's override of the rule counts only with `accept-override: true`, \
           needs an approver, a reason and a time after the decision, and is always shown.",
    why: "A receipt that says `allow` above a failed check contradicts itself; the strictest reading is the safe one.",
    source: "Release gates: the effective decision is the strictest of all declared and recomputed ones.",
    example: "id: decision\ntext: The release was allowed\nkind: decision-equals\ndecision: allow\nrelease: newest\n",
    schema: super::schema::<Parameters>,
    parse: super::condition::<Parameters>,
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Parameters {
    #[serde(flatten)]
    selector: Selector,
    /// The outcome asked for; `allow` when not given.
    #[serde(default = "allow")]
    decision: Decision,
    /// How many checks each receipt has to list at least.
    #[serde(default)]
    minimum_checks: u64,
    /// Whether a check that passed with a warning is enough.
    #[serde(default)]
    accept_warnings: bool,
    /// Whether a decision that a person took against the rule is enough.
    #[serde(default)]
    accept_override: bool,
}

fn allow() -> Decision {
    Decision::Allow
}

impl Condition for Parameters {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        let weighed =
            weigh(scene, &self.selector, &[EvidenceKind::DecisionReceipt], |evidence| self.ask(evidence));
        let overridden: Vec<String> = weighed
            .yes
            .iter()
            .filter_map(|evidence| evidence.body.receipt())
            .filter_map(|receipt| receipt.override_details.as_ref())
            .map(|Override { approver, reason, at: _ }| format!("by override of {approver}: {reason}"))
            .collect();
        let asked = format!("`{}` in every receipt, every check passed", word(self.decision));
        let mut judgement = weighed.judgement(asked, 1, thing(Some(EvidenceKind::DecisionReceipt)));
        if judgement.status == Status::Met {
            let mut found = self.decision.word().to_lowercase();
            for text in overridden {
                found = format!("{found}, {text}");
            }
            judgement.found = found;
        }
        judgement
    }

    fn names(&self) -> Vec<(String, Named)> {
        super::selected_names(&self.selector)
    }
}

impl Parameters {
    fn ask(&self, evidence: &Evidence) -> Says {
        let Some(receipt) = evidence.body.receipt() else {
            return Says::Nothing("it is not a decision receipt".to_owned());
        };
        let overridden = match &receipt.override_details {
            None => false,
            Some(details) => match self.check_override(receipt, details) {
                Ok(()) => true,
                Err(why) => return Says::No(why),
            },
        };
        let liftable = matches!(receipt.decision, Decision::Hold) && self.decision == Decision::Allow;
        if receipt.decision != self.decision && !(overridden && liftable) {
            return Says::No(format!(
                "the decision is `{}`, asked was `{}`",
                receipt.raw_decision,
                word(self.decision)
            ));
        }
        if (receipt.checks.len() as u64) < self.minimum_checks {
            return Says::No(format!(
                "it lists {} checks, asked were {}",
                receipt.checks.len(),
                self.minimum_checks
            ));
        }
        if self.decision == Decision::Allow && !overridden {
            for check in &receipt.checks {
                let wrong = match check.outcome {
                    Outcome::Pass | Outcome::NotApplicable => continue,
                    Outcome::Warn if self.accept_warnings => continue,
                    Outcome::Warn => "passed with a warning",
                    Outcome::Fail => "failed",
                    Outcome::NotRun => "was not run",
                    Outcome::Unknown => "has an unknown outcome",
                };
                return Says::No(format!(
                    "it says `{}`, but its check `{}` {wrong}",
                    receipt.raw_decision, check.id
                ));
            }
        }
        Says::Yes
    }

    fn check_override(&self, receipt: &Receipt, details: &Override) -> Result<(), String> {
        let Override { approver, reason, at } = details;
        if nobody(approver) || reason.trim().is_empty() {
            return Err("its override names no approver or no reason".to_owned());
        }
        match (at, receipt.decided_at) {
            (None, _) => return Err("its override does not say when".to_owned()),
            (Some(at), Some(decided)) if *at < decided => {
                return Err("its override is older than the decision".to_owned());
            }
            (Some(_), _) => {}
        }
        if self.accept_override {
            Ok(())
        } else {
            Err(format!("it was overridden by {approver}, and this criterion accepts no override"))
        }
    }
}

fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Deny => "deny",
        Decision::Unknown => "unknown",
        Decision::Hold => "hold",
        Decision::Allow => "allow",
    }
}
