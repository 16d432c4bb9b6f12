//! Released snapshots out of `history/NNNN/`: an input like the others, and refused when it is damaged.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::walk;
use crate::bundle::digest::Digest;
use crate::bundle::snapshot as header;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::records::Records;
use crate::model::snapshot::HistoryEntry;
use crate::model::snapshot::LogPart;
use crate::model::status::Status;
use crate::model::time::Instant;

/// The file of an entry with the leaves that its release added to the log.
pub const LOG_LEAVES: &str = "log-leaves.txt";
/// The file of an entry with the checkpoint after them.
pub const LOG_CHECKPOINT: &str = "checkpoint";

/// What earlier releases left behind.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Released snapshots, newest first.
    pub entries: Vec<HistoryEntry>,
    /// Their records, for diffs.
    pub records: BTreeMap<u32, Records>,
    /// What they added to the log, oldest first.
    pub log: Vec<LogPart>,
}

/// The part of a history that lies before a number.
#[derive(Debug)]
pub struct Earlier<'a> {
    /// Released snapshots, newest first.
    pub entries: Vec<HistoryEntry>,
    /// The newest one's number and records.
    pub newest: Option<(u32, &'a Records)>,
}

impl History {
    /// What was released before `seq`.
    pub fn before(&self, seq: u32) -> Earlier<'_> {
        let entries: Vec<HistoryEntry> =
            self.entries.iter().filter(|entry| entry.seq < seq).cloned().collect();
        let newest = entries
            .first()
            .and_then(|entry| self.records.get(&entry.seq).map(|records| (entry.seq, records)));
        Earlier { entries, newest }
    }
}

/// Reads the history folder. Folders that are no numbers are left alone (the log will live beside them).
pub(crate) fn load(root: &Path, folder: &str, findings: &mut Vec<Finding>) -> History {
    let mut history = History::default();
    if !root.join(folder).exists() {
        return history;
    }
    let walked = walk::walk(root, folder);
    findings.extend(walked.findings);
    let mut by_number: BTreeMap<u32, BTreeMap<String, Vec<u8>>> = BTreeMap::new();
    for found in walked.files {
        let inner = found.path.strip_prefix(folder).unwrap_or(&found.path).trim_start_matches('/').to_owned();
        let Some((number, name)) = inner.split_once('/') else { continue };
        let Ok(seq) = number.parse::<u32>() else { continue };
        match walk::read(&found) {
            Ok(bytes) => {
                by_number.entry(seq).or_default().insert(name.to_owned(), bytes);
            }
            Err(finding) => findings.push(finding),
        }
    }
    for (seq, files) in by_number {
        let text = |name: &str| files.get(name).and_then(|bytes| String::from_utf8(bytes.clone()).ok());
        if let (Some(leaves), Some(checkpoint)) = (text(LOG_LEAVES), text(LOG_CHECKPOINT)) {
            history.log.push(LogPart { seq, leaves, checkpoint });
        }
        let place = || Place::file(format!("{folder}/{}", crate::model::snapshot::number(seq)));
        match entry(seq, &files) {
            Ok((entry, records)) => {
                history.entries.push(entry);
                history.records.insert(seq, records);
            }
            Err(message) => findings.push(
                Finding::error("damaged-history", message)
                    .at(place())
                    .help("history is append-only: restore the folder as it was committed"),
            ),
        }
    }
    history.entries.sort_by_key(|entry| std::cmp::Reverse(entry.seq));
    for pair in history.entries.windows(2) {
        let [newer, older] = pair else { continue };
        if newer.seq != older.seq + 1 {
            findings.push(
                Finding::error(
                    "damaged-history",
                    format!("snapshot {:04} is there and {:04} is not", newer.seq, older.seq + 1),
                )
                .at(Place::file(folder))
                .help("history is append-only: restore the missing folder"),
            );
        }
    }
    history
}

fn entry(seq: u32, files: &BTreeMap<String, Vec<u8>>) -> Result<(HistoryEntry, Records), String> {
    let file = |name: &str| files.get(name).ok_or_else(|| format!("`{name}` is missing"));
    let snapshot_bytes = file("snapshot.json")?;
    let snapshot =
        header::Snapshot::parse(snapshot_bytes).map_err(|error| format!("`snapshot.json`: {error}"))?;
    let header = &snapshot.header;
    if header.seq != u64::from(seq) {
        return Err(format!("`snapshot.json` is that of number {}", header.seq));
    }
    let instant = |text: &str| Instant::parse(text).map_err(|error| format!("`snapshot.json`: {error}"));
    let archive: Value =
        serde_json::from_slice(file("archive.json")?).map_err(|error| format!("`archive.json`: {error}"))?;
    let text = |key: &str| {
        archive.get(key).and_then(Value::as_str).ok_or_else(|| format!("`archive.json` has no `{key}`"))
    };
    let archive_sha256 = text("sha256")?.to_owned();
    if Digest::parse(&archive_sha256).is_none() {
        return Err("`archive.json`: `sha256` is not 64 hex digits".to_owned());
    }
    let archive_bytes = archive
        .get("bytes")
        .and_then(Value::as_u64)
        .ok_or_else(|| "`archive.json` has no `bytes`".to_owned())?;
    // The records are those of the snapshot: their digests stand in its list of files.
    let mut values = BTreeMap::new();
    for (name, bytes) in files {
        let Some(short) = name.strip_prefix("records/") else { continue };
        let listed =
            snapshot.files.iter().find(|entry| entry.path.as_str() == format!("data/records/{short}"));
        if listed.is_none_or(|entry| entry.sha256 != Digest::of(bytes)) {
            return Err(format!("`{name}` is not the file that `snapshot.json` lists"));
        }
        let value: Value = serde_json::from_slice(bytes).map_err(|error| format!("`{name}`: {error}"))?;
        values.insert(short.to_owned(), value);
    }
    let records = Records::from_files(&values)?;
    let statuses = records.kinds.get("claim-status");
    let claims = records
        .kinds
        .get("claims")
        .into_iter()
        .flatten()
        .filter_map(|(id, claim)| {
            let status: Status = serde_json::from_value(statuses?.get(id)?.get("status")?.clone()).ok()?;
            let statement = claim.get("statement")?.as_str()?.to_owned();
            Some((crate::model::id::Id::new(id).ok()?, statement, status))
        })
        .collect();
    let verdict = records.kinds.get("verdicts").and_then(|verdicts| {
        let first = header.verdicts.first()?;
        let verdict = verdicts.get(&first.profile)?;
        Some((verdict.get("state")?.as_str()?.to_owned(), verdict.get("word")?.as_str()?.to_owned()))
    });
    let entry = HistoryEntry {
        seq,
        label: (!header.label.is_empty()).then(|| header.label.clone()),
        as_of: instant(header.created.as_str())?,
        expires: instant(header.expires.as_str())?,
        development: header.development_key,
        snapshot_sha256: Digest::of(snapshot_bytes).to_string(),
        archive_sha256,
        archive_bytes,
        verdict,
        claims,
    };
    Ok((entry, records))
}
