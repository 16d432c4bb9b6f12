//! Chaos Toolkit journals as drills. The journal's own `status` is kept and never believed: `completed` only says that
//! the tool came to its end.

use serde_json::json;

use super::Format;
use super::Input;
use super::Read;
use super::checked;
use super::not_this;
use crate::load::text::node::Data;
use crate::load::text::node::Node;
use crate::load::text::reader::Map;
use crate::load::text::reader::Reader;
use crate::model::drill::Cadence;
use crate::model::drill::Drill;
use crate::model::drill::DrillResult;
use crate::model::drill::DrillType;
use crate::model::drill::Environment;
use crate::model::drill::Scope;
use crate::model::drill::SteadyState;
use crate::model::drill::Step;
use crate::model::drill::Tool;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::evidence::Mode;
use crate::model::finding::Checked;
use crate::model::time::Instant;

/// The row.
pub(super) const ROW: Format = Format {
    id: "chaostoolkit-journal",
    title: "a Chaos Toolkit journal",
    media_type: "application/json",
    kind: EvidenceKind::Drill,
    docs: "**What it reads.** The journal that `chaos run` writes (chaoslib 1.9 and later).\n\n\
           **Traps.** `status: completed` is written too when the steady state was not met beforehand and nothing was run, \
           when the fault could not be injected or nothing but probes was run, when the command of an action exited with \
           another status than 0, and on dry runs; the result is computed from what the journal holds. \
           Times without an offset are UTC in this format. The journal holds host names, configuration and outputs: \
           publish the record, not the original.\n\n\
           **Source.** <https://chaostoolkit.org/reference/api/journal/> and the source of chaoslib.",
    detect: |input| input.has_keys(&["chaoslib-version", "experiment"]),
    read,
};

const ROOT: &[&str] = &[
    "chaoslib-version",
    "platform",
    "node",
    "experiment",
    "start",
    "end",
    "duration",
    "status",
    "deviated",
    "steady_states",
    "run",
    "rollbacks",
    "extensions",
];

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, ROW.title) };
    let reader = Reader::new(input.path, input.text, document);
    let read = journal(&reader);
    checked(reader, read)
}

/// What the rules look at.
struct Observed {
    status: String,
    deviated: bool,
    before: Option<bool>,
    after: Option<bool>,
    during: Vec<bool>,
    ran: usize,
    /// Activities that were to change something: all but probes.
    injected: usize,
    failed_activities: usize,
    /// Commands of actions that the tool calls succeeded and that exited with another status than 0.
    failed_commands: usize,
    failed_rollbacks: usize,
    dry: bool,
}

fn journal(reader: &Reader<'_>) -> Option<Read> {
    let root = reader.map(reader.root(), ROOT)?;
    let experiment = root.get("experiment").and_then(|node| reader.map(node, EXPERIMENT))?;
    let states = root.map("steady_states", &["before", "after", "during"]);
    let state = |key: &str| {
        states.and_then(|states| states.map(key, &["steady_state_met", "probes"])?.bool("steady_state_met"))
    };
    let during: Vec<bool> = states.map_or_else(Vec::new, |states| {
        states
            .maps("during", &["steady_state_met", "probes"])
            .iter()
            .filter_map(|one| one.bool("steady_state_met"))
            .collect()
    });
    let actions = steps(&root, "run");
    let rollbacks = steps(&root, "rollbacks");
    let failed = |steps: &[Step]| steps.iter().filter(|step| step.status != "succeeded").count();
    let dry = experiment.get("dry").is_some_and(|node| node.data != Data::Bool(false));
    let observed = Observed {
        status: root.owned("status").unwrap_or_default(),
        deviated: root.bool("deviated").unwrap_or(false),
        before: state("before"),
        after: state("after"),
        during,
        ran: actions.len(),
        injected: root.list("run").iter().filter(|node| !is_probe(node)).count(),
        failed_activities: failed(&actions),
        failed_commands: root.list("run").iter().filter(|node| exited_badly(node)).count(),
        failed_rollbacks: failed(&rollbacks)
            + root.list("rollbacks").iter().filter(|node| exited_badly(node)).count(),
        dry,
    };
    let (computed, reasons) = judge(&observed);
    let word = |met: Option<bool>| {
        Some(match met {
            Some(true) => "met".to_owned(),
            Some(false) => "not-met".to_owned(),
            None => "not-checked".to_owned(),
        })
    };
    let title = experiment.owned("title").unwrap_or_else(|| "Chaos experiment".to_owned());
    let started = time(&root, "start");
    let ended = time(&root, "end");
    let hypothesis = experiment
        .map("steady-state-hypothesis", &["title", "probes", "description"])
        .and_then(|hypothesis| hypothesis.owned("title"));
    let held = (!observed.during.is_empty()).then(|| observed.during.iter().all(|met| *met));
    let facts = [
        ("activities", json!(observed.ran)),
        ("before", json!(observed.before)),
        ("after", json!(observed.after)),
        ("during", json!(observed.during.len())),
        ("deviated", json!(root.bool("deviated"))),
        ("duration", json!(root.number("duration"))),
        ("failed_activities", json!(observed.failed_activities)),
        ("failed_rollbacks", json!(failed(&rollbacks))),
        ("rollbacks", json!(rollbacks.len())),
        ("status", json!(observed.status)),
        ("title", json!(title)),
        ("verdict", json!(verdict_word(computed))),
    ];
    let version = root.owned("chaoslib-version");
    let drill = Drill {
        drill_id: title.clone(),
        title: title.clone(),
        drill_type: DrillType::ChaosExperiment,
        environment: Environment::None,
        announced: None,
        scope: Scope::default(),
        scenario: experiment.owned("description"),
        hypothesis,
        started,
        ended,
        rto_clock: "disruption".to_owned(),
        timeline: Vec::new(),
        recovery_point: None,
        objectives: Vec::new(),
        steady_state: SteadyState {
            before: word(observed.before),
            during: word(held),
            after: word(observed.after),
        },
        actions,
        rollbacks,
        data_integrity: None,
        declared: None,
        raw_result: Some(observed.status),
        summary: None,
        computed,
        reasons,
        findings: Vec::new(),
        participants: Vec::new(),
        plan: None,
        cadence: Cadence::default(),
        controls: Vec::new(),
        tool: Some(Tool { name: "Chaos Toolkit".to_owned(), version: version.clone(), run: None }),
    };
    Some(Read {
        format_version: version,
        title: Some(title),
        captured_at: ended.or(started),
        mode: dry.then_some(Mode::DryRun),
        facts: facts.into_iter().collect(),
        ..Read::new(Body::Drill(Box::new(drill)))
    })
}

const EXPERIMENT: &[&str] = &[
    "version",
    "title",
    "description",
    "tags",
    "contributions",
    "method",
    "rollbacks",
    "steady-state-hypothesis",
    "dry",
    "configuration",
    "secrets",
    "controls",
    "runtime",
    "extensions",
];

fn steps(root: &Map<'_, '_, '_>, key: &str) -> Vec<Step> {
    root.list(key)
        .iter()
        .filter_map(|node| {
            root.reader().map(
                node,
                &["activity", "output", "start", "end", "duration", "status", "tolerance_met", "exception"],
            )
        })
        .map(|entry| Step {
            name: entry
                .get("activity")
                .and_then(|activity| activity.text_of("name"))
                .unwrap_or("unnamed")
                .to_owned(),
            // an activity that was cut off has no status at all
            status: match entry.text("status") {
                Some("succeeded") => "succeeded",
                Some("skipped") => "skipped",
                Some("failed" | "aborted") => "failed",
                Some(_) | None => "unknown",
            }
            .to_owned(),
            started: time(&entry, "start"),
            ended: time(&entry, "end"),
            target: None,
            error: None,
        })
        .collect()
}

fn is_probe(entry: &Node<'_>) -> bool {
    entry.get("activity").and_then(|activity| activity.text_of("type")) == Some("probe")
}

/// Whether an action is a command that came to its end with a status that says that it failed; the tool calls that succeeded.
fn exited_badly(entry: &Node<'_>) -> bool {
    let provider = entry.get("activity").and_then(|activity| activity.get("provider"));
    let is_command = provider.and_then(|provider| provider.text_of("type")) == Some("process");
    let status = entry.get("output").and_then(|output| output.get("status"));
    is_command
        && !is_probe(entry)
        && entry.text_of("status") == Some("succeeded")
        && status.is_some_and(|status| !matches!(&status.data, Data::Number(raw) if raw == "0"))
}

/// Times without an offset are UTC in this format.
fn time(map: &Map<'_, '_, '_>, key: &str) -> Option<Instant> {
    let text = map.text(key)?;
    let parsed = Instant::parse(text).or_else(|_| Instant::parse(&format!("{text}Z")));
    if let (Err(message), Some(node)) = (&parsed, map.get(key)) {
        map.reader().warn(node, "unusable-time", message.clone());
    }
    parsed.ok()
}

fn judge(observed: &Observed) -> (DrillResult, Vec<String>) {
    let one = |result, reason: &str| (result, vec![reason.to_owned()]);
    match observed.status.as_str() {
        "aborted" => return one(DrillResult::Aborted, "the tool aborted"),
        "interrupted" => return one(DrillResult::Interrupted, "it was interrupted"),
        "completed" | "failed" => {}
        other => return (DrillResult::Inconclusive, vec![format!("`{other}` is no status of the tool")]),
    }
    if observed.before == Some(false) && observed.ran == 0 {
        return one(DrillResult::NotRun, "the steady state was not met beforehand, so nothing was run");
    }
    if observed.dry {
        return one(DrillResult::Inconclusive, "it was a dry run");
    }
    if observed.deviated || observed.after == Some(false) || observed.during.contains(&false) {
        return one(DrillResult::Failed, "the steady state was not met any more");
    }
    if observed.status == "failed" {
        return one(DrillResult::Failed, "the tool says that it failed");
    }
    if observed.failed_activities > 0 {
        return (
            DrillResult::Inconclusive,
            vec![format!(
                "{} of {} activities did not succeed: the fault was not injected as meant",
                observed.failed_activities, observed.ran
            )],
        );
    }
    if observed.failed_commands > 0 {
        let message = match observed.failed_commands {
            1 => {
                "the command of 1 action exited with an error: the fault was not injected as meant".to_owned()
            }
            more => {
                format!(
                    "the commands of {more} actions exited with errors: the fault was not injected as meant"
                )
            }
        };
        return (DrillResult::Inconclusive, vec![message]);
    }
    if observed.before == Some(false) {
        return one(DrillResult::Inconclusive, "the steady state was not met beforehand");
    }
    let checked_since = observed.after.is_some() || !observed.during.is_empty();
    match (observed.before, checked_since) {
        (None, false) => return one(DrillResult::Observed, "no steady state was checked"),
        (Some(_), false) => {
            return one(DrillResult::Inconclusive, "the steady state was not checked afterwards");
        }
        (_, true) => {}
    }
    if observed.ran == 0 {
        return one(DrillResult::Inconclusive, "nothing was run");
    }
    if observed.injected == 0 {
        return one(DrillResult::Inconclusive, "only probes were run: nothing was injected");
    }
    if observed.failed_rollbacks > 0 {
        return (
            DrillResult::PassedWithFindings,
            vec![format!("{} rollbacks did not succeed", observed.failed_rollbacks)],
        );
    }
    one(DrillResult::Passed, "the steady state held")
}

/// Our result in the words of `inspect`.
pub(super) fn verdict_word(result: DrillResult) -> &'static str {
    match result {
        DrillResult::Failed => "failed",
        DrillResult::Aborted => "aborted",
        DrillResult::Interrupted => "interrupted",
        DrillResult::NotRun => "not_run",
        DrillResult::Inconclusive => "inconclusive",
        DrillResult::Observed => "observed",
        // a failed rollback is a fact of its own
        DrillResult::PassedWithFindings | DrillResult::Passed => "passed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fine() -> Observed {
        Observed {
            status: "completed".to_owned(),
            deviated: false,
            before: Some(true),
            after: Some(true),
            during: Vec::new(),
            ran: 2,
            injected: 1,
            failed_activities: 0,
            failed_commands: 0,
            failed_rollbacks: 0,
            dry: false,
        }
    }

    #[test]
    fn completed_alone_never_passes() {
        let result = |observed: Observed| judge(&observed).0;
        assert_eq!(result(fine()), DrillResult::Passed);
        assert_eq!(
            result(Observed { before: Some(false), after: None, ran: 0, ..fine() }),
            DrillResult::NotRun
        );
        assert_eq!(result(Observed { after: Some(false), deviated: true, ..fine() }), DrillResult::Failed);
        assert_eq!(result(Observed { failed_activities: 1, ..fine() }), DrillResult::Inconclusive);
        assert_eq!(
            result(Observed { status: "aborted".to_owned(), after: None, ..fine() }),
            DrillResult::Aborted
        );
        assert_eq!(result(Observed { status: "interrupted".to_owned(), ..fine() }), DrillResult::Interrupted);
        assert_eq!(result(Observed { before: None, after: None, ..fine() }), DrillResult::Observed);
        assert_eq!(result(Observed { after: None, ..fine() }), DrillResult::Inconclusive);
        assert_eq!(result(Observed { dry: true, ..fine() }), DrillResult::Inconclusive);
        assert_eq!(result(Observed { failed_commands: 1, ..fine() }), DrillResult::Inconclusive);
        assert_eq!(result(Observed { injected: 0, ..fine() }), DrillResult::Inconclusive);
        assert_eq!(
            result(Observed { failed_commands: 1, after: Some(false), ..fine() }),
            DrillResult::Failed
        );
        assert_eq!(result(Observed { failed_rollbacks: 1, ..fine() }), DrillResult::PassedWithFindings);
        assert_eq!(result(Observed { status: "done".to_owned(), ..fine() }), DrillResult::Inconclusive);
    }
}
