//! Documents of governance systems: what they say as tables, and how the files they name compare with what is here.

use crate::render::words;
use serde_json::Value;

use crate::model::governance::FileState;
use crate::model::governance::GovernanceRecord;
use crate::model::status::Status;
use crate::render::book::Book;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Mark;
use crate::render::view::Part;
use crate::render::view::code;
use crate::render::view::small;
use crate::render::view::text;

/// The most rows of a list that a page shows; the original has all of it.
const MAX_ROWS: usize = 200;

fn counted(record: &GovernanceRecord, state: FileState) -> usize {
    record.files.iter().filter(|file| file.state == state).count()
        + usize::from(record.seal.as_ref().is_some_and(|seal| seal.state == state))
}

fn compared(state: FileState) -> Mark {
    let as_status = match state {
        FileState::Mismatch | FileState::LineEndings => Status::NotMet,
        FileState::NotCheckable => Status::NotAssessed,
        FileState::Match => Status::Met,
    };
    status::worded(as_status, state.word())
}

/// Only what it names has a mark: the worst of its comparisons.
pub(crate) fn mark(record: &GovernanceRecord) -> Option<Mark> {
    let wrong = counted(record, FileState::Mismatch) + counted(record, FileState::LineEndings);
    if wrong > 0 {
        return Some(status::worded(
            Status::NotMet,
            if wrong == 1 { "1 file differs".to_owned() } else { format!("{wrong} files differ") },
        ));
    }
    match counted(record, FileState::Match) {
        0 => None,
        1 => Some(status::worded(Status::Met, "1 digest equal")),
        equal => Some(status::worded(Status::Met, format!("{equal} digests equal"))),
    }
}

/// In a cell: what it is, and what it declares.
pub(crate) fn outcome(record: &GovernanceRecord) -> Cell {
    let declared = ["verdict", "status", "overall_pass", "state", "release_state"]
        .iter()
        .find_map(|key| scalar(record.value(key)?));
    match (mark(record), declared) {
        (Some(mark), _) => mark.into(),
        (None, Some(word)) => format!("declares {word}").into(),
        (None, None) => record.form.replace('-', " ").into(),
    }
}

/// What it says.
pub(crate) fn sections(book: &Book, record: &GovernanceRecord) -> Vec<Section> {
    let mut about = common::pairs();
    about.add("Form", format!("{} ({})", record.form.replace('-', " "), record.system.word()));
    about.add("Belongs to", record.group.as_deref().map(|group| code(group.to_owned())));
    for defect in &record.defects {
        about.add("Breaks its own form", text(defect.clone()));
    }
    let mut out = vec![Section::new("document", "Document").pairs(about)];
    if !record.files.is_empty() || record.seal.is_some() {
        out.push(files(book, record));
    }
    let mut facts = common::pairs();
    let mut lists = Vec::new();
    collect("", &record.document, &mut facts, &mut lists);
    out.push(Section::new("says", "What it says").para("As written; nothing here is computed.").pairs(facts));
    for (at, (key, items)) in lists.into_iter().enumerate() {
        out.push(table(&format!("list-{at}"), &key, items));
    }
    out
}

/// Every file it names, worst first, with a link to the very file.
fn files(book: &Book, record: &GovernanceRecord) -> Section {
    let mut table = Table::new(
        "named-files",
        "Each file it names with a digest, worst first, hashed anew. A digest is a checksum, not a signature.",
        &["File", "!Compared", "Why", "Digest it gives"],
    )
    .filtered();
    let mut sorted: Vec<_> = record.files.iter().collect();
    sorted.sort_by(|a, b| (a.state, &a.path).cmp(&(b.state, &b.path)));
    for file in sorted.into_iter().take(MAX_ROWS) {
        let here = file
            .here
            .as_deref()
            .and_then(|path| book.catalog().evidence.values().find(|evidence| evidence.source.path == path));
        let name = if file.path.is_empty() { "no path given".to_owned() } else { file.path.clone() };
        table.row(vec![
            match here {
                Some(evidence) => Cell(vec![book.link_as("evidence", evidence.id.as_str(), &name)]),
                None => code(name).into(),
            },
            compared(file.state).into(),
            file.why.clone().into(),
            file.sha256.clone().map(|digest| Part::SmallCode { text: digest }).into(),
        ]);
    }
    if let Some(seal) = &record.seal {
        table.row(vec![
            format!("the {} beside it, joined", words::counted(seal.members as u64, "file", "files")).into(),
            compared(seal.state).into(),
            seal.why.clone().into(),
            Part::SmallCode { text: seal.sha256.clone() }.into(),
        ]);
    }
    let equal = counted(record, FileState::Match);
    let all = record.files.len() + usize::from(record.seal.is_some());
    Section::new("named-files", "Files it names").meta(format!("{equal} of {all} equal")).table(table)
}

/// A scalar in words; `None` for lists and maps.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("not given".to_owned()),
        Value::Bool(value) => Some(if *value { "yes" } else { "no" }.to_owned()),
        Value::Number(value) => Some(value.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => items
            .iter()
            .all(|item| !item.is_array() && !item.is_object())
            .then(|| items.iter().filter_map(scalar).collect::<Vec<_>>().join(", ")),
        Value::Object(_) => None,
    }
}

fn collect<'v>(
    prefix: &str,
    value: &'v Value,
    facts: &mut crate::render::page::Pairs,
    lists: &mut Vec<(String, &'v [Value])>,
) {
    let name = |key: &str| if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") };
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match scalar(value) {
                    Some(words) if words.is_empty() => facts.add(name(key), small("none")),
                    Some(words) => facts.add(name(key), text(words)),
                    None => collect(&name(key), value, facts, lists),
                }
            }
        }
        Value::Array(items) => lists.push((prefix.to_owned(), items)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn table(id: &str, key: &str, items: &[Value]) -> Section {
    let title = if key.is_empty() { "Entries" } else { key };
    let mut table = Table::new(id, "As written.", &["Entry", "What it says"]).filtered();
    for (at, item) in items.iter().take(MAX_ROWS).enumerate() {
        let (name, rest) = match item {
            Value::Object(map) => {
                let named = NAMES.iter().find(|name| map.get(**name).and_then(scalar).is_some());
                let name = named.and_then(|name| map.get(*name)).and_then(scalar);
                let rest: Vec<String> = map
                    .iter()
                    .filter(|(key, _)| Some(key.as_str()) != named.copied())
                    .filter_map(|(key, value)| {
                        Some(format!("{key}: {}", scalar(value).filter(|words| !words.is_empty())?))
                    })
                    .collect();
                (name.unwrap_or_else(|| (at + 1).to_string()), rest.join("; "))
            }
            other => ((at + 1).to_string(), scalar(other).unwrap_or_default()),
        };
        table.row(vec![code(name).into(), rest.into()]);
    }
    let section = Section::new(id, title).meta(common::count(items.len(), "entry", "entries")).table(table);
    if items.len() > MAX_ROWS {
        return section.para(format!("The first {MAX_ROWS} are shown; the file has all of them."));
    }
    section
}

/// Keys that name an entry, the best first.
const NAMES: [&str; 14] = [
    "claim_id",
    "blocker_id",
    "metric_id",
    "drill_id",
    "waiver_id",
    "profile_id",
    "finding_id",
    "task_id",
    "code",
    "path",
    "name",
    "provider",
    "id",
    "command",
];
