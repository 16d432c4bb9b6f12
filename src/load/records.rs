//! Text files to typed records, with findings instead of failures.

use serde::de::DeserializeOwned;

use super::text;
use super::text::Language;
use super::text::decode::Decoded;
use super::text::decode::decode;
use super::text::decode::is_lfs_pointer;
use super::text::fault::Fault;
use super::text::node::Data;
use super::text::node::Document;
use super::text::node::Node;
use super::text::position;
use super::text::typed;
use crate::model::finding::Checked;
use crate::model::finding::Finding;
use crate::model::finding::Place;

/// A Git LFS pointer in place of a file.
pub(crate) fn lfs_pointer(path: &str) -> Finding {
    Finding::error("git-lfs-pointer", "this is a Git LFS pointer, not the file")
        .at(Place::file(path))
        .help("run `git lfs pull` first")
}

/// The text of a file that has to be text.
///
/// # Errors
/// What it is instead.
pub(crate) fn text_of<'b>(path: &str, bytes: &'b [u8]) -> Result<std::borrow::Cow<'b, str>, Finding> {
    if is_lfs_pointer(bytes) {
        return Err(lfs_pointer(path));
    }
    match decode(bytes) {
        Decoded::Text(text) => Ok(text),
        Decoded::Binary(what) => Err(Finding::error("not-text", format!("this is {what}, not text"))
            .at(Place::file(path))
            .help("move it out of this folder, or name it in a document's `file`")),
        Decoded::Wrong(syntax) => {
            Err(Finding::error(syntax.code, syntax.message).at(Place::file(path)).help(syntax.help))
        }
    }
}

/// Duplicate keys, as errors: in what people write for us there is no excuse for them.
pub(crate) fn duplicates(path: &str, text: &str, document: &Document<'_>) -> Vec<Finding> {
    document
        .duplicates
        .iter()
        .map(|duplicate| {
            let (first, second) = (duplicate.first as usize, duplicate.second as usize);
            let line = position::place(path, text, first, first).line.unwrap_or(1);
            let quoted = usize::from(text[second..].starts_with(['"', '\''])) * 2;
            let mut place = position::place(path, text, second, second + duplicate.key.len() + quoted);
            place.pointer = document.root.pointer_to(duplicate.second, duplicate.second);
            Finding::error("duplicate-key", format!("the key `{}` stands here twice", duplicate.key))
                .at(place)
                .help(format!("the first is on line {line}; remove one"))
        })
        .collect()
}

/// Faults of a record, as findings.
pub(crate) fn faults(path: &str, text: &str, root: &Node<'_>, faults: &[Fault]) -> Vec<Finding> {
    faults.iter().map(|fault| fault.finding(path, text, root)).collect()
}

/// Reads a file that is one record.
pub(crate) fn file<T: DeserializeOwned>(path: &str, bytes: &[u8]) -> Checked<T> {
    match text_of(path, bytes) {
        Ok(text) => record(path, &text),
        Err(finding) => Checked::refused(finding),
    }
}

/// Reads a text that is one record.
pub(crate) fn record<T: DeserializeOwned>(path: &str, text: &str) -> Checked<T> {
    let document = match text::parse(text) {
        Ok(document) => document,
        Err(syntax) => return Checked::refused(syntax.finding(path, text)),
    };
    let mut findings = duplicates(path, text, &document);
    // an empty text is a record without keys
    let empty = Node { data: Data::Map(Vec::new()), start: 0, end: 0 };
    let root = if document.root.data == Data::Null { &empty } else { &document.root };
    match typed::read::<T>(root, document.language) {
        Ok(value) if findings.is_empty() => Checked::ok(value),
        Ok(_) => Checked { value: None, findings },
        Err(list) => {
            findings.extend(faults(path, text, root, &list));
            Checked { value: None, findings }
        }
    }
}

/// Reads one record of a larger tree.
pub(crate) fn part<T: DeserializeOwned>(
    path: &str,
    text: &str,
    document: &Document<'_>,
    node: &Node<'_>,
    findings: &mut Vec<Finding>,
) -> Option<T> {
    let language: Language = document.language;
    match typed::read::<T>(node, language) {
        Ok(value) => Some(value),
        Err(list) => {
            for fault in &list {
                findings.push(fault.finding(path, text, &document.root));
            }
            None
        }
    }
}
