//! Cobertura XML, as many tools write it. Lines are counted by file; the attributes of the root are compared.

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
    id: "cobertura-xml",
    title: "a Cobertura report",
    media_type: "application/xml",
    kind: EvidenceKind::Coverage,
    docs: "**What it reads.** XML with the root `coverage` that has `line-rate`.\n\n\
           **Traps.** `lines-valid` may be missing, so lines are counted: each line of a file once, also where methods and several \
           classes repeat it, and reached if it was reached once. Branches are the `(covered/total)` of `condition-coverage`. The \
           time is in seconds or milliseconds. A rate is never used: it hides how many lines there are.\n\n\
           **Source.** <https://github.com/cobertura/web/blob/master/htdocs/xml/coverage-04.dtd>.",
    detect: |input| {
        matches!(&input.form, Form::Xml { name, .. } if name == "coverage") && root_has(input, "line-rate")
    },
    read,
};

/// Whether the root element has an attribute.
pub(super) fn root_has(input: &Input<'_>, key: &str) -> bool {
    let mut found = None;
    let parsed = xml::read(input.text, |token, _| {
        if let (Token::Start(_, attributes), None) = (&token, found) {
            found = Some(attribute(attributes, key).is_some());
        }
    });
    parsed.is_ok() && found == Some(true)
}

#[derive(Default)]
struct Lines {
    hits: BTreeMap<String, bool>,
    /// By line: reached and in all.
    branches: BTreeMap<String, Covered>,
}

fn read(input: &Input<'_>) -> Checked<Read> {
    let mut root: Vec<(String, String)> = Vec::new();
    let mut files: BTreeMap<String, Lines> = BTreeMap::new();
    let mut open: Vec<String> = Vec::new();
    let mut file: Option<String> = None;
    let mut methods: BTreeMap<(String, String), bool> = BTreeMap::new();
    let mut method: Option<(String, String)> = None;
    let parsed = xml::read(input.text, |token, _| match token {
        Token::Start(name, attributes) => {
            match name.as_str() {
                "class" => {
                    file = attribute(&attributes, "filename").map(str::to_owned);
                    if let Some(file) = &file {
                        files.entry(file.clone()).or_default();
                    }
                }
                "method" => {
                    let named =
                        ["name", "signature"].map(|key| attribute(&attributes, key).unwrap_or_default());
                    method = file.as_ref().map(|file| (file.clone(), named.join("")));
                    if let Some(method) = &method {
                        methods.entry(method.clone()).or_default();
                    }
                }
                "line" => {
                    if let Some(lines) = file.as_ref().and_then(|file| files.get_mut(file)) {
                        let reached = one_line(lines, &attributes);
                        if let Some(known) = method.as_ref().and_then(|method| methods.get_mut(method)) {
                            *known |= reached;
                        }
                    }
                }
                _ => {}
            }
            if open.is_empty() {
                root = attributes;
            }
            open.push(name);
        }
        Token::End => match open.pop().as_deref() {
            Some("class") => file = None,
            Some("method") => method = None,
            _ => {}
        },
        #[allow(unreachable_patterns, reason = "text, where the reader hands it out")]
        _ => {}
    });
    if let Err(syntax) = parsed {
        return Checked::refused(syntax.finding(input.path, input.text));
    }
    let get = |key: &str| attribute(&root, key);
    let facts = [
        ("type", json!("cobertura")),
        ("line_rate", json!(get("line-rate"))),
        ("branch_rate", json!(get("branch-rate"))),
        ("lines_valid", json!(get("lines-valid"))),
        ("lines_covered", json!(get("lines-covered"))),
    ];
    let facts = facts.into_iter().collect();
    let mut counts: BTreeMap<String, BTreeMap<Measure, Covered>> = BTreeMap::new();
    for (path, lines) in files {
        let of_file = counts.entry(path).or_default();
        let counted: &mut Covered = of_file.entry(Measure::Lines).or_default();
        lines.hits.values().for_each(|reached| counted.one(*reached));
        if !lines.branches.is_empty() {
            let counted: &mut Covered = of_file.entry(Measure::Branches).or_default();
            lines.branches.values().for_each(|covered| counted.add(*covered));
        }
    }
    for ((path, _), reached) in methods {
        counts.entry(path).or_default().entry(Measure::Functions).or_default().one(reached);
    }
    let mut coverage = Coverage::of_files(counts);
    coverage.timestamp = get("timestamp").and_then(epoch);
    for (measure, covered, total) in [
        (Measure::Lines, "lines-covered", "lines-valid"),
        (Measure::Branches, "branches-covered", "branches-valid"),
    ] {
        if let (Some(covered), Some(total)) = (number(&root, covered), number(&root, total)) {
            coverage = coverage.summary(measure, Covered { covered, total });
        }
    }
    let version = get("version").filter(|version| !version.is_empty()).map(str::to_owned);
    read_of(input, coverage, version, facts)
}

/// Counts a line, and says whether it was reached.
fn one_line(lines: &mut Lines, attributes: &[(String, String)]) -> bool {
    let Some(line) = attribute(attributes, "number") else { return false };
    let reached = attribute(attributes, "hits")
        .is_some_and(|hits| hits.trim().parse::<u64>().is_ok_and(|hits| hits > 0));
    *lines.hits.entry(line.to_owned()).or_default() |= reached;
    let conditions = attribute(attributes, "condition-coverage")
        .and_then(|text| text.rsplit_once('(')?.1.split_once(')')?.0.split_once('/'));
    if let Some((covered, total)) = conditions
        && let (Ok(covered), Ok(total)) = (covered.trim().parse(), total.trim().parse())
    {
        let known = lines.branches.entry(line.to_owned()).or_default();
        if total > known.total || (total == known.total && covered > known.covered) {
            *known = Covered { covered, total };
        }
    }
    reached
}
