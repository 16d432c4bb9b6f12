//! One snapshot to bytes: the site, its data files, the records and the originals an audience may see.
//!
//! Every output is a pure function of the [`RenderInput`]; no disk, no clock, and the same bytes for any number of
//! threads. Pages are built as values ([`view`]), and markup, CSV and JSON are made from the same value.

use std::collections::BTreeMap;

use crate::bundle::name::PathName;
use crate::bundle::name::UniqueNames;
use crate::model::finding::Checked;
use crate::model::finding::Finding;
use crate::model::finding::has_errors;
use crate::model::snapshot::Snapshot;
use crate::model::tree::Content;
use crate::model::tree::FileTree;
use crate::model::tree::Keep;
use crate::model::tree::TreeFile;

pub mod book;
pub(crate) mod charts;
mod csv;
pub(crate) mod diagram;
mod drill_chart;
mod engine;
#[cfg(test)]
mod fixture;
mod links;
mod markdown;
mod nav;
pub mod outputs;
mod overrides;
pub mod page;
mod pages;
mod places;
#[cfg(test)]
mod sbom_tests;
mod series;
mod status;
pub mod table;
pub mod templates;
#[cfg(test)]
mod tests;
pub mod view;
pub mod words;

pub use links::without_target;
pub use overrides::without_effect;
pub use places::Originals;
pub use places::originals;
pub use places::place_originals;

/// Everything a rendering needs.
#[derive(Clone, Copy, Debug)]
pub struct RenderInput<'a> {
    /// What is said.
    pub snapshot: &'a Snapshot,
    /// Templates that replace built-in ones, by path relative to `templates/`.
    pub templates: &'a BTreeMap<String, String>,
    /// Originals of evidence and documents, by path relative to the project root.
    pub originals: &'a BTreeMap<String, Content>,
    /// Threads to render pages on, at least 1. The bytes do not depend on it.
    pub threads: usize,
    /// Where rendered pages stay.
    pub keep: &'a dyn Keep,
}

/// Named files.
pub type Files = Vec<(PathName, TreeFile)>;

/// One kind of output.
#[derive(Clone, Copy, Debug)]
pub struct OutputRow {
    /// Unique name.
    pub id: &'static str,
    /// What it makes, for whom.
    pub docs: &'static str,
    /// Makes its files, named relative to the archive's `data/`.
    pub make: fn(&RenderInput) -> Checked<Files>,
}

/// Every output of a snapshot.
pub static OUTPUTS: &[OutputRow] = outputs::OUTPUTS;

/// A signed file that is published beside the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// What it is, for people.
    pub what: String,
    /// Where it lies, relative to the site's root; its signature lies beside it, with `.minisig` at the end.
    pub href: String,
    /// Size in bytes.
    pub size_bytes: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
}

/// Makes the pages that say more in the live tree than in the archive, named relative to the site's root.
pub fn live(input: &RenderInput, downloads: &[Download]) -> Checked<Files> {
    outputs::live(input, downloads)
}

/// Makes every output. Names are relative to the archive's `data/`.
pub fn render(input: &RenderInput) -> Checked<FileTree> {
    let mut tree = FileTree::default();
    let mut unique = UniqueNames::default();
    let mut findings = Vec::new();
    for row in OUTPUTS {
        let made = (row.make)(input);
        findings.extend(made.findings);
        for (name, file) in made.value.unwrap_or_default() {
            match unique.insert(&name) {
                Ok(()) => {
                    tree.files.insert(name, file);
                }
                Err(_) => findings.push(
                    Finding::error(
                        "output-name-taken",
                        format!("two outputs would both be named `{}` (case folded)", name.as_str()),
                    )
                    .help("give one of the two records another id"),
                ),
            }
        }
    }
    let value = if has_errors(&findings) { None } else { Some(tree) };
    Checked { value, findings }
}
