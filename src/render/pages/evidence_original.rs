//! The file behind a piece of evidence: what was handed out, line by line, and how to take it out of the archive.

use std::io::Read;

use crate::model::evidence::Evidence;
use crate::model::tree::Content;
use crate::render::book::Book;
use crate::render::page::Block;
use crate::render::page::Section;

/// The most of a file that its page shows, in bytes.
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

/// Its lines, or the first of them; `None` for what is no text.
fn lines(book: &Book, evidence: &Evidence) -> Option<Block> {
    let content = book.bytes_of(&evidence.source.path)?;
    // what cannot be read stops the build where it is packed
    let bytes = beginning(content).ok()?;
    let is_whole = bytes.len() as u64 == content.size_bytes();
    let text = text(&bytes, is_whole)?;
    let lines: Vec<String> = text.strip_prefix('\u{feff}').unwrap_or(text).lines().map(visible).collect();
    let count = lines.len();
    let said = format!("{count}\u{a0}{}", if count == 1 { "line" } else { "lines" });
    let label = if is_whole {
        format!("Read it here: {said}, {}\u{a0}bytes", content.size_bytes())
    } else {
        format!("Read its beginning here: {said}, {} of {}\u{a0}bytes", text.len(), content.size_bytes())
    };
    (!lines.is_empty()).then_some(Block::Source { label, lines })
}

fn beginning(content: &Content) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    content.open()?.take(MAX_SHOWN_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text that `bytes` are, up to their last whole character where they are not the whole file.
fn text(bytes: &[u8], is_whole: bool) -> Option<&str> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if !is_whole && error.error_len().is_none() => {
            std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    (!text.contains('\0')).then_some(text)
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

    #[test]
    fn a_text_is_cut_at_a_character_and_other_bytes_are_no_text() {
        assert_eq!(text("aé".as_bytes(), true), Some("aé"));
        assert_eq!(text(&"aé".as_bytes()[..2], false), Some("a"));
        assert_eq!(text(&"aé".as_bytes()[..2], true), None);
        assert_eq!(text(b"a\xffb", false), None);
        assert_eq!(text(b"a\0b", true), None);
    }
}
