//! Tables: one value that becomes markup, CSV and JSON.

use serde::Serialize;

use crate::render::view::Cell;

/// A column: its words and how its cells are set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// The head, also the label of the value on small screens and the key in JSON.
    pub label: &'static str,
    /// `num`, `state`, `nw`, or nothing.
    pub class: &'static str,
    /// What stands in place of a value that is not there. Data files leave it empty.
    pub absent: &'static str,
}

impl Column {
    fn new(label: &'static str, class: &'static str) -> Self {
        Self { label, class, absent: absent(label) }
    }
}

/// What it means that a column of this name has no value: most name something that somebody did not say.
fn absent(label: &str) -> &'static str {
    match label {
        "Claims" | "Evidence" | "Missing in" | "Resolved by" | "Inherited from" | "Asked in" | "Against"
        | "SBOM" | "Error" => "none",
        "What to do" | "Next step" | "Instead" | "Note" => "nothing",
        "Since or due" | "Time used" | "May change from" => "no date",
        _ => "not stated",
    }
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Anchor of the fact.
    pub id: String,
    /// As many as there are columns.
    pub cells: Vec<Cell>,
}

/// Rows under a common heading; the heading may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The heading.
    pub title: String,
    /// Anchor of the heading.
    pub id: String,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Table {
    /// File name of its CSV and JSON, unique on its page; empty when it is no data.
    pub name: String,
    /// What the reader should know: source, limit, order.
    pub caption: String,
    /// The heads.
    pub columns: Vec<Column>,
    /// The rows.
    pub groups: Vec<Group>,
    /// `tbl-stack`, `tbl-stack tbl-fit`, `tbl-stack tbl-run`.
    pub class: &'static str,
    /// Whether a script may offer to filter it.
    pub filter: bool,
    /// Whether its rows stand on pages below this one, and here only in its data files.
    pub is_data_only: bool,
    /// Links of its data files, set when the page is rendered: CSV, JSON.
    pub exports: Option<(String, String)>,
}

impl Table {
    /// Of `columns`: a label starts with `#` for numbers, `!` for the status, `~` for values that do not wrap.
    pub fn new(name: impl Into<String>, caption: impl Into<String>, columns: &[&'static str]) -> Self {
        let columns = columns
            .iter()
            .map(|label| match label.as_bytes().first() {
                Some(b'#') => Column::new(&label[1..], "num"),
                Some(b'!') => Column::new(&label[1..], "state"),
                Some(b'~') => Column::new(&label[1..], "nw"),
                _ => Column::new(label, ""),
            })
            .collect();
        Self {
            name: name.into(),
            caption: caption.into(),
            columns,
            groups: vec![Group::default()],
            class: "tbl-stack",
            filter: false,
            is_data_only: false,
            exports: None,
        }
    }

    /// For few, short columns.
    #[must_use]
    pub fn fit(mut self) -> Self {
        self.class = "tbl-stack tbl-fit";
        self
    }

    /// Lets a script offer a filter.
    #[must_use]
    pub fn filtered(mut self) -> Self {
        self.filter = true;
        self
    }

    /// Names the data files of another page that has the same rows, instead of making its own.
    #[must_use]
    pub fn shared(mut self) -> Self {
        self.exports = Some((format!("data/{}.csv", self.name), format!("data/{}.json", self.name)));
        self.name.clear();
        self
    }

    /// Begins a group.
    pub fn group(&mut self, id: impl Into<String>, title: impl Into<String>) {
        self.groups.retain(|group| !group.rows.is_empty() || !group.title.is_empty());
        self.groups.push(Group { title: title.into(), id: id.into(), rows: Vec::new() });
    }

    /// Adds a row without an anchor.
    pub fn row(&mut self, cells: impl Into<Vec<Cell>>) {
        self.row_at(String::new(), cells);
    }

    /// Adds a row with an anchor.
    pub fn row_at(&mut self, id: impl Into<String>, cells: impl Into<Vec<Cell>>) {
        if let Some(group) = self.groups.last_mut() {
            group.rows.push(Row { id: id.into(), cells: cells.into() });
        }
    }

    /// Takes out columns without a single value, except the first: on a page they are only noise.
    pub fn drop_empty_columns(&mut self) {
        for index in (1..self.columns.len()).rev() {
            let rows = || self.groups.iter().flat_map(|group| &group.rows);
            if rows().all(|row| row.cells.get(index).is_none_or(|cell| cell.0.is_empty())) {
                self.columns.remove(index);
                for row in self.groups.iter_mut().flat_map(|group| &mut group.rows) {
                    if index < row.cells.len() {
                        row.cells.remove(index);
                    }
                }
            }
        }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.groups.iter().map(|group| group.rows.len()).sum()
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
