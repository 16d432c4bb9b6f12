//! What the cases are made of: a small archive, taken apart, changed, put together and signed again.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use trustbook::bundle::digest::Digest;
use trustbook::bundle::keys::Key;
use trustbook::bundle::keys::KeySet;
use trustbook::bundle::keys::Role;
use trustbook::bundle::keys::Root;
use trustbook::bundle::log::keys_leaf;
use trustbook::bundle::log::snapshot_leaf;
use trustbook::bundle::snapshot::Header;
use trustbook::log::Log;
use trustbook::pack::PackInput;
use trustbook::pack::Roles;
use trustbook::pack::Signer as _;
use trustbook::pack::pack;
use trustbook::sign::sign_bytes;
use trustbook::verify::State;

use crate::archive::forge;
use crate::archive::forge::Files;
use crate::archive::forge::key;

pub(super) const ZIP: &str = "acme-0042.zip";
pub(super) const SIG: &str = "acme-0042.zip.minisig";
pub(super) const PROOF: &str = "acme-0042.zip.tlog-proof";
pub(super) const ROOT: &str = "acme-0042/";
/// Seeds of the keys.
pub(super) const ROOT_KEY: u8 = 1;
pub(super) const RELEASE: u8 = 7;
pub(super) const ATTEST: u8 = 3;
pub(super) const LOG: u8 = 4;
pub(super) const STRANGER: u8 = 8;

/// One case: a folder of the suite.
pub(super) struct Case {
    pub(super) row: &'static str,
    pub(super) name: String,
    pub(super) why: String,
    pub(super) args: String,
    pub(super) exit: u8,
    pub(super) check: &'static str,
    pub(super) files: BTreeMap<String, Vec<u8>>,
}

impl Case {
    pub(super) fn folder(&self) -> String {
        format!("{}-{}", self.row, self.name)
    }

    pub(super) fn text(&self) -> String {
        let Self { row, name: _, why, args, exit, check, files: _ } = self;
        format!("why: {why}\nrow: {row}\nrun: {args}\nexit: {exit}\ncheck: {check}\n")
    }
}

pub(super) fn args(seed: u8) -> String {
    format!("{ZIP} --as-of 2026-12-01T00:00:00Z --key {}", key(seed).public_key().to_base64())
}

/// A case of an archive and its signature, read with the release key.
pub(super) fn case(
    row: &'static str,
    name: &str,
    why: &str,
    (exit, check): (u8, &'static str),
    (bytes, signature): (Vec<u8>, String),
) -> Case {
    let files = BTreeMap::from([(ZIP.to_owned(), bytes), (SIG.to_owned(), signature.into_bytes())]);
    let (name, why) = (name.to_owned(), why.to_owned());
    Case { row, name, why, args: args(RELEASE), exit, check, files }
}

/// The files of the small archive of one key.
pub(super) fn plain() -> Files {
    let mut bytes = Vec::new();
    let signer = key(RELEASE);
    let payload = forge::tree(&[("a.txt", b"hello\n"), ("b/c.txt", b"world\n")]);
    let input = PackInput {
        header: &forge::header(),
        payload: &payload,
        signer: &signer,
        roles: None,
        threads: NonZeroUsize::MIN,
    };
    pack(&input, &mut bytes).unwrap();
    short(forge::unpack(&bytes))
}

/// The recipe is free text, and long.
fn short(mut files: Files) -> Files {
    files.insert(format!("{ROOT}VERIFY.txt"), b"Free text.\n".to_vec());
    forge::mend_lists(&mut files);
    files
}

/// Put together as it is, and signed.
pub(super) fn sealed(files: &Files) -> (Vec<u8>, String) {
    let bytes = forge::repack(files);
    let signature = forge::sign(&bytes, &forge::comment());
    (bytes, signature)
}

pub(super) fn text(files: &Files, name: &str) -> String {
    String::from_utf8(files[&format!("{ROOT}{name}")].clone()).unwrap()
}

pub(super) fn put(files: &mut Files, name: &str, content: impl Into<Vec<u8>>) {
    files.insert(format!("{ROOT}{name}"), content.into());
}

pub(super) fn replace(files: &mut Files, name: &str, from: &str, to: &str) {
    let before = text(files, name);
    assert!(before.contains(from), "{name} has no {from}");
    put(files, name, before.replacen(from, to, 1));
}

/// The keys under the root, version 2 of them.
pub(super) fn key_set() -> KeySet {
    let of =
        |role, seed| Key { role, key: key(seed).public_key(), first_seq: 1, last_seq: None, revoked: None };
    KeySet {
        origin: "trust.example".to_owned(),
        version: 2,
        roots: vec![Root { key: key(ROOT_KEY).public_key(), handover: None }],
        keys: vec![of(Role::Attest, ATTEST), of(Role::Log, LOG), of(Role::Release, RELEASE)],
    }
}

pub(super) fn signed_keys(set: &KeySet, seed: u8) -> (String, String) {
    let text = set.print();
    let signature = sign_bytes(&key(seed), text.as_bytes(), &set.trusted_comment()).unwrap().print();
    (text, signature)
}

/// An archive under roles, with what lies beside it.
pub(super) struct Roled {
    pub(super) header: Header,
    pub(super) set: KeySet,
    /// Seeds of the keys that sign.
    pub(super) release: u8,
    pub(super) attest: u8,
    pub(super) log_key: u8,
    pub(super) root: u8,
    /// The log before it.
    pub(super) log: Log,
}

impl Roled {
    pub(super) fn new() -> Self {
        let mut log = Log::default();
        let mut before = forge::header();
        before.seq = 41;
        log.push(keys_leaf("trust.example", 2, Digest::of(key_set().print().as_bytes())));
        log.push(snapshot_leaf(&before, Digest::of(b"the snapshot before")));
        let (release, attest, log_key, root) = (RELEASE, ATTEST, LOG, ROOT_KEY);
        Self { header: forge::header(), set: key_set(), release, attest, log_key, root, log }
    }

    /// The archive, its signature, its proof; and the log with it.
    pub(super) fn seal(&self) -> (Vec<u8>, String, String, Log) {
        let (keys_json, keys_signature) = signed_keys(&self.set, self.root);
        let attest = key(self.attest);
        let leaf_hashes = self.log.hash_bytes();
        let roles = Roles {
            attest: &attest,
            keys_json: &keys_json,
            keys_signature: &keys_signature,
            leaf_hashes: &leaf_hashes,
        };
        let signer = key(self.release);
        let payload = forge::tree(&[("a.txt", b"hello\n")]);
        let input = PackInput {
            header: &self.header,
            payload: &payload,
            signer: &signer,
            roles: Some(roles),
            threads: NonZeroUsize::MIN,
        };
        let mut bytes = Vec::new();
        let packed = pack(&input, &mut bytes).unwrap();
        let mut log = self.log.clone();
        log.push(snapshot_leaf(&self.header, Digest::of(packed.tag_manifest.as_bytes())));
        let note = log.sign(&self.header.origin, &key(self.log_key)).unwrap();
        (bytes, packed.signature.print(), log.proof(&note), log)
    }

    /// A case of it, read with the root key.
    pub(super) fn case(
        &self,
        row: &'static str,
        name: &str,
        why: &str,
        expected: (u8, &'static str),
    ) -> Case {
        let (bytes, signature, proof, _) = self.seal();
        let mut case = case(row, name, why, expected, (bytes, signature));
        case.files.insert(PROOF.to_owned(), proof.into_bytes());
        case.args = args(ROOT_KEY);
        case
    }

    /// What a reader remembers of it.
    pub(super) fn state(&self) -> State {
        let (bytes, _, proof, _) = self.seal();
        let files = forge::unpack(&bytes);
        State {
            origin: self.header.origin.clone(),
            seq: self.header.seq,
            tag_manifest: Digest::of(&files[&format!("{ROOT}tagmanifest-sha256.txt")]),
            keys_version: self.set.version,
            checkpoint: proof.split_once("\n\n").unwrap().1.to_owned(),
        }
    }
}
