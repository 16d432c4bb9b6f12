//! JaCoCo's XML: counters of missed and covered at every level, of which the source files and the whole are read.

use std::collections::BTreeMap;

use serde_json::json;

use super::Form;
use super::Format;
use super::Input;
use super::Read;
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
    id: "jacoco-xml",
    title: "a JaCoCo report",
    media_type: "application/xml",
    kind: EvidenceKind::Coverage,
    docs: "**What it reads.** XML with the root `report` that holds `counter` elements.\n\n\
           **Traps.** Counters stand at every level and add up upwards: only those of the source files and of the whole are read. \
           Files without debug information have no line counters. The time is that of the last session. Complexity is no coverage \
           and is not read.\n\n\
           **Source.** <https://www.jacoco.org/jacoco/trunk/coverage/report.dtd>.",
    detect: |input| {
        matches!(&input.form, Form::Xml { name, .. } if name == "report")
            && input.text.contains("<counter ")
            && input.text.contains("missed=")
    },
    read,
};

fn read(input: &Input<'_>) -> Checked<Read> {
    let mut open: Vec<String> = Vec::new();
    let mut package = String::new();
    let mut file = String::new();
    let mut name = None;
    let mut latest: Option<String> = None;
    let mut files: BTreeMap<String, BTreeMap<Measure, Covered>> = BTreeMap::new();
    let mut whole: BTreeMap<Measure, Covered> = BTreeMap::new();
    let parsed = xml::read(input.text, |token, _| match token {
        Token::Start(element, attributes) => {
            let named = attribute(&attributes, "name").unwrap_or_default();
            match element.as_str() {
                "report" if open.is_empty() => name = Some(named.to_owned()),
                "package" => named.clone_into(&mut package),
                "sourcefile" => {
                    file = if package.is_empty() { named.to_owned() } else { format!("{package}/{named}") };
                    files.entry(file.clone()).or_default();
                }
                "sessioninfo" => {
                    let dump = attribute(&attributes, "dump").map(str::to_owned);
                    latest = latest.take().max(dump);
                }
                "counter" => {
                    let counts = match open.last().map(String::as_str) {
                        Some("report") => Some(&mut whole),
                        Some("sourcefile") => files.get_mut(&file),
                        _ => None,
                    };
                    if let (Some(counts), Some((measure, covered))) = (counts, counter(&attributes)) {
                        counts.entry(measure).or_default().add(covered);
                    }
                }
                _ => {}
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
    coverage.tool = Some("JaCoCo".to_owned());
    coverage.timestamp = latest.as_deref().and_then(epoch);
    let of = |measure| coverage.measures.get(&measure).copied().unwrap_or_default();
    let facts = [
        ("type", json!("jacoco")),
        ("name", json!(name)),
        ("files", json!(coverage.file_count)),
        ("lines_covered", json!(of(Measure::Lines).covered)),
        ("lines_valid", json!(of(Measure::Lines).total)),
        ("branches_covered", json!(of(Measure::Branches).covered)),
        ("branches_valid", json!(of(Measure::Branches).total)),
    ];
    let facts = facts.into_iter().collect();
    read_of(input, coverage, None, facts)
}

fn counter(attributes: &[(String, String)]) -> Option<(Measure, Covered)> {
    let measure = match attribute(attributes, "type")? {
        "LINE" => Measure::Lines,
        "BRANCH" => Measure::Branches,
        "METHOD" => Measure::Functions,
        "INSTRUCTION" => Measure::Instructions,
        _ => return None,
    };
    let covered = number(attributes, "covered")?;
    let missed = number(attributes, "missed")?;
    Some((measure, Covered { covered, total: covered.saturating_add(missed) }))
}
