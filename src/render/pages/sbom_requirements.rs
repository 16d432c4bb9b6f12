//! Requirement profiles: for each element how many components have it, and which have not. Counted, never certified.

use crate::render::words;
use std::collections::BTreeSet;

use crate::model::evidence::Evidence;
use crate::model::sbom::Component;
use crate::model::sbom::Given;
use crate::model::sbom::Licence;
use crate::model::sbom::Sbom;
use crate::model::status::Status;
use crate::render::book::Book;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::pages::sbom;
use crate::render::pages::sbom_context::Context;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::link;
use crate::render::view::text;

/// Most components that are named as missing an element; the rest is counted.
const MOST_NAMED: usize = 20;

/// What is looked at.
struct Facts<'a> {
    bom: &'a Sbom,
    related: BTreeSet<&'a str>,
}

/// How an element is looked for.
enum Test {
    /// In every component.
    Each(fn(&Component, &Facts<'_>) -> bool),
    /// In every component, and only where there is one: its absence is no failure.
    Offered(fn(&Component, &Facts<'_>) -> bool),
    /// In the document.
    Document(fn(&Sbom) -> bool),
}

/// An element of a profile.
struct Check {
    element: &'static str,
    test: Test,
}

/// A profile.
struct Profile {
    id: &'static str,
    title: &'static str,
    note: &'static str,
    checks: &'static [Check],
}

const fn each(element: &'static str, test: fn(&Component, &Facts<'_>) -> bool) -> Check {
    Check { element, test: Test::Each(test) }
}

const fn document(element: &'static str, test: fn(&Sbom) -> bool) -> Check {
    Check { element, test: Test::Document(test) }
}

/// Words that say nothing.
fn says(text: &str) -> bool {
    !matches!(text.trim(), "" | "NOASSERTION" | "NONE" | "unknown" | "UNKNOWN" | "Unknown")
}

fn said(text: Option<&String>) -> bool {
    text.is_some_and(|text| says(text))
}

fn supplier(component: &Component, _: &Facts<'_>) -> bool {
    said(component.supplier.as_ref())
}

fn producer(component: &Component, facts: &Facts<'_>) -> bool {
    supplier(component, facts) || component.given.contains(&Given::Maker)
}

fn name(component: &Component, _: &Facts<'_>) -> bool {
    says(&component.name)
}

fn version(component: &Component, _: &Facts<'_>) -> bool {
    said(component.version.as_ref())
}

fn identifier(component: &Component, _: &Facts<'_>) -> bool {
    said(component.purl.as_ref()) || said(component.cpe.as_ref())
}

fn related(component: &Component, facts: &Facts<'_>) -> bool {
    component.parent.is_some() || facts.related.contains(component.reference.as_str())
}

fn digest(component: &Component, _: &Facts<'_>) -> bool {
    component.hashes.iter().any(|hash| says(&hash.value))
}

fn sha512(component: &Component, _: &Facts<'_>) -> bool {
    let is = |algorithm: &str| algorithm.to_ascii_uppercase().replace(['-', '_'], "") == "SHA512";
    component.hashes.iter().any(|hash| is(&hash.algorithm) && says(&hash.value))
}

fn deployable_sha512(component: &Component, facts: &Facts<'_>) -> bool {
    component.given.contains(&Given::DeployableDigest) || sha512(component, facts)
}

fn file_properties(component: &Component, _: &Facts<'_>) -> bool {
    [Given::Executable, Given::Archive, Given::Structured].iter().all(|one| component.given.contains(one))
}

fn licence(component: &Component, _: &Facts<'_>) -> bool {
    [&component.licence, &component.licence_concluded]
        .iter()
        .any(|licence| matches!(licence, Licence::Expression(text) | Licence::Text(text) if says(text)))
}

fn author(bom: &Sbom) -> bool {
    bom.creators.iter().any(|creator| says(creator))
}

fn author_or_tool(bom: &Sbom) -> bool {
    author(bom) || tool(bom)
}

fn tool(bom: &Sbom) -> bool {
    bom.tools.iter().any(|tool| says(tool))
}

fn timestamp(bom: &Sbom) -> bool {
    bom.created.is_some()
}

fn lifecycle(bom: &Sbom) -> bool {
    bom.lifecycles.iter().any(|phase| says(phase))
}

fn format_floor(bom: &Sbom) -> bool {
    let number = |at: usize| bom.spec_version.split('.').nth(at).and_then(|part| part.parse::<u32>().ok());
    let version = (number(0).unwrap_or(0), number(1).unwrap_or(0), number(2).unwrap_or(0));
    match bom.spec.as_str() {
        "CycloneDX" => version >= (1, 6, 0),
        "SPDX" => version >= (3, 0, 1),
        _ => false,
    }
}

static PROFILES: &[Profile] = &[
    Profile {
        id: "ntia-2021",
        title: "NTIA minimum elements, July 2021",
        note: "Other identifiers are asked for only where they exist.",
        checks: &[
            each("Supplier name", supplier),
            each("Component name", name),
            each("Version of the component", version),
            Check { element: "Other unique identifiers", test: Test::Offered(identifier) },
            each("Dependency relationship", related),
            document("Author of SBOM data", author_or_tool),
            document("Timestamp", timestamp),
        ],
    },
    Profile {
        id: "cisa-2025-draft",
        title: "CISA minimum elements, draft of August 2025",
        note: "A draft for public comment; its final text may ask for something else.",
        checks: &[
            each("Software producer", producer),
            each("Component name", name),
            each("Component version", version),
            each("Software identifiers", identifier),
            each("Component hash", digest),
            each("License", licence),
            each("Dependency relationship", related),
            document("SBOM author", author),
            document("Tool name", tool),
            document("Timestamp", timestamp),
            document("Generation context", lifecycle),
        ],
    },
    Profile {
        id: "bsi-tr-03183-2",
        title: "BSI TR-03183-2, version 2.1.0",
        note: "Vulnerabilities belong into a document of their own there.",
        checks: &[
            document("Creator of the SBOM, with e-mail or URL", |bom| bom.creator_contact),
            document("Timestamp", timestamp),
            each("Component creator, with e-mail or URL", |part, _| part.given.contains(&Given::Contact)),
            each("Component name", name),
            each("Component version", version),
            each("Filename of the component", |part, _| part.given.contains(&Given::FileName)),
            each("Dependencies on other components", related),
            document("Completeness of dependencies said", |bom| said(bom.completeness.as_ref())),
            each("Distribution licences", licence),
            each("SHA-512 of the deployable component", deployable_sha512),
            each("Executable, archive and structured property", file_properties),
            document("SBOM-URI", |bom| said(bom.serial.as_ref())),
            each("Source code URI", |part, _| part.given.contains(&Given::SourceAddress)),
            each("URI of the deployable form", |part, _| part.given.contains(&Given::DeployableAddress)),
            each("Other unique identifiers", identifier),
            document("CycloneDX 1.6 or SPDX 3.0.1, or later", format_floor),
            document("No vulnerabilities inside", |bom| bom.vulnerabilities.is_empty()),
        ],
    },
];

/// What came of a check.
struct Found {
    element: &'static str,
    status: Status,
    present: Cell,
    missing: Vec<usize>,
}

fn look(check: &Check, facts: &Facts<'_>, sorted: &[&Component]) -> Found {
    let total = sorted.len();
    let (element, whole) =
        (check.element, |yes: bool| if yes { "in the document" } else { "not in the document" });
    match &check.test {
        Test::Each(test) | Test::Offered(test) => {
            let missing: Vec<usize> =
                (0..total).filter(|place| sorted.get(*place).is_none_or(|part| !test(part, facts))).collect();
            let count = total - missing.len();
            let status = match count {
                _ if total == 0 => Status::NotAssessed,
                _ if matches!(check.test, Test::Offered(_)) => Status::Met,
                0 => Status::NotMet,
                _ if count == total => Status::Met,
                _ => Status::PartlyMet,
            };
            Found { element, status, present: format!("{count} of {total}").into(), missing }
        }
        Test::Document(test) => {
            let yes = test(facts.bom);
            let status = if yes { Status::Met } else { Status::NotMet };
            Found { element, status, present: whole(yes).into(), missing: Vec::new() }
        }
    }
}

fn facts(bom: &Sbom) -> Facts<'_> {
    Facts { bom, related: bom.edges.iter().flat_map(|edge| [&*edge.from, &*edge.to]).collect() }
}

fn tally(found: &[Found]) -> (usize, usize, usize) {
    let count = |status: Status| found.iter().filter(|one| one.status == status).count();
    (count(Status::Met), found.len(), count(Status::NotAssessed))
}

/// The address of the requirements of a bill.
pub(crate) fn path(page: &str) -> String {
    format!("{}/requirements.html", page.strip_suffix(".html").unwrap_or(page))
}

fn meets(found: &[Found]) -> String {
    let (met, all, unread) = tally(found);
    match unread {
        0 => format!("meets {met} of {all} checks"),
        _ => {
            format!("meets {met} of {all} checks, {unread} {} not assessed", words::form(unread, "is", "are"))
        }
    }
}

/// One row a profile, for the page of the bill.
pub(crate) fn summary(context: &Context<'_>, bom: &Sbom) -> Table {
    let facts = facts(bom);
    let mut table = Table::new(
        "requirements",
        "Counted from the document. Which profile is asked for, and whether that is enough, others decide.",
        &["Profile", "Found"],
    )
    .fit();
    for profile in PROFILES {
        let found: Vec<Found> =
            profile.checks.iter().map(|check| look(check, &facts, &context.sorted)).collect();
        let href = format!("{}#{}", path(&context.page), profile.id);
        table.row(vec![link(profile.title, href).into(), meets(&found).into()]);
    }
    table
}

/// The page.
pub(crate) fn page(book: &Book, evidence: &Evidence, bom: &Sbom, context: &Context<'_>) -> Page {
    let facts = facts(bom);
    let head =
        PageHead::plain("What three profiles ask of a bill of materials, counted in this one.").by(vec![
            text(format!(
                "Computed by {} as of {}, over {}. Words such as NOASSERTION, NONE and unknown say nothing. ",
                book.snapshot.head.generator,
                book.as_of().human(),
                common::count(bom.components.len(), "component", "components")
            )),
            text(match &bom.completeness {
                Some(word) => format!("The document says of its own completeness: {word}."),
                None => "The document says nothing of its own completeness.".to_owned(),
            }),
        ]);
    let mut page = Page::new("sbom", format!("SBOM: {}, requirements", evidence.title), head)
        .under("SBOM", "sbom.html")
        .under(&evidence.title, &context.page);
    page.crumb = "Requirements".to_owned();
    for profile in PROFILES {
        let found: Vec<Found> =
            profile.checks.iter().map(|check| look(check, &facts, &context.sorted)).collect();
        let mut table =
            Table::new(profile.id, profile.note, &["Element", "!Status", "#Present", "Missing in"]);
        for one in &found {
            table.row(vec![
                one.element.into(),
                status::mark(one.status).into(),
                one.present.clone(),
                offenders(context, &one.missing),
            ]);
        }
        page.add(Section::new(profile.id, profile.title).meta(meets(&found)).table(table));
    }
    page
}

fn offenders(context: &Context<'_>, missing: &[usize]) -> Cell {
    let mut out = Vec::new();
    for place in missing.iter().take(MOST_NAMED) {
        if !out.is_empty() {
            out.push(text(", "));
        }
        let name = context.sorted.get(*place).map(|component| sbom::full_name(component)).unwrap_or_default();
        let name = if name.trim().is_empty() { "without a name".to_owned() } else { name };
        out.push(link(name, context.row(*place)));
    }
    if missing.len() > MOST_NAMED {
        out.push(text(format!(" and {} more", missing.len() - MOST_NAMED)));
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_say_nothing_are_absent() {
        for word in ["", " ", "NOASSERTION", "NONE", "unknown"] {
            assert!(!says(word), "{word}");
        }
        let part = |hash: &str| Component {
            hashes: vec![crate::model::sbom::ComponentHash {
                algorithm: hash.to_owned(),
                value: "aa".to_owned(),
            }],
            supplier: Some("NOASSERTION".to_owned()),
            ..Component::default()
        };
        let bom = crate::render::fixture::sbom();
        let facts = facts(&bom);
        assert!(sha512(&part("sha512"), &facts) && sha512(&part("SHA-512"), &facts));
        assert!(!sha512(&part("SHA-256"), &facts) && digest(&part("SHA-256"), &facts));
        assert!(!supplier(&part(""), &facts));
    }

    #[test]
    fn no_profile_is_ever_said_to_be_fulfilled_as_a_whole() {
        for profile in PROFILES {
            let words = format!("{} {}", profile.title, profile.note).to_lowercase();
            assert!(!words.contains("complian") && !words.contains("conform"), "{words}");
            let bom = crate::render::fixture::sbom();
            let sorted: Vec<&Component> = bom.components.iter().collect();
            let found: Vec<Found> =
                profile.checks.iter().map(|check| look(check, &facts(&bom), &sorted)).collect();
            assert!(meets(&found).starts_with("meets "), "{}", meets(&found));
        }
    }

    #[test]
    fn the_floor_of_formats_is_a_version() {
        let mut bom = crate::render::fixture::sbom();
        for (spec, version, fine) in [
            ("CycloneDX", "1.5", false),
            ("CycloneDX", "1.6", true),
            ("CycloneDX", "1.10", true),
            ("SPDX", "2.3", false),
            ("SPDX", "3.0.0", false),
            ("SPDX", "3.0.1", true),
            ("syft", "16.0.0", false),
        ] {
            (bom.spec, bom.spec_version) = (spec.to_owned(), version.to_owned());
            assert_eq!(format_floor(&bom), fine, "{spec} {version}");
        }
    }
}
