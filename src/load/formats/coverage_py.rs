//! coverage.py's JSON report: statements and branches by file and in total.

use std::collections::BTreeMap;

use serde_json::json;

use super::Format;
use super::Input;
use super::Read;
use super::llvm_cov::count;
use super::llvm_cov::finish;
use super::not_this;
use crate::load::text::node::Node;
use crate::load::text::reader::Reader;
use crate::model::coverage::Coverage;
use crate::model::coverage::Covered;
use crate::model::coverage::Measure;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::time::Instant;

/// The row.
pub(super) const ROW: Format = Format {
    id: "coverage-py",
    title: "a coverage.py report",
    media_type: "application/json",
    kind: EvidenceKind::Coverage,
    docs: "**What it reads.** JSON with `meta`, `files` and `totals.percent_covered`.\n\n\
           **Traps.** `percent_covered` mixes statements and branches; counts are read instead. Lines that were excluded by a \
           comment are not in the total. The time has no offset and names no instant, so the evidence index has to say when.\n\n\
           **Source.** <https://coverage.readthedocs.io/en/latest/cmd.html>.",
    detect: |input| {
        input.has_keys(&["meta", "files"])
            && input
                .root()
                .and_then(|root| root.get("totals"))
                .is_some_and(|totals| totals.has("percent_covered") && totals.has("num_statements"))
    },
    read,
};

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, ROW.title) };
    let reader = Reader::new(input.path, input.text, document);
    let Some(root) = reader.map(reader.root(), &["meta", "files", "totals"]) else {
        return not_this(input, ROW.title);
    };
    let mut files: BTreeMap<String, BTreeMap<Measure, Covered>> = BTreeMap::new();
    for entry in root.get("files").and_then(Node::map).unwrap_or(&[]) {
        if let Some(summary) = entry.value.get("summary") {
            files.insert(entry.key.to_string(), counts(summary));
        }
    }
    let mut coverage = Coverage::of_files(files);
    for (measure, covered) in root.get("totals").map(counts).unwrap_or_default() {
        coverage = coverage.summary(measure, covered);
    }
    let meta = root.get("meta");
    let version = meta.and_then(|meta| meta.text_of("version"));
    coverage.tool = Some(match version {
        Some(version) => format!("coverage.py {version}"),
        None => "coverage.py".to_owned(),
    });
    if let Some(node) = meta.and_then(|meta| meta.get("timestamp"))
        && let Some(text) = node.text()
    {
        match Instant::parse(text) {
            Ok(instant) => coverage.timestamp = Some(instant),
            Err(_) => {
                let message = format!("`{}` has no offset, so it names no instant", text.escape_debug());
                reader.note(node, "unusable-time", message);
            }
        }
    }
    let of = |measure| coverage.measures.get(&measure).copied().unwrap_or_default();
    let facts = [
        ("type", json!("coverage.py")),
        ("files", json!(coverage.file_count)),
        ("lines_covered", json!(of(Measure::Lines).covered)),
        ("lines_valid", json!(of(Measure::Lines).total)),
        ("branches_covered", json!(of(Measure::Branches).covered)),
        ("branches_valid", json!(of(Measure::Branches).total)),
    ];
    let facts = facts.into_iter().collect();
    let format = meta.and_then(|meta| count(meta.get("format"))).map(|format| format.to_string());
    finish(input, reader, coverage, format, facts)
}

fn counts(summary: &Node<'_>) -> BTreeMap<Measure, Covered> {
    let mut out = BTreeMap::new();
    for (measure, covered, total) in [
        (Measure::Lines, "covered_lines", "num_statements"),
        (Measure::Branches, "covered_branches", "num_branches"),
    ] {
        if let (Some(covered), Some(total)) = (count(summary.get(covered)), count(summary.get(total))) {
            out.insert(measure, Covered { covered, total });
        }
    }
    out
}
