//! Files that name files with their digests: what agrees is hash-verified, what differs is an error.
//!
//! Only explicit pairs of a path and a digest are compared; nothing is paired because its name looks alike.

use std::collections::BTreeMap;

use super::evidence::Loaded;
use super::formats::is_placeholder;
use super::located::located;
use super::located::moves;
use super::originals;
use super::seals::Member;
use super::walk;
use crate::bundle::digest::Digest;
use crate::model::attestation::Subject;
use crate::model::evidence::Body;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::governance::FileState;
use crate::model::governance::NamedDigest;
use crate::model::governance::Seal;
use crate::model::tree::Content;

/// The largest text whose other line endings are tried.
const MAX_TEXT_BYTES: usize = 16 << 20;

/// Digests of a text with the line endings it does not have.
fn other_endings(bytes: &[u8]) -> Vec<Digest> {
    let Some(windows) = with_crlf(bytes) else {
        // every line may end as in Windows already
        return with_lf(bytes).into_iter().map(|text| Digest::of(&text)).collect();
    };
    with_lf(bytes).into_iter().chain([windows]).map(|text| Digest::of(&text)).collect()
}

/// Whether a text would have this digest with the line endings it does not have.
fn is_with_other_endings(content: &Content, expected: &Digest) -> bool {
    content.size_bytes() <= MAX_TEXT_BYTES as u64
        && originals::bytes(content).is_ok_and(|bytes| other_endings(&bytes).contains(expected))
}

fn is_text(bytes: &[u8]) -> bool {
    bytes.len() <= MAX_TEXT_BYTES && !bytes.contains(&0) && bytes.contains(&b'\n')
}

/// The text with every line ending as in Unix; `None` where that changes nothing or it is no text.
fn with_lf(bytes: &[u8]) -> Option<Vec<u8>> {
    if !is_text(bytes) {
        return None;
    }
    let mut out = Vec::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
            continue;
        }
        out.push(*byte);
    }
    (out != bytes).then_some(out)
}

/// The text with every line ending as in Windows; `None` where that changes nothing or it is no text.
pub(super) fn with_crlf(bytes: &[u8]) -> Option<Vec<u8>> {
    if !is_text(bytes) {
        return None;
    }
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 32);
    let mut before = 0;
    for byte in bytes {
        if *byte == b'\n' && before != b'\r' {
            out.push(b'\r');
        }
        out.push(*byte);
        before = *byte;
    }
    (out != bytes).then_some(out)
}

/// Whether another file names each file with its very digest, in the order of `loaded`.
pub(crate) fn check(folder: &str, loaded: &mut [Loaded], findings: &mut Vec<Finding>) -> Vec<bool> {
    let (verified, compared) = check_all(folder, loaded, findings);
    for (file, one) in loaded.iter_mut().zip(compared) {
        if let Some(Body::GovernanceRecord(record)) = file.sniffed.read.as_mut().map(|read| &mut read.body) {
            record.files = one.files;
            record.seal = one.seal;
        }
    }
    verified
}

fn check_all(folder: &str, loaded: &[Loaded], findings: &mut Vec<Finding>) -> (Vec<bool>, Vec<Compared>) {
    let at: BTreeMap<&str, usize> =
        loaded.iter().enumerate().map(|(index, file)| (file.found.path.as_str(), index)).collect();
    let mut verified = vec![false; loaded.len()];
    let mut differs = vec![false; loaded.len()];
    for (from, document) in loaded.iter().enumerate() {
        let Some(read) = &document.sniffed.read else { continue };
        if read.body.governance().is_some() {
            continue;
        }
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
            let help = if is_with_other_endings(&file.content, &expected) {
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
    let compared: Vec<Compared> =
        loaded.iter().map(|document| compare(folder, document, loaded, &at, findings)).collect();
    for (from, one) in compared.iter().enumerate() {
        for (target, same) in &one.targets {
            if *same {
                // a file cannot vouch for itself
                verified[*target] |= *target != from;
            } else {
                differs[*target] = true;
            }
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
    let verified = verified.iter().zip(differs).map(|(verified, differs)| *verified && !differs).collect();
    (verified, compared)
}

/// What came of the files that one document of a governance system names.
#[derive(Default)]
struct Compared {
    files: Vec<NamedDigest>,
    seal: Option<Seal>,
    /// Files compared, and whether they are the same.
    targets: Vec<(usize, bool)>,
}

/// Compares the files that a document of a governance system names. What differs is a warning here and a no in every
/// verdict that asks; other documents stay readable beside it.
fn compare(
    folder: &str,
    document: &Loaded,
    loaded: &[Loaded],
    at: &BTreeMap<&str, usize>,
    findings: &mut Vec<Finding>,
) -> Compared {
    let mut out = Compared::default();
    let Some(read) = &document.sniffed.read else { return out };
    let Some(record) = read.body.governance() else { return out };
    let own = document.found.path.as_str();
    let mut absent = 0_u32;
    let moves = moves(own, &read.named, loaded);
    for named in &read.named {
        let mut file = NamedDigest {
            path: named.path.clone(),
            sha256: named.sha256.clone(),
            size_bytes: named.size_bytes,
            state: FileState::NotCheckable,
            here: None,
            why: String::new(),
        };
        let place = match named.pointer.strip_prefix("line ") {
            Some(line) => Place::at(own, line.parse().unwrap_or(1), 1),
            None => Place::pointer(own, &named.pointer),
        };
        let digest = named.sha256.as_deref().map(|text| Digest::parse(&bare(text)));
        let target = located(folder, own, named, loaded, at, &moves);
        match (digest, target) {
            (_, None) if named.path.is_empty() => "a digest without a path".clone_into(&mut file.why),
            (_, None) => {
                absent += 1;
                "not here".clone_into(&mut file.why);
            }
            (None, Some(target)) => {
                file.here = loaded.get(target).map(|file| file.found.path.clone());
                "no digest is given".clone_into(&mut file.why);
            }
            (Some(None), Some(target)) => {
                file.here = loaded.get(target).map(|file| file.found.path.clone());
                file.state = FileState::Mismatch;
                "what is written is no SHA-256 digest".clone_into(&mut file.why);
                findings.push(
                    Finding::warning(
                        "digest-mismatch",
                        format!("`{}` has no SHA-256 digest here", named.path),
                    )
                    .at(place)
                    .help("64 hex digits"),
                );
            }
            (Some(Some(expected)), Some(target)) => {
                let Some(here) = loaded.get(target) else { continue };
                file.here = Some(here.found.path.clone());
                let same_size = named.size_bytes.is_none_or(|size| size == here.content.size_bytes());
                if expected == here.digest && same_size {
                    file.state = FileState::Match;
                    out.targets.push((target, true));
                } else {
                    let endings = is_with_other_endings(&here.content, &expected);
                    (file.state, file.why) = if endings {
                        (FileState::LineEndings, "its line endings were changed".to_owned())
                    } else if expected == here.digest {
                        (FileState::Mismatch, format!("it has {} bytes", here.content.size_bytes()))
                    } else {
                        (FileState::Mismatch, format!("its digest is {}", here.digest))
                    };
                    out.targets.push((target, false));
                    let help = if endings {
                        "it differs only in line endings: keep Git and editors from converting them"
                            .to_owned()
                    } else {
                        format!("expected {expected}, {}: one of the two was changed afterwards", file.why)
                    };
                    findings.push(
                        Finding::warning(
                            "digest-mismatch",
                            format!("`{}` is not the file that is named here", here.found.path),
                        )
                        .at(place)
                        .help(help),
                    );
                }
            }
        }
        out.files.push(file);
    }
    if absent > 0 {
        let files =
            if absent == 1 { "1 file that is".to_owned() } else { format!("{absent} files that are") };
        findings.push(
            Finding::note("referenced-only", format!("it names {files} not in the evidence"))
                .at(Place::file(own))
                .help(format!("put them below `{folder}/` to have them checked")),
        );
    }
    if let Some(seal) = &record.seal {
        out.seal = Some(sealed(seal.clone(), document, loaded, findings));
    }
    out
}

/// Compares a flag over its folder.
fn sealed(mut seal: Seal, document: &Loaded, loaded: &[Loaded], findings: &mut Vec<Finding>) -> Seal {
    let own = walk::folder_of(&document.found.path);
    let inside = |path: &str| match own {
        "" => Some(path.to_owned()),
        own => path.strip_prefix(own)?.strip_prefix('/').map(str::to_owned),
    };
    let beside =
        |file: &&Loaded| file.found.path != document.found.path && inside(&file.found.path).is_some();
    if loaded.iter().filter(beside).any(|file| file.content.size_bytes() > walk::MAX_FILE_BYTES) {
        "a file beside it is larger than what is read for this".clone_into(&mut seal.why);
        return seal;
    }
    let members = loaded
        .iter()
        .filter(beside)
        .filter_map(|file| {
            Some(Member { path: inside(&file.found.path)?, bytes: originals::bytes(&file.content).ok()? })
        })
        .collect();
    super::seals::compare(&mut seal, members);
    if matches!(seal.state, FileState::Mismatch | FileState::LineEndings) {
        let message =
            format!("the files beside this flag are not those it was made over ({} files)", seal.members);
        let finding = Finding::warning("digest-mismatch", message).at(Place::at(&document.found.path, 1, 1));
        findings.push(match seal.state {
            FileState::LineEndings => finding.help(format!(
                "it differs only in line endings, {}: keep Git and editors from converting them",
                seal.why
            )),
            _ => finding.help(seal.why.clone()),
        });
    }
    seal
}

/// The digits of a digest as written.
pub(super) fn bare(text: &str) -> String {
    let text = text.trim();
    text.strip_prefix("sha256:").unwrap_or(text).to_ascii_lowercase()
}
