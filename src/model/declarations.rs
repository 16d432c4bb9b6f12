//! CycloneDX 1.6 `declarations`: a machine-readable claim matrix, kept beside the native one.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// A claim as CycloneDX writes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct DeclaredClaim {
    /// `bom-ref`, or its position where it has none.
    pub reference: String,
    /// What it is about, as written.
    pub target: Option<String>,
    /// The sentence.
    pub predicate: Option<String>,
    /// Why.
    pub reasoning: Option<String>,
    /// References of evidence.
    pub evidence: Vec<String>,
    /// References of evidence against.
    pub counter_evidence: Vec<String>,
    /// References of mitigation strategies.
    pub mitigation_strategies: Vec<String>,
}

/// A piece of evidence as CycloneDX writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct DeclaredEvidence {
    /// `bom-ref`, or its position.
    pub reference: String,
    /// `propertyName`.
    pub property_name: Option<String>,
    /// In sentences.
    pub description: Option<String>,
    /// As written.
    pub created: Option<String>,
    /// As written.
    pub expires: Option<String>,
}

/// One mapping of a requirement to claims.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct DeclaredMapping {
    /// The requirement, as written.
    pub requirement: String,
    /// What the document's own list of requirements calls it.
    pub title: Option<String>,
    /// References of claims.
    pub claims: Vec<String>,
    /// References of claims against.
    pub counter_claims: Vec<String>,
    /// 0 to 1, where given.
    pub conformance: Option<f64>,
    /// 0 to 1, where given.
    pub confidence: Option<f64>,
}

/// The `declarations` of a BOM.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Declarations {
    /// Assessors, by name or reference, `(third party)` said where declared.
    pub assessors: Vec<String>,
    /// The claims.
    pub claims: Vec<DeclaredClaim>,
    /// The evidence.
    pub evidence: Vec<DeclaredEvidence>,
    /// Requirement by requirement, over all attestations.
    pub mappings: Vec<DeclaredMapping>,
    /// The sentence of the affirmation, where given.
    pub affirmation: Option<String>,
}
