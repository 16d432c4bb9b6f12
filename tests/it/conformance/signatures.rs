//! Rows S: signatures and their files. These alone are not signed again.

use blake2::Blake2b512;
use blake2::Digest as _;
use trustbook::bundle::base64;
use trustbook::pack::Signer as _;

use crate::archive::forge;
use crate::archive::forge::comment;
use crate::conformance::build::Case;
use crate::conformance::build::ROOT;
use crate::conformance::build::SIG;
use crate::conformance::build::STRANGER;
use crate::conformance::build::ZIP;
use crate::conformance::build::case;
use crate::conformance::build::plain;
use crate::conformance::build::put;
use crate::conformance::build::replace;
use crate::conformance::build::sealed;
use crate::conformance::build::text;

/// The order of the curve's group, little end first.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// The same signature with S plus the order, which careless verifiers take.
fn malleable(line: &str, from: usize) -> String {
    let mut bytes = base64::decode(line).unwrap();
    let mut carry = 0;
    for (byte, add) in bytes[from + 32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
    base64::encode(&bytes)
}

fn line(signature: &str, number: usize) -> &str {
    signature.lines().nth(number).unwrap()
}

pub(super) fn cases() -> Vec<Case> {
    const OUTER: (u8, &str) = (10, "outer-signature");
    let (bytes, signature) = sealed(&plain());
    let mut cases = Vec::new();
    let mut outer = |row, name: &str, why: &str, signature: String| {
        cases.push(case(row, name, why, OUTER, (bytes.clone(), signature)));
    };
    let signed = |comment: &str, seed| {
        let hash = Blake2b512::digest(&bytes).into();
        forge::key(seed).sign_prehashed(&hash, comment).unwrap().print()
    };
    outer("S-1", "empty", "the signature file is empty", String::new());
    outer("S-1", "other-file", "the signature is that of another file", forge::sign(b"another", &comment()));
    outer("S-1", "other-key", "signed by a stranger", signed(&comment(), STRANGER));
    let other_id = signed(&comment(), STRANGER);
    let stranger = base64::decode(line(&other_id, 1)).unwrap();
    let named = base64::encode(&[b"ED".as_slice(), &[7; 8], &stranger[10..]].concat());
    outer(
        "S-1",
        "other-key-right-name",
        "signed by a stranger under the right key's name",
        other_id.replace(line(&other_id, 1), &named),
    );
    let mut flipped = base64::decode(line(&signature, 1)).unwrap();
    flipped[20] ^= 1;
    outer(
        "S-1",
        "one-bit",
        "one bit of the signature is other",
        signature.replace(line(&signature, 1), &base64::encode(&flipped)),
    );
    outer(
        "S-2",
        "legacy",
        "relabelled as a signature of the old kind",
        signature.replacen("\nRU", "\nRW", 1),
    );
    outer(
        "S-3",
        "comment-changed",
        "the trusted comment was changed after signing",
        signature.replace("seq=42", "seq=43"),
    );
    let other = forge::sign(b"another", &comment().replace("seq=42", "seq=43"));
    let swapped =
        signature.replace(line(&signature, 2), line(&other, 2)).replace(line(&signature, 3), line(&other, 3));
    outer("S-3", "global-swapped", "comment and its signature are those of another file", swapped);
    for (name, bad) in [
        ("return", "a\rb"),
        ("tab", "a\tb"),
        ("escape", "a\u{1b}[2Jb"),
        ("nul", "a\0b"),
        ("bidi", "a\u{202e}b"),
        ("accent", "\u{e9}"),
    ] {
        let comment = format!("trusted comment: {bad}");
        outer(
            "S-5",
            name,
            "a comment with something other than printable ASCII",
            signature.replace(line(&signature, 2), &comment),
        );
    }
    outer(
        "S-5",
        "untrusted-control",
        "a control character in the untrusted comment",
        signature.replacen("untrusted comment: ", "untrusted comment: \u{7}", 1),
    );
    outer(
        "S-5",
        "comment-401",
        "a trusted comment of one byte more than the limit",
        signature.replace(line(&signature, 2), &format!("trusted comment: {}", "x".repeat(401))),
    );
    outer("S-6", "more-lines", "a fifth line", format!("{signature}more\n"));
    outer("S-6", "empty-line", "an empty line at the end", format!("{signature}\n"));
    outer(
        "S-6",
        "carriage-returns",
        "lines end in carriage return and line feed",
        signature.replace('\n', "\r\n"),
    );
    outer("S-6", "no-line-feed", "no line feed at the end", signature.trim_end().to_owned());
    outer(
        "S-6",
        "byte-order-mark",
        "a byte order mark before the first line",
        format!("\u{feff}{signature}"),
    );
    let loose = line(&signature, 3).strip_suffix("==").unwrap();
    let last = loose.chars().last().unwrap();
    let next = char::from(last as u8 + 1);
    outer(
        "S-6",
        "loose-base64",
        "base64 with unused bits set",
        signature.replace(&format!("{loose}=="), &format!("{}{next}==", &loose[..loose.len() - 1])),
    );
    outer(
        "S-7",
        "s-plus-order",
        "the signature's S is not below the group's order",
        signature.replace(line(&signature, 1), &malleable(line(&signature, 1), 10)),
    );
    outer(
        "S-7",
        "global-s-plus-order",
        "the comment signature's S is not below the group's order",
        signature.replace(line(&signature, 3), &malleable(line(&signature, 3), 0)),
    );
    for (name, from, to) in [
        ("seq", "seq=42", "seq=43"),
        ("origin", "trust.example", "other.example"),
        ("created", "created=2026", "created=2025"),
        ("expires", "expires=2027", "expires=2028"),
        ("file", "file=acme-0042", "file=acme-0043"),
        ("version", "trustbook v1", "trustbook v2"),
        ("more", "seq=42", "seq=42 more=1"),
    ] {
        let made = signed(&comment().replace(from, to), 7);
        let why = "the trusted comment is genuine and says something else than snapshot.json";
        cases.push(case("S-4", name, why, (11, "trusted-comments"), (bytes.clone(), made)));
    }
    let longest = signed(&"x".repeat(400), 7);
    cases.push(case(
        "S-5",
        "comment-400",
        "a comment at the limit is read, and is not the right one",
        (11, "trusted-comments"),
        (bytes.clone(), longest),
    ));
    let long = format!("{signature}{}", "\n".repeat(4096));
    cases.push(case(
        "S-6",
        "long",
        "more than 4096 bytes are not read",
        (20, "outer-signature"),
        (bytes.clone(), long),
    ));
    let mut missing =
        case("S-1", "missing", "there is no signature file", OUTER, (bytes.clone(), String::new()));
    missing.files.remove(SIG);
    cases.push(missing);
    let mut good = case(
        "S-0",
        "good",
        "an archive of one key, as it should be",
        (0, "-"),
        (bytes.clone(), signature.clone()),
    );
    cases.push(case(
        "S-0",
        "untrusted-comment",
        "the outer untrusted comment is free",
        (0, "-"),
        (bytes.clone(), signature.replacen("minisign secret key", "anything", 1)),
    ));
    let no_key = format!("{ZIP} --as-of 2026-12-01T00:00:00Z");
    cases.push(Case {
        name: "no-key".to_owned(),
        row: "S-10",
        why: "self-consistent, but no key was given".to_owned(),
        args: no_key,
        exit: 20,
        check: "outer-signature",
        files: good.files.clone(),
    });
    good.files.insert("minisign.pub".to_owned(), forge::key(7).public_key().to_file_text().into_bytes());
    cases.push(Case {
        row: "S-10",
        name: "key-beside".to_owned(),
        args: format!("{ZIP} --as-of 2026-12-01T00:00:00Z"),
        exit: 20,
        check: "outer-signature",
        why: "a key that lies beside the archive is no key that was given".to_owned(),
        files: good.files.clone(),
    });
    good.files.remove("minisign.pub");
    cases.push(good);

    let mut inner = |name: &str, why: &str, expected, edit: &dyn Fn(&mut forge::Files)| {
        let mut files = plain();
        edit(&mut files);
        cases.push(case("S-9", name, why, expected, sealed(&files)));
    };
    const INNER: (u8, &str) = (10, "inner-signature");
    let list = "tagmanifest-sha256.txt.minisig";
    inner("inner-missing", "the inner signature is missing", INNER, &|files| {
        drop(files.remove(&format!("{ROOT}{list}")))
    });
    inner("inner-other-key", "the inner signature is a stranger's", INNER, &|files| {
        let hash = Blake2b512::digest(text(files, "tagmanifest-sha256.txt")).into();
        put(files, list, forge::key(STRANGER).sign_prehashed(&hash, &comment()).unwrap().print());
    });
    inner(
        "inner-untrusted-comment",
        "no byte of an archive is free, not even that comment",
        INNER,
        &|files| {
            replace(files, list, "minisign secret key", "minisign secret kez");
        },
    );
    inner(
        "inner-comment",
        "the inner trusted comment is of another snapshot",
        (11, "trusted-comments"),
        &|files| {
            let hash = Blake2b512::digest(text(files, "tagmanifest-sha256.txt")).into();
            let comment = comment().replace("seq=42", "seq=41");
            put(files, list, forge::key(7).sign_prehashed(&hash, &comment).unwrap().print());
        },
    );
    inner("second-signature", "a second signature file", (12, "tag-files"), &|files| {
        put(files, "tagmanifest-sha256.txt.sig", "x");
        forge::mend_lists(files);
    });
    inner("key-inside", "a public key was put into the archive", (12, "tag-files"), &|files| {
        put(files, "minisign.pub", forge::key(7).public_key().to_file_text());
        forge::mend_lists(files);
    });
    cases
}
