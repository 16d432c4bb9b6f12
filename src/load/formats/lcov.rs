//! lcov's tracefiles: lines, functions and branches by source file. What is listed is counted; the summary is a fallback.

use std::collections::BTreeMap;

use serde_json::json;

use super::Form;
use super::Format;
use super::Input;
use super::Read;
use super::coverage_parts::read_of;
use crate::model::coverage::Coverage;
use crate::model::coverage::Covered;
use crate::model::coverage::Measure;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::finding::Finding;

use crate::load::text::position;

/// The row.
pub(super) const ROW: Format = Format {
    id: "lcov",
    title: "an lcov tracefile",
    media_type: "text/plain",
    kind: EvidenceKind::Coverage,
    docs: "**What it reads.** Text with `SF:` and `end_of_record`, beginning with `TN:` or `SF:`.\n\n\
           **Traps.** `LF` and `LH` may be missing or differ from the `DA` lines: the lines are counted. One source file may stand \
           in several records, and one line in several of them: it counts once, as reached if any record reached it. Without \
           `DA` lines only the summary is there, and is used.\n\n\
           **Source.** <https://github.com/linux-test-project/lcov>, `man geninfo`.",
    detect: |input| {
        let Form::Text = input.form else { return false };
        let begins =
            input.text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
        begins.is_some_and(|line| line.starts_with("TN:") || line.starts_with("SF:"))
            && input.text.contains("SF:")
            && input.text.contains("end_of_record")
    },
    read,
};

/// What one source file says, over all its records.
#[derive(Default)]
struct Source<'t> {
    lines: BTreeMap<&'t str, bool>,
    branches: BTreeMap<&'t str, bool>,
    functions: BTreeMap<&'t str, bool>,
    said: BTreeMap<Measure, Covered>,
}

fn read(input: &Input<'_>) -> Checked<Read> {
    let mut sources: BTreeMap<&str, Source<'_>> = BTreeMap::new();
    let mut current: Option<&str> = None;
    let (mut found, mut hit) = (0_u64, 0_u64);
    let mut records = 0_u64;
    let mut odd: Option<(usize, &str)> = None;
    let mut open_at = None;
    let mut at = 0;
    for line in input.text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim();
        if line == "end_of_record" {
            current = None;
            open_at = None;
            continue;
        }
        let Some((key, value)) = line.split_once(':') else {
            if !line.is_empty() && !line.starts_with('#') {
                odd = odd.or(Some((start, line)));
            }
            continue;
        };
        if key == "SF" {
            records += 1;
            current = Some(value);
            open_at = Some(start);
            sources.entry(value).or_default();
            continue;
        }
        let Some(source) = current.and_then(|path| sources.get_mut(path)) else { continue };
        let number = value.trim().parse::<u64>().ok();
        let understood = match key {
            "DA" => listed(&mut source.lines, value.splitn(3, ',').take(2)),
            "BRDA" => branch(&mut source.branches, value),
            "FN" => true,
            "FNDA" => value.split_once(',').is_some_and(|(hits, name)| {
                hits.trim().parse::<i64>().is_ok_and(|hits| {
                    *source.functions.entry(name).or_default() |= hits > 0;
                    true
                })
            }),
            "LF" | "LH" | "BRF" | "BRH" | "FNF" | "FNH" => number.is_some_and(|number| {
                let measure = match key.as_bytes().first() {
                    Some(b'L') => Measure::Lines,
                    Some(b'B') => Measure::Branches,
                    _ => Measure::Functions,
                };
                let said = source.said.entry(measure).or_default();
                if key.ends_with('F') {
                    said.total = said.total.saturating_add(number);
                    found = found.saturating_add(if key == "LF" { number } else { 0 });
                } else {
                    said.covered = said.covered.saturating_add(number);
                    hit = hit.saturating_add(if key == "LH" { number } else { 0 });
                }
                true
            }),
            _ => true,
        };
        if !understood {
            odd = odd.or(Some((start, line)));
        }
    }
    if let Some(at) = open_at {
        let finding = Finding::error("cut-off", "the last record has no `end_of_record`")
            .at(position::place(input.path, input.text, at, at + 2))
            .help("the file was cut off: make the report again");
        return Checked::refused(finding);
    }
    let mut findings = Vec::new();
    if let Some((at, line)) = odd {
        let line: String = line.chars().take(60).collect();
        findings.push(
            Finding::warning(
                "unknown-line",
                format!("`{}` is no line of a tracefile; not used", line.escape_debug()),
            )
            .at(position::place(input.path, input.text, at, at + line.len())),
        );
    }
    let lines = || sources.values().flat_map(|source| source.lines.values());
    let facts = [
        ("type", json!("lcov")),
        ("files", json!(records)),
        ("DA_lines", json!(lines().count())),
        ("DA_hit", json!(lines().filter(|reached| **reached).count())),
        ("LF_sum", json!(found)),
        ("LH_sum", json!(hit)),
    ];
    let facts = facts.into_iter().collect();
    let files = sources.iter().map(|(path, source)| ((*path).to_owned(), source.counts())).collect();
    let mut coverage = Coverage::of_files(files);
    let mut said: BTreeMap<Measure, Covered> = BTreeMap::new();
    for (measure, covered) in sources.values().flat_map(|source| &source.said) {
        said.entry(*measure).or_default().add(*covered);
    }
    for (measure, covered) in said {
        coverage = coverage.summary(measure, covered);
    }
    let mut checked = read_of(input, coverage, None, facts);
    checked.findings.splice(0..0, findings);
    checked
}

/// `line,hits`; a line that stands twice was reached if it was reached once.
fn listed<'t>(lines: &mut BTreeMap<&'t str, bool>, mut parts: impl Iterator<Item = &'t str>) -> bool {
    let (Some(line), Some(hits)) = (parts.next(), parts.next()) else { return false };
    // counts of runs that overflowed are written as negative
    let Ok(hits) = hits.trim().parse::<i64>() else { return false };
    *lines.entry(line.trim()).or_default() |= hits > 0;
    true
}

/// `line,block,branch,taken`, of which the first three name the branch.
fn branch<'t>(branches: &mut BTreeMap<&'t str, bool>, value: &'t str) -> bool {
    let Some((name, taken)) = value.rsplit_once(',') else { return false };
    *branches.entry(name).or_default() |= taken.trim().parse::<u64>().is_ok_and(|taken| taken > 0);
    true
}

impl Source<'_> {
    fn counts(&self) -> BTreeMap<Measure, Covered> {
        let mut out = BTreeMap::new();
        for (measure, listed) in [
            (Measure::Lines, &self.lines),
            (Measure::Branches, &self.branches),
            (Measure::Functions, &self.functions),
        ] {
            if listed.is_empty() {
                if let Some(said) = self.said.get(&measure) {
                    out.insert(measure, *said);
                }
                continue;
            }
            let counted: &mut Covered = out.entry(measure).or_default();
            for reached in listed.values() {
                counted.one(*reached);
            }
        }
        out
    }
}
