//! Reading a staged tree back: the files that were written and no other, with the bytes that were written.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::fs::File;
use std::io;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use crate::bundle::digest::Digest;
use crate::bundle::digest::Hasher;
use crate::model::tree::Content;
use crate::model::tree::fill;
use crate::publish::error::PublishError;
use crate::publish::stage::BUFFER_BYTES;
use crate::publish::stage::Expected;

/// Compares the staged tree with what was meant to be written: the same files, the same bytes, nothing else.
pub(crate) fn check(staging: &Path, staged: &BTreeMap<PathBuf, Expected>) -> Result<(), PublishError> {
    let mut found = BTreeSet::new();
    walk(staging, &mut found)?;
    for path in &found {
        if !staged.contains_key(path) {
            return Err(PublishError::ReadBack {
                path: path.clone(),
                why: "nothing was staged under this name",
            });
        }
    }
    let mut buffer = vec![0; BUFFER_BYTES];
    for (path, expected) in staged {
        let why = match expected {
            _ if !found.contains(path) => Some("a staged file is gone"),
            Expected::Accepted => None,
            Expected::Content(content) => (!same_bytes(path, content, &mut buffer)
                .map_err(PublishError::machine("read", path))?)
            .then_some("other bytes than were written"),
            Expected::Digest(digest) => {
                (digest_of(path, &mut buffer).map_err(PublishError::machine("read", path))? != *digest)
                    .then_some("another digest than what was written")
            }
        };
        if let Some(why) = why {
            return Err(PublishError::ReadBack { path: path.clone(), why });
        }
    }
    Ok(())
}

/// Every file below `folder`; anything that is neither file nor folder is refused.
pub(crate) fn walk(folder: &Path, files: &mut BTreeSet<PathBuf>) -> Result<(), PublishError> {
    let entries = fs::read_dir(folder).map_err(PublishError::machine("read", folder))?;
    for entry in entries {
        let entry = entry.map_err(PublishError::machine("read", folder))?;
        let path = entry.path();
        let kind = entry.file_type().map_err(PublishError::machine("read", &path))?;
        if kind.is_dir() {
            walk(&path, files)?;
        } else if kind.is_file() {
            files.insert(path);
        } else {
            return Err(PublishError::NotPlain { path });
        }
    }
    Ok(())
}

fn same_bytes(path: &Path, content: &Content, buffer: &mut [u8]) -> io::Result<bool> {
    let (mut file, mut meant) = (File::open(path)?, content.open()?);
    let (here, there) = buffer.split_at_mut(buffer.len() / 2);
    loop {
        let (read, expected) = (fill(&mut file, here)?, fill(&mut *meant, there)?);
        if here.get(..read) != there.get(..expected) {
            return Ok(false);
        }
        if read == 0 {
            return Ok(true);
        }
    }
}

/// The digest of a file, read in pieces.
pub(crate) fn digest_of(path: &Path, buffer: &mut [u8]) -> io::Result<Digest> {
    let mut file = File::open(path)?;
    let mut hasher = Hasher::default();
    loop {
        let read = file.read(buffer)?;
        match buffer.get(..read) {
            None | Some([]) => return Ok(hasher.finish()),
            Some(read) => hasher.update(read),
        }
    }
}
