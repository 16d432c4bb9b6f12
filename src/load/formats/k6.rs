//! Summaries of k6: what `handleSummary` is given, what `--summary-export` writes, and the machine-readable form.

use serde_json::json;

use super::Format;
use super::Input;
use super::Read;
use super::checked;
use super::k6_rules;
use super::k6_rules::Checks;
use super::k6_rules::Expression;
use super::not_this;
use super::tool_drill;
use super::tool_drill::Run;
use crate::load::text::node::Data;
use crate::load::text::node::Node;
use crate::load::text::reader::Map;
use crate::load::text::reader::Reader;
use crate::model::drill::DrillResult;
use crate::model::drill::DrillType;
use crate::model::drill::Objective;
use crate::model::drill::Tool;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;

/// The row.
pub(super) const ROW: Format = Format {
    id: "k6-summary",
    title: "a k6 summary",
    media_type: "application/json",
    kind: EvidenceKind::Drill,
    docs: "**What it reads.** Three shapes: what a script's `handleSummary` writes, what `--summary-export` writes, and what \
           `--new-machine-readable-summary` writes.\n\n\
           **Traps.** A threshold is `{\"ok\": true}` in the first shape when it was met; in the second it is `false` when it \
           was met, as the word means *crossed*; the third has none, so it is observed and never passed. `passes` of a rate \
           counts samples equal to one, which on `http_req_failed` are the failures: only rates are used. Checks that fail \
           fail no run of k6; they are findings here. Without a threshold nothing was asked.\n\n\
           **Source.** <https://grafana.com/docs/k6/latest/results-output/end-of-test/> and the source of k6.",
    detect: |input| {
        let summary = || {
            let map = |key: &str| {
                input.root().and_then(|root| root.get(key)).is_some_and(|node| node.map().is_some())
            };
            map("metrics") && map("root_group")
        };
        let machine = || {
            input.root().is_some_and(|root| {
                root.has("results") && root.get("metadata").is_some_and(|metadata| metadata.has("k6Version"))
            })
        };
        summary() || machine()
    },
    read,
};

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, ROW.title) };
    let reader = Reader::new(input.path, input.text, document);
    let read = match reader.root().has("root_group") {
        true => summary(&reader),
        false => machine(&reader),
    };
    checked(reader, read)
}

/// The first two shapes; each threshold says itself of which it is.
fn summary(reader: &Reader<'_>) -> Option<Read> {
    let root = reader.map(reader.root(), &["metrics", "root_group", "options", "state", "setup_data"])?;
    let metrics = root.get("metrics").and_then(Node::map).unwrap_or_default();
    let mut objectives = Vec::new();
    let mut nested = false;
    for entry in metrics {
        let inner = entry.value.get("values");
        nested |= inner.is_some();
        let values = inner.unwrap_or(&entry.value);
        let contains = entry.value.text_of("contains");
        for threshold in entry.value.get("thresholds").and_then(Node::map).unwrap_or_default() {
            let met = match (&threshold.value.data, threshold.value.get("ok").map(|ok| &ok.data)) {
                (Data::Map(_), Some(Data::Bool(ok))) => Some(*ok),
                // here the word means: crossed
                (Data::Bool(crossed), None) if inner.is_none() => Some(!crossed),
                _ => {
                    let message = "this does not say whether the threshold was met; not used";
                    reader.warn(&threshold.value, "unknown-status", message);
                    None
                }
            };
            objectives.push(objective(
                reader,
                &entry.key,
                contains,
                &threshold.key,
                values,
                met,
                &threshold.value,
            ));
        }
    }
    let checks = root.get("root_group").map(|group| k6_rules::checks(group)).unwrap_or_default();
    let iterations = metrics
        .iter()
        .find(|entry| entry.key == "iterations")
        .and_then(|entry| number(entry.value.get("values").unwrap_or(&entry.value), "count"));
    let millis = root.map("state", &["isStdOutTTY", "isStdErrTTY", "testRunDurationMs"]);
    let duration = millis.and_then(|state| state.number("testRunDurationMs"));
    let shape = if nested { "handle-summary" } else { "summary-export" };
    let found =
        k6_rules::Found { objectives, checks, iterations, metrics: metrics.len(), shape, can_ask: true };
    Some(record(found, duration, None, None))
}

fn number(values: &Node<'_>, key: &str) -> Option<f64> {
    match &values.get(key)?.data {
        Data::Number(raw) => raw.parse().ok().filter(|value: &f64| value.is_finite()),
        Data::Null | Data::Bool(_) | Data::Text(_) | Data::List(_) | Data::Map(_) => None,
    }
}

/// A threshold; the tool's word holds unless the number beside it says otherwise.
fn objective(
    reader: &Reader<'_>,
    metric: &str,
    contains: Option<&str>,
    text: &str,
    values: &Node<'_>,
    said: Option<bool>,
    at: &Node<'_>,
) -> Objective {
    let Some(expression) = Expression::parse(text) else {
        return k6_rules::unread(metric, text, said);
    };
    let found = number(values, expression.value)
        // the second shape calls a rate `value`
        .or_else(|| number(values, "value").filter(|_| expression.value == "rate" && values.has("fails")));
    let computed = found.map(|found| expression.holds(found));
    if let (Some(said), Some(computed)) = (said, computed)
        && said != computed
    {
        let word = if said { "met" } else { "missed" };
        let message =
            format!("`{text}` of `{metric}` is said to be {word}, the number beside it says otherwise");
        reader.warn(at, "declared-mismatch", message);
    }
    let met = match (said, computed) {
        (Some(said), Some(computed)) => Some(said && computed),
        (said, None) => said,
        (None, Some(_)) => None,
    };
    k6_rules::objective(metric, contains, &expression, found, met)
}

/// The third shape: no thresholds in it.
fn machine(reader: &Reader<'_>) -> Option<Read> {
    let root = reader.map(reader.root(), &["version", "config", "metadata", "results"])?;
    let config = root.map("config", &["duration", "execution", "script"]);
    let metadata = root.map("metadata", &["k6Version", "generatedAt"]);
    let results = root.map("results", &["checks", "metrics", "groups", "scenarios"])?;
    let metrics = if results.has("metrics") { results.list("metrics") } else { &[] };
    let checks = results.map("checks", &["metrics", "results"]).map_or_else(Checks::default, |checks| {
        let list = if checks.has("results") { checks.list("results") } else { &[] };
        list.iter().fold(Checks::default(), |sum, node| sum.and(node))
    });
    let iterations = metrics
        .iter()
        .find(|metric| metric.text_of("name") == Some("iterations"))
        .and_then(|metric| number(metric.get("values")?, "count"));
    let objectives = metrics.iter().filter_map(|node| measured(reader, node)).collect();
    let duration = config.and_then(|config| config.number("duration")).map(|seconds| seconds * 1000.0);
    let version = metadata.and_then(|metadata| metadata.owned("k6Version"));
    let script = config.and_then(|config| config.owned("script"));
    let ended = metadata.and_then(|metadata| metadata.instant("generatedAt"));
    let found = k6_rules::Found {
        objectives,
        checks,
        iterations,
        metrics: metrics.len(),
        shape: "machine-readable",
        can_ask: false,
    };
    let mut read = record(found, duration, version, script);
    if let Body::Drill(drill) = &mut read.body {
        drill.ended = ended;
    }
    Some(Read { captured_at: ended, format_version: root.owned("version"), ..read })
}

/// What was measured without being asked for: latency and errors of HTTP.
fn measured(reader: &Reader<'_>, node: &Node<'_>) -> Option<Objective> {
    let metric: Map<'_, '_, '_> = reader.map(node, &["name", "type", "contains", "values"])?;
    let value = match metric.text("name")? {
        "http_req_duration" => "p(95)",
        "http_req_failed" => "rate",
        _ => return None,
    };
    let expression = Expression { value, compare: Default::default(), target: f64::NAN };
    let found = number(metric.get("values")?, value);
    let mut objective =
        k6_rules::objective(metric.text("name")?, metric.text("contains"), &expression, found, None);
    objective.target = None;
    Some(objective)
}

/// The record of what was found.
pub(super) fn record(
    found: k6_rules::Found,
    duration_ms: Option<f64>,
    version: Option<String>,
    script: Option<String>,
) -> Read {
    let (result, reasons) = k6_rules::judge(&found);
    let title = script.map_or_else(|| "Load test with k6".to_owned(), |script| format!("Load test {script}"));
    let mut run = Run::new(title, result, "");
    run.reasons = reasons;
    let asked =
        || found.objectives.iter().filter(|objective| objective.target.is_some() || objective.met.is_some());
    let facts = [
        ("shape", json!(found.shape)),
        ("metrics", json!(found.metrics)),
        ("thresholds", json!(asked().count())),
        ("thresholds_missed", json!(asked().filter(|one| one.met == Some(false)).count())),
        ("checks", json!(found.checks.names)),
        ("check_passes", json!(found.checks.passes)),
        ("check_fails", json!(found.checks.fails)),
        ("iterations", json!(found.iterations)),
        ("duration_ms", json!(duration_ms)),
        ("verdict", json!(super::chaostoolkit::verdict_word(result))),
    ];
    run.objectives = found.objectives;
    let tool = Tool { name: "k6".to_owned(), version, run: None };
    let mut drill = tool_drill::combine(tool, DrillType::Load, "load tests", vec![run]);
    if result == DrillResult::PassedWithFindings {
        drill.summary = drill.reasons.first().cloned();
    }
    Read {
        title: Some(drill.title.clone()),
        facts: facts.into_iter().collect(),
        ..Read::new(Body::Drill(Box::new(drill)))
    }
}
