//! The verifier stays small enough to audit in an hour: few crates, each with a reason, and few lines.

#![allow(clippy::unwrap_used, reason = "a test that cannot make its input fails")]

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

const MAX_CRATES: usize = 24;
const MAX_LINES: usize = 3000;
/// What key roles, the log, remembered state and copying out may add to that.
const MAX_ADDED_LINES: usize = 750;
const ADDED: &[&str] = &[
    "src/bundle/keys.rs",
    "src/bundle/log.rs",
    "src/verify/checks/trust.rs",
    "src/verify/extract.rs",
    "src/verify/pins.rs",
    "src/verify/trust.rs",
];
const MAX_CORE_LINES: usize = 1700;
/// Container, names, bag, minisign and the table of checks.
const CORE: &[&str] = &[
    "src/bundle/bag.rs",
    "src/bundle/base64.rs",
    "src/bundle/comment.rs",
    "src/bundle/limits.rs",
    "src/bundle/manifest.rs",
    "src/bundle/minisig.rs",
    "src/bundle/name.rs",
    "src/bundle/zip/",
    "src/verify/checks.rs",
    "src/verify/checks/claims.rs",
    "src/verify/checks/files.rs",
    "src/verify/checks/signatures.rs",
];

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

#[test]
fn the_list_of_crates_is_the_real_one_with_a_reason_for_each() {
    let tree = Command::new(env!("CARGO"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["tree", "--offline", "--locked", "--no-default-features", "--prefix", "none"])
        .args(["--edges", "normal,build", "--target", "x86_64-unknown-linux-gnu", "--format", "{p}"])
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap();
    let name = |line: &str| line.split_whitespace().next().map(str::to_owned);
    let real: BTreeSet<String> = tree.lines().filter_map(name).filter(|name| name != "trustbook").collect();

    let text = read("docs/verifier-dependencies.txt");
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let listed: BTreeSet<String> = lines.iter().copied().filter_map(name).collect();
    assert_eq!(listed, real);
    assert_eq!(lines.len(), listed.len(), "a crate is listed twice");
    assert!(lines.is_sorted());
    for line in lines {
        assert!(line.split_whitespace().count() >= 4, "no reason for `{line}`");
    }
    assert!(real.len() <= MAX_CRATES, "{} crates, at most {MAX_CRATES}", real.len());
}

/// Lines of code by file: without tests, blank lines and comments.
fn lines_of_code(folder: &Path, out: &mut BTreeMap<String, usize>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            lines_of_code(&path, out);
        } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs") {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            let counts = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with("//");
            let name =
                path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_string_lossy().replace('\\', "/");
            out.insert(name, code.lines().filter(counts).count());
        }
    }
}

#[test]
fn the_verifier_can_be_read_in_an_hour() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut lines = BTreeMap::new();
    lines_of_code(&root.join("src/bundle"), &mut lines);
    lines_of_code(&root.join("src/verify"), &mut lines);
    let binary = read("src/bin/trustbook-verify.rs");
    lines.insert("src/bin/trustbook-verify.rs".to_owned(), binary.lines().count());
    let is_added = |path: &&String| ADDED.contains(&path.as_str());
    let added: usize = lines.iter().filter(|(path, _)| is_added(path)).map(|(_, count)| count).sum();
    let all = lines.values().sum::<usize>() - added;
    assert!(all <= MAX_LINES, "{all} lines, at most {MAX_LINES}: {lines:#?}");
    assert!(
        added <= MAX_ADDED_LINES,
        "{added} lines for keys and log, at most {MAX_ADDED_LINES}: {lines:#?}"
    );
    let is_core = |path: &&String| CORE.iter().any(|start| path.starts_with(start));
    let core: usize = lines.iter().filter(|(path, _)| is_core(path)).map(|(_, count)| count).sum();
    assert!(core <= MAX_CORE_LINES, "{core} lines of the core, at most {MAX_CORE_LINES}: {lines:#?}");
    for start in CORE {
        assert!(lines.keys().any(|path| path.starts_with(start)), "nothing at {start}");
    }
}

/// Whoever audits the verifier need not read how archives are made.
#[test]
fn the_verifier_is_built_without_what_makes_archives() {
    let library = read("src/lib.rs");
    for room in ["pack", "sign", "publish", "model"] {
        assert!(library.contains(&format!("#[cfg(feature = \"build\")]\npub mod {room};")), "{room}");
    }
}
