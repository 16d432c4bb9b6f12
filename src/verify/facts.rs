//! Gathers what the checks judge: lists, small files and digests, in the order that costs least. Judges nothing itself.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;

use blake2::Blake2b512;
use blake2::Digest as _;

use crate::bundle::bag;
use crate::bundle::digest::Digest;
use crate::bundle::digest::Hasher;
use crate::bundle::dsse;
use crate::bundle::keys;
use crate::bundle::limits;
use crate::bundle::log;
use crate::bundle::log::Checkpoint;
use crate::bundle::manifest;
use crate::bundle::manifest::Manifest;
use crate::bundle::name::PathName;
use crate::bundle::snapshot;
use crate::bundle::snapshot::Kind;
use crate::bundle::snapshot::Snapshot;
use crate::bundle::snapshot::SnapshotError;
use crate::bundle::zip::Buffers;
use crate::bundle::zip::ReadAt;
use crate::verify::COMPLETENESS;
use crate::verify::CONTAINER;
use crate::verify::INTEGRITY;
use crate::verify::Pins;
use crate::verify::State;
use crate::verify::Terms;
use crate::verify::UNSUPPORTED;
use crate::verify::checks;
use crate::verify::checks::CHECKS;
use crate::verify::checks::Check;
use crate::verify::contents::Member;
use crate::verify::contents::Named;
use crate::verify::contents::Source;
use crate::verify::contents::check_names;
use crate::verify::extract;
use crate::verify::report::CheckReport;
use crate::verify::report::Outcome;
use crate::verify::report::Report;
use crate::verify::trust;
use crate::verify::trust::Logged;
use crate::verify::trust::Trust;

/// The file of the outer signature.
pub(crate) enum Sidecar {
    /// There is none to be had: a folder.
    None,
    /// Not found, where it was looked for.
    Missing(String),
    /// The machine would not tell.
    Unreadable(String),
    /// At most one byte more than allowed.
    Bytes(Vec<u8>),
}

/// The tag files that an archive has only when it has all of them.
pub(crate) const ROLE_FILES: [&str; 3] = [keys::KEYS, keys::KEYS_SIGNATURE, log::LEAF_HASHES];

/// Every tag file, with the most bytes it may have. Sorted.
pub(crate) const TAG_FILES: [(&str, u64); 11] = [
    (bag::VERIFY_TEXT, limits::MAX_TAG_FILE_BYTES),
    (bag::BAG_INFO, limits::MAX_TAG_FILE_BYTES),
    (bag::BAGIT, limits::MAX_TAG_FILE_BYTES),
    (keys::KEYS, limits::MAX_TAG_FILE_BYTES),
    (keys::KEYS_SIGNATURE, limits::MAX_SIGNATURE_BYTES),
    (log::LEAF_HASHES, limits::MAX_MANIFEST_BYTES),
    (manifest::PAYLOAD_MANIFEST, limits::MAX_MANIFEST_BYTES),
    (dsse::STATEMENT, limits::MAX_TAG_FILE_BYTES),
    (snapshot::SNAPSHOT, limits::MAX_JSON_BYTES),
    (manifest::TAG_MANIFEST, limits::MAX_MANIFEST_BYTES),
    (manifest::TAG_MANIFEST_SIGNATURE, limits::MAX_SIGNATURE_BYTES),
];

/// Everything that the checks look at.
pub(crate) struct Facts<'a> {
    pub(crate) terms: &'a Terms,
    pub(crate) is_folder: bool,
    pub(crate) sidecar: Sidecar,
    /// BLAKE2b-512 of the whole archive.
    pub(crate) archive_blake2b: Result<[u8; 64], String>,
    /// How many files there are, when the container or the folder is as it must be.
    pub(crate) listed: Result<usize, Outcome>,
    /// The files under checked names.
    pub(crate) named: Result<Named, Outcome>,
    /// The bytes of each of [`TAG_FILES`].
    pub(crate) tags: Tags,
    pub(crate) tag_manifest: Result<Manifest, Outcome>,
    pub(crate) payload_manifest: Result<Manifest, Outcome>,
    pub(crate) snapshot: Result<Snapshot, Outcome>,
    pub(crate) payload: Digests,
    pub(crate) pins: &'a Pins,
    pub(crate) trust: Result<Trust, Outcome>,
    pub(crate) logged: Result<Logged, Outcome>,
}

pub(crate) type Tags = BTreeMap<&'static str, Result<Vec<u8>, Outcome>>;
type Digests = BTreeMap<PathName, Result<Digest, Outcome>>;

/// Gathers the facts about `source` and judges them.
pub(crate) fn report(
    name: &str,
    source: &Source<'_>,
    sidecar: Sidecar,
    terms: &Terms,
    pins: &Pins,
    into: Option<&Path>,
) -> Report {
    let is_folder = matches!(source, Source::Folder(_));
    let (listed, named) = match source.members() {
        Ok(members) => (Ok(members.len()), check_names(members, !is_folder)),
        Err(outcome) => (Err(outcome), Err(Outcome::NotChecked("there is no list of files".to_owned()))),
    };
    let tags = read_tags(source, &named);
    let parse_manifest = |name: &str| {
        let bytes = tag(&tags, name)?;
        Manifest::parse(bytes).map_err(|error| Outcome::failed(CONTAINER, name, error))
    };
    let parse_snapshot = || {
        Snapshot::parse(tag(&tags, snapshot::SNAPSHOT)?).map_err(|error| match &error {
            SnapshotError::Version(_) => Outcome::failed(UNSUPPORTED, snapshot::SNAPSHOT, error),
            SnapshotError::Rule(_) => Outcome::failed(INTEGRITY, snapshot::SNAPSHOT, error),
        })
    };
    let (snapshot, trust) = (parse_snapshot(), Trust::of(terms.key, pins, &tags));
    let logged = match (&snapshot, &trust) {
        (Ok(snapshot), Ok(trust)) => trust::logged(trust, pins, &tags, snapshot),
        (_, Err(Outcome::NotChecked(reason))) => Err(Outcome::NotChecked(reason.clone())),
        _ => Err(Outcome::NotChecked("the keys or snapshot.json could not be established".to_owned())),
    };
    let mut facts = Facts {
        terms,
        is_folder,
        sidecar,
        archive_blake2b: Err("it was not hashed".to_owned()),
        listed,
        named,
        tag_manifest: parse_manifest(manifest::TAG_MANIFEST),
        payload_manifest: parse_manifest(manifest::PAYLOAD_MANIFEST),
        snapshot,
        tags,
        payload: Digests::new(),
        pins,
        trust,
        logged,
    };
    (facts.archive_blake2b, facts.payload) = hash(source, &facts);
    let judged = |check: &Check| match (check.judge)(&facts) {
        Ok(detail) => Outcome::Passed(detail),
        Err(outcome) => outcome,
    };
    let report = |check: &Check| CheckReport { id: check.id, title: check.title, outcome: judged(check) };
    let checks = CHECKS.iter().map(report).collect();
    let mut report = Report::new(name, is_folder, *terms, checks, facts.snapshot.clone().ok(), next(&facts));
    if let Some(folder) = into.filter(|_| report.is_verified()) {
        let outcome =
            extract::extract(source, &facts, folder).map_or_else(|outcome| outcome, Outcome::Passed);
        let (id, title) = ("extraction", "copied into a new folder");
        report.checks.push(CheckReport { id, title, outcome });
    }
    report
}

/// What is to be pinned if all of this is verified. A draft and a packet say nothing about what comes after.
fn next(facts: &Facts<'_>) -> Option<State> {
    let header = &facts.snapshot.as_ref().ok()?.header;
    if header.state == snapshot::State::Draft || header.kind != Kind::Archive {
        return None;
    }
    let note = facts.logged.as_ref().map_or_else(|_| String::new(), |logged| logged.note.clone());
    let size = |note: &str| Checkpoint::parse(note).map_or(0, |(checkpoint, _)| checkpoint.size);
    let before = facts.pins.state.as_ref().map(|state| state.checkpoint.clone()).unwrap_or_default();
    Some(State {
        origin: header.origin.clone(),
        seq: header.seq,
        tag_manifest: Digest::of(tag(&facts.tags, manifest::TAG_MANIFEST).ok()?),
        keys_version: facts.trust.as_ref().ok()?.set.as_ref().map_or(0, |set| set.version),
        checkpoint: if size(&before) > size(&note) { before } else { note },
    })
}

/// The bytes of a tag file, or the outcome of a check that needs it.
pub(crate) fn tag<'a>(tags: &'a Tags, name: &str) -> Result<&'a [u8], Outcome> {
    match tags.get(name) {
        Some(Ok(bytes)) => Ok(bytes),
        Some(Err(outcome)) => Err(outcome.clone()),
        None => Err(Outcome::NotChecked(format!("{name} was not read"))),
    }
}

fn read_tags(source: &Source<'_>, named: &Result<Named, Outcome>) -> Tags {
    let mut buffers = Buffers::default();
    let mut read = |name: &str, limit_bytes: u64| {
        let Ok(named) = named else {
            return Err(Outcome::NotChecked("the list of files could not be read".to_owned()));
        };
        let member = named
            .files
            .get(name)
            .ok_or_else(|| Outcome::failed(COMPLETENESS, name, "the file is missing"))?;
        if member.size_bytes > limit_bytes {
            let reason = format!("{} bytes, the limit is {limit_bytes}", member.size_bytes);
            return Err(Outcome::failed(CONTAINER, name, reason));
        }
        let mut bytes = Vec::new();
        source.read(member, &mut buffers, &mut |piece| bytes.extend_from_slice(piece)).map(|()| bytes)
    };
    let has = |name: &str| named.as_ref().is_ok_and(|named| named.files.contains_key(name));
    let wanted = TAG_FILES.into_iter().filter(|(name, _)| !ROLE_FILES.contains(name) || has(keys::KEYS));
    wanted.map(|(name, limit_bytes)| (name, read(name, limit_bytes))).collect()
}

/// Why a payload file is not to be read. What a stranger made can be a thousand times larger than the archive, so under a key only
/// what signed lists vouch for is read, and no more than they say. Without a key nothing is, where it would cost more than a hundred times.
fn is_not_read(
    facts: &Facts<'_>,
    vouched: bool,
    is_swollen: bool,
    name: &PathName,
    member: &Member,
) -> Option<Outcome> {
    let not_checked = |reason: &str| Some(Outcome::NotChecked(format!("{name} was not read, {reason}")));
    let files = match &facts.snapshot {
        _ if facts.terms.key.is_none() && is_swollen => {
            return not_checked(
                "because the contents are a hundred times the archive, and no key vouches for it",
            );
        }
        _ if facts.terms.key.is_none() => return None,
        Ok(snapshot) if vouched => &snapshot.files,
        Ok(_) | Err(_) => return not_checked("because no signed list vouches for it"),
    };
    match files.binary_search_by(|file| file.path.cmp(name)).ok().and_then(|at| files.get(at)) {
        None => not_checked("because snapshot.json does not list it"),
        Some(file) if member.size_bytes <= file.size_bytes => None,
        Some(_) => Some(Outcome::failed(INTEGRITY, name.as_str(), "larger than its signed size")),
    }
}

/// The BLAKE2b-512 of the archive beside the SHA-256 of every payload file, largest first.
fn hash(source: &Source<'_>, facts: &Facts<'_>) -> (Result<[u8; 64], String>, Digests) {
    let empty = BTreeMap::new();
    let vouched = checks::are_lists_signed(facts);
    let files = facts.named.as_ref().map_or(&empty, |named| &named.files);
    let mut jobs: Vec<(&PathName, &Member)> =
        files.iter().filter(|(name, _)| name.strip_prefix(bag::PAYLOAD_FOLDER).is_some()).collect();
    jobs.sort_by_key(|(_, member)| std::cmp::Reverse(member.size_bytes));
    let size_bytes = jobs.iter().map(|(_, member)| member.size_bytes).fold(0, u64::saturating_add);
    let is_swollen = matches!(source, Source::Archive(input) if size_bytes / 100 > input.size_bytes());
    let next = AtomicUsize::new(0);
    let hash_payload = || {
        let mut buffers = Buffers::default();
        let mut digests = Vec::new();
        while let Some((name, member)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut hasher = Hasher::default();
            let read = match is_not_read(facts, vouched, is_swollen, name, member) {
                None => source.read(member, &mut buffers, &mut |piece| hasher.update(piece)),
                Some(outcome) => Err(outcome),
            };
            digests.push(((*name).clone(), read.map(|()| hasher.finish())));
        }
        digests
    };
    let outer = || match source {
        Source::Archive(input) => blake2b_of(*input),
        Source::Folder(_) | Source::Unreadable(_) => Err("there is no archive to hash".to_owned()),
    };
    thread::scope(|scope| {
        let first = scope.spawn(|| (outer(), hash_payload()));
        let others: Vec<_> = (1..facts.terms.threads.get()).map(|_| scope.spawn(hash_payload)).collect();
        // A thread that ended early leaves its files without a digest, and those never pass.
        let early = |_| (Err("hashing ended early".to_owned()), Vec::new());
        let (outer, mut payload) = first.join().unwrap_or_else(early);
        for thread in others {
            payload.extend(thread.join().unwrap_or_default());
        }
        (outer, payload.into_iter().collect())
    })
}

fn blake2b_of(input: &dyn ReadAt) -> Result<[u8; 64], String> {
    const PIECE_BYTES: u64 = 256 << 10;
    let mut hasher = Blake2b512::new();
    let mut buffer = vec![0; PIECE_BYTES as usize];
    let mut offset = 0;
    while offset < input.size_bytes() {
        let piece = &mut buffer[..PIECE_BYTES.min(input.size_bytes() - offset) as usize];
        input.read_exact_at(piece, offset).map_err(|error| error.to_string())?;
        hasher.update(&*piece);
        offset += piece.len() as u64;
    }
    Ok(hasher.finalize().into())
}
