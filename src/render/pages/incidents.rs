//! Incidents, and dated statements that there were none.

use crate::model::content::Incident;
use crate::model::status::Status;
use crate::render::book::Book;
use crate::render::book::anchor;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::text;

/// The page.
pub(crate) fn page(book: &Book) -> Page {
    let all = &book.catalog().incidents;
    let mut real: Vec<&Incident> = all.values().filter(|entry| entry.form != "none-in-period").collect();
    real.sort_by(|a, b| b.started.cmp(&a.started).then_with(|| a.id.cmp(&b.id)));
    let open = real.iter().filter(|entry| entry.resolved.is_none()).count();
    let title = match (all.len(), real.len()) {
        (0, _) => "No statement on incidents is recorded.".to_owned(),
        (_, 0) => "No incident in the periods stated below.".to_owned(),
        (_, 1) if open == 0 => "1 incident, resolved.".to_owned(),
        (_, count) if open == 0 => format!("{count} incidents, all resolved."),
        (_, count) => format!("{}, {open} not resolved.", common::count(count, "incident", "incidents")),
    };
    let head = if open > 0 {
        PageHead::verdict(status::worded(Status::NotMet, "Open"), title)
    } else {
        PageHead::plain(title)
    };
    let mut page = Page::new("incidents", "Incidents", head);
    if all.is_empty() {
        page.add(Section::new("none", "Incidents").block(common::nothing(
            book,
            "There is neither an incident nor a statement that there was none.",
            "A statement that nothing happened is made for a period, and dated.",
        )));
        common::withheld(book, &mut page, "incidents");
        return page;
    }
    let mut statements = Table::new(
        "none-in-period",
        "Each is a statement somebody makes, for a period.",
        &["Statement", "Period", "Stated by", "~Reviewed"],
    );
    for entry in all.values().filter(|entry| entry.form == "none-in-period") {
        statements.row_at(
            anchor("incidents", entry.id.as_str()),
            vec![
                vec![text(entry.statement.clone().unwrap_or_else(|| entry.title.clone()))].into(),
                entry
                    .period
                    .as_ref()
                    .map(|period| common::range(period.start, period.end))
                    .map(Cell)
                    .unwrap_or_default(),
                (&entry.owner).into(),
                entry.last_reviewed.into(),
            ],
        );
    }
    let mut table = Table::new(
        "incidents",
        "Newest first.",
        &[
            "Incident",
            "!State",
            "Severity",
            "~Started",
            "~Noticed",
            "~Resolved",
            "Customer data",
            "~Customers told",
        ],
    );
    for entry in &real {
        table.row(vec![
            book.link("incidents", entry.id.as_str()).into(),
            match entry.resolved {
                Some(_) => status::worded(Status::Met, "Resolved"),
                None => status::worded(Status::NotMet, "Open"),
            }
            .into(),
            entry.severity.map(|severity| text(status::severity(severity))).into(),
            entry.started.into(),
            entry.detected.into(),
            entry.resolved.into(),
            match entry.data_affected {
                Some(true) => "affected",
                Some(false) => "not affected",
                None => "not said",
            }
            .into(),
            entry.notified_on.into(),
        ]);
    }
    page.add_filled(Section::new("list", "Incidents").meta(real.len().to_string()).table(table));
    for entry in real {
        let mut pairs = common::pairs();
        pairs.add("What was affected", &entry.affected);
        pairs.add("Why", &entry.root_cause);
        pairs.add("What was done", &entry.actions);
        pairs.add("Statement", &entry.statement);
        common::tail!(book, pairs, entry);
        let mut section = Section::new(anchor("incidents", entry.id.as_str()), entry.title.clone());
        section =
            if pairs.0.is_empty() { section.para("Nothing more is recorded.") } else { section.pairs(pairs) };
        page.add(section);
    }
    page.add_filled(Section::new("none-in-period", "Periods without an incident").table(statements));
    common::withheld(book, &mut page, "incidents");
    page
}
