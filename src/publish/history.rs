//! `history/NNNN/`: what later snapshots need of a released one. Append-only: a number is written once, whole, by one rename.
//!
//! Order of a release: history first, then the public tree. A run killed in between has released the snapshot (the
//! numbers are the authority) and not yet shown it; the same command again finds it "already released, identical" and
//! publishes it. The other order could show a number that the next run gives to other bytes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::publish::Lock;
use crate::publish::PublishError;
use crate::publish::failed;
use crate::publish::staging::remove;
use crate::publish::swap::sibling;
use crate::publish::swap::sync;

/// The files of one released snapshot, by relative path.
#[derive(Clone, Debug, Default)]
pub struct HistoryRecord {
    /// `snapshot.json`, `manifest-sha256.txt`, `tagmanifest-sha256.txt` and its signature, `archive.minisig`,
    /// `archive.json`, `records/*.json`.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// Appends a record under its number; `true` when it was there already with the same bytes.
///
/// # Errors
/// [`PublishError::OtherBytes`] when the number holds other bytes.
pub fn append(_lock: &Lock, history: &Path, number: &str, record: &HistoryRecord) -> Result<bool, PublishError> {
    let target = history.join(number);
    if fs::symlink_metadata(&target).is_ok() {
        for (name, bytes) in &record.files {
            let path = target.join(name);
            if fs::read(&path).map_err(failed("read", &path))? != *bytes {
                return Err(PublishError::OtherBytes { path });
            }
        }
        return Ok(true);
    }
    fs::create_dir_all(history).map_err(failed("make", history))?;
    let staged = sibling(&target, "staging");
    remove(&staged)?;
    let result = write(&staged, record).and_then(|()| fs::rename(&staged, &target).map_err(failed("publish", &target)));
    if result.is_err() {
        let _ = fs::remove_dir_all(&staged);
    }
    result?;
    sync(history)?;
    Ok(false)
}

fn write(staged: &Path, record: &HistoryRecord) -> Result<(), PublishError> {
    fs::create_dir(staged).map_err(failed("make", staged))?;
    for (name, bytes) in &record.files {
        let path = staged.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed("make", folder))?;
        }
        fs::write(&path, bytes).map_err(failed("write", &path))?;
        fs::File::open(&path).and_then(|file| file.sync_all()).map_err(failed("write", &path))?;
    }
    sync(staged)
}
