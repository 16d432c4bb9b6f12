//! A bill of materials that is the predicate of an in-toto statement: read as what it is, and told from the statement.

use super::Read;
use super::attestation_statement::STATEMENT_TYPE;
use super::cyclonedx;
use super::spdx;
use super::spdx3;
use crate::load::text::Language;
use crate::load::text::json;
use crate::load::text::node::Document;
use crate::load::text::node::Node;
use crate::load::text::reader::Reader;
use crate::model::evidence::Body;
use crate::model::finding::Finding;
use crate::model::finding::Severity;

/// Predicate types of bills of materials: each also with a version behind it.
const TYPES: [&str; 2] = ["https://cyclonedx.org/bom", "https://spdx.dev/Document"];

/// The bill in the predicate of `statement`; what is noticed about it is told of `at`, which may be an envelope's payload.
///
/// A bill that cannot be read is a warning: the statement is still one.
pub(super) fn read(statement: &Node<'_>, outer: &Reader<'_>, at: &Node<'_>) -> Option<Read> {
    statement.text_of("_type").filter(|kind| kind.starts_with(STATEMENT_TYPE))?;
    let kind = statement.text_of("predicateType")?;
    if !TYPES
        .iter()
        .any(|known| kind.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
    {
        return None;
    }
    let predicate = statement.get("predicate")?;
    // older tools wrote the document, or its text, beside the day they attested it
    let parsed = match predicate.text_of("Data") {
        Some(text) => json::parse(text),
        None => Ok(Document {
            root: predicate.get("Data").filter(|inside| inside.map().is_some()).unwrap_or(predicate).clone(),
            duplicates: Vec::new(),
            language: Language::Json,
            rows: Vec::new(),
        }),
    };
    let document = match parsed {
        Ok(document) => document,
        Err(syntax) => {
            let message = format!("the bill of materials inside is not JSON: {}", syntax.message);
            outer.warn(at, "broken-payload", message);
            return None;
        }
    };
    let inner = Reader::new("", "", &document);
    let root = &document.root;
    let read = if root.has("bomFormat") {
        cyclonedx::bom(&inner)
    } else if spdx3::context(root).is_some() {
        spdx3::bill(&inner)
    } else if root.has("spdxVersion") {
        spdx::bill(&inner)
    } else {
        outer.warn(
            at,
            "nothing-read",
            "the predicate says it is a bill of materials and is none that is read",
        );
        return None;
    };
    let failed = inner.failed();
    let unknown_fields = inner.unknown_fields();
    for finding in inner.findings() {
        tell(outer, at, &finding);
    }
    read.filter(|read| !failed && matches!(read.body, Body::Sbom(_)))
        .map(|read| Read { unknown_fields, ..read })
}

/// Says of the payload what was noticed inside: nothing in there has a place in the file.
fn tell(outer: &Reader<'_>, at: &Node<'_>, finding: &Finding) {
    let message = format!("in the bill of materials inside: {}", finding.message);
    match finding.severity {
        Severity::Note => outer.note(at, finding.code, message),
        Severity::Warning | Severity::Error => outer.warn(at, finding.code, message),
    }
}
