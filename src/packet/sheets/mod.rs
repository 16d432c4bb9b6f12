//! The tables of a packet, by the `SHEETS` table: one row a table, each a pure function of the snapshot.
//!
//! A table without rows is not written; the checklist says what was looked for and not found.

mod assurance;
mod disclosure;
mod operations;
pub(in crate::packet) mod product;
pub(in crate::packet) mod supply;

use crate::model::id::Id;
use crate::model::snapshot::Snapshot;
use crate::model::status::Status;
use crate::render::outputs::packet_sheet::Cell;
use crate::render::outputs::packet_sheet::Sheet;

/// One kind of table.
pub(super) struct SheetRow {
    /// File stem of the CSV, and the word a packet profile uses.
    pub(super) id: &'static str,
    /// The table of a snapshot; may be empty.
    pub(super) make: fn(&Snapshot) -> Sheet,
}

/// Every table of a packet, in the order of the workbook.
pub(super) const SHEETS: &[SheetRow] = &[
    SheetRow { id: "answers", make: disclosure::answers },
    SheetRow { id: "claims", make: assurance::claims },
    SheetRow { id: "conditions", make: assurance::conditions },
    SheetRow { id: "controls", make: assurance::controls },
    SheetRow { id: "responsibilities", make: assurance::responsibilities },
    SheetRow { id: "subprocessors", make: disclosure::subprocessors },
    SheetRow { id: "data-residency", make: disclosure::data_residency },
    SheetRow { id: "certifications", make: assurance::certifications },
    SheetRow { id: "policies", make: disclosure::policies },
    SheetRow { id: "documents", make: disclosure::documents },
    SheetRow { id: "evidence", make: assurance::evidence },
    SheetRow { id: "drills", make: product::drills },
    SheetRow { id: "releases", make: product::releases },
    SheetRow { id: "components", make: supply::components },
    SheetRow { id: "vulnerabilities", make: supply::vulnerabilities },
    SheetRow { id: "compatibility", make: product::compatibility },
    SheetRow { id: "incidents", make: disclosure::incidents },
    SheetRow { id: "risks", make: disclosure::risks },
    SheetRow { id: "waivers", make: disclosure::waivers },
    SheetRow { id: "faq", make: disclosure::faq },
    SheetRow { id: "groups", make: operations::groups },
    SheetRow { id: "questions", make: operations::questions },
    SheetRow { id: "claim-charts", make: operations::claim_charts },
    SheetRow { id: "access-reviews", make: operations::access_reviews },
    SheetRow { id: "audit-exports", make: operations::audit_exports },
    SheetRow { id: "sbom-history", make: operations::sbom_history },
    SheetRow { id: "kpis", make: operations::kpis },
    SheetRow { id: "checklists", make: operations::checklists },
    SheetRow { id: "assignments", make: operations::assignments },
    SheetRow { id: "changes", make: product::changes },
];

/// The tables that have rows, in order.
pub(super) fn sheets(snapshot: &Snapshot) -> Vec<Sheet> {
    SHEETS.iter().map(|row| (row.make)(snapshot)).filter(|sheet| !sheet.rows.is_empty()).collect()
}

/// One table by its id; `None` for an unknown id.
pub(super) fn sheet(snapshot: &Snapshot, id: &str) -> Option<Sheet> {
    SHEETS.iter().find(|row| row.id == id).map(|row| (row.make)(snapshot))
}

/// How a record with an end stands: status cell and why.
fn dated(snapshot: &Snapshot, kind: &str, id: &Id) -> (Cell, Cell) {
    match snapshot.assessment.dates.get(kind).and_then(|records| records.get(id)) {
        Some(date) => (Cell::Status(date.status, date.word.clone()), Cell::text(date.why.clone())),
        None => (Cell::status(Status::NotAssessed), Cell::text("no dates")),
    }
}

/// The kebab-case word of a value that serialises as one.
fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word.replace('-', " "),
        Ok(_) | Err(_) => String::new(),
    }
}

/// CommonMark as plain text: marks and addresses gone, words and line breaks kept.
pub(in crate::packet) fn plain(markdown: &str) -> String {
    use pulldown_cmark::Event;
    use pulldown_cmark::TagEnd;
    let mut out = String::new();
    for event in pulldown_cmark::Parser::new(markdown) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                out.push_str(&text)
            }
            Event::SoftBreak => out.push(' '),
            Event::HardBreak
            | Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::CodeBlock) => {
                out.push('\n')
            }
            _ => {}
        }
    }
    out.trim_end().to_owned()
}

/// `low` to `critical`, as people read it.
fn severity(value: Option<crate::model::register::Severity>) -> Cell {
    value.map_or(Cell::Unknown("not stated"), |value| Cell::text(word(&value)))
}
