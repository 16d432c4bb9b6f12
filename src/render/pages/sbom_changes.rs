//! What changed between successive bills of materials of one subject: a page each.

use crate::model::evidence::Evidence;
use crate::model::sbom_changes::FieldChange;
use crate::model::sbom_changes::PartClass;
use crate::model::sbom_changes::Relation;
use crate::model::sbom_changes::SbomChanges;
use crate::model::status::Status;
use crate::render::book::Book;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Part;
use crate::render::view::link;
use crate::render::view::strong;
use crate::render::view::text;

/// Most rows of a table on the page; its data files have all of them.
const MOST: usize = 300;

/// The changes that lead to a bill, where there is one before it.
pub(crate) fn of<'a>(book: &Book<'a>, evidence: &Evidence) -> Option<&'a SbomChanges> {
    book.snapshot.sbom_changes.iter().find(|changes| changes.new.name == evidence.id.as_str())
}

/// The address of the changes of a bill.
pub(crate) fn path(page: &str) -> String {
    format!("{}/changes.html", page.strip_suffix(".html").unwrap_or(page))
}

fn sentence(changes: &SbomChanges) -> String {
    let number = |class: PartClass| changes.count(class);
    let mut said: Vec<String> = [
        (number(PartClass::HashChanged), "with other bytes under the same version"),
        (number(PartClass::IdentityChanged), "under another identity"),
        (number(PartClass::Downgraded), "downgraded"),
        (number(PartClass::Added), "added"),
        (number(PartClass::Removed), "removed"),
        (number(PartClass::Upgraded), "upgraded"),
        (number(PartClass::VersionChanged), "in another version"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, words)| format!("{count} {words}"))
    .collect();
    if said.is_empty() {
        said.push("no component came, went or has another version".to_owned());
    }
    format!("{}.", said.join(", "))
}

/// A list of all successive bills.
pub(crate) fn list(book: &Book) -> Table {
    let mut table = Table::new(
        "sbom-changes",
        "Each bill of materials against the one before it about the same subject.",
        &["Newer", "Older", "What changed"],
    );
    for changes in &book.snapshot.sbom_changes {
        let Some(page) = book.href("sbom", &changes.new.name) else { continue };
        let words = book.name_of("sbom", &changes.new.name).unwrap_or(&changes.new.name);
        table.row(vec![
            link(words, path(&page)).into(),
            book.link("sbom", &changes.old.name).into(),
            sentence(changes).into(),
        ]);
    }
    table
}

/// The page.
pub(crate) fn page(book: &Book, evidence: &Evidence, changes: &SbomChanges) -> Page {
    let own = book.href("sbom", evidence.id.as_str()).unwrap_or_default();
    let alarming = changes.count(PartClass::HashChanged);
    let head = match alarming {
        0 => PageHead::plain(sentence(changes)),
        _ => {
            PageHead::verdict(status::worded(Status::NotMet, "Same version, other bytes"), sentence(changes))
        }
    };
    let head = head.by(vec![
        book.link("sbom", &changes.new.name),
        text(" against "),
        book.link("sbom", &changes.old.name),
        text(format!(
            ": {} and {} components, {} of {} keys with the same versions.",
            changes.new.components, changes.old.components, changes.unchanged, changes.new.keys
        )),
    ]);
    let mut page = Page::new("sbom", format!("SBOM: {}, changes", evidence.title), head)
        .under("SBOM", "sbom.html")
        .under(&evidence.title, &own);
    page.crumb = "Changes".to_owned();
    let fields = Table::new(
        "document",
        "What made the documents explains much of what differs below.",
        &["What", "Before", "After"],
    );
    add(&mut page, "document", "How the documents were made", fields.fit(), &changes.document, field_row);
    for class in PartClass::ALL {
        let table = Table::new(class.id(), "By key.", &["Component", "What", "Before", "After"]);
        add(&mut page, class.id(), class.title(), table, changes.of(class), |change| {
            vec![
                vec![strong(change.name.clone()), Part::SmallCode { text: change.key.clone() }].into(),
                change.field.clone().into(),
                was(&change.was),
                now(&change.now),
            ]
        });
    }
    for (id, title, list) in [
        ("relations-added", "Relations added", &changes.relations_added),
        ("relations-removed", "Relations removed", &changes.relations_removed),
    ] {
        let table = Table::new(id, "By key, without versions.", &["From", "Type", "To"]);
        add(&mut page, id, title, table, list, |one: &Relation| {
            vec![one.from.clone().into(), one.kind.clone().into(), one.to.clone().into()]
        });
    }
    for (id, title, list) in [
        ("now-direct", "Now named by the subject itself", &changes.now_direct),
        ("now-transitive", "No longer named by the subject itself", &changes.now_transitive),
    ] {
        let table = Table::new(id, "In both bills.", &["Component"]);
        add(&mut page, id, title, table, list, |key: &String| vec![key.clone().into()]);
    }
    let answers = Table::new(
        "answers",
        "The worst that each document says. Nothing said is not the same as nothing there.",
        &["Vulnerability", "Before", "After"],
    );
    add(
        &mut page,
        "answers",
        "Vulnerabilities inside the documents",
        answers,
        &changes.vulnerabilities,
        field_row,
    );
    if page.sections.is_empty() {
        page.add(Section::new("none", "Changes").block(common::nothing(
            book,
            "The two bills say the same.",
            "Compared were versions, licences, suppliers, digests, scopes and relations.",
        )));
    }
    page
}

fn field_row(change: &FieldChange) -> Vec<Cell> {
    vec![change.field.clone().into(), was(&change.was), now(&change.now)]
}

fn was(text: &str) -> Cell {
    if text.is_empty() { Cell::default() } else { vec![Part::Was { text: text.to_owned() }].into() }
}

fn now(text: &str) -> Cell {
    if text.is_empty() { Cell::default() } else { vec![Part::Now { text: text.to_owned() }].into() }
}

/// A section of rows: all of them in the data files, the first on the page.
fn add<T>(
    page: &mut Page,
    id: &str,
    title: &str,
    mut table: Table,
    list: &[T],
    row: impl Fn(&T) -> Vec<Cell>,
) {
    if list.is_empty() {
        return;
    }
    let mut shown = table.clone();
    list.iter().for_each(|one| table.row(row(one)));
    let section = Section::new(id, title).meta(list.len().to_string());
    if list.len() <= MOST {
        page.add(section.table(table.filtered()));
        return;
    }
    list.iter().take(MOST).for_each(|one| shown.row(row(one)));
    shown.name.clear();
    shown.caption =
        format!("The first {MOST} of {}; the CSV and JSON of this section have all of them.", list.len());
    table.is_data_only = true;
    page.add(section.table(shown.filtered()).table(table));
}
