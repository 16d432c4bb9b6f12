//! Service level objectives, in what OpenSLO and Sloth share: several objects in a file, and targets as decimal digits.

use serde_json::json;

use super::Input;
use super::Read;
use super::checked;
use super::not_this;
use crate::load::text::node::Data;
use crate::load::text::node::Document;
use crate::load::text::node::Node;
use crate::load::text::reader::Map;
use crate::load::text::reader::Reader;
use crate::model::evidence::Body;
use crate::model::finding::Checked;
use crate::model::objectives::ServiceObjectives;

/// The document, and its objects: one, a list of Kubernetes, or a YAML document each.
fn objects<'t>(input: &Input<'t>) -> Option<(&'t Document<'t>, Vec<&'t Node<'t>>)> {
    if let Some(document) = input.documents() {
        return Some((document, document.root.list().unwrap_or(&[]).iter().collect()));
    }
    let document = input.tree()?;
    let root = &document.root;
    let items = match (root.text_of("kind"), root.get("items").and_then(Node::list)) {
        (Some("List"), Some(items)) => items.iter().collect(),
        (_, _) => vec![root],
    };
    Some((document, items))
}

/// Whether every object of a file is one of `one`.
pub(super) fn all(input: &Input<'_>, one: fn(&Node<'_>) -> bool) -> bool {
    objects(input).is_some_and(|(_, objects)| !objects.is_empty() && objects.into_iter().all(one))
}

/// Reads every object with `one`.
pub(super) fn read(
    input: &Input<'_>,
    title: &str,
    language: &str,
    one: fn(&Reader<'_>, &Node<'_>, &mut ServiceObjectives),
) -> Checked<Read> {
    let Some((document, objects)) = objects(input) else { return not_this(input, title) };
    let reader = Reader::new(input.path, input.text, document);
    let mut body = ServiceObjectives { language: language.to_owned(), ..ServiceObjectives::default() };
    for object in objects {
        one(&reader, object, &mut body);
    }
    if body.objectives.is_empty() && body.other_objects.is_empty() && !reader.failed() {
        reader.error(
            reader.root(),
            "nothing-read",
            "it defines objectives and no target could be read",
            "give every objective its target",
        );
    }
    body.targets = ServiceObjectives::by_name(&body.objectives);
    let mut services: Vec<&str> =
        body.objectives.iter().filter_map(|objective| objective.service.as_deref()).collect();
    services.sort_unstable();
    services.dedup();
    let facts = [
        ("type", json!(language.to_lowercase())),
        ("slos", json!(body.definitions)),
        ("objectives", json!(body.objectives.len())),
        ("services", json!(services)),
        ("other_objects", json!(body.other_objects.len())),
    ];
    let title = match (services.as_slice(), body.objectives.len()) {
        (_, 0) => None,
        ([service], 1) => Some(format!("Objective of {service}")),
        ([service], _) => Some(format!("Objectives of {service}")),
        (services, _) => Some(format!("Objectives of {} services", services.len())),
    };
    let subject = match services.as_slice() {
        [one] => Some((*one).to_owned()),
        _ => None,
    };
    let read = Read {
        title,
        subject,
        facts: facts.into_iter().collect(),
        ..Read::new(Body::ServiceObjectives(Box::new(body)))
    };
    checked(reader, Some(read))
}

/// What a target is, once it is known to be a number.
pub(super) struct Target {
    /// In per cent, where it can be one.
    pub percent: Option<String>,
    /// As written.
    pub raw: String,
}

/// The target at `key`, which is a share of 1 or, moved by no digits, one of 100.
pub(super) fn target(map: &Map<'_, '_, '_>, key: &str, of_one: bool) -> Option<Target> {
    let raw = map.scalar(key)?.to_owned();
    let percent = if of_one { shifted(&raw) } else { plain(&raw) };
    let percent = percent.filter(|text| text.parse::<f64>().is_ok_and(|value| value > 0.0 && value <= 100.0));
    if percent.is_none() {
        let at = map.get(key).unwrap_or(map.node());
        let limit = if of_one { "1" } else { "100" };
        let message = format!("a target is more than 0 and at most {limit}; shown as written, not used");
        map.reader().warn(at, "invalid-value", message);
    }
    Some(Target { percent, raw })
}

/// A number that is written with digits and at most one point.
fn plain(text: &str) -> Option<String> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let points = text.bytes().filter(|byte| *byte == b'.').count();
    if digits == 0 || points > 1 || digits + points != text.len() || text.len() > 40 {
        return None;
    }
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let whole = whole.trim_start_matches('0');
    let part = part.trim_end_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") })
}

/// The same number times a hundred, by its digits.
fn shifted(text: &str) -> Option<String> {
    let text = plain(text)?;
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let padded = format!("{part:0<2}");
    let (front, rest) = padded.split_at(2);
    plain(&format!("{whole}{front}.{rest}"))
}

/// The text or number of a node, as written.
pub(super) fn written(node: &Node<'_>) -> Option<String> {
    match &node.data {
        Data::Text(text) | Data::Number(text) => Some(text.to_string()),
        Data::Bool(value) => Some(value.to_string()),
        Data::Null | Data::List(_) | Data::Map(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_one_becomes_per_cent_without_rounding() {
        for (text, percent) in [
            ("0.999", "99.9"),
            ("0.5", "50"),
            ("1", "100"),
            ("0.99995", "99.995"),
            ("0.07", "7"),
            (".5", "50"),
        ] {
            assert_eq!(shifted(text).as_deref(), Some(percent), "{text}");
        }
        for text in ["", ".", "-0.5", "1e-1", "0.9.9", "99%"] {
            assert_eq!(shifted(text), None, "{text}");
        }
        assert_eq!(plain("099.90").as_deref(), Some("99.9"));
    }
}
