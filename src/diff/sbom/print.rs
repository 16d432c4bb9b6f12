//! Changes between two bills of materials as text, as Markdown and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use crate::model::sbom_changes::FieldChange;
use crate::model::sbom_changes::PartChange;
use crate::model::sbom_changes::PartClass;
use crate::model::sbom_changes::Relation;
use crate::model::sbom_changes::SbomChanges;
use crate::model::sbom_changes::SbomSide;
use crate::model::sbom_changes::Versions;

/// Version of the JSON form.
const SCHEMA: &str = "trustbook-sbom-changes/0";
/// Most lines of a list in Markdown, which is made to be read in a comment; the JSON has them all.
const MOST_LINES: usize = 50;

/// As JSON: everything, unbounded.
///
/// # Errors
/// When a value has no JSON form, which no change lacks.
pub fn json(changes: &SbomChanges) -> Result<Value, serde_json::Error> {
    serde_json::to_value(Whole::of(changes))
}

/// The same as text, without a value of each part between.
///
/// # Errors
/// The same.
pub fn json_text(changes: &SbomChanges) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&Whole::of(changes))
}

/// The JSON form. Here as in what it holds, names stand in the order of the alphabet.
#[derive(Serialize)]
struct Whole<'c> {
    added: &'c BTreeMap<String, Vec<String>>,
    changed: &'c BTreeMap<String, Versions>,
    components: Vec<Part<'c>>,
    counts: BTreeMap<&'static str, usize>,
    document: Vec<Field<'c>>,
    new: &'c str,
    new_document: Side<'c>,
    new_keys: usize,
    now_direct: &'c [String],
    now_transitive: &'c [String],
    old: &'c str,
    old_document: Side<'c>,
    old_keys: usize,
    relations: Relations<'c>,
    removed: &'c BTreeMap<String, Vec<String>>,
    schema: &'static str,
    unchanged: usize,
    vulnerabilities: Vec<Field<'c>>,
}

#[derive(Serialize)]
struct Part<'c> {
    class: PartClass,
    field: &'c str,
    key: &'c str,
    name: &'c str,
    now: &'c str,
    was: &'c str,
}

#[derive(Serialize)]
struct Field<'c> {
    field: &'c str,
    now: &'c str,
    was: &'c str,
}

#[derive(Serialize)]
struct Side<'c> {
    components: usize,
    format: &'c str,
    relations: usize,
    tools: &'c [String],
}

#[derive(Serialize)]
struct Relations<'c> {
    added: &'c [Relation],
    removed: &'c [Relation],
}

impl<'c> Whole<'c> {
    fn of(changes: &'c SbomChanges) -> Self {
        let SbomChanges { old, new, .. } = changes;
        let fields = |list: &'c [FieldChange]| -> Vec<Field<'c>> {
            list.iter().map(|FieldChange { field, was, now }| Field { field, now, was }).collect()
        };
        let part = |PartChange { class, key, name, field, was, now }: &'c PartChange| Part {
            class: *class,
            field,
            key,
            name,
            now,
            was,
        };
        Self {
            added: &changes.added,
            changed: &changes.changed,
            components: changes.parts.iter().map(part).collect(),
            counts: PartClass::ALL.iter().map(|class| (class.id(), changes.count(*class))).collect(),
            document: fields(&changes.document),
            new: &new.name,
            new_document: Side::of(new),
            new_keys: new.keys,
            now_direct: &changes.now_direct,
            now_transitive: &changes.now_transitive,
            old: &old.name,
            old_document: Side::of(old),
            old_keys: old.keys,
            relations: Relations { added: &changes.relations_added, removed: &changes.relations_removed },
            removed: &changes.removed,
            schema: SCHEMA,
            unchanged: changes.unchanged,
            vulnerabilities: fields(&changes.vulnerabilities),
        }
    }
}

impl<'c> Side<'c> {
    fn of(side: &'c SbomSide) -> Self {
        Self {
            components: side.components,
            format: &side.format,
            relations: side.relations,
            tools: &side.tools,
        }
    }
}

/// How many of what, in the order of the lists.
fn tallies(changes: &SbomChanges) -> Vec<(usize, &'static str)> {
    let mut out = vec![(changes.document.len(), "How the documents were made")];
    out.extend(PartClass::ALL.iter().map(|class| (changes.count(*class), class.title())));
    out.push((changes.relations_added.len(), "Relations added"));
    out.push((changes.relations_removed.len(), "Relations removed"));
    out.push((changes.now_direct.len(), "Now named by the subject itself"));
    out.push((changes.now_transitive.len(), "No longer named by the subject itself"));
    out.push((changes.vulnerabilities.len(), "Vulnerabilities"));
    out.retain(|(count, _)| *count > 0);
    out
}

/// As text for people.
pub fn text(changes: &SbomChanges) -> String {
    let SbomChanges { old, new, .. } = changes;
    let mut out = format!(
        "{} → {}\n{} and {} components, {} and {} keys; {} keys with the same versions\n",
        shown(&old.name),
        shown(&new.name),
        old.components,
        new.components,
        old.keys,
        new.keys,
        changes.unchanged
    );
    if changes.is_empty() {
        out.push_str("\nNothing else differs.\n");
    }
    let mut list = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            let _ = write!(out, "\n{title} ({})\n", lines.len());
            for line in lines {
                let _ = writeln!(out, "  {}", shown(&line));
            }
        }
    };
    list("How the documents were made", changes.document.iter().map(field).collect());
    for class in PartClass::ALL {
        list(class.title(), changes.of(class).iter().map(part).collect());
    }
    list("Relations added", changes.relations_added.iter().map(relation).collect());
    list("Relations removed", changes.relations_removed.iter().map(relation).collect());
    list("Now named by the subject itself", changes.now_direct.clone());
    list("No longer named by the subject itself", changes.now_transitive.clone());
    list("Vulnerabilities", changes.vulnerabilities.iter().map(field).collect());
    out
}

fn arrow(was: &str, now: &str) -> String {
    match (was.is_empty(), now.is_empty()) {
        (true, _) => format!("{now}, said nothing before"),
        (false, true) => format!("said {was}, now nothing"),
        (false, false) => format!("{was} → {now}"),
    }
}

fn field(change: &FieldChange) -> String {
    format!("{}: {}", change.field, arrow(&change.was, &change.now))
}

fn part(change: &PartChange) -> String {
    let PartChange { class, key, field, was, now, .. } = change;
    match class {
        PartClass::Added => format!("{key} {now}"),
        PartClass::Removed => format!("{key} {was}"),
        PartClass::IdentityChanged => format!("{was} → {now}"),
        PartClass::Upgraded | PartClass::Downgraded | PartClass::VersionChanged => {
            format!("{key} {}", arrow(was, now))
        }
        _ => format!("{key} {field}: {}", arrow(was, now)),
    }
    .trim_end()
    .to_owned()
}

fn relation(relation: &Relation) -> String {
    format!("{} {} {}", relation.from, relation.kind, relation.to)
}

/// On one line, what is invisible made visible.
fn shown(text: &str) -> String {
    let odd = |ch: char| {
        ch.is_control()
            || matches!(ch, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    text.chars().map(|ch| if odd(ch) { ch.escape_unicode().to_string() } else { ch.to_string() }).collect()
}

/// As Markdown, for a comment: counts first, then lists that end after a while.
pub fn markdown(changes: &SbomChanges) -> String {
    let SbomChanges { old, new, .. } = changes;
    let mut out = format!("## {} → {}\n\n", inline(&old.name), inline(&new.name));
    let _ = writeln!(
        out,
        "{} and {} components; {} of {} keys have the same versions.\n",
        old.components, new.components, changes.unchanged, new.keys
    );
    let tallies = tallies(changes);
    if tallies.is_empty() {
        out.push_str("Nothing else differs.\n");
        return out;
    }
    out.push_str("| What | Count |\n| --- | ---: |\n");
    for (count, title) in tallies {
        let _ = writeln!(out, "| {title} | {count} |");
    }
    let mut table = |title: &str, head: &str, rows: Vec<String>| {
        if rows.is_empty() {
            return;
        }
        let columns = head.matches('|').count() - 1;
        let _ = writeln!(out, "\n### {title}\n\n{head}\n|{}", " --- |".repeat(columns));
        for row in rows.iter().take(MOST_LINES) {
            let _ = writeln!(out, "{row}");
        }
        if rows.len() > MOST_LINES {
            let _ = writeln!(out, "\n{} more are not shown.", rows.len() - MOST_LINES);
        }
    };
    let fields = |list: &[FieldChange]| {
        list.iter()
            .map(|change| {
                format!("| {} | {} | {} |", inline(&change.field), inline(&change.was), inline(&change.now))
            })
            .collect::<Vec<_>>()
    };
    table("How the documents were made", "| What | Before | After |", fields(&changes.document));
    for class in PartClass::ALL {
        let rows = changes.of(class).iter().map(|change| {
            let PartChange { key, field, was, now, .. } = change;
            format!("| {} | {} | {} | {} |", inline(key), inline(field), inline(was), inline(now))
        });
        table(class.title(), "| Component | What | Before | After |", rows.collect());
    }
    let relations = |list: &[Relation]| {
        list.iter()
            .map(|one| format!("| {} | {} | {} |", inline(&one.from), inline(&one.kind), inline(&one.to)))
            .collect::<Vec<_>>()
    };
    table("Relations added", "| From | Type | To |", relations(&changes.relations_added));
    table("Relations removed", "| From | Type | To |", relations(&changes.relations_removed));
    let keys = |list: &[String]| list.iter().map(|key| format!("| {} |", inline(key))).collect::<Vec<_>>();
    table("Now named by the subject itself", "| Component |", keys(&changes.now_direct));
    table("No longer named by the subject itself", "| Component |", keys(&changes.now_transitive));
    table("Vulnerabilities", "| Vulnerability | Before | After |", fields(&changes.vulnerabilities));
    out
}

/// Text of somebody else inside Markdown: code, so that nothing in it is markup.
fn inline(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let text = shown(text).replace('`', "ˋ").replace('|', "\\|");
    let text: String = match text.char_indices().nth(200) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    };
    format!("`{text}`")
}
