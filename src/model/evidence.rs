//! One file that somebody's machine or person produced, and what an adapter read from it.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

pub use crate::model::body::Body;
pub use crate::model::body::EvidenceKind;
use crate::model::id::Id;
use crate::model::record::Origin;
use crate::model::record::PublicStub;
use crate::model::record::Record;
use crate::model::time::Instant;
use crate::model::visibility::Visibility;

/// The file behind a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Source {
    /// Path relative to the project root, `/` separated.
    pub path: String,
    /// 64 lower-case hex digits.
    pub sha256: String,
    /// Size of the original, in bytes.
    pub size_bytes: u64,
    /// Such as `application/vnd.cyclonedx+json`.
    pub media_type: String,
    /// The row of `FORMATS` that read it, such as `cyclonedx-json`.
    pub adapter: String,
    /// The version of the format the file says it has.
    pub format_version: Option<String>,
    /// Where the original lies inside the archive, relative to `data/`; set when it is packed for an audience.
    pub archived_as: Option<String>,
}

/// How the evidence came about. Only `live` can count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Really happened, on the real thing.
    #[default]
    Live,
    /// Made up to show the shape.
    Sample,
    /// Nothing was touched.
    DryRun,
    /// Acted out on something else.
    Simulated,
    /// Has not happened yet.
    Planned,
    /// Of an earlier state, for context.
    Historical,
}

impl Mode {
    /// The word shown to people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Sample => "sample",
            Self::DryRun => "dry run",
            Self::Simulated => "simulated",
            Self::Planned => "planned",
            Self::Historical => "historical",
        }
    }
}

/// How much is known about the bytes. Ordered weakest first; the strongest true one is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// Cannot be read as what it says it is.
    Invalid,
    /// Template text that nobody filled in.
    Placeholder,
    /// Named, but not here to be opened.
    ReferencedOnly,
    /// Readable and complete by its own format's rules.
    WellFormed,
    /// Another artifact in the evidence names this very digest.
    HashVerified,
    /// Our own verifier checked a signature over it with a known key.
    SignatureVerified,
}

impl Trust {
    /// The word shown to people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Invalid => "Invalid",
            Self::Placeholder => "Placeholder",
            Self::ReferencedOnly => "Referenced only",
            Self::WellFormed => "Well-formed",
            Self::HashVerified => "Hash verified",
            Self::SignatureVerified => "Signature verified",
        }
    }

    /// Bars of the four-bar picture, 0 to 4.
    pub fn bars(self) -> u8 {
        match self {
            Self::Invalid | Self::Placeholder => 0,
            Self::ReferencedOnly => 1,
            Self::WellFormed => 2,
            Self::HashVerified => 3,
            Self::SignatureVerified => 4,
        }
    }
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Evidence {
    /// From the evidence index, else a slug of the path.
    pub id: Id,
    /// From the evidence index, else from the document, else the path.
    pub title: String,
    /// One or two sentences from the evidence index.
    pub description: Option<String>,
    /// The file.
    pub source: Source,
    /// When the thing it records happened; never the file's own time stamp.
    pub captured_at: Option<Instant>,
    /// How it came about.
    pub mode: Mode,
    /// How much is known about the bytes.
    pub trust: Trust,
    /// What it is about, such as a release version, from the document or the evidence index.
    pub subject: Option<String>,
    /// Digest of the source state it is about, where it names one.
    pub source_state: Option<String>,
    /// The release it belongs to, an id of the content's `releases`.
    pub release: Option<Id>,
    /// Who may see it.
    pub visibility: Visibility,
    /// The audiences of a restricted record.
    pub audience: Vec<String>,
    /// What others are told instead.
    pub public_stub: Option<PublicStub>,
    /// Whether the original file is handed out with the record (otherwise only what was read from it).
    pub publish_original: bool,
    /// Fields of the document that no adapter looks at.
    pub unknown_fields: u32,
    /// What was read.
    pub body: Body,
    /// Where the record was declared: the evidence index's entry, or the file itself.
    #[serde(skip)]
    pub origin: Origin,
}

impl Evidence {
    /// Its kind.
    pub fn kind(&self) -> EvidenceKind {
        self.body.kind()
    }
}

impl Record for Evidence {
    const KIND: &'static str = "evidence";
    fn id(&self) -> &Id {
        &self.id
    }
    fn name(&self) -> &str {
        &self.title
    }
    fn visibility(&self) -> Visibility {
        self.visibility
    }
    fn audience(&self) -> &[String] {
        &self.audience
    }
    fn public_stub(&self) -> Option<&PublicStub> {
        self.public_stub.as_ref()
    }
    fn origin(&self) -> &Origin {
        &self.origin
    }
    fn set_origin(&mut self, origin: Origin) {
        self.origin = origin;
    }
}

/// An entry of `evidence/index.yaml`: what the files themselves cannot say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct EvidenceEntry {
    /// Path of the file, relative to the index's folder.
    pub path: String,
    /// The record's id.
    pub id: Option<Id>,
    /// One line for people.
    pub title: Option<String>,
    /// One or two sentences.
    pub description: Option<String>,
    /// Overrules detection; a mismatch with the content is an error. A row of `trustbook explain formats`.
    pub format: Option<String>,
    /// When the thing it records happened, where the document does not say.
    pub captured_at: Option<Instant>,
    /// How it came about, where the document does not say.
    pub mode: Option<Mode>,
    /// What it is about.
    pub subject: Option<String>,
    /// Digest of the source state it is about.
    pub source_state: Option<String>,
    /// The release it belongs to.
    pub release: Option<Id>,
    /// Who may see it; `internal` when not given.
    #[serde(default)]
    pub visibility: Visibility,
    /// The audiences of a restricted record.
    #[serde(default)]
    pub audience: Vec<String>,
    /// What others are told instead.
    pub public_stub: Option<PublicStub>,
    /// Whether the original is handed out with the record; `true` when not given.
    #[serde(default = "yes")]
    pub publish_original: bool,
    /// Targets, controls and other facts of a drill that its tool cannot know.
    pub drill: Option<crate::model::drill::DrillFacts>,
}

fn yes() -> bool {
    true
}

/// The file `evidence/index.yaml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct EvidenceIndex {
    /// One entry per file.
    pub evidence: Vec<EvidenceEntry>,
}
