//! The project file `trustbook.yaml`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::model::evidence::EvidenceKind;
use crate::model::id::Id;
use crate::model::time::Period;

/// The project file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Config {
    /// The published whole.
    pub site: Site,
    /// The numbered snapshots.
    #[serde(default)]
    pub snapshot: SnapshotConfig,
    /// Profiles whose verdicts are published; the first is the one `check` judges by.
    #[serde(default = "release_profile")]
    pub profiles: Vec<Id>,
    /// How old evidence of each kind may be.
    #[serde(default)]
    pub freshness: Freshness,
    /// Where the inputs are.
    #[serde(default)]
    pub paths: Paths,
    /// Ed25519 keys whose signatures over attestations are verified.
    #[serde(default)]
    pub attestation_keys: Vec<AttestationKey>,
    /// Files of this project whose joint digest is the source state that evidence is about (globs `**`, `*`).
    #[serde(default)]
    pub source_state: SourceState,
    /// The publish lint.
    #[serde(default)]
    pub lint: LintConfig,
    /// Audiences beyond the public one, name to title.
    #[serde(default)]
    pub audiences: BTreeMap<String, String>,
}

fn release_profile() -> Vec<Id> {
    vec![Id::slug("release")]
}

/// The published whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Site {
    /// Such as `Trust center of Example Ltd`.
    pub title: String,
    /// File names start with it: lower-case letters, digits, dashes.
    pub slug: Id,
    /// Names the publisher in signatures, such as `trust.example.com`. Part of what verifiers pin.
    pub origin: String,
    /// Address of the published site, for feeds and the site map; relative links are used everywhere else.
    #[serde(default)]
    pub base_url: Option<String>,
    /// BCP 47; `en` when not given.
    #[serde(default = "english")]
    pub language: String,
    /// A notice shown at the top of every page, such as `Example: no such company exists`.
    #[serde(default)]
    pub notice: Option<String>,
    /// Colour of links in the light scheme, `#rrggbb`; refused below 7:1 on paper.
    #[serde(default)]
    pub link_colour: Option<String>,
}

fn english() -> String {
    "en".to_owned()
}

/// The numbered snapshots.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct SnapshotConfig {
    /// How long a snapshot is good, from its as-of.
    pub expires_after: Period,
    /// How long before its end something is shown as expiring.
    pub notice: Period,
    /// One line, such as `Release 1.2`.
    pub label: Option<String>,
}

impl Default for SnapshotConfig {
    fn default() -> Self {
        Self { expires_after: Period::from_days(90), notice: Period::from_days(60), label: None }
    }
}

/// How old evidence may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Freshness {
    /// For kinds without a limit of their own.
    pub default: Period,
    /// By kind.
    pub kinds: BTreeMap<EvidenceKind, Period>,
}

impl Default for Freshness {
    fn default() -> Self {
        Self { default: Period::from_days(365), kinds: BTreeMap::new() }
    }
}

impl Freshness {
    /// The limit for `kind`.
    pub fn limit(&self, kind: EvidenceKind) -> Period {
        self.kinds.get(&kind).copied().unwrap_or(self.default)
    }
}

/// Where the inputs are, relative to the project root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Paths {
    /// What people write.
    pub content: String,
    /// What machines produced.
    pub evidence: String,
    /// Templates that replace the built-in ones, file by file.
    pub templates: String,
    /// Profiles that replace or add to the built-in ones.
    pub profiles: String,
    /// Heads of released snapshots.
    pub history: String,
    /// The published tree.
    pub public: String,
    /// Packets for named audiences.
    pub packets: String,
}

impl Default for Paths {
    fn default() -> Self {
        Self {
            content: "content".to_owned(),
            evidence: "evidence".to_owned(),
            templates: "templates".to_owned(),
            profiles: "profiles".to_owned(),
            history: "history".to_owned(),
            public: "public".to_owned(),
            packets: "packets".to_owned(),
        }
    }
}

/// Files whose joint digest is the source state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct SourceState {
    /// Globs relative to the project root (`*` inside a name, `**` over folders). Empty: there is no source state.
    pub include: Vec<String>,
    /// Globs taken out again.
    pub exclude: Vec<String>,
}

/// An Ed25519 key that makes attestations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AttestationKey {
    /// Whose it is, for people.
    pub name: String,
    /// Base64 of its 32 bytes, or the line between the marks of its PEM file.
    pub public_key: String,
    /// How envelopes name it; its securesystemslib key id when not given.
    #[serde(default)]
    pub key_id: Option<String>,
}

/// The publish lint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct LintConfig {
    /// Findings that may stay. Private keys and tokens never may.
    pub waivers: Vec<LintWaiver>,
}

/// A lint finding that may stay in one file, for a reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LintWaiver {
    /// Path relative to the project root.
    pub path: String,
    /// Finding code.
    pub code: String,
    /// Why.
    pub reason: String,
}
