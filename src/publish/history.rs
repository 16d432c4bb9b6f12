//! Heads of released snapshots: `history/NNNN/`, written whole beside, then renamed in, never changed.
//!
//! An entry holds what later snapshots need of this one: `snapshot.json`, both manifests, both signatures, `archive.json` and the records.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::bundle::name::PathName;
use crate::publish::Places;
use crate::publish::disk::Disk;
use crate::publish::error::PublishError;
use crate::publish::read_back::walk;

/// The files of one entry, by their names in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryEntryFiles {
    /// The files.
    pub files: BTreeMap<PathName, Vec<u8>>,
}

/// What happened, or would happen, to history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryOutcome {
    /// Nothing: a draft.
    NotAsked,
    /// The entry is new.
    Appended,
    /// The same entry, byte for byte, was there: already released, identical.
    Identical,
}

fn folder(places: &Places, number: &str) -> PathBuf {
    places.history.join(number)
}

/// Whether a number is taken.
pub(crate) fn exists(places: &Places, number: &str) -> bool {
    fs::symlink_metadata(folder(places, number)).is_ok()
}

/// Whether the entry could be appended: it can when the number is free, and need not when the same stands there.
///
/// # Errors
/// [`PublishError::OtherBytes`] when the number is taken by something else.
pub fn compare(
    places: &Places,
    number: &str,
    entry: &HistoryEntryFiles,
) -> Result<HistoryOutcome, PublishError> {
    let folder = folder(places, number);
    if !exists(places, number) {
        return Ok(HistoryOutcome::Appended);
    }
    let mut found = BTreeSet::new();
    walk(&folder, &mut found)?;
    let other = |file: String| Err(PublishError::OtherBytes { number: number.to_owned(), file });
    for (name, bytes) in &entry.files {
        let path = folder.join(name.as_str());
        if !found.remove(&path) {
            return other(name.to_string());
        }
        if fs::read(&path).map_err(PublishError::machine("read", &path))? != *bytes {
            return other(name.to_string());
        }
    }
    match found.first() {
        Some(path) => other(path.strip_prefix(&folder).unwrap_or(path).display().to_string()),
        None => Ok(HistoryOutcome::Identical),
    }
}

/// The signature of the archive that was released under a number, where history has it.
pub(crate) fn archive_signature(places: &Places, number: &str) -> Result<Option<Vec<u8>>, PublishError> {
    if !exists(places, number) {
        return Ok(None);
    }
    let path = folder(places, number).join("archive.minisig");
    fs::read(&path).map(Some).map_err(PublishError::machine("read", &path))
}

/// Writes an entry beside history.
pub(crate) fn stage(places: &Places, disk: Disk<'_>, entry: &HistoryEntryFiles) -> Result<(), PublishError> {
    let staged = places.staged_history();
    disk.create_folder(&staged).map_err(PublishError::machine("make", &staged))?;
    for (name, bytes) in &entry.files {
        let mut folder = staged.clone();
        if let Some(parent) = name.parent() {
            for component in parent.components() {
                folder.push(component);
                if !folder.is_dir() {
                    disk.create_folder(&folder).map_err(PublishError::machine("make", &folder))?;
                }
            }
        }
        let path = staged.join(name.as_str());
        disk.write_file(&path, bytes).map_err(PublishError::machine("write", &path))?;
        if fs::read(&path).map_err(PublishError::machine("read", &path))? != *bytes {
            return Err(PublishError::ReadBack { path, why: "other bytes than were written" });
        }
    }
    Ok(())
}

/// Moves the staged entry to its place: the moment a release is decided.
pub(crate) fn append(places: &Places, disk: Disk<'_>, number: &str) -> Result<(), PublishError> {
    let history = &places.history;
    if fs::symlink_metadata(history).is_ok_and(|metadata| !metadata.is_dir()) {
        return Err(PublishError::NotPlain { path: history.clone() });
    }
    disk.create_folders(history).map_err(PublishError::machine("make", history))?;
    let to = folder(places, number);
    disk.rename(&places.staged_history(), &to).map_err(PublishError::machine("append", &to))?;
    // The entry is in place; should the machine lose it, the same release makes it again.
    let _ = disk.sync(history);
    Ok(())
}
