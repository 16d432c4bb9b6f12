//! Canonical JSON (RFC 8785) with ASCII keys and integers up to 2^53-1 in size: one text for every value, and nothing else is read.
//!
//! The reader is strict instead of clever: no white space, keys in ascending order and so never twice, no escape that the
//! writer would not have written, no fraction or exponent. Depth, size and number of values are limited.

use std::collections::BTreeMap;
use std::fmt;

use crate::bundle::limits;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// Between -(2^53-1) and 2^53-1.
    Integer(i64),
    /// Any text.
    String(String),
    /// In order.
    Array(Vec<Json>),
    /// By key, in byte order.
    Object(BTreeMap<String, Json>),
}

/// 2^53-1, the largest integer that every JSON reader keeps.
pub const MAX_INTEGER: i64 = (1 << 53) - 1;

impl Json {
    /// An object of these members.
    pub fn object<const N: usize>(members: [(&str, Json); N]) -> Self {
        Self::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// A string.
    pub fn string(text: impl Into<String>) -> Self {
        Self::String(text.into())
    }

    /// A number from 0; larger than [`MAX_INTEGER`] prints as that.
    pub fn count(number: u64) -> Self {
        Self::Integer(i64::try_from(number).unwrap_or(MAX_INTEGER).min(MAX_INTEGER))
    }

    /// The canonical text, without a line end.
    pub fn print(&self) -> String {
        let mut out = String::new();
        print(self, &mut out);
        out
    }

    /// Reads a canonical text.
    ///
    /// # Errors
    /// The first byte that is not as [`Json::print`] would have written it, or the limit that was passed.
    pub fn parse(bytes: &[u8]) -> Result<Self, JsonError> {
        if bytes.len() as u64 > limits::MAX_JSON_BYTES {
            return Err(JsonError { offset: bytes.len(), problem: "the text is over the size limit" });
        }
        let text = std::str::from_utf8(bytes)
            .map_err(|error| JsonError { offset: error.valid_up_to(), problem: "the text is not UTF-8" })?;
        let mut reader = Reader { text, at: 0, values: 0 };
        let value = reader.value(0)?;
        if reader.at != text.len() {
            return Err(reader.error("something follows the value"));
        }
        Ok(value)
    }
}

/// Where a text stops being canonical JSON, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// Bytes before the problem.
    pub offset: usize,
    /// What is wrong there.
    pub problem: &'static str,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not canonical JSON at byte {}: {}", self.offset, self.problem)
    }
}

impl std::error::Error for JsonError {}

fn print(value: &Json, out: &mut String) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Json::Integer(value) => out.push_str(&value.clamp(&-MAX_INTEGER, &MAX_INTEGER).to_string()),
        Json::String(text) => print_string(text, out),
        Json::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                print(item, out);
            }
            out.push(']');
        }
        Json::Object(members) => {
            out.push('{');
            for (index, (key, value)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                print_string(key, out);
                out.push(':');
                print(value, out);
            }
            out.push('}');
        }
    }
}

fn print_string(text: &str, out: &mut String) {
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            char if char < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(char))),
            char => out.push(char),
        }
    }
    out.push('"');
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    values: usize,
}

impl Reader<'_> {
    fn error(&self, problem: &'static str) -> JsonError {
        JsonError { offset: self.at, problem }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, literal: &str) -> bool {
        let found = self.text[self.at..].starts_with(literal);
        if found {
            self.at += literal.len();
        }
        found
    }

    fn value(&mut self, depth: usize) -> Result<Json, JsonError> {
        self.values += 1;
        if self.values > limits::MAX_JSON_VALUES {
            return Err(self.error("more values than allowed"));
        }
        match self.peek() {
            Some(b'n') if self.take("null") => Ok(Json::Null),
            Some(b't') if self.take("true") => Ok(Json::Bool(true)),
            Some(b'f') if self.take("false") => Ok(Json::Bool(false)),
            Some(b'"') => self.string().map(Json::String),
            Some(b'-' | b'0'..=b'9') => self.integer(),
            Some(b'[' | b'{') if depth >= limits::MAX_JSON_DEPTH => Err(self.error("nested too deep")),
            Some(b'[') => self.array(depth + 1),
            Some(b'{') => self.object(depth + 1),
            _ => Err(self.error("expected a value")),
        }
    }

    fn integer(&mut self) -> Result<Json, JsonError> {
        let digits = |byte: &u8| byte.is_ascii_digit() || *byte == b'-';
        let length = self.text.as_bytes()[self.at..].iter().take_while(|byte| digits(byte)).count();
        let text = &self.text[self.at..self.at + length];
        let value = text.parse::<i64>().ok().filter(|value| (-MAX_INTEGER..=MAX_INTEGER).contains(value));
        match value {
            Some(value) if value.to_string() == text => {
                self.at += length;
                Ok(Json::Integer(value))
            }
            _ => Err(self.error("not an integer in its shortest form between -(2^53-1) and 2^53-1")),
        }
    }

    fn string(&mut self) -> Result<String, JsonError> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain =
                rest.bytes().take_while(|byte| *byte >= b' ' && *byte != b'"' && *byte != b'\\').count();
            out.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                Some(_) => return Err(self.error("a control character in a string")),
                None => return Err(self.error("the string does not end")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        for (text, char) in [
            ("\\\"", '"'),
            ("\\\\", '\\'),
            ("\\b", '\u{8}'),
            ("\\f", '\u{c}'),
            ("\\n", '\n'),
            ("\\r", '\r'),
            ("\\t", '\t'),
        ] {
            if self.take(text) {
                return Ok(char);
            }
        }
        let digits = self.text[self.at..].strip_prefix("\\u").and_then(|rest| rest.get(..4));
        let char = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).map(char::from);
        match (char, digits) {
            (Some(char), Some(digits))
                if char < ' '
                    && !matches!(char, '\u{8}' | '\u{c}' | '\n' | '\r' | '\t')
                    && format!("{:04x}", u32::from(char)) == digits =>
            {
                self.at += 6;
                Ok(char)
            }
            _ => Err(self.error("an escape that the canonical form does not use")),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Json, JsonError> {
        self.at += 1;
        let mut items = Vec::new();
        if self.take("]") {
            return Ok(Json::Array(items));
        }
        loop {
            items.push(self.value(depth)?);
            if self.take("]") {
                return Ok(Json::Array(items));
            }
            if !self.take(",") {
                return Err(self.error("expected `,` or `]`"));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, JsonError> {
        self.at += 1;
        let mut members = BTreeMap::new();
        if self.take("}") {
            return Ok(Json::Object(members));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.error("expected a key"));
            }
            let key_at = self.at;
            let key = self.string()?;
            if !key.is_ascii() {
                return Err(JsonError { offset: key_at, problem: "a key with a character outside ASCII" });
            }
            if members.last_key_value().is_some_and(|(last, _)| *last >= key) {
                return Err(JsonError {
                    offset: key_at,
                    problem: "a key that is there twice or out of order",
                });
            }
            if !self.take(":") {
                return Err(self.error("expected `:`"));
            }
            let value = self.value(depth)?;
            members.insert(key, value);
            if self.take("}") {
                return Ok(Json::Object(members));
            }
            if !self.take(",") {
                return Err(self.error("expected `,` or `}`"));
            }
        }
    }
}

/// Takes the members out of an object one by one and refuses what is left.
#[derive(Debug)]
pub struct Members {
    place: String,
    members: BTreeMap<String, Json>,
}

impl Members {
    /// The members of `value`; `place` is how errors call it.
    ///
    /// # Errors
    /// When it is no object.
    pub fn of(value: Json, place: &str) -> Result<Self, String> {
        match value {
            Json::Object(members) => Ok(Self { place: place.to_owned(), members }),
            _ => Err(format!("{place} is not an object")),
        }
    }

    /// How errors call the member `key`.
    pub fn place(&self, key: &str) -> String {
        if self.place.is_empty() { key.to_owned() } else { format!("{}.{key}", self.place) }
    }

    /// A member that may be missing.
    pub fn optional(&mut self, key: &str) -> Option<Json> {
        self.members.remove(key)
    }

    /// Any member.
    ///
    /// # Errors
    /// When it is missing.
    pub fn any(&mut self, key: &str) -> Result<Json, String> {
        self.members.remove(key).ok_or_else(|| format!("{} is missing", self.place(key)))
    }

    /// A string member.
    ///
    /// # Errors
    /// When it is missing or of another type.
    pub fn string(&mut self, key: &str) -> Result<String, String> {
        match self.any(key)? {
            Json::String(text) => Ok(text),
            _ => Err(format!("{} is not a string", self.place(key))),
        }
    }

    /// A string member that `read` understands.
    ///
    /// # Errors
    /// When it is missing, of another type, or `read` gives nothing.
    pub fn read<T>(&mut self, key: &str, what: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, String> {
        let text = self.string(key)?;
        read(&text).ok_or_else(|| format!("{} is not {what}", self.place(key)))
    }

    /// A boolean member.
    ///
    /// # Errors
    /// When it is missing or of another type.
    pub fn bool(&mut self, key: &str) -> Result<bool, String> {
        match self.any(key)? {
            Json::Bool(value) => Ok(value),
            _ => Err(format!("{} is neither true nor false", self.place(key))),
        }
    }

    /// An integer member from 0.
    ///
    /// # Errors
    /// When it is missing, of another type or negative.
    pub fn count(&mut self, key: &str) -> Result<u64, String> {
        match self.any(key)? {
            Json::Integer(value) => {
                u64::try_from(value).map_err(|_| format!("{} is negative", self.place(key)))
            }
            _ => Err(format!("{} is not an integer", self.place(key))),
        }
    }

    /// An array member.
    ///
    /// # Errors
    /// When it is missing or of another type.
    pub fn array(&mut self, key: &str) -> Result<Vec<Json>, String> {
        match self.any(key)? {
            Json::Array(items) => Ok(items),
            _ => Err(format!("{} is not an array", self.place(key))),
        }
    }

    /// An object member.
    ///
    /// # Errors
    /// When it is missing or of another type.
    pub fn object(&mut self, key: &str) -> Result<Members, String> {
        let value = self.any(key)?;
        Members::of(value, &self.place(key))
    }

    /// Ends the taking.
    ///
    /// # Errors
    /// When a member is left that nobody asked for.
    pub fn finish(self) -> Result<(), String> {
        match self.members.keys().next() {
            None => Ok(()),
            Some(key) => Err(format!(
                "{} is not known to this version of the format",
                self.place(&key.escape_debug().to_string())
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn arbitrary() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::Bool),
            (-MAX_INTEGER..=MAX_INTEGER).prop_map(Json::Integer),
            any::<String>().prop_map(Json::String),
        ];
        leaf.prop_recursive(5, 64, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Json::Array),
                prop::collection::btree_map("[ -~]{0,8}", inner, 0..6).prop_map(Json::Object),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_parses_to_the_same_value(value in arbitrary()) {
            prop_assert_eq!(Json::parse(value.print().as_bytes()), Ok(value));
        }

        #[test]
        fn what_parses_prints_to_the_same_bytes(bytes in r#"[\[\]{}":,0-9a-u\\ -]{0,24}"#) {
            if let Ok(value) = Json::parse(bytes.as_bytes()) {
                prop_assert_eq!(value.print(), bytes);
            }
        }
    }

    #[test]
    fn a_second_text_for_a_value_is_refused() {
        for text in [
            "",
            " 1",
            "1 ",
            "1\n",
            "01",
            "-0",
            "+1",
            "1.0",
            "1e3",
            "9007199254740992",
            "-9007199254740992",
            "[1,]",
            "[,]",
            "[1 ,2]",
            "{\"a\":1,\"a\":2}",
            "{\"b\":1,\"a\":2}",
            "{\"a\" :1}",
            "{a:1}",
            "{\"é\":1}",
            "\"\\/\"",
            "\"\\u0041\"",
            "\"\\u000A\"",
            "\"\\u000a\"",
            "\"\\u001F\"",
            "\"\\ud83d\\ude00\"",
            "\"\t\"",
            "\"",
            "nul",
            "true false",
            "[",
            "{",
            "\u{feff}1",
            "NaN",
            "'a'",
            "\"\\u00e9\"",
            "\"\\u+01f\"",
        ] {
            assert!(Json::parse(text.as_bytes()).is_err(), "{text:?}");
        }
        assert!(Json::parse(b"\"\xff\"").is_err());
    }

    #[test]
    fn depth_and_number_of_values_are_limited() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Json::parse(nested(limits::MAX_JSON_DEPTH).as_bytes()).is_ok());
        assert!(Json::parse(nested(limits::MAX_JSON_DEPTH + 1).as_bytes()).is_err());
        assert!(Json::parse(nested(100_000).as_bytes()).is_err());
        let flat = |count: usize| format!("[{}0]", "0,".repeat(count - 1));
        assert!(Json::parse(flat(limits::MAX_JSON_VALUES - 1).as_bytes()).is_ok());
        assert!(Json::parse(flat(limits::MAX_JSON_VALUES).as_bytes()).is_err());
        assert!(Json::parse(&vec![b' '; limits::MAX_JSON_BYTES as usize + 1]).is_err());
    }

    #[test]
    fn members_that_nobody_asked_for_are_refused() {
        let mut members = Members::of(Json::object([("a", Json::count(1)), ("b", Json::Null)]), "x").unwrap();
        assert_eq!(members.count("a"), Ok(1));
        assert_eq!(members.count("c"), Err("x.c is missing".to_owned()));
        assert_eq!(members.finish(), Err("x.b is not known to this version of the format".to_owned()));
    }
}
