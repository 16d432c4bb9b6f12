//! Deliveries of a closeout that failed, their plans and their retries.

use serde_json::Value;

use super::Outcome;
use super::expiry;
use super::fail;
use crate::model::governance::GovernanceRecord;
use crate::model::governance::at;
use crate::model::governance::list;
use crate::model::governance::text;
use crate::model::time::Instant;

/// One retry of a delivery: its plan, and the run that rehearsed or made it.
struct Retry<'v> {
    plan: Option<&'v Value>,
    run: Option<&'v Value>,
}

fn one_or_many<'v>(record: &'v GovernanceRecord, one: &str, many: &str) -> Vec<&'v Value> {
    let single = record.value(one);
    let listed = single.and_then(Value::as_array).map(|items| items.iter().collect::<Vec<_>>());
    let mut out = listed.unwrap_or_else(|| single.into_iter().collect());
    out.extend(record.list(many));
    out
}

/// The ids of deliveries that failed: those that are named, else those that plans are for.
fn failed_deliveries(record: &GovernanceRecord) -> Vec<String> {
    let summary = record.value("release_closeout_summary");
    let named = summary.map_or(&[][..], |section| list(section, "failed_delivery_ids"));
    let mut ids: Vec<String> = named.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    for plan in one_or_many(record, "closeout_retry_plan", "closeout_retry_plans") {
        if let Some(id) = text(plan, &["source_delivery_id"])
            && !ids.iter().any(|known| known == id)
        {
            ids.push(id.to_owned());
        }
    }
    ids
}

fn retry_of<'v>(record: &'v GovernanceRecord, id: &str) -> Retry<'v> {
    let lists = |run: &Value, keys: &[&str]| {
        keys.iter().any(|key| list(run, key).iter().any(|item| item.as_str() == Some(id)))
    };
    Retry {
        plan: one_or_many(record, "closeout_retry_plan", "closeout_retry_plans")
            .into_iter()
            .find(|plan| text(plan, &["source_delivery_id"]) == Some(id)),
        run: one_or_many(record, "retry_worker_run", "retry_worker_runs").into_iter().find(|run| {
            text(run, &["state"]).is_some()
                && lists(
                    run,
                    &[
                        "would_retry_delivery_ids",
                        "retried_delivery_ids",
                        "delivered_delivery_ids",
                        "succeeded_delivery_ids",
                    ],
                )
        }),
    }
}

/// Whether a run delivered it on the real connector.
fn delivered_live(run: &Value, id: &str) -> bool {
    let live = at(run, "live_connector_used").and_then(Value::as_bool) == Some(true);
    let done = matches!(text(run, &["state"]), Some("succeeded" | "delivered" | "completed"));
    let named = ["delivered_delivery_ids", "succeeded_delivery_ids", "retried_delivery_ids"]
        .iter()
        .any(|key| list(run, key).iter().any(|item| item.as_str() == Some(id)));
    live && done && named
}

/// Whether the closeout was delivered, or its retry is planned and rehearsed.
pub(super) fn delivery(record: &GovernanceRecord, as_of: Instant, turning: &mut Vec<Instant>) -> Outcome {
    let state = record.text("release_closeout_summary.delivery_state").unwrap_or("not given");
    if state == "delivered" {
        return Outcome::Fine("delivered".to_owned());
    }
    if !["failed", "partial", "partial_failure"].contains(&state) {
        return fail(format!("the delivery is `{state}`"));
    }
    let ids = failed_deliveries(record);
    if ids.is_empty() {
        return fail(format!("the delivery is `{state}`, and there is no retry plan"));
    }
    let mut worst = Outcome::Fine("every failed delivery succeeded later".to_owned());
    for id in &ids {
        let Retry { plan, run } = retry_of(record, id);
        if run.is_some_and(|run| delivered_live(run, id)) {
            continue;
        }
        worst = worst.min(planned(id, plan, run, as_of, turning));
    }
    worst
}

fn planned(
    id: &str,
    plan: Option<&Value>,
    run: Option<&Value>,
    as_of: Instant,
    turning: &mut Vec<Instant>,
) -> Outcome {
    let Some(plan) = plan else { return fail(format!("`{id}` failed and has no retry plan")) };
    if text(plan, &["decision"]) != Some("retry") {
        return fail(format!(
            "the plan for `{id}` decides `{}`",
            text(plan, &["decision"]).unwrap_or("nothing")
        ));
    }
    let Some(owner) = text(plan, &["owner"]) else {
        return fail(format!("the plan for `{id}` has no owner"));
    };
    let Some(target) = text(plan, &["target_resolution_date"]).and_then(expiry) else {
        return fail(format!("the plan for `{id}` has no date it has to be done by"));
    };
    turning.push(target.ends());
    if target.is_over(as_of) {
        return fail(format!("the retry of `{id}` was due on {target}, and did not succeed"));
    }
    let Some(run) = run else { return fail(format!("no retry run names `{id}`")) };
    if text(run, &["state"]) != Some("completed") {
        return fail(format!(
            "the retry run of `{id}` is `{}`",
            text(run, &["state"]).unwrap_or("not given")
        ));
    }
    let reviewed = match at(run, "reviewed").and_then(Value::as_bool) {
        Some(true) => "",
        Some(false) | None => ", not yet reviewed",
    };
    Outcome::Warn(format!("`{id}` failed; {owner} retries it by {target}{reviewed}"))
}

/// Whether every failed delivery has a decision and a run.
pub(super) fn retries(record: &GovernanceRecord) -> Outcome {
    let state = record.text("release_closeout_summary.delivery_state").unwrap_or("not given");
    let ids = failed_deliveries(record);
    if state == "delivered" {
        return Outcome::Fine("no delivery failed".to_owned());
    }
    if ids.is_empty() {
        return fail(format!("the delivery is `{state}`, and nobody decided what to do"));
    }
    for id in &ids {
        let Retry { plan, run } = retry_of(record, id);
        if plan.and_then(|plan| text(plan, &["decision"])).is_none() {
            return fail(format!("nobody decided about `{id}`"));
        }
        if run.is_none() {
            return fail(format!("no retry run names `{id}`"));
        }
    }
    Outcome::Fine(format!("a decision and a run for {} failed", ids.len()))
}
