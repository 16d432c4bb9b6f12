//! Closeouts, rule by rule: each part fine, with a warning or failing; the state they come to; what a sample may say.

use serde_json::Value;
use serde_json::json;

use super::row;
use super::table;
use crate::governance::Documents;
use crate::governance::NOW;
use crate::governance::PACKAGE;
use crate::governance::closeout;

const PROFILE: &str = "closeout";
const RISK: &str = "ready_with_accepted_risk delivery: risk-accepted";

fn all(rows: Vec<super::Row>) {
    table(PROFILE, NOW, rows);
}

fn with(change: impl FnOnce(&mut Value)) -> Documents {
    let mut document: Value = serde_json::from_str(&closeout().text(PACKAGE)).unwrap();
    change(&mut document);
    Documents::default().with(PACKAGE, document.to_string())
}

/// The package with one value set; `null` takes the key out.
fn set(pointer: &str, value: Value) -> Documents {
    with(|package| {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = package.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        if value.is_null() {
            parent.remove(key).unwrap();
        } else {
            parent.insert(key.to_owned(), value);
        }
    })
}

fn fails(part: &str) -> String {
    if part == "delivery" {
        "blocked delivery: closeout-fails".to_owned()
    } else {
        format!("blocked delivery: risk-accepted {part}: closeout-fails")
    }
}

fn sorted(line: &str) -> String {
    let (state, rest) = line.split_once(' ').unwrap();
    let mut parts: Vec<String> =
        rest.split(' ').collect::<Vec<_>>().chunks(2).map(|pair| pair.join(" ")).collect();
    parts.sort();
    format!("{state} {}", parts.join(" "))
}

fn failing(part: &str) -> String {
    sorted(&fails(part))
}

/// Parts 1 to 3: readiness with its six kinds, the manifest with its signature, the closeout without a blocker.
#[test]
fn d1_d2_d3_readiness_manifest_and_closeout() {
    let refs = "/final_readiness_bundle/evidence_refs";
    let mut rows =
        vec![row("as it is", closeout(), RISK), row("no package", Documents::default(), "blocked")];
    let kinds = ["readiness", "approval", "packet", "auditor", "archive", "alert"];
    for left_out in kinds {
        let named: Vec<String> =
            kinds.iter().filter(|kind| **kind != left_out).map(|kind| format!("x://{kind}/1")).collect();
        // the alert stands in a section of its own
        let expected = if left_out == "alert" { RISK.to_owned() } else { failing("final-readiness") };
        rows.push(row(format!("no {left_out}"), set(refs, json!(named)), expected));
    }
    let five: Vec<String> = kinds[..5].iter().map(|kind| format!("x://{kind}/1")).collect();
    rows.push(row(
        "no alert anywhere",
        with(|package| {
            package["final_readiness_bundle"]["evidence_refs"] = json!(five);
            package.as_object_mut().unwrap().remove("retention_alert_delivery");
        }),
        failing("final-readiness"),
    ));
    rows.push(row("no references", set(refs, json!([])), failing("final-readiness")));
    for state in ["draft", "READY", ""] {
        rows.push(row(
            format!("readiness {state:?}"),
            set("/final_readiness_bundle/state", json!(state)),
            failing("final-readiness"),
        ));
    }
    for pointer in [
        "/final_readiness_bundle/state",
        "/final_readiness_bundle/bundle_id",
        "/final_readiness_bundle/evidence_refs",
    ] {
        rows.push(row(format!("without {pointer}"), set(pointer, Value::Null), failing("final-readiness")));
    }
    let manifest = |key: &str, value: Value| set(&format!("/signed_archive_manifest/{key}"), value);
    for (key, value) in [
        ("private_key_stored", json!(true)),
        ("private_key_stored", Value::Null),
        ("private_key_stored", json!("false")),
        ("signature_state", json!("unsigned")),
        ("signature_state", json!("simulated")),
        ("signature_state", Value::Null),
        ("manifest_digest", Value::Null),
        ("manifest_digest", json!("a".repeat(63))),
        ("manifest_digest", json!("a".repeat(65))),
        ("manifest_digest", json!("z".repeat(64))),
    ] {
        rows.push(row(format!("manifest {key} {value}"), manifest(key, value), failing("signed-manifest")));
    }
    rows.push(row(
        "a digest with its algorithm",
        manifest("manifest_digest", json!(format!("sha256:{}", "a".repeat(64)))),
        RISK,
    ));
    rows.push(row("no manifest", set("/signed_archive_manifest", Value::Null), failing("signed-manifest")));
    let summary = |key: &str, value: Value| set(&format!("/release_closeout_summary/{key}"), value);
    for (key, value) in [
        ("closeout_state", json!("open")),
        ("closeout_state", json!("closing")),
        ("closeout_state", Value::Null),
        ("blocker_count", json!(1)),
        ("blocker_count", json!(-1)),
        ("blocker_count", json!("0")),
        ("blocker_count", Value::Null),
    ] {
        rows.push(row(format!("closeout {key} {value}"), summary(key, value), failing("release-closeout")));
    }
    all(rows);
}

/// Parts 4 and 8: a delivery that failed, its plan and its run.
#[test]
fn d4_d8_a_failed_delivery_needs_a_plan_and_a_run() {
    let plan = |key: &str, value: Value| set(&format!("/closeout_retry_plan/{key}"), value);
    let run = |key: &str, value: Value| set(&format!("/retry_worker_run/{key}"), value);
    let both = "blocked delivery: closeout-fails retry-workflow: closeout-fails";
    let delivered =
        |state: &str| with(|package| package["release_closeout_summary"]["delivery_state"] = json!(state));
    let mut rows = vec![
        row("delivered", delivered("delivered"), "ready_for_release"),
        row("partial", delivered("partial"), RISK),
        row("failed", delivered("failed"), RISK),
        row("in words nobody knows", delivered("mostly"), failing("delivery")),
        row("not said", set("/release_closeout_summary/delivery_state", Value::Null), failing("delivery")),
        row("no plan", set("/closeout_retry_plan", Value::Null), both),
        row("no run", set("/retry_worker_run", Value::Null), both),
        row("the run is of another delivery", run("would_retry_delivery_ids", json!(["d-2"])), both),
        row("the run is of none", run("would_retry_delivery_ids", json!([])), both),
        row("the run is reviewed", run("reviewed", json!(true)), RISK),
        row("the run is not reviewed", run("reviewed", json!(false)), RISK),
    ];
    for (key, value) in [
        ("decision", json!("drop")),
        ("owner", Value::Null),
        ("owner", json!("")),
        ("target_resolution_date", Value::Null),
        ("target_resolution_date", json!("soon")),
    ] {
        rows.push(row(format!("plan {key} {value}"), plan(key, value), failing("delivery")));
    }
    rows.push(row("a plan without a decision", plan("decision", Value::Null), both));
    for state in ["running", "failed", "COMPLETED"] {
        rows.push(row(format!("run {state}"), run("state", json!(state)), failing("delivery")));
    }
    rows.push(row("a live retry succeeded", live(|_| {}), "ready_for_release"));
    rows.push(row("a retry that was not live", live(|run| run["live_connector_used"] = json!(false)), RISK));
    rows.push(row(
        "a live retry of another delivery",
        live(|run| run["delivered_delivery_ids"] = json!(["d-2"])),
        RISK,
    ));
    rows.push(row(
        "a live retry that failed",
        live(|run| run["state"] = json!("failed")),
        failing("delivery"),
    ));
    all(rows);
    let due = |when: &str, expected: &str| {
        let documents = with(|package| {
            package["closeout_retry_plan"]["target_resolution_date"] = json!("2026-06-07");
            package["release_decision"]["accepted_risk"]["expires_at"] = json!("2026-12-31");
        });
        table(PROFILE, when, vec![row(format!("due at {when}"), documents, expected)]);
    };
    due("2026-06-07T23:59:59Z", RISK);
    due("2026-06-08T00:00:00Z", &failing("delivery"));
}

/// The package whose retry is live, with its run changed.
fn live(change: fn(&mut Value)) -> Documents {
    with(|package| {
        let run = &mut package["retry_worker_run"];
        run["delivered_delivery_ids"] = json!(["d-1"]);
        run["live_connector_used"] = json!(true);
        run["mode"] = json!("live");
        change(run);
    })
}

/// Part 4: what contradicts itself never counts as delivered, and of several plans and runs the worst answers in any order.
#[test]
fn d4_a_delivery_that_says_two_things_is_not_delivered() {
    let delivered = |failed: Value| {
        with(|package| {
            package["release_closeout_summary"]["delivery_state"] = json!("delivered");
            package["release_closeout_summary"]["failed_delivery_ids"] = failed;
        })
    };
    let both = "blocked delivery: closeout-fails retry-workflow: closeout-fails";
    let mut rows = vec![
        row("delivered, none failed", delivered(json!([])), "ready_for_release"),
        row("delivered, null failed", delivered(Value::Null), "ready_for_release"),
        row("delivered, one failed and is retried", delivered(json!(["d-1"])), RISK),
        row("delivered, another failed", delivered(json!(["d-2"])), both),
        row("delivered, one failed as a text", delivered(json!("d-2")), both),
        row("delivered, one failed as a number", delivered(json!([7])), both),
    ];
    rows.push(row("live", live(|_| {}), "ready_for_release"));
    rows.push(row("live by its flag", live(|run| run["mode"] = Value::Null), "ready_for_release"));
    rows.push(row("a dry run with the flag", live(|run| run["mode"] = json!("dry_run")), RISK));
    rows.push(row("in a mode nobody knows", live(|run| run["mode"] = json!("shadow")), RISK));
    rows.push(row("failed again", live(|run| run["failed_delivery_ids"] = json!(["d-1"])), RISK));
    rows.push(row(
        "another failed",
        live(|run| run["failed_delivery_ids"] = json!(["d-2"])),
        "ready_for_release",
    ));
    rows.push(row("ended today", live(|run| run["completed_at"] = json!(NOW)), "ready_for_release"));
    rows.push(row(
        "ended within what clocks differ",
        live(|run| run["completed_at"] = json!("2026-06-01T00:05:00Z")),
        "ready_for_release",
    ));
    rows.push(row("ends in a year", live(|run| run["completed_at"] = json!("2027-06-01T00:00:00Z")), both));
    rows.push(row("ended some day", live(|run| run["completed_at"] = json!("some day")), RISK));
    let plans = |dates: [&str; 2]| {
        with(|package| {
            let one = package["closeout_retry_plan"].clone();
            package["closeout_retry_plan"] = json!(dates.map(|date| {
                let mut plan = one.clone();
                plan["target_resolution_date"] = json!(date);
                plan
            }));
        })
    };
    rows.push(row("two plans", plans(["2026-06-07", "2026-06-08"]), RISK));
    rows.push(row("the first plan is overdue", plans(["2026-05-31", "2026-06-07"]), failing("delivery")));
    rows.push(row("the second plan is overdue", plans(["2026-06-07", "2026-05-31"]), failing("delivery")));
    let runs = |changes: [Value; 2]| {
        with(|package| {
            let one = package["retry_worker_run"].clone();
            package["retry_worker_run"] = json!(changes.map(|change| {
                let mut run = one.clone();
                for (key, value) in change.as_object().unwrap() {
                    run[key] = value.clone();
                }
                run
            }));
        })
    };
    let failed = json!({"state": "failed"});
    rows.push(row("two rehearsals", runs([json!({}), json!({})]), RISK));
    rows.push(row("the first rehearsal failed", runs([failed.clone(), json!({})]), failing("delivery")));
    rows.push(row("the second rehearsal failed", runs([json!({}), failed]), failing("delivery")));
    let done = |at: Value, state: &str| json!({"mode": "live", "live_connector_used": true, "state": state, "completed_at": at, "retried_delivery_ids": ["d-1"]});
    let (early, late) = (json!("2026-05-20T00:00:00Z"), json!("2026-05-21T00:00:00Z"));
    rows.push(row(
        "rehearsed, then live",
        runs([json!({}), done(late.clone(), "succeeded")]),
        "ready_for_release",
    ));
    rows.push(row(
        "live failed, later succeeded",
        runs([done(late.clone(), "succeeded"), done(early.clone(), "failed")]),
        "ready_for_release",
    ));
    rows.push(row(
        "live succeeded, later failed",
        runs([done(early.clone(), "succeeded"), done(late, "failed")]),
        failing("delivery"),
    ));
    rows.push(row(
        "live, and nobody knows which was last",
        runs([done(early, "succeeded"), done(Value::Null, "failed")]),
        failing("delivery"),
    ));
    all(rows);
}

/// Parts 3, 5 and 7: blockers that are listed beside a count of none, names that are none, findings that nobody can rank.
#[test]
fn d3_d5_d7_what_is_listed_or_cannot_be_read_is_never_better_than_what_is_counted() {
    let mut rows = Vec::new();
    for (listed, open) in [
        (json!(["X-1"]), true),
        (json!([{"blocker_id": "X-1", "state": "open"}]), true),
        (json!([{"blocker_id": "X-1"}]), true),
        (json!("X-1"), true),
        (json!([]), false),
        (json!([{"blocker_id": "X-1", "state": "resolved"}]), false),
    ] {
        let expected = if open { failing("release-closeout") } else { RISK.to_owned() };
        rows.push(row(
            format!("blockers {listed}"),
            set("/release_closeout_summary/blockers", listed.clone()),
            &expected,
        ));
        rows.push(row(
            format!("blockers of the decision {listed}"),
            set("/release_decision/blockers", listed),
            &expected,
        ));
    }
    rows.push(row(
        "a count of open ones",
        set("/release_closeout_summary/open_blockers", json!(2)),
        failing("release-closeout"),
    ));
    rows.push(row("a count of no open ones", set("/release_closeout_summary/open_blockers", json!(0)), RISK));
    rows.push(row(
        "approved by TBD",
        set("/retention_review/approved_by", json!("TBD")),
        failing("retention-approval"),
    ));
    rows.push(row(
        "a plan of nobody",
        set("/closeout_retry_plan/owner", json!("to be determined")),
        failing("delivery"),
    ));
    let warned = "ready_with_accepted_risk delivery: risk-accepted retention-health: risk-accepted";
    for (finding, expected) in [
        (json!({"severity": "info"}), RISK.to_owned()),
        (json!({"severity": "WARNING"}), warned.to_owned()),
        (json!({"severity": "high"}), failing("retention-health")),
        (json!({"severity": "severe"}), failing("retention-health")),
        (json!({"severity": 3}), failing("retention-health")),
        (json!({"category": "x"}), failing("retention-health")),
        (json!("the mirror is gone"), failing("retention-health")),
    ] {
        rows.push(row(
            format!("finding {finding}"),
            set("/retention_health_report/findings", json!([finding])),
            expected,
        ));
    }
    rows.push(row(
        "findings in a map",
        set("/retention_health_report/findings", json!({"severity": "critical"})),
        failing("retention-health"),
    ));
    for (count, expected) in [
        (json!(0), RISK.to_owned()),
        (json!(2), failing("retention-health")),
        (json!("2"), failing("retention-health")),
        (json!(2.0), failing("retention-health")),
        (json!(-1), failing("retention-health")),
        (json!([]), failing("retention-health")),
    ] {
        rows.push(row(
            format!("counts {count}"),
            set("/retention_health_report/summary/critical_findings", count),
            expected,
        ));
    }
    all(rows);
}

/// Parts 5 to 7: retention, files, health.
#[test]
fn d5_d6_d7_retention_files_and_health() {
    let review = |key: &str, value: Value| set(&format!("/retention_review/{key}"), value);
    let mut rows = Vec::new();
    for (key, value) in [
        ("decision_state", json!("requested")),
        ("decision_state", json!("rejected")),
        ("decision_state", Value::Null),
        ("approved_by", Value::Null),
        ("approved_by", json!("")),
        ("approved_by", json!("pending maintainer review")),
        ("retention_until", Value::Null),
        ("retention_until", json!("for ever")),
        ("retention_until", json!("2026-05-31")),
        ("retention_until", json!("2026-06-01T00:00:00Z")),
    ] {
        rows.push(row(format!("retention {key} {value}"), review(key, value), failing("retention-approval")));
    }
    rows.push(row("kept through today", review("retention_until", json!("2026-06-01")), RISK));
    rows.push(row("kept one second more", review("retention_until", json!("2026-06-01T00:00:01Z")), RISK));
    rows.push(row(
        "a legal hold saves nothing",
        with(|package| {
            package["retention_review"]["retention_until"] = json!("2026-05-31");
            package["retention_review"]["legal_hold"] = json!(true);
        }),
        failing("retention-approval"),
    ));
    let bundle = |key: &str, value: Value| set(&format!("/closeout_artifact_bundle/{key}"), value);
    for (key, value) in [
        ("files", json!([])),
        ("files", Value::Null),
        ("files", json!([{"name": "a.zip"}])),
        ("files", json!([{"name": "a.zip", "sha256": "a".repeat(63)}])),
        ("files", json!([{"name": "a.zip", "sha256": "a".repeat(65)}])),
        ("files", json!([{"name": "a.zip", "sha256": "g".repeat(64)}])),
        ("retention_decision_state", json!("pending")),
        ("retention_decision_state", Value::Null),
    ] {
        rows.push(row(format!("bundle {key} {value}"), bundle(key, value), failing("artifact-bundle")));
    }
    let here = |text: &str| {
        let digest = trustbook::bundle::digest::Digest::of(b"what was archived\n").to_string();
        bundle("files", json!([{"name": "archive.txt", "sha256": digest}])).with("archive.txt", text)
    };
    rows.push(row("the file is here", here("what was archived\n"), RISK));
    rows.push(row("the file was changed", here("what was archived!\n"), failing("artifact-bundle")));
    rows.push(row(
        "its line endings were changed",
        here("what was archived\r\n"),
        failing("artifact-bundle"),
    ));
    let health = |state: Value, critical: i64, warning: i64, findings: Value| {
        with(|package| {
            package["retention_health_report"] = json!({"report_id": "h", "health_state": state, "findings": findings,
                "summary": {"critical_findings": critical, "warning_findings": warning}});
        })
    };
    let warned = "ready_with_accepted_risk delivery: risk-accepted retention-health: risk-accepted";
    let critical = json!([{"finding_id": "f", "severity": "critical"}]);
    let warning = json!([{"finding_id": "f", "severity": "warning"}]);
    rows.push(row("healthy", health(json!("healthy"), 0, 0, json!([])), RISK));
    rows.push(row("warning", health(json!("warning"), 0, 1, warning.clone()), warned));
    rows.push(row("healthy with a warning", health(json!("healthy"), 0, 0, warning), warned));
    rows.push(row("healthy, counts a warning", health(json!("healthy"), 0, 1, json!([])), warned));
    for (what, documents) in [
        ("critical", health(json!("critical"), 0, 0, json!([]))),
        ("unknown", health(json!("unknown"), 0, 0, json!([]))),
        ("no state", health(Value::Null, 0, 0, json!([]))),
        ("healthy with a critical finding", health(json!("healthy"), 0, 0, critical)),
        ("healthy, counts a critical one", health(json!("healthy"), 1, 0, json!([]))),
    ] {
        rows.push(row(what, documents, failing("retention-health")));
    }
    rows.push(row("no report", set("/retention_health_report", Value::Null), failing("retention-health")));
    all(rows);
}

/// The state: any failure blocks, a warning needs a valid risk, else it is ready.
#[test]
fn d9_the_state_follows_from_the_parts() {
    let risk = |key: &str, value: Value| set(&format!("/release_decision/accepted_risk/{key}"), value);
    let open = "blocked delivery: risk-not-accepted";
    let mut rows = vec![
        row("no risk is accepted", set("/release_decision/accepted_risk", Value::Null), open),
        row(
            "no risk is needed",
            with(|package| {
                package["release_closeout_summary"]["delivery_state"] = json!("delivered");
                package["release_decision"].as_object_mut().unwrap().remove("accepted_risk");
            }),
            "ready_for_release",
        ),
    ];
    for (key, value) in [
        ("owner", Value::Null),
        ("owner", json!(" ")),
        ("reason", Value::Null),
        ("expires_at", Value::Null),
        ("expires_at", json!("later")),
        ("expires_at", json!("2026-05-31")),
        ("decision", json!("rejected")),
        ("decision", json!("pending")),
        ("decision", json!("declined")),
        ("status", json!("pending")),
        ("status", json!("revoked")),
        ("approved", json!(false)),
        ("approved_by", json!("pending maintainer review")),
        ("approved_by", json!(["nobody"])),
        ("owner", json!("TBD")),
        ("accepted_at", json!("2026-06-02")),
        ("opened", json!("one day")),
    ] {
        rows.push(row(format!("risk {key} {value}"), risk(key, value), open));
    }
    for (key, value) in [
        ("decision", json!("accepted")),
        ("status", json!("active")),
        ("approved", json!(true)),
        ("approved_by", json!("release board")),
        ("accepted_at", json!("2026-06-01")),
    ] {
        rows.push(row(format!("risk {key} {value}"), risk(key, value), RISK));
    }
    rows.push(row(
        "one failure beside an accepted warning",
        set("/release_closeout_summary/blocker_count", json!(1)),
        failing("release-closeout"),
    ));
    all(rows);
    for (when, expected) in
        [("2026-06-06T23:59:59Z", RISK), ("2026-06-07T23:59:59Z", RISK), ("2026-06-08T00:00:00Z", open)]
    {
        let documents =
            with(|package| package["closeout_retry_plan"]["target_resolution_date"] = json!("2026-12-31"));
        table(PROFILE, when, vec![row(format!("the risk ends, at {when}"), documents, expected)]);
    }
    let delivered =
        with(|package| package["release_closeout_summary"]["delivery_state"] = json!("delivered"));
    let two = delivered.with(
        "second/closeout.json",
        set("/release_closeout_summary/closeout_state", json!("open")).text(PACKAGE),
    );
    all(vec![row("the worse of two packages answers", two, "blocked")]);
}

/// A declared state that is better than the computed one is a finding; a sample never passes.
#[test]
fn d10_computed_wins_over_declared_and_a_sample_is_no_decision() {
    let declared = |state: &str| set("/release_decision/state", json!(state));
    for (state, agrees) in [
        ("ready_with_accepted_risk", true),
        ("ready_for_release", false),
        ("blocked", false),
        ("fine", false),
    ] {
        let outcome = declared(state).judged(PROFILE, NOW);
        let verdict = &outcome.value.unwrap().assessment.verdicts[0];
        assert_eq!(
            (verdict.state.as_str(), verdict.declared_agrees),
            ("ready_with_accepted_risk", Some(agrees)),
            "{state}"
        );
        assert_eq!(
            outcome.findings.iter().any(|finding| finding.code == "declared-mismatch"),
            !agrees,
            "{state}"
        );
    }
    all(vec![row(
        "a key twice",
        closeout().change(
            PACKAGE,
            r#""closeout_state": "closed""#,
            r#""closeout_state": "open", "closeout_state": "closed""#,
        ),
        "blocked",
    )]);
    let marked = |key: &str, value: &str| with(|package| package[key] = json!(value));
    all(vec![
        row("a sample", marked("evidence_mode", "sample"), "sample:ready_with_accepted_risk"),
        row("synthetic data", marked("data_classification", "synthetic"), "sample:ready_with_accepted_risk"),
        row("live", marked("evidence_mode", "live"), RISK),
        row("in production", marked("evidence_mode", "Production"), RISK),
        row("internal data", marked("data_classification", "internal"), RISK),
        row("a mode that says nothing of it", marked("run_mode", "nightly"), RISK),
        row(
            "a size of samples",
            with(|package| package["retention_health_report"]["sample"] = json!(40)),
            RISK,
        ),
        row(
            "a sample that is open",
            with(|package| {
                package["evidence_mode"] = json!("sample");
                package["release_closeout_summary"]["closeout_state"] = json!("open");
            }),
            "sample:blocked",
        ),
    ]);
    let sample = "sample:ready_with_accepted_risk";
    let mut rows: Vec<_> = ["mock", "test", "trial", "staging", "SAMPLE", "nobody knows"]
        .into_iter()
        .map(|word| row(format!("a mode of {word}"), marked("evidence_mode", word), sample))
        .collect();
    type Change = fn(&mut Value);
    let sections: [(&str, Change); 8] = [
        ("no text", |package| package["evidence_mode"] = json!(true)),
        ("metadata", |package| package["metadata"] = json!({"data_classification": "synthetic"})),
        ("metadata's mode", |package| package["metadata"] = json!({"evidence_mode": "sample"})),
        ("a section", |package| package["final_readiness_bundle"]["evidence_mode"] = json!("sample")),
        ("a section beside live", |package| {
            package["evidence_mode"] = json!("live");
            package["retention_review"]["evidence_mode"] = json!("mock");
        }),
        ("a text", |package| package["sample"] = json!("true")),
        ("two modes", |package| {
            package["evidence_mode"] = json!("live");
            package["run_mode"] = json!("demo");
        }),
        ("a scheme", |package| {
            package["final_readiness_bundle"]["evidence_refs"][0] = json!("SAMPLE://readiness/1");
        }),
    ];
    rows.extend(sections.map(|(what, change)| row(format!("marked by {what}"), with(change), sample)));
    all(rows);
    let findings = marked("evidence_mode", "trial").judged(PROFILE, NOW).findings;
    assert!(findings.iter().any(|finding| finding.message.contains("no known mode")), "{findings:#?}");
}

const PACKET: &str = "release/packet.json";
const CLOSED: &str = "ready_for_release";

/// The package with nothing open.
fn delivered() -> Documents {
    with(|package| package["release_closeout_summary"]["delivery_state"] = json!("delivered"))
}

/// The package with nothing open, and beside it a release packet that lets the release go, changed.
fn packet(change: impl FnOnce(&mut Value)) -> Documents {
    let mut packet = json!({
        "release_state": "ready_for_community_ga", "release_id": "r-1", "decision": "approve", "approved_by": "release management",
        "gates": [
            {"name": "tests", "status": "pass", "evidence_reference": "tests/1", "owner": "o"},
            {"name": "lint", "status": "pass", "evidence_reference": "lint/1", "owner": "o"},
        ],
        "validation_commands": [{"command": "make check", "status": "pass"}],
        "accepted_risks": [], "public_boundary_review": {"sources": "pass"},
    });
    change(&mut packet);
    delivered().with(PACKET, packet.to_string())
}

/// The packet with the gate `tests` warning, the state that goes with it, and these accepted risks.
fn warned(risks: Value) -> Documents {
    packet(|packet| {
        packet["gates"][0]["status"] = json!("warn");
        packet["release_state"] = json!("ready_with_accepted_risk");
        packet["accepted_risks"] = risks;
    })
}

/// The variant of a release packet: a gate counts as off only where it is not required, a warning needs an accepted risk, and what
/// was not run has failed.
#[test]
fn d_a_release_packet_beside_a_package_is_never_ignored() {
    let blocked = "blocked release-closeout: closeout-fails";
    let open = "blocked release-closeout: risk-not-accepted";
    let accepted = "ready_with_accepted_risk release-closeout: risk-accepted";
    let gate = |key: &'static str, value: Value| packet(move |packet| packet["gates"][0][key] = value);
    let set = |key: &'static str, value: Value| packet(move |packet| packet[key] = value);
    let mut rows = vec![row("as it is", packet(|_| {}), CLOSED), row("no packet", delivered(), CLOSED)];
    for status in ["fail", "not_run", "skipped", "PASSING", ""] {
        rows.push(row(format!("a gate of {status:?}"), gate("status", json!(status)), blocked));
    }
    rows.push(row("a gate without a status", gate("status", Value::Null), blocked));
    rows.push(row("a gate that passes in capitals", gate("status", json!("PASS")), CLOSED));
    rows.push(row("a gate is off", gate("status", json!("disabled")), blocked));
    for (required, expected) in
        [(json!(true), blocked), (json!(false), CLOSED), (json!("no"), blocked), (json!(0), blocked)]
    {
        let off = packet(|packet| {
            packet["gates"][0]["status"] = json!("disabled");
            packet["gates"][0]["required"] = required.clone();
        });
        rows.push(row(format!("a gate is off, required {required}"), off, expected));
    }
    for (what, value) in [("none", json!([])), ("no list", json!("all pass")), ("nothing", Value::Null)] {
        rows.push(row(format!("gates: {what}"), set("gates", value), blocked));
    }
    for status in ["not_run", "fail", "unknown"] {
        let commands =
            json!([{"command": "make check", "status": "pass"}, {"command": "make sbom", "status": status}]);
        rows.push(row(format!("a command {status}"), set("validation_commands", commands), blocked));
    }
    rows.push(row("commands without a status", set("validation_commands", json!(["make check"])), blocked));
    rows.push(row("commands by name", set("validation_commands", json!({"make check": "not_run"})), blocked));
    for decision in [json!("block"), json!("defer"), json!("maybe"), Value::Null, json!(true)] {
        rows.push(row(format!("decision {decision}"), set("decision", decision), blocked));
    }
    rows.push(row("approved by nobody yet", set("approved_by", json!("pending maintainer review")), blocked));
    for state in [json!("blocked"), json!("ready"), Value::Null] {
        rows.push(row(format!("state {state}"), set("release_state", state), blocked));
    }
    rows.push(row(
        "a boundary that is open",
        set("public_boundary_review", json!({"sources": "fail"})),
        blocked,
    ));
    let risk = |extra: Value| {
        let mut risk = json!({"risk": "slow tests", "severity": "low", "owner": "o", "expiry": "2026-07-01", "decision": "accepted"});
        for (key, value) in extra.as_object().unwrap() {
            risk[key] = value.clone();
        }
        risk
    };
    rows.push(row("a warning and no risk", warned(json!([])), open));
    rows.push(row("a warning and its risk", warned(json!([risk(json!({}))])), accepted));
    rows.push(row(
        "a warning and the risk of its gate",
        warned(json!([risk(json!({"gate": "tests"}))])),
        accepted,
    ));
    rows.push(row("the risk of another gate", warned(json!([risk(json!({"gate": "lint"}))])), open));
    for (key, value) in [
        ("owner", Value::Null),
        ("owner", json!("TBD")),
        ("expiry", Value::Null),
        ("expiry", json!("2026-05-31")),
        ("expiry", json!("after the release")),
        ("decision", json!("rejected")),
        ("risk", Value::Null),
    ] {
        rows.push(row(format!("risk {key} {value}"), warned(json!([risk(json!({key: value}))])), open));
    }
    rows.push(row(
        "two warnings under one risk",
        packet(|packet| {
            packet["gates"][0]["status"] = json!("warn");
            packet["gates"][1]["status"] = json!("warn");
            packet["accepted_risks"] = json!([risk(json!({}))]);
        }),
        open,
    ));
    rows.push(row(
        "a risk is accepted in words alone",
        set("release_state", json!("ready_with_accepted_risk")),
        open,
    ));
    rows.push(row(
        "the sample of a packet says nothing",
        packet(|packet| {
            packet["gates"][0]["status"] = json!("fail");
            packet["evidence_mode"] = json!("sample");
        }),
        CLOSED,
    ));
    let alone = Documents::default().with(PACKET, packet(|_| {}).text(PACKET));
    rows.push(row("a packet alone is no closeout", alone, "blocked"));
    all(rows);
    for (when, expected) in [("2026-07-01T23:59:59Z", accepted), ("2026-07-02T00:00:00Z", open)] {
        table(PROFILE, when, vec![row(when, warned(json!([risk(json!({}))])), expected)]);
    }
}

/// An alert in a section of its own counts, and is told.
#[test]
fn d1_an_alert_that_nothing_refers_to_is_told() {
    let told = |documents: Documents| {
        let findings = documents.judged(PROFILE, NOW).findings;
        findings.iter().any(|finding| finding.message.contains("refers to no alert"))
    };
    let named: Vec<String> =
        ["readiness", "approval", "packet", "auditor", "archive"].map(|kind| format!("x://{kind}/1")).into();
    assert!(told(set("/final_readiness_bundle/evidence_refs", json!(named))));
    assert!(!told(closeout()));
}
