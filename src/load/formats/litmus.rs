//! Litmus `ChaosResult` objects as drills.

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
use crate::model::finding::Checked;

/// The row.
pub(super) const ROW: Format = Format {
    id: "litmus-chaosresult",
    title: "a Litmus ChaosResult",
    media_type: "application/yaml",
    kind: EvidenceKind::Drill,
    docs: "**What it reads.** The object that `kubectl get chaosresult -o json` (or `-o yaml`) prints, or a list of them.\n\n\
           **Traps.** The verdict `Pass` without a single probe says only that the fault was injected: observed, not passed. \
           A verdict is believed only when the phase is `Completed` and no probe says otherwise. The counters of `history` \
           add up over all runs, and the object does not say when its last run was: name `captured-at` in the evidence index. \
           What `kubectl describe` prints is not the object and is kept as an attachment.\n\n\
           **Source.** <https://docs.litmuschaos.io/docs/concepts/chaos-result> and the Go types of the operator.",
    detect: |input| tool_drill::holds_objects(input, "litmuschaos.io", &["ChaosResult"]),
    read,
};

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, ROW.title) };
    let reader = Reader::new(input.path, input.text, document);
    let read = results(&reader);
    checked(reader, read)
}

fn results(reader: &Reader<'_>) -> Option<Read> {
    let objects = tool_drill::objects(reader.root());
    let found: Vec<Found> = objects.iter().filter_map(|node| result(reader, node)).collect();
    let Some(first) = found.first() else {
        reader.error(reader.root(), "nothing-read", "it holds no result that could be read", "");
        return None;
    };
    let one_run = found.len() == 1 && first.runs <= 1;
    let created = one_run.then(|| created(reader, objects.first()?)).flatten();
    if !one_run {
        let message = "it does not say when its last run was: name `captured-at` in the evidence index";
        reader.note(reader.root(), "unusable-time", message);
    }
    let sum = |pick: fn(&Found) -> usize| found.iter().map(pick).sum::<usize>();
    let words: Vec<Option<String>> = found.iter().map(|one| one.run.word.clone()).collect();
    let phases: Vec<&str> = found.iter().map(|one| one.phase.as_str()).collect();
    let mut facts = vec![
        ("experiments", json!(found.len())),
        ("probes", json!(sum(|one| one.probes))),
        ("failed_probes", json!(sum(|one| one.failed_probes))),
    ];
    match (words.as_slice(), phases.as_slice()) {
        ([word], [phase]) => facts.extend([("status", json!(word)), ("phase", json!(phase))]),
        (words, phases) => facts.extend([("status", json!(words)), ("phase", json!(phases))]),
    }
    let held = match (sum(|one| one.probes), sum(|one| one.failed_probes), sum(|one| one.undecided)) {
        (0, _, _) => "not-checked",
        (_, 0, 0) => "met",
        (_, 0, _) => "not-checked",
        (_, _, _) => "not-met",
    };
    let runs = found.into_iter().map(|one| one.run).collect();
    let mut drill = tool_drill::combine(
        tool_drill::tool("Litmus"),
        DrillType::ChaosExperiment,
        "chaos experiments",
        runs,
    );
    drill.steady_state.after = Some(held.to_owned());
    facts.push(("title", json!(drill.title)));
    facts.push(("verdict", json!(super::chaostoolkit::verdict_word(drill.computed))));
    Some(Read {
        format_version: reader.root().text_of("apiVersion").map(str::to_owned),
        title: Some(drill.title.clone()),
        captured_at: created,
        facts: facts.into_iter().collect(),
        ..Read::new(Body::Drill(Box::new(drill)))
    })
}

struct Found {
    run: Run,
    phase: String,
    probes: usize,
    failed_probes: usize,
    undecided: usize,
    runs: u64,
}

const OBJECT: &[&str] = &["apiVersion", "kind", "metadata", "spec", "status"];

fn created(reader: &Reader<'_>, node: &Node<'_>) -> Option<crate::model::time::Instant> {
    let metadata = node.get("metadata")?;
    reader.map(metadata, METADATA)?.instant("creationTimestamp")
}

const METADATA: &[&str] = &[
    "name",
    "namespace",
    "labels",
    "annotations",
    "uid",
    "creationTimestamp",
    "generation",
    "resourceVersion",
    "selfLink",
    "managedFields",
    "ownerReferences",
];

fn result(reader: &Reader<'_>, node: &Node<'_>) -> Option<Found> {
    let object = reader.map(node, OBJECT)?;
    let name = object.get("metadata").and_then(|node| node.text_of("name")).unwrap_or("unnamed");
    let spec = object.map("spec", &["engine", "experiment", "instance"]);
    let experiment = spec.and_then(|spec| spec.owned("experiment")).unwrap_or_else(|| name.to_owned());
    let status = object.map("status", &["experimentStatus", "probeStatuses", "probeStatus", "history"]);
    let state = status.and_then(|status| {
        status.map(
            "experimentStatus",
            &["phase", "verdict", "probeSuccessPercentage", "failStep", "errorOutput"],
        )
    });
    let phase = state.and_then(|state| state.owned("phase")).unwrap_or_default();
    let word = state.and_then(|state| state.owned("verdict"));
    let percentage = state.and_then(|state| state.scalar("probeSuccessPercentage")).map(str::to_owned);
    let probes = status.map_or_else(Vec::new, |status| probes(&status));
    let failed_probes = probes.iter().filter(|probe| probe.status == "failed").count();
    let undecided = probes.iter().filter(|probe| probe.status == "unknown").count();
    let (judged, reason) = judge(&Observed {
        phase: &phase,
        verdict: word.as_deref().unwrap_or_default(),
        probes: probes.len(),
        failed: failed_probes,
        undecided,
        percentage: percentage.as_deref().and_then(|text| text.parse().ok()),
    });
    if let (DrillResult::Inconclusive, Some(word), Some(at)) =
        (judged, &word, state.and_then(|state| state.get("verdict")))
        && !["Pass", "Fail", "Stopped", "Error", "Awaited"].contains(&word.as_str())
    {
        reader.warn(
            at,
            "unknown-status",
            format!("`{word}` is no verdict of the tool; nothing is made of it"),
        );
    }
    let mut run = Run::new(format!("{experiment} ({name})"), judged, reason);
    let injected = match judged {
        DrillResult::Passed | DrillResult::Observed => "succeeded",
        _ => "unknown",
    };
    run.actions = vec![tool_drill::step(experiment, injected)];
    let count = probes.len();
    run.actions.extend(probes);
    run.word = word;
    let history = status
        .and_then(|status| status.map("history", &["passedRuns", "failedRuns", "stoppedRuns", "targets"]));
    let runs = history.map_or(0, |history| {
        ["passedRuns", "failedRuns", "stoppedRuns"]
            .iter()
            .map(|key| tool_drill::count(&history, key))
            .fold(0, u64::saturating_add)
    });
    Some(Found { probes: count, undecided, run, phase, failed_probes, runs })
}

/// The probes, of either shape: a verdict each, or a text per mode, such as `Passed` with a thumb.
fn probes(status: &Map<'_, '_, '_>) -> Vec<Step> {
    let key = if status.has("probeStatuses") { "probeStatuses" } else { "probeStatus" };
    status
        .maps(key, &["name", "type", "mode", "status", "description"])
        .iter()
        .map(|probe| {
            let kind = probe.owned("type");
            let words: Vec<&str> = match probe.get("status") {
                Some(node) => match node.text_of("verdict") {
                    Some(verdict) => vec![verdict],
                    None => node.map().into_iter().flatten().filter_map(|entry| entry.value.text()).collect(),
                },
                None => Vec::new(),
            };
            let starts = |word: &str| words.iter().any(|text| text.starts_with(word));
            let all_passed = !words.is_empty() && words.iter().all(|text| text.starts_with("Passed"));
            let state = match (starts("Failed") || starts("Better"), all_passed) {
                (true, _) => "failed",
                (false, true) => "succeeded",
                (false, false) => "unknown",
            };
            let name = probe.owned("name").unwrap_or_else(|| "unnamed".to_owned());
            Step { target: kind, ..tool_drill::step(format!("probe {name}"), state) }
        })
        .collect()
}

struct Observed<'o> {
    phase: &'o str,
    verdict: &'o str,
    probes: usize,
    failed: usize,
    undecided: usize,
    percentage: Option<f64>,
}

fn judge(observed: &Observed<'_>) -> (DrillResult, String) {
    let Observed { phase, verdict, probes, failed, undecided, percentage } = observed;
    if *failed > 0 {
        return (DrillResult::Failed, format!("{failed} of {probes} probes failed"));
    }
    match *verdict {
        "Fail" => return (DrillResult::Failed, "the tool's verdict is `Fail`".to_owned()),
        "Stopped" => return (DrillResult::Interrupted, "it was stopped".to_owned()),
        "Error" => return (DrillResult::Aborted, "the tool could not go on".to_owned()),
        "Pass" => {}
        "Awaited" => return (DrillResult::Inconclusive, "it had not finished".to_owned()),
        "" => return (DrillResult::Inconclusive, "there is no verdict".to_owned()),
        other => return (DrillResult::Inconclusive, format!("`{other}` is no verdict of the tool")),
    }
    if *phase != "Completed" {
        return (DrillResult::Inconclusive, format!("the verdict is `Pass` and the phase `{phase}`"));
    }
    if percentage.is_some_and(|percentage| percentage < 100.0) {
        return (DrillResult::Failed, "not all probes succeeded".to_owned());
    }
    if *undecided > 0 {
        return (DrillResult::Inconclusive, format!("{undecided} of {probes} probes have no verdict"));
    }
    if *probes == 0 {
        return (
            DrillResult::Observed,
            "the fault was injected, and no probe looked at what it did".to_owned(),
        );
    }
    (DrillResult::Passed, format!("all {probes} probes held"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_counts_only_with_probes_that_held_and_a_phase_that_is_over() {
        let fine = || Observed {
            phase: "Completed",
            verdict: "Pass",
            probes: 2,
            failed: 0,
            undecided: 0,
            percentage: Some(100.0),
        };
        let result = |observed: Observed<'_>| judge(&observed).0;
        assert_eq!(result(fine()), DrillResult::Passed);
        assert_eq!(result(Observed { probes: 0, ..fine() }), DrillResult::Observed);
        assert_eq!(result(Observed { failed: 1, ..fine() }), DrillResult::Failed);
        assert_eq!(result(Observed { undecided: 1, ..fine() }), DrillResult::Inconclusive);
        assert_eq!(result(Observed { percentage: Some(50.0), ..fine() }), DrillResult::Failed);
        assert_eq!(result(Observed { phase: "Running", ..fine() }), DrillResult::Inconclusive);
        assert_eq!(result(Observed { verdict: "Awaited", ..fine() }), DrillResult::Inconclusive);
        assert_eq!(result(Observed { verdict: "Fail", ..fine() }), DrillResult::Failed);
        assert_eq!(result(Observed { verdict: "Stopped", ..fine() }), DrillResult::Interrupted);
        assert_eq!(result(Observed { verdict: "Error", ..fine() }), DrillResult::Aborted);
        assert_eq!(result(Observed { verdict: "passed", ..fine() }), DrillResult::Inconclusive);
    }
}
