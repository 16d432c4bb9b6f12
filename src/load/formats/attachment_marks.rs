//! What attachments say of themselves all the same: that they were never carried out, numbers that do not add up, one file
//! named as the evidence of many.

use std::collections::BTreeMap;

use crate::load::text::node::Data;
use crate::load::text::node::Node;
use crate::model::evidence::Mode;
use crate::model::finding::Finding;
use crate::model::finding::Place;

/// Names of lines in which a text says how it came about.
const NAMES: [&str; 7] = ["result", "status", "outcome", "execution", "execution status", "state", "mode"];

/// How a text came about, by a line such as `- **Result:** not executed, …`. Running prose is never looked at.
pub(super) fn mode_of_text(text: &str) -> Option<Mode> {
    text.lines().take(200).find_map(|line| {
        let line = line.trim_start_matches([' ', '\t', '-', '*', '#', '>', '|', '_']);
        let (name, said) = line.split_once(':')?;
        let name = name.trim_end_matches(['*', '_', ' ']).to_ascii_lowercase();
        if !NAMES.contains(&name.as_str()) {
            return None;
        }
        let said = said.trim_start_matches(['*', '_', ' ', '`']).to_ascii_lowercase().replace('-', " ");
        [
            ("not executed", Mode::Planned),
            ("not run", Mode::Planned),
            ("planned", Mode::Planned),
            ("dry run", Mode::DryRun),
            ("simulated", Mode::Simulated),
            ("simulation", Mode::Simulated),
        ]
        .iter()
        .find_map(|(word, mode)| said.starts_with(word).then_some(*mode))
    })
}

/// The first template text that nobody filled in where a text names itself: in a heading, or as all that a line `Name: …` says. Code
/// and running prose may show templates.
pub(super) fn template_of_text(text: &str) -> Option<String> {
    let between = |text: &str| {
        [("{{", "}}"), ("${", "}")].iter().find_map(|(open, close)| {
            let at = text.find(open)?;
            let rest = &text[at + open.len()..];
            let end = rest.find(close).filter(|end| *end > 0 && *end < 80)?;
            Some(text[at..at + open.len() + end + close.len()].to_owned())
        })
    };
    let mut fenced = false;
    for line in text.lines().take(200) {
        let line = line.trim();
        if line.starts_with("```") || line.starts_with("~~~") {
            fenced = !fenced;
        }
        if fenced || line.contains('`') {
            continue;
        }
        if line.starts_with("# ") || line.starts_with("## ") {
            if let Some(found) = between(line) {
                return Some(found);
            }
        } else if let Some((name, value)) = line.split_once(':') {
            let name = name.trim_matches([' ', '-', '*', '_', '|']);
            let value = value.trim_matches([' ', '*', '_', '|']);
            let plain = name.chars().all(|ch| ch.is_alphanumeric() || matches!(ch, ' ' | '-' | '_'));
            if plain
                && name.split_whitespace().count() <= 3
                && between(value).is_some_and(|found| found == value)
            {
                return Some(value.to_owned());
            }
        }
    }
    None
}

/// Words for a whole, and for what becomes of its parts.
const WHOLE: [&str; 4] = ["processed", "processed_count", "total_processed", "total"];
const PARTS: [&str; 10] = [
    "archived",
    "deleted",
    "held",
    "on_hold",
    "legal_hold",
    "retained",
    "skipped",
    "failed",
    "expired",
    "purged",
];

/// Every map whose parts come to more than its whole, such as 320 processed, 320 archived and 4 held.
pub(super) fn sums(path: &str, root: &Node<'_>) -> Vec<Finding> {
    let mut out = Vec::new();
    let mut stack = vec![root];
    while let Some(node) = stack.pop() {
        match &node.data {
            Data::List(items) => stack.extend(items),
            Data::Map(entries) => {
                stack.extend(entries.iter().map(|entry| &entry.value));
                let number = |names: &[&str]| -> Vec<(String, u64)> {
                    entries
                        .iter()
                        .filter(|entry| {
                            let key = entry.key.to_ascii_lowercase().replace('-', "_");
                            names.contains(&key.trim_end_matches("_count").trim_end_matches("_records"))
                        })
                        .filter_map(|entry| match &entry.value.data {
                            Data::Number(raw) => Some((entry.key.to_string(), raw.parse().ok()?)),
                            _ => None,
                        })
                        .collect()
                };
                let (whole, parts) = (number(&WHOLE), number(&PARTS));
                let sum: u64 = parts.iter().map(|(_, count)| *count).fold(0, u64::saturating_add);
                if let Some((name, total)) = whole.first()
                    && parts.len() > 1
                    && sum > *total
                {
                    let words: Vec<String> =
                        parts.iter().map(|(key, count)| format!("{count} `{key}`")).collect();
                    out.push(
                        Finding::warning(
                            "count-mismatch",
                            format!("{total} `{name}`, and {} beside it: {sum} in all", words.join(", ")),
                        )
                        .at(Place::pointer(path, root.pointer_to(node.start, node.end)))
                        .help("one record is counted twice, or one of the numbers is wrong"),
                    );
                }
            }
            Data::Null | Data::Bool(_) | Data::Number(_) | Data::Text(_) => {}
        }
    }
    out
}

/// Names of the file that an entry of a list calls its report or its evidence.
fn named<'n>(item: &'n Node<'_>) -> Option<&'n str> {
    let files = item.get("files").unwrap_or(item);
    ["report", "evidence", "artifact", "path", "file"].iter().find_map(|key| files.text_of(key))
}

/// A list of evidence in which several entries rest on one file.
pub(super) fn shared(path: &str, root: &Node<'_>) -> Option<Finding> {
    let (key, items) = ["items", "evidence", "entries", "records"]
        .iter()
        .find_map(|key| Some((*key, root.get(key)?.list()?)))?;
    let listed = |item: &&Node<'_>| ["evidence_id", "id"].iter().any(|key| item.has(key));
    let mut by: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all = 0;
    for file in items.iter().filter(listed).filter_map(named) {
        all += 1;
        *by.entry(file).or_default() += 1;
    }
    let (file, count) = by.into_iter().filter(|(_, count)| *count > 1).max_by_key(|(_, count)| *count)?;
    Some(
        Finding::warning(
            "duplicate-evidence",
            format!("{count} of {all} entries rest on one file, `{}`", file.escape_debug()),
        )
        .at(Place::pointer(path, format!("/{key}")))
        .help("give each its own file, or say once what the one file shows"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_template_where_it_names_itself_by_one() {
        for (text, found) in [
            ("# Burn {{ .Release.Tag }}\n\nText.\n", Some("{{ .Release.Tag }}")),
            ("# Burn\n\n- **Version:** ${VERSION}\n", Some("${VERSION}")),
            ("# Burn\n\nSay {{ name }} to whoever asks.\n", None),
            ("# `{{ name }}` and others\n", None),
            ("# Burn\n\n```\n# {{ name }}\nversion: ${VERSION}\n```\n", None),
            ("# Burn\n\nSet the path first: ${HOME}/bin\n", None),
            ("# Burn\n\nVersion: 1.2.0\n", None),
        ] {
            assert_eq!(template_of_text(text).as_deref(), found, "{text}");
        }
    }
}
