//! Template text where a value should stand.

use crate::load::text::node::Data;
use crate::load::text::node::Node;

/// Template text that nobody filled in, in any text of a tree: `${…}`, `<…-tag>`, `{{…}}`, digests of zeros only.
pub(crate) fn placeholder(root: &Node<'_>) -> Option<(String, String)> {
    placeholder_beside(root, &[])
}

/// The same, not looking below some keys.
pub(crate) fn placeholder_beside(root: &Node<'_>, ignored: &[&str]) -> Option<(String, String)> {
    let mut stack = vec![root];
    let mut first: Option<(u32, u32, String)> = None;
    while let Some(node) = stack.pop() {
        match &node.data {
            Data::Text(text) if is_placeholder(text) => {
                if first.as_ref().is_none_or(|(start, _, _)| node.start < *start) {
                    first = Some((node.start, node.end, text.chars().take(80).collect()));
                }
            }
            Data::Null | Data::Bool(_) | Data::Number(_) | Data::Text(_) => {}
            Data::List(items) => stack.extend(items),
            Data::Map(entries) => stack.extend(
                entries
                    .iter()
                    .filter(|entry| !ignored.contains(&entry.key.as_ref()))
                    .map(|entry| &entry.value),
            ),
        }
    }
    first.map(|(start, end, text)| (text, root.pointer_to(start, end)))
}

/// Whether a text is a template's, not a value.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let between = |open: &str, close: &str| {
        text.split_once(open).is_some_and(|(_, rest)| rest.find(close).is_some_and(|at| at > 0 && at < 80))
    };
    let hex = text.strip_prefix("sha256:").unwrap_or(text);
    let zeros = hex.len() >= 32 && hex.bytes().all(|byte| byte == b'0');
    let tag = text.starts_with('<')
        && text.ends_with('>')
        && text.len() > 2
        && text[1..text.len() - 1]
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b' '));
    let prefix_only = text == "sha256:" || text == "sha256:...";
    zeros || tag || prefix_only || text.starts_with("path/to/") || between("${", "}") || between("{{", "}}")
}
