//! Evidence readers on real and hostile files: counts and verdicts against those of an independent reader.

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

use libtest_mimic::Trial;
use serde_json::Value;
use trustbook::load::inspect;

use crate::needs::Outcome;
use crate::needs::with;

/// Formats that are kept as attachments.
const NOT_READ: [&str; 2] = ["doctype-harmless.xml", "yaml-norway.yaml"];

/// Where we differ from the oracle on purpose: half a surrogate pair is refused, a `specVersion` must be a text, a number
/// beyond 64 bits is shown as written, the version of a namespace is what is written there, a `<text>` must end, and SPDX in RDF says its version.
const DIFFER: [&str; 7] = [
    "hostile/lone-surrogate.cdx.json",
    "hostile/specversion-number.cdx.json",
    "hostile/numbers.cdx.json",
    "hostile/unclosed-text.spdx",
    "cyclonedx-spec/1.2/invalid-namespace-1.2.xml",
    "spdx-tools/file_without_spdx_ids.xml",
    "spdx-tools/invalid_creation_info.rdf.xml",
];

/// Types of which every field of the oracle is told.
const WHOLE: [&str; 7] = ["cyclonedx", "spdx2", "spdx3", "junit", "openvex", "csaf", "chaostoolkit-journal"];

/// A check of the corpus at a path.
type Check = fn(&Path) -> Outcome;

/// The trials of this area.
pub(crate) fn trials() -> Vec<Trial> {
    let checks: [(&str, Check); 3] = [
        ("evidence: counts agree with an independent reader", counts),
        ("evidence: hostile files are handled as listed", hostile),
        ("evidence: no file is claimed twice", claims),
    ];
    let trial = |(name, check): (&str, Check)| {
        let found = corpus().filter(|path| path.is_dir());
        let missing = found.is_none().then(|| "no evidence in TRUSTBOOK_CORPUS".to_owned());
        with("corpus", name, missing, move || check(&found.ok_or("not there")?))
    };
    checks.into_iter().map(trial).collect()
}

#[expect(clippy::disallowed_methods, reason = "the corpus is found through the environment")]
fn corpus() -> Option<PathBuf> {
    std::env::var_os("TRUSTBOOK_CORPUS").map(|root| PathBuf::from(root).join("evidence"))
}

/// Whether this build reads what the oracle says the file is.
fn is_read(expected: &Value) -> bool {
    let sboms = ["cyclonedx", "spdx2", "spdx3", "openvex", "csaf"];
    let results =
        ["junit", "chaostoolkit-journal", "sarif", "trivy", "grype", "scorecard", "lcov", "cobertura"];
    expected["type"].as_str().is_some_and(|kind| sboms.contains(&kind) || results.contains(&kind))
}

fn fails_on(wrong: &[String]) -> Outcome {
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

fn counts(corpus: &Path) -> Outcome {
    let oracle: BTreeMap<String, Value> =
        serde_json::from_slice(&std::fs::read(corpus.join("dev.expect.json"))?)?;
    let mut wrong = Vec::new();
    let mut compared = 0;
    for (path, expected) in
        oracle.iter().filter(|(path, one)| is_read(one) && !DIFFER.contains(&path.as_str()))
    {
        let inspection = inspect(&[corpus.join(path)]);
        let file = &inspection.report["files"][0];
        let Some(facts) = file["facts"].as_object().filter(|_| file["usable"] == true) else {
            wrong.push(format!("{path}: not usable: {}", file["findings"][0]["message"]));
            continue;
        };
        compared += 1;
        if WHOLE.contains(&expected["type"].as_str().unwrap_or_default()) {
            for key in expected.as_object().into_iter().flatten().map(|(key, _)| key) {
                if !matches!(key.as_str(), "type" | "note") && !facts.contains_key(key) {
                    wrong.push(format!("{path}: {key} is not told"));
                }
            }
        }
        for (key, value) in facts {
            if let Some(expected) = expected.get(key)
                && expected != value
            {
                wrong.push(format!("{path}: {key} is {value}, expected {expected}"));
            }
        }
    }
    if compared < 400 {
        wrong.push(format!("only {compared} files compared"));
    }
    fails_on(&wrong)
}

fn hostile(corpus: &Path) -> Outcome {
    let table = std::fs::read_to_string(corpus.join("hostile/EXPECT.tsv"))?;
    let mut wrong = Vec::new();
    for line in table.lines().skip(1) {
        let mut cells = line.split('\t');
        let (Some(name), Some(expected)) = (cells.next(), cells.next()) else { continue };
        let inspection = inspect(&[corpus.join("hostile").join(name)]);
        let file = &inspection.report["files"][0];
        let read = file["usable"] == true && file["format"] != "attachment";
        let fine = match expected {
            "accept" | "accept-warn" => read || NOT_READ.contains(&name),
            "reject" => !read,
            _ => true,
        };
        if !fine {
            wrong.push(format!("{name}: expected {expected}, got {} {}", file["format"], file["findings"]));
        }
    }
    fails_on(&wrong)
}

fn claims(corpus: &Path) -> Outcome {
    let inspection = inspect(&[corpus.to_path_buf()]);
    let mut wrong: Vec<String> = inspection
        .findings
        .iter()
        .filter(|finding| finding.code == "ambiguous-format")
        .map(|finding| format!("{:?} {}", finding.place, finding.message))
        .collect();
    let files = inspection.report["files"].as_array().map_or(0, Vec::len);
    if files < 1000 {
        wrong.push(format!("only {files} files"));
    }
    fails_on(&wrong)
}
