//! Measured series, each with its picture, its target and the exports it was taken from.

use crate::model::content::Kpi;
use crate::model::status::Status;
use crate::render::book::Book;
use crate::render::book::anchor;
use crate::render::page::Block;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::page::commas;
use crate::render::pages::common;
use crate::render::series::Series;
use crate::render::series::series;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Mark;
use crate::render::view::day;
use crate::render::view::link;
use crate::render::view::text;

/// Series by category, then id.
fn ordered<'a>(book: &Book<'a>) -> Vec<&'a Kpi> {
    let mut all: Vec<&Kpi> = book.catalog().kpis.values().collect();
    all.sort_by(|a, b| (&a.category, &a.id).cmp(&(&b.category, &b.id)));
    all
}

/// How the newest value stands.
fn mark(book: &Book, kpi: &Kpi) -> Mark {
    match kpi.known(book.as_of()).last() {
        None => status::worded(Status::NotAssessed, "No value"),
        Some(point) => match kpi.on_target(point.value) {
            Some(true) => status::worded(Status::Met, "On target"),
            Some(false) => status::worded(Status::NotMet, "Off target"),
            None => status::worded(Status::NotApplicable, "No target"),
        },
    }
}

fn target(kpi: &Kpi) -> String {
    kpi.target.map(|target| format!("{} {}", kpi.compare.words(), kpi.shown(target))).unwrap_or_default()
}

/// The page.
pub(crate) fn page(book: &Book) -> Page {
    let all = ordered(book);
    let off = all.iter().filter(|kpi| mark(book, kpi).word == "Off target").count();
    let series = common::count(all.len(), "series is", "series are");
    let title = match (all.len(), off) {
        (0, _) => "No measured series is recorded.".to_owned(),
        (_, 0) => format!("{series} measured, none off target."),
        (_, off) => format!("{series} measured, {off} off target."),
    };
    let mut page = Page::new(
        "kpis",
        "KPIs",
        PageHead::plain(title).by(vec![text(
            "The values are declared by the people who measure; the exports they were taken from are evidence with a digest.",
        )]),
    );
    if all.is_empty() {
        page.add(Section::new("none", "KPIs").block(common::nothing(
            book,
            "No measured series is published with this snapshot.",
            "Series are written in the content, under `kpis`.",
        )));
        return page;
    }
    let mut table = Table::new(
        "kpis",
        "The newest value of each series up to this snapshot, against what is aimed at.",
        &["Series", "!State", "#Newest", "~Of", "#Aimed at", "#Values", "Exports"],
    );
    for kpi in &all {
        if table.groups.last().is_none_or(|group| group.title != kpi.category) {
            table.group(
                format!("category-{}", crate::model::id::Id::slug(&kpi.category)),
                kpi.category.clone(),
            );
        }
        let known = kpi.known(book.as_of());
        table.row_at(
            anchor("kpis", kpi.id.as_str()),
            vec![
                link(kpi.title.clone(), format!("kpis.html#series-{}", kpi.id)).into(),
                mark(book, kpi).into(),
                known.last().map(|point| kpi.shown(point.value)).into(),
                known.last().map(|point| day(point.on)).into(),
                target(kpi).into(),
                known.len().to_string().into(),
                exports(book, kpi),
            ],
        );
    }
    page.add(
        Section::new("all", "All series").meta(common::count(all.len(), "series", "series")).table(table),
    );
    for kpi in all {
        page.add(one(book, kpi));
    }
    page
}

fn exports(book: &Book, kpi: &Kpi) -> Cell {
    if kpi.evidence.is_empty() {
        "no export is named".into()
    } else {
        commas(book.links("evidence", &kpi.evidence))
    }
}

fn one(book: &Book, kpi: &Kpi) -> Section {
    let known = kpi.known(book.as_of());
    let shown = |value: f64| kpi.shown(value);
    let points = known
        .iter()
        .map(|point| (point.on.to_string(), point.value, kpi.on_target(point.value) != Some(false)));
    let chart = series(&Series {
        id: format!("chart-{}", kpi.id),
        title: &kpi.title,
        points: points.collect(),
        target: kpi.target,
        shown: &shown,
    });
    let mut section =
        Section::new(format!("series-{}", kpi.id), kpi.title.clone()).meta(kpi.category.clone());
    if let Some(chart) = chart {
        section = section.block(Block::Chart { chart });
    }
    let mut pairs = common::pairs();
    pairs.add("How it is counted", &kpi.definition);
    pairs.add("Aimed at", target(kpi));
    pairs.add("Source", &kpi.source);
    pairs.add("Exports", exports(book, kpi));
    common::tail!(book, pairs, kpi);
    let mut table = Table::new(
        format!("kpi-{}", kpi.id),
        "Every value up to this snapshot, newest first.",
        &["~Day", "#Value", "!State"],
    )
    .fit();
    for point in known.iter().rev() {
        let state: Cell = match kpi.on_target(point.value) {
            Some(true) => status::worded(Status::Met, "On target").into(),
            Some(false) => status::worded(Status::NotMet, "Off target").into(),
            None => Cell::default(),
        };
        table.row(vec![day(point.on).into(), kpi.shown(point.value).into(), state]);
    }
    table.drop_empty_columns();
    section.pairs(pairs).table(table)
}
