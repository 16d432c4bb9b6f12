//! Why nothing was published, and what is worth knowing when something was.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::bundle::name::NameClash;

/// Why nothing was published. What was published before is still there, whole.
#[derive(Debug)]
pub enum PublishError {
    /// Another build is at work.
    Locked {
        /// The lock it holds.
        lock: PathBuf,
        /// The number of its process, where it left one.
        process: Option<String>,
    },
    /// The machine could not.
    Machine {
        /// What was being done, such as `write`.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// What the machine says.
        source: io::Error,
    },
    /// A symbolic link, or something else that is neither file nor folder, where only these may be.
    NotPlain {
        /// What it is.
        path: PathBuf,
    },
    /// `public/` holds something that no build put there.
    NotOurs {
        /// The folder.
        path: PathBuf,
    },
    /// `public/` is the root of a repository, which a swap would lose.
    OwnRepository {
        /// The folder.
        path: PathBuf,
    },
    /// Two files for one place.
    Clash(NameClash),
    /// The tree does not hold the archive of its own snapshot.
    NoArchive {
        /// The number of the snapshot.
        number: String,
    },
    /// What was read back is not what was written.
    ReadBack {
        /// The staged file.
        path: PathBuf,
        /// How it differs.
        why: &'static str,
    },
    /// A staged archive did not verify.
    Unverified {
        /// The staged archive.
        path: PathBuf,
        /// What the verifier said.
        why: String,
    },
    /// This number is released, with something else under it.
    OtherBytes {
        /// The number.
        number: String,
        /// The first file that differs.
        file: String,
    },
    /// A draft of a number that is released.
    Released {
        /// The number.
        number: String,
    },
    /// A release without a head for history, or a draft with one.
    Entry {
        /// The number.
        number: String,
    },
    /// A release stands in history, but `public/` still shows what was there before.
    Unswapped {
        /// The number.
        number: String,
        /// Why.
        source: Box<PublishError>,
    },
    /// A file for one audience would have landed where everyone reads.
    WouldBePublic {
        /// For whom it is.
        audience: String,
        /// Where it would have landed.
        path: PathBuf,
    },
    /// Two places of which one lies in the other, so that replacing one would lose the other.
    Nested {
        /// One.
        one: PathBuf,
        /// The other.
        other: PathBuf,
    },
    /// A journal of a program that is newer, or that something else wrote.
    Journal {
        /// The journal.
        path: PathBuf,
    },
}

impl PublishError {
    /// For `map_err`: what was being done to which path.
    pub(crate) fn machine(doing: &'static str, path: &std::path::Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Machine { doing, path: path.to_owned(), source }
    }
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Locked { lock, process } => {
                let process =
                    process.as_ref().map_or_else(String::new, |number| format!(" (process {number})"));
                write!(
                    f,
                    "another build{process} is publishing: it holds the lock {}\nhelp: wait until it is done, then run again",
                    lock.display()
                )
            }
            Self::Machine { doing, path, source } => {
                write!(f, "cannot {doing} {}: {source}", path.display())?;
                match source.kind() {
                    io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                        f.write_str("\nhelp: make room and run again; what was published before is untouched")
                    }
                    io::ErrorKind::ResourceBusy | io::ErrorKind::CrossesDevices => f.write_str(
                        "\nhelp: `public/`, `history/` and `.trustbook/` must be plain folders of one file system, not mount points",
                    ),
                    io::ErrorKind::PermissionDenied => {
                        f.write_str("\nhelp: the folder above must be writable for you; what was published before is untouched")
                    }
                    _ => Ok(()),
                }
            }
            Self::NotPlain { path } => write!(
                f,
                "{} is a symbolic link or no ordinary file or folder; a build neither follows nor publishes it\nhelp: remove it and run again",
                path.display()
            ),
            Self::NotOurs { path } => write!(
                f,
                "{} holds files that no build put there, and publishing replaces the whole folder\nhelp: move them away, or remove the folder, and run again",
                path.display()
            ),
            Self::OwnRepository { path } => write!(
                f,
                "{} is a git repository of its own, which replacing the folder would lose\nhelp: copy the published files into the repository after the build, or use `git worktree`",
                path.display()
            ),
            Self::Clash(clash) => write!(f, "{clash}\nhelp: rename one of them"),
            Self::NoArchive { number } => {
                write!(f, "the tree to publish holds nothing below snapshots/{number}/")
            }
            Self::ReadBack { path, why } => {
                write!(f, "{}: {why}\nhelp: check the disk; nothing was published", path.display())
            }
            Self::Unverified { path, why } => {
                write!(f, "{}: the staged archive does not verify: {why}", path.display())
            }
            Self::OtherBytes { number, file } => write!(
                f,
                "snapshot {number} is released, and its `{file}` has other bytes\nhelp: what is released stays as it is; release the change under the next number"
            ),
            Self::Released { number } => write!(
                f,
                "snapshot {number} is released; a draft cannot take its number\nhelp: drafts take the number after the newest in history/"
            ),
            Self::Entry { number } => {
                write!(f, "snapshot {number}: a release needs its head for history/, and a draft has none")
            }
            Self::Unswapped { number, source } => write!(
                f,
                "release {number} stands in history/, but public/ still shows what was there before: {source}\nhelp: the next `build` or `release` completes it"
            ),
            Self::WouldBePublic { audience, path } => write!(
                f,
                "{} is where everyone reads, and this is for `{audience}`\nhelp: choose a place outside of public/, such as packets/",
                path.display()
            ),
            Self::Nested { one, other } => write!(
                f,
                "{} and {} lie in each other, and publishing replaces a folder as a whole\nhelp: give each a place of its own under `paths` in trustbook.yaml",
                one.display(),
                other.display()
            ),
            Self::Journal { path } => write!(
                f,
                "{} is not a journal this program wrote\nhelp: look at public/ and history/; if both are as they should be, remove the journal",
                path.display()
            ),
        }
    }
}

impl std::error::Error for PublishError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Machine { source, .. } => Some(source),
            Self::Clash(clash) => Some(clash),
            Self::Unswapped { source, .. } => Some(source.as_ref()),
            Self::Locked { .. }
            | Self::NotPlain { .. }
            | Self::NotOurs { .. }
            | Self::OwnRepository { .. }
            | Self::NoArchive { .. }
            | Self::ReadBack { .. }
            | Self::Unverified { .. }
            | Self::OtherBytes { .. }
            | Self::Released { .. }
            | Self::WouldBePublic { .. }
            | Self::Nested { .. }
            | Self::Entry { .. }
            | Self::Journal { .. } => None,
        }
    }
}

/// Something worth knowing about a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// What an interrupted build had staged was removed.
    LeftoverRemoved,
    /// An interrupted release was completed: it is in history, so it is now published too.
    ReleaseCompleted {
        /// Its number.
        number: String,
    },
    /// An interrupted swap was undone: the tree from before it is back.
    SwapUndone,
    /// The system cannot exchange two folders in one step; two renames under a journal did it.
    TwoRenames,
    /// A published draft has a number that is released by now; it was dropped.
    DraftDropped {
        /// Its number.
        number: String,
    },
    /// A published number that history does not know was kept.
    Unknown {
        /// The number.
        number: String,
    },
    /// The tree from before could not be removed everywhere.
    OldLeft {
        /// What is left of it.
        path: PathBuf,
        /// What the machine says.
        why: String,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LeftoverRemoved => {
                f.write_str("removed what an interrupted build had staged; nothing of it was published")
            }
            Self::ReleaseCompleted { number } => {
                write!(f, "completed the interrupted release {number}: it stood in history/ and is now in public/ too")
            }
            Self::SwapUndone => {
                f.write_str("an earlier build was interrupted while replacing public/; what was there before is back")
            }
            Self::TwoRenames => f.write_str(
                "this file system cannot exchange two folders in one step; public/ was replaced by two renames under a journal, and was absent between them",
            ),
            Self::DraftDropped { number } => {
                write!(f, "public/snapshots/{number} was a draft of a number that is released by now; dropped it")
            }
            Self::Unknown { number } => write!(
                f,
                "public/snapshots/{number} is not in history/; kept it as it is (remove it by hand if it is a draft of yours)"
            ),
            Self::OldLeft { path, why } => {
                write!(f, "could not remove all of the tree from before, {}: {why}", path.display())
            }
        }
    }
}
