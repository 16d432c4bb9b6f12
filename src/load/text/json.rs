//! A strict JSON reader (RFC 8259) that keeps places, borrows strings and reports duplicate keys.
//!
//! Own, because no reader at hand keeps byte offsets, numbers as written and both places of a duplicate key.
//! Nesting and the number of values are bounded; a value beyond 64 bits stays the text it was.

use std::borrow::Cow;

use super::Language;
use super::MAX_DEPTH;
use super::Syntax;
use super::node::Data;
use super::node::Document;
use super::node::Duplicate;
use super::node::Entry;
use super::node::Node;
use super::node::Rows;
use super::node::unique;
use super::row;
use super::row::Row;

/// The most values a document may have.
const MAX_NODES: usize = 40_000_000;

/// Reads `text`, without a byte order mark.
///
/// # Errors
/// The first place that is not JSON, or the limit that was passed.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, Syntax> {
    document(Parser::new(text))
}

/// The same, but long lists that are read one by one are only looked over in a large document: see [`Rows`].
///
/// # Errors
/// The same, too.
pub(crate) fn parse_large(text: &str) -> Result<Document<'_>, Syntax> {
    let mut parser = Parser::new(text);
    parser.looks_over = text.len() >= LARGE;
    document(parser)
}

/// From how many bytes on a document is large.
const LARGE: usize = 1 << 20;

/// An item of a list that was looked over.
pub(crate) enum Item<'i, 't> {
    /// As it stands.
    Row(&'i mut Row<'t>),
    /// As a tree.
    Tree(&'i Node<'i>),
}

/// Lists that are read one by one, each beside the key before it that says so.
const LISTS: [(&str, &str); 4] = [
    ("components", "bomFormat"),
    ("dependencies", "bomFormat"),
    ("packages", "spdxVersion"),
    ("relationships", "spdxVersion"),
];

/// Hands over each item of a list that was looked over: first as a row, and where that is not taken, as a tree with the keys that
/// stand twice in it.
pub(crate) fn each<'t>(
    text: &'t str,
    rows: &Rows,
    mut take: impl FnMut(usize, Item<'_, 't>, &[Duplicate]) -> bool,
) {
    let mut parser = Parser::new(text);
    parser.at = rows.start as usize + 1;
    for index in 0..rows.count {
        parser.blank();
        let mut row = Row::new(text, parser.at);
        if take(index, Item::Row(&mut row), &[]) {
            parser.at = row.end();
        } else {
            parser.duplicates.clear();
            // all of it was looked over, so nothing fails here
            let Ok(node) = parser.value(2) else { return };
            take(index, Item::Tree(&node), &parser.duplicates);
        }
        parser.blank();
        parser.at += 1;
    }
}

/// The value at a byte, and where it ends; nothing when a key stands twice in it.
pub(super) fn value_at(text: &str, at: usize) -> Option<(Node<'_>, usize)> {
    let mut parser = Parser::new(text);
    parser.at = at;
    let node = parser.value(2).ok()?;
    parser.duplicates.is_empty().then_some((node, parser.at))
}

fn document(mut parser: Parser<'_>) -> Result<Document<'_>, Syntax> {
    parser.blank();
    let root = parser.value(0)?;
    parser.blank();
    if parser.at < parser.bytes.len() {
        return Err(parser
            .wrong("there is more text after the JSON value")
            .help("one file holds one JSON value"));
    }
    parser.duplicates.sort_by_key(|duplicate| duplicate.second);
    // of two equal keys the later one counts
    let kept = |rows: &Rows| {
        root.map().is_some_and(|entries| {
            entries.iter().any(|entry| entry.key == rows.key && entry.value.start == rows.start)
        })
    };
    parser.rows.retain(kept);
    Ok(Document { root, duplicates: parser.duplicates, language: Language::Json, rows: parser.rows })
}

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    nodes: usize,
    duplicates: Vec<Duplicate>,
    /// Items of the lists that are open; what is closed takes its own away, so that no list is larger than it is.
    items: Vec<Node<'a>>,
    /// Entries of the maps that are open, in the same way.
    entries: Vec<Entry<'a>>,
    /// Whether long lists at the root are only looked over.
    looks_over: bool,
    rows: Vec<Rows>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            nodes: 0,
            duplicates: Vec::new(),
            items: Vec::new(),
            entries: Vec::new(),
            looks_over: false,
            rows: Vec::new(),
        }
    }

    /// Whether the list of `key` at the root is read one by one, with the entries before it.
    fn list_of_rows(&self, key: &str) -> Option<&'static str> {
        let (list, marker) = LISTS.iter().find(|(list, _)| *list == key)?;
        let said = self.entries.iter().any(|entry| entry.key == *marker);
        let twice = self.rows.iter().any(|rows| rows.key == *list);
        (said && !twice && self.bytes.get(self.at) == Some(&b'[')).then_some(*list)
    }

    /// Looks over a list: whether it is one, and how many items it has.
    fn look_over(&mut self, key: &'static str) -> Result<Node<'a>, Syntax> {
        let start = self.at;
        self.at += 1;
        let mut count = 0;
        self.blank();
        if self.bytes.get(self.at) == Some(&b']') {
            self.at += 1;
            return Ok(self.node(Data::List(Vec::new()), start));
        }
        loop {
            self.blank();
            match row::over(self.bytes, self.at) {
                Some((end, nodes)) if self.nodes + nodes <= MAX_NODES => {
                    self.at = end;
                    self.nodes += nodes;
                }
                Some(_) | None => self.over(2)?,
            }
            count += 1;
            self.blank();
            match self.bytes.get(self.at) {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    self.rows.push(Rows { key, start: offset(start), count });
                    return Ok(self.node(Data::List(Vec::new()), start));
                }
                Some(_) | None => return Err(self.unexpected("`,` or `]`")),
            }
        }
    }

    /// Goes over a value, by the same rules as reading it, and keeps nothing.
    fn over(&mut self, depth: usize) -> Result<(), Syntax> {
        let close = match self.bytes.get(self.at) {
            Some(b'{' | b'[') if depth >= MAX_DEPTH => return self.value(depth).map(drop),
            Some(b'{') => b'}',
            Some(b'[') => b']',
            Some(b'"') => {
                self.nodes += 1;
                return self.string().map(drop);
            }
            Some(_) | None => return self.value(depth).map(drop),
        };
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(Syntax::new("too-large", self.at, format!("more than {MAX_NODES} JSON values")));
        }
        self.at += 1;
        self.blank();
        if self.bytes.get(self.at) == Some(&close) {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.blank();
            if close == b'}' {
                if self.bytes.get(self.at) != Some(&b'"') {
                    return Err(self.unexpected("a key in double quotes"));
                }
                self.string()?;
                self.blank();
                if self.bytes.get(self.at) != Some(&b':') {
                    return Err(self.unexpected("`:`"));
                }
                self.at += 1;
                self.blank();
            }
            self.over(depth + 1)?;
            self.blank();
            match self.bytes.get(self.at) {
                Some(b',') => self.at += 1,
                Some(byte) if *byte == close => {
                    self.at += 1;
                    return Ok(());
                }
                Some(_) | None => {
                    return Err(self.unexpected(if close == b'}' { "`,` or `}`" } else { "`,` or `]`" }));
                }
            }
        }
    }

    fn wrong(&self, message: impl Into<String>) -> Syntax {
        Syntax::new("json-syntax", self.at, message)
    }

    fn unexpected(&self, expected: &str) -> Syntax {
        match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            Some(found) => self
                .wrong(format!(
                    "expected {expected}, found `{}`",
                    if found.is_control() { found.escape_debug().to_string() } else { found.to_string() }
                ))
                .help(match found {
                    '\'' => "JSON texts stand in double quotes",
                    '}' | ']' => "is there a comma too many before it?",
                    '"' if expected.contains("`,`") => "is there a comma missing before it?",
                    _ => "",
                }),
            None => self
                .wrong(format!("the file ends where {expected} was expected"))
                .help("the file is cut off: produce or copy it again"),
        }
    }

    fn blank(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn node(&self, data: Data<'a>, start: usize) -> Node<'a> {
        Node { data, start: offset(start), end: offset(self.at) }
    }

    fn value(&mut self, depth: usize) -> Result<Node<'a>, Syntax> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(Syntax::new("too-large", self.at, format!("more than {MAX_NODES} JSON values")));
        }
        let start = self.at;
        match self.bytes.get(self.at) {
            Some(b'{' | b'[') if depth >= MAX_DEPTH => {
                Err(Syntax::new("too-deep", self.at, format!("nested deeper than {MAX_DEPTH} levels"))
                    .help("no known evidence is nested so deep: this file is damaged or made to do harm"))
            }
            Some(b'{') => self.map(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => {
                let text = self.string()?;
                Ok(self.node(Data::Text(text), start))
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Data::Bool(true)),
            Some(b'f') => self.word("false", Data::Bool(false)),
            Some(b'n') => self.word("null", Data::Null),
            Some(_) | None => Err(self.unexpected("a value")),
        }
    }

    fn word(&mut self, word: &str, data: Data<'a>) -> Result<Node<'a>, Syntax> {
        let start = self.at;
        if self.bytes[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(self.node(data, start))
        } else {
            Err(self.unexpected("a value"))
        }
    }

    fn list(&mut self, depth: usize) -> Result<Node<'a>, Syntax> {
        let start = self.at;
        self.at += 1;
        let first = self.items.len();
        self.blank();
        if self.bytes.get(self.at) == Some(&b']') {
            self.at += 1;
            return Ok(self.node(Data::List(Vec::new()), start));
        }
        loop {
            self.blank();
            let item = self.value(depth + 1)?;
            self.items.push(item);
            self.blank();
            match self.bytes.get(self.at) {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    let items = self.items.drain(first..).collect();
                    return Ok(self.node(Data::List(items), start));
                }
                Some(_) | None => return Err(self.unexpected("`,` or `]`")),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Node<'a>, Syntax> {
        let start = self.at;
        self.at += 1;
        let first = self.entries.len();
        self.blank();
        if self.bytes.get(self.at) == Some(&b'}') {
            self.at += 1;
            return Ok(self.node(Data::Map(Vec::new()), start));
        }
        loop {
            self.blank();
            let key_start = offset(self.at);
            if self.bytes.get(self.at) != Some(&b'"') {
                return Err(self.unexpected("a key in double quotes"));
            }
            let key = self.string()?;
            self.blank();
            if self.bytes.get(self.at) != Some(&b':') {
                return Err(self.unexpected("`:`"));
            }
            self.at += 1;
            self.blank();
            let rows = if self.looks_over && depth == 0 { self.list_of_rows(&key) } else { None };
            let value = match rows {
                Some(list) => self.look_over(list)?,
                None => self.value(depth + 1)?,
            };
            self.entries.push(Entry { key, key_start, value });
            self.blank();
            match self.bytes.get(self.at) {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    let mut entries: Vec<Entry<'a>> = self.entries.drain(first..).collect();
                    unique(&mut entries, &mut self.duplicates);
                    return Ok(self.node(Data::Map(entries), start));
                }
                Some(_) | None => return Err(self.unexpected("`,` or `}`")),
            }
        }
    }

    fn digits(&mut self) -> Result<(), Syntax> {
        let start = self.at;
        while matches!(self.bytes.get(self.at), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err(self.unexpected("a digit")) } else { Ok(()) }
    }

    fn number(&mut self) -> Result<Node<'a>, Syntax> {
        let start = self.at;
        if self.bytes[self.at] == b'-' {
            self.at += 1;
        }
        if self.bytes.get(self.at) == Some(&b'0') {
            self.at += 1;
            if matches!(self.bytes.get(self.at), Some(b'0'..=b'9')) {
                return Err(self.wrong("a number with a leading zero"));
            }
        } else {
            self.digits()?;
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.bytes.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.bytes.get(self.at), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        let raw = &self.text[start..self.at];
        Ok(self.node(Data::Number(Cow::Borrowed(raw)), start))
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Syntax> {
        self.at += 1;
        let start = self.at;
        let mut owned: Option<String> = None;
        let mut run = start;
        loop {
            self.at = plain(self.bytes, self.at);
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    let rest = &self.text[run..self.at];
                    self.at += 1;
                    return Ok(match owned {
                        Some(mut text) => {
                            text.push_str(rest);
                            Cow::Owned(text)
                        }
                        None => Cow::Borrowed(rest),
                    });
                }
                Some(b'\\') => {
                    let text = owned.get_or_insert_with(String::new);
                    text.push_str(&self.text[run..self.at]);
                    let ch = self.escape()?;
                    owned.get_or_insert_with(String::new).push(ch);
                    run = self.at;
                }
                Some(0..0x20) => {
                    return Err(self
                        .wrong("a control character inside a text")
                        .help("write it as an escape, such as `\\n`"));
                }
                Some(_) => self.at += 1,
                None => {
                    return Err(self
                        .wrong("the file ends inside a text")
                        .help("the file is cut off: produce or copy it again"));
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, Syntax> {
        let start = self.at;
        let simple = match self.bytes.get(self.at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(start),
            Some(_) | None => return Err(self.wrong("an escape that JSON does not have")),
        };
        self.at += 2;
        Ok(simple)
    }

    fn hex(&mut self) -> Result<u32, Syntax> {
        let digits = self.bytes.get(self.at + 2..self.at + 6);
        let value = digits
            .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .ok_or_else(|| self.wrong("`\\u` without four hex digits"))?;
        self.at += 6;
        Ok(value)
    }

    fn unicode(&mut self, start: usize) -> Result<char, Syntax> {
        let lone = |at| Syntax::new("json-syntax", at, "half of a surrogate pair stands alone");
        let first = self.hex()?;
        if !(0xd800..0xe000).contains(&first) {
            return char::from_u32(first).ok_or_else(|| lone(start));
        }
        if first >= 0xdc00 || !self.bytes[self.at..].starts_with(b"\\u") {
            return Err(lone(start));
        }
        let second = self.hex()?;
        if !(0xdc00..0xe000).contains(&second) {
            return Err(lone(start));
        }
        char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)).ok_or_else(|| lone(start))
    }
}

/// The first byte from `at` on that may mean something in a text: a quote, a backslash, a control character.
pub(super) fn plain(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    // eight at a time; the lowest bit that is set is that of the first such byte
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*chunk);
        // with its second bit turned round, a quote is the number after the control characters
        let below = (word ^ (ONES * 2)).wrapping_sub(ONES * 0x21);
        let backslash = (word ^ (ONES * u64::from(b'\\'))).wrapping_sub(ONES);
        let found = (below | backslash) & !word & HIGH;
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at
}

/// A byte offset as trees keep it; texts beyond 4 GiB are refused before they get here.
pub(super) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value_of(node: &Node<'_>) -> serde_json::Value {
        match &node.data {
            Data::Null => serde_json::Value::Null,
            Data::Bool(value) => (*value).into(),
            Data::Number(raw) => serde_json::from_str(raw).unwrap(),
            Data::Text(text) => text.as_ref().into(),
            Data::List(list) => list.iter().map(value_of).collect(),
            Data::Map(entries) => serde_json::Value::Object(
                entries.iter().map(|entry| (entry.key.to_string(), value_of(&entry.value))).collect(),
            ),
        }
    }

    fn fault(text: &str) -> (usize, String) {
        let error = parse(text).unwrap_err();
        (error.at, error.message)
    }

    #[test]
    fn faults_name_their_place() {
        assert_eq!(fault(r#"{"a": 1,}"#).0, 8);
        assert_eq!(fault(r#"{"a": 1"#), (7, "the file ends where `,` or `}` was expected".to_owned()));
        assert_eq!(fault(r#"{"a": 01}"#), (7, "a number with a leading zero".to_owned()));
        assert_eq!(fault(r#"["\ud800"]"#), (2, "half of a surrogate pair stands alone".to_owned()));
        assert_eq!(fault("[1] x"), (4, "there is more text after the JSON value".to_owned()));
        assert_eq!(fault("[\"a\nb\"]").0, 3);
        assert_eq!(fault("['a']").0, 1);
    }

    #[test]
    fn a_hundred_thousand_levels_are_refused_and_256_are_read() {
        let deep = "[".repeat(100_000);
        assert_eq!(parse(&deep).unwrap_err().code, "too-deep");
        let fine = format!("{}{}", "[".repeat(256), "]".repeat(256));
        assert!(parse(&fine).is_ok());
        let one_more = format!("{}{}", "[".repeat(257), "]".repeat(257));
        assert_eq!(parse(&one_more).unwrap_err().code, "too-deep");
    }

    #[test]
    fn duplicate_keys_are_reported_with_both_places_and_the_later_is_kept() {
        let document = parse(r#"{"a": 1, "b": {"c": 1, "c": 2}, "a": 3}"#).unwrap();
        assert_eq!(
            document.duplicates,
            vec![
                Duplicate { key: "c".to_owned(), first: 15, second: 23 },
                Duplicate { key: "a".to_owned(), first: 1, second: 32 }
            ]
        );
        assert_eq!(document.root.get("a").unwrap().data, Data::Number("3".into()));
        let many: Vec<String> = (0..40).map(|n| format!("\"k{}\": {n}", n % 39)).collect();
        assert_eq!(parse(&format!("{{{}}}", many.join(","))).unwrap().duplicates.len(), 1);
    }

    #[test]
    fn numbers_beyond_64_bits_stay_as_written() {
        let document = parse("[123456789012345678901234567890, 1.10]").unwrap();
        assert_eq!(
            document.root.list().unwrap()[0].data,
            Data::Number("123456789012345678901234567890".into())
        );
    }

    /// A document with a long list of rows, larger than what is read at once.
    fn large(rows: &str) -> String {
        format!(
            "{{\"bomFormat\": \"CycloneDX\", \"pad\": \"{}\", \"components\": {rows}, \"z\": 1}}",
            " ".repeat(LARGE)
        )
    }

    #[test]
    fn long_lists_of_large_documents_are_read_one_by_one_to_the_same_values() {
        let rows = r#"[ {"a": [1, {"b": "x\"\\y"}], "a": 2}, "two" , [], 4.5e1 ,null]"#;
        let text = large(rows);
        let document = parse_large(&text).unwrap();
        assert_eq!(document.root.get("components").unwrap().list().map(<[_]>::len), Some(0));
        let (mut found, mut twice) = (Vec::new(), 0);
        let mut asked = 0;
        each(&text, &document.rows[0], |index, item, duplicates| {
            assert_eq!(index, found.len());
            let node = match item {
                Item::Row(row) => {
                    asked += 1;
                    // one of them is taken as it stands
                    let Some(text) = row.text() else { return false };
                    found.push(text.into());
                    return true;
                }
                Item::Tree(node) => node,
            };
            assert!(text.get(node.start as usize..node.end as usize).is_some());
            twice += duplicates.len();
            found.push(value_of(node));
            true
        });
        assert_eq!(asked, 5);
        let whole = parse(&text).unwrap();
        assert_eq!(serde_json::Value::Array(found), value_of(whole.root.get("components").unwrap()));
        assert_eq!((twice, whole.duplicates.len(), document.rows[0].count), (1, 1, 5));
        // a small one, one without the marker before it, and a list that is none are read as ever
        assert!(parse_large(r#"{"bomFormat": "CycloneDX", "components": [1]}"#).unwrap().rows.is_empty());
        assert!(parse_large(&text.replace("bomFormat", "format")).unwrap().rows.is_empty());
        assert!(parse_large(&large("{}")).unwrap().rows.is_empty());
    }

    #[test]
    fn faults_inside_of_long_lists_are_the_same_ones() {
        for rows in [
            "[1,]",
            "[1 2]",
            "[{\"a\" 1}]",
            "[{\"a\": 1,}]",
            "[{a: 1}]",
            "[01]",
            "[tru]",
            "[\"\u{1}\"]",
            "[\"\\x\"]",
            "[1",
            "[{\"a\": [1}]",
        ] {
            let text = large(rows);
            let (one, other) = (parse(&text).unwrap_err(), parse_large(&text).unwrap_err());
            assert_eq!((one.at, one.message, one.code), (other.at, other.message, other.code), "{rows}");
        }
        for depth in [254, 255, 256, 300] {
            let text = large(&format!("[{}{}]", "[".repeat(depth), "]".repeat(depth)));
            assert_eq!(parse(&text).is_ok(), parse_large(&text).is_ok(), "{depth}");
        }
    }

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(serde_json::Value::from),
            any::<i64>().prop_map(serde_json::Value::from),
            any::<String>().prop_map(serde_json::Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn eight_at_a_time_finds_what_one_at_a_time_finds(text in "[ -~\u{1}\u{7f}é\"\\\\]{0,40}", from in 0..8_usize) {
            let bytes = text.as_bytes();
            let meaning = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
            let found = plain(bytes, from);
            let first = bytes.iter().skip(from).position(meaning).map(|at| from + at);
            match first {
                Some(first) => prop_assert!(found == first || (found < first && bytes.len() - found < 8)),
                None => prop_assert!(found >= from && (found >= bytes.len() || bytes.len() - found < 8)),
            }
        }

        #[test]
        fn what_serde_json_writes_is_read_back(value in any_json()) {
            let text = serde_json::to_string_pretty(&value).unwrap();
            prop_assert_eq!(value_of(&parse(&text).unwrap().root), value);
        }

        #[test]
        fn what_serde_json_refuses_is_refused(text in "[\\[\\]{}\",:0-9a-z\\\\ .eE+-]{0,24}") {
            let theirs = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            prop_assert_eq!(parse(&text).is_ok(), theirs);
        }
    }
}
