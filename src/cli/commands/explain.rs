//! `trustbook explain`: what a code, criterion kind, format, check or rule means, from the tables themselves.

use std::fmt::Write as _;

use crate::cli::Answer;
use crate::cli::DONE;
use crate::cli::Failure;
use crate::cli::terminal;
use crate::model::finding::did_you_mean;

/// One explainable name.
struct Entry {
    name: &'static str,
    group: &'static str,
    text: String,
}

fn entries() -> Vec<Entry> {
    let mut out = Vec::new();
    for row in crate::evaluate::CRITERIA {
        let text = format!(
            "{}\n\nWhy: {}\n\nSource: {}\n\nExample:\n\n{}",
            row.what, row.why, row.source, row.example
        );
        out.push(Entry { name: row.kind, group: "criterion kind", text });
    }
    for row in crate::load::FORMATS {
        out.push(Entry {
            name: row.id,
            group: "evidence format",
            text: format!("{}\n\n{}", row.title, row.docs),
        });
    }
    for row in crate::disclose::lint::LINT_RULES {
        let text = format!("{}\n\n{}\n\nWhy: {}", row.title, row.what, row.why);
        out.push(Entry { name: row.code, group: "lint rule", text });
    }
    for row in crate::diff::DIFF_RULES {
        out.push(Entry { name: row.code, group: "change rule", text: row.what.to_owned() });
    }
    for row in crate::verify::CHECKS {
        out.push(Entry {
            name: row.id,
            group: "verification check",
            text: format!("Verifies: {}.", row.title),
        });
    }
    let reasons = crate::evaluate::REASONS.iter().map(|row| ("reason", row));
    let findings = [
        crate::disclose::FINDINGS,
        crate::disclose::lint::LINT_FINDINGS,
        crate::evaluate::FINDINGS,
        crate::model::codes::CODES,
    ];
    let findings = findings.into_iter().flatten().map(|row| ("finding code", row));
    for (group, (name, text)) in reasons.chain(findings) {
        out.push(Entry { name, group, text: (*text).to_owned() });
    }
    out.sort_by(|a, b| a.group.cmp(b.group).then(a.name.cmp(b.name)));
    out
}

/// Prints the text behind `name`, or the list of all names.
pub(crate) fn run(name: Option<&str>) -> Answer {
    let entries = entries();
    let mut out = String::new();
    match name {
        None => {
            let mut group = "";
            for entry in &entries {
                if entry.group != group {
                    let _ = writeln!(out, "{}{}s", if group.is_empty() { "" } else { "\n" }, entry.group);
                    group = entry.group;
                }
                let _ = writeln!(out, "  {}", entry.name);
            }
        }
        Some(name) => {
            let found: Vec<&Entry> = entries.iter().filter(|entry| entry.name == name).collect();
            if found.is_empty() {
                let help = did_you_mean(name, entries.iter().map(|entry| entry.name)).map_or_else(
                    || "`trustbook explain` lists all names".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                return Err(Failure::usage(format!("nothing is called `{name}`")).help(help));
            }
            for entry in found {
                let _ = writeln!(out, "{} ({})\n\n{}", entry.name, entry.group, entry.text.trim());
            }
        }
    }
    terminal::data(&out)?;
    Ok(DONE)
}
