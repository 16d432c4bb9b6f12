//! SPDX tag-value: lines of `Tag: value` to a tree of the shape of SPDX JSON, so that one reader serves both.
//! Line ends of every kind; a `<text>` that is never closed is an error, a line that is no tag a warning.

use std::borrow::Cow;

use super::Form;
use super::Format;
use super::Input;
use super::Read;
use super::checked;
use super::spdx;
use super::spdx_tag_names::ASIDE;
use super::spdx_tag_names::CREATION;
use super::spdx_tag_names::DOCUMENT;
use super::spdx_tag_names::FIRST;
use super::spdx_tag_names::How;
use super::spdx_tag_names::PACKAGE;
use crate::load::text::Language;
use crate::load::text::Syntax;
use crate::load::text::node::Data;
use crate::load::text::node::Document;
use crate::load::text::node::Duplicate;
use crate::load::text::node::Entry;
use crate::load::text::node::Node;
use crate::load::text::node::unique;
use crate::load::text::reader::Reader;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;

/// The row.
pub(super) const ROW: Format = Format {
    id: "spdx-tag-value",
    title: "an SPDX tag-value document",
    media_type: "text/spdx",
    kind: EvidenceKind::Sbom,
    docs: "**What it reads.** SPDX 2.2 and 2.3 as lines of `Tag: value`, with line ends of every kind, to the same record as its \
           JSON; 1.2 to 2.1 as far as they go, with a warning. Files are counted, not listed.\n\n\
           **Traps.** A `<text>` that is never closed would swallow the packages after it: that is an error. A line that is no tag is \
           a warning. A tag that no version of SPDX has is counted.\n\n\
           **Source.** <https://spdx.github.io/spdx-spec/v2.3/>.",
    detect: |input| matches!(input.form, Form::Text) && is_tag_value(input.text),
    read,
};

/// Whether a text begins like lines of tags and says soon that they are SPDX.
pub(crate) fn is_tag_value(text: &str) -> bool {
    let mut lines =
        text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let tag = |line: &str| line.split_once(':').map(|(tag, _)| tag.trim().to_owned());
    match lines.next().and_then(tag) {
        Some(first) if first == "SPDXVersion" => true,
        Some(first) if FIRST.contains(&first.as_str()) => {
            lines.take(200).filter_map(tag).any(|tag| tag == "SPDXVersion")
        }
        Some(_) | None => false,
    }
}

fn read(input: &Input<'_>) -> Checked<Read> {
    let parsed = match parse(input.text) {
        Ok(parsed) => parsed,
        Err(syntax) => return Checked::refused(syntax.finding(input.path, input.text)),
    };
    let reader = Reader::new(input.path, input.text, &parsed.document);
    for node in &parsed.not_tags {
        reader.warn(node, "unknown-line", "this line is no `Tag: value`; it is left out");
    }
    reader.count_unknown(parsed.unknown);
    let mut read = spdx::bill(&reader);
    if let Some(read) = &mut read {
        read.facts.insert("with_checksum_lines", serde_json::json!(parsed.checksum_lines));
    }
    checked(reader, read)
}

struct Parsed<'a> {
    document: Document<'a>,
    not_tags: Vec<Node<'a>>,
    unknown: u32,
    checksum_lines: usize,
}

/// What the tags of a section go into.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Document,
    Package,
    File,
    Snippet,
    Licence,
    /// Annotations and reviews: known, and not read.
    Aside,
}

struct Lines<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lines<'a> {
    /// The next line that says something, with its offset.
    fn next(&mut self) -> Option<(usize, &'a str)> {
        while self.at < self.text.len() {
            let rest = &self.text[self.at..];
            let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
            let (start, line) = (self.at, &rest[..length]);
            self.at += length + usize::from(length < rest.len());
            let blank = line.len() - line.trim_start().len();
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                return Some((start + blank, line));
            }
        }
        None
    }

    /// The value that begins at `start`, up to the end of its line or of its `<text>`.
    fn value(&mut self, start: usize, on_line: &'a str) -> Result<(usize, &'a str), Syntax> {
        let Some(rest) = on_line.strip_prefix("<text>") else { return Ok((start, on_line)) };
        let inner = start + (on_line.len() - rest.len());
        let Some(length) = self.text[inner..].find("</text>") else {
            return Err(Syntax::new("unclosed-text", start, "this `<text>` is never closed")
                .help("write `</text>` where it ends; everything after it would be swallowed"));
        };
        let end = inner + length;
        let after = end + "</text>".len();
        if after > self.at {
            self.at = after;
        }
        let value = &self.text[inner..end];
        let blank = value.len() - value.trim_start().len();
        Ok((inner + blank, value.trim()))
    }
}

struct Tags<'a> {
    root: Vec<Entry<'a>>,
    creation: Vec<Entry<'a>>,
    packages: Vec<Node<'a>>,
    files: Vec<Node<'a>>,
    snippets: Vec<Node<'a>>,
    licences: Vec<Node<'a>>,
    relationships: Vec<Node<'a>>,
    section: Section,
    /// The section that is being read, where it began and where it ends so far.
    current: (Vec<Entry<'a>>, usize, usize),
    duplicates: Vec<Duplicate>,
}

fn parse(text: &str) -> Result<Parsed<'_>, Syntax> {
    let mut lines = Lines { text, at: 0 };
    let mut tags = Tags {
        root: Vec::new(),
        creation: Vec::new(),
        packages: Vec::new(),
        files: Vec::new(),
        snippets: Vec::new(),
        licences: Vec::new(),
        relationships: Vec::new(),
        section: Section::Document,
        current: (Vec::new(), 0, 0),
        duplicates: Vec::new(),
    };
    let (mut not_tags, mut unknown, mut checksum_lines) = (Vec::new(), 0, 0);
    while let Some((start, line)) = lines.next() {
        let tag = line.split_once(':').filter(|(tag, _)| {
            !tag.is_empty() && tag.trim_end().bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        let Some((tag, rest)) = tag else {
            not_tags.push(text_node(start, line));
            continue;
        };
        let blank = rest.len() - rest.trim_start().len();
        let (at, value) = lines.value(start + tag.len() + 1 + blank, rest.trim_start())?;
        checksum_lines += usize::from(tag == "PackageChecksum");
        if !tags.take((start, tag.trim_end()), at, value) {
            unknown += 1;
        }
    }
    tags.close();
    let (root, duplicates) = tags.document(text);
    let document = Document { root, duplicates, language: Language::TagValue, rows: Vec::new() };
    Ok(Parsed { document, not_tags, unknown, checksum_lines })
}

impl<'a> Tags<'a> {
    /// Takes a tag; `false` when no version of SPDX has it.
    fn take(&mut self, tag: (usize, &'a str), at: usize, value: &'a str) -> bool {
        let (start, name) = tag;
        let begins = match name {
            "PackageName" => Some(Section::Package),
            "FileName" => Some(Section::File),
            "SnippetSPDXID" => Some(Section::Snippet),
            "LicenseID" => Some(Section::Licence),
            "Annotator" | "Reviewer" => Some(Section::Aside),
            _ => None,
        };
        // an annotation stands in the middle of a package, whose tags may go on after it
        if let Some(section) = begins
            && section != Section::Aside
        {
            self.close();
            self.section = section;
            self.current = (Vec::new(), start, start);
        }
        if let Some((_, key, how)) = CREATION.iter().find(|(tag, _, _)| *tag == name) {
            put(&mut self.creation, key, *how, start, at, value);
            return true;
        }
        if name == "Relationship" {
            self.relationships.push(relationship(at, value));
            return true;
        }
        self.current.2 = at + value.len();
        let known = match self.section {
            Section::Package => PACKAGE.iter().find(|(tag, _, _)| *tag == name),
            Section::Document => DOCUMENT.iter().find(|(tag, _, _)| *tag == name),
            Section::File | Section::Snippet | Section::Licence | Section::Aside => None,
        };
        if let Some((_, key, how)) = known {
            let into = if self.section == Section::Package { &mut self.current.0 } else { &mut self.root };
            put(into, key, *how, start, at, value);
            return true;
        }
        if let Some((_, key, how)) = DOCUMENT.iter().find(|(tag, _, _)| *tag == name && name != "SPDXID") {
            put(&mut self.root, key, *how, start, at, value);
            return true;
        }
        begins.is_some()
            || matches!(name, "ExternalRefComment" | "RelationshipComment")
            || ASIDE.iter().any(|prefix| name.starts_with(prefix))
    }

    /// Ends the section that is being read.
    fn close(&mut self) {
        let (mut entries, start, end) = std::mem::take(&mut self.current);
        let list = match self.section {
            Section::Package => &mut self.packages,
            Section::File => &mut self.files,
            Section::Snippet => &mut self.snippets,
            Section::Licence => &mut self.licences,
            Section::Document | Section::Aside => return,
        };
        unique(&mut entries, &mut self.duplicates);
        list.push(node(Data::Map(entries), start, end));
    }

    fn document(mut self, text: &'a str) -> (Node<'a>, Vec<Duplicate>) {
        let mut root = self.root;
        unique(&mut self.creation, &mut self.duplicates);
        let lists = [
            ("packages", self.packages),
            ("files", self.files),
            ("snippets", self.snippets),
            ("hasExtractedLicensingInfos", self.licences),
            ("relationships", self.relationships),
        ];
        for (key, list) in lists {
            if let (Some(first), Some(last)) = (list.first(), list.last()) {
                let (start, end) = (first.start, last.end);
                root.push(Entry {
                    key: Cow::Borrowed(key),
                    key_start: start,
                    value: Node { data: Data::List(list), start, end },
                });
            }
        }
        if let (Some(first), Some(last)) = (self.creation.first(), self.creation.last()) {
            let (start, end) = (first.key_start, last.value.end);
            let value = Node { data: Data::Map(self.creation), start, end };
            root.push(Entry { key: Cow::Borrowed("creationInfo"), key_start: start, value });
        }
        unique(&mut root, &mut self.duplicates);
        self.duplicates.sort_by_key(|duplicate| duplicate.second);
        (node(Data::Map(root), 0, text.len()), self.duplicates)
    }
}

fn put<'a>(into: &mut Vec<Entry<'a>>, key: &'static str, how: How, start: usize, at: usize, value: &'a str) {
    let item = match how {
        How::Text | How::Each => text_node(at, value),
        How::Checksum => match value.split_once(':') {
            Some((algorithm, digest)) => {
                fields(at, value, &[("algorithm", algorithm.trim()), ("checksumValue", digest.trim())])
            }
            None => text_node(at, value),
        },
        How::Reference => {
            let mut words = value.splitn(3, char::is_whitespace);
            match (words.next(), words.next(), words.next()) {
                (Some(category), Some(kind), Some(locator)) => fields(
                    at,
                    value,
                    &[
                        ("referenceCategory", category),
                        ("referenceType", kind),
                        ("referenceLocator", locator.trim()),
                    ],
                ),
                _ => text_node(at, value),
            }
        }
    };
    let single = matches!(how, How::Text);
    if !single
        && let Some(entry) = into.iter_mut().find(|entry| entry.key == key)
        && let Data::List(items) = &mut entry.value.data
    {
        entry.value.end = item.end;
        items.push(item);
        return;
    }
    let (from, to) = (item.start, item.end);
    let value = if single { item } else { Node { data: Data::List(vec![item]), start: from, end: to } };
    into.push(Entry { key: Cow::Borrowed(key), key_start: offset(start), value });
}

fn relationship(at: usize, value: &str) -> Node<'_> {
    let words: Vec<&str> = value.splitn(4, char::is_whitespace).filter(|word| !word.is_empty()).collect();
    match words.as_slice() {
        [from, kind, to] => fields(
            at,
            value,
            &[("spdxElementId", from), ("relationshipType", kind), ("relatedSpdxElement", to)],
        ),
        _ => text_node(at, value),
    }
}

fn fields<'a>(at: usize, value: &'a str, fields: &[(&'static str, &'a str)]) -> Node<'a> {
    let mut from = 0;
    let entries = fields
        .iter()
        .map(|(key, part)| {
            let found = value.get(from..).and_then(|rest| rest.find(part)).map_or(from, |found| from + found);
            from = found + part.len();
            let value = text_node(at + found, part);
            Entry { key: Cow::Borrowed(*key), key_start: value.start, value }
        })
        .collect();
    node(Data::Map(entries), at, at + value.len())
}

fn text_node(at: usize, value: &str) -> Node<'_> {
    node(Data::Text(Cow::Borrowed(value)), at, at + value.len())
}

fn node(data: Data<'_>, start: usize, end: usize) -> Node<'_> {
    Node { data, start: offset(start), end: offset(end) }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
