//! A table as CSV: RFC 4180, UTF-8, CRLF, one head line of kebab-case names.
//!
//! A text that a spreadsheet would take for a formula starts with an apostrophe, in numbers never: a cell of text is never
//! run, whoever wrote it.

use crate::render::outputs::packet_sheet::Cell;
use crate::render::outputs::packet_sheet::Sheet;

/// The table as CSV.
pub fn csv(sheet: &Sheet) -> Vec<u8> {
    let mut out = String::new();
    line(&mut out, sheet.columns.iter().map(|column| column.id.to_owned()));
    for row in &sheet.rows {
        line(&mut out, row.iter().map(field));
    }
    out.into_bytes()
}

fn line(out: &mut String, fields: impl Iterator<Item = String>) {
    for (position, field) in fields.enumerate() {
        if position > 0 {
            out.push(',');
        }
        if field.contains(['"', ',', '\r', '\n']) {
            out.push('"');
            out.push_str(&field.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&field);
        }
    }
    out.push_str("\r\n");
}

/// The text of a cell, empty where nobody said, guarded where it could be taken for a formula.
fn field(cell: &Cell) -> String {
    match cell {
        Cell::Number(number) => number.to_string(),
        Cell::Unknown(_) => String::new(),
        Cell::Text(text) | Cell::Code(text) | Cell::Digest(text) | Cell::Status(_, text) => {
            if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
                format!("'{text}")
            } else {
                text.clone()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::outputs::packet_sheet::Column;

    #[test]
    fn quotes_lines_and_formulas_are_guarded() {
        let mut sheet = Sheet::new("t", "T", "", vec![Column::new("a", "A", 8), Column::new("b", "B", 8)]);
        for (a, b) in [
            (Cell::text("plain"), Cell::Number(-3)),
            (Cell::text("a \"b\", c"), Cell::text("two\nlines")),
            (Cell::text("=HYPERLINK(\"x\")"), Cell::text("-1+1")),
            (Cell::text("@sum"), Cell::text("+1")),
            (Cell::text(""), Cell::Unknown("not stated")),
        ] {
            sheet.rows.push(vec![a, b]);
        }
        let text = String::from_utf8(csv(&sheet)).unwrap();
        assert_eq!(
            text,
            "a,b\r\nplain,-3\r\n\"a \"\"b\"\", c\",\"two\nlines\"\r\n\"'=HYPERLINK(\"\"x\"\")\",'-1+1\r\n'@sum,'+1\r\n,\r\n"
        );
    }
}
