//! CycloneDX XML, versions 1.0 to 1.7: the same reader as for JSON, on a tree of the same shape.

use std::borrow::Cow;

use super::Form as Made;
use super::Format;
use super::Input;
use super::Read;
use super::checked;
use super::cyclonedx;
use super::cyclonedx_xml_vulnerabilities as vulnerabilities;
use super::not_this;
use crate::load::text::node::Data;
use crate::load::text::node::Entry;
use crate::load::text::node::Node;
use crate::load::text::reader::Reader;
use crate::load::text::xml_tree;
use crate::load::text::xml_tree::Dialect;
use crate::load::text::xml_tree::Form;
use crate::load::text::xml_tree::Shape;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;

/// The row.
pub(super) const ROW: Format = Format {
    id: "cyclonedx-xml",
    title: "a CycloneDX XML document",
    media_type: "application/vnd.cyclonedx+xml",
    kind: EvidenceKind::Sbom,
    docs: "**What it reads.** CycloneDX 1.0 to 1.7 in XML, with whatever prefix, to the same record as the JSON of the same \
           document; the extensions of before 1.4 too: the dependency graph, and vulnerabilities, whose status is unknown.\n\n\
           **Traps.** The version is that of the namespace. Elements of other namespaces are counted and not read. A signature \
           inside is named and not checked. No entity is expanded, no document type fetched.\n\n\
           **Source.** <https://cyclonedx.org/docs/1.7/xml/>, ECMA-424.",
    detect: |input| matches!(&input.form, Made::Xml { name, namespace: Some(space) } if name == "bom" && space.starts_with(SPACE)),
    read,
};

const SPACE: &str = "http://cyclonedx.org/schema/bom/";
const GRAPH: &str = "http://cyclonedx.org/schema/ext/dependency-graph/";

const DIALECT: Dialect = Dialect {
    space: |uri| match uri {
        "http://www.w3.org/2000/09/xmldsig#" => Some("ds"),
        _ if uri.starts_with(vulnerabilities::SPACE) => Some(vulnerabilities::PREFIX),
        _ if uri.starts_with(SPACE) || uri.starts_with(GRAPH) => Some(""),
        _ => None,
    },
    shape,
};

/// Elements that only hold a list.
const LISTS: &[&str] = &[
    "advisories",
    "affects",
    "annotations",
    "assemblies",
    "assessors",
    "attestations",
    "authors",
    "citations",
    "claims",
    "components",
    "compositions",
    "counterClaims",
    "cwes",
    "dependencies",
    "externalReferences",
    "formulation",
    "hashes",
    "licenses",
    "lifecycles",
    "mitigationStrategies",
    "properties",
    "ratings",
    "references",
    "requirements",
    "services",
    "signatories",
    "standards",
    "tags",
    "versions",
    "vulnerabilities",
];

/// Elements that are maps, also when they are empty.
const MAPS: &[&str] = &[
    "affirmation",
    "analysis",
    "assessor",
    "attestation",
    "bom",
    "component",
    "composition",
    "declarations",
    "definitions",
    "dependency",
    "distributionConstraints",
    "lifecycle",
    "manufacture",
    "manufacturer",
    "metadata",
    "organization",
    "rating",
    "service",
    "source",
    "supplier",
    "tool",
    "vulnerability",
];

fn shape(path: &[Cow<'_, str>], name: &str) -> Shape {
    let up = |steps: usize| path.len().checked_sub(steps).map_or("", |at| path[at].as_ref());
    if let Some(name) = name.strip_prefix(vulnerabilities::PREFIX).and_then(|rest| rest.strip_prefix(':')) {
        return vulnerabilities::shape(name);
    }
    match (up(1), name) {
        ("bom", "ds:Signature") => Shape::renamed("signature", Form::Map),
        ("metadata", "tools") => Shape::new(Form::ListOf("tool")),
        ("licenses", "license") => Shape::new(Form::Wrapped("license")),
        ("licenses", "expression") => Shape::new(Form::Content("expression")),
        ("dependency", "dependency") => Shape::each("dependsOn", Form::Attribute("ref")),
        ("dependency", "provides") => Shape::each("provides", Form::Attribute("ref")),
        ("assemblies", "assembly") => Shape::new(Form::Attribute("ref")),
        ("dependencies", "dependency") if up(2) == "composition" => Shape::new(Form::Attribute("ref")),
        ("vulnerabilities", "vulnerability") if up(2) == "composition" => {
            Shape::new(Form::Attribute("bom-ref"))
        }
        ("supplier" | "manufacturer" | "manufacture" | "organization", "url") => {
            Shape::each("url", Form::Value)
        }
        ("supplier" | "manufacturer" | "manufacture" | "organization", "contact") => {
            Shape::each("contact", Form::Map)
        }
        ("analysis", "responses") => Shape::renamed("response", Form::List),
        ("declarations", "evidence") => Shape::new(Form::List),
        ("claim", "evidence") => Shape::each("evidence", Form::Value),
        ("claim", "counterEvidence") => Shape::each("counterEvidence", Form::Value),
        ("attestation", "map") => Shape::each("map", Form::Map),
        ("attestation", "assessor") => Shape::new(Form::Value),
        (_, "score") => Shape::new(Form::Number),
        (_, "thirdParty") => Shape::new(Form::Bool),
        (_, "hash" | "text") => Shape::new(Form::Content("content")),
        (_, "property") => Shape::new(Form::Content("value")),
        _ if LISTS.contains(&name) => Shape::new(Form::List),
        _ if MAPS.contains(&name) => Shape::new(Form::Map),
        _ => Shape::new(Form::Value),
    }
}

fn read(input: &Input<'_>) -> Checked<Read> {
    let Made::Xml { namespace: Some(namespace), .. } = &input.form else {
        return not_this(input, ROW.title);
    };
    let mut tree = match xml_tree::parse(input.text, &DIALECT) {
        Ok(tree) => tree,
        Err(syntax) => return Checked::refused(syntax.finding(input.path, input.text)),
    };
    // the namespace says what JSON says with a key of its own
    let version = namespace.strip_prefix(SPACE).unwrap_or_default();
    let root = &mut tree.document.root;
    let value =
        Node { data: Data::Text(Cow::Owned(version.to_owned())), start: root.start, end: root.start + 4 };
    if let Data::Map(entries) = &mut root.data {
        entries.retain(|entry| entry.key != "specVersion");
        entries.push(Entry { key: Cow::Borrowed("specVersion"), key_start: root.start, value });
    }
    vulnerabilities::lift(root);
    let reader = Reader::new(input.path, input.text, &tree.document);
    reader.count_unknown(tree.foreign);
    let read = cyclonedx::bom(&reader);
    checked(reader, read)
}
