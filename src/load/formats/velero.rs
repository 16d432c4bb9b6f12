//! Velero `Restore` and `Backup` objects, and the results list of a restore.

use serde_json::json;

use super::Format;
use super::Input;
use super::Read;
use super::checked;
use super::not_this;
use super::tool_drill;
use super::tool_drill::Run;
use super::tool_drill::count;
use crate::load::text::node::Node;
use crate::load::text::reader::Reader;
use crate::model::drill::Amount;
use crate::model::drill::DrillResult;
use crate::model::drill::DrillType;
use crate::model::drill::Objective;
use crate::model::drill::Step;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::time::Period;

/// The row of the objects.
pub(super) const ROW: Format = Format {
    id: "velero",
    title: "a Velero restore or backup",
    media_type: "application/json",
    kind: EvidenceKind::Drill,
    docs: "**What it reads.** The objects `Restore` and `Backup` of `velero.io`, or lists of them, as `kubectl get … -o json` \
           or `-o yaml` prints them.\n\n\
           **Traps.** A restore passes when it is `Completed`, has no errors and has restored every item it counted, one at \
           least; it says nothing of whether the data is whole. `PartiallyFailed` is failed. Counters that are missing are zero. The time a \
           restore took is a part of the recovery time, not all of it. A backup that was made is observed, never passed: \
           nobody restored it.\n\n\
           **Source.** <https://velero.io/docs/main/api-types/restore/> and the Go types of Velero.",
    detect: |input| tool_drill::holds_objects(input, "velero.io", &["Restore", "Backup"]),
    read,
};

/// The row of `velero restore describe`'s results file.
pub(super) const RESULTS: Format = Format {
    id: "velero-restore-results",
    title: "the results of a Velero restore",
    media_type: "application/json",
    kind: EvidenceKind::Drill,
    docs: "**What it reads.** The file `restore-<name>-results` that Velero stores beside a backup: only `errors` and \
           `warnings`, by part (`velero`, `cluster`, `namespaces`).\n\n\
           **Traps.** It does not say whether the restore came to its end: without errors it is inconclusive. Keep the \
           `Restore` object as well.\n\n\
           **Source.** The Go type `results.Result` of Velero.",
    detect: |input| {
        let parts = ["velero", "cluster", "namespaces"];
        let is = |node: &Node<'_>| {
            node.map().is_some_and(|entries| entries.iter().all(|entry| parts.contains(&entry.key.as_ref())))
        };
        let some = |node: &Node<'_>| node.map().is_some_and(|entries| !entries.is_empty());
        input.root().is_some_and(|root| match (root.map(), root.get("errors"), root.get("warnings")) {
            (Some(all), Some(errors), Some(warnings)) => {
                all.len() == 2 && is(errors) && is(warnings) && (some(errors) || some(warnings))
            }
            _ => false,
        })
    },
    read: results,
};

const OBJECT: &[&str] = &["apiVersion", "kind", "metadata", "spec", "status"];

const STATUS: &[&str] = &[
    "phase",
    "startTimestamp",
    "completionTimestamp",
    "progress",
    "warnings",
    "errors",
    "failureReason",
    "validationErrors",
    "hookStatus",
    "restoreItemOperationsAttempted",
    "restoreItemOperationsCompleted",
    "restoreItemOperationsFailed",
    "backupItemOperationsAttempted",
    "backupItemOperationsCompleted",
    "backupItemOperationsFailed",
    "volumeSnapshotsAttempted",
    "volumeSnapshotsCompleted",
    "csiVolumeSnapshotsAttempted",
    "csiVolumeSnapshotsCompleted",
    "expiration",
    "formatVersion",
    "version",
];

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, ROW.title) };
    let reader = Reader::new(input.path, input.text, document);
    let read = objects(&reader);
    checked(reader, read)
}

fn objects(reader: &Reader<'_>) -> Option<Read> {
    let found: Vec<Found> =
        tool_drill::objects(reader.root()).iter().filter_map(|node| object(reader, node)).collect();
    let restores = found.iter().filter(|one| one.restore).count();
    if found.is_empty() {
        reader.error(reader.root(), "nothing-read", "it holds no object that could be read", "");
        return None;
    }
    let sum = |pick: fn(&Found) -> u64| found.iter().map(pick).fold(0, u64::saturating_add);
    let phases: Vec<Option<&str>> = found.iter().map(|one| one.run.word.as_deref()).collect();
    let mut facts = vec![
        ("restores", json!(restores)),
        ("backups", json!(found.len() - restores)),
        ("errors", json!(sum(|one| one.errors))),
        ("warnings", json!(sum(|one| one.warnings))),
        ("items", json!(sum(|one| one.done))),
        ("total_items", json!(sum(|one| one.total))),
        (
            "status",
            match phases.as_slice() {
                [phase] => json!(phase),
                phases => json!(phases),
            },
        ),
    ];
    let newest = found.iter().filter(|one| !one.restore).filter_map(|one| one.run.started).max();
    let (drill_type, what) = match restores {
        0 => (DrillType::Backup, "backups"),
        _ => (DrillType::Restore, "restores and backups"),
    };
    // where something was restored, the backups beside it are no runs of the drill
    let runs = found.into_iter().filter(|one| one.restore || restores == 0).map(|one| one.run).collect();
    let mut drill = tool_drill::combine(tool_drill::tool("Velero"), drill_type, what, runs);
    drill.recovery_point = newest;
    facts.push(("duration", json!(seconds(&drill))));
    facts.push(("title", json!(drill.title)));
    facts.push(("verdict", json!(super::chaostoolkit::verdict_word(drill.computed))));
    Some(Read {
        format_version: reader.root().text_of("apiVersion").map(str::to_owned),
        title: Some(drill.title.clone()),
        captured_at: drill.ended.or(drill.started),
        facts: facts.into_iter().collect(),
        ..Read::new(Body::Drill(Box::new(drill)))
    })
}

fn seconds(drill: &crate::model::drill::Drill) -> Option<i64> {
    Some(drill.ended?.seconds_since(drill.started?))
}

struct Found {
    run: Run,
    restore: bool,
    errors: u64,
    warnings: u64,
    done: u64,
    total: u64,
}

fn object(reader: &Reader<'_>, node: &Node<'_>) -> Option<Found> {
    let object = reader.map(node, OBJECT)?;
    let restore = object.text("kind") == Some("Restore");
    let name = object.get("metadata").and_then(|node| node.text_of("name")).unwrap_or("unnamed").to_owned();
    let status = object.map("status", STATUS);
    let number = |key: &str| status.map_or(0, |status| count(&status, key));
    let progress =
        status.and_then(|status| status.map("progress", &["totalItems", "itemsRestored", "itemsBackedUp"]));
    let done_key = if restore { "itemsRestored" } else { "itemsBackedUp" };
    let of_progress = |key: &str| progress.map_or(0, |progress| count(&progress, key));
    let hooks = status.and_then(|status| status.map("hookStatus", &["hooksAttempted", "hooksFailed"]));
    let phase = status.and_then(|status| status.owned("phase"));
    let (errors, warnings) = (number("errors"), number("warnings"));
    let observed = Observed {
        phase: phase.as_deref().unwrap_or_default(),
        errors,
        done: of_progress(done_key),
        total: of_progress("totalItems"),
        operations_failed: number("restoreItemOperationsFailed")
            .saturating_add(number("backupItemOperationsFailed")),
        hooks_failed: hooks.map_or(0, |hooks| count(&hooks, "hooksFailed")),
    };
    let (result, reason) = judge(&observed, restore);
    if unknown(observed.phase)
        && !observed.phase.is_empty()
        && let Some(at) = status.and_then(|status| status.get("phase"))
    {
        let message = format!("`{}` is no phase that is known; nothing is made of it", observed.phase);
        reader.warn(at, "unknown-status", message);
    }
    let (done, total) = (observed.done, observed.total);
    let mut run = Run::new(name.clone(), result, reason);
    run.word = phase;
    run.started = status.and_then(|status| status.instant("startTimestamp"));
    run.ended = status.and_then(|status| status.instant("completionTimestamp"));
    let spec = object.get("spec");
    let source = spec.and_then(|spec| spec.text_of("backupName").or_else(|| spec.text_of("scheduleName")));
    let state = match result {
        DrillResult::Passed | DrillResult::PassedWithFindings | DrillResult::Observed => "succeeded",
        DrillResult::Failed | DrillResult::Aborted => "failed",
        DrillResult::NotRun => "skipped",
        DrillResult::Interrupted | DrillResult::Inconclusive => "unknown",
    };
    run.actions = vec![Step {
        started: run.started,
        ended: run.ended,
        target: source.map(str::to_owned),
        ..tool_drill::step(if restore { "restore" } else { "backup" }, state)
    }];
    if restore && let (Some(started), Some(ended)) = (run.started, run.ended) {
        run.objectives.extend(took(ended.millis_since(started)));
    }
    Some(Found { run, restore, errors, warnings, done, total })
}

/// How long a restore took, as an objective that a target can be set for.
pub(super) fn took(millis: i64) -> Option<Objective> {
    (millis >= 0).then(|| Objective {
        metric: "rto".to_owned(),
        name: None,
        service: None,
        target: None,
        achieved: Some(Amount::Period(Period::from_millis(millis))),
        unit: None,
        compare: Default::default(),
        note: Some("the time the tool took to restore: a part of the recovery time".to_owned()),
        met: None,
    })
}

struct Observed<'o> {
    phase: &'o str,
    errors: u64,
    done: u64,
    total: u64,
    operations_failed: u64,
    hooks_failed: u64,
}

const FAILED: [&str; 5] = [
    "Failed",
    "PartiallyFailed",
    "FinalizingPartiallyFailed",
    "WaitingForPluginOperationsPartiallyFailed",
    "FailedValidation",
];
const UNFINISHED: [&str; 8] = [
    "New",
    "Queued",
    "ReadyToStart",
    "InProgress",
    "WaitingForPluginOperations",
    "Finalizing",
    "Deleting",
    "",
];

fn unknown(phase: &str) -> bool {
    phase != "Completed" && !FAILED.contains(&phase) && !UNFINISHED.contains(&phase)
}

fn judge(observed: &Observed<'_>, restore: bool) -> (DrillResult, String) {
    let Observed { phase, errors, done, total, operations_failed, hooks_failed } = observed;
    if *phase == "FailedValidation" {
        return (DrillResult::NotRun, "the tool refused it before it began".to_owned());
    }
    if FAILED.contains(phase) {
        return (DrillResult::Failed, format!("the phase is `{phase}`"));
    }
    if *errors > 0 || *operations_failed > 0 {
        return (DrillResult::Failed, format!("{} errors", errors.saturating_add(*operations_failed)));
    }
    match *phase {
        "Completed" => {}
        "New" => return (DrillResult::NotRun, "it had not begun".to_owned()),
        "" => return (DrillResult::Inconclusive, "there is no phase".to_owned()),
        other if unknown(other) => {
            return (DrillResult::Inconclusive, format!("`{other}` is no phase that is known"));
        }
        other => return (DrillResult::Inconclusive, format!("it had not finished: `{other}`")),
    }
    if done < total {
        return (DrillResult::Inconclusive, format!("{done} of {total} items, whatever the phase says"));
    }
    if restore && *done == 0 {
        return (DrillResult::Inconclusive, "it says of no item that it was restored".to_owned());
    }
    if !restore {
        return (DrillResult::Observed, "a backup was made; nothing was restored from it".to_owned());
    }
    if *hooks_failed > 0 {
        return (DrillResult::PassedWithFindings, format!("{hooks_failed} hooks failed"));
    }
    (DrillResult::Passed, "the restore completed without errors".to_owned())
}

fn results(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, RESULTS.title) };
    let reader = Reader::new(input.path, input.text, document);
    let read = reader.map(reader.root(), &["errors", "warnings"]).map(|root| {
        let (errors, warnings) = (messages(root.get("errors")), messages(root.get("warnings")));
        let run = match errors {
            0 => Run::new(
                "Velero restore",
                DrillResult::Inconclusive,
                "no errors are listed, and whether the restore came to its end is not said",
            ),
            errors => Run::new("Velero restore", DrillResult::Failed, format!("{errors} errors")),
        };
        let drill =
            tool_drill::combine(tool_drill::tool("Velero"), DrillType::Restore, "restores", vec![run]);
        let facts = [
            ("errors", json!(errors)),
            ("warnings", json!(warnings)),
            ("verdict", json!(super::chaostoolkit::verdict_word(drill.computed))),
        ];
        Read {
            title: Some("Results of a Velero restore".to_owned()),
            facts: facts.into_iter().collect(),
            ..Read::new(Body::Drill(Box::new(drill)))
        }
    });
    checked(reader, read)
}

/// How many messages a part of the results holds, lists by namespace included.
fn messages(node: Option<&Node<'_>>) -> usize {
    let parts = node.and_then(Node::map).unwrap_or_default();
    let in_list = |node: &Node<'_>| node.list().map_or(0, <[_]>::len);
    parts
        .iter()
        .map(|part| match part.value.map() {
            Some(namespaces) => namespaces.iter().map(|one| in_list(&one.value)).sum(),
            None => in_list(&part.value),
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restore_passes_only_when_it_completed_with_every_item_and_no_error() {
        let fine = || Observed {
            phase: "Completed",
            errors: 0,
            done: 10,
            total: 10,
            operations_failed: 0,
            hooks_failed: 0,
        };
        let result = |observed: Observed<'_>| judge(&observed, true).0;
        assert_eq!(result(fine()), DrillResult::Passed);
        assert_eq!(result(Observed { errors: 1, ..fine() }), DrillResult::Failed);
        assert_eq!(result(Observed { operations_failed: 1, ..fine() }), DrillResult::Failed);
        assert_eq!(result(Observed { hooks_failed: 1, ..fine() }), DrillResult::PassedWithFindings);
        assert_eq!(result(Observed { done: 9, ..fine() }), DrillResult::Inconclusive);
        assert_eq!(result(Observed { done: 0, total: 0, ..fine() }), DrillResult::Inconclusive);
        assert_eq!(result(Observed { done: 1, total: 0, ..fine() }), DrillResult::Passed);
        assert_eq!(judge(&Observed { done: 0, total: 0, ..fine() }, false).0, DrillResult::Observed);
        assert_eq!(result(Observed { phase: "PartiallyFailed", ..fine() }), DrillResult::Failed);
        assert_eq!(result(Observed { phase: "FailedValidation", ..fine() }), DrillResult::NotRun);
        assert_eq!(result(Observed { phase: "InProgress", ..fine() }), DrillResult::Inconclusive);
        assert_eq!(result(Observed { phase: "", ..fine() }), DrillResult::Inconclusive);
        assert_eq!(result(Observed { phase: "Done", ..fine() }), DrillResult::Inconclusive);
        assert_eq!(judge(&fine(), false).0, DrillResult::Observed);
    }
}
