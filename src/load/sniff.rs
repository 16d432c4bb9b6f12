//! Bytes to a record of some dialect: what the bytes are, which row claims them, what the row reads.

use super::formats::ATTACHMENT;
use super::formats::FORMATS;
use super::formats::Form;
use super::formats::Format;
use super::formats::Input;
use super::formats::Read;
use super::formats::hint;
use super::formats::is_tag_value;
use super::formats::unsupported;
use super::records::lfs_pointer;
use super::text;
use super::text::Language;
use super::text::decode::Decoded;
use super::text::decode::decode;
use super::text::decode::is_html;
use super::text::decode::is_lfs_pointer;
use super::text::lines;
use super::text::node::Document;
use super::text::node::Node;
use super::text::xml;
use super::text::yaml;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::finding::did_you_mean;

/// What came of a file.
pub(crate) struct Sniffed {
    /// The row that claims it; the attachment row when none does.
    pub format: &'static Format,
    /// Why that row, in one clause.
    pub why: String,
    /// What the row read; `None` when the file cannot be used as what it is.
    pub read: Option<Read>,
    /// Everything noticed.
    pub findings: Vec<Finding>,
}

impl Sniffed {
    fn refused(finding: Finding, why: &str) -> Self {
        Self { format: ATTACHMENT, why: why.to_owned(), read: None, findings: vec![finding] }
    }
}

/// Looks at the bytes of the file at `path`; `wanted` is the row that the evidence index asks for, and where it does.
pub(crate) fn sniff(path: &str, bytes: &[u8], wanted: Option<(&str, Place)>) -> Sniffed {
    let error =
        |code, message: &str, help: &str| Finding::error(code, message).at(Place::file(path)).help(help);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Sniffed::refused(
            error("empty-file", "the file is empty", "produce it again, or remove it"),
            "empty",
        );
    }
    if is_lfs_pointer(bytes) {
        return Sniffed::refused(lfs_pointer(path), "a Git LFS pointer");
    }
    if let Some(finding) = unsupported::of_bytes(path, bytes) {
        return Sniffed::refused(finding, "by its first bytes");
    }
    let structured_name = STRUCTURED.iter().any(|end| path.ends_with(end));
    let text = match decode(bytes) {
        Decoded::Binary(what) if structured_name => {
            let message = format!("this is {what}, whatever its name says");
            return Sniffed::refused(
                error("not-text", &message, "unpack it, or give it the name of what it is"),
                what,
            );
        }
        Decoded::Binary(what) => {
            return claim(&Input { path, text: "", form: Form::Binary(what) }, wanted);
        }
        Decoded::Wrong(syntax) if structured_name => {
            return Sniffed::refused(error(syntax.code, &syntax.message, &syntax.help), "not UTF-8");
        }
        Decoded::Wrong(_) => {
            return claim(&Input { path, text: "", form: Form::Binary("text that is not UTF-8") }, wanted);
        }
        Decoded::Text(text) => text,
    };
    if is_html(&text) {
        if structured_name {
            let finding = error(
                "web-page",
                "this is a web page, whatever its name says",
                "a download that failed leaves such a page: fetch the file again",
            );
            return Sniffed::refused(finding, "a web page");
        }
        return claim(&Input { path, text: &text, form: Form::Text }, wanted);
    }
    if begins_like_xml(&text) {
        // what is read as a whole tree is looked over only once
        let tag = xml::root_tag(&text).ok().filter(|(_, namespace)| {
            namespace
                .as_ref()
                .is_some_and(|space| READ_AS_A_TREE.iter().any(|start| space.starts_with(start)))
        });
        return match tag.map_or_else(|| xml::root(&text), Ok) {
            Ok((name, namespace)) => {
                claim(&Input { path, text: &text, form: Form::Xml { name, namespace } }, wanted)
            }
            Err(syntax) if structured_name || is_meant_as_xml(path, &text) => {
                Sniffed::refused(syntax.finding(path, &text), "begins like XML")
            }
            Err(_) => claim(&Input { path, text: &text, form: Form::Text }, wanted),
        };
    }
    if text::looks_like_json(&text) && (structured_name || begins_like_json(&text)) {
        return match text::parse_large(&text, path) {
            Ok(document) => claim(&Input { path, text: &text, form: Form::Tree(&document) }, wanted),
            Err(syntax) => match lines::first(&text) {
                Some(Ok(first)) => claim(&Input { path, text: &text, form: Form::Lines(&first) }, wanted),
                Some(Err(syntax)) => Sniffed::refused(syntax.finding(path, &text), "begins like JSON Lines"),
                None => Sniffed::refused(syntax.finding(path, &text), "begins like JSON"),
            },
        };
    }
    // before YAML, which would take a line of `Tag: value` for a map
    if is_tag_value(&text) {
        return claim(&Input { path, text: &text, form: Form::Text }, wanted);
    }
    let yaml_name = [".yaml", ".yml", ".json"].iter().any(|end| path.ends_with(end));
    if yaml_name || (text.len() <= 1 << 20 && looks_like_yaml(&text)) {
        match yaml::parse(&text) {
            Ok(document) if yaml_name || document.root.map().is_some() => {
                let mut sniffed = claim(&Input { path, text: &text, form: Form::Tree(&document) }, wanted);
                if path.ends_with(".json") {
                    sniffed.findings.push(
                        Finding::warning("wrong-extension", "this is YAML, whatever its name says")
                            .at(Place::file(path))
                            .help(
                                "name it `.yaml`, or have its producer write JSON: other readers stop here",
                            ),
                    );
                }
                return sniffed;
            }
            Err(syntax) if syntax.message == yaml::SEVERAL => {
                if let Ok(documents) = yaml::parse_all(&text) {
                    let input = Input { path, text: &text, form: Form::Documents(&documents) };
                    // no reader of one document looks at the first of several and passes over the rest
                    let claimed = |input: &Input<'_>| {
                        FORMATS.iter().any(|row| row.id != ATTACHMENT.id && (row.detect)(input))
                    };
                    if claimed(&input)
                        || !alone(documents.root.list().unwrap_or_default())
                            .iter()
                            .any(|one| claimed(&Input { path, text: &text, form: Form::Tree(one) }))
                    {
                        return claim(&input, wanted);
                    }
                }
                if yaml_name {
                    return Sniffed::refused(syntax.finding(path, &text), "named like YAML");
                }
            }
            Err(syntax) if yaml_name => {
                return Sniffed::refused(syntax.finding(path, &text), "named like YAML");
            }
            Ok(_) | Err(_) => {}
        }
    }
    claim(&Input { path, text: &text, form: Form::Text }, wanted)
}

/// Looks at the beginning of a file that is too large to be read, and that the evidence index says is an attachment; `None` for a document
/// that would have to be read as a whole.
pub(crate) fn sniff_head(path: &str, head: &[u8], wanted: Option<(&str, Place)>) -> Option<Sniffed> {
    if STRUCTURED.iter().any(|end| path.ends_with(end)) {
        return None;
    }
    if let Some(finding) = unsupported::of_bytes(path, head) {
        return Some(Sniffed::refused(finding, "by its first bytes"));
    }
    // the last character may be cut in two
    let whole = match std::str::from_utf8(head) {
        Err(error) if error.error_len().is_none() => head.get(..error.valid_up_to()).unwrap_or_default(),
        Ok(_) | Err(_) => head,
    };
    let text = match decode(whole) {
        Decoded::Binary(what) => {
            return Some(claim(&Input { path, text: "", form: Form::Binary(what) }, wanted));
        }
        Decoded::Wrong(_) => {
            let form = Form::Binary("text that is not UTF-8");
            return Some(claim(&Input { path, text: "", form }, wanted));
        }
        Decoded::Text(text) => text,
    };
    let structured = begins_like_json(&text) || (begins_like_xml(&text) && !is_html(&text));
    (!structured).then(|| claim(&Input { path, text: &text, form: Form::Text }, wanted))
}

/// Each of several documents by itself.
fn alone<'a>(documents: &[Node<'a>]) -> Vec<Document<'a>> {
    let one = |root: &Node<'a>| Document {
        root: root.clone(),
        duplicates: Vec::new(),
        language: Language::Yaml,
        rows: Vec::new(),
    };
    documents.iter().map(one).collect()
}

/// Reads bytes as whatever they are, without a disk: whether they can be used, and everything noticed. For fuzzing.
pub fn probe(path: &str, bytes: &[u8]) -> (bool, Vec<Finding>) {
    let sniffed = sniff(path, bytes, None);
    (sniffed.read.is_some(), sniffed.findings)
}

/// Names of files that are read as what the name says.
const STRUCTURED: [&str; 4] = [".json", ".yaml", ".yml", ".xml"];
/// Namespaces whose readers go over the whole text themselves, by the same rules.
const READ_AS_A_TREE: [&str; 1] = ["http://cyclonedx.org/schema/bom/"];

/// Whether a text begins as JSON evidence does, whatever its name: with an object's first key, or a list of objects. A log that begins
/// with `[INFO]` does not.
fn begins_like_json(text: &str) -> bool {
    let text = text.trim_start();
    let after = |open: char| text.strip_prefix(open).map(str::trim_start);
    after('{').is_some_and(|rest| rest.is_empty() || rest.starts_with(['"', '}']))
        || after('[').is_some_and(|rest| rest.is_empty() || rest.starts_with(['{', ']']))
}

/// Whether a text begins with a tag, a declaration or a comment.
fn begins_like_xml(text: &str) -> bool {
    let rest = text.trim_start().strip_prefix('<');
    rest.is_some_and(|rest| {
        rest.starts_with(|ch: char| ch.is_alphabetic() || matches!(ch, '_' | '?' | '!')) || rest.is_empty()
    })
}

/// Whether what is not well-formed was to be XML: it declares that, or its root is one that some reader knows.
fn is_meant_as_xml(path: &str, text: &str) -> bool {
    text.trim_start().starts_with("<?xml")
        || xml::root_tag(text).is_ok_and(|(name, namespace)| {
            let input = Input { path, text, form: Form::Xml { name, namespace } };
            FORMATS.iter().any(|row| row.id != ATTACHMENT.id && (row.detect)(&input))
        })
}

/// Whether the first line that says something is a key.
fn looks_like_yaml(text: &str) -> bool {
    let line = text
        .lines()
        .map(str::trim_end)
        .find(|line| !line.is_empty() && !line.starts_with('#') && *line != "---");
    line.and_then(|line| line.split_once(':')).is_some_and(|(key, rest)| {
        !key.is_empty()
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
            && (rest.is_empty() || rest.starts_with(' '))
    })
}

fn claim(input: &Input<'_>, wanted: Option<(&str, Place)>) -> Sniffed {
    let claims: Vec<&'static Format> = FORMATS.iter().filter(|row| (row.detect)(input)).collect();
    if let Some((id, place)) = wanted {
        let Some(row) = FORMATS.iter().find(|row| row.id == id) else {
            let known = || FORMATS.iter().map(|row| row.id);
            let help = match did_you_mean(id, known()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("known are {}", known().collect::<Vec<_>>().join(", ")),
            };
            let finding =
                Finding::error("unknown-format", format!("`{id}` is no format")).at(place).help(help);
            return Sniffed::refused(finding, "the evidence index names an unknown format");
        };
        // an attachment is what no reader knows: naming one so would take back what it says
        let agrees = match row.id == ATTACHMENT.id {
            true => claims.is_empty(),
            false => claims.iter().any(|claim| claim.id == row.id),
        };
        if !agrees {
            let found = match claims.first() {
                Some(claim) => format!("its content is {}", claim.title),
                None => "nothing in its content says so".to_owned(),
            };
            let finding = Finding::error(
                "format-mismatch",
                format!("the index says this is {}, but {found}", row.title),
            )
            .at(place)
            .help("remove `format`, or name the file that is meant");
            return Sniffed::refused(finding, "the evidence index names another format");
        }
        return read(input, row, "named in the evidence index".to_owned());
    }
    match claims.as_slice() {
        [] => {
            if let Some(finding) = unsupported::of_input(input) {
                return Sniffed::refused(finding, "by its content");
            }
            let mut sniffed = read(input, ATTACHMENT, describe(input));
            let message = match hint(input) {
                Some(what) => format!("{what}; kept as an attachment"),
                None => format!("not recognised ({}); kept as an attachment", sniffed.why),
            };
            sniffed.findings.push(Finding::note("attachment", message).at(Place::file(input.path)));
            sniffed
        }
        [row] => read(input, row, "by its content".to_owned()),
        several => {
            let names: Vec<String> = several.iter().map(|row| format!("`{}`", row.id)).collect();
            let finding = Finding::error("ambiguous-format", format!("this could be {}", names.join(" or ")))
                .at(Place::file(input.path))
                .help("say which in the `format` of its entry in the evidence index");
            Sniffed::refused(finding, "more than one format claims it")
        }
    }
}

fn read(input: &Input<'_>, row: &'static Format, why: String) -> Sniffed {
    let checked = (row.read)(input);
    Sniffed { format: row, why, read: checked.value, findings: checked.findings }
}

fn describe(input: &Input<'_>) -> String {
    match &input.form {
        Form::Lines(_) => "JSON Lines".to_owned(),
        Form::Documents(_) => "several YAML documents".to_owned(),
        Form::Tree(document) => match document.root.map() {
            Some(entries) if !entries.is_empty() => {
                let keys: Vec<String> = entries
                    .iter()
                    .take(4)
                    .map(|entry| {
                        format!("`{}`", entry.key.chars().take(40).collect::<String>().escape_debug())
                    })
                    .collect();
                format!("a map with {}", keys.join(", "))
            }
            Some(_) | None => document.root.kind().to_owned(),
        },
        Form::Xml { name, .. } => {
            format!("XML with the root `{}`", name.chars().take(40).collect::<String>())
        }
        Form::Text => "text".to_owned(),
        Form::Binary(what) => (*what).to_owned(),
    }
}
