//! What an SPDX 3 package gives beyond what is kept of it: makers, addresses, and of the files it is delivered as what
//! BSI TR-03183-2 asks for. Only whether it is there is kept.

use super::spdx3_graph::Graph;
use super::spdx3_graph::local;
use crate::load::text::node::Node;
use crate::model::sbom::Given;

/// What `package` gives, delivered as these files; sorted, each once.
pub(super) fn given<'n>(
    graph: &Graph<'n>,
    package: &'n Node<'n>,
    files: Option<&Vec<&'n Node<'n>>>,
) -> Vec<Given> {
    let mut out = Vec::new();
    let said = |node: &Node<'_>, key: &str| {
        node.text_of(key).is_some_and(|text| !matches!(text.trim(), "" | "NOASSERTION" | "NONE"))
    };
    if package.get("originatedBy").is_some_and(Node::holds) {
        out.push(Given::Maker);
    }
    if ["originatedBy", "suppliedBy"]
        .iter()
        .filter_map(|key| package.get(key))
        .any(|who| graph.reachable(who))
    {
        out.push(Given::Contact);
    }
    if said(package, "software_downloadLocation") {
        out.push(Given::DeployableAddress);
    }
    if package.text_of("software_sourceInfo").is_some_and(|text| text.contains("://")) {
        out.push(Given::SourceAddress);
    }
    for file in files.into_iter().flatten().filter_map(|file| graph.element(file)) {
        if said(file, "name") {
            out.push(Given::FileName);
        }
        let purposes = ["software_primaryPurpose", "software_additionalPurpose"].iter();
        let purposes = purposes.filter_map(|key| file.get(key));
        // a file that says what it is for says by that what it is not
        if purposes.clone().any(Node::holds) {
            out.extend([Given::Executable, Given::Archive, Given::Structured]);
        }
        let hashes = file.get("verifiedUsing").and_then(Node::list).unwrap_or_default();
        if hashes.iter().any(|hash| hash.text_of("algorithm").map(local) == Some("sha512")) {
            out.push(Given::DeployableDigest);
        }
    }
    out.sort_unstable();
    out.dedup();
    out
}
