//! Risks, waivers and blockers.

use crate::model::register::Approval;
use crate::model::register::RiskStatus;
use crate::model::register::Treatment;
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
use crate::render::view::Part;
use crate::render::view::at;
use crate::render::view::code;
use crate::render::view::small;
use crate::render::view::strong;
use crate::render::view::text;
use crate::render::view::why;
use crate::render::words;

/// Whether anything is registered.
pub(crate) fn has_data(book: &Book) -> bool {
    let catalog = book.catalog();
    !(catalog.risks.is_empty() && catalog.waivers.is_empty() && catalog.blockers.is_empty())
}

/// The page.
pub(crate) fn page(book: &Book) -> Page {
    let catalog = book.catalog();
    let open_risks = catalog.risks.values().filter(|risk| risk.status != RiskStatus::Closed).count();
    let valid = book.assessment().waivers.values().filter(|waiver| waiver.valid).count();
    let open_blockers = catalog
        .blockers
        .values()
        .filter(|blocker| blocker.resolved.is_none() || blocker.resolved_by.is_none())
        .count();
    let title = if has_data(book) {
        format!(
            "{}, {} in effect, {}.",
            common::count(open_risks, "open risk", "open risks"),
            common::count(valid, "waiver", "waivers"),
            if open_blockers == 0 {
                "no open blocker".to_owned()
            } else {
                common::count(open_blockers, "open blocker", "open blockers")
            }
        )
    } else {
        "No risk, waiver or blocker is recorded.".to_owned()
    };
    let head = if open_blockers > 0 {
        PageHead::verdict(status::worded(Status::NotMet, "Blocked"), title)
    } else {
        PageHead::plain(title)
    };
    let mut page = Page::new("risks", "Risks and waivers", head);
    if !has_data(book) {
        page.add(Section::new("none", "Registers").block(common::nothing(
            book,
            "No risk, no waiver and no blocker is published with this snapshot.",
            "Nothing recorded does not mean that there is none.",
        )));
        common::withheld(book, &mut page, "risks");
        return page;
    }
    page.add_filled(
        Section::new("blockers", "Blockers").meta(catalog.blockers.len().to_string()).table(blockers(book)),
    );
    page.add_filled(
        Section::new("waivers", "Waivers").meta(catalog.waivers.len().to_string()).table(waivers(book)),
    );
    page.add_filled(Section::new("risks", "Risks").meta(catalog.risks.len().to_string()).table(risks(book)));
    for kind in ["blockers", "waivers", "risks"] {
        if let Some(block) = common::stubs(book, kind) {
            page.add(
                Section::new(format!("withheld-{kind}"), format!("In full for other audiences: {kind}"))
                    .block(block),
            );
        }
    }
    page
}

fn blockers(book: &Book) -> Table {
    let mut table = Table::new(
        "blockers",
        "A blocker is over only when a piece of evidence says so. Gravest first.",
        &["Blocker", "!State", "Severity", "Stands in the way of", "~Since", "Resolved by"],
    );
    let mut all: Vec<_> = book.catalog().blockers.values().collect();
    all.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.id.cmp(&b.id)));
    for entry in all {
        let over = entry.resolved.is_some() && entry.resolved_by.is_some();
        let state: Cell = match (over, entry.resolved) {
            (true, _) => status::worded(Status::Met, "Resolved").into(),
            (false, Some(_)) => vec![
                Part::Mark { mark: status::worded(Status::NotMet, "Open") },
                why("called resolved, but no evidence is named"),
            ]
            .into(),
            (false, None) => status::worded(Status::NotMet, "Open").into(),
        };
        let mut name = vec![strong(entry.title.clone())];
        name.extend(entry.detail.clone().map(small));
        name.push(Part::SmallCode { text: entry.code.clone().unwrap_or_else(|| entry.id.to_string()) });
        table.row_at(
            anchor("blockers", entry.id.as_str()),
            vec![
                name.into(),
                state,
                status::severity(entry.severity).into(),
                match &entry.scope {
                    Some(scope) => ["claims", "releases"]
                        .into_iter()
                        .find(|kind| book.name_of(kind, scope).is_some())
                        .map_or_else(|| text(scope.clone()), |kind| book.link(kind, scope))
                        .into(),
                    None => "everything".into(),
                },
                entry.opened.into(),
                match (&entry.resolved_by, entry.resolved) {
                    (Some(evidence), Some(when)) => {
                        vec![book.link("evidence", evidence.as_str()), text(", "), at(when)].into()
                    }
                    (Some(evidence), None) => book.link("evidence", evidence.as_str()).into(),
                    (None, _) => Cell::default(),
                },
            ],
        );
    }
    table
}

fn waivers(book: &Book) -> Table {
    let mut table = Table::new(
        "waivers",
        "A waiver without owner, reason and end has no effect, nor has one that is over or not approved.",
        &["Waiver", "!Effect", "Covers", "Owner", "Reason", "~Ends", "Instead"],
    );
    for entry in book.catalog().waivers.values() {
        let judged = book.assessment().waivers.get(&entry.id);
        let mut state = match judged {
            Some(judged) if judged.valid => {
                let mut parts = vec![Part::Mark { mark: status::worded(Status::Waived, "In effect") }];
                parts.extend(
                    judged.days_left.map(|days| why(format!("{} left", words::counted(days, "day", "days")))),
                );
                parts
            }
            Some(judged) => vec![
                Part::Mark { mark: status::worded(Status::NotMet, "No effect") },
                why(judged.why.clone()),
            ],
            None => vec![Part::Mark { mark: status::mark(Status::NotAssessed) }],
        };
        match entry.approval {
            Some(Approval::Pending) => state.push(why("approval pending")),
            Some(Approval::Rejected) => state.push(why("approval refused")),
            Some(Approval::Approved) | None => {}
        }
        let mut name = vec![strong(entry.title.clone()), Part::SmallCode { text: entry.id.to_string() }];
        name.extend(entry.approved_by.clone().map(|by| small(format!("approved by {by}"))));
        table.row_at(
            anchor("waivers", entry.id.as_str()),
            vec![
                name.into(),
                state.into(),
                target(book, &entry.target),
                (&entry.owner).into(),
                (&entry.rationale).into(),
                entry.expires.map(|expires| text(expires.to_string())).into(),
                (&entry.compensating_control).into(),
            ],
        );
    }
    table
}

/// What a waiver covers (`criterion:PROFILE/ID`, `claim:ID`, `blocker:ID`, `finding:CODE`), as a link where there is one.
fn target(book: &Book, target: &str) -> Cell {
    let Some((kind, rest)) = target.split_once(':') else { return code(target).into() };
    match kind {
        "claim" => book.link("claims", rest).into(),
        "blocker" => book.link("blockers", rest).into(),
        "criterion" => {
            let Some((profile, criterion)) = rest.split_once('/') else { return code(target).into() };
            let known = book
                .assessment()
                .verdicts
                .iter()
                .find(|verdict| verdict.profile.as_str() == profile)
                .and_then(|verdict| verdict.criteria.iter().find(|known| known.id.as_str() == criterion));
            match (known, book.criterion_href(profile, criterion)) {
                (Some(known), Some(href)) => crate::render::view::link(known.text.clone(), href).into(),
                (_, _) => code(target).into(),
            }
        }
        _ => code(target).into(),
    }
}

fn treatment(value: Treatment) -> &'static str {
    match value {
        Treatment::Avoid => "avoided",
        Treatment::Mitigate => "made smaller",
        Treatment::Transfer => "transferred",
        Treatment::Accept => "accepted",
        Treatment::Share => "shared",
        Treatment::Contingency => "prepared for",
        Treatment::None => "nothing",
    }
}

fn risks(book: &Book) -> Table {
    let mut table = Table::new(
        "risks",
        "Open ones first, gravest first. What is said here is the summary made for this audience.",
        &["Risk", "!State", "Severity", "Likelihood and impact", "Treatment", "Claims", "~Deadline"],
    );
    let mut all: Vec<_> = book.catalog().risks.values().collect();
    all.sort_by(|a, b| {
        (a.status == RiskStatus::Closed, std::cmp::Reverse(a.severity), &a.id).cmp(&(
            b.status == RiskStatus::Closed,
            std::cmp::Reverse(b.severity),
            &b.id,
        ))
    });
    for entry in all {
        let mut name = vec![strong(entry.title.clone())];
        name.extend(entry.public_summary.clone().map(small));
        name.push(Part::SmallCode { text: entry.id.to_string() });
        let mut state = vec![Part::Mark { mark: status::risk(entry.status) }];
        if let Some(accepted) = &entry.accepted {
            state.push(why(format!(
                "accepted by {} until {}: {}",
                accepted.by, accepted.until, accepted.justification
            )));
        }
        let word = |value: Option<crate::model::register::Severity>| {
            value.map_or("not said", |value| status::severity(value))
        };
        let mut deadline: Vec<Part> = Vec::new();
        if let Some(day) = entry.deadline {
            deadline.push(crate::render::view::day(day));
            if day.end() <= book.as_of() && entry.status != RiskStatus::Closed {
                deadline.push(why("over"));
            }
        }
        table.row_at(
            anchor("risks", entry.id.as_str()),
            vec![
                name.into(),
                state.into(),
                status::severity(entry.severity).into(),
                format!("{} / {}", word(entry.likelihood), word(entry.impact)).into(),
                entry.treatment.map(|value| text(treatment(value))).into(),
                common::claim_links(book, &entry.related_claims),
                deadline.into(),
            ],
        );
    }
    table
}
