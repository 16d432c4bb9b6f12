//! Rows M, D and F-1: lists, bag, `snapshot.json`, statement, dates. Every archive is signed again with the right keys.

use trustbook::bundle::dsse;
use trustbook::bundle::dsse::Envelope;
use trustbook::pack::Signer as _;

use crate::archive::forge;
use crate::archive::forge::Files;
use crate::conformance::build::ATTEST;
use crate::conformance::build::Case;
use crate::conformance::build::ROOT;
use crate::conformance::build::case;
use crate::conformance::build::plain;
use crate::conformance::build::put;
use crate::conformance::build::replace;
use crate::conformance::build::sealed;
use crate::conformance::build::text;

type Edit<'a> = &'a dyn Fn(&mut Files);

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    lists(&mut cases);
    manifests(&mut cases);
    bag(&mut cases);
    snapshot(&mut cases);
    statement(&mut cases);
    dates(&mut cases);
    cases
}

fn lists(cases: &mut Vec<Case>) {
    let mut add = |row, name: &str, why: &str, expected, mend: bool, edit: Edit<'_>| {
        let mut files = plain();
        edit(&mut files);
        if mend {
            forge::mend_lists(&mut files);
        }
        cases.push(case(row, name, why, expected, sealed(&files)));
    };
    const PAYLOAD: (u8, &str) = (12, "payload-files");
    const TAGS: (u8, &str) = (12, "tag-files");
    add("M-1", "payload-more", "a payload file that no list names", PAYLOAD, true, &|files| {
        put(files, "data/extra", "x")
    });
    add("M-1", "tag-more", "a tag file that no list names", TAGS, false, &|files| {
        put(files, "extra.txt", "x")
    });
    for (name, path) in [
        ("meta-inf", "META-INF/MANIFEST.MF"),
        ("fetch", "fetch.txt"),
        ("md5", "manifest-md5.txt"),
        ("tag-md5", "tagmanifest-md5.txt"),
        ("data-twin", "data2/x"),
    ] {
        let row = if name == "meta-inf" { "M-1" } else { "M-4" };
        add(row, name, "a tag file that the format does not know, listed and signed", TAGS, true, &|files| {
            put(files, path, "x")
        });
    }
    let drop_file =
        |name: &'static str| move |files: &mut Files| drop(files.remove(&format!("{ROOT}{name}")).unwrap());
    add("M-2", "payload-missing", "a listed file is missing", PAYLOAD, false, &drop_file("data/a.txt"));
    add(
        "M-2",
        "recipe-missing",
        "a tag file is missing, and not listed",
        TAGS,
        true,
        &drop_file("VERIFY.txt"),
    );
    add("M-2", "snapshot-missing", "there is no snapshot.json", TAGS, true, &drop_file("snapshot.json"));
    add(
        "M-4",
        "list-of-lists-missing",
        "there is no tag manifest",
        (12, "inner-signature"),
        false,
        &drop_file("tagmanifest-sha256.txt"),
    );
    add(
        "M-2",
        "manifest-missing",
        "there is no payload manifest",
        TAGS,
        true,
        &drop_file("manifest-sha256.txt"),
    );
    add("M-2", "nothing", "there is no payload", PAYLOAD, true, &|files| {
        files.retain(|name, _| !name.contains("/data/"))
    });
    add("M-2", "payload-changed", "a payload file was changed", (11, "payload-digests"), false, &|files| {
        put(files, "data/a.txt", "hellO\n")
    });
    add(
        "M-2",
        "payload-longer",
        "a payload file is longer than signed",
        (11, "payload-digests"),
        false,
        &|files| put(files, "data/a.txt", "hello!\n"),
    );
    add("M-2", "tag-changed", "a tag file was changed", (11, "tag-digests"), false, &|files| {
        put(files, "VERIFY.txt", "Other text.\n")
    });
    add("M-2", "empty", "a payload file was emptied", (11, "payload-digests"), false, &|files| {
        put(files, "data/a.txt", "")
    });
    add("M-2", "recipe", "the recipe is free text, when it is listed and signed", (0, "-"), true, &|files| {
        put(files, "VERIFY.txt", "Other text.\n")
    });
}

fn manifests(cases: &mut Vec<Case>) {
    type Change = fn(&str) -> String;
    let changes: [(&str, &str, Change); 12] = [
        ("upper-case", "upper-case digits", |text| text.replacen(&text[..64], &text[..64].to_uppercase(), 1)),
        ("short-digest", "a digit less", |text| text[1..].to_owned()),
        ("binary-marker", "the marker of binary mode", |text| text.replacen("  ", " *", 1)),
        ("carriage-returns", "carriage returns", |text| text.replace('\n', "\r\n")),
        ("no-line-feed", "no line feed at the end", |text| text.trim_end().to_owned()),
        ("comment", "a comment", |text| format!("# comment\n{text}")),
        ("empty-line", "an empty line", |text| format!("{text}\n")),
        ("byte-order-mark", "a byte order mark", |text| format!("\u{feff}{text}")),
        ("line-twice", "a line twice", |text| {
            format!("{}{text}", text.split_inclusive('\n').next().unwrap())
        }),
        ("unsorted", "another order", |text| text.split_inclusive('\n').rev().collect()),
        ("parent", "a path that leads out", |text| format!("{text}{}  ../x\n", &text[..64])),
        ("escape", "the escape of sha256sum", |text| format!("\\{text}")),
    ];
    for (name, why, change) in changes {
        let row = if name == "parent" { "M-3" } else { "M-2" };
        let mut files = plain();
        let changed = change(&text(&files, "manifest-sha256.txt"));
        put(&mut files, "manifest-sha256.txt", changed);
        forge::mend_lists(&mut files);
        cases.push(case(
            row,
            name,
            &format!("in the payload manifest: {why}"),
            (13, "payload-files"),
            sealed(&files),
        ));
        let mut files = plain();
        let changed = change(&text(&files, "tagmanifest-sha256.txt"));
        put(&mut files, "tagmanifest-sha256.txt.minisig", forge::sign(changed.as_bytes(), &forge::comment()));
        put(&mut files, "tagmanifest-sha256.txt", changed);
        cases.push(case(
            row,
            &format!("tag-{name}"),
            &format!("in the tag manifest: {why}"),
            (13, "tag-files"),
            sealed(&files),
        ));
    }
}

fn bag(cases: &mut Vec<Case>) {
    for (name, file, from, to, why) in [
        ("version", "bagit.txt", "1.0", "0.97", "another version of BagIt"),
        ("line-ends", "bagit.txt", "\n", "\r\n", "carriage returns in the declaration"),
        ("encoding", "bagit.txt", "UTF-8", "utf-8", "the encoding in other letters"),
        ("oxum", "bag-info.txt", ".2\n", ".3\n", "another number of files"),
        ("oxum-bytes", "bag-info.txt", ": 12.", ": 13.", "another number of bytes"),
        ("bag-line", "bag-info.txt", "\n", "\nContact-Email: x@example.com\n", "one more line of metadata"),
    ] {
        let mut files = plain();
        replace(&mut files, file, from, to);
        forge::mend_lists(&mut files);
        cases.push(case("M-4", name, why, (13, "bag"), sealed(&files)));
    }
}

fn snapshot(cases: &mut Vec<Case>) {
    const OTHER: (u8, &str) = (11, "snapshot");
    let mut add = |name: &str, why: &str, expected, from: &str, to: &str| {
        let mut files = plain();
        replace(&mut files, "snapshot.json", from, to);
        forge::mend_lists(&mut files);
        cases.push(case("M-5", name, why, expected, sealed(&files)));
    };
    add("size", "another size of a file", OTHER, "\"size\":6", "\"size\":7");
    add("path", "another path of a file", OTHER, "data/b/c.txt", "data/b/d.txt");
    add("white-space", "white space", OTHER, "{", "{ ");
    add("duplicate-key", "one key twice", OTHER, "\"seq\":42", "\"seq\":42,\"seq\":43");
    add("key-order", "keys out of order", OTHER, "{\"created\"", "{\"x\":1,\"created\"");
    add("fraction", "a number with a fraction", OTHER, "\"format\":1", "\"format\":1.0");
    add("leading-zero", "a number with a leading zero", OTHER, "\"seq\":42", "\"seq\":042");
    add("large-number", "a number that JSON readers lose", OTHER, "\"seq\":42", "\"seq\":9007199254740993");
    add("surrogate", "half of a surrogate pair", OTHER, "Autumn", "\\ud800");
    add("escaped-letter", "an escape that is not needed", OTHER, "Autumn", "\\u0041utumn");
    add(
        "unknown-member",
        "a member that the version does not know",
        OTHER,
        "\"slug\"",
        "\"sludge\":1,\"slug\"",
    );
    add("misspelt-member", "a member by another name", OTHER, "\"slug\"", "\"slyg\"");
    add("version-0", "version 0 of the format", (14, "snapshot"), "\"format\":1", "\"format\":0");
    add("version-2", "version 2 of the format", (14, "snapshot"), "\"format\":1", "\"format\":2");
    add("control-character", "a control character in the label", OTHER, "Autumn", "Aut\\u001bumn");
    add("bidi", "a mark that turns text round in the label", OTHER, "Autumn", "Aut\u{202e}umn");
    add("seq-0", "a sequence number below the limit", OTHER, "\"seq\":42", "\"seq\":0");
    add("seq-over", "a sequence number over the limit", OTHER, "\"seq\":42", "\"seq\":10000000");
    add("expires-first", "expires before it is created", OTHER, "2027-02-21T", "2026-02-21T");
    add("no-such-day", "a day that does not exist", OTHER, "2027-02-21T", "2027-02-31T");
    add("origin-space", "a space in the origin", OTHER, "trust.example", "trust example");
    add("label-over", "a label over the limit", OTHER, "Autumn", &"x".repeat(201));
    add("media-type-over", "a media type over the limit", OTHER, "text/plain", &"x".repeat(128));
    let mut relabel = |name: &str, why: &str, expected, from: &str, to: &str| {
        let mut files = plain();
        replace(&mut files, "snapshot.json", from, to);
        renew_statement(&mut files, 7, |payload| payload);
        forge::mend_lists(&mut files);
        cases.push(case("M-5", name, why, expected, sealed(&files)));
    };
    relabel("label-at-limit", "a label at the limit", (0, "-"), "Autumn", &"x".repeat(200));
    relabel("media-type-at-limit", "a media type at the limit", (0, "-"), "text/plain", &"x".repeat(127));
    let title = |count| {
        format!(
            "text/plain\",\"path\":\"data/a.txt\",\"sha256\":\"{}\",\"size\":6,\"title\":\"{}\"}}",
            "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
            "t".repeat(count)
        )
    };
    let from = format!(
        "text/plain\",\"path\":\"data/a.txt\",\"sha256\":\"{}\",\"size\":6}}",
        "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
    );
    relabel("title-at-limit", "a title at the limit", (0, "-"), &from, &title(500));
    relabel("title-over", "a title over the limit", OTHER, &from, &title(501));
    for (name, why, content) in [
        ("deep", "nested deeper than the limit", ["[".repeat(33), "]".repeat(33)].concat().into_bytes()),
        ("no-utf8", "not UTF-8", b"\"\xff\"".to_vec()),
        ("no-object", "no object", b"[]".to_vec()),
        ("empty-file", "no bytes", Vec::new()),
    ] {
        let mut files = plain();
        put(&mut files, "snapshot.json", content);
        forge::mend_lists(&mut files);
        cases.push(case("M-5", name, why, OTHER, sealed(&files)));
    }
    let mut files = plain();
    files =
        files.into_iter().map(|(name, content)| (name.replace("acme-0042", "acme-0043"), content)).collect();
    cases.push(case(
        "Z-4",
        "renamed-root",
        "the root folder is that of another snapshot",
        OTHER,
        sealed(&files),
    ));
}

/// Makes the statement again for the files as they are, its payload through `change`, signed by the key of this seed.
pub(super) fn renew_statement(files: &mut Files, seed: u8, change: impl FnOnce(String) -> String) {
    use trustbook::bundle::digest::Digest;
    let digest = |name: &str| Digest::of(text(files, name).as_bytes());
    let payload = dsse::statement(&forge::header(), digest("snapshot.json"), digest("manifest-sha256.txt"));
    let payload = change(payload).into_bytes();
    let key = forge::key(seed);
    let signature = key.sign_dsse(&dsse::encoded_for_signing(&payload)).unwrap();
    let envelope = Envelope { key_id: dsse::key_id(&key.public_key()), signature, payload };
    put(files, "snapshot.intoto.jsonl", envelope.print());
}

fn statement(cases: &mut Vec<Case>) {
    const FILE: &str = "snapshot.intoto.jsonl";
    let mut add = |name: &str, why: &str, expected, edit: Edit<'_>| {
        let mut files = plain();
        edit(&mut files);
        forge::mend_lists(&mut files);
        cases.push(case("D-1", name, why, expected, sealed(&files)));
    };
    const STATEMENT: (u8, &str) = (10, "statement");
    add("again", "the statement made again is the same", (0, "-"), &|files| {
        renew_statement(files, 7, |payload| payload)
    });
    add("none", "no envelope", STATEMENT, &|files| put(files, FILE, ""));
    add("two", "two envelopes", STATEMENT, &|files| {
        let line = text(files, FILE);
        put(files, FILE, format!("{line}{line}"));
    });
    add("payload-type", "another payload type", STATEMENT, &|files| {
        replace(files, FILE, "in-toto+json", "in-toto+jsom")
    });
    add("key-name", "it names another key", STATEMENT, &|files| {
        replace(files, FILE, "\"keyid\":\"", "\"keyid\":\"0")
    });
    add("other-key", "signed by another key", STATEMENT, &|files| {
        renew_statement(files, ATTEST, |payload| payload)
    });
    add("other-seq", "it says another number", STATEMENT, &|files| {
        renew_statement(files, 7, |payload| payload.replace("\"seq\":42", "\"seq\":43"))
    });
    add("other-subject", "another subject", STATEMENT, &|files| {
        renew_statement(files, 7, |payload| payload.replace("manifest-sha256.txt", "tagmanifest-sha256.txt"))
    });
    add("two-subjects", "a subject for each file", STATEMENT, &|files| {
        renew_statement(files, 7, |payload| {
            let subject =
                payload.split("\"subject\":[").nth(1).unwrap().split(']').next().unwrap().to_owned();
            payload.replace(&subject, &format!("{subject},{subject}"))
        });
    });
    add("old-statement", "an older kind of statement", STATEMENT, &|files| {
        renew_statement(files, 7, |payload| payload.replace("Statement/v1", "Statement/v0.1"))
    });
    add("two-signatures", "two signatures", STATEMENT, &|files| {
        let line = text(files, FILE);
        let signature = line.split("\"signatures\":[").nth(1).unwrap().split(']').next().unwrap().to_owned();
        put(files, FILE, line.replace(&signature, &format!("{signature},{signature}")));
    });
    add("no-line-feed", "no line feed at the end", STATEMENT, &|files| {
        let line = text(files, FILE);
        put(files, FILE, line.trim_end().to_owned());
    });
    add("unknown-member", "a member that the format does not know", STATEMENT, &|files| {
        replace(files, FILE, "{\"payload\"", "{\"critical\":1,\"payload\"")
    });
}

fn dates(cases: &mut Vec<Case>) {
    for (name, why, exit, at) in [
        ("last-second", "the last second before it expires", 0, "2027-02-21T08:59:59Z"),
        ("expired", "the second at which it expires", 15, "2027-02-21T09:00:00Z"),
        ("first-second", "the second at which it was created", 0, "2026-11-21T09:00:00Z"),
        ("future", "a second before it was created", 15, "2026-11-21T08:59:59Z"),
    ] {
        let check = if exit == 0 { "-" } else { "expiry" };
        let mut made = case("F-1", name, why, (exit, check), sealed(&plain()));
        made.args = made.args.replace("2026-12-01T00:00:00Z", at);
        cases.push(made);
    }
}
