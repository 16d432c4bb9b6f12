//! Subprocessors, and where data lies.

use crate::model::content::Subprocessor;
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
use crate::render::view::day;
use crate::render::view::outside;
use crate::render::view::small;
use crate::render::view::strong;
use crate::render::view::text;

fn state(book: &Book, entry: &Subprocessor) -> Cell {
    let ahead = entry.effective_from.is_some_and(|from| from.start() > book.as_of());
    let mark = match entry.status.as_str() {
        "removed" => status::worded(Status::NotApplicable, "Removed"),
        "announced" => status::worded(Status::NotAssessed, "Announced"),
        "active" if ahead => status::worded(Status::NotAssessed, "Announced"),
        "active" => status::worded(Status::Met, "Active"),
        other => status::worded(Status::NotAssessed, other.to_owned()),
    };
    let mut parts = vec![Part::Mark { mark }];
    if let Some(until) = entry.objection_until.filter(|until| until.end() > book.as_of()) {
        parts.push(Part::Why { text: format!("objections until {until}") });
    }
    parts.into()
}

/// Subprocessors.
pub(crate) fn page(book: &Book) -> Page {
    let all = &book.catalog().subprocessors;
    let active = all.values().filter(|entry| entry.status == "active").count();
    let announced = all.values().filter(|entry| entry.status == "announced").count();
    let title = match all.len() {
        0 => "No subprocessors are recorded.".to_owned(),
        _ if announced > 0 => {
            format!(
                "{}, {announced} announced.",
                common::count(active, "active subprocessor", "active subprocessors")
            )
        }
        _ => format!("{}.", common::count(active, "active subprocessor", "active subprocessors")),
    };
    let mut page = Page::new("subprocessors", "Subprocessors", PageHead::plain(title));
    if all.is_empty() {
        page.add(Section::new("none", "Subprocessors").block(common::nothing(
            book,
            "No subprocessor is published with this snapshot.",
            "Nothing recorded does not mean that there is none.",
        )));
        common::withheld(book, &mut page, "subprocessors");
        return page;
    }
    let mut table = Table::new(
        "subprocessors",
        "Announced ones first, then active ones, then removed ones. Countries are ISO 3166-1 codes.",
        &["Subprocessor", "!State", "Purpose", "Data", "Where", "Transfer", "~Since"],
    )
    .filtered();
    let rank = |entry: &&Subprocessor| {
        let rank = match entry.status.as_str() {
            "announced" => 0,
            "active" => 1,
            _ => 2,
        };
        (rank, entry.name.to_lowercase(), entry.id.clone())
    };
    let mut entries: Vec<&Subprocessor> = all.values().collect();
    entries.sort_by_key(rank);
    for entry in &entries {
        let mut name = vec![strong(entry.name.clone())];
        name.extend(entry.legal_entity.clone().map(small));
        let mut place = vec![text(entry.countries.join(", "))];
        if !entry.processing_locations.is_empty() {
            place.push(small(entry.processing_locations.join(", ")));
        }
        table.row_at(
            anchor("subprocessors", entry.id.as_str()),
            vec![
                name.into(),
                state(book, entry),
                entry.purpose.clone().into(),
                entry.data_categories.join(", ").into(),
                place.into(),
                entry.transfer_mechanism.as_deref().map(transfer).into(),
                entry.effective_from.or(entry.announced_on).into(),
            ],
        );
    }
    page.add(Section::new("list", "List").meta(common::count(all.len(), "entry", "entries")).table(table));
    page.add_filled(Section::new("dates", "Additions and removals").table(dates(book)));
    for entry in entries {
        let mut pairs = common::pairs();
        pairs.add("Category", &entry.category);
        pairs.add("Products", commas(book.links("products", &entry.products)));
        pairs.add("Company sits in", &entry.corporate_country);
        pairs.add("Safeguards", &entry.safeguards);
        pairs.add("Use of artificial intelligence", &entry.ai_use);
        pairs.add("Agreement", entry.dpa_url.as_deref().map(|url| outside(url, url)));
        pairs.add("Web site", entry.website.as_deref().map(|url| outside(url, url)));
        pairs.add("Replaces", entry.replaces.as_ref().map(|id| book.link("subprocessors", id.as_str())));
        common::tail!(book, pairs, entry);
        page.add_filled(Section::new(format!("about-{}", entry.id), entry.name.clone()).pairs(pairs));
    }
    common::withheld(book, &mut page, "subprocessors");
    page
}

/// The words of a transfer mechanism; one that is not of the list stands as it was written.
fn transfer(mechanism: &str) -> String {
    match mechanism {
        "eea-only" => "stays in the EEA".to_owned(),
        "adequacy" => "adequacy decision".to_owned(),
        "sccs" => "standard contractual clauses".to_owned(),
        "bcr" => "binding corporate rules".to_owned(),
        "derogation" => "derogation".to_owned(),
        "n-a" => "not applicable".to_owned(),
        other => other.replace('-', " "),
    }
}

fn dates(book: &Book) -> Table {
    let mut events = Vec::new();
    for entry in book.catalog().subprocessors.values() {
        for (date, what) in [
            (entry.announced_on, "announced"),
            (entry.effective_from, "effective"),
            (entry.objection_until, "objections possible until"),
            (entry.removed_on, "removed"),
        ] {
            if let Some(date) = date {
                events.push((date, entry, what));
            }
        }
    }
    events.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
    let mut table =
        Table::new("subprocessor-dates", "Newest first.", &["~Day", "Subprocessor", "What"]).fit();
    for (date, entry, what) in events {
        table.row(vec![day(date).into(), book.link("subprocessors", entry.id.as_str()).into(), what.into()]);
    }
    table
}

/// Where data lies.
pub(crate) fn residency(book: &Book) -> Page {
    let all = &book.catalog().data_residency;
    let mut countries: Vec<&str> = all.values().filter_map(|entry| entry.country.as_deref()).collect();
    countries.sort_unstable();
    countries.dedup();
    let title = match all.len() {
        0 => "No data locations are recorded.".to_owned(),
        total => format!(
            "{} in {}.",
            common::count(total, "place of data", "places of data"),
            if countries.is_empty() { "regions given below".to_owned() } else { countries.join(", ") }
        ),
    };
    let mut page = Page::new("data-residency", "Data residency", PageHead::plain(title));
    if all.is_empty() {
        page.add(Section::new("none", "Data residency").block(common::nothing(
            book,
            "Where data lies is not published with this snapshot.",
            "It is written in the content.",
        )));
        return page;
    }
    let mut table = Table::new(
        "data-residency",
        "By kind of data. Access is from where people can reach it, also for support.",
        &[
            "Kind of data",
            "Region",
            "Customer chooses",
            "On failure",
            "Access from",
            "Kept",
            "Deleted",
            "Encryption",
            "Subprocessors",
        ],
    );
    for entry in all.values() {
        let mut name = vec![strong(entry.data_kind.replace('-', " "))];
        if let Some(product) = &entry.product {
            name.push(text(" of "));
            name.push(book.link("products", product.as_str()));
        }
        let mut region = vec![text(entry.region.clone())];
        region.extend(entry.country.clone().map(small));
        table.row_at(
            anchor("data-residency", entry.id.as_str()),
            vec![
                name.into(),
                region.into(),
                if entry.customer_selectable { "yes" } else { "no" }.into(),
                match &entry.failover_region {
                    Some(region) => region.clone().into(),
                    None => "stays".into(),
                },
                entry.access_from.join(", ").into(),
                (&entry.retention).into(),
                (&entry.deletion).into(),
                (&entry.encryption).into(),
                commas(book.links("subprocessors", &entry.subprocessors)),
            ],
        );
    }
    page.add(
        Section::new("data", "Where data lies")
            .meta(common::count(all.len(), "entry", "entries"))
            .table(table),
    );
    common::withheld(book, &mut page, "data-residency");
    page
}
