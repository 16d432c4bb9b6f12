//! The vulnerability extension of CycloneDX 1.0 to 1.3 in XML, which 1.4 made a part of the format: brought into the shape of 1.4.
//!
//! Follows the schema of <http://cyclonedx.org/schema/ext/vulnerability/1.0>.

use std::borrow::Cow;

use crate::load::text::node::Data;
use crate::load::text::node::Entry;
use crate::load::text::node::Node;
use crate::load::text::xml_tree::Form;
use crate::load::text::xml_tree::Shape;

/// Its namespace.
pub(super) const SPACE: &str = "http://cyclonedx.org/schema/ext/vulnerability/";
/// The prefix that its elements get.
pub(super) const PREFIX: &str = "v";

/// The shape of its element with this name, without the prefix.
pub(super) fn shape(name: &str) -> Shape {
    match name {
        "vulnerabilities" | "ratings" | "cwes" | "recommendations" | "advisories" => Shape::new(Form::List),
        "vulnerability" | "source" | "rating" | "score" => Shape::new(Form::Map),
        _ => Shape::new(Form::Value),
    }
}

/// Moves what the extension says, of the document or in a component, to `vulnerabilities` of the document.
pub(super) fn lift(root: &mut Node<'_>) {
    let mut found = Vec::new();
    take(root, &mut found);
    found.sort_by_key(|one| one.start);
    if found.is_empty() {
        return;
    }
    let Data::Map(entries) = &mut root.data else { return };
    if let Some(Entry { value: Node { data: Data::List(list), .. }, .. }) =
        entries.iter_mut().find(|entry| entry.key == "vulnerabilities")
    {
        list.append(&mut found);
        return;
    }
    let (start, end) =
        found.iter().fold((u32::MAX, 0), |(start, end), one| (start.min(one.start), end.max(one.end)));
    let value = Node { data: Data::List(found), start, end };
    entries.push(Entry { key: Cow::Borrowed("vulnerabilities"), key_start: start, value });
}

/// Takes the extension's lists out of a map and everything in it.
fn take<'a>(root: &mut Node<'a>, found: &mut Vec<Node<'a>>) {
    let mut ahead = vec![root];
    while let Some(node) = ahead.pop() {
        match &mut node.data {
            Data::List(list) => ahead.extend(list),
            Data::Map(entries) => {
                let subject =
                    entries.iter().find(|entry| entry.key == "bom-ref").map(|entry| entry.value.clone());
                let is_of = |entry: &Entry<'_>| entry.key.strip_prefix(PREFIX) == Some(":vulnerabilities");
                let lists = entries.extract_if(.., |entry| is_of(entry) && entry.value.list().is_some());
                for list in lists {
                    if let Data::List(list) = list.value.data {
                        found.extend(list.into_iter().map(|one| modern(one, subject.as_ref())));
                    }
                }
                ahead.extend(entries.iter_mut().map(|entry| &mut entry.value));
            }
            Data::Null | Data::Bool(_) | Data::Number(_) | Data::Text(_) => {}
        }
    }
}

/// One vulnerability as 1.4 writes it; `subject` is the component it stands in.
fn modern<'a>(mut node: Node<'a>, subject: Option<&Node<'a>>) -> Node<'a> {
    unprefixed(&mut node);
    let (start, end) = (node.start, node.end);
    let Data::Map(entries) = &mut node.data else { return node };
    let mut affected = subject.cloned();
    for entry in entries.iter_mut() {
        match &*entry.key {
            "ref" => affected = Some(entry.value.clone()),
            "recommendations" => {
                let texts = entry.value.list().unwrap_or_default().iter().filter_map(Node::text);
                let text = texts.collect::<Vec<_>>().join("\n\n");
                entry.key = Cow::Borrowed("recommendation");
                entry.value.data = Data::Text(Cow::Owned(text));
            }
            "ratings" => {
                if let Data::List(ratings) = &mut entry.value.data {
                    ratings.iter_mut().for_each(rating);
                }
            }
            _ => {}
        }
    }
    entries.retain(|entry| entry.key != "ref");
    if let Some(value) = affected {
        let entry = Entry { key: Cow::Borrowed("ref"), key_start: value.start, value };
        let one = Node { data: Data::Map(vec![entry]), start, end };
        let value = Node { data: Data::List(vec![one]), start, end };
        entries.push(Entry { key: Cow::Borrowed("affects"), key_start: start, value });
    }
    node
}

/// The base score as the score, and the severity in small letters.
fn rating(node: &mut Node<'_>) {
    let Data::Map(parts) = &mut node.data else { return };
    for part in parts {
        match (&*part.key, &mut part.value.data) {
            ("severity", Data::Text(word)) => *word = Cow::Owned(word.to_ascii_lowercase()),
            ("score", Data::Map(of)) => {
                if let Some(at) = of.iter().position(|entry| entry.key == "base") {
                    part.value = of.swap_remove(at).value;
                }
            }
            _ => {}
        }
    }
}

/// Takes the prefix off every key.
fn unprefixed(root: &mut Node<'_>) {
    let mut ahead = vec![root];
    while let Some(node) = ahead.pop() {
        match &mut node.data {
            Data::List(list) => ahead.extend(list),
            Data::Map(entries) => {
                for entry in entries {
                    if let Some(name) = entry.key.strip_prefix(PREFIX).and_then(|rest| rest.strip_prefix(':'))
                    {
                        entry.key = Cow::Owned(name.to_owned());
                    }
                    ahead.push(&mut entry.value);
                }
            }
            Data::Null | Data::Bool(_) | Data::Number(_) | Data::Text(_) => {}
        }
    }
}
