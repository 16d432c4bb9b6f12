//! Rows of long lists without a tree: most are plain, and a plain one is taken apart where it stands.
//!
//! Everything here gives up at the first thing that is out of the ordinary (an escape, a key that stands twice, deep nesting),
//! and its caller then reads the row as a tree, which says exactly what is wrong or odd. So nothing is reported from here.

use super::json;
use super::node::Node;

/// Nested deeper than this, a value is not plain.
const DEEPEST: u32 = 32;
/// A map with more keys that nobody knows is not plain.
const MOST_UNKNOWN: usize = 12;

/// What is said of a key that nobody knows.
pub(crate) const UNKNOWN: u32 = 64;

/// One past the end of the value at `at`, and how many values it holds; nothing when it is not plain, or not JSON.
pub(super) fn over(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut values = 0;
    // one bit for each level that is open, the lowest for the innermost: whether it is a map
    let (mut maps, mut depth) = (0_u64, 0_u32);
    loop {
        values += 1;
        let first = *bytes.get(at)?;
        match first {
            b'"' => at = text_end(bytes, at + 1)?,
            b'{' | b'[' => {
                at = blank(bytes, at + 1);
                let is_map = first == b'{';
                if *bytes.get(at)? == first + 2 {
                    at += 1;
                } else {
                    depth += 1;
                    maps = (maps << 1) | u64::from(is_map);
                    if depth > DEEPEST {
                        return None;
                    }
                    if is_map {
                        at = key_end(bytes, at)?;
                    }
                    continue;
                }
            }
            b't' => at = word_end(bytes, at, b"true")?,
            b'f' => at = word_end(bytes, at, b"false")?,
            b'n' => at = word_end(bytes, at, b"null")?,
            b'0'..=b'9' => at = number_end(bytes, at)?,
            _ => return None,
        }
        loop {
            if depth == 0 {
                return Some((at, values));
            }
            at = blank(bytes, at);
            let is_map = maps & 1 == 1;
            match *bytes.get(at)? {
                b',' => {
                    at = blank(bytes, at + 1);
                    if is_map {
                        at = key_end(bytes, at)?;
                    }
                    break;
                }
                close if close == if is_map { b'}' } else { b']' } => {
                    at += 1;
                    depth -= 1;
                    maps >>= 1;
                }
                _ => return None,
            }
        }
    }
}

fn blank(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// One past the quote that ends the text of which the first byte stands at `at`.
fn text_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at = json::plain(bytes, at);
        match *bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => match *bytes.get(at + 1)? {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => at += 2,
                _ => return None,
            },
            0..0x20 => return None,
            _ => at += 1,
        }
    }
}

/// The first byte of the value of the key at `at`.
fn key_end(bytes: &[u8], at: usize) -> Option<usize> {
    if *bytes.get(at)? != b'"' {
        return None;
    }
    let at = blank(bytes, text_end(bytes, at + 1)?);
    (*bytes.get(at)? == b':').then(|| blank(bytes, at + 1))
}

fn word_end(bytes: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    bytes.get(at..)?.starts_with(word).then_some(at + word.len())
}

/// Whole numbers only.
fn number_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    while matches!(bytes.get(at), Some(b'0'..=b'9')) {
        at += 1;
    }
    let leads = bytes.get(start) == Some(&b'0') && at > start + 1;
    let goes_on = matches!(bytes.get(at), Some(b'.' | b'e' | b'E'));
    (!leads && !goes_on).then_some(at)
}

/// A row, or a value in one, that was looked over before.
#[derive(Clone, Copy)]
pub(crate) struct Row<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Row<'t> {
    /// The value that begins at the byte `at`.
    pub(super) fn new(text: &'t str, at: usize) -> Self {
        Self { text, at }
    }

    /// Where what was taken ends.
    pub(super) fn end(&self) -> usize {
        self.at
    }

    fn blank(&mut self) {
        self.at = blank(self.text.as_bytes(), self.at);
    }

    fn takes(&mut self, byte: u8) -> bool {
        let found = self.text.as_bytes().get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found
    }

    /// Takes a text without escapes.
    pub(crate) fn text(&mut self) -> Option<&'t str> {
        let bytes = self.text.as_bytes();
        if bytes.get(self.at) != Some(&b'"') {
            return None;
        }
        let start = self.at + 1;
        let mut end = start;
        loop {
            end = json::plain(bytes, end);
            match *bytes.get(end)? {
                b'"' => break,
                0..0x20 | b'\\' => return None,
                _ => end += 1,
            }
        }
        self.at = end + 1;
        self.text.get(start..end)
    }

    /// Takes a value as a tree in which no key stands twice.
    pub(crate) fn value(&mut self) -> Option<Node<'t>> {
        let (node, end) = json::value_at(self.text, self.at)?;
        self.at = end;
        Some(node)
    }

    /// Takes a list; `take` has to take each item.
    pub(crate) fn items(&mut self, mut take: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        if !self.takes(b'[') {
            return None;
        }
        self.blank();
        if self.takes(b']') {
            return Some(());
        }
        loop {
            take(self)?;
            self.blank();
            if self.takes(b']') {
                return Some(());
            }
            if !self.takes(b',') {
                return None;
            }
            self.blank();
        }
    }

    /// Takes a map. `take` has to take the value of each key it knows, and says the key's number, below 64; it takes nothing of
    /// others and says [`UNKNOWN`]. How many others there are; nothing when a key stands twice.
    pub(crate) fn entries(&mut self, mut take: impl FnMut(&mut Self, &'t str) -> Option<u32>) -> Option<u32> {
        let (mut seen, mut others, mut count) = (0_u64, [""; MOST_UNKNOWN], 0);
        if !self.takes(b'{') {
            return None;
        }
        self.blank();
        if self.takes(b'}') {
            return Some(0);
        }
        loop {
            let key = self.text()?;
            self.blank();
            if !self.takes(b':') {
                return None;
            }
            self.blank();
            match 1_u64.checked_shl(take(self, key)?) {
                Some(bit) => {
                    if seen & bit != 0 {
                        return None;
                    }
                    seen |= bit;
                }
                None => {
                    if others.get(..count)?.contains(&key) {
                        return None;
                    }
                    *others.get_mut(count)? = key;
                    count += 1;
                    self.pass()?;
                }
            }
            self.blank();
            if self.takes(b'}') {
                return u32::try_from(count).ok();
            }
            if !self.takes(b',') {
                return None;
            }
            self.blank();
        }
    }

    /// Passes over a value.
    pub(crate) fn pass(&mut self) -> Option<()> {
        match self.text.as_bytes().get(self.at)? {
            b'"' => self.at = text_end(self.text.as_bytes(), self.at + 1)?,
            // keys that stand twice in there are said, too
            _ => drop(self.value()?),
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn taken(text: &str) -> Option<(Vec<&str>, u32, usize)> {
        let (mut row, mut found) = (Row::new(text, 0), Vec::new());
        let unknown = row.entries(|row, key| {
            let number = match key {
                "a" => 0,
                "b" => 1,
                _ => return Some(UNKNOWN),
            };
            found.push(key);
            row.items(|row| row.text().map(|text| found.push(text)))?;
            Some(number)
        })?;
        Some((found, unknown, row.end()))
    }

    #[test]
    fn known_keys_are_taken_and_others_are_counted() {
        let text = r#"{"a" : ["x", "y"] ,"c": {"d": [1, {"e": null}]}, "b": [], "f": "q\"q"} "#;
        assert_eq!(taken(text), Some((vec!["a", "x", "y", "b"], 2, text.len() - 1)));
        assert_eq!(taken("{}"), Some((vec![], 0, 2)));
    }

    #[test]
    fn what_is_out_of_the_ordinary_is_not_taken() {
        for text in [
            r#"{"a": ["x"], "a": []}"#,
            r#"{"c": 1, "c": 2}"#,
            r#"{"c": {"d": 1, "d": 2}}"#,
            r#"{"a": ["\u0041"]}"#,
            r#"{"\u0061": []}"#,
            r#"{"a": [1]}"#,
            r#"{"a": "x"}"#,
            r#"{"a": null}"#,
            "[]",
            "\"a\"",
            "",
        ] {
            assert_eq!(taken(text), None, "{text}");
        }
        let many: Vec<String> = (0..=MOST_UNKNOWN).map(|number| format!("\"k{number}\": 1")).collect();
        assert_eq!(taken(&format!("{{{}}}", many.join(","))), None);
        assert!(over("[".repeat(40).as_bytes(), 0).is_none());
    }

    proptest! {
        #[test]
        fn what_is_looked_over_is_json_and_ends_where_the_reader_of_trees_ends(
            text in "[\\[\\]{}\",:0-9a\\\\ .e-]{0,12}|(\\{\"a\": ?(\\[|\"b\"|1|true|null|\\{\\}|\\]|,|\\}){0,6}\\}?)",
        ) {
            if let Some((end, _)) = over(text.as_bytes(), 0) {
                prop_assert!(json::parse(&text[..end]).is_ok(), "{}", text);
            } else {
                // what is plain and well-formed is not passed on
                let odd = text.contains(['\\', '.', 'e', '-']);
                prop_assert!(odd || json::parse(text.trim_start()).is_err() || text.starts_with(' '), "{}", text);
            }
        }
    }
}
