//! Relations of a CycloneDX document: read one by one, sorted by number, their texts shared.

use std::borrow::Cow;

use crate::load::text::Language;
use crate::load::text::json::Item;
use crate::load::text::reader::Map;
use crate::load::text::reader::Reader;
use crate::load::text::row::Row;
use crate::load::text::row::UNKNOWN;
use crate::model::interner::Names;
use crate::model::sbom::Edge;
use crate::model::sbom::Shared;

/// The edges of a document.
pub(super) struct Edges {
    pub(super) edges: Vec<Edge>,
    /// Entries of `dependencies`.
    pub(super) nodes: usize,
    /// `dependsOn` in these, as often as written.
    pub(super) depends: usize,
    /// `provides` in these.
    pub(super) provides: usize,
}

/// Reads them; references that no component has get numbers behind those of components.
pub(super) fn dependencies<'t>(
    reader: &Reader<'t>,
    root: &Map<'_, '_, 't>,
    references: &mut Names<'_>,
) -> Edges {
    const KNOWN: &[&str] = &["ref", "dependsOn", "provides"];
    const KINDS: [&str; 2] = ["depends", "provides"];
    let components = references.len();
    let mut out = Edges { edges: Vec::new(), nodes: 0, depends: 0, provides: 0 };
    let mut dangling = 0;
    let mut found: Vec<(u32, u32, usize)> = Vec::new();
    // the number of a reference, and whether it is that of a component
    let mut number = |text: &str| match references.get(text) {
        Some(number) => (number, (number as usize) < components),
        None => (references.put(Cow::Owned(text.to_owned())), false),
    };
    let mut targets: Vec<(&str, usize)> = Vec::new();
    root.each_item("dependencies", |_, item| {
        let node = match item {
            Item::Row(row) => {
                let Some((from, unknown)) = plain(row, &mut targets) else { return false };
                reader.count_unknown(unknown);
                out.nodes += 1;
                let (from, known) = number(from);
                dangling += usize::from(!known);
                // as they come from a tree
                for wanted in [0, 1] {
                    for (to, kind) in targets.iter().filter(|(_, kind)| *kind == wanted) {
                        let (to, known) = number(to);
                        dangling += usize::from(!known);
                        found.push((from, to, *kind));
                    }
                }
                let provides = targets.iter().filter(|(_, kind)| *kind == 1).count();
                out.provides += provides;
                out.depends += targets.len() - provides;
                return true;
            }
            Item::Tree(node) => node,
        };
        let Some(map) = reader.map(node, KNOWN) else { return true };
        out.nodes += 1;
        let mut nodes: Vec<(Map<'_, '_, '_>, bool)> = vec![(map, true)];
        while let Some((node, top)) = nodes.pop() {
            let Some(from) = node.text("ref") else { continue };
            let (from, known) = number(from);
            dangling += usize::from(!known);
            for (key, kind) in [("dependsOn", 0), ("provides", 1)] {
                if !node.has(key) {
                    continue;
                }
                for item in node.list(key) {
                    out.provides += usize::from(top && kind == 1);
                    out.depends += usize::from(top && kind == 0);
                    // XML may write a dependency of a dependency inside of it
                    let nested =
                        Some(item).filter(|item| reader.language() == Language::Xml && item.has("ref"));
                    let nested = nested.and_then(|item| reader.map(item, KNOWN));
                    let Some(to) = nested.map_or_else(|| item.text(), |map| map.text("ref")) else {
                        reader.warn(item, "wrong-type", "a reference is a text; it is left out");
                        continue;
                    };
                    let (to, known) = number(to);
                    nodes.extend(nested.map(|map| (map, false)));
                    dangling += usize::from(!known);
                    found.push((from, to, kind));
                }
            }
        }
        true
    });
    if dangling > 0
        && let Some(at) = root.get("dependencies")
    {
        let message =
            format!("{dangling} references in `dependencies` lead to no component of this document");
        reader.warn(at, "dangling-reference", message);
    }
    out.edges = sorted(references, found, &KINDS);
    out
}

/// An entry as most are: where from, how many keys nobody knows, and in `targets` where to and of which kind.
fn plain<'t>(row: &mut Row<'t>, targets: &mut Vec<(&'t str, usize)>) -> Option<(&'t str, u32)> {
    targets.clear();
    let mut from = None;
    let unknown = row.entries(|row, key| {
        let (number, kind) = match key {
            "ref" => {
                from = Some(row.text()?);
                return Some(0);
            }
            "dependsOn" => (1, 0),
            "provides" => (2, 1),
            _ => return Some(UNKNOWN),
        };
        row.items(|row| {
            targets.push((row.text()?, kind));
            Some(())
        })?;
        Some(number)
    })?;
    Some((from?, unknown))
}

/// Edges in the order of their texts, each once; the texts are shared.
fn sorted(references: &Names<'_>, found: Vec<(u32, u32, usize)>, kinds: &[&str]) -> Vec<Edge> {
    let order = references.sorted();
    let mut ranks: Vec<u32> = vec![0; order.len()];
    for (rank, number) in (0_u32..).zip(&order) {
        if let Some(slot) = ranks.get_mut(*number as usize) {
            *slot = rank;
        }
    }
    let rank = |number: u32| ranks.get(number as usize).copied().unwrap_or(0);
    let mut found: Vec<(u32, u32, usize)> =
        found.into_iter().map(|(from, to, kind)| (rank(from), rank(to), kind)).collect();
    found.sort_unstable();
    found.dedup();
    let mut texts: Vec<Option<Shared>> = vec![None; order.len()];
    let kinds: Vec<Shared> = kinds.iter().map(|kind| Shared::from(*kind)).collect();
    let mut text = |rank: u32| match texts.get_mut(rank as usize) {
        Some(Some(text)) => text.clone(),
        other => {
            let made = Shared::from(order.get(rank as usize).map_or("", |number| references.text(*number)));
            if let Some(slot) = other {
                *slot = Some(made.clone());
            }
            made
        }
    };
    let mut edges = Vec::with_capacity(found.len());
    for (from, to, kind) in found {
        let Some(kind) = kinds.get(kind) else { continue };
        edges.push(Edge { from: text(from), to: text(to), kind: kind.clone() });
    }
    edges
}
