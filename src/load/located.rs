//! Where the files lie that a document names, also when the whole was moved.

use std::collections::BTreeMap;

use super::digests::bare;
use super::evidence::Loaded;
use super::formats::NamedFile;
use super::formats::is_placeholder;
use super::walk;
use crate::bundle::digest::Digest;

/// The file that a document names: relative to its folder, the evidence folder, the project, a folder above the document;
/// or where the document's other files were moved to.
pub(super) fn located(
    folder: &str,
    own: &str,
    named: &NamedFile,
    loaded: &[Loaded],
    at: &BTreeMap<&str, usize>,
    moves: &[(String, String)],
) -> Option<usize> {
    if named.path.is_empty() || is_placeholder(&named.path) {
        return None;
    }
    let above = std::iter::successors(Some(walk::folder_of(own)), |path| {
        (!path.is_empty()).then(|| walk::folder_of(path))
    });
    let direct = [walk::folder_of(own), folder, ""]
        .into_iter()
        .chain(above)
        .find_map(|base| at.get(walk::resolve(base, &named.path)?.as_str()).copied());
    if direct.is_some() {
        return direct;
    }
    moved(named, loaded, moves)
}

/// How the folders of one document were moved: what its paths begin with, and what they begin with here. Told from files
/// whose digest is the named one; every other path of the document moved with them.
pub(super) fn moves(read: &[NamedFile], loaded: &[Loaded]) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for named in read {
        let (Some(path), Some(expected)) = (
            walk::resolve("", &named.path),
            named.sha256.as_deref().and_then(|text| Digest::parse(&bare(text))),
        ) else {
            continue;
        };
        for file in loaded.iter().filter(|file| file.digest == expected) {
            let here = file.found.path.as_str();
            let common = path.rsplit('/').zip(here.rsplit('/')).take_while(|(a, b)| a == b).count();
            let head = |path: &str| {
                let parts: Vec<&str> = path.split('/').collect();
                parts.get(..parts.len().saturating_sub(common)).unwrap_or_default().join("/")
            };
            let pair = (head(&path), head(here));
            if common > 0 && !out.contains(&pair) {
                out.push(pair);
            }
        }
    }
    out
}

fn moved(named: &NamedFile, loaded: &[Loaded], moves: &[(String, String)]) -> Option<usize> {
    let path = walk::resolve("", &named.path)?;
    moves.iter().find_map(|(before, after)| {
        let rest = match before.as_str() {
            "" => path.as_str(),
            before => path.strip_prefix(before)?.strip_prefix('/')?,
        };
        let here = if after.is_empty() { rest.to_owned() } else { format!("{after}/{rest}") };
        loaded.iter().position(|file| file.found.path == here)
    })
}
