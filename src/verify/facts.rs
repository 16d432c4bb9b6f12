//! Gathers what the checks judge: lists, small files and digests, in the order that costs least. Judges nothing itself.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;

use blake2::Blake2b512;
use blake2::Digest as _;

use crate::bundle::bag;
use crate::bundle::digest::Digest;
use crate::bundle::digest::Hasher;
use crate::bundle::dsse;
use crate::bundle::limits;
use crate::bundle::manifest;
use crate::bundle::manifest::Manifest;
use crate::bundle::name::PathName;
use crate::bundle::snapshot;
use crate::bundle::snapshot::Snapshot;
use crate::bundle::snapshot::SnapshotError;
use crate::bundle::zip::Buffers;
use crate::bundle::zip::ReadAt;
use crate::verify::Terms;
use crate::verify::checks::CHECKS;
use crate::verify::contents;
use crate::verify::contents::Member;
use crate::verify::contents::Named;
use crate::verify::contents::Problem;
use crate::verify::contents::Source;
use crate::verify::report::CheckReport;
use crate::verify::report::Report;

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

/// Every tag file that an archive of this version has, with the most bytes it may have. Sorted.
pub(crate) const TAG_FILES: [(&str, u64); 8] = [
    (bag::VERIFY_TEXT, limits::MAX_TAG_FILE_BYTES),
    (bag::BAG_INFO, limits::MAX_TAG_FILE_BYTES),
    (bag::BAGIT, limits::MAX_TAG_FILE_BYTES),
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
    /// Whether the container, or the folder, is as it must be; with the number of files.
    pub(crate) listed: Result<usize, Problem>,
    /// The files under checked names. An unreadable problem when there is no list.
    pub(crate) named: Result<Named, Problem>,
    /// The bytes of the tag files that are there.
    pub(crate) tags: BTreeMap<&'static str, Result<Vec<u8>, Problem>>,
    pub(crate) tag_manifest: Option<Result<Manifest, String>>,
    pub(crate) payload_manifest: Option<Result<Manifest, String>>,
    pub(crate) snapshot: Option<Result<Snapshot, SnapshotError>>,
    /// The digests of the payload.
    pub(crate) payload: BTreeMap<PathName, Result<Digest, Problem>>,
}

impl Facts<'_> {
    /// The bytes of a tag file.
    pub(crate) fn tag(&self, name: &str) -> Option<&[u8]> {
        self.tags.get(name)?.as_deref().ok()
    }
}

/// Gathers the facts about `source` and judges them.
pub(crate) fn report(name: &str, source: &Source<'_>, sidecar: Sidecar, terms: &Terms) -> Report {
    let is_folder = matches!(source, Source::Folder(_));
    let (listed, named) = match source.members() {
        Ok(members) => (Ok(members.len()), contents::check_names(members, !is_folder)),
        Err(problem) => (Err(problem), Err(Problem::Unreadable("there is no list of files".to_owned()))),
    };
    let mut facts = Facts {
        terms,
        is_folder,
        sidecar,
        archive_blake2b: Err("it could not be opened".to_owned()),
        listed,
        named,
        tags: BTreeMap::new(),
        tag_manifest: None,
        payload_manifest: None,
        snapshot: None,
        payload: BTreeMap::new(),
    };
    if let Ok(named) = &facts.named {
        facts.tags = read_tags(source, named);
    }
    let parse_manifest =
        |name| facts.tag(name).map(|bytes| Manifest::parse(bytes).map_err(|error| error.to_string()));
    let (tag_manifest, payload_manifest) =
        (parse_manifest(manifest::TAG_MANIFEST), parse_manifest(manifest::PAYLOAD_MANIFEST));
    facts.snapshot = facts.tag(snapshot::SNAPSHOT).map(Snapshot::parse);
    (facts.tag_manifest, facts.payload_manifest) = (tag_manifest, payload_manifest);
    hash(source, &mut facts);

    let checks = CHECKS
        .iter()
        .map(|check| CheckReport { id: check.id, title: check.title, outcome: (check.judge)(&facts) })
        .collect();
    let root = facts.named.as_ref().ok().and_then(|named| named.root.clone());
    let snapshot = facts.snapshot.and_then(Result::ok);
    Report::new(name, is_folder, *terms, checks, snapshot, root)
}

fn read_tags(source: &Source<'_>, named: &Named) -> BTreeMap<&'static str, Result<Vec<u8>, Problem>> {
    let mut buffers = Buffers::default();
    let mut tags = BTreeMap::new();
    for (name, limit_bytes) in TAG_FILES {
        let Some(member) = named.files.get(name) else { continue };
        let read = if member.size_bytes > limit_bytes {
            let reason = format!("{} bytes, the limit is {limit_bytes}", member.size_bytes);
            Err(Problem::Wrong { path: Some(name.to_owned()), reason })
        } else {
            let mut bytes = Vec::new();
            source.read(member, &mut buffers, &mut |piece| bytes.extend_from_slice(piece)).map(|()| bytes)
        };
        tags.insert(name, read);
    }
    tags
}

/// The BLAKE2b-512 of the archive beside the SHA-256 of every payload file, largest first.
fn hash(source: &Source<'_>, facts: &mut Facts<'_>) {
    let empty = BTreeMap::new();
    let files = facts.named.as_ref().map_or(&empty, |named| &named.files);
    let mut jobs: Vec<(&PathName, &Member)> =
        files.iter().filter(|(name, _)| name.strip_prefix(bag::PAYLOAD_FOLDER).is_some()).collect();
    jobs.sort_by_key(|(_, member)| std::cmp::Reverse(member.size_bytes));
    let next = AtomicUsize::new(0);
    let hash_payload = || {
        let mut buffers = Buffers::default();
        let mut digests = Vec::new();
        while let Some((name, member)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut hasher = Hasher::default();
            let read = source.read(member, &mut buffers, &mut |piece| hasher.update(piece));
            digests.push(((*name).clone(), read.map(|()| hasher.finish())));
        }
        digests
    };
    let input = match source {
        Source::Archive(archive) => Some(archive.input),
        Source::Folder(_) | Source::Unreadable(_) => None,
    };
    let (outer, payload) = thread::scope(|scope| {
        let first = scope.spawn(|| (input.map(blake2b_of), hash_payload()));
        let others: Vec<_> = (1..facts.terms.threads.get()).map(|_| scope.spawn(hash_payload)).collect();
        // A thread that ended early leaves its files without a digest, and those never pass.
        let (outer, mut payload) = first.join().unwrap_or_default();
        for thread in others {
            payload.extend(thread.join().unwrap_or_default());
        }
        (outer, payload)
    });
    facts.payload = payload.into_iter().collect();
    if let Some(outer) = outer {
        facts.archive_blake2b = outer;
    }
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
