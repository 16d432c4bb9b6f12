//! AWS Fault Injection Service experiments as drills. Names of resources and account numbers stay in the original.

use serde_json::json;

use super::Format;
use super::Input;
use super::Read;
use super::checked;
use super::not_this;
use super::tool_drill;
use super::tool_drill::Run;
use crate::load::text::node::Node;
use crate::load::text::reader::Map;
use crate::load::text::reader::Reader;
use crate::model::drill::DrillResult;
use crate::model::drill::DrillType;
use crate::model::drill::Step;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::evidence::Mode;
use crate::model::finding::Checked;

/// The row.
pub(super) const ROW: Format = Format {
    id: "aws-fis-experiment",
    title: "an AWS FIS experiment",
    media_type: "application/json",
    kind: EvidenceKind::Drill,
    docs: "**What it reads.** What `aws fis get-experiment` prints, or `list-experiments`.\n\n\
           **Traps.** `completed` says that the actions ran to their end, not that the system held: observed, never passed. \
           Stopped by a stop condition is failed; with an action that did not complete, or with `actionsMode: skip-all`, \
           nothing was tried as meant. Names of resources (ARNs) and account numbers are not taken over: publish the record, \
           not the original. A template (`actions`, `targets`, `stopConditions`) is a plan and no result: kept as an attachment.\n\n\
           **Source.** <https://docs.aws.amazon.com/fis/latest/APIReference/API_Experiment.html>.",
    detect: |input| {
        let is = |node: &Node<'_>| {
            node.text_of("arn").is_some_and(|arn| arn.starts_with("arn:aws") && arn.contains(":fis:"))
        };
        input.root().is_some_and(|root| {
            root.get("experiment").is_some_and(is)
                || root.get("experiments").and_then(Node::list).is_some_and(|list| list.iter().any(is))
        })
    },
    read,
};

const EXPERIMENT: &[&str] = &[
    "id",
    "arn",
    "experimentTemplateId",
    "roleArn",
    "state",
    "targets",
    "actions",
    "stopConditions",
    "creationTime",
    "startTime",
    "endTime",
    "tags",
    "logConfiguration",
    "experimentOptions",
    "targetAccountConfigurationsCount",
    "experimentReport",
    "experimentReportConfiguration",
];

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, ROW.title) };
    let reader = Reader::new(input.path, input.text, document);
    let read = experiments(&reader);
    checked(reader, read)
}

fn experiments(reader: &Reader<'_>) -> Option<Read> {
    let root = reader.map(reader.root(), &["experiment", "experiments", "nextToken"])?;
    let nodes: Vec<&Node<'_>> = match root.get("experiment") {
        Some(node) => vec![node],
        None => root.list("experiments").iter().collect(),
    };
    if root.has("nextToken") {
        reader.warn(root.node(), "cut-off", "the list goes on where this file ends (`nextToken`)");
    }
    let maps: Vec<Map<'_, '_, '_>> = nodes.iter().filter_map(|node| reader.map(node, EXPERIMENT)).collect();
    let dry = !maps.is_empty() && maps.iter().all(skips_all);
    let runs: Vec<Run> = maps.iter().map(run).collect();
    if runs.is_empty() {
        reader.error(root.node(), "nothing-read", "it holds no experiment that could be read", "");
        return None;
    }
    let failed = runs.iter().flat_map(|run| &run.actions).filter(|step| step.status != "succeeded").count();
    let words: Vec<Option<&str>> = runs.iter().map(|run| run.word.as_deref()).collect();
    let status = match words.as_slice() {
        [word] => json!(word),
        words => json!(words),
    };
    let mut facts = vec![
        ("experiments", json!(runs.len())),
        ("activities", json!(runs.iter().map(|run| run.actions.len()).sum::<usize>())),
        ("failed_activities", json!(failed)),
        ("status", status),
    ];
    let drill =
        tool_drill::combine(tool_drill::tool("AWS FIS"), DrillType::ChaosExperiment, "experiments", runs);
    facts.push(("title", json!(drill.title)));
    facts.push(("verdict", json!(super::chaostoolkit::verdict_word(drill.computed))));
    Some(Read {
        title: Some(drill.title.clone()),
        captured_at: drill.ended.or(drill.started),
        mode: dry.then_some(Mode::DryRun),
        facts: facts.into_iter().collect(),
        ..Read::new(Body::Drill(Box::new(drill)))
    })
}

fn skips_all(map: &Map<'_, '_, '_>) -> bool {
    map.get("experimentOptions").and_then(|options| options.text_of("actionsMode")) == Some("skip-all")
}

fn run(map: &Map<'_, '_, '_>) -> Run {
    let reader = map.reader();
    let state = map.map("state", &["status", "reason", "error"]);
    let status = state.and_then(|state| state.owned("status"));
    let reason = state.and_then(|state| state.owned("reason")).map(|text| tool_drill::redacted(&text));
    let actions = actions(map);
    let started = tool_drill::loose_time(map, "startTime");
    let observed = Observed {
        status: status.as_deref().unwrap_or_default(),
        reason: reason.as_deref().unwrap_or_default(),
        actions: actions.len(),
        undone: actions.iter().filter(|step| step.status != "succeeded").count(),
        began: started.is_some() || actions.iter().any(|step| step.started.is_some()),
        dry: skips_all(map),
    };
    let (result, why) = judge(&observed);
    if !KNOWN.contains(&observed.status) {
        let at = state.and_then(|state| state.get("status")).unwrap_or(map.node());
        reader.warn(
            at,
            "unknown-status",
            format!("`{}` is no status of the service; nothing is made of it", observed.status),
        );
    }
    let name = map
        .get("tags")
        .and_then(|tags| tags.text_of("Name"))
        .map(tool_drill::redacted)
        .or_else(|| map.owned("id"))
        .unwrap_or_else(|| "FIS experiment".to_owned());
    let mut run = Run::new(name, result, why);
    run.word = status;
    run.started = started;
    run.ended = tool_drill::loose_time(map, "endTime");
    run.actions = actions;
    run
}

const KNOWN: [&str; 8] =
    ["pending", "initiating", "running", "completed", "stopping", "stopped", "failed", "cancelled"];

fn actions(map: &Map<'_, '_, '_>) -> Vec<Step> {
    let reader = map.reader();
    let known =
        ["actionId", "description", "parameters", "targets", "startAfter", "state", "startTime", "endTime"];
    let entries = map.get("actions").and_then(Node::map).unwrap_or_default();
    entries
        .iter()
        .filter_map(|entry| Some((entry.key.as_ref(), reader.map(&entry.value, &known)?)))
        .map(|(name, action)| {
            let state = action.map("state", &["status", "reason"]);
            let status = match state.and_then(|state| state.text("status")) {
                Some("completed") => "succeeded",
                Some("skipped") => "skipped",
                Some("failed" | "cancelled" | "stopped") => "failed",
                Some(_) | None => "unknown",
            };
            let error = state.and_then(|state| state.text("reason")).filter(|_| status != "succeeded");
            Step {
                started: tool_drill::loose_time(&action, "startTime"),
                ended: tool_drill::loose_time(&action, "endTime"),
                target: action.owned("actionId"),
                error: error.map(tool_drill::redacted),
                ..tool_drill::step(name, status)
            }
        })
        .collect()
}

struct Observed<'o> {
    status: &'o str,
    reason: &'o str,
    actions: usize,
    undone: usize,
    began: bool,
    dry: bool,
}

fn judge(observed: &Observed<'_>) -> (DrillResult, String) {
    let Observed { status, reason, actions, undone, began, dry } = observed;
    match *status {
        "completed" => {}
        "stopped" if reason.to_ascii_lowercase().contains("stop condition") => {
            return (DrillResult::Failed, "a stop condition ended it".to_owned());
        }
        "stopped" => return (DrillResult::Interrupted, "it was stopped".to_owned()),
        "failed" if reason.is_empty() => {
            return (DrillResult::Failed, "the service says that it failed".to_owned());
        }
        "failed" => return (DrillResult::Failed, format!("the service says that it failed: {reason}")),
        "cancelled" if *began => return (DrillResult::Interrupted, "it was cancelled".to_owned()),
        "cancelled" => return (DrillResult::NotRun, "it was cancelled before it began".to_owned()),
        "pending" | "initiating" | "running" | "stopping" => {
            return (DrillResult::Inconclusive, format!("it had not finished: `{status}`"));
        }
        other => return (DrillResult::Inconclusive, format!("`{other}` is no status of the service")),
    }
    if *dry {
        return (DrillResult::Inconclusive, "every action was skipped on purpose".to_owned());
    }
    if *undone > 0 {
        return (
            DrillResult::Inconclusive,
            format!("{undone} of {actions} actions did not complete: the fault was not injected as meant"),
        );
    }
    (DrillResult::Observed, "the actions ran to their end; whether the system held is not said".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn completed_is_observed_at_most() {
        let completed = || Observed {
            status: "completed",
            reason: "Experiment completed.",
            actions: 2,
            undone: 0,
            began: true,
            dry: false,
        };
        let result = |observed: Observed<'_>| judge(&observed).0;
        assert_eq!(result(completed()), DrillResult::Observed);
        assert_eq!(result(Observed { undone: 1, ..completed() }), DrillResult::Inconclusive);
        assert_eq!(result(Observed { dry: true, ..completed() }), DrillResult::Inconclusive);
        assert_eq!(result(Observed { status: "running", ..completed() }), DrillResult::Inconclusive);
        assert_eq!(result(Observed { status: "failed", ..completed() }), DrillResult::Failed);
        assert_eq!(result(Observed { status: "stopped", ..completed() }), DrillResult::Interrupted);
        let halted = "Experiment halted by stop condition.";
        assert_eq!(
            result(Observed { status: "stopped", reason: halted, ..completed() }),
            DrillResult::Failed
        );
        assert_eq!(result(Observed { status: "cancelled", ..completed() }), DrillResult::Interrupted);
        assert_eq!(
            result(Observed { status: "cancelled", began: false, ..completed() }),
            DrillResult::NotRun
        );
        assert_eq!(result(Observed { status: "COMPLETED", ..completed() }), DrillResult::Inconclusive);
    }
}
