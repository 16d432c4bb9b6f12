//! What a CycloneDX component gives beyond what is kept of it: makers, addresses, and the properties that BSI TR-03183-2
//! defines. Only whether it is there is kept, so nobody's address is published.

use crate::load::text::node::Data;
use crate::load::text::node::Node;
use crate::model::sbom::Given;

/// The `property` names of BSI TR-03183-2, and what each gives.
const PROPERTIES: [(&str, Given); 4] = [
    ("bsi:component:filename", Given::FileName),
    ("bsi:component:executable", Given::Executable),
    ("bsi:component:archive", Given::Archive),
    ("bsi:component:structured", Given::Structured),
];

/// The parts of a component that give something, where it has them.
pub(super) struct Parts<'n, 'a> {
    /// `properties`.
    pub properties: Option<&'n Node<'a>>,
    /// `externalReferences`.
    pub references: Option<&'n Node<'a>>,
    /// `authors`.
    pub authors: Option<&'n Node<'a>>,
    /// `manufacturer`.
    pub manufacturer: Option<&'n Node<'a>>,
    /// `supplier`.
    pub supplier: Option<&'n Node<'a>>,
}

impl<'n, 'a> Parts<'n, 'a> {
    /// Those of a component.
    pub(super) fn of(component: &'n Node<'a>) -> Self {
        Self {
            properties: component.get("properties"),
            references: component.get("externalReferences"),
            authors: component.get("authors"),
            manufacturer: component.get("manufacturer"),
            supplier: component.get("supplier"),
        }
    }
}

/// What a component gives, sorted, each once.
pub(super) fn given(parts: &Parts<'_, '_>) -> Vec<Given> {
    let mut out = Vec::new();
    fn list<'n, 'a>(part: Option<&'n Node<'a>>) -> &'n [Node<'a>] {
        part.and_then(Node::list).unwrap_or_default()
    }
    for property in list(parts.properties) {
        let name = property.text_of("name").unwrap_or_default();
        let named = PROPERTIES.iter().find(|(known, _)| *known == name);
        let valued = property.get("value").is_some_and(says);
        out.extend(named.filter(|_| valued).map(|(_, given)| *given));
    }
    for reference in list(parts.references) {
        if !reference.get("url").is_some_and(says) {
            continue;
        }
        match reference.text_of("type") {
            Some("source-distribution") => out.push(Given::SourceAddress),
            Some("distribution" | "distribution-intake") => {
                out.push(Given::DeployableAddress);
                let hashes = reference.get("hashes").and_then(Node::list).unwrap_or_default();
                if hashes.iter().any(|hash| {
                    hash.text_of("alg") == Some("SHA-512") && hash.get("content").is_some_and(says)
                }) {
                    out.push(Given::DeployableDigest);
                }
            }
            Some(_) | None => {}
        }
    }
    let authors = list(parts.authors);
    let makers = [parts.manufacturer, parts.supplier];
    let named = |node: &Node<'_>| node.get("name").is_some_and(says);
    if makers[0].is_some_and(named) || authors.iter().any(named) {
        out.push(Given::Maker);
    }
    if makers.into_iter().flatten().any(reachable) || authors.iter().any(reachable) {
        out.push(Given::Contact);
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// Whether an organisation or a person has an e-mail or web address.
pub(super) fn reachable(who: &Node<'_>) -> bool {
    let each =
        |key: &str| who.get(key).map_or(&[][..], |node| node.list().unwrap_or(std::slice::from_ref(node)));
    each("url").iter().any(is_address)
        || who.get("email").is_some_and(is_mail)
        || each("contact").iter().any(|contact| contact.get("email").is_some_and(is_mail))
}

fn is_mail(node: &Node<'_>) -> bool {
    let parts = node.text().and_then(|text| text.trim().split_once('@'));
    parts.is_some_and(|(who, place)| !who.is_empty() && place.contains('.') && !place.contains([' ', '@']))
}

fn is_address(node: &Node<'_>) -> bool {
    let rest = node.text().and_then(|text| text.trim().split_once("://"));
    rest.is_some_and(|(scheme, rest)| {
        matches!(scheme, "http" | "https") && rest.contains('.') && !rest.contains(' ')
    })
}

fn says(node: &Node<'_>) -> bool {
    match &node.data {
        Data::Text(text) => !matches!(text.trim(), "" | "NOASSERTION" | "NONE" | "unknown"),
        Data::Bool(_) | Data::Number(_) => true,
        Data::Null | Data::List(_) | Data::Map(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::text::json;

    fn of(text: &str) -> Vec<Given> {
        given(&Parts::of(&json::parse(text).unwrap().root))
    }

    #[test]
    fn what_is_given_is_told_from_what_is_only_named() {
        let full = r#"{"properties": [{"name": "bsi:component:filename", "value": "a.tar"},
            {"name": "bsi:component:executable", "value": "non-executable"},
            {"name": "bsi:component:archive", "value": ""}, {"name": "bsi:component:other", "value": "x"}],
            "externalReferences": [{"type": "source-distribution", "url": "https://example.org/a.src"},
            {"type": "distribution", "url": "https://example.org/a.tar",
             "hashes": [{"alg": "SHA-512", "content": "00"}]}, {"type": "vcs", "url": "https://example.org"}],
            "manufacturer": {"name": "A", "contact": [{"name": "Desk", "email": "desk@example.org"}]}}"#;
        let expected = [
            Given::Maker,
            Given::Contact,
            Given::FileName,
            Given::Executable,
            Given::SourceAddress,
            Given::DeployableAddress,
            Given::DeployableDigest,
        ];
        assert_eq!(of(full), expected);
        assert!(
            of(r#"{"supplier": {"name": "A", "url": ["not an address"]}, "properties": null}"#).is_empty()
        );
        assert_eq!(of(r#"{"supplier": {"url": ["https://example.org"]}}"#), [Given::Contact]);
        assert!(of(r#"{"authors": [{"email": "nobody at example"}]}"#).is_empty());
    }
}
