//! Stage, verify what was staged, swap: the one room that writes below `public/`, `packets/` and `history/`.
//!
//! A tree is written whole beside the published one, read back and verified with the public key, and only then takes its place in
//! one step. Whatever fails or is killed before that step leaves what was there; after it, what is new. Never writes in place,
//! never follows a link, never publishes for anyone but the public. `commit.rs` holds the argument about interruptions.

mod carry;
mod commit;
mod disk;
mod error;
mod history;
mod lock;
mod packets;
mod read_back;
mod spool;
mod stage;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::path::PathBuf;

use crate::model::config::Paths;

pub use commit::Published;
pub use disk::Hook;
pub use disk::NoHook;
pub use disk::Operation;
pub use error::Note;
pub use error::PublishError;
pub use history::HistoryEntryFiles;
pub use history::HistoryOutcome;
pub use history::compare as compare_history;
pub use packets::PacketFiles;
pub use packets::restricted_path;
pub use packets::write_restricted;
pub use spool::Spool;
pub use stage::Stage;
pub use stage::Written;

/// Where a project keeps what is published, and what is needed to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The published tree, replaced as a whole.
    pub public: PathBuf,
    /// Heads of released snapshots, append-only.
    pub history: PathBuf,
    /// Packets for audiences other than the public.
    pub packets: PathBuf,
    /// Lock, journal and staging; on the file system of the other three.
    pub work: PathBuf,
}

impl Places {
    /// The places below a project's root, as its configuration names them.
    pub fn of(root: &Path, paths: &Paths) -> Self {
        Self {
            public: root.join(&paths.public),
            history: root.join(&paths.history),
            packets: root.join(&paths.packets),
            work: root.join(".trustbook").join("publish"),
        }
    }

    /// Refuses places that lie in what is replaced as a whole.
    fn check(&self) -> Result<(), PublishError> {
        for inner in [&self.history, &self.packets, &self.work] {
            if inner.starts_with(&self.public) || self.public.starts_with(inner) {
                return Err(PublishError::Nested { one: inner.clone(), other: self.public.clone() });
            }
        }
        Ok(())
    }

    /// Who holds this file locked is the one build that may stage and swap.
    pub fn lock(&self) -> PathBuf {
        self.work.join("lock")
    }

    /// What a finished staging area is to become; there only between the last check and the swap.
    fn journal(&self) -> PathBuf {
        self.work.join("journal")
    }

    /// The tree that is being written. After an exchange it holds the tree that was published before, until that is removed.
    pub fn staging(&self) -> PathBuf {
        self.work.join("staging")
    }

    /// The head of the snapshot that is being released.
    fn staged_history(&self) -> PathBuf {
        self.work.join("staging-history")
    }

    /// Files for one audience that are being written.
    fn staged_packet(&self) -> PathBuf {
        self.work.join("staging-packet")
    }

    /// Where the published tree waits while two renames replace it.
    fn aside(&self) -> PathBuf {
        self.work.join("aside")
    }
}
