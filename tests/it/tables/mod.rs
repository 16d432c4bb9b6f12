//! Decision tables: a table a rule, a row a case, from the project's files to the verdict. Every row of a table is judged
//! before the test says which ones came out otherwise.

mod a_stage_gates;
mod b_release_gate;
mod c_certification;
mod c_certification_unclear;
mod d_closeout;
mod e_packet;
mod g_always;
mod random;

use trustbook::model::assessment::Verdict;
use trustbook::model::status::Status;

use crate::governance::Documents;

/// A case: what it is, its documents, and what they come to.
pub(crate) struct Row {
    what: String,
    documents: Documents,
    expected: String,
}

pub(crate) fn row(what: impl Into<String>, documents: Documents, expected: impl Into<String>) -> Row {
    Row { what: what.into(), documents, expected: expected.into() }
}

/// A verdict in one line: its state, then `criterion: reason` of each required criterion that is not simply met.
pub(crate) fn line(verdict: &Verdict) -> String {
    let mut open: Vec<String> = verdict
        .criteria
        .iter()
        .filter(|result| result.required && !result.status.is_satisfied())
        .map(|result| format!("{}: {}", result.id, result.reason))
        .collect();
    open.sort();
    [vec![verdict.state.clone()], open].concat().join(" ")
}

/// Judges every row by `profile` and compares: the whole line, or, where nothing but a state is expected, the state.
pub(crate) fn table(profile: &str, as_of: &str, rows: Vec<Row>) {
    assert!(!rows.is_empty());
    let mut wrong = Vec::new();
    for Row { what, documents, expected } in rows {
        let outcome = documents.judged(profile, as_of);
        let judged = outcome.value.unwrap_or_else(|| panic!("{what}: {:#?}", outcome.findings));
        let verdict = judged.assessment.verdicts.iter().find(|one| one.profile.as_str() == profile).unwrap();
        let found = if expected.contains(' ') { line(verdict) } else { verdict.state.clone() };
        if found != expected {
            wrong.push(format!("{what}\n    expected {expected}\n    found    {}", line(verdict)));
        }
    }
    assert!(wrong.is_empty(), "{} rows differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// How one criterion comes out: its status and the code of its reason.
pub(crate) fn criterion(documents: &Documents, profile: &str, id: &str, as_of: &str) -> (Status, String) {
    let verdict = documents.verdict(profile, as_of);
    let result = verdict.criteria.into_iter().find(|result| result.id.as_str() == id).unwrap();
    (result.status, result.reason)
}
