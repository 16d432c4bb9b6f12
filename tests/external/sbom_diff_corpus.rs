//! Comparing bills of materials: version orders and whole pairs, against what an independent reader expects.

use std::cmp::Ordering;
use std::path::Path;

use libtest_mimic::Trial;
use serde_json::Value;
use trustbook::diff::sbom::Bill;
use trustbook::diff::sbom::compare;
use trustbook::diff::sbom::json;
use trustbook::diff::versions;
use trustbook::load::sbom_file;

use crate::needs::Outcome;
use crate::needs::with_corpus;

/// The trials of this area.
pub(crate) fn trials() -> Vec<Trial> {
    vec![
        with_corpus("sbom diff: every version of the table has its place", "evidence", order),
        with_corpus("sbom diff: pairs differ as an independent reader says", "evidence", pairs),
    ]
}

fn fails_on(wrong: &[String]) -> Outcome {
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

fn order(corpus: &Path) -> Outcome {
    let table = std::fs::read_to_string(corpus.join("version-order.tsv"))?;
    let mut wrong = Vec::new();
    let mut compared = 0;
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [ecosystem, low, high] = cells.as_slice() else {
            wrong.push(format!("not three cells: {line}"));
            continue;
        };
        let (low, expected) = match low.strip_prefix('=') {
            Some(low) => (low, Ordering::Equal),
            None => (*low, Ordering::Less),
        };
        compared += 1;
        let found = versions::order(Some(ecosystem), low, high);
        let back = versions::order(Some(ecosystem), high, low);
        if found != Some(expected) || back != Some(expected.reverse()) {
            wrong.push(format!("{ecosystem}: {low} and {high}: {found:?}, and back {back:?}"));
        }
    }
    if compared < 40 {
        wrong.push(format!("only {compared} pairs of versions"));
    }
    fails_on(&wrong)
}

fn pairs(corpus: &Path) -> Outcome {
    let oracle: Vec<Value> = serde_json::from_slice(&std::fs::read(corpus.join("dev.diff.expect.json"))?)?;
    let mut wrong = Vec::new();
    for expected in &oracle {
        let (Some(old), Some(new)) = (expected["old"].as_str(), expected["new"].as_str()) else {
            wrong.push("a pair without names".to_owned());
            continue;
        };
        let read = |name: &str| sbom_file(&corpus.join(name)).sbom.ok_or(format!("{name} is not read"));
        let (was, now) = (read(old)?, read(new)?);
        let found = json(&compare(&Bill::of(&was), old, &Bill::of(&now), new))?;
        for (field, value) in expected.as_object().into_iter().flatten() {
            if found[field] != *value {
                wrong.push(format!("{old} and {new}: {field} is {}, expected {value}", found[field]));
            }
        }
    }
    if oracle.len() < 4 {
        wrong.push(format!("only {} pairs", oracle.len()));
    }
    fails_on(&wrong)
}
