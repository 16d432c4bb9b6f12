//! SPDX 3.0 in JSON-LD: a flat graph of elements, joined again to the view of any other bill of materials. The links of
//! JSON-LD are followed inside of the file only; nothing is fetched.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;
use serde_json::json;

use super::Format;
use super::Input;
use super::Read;
use super::checked;
use super::not_this;
use super::spdx3_given;
use super::spdx3_graph::Graph;
use super::spdx3_graph::local;
use crate::load::text::node::Node;
use crate::load::text::reader::Map;
use crate::load::text::reader::Reader;
use crate::load::text::typed::to_json;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::sbom::Component;
use crate::model::sbom::ComponentHash;
use crate::model::sbom::Edge;
use crate::model::sbom::Sbom;

/// The row.
pub(super) const ROW: Format = Format {
    id: "spdx3-json-ld",
    title: "an SPDX 3 JSON-LD document",
    media_type: "application/spdx+json",
    kind: EvidenceKind::Sbom,
    docs: "**What it reads.** SPDX 3.0 in JSON-LD, as a `@graph` or a single element: packages (AI and dataset packages too) with \
           purls, hashes, suppliers and the licences that relationships give them; dependencies with their scope; what the document \
           is about. Files are counted, not listed.\n\n\
           **Traps.** `creationInfo` is a reference or an object. Licences and suppliers are elements of their own. A graph of which \
           nothing is known is an error, not an empty list. SPDX 2 is another format.\n\n\
           **Source.** <https://spdx.github.io/spdx-spec/v3.0.1/>.",
    detect: |input| input.root().is_some_and(|root| context(root).is_some()),
    read,
};

const DOCUMENT: &[&str] = &["@context", "@graph"];
const PACKAGE: &[&str] = &[
    "type",
    "@type",
    "spdxId",
    "@id",
    "creationInfo",
    "name",
    "software_packageVersion",
    "software_packageUrl",
    "software_primaryPurpose",
    "suppliedBy",
    "verifiedUsing",
    "externalIdentifier",
    "originatedBy",
    "software_downloadLocation",
    "software_sourceInfo",
];

/// The context of SPDX 3 that a document names.
pub(super) fn context<'n>(root: &'n Node<'n>) -> Option<&'n str> {
    let node = root.get("@context")?;
    let said = node.list().unwrap_or(std::slice::from_ref(node)).iter().filter_map(|one| one.text());
    said.into_iter().find(|text| text.contains("spdx.org/rdf/3."))
}

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, ROW.title) };
    let reader = Reader::new(input.path, input.text, document);
    let read = bill(&reader);
    checked(reader, read)
}

/// Reads a graph of SPDX 3.
pub(super) fn bill(reader: &Reader<'_>) -> Option<Read> {
    let node = reader.root();
    let said = context(node)?;
    let version = said.split("/rdf/").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    if version != "3.0" && !version.starts_with("3.0.") {
        let at = node.get("@context").unwrap_or(node);
        let message = format!("SPDX `{}` is not read", version.escape_debug());
        reader.error(at, "unsupported-version", message, "read are 3.0.0 and 3.0.1");
        return None;
    }
    let elements: &[Node<'_>] = match node.get("@graph") {
        Some(_) => reader.map(node, DOCUMENT)?.list("@graph"),
        None => std::slice::from_ref(node),
    };
    let graph = Graph::new(elements);
    if !elements.is_empty() && graph.known == 0 {
        let message = "no element of the graph has a type of SPDX 3";
        reader.error(node, "nothing-read", message, "every element has a `type`, such as `software_Package`");
        return None;
    }
    let made = graph.creation();
    let about = Relations::new(&graph);
    let mut components = packages(reader, &graph, &about);
    // one text or a list of them, as written
    let written = match node.get("@context").and_then(Node::list) {
        Some(list) => list.iter().map(to_json).collect(),
        None => json!(said),
    };
    let facts = facts(written, elements, &graph, &about);
    let roots = graph.roots(&about.described);
    let mut primary = None;
    if let [only] = components
        .iter()
        .enumerate()
        .filter(|(_, component)| roots.contains(component.reference.as_str()))
        .map(|(at, _)| at)
        .collect::<Vec<_>>()
        .as_slice()
    {
        primary = Some(components.remove(*only));
    }
    if components.is_empty() && primary.is_none() {
        reader.warn(node, "empty-document", "it describes no package at all");
    }
    let created = made.and_then(|made| {
        reader.map(made, &["type", "@id", "specVersion", "created", "createdBy", "createdUsing", "comment"])
    });
    let names = |key: &str| -> Vec<String> {
        let list = made.and_then(|made| made.get(key)).into_iter();
        let list = list.flat_map(|node| node.list().unwrap_or(std::slice::from_ref(node)));
        list.map(|agent| graph.name(agent)).collect()
    };
    let instant = created.as_ref().and_then(|created| created.instant("created"));
    let subject = primary.as_ref().map(|primary| match &primary.version {
        Some(version) => format!("{} {version}", primary.name),
        None => primary.name.clone(),
    });
    let title =
        subject.clone().or_else(|| graph.document().and_then(|one| one.text_of("name")).map(str::to_owned));
    let complete = primary.as_ref().and_then(|primary| about.completeness.get(primary.reference.as_str()));
    Some(Read {
        format_version: Some(version.to_owned()),
        title: title.map(|title| format!("SBOM of {title}")),
        captured_at: instant,
        subject,
        facts,
        ..Read::new(Body::Sbom(Box::new(Sbom {
            spec: "SPDX".to_owned(),
            spec_version: version.to_owned(),
            serial: graph.document().and_then(|one| one.text_of("spdxId")).map(str::to_owned),
            version: None,
            created: instant,
            creators: names("createdBy"),
            creator_contact: made
                .and_then(|made| made.get("createdBy"))
                .is_some_and(|by| graph.reachable(by)),
            tools: names("createdUsing"),
            lifecycles: graph.lifecycles(),
            primary,
            completeness: complete
                .filter(|said| said.len() == 1)
                .and_then(|said| said.first())
                .map(|said| (*said).to_owned()),
            tlp: None,
            signature_present: false,
            components,
            edges: about.edges.into_iter().collect(),
            vulnerabilities: Vec::new(),
            attestation: None,
        })))
    })
}

/// What relationships say.
struct Relations<'n> {
    edges: BTreeSet<Edge>,
    declared: BTreeMap<&'n str, Vec<&'n Node<'n>>>,
    concluded: BTreeMap<&'n str, Vec<&'n Node<'n>>>,
    described: BTreeSet<&'n str>,
    /// The files that a package is delivered as.
    delivered: BTreeMap<&'n str, Vec<&'n Node<'n>>>,
    /// What each element's dependencies are said to be.
    completeness: BTreeMap<&'n str, BTreeSet<&'n str>>,
    count: usize,
    ends: usize,
    depends: usize,
}

impl<'n> Relations<'n> {
    fn new(graph: &Graph<'n>) -> Self {
        let mut out = Self {
            edges: BTreeSet::new(),
            declared: BTreeMap::new(),
            concluded: BTreeMap::new(),
            described: BTreeSet::new(),
            delivered: BTreeMap::new(),
            completeness: BTreeMap::new(),
            count: 0,
            ends: 0,
            depends: 0,
        };
        for (kind, node) in graph.elements.iter().filter(|(kind, _)| kind.ends_with("Relationship")) {
            out.count += 1;
            let to = node.get("to").map_or(&[][..], |to| to.list().unwrap_or(std::slice::from_ref(to)));
            out.ends += to.len();
            let word = node.text_of("relationshipType").unwrap_or_default();
            out.depends += if word == "dependsOn" { to.len() } else { 0 };
            let Some(from) = node.get("from").and_then(Graph::id_of) else { continue };
            match word {
                "hasDeclaredLicense" => out.declared.entry(from).or_default().extend(to),
                "hasConcludedLicense" => out.concluded.entry(from).or_default().extend(to),
                "hasDistributionArtifact" => out.delivered.entry(from).or_default().extend(to),
                "describes" => out.described.extend(to.iter().filter_map(Graph::id_of)),
                _ => {}
            }
            if let ("dependsOn" | "contains", Some(said)) = (word, node.text_of("completeness"))
                && said != "noAssertion"
            {
                out.completeness.entry(from).or_default().insert(said);
            }
            let scope = node.text_of("scope").filter(|_| *kind == "LifecycleScopedRelationship");
            let Some(kind) = edge(word, scope) else { continue };
            if !graph.is_package(from) {
                continue;
            }
            for to in to.iter().filter_map(Graph::id_of).filter(|to| graph.is_package(to)) {
                out.edges.insert(Edge { from: from.into(), to: to.into(), kind: kind.clone().into() });
            }
        }
        out
    }
}

/// The kind of an edge; nothing for relationships that are no relation between components.
fn edge(word: &str, scope: Option<&str>) -> Option<String> {
    let kind = match (word, scope) {
        ("hasDeclaredLicense" | "hasConcludedLicense" | "describes" | "", _) => return None,
        ("dependsOn", Some("test")) => "test",
        ("dependsOn", Some("build")) => "build",
        ("dependsOn", Some("development")) => "dev",
        ("dependsOn", Some("runtime")) => "runtime",
        ("dependsOn", _) => "depends",
        ("contains", _) => "contains",
        ("hasOptionalDependency", _) => "optional",
        ("hasProvidedDependency", _) => "provides",
        (other, _) => {
            let mut out = String::new();
            for ch in other.chars() {
                if ch.is_ascii_uppercase() {
                    out.push('-');
                }
                out.push(ch.to_ascii_lowercase());
            }
            return Some(out);
        }
    };
    Some(kind.to_owned())
}

fn packages(reader: &Reader<'_>, graph: &Graph<'_>, about: &Relations<'_>) -> Vec<Component> {
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for (index, (_, node)) in
        graph.elements.iter().enumerate().filter(|(_, (kind, _))| kind.ends_with("Package"))
    {
        let Some(map) = reader.map(node, PACKAGE) else { continue };
        let reference = Graph::id_of(node).map_or_else(|| format!("#/@graph/{index}"), str::to_owned);
        if !seen.insert(reference.clone()) {
            reader.warn(node, "duplicate-reference", format!("two packages have the id `{reference}`"));
        }
        let name = map.owned("name").unwrap_or_default();
        if name.is_empty() {
            reader.warn(node, "missing-name", "a package without a name");
        }
        let identifiers =
            map.maps("externalIdentifier", &["type", "externalIdentifierType", "identifier", "comment"]);
        let identifier = |test: fn(&str) -> bool| {
            identifiers
                .iter()
                .find(|one| one.text("externalIdentifierType").is_some_and(|kind| test(local(kind))))
                .and_then(|one| one.owned("identifier"))
        };
        let licence = |given: &BTreeMap<&str, Vec<&Node<'_>>>| graph.licence(given.get(reference.as_str()));
        out.push(Component {
            kind: map.owned("software_primaryPurpose").map(|purpose| local(&purpose).to_owned()),
            group: None,
            name,
            version: map.scalar("software_packageVersion").filter(|text| !text.is_empty()).map(str::to_owned),
            purl: map
                .owned("software_packageUrl")
                .filter(|purl| !purl.is_empty())
                .or_else(|| identifier(|kind| kind.eq_ignore_ascii_case("packageUrl"))),
            cpe: identifier(|kind| kind.starts_with("cpe")),
            licence: licence(&about.declared),
            licence_concluded: licence(&about.concluded),
            supplier: map.get("suppliedBy").map(|agent| graph.name(agent)),
            scope: None,
            hashes: hashes(&map),
            parent: None,
            given: spdx3_given::given(graph, node, about.delivered.get(reference.as_str())),
            reference,
        });
    }
    out
}

fn hashes(map: &Map<'_, '_, '_>) -> Vec<ComponentHash> {
    map.maps("verifiedUsing", &["type", "algorithm", "hashValue", "comment"])
        .iter()
        // the verification code of a package is no digest of it
        .filter(|one| one.text("type").is_none_or(|kind| local(kind) == "Hash"))
        .filter_map(|one| {
            Some(ComponentHash {
                algorithm: local(one.text("algorithm")?).to_owned(),
                value: one.owned("hashValue")?,
            })
        })
        .collect()
}

fn facts(
    context: Value,
    elements: &[Node<'_>],
    graph: &Graph<'_>,
    about: &Relations<'_>,
) -> BTreeMap<&'static str, Value> {
    let mut types: BTreeMap<&str, usize> = BTreeMap::new();
    for (kind, _) in &graph.elements {
        *types.entry(kind).or_default() += 1;
    }
    let of = |kind: &str| json!(types.get(kind).copied().unwrap_or_default());
    [
        ("type", json!("spdx3")),
        ("encoding", json!("json-ld")),
        ("context", context),
        ("elements", json!(elements.len())),
        ("packages", of("Package")),
        ("files", of("File")),
        ("relationships", json!(about.count)),
        ("edges", json!(about.ends)),
        ("depends_on", json!(about.depends)),
        ("types", json!(types)),
    ]
    .into_iter()
    .collect()
}
