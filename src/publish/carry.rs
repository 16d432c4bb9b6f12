//! What a new tree takes over from the published one: older snapshots, as they are, by a second name for the same file.
//!
//! Nothing is rewritten, and the old tree stays whole until the swap. Links and special files are refused, never followed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use crate::publish::error::Note;
use crate::publish::error::PublishError;
use crate::publish::history;
use crate::publish::read_back::walk;
use crate::publish::stage::Stage;

/// Refuses to replace a folder that no build made. A build's tree has `snapshots/`; what git keeps at the top does not count.
pub(crate) fn check_ours(public: &Path) -> Result<(), PublishError> {
    match fs::symlink_metadata(public) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(PublishError::machine("look at", public)(source)),
        Ok(metadata) if !metadata.is_dir() => return Err(PublishError::NotPlain { path: public.to_owned() }),
        Ok(_) => {}
    }
    let mut any = false;
    for path in entries(public)? {
        let name = name_of(&path);
        if name == ".git" && path.is_dir() {
            return Err(PublishError::OwnRepository { path: public.to_owned() });
        }
        any |= !name.starts_with(".git");
    }
    if any && fs::symlink_metadata(public.join("snapshots")).is_err() {
        return Err(PublishError::NotOurs { path: public.to_owned() });
    }
    Ok(())
}

/// Takes over older snapshots and their packets, and what git keeps at the top.
pub(crate) fn carry(stage: &mut Stage<'_>) -> Result<(), PublishError> {
    let public = stage.places.public.clone();
    if fs::symlink_metadata(&public).is_err() {
        return Ok(());
    }
    for path in entries(&public)? {
        if name_of(&path).starts_with(".git") {
            carry_file(stage, &public, &path)?;
        }
    }
    let snapshots = public.join("snapshots");
    let mut kept = BTreeSet::new();
    if is_folder(&snapshots)? {
        for path in entries(&snapshots)? {
            let number = name_of(&path);
            if !is_number(&number) || number == stage.number || !keep(stage, &path, &number)? {
                continue;
            }
            let mut files = BTreeSet::new();
            walk(&path, &mut files)?;
            for file in files {
                carry_file(stage, &public, &file)?;
            }
            kept.insert(number);
        }
    }
    let packets = public.join("packets");
    if is_folder(&packets)? {
        for path in entries(&packets)? {
            let name = name_of(&path);
            let number = name.strip_prefix("packet-").and_then(|rest| rest.split('-').next());
            if number.is_some_and(|number| kept.contains(number)) {
                carry_file(stage, &public, &path)?;
            }
        }
    }
    Ok(())
}

/// Whether a published number is taken over: yes when it is what history says was released under it, and when history does not know
/// it; no when it is a draft whose number was released meanwhile.
fn keep(stage: &mut Stage<'_>, folder: &Path, number: &str) -> Result<bool, PublishError> {
    let Some(released) = history::archive_signature(&stage.places, number)? else {
        stage.notes.push(Note::Unknown { number: number.to_owned() });
        return Ok(true);
    };
    for path in entries(folder)? {
        if name_of(&path).ends_with(".zip.minisig")
            && fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file())
            && fs::read(&path).map_err(PublishError::machine("read", &path))? == released
        {
            return Ok(true);
        }
    }
    stage.notes.push(Note::DraftDropped { number: number.to_owned() });
    Ok(false)
}

fn carry_file(stage: &mut Stage<'_>, public: &Path, path: &Path) -> Result<(), PublishError> {
    if !fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file()) {
        return Err(PublishError::NotPlain { path: path.to_owned() });
    }
    let name = path.strip_prefix(public).unwrap_or(path);
    stage.carry_file(path, name)
}

/// Whether a folder is there; anything else of its name is refused.
fn is_folder(path: &Path) -> Result<bool, PublishError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => Ok(true),
        Ok(_) => Err(PublishError::NotPlain { path: path.to_owned() }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(source) => Err(PublishError::machine("look at", path)(source)),
    }
}

fn is_number(name: &str) -> bool {
    name.len() >= 4 && name.bytes().all(|byte| byte.is_ascii_digit())
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// What is in a folder, in the order of names.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, PublishError> {
    let failed = || PublishError::machine("read", folder);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed())? {
        found.push(entry.map_err(failed())?.path());
    }
    found.sort();
    Ok(found)
}
