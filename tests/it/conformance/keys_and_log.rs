//! Rows K and F: roles, rotation, revocation, the log, and what a reader remembers.

use trustbook::bundle::base64;
use trustbook::bundle::keys::Key;
use trustbook::bundle::keys::KeySet;
use trustbook::bundle::keys::Revoked;
use trustbook::bundle::keys::Role;
use trustbook::bundle::keys::Root;
use trustbook::bundle::keys::handover;
use trustbook::pack::Signer as _;

use crate::archive::forge;
use crate::archive::forge::key;
use crate::conformance::build::ATTEST;
use crate::conformance::build::Case;
use crate::conformance::build::LOG;
use crate::conformance::build::PROOF;
use crate::conformance::build::RELEASE;
use crate::conformance::build::ROOT;
use crate::conformance::build::ROOT_KEY;
use crate::conformance::build::Roled;
use crate::conformance::build::STRANGER;
use crate::conformance::build::args;
use crate::conformance::build::key_set;
use crate::conformance::build::signed_keys;

/// Seeds of keys that come later.
const NEXT_RELEASE: u8 = 21;
const NEXT_ROOT: u8 = 22;
const NEXT_LOG: u8 = 23;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    roles(&mut cases);
    newer_keys(&mut cases);
    proofs(&mut cases);
    logs(&mut cases);
    states(&mut cases);
    cases
}

const ROLES: (u8, &str) = (17, "key-roles");
const GOOD: (u8, &str) = (0, "-");

fn with(edit: impl FnOnce(&mut Roled)) -> Roled {
    let mut roled = Roled::new();
    edit(&mut roled);
    roled
}

fn of_role(set: &mut KeySet, role: Role) -> &mut Key {
    set.keys.iter_mut().find(|key| key.role == role).unwrap()
}

fn revoked(log_size: u64) -> Option<Revoked> {
    Some(Revoked { log_size, reason: "stolen".to_owned() })
}

fn hand_over(set: &mut KeySet, by: u8) {
    let next = key(NEXT_ROOT).public_key();
    let signed = key(by).sign_prehashed(&handover(&set.origin, &next), "root handover").unwrap();
    set.roots.push(Root { key: next, handover: Some(signed.signature) });
}

fn roles(cases: &mut Vec<Case>) {
    let mut add = |name: &str, why: &str, expected, edit: &dyn Fn(&mut Roled)| {
        cases.push(with(edit).case("K-1", name, why, expected));
    };
    add("good", "roles under a root, as they should be", GOOD, &|_| {});
    add("root-stranger", "a stranger signed the keys", ROLES, &|roled| roled.root = STRANGER);
    add("root-other", "another root and its keys, all of one piece", ROLES, &|roled| {
        roled.root = STRANGER;
        roled.set.roots[0].key = key(STRANGER).public_key();
    });
    add("origin", "the keys of another publisher", ROLES, &|roled| {
        roled.set.origin = "other.example".to_owned()
    });
    add("two-roles", "one key in two roles", ROLES, &|roled| {
        let same = key(RELEASE).public_key();
        of_role(&mut roled.set, Role::Attest).key = same;
    });
    add("two-names", "one key under two names", ROLES, &|roled| {
        let mut again = roled.set.keys[2].clone();
        again.key.id = [99; 8];
        roled.set.keys.push(again);
    });
    add("name-twice", "two keys of one name", ROLES, &|roled| {
        let mut other = roled.set.keys[2].clone();
        other.key.key = key(NEXT_RELEASE).public_key().key;
        roled.set.keys.push(other);
    });
    add("version-0", "a version below the limit", ROLES, &|roled| roled.set.version = 0);
    add("no-snapshot", "a key for no snapshot", ROLES, &|roled| {
        of_role(&mut roled.set, Role::Release).last_seq = Some(0)
    });
    add("not-yet", "the release key is for later snapshots", ROLES, &|roled| {
        of_role(&mut roled.set, Role::Release).first_seq = 43
    });
    add("no-more", "the release key is for earlier snapshots", ROLES, &|roled| {
        of_role(&mut roled.set, Role::Release).last_seq = Some(41)
    });
    add("last-one", "the last snapshot of the release key", GOOD, &|roled| {
        of_role(&mut roled.set, Role::Release).last_seq = Some(42)
    });
    add("first-one", "the first snapshot of the release key", GOOD, &|roled| {
        of_role(&mut roled.set, Role::Release).first_seq = 42
    });
    add("attest-no-more", "the attest key is for earlier snapshots", ROLES, &|roled| {
        of_role(&mut roled.set, Role::Attest).last_seq = Some(41)
    });
    add("revoked", "the release key was revoked before", ROLES, &|roled| {
        of_role(&mut roled.set, Role::Release).revoked = revoked(2)
    });
    add("revoked-later", "the release key was revoked after the log held this", GOOD, &|roled| {
        of_role(&mut roled.set, Role::Release).revoked = revoked(3)
    });
    add("attest-revoked", "the attest key was revoked before", ROLES, &|roled| {
        of_role(&mut roled.set, Role::Attest).revoked = revoked(2)
    });
    add("log-revoked", "the log's key is revoked, so nothing it signs counts", (10, "log"), &|roled| {
        of_role(&mut roled.set, Role::Log).revoked = revoked(9)
    });
    add("attest-signs", "signed by the attest key", (10, "outer-signature"), &|roled| roled.release = ATTEST);
    add("root-signs", "signed by the root key", (10, "outer-signature"), &|roled| roled.release = ROOT_KEY);
    add("stranger-signs", "signed by a key that is in no list", (10, "outer-signature"), &|roled| {
        roled.release = STRANGER
    });
    add("release-attests", "the release key signed the statement", (10, "statement"), &|roled| {
        roled.attest = RELEASE
    });
    add("handover", "the root handed over, and readers pin the first one", GOOD, &|roled| {
        hand_over(&mut roled.set, ROOT_KEY);
        roled.root = NEXT_ROOT;
    });
    add("handover-by-stranger", "a stranger handed over to himself", ROLES, &|roled| {
        hand_over(&mut roled.set, STRANGER);
        roled.root = NEXT_ROOT;
    });
    add("handover-old-root-signs", "after handing over, the old root signs", ROLES, &|roled| {
        hand_over(&mut roled.set, ROOT_KEY)
    });
    add("no-root", "a list without a root", ROLES, &|roled| roled.set.roots.clear());
    let pinned = |seed, name: &str, why: &str, expected| {
        let mut case = Roled::new().case("K-1", name, why, expected);
        case.args = args(seed);
        case
    };
    cases.push(pinned(RELEASE, "release-pinned", "the reader pins the release key", GOOD));
    cases.push(pinned(ATTEST, "attest-pinned", "the reader pins a key that may not sign archives", ROLES));
    cases.push(pinned(STRANGER, "stranger-pinned", "the reader pins a key that nobody knows here", ROLES));
    // One with a stolen release key puts keys of his own beside it: they count only for what he signs with it.
    let mut own = with(|roled| {
        roled.root = STRANGER;
        roled.set.roots[0].key = key(STRANGER).public_key();
        let mut more = roled.set.keys[2].clone();
        more.key = key(NEXT_RELEASE).public_key();
        roled.set.keys.push(more);
        roled.release = NEXT_RELEASE;
    })
    .case(
        "K-1",
        "release-pinned-other-signs",
        "a list of a stranger names the pinned key, and another that signs",
        (10, "outer-signature"),
    );
    own.args = args(RELEASE);
    cases.push(own);
    type Edit = fn(&mut forge::Files);
    let edits: [(&str, &str, (u8, &str), Edit); 6] = [
        ("signature-missing", "the keys without their signature", (12, "tag-files"), |files| {
            drop(files.remove("acme-0042/keys.json.minisig"))
        }),
        ("hashes-missing", "the keys without the log", (12, "tag-files"), |files| {
            drop(files.remove("acme-0042/log/leaf-hashes"))
        }),
        ("keys-missing", "the log without the keys", (12, "tag-files"), |files| {
            drop(files.remove("acme-0042/keys.json"))
        }),
        ("unknown-role", "a role that the format does not know", ROLES, |files| {
            rewrite(files, "\"role\":\"attest\"", "\"role\":\"audit\"")
        }),
        ("key-with-comment", "a key in two lines, as in a key file", ROLES, |files| {
            rewrite(files, "\"key\":\"RW", "\"key\":\"untrusted comment: x\\nRW")
        }),
        ("unknown-member", "a member that the format does not know", ROLES, |files| {
            rewrite(files, "{\"keys\"", "{\"extra\":1,\"keys\"")
        }),
    ];
    for (name, why, expected, edit) in edits {
        let (bytes, _, proof, _) = Roled::new().seal();
        let mut files = forge::unpack(&bytes);
        edit(&mut files);
        forge::mend_lists(&mut files);
        let bytes = forge::repack(&files);
        let signature = forge::sign(&bytes, &forge::comment());
        let mut case = crate::conformance::build::case("K-1", name, why, expected, (bytes, signature));
        case.files.insert(PROOF.to_owned(), proof.into_bytes());
        // Without the list there is only the one key that signed.
        case.args = args(if name == "keys-missing" { RELEASE } else { ROOT_KEY });
        cases.push(case);
    }
}

/// Changes the text of the keys and has the root sign it, whatever it says.
fn rewrite(files: &mut forge::Files, from: &str, to: &str) {
    let name = format!("{ROOT}keys.json");
    let text = String::from_utf8(files[&name].clone()).unwrap().replace(from, to);
    let comment = key_set().trusted_comment();
    let signature = trustbook::sign::sign_bytes(&key(ROOT_KEY), text.as_bytes(), &comment).unwrap().print();
    files.insert(name, text.into_bytes());
    files.insert(format!("{ROOT}keys.json.minisig"), signature.into_bytes());
}

fn newer_keys(cases: &mut Vec<Case>) {
    let mut add = |name: &str, why: &str, expected, signer: u8, edit: &dyn Fn(&mut KeySet)| {
        let mut case = Roled::new().case("K-2", name, why, expected);
        let mut set = key_set();
        edit(&mut set);
        let (text, signature) = signed_keys(&set, signer);
        case.files.insert("newer/keys.json".to_owned(), text.into_bytes());
        case.files.insert("newer/keys.json.minisig".to_owned(), signature.into_bytes());
        case.args += " --keys newer/keys.json";
        cases.push(case);
    };
    add("same", "the keys that the archive holds", GOOD, ROOT_KEY, &|_| {});
    add("newer", "newer keys that change nothing for it", GOOD, ROOT_KEY, &|set| set.version = 3);
    add("older", "older keys than the archive's", ROLES, ROOT_KEY, &|set| set.version = 1);
    add("same-version", "other keys under the version of the archive's", ROLES, ROOT_KEY, &|set| {
        of_role(set, Role::Release).last_seq = Some(50)
    });
    add("stranger", "newer keys that a stranger signed", ROLES, STRANGER, &|set| set.version = 3);
    add("other-root", "newer keys of another root", ROLES, STRANGER, &|set| {
        set.version = 3;
        set.roots[0].key = key(STRANGER).public_key();
    });
    add("key-gone", "the release key is no longer listed", (10, "outer-signature"), ROOT_KEY, &|set| {
        set.version = 3;
        set.keys.retain(|key| key.role != Role::Release);
    });
    add("revoked-before", "back-dated: revoked before the log held it", ROLES, ROOT_KEY, &|set| {
        set.version = 3;
        of_role(set, Role::Release).revoked = revoked(2);
    });
    add("revoked-after", "revoked after the log held it", GOOD, ROOT_KEY, &|set| {
        set.version = 3;
        of_role(set, Role::Release).revoked = revoked(3);
    });
    add(
        "handed-over",
        "newer keys under a root that the pinned one handed over to",
        GOOD,
        NEXT_ROOT,
        &|set| {
            set.version = 3;
            hand_over(set, ROOT_KEY);
        },
    );
    let mut unproven =
        with(|_| {}).case("K-2", "revoked-unproven", "revoked, and no proof of when it was signed", ROLES);
    let mut set = key_set();
    set.version = 3;
    of_role(&mut set, Role::Release).revoked = revoked(3);
    let (text, signature) = signed_keys(&set, ROOT_KEY);
    unproven.files.insert("newer/keys.json".to_owned(), text.into_bytes());
    unproven.files.insert("newer/keys.json.minisig".to_owned(), signature.into_bytes());
    unproven.files.remove(PROOF);
    unproven.args += " --keys newer/keys.json";
    cases.push(unproven);
}

fn proofs(cases: &mut Vec<Case>) {
    const FORK: (u8, &str) = (16, "log");
    const SIGNED: (u8, &str) = (10, "log");
    let (_, _, proof, log) = Roled::new().seal();
    let note = proof.split_once("\n\n").unwrap().1.to_owned();
    let mut add = |row, name: &str, why: &str, expected, proof: String| {
        let mut case = Roled::new().case(row, name, why, expected);
        case.files.insert(PROOF.to_owned(), proof.into_bytes());
        cases.push(case);
    };
    let hash = proof.lines().nth(2).unwrap().to_owned();
    add("F-3", "index", "another index", FORK, proof.replace("index 2", "index 1"));
    add("F-3", "leading-zero", "an index with a leading zero", FORK, proof.replace("index 2", "index 02"));
    add("F-3", "negative", "an index below zero", FORK, proof.replace("index 2", "index -2"));
    add("F-3", "hash-changed", "another hash", FORK, proof.replacen(&hash[..4], "AAAA", 1));
    add("F-3", "hash-missing", "a hash less", FORK, proof.replacen(&format!("{hash}\n"), "", 1));
    add("F-3", "hash-more", "a hash more", FORK, proof.replacen(&hash, &format!("{hash}\n{hash}"), 1));
    add("F-3", "head", "another first line", FORK, proof.replace("tlog-proof@v1", "tlog-proof@v2"));
    add(
        "F-3",
        "extra",
        "extra data, which nothing authenticates",
        FORK,
        proof.replace("index 2", "extra AAAA\nindex 2"),
    );
    add("F-3", "carriage-returns", "carriage returns", FORK, proof.replace('\n', "\r\n"));
    add(
        "F-3",
        "no-checkpoint",
        "no checkpoint",
        FORK,
        proof.lines().take(2).map(|line| format!("{line}\n")).collect(),
    );
    add("F-3", "empty", "no bytes", FORK, String::new());
    let resigned = |text: &str, seed: u8, name: &str| {
        use ed25519_dalek::Signer as _;
        let public = key(seed).public_key();
        let secret = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
        let line = [
            trustbook::bundle::log::key_hash(name, &public).as_slice(),
            &secret.sign(text.as_bytes()).to_bytes(),
        ]
        .concat();
        format!("— {name} {}\n", base64::encode(&line))
    };
    let text = format!("{}\n", note.split_once("\n\n").unwrap().0);
    let head = proof.strip_suffix(&note).unwrap();
    let own = resigned(&text, LOG, "trust.example");
    assert_eq!(note, format!("{text}\n{own}"));
    let with_note = |text: &str, lines: &str| format!("{head}{text}\n{lines}");
    add(
        "F-4",
        "stranger-first",
        "a stranger's line before the log's",
        GOOD,
        with_note(&text, &format!("{}{own}", resigned(&text, STRANGER, "witness.example"))),
    );
    add(
        "F-4",
        "stranger-only",
        "only a stranger's line",
        SIGNED,
        with_note(&text, &resigned(&text, STRANGER, "witness.example")),
    );
    add(
        "F-4",
        "stranger-by-name",
        "a stranger under the log's name",
        SIGNED,
        with_note(&text, &resigned(&text, STRANGER, "trust.example")),
    );
    add("F-4", "twice", "the log's line twice", SIGNED, with_note(&text, &format!("{own}{own}")));
    add("F-4", "bad-line", "a line that is no signature", SIGNED, with_note(&text, &format!("{own}hello\n")));
    add(
        "F-4",
        "bad-dash",
        "a line with a dash of another kind",
        SIGNED,
        with_note(&text, &own.replace('—', "-")),
    );
    add("F-4", "no-line-feed", "no line feed at the end", SIGNED, with_note(&text, own.trim_end()));
    add(
        "F-4",
        "release-key",
        "the release key signed the checkpoint",
        SIGNED,
        with_note(&text, &resigned(&text, RELEASE, "trust.example")),
    );
    for (name, why, from, to) in [
        ("size-zero", "a size with a leading zero", "\n3\n", "\n03\n"),
        ("size-plus", "a size with a sign", "\n3\n", "\n+3\n"),
        ("extension", "a line more, which this format does not know", "\n3\n", "\n3\nmore\n"),
        ("origin", "the checkpoint of another log", "trust.example\n", "other.example\n"),
        ("control", "a control character", "trust.example\n", "trust.example\u{7}\n"),
    ] {
        let text = text.replacen(from, to, 1);
        add("F-4", name, why, SIGNED, with_note(&text, &resigned(&text, LOG, "trust.example")));
    }
    for (name, why, from, to) in [
        ("other-size", "the checkpoint of a longer tree", "\n3\n", "\n4\n"),
        ("smaller", "the checkpoint of a shorter tree", "\n3\n", "\n2\n"),
    ] {
        let text = text.replacen(from, to, 1);
        add("F-2", name, why, FORK, with_note(&text, &resigned(&text, LOG, "trust.example")));
    }
    let root = text.lines().nth(2).unwrap();
    let other = text.replace(root, &base64::encode(&[7; 32]));
    add(
        "F-2",
        "other-root",
        "the log signed another root for this size",
        FORK,
        with_note(&other, &resigned(&other, LOG, "trust.example")),
    );
    let mut missing = Roled::new().case("F-3", "missing", "there is no proof", (20, "log"));
    missing.files.remove(PROOF);
    cases.push(missing);
    let (bytes, ..) = Roled::new().seal();
    let mut files = forge::unpack(&bytes);
    files.insert(format!("{ROOT}log/leaf-hashes"), log.hash_bytes()[1..64].to_vec());
    forge::mend_lists(&mut files);
    let bytes = forge::repack(&files);
    let signature = forge::sign(&bytes, &forge::comment());
    let mut cut = crate::conformance::build::case(
        "F-3",
        "hashes-cut",
        "the hashes in the archive are cut off",
        (13, "log"),
        (bytes, signature),
    );
    cut.files.insert(PROOF.to_owned(), proof.clone().into_bytes());
    cut.args = args(ROOT_KEY);
    cases.push(cut);
}

fn logs(cases: &mut Vec<Case>) {
    let mut add = |row,
                   name: &str,
                   why: &str,
                   expected,
                   more: &[&str],
                   log_key: u8,
                   edit: &dyn Fn(&mut Case, &mut Roled)| {
        let mut roled = Roled::new();
        let mut case = roled.case(row, name, why, expected);
        edit(&mut case, &mut roled);
        let (.., mut log) = roled.seal();
        for leaf in more {
            log.push(format!("trustbook-leaf/v1\n{leaf}\n"));
        }
        log.sign("trust.example", &key(log_key)).unwrap();
        for (path, bytes) in log.files() {
            if path == "checkpoint" || path.starts_with("tile/0/") {
                case.files.entry(format!("log/{path}")).or_insert(bytes);
            }
        }
        case.args += " --log log";
        cases.push(case);
    };
    const FORK: (u8, &str) = (16, "log");
    add("F-2", "newer-log", "a newer log that holds it", GOOD, &["a", "b"], LOG, &|_, _| {});
    add(
        "F-2",
        "newer-log-alone",
        "a newer log that holds it, and no proof",
        GOOD,
        &["a"],
        LOG,
        &|case, _| drop(case.files.remove(PROOF)),
    );
    add(
        "F-2",
        "newer-log-stranger",
        "a log that a stranger signed",
        (10, "log"),
        &["a"],
        STRANGER,
        &|_, _| {},
    );
    add("F-2", "newer-log-fork", "a log with another leaf before it", FORK, &["a"], LOG, &|_, roled| {
        roled.log.push("trustbook-leaf/v1\nanother\n".to_owned());
    });
    add(
        "F-2",
        "newer-log-without",
        "a log with another snapshot of this number",
        FORK,
        &["a"],
        LOG,
        &|_, roled| roled.attest = RELEASE,
    );
    add("F-2", "newer-log-tile-cut", "a tile that is cut off", (2, "-"), &["a"], LOG, &|case, _| {
        drop(case.files.insert("log/tile/0/000.p/4".to_owned(), vec![0; 100]))
    });
    add("F-2", "newer-log-tile-other", "a tile of another tree", FORK, &["a"], LOG, &|case, roled| {
        let (.., log) = roled.seal();
        case.files.insert("log/tile/0/000.p/4".to_owned(), [log.hash_bytes(), vec![7; 32]].concat());
    });
    let rotated = |case: &mut Case, roled: &mut Roled| {
        let mut set = key_set();
        set.version = 3;
        of_role(&mut set, Role::Log).revoked = revoked(3);
        set.keys.push(Key {
            role: Role::Log,
            key: key(NEXT_LOG).public_key(),
            first_seq: 43,
            last_seq: None,
            revoked: None,
        });
        let (text, signature) = signed_keys(&set, ROOT_KEY);
        case.files.insert("newer/keys.json".to_owned(), text.into_bytes());
        case.files.insert("newer/keys.json.minisig".to_owned(), signature.into_bytes());
        case.args += " --keys newer/keys.json";
        let _ = roled;
    };
    add(
        "K-2",
        "log-key-replaced",
        "the log's key was revoked, and the next one signed the newer log",
        GOOD,
        &["a"],
        NEXT_LOG,
        &rotated,
    );
    add(
        "K-2",
        "log-key-revoked",
        "the revoked key of the log signed the newer log",
        (10, "log"),
        &["a"],
        LOG,
        &rotated,
    );
}

fn states(cases: &mut Vec<Case>) {
    let mut add = |row, name: &str, why: &str, expected, state: Vec<u8>| {
        let mut case = Roled::new().case(row, name, why, expected);
        case.files.insert("state".to_owned(), state);
        case.args += " --state state";
        cases.push(case);
    };
    let same = Roled::new().state();
    let text = |edit: &dyn Fn(&mut trustbook::verify::State)| {
        let mut state = same.clone();
        edit(&mut state);
        state.print().into_bytes()
    };
    let before = {
        let mut log = Roled::new().log;
        log.sign("trust.example", &key(LOG)).unwrap()
    };
    add("F-1", "same-again", "the same archive was verified before", GOOD, text(&|_| {}));
    let older = |state: &mut trustbook::verify::State| {
        state.seq = 41;
        state.checkpoint.clone_from(&before);
    };
    add("F-1", "newer", "an older one was verified before, and the log goes on", GOOD, text(&older));
    add("F-1", "older", "a newer one was verified before", (15, "log"), text(&|state| state.seq = 43));
    let of_other = with(|roled| roled.log.push("trustbook-leaf/v1\nx\n".to_owned())).state();
    add(
        "F-2",
        "pinned-fork",
        "the log does not continue the pinned one",
        (16, "log"),
        text(&|state| {
            let mut log = Roled::new().log;
            log.leaves.clear();
            log.hashes.clear();
            log.push("another".to_owned());
            log.push("story".to_owned());
            state.seq = 41;
            state.checkpoint = log.sign("trust.example", &key(LOG)).unwrap();
        }),
    );
    add(
        "F-2",
        "pinned-longer",
        "the log is shorter than the pinned one",
        (16, "log"),
        text(&|state| {
            state.seq = 41;
            state.checkpoint.clone_from(&of_other.checkpoint);
        }),
    );
    add(
        "F-2",
        "pinned-other-contents",
        "other contents were verified under this number",
        (16, "log"),
        text(&|state| state.tag_manifest = of_other.tag_manifest),
    );
    add(
        "K-1",
        "pinned-keys-newer",
        "newer keys were seen before",
        ROLES,
        text(&|state| state.keys_version = 3),
    );
    add(
        "F-5",
        "other-origin",
        "the state is about another publisher",
        (20, "log"),
        text(&|state| state.origin = "other.example".to_owned()),
    );
    let whole = text(&|_| {});
    add("F-5", "cut", "the state is cut off", (2, "-"), whole[..whole.len() - 1].to_vec());
    add("F-5", "empty", "the state has no bytes", (2, "-"), Vec::new());
    add(
        "F-5",
        "member",
        "the state has a member that is not known",
        (2, "-"),
        String::from_utf8(whole).unwrap().replace("{\"checkpoint\"", "{\"a\":1,\"checkpoint\"").into_bytes(),
    );
    let mut first = Roled::new().case("F-5", "none-yet", "there is no state yet", GOOD);
    first.args += " --state state";
    cases.push(first);
    let mut plain = crate::conformance::build::case(
        "F-1",
        "left-the-log",
        "it was in a log before, and comes without one",
        (16, "log"),
        crate::conformance::build::sealed(&crate::conformance::build::plain()),
    );
    plain.files.insert(
        "state".to_owned(),
        text(&|state| {
            state.seq = 41;
            state.keys_version = 0;
        }),
    );
    plain.args += " --state state";
    cases.push(plain);
}
