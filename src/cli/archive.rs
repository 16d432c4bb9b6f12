//! Members of an archive of our own form, read without verifying anything.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use crate::bundle::zip;
use crate::bundle::zip::ReadAt;
use crate::cli::Failure;

/// A file, read at positions.
pub(crate) struct Input {
    file: fs::File,
    size_bytes: u64,
}

impl ReadAt for Input {
    fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        use std::os::unix::fs::FileExt as _;
        self.file.read_exact_at(buffer, offset)
    }
}

/// Opens a file to read it at positions.
///
/// # Errors
/// What the machine says.
pub(crate) fn open(path: &Path) -> Result<Input, Failure> {
    let failed = |error: io::Error| Failure::machine(format!("{}: {error}", path.display()));
    let file = fs::File::open(path).map_err(failed)?;
    let size_bytes = file.metadata().map_err(failed)?.len();
    Ok(Input { file, size_bytes })
}

/// The members whose path below the root folder is `wanted`, by that path.
///
/// # Errors
/// When it is no archive of this form, or a wanted member is larger than `max_bytes`.
pub(crate) fn members(
    path: &Path,
    max_bytes: u64,
    wanted: impl Fn(&str) -> bool,
) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let input = open(path)?;
    let entries = zip::parse(&input).map_err(|error| {
        Failure::usage(format!("{}: not an archive of this format: {error}", path.display()))
            .help("`trustbook verify` says more")
    })?;
    let mut buffers = zip::Buffers::default();
    let mut members = BTreeMap::new();
    for entry in &entries {
        let full = String::from_utf8_lossy(&entry.name);
        let Some((_, name)) = full.split_once('/') else { continue };
        if !wanted(name) {
            continue;
        }
        if entry.size_bytes > max_bytes {
            return Err(Failure::usage(format!(
                "{full}: {} bytes, the limit is {max_bytes}",
                entry.size_bytes
            )));
        }
        let mut bytes = Vec::new();
        zip::read_content(&input, entry, &mut buffers, &mut |piece| bytes.extend_from_slice(piece))
            .map_err(|error| Failure::usage(format!("{full}: {error}")))?;
        members.insert(name.to_owned(), bytes);
    }
    Ok(members)
}
