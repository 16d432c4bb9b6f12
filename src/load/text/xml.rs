//! XML as events: no entity is ever expanded or fetched, a DOCTYPE without declarations is accepted, nesting is
//! bounded, and there is exactly one closed root.

use quick_xml::Error;
use quick_xml::Reader;
use quick_xml::errors::IllFormedError;
use quick_xml::errors::SyntaxError;
use quick_xml::events::BytesStart;
use quick_xml::events::Event;

use super::MAX_DEPTH;
use super::Syntax;

/// What an event says. Text is checked and not handed out: no reader here needs it.
pub(crate) enum Token {
    /// An element begins: its local name, and its attributes.
    Start(String, Vec<(String, String)>),
    /// An element ends.
    End,
}

/// Calls `take` for each token with its byte offset.
///
/// # Errors
/// The first place that is not the XML we read.
pub(crate) fn read(text: &str, mut take: impl FnMut(Token, usize)) -> Result<(), Syntax> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut open: Vec<usize> = Vec::new();
    let mut roots = 0;
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(0);
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => {
                let at = usize::try_from(reader.error_position()).unwrap_or(at);
                return Err(Syntax::new("xml-syntax", at, ill_formed(&error)));
            }
        };
        match event {
            Event::Start(ref start) | Event::Empty(ref start) => {
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
                take(Token::Start(local(start), attributes(start, at)?), at);
                if matches!(event, Event::Start(_)) {
                    open.push(at);
                } else {
                    take(Token::End, at);
                }
            }
            Event::End(_) => {
                open.pop();
                take(Token::End, at);
            }
            Event::Text(ref content) => {
                let content: &str = content;
                if open.is_empty() && !content.trim().is_empty() {
                    return Err(Syntax::new("xml-syntax", at, "text outside the root element"));
                }
            }
            Event::GeneralRef(ref entity) => {
                let name: &str = entity;
                if resolve(name).is_none() {
                    return Err(undeclared(name, at));
                }
            }
            Event::DocType(ref content) => {
                let content: &str = content;
                if content.contains('[') || content.contains("ENTITY") {
                    return Err(Syntax::new(
                        "xml-entities",
                        at,
                        "a document type with declarations of its own",
                    )
                    .help("entities are never expanded or fetched; remove the declarations"));
                }
            }
            Event::CData(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
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

fn undeclared(name: &str, at: usize) -> Syntax {
    Syntax::new("xml-entities", at, format!("the entity `&{name};` is not one of XML's own"))
        .help("entities are never expanded or fetched; write the character")
}

/// The five predefined entities and character references.
fn resolve(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => number.parse().ok(),
            }
            .and_then(char::from_u32)
        }
    }
}

fn local(start: &BytesStart<'_>) -> String {
    let name = start.name();
    let name: &str = name.into_inner();
    name.rsplit(':').next().unwrap_or(name).to_owned()
}

fn attributes(start: &BytesStart<'_>, at: usize) -> Result<Vec<(String, String)>, Syntax> {
    let mut out = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| {
            Syntax::new("xml-syntax", at, "an attribute of this element cannot be read")
                .help("each has one name, `=`, and a value in quotes, and none stands there twice")
        })?;
        let key: &str = attribute.key.into_inner();
        out.push((key.to_owned(), unescape(&attribute.value, at)?));
    }
    Ok(out)
}

fn unescape(raw: &str, at: usize) -> Result<String, Syntax> {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        rest = &rest[start + 1..];
        let Some(end) = rest.find(';') else {
            return Err(Syntax::new("xml-syntax", at, "a `&` without an entity in an attribute"));
        };
        match resolve(&rest[..end]) {
            Some(ch) => out.push(ch),
            None => return Err(undeclared(&rest[..end], at)),
        }
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    Ok(out)
}

/// The local name and the namespace of the root element, and whether the whole text is well-formed.
///
/// # Errors
/// The first place that is not the XML we read.
pub(crate) fn root(text: &str) -> Result<(String, Option<String>), Syntax> {
    let mut found: Option<(String, Option<String>)> = None;
    read(text, |token, _| {
        if let (Token::Start(name, attributes), None) = (token, &found) {
            let namespace = attributes
                .iter()
                .find(|(key, _)| key == "xmlns")
                .or_else(|| attributes.iter().find(|(key, _)| key.starts_with("xmlns:")))
                .map(|(_, value)| value.clone());
            found = Some((name, namespace));
        }
    })?;
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
    fn there_is_one_closed_root() {
        assert_eq!(code("<a/><b/>"), "xml-syntax");
        assert_eq!(code("<a><b></a>"), "xml-syntax");
        assert_eq!(code("<a><b/>"), "xml-syntax");
        assert_eq!(code(""), "xml-syntax");
        assert_eq!(code(&"<a>".repeat(5000)), "too-deep");
        assert_eq!(root("<x:a xmlns:x=\"urn:y\"/>").unwrap(), ("a".to_owned(), Some("urn:y".to_owned())));
    }
}
