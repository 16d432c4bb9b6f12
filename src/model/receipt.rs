//! Decision receipts: who or what decided, about what, on which checks, with which outcome.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::model::evidence::Mode;
use crate::model::time::Instant;

/// The outcomes, whatever words the source uses; unknown words become `unknown` and never pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Refused.
    Deny,
    /// Not one of the known words, or contradictory.
    Unknown,
    /// Waits for a person.
    Hold,
    /// Allowed.
    Allow,
}

impl Decision {
    /// The word shown to people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Deny => "Denied",
            Self::Unknown => "Unknown",
            Self::Hold => "On hold",
            Self::Allow => "Allowed",
        }
    }
}

/// How one check of a decision came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Says no.
    Fail,
    /// Not one of the known words.
    Unknown,
    /// Was not run.
    NotRun,
    /// Says yes with a remark.
    Warn,
    /// Says yes.
    Pass,
    /// Does not apply.
    NotApplicable,
}

/// A file a document points at, with the digest it gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FileRef {
    /// Path as written; relative to the folder of the document or to the evidence folder.
    pub path: String,
    /// 64 hex digits, where given.
    #[serde(default)]
    pub sha256: Option<String>,
    /// Size in bytes, where given.
    #[serde(default)]
    pub size_bytes: Option<u64>,
}

/// One check a decision rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Check {
    /// Name inside the receipt.
    pub id: String,
    /// One line for people.
    #[serde(default)]
    pub title: String,
    /// How it came out.
    pub outcome: Outcome,
    /// The source's own word, where it differs.
    #[serde(default)]
    pub raw_outcome: Option<String>,
    /// What was asked, in words or numbers.
    #[serde(default)]
    pub asked: Option<String>,
    /// What was found.
    #[serde(default)]
    pub found: Option<String>,
    /// The files it rests on.
    #[serde(default)]
    pub evidence: Vec<FileRef>,
}

/// A person's decision against the rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Override {
    /// Role or name.
    pub approver: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Option<Instant>,
}

/// A decision receipt, whatever dialect it came in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Receipt {
    /// The source's own id of the decision.
    pub decision_id: Option<String>,
    /// The outcome.
    pub decision: Decision,
    /// The source's own word.
    pub raw_decision: String,
    /// What it was about, such as `trustbook 0.1.0`.
    pub subject: Option<String>,
    /// Digest of what it was about, as written (`sha256:…` or a commit id).
    pub subject_digest: Option<String>,
    /// What would be done, such as `release`, `promote`.
    pub action: Option<String>,
    /// Who or what decided.
    pub actor: Option<String>,
    /// When.
    pub decided_at: Option<Instant>,
    /// The rule set.
    pub policy: Option<String>,
    /// The run it belongs to.
    pub run_id: Option<String>,
    /// 0 to 1, where given.
    pub confidence: Option<f64>,
    /// 0 to 100, where given.
    pub risk_score: Option<i64>,
    /// Codes as written, order kept.
    pub reason_codes: Vec<String>,
    /// Sentences.
    pub notes: Vec<String>,
    /// The checks it rests on.
    pub checks: Vec<Check>,
    /// Who approved, roles or names.
    pub approvers: Vec<String>,
    /// Where a person decided against the rule.
    pub override_details: Option<Override>,
    /// Files it points at beyond its checks'.
    pub refs: Vec<FileRef>,
    /// Where it breaks the rules of its own dialect, one clause each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub defects: Vec<String>,
}

/// The native form of a receipt: a YAML or JSON file with `receipt-version: "1"`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ReceiptFile {
    /// `1`.
    pub receipt_version: String,
    /// Id of the decision.
    pub id: String,
    /// One line for people.
    #[serde(default)]
    pub title: Option<String>,
    /// The outcome.
    pub decision: Decision,
    /// What it was about, such as `trustbook 0.1.0`.
    pub subject: String,
    /// Digest of what it was about (`sha256:…` or a commit id).
    #[serde(default)]
    pub subject_digest: Option<String>,
    /// Digest of the source state it was about.
    #[serde(default)]
    pub source_state: Option<String>,
    /// What would be done, such as `release`, `promote`.
    #[serde(default)]
    pub action: Option<String>,
    /// Who or what decided: a role, a team, a program.
    pub actor: String,
    /// When.
    pub decided_at: Instant,
    /// How it came about; `live` when not given.
    #[serde(default)]
    pub mode: Mode,
    /// The rule set.
    #[serde(default)]
    pub policy: Option<String>,
    /// The run it belongs to.
    #[serde(default)]
    pub run: Option<String>,
    /// 0 to 1.
    #[serde(default)]
    pub confidence: Option<f64>,
    /// 0 to 100.
    #[serde(default)]
    pub risk_score: Option<i64>,
    /// Codes, order kept.
    #[serde(default)]
    pub reason_codes: Vec<String>,
    /// Sentences.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The checks it rests on.
    #[serde(default)]
    pub checks: Vec<Check>,
    /// Who approved, roles or names.
    #[serde(default)]
    pub approvers: Vec<String>,
    /// Where a person decided against the rule.
    #[serde(default, rename = "override")]
    pub override_details: Option<Override>,
    /// Files it points at beyond its checks'.
    #[serde(default)]
    pub refs: Vec<FileRef>,
}
