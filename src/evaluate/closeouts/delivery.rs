//! Deliveries of a closeout that failed, their plans and their retries.

use serde_json::Value;

use super::Outcome;
use super::expiry;
use super::fail;
use crate::evaluate::consent::nobody;
use crate::evaluate::counting::SKEW_SECONDS;
use crate::model::governance::GovernanceRecord;
use crate::model::governance::at;
use crate::model::governance::list;
use crate::model::governance::text;
use crate::model::time::Instant;

/// What was decided and done about one delivery: every plan and every run that names it.
struct Retry<'v> {
    plans: Vec<&'v Value>,
    runs: Vec<&'v Value>,
}

fn one_or_many<'v>(record: &'v GovernanceRecord, one: &str, many: &str) -> Vec<&'v Value> {
    let single = record.value(one);
    let listed = single.and_then(Value::as_array).map(|items| items.iter().collect::<Vec<_>>());
    let mut out = listed.unwrap_or_else(|| single.into_iter().collect());
    out.extend(record.list(many));
    out
}

/// The ids in a list; one that is no list, or no text, is an id all the same.
fn ids(value: &Value, key: &str) -> Vec<String> {
    let id = |one: &Value| one.as_str().map_or_else(|| one.to_string(), str::to_owned);
    match at(value, key) {
        None => Vec::new(),
        Some(Value::Array(items)) => items.iter().map(id).collect(),
        Some(one) => vec![id(one)].into_iter().filter(|id| !id.is_empty()).collect(),
    }
}

/// The deliveries that the summary says have failed.
fn named(record: &GovernanceRecord) -> Vec<String> {
    record
        .value("release_closeout_summary")
        .map_or_else(Vec::new, |section| ids(section, "failed_delivery_ids"))
}

/// The ids of deliveries that failed: those that are named, and those that plans are for.
fn failed_deliveries(record: &GovernanceRecord) -> Vec<String> {
    let mut ids = named(record);
    for plan in one_or_many(record, "closeout_retry_plan", "closeout_retry_plans") {
        if let Some(id) = text(plan, &["source_delivery_id"])
            && !ids.iter().any(|known| known == id)
        {
            ids.push(id.to_owned());
        }
    }
    ids
}

const REHEARSED: &str = "would_retry_delivery_ids";
const DONE: [&str; 3] = ["retried_delivery_ids", "delivered_delivery_ids", "succeeded_delivery_ids"];

/// The runs that have happened and name `id`, and the plans for it; `turning` takes the times of runs that lie ahead.
fn retry_of<'v>(
    record: &'v GovernanceRecord,
    id: &str,
    as_of: Instant,
    turning: &mut Vec<Instant>,
) -> Retry<'v> {
    let lists = |run: &Value, key: &str| list(run, key).iter().any(|item| item.as_str() == Some(id));
    let mut plans = one_or_many(record, "closeout_retry_plan", "closeout_retry_plans");
    plans.retain(|plan| text(plan, &["source_delivery_id"]) == Some(id));
    let mut runs = one_or_many(record, "retry_worker_run", "retry_worker_runs");
    runs.retain(|run| lists(run, REHEARSED) || DONE.iter().any(|key| lists(run, key)));
    runs.retain(|run| match ended(run) {
        Some(Ok(at)) if at > as_of.plus_seconds(SKEW_SECONDS) => {
            turning.push(at.plus_seconds(-SKEW_SECONDS));
            false
        }
        Some(Ok(_) | Err(())) | None => true,
    });
    Retry { plans, runs }
}

/// When a run ended, where it says so; an error where that is no time.
fn ended(run: &Value) -> Option<Result<Instant, ()>> {
    let written = [
        "completed_at",
        "finished_at",
        "ended_at",
        "delivered_at",
        "succeeded_at",
        "executed_at",
        "timestamp",
    ]
    .iter()
    .find_map(|key| at(run, key))?;
    Some(written.as_str().and_then(|text| Instant::parse_or_date(text).ok()).ok_or(()))
}

fn is_live(run: &Value) -> bool {
    at(run, "live_connector_used").and_then(Value::as_bool) == Some(true)
}

/// Whether a run delivered it on the real connector, and nothing in it says otherwise.
fn delivered_live(run: &Value, id: &str) -> bool {
    let mode = at(run, "mode").is_none_or(|mode| mode.as_str() == Some("live"));
    let done = matches!(text(run, &["state"]), Some("succeeded" | "delivered" | "completed"));
    let named = DONE.iter().any(|key| list(run, key).iter().any(|item| item.as_str() == Some(id)));
    let again = run.as_object().is_some_and(|map| {
        let mut bad = map.keys().filter(|key| key.contains("fail") || key.contains("skip"));
        bad.any(|key| ids(run, key).iter().any(|failed| failed == id))
    });
    is_live(run) && mode && done && named && !again && !matches!(ended(run), Some(Err(())))
}

/// Whether the last run on the real connector delivered it; all of them, where one does not say when it was.
fn succeeded(runs: &[&Value], id: &str) -> bool {
    let live: Vec<&Value> = runs.iter().copied().filter(|run| is_live(run)).collect();
    let times: Option<Vec<Instant>> = live.iter().map(|run| ended(run)?.ok()).collect();
    let last = times.and_then(|times| times.into_iter().max());
    let mut asked =
        live.iter().filter(|run| last.is_none() || ended(run).and_then(Result::ok) == last).peekable();
    asked.peek().is_some() && asked.all(|run| delivered_live(run, id))
}

/// Whether the closeout was delivered, or its retry is planned and rehearsed.
pub(super) fn delivery(record: &GovernanceRecord, as_of: Instant, turning: &mut Vec<Instant>) -> Outcome {
    let state = record.text("release_closeout_summary.delivery_state").unwrap_or("not given");
    let named = named(record);
    if state == "delivered" && named.is_empty() {
        return Outcome::Fine("delivered".to_owned());
    }
    if !["delivered", "failed", "partial", "partial_failure"].contains(&state) {
        return fail(format!("the delivery is `{state}`"));
    }
    let ids = failed_deliveries(record);
    if ids.is_empty() {
        return fail(format!("the delivery is `{state}`, and there is no retry plan"));
    }
    let mut worst = Outcome::Fine("every failed delivery succeeded later".to_owned());
    for id in &ids {
        let Retry { plans, runs } = retry_of(record, id, as_of, turning);
        if succeeded(&runs, id) {
            continue;
        }
        if plans.is_empty() {
            worst = worst.min(fail(format!("`{id}` failed and has no retry plan")));
        }
        // of several plans and runs the worst answers
        for plan in plans {
            worst = worst.min(planned(id, plan, &runs, as_of, turning));
        }
    }
    worst
}

fn planned(id: &str, plan: &Value, runs: &[&Value], as_of: Instant, turning: &mut Vec<Instant>) -> Outcome {
    if text(plan, &["decision"]) != Some("retry") {
        return fail(format!(
            "the plan for `{id}` decides `{}`",
            text(plan, &["decision"]).unwrap_or("nothing")
        ));
    }
    let Some(owner) = text(plan, &["owner"]).filter(|owner| !nobody(owner)) else {
        return fail(format!("the plan for `{id}` has no owner"));
    };
    let Some(target) = text(plan, &["target_resolution_date"]).and_then(expiry) else {
        return fail(format!("the plan for `{id}` has no date it has to be done by"));
    };
    turning.push(target.ends());
    if target.is_over(as_of) {
        return fail(format!("the retry of `{id}` was due on {target}, and did not succeed"));
    }
    if runs.is_empty() {
        return fail(format!("no retry run names `{id}`"));
    }
    if let Some(run) = runs.iter().find(|run| text(run, &["state"]) != Some("completed")) {
        return fail(format!(
            "the retry run of `{id}` is `{}`",
            text(run, &["state"]).unwrap_or("not given")
        ));
    }
    let all_reviewed = runs.iter().all(|run| at(run, "reviewed").and_then(Value::as_bool) == Some(true));
    let reviewed = if all_reviewed { "" } else { ", not yet reviewed" };
    Outcome::Warn(format!("`{id}` failed; {owner} retries it by {target}{reviewed}"))
}

/// Whether every failed delivery has a decision and a run.
pub(super) fn retries(record: &GovernanceRecord, as_of: Instant, turning: &mut Vec<Instant>) -> Outcome {
    let state = record.text("release_closeout_summary.delivery_state").unwrap_or("not given");
    if state == "delivered" && named(record).is_empty() {
        return Outcome::Fine("no delivery failed".to_owned());
    }
    let ids = failed_deliveries(record);
    if ids.is_empty() {
        return fail(format!("the delivery is `{state}`, and nobody decided what to do"));
    }
    for id in &ids {
        let Retry { plans, runs } = retry_of(record, id, as_of, turning);
        if plans.is_empty() || plans.iter().any(|plan| text(plan, &["decision"]).is_none()) {
            return fail(format!("nobody decided about `{id}`"));
        }
        if !runs.iter().any(|run| text(run, &["state"]).is_some()) {
            return fail(format!("no retry run names `{id}`"));
        }
    }
    Outcome::Fine(format!("a decision and a run for {} failed", ids.len()))
}
