//! What can be wrong with a value, in the words people read.

use std::fmt;

use serde::de;

use super::node::Node;
use super::position;
use crate::model::finding::Finding;
use crate::model::finding::did_you_mean;

/// What is wrong with a value.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// Finding code.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// First byte and one past the last.
    pub place: Option<(u32, u32)>,
    /// The key of the outermost map that the fault is under.
    pub key: Option<String>,
    /// The key that the map at the place lacks.
    pub lacks: Option<&'static str>,
}

impl Fault {
    /// A fault without a place yet.
    pub(crate) fn new(code: &'static str, message: String) -> Self {
        Self { code, message, help: String::new(), place: None, key: None, lacks: None }
    }

    /// Places it, unless something inside placed it already.
    pub(crate) fn at(mut self, start: u32, end: u32) -> Self {
        self.place.get_or_insert((start, end));
        self
    }

    /// Whether this unknown key was written for the one that `other` misses.
    pub(crate) fn is_meant_for(&self, other: &Self) -> bool {
        let meant = self.help.strip_prefix("did you mean `").and_then(|rest| rest.strip_suffix("`?"));
        let inside = match (self.place, other.place) {
            (Some((start, end)), Some((from, to))) => from <= start && end <= to,
            (None, _) | (_, None) => true,
        };
        other.code == "missing-key" && inside && meant.is_some_and(|key| other.message == missing(key))
    }

    /// As a finding in `path`, located.
    pub(crate) fn finding(&self, path: &str, text: &str, root: &Node<'_>) -> Finding {
        let (start, end) = self.place.unwrap_or((root.start, root.end));
        let mut place = position::place(path, text, start as usize, end as usize);
        place.pointer = root.pointer_to(start, end);
        Finding::error(self.code, self.message.clone()).at(place).help(self.help.clone())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

fn unexpected(found: &de::Unexpected<'_>) -> String {
    match found {
        de::Unexpected::Unit | de::Unexpected::Option => "nothing".to_owned(),
        de::Unexpected::Str(text) => format!("`{}`", short(text)),
        de::Unexpected::Bool(value) => format!("`{value}`"),
        de::Unexpected::Unsigned(value) => format!("`{value}`"),
        de::Unexpected::Signed(value) => format!("`{value}`"),
        de::Unexpected::Float(value) => format!("`{value}`"),
        de::Unexpected::Seq => "a list".to_owned(),
        de::Unexpected::Map => "a map".to_owned(),
        other => other.to_string(),
    }
}

/// A text of bounded length.
pub(super) fn short(text: &str) -> String {
    if text.chars().count() > 60 {
        format!("{}…", text.chars().take(60).collect::<String>())
    } else {
        text.to_owned()
    }
}

/// A list of words.
pub(super) fn one_of(known: &[&str]) -> String {
    let shown: Vec<String> = known.iter().take(12).map(|word| format!("`{word}`")).collect();
    let more = if known.len() > 12 { format!(" and {} more", known.len() - 12) } else { String::new() };
    format!("one of {}{more}", shown.join(", "))
}

fn missing(key: &str) -> String {
    format!("the key `{key}` is missing")
}

fn meant(word: &str, known: &[&str]) -> String {
    match did_you_mean(word, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if known.is_empty() => "no key is known here".to_owned(),
        None => format!("known here: {}", one_of(known).trim_start_matches("one of ")),
    }
}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new("invalid-value", message.to_string())
    }

    fn invalid_type(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let expected = expected.to_string();
        let expected = expected.strip_prefix("struct ").map_or(expected.clone(), |_| "a map".to_owned());
        let expected = match expected.as_str() {
            "a string" => "a text".to_owned(),
            "a sequence" => "a list".to_owned(),
            "a boolean" => "`true` or `false`".to_owned(),
            "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number".to_owned(),
            "i8" | "i16" | "i32" | "i64" => "a whole number".to_owned(),
            "f32" | "f64" => "a number".to_owned(),
            _ => expected,
        };
        let mut fault = Self::new("wrong-type", format!("expected {expected}, found {}", unexpected(&found)));
        if expected == "a text" && !matches!(found, de::Unexpected::Seq | de::Unexpected::Map) {
            fault.help = "put it in quotes".to_owned();
        }
        fault
    }

    fn invalid_value(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new("invalid-value", format!("expected {expected}, found {}", unexpected(&found)))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let mut fault =
            Self::new("invalid-value", format!("expected {}, found `{}`", one_of(expected), short(variant)));
        if let Some(meant) = did_you_mean(variant, expected.iter().copied()) {
            fault.help = format!("did you mean `{meant}`?");
        }
        fault
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let mut fault = Self::new("unknown-key", format!("unknown key `{}`", short(field)));
        fault.help = meant(field, expected);
        fault
    }

    fn missing_field(field: &'static str) -> Self {
        let mut fault = Self::new("missing-key", missing(field));
        fault.help = format!("add `{field}:`");
        fault.lacks = Some(field);
        fault
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new("duplicate-key", format!("the key `{field}` stands here twice"))
    }
}
