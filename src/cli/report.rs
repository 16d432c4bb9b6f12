//! Verdicts and summaries as text for a terminal.

use crate::render::words;
use std::fmt::Write as _;

use serde_json::Value;
use serde_json::json;

use crate::cli::commands::seal::Sealed;
use crate::model::assessment::Counts;
use crate::model::assessment::CriterionResult;
use crate::model::assessment::Verdict;
use crate::model::finding::Finding;
use crate::model::finding::Severity;
use crate::model::snapshot::SnapshotState;
use crate::model::status::Status;
use crate::packet::Checklist;

/// A verdict with every criterion, most blocking first.
pub(crate) fn verdict(verdict: &Verdict) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}: {}", verdict.word, verdict.sentence);
    let _ = writeln!(
        out,
        "  profile {} version {}, subject {}",
        verdict.profile, verdict.profile_version, verdict.subject
    );
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
    if !verdict.groups.is_empty() {
        out.push('\n');
    }
    for group in &verdict.groups {
        let before = verdict.groups.iter().find(|one| group.blocked_by.as_ref() == Some(&one.id));
        let waits = before.map(|before| format!(", waits for {}", before.title)).unwrap_or_default();
        let _ = writeln!(
            out,
            "  {:<20} {} {}: {} of {} hold{waits}",
            group.state.word(),
            group.word,
            group.title,
            group.met,
            group.required - group.not_applicable,
        );
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
    let _ = writeln!(
        out,
        "  {:<14} asked {}; found {}",
        "",
        or_nothing(&result.asked),
        or_nothing(&result.found)
    );
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
        let _ = writeln!(
            out,
            "  {:<14} waived by {waiver}; without it: {}",
            "",
            result.status_without_waiver.word()
        );
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
    let parts: Vec<String> =
        [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")]
            .into_iter()
            .filter_map(|(severity, word)| match count(severity) {
                0 => None,
                1 => Some(format!("1 {word}")),
                many => Some(format!("{many} {word}s")),
            })
            .collect();
    parts.join(", ")
}

/// Bytes for people.
pub(crate) fn size(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
    let value = bytes as f64;
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{:.1} KiB", value / 1024.0),
        1_048_576..1_073_741_824 => format!("{:.1} MiB", value / 1_048_576.0),
        _ => format!("{:.1} GiB", value / 1_073_741_824.0),
    }
}

/// What a build or release made, and how to verify it.
pub(crate) fn sealed(sealed: &Sealed) -> String {
    let snapshot = &sealed.snapshot;
    let head = &snapshot.head;
    let mut out = String::new();
    let state = match head.state {
        SnapshotState::Draft => "draft of snapshot",
        SnapshotState::Released => "snapshot",
    };
    let _ =
        writeln!(out, "{state} {} of {}, as of {}", head.number(), snapshot.site.title, head.as_of.human());
    if sealed.already_released {
        let _ = writeln!(out, "already released, identical; nothing was written");
    }
    let records: usize = snapshot.catalog.counts().iter().map(|(_, count)| count).sum();
    let _ =
        writeln!(out, "  records   {records} public, {} of them evidence", snapshot.catalog.evidence.len());
    for verdict in &snapshot.assessment.verdicts {
        let _ = writeln!(out, "  verdict   {}: {} ({})", verdict.profile, verdict.word, verdict.sentence);
    }
    let mut statuses: Vec<String> = Vec::new();
    for status in Status::ALL {
        let count = snapshot.assessment.claims.values().filter(|claim| claim.status == status).count();
        if count > 0 {
            statuses.push(format!("{count} {}", status.word().to_lowercase()));
        }
    }
    let _ = writeln!(
        out,
        "  claims    {}",
        if statuses.is_empty() { "none".to_owned() } else { statuses.join(", ") }
    );
    let tally = tally(&sealed.findings);
    if !tally.is_empty() {
        let notes = sealed.findings.iter().any(|finding| finding.severity == Severity::Note);
        let where_to = if notes { "; `trustbook check` shows its notes" } else { "" };
        let _ = writeln!(out, "  findings  {tally}{where_to}");
    }
    let _ = writeln!(out, "  site      {}", words::counted(sealed.files as u64, "file", "files"));
    let _ = writeln!(out, "  archive   {} ({})", sealed.archive.display(), size(sealed.archive_bytes));
    let _ = writeln!(out, "            sha256 {}", sealed.archive_sha256);
    let _ = writeln!(out, "  packet    {}", sealed.packet.display());
    let kind = if head.development { "development key" } else { "key" };
    let draft = if head.state == SnapshotState::Draft { "draft, " } else { "" };
    let _ = writeln!(out, "  signed    {draft}{kind} {} (id {})", head.public_key, head.key_id);
    let _ = writeln!(out, "verify: trustbook verify {} --key {}", sealed.archive.display(), head.public_key);
    out
}

/// The same for programs.
pub(crate) fn sealed_json(sealed: &Sealed) -> Value {
    let head = &sealed.snapshot.head;
    json!({
        "seq": head.seq,
        "state": head.state,
        "development-key": head.development,
        "as-of": head.as_of,
        "expires": head.expires,
        "already-released": sealed.already_released,
        "archive": {
            "path": sealed.archive,
            "sha256": sealed.archive_sha256.to_string(),
            "size-bytes": sealed.archive_bytes,
        },
        "packet": { "path": sealed.packet },
        "public-key": head.public_key,
        "verdicts": sealed.snapshot.assessment.verdicts.iter().map(|verdict| json!({
            "profile": verdict.profile,
            "state": verdict.state,
            "passes": verdict.passes,
        })).collect::<Vec<Value>>(),
    })
}

/// What a packet holds and lacks, worst first.
pub(crate) fn checklist(checklist: &Checklist) -> String {
    let mut out = String::new();
    for item in &checklist.items {
        let why = if item.why.is_empty() { String::new() } else { format!(": {}", item.why) };
        let _ = writeln!(out, "  {:<8} {} {}{why}", item.state.word(), item.kind, item.title);
        if !item.help.is_empty() {
            let _ = writeln!(out, "  {:<8} help: {}", "", item.help);
        }
    }
    if !checklist.may_build {
        let _ =
            writeln!(out, "the packet is refused as it is; --force builds it all the same and records that");
    }
    out
}
