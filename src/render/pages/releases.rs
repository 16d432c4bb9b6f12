//! Releases, each with its verdict, receipts, bill of materials, VEX, tests and drills.

use crate::model::content::Release;
use crate::model::evidence::Body;
use crate::model::evidence::Evidence;
use crate::model::evidence::EvidenceKind;
use crate::render::book::Book;
use crate::render::links::Written;
use crate::render::page::Block;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::pages::evidence_body;
use crate::render::pages::verdicts;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Part;
use crate::render::view::code;
use crate::render::view::day_of;
use crate::render::view::text;

/// Releases, newest first.
fn newest_first<'a>(book: &Book<'a>) -> Vec<&'a Release> {
    let mut releases: Vec<&Release> = book.catalog().releases.values().collect();
    releases.sort_by(|a, b| b.released.cmp(&a.released).then_with(|| b.id.cmp(&a.id)));
    releases
}

/// Name of the product and version.
fn full_name(book: &Book, release: &Release) -> String {
    let product = release.product.as_ref().and_then(|product| book.name_of("products", product.as_str()));
    match product {
        Some(product) => format!("{product} {}", release.version),
        None => release.version.clone(),
    }
}

/// Evidence that belongs to a release.
fn evidence_of<'a>(book: &Book<'a>, release: &Release) -> Vec<&'a Evidence> {
    book.catalog()
        .evidence
        .values()
        .filter(|evidence| evidence.release.as_ref() == Some(&release.id))
        .collect()
}

/// The outcome a piece of evidence has, in a cell.
fn outcome(evidence: &Evidence) -> Cell {
    match &evidence.body {
        Body::DecisionReceipt(receipt) => status::decision(receipt.decision).into(),
        Body::TestReport(report) => evidence_body::test_mark(report).into(),
        Body::Coverage(coverage) => super::coverage::outcome(coverage),
        Body::Scan(scan) => super::scan::outcome(scan),
        Body::Attestation(attestation) => super::attestation::outcome(attestation),
        Body::Drill(drill) => status::drill(drill.computed).into(),
        Body::Sbom(bom) => common::count(bom.components.len(), "component", "components").into(),
        Body::Vex(vex) => common::count(vex.statements.len(), "statement", "statements").into(),
        Body::ClaimMatrix(declared) => common::count(declared.claims.len(), "claim", "claims").into(),
        Body::GovernanceRecord(record) => super::governance::outcome(record),
        Body::ControlAssessment(assessment) => super::oscal::assessment_mark(assessment).into(),
        Body::ControlImplementation(body) => {
            common::count(usize::try_from(body.controls).unwrap_or(usize::MAX), "control", "controls").into()
        }
        Body::ControlCatalog(body) => {
            common::count(usize::try_from(body.controls).unwrap_or(usize::MAX), "control", "controls").into()
        }
        Body::ActionPlan(plan) => super::oscal::plan_mark(plan).into(),
        Body::SecurityInsights(_) => "a statement of the project".into(),
        Body::ServiceObjectives(body) => common::count(body.objectives.len(), "target", "targets").into(),
        Body::Attachment => "not interpreted".into(),
    }
}

/// All releases.
pub(crate) fn page(book: &Book) -> Page {
    let releases = newest_first(book);
    let title = match releases.first() {
        Some(newest) => format!(
            "{}; the newest is {}.",
            common::count(releases.len(), "release", "releases"),
            full_name(book, newest)
        ),
        None => "No release is recorded.".to_owned(),
    };
    let mut page = Page::new("releases", "Releases", PageHead::plain(title));
    if releases.is_empty() {
        page.add(Section::new("none", "Releases").block(common::nothing(
            book,
            "No release is published with this snapshot.",
            "Releases are written in the content; evidence names the release it belongs to.",
        )));
        return page;
    }
    let mut table = Table::new(
        "releases",
        "Newest first. Decisions are those of receipts that belong to the release.",
        &["Release", "!Decision", "~Released", "Commit", "#Evidence", "SBOM"],
    );
    for release in &releases {
        let evidence = evidence_of(book, release);
        let decision = evidence
            .iter()
            .filter_map(|evidence| match &evidence.body {
                Body::DecisionReceipt(receipt) => Some(receipt.decision),
                _ => None,
            })
            .min();
        let bom = evidence.iter().find(|evidence| evidence.kind() == EvidenceKind::Sbom);
        table.row_at(
            crate::render::book::anchor("releases", release.id.as_str()),
            vec![
                vec![
                    book.link_as("releases", release.id.as_str(), &full_name(book, release)),
                    Part::SmallCode { text: release.id.to_string() },
                ]
                .into(),
                match decision {
                    Some(decision) => status::decision(decision).into(),
                    None => "no receipt".into(),
                },
                release.released.into(),
                release
                    .commit
                    .as_deref()
                    .map(|commit| code(commit.chars().take(12).collect::<String>()))
                    .into(),
                evidence.len().to_string().into(),
                bom.map(|bom| book.link_as("sbom", bom.id.as_str(), "components")).into(),
            ],
        );
    }
    page.add(
        Section::new("releases", "Releases")
            .meta(common::count(releases.len(), "release", "releases"))
            .table(table),
    );
    page
}

/// One release.
pub(crate) fn one(book: &Book, release: &Release) -> Page {
    let name = full_name(book, release);
    let verdict = book
        .assessment()
        .verdicts
        .iter()
        .find(|verdict| verdict.subject == name || verdict.subject == release.version);
    let head = match verdict {
        Some(verdict) => verdicts::head(book, verdict),
        None => PageHead::plain(format!("Release {name}")),
    };
    let mut page = Page::new("releases", format!("Release {name}"), head).under("Releases", "releases.html");
    page.crumb.clone_from(&release.version);
    if let Some(verdict) = verdict {
        page.add(verdicts::reasons(book, verdict));
    }
    let evidence = evidence_of(book, release);
    if evidence.is_empty() {
        page.add(Section::new("evidence", "Evidence").block(common::nothing(
            book,
            "No evidence belongs to this release.",
            "Evidence names its release in the evidence index or in the document itself.",
        )));
    } else {
        let mut table = Table::new(
            "evidence",
            "Everything that belongs to this release, by kind.",
            &["Evidence", "!Outcome", "~Captured", "~Age", "~Trust", "~Digest"],
        );
        for kind in EvidenceKind::ALL {
            let of_kind: Vec<_> = evidence.iter().filter(|evidence| evidence.kind() == kind).collect();
            if of_kind.is_empty() {
                continue;
            }
            table.group(format!("kind-{}", crate::model::id::Id::slug(kind.word())), kind.word());
            for evidence in of_kind {
                table.row(vec![
                    common::evidence_cell(book, evidence),
                    outcome(evidence),
                    evidence.captured_at.map(day_of).into(),
                    common::age(book, evidence.id.as_str()),
                    common::trust(evidence).into(),
                    code(evidence.source.sha256.chars().take(12).collect::<String>()).into(),
                ]);
            }
        }
        page.add(
            Section::new("evidence", "Evidence")
                .meta(common::count(evidence.len(), "piece", "pieces"))
                .table(table),
        );
    }
    let statements: Vec<_> = evidence
        .iter()
        .filter_map(|evidence| match &evidence.body {
            Body::Vex(vex) => Some(vex.statements.iter().cloned()),
            _ => None,
        })
        .flatten()
        .collect();
    page.add_filled(
        Section::new("vulnerabilities", "Statements on vulnerabilities")
            .table(evidence_body::statements(&statements)),
    );
    if let Some(notes) = &release.notes {
        let html = book.markdown(notes, "notes-", 3, Written::Field(&release.origin, "notes"));
        page.add(Section::new("notes", "What is new").block(Block::Markdown { html }));
    }
    let mut about = common::pairs();
    about.add("Product", release.product.as_ref().map(|product| book.link("products", product.as_str())));
    about.add("Version", release.version.clone());
    about.add("Released", release.released);
    about.add("Commit", release.commit.as_deref().map(|commit| code(commit.to_owned())));
    about
        .add("Before it", release.previous.as_ref().map(|previous| book.link("releases", previous.as_str())));
    common::tail!(book, about, release);
    about.add("Release id", text(release.id.to_string()));
    page.add(Section::new("about", "About this release").pairs(about));
    page
}
