//! The texts behind findings: kept or found again when a finding is shown.

use std::collections::BTreeMap;

use super::originals;
use super::text::decode::Decoded;
use super::text::decode::decode;
use super::text::position;
use super::walk;
use crate::model::finding::Finding;
use crate::model::tree::Content;

/// Input files by path relative to the project root.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    files: BTreeMap<String, Content>,
}

impl Texts {
    /// Adds a file.
    pub fn insert(&mut self, path: &str, content: Content) {
        self.files.insert(path.to_owned(), content);
    }

    /// The paths of all of them.
    pub fn paths(&self) -> impl Iterator<Item = &str> + Clone {
        self.files.keys().map(String::as_str)
    }

    /// Adds a text that stands in memory.
    pub fn insert_text(&mut self, path: &str, text: &str) {
        self.insert(path, Content::Bytes(text.as_bytes().into()));
    }

    /// The text of a file; `None` when there is none.
    pub fn text(&self, path: &str) -> Option<String> {
        let content = self.files.get(path)?;
        // What is larger was read by nothing that could find a line in it.
        if content.size_bytes() > walk::MAX_FILE_BYTES {
            return None;
        }
        let bytes = originals::bytes(content).ok()?;
        match decode(&bytes) {
            Decoded::Text(text) => Some(text.into_owned()),
            Decoded::Binary(_) | Decoded::Wrong(_) => None,
        }
    }

    /// Fills in line and column of a finding that has a pointer.
    pub fn locate(&self, finding: &mut Finding) {
        self.locate_all(std::slice::from_mut(finding));
    }

    /// Fills in line and column of every finding that has a pointer; each file is looked at once.
    pub fn locate_all(&self, findings: &mut [Finding]) {
        let mut by_path: BTreeMap<String, Vec<&mut Finding>> = BTreeMap::new();
        for finding in findings {
            if let Some(place) = &finding.place
                && place.line.is_none()
                && !place.pointer.is_empty()
            {
                by_path.entry(place.path.clone()).or_default().push(finding);
            }
        }
        for (path, findings) in by_path {
            let Some(text) = self.text(&path) else { continue };
            let (in_text, in_tree): (Vec<_>, Vec<_>) = findings
                .into_iter()
                .partition(|finding| finding.place.as_ref().is_some_and(|at| at.bytes_in_page().is_some()));
            let front = super::text::front_matter(&text).filter(|_| path.ends_with(".md"));
            let below = front.as_ref().map_or(0, |front| front.body_start);
            position::locate(front.as_ref().map_or(&text, |front| &front.in_place), in_tree.into_iter());
            for place in in_text.into_iter().filter_map(|finding| finding.place.as_mut()) {
                if let Some((start, end)) = place.bytes_in_page() {
                    *place = position::place(&path, &text, below + start, below + end);
                }
            }
        }
    }
}
