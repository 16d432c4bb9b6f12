//! The graph of an SPDX 3 document: its elements by their ids, and what references between them mean.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::licence;
use crate::load::text::node::Node;
use crate::model::sbom::Licence;

/// The deepest nesting of licence sets that is followed; sets may lead back to themselves.
const MAX_SETS: usize = 16;

/// Namespaces of types, as they stand before the `_`, and types of the core, which have none.
const SPACES: &[&str] =
    &["software", "security", "simplelicensing", "expandedlicensing", "ai", "build", "dataset", "extension"];
const CORE: &[&str] = &[
    "Agent",
    "Annotation",
    "Bom",
    "Bundle",
    "CreationInfo",
    "IndividualElement",
    "LifecycleScopedRelationship",
    "Organization",
    "Person",
    "Relationship",
    "SoftwareAgent",
    "SpdxDocument",
    "Tool",
];

/// Elements, by what they are called.
pub(super) struct Graph<'n> {
    /// Type, without its namespace, and element, in the file's order.
    pub elements: Vec<(&'n str, &'n Node<'n>)>,
    /// How many have a type of SPDX 3.
    pub known: usize,
    by_id: BTreeMap<&'n str, (&'n str, &'n Node<'n>)>,
}

/// A word of SPDX, without the namespace or the address before it.
pub(super) fn local(word: &str) -> &str {
    let word = word.rsplit(['/', '#']).next().unwrap_or(word);
    word.rsplit_once('_').filter(|(space, _)| SPACES.contains(space)).map_or(word, |(_, rest)| rest)
}

fn type_of<'n>(node: &'n Node<'n>) -> &'n str {
    node.text_of("type").or_else(|| node.text_of("@type")).unwrap_or_default()
}

impl<'n> Graph<'n> {
    /// The graph of these elements.
    pub(super) fn new(nodes: &'n [Node<'n>]) -> Self {
        let mut out = Self { elements: Vec::new(), known: 0, by_id: BTreeMap::new() };
        for node in nodes {
            let written = type_of(node);
            let kind = local(written);
            let spaced = written.split_once('_').is_some_and(|(space, _)| SPACES.contains(&space));
            out.known += usize::from(spaced || written.contains("spdx.org/rdf/") || CORE.contains(&kind));
            out.elements.push((kind, node));
            if let Some(id) = Self::id_of(node) {
                out.by_id.insert(id, (kind, node));
            }
        }
        out
    }

    /// What a reference leads to, or what an element that stands in its place is called.
    pub(super) fn id_of(node: &'n Node<'n>) -> Option<&'n str> {
        node.text().or_else(|| node.text_of("spdxId")).or_else(|| node.text_of("@id"))
    }

    /// Whether `id` is a package of this file.
    pub(super) fn is_package(&self, id: &str) -> bool {
        self.by_id.get(id).is_some_and(|(kind, _)| kind.ends_with("Package"))
    }

    /// The element of the document itself.
    pub(super) fn document(&self) -> Option<&'n Node<'n>> {
        self.elements.iter().find(|(kind, _)| *kind == "SpdxDocument").map(|(_, node)| *node)
    }

    /// The element a reference leads to; the element itself when it stands in its place.
    pub(super) fn element(&self, node: &'n Node<'n>) -> Option<&'n Node<'n>> {
        match node.text() {
            Some(id) => self.by_id.get(id).map(|(_, node)| *node),
            None => Some(node),
        }
    }

    /// Who made the document, when, with what.
    pub(super) fn creation(&self) -> Option<&'n Node<'n>> {
        let holder = self.document().or_else(|| self.elements.first().map(|(_, node)| *node))?;
        self.element(holder.get("creationInfo")?)
    }

    /// The name of who a reference leads to; the reference as written where the file does not say.
    pub(super) fn name(&self, node: &'n Node<'n>) -> String {
        let named = self.element(node).and_then(|element| element.text_of("name"));
        named.or_else(|| Self::id_of(node)).unwrap_or_default().to_owned()
    }

    /// Whether one of those that references lead to gives an e-mail or web address.
    pub(super) fn reachable(&self, who: &'n Node<'n>) -> bool {
        let all = |node: &'n Node<'n>| node.list().unwrap_or(std::slice::from_ref(node));
        let known = |node: &'n Node<'n>| {
            let kind = node.text_of("externalIdentifierType").map(local);
            let text = node.text_of("identifier").unwrap_or_default();
            matches!(kind, Some("email" | "urlScheme" | "url"))
                && (text.contains('@') || text.contains("://"))
        };
        all(who)
            .iter()
            .filter_map(|one| self.element(one))
            .any(|agent| agent.get("externalIdentifier").is_some_and(|list| all(list).iter().any(known)))
    }

    /// Phases that the bills inside say they are of.
    pub(super) fn lifecycles(&self) -> Vec<String> {
        let mut out = Vec::new();
        for (_, node) in self.elements.iter().filter(|(kind, _)| *kind == "Sbom") {
            let Some(said) = node.get("software_sbomType") else { continue };
            for one in said.list().unwrap_or(std::slice::from_ref(said)).iter().filter_map(Node::text) {
                let word = local(one).to_owned();
                if !out.contains(&word) && out.len() < 16 {
                    out.push(word);
                }
            }
        }
        out
    }

    /// What the document is about: its roots, those of bills among them followed once; else what it describes.
    pub(super) fn roots(&self, described: &BTreeSet<&'n str>) -> BTreeSet<&'n str> {
        let roots = |node: &'n Node<'n>| {
            let said = node.get("rootElement");
            said.map_or(&[][..], |said| said.list().unwrap_or(std::slice::from_ref(said)))
        };
        let mut out = BTreeSet::new();
        for root in self.document().map_or(&[][..], roots) {
            let Some(id) = Self::id_of(root) else { continue };
            match self.by_id.get(id) {
                Some((kind, node)) if matches!(*kind, "Sbom" | "Bom") => {
                    out.extend(roots(node).iter().filter_map(Self::id_of));
                }
                Some(_) | None => {
                    out.insert(id);
                }
            }
        }
        out.retain(|id| self.is_package(id));
        if out.is_empty() {
            described.iter().copied().filter(|id| self.is_package(id)).collect()
        } else {
            out
        }
    }

    /// The licences that relationships give, all of which apply.
    pub(super) fn licence(&self, given: Option<&Vec<&'n Node<'n>>>) -> Licence {
        let texts = given.into_iter().flatten().map(|node| self.licence_text(node, 0));
        licence::all(texts.map(|text| licence::licence(&text)).collect())
    }

    fn licence_text(&self, node: &'n Node<'n>, depth: usize) -> String {
        let id = Self::id_of(node).unwrap_or_default();
        let Some(element) = self.element(node) else { return named_licence(id) };
        let text = |key: &str| element.text_of(key).map(str::to_owned);
        let parts = |key: &str, word: &str| {
            let list = element.get(key)?;
            let list = list.list().unwrap_or(std::slice::from_ref(list));
            // a set inside of a set needs its parentheses, and what follows itself has an end
            let inner = list.iter().take(1000).map(|one| {
                let text = if depth < MAX_SETS { self.licence_text(one, depth + 1) } else { String::new() };
                if text.contains(' ') { format!("({text})") } else { text }
            });
            Some(inner.collect::<Vec<_>>().join(word))
        };
        let found = match local(type_of(element)) {
            "LicenseExpression" => text("simplelicensing_licenseExpression"),
            "ConjunctiveLicenseSet" => parts("expandedlicensing_member", " AND "),
            "DisjunctiveLicenseSet" => parts("expandedlicensing_member", " OR "),
            "NoAssertionLicense" => Some("NOASSERTION".to_owned()),
            "NoneLicense" => Some("NONE".to_owned()),
            _ => None,
        };
        found.or_else(|| text("name")).unwrap_or_else(|| named_licence(id))
    }
}

/// A licence that is named by an address.
fn named_licence(id: &str) -> String {
    match local(id) {
        "NoAssertionLicense" | "NoAssertion" => "NOASSERTION".to_owned(),
        "NoneLicense" | "None" => "NONE".to_owned(),
        short if id.contains("spdx.org/licenses/") => short.to_owned(),
        _ => id.to_owned(),
    }
}
