//! Codecov's custom coverage JSON: for each file its lines, each with hits or with `covered/total`.

use std::collections::BTreeMap;

use serde_json::json;

use super::Format;
use super::Input;
use super::Read;
use super::llvm_cov::finish;
use super::not_this;
use crate::load::text::node::Data;
use crate::load::text::node::Node;
use crate::load::text::reader::Reader;
use crate::model::coverage::Coverage;
use crate::model::coverage::Covered;
use crate::model::coverage::Measure;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;

/// The row.
pub(super) const ROW: Format = Format {
    id: "codecov-json",
    title: "a Codecov coverage file",
    media_type: "application/json",
    kind: EvidenceKind::Coverage,
    docs: "**What it reads.** JSON with the one key `coverage`: files, each with its lines.\n\n\
           **Traps.** A line is a number of hits, `true` for partly, or `covered/total`; null is no line of code. A line that is \
           partly covered counts as reached. It says neither tool nor time.\n\n\
           **Source.** <https://docs.codecov.com/docs/codecov-custom-coverage-format>.",
    detect: |input| {
        let Some(entries) = input.root().and_then(Node::map) else { return false };
        let [only] = entries else { return false };
        only.key == "coverage"
            && only.value.map().is_some_and(|files| {
                !files.is_empty()
                    && files.iter().all(|file| file.value.map().is_some() || file.value.list().is_some())
            })
    },
    read,
};

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, ROW.title) };
    let reader = Reader::new(input.path, input.text, document);
    let mut files: BTreeMap<String, BTreeMap<Measure, Covered>> = BTreeMap::new();
    for file in reader.root().get("coverage").and_then(Node::map).unwrap_or(&[]) {
        let mut counted = Covered::default();
        let lines: Vec<&Node<'_>> = match &file.value.data {
            Data::Map(entries) => entries.iter().map(|entry| &entry.value).collect(),
            // the first element stands for line 0, which there is not
            Data::List(list) => list.iter().skip(1).collect(),
            _ => Vec::new(),
        };
        for line in lines {
            match reached(line) {
                Some(reached) => counted.one(reached),
                None if line.data == Data::Null => {}
                None => reader.warn(line, "wrong-type", "neither hits nor `covered/total`; not counted"),
            }
        }
        files.insert(file.key.to_string(), BTreeMap::from([(Measure::Lines, counted)]));
    }
    let coverage = Coverage::of_files(files);
    let lines = coverage.measures.get(&Measure::Lines).copied().unwrap_or_default();
    let facts = [
        ("type", json!("codecov")),
        ("files", json!(coverage.file_count)),
        ("lines_covered", json!(lines.covered)),
        ("lines_valid", json!(lines.total)),
    ];
    let facts = facts.into_iter().collect();
    finish(input, reader, coverage, None, facts)
}

fn reached(line: &Node<'_>) -> Option<bool> {
    match &line.data {
        Data::Number(hits) => hits.parse::<f64>().ok().map(|hits| hits > 0.0),
        Data::Bool(partly) => Some(*partly),
        Data::Text(text) => {
            let (covered, total) = text.split_once('/')?;
            let (covered, _): (u64, u64) = (covered.trim().parse().ok()?, total.trim().parse().ok()?);
            Some(covered > 0)
        }
        _ => None,
    }
}
