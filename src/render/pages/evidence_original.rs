//! The file behind a piece of evidence: what was handed out, line by line, and how to take it out of the archive.

use std::io::Read;

use crate::model::evidence::Evidence;
use crate::render::book::Book;
use crate::render::page::Block;
use crate::render::page::Section;

/// The largest file that its page shows, in bytes. A larger one is in the archive alone.
const MAX_SHOWN_BYTES: u64 = 64 * 1024;

/// What the page says of the file itself.
pub(crate) fn section(book: &Book, evidence: &Evidence) -> Section {
    let section = Section::new("original", "The file");
    let Some(name) = book.original(evidence.id.as_str()) else {
        return section.para("The original is not handed out; this page shows what was read from it.");
    };
    let section = match lines(book, evidence) {
        Some(lines) => section.block(lines),
        None => section,
    };
    let archive = book.archive_stem();
    section
        .para("The archive holds it byte for byte. Take it out and compare its digest with the one above:")
        .command(format!("unzip -p {archive}.zip {archive}/data/{name} | sha256sum"))
}

/// Its lines; `None` for what is large or no text.
fn lines(book: &Book, evidence: &Evidence) -> Option<Block> {
    let content = book.bytes_of(&evidence.source.path)?;
    let size_bytes = content.size_bytes();
    if size_bytes > MAX_SHOWN_BYTES {
        return None;
    }
    let mut bytes = Vec::new();
    // what cannot be read stops the build where it is packed
    content.open().and_then(|reader| reader.take(MAX_SHOWN_BYTES).read_to_end(&mut bytes)).ok()?;
    let text = std::str::from_utf8(&bytes).ok().filter(|text| !text.is_empty() && !text.contains('\0'))?;
    let lines: Vec<String> = text.strip_prefix('\u{feff}').unwrap_or(text).lines().map(visible).collect();
    let count = crate::render::pages::common::count(lines.len(), "line", "lines");
    Some(Block::Source { label: format!("Read it here: {count}, {size_bytes}\u{a0}bytes"), lines })
}

/// A line as it stands, but for what would not be seen or would turn what is around it: that is shown by its number.
fn visible(line: &str) -> String {
    let hides = |ch: char| {
        (ch.is_control() && ch != '\t')
            || matches!(ch, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
            || matches!(ch, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
    };
    if !line.contains(hides) {
        return line.to_owned();
    }
    line.chars().fold(String::with_capacity(line.len()), |mut out, ch| {
        if hides(ch) {
            out.push_str(&format!("⟨U+{:04X}⟩", u32::from(ch)))
        } else {
            out.push(ch)
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_shown_by_its_number() {
        assert_eq!(visible("a\tb é 名"), "a\tb é 名");
        assert_eq!(visible("a\u{202e}b\u{1b}[31m\r"), "a⟨U+202E⟩b⟨U+001B⟩[31m⟨U+000D⟩");
    }
}
