//! What one drill says, on the page of its evidence.

use crate::model::drill::Amount;
use crate::model::drill::Drill;
use crate::model::drill::DrillType;
use crate::model::drill::Environment;
use crate::model::drill::Mark as DrillMark;
use crate::model::drill::Objective;
use crate::model::drill::Step;
use crate::model::status::Status;
use crate::model::time::Period;
use crate::render::drill_chart;
use crate::render::drill_chart::Timed;
use crate::render::page::Block;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::pages::resilience;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Part;
use crate::render::view::at;
use crate::render::view::small;
use crate::render::view::strong;
use crate::render::view::text;

/// Its words.
pub(crate) fn drill_type(value: DrillType) -> &'static str {
    match value {
        DrillType::Tabletop => "tabletop",
        DrillType::Walkthrough => "walkthrough",
        DrillType::Simulation => "simulation",
        DrillType::Functional => "functional",
        DrillType::GameDay => "game day",
        DrillType::ChaosExperiment => "chaos experiment",
        DrillType::Load => "load",
        DrillType::Restore => "restore",
        DrillType::Backup => "backup",
        DrillType::Failover => "failover",
        DrillType::Parallel => "parallel",
        DrillType::FullInterruption => "full interruption",
    }
}

/// Its words.
pub(crate) fn environment(value: Environment) -> &'static str {
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
pub(crate) fn sections(drill: &Drill) -> Vec<Section> {
    let mut out = Vec::new();
    let mut about = common::pairs();
    about.add(
        "Result",
        vec![Part::Mark { mark: status::drill(drill.computed) }, small(drill.reasons.join(" "))],
    );
    about.add(
        "Declared",
        match (&drill.declared, &drill.raw_result) {
            (Some(declared), Some(raw))
                if !declared.word().eq_ignore_ascii_case(&raw.replace(['-', '_'], " ")) =>
            {
                format!("{} (“{raw}”)", declared.word())
            }
            (Some(declared), _) => declared.word().to_owned(),
            (None, Some(raw)) => format!("“{raw}”"),
            (None, None) => "nothing".to_owned(),
        },
    );
    about.add(
        "Kind",
        match drill.environment {
            Environment::None => format!("{}, no environment named", drill_type(drill.drill_type)),
            known => format!("{}, {} environment", drill_type(drill.drill_type), environment(known)),
        },
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
        achieved.extend(resilience::objective_bar(objective));
        achieved.push(text(resilience::amount(objective.achieved, objective, "not measured")));
        objectives.row(vec![
            resilience::metric(objective).into(),
            resilience::objective_mark(objective).into(),
            achieved.into(),
            match objective.target {
                Some(_) => format!(
                    "{} {}",
                    objective.compare.words(),
                    resilience::amount(objective.target, objective, "")
                )
                .into(),
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
    let section = Section::new("timeline", "Timeline");
    match drill_chart::timeline(drill, &timed(drill)) {
        Some(chart) => section.block(Block::Chart { chart }).table(table),
        None => section.table(table),
    }
}

/// The objectives that the timeline can show: a time from a mark of it on.
fn timed(drill: &Drill) -> Vec<Timed> {
    let begin = |objective: &Objective| {
        let mark = match objective.metric.as_str() {
            "rto" if drill.rto_clock == "declaration" => DrillMark::Declared,
            "rto" | "mttr" | "mttd" => DrillMark::Disruption,
            _ => return None,
        };
        let of = |service: Option<&String>| {
            let marks = drill.timeline.iter().filter(|one| one.mark == mark);
            marks.filter(|one| service.is_none() || one.service.as_ref() == service).map(|one| one.at).min()
        };
        of(objective.service.as_ref())
            .or_else(|| of(None))
            .or_else(|| drill.timeline.first().map(|one| one.at))
    };
    let timed = |objective: &Objective| {
        let Some(Amount::Period(target)) = objective.target else { return None };
        Some(Timed {
            label: match (objective.metric.as_str(), &objective.service) {
                ("rto", Some(service)) => format!("RTO, {service}"),
                ("rto", None) => "RTO".to_owned(),
                _ => resilience::metric(objective),
            },
            from: begin(objective)?,
            target,
            achieved: match objective.achieved {
                Some(Amount::Period(achieved)) => Some(achieved),
                Some(_) | None => None,
            },
            missed: objective.met == Some(false),
        })
    };
    drill.objectives.iter().filter_map(timed).collect()
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
