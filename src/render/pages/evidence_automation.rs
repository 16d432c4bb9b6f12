//! What is collected again and again: access reviews, exports of audit logs with their retention, the SBOM of every release.

use crate::model::content::AccessReview;
use crate::model::evidence::Body;
use crate::model::evidence::Evidence;
use crate::model::id::Id;
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
use crate::render::view::Part;
use crate::render::view::at;
use crate::render::view::digest;
use crate::render::view::small;
use crate::render::view::strong;
use crate::render::view::text;

/// Whether anything is recorded.
pub(crate) fn has_data(book: &Book) -> bool {
    !(book.catalog().access_reviews.is_empty() && book.catalog().audit_exports.is_empty())
}

/// The page.
pub(crate) fn page(book: &Book) -> Page {
    let catalog = book.catalog();
    let sboms = sboms(book);
    let title = if has_data(book) {
        format!(
            "{}, {}, {}.",
            common::count(catalog.access_reviews.len(), "access review", "access reviews"),
            common::count(catalog.audit_exports.len(), "export of an audit log", "exports of audit logs"),
            common::count(sboms.len(), "SBOM", "SBOMs")
        )
    } else {
        "No access review and no export of an audit log is recorded.".to_owned()
    };
    let mut page = Page::new("evidence-automation", "Evidence automation", PageHead::plain(title));
    if !has_data(book) {
        page.add(Section::new("none", "Records").block(common::nothing(
            book,
            "No access review and no export of an audit log is published with this snapshot.",
            "They are written in the content, under `access-reviews` and `audit-exports`.",
        )));
        return page;
    }
    page.add_filled(
        Section::new("access-reviews", "Access reviews")
            .meta(catalog.access_reviews.len().to_string())
            .table(reviews(book)),
    );
    page.add_filled(
        Section::new("audit-exports", "Exports of audit logs")
            .meta(catalog.audit_exports.len().to_string())
            .table(exports(book)),
    );
    page.add_filled(
        Section::new("sbom-history", "SBOM history")
            .meta(sboms.len().to_string())
            .table(history(book, &sboms)),
    );
    page
}

/// Links to evidence, or the plain word that there is none.
fn behind(book: &Book, ids: &[Id]) -> Cell {
    if ids.is_empty() { "none is named".into() } else { commas(book.links("evidence", ids)) }
}

fn reviews(book: &Book) -> Table {
    let mut table = Table::new(
        "access-reviews",
        "Newest first. Overdue is computed from the day of the next review.",
        &[
            "Review",
            "!State",
            "~Done",
            "#Accounts",
            "#Taken away",
            "#Made smaller",
            "~Next",
            "Kept until",
            "Record",
        ],
    );
    let mut all: Vec<_> = book.catalog().access_reviews.values().collect();
    all.sort_by(|a, b| b.performed_on.cmp(&a.performed_on).then_with(|| a.id.cmp(&b.id)));
    for review in all {
        let mut name = vec![strong(review.title.clone()), small(review.system.clone())];
        name.extend(review.reviewer.clone().map(|reviewer| small(format!("by {reviewer}"))));
        for exception in &review.exceptions {
            name.push(small(format!("left as it is: {exception}")));
        }
        let number = |count: Option<u64>| count.map(|count| count.to_string());
        let mut done: Vec<Part> = vec![crate::render::view::day(review.performed_on)];
        if let Some(period) = &review.period {
            done.push(small(format!("for {} to {}", period.start, period.end)));
        }
        table.row_at(
            anchor("access-reviews", review.id.as_str()),
            vec![
                name.into(),
                review_state(book, review),
                done.into(),
                number(review.accounts).into(),
                number(review.removed).into(),
                number(review.changed).into(),
                review.next_review.into(),
                review.retained_until.into(),
                behind(book, &review.evidence),
            ],
        );
    }
    table
}

/// How a review stands; one that a newer one of the same system replaced is over.
fn review_state(book: &Book, review: &AccessReview) -> Cell {
    if review.is_superseded(book.catalog().access_reviews.values(), book.as_of()) {
        return status::worded(Status::NotApplicable, "Replaced by a newer one").into();
    }
    book.dated("access-reviews", review.id.as_str()).into()
}

fn exports(book: &Book) -> Table {
    let mut table = Table::new(
        "audit-exports",
        "Newest first. How long an export is kept is counted from the day it was taken out; a legal hold keeps it beyond that.",
        &["Export", "!Retention", "Covers", "~Taken out", "#Entries", "Kept until", "Export or receipt"],
    );
    let mut all: Vec<_> = book.catalog().audit_exports.values().collect();
    all.sort_by(|a, b| b.exported_on.cmp(&a.exported_on).then_with(|| a.id.cmp(&b.id)));
    for export in all {
        let state: Vec<Part> = if export.legal_hold {
            vec![Part::Mark { mark: status::worded(Status::Met, "Legal hold") }]
        } else {
            book.dated("audit-exports", export.id.as_str())
        };
        let mut kept: Vec<Part> = Vec::new();
        if let Some(until) = export.kept_until() {
            kept.push(crate::render::view::day(until.plus_seconds(-1).date()));
        }
        kept.extend(
            export.retention.map(|retention| small(format!("{} from the export", retention.human()))),
        );
        table.row_at(
            anchor("audit-exports", export.id.as_str()),
            vec![
                vec![strong(export.title.clone()), small(export.system.clone())].into(),
                state.into(),
                common::range(export.period.start, export.period.end).into(),
                crate::render::view::day(export.exported_on).into(),
                export.entries.map(|entries| entries.to_string()).into(),
                kept.into(),
                behind(book, &export.evidence),
            ],
        );
    }
    table
}

/// Every SBOM, newest release first, then newest first.
fn sboms<'a>(book: &Book<'a>) -> Vec<&'a Evidence> {
    let mut all: Vec<&Evidence> =
        book.catalog().evidence.values().filter(|evidence| matches!(evidence.body, Body::Sbom(_))).collect();
    all.sort_by(|a, b| b.captured_at.cmp(&a.captured_at).then_with(|| a.id.cmp(&b.id)));
    all
}

fn history(book: &Book, sboms: &[&Evidence]) -> Table {
    let mut table = Table::new(
        "sbom-history",
        "Newest first, with the digest of each file: two releases with the same digest share one SBOM.",
        &["SBOM", "Release", "~Made", "#Components", "Digest"],
    );
    for evidence in sboms {
        let components = evidence.body.sbom().map(|sbom| sbom.components.len().to_string());
        table.row(vec![
            book.link("evidence", evidence.id.as_str()).into(),
            evidence
                .release
                .as_ref()
                .map_or_else(|| text("none is named"), |release| book.link("releases", release.as_str()))
                .into(),
            evidence.captured_at.map(at).into(),
            components.into(),
            digest(&evidence.source.sha256).into(),
        ]);
    }
    table
}
