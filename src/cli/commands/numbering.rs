//! Which number a snapshot gets, decided in one place for those who choose its keys and for those who make it.

use std::path::Path;

use crate::cli::Failure;
use crate::load;
use crate::model::snapshot::HistoryEntry;
use crate::model::snapshot::SnapshotState;
use crate::model::time::Instant;

/// The number of a snapshot.
pub(crate) struct Numbered {
    /// It.
    pub seq: u32,
    /// Digest of the archive that was released under it before: it is that release again.
    pub again: Option<String>,
}

/// The number that a snapshot made as of then gets: that of the newest released one (`entries` begins with it) when it is that one
/// again.
///
/// # Errors
/// When a release would lie before the newest one.
pub(crate) fn next(
    entries: &[HistoryEntry],
    as_of: Instant,
    state: SnapshotState,
) -> Result<Numbered, Failure> {
    let Some(newest) = entries.first() else { return Ok(Numbered { seq: 1, again: None }) };
    let HistoryEntry { seq, as_of: released, archive_sha256, .. } = newest;
    match state {
        SnapshotState::Released if as_of == *released => {
            Ok(Numbered { seq: *seq, again: Some(archive_sha256.clone()) })
        }
        SnapshotState::Released if as_of < *released => Err(Failure::usage(format!(
            "snapshot {seq:04} was released as of {released}; the next one has to be later than that, not as of {as_of}"
        ))),
        SnapshotState::Released | SnapshotState::Draft => Ok(Numbered { seq: seq + 1, again: None }),
    }
}

/// The same for the project in `root`, before anything else of it is read.
///
/// # Errors
/// When the history cannot be read, or a release would lie before the newest one.
pub(crate) fn of_project(root: &Path, as_of: Instant, state: SnapshotState) -> Result<u64, Failure> {
    let history = load::history(root).map_err(|error| Failure::machine(error.to_string()))?.value;
    let entries = history.map(|history| history.entries).unwrap_or_default();
    next(&entries, as_of, state).map(|numbered| u64::from(numbered.seq))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(seq: u32, as_of: &str) -> HistoryEntry {
        let as_of = Instant::parse(as_of).unwrap();
        HistoryEntry {
            seq,
            label: None,
            as_of,
            expires: as_of,
            development: false,
            snapshot_sha256: String::new(),
            archive_sha256: format!("digest of {seq}"),
            archive_bytes: 1,
            verdict: None,
            claims: Vec::new(),
        }
    }

    #[test]
    fn a_release_as_of_the_newest_one_is_that_one_again_and_one_before_it_is_refused() {
        let entries = [entry(2, "2026-02-08T12:00:00Z"), entry(1, "2026-02-07T12:00:00Z")];
        let number = |as_of: &str, state| {
            next(&entries, Instant::parse(as_of).unwrap(), state)
                .ok()
                .map(|numbered| (numbered.seq, numbered.again.is_some()))
        };
        let (released, draft) = (SnapshotState::Released, SnapshotState::Draft);
        assert_eq!(number("2026-02-08T12:00:00Z", released), Some((2, true)));
        assert_eq!(number("2026-02-08T12:00:01Z", released), Some((3, false)));
        assert_eq!(number("2026-02-07T12:00:00Z", released), None);
        assert_eq!(number("2026-02-07T12:00:00Z", draft), Some((3, false)));
        assert_eq!(number("2026-02-08T12:00:00Z", draft), Some((3, false)));
    }
}
