//! Statements about files by their digests, and the signatures over them. What a statement says is never proven by
//! being readable.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::model::id::Id;
use crate::model::time::Instant;

/// Whether the file that a statement is about is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SubjectMatch {
    /// A file of the evidence has the very digest.
    Here,
    /// No file of the evidence has the digest.
    NotHere,
    /// The statement gives no SHA-256, so there is nothing to compare.
    NotComparable,
}

/// What a statement is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Subject {
    /// Its name or address, as written.
    pub name: Option<String>,
    /// Digests by algorithm, as written.
    pub digests: BTreeMap<String, String>,
    /// Whether it is here.
    pub found: SubjectMatch,
    /// The evidence with the digest.
    pub evidence: Option<Id>,
}

impl Subject {
    /// Its SHA-256, where given.
    pub fn sha256(&self) -> Option<&str> {
        self.digests.get("sha256").map(String::as_str)
    }
}

/// What is known about a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureState {
    /// It is there; no key that is known here made it, so nothing was verified.
    NotVerified,
    /// A key of the project file made it over exactly these bytes.
    Verified,
    /// It names a key of the project file, which did not make it over these bytes.
    Wrong,
}

/// A signature over a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct StatementSignature {
    /// The key it names, where it does; a hint.
    pub key_id: Option<String>,
    /// What is known about it.
    pub state: SignatureState,
    /// The name of the project's key that made it.
    pub verified_by: Option<String>,
    /// Whom the certificate beside it names. Nobody checked the certificate here.
    pub identity: Option<String>,
    /// Who vouched for that identity, by the certificate.
    pub issuer: Option<String>,
    /// Where it stands in a transparency log, as written. Nobody asked the log.
    pub log_index: Option<String>,
    /// When the log says that it took it in.
    pub logged_at: Option<Instant>,
}

/// Something that a predicate says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Said {
    /// Such as `builder`, `source`, `result`.
    pub what: String,
    /// As written, at most 500 characters.
    pub value: String,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Statement {
    /// `none`, `dsse`, `sigstore-bundle`.
    pub envelope: String,
    /// The type of the signed bytes, where there is an envelope.
    pub payload_type: Option<String>,
    /// The type of the statement, as written.
    pub statement_type: Option<String>,
    /// The type of what it says, as written.
    pub predicate_type: Option<String>,
    /// What it is about.
    pub subjects: Vec<Subject>,
    /// What it says, of the predicates that are known here.
    pub said: Vec<Said>,
    /// When what it says happened, by its own word.
    pub at: Option<Instant>,
    /// Signatures over it.
    pub signatures: Vec<StatementSignature>,
}

impl Statement {
    /// What it says about `what`.
    pub fn says(&self, what: &str) -> Option<&str> {
        self.said.iter().find(|said| said.what == what).map(|said| said.value.as_str())
    }

    /// The state of its signatures: a wrong one outweighs any other.
    pub fn signature(&self) -> Option<SignatureState> {
        self.signatures.iter().map(|signature| signature.state).max()
    }

    /// Subjects that are here.
    pub fn subjects_here(&self) -> usize {
        self.subjects.iter().filter(|subject| subject.found == SubjectMatch::Here).count()
    }
}

/// The statements of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Attestation {
    /// In the file's order.
    pub statements: Vec<Statement>,
}
