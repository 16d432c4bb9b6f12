//! Byte offsets to lines and columns, and back from pointers: a second look, taken only when a finding is shown.

use crate::model::finding::Finding;
use crate::model::finding::Place;

/// The widest underline, in characters.
const MAX_WIDTH: u32 = 120;

/// The place of the bytes `start..end` of `text`.
pub(crate) fn place(path: &str, text: &str, start: usize, end: usize) -> Place {
    let start = floor(text, start);
    let end = floor(text, end).max(start);
    // old files end their lines with a lone carriage return
    let ends = if text.contains('\n') { '\n' } else { '\r' };
    let before = &text[..start];
    let line_start = before.rfind(ends).map_or(0, |at| at + 1);
    let line = u32::try_from(before.matches(ends).count() + 1).unwrap_or(u32::MAX);
    let column = u32::try_from(text[line_start..start].chars().count() + 1).unwrap_or(u32::MAX);
    let first_line = text[start..end].split(['\n', '\r']).next().unwrap_or("").trim_end();
    let width = u32::try_from(first_line.chars().count()).unwrap_or(1).clamp(1, MAX_WIDTH);
    Place { path: path.to_owned(), line: Some(line), column: Some(column), pointer: String::new(), width }
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Fills in line, column and width of every finding whose pointer leads somewhere in `text`.
pub(crate) fn locate<'f>(text: &str, findings: impl Iterator<Item = &'f mut Finding>) {
    let mut wanted: Vec<&mut Place> = findings
        .filter_map(|finding| finding.place.as_mut())
        .filter(|place| place.line.is_none() && !place.pointer.is_empty())
        .collect();
    if wanted.is_empty() {
        return;
    }
    let Ok(document) = super::parse(text) else { return };
    for found in &mut wanted {
        // a pointer to something that is not there is shown at the nearest thing around it that is
        let mut pointer = found.pointer.as_str();
        let node = loop {
            match document.root.at_pointer(pointer) {
                Some(node) => break node,
                None => pointer = pointer.rsplit_once('/').map_or("", |(parent, _)| parent),
            }
        };
        let key = (found.width == 0).then(|| document.root.key_at(pointer)).flatten();
        let (start, end) = key.unwrap_or((node.start, node.end));
        let at = place(&found.path, text, start as usize, end as usize);
        found.line = at.line;
        found.column = at.column;
        found.width = at.width;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_the_underline_ends_with_the_line() {
        let text = "a: 1\nbé: \"x\ny\"\n";
        let start = text.find('"').unwrap();
        let place = place("f", text, start, text.len());
        assert_eq!((place.line, place.column, place.width), (Some(2), Some(5), 2));
    }

    #[test]
    fn a_lone_carriage_return_ends_a_line() {
        for text in ["a\rb\rc", "a\nb\nc", "a\r\nb\r\nc"] {
            let at = text.len() - 1;
            let place = place("f", text, at, at + 1);
            assert_eq!((place.line, place.column), (Some(3), Some(1)), "{text:?}");
        }
    }

    #[test]
    fn pointers_are_located_in_both_languages() {
        for text in ["{\"a\": [1, {\"b\": \"x\"}]}", "a:\n  - 1\n  - b: x\n"] {
            let mut finding = Finding::error("x", "y").at(Place::pointer("f", "/a/1/b"));
            locate(text, std::iter::once(&mut finding));
            let place = finding.place.unwrap();
            let line = text.lines().nth(place.line.unwrap() as usize - 1).unwrap();
            assert!(
                line[place.column.unwrap() as usize - 1..].trim_matches('"').starts_with('x'),
                "{place:?}"
            );
        }
    }

    #[test]
    fn a_key_is_underlined_itself() {
        let text = "a:\n  - {one: 1, two: 2}\n";
        let mut finding = Finding::error("x", "y").at(Place::key("f", "/a/0/two"));
        locate(text, std::iter::once(&mut finding));
        let place = finding.place.unwrap();
        assert_eq!((place.line, place.column, place.width), (Some(2), Some(14), 3));
    }

    #[test]
    fn a_missing_value_is_shown_at_what_is_around_it() {
        let text = "a:\n  b: 1\n";
        let mut finding = Finding::error("x", "y").at(Place::pointer("f", "/a/c/d"));
        locate(text, std::iter::once(&mut finding));
        assert_eq!(finding.place.unwrap().line, Some(2));
    }
}
