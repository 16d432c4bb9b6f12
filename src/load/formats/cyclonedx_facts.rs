//! Counts of a CycloneDX document, for `inspect`.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::json;

use super::cyclonedx::Walked;
use crate::load::text::Language;
use crate::load::text::node::Data;
use crate::load::text::node::Node;
use crate::load::text::reader::Map;
use crate::model::sbom::Component;
use crate::model::vex::VexStatement;

/// Services, nested ones included.
fn services(list: &Node<'_>) -> usize {
    let mut count = 0;
    let mut stack: Vec<&Node<'_>> = list.list().map(|list| list.iter().collect()).unwrap_or_default();
    while let Some(service) = stack.pop() {
        count += 1;
        stack.extend(service.get("services").and_then(Node::list).into_iter().flatten());
    }
    count
}

/// The version of the document: a number where it is one, in XML too.
fn bom_version(root: &Map<'_, '_, '_>) -> Value {
    match root.get("version").map(|node| &node.data) {
        Some(Data::Number(text)) => text.parse::<u64>().map_or_else(|_| json!(text), |number| json!(number)),
        Some(Data::Text(text)) => match text.parse::<u64>() {
            Ok(number) if root.reader().language() == Language::Xml => json!(number),
            Ok(_) | Err(_) => json!(text),
        },
        // the schema of the XML says 1 for silence
        None if root.reader().language() == Language::Xml => json!(1),
        Some(Data::Null | Data::Bool(_) | Data::List(_) | Data::Map(_)) | None => Value::Null,
    }
}

/// A text of the primary component: silence and an empty text are two things, but in XML, where both look alike.
fn as_written(root: &Map<'_, '_, '_>, primary: Option<&Component>, key: &str) -> Value {
    let node = root.get("metadata").and_then(|node| node.get("component")).and_then(|node| node.get(key));
    match node.map(|node| &node.data) {
        Some(Data::Text(text)) if !text.is_empty() || root.reader().language() != Language::Xml => {
            json!(text)
        }
        Some(Data::Number(_)) => json!(primary.and_then(|primary| primary.version.as_ref())),
        Some(Data::Text(_) | Data::Null | Data::Bool(_) | Data::List(_) | Data::Map(_)) | None => Value::Null,
    }
}

/// What `inspect` says of a document.
pub(super) fn facts(
    root: &Map<'_, '_, '_>,
    walked: &Walked<'_>,
    primary: Option<&Component>,
    vulnerabilities: &[VexStatement],
) -> BTreeMap<&'static str, Value> {
    let list = walked.components.get(walked.in_primary..).unwrap_or_default();
    let count = |test: fn(&Component) -> bool| json!(list.iter().filter(|component| test(component)).count());
    let mut analysis: BTreeMap<&str, usize> = BTreeMap::new();
    for statement in vulnerabilities {
        let state = if statement.raw_status.is_empty() { "-" } else { statement.raw_status.as_str() };
        *analysis.entry(state).or_default() += 1;
    }
    [
        ("type", json!("cyclonedx")),
        ("encoding", json!(root.reader().language().word())),
        ("bom_version", bom_version(root)),
        ("spec", json!(root.text("specVersion"))),
        ("serial", json!(root.text("serialNumber"))),
        ("timestamp", json!(root.get("metadata").and_then(|metadata| metadata.text_of("timestamp")))),
        ("primary", json!([as_written(root, primary, "name"), as_written(root, primary, "version")])),
        ("components", json!(list.len())),
        ("top_level", json!(walked.top_level)),
        ("services", json!(root.get("services").map_or(0, services))),
        ("with_version", count(|component| component.version.is_some())),
        ("with_purl", count(|component| component.purl.is_some())),
        ("with_cpe", count(|component| component.cpe.is_some())),
        ("with_hash", json!(walked.with_hash)),
        ("with_license", json!(walked.with_license)),
        ("with_supplier", json!(walked.with_supplier)),
        ("vulnerabilities", json!(root.get("vulnerabilities").and_then(Node::list).map_or(0, <[_]>::len))),
        ("analysis", json!(analysis)),
    ]
    .into_iter()
    .collect()
}
