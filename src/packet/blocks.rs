//! The parts a printed document is made of: what templates get as `data.json`. No look, only what is said.

use serde::Serialize;

use crate::model::status::Status;
use crate::render::charts::Chart;
use crate::render::outputs::packet_sheet::Cell;
use crate::render::outputs::packet_sheet::Sheet;

/// A section of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Section {
    /// Its heading.
    pub(super) title: String,
    /// A count at the end of the heading's line; may be empty.
    pub(super) aside: String,
    /// One or two sentences; may be empty.
    pub(super) lead: String,
    /// What stands in it.
    pub(super) blocks: Vec<Block>,
}

/// A part of a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub(super) enum Block {
    /// Running text.
    Paragraph {
        /// Its words.
        text: String,
    },
    /// Small print.
    Note {
        /// Its words.
        text: String,
    },
    /// A heading inside a section.
    Heading {
        /// Its words.
        text: String,
    },
    /// Lines for a terminal.
    Commands {
        /// One a line.
        lines: Vec<String>,
    },
    /// Labels and values.
    Facts {
        /// One a line.
        rows: Vec<Fact>,
    },
    /// A table.
    Table {
        /// Heads.
        columns: Vec<TableColumn>,
        /// Rows of as many cells.
        rows: Vec<Vec<Shown>>,
    },
    /// A drawing of what the table below it says, the same as on the pages.
    Picture {
        /// Its shapes: across in per cent, down in pixels.
        picture: Chart,
    },
    /// A dated statement that nothing was found, by which rule.
    Empty {
        /// Its words.
        text: String,
    },
    /// Something that is missing, stale or expired.
    Finding {
        /// Shape and colour.
        status: Status,
        /// The word.
        word: String,
        /// What.
        text: String,
        /// What to do; may be empty.
        help: String,
    },
}

/// A label and its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Fact {
    /// Label.
    pub(super) label: String,
    /// Value.
    pub(super) value: Shown,
}

/// Head of a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct TableColumn {
    /// Its words.
    pub(super) title: String,
    /// Share of the free width; 0 takes what the content needs.
    pub(super) share: u8,
    /// Whether it holds numbers, aligned at the end.
    pub(super) numeric: bool,
}

/// A cell as templates see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Shown {
    /// `text`, `code`, `digest`, `number`, `status` or `unknown`.
    pub(super) kind: &'static str,
    /// The words.
    pub(super) text: String,
    /// Shape and colour of a status.
    pub(super) status: Option<Status>,
    /// Small words below; may be empty.
    pub(super) sub: String,
}

impl Shown {
    /// Words.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::from(Cell::text(text))
    }

    /// A machine's word.
    pub(super) fn code(text: impl Into<String>) -> Self {
        Self::from(Cell::code(text))
    }

    /// With small words below.
    #[must_use]
    pub(super) fn with(mut self, sub: impl Into<String>) -> Self {
        self.sub = sub.into();
        self
    }
}

impl From<Cell> for Shown {
    fn from(cell: Cell) -> Self {
        let text = cell.shown();
        let (kind, status) = match cell {
            Cell::Text(_) => ("text", None),
            Cell::Code(_) => ("code", None),
            Cell::Digest(_) => ("digest", None),
            Cell::Number(_) => ("number", None),
            Cell::Status(status, _) => ("status", Some(status)),
            Cell::Unknown(_) => ("unknown", None),
        };
        Self { kind, text, status, sub: String::new() }
    }
}

impl Fact {
    /// A label with a value.
    pub(super) fn new(label: &str, value: impl Into<Shown>) -> Self {
        Self { label: label.to_owned(), value: value.into() }
    }
}

/// Some columns of a sheet as a table: `id` or `main/sub` (the second cell small below the first), each with its share.
/// Rows for which `keep` is false are left out. `None` when no row is left.
pub(super) fn table(sheet: &Sheet, columns: &[(&str, u8)], keep: impl Fn(&[Cell]) -> bool) -> Option<Block> {
    let mut heads = Vec::new();
    let mut picked = Vec::new();
    for (spec, share) in columns {
        let (main, sub) = spec.split_once('/').unwrap_or((spec, ""));
        let Some(main) = sheet.position(main) else { continue };
        let sub = sheet.position(sub);
        let column = sheet.columns.get(main)?;
        let numeric = sheet.rows.iter().all(|row| matches!(row.get(main), Some(Cell::Number(_))));
        heads.push(TableColumn { title: column.title.to_owned(), share: *share, numeric });
        picked.push((main, sub));
    }
    let rows: Vec<Vec<Shown>> = sheet
        .rows
        .iter()
        .filter(|row| keep(row))
        .map(|row| {
            picked
                .iter()
                .map(|(main, sub)| {
                    let cell =
                        |position: usize| row.get(position).cloned().unwrap_or(Cell::Unknown("not stated"));
                    let below = sub.map(cell).filter(|cell| !matches!(cell, Cell::Unknown(_)));
                    Shown::from(cell(*main)).with(below.map(|cell| cell.shown()).unwrap_or_default())
                })
                .collect()
        })
        .collect();
    (!rows.is_empty()).then_some(Block::Table { columns: heads, rows })
}
