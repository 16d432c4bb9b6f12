//! The tables of a bill of materials: vulnerabilities, licences, completeness, components.

use std::collections::BTreeMap;

use crate::model::evidence::Evidence;
use crate::model::sbom::Component;
use crate::model::sbom::Licence;
use crate::model::sbom::Sbom;
use crate::model::status::Status;
use crate::model::vex::VexStatement;
use crate::render::book::Book;
use crate::render::page::Block;
use crate::render::page::Page;
use crate::render::page::PageFile;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::pages::evidence_body;
use crate::render::pages::sbom;
use crate::render::pages::sbom_context::Context;
use crate::render::pages::sbom_context::Statements;
use crate::render::pages::sbom_tree;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Part;
use crate::render::view::code;
use crate::render::view::link;
use crate::render::view::text;
use crate::render::view::why;

/// From how many components on their table is divided by first letter.
const MANY: usize = 60;
/// Most components in one table: above it they stand on pages of their own, which open and scroll on a telephone.
const MOST: usize = 2_000;

/// Whether a component has one of the minimum elements.
type Present<'a> = &'a dyn Fn(&Component) -> bool;

pub(crate) fn vulnerabilities(book: &Book, evidence: &Evidence, bom: &Sbom) -> Table {
    let list = Statements::new(book.catalog(), evidence, bom);
    let mut relevant: Vec<VexStatement> = Vec::new();
    for component in bom.components.iter().chain(&bom.primary) {
        for statement in list.holding(component).into_values() {
            let mut statement = statement.clone();
            statement.products = vec![sbom::full_name(component)];
            relevant.push(statement);
        }
    }
    evidence_body::statements(&relevant)
}

/// Words for a licence: absent, not asserted, none and given are four things.
fn licence_words(component: &Component) -> String {
    let licence = match &component.licence {
        Licence::Absent => &component.licence_concluded,
        given => given,
    };
    match licence {
        Licence::Absent => "not given".to_owned(),
        Licence::NoAssertion => "NOASSERTION".to_owned(),
        Licence::None => "NONE".to_owned(),
        Licence::Expression(written) => written.clone(),
        Licence::Text(written) => format!("“{written}” (no SPDX expression)"),
    }
}

pub(crate) fn licences(bom: &Sbom) -> Table {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for component in &bom.components {
        *counts.entry(licence_words(component)).or_default() += 1;
    }
    let mut sorted: Vec<(String, usize)> = counts.into_iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let most = sorted.first().map_or(1, |(_, count)| *count).max(1);
    let mut table = Table::new(
        "licences",
        format!(
            "{}, by declared licence, most first.",
            common::count(bom.components.len(), "component", "components")
        ),
        &["Licence", "Share", "#Components"],
    )
    .fit();
    for (words, count) in sorted {
        let width = u32::try_from(count * 72 / most).unwrap_or(72).max(1);
        table.row(vec![
            code(words).into(),
            Part::Bar { fill: width, over: 0, tone: "share" }.into(),
            count.to_string().into(),
        ]);
    }
    table
}

/// Minimum elements, recounted: what the document itself says of its completeness is shown elsewhere.
pub(crate) fn completeness(bom: &Sbom) -> Table {
    let related: std::collections::BTreeSet<&str> =
        bom.edges.iter().flat_map(|edge| [edge.from.as_str(), edge.to.as_str()]).collect();
    let total = bom.components.len();
    let mut table = Table::new(
        "completeness",
        format!("Minimum elements, recounted over {}.", common::count(total, "component", "components")),
        &["Element", "!Status", "#Present"],
    )
    .fit();
    let fields: [(&str, Present); 6] = [
        ("Name and version", &|c| !c.name.is_empty() && c.version.as_deref().is_some_and(|v| !v.is_empty())),
        ("Unique identifier (purl or CPE)", &|c| c.purl.is_some() || c.cpe.is_some()),
        ("Supplier", &|c| c.supplier.is_some()),
        ("Licence", &|c| {
            !matches!(
                (&c.licence, &c.licence_concluded),
                (Licence::Absent | Licence::NoAssertion, Licence::Absent | Licence::NoAssertion)
            )
        }),
        ("Digest", &|c| !c.hashes.is_empty()),
        ("Relation to others", &|c| c.parent.is_some() || related.contains(c.reference.as_str())),
    ];
    for (name, present) in fields {
        let count = bom.components.iter().filter(|component| present(component)).count();
        let state = match count {
            _ if total == 0 => Status::NotAssessed,
            0 => Status::NotMet,
            count if count == total => Status::Met,
            _ => Status::PartlyMet,
        };
        table.row(vec![name.into(), status::mark(state).into(), format!("{count} of {total}").into()]);
    }
    table
}

/// Components in the order of their tables: by first letter, name and version.
pub(crate) fn sorted(bom: &Sbom) -> Vec<&Component> {
    let mut sorted: Vec<&Component> = bom.components.iter().collect();
    sorted.sort_by_cached_key(|component| {
        (
            letter(component),
            component.name.to_lowercase(),
            component.version.clone(),
            component.reference.clone(),
        )
    });
    sorted
}

/// On how many pages of their own the components of a bill stand; none when its own page has them all.
pub(crate) fn part_count(total: usize) -> usize {
    if total > MOST { total.div_ceil(MOST) } else { 0 }
}

/// The address of a page of components, counted from 1.
pub(crate) fn part_path(page: &str, number: usize) -> String {
    format!("{}{number}.html", part_start(page))
}

fn part_start(page: &str) -> String {
    format!("{}/components-", page.strip_suffix(".html").unwrap_or(page))
}

/// Where the row of the component at a place stands, of `total`.
pub(crate) fn row_path(page: &str, place: usize, total: usize) -> String {
    let page = if total > MOST { part_path(page, place / MOST + 1) } else { page.to_owned() };
    format!("{page}#component-{}", place + 1)
}

fn table_of(context: &Context<'_>, some: std::ops::Range<usize>) -> (Table, Vec<String>) {
    let mut table = Table::new(
        "components",
        "Every component, by name. Strings as the document writes them. “Here because of”: what names it first on a shortest way from the subject.",
        &["Component", "!Vulnerabilities", "Version", "Licence", "Here because of", "Kind", "Scope", "Supplier"],
    )
    .filtered();
    table.class = "tbl-stack tbl-run";
    let lettered = some.len() > MANY;
    let mut letters: Vec<String> = Vec::new();
    for (index, component) in some.clone().zip(context.sorted.get(some).unwrap_or_default()) {
        let letter = letter(component);
        if lettered && letters.last() != Some(&letter) {
            table.group(format!("letter-{}", letters.len() + 1), letter.clone());
            letters.push(letter);
        }
        let holding = context.statements.holding(component);
        let worst = holding.values().min_by_key(|statement| statement.status);
        let state: Cell = match worst {
            Some(worst) => vec![
                Part::Mark { mark: status::vex(worst.status) },
                why(holding.keys().copied().collect::<Vec<_>>().join(", ")),
            ]
            .into(),
            None => "none known".into(),
        };
        let mut cell = vec![crate::render::view::strong(name(component))];
        cell.extend(
            component.purl.clone().or_else(|| component.cpe.clone()).map(|text| Part::SmallCode { text }),
        );
        cell.extend(
            component
                .hashes
                .iter()
                .map(|hash| Part::SmallCode { text: format!("{} {}", hash.algorithm, hash.value) }),
        );
        table.row_at(
            format!("component-{}", index + 1),
            vec![
                cell.into(),
                state,
                match &component.version {
                    Some(version) => version.clone().into(),
                    None => "no version".into(),
                },
                licence_words(component).into(),
                sbom_tree::because(context, index),
                (&component.kind).into(),
                (&component.scope).into(),
                (&component.supplier).into(),
            ],
        );
    }
    (table, letters)
}

fn name(component: &Component) -> String {
    match &component.group {
        Some(group) => format!("{group}/{}", component.name),
        None => component.name.clone(),
    }
}

fn jump(letters: Vec<String>, page: &str) -> Block {
    let items = letters
        .into_iter()
        .enumerate()
        .map(|(index, letter)| link(letter, format!("{page}#letter-{}", index + 1)).into())
        .collect();
    Block::Jump { label: "Components by first letter".to_owned(), items }
}

/// The components on the page of their bill: all of them, or the pages they stand on when they are many.
pub(crate) fn components(context: &Context<'_>, page: &mut Page) {
    let total = context.sorted.len();
    let section =
        Section::new("components", "Components").meta(common::count(total, "component", "components"));
    if total == 0 {
        page.add(section.block(Block::Empty {
            mark: Some(status::mark(Status::NotAssessed)),
            text: "The document lists no components.".to_owned(),
            by: "An empty list is not the same as software without parts.".into(),
        }));
        return;
    }
    let (mut table, letters) = table_of(context, 0..total);
    let count = part_count(total);
    if count == 0 {
        let section = if letters.is_empty() { section } else { section.block(jump(letters, &context.page)) };
        page.add(section.table(table));
        return;
    }
    table.is_data_only = true;
    let mut pages = Table::new(
        "",
        format!(
            "By name, at most {MOST} on a page. The CSV and JSON of this section have every component in one file."
        ),
        &["Page", "From", "To", "#Components"],
    )
    .fit();
    for number in 1..=count {
        let (first, end) = ((number - 1) * MOST, (number * MOST).min(total));
        let (Some(from), Some(to)) = (context.sorted.get(first), context.sorted.get(end - 1)) else {
            continue;
        };
        pages.row(vec![
            link(format!("Components {number} of {count}"), part_path(&context.page, number)).into(),
            from.name.clone().into(),
            to.name.clone().into(),
            (end - first).to_string().into(),
        ]);
    }
    let list = format!("data/{}/search.js", context.page.strip_suffix(".html").unwrap_or(&context.page));
    page.files.push(PageFile { name: list.clone(), media_type: "text/javascript", bytes: rows(context) });
    page.add(
        section
            .block(Block::Search {
                list,
                pages: part_start(&context.page),
                size: MOST,
                count: total,
                text: "The components stand in order of their names on the pages below. With scripts on, all of them can be searched here."
                    .to_owned(),
            })
            .table(pages)
            .table(table),
    );
}

/// The list that a search goes through: a script that hands over one text a component, in the order of the pages.
fn rows(context: &Context<'_>) -> Vec<u8> {
    let mut out = b"document.currentScript.rows=[\n".to_vec();
    for component in &context.sorted {
        let flat = |text: &str| text.replace(['\t', '\n', '\r'], " ");
        let version = component.version.as_deref().map(|version| format!(" {version}")).unwrap_or_default();
        let identity = component.purl.as_deref().or(component.cpe.as_deref()).unwrap_or_default();
        let row = format!("{}{}\t{}", flat(&name(component)), flat(&version), flat(identity));
        // a JSON text is a text of the script language, too
        out.extend(serde_json::Value::String(row).to_string().into_bytes());
        out.extend(b",\n");
    }
    out.extend(b"];\n");
    out
}

/// A page of components of a bill that has many; `number` counts from 1.
pub(crate) fn part(evidence: &Evidence, context: &Context<'_>, number: usize) -> Page {
    let page = &context.page;
    let path = part_path(page, number);
    let total = context.sorted.len();
    let (first, end) = ((number - 1) * MOST, (number * MOST).min(total));
    let some = context.sorted.get(first..end).unwrap_or_default();
    let ends = match (some.first(), some.last()) {
        (Some(from), Some(to)) => format!(": {} to {}.", from.name, to.name),
        _ => ".".to_owned(),
    };
    let title = format!("Components {} to {end} of {total}.", first + 1);
    let head = PageHead::plain(title).by(vec![
        text("From "),
        link(evidence.title.clone(), page.clone()),
        text(ends),
    ]);
    let mut made = Page::new("sbom", format!("SBOM: {}, page {number}", evidence.title), head)
        .under("SBOM", "sbom.html")
        .under(&evidence.title, page);
    made.crumb = format!("Components, page {number}");
    let (table, letters) = table_of(context, first..end);
    let mut around: Vec<Part> = Vec::new();
    if number > 1 {
        around.push(link(format!("page {}", number - 1), part_path(page, number - 1)));
    }
    if end < total {
        around.extend((!around.is_empty()).then(|| text(" · ")));
        around.push(link(format!("page {}", number + 1), part_path(page, number + 1)));
    }
    let mut section = Section::new("components", "Components").meta(around);
    if !letters.is_empty() {
        section = section.block(jump(letters, &path));
    }
    let mut table = table;
    table.name.clear();
    made.add(section.table(table));
    made
}

/// What a component is sorted under: the first letter of its name, or `#`.
fn letter(component: &Component) -> String {
    match component.name.chars().next() {
        Some(first) if first.is_alphabetic() => first.to_uppercase().collect(),
        _ => "#".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_stand_on_pages_of_their_own_only_when_they_are_many() {
        assert_eq!((part_count(MOST), part_count(MOST + 1), part_count(3 * MOST)), (0, 2, 3));
        assert_eq!(part_path("sbom/app.html", 2), "sbom/app/components-2.html");
        assert_eq!(row_path("sbom/app.html", MOST, MOST), format!("sbom/app.html#component-{}", MOST + 1));
        assert_eq!(
            row_path("sbom/app.html", MOST, MOST + 1),
            format!("sbom/app/components-2.html#component-{}", MOST + 1)
        );
    }
}
