//! A table of the packet, once: the workbook, the CSV files and the PDFs are made from the same cells.
//!
//! A cell knows what it is (text, machine word, number, status), never how it looks. What nobody said is a cell of its
//! own, so that it can never look like a zero, a blank or a yes.

use crate::model::status::Status;

/// A table with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// File stem of the CSV, such as `claims`; unique in a packet.
    pub id: &'static str,
    /// Name of the worksheet; at most 31 characters.
    pub title: &'static str,
    /// What the reader should know: source, order, limits.
    pub caption: String,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// Its rows, each with one cell a column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column of a [`Sheet`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Head of the CSV column, such as `review-by`; unique in its sheet.
    pub id: &'static str,
    /// Head for people.
    pub title: &'static str,
    /// Width in the workbook, in characters.
    pub width_chars: u16,
}

impl Column {
    /// A column.
    pub const fn new(id: &'static str, title: &'static str, width_chars: u16) -> Self {
        Self { id, title, width_chars }
    }
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// What a machine wrote: ids, paths, addresses, versions.
    Code(String),
    /// Hex digits of a digest.
    Digest(String),
    /// A count.
    Number(i64),
    /// A status with its word.
    Status(Status, String),
    /// Nobody said, or it is not known; the words say which.
    Unknown(&'static str),
}

impl Cell {
    /// Words; empty ones are unknown.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.trim().is_empty() { Self::Unknown("not stated") } else { Self::Text(text) }
    }

    /// A machine's word; an empty one is unknown.
    pub fn code(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.trim().is_empty() { Self::Unknown("not stated") } else { Self::Code(text) }
    }

    /// Words that may be absent.
    pub fn maybe(text: Option<impl ToString>) -> Self {
        text.map_or(Self::Unknown("not stated"), |text| Self::text(text.to_string()))
    }

    /// Several words in one cell; none is unknown.
    pub fn list<T: ToString>(items: impl IntoIterator<Item = T>) -> Self {
        Self::text(items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(", "))
    }

    /// Several machine words in one cell; none is unknown.
    pub fn codes<T: ToString>(items: impl IntoIterator<Item = T>) -> Self {
        Self::code(items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(", "))
    }

    /// A status with its usual word.
    pub fn status(status: Status) -> Self {
        Self::Status(status, status.word().to_owned())
    }

    /// Yes or no.
    pub fn yes_no(value: bool) -> Self {
        Self::Text(if value { "yes" } else { "no" }.to_owned())
    }

    /// A count of things.
    pub fn count(value: usize) -> Self {
        Self::Number(i64::try_from(value).unwrap_or(i64::MAX))
    }

    /// What people and spreadsheets read.
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::Code(text) | Self::Digest(text) | Self::Status(_, text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Unknown(words) => (*words).to_owned(),
        }
    }
}

impl Sheet {
    /// An empty table.
    pub fn new(
        id: &'static str,
        title: &'static str,
        caption: impl Into<String>,
        columns: Vec<Column>,
    ) -> Self {
        Self { id, title, caption: caption.into(), columns, rows: Vec::new() }
    }

    /// The position of a column.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.id == id)
    }
}
