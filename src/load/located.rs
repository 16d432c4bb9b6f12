//! Where the files lie that a document names, also when the whole was moved.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

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

/// How the folders of the document at `own` were moved: what its paths begin with, and what they begin with here. Told from
/// files whose digest is the named one, else from folders above the document: every other path of it moved with them.
pub(super) fn moves(own: &str, read: &[NamedFile], loaded: &[Loaded]) -> Vec<(String, String)> {
    let told = by_digest(read, loaded);
    if told.is_empty() { by_shape(own, read, loaded) } else { told }
}

/// Where no digest agrees, as after a conversion of every line ending: the folder above the document below which files lie as
/// they are named. A folder of the same name is enough; any other has to explain two files, each with its folder.
fn by_shape(own: &str, read: &[NamedFile], loaded: &[Loaded]) -> Vec<(String, String)> {
    let here: BTreeSet<&str> = loaded.iter().map(|file| file.found.path.as_str()).collect();
    let above: Vec<&str> = std::iter::successors(Some(walk::folder_of(own)), |path| {
        (!path.is_empty()).then(|| walk::folder_of(path))
    })
    .filter(|path| !path.is_empty())
    .collect();
    let mut explained: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for path in read.iter().filter_map(|named| walk::resolve("", &named.path)) {
        for (cut, _) in path.match_indices('/') {
            let (before, rest) = (&path[..cut], &path[cut + 1..]);
            for after in above.iter().filter(|after| here.contains(format!("{after}/{rest}").as_str())) {
                let of = explained.entry((before.to_owned(), (*after).to_owned())).or_default();
                of.insert(rest.to_owned());
            }
        }
    }
    let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let fits = |(before, after): &(String, String), rests: &BTreeSet<String>| {
        last(before) == last(after) || rests.iter().filter(|rest| rest.contains('/')).count() > 1
    };
    let mut out: Vec<_> = explained.into_iter().filter(|(pair, rests)| fits(pair, rests)).collect();
    // what explains most comes first
    out.sort_by_key(|(_, rests)| std::cmp::Reverse(rests.len()));
    out.into_iter().map(|(pair, _)| pair).collect()
}

fn by_digest(read: &[NamedFile], loaded: &[Loaded]) -> Vec<(String, String)> {
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
