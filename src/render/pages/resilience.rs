//! Drills: targets against what was achieved, and drills that do not count.

use crate::model::drill::Amount;
use crate::model::drill::Drill;
use crate::model::drill::DrillResult;
use crate::model::drill::DrillType;
use crate::model::drill::Environment;
use crate::model::drill::Mark as DrillMark;
use crate::model::drill::Objective;
use crate::model::drill::Step;
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
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Part;
use crate::render::view::at;
use crate::render::view::day_of;
use crate::render::view::small;
use crate::render::view::strong;
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
fn counts(book: &Book, evidence: &Evidence) -> bool {
    evidence.mode == Mode::Live
        && book.assessment().evidence.get(&evidence.id).is_none_or(|judged| judged.can_count)
}

/// What an objective is called.
fn metric(objective: &Objective) -> String {
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
fn amount(value: Option<Amount>, objective: &Objective, absent: &str) -> String {
    value.map_or_else(|| absent.to_owned(), |value| value.human(objective.unit.as_deref()))
}

/// The state of an objective. Without a target nothing was promised; without a measurement nothing is known.
fn objective_mark(objective: &Objective) -> crate::render::view::Mark {
    match (objective.met, objective.target.is_some()) {
        (Some(true), _) => status::mark(Status::Met),
        (Some(false), _) => status::worded(Status::NotMet, "Missed"),
        (None, true) => status::worded(Status::NotAssessed, "Not measured"),
        (None, false) => status::worded(Status::NotAssessed, "No target"),
    }
}

/// The bar of an objective where both sides are periods or both numbers of one unit.
fn objective_bar(objective: &Objective) -> Option<Part> {
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
        all.into_iter().partition(|(evidence, _)| counts(book, evidence));
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
            .meta("newest drill first")
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
        &["Drill", "!Status", "#Time to recover", "#Target"],
    )
    .fit();
    for entry in drills {
        let Some(objective) = entry.1.objectives.iter().find(|objective| objective.metric == "rto") else {
            continue;
        };
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
            achieved.map_or_else(|| "none".to_owned(), Period::human).into(),
            target.human().into(),
        ]);
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
                vec![
                    book.link("evidence", entry.0.id.as_str()),
                    Part::SmallCode { text: entry.1.drill_id.clone() },
                ]
                .into(),
                status::drill(entry.1.computed).into(),
                when(entry).map(day_of).into(),
                drill_type(entry.1.drill_type).into(),
                environment(entry.1.environment).into(),
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
            Mode::Live => "no reason given".to_owned(),
            other => format!("it is {}", other.word()),
        });
        table.row(vec![
            book.link("evidence", entry.0.id.as_str()).into(),
            status::worded(
                if entry.0.mode == Mode::Planned { Status::NotAssessed } else { Status::Sample },
                entry.0.mode.word(),
            )
            .into(),
            when(entry).map(day_of).into(),
            reason.into(),
        ]);
    }
    table
}

fn drill_type(value: DrillType) -> &'static str {
    match value {
        DrillType::Tabletop => "tabletop",
        DrillType::Walkthrough => "walkthrough",
        DrillType::Simulation => "simulation",
        DrillType::Functional => "functional",
        DrillType::GameDay => "game day",
        DrillType::ChaosExperiment => "chaos experiment",
        DrillType::Load => "load",
        DrillType::Restore => "restore",
        DrillType::Failover => "failover",
        DrillType::Parallel => "parallel",
        DrillType::FullInterruption => "full interruption",
    }
}

fn environment(value: Environment) -> &'static str {
    match value {
        Environment::Production => "production",
        Environment::ProductionLike => "like production",
        Environment::Staging => "staging",
        Environment::Isolated => "isolated",
        Environment::None => "none",
    }
}

fn mark_words(mark: DrillMark) -> &'static str {
    match mark {
        DrillMark::Disruption => "Disruption",
        DrillMark::Detected => "Detected",
        DrillMark::Declared => "Declared",
        DrillMark::RecoveryStarted => "Recovery started",
        DrillMark::ServiceRestored => "Service restored",
        DrillMark::DataVerified => "Data verified",
        DrillMark::FallbackCompleted => "Back to normal",
        DrillMark::Aborted => "Aborted",
        DrillMark::Note => "Note",
    }
}

/// One drill on the page of its evidence.
pub(crate) fn drill(drill: &Drill) -> Vec<Section> {
    let mut out = Vec::new();
    let mut about = common::pairs();
    about.add(
        "Result",
        vec![Part::Mark { mark: status::drill(drill.computed) }, small(drill.reasons.join(" "))],
    );
    about.add(
        "Declared",
        match (&drill.declared, &drill.raw_result) {
            (Some(declared), Some(raw)) => format!("{} (“{raw}”)", declared.word()),
            (Some(declared), None) => declared.word().to_owned(),
            (None, Some(raw)) => format!("“{raw}”"),
            (None, None) => "nothing".to_owned(),
        },
    );
    about.add(
        "Kind",
        format!("{}, {} environment", drill_type(drill.drill_type), environment(drill.environment)),
    );
    about.add("Announced", drill.announced.map(|yes| text(if yes { "yes" } else { "no" })));
    about.add("Scenario", &drill.scenario);
    about.add("Expected", &drill.hypothesis);
    about.add("Summary", &drill.summary);
    about.add("Services", drill.scope.services.join(", "));
    about.add("Systems", drill.scope.systems.join(", "));
    about.add("Locations", drill.scope.locations.join(", "));
    about.add("Left out", drill.scope.excluded.join(", "));
    about.add("Started", drill.started.map(at));
    about.add("Ended", drill.ended.map(at));
    about.add("Recovery clock starts at", drill.rto_clock.clone());
    about.add("Newest data after recovery", drill.recovery_point.map(at));
    let steady: Vec<String> = [
        ("before", &drill.steady_state.before),
        ("during", &drill.steady_state.during),
        ("after", &drill.steady_state.after),
    ]
    .into_iter()
    .filter_map(|(word, state)| state.as_ref().map(|state| format!("{word}: {}", state.replace('-', " "))))
    .collect();
    about.add("Steady state", steady.join("; "));
    if let Some(data) = &drill.data_integrity {
        let method = data.method.as_deref().map(|method| format!(", {method}")).unwrap_or_default();
        let note = data.note.as_deref().map(|note| format!(". {note}")).unwrap_or_default();
        about.add("Data", format!("{}{method}{note}", data.status.replace('-', " ")));
    }
    about.add("Plan", &drill.plan);
    about.add("Repeat every", drill.cadence.every.map(|every| text(every.human())));
    about.add("Next due", drill.cadence.next_due);
    about.add(
        "Tool",
        drill.tool.as_ref().map(|tool| {
            text(match &tool.version {
                Some(version) => format!("{} {version}", tool.name),
                None => tool.name.clone(),
            })
        }),
    );
    about.add(
        "Controls",
        crate::render::page::commas(
            drill
                .controls
                .iter()
                .map(|control| text(format!("{} {}", control.framework, control.control)))
                .collect(),
        ),
    );
    let participants: Vec<String> =
        drill.participants.iter().map(|participant| participant.role.clone()).collect();
    about.add("Took part", participants.join(", "));
    out.push(Section::new("drill", "The drill").pairs(about));

    let mut objectives = Table::new(
        "objectives",
        "The upright line of a bar is the target; what stands past it was missed.",
        &["Objective", "!Status", "Achieved", "Asked", "Note"],
    );
    for objective in &drill.objectives {
        let mut achieved: Vec<Part> = Vec::new();
        achieved.extend(objective_bar(objective));
        achieved.push(text(amount(objective.achieved, objective, "not measured")));
        objectives.row(vec![
            metric(objective).into(),
            objective_mark(objective).into(),
            achieved.into(),
            match objective.target {
                Some(_) => {
                    format!("{} {}", objective.compare.words(), amount(objective.target, objective, ""))
                        .into()
                }
                None => "no target".into(),
            },
            (&objective.note).into(),
        ]);
    }
    out.push(Section::new("objectives", "Objectives").table(objectives));
    out.push(timeline(drill));
    out.push(Section::new("steps", "Steps").table(steps(drill)));
    out.push(Section::new("findings", "Things to fix").table(findings(drill)));
    out
}

fn timeline(drill: &Drill) -> Section {
    let mut table =
        Table::new("timeline", "Marks of the drill, all times UTC.", &["Mark", "~Time", "#Since the first"])
            .fit();
    let first = drill.timeline.first().map(|mark| mark.at);
    for mark in &drill.timeline {
        let mut words = vec![strong(mark_words(mark.mark))];
        if let Some(service) = &mark.service {
            words.push(text(format!(", {service}")));
        }
        if let Some(said) = &mark.text {
            words.push(small(said.clone()));
        }
        let elapsed = first.map_or(0, |first| mark.at.seconds_since(first));
        table.row(vec![words.into(), at(mark.at).into(), Period::from_seconds(elapsed).human().into()]);
    }
    let target = drill.objectives.iter().find(|objective| objective.metric == "rto").and_then(|objective| {
        match objective.target {
            Some(Amount::Period(period)) => Some(period),
            _ => None,
        }
    });
    let section = Section::new("timeline", "Timeline");
    match charts::timeline(drill, target) {
        Some(chart) => section.block(Block::Chart { chart }).table(table),
        None => section.table(table),
    }
}

fn steps(drill: &Drill) -> Table {
    let mut table = Table::new(
        "steps",
        "Faults and other steps, then steps back.",
        &["Step", "!Outcome", "On", "~Started", "Error"],
    );
    let mut add = |step: &Step, back: bool| {
        let state = match step.status.as_str() {
            "succeeded" => status::worded(Status::Met, "Succeeded"),
            "failed" => status::worded(Status::NotMet, "Failed"),
            "skipped" => status::worded(Status::NotAssessed, "Skipped"),
            other => status::worded(Status::NotAssessed, other.to_owned()),
        };
        let mut name = vec![text(step.name.clone())];
        if back {
            name.push(small("step back"));
        }
        table.row(vec![
            name.into(),
            state.into(),
            (&step.target).into(),
            step.started.map(at).into(),
            (&step.error).into(),
        ]);
    };
    drill.actions.iter().for_each(|step| add(step, false));
    drill.rollbacks.iter().for_each(|step| add(step, true));
    table
}

fn findings(drill: &Drill) -> Table {
    let mut table = Table::new(
        "findings",
        "What the drill showed, and what is done about it.",
        &["Finding", "!State", "Severity", "Action", "Owner", "~Due"],
    );
    for finding in &drill.findings {
        let state: Cell = match finding.status.as_deref() {
            Some("done") => status::worded(Status::Met, "Done").into(),
            Some("accepted") => status::worded(Status::Waived, "Accepted").into(),
            Some("in-progress") => status::worded(Status::PartlyMet, "In progress").into(),
            Some("open") => status::worded(Status::NotMet, "Open").into(),
            Some(other) => other.replace('-', " ").into(),
            None => status::worded(Status::NotAssessed, "Not said").into(),
        };
        table.row_at(
            format!("finding-{}", crate::model::id::Id::slug(&finding.id)),
            vec![
                vec![text(finding.title.clone()), Part::SmallCode { text: finding.id.clone() }].into(),
                state,
                finding.severity.clone().into(),
                (&finding.action).into(),
                (&finding.owner).into(),
                finding.due.into(),
            ],
        );
    }
    table
}
