//! Override receipts of a run: which one lifts a hold, and why the others do not.

use super::Run;
use crate::evaluate::consent;
use crate::model::evidence::Evidence;
use crate::model::governance::text;
use crate::model::receipt::Decision;
use crate::model::time::Instant;

const TIMES: [&str; 9] = [
    "time",
    "timestamp",
    "overridden_at",
    "approved_at",
    "at",
    "decided_at",
    "created_at",
    "captured_at_utc",
    "issued_at",
];

/// What the override receipts of a run come to.
#[derive(Debug, Default)]
pub struct Overrides<'a> {
    /// The receipt that lifts a hold, in words.
    pub lifted: Option<(&'a Evidence, String)>,
    /// The receipts that lift nothing, each with the reason.
    pub without_effect: Vec<(&'a Evidence, String)>,
    /// The instants at which that may change.
    pub turning: Vec<Instant>,
}

/// One receipt: what it says, and whether it says no.
struct Said {
    approver: String,
    because: String,
    when: Option<Instant>,
    refused: Option<String>,
    over: Option<String>,
}

fn said(evidence: &Evidence, as_of: Instant, turning: &mut Vec<Instant>) -> Option<Said> {
    if let Some(receipt) = evidence.body.receipt() {
        let details = receipt.override_details.as_ref()?;
        let refused = match receipt.decision {
            Decision::Deny | Decision::Unknown => Some(format!("it decides `{}`", receipt.raw_decision)),
            Decision::Hold | Decision::Allow => None,
        };
        return Some(Said {
            approver: details.approver.clone(),
            because: details.reason.clone(),
            when: details.at,
            refused,
            over: receipt.defects.first().cloned(),
        });
    }
    let record = evidence.body.governance()?;
    let word = |keys: &[&str]| text(&record.document, keys).unwrap_or_default().to_owned();
    Some(Said {
        approver: word(&["approver", "approved_by", "overridden_by", "override_by"]),
        because: word(&["reason", "justification", "rationale"]),
        when: TIMES.iter().find_map(|key| record.text(key)).and_then(|text| Instant::parse(text).ok()),
        refused: consent::refused(&record.document),
        over: consent::over(&record.document, as_of, turning),
    })
}

impl<'a> Run<'a> {
    /// The override that lifts a hold, and why the others do not. It has an approver, a reason and a time after that of the gate's
    /// decision where that is known, and says so where it is not; a refusal that is not older takes it back.
    pub fn overridden(&self, as_of: Instant) -> Overrides<'a> {
        let mut out = Overrides::default();
        let time = |evidence: &Evidence| {
            evidence.body.receipt().and_then(|receipt| receipt.decided_at).or(evidence.captured_at)
        };
        let undated = self.gates.iter().find(|gate| time(gate).is_none());
        let decided = self.gates.iter().chain(&self.promotions).filter_map(|one| time(one)).max();
        let mut lifting: Option<(&'a Evidence, Instant, String)> = None;
        let mut refusals: Vec<(Option<Instant>, String)> = Vec::new();
        for evidence in self.form("override-receipt").iter().copied() {
            let Some(said) = said(evidence, as_of, &mut out.turning) else { continue };
            let ahead = said.when.filter(|when| *when > as_of);
            out.turning.extend(ahead);
            let why = match (said.when, undated) {
                _ if consent::nobody(&said.approver) => "nobody is named who approved it".to_owned(),
                _ if said.because.trim().is_empty() => "it gives no reason".to_owned(),
                _ if said.refused.is_some() => {
                    let why = said.refused.unwrap_or_default();
                    if ahead.is_none() {
                        refusals.push((said.when, format!("`{}` takes it back: {why}", evidence.id)));
                    }
                    why
                }
                _ if said.over.is_some() => said.over.unwrap_or_default(),
                (None, _) => "it has no time with an offset".to_owned(),
                (Some(when), _) if when > as_of => format!("it is of {when}, which lies ahead"),
                (Some(when), _) if decided.is_some_and(|decided| when <= decided) => {
                    "it does not come after the decision".to_owned()
                }
                (Some(when), undated) => {
                    if lifting.as_ref().is_none_or(|(_, known, _)| when > *known) {
                        // gate decisions of these systems carry no time of their own
                        let unsaid = undated.map_or_else(String::new, |gate| {
                            format!(
                                "; nothing says when `{}` decided: say `captured-at` in the evidence index",
                                gate.id
                            )
                        });
                        let words = format!("overridden by {}: {}{unsaid}", said.approver, said.because);
                        lifting = Some((evidence, when, words));
                    }
                    continue;
                }
            };
            out.without_effect.push((evidence, why));
        }
        if let Some((evidence, when, words)) = lifting {
            match refusals.into_iter().find(|(at, _)| at.is_none_or(|at| at >= when)) {
                Some((_, why)) => out.without_effect.push((evidence, why)),
                None => out.lifted = Some((evidence, words)),
            }
        }
        out
    }
}
