//! Released snapshots, newest first, out of `history/NNNN/`.

use std::path::Path;

use crate::model::finding::Finding;
use crate::model::records::Records;
use crate::model::snapshot::HistoryEntry;

/// What earlier releases left behind.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Released snapshots, newest first.
    pub entries: Vec<HistoryEntry>,
    /// Records of the newest one, for the diff.
    pub newest_records: Option<Records>,
}

/// Reads the history folder.
pub(crate) fn load(_root: &Path, _folder: &str, _findings: &mut Vec<Finding>) -> History {
    History::default()
}
