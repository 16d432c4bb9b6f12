//! Containers as they are written, as they are read, and as they must not be.

use proptest::prelude::*;
use zlib_rs::Deflate;
use zlib_rs::DeflateFlush;

use super::*;

fn deflated(content: &[u8]) -> Vec<u8> {
    let mut out = vec![0; content.len() + 1000];
    let mut deflate = Deflate::new(5, false, 15);
    deflate.compress(content, &mut out, DeflateFlush::Finish).unwrap();
    out.truncate(deflate.total_out() as usize);
    out
}

fn build(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (name, content) in files {
        let small = deflated(content);
        let method = if small.len() < content.len() { Method::Deflate } else { Method::Stored };
        let stored = if method == Method::Deflate { &small } else { *content };
        let entry = Entry {
            name: name.as_bytes().to_vec(),
            method,
            crc32: zlib_rs::crc32::crc32(0, content),
            stored_bytes: stored.len() as u64,
            size_bytes: content.len() as u64,
            offset: out.len() as u64,
        };
        out.extend(entry.local_header());
        out.extend(stored);
        directory.extend(entry.central_header());
    }
    let offset = out.len() as u64;
    out.extend(&directory);
    out.extend(end_records(files.len() as u64, directory.len() as u64, offset));
    out
}

fn unpack(archive: &Vec<u8>) -> Result<Vec<(String, Vec<u8>)>, String> {
    let mut buffers = Buffers::default();
    let entries = parse(archive).map_err(|error| error.to_string())?;
    entries
        .iter()
        .map(|entry| {
            let mut content = Vec::new();
            read_content(archive, entry, &mut buffers, &mut |piece| content.extend_from_slice(piece))
                .map_err(|error| error.to_string())?;
            Ok((String::from_utf8_lossy(&entry.name).into_owned(), content))
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_is_written_is_read(files in prop::collection::btree_map("[a-z]{1,9}", (any::<u8>(), 0usize..300_000), 1..5)) {
        let contents: Vec<(String, Vec<u8>)> = files
            .into_iter()
            .map(|(name, (seed, length))| (name, (0..length).map(|at| (at / 7 + at * usize::from(seed)) as u8).collect()))
            .collect();
        let borrowed: Vec<(&str, &[u8])> = contents.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
        prop_assert_eq!(unpack(&build(&borrowed)), Ok(contents));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn no_broken_deflate_stream_makes_the_reader_panic(
        seed in any::<u8>(),
        length in 0usize..40_000,
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
        size_bytes in prop_oneof![Just(None), (0u64..100_000).prop_map(Some)],
    ) {
        let content: Vec<u8> = (0..length).map(|at| (at / 5 + at * usize::from(seed % 4)) as u8).collect();
        let mut stream = deflated(&content);
        for (at, byte) in edits {
            let at = at.index(stream.len());
            stream[at] = byte;
        }
        if seed % 3 == 0 {
            stream.truncate(cut.index(stream.len()));
        }
        let entry = Entry {
            name: b"a".to_vec(),
            method: Method::Deflate,
            crc32: zlib_rs::crc32::crc32(0, &content),
            stored_bytes: stream.len() as u64,
            size_bytes: size_bytes.unwrap_or(content.len() as u64),
            offset: 0,
        };
        let input = [entry.local_header(), stream].concat();
        let mut read = Vec::new();
        if read_content(&input, &entry, &mut Buffers::default(), &mut |piece| read.extend_from_slice(piece)).is_ok() {
            prop_assert_eq!(read, content);
        }
    }
}

#[test]
fn every_other_byte_of_a_container_of_stored_members_is_refused() {
    let archive = build(&[("a", b"x"), ("b", b"0123456789abcdef")]);
    assert!(unpack(&archive).is_ok());
    for at in 0..archive.len() {
        for byte in 0..=255 {
            let mut changed = archive.clone();
            changed[at] = byte;
            if byte != archive[at] && unpack(&changed).is_ok() {
                panic!("byte {at} set to {byte}");
            }
        }
    }
    for at in 0..archive.len() {
        assert!(unpack(&archive[..at].to_vec()).is_err(), "cut at {at}");
    }
}

#[test]
fn what_other_readers_overlook_is_refused() {
    let archive = build(&[("a", b"hello"), ("b", b"world")]);
    let check = |bytes: Vec<u8>, expected: &str| {
        let error = unpack(&bytes).unwrap_err();
        assert!(error.contains(expected), "{error}");
    };
    check([b"#!/bin/sh\n".as_slice(), &archive].concat(), "does not end where");
    check([archive.as_slice(), b"\0"].concat(), "end of the file");
    check([archive.as_slice(), &archive].concat(), "does not end where");
    let mut commented = archive.clone();
    let at = commented.len() - 2;
    commented[at] = 3;
    commented.extend(b"abc");
    check(commented, "end of the file");
    check(build(&[("a", b"1"), ("a", b"2")]), "twice or out of order");
    check(build(&[("b", b"1"), ("a", b"2")]), "twice or out of order");
    check(build(&[]), "no members");
    check(Vec::new(), "too short");
    check(vec![0; 5000], "end of the file");
}

#[test]
fn a_deflate_stream_is_consumed_exactly_to_exactly_the_declared_size() {
    let content = vec![b'x'; 1000];
    let stream = deflated(&content);
    let check = |stored: Vec<u8>, size_bytes: usize, expected: Option<&str>| {
        let entry = Entry {
            name: b"a".to_vec(),
            method: Method::Deflate,
            crc32: zlib_rs::crc32::crc32(0, &vec![b'x'; size_bytes]),
            stored_bytes: stored.len() as u64,
            size_bytes: size_bytes as u64,
            offset: 0,
        };
        let input = [entry.local_header(), stored].concat();
        let error = read_content(&input, &entry, &mut Buffers::default(), &mut |_| {})
            .err()
            .map(|error| error.to_string());
        assert_eq!(error.as_deref(), expected);
    };
    check(stream.clone(), 1000, None);
    check(stream.clone(), 999, Some("the content is not of the declared size"));
    check(stream.clone(), 1001, Some("the content is not of the declared size"));
    check(
        [stream.as_slice(), &[0]].concat(),
        1000,
        Some("the deflate stream does not end where the member ends"),
    );
    check(
        [stream.as_slice(), &stream].concat(),
        1000,
        Some("the deflate stream does not end where the member ends"),
    );
    check(
        stream[..stream.len() - 1].to_vec(),
        1000,
        Some("the deflate stream does not end where the member ends"),
    );
    check(vec![0xff; 20], 1000, Some("the deflate stream is broken"));
    check(Vec::new(), 0, Some("the deflate stream does not end where the member ends"));
}

#[test]
fn a_zip64_field_is_there_exactly_when_a_value_needs_it() {
    let entry = |stored_bytes: u64, size_bytes: u64, offset: u64| Entry {
        name: b"a".to_vec(),
        method: Method::Stored,
        crc32: 0,
        stored_bytes,
        size_bytes,
        offset,
    };
    let check = |entry: &Entry, local: usize, central: usize| {
        assert_eq!(entry.local_header().len() - 31, local);
        assert_eq!(entry.central_header().len() - 47, central);
    };
    check(&entry(5, 5, 0), 0, 0);
    check(&entry(MAX_32 - 1, MAX_32 - 1, MAX_32 - 1), 0, 0);
    check(&entry(MAX_32, MAX_32, 0), 20, 20);
    check(&entry(9, MAX_32, 0), 20, 20);
    check(&entry(5, 5, MAX_32), 0, 12);
    check(&entry(MAX_32 + 1, MAX_32 + 1, MAX_32 + 1), 20, 28);
    assert_eq!(end_records(0xfffe, MAX_32 - 1, MAX_32 - 1).len(), END_BYTES);
    for (members, bytes, offset) in [(0xffff, 1, 1), (1, MAX_32, 1), (1, 1, MAX_32)] {
        assert_eq!(end_records(members, bytes, offset).len(), END_64_BYTES + END_BYTES);
    }
}

#[test]
fn seventy_thousand_members_are_read_back() {
    let names: Vec<String> = (0..70_000).map(|index| format!("{index:06}")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"x".as_slice())).collect();
    let entries = parse(&build(&files[..65_535])).unwrap();
    assert_eq!(entries.len(), 65_535);
    assert_eq!(parse(&build(&files)).unwrap().len(), 70_000);
}
