//! Records that contradict each other. Nothing is picked: people have to say which one is true.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::model::catalog::Catalog;
use crate::model::content::Answer;
use crate::model::content::AnswerWord;
use crate::model::evidence::Body;
use crate::model::evidence::Evidence;
use crate::model::evidence::Mode;
use crate::model::evidence::Trust;
use crate::model::finding::Finding;
use crate::model::id::Id;
use crate::model::receipt::Decision;
use crate::model::time::Instant;

/// Checks records against each other.
pub(super) fn check(catalog: &Catalog, findings: &mut Vec<Finding>) {
    external_ids(catalog, findings);
    questions(catalog, findings);
    test_reports(catalog, findings);
    receipts(catalog, findings);
    decisions_of_runs(catalog, findings);
    same_bytes(catalog, findings);
}

/// One question of a questionnaire, answered by two records.
fn external_ids(catalog: &Catalog, findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<(&str, &str), &Answer> = BTreeMap::new();
    for answer in catalog.answers.values() {
        for (questionnaire, question) in &answer.external_ids {
            match seen.get(&(questionnaire.as_str(), question.as_str())) {
                Some(first) => findings.push(
                    Finding::error(
                        "conflicting-answers",
                        format!(
                            "`{question}` of `{questionnaire}` is answered by `{}` and by `{}`",
                            first.id, answer.id
                        ),
                    )
                    .at(answer.origin.field(&format!("external-ids/{}", escape(questionnaire))))
                    .help("leave the id in one of them")
                    .about(&answer.id),
                ),
                None => {
                    seen.insert((questionnaire, question), answer);
                }
            }
        }
    }
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The same question, told apart by nothing but case, spaces and punctuation, with another answer.
fn questions(catalog: &Catalog, findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<String, &Answer> = BTreeMap::new();
    for answer in catalog.answers.values() {
        let mut own: Vec<String> =
            std::iter::once(&answer.question).chain(&answer.alternatives).map(|text| normal(text)).collect();
        own.sort();
        own.dedup();
        for question in own.into_iter().filter(|question| !question.is_empty()) {
            match seen.get(&question) {
                Some(first) if differ(first, answer) => {
                    findings.push(
                        Finding::error(
                            "conflicting-answers",
                            format!(
                                "`{}` and `{}` answer the same question differently",
                                first.id, answer.id
                            ),
                        )
                        .at(answer.origin.field("answer"))
                        .help(format!("the other is in `{}`: keep the one that is true", first.origin.path))
                        .about(&answer.id),
                    );
                    break;
                }
                Some(_) => {}
                None => {
                    seen.insert(question, answer);
                }
            }
        }
    }
}

fn differ(first: &Answer, second: &Answer) -> bool {
    first.answer != second.answer
        || (first.answer == AnswerWord::Text && first.explanation != second.explanation)
}

fn normal(question: &str) -> String {
    let mut out = String::new();
    for ch in question.chars().flat_map(char::to_lowercase) {
        if ch.is_alphanumeric() {
            out.push(ch);
        } else if !out.ends_with(' ') && !out.is_empty() {
            out.push(' ');
        }
    }
    out.trim_end().to_owned()
}

fn counts(evidence: &Evidence) -> bool {
    evidence.mode == Mode::Live && evidence.trust >= Trust::WellFormed
}

/// Cases by name: whether they passed, and which report says so.
type Cases<'c> = BTreeMap<&'c str, (bool, &'c Evidence)>;

/// Two reports about one subject, of which one says that a test passed and the other that it did not.
fn test_reports(catalog: &Catalog, findings: &mut Vec<Finding>) {
    let mut by_subject: BTreeMap<(&str, Option<&str>, Option<&str>), Cases<'_>> = BTreeMap::new();
    for evidence in catalog.evidence.values().filter(|evidence| counts(evidence)) {
        let (Body::TestReport(report), Some(subject)) = (&evidence.body, &evidence.subject) else { continue };
        let cases = by_subject
            .entry((subject, evidence.source_state.as_deref(), evidence.release.as_ref().map(Id::as_str)))
            .or_default();
        for (name, passed) in &report.case_names {
            match cases.get(name.as_str()) {
                Some((other, first)) if other != passed && first.id != evidence.id => {
                    findings.push(
                        Finding::error(
                            "conflicting-evidence",
                            format!("`{}` and `{}` disagree on whether `{name}` passed for `{subject}`", first.id, evidence.id),
                        )
                        .at(evidence.origin.place())
                        .help("remove the report that no longer holds, or say in its entry that it is `mode: historical`")
                        .about(&evidence.id),
                    );
                    break;
                }
                Some(_) => {}
                None => {
                    cases.insert(name, (*passed, evidence));
                }
            }
        }
    }
}

/// Subject, action and time of a decision.
type Moment<'c> = (&'c str, Option<&'c str>, Option<Instant>);

/// Two decisions of one moment about one subject and action, one allowing and one denying.
fn receipts(catalog: &Catalog, findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<Moment<'_>, (&Evidence, Decision)> = BTreeMap::new();
    for evidence in catalog.evidence.values().filter(|evidence| counts(evidence)) {
        let Body::DecisionReceipt(receipt) = &evidence.body else { continue };
        let Some(subject) = &receipt.subject else { continue };
        // runs are decided again and again, without a time: see `decisions_of_runs`
        if !matches!(receipt.decision, Decision::Allow | Decision::Deny)
            || (receipt.run_id.is_some() && receipt.decided_at.is_none())
        {
            continue;
        }
        let key = (subject.as_str(), receipt.action.as_deref(), receipt.decided_at);
        match seen.get(&key) {
            Some((first, decision)) if *decision != receipt.decision => findings.push(
                Finding::error(
                    "conflicting-evidence",
                    format!(
                        "`{}` and `{}` decide differently on `{subject}` at the same time",
                        first.id, evidence.id
                    ),
                )
                .at(evidence.origin.place())
                .help("remove the decision that does not hold, or have each say when it was taken")
                .about(&evidence.id),
            ),
            Some(_) => {}
            None => {
                seen.insert(key, (evidence, receipt.decision));
            }
        }
    }
}

/// Decisions about one run that differ. The strictest holds, so this is told and stops nothing.
fn decisions_of_runs(catalog: &Catalog, findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<&str, (&Evidence, Decision, &str)> = BTreeMap::new();
    let mut told = BTreeSet::new();
    for evidence in catalog.evidence.values().filter(|evidence| counts(evidence)) {
        let Body::DecisionReceipt(receipt) = &evidence.body else { continue };
        let Some(run) = receipt.run_id.as_deref().filter(|_| receipt.decided_at.is_none()) else { continue };
        match seen.get(run) {
            Some((first, decision, raw)) if *decision != receipt.decision => {
                if told.insert(run) {
                    findings.push(
                        Finding::warning(
                            "conflicting-evidence",
                            format!(
                                "`{}` says `{raw}` of the run `{run}`, `{}` says `{}`",
                                first.id, evidence.id, receipt.raw_decision
                            ),
                        )
                        .at(evidence.origin.place())
                        .help("the strictest decision holds; look at which of them is true")
                        .about(&evidence.id),
                    );
                }
            }
            Some(_) => {}
            None => {
                seen.insert(run, (evidence, receipt.decision, &receipt.raw_decision));
            }
        }
    }
}

/// The same bytes under two names look like more evidence than there is.
fn same_bytes(catalog: &Catalog, findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<&str, &Evidence> = BTreeMap::new();
    for evidence in catalog.evidence.values() {
        match seen.get(evidence.source.sha256.as_str()) {
            Some(first) => findings.push(
                Finding::warning(
                    "duplicate-evidence",
                    format!("`{}` is the same file as `{}`", evidence.source.path, first.source.path),
                )
                .at(evidence.origin.place())
                .help("keep one and link it from both places")
                .about(&evidence.id),
            ),
            None => {
                seen.insert(&evidence.source.sha256, evidence);
            }
        }
    }
}
