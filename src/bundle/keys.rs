//! `keys.json`: which key may sign what, for which snapshots. Signed by the root, the one key that readers pin.
//!
//! Keys never leave the list: old archives stay valid under the keys of their time. A root hands over to the next by its signature.

use blake2::Blake2b512;
use blake2::Digest as _;

use crate::bundle::base64;
use crate::bundle::json::Json;
use crate::bundle::json::Members;
use crate::bundle::limits;
use crate::bundle::minisig;
use crate::bundle::minisig::Minisig;
use crate::bundle::minisig::PublicKey;

/// The name of the file, in the archive and beside a project.
pub const KEYS: &str = "keys.json";
/// The root's signature over [`KEYS`].
pub const KEYS_SIGNATURE: &str = "keys.json.minisig";
/// What [`KEYS`] says it is.
pub const SCHEMA: &str = "trustbook-keys/v1";

/// What a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// In-toto statements.
    Attest,
    /// Checkpoints of the log.
    Log,
    /// Archives and their lists.
    Release,
}

impl Role {
    /// Every role, by name.
    pub const ALL: [Self; 3] = [Self::Attest, Self::Log, Self::Release];

    /// The role's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Attest => "attest",
            Self::Log => "log",
            Self::Release => "release",
        }
    }
}

/// A key with its role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// What it signs.
    pub role: Role,
    /// The key.
    pub key: PublicKey,
    /// The first snapshot that it may sign.
    pub first_seq: u64,
    /// The last one, once that is known.
    pub last_seq: Option<u64>,
    /// Since when it must not be trusted.
    pub revoked: Option<Revoked>,
}

/// The end of a key that may be in other hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// What the log holds below this index was signed before and stays valid.
    pub log_size: u64,
    /// Why, in one line of printable ASCII.
    pub reason: String,
}

/// A root key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// The key.
    pub key: PublicKey,
    /// The signature by the root before over [`handover`], for all but the first.
    pub handover: Option<[u8; 64]>,
}

/// The content of [`KEYS`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySet {
    /// Whose keys they are.
    pub origin: String,
    /// From 1, one more with every change.
    pub version: u64,
    /// Oldest first; the last one signs.
    pub roots: Vec<Root>,
    /// In the order they were added.
    pub keys: Vec<Key>,
}

/// The BLAKE2b-512 of the text by which a root hands over to `next`.
pub fn handover(origin: &str, next: &PublicKey) -> [u8; 64] {
    let text = format!("trustbook-root/v1\norigin {origin}\nkey {}\n", next.to_base64());
    Blake2b512::digest(text).into()
}

impl KeySet {
    /// The trusted comment of its signature.
    pub fn trusted_comment(&self) -> String {
        format!("{SCHEMA} origin={} version={}", self.origin, self.version)
    }

    /// Reads what the newest root signed. Whether that root is to be trusted is for the caller to say, by [`KeySet::has_root`].
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn open(bytes: &[u8], signature: &[u8]) -> Result<Self, String> {
        let set = Self::parse(bytes)?;
        let root = set.roots.last().ok_or("no root")?;
        let minisig = Minisig::parse(signature).map_err(|error| error.to_string())?;
        minisig.verify(&root.key, &Blake2b512::digest(bytes).into()).map_err(|error| error.to_string())?;
        let comments = (minisig.untrusted_comment.as_str(), minisig.trusted_comment);
        if comments != (minisig::UNTRUSTED_COMMENT, set.trusted_comment()) {
            return Err("the comments of its signature are not those it must have".to_owned());
        }
        Ok(set)
    }

    /// Whether `key` is one of the roots.
    pub fn has_root(&self, key: &PublicKey) -> bool {
        self.roots.iter().any(|root| root.key == *key)
    }

    /// Reads the canonical text; signatures are not looked at, but for those between roots.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let mut members = Members::of(Json::parse(bytes)?, "")?;
        members.read("schema", SCHEMA, |schema| (schema == SCHEMA).then_some(()))?;
        let set = Self {
            origin: members.string("origin")?,
            version: members.count("version")?,
            roots: members.items("roots", Root::of_json)?,
            keys: members.items("keys", Key::of_json)?,
        };
        members.finish()?;
        set.check()?;
        Ok(set)
    }

    /// Checks the rules between members.
    ///
    /// # Errors
    /// The first one that is broken.
    pub fn check(&self) -> Result<(), String> {
        let all: Vec<&PublicKey> =
            self.roots.iter().map(|root| &root.key).chain(self.keys.iter().map(|key| &key.key)).collect();
        if self.version == 0 || self.roots.is_empty() || all.len() > limits::MAX_KEYS {
            return Err(format!("no version, no root, or more than {} keys", limits::MAX_KEYS));
        }
        for (at, one) in all.iter().enumerate() {
            if all[..at].iter().any(|other| other.key == one.key || other.id == one.id) {
                return Err(format!("key {} is there twice, or two keys have its name", one.id_text()));
            }
        }
        let mut before: Option<&PublicKey> = None;
        for Root { key, handover: signature } in &self.roots {
            let holds = match (before, signature) {
                (None, None) => true,
                (Some(before), Some(signature)) => before.verify_raw(&handover(&self.origin, key), signature),
                (None, Some(_)) | (Some(_), None) => false,
            };
            if !holds {
                return Err(format!("the root before did not hand over to root {}", key.id_text()));
            }
            before = Some(key);
        }
        let bad = |key: &&Key| key.first_seq == 0 || key.last_seq.is_some_and(|last| last < key.first_seq);
        match self.keys.iter().find(bad) {
            Some(key) => Err(format!("key {} is for no snapshot", key.key.id_text())),
            None => Ok(()),
        }
    }
}

fn parse_key(members: &mut Members) -> Result<PublicKey, String> {
    members.read("key", "a public key", |it| PublicKey::parse(it).ok().filter(|key| key.to_base64() == it))
}

impl Root {
    fn of_json(value: Json) -> Result<Self, String> {
        let mut members = Members::of(value, "roots[]")?;
        let signature = |text: &str| base64::decode(text)?.try_into().ok();
        let handover = members.optional("handover", |members| {
            members.read("handover", "64 bytes in canonical base64", signature)
        })?;
        let root = Self { key: parse_key(&mut members)?, handover };
        members.finish()?;
        Ok(root)
    }
}

impl Key {
    fn of_json(value: Json) -> Result<Self, String> {
        let mut members = Members::of(value, "keys[]")?;
        let role = |name: &str| Role::ALL.into_iter().find(|role| role.as_str() == name);
        let key = Self {
            role: members.read("role", "attest, log or release", role)?,
            key: parse_key(&mut members)?,
            first_seq: members.count("firstSeq")?,
            last_seq: members.optional("lastSeq", |members| members.count("lastSeq"))?,
            revoked: members.optional("revoked", Revoked::of_members)?,
        };
        members.finish()?;
        Ok(key)
    }
}

impl Revoked {
    fn of_members(members: &mut Members) -> Result<Self, String> {
        let mut revoked = members.object("revoked")?;
        let line = |text: &str| minisig::check_comment(text).is_ok().then(|| text.to_owned());
        let reason = revoked.read("reason", "a line of printable ASCII", line)?;
        let log_size = revoked.count("logSize")?;
        revoked.finish()?;
        Ok(Self { log_size, reason })
    }
}
