//! Everything as of one instant, numbered, for one audience: the one value all renderings are pure functions of.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::assessment::Assessment;
use crate::model::catalog::Catalog;
use crate::model::changes::Changes;
use crate::model::config::Site;
use crate::model::finding::Finding;
use crate::model::rules::Rules;
use crate::model::sbom_changes::SbomChanges;
use crate::model::time::Instant;
use crate::model::visibility::Audience;

/// Whether it is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SnapshotState {
    /// May still change.
    Draft,
    /// Sealed under its number.
    Released,
}

/// Identity and circumstances of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Head {
    /// Sequence number, from 1. A draft has the number it would get.
    pub seq: u32,
    /// Draft or released.
    pub state: SnapshotState,
    /// Signed with a development key: marked for ever.
    pub development: bool,
    /// One line, such as `Release 1.2`.
    pub label: Option<String>,
    /// The instant everything is judged at, and `created` in signatures.
    pub as_of: Instant,
    /// When it ends.
    pub expires: Instant,
    /// The notice period in days.
    pub notice_days: i64,
    /// For whom.
    pub audience: Audience,
    /// Name and version of the program.
    pub generator: String,
    /// Digest of the source state, where the project defines one.
    pub source_state: Option<String>,
    /// Public key of the signature, as minisign prints it (56 base64 characters).
    pub public_key: String,
    /// Key id, 16 hex digits.
    pub key_id: String,
}

impl Head {
    /// The sequence number as file names have it: four digits, more when needed.
    pub fn number(&self) -> String {
        number(self.seq)
    }
}

/// A sequence number as file names have it: four digits, more when needed.
pub fn number(seq: u32) -> String {
    format!("{seq:04}")
}

/// A released snapshot, from `history/NNNN/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct HistoryEntry {
    /// Sequence number.
    pub seq: u32,
    /// One line.
    pub label: Option<String>,
    /// Its as-of.
    pub as_of: Instant,
    /// When it ends.
    pub expires: Instant,
    /// Signed with a development key.
    pub development: bool,
    /// SHA-256 of its `snapshot.json`.
    pub snapshot_sha256: String,
    /// SHA-256 of its archive.
    pub archive_sha256: String,
    /// Size of its archive, in bytes.
    pub archive_bytes: u64,
    /// State of the first profile's verdict, and its word.
    pub verdict: Option<(String, String)>,
    /// Status of every public claim: id, statement, status.
    pub claims: Vec<(crate::model::id::Id, String, crate::model::status::Status)>,
}

/// What a release added to the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPart {
    /// The release.
    pub seq: u32,
    /// The texts of its leaves, an empty line between two.
    pub leaves: String,
    /// The signed checkpoint after them.
    pub checkpoint: String,
}

/// What an audience is told about records it may not see.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Stub {
    /// Kind of record.
    pub kind: String,
    /// What is withheld.
    pub title: String,
    /// How to ask for it.
    pub how_to_ask: String,
}

/// Everything, for one audience.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Snapshot {
    /// Identity and circumstances.
    pub head: Head,
    /// The published whole.
    pub site: Site,
    /// The records this audience may see.
    pub catalog: Catalog,
    /// Verdicts, with what this audience may not see taken out of the reasons.
    pub assessment: Assessment,
    /// Findings about what this audience may see.
    pub findings: Vec<Finding>,
    /// Changes since the newest released snapshot, where there is one.
    pub changes: Option<Changes>,
    /// What changed between successive bills of materials of one subject; their names are ids of evidence.
    pub sbom_changes: Vec<SbomChanges>,
    /// Released snapshots, newest first.
    pub history: Vec<HistoryEntry>,
    /// What is withheld and how to ask.
    pub stubs: Vec<Stub>,
    /// What the verdicts were computed by.
    pub rules: Option<Rules>,
}
