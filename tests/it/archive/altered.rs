//! Every byte of a small archive changed, every length cut: never verified with other contents, never a panic.

use std::path::Path;

use trustbook::pack::Signer as _;
use trustbook::verify::Form;
use trustbook::verify::Options;

use crate::archive::forge;
use crate::archive::forge::comment;
use crate::archive::forge::pack_with;
use crate::archive::forge::sign;
use crate::archive::forge::terms;
use crate::archive::forge::tree;
use crate::archive::forge::unpack;

/// How many values each byte takes, 1 unless `TRUSTBOOK_MUTATIONS` says otherwise; 255 is every one.
#[expect(clippy::disallowed_methods, reason = "tests are asked for more by the environment")]
fn mutations() -> usize {
    std::env::var("TRUSTBOOK_MUTATIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(1)
}

fn values(at: usize, byte: u8) -> Vec<u8> {
    let count = mutations();
    let first = [byte ^ (1 << (at % 8)), byte ^ 1, byte ^ 0x80, 0, 0xff, byte ^ 0x20, b'\n'];
    first.into_iter().chain(0..=255).filter(|value| *value != byte).take(count).collect()
}

#[test]
fn no_changed_byte_is_accepted_under_the_signature_as_it_was() {
    let (bytes, packed) = pack_with(&tree(&[("a", b"hello hello hello hello")]), 1);
    let signature = packed.signature.print();
    assert_eq!(forge::verify(&bytes, &signature).exit_code(), 0);
    for at in 0..bytes.len() {
        for value in values(at, bytes[at]) {
            let mut changed = bytes.clone();
            changed[at] = value;
            assert_eq!(forge::verify(&changed, &signature).exit_code(), 10, "byte {at} set to {value}");
        }
    }
}

#[test]
fn a_changed_byte_that_is_signed_again_is_accepted_only_when_the_files_are_the_same() {
    let (bytes, _) = pack_with(&tree(&[("a", b"hello hello hello hello")]), 1);
    let files = unpack(&bytes);
    let mut same = 0;
    for at in 0..bytes.len() {
        for value in values(at, bytes[at]) {
            let mut changed = bytes.clone();
            changed[at] = value;
            if forge::verify(&changed, &sign(&changed, &comment())).is_verified() {
                // Deflate can say the same in two ways.
                assert!(unpack(&changed) == files, "byte {at} set to {value}");
                same += 1;
            }
        }
    }
    assert!(same < bytes.len() / 20, "{same}");
}

#[test]
fn no_changed_byte_of_an_unpacked_archive_is_accepted() {
    let (bytes, _) = pack_with(&tree(&[("a", b"hello"), ("b", b"")]), 1);
    let folder = std::env::temp_dir().join(format!("trustbook-it-altered-{}", std::process::id()));
    let files = unpack(&bytes);
    forge::to_disk(&files, &folder);
    let options = Options { path: folder.join("acme-0042"), form: Form::Folder, terms: terms() };
    let accepted = || trustbook::verify::verify(&options).is_verified();
    assert!(accepted());
    for (name, content) in &files {
        let path: &Path = &folder.join(name);
        // A folder is written and read for each: every seventh byte, and all of them when more is asked for.
        let step = if mutations() > 1 { 1 } else { 7 };
        for at in (name.len() % step..content.len()).step_by(step) {
            let mut changed = content.clone();
            changed[at] ^= 1 << (at % 7);
            std::fs::write(path, &changed).unwrap();
            assert!(!accepted(), "{name}: byte {at}");
        }
        std::fs::write(path, [content.as_slice(), b"\n"].concat()).unwrap();
        assert!(!accepted(), "{name}: one more byte");
        std::fs::write(path, content).unwrap();
    }
    assert!(accepted());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn no_beginning_of_an_archive_is_accepted_even_when_signed() {
    let (bytes, packed) = pack_with(&tree(&[("a", b"hello")]), 1);
    for length in 0..bytes.len() {
        let cut = bytes[..length].to_vec();
        assert_eq!(forge::verify(&cut, &packed.signature.print()).exit_code(), 10, "{length} bytes");
        assert_eq!(forge::verify(&cut, &sign(&cut, &comment())).exit_code(), 13, "{length} bytes, signed");
    }
}

#[test]
fn no_changed_byte_of_a_proof_or_of_what_is_remembered_is_accepted() {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let read = |name: &str| std::fs::read(vectors.join(name)).unwrap();
    let (archive, signature) = (read("K-1-good/acme-0042.zip"), read("K-1-good/acme-0042.zip.minisig"));
    let terms = trustbook::verify::Terms { key: Some(forge::key(1).public_key()), ..terms() };
    let proof = read("K-1-good/acme-0042.zip.tlog-proof");
    let pins = |proof: Vec<u8>, state| trustbook::verify::Pins {
        proof: Some(proof),
        state,
        ..trustbook::verify::Pins::none()
    };
    let input: Vec<u8> = archive;
    let code = |pins: &trustbook::verify::Pins| {
        trustbook::verify::verify_archive("acme-0042.zip", &input, Some(&signature), &terms, pins).exit_code()
    };
    assert_eq!(code(&pins(proof.clone(), None)), 0);
    for at in 0..proof.len() {
        for value in values(at, proof[at]) {
            let mut changed = proof.clone();
            changed[at] = value;
            assert_ne!(code(&pins(changed, None)), 0, "byte {at} set to {value}");
        }
        assert_ne!(code(&pins(proof[..at].to_vec(), None)), 0, "{at} bytes");
    }
    let state = read("F-1-newer/state");
    for at in 0..state.len() {
        let mut changed = state.clone();
        changed[at] ^= 1;
        // What still can be read is another state: it may be an older one, and it must print as it was read.
        if let Ok(read) = trustbook::verify::State::parse(&changed) {
            assert_eq!(read.print().into_bytes(), changed);
        }
        assert!(trustbook::verify::State::parse(&state[..at]).is_err());
    }
}
