//! The first screen: the eight things a reviewer asks, then what needs attention, then everything by area.

use crate::model::changes::Direction;
use crate::model::content::Certification;
use crate::model::evidence::Body;
use crate::model::evidence::Mode;
use crate::model::status::Status;
use crate::render::book::Book;
use crate::render::book::claim_counts;
use crate::render::page::Block;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::page::commas;
use crate::render::pages::certifications;
use crate::render::pages::claims;
use crate::render::pages::common;
use crate::render::pages::resilience;
use crate::render::pages::verdicts;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Part;
use crate::render::view::at;
use crate::render::view::day;
use crate::render::view::link;
use crate::render::view::strong;
use crate::render::view::text;
use crate::render::view::why;
use crate::render::words;

/// The overview.
pub(crate) fn page(book: &Book) -> Page {
    let mut page = Page::new("index", "Overview", head(book));
    page.crumb = String::new();
    page.add(glance(book));
    page.add(attention(book));
    if !book.assessment().verdicts.is_empty() {
        page.add(
            Section::new("verdicts", "Verdicts")
                .meta(link("All reasons", "verdicts.html"))
                .table(verdicts::table(book).shared()),
        );
    }
    page.add_filled(areas(book));
    page.add_filled(
        Section::new("certificates", "Certificates and reports")
            .meta(link("All certifications", "certifications.html"))
            .table(certifications::table(book).shared()),
    );
    page.add_filled(products(book));
    page
}

/// Worst of the first verdict and the claims: a good verdict does not outshine a claim that is not met.
fn head(book: &Book) -> PageHead {
    let verdict = book.assessment().verdicts.first();
    let worst = match (verdict, book.catalog().claims.is_empty()) {
        (Some(verdict), true) => verdict.status,
        (Some(verdict), false) => verdict.status.min(claims::worst(book)),
        (None, _) => claims::worst(book),
    };
    let word = match worst {
        Status::Met => "All claims met",
        Status::NotApplicable => "Not applicable",
        Status::NotAssessed => "Not fully assessed",
        Status::Waived | Status::Expiring => "Met with exceptions",
        _ => "Needs attention",
    };
    let evidence = book.catalog().evidence.len();
    let mut by = vec![text(format!(
        "Computed from {} ",
        common::count(evidence, "piece of evidence", "pieces of evidence")
    ))];
    if let Some(verdict) = verdict {
        by.push(text("by profile "));
        by.push(link(
            verdict.profile.as_str(),
            book.href("verdicts", verdict.profile.as_str()).unwrap_or_default(),
        ));
        by.push(text(format!(" version {} ", verdict.profile_version)));
    }
    by.push(text("as of "));
    by.push(at(book.as_of()));
    by.push(text(". Nothing passes by default."));
    let without_claims = verdict.filter(|_| book.catalog().claims.is_empty());
    let mut head = match without_claims {
        Some(verdict) => {
            PageHead::verdict(status::worded(verdict.status, verdict.word.clone()), verdict.sentence.clone())
        }
        None => PageHead::verdict(status::worded(worst, word), claims::sentence(book)),
    };
    if let Some(verdict) = verdict.filter(|_| without_claims.is_none()) {
        head = head.by(vec![
            Part::Mark { mark: status::worded(verdict.status, verdict.word.clone()) },
            text(" "),
            text(verdict.sentence.clone()),
        ]);
    }
    head.by(by)
}

/// Answers to what reviewers ask first.
fn glance(book: &Book) -> Section {
    let catalog = book.catalog();
    let organization = &catalog.organization;
    let mut pairs = common::pairs();
    let name = organization.legal_name.as_ref().unwrap_or(&organization.name);
    let mut entity: Vec<Part> = vec![text(if name.is_empty() { "not recorded" } else { name.as_str() })];
    for more in [&organization.registration, &organization.address].into_iter().flatten() {
        entity.push(text(format!(", {more}")));
    }
    if let Some(website) = &organization.website {
        entity.push(text(", "));
        entity.push(crate::render::view::outside(website.clone(), website));
    }
    pairs.add_at("glance-entity", "Legal entity", entity);
    let products: Vec<Part> = catalog.products.keys().map(|id| book.link("products", id.as_str())).collect();
    let mut scope = commas(products);
    if scope.0.is_empty() {
        scope = "no product recorded".into();
    }
    if let Some(release) = catalog.newest_release() {
        scope.0.push(text(", newest release "));
        scope.0.push(book.link("releases", release.id.as_str()));
    }
    pairs.add_at("glance-scope", "Product in scope", scope);
    pairs.add_at("glance-audit", "Newest audit report", newest_report(book));
    pairs.add_at("glance-due", "Expired or due", due(book));
    pairs.add_at("glance-claims", "Claims", claim_line(book));
    pairs.add_at("glance-drill", "Last recovery drill", last_drill(book));
    pairs.add_at("glance-subprocessors", "Subprocessors", subprocessors(book));
    pairs.add_at("glance-incidents", "Incidents", incidents(book));
    if let Some(changes) = &book.snapshot.changes {
        let weaker = changes.count(Direction::Weaker);
        let words = format!("{}, {weaker} weaker", common::count(changes.changes.len(), "change", "changes"));
        pairs.add_at(
            "glance-changes",
            format!("Since snapshot {}", changes.from),
            link(words, "changes.html"),
        );
    } else {
        pairs.add_at("glance-changes", "Since the one before", "this is the first snapshot");
    }
    let mut contact: Vec<Part> = Vec::new();
    match &organization.security_contact {
        Some(address) => contact.push(contact_part(address)),
        None => contact.push(text("not recorded")),
    }
    if let Some(within) = &organization.response_time {
        contact.push(text(format!(", answer {within}")));
    }
    pairs.add_at("glance-contact", "Security contact", contact);
    Section::new("glance", "At a glance").meta("what reviewers ask first").pairs(pairs)
}

/// An address as people write it: linked when it is one.
fn contact_part(address: &str) -> Part {
    if crate::render::view::is_outside_address(address) {
        crate::render::view::outside(address.strip_prefix("mailto:").unwrap_or(address), address)
    } else if address.contains('@') && !address.contains(char::is_whitespace) {
        crate::render::view::outside(address, &format!("mailto:{address}"))
    } else {
        text(address)
    }
}

fn newest_report(book: &Book) -> Cell {
    let newest = book
        .catalog()
        .certifications
        .values()
        .filter(|certification| certification.form == "report" || certification.form == "certificate")
        .max_by_key(|certification| (certification.period.as_ref().map(|p| p.end), certification.issued));
    let Some(Certification { id, period, auditor, issued, exceptions, .. }) = newest else {
        return "none recorded".into();
    };
    let mut parts = vec![book.link("certifications", id.as_str())];
    if let Some(period) = period {
        parts.push(text(", period "));
        parts.extend(common::range(period.start, period.end));
    } else if let Some(issued) = issued {
        parts.push(text(", issued "));
        parts.push(day(*issued));
    }
    if let Some(auditor) = auditor {
        parts.push(text(format!(", {}", auditor.name)));
    }
    if !exceptions.is_empty() {
        parts.push(text(format!(", {}", common::count(exceptions.len(), "exception", "exceptions"))));
    }
    if let Some(dates) = book.dates("certifications", id.as_str()) {
        parts.push(text(" "));
        parts.push(Part::Mark { mark: status::dated(dates) });
    }
    parts.into()
}

/// What has ended or ends within the notice period, over everything with an end.
fn due(book: &Book) -> Cell {
    let all = book.assessment().dates.values().flat_map(|kind| kind.values());
    let (mut over, mut soon) = (0, 0);
    for dates in all {
        match dates.status {
            Status::Expired | Status::Stale => over += 1,
            Status::Expiring => soon += 1,
            _ => {}
        }
    }
    let days = words::counted(book.snapshot.head.notice_days, "day", "days");
    match (over, soon) {
        (0, 0) => text(format!("nothing, also not within {days}")).into(),
        _ => vec![link(format!("{over} over, {soon} due within {days}"), "index.html#attention")].into(),
    }
}

fn claim_line(book: &Book) -> Cell {
    let mut parts = Vec::new();
    for (mark, count) in claim_counts(book) {
        if !parts.is_empty() {
            parts.push(text(" · "));
        }
        parts.push(Part::Mark { mark });
        parts.push(text(format!(" {count}")));
    }
    if parts.is_empty() { "none made".into() } else { parts.into() }
}

fn last_drill(book: &Book) -> Cell {
    let newest = book
        .catalog()
        .evidence
        .values()
        .filter(|evidence| evidence.mode == Mode::Live)
        .filter_map(|evidence| match &evidence.body {
            Body::Drill(drill) => Some((drill.started.or(evidence.captured_at), evidence, drill)),
            _ => None,
        })
        .max_by_key(|(when, evidence, drill)| {
            let measured = drill.objectives.iter().any(|o| o.metric == "rto" && o.achieved.is_some());
            (measured, *when, evidence.id.clone())
        });
    let Some((when, evidence, drill)) = newest else { return "none recorded".into() };
    let mut parts = vec![book.link_as(
        "evidence",
        evidence.id.as_str(),
        &when.map_or_else(|| evidence.title.clone(), |when| when.date().to_string()),
    )];
    match resilience::worst_recovery(drill) {
        Some(rto) => {
            let said = |amount: Option<crate::model::drill::Amount>| {
                amount.map_or_else(|| "not measured".to_owned(), |a| a.human(rto.unit.as_deref()))
            };
            parts.push(text(format!(": recovery {}", said(rto.achieved))));
            if let Some(target) = rto.target {
                parts.push(text(format!(", target {}", target.human(rto.unit.as_deref()))));
            }
        }
        None => parts.push(text(": no recovery time asked")),
    }
    parts.push(text(" "));
    parts.push(Part::Mark { mark: status::drill(drill.computed) });
    parts.into()
}

fn subprocessors(book: &Book) -> Cell {
    let all = &book.catalog().subprocessors;
    if all.is_empty() {
        return "none recorded".into();
    }
    let active = all.values().filter(|entry| entry.status != "removed").count();
    let last = all
        .values()
        .flat_map(|entry| [entry.announced_on, entry.effective_from, entry.removed_on])
        .flatten()
        .filter(|date| date.start() <= book.as_of())
        .max();
    let mut parts = vec![link(active.to_string(), "subprocessors.html")];
    if let Some(last) = last {
        parts.push(text(", last change "));
        parts.push(day(last));
    }
    let open =
        all.values().filter_map(|entry| entry.objection_until).filter(|date| date.end() > book.as_of()).max();
    if let Some(open) = open {
        parts.push(text(", objections until "));
        parts.push(day(open));
    }
    parts.into()
}

fn incidents(book: &Book) -> Cell {
    let all = &book.catalog().incidents;
    if all.is_empty() {
        return "no statement recorded".into();
    }
    let real = all.values().filter(|incident| incident.form != "none-in-period").count();
    if real > 0 {
        return link(common::count(real, "incident", "incidents"), "incidents.html").into();
    }
    match all.values().filter_map(|incident| incident.period.as_ref()).max_by_key(|period| period.end) {
        Some(period) => {
            let mut parts = vec![link("none", "incidents.html"), text(" from ")];
            parts.extend(common::range(period.start, period.end));
            parts.into()
        }
        None => link("none stated", "incidents.html").into(),
    }
}

/// Everything that is not met, overdue or due soon.
fn attention(book: &Book) -> Section {
    let items = &book.assessment().attention;
    let section = Section::new("attention", "Needs attention");
    if items.is_empty() {
        return section.block(Block::Empty {
            mark: None,
            text: format!(
                "Nothing in this snapshot is not met, overdue, or due within {}.",
                words::counted(book.snapshot.head.notice_days, "day", "days")
            ),
            by: vec![text("As of "), at(book.as_of()), text(".")].into(),
        });
    }
    let mut table = Table::new(
        "attention",
        format!(
            "Everything in this snapshot that is not met, overdue, or due within {}.",
            words::counted(book.snapshot.head.notice_days, "day", "days")
        ),
        &["What", "!Status", "Kind", "~Since or due", "Next step"],
    );
    for item in items {
        let mut state = vec![Part::Mark { mark: status::worded(item.status, item.word.clone()) }];
        if !item.why.is_empty() {
            state.push(why(item.why.clone()));
        }
        table.row_at(
            format!("attention-{}-{}", item.kind, item.id),
            vec![
                match book.href(&item.kind, item.id.as_str()) {
                    Some(href) => link(item.title.clone(), href).into(),
                    None => strong(item.title.clone()).into(),
                },
                state.into(),
                words::one(&item.kind).into(),
                item.day().map(day).into(),
                crate::render::view::marked(&item.next).into(),
            ],
        );
    }
    section.meta(format!("{}, worst first", common::count(items.len(), "item", "items"))).table(table)
}

/// One shape a claim, by area.
fn areas(book: &Book) -> Section {
    let mut table = Table::new(
        "areas",
        "One shape is one claim and leads to it. The worst come first.",
        &["Area", "Claims", "#Met"],
    )
    .fit();
    for (area, claims) in claims::by_area(book) {
        let met = claims.iter().filter(|claim| book.claim_status(claim.id.as_str()) == Status::Met).count();
        let items = claims.iter().filter_map(|claim| claims::strip_item(book, claim)).collect();
        table.row(vec![
            strong(area).into(),
            Part::Strip { items }.into(),
            format!("{met} of {}", claims.len()).into(),
        ]);
    }
    Section::new("areas", "Claims by area")
        .meta(link(
            format!("All {}", common::count(book.catalog().claims.len(), "claim", "claims")),
            "claims.html",
        ))
        .table(table)
}

/// The words of a service model; one that is not of the list stands as it was written.
fn service(model: &str) -> String {
    match model {
        "saas" => "software as a service".to_owned(),
        "paas" => "platform as a service".to_owned(),
        "iaas" => "infrastructure as a service".to_owned(),
        other => other.replace('-', " "),
    }
}

fn products(book: &Book) -> Section {
    let mut table = Table::new(
        "products",
        "Products and services in scope.",
        &["Product", "Service", "Deployment", "Description"],
    );
    for product in book.catalog().products.values() {
        let mut name = vec![strong(product.name.clone()), Part::SmallCode { text: product.id.to_string() }];
        if let Some(url) = &product.url {
            name.push(text(" "));
            name.push(crate::render::view::outside(url.clone(), url));
        }
        table.row_at(
            crate::render::book::anchor("products", product.id.as_str()),
            vec![
                name.into(),
                product.service_model.as_deref().map(service).into(),
                product.deployment_model.as_deref().map(|model| model.replace('-', " ")).into(),
                (&product.description).into(),
            ],
        );
    }
    Section::new("products", "Products").table(table)
}
