//! XML as events: well-formed by XML 1.0 and Namespaces in XML or refused, no entity is ever expanded or fetched, a DOCTYPE
//! without declarations is accepted, nesting is bounded, and there is exactly one closed root.

use std::borrow::Cow;

use quick_xml::Error;
use quick_xml::Reader;
use quick_xml::errors::IllFormedError;
use quick_xml::errors::SyntaxError;
use quick_xml::events::Event;

use super::MAX_DEPTH;
use super::Syntax;
use super::xml_tag;
use super::xml_tag::Spaces;
pub(crate) use super::xml_tag::Tag;

/// What an event says, for readers that count elements: without their text.
pub(crate) enum Token {
    /// An element begins: its local name, and its attributes.
    Start(String, Vec<(String, String)>),
    /// An element ends.
    End,
}

/// A piece of a document, as it stands in its text.
pub(crate) enum Part<'a> {
    /// An element begins.
    Open(Tag<'a>),
    /// Text, entities resolved; several pieces may follow each other.
    Text(Cow<'a, str>),
    /// An element ends: the offset behind it.
    Close(usize),
}

/// Calls `take` for each piece with its byte offset; it may end the reading with a fault.
///
/// # Errors
/// The first place that is not the XML we read.
pub(crate) fn parts<'a>(
    text: &'a str,
    mut take: impl FnMut(Part<'a>, usize) -> Result<(), Syntax>,
) -> Result<(), Syntax> {
    if let Some(at) = xml_tag::forbidden(text) {
        let message = "a control character that XML has no place for";
        return Err(Syntax::new("xml-syntax", at, message).help("take it out, or write what it stood for"));
    }
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    reader.config_mut().check_comments = true;
    let mut open: Vec<usize> = Vec::new();
    let mut spaces = Spaces::default();
    let (mut roots, mut doctypes) = (0, 0);
    let outside = |at| Syntax::new("xml-syntax", at, "text outside the root element");
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(0);
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => {
                let at = usize::try_from(reader.error_position()).unwrap_or(at);
                return Err(Syntax::new("xml-syntax", at, ill_formed(&error)));
            }
        };
        let end = usize::try_from(reader.buffer_position()).unwrap_or(at);
        let raw = text.get(at..end).unwrap_or_default();
        match event {
            Event::Start(_) | Event::Empty(_) => {
                let is_open = matches!(event, Event::Start(_));
                if open.is_empty() {
                    roots += 1;
                    if roots > 1 {
                        return Err(Syntax::new("xml-syntax", at, "a second root element"));
                    }
                }
                if open.len() >= MAX_DEPTH {
                    return Err(Syntax::new(
                        "too-deep",
                        at,
                        format!("nested deeper than {MAX_DEPTH} elements"),
                    ));
                }
                let tag = xml_tag::tag(raw, at)?;
                spaces.open(open.len(), &tag, at)?;
                take(Part::Open(tag), at)?;
                if is_open {
                    open.push(at);
                } else {
                    spaces.close(open.len());
                    take(Part::Close(end), at)?;
                }
            }
            Event::End(_) => {
                open.pop();
                spaces.close(open.len());
                take(Part::Close(end), at)?;
            }
            Event::Text(_) => {
                if let Some(found) = raw.find("]]>") {
                    let message = "`]]>` in a text that no `<![CDATA[` began";
                    return Err(Syntax::new("xml-syntax", at + found, message).help("write `]]&gt;`"));
                }
                if !open.is_empty() {
                    take(Part::Text(Cow::Borrowed(raw)), at)?;
                } else if !raw.trim_matches(xml_tag::BLANKS).is_empty() {
                    return Err(outside(at));
                }
            }
            Event::CData(_) => {
                let inner = raw.strip_prefix("<![CDATA[").and_then(|rest| rest.strip_suffix("]]>"));
                match inner.filter(|_| !open.is_empty()) {
                    Some(inner) => take(Part::Text(Cow::Borrowed(inner)), at + 9)?,
                    None => return Err(outside(at)),
                }
            }
            Event::GeneralRef(ref entity) => {
                if open.is_empty() {
                    return Err(outside(at));
                }
                take(Part::Text(Cow::Owned(xml_tag::resolve(entity, at)?.to_string())), at)?;
            }
            Event::DocType(ref content) => {
                let content: &str = content;
                doctypes += 1;
                if roots > 0 || doctypes > 1 {
                    let message = "a document type that does not stand once, before the root element";
                    return Err(Syntax::new("xml-syntax", at, message));
                }
                if content.contains('[') || content.contains("ENTITY") {
                    return Err(Syntax::new(
                        "xml-entities",
                        at,
                        "a document type with declarations of its own",
                    )
                    .help("entities are never expanded or fetched; remove the declarations"));
                }
            }
            Event::Decl(_) | Event::PI(_) => xml_tag::instruction(raw, at)?,
            Event::Comment(_) => {}
            Event::Eof => {
                return match open.last() {
                    Some(at) => Err(Syntax::new("xml-syntax", *at, "an element that is never closed")),
                    None if roots == 0 => Err(Syntax::new("xml-syntax", 0, "no root element")),
                    None => Ok(()),
                };
            }
        }
    }
}

/// Calls `take` for each element's beginning and end with its byte offset.
///
/// # Errors
/// The first place that is not the XML we read.
pub(crate) fn read(text: &str, mut take: impl FnMut(Token, usize)) -> Result<(), Syntax> {
    parts(text, |part, at| {
        match part {
            Part::Open(tag) => {
                let attributes = tag.attributes.into_iter();
                let attributes = attributes.map(|one| (one.key.to_owned(), one.value.into_owned())).collect();
                take(Token::Start(local(tag.name).to_owned(), attributes), at);
            }
            Part::Close(_) => take(Token::End, at),
            Part::Text(_) => {}
        }
        Ok(())
    })
}

/// What is wrong, in our words.
fn ill_formed(error: &Error) -> String {
    match error {
        Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
            format!("`</{found}>` ends an element that `<{expected}>` began")
        }
        Error::IllFormed(IllFormedError::UnmatchedEndTag(name)) => {
            format!("`</{name}>` ends an element that never began")
        }
        Error::IllFormed(IllFormedError::MissingEndTag(name)) => format!("`<{name}>` is never closed"),
        Error::Syntax(SyntaxError::UnclosedTag) => "a tag without its `>`".to_owned(),
        _ => "this is not well-formed XML".to_owned(),
    }
}

/// A name without its prefix.
pub(crate) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// The local name and the namespace of the root element, and whether the whole text is well-formed.
///
/// # Errors
/// The first place that is not the XML we read.
pub(crate) fn root(text: &str) -> Result<(String, Option<String>), Syntax> {
    root_until(text, true)
}

/// The same of a text whose reader goes over all of it itself: nothing behind the root's tag is looked at here.
///
/// # Errors
/// The first place up to there that is not the XML we read.
pub(crate) fn root_tag(text: &str) -> Result<(String, Option<String>), Syntax> {
    root_until(text, false)
}

fn root_until(text: &str, the_end: bool) -> Result<(String, Option<String>), Syntax> {
    let mut found: Option<(String, Option<String>)> = None;
    let outcome = parts(text, |part, _| {
        if let (Part::Open(tag), None) = (part, &found) {
            let declares = match tag.name.rsplit_once(':') {
                Some((prefix, _)) => format!("xmlns:{prefix}"),
                None => "xmlns".to_owned(),
            };
            let namespace = tag.attributes.iter().find(|attribute| attribute.key == declares);
            found = Some((
                local(tag.name).to_owned(),
                namespace.map(|attribute| attribute.value.clone().into_owned()),
            ));
            if !the_end {
                return Err(Syntax::new("xml-syntax", 0, "enough is known"));
            }
        }
        Ok(())
    });
    match (outcome, &found) {
        (Err(_), Some(_)) if !the_end => {}
        (outcome, _) => outcome?,
    }
    found.ok_or_else(|| Syntax::new("xml-syntax", 0, "no root element"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> &'static str {
        root(text).unwrap_err().code
    }

    #[test]
    fn entities_are_never_expanded() {
        assert_eq!(code("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"), "xml-entities");
        assert_eq!(code("<a>&b;</a>"), "xml-entities");
        assert_eq!(code("<a x=\"&b;\"/>"), "xml-entities");
        assert!(root("<!DOCTYPE coverage SYSTEM \"http://example.com/x.dtd\"><coverage/>").is_ok());
        assert!(root("<a>&lt;&#233;&#xe9;</a>").is_ok());
    }

    #[test]
    fn the_tag_of_the_root_is_enough_where_the_rest_is_read_later() {
        let text = "<?xml version=\"1.0\"?><!-- c --><bom xmlns=\"urn:y\"><open>";
        assert_eq!(root_tag(text).unwrap(), ("bom".to_owned(), Some("urn:y".to_owned())));
        assert!(root(text).is_err());
        assert!(root_tag("<!DOCTYPE a [<!ENTITY b \"c\">]><a/>").is_err());
        assert!(root_tag("").is_err() && root_tag("<").is_err());
    }

    #[test]
    fn there_is_one_closed_root() {
        assert_eq!(code("<a/><b/>"), "xml-syntax");
        assert_eq!(code("<a><b></a>"), "xml-syntax");
        assert_eq!(code("<a><b/>"), "xml-syntax");
        assert_eq!(code(""), "xml-syntax");
        assert_eq!(code(&"<a>".repeat(5000)), "too-deep");
        assert_eq!(root("<x:a xmlns:x=\"urn:y\"/>").unwrap(), ("a".to_owned(), Some("urn:y".to_owned())));
    }
}
