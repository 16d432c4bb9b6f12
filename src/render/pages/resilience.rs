//! Drills: targets against what was achieved, and drills that do not count.

use crate::model::drill::Amount;
use crate::model::drill::Drill;
use crate::model::drill::DrillResult;
use crate::model::drill::Objective;
use crate::model::evidence::Body;
use crate::model::evidence::Evidence;
use crate::model::evidence::Mode;
use crate::model::status::Status;
use crate::model::time::Period;
use crate::render::book::Book;
use crate::render::charts;
use crate::render::page::Block;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::pages::drill;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Part;
use crate::render::view::day_of;
use crate::render::view::text;

/// Drills, newest first.
fn newest_first<'a>(book: &Book<'a>) -> Vec<(&'a Evidence, &'a Drill)> {
    let mut out: Vec<(&Evidence, &Drill)> = book
        .catalog()
        .evidence
        .values()
        .filter_map(|evidence| match &evidence.body {
            Body::Drill(drill) => Some((evidence, drill.as_ref())),
            _ => None,
        })
        .collect();
    out.sort_by(|a, b| when(b).cmp(&when(a)).then_with(|| a.0.id.cmp(&b.0.id)));
    out
}

fn when(entry: &(&Evidence, &Drill)) -> Option<crate::model::time::Instant> {
    entry.1.started.or(entry.0.captured_at)
}

/// Whether there is a drill at all.
pub(crate) fn has_data(book: &Book) -> bool {
    !newest_first(book).is_empty()
}

/// Whether a drill can count: really happened, and not only talked through.
fn counts(book: &Book, evidence: &Evidence, drill: &Drill) -> bool {
    evidence.mode == Mode::Live
        && drill.computed != DrillResult::NotRun
        && book.assessment().evidence.get(&evidence.id).is_none_or(|judged| judged.can_count)
}

/// The objective on the time to recover that says most against a drill: a missed one, then one that was not
/// measured, then the one that came closest to its target.
pub(crate) fn worst_recovery(drill: &Drill) -> Option<&Objective> {
    let used = |objective: &Objective| match (objective.achieved, objective.target) {
        (Some(Amount::Period(achieved)), Some(Amount::Period(target))) => {
            achieved.approximate_millis().saturating_mul(1000) / target.approximate_millis().max(1)
        }
        _ => 0,
    };
    drill.objectives.iter().filter(|objective| objective.metric == "rto").min_by_key(|objective| {
        let rank = match (objective.met, objective.target.is_some()) {
            (Some(false), _) => 0,
            (None, true) => 1,
            (Some(true), _) => 2,
            (None, false) => 3,
        };
        (rank, std::cmp::Reverse(used(objective)))
    })
}

/// What an objective is called.
pub(crate) fn metric(objective: &Objective) -> String {
    let name = match objective.metric.as_str() {
        "rto" => "Recovery time (RTO)".to_owned(),
        "rpo" => "Data lost (RPO)".to_owned(),
        "mttd" => "Time to detect".to_owned(),
        "mttr" => "Time to repair".to_owned(),
        "mtpd" => "Longest outage borne".to_owned(),
        "custom" => objective.name.clone().unwrap_or_else(|| "Custom".to_owned()),
        other => other.replace('-', " "),
    };
    match &objective.service {
        Some(service) => format!("{name}, {service}"),
        None => name,
    }
}

/// An amount for people, or what its absence means.
pub(crate) fn amount(value: Option<Amount>, objective: &Objective, absent: &str) -> String {
    value.map_or_else(|| absent.to_owned(), |value| value.human(objective.unit.as_deref()))
}

/// The state of an objective. Without a target nothing was promised; without a measurement nothing is known.
pub(crate) fn objective_mark(objective: &Objective) -> crate::render::view::Mark {
    match (objective.met, objective.target.is_some()) {
        (Some(true), _) => status::mark(Status::Met),
        (Some(false), _) => status::worded(Status::NotMet, "Missed"),
        (None, true) => status::worded(Status::NotAssessed, "Not measured"),
        (None, false) => status::worded(Status::NotAssessed, "No target"),
    }
}

/// The bar of an objective where both sides are periods or both numbers of one unit.
pub(crate) fn objective_bar(objective: &Objective) -> Option<Part> {
    let (value, limit) = match (objective.achieved?, objective.target?) {
        (Amount::Period(value), Amount::Period(limit)) => {
            (value.approximate_millis(), limit.approximate_millis())
        }
        #[expect(clippy::cast_possible_truncation, reason = "a picture; the number stands beside it")]
        (Amount::Number(value), Amount::Number(limit)) | (Amount::Percent(value), Amount::Percent(limit)) => {
            ((value * 1000.0) as i64, (limit * 1000.0) as i64)
        }
        _ => return None,
    };
    use crate::model::drill::Compare;
    if !matches!(objective.compare, Compare::AtMost | Compare::Below) {
        return None;
    }
    let (fill, over) = charts::bar(value, limit);
    Some(Part::Bar { fill, over, tone: "fill" })
}

/// All drills.
pub(crate) fn page(book: &Book) -> Page {
    let all = newest_first(book);
    let (counted, others): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|(evidence, drill)| counts(book, evidence, drill));
    let objectives: Vec<&Objective> =
        counted.iter().flat_map(|(_, drill)| &drill.objectives).filter(|o| o.target.is_some()).collect();
    let missed = objectives.iter().filter(|objective| objective.met == Some(false)).count();
    let unknown = objectives.iter().filter(|objective| objective.met.is_none()).count();
    let head = if counted.is_empty() && others.is_empty() {
        PageHead::plain("No drill is recorded.")
    } else if counted.is_empty() {
        PageHead::verdict(status::mark(Status::NotAssessed), "No drill counts yet.")
    } else {
        let failed = counted.iter().filter(|(_, drill)| drill.computed == DrillResult::Failed).count();
        let (state, word) = if missed > 0 {
            (Status::NotMet, format!("{} missed", common::count(missed, "objective", "objectives")))
        } else if failed > 0 {
            (Status::NotMet, format!("{} failed", common::count(failed, "drill", "drills")))
        } else if unknown > 0 || objectives.is_empty() {
            (Status::NotAssessed, "Not everything was measured".to_owned())
        } else {
            (Status::Met, "Every objective met".to_owned())
        };
        PageHead::verdict(
            status::worded(state, word),
            format!(
                "{} of {} with a target were met in {}{}.",
                objectives.len() - missed - unknown,
                common::count(objectives.len(), "objective", "objectives"),
                common::count(counted.len(), "drill", "drills"),
                match (missed, unknown) {
                    (0, 0) => String::new(),
                    (missed, 0) => format!("; {missed} missed"),
                    (0, unknown) => format!("; {unknown} not measured"),
                    (missed, unknown) => format!("; {missed} missed, {unknown} not measured"),
                }
            ),
        )
    };
    let mut page = Page::new(
        "resilience",
        "Resilience",
        head.by(vec![
            text("Achieved times are computed from each drill’s own timeline, as of "),
            day_of(book.as_of()),
            text(". Samples, dry runs and plans are listed apart and do not count."),
        ]),
    );
    if counted.is_empty() && others.is_empty() {
        page.add(Section::new("none", "Drills").block(common::nothing(
            book,
            "No drill, exercise or experiment is published with this snapshot.",
            "Drill outputs are read from the evidence.",
        )));
        common::withheld(book, &mut page, "evidence");
        return page;
    }
    page.add_filled(
        Section::new("targets", "Targets and what was achieved")
            .meta(common::count(counted.len(), "drill", "drills"))
            .table(targets(book, &counted)),
    );
    page.add_filled(recovery(book, &counted));
    page.add_filled(
        Section::new("drills", "Drills that count")
            .meta(common::count(counted.len(), "drill", "drills"))
            .table(drills(
                book,
                "drills",
                "Newest first. The computed result wins over the declared one.",
                &counted,
            )),
    );
    page.add_filled(
        Section::new("not-counted", "Drills that do not count")
            .meta(others.len().to_string())
            .table(not_counted(book, &others)),
    );
    page
}

fn targets(book: &Book, drills: &[(&Evidence, &Drill)]) -> Table {
    let mut table = Table::new(
        "objectives",
        "Worst first, then newest. The upright line of a bar is the target; what stands past it was missed.",
        &["Drill", "!Status", "~Date", "Objective", "Achieved", "Asked"],
    );
    let mut rows: Vec<_> = drills
        .iter()
        .flat_map(|entry| entry.1.objectives.iter().map(move |objective| (entry, objective)))
        .collect();
    // missed, not measured, met, nothing asked; the order of the drills stays inside each
    rows.sort_by_key(|(_, objective)| match (objective.met, objective.target.is_some()) {
        (Some(false), _) => 0,
        (None, true) => 1,
        (Some(true), _) => 2,
        (None, false) => 3,
    });
    for (entry, objective) in rows {
        let mut achieved: Vec<Part> = Vec::new();
        achieved.extend(objective_bar(objective));
        achieved.push(text(amount(objective.achieved, objective, "not measured")));
        table.row(vec![
            book.link("evidence", entry.0.id.as_str()).into(),
            objective_mark(objective).into(),
            when(entry).map(day_of).into(),
            metric(objective).into(),
            achieved.into(),
            match objective.target {
                Some(_) => {
                    format!("{} {}", objective.compare.words(), amount(objective.target, objective, ""))
                        .into()
                }
                None => "no target".into(),
            },
        ]);
    }
    table
}

fn recovery(book: &Book, drills: &[(&Evidence, &Drill)]) -> Section {
    let mut points = Vec::new();
    let mut table = Table::new(
        "recovery-times",
        "The same numbers, newest first.",
        &["Drill", "!Status", "What", "#Time to recover", "#Target"],
    )
    .fit();
    for entry in drills {
        for objective in entry.1.objectives.iter().filter(|objective| objective.metric == "rto") {
            let Some(Amount::Period(target)) = objective.target else { continue };
            let achieved = match objective.achieved {
                Some(Amount::Period(period)) => Some(period),
                _ => None,
            };
            let date = when(entry).map_or_else(|| "no date".to_owned(), |at| at.date().to_string());
            points.push(charts::Recovery { label: date.clone(), achieved, target });
            table.row(vec![
                book.link_as("evidence", entry.0.id.as_str(), &date).into(),
                objective_mark(objective).into(),
                objective.service.clone().unwrap_or_else(|| "the whole".to_owned()).into(),
                achieved.map_or_else(|| "none".to_owned(), Period::human).into(),
                target.human().into(),
            ]);
        }
    }
    points.reverse();
    let section = Section::new("recovery", "Time to recover, every drill");
    match charts::recovery(&points) {
        Some(chart) => section.block(Block::Chart { chart }).table(table),
        None => section.table(Table { groups: Vec::new(), ..table }),
    }
}

fn drills(book: &Book, name: &str, caption: &str, list: &[(&Evidence, &Drill)]) -> Table {
    let mut table = Table::new(
        name,
        caption,
        &["Drill", "!Result", "~Date", "Kind", "Environment", "Declared", "#Findings"],
    );
    for entry in list {
        table.row_at(
            format!("drill-{}", entry.0.id),
            vec![
                std::iter::once(book.link("evidence", entry.0.id.as_str()))
                    .chain(
                        (entry.1.drill_id != entry.0.title)
                            .then(|| Part::SmallCode { text: entry.1.drill_id.clone() }),
                    )
                    .collect::<Vec<Part>>()
                    .into(),
                status::drill(entry.1.computed).into(),
                when(entry).map(day_of).into(),
                drill::drill_type(entry.1.drill_type).into(),
                drill::environment(entry.1.environment).into(),
                match (&entry.1.declared, &entry.1.raw_result) {
                    (Some(declared), _) => declared.word().into(),
                    (None, Some(raw)) => raw.clone().into(),
                    (None, None) => "nothing".into(),
                },
                entry.1.findings.len().to_string().into(),
            ],
        );
    }
    table
}

fn not_counted(book: &Book, list: &[(&Evidence, &Drill)]) -> Table {
    let mut table = Table::new(
        "drills-not-counted",
        "Shown so that nobody takes them for proof.",
        &["Drill", "!How it came about", "~Date", "Why it does not count"],
    );
    for entry in list {
        let judged = book.assessment().evidence.get(&entry.0.id);
        let reason = judged.and_then(|judged| judged.why_not.clone()).unwrap_or_else(|| match entry.0.mode {
            Mode::Live if entry.1.computed == DrillResult::NotRun => "it was not run".to_owned(),
            Mode::Live => "no reason given".to_owned(),
            other => format!("it is {}", other.word()),
        });
        table.row(vec![
            book.link("evidence", entry.0.id.as_str()).into(),
            status::worded(
                if matches!(entry.0.mode, Mode::Planned | Mode::Live) {
                    Status::NotAssessed
                } else {
                    Status::Sample
                },
                match entry.0.mode {
                    Mode::Live => "Live",
                    Mode::Sample => "Sample",
                    Mode::DryRun => "Dry run",
                    Mode::Simulated => "Simulated",
                    Mode::Planned => "Planned",
                    Mode::Historical => "Historical",
                },
            )
            .into(),
            when(entry).map(day_of).into(),
            reason.into(),
        ]);
    }
    table
}
