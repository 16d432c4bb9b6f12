//! XML to the trees that JSON gives: a dialect says which elements are lists, which are maps and which hold one text.
//!
//! A dialect that exists in both languages has one reader so, which sees the shape of its JSON. Elements of unknown
//! namespaces keep their prefix, so that they are counted as unknown and never taken for something else.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Language;
use super::Syntax;
use super::node::Data;
use super::node::Document;
use super::node::Entry;
use super::node::Node;
use super::xml;
use super::xml::Part;

/// The most values a document may have.
const MAX_NODES: usize = 20_000_000;

/// How a dialect reads.
pub(crate) struct Dialect {
    /// The prefix that elements of a namespace get: empty for the dialect's own, `None` for unknown ones. Elements without a
    /// namespace are asked for as the empty one.
    pub space: fn(&str) -> Option<&'static str>,
    /// The shape of the element with this name, inside of elements with those names.
    pub shape: fn(&[Cow<'_, str>], &str) -> Shape,
}

/// What an element becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Its key; empty for its own name.
    pub key: &'static str,
    /// Its value.
    pub form: Form,
    /// Whether it is one of several, in the list of its key.
    pub each: bool,
}

/// The value an element becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A text where it holds text only, a map otherwise.
    Value,
    /// The same, a text that is a number being one.
    Number,
    /// The same, `true` and `false` being that.
    Bool,
    /// A map, also when it is empty.
    Map,
    /// A list of its elements.
    List,
    /// A list when its first element has this name or it is empty, a map otherwise.
    ListOf(&'static str),
    /// The text of its attribute; a map when there is more in it.
    Attribute(&'static str),
    /// A map of its attributes, and its text with this key.
    Content(&'static str),
    /// A map with itself, as a map, under this key.
    Wrapped(&'static str),
    /// All text in it, markup left out, blanks run together.
    Prose,
}

impl Shape {
    /// A value under its own name.
    pub(crate) const fn new(form: Form) -> Self {
        Self { key: "", form, each: false }
    }

    /// One of several in the list `key`.
    pub(crate) const fn each(key: &'static str, form: Form) -> Self {
        Self { key, form, each: true }
    }

    /// A value under another name.
    pub(crate) const fn renamed(key: &'static str, form: Form) -> Self {
        Self { key, form, each: false }
    }
}

/// A document, and how many foreign elements stood in its lists and are left out.
pub(crate) struct Tree<'a> {
    /// The document; its root is what the root element became.
    pub document: Document<'a>,
    /// Foreign elements inside of lists.
    pub foreign: u32,
}

struct Open<'a> {
    shape: Shape,
    start: usize,
    key_start: usize,
    children: bool,
    attributes: Vec<Entry<'a>>,
    /// What it holds, each with whether it is one of several.
    entries: Vec<(Entry<'a>, bool)>,
    text: Cow<'a, str>,
    text_start: usize,
    declared: Vec<Cow<'a, str>>,
}

struct Builder<'a, 'd> {
    dialect: &'d Dialect,
    open: Vec<Open<'a>>,
    path: Vec<Cow<'a, str>>,
    /// By prefix, the prefixes that stand for the namespaces in force, innermost last.
    spaces: BTreeMap<Cow<'a, str>, Vec<Option<&'static str>>>,
    nodes: usize,
    foreign: u32,
    /// Elements that are open inside of prose.
    markup: usize,
    root: Option<Node<'a>>,
}

/// Reads `text` as `dialect` says.
///
/// # Errors
/// The first place that is not the XML we read, or the limit that was passed.
pub(crate) fn parse<'a>(text: &'a str, dialect: &Dialect) -> Result<Tree<'a>, Syntax> {
    let mut builder = Builder {
        dialect,
        open: Vec::new(),
        path: Vec::new(),
        spaces: BTreeMap::new(),
        nodes: 0,
        foreign: 0,
        markup: 0,
        root: None,
    };
    xml::parts(text, |part, at| builder.take(part, at))?;
    let Some(root) = builder.root else { return Err(Syntax::new("xml-syntax", 0, "no root element")) };
    let document = Document { root, duplicates: Vec::new(), language: Language::Xml, rows: Vec::new() };
    Ok(Tree { document, foreign: builder.foreign })
}

impl<'a> Builder<'a, '_> {
    fn take(&mut self, part: Part<'a>, at: usize) -> Result<(), Syntax> {
        if let Some(open) = self.open.last_mut().filter(|open| open.shape.form == Form::Prose) {
            match part {
                Part::Open(tag) => {
                    self.markup += 1;
                    // what stands in two paragraphs is not one word
                    if is_block(tag.name) {
                        open.text.to_mut().push(' ');
                    }
                    return self.count(1 + tag.attributes.len(), at);
                }
                Part::Close(_) if self.markup > 0 => {
                    self.markup -= 1;
                    return Ok(());
                }
                Part::Close(_) | Part::Text(_) => {}
            }
        }
        match part {
            Part::Open(tag) => self.open(tag, at),
            Part::Text(text) => {
                if let Some(open) = self.open.last_mut() {
                    if open.text.is_empty() {
                        open.text = text;
                        open.text_start = at;
                    } else {
                        open.text.to_mut().push_str(&text);
                    }
                }
                Ok(())
            }
            Part::Close(end) => {
                self.close(end);
                Ok(())
            }
        }
    }

    fn count(&mut self, more: usize, at: usize) -> Result<(), Syntax> {
        self.nodes += more;
        if self.nodes > MAX_NODES {
            let message = format!("more than {MAX_NODES} elements and attributes");
            return Err(Syntax::new("too-large", at, message));
        }
        Ok(())
    }

    fn open(&mut self, tag: xml::Tag<'a>, at: usize) -> Result<(), Syntax> {
        self.count(1 + tag.attributes.len(), at)?;
        let mut declared = Vec::new();
        for attribute in &tag.attributes {
            let prefix = match attribute.key {
                "xmlns" => "",
                key => match key.strip_prefix("xmlns:") {
                    Some(prefix) => prefix,
                    None => continue,
                },
            };
            let space = (self.dialect.space)(&attribute.value);
            self.spaces.entry(Cow::Borrowed(prefix)).or_default().push(space);
            declared.push(Cow::Borrowed(prefix));
        }
        let name = self.name(tag.name);
        if let Some(parent) = self.open.last_mut() {
            if let Form::ListOf(item) = parent.shape.form
                && !parent.children
            {
                parent.shape.form = if item == name { Form::List } else { Form::Map };
            }
            parent.children = true;
        }
        let shape = (self.dialect.shape)(&self.path, &name);
        let mut attributes = Vec::new();
        for attribute in tag.attributes {
            if attribute.key == "xmlns" {
                continue;
            }
            let key = match attribute.key.split_once(':') {
                None => Cow::Borrowed(attribute.key),
                Some(("xmlns" | "xml" | "xsi", _)) => continue,
                Some((prefix, rest)) => match self.space(prefix) {
                    Some(space) if !space.is_empty() => Cow::Owned(format!("{space}:{rest}")),
                    Some(_) | None => continue,
                },
            };
            let value = node(Data::Text(attribute.value), attribute.start, attribute.end);
            attributes.push(Entry { key, key_start: offset(attribute.key_start), value });
        }
        self.path.push(name);
        self.open.push(Open {
            shape,
            start: at,
            key_start: at + 1,
            children: false,
            attributes,
            entries: Vec::new(),
            text: Cow::Borrowed(""),
            text_start: at,
            declared,
        });
        Ok(())
    }

    fn space(&self, prefix: &str) -> Option<&'static str> {
        match self.spaces.get(prefix).and_then(|spaces| spaces.last()) {
            Some(space) => *space,
            None if prefix.is_empty() => (self.dialect.space)(""),
            None => None,
        }
    }

    /// The name of an element, its prefix the dialect's.
    fn name(&self, written: &'a str) -> Cow<'a, str> {
        let (prefix, local) = written.split_once(':').unwrap_or(("", written));
        match self.space(prefix) {
            Some("") => Cow::Borrowed(local),
            Some(space) => Cow::Owned(format!("{space}:{local}")),
            None => Cow::Owned(format!("?{written}")),
        }
    }

    fn close(&mut self, end: usize) {
        let (Some(open), Some(name)) = (self.open.pop(), self.path.pop()) else { return };
        for prefix in &open.declared {
            if let Some(spaces) = self.spaces.get_mut(prefix) {
                spaces.pop();
            }
        }
        let shape = open.shape;
        let key_start = offset(open.key_start);
        let value = value(open, end);
        let key = if shape.key.is_empty() { name } else { Cow::Borrowed(shape.key) };
        match self.open.last_mut() {
            Some(parent) if parent.shape.form == Form::List && key.starts_with('?') => self.foreign += 1,
            Some(parent) => parent.entries.push((Entry { key, key_start, value }, shape.each)),
            None => self.root = Some(value),
        }
    }
}

/// Whether an element of prose begins a line of its own.
fn is_block(name: &str) -> bool {
    let local = name.rsplit(':').next().unwrap_or(name);
    matches!(local, "p" | "li" | "tr" | "td" | "th" | "br" | "pre" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn node(data: Data<'_>, start: usize, end: usize) -> Node<'_> {
    Node { data, start: offset(start), end: offset(end) }
}

/// What an element is, once it is closed.
fn value(open: Open<'_>, end: usize) -> Node<'_> {
    let Open { shape, start, children, mut attributes, entries, text, text_start, .. } = open;
    match shape.form {
        Form::List | Form::ListOf(_) => {
            let mut items: Vec<Node<'_>> = entries.into_iter().map(|(entry, _)| entry.value).collect();
            items.shrink_to_fit();
            node(Data::List(items), start, end)
        }
        Form::Attribute(key) if !children && attributes.iter().any(|entry| entry.key == key) => {
            let at = attributes.iter().position(|entry| entry.key == key).unwrap_or(0);
            attributes.swap_remove(at).value
        }
        Form::Content(key) if !children => {
            let value = leaf(Form::Value, text, text_start, (start, end));
            attributes.push(Entry { key: Cow::Borrowed(key), key_start: value.start, value });
            node(Data::Map(attributes), start, end)
        }
        Form::Prose => {
            let words: Vec<&str> = text.split_whitespace().collect();
            node(Data::Text(Cow::Owned(words.join(" "))), start, end)
        }
        Form::Wrapped(key) => {
            let value = node(merged(attributes, entries), start + 1, end);
            let entry = Entry { key: Cow::Borrowed(key), key_start: offset(start + 1), value };
            node(Data::Map(vec![entry]), start, end)
        }
        Form::Value | Form::Number | Form::Bool
            if !children && (attributes.is_empty() || !text.trim().is_empty()) =>
        {
            leaf(shape.form, text, text_start, (start, end))
        }
        Form::Value | Form::Number | Form::Bool | Form::Map | Form::Attribute(_) | Form::Content(_) => {
            node(merged(attributes, entries), start, end)
        }
    }
}

/// A text without the blanks around it, where it stands.
fn leaf<'a>(form: Form, text: Cow<'a, str>, at: usize, around: (usize, usize)) -> Node<'a> {
    let blank = text.len() - text.trim_start().len();
    let (text, start, end) = match text {
        Cow::Borrowed(text) if text.trim().is_empty() => (Cow::Borrowed(""), around.0, around.1),
        Cow::Borrowed(text) => (Cow::Borrowed(text.trim()), at + blank, at + blank + text.trim().len()),
        Cow::Owned(text) => (Cow::Owned(text.trim().to_owned()), around.0, around.1),
    };
    let data = match form {
        Form::Number if is_number(&text) => Data::Number(text),
        Form::Bool if text == "true" || text == "1" => Data::Bool(true),
        Form::Bool if text == "false" || text == "0" => Data::Bool(false),
        _ => Data::Text(text),
    };
    node(data, start, end)
}

/// Whether a text is a number in JSON's grammar, near enough.
pub(crate) fn is_number(text: &str) -> bool {
    text.ends_with(|ch: char| ch.is_ascii_digit())
        && text.starts_with(|ch: char| ch.is_ascii_digit() || ch == '-')
        && text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// A map: elements that stand several times are one list.
fn merged<'a>(attributes: Vec<Entry<'a>>, entries: Vec<(Entry<'a>, bool)>) -> Data<'a> {
    let mut out = attributes;
    let mut places: BTreeMap<Cow<'a, str>, (usize, bool)> =
        out.iter().enumerate().map(|(at, entry)| (entry.key.clone(), (at, false))).collect();
    for (entry, each) in entries {
        match places.get_mut(&entry.key) {
            Some((at, listed)) => {
                let first = &mut out[*at].value;
                if !*listed {
                    let (start, end) = (first.start, first.end);
                    let only = std::mem::replace(&mut first.data, Data::Null);
                    first.data = Data::List(vec![Node { data: only, start, end }]);
                    *listed = true;
                }
                first.end = first.end.max(entry.value.end);
                if let Data::List(items) = &mut first.data {
                    items.push(entry.value);
                }
            }
            None => {
                places.insert(entry.key.clone(), (out.len(), each));
                let Entry { key, key_start, value } = entry;
                let (start, end) = (value.start, value.end);
                let value = if each { Node { data: Data::List(vec![value]), start, end } } else { value };
                out.push(Entry { key, key_start, value });
            }
        }
    }
    out.shrink_to_fit();
    Data::Map(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIALECT: Dialect = Dialect {
        space: |uri| match uri {
            "urn:own" => Some(""),
            "urn:sign" => Some("sign"),
            _ => None,
        },
        shape: |path, name| match (path.last().map(AsRef::as_ref), name) {
            (_, "items") => Shape::new(Form::List),
            (Some("items"), "one") => Shape::new(Form::Map),
            (_, "hash") => Shape::each("hashes", Form::Content("content")),
            (_, "score") => Shape::new(Form::Number),
            (_, "note") => Shape::new(Form::Prose),
            (_, "ref") => Shape::each("refs", Form::Attribute("to")),
            _ => Shape::new(Form::Value),
        },
    };

    fn shown(node: &Node<'_>) -> String {
        match &node.data {
            Data::Null => "null".to_owned(),
            Data::Bool(value) => value.to_string(),
            Data::Number(raw) => raw.to_string(),
            Data::Text(text) => format!("{text:?}"),
            Data::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(",")),
            Data::Map(entries) => format!(
                "{{{}}}",
                entries
                    .iter()
                    .map(|entry| format!("{}:{}", entry.key, shown(&entry.value)))
                    .collect::<Vec<_>>()
                    .join(",")
            ),
        }
    }

    fn check(text: &str, expected: &str) {
        assert_eq!(shown(&parse(text, &DIALECT).unwrap().document.root), expected);
    }

    #[test]
    fn lists_maps_texts_and_numbers_are_what_the_dialect_says() {
        check(
            "<a xmlns='urn:own' k='v'><items><one/><one n='1'> x </one></items><hash alg='m'>ab</hash><score>0.5</score></a>",
            "{k:\"v\",items:[{},{n:\"1\"}],hashes:[{alg:\"m\",content:\"ab\"}],score:0.5}",
        );
        check("<a xmlns='urn:own'><ref to='x'/><ref to='y'/></a>", "{refs:[\"x\",\"y\"]}");
        check("<a xmlns='urn:own'><b>1 &lt; 2 <![CDATA[& <3]]></b><b/></a>", "{b:[\"1 < 2 & <3\",\"\"]}");
    }

    #[test]
    fn prefixes_do_not_matter_and_foreign_elements_are_told_apart() {
        check("<p:a xmlns:p='urn:own'><p:b>c</p:b></p:a>", "{b:\"c\"}");
        check("<a xmlns='urn:own'><b xmlns='urn:else'>c</b><b>d</b></a>", "{?b:\"c\",b:\"d\"}");
        check("<a xmlns='urn:own'><x:S xmlns:x='urn:sign'>c</x:S></a>", "{sign:S:\"c\"}");
        let tree =
            parse("<a xmlns='urn:own'><items><x/><y:one xmlns:y='urn:else'/></items></a>", &DIALECT).unwrap();
        assert_eq!((shown(&tree.document.root).as_str(), tree.foreign), ("{items:[\"\"]}", 1));
    }

    #[test]
    fn values_know_where_they_stand() {
        let text = "<a xmlns='urn:own' k='v'>\n <b> word </b></a>";
        let tree = parse(text, &DIALECT).unwrap();
        for (key, expected) in [("k", "v"), ("b", "word")] {
            let node = tree.document.root.get(key).unwrap();
            assert_eq!(&text[node.start as usize..node.end as usize], expected);
            assert_eq!(tree.document.root.pointer_to(node.start, node.end), format!("/{key}"));
        }
    }

    #[test]
    fn prose_is_its_text_without_the_markup() {
        check(
            "<a xmlns='urn:own'><note>\n <p>One <em>word</em>s.</p><ul><li>two</li><li>three</li></ul></note><b/></a>",
            "{note:\"One words. two three\",b:\"\"}",
        );
    }
}
