//! Who may sign, and where the archive stands in the log: what follows from the caller's key and what is pinned. Judged by the checks.

use crate::bundle::digest::Digest;
use crate::bundle::keys::KEYS;
use crate::bundle::keys::KEYS_SIGNATURE;
use crate::bundle::keys::Key;
use crate::bundle::keys::KeySet;
use crate::bundle::keys::Role;
use crate::bundle::log;
use crate::bundle::log::Checkpoint;
use crate::bundle::log::LEAF_HASHES;
use crate::bundle::manifest::TAG_MANIFEST;
use crate::bundle::minisig::PublicKey;
use crate::bundle::snapshot::Kind;
use crate::bundle::snapshot::Snapshot;
use crate::bundle::snapshot::State;
use crate::verify::AUTHENTICITY;
use crate::verify::CONTAINER;
use crate::verify::KEY;
use crate::verify::LOG_FORK;
use crate::verify::facts::Tags;
use crate::verify::facts::tag;
use crate::verify::pins::Pins;
use crate::verify::report::NO_KEY;
use crate::verify::report::Outcome;

/// The keys that may have signed.
pub(crate) struct Trust {
    /// The key that the caller vouches for.
    pub(crate) pinned: PublicKey,
    /// The keys by role, where there are roles.
    pub(crate) set: Option<KeySet>,
}

impl Trust {
    /// Finds out by the caller's `key` and the signatures on `keys.json`.
    pub(crate) fn of(key: Option<PublicKey>, pins: &Pins, tags: &Tags) -> Result<Self, Outcome> {
        let pinned = key.ok_or_else(|| Outcome::NotChecked(NO_KEY.to_owned()))?;
        let refuse = |reason: &str| Err(Outcome::failed(KEY, KEYS, reason));
        let open = |bytes: &[u8], signature: &[u8]| {
            KeySet::open(bytes, signature).map_err(|error| Outcome::failed(KEY, KEYS, error))
        };
        let own = match tags.contains_key(KEYS) {
            true => Some(open(tag(tags, KEYS)?, tag(tags, KEYS_SIGNATURE)?)?),
            false => None,
        };
        let set = match (&own, &pins.keys) {
            (own, None) => own.clone(),
            (own, Some([bytes, signature])) => {
                let newer = open(bytes, signature)?;
                if let Some(own) = own {
                    if newer.version < own.version || !newer.roots.starts_with(&own.roots) {
                        return refuse(
                            "the keys given are older than those in the archive, or of another root",
                        );
                    }
                    if newer.version == own.version && newer != *own {
                        return refuse("the keys given and those in the archive differ under one version");
                    }
                }
                Some(newer)
            }
        };
        let Some(set) = set else { return Ok(Self { pinned, set: None }) };
        let is_release = |key: &Key| key.role == Role::Release && key.key == pinned;
        // A release key vouches for the keys in what it signed itself, and for nobody else's.
        if set.has_root(&pinned) || own.is_some_and(|own| own.keys.iter().any(is_release)) {
            return Ok(Self { pinned, set: Some(set) });
        }
        refuse("the key given is neither a root of these keys nor one of their release keys")
    }

    /// The keys that may have signed something of this role. Whether they still might is for another check.
    pub(crate) fn keys(&self, role: Role) -> Vec<PublicKey> {
        match &self.set {
            Some(set) if role != Role::Release || set.has_root(&self.pinned) => {
                set.keys.iter().filter(|key| key.role == role).map(|key| key.key).collect()
            }
            Some(_) | None => vec![self.pinned],
        }
    }
}

/// Where the archive stands in a log that holds it.
pub(crate) struct Logged {
    /// The index of its leaf.
    pub(crate) index: usize,
    /// The hashes of all leaves of the newest known tree.
    pub(crate) leaves: Vec<Digest>,
    /// The signed checkpoint of that tree.
    pub(crate) note: String,
}

/// Builds the tree again from the hashes in the archive, or from the newer log that the caller has, and looks for the archive in it.
pub(crate) fn logged(
    trust: &Trust,
    pins: &Pins,
    tags: &Tags,
    snapshot: &Snapshot,
) -> Result<Logged, Outcome> {
    let header = &snapshot.header;
    let not_logged = |reason: &str| Err(Outcome::NotApplicable(reason.to_owned()));
    let Some(set) = &trust.set else {
        return not_logged(
            "without key roles there is no log: an older snapshot cannot be told from the newest",
        );
    };
    if header.state == State::Draft {
        return not_logged("a draft is in no log");
    }
    if header.kind != Kind::Archive {
        return not_logged("a packet is in no log; the snapshot that it was made of is");
    }
    let fork = |reason: &str| Err(Outcome::failed(LOG_FORK, LEAF_HASHES, reason));
    let bad_hashes = || Outcome::failed(CONTAINER, LEAF_HASHES, "not hashes of 32 bytes, or too many");
    let mut leaves = log::hashes(tag(tags, LEAF_HASHES)?).ok_or_else(bad_hashes)?;
    let index = leaves.len();
    let leaf = log::snapshot_leaf(header, Digest::of(tag(tags, TAG_MANIFEST)?));
    leaves.push(log::leaf_hash(leaf.as_bytes()));
    let (note, proof) = match (&pins.log, &pins.proof) {
        (Some(newer), _) => {
            if !newer.leaves.starts_with(&leaves) {
                return fork("the log given does not hold this snapshot where the archive says");
            }
            leaves.clone_from(&newer.leaves);
            (newer.note.clone(), None)
        }
        (None, Some(proof)) => {
            let head = log::proof_head(&leaves, index);
            let Ok(proof) = std::str::from_utf8(proof) else { return fork("the proof is not UTF-8") };
            let Some((found, note)) = proof.split_once("\n\n") else {
                return fork("the proof holds no checkpoint");
            };
            (note.to_owned(), Some(format!("{found}\n\n") == head))
        }
        (None, None) => {
            let help = "there is no proof that it is in the log: its `.tlog-proof` belongs beside it, or give --proof or --log";
            return Err(Outcome::NotChecked(help.to_owned()));
        }
    };
    let trusted = |key: &&Key| {
        let in_time = key.first_seq <= header.seq && key.last_seq.is_none_or(|last| header.seq <= last);
        key.role == Role::Log && key.revoked.is_none() && (in_time || pins.log.is_some())
    };
    let keys: Vec<PublicKey> = set.keys.iter().filter(trusted).map(|key| key.key).collect();
    let checkpoint = Checkpoint::open(&note, &header.origin, &keys)
        .map_err(|error| Outcome::failed(AUTHENTICITY, "the checkpoint", error))?;
    if checkpoint.size != leaves.len() as u64 || checkpoint.root != log::root(&leaves) {
        return fork("the signed checkpoint is that of another tree");
    }
    if proof == Some(false) {
        return fork("the proof is not that of this leaf in this tree");
    }
    Ok(Logged { index, leaves, note })
}
