//! Copies a verified archive into a new folder, hashing what it copies. Nothing is overwritten, and no link is made or followed.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use crate::bundle::digest::Hasher;
use crate::bundle::zip::Buffers;
use crate::verify::INTEGRITY;
use crate::verify::contents::Source;
use crate::verify::facts::Facts;
use crate::verify::pins;
use crate::verify::report::Outcome;

/// Every file into `folder`, which must not be there yet. What is copied must be what was verified.
pub(crate) fn extract(source: &Source<'_>, facts: &Facts<'_>, folder: &Path) -> Result<String, Outcome> {
    let machine = |error: String| Outcome::NotChecked(format!("not extracted: {error}"));
    let make = |folder: &Path| {
        fs::create_dir(folder).map_err(|error| machine(format!("{}: {error}", folder.display())))
    };
    let named = facts.named.as_ref().map_err(Clone::clone)?;
    let lists = [facts.tag_manifest.as_ref(), facts.payload_manifest.as_ref()];
    make(folder)?;
    let mut buffers = Buffers::default();
    for (name, member) in &named.files {
        for (at, _) in name.as_str().match_indices('/') {
            let inner = folder.join(&name.as_str()[..at]);
            if fs::symlink_metadata(&inner).is_err() {
                make(&inner)?;
            }
        }
        let mut file = pins::create_new(&folder.join(name.as_str())).map_err(machine)?;
        let (mut hasher, mut written) = (Hasher::default(), Ok(()));
        source.read(member, &mut buffers, &mut |piece| {
            hasher.update(piece);
            if written.is_ok() {
                written = file.write_all(piece);
            }
        })?;
        written.map_err(|error| machine(error.to_string()))?;
        let digest = hasher.finish();
        let listed = lists.iter().flatten().find_map(|list| list.entries.get(name));
        // The list of lists and its signature stand in no list; their bytes were kept.
        let is_kept = || {
            facts.tags.get(name.as_str()).is_some_and(|kept| {
                kept.as_ref().is_ok_and(|bytes| crate::bundle::digest::Digest::of(bytes) == digest)
            })
        };
        if listed.map_or_else(is_kept, |listed| *listed == digest) {
            continue;
        }
        return Err(Outcome::failed(INTEGRITY, name.as_str(), "changed between verification and extraction"));
    }
    Ok(format!("{} files", named.files.len()))
}
