//! CycloneDX JSON, versions 1.2 to 1.7, as a tolerant view: strings as written, components flattened without recursion.

pub(super) mod hashes;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::json;

use super::Format;
use super::Input;
use super::Read;
use super::checked;
use super::cyclonedx_declarations;
use super::cyclonedx_edges::Edges;
use super::cyclonedx_edges::dependencies;
use super::cyclonedx_facts;
use super::cyclonedx_given;
use super::cyclonedx_metadata;
use super::cyclonedx_row;
use super::cyclonedx_vex;
use super::licence;
use super::not_this;
use super::purl;
use crate::load::text::Language;
use crate::load::text::json::Item;
use crate::load::text::node::Node;
use crate::load::text::reader::Map;
use crate::load::text::reader::Reader;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::interner::Names;
use crate::model::sbom::Component;
use crate::model::sbom::Licence;
use crate::model::sbom::Sbom;
use crate::model::vex::Vex;

/// The row.
pub(super) const ROW: Format = Format {
    id: "cyclonedx-json",
    title: "a CycloneDX JSON document",
    media_type: "application/vnd.cyclonedx+json",
    kind: EvidenceKind::Sbom,
    docs: "**What it reads.** CycloneDX 1.2 to 1.7 in JSON: components with licences, purls, hashes and suppliers, nested ones \
           included; dependencies, completeness, lifecycle, TLP label; vulnerabilities with their analysis. A document \
           without components is a VEX when it has vulnerabilities, and a claim matrix when it has `declarations`.\n\n\
           **Traps.** `bomFormat` and `specVersion` must be exactly what the specification says. A container of components \
           of which none can be read is an error, not an empty list. Signatures inside are named and not checked. \
           A digest that is not hexadecimal is none. Of two states of one vulnerability of one component the graver holds. \
           `NOASSERTION`, `NONE` and silence are three things.\n\n\
           **Source.** <https://cyclonedx.org/specification/overview/>, ECMA-424.",
    detect: |input| input.has_keys(&["bomFormat"]),
    read,
};

/// All of them; 1.0 and 1.1 are XML only.
const VERSIONS: [&str; 8] = ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"];

const ROOT: &[&str] = &[
    "$schema",
    "bomFormat",
    "specVersion",
    "serialNumber",
    "version",
    "metadata",
    "components",
    "dependencies",
    "compositions",
    "vulnerabilities",
    "declarations",
    "definitions",
    "signature",
];
const METADATA: &[&str] = &[
    "timestamp",
    "lifecycles",
    "tools",
    "authors",
    "component",
    "manufacture",
    "manufacturer",
    "supplier",
    "distributionConstraints",
];
/// Keys of a component that are read.
pub(super) const COMPONENT: &[&str] = &[
    "bom-ref",
    "type",
    "group",
    "name",
    "version",
    "purl",
    "cpe",
    "licenses",
    "supplier",
    "scope",
    "hashes",
    "components",
    "manufacturer",
    "authors",
    "properties",
    "externalReferences",
];

/// Keys of an entry of `licenses`.
pub(super) const LICENCE: &[&str] = &["license", "expression", "acknowledgement", "bom-ref"];
/// Keys of the `license` in it.
pub(super) const INNER_LICENCE: &[&str] = &["id", "name", "url", "text", "acknowledgement", "bom-ref"];
/// Keys of an organisation.
pub(super) const ORGANISATION: &[&str] = &["name", "url", "contact", "bom-ref", "address"];

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, ROW.title) };
    let reader = Reader::new(input.path, input.text, document);
    let read = bom(&reader);
    checked(reader, read)
}

/// Reads a document that has the shape of CycloneDX JSON.
pub(super) fn bom(reader: &Reader<'_>) -> Option<Read> {
    let root = reader.map(reader.root(), ROOT)?;
    let marker = root.get("bomFormat").unwrap_or(root.node());
    let versions = if reader.language() == Language::Xml { &VERSIONS[..] } else { &VERSIONS[2..] };
    if reader.language() != Language::Xml && marker.text() != Some("CycloneDX") {
        let found = marker.text().map_or_else(|| marker.kind().to_owned(), |text| format!("`{text}`"));
        reader.error(
            marker,
            "format-mismatch",
            format!("`bomFormat` must be `CycloneDX`, found {found}"),
            "the specification is exact here: have the producer fix it",
        );
        return None;
    }
    let version_node = root.get("specVersion").unwrap_or(root.node());
    let Some(spec_version) = root.get("specVersion").and_then(|node| node.text()) else {
        reader.error(version_node, "format-mismatch", "`specVersion` must be a text, such as `\"1.6\"`", "");
        return None;
    };
    if !versions.contains(&spec_version) {
        reader.error(
            version_node,
            "unsupported-version",
            format!("CycloneDX `{}` is not read", spec_version.escape_debug()),
            format!("read are {}", versions.join(", ")),
        );
        return None;
    }
    let metadata = root.map("metadata", METADATA);
    let primary = metadata.and_then(|metadata| {
        let map = metadata.map("component", COMPONENT)?;
        Some(component(&map, "#/metadata/component", None, &mut BTreeMap::new()))
    });
    let mut walked = components(reader, &root, metadata);
    let Edges { edges, nodes, depends, provides } = dependencies(reader, &root, &mut walked.references);
    let created = metadata.and_then(|metadata| metadata.instant("timestamp"));
    let vulnerabilities = cyclonedx_vex::statements(&root, created);
    let declarations = root
        .get("declarations")
        .and_then(|node| cyclonedx_declarations::read(reader, node, root.get("definitions")));
    let subject = primary.as_ref().map(|primary| match &primary.version {
        Some(version) if !version.is_empty() => format!("{} {version}", primary.name),
        Some(_) | None => primary.name.clone(),
    });
    let mut facts = cyclonedx_facts::facts(&root, &walked, primary.as_ref(), &vulnerabilities);
    if walked.in_primary > 0 {
        facts.insert("in_primary", json!(walked.in_primary));
    }
    facts.insert("edges", json!(depends));
    facts.insert("dependency_nodes", json!(nodes));
    facts.insert("provides", json!(provides));
    let serial = root.owned("serialNumber");
    let version = root.scalar("version").map(str::to_owned);
    let (creators, tools) = metadata.map_or_else(Default::default, cyclonedx_metadata::makers);
    let about = |what: &str| subject.as_ref().map(|subject| format!("{what} of {subject}"));
    let no_components = walked.components.is_empty();
    let (body, title) = match declarations {
        Some(declarations) if no_components => (Body::ClaimMatrix(Box::new(declarations)), about("Claims")),
        Some(_) | None if no_components && !vulnerabilities.is_empty() => {
            let vex = Vex {
                document_id: serial,
                author: creators.first().or(tools.first()).cloned(),
                version,
                timestamp: created,
                statements: vulnerabilities,
                tlp: metadata.and_then(cyclonedx_metadata::tlp),
                ..Vex::default()
            };
            (Body::Vex(Box::new(vex)), about("VEX"))
        }
        Some(_) | None => {
            if no_components && primary.is_none() {
                reader.warn(root.node(), "empty-document", "it describes no component at all");
            }
            let sbom = Sbom {
                spec: "CycloneDX".to_owned(),
                spec_version: spec_version.to_owned(),
                serial,
                version,
                created,
                creators,
                creator_contact: metadata.is_some_and(cyclonedx_metadata::reachable),
                tools,
                lifecycles: metadata.map_or_else(Vec::new, cyclonedx_metadata::lifecycles),
                completeness: cyclonedx_metadata::completeness(&root, primary.as_ref()),
                tlp: metadata.and_then(cyclonedx_metadata::tlp),
                signature_present: root.has("signature"),
                primary,
                components: walked.components,
                edges,
                vulnerabilities,
                attestation: None,
            };
            (Body::Sbom(Box::new(sbom)), about("SBOM"))
        }
    };
    Some(Read {
        format_version: Some(spec_version.to_owned()),
        title,
        captured_at: created,
        subject,
        facts,
        ..Read::new(body)
    })
}

/// The components of a document.
#[derive(Default)]
pub(super) struct Walked<'t> {
    /// Flattened, nested ones after what they are in.
    pub components: Vec<Component>,
    /// How many are not nested.
    pub top_level: usize,
    /// How many of them, the first ones, are nested in the primary component.
    pub in_primary: usize,
    /// How many below `components` have something in their `licenses`, whether it can be read or not.
    pub with_license: usize,
    /// The same of `hashes`.
    pub with_hash: usize,
    /// The same of `supplier`.
    pub with_supplier: usize,
    /// What can be referred to.
    pub references: Names<'t>,
}

fn components<'t>(
    reader: &Reader<'t>,
    root: &Map<'_, '_, 't>,
    metadata: Option<Map<'_, '_, '_>>,
) -> Walked<'t> {
    let mut out = Walked::default();
    let mut licences = BTreeMap::new();
    let primary = metadata.and_then(|metadata| metadata.get("component"));
    if let Some(reference) = primary.and_then(|node| node.text_of("bom-ref")) {
        out.references.put(Cow::Owned(reference.to_owned()));
    }
    let container = root.get("components");
    out.top_level = root.length("components");
    out.components.reserve_exact(out.top_level);
    out.references.reserve(out.top_level);
    // what is nested in the primary component is part of what the document lists
    if let Some(nested) = primary.and_then(|node| node.get("components")).and_then(Node::list) {
        let parent = primary.and_then(|node| node.text_of("bom-ref")).unwrap_or("#/metadata/component");
        for (index, node) in nested.iter().enumerate() {
            let position = format!("#/metadata/component/components/{index}");
            walk(reader, (node, position, Some(parent.to_owned())), &mut out, &mut licences);
        }
    }
    out.in_primary = out.components.len();
    (out.with_license, out.with_hash, out.with_supplier) = (0, 0, 0);
    root.each_item("components", |index, item| {
        let node = match item {
            Item::Row(row) => return cyclonedx_row::read(row, reader, &mut out, &mut licences),
            Item::Tree(node) => node,
        };
        // most have a reference and need no other name
        let named = node.has("bom-ref") && !node.has("components");
        let position = if named { String::new() } else { format!("#/components/{index}") };
        walk(reader, (node, position, None), &mut out, &mut licences);
        true
    });
    if let Some(container) = container
        && out.components.is_empty()
        && (out.top_level > 0 || container.map().is_some_and(|entries| !entries.is_empty()))
    {
        reader.error(
            container,
            "nothing-read",
            "the document has components and none of them could be read",
            "`components` is a list of objects: have the producer fix it",
        );
    }
    out
}

/// A component with everything nested in it, flattened without recursion: node, position, parent.
fn walk(
    reader: &Reader<'_>,
    from: (&Node<'_>, String, Option<String>),
    out: &mut Walked<'_>,
    licences: &mut BTreeMap<String, Licence>,
) {
    let mut stack = vec![from];
    while let Some((node, position, parent)) = stack.pop() {
        let Some(map) = reader.map(node, COMPONENT) else { continue };
        let holds = |key: &str| usize::from(node.get(key).is_some_and(Node::holds));
        out.with_license += holds("licenses");
        out.with_hash += holds("hashes");
        out.with_supplier += holds("supplier");
        let read = component(&map, &position, parent, licences);
        let before = out.references.len();
        if (out.references.put(Cow::Owned(read.reference.clone())) as usize) < before {
            reader.warn(
                map.get("bom-ref").unwrap_or(node),
                "duplicate-reference",
                format!("two components have the reference `{}`", read.reference),
            );
        }
        if let (Some(purl), Some(at)) = (&read.purl, map.get("purl"))
            && !purl::is_purl(purl)
        {
            reader.warn(at, "invalid-purl", "not a package URL; kept as text");
        }
        for (index, nested) in map.list("components").iter().enumerate().rev() {
            stack.push((nested, format!("{position}/components/{index}"), Some(read.reference.clone())));
        }
        out.components.push(read);
    }
}

fn component(
    map: &Map<'_, '_, '_>,
    position: &str,
    parent: Option<String>,
    licences: &mut BTreeMap<String, Licence>,
) -> Component {
    let reader = map.reader();
    let name = map.owned("name").unwrap_or_default();
    if name.chars().any(is_invisible) {
        let at = map.get("name").unwrap_or(map.node());
        reader.warn(at, "invisible-characters", "the name has characters that make it read as another");
    }
    if name.is_empty() {
        reader.warn(map.node(), "missing-name", "a component without a name");
    }
    let mut declared = Vec::new();
    let mut concluded = Vec::new();
    for entry in map.maps("licenses", LICENCE) {
        let inner = entry.map("license", INNER_LICENCE);
        let text = entry
            .text("expression")
            .or_else(|| inner.and_then(|inner| inner.text("id")))
            .or_else(|| inner.and_then(|inner| inner.text("name")))
            .or_else(|| inner.and_then(|inner| inner.text("url")));
        let Some(text) = text else { continue };
        let read = licence::known(licences, text);
        let acknowledgement =
            entry.text("acknowledgement").or_else(|| inner.and_then(|inner| inner.text("acknowledgement")));
        if acknowledgement == Some("concluded") { concluded.push(read) } else { declared.push(read) }
    }
    Component {
        reference: map.text("bom-ref").unwrap_or(position).to_owned(),
        kind: map.owned("type"),
        group: map.owned("group").filter(|group| !group.is_empty()),
        name,
        version: map.scalar("version").filter(|version| !version.is_empty()).map(str::to_owned),
        purl: map.owned("purl").filter(|purl| !purl.is_empty()),
        cpe: map.owned("cpe").filter(|cpe| !cpe.is_empty()),
        licence: licence::all(declared),
        licence_concluded: licence::all(concluded),
        supplier: map.map("supplier", ORGANISATION).and_then(|supplier| supplier.owned("name")),
        scope: map.owned("scope"),
        hashes: hashes::hashes(map),
        parent,
        given: cyclonedx_given::given(&cyclonedx_given::Parts::of(map.node())),
    }
}

/// Directional marks and characters without a shape.
fn is_invisible(ch: char) -> bool {
    matches!(ch, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
