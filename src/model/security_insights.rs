//! What a project says about its own security (OpenSSF Security Insights): where to report, what runs, until when it holds.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::model::time::Instant;

/// Somebody to turn to about security.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SecurityContact {
    /// What for: `vulnerability reports`, `security`, `champion`.
    pub role: String,
    /// As written.
    pub name: Option<String>,
    /// An address or a link, as written.
    pub address: Option<String>,
    /// Whether it is the first one to turn to, where said.
    pub primary: Option<bool>,
}

/// A link with what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct NamedLink {
    /// What it is.
    pub name: String,
    /// As written.
    pub uri: Option<String>,
    /// As written, at most 1,000 characters.
    pub comment: Option<String>,
}

/// How vulnerabilities are reported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct VulnerabilityReporting {
    /// Whether reports are accepted.
    pub accepted: Option<bool>,
    /// Whether there is a bug bounty.
    pub bug_bounty: Option<bool>,
    /// The policy, as written.
    pub policy: Option<String>,
    /// The programme of the bug bounty, as written.
    pub bug_bounty_programme: Option<String>,
    /// What is in scope, as written.
    pub in_scope: Vec<String>,
    /// What is not, as written.
    pub out_of_scope: Vec<String>,
    /// A key to encrypt with, or where it is.
    pub encryption_key: Option<String>,
    /// As written, at most 1,000 characters.
    pub comment: Option<String>,
}

/// A security tool that the project says it uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SecurityTool {
    /// Its name.
    pub name: String,
    /// Such as `SCA`, as written.
    pub tool_type: Option<String>,
    /// Its version, as written.
    pub version: Option<String>,
    /// When it is said to run: `ad hoc`, `in CI`, `before a release`.
    pub runs: Vec<String>,
    /// Where its results are, as written.
    pub results: Vec<String>,
}

/// An assessment that the project speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SecurityAssessment {
    /// `self`, `third party` or `threat model`.
    pub by: String,
    /// Its name, where given.
    pub name: Option<String>,
    /// Whether it was made, where the document says so by itself.
    pub made: Option<bool>,
    /// When, as written.
    pub date: Option<String>,
    /// Where it can be read, as written.
    pub evidence: Option<String>,
    /// As written, at most 1,000 characters.
    pub comment: Option<String>,
}

/// A Security Insights file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SecurityInsights {
    /// The version of the schema it names.
    pub schema_version: Option<String>,
    /// When it was last changed, by its own word.
    pub last_updated: Option<Instant>,
    /// When somebody last looked at it, by its own word.
    pub last_reviewed: Option<Instant>,
    /// When it no longer holds; only version 1 says so.
    pub expires: Option<Instant>,
    /// Where it is published, as written.
    pub url: Option<String>,
    /// The file it says stands above it, as written.
    pub parent: Option<String>,
    /// The project.
    pub project: Option<String>,
    /// The repository or project address, as written.
    pub repository: Option<String>,
    /// `active` …, as written.
    pub status: Option<String>,
    /// The licence expression, or where the licence is.
    pub licence: Option<String>,
    /// How vulnerabilities are reported; nothing where the file does not speak of it.
    pub reporting: Option<VulnerabilityReporting>,
    /// Whom to turn to.
    pub contacts: Vec<SecurityContact>,
    /// Where releases are.
    pub distribution_points: Vec<NamedLink>,
    /// Repositories of the project.
    pub repositories: Vec<NamedLink>,
    /// Documents and policies.
    pub documents: Vec<NamedLink>,
    /// Bills of materials and attestations it points at.
    pub artifacts: Vec<NamedLink>,
    /// Tools it says it uses.
    pub tools: Vec<SecurityTool>,
    /// Assessments it speaks of.
    pub assessments: Vec<SecurityAssessment>,
    /// Administrators, maintainers and members of the core team, counted; their names are not taken over.
    pub people: u32,
}
