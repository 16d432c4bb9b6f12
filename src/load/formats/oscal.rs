//! What all OSCAL documents share: how they are told by their root, the shape of their XML, and what they say of
//! themselves. A document is read in JSON, YAML or XML by one reader, which sees the shape of the JSON.

use std::borrow::Cow;

use super::Form as Made;
use super::Input;
use super::Read;
use super::checked;
use super::not_this;
use crate::load::text::node::Data;
use crate::load::text::reader::Map;
use crate::load::text::reader::Reader;
use crate::load::text::xml_tree;
use crate::load::text::xml_tree::Dialect;
use crate::load::text::xml_tree::Form;
use crate::load::text::xml_tree::Shape;
use crate::model::finding::Checked;
use crate::model::oscal::OscalDocument;

/// The namespace of OSCAL in XML, whatever its version.
pub(super) const SPACE: &str = "http://csrc.nist.gov/ns/oscal/";
/// The most entries of one list that a record holds; all are counted.
pub(super) const MAX_LISTED: usize = 5_000;
/// The most characters of a description.
const MAX_TEXT: usize = 1_000;

/// Whether a file is an OSCAL document with this root.
pub(super) fn is(input: &Input<'_>, root: &str) -> bool {
    match &input.form {
        Made::Xml { name, namespace: Some(space) } => name == root && space.starts_with(SPACE),
        Made::Tree(document) => document
            .root
            .get(root)
            .and_then(|inner| inner.get("metadata"))
            .is_some_and(|data| data.has("oscal-version")),
        Made::Xml { .. } | Made::Documents(_) | Made::Lines(_) | Made::Text | Made::Binary(_) => false,
    }
}

/// Reads the document below `root` with `inner`.
pub(super) fn read(
    input: &Input<'_>,
    title: &str,
    root: &str,
    known: &[&str],
    inner: fn(&Map<'_, '_, '_>) -> Option<Read>,
) -> Checked<Read> {
    if let Made::Xml { .. } = input.form {
        let tree = match xml_tree::parse(input.text, &DIALECT) {
            Ok(tree) => tree,
            Err(syntax) => return Checked::refused(syntax.finding(input.path, input.text)),
        };
        let reader = Reader::new(input.path, input.text, &tree.document);
        reader.count_unknown(tree.foreign);
        let read = reader.map(reader.root(), known).and_then(|map| inner(&map));
        return checked(reader, read);
    }
    let Some(document) = input.tree() else { return not_this(input, title) };
    let reader = Reader::new(input.path, input.text, document);
    let read = reader
        .map(reader.root(), &["$schema", root])
        .and_then(|outer| outer.map(root, known))
        .and_then(|map| inner(&map));
    checked(reader, read)
}

const DIALECT: Dialect = Dialect { space: |uri| uri.starts_with(SPACE).then_some(""), shape };

/// Elements that stand once for each entry of a list, and the list's name in JSON.
const EACH: &[(&str, &str)] = &[
    ("associated-activity", "associated-activities"),
    ("associated-risk", "related-risks"),
    ("capability", "capabilities"),
    ("characterization", "characterizations"),
    ("component", "components"),
    ("control", "controls"),
    ("control-implementation", "control-implementations"),
    ("control-objective-selection", "control-objective-selections"),
    ("control-selection", "control-selections"),
    ("document-id", "document-ids"),
    ("email-address", "email-addresses"),
    ("exclude-control", "exclude-controls"),
    ("external-id", "external-ids"),
    ("facet", "facets"),
    ("finding", "findings"),
    ("group", "groups"),
    ("implemented-requirement", "implemented-requirements"),
    ("import-component-definition", "import-component-definitions"),
    ("include-control", "include-controls"),
    ("incorporates-component", "incorporates-components"),
    ("link", "links"),
    ("location-uuid", "location-uuids"),
    ("location", "locations"),
    ("member-of-organization", "member-of-organizations"),
    ("mitigating-factor", "mitigating-factors"),
    ("observation", "observations"),
    ("origin", "origins"),
    ("param", "params"),
    ("part", "parts"),
    ("party", "parties"),
    ("poam-item", "poam-items"),
    ("prop", "props"),
    ("protocol", "protocols"),
    ("related-finding", "related-findings"),
    ("related-observation", "related-observations"),
    ("related-risk", "related-risks"),
    ("relevant-evidence", "relevant-evidence"),
    ("resource", "resources"),
    ("response", "remediations"),
    ("responsible-party", "responsible-parties"),
    ("responsible-role", "responsible-roles"),
    ("result", "results"),
    ("risk", "risks"),
    ("rlink", "rlinks"),
    ("role", "roles"),
    ("set-parameter", "set-parameters"),
    ("task", "tasks"),
    ("telephone-number", "telephone-numbers"),
    ("threat-id", "threat-ids"),
];

fn shape(path: &[Cow<'_, str>], name: &str) -> Shape {
    let inside = path.last().map_or("", AsRef::as_ref);
    match (inside, name) {
        ("implemented-requirement", "statement") => Shape::each("statements", Form::Map),
        ("observation", "method") => Shape::each("methods", Form::Value),
        ("observation", "type") => Shape::each("types", Form::Value),
        ("observation" | "task", "subject") => Shape::each("subjects", Form::Map),
        ("characterization", "origin") => Shape::new(Form::Map),
        ("result", "attestation") => Shape::each("attestations", Form::Map),
        ("metadata", "revisions") => Shape::new(Form::List),
        (_, "system-id") => Shape::new(Form::Content("id")),
        (_, "title" | "description" | "remarks" | "statement" | "purpose") => Shape::new(Form::Prose),
        _ => match EACH.iter().find(|(element, _)| *element == name) {
            Some((_, key)) => Shape::each(key, Form::Map),
            None => Shape::new(Form::Value),
        },
    }
}

/// Keys of `metadata`.
const METADATA: &[&str] = &[
    "title",
    "published",
    "last-modified",
    "version",
    "oscal-version",
    "revisions",
    "document-ids",
    "props",
    "links",
    "roles",
    "locations",
    "parties",
    "responsible-parties",
    "actions",
    "remarks",
];

const PARTY: &[&str] = &[
    "uuid",
    "type",
    "name",
    "short-name",
    "external-ids",
    "props",
    "links",
    "email-addresses",
    "telephone-numbers",
    "addresses",
    "location-uuids",
    "member-of-organizations",
    "remarks",
];

/// What the document says of itself.
pub(super) fn head(root: &Map<'_, '_, '_>) -> OscalDocument {
    let Some(metadata) = root.map("metadata", METADATA) else {
        return OscalDocument { uuid: root.owned("uuid"), ..OscalDocument::default() };
    };
    let organisations = metadata
        .maps("parties", PARTY)
        .iter()
        .filter(|party| party.text("type") == Some("organization"))
        .filter_map(|party| party.owned("name"))
        .collect();
    let markings = properties(&metadata)
        .into_iter()
        .filter(|(name, _)| name == "marking")
        .map(|(_, value)| value)
        .collect();
    OscalDocument {
        uuid: root.owned("uuid"),
        title: metadata.owned("title"),
        version: metadata.scalar("version").map(str::to_owned),
        oscal_version: metadata.scalar("oscal-version").map(str::to_owned),
        last_modified: metadata.instant("last-modified"),
        organisations,
        markings,
    }
}

/// Names and values of `props`.
pub(super) fn properties(map: &Map<'_, '_, '_>) -> Vec<(String, String)> {
    map.maps("props", &["name", "uuid", "ns", "value", "class", "group", "remarks"])
        .iter()
        .filter_map(|prop| Some((prop.owned("name")?, prop.scalar("value")?.to_owned())))
        .collect()
}

/// The value of the first property with one of these names.
pub(super) fn property(map: &Map<'_, '_, '_>, names: &[&str]) -> Option<String> {
    let all = properties(map);
    names.iter().find_map(|name| all.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()))
}

/// A text of some sentences, no longer than a record holds.
pub(super) fn brief(map: &Map<'_, '_, '_>, key: &str) -> Option<String> {
    map.text(key).map(cut).filter(|text| !text.is_empty())
}

/// The beginning of a text.
pub(super) fn cut(text: &str) -> String {
    text.trim().chars().take(MAX_TEXT).collect()
}

/// A title: that of the map, else the beginning of its description, else `other`.
pub(super) fn title(map: &Map<'_, '_, '_>, other: &str) -> String {
    let first_line =
        |text: &str| -> String { text.lines().next().unwrap_or_default().trim().chars().take(120).collect() };
    map.text("title")
        .map(str::to_owned)
        .filter(|text| !text.is_empty())
        .or_else(|| map.text("description").map(first_line).filter(|text| !text.is_empty()))
        .unwrap_or_else(|| other.to_owned())
}

/// Says so where a list has entries and none of them could be read.
pub(super) fn nothing_read(map: &Map<'_, '_, '_>, key: &str, read: usize) {
    let Some(node) = map.get(key) else { return };
    let holds = match &node.data {
        Data::List(items) => !items.is_empty(),
        Data::Map(entries) => !entries.is_empty(),
        Data::Null => false,
        Data::Bool(_) | Data::Number(_) | Data::Text(_) => true,
    };
    if read == 0 && holds {
        map.reader().error(
            node,
            "nothing-read",
            format!("`{key}` is not empty and nothing in it could be read"),
            "it is a list of objects: have the producer fix it",
        );
    }
}

/// A count as records and facts hold it.
pub(super) fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
