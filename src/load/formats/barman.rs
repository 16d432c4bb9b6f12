//! What Barman prints with `-f json`: a restore, a list of backups, a check; and the text of a check.

use serde_json::json;

use super::Form;
use super::Format;
use super::Input;
use super::Read;
use super::checked;
use super::not_this;
use super::tool_drill;
use super::tool_drill::Run;
use super::velero::took;
use crate::load::text::node::Entry;
use crate::load::text::node::Node;
use crate::load::text::reader::Reader;
use crate::model::drill::DrillResult;
use crate::model::drill::DrillType;
use crate::model::drill::Step;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::time::Instant;

/// The row of a restore.
pub(super) const RESTORE: Format = Format {
    id: "barman-restore",
    title: "a restore by Barman",
    media_type: "application/json",
    kind: EvidenceKind::Drill,
    docs: "**What it reads.** What `barman -f json restore` (or `recover`) prints.\n\n\
           **Traps.** It names no server and does not say whether it succeeded: inconclusive, until the evidence index says \
           `drill: {exit-code: 0}`. The elapsed time is that of the copy, a part of the recovery time.\n\n\
           **Source.** <https://docs.pgbarman.org/> and the source of Barman's JSON output.",
    detect: |input| {
        input.has_keys(&["recovery_start_time"])
            && (input.has_keys(&["recovery_elapsed_time_seconds"])
                || input.has_keys(&["recovery_elapsed_time"]))
    },
    read: restore,
};

/// The row of a list of backups.
pub(super) const BACKUPS: Format = Format {
    id: "barman-backups",
    title: "a list of backups by Barman",
    media_type: "application/json",
    kind: EvidenceKind::Drill,
    docs: "**What it reads.** What `barman -f json list-backups` prints: servers, each with its backups.\n\n\
           **Traps.** A backup is no restore: observed at most. Backups that failed are not counted as backups; a server \
           without a good one fails.\n\n\
           **Source.** <https://docs.pgbarman.org/> and the source of Barman's JSON output.",
    detect: |input| {
        let is = |entry: &Entry<'_>| {
            entry.key.starts_with('_')
                || entry.value.list().is_some_and(|list| list.iter().all(|backup| backup.has("backup_id")))
        };
        servers(input).is_some_and(|all| {
            all.iter().all(is)
                && all.iter().any(|entry| entry.value.list().is_some_and(|list| !list.is_empty()))
        })
    },
    read: backups,
};

/// The row of a check.
pub(super) const CHECK: Format = Format {
    id: "barman-check",
    title: "a check by Barman",
    media_type: "application/json",
    kind: EvidenceKind::Drill,
    docs: "**What it reads.** What `barman check` prints, as JSON (`-f json`) or as text.\n\n\
           **Traps.** It looks at whether backups can be made, not at whether they can be restored: observed at most. One \
           check that is not `OK` fails it.\n\n\
           **Source.** <https://docs.pgbarman.org/> and the source of Barman's output.",
    detect: |input| match &input.form {
        Form::Text => {
            let mut lines = input.text.lines();
            let first = lines.next().unwrap_or_default();
            let rest: Vec<&str> = lines.filter(|line| !line.trim().is_empty()).take(3).collect();
            first.starts_with("Server ")
                && first.trim_end().ends_with(':')
                && rest.len() == 3
                && rest.iter().all(|line| check_line(line).is_some())
        }
        _ => {
            let is_check = |entry: &Entry<'_>| {
                matches!(entry.value.text_of("status"), Some("OK" | "FAILED" | "WARNING"))
                    && entry.value.has("hint")
            };
            let is = |entry: &Entry<'_>| {
                entry.key.starts_with('_')
                    || entry
                        .value
                        .map()
                        .is_some_and(|checks| checks.len() >= 3 && checks.iter().all(is_check))
            };
            servers(input)
                .is_some_and(|all| all.iter().all(is) && all.iter().any(|entry| !entry.key.starts_with('_')))
        }
    },
    read: check,
};

/// The servers of a document: keys of the root that is a map, those of Barman's own messages among them.
fn servers<'t>(input: &Input<'t>) -> Option<&'t [Entry<'t>]> {
    input.root().and_then(Node::map).filter(|entries| !entries.is_empty())
}

fn restore(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, RESTORE.title) };
    let reader = Reader::new(input.path, input.text, document);
    let known = [
        "recovery_start_time",
        "recovery_start_time_timestamp",
        "recovery_elapsed_time",
        "recovery_elapsed_time_seconds",
        "changes",
        "changes_count",
        "warnings",
        "warnings_count",
        "missing_files",
        "_INFO",
        "_WARNING",
        "_ERROR",
        "_EXCEPTION",
    ];
    let read = reader.map(reader.root(), &known).map(|root| {
        let listed = |key: &str| if root.has(key) { root.list(key).len() } else { 0 };
        let errors = listed("_ERROR") + listed("_EXCEPTION");
        let missing = listed("missing_files");
        let started = tool_drill::loose_time(&root, "recovery_start_time");
        let millis = root.number("recovery_elapsed_time_seconds").map(|seconds| (seconds * 1000.0).round());
        #[expect(clippy::cast_possible_truncation, reason = "checked to be in range")]
        let millis = millis.filter(|millis| (0.0..1e15).contains(millis)).map(|millis| millis as i64);
        let (result, why) = match (errors, missing) {
            (0, 0) => (
                DrillResult::Inconclusive,
                "the tool's output does not say whether the restore succeeded".to_owned(),
            ),
            (0, missing) => (DrillResult::Failed, format!("{missing} files are missing")),
            (errors, _) => (DrillResult::Failed, format!("{errors} errors")),
        };
        let mut run = Run::new("Restore by Barman", result, why);
        run.started = started;
        run.ended = match (started, millis) {
            (Some(started), Some(millis)) => Some(started.plus_seconds(millis / 1000)),
            _ => None,
        };
        run.objectives.extend(millis.and_then(took));
        let state = if result == DrillResult::Failed { "failed" } else { "unknown" };
        run.actions =
            vec![Step { started: run.started, ended: run.ended, ..tool_drill::step("restore", state) }];
        let drill =
            tool_drill::combine(tool_drill::tool("Barman"), DrillType::Restore, "restores", vec![run]);
        let facts = [
            ("changes", json!(listed("changes"))),
            ("warnings", json!(listed("warnings"))),
            ("missing_files", json!(missing)),
            ("errors", json!(errors)),
            ("duration", json!(root.number("recovery_elapsed_time_seconds"))),
            ("verdict", json!(super::chaostoolkit::verdict_word(drill.computed))),
        ];
        Read {
            title: Some(drill.title.clone()),
            captured_at: drill.ended.or(started),
            facts: facts.into_iter().collect(),
            ..Read::new(Body::Drill(Box::new(drill)))
        }
    });
    checked(reader, read)
}

const BACKUP: &[&str] = &[
    "backup_id",
    "backup_name",
    "backup_type",
    "begin_time",
    "begin_time_timestamp",
    "end_time",
    "end_time_timestamp",
    "status",
    "size",
    "size_bytes",
    "wal_size",
    "wal_size_bytes",
    "tablespaces",
    "retention_status",
    "copy_time",
];

fn backups(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, BACKUPS.title) };
    let reader = Reader::new(input.path, input.text, document);
    let mut runs = Vec::new();
    let (mut total, mut good, mut newest): (usize, usize, Option<Instant>) = (0, 0, None);
    for entry in servers(input).into_iter().flatten().filter(|entry| !entry.key.starts_with('_')) {
        let mut newest_here = None;
        let mut good_here = 0;
        for backup in entry.value.list().into_iter().flatten().filter_map(|node| reader.map(node, BACKUP)) {
            total += 1;
            let failed = backup.text("status").is_some_and(|status| status != "DONE");
            if failed {
                continue;
            }
            good_here += 1;
            let ended = match backup.has("end_time_timestamp") {
                true => backup.scalar("end_time_timestamp").and_then(|raw| raw.parse().ok()),
                false => None,
            };
            newest_here = newest_here.max(ended.and_then(Instant::from_unix));
        }
        good += good_here;
        newest = newest.max(newest_here);
        let name = format!("Backups of {}", entry.key);
        let mut run = match good_here {
            0 => Run::new(name, DrillResult::Failed, "there is no good backup"),
            good => Run::new(
                name,
                DrillResult::Observed,
                format!("{good} backups are listed; nothing was restored from them"),
            ),
        };
        run.ended = newest_here;
        runs.push(run);
    }
    let read = listed("Barman", runs, newest, [("backups", total), ("good_backups", good)]);
    checked(reader, Some(read))
}

/// A record of backups that are listed.
pub(super) fn listed(
    tool: &str,
    runs: Vec<Run>,
    newest: Option<Instant>,
    counts: [(&'static str, usize); 2],
) -> Read {
    let servers = runs.len();
    let mut drill = tool_drill::combine(tool_drill::tool(tool), DrillType::Backup, "sets of backups", runs);
    drill.recovery_point = newest;
    let facts = [
        ("servers", json!(servers)),
        ("newest", json!(newest)),
        ("verdict", json!(super::chaostoolkit::verdict_word(drill.computed))),
    ];
    Read {
        title: Some(drill.title.clone()),
        captured_at: newest,
        facts: facts.into_iter().chain(counts.map(|(key, count)| (key, json!(count)))).collect(),
        ..Read::new(Body::Drill(Box::new(drill)))
    }
}

/// The name and the outcome in a line of the text of a check.
fn check_line(line: &str) -> Option<(&str, bool)> {
    let line = line.strip_prefix(['\t', ' '])?.trim();
    let (name, outcome) = line.split_once(": ")?;
    match outcome.split([' ', '(']).next() {
        Some("OK") => Some((name, true)),
        Some("FAILED" | "WARNING") => Some((name, false)),
        Some(_) | None => None,
    }
}

fn check(input: &Input<'_>) -> Checked<Read> {
    let mut servers_found: Vec<(String, Vec<Step>)> = Vec::new();
    let step = |name: &str, fine: bool| tool_drill::step(name, if fine { "succeeded" } else { "failed" });
    match &input.form {
        Form::Text => {
            for line in input.text.lines() {
                if let Some(name) = line.strip_prefix("Server ") {
                    servers_found.push((name.trim_end().trim_end_matches(':').to_owned(), Vec::new()));
                } else if let (Some((name, fine)), Some((_, steps))) =
                    (check_line(line), servers_found.last_mut())
                {
                    steps.push(step(name, fine));
                }
            }
        }
        _ => {
            for entry in servers(input).into_iter().flatten().filter(|entry| !entry.key.starts_with('_')) {
                let steps = entry
                    .value
                    .map()
                    .into_iter()
                    .flatten()
                    .map(|check| step(&check.key, check.value.text_of("status") == Some("OK")))
                    .collect();
                servers_found.push((entry.key.to_string(), steps));
            }
        }
    }
    let (mut checks, mut failed) = (0, 0);
    let runs: Vec<Run> = servers_found
        .into_iter()
        .map(|(server, steps)| {
            let bad = steps.iter().filter(|step| step.status != "succeeded").count();
            checks += steps.len();
            failed += bad;
            let name = format!("Check of {server}");
            let mut run = match (steps.len(), bad) {
                (0, _) => Run::new(name, DrillResult::Inconclusive, "nothing was checked"),
                (all, 0) => Run::new(
                    name,
                    DrillResult::Observed,
                    format!("all {all} checks are OK; nothing was restored"),
                ),
                (all, bad) => {
                    Run::new(name, DrillResult::Failed, format!("{bad} of {all} checks are not OK"))
                }
            };
            run.actions = steps;
            run
        })
        .collect();
    Checked::ok(listed("Barman", runs, None, [("checks", checks), ("failed_checks", failed)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_check_is_told_from_other_text() {
        assert_eq!(check_line("\tPostgreSQL: OK"), Some(("PostgreSQL", true)));
        assert_eq!(
            check_line("\tbackup maximum age: FAILED (interval provided: 1 day, latest backup age: 2 days)"),
            Some(("backup maximum age", false))
        );
        assert_eq!(check_line("PostgreSQL: OK"), None);
        assert_eq!(check_line("\tPostgreSQL: fine"), None);
    }
}
