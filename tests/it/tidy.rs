//! The house rules that a machine can check.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// What each room may import. A room may always import itself.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("bundle", &[]),
    ("verify", &["bundle"]),
    ("model", &["bundle"]),
    ("load", &["model", "bundle"]),
    ("validate", &["model"]),
    ("evaluate", &["model"]),
    ("disclose", &["model"]),
    ("diff", &["model"]),
    ("render", &["model", "bundle"]),
    ("packet", &["model", "bundle", "render"]),
    ("pack", &["model", "bundle"]),
    ("sign", &["model", "bundle", "pack"]),
    ("log", &["model", "bundle", "pack"]),
    ("publish", &["model", "bundle", "verify"]),
    (
        "pipeline",
        &[
            "bundle", "verify", "model", "load", "validate", "evaluate", "disclose", "diff", "render",
            "packet", "pack", "sign", "publish",
        ],
    ),
    ("serve", &["model", "bundle", "pipeline"]),
    (
        "cli",
        &[
            "bundle", "verify", "model", "load", "validate", "evaluate", "disclose", "diff", "render",
            "packet", "pack", "sign", "log", "publish", "pipeline", "serve",
        ],
    ),
];

/// Which rooms may touch what outside: (pattern, what it is, rooms).
const MAY_TOUCH: &[(&str, &str, &[&str])] = &[
    ("std::fs", "the disk", &["load", "publish", "verify", "sign", "serve", "cli"]),
    ("File::open", "the disk", &["load", "publish", "verify", "sign", "serve", "cli"]),
    ("std::net", "the network", &["serve"]),
    ("tiny_http", "the network", &["serve"]),
    ("SystemTime", "the clock", &["cli"]),
    ("Instant::now", "the clock", &["cli", "serve"]),
    ("std::env", "the environment", &["cli"]),
    ("println!", "the terminal", &[]),
    ("eprintln!", "the terminal", &[]),
    ("std::io::stdout", "the terminal", &["cli"]),
    ("std::io::stderr", "the terminal", &["cli"]),
];

/// Files over 400 lines, with the reason why they are not split.
const LONG_FILES: &[(&str, &str)] = &[
    ("src/model/content.rs", "one table: a record a kind, a line a field"),
    ("src/model/drill.rs", "one record and its parts, as the schema has them"),
    ("src/model/time.rs", "three small types with one way of reading and printing each"),
    ("src/packet/fixture.rs", "one test snapshot"),
    ("src/pipeline.rs", "one flow: the order of the rooms, from reading to the archive"),
    ("src/publish/tests.rs", "faults at every step of one publication"),
    ("src/diff/kinds.rs", "one table: a row a kind, a line a field"),
    ("src/load/text/json.rs", "one grammar: reading it, and looking over it by the same rules"),
    ("src/disclose/lint/secrets.rs", "one table: a row a kind of secret, with its samples"),
    ("src/render/fixture.rs", "one test site: its snapshot and how it stands"),
    ("src/render/fixture_evidence.rs", "one test site: a piece of evidence of each kind"),
    ("src/render/pages/overview.rs", "the eight questions of the first screen, each with its answer"),
    ("src/render/tests.rs", "what holds for every page of the test sites"),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Files below `folder` with one of `extensions`, as (path relative to the root, text), in order.
fn files(folder: &str, extensions: &[&str]) -> BTreeMap<String, String> {
    fn walk(base: &Path, folder: &Path, extensions: &[&str], out: &mut BTreeMap<String, String>) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(base, &path, extensions, out);
            } else if extensions
                .iter()
                .any(|extension| path.extension().is_some_and(|found| found == *extension))
            {
                let name = path.strip_prefix(base).unwrap().to_string_lossy().replace('\\', "/");
                out.insert(name, fs::read_to_string(&path).unwrap_or_default());
            }
        }
    }
    let mut out = BTreeMap::new();
    walk(&root(), &root().join(folder), extensions, &mut out);
    out
}

fn sources() -> BTreeMap<String, String> {
    files("src", &["rs"])
}

/// The part of a file before its tests.
fn without_tests(text: &str) -> &str {
    text.find("#[cfg(test)]").map_or(text, |end| &text[..end])
}

fn is_test_file(path: &str) -> bool {
    path.ends_with("/tests.rs")
        || path.contains("/tests/")
        || path.ends_with("_tests.rs")
        || path.ends_with("/fixture.rs")
}

fn room_of(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("src/")?;
    let first = rest.split('/').next()?;
    Some(first.strip_suffix(".rs").unwrap_or(first))
}

#[test]
fn rooms_import_only_what_the_table_allows() {
    let allowed: BTreeMap<&str, BTreeSet<&str>> =
        MAY_IMPORT.iter().map(|(room, list)| (*room, list.iter().copied().collect())).collect();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let Some(room) = room_of(&path) else { continue };
        if matches!(room, "lib" | "bin") || is_test_file(&path) {
            continue;
        }
        let Some(allowed) = allowed.get(room) else {
            wrong.push(format!("{path}: the room `{room}` is not in the table"));
            continue;
        };
        for (number, line) in without_tests(&text).lines().enumerate() {
            for (at, _) in line.match_indices("crate::") {
                if line.trim_start().starts_with("//") || line[..at].ends_with('$') {
                    continue;
                }
                let name: String = line[at + 7..]
                    .chars()
                    .take_while(|ch| ch.is_ascii_alphanumeric() || *ch == '_')
                    .collect();
                let is_room = MAY_IMPORT.iter().any(|(room, _)| *room == name);
                if is_room && name != room && !allowed.contains(name.as_str()) {
                    wrong.push(format!("{path}:{}: `{room}` imports `{name}`", number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rooms_touch_only_what_the_table_allows() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let Some(room) = room_of(&path) else { continue };
        if matches!(room, "lib" | "bin") || is_test_file(&path) {
            continue;
        }
        for (number, line) in without_tests(&text).lines().enumerate() {
            if line.trim_start().starts_with("//") {
                continue;
            }
            for (pattern, what, rooms) in MAY_TOUCH {
                if line.contains(pattern) && !rooms.contains(&room) {
                    wrong.push(format!("{path}:{}: `{room}` touches {what} (`{pattern}`)", number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn features_are_asked_for_only_where_rooms_are_declared() {
    let allowed = ["src/lib.rs", "src/render/outputs/pdf.rs", "src/render/outputs/mod.rs"];
    for (path, text) in sources() {
        if text.contains("cfg(feature") || text.contains("cfg(not(feature") {
            assert!(allowed.contains(&path.as_str()), "{path} asks for a feature");
        }
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for (path, text) in sources() {
        assert!(text.starts_with("//! "), "{path} does not start with `//!`");
        let lines = text.lines().take_while(|line| line.starts_with("//!")).count();
        assert!(
            lines <= 12 || path == "src/lib.rs",
            "{path}: the opening comment has {lines} lines, at most 12"
        );
    }
}

#[test]
fn long_files_have_a_reason() {
    for (path, text) in sources() {
        let lines = without_tests(&text).lines().count();
        let excused = LONG_FILES.iter().any(|(file, reason)| *file == path && !reason.is_empty());
        assert!(lines <= 400 || excused, "{path} has {lines} lines before its tests, at most 400");
    }
    for (path, _) in LONG_FILES {
        assert!(root().join(path).exists(), "{path} is excused but not there");
    }
}

#[test]
fn nothing_is_left_for_later_in_silence() {
    // assembled, so that this file does not find itself
    let words =
        [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("todo", "!("), concat!("unimplemented", "!(")];
    let mut all = sources();
    all.extend(files("templates", &["html", "typ", "css", "js", "xml"]));
    all.extend(files("tests", &["rs"]));
    for (path, text) in all {
        for word in words {
            assert!(!text.contains(word), "{path} contains `{word}`");
        }
    }
}

#[test]
fn no_crate_of_the_crypto_kind_is_linked_twice_into_the_verifier() {
    let lock = fs::read_to_string(root().join("docs/verifier-dependencies.txt")).unwrap();
    for name in ["sha2", "blake2", "ed25519-dalek", "curve25519-dalek", "digest"] {
        let count = lock.lines().filter(|line| line.split_whitespace().next() == Some(name)).count();
        assert_eq!(count, 1, "{name}");
    }
}
