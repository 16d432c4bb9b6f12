//! The relations of a bill of materials as a tree: every component unfolds once, at its shortest way from the subject.

use crate::model::evidence::Evidence;
use crate::model::sbom::Sbom;
use crate::model::status::Status;
use crate::render::book::Book;
use crate::render::page::Block;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::page::Twig;
use crate::render::pages::common;
use crate::render::pages::sbom;
use crate::render::pages::sbom_context::Because;
use crate::render::pages::sbom_context::Context;
use crate::render::status;
use crate::render::view::Cell;
use crate::render::view::Part;
use crate::render::view::link;
use crate::render::view::small;
use crate::render::view::strong;
use crate::render::view::text;

/// Most components that unfold on the page; the others stand in the table, which says for each why it is there.
const MOST: usize = 1_500;
/// Unfolded no deeper than this.
const DEEPEST: usize = 10;
/// So many first steps show at once what is below them.
const FEW: usize = 12;
/// Most other places under one component; the rest is counted.
const MOST_ELSEWHERE: usize = 24;

/// The address of the tree of a bill.
pub(crate) fn path(page: &str) -> String {
    format!("{}/tree.html", page.strip_suffix(".html").unwrap_or(page))
}

/// Whether a bill has one.
pub(crate) fn is_there(bom: &Sbom) -> bool {
    !bom.edges.is_empty() || bom.components.iter().any(|component| component.parent.is_some())
}

/// Why a component is there: who names it first, on a shortest way from the subject. Following the links leads to the subject.
pub(crate) fn because(context: &Context<'_>, place: usize) -> Cell {
    if !context.has_relations() {
        return Cell::default();
    }
    let more = match context.named_by.get(place).copied().unwrap_or(0) {
        0 => None,
        1 if matches!(context.because.get(place), Some(Because::Component(_))) => None,
        many if matches!(context.because.get(place), Some(Because::Component(_))) => Some(many - 1),
        many => Some(many),
    };
    let mut out = match context.because.get(place) {
        Some(Because::Subject) => vec![text("the subject itself")],
        Some(Because::Component(other)) => match context.sorted.get(*other) {
            Some(component) => vec![link(sbom::full_name(component), context.row(*other))],
            None => Vec::new(),
        },
        Some(Because::Nothing) | None => vec![text("nothing names it")],
    };
    out.extend(
        more.map(|more| small(format!("and {} more", common::count(more, "component", "components")))),
    );
    out.into()
}

/// The page.
pub(crate) fn page(book: &Book, evidence: &Evidence, context: &Context<'_>) -> Page {
    let total = context.sorted.len();
    let reached = context.reached.len();
    let direct = if context.has_subject { context.first.len() } else { 0 };
    let title = match context.has_subject {
        true => format!(
            "{} of {total} stand on a way from the subject, {direct} of them at its first step.",
            common::count(reached, "component", "components")
        ),
        false => {
            "The document does not say what its subject needs; shown is what nothing else names.".to_owned()
        }
    };
    let head = PageHead::plain(title).by(vec![
        text("Every component unfolds once, where its way from the subject is shortest; elsewhere it is a link. "),
        link("The table", format!("{}#components", context.page)),
        text(" says for each component why it is here."),
    ]);
    let mut page = Page::new("sbom", format!("SBOM: {}, tree", evidence.title), head)
        .under("SBOM", "sbom.html")
        .under(&evidence.title, &context.page);
    page.crumb = "Tree".to_owned();
    let twigs = twigs(context);
    let section =
        Section::new("tree", "Dependencies").meta(book.link_as("sbom", evidence.id.as_str(), "The bill"));
    page.add(match twigs.is_empty() {
        true => section.block(Block::Empty {
            mark: Some(status::mark(Status::NotAssessed)),
            text: "The document relates no component to another.".to_owned(),
            by: "Silence is not the same as independence.".into(),
        }),
        false => section.block(Block::Tree { twigs }),
    });
    let unfolded = context.reached.iter().take(MOST).filter(|(_, distance)| *distance < DEEPEST).count();
    if unfolded < reached {
        page.add(Section::new("rest", "What is not unfolded").para(vec![
            text(format!("{} more stand in ", common::count(reached - unfolded, "component", "components"))),
            link("the table", format!("{}#components", context.page)),
            text(format!(", beyond the first {MOST} or deeper than {DEEPEST} steps.")),
        ]));
    }
    if reached < total {
        page.add(Section::new("apart", "Not on any way from the subject").para(vec![text(format!(
            "{} of {total}: nothing that the subject leads to names them.",
            common::count(total - reached, "component", "components")
        ))]));
    }
    page
}

/// What a step of the walk does.
enum Step {
    Show(usize, bool),
    Elsewhere(Vec<usize>),
    Close,
}

fn twigs(context: &Context<'_>) -> Vec<Twig> {
    let mut unfolds = vec![false; context.sorted.len()];
    for (place, distance) in context.reached.iter().take(MOST) {
        unfolds[*place] = *distance < DEEPEST;
    }
    let mut out = Vec::new();
    let few = context.first.len() <= FEW;
    let first = context.first.iter().rev().filter(|place| unfolds[**place]);
    let mut steps: Vec<Step> = first.map(|place| Step::Show(*place, few)).collect();
    while let Some(step) = steps.pop() {
        match step {
            Step::Close => out.push(Twig::Close),
            Step::Elsewhere(list) => {
                out.push(Twig::Leaf { id: String::new(), label: elsewhere(context, &unfolds, &list) })
            }
            Step::Show(place, unfolded) => {
                let names = context.names.get(place).map(Vec::as_slice).unwrap_or_default();
                let (own, other): (Vec<usize>, Vec<usize>) = names.iter().partition(|next| {
                    unfolds[**next] && context.because[**next] == Because::Component(place)
                });
                let (id, label) = (format!("t-{}", place + 1), label(context, place, names.len()));
                if names.is_empty() {
                    out.push(Twig::Leaf { id, label });
                    continue;
                }
                out.push(Twig::Open { id, label, unfolded });
                // a link inside what folds could not be told from it by a keyboard or a screen reader
                let row = link("its row in the bill", context.row(place));
                out.push(Twig::Leaf { id: String::new(), label: vec![row].into() });
                steps.push(Step::Close);
                if !other.is_empty() {
                    steps.push(Step::Elsewhere(other));
                }
                steps.extend(own.into_iter().rev().map(|next| Step::Show(next, false)));
            }
        }
    }
    out
}

fn label(context: &Context<'_>, place: usize, names: usize) -> Cell {
    let Some(component) = context.sorted.get(place) else { return Cell::default() };
    let name = sbom::full_name(component);
    let mut out = vec![if names > 0 { strong(name) } else { link(name, context.row(place)) }];
    let worst = context.statements.holding(component).into_values().min_by_key(|statement| statement.status);
    if let Some(worst) = worst {
        out.extend([text(" "), Part::Mark { mark: status::vex(worst.status) }]);
    }
    if names > 0 {
        out.push(text(format!(" · names {names}")));
    }
    out.into()
}

/// What a component names beside what unfolds under it.
fn elsewhere(context: &Context<'_>, unfolds: &[bool], list: &[usize]) -> Cell {
    let mut out = vec![text("elsewhere: ")];
    for (index, place) in list.iter().take(MOST_ELSEWHERE).enumerate() {
        if index > 0 {
            out.push(text(", "));
        }
        let name = context.sorted.get(*place).map(|component| sbom::full_name(component)).unwrap_or_default();
        let href = match unfolds.get(*place) {
            Some(true) => format!("{}#t-{}", path(&context.page), place + 1),
            Some(false) | None => context.row(*place),
        };
        out.push(link(name, href));
    }
    if list.len() > MOST_ELSEWHERE {
        out.push(text(format!(" and {} more", list.len() - MOST_ELSEWHERE)));
    }
    out.into()
}
