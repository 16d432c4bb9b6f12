//! What `pgbackrest info` prints: which backups there are. It shows no restore.

use serde_json::json;

use super::Form;
use super::Format;
use super::Input;
use super::Read;
use super::barman::listed;
use super::checked;
use super::tool_drill::Run;
use crate::load::text::node::Node;
use crate::load::text::reader::Map;
use crate::load::text::reader::Reader;
use crate::model::drill::DrillResult;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::time::Instant;

/// The row.
pub(super) const ROW: Format = Format {
    id: "pgbackrest-info",
    title: "a list of backups by pgBackRest",
    media_type: "application/json",
    kind: EvidenceKind::Drill,
    docs: "**What it reads.** What `pgbackrest info` prints, with `--output=json` or as text.\n\n\
           **Traps.** It shows backups, not restores: observed at most. A stanza whose status is not `ok`, or that has no \
           backup without an error, fails. The newest backup bounds how much could be lost (RPO); it is no measured loss. \
           The text has times without an offset of minutes: they are read as written, or not at all.\n\n\
           **Source.** <https://pgbackrest.org/command.html#command-info>.",
    detect: |input| match &input.form {
        Form::Text => {
            let mut lines = input.text.lines().filter(|line| !line.trim().is_empty());
            lines.next().is_some_and(|line| line.starts_with("stanza: "))
                && lines.next().is_some_and(|line| line.starts_with("    status: "))
        }
        _ => input.root().and_then(Node::list).is_some_and(|list| {
            !list.is_empty()
                && list.iter().all(|stanza| {
                    ["name", "backup", "status"].iter().all(|key| stanza.has(key))
                        && (stanza.has("repo") || stanza.has("archive") || stanza.has("db"))
                })
        }),
    },
    read,
};

const STANZA: &[&str] = &["name", "status", "backup", "archive", "db", "repo", "cipher"];

const BACKUP: &[&str] = &[
    "label",
    "type",
    "timestamp",
    "error",
    "error-list",
    "info",
    "lsn",
    "prior",
    "reference",
    "archive",
    "backrest",
    "database",
    "annotation",
    "link",
    "tablespace",
    "database-ref",
];

/// A stanza, of either form.
#[derive(Default)]
struct Stanza {
    name: String,
    status: Option<String>,
    fine: bool,
    backups: usize,
    good: usize,
    newest: Option<Instant>,
}

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else {
        return Checked::ok(record(texts(input.text)));
    };
    let reader = Reader::new(input.path, input.text, document);
    let list = reader.root().list().unwrap_or_default();
    let stanzas: Vec<Stanza> =
        list.iter().filter_map(|node| Some(stanza(&reader.map(node, STANZA)?))).collect();
    if stanzas.is_empty() {
        reader.error(reader.root(), "nothing-read", "it holds no stanza that could be read", "");
    }
    let version = list
        .iter()
        .flat_map(|stanza| stanza.get("backup").and_then(Node::list).unwrap_or_default())
        .filter_map(|backup| backup.get("backrest")?.text_of("version"))
        .next_back()
        .map(str::to_owned);
    let read = Read { format_version: version, ..record(stanzas) };
    checked(reader, Some(read))
}

fn stanza(map: &Map<'_, '_, '_>) -> Stanza {
    let status = map.map("status", &["code", "message", "lock"]);
    let code = status.and_then(|status| status.number("code"));
    let mut out = Stanza {
        name: map.owned("name").unwrap_or_default(),
        status: status.and_then(|status| status.owned("message")),
        fine: code == Some(0.0),
        ..Stanza::default()
    };
    for backup in map.maps("backup", BACKUP) {
        out.backups += 1;
        if backup.bool("error") == Some(true) {
            continue;
        }
        out.good += 1;
        let stop = backup
            .map("timestamp", &["start", "stop"])
            .and_then(|time| time.scalar("stop"))
            .and_then(|raw| raw.parse().ok())
            .and_then(Instant::from_unix);
        out.newest = out.newest.max(stop);
    }
    out
}

/// The stanzas in the text form.
fn texts(text: &str) -> Vec<Stanza> {
    let mut out: Vec<Stanza> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("stanza: ") {
            out.push(Stanza { name: name.trim().to_owned(), ..Stanza::default() });
            continue;
        }
        let Some(stanza) = out.last_mut() else { continue };
        let line = line.trim();
        if let Some(status) = line.strip_prefix("status: ")
            && stanza.status.is_none()
        {
            stanza.fine = status == "ok" || status.starts_with("ok ");
            stanza.status = Some(status.to_owned());
        } else if ["full backup: ", "diff backup: ", "incr backup: "].iter().any(|one| line.starts_with(one))
        {
            stanza.backups += 1;
            stanza.good += 1;
        } else if line.starts_with("error(s) detected during backup") || line.starts_with("error detected") {
            stanza.good = stanza.good.saturating_sub(1);
        } else if let Some(times) = line.strip_prefix("timestamp start/stop: ") {
            stanza.newest = stanza.newest.max(stop(times));
        }
    }
    out
}

/// The stop time in `2026-03-01 02:00:01+00 / 2026-03-01 02:01:00+00`; nothing where its offset is not given.
fn stop(times: &str) -> Option<Instant> {
    let stop = times.split(" / ").nth(1)?.trim().replacen(' ', "T", 1);
    let hours_only = stop.len() == 22 && matches!(stop.as_bytes().get(19), Some(b'+' | b'-'));
    Instant::parse(&if hours_only { format!("{stop}:00") } else { stop }).ok()
}

fn record(stanzas: Vec<Stanza>) -> Read {
    let newest = stanzas.iter().filter_map(|stanza| stanza.newest).max();
    let total = stanzas.iter().map(|stanza| stanza.backups).sum();
    let good = stanzas.iter().map(|stanza| stanza.good).sum();
    let words: Vec<Option<String>> = stanzas.iter().map(|stanza| stanza.status.clone()).collect();
    let runs = stanzas.into_iter().map(run).collect();
    let mut read = listed("pgBackRest", runs, newest, [("backups", total), ("good_backups", good)]);
    let status = match words.as_slice() {
        [word] => json!(word),
        words => json!(words),
    };
    read.facts.insert("status", status);
    read
}

fn run(stanza: Stanza) -> Run {
    let name = format!("Backups of {}", stanza.name);
    let word = stanza.status.clone().unwrap_or_default();
    let mut run = match (stanza.fine, stanza.good) {
        (false, _) => Run::new(name, DrillResult::Failed, format!("the status is `{word}`")),
        (true, 0) => Run::new(name, DrillResult::Failed, "there is no good backup"),
        (true, good) => Run::new(
            name,
            DrillResult::Observed,
            format!("{good} of {} backups are good; nothing was restored from them", stanza.backups),
        ),
    };
    run.ended = stanza.newest;
    run.word = stanza.status;
    run
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "stanza: shop\n    status: ok\n    cipher: none\n\n    db (current)\n        wal archive min/max (16): 1/2\n\n        \
                        full backup: 20260301-020001F\n            timestamp start/stop: 2026-03-01 02:00:01+00 / 2026-03-01 02:01:00+00\n\n        \
                        incr backup: 20260301-020001F_20260302-020001I\n            timestamp start/stop: 2026-03-02 02:00:01+01 / 2026-03-02 02:01:00+01\n";

    #[test]
    fn the_text_form_gives_the_same_as_json() {
        let stanzas = texts(TEXT);
        assert_eq!((stanzas.len(), stanzas[0].backups, stanzas[0].good), (1, 2, 2));
        assert_eq!(stanzas[0].newest.map(|at| at.to_string()).as_deref(), Some("2026-03-02T01:01:00Z"));
        assert_eq!(record(stanzas).facts["verdict"], "observed");
    }

    #[test]
    fn a_stanza_that_is_not_ok_or_has_no_good_backup_fails() {
        let of = |fine, good| run(Stanza { fine, good, backups: good, ..Stanza::default() }).result;
        assert_eq!(of(true, 1), DrillResult::Observed);
        assert_eq!(of(true, 0), DrillResult::Failed);
        assert_eq!(of(false, 1), DrillResult::Failed);
    }
}
