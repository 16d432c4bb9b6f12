//! SPDX 2.2 and 2.3 in JSON (and YAML, which has the same shape), as the same view as any other bill of materials.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;
use serde_json::json;

use super::Format;
use super::Input;
use super::Read;
use super::checked;
use super::licence;
use super::not_this;
use super::spdx3::context;
use crate::load::text::Language;
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
use crate::model::sbom::Given;
use crate::model::sbom::Licence;
use crate::model::sbom::Sbom;
use crate::model::sbom::Shared;

/// The row.
pub(super) const ROW: Format = Format {
    id: "spdx-json",
    title: "an SPDX 2 JSON document",
    media_type: "application/spdx+json",
    kind: EvidenceKind::Sbom,
    docs: "**What it reads.** SPDX 2.2 and 2.3 in JSON or YAML, bare or wrapped in `Document` or `sbom`: packages with licences, \
           purls, checksums and suppliers, and their relationships, reversed ones turned round. Files are counted, not listed.\n\n\
           **Traps.** Declared and concluded licences are two things; so are `NOASSERTION`, `NONE` and silence. The package that \
           the document describes is shown as its subject, not among its components. SPDX 3 is another format.\n\n\
           **Source.** <https://spdx.github.io/spdx-spec/v2.3/>.",
    detect: |input| {
        input.root().is_some_and(|root| {
            inner(root).has("spdxVersion") && !(root.has("@graph") && context(root).is_some())
        })
    },
    read,
};

const ROOT: &[&str] = &[
    "SPDXID",
    "spdxVersion",
    "creationInfo",
    "name",
    "documentNamespace",
    "dataLicense",
    "packages",
    "relationships",
    "documentDescribes",
];
const PACKAGE: &[&str] = &[
    "SPDXID",
    "name",
    "versionInfo",
    "supplier",
    "licenseDeclared",
    "licenseConcluded",
    "checksums",
    "externalRefs",
    "primaryPackagePurpose",
    "originator",
    "packageFileName",
    "downloadLocation",
    "sourceInfo",
];

/// The document inside its wrapper, where it has one.
fn inner<'n>(root: &'n Node<'n>) -> &'n Node<'n> {
    ["Document", "sbom"]
        .iter()
        .find_map(|key| root.get(key).filter(|node| node.has("spdxVersion")))
        .unwrap_or(root)
}

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, ROW.title) };
    let reader = Reader::new(input.path, input.text, document);
    let read = bill(&reader);
    checked(reader, read)
}

/// Reads a document that has the shape of SPDX 2 JSON.
pub(super) fn bill(reader: &Reader<'_>) -> Option<Read> {
    let root = reader.map(inner(reader.root()), ROOT)?;
    let at = root.get("spdxVersion").unwrap_or(root.node());
    let spec = at.text().unwrap_or_default();
    let version = match spec.strip_prefix("SPDX-") {
        Some(version @ ("2.2" | "2.3")) => version,
        // 2.2.1 is what became the standard of ISO; its documents should say 2.2
        Some(written @ ("2.2.0" | "2.2.1" | "2.2.2" | "2.3.0" | "2.3.1")) => {
            let version = &written[..3];
            let message = format!("`SPDX-{written}` should be `SPDX-{version}`; it is read as that");
            reader.warn(at, "unknown-version", message);
            version
        }
        Some(version @ ("1.0" | "1.1" | "1.2" | "2.0" | "2.1")) => {
            let message = format!("SPDX {version} is older than what is read; it is read as far as it goes");
            reader.warn(at, "old-version", message);
            version
        }
        Some(_) | None => {
            let message = match spec {
                "" => "the document does not say which version of SPDX it is".to_owned(),
                spec => format!("SPDX version `{}` is not read", spec.escape_debug()),
            };
            reader.error(at, "unsupported-version", message, "read are `SPDX-2.2` and `SPDX-2.3`");
            return None;
        }
    };
    let info = root.map("creationInfo", &["created", "creators", "comment", "licenseListVersion"]);
    let created = info.and_then(|info| info.instant("created"));
    let makers = info.map_or_else(Vec::new, |info| info.texts("creators"));
    let tools = makers.iter().filter_map(|maker| maker.strip_prefix("Tool: ")).map(str::to_owned).collect();
    let creators: Vec<String> = makers.iter().filter(|maker| !maker.starts_with("Tool: ")).cloned().collect();
    let mut components = packages(reader, &root);
    let mut facts = facts(&root, &components);
    let (edges, described) = relationships(&root, &components);
    facts.insert(
        "creators",
        json!(root.get("creationInfo").and_then(|info| info.get("creators")).map(to_json)),
    );
    facts.insert("encoding", json!(reader.language().word()));
    let primary = match described.len() {
        1 => components
            .iter()
            .position(|component| described.contains(&component.reference))
            .map(|at| components.remove(at)),
        _ => None,
    };
    let subject = match &primary {
        Some(Component { name, version: Some(version), .. }) => Some(format!("{name} {version}")),
        Some(Component { name, version: None, .. }) => Some(name.clone()),
        None => None,
    };
    let name = root.owned("name");
    Some(Read {
        format_version: Some(version.to_owned()),
        title: subject.as_ref().or(name.as_ref()).map(|subject| format!("SBOM of {subject}")),
        captured_at: created,
        subject: subject.clone(),
        facts,
        ..Read::new(Body::Sbom(Box::new(Sbom {
            spec: "SPDX".to_owned(),
            spec_version: version.to_owned(),
            serial: root.owned("documentNamespace"),
            version: None,
            created,
            creator_contact: creators.iter().any(|who| reachable(who)),
            creators,
            tools,
            lifecycles: Vec::new(),
            primary,
            completeness: None,
            tlp: None,
            signature_present: false,
            components,
            edges,
            vulnerabilities: Vec::new(),
            attestation: None,
        })))
    })
}

fn packages(reader: &Reader<'_>, root: &Map<'_, '_, '_>) -> Vec<Component> {
    let mut seen = BTreeSet::new();
    let mut licences: BTreeMap<String, Licence> = BTreeMap::new();
    let mut out = Vec::new();
    root.each("packages", |index, node| {
        let Some(map) = reader.map(node, PACKAGE) else { return };
        let mut licence = |key: &str| {
            map.text(key).map_or(Licence::Absent, |text| match licences.get(text) {
                Some(known) => known.clone(),
                None => licences.entry(text.to_owned()).or_insert_with(|| licence::licence(text)).clone(),
            })
        };
        let (declared, concluded) = (licence("licenseDeclared"), licence("licenseConcluded"));
        let refs =
            map.maps("externalRefs", &["referenceCategory", "referenceType", "referenceLocator", "comment"]);
        let located = |test: fn(&str) -> bool| {
            refs.iter()
                .find(|one| one.text("referenceType").is_some_and(test))
                .and_then(|one| one.owned("referenceLocator"))
        };
        let reference = map.text("SPDXID").map_or_else(|| format!("#/packages/{index}"), str::to_owned);
        if !seen.insert(reference.clone()) {
            reader.warn(node, "duplicate-reference", format!("two packages have the id `{reference}`"));
        }
        let said = |text: &String| !text.is_empty() && text != "NOASSERTION" && text != "NONE";
        out.push(Component {
            reference,
            kind: map.owned("primaryPackagePurpose").map(|purpose| purpose.to_ascii_lowercase()),
            group: None,
            name: map.owned("name").unwrap_or_default(),
            version: map.scalar("versionInfo").map(str::to_owned).filter(|version| !version.is_empty()),
            purl: located(|kind| kind == "purl"),
            cpe: located(|kind| kind.starts_with("cpe")),
            licence: declared,
            licence_concluded: concluded,
            supplier: map.owned("supplier").filter(said),
            scope: None,
            hashes: map
                .maps("checksums", &["algorithm", "checksumValue"])
                .iter()
                .filter_map(|sum| {
                    Some(ComponentHash {
                        algorithm: sum.owned("algorithm")?,
                        value: sum.owned("checksumValue")?,
                    })
                })
                .collect(),
            parent: None,
            given: given(&map),
        });
    });
    if out.is_empty()
        && let Some(node) = root.get("packages")
        && (root.length("packages") > 0 || node.map().is_some_and(|map| !map.is_empty()))
    {
        reader.error(node, "nothing-read", "the document has packages and none of them could be read", "");
    }
    out
}

/// Whether a text says something.
fn is_said(text: &str) -> bool {
    !matches!(text.trim(), "" | "NOASSERTION" | "NONE")
}

/// Whether a creator such as `Person: Name (mail)` comes with an address.
fn reachable(who: &str) -> bool {
    let inside = who.rsplit_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(inside, _)| inside);
    inside.is_some_and(|inside| inside.contains('@') || inside.starts_with("http"))
}

/// What a package gives beyond what is kept of it; SPDX 2 has no place for the kinds of files.
fn given(map: &Map<'_, '_, '_>) -> Vec<Given> {
    let said = |key: &str| map.text(key).filter(|text| is_said(text));
    let maker = said("originator");
    [
        (Given::Maker, maker.is_some()),
        (Given::Contact, maker.is_some_and(reachable) || said("supplier").is_some_and(reachable)),
        (Given::FileName, said("packageFileName").is_some()),
        (Given::SourceAddress, said("sourceInfo").is_some_and(|text| text.contains("://"))),
        (Given::DeployableAddress, said("downloadLocation").is_some()),
    ]
    .into_iter()
    .filter(|(_, is)| *is)
    .map(|(given, _)| given)
    .collect()
}

/// Edges between packages, and what the document describes.
fn relationships(root: &Map<'_, '_, '_>, components: &[Component]) -> (Vec<Edge>, BTreeSet<String>) {
    let packages: BTreeMap<&str, Shared> = components
        .iter()
        .map(|component| (component.reference.as_str(), Shared::from(component.reference.as_str())))
        .collect();
    let mut kinds: BTreeMap<String, Shared> = BTreeMap::new();
    let mut described: BTreeSet<String> = if root.has("documentDescribes") {
        root.texts("documentDescribes").into_iter().collect()
    } else {
        BTreeSet::new()
    };
    let mut edges = BTreeSet::new();
    root.each("relationships", |_, node| {
        let known = &["spdxElementId", "relatedSpdxElement", "relationshipType", "comment"];
        let Some(map) = root.reader().map(node, known) else { return };
        let (Some(from), Some(to), Some(kind)) =
            (map.text("spdxElementId"), map.text("relatedSpdxElement"), map.text("relationshipType"))
        else {
            return;
        };
        let other;
        let (kind, reversed) = match kind {
            "DESCRIBES" => {
                described.insert(to.to_owned());
                return;
            }
            "DESCRIBED_BY" => {
                described.insert(from.to_owned());
                return;
            }
            "DEPENDS_ON" => ("depends", false),
            "DEPENDENCY_OF" => ("depends", true),
            "CONTAINS" => ("contains", false),
            "CONTAINED_BY" => ("contains", true),
            "DEV_DEPENDENCY_OF" => ("dev", true),
            "BUILD_DEPENDENCY_OF" => ("build", true),
            "TEST_DEPENDENCY_OF" => ("test", true),
            "OPTIONAL_DEPENDENCY_OF" => ("optional", true),
            "RUNTIME_DEPENDENCY_OF" => ("runtime", true),
            "PROVIDED_DEPENDENCY_OF" => ("provides", true),
            written => {
                other = written.to_ascii_lowercase().replace('_', "-");
                (other.as_str(), false)
            }
        };
        if let (Some(from), Some(to)) = (packages.get(from), packages.get(to)) {
            let (from, to) = if reversed { (to, from) } else { (from, to) };
            let kind = kinds.entry(kind.to_owned()).or_insert_with(|| kind.into());
            edges.insert(Edge { from: from.clone(), to: to.clone(), kind: kind.clone() });
        }
    });
    described.retain(|reference| packages.contains_key(reference.as_str()));
    (edges.into_iter().collect(), described)
}

fn facts(root: &Map<'_, '_, '_>, components: &[Component]) -> BTreeMap<&'static str, Value> {
    let name = match root.text("name") {
        None if root.reader().language() == Language::TagValue => json!(""),
        name => json!(name),
    };
    let length = |key: &str| root.get(key).and_then(Node::list).map_or(0, <[_]>::len);
    let count =
        |test: fn(&Component) -> bool| json!(components.iter().filter(|component| test(component)).count());
    let says = |licence: &Licence| !matches!(licence, Licence::Absent | Licence::NoAssertion | Licence::None);
    let declared = components.iter().filter(|component| says(&component.licence)).count();
    let concluded = components.iter().filter(|component| says(&component.licence_concluded)).count();
    [
        ("type", json!("spdx2")),
        ("spec", json!(root.text("spdxVersion"))),
        ("name", name),
        ("namespace", json!(root.text("documentNamespace"))),
        ("created", json!(root.get("creationInfo").and_then(|info| info.text_of("created")))),
        ("packages", json!(components.len())),
        ("files", json!(length("files"))),
        ("snippets", json!(length("snippets"))),
        ("relationships", json!(root.length("relationships"))),
        ("document_describes", json!(length("documentDescribes"))),
        ("extracted_licenses", json!(length("hasExtractedLicensingInfos"))),
        ("with_version", count(|component| component.version.is_some())),
        ("with_purl", count(|component| component.purl.is_some())),
        ("with_checksum", count(|component| !component.hashes.is_empty())),
        ("with_supplier", count(|component| component.supplier.is_some())),
        ("with_declared_license", json!(declared)),
        ("with_concluded_license", json!(concluded)),
    ]
    .into_iter()
    .collect()
}
