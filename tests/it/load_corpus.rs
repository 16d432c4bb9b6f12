//! Counts and verdicts against an independent reader's, on real and hostile files. Needs `TRUSTBOOK_CORPUS`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use trustbook::load::inspect;

fn corpus() -> Option<PathBuf> {
    let found = std::env::var_os("TRUSTBOOK_CORPUS").map(|path| PathBuf::from(path).join("evidence"));
    if found.is_none() {
        println!("skipped: TRUSTBOOK_CORPUS is not set");
    }
    found
}

/// Formats that are kept as attachments.
const NOT_READ: [&str; 6] = [
    "xml-named-json.json",
    "doctype-harmless.xml",
    "prefixed-namespace.xml",
    "yaml-norway.yaml",
    "cr-only.spdx",
    "spdx3-no-graph.json",
];

/// Where we know better than the oracle: half a surrogate pair is refused, a `specVersion` must be a text, creators of
/// SPDX 2 are texts, and a licence without any field is none.
const DIFFER: [&str; 5] = [
    "hostile/lone-surrogate.cdx.json",
    "hostile/specversion-number.cdx.json",
    "spdx3/example7-bin.spdx.json",
    "spdx3/example7-golang.spdx.json",
    "cyclonedx-spec/1.6/invalid-license-missing-id-and-name-1.6.json",
];

/// Whether this build reads what the oracle says the file is.
fn is_read(expected: &Value) -> bool {
    let encoding = expected["encoding"].as_str();
    match expected["type"].as_str() {
        Some("cyclonedx") => encoding == Some("json"),
        Some("spdx2") => matches!(encoding, Some("json" | "yaml")),
        Some("junit" | "openvex" | "chaostoolkit-journal") => true,
        _ => false,
    }
}

#[test]
fn counts_agree_with_an_independent_reader() {
    let Some(corpus) = corpus() else { return };
    let oracle: BTreeMap<String, Value> =
        serde_json::from_slice(&fs::read(corpus.join("dev.expect.json")).unwrap()).unwrap();
    let mut wrong = Vec::new();
    let mut compared = 0;
    for (path, expected) in
        oracle.iter().filter(|(path, expected)| is_read(expected) && !DIFFER.contains(&path.as_str()))
    {
        let inspection = inspect(&[corpus.join(path)]);
        let file = &inspection.report["files"][0];
        let Some(facts) = file["facts"].as_object().filter(|_| file["usable"] == true) else {
            wrong.push(format!("{path}: not usable: {}", file["findings"][0]["message"]));
            continue;
        };
        compared += 1;
        for (key, value) in facts {
            if let Some(expected) = expected.get(key)
                && expected != value
            {
                wrong.push(format!("{path}: {key} is {value}, expected {expected}"));
            }
        }
    }
    println!("{compared} files compared");
    assert!(wrong.is_empty(), "{} wrong of {compared}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn hostile_files_are_handled_as_listed() {
    let Some(corpus) = corpus() else { return };
    let table = fs::read_to_string(corpus.join("hostile/EXPECT.tsv")).unwrap();
    let mut wrong = Vec::new();
    for line in table.lines().skip(1) {
        let mut cells = line.split('\t');
        let (Some(name), Some(expected)) = (cells.next(), cells.next()) else { continue };
        if NOT_READ.contains(&name) {
            continue;
        }
        let inspection = inspect(&[corpus.join("hostile").join(name)]);
        let file = &inspection.report["files"][0];
        let read = file["usable"] == true && file["format"] != "attachment";
        let fine = match expected {
            "accept" => read,
            "accept-warn" => read,
            "reject" => !read,
            _ => true,
        };
        if !fine {
            wrong.push(format!(
                "{name}: expected {expected}, got {} usable {} {:?}",
                file["format"], file["usable"], file["findings"]
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_file_of_the_corpus_is_claimed_twice_or_brings_anything_down() {
    let Some(corpus) = corpus() else { return };
    let inspection = inspect(&[corpus]);
    let ambiguous: Vec<String> = inspection
        .findings
        .iter()
        .filter(|finding| finding.code == "ambiguous-format")
        .map(|finding| format!("{:?} {}", finding.place, finding.message))
        .collect();
    assert!(ambiguous.is_empty(), "{}", ambiguous.join("\n"));
    println!("{} files", inspection.report["files"].as_array().map_or(0, Vec::len));
}
