//! Findings as people and programs read them: place, excerpt, caret, help, code.
//!
//! Control characters never reach the terminal; an excerpt is one line, cut around its caret, and what a finding about
//! a secret points at is covered.

use std::fmt::Write as _;

use annotate_snippets::AnnotationKind;
use annotate_snippets::Group;
use annotate_snippets::Level;
use annotate_snippets::Origin;
use annotate_snippets::Renderer;
use annotate_snippets::Snippet;
use serde_json::Value;
use serde_json::json;

use super::texts::Texts;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::finding::Severity;

/// The most characters of an excerpt, on either side of the caret's start.
const EXCERPT_SIDE: usize = 70;

/// Sorts findings by place and weight and removes repetitions.
pub fn sort(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| {
            finding
                .place
                .as_ref()
                .map(|place| (place.path.clone(), place.line, place.column, place.pointer.clone()))
        };
        key(a).cmp(&key(b)).then_with(|| a.cmp(b))
    });
    findings.dedup();
}

/// Findings for people, in the order given, each with its place and an excerpt where there is one.
pub fn render(findings: &[Finding], texts: &Texts, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut located = findings.to_vec();
    texts.locate_all(&mut located);
    let mut out = String::new();
    let mut last: Option<(String, Option<String>)> = None;
    for finding in &located {
        let text = finding.place.as_ref().filter(|place| place.line.is_some()).and_then(|place| {
            if last.as_ref().is_none_or(|(path, _)| *path != place.path) {
                last = Some((place.path.clone(), texts.text(&place.path)));
            }
            last.as_ref().and_then(|(_, text)| text.as_deref())
        });
        one(&mut out, finding, text, &renderer);
    }
    out
}

fn one(out: &mut String, finding: &Finding, text: Option<&str>, renderer: &Renderer) {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = clean(&finding.message);
    let code = finding.code;
    let mut group = Group::with_title(level.primary_title(title).id(code));
    if let Some(place) = &finding.place {
        let excerpt = text.and_then(|text| excerpt(text, place, finding.secret));
        let whole = excerpt.as_ref().is_some_and(|excerpt| excerpt.from_start);
        if !whole {
            // the column of a line that was cut cannot be read off the excerpt
            let mut origin = Origin::path(clean(&place.path));
            if let Some(line) = place.line {
                origin = origin.line(line as usize);
                if let Some(column) = place.column {
                    origin = origin.char_column(column as usize);
                }
            }
            group = group.element(origin);
        }
        if let Some(excerpt) = excerpt {
            let snippet = Snippet::source(excerpt.line)
                .path(whole.then(|| clean(&place.path)))
                .line_start(excerpt.number)
                .annotation(AnnotationKind::Primary.span(excerpt.span));
            group = group.element(snippet);
        }
    }
    let mut report = vec![group];
    if !finding.help.is_empty() {
        report.push(Group::with_title(Level::HELP.secondary_title(clean(&finding.help))));
    }
    // writing to a string cannot fail
    let _ = writeln!(out, "{}\n", renderer.render(&report));
}

struct Excerpt {
    line: String,
    number: usize,
    from_start: bool,
    span: std::ops::Range<usize>,
}

/// One line, at most twice [`EXCERPT_SIDE`] characters around the caret.
fn excerpt(text: &str, place: &Place, secret: bool) -> Option<Excerpt> {
    let number = place.line? as usize;
    // the same line ends as those that were counted
    let ends = if text.contains('\n') { '\n' } else { '\r' };
    let line = text.split(ends).nth(number.checked_sub(1)?)?;
    let chars: Vec<char> = line.trim_end_matches('\r').chars().map(visible).collect();
    let start = (place.column.unwrap_or(1) as usize).saturating_sub(1).min(chars.len());
    let end = (start + place.width.max(1) as usize).min(chars.len()).max(start);
    let from = start.saturating_sub(EXCERPT_SIDE);
    let to = (start + EXCERPT_SIDE).min(chars.len());
    let mut shown = String::new();
    if from > 0 {
        shown.push('…');
    }
    let mut span = 0..0;
    for (index, ch) in chars.iter().enumerate().take(to).skip(from) {
        if index == start {
            span.start = shown.len();
        }
        let covered = secret && index >= start;
        shown.push(if covered { '•' } else { *ch });
        if index < end {
            span.end = shown.len();
        }
    }
    if start >= to {
        span = shown.len()..shown.len();
    }
    if to < chars.len() {
        shown.push('…');
    }
    span.end = span.end.max(span.start);
    Some(Excerpt { line: shown, number, from_start: from == 0, span })
}

/// A character that does no harm to a terminal, of the same count.
fn visible(ch: char) -> char {
    match ch {
        '\t' => ' ',
        // directional marks and invisible characters can make a line read as another
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {
            '\u{fffd}'
        }
        _ if ch.is_control() => '\u{fffd}',
        _ => ch,
    }
}

fn clean(text: &str) -> String {
    text.chars().map(visible).collect()
}

/// Findings for programs: `{"findings": [{severity, code, message, help, path, line, column, pointer, subject}]}`.
pub fn json(findings: &[Finding], texts: &Texts) -> Value {
    let mut located = findings.to_vec();
    texts.locate_all(&mut located);
    let list: Vec<Value> = located
        .iter()
        .map(|finding| {
            let place = finding.place.as_ref();
            json!({
                "severity": finding.severity.to_string(),
                "code": finding.code,
                "message": finding.message,
                "help": finding.help,
                "path": place.map(|place| &place.path),
                "line": place.and_then(|place| place.line),
                "column": place.and_then(|place| place.column),
                "pointer": place.map(|place| &place.pointer),
                "subject": finding.subject.as_ref().map(|id| id.as_str()),
            })
        })
        .collect();
    json!({ "findings": list })
}

/// How many errors, warnings and notes, in words; empty for none.
pub fn summary(findings: &[Finding]) -> String {
    let count = |severity: Severity, one: &str| {
        let count = findings.iter().filter(|finding| finding.severity == severity).count();
        (count > 0).then(|| format!("{count} {one}{}", if count == 1 { "" } else { "s" }))
    };
    [count(Severity::Error, "error"), count(Severity::Warning, "warning"), count(Severity::Note, "note")]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, finding: Finding) -> String {
        let mut texts = Texts::default();
        texts.insert_text("content/a.yaml", text);
        render(&[finding], &texts, false)
    }

    #[test]
    fn a_finding_shows_its_line_a_caret_and_help() {
        let finding = Finding::error("unknown-key", "unknown key `onwer`")
            .at(Place::pointer("content/a.yaml", "/claims/0/onwer"))
            .help("did you mean `owner`?");
        insta::assert_snapshot!(shown("claims:\n  - id: a\n    onwer: b\n", finding));
    }

    #[test]
    fn secrets_are_covered_and_control_characters_are_not_printed() {
        let text = "x: \u{1b}[31mred \u{202e}AKIAIOSFODNN7EXAMPLE\n";
        let mut place = Place::at("content/a.yaml", 1, 14);
        place.width = 20;
        let out = shown(text, Finding::error("x", "a\u{7}b").at(place).secret());
        assert!(
            !out.contains("AKIA")
                && !out.contains('\u{1b}')
                && !out.contains('\u{7}')
                && !out.contains('\u{202e}')
        );
        assert!(out.contains('•'), "{out}");
    }

    #[test]
    fn long_lines_are_cut_around_the_caret() {
        let text = format!("a: {}NEEDLE{}\n", "x".repeat(5000), "y".repeat(5000));
        let mut place = Place::at("content/a.yaml", 1, 5004);
        place.width = 6;
        let out = shown(&text, Finding::warning("w", "m").at(place));
        assert!(out.contains("NEEDLE") && out.len() < 1000, "{}", out.len());
    }

    #[test]
    fn a_finding_without_a_line_names_its_file() {
        let out =
            shown("", Finding::error("empty-file", "the file is empty").at(Place::file("evidence/b.json")));
        assert!(out.contains("evidence/b.json") && out.contains("empty-file"), "{out}");
    }
}
