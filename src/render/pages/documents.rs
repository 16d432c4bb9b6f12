//! The library: documents, policies, and the text of each policy.

use crate::model::content::Document;
use crate::model::content::Policy;
use crate::model::status::Status;
use crate::model::time::Period;
use crate::render::book::Book;
use crate::render::book::anchor;
use crate::render::links;
use crate::render::page::Block;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Part;
use crate::render::view::code;
use crate::render::view::day;
use crate::render::view::digest;
use crate::render::view::link;
use crate::render::view::small;
use crate::render::view::strong;
use crate::render::view::text;

/// Whether there are documents, or documents that are withheld.
pub(crate) fn has_data(book: &Book) -> bool {
    !book.catalog().documents.is_empty() || book.snapshot.stubs.iter().any(|stub| stub.kind == "documents")
}

/// The library.
pub(crate) fn page(book: &Book) -> Page {
    let all = &book.catalog().documents;
    let withheld = book.snapshot.stubs.iter().filter(|stub| stub.kind == "documents").count();
    let title = match (all.len(), withheld) {
        (0, 0) => "No documents are recorded.".to_owned(),
        (total, 0) => format!("{} in the library.", common::count(total, "document", "documents")),
        (total, more) => {
            format!("{} in this copy, {more} on request.", common::count(total, "document", "documents"))
        }
    };
    let mut page = Page::new("documents", "Documents", PageHead::plain(title));
    if !has_data(book) {
        page.add(Section::new("none", "Documents").block(common::nothing(
            book,
            "No document is published with this snapshot.",
            "Documents are listed in the content.",
        )));
        return page;
    }
    let mut table = Table::new(
        "documents",
        "By group. The digest is that of the file you get.",
        &["Document", "!Status", "~Version", "~Dated", "~Expires", "Language", "Get it", "Digest"],
    )
    .filtered();
    let mut categories: Vec<Option<&str>> =
        all.values().map(|document| document.category.as_deref()).collect();
    categories.sort_unstable();
    categories.dedup();
    for category in categories {
        let title = category.unwrap_or("Other").to_owned();
        table.group(format!("group-{}", crate::model::id::Id::slug(&title)), title);
        for document in all.values().filter(|document| document.category.as_deref() == category) {
            row(book, &mut table, document);
        }
    }
    if !table.is_empty() {
        page.add(Section::new("library", "Library").meta(all.len().to_string()).table(table));
    }
    common::withheld(book, &mut page, "documents");
    page
}

fn row(book: &Book, table: &mut Table, document: &Document) {
    let id = document.id.as_str();
    let mut name = vec![strong(document.title.clone())];
    name.extend(document.summary.clone().map(small));
    name.push(Part::SmallCode { text: id.to_owned() });
    let get: Cell = match book.document_file(id) {
        Some(href) => {
            let mut parts = vec![link("open", href)];
            parts.extend(document.size_bytes.map(|bytes| small(format!("{bytes}\u{a0}bytes"))));
            parts.into()
        }
        None => {
            let mut parts = vec![text(match &document.request_how {
                Some(how) => how.clone(),
                None => "not in this copy".to_owned(),
            })];
            if document.nda_required {
                parts.push(small("needs a signed agreement"));
            }
            parts.into()
        }
    };
    table.row_at(
        anchor("documents", id),
        vec![
            name.into(),
            if document.expires.is_some() || book.dates("documents", id).is_some() {
                book.dated("documents", id).into()
            } else {
                "no expiry".into()
            },
            (&document.version).into(),
            document.dated.into(),
            document.expires.into(),
            (&document.language).into(),
            get,
            match &document.sha256 {
                Some(sha256) if book.document_file(id).is_some() => digest(sha256).into(),
                _ => Cell::default(),
            },
        ],
    );
}

/// Policies.
pub(crate) fn policies(book: &Book) -> Page {
    let all = &book.catalog().policies;
    let overdue = all
        .keys()
        .filter(|id| {
            book.dates("policies", id.as_str())
                .is_some_and(|dates| matches!(dates.status, Status::Stale | Status::Expired))
        })
        .count();
    let title = match (all.len(), overdue) {
        (0, _) => "No policies are recorded.".to_owned(),
        (total, 0) => format!("{}; no review is overdue.", common::count(total, "policy", "policies")),
        (total, overdue) => format!(
            "{}; {overdue} {} overdue for review.",
            common::count(total, "policy", "policies"),
            if overdue == 1 { "is" } else { "are" }
        ),
    };
    let mut page = Page::new("policies", "Policies", PageHead::plain(title));
    if all.is_empty() {
        page.add(Section::new("none", "Policies").block(common::nothing(
            book,
            "No policy is published with this snapshot.",
            "Policies are listed in the content.",
        )));
        common::withheld(book, &mut page, "policies");
        return page;
    }
    let mut table = Table::new(
        "policies",
        "By title. Words are counted in the text published here.",
        &["Policy", "!Review", "~Version", "Approved by", "~Approved", "~Next review", "#Words"],
    );
    let mut entries: Vec<&Policy> = all.values().collect();
    entries.sort_by_key(|policy| (policy.title.to_lowercase(), policy.id.clone()));
    for policy in entries {
        let id = policy.id.as_str();
        let name =
            if policy.text.is_some() { book.link("policies", id) } else { strong(policy.title.clone()) };
        let mut name = vec![name];
        name.extend(policy.summary.clone().map(small));
        name.push(Part::SmallCode { text: format!("{id}, {}", policy.document_kind) });
        table.row_at(
            anchor("policies", id),
            vec![
                name.into(),
                book.dated("policies", id).into(),
                (&policy.version).into(),
                (&policy.approved_by).into(),
                policy.approved_on.into(),
                next_review(book, policy),
                match &policy.text {
                    Some(text) => text.split_whitespace().count().to_string().into(),
                    None => "not here".into(),
                },
            ],
        );
    }
    page.add(Section::new("policies", "Policies").meta(all.len().to_string()).table(table));
    common::withheld(book, &mut page, "policies");
    page
}

/// The day that is written, and the one that its status goes by where that is another: the interval may end first.
fn next_review(book: &Book, policy: &Policy) -> Cell {
    let ends = book.dates("policies", policy.id.as_str()).and_then(|dates| dates.ends);
    let computed =
        policy.last_reviewed.zip(policy.review_interval).map(|(last, every)| every.after(last.start()));
    let mut parts: Vec<Part> = policy.next_review.map(day).into_iter().collect();
    if let Some(due) = ends.filter(|ends| Some(*ends) == computed)
        && policy.next_review.is_none_or(|next| next.end() != due)
    {
        let every = policy.review_interval.map(Period::human).unwrap_or_default();
        let first = if parts.is_empty() { "" } else { "but first " };
        parts.push(small(format!("{first}due {}, {every} after the last", due.date())));
    }
    parts.into()
}

/// The text of a policy.
pub(crate) fn policy(book: &Book, policy: &Policy) -> Page {
    let id = policy.id.as_str();
    let mut page = Page::new(
        "policies",
        policy.title.clone(),
        PageHead::plain(policy.title.clone()).by(policy.summary.clone().map(text)),
    )
    .under("Policies", "policies.html");
    let mut pairs = common::pairs();
    pairs.add("Review", book.dated("policies", id));
    pairs.add("Version", &policy.version);
    pairs.add("Kind", policy.document_kind.clone());
    pairs.add("Approved by", &policy.approved_by);
    pairs.add("Approved", policy.approved_on);
    pairs.add("In force from", policy.effective_from);
    pairs.add("Next review", next_review(book, policy));
    pairs.add("File", policy.file.as_deref().map(|file| code(file.to_owned())));
    pairs.add("SHA-256 of the file", policy.sha256.as_deref().map(digest));
    common::tail!(book, pairs, policy);
    page.add(Section::new("about", "About this policy").pairs(pairs));
    let html =
        book.markdown(policy.text.as_deref().unwrap_or_default(), "text-", 3, links::of_policy(policy));
    page.add(Section::new("text", "Text").block(Block::Markdown { html }));
    page
}
