//! Software bills of materials, as one view over every format. Strings as written; normal forms only as keys.

use std::borrow::Cow;
use std::sync::Arc;

use schemars::JsonSchema;
use schemars::Schema;
use schemars::SchemaGenerator;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;

use crate::model::time::Instant;
use crate::model::vex::VexStatement;

/// Absent, `NOASSERTION` and `NONE` are three things.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "form", content = "text")]
pub enum Licence {
    /// The document says nothing.
    #[default]
    Absent,
    /// The document says that it does not say.
    NoAssertion,
    /// The document says there is none.
    None,
    /// An expression that parses as SPDX, as written.
    Expression(String),
    /// Text that is not an SPDX expression, as written.
    Text(String),
}

impl Licence {
    /// As written; empty when absent.
    pub fn as_written(&self) -> &str {
        match self {
            Self::Absent => "",
            Self::NoAssertion => "NOASSERTION",
            Self::None => "NONE",
            Self::Expression(text) | Self::Text(text) => text,
        }
    }
}

/// A digest of a component, as written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ComponentHash {
    /// Such as `SHA-256`.
    pub algorithm: String,
    /// As written.
    pub value: String,
}

/// What a document gives of a component beyond what is kept of it; requirements ask whether it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Given {
    /// A name of who made it: manufacturer, authors, originator.
    Maker,
    /// An e-mail or web address of who made or supplies it.
    Contact,
    /// The name of the file it is delivered as.
    FileName,
    /// Whether that file can be run.
    Executable,
    /// Whether that file is an archive.
    Archive,
    /// Whether that archive keeps the files inside apart.
    Structured,
    /// Where its source code is.
    SourceAddress,
    /// Where its deployable form is.
    DeployableAddress,
    /// A SHA-512 of its deployable form, told apart from digests of the component.
    DeployableDigest,
}

/// One component.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Component {
    /// `bom-ref` or `SPDXID`; the position where it has none.
    pub reference: String,
    /// `library`, `application`, … as written.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Group or namespace.
    pub group: Option<String>,
    /// Name, as written.
    pub name: String,
    /// Version, as written.
    pub version: Option<String>,
    /// purl, as written.
    pub purl: Option<String>,
    /// CPE, as written.
    pub cpe: Option<String>,
    /// What is declared.
    pub licence: Licence,
    /// What was concluded, where the format tells them apart.
    pub licence_concluded: Licence,
    /// Who supplies it.
    pub supplier: Option<String>,
    /// `required`, `optional`, `excluded` or as written.
    pub scope: Option<String>,
    /// Digests.
    pub hashes: Vec<ComponentHash>,
    /// The component it is nested in, a `reference`.
    pub parent: Option<String>,
    /// What else the document gives of it, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<Given>,
}

/// A text that many share, such as the reference of a component that many relations name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shared(Arc<str>);

impl Shared {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::ops::Deref for Shared {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&*self.0, out)
    }
}

impl From<&str> for Shared {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Shared {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl Serialize for Shared {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Shared {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input).map(Self::from)
    }
}

impl JsonSchema for Shared {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        String::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}

/// A relation between two components.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Edge {
    /// A `reference`.
    pub from: Shared,
    /// A `reference`.
    pub to: Shared,
    /// `depends`, `contains`, `provides`, `dev`, `build`, `test`, `optional`, `runtime`, or as written.
    #[serde(rename = "type")]
    pub kind: Shared,
}

/// A bill of materials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Sbom {
    /// `CycloneDX` or `SPDX`.
    pub spec: String,
    /// Such as `1.6`.
    pub spec_version: String,
    /// Serial number or document namespace.
    pub serial: Option<String>,
    /// Version of the document, as written.
    pub version: Option<String>,
    /// When it was made.
    pub created: Option<Instant>,
    /// People and organisations that made it, as written.
    pub creators: Vec<String>,
    /// Whether it gives an e-mail or web address of one of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub creator_contact: bool,
    /// Tools that made it, `name version`.
    pub tools: Vec<String>,
    /// Lifecycle phases, where given.
    pub lifecycles: Vec<String>,
    /// What it is about: not among `components`.
    pub primary: Option<Component>,
    /// `complete`, `incomplete`, `unknown` … of the whole, where declared.
    pub completeness: Option<String>,
    /// TLP label of the document, where given.
    pub tlp: Option<String>,
    /// A signature is inside (not checked here).
    pub signature_present: bool,
    /// In the file's order, nested ones flattened.
    pub components: Vec<Component>,
    /// Sorted.
    pub edges: Vec<Edge>,
    /// Vulnerability statements inside the document.
    pub vulnerabilities: Vec<VexStatement>,
    /// The statement it came in, with what that is about and who signed it, where it came in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attestation: Option<Box<crate::model::attestation::Attestation>>,
}
