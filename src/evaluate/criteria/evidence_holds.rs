//! `evidence-holds`: evidence is there, counts, and does not say no by its own content.

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
use crate::evaluate::weigh::select;
use crate::evaluate::weigh::weigh;
use crate::model::attestation::SignatureState;
use crate::model::drill::DrillResult;
use crate::model::evidence::Body;
use crate::model::evidence::Evidence;
use crate::model::evidence::EvidenceKind;
use crate::model::governance::FileState;
use crate::model::governance::GovernanceRecord;
use crate::model::governance::System;
use crate::model::receipt::Decision;
use crate::model::receipt::Outcome;
use crate::model::scan::ScanOutcome;

/// The dialect whose files only say that somebody ticked a box.
const TICKED: &str = "checklist";
/// The dialect whose files say no of themselves.
const REFUSES: &str = "stated-no";

pub(super) const ROW: CriterionRow = CriterionRow {
    kind: "evidence-holds",
    what: "At least `minimum` selected pieces of evidence count, and none of them says no by its own content: a decision \
           that was not to allow or rests on a failed check, a test that failed, a scan with something open, a drill that \
           failed, a wrong signature. `evidence-kinds` narrows which kinds are asked. With `assigned: true` only what the \
           project puts forward for this criterion is asked. With `after-drill: true` a piece that is older than every selected drill \
           shows nothing. A list of ticked boxes is a declaration and says nothing.",
    why: "Evidence that is only looked for and never looked into turns a failing report into a pass.",
    source: "Stage gates: a criterion passes on at least one counted piece that satisfies it, and fails when counted evidence says no.",
    example: "id: SPEC-01\ntext: The work is aligned with an objective\nkind: evidence-holds\nassigned: true\n",
    schema: super::schema::<Parameters>,
    parse: super::condition::<Parameters>,
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Parameters {
    #[serde(flatten)]
    selector: Selector,
    /// Kinds of evidence that are asked; any when not given.
    #[serde(default)]
    evidence_kinds: Vec<EvidenceKind>,
    /// How many; 1 when not given.
    #[serde(default)]
    minimum: Option<u64>,
    /// Whether a receipt has to be of the time of a drill that is selected too, or later.
    #[serde(default)]
    after_drill: bool,
}

impl Condition for Parameters {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        let minimum = self.minimum.unwrap_or(1).max(1);
        let words: Vec<&str> = self.evidence_kinds.iter().map(|kind| kind.counted().0).collect();
        let single = if let [kind] = self.evidence_kinds.as_slice() { Some(*kind) } else { None };
        let thing = thing(single);
        let asked = match (minimum, words.as_slice()) {
            (1, []) => "evidence that does not say no".to_owned(),
            (_, []) => format!("{minimum} pieces of evidence that do not say no"),
            (1, words) => format!("{} that does not say no", words.join(" or ")),
            (_, words) => format!("{minimum} of: {}, that do not say no", words.join(", ")),
        };
        let drills = select(scene, &self.selector, &[EvidenceKind::Drill]);
        let begun = drills.iter().filter_map(|evidence| evidence.body.drill()?.started).min();
        let early = |evidence: &Evidence| {
            let at = evidence
                .captured_at
                .zip(begun)
                .filter(|_| self.after_drill && evidence.body.drill().is_none());
            // a receipt that gives a day alone is of that day
            at.is_some_and(|(at, begun)| at < begun && begun.date().start() != at)
        };
        let ask = |evidence: &Evidence| match ask(evidence) {
            Says::Yes if early(evidence) => Says::Nothing("it is older than the drill".to_owned()),
            said => said,
        };
        weigh(scene, &self.selector, &self.evidence_kinds, ask).judgement(asked, minimum, thing)
    }

    fn names(&self) -> Vec<(String, Named)> {
        super::selected_names(&self.selector)
    }
}

/// Why a file of this dialect shows nothing by being there; `None` for all others.
pub(super) fn only_declared(evidence: &Evidence) -> Option<&'static str> {
    (evidence.source.adapter == TICKED).then_some("a list of ticked boxes is a declaration, not evidence")
}

/// What a piece of evidence says by its own content.
pub(super) fn ask(evidence: &Evidence) -> Says {
    let nothing = |why: &str| Says::Nothing(why.to_owned());
    if let Some(why) = only_declared(evidence) {
        return nothing(why);
    }
    if evidence.source.adapter == REFUSES {
        return Says::No("its own outcome is a no".to_owned());
    }
    match &evidence.body {
        Body::DecisionReceipt(receipt) => {
            let failed = receipt.checks.iter().find(|check| check.outcome == Outcome::Fail);
            let lifted = receipt.override_details.as_ref();
            let unfounded = lifted.is_some_and(|by| nobody(&by.approver) || by.reason.trim().is_empty());
            match (receipt.decision, failed) {
                (Decision::Allow | Decision::Hold, _) if unfounded => {
                    Says::No("its override names no approver or no reason".to_owned())
                }
                (Decision::Deny, _) => Says::No(format!("it decides `{}`", receipt.raw_decision)),
                (_, Some(check)) => Says::No(format!("its check `{}` failed", check.id)),
                (Decision::Allow, None) => Says::Yes,
                (Decision::Hold, None) => nothing("it waits for a person"),
                (Decision::Unknown, None) => nothing("what it decides is not known"),
            }
        }
        Body::TestReport(report) => {
            let bad = report.failures + report.errors;
            if bad > 0 {
                Says::No(format!("{bad} of {} tests failed", report.tests))
            } else if report.passed == 0 {
                nothing("no test of it passed")
            } else {
                Says::Yes
            }
        }
        Body::Scan(scan) => match (scan.outcome, scan.doubts.first()) {
            (ScanOutcome::Found, _) => Says::No(format!("{} results are open", scan.open)),
            (_, Some(doubt)) => Says::Nothing(doubt.clone()),
            (ScanOutcome::NothingFound, None) => Says::Yes,
            (ScanOutcome::Graded, None) => nothing("it holds grades, not findings"),
            (ScanOutcome::Unclear, None) => nothing("whether it looked at anything is not sure"),
        },
        Body::Drill(drill) => match drill.computed {
            DrillResult::Passed | DrillResult::PassedWithFindings => Says::Yes,
            DrillResult::Failed | DrillResult::Aborted => Says::No(drill.computed.word().to_lowercase()),
            DrillResult::Interrupted
            | DrillResult::NotRun
            | DrillResult::Inconclusive
            | DrillResult::Observed => Says::Nothing(drill.computed.word().to_lowercase()),
        },
        Body::Attestation(attestation) => {
            let wrong = |statement: &crate::model::attestation::Statement| {
                statement.signature() == Some(SignatureState::Wrong)
            };
            if attestation.statements.iter().any(wrong) {
                Says::No("a signature over it is wrong".to_owned())
            } else {
                Says::Yes
            }
        }
        Body::GovernanceRecord(record) if record.system == System::Integrity => match differs(record) {
            Some(why) => Says::No(why),
            None => Says::Yes,
        },
        body if shows_by_being_there(body.kind()) => Says::Yes,
        _ => nothing(
            "it says how much or what, not whether that is enough: ask it by a criterion of its own kind",
        ),
    }
}

/// Why a list of files with digests says no: of itself, or because a file is not the one it names.
fn differs(record: &GovernanceRecord) -> Option<String> {
    let wrong = |state: FileState| matches!(state, FileState::Mismatch | FileState::LineEndings);
    if record.form == "validation-failure" {
        return Some("it records a validation that failed".to_owned());
    }
    let file = record.files.iter().find(|file| wrong(file.state));
    file.map(|file| format!("`{}` is not the file that it names", file.path))
        .or_else(|| record.seal.as_ref().filter(|seal| wrong(seal.state)).map(|seal| seal.why.clone()))
}

/// Documents that say neither yes nor no.
fn shows_by_being_there(kind: EvidenceKind) -> bool {
    matches!(
        kind,
        EvidenceKind::Sbom | EvidenceKind::Vex | EvidenceKind::ClaimMatrix | EvidenceKind::Attachment
    )
}
