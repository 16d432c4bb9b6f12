//! A header and a file tree to a signed archive: bag, canonical ZIP, inner and outer signature, in one pass over the bytes.
//!
//! The same input gives the same bytes whatever the number of threads, and memory stays bounded whatever the sizes. Writes to what it
//! is given, never to a disk of its own choice. What it writes is judged by `verify`, which takes nothing from here.

mod compress;
mod container;
mod donor;
mod print;
mod signer;
mod stream;
mod verify_text;

use std::fmt;
use std::io;
use std::io::Write;
use std::num::NonZeroUsize;

pub use donor::Donor;
pub use donor::Members;
pub use signer::SignError;
pub use signer::Signer;
pub use verify_text::verify_text;

use crate::bundle::bag;
use crate::bundle::comment::trusted_comment;
use crate::bundle::digest::Digest;
use crate::bundle::dsse;
use crate::bundle::dsse::Envelope;
use crate::bundle::keys;
use crate::bundle::limits;
use crate::bundle::log;
use crate::bundle::manifest;
use crate::bundle::manifest::Manifest;
use crate::bundle::minisig::Minisig;
use crate::bundle::name::NameClash;
use crate::bundle::name::NameError;
use crate::bundle::name::PathName;
use crate::bundle::name::UniqueNames;
use crate::bundle::snapshot;
use crate::bundle::snapshot::FileEntry;
use crate::bundle::snapshot::Header;
use crate::bundle::snapshot::Snapshot;
use crate::bundle::snapshot::SnapshotError;
use crate::model::tree::FileTree;
use crate::model::tree::TreeFile;
use crate::pack::container::Container;

/// What [`pack`] takes.
#[derive(Clone, Copy)]
pub struct PackInput<'a> {
    /// Who says what as of when.
    pub header: &'a Header,
    /// The payload, by paths without the `data/` that they get in the bag. At least one file.
    pub payload: &'a FileTree,
    /// What signs both signatures, and the statement where there are no roles.
    pub signer: &'a dyn Signer,
    /// What comes with key roles; `None` where one key does it all.
    pub roles: Option<Roles<'a>>,
    /// How many threads read and compress. The bytes do not depend on it.
    pub threads: NonZeroUsize,
}

/// The keys beside the release key, and the log as it is before this snapshot.
#[derive(Clone, Copy)]
pub struct Roles<'a> {
    /// What signs the statement.
    pub attest: &'a dyn Signer,
    /// The text of `keys.json`.
    pub keys_json: &'a str,
    /// The root's signature over it.
    pub keys_signature: &'a str,
    /// The hashes of all leaves of the log, 32 bytes each.
    pub leaf_hashes: &'a [u8],
}

/// What [`pack`] wrote, and what later snapshots and the site need of it.
#[derive(Clone, Debug)]
pub struct Packed {
    /// The name the archive must have, `<root>.zip`.
    pub file_name: String,
    /// How large it is.
    pub size_bytes: u64,
    /// The BLAKE2b-512 of the archive: what the outer signature is over.
    pub blake2b: [u8; 64],
    /// The outer signature; its text belongs beside the archive as `<root>.zip.minisig`.
    pub signature: Minisig,
    /// The header with the list of files.
    pub snapshot: Snapshot,
    /// The text of `snapshot.json`.
    pub snapshot_json: String,
    /// Its digest, by which later snapshots and packets name this one.
    pub snapshot_sha256: Digest,
    /// The text of `manifest-sha256.txt`.
    pub payload_manifest: String,
    /// The text of `tagmanifest-sha256.txt`.
    pub tag_manifest: String,
    /// The inner signature, over the tag manifest.
    pub tag_signature: Minisig,
    /// The text of `snapshot.intoto.jsonl`.
    pub statement: String,
    /// Where the payload lies, for a later archive with some of the same files.
    pub members: Members,
}

/// Why nothing usable was written.
#[derive(Debug)]
pub enum PackError {
    /// There is no file to pack.
    Empty,
    /// More files than an archive may have.
    TooMany {
        /// The limit.
        limit: usize,
        /// What was there.
        actual: usize,
    },
    /// A path that is too long or too deep once it stands under `data/`.
    Name {
        /// The path.
        path: PathName,
        /// The rule it breaks.
        error: NameError,
    },
    /// Two paths that are one on some file system.
    Clash(NameClash),
    /// A file over the size limit.
    TooLarge {
        /// The path.
        path: PathName,
        /// The limit.
        limit_bytes: u64,
        /// What was there.
        actual_bytes: u64,
    },
    /// A header, or a file's title or media type, that breaks a rule of the format.
    Snapshot(SnapshotError),
    /// `snapshot.json` or a manifest over its limit: there are too many files, or too long names.
    ListTooLarge {
        /// Which list.
        name: &'static str,
        /// The limit.
        limit_bytes: u64,
        /// What was there.
        actual_bytes: u64,
    },
    /// A file could not be read.
    Read {
        /// The path.
        path: PathName,
        /// What the machine says.
        source: io::Error,
    },
    /// A file did not have the size it said, or not the same bytes twice.
    Changed {
        /// The path.
        path: PathName,
    },
    /// The archive could not be written.
    Write(io::Error),
    /// Nothing was signed.
    Sign(SignError),
    /// A thread that compresses ended early.
    Interrupted,
}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("nothing to pack: the payload has no file"),
            Self::TooMany { limit, actual } => write!(f, "{actual} files, an archive may have {limit}"),
            Self::Name { path, error } => write!(f, "{path}: {error}\nhelp: shorten the path"),
            Self::Clash(clash) => write!(f, "{clash}\nhelp: rename one of them"),
            Self::TooLarge { path, limit_bytes, actual_bytes } => {
                write!(f, "{path}: {actual_bytes} bytes, the limit is {limit_bytes}")
            }
            Self::Snapshot(error) => write!(f, "snapshot.json: {error}"),
            Self::ListTooLarge { name, limit_bytes, actual_bytes } => {
                write!(
                    f,
                    "{name}: {actual_bytes} bytes, the limit is {limit_bytes}\nhelp: pack fewer files or use shorter names"
                )
            }
            Self::Read { path, source } => write!(f, "{path}: {source}"),
            Self::Changed { path } => {
                write!(f, "{path}: changed while it was packed\nhelp: run again when nothing writes to it")
            }
            Self::Write(source) => write!(f, "the archive could not be written: {source}"),
            Self::Sign(error) => write!(f, "not signed: {error}"),
            Self::Interrupted => f.write_str("a compressing thread ended early"),
        }
    }
}

impl std::error::Error for PackError {}

impl From<SignError> for PackError {
    fn from(error: SignError) -> Self {
        Self::Sign(error)
    }
}

impl From<SnapshotError> for PackError {
    fn from(error: SnapshotError) -> Self {
        Self::Snapshot(error)
    }
}

/// Writes the archive of `input` to `out`, from the first byte to the last, and signs it.
///
/// # Errors
/// [`PackError`]; what was written until then is of no use.
pub fn pack(input: &PackInput<'_>, out: &mut dyn Write) -> Result<Packed, PackError> {
    pack_sharing(input, None, out)
}

/// [`pack`] that takes the members `donor` has from there instead of compressing them again. The bytes are the same.
///
/// # Errors
/// As [`pack`].
pub fn pack_sharing(
    input: &PackInput<'_>,
    donor: Option<Donor<'_>>,
    out: &mut dyn Write,
) -> Result<Packed, PackError> {
    let PackInput { header, payload, signer, roles, threads } = *input;
    header.check()?;
    let files = checked_names(payload)?;
    let payload_bytes = files.iter().map(|(_, file)| file.content.size_bytes()).sum();
    let root = header.root();
    let mut container = Container::new(&root, out);
    let mut tags = Manifest::default();

    let bag_info = bag::bag_info_text(header, payload_bytes, files.len() as u64);
    add_tag(&mut container, &mut tags, bag::VERIFY_TEXT, verify_text(header).as_bytes())?;
    add_tag(&mut container, &mut tags, bag::BAG_INFO, bag_info.as_bytes())?;
    add_tag(&mut container, &mut tags, bag::BAGIT, bag::BAGIT_TEXT.as_bytes())?;

    let mut manifest = Manifest::default();
    let mut entries = Vec::with_capacity(files.len());
    let mut members = Members::default();
    stream::add_files(&mut container, &files, donor, threads, &mut |path, file, sha256, member| {
        members.insert(sha256, member);
        manifest.entries.insert(path.clone(), sha256);
        entries.push(FileEntry {
            path: path.clone(),
            size_bytes: file.content.size_bytes(),
            sha256,
            media_type: file.media_type.clone(),
            title: file.title.clone(),
        });
    })?;

    if let Some(Roles { attest: _, keys_json, keys_signature, leaf_hashes }) = roles {
        add_tag(&mut container, &mut tags, keys::KEYS, keys_json.as_bytes())?;
        add_tag(&mut container, &mut tags, keys::KEYS_SIGNATURE, keys_signature.as_bytes())?;
        add_tag(&mut container, &mut tags, log::LEAF_HASHES, leaf_hashes)?;
    }
    let payload_manifest = manifest.print();
    let snapshot = Snapshot { header: header.clone(), files: entries };
    snapshot.check()?;
    let snapshot_json = snapshot.print();
    let snapshot_sha256 = Digest::of(snapshot_json.as_bytes());
    within(manifest::PAYLOAD_MANIFEST, limits::MAX_MANIFEST_BYTES, &payload_manifest)?;
    within(snapshot::SNAPSHOT, limits::MAX_JSON_BYTES, &snapshot_json)?;
    let statement =
        dsse::statement(header, snapshot_sha256, Digest::of(payload_manifest.as_bytes())).into_bytes();
    let attest = roles.map_or(signer, |roles| roles.attest);
    let envelope = Envelope {
        key_id: dsse::key_id(&attest.public_key()),
        signature: attest.sign_dsse(&dsse::encoded_for_signing(&statement))?,
        payload: statement,
    };
    let statement = envelope.print();
    add_tag(&mut container, &mut tags, manifest::PAYLOAD_MANIFEST, payload_manifest.as_bytes())?;
    add_tag(&mut container, &mut tags, dsse::STATEMENT, statement.as_bytes())?;
    add_tag(&mut container, &mut tags, snapshot::SNAPSHOT, snapshot_json.as_bytes())?;

    let comment = trusted_comment(header);
    let tag_manifest = tags.print();
    let tag_signature = signer.sign_prehashed(&container::blake2b(tag_manifest.as_bytes()), &comment)?;
    container.add_bytes(manifest::TAG_MANIFEST, tag_manifest.as_bytes())?;
    container.add_bytes(manifest::TAG_MANIFEST_SIGNATURE, tag_signature.print().as_bytes())?;
    let (size_bytes, blake2b) = container.finish()?;
    let signature = signer.sign_prehashed(&blake2b, &comment)?;
    Ok(Packed {
        file_name: header.file_name(),
        size_bytes,
        blake2b,
        signature,
        snapshot,
        snapshot_json,
        snapshot_sha256,
        payload_manifest,
        tag_manifest,
        tag_signature,
        statement,
        members,
    })
}

fn add_tag(
    container: &mut Container<'_>,
    tags: &mut Manifest,
    name: &'static str,
    content: &[u8],
) -> Result<(), PackError> {
    let path =
        PathName::parse(name).map_err(|error| PackError::Snapshot(SnapshotError::Rule(error.to_string())))?;
    tags.entries.insert(path, Digest::of(content));
    container.add_bytes(name, content)
}

fn within(name: &'static str, limit_bytes: u64, text: &str) -> Result<(), PackError> {
    let actual_bytes = text.len() as u64;
    if actual_bytes > limit_bytes {
        Err(PackError::ListTooLarge { name, limit_bytes, actual_bytes })
    } else {
        Ok(())
    }
}

/// The files under their names in the bag, in byte order, after every check that needs no content.
fn checked_names(payload: &FileTree) -> Result<Vec<(PathName, &TreeFile)>, PackError> {
    /// The tag files, with the signature.
    const TAG_FILES: usize = 11;
    if payload.files.is_empty() {
        return Err(PackError::Empty);
    }
    let limit = limits::MAX_MEMBERS - TAG_FILES;
    if payload.files.len() > limit {
        return Err(PackError::TooMany { limit, actual: payload.files.len() });
    }
    let mut unique = UniqueNames::default();
    let mut files = Vec::with_capacity(payload.files.len());
    for (path, file) in &payload.files {
        let inside =
            path.under(bag::PAYLOAD_FOLDER).map_err(|error| PackError::Name { path: path.clone(), error })?;
        unique.insert(&inside).map_err(PackError::Clash)?;
        let actual_bytes = file.content.size_bytes();
        if actual_bytes > limits::MAX_FILE_BYTES {
            return Err(PackError::TooLarge {
                path: path.clone(),
                limit_bytes: limits::MAX_FILE_BYTES,
                actual_bytes,
            });
        }
        files.push((inside, file));
    }
    Ok(files)
}
