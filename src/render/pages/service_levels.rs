//! Service levels over all gated runs: the numbers, the window they are counted in, and every run behind them.

use crate::model::assessment::RunAssessment;
use crate::model::assessment::ServiceLevel;
use crate::model::status::Status;
use crate::render::book::Book;
use crate::render::charts::Chart;
use crate::render::charts::Shape;
use crate::render::charts::pc;
use crate::render::page::Block;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::page::commas;
use crate::render::pages::common;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Mark;
use crate::render::view::Part;
use crate::render::view::StripItem;
use crate::render::view::at;
use crate::render::view::code;
use crate::render::view::link;
use crate::render::view::small;
use crate::render::view::text;
use crate::render::words;

/// Whether a profile asks a service level over runs that are there.
pub(crate) fn has_data(book: &Book) -> bool {
    !book.assessment().runs.levels.is_empty()
}

/// What an objective counts, in words: its title, what a good run is.
fn words(level: &ServiceLevel) -> (&'static str, &'static str) {
    match level.objective.as_str() {
        "availability" => ("Availability", "runs that reached a final gate decision"),
        "determinism" => ("Determinism", "runs decided more than once that were decided the same each time"),
        "completeness" => ("Completeness", "approved runs with every document that a promotion needs"),
        _ => ("Safety", "runs without a reason code that is critical, about security or unknown"),
    }
}

fn percent(level: &ServiceLevel) -> f64 {
    if level.of == 0 { 0.0 } else { f64::from(level.good) * 100.0 / f64::from(level.of) }
}

fn aim(level: &ServiceLevel) -> f64 {
    level.at_least.parse().unwrap_or(100.0)
}

fn holds(level: &ServiceLevel) -> bool {
    percent(level) >= aim(level)
}

fn mark(level: &ServiceLevel) -> Mark {
    if holds(level) {
        status::worded(Status::Met, "Held")
    } else {
        status::worded(Status::NotMet, "Not held")
    }
}

/// `6 of 7, 85.7 %`.
fn share(level: &ServiceLevel) -> String {
    format!("{} of {}, {:.1}\u{a0}%", level.good, level.of, percent(level))
}

/// How a run stands to the levels: what it takes from them, or nothing.
fn run_mark(run: &RunAssessment) -> Mark {
    if !run.safe {
        return status::worded(Status::NotMet, "Grave or unknown code");
    }
    if !run.reached {
        return status::worded(Status::NotMet, "No final decision");
    }
    if run.same_again == Some(false) {
        return status::worded(Status::NotMet, "Decided differently");
    }
    if run.complete == Some(false) {
        return status::worded(Status::NotMet, "Incomplete");
    }
    status::worded(Status::Met, "Counts as good")
}

/// The page.
pub(crate) fn page(book: &Book) -> Page {
    let runs = &book.assessment().runs;
    let held = runs.levels.iter().filter(|level| holds(level)).count();
    let title = match (runs.levels.len(), held) {
        (0, _) => "No service level over runs is asked.".to_owned(),
        (all, held) if all == held => {
            format!("All {} over gated runs are held.", common::count(all, "service level", "service levels"))
        }
        (all, held) => format!("{held} of {all} service levels over gated runs are held."),
    };
    let mut head = PageHead::plain(title);
    if !runs.levels.is_empty() {
        head = head.by(window(book));
    }
    let mut page = Page::new("service-levels", "Service levels", head);
    if runs.levels.is_empty() {
        page.add(Section::new("none", "Service levels").block(common::nothing(
            book,
            "No run of a gated pipeline is published with this snapshot, or no profile asks a level over them.",
            "The profile `release-gate` asks four of them over every run below the evidence folder.",
        )));
        return page;
    }
    page.add(levels(book));
    page.add(every_run(book));
    page
}

/// From when to when the runs were decided.
fn window(book: &Book) -> Vec<Part> {
    let runs = &book.assessment().runs.runs;
    let decided: Vec<_> = runs.iter().filter_map(|run| run.decided).collect();
    let mut out = vec![text(format!("Counted over {}", common::count(runs.len(), "run", "runs")))];
    match (decided.iter().min(), decided.iter().max()) {
        (Some(first), Some(last)) => {
            out.extend([text(", decided from "), at(*first), text(" to "), at(*last)]);
        }
        (None, _) | (_, None) => out.push(text(", none of which says when it was decided")),
    }
    let undated = runs.len() - decided.len();
    if undated > 0 && !decided.is_empty() {
        out.push(text(format!(
            "; {} not say when",
            if undated == 1 { "one does".to_owned() } else { format!("{undated} do") }
        )));
    }
    out.push(text("; as of "));
    out.push(at(book.as_of()));
    out.push(text(
        ". A share is counted from the runs' own documents, not from what anybody reports of them.",
    ));
    out
}

fn levels(book: &Book) -> Section {
    let all = &book.assessment().runs.levels;
    let mut table = Table::new(
        "levels",
        "Each level a profile asks, how many of the counted runs are good, and what is asked for.",
        &["Level", "!State", "#Good", "#Counted", "#Share", "#At least", "Asked by"],
    );
    for level in all {
        let (title, what) = words(level);
        let profile = level.profile.as_str();
        let by = match book.criterion_href(profile, level.criterion.as_str()) {
            Some(href) => link(format!("{profile}, {}", level.criterion), href),
            None => code(format!("{profile}/{}", level.criterion)),
        };
        table.row_at(
            format!("level-{profile}-{}", level.criterion),
            vec![
                vec![text(title), small(what)].into(),
                mark(level).into(),
                level.good.to_string().into(),
                level.of.to_string().into(),
                format!("{:.1}\u{a0}%", percent(level)).into(),
                format!("{}\u{a0}%", level.at_least).into(),
                Cell(vec![by]),
            ],
        );
    }
    let held = all.iter().filter(|level| holds(level)).count();
    Section::new("levels", "Levels")
        .meta(format!("{held} of {} held", all.len()))
        .block(Block::Chart { chart: chart(all) })
        .table(table)
}

/// Each share as a bar against what is asked for.
fn chart(all: &[ServiceLevel]) -> Chart {
    const ROW: i32 = 46;
    let mut shapes = Vec::new();
    for (index, level) in all.iter().enumerate() {
        let top = i32::try_from(index).unwrap_or(0) * ROW;
        let held = holds(level);
        shapes.push(Shape::Words {
            class: if held { "" } else { "strong" },
            x: "0%".to_owned(),
            y: top + 14,
            anchor: "start",
            text: format!("{}: {}", words(level).0, share(level)),
        });
        let y = top + 22;
        shapes.push(Shape::Rect { class: "c-span", x: pc(0.0), y, width: pc(98.0), height: 8 });
        shapes.push(Shape::Rect {
            class: "c-used",
            x: pc(0.0),
            y,
            width: pc(percent(level) * 0.98),
            height: 8,
        });
        let limit = pc(aim(level).clamp(0.0, 100.0) * 0.98);
        shapes.push(Shape::Line { class: "c-limit", x1: limit.clone(), y1: y - 5, x2: limit, y2: y + 13 });
        if held {
            shapes.push(Shape::Circle { class: "c-hit", x: pc(percent(level) * 0.98), y: y + 4, r: 4 });
        } else {
            shapes.push(Shape::Diamond { class: "c-miss", x: pc(percent(level) * 0.98), y: y + 4 });
        }
    }
    let short = all.iter().filter(|level| !holds(level)).count();
    Chart {
        id: "levels".to_owned(),
        title: "Share of good runs for each service level".to_owned(),
        desc: format!(
            "{short} of {} levels {} below what is asked for. The table gives every number.",
            all.len(),
            words::form(short, "is", "are")
        ),
        caption: "Length is the share of the counted runs; the line across is what is asked for. A diamond ends short of it."
            .to_owned(),
        height: i32::try_from(all.len()).unwrap_or(4) * ROW + 4,
        wide: false,
        shapes,
    }
}

fn every_run(book: &Book) -> Section {
    let runs = &book.assessment().runs;
    let mut legend: Vec<(Mark, usize)> = Vec::new();
    let mut table = Table::new(
        "runs",
        "Every run, newest decision first. Reason codes stand as they were written.",
        &[
            "~Run",
            "!State",
            "~Declares",
            "~Reason codes",
            "~Decided",
            "Decided again",
            "Complete",
            "Documents",
        ],
    )
    .filtered();
    let mut items = Vec::new();
    for run in &runs.runs {
        let state = run_mark(run);
        match legend.iter_mut().find(|(known, _)| *known == state) {
            Some((_, count)) => *count += 1,
            None => legend.push((state.clone(), 1)),
        }
        let anchor = format!("run-{}", crate::model::id::Id::slug(&run.run));
        items.push(StripItem {
            label: format!("{}: {}", run.run, state.word.to_lowercase()),
            href: format!("service-levels.html#{anchor}"),
            mark: state.clone(),
        });
        let codes: Vec<Part> =
            run.reason_codes.iter().map(|one| Part::SmallCode { text: one.clone() }).collect();
        let yes = |value: Option<bool>, good: &'static str, bad: &'static str, none: &'static str| match value
        {
            Some(true) => good,
            Some(false) => bad,
            None => none,
        };
        table.row_at(
            anchor,
            vec![
                code(run.run.clone()).into(),
                state.into(),
                match &run.declared {
                    Some(word) => code(word.clone()).into(),
                    None => "nothing".into(),
                },
                if codes.is_empty() { "none".into() } else { Cell(codes) },
                match run.decided {
                    Some(when) => at(when).into(),
                    None => "not said".into(),
                },
                yes(run.same_again, "the same", "differently", "decided once").into(),
                yes(run.complete, "yes", "no", "not approved").into(),
                commas(book.links("evidence", &run.evidence)),
            ],
        );
    }
    let section = Section::new("runs", "Runs").meta(common::count(runs.runs.len(), "run", "runs"));
    let section = if items.is_empty() {
        section
    } else {
        section
            .block(Block::Strip { label: "Runs; one shape is one run".to_owned(), items, legend })
            .table(table)
    };
    match runs.withheld {
        0 => section,
        1 => section.para("1 more run is counted and not shown to this audience."),
        more => section.para(format!("{more} more runs are counted and not shown to this audience.")),
    }
}
