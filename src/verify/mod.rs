//! Opens an archive or a folder, runs the `CHECKS` table in order, returns a `Report`. Trusts nothing it reads.
//!
//! Reads at positions, extracts nothing, holds a bounded number of bytes. Never says "verified" on a key that came with what it
//! verifies: without a key from its caller the answer is that it could not decide.

mod checks;
mod command;
mod contents;
mod extract;
mod facts;
mod pins;
mod report;
mod trust;

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;
use std::path::PathBuf;

pub use checks::CHECKS;
pub use checks::Check;
pub use command::USAGE;
pub use command::VALUED;
pub use command::run;
pub use pins::Log;
pub use pins::Pins;
pub use pins::State;
pub use pins::read_log;
pub use report::CheckReport;
pub use report::Outcome;
pub use report::Report;

use crate::bundle::limits;
use crate::bundle::minisig::PublicKey;
use crate::bundle::time::Timestamp;
use crate::bundle::zip::ReadAt;
use crate::verify::contents::DiskFile;
use crate::verify::contents::Source;
use crate::verify::facts::Sidecar;

/// The end of the name of the proof beside an archive.
pub const PROOF_SUFFIX: &str = ".tlog-proof";

/// Exit code: every check passed.
pub const VERIFIED: u8 = 0;
/// Exit code: the command could not be understood.
pub const USAGE_ERROR: u8 = 2;
/// Exit code: a signature is missing or wrong.
pub const AUTHENTICITY: u8 = 10;
/// Exit code: contents differ from what is signed, or from each other.
pub const INTEGRITY: u8 = 11;
/// Exit code: files are missing, or are there that nothing lists.
pub const COMPLETENESS: u8 = 12;
/// Exit code: the container or a name is not in the form.
pub const CONTAINER: u8 = 13;
/// Exit code: another version of the format is needed.
pub const UNSUPPORTED: u8 = 14;
/// Exit code: expired, or from the future.
pub const STALE: u8 = 15;
/// Exit code: the log shows two histories.
pub const LOG_FORK: u8 = 16;
/// Exit code: the key is revoked or unknown.
pub const KEY: u8 = 17;
/// Exit code: something that had to be checked could not be.
pub const UNDECIDED: u8 = 20;

/// What [`verify`] is to look at, and on which terms.
#[derive(Clone, Debug)]
pub struct Options {
    /// The archive, or the folder.
    pub path: PathBuf,
    /// Which of them.
    pub form: Form,
    /// The terms.
    pub terms: Terms,
}

/// The two forms in which an archive can be verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// The ZIP, with the file of its outer signature; by default `<path>.minisig`.
    Archive {
        /// The signature file, when it is elsewhere.
        signature: Option<PathBuf>,
    },
    /// The root folder of an unpacked archive.
    Folder,
}

/// What does not come from the archive.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// The publisher's root key, or its release key. Without it nothing is ever verified.
    pub key: Option<PublicKey>,
    /// The instant for which the answer is.
    pub as_of: Timestamp,
    /// How many threads hash.
    pub threads: NonZeroUsize,
}

/// Verifies a file or folder. Everything that goes wrong is in the report.
pub fn verify(options: &Options) -> Report {
    verify_with(options, &Pins::none(), None)
}

/// Verifies a file or folder by what is known beside it. What is verified is copied to `into`, which must not be there yet.
pub fn verify_with(options: &Options, pins: &Pins, into: Option<&Path>) -> Report {
    let Options { path, form, terms } = options;
    let name = path.to_string_lossy().into_owned();
    let Form::Archive { signature } = form else {
        return facts::report(&name, &Source::Folder(path), Sidecar::None, terms, pins, into);
    };
    let beside = with_suffix(path, ".minisig");
    let signature = signature.as_ref().unwrap_or(&beside);
    let sidecar = match pins::read(signature, limits::MAX_SIGNATURE_BYTES) {
        Ok(bytes) => Sidecar::Bytes(bytes),
        Err(_) if fs::symlink_metadata(signature).is_err() => {
            Sidecar::Missing(signature.display().to_string())
        }
        Err(reason) => Sidecar::Unreadable(reason),
    };
    let proof = || pins::read(&with_suffix(path, PROOF_SUFFIX), limits::MAX_NOTE_BYTES as u64).ok();
    let pins = Pins { proof: pins.proof.clone().or_else(proof), ..pins.clone() };
    match DiskFile::open(path) {
        Ok(file) => facts::report(&name, &Source::Archive(&file), sidecar, terms, &pins, into),
        Err(error) => {
            facts::report(&name, &Source::Unreadable(error.to_string()), sidecar, terms, &pins, into)
        }
    }
}

/// Verifies the bytes of an archive with the bytes of its signature file, by what is known beside it.
pub fn verify_archive(
    name: &str,
    input: &dyn ReadAt,
    signature: Option<&[u8]>,
    terms: &Terms,
    pins: &Pins,
) -> Report {
    let sidecar = match signature {
        Some(bytes) => Sidecar::Bytes(bytes.to_vec()),
        None => Sidecar::Missing(format!("{name}.minisig")),
    };
    facts::report(name, &Source::Archive(input), sidecar, terms, pins, None)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
