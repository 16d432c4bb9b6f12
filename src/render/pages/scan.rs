//! What a scanner found: counts by severity, whether it looked at all, and every result that is listed.

use crate::model::scan::Scan;
use crate::model::scan::ScanCheck;
use crate::model::scan::ScanOutcome;
use crate::model::scan::ScanResult;
use crate::model::scan::ScanSeverity;
use crate::model::scan::ScanState;
use crate::model::status::Status;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Mark;
use crate::render::view::Part;
use crate::render::view::at;
use crate::render::view::code;
use crate::render::view::outside;
use crate::render::view::small;
use crate::render::view::strong;
use crate::render::view::text;
use crate::render::view::why;

/// The outcome in a word; grades are no outcome.
pub(crate) fn mark(scan: &Scan) -> Option<Mark> {
    match scan.outcome {
        ScanOutcome::Found => {
            let grave = scan.open_at(ScanSeverity::High) > 0;
            let status = if grave { Status::NotMet } else { Status::PartlyMet };
            Some(status::worded(status, open(scan)))
        }
        ScanOutcome::NothingFound => Some(status::worded(Status::Met, "Nothing found")),
        ScanOutcome::Unclear => {
            Some(status::worded(Status::NotAssessed, "Not sure that everything was looked for"))
        }
        ScanOutcome::Graded => None,
    }
}

/// In a cell: the outcome, or the grade.
pub(crate) fn outcome(scan: &Scan) -> Cell {
    match (mark(scan), scan.score) {
        (Some(mark), _) => mark.into(),
        (None, Some(score)) => format!("{score} of 10").into(),
        (None, None) => common::count(scan.checks.len(), "check", "checks").into(),
    }
}

/// `3 open: 1 critical, 2 high`.
fn open(scan: &Scan) -> String {
    format!("{} open: {}", scan.open, by_severity(scan))
}

/// `1 critical, 2 high`.
fn by_severity(scan: &Scan) -> String {
    let by: Vec<String> = scan
        .open_by_severity
        .iter()
        .map(|(severity, count)| format!("{count} {}", severity.word().to_lowercase()))
        .collect();
    by.join(", ")
}

/// What it says.
pub(crate) fn sections(scan: &Scan) -> Vec<Section> {
    let mut out = vec![results(scan), Section::new("runs", "Runs of the tool").table(runs(scan))];
    if !scan.checks.is_empty() {
        out.push(Section::new("checks", "Checks").table(checks(&scan.checks)));
    }
    let shown = scan.listed.len();
    let mut listed = Section::new("findings", "What was found").table(findings(&scan.listed));
    if (shown as u64) < scan.results {
        listed = listed.para(format!(
            "{shown} of {} are listed, the open and gravest ones first; the counts above are of all.",
            scan.results
        ));
    }
    if shown > 0 {
        out.push(listed.meta(common::count(
            usize::try_from(scan.results).unwrap_or(usize::MAX),
            "result",
            "results",
        )));
    }
    out
}

fn results(scan: &Scan) -> Section {
    let mut pairs = common::pairs();
    pairs.add("Scanned", scan.target.as_deref().map(|target| code(target.to_owned())));
    pairs.add("Revision", scan.revision.as_deref().map(|revision| code(revision.to_owned())));
    if scan.outcome == ScanOutcome::Graded {
        pairs.add("Grade", scan.score.map(|score| text(format!("{score} of 10, as the tool computes it"))));
        pairs.add("Checks", text(scan.checks.len().to_string()));
        pairs.add(
            "Inconclusive",
            text(match scan.inconclusive() {
                0 => "none: every check has a grade".to_owned(),
                count => {
                    format!("{count}, of which the tool could not tell; that is no grade, not a low one")
                }
            }),
        );
    } else {
        pairs.add("Open", text(if scan.open == 0 { "0".to_owned() } else { by_severity(scan) }));
        if scan.open_with_fix > 0 {
            pairs.add("With a fix", text(format!("{} of {} open", scan.open_with_fix, scan.open)));
        }
        for state in [ScanState::ToReview, ScanState::Suppressed, ScanState::Gone, ScanState::NotAFinding] {
            let count = scan.count(state);
            if count > 0 {
                pairs.add(state.word(), text(count.to_string()));
            }
        }
    }
    for doubt in &scan.doubts {
        pairs.add("Not sure", text(doubt.clone()));
    }
    Section::new("results", "Results").pairs(pairs)
}

fn checks(checks: &[ScanCheck]) -> Table {
    let mut table = Table::new(
        "checks",
        "Grades from 0 to 10 as the tool gives them. No grade means that it could not tell.",
        &["Check", "#Grade", "Why"],
    );
    for check in checks {
        let name = match &check.documentation {
            Some(address) => outside(check.name.clone(), address),
            None => text(check.name.clone()),
        };
        table.row(vec![
            name.into(),
            match check.score {
                Some(score) => text(score.to_string()).into(),
                None => text("inconclusive").into(),
            },
            (&check.reason).into(),
        ]);
    }
    table
}

fn findings(list: &[ScanResult]) -> Table {
    let mut table = Table::new(
        "findings",
        "Open results first, the gravest first. The tool’s own word stands below ours.",
        &["Rule", "!Stands", "Severity", "Component", "Where", "Fixed in", "Compared"],
    )
    .filtered();
    for result in list {
        let mut rule = vec![strong(result.rule.clone())];
        if !result.aliases.is_empty() {
            rule.push(small(result.aliases.join(", ")));
        }
        rule.extend(result.message.clone().map(small));
        let mut stands = vec![Part::Mark { mark: state(result) }];
        stands.extend(result.reason.clone().map(why));
        let mut severity = vec![text(result.severity.word())];
        severity.extend(result.raw_severity.clone().map(|raw| Part::SmallCode { text: raw }));
        table.row(vec![
            rule.into(),
            stands.into(),
            severity.into(),
            (&result.component).into(),
            result.location.as_deref().map(|place| code(place.to_owned())).into(),
            (&result.fixed_in).into(),
            (&result.compared).into(),
        ]);
    }
    table.drop_empty_columns();
    table
}

fn state(result: &ScanResult) -> Mark {
    let status = match result.state {
        ScanState::Open if result.severity.reaches(ScanSeverity::High) => Status::NotMet,
        ScanState::Open => Status::PartlyMet,
        ScanState::ToReview => Status::NotAssessed,
        ScanState::Suppressed => Status::Waived,
        ScanState::NotAFinding | ScanState::Gone => Status::NotApplicable,
    };
    status::worded(status, result.state.word())
}

fn runs(scan: &Scan) -> Table {
    let mut table = Table::new(
        "runs",
        "Which tool ran, and whether it says that it came to its end. An absent list of results is not an empty one.",
        &["Tool", "Version", "!Ended", "~Ran", "#Results", "~Data of"],
    )
    .fit();
    for run in &scan.runs {
        let ended = match run.succeeded {
            Some(true) => status::worded(Status::Met, "Ran to its end"),
            Some(false) => status::worded(Status::NotMet, "Failed"),
            None => status::worded(Status::NotApplicable, "Not said"),
        };
        table.row(vec![
            run.tool.clone().unwrap_or_else(|| "not named".to_owned()).into(),
            (&run.version).into(),
            ended.into(),
            match run.ended.or(run.started) {
                Some(instant) => at(instant).into(),
                None => "not said".into(),
            },
            match run.results {
                Some(_) if scan.outcome == ScanOutcome::Graded => Cell::default(),
                Some(count) => count.to_string().into(),
                None => "no list".into(),
            },
            run.database.map(at).into(),
        ]);
    }
    table.drop_empty_columns();
    table
}
