//! Tables as one workbook that buyers' tools import and analysts filter.
//!
//! Text is always written as text, never as a formula or a link. Nothing is hidden: no hidden sheet, row, column, comment,
//! or defined name beyond print titles and filters. The same tables give the same bytes: the only date inside is as-of.

use rust_xlsxwriter::DocProperties;
use rust_xlsxwriter::ExcelDateTime;
use rust_xlsxwriter::Format;
use rust_xlsxwriter::FormatAlign;
use rust_xlsxwriter::FormatBorder;
use rust_xlsxwriter::Workbook;
use rust_xlsxwriter::Worksheet;
use rust_xlsxwriter::XlsxError;

use crate::model::finding::Finding;
use crate::model::status::Status;
use crate::model::time::Instant;
use crate::render::outputs::packet_sheet::Cell;
use crate::render::outputs::packet_sheet::Sheet;

/// The most characters a cell can hold, in UTF-16 units as spreadsheets count them.
const MAX_CELL_UNITS: usize = 32_767;
/// The most rows a worksheet can hold; two are heads.
const MAX_ROWS: usize = 1_048_576 - 2;

/// Height of one line, in points.
const LINE_POINTS: f64 = 15.0;
/// Room the button of a filter takes from a head, in characters.
const HEAD_MARGIN: usize = 3;
/// Characters across a printed page that are still read with ease.
const PRINTED_CHARS: u32 = 190;

/// What stands in the workbook beside its tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkbookHead {
    /// Title of the document.
    pub title: String,
    /// Who publishes it.
    pub company: String,
    /// The instant it is judged at: the creation date.
    pub as_of: Instant,
    /// One line above every table and on every printed page: snapshot, state, audience.
    pub mark: String,
}

/// The workbook, one worksheet a table, in the given order.
///
/// # Errors
/// `xlsx-limit` when a cell or a table is over what spreadsheets hold; `xlsx-failed` when the writer refuses.
pub fn workbook(head: &WorkbookHead, sheets: Vec<Sheet>) -> Result<Vec<u8>, Box<Finding>> {
    for sheet in &sheets {
        check_limits(sheet)?;
    }
    write(head, sheets).map_err(|error| {
        Box::new(Finding::error("xlsx-failed", format!("the workbook cannot be written: {error}")))
    })
}

fn check_limits(sheet: &Sheet) -> Result<(), Box<Finding>> {
    if sheet.rows.len() > MAX_ROWS {
        return Err(Box::new(Finding::error(
            "xlsx-limit",
            format!("the sheet `{}` has {} rows, the limit is {MAX_ROWS}", sheet.title, sheet.rows.len()),
        )));
    }
    for row in &sheet.rows {
        for (column, cell) in sheet.columns.iter().zip(row) {
            let units = cell.shown().encode_utf16().count();
            if units > MAX_CELL_UNITS {
                let record = row.first().map(Cell::shown).unwrap_or_default();
                let finding = Finding::error(
                    "xlsx-limit",
                    format!(
                        "`{}` of `{record}` in the sheet `{}` has {units} characters, the limit is {MAX_CELL_UNITS}",
                        column.title, sheet.title
                    ),
                )
                .help("shorten the text, or move it to a document");
                return Err(Box::new(finding));
            }
        }
    }
    Ok(())
}

fn write(head: &WorkbookHead, sheets: Vec<Sheet>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let properties = DocProperties::new()
        .set_title(clean(&head.title))
        .set_subject(clean(&head.mark))
        .set_company(clean(&head.company))
        .set_creation_datetime(&ExcelDateTime::from_timestamp(head.as_of.unix())?);
    book.set_properties(&properties);
    for sheet in sheets {
        let worksheet = book.add_worksheet();
        fill(worksheet, head, &sheet)?;
    }
    book.save_to_buffer()
}

fn fill(worksheet: &mut Worksheet, head: &WorkbookHead, sheet: &Sheet) -> Result<(), XlsxError> {
    let last_column = u16::try_from(sheet.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    worksheet.set_name(sheet.title)?;
    worksheet.write_string_with_format(
        0,
        0,
        clean(&format!("{}. {}", sheet.title, head.mark)),
        &mark_format(),
    )?;
    for (position, column) in (0_u16..).zip(&sheet.columns) {
        let cells = || sheet.rows.iter().filter_map(|row| row.get(usize::from(position)));
        let is_count = cells().all(|cell| matches!(cell, Cell::Number(_))) && cells().next().is_some();
        let format = if is_count { head_format().set_align(FormatAlign::Right) } else { head_format() };
        worksheet.write_string_with_format(1, position, column.title, &format)?;
        worksheet.set_column_width(position, f64::from(column.width_chars))?;
    }
    let heads: Vec<String> = sheet.columns.iter().map(|column| column.title.to_owned()).collect();
    worksheet.set_row_height(1, height(&heads, sheet, HEAD_MARGIN))?;
    let (text, code, number, unknown) = (text_format(), code_format(), number_format(), unknown_format());
    for (row_number, row) in (2_u32..).zip(&sheet.rows) {
        let words: Vec<String> = row.iter().map(Cell::shown).collect();
        worksheet.set_row_height(row_number, height(&words, sheet, 0))?;
        for (position, cell) in (0_u16..).zip(row) {
            match cell {
                Cell::Text(words) => {
                    worksheet.write_string_with_format(row_number, position, clean(words), &text)?
                }
                Cell::Code(words) | Cell::Digest(words) => {
                    worksheet.write_string_with_format(row_number, position, clean(words), &code)?
                }
                Cell::Number(value) => {
                    // a count above 2^53 does not exist here; spreadsheets hold doubles
                    worksheet.write_number_with_format(row_number, position, *value as f64, &number)?
                }
                Cell::Status(status, word) => worksheet.write_string_with_format(
                    row_number,
                    position,
                    clean(word),
                    &status_format(*status),
                )?,
                Cell::Unknown(words) => {
                    worksheet.write_string_with_format(row_number, position, *words, &unknown)?
                }
            };
        }
    }
    let last_row = u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX - 1) + 1;
    worksheet.autofilter(1, 0, last_row, last_column)?;
    worksheet.set_freeze_panes(2, 1)?;
    // a wide table goes onto as many pages side by side as keep it readable, each with the names of its rows
    let width: u32 = sheet.columns.iter().map(|column| u32::from(column.width_chars)).sum();
    let across = u16::try_from(width.div_ceil(PRINTED_CHARS).clamp(1, 4)).unwrap_or(1);
    worksheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(across, 0).set_repeat_rows(0, 1)?;
    if across > 1 {
        worksheet.set_repeat_columns(0, 0)?;
    }
    worksheet.set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3);
    worksheet.set_header(format!("&L&8{}&R&8{}", escape_print(&head.title), escape_print(sheet.title)));
    worksheet.set_footer(format!("&L&8{}&R&8Page &P / &N", escape_print(&short(&head.mark))));
    Ok(())
}

/// How high a row has to be for its longest cell, in points. Spreadsheets that open a file without heights cut what wraps.
fn height(words: &[String], sheet: &Sheet, margin: usize) -> f64 {
    let needed = |(text, width): (&String, u16)| lines(text, usize::from(width).saturating_sub(margin));
    let widths = sheet.columns.iter().map(|column| column.width_chars);
    let most = words.iter().zip(widths).map(needed).max().unwrap_or(1);
    // the limit of a row is 409 points
    f64::from(u32::try_from(most).unwrap_or(u32::MAX).min(27)) * LINE_POINTS
}

/// Lines of `text` in a column of `width` characters, broken between words.
fn lines(text: &str, width: usize) -> usize {
    let width = width.max(4);
    let of_line = |line: &str| {
        let (mut count, mut used) = (1, 0);
        for word in line.split(' ') {
            let letters = word.chars().count();
            if used > 0 && used + 1 + letters > width {
                count += 1;
                used = 0;
            }
            used += letters + usize::from(used > 0);
            count += used.saturating_sub(1) / width;
            used -= used.saturating_sub(1) / width * width;
        }
        count
    };
    text.split('\n').map(of_line).sum()
}

/// The colours of the pages; the word always stands with them.
fn status_format(status: Status) -> Format {
    let colour = match status {
        Status::Met => 0x000B_5A35,
        Status::PartlyMet | Status::Stale | Status::Expiring => 0x006F_4400,
        Status::NotMet | Status::Expired => 0x0098_1B1B,
        Status::Waived => 0x005A_2A8A,
        Status::NotAssessed | Status::Sample | Status::NotApplicable => 0x0045_4B51,
    };
    text_format().set_bold().set_font_color(colour)
}

fn mark_format() -> Format {
    Format::new().set_font_color(0x0045_4B51)
}

fn head_format() -> Format {
    Format::new()
        .set_bold()
        .set_align(FormatAlign::Top)
        .set_text_wrap()
        .set_background_color(0x00F4_F5F3)
        .set_border_bottom(FormatBorder::Medium)
        .set_border_bottom_color(0x007B_8288)
}

fn text_format() -> Format {
    Format::new().set_align(FormatAlign::Top).set_text_wrap()
}

fn code_format() -> Format {
    text_format().set_font_name("Consolas").set_font_size(9)
}

fn number_format() -> Format {
    Format::new().set_align(FormatAlign::Top)
}

fn unknown_format() -> Format {
    text_format().set_font_color(0x0045_4B51)
}

/// XML cannot hold most control characters; they become U+FFFD, which looks as broken as it is.
fn clean(text: &str) -> String {
    text.chars()
        .map(|ch| match ch {
            '\n' | '\t' => ch,
            '\u{FFFE}' | '\u{FFFF}' => '\u{FFFD}',
            other if other.is_control() => '\u{FFFD}',
            other => other,
        })
        .collect::<String>()
}

/// `&` starts a code in headers and footers.
fn escape_print(text: &str) -> String {
    short(&clean(text)).replace('&', "&&")
}

/// Headers and footers hold 255 characters in all.
fn short(text: &str) -> String {
    text.chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::Data;
    use calamine::Reader;
    use calamine::Xlsx;

    use super::*;
    use crate::render::outputs::packet_sheet::Column;

    fn head() -> WorkbookHead {
        WorkbookHead {
            title: "Packet & answers".to_owned(),
            company: "Example Ltd".to_owned(),
            as_of: Instant::parse("2026-01-01T00:00:00Z").unwrap(),
            mark: "Snapshot 0001, draft; audience: public".to_owned(),
        }
    }

    fn sheet(cells: Vec<Cell>) -> Sheet {
        let columns = vec![Column::new("a", "First", 20), Column::new("b", "Second", 20)];
        let mut sheet = Sheet::new("things", "Things", "Order: as given.", columns);
        sheet.rows = cells.chunks(2).map(<[Cell]>::to_vec).collect();
        sheet
    }

    fn read(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
        Xlsx::new(Cursor::new(bytes)).unwrap()
    }

    #[test]
    fn the_same_tables_give_the_same_bytes() {
        let sheets = vec![sheet(vec![Cell::text("x"), Cell::Number(1)])];
        assert_eq!(workbook(&head(), sheets.clone()).unwrap(), workbook(&head(), sheets).unwrap());
    }

    #[test]
    fn text_stays_text_and_numbers_stay_numbers() {
        let cells = vec![
            Cell::text("=HYPERLINK(\"http://example.org\")"),
            Cell::Number(42),
            Cell::text("https://example.org/"),
            Cell::status(Status::NotMet),
            Cell::code("0001"),
            Cell::Unknown("not stated"),
            Cell::text("control \u{1} and \u{FFFF}"),
            Cell::text("漢字 & <b>"),
        ];
        let bytes = workbook(&head(), vec![sheet(cells)]).unwrap();
        let mut book = read(bytes);
        assert_eq!(book.sheet_names(), vec!["Things".to_owned()]);
        let range = book.worksheet_range("Things").unwrap();
        let text = |row: u32, column: u32| range.get_value((row, column)).cloned().unwrap();
        assert_eq!(text(0, 0), Data::String("Things. Snapshot 0001, draft; audience: public".to_owned()));
        assert_eq!(text(1, 0), Data::String("First".to_owned()));
        assert_eq!(text(2, 0), Data::String("=HYPERLINK(\"http://example.org\")".to_owned()));
        assert_eq!(text(2, 1), Data::Float(42.0));
        assert_eq!(text(3, 0), Data::String("https://example.org/".to_owned()));
        assert_eq!(text(3, 1), Data::String("Not met".to_owned()));
        assert_eq!(text(4, 0), Data::String("0001".to_owned()));
        assert_eq!(text(4, 1), Data::String("not stated".to_owned()));
        assert_eq!(text(5, 0), Data::String("control \u{FFFD} and \u{FFFD}".to_owned()));
        assert_eq!(text(5, 1), Data::String("漢字 & <b>".to_owned()));
        let formulas = book.worksheet_formula("Things").unwrap();
        assert!(formulas.used_cells().all(|(_, _, formula)| formula.is_empty()));
    }

    #[test]
    fn a_row_is_as_high_as_its_longest_cell_needs() {
        assert_eq!(lines("", 20), 1);
        assert_eq!(lines("one two three", 20), 1);
        assert_eq!(lines("one two three", 8), 2);
        assert_eq!(lines("first\nsecond", 20), 2);
        assert_eq!(lines(&"a".repeat(64), 20), 4);
        assert_eq!(lines(&format!("id {}", "a".repeat(64)), 20), 5);
    }

    #[test]
    fn a_cell_over_the_limit_is_refused_with_its_place() {
        let fits = sheet(vec![Cell::text("id"), Cell::text("x".repeat(MAX_CELL_UNITS))]);
        assert!(workbook(&head(), vec![fits]).is_ok());
        let over = sheet(vec![Cell::text("id"), Cell::text("x".repeat(MAX_CELL_UNITS + 1))]);
        let finding = workbook(&head(), vec![over]).unwrap_err();
        assert_eq!(finding.code, "xlsx-limit");
        assert!(finding.message.contains("`Second` of `id`"), "{}", finding.message);
    }
}
