//! Controls as OSCAL documents list them: catalogs of what is asked, and component definitions of what is said to be done.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::model::oscal::OscalDocument;

/// A control that a component is said to implement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ImplementedControl {
    /// The control, as written.
    pub control: String,
    /// How, at most 1,000 characters.
    pub description: Option<String>,
    /// How far, by the document's own word; most say nothing.
    pub status: Option<String>,
    /// Statements of the control it speaks of, counted.
    pub statements: u32,
    /// Roles that have a part in it, as written.
    pub roles: Vec<String>,
}

/// Controls of one source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ImplementedSet {
    /// The catalog or profile, as written.
    pub source: String,
    /// What the document calls that source.
    pub source_title: Option<String>,
    /// The controls, in the file's order.
    pub controls: Vec<ImplementedControl>,
}

/// A component or a capability.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct DefinedComponent {
    /// Its own id.
    pub uuid: Option<String>,
    /// `software`, `service`, `policy` …, or `capability`.
    pub component_type: Option<String>,
    /// Its name.
    pub title: String,
    /// In sentences, at most 1,000 characters.
    pub description: Option<String>,
    /// What it is said to implement.
    pub sets: Vec<ImplementedSet>,
}

/// Components and the controls they are said to implement (OSCAL component definition).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ControlImplementation {
    /// What it says of itself.
    pub document: OscalDocument,
    /// Components, then capabilities, in the file's order.
    pub components: Vec<DefinedComponent>,
    /// Implemented requirements over all components, counted.
    pub implemented: u64,
    /// Controls that at least one of them names.
    pub controls: u64,
}

/// A control of a catalog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct CatalogControl {
    /// Its id, as written.
    pub id: String,
    /// The label people know it by, where given.
    pub label: Option<String>,
    /// Its title. Its text is not taken over: it stands in the original.
    pub title: Option<String>,
    /// The control it enhances.
    pub parent: Option<String>,
    /// Whether the catalog has withdrawn it.
    pub withdrawn: bool,
    /// Parameters, counted.
    pub parameters: u32,
}

/// A group of controls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct CatalogGroup {
    /// Its id, where given.
    pub id: Option<String>,
    /// Its title; of nested groups, those around it first.
    pub title: String,
    /// Its controls with their enhancements, in the file's order.
    pub controls: Vec<CatalogControl>,
}

/// A catalog of controls (OSCAL).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ControlCatalog {
    /// What it says of itself.
    pub document: OscalDocument,
    /// Groups that have controls, in the file's order.
    pub groups: Vec<CatalogGroup>,
    /// Controls, counted, without enhancements.
    pub controls: u64,
    /// Enhancements, counted.
    pub enhancements: u64,
    /// Those of both that are withdrawn.
    pub withdrawn: u64,
}
