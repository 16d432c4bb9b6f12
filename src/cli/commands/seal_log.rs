//! What a release leaves behind: its entry in history, its leaf in the log, and what is published of that.

use std::collections::BTreeMap;
use std::io;

use serde_json::json;

use crate::bundle::digest::Digest;
use crate::bundle::keys::KEYS;
use crate::bundle::keys::KEYS_SIGNATURE;
use crate::bundle::log::keys_leaf;
use crate::bundle::log::snapshot_leaf;
use crate::cli::Failure;
use crate::cli::commands::seal::Order;
use crate::cli::commands::seal::PackedFile;
use crate::cli::commands::seal::log_failure;
use crate::cli::commands::seal::path_name;
use crate::cli::commands::signing::PUBLIC_KEYS;
use crate::cli::commands::signing::RoleKeys;
use crate::load::LOG_CHECKPOINT;
use crate::load::LOG_LEAVES;
use crate::log::Log;
use crate::log::LogError;
use crate::model::snapshot::LogPart;
use crate::model::snapshot::SnapshotState;
use crate::model::tree::FileTree;
use crate::pack::Packed;
use crate::pack::Signer;
use crate::publish::HistoryEntryFiles;
use crate::publish::Places;
use crate::verify;

/// The log is published below this folder.
const LOG: &str = "log";

/// What a release leaves in history, and beside its archive.
pub(crate) struct Logged {
    /// The leaves it added.
    pub leaves: String,
    /// The signed checkpoint after them.
    pub checkpoint: String,
    /// The proof for the snapshot's own leaf.
    pub proof: String,
}

/// The log as the snapshot of this number finds it, with the keys it brings along. Refuses where it would start again.
pub(crate) fn before(
    parts: &[LogPart],
    seq: u32,
    places: &Places,
    known: &Log,
    order: &Order<'_>,
) -> Result<Log, Failure> {
    let folder = places.public.join(LOG);
    if folder.join("checkpoint").exists() {
        let published = verify::read_log(&folder).map_err(Failure::machine)?;
        known.continues(&published.leaves).map_err(|error| log_failure(&error))?;
    }
    let before: Vec<LogPart> = parts.iter().filter(|part| part.seq < seq).cloned().collect();
    let mut log = Log::of(&before).map_err(|error| log_failure(&error))?;
    match &order.signing.roles {
        Some(roles) => log_keys(&mut log, roles)?,
        None if !before.is_empty() && order.state == SnapshotState::Released => {
            return Err(log_failure(&LogError::Ended));
        }
        None => {}
    }
    Ok(log)
}

/// Adds the leaf of the project's keys where the log does not hold them yet.
pub(crate) fn log_keys(log: &mut Log, roles: &RoleKeys) -> Result<(), Failure> {
    let (logged, version) = (log.keys_version(), roles.set.version);
    if logged > version {
        return Err(Failure::usage("keys/keys.json is older than the one that the log holds"));
    }
    if logged < version {
        log.push(keys_leaf(&roles.set.origin, version, Digest::of(roles.keys_json.as_bytes())));
    }
    Ok(())
}

/// Adds the leaf of what was packed, and signs the tree.
pub(crate) fn append(
    log: &mut Log,
    parts: &[LogPart],
    packed: &Packed,
    key: &dyn Signer,
) -> Result<Logged, Failure> {
    let header = &packed.snapshot.header;
    log.push(snapshot_leaf(header, Digest::of(packed.tag_manifest.as_bytes())));
    let checkpoint = log.sign(&header.origin, key).map_err(|error| log_failure(&error))?;
    let earlier: Vec<LogPart> =
        parts.iter().filter(|part| u64::from(part.seq) < header.seq).cloned().collect();
    let earlier = Log::of(&earlier).map_err(|error| log_failure(&error))?;
    let leaves = log.text_from(earlier.leaves.len());
    Ok(Logged { leaves, proof: log.proof(&checkpoint), checkpoint })
}

/// What is published of the log and the keys, by path in the published tree.
pub(crate) fn files(log: &Log, roles: Option<&RoleKeys>) -> BTreeMap<String, Vec<u8>> {
    let mut files: BTreeMap<String, Vec<u8>> =
        log.files().into_iter().map(|(name, bytes)| (format!("{LOG}/{name}"), bytes)).collect();
    if let Some(roles) = roles {
        for (name, text) in [(KEYS, &roles.keys_json), (KEYS_SIGNATURE, &roles.keys_signature)] {
            files.insert(format!("{PUBLIC_KEYS}/{name}"), text.clone().into_bytes());
        }
    }
    files
}

/// What history keeps of a release.
pub(crate) fn history_entry(
    tree: &FileTree,
    packed: &PackedFile,
    logged: Option<Logged>,
) -> Result<HistoryEntryFiles, Failure> {
    let mut entry = HistoryEntryFiles::default();
    let Packed {
        snapshot_json,
        payload_manifest,
        tag_manifest,
        tag_signature,
        signature,
        file_name,
        size_bytes,
        ..
    } = &packed.packed;
    let mut add =
        |name: &str, bytes: Vec<u8>| path_name(name).map(|name| entry.files.insert(name, bytes)).map(drop);
    add("snapshot.json", snapshot_json.clone().into_bytes())?;
    add("manifest-sha256.txt", payload_manifest.clone().into_bytes())?;
    add("tagmanifest-sha256.txt", tag_manifest.clone().into_bytes())?;
    add("tagmanifest-sha256.txt.minisig", tag_signature.print().into_bytes())?;
    add("archive.minisig", signature.print().into_bytes())?;
    let archive = json!({ "bytes": size_bytes, "file": file_name, "sha256": packed.sha256.to_string() });
    add("archive.json", format!("{archive:#}\n").into_bytes())?;
    if let Some(Logged { leaves, checkpoint, proof: _ }) = logged {
        add(LOG_LEAVES, leaves.into_bytes())?;
        add(LOG_CHECKPOINT, checkpoint.into_bytes())?;
    }
    for (name, file) in &tree.files {
        if name.as_str().starts_with("records/") {
            let mut bytes = Vec::new();
            file.content
                .open()
                .and_then(|mut input| io::Read::read_to_end(&mut input, &mut bytes))
                .map_err(|error| Failure::machine(format!("{name}: {error}")))?;
            add(name.as_str(), bytes)?;
        }
    }
    Ok(entry)
}
