//! Two snapshots to changes, in the words of the records. Whether a change is weaker is said by rule, never by an editor.
//!
//! Works on the public JSON of both, so it compares archives of any age; it never looks at bytes or pages.

mod components;
mod criteria;
mod judges;
mod kinds;
mod print;
mod rules;
pub mod sbom;
pub mod versions;
mod vulnerabilities;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;

pub use crate::diff::components::weaker;
pub use crate::diff::print::SCHEMA;
pub use crate::diff::print::json;
pub use crate::diff::print::markdown;
pub use crate::diff::print::text;
pub use crate::diff::rules::DIFF_RULES;
pub use crate::diff::rules::DiffRule;

use crate::diff::kinds::KINDS;
use crate::diff::kinds::Kind;
use crate::model::changes::Change;
use crate::model::changes::ChangeType;
use crate::model::changes::Changes;
use crate::model::changes::Direction;
use crate::model::records::Records;
use crate::model::time::Instant;

/// Kind of the changes that explain others: another program, tool, key or audience. They come first.
pub const GENERATOR: &str = "generator";

/// What changed from `old` to `new`.
pub fn diff(old: &Records, old_name: &str, new: &Records, new_name: &str) -> Changes {
    let mut draft = Draft::default();
    let context = Context::new(old, new);
    compare_heads(old, new, &mut draft);
    let empty = BTreeMap::new();
    for row in KINDS {
        let (before, after) =
            (old.kinds.get(row.kind).unwrap_or(&empty), new.kinds.get(row.kind).unwrap_or(&empty));
        compare_kind(row, before, after, &context, &mut draft);
    }
    components::compare(old, new, &mut draft);
    vulnerabilities::compare(old, new, &mut draft);
    let mut changes = draft.changes;
    for change in &mut changes {
        if change.title == change.id
            && let Some(named) = named(&change.kind, &change.id, [new, old])
        {
            change.title = named;
        }
    }
    changes.sort_by(|a, b| order(a).cmp(&order(b)));
    changes.dedup();
    Changes { from: old_name.to_owned(), to: new_name.to_owned(), changes }
}

fn order(change: &Change) -> impl Ord + '_ {
    (
        change.kind != GENERATOR,
        change.direction,
        &change.kind,
        &change.id,
        &change.field,
        &change.was,
        &change.now,
    )
}

/// What judges may look at beside the two values.
struct Context {
    as_of: (Option<Instant>, Option<Instant>),
    /// Countries in which any subprocessor processed before.
    countries: BTreeSet<String>,
}

impl Context {
    fn new(old: &Records, new: &Records) -> Self {
        let as_of = |records: &Records| {
            let head = records.kinds.get("head")?.get("head")?;
            Instant::parse(head.get("as-of")?.as_str()?).ok()
        };
        let countries = old
            .kinds
            .get("subprocessors")
            .into_iter()
            .flat_map(BTreeMap::values)
            .flat_map(|record| strings(record.get("countries").unwrap_or(&Value::Null)))
            .collect();
        Self { as_of: (as_of(old), as_of(new)), countries }
    }
}

/// Changes as they are found.
#[derive(Default)]
struct Draft {
    changes: Vec<Change>,
}

/// What a change is about.
#[derive(Clone, Copy)]
struct Subject<'a> {
    kind: &'a str,
    id: &'a str,
    title: &'a str,
}

impl Draft {
    fn note(
        &mut self,
        rule: &'static str,
        about: Subject<'_>,
        change: ChangeType,
        field: &str,
        was: String,
        now: String,
    ) {
        let direction = rules::direction(rule);
        self.changes.push(Change {
            direction,
            kind: about.kind.to_owned(),
            id: about.id.to_owned(),
            title: about.title.to_owned(),
            change,
            field: field.to_owned(),
            was,
            now,
            rule: rule.to_owned(),
        });
    }

    fn changed(&mut self, rule: &'static str, about: Subject<'_>, field: &str, was: String, now: String) {
        self.note(rule, about, ChangeType::Changed, field, was, now);
    }
}

/// Program, key, audience: what explains differences everywhere else.
fn compare_heads(old: &Records, new: &Records, draft: &mut Draft) {
    let head = |records: &Records| records.kinds.get("head").and_then(|head| head.get("head")).cloned();
    let (Some(before), Some(after)) = (head(old), head(new)) else { return };
    for (field, words, rule) in [
        ("generator", "program", "generator-changed"),
        ("audience", "audience", "audience-differs"),
        ("key-id", "key", "key-changed"),
    ] {
        let (was, now) = (get(&before, field), get(&after, field));
        if was != now {
            let about = Subject { kind: GENERATOR, id: field, title: words };
            draft.changed(rule, about, words, shown(was), shown(now));
        }
    }
    let development = |head: &Value| head.get("development").and_then(Value::as_bool).unwrap_or(false);
    if development(&before) != development(&after) {
        let rule = if development(&after) { "development-key" } else { "release-key" };
        let about = Subject { kind: GENERATOR, id: "development", title: "development key" };
        draft.changed(
            rule,
            about,
            "development key",
            development(&before).to_string(),
            development(&after).to_string(),
        );
    }
}

fn compare_kind(
    row: &Kind,
    before: &BTreeMap<String, Value>,
    after: &BTreeMap<String, Value>,
    context: &Context,
    draft: &mut Draft,
) {
    for (id, was) in before {
        if !after.contains_key(id)
            && let Some(rule) = (row.removed)(was)
        {
            let title = title(row, id, was);
            let about = Subject { kind: row.shown_as, id, title: &title };
            draft.note(rule, about, ChangeType::Removed, "", title.clone(), String::new());
        }
    }
    for (id, now) in after {
        let title = title(row, id, now);
        let about = Subject { kind: row.shown_as, id, title: &title };
        match before.get(id) {
            None => {
                if let Some(rule) = (row.added)(now, context) {
                    draft.note(rule, about, ChangeType::Added, "", String::new(), title.clone());
                }
            }
            Some(was) if was == now => {}
            Some(was) => compare_record(row, about, was, now, context, draft),
        }
    }
    // What time alone changed: nobody edited the record, but its end passed between the two.
    if let (Some(due), Some(earlier), Some(later)) = (&row.ends, context.as_of.0, context.as_of.1) {
        for (id, now) in after {
            let Some(ends) = due.fields.iter().find_map(|field| ends(get(now, field))) else { continue };
            let was_over = before.get(id).is_none_or(|was| {
                due.fields.iter().find_map(|field| ends_of(was, field)).is_some_and(|ends| earlier >= ends)
            });
            if later >= ends && !was_over {
                let title = title(row, id, now);
                let about = Subject { kind: row.shown_as, id, title: &title };
                draft.changed(
                    due.rule,
                    about,
                    due.words,
                    "in date".to_owned(),
                    format!("over since {}", ends.date()),
                );
            }
        }
    }
}

fn ends_of(record: &Value, field: &str) -> Option<Instant> {
    ends(get(record, field))
}

/// The first instant at which a date or an instant is over.
fn ends(value: &Value) -> Option<Instant> {
    serde_json::from_value::<crate::model::time::Expiry>(value.clone())
        .ok()
        .map(crate::model::time::Expiry::ends)
}

fn compare_record(
    row: &Kind,
    about: Subject<'_>,
    was: &Value,
    now: &Value,
    context: &Context,
    draft: &mut Draft,
) {
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for field in row.fields {
        known.insert(field.name);
        let (before, after) = (get(was, field.name), get(now, field.name));
        if before == after || (is_empty(before) && is_empty(after)) {
            continue;
        }
        if let Some(rule) = (field.judge)(before, after, context) {
            draft.changed(rule, about, field.words, shown(before), shown(after));
        }
    }
    let (old_bytes, new_bytes) = (get(was, "source/sha256"), get(now, "source/sha256"));
    if row.kind == "evidence" && old_bytes != new_bytes && get(was, "captured-at") == get(now, "captured-at")
    {
        draft.changed("evidence-altered", about, "bytes", shown(old_bytes), shown(new_bytes));
    }
    if row.kind == "claims" {
        known.insert("criteria");
        criteria::compare(about, get(was, "criteria"), get(now, "criteria"), draft);
    }
    if !row.all_fields {
        return;
    }
    let keys: BTreeSet<&String> =
        was.as_object().into_iter().chain(now.as_object()).flat_map(|map| map.keys()).collect();
    for key in keys {
        let quiet = known.contains(key.as_str())
            || matches!(
                key.as_str(),
                "id" | "visibility" | "audience" | "public-stub" | "size-bytes" | "archived-as"
            );
        let (before, after) = (get(was, key), get(now, key));
        if !quiet && before != after && !(is_empty(before) && is_empty(after)) {
            let rule = if key == "last-reviewed" { "reviewed" } else { "field-changed" };
            draft.changed(rule, about, &key.replace('-', " "), shown(before), shown(after));
        }
    }
}

/// What a record is called where what changed is only said about it, such as the status of a claim.
fn named(kind: &str, id: &str, records: [&Records; 2]) -> Option<String> {
    let row = KINDS.iter().find(|row| row.kind == kind)?;
    let record = records.into_iter().find_map(|records| records.kinds.get(kind)?.get(id))?;
    Some(title(row, id, record))
}

fn title(row: &Kind, id: &str, record: &Value) -> String {
    let title = row.title.iter().find_map(|field| record.get(*field).and_then(Value::as_str));
    title.map_or_else(|| id.to_owned(), |title| cut(title, 120))
}

/// The value at a field, or at a pointer where the name has a `/`.
fn get<'a>(record: &'a Value, field: &str) -> &'a Value {
    if field.contains('/') {
        record.pointer(&format!("/{field}")).unwrap_or(&Value::Null)
    } else {
        record.get(field).unwrap_or(&Value::Null)
    }
}

/// Nothing is said: absent, empty text, empty list.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The texts of a list, or of one text.
fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(list) => list.iter().map(shown).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}

/// A value for people, at most 200 characters.
fn shown(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(shown).collect::<Vec<_>>().join(", "),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Object(map) => map
            .iter()
            .filter(|(_, value)| !is_empty(value))
            .map(|(key, value)| format!("{key} {}", shown(value)))
            .collect::<Vec<_>>()
            .join("; "),
    };
    cut(&text, 200)
}

fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Whether anything is weaker.
pub fn is_weaker(changes: &Changes) -> bool {
    changes.count(Direction::Weaker) > 0
}
