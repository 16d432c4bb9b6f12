//! Licences of SPDX as RDF: addresses, and sets of them, to the expressions that JSON writes.

use super::spdx_rdf::Graph;
use super::spdx_rdf::short;
use super::spdx_rdf::values;
use crate::load::text::node::Node;

/// The deepest nesting of sets that is followed; a set may lead back to itself.
const MAX_DEPTH: usize = 16;
/// The most members of a set.
const MAX_MEMBERS: usize = 1000;

/// The expression of the value of a property.
pub(super) fn licence<'n>(graph: &Graph<'n>, node: &'n Node<'n>) -> String {
    expression(graph, node, 0)
}

fn expression<'n>(graph: &Graph<'n>, node: &'n Node<'n>, depth: usize) -> String {
    if let Some(text) = node.text() {
        return text.to_owned();
    }
    if depth > MAX_DEPTH {
        return String::new();
    }
    for (kind, word) in [("ConjunctiveLicenseSet", " AND "), ("DisjunctiveLicenseSet", " OR ")] {
        if let Some(set) = values(node, kind).first() {
            return members(graph, set, word, depth);
        }
    }
    if let Some(later) = values(node, "OrLaterOperator").first() {
        return format!("{}+", members(graph, later, "", depth));
    }
    if let Some(with) = values(node, "WithExceptionOperator").first() {
        let exception = values(with, "licenseException").first().map(|one| expression(graph, one, depth + 1));
        return format!("{} WITH {}", members(graph, with, "", depth), exception.unwrap_or_default());
    }
    let kinds =
        ["ExtractedLicensingInfo", "License", "ListedLicense", "SimpleLicensingInfo", "LicenseException"];
    let inner = kinds.iter().find_map(|kind| values(node, kind).first());
    let named = inner.and_then(|inner| {
        let id = inner.text_of("rdf:about").map(short);
        let said = ["licenseId", "licenseExceptionId", "name"];
        id.or_else(|| said.iter().find_map(|key| values(inner, key).first()?.text()))
    });
    if let Some(id) = named {
        return id.to_owned();
    }
    if let Some(address) = node.text_of("rdf:resource") {
        return match address.rsplit_once('#') {
            Some((_, "noassertion")) => "NOASSERTION".to_owned(),
            Some((_, "none")) => "NONE".to_owned(),
            _ => short(address).to_owned(),
        };
    }
    // a name that leads to an element elsewhere in the file
    match node.text_of("rdf:nodeID").and_then(|id| graph.element(id)) {
        Some(element) if values(element, "member").is_empty() => {
            let said = values(element, "licenseId").first().and_then(Node::text);
            said.unwrap_or_default().to_owned()
        }
        Some(_) | None => String::new(),
    }
}

fn members<'n>(graph: &Graph<'n>, set: &'n Node<'n>, word: &str, depth: usize) -> String {
    let list = values(set, "member").iter().take(MAX_MEMBERS).map(|member| {
        let text = expression(graph, member, depth + 1);
        if text.contains(' ') { format!("({text})") } else { text }
    });
    list.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(word)
}
