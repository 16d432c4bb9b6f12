//! The swap: the staged tree takes the target's name, the old tree takes the staged one's and is removed.
//!
//! With `renameat2(RENAME_EXCHANGE)` that is one step, and there is no instant at which the target is missing. Where the
//! system has no exchange: the old tree is renamed aside, the new one in. A kill between the two leaves the old tree aside
//! and no target; `recover` at the next start renames it back, so that the published tree is whole again.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use rustix::fs::CWD;
use rustix::fs::RenameFlags;

use crate::publish::PublishError;
use crate::publish::failed;
use crate::publish::parent;
use crate::publish::staging::remove;

/// How the tree got its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swap {
    /// There was none before: one rename.
    First,
    /// Exchanged in one step.
    Exchanged,
    /// In two renames, since the system has no exchange.
    TwoRenames,
    /// A killed run had left the old tree aside; it has its name again.
    Recovered,
}

/// A name beside the target that no visitor asks for.
pub(super) fn sibling(target: &Path, what: &str) -> PathBuf {
    let name = target.file_name().map_or_else(|| "public".into(), |name| name.to_string_lossy().into_owned());
    parent(target).join(format!(".{name}.{what}"))
}

/// Swaps `staged` in.
pub(super) fn publish(staged: &Path, target: &Path) -> Result<Swap, PublishError> {
    sync(staged)?;
    let swap = match fs::symlink_metadata(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::rename(staged, target).map_err(failed("publish", target))?;
            Swap::First
        }
        Err(error) => return Err(failed("read", target)(error)),
        Ok(_) => match rustix::fs::renameat_with(CWD, staged, CWD, target, RenameFlags::EXCHANGE) {
            Ok(()) => Swap::Exchanged,
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::OPNOTSUPP) => {
                two_renames(staged, target)?
            }
            Err(error) => return Err(failed("publish", target)(error.into())),
        },
    };
    sync(parent(target))?;
    // The old tree now has the staged one's name; that it could not be removed is no reason to fail what is published.
    let _ = fs::remove_dir_all(staged);
    Ok(swap)
}

fn two_renames(staged: &Path, target: &Path) -> Result<Swap, PublishError> {
    let aside = sibling(target, "old");
    remove(&aside)?;
    fs::rename(target, &aside).map_err(failed("set aside", target))?;
    if let Err(error) = fs::rename(staged, target) {
        fs::rename(&aside, target).map_err(failed("put back", target))?;
        return Err(failed("publish", target)(error));
    }
    let _ = fs::remove_dir_all(&aside);
    Ok(Swap::TwoRenames)
}

/// Finishes what a run killed between two renames left.
pub(super) fn recover(target: &Path) -> Result<Option<Swap>, PublishError> {
    let aside = sibling(target, "old");
    if fs::symlink_metadata(&aside).is_err() {
        return Ok(None);
    }
    if fs::symlink_metadata(target).is_err() {
        fs::rename(&aside, target).map_err(failed("put back", target))?;
        return Ok(Some(Swap::Recovered));
    }
    remove(&aside)?;
    Ok(None)
}

/// Asks the system to put a folder's entries on the disk.
pub(super) fn sync(folder: &Path) -> Result<(), PublishError> {
    fs::File::open(folder).and_then(|file| file.sync_all()).map_err(failed("write", folder))
}
