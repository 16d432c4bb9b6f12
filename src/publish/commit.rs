//! The one step in which a finished staging area becomes what is published, and what is done when it was cut short.
//!
//! A release changes two places, `history/` and `public/`, and no system changes two places at once. History comes first. Were it
//! second, a kill in between would leave a released archive on the web of which history knows nothing: the next release would
//! take the same number for other bytes, and customers would hold two truths. With history first, a kill in between leaves a number
//! that is taken and, in staging, the verified tree that belongs to it; the journal names both, and the next start swaps it
//! in. Should that tree be lost as well, the same inputs and as-of give the same bytes again, and history accepts only those.
//! So the rename into `history/` decides a release and the swap decides a draft: before it everything is undone, after it done.
//!
//! The journal is there from the last check to the end of the swap, and knows the staged folder by what a rename keeps.

use std::fs;
use std::io;

use crate::model::snapshot::SnapshotState;
use crate::publish::Places;
use crate::publish::disk;
use crate::publish::disk::Disk;
use crate::publish::error::Note;
use crate::publish::error::PublishError;
use crate::publish::history;
use crate::publish::history::HistoryEntryFiles;
use crate::publish::history::HistoryOutcome;
use crate::publish::stage::Stage;

/// What became of a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// What happened to history.
    pub history: HistoryOutcome,
    /// What is worth knowing.
    pub notes: Vec<Note>,
}

/// What the journal says.
#[derive(Debug, PartialEq, Eq)]
struct Journal {
    /// What the staged folder keeps when it is renamed.
    identity: Option<u64>,
    /// The number that history gets, for a release.
    release: Option<String>,
}

const FIRST_LINE: &str = "trustbook publish journal 1";

impl Journal {
    fn text(&self) -> String {
        let identity = self.identity.map_or_else(|| "unknown".to_owned(), |identity| identity.to_string());
        format!("{FIRST_LINE}\nstaged {identity}\nhistory {}\n", self.release.as_deref().unwrap_or("none"))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        if lines.next()? != FIRST_LINE {
            return None;
        }
        let identity = match lines.next()?.strip_prefix("staged ")? {
            "unknown" => None,
            number => Some(number.parse().ok()?),
        };
        let release = match lines.next()?.strip_prefix("history ")? {
            "none" => None,
            number if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(number.to_owned())
            }
            _ => return None,
        };
        lines.next().is_none().then_some(Self { identity, release })
    }
}

/// Makes the finished stage what is published.
pub(crate) fn commit(
    stage: &mut Stage<'_>,
    entry: Option<&HistoryEntryFiles>,
) -> Result<Published, PublishError> {
    let places = stage.places.clone();
    let disk = stage.disk;
    let releases = stage.state == SnapshotState::Released;
    if releases != entry.is_some() {
        return Err(PublishError::Entry { number: stage.number.clone() });
    }
    let mut outcome = HistoryOutcome::NotAsked;
    if let Some(entry) = entry {
        outcome = history::compare(&places, &stage.number, entry)?;
        if outcome == HistoryOutcome::Appended {
            history::stage(&places, disk, entry)?;
        }
        disk.sync(&places.work).map_err(PublishError::machine("sync", &places.work))?;
    }
    let staging = places.staging();
    let journal = Journal {
        identity: disk::identity(&staging).map_err(PublishError::machine("look at", &staging))?,
        release: releases.then(|| stage.number.clone()),
    };
    write_journal(&places, disk, &journal, releases)?;
    if outcome == HistoryOutcome::Appended
        && let Err(error) = history::append(&places, disk, &stage.number)
    {
        let _ = disk.remove(&places.journal());
        return Err(error);
    }
    let swapped = swap(&places, disk);
    match (swapped, releases) {
        (Ok(note), _) => stage.notes.extend(note),
        (Err(error), false) => {
            let _ = undo(&places, disk).and_then(|_| {
                disk.remove(&places.journal()).map_err(PublishError::machine("remove", &places.journal()))
            });
            return Err(error);
        }
        // The journal stays, and with it the staged tree: the number is taken, so the next start has to complete it.
        (Err(error), true) => {
            return Err(PublishError::Unswapped { number: stage.number.clone(), source: Box::new(error) });
        }
    }
    if releases {
        let _ = disk.sync(&places.work);
    }
    // From here on the new tree is published; what cannot be tidied now is tidied at the next start.
    let mut tidy = |path: std::path::PathBuf| {
        if let Err(error) = disk.remove(&path) {
            stage.notes.push(Note::OldLeft { path, why: error.to_string() });
        }
    };
    tidy(places.journal());
    tidy(places.staging());
    tidy(places.aside());
    Ok(Published { history: outcome, notes: std::mem::take(&mut stage.notes) })
}

/// Puts the journal in place in one step.
fn write_journal(
    places: &Places,
    disk: Disk<'_>,
    journal: &Journal,
    lasting: bool,
) -> Result<(), PublishError> {
    let path = places.journal();
    let new = places.work.join("journal.new");
    disk.remove(&new).map_err(PublishError::machine("remove", &new))?;
    disk.write_file(&new, journal.text().as_bytes())
        .and_then(|()| if lasting { disk.sync(&places.work) } else { Ok(()) })
        .and_then(|()| disk.replace(&new, &path))
        .map_err(PublishError::machine("write", &path))
}

/// Puts the staged tree in the place of the published one. What was there ends up in staging, or aside.
fn swap(places: &Places, disk: Disk<'_>) -> Result<Option<Note>, PublishError> {
    let (public, staging, aside) = (&places.public, places.staging(), places.aside());
    let failed = || PublishError::machine("replace", public);
    if fs::symlink_metadata(public).is_err() {
        if let Some(folder) = public.parent() {
            disk.create_folders(folder).map_err(PublishError::machine("make", folder))?;
        }
        disk.rename(&staging, public).map_err(failed())?;
        return Ok(None);
    }
    match disk.exchange(&staging, public) {
        Ok(()) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {
            disk.remove(&aside).map_err(PublishError::machine("remove", &aside))?;
            disk.rename(public, &aside).map_err(failed())?;
            disk.rename(&staging, public).map_err(failed())?;
            Ok(Some(Note::TwoRenames))
        }
        Err(error) => Err(failed()(error)),
    }
}

/// Brings back what was published where the swap did not get to its end. `true` when there was something to bring back.
fn undo(places: &Places, disk: Disk<'_>) -> Result<bool, PublishError> {
    let there = fs::symlink_metadata(&places.public).is_ok();
    if there || fs::symlink_metadata(places.aside()).is_err() {
        return Ok(false);
    }
    disk.rename(&places.aside(), &places.public)
        .map_err(PublishError::machine("bring back", &places.public))
        .map(|()| true)
}

/// Completes or undoes what an interrupted run left, and removes its leftovers. The lock must be held.
pub(crate) fn recover(places: &Places, disk: Disk<'_>) -> Result<Vec<Note>, PublishError> {
    let mut notes = Vec::new();
    let path = places.journal();
    let journal = match fs::read(&path) {
        Ok(bytes) => {
            let journal = std::str::from_utf8(&bytes).ok().and_then(Journal::parse);
            Some(journal.ok_or_else(|| PublishError::Journal { path: path.clone() })?)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(source) => return Err(PublishError::machine("read", &path)(source)),
    };
    if let Some(journal) = &journal {
        let look =
            |place: &std::path::Path| disk::identity(place).map_err(PublishError::machine("look at", place));
        let is_staged = journal.identity.is_some() && look(&places.staging())? == journal.identity;
        let is_published = journal.identity.is_some() && look(&places.public)? == journal.identity;
        let decided = journal.release.as_ref().is_some_and(|number| history::exists(places, number));
        if is_staged && decided {
            swap(places, disk)?;
            if let Some(number) = &journal.release {
                notes.push(Note::ReleaseCompleted { number: number.clone() });
            }
        } else if !is_published && undo(places, disk)? {
            notes.push(Note::SwapUndone);
        }
        disk.remove(&path).map_err(PublishError::machine("remove", &path))?;
    }
    let leftovers = [
        places.staging(),
        places.staged_history(),
        places.staged_packet(),
        places.aside(),
        places.work.join("journal.new"),
    ];
    let mut removed = false;
    for leftover in leftovers {
        removed |= fs::symlink_metadata(&leftover).is_ok();
        disk.remove(&leftover).map_err(PublishError::machine("remove", &leftover))?;
    }
    if removed && notes.is_empty() {
        notes.push(Note::LeftoverRemoved);
    }
    Ok(notes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_reads_back_and_anything_else_is_none() {
        for (identity, release) in [(Some(7), None), (None, Some("0012".to_owned()))] {
            let journal = Journal { identity, release };
            assert_eq!(Journal::parse(&journal.text()), Some(journal));
        }
        for text in [
            "",
            "trustbook publish journal 2\nstaged 1\nhistory none\n",
            "trustbook publish journal 1\nstaged 1\n",
            "trustbook publish journal 1\nstaged x\nhistory none\n",
            "trustbook publish journal 1\nstaged 1\nhistory ../x\n",
            "trustbook publish journal 1\nstaged 1\nhistory none\nmore\n",
        ] {
            assert_eq!(Journal::parse(text), None, "{text:?}");
        }
    }
}
