//! What changed between two bills of materials, by class. Keys and values as the documents write them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

/// What happened to a component; the alarming ones first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PartClass {
    /// The same version has other bytes.
    HashChanged,
    /// Another identity under the same name.
    IdentityChanged,
    /// To an older version.
    Downgraded,
    /// New.
    Added,
    /// Gone.
    Removed,
    /// To a newer version.
    Upgraded,
    /// To another version, which is newer or older nobody can say.
    VersionChanged,
    /// Another set of choices satisfies the licence.
    LicenceChanged,
    /// A licence where none was given.
    LicenceDeclared,
    /// No licence where one was given.
    LicenceUndeclared,
    /// Somebody else supplies it.
    SupplierChanged,
    /// It is needed in another way.
    ScopeChanged,
    /// The same in another architecture or distribution, and nothing else.
    VariantChanged,
}

impl PartClass {
    /// All of them, in order.
    pub const ALL: [Self; 13] = [
        Self::HashChanged,
        Self::IdentityChanged,
        Self::Downgraded,
        Self::Added,
        Self::Removed,
        Self::Upgraded,
        Self::VersionChanged,
        Self::LicenceChanged,
        Self::LicenceDeclared,
        Self::LicenceUndeclared,
        Self::SupplierChanged,
        Self::ScopeChanged,
        Self::VariantChanged,
    ];

    /// As JSON writes it.
    pub fn id(self) -> &'static str {
        match self {
            Self::HashChanged => "hash-changed",
            Self::IdentityChanged => "identity-changed",
            Self::Downgraded => "downgraded",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Upgraded => "upgraded",
            Self::VersionChanged => "version-changed",
            Self::LicenceChanged => "licence-changed",
            Self::LicenceDeclared => "licence-declared",
            Self::LicenceUndeclared => "licence-undeclared",
            Self::SupplierChanged => "supplier-changed",
            Self::ScopeChanged => "scope-changed",
            Self::VariantChanged => "variant-changed",
        }
    }

    /// For people.
    pub fn title(self) -> &'static str {
        match self {
            Self::HashChanged => "Same version, other digest",
            Self::IdentityChanged => "Same name, other identity",
            Self::Downgraded => "Downgraded",
            Self::Added => "Added",
            Self::Removed => "Removed",
            Self::Upgraded => "Upgraded",
            Self::VersionChanged => "Other version, order unknown",
            Self::LicenceChanged => "Licence changed",
            Self::LicenceDeclared => "Licence newly declared",
            Self::LicenceUndeclared => "Licence no longer declared",
            Self::SupplierChanged => "Supplier changed",
            Self::ScopeChanged => "Scope changed",
            Self::VariantChanged => "Other architecture or distribution only",
        }
    }
}

/// A change of a component.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PartChange {
    /// What happened.
    pub class: PartClass,
    /// purl without version, qualifiers and subpath; `name:` and the name where there is no purl.
    pub key: String,
    /// Its name, as written.
    pub name: String,
    /// What differs, such as `version`, `licence`, `SHA-256 of version 1.2`.
    pub field: String,
    /// Before; empty when added.
    pub was: String,
    /// After; empty when removed.
    pub now: String,
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct FieldChange {
    /// Which: of a document its field, of vulnerabilities the id.
    pub field: String,
    /// Before; empty when nothing was said.
    pub was: String,
    /// After; empty when nothing is said.
    pub now: String,
}

/// A relation between two components, by their keys.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Relation {
    /// A key.
    pub from: String,
    /// A key.
    pub to: String,
    /// Such as `depends`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// One of the two documents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SbomSide {
    /// Its path, or the id of its evidence.
    pub name: String,
    /// Such as `CycloneDX 1.6`.
    pub format: String,
    /// Such as `syft 1.46`.
    pub tools: Vec<String>,
    /// How many components it lists.
    pub components: usize,
    /// How many different keys they have.
    pub keys: usize,
    /// How many relations it lists.
    pub relations: usize,
}

/// Versions of a key, before and after.
pub type Versions = (Vec<String>, Vec<String>);

/// What changed between two bills of materials.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SbomChanges {
    /// The older one.
    pub old: SbomSide,
    /// The newer one.
    pub new: SbomSide,
    /// Tool, format, life cycle, completeness: what explains much of the rest.
    pub document: Vec<FieldChange>,
    /// Keys that only the newer one has, with their versions.
    pub added: BTreeMap<String, Vec<String>>,
    /// Keys that only the older one has, with their versions.
    pub removed: BTreeMap<String, Vec<String>>,
    /// Keys of which the set of versions differs.
    pub changed: BTreeMap<String, Versions>,
    /// How many keys have the same set of versions in both.
    pub unchanged: usize,
    /// Every change of a component, by class, then key.
    pub parts: Vec<PartChange>,
    /// Relations that only the newer one lists.
    pub relations_added: Vec<Relation>,
    /// Relations that only the older one lists.
    pub relations_removed: Vec<Relation>,
    /// Keys of both that the subject of the newer one names itself, and that of the older one did not.
    pub now_direct: Vec<String>,
    /// Keys of both that only the subject of the older one names itself.
    pub now_transitive: Vec<String>,
    /// Vulnerabilities of which the documents say something else, by the worst that each says.
    pub vulnerabilities: Vec<FieldChange>,
}

impl SbomChanges {
    /// How many changes of a class.
    pub fn count(&self, class: PartClass) -> usize {
        self.of(class).len()
    }

    /// The changes of a class.
    pub fn of(&self, class: PartClass) -> &[PartChange] {
        let first = self.parts.partition_point(|part| part.class < class);
        let end = self.parts.partition_point(|part| part.class <= class);
        self.parts.get(first..end).unwrap_or_default()
    }

    /// Whether the two say the same.
    pub fn is_empty(&self) -> bool {
        self.document.is_empty()
            && self.parts.is_empty()
            && self.relations_added.is_empty()
            && self.relations_removed.is_empty()
            && self.vulnerabilities.is_empty()
    }
}
