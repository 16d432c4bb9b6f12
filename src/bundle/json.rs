//! Canonical JSON (RFC 8785) with ASCII keys and integers up to 2^53-1 in size: one text for every value, and nothing else is read.
//!
//! The reader is strict instead of clever: no white space, keys in ascending order and so never twice, no escape that the
//! writer would not have written, no fraction or exponent. Depth, size and number of values are limited.

use std::collections::BTreeMap;

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
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() as u64 > limits::MAX_JSON_BYTES {
            return Err(format!("{} bytes of JSON, the limit is {}", bytes.len(), limits::MAX_JSON_BYTES));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| "not UTF-8".to_owned())?;
        let mut reader = Reader { text, at: 0, values: 0 };
        match reader.value(0) {
            Ok(value) if reader.at == text.len() => Ok(value),
            Ok(_) => Err(format!("not canonical JSON at byte {}: something follows the value", reader.at)),
            Err(problem) => Err(format!("not canonical JSON at byte {}: {problem}", reader.at)),
        }
    }
}

/// The control characters that have an escape of their own, and the two that need one.
const ESCAPES: [(char, &str); 7] = [
    ('"', "\\\""),
    ('\\', "\\\\"),
    ('\u{8}', "\\b"),
    ('\u{c}', "\\f"),
    ('\n', "\\n"),
    ('\r', "\\r"),
    ('\t', "\\t"),
];

fn print(value: &Json, out: &mut String) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Json::Integer(value) => out.push_str(&value.clamp(&-MAX_INTEGER, &MAX_INTEGER).to_string()),
        Json::String(text) => print_string(text, out),
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                out.push(if index == 0 { '[' } else { ',' });
                print(item, out);
            }
            out.push_str(if items.is_empty() { "[]" } else { "]" });
        }
        Json::Object(members) => {
            for (index, (key, value)) in members.iter().enumerate() {
                out.push(if index == 0 { '{' } else { ',' });
                print_string(key, out);
                out.push(':');
                print(value, out);
            }
            out.push_str(if members.is_empty() { "{}" } else { "}" });
        }
    }
}

fn print_string(text: &str, out: &mut String) {
    out.push('"');
    for char in text.chars() {
        match ESCAPES.iter().find(|(escaped, _)| *escaped == char) {
            Some((_, escape)) => out.push_str(escape),
            None if char < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(char))),
            None => out.push(char),
        }
    }
    out.push('"');
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    values: usize,
}

type Read<T> = Result<T, &'static str>;

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn take(&mut self, literal: &str) -> bool {
        let found = self.rest().starts_with(literal);
        self.at += if found { literal.len() } else { 0 };
        found
    }

    fn value(&mut self, depth: usize) -> Read<Json> {
        self.values += 1;
        if self.values > limits::MAX_JSON_VALUES {
            return Err("more values than allowed");
        }
        match self.rest().bytes().next() {
            Some(b'n') if self.take("null") => Ok(Json::Null),
            Some(b't') if self.take("true") => Ok(Json::Bool(true)),
            Some(b'f') if self.take("false") => Ok(Json::Bool(false)),
            Some(b'"') => self.string().map(Json::String),
            Some(b'-' | b'0'..=b'9') => self.integer(),
            Some(b'[' | b'{') if depth >= limits::MAX_JSON_DEPTH => Err("nested too deep"),
            Some(b'[') => self.array(depth + 1),
            Some(b'{') => self.object(depth + 1),
            _ => Err("expected a value"),
        }
    }

    fn integer(&mut self) -> Read<Json> {
        let digits = |byte: &u8| byte.is_ascii_digit() || *byte == b'-';
        let text = &self.rest()[..self.rest().bytes().take_while(digits).count()];
        match text.parse::<i64>() {
            Ok(value) if (-MAX_INTEGER..=MAX_INTEGER).contains(&value) && value.to_string() == text => {
                self.at += text.len();
                Ok(Json::Integer(value))
            }
            _ => Err("not an integer in its shortest form between -(2^53-1) and 2^53-1"),
        }
    }

    fn string(&mut self) -> Read<String> {
        if !self.take("\"") {
            return Err("expected a string");
        }
        let mut out = String::new();
        while !self.take("\"") {
            let plain = |byte: &u8| *byte >= b' ' && *byte != b'"' && *byte != b'\\';
            let length = self.rest().bytes().take_while(plain).count();
            if length == 0 {
                out.push(self.escape()?);
            }
            out.push_str(&self.rest()[..length]);
            self.at += length;
        }
        Ok(out)
    }

    fn escape(&mut self) -> Read<char> {
        if let Some((char, _)) = ESCAPES.iter().find(|(_, escape)| self.take(escape)) {
            return Ok(*char);
        }
        let code = self.rest().get(2..6).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let has_own = |char: char| ESCAPES.iter().any(|(escaped, _)| *escaped == char);
        let char = code.map(char::from).filter(|char| *char < ' ' && !has_own(*char));
        if let Some(char) = char.filter(|char| self.take(&format!("\\u{:04x}", u32::from(*char)))) {
            return Ok(char);
        }
        Err(
            "a string that does not end, or a character in it that is written otherwise in the canonical form",
        )
    }

    fn array(&mut self, depth: usize) -> Read<Json> {
        let mut items = Vec::new();
        if self.take("[]") {
            return Ok(Json::Array(items));
        }
        while self.take(if items.is_empty() { "[" } else { "," }) {
            items.push(self.value(depth)?);
        }
        if self.take("]") { Ok(Json::Array(items)) } else { Err("expected `,` or `]`") }
    }

    fn object(&mut self, depth: usize) -> Read<Json> {
        let mut members = BTreeMap::new();
        if self.take("{}") {
            return Ok(Json::Object(members));
        }
        while self.take(if members.is_empty() { "{" } else { "," }) {
            let key = self.string()?;
            if !key.is_ascii() {
                return Err("a key with a character outside ASCII");
            }
            if members.last_key_value().is_some_and(|(last, _)| *last >= key) {
                return Err("a key that is there twice or out of order");
            }
            if !self.take(":") {
                return Err("expected `:`");
            }
            let value = self.value(depth)?;
            members.insert(key, value);
        }
        if self.take("}") { Ok(Json::Object(members)) } else { Err("expected `,` or `}`") }
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
    fn place(&self, key: &str) -> String {
        if self.place.is_empty() { key.to_owned() } else { format!("{}.{key}", self.place) }
    }

    /// A member that may be missing, by a function that takes it.
    ///
    /// # Errors
    /// Those of `take`.
    pub fn optional<T>(
        &mut self,
        key: &str,
        take: impl FnOnce(&mut Self) -> Result<T, String>,
    ) -> Result<Option<T>, String> {
        if self.members.contains_key(key) { take(self).map(Some) } else { Ok(None) }
    }

    /// A member that `read` understands.
    ///
    /// # Errors
    /// When it is missing, or `read` gives nothing, which means that it is not `what`.
    pub fn take<T>(
        &mut self,
        key: &str,
        what: &str,
        read: impl FnOnce(Json) -> Option<T>,
    ) -> Result<T, String> {
        let place = self.place(key);
        let value = self.members.remove(key).ok_or_else(|| format!("{place} is missing"))?;
        read(value).ok_or_else(|| format!("{place} is not {what}"))
    }

    /// A string member.
    ///
    /// # Errors
    /// As for [`Members::take`], like those below.
    pub fn string(&mut self, key: &str) -> Result<String, String> {
        self.read(key, "a string", |text| Some(text.to_owned()))
    }

    /// A string member that `read` understands.
    pub fn read<T>(
        &mut self,
        key: &str,
        what: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, String> {
        self.take(key, what, |value| if let Json::String(text) = value { read(&text) } else { None })
    }

    /// An integer member from 0.
    pub fn count(&mut self, key: &str) -> Result<u64, String> {
        let read = |value| if let Json::Integer(value) = value { u64::try_from(value).ok() } else { None };
        self.take(key, "an integer from 0", read)
    }

    /// The items of an array member, each through `read`.
    pub fn items<T>(&mut self, key: &str, read: fn(Json) -> Result<T, String>) -> Result<Vec<T>, String> {
        match self.take(key, "an array", Some)? {
            Json::Array(items) => items.into_iter().map(read).collect(),
            _ => Err(format!("{} is not an array", self.place(key))),
        }
    }

    /// An object member.
    pub fn object(&mut self, key: &str) -> Result<Members, String> {
        let value = self.take(key, "an object", Some)?;
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
            "9223372036854775807",
            "-9223372036854775808",
            "-9223372036854775809",
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
    fn every_control_character_has_one_escape() {
        let all: String = ('\0'..='\u{7f}').collect();
        let text = Json::string(&all).print();
        assert_eq!(Json::parse(text.as_bytes()), Ok(Json::String(all)));
        for code in 0..=0xffff {
            let text = format!("\"\\u{code:04x}\"");
            let is_canonical = code < 0x20 && ![8, 9, 10, 12, 13].contains(&code);
            assert_eq!(Json::parse(text.as_bytes()).is_ok(), is_canonical, "{text}");
        }
        assert!(Json::parse("\"\\u00é\"".as_bytes()).is_err());
        assert!(Json::parse("\"\\ué00\"".as_bytes()).is_err());
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
