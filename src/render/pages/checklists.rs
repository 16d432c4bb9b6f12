//! Checklists that were worked through: deployments, the success of customers. A ticked item without evidence says so.

use crate::model::content::Checklist;
use crate::model::operations::ChecklistItem;
use crate::model::operations::ItemState;
use crate::model::status::Status;
use crate::render::book::Book;
use crate::render::book::anchor;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::page::commas;
use crate::render::pages::common;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Mark;
use crate::render::view::Part;
use crate::render::view::small;
use crate::render::view::text;

/// Whether any evidence behind an item can count.
fn shown(book: &Book, item: &ChecklistItem) -> bool {
    item.evidence.iter().any(|id| book.assessment().evidence.get(id).is_some_and(|judged| judged.can_count))
}

fn mark(book: &Book, item: &ChecklistItem) -> Mark {
    let blank = |text: &Option<String>| text.as_ref().is_none_or(|text| text.trim().is_empty());
    match item.state {
        ItemState::Done if shown(book, item) => status::worded(Status::Met, "Done"),
        ItemState::Done => status::worded(Status::NotAssessed, "Only declared"),
        ItemState::Open => status::worded(Status::NotMet, "Open"),
        ItemState::NotApplicable if blank(&item.owner) || blank(&item.reason) => {
            status::worded(Status::NotAssessed, "Not applicable, no reason")
        }
        ItemState::NotApplicable => status::mark(Status::NotApplicable),
    }
}

/// The page.
pub(crate) fn page(book: &Book) -> Page {
    let all = &book.catalog().checklists;
    let items: Vec<&ChecklistItem> = all.values().flat_map(|list| &list.items).collect();
    let done = items.iter().filter(|item| mark(book, item).word == "Done").count();
    let title = match all.len() {
        0 => "No checklist is recorded.".to_owned(),
        _ => format!("{done} of {} are done with evidence.", common::count(items.len(), "item", "items")),
    };
    let mut page = Page::new(
        "checklists",
        "Checklists",
        PageHead::plain(title).by(vec![text(
            "A ticked box is a declaration. It counts as done only with evidence that counts.",
        )]),
    );
    if all.is_empty() {
        page.add(Section::new("none", "Checklists").block(common::nothing(
            book,
            "No checklist is published with this snapshot.",
            "Checklists are written in the content, under `checklists`.",
        )));
        return page;
    }
    let mut lists: Vec<&Checklist> = all.values().collect();
    lists.sort_by(|a, b| (&a.category, &a.id).cmp(&(&b.category, &b.id)));
    for list in lists {
        page.add(one(book, list));
    }
    page
}

fn one(book: &Book, list: &Checklist) -> Section {
    let mut table = Table::new(
        format!("checklist-{}", list.id),
        "In the order they are worked through.",
        &["Item", "!State", "Owner", "What shows it"],
    );
    let mut step: Option<&String> = None;
    for item in &list.items {
        if item.step.as_ref() != step {
            step = item.step.as_ref();
            if let Some(step) = step {
                table.group(format!("{}-{}", list.id, crate::model::id::Id::slug(step)), step.clone());
            }
        }
        let mut name: Vec<Part> = vec![text(item.text.clone())];
        name.extend(item.reason.clone().map(small));
        let evidence: Cell = if item.evidence.is_empty() {
            Cell::default()
        } else {
            commas(book.links("evidence", &item.evidence))
        };
        table.row_at(
            format!("item-{}-{}", list.id, item.id),
            vec![name.into(), mark(book, item).into(), (&item.owner).into(), evidence],
        );
    }
    let done = list.items.iter().filter(|item| mark(book, item).word == "Done").count();
    let mut pairs = common::pairs();
    pairs.add("Worked through for", &list.subject);
    pairs.add("Category", list.category.clone());
    common::tail!(book, pairs, list);
    Section::new(anchor("checklists", list.id.as_str()), list.title.clone())
        .meta(format!("{done} of {} done", list.items.len()))
        .pairs(pairs)
        .table(table)
}
