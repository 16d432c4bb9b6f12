//! OpenVEX 0.0.1 to 0.2.0, whose documents differ in where strings became objects.

use std::collections::BTreeMap;

use serde_json::json;

use super::Format;
use super::Input;
use super::Read;
use super::checked;
use super::not_this;
use crate::load::text::node::Data;
use crate::load::text::node::Node;
use crate::load::text::reader::Map;
use crate::load::text::reader::Reader;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::vex::Vex;
use crate::model::vex::VexProduct;
use crate::model::vex::VexStatement;
use crate::model::vex::VexStatus;

/// The row.
pub(super) const ROW: Format = Format {
    id: "openvex",
    title: "an OpenVEX document",
    media_type: "application/vnd.openvex+json",
    kind: EvidenceKind::Vex,
    docs: "**What it reads.** OpenVEX 0.0.1 to 0.2.0, recognised by its `@context`.\n\n\
           **Traps.** Vulnerabilities and products are texts in old documents and objects in new ones. A statement without a \
           time has the document's. Of two statements about the same product and vulnerability the later one holds. \
           `not_affected` without a justification or an impact statement breaks the specification, and so does `affected` without \
           an action statement.\n\n\
           **Source.** <https://github.com/openvex/spec>.",
    detect: |input| {
        input.text_of("@context").is_some_and(|context| context.starts_with("https://openvex.dev/ns"))
    },
    read,
};

const STATEMENT: &[&str] = &[
    "@id",
    "version",
    "vulnerability",
    "vuln_description",
    "timestamp",
    "last_updated",
    "products",
    "subcomponents",
    "status",
    "status_notes",
    "supplier",
    "justification",
    "impact_statement",
    "action_statement",
    "action_statement_timestamp",
];

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, ROW.title) };
    let reader = Reader::new(input.path, input.text, document);
    let read = vex(&reader);
    checked(reader, read)
}

fn vex(reader: &Reader<'_>) -> Option<Read> {
    let known = [
        "@context",
        "@id",
        "author",
        "role",
        "timestamp",
        "last_updated",
        "version",
        "tooling",
        "statements",
        "supplier",
    ];
    let root = reader.map(reader.root(), &known)?;
    let timestamp = root.instant("timestamp");
    let statements: Vec<VexStatement> =
        root.content("statements", STATEMENT).iter().map(|map| statement(map, &root)).collect();
    if statements.is_empty() && !root.holds("statements") {
        reader.warn(root.node(), "empty-document", "it holds no statement");
    }
    let list = root.get("statements").and_then(Node::list).unwrap_or_default();
    let mut by_status: BTreeMap<&str, usize> = BTreeMap::new();
    for statement in &statements {
        *by_status.entry(&statement.raw_status).or_default() += 1;
    }
    let mut known_products: Vec<VexProduct> = list
        .iter()
        .flat_map(|statement| statement.get("products").and_then(Node::list).unwrap_or_default())
        .filter_map(described)
        .collect();
    known_products.sort();
    known_products.dedup();
    let products: usize = statements.iter().map(|statement| statement.products.len()).sum();
    let facts = [
        ("author", json!(root.text("author"))),
        ("context", json!(root.text("@context"))),
        ("id", json!(root.text("@id"))),
        ("products", json!(products)),
        ("statements", json!(list.len())),
        ("status", json!(by_status)),
        ("version", root.get("version").map_or(serde_json::Value::Null, crate::load::text::typed::to_json)),
    ];
    let version = root
        .text("@context")
        .and_then(|context| context.rsplit_once("/v"))
        .map(|(_, version)| version.to_owned());
    Some(Read {
        format_version: version,
        title: root.text("author").map(|author| format!("VEX by {author}")),
        captured_at: root.get("last_updated").and_then(|_| root.instant("last_updated")).or(timestamp),
        facts: facts.into_iter().collect(),
        ..Read::new(Body::Vex(Box::new(Vex {
            document_id: root.owned("@id"),
            author: root.owned("author"),
            version: root.scalar("version").map(str::to_owned),
            timestamp,
            statements,
            products: known_products,
            ..Vex::default()
        })))
    })
}

fn statement(map: &Map<'_, '_, '_>, root: &Map<'_, '_, '_>) -> VexStatement {
    let reader = map.reader();
    let (vulnerability, aliases, described) = match map.get("vulnerability") {
        Some(node) if node.text().is_some() => (node.text().unwrap_or_default().to_owned(), Vec::new(), None),
        Some(node) => reader.map(node, &["@id", "name", "description", "aliases"]).map_or_else(
            Default::default,
            |inner| {
                let name = inner.owned("name").or_else(|| inner.owned("@id")).unwrap_or_default();
                (name, inner.texts("aliases"), inner.owned("description"))
            },
        ),
        None => Default::default(),
    };
    if vulnerability.is_empty() {
        reader.warn(map.node(), "missing-id", "a statement about no vulnerability");
    }
    let raw = map.owned("status").unwrap_or_default();
    let status = match raw.as_str() {
        "not_affected" => VexStatus::NotAffected,
        "affected" => VexStatus::Affected,
        "fixed" => VexStatus::Fixed,
        "under_investigation" => VexStatus::UnderInvestigation,
        other => {
            let at = map.get("status").unwrap_or(map.node());
            reader.warn(
                at,
                "unknown-status",
                format!("`{other}` is no status of the specification; shown as unknown"),
            );
            VexStatus::Unknown
        }
    };
    let justification = map.owned("justification");
    let impact = map.owned("impact_statement");
    if status == VexStatus::NotAffected && justification.is_none() && impact.is_none() {
        let message = "`not_affected` without a justification or an impact statement";
        reader.warn(map.get("status").unwrap_or(map.node()), "missing-justification", message);
    }
    let action = map.owned("action_statement");
    if status == VexStatus::Affected && action.is_none() {
        let message = "`affected` without an action statement: what those who use it should do";
        reader.warn(map.get("status").unwrap_or(map.node()), "missing-key", message);
    }
    let detail: Vec<String> =
        [impact, action, map.owned("status_notes"), parts(reader, map)].into_iter().flatten().collect();
    VexStatement {
        vulnerability,
        aliases,
        description: described.or_else(|| map.owned("vuln_description")),
        severity: None,
        products: map.list("products").iter().filter_map(|node| product(reader, node)).collect(),
        status,
        raw_status: raw,
        justification,
        detail: (!detail.is_empty()).then(|| detail.join("\n\n")),
        timestamp: map
            .get("last_updated")
            .and_then(|_| map.instant("last_updated"))
            .or_else(|| map.get("timestamp").and_then(|_| map.instant("timestamp")))
            .or_else(|| root.instant("timestamp")),
    }
}

/// A product as matched and shown: its package URL, else its id.
fn product(reader: &Reader<'_>, node: &Node<'_>) -> Option<String> {
    match &node.data {
        Data::Text(text) => Some(text.to_string()),
        _ => {
            let map = reader.map(node, PRODUCT)?;
            let id = map.owned("@id");
            match &id {
                Some(text) if text.starts_with("pkg:") => id,
                Some(_) | None => purls(node).into_iter().next().or(id),
            }
        }
    }
}

const PRODUCT: &[&str] = &["@id", "identifiers", "hashes", "subcomponents", "supplier"];

fn purls(node: &Node<'_>) -> Vec<String> {
    let purl = node.get("identifiers").and_then(|identifiers| identifiers.text_of("purl"));
    purl.into_iter().map(str::to_owned).collect()
}

/// A product that is described by more than its id.
fn described(node: &Node<'_>) -> Option<VexProduct> {
    let words = |key: &str| {
        let entries = node.get(key).and_then(Node::map).unwrap_or_default();
        entries
            .iter()
            .filter(|entry| entry.key != "purl")
            .filter_map(|entry| Some(format!("{} {}", entry.key, entry.value.text()?)))
            .collect::<Vec<String>>()
    };
    let identifiers: Vec<String> = words("identifiers").into_iter().chain(words("hashes")).collect();
    let (id, purls) = (node.text_of("@id").unwrap_or_default().to_owned(), purls(node));
    let more = !identifiers.is_empty() || purls.iter().any(|purl| *purl != id);
    more.then(|| VexProduct {
        name: if id.is_empty() { "(no id)".to_owned() } else { id.clone() },
        id,
        purls,
        identifiers,
    })
}

/// The parts of products that a statement is about.
fn parts(reader: &Reader<'_>, map: &Map<'_, '_, '_>) -> Option<String> {
    let of_products = map.list("products").iter().filter_map(|node| node.get("subcomponents")?.list());
    let of_statement = map.get("subcomponents").and_then(Node::list);
    let mut names: Vec<String> = of_statement
        .into_iter()
        .chain(of_products)
        .flatten()
        .filter_map(|node| product(reader, node))
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    (!names.is_empty()).then(|| format!("About the parts {}", names.join(", ")))
}
