//! Bills of materials: components, licences, known vulnerabilities, completeness recomputed.

use std::collections::BTreeSet;

use crate::model::evidence::Body;
use crate::model::evidence::Evidence;
use crate::model::sbom::Component;
use crate::model::sbom::Sbom;
use crate::model::status::Status;
use crate::model::vex::VexStatus;
use crate::render::book::Book;
use crate::render::page::Block;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::pages::sbom_changes;
use crate::render::pages::sbom_context::Context;
use crate::render::pages::sbom_context::Statements;
use crate::render::pages::sbom_licences;
use crate::render::pages::sbom_requirements;
use crate::render::pages::sbom_tables;
use crate::render::pages::sbom_tallies;
use crate::render::pages::sbom_tree;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::at;
use crate::render::view::code;
use crate::render::view::day_of;
use crate::render::view::digest;
use crate::render::view::link;
use crate::render::view::text;

/// Bills of materials of this snapshot, newest first.
pub(crate) fn all<'a>(book: &Book<'a>) -> Vec<(&'a Evidence, &'a Sbom)> {
    let mut out: Vec<(&Evidence, &Sbom)> = book
        .catalog()
        .evidence
        .values()
        .filter_map(|evidence| match &evidence.body {
            Body::Sbom(bom) => Some((evidence, bom.as_ref())),
            _ => None,
        })
        .collect();
    out.sort_by(|a, b| b.0.captured_at.cmp(&a.0.captured_at).then_with(|| a.0.id.cmp(&b.0.id)));
    out
}

/// Whether there is one.
pub(crate) fn has_data(book: &Book) -> bool {
    !all(book).is_empty()
}

/// All bills of materials.
pub(crate) fn page(book: &Book) -> Page {
    let boms = all(book);
    let mut page = match boms.first() {
        Some((evidence, bom)) => {
            let head = head(book, evidence, bom);
            Page::new("sbom", "Software bills of materials", head)
        }
        None => Page::new(
            "sbom",
            "Software bills of materials",
            PageHead::plain("No bill of materials is recorded."),
        ),
    };
    if boms.is_empty() {
        page.add(Section::new("none", "SBOM").block(common::nothing(
            book,
            "No software bill of materials is published with this snapshot.",
            "CycloneDX and SPDX documents are read from the evidence.",
        )));
        return page;
    }
    let mut table = Table::new(
        "sboms",
        "Newest first. The head of this page speaks of the first one.",
        &[
            "Bill of materials",
            "!Known vulnerabilities",
            "Format",
            "#Components",
            "~Made",
            "Release",
            "Trust",
        ],
    );
    for (evidence, bom) in &boms {
        table.row_at(
            format!("sbom-{}", evidence.id),
            vec![
                book.link("sbom", evidence.id.as_str()).into(),
                vulnerability_state(book, evidence, bom),
                format!("{} {}", bom.spec, bom.spec_version).into(),
                bom.components.len().to_string().into(),
                bom.created.or(evidence.captured_at).map(day_of).into(),
                evidence.release.as_ref().map(|release| book.link("releases", release.as_str())).into(),
                common::trust(evidence).into(),
            ],
        );
    }
    page.add(
        Section::new("sboms", "Bills of materials")
            .meta(common::count(boms.len(), "document", "documents"))
            .table(table),
    );
    page.add_filled(
        Section::new("successive", "What changed from one to the next").table(sbom_changes::list(book)),
    );
    if let Some((evidence, bom)) = boms.first() {
        page.add_filled(
            Section::new("vulnerabilities", "Known vulnerabilities of the newest")
                .table(sbom_tables::vulnerabilities(book, evidence, bom)),
        );
        page.add(Section::new("licences", "Licences of the newest").table(sbom_tables::licences(bom)));
        page.add(
            Section::new("completeness", "Completeness of the newest").table(sbom_tables::completeness(bom)),
        );
    }
    page
}

fn vulnerability_state(book: &Book, evidence: &Evidence, bom: &Sbom) -> Cell {
    let Counts { affected, open, known } = counts(book, evidence, bom);
    if affected > 0 {
        return status::worded(Status::NotMet, format!("{affected} affected")).into();
    }
    if open > 0 {
        return status::worded(Status::NotAssessed, format!("{open} not decided")).into();
    }
    if known > 0 {
        return status::worded(Status::Met, format!("{known} known, none affects it")).into();
    }
    "none known".into()
}

/// How the vulnerabilities of a bill of materials stand.
struct Counts {
    /// Components, the subject among them, that one affects.
    affected: usize,
    /// Components with one nobody decided on, and none that affects them.
    open: usize,
    /// Vulnerabilities, however they are answered.
    known: usize,
}

fn counts(book: &Book, evidence: &Evidence, bom: &Sbom) -> Counts {
    let list = Statements::new(book.catalog(), evidence, bom);
    let (mut affected, mut open, mut known) = (0, 0, BTreeSet::new());
    for component in bom.components.iter().chain(&bom.primary) {
        let holding = list.holding(component);
        match holding.values().map(|statement| statement.status).min() {
            Some(VexStatus::Affected) => affected += 1,
            Some(VexStatus::Unknown | VexStatus::UnderInvestigation) => open += 1,
            Some(VexStatus::Fixed | VexStatus::NotAffected | VexStatus::FalsePositive) | None => {}
        }
        known.extend(holding.into_keys());
    }
    Counts { affected, open, known: known.len() }
}

fn head(book: &Book, evidence: &Evidence, bom: &Sbom) -> PageHead {
    let Counts { affected, open, known } = counts(book, evidence, bom);
    let name = bom.primary.as_ref().map_or_else(|| evidence.title.clone(), full_name);
    let mark = if bom.components.is_empty() {
        status::worded(Status::NotAssessed, "No components")
    } else if affected > 0 {
        status::worded(
            Status::NotMet,
            format!("{} affected", common::count(affected, "component", "components")),
        )
    } else if open > 0 {
        status::worded(
            Status::NotAssessed,
            format!("{} not decided", common::count(open, "component", "components")),
        )
    } else if Statements::new(book.catalog(), evidence, bom).is_empty() {
        status::worded(Status::NotAssessed, "Nothing said about vulnerabilities")
    } else {
        status::worded(Status::Met, "No known vulnerability affects it")
    };
    let sentence = match known {
        0 => format!(
            "{} of {name}; no vulnerability of any is known.",
            common::count(bom.components.len(), "component", "components")
        ),
        _ => format!(
            "{} of {name}. {}; {}.",
            common::count(bom.components.len(), "component", "components"),
            common::count(known, "known vulnerability", "known vulnerabilities"),
            match affected {
                0 => "none affects it".to_owned(),
                _ => format!("{} affected", common::count(affected, "component is", "components are")),
            }
        ),
    };
    let mut line = vec![text(format!("{} {}", bom.spec, bom.spec_version))];
    if let Some(made) = bom.created.or(evidence.captured_at) {
        line.push(text(", made "));
        line.push(at(made));
    }
    if !bom.tools.is_empty() {
        line.push(text(format!(", by {}", bom.tools.join(", "))));
    }
    line.push(text(". “None known” means none in the statements published here, not proof of absence."));
    PageHead::verdict(mark, sentence).by(line).by(vec![
        common::trust(evidence),
        text(" "),
        digest(&evidence.source.sha256),
    ])
}

pub(crate) fn full_name(component: &Component) -> String {
    match &component.version {
        Some(version) => format!("{} {version}", component.name),
        None => component.name.clone(),
    }
}

/// One bill of materials.
pub(crate) fn one(book: &Book, evidence: &Evidence, bom: &Sbom, context: &Context<'_>) -> Page {
    let mut page =
        Page::new("sbom", evidence.title.clone(), head(book, evidence, bom)).under("SBOM", "sbom.html");
    page.title = format!("SBOM: {}", evidence.title);
    let mut more = Vec::new();
    if sbom_tree::is_there(bom) {
        more.push(vec![
            link("The tree of dependencies", sbom_tree::path(&context.page)),
            text(": what names what, from the subject on"),
        ]);
    }
    if let Some(changes) = sbom_changes::of(book, evidence) {
        more.push(vec![
            link("What changed", sbom_changes::path(&context.page)),
            text(" since "),
            book.link("sbom", &changes.old.name),
        ]);
    }
    page.add_filled(
        Section::new("more", "More about it")
            .block(Block::List { items: more.into_iter().map(Cell::from).collect() }),
    );
    page.add_filled(
        Section::new("vulnerabilities", "Known vulnerabilities")
            .table(sbom_tables::vulnerabilities(book, evidence, bom)),
    );
    page.add(
        Section::new("licences", "Licences")
            .table(sbom_licences::families(bom))
            .table(sbom_tables::licences(bom)),
    );
    page.add(Section::new("completeness", "Completeness").table(sbom_tables::completeness(bom)));
    page.add(
        Section::new("requirements", "Requirement profiles")
            .meta(vec![link("Element by element", sbom_requirements::path(&context.page))])
            .table(sbom_requirements::summary(context, bom)),
    );
    page.add_filled(Section::new("suppliers", "Suppliers").table(sbom_tallies::suppliers(bom)));
    page.add_filled(Section::new("digests", "Digests").table(sbom_tallies::digests(bom)));
    sbom_tables::components(context, &mut page);
    let mut pairs = common::pairs();
    pairs.add("Evidence", book.link("evidence", evidence.id.as_str()));
    pairs.add("Release", evidence.release.as_ref().map(|release| book.link("releases", release.as_str())));
    pairs.add("Serial", bom.serial.as_deref().map(|serial| code(serial.to_owned())));
    pairs.add("Document version", &bom.version);
    pairs.add("Made by", bom.creators.join(", "));
    pairs.add("Tools", bom.tools.join(", "));
    pairs.add("Life cycle", bom.lifecycles.join(", "));
    pairs.add("Declared completeness", &bom.completeness);
    pairs.add("TLP", &bom.tlp);
    pairs.add("Signature inside", if bom.signature_present { "present, not checked by us" } else { "none" });
    pairs.add("Relations", text(bom.edges.len().to_string()));
    page.add(Section::new("document", "Document").pairs(pairs));
    page
}

/// A bill of materials on the page of its evidence.
pub(crate) fn summary(book: &Book, evidence: &Evidence, bom: &Sbom) -> Vec<Section> {
    let mut pairs = common::pairs();
    pairs.add("About", bom.primary.as_ref().map(full_name));
    pairs.add("Format", format!("{} {}", bom.spec, bom.spec_version));
    pairs.add(
        "Components",
        vec![link(
            common::count(bom.components.len(), "component", "components"),
            format!("{}#components", book.href("sbom", evidence.id.as_str()).unwrap_or_default()),
        )],
    );
    pairs.add("Known vulnerabilities", vulnerability_state(book, evidence, bom));
    pairs.add("Made", bom.created.map(at));
    vec![
        Section::new("bom", "Bill of materials")
            .meta(book.link_as("sbom", evidence.id.as_str(), "All components"))
            .pairs(pairs),
        Section::new("completeness", "Completeness").table(sbom_tables::completeness(bom)),
    ]
}
