//! SPDX 2 as RDF in XML: the resources of the graph, wherever they stand, to a tree of the shape of SPDX JSON. References
//! are followed inside of the file only, and never in circles.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::json;

use super::Form as Made;
use super::Format;
use super::Input;
use super::Read;
use super::checked;
use super::spdx;
use super::spdx_rdf_licence::licence;
use crate::load::text::Language;
use crate::load::text::node::Data;
use crate::load::text::node::Document;
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
    id: "spdx-rdf-xml",
    title: "an SPDX 2 RDF/XML document",
    media_type: "application/rdf+xml",
    kind: EvidenceKind::Sbom,
    docs: "**What it reads.** SPDX 2.2 and 2.3 as RDF in XML, packages and relationships wherever they are nested, to the same \
           record as the JSON; 1.2 to 2.1 as far as they go, with a warning.\n\n\
           **Traps.** A resource may be described in several places: they are joined by its address. Licence sets become \
           expressions. Nothing outside of the file is fetched.\n\n\
           **Source.** <https://spdx.org/rdf/terms/>.",
    detect: |input| {
        matches!(&input.form, Made::Xml { name, namespace: Some(space) } if name == "RDF" && space == RDF)
            && input.text.contains(TERMS)
    },
    read,
};

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const TERMS: &str = "http://spdx.org/rdf/terms#";

const DIALECT: Dialect = Dialect {
    space: |uri| match uri {
        TERMS => Some(""),
        RDF => Some("rdf"),
        "http://www.w3.org/2000/01/rdf-schema#" => Some("rdfs"),
        "http://usefulinc.com/ns/doap#" => Some("doap"),
        _ => None,
    },
    // every property may stand several times
    shape: |_, _| Shape { key: "", form: Form::Value, each: true },
};

fn read(input: &Input<'_>) -> Checked<Read> {
    let tree = match xml_tree::parse(input.text, &DIALECT) {
        Ok(tree) => tree,
        Err(syntax) => return Checked::refused(syntax.finding(input.path, input.text)),
    };
    let graph = Graph::new(&tree.document.root);
    let document = Document {
        root: graph.shaped(),
        duplicates: Vec::new(),
        language: Language::RdfXml,
        rows: Vec::new(),
    };
    let reader = Reader::new(input.path, input.text, &document);
    let mut read = spdx::bill(&reader);
    if let Some(read) = &mut read {
        read.facts.insert("packages_about", json!(graph.named("Package")));
        read.facts.insert("files_about", json!(graph.named("File")));
        read.facts.insert("relationships_elements", json!(graph.relationships.len()));
    }
    checked(reader, read)
}

/// The values of a property.
pub(super) fn values<'n>(node: &'n Node<'n>, key: &str) -> &'n [Node<'n>] {
    node.get(key).map_or(&[], |said| said.list().unwrap_or(std::slice::from_ref(said)))
}

/// What a value refers to: an address, or a name inside of this file.
fn reference<'n>(node: &'n Node<'n>) -> Option<&'n str> {
    let own = ["rdf:resource", "rdf:about", "rdf:nodeID"];
    own.iter().find_map(|key| node.text_of(key)).or_else(|| {
        let inner =
            node.map()?.iter().find(|entry| entry.key.starts_with(|ch: char| ch.is_ascii_uppercase()))?;
        own.iter().find_map(|key| values(node, &inner.key).first()?.text_of(key))
    })
}

/// The last part of an address.
pub(super) fn short(address: &str) -> &str {
    address.rsplit(['#', '/']).next().unwrap_or(address)
}

/// What stands behind `#kind_`.
fn term(address: &str) -> &str {
    let word = short(address);
    word.split_once('_').map_or(word, |(_, word)| word)
}

/// `dynamicLink` as `DYNAMIC_LINK`.
fn shouted(word: &str) -> String {
    let mut out = String::new();
    for ch in word.chars() {
        if ch.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(ch.to_ascii_uppercase());
    }
    out
}

/// The resources of a file.
pub(super) struct Graph<'n> {
    root: &'n Node<'n>,
    /// Type and element, in the file's order.
    resources: Vec<(&'n str, &'n Node<'n>)>,
    /// What is behind a reference; of several descriptions the longest.
    by_id: BTreeMap<&'n str, &'n Node<'n>>,
    /// Subject and element.
    relationships: Vec<(Option<&'n str>, &'n Node<'n>)>,
}

impl<'n> Graph<'n> {
    fn new(root: &'n Node<'n>) -> Self {
        let mut out = Self { root, resources: Vec::new(), by_id: BTreeMap::new(), relationships: Vec::new() };
        let mut stack: Vec<(&str, &Node<'_>, Option<&str>)> = vec![("rdf:RDF", root, None)];
        while let Some((key, node, subject)) = stack.pop() {
            let Some(entries) = node.map() else { continue };
            let own = node.text_of("rdf:about").or_else(|| node.text_of("rdf:nodeID"));
            let is_resource = key.starts_with(|ch: char| ch.is_ascii_uppercase());
            if key == "Relationship" {
                out.relationships.push((subject, node));
            } else if is_resource {
                out.resources.push((key, node));
            }
            if let Some(id) = own.filter(|_| is_resource) {
                let longest = out.by_id.entry(id).or_insert(node);
                if entries.len() > longest.map().map_or(0, <[_]>::len) {
                    *longest = node;
                }
            }
            // a relationship is about what it stands in
            let subject = if is_resource && key != "Relationship" { own.or(subject) } else { subject };
            for entry in entries.iter().rev() {
                let items = entry.value.list().unwrap_or(std::slice::from_ref(&entry.value));
                stack.extend(items.iter().rev().map(|item| (entry.key.as_ref(), item, subject)));
            }
        }
        out
    }

    /// What a reference inside of this file leads to.
    pub(super) fn element(&self, id: &str) -> Option<&'n Node<'n>> {
        self.by_id.get(id).copied()
    }

    fn of<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = &'n Node<'n>> + 's {
        self.resources.iter().filter(move |(found, _)| *found == kind).map(|(_, node)| *node)
    }

    fn named(&self, kind: &str) -> usize {
        self.of(kind).filter(|node| node.has("rdf:about")).count()
    }

    /// The document in the shape of its JSON.
    fn shaped(&self) -> Node<'n> {
        let mut out = Shaped::new(self.root);
        let documents: Vec<&Node<'_>> = self.of("SpdxDocument").collect();
        for document in &documents {
            out.text("spdxVersion", values(document, "specVersion"));
            out.text("name", values(document, "name"));
            if let Some(about) = document.text_of("rdf:about") {
                let namespace = about.split_once('#').map_or(about, |(namespace, _)| namespace);
                out.put("SPDXID", owned(document, short(about)));
                out.put("documentNamespace", owned(document, namespace));
            }
            let described = values(document, "describesPackage").iter();
            let described = described.filter_map(|node| Some(owned(node, short(reference(node)?))));
            out.list("documentDescribes", described.collect());
        }
        if let Some(info) = self.of("CreationInfo").next() {
            let mut made = Shaped::new(info);
            made.text("created", values(info, "created"));
            let creators = values(info, "creator").iter();
            made.list("creators", creators.filter_map(|node| Some(owned(node, node.text()?))).collect());
            out.put("creationInfo", made.node());
        }
        out.list("packages", self.packages());
        for (key, kind) in [
            ("files", "File"),
            ("snippets", "Snippet"),
            ("hasExtractedLicensingInfos", "ExtractedLicensingInfo"),
        ] {
            let mut seen = std::collections::BTreeSet::new();
            let unique =
                self.of(kind).filter(|node| node.text_of("rdf:about").is_none_or(|id| seen.insert(id)));
            out.list(key, unique.map(|node| Shaped::new(node).node()).collect());
        }
        out.list(
            "relationships",
            self.relationships.iter().map(|(from, node)| related(*from, node)).collect(),
        );
        out.node()
    }

    fn packages(&self) -> Vec<Node<'n>> {
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let mut packages: Vec<(&Node<'_>, Shaped<'_>)> = Vec::new();
        for node in self.of("Package") {
            let about = node.text_of("rdf:about").or_else(|| node.text_of("rdf:nodeID"));
            let at = match about.and_then(|about| places.get(about)) {
                Some(at) => *at,
                None => {
                    let mut shaped = Shaped::new(node);
                    if let Some(about) = about {
                        shaped.put("SPDXID", owned(node, short(about)));
                        places.insert(about, packages.len());
                    }
                    packages.push((node, shaped));
                    packages.len() - 1
                }
            };
            self.package(node, &mut packages[at].1);
        }
        packages.into_iter().map(|(_, shaped)| shaped.node()).collect()
    }

    fn package(&self, node: &'n Node<'n>, out: &mut Shaped<'n>) {
        for key in ["name", "versionInfo", "supplier"] {
            out.text(key, values(node, key));
        }
        for key in ["licenseDeclared", "licenseConcluded"] {
            if let Some(said) = values(node, key).first() {
                out.put(key, owned(said, &licence(self, said)));
            }
        }
        if let Some(purpose) = values(node, "primaryPackagePurpose").first().and_then(reference) {
            out.put("primaryPackagePurpose", owned(node, &shouted(term(purpose))));
        }
        let inner = |key: &str, kind: &'static str| {
            values(node, key).iter().flat_map(move |one| values(one, kind)).collect::<Vec<_>>()
        };
        let sums = inner("checksum", "Checksum").into_iter().map(|sum| {
            let mut one = Shaped::new(sum);
            if let Some(algorithm) = values(sum, "algorithm").first().and_then(reference) {
                one.put("algorithm", owned(sum, &term(algorithm).to_ascii_uppercase()));
            }
            one.text("checksumValue", values(sum, "checksumValue"));
            one.node()
        });
        out.list("checksums", sums.collect());
        let references = inner("externalRef", "ExternalRef").into_iter().map(|outer| {
            let mut one = Shaped::new(outer);
            for key in ["referenceCategory", "referenceType"] {
                if let Some(word) = values(outer, key).first().and_then(reference) {
                    one.put(key, owned(outer, term(word)));
                }
            }
            one.text("referenceLocator", values(outer, "referenceLocator"));
            one.node()
        });
        out.list("externalRefs", references.collect());
    }
}

fn related<'n>(from: Option<&str>, node: &'n Node<'n>) -> Node<'n> {
    let mut out = Shaped::new(node);
    let kind = values(node, "relationshipType").first().and_then(reference);
    let to = values(node, "relatedSpdxElement").first().and_then(reference);
    for (key, address) in [("spdxElementId", from), ("relatedSpdxElement", to)] {
        if let Some(address) = address {
            out.put(key, owned(node, short(address)));
        }
    }
    if let Some(kind) = kind {
        out.put("relationshipType", owned(node, &shouted(term(kind))));
    }
    out.node()
}

fn owned<'a>(at: &Node<'_>, text: &str) -> Node<'a> {
    Node { data: Data::Text(Cow::Owned(text.to_owned())), start: at.start, end: at.end }
}

/// A map that is made, where its element stands.
struct Shaped<'a> {
    entries: Vec<Entry<'a>>,
    start: u32,
    end: u32,
}

impl<'a> Shaped<'a> {
    fn new(at: &Node<'_>) -> Self {
        Self { entries: Vec::new(), start: at.start, end: at.end }
    }

    /// The first value of a key is kept.
    fn put(&mut self, key: &'static str, value: Node<'a>) {
        if !self.entries.iter().any(|entry| entry.key == key) {
            self.entries.push(Entry { key: Cow::Borrowed(key), key_start: value.start, value });
        }
    }

    fn text(&mut self, key: &'static str, said: &[Node<'_>]) {
        if let Some((node, text)) = said.first().and_then(|node| Some((node, node.text()?))) {
            self.put(key, owned(node, text));
        }
    }

    fn list(&mut self, key: &'static str, items: Vec<Node<'a>>) {
        if let (Some(first), Some(last)) = (items.first(), items.last()) {
            let (start, end) = (first.start, last.end.max(first.end));
            self.put(key, Node { data: Data::List(items), start, end });
        }
    }

    fn node(self) -> Node<'a> {
        Node { data: Data::Map(self.entries), start: self.start, end: self.end }
    }
}
