//! Verdicts and summaries as text for a terminal.

use std::fmt::Write as _;

use crate::model::assessment::Counts;
use crate::model::assessment::CriterionResult;
use crate::model::assessment::Verdict;
use crate::model::finding::Finding;
use crate::model::finding::Severity;
use crate::model::status::Status;

/// A verdict with every criterion, most blocking first.
pub(crate) fn verdict(verdict: &Verdict) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}: {}", verdict.word, verdict.sentence);
    let _ = writeln!(out, "  profile {} version {}, subject {}", verdict.profile, verdict.profile_version, verdict.subject);
    if let Some(declared) = &verdict.declared {
        let agrees = match verdict.declared_agrees {
            Some(true) => "which agrees",
            Some(false) => "which does not agree; the computed verdict holds",
            None => "which cannot be compared",
        };
        let _ = writeln!(out, "  declared by a receipt: {declared}, {agrees}");
    }
    if let Some(until) = verdict.valid_until {
        let _ = writeln!(out, "  stays so until {} if nothing but time passes", until.human());
    }
    for result in &verdict.criteria {
        out.push('\n');
        out.push_str(&criterion(result));
    }
    out
}

fn criterion(result: &CriterionResult) -> String {
    let mut out = String::new();
    let optional = if result.required { "" } else { " (not required)" };
    let _ = writeln!(out, "  {:<14} {}{optional}", result.status.word(), result.text);
    let _ = writeln!(out, "  {:<14} asked {}; found {}", "", or_nothing(&result.asked), or_nothing(&result.found));
    for used in &result.evidence {
        let how = match used.counts {
            Counts::For => "counts for",
            Counts::Against => "counts against",
            Counts::NotCounted => "not counted",
        };
        let why = if used.why.is_empty() { String::new() } else { format!(": {}", used.why) };
        let _ = writeln!(out, "  {:<14} evidence {} {how}{why}", "", used.evidence);
    }
    if let Some(waiver) = &result.waiver {
        let _ = writeln!(out, "  {:<14} waived by {waiver}; without it: {}", "", result.status_without_waiver.word());
    }
    if result.status != Status::Met && result.status != Status::NotApplicable {
        let _ = writeln!(out, "  {:<14} reason `{}`", "", result.reason);
        if !result.help.is_empty() {
            let _ = writeln!(out, "  {:<14} help: {}", "", result.help);
        }
    }
    out
}

fn or_nothing(text: &str) -> &str {
    if text.is_empty() { "nothing" } else { text }
}

/// `2 errors, 1 warning`, or the empty text.
pub(crate) fn tally(findings: &[Finding]) -> String {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let parts: Vec<String> = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")]
        .into_iter()
        .filter_map(|(severity, word)| match count(severity) {
            0 => None,
            1 => Some(format!("1 {word}")),
            many => Some(format!("{many} {word}s")),
        })
        .collect();
    parts.join(", ")
}
