//! JSON Lines: a JSON value on each line. Blank lines do not count. Only one value is held at a time.

use super::Syntax;
use super::json;
use super::node::Document;
use super::node::Node;

/// Lines that are not blank, with their byte offsets.
struct Lines<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Iterator for Lines<'t> {
    type Item = (usize, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
            let at = self.at;
            let line = rest.split_inclusive('\n').next()?;
            self.at += line.len();
            if !line.trim().is_empty() {
                return Some((at, line));
            }
        }
    }
}

/// The first value of a text that is JSON Lines; `None` when it is something else.
///
/// It is JSON Lines when the first of two or more lines holds a whole value and the second begins one.
///
/// # Errors
/// The first place in a later line that is not JSON.
pub(crate) fn first(text: &str) -> Option<Result<Document<'_>, Syntax>> {
    let mut lines = Lines { text, at: 0 };
    let first = lines.next().and_then(|(at, line)| parsed(at, line).ok())?;
    let (at, second) = lines.next()?;
    if !second.trim_start().starts_with(['{', '[']) {
        return None;
    }
    if let Err(syntax) = parsed(at, second)
        .map(drop)
        .and_then(|()| lines.try_for_each(|(at, line)| parsed(at, line).map(drop)))
    {
        return Some(Err(syntax));
    }
    Some(Ok(first))
}

fn parsed(at: usize, line: &str) -> Result<Document<'_>, Syntax> {
    json::parse(line).map_err(|syntax| Syntax { at: syntax.at.saturating_add(at), ..syntax })
}

/// Calls `take` with the value of each line and the line's byte offset; lines that are not JSON are left out.
pub(crate) fn each(text: &str, mut take: impl FnMut(&Node<'_>, usize)) {
    for (at, line) in (Lines { text, at: 0 }) {
        if let Ok(document) = parsed(at, line) {
            take(&document.root, at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_values_on_two_lines_are_json_lines_and_a_value_on_several_lines_is_not() {
        assert!(matches!(first("{\"a\":1}\n\n{\"b\":2}\n"), Some(Ok(_))));
        assert!(matches!(first("[1]\r\n[2]"), Some(Ok(_))));
        for text in ["{}", "{\n}\n{\n}\n", "{}\nmore\n", "{}}\n{}\n", "{} {}"] {
            assert!(first(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_line_that_is_cut_off_is_found_at_its_place() {
        let text = "{\"a\":1}\n{\"b\":2}\n{\"c\":";
        let Some(Err(syntax)) = first(text) else { panic!() };
        assert_eq!(syntax.at, text.len());
    }

    #[test]
    fn each_value_comes_with_its_offset() {
        let mut seen = Vec::new();
        each("{\"a\":1}\n\n{\"a\":2}\n", |node, at| seen.push((node.has("a"), at)));
        assert_eq!(seen, [(true, 0), (true, 9)]);
    }
}
