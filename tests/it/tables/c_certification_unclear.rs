//! Certifications, what is unknown or contradicts itself: never better than the worst it may mean, and told why.

use serde_json::Value;
use serde_json::json;

use super::c_certification::HELD;
use super::c_certification::PROFILE;
use super::c_certification::all;
use super::c_certification::at;
use super::c_certification::drop_key;
use super::c_certification::more;
use super::c_certification::with;
use super::row;
use super::table;
use crate::governance::CERTIFICATE;
use crate::governance::COST;
use crate::governance::DRILL;
use crate::governance::Documents;
use crate::governance::INVENTORY;
use crate::governance::MATRIX;
use crate::governance::METRICS;
use crate::governance::NOW;
use crate::governance::REGISTER;
use crate::governance::certification;

const OPEN: &str = "HOLD blockers: register-open";
const WAIVED: &str = "GREEN blockers: register-accepted";

fn merged(mut value: Value, extra: &Value) -> Value {
    for (key, said) in extra.as_object().unwrap() {
        value[key] = said.clone();
    }
    value
}

fn drill(extra: Value) -> Documents {
    with(DRILL, |drill| *drill = merged(drill.clone(), &extra))
}

/// The drill in a bundle, where no mark of its own is read at the root.
fn bundled(extra: Value) -> Documents {
    let mut item: Value = serde_json::from_str(&certification().text(DRILL)).unwrap();
    item = merged(item, &extra);
    let bundle = json!({"schema_version": "1", "lane": "OC1", "captured_at_utc": "2026-05-15T01:00:00Z", "drills": [item]});
    certification().without(DRILL).with("cert/drills.json", bundle.to_string())
}

fn found(documents: &Documents, id: &str) -> String {
    let verdict = documents.verdict(PROFILE, NOW);
    verdict.criteria.into_iter().find(|result| result.id.as_str() == id).unwrap().found
}

#[test]
fn c2_only_what_was_executed_is_a_drill() {
    let cases = [
        (json!({}), "GREEN"),
        (json!({"execution": "Executed"}), "GREEN"),
        (json!({"execution": "live-executed"}), "GREEN"),
        (json!({"execution": null}), "GREEN"),
        (json!({"dry_run": false, "simulated": "no"}), "GREEN"),
        (json!({"execution_mode": "teardown_plan_closure"}), "GREEN"),
        (json!({"execution": "tabletop"}), HELD),
        (json!({"execution": "almost"}), HELD),
        (json!({"execution": "partially executed"}), HELD),
        (json!({"execution": false}), HELD),
        (json!({"execution": {"mode": "dry-run"}}), HELD),
        (json!({"dry_run": true}), HELD),
        (json!({"dry_run": "true"}), HELD),
        (json!({"mode": "simulated"}), HELD),
        (json!({"execution": null, "simulated": true}), HELD),
        (json!({"drill_mode": "table-top"}), HELD),
        (json!({"state": "DRY_RUN_COMPLETE"}), HELD),
    ];
    all(cases
        .into_iter()
        .map(|(extra, expected)| row(extra.to_string(), bundled(extra), expected))
        .collect());
}

#[test]
fn c2_targets_and_actuals_are_compared_in_one_unit() {
    let numbers = |target: Value, actual: Value| {
        let mut documents = merged(target, &actual);
        documents["restore_elapsed_seconds"] =
            documents.get("restore_elapsed_seconds").cloned().unwrap_or_default();
        documents["rto_target_seconds"] = documents.get("rto_target_seconds").cloned().unwrap_or_default();
        drill(documents)
    };
    let seconds = json!({"rto_target_seconds": 900});
    let mut rows = Vec::new();
    for (target, actual, expected) in [
        (seconds.clone(), json!({"rto_actual_minutes": 15}), "GREEN"),
        (seconds.clone(), json!({"rto_actual_minutes": 20}), HELD),
        (json!({"rto_target_minutes": 15}), json!({"rto_actual_seconds": 540}), "GREEN"),
        (json!({"rto_target_minutes": 15}), json!({"rto_actual_seconds": 901}), HELD),
        (json!({"rto_target": "900 s"}), json!({"rto_actual": "20 min"}), HELD),
        (json!({"rto_target": "20 min"}), json!({"rto_actual": "900 s"}), "GREEN"),
        (json!({"rto_target_minutes": 1}), json!({"rto_actual_minutes": "< 1 min"}), "GREEN"),
        (json!({"rto_target": 15}), json!({"rto_actual": 14}), "GREEN"),
        (seconds.clone(), json!({"rto_actual": 14}), HELD),
        (seconds.clone(), json!({"rto_actual": "soon"}), HELD),
        (seconds.clone(), json!({"restore_elapsed_seconds": "1,000"}), HELD),
        (seconds, json!({"rto_actual_minutes": 2, "restore_elapsed_seconds": 901}), HELD),
    ] {
        rows.push(row(format!("{target} and {actual}"), numbers(target, actual), expected));
    }
    rows.push(row("a loss is bounded and not measured", drill(json!({"rpo_target_events": 0})), HELD));
    rows.push(row(
        "the loss is in another unit",
        drill(json!({"rpo_target_events": 0, "rpo_actual_seconds": 0})),
        HELD,
    ));
    all(rows);
}

#[test]
fn c2_c3_a_drill_has_happened_in_the_window_and_says_nothing_against_itself() {
    let from =
        |start: &str, end: &str| drill(json!({"observed_outcome": {"started_at": start, "ended_at": end}}));
    all(vec![
        row("to the last second", from("2026-05-30T00:00:00Z", "2026-05-31T00:00:00Z"), "GREEN"),
        row("one second past the window", from("2026-05-30T00:00:00Z", "2026-05-31T00:00:01Z"), HELD),
        row("one second before it", from("2026-04-30T23:59:59Z", "2026-05-01T00:00:00Z"), HELD),
        row("from the first second", from("2026-05-01T00:00:00Z", "2026-05-01T00:00:00Z"), "GREEN"),
        row("years before", from("2024-05-15T00:00:00Z", "2024-05-15T00:10:00Z"), HELD),
        row("next year", from("2027-05-15T00:00:00Z", "2027-05-15T00:10:00Z"), HELD),
        row("it ends before it begins", from("2026-05-15T00:10:00Z", "2026-05-15T00:09:59Z"), HELD),
        row("ready", drill(json!({"rollback_status": "READY"})), "GREEN"),
        row("blocked", drill(json!({"rollback_status": "BLOCKED"})), HELD),
        row("unknown", drill(json!({"rollback_status": "FINE"})), HELD),
        row("passed, as a text", drill(json!({"overall_pass": "true"})), "GREEN"),
        row("not passed, as a text", drill(json!({"overall_pass": "false"})), HELD),
        row("passed, in a word nobody knows", drill(json!({"overall_pass": "mostly"})), HELD),
        row("a blocker as a text", bundled(json!({"blocker_ids": "OC-B2"})), HELD),
        row(
            "a check that says both",
            drill(json!({"checks": {"data": {"pass": true, "status": "FAIL"}}})),
            HELD,
        ),
        row("a report that is not here", drill(json!({"report": "cert/gone.txt"})), HELD),
        row("a report that is away", drill(json!({"report": "s3://bucket/log.txt"})), HELD),
        row(
            "one of two reports is here",
            drill(json!({"artifacts": ["s3://b/x", "cert/log.txt"], "report": null})),
            "GREEN",
        ),
        row("a report by its folder", drill(json!({"report": null, "durable_root": "cert/"})), "GREEN"),
    ]);
    let outside = from("2026-04-01T00:00:00Z", "2026-04-01T00:10:00Z");
    table("certification-first", NOW, vec![row("the first rules know no window", outside, "GREEN")]);
    let early = from("2026-05-25T00:00:00Z", "2026-05-25T01:00:00Z");
    let verdict = early.verdict(PROFILE, "2026-05-22T00:00:00Z");
    assert_eq!(verdict.state, "HOLD", "a drill that has not ended");
    assert_eq!(verdict.valid_until.unwrap().to_string(), "2026-05-25T00:55:00Z");
    assert_eq!(early.verdict(PROFILE, "2026-05-25T00:54:59Z").state, "HOLD");
    assert_eq!(early.verdict(PROFILE, "2026-05-25T00:55:00Z").state, "GREEN");
}

/// One blocker in the register and a waiver of it.
fn waived(blocker: Value, waiver: Value) -> Documents {
    let whole = merged(json!({"blocker_id": "OC-B4", "detail": "d", "scope": "T1.1"}), &blocker);
    several(vec![whole], waiver)
}

fn several(blockers: Vec<Value>, waiver: Value) -> Documents {
    let documents = with(REGISTER, |register| {
        register["blocker_count"] = json!(blockers.len());
        register["blockers"] = json!(blockers);
    });
    let whole = json!({"waiver_id": "w", "blocker_id": "OC-B4", "owner": "ops", "rationale": "known", "expiry": "2026-06-30"});
    more(documents, CERTIFICATE, |certificate| certificate["waivers"] = json!([merged(whole, &waiver)]))
}

#[test]
fn c6_only_a_blocker_that_clearly_is_of_tier_1_or_2_is_waived() {
    let scope = |scope: &str| waived(json!({"scope": scope}), json!({}));
    let mut rows: Vec<_> = [
        ("T1.1", WAIVED),
        ("tier 2", WAIVED),
        ("T1.1 rollout", WAIVED),
        ("T0.1", OPEN),
        ("OC1", OPEN),
        ("2026 release corridor", OPEN),
        ("T1.1, T0.1", OPEN),
        ("profile", OPEN),
    ]
    .into_iter()
    .map(|(text, expected)| row(text, scope(text), expected))
    .collect();
    for (blocker, expected) in [
        (json!({"scope": "T0.1", "claim_id": "T1.1"}), OPEN),
        (json!({"scope": "profile", "claim_id": "T1.1"}), WAIVED),
        (json!({"scope": "T1.1", "claim_id": "unclear"}), OPEN),
        (json!({"scope": ["T1.1", "T0.4"]}), OPEN),
        (json!({"tier": "T0"}), OPEN),
        (json!({"tier": "T2"}), WAIVED),
    ] {
        rows.push(row(blocker.to_string(), waived(blocker, json!({})), expected));
    }
    let matrix = |tier: &str| {
        more(waived(json!({"scope": "C-7"}), json!({})), MATRIX, |matrix| {
            let row = at(matrix, "/claim_rows/4");
            row["claim_id"] = json!("C-7");
            row["tier"] = json!(tier);
        })
    };
    rows.push(row("the matrix says tier 1", matrix("T1"), WAIVED));
    rows.push(row("the matrix says tier 0", matrix("T0"), "HOLD"));
    all(rows);
}

#[test]
fn c6_no_blocker_is_lost_for_its_shape() {
    let register = |extra: Value| with(REGISTER, |register| *register = merged(register.clone(), &extra));
    let lane = |extra: Value| {
        let head = json!({"lane": "OC3", "captured_at_utc": "2026-05-20T00:00:00Z"});
        certification().with("cert/lane.json", merged(head, &extra).to_string())
    };
    let mut rows = vec![
        row("a lane counts none", lane(json!({"blocker_count": 0})), "GREEN"),
        row("a lane counts one", lane(json!({"blocker_count": 1})), OPEN),
        row("a lane counts two open", lane(json!({"open_blockers": 2})), OPEN),
        row("a lane lists one as open", lane(json!({"open_blockers": ["OC-B2"]})), OPEN),
        row(
            "a count is no register",
            lane(json!({"blocker_count": 0})).without(REGISTER),
            "HOLD artifacts: evidence-incomplete blockers: register-open",
        ),
    ];
    for (extra, expected) in [
        (json!({"blocker_count": "0"}), "GREEN"),
        (json!({"blocker_count": 0.0}), "GREEN"),
        (json!({"blocker_count": "3"}), OPEN),
        (json!({"blocker_count": 2.0}), OPEN),
        (json!({"blocker_count": -1}), OPEN),
        (json!({"blocker_count": "many"}), OPEN),
        (json!({"blocker_count": 99999999999999999999999_f64}), OPEN),
        (json!({"blockers": {}}), "GREEN"),
        (json!({"blockers": {"OC-B1": "rollback gap"}}), OPEN),
        (json!({"blockers": "none"}), "GREEN"),
        (json!({"blockers": "OC-B1"}), OPEN),
        (json!({"blockers": 2}), OPEN),
        (json!({"blocker_ids": []}), "GREEN"),
        (json!({"blocker_ids": ["OC-B2"]}), OPEN),
    ] {
        rows.push(row(extra.to_string(), register(extra), expected));
    }
    let beside =
        |ids: Value| more(waived(json!({}), json!({})), REGISTER, |register| register["blocker_ids"] = ids);
    rows.push(row("ids that only repeat", beside(json!(["OC-B4"])), WAIVED));
    rows.push(row("ids that name one more", beside(json!(["OC-B4", "OC-B2"])), OPEN));
    let resolved = |evidence: &str| {
        several(
            vec![json!({"blocker_id": "OC-B1", "status": "resolved", "opened_at": "2026-05-02T00:00:00Z",
                "resolved_at": "2026-05-03T00:00:00Z", "resolved_by": evidence})],
            json!({}),
        )
    };
    rows.push(row("resolved by a file that is here", resolved("cert/log.txt"), "GREEN"));
    rows.push(row("resolved by a file that is not here", resolved("cert/gone.json"), OPEN));
    rows.push(row("resolved by the register itself", resolved("cert/blockers.json"), OPEN));
    all(rows);
    let told = found(&resolved("cert/gone.json"), "blockers");
    assert!(told.contains("`OC-B1` is not resolved: `cert/gone.json` is not here"), "{told}");
}

#[test]
fn g7_a_waiver_is_approved_and_names_one_blocker() {
    let mut rows = Vec::new();
    for (waiver, expected) in [
        (json!({"approval": "Approved"}), WAIVED),
        (json!({"status": "active", "approved_by": "release management"}), WAIVED),
        (json!({"approval": {"by": "release management"}}), WAIVED),
        (json!({"approval": "denied"}), OPEN),
        (json!({"approval": "approved", "status": "revoked"}), OPEN),
        (json!({"status": "perhaps"}), OPEN),
        (json!({"approved": false}), OPEN),
        (json!({"approved_by": "pending maintainer review"}), OPEN),
        (json!({"revoked_at": "2026-05-20"}), OPEN),
        (json!({"opened_at": "some day"}), OPEN),
    ] {
        rows.push(row(waiver.to_string(), waived(json!({}), waiver), expected));
    }
    let blocker =
        |detail: &str, claim: &str| json!({"blocker_id": "OC-B4", "detail": detail, "claim_id": claim});
    let two = vec![blocker("a", "T1.1"), blocker("b", "T1.2")];
    rows.push(row("two blockers of its code", several(two.clone(), json!({})), OPEN));
    rows.push(row("its claim tells them apart", several(two.clone(), json!({"claim_id": "T1.2"})), OPEN));
    rows.push(row("one of its code", several(two[..1].to_vec(), json!({"claim_id": "T1.1"})), WAIVED));
    rows.push(row(
        "one of its code, of another claim",
        several(two[..1].to_vec(), json!({"claim_id": "T1.3"})),
        OPEN,
    ));
    all(rows);
    let told = found(&several(two, json!({})), "blockers");
    assert!(told.contains("the waiver `w` has no effect: `OC-B4` names 2 blockers"), "{told}");
}

#[test]
fn c3_evidence_is_managed_here_live_and_no_list_of_evidence() {
    let rows_with = |key: &str, value: Value| {
        with(INVENTORY, |inventory| {
            for row in at(inventory, "/inventory_rows").as_array_mut().unwrap() {
                row[key] = value.clone();
            }
        })
    };
    let mut rows = Vec::new();
    for (posture, expected) in [
        (json!("managed-only"), "GREEN"),
        (json!("Managed execution"), "GREEN"),
        (json!("UNMANAGED_LOCAL"), HELD),
        (json!("NON_MANAGED"), HELD),
        (json!("MANAGED_OR_LOCAL"), HELD),
        (json!(null), HELD),
    ] {
        rows.push(row(format!("executed {posture}"), rows_with("execution_posture", posture), expected));
    }
    let sample = certification().with("index.yaml", "evidence:\n  - {path: cert/log.txt, mode: sample}\n");
    rows.push(row("the artifact is a sample", sample, HELD));
    for path in [INVENTORY, MATRIX, CERTIFICATE] {
        rows.push(row(format!("it points to {path}"), rows_with("evidence_ref", json!(path)), HELD));
    }
    rows.push(row("it points to a cost receipt", rows_with("evidence_ref", json!(COST)), "GREEN"));
    rows.push(row(
        "one proof of five is away",
        with(INVENTORY, |inventory| {
            at(inventory, "/inventory_rows/2")["evidence_ref"] = json!("s3://b/runbook")
        }),
        HELD,
    ));
    all(rows);
    let lineage = |word: Value| rows_with("lineage_class", word);
    table(
        "certification-first",
        NOW,
        vec![
            row("no lineage", lineage(json!(null)), "GREEN"),
            row("history", lineage(json!("HISTORICAL_CONTEXT_ONLY")), "GREEN"),
            row("a lineage nobody knows", lineage(json!("whatever")), "HOLD"),
        ],
    );
    let later = with(INVENTORY, |inventory| {
        at(inventory, "/inventory_rows/0")["evidence_captured_at_utc"] = json!("2026-05-25T00:00:00Z");
    });
    let verdict = later.verdict(PROFILE, "2026-05-22T00:00:00Z");
    assert_eq!(
        (verdict.state.as_str(), verdict.valid_until.unwrap().to_string().as_str()),
        ("HOLD", "2026-05-24T23:55:00Z")
    );
    assert_eq!(later.verdict(PROFILE, "2026-05-24T23:55:00Z").state, "GREEN");
}

#[test]
fn c4_g2_a_tier_and_a_threshold_are_read_as_the_strictest() {
    let claim = |index: usize, tier: Value| {
        with(MATRIX, |matrix| {
            let row = at(matrix, &format!("/claim_rows/{index}"));
            row["tier"] = tier;
            row["status"] = json!("PARTIAL");
            row["required_drills"] = json!(["DR-99"]);
        })
    };
    let limit = |threshold: &str, observed: Value| {
        with(METRICS, |metrics| {
            let row = at(metrics, "/metric_rows/0");
            row["threshold"] = json!(threshold);
            row["observed"] = observed;
        })
    };
    all(vec![
        row("a claim T0.1 that says tier 1", claim(0, json!("T1")), HELD),
        row("a claim T0.1 without a tier", claim(0, json!(null)), HELD),
        row("a claim T1.1 that says tier 0", claim(4, json!("T0")), HELD),
        row("a claim T1.1 that says tier 1", claim(4, json!("tier 1")), "GREEN"),
        row("a claim T1.1 of a tier nobody knows", claim(4, json!("T7")), HELD),
        row("the unit of the metric", limit("<= 15 min", json!(15)), "GREEN"),
        row("the unit in another word", limit("<= 15 minutes", json!(15)), "GREEN"),
        row("another unit of time", limit("<= 900 s", json!(15)), HELD),
        row("thousands", limit(">= 1,000", json!(50)), HELD),
        row("two bounds", limit(">= 1 and <= 10", json!(99)), HELD),
        row("an exponent", limit(">= 5e2", json!(50)), HELD),
        row("an exponent, met", limit(">= 5e2", json!(500)), "GREEN"),
        row("another unit", limit("<= 15 apples", json!(1)), HELD),
    ]);
    let partial = with(MATRIX, |matrix| at(matrix, "/claim_rows/4")["status"] = json!("PARTIAL"));
    let told = found(&partial, "graded");
    assert!(told.contains("T1.1 L0 not-proven (`partial` is declared)"), "{told}");
}

#[test]
fn g4_g5_what_another_document_says_against_a_claim_holds_it() {
    let beside = |extra: Value| {
        let head = json!({"lane": "RC2", "captured_at_utc": "2026-05-20T00:00:00Z", "schema_version": "1"});
        certification().with("cert/beside.json", merged(head, &extra).to_string())
    };
    let claims =
        |row: Value| beside(json!({"claims": [merged(json!({"claim_id": "T0.1", "tier": "T0"}), &row)]}));
    let snapshot = |extra: Value| {
        let base = json!({"execution_id": "e", "blocker_ids_checked": [], "blocker_count": 0, "blockers": [],
            "overall_pass": true, "verdict": "PASS", "tier0_claim_status": [], "tier0_hold_count": 0, "tier0_holds": []});
        beside(merged(base, &extra))
    };
    let gaps = |count: Value| beside(json!({"tier0_gap_count": count, "tier0_gap_rows": []}));
    let window = |path: &str, start: &str, end: &str| {
        with(path, |document| {
            document["cert_window_start_utc"] = json!(start);
            document["cert_window_end_utc"] = json!(end);
        })
    };
    let newer = json!({"lane": "RC2", "captured_at_utc": "2026-05-21T00:00:00Z",
        "claims": [{"claim_id": "T0.1", "tier": "T0", "status": "PASS"}]});
    let held = json!({"status": "HOLD_REMEDIATION_REQUIRED"});
    all(vec![
        row("adjudged a pass", claims(json!({"status": "PASS", "failing_profiles": []})), "GREEN"),
        row("adjudged a hold", claims(held.clone()), HELD),
        row("adjudged again, a pass", claims(held).with("cert/newer.json", newer.to_string()), "GREEN"),
        row(
            "a pass with a failing profile",
            claims(json!({"status": "PASS", "failing_profiles": ["soak"]})),
            HELD,
        ),
        row("adjudged in no word", claims(json!({"status": null})), HELD),
        row("a snapshot that passes", snapshot(json!({})), "GREEN"),
        row(
            "a snapshot that holds it",
            snapshot(json!({"tier0_holds": ["T0.1"], "tier0_hold_count": 1})),
            HELD,
        ),
        row("a snapshot that counts more holds", snapshot(json!({"tier0_hold_count": 2})), HELD),
        row(
            "a snapshot's status",
            snapshot(json!({"tier0_claim_status": [{"claim_id": "T0.4", "status": "HOLD"}]})),
            HELD,
        ),
        row("no gaps", gaps(json!(0)), "GREEN"),
        row("gaps that nobody names", gaps(json!(3)), HELD),
        row("gaps in no number", gaps(json!("some")), HELD),
        row("a wider window", window(METRICS, "2026-04-01T00:00:00Z", "2026-06-30T00:00:00Z"), "GREEN"),
        row(
            "a window that leaves the evidence out",
            window(METRICS, "2026-05-11T00:00:00Z", "2026-06-30T00:00:00Z"),
            HELD,
        ),
        row("windows apart", window(METRICS, "2026-06-01T00:00:00Z", "2026-06-30T00:00:00Z"), HELD),
        row("half a window", with(METRICS, |metrics| drop_key(metrics, "", "cert_window_end_utc")), HELD),
        row(
            "a cost receipt that says pass",
            with(COST, |cost| cost["overall_pass"] = json!("PASS")),
            "GREEN",
        ),
        row(
            "a cost receipt that says fail in a word",
            with(COST, |cost| cost["overall_pass"] = json!("FAIL")),
            "HOLD costs: counted-says-no",
        ),
    ]);
    for (count, told) in [(20, false), (99, true)] {
        let documents = with(INVENTORY, |inventory| inventory["inventory_row_count"] = json!(count));
        let findings = documents.judged(PROFILE, NOW).findings;
        let found = findings.iter().any(|one| one.code == "count-mismatch" && one.message.contains("99"));
        assert_eq!(found, told, "{count}");
    }
}

/// Silence of a newer register resolves nothing; a check that names the blocker, or a resolution with its evidence, does.
#[test]
fn c6_a_newer_register_that_leaves_a_blocker_out_resolves_nothing() {
    let register = |at: &str, id: &str, extra: Value| {
        let head = json!({"lane": "OC6", "schema_version": "1", "captured_at_utc": at, "execution_id": id, "blocker_count": 0, "blockers": []});
        merged(head, &extra).to_string()
    };
    let open = json!({"blocker_count": 1, "blockers": [{"blocker_id": "OC-B7", "severity": "high", "detail": "open", "claim_id": "T0.1"}]});
    let old = register("2026-05-15T00:00:00Z", "e-1", open.clone());
    let after = |extra: Value| {
        let newer = register("2026-05-20T00:00:00Z", "e-2", extra);
        certification().without(REGISTER).with("cert/old.json", old.clone()).with(REGISTER, newer)
    };
    let resolved = |evidence: &str| {
        json!({"blocker_count": 1, "blockers": [{"blocker_id": "OC-B7", "detail": "done", "status": "resolved", "claim_id": "T0.1",
            "opened_at": "2026-05-14T00:00:00Z", "resolved_at_utc": "2026-05-19T00:00:00Z", "resolution_evidence": evidence}]})
    };
    let other_lane = register("2026-05-20T00:00:00Z", "e-2", json!({"lane": "OC5"}));
    all(vec![
        row("left out", after(json!({})), OPEN),
        row("still listed", after(open), OPEN),
        row("checked and not found", after(json!({"blocker_ids_checked": ["OC-B7"]})), "GREEN"),
        row("another was checked", after(json!({"blocker_ids_checked": ["OC-B6"]})), OPEN),
        row("resolved with evidence", after(resolved("cert/drill.json")), "GREEN"),
        row("resolved by nothing", after(resolved("cert/absent.json")), OPEN),
        row(
            "of another lane",
            certification().with("cert/old.json", old.clone()).with(REGISTER, other_lane),
            OPEN,
        ),
    ]);
    assert!(found(&after(json!({})), "blockers").contains("leaves it out"));
}

/// A register in a table speaks against a certification and never for it.
#[test]
fn g2_a_register_in_a_table_is_not_ignored() {
    let beside = |path: &str, text: &str| certification().with(path, text);
    let heads = "| blocker_id | severity | detail |\n|---|---|---|\n";
    let rows = format!("{heads}| OC-B1 | high | corridor gap |\n");
    let claims = "claim_id,tier,title,status,required_drills\n";
    all(vec![
        row("a register in Markdown", beside("r.md", &format!("# Blocker register\n\n{rows}")), OPEN),
        row("an empty one", beside("r.md", &format!("# Blocker register\n\n{heads}")), "GREEN"),
        row("a list of what codes mean", beside("r.md", &format!("# Codes\n\n{rows}")), "GREEN"),
        row("a register in CSV", beside("r.csv", "blocker_id,status\nOC-B1,open\n"), OPEN),
        row("closed in words alone", beside("r.csv", "blocker_id,status\nOC-B1,closed\n"), OPEN),
        row("with cells too many", beside("r.csv", "blocker_id,status\nOC-B1,\"open, still\",x\n"), OPEN),
        row("claims in CSV, one on hold", beside("c.csv", &format!("{claims}T0.1,T0,x,HOLD,DR-01\n")), HELD),
        row(
            "claims in CSV, a word nobody knows",
            beside("c.csv", &format!("{claims}T0.1,T0,x,fine?,\n")),
            HELD,
        ),
        row("claims in CSV that pass", beside("c.csv", &format!("{claims}T0.1,T0,x,PASS,DR-01\n")), "GREEN"),
        row("a claim of tier 2", beside("c.csv", &format!("{claims}T2.1,T2,x,HOLD,\n")), "GREEN"),
        row(
            "a register in Markdown takes the place of none",
            beside("r.md", &format!("# Blocker register\n\n{heads}")).without(REGISTER),
            "HOLD",
        ),
        row(
            "a table of claims takes the place of no matrix",
            certification().without(MATRIX).with("c.csv", format!("{claims}T0.1,T0,x,PASS,\n")),
            "HOLD",
        ),
    ]);
    let findings = beside("w.csv", "waiver_id,blocker_id,owner,expiry\nW-1,OC-B5,o,2026-12-31\n")
        .judged(PROFILE, NOW)
        .findings;
    assert!(
        findings.iter().any(|finding| finding.code == "table-register"
            && finding.message.contains("none of them has an effect")),
        "{findings:#?}"
    );
}

#[test]
fn g2_numbers_below_nothing_words_for_a_failure_and_names_still_to_be_given_count_for_nothing() {
    let cost = |key: &str, value: Value| with(COST, |cost| cost[key] = value);
    let mut rows = vec![
        row("spend below nothing", cost("attributed_spend_usd", json!(-5)), "HOLD"),
        row("an envelope below nothing", cost("budget_envelope_usd", json!(-1)), "HOLD"),
        row("nothing spent", cost("attributed_spend_usd", json!(0)), "GREEN"),
        row("an owner", waived(json!({}), json!({"owner": "operations"})), WAIVED),
        row("an owner still to be named", waived(json!({}), json!({"owner": "TBD"})), "HOLD"),
    ];
    for (word, expected) in
        [("FAILED", HELD), ("blocked", HELD), ("S5_COMPLETED", "GREEN"), ("executed", "GREEN")]
    {
        rows.push(row(format!("a drill in the state {word}"), drill(json!({"state": word})), expected));
    }
    all(rows);
}

/// A claim needs the drills that its row names, and those that the profile gives it.
#[test]
fn c1_a_profile_may_ask_for_drills_that_a_row_leaves_out() {
    let asked = |drills: &str| {
        let profile = include_str!("../../../profiles/certification.yaml");
        let claims = "    claims: [T0.1, T0.4, T0.5, T0.6]\n";
        assert!(profile.contains(claims));
        let profile = profile.replace(claims, &format!("{claims}    drills: {drills}\n"));
        certification().with("../profiles/certification.yaml", profile)
    };
    all(vec![
        row("none", asked("{}"), "GREEN"),
        row("of a claim that is not there", asked("{T9.9: [DR-99]}"), "GREEN"),
        row("one that is not here", asked("{T0.1: [DR-99]}"), HELD),
    ]);
}
