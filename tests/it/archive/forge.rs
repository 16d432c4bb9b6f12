//! Makes archives that are right, and from them archives that are wrong in one place.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use blake2::Blake2b;
use blake2::Blake2b512;
use blake2::Digest as _;
use trustbook::bundle::base64;
use trustbook::bundle::digest::Digest;
use trustbook::bundle::manifest;
use trustbook::bundle::manifest::Manifest;
use trustbook::bundle::name::PathName;
use trustbook::bundle::snapshot::Generator;
use trustbook::bundle::snapshot::Header;
use trustbook::bundle::snapshot::Kind;
use trustbook::bundle::snapshot::Snapshot;
use trustbook::bundle::snapshot::State;
use trustbook::bundle::snapshot::VerdictSummary;
use trustbook::bundle::time::Timestamp;
use trustbook::bundle::zip;
use trustbook::bundle::zip::Entry;
use trustbook::bundle::zip::Method;
use trustbook::model::tree::Content;
use trustbook::model::tree::FileTree;
use trustbook::model::tree::TreeFile;
use trustbook::pack::PackInput;
use trustbook::pack::Packed;
use trustbook::pack::Signer;
use trustbook::pack::pack;
use trustbook::sign::SigningKey;
use trustbook::verify::Pins;
use trustbook::verify::Report;
use trustbook::verify::Terms;
use trustbook::verify::verify_archive;

pub(crate) const NAME: &str = "acme-0042.zip";

pub(crate) fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// A key of a known seed, put together as a minisign key file.
pub(crate) fn key(seed: u8) -> SigningKey {
    let seed = [seed; 32];
    let public = ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key().to_bytes();
    let id = [seed[0]; 8];
    let checksum: [u8; 32] =
        Blake2b::<blake2::digest::consts::U32>::digest([b"Ed".as_slice(), &id, &seed, &public].concat())
            .into();
    let bytes = [b"Ed\0\0B2".as_slice(), &[0; 48], &id, &seed, &public, &checksum].concat();
    trustbook::sign::parse(&format!("untrusted comment: test\n{}\n", base64::encode(&bytes)), None).unwrap()
}

pub(crate) fn header() -> Header {
    Header {
        kind: Kind::Archive,
        origin: "trust.example".to_owned(),
        slug: "acme".to_owned(),
        seq: 42,
        label: "Autumn".to_owned(),
        state: State::Released,
        development_key: false,
        created: time("2026-11-21T09:00:00Z"),
        expires: time("2027-02-21T09:00:00Z"),
        previous: None,
        verdicts: vec![VerdictSummary {
            profile: "release".to_owned(),
            outcome: "ready".to_owned(),
            passed: 2,
            failed: 0,
            waived: 0,
            not_assessed: 0,
        }],
        generator: Generator { name: "trustbook".to_owned(), version: "0.1.0".to_owned() },
    }
}

pub(crate) fn tree(files: &[(&str, &[u8])]) -> FileTree {
    let file = |content: &[u8]| TreeFile {
        content: Content::Bytes(Arc::from(content)),
        media_type: "text/plain".to_owned(),
        title: None,
    };
    FileTree {
        files: files.iter().map(|(path, content)| (PathName::parse(path).unwrap(), file(content))).collect(),
    }
}

pub(crate) fn small_tree() -> FileTree {
    tree(&[("a.txt", b"hello\n"), ("site/index.html", b"<!doctype html><title>x</title>\n"), ("empty", b"")])
}

pub(crate) fn pack_with(tree: &FileTree, threads: usize) -> (Vec<u8>, Packed) {
    let mut bytes = Vec::new();
    let signer = key(7);
    let threads = NonZeroUsize::new(threads).unwrap();
    let packed = pack(
        &PackInput { header: &header(), payload: tree, signer: &signer, roles: None, threads },
        &mut bytes,
    )
    .unwrap();
    (bytes, packed)
}

pub(crate) fn terms() -> Terms {
    Terms { key: Some(key(7).public_key()), as_of: time("2026-12-01T00:00:00Z"), threads: NonZeroUsize::MIN }
}

pub(crate) fn verify(bytes: &Vec<u8>, signature: &str) -> Report {
    verify_archive(NAME, bytes, Some(signature.as_bytes()), &terms(), &Pins::none())
}

pub(crate) fn sign(bytes: &[u8], comment: &str) -> String {
    key(7).sign_prehashed(&Blake2b512::digest(bytes).into(), comment).unwrap().print()
}

pub(crate) fn comment() -> String {
    format!(
        "trustbook v1 origin=trust.example seq=42 created=2026-11-21T09:00:00Z expires=2027-02-21T09:00:00Z file={NAME}"
    )
}

/// The files of an archive by the names of its members, root folder included.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

pub(crate) fn unpack(archive: &Vec<u8>) -> Files {
    let mut buffers = zip::Buffers::default();
    let mut files = Files::new();
    for entry in zip::parse(archive).unwrap() {
        let mut content = Vec::new();
        zip::read_content(archive, &entry, &mut buffers, &mut |piece| content.extend_from_slice(piece))
            .unwrap();
        files.insert(String::from_utf8(entry.name).unwrap(), content);
    }
    files
}

/// A canonical container of stored members.
pub(crate) fn repack(files: &Files) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let entry = Entry {
            name: name.clone().into_bytes(),
            method: Method::Stored,
            crc32: zlib_rs::crc32::crc32(0, content),
            stored_bytes: content.len() as u64,
            size_bytes: content.len() as u64,
            offset: out.len() as u64,
        };
        out.extend(entry.local_header());
        out.extend(content);
        directory.extend(entry.central_header());
    }
    let offset = out.len() as u64;
    out.extend(&directory);
    out.extend(zip::end_records(files.len() as u64, directory.len() as u64, offset));
    out
}

/// How much of an altered archive is made to fit again, as one with the key could.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mend {
    /// The outer signature only.
    Outer,
    /// And the list of lists with its signature.
    Lists,
    /// And the payload manifest, `snapshot.json`'s list of files, and the bag's numbers; the statement stays.
    Payload,
}

/// The small archive after `edit`, mended, and its outer signature.
pub(crate) fn forged(mend: Mend, edit: impl FnOnce(&mut Files)) -> (Vec<u8>, String) {
    let mut files = unpack(&pack_with(&small_tree(), 1).0);
    edit(&mut files);
    if mend >= Mend::Payload {
        mend_payload(&mut files);
    }
    if mend >= Mend::Lists {
        mend_lists(&mut files);
    }
    let bytes = repack(&files);
    let signature = sign(&bytes, &comment());
    (bytes, signature)
}

const ROOT: &str = "acme-0042/";

pub(crate) fn mend_payload(files: &mut Files) {
    let mut list = Manifest::default();
    let mut snapshot = Snapshot::parse(&files["acme-0042/snapshot.json"]).unwrap();
    let template = snapshot.files[0].clone();
    snapshot.files.clear();
    for (name, content) in files.iter() {
        let path = name.strip_prefix(ROOT).filter(|name| name.starts_with("data/")).map(PathName::parse);
        if let Some(Ok(path)) = path {
            list.entries.insert(path.clone(), Digest::of(content));
            let mut entry = template.clone();
            (entry.path, entry.size_bytes, entry.sha256) = (path, content.len() as u64, Digest::of(content));
            snapshot.files.push(entry);
        }
    }
    let bytes = snapshot.files.iter().map(|file| file.size_bytes).sum();
    let info = trustbook::bundle::bag::bag_info_text(&snapshot.header, bytes, snapshot.files.len() as u64);
    files.insert(format!("{ROOT}bag-info.txt"), info.into_bytes());
    files.insert(format!("{ROOT}{}", manifest::PAYLOAD_MANIFEST), list.print().into_bytes());
    files.insert(format!("{ROOT}snapshot.json"), snapshot.print().into_bytes());
}

pub(crate) fn mend_lists(files: &mut Files) {
    let (list, signature) =
        (format!("{ROOT}{}", manifest::TAG_MANIFEST), format!("{ROOT}{}", manifest::TAG_MANIFEST_SIGNATURE));
    let mut tags = Manifest::default();
    for (name, content) in files.iter() {
        let tag = name.strip_prefix(ROOT).filter(|_| *name != list && *name != signature);
        if let Some(Ok(path)) = tag.filter(|tag| !tag.starts_with("data/")).map(PathName::parse) {
            tags.entries.insert(path, Digest::of(content));
        }
    }
    let text = tags.print().into_bytes();
    if files.contains_key(&signature) {
        files.insert(signature, sign(&text, &comment()).into_bytes());
    }
    if files.contains_key(&list) {
        files.insert(list, text);
    }
}

/// Writes files below a folder, as unpacking does.
pub(crate) fn to_disk(files: &Files, folder: &std::path::Path) {
    for (name, content) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
}
