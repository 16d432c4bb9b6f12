//! The table of pages. A page of running text is a Markdown file of the content; the rest stand here.
//!
//! Building a page is pure: a [`Book`] in, a [`Page`] out.

use std::sync::Arc;

use crate::render::book::Book;
use crate::render::page::Page;
use crate::render::pages::sbom_context::Shared;

mod about;
mod answers;
mod architecture;
mod attestation;
mod certifications;
mod checklists;
mod claim_charts;
mod claims;
mod common;
mod compatibility;
mod controls;
mod coverage;
mod disclosure;
mod documents;
mod download;
mod drill;
mod evidence;
mod evidence_automation;
mod evidence_body;
mod evidence_original;
mod find;
mod governance;
mod groups;
mod incidents;
mod kpis;
mod objectives;
mod oscal;
mod oscal_controls;
mod overview;
mod questions;
mod register;
mod releases;
mod resilience;
mod sbom;
mod sbom_changes;
mod sbom_context;
mod sbom_licences;
mod sbom_requirements;
mod sbom_tables;
mod sbom_tallies;
mod sbom_tree;
mod scan;
mod security_insights;
mod service_levels;
mod snapshots;
mod suppliers;
mod verdicts;
mod verify;

/// A page there is always exactly one of, at `<key>.html`.
pub(crate) struct PageRow {
    /// Its file name without `.html`.
    pub(crate) key: &'static str,
    /// Its group of the navigation; empty when the navigation never has it.
    pub(crate) group: &'static str,
    /// Its words in the navigation.
    pub(crate) title: &'static str,
    /// Whether something is recorded for it; without, it stays out of the navigation and says so itself.
    pub(crate) has_data: fn(&Book) -> bool,
    /// Makes it.
    pub(crate) build: fn(&Book) -> Page,
}

/// The page that says more in the live tree than in the archive.
pub(crate) const DOWNLOAD: &str = "download.html";

const fn row(
    key: &'static str,
    group: &'static str,
    title: &'static str,
    has_data: fn(&Book) -> bool,
    build: fn(&Book) -> Page,
) -> PageRow {
    PageRow { key, group, title, has_data, build }
}

fn always(_: &Book) -> bool {
    true
}

/// Every page there is one of, in the order of the navigation.
pub(crate) static PAGES: &[PageRow] = &[
    row("index", "start", "Overview", always, overview::page),
    row("changes", "start", "Changes", |book| book.snapshot.changes.is_some(), snapshots::changes),
    row("verify", "start", "Verify", always, verify::page),
    row("download", "start", "Download", always, download::page),
    row("snapshots", "start", "Snapshots", always, snapshots::page),
    row("find", "start", "Find a record", always, find::page),
    row(
        "certifications",
        "assurance",
        "Certifications",
        |book| !book.catalog().certifications.is_empty(),
        certifications::page,
    ),
    row("claims", "assurance", "Claims", always, claims::page),
    row("evidence", "assurance", "Evidence", always, evidence::page),
    row("verdicts", "assurance", "Verdicts", |book| !book.assessment().verdicts.is_empty(), verdicts::page),
    row("service-levels", "assurance", "Service levels", service_levels::has_data, service_levels::page),
    row(
        "claim-charts",
        "assurance",
        "Claim charts",
        |book| !book.catalog().claim_charts.is_empty(),
        claim_charts::page,
    ),
    row(
        "evidence-automation",
        "assurance",
        "Evidence automation",
        evidence_automation::has_data,
        evidence_automation::page,
    ),
    row("controls", "assurance", "Controls", |book| !book.catalog().frameworks.is_empty(), controls::page),
    row(
        "responsibility",
        "assurance",
        "Responsibility",
        |book| !book.catalog().responsibilities.is_empty(),
        controls::responsibility,
    ),
    row("releases", "product", "Releases", |book| !book.catalog().releases.is_empty(), releases::page),
    row("sbom", "product", "SBOM", sbom::has_data, sbom::page),
    row("kpis", "product", "KPIs", |book| !book.catalog().kpis.is_empty(), kpis::page),
    row(
        "checklists",
        "product",
        "Checklists",
        |book| !book.catalog().checklists.is_empty(),
        checklists::page,
    ),
    row("resilience", "product", "Resilience", resilience::has_data, resilience::page),
    row(
        "compatibility",
        "product",
        "Compatibility",
        |book| !book.catalog().compatibility.is_empty(),
        compatibility::page,
    ),
    row(
        "architecture",
        "product",
        "Architecture",
        |book| !book.catalog().architecture.is_empty(),
        architecture::page,
    ),
    row(
        "subprocessors",
        "data",
        "Subprocessors",
        |book| !book.catalog().subprocessors.is_empty(),
        suppliers::page,
    ),
    row(
        "data-residency",
        "data",
        "Data residency",
        |book| !book.catalog().data_residency.is_empty(),
        suppliers::residency,
    ),
    row("incidents", "disclosure", "Incidents", |book| !book.catalog().incidents.is_empty(), incidents::page),
    row("risks", "disclosure", "Risks and waivers", register::has_data, register::page),
    row(
        "vulnerability-disclosure",
        "disclosure",
        "Vulnerability disclosure",
        |book| book.catalog().vulnerability_disclosure.is_some(),
        disclosure::page,
    ),
    row("policies", "documents", "Policies", |book| !book.catalog().policies.is_empty(), documents::policies),
    row("documents", "documents", "Documents", documents::has_data, documents::page),
    row(
        "questionnaires",
        "documents",
        "Questionnaires",
        |book| !book.catalog().answers.is_empty(),
        answers::page,
    ),
    row(
        "open-questions",
        "documents",
        "Open questions",
        |book| !book.catalog().questions.is_empty(),
        questions::page,
    ),
    row("faq", "documents", "FAQ", |book| !book.catalog().faq.is_empty(), answers::faq),
    row("pages", "site", "All pages of text", crate::render::nav::is_crowded, about::texts),
    row("accessibility", "site", "Accessibility", about::keeps_accessibility, about::accessibility),
    row("about", "site", "About this site", always, about::page),
    row("404", "", "Page not found", always, about::missing),
];

/// One page to make.
pub(crate) struct Job<'a> {
    /// Its file, relative to the site's root.
    pub(crate) path: String,
    /// Makes it.
    pub(crate) build: Box<dyn Fn(&Book) -> Page + Send + Sync + 'a>,
}

/// Every page of the snapshot.
pub(crate) fn jobs<'a>(book: &Book<'a>) -> Vec<Job<'a>> {
    let mut jobs: Vec<Job<'a>> = PAGES
        .iter()
        .map(|row| Job { path: format!("{}.html", row.key), build: Box::new(row.build) as Box<_> })
        .collect();
    let mut groups: Vec<Job<'a>> = Vec::new();
    let mut add = |folder: &'static str, id: &str, build: Box<dyn Fn(&Book) -> Page + Send + Sync + 'a>| {
        if let Some(path) = book.page_of(folder, id) {
            jobs.push(Job { path, build });
        }
    };
    for claim in book.catalog().claims.values() {
        add("claims", claim.id.as_str(), Box::new(move |book| claims::one(book, claim)));
    }
    for evidence in book.catalog().evidence.values() {
        add("evidence", evidence.id.as_str(), Box::new(move |book| evidence::one(book, evidence)));
    }
    for release in book.catalog().releases.values() {
        add("releases", release.id.as_str(), Box::new(move |book| releases::one(book, release)));
    }
    for policy in book.catalog().policies.values() {
        add("policies", policy.id.as_str(), Box::new(move |book| documents::policy(book, policy)));
    }
    for verdict in &book.assessment().verdicts {
        add("verdicts", verdict.profile.as_str(), Box::new(move |book| verdicts::one(book, verdict)));
        for group in &verdict.groups {
            if let Some(path) = book.group_page(&verdict.profile, &group.id) {
                groups.push(Job { path, build: Box::new(move |book| groups::one(book, verdict, group)) });
            }
        }
    }
    for page in &book.catalog().pages {
        add("pages", page.id.as_str(), Box::new(move |book| about::running_text(book, page)));
    }
    jobs.append(&mut groups);
    for (evidence, bom) in sbom::all(book) {
        let Some(page) = book.page_of("sbom", evidence.id.as_str()) else { continue };
        let shared = Arc::new(Shared::new(book.catalog(), &page, evidence, bom));
        let of = Arc::clone(&shared);
        jobs.push(Job {
            path: page.clone(),
            build: Box::new(move |book| sbom::one(book, evidence, bom, of.get())),
        });
        let of = Arc::clone(&shared);
        jobs.push(Job {
            path: sbom_requirements::path(&page),
            build: Box::new(move |book| sbom_requirements::page(book, evidence, bom, of.get())),
        });
        if sbom_tree::is_there(bom) {
            let of = Arc::clone(&shared);
            jobs.push(Job {
                path: sbom_tree::path(&page),
                build: Box::new(move |book| sbom_tree::page(book, evidence, of.get())),
            });
        }
        for number in 1..=sbom_tables::part_count(bom.components.len()) {
            let of = Arc::clone(&shared);
            jobs.push(Job {
                path: sbom_tables::part_path(&page, number),
                build: Box::new(move |_| sbom_tables::part(evidence, of.get(), number)),
            });
        }
        if let Some(changes) = sbom_changes::of(book, evidence) {
            jobs.push(Job {
                path: sbom_changes::path(&page),
                build: Box::new(move |book| sbom_changes::page(book, evidence, changes)),
            });
        }
    }
    jobs
}
