//! Markdown task lists: boxes that somebody ticked. Kept and shown like an attachment, and never counted by themselves.

use serde_json::json;

use super::Form;
use super::Format;
use super::Input;
use super::Read;
use crate::load::text::Language;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;

/// The row.
pub(super) const ROW: Format = Format {
    id: "checklist",
    title: "a list of ticked boxes",
    media_type: "text/markdown",
    kind: EvidenceKind::Attachment,
    docs: "**What it reads.** Markdown of which at least half of the lines, headings and blank lines aside, are items of a task \
           list (`- [x]`, `- [ ]`), or rows of a table with such a box in a cell. The boxes are counted.\n\n\
           **Traps.** A ticked box is a declaration by whoever ticked it: no criterion counts such a file. Name what the box \
           stands for instead, the test report, the receipt, the drill.\n\n\
           **Source.** GitHub Flavored Markdown, task list items.",
    detect: |input| match input.form {
        Form::Text => is_list(input.text),
        // no line of JSON begins so
        Form::Tree(document) => document.language != Language::Json && is_list(input.text),
        Form::Documents(_) | Form::Lines(_) | Form::Xml { .. } | Form::Binary(_) => false,
    },
    read,
};

/// A register of a certification may have boxes too.
fn is_list(text: &str) -> bool {
    is_task_list(text) && super::certification_table::find(text).is_none()
}

/// Whether a line is an item of a task list, and whether its box is ticked.
fn item(line: &str) -> Option<bool> {
    let line = line.trim_start();
    let numbered = || {
        let rest = line.trim_start_matches(|ch: char| ch.is_ascii_digit());
        let rest = rest.strip_prefix(['.', ')'])?.strip_prefix(' ')?;
        line.starts_with(|ch: char| ch.is_ascii_digit()).then_some(rest)
    };
    let rest = ["- ", "* ", "+ "].iter().find_map(|bullet| line.strip_prefix(bullet)).or_else(numbered)?;
    let ticked = [("[x] ", true), ("[X] ", true), ("[ ] ", false)].iter().find_map(|(box_, ticked)| {
        rest.strip_prefix(box_).filter(|text| !text.trim().is_empty()).map(|_| *ticked)
    })?;
    Some(ticked)
}

/// Whether a line is a row of a table with a box in a cell of its own, and whether that is ticked.
fn row(line: &str) -> Option<bool> {
    let cells = line.trim().strip_prefix('|')?.split('|').map(str::trim);
    cells.into_iter().find_map(|cell| match cell {
        "[x]" | "[X]" | "☑" => Some(true),
        "[ ]" | "[]" | "☐" => Some(false),
        _ => None,
    })
}

/// Whether a line is the one below the heads of a table.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.starts_with('|') && line.contains('-') && line.chars().all(|ch| matches!(ch, '|' | '-' | ':' | ' '))
}

fn boxed(line: &str) -> Option<bool> {
    item(line).or_else(|| row(line))
}

fn is_task_list(text: &str) -> bool {
    // the heads of a table and the line below them are no lines of their own
    let heads: Vec<&str> = text
        .lines()
        .zip(text.lines().skip(1))
        .filter(|(_, below)| is_rule(below))
        .map(|(heads, _)| heads)
        .collect();
    let lines = text.lines().filter(|line| {
        !line.trim().is_empty() && !line.starts_with('#') && !is_rule(line) && !heads.contains(line)
    });
    let (items, all) = lines
        .fold((0_usize, 0_usize), |(items, all), line| (items + usize::from(boxed(line).is_some()), all + 1));
    items > 0 && items * 2 >= all
}

fn read(input: &Input<'_>) -> Checked<Read> {
    if !is_task_list(input.text) {
        return super::not_this(input, ROW.title);
    }
    let boxes: Vec<bool> = input.text.lines().filter_map(boxed).collect();
    let ticked = boxes.iter().filter(|ticked| **ticked).count();
    let title =
        input.text.lines().find_map(|line| line.strip_prefix("# ")).map(|title| title.trim().to_owned());
    let mut read = Read::new(Body::Attachment);
    read.title = title.filter(|title| !title.is_empty());
    read.facts = [("boxes", json!(boxes.len())), ("ticked", json!(ticked))].into_iter().collect();
    Checked::ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_with_a_few_boxes_is_no_list_of_them() {
        assert!(is_task_list("# Gate\n\n- [x] unit tests\n- [ ] drill\n"));
        assert!(is_task_list("- [X] one\nA sentence.\n"));
        assert!(is_task_list("# Gate\n\n| item | done |\n|---|:-:|\n| alerts | [x] |\n| budget | ☑ |\n"));
        assert!(!is_task_list("| item | state |\n|---|---|\n| a | open |\n| b | [x] said |\n"));
        assert!(is_task_list("1. [x] one\n2) [ ] two\n"));
        assert!(!is_task_list("1. one\n. [x] two\n"));
        assert!(!is_task_list("# Runbook\n\nOpen the console.\nDrain the node.\n- [ ] told the customer\n"));
        assert!(!is_task_list("- [x]\n- [link](https://example.org)\n"));
        assert!(!is_task_list(""));
    }
}
