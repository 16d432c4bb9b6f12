//! A strict YAML reader: one document, core schema, unique keys, no merge keys, no tags of one's own.
//!
//! The only caller of serde-saphyr; it takes the events of its parser, not its values, because a value would have
//! lost how a number was written (`0644`, `1.10`, `1234e56`) and where it stands. Aliases are expanded within a budget.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_saphyr::granit_parser::Event;
use serde_saphyr::granit_parser::Parser;
use serde_saphyr::granit_parser::ScalarStyle;
use serde_saphyr::granit_parser::Span;
use serde_saphyr::granit_parser::Tag;
use serde_saphyr::granit_parser::options;

use super::Language;
use super::Syntax;
use super::json::offset;
use super::node::Data;
use super::node::Document;
use super::node::Duplicate;
use super::node::Entry;
use super::node::Node;
use super::node::unique;
use super::yaml_scalar::resolve;

/// The largest YAML text, in bytes.
pub(crate) const MAX_BYTES: usize = 64 << 20;
/// The deepest nesting.
const MAX_DEPTH: usize = 64;
/// The most values, expanded aliases included.
const MAX_NODES: usize = 4_000_000;
/// The most aliases.
const MAX_ALIASES: usize = 1_000;
/// The most values that aliases may add.
const MAX_ALIAS_NODES: usize = 100_000;
/// The most bytes of text that aliases may add.
const MAX_ALIAS_BYTES: usize = 8 << 20;

/// What is said of a second document.
pub(crate) const SEVERAL: &str = "a second YAML document in the same file";

/// Reads `text`.
///
/// # Errors
/// The first place that is not the YAML we read, or the limit that was passed.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, Syntax> {
    let composer = compose(text, false)?;
    let root = composer.root.unwrap_or(Node { data: Data::Null, start: 0, end: 0 });
    Ok(Document { root, duplicates: composer.duplicates, language: Language::Yaml, rows: Vec::new() })
}

/// Reads `text` as several YAML documents, all limits being those of one: a list of those that hold something.
///
/// # Errors
/// The first place that is not the YAML we read, or the limit that was passed.
pub(crate) fn parse_all(text: &str) -> Result<Document<'_>, Syntax> {
    let mut composer = compose(text, true)?;
    composer.finished.extend(composer.root.take());
    composer.finished.retain(|node| node.data != Data::Null);
    let root = Node { data: Data::List(composer.finished), start: 0, end: offset(text.len()) };
    Ok(Document { root, duplicates: composer.duplicates, language: Language::Yaml, rows: Vec::new() })
}

fn compose(text: &str, several: bool) -> Result<Composer<'_>, Syntax> {
    if text.len() > MAX_BYTES {
        return Err(Syntax::new(
            "too-large",
            0,
            format!("{} bytes of YAML, at most {MAX_BYTES} are read", text.len()),
        )
        .help("JSON of this size is read"));
    }
    let mut composer = Composer { text, several, ..Composer::default() };
    let options = options! {
        emit_comments: false,
        disallow_directives: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    for event in Parser::new_from_str_with_options(text, options) {
        match event {
            Ok((event, span)) => composer.take(event, span)?,
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(0).min(text.len());
                let said = error.info().to_lowercase();
                if said.contains("limit") {
                    let message = format!("nested deeper than {MAX_DEPTH} levels");
                    return Err(Syntax::new("too-deep", at, message));
                }
                let (message, help) = in_our_words(&said);
                // a text that is not closed is noticed on the next line; where it opens is where it has to be mended
                let in_quotes = message.starts_with("a text in quotes");
                let open = || text.get(..at).and_then(|before| before.rfind(['"', '\'']));
                let at = if in_quotes { open().unwrap_or(at) } else { at };
                return Err(Syntax::new("yaml-syntax", at, message).help(help));
            }
        }
    }
    composer.duplicates.sort_by_key(|duplicate| duplicate.second);
    Ok(composer)
}

/// What the parser noticed, by the words it uses, and what to do: the first row of which one word is in them.
const NOTICED: &[(&[&str], &str, &str)] = &[
    (
        &["quoted scalar", "unclosed quote", "single-quoted", "double-quoted"],
        "a text in quotes does not end, or goes on after its end",
        "close the quotes on the line they are opened on; a quote inside is doubled (`''`) or escaped (`\\\"`)",
    ),
    (&["tab"], "a tab where only spaces can stand", "indent with spaces"),
    (
        &["anchor", "alias"],
        "`*` or `&` begins a text that is not in quotes, or refers to nothing",
        "put the text in quotes",
    ),
    (
        &["flow ", "unclosed bracket"],
        "a list in `[…]` or a map in `{…}` is not complete",
        "look for a missing `,`, bracket or brace",
    ),
    (
        &["mapping values", "simple key", "':'"],
        "a `:` where no key can stand",
        "put a text with `: ` in it in quotes; keys of one map stand below each other",
    ),
    (
        &["block ", "indent"],
        "this line fits neither the one before nor the ones around it",
        "keys of one map, and the `-` of one list, begin in the same column",
    ),
    (&["directive"], "lines that begin with `%` are not read", "remove the line"),
    (&["tag"], "a `!` begins something that is not read", "put the text in quotes"),
];

fn in_our_words(said: &str) -> (&'static str, &'static str) {
    NOTICED
        .iter()
        .find(|(words, _, _)| words.iter().any(|word| said.contains(word)))
        .map_or(("this cannot be read as YAML", "check quotes, brackets and indentation"), |row| {
            (row.1, row.2)
        })
}

#[derive(Default)]
struct Composer<'a> {
    text: &'a str,
    stack: Vec<Frame<'a>>,
    root: Option<Node<'a>>,
    /// Whether more than one document may follow.
    several: bool,
    /// Documents before the last one.
    finished: Vec<Node<'a>>,
    documents: usize,
    anchors: BTreeMap<usize, (Node<'a>, usize, usize)>,
    nodes: usize,
    aliases: usize,
    alias_nodes: usize,
    alias_bytes: usize,
    duplicates: Vec<Duplicate>,
}

struct Frame<'a> {
    start: u32,
    anchor: usize,
    kind: Open<'a>,
}

enum Open<'a> {
    List(Vec<Node<'a>>),
    Map { entries: Vec<Entry<'a>>, key: Option<(Cow<'a, str>, u32)> },
}

impl<'a> Composer<'a> {
    fn take(&mut self, event: Event<'a>, span: Span) -> Result<(), Syntax> {
        let range = span.byte_range().unwrap_or(0..0);
        let wrong = |message: String| Syntax::new("yaml-syntax", range.start, message);
        match event {
            Event::StreamStart | Event::StreamEnd | Event::DocumentEnd | Event::Anchor(_, _) => Ok(()),
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.several {
                    // an anchor holds to the end of its document
                    self.anchors.clear();
                    self.finished.extend(self.root.take());
                } else if self.documents > 1 {
                    return Err(wrong(SEVERAL.to_owned()).help("put each document into a file of its own"));
                }
                Ok(())
            }
            Event::UnresolvedAlias(name) => Err(wrong(format!("`*{name}` refers to nothing"))),
            Event::Scalar(value, style, anchor, tag) => {
                let data = self.scalar(value, style, tag.as_deref(), range.start)?;
                let node = Node { data, start: offset(range.start), end: offset(range.end) };
                self.remember(anchor, &node);
                self.place(node)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.only_core(tag.as_deref(), "seq", range.start)?;
                self.open(range.start, anchor, Open::List(Vec::new()))
            }
            Event::MappingStart(_, anchor, tag) => {
                self.only_core(tag.as_deref(), "map", range.start)?;
                self.open(range.start, anchor, Open::Map { entries: Vec::new(), key: None })
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(range.end),
            Event::Alias(id) => self.alias(id, range.start, range.end),
            _ => Err(wrong("a kind of YAML that is not read".to_owned())),
        }
    }

    fn only_core(&self, tag: Option<&Tag>, wanted: &str, at: usize) -> Result<(), Syntax> {
        match tag {
            None => Ok(()),
            Some(tag) if tag.core_suffix() == Some(wanted) => Ok(()),
            Some(tag) => {
                // the event begins after its tag
                let written = tag.original();
                Err(unsupported(
                    tag,
                    self.text.get(..at).and_then(|before| before.rfind(&*written)).unwrap_or(at),
                ))
            }
        }
    }

    fn scalar(
        &self,
        value: Cow<'a, str>,
        style: ScalarStyle,
        tag: Option<&Tag>,
        at: usize,
    ) -> Result<Data<'a>, Syntax> {
        let quoted = match style {
            ScalarStyle::Plain => false,
            ScalarStyle::SingleQuoted
            | ScalarStyle::DoubleQuoted
            | ScalarStyle::Literal
            | ScalarStyle::Folded => true,
        };
        if let Some(tag) = tag {
            return match (tag.core_suffix(), resolve(value.clone())) {
                (Some("str"), _) => Ok(Data::Text(value)),
                (Some("null"), data @ Data::Null)
                | (Some("bool"), data @ Data::Bool(_))
                | (Some("int" | "float"), data @ Data::Number(_)) => Ok(data),
                _ => Err(unsupported(tag, at)),
            };
        }
        Ok(if quoted { Data::Text(value) } else { resolve(value) })
    }

    fn count(&mut self, more: usize, at: usize) -> Result<(), Syntax> {
        self.nodes += more;
        if self.nodes > MAX_NODES {
            return Err(Syntax::new("too-large", at, format!("more than {MAX_NODES} YAML values")));
        }
        Ok(())
    }

    fn open(&mut self, start: usize, anchor: usize, kind: Open<'a>) -> Result<(), Syntax> {
        self.count(1, start)?;
        if self.stack.len() >= MAX_DEPTH {
            return Err(Syntax::new("too-deep", start, format!("nested deeper than {MAX_DEPTH} levels")));
        }
        // a value that is itself a key is refused when it is placed; refuse it before its contents are read
        if let Some(Frame { kind: Open::Map { key: None, .. }, .. }) = self.stack.last() {
            return Err(
                Syntax::new("yaml-syntax", start, "a key that is a list or a map").help("keys are texts")
            );
        }
        self.stack.push(Frame { start: offset(start), anchor, kind });
        Ok(())
    }

    fn close(&mut self, end: usize) -> Result<(), Syntax> {
        let Some(frame) = self.stack.pop() else { return Ok(()) };
        let data = match frame.kind {
            Open::List(items) => Data::List(items),
            Open::Map { mut entries, .. } => {
                unique(&mut entries, &mut self.duplicates);
                Data::Map(entries)
            }
        };
        // block collections end where the next token begins: end them with their last character
        let slice = self.text.get(frame.start as usize..end).unwrap_or("");
        let end = frame.start + offset(slice.trim_end().len());
        let node = Node { data, start: frame.start, end };
        self.remember(frame.anchor, &node);
        self.place(node)
    }

    fn place(&mut self, node: Node<'a>) -> Result<(), Syntax> {
        self.count(1, node.start as usize)?;
        let Some(frame) = self.stack.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match &mut frame.kind {
            Open::List(items) => items.push(node),
            Open::Map { entries, key } => match key.take() {
                Some((name, key_start)) => entries.push(Entry { key: name, key_start, value: node }),
                None => {
                    let raw = self.text.get(node.start as usize..node.end as usize).unwrap_or("");
                    let name = match node.data {
                        Data::Text(text) if text == "<<" && raw == "<<" => {
                            return Err(Syntax::new(
                                "yaml-syntax",
                                node.start as usize,
                                "merge keys (`<<`) are not read",
                            )
                            .help("repeat the values, or use an alias for each"));
                        }
                        Data::Text(text) | Data::Number(text) => text,
                        Data::Bool(_) => Cow::Borrowed(raw),
                        Data::Null | Data::List(_) | Data::Map(_) => {
                            return Err(Syntax::new(
                                "yaml-syntax",
                                node.start as usize,
                                "a key that is not a text",
                            )
                            .help("quote it"));
                        }
                    };
                    *key = Some((name, node.start));
                }
            },
        }
        Ok(())
    }

    fn remember(&mut self, anchor: usize, node: &Node<'a>) {
        if anchor != 0 {
            let (nodes, bytes) = weight(node);
            self.anchors.insert(anchor, (node.clone(), nodes, bytes));
        }
    }

    fn alias(&mut self, id: usize, start: usize, end: usize) -> Result<(), Syntax> {
        let bomb = |what: &str| {
            Syntax::new("alias-limit", start, format!("aliases expand to more than {what}"))
                .help("write the values out; a file like this can fill the memory of its readers")
        };
        self.aliases += 1;
        if self.aliases > MAX_ALIASES {
            return Err(Syntax::new("alias-limit", start, format!("more than {MAX_ALIASES} aliases"))
                .help("write the values out"));
        }
        let Some((node, nodes, bytes)) = self.anchors.get(&id) else {
            return Err(Syntax::new("yaml-syntax", start, "an alias inside the value that it stands for"));
        };
        let (nodes, bytes) = (*nodes, *bytes);
        self.alias_nodes += nodes;
        self.alias_bytes += bytes;
        if self.alias_nodes > MAX_ALIAS_NODES {
            return Err(bomb(&format!("{MAX_ALIAS_NODES} values")));
        }
        if self.alias_bytes > MAX_ALIAS_BYTES {
            return Err(bomb(&format!("{MAX_ALIAS_BYTES} bytes of text")));
        }
        let depth = self.stack.len() + depth(node);
        if depth > MAX_DEPTH {
            return Err(Syntax::new("too-deep", start, format!("nested deeper than {MAX_DEPTH} levels")));
        }
        let mut node = node.clone();
        node.start = offset(start);
        node.end = offset(end);
        self.count(nodes, start)?;
        self.place(node)
    }
}

fn unsupported(tag: &Tag, at: usize) -> Syntax {
    Syntax::new("yaml-syntax", at, format!("the tag `{}` is not read", tag.original()))
        .help("remove it; quote the value if it is a text")
}

/// Values and bytes of text of a tree.
fn weight(node: &Node<'_>) -> (usize, usize) {
    match &node.data {
        Data::Null | Data::Bool(_) => (1, 0),
        Data::Number(text) | Data::Text(text) => (1, text.len()),
        Data::List(list) => list.iter().map(weight).fold((1, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1)),
        Data::Map(entries) => entries.iter().fold((1, 0), |sum, entry| {
            let one = weight(&entry.value);
            (sum.0 + one.0, sum.1 + one.1 + entry.key.len())
        }),
    }
}

fn depth(node: &Node<'_>) -> usize {
    match &node.data {
        Data::Null | Data::Bool(_) | Data::Number(_) | Data::Text(_) => 0,
        Data::List(list) => 1 + list.iter().map(depth).max().unwrap_or(0),
        Data::Map(entries) => 1 + entries.iter().map(|entry| depth(&entry.value)).max().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> &'static str {
        parse(text).unwrap_err().code
    }

    #[test]
    fn scalars_stay_what_they_look_like() {
        let text =
            "a: NO\nb: 1.10\nc: 0644\nd: ~\ne: 1234e56\nf: true\ng: \"true\"\nh: off\ni: .nan\nj: -0\n";
        let document = parse(text).unwrap();
        let data = |key: &str| document.root.get(key).unwrap().data.clone();
        assert_eq!(data("a"), Data::Text("NO".into()));
        assert_eq!(data("b"), Data::Number("1.10".into()));
        assert_eq!(data("c"), Data::Text("0644".into()));
        assert_eq!(data("d"), Data::Null);
        assert_eq!(data("e"), Data::Number("1234e56".into()));
        assert_eq!(data("f"), Data::Bool(true));
        assert_eq!(data("g"), Data::Text("true".into()));
        assert_eq!(data("h"), Data::Text("off".into()));
        assert_eq!(data("i"), Data::Text(".nan".into()));
        assert_eq!(data("j"), Data::Number("-0".into()));
    }

    #[test]
    fn values_know_their_place() {
        let text = "claims:\n  - id: a\n    statement: |\n      two\n      lines\n  - {id: b}\n";
        let document = parse(text).unwrap();
        let second = document.root.at_pointer("/claims/1/id").unwrap();
        assert_eq!(&text[second.start as usize..second.end as usize], "b");
        assert_eq!(document.root.pointer_to(second.start, second.end), "/claims/1/id");
        let first = document.root.at_pointer("/claims/0").unwrap();
        assert!(text[first.start as usize..].starts_with("id: a"));
        assert_eq!(document.root.pointer_to(first.start, first.end), "/claims/0");
    }

    #[test]
    fn an_alias_bomb_is_refused() {
        let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for (from, to) in ["ab", "bc", "cd", "de", "ef", "fg", "gh"].map(|pair| pair.split_at(1)) {
            let refs = vec![format!("*{from}"); 10].join(", ");
            bomb.push_str(&format!("{to}: &{to} [{refs}]\n"));
        }
        assert_eq!(code(&bomb), "alias-limit");
        let text = format!("a: &a {}\nb: [{}]\n", "x".repeat(200_000), vec!["*a"; 400].join(", "));
        assert_eq!(code(&text), "alias-limit");
        assert_eq!(code("a: &a [*a]\n"), "yaml-syntax");
    }

    #[test]
    fn tags_merge_keys_second_documents_and_odd_keys_are_refused() {
        assert_eq!(code("a: !foo x\n"), "yaml-syntax");
        assert_eq!(code("a: !!binary aGk=\n"), "yaml-syntax");
        assert_eq!(code("a: &a {b: 1}\nc:\n  <<: *a\n"), "yaml-syntax");
        assert_eq!(code("a: 1\n---\nb: 2\n"), "yaml-syntax");
        assert_eq!(code("? [a]\n: 1\n"), "yaml-syntax");
        assert_eq!(code("~: 1\n"), "yaml-syntax");
        assert_eq!(parse("a: !!str 1.10\n").unwrap().root.text_of("a"), Some("1.10"));
    }

    #[test]
    fn duplicate_keys_are_reported() {
        let document = parse("a: 1\nb: 2\na: 3\n").unwrap();
        assert_eq!(document.duplicates, vec![Duplicate { key: "a".to_owned(), first: 0, second: 10 }]);
    }

    #[test]
    fn deep_nesting_is_refused_at_once() {
        assert_eq!(code(&"[".repeat(100_000)), "too-deep");
        let mut text = String::new();
        for level in 0..100 {
            text.push_str(&format!("{}a:\n", " ".repeat(level)));
        }
        assert_eq!(code(&text), "too-deep");
    }

    #[test]
    fn an_empty_text_is_nothing() {
        for text in ["", "# only a comment\n", "---\n"] {
            assert_eq!(parse(text).unwrap().root.data, Data::Null);
        }
    }

    #[test]
    fn benign_files_read_the_same_as_with_another_reader() {
        let text =
            "name: x\nlist: [1, 2.5, 'a b']\nmap:\n  k: true\n  n: null\n  t: >\n    folded\n    text\n";
        let other: serde_json::Value = serde_yaml::from_str(text).unwrap();
        let document = parse(text).unwrap();
        assert_eq!(super::super::typed::to_json(&document.root), other);
    }
}
