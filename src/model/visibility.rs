//! Who may see what: `internal` (default), `restricted` to named audiences, `public`.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// Who may see a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Visibility {
    /// Only the people who build the trust center. Never in any output.
    #[default]
    Internal,
    /// The audiences the record names.
    Restricted,
    /// Everyone.
    Public,
}

/// For whom a rendering is made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "name")]
pub enum Audience {
    /// Everyone.
    Public,
    /// A named audience: sees what is public and what is restricted to it.
    Named(String),
}

impl Audience {
    /// Whether this audience may see something of `visibility` that names `audiences`.
    pub fn may_see(&self, visibility: Visibility, audiences: &[String]) -> bool {
        match (visibility, self) {
            (Visibility::Public, Self::Public | Self::Named(_)) => true,
            (Visibility::Restricted, Self::Named(name)) => audiences.iter().any(|audience| audience == name),
            (Visibility::Restricted, Self::Public)
            | (Visibility::Internal, Self::Public | Self::Named(_)) => false,
        }
    }

    /// `public`, or the audience's name.
    pub fn name(&self) -> &str {
        match self {
            Self::Public => "public",
            Self::Named(name) => name,
        }
    }
}
