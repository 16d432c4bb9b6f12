//! A project's own statement about its security: where to report, whom to turn to, what it says is in use, and until when.

use crate::model::security_insights::NamedLink;
use crate::model::security_insights::SecurityInsights;
use crate::model::status::Status;
use crate::render::book::Book;
use crate::render::page::Pairs;
use crate::render::page::Section;
use crate::render::page::commas;
use crate::render::pages::common;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Part;
use crate::render::view::at;
use crate::render::view::code;
use crate::render::view::day_of;
use crate::render::view::is_outside_address;
use crate::render::view::outside;
use crate::render::view::small;
use crate::render::view::text;

/// What it says.
pub(crate) fn sections(book: &Book, insights: &SecurityInsights) -> Vec<Section> {
    let mut out = vec![
        Section::new("reporting", "Reporting vulnerabilities")
            .para("What the project says of itself. Nothing here was checked.")
            .pairs(reporting(insights)),
    ];
    if !insights.contacts.is_empty() {
        out.push(Section::new("contacts", "Contacts").table(contacts(insights)));
    }
    let lists = [
        ("distribution-points", "Where releases are", &insights.distribution_points),
        ("artifacts", "Bills of materials and attestations it names", &insights.artifacts),
        ("repositories", "Repositories", &insights.repositories),
        ("documents", "Documents", &insights.documents),
    ];
    for (id, title, links) in lists.into_iter().filter(|(_, _, links)| !links.is_empty()) {
        out.push(
            Section::new(id, title)
                .meta(common::count(links.len(), "link", "links"))
                .table(self::links(id, links)),
        );
    }
    if !insights.tools.is_empty() {
        out.push(Section::new("tools", "Security tools").table(tools(insights)));
    }
    if !insights.assessments.is_empty() {
        out.push(Section::new("assessments", "Assessments").table(assessments(insights)));
    }
    out.push(Section::new("file", "File").pairs(file(book, insights)));
    out
}

/// Yes, no, or that the file does not say.
fn answer(value: Option<bool>) -> Cell {
    match value {
        Some(true) => "yes".into(),
        Some(false) => "no".into(),
        None => "not said".into(),
    }
}

fn address(written: &str) -> Part {
    if is_outside_address(written) {
        outside(written, written)
    } else if written.contains('@') && !written.contains(char::is_whitespace) && !written.contains(':') {
        outside(written, &format!("mailto:{written}"))
    } else {
        code(written)
    }
}

fn reporting(insights: &SecurityInsights) -> Pairs {
    let mut pairs = common::pairs();
    let Some(reporting) = &insights.reporting else {
        pairs.add("Reports", "the file does not speak of them");
        if let Some(parent) = &insights.parent {
            pairs.add("Stands above it", address(parent));
        }
        return pairs;
    };
    pairs.add("Reports accepted", answer(reporting.accepted));
    pairs.add("Bug bounty", answer(reporting.bug_bounty));
    pairs.add("Policy", reporting.policy.as_deref().map(address));
    pairs.add("Programme", reporting.bug_bounty_programme.as_deref().map(address));
    pairs.add("In scope", reporting.in_scope.join(", "));
    pairs.add("Not in scope", reporting.out_of_scope.join(", "));
    pairs.add("Key to encrypt with", reporting.encryption_key.as_deref().map(address));
    pairs.add("Comment", &reporting.comment);
    pairs
}

fn contacts(insights: &SecurityInsights) -> Table {
    let mut table = Table::new(
        "contacts",
        "Those that are there to be turned to. Maintainers are counted below and not named.",
        &["Contact", "For", "First"],
    );
    for contact in &insights.contacts {
        let mut parts: Vec<Part> = contact.address.as_deref().map(address).into_iter().collect();
        match (&contact.name, parts.is_empty()) {
            (Some(name), true) => parts.push(text(name.clone())),
            (Some(name), false) => parts.push(small(name.clone())),
            (None, true) => parts.push(text("not named")),
            (None, false) => {}
        }
        let first = if contact.primary == Some(true) { "yes".into() } else { Cell::default() };
        table.row(vec![parts.into(), contact.role.clone().into(), first]);
    }
    table.drop_empty_columns();
    table
}

fn links(name: &str, links: &[NamedLink]) -> Table {
    let mut table = Table::new(name, "As the file gives them.", &["What", "Address", "Comment"]);
    for link in links {
        table.row(vec![
            link.name.clone().into(),
            link.uri.as_deref().map(address).into(),
            (&link.comment).into(),
        ]);
    }
    table.drop_empty_columns();
    table
}

fn tools(insights: &SecurityInsights) -> Table {
    let mut table = Table::new(
        "tools",
        "Tools the project says it uses. That a tool runs says nothing about what it finds.",
        &["Tool", "Kind", "Version", "Runs", "Results"],
    );
    for tool in &insights.tools {
        table.row(vec![
            tool.name.clone().into(),
            (&tool.tool_type).into(),
            (&tool.version).into(),
            tool.runs.join(", ").into(),
            commas(tool.results.iter().map(|result| address(result)).collect()),
        ]);
    }
    table.drop_empty_columns();
    table
}

fn assessments(insights: &SecurityInsights) -> Table {
    let mut table = Table::new(
        "assessments",
        "Assessments the file speaks of. Whether one was made stands there only where the file says so.",
        &["By", "Made", "Name", "~Date", "Evidence", "Comment"],
    );
    for one in &insights.assessments {
        table.row(vec![
            one.by.clone().into(),
            one.made.map_or_else(Cell::default, |made| answer(Some(made))),
            (&one.name).into(),
            (&one.date).into(),
            one.evidence.as_deref().map(address).into(),
            (&one.comment).into(),
        ]);
    }
    table.drop_empty_columns();
    table
}

fn file(book: &Book, insights: &SecurityInsights) -> Pairs {
    let mut pairs = common::pairs();
    pairs.add("Project", &insights.project);
    pairs.add("Repository", insights.repository.as_deref().map(address));
    pairs.add("Status", &insights.status);
    pairs.add("Licence", insights.licence.as_deref().map(address));
    pairs.add("Last updated", insights.last_updated.map(day_of));
    pairs.add("Last reviewed", insights.last_reviewed.map(day_of));
    if let Some(end) = insights.expires {
        let mut parts = vec![at(end)];
        if end <= book.as_of() {
            parts.push(text(" "));
            parts.push(Part::Mark { mark: status::worded(Status::Expired, "Past") });
        }
        pairs.add("Holds until", parts);
    } else {
        pairs.add("Holds until", "not said");
    }
    pairs.add("Maintainers", text(format!("{}, not named here", insights.people)));
    pairs.add("Published at", insights.url.as_deref().map(address));
    pairs.add("Stands above it", insights.parent.as_deref().map(address));
    pairs.add("Version of the schema", &insights.schema_version);
    pairs
}
