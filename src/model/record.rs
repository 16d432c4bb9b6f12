//! What every record of the content has in common, and the macro that gives it to each kind.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::model::id::Id;
use crate::model::visibility::Audience;
use crate::model::visibility::Visibility;

/// A place in the input: the file and the RFC 6901 pointer of the value.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Origin {
    /// Path relative to the project root.
    pub path: String,
    /// RFC 6901 pointer.
    pub pointer: String,
}

impl Origin {
    /// The place of the value itself.
    pub fn place(&self) -> super::finding::Place {
        super::finding::Place::pointer(&self.path, &self.pointer)
    }

    /// The place of a value inside it, `field` such as `evidence/2`.
    pub fn field(&self, field: &str) -> super::finding::Place {
        super::finding::Place::pointer(&self.path, format!("{}/{field}", self.pointer))
    }
}

/// A link to something outside, in OSCAL's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Link {
    /// What the target is to this record, such as `reference`, `homepage`, `request-access`.
    #[serde(default)]
    pub rel: String,
    /// `https:`, `http:` or `mailto:`; others are shown as text.
    pub href: String,
    /// Words to show instead of the address.
    #[serde(default)]
    pub text: Option<String>,
}

/// A named value that no other field holds: the escape hatch, in OSCAL's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Prop {
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
}

/// What an audience that may not see a record is told instead: that it exists and how to ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PublicStub {
    /// What kind of thing is withheld.
    pub title: String,
    /// How to ask for it.
    #[serde(default)]
    pub how_to_ask: String,
}

/// What every record has.
pub trait Record {
    /// The kind's name in the content files and in `data/records/`, a plural such as `claims`.
    const KIND: &'static str;
    /// Stable across snapshots, unique per kind.
    fn id(&self) -> &Id;
    /// One line that names it to people.
    fn name(&self) -> &str;
    /// Who may see it.
    fn visibility(&self) -> Visibility;
    /// The audiences of a restricted record.
    fn audience(&self) -> &[String];
    /// What others are told instead.
    fn public_stub(&self) -> Option<&PublicStub>;
    /// Where it was written.
    fn origin(&self) -> &Origin;
    /// Set by the loader.
    fn set_origin(&mut self, origin: Origin);

    /// Whether `audience` may see it.
    fn visible_to(&self, audience: &Audience) -> bool {
        audience.may_see(self.visibility(), self.audience())
    }
}

/// Declares a kind of content record: its own fields, plus those of every record.
#[macro_export]
macro_rules! record {
    (
        $(#[$meta:meta])*
        pub struct $name:ident = $kind:literal, named by $title:ident {
            $( $(#[$field_meta:meta])* pub $field:ident : $type:ty ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        pub struct $name {
            /// Stable across snapshots, unique per kind, part of page addresses.
            pub id: $crate::model::id::Id,
            $( $(#[$field_meta])* pub $field : $type, )*
            /// Who may see it; `internal` when not given.
            #[serde(default)]
            pub visibility: $crate::model::visibility::Visibility,
            /// The audiences of a restricted record.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub audience: Vec<String>,
            /// What others are told instead of the record.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub public_stub: Option<$crate::model::record::PublicStub>,
            /// Role or team that answers for it.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub owner: Option<String>,
            /// When a person last confirmed it.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub last_reviewed: Option<$crate::model::time::Date>,
            /// How often it has to be confirmed.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub review_interval: Option<$crate::model::time::Period>,
            /// CommonMark, no raw HTML.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub remarks: Option<String>,
            /// Links to something outside.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub links: Vec<$crate::model::record::Link>,
            /// Named values that no other field holds.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub props: Vec<$crate::model::record::Prop>,
            /// Where it was written; set by the loader.
            #[serde(skip)]
            pub origin: $crate::model::record::Origin,
        }

        impl $crate::model::record::Record for $name {
            const KIND: &'static str = $kind;
            fn id(&self) -> &$crate::model::id::Id { &self.id }
            fn name(&self) -> &str { &self.$title }
            fn visibility(&self) -> $crate::model::visibility::Visibility { self.visibility }
            fn audience(&self) -> &[String] { &self.audience }
            fn public_stub(&self) -> Option<&$crate::model::record::PublicStub> { self.public_stub.as_ref() }
            fn origin(&self) -> &$crate::model::record::Origin { &self.origin }
            fn set_origin(&mut self, origin: $crate::model::record::Origin) { self.origin = origin; }
        }
    };
}
