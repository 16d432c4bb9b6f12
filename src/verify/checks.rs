//! The checks, in the order of the report. Each judges the gathered facts by itself; the exit code is that of the first that failed.

mod claims;
mod files;
mod signatures;
mod trust;

use crate::bundle::manifest::Manifest;
use crate::bundle::snapshot::Header;
use crate::verify::facts;
use crate::verify::facts::Facts;
use crate::verify::report::Outcome;

/// One row of [`CHECKS`].
#[derive(Debug)]
pub struct Check {
    /// The name in machine-readable reports.
    pub id: &'static str,
    /// What people read.
    pub title: &'static str,
    pub(crate) judge: fn(&Facts<'_>) -> Judged,
}

/// What is worth knowing about a check that passed, or the outcome of one that did not.
pub(crate) type Judged = Result<String, Outcome>;

/// Every check, in the order of the report.
pub const CHECKS: &[Check] = &[
    row("outer-signature", "signature over the whole archive", signatures::outer),
    row("container", "container in the canonical form", files::container),
    row("names", "names that every file system reads alike", files::names),
    row("inner-signature", "signature over the list of lists", signatures::inner),
    row("tag-files", "exactly the files that describe the archive", files::tag_files),
    row("tag-digests", "digests of the files that describe the archive", files::tag_digests),
    row("payload-files", "exactly the files that are listed", files::payload_files),
    row("payload-digests", "digests of the listed files", files::payload_digests),
    row("bag", "bag declaration and metadata", claims::bag),
    row("snapshot", "snapshot.json agrees with the files", claims::snapshot),
    row("trusted-comments", "signed comments agree with snapshot.json", claims::trusted_comments),
    row("statement", "in-toto statement agrees and is signed", signatures::statement),
    row("key-roles", "roles and revocation of keys", trust::key_roles),
    row("log", "the log, and what was verified before", trust::log),
    row("expiry", "current at the time asked for", claims::expiry),
    row("state", "state of the snapshot", claims::state),
];

/// Whether the key signed the list of lists, and the files that describe the archive are those it lists.
pub(crate) fn are_lists_signed(facts: &Facts<'_>) -> bool {
    signatures::inner(facts).is_ok() && files::tag_digests(facts).is_ok()
}

const fn row(id: &'static str, title: &'static str, judge: fn(&Facts<'_>) -> Judged) -> Check {
    Check { id, title, judge }
}

fn failed<T>(code: u8, path: &str, reason: impl Into<String>) -> Result<T, Outcome> {
    Err(Outcome::failed(code, path, reason.into()))
}

fn tag<'a>(facts: &'a Facts<'_>, name: &str) -> Result<&'a [u8], Outcome> {
    facts::tag(&facts.tags, name)
}

fn list(manifest: &Result<Manifest, Outcome>) -> Result<&Manifest, Outcome> {
    manifest.as_ref().map_err(Clone::clone)
}

/// The header, for checks that come to nothing without it.
fn header<'a>(facts: &'a Facts<'_>) -> Result<&'a Header, Outcome> {
    match &facts.snapshot {
        Ok(snapshot) => Ok(&snapshot.header),
        Err(_) => Err(Outcome::NotChecked("snapshot.json could not be read".to_owned())),
    }
}
