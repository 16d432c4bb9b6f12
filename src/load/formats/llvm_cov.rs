//! llvm-cov's JSON export: counts by file and in total. Its percentages are not read.

use std::collections::BTreeMap;

use serde_json::json;

use super::Format;
use super::Input;
use super::Read;
use super::coverage_parts::read_of;
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
    id: "llvm-cov",
    title: "an llvm-cov export",
    media_type: "application/json",
    kind: EvidenceKind::Coverage,
    docs: "**What it reads.** JSON whose `type` is `llvm.coverage.json.export`, also as `cargo llvm-cov --json` writes it.\n\n\
           **Traps.** `version` is that of the export, not of the tool. It says 0 % or 100 % where there is nothing to cover, \
           depending on the tool's version; only counts are read. It does not say when it was made. One function compiled twice \
           is one function here, and two instantiations, which are not read.\n\n\
           **Source.** <https://llvm.org/docs/CommandGuide/llvm-cov.html>.",
    detect: |input| input.text_of("type") == Some("llvm.coverage.json.export"),
    read,
};

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, ROW.title) };
    let reader = Reader::new(input.path, input.text, document);
    let Some(root) = reader.map(reader.root(), &["type", "version", "data", "cargo_llvm_cov"]) else {
        return not_this(input, ROW.title);
    };
    let mut files: BTreeMap<String, BTreeMap<Measure, Covered>> = BTreeMap::new();
    let mut totals: BTreeMap<Measure, Covered> = BTreeMap::new();
    let data = root.maps("data", &["files", "functions", "totals"]);
    for export in &data {
        for file in export
            .maps("files", &["filename", "summary", "segments", "branches", "expansions", "mcdc_records"])
        {
            let counts = files.entry(file.text("filename").unwrap_or_default().to_owned()).or_default();
            add(counts, file.get("summary"));
        }
        add(&mut totals, export.get("totals"));
    }
    if data.is_empty() {
        reader.error(root.node(), "nothing-read", "an export without `data`", "make the export again");
    }
    let mut coverage = Coverage::of_files(files);
    for (measure, covered) in totals {
        coverage = coverage.summary(measure, covered);
    }
    let wrapped = root.get("cargo_llvm_cov").and_then(|node| node.text_of("version"));
    coverage.tool = Some(match wrapped {
        Some(version) => format!("cargo-llvm-cov {version}"),
        None => "llvm-cov".to_owned(),
    });
    let of = |measure| coverage.measures.get(&measure).copied().unwrap_or_default();
    let facts = [
        ("type", json!("llvm-cov")),
        ("files", json!(coverage.file_count)),
        ("lines_covered", json!(of(Measure::Lines).covered)),
        ("lines_valid", json!(of(Measure::Lines).total)),
        ("functions_covered", json!(of(Measure::Functions).covered)),
        ("functions_valid", json!(of(Measure::Functions).total)),
    ];
    let facts = facts.into_iter().collect();
    let version = root.owned("version");
    finish(input, reader, coverage, version, facts)
}

/// The record, with what the reader noticed.
pub(super) fn finish(
    input: &Input<'_>,
    reader: Reader<'_>,
    coverage: Coverage,
    version: Option<String>,
    facts: BTreeMap<&'static str, serde_json::Value>,
) -> Checked<Read> {
    let (failed, unknown_fields) = (reader.failed(), reader.unknown_fields());
    let mut checked = read_of(input, coverage, version, facts);
    checked.findings.splice(0..0, reader.findings());
    checked.value = checked.value.filter(|_| !failed).map(|read| Read { unknown_fields, ..read });
    checked
}

fn add(counts: &mut BTreeMap<Measure, Covered>, summary: Option<&Node<'_>>) {
    for (measure, key) in [
        (Measure::Lines, "lines"),
        (Measure::Branches, "branches"),
        (Measure::Functions, "functions"),
        (Measure::Regions, "regions"),
    ] {
        let Some(node) = summary.and_then(|summary| summary.get(key)) else { continue };
        if let (Some(covered), Some(total)) = (count(node.get("covered")), count(node.get("count"))) {
            counts.entry(measure).or_default().add(Covered { covered, total });
        }
    }
}

/// A count.
pub(super) fn count(node: Option<&Node<'_>>) -> Option<u64> {
    match &node?.data {
        Data::Number(raw) => raw.parse().ok(),
        _ => None,
    }
}
