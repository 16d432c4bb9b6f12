//! Reads documents of governance systems by a table of forms: which keys make it this form, which it must have.
//!
//! Tolerant: what breaks a form's own rules is a finding and a defect of the record; nothing is dropped for it.

use serde_json::Map as Object;
use serde_json::Value;
use serde_json::json;

use super::Input;
use super::NamedFile;
use super::Read;
use super::checked;
use super::not_this;
use super::placeholder_beside;
use crate::load::text::node::Data;
use crate::load::text::node::Node;
use crate::load::text::reader::Reader;
use crate::model::evidence::Body;
use crate::model::evidence::Mode;
use crate::model::finding::Checked;
use crate::model::governance::GovernanceRecord;
use crate::model::governance::System;
use crate::model::governance::at;
use crate::model::governance::text;
use crate::model::time::Instant;

/// One kind of document of a system.
pub(super) struct Form {
    /// Stable name, such as `run-manifest`.
    pub id: &'static str,
    /// For people.
    pub title: &'static str,
    /// Whether a document is of this form.
    pub detect: fn(&Node<'_>) -> bool,
    /// Keys it must have.
    pub required: &'static [&'static str],
    /// Keys whose texts are words of a list.
    pub words: &'static [(&'static str, &'static [&'static str])],
    /// Its keys, where it may have no others.
    pub closed: Option<&'static [&'static str]>,
    /// Counts with the lists that they count; another number is told, and what was listed is used.
    pub counts: &'static [(&'static str, &'static str)],
    /// The keys that say what it belongs to; the first there is holds.
    pub group: &'static [&'static str],
    /// Whether it records something that has not happened.
    pub planned: bool,
    /// What is told of it beside that, by the key it stands under.
    pub told: fn(&Value) -> Option<(&'static str, &'static str)>,
    /// The files it names with digests.
    pub files: fn(&Value) -> Vec<NamedFile>,
}

/// A form with nothing said beyond how it is recognised.
pub(super) const PLAIN: Form = Form {
    id: "",
    title: "",
    detect: |_| false,
    required: &[],
    words: &[],
    closed: None,
    counts: &[],
    group: &[],
    planned: false,
    told: |_| None,
    files: |_| Vec::new(),
};

/// Keys under which documents say when what they record happened.
const TIMES: [&str; 9] = [
    "captured_at_utc",
    "captured_at",
    "generated_at_utc",
    "written_at_utc",
    "produced_at_utc",
    "observed_at_utc",
    "generated_at",
    "created_at",
    "timestamp",
];

/// The same, as nanoseconds since 1970.
const NANOSECONDS: [&str; 2] = ["created_utc_ns", "ts_utc"];

/// Whether `root` has all of `keys`.
pub(super) fn all(root: &Node<'_>, keys: &[&str]) -> bool {
    keys.iter().all(|key| root.has(key))
}

/// Whether `root` has one of `keys`.
pub(super) fn any(root: &Node<'_>, keys: &[&str]) -> bool {
    keys.iter().any(|key| root.has(key))
}

/// Whether `key` is a list whose first element is a map with one of `keys`; an empty list is taken.
pub(super) fn rows(root: &Node<'_>, key: &str, keys: &[&str]) -> bool {
    root.get(key).and_then(Node::list).is_some_and(|list| list.first().is_none_or(|first| any(first, keys)))
}

/// The form of a document.
pub(super) fn form_of(forms: &'static [Form], root: &Node<'_>) -> Option<&'static Form> {
    forms.iter().find(|form| (form.detect)(root))
}

/// The files in the list of `key`: maps with a path and a digest.
pub(super) fn listed(document: &Value, key: &str) -> Vec<NamedFile> {
    crate::model::governance::list(document, key)
        .iter()
        .enumerate()
        .filter_map(|(index, item)| {
            let path = text(item, &["path", "name", "file", "filename"])?;
            Some(NamedFile {
                path: path.to_owned(),
                sha256: text(item, &["sha256", "sha256_hex", "hash", "digest"]).map(str::to_owned),
                size_bytes: ["bytes", "size_bytes", "size"].iter().find_map(|key| item.get(key)?.as_u64()),
                pointer: format!("/{key}/{index}"),
            })
        })
        .collect()
}

/// A file that two keys of the document name: one its path, the other its digest.
pub(super) fn pair(document: &Value, path: &str, digest: &str) -> Option<NamedFile> {
    Some(NamedFile {
        path: at(document, path)?.as_str()?.to_owned(),
        sha256: Some(at(document, digest)?.as_str()?.to_owned()),
        size_bytes: None,
        pointer: format!("/{}", digest.replace('.', "/")),
    })
}

/// Reads a document of one of `forms`.
pub(super) fn read(input: &Input<'_>, system: System, title: &str, forms: &'static [Form]) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, title) };
    let Some(form) = form_of(forms, &document.root) else { return not_this(input, title) };
    let reader = Reader::new(input.path, input.text, document);
    let read = record(&reader, system, form);
    checked(reader, Some(read))
}

fn record(reader: &Reader<'_>, system: System, form: &'static Form) -> Read {
    let root = reader.root();
    let mut defects = Vec::new();
    let mut defect = |node: &Node<'_>, text: String| {
        reader.warn(node, "schema-violation", format!("{}: {text}", form.title));
        defects.push(text);
    };
    for name in form.required.iter().filter(|name| !root.has(name)) {
        defect(root, format!("it must have `{name}`, and has not"));
    }
    for (key, words) in form.words {
        let Some(node) = root.get(key) else { continue };
        if !node.text().is_some_and(|text| words.contains(&text)) {
            let said = node
                .text()
                .map_or_else(|| node.kind().to_owned(), |text| format!("`{}`", text.escape_debug()));
            defect(node, format!("`{key}` must be one of {}, and is {said}", words.join(", ")));
        }
    }
    if let Some(known) = form.closed {
        for entry in root.map().into_iter().flatten().filter(|entry| !known.contains(&entry.key.as_ref())) {
            defect(&entry.value, format!("it knows no `{}`", entry.key.escape_debug()));
        }
    }
    for entry in root.map().into_iter().flatten() {
        if entry.value.data == Data::Null && form.required.contains(&entry.key.as_ref()) {
            defect(&entry.value, format!("`{}` must have a value, and is null", entry.key.escape_debug()));
        }
    }
    let document = value(root);
    if let Some(node) = root.get(EVIDENCE_MODE)
        && let Some(said) = at(&document, EVIDENCE_MODE).map(word)
        && of_word(&said).is_none()
    {
        defect(
            node,
            format!("`{EVIDENCE_MODE}` is `{}`, no known mode; taken as a sample", said.escape_debug()),
        );
    }
    for (count, list) in form.counts {
        let Some(listed) = at(&document, list).and_then(Value::as_array).map(Vec::len) else { continue };
        let Some((node, said)) = root.get(count).zip(at(&document, count)) else { continue };
        if said.as_u64() != u64::try_from(listed).ok() {
            let message = format!("{}: `{count}` is {said}, `{list}` has {listed}", form.title);
            reader.warn(node, "count-mismatch", message);
        }
    }
    if let Some((key, text)) = (form.told)(&document) {
        reader.note(root.get(key).unwrap_or(root), "schema-violation", format!("{}: {text}", form.title));
    }
    let captured_at = when(&document);
    let written = TIMES.iter().find_map(|key| Some((*key, root.get(key)?)));
    if let (None, Some((key, node))) = (captured_at, written)
        && node.data != Data::Null
    {
        defect(node, format!("`{key}` is no time with an offset"));
    }
    defects.extend(reader.twice().map(crate::model::governance::twice));
    let group = form.group.iter().find_map(|key| match key.strip_prefix('*') {
        Some(end) => document.as_object()?.iter().find(|(key, _)| key.ends_with(end))?.1.as_str(),
        None => at(&document, key)?.as_str(),
    });
    let mode = if form.planned { Some(Mode::Planned) } else { mode(&document) };
    let version = text(&document, &["version", "schema_version"]).map(str::to_owned);
    let name = group.or_else(|| text(&document, &["task_id", "lane", "drill_id"]));
    Read {
        format_version: version,
        title: Some(match name {
            Some(name) => format!("{} of {name}", form.title),
            None => form.title.to_owned(),
        }),
        captured_at,
        mode,
        subject: group.map(str::to_owned),
        placeholder: placeholder_beside(
            root,
            &["otel", "trace", "telemetry_ref", "gate_decision_ref", "git_commit_hex", "cmd"],
        ),
        named: (form.files)(&document),
        facts: [("form", json!(form.id)), ("defects", json!(defects.len()))].into_iter().collect(),
        ..Read::new(Body::GovernanceRecord(Box::new(GovernanceRecord {
            system,
            form: form.id.to_owned(),
            group: group.map(str::to_owned),
            document,
            defects,
            files: Vec::new(),
            seal: None,
        })))
    }
}

/// A tree as JSON; numbers that JSON cannot hold exactly stay texts.
pub(super) fn value(node: &Node<'_>) -> Value {
    match &node.data {
        Data::Null => Value::Null,
        Data::Bool(value) => Value::Bool(*value),
        Data::Number(raw) => number(raw),
        Data::Text(text) => Value::String(text.to_string()),
        Data::List(items) => Value::Array(items.iter().map(value).collect()),
        Data::Map(entries) => {
            let map: Object<String, Value> =
                entries.iter().map(|entry| (entry.key.to_string(), value(&entry.value))).collect();
            Value::Object(map)
        }
    }
}

fn number(raw: &str) -> Value {
    if let Ok(whole) = raw.parse::<i64>() {
        return Value::from(whole);
    }
    match raw.parse::<f64>() {
        Ok(value) if value.is_finite() && raw.contains(['.', 'e', 'E']) => Value::from(value),
        Ok(_) | Err(_) => Value::String(raw.to_owned()),
    }
}

fn when(document: &Value) -> Option<Instant> {
    let written = TIMES.iter().find_map(|key| document.get(key)?.as_str());
    if let Some(text) = written {
        return Instant::parse_or_date(text).ok();
    }
    NANOSECONDS.iter().find_map(|key| {
        let nanoseconds = document.get(key)?.as_i64()?;
        (nanoseconds > 1_000_000_000_000_000_000)
            .then(|| Instant::from_unix(nanoseconds / 1_000_000_000))
            .flatten()
    })
}

/// Whether any reference in it is to a sample, by its scheme.
fn refers_to_sample(value: &Value) -> bool {
    match value {
        Value::String(text) => text
            .trim_start()
            .get(..SAMPLE_SCHEME.len())
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case(SAMPLE_SCHEME)),
        Value::Array(items) => items.iter().any(refers_to_sample),
        Value::Object(map) => map.values().any(refers_to_sample),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

const SAMPLE_SCHEME: &str = "sample://";

/// Whether a mark says yes, as a boolean or a word.
fn yes(value: &Value, key: &str) -> bool {
    match at(value, key) {
        Some(Value::String(word)) => {
            ["true", "yes", "1"].contains(&word.trim().to_ascii_lowercase().as_str())
        }
        Some(other) => other.as_bool() == Some(true),
        None => false,
    }
}

fn word(value: &Value) -> String {
    let word = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    word.trim().to_ascii_lowercase().replace(['-', ' '], "_")
}

/// Where a mode stands that has to be one of the known words.
const EVIDENCE_MODE: &str = "evidence_mode";

/// Words for data that nobody took from what really runs.
const MADE_UP: [&str; 9] =
    ["sample", "synthetic", "example", "demo", "mock", "mocked", "fake", "dummy", "fixture"];

/// How it came about, by its structured marks alone; prose is never looked at. Of several marks the first that is not live holds,
/// and an `evidence_mode` in a word that nobody knows is a sample.
fn mode(document: &Value) -> Option<Mode> {
    if yes(document, "dry_run") || yes(document, "dryRun") {
        return Some(Mode::DryRun);
    }
    if yes(document, "simulated") || yes(document, "simulation") {
        return Some(Mode::Simulated);
    }
    let sections =
        document.as_object().into_iter().flat_map(|map| map.values()).filter(|one| one.is_object());
    let mut modes = Vec::new();
    for section in std::iter::once(document).chain(sections) {
        let classified = at(section, "data_classification").map(word);
        if yes(section, "sample") || classified.is_some_and(|word| MADE_UP.contains(&word.as_str())) {
            return Some(Mode::Sample);
        }
        modes.extend(at(section, EVIDENCE_MODE).map(|value| (EVIDENCE_MODE, word(value))));
    }
    if refers_to_sample(document) {
        return Some(Mode::Sample);
    }
    for key in ["execution_mode", "drill_mode", "execution", "run_mode"] {
        modes.extend(at(document, key).filter(|value| value.is_string()).map(|value| (key, word(value))));
    }
    modes.iter().find_map(|(key, word)| match of_word(word) {
        Some(mode) => Some(mode).filter(|mode| *mode != Mode::Live),
        None => (*key == EVIDENCE_MODE).then_some(Mode::Sample),
    })
}

/// The mode that a word says.
fn of_word(word: &str) -> Option<Mode> {
    Some(match word {
        word if MADE_UP.contains(&word) => Mode::Sample,
        "dry_run" | "dry_run_first" => Mode::DryRun,
        "simulated" | "simulation" => Mode::Simulated,
        "planned" | "plan" | "not_executed" | "deferred" => Mode::Planned,
        "historical" => Mode::Historical,
        "live" | "real" | "production" | "prod" | "actual" | "executed" => Mode::Live,
        _ => return None,
    })
}
