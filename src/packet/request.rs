//! What is asked of a packet beside its snapshot and profile.

use std::collections::BTreeMap;

use crate::model::changes::Changes;
use crate::model::tree::Content;

/// For whom, since when, with what at hand.
#[derive(Clone, Debug, Default)]
pub struct PacketRequest {
    /// Who gets it, such as `Acme Bank`; shown on every page.
    pub recipient: Option<String>,
    /// Changes since the snapshot the recipient got last; else those since the newest released one.
    pub since: Option<Changes>,
    /// Why expired items go out all the same. `None`: they do not, the packet is refused.
    pub expired_because: Option<String>,
    /// The archive of the same snapshot, where it is made already.
    pub archive: Option<ArchiveRef>,
    /// Templates that replace built-in ones, by path relative to `templates/`.
    pub templates: BTreeMap<String, String>,
    /// Originals of evidence and documents, by path relative to the project root.
    pub originals: BTreeMap<String, Content>,
}

/// The archive a packet belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveRef {
    /// Its file name.
    pub name: String,
    /// SHA-256 of it, 64 hex digits.
    pub sha256: String,
    /// SHA-256 of its `snapshot.json`, 64 hex digits.
    pub snapshot_sha256: String,
}
