//! The native drill record, read strictly; what it achieved is computed from its timeline.

use serde_json::json;

use super::Format;
use super::Input;
use super::NamedFile;
use super::Read;
use super::drill_rules;
use super::not_this;
use super::placeholder;
use crate::load::records;
use crate::load::text::node::Data;
use crate::load::text::node::Node;
use crate::model::drill::Amount;
use crate::model::drill::Drill;
use crate::model::drill::DrillFile;
use crate::model::drill::DrillResult;
use crate::model::drill::Mark;
use crate::model::drill::RtoClock;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::finding::did_you_mean;

/// The row.
pub(super) const ROW: Format = Format {
    id: "drill",
    title: "a drill record",
    media_type: "application/vnd.trustbook.drill+json",
    kind: EvidenceKind::Drill,
    docs: "**What it reads.** YAML or JSON with `drill-version: \"1\"`: what was tried, against which objectives, what was \
           measured, what was found. `trustbook schema drill` prints its schema.\n\n\
           **Traps.** RTO, RPO, MTTD and MTTR are computed from the timeline; a written value that differs by more than a \
           second is a warning, and the computed one is used. The result is computed too and wins over the declared one. \
           A time without an offset is an error.\n\n\
           **Source.** Defined here, in the terms of NIST SP 800-84 and ISO 22398.",
    detect: |input| input.has_keys(&["drill-version"]),
    read,
};

pub(super) const METRICS: [&str; 10] =
    ["rto", "rpo", "mttd", "mttr", "mtpd", "availability", "error-rate", "latency", "throughput", "custom"];
const STEP: [&str; 4] = ["succeeded", "failed", "skipped", "unknown"];
const STATE: [&str; 3] = ["met", "not-met", "not-checked"];
pub(super) const INTEGRITY: [&str; 4] = ["verified", "failed", "not-checked", "not-applicable"];
pub(super) const SEVERITY: [&str; 4] = ["low", "medium", "high", "critical"];
pub(super) const FINDING: [&str; 4] = ["open", "in-progress", "done", "accepted"];

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, ROW.title) };
    let mut findings = records::duplicates(input.path, input.text, document);
    let duplicated = !findings.is_empty();
    let root = without_extensions(&document.root);
    let Some(mut file) = records::part::<DrillFile>(input.path, input.text, document, &root, &mut findings)
    else {
        return Checked { value: None, findings };
    };
    if duplicated || !words(input.path, &file, &mut findings) {
        return Checked { value: None, findings };
    }
    if file.timeline.windows(2).any(|pair| pair[0].at > pair[1].at) {
        findings.push(
            Finding::warning("timeline-order", "the timeline is not in order of time")
                .at(Place::pointer(input.path, "/timeline")),
        );
        file.timeline.sort_by_key(|mark| mark.at);
    }
    if file.ended.is_some_and(|ended| ended < file.started) {
        findings.push(
            Finding::error("invalid-value", "it ended before it started")
                .at(Place::pointer(input.path, "/ended")),
        );
        return Checked { value: None, findings };
    }
    measure(input.path, &mut file, &mut findings);
    let declared = file.result.status;
    let aborted = file.timeline.iter().any(|mark| mark.mark == Mark::Aborted);
    let cut_short = match declared {
        DrillResult::Aborted | DrillResult::Interrupted | DrillResult::NotRun => Some(declared),
        DrillResult::Failed
        | DrillResult::Inconclusive
        | DrillResult::Observed
        | DrillResult::PassedWithFindings
        | DrillResult::Passed => aborted.then_some(DrillResult::Aborted),
    };
    let (computed, mut reasons) = drill_rules::judge(&drill_rules::Facts {
        objectives: &file.objectives,
        steady_state_after: file.steady_state.after.as_deref(),
        data_integrity: file.data_integrity.as_ref().map(|integrity| integrity.status.as_str()),
        actions: file.actions.iter().map(|step| step.status.as_str()).collect(),
        rollbacks: file.rollbacks.iter().map(|step| step.status.as_str()).collect(),
        open_findings: file
            .findings
            .iter()
            .filter(|finding| {
                finding.severity != "low"
                    && matches!(finding.status.as_deref(), None | Some("open" | "in-progress"))
            })
            .map(|finding| finding.title.as_str())
            .collect(),
        cut_short,
    });
    if declared > computed {
        findings.push(
            Finding::warning(
                "declared-mismatch",
                format!(
                    "declared `{}`, computed `{}`; the computed result is used",
                    declared.word().to_lowercase(),
                    computed.word().to_lowercase()
                ),
            )
            .at(Place::pointer(input.path, "/result/status"))
            .help(reasons.join("; ")),
        );
    } else if declared < computed && declared == DrillResult::Failed {
        // its own people say that it failed: nothing makes that better
        reasons.insert(0, "its people declared it failed".to_owned());
    }
    let computed = if declared == DrillResult::Failed { DrillResult::Failed } else { computed };
    let named = file
        .evidence
        .iter()
        .enumerate()
        .map(|(index, evidence)| NamedFile {
            path: evidence.path.clone(),
            sha256: evidence.sha256.clone(),
            size_bytes: None,
            pointer: format!("/evidence/{index}"),
        })
        .collect();
    let captured_at = Some(file.ended.unwrap_or(file.started));
    let raw = serde_json::to_value(declared).ok().and_then(|value| value.as_str().map(str::to_owned));
    let plan =
        file.plan.map(|plan| [plan.title, plan.version].into_iter().flatten().collect::<Vec<_>>().join(" "));
    let read = Read {
        format_version: Some(file.drill_version),
        title: Some(file.title.clone()),
        captured_at,
        named,
        placeholder: placeholder(&document.root),
        facts: [("declared", json!(raw)), ("computed", json!(computed))].into_iter().collect(),
        ..Read::new(Body::Drill(Box::new(Drill {
            drill_id: file.id.to_string(),
            title: file.title,
            drill_type: file.drill_type,
            environment: file.environment,
            announced: file.announced,
            scope: file.scope,
            scenario: file.scenario,
            hypothesis: file.hypothesis,
            started: Some(file.started),
            ended: file.ended,
            rto_clock: match file.rto_clock {
                RtoClock::Disruption => "disruption".to_owned(),
                RtoClock::Declaration => "declaration".to_owned(),
            },
            timeline: file.timeline,
            recovery_point: file.recovery_point,
            objectives: file.objectives,
            steady_state: file.steady_state,
            actions: file.actions,
            rollbacks: file.rollbacks,
            data_integrity: file.data_integrity,
            declared: Some(declared),
            raw_result: raw,
            summary: file.result.summary,
            computed,
            reasons,
            findings: file.findings,
            participants: file.participants,
            plan: plan.filter(|plan| !plan.is_empty()),
            cadence: file.cadence,
            controls: file.controls,
            tool: file.tool,
        })))
    };
    Checked { value: Some(read), findings }
}

/// The record without its `x-` keys.
fn without_extensions<'a>(root: &Node<'a>) -> Node<'a> {
    match &root.data {
        Data::Map(entries) => Node {
            data: Data::Map(entries.iter().filter(|entry| !entry.key.starts_with("x-")).cloned().collect()),
            start: root.start,
            end: root.end,
        },
        Data::Null | Data::Bool(_) | Data::Number(_) | Data::Text(_) | Data::List(_) => root.clone(),
    }
}

/// Notes a word that is none of those known.
pub(super) fn one_of(place: Place, word: &str, known: &[&str], findings: &mut Vec<Finding>) {
    if !known.contains(&word) {
        let list: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
        let help = did_you_mean(word, known.iter().copied()).map(|meant| format!("did you mean `{meant}`?"));
        findings.push(
            Finding::error(
                "invalid-value",
                format!("expected one of {}, found `{}`", list.join(", "), word.escape_debug()),
            )
            .at(place)
            .help(help.unwrap_or_default()),
        );
    }
}

/// Checks the words that the types leave open.
fn words(path: &str, file: &DrillFile, findings: &mut Vec<Finding>) -> bool {
    let before = findings.len();
    let mut one_of = |pointer: String, word: &str, known: &[&str]| {
        self::one_of(Place::pointer(path, pointer), word, known, findings);
    };
    one_of("/drill-version".to_owned(), &file.drill_version, &["1"]);
    for (index, objective) in file.objectives.iter().enumerate() {
        one_of(format!("/objectives/{index}/metric"), &objective.metric, &METRICS);
    }
    for (key, steps) in [("actions", &file.actions), ("rollbacks", &file.rollbacks)] {
        for (index, step) in steps.iter().enumerate() {
            one_of(format!("/{key}/{index}/status"), &step.status, &STEP);
        }
    }
    let state = &file.steady_state;
    for (key, value) in [("before", &state.before), ("during", &state.during), ("after", &state.after)] {
        if let Some(value) = value {
            one_of(format!("/steady-state/{key}"), value, &STATE);
        }
    }
    if let Some(integrity) = &file.data_integrity {
        one_of("/data-integrity/status".to_owned(), &integrity.status, &INTEGRITY);
    }
    for (index, finding) in file.findings.iter().enumerate() {
        one_of(format!("/findings/{index}/severity"), &finding.severity, &SEVERITY);
        if let Some(status) = &finding.status {
            one_of(format!("/findings/{index}/status"), status, &FINDING);
        }
    }
    findings.len() == before
}

/// Fills in what was achieved and whether that is enough.
fn measure(path: &str, file: &mut DrillFile, findings: &mut Vec<Finding>) {
    for (index, objective) in file.objectives.iter_mut().enumerate() {
        let computed = drill_rules::achieved(
            &objective.metric,
            objective.service.as_deref(),
            &file.timeline,
            file.recovery_point,
            file.rto_clock,
        );
        if let (Some(computed), Some(Amount::Period(written))) = (computed, objective.achieved)
            && (computed.approximate_millis() - written.approximate_millis()).abs() > 1000
        {
            findings.push(
                Finding::warning(
                    "declared-mismatch",
                    format!(
                        "written is {}, the timeline gives {}; the timeline is used",
                        written.human(),
                        computed.human()
                    ),
                )
                .at(Place::pointer(path, format!("/objectives/{index}/achieved"))),
            );
        }
        if let Some(computed) = computed {
            objective.achieved = Some(Amount::Period(computed));
        }
        objective.met = drill_rules::met(objective);
        if let (Some(target), Some(achieved), None) = (objective.target, objective.achieved, objective.met) {
            findings.push(
                Finding::warning(
                    "not-comparable",
                    format!("`{achieved}` cannot be compared with `{target}`"),
                )
                .at(Place::pointer(path, format!("/objectives/{index}")))
                .help("write both as numbers, as periods or as percentages"),
            );
        }
    }
}
