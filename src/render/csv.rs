//! Tables as CSV (RFC 4180, UTF-8) and JSON. No cell of a CSV can start a formula.

use serde::Serialize;
use serde::Serializer;
use serde_json::Map;
use serde_json::Value;

use crate::model::id::Id;
use crate::render::table::Table;

/// The rows of a table with their heads.
pub(crate) fn csv(table: &Table) -> String {
    let grouped = table.groups.iter().any(|group| !group.title.is_empty());
    let mut out = String::new();
    let mut heads: Vec<String> = table.columns.iter().map(|column| column.label.to_owned()).collect();
    if grouped {
        heads.insert(0, "Group".to_owned());
    }
    line(&mut out, heads);
    for group in &table.groups {
        for row in &group.rows {
            let mut cells: Vec<String> = row.cells.iter().map(|cell| cell.plain()).collect();
            if grouped {
                cells.insert(0, group.title.clone());
            }
            line(&mut out, cells);
        }
    }
    out
}

fn line(out: &mut String, cells: Vec<String>) {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        field(out, cell);
    }
    out.push_str("\r\n");
}

/// Writes one field: quoted where needed, and with an apostrophe before what a spreadsheet would take for a formula.
fn field(out: &mut String, text: &str) {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    let quoted = text.contains(['"', ',', '\n', '\r']) || formula;
    if quoted {
        out.push('"');
    }
    if formula {
        out.push('\'');
    }
    for ch in text.chars() {
        if ch == '"' {
            out.push('"');
        }
        out.push(ch);
    }
    if quoted {
        out.push('"');
    }
}

/// The rows of a table as objects whose keys are the heads; `id` is the anchor of the fact on `page`. Indented JSON with a line feed at
/// its end; a row becomes JSON when it is printed, so that there is never more than one.
pub(crate) fn json(
    table: &Table,
    page: &str,
    snapshot: &str,
    as_of: &str,
) -> Result<Vec<u8>, serde_json::Error> {
    let printed =
        Printed { as_of, caption: &table.caption, page, rows: Rows(table), schema: SCHEMA, snapshot };
    let mut bytes = serde_json::to_vec_pretty(&printed)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Version of the form.
const SCHEMA: &str = "trustbook-table/0";

/// In order of the keys.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Printed<'a> {
    as_of: &'a str,
    caption: &'a str,
    page: &'a str,
    rows: Rows<'a>,
    schema: &'a str,
    snapshot: &'a str,
}

struct Rows<'a>(&'a Table);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let table = self.0;
        let keys: Vec<String> =
            table.columns.iter().map(|column| Id::slug(column.label).as_str().to_owned()).collect();
        let grouped = table.groups.iter().any(|group| !group.title.is_empty());
        let rows = table.groups.iter().flat_map(|group| group.rows.iter().map(move |row| (group, row)));
        serializer.collect_seq(rows.map(|(group, row)| {
            let mut map = Map::new();
            if !row.id.is_empty() {
                map.insert("id".to_owned(), Value::from(row.id.clone()));
            }
            if grouped {
                map.insert("group".to_owned(), Value::from(group.title.clone()));
            }
            for (key, cell) in keys.iter().zip(&row.cells) {
                let key = if map.contains_key(key) { format!("{key}-value") } else { key.clone() };
                map.insert(key, Value::from(cell.plain()));
            }
            Value::Object(map)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let mut out = String::new();
        field(&mut out, text);
        out
    }

    #[test]
    fn no_cell_can_start_a_formula() {
        for text in ["=1+1", "+cmd", "-x", "@sum", "\tx"] {
            assert!(written(text).starts_with("\"'"), "{text}");
        }
        assert_eq!(written("-5"), "-5");
        assert_eq!(written("plain"), "plain");
    }

    #[test]
    fn quotes_commas_and_line_ends_stay_inside_their_field() {
        assert_eq!(written("a \"b\", c\nd"), "\"a \"\"b\"\", c\nd\"");
    }
}
