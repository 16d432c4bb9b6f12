//! Who made a CycloneDX document, with what, in which phase, and how complete they say it is.

use std::collections::BTreeSet;

use super::cyclonedx::COMPONENT;
use super::cyclonedx_given;
use crate::load::text::node::Node;
use crate::load::text::reader::Map;
use crate::model::sbom::Component;

/// People and organisations, and tools.
pub(super) fn makers(metadata: Map<'_, '_, '_>) -> (Vec<String>, Vec<String>) {
    let mut creators = Vec::new();
    for key in ["manufacturer", "manufacture", "supplier"] {
        creators.extend(
            metadata
                .map(key, &["name", "url", "contact", "bom-ref", "address"])
                .and_then(|map| map.owned("name")),
        );
    }
    for author in metadata.maps("authors", &["name", "email", "phone", "bom-ref"]) {
        creators.extend(author.owned("name"));
    }
    let mut tools = Vec::new();
    let Some(node) = metadata.get("tools") else { return (creators, tools) };
    let reader = metadata.reader();
    let mut add = |map: Map<'_, '_, '_>| {
        let version = map.scalar("version").map(|version| format!(" {version}")).unwrap_or_default();
        tools.extend(map.text("name").map(|name| format!("{name}{version}")));
    };
    if let Some(list) = node.list() {
        list.iter()
            .filter_map(|tool| reader.map(tool, &["vendor", "name", "version", "hashes"]))
            .for_each(&mut add);
    } else if let Some(map) = reader.map(node, &["components", "services"]) {
        for key in ["components", "services"] {
            map.list(key).iter().filter_map(|tool| reader.map(tool, COMPONENT)).for_each(&mut add);
        }
    }
    (creators, tools)
}

/// Whether one of those who made the document gives an e-mail or web address.
pub(super) fn reachable(metadata: Map<'_, '_, '_>) -> bool {
    let makers = ["manufacturer", "manufacture", "supplier"].iter().filter_map(|key| metadata.get(key));
    let authors = metadata.get("authors").and_then(Node::list).unwrap_or_default();
    makers.chain(authors).any(cyclonedx_given::reachable)
}

/// Phases, as written.
pub(super) fn lifecycles(metadata: Map<'_, '_, '_>) -> Vec<String> {
    metadata
        .maps("lifecycles", &["phase", "name", "description"])
        .iter()
        .filter_map(|lifecycle| lifecycle.owned("phase").or_else(|| lifecycle.owned("name")))
        .collect()
}

/// What the document says of its completeness as a whole, when it says one thing.
pub(super) fn completeness(root: &Map<'_, '_, '_>, primary: Option<&Component>) -> Option<String> {
    let known = &["aggregate", "assemblies", "dependencies", "vulnerabilities", "bom-ref", "signature"];
    let mut said = BTreeSet::new();
    for composition in root.maps("compositions", known) {
        let parts: Vec<String> =
            ["assemblies", "dependencies"].iter().flat_map(|key| composition.texts(key)).collect();
        let whole = parts.is_empty() || primary.is_some_and(|primary| parts.contains(&primary.reference));
        if whole {
            said.extend(composition.owned("aggregate"));
        }
    }
    if said.len() == 1 { said.pop_first() } else { None }
}

/// The TLP label of the document.
pub(super) fn tlp(metadata: Map<'_, '_, '_>) -> Option<String> {
    metadata.map("distributionConstraints", &["tlp"])?.owned("tlp")
}
