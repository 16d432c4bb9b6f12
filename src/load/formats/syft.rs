//! syft JSON, the native output of that generator, as the same view as any other bill of materials.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::json;

use super::Format;
use super::Input;
use super::Read;
use super::checked;
use super::licence;
use super::not_this;
use super::purl;
use crate::load::text::node::Node;
use crate::load::text::reader::Map;
use crate::load::text::reader::Reader;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::sbom::Component;
use crate::model::sbom::Edge;
use crate::model::sbom::Licence;
use crate::model::sbom::Sbom;

/// The row.
pub(super) const ROW: Format = Format {
    id: "syft-json",
    title: "a syft JSON document",
    media_type: "application/json",
    kind: EvidenceKind::Sbom,
    docs: "**What it reads.** The native JSON of syft: artifacts with licences, purls and CPEs, what depends on and contains what, \
           and what was scanned. Files are counted, not listed.\n\n\
           **Traps.** `dependency-of` points from the dependency to what needs it and is turned round. The document holds no time \
           of its own: say `captured-at` in the evidence index. Digests of files are not digests of components.\n\n\
           **Source.** <https://github.com/anchore/syft/tree/main/schema/json>.",
    detect: |input| {
        input.has_keys(&["artifacts", "descriptor", "schema"])
            && input
                .root()
                .is_some_and(|root| root.get("artifacts").is_some_and(|node| node.list().is_some()))
    },
    read,
};

const ROOT: &[&str] =
    &["artifacts", "artifactRelationships", "source", "descriptor", "schema", "distro", "files"];
const ARTIFACT: &[&str] =
    &["id", "name", "version", "type", "licenses", "cpes", "purl", "foundBy", "locations", "language"];

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, ROW.title) };
    let reader = Reader::new(input.path, input.text, document);
    let read = bill(&reader);
    checked(reader, read)
}

fn bill(reader: &Reader<'_>) -> Option<Read> {
    let root = reader.map(reader.root(), ROOT)?;
    let schema = root.map("schema", &["version", "url"]).and_then(|schema| schema.owned("version"));
    let artifacts = root.list("artifacts");
    let components: Vec<Component> = artifacts
        .iter()
        .enumerate()
        .filter_map(|(index, node)| Some(component(&reader.map(node, ARTIFACT)?, index)))
        .collect();
    if components.is_empty() && !artifacts.is_empty() {
        reader.error(
            reader.root(),
            "nothing-read",
            "the document has artifacts and none of them could be read",
            "",
        );
        return None;
    }
    let primary = root
        .map("source", &["id", "name", "version", "type", "target", "metadata"])
        .map(|source| primary(&source));
    let known: BTreeSet<&str> = components.iter().chain(&primary).map(|one| one.reference.as_str()).collect();
    if known.len() < components.len() {
        reader.warn(reader.root(), "duplicate-reference", "several artifacts have the same id");
    }
    let relationships = root.maps("artifactRelationships", &["parent", "child", "type", "metadata"]);
    let mut edges = BTreeSet::new();
    for map in &relationships {
        let (Some(parent), Some(child), Some(kind)) =
            (map.text("parent"), map.text("child"), map.text("type"))
        else {
            continue;
        };
        // most lead to files
        if !known.contains(parent) || !known.contains(child) {
            continue;
        }
        let (from, to, kind) = match kind {
            "dependency-of" => (child, parent, "depends"),
            other => (parent, child, other),
        };
        edges.insert(Edge { from: from.into(), to: to.into(), kind: kind.into() });
    }
    let tools = root
        .map("descriptor", &["name", "version", "configuration"])
        .and_then(|tool| Some([tool.text("name")?, tool.scalar("version").unwrap_or_default()].join(" ")))
        .map(|tool| tool.trim().to_owned());
    let subject =
        primary.as_ref().filter(|primary| !primary.name.is_empty()).map(|primary| match &primary.version {
            Some(version) => format!("{} {version}", primary.name),
            None => primary.name.clone(),
        });
    let facts = facts(&root, schema.as_deref(), &components, relationships.len());
    Some(Read {
        format_version: schema.clone(),
        title: subject.as_ref().map(|subject| format!("SBOM of {subject}")),
        subject,
        facts,
        ..Read::new(Body::Sbom(Box::new(Sbom {
            spec: "syft".to_owned(),
            spec_version: schema.unwrap_or_default(),
            serial: None,
            version: None,
            created: None,
            creators: Vec::new(),
            creator_contact: false,
            tools: tools.into_iter().collect(),
            lifecycles: Vec::new(),
            primary: primary.filter(|primary| !primary.name.is_empty()),
            completeness: None,
            tlp: None,
            signature_present: false,
            components,
            edges: edges.into_iter().collect(),
            vulnerabilities: Vec::new(),
            attestation: None,
        })))
    })
}

fn component(map: &Map<'_, '_, '_>, index: usize) -> Component {
    let reader = map.reader();
    let text = |key: &str| map.scalar(key).filter(|text| !text.is_empty()).map(str::to_owned);
    let name = text("name").unwrap_or_default();
    if name.is_empty() {
        reader.warn(map.node(), "missing-name", "an artifact without a name");
    }
    if let (Some(purl), Some(at)) = (text("purl"), map.get("purl"))
        && !purl::is_purl(&purl)
    {
        reader.warn(at, "invalid-purl", "not a package URL; kept as text");
    }
    let mut declared = Vec::new();
    let mut concluded = Vec::new();
    for node in map.get("licenses").and_then(Node::list).unwrap_or_default() {
        // up to schema 8 a licence was a text
        let said = [node.text_of("spdxExpression"), node.text_of("value"), node.text()];
        let Some(said) = said.into_iter().flatten().find(|said| !said.is_empty()) else { continue };
        let into = if node.text_of("type") == Some("concluded") { &mut concluded } else { &mut declared };
        into.push(licence::licence(said));
    }
    let cpes = map.get("cpes").and_then(Node::list).unwrap_or_default();
    Component {
        reference: text("id").unwrap_or_else(|| format!("#/artifacts/{index}")),
        kind: text("type"),
        group: None,
        name,
        version: text("version"),
        purl: text("purl"),
        cpe: cpes.first().and_then(|cpe| cpe.text().or_else(|| cpe.text_of("cpe"))).map(str::to_owned),
        licence: licence::all(declared),
        licence_concluded: licence::all(concluded),
        supplier: None,
        scope: None,
        hashes: Vec::new(),
        parent: None,
        given: Vec::new(),
    }
}

/// What was scanned: `name` and `version` since schema 11, the target before.
fn primary(source: &Map<'_, '_, '_>) -> Component {
    let target = source.get("target");
    let inner = |key: &str| target.and_then(|target| target.text_of(key));
    let name = source
        .get("name")
        .and_then(Node::text)
        .or_else(|| inner("userInput"))
        .or_else(|| target.and_then(Node::text));
    let version = source.get("version").and_then(Node::text).or_else(|| inner("manifestDigest"));
    Component {
        reference: source.text("id").unwrap_or("#/source").to_owned(),
        kind: source.owned("type"),
        name: name.unwrap_or_default().to_owned(),
        version: version.filter(|version| !version.is_empty()).map(str::to_owned),
        ..Component::default()
    }
}

fn facts(
    root: &Map<'_, '_, '_>,
    schema: Option<&str>,
    components: &[Component],
    relationships: usize,
) -> BTreeMap<&'static str, serde_json::Value> {
    let count = |test: fn(&Component) -> bool| json!(components.iter().filter(|one| test(one)).count());
    [
        ("type", json!("syft")),
        ("encoding", json!(root.reader().language().word())),
        ("spec", json!(schema)),
        ("packages", json!(components.len())),
        ("files", json!(root.get("files").and_then(Node::list).map_or(0, <[_]>::len))),
        ("relationships", json!(relationships)),
        ("with_version", count(|one| one.version.is_some())),
        ("with_purl", count(|one| one.purl.is_some())),
        ("with_cpe", count(|one| one.cpe.is_some())),
        (
            "with_license",
            count(|one| one.licence != Licence::Absent || one.licence_concluded != Licence::Absent),
        ),
    ]
    .into_iter()
    .collect()
}
