//! Files that name files with their digests: what agrees is hash-verified, what differs is an error.
//!
//! Only explicit pairs of a path and a digest are compared; nothing is paired because its name looks alike.

use std::collections::BTreeMap;

use super::evidence::Loaded;
use super::formats::is_placeholder;
use super::originals;
use super::walk;
use crate::bundle::digest::Digest;
use crate::model::attestation::Subject;
use crate::model::finding::Finding;
use crate::model::finding::Place;

/// The largest text whose other line endings are tried.
const MAX_TEXT_BYTES: usize = 16 << 20;

/// Digests of a text with the line endings it does not have.
fn other_endings(bytes: &[u8]) -> Vec<Digest> {
    if bytes.len() > MAX_TEXT_BYTES || bytes.contains(&0) || !bytes.contains(&b'\n') {
        return Vec::new();
    }
    let mut unix = Vec::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
            continue;
        }
        unix.push(*byte);
    }
    let mut windows = Vec::with_capacity(unix.len() + unix.len() / 32);
    for byte in &unix {
        if *byte == b'\n' {
            windows.push(b'\r');
        }
        windows.push(*byte);
    }
    [unix, windows].iter().filter(|text| text.as_slice() != bytes).map(|text| Digest::of(text)).collect()
}

/// Whether another file names each file with its very digest, in the order of `loaded`.
pub(crate) fn check(folder: &str, loaded: &[Loaded], findings: &mut Vec<Finding>) -> Vec<bool> {
    let at: BTreeMap<&str, usize> =
        loaded.iter().enumerate().map(|(index, file)| (file.found.path.as_str(), index)).collect();
    let mut verified = vec![false; loaded.len()];
    let mut differs = vec![false; loaded.len()];
    for (from, document) in loaded.iter().enumerate() {
        let Some(read) = &document.sniffed.read else { continue };
        for named in &read.named {
            let own = walk::folder_of(&document.found.path);
            let target = [own, folder, ""]
                .iter()
                .filter_map(|base| walk::resolve(base, &named.path))
                .find_map(|path| at.get(path.as_str()).copied());
            let place = |key: &str| Place::pointer(&document.found.path, format!("{}/{key}", named.pointer));
            let Some(target) = target else {
                if !is_placeholder(&named.path) {
                    findings.push(
                        Finding::note(
                            "referenced-only",
                            format!(
                                "`{}` is named here and is not in the evidence",
                                named.path.escape_debug()
                            ),
                        )
                        .at(place("path"))
                        .help(format!("put the file below `{folder}/` to have it checked")),
                    );
                }
                continue;
            };
            let file = &loaded[target];
            if let Some(size) = named.size_bytes
                && size != file.content.size_bytes()
            {
                differs[target] = true;
                findings.push(
                    Finding::error(
                        "size-mismatch",
                        format!(
                            "`{}` has {} bytes, {size} are named here",
                            file.found.path,
                            file.content.size_bytes()
                        ),
                    )
                    .at(place("size-bytes"))
                    .help("one of the two was changed afterwards: produce both again"),
                );
            }
            let Some(written) = &named.sha256 else { continue };
            let Some(expected) = Digest::parse(&written.to_ascii_lowercase()) else { continue };
            if expected == file.digest {
                // a file cannot vouch for itself
                verified[target] |= target != from;
                continue;
            }
            differs[target] = true;
            let help = if originals::bytes(&file.content)
                .is_ok_and(|bytes| other_endings(&bytes).contains(&expected))
            {
                "it differs only in line endings: keep Git and editors from converting them".to_owned()
            } else {
                format!("expected {expected}, found {}: one of the two was changed afterwards", file.digest)
            };
            findings.push(
                Finding::error(
                    "digest-mismatch",
                    format!("`{}` is not the file that is named here", file.found.path),
                )
                .at(place("sha256"))
                .help(help),
            );
        }
    }
    let mut with: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, file) in loaded.iter().enumerate() {
        with.entry(file.digest.to_string()).or_default().push(index);
    }
    for (from, document) in loaded.iter().enumerate() {
        let Some(attestation) = document.sniffed.read.as_ref().and_then(|read| read.body.attestation())
        else {
            continue;
        };
        let subjects = attestation.statements.iter().flat_map(|statement| &statement.subjects);
        for digest in subjects.filter_map(Subject::sha256) {
            for to in with.get(&digest.to_ascii_lowercase()).into_iter().flatten() {
                verified[*to] |= *to != from;
            }
        }
    }
    verified.iter().zip(differs).map(|(verified, differs)| *verified && !differs).collect()
}
