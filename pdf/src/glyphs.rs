//! Text the embedded fonts cannot show, found before the layout: PDF/A refuses a document with one missing glyph.
//!
//! A cluster (a base character with its marks) must be covered as a whole by one font family in all its upright weights,
//! because that is how the layout looks for fonts. Invisible format characters are taken out too: they have no glyph, and
//! direction overrides could make a printed sentence read other than it is.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use typst::text::FontStyle;
use typst::text::is_default_ignorable;
use unicode_segmentation::UnicodeSegmentation;

use crate::world::FONTS;

/// The families every `set text(font: …)` of a template names, all three, in any order: serif text, its fallback, machine text.
pub const FONT_FAMILIES: [&str; 3] = ["Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono"];

/// What stands where a glyph is missing.
pub const REPLACEMENT: char = '\u{FFFD}';

/// A character that was replaced, or removed where it is invisible.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MissingGlyph {
    /// The character.
    pub character: char,
    /// Byte offset of its first occurrence in the text.
    pub first_byte: usize,
    /// How many times it stood there.
    pub count: usize,
}

impl MissingGlyph {
    /// The code point, for example `U+6F22`.
    #[must_use]
    pub fn code_point(&self) -> String {
        format!("U+{:04X}", u32::from(self.character))
    }
}

/// The characters each family shows in every upright weight.
static COVERAGE: LazyLock<Vec<BTreeSet<u32>>> = LazyLock::new(|| {
    FONT_FAMILIES
        .iter()
        .map(|family| {
            FONTS
                .iter()
                .map(typst::text::Font::info)
                .filter(|info| info.family == *family && info.variant.style == FontStyle::Normal)
                .map(|info| info.coverage.iter().collect::<BTreeSet<u32>>())
                .reduce(|all, one| all.intersection(&one).copied().collect())
                .unwrap_or_default()
        })
        .collect()
});

/// The text with every cluster the embedded fonts lack replaced by U+FFFD, and what was replaced, by first occurrence.
///
/// The caller turns the list into findings; a document made from the returned text has no missing glyph.
#[must_use]
pub fn substitute_missing_glyphs(text: &str) -> (String, Vec<MissingGlyph>) {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n')) {
        return (text.to_string(), Vec::new());
    }
    let mut shown = String::with_capacity(text.len());
    let mut missing: BTreeMap<char, (usize, usize)> = BTreeMap::new();
    for (offset, cluster) in text.grapheme_indices(true) {
        let mut note = |at: usize, character: char| {
            missing.entry(character).and_modify(|(_, count)| *count += 1).or_insert((at, 1));
        };
        if cluster == "\r\n" {
            shown.push('\n');
            continue;
        }
        let visible: String = cluster
            .char_indices()
            .filter(|&(at, character)| {
                let keep = !is_invisible(character);
                if !keep {
                    note(offset + at, character);
                }
                keep
            })
            .map(|(_, character)| character)
            .collect();
        if visible.is_empty() || is_covered(&visible) {
            shown.push_str(&visible);
            continue;
        }
        let base_is_covered =
            visible.chars().next().is_some_and(|base| is_covered(base.encode_utf8(&mut [0; 4])));
        let skipped = usize::from(base_is_covered);
        shown.extend(visible.chars().take(skipped));
        for (at, character) in cluster.char_indices().filter(|&(_, c)| !is_invisible(c)).skip(skipped) {
            note(offset + at, character);
        }
        shown.push(REPLACEMENT);
    }
    let mut list: Vec<MissingGlyph> = missing
        .into_iter()
        .map(|(character, (first_byte, count))| MissingGlyph { character, first_byte, count })
        .collect();
    list.sort_by_key(|glyph| (glyph.first_byte, glyph.character));
    (shown, list)
}

/// Control characters but line break and tab, and format characters but the soft hyphen and the word joiner's kin that
/// Unicode treats as white space.
fn is_invisible(character: char) -> bool {
    match character {
        '\n' | '\t' | '\u{AD}' => false,
        other => other.is_control() || is_default_ignorable(other),
    }
}

fn is_covered(cluster: &str) -> bool {
    let is_private = |c: char| matches!(u32::from(c), 0xE000..=0xF8FF | 0xF_0000..=0x10_FFFF);
    !cluster.chars().any(is_private)
        && (cluster.chars().all(|c| matches!(c, '\n' | '\t' | '\u{AD}'))
            || COVERAGE.iter().any(|family| cluster.chars().all(|c| family.contains(&u32::from(c)))))
}
