//! Archives that one with the key, or a careless builder, could make, each wrong in one place; and what must be said of them.

use std::os::unix::fs::symlink;
use std::path::Path;

use blake2::Blake2b512;
use blake2::Digest as _;
use trustbook::pack::Signer as _;
use trustbook::verify::Form;
use trustbook::verify::Options;
use trustbook::verify::Outcome;
use trustbook::verify::Report;

use crate::archive::forge;
use crate::archive::forge::Files;
use crate::archive::forge::Mend;
use crate::archive::forge::forged;
use crate::archive::forge::terms;

fn failures(report: &Report) -> Vec<(&'static str, u8)> {
    let failed = |outcome: &Outcome| match outcome {
        Outcome::Failed { code, .. } => Some(*code),
        Outcome::Passed(_) | Outcome::NotChecked(_) | Outcome::NotApplicable(_) => None,
    };
    report.checks.iter().filter_map(|check| Some((check.id, failed(&check.outcome)?))).collect()
}

/// The first check that must fail, and its code.
fn check(mend: Mend, expected: (&str, u8), edit: impl FnOnce(&mut Files)) {
    let (bytes, signature) = forged(mend, edit);
    let report = forge::verify(&bytes, &signature);
    assert_eq!(failures(&report).first(), Some(&expected), "{}", report.to_text());
    assert_eq!(report.exit_code(), expected.1);
}

fn replace(files: &mut Files, name: &str, from: &str, to: &str) {
    let content = files.get_mut(&format!("acme-0042/{name}")).unwrap();
    let text = String::from_utf8(content.clone()).unwrap();
    assert!(text.contains(from), "{name} has no {from}");
    *content = text.replacen(from, to, 1).into_bytes();
}

#[test]
fn the_forge_itself_makes_good_archives() {
    for mend in [Mend::Outer, Mend::Lists, Mend::Payload] {
        let (bytes, signature) = forged(mend, |_| {});
        assert_eq!(forge::verify(&bytes, &signature).exit_code(), 0);
    }
}

#[test]
fn names_that_some_system_reads_differently_are_refused() {
    for name in [
        "acme-0042/../evil",
        "/etc/passwd",
        "acme-0042/data/CON",
        "acme-0042/data/nul.txt",
        "acme-0042/data/a.",
        "acme-0042/data/.git",
        "acme-0042/data/-rf",
        "acme-0042/data/a b",
        "acme-0042/data/a\\b",
        "acme-0042/data/a:b",
        "acme-0042/data//a",
        "acme-0042/data/é",
        "acme-0042/data/a\nb",
        "acme-0042/data/\u{202e}a",
        "acme-0042/data/A.TXT",
        "acme-0042/Data/x",
        "acme-0042/data/a.txt/b",
        "other/x",
        "top",
        "acme-0042/data/./a",
        "acme-0042/data/a\0",
    ] {
        check(Mend::Payload, ("names", 13), |files| {
            files.insert(name.to_owned(), b"x".to_vec());
        });
    }
    check(Mend::Outer, ("names", 13), |files| {
        *files =
            files.iter().map(|(name, content)| (name.replace("acme-0042", ".."), content.clone())).collect();
    });
    check(Mend::Outer, ("snapshot", 11), |files| {
        *files = files
            .iter()
            .map(|(name, content)| (name.replace("acme-0042", "acme-0043"), content.clone()))
            .collect();
    });
}

#[test]
fn files_that_are_missing_or_not_listed_are_told() {
    let extra =
        |name: &'static str| move |files: &mut Files| drop(files.insert(name.to_owned(), b"x".to_vec()));
    check(Mend::Outer, ("payload-files", 12), extra("acme-0042/data/extra"));
    check(Mend::Outer, ("tag-files", 12), extra("acme-0042/extra.txt"));
    check(Mend::Outer, ("tag-files", 12), extra("acme-0042/META-INF/MANIFEST.MF"));
    check(Mend::Outer, ("tag-files", 12), extra("acme-0042/fetch.txt"));
    for name in ["fetch.txt", "manifest-md5.txt", "tagmanifest-md5.txt", "minisign.pub", "data2/x"] {
        check(Mend::Lists, ("tag-files", 12), |files| {
            drop(files.insert(format!("acme-0042/{name}"), b"x".to_vec()))
        });
    }
    let without = |name: &'static str| {
        move |files: &mut Files| drop(files.remove(&format!("acme-0042/{name}")).unwrap())
    };
    check(Mend::Outer, ("payload-files", 12), without("data/a.txt"));
    check(Mend::Lists, ("tag-files", 12), without("VERIFY.txt"));
    check(Mend::Lists, ("tag-files", 12), without("snapshot.json"));
    check(Mend::Lists, ("inner-signature", 12), without("tagmanifest-sha256.txt"));
    check(Mend::Lists, ("inner-signature", 10), without("tagmanifest-sha256.txt.minisig"));
    check(Mend::Lists, ("tag-files", 12), without("manifest-sha256.txt"));
    check(Mend::Lists, ("payload-files", 12), |files| {
        files.retain(|name, _| !name.contains("/data/"));
    });
}

#[test]
fn manifests_are_read_in_one_form_only() {
    type Change = fn(&str) -> String;
    let changes: [(&str, Change); 11] = [
        ("upper case", |text| text.replacen(&text[..64], &text[..64].to_uppercase(), 1)),
        ("binary marker", |text| text.replacen("  ", " *", 1)),
        ("carriage return", |text| text.replace('\n', "\r\n")),
        ("no line feed", |text| text.trim_end().to_owned()),
        ("comment", |text| format!("# comment\n{text}")),
        ("empty line", |text| format!("{text}\n")),
        ("mark of order", |text| format!("\u{feff}{text}")),
        ("twice", |text| format!("{}{text}", text.split_inclusive('\n').next().unwrap())),
        ("order", |text| text.split_inclusive('\n').rev().collect()),
        ("parent", |text| format!("{text}{}  ../x\n", &text[..64])),
        ("escape", |text| format!("\\{text}")),
    ];
    for (name, change) in changes {
        let edit = |file: &'static str| {
            move |files: &mut Files| {
                let content = files.get_mut(&format!("acme-0042/{file}")).unwrap();
                *content = change(std::str::from_utf8(content).unwrap()).into_bytes();
            }
        };
        let (bytes, signature) = forged(Mend::Lists, edit("manifest-sha256.txt"));
        let report = forge::verify(&bytes, &signature);
        assert_eq!(failures(&report).first(), Some(&("payload-files", 13)), "{name}: {}", report.to_text());
        let (bytes, signature) = forged(Mend::Outer, |files| {
            edit("tagmanifest-sha256.txt")(files);
            let list = files["acme-0042/tagmanifest-sha256.txt"].clone();
            let signature = forge::sign(&list, &forge::comment()).into_bytes();
            files.insert("acme-0042/tagmanifest-sha256.txt.minisig".to_owned(), signature);
        });
        let report = forge::verify(&bytes, &signature);
        assert_eq!(failures(&report).first(), Some(&("tag-files", 13)), "{name}: {}", report.to_text());
    }
}

#[test]
fn contents_that_differ_from_what_is_signed_are_told_with_their_path() {
    check(Mend::Outer, ("payload-digests", 11), |files| replace(files, "data/a.txt", "hello", "Hello"));
    check(Mend::Outer, ("payload-digests", 11), |files| replace(files, "data/a.txt", "hello", "hello!"));
    check(Mend::Outer, ("tag-digests", 11), |files| replace(files, "VERIFY.txt", "minisign", "minisigm"));
    check(Mend::Outer, ("inner-signature", 10), |files| replace(files, "tagmanifest-sha256.txt", "a", "b"));
    check(Mend::Lists, ("payload-digests", 11), |files| replace(files, "data/a.txt", "hello", "Hello"));
    check(Mend::Payload, ("statement", 10), |files| replace(files, "data/a.txt", "hello", "Hello"));
    let (bytes, signature) = forged(Mend::Outer, |files| replace(files, "data/a.txt", "hello", "Hello"));
    let text = forge::verify(&bytes, &signature).to_text();
    assert!(
        text.contains("FAILED      digests of the listed files: data/a.txt: the content differs"),
        "{text}"
    );
}

#[test]
fn the_bag_and_the_snapshot_must_agree_with_the_files() {
    check(Mend::Lists, ("bag", 13), |files| replace(files, "bagit.txt", "1.0", "0.97"));
    check(Mend::Lists, ("bag", 13), |files| replace(files, "bagit.txt", "\n", "\r\n"));
    check(Mend::Lists, ("bag", 13), |files| replace(files, "bag-info.txt", ".3\n", ".4\n"));
    check(Mend::Lists, ("bag", 13), |files| {
        replace(files, "bag-info.txt", "\n", "\nContact-Email: x@example.com\n")
    });
    for (from, to) in [
        ("\"size\":6", "\"size\":7"),
        ("text/plain\",\"path\":\"data/a.txt", "text/plain\",\"path\":\"data/b.txt"),
    ] {
        check(Mend::Lists, ("snapshot", 11), |files| replace(files, "snapshot.json", from, to));
    }
    for (from, to) in [
        ("{", "{ "),
        ("\"format\":1", "\"format\":1.0"),
        ("\"seq\":42", "\"seq\":042"),
        ("\"seq\":42", "\"seq\":42,\"seq\":43"),
        ("\"slug\"", "\"slyg\""),
        ("\"seq\":42", "\"seq\":4294967296000000000000"),
        ("\"label\":\"Autumn\"", "\"label\":\"\\ud800\""),
    ] {
        check(Mend::Lists, ("snapshot", 11), |files| replace(files, "snapshot.json", from, to));
    }
    check(Mend::Lists, ("snapshot", 11), |files| {
        files.insert("acme-0042/snapshot.json".to_owned(), vec![b'['; 100_000]);
    });
    check(Mend::Lists, ("snapshot", 14), |files| {
        replace(files, "snapshot.json", "\"format\":1", "\"format\":0")
    });
}

#[test]
fn a_signed_comment_must_say_what_the_snapshot_says() {
    let (bytes, packed) = forge::pack_with(&forge::small_tree(), 1);
    for (from, to) in [
        ("seq=42", "seq=43"),
        ("origin=trust.example", "origin=other.example"),
        ("created=2026", "created=2025"),
        ("expires=2027", "expires=2028"),
        ("file=acme-0042.zip", "file=acme-0043.zip"),
        ("trustbook v1", "trustbook v0"),
        ("seq=42", "seq=42 more=1"),
    ] {
        let comment = forge::comment().replace(from, to);
        let report = forge::verify(&bytes, &forge::sign(&bytes, &comment));
        assert_eq!(failures(&report), [("trusted-comments", 11)], "{to}");
    }
    let own = packed.signature.print();
    for changed in [
        own.replace("seq=42", "seq=43"),
        own.replace('\n', "\r\n"),
        format!("{own}\n"),
        own.replacen("\nRU", "\nRW", 1),
    ] {
        let report = forge::verify(&bytes, &changed);
        assert_eq!(report.exit_code(), 10, "{changed}");
    }
    check(Mend::Outer, ("trusted-comments", 11), |files| {
        let list = files["acme-0042/tagmanifest-sha256.txt"].clone();
        let signature = forge::sign(&list, &forge::comment().replace("seq=42", "seq=41"));
        files.insert("acme-0042/tagmanifest-sha256.txt.minisig".to_owned(), signature.into_bytes());
    });
    check(Mend::Outer, ("inner-signature", 10), |files| {
        replace(files, "tagmanifest-sha256.txt.minisig", "minisign secret key", "minisign secret kez");
    });
}

#[test]
fn the_statement_is_one_envelope_about_one_subject() {
    let statement = "snapshot.intoto.jsonl";
    check(Mend::Lists, ("statement", 10), |files| replace(files, statement, "\"keyid\":\"", "\"keyid\":\"0"));
    check(Mend::Lists, ("statement", 10), |files| replace(files, statement, "in-toto+json", "in-toto+jsom"));
    check(Mend::Lists, ("statement", 10), |files| {
        let line = files[&format!("acme-0042/{statement}")].clone();
        files.insert(format!("acme-0042/{statement}"), [line.clone(), line].concat());
    });
    check(Mend::Lists, ("statement", 10), |files| {
        drop(files.insert(format!("acme-0042/{statement}"), Vec::new()))
    });
    check(Mend::Lists, ("statement", 10), |files| {
        use trustbook::bundle::dsse;
        use trustbook::pack::Signer as _;
        let text = files[&format!("acme-0042/{statement}")].clone();
        let mut envelope = dsse::Envelope::parse(&text).unwrap();
        let payload = String::from_utf8(envelope.payload).unwrap();
        envelope.payload = payload.replace("\"seq\":42", "\"seq\":43").into_bytes();
        envelope.signature = forge::key(7).sign_dsse(&dsse::encoded_for_signing(&envelope.payload)).unwrap();
        files.insert(format!("acme-0042/{statement}"), envelope.print().into_bytes());
    });
    check(Mend::Lists, ("statement", 10), |files| {
        use trustbook::bundle::dsse;
        use trustbook::pack::Signer as _;
        let text = files[&format!("acme-0042/{statement}")].clone();
        let mut envelope = dsse::Envelope::parse(&text).unwrap();
        envelope.signature = forge::key(8).sign_dsse(&dsse::encoded_for_signing(&envelope.payload)).unwrap();
        files.insert(format!("acme-0042/{statement}"), envelope.print().into_bytes());
    });
}

#[test]
fn what_is_odd_in_an_unpacked_archive_is_refused() {
    let base = std::env::temp_dir().join(format!("trustbook-it-folder-{}", std::process::id()));
    let files = forge::unpack(&forge::pack_with(&forge::small_tree(), 1).0);
    let check = |expected: Option<(&str, u8)>, edit: &dyn Fn(&Path)| {
        let _ = std::fs::remove_dir_all(&base);
        forge::to_disk(&files, &base);
        let root = base.join("acme-0042");
        edit(&root);
        let report = trustbook::verify::verify(&Options { path: root, form: Form::Folder, terms: terms() });
        assert_eq!(failures(&report).first().copied(), expected, "{}", report.to_text());
    };
    check(None, &|_| {});
    check(Some(("tag-files", 12)), &|root| std::fs::write(root.join("extra"), "x").unwrap());
    check(Some(("payload-files", 12)), &|root| std::fs::write(root.join("data/extra"), "x").unwrap());
    check(Some(("names", 13)), &|root| std::fs::write(root.join("data/.DS_Store"), "x").unwrap());
    check(Some(("container", 13)), &|root| std::fs::create_dir(root.join("data/folder")).unwrap());
    check(Some(("payload-files", 12)), &|root| std::fs::remove_file(root.join("data/a.txt")).unwrap());
    check(Some(("container", 13)), &|root| {
        std::fs::rename(root.join("data/a.txt"), root.join("../a.txt")).unwrap();
        symlink(root.join("../a.txt"), root.join("data/a.txt")).unwrap();
    });
    check(Some(("container", 13)), &|root| {
        std::fs::rename(root.join("data"), root.join("../data")).unwrap();
        symlink("../data", root.join("data")).unwrap();
    });
    check(Some(("container", 13)), &|root| {
        std::os::unix::net::UnixListener::bind(root.join("data/socket")).map(drop).unwrap();
    });
    std::fs::remove_dir_all(&base).unwrap();
}

#[test]
fn what_cannot_be_opened_cannot_be_decided() {
    let options = |path: &str, form| Options { path: path.into(), form, terms: terms() };
    let archive = Form::Archive { signature: None };
    for (path, form) in
        [("/nonexistent/x.zip", archive.clone()), ("/", archive), ("/nonexistent/x", Form::Folder)]
    {
        let report = trustbook::verify::verify(&options(path, form));
        assert!([10, 20].contains(&report.exit_code()), "{}", report.to_text());
    }
}

#[test]
fn a_signature_file_that_is_no_file_is_not_read() {
    let folder = std::env::temp_dir().join(format!("trustbook-it-sidecar-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(forge::NAME);
    std::fs::write(&path, forge::pack_with(&forge::small_tree(), 1).0).unwrap();
    symlink("/dev/zero", folder.join("acme-0042.zip.minisig")).unwrap();
    let form = Form::Archive { signature: None };
    let report = trustbook::verify::verify(&Options { path, form, terms: terms() });
    assert_eq!(report.exit_code(), 20, "{}", report.to_text());
    assert!(report.to_text().contains("acme-0042.zip.minisig: not a regular file"), "{}", report.to_text());
    std::fs::remove_dir_all(&folder).unwrap();
}

/// A stranger's archive of some kilobytes could have gigabytes of content.
#[test]
fn what_no_signed_list_vouches_for_is_not_read() {
    let not_read = |mend, edit: &dyn Fn(&mut Files)| {
        let (bytes, signature) = forged(mend, |files| edit(files));
        let report = forge::verify(&bytes, &signature);
        let outcome =
            |id| report.checks.iter().find(|check| check.id == id).map(|check| check.outcome.clone());
        (outcome("payload-digests").unwrap(), report.exit_code())
    };
    let stranger = |files: &mut Files| {
        let list = files["acme-0042/tagmanifest-sha256.txt"].clone();
        let minisig = forge::key(8).sign_prehashed(&Blake2b512::digest(list).into(), &forge::comment());
        let name = "acme-0042/tagmanifest-sha256.txt.minisig";
        files.insert(name.to_owned(), minisig.unwrap().print().into_bytes());
    };
    let (outcome, code) = not_read(Mend::Outer, &stranger);
    let reason = "data/a.txt was not read, because no signed list vouches for it";
    assert_eq!((outcome, code), (Outcome::NotChecked(reason.to_owned()), 10));
    let (outcome, code) =
        not_read(Mend::Outer, &|files| replace(files, "data/a.txt", "hello", "hello hello"));
    let reason = "larger than its signed size".to_owned();
    assert_eq!(outcome, Outcome::Failed { code: 11, path: Some("data/a.txt".to_owned()), reason });
    assert_eq!(code, 11);
}

#[test]
fn without_a_key_an_archive_that_swells_is_not_read() {
    let zeros = vec![0; 4 << 20];
    let (bytes, packed) = forge::pack_with(&forge::tree(&[("zeros", &zeros), ("zeros-again", &zeros)]), 1);
    assert!(bytes.len() < zeros.len() / 100);
    let signature = packed.signature.print();
    let verify = |key| {
        let terms = trustbook::verify::Terms { key, ..terms() };
        let none = trustbook::verify::Pins::none();
        trustbook::verify::verify_archive(forge::NAME, &bytes, Some(signature.as_bytes()), &terms, &none)
    };
    assert_eq!(verify(terms().key).exit_code(), 0);
    let report = verify(None);
    assert_eq!(report.exit_code(), 20);
    assert!(report.to_text().contains("a hundred times the archive"), "{}", report.to_text());
}
