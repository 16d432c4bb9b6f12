//! Trees of structured text: values that know their place. Strings borrow from the text where they can.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::Language;

/// A value and where it stands, in byte offsets.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node<'a> {
    /// The value.
    pub data: Data<'a>,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Data<'a> {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number as written, in JSON's grammar.
    Number(Cow<'a, str>),
    /// A text.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<Node<'a>>),
    /// A map, in the text's order. Keys are unique: of two equal ones the later is kept and a duplicate is reported.
    Map(Vec<Entry<'a>>),
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry<'a> {
    /// The key.
    pub key: Cow<'a, str>,
    /// First byte of the key.
    pub key_start: u32,
    /// The value.
    pub value: Node<'a>,
}

/// A key that stands twice in one map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Duplicate {
    /// The key.
    pub key: String,
    /// Byte offset of the first.
    pub first: u32,
    /// Byte offset of the second.
    pub second: u32,
}

/// A parsed text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Document<'a> {
    /// The value.
    pub root: Node<'a>,
    /// Keys that stand twice, in order of the second.
    pub duplicates: Vec<Duplicate>,
    /// The language it was read as.
    pub language: Language,
    /// Long lists at the root that were only looked over: they are empty in the tree.
    pub rows: Vec<Rows>,
}

/// A long list of a large document, to be read one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rows {
    /// Its key.
    pub key: &'static str,
    /// Byte offset of its bracket.
    pub start: u32,
    /// How many there are.
    pub count: usize,
}

impl<'a> Node<'a> {
    /// The value of `key`, when this is a map that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node<'a>> {
        match &self.data {
            Data::Map(entries) => entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value),
            Data::Null | Data::Bool(_) | Data::Number(_) | Data::Text(_) | Data::List(_) => None,
        }
    }

    /// Whether this is a map that has `key`.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The text, when this is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            Data::Null | Data::Bool(_) | Data::Number(_) | Data::List(_) | Data::Map(_) => None,
        }
    }

    /// The text of `key`, when this is a map that has one.
    pub(crate) fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    /// Whether this says anything: no empty list, map or text, neither `null` nor `false`.
    pub(crate) fn holds(&self) -> bool {
        match &self.data {
            Data::List(list) => !list.is_empty(),
            Data::Map(entries) => !entries.is_empty(),
            Data::Text(text) => !text.is_empty(),
            Data::Number(_) | Data::Bool(true) => true,
            Data::Null | Data::Bool(false) => false,
        }
    }

    /// The elements, when this is a list.
    pub(crate) fn list(&self) -> Option<&[Node<'a>]> {
        match &self.data {
            Data::List(list) => Some(list),
            Data::Null | Data::Bool(_) | Data::Number(_) | Data::Text(_) | Data::Map(_) => None,
        }
    }

    /// The entries, when this is a map.
    pub(crate) fn map(&self) -> Option<&[Entry<'a>]> {
        match &self.data {
            Data::Map(entries) => Some(entries),
            Data::Null | Data::Bool(_) | Data::Number(_) | Data::Text(_) | Data::List(_) => None,
        }
    }

    /// What kind of value it is, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.data {
            Data::Null => "nothing",
            Data::Bool(_) => "true or false",
            Data::Number(_) => "a number",
            Data::Text(_) => "a text",
            Data::List(_) => "a list",
            Data::Map(_) => "a map",
        }
    }

    /// The value at an RFC 6901 pointer, and the offset of its key where it has one.
    pub(crate) fn at_pointer(&self, pointer: &str) -> Option<&Node<'a>> {
        let mut node = self;
        if pointer.is_empty() {
            return Some(node);
        }
        for segment in pointer.strip_prefix('/')?.split('/') {
            let segment = segment.replace("~1", "/").replace("~0", "~");
            node = match &node.data {
                Data::Map(entries) => &entries.iter().find(|entry| entry.key == segment)?.value,
                Data::List(list) => list.get(segment.parse::<usize>().ok()?)?,
                Data::Null | Data::Bool(_) | Data::Number(_) | Data::Text(_) => return None,
            };
        }
        Some(node)
    }

    /// First byte of the key of the value at `pointer`, and one past its last; `None` where it has none.
    pub(crate) fn key_at(&self, pointer: &str) -> Option<(u32, u32)> {
        let (parent, key) = pointer.rsplit_once('/')?;
        let key = key.replace("~1", "/").replace("~0", "~");
        let entry = self.at_pointer(parent)?.map()?.iter().find(|entry| entry.key == key)?;
        Some((entry.key_start, entry.key_start + u32::try_from(entry.key.len()).unwrap_or(1)))
    }

    /// The RFC 6901 pointer of the value, or the key, at the bytes `start..end`; of what is around it when there is none.
    pub(crate) fn pointer_to(&self, start: u32, end: u32) -> String {
        let mut pointer = String::new();
        let mut node = self;
        while (node.start, node.end) != (start, end) {
            let within = |value: &Node<'_>| value.start <= start && end <= value.end;
            let next = match &node.data {
                Data::Map(entries) => entries
                    .iter()
                    .find(|entry| entry.key_start == start || within(&entry.value))
                    .map(|entry| (escape(&entry.key), &entry.value, within(&entry.value))),
                Data::List(list) => list
                    .iter()
                    .enumerate()
                    .find(|(_, item)| within(item))
                    .map(|(index, item)| (index.to_string(), item, true)),
                Data::Null | Data::Bool(_) | Data::Number(_) | Data::Text(_) => None,
            };
            let Some((segment, value, inside)) = next else { break };
            pointer.push('/');
            pointer.push_str(&segment);
            if !inside {
                break;
            }
            node = value;
        }
        pointer
    }
}

/// A pointer segment.
pub(crate) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Removes the earlier of equal keys and reports each pair.
pub(crate) fn unique(entries: &mut Vec<Entry<'_>>, duplicates: &mut Vec<Duplicate>) {
    let mut drop = Vec::new();
    if entries.len() <= 12 {
        for later in 1..entries.len() {
            if let Some(first) = (0..later).find(|first| entries[*first].key == entries[later].key) {
                drop.push((first, later));
            }
        }
    } else {
        let mut order: Vec<usize> = (0..entries.len()).collect();
        order.sort_by(|a, b| entries[*a].key.cmp(&entries[*b].key).then(a.cmp(b)));
        for pair in order.windows(2) {
            if entries[pair[0]].key == entries[pair[1]].key {
                drop.push((pair[0], pair[1]));
            }
        }
    }
    if drop.is_empty() {
        return;
    }
    drop.sort_by_key(|(_, later)| *later);
    let firsts: BTreeSet<usize> = drop.iter().map(|(first, _)| *first).collect();
    for (first, later) in &drop {
        duplicates.push(Duplicate {
            key: entries[*later].key.clone().into_owned(),
            first: entries[*first].key_start,
            second: entries[*later].key_start,
        });
    }
    let mut index = 0;
    entries.retain(|_| {
        let keep = !firsts.contains(&index);
        index += 1;
        keep
    });
}
