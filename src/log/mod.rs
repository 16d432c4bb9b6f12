//! The log of a project: the leaves that its releases left in history, in order, and what is published of them.
//!
//! There is no log file that could be lost or start again: each release keeps its own leaves and its checkpoint in `history/NNNN/`,
//! and the log is all of them. Everything below `public/log/` follows from that. See <https://c2sp.org/tlog-tiles>.

use std::collections::BTreeMap;
use std::fmt;

use crate::bundle::base64;
use crate::bundle::digest::Digest;
use crate::bundle::log;
use crate::bundle::log::Checkpoint;
use crate::bundle::log::TILE_WIDTH;
use crate::model::snapshot::LogPart;
use crate::pack::SignError;
use crate::pack::Signer;

/// Every leaf, and the checkpoint of each release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// The texts of the leaves.
    pub leaves: Vec<String>,
    /// Their hashes.
    pub hashes: Vec<Digest>,
    /// The signed checkpoints, oldest first.
    pub checkpoints: Vec<(u64, String)>,
}

/// Why the log cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogError {
    /// What a release left behind does not fit the leaves up to it.
    Damaged {
        /// The release.
        seq: u32,
        /// How.
        why: String,
    },
    /// What is published is not a beginning of this log.
    Diverged {
        /// Leaves that are published.
        published: usize,
        /// Leaves that history knows.
        known: usize,
    },
    /// There was a log, and there is to be none.
    Ended,
    /// The checkpoint was not signed.
    Sign(SignError),
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged { seq, why } => {
                write!(f, "the log in history ends at snapshot {seq:04}: {why}\nhelp: restore history/ as it was committed")
            }
            Self::Diverged { published, known } => write!(
                f,
                "the published log has {published} leaves that history's {known} do not continue\nhelp: get the newest history/ before you go on; a log never starts again"
            ),
            Self::Ended => f.write_str(
                "earlier releases are in a log and this one would not be\nhelp: give --keys DIR with the role keys, log.key among them",
            ),
            Self::Sign(error) => write!(f, "the checkpoint: {error}"),
        }
    }
}

impl std::error::Error for LogError {}

/// A line of text that separates leaves in a file of them.
const BETWEEN: &str = "\n";

impl Log {
    /// The log that these releases, oldest first, left behind.
    ///
    /// # Errors
    /// [`LogError::Damaged`] where a checkpoint is not that of the leaves up to it.
    pub fn of(parts: &[LogPart]) -> Result<Self, LogError> {
        let mut log = Self::default();
        for LogPart { seq, leaves, checkpoint } in parts {
            let damaged = |why: &str| LogError::Damaged { seq: *seq, why: why.to_owned() };
            for leaf in leaves.split_inclusive("\n\n") {
                log.push(
                    leaf.strip_suffix("\n\n").map_or_else(|| leaf.to_owned(), |leaf| format!("{leaf}\n")),
                );
            }
            let (read, _) = Checkpoint::parse(checkpoint).map_err(|why| damaged(&why))?;
            if read.size != log.hashes.len() as u64 || read.root != log::root(&log.hashes) {
                return Err(damaged("its checkpoint is that of other leaves"));
            }
            log.checkpoints.push((read.size, checkpoint.clone()));
        }
        Ok(log)
    }

    /// Adds a leaf.
    pub fn push(&mut self, leaf: String) {
        self.hashes.push(log::leaf_hash(leaf.as_bytes()));
        self.leaves.push(leaf);
    }

    /// The highest version of keys that was logged; 0 when none was.
    pub fn keys_version(&self) -> u64 {
        let version = |leaf: &String| {
            let rest = leaf.strip_prefix("trustbook-keys/v1\n")?;
            rest.lines().find_map(|line| line.strip_prefix("version "))?.parse().ok()
        };
        self.leaves.iter().filter_map(version).max().unwrap_or(0)
    }

    /// The hashes as an archive carries them.
    pub fn hash_bytes(&self) -> Vec<u8> {
        self.hashes.iter().flat_map(|hash| hash.0).collect()
    }

    /// Signs the tree as it is, and gives the note.
    ///
    /// # Errors
    /// [`LogError::Sign`].
    pub fn sign(&mut self, origin: &str, signer: &dyn Signer) -> Result<String, LogError> {
        let size = self.hashes.len() as u64;
        let checkpoint = Checkpoint { origin: origin.to_owned(), size, root: log::root(&self.hashes) };
        let signature = signer.sign_checkpoint(&checkpoint).map_err(LogError::Sign)?;
        let line = [log::key_hash(origin, &signer.public_key()).as_slice(), &signature].concat();
        let note = format!("{}\n— {origin} {}\n", checkpoint.text(), base64::encode(&line));
        self.checkpoints.push((size, note.clone()));
        Ok(note)
    }

    /// The proof for the newest leaf: what lies beside its archive.
    pub fn proof(&self, note: &str) -> String {
        format!("{}{note}", log::proof_head(&self.hashes, self.hashes.len().saturating_sub(1)))
    }

    /// The leaves from `from` on, as history keeps them.
    pub fn text_from(&self, from: usize) -> String {
        self.leaves.get(from..).unwrap_or_default().join(BETWEEN)
    }

    /// Refuses to go on when what is published is no beginning of this log.
    ///
    /// # Errors
    /// [`LogError::Diverged`].
    pub fn continues(&self, published: &[Digest]) -> Result<(), LogError> {
        if self.hashes.starts_with(published) {
            Ok(())
        } else {
            Err(LogError::Diverged { published: published.len(), known: self.hashes.len() })
        }
    }

    /// Everything that is published of the log, by path below its folder: the checkpoint, the tiles of hashes and of leaves that any
    /// published checkpoint needs, and every checkpoint under its size.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        for (size, note) in &self.checkpoints {
            let size = usize::try_from(*size).unwrap_or(usize::MAX).min(self.hashes.len());
            files.insert("checkpoint".to_owned(), note.clone().into_bytes());
            files.insert(format!("checkpoints/{size}"), note.clone().into_bytes());
            let leaves = self.leaves.get(..size).unwrap_or_default();
            for (number, tile) in leaves.chunks(TILE_WIDTH).enumerate() {
                let entry = |leaf: &String| {
                    let length = u16::try_from(leaf.len()).unwrap_or(u16::MAX).to_be_bytes();
                    [length.as_slice(), leaf.as_bytes()].concat()
                };
                let bytes = tile.iter().flat_map(entry).collect();
                files.insert(log::tile_path("entries", number, tile.len()), bytes);
            }
            let mut level = self.hashes.get(..size).unwrap_or_default().to_vec();
            for height in 0.. {
                for (number, tile) in level.chunks(TILE_WIDTH).enumerate() {
                    let bytes = tile.iter().flat_map(|hash| hash.0).collect();
                    files.insert(log::tile_path(&format!("{height}"), number, tile.len()), bytes);
                }
                level = level.chunks_exact(TILE_WIDTH).map(log::root).collect();
                if level.is_empty() {
                    break;
                }
            }
        }
        files
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(count: usize) -> Log {
        let mut log = Log::default();
        for number in 0..count {
            log.push(format!("leaf\n{number}\n"));
        }
        log
    }

    #[test]
    fn leaves_survive_being_kept_in_history() {
        let whole = log(5);
        let note = |log: &Log| {
            let root = log::root(&log.hashes);
            let checkpoint = Checkpoint { origin: "o".to_owned(), size: log.hashes.len() as u64, root };
            format!("{}\n— o AAAAAAAA\n", checkpoint.text())
        };
        let part = |seq, from: usize, to: usize| LogPart {
            seq,
            leaves: log(to).text_from(from),
            checkpoint: note(&log(to)),
        };
        let parts = [part(1, 0, 2), part(2, 2, 3), part(3, 3, 5)];
        let read = Log::of(&parts).unwrap();
        assert_eq!((read.leaves, read.hashes), (whole.leaves.clone(), whole.hashes.clone()));
        assert!(matches!(Log::of(&parts[1..]), Err(LogError::Damaged { seq: 2, .. })));
        assert!(matches!(
            Log::of(&[parts[0].clone(), parts[2].clone()]),
            Err(LogError::Damaged { seq: 3, .. })
        ));
        assert!(whole.continues(&log(3).hashes).is_ok());
        assert!(log(3).continues(&whole.hashes).is_err());
        assert!(log(0).continues(&[]).is_ok());
    }

    #[test]
    fn tiles_are_those_of_the_specification() {
        let mut long = log(70_000);
        long.checkpoints = vec![(3, "old".to_owned()), (70_000, "new".to_owned())];
        let files = long.files();
        for (path, bytes) in [
            ("tile/0/000", 8192),
            ("tile/0/000.p/3", 96),
            ("tile/0/273.p/112", 112 * 32),
            ("tile/1/000", 8192),
            ("tile/1/001.p/17", 17 * 32),
            ("tile/2/000.p/1", 32),
        ] {
            assert_eq!(files.get(path).map(Vec::len), Some(bytes), "{path}");
        }
        assert_eq!(log::tile_path("0", 1_234_067, 256), "tile/0/x001/x234/067");
        assert_eq!(files["checkpoint"], b"new");
        assert_eq!(files["checkpoints/3"], b"old");
        assert!(files["tile/entries/000.p/3"].starts_with(b"\0\x07leaf\n0\n\0\x07"));
    }
}
