//! The append-only log of snapshots and key changes: leaves as text, an RFC 6962 tree, checkpoints as C2SP signed notes
//! (tlog-checkpoint), proofs (tlog-proof) and tiles (tlog-tiles). See <https://c2sp.org>.
//!
//! An archive carries the hashes of all leaves before its own, so inclusion and consistency are seen by building the tree again.

use sha2::Digest as _;
use sha2::Sha256;

use crate::bundle::base64;
use crate::bundle::digest::Digest;
use crate::bundle::limits;
use crate::bundle::minisig::PublicKey;
use crate::bundle::snapshot::Header;

/// The file of the archive with the hashes of all leaves before its own, 32 bytes each.
pub const LEAF_HASHES: &str = "log/leaf-hashes";
/// Leaf hashes in a full tile.
pub const TILE_WIDTH: usize = 256;

/// The leaf of a snapshot: follows from it, so it is compared and never read.
pub fn snapshot_leaf(header: &Header, tag_manifest: Digest) -> String {
    let Header { origin, seq, created, .. } = header;
    format!(
        "trustbook-leaf/v1\norigin {origin}\nseq {seq}\ntagmanifest-sha256 {tag_manifest}\ncreated {created}\n"
    )
}

/// The leaf of a `keys.json`.
pub fn keys_leaf(origin: &str, version: u64, keys_json: Digest) -> String {
    format!("trustbook-keys/v1\norigin {origin}\nversion {version}\nkeys-sha256 {keys_json}\n")
}

/// The hash of a leaf.
pub fn leaf_hash(leaf: &[u8]) -> Digest {
    Digest(Sha256::new().chain_update([0]).chain_update(leaf).finalize().into())
}

/// The largest power of two below the number of leaves, of which there are two at least.
fn split(leaves: &[Digest]) -> (&[Digest], &[Digest]) {
    leaves.split_at(leaves.len().next_power_of_two() / 2)
}

/// The root of the tree over these leaf hashes.
pub fn root(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => Digest::of(b""),
        [leaf] => *leaf,
        _ => {
            let (left, right) = split(leaves);
            let hasher = Sha256::new().chain_update([1]).chain_update(root(left).0);
            Digest(hasher.chain_update(root(right).0).finalize().into())
        }
    }
}

/// The inclusion proof for a leaf: from its sibling up to a child of the root.
pub fn inclusion(leaves: &[Digest], index: usize) -> Vec<Digest> {
    if leaves.len() < 2 {
        return Vec::new();
    }
    let (left, right) = split(leaves);
    let (mut path, sibling) = match index.checked_sub(left.len()) {
        None => (inclusion(left, index), right),
        Some(index) => (inclusion(right, index), left),
    };
    path.push(root(sibling));
    path
}

/// The hashes in a file of them.
pub fn hashes(bytes: &[u8]) -> Option<Vec<Digest>> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    let within = rest.is_empty() && hashes.len() < limits::MAX_LEAVES;
    within.then(|| hashes.iter().map(|hash| Digest(*hash)).collect())
}

/// Where the level-0 tile with this number stands below the log's folder; `width` is [`TILE_WIDTH`] or less.
pub fn tile_path(kind: &str, number: usize, width: usize) -> String {
    let mut path = format!("{:03}", number % 1000);
    let mut rest = number / 1000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    let part = if width < TILE_WIDTH { format!(".p/{width}") } else { String::new() };
    format!("tile/{kind}/{path}{part}")
}

/// A tree of the log at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose log.
    pub origin: String,
    /// How many leaves it has.
    pub size: u64,
    /// The root of its tree.
    pub root: Digest,
}

impl Checkpoint {
    /// The signed text.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, base64::encode(&self.root.0))
    }

    /// Reads the text of a note without looking at signatures.
    ///
    /// # Errors
    /// When it is not exactly what [`Checkpoint::text`] writes, then an empty line and signatures.
    pub fn parse(note: &str) -> Result<(Self, &str), String> {
        let (text, signatures) = note.rsplit_once("\n\n").ok_or("the checkpoint has no signature")?;
        let read = |text: &str| {
            let [origin, size, root] = <[&str; 3]>::try_from(text.split('\n').collect::<Vec<_>>()).ok()?;
            let root = Digest(base64::decode(root)?.try_into().ok()?);
            Some(Self { origin: origin.to_owned(), size: size.parse().ok()?, root })
        };
        let checkpoint = read(text).ok_or("not the three lines of a checkpoint")?;
        if checkpoint.text() != format!("{text}\n") {
            return Err("the size of the checkpoint is not in its shortest form".to_owned());
        }
        Ok((checkpoint, signatures))
    }

    /// Reads a note that one of `keys` signed as `origin`. Lines of others are left alone.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn open(note: &str, origin: &str, keys: &[PublicKey]) -> Result<Self, String> {
        if note.len() > limits::MAX_NOTE_BYTES || note.chars().any(|char| char.is_control() && char != '\n') {
            return Err("the checkpoint is too long, or has control characters in it".to_owned());
        }
        let (checkpoint, signatures) = Self::parse(note)?;
        if checkpoint.origin != origin {
            return Err(format!("the checkpoint is of another log, `{}`", checkpoint.origin));
        }
        let lines = signatures.strip_suffix('\n').ok_or("the checkpoint has no line feed at its end")?;
        let mut seen = Vec::new();
        for line in lines.split('\n') {
            let (name, bytes) = read_line(line).ok_or("a line of the checkpoint is no signature")?;
            let (hash, signature) = bytes.split_first_chunk::<4>().ok_or("a signature is too short")?;
            let known = keys.iter().find(|key| name == origin && *hash == key_hash(origin, key));
            let Some(key) = known else { continue };
            let signature = signature.try_into().map_err(|_| "a signature is not of 64 bytes")?;
            if !key.verify_raw(checkpoint.text().as_bytes(), signature) || seen.contains(&key.id) {
                return Err("the log's signature does not match the checkpoint, or is there twice".to_owned());
            }
            seen.push(key.id);
        }
        if seen.is_empty() {
            Err("no key of the log signed the checkpoint".to_owned())
        } else {
            Ok(checkpoint)
        }
    }
}

fn read_line(line: &str) -> Option<(&str, Vec<u8>)> {
    let (name, bytes) = line.strip_prefix("— ")?.split_once(' ')?;
    Some((name, base64::decode(bytes)?)).filter(|_| !name.is_empty())
}

/// The four bytes by which a signature line names its key: Ed25519 is type 1.
pub fn key_hash(origin: &str, key: &PublicKey) -> [u8; 4] {
    let digest = Digest::of(&[origin.as_bytes(), b"\n\x01", &key.key].concat());
    [digest.0[0], digest.0[1], digest.0[2], digest.0[3]]
}

/// What stands before the checkpoint in the proof for a leaf of this tree.
pub fn proof_head(leaves: &[Digest], index: usize) -> String {
    let path = inclusion(leaves, index);
    let lines: String = path.iter().map(|hash| format!("{}\n", base64::encode(&hash.0))).collect();
    format!("c2sp.org/tlog-proof@v1\nindex {index}\n{lines}\n")
}
