//! The conformance suite in `tests/vectors/`: every case is made here, lies there, and is run through the verifier as it lies there.
//!
//! `TRUSTBOOK_WRITE_VECTORS=1` writes what is made. `tests/vectors/README.md` says how another implementation runs them.

mod build;
mod container;
mod contents;
mod keys_and_log;
mod signatures;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use trustbook::bundle::time::Timestamp;
use trustbook::verify::CHECKS;

use crate::conformance::build::Case;
use crate::project::Folder;
use crate::project::tree;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

fn cases() -> Vec<Case> {
    let mut cases = signatures::cases();
    cases.extend(container::cases());
    cases.extend(contents::cases());
    cases.extend(keys_and_log::cases());
    cases.sort_by_key(Case::folder);
    cases
}

/// `args` of a case in its folder; exit code and the first check that failed, or was not checked where none failed.
fn answer(base: &Path, args: &str) -> (u8, String) {
    let is_path = |arg: &str| base.join(arg).exists();
    let arg = |arg: &str| if is_path(arg) { base.join(arg).into_os_string() } else { OsString::from(arg) };
    let args = args.split(' ').map(arg).chain(["--format".into(), "json".into()]);
    let now = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = trustbook::verify::run(args, now, &mut out, &mut err);
    let report: serde_json::Value = serde_json::from_slice(&out).unwrap();
    let first = |wanted: &str| {
        let checks = report["checks"].as_array().map(Vec::as_slice).unwrap_or_default();
        let found = checks.iter().find(|check| check["outcome"] == wanted)?;
        Some(found["check"].as_str()?.to_owned())
    };
    let check = first("failed").or_else(|| first("not-checked")).unwrap_or_else(|| "-".to_owned());
    (code, check)
}

#[test]
#[expect(clippy::disallowed_methods, reason = "writing is asked for by the environment")]
fn every_vector_lies_as_it_is_made_and_is_answered_as_it_says() {
    let cases = cases();
    let mut expected: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut index = String::new();
    for case in &cases {
        for (name, bytes) in &case.files {
            expected.insert(format!("{}/{name}", case.folder()), bytes.clone());
        }
        assert!(expected.insert(format!("{}/case.txt", case.folder()), case.text().into_bytes()).is_none());
        index += &format!("{}\t{}\t{}\t{}\n", case.folder(), case.exit, case.check, case.args);
    }
    expected.insert("index.tsv".to_owned(), index.into_bytes());
    if std::env::var_os("TRUSTBOOK_WRITE_VECTORS").is_some() {
        for name in tree(&folder()).keys().filter(|name| name.contains('/') || *name == "index.tsv") {
            fs::remove_file(folder().join(name)).unwrap();
        }
        write(&folder(), &expected);
    }
    let mut found = tree(&folder());
    found.retain(|name, _| !["README.md", "run.sh"].contains(&name.as_str()));
    let names = |map: &BTreeMap<String, Vec<u8>>| map.keys().cloned().collect::<BTreeSet<_>>();
    let odd: Vec<_> = names(&found).symmetric_difference(&names(&expected)).cloned().collect();
    assert!(odd.is_empty(), "made or lying there, not both: {odd:?}");
    let other: Vec<_> =
        expected.iter().filter(|(name, bytes)| found[*name] != **bytes).map(|(name, _)| name).collect();
    assert!(other.is_empty(), "other bytes are made: {other:?}");

    // A verifier may write its state: never into the suite.
    let copy = Folder::new("vectors");
    write(copy.path(), &expected);
    let mut wrong = String::new();
    for case in &cases {
        let (exit, check) = answer(&copy.path().join(case.folder()), &case.args);
        if (exit, check.as_str()) != (case.exit, case.check) {
            wrong += &format!(
                "{}: exit {exit} check {check}, expected {} {}\n",
                case.folder(),
                case.exit,
                case.check
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(cases.len() >= 120, "{}", cases.len());
    let seen: BTreeSet<&str> = cases.iter().map(|case| case.check).collect();
    for check in CHECKS.iter().filter(|check| check.id != "state") {
        assert!(seen.contains(check.id), "no vector fails {}", check.id);
    }
}

fn write(folder: &Path, files: &BTreeMap<String, Vec<u8>>) {
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}
