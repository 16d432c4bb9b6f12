//! Controls by framework, and who answers for what.

use crate::model::content::Control;
use crate::model::content::Framework;
use crate::model::content::Implementation;
use crate::model::content::Ownership;
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
use crate::render::view::code;
use crate::render::view::outside;
use crate::render::view::small;
use crate::render::view::text;
use crate::render::words;

fn implementation(value: Implementation) -> &'static str {
    match value {
        Implementation::Implemented => "implemented",
        Implementation::Partial => "partly implemented",
        Implementation::Planned => "planned",
        Implementation::Alternative => "met by other means",
        Implementation::NotApplicable => "does not apply",
    }
}

/// The words of an ownership.
pub(crate) fn ownership(value: Ownership) -> &'static str {
    match value {
        Ownership::Provider => "Provider",
        Ownership::Customer => "Customer",
        Ownership::ThirdParty => "Third party",
        Ownership::Shared => "Provider and customer",
        Ownership::SharedThirdParty => "Provider and third party",
    }
}

/// How the claims behind a requirement stand: the worst of them, or not assessed without any.
fn shown_by(book: &Book, claims: &[&Id]) -> Cell {
    match claims.iter().map(|id| book.claim_status(id.as_str())).min() {
        Some(worst) => status::mark(worst).into(),
        None => vec![
            Part::Mark { mark: status::mark(Status::NotAssessed) },
            crate::render::view::why("no claim shows it"),
        ]
        .into(),
    }
}

/// Controls by framework.
pub(crate) fn page(book: &Book) -> Page {
    let frameworks = &book.catalog().frameworks;
    let requirements: usize = frameworks.values().map(|framework| framework.requirements.len()).sum();
    let covered: usize = frameworks
        .values()
        .map(|framework| {
            framework.requirements.iter().filter(|r| !claims_of(book, framework, &r.id).is_empty()).count()
        })
        .sum();
    let title = match requirements {
        0 => "No framework is recorded.".to_owned(),
        _ => format!(
            "{covered} of {requirements} requirements of {} {} a claim behind {}.",
            common::count(frameworks.len(), "framework", "frameworks"),
            words::form(covered, "has", "have"),
            words::form(covered, "it", "them")
        ),
    };
    let mut page = Page::new("controls", "Controls", PageHead::plain(title).by(
        "What is declared for a requirement stands beside what its claims show. Only the second is judged.",
    ));
    if frameworks.is_empty() {
        page.add(Section::new("none", "Controls").block(common::nothing(
            book,
            "No framework and no control is published with this snapshot.",
            "Frameworks and controls are written in the content.",
        )));
        return page;
    }
    for framework in frameworks.values() {
        page.add(one(book, framework));
    }
    common::withheld(book, &mut page, "controls");
    page
}

/// Claims that support a requirement, by themselves or through a control.
fn claims_of<'a>(book: &Book<'a>, framework: &Framework, requirement: &str) -> Vec<&'a Id> {
    let mut out: Vec<&Id> = book
        .catalog()
        .claims
        .values()
        .filter(|claim| {
            claim
                .requirements
                .iter()
                .any(|known| known.framework == framework.id && known.requirement == requirement)
        })
        .map(|claim| &claim.id)
        .collect();
    for control in controls_of(book, framework, requirement) {
        out.extend(control.claims.iter());
    }
    out.sort();
    out.dedup();
    out
}

fn controls_of<'a>(book: &Book<'a>, framework: &Framework, requirement: &str) -> Vec<&'a Control> {
    book.catalog()
        .controls
        .values()
        .filter(|control| control.framework == framework.id && control.requirement == requirement)
        .collect()
}

fn one(book: &Book, framework: &Framework) -> Section {
    let mut table = Table::new(
        format!("controls-{}", Id::slug(framework.id.as_str())),
        "In the framework’s order. Titles are ours where its text may not be copied.",
        &["Requirement", "!Shown by claims", "Declared", "Claims", "Evidence", "Customer’s part"],
    )
    .filtered();
    let mut group = None;
    for requirement in &framework.requirements {
        if requirement.group != group {
            group.clone_from(&requirement.group);
            let title = group.clone().unwrap_or_default();
            table.group(format!("{}-{}", framework.id, Id::slug(&title)), title);
        }
        let controls = controls_of(book, framework, &requirement.id);
        let claims = claims_of(book, framework, &requirement.id);
        let mut declared: Vec<Part> = Vec::new();
        for control in &controls {
            let words = format!("{}: {}", implementation(control.implementation), control.title);
            declared.push(if declared.is_empty() { text(words) } else { small(words) });
            declared.extend(control.description.clone().map(small));
        }
        let mut evidence: Vec<&Id> = controls.iter().flat_map(|control| &control.evidence).collect();
        evidence.sort();
        evidence.dedup();
        let customer: Vec<String> = book
            .catalog()
            .responsibilities
            .values()
            .filter(|entry| {
                entry.framework.as_ref() == Some(&framework.id)
                    && entry.requirement.as_deref() == Some(requirement.id.as_str())
            })
            .filter_map(|entry| entry.customer_responsibility.clone())
            .collect();
        let mut name = vec![code(requirement.id.clone()), text(format!(" {}", requirement.title))];
        name.extend(requirement.text.clone().map(small));
        let owned: Vec<Id> = claims.iter().map(|id| (*id).clone()).collect();
        let row_id = match controls.as_slice() {
            [control] => anchor("controls", control.id.as_str()),
            _ => format!("requirement-{}-{}", framework.id, Id::slug(&requirement.id)),
        };
        table.row_at(
            row_id,
            vec![
                name.into(),
                shown_by(book, &claims),
                if declared.is_empty() { "nothing".into() } else { declared.into() },
                common::claim_links(book, &owned),
                commas(evidence.iter().map(|id| book.link("evidence", id.as_str())).collect()),
                customer.join(" ").into(),
            ],
        );
    }
    let version = framework.version.as_deref().map(|version| format!(" {version}")).unwrap_or_default();
    let mut by: Vec<Part> = Vec::new();
    if let Some(publisher) = &framework.publisher {
        by.push(text(format!("Published by {publisher}. ")));
    }
    if let Some(url) = &framework.url {
        by.push(outside(url, url));
    }
    let mut section =
        Section::new(anchor("frameworks", framework.id.as_str()), format!("{}{version}", framework.title))
            .meta(common::count(framework.requirements.len(), "requirement", "requirements"));
    if !by.is_empty() {
        section = section.para(by);
    }
    // a requirement with several controls: each keeps an address of its own
    let mut several = Table::new(
        "",
        "Requirements that several controls answer to.",
        &["Control", "Requirement", "Declared"],
    );
    for control in book.catalog().controls.values().filter(|control| control.framework == framework.id) {
        let known = framework.requirements.iter().any(|known| known.id == control.requirement);
        if !known || controls_of(book, framework, &control.requirement).len() > 1 {
            several.row_at(
                anchor("controls", control.id.as_str()),
                vec![
                    control.title.clone().into(),
                    code(control.requirement.clone()).into(),
                    implementation(control.implementation).into(),
                ],
            );
        }
    }
    let section = section.table(table);
    if several.is_empty() { section } else { section.table(several) }
}

/// Who answers for what.
pub(crate) fn responsibility(book: &Book) -> Page {
    let all = &book.catalog().responsibilities;
    let customer = all
        .values()
        .filter(|entry| matches!(entry.ownership, Ownership::Customer | Ownership::Shared))
        .count();
    let title = match all.len() {
        0 => "No responsibilities are recorded.".to_owned(),
        total => format!(
            "{customer} of {total} responsibilities {} something from the customer.",
            words::form(customer, "needs", "need")
        ),
    };
    let mut page = Page::new("responsibility", "Responsibility", PageHead::plain(title));
    if all.is_empty() {
        page.add(Section::new("none", "Responsibility").block(common::nothing(
            book,
            "No division of responsibilities is published with this snapshot.",
            "It is written in the content.",
        )));
        return page;
    }
    let mut table = Table::new(
        "responsibilities",
        "What the customer has to do comes first.",
        &["What", "Who", "Customer does", "Provider does", "Requirement", "Inherited from"],
    )
    .filtered();
    let order = [
        Ownership::Customer,
        Ownership::Shared,
        Ownership::SharedThirdParty,
        Ownership::ThirdParty,
        Ownership::Provider,
    ];
    for owner in order {
        for entry in all.values().filter(|entry| entry.ownership == owner) {
            let requirement = match (&entry.framework, &entry.requirement) {
                (Some(framework), Some(requirement)) => {
                    vec![book.link("frameworks", framework.as_str()), text(" "), code(requirement.clone())]
                }
                (Some(framework), None) => vec![book.link("frameworks", framework.as_str())],
                (None, Some(requirement)) => vec![code(requirement.clone())],
                (None, None) => Vec::new(),
            };
            table.row_at(
                anchor("responsibilities", entry.id.as_str()),
                vec![
                    entry.title.clone().into(),
                    ownership(owner).into(),
                    (&entry.customer_responsibility).into(),
                    (&entry.provider_description).into(),
                    requirement.into(),
                    entry.inherited_from.as_ref().map(|id| book.link("subprocessors", id.as_str())).into(),
                ],
            );
        }
    }
    page.add(
        Section::new("matrix", "Who does what")
            .meta(common::count(all.len(), "entry", "entries"))
            .table(table),
    );
    common::withheld(book, &mut page, "responsibilities");
    page
}
