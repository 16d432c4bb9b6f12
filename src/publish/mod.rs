//! Stages a whole tree beside the published one, has it verified, and swaps it in with one rename.
//!
//! A failing or killed command leaves what was there: nothing below the target is touched before the swap, and the swap is
//! one system call (`renameat2` with exchange) where the system has it. Elsewhere it is two renames under a journal that
//! the next start finishes; see `swap.rs`. One publisher at a time; see `lock.rs`.

mod history;
mod lock;
mod staging;
mod swap;

use std::fmt;
use std::io;
use std::path::Path;
use std::path::PathBuf;

pub use history::HistoryRecord;
pub use history::append as append_history;
pub use lock::Lock;
pub use staging::Staging;
pub use swap::Swap;

/// Why nothing was published. What was there is as it was.
#[derive(Debug)]
pub enum PublishError {
    /// Another command is publishing.
    Busy {
        /// The lock it holds.
        lock: PathBuf,
    },
    /// The machine did not do what it was asked.
    Io {
        /// What was being done, such as `write`.
        what: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the machine says.
        source: io::Error,
    },
    /// Something stands where a folder or file has to be.
    InTheWay {
        /// Where.
        path: PathBuf,
        /// What was expected there.
        expected: &'static str,
    },
    /// A number that was released holds other bytes.
    OtherBytes {
        /// The file that differs.
        path: PathBuf,
    },
    /// What was staged does not verify.
    NotVerified {
        /// The file.
        path: PathBuf,
        /// What the verifier says.
        reason: String,
    },
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy { lock } => {
                write!(f, "another command is publishing; it holds {}\nhelp: wait until it is done", lock.display())
            }
            Self::Io { what, path, source } => {
                write!(f, "cannot {what} {}: {source}; what was published is as it was", path.display())
            }
            Self::InTheWay { path, expected } => {
                write!(f, "{}: expected {expected}\nhelp: move what is there out of the way", path.display())
            }
            Self::OtherBytes { path } => write!(
                f,
                "{}: was released with other bytes\nhelp: a released number never changes; release the next one with a later --as-of",
                path.display()
            ),
            Self::NotVerified { path, reason } => write!(
                f,
                "{}: what was staged does not verify: {reason}; what was published is as it was",
                path.display()
            ),
        }
    }
}

impl std::error::Error for PublishError {}

/// Makes an [`io::Error`] say what was being done, and where.
fn failed<'a>(what: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> PublishError + 'a {
    move |source| PublishError::Io { what, path: path.to_owned(), source }
}

/// The folder a target lies in; `.` for a bare name.
fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    }
}

/// Whether `target` lies inside `public`, by their names: what is for a named audience may never go there.
///
/// # Errors
/// [`PublishError::InTheWay`] when it does.
pub fn outside_public(target: &Path, public: &Path) -> Result<(), PublishError> {
    let resolve = |path: &Path| {
        let mut known = path.to_owned();
        let mut rest = Vec::new();
        loop {
            if let Ok(real) = known.canonicalize() {
                return rest.iter().rev().fold(real, |path: PathBuf, part| path.join(part));
            }
            match (known.file_name().map(ToOwned::to_owned), known.parent().map(Path::to_owned)) {
                (Some(name), Some(parent)) => {
                    rest.push(name);
                    known = if parent.as_os_str().is_empty() { PathBuf::from(".") } else { parent };
                }
                _ => return path.to_owned(),
            }
        }
    };
    if resolve(target).starts_with(resolve(public)) {
        return Err(PublishError::InTheWay {
            path: target.to_owned(),
            expected: "a folder outside the published tree for what is not public",
        });
    }
    Ok(())
}
