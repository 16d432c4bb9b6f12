//! Clover's XML, as Clover, Istanbul and PHPUnit write it: `metrics` by file and of the whole.

use std::collections::BTreeMap;

use serde_json::json;

use super::Form;
use super::Format;
use super::Input;
use super::Read;
use super::cobertura::root_has;
use super::coverage_parts::attribute;
use super::coverage_parts::epoch;
use super::coverage_parts::number;
use super::coverage_parts::read_of;
use crate::load::text::xml;
use crate::load::text::xml::Token;
use crate::model::coverage::Coverage;
use crate::model::coverage::Covered;
use crate::model::coverage::Measure;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;

/// The row.
pub(super) const ROW: Format = Format {
    id: "clover-xml",
    title: "a Clover report",
    media_type: "application/xml",
    kind: EvidenceKind::Coverage,
    docs: "**What it reads.** XML with the root `coverage` that has `generated` and no `line-rate`.\n\n\
           **Traps.** `metrics` stand at every level: only those of files and of the project are read, and the tests' own project \
           (`testproject`) is not. `elements` adds up different things and is not read. Some tools nest packages inside the \
           project's metrics, others beside them.\n\n\
           **Source.** <https://bitbucket.org/atlassian/clover/raw/master/etc/schema/clover.xsd>.",
    detect: |input| {
        matches!(&input.form, Form::Xml { name, .. } if name == "coverage")
            && root_has(input, "generated")
            && !root_has(input, "line-rate")
    },
    read,
};

fn read(input: &Input<'_>) -> Checked<Read> {
    let mut open: Vec<String> = Vec::new();
    let mut root: Vec<(String, String)> = Vec::new();
    let mut file = String::new();
    let mut files: BTreeMap<String, BTreeMap<Measure, Covered>> = BTreeMap::new();
    let mut whole: BTreeMap<Measure, Covered> = BTreeMap::new();
    let parsed = xml::read(input.text, |token, _| match token {
        Token::Start(element, attributes) => {
            let of_tests = open.iter().any(|name| name == "testproject");
            match element.as_str() {
                "file" if !of_tests => {
                    let path = attribute(&attributes, "path").or_else(|| attribute(&attributes, "name"));
                    path.unwrap_or_default().clone_into(&mut file);
                    files.entry(file.clone()).or_default();
                }
                "metrics" if !of_tests => {
                    let counts = match open.last().map(String::as_str) {
                        Some("project") => Some(&mut whole),
                        Some("file") => files.get_mut(&file),
                        _ => None,
                    };
                    if let Some(counts) = counts {
                        metrics(counts, &attributes);
                    }
                }
                _ => {}
            }
            if open.is_empty() {
                root = attributes;
            }
            open.push(element);
        }
        Token::End => {
            open.pop();
        }
        #[allow(unreachable_patterns, reason = "text, where the reader hands it out")]
        _ => {}
    });
    if let Err(syntax) = parsed {
        return Checked::refused(syntax.finding(input.path, input.text));
    }
    let mut coverage = Coverage::of_files(files);
    for (measure, covered) in whole {
        coverage = coverage.summary(measure, covered);
    }
    coverage.timestamp = attribute(&root, "generated").and_then(epoch);
    let of = |measure| coverage.measures.get(&measure).copied().unwrap_or_default();
    let facts = [
        ("type", json!("clover")),
        ("files", json!(coverage.file_count)),
        ("statements_covered", json!(of(Measure::Statements).covered)),
        ("statements_valid", json!(of(Measure::Statements).total)),
    ];
    let facts = facts.into_iter().collect();
    let version = attribute(&root, "clover").map(str::to_owned);
    read_of(input, coverage, version, facts)
}

fn metrics(counts: &mut BTreeMap<Measure, Covered>, attributes: &[(String, String)]) {
    for (measure, total, covered) in [
        (Measure::Statements, "statements", "coveredstatements"),
        (Measure::Branches, "conditionals", "coveredconditionals"),
        (Measure::Functions, "methods", "coveredmethods"),
    ] {
        if let (Some(total), Some(covered)) = (number(attributes, total), number(attributes, covered)) {
            counts.entry(measure).or_default().add(Covered { covered, total });
        }
    }
}
