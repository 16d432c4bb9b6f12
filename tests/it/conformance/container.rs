//! Rows Z and N: the container and its names. Each archive is signed with the right key as it is.

use trustbook::bundle::limits;
use trustbook::bundle::zip;
use trustbook::bundle::zip::Entry;
use trustbook::bundle::zip::Method;

use crate::archive::forge;
use crate::archive::forge::Files;
use crate::archive::forge::comment;
use crate::conformance::build::Case;
use crate::conformance::build::ROOT;
use crate::conformance::build::case;
use crate::conformance::build::plain;
use crate::conformance::build::put;
use crate::conformance::contents::renew_statement;

/// A container in pieces.
struct Parts {
    before: Vec<u8>,
    /// Local header, stored bytes, header in the directory.
    members: Vec<(Vec<u8>, Vec<u8>, Vec<u8>)>,
    between: Vec<u8>,
    end: Vec<u8>,
}

/// Where fields stand in a local header and in the directory.
#[derive(Clone, Copy)]
enum Field {
    Needed = 4,
    Flags = 6,
    Method = 8,
    Time = 10,
    Date = 12,
    Crc = 14,
    Stored = 18,
    Size = 22,
}

impl Parts {
    fn of(files: &Files) -> Self {
        let (mut members, mut offset, mut directory) = (Vec::new(), 0, 0);
        for (name, content) in files {
            let entry = Entry {
                name: name.clone().into_bytes(),
                method: Method::Stored,
                crc32: zlib_rs::crc32::crc32(0, content),
                stored_bytes: content.len() as u64,
                size_bytes: content.len() as u64,
                offset,
            };
            let (local, central) = (entry.local_header(), entry.central_header());
            offset += (local.len() + content.len()) as u64;
            directory += central.len() as u64;
            members.push((local, content.clone(), central));
        }
        let end = zip::end_records(members.len() as u64, directory, offset);
        Self { before: Vec::new(), members, between: Vec::new(), end }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut out = self.before.clone();
        for (local, content, _) in &self.members {
            out.extend(local);
            out.extend(content);
        }
        out.extend(&self.between);
        for (_, _, central) in &self.members {
            out.extend(central);
        }
        out.extend(&self.end);
        out
    }

    /// Sets a field of a member in both places.
    fn set(&mut self, member: usize, field: Field, value: &[u8]) {
        let at = field as usize;
        let (local, _, central) = &mut self.members[member];
        local[at..at + value.len()].copy_from_slice(value);
        central[at + 2..at + 2 + value.len()].copy_from_slice(value);
    }

    /// Computes offsets, sizes and counts again after members changed.
    fn relink(&mut self) {
        let mut offset = self.before.len() as u32;
        for (local, content, central) in &mut self.members {
            central[42..46].copy_from_slice(&offset.to_le_bytes());
            offset += (local.len() + content.len()) as u32;
        }
        let directory: usize = self.members.iter().map(|(_, _, central)| central.len()).sum();
        let offset = u64::from(offset) + self.between.len() as u64;
        self.end = zip::end_records(self.members.len() as u64, directory as u64, offset);
    }
}

/// Deflate's own form of bytes that are stored, which is never smaller.
fn stored_block(content: &[u8]) -> Vec<u8> {
    let length = content.len() as u16;
    [&[1], length.to_le_bytes().as_slice(), &(!length).to_le_bytes(), content].concat()
}

fn deflated(content: &[u8]) -> Vec<u8> {
    let mut out = vec![0; content.len() + 100];
    let mut deflate = zlib_rs::Deflate::new(6, false, 15);
    deflate.compress(content, &mut out, zlib_rs::DeflateFlush::Finish).unwrap();
    out.truncate(deflate.total_out() as usize);
    out
}

/// `data/big.txt` of zeros, its member deflated and then edited: stored bytes, declared size.
fn with_deflate(edit: impl FnOnce(&mut Vec<u8>, &mut u32)) -> Vec<u8> {
    let mut files = plain();
    put(&mut files, "data/big.txt", vec![b'0'; 2000]);
    forge::mend_payload(&mut files);
    renew_statement(&mut files, 7, |payload| payload);
    forge::mend_lists(&mut files);
    let mut parts = Parts::of(&files);
    let at = files.keys().position(|name| name.ends_with("big.txt")).unwrap();
    let (mut stream, mut size) = (deflated(&vec![b'0'; 2000]), 2000u32);
    edit(&mut stream, &mut size);
    parts.set(at, Field::Needed, &[20, 0]);
    parts.set(at, Field::Method, &[8, 0]);
    parts.set(at, Field::Stored, &(stream.len() as u32).to_le_bytes());
    parts.set(at, Field::Size, &size.to_le_bytes());
    parts.members[at].1 = stream;
    parts.relink();
    parts.bytes()
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    raw(&mut cases);
    fields(&mut cases);
    deflate(&mut cases);
    names(&mut cases);
    cases
}

const FORM: (u8, &str) = (13, "container");

fn signed(bytes: Vec<u8>) -> (Vec<u8>, String) {
    let signature = forge::sign(&bytes, &comment());
    (bytes, signature)
}

fn raw(cases: &mut Vec<Case>) {
    let files = plain();
    let mut add = |row, name: &str, why: &str, edit: &dyn Fn(&mut Parts)| {
        let mut parts = Parts::of(&files);
        edit(&mut parts);
        cases.push(case(row, name, why, FORM, signed(parts.bytes())));
    };
    add("Z-1", "prefix", "bytes before the first member", &|parts| parts.before = b"#!/bin/sh\n".to_vec());
    add("Z-1", "prefix-linked", "bytes before the first member, and offsets that count them", &|parts| {
        parts.before = b"#!/bin/sh\n".to_vec();
        parts.relink();
    });
    add("Z-1", "suffix", "a byte after the end record", &|parts| parts.end.push(0));
    add("Z-1", "comment", "a comment in the end record", &|parts| {
        *parts.end.iter_mut().nth_back(1).unwrap() = 2;
        parts.end.extend(b"hi");
    });
    add("Z-1", "second-end", "two end records", &|parts| {
        parts.end = [parts.end.clone(), parts.end.clone()].concat()
    });
    add("Z-1", "twice", "two archives one after the other", &|parts| {
        let whole = parts.bytes();
        parts.end.extend(whole);
    });
    add("Z-1", "gap", "bytes between the last member and the directory", &|parts| {
        parts.between = vec![0; 4];
        parts.relink();
    });
    for (name, why, at, value) in [
        ("disk", "a disk number", 4, 1u16),
        ("directory-disk", "the directory on another disk", 6, 1),
        ("count-here", "fewer members on this disk", 8, 3),
        ("count", "more members than there are", 10, 99),
        ("size", "another size of the directory", 12, 7),
        ("offset", "another place of the directory", 16, 7),
    ] {
        add("Z-1", name, why, &|parts| parts.end[at..at + 2].copy_from_slice(&value.to_le_bytes()));
    }
    add("Z-1", "zip64-unneeded", "ZIP64 end records where no value needs them", &|parts| {
        let (size, offset) = (parts.end[12..16].to_vec(), parts.end[16..20].to_vec());
        let count = parts.members.len() as u64;
        let wide = |bytes: &[u8]| [bytes, &[0; 4]].concat();
        let end_64 = [
            b"PK\x06\x06".as_slice(),
            &44u64.to_le_bytes(),
            &[0x14, 3, 45, 0],
            &[0; 8],
            &count.to_le_bytes(),
            &count.to_le_bytes(),
            &wide(&size),
            &wide(&offset),
            b"PK\x06\x07",
            &[0; 4],
            &wide(
                &(u32::from_le_bytes(size.clone().try_into().unwrap())
                    + u32::from_le_bytes(offset.clone().try_into().unwrap()))
                .to_le_bytes(),
            ),
            &[1, 0, 0, 0],
        ]
        .concat();
        parts.end = [end_64, parts.end.clone()].concat();
    });
    add("Z-2", "duplicate", "one name twice", &|parts| {
        let first = parts.members[0].clone();
        parts.members.insert(0, first);
        parts.relink();
    });
    add("Z-2", "local-name", "another name in the local header", &|parts| parts.members[3].0[40] ^= 0x20);
    add("Z-2", "hidden", "a member that the directory does not list", &|parts| {
        let (local, content, _) = parts.members[0].clone();
        parts.before = [local, content].concat();
        parts.relink();
    });
    add("Z-2", "overlap", "two entries for one place", &|parts| {
        let offset = parts.members[0].2[42..46].to_vec();
        parts.members[1].2[42..46].copy_from_slice(&offset);
    });
    add("Z-3", "order", "members out of order", &|parts| {
        parts.members.swap(0, 1);
        parts.relink();
    });
    for (name, at) in [
        ("directory-name", 50),
        ("made-by", 4),
        ("made-by-system", 5),
        ("internal", 36),
        ("mode", 40),
        ("link", 41),
        ("member-disk", 34),
    ] {
        add("Z-3", name, "a field of the directory that is not the fixed one", &|parts| {
            parts.members[3].2[at] ^= 0x20
        });
    }
    add("Z-3", "extra", "an extra field in both headers", &|parts| {
        let (local, _, central) = &mut parts.members[3];
        for (header, length_at) in [(local, 28), (central, 30)] {
            header[length_at] = 4;
            header.extend([0xfe, 0xca, 0, 0]);
        }
        parts.relink();
    });
    add("Z-3", "member-comment", "a comment on a member", &|parts| {
        parts.members[3].2[32] = 1;
        parts.members[3].2.push(b'x');
        parts.relink();
    });
    add("Z-3", "folder", "an entry for a folder", &|parts| {
        let name = b"acme-0042/data/".to_vec();
        let entry =
            Entry { name, method: Method::Stored, crc32: 0, stored_bytes: 0, size_bytes: 0, offset: 0 };
        let folder = (entry.local_header(), Vec::new(), entry.central_header());
        parts.members.insert(3, folder);
        parts.relink();
    });
    // A folder's name ends in a slash: in this form it is a name, and no name that is allowed.
    if let Some(case) = cases.iter_mut().find(|case| case.name == "folder") {
        case.check = "names";
    }
    for (name, why, bytes) in [
        ("empty", "no bytes at all", Vec::new()),
        ("no-members", "an end record alone", zip::end_records(0, 0, 0)),
        ("no-zip", "not a ZIP", b"not a ZIP, but a text that is longer than an end record\n".to_vec()),
    ] {
        cases.push(case("Z-4", name, why, FORM, signed(bytes)));
    }
    let whole = Parts::of(&files).bytes();
    for cut in [1, 22, whole.len() / 2, whole.len() - 4] {
        let name = format!("cut-{cut}");
        cases.push(case(
            "R-1",
            &name,
            "cut off at the end",
            FORM,
            signed(whole[..whole.len() - cut].to_vec()),
        ));
    }
}

fn fields(cases: &mut Vec<Case>) {
    let files = plain();
    let mut add = |name: &str, why: &str, field, value: &[u8]| {
        let mut parts = Parts::of(&files);
        parts.set(3, field, value);
        let check = if matches!(field, Field::Crc) { (13, "payload-digests") } else { FORM };
        cases.push(case("Z-3", name, why, check, signed(parts.bytes())));
    };
    add("needed", "another version needed", Field::Needed, &[20, 0]);
    add("descriptor", "the flag for sizes after the content", Field::Flags, &[8, 0]);
    add("encrypted", "the flag for encryption", Field::Flags, &[1, 0]);
    add("utf8", "the flag for UTF-8 names", Field::Flags, &[0, 8]);
    add("method-bzip2", "another method", Field::Method, &[12, 0]);
    add("method-deflate", "deflate by its header, stored by its bytes", Field::Method, &[8, 0]);
    add("time", "a time", Field::Time, &[1, 0]);
    add("date", "a date", Field::Date, &[0x42, 0]);
    add("crc", "another CRC-32", Field::Crc, &[1, 2, 3, 4]);
    add("stored-size", "another stored size", Field::Stored, &[9, 0, 0, 0]);
    add("size", "another size", Field::Size, &[9, 0, 0, 0]);
    add("size-huge", "four gigabytes declared", Field::Size, &[0xfe, 0xff, 0xff, 0xff]);
}

fn deflate(cases: &mut Vec<Case>) {
    let mut add = |name: &str, why: &str, expected, bytes| {
        cases.push(case("Z-5", name, why, expected, signed(bytes)));
    };
    const STREAM: (u8, &str) = (13, "payload-digests");
    add("deflate", "a deflated member, as it should be", (0, "-"), with_deflate(|_, _| {}));
    add(
        "deflate-last-bits",
        "the bits that remain in the last byte are set",
        (0, "-"),
        with_deflate(|stream, _| *stream.last_mut().unwrap() |= 0x80),
    );
    add(
        "deflate-more",
        "a byte after the end of the stream",
        STREAM,
        with_deflate(|stream, _| stream.push(0)),
    );
    add(
        "deflate-cut",
        "the stream does not end",
        STREAM,
        with_deflate(|stream, _| stream.truncate(stream.len() - 1)),
    );
    add("deflate-broken", "a block of the reserved kind", STREAM, with_deflate(|stream, _| stream[0] = 7));
    add("deflate-long", "more content than declared", STREAM, with_deflate(|_, size| *size -= 1));
    // One more than the signed size is not even read.
    add(
        "deflate-short",
        "less content than declared",
        (11, "payload-digests"),
        with_deflate(|_, size| *size += 1),
    );
    add(
        "deflate-no-smaller",
        "deflated and no smaller",
        FORM,
        with_deflate(|stream, _| *stream = stored_block(&[b'0'; 2000])),
    );
    add(
        "ratio",
        "more declared than deflate can give",
        FORM,
        with_deflate(|stream, size| *size = stream.len() as u32 * 1200),
    );
}

fn names(cases: &mut Vec<Case>) {
    let mut add = |name: &str, why: &str, expected, path: &str| {
        let mut files = plain();
        files.insert(path.to_owned(), b"x".to_vec());
        forge::mend_payload(&mut files);
        renew_statement(&mut files, 7, |payload| payload);
        forge::mend_lists(&mut files);
        let row = if path.starts_with("acme-0042/data") { "N-1" } else { "Z-4" };
        cases.push(case(row, name, why, expected, crate::conformance::build::sealed(&files)));
    };
    const NAMES: (u8, &str) = (13, "names");
    for (name, why, path) in [
        ("parent", "a path that leads out", "acme-0042/../evil"),
        ("absolute", "a path from the root of the disk", "/etc/passwd"),
        ("second-root", "a second root folder", "other/x"),
        ("no-root", "a file beside the root folder", "top"),
        ("device", "a device on Windows", "acme-0042/data/CON"),
        ("device-with-end", "a device on Windows, with an end", "acme-0042/data/nul.txt"),
        ("device-number", "a device on Windows, with a number", "acme-0042/data/com1"),
        ("trailing-dot", "a dot at the end, which Windows drops", "acme-0042/data/x."),
        ("trailing-space", "a space at the end", "acme-0042/data/x "),
        ("leading-dot", "a hidden file", "acme-0042/data/.git"),
        ("leading-dash", "a name that looks like an option", "acme-0042/data/-rf"),
        ("backslash", "a separator on Windows", "acme-0042/data/a\\b"),
        ("colon", "a stream on Windows", "acme-0042/data/a:b"),
        ("two-slashes", "an empty component", "acme-0042/data//x"),
        ("dot", "a component that is a dot", "acme-0042/data/./x"),
        ("dots", "a component that is two dots", "acme-0042/data/../x"),
        ("accent", "a letter outside ASCII", "acme-0042/data/\u{e9}"),
        ("decomposed", "a letter and its accent", "acme-0042/data/e\u{301}"),
        ("line-feed", "a line feed", "acme-0042/data/a\nb"),
        ("nul", "a NUL", "acme-0042/data/a\0"),
        ("bidi", "a mark that turns text round", "acme-0042/data/\u{202e}a"),
        ("percent", "a percent sign", "acme-0042/data/%0A"),
        ("tilde", "a tilde", "acme-0042/data/~"),
        ("case-twin", "a name that differs by case only", "acme-0042/data/A.TXT"),
        ("folder-twin", "a folder that differs by case only", "acme-0042/Data/x"),
        ("file-and-folder", "a name that is a file and a folder", "acme-0042/data/a.txt/b"),
    ] {
        add(name, why, NAMES, path);
    }
    let long = "c".repeat(limits::MAX_COMPONENT_BYTES);
    let path = format!("{ROOT}data/{long}/{}", "d".repeat(limits::MAX_PATH_BYTES - 6 - long.len()));
    let deep = format!("{ROOT}data/{}", ["e"; limits::MAX_PATH_COMPONENTS - 1].join("/"));
    for (name, what, path) in [
        ("component", "a component of 100 bytes", format!("{ROOT}data/{long}")),
        ("path", "a path of 180 bytes", path),
        ("depth", "12 components", deep),
    ] {
        add(&format!("{name}-at-limit"), what, (0, "-"), &path);
        let over = if name == "depth" { format!("{path}/e") } else { format!("{path}x") };
        add(&format!("{name}-over-limit"), &format!("{what} and one more"), NAMES, &over);
    }
}
