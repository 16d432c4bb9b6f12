//! What `pack` writes and `verify` says of it when nobody touched it.

use std::collections::BTreeMap;
use std::io;
use std::io::Read;
use std::num::NonZeroUsize;
use std::sync::Arc;

use proptest::prelude::*;
use trustbook::bundle::digest::Digest;
use trustbook::bundle::name::PathName;
use trustbook::bundle::name::UniqueNames;
use trustbook::bundle::snapshot::State;
use trustbook::bundle::zip;
use trustbook::bundle::zip::Method;
use trustbook::model::tree::ByteSource;
use trustbook::model::tree::Content;
use trustbook::model::tree::FileTree;
use trustbook::pack::Donor;
use trustbook::pack::PackError;
use trustbook::pack::PackInput;
use trustbook::pack::Signer as _;
use trustbook::pack::pack;
use trustbook::pack::pack_sharing;
use trustbook::verify::CHECKS;
use trustbook::verify::Form;
use trustbook::verify::Options;
use trustbook::verify::Outcome;
use trustbook::verify::Pins;
use trustbook::verify::Terms;
use trustbook::verify::verify_archive;

use crate::archive::forge;
use crate::archive::forge::pack_with;
use crate::archive::forge::small_tree;
use crate::archive::forge::terms;
use crate::archive::forge::tree;

fn noise(length: usize) -> Vec<u8> {
    let mut state = 1u64;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend(state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

fn lines(length: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..length / 20)
        .flat_map(|line| format!("line {line} is {}\n", line * 7919 % 1009).into_bytes())
        .collect();
    bytes.resize(length, b'.');
    bytes
}

#[derive(Debug)]
struct Stream {
    bytes: Arc<[u8]>,
    says_bytes: u64,
}

impl ByteSource for Stream {
    fn size_bytes(&self) -> u64 {
        self.says_bytes
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(io::Cursor::new(Arc::clone(&self.bytes))))
    }
}

fn streamed(tree: &FileTree, lie_bytes: i64) -> FileTree {
    let mut tree = tree.clone();
    for file in tree.files.values_mut() {
        if let Content::Bytes(bytes) = &file.content {
            let says_bytes = bytes.len().saturating_add_signed(lie_bytes as isize) as u64;
            file.content = Content::Source(Arc::new(Stream { bytes: Arc::clone(bytes), says_bytes }));
        }
    }
    tree
}

/// Content whose digest is known, and which can no longer be read when `gone`.
#[derive(Debug)]
struct Known {
    bytes: Arc<[u8]>,
    gone: bool,
}

impl ByteSource for Known {
    fn size_bytes(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn sha256(&self) -> Option<Digest> {
        Some(Digest::of(&self.bytes))
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        if self.gone {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok(Box::new(io::Cursor::new(Arc::clone(&self.bytes))))
    }
}

#[test]
fn what_another_archive_has_is_taken_from_there_and_the_bytes_are_the_same() {
    let contents = [
        ("evidence/large.log", lines((16 << 20) + 77)),
        ("evidence/noise.bin", noise(300_000)),
        ("evidence/small.json", lines(5000)),
        ("index.html", lines(900)),
    ];
    let payload = |gone: bool| {
        let borrowed: Vec<(&str, &[u8])> =
            contents.iter().map(|(name, content)| (*name, content.as_slice())).collect();
        let mut tree = tree(&borrowed);
        for (name, file) in &mut tree.files {
            if let (Content::Bytes(bytes), true) = (&file.content, name.as_str().starts_with("evidence/")) {
                file.content = Content::Source(Arc::new(Known { bytes: Arc::clone(bytes), gone }));
            }
        }
        tree
    };
    let threads = NonZeroUsize::new(2).unwrap();
    let (header, signer) = (forge::header(), forge::key(7));
    let (first, gone) = (payload(false), payload(true));
    let mut archive = Vec::new();
    let input = PackInput { header: &header, payload: &first, signer: &signer, roles: None, threads };
    let packed = pack(&input, &mut archive).unwrap();

    let donor = Donor { members: &packed.members, archive: &archive };
    let mut again = Vec::new();
    let input = PackInput { header: &header, payload: &gone, signer: &signer, roles: None, threads };
    pack_sharing(&input, Some(donor), &mut again).unwrap();
    assert!(again == archive);

    let alone = pack(&input, &mut Vec::new());
    assert!(matches!(alone, Err(PackError::Read { .. })), "{alone:?}");
}

#[test]
fn an_archive_passes_every_check() {
    let (bytes, packed) = pack_with(&small_tree(), 2);
    assert_eq!(packed.file_name, forge::NAME);
    assert_eq!(packed.size_bytes, bytes.len() as u64);
    let report = forge::verify(&bytes, &packed.signature.print());
    assert_eq!(report.exit_code(), 0, "{}", report.to_text());
    assert_eq!(report.checks.len(), CHECKS.len());
    for check in &report.checks {
        let right = match check.id {
            "key-roles" | "log" => matches!(check.outcome, Outcome::NotApplicable(_)),
            _ => matches!(check.outcome, Outcome::Passed(_)),
        };
        assert!(right, "{check:?}");
    }
    assert_eq!(report.verified_snapshot(), Some(&packed.snapshot));
    assert!(report.notes.is_empty(), "{:?}", report.notes);
}

#[test]
fn an_unpacked_archive_passes_too() {
    let (bytes, _) = pack_with(&small_tree(), 1);
    let folder = std::env::temp_dir().join(format!("trustbook-it-unpacked-{}", std::process::id()));
    forge::to_disk(&forge::unpack(&bytes), &folder);
    let options = Options { path: folder.join("acme-0042"), form: Form::Folder, terms: terms() };
    let report = trustbook::verify::verify(&options);
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(report.exit_code(), 0, "{}", report.to_text());
    assert!(matches!(report.checks[0].outcome, Outcome::NotApplicable(_)));
}

#[test]
fn the_bytes_depend_neither_on_threads_nor_on_where_content_comes_from() {
    let contents: Vec<(String, Vec<u8>)> = (0..40)
        .map(|index| {
            (
                format!("f/{index:02}.txt"),
                if index % 5 == 0 { noise(index * 9000) } else { lines(index * 9000) },
            )
        })
        .collect();
    let borrowed: Vec<(&str, &[u8])> =
        contents.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
    let tree = tree(&borrowed);
    let (first, packed) = pack_with(&tree, 1);
    for threads in [2, 3, 8] {
        let (bytes, again) = pack_with(&streamed(&tree, 0), threads);
        assert!(bytes == first, "{threads} threads");
        assert_eq!(again.signature, packed.signature);
    }
    assert_eq!(forge::verify(&first, &packed.signature.print()).exit_code(), 0);
}

#[test]
fn large_files_go_through_in_blocks() {
    let mixed = [lines(9 << 20), noise(5 << 20), lines(4 << 20)].concat();
    let tree = tree(&[
        ("a", &lines(100)),
        ("b-mixed", &mixed),
        ("c-noise", &noise((16 << 20) + 1)),
        ("d", &lines(100)),
    ]);
    let (first, packed) = pack_with(&tree, 1);
    assert!(pack_with(&streamed(&tree, 0), 3).0 == first);
    let methods: Vec<Method> = zip::parse(&first)
        .unwrap()
        .iter()
        .filter(|entry| entry.name.starts_with(b"acme-0042/data/"))
        .map(|entry| entry.method)
        .collect();
    assert_eq!(methods, [Method::Deflate, Method::Deflate, Method::Stored, Method::Deflate]);
    assert!(forge::unpack(&first)["acme-0042/data/b-mixed"] == mixed);
    assert_eq!(forge::verify(&first, &packed.signature.print()).exit_code(), 0);
}

#[test]
fn a_file_that_is_not_what_it_said_stops_the_packing() {
    for tree in [small_tree(), tree(&[("large", &noise((16 << 20) + 5))])] {
        for lie_bytes in [-1, 1] {
            let payload = streamed(&tree, lie_bytes);
            let input = PackInput {
                header: &forge::header(),
                payload: &payload,
                signer: &forge::key(7),
                roles: None,
                threads: NonZeroUsize::MIN,
            };
            let result = pack(&input, &mut Vec::new());
            assert!(matches!(result, Err(PackError::Changed { .. })), "{result:?}");
        }
    }
}

#[test]
fn what_the_format_cannot_hold_is_refused_before_anything_is_written() {
    let check = |payload: &FileTree, edit: fn(&mut trustbook::bundle::snapshot::Header), expected: &str| {
        let mut header = forge::header();
        edit(&mut header);
        let mut out = Vec::new();
        let input = PackInput {
            header: &header,
            payload,
            signer: &forge::key(7),
            roles: None,
            threads: NonZeroUsize::MIN,
        };
        let error = pack(&input, &mut out).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(out.is_empty());
    };
    check(&FileTree::default(), |_| {}, "nothing to pack");
    check(&tree(&[("README", b"1"), ("readme", b"2")]), |_| {}, "cannot stand side by side");
    let long = "a/".repeat(11) + "a";
    check(&tree(&[(&long, b"1")]), |_| {}, "13 components in the path");
    check(&small_tree(), |header| header.seq = 0, "seq is not between");
    check(&small_tree(), |header| header.origin = "two words".to_owned(), "origin is not");
    check(&small_tree(), |header| header.slug = "con".to_owned(), "slug is not");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn whatever_is_packed_is_verified_and_comes_back(
        files in prop::collection::btree_map("[a-z0-9]{1,8}(/[a-z0-9]{1,8}){0,3}", prop::collection::vec(any::<u8>(), 0..3000), 1..12),
        repeat in 1usize..60,
    ) {
        let contents: BTreeMap<String, Vec<u8>> = files.into_iter().map(|(name, bytes)| (name, bytes.repeat(repeat))).collect();
        let mut unique = UniqueNames::default();
        let fits = |name: &String| PathName::parse(name).is_ok_and(|name| unique.insert(&name).is_ok());
        prop_assume!(contents.keys().all(fits));
        let borrowed: Vec<(&str, &[u8])> = contents.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let (bytes, packed) = pack_with(&streamed(&tree(&borrowed), 0), 3);
        let terms = Terms { threads: NonZeroUsize::new(3).unwrap(), ..terms() };
        let report = verify_archive(forge::NAME, &bytes, Some(packed.signature.print().as_bytes()), &terms, &Pins::none());
        prop_assert_eq!(report.exit_code(), 0, "{}", report.to_text());
        let mut unpacked = forge::unpack(&bytes);
        unpacked.retain(|name, _| name.starts_with("acme-0042/data/"));
        let expected: BTreeMap<String, Vec<u8>> =
            contents.into_iter().map(|(name, bytes)| (format!("acme-0042/data/{name}"), bytes)).collect();
        prop_assert_eq!(unpacked, expected);
    }
}

#[derive(Debug)]
struct FullDisk(usize);

impl io::Write for FullDisk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_ends_the_packing_with_an_error() {
    let contents: Vec<(String, Vec<u8>)> =
        (0..50).map(|index| (format!("{index}"), noise(200_000))).collect();
    let borrowed: Vec<(&str, &[u8])> =
        contents.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
    let payload = tree(&borrowed);
    for threads in [1, 4] {
        let threads = NonZeroUsize::new(threads).unwrap();
        let input = PackInput {
            header: &forge::header(),
            payload: &payload,
            signer: &forge::key(7),
            roles: None,
            threads,
        };
        let result = pack(&input, &mut FullDisk(1_000_000));
        assert!(matches!(result, Err(PackError::Write(_))), "{result:?}");
    }
}

#[test]
fn nothing_is_verified_without_a_key_from_outside() {
    let (bytes, packed) = pack_with(&small_tree(), 1);
    let signature = packed.signature.print();
    let report = verify_archive(
        forge::NAME,
        &bytes,
        Some(signature.as_bytes()),
        &Terms { key: None, ..terms() },
        &Pins::none(),
    );
    assert_eq!(report.exit_code(), 20);
    assert_eq!(report.verified_snapshot(), None);
    assert_eq!(
        report.headline(),
        "not verified: self-consistent, but by an unknown key; pass --key with the publisher's key"
    );
    let other = Terms { key: Some(forge::key(8).public_key()), ..terms() };
    assert_eq!(
        verify_archive(forge::NAME, &bytes, Some(signature.as_bytes()), &other, &Pins::none()).exit_code(),
        10
    );
    assert_eq!(verify_archive(forge::NAME, &bytes, None, &terms(), &Pins::none()).exit_code(), 10);
    assert_eq!(verify_archive(forge::NAME, &bytes, Some(b""), &terms(), &Pins::none()).exit_code(), 10);
}

#[test]
fn an_answer_is_for_a_time() {
    let (bytes, packed) = pack_with(&small_tree(), 1);
    let check = |as_of: &str, code: u8| {
        let terms = Terms { as_of: forge::time(as_of), ..terms() };
        let report = verify_archive(
            forge::NAME,
            &bytes,
            Some(packed.signature.print().as_bytes()),
            &terms,
            &Pins::none(),
        );
        assert_eq!(report.exit_code(), code, "{as_of}");
    };
    check("2026-11-21T08:59:59Z", 15);
    check("2026-11-21T09:00:00Z", 0);
    check("2027-02-21T08:59:59Z", 0);
    check("2027-02-21T09:00:00Z", 15);
}

#[test]
fn a_draft_by_a_development_key_says_so() {
    let mut header = forge::header();
    (header.state, header.development_key) = (State::Draft, true);
    let mut bytes = Vec::new();
    let input = PackInput {
        header: &header,
        payload: &small_tree(),
        signer: &forge::key(7),
        roles: None,
        threads: NonZeroUsize::MIN,
    };
    let packed = pack(&input, &mut bytes).unwrap();
    let text = forge::verify(&bytes, &packed.signature.print()).to_text();
    assert!(text.contains("DRAFT: not a release"), "{text}");
    assert!(text.contains("DEVELOPMENT KEY"), "{text}");
}

#[test]
fn a_renamed_download_is_a_note() {
    let (bytes, packed) = pack_with(&small_tree(), 1);
    let report = verify_archive(
        "/tmp/x/acme (1).zip",
        &bytes,
        Some(packed.signature.print().as_bytes()),
        &terms(),
        &Pins::none(),
    );
    assert_eq!(report.exit_code(), 0);
    assert_eq!(report.notes.len(), 1, "{:?}", report.notes);
}

#[test]
fn a_packet_is_an_archive_that_names_its_snapshot() {
    use trustbook::bundle::snapshot::Kind;
    use trustbook::bundle::snapshot::PacketOf;
    let (_, of) = pack_with(&small_tree(), 1);
    let mut header = forge::header();
    header.kind = Kind::Packet(PacketOf {
        profile: "eu-bank".to_owned(),
        audience: "Acme Bank".to_owned(),
        snapshot_sha256: of.snapshot_sha256,
    });
    let mut bytes = Vec::new();
    let payload = tree(&[("answers.txt", b"yes\n")]);
    let input = PackInput {
        header: &header,
        payload: &payload,
        signer: &forge::key(7),
        roles: None,
        threads: NonZeroUsize::MIN,
    };
    let packed = pack(&input, &mut bytes).unwrap();
    assert_eq!(packed.file_name, "packet-0042-eu-bank.zip");
    let report = verify_archive(
        &packed.file_name,
        &bytes,
        Some(packed.signature.print().as_bytes()),
        &terms(),
        &Pins::none(),
    );
    assert_eq!(report.exit_code(), 0, "{}", report.to_text());
    assert!(report.to_text().contains(&of.snapshot_sha256.to_string()));
}

#[test]
fn a_tree_keeps_names_in_the_order_of_the_container() {
    let tree = tree(&[("a.txt", b"1"), ("a/b", b"2"), ("a-b", b"3"), ("B", b"4")]);
    let names: Vec<&str> = tree.files.keys().map(PathName::as_str).collect();
    assert_eq!(names, ["B", "a-b", "a.txt", "a/b"]);
    let (bytes, packed) = pack_with(&tree, 2);
    assert_eq!(forge::verify(&bytes, &packed.signature.print()).exit_code(), 0);
}

/// The crate `zip` reads what is written here without it, and finds the same files.
#[test]
fn another_reader_finds_the_same_files() {
    use std::io::Cursor;
    let (bytes, _) =
        pack_with(&tree(&[("a.txt", &lines(100_000)), ("noise", &noise(5000)), ("x/y", b"")]), 2);
    let files = forge::unpack(&bytes);
    let mut archive = ::zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    assert_eq!(archive.len(), files.len());
    for (index, (name, content)) in files.iter().enumerate() {
        let mut member = archive.by_index(index).unwrap();
        assert_eq!(&*member.name().unwrap(), name);
        assert_eq!(member.unix_mode(), Some(0o100_644));
        let mut read = Vec::new();
        member.read_to_end(&mut read).unwrap();
        assert!(read == *content, "{name}");
    }
}
