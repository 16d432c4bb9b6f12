//! Summaries of recovery drills as a Markdown table: targets beside what was achieved, and a word that may say otherwise.

use serde_json::json;

use super::Form;
use super::Format;
use super::Input;
use super::Read;
use super::tool_drill;
use super::tool_drill::Run;
use crate::load::text::Language;
use crate::model::drill::Amount;
use crate::model::drill::Compare;
use crate::model::drill::DrillResult;
use crate::model::drill::DrillType;
use crate::model::drill::Objective;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::time::Date;
use crate::model::time::Period;

/// The row.
pub(super) const ROW: Format = Format {
    id: "drill-table",
    title: "a table of recovery drills",
    media_type: "text/markdown",
    kind: EvidenceKind::Drill,
    docs: "**What it reads.** Markdown with a table that has columns for a target and an actual RTO, and perhaps RPO: one objective a \
           row and measure. `< 1 min` is read as its upper bound, 1 min. The day stands in a line `Date: 2026-01-23`.\n\n\
           **Traps.** The word in the last column is shown and never believed: 18 min against 15 min is missed, whatever it is \
           called. A table says neither when the drill began and ended nor whether the data was whole, so it can show that a \
           drill failed and never that one passed. Keep the record of the drill.\n\n\
           **Source.** Summaries as programmes of stage gates keep them; read by their column heads.",
    detect: |input| match input.form {
        Form::Text => header(input.text).is_some(),
        // no line of JSON begins so
        Form::Tree(document) => document.language != Language::Json && header(input.text).is_some(),
        Form::Documents(_) | Form::Lines(_) | Form::Xml { .. } | Form::Binary(_) => false,
    },
    read,
};

/// Where the columns of a table stand.
struct Columns {
    /// Index of the line with the heads.
    line: usize,
    name: usize,
    /// Measure, target, actual.
    measures: Vec<(&'static str, usize, usize)>,
    word: Option<usize>,
}

/// The cells of a line of a table.
fn cells(line: &str) -> Option<Vec<String>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(|cell| cell.trim().trim_matches('*').trim().to_owned()).collect())
}

fn header(text: &str) -> Option<Columns> {
    for (line, content) in text.lines().enumerate() {
        let Some(cells) = cells(content) else { continue };
        let heads: Vec<String> = cells.iter().map(|cell| cell.to_lowercase()).collect();
        let find =
            |words: [&str; 2]| heads.iter().position(|head| words.iter().all(|word| head.contains(word)));
        let measure = |name: &'static str| {
            let actual = ["actual", "achieved", "observed"].iter().find_map(|word| find([name, word]));
            Some((name, find([name, "target"])?, actual?))
        };
        let measures: Vec<_> = ["rto", "rpo"].into_iter().filter_map(measure).collect();
        if measures.iter().any(|(name, _, _)| *name == "rto") {
            let word =
                heads.iter().position(|head| head == "result" || head == "status" || head == "outcome");
            return Some(Columns { line, name: 0, measures, word });
        }
    }
    None
}

/// `15 min`, `< 1 min`, `1 h 5 min`; an upper bound is read as what it bounds.
fn period(text: &str) -> Option<Period> {
    let text = text.trim().trim_start_matches(['<', '≤']).trim_start_matches('=').trim().to_lowercase();
    let mut seconds = 0.0;
    let mut parts = 0;
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        let at = word.find(|ch: char| !ch.is_ascii_digit() && ch != '.').unwrap_or(word.len());
        let (number, unit) = word.split_at(at);
        let unit = if unit.is_empty() { words.next()? } else { unit };
        let factor = match unit {
            "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
            "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
            "h" | "hr" | "hrs" | "hour" | "hours" => 3_600.0,
            "d" | "day" | "days" => 86_400.0,
            _ => return None,
        };
        seconds += number.parse::<f64>().ok()? * factor;
        parts += 1;
    }
    let sound = parts > 0 && (0.0..=3.2e9).contains(&seconds);
    #[expect(clippy::cast_possible_truncation, reason = "at most a hundred years")]
    sound.then(|| Period::from_millis((seconds * 1_000.0).round() as i64))
}

/// The day of a line such as `**Date:** 2026-01-23`.
fn day(text: &str) -> Option<Date> {
    text.lines().find_map(|line| {
        let plain = line.replace('*', "");
        let (label, value) = plain.split_once(':')?;
        (label.trim().eq_ignore_ascii_case("date")).then(|| Date::parse(value.trim()).ok()).flatten()
    })
}

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(columns) = header(input.text) else { return super::not_this(input, ROW.title) };
    let mut findings = Vec::new();
    let mut runs = Vec::new();
    for (line, content) in input.text.lines().enumerate().skip(columns.line + 1) {
        let Some(cells) = cells(content) else { break };
        let rule = |cell: &String| cell.chars().all(|ch| matches!(ch, '-' | ':' | ' '));
        if cells.iter().all(rule) {
            continue;
        }
        runs.push(row(input.path, line, &columns, &cells, &mut findings));
    }
    if runs.is_empty() {
        findings.push(
            Finding::warning("no-runs", "the table of drills has no rows")
                .at(Place::at(input.path, u32::try_from(columns.line + 1).unwrap_or(1), 1))
                .help("write a row for each thing that was recovered"),
        );
        runs.push(Run::new("empty table", DrillResult::NotRun, "the table has no rows"));
    }
    let day = day(input.text).map(Date::start);
    let title =
        input.text.lines().find_map(|line| line.strip_prefix("# ")).map(|title| title.trim().to_owned());
    let count = runs.len();
    let missed = runs.iter().filter(|run| run.result == DrillResult::Failed).count();
    let mut drill = tool_drill::combine(
        tool_drill::tool("a table in Markdown"),
        DrillType::Restore,
        "rows of a table",
        runs,
    );
    if let Some(title) = &title {
        drill.title.clone_from(title);
    }
    drill.started = day;
    let mut read = Read::new(Body::Drill(Box::new(drill)));
    read.title = title;
    read.captured_at = day;
    read.facts = [("rows", json!(count)), ("missed", json!(missed))].into_iter().collect();
    Checked { value: Some(read), findings }
}

/// One row, judged by its numbers alone.
fn row(path: &str, line: usize, columns: &Columns, cells: &[String], findings: &mut Vec<Finding>) -> Run {
    let cell = |at: usize| cells.get(at).map_or("", String::as_str);
    let name = cell(columns.name).to_owned();
    let word = columns.word.map(|at| cell(at).to_owned()).filter(|word| !word.is_empty());
    let mut objectives = Vec::new();
    for (metric, target, actual) in &columns.measures {
        let (target, achieved) = (period(cell(*target)), period(cell(*actual)));
        let met = match (target, achieved) {
            (Some(target), Some(achieved)) => {
                Some(achieved.approximate_millis() <= target.approximate_millis())
            }
            (_, _) => None,
        };
        objectives.push(Objective {
            metric: (*metric).to_owned(),
            name: None,
            service: Some(name.clone()),
            target: target.map(Amount::Period),
            achieved: achieved.map(Amount::Period),
            unit: None,
            compare: Compare::AtMost,
            note: None,
            met,
        });
    }
    let missed: Vec<&str> = objectives
        .iter()
        .filter(|objective| objective.met == Some(false))
        .map(|objective| objective.metric.as_str())
        .collect();
    let (result, reason) = if missed.is_empty() {
        (
            DrillResult::Inconclusive,
            "a table says neither when it began and ended nor whether the data was whole".to_owned(),
        )
    } else {
        (DrillResult::Failed, format!("{} missed", missed.join(" and ").to_uppercase()))
    };
    let says_passed = word.as_ref().is_some_and(|word| word.to_lowercase().contains("pass"));
    if says_passed && result == DrillResult::Failed {
        findings.push(
            Finding::warning(
                "declared-mismatch",
                format!(
                    "`{name}` is called `{}`, its numbers say {reason}",
                    word.as_deref().unwrap_or_default().escape_debug()
                ),
            )
            .at(Place::at(path, u32::try_from(line + 1).unwrap_or(1), 1))
            .help("the numbers are published; correct the word, or the target"),
        );
    }
    let mut run = Run::new(name, result, reason);
    run.word = word;
    run.objectives = objectives;
    run
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read_as_people_write_them() {
        let seconds = |text: &str| period(text).and_then(Period::seconds);
        assert_eq!(seconds("15 min"), Some(900));
        assert_eq!(seconds("< 1 min"), Some(60));
        assert_eq!(seconds("1 h 5 min"), Some(3_900));
        assert_eq!(seconds("90s"), Some(90));
        assert_eq!(seconds("0 min"), Some(0));
        for text in ["", "soon", "15", "15 parsecs", "-3 min", "~ 3 min"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
