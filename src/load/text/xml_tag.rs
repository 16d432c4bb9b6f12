//! What stands between `<` and `>`, by XML 1.0 (fifth edition) and Namespaces in XML 1.0: names, attributes with their places,
//! references, declarations, and the characters that no document holds.

use std::borrow::Cow;

use super::Syntax;

/// The most attributes of one element.
const MAX_ATTRIBUTES: usize = 500;

/// What sets words apart (XML 1.0 production 3).
pub(crate) const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];

/// The opening tag of an element.
pub(crate) struct Tag<'a> {
    /// Its name, with its prefix.
    pub name: &'a str,
    /// Its attributes, in order, each key once.
    pub attributes: Vec<Attribute<'a>>,
}

/// An attribute of an element.
pub(crate) struct Attribute<'a> {
    /// Its name, with its prefix.
    pub key: &'a str,
    /// Its value, entities resolved.
    pub value: Cow<'a, str>,
    /// Byte offset of its name.
    pub key_start: usize,
    /// Byte offset of its value, as written.
    pub start: usize,
    /// One past the last byte of its value.
    pub end: usize,
}

/// The prefixes that are declared, each with the depth of the element that declares it.
#[derive(Default)]
pub(super) struct Spaces<'a> {
    declared: Vec<(usize, &'a str)>,
}

impl<'a> Spaces<'a> {
    /// An element begins inside of `depth` others.
    ///
    /// # Errors
    /// A prefix that nothing declares.
    pub(super) fn open(&mut self, depth: usize, tag: &Tag<'a>, at: usize) -> Result<(), Syntax> {
        let prefixes = tag.attributes.iter().filter_map(|attribute| attribute.key.strip_prefix("xmlns:"));
        self.declared.extend(prefixes.map(|prefix| (depth, prefix)));
        let names = tag.attributes.iter().map(|attribute| (attribute.key, attribute.key_start));
        for (name, at) in std::iter::once((tag.name, at)).chain(names) {
            let Some((prefix, _)) = name.split_once(':') else { continue };
            let is_known = matches!(prefix, "xml" | "xmlns");
            if !is_known && !self.declared.iter().any(|(_, declared)| *declared == prefix) {
                let message = format!("`{name}` has a prefix that nothing declares");
                let help = format!("an element around it declares `xmlns:{prefix}`");
                return Err(Syntax::new("xml-syntax", at, message).help(&help));
            }
        }
        Ok(())
    }

    /// The element inside of `depth` others ends.
    pub(super) fn close(&mut self, depth: usize) {
        while self.declared.last().is_some_and(|(declared, _)| *declared >= depth) {
            self.declared.pop();
        }
    }
}

/// The tag that is `raw`, at byte `at` of its text.
///
/// # Errors
/// The first place that is not well-formed.
pub(super) fn tag(raw: &str, at: usize) -> Result<Tag<'_>, Syntax> {
    let inner = raw.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or_default();
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    let (name, rest) = inner.split_at(inner.find(BLANKS).unwrap_or(inner.len()));
    if !is_name(name) {
        return Err(Syntax::new("xml-syntax", at, format!("`{name}` is not a name of an element")));
    }
    Ok(Tag { name, attributes: attributes(rest, at + 1 + name.len())? })
}

/// The attributes that stand behind a name, at byte `at`.
fn attributes(text: &str, at: usize) -> Result<Vec<Attribute<'_>>, Syntax> {
    let wrong = |rest: &str, message: String| {
        Syntax::new("xml-syntax", at + text.len() - rest.len(), message).help(
            "each has one name, `=`, and a value in quotes, blanks between them, and none stands there twice",
        )
    };
    let mut found: Vec<Attribute<'_>> = Vec::new();
    let mut rest = text;
    loop {
        let next = rest.trim_start_matches(BLANKS);
        if next.is_empty() {
            return Ok(found);
        }
        let (key, behind) = next.split_at(next.find(['=', ' ', '\t', '\n', '\r']).unwrap_or(next.len()));
        if next.len() == rest.len() || !is_name(key) {
            return Err(wrong(next, format!("`{}` is not where an attribute begins", shown(key))));
        }
        if found.iter().any(|other| other.key == key) {
            return Err(wrong(next, format!("the attribute `{key}` stands there twice")));
        }
        if found.len() >= MAX_ATTRIBUTES {
            let message = format!("an element with more than {MAX_ATTRIBUTES} attributes");
            return Err(Syntax::new("too-many-attributes", at, message));
        }
        let value =
            behind.trim_start_matches(BLANKS).strip_prefix('=').map(|rest| rest.trim_start_matches(BLANKS));
        let quoted = value.and_then(|value| {
            let quote = value.chars().next().filter(|ch| matches!(ch, '"' | '\''))?;
            value[1..].split_once(quote)
        });
        let Some((value, behind)) = quoted else {
            return Err(wrong(next, format!("the attribute `{key}` has no quoted value")));
        };
        let start = at + text.len() - behind.len() - 1 - value.len();
        if let Some(inside) = value.find('<') {
            let message = format!("`<` in the value of the attribute `{key}`");
            return Err(Syntax::new("xml-syntax", start + inside, message).help("write `&lt;`"));
        }
        found.push(Attribute {
            key,
            value: unescape(value, start)?,
            key_start: at + text.len() - next.len(),
            start,
            end: start + value.len(),
        });
        rest = behind;
    }
}

fn unescape(raw: &str, at: usize) -> Result<Cow<'_, str>, Syntax> {
    if !raw.contains('&') {
        return Ok(Cow::Borrowed(raw));
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        let Some((name, behind)) = behind.split_once(';') else {
            let place = at + raw.len() - behind.len() - 1;
            let what = "a `&` without an entity in an attribute";
            return Err(Syntax::new("xml-syntax", place, what).help("write `&amp;`"));
        };
        out.push(resolve(name, at)?);
        rest = behind;
    }
    out.push_str(rest);
    Ok(Cow::Owned(out))
}

/// The character that `&name;` stands for: one of the five predefined entities, or a reference by number.
///
/// # Errors
/// Any other entity, and a number that is no character of XML.
pub(super) fn resolve(name: &str, at: usize) -> Result<char, Syntax> {
    let Some(number) = name.strip_prefix('#') else {
        return match name {
            "lt" => Ok('<'),
            "gt" => Ok('>'),
            "amp" => Ok('&'),
            "quot" => Ok('"'),
            "apos" => Ok('\''),
            _ => Err(Syntax::new(
                "xml-entities",
                at,
                format!("the entity `&{};` is not one of XML's own", shown(name)),
            )
            .help("entities are never expanded or fetched; write the character")),
        };
    };
    let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |hex| (hex, 16));
    let code = digits
        .chars()
        .all(|ch| ch.is_digit(radix))
        .then(|| u32::from_str_radix(digits, radix).ok())
        .flatten();
    code.and_then(char::from_u32).filter(|ch| is_char(*ch)).ok_or_else(|| {
        Syntax::new("xml-syntax", at, format!("`&{};` is no character that XML has a place for", shown(name)))
            .help("take it out, or write what it stood for")
    })
}

/// Whether XML may hold a character (production 2).
fn is_char(ch: char) -> bool {
    matches!(ch, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// The first byte of a text at which something stands that XML may not hold. Whole blocks are asked first: most texts hold none.
pub(super) fn forbidden(text: &str) -> Option<usize> {
    // the two characters above U+FFFD are EF BF BE and EF BF BF
    let suspicious = |block: &[u8]| {
        block.iter().fold(false, |found, byte| {
            found | ((*byte < b' ') & !matches!(*byte, b'\t' | b'\n' | b'\r')) | (*byte == 0xef)
        })
    };
    let (blocks, rest) = text.as_bytes().as_chunks::<64>();
    if !blocks.iter().any(|block| suspicious(block)) && !suspicious(rest) {
        return None;
    }
    text.char_indices().find(|(_, ch)| !is_char(*ch)).map(|(at, _)| at)
}

/// Whether a text is a name (production 5), with one prefix at most.
fn is_name(text: &str) -> bool {
    let begins = |ch: char| {
        matches!(ch, 'A'..='Z' | 'a'..='z' | '_')
            || (!ch.is_ascii()
                && matches!(ch, '\u{c0}'..='\u{2ff}' | '\u{370}'..='\u{1fff}' | '\u{200c}' | '\u{200d}'
                    | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}'
                    | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}')
                && !matches!(ch, '\u{d7}' | '\u{f7}' | '\u{37e}'))
    };
    let goes_on = |ch: char| {
        begins(ch)
            || matches!(ch, '0'..='9' | '-' | '.' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}' | '\u{2040}')
    };
    let is_part = |part: &str| part.chars().next().is_some_and(begins) && part.chars().all(goes_on);
    match text.split_once(':') {
        Some((prefix, local)) => is_part(prefix) && is_part(local),
        None => is_part(text),
    }
}

/// Looks at a processing instruction, or at the declaration that only the first byte of a document may begin.
///
/// # Errors
/// When it is not well-formed, or a declaration stands elsewhere.
pub(super) fn instruction(raw: &str, at: usize) -> Result<(), Syntax> {
    let inner = raw.strip_prefix("<?").and_then(|rest| rest.strip_suffix("?>")).unwrap_or_default();
    let (target, rest) = inner.split_at(inner.find(BLANKS).unwrap_or(inner.len()));
    if target == "xml" && at == 0 {
        let found = attributes(rest, at + 2 + target.len())?;
        let said: Vec<(&str, &str)> = found.iter().map(|one| (one.key, one.value.as_ref())).collect();
        let (version, others) = match said.split_first() {
            Some((("version", version), others)) => (*version, others),
            Some(_) | None => ("", said.as_slice()),
        };
        let minor = version.strip_prefix("1.").unwrap_or_default();
        let is_version = !minor.is_empty() && minor.bytes().all(|byte| byte.is_ascii_digit());
        let is_encoding = |name: &str| {
            name.starts_with(|ch: char| ch.is_ascii_alphabetic())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        };
        let fits = match others {
            [] => true,
            [("encoding", name)] => is_encoding(name),
            [("standalone", word)] => is_yes_or_no(word),
            [("encoding", name), ("standalone", word)] => is_encoding(name) && is_yes_or_no(word),
            _ => false,
        };
        if is_version && fits {
            return Ok(());
        }
        let message = "an XML declaration that is not one";
        return Err(Syntax::new("xml-syntax", at, message)
            .help("it is `<?xml version=\"1.0\" encoding=\"UTF-8\"?>`, the encoding may be left out"));
    }
    if target.eq_ignore_ascii_case("xml") {
        let message = "an XML declaration that is not the first thing in the file";
        return Err(
            Syntax::new("xml-syntax", at, message).help("nothing stands before it, no blank line either")
        );
    }
    if !is_name(target) {
        let message = format!("`<?{}` is not a processing instruction", shown(target));
        return Err(Syntax::new("xml-syntax", at, message));
    }
    Ok(())
}

fn is_yes_or_no(word: &str) -> bool {
    matches!(word, "yes" | "no")
}

/// The beginning of a text that may be long.
fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(raw: &str) -> usize {
        tag(raw, 0).err().unwrap().at
    }

    #[test]
    fn attributes_have_their_places_and_resolved_values() {
        let tag = tag("<p:a  b = 'x&lt;\"' \n xml:c=\"\"/>", 100).unwrap();
        assert_eq!(tag.name, "p:a");
        let seen: Vec<_> = tag
            .attributes
            .iter()
            .map(|one| (one.key, &*one.value, one.key_start, one.start, one.end))
            .collect();
        assert_eq!(seen, [("b", "x<\"", 106, 111, 117), ("xml:c", "", 121, 128, 128)]);
    }

    #[test]
    fn what_is_not_well_formed_is_told_at_its_place() {
        assert_eq!(wrong("<1a>"), 0);
        assert_eq!(wrong("<a b>"), 3);
        assert_eq!(wrong("<a b=1>"), 3);
        assert_eq!(wrong("<a b='1'c='2'>"), 8);
        assert_eq!(wrong("<a b='1' b='2'>"), 9);
        assert_eq!(wrong("<a b='<'>"), 6);
        assert_eq!(wrong("<a ='1'>"), 3);
        assert_eq!(wrong("<a:b:c>"), 0);
        assert_eq!(wrong("<a b='&amp'>"), 6);
        assert_eq!(wrong("<a / >"), 3);
    }

    #[test]
    fn references_are_characters_of_xml() {
        assert_eq!(resolve("#x1F600", 0).unwrap(), '\u{1f600}');
        for name in ["#x1b", "#0", "#+65", "#", "#xd83d", "#xFFFE", "#99999999999", "nbsp", "LT"] {
            assert!(resolve(name, 0).is_err(), "{name}");
        }
        assert_eq!(forbidden("a\u{1b}b"), Some(1));
        assert_eq!(forbidden("\u{fb01}\u{ffff}"), Some(3));
        assert_eq!(forbidden("\t\r\n é\u{fffd}\u{7f}"), None);
    }

    #[test]
    fn a_declaration_is_the_first_thing_and_says_what_it_may() {
        for right in [
            "<?xml version=\"1.0\"?>",
            "<?xml version='1.1' encoding = 'UTF-8' standalone='yes' ?>",
            "<?xml version='1.0' standalone='no'?>",
        ] {
            assert!(instruction(right, 0).is_ok(), "{right}");
            assert!(instruction(right, 1).is_err(), "{right}");
        }
        for wrong in [
            "<?xml?>",
            "<?xml encoding='UTF-8'?>",
            "<?xml version='2.0'?>",
            "<?xml version='1.0' encoding='8'?>",
            "<?xml version='1.0' standalone='true'?>",
            "<?xml version='1.0' standalone='no' encoding='UTF-8'?>",
            "<?XML version='1.0'?>",
            "<?xmlversion='1.0'?>",
        ] {
            assert!(instruction(wrong, 0).is_err(), "{wrong}");
        }
        assert!(instruction("<?xml-stylesheet href='a'?>", 9).is_ok());
    }
}
