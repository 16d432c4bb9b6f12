//! Tolerant reading of other people's documents: a value of the wrong type is a warning at its place, an unknown key
//! is counted, and nothing fails but what its caller says must be there.

use std::cell::Cell;
use std::cell::RefCell;

use super::Language;
use super::json;
use super::json::Item;
use super::node::Data;
use super::node::Document;
use super::node::Duplicate;
use super::node::Entry;
use super::node::Node;
use super::node::Rows;
use super::position;
use crate::model::finding::Finding;
use crate::model::finding::Severity;
use crate::model::time::Instant;

/// The most warnings of one file; the rest is counted.
const MAX_WARNINGS: usize = 50;

/// Collects what is noticed while a document is read.
pub(crate) struct Reader<'t> {
    path: &'t str,
    text: &'t str,
    root: &'t Node<'t>,
    rows: &'t [Rows],
    language: Language,
    duplicates: &'t [Duplicate],
    noticed: RefCell<Vec<Noticed>>,
    dropped: Cell<usize>,
    unknown: Cell<u32>,
}

struct Noticed {
    severity: Severity,
    code: &'static str,
    message: String,
    help: String,
    at: (u32, u32),
}

impl<'t> Reader<'t> {
    /// A reader of the document at `path`; duplicate keys are noticed at once.
    pub(crate) fn new(path: &'t str, text: &'t str, document: &'t Document<'t>) -> Self {
        let reader = Self {
            path,
            text,
            root: &document.root,
            rows: &document.rows,
            language: document.language,
            duplicates: &document.duplicates,
            noticed: RefCell::default(),
            dropped: Cell::new(0),
            unknown: Cell::new(0),
        };
        reader.duplicates(&document.duplicates);
        reader
    }

    fn duplicates(&self, duplicates: &[Duplicate]) {
        for duplicate in duplicates {
            let width = u32::try_from(duplicate.key.len() + 2).unwrap_or(1);
            self.notice(
                Severity::Warning,
                "duplicate-key",
                (duplicate.second, duplicate.second + width),
                format!("the key `{}` stands here twice; the later value is used", duplicate.key),
                "readers differ in which value they take: have the producer fix it".to_owned(),
            );
        }
    }

    /// The long list of `map` at `key` that was only looked over.
    fn rows(&self, map: &Node<'_>, key: &str) -> Option<&'t Rows> {
        let is_root = (map.start, map.end) == (self.root.start, self.root.end);
        self.rows.iter().find(|rows| is_root && rows.key == key)
    }

    /// Keys of the document that stand somewhere twice: nobody can say which value is meant.
    pub(crate) fn twice(&self) -> impl Iterator<Item = &'t str> {
        self.duplicates.iter().map(|duplicate| duplicate.key.as_str())
    }

    /// The document.
    pub(crate) fn root(&self) -> &'t Node<'t> {
        self.root
    }

    /// The language it is written in.
    pub(crate) fn language(&self) -> Language {
        self.language
    }

    fn notice(&self, severity: Severity, code: &'static str, at: (u32, u32), message: String, help: String) {
        let mut noticed = self.noticed.borrow_mut();
        if severity != Severity::Error && noticed.len() >= MAX_WARNINGS {
            self.dropped.set(self.dropped.get() + 1);
            return;
        }
        noticed.push(Noticed { severity, code, message, help, at });
    }

    /// Notices something suspicious about `node`.
    pub(crate) fn warn(&self, node: &Node<'_>, code: &'static str, message: impl Into<String>) {
        self.notice(Severity::Warning, code, (node.start, node.end), message.into(), String::new());
    }

    /// Notices something worth knowing about `node`.
    pub(crate) fn note(&self, node: &Node<'_>, code: &'static str, message: impl Into<String>) {
        self.notice(Severity::Note, code, (node.start, node.end), message.into(), String::new());
    }

    /// Notices something that makes the document unusable.
    pub(crate) fn error(
        &self,
        node: &Node<'_>,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.notice(Severity::Error, code, (node.start, node.end), message.into(), help.into());
    }

    /// Fields nobody looked at.
    pub(crate) fn unknown_fields(&self) -> u32 {
        self.unknown.get()
    }

    /// Counts a field nobody looks at.
    pub(crate) fn count_unknown(&self, count: u32) {
        self.unknown.set(self.unknown.get().saturating_add(count));
    }

    /// Whether anything makes the document unusable.
    pub(crate) fn failed(&self) -> bool {
        self.noticed.borrow().iter().any(|noticed| noticed.severity == Severity::Error)
    }

    /// Everything noticed, located.
    pub(crate) fn findings(self) -> Vec<Finding> {
        // what was only looked over is read in full where something has to be pointed at
        let looked_over = !self.rows.is_empty() && !self.noticed.borrow().is_empty();
        let whole = looked_over.then(|| json::parse(self.text).ok()).flatten();
        let root = whole.as_ref().map_or(self.root, |document| &document.root);
        let mut findings: Vec<Finding> = self
            .noticed
            .into_inner()
            .into_iter()
            .map(|noticed| {
                let (start, end) = noticed.at;
                let mut place = position::place(self.path, self.text, start as usize, end as usize);
                place.pointer = root.pointer_to(start, end);
                let finding = match noticed.severity {
                    Severity::Error => Finding::error(noticed.code, noticed.message),
                    Severity::Warning => Finding::warning(noticed.code, noticed.message),
                    Severity::Note => Finding::note(noticed.code, noticed.message),
                };
                finding.at(place).help(noticed.help)
            })
            .collect();
        if self.dropped.get() > 0 {
            findings.push(
                Finding::warning(
                    "more-findings",
                    match self.dropped.get() {
                        1 => "1 more finding in this file is not shown".to_owned(),
                        more => format!("{more} more findings in this file are not shown"),
                    },
                )
                .at(crate::model::finding::Place::file(self.path))
                .help("mend what the ones above say, and look again"),
            );
        }
        findings
    }

    /// The map in `node`, its unknown keys counted; `None` with a warning when it is something else.
    pub(crate) fn map<'n>(&self, node: &'n Node<'n>, known: &[&str]) -> Option<Map<'n, '_, 't>> {
        match &node.data {
            Data::Map(entries) => {
                let unknown = entries.iter().filter(|entry| !known.contains(&entry.key.as_ref())).count();
                self.count_unknown(u32::try_from(unknown).unwrap_or(u32::MAX));
                Some(Map { node, entries, reader: self })
            }
            Data::Null => None,
            Data::Bool(_) | Data::Number(_) | Data::Text(_) | Data::List(_) => {
                self.wrong_type(node, "a map");
                None
            }
        }
    }

    fn wrong_type(&self, node: &Node<'_>, expected: &str) {
        self.warn(node, "wrong-type", format!("expected {expected}, found {}; not used", node.kind()));
    }
}

/// A map of somebody else's document.
#[derive(Clone, Copy)]
pub(crate) struct Map<'n, 'r, 't> {
    node: &'n Node<'n>,
    entries: &'n [Entry<'n>],
    reader: &'r Reader<'t>,
}

impl<'n, 'r, 't> Map<'n, 'r, 't> {
    /// The value it stands in.
    pub(crate) fn node(&self) -> &'n Node<'n> {
        self.node
    }

    /// The value of `key`; a null is as good as absent.
    pub(crate) fn get(&self, key: &str) -> Option<&'n Node<'n>> {
        self.entries
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.value)
            .filter(|value| value.data != Data::Null)
    }

    /// Whether `key` is there, a null included.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == key)
    }

    /// The value of `key`; of several elements in XML, where JSON has one value, the last one, with a warning.
    fn single(&self, key: &str) -> Option<&'n Node<'n>> {
        let node = self.get(key)?;
        match (&node.data, self.reader.language) {
            (Data::List(items), Language::Xml) => {
                let last = items.last()?;
                let message = format!("`{key}` stands here {} times; the last value is used", items.len());
                self.reader.warn(last, "duplicate-key", message);
                Some(last)
            }
            _ => Some(node),
        }
    }

    /// The text of `key`, as written; empty texts are kept.
    pub(crate) fn text(&self, key: &str) -> Option<&'n str> {
        let node = self.single(key)?;
        match &node.data {
            Data::Text(text) => Some(text),
            _ => {
                self.reader.wrong_type(node, "a text");
                None
            }
        }
    }

    /// The text of `key`, owned.
    pub(crate) fn owned(&self, key: &str) -> Option<String> {
        self.text(key).map(str::to_owned)
    }

    /// The text or number of `key`, as written.
    pub(crate) fn scalar(&self, key: &str) -> Option<&'n str> {
        let node = self.single(key)?;
        match &node.data {
            Data::Text(text) | Data::Number(text) => Some(text),
            Data::Bool(true) => Some("true"),
            Data::Bool(false) => Some("false"),
            Data::Null | Data::List(_) | Data::Map(_) => {
                self.reader.wrong_type(node, "a text or a number");
                None
            }
        }
    }

    /// The number of `key`.
    pub(crate) fn number(&self, key: &str) -> Option<f64> {
        let node = self.get(key)?;
        match &node.data {
            Data::Number(raw) => raw.parse().ok().filter(|value: &f64| value.is_finite()),
            _ => {
                self.reader.wrong_type(node, "a number");
                None
            }
        }
    }

    /// The truth of `key`.
    pub(crate) fn bool(&self, key: &str) -> Option<bool> {
        let node = self.get(key)?;
        match &node.data {
            Data::Bool(value) => Some(*value),
            _ => {
                self.reader.wrong_type(node, "`true` or `false`");
                None
            }
        }
    }

    /// The elements of `key`; empty, with a warning, when it is something else or null.
    pub(crate) fn list(&self, key: &str) -> &'n [Node<'n>] {
        let Some(entry) = self.entries.iter().find(|entry| entry.key == key) else { return &[] };
        match &entry.value.data {
            Data::List(items) => items,
            _ => {
                self.reader.wrong_type(&entry.value, "a list");
                &[]
            }
        }
    }

    /// Each element of the list of `key`, with its number: in a large document one by one, so that they never all stand in
    /// memory. A warning when it is something else or null.
    pub(crate) fn each(&self, key: &str, mut take: impl FnMut(usize, &Node<'_>)) {
        self.each_item(key, |index, item| match item {
            Item::Row(_) => false,
            Item::Tree(node) => {
                take(index, node);
                true
            }
        });
    }

    /// The same; in a large document each stands there as a row first. Whoever does not take that says no, and gets it as a tree.
    pub(crate) fn each_item(&self, key: &str, mut take: impl FnMut(usize, Item<'_, 't>) -> bool) {
        match self.reader.rows(self.node, key) {
            Some(rows) => json::each(self.reader.text, rows, |index, item, duplicates| {
                self.reader.duplicates(duplicates);
                take(index, item)
            }),
            None => self.list(key).iter().enumerate().for_each(|(index, node)| {
                take(index, Item::Tree(node));
            }),
        }
    }

    /// How many elements the list of `key` has; 0 when it is none.
    pub(crate) fn length(&self, key: &str) -> usize {
        match self.reader.rows(self.node, key) {
            Some(rows) => rows.count,
            None => self.get(key).and_then(Node::list).map_or(0, <[_]>::len),
        }
    }

    /// The texts in the list of `key`.
    pub(crate) fn texts(&self, key: &str) -> Vec<String> {
        self.list(key)
            .iter()
            .filter_map(|node| match &node.data {
                Data::Text(text) => Some(text.to_string()),
                _ => {
                    self.reader.wrong_type(node, "a text");
                    None
                }
            })
            .collect()
    }

    /// The map of `key`.
    pub(crate) fn map(&self, key: &str, known: &[&str]) -> Option<Map<'n, 'r, 't>> {
        self.reader.map(self.get(key)?, known)
    }

    /// The maps in the list of `key`.
    pub(crate) fn maps(&self, key: &str, known: &'static [&'static str]) -> Vec<Map<'n, 'r, 't>> {
        let reader = self.reader;
        self.list(key).iter().filter_map(|node| reader.map(node, known)).collect()
    }

    /// The instant of `key`: RFC 3339 with an offset, else a warning.
    pub(crate) fn instant(&self, key: &str) -> Option<Instant> {
        let text = self.text(key)?;
        let parsed = Instant::parse_or_date(text);
        if let (Err(message), Some(node)) = (&parsed, self.get(key)) {
            self.reader.warn(node, "unusable-time", message.clone());
        }
        parsed.ok()
    }

    /// The reader.
    pub(crate) fn reader(&self) -> &'r Reader<'t> {
        self.reader
    }
}
