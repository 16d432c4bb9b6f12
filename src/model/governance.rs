//! Documents of governance systems: runs, certifications, closeouts, and lists of files with digests.
//!
//! What a document says is kept as it says it; vocabularies meet where `evaluate` reads it, and nowhere else.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

/// The systems whose documents are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum System {
    /// Gates and promotions of runs.
    ReleaseGate,
    /// Claims in tiers, levels, lanes, blockers.
    Certification,
    /// The closeout of a release.
    Closeout,
    /// Files with their digests, whoever lists them.
    Integrity,
}

impl System {
    /// The words shown to people.
    pub fn word(self) -> &'static str {
        match self {
            Self::ReleaseGate => "release gate",
            Self::Certification => "certification",
            Self::Closeout => "closeout",
            Self::Integrity => "list of digests",
        }
    }
}

/// One document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct GovernanceRecord {
    /// The system it belongs to.
    pub system: System,
    /// Which of the system's documents it is, such as `run-manifest`.
    pub form: String,
    /// What it belongs to inside the system: a run, an execution, a package, a fingerprint.
    pub group: Option<String>,
    /// What it says, keys as written.
    pub document: Value,
    /// Where it breaks the rules of its own form, one clause each.
    pub defects: Vec<String>,
    /// The files it names, compared with what is here.
    pub files: Vec<NamedDigest>,
    /// The joint digest of a folder that it states, compared with what is here.
    pub seal: Option<Seal>,
}

/// How a named file compares with what is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FileState {
    /// Its bytes have another digest or size.
    Mismatch,
    /// Its digest is right once line endings are changed; a mismatch all the same.
    LineEndings,
    /// It is not here, or the document gives no digest that can be compared.
    NotCheckable,
    /// Its bytes have this digest.
    Match,
}

impl FileState {
    /// The words shown to people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Mismatch => "Mismatch",
            Self::LineEndings => "Differs only in line endings",
            Self::NotCheckable => "Not checkable",
            Self::Match => "Match",
        }
    }
}

/// A file a document names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct NamedDigest {
    /// As written.
    pub path: String,
    /// As written, where given.
    pub sha256: Option<String>,
    /// In bytes, where given.
    pub size_bytes: Option<u64>,
    /// How it compares.
    pub state: FileState,
    /// The file it was compared with, relative to the project root.
    pub here: Option<String>,
    /// Why it cannot be compared, or what was found instead.
    pub why: String,
}

/// The joint digest of the files of a folder: a checksum over all of them, never a signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Seal {
    /// The digest it states.
    pub sha256: String,
    /// How many files it covers here.
    pub members: u32,
    /// How it compares.
    pub state: FileState,
    /// What was found instead; the members whose line endings differ.
    pub why: String,
}

/// What is broken about a document in which a key stands twice.
pub fn twice(key: &str) -> String {
    format!("the key `{}` stands there twice", key.escape_debug())
}

impl GovernanceRecord {
    /// Why nobody can say what it says: a key of it stands there twice.
    pub fn ambiguous(&self) -> Option<&str> {
        self.defects.iter().map(String::as_str).find(|defect| defect.ends_with(" stands there twice"))
    }

    /// The text of a key, `a.b` going into maps.
    pub fn text(&self, key: &str) -> Option<&str> {
        at(&self.document, key)?.as_str()
    }

    /// The value of a key, `a.b` going into maps; null is as good as absent.
    pub fn value(&self, key: &str) -> Option<&Value> {
        at(&self.document, key)
    }

    /// The elements of a list.
    pub fn list(&self, key: &str) -> &[Value] {
        list(&self.document, key)
    }
}

/// The kinds of references that a readiness bundle needs.
pub const READINESS_KINDS: [&str; 6] = ["readiness", "approval", "packet", "auditor", "archive", "alert"];

/// The kind of a readiness bundle's reference: its own word, else the first that its last part says.
pub fn readiness_kind(reference: &Value) -> Option<&'static str> {
    if let Some(kind) = text(reference, &["kind", "type"]) {
        return READINESS_KINDS.iter().copied().find(|known| kind.eq_ignore_ascii_case(known));
    }
    let written = reference.as_str().or_else(|| text(reference, &["ref", "uri", "path", "evidence_ref"]))?;
    written.rsplit(['/', ':']).find_map(|segment| {
        let lower = segment.to_ascii_lowercase();
        lower
            .split(|ch: char| !ch.is_ascii_alphanumeric())
            .find_map(|word| READINESS_KINDS.iter().copied().find(|kind| word == *kind))
    })
}

/// The value of a key inside `value`, `a.b` going into maps; null is as good as absent.
pub fn at<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    key.split('.').try_fold(value, |value, part| value.get(part)).filter(|value| !value.is_null())
}

/// The text of the first of `keys` that has one.
pub fn text<'v>(value: &'v Value, keys: &[&str]) -> Option<&'v str> {
    keys.iter().find_map(|key| at(value, key)?.as_str()).filter(|text| !text.trim().is_empty())
}

/// The number of the first of `keys` that has one; digits in a text count too.
pub fn number(value: &Value, keys: &[&str]) -> Option<f64> {
    keys.iter().find_map(|key| as_number(at(value, key)?))
}

/// A number, or a text that is one.
pub fn as_number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()).filter(|value: &f64| value.is_finite())
}

/// The elements of a list inside `value`; none when it is something else.
pub fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    at(value, key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
