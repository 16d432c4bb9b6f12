//! Statements on whether known vulnerabilities matter to a product.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::model::time::Instant;

/// One vocabulary for OpenVEX, CycloneDX and CSAF; the source's own term is kept beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VexStatus {
    /// It matters.
    Affected,
    /// Nobody said.
    Unknown,
    /// Being looked at.
    UnderInvestigation,
    /// It mattered; this version has the fix.
    Fixed,
    /// It does not matter here.
    NotAffected,
    /// The report itself is wrong.
    FalsePositive,
}

impl VexStatus {
    /// The words shown to people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Affected => "Affected",
            Self::Unknown => "Unknown",
            Self::UnderInvestigation => "Under investigation",
            Self::Fixed => "Fixed",
            Self::NotAffected => "Not affected",
            Self::FalsePositive => "False positive",
        }
    }
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct VexStatement {
    /// Such as `CVE-2026-1234`, `RUSTSEC-2026-0001`.
    pub vulnerability: String,
    /// Other names of the same.
    pub aliases: Vec<String>,
    /// One or two sentences, where given.
    pub description: Option<String>,
    /// `critical`, `high`, `medium`, `low`, `none` or as written, where given.
    pub severity: Option<String>,
    /// What it is about: purls, refs or names as written.
    pub products: Vec<String>,
    /// In our vocabulary.
    pub status: VexStatus,
    /// The source's own term.
    pub raw_status: String,
    /// The source's own term, where given.
    pub justification: Option<String>,
    /// Why or what to do, in sentences.
    pub detail: Option<String>,
    /// When, the document's time where the statement has none.
    pub timestamp: Option<Instant>,
}

/// A product that statements speak of, as its document describes it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct VexProduct {
    /// Inside the document.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Package URLs, as written.
    pub purls: Vec<String>,
    /// CPE, digests, serial numbers and the like, each with its kind.
    pub identifiers: Vec<String>,
}

/// A VEX document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Vex {
    /// The document's id, where given.
    pub document_id: Option<String>,
    /// Who says so.
    pub author: Option<String>,
    /// The document's version, as written.
    pub version: Option<String>,
    /// When.
    pub timestamp: Option<Instant>,
    /// In the file's order; where two speak of the same product and vulnerability the later one holds.
    pub statements: Vec<VexStatement>,
    /// TLP label of the document, where given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tlp: Option<String>,
    /// Products that statements name, where the document describes them apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<VexProduct>,
}
