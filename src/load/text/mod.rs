//! Text to trees: strict JSON, YAML and XML readers, positions, and typed records out of trees.
//!
//! Every value of a tree knows where it stands, so that a finding can point at it. Never touches the disk.

mod content;
pub(crate) mod decode;
pub(crate) mod fault;
pub(crate) mod json;
pub(crate) mod lines;
pub(crate) mod node;
pub(crate) mod position;
pub(crate) mod reader;
pub(crate) mod row;
mod stand_in;
pub(crate) mod typed;
pub(crate) mod xml;
mod xml_tag;
pub(crate) mod xml_tree;
pub(crate) mod yaml;
mod yaml_scalar;

use node::Document;

/// The deepest nesting that is read.
pub(crate) const MAX_DEPTH: usize = 256;

/// A text that is not what it should be, at a byte offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Syntax {
    /// Finding code.
    pub code: &'static str,
    /// Byte offset.
    pub at: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Syntax {
    /// A fault without help.
    pub(crate) fn new(code: &'static str, at: usize, message: impl Into<String>) -> Self {
        Self { code, at, message: message.into(), help: String::new() }
    }

    /// Adds what to do.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// As a finding in `path`.
    pub(crate) fn finding(&self, path: &str, text: &str) -> crate::model::finding::Finding {
        crate::model::finding::Finding::error(self.code, self.message.clone())
            .at(position::place(path, text, self.at, self.at))
            .help(self.help.clone())
    }
}

/// A page's head and body.
pub(crate) struct FrontMatter<'t> {
    /// The head, with an empty line for each line before it, so that places in it are places in the page.
    pub in_place: String,
    /// The text after it.
    pub body: &'t str,
    /// The byte of the page it begins at.
    pub body_start: usize,
}

/// The front matter of a page between two `---` lines.
pub(crate) fn front_matter(text: &str) -> Option<FrontMatter<'_>> {
    let first = text.split_inclusive('\n').next()?;
    if first.trim_end() != "---" {
        return None;
    }
    let mut at = first.len();
    for line in text[at..].split_inclusive('\n') {
        if line.trim_end() == "---" {
            let in_place = format!("\n{}", &text[first.len()..at]);
            let body_start = at + line.len();
            return Some(FrontMatter { in_place, body: &text[body_start..], body_start });
        }
        at += line.len();
    }
    None
}

/// Which language a structured text is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// RFC 8259.
    Json,
    /// YAML 1.2, core schema.
    Yaml,
    /// XML, in the shape of the JSON of its dialect.
    Xml,
    /// RDF in XML.
    RdfXml,
    /// Lines of `Tag: value`.
    TagValue,
}

impl Language {
    /// Its name in lower case.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Yaml => "yaml",
            Self::Xml => "xml",
            Self::RdfXml => "rdf-xml",
            Self::TagValue => "tag-value",
        }
    }
}

/// Whether a text reads as JSON: its first character that is not blank opens an object or a list.
pub(crate) fn looks_like_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// Reads a structured text as JSON when it looks like JSON and as YAML otherwise.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, Syntax> {
    parse_by(text, json::parse)
}

/// The same, but long lists of large documents are only looked over: a [`reader::Map`] reads them one by one. What looks like JSON is
/// a YAML flow mapping only where its name says so: a broken JSON document would often be one, and hold other values.
pub(crate) fn parse_large<'t>(text: &'t str, path: &str) -> Result<Document<'t>, Syntax> {
    if looks_like_json(text) && ![".yaml", ".yml"].iter().any(|end| path.ends_with(end)) {
        return json::parse_large(text);
    }
    parse_by(text, json::parse_large)
}

fn parse_by<'t>(
    text: &'t str,
    json: fn(&'t str) -> Result<Document<'t>, Syntax>,
) -> Result<Document<'t>, Syntax> {
    if looks_like_json(text) {
        match json(text) {
            Ok(document) => Ok(document),
            // a YAML flow mapping also begins with a brace
            Err(error) => match text.len() <= 1 << 20 && error.code == "json-syntax" {
                true => yaml::parse(text).map_err(|_| error),
                false => Err(error),
            },
        }
    } else {
        yaml::parse(text)
    }
}
