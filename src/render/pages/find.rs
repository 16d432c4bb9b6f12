//! Every record of the snapshot in one table: an index that a script lets people search.

use crate::model::record::Record;
use crate::render::book::Book;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::code;

/// The index.
pub(crate) fn page(book: &Book) -> Page {
    let mut table = Table::new(
        "index",
        "Every record of this snapshot, by kind and id.",
        &["Record", "!Status", "Kind", "Id"],
    )
    .filtered();
    let mut add = |kind: &str, id: &str| {
        table.row(vec![
            book.link(kind, id).into(),
            state(book, kind, id),
            kind.replace('-', " ").into(),
            code(id).into(),
        ]);
    };
    for (kind, id) in ids(book) {
        add(kind, id);
    }
    for verdict in &book.assessment().verdicts {
        add("verdicts", verdict.profile.as_str());
    }
    for text in &book.catalog().pages {
        add("pages", text.id.as_str());
    }
    let count = table.len();
    let mut page = Page::new(
        "find",
        "Find a record",
        PageHead::plain(format!("{} in this snapshot", common::count(count, "record", "records"))),
    );
    if count == 0 {
        page.add(Section::new("none", "Records").block(common::nothing(
            book,
            "This snapshot has no records.",
            "Records come from the content and the evidence.",
        )));
    } else {
        page.add(Section::new("records", "Records").meta(count.to_string()).table(table));
    }
    page
}

/// Kind and id of every record, in the order of the kinds.
fn ids<'a>(book: &Book<'a>) -> Vec<(&'static str, &'a str)> {
    use crate::model::content::*;
    use crate::model::evidence::Evidence;
    use crate::model::register::Blocker;
    use crate::model::register::Risk;
    use crate::model::register::Waiver;
    let catalog = book.catalog();
    let mut out = Vec::new();
    macro_rules! every {
        ($($field:ident : $type:ident),* $(,)?) => {
            $( out.extend(catalog.$field.keys().map(|id| (<$type as Record>::KIND, id.as_str()))); )*
        };
    }
    crate::for_each_kind!(every);
    out
}

/// How a record stands, where its kind has a status.
fn state(book: &Book, kind: &str, id: &str) -> Cell {
    match kind {
        "claims" => status::mark(book.claim_status(id)).into(),
        "evidence" => common::usable(book, id),
        "verdicts" => book
            .assessment()
            .verdicts
            .iter()
            .find(|verdict| verdict.profile.as_str() == id)
            .map(|verdict| crate::render::view::status(status::worded(verdict.status, verdict.word.clone())))
            .into(),
        _ => match book.dates(kind, id) {
            Some(dates) => status::dated(dates).into(),
            None => "no status".into(),
        },
    }
}
