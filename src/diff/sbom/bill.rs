//! A bill of materials as it is compared: borrowed from a record, or from the public JSON of one.

use serde_json::Value;

use crate::diff::get;
use crate::model::sbom::Component;
use crate::model::sbom::ComponentHash;
use crate::model::sbom::Licence;
use crate::model::sbom::Sbom;
use crate::model::vex::VexStatus;

/// A bill of materials. Empty texts say nothing.
#[derive(Debug, Default)]
pub struct Bill<'a> {
    pub(super) spec: &'a str,
    pub(super) spec_version: &'a str,
    pub(super) tools: Vec<&'a str>,
    pub(super) lifecycles: Vec<&'a str>,
    pub(super) completeness: &'a str,
    pub(super) parts: Vec<Part<'a>>,
    /// From, to, type.
    pub(super) edges: Vec<[&'a str; 3]>,
    /// What it is about, where it is not among the parts.
    pub(super) subject: Option<Part<'a>>,
    /// Reference of what it is about.
    pub(super) root: Option<&'a str>,
    /// Vulnerability and status.
    pub(super) vulnerabilities: Vec<(&'a str, &'a str)>,
}

/// A component. Empty texts say nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Part<'a> {
    pub(super) reference: &'a str,
    pub(super) group: &'a str,
    pub(super) name: &'a str,
    pub(super) version: &'a str,
    pub(super) purl: Option<&'a str>,
    pub(super) cpe: &'a str,
    pub(super) licence: &'a str,
    pub(super) supplier: &'a str,
    pub(super) scope: &'a str,
    pub(super) hashes: Hashes<'a>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Hashes<'a> {
    Record(&'a [ComponentHash]),
    Json(&'a [Value]),
}

impl Default for Hashes<'_> {
    fn default() -> Self {
        Self::Record(&[])
    }
}

impl<'a> Hashes<'a> {
    /// Algorithm and value of each.
    pub(super) fn each(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let (record, json) = match self {
            Self::Record(list) => (list, &[][..]),
            Self::Json(list) => (&[][..], list),
        };
        record
            .iter()
            .map(|hash| (hash.algorithm.as_str(), hash.value.as_str()))
            .chain(json.iter().map(|hash| (text(hash, "algorithm"), text(hash, "value"))))
    }
}

/// Documents in which the subject is one of the listed packages.
fn lists_its_subject(spec: &str) -> bool {
    spec == "SPDX"
}

impl<'a> Bill<'a> {
    /// Of a record.
    pub fn of(sbom: &'a Sbom) -> Self {
        let subject = sbom.primary.as_ref().map(Part::of);
        let mut bill = Self {
            spec: &sbom.spec,
            spec_version: &sbom.spec_version,
            tools: sbom.tools.iter().map(String::as_str).collect(),
            lifecycles: sbom.lifecycles.iter().map(String::as_str).collect(),
            completeness: sbom.completeness.as_deref().unwrap_or_default(),
            parts: sbom.components.iter().map(Part::of).collect(),
            edges: sbom.edges.iter().map(|edge| [&*edge.from, &*edge.to, &*edge.kind]).collect(),
            subject: None,
            root: None,
            vulnerabilities: sbom
                .vulnerabilities
                .iter()
                .map(|statement| (statement.vulnerability.as_str(), status(statement.status)))
                .collect(),
        };
        bill.about(subject);
        bill
    }

    /// Of the public JSON of a record's body.
    pub fn of_json(body: &'a Value) -> Self {
        let list = |field: &str| get(body, field).as_array().map(Vec::as_slice).unwrap_or_default();
        let texts = |field: &str| list(field).iter().filter_map(Value::as_str).collect::<Vec<_>>();
        let primary = get(body, "primary");
        let mut bill = Self {
            spec: text(body, "spec"),
            spec_version: text(body, "spec-version"),
            tools: texts("tools"),
            lifecycles: texts("lifecycles"),
            completeness: text(body, "completeness"),
            parts: list("components").iter().map(Part::of_json).collect(),
            edges: list("edges")
                .iter()
                .map(|edge| [text(edge, "from"), text(edge, "to"), text(edge, "type")])
                .collect(),
            subject: None,
            root: None,
            vulnerabilities: list("vulnerabilities")
                .iter()
                .map(|statement| (text(statement, "vulnerability"), text(statement, "status")))
                .collect(),
        };
        bill.about(primary.is_object().then(|| Part::of_json(primary)));
        bill
    }

    fn about(&mut self, subject: Option<Part<'a>>) {
        self.root = subject.map(|subject| subject.reference);
        match subject {
            Some(part) if lists_its_subject(self.spec) => self.parts.push(part),
            other => self.subject = other,
        }
    }
}

impl<'a> Part<'a> {
    fn of(component: &'a Component) -> Self {
        Self {
            reference: &component.reference,
            group: component.group.as_deref().unwrap_or_default(),
            name: &component.name,
            version: component.version.as_deref().unwrap_or_default(),
            purl: component.purl.as_deref(),
            cpe: component.cpe.as_deref().unwrap_or_default(),
            licence: match said(&component.licence) {
                "" => said(&component.licence_concluded),
                declared => declared,
            },
            supplier: component.supplier.as_deref().unwrap_or_default(),
            scope: component.scope.as_deref().unwrap_or_default(),
            hashes: Hashes::Record(&component.hashes),
        }
    }

    fn of_json(component: &'a Value) -> Self {
        let licence = |field: &str| {
            let licence = get(component, field);
            match text(licence, "form") {
                "none" => "NONE",
                "expression" | "text" => text(licence, "text"),
                _ => "",
            }
        };
        Self {
            reference: text(component, "reference"),
            group: text(component, "group"),
            name: text(component, "name"),
            version: text(component, "version"),
            purl: get(component, "purl").as_str(),
            cpe: text(component, "cpe"),
            licence: match licence("licence") {
                "" => licence("licence-concluded"),
                declared => declared,
            },
            supplier: text(component, "supplier"),
            scope: text(component, "scope"),
            hashes: Hashes::Json(get(component, "hashes").as_array().map(Vec::as_slice).unwrap_or_default()),
        }
    }
}

/// What a licence says; silence and the refusal to say are nothing, `NONE` is something.
fn said(licence: &Licence) -> &str {
    match licence {
        Licence::Absent | Licence::NoAssertion => "",
        Licence::None | Licence::Expression(_) | Licence::Text(_) => licence.as_written(),
    }
}

fn status(status: VexStatus) -> &'static str {
    match status {
        VexStatus::Affected => "affected",
        VexStatus::Unknown => "unknown",
        VexStatus::UnderInvestigation => "under-investigation",
        VexStatus::Fixed => "fixed",
        VexStatus::NotAffected => "not-affected",
        VexStatus::FalsePositive => "false-positive",
    }
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    get(value, field).as_str().unwrap_or_default()
}
