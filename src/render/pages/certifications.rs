//! Certificates, reports and statements, each with assessor, scope and dates.

use crate::model::content::Certification;
use crate::model::time::Date;
use crate::render::book::Book;
use crate::render::book::anchor;
use crate::render::charts;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Part;
use crate::render::view::code;
use crate::render::view::outside;
use crate::render::view::small;
use crate::render::view::text;

/// Certifications, worst first.
fn worst_first<'a>(book: &Book<'a>) -> Vec<&'a Certification> {
    let mut all: Vec<&Certification> = book.catalog().certifications.values().collect();
    all.sort_by_key(|entry| {
        let dates = book.dates("certifications", entry.id.as_str());
        (dates.is_none(), dates.map(|dates| dates.status), entry.id.clone())
    });
    all
}

/// How it stands by its dates; something without an end has none to reach.
fn state(book: &Book, entry: &Certification) -> Cell {
    let id = entry.id.as_str();
    if book.dates("certifications", id).is_none() && entry.expires.is_none() {
        return crate::render::status::worded(crate::model::status::Status::NotApplicable, "No expiry")
            .into();
    }
    book.dated("certifications", id).into()
}

/// How much of the time between issue and expiry is used, and what is left.
fn time_used(book: &Book, issued: Option<Date>, expires: Option<Date>) -> Cell {
    let (Some(issued), Some(expires)) = (issued, expires) else { return Cell::default() };
    let today = book.as_of().date();
    let (fill, over) = charts::bar(today.days_since(issued), expires.days_since(issued));
    let left = expires.days_since(today);
    let words = if left >= 0 { format!("{left}\u{a0}d left") } else { format!("{}\u{a0}d over", -left - 1) };
    let tone = if left >= 0 && left <= book.snapshot.head.notice_days { "warn" } else { "fill" };
    vec![Part::Bar { fill, over, tone }, text(words)].into()
}

/// One row a certification.
pub(crate) fn table(book: &Book) -> Table {
    let mut table = Table::new(
        "certifications",
        "Status is computed from the dates, worst first. The bar shows the time used between issue and expiry.",
        &["Attestation", "!Status", "Assessor", "~Issued", "~Expires", "~Time used"],
    );
    for entry in worst_first(book) {
        let mut name = vec![book.link("certifications", entry.id.as_str())];
        name.push(small(match &entry.standard {
            Some(standard) => format!("{}, {standard}", entry.form),
            None => entry.form.clone(),
        }));
        table.row(vec![
            name.into(),
            state(book, entry),
            match &entry.auditor {
                Some(auditor) => auditor.name.clone().into(),
                None => "own statement".into(),
            },
            entry.issued.into(),
            match entry.expires {
                Some(expires) => crate::render::view::day(expires).into(),
                None => "no expiry".into(),
            },
            time_used(book, entry.issued, entry.expires),
        ]);
    }
    table
}

/// All certifications.
pub(crate) fn page(book: &Book) -> Page {
    let all = worst_first(book);
    let current = all
        .iter()
        .filter(|entry| {
            book.dates("certifications", entry.id.as_str()).is_some_and(|dates| dates.status.is_satisfied())
        })
        .count();
    let title = match all.len() {
        0 => "No certificate, report or statement is recorded.".to_owned(),
        total => {
            format!("{current} of {} current.", common::count(total, "attestation is", "attestations are"))
        }
    };
    let mut page = Page::new("certifications", "Certifications", PageHead::plain(title));
    if all.is_empty() {
        page.add(Section::new("none", "Certifications").block(common::nothing(
            book,
            "No certificate, report or statement is published with this snapshot.",
            "That is a statement too: nobody has assessed this publisher, as far as this snapshot knows.",
        )));
        common::withheld(book, &mut page, "certifications");
        return page;
    }
    page.add(
        Section::new("overview", "Certificates, reports and statements")
            .meta(common::count(all.len(), "attestation", "attestations"))
            .table(table(book)),
    );
    for entry in all {
        let mut pairs = common::pairs();
        pairs.add("Status", state(book, entry));
        pairs.add("Kind", vec![text(format!("{}, ", entry.form)), code(entry.document_type.clone())]);
        pairs.add("Standard", &entry.standard);
        pairs.add("Assessed entity", &entry.assessed_entity);
        pairs.add(
            "Assessor",
            entry.auditor.as_ref().map(|auditor| match &auditor.url {
                Some(url) => outside(auditor.name.clone(), url),
                None => text(auditor.name.clone()),
            }),
        );
        pairs.add("Scope", &entry.scope);
        pairs.add("Not in scope", &entry.exclusions);
        pairs.add("Criteria", entry.criteria.join(", "));
        if let Some(period) = &entry.period {
            pairs.add("Period", common::range(period.start, period.end));
            let gap = book.as_of().date().days_since(period.end);
            if gap > 0 {
                pairs.add("Gap since the period", format!("{gap}\u{a0}days at as-of"));
            }
        }
        pairs.add("Issued", entry.issued);
        pairs.add("Expires", entry.expires);
        pairs.add("Next surveillance", entry.surveillance_next);
        pairs.add("Result", &entry.result);
        for exception in &entry.exceptions {
            pairs.add("Exception", exception.clone());
        }
        pairs.add(
            "Certificate number",
            entry.certificate_number.as_deref().map(|number| code(number.to_owned())),
        );
        pairs.add(
            "Document",
            entry.document.as_ref().map(|document| book.link("documents", document.as_str())),
        );
        if let Some(letter) = &entry.bridge_letter {
            let mut parts = common::range(letter.covers.start, letter.covers.end);
            if let Some(by) = &letter.signed_by {
                parts.push(text(format!(", signed by {by}")));
            }
            if let Some(on) = letter.signed_on {
                parts.push(text(" on "));
                parts.push(crate::render::view::day(on));
            }
            if let Some(document) = &letter.document {
                parts.push(text(", "));
                parts.push(book.link("documents", document.as_str()));
            }
            pairs.add("Bridge letter", parts);
        }
        pairs.add("Listed by its issuer", entry.registry_url.as_deref().map(|url| outside(url, url)));
        if let Some(status) = &entry.status_override {
            let until = status.until.map(|until| format!(", until {until}")).unwrap_or_default();
            pairs.add("Declared", format!("{}: {}{until}", status.value, status.reason));
        }
        common::tail!(book, pairs, entry);
        page.add(
            Section::new(anchor("certifications", entry.id.as_str()), entry.title.clone())
                .meta(code(entry.id.to_string()))
                .pairs(pairs),
        );
    }
    common::withheld(book, &mut page, "certifications");
    page
}
