//! A page as a value: its head, its sections, their blocks.

use serde::Serialize;

use crate::render::charts::Chart;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Mark;
use crate::render::view::Part;
use crate::render::view::StripItem;
use crate::render::view::text;

/// A label and what stands beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// Anchor; may be empty.
    pub id: String,
    /// The label.
    pub label: String,
    /// The value.
    pub value: Cell,
}

/// A piece of evidence in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EvidenceItem {
    /// Anchor.
    pub id: String,
    /// Its number on the page and its title, with the link.
    pub title: Cell,
    /// One sentence.
    pub text: String,
    /// Kind, path, mode.
    pub source: Cell,
    /// The digest.
    pub digest: Cell,
    /// How it bears, how old it is, how far it is trusted: a line each.
    pub side: Vec<Cell>,
}

/// A piece of a tree, in the order of reading. What opens is closed again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "k", rename_all = "kebab-case")]
pub enum Twig {
    /// Has more below it.
    Open {
        /// Anchor.
        id: String,
        /// What it is.
        label: Cell,
        /// Whether what is below shows at once.
        unfolded: bool,
    },
    /// Has nothing below it.
    Leaf {
        /// Anchor; may be empty.
        id: String,
        /// What it is.
        label: Cell,
    },
    /// The end of what is below the last one that is open.
    Close,
}

/// A file that a page brings with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageFile {
    /// Relative to the site's root.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A thing on a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "k", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each variant is said by its comment")]
pub enum Block {
    /// A paragraph.
    Para { parts: Cell },
    /// Checked markup made from Markdown.
    Markdown { html: String },
    /// A table.
    Table { table: Table },
    /// Labels and values.
    Pairs { pairs: Vec<Pair> },
    /// A list.
    List { items: Vec<Cell> },
    /// Links to the groups of the table below.
    Jump { label: String, items: Vec<Cell> },
    /// Evidence.
    Evidence { items: Vec<EvidenceItem> },
    /// One shape a record, with the counts below.
    Strip { label: String, items: Vec<StripItem>, legend: Vec<(Mark, usize)> },
    /// A dated statement of what was looked for and not found.
    Empty { mark: Option<Mark>, text: String, by: Cell },
    /// Something a person may type.
    Command { text: String },
    /// The lines of a file, numbered, to be opened.
    Source { label: String, lines: Vec<String> },
    /// A public key.
    Key { title: String, groups: Vec<String>, public_key: String, note: String },
    /// A heading below the section's.
    Heading { id: String, text: String },
    /// Things below things, each of which opens and closes.
    Tree { twigs: Vec<Twig> },
    /// Where a script may offer to search rows that stand on several pages: the list of them, the beginning of the pages'
    /// addresses, rows on a page, rows in all. `text` says what to do without.
    Search { list: String, pages: String, size: usize, count: usize, text: String },
    /// A picture of numbers that stand in the table beside it.
    Chart { chart: Chart },
}

/// A section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Anchor.
    pub id: String,
    /// The heading.
    pub title: String,
    /// At the end of the heading's line: a count, a link.
    pub meta: Cell,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

impl Section {
    /// Without content yet.
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self { id: id.into(), title: title.into(), meta: Cell::default(), blocks: Vec::new() }
    }

    /// Says something at the end of the heading's line.
    #[must_use]
    pub fn meta(mut self, meta: impl Into<Cell>) -> Self {
        self.meta = meta.into();
        self
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn para(self, parts: impl Into<Cell>) -> Self {
        self.block(Block::Para { parts: parts.into() })
    }

    /// Adds a table.
    #[must_use]
    pub fn table(self, table: Table) -> Self {
        self.block(Block::Table { table })
    }

    /// Adds a command.
    #[must_use]
    pub fn command(self, text: impl Into<String>) -> Self {
        self.block(Block::Command { text: text.into() })
    }

    /// Adds a heading.
    #[must_use]
    pub fn heading(self, id: impl Into<String>, text: impl Into<String>) -> Self {
        self.block(Block::Heading { id: id.into(), text: text.into() })
    }

    /// Adds labels and values; nothing where there are none.
    #[must_use]
    pub fn pairs(self, pairs: Pairs) -> Self {
        if pairs.0.is_empty() { self } else { self.block(Block::Pairs { pairs: pairs.0 }) }
    }

    /// Adds any block.
    #[must_use]
    pub fn block(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }
}

/// Labels and values under construction.
#[derive(Clone, Debug, Default)]
pub struct Pairs(pub Vec<Pair>);

impl Pairs {
    /// Adds a pair; nothing where the value is empty.
    pub fn add(&mut self, label: impl Into<String>, value: impl Into<Cell>) {
        self.add_at(String::new(), label, value);
    }

    /// Adds a pair with an anchor.
    pub fn add_at(&mut self, id: impl Into<String>, label: impl Into<String>, value: impl Into<Cell>) {
        let value = value.into();
        if !value.0.is_empty() {
            self.0.push(Pair { id: id.into(), label: label.into(), value });
        }
    }
}

/// The head of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PageHead {
    /// The status of what the page is about, where it has one.
    pub mark: Option<Mark>,
    /// The heading: a sentence that can be quoted, where there is one.
    pub title: String,
    /// Lines below it: who computed it, from what.
    pub by: Vec<Cell>,
}

impl PageHead {
    /// A heading without a verdict.
    pub fn plain(title: impl Into<String>) -> Self {
        Self { mark: None, title: title.into(), by: Vec::new() }
    }

    /// A verdict.
    pub fn verdict(mark: Mark, title: impl Into<String>) -> Self {
        Self { mark: Some(mark), title: title.into(), by: Vec::new() }
    }

    /// Adds a line.
    #[must_use]
    pub fn by(mut self, line: impl Into<Cell>) -> Self {
        let line = line.into();
        if !line.0.is_empty() {
            self.by.push(line);
        }
        self
    }
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page {
    /// Title of the window, unique.
    pub title: String,
    /// Key of its place in the navigation.
    pub key: String,
    /// Way from the overview, without it and without the page itself: words and address.
    pub crumbs: Vec<(String, String)>,
    /// What the page is called in the way to it; empty on the overview.
    pub crumb: String,
    /// Its head.
    pub head: PageHead,
    /// Its sections.
    pub sections: Vec<Section>,
    /// Files beside it, other than those of its tables.
    #[serde(skip)]
    pub files: Vec<PageFile>,
}

impl Page {
    /// With a head and no sections yet.
    pub fn new(key: &str, title: impl Into<String>, head: PageHead) -> Self {
        let title = title.into();
        Self {
            crumb: title.clone(),
            title,
            key: key.to_owned(),
            crumbs: Vec::new(),
            head,
            sections: Vec::new(),
            files: Vec::new(),
        }
    }

    /// Below another page.
    #[must_use]
    pub fn under(mut self, words: &str, href: &str) -> Self {
        self.crumbs.push((words.to_owned(), href.to_owned()));
        self
    }

    /// Adds a section.
    pub fn add(&mut self, section: Section) {
        self.sections.push(section);
    }

    /// Adds a section unless it has nothing in it.
    pub fn add_filled(&mut self, section: Section) {
        let filled = section.blocks.iter().any(|block| match block {
            Block::Table { table } => !table.is_empty(),
            Block::Pairs { pairs } => !pairs.is_empty(),
            Block::Evidence { items } => !items.is_empty(),
            Block::List { items } => !items.is_empty(),
            _ => true,
        });
        if filled {
            self.sections.push(section);
        }
    }
}

/// Joins links or words with `, `.
pub fn commas(parts: Vec<Part>) -> Cell {
    let mut out = Vec::with_capacity(parts.len() * 2);
    for part in parts {
        if !out.is_empty() {
            out.push(text(", "));
        }
        out.push(part);
    }
    Cell(out)
}
