//! Texts of a CSAF document as people are shown them.

use crate::load::text::node::Node;
use crate::load::text::reader::Map;
use crate::model::vex::VexProduct;
use crate::model::vex::VexStatus;

/// A product as shown and matched: its package URLs, else its name, else its id.
pub(super) fn shown(id: &str, product: Option<&VexProduct>) -> Vec<String> {
    match product {
        Some(product) if !product.purls.is_empty() => product.purls.clone(),
        Some(product) => vec![product.name.clone()],
        None => vec![id.to_owned()],
    }
}

/// The word for a key of `product_status`; `None` for advice.
pub(super) fn status_of(key: &str) -> Option<VexStatus> {
    match key {
        "known_not_affected" => Some(VexStatus::NotAffected),
        "known_affected" | "first_affected" | "last_affected" => Some(VexStatus::Affected),
        "fixed" | "first_fixed" => Some(VexStatus::Fixed),
        "under_investigation" => Some(VexStatus::UnderInvestigation),
        "recommended" => None,
        _ => Some(VexStatus::Unknown),
    }
}

/// Keys of `product_status`.
pub(super) const KNOWN: [&str; 9] = [
    "known_not_affected",
    "known_affected",
    "first_affected",
    "last_affected",
    "fixed",
    "first_fixed",
    "under_investigation",
    "recommended",
    "unknown",
];

/// The first characters of a text.
pub(super) fn cut(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).and_then(|(at, _)| text.get(..at)).unwrap_or(text)
}

/// What can be done, in one line, each of its texts cut after `most` characters.
pub(super) fn remedy(map: &Map<'_, '_, '_>, most: usize) -> String {
    let category = map.text("category").unwrap_or_default().replace('_', " ");
    let words = [map.text("details"), map.text("url")];
    let text: Vec<&str> = words
        .into_iter()
        .flatten()
        .map(|text| cut(text.trim(), most))
        .filter(|text| !text.is_empty())
        .collect();
    if category.is_empty() { text.join(" ") } else { format!("{category}: {}", text.join(" ")) }
}

/// Texts below each other, and their bytes: one text may be said of many products in as many statements, so what is
/// long is cut after `most` characters.
pub(super) fn joined(texts: impl Iterator<Item = String>, most: usize) -> (Option<String>, usize) {
    let mut left = most;
    let mut out: Vec<String> = Vec::new();
    for text in texts.filter(|text| !text.is_empty()) {
        if left == 0 {
            break;
        }
        let text: String = text.chars().take(left).collect();
        left = left.saturating_sub(text.len());
        out.push(text);
    }
    let bytes = out.iter().map(String::len).sum();
    ((!out.is_empty()).then(|| out.join("\n\n")), bytes)
}

/// What the vulnerability is, where a note says so.
pub(super) fn described(map: &Map<'_, '_, '_>) -> Option<String> {
    let notes = map.get("notes").and_then(Node::list)?;
    let of = |category: &str| notes.iter().find(|note| note.text_of("category") == Some(category));
    of("summary").or_else(|| of("description"))?.text_of("text").map(str::to_owned)
}

/// The gravest severity that a score gives.
pub(super) fn severity(map: &Map<'_, '_, '_>) -> Option<String> {
    let in_content = |node: &Node<'_>| -> Vec<String> {
        ["cvss_v4", "cvss_v3", "cvss_v2"]
            .iter()
            .filter_map(|key| node.get(key)?.text_of("baseSeverity"))
            .map(str::to_lowercase)
            .collect()
    };
    let scores = map.get("scores").and_then(Node::list).unwrap_or_default().iter().flat_map(in_content);
    let metrics = map.get("metrics").and_then(Node::list).unwrap_or_default();
    let all: Vec<String> = scores
        .chain(metrics.iter().filter_map(|metric| metric.get("content")).flat_map(in_content))
        .collect();
    ["critical", "high", "medium", "low", "none"]
        .iter()
        .find(|word| all.iter().any(|found| found == *word))
        .map(|word| (*word).to_owned())
        .or_else(|| all.first().cloned())
}
