//! Certifications, rule by rule: what a claim needs, when a drill is valid, what is fresh, how a claim is graded, which level it
//! reached, which blockers are open, what has to be here, and when all of it is green.

use serde_json::Value;
use serde_json::json;

use super::criterion;
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

pub(super) const PROFILE: &str = "certification";
pub(super) const HELD: &str = "HOLD tier-0: claim-held";

pub(super) fn all(rows: Vec<super::Row>) {
    table(PROFILE, NOW, rows);
}

/// The certification with one document changed as JSON.
pub(super) fn with(path: &str, change: impl FnOnce(&mut Value)) -> Documents {
    more(certification(), path, change)
}

pub(super) fn more(documents: Documents, path: &str, change: impl FnOnce(&mut Value)) -> Documents {
    let mut document: Value = serde_json::from_str(&documents.text(path)).unwrap();
    change(&mut document);
    documents.with(path, document.to_string())
}

pub(super) fn at<'v>(value: &'v mut Value, pointer: &str) -> &'v mut Value {
    value.pointer_mut(pointer).unwrap()
}

pub(super) fn drop_key(value: &mut Value, pointer: &str, key: &str) {
    at(value, pointer).as_object_mut().unwrap().remove(key).unwrap();
}

/// Rule 1: two whole metrics, an artifact, a drill; for tier 0 five kinds of proof and every drill of the claim.
#[test]
fn c1_a_claim_needs_its_whole_bundle() {
    let mut rows = vec![row("everything", certification(), "GREEN")];
    for key in ["unit", "statistic", "window", "threshold", "source", "observed"] {
        rows.push(row(
            format!("a metric without {key}"),
            with(METRICS, |metrics| drop_key(metrics, "/metric_rows/0", key)),
            HELD,
        ));
    }
    rows.push(row(
        "a metric without a definition",
        with(METRICS, |metrics| at(metrics, "/metric_rows").as_array_mut().unwrap().truncate(1)),
        HELD,
    ));
    let one_metric = more(
        with(MATRIX, |matrix| at(matrix, "/claim_rows/0")["metric_ids"] = json!(["m-1"])),
        INVENTORY,
        |inventory| {
            for row in at(inventory, "/inventory_rows").as_array_mut().unwrap() {
                if row["claim_id"] == "T0.1" {
                    row["metric_id"] = json!("m-1");
                }
            }
        },
    );
    rows.push(row("one metric", one_metric, HELD));
    let no_artifact = with(INVENTORY, |inventory| {
        for row in at(inventory, "/inventory_rows").as_array_mut().unwrap() {
            if row["claim_id"] == "T0.1" {
                row["evidence_ref"] = json!("s3://away/log.txt");
            }
        }
    });
    rows.push(row("no artifact that is here", no_artifact, HELD));
    for kind in ["policy_gate", "dashboard_alert", "runbook", "trace_audit"] {
        let without = with(INVENTORY, |inventory| {
            at(inventory, "/inventory_rows")
                .as_array_mut()
                .unwrap()
                .retain(|row| !(row["claim_id"] == "T0.4" && row["evidence_kind"] == kind));
            inventory["inventory_row_count"] = json!(19);
        });
        rows.push(row(format!("tier 0 without {kind}"), without, HELD));
    }
    rows.push(row(
        "no drill",
        certification().without(DRILL),
        "HOLD artifacts: evidence-incomplete tier-0: claim-held",
    ));
    rows.push(row(
        "one of two drills of its map",
        with(MATRIX, |matrix| at(matrix, "/claim_rows/0")["required_drills"] = json!(["DR-01", "DR-06"])),
        HELD,
    ));
    rows.push(row(
        "no drill is asked for and none is named",
        with(MATRIX, |matrix| at(matrix, "/claim_rows/0")["required_drills"] = json!([])),
        HELD,
    ));
    all(rows);
}

/// Rule 2: what makes a drill valid, and that its numbers decide.
#[test]
fn c2_a_drill_is_valid_when_whole_and_passes_by_its_numbers() {
    let mut rows = Vec::new();
    for key in [
        "scenario",
        "expected_behavior",
        "observed_outcome",
        "rto_target_seconds",
        "restore_elapsed_seconds",
        "checks",
        "report",
    ] {
        rows.push(row(format!("without {key}"), with(DRILL, |drill| drop_key(drill, "", key)), HELD));
    }
    for key in ["started_at", "ended_at"] {
        rows.push(row(
            format!("without {key}"),
            with(DRILL, |drill| drop_key(drill, "/observed_outcome", key)),
            HELD,
        ));
    }
    for (elapsed, expected) in [
        (json!(899), "GREEN"),
        (json!(900), "GREEN"),
        (json!(901), HELD),
        (json!("< 900"), "GREEN"),
        (json!("unknown"), HELD),
        (json!(null), HELD),
    ] {
        rows.push(row(
            format!("restored in {elapsed} of 900 s"),
            with(DRILL, |drill| drill["restore_elapsed_seconds"] = elapsed),
            expected,
        ));
    }
    for (lost, expected) in [(9, "GREEN"), (10, "GREEN"), (11, HELD)] {
        let documents = with(DRILL, |drill| {
            drill["rpo_target_events"] = json!(10);
            drill["rpo_actual_events"] = json!(lost);
        });
        rows.push(row(format!("lost {lost} of 10 events"), documents, expected));
    }
    for word in ["planned", "dry_run", "simulated", "not-executed", "deferred"] {
        let expected = "HOLD artifacts: evidence-incomplete tier-0: claim-held";
        rows.push(row(
            format!("execution {word}"),
            with(DRILL, |drill| drill["execution"] = json!(word)),
            expected,
        ));
    }
    rows.push(row(
        "a check that failed",
        with(DRILL, |drill| drill["checks"]["second"] = json!("FAIL")),
        HELD,
    ));
    rows.push(row(
        "a check in unknown words",
        with(DRILL, |drill| drill["checks"]["second"] = json!("perhaps")),
        HELD,
    ));
    rows.push(row(
        "the label says passed and the numbers do not",
        with(DRILL, |drill| {
            drill["restore_elapsed_seconds"] = json!(1000);
            drill["status"] = json!("PASS (slight delay)");
        }),
        HELD,
    ));
    rows.push(row(
        "it says itself that it did not pass",
        with(DRILL, |drill| drill["overall_pass"] = json!(false)),
        HELD,
    ));
    let failed = more(certification(), DRILL, |drill| {
        drill["restore_elapsed_seconds"] = json!(1000);
        drill["generated_at_utc"] = json!("2026-05-14T00:00:00Z");
    })
    .text(DRILL);
    rows.push(row(
        "a drill of that id failed, another passed",
        certification().with("cert/drill-0.json", failed),
        HELD,
    ));
    all(rows);
}

#[test]
fn c2_a_drill_counts_until_the_second_its_cadence_is_over() {
    let cadence = |id: &str| {
        certification().change(DRILL, "DR-01", id).change(MATRIX, r#"["DR-01"]"#, &format!("[\"{id}\"]"))
    };
    // it ended on 2026-05-15T00:10:00Z
    for (id, over) in [
        ("DR-02", "2026-05-22T00:10:00Z"),
        ("DR-03", "2026-05-22T00:10:00Z"),
        ("DR-05", "2026-08-15T00:10:00Z"),
        ("DR-11", "2026-08-15T00:10:00Z"),
    ] {
        let over = trustbook::model::time::Instant::parse(over).unwrap();
        for (seconds, state) in [(-1, "GREEN"), (0, "HOLD"), (1, "HOLD")] {
            let when = over.plus_seconds(seconds).to_string();
            table(PROFILE, &when, vec![row(format!("{id} at {when}"), cadence(id), state)]);
        }
    }
}

/// Rule 3: evidence of tier 0 is fresh, managed, inside the window and not scrapped; under the first rules only readable.
#[test]
fn c3_evidence_of_tier_0_lies_inside_the_window() {
    let captured = |when: &str| {
        with(INVENTORY, |inventory| {
            at(inventory, "/inventory_rows/0")["evidence_captured_at_utc"] = json!(when)
        })
    };
    let lineage = |word: &str| {
        with(INVENTORY, |inventory| at(inventory, "/inventory_rows/0")["lineage_class"] = json!(word))
    };
    let mut rows = Vec::new();
    for (when, expected) in [
        ("2026-04-30T23:59:59Z", HELD),
        ("2026-05-01T00:00:00Z", "GREEN"),
        ("2026-05-01T00:00:01Z", "GREEN"),
        ("2026-05-30T23:59:59Z", "GREEN"),
        ("2026-05-31T00:00:00Z", "GREEN"),
        ("2026-05-31T00:00:01Z", HELD),
        ("never", HELD),
    ] {
        rows.push(row(format!("captured {when}"), captured(when), expected));
    }
    for word in ["HISTORICAL_CONTEXT_ONLY", "SCRAPPED_NON_CLAIMABLE", "MISSING", "FRESHLY_SQUEEZED"] {
        rows.push(row(word, lineage(word), HELD));
    }
    for (posture, expected) in [("MANAGED", "GREEN"), ("LOCAL", HELD), ("laptop", HELD)] {
        let documents = with(INVENTORY, |inventory| {
            at(inventory, "/inventory_rows/0")["execution_posture"] = json!(posture)
        });
        rows.push(row(format!("executed {posture}"), documents, expected));
    }
    rows.push(row(
        "unreadable",
        with(INVENTORY, |inventory| {
            at(inventory, "/inventory_rows/0")["readability_status"] = json!("UNREADABLE")
        }),
        HELD,
    ));
    let gaps = r#"{"schema_version": "1.0", "lane": "OC0", "captured_at_utc": "2026-05-20T00:00:00Z", "tier0_gap_count": 1,
      "tier0_gap_rows": [{"metric_id": "m-1", "claim_id": "T0.1", "tier": "T0", "lineage_class": "MISSING", "gap_reason": "MISSING"}]}"#;
    rows.push(row(
        "the register of gaps names the claim",
        certification().with("cert/gaps.json", gaps),
        HELD,
    ));
    let mut windowless = certification();
    for path in [MATRIX, METRICS, INVENTORY, REGISTER, CERTIFICATE] {
        windowless = more(windowless, path, |document| drop_key(document, "", "cert_window_start_utc"));
    }
    rows.push(row("no window", windowless, HELD));
    all(rows);
    table(
        "certification-first",
        NOW,
        vec![
            row("the first rules know no window", captured("2026-04-30T23:59:59Z"), "GREEN"),
            row("nor history", lineage("HISTORICAL_CONTEXT_ONLY"), "GREEN"),
            row("but what was scrapped is scrapped", lineage("SCRAPPED_NON_CLAIMABLE"), "HOLD"),
        ],
    );
}

/// Rule 4 and 5: grades and levels, computed; a declared pass needs a computed one. What is found is told with the criterion.
#[test]
fn c4_c5_a_claim_has_the_grade_and_the_level_that_its_evidence_bears_out() {
    let upper = |status: Value| with(MATRIX, |matrix| at(matrix, "/claim_rows/4")["status"] = status);
    let ungraded = "HOLD graded: ungraded";
    let mut rows = Vec::new();
    for (word, expected) in [
        ("PARTIAL", "GREEN"),
        ("NOT_PROVEN", "GREEN"),
        ("PASS", ungraded),
        ("HOLD", ungraded),
        ("NOT_STARTED", ungraded),
        ("WELL", ungraded),
        ("", ungraded),
    ] {
        rows.push(row(format!("tier 1 says {word:?}"), upper(json!(word)), expected));
    }
    rows.push(row("tier 1 says nothing", upper(json!(null)), ungraded));
    rows.push(row(
        "a row without a tier is of the strictest",
        with(MATRIX, |matrix| {
            let row = at(matrix, "/claim_rows/4");
            row["claim_id"] = json!("X");
            row["tier"] = json!("none");
        }),
        HELD,
    ));
    all(rows);
    let level = |documents: Documents| {
        let verdict = documents.verdict(PROFILE, NOW);
        let found = verdict.criteria.into_iter().find(|result| result.id.as_str() == "tier-0").unwrap().found;
        found.split(", ").find(|part| part.starts_with("T0.1 ")).map(str::to_owned)
    };
    let row_of = |key: &str, value: Value| {
        with(INVENTORY, |inventory| at(inventory, "/inventory_rows/3")[key] = value)
    };
    assert_eq!(level(certification()).as_deref(), Some("T0.1 L2 pass"));
    assert_eq!(level(row_of("profile_id", json!("burst"))).as_deref(), Some("T0.1 L3 pass"));
    assert_eq!(level(row_of("profile_id", json!("idle"))).as_deref(), Some("T0.1 L2 pass"));
    assert_eq!(
        level(row_of("sustained_window", json!("30d"))).as_deref(),
        Some("T0.1 L2 pass"),
        "no level is skipped"
    );
    let proven = more(row_of("profile_id", json!("soak")), INVENTORY, |inventory| {
        at(inventory, "/inventory_rows/0")["sustained_window"] = json!("30d");
        let mut learned = inventory["inventory_rows"][0].clone();
        learned["evidence_kind"] = json!("incident_postmortem");
        at(inventory, "/inventory_rows").as_array_mut().unwrap().push(learned);
        inventory["inventory_row_count"] = json!(21);
    });
    assert_eq!(level(proven).as_deref(), Some("T0.1 L4 pass"));
    let declared = with(MATRIX, |matrix| at(matrix, "/claim_rows/0")["level"] = json!("L4"));
    assert_eq!(level(declared).as_deref(), Some("T0.1 L2 pass"), "a declared level is only declared");
}

/// Rule 6: which blockers are open.
#[test]
fn c6_a_blocker_is_open_unless_later_evidence_or_a_valid_waiver_says_otherwise() {
    let register = |count: i64, blockers: Value| {
        with(REGISTER, |register| {
            register["blocker_count"] = json!(count);
            register["blockers"] = blockers;
        })
    };
    let open = "HOLD blockers: register-open";
    let resolved = |extra: Value| {
        let mut blocker = json!({"blocker_id": "OC-B1", "status": "resolved", "opened_at": "2026-05-02T00:00:00Z",
            "resolved_at": "2026-05-02T00:00:01Z", "evidence_ref": "cert/log.txt"});
        for (key, value) in extra.as_object().unwrap() {
            blocker[key] = value.clone();
        }
        register(1, json!([blocker]))
    };
    let later = resolved(json!({"resolved_at": "2026-06-01T00:00:01Z"}));
    assert_eq!(
        later
            .verdict(PROFILE, NOW)
            .criteria
            .iter()
            .find(|one| one.id.as_str() == "blockers")
            .unwrap()
            .valid_until
            .unwrap()
            .to_string(),
        "2026-06-01T00:00:01Z"
    );
    table(PROFILE, "2026-06-01T00:00:01Z", vec![row("resolved this second", later, "GREEN")]);
    all(vec![
        row("an empty register", register(0, json!([])), "GREEN"),
        row(
            "no register",
            certification().without(REGISTER),
            "HOLD artifacts: evidence-incomplete blockers: register-open",
        ),
        row("a text", register(1, json!(["OC-B1"])), open),
        row("a count without a list", register(1, json!([])), open),
        row("a count below the list", register(0, json!(["OC-B1"])), open),
        row("resolved one second later", resolved(json!({})), "GREEN"),
        row("resolved at the same second", resolved(json!({"resolved_at": "2026-05-02T00:00:00Z"})), open),
        row("resolved one second before", resolved(json!({"resolved_at": "2026-05-01T23:59:59Z"})), open),
        row("resolved without evidence", resolved(json!({"evidence_ref": null})), open),
        row("resolved at no time", resolved(json!({"resolved_at": null})), open),
        row("resolved later than as-of", resolved(json!({"resolved_at": "2026-06-01T00:00:01Z"})), open),
        row("called almost resolved", resolved(json!({"status": "resolving"})), open),
        row(
            "one code, two details, one resolved",
            register(
                2,
                json!([
                    {"blocker_id": "OC-B1", "detail": "a", "status": "resolved", "opened_at": "2026-05-02", "resolved_at": "2026-05-03", "evidence_ref": "cert/log.txt"},
                    {"blocker_id": "OC-B1", "detail": "b"},
                ]),
            ),
            open,
        ),
    ]);
}

#[test]
fn c6_c9_a_waiver_lifts_a_blocker_of_a_lower_tier_until_its_last_second() {
    let waived = |scope: &str, waiver: Value| {
        let documents = with(REGISTER, |register| {
            register["blocker_count"] = json!(1);
            register["blockers"] = json!([{"blocker_id": "OC-B4", "detail": "d", "scope": scope}]);
        });
        more(documents, CERTIFICATE, |certificate| {
            let mut whole = json!({"waiver_id": "w", "blocker_id": "OC-B4", "owner": "ops", "rationale": "known", "expiry": "2026-06-30"});
            for (key, value) in waiver.as_object().unwrap() {
                whole[key] = value.clone();
            }
            certificate["waivers"] = json!([whole]);
        })
    };
    let open = "HOLD blockers: register-open";
    let lacks = "HOLD blockers: register-open waivers: register-open";
    let green = "GREEN blockers: register-accepted";
    all(vec![
        row("tier 1", waived("T1.1", json!({})), green),
        row("tier 2", waived("T2.1", json!({})), green),
        row("tier 0", waived("T0.1", json!({})), open),
        row("no scope", waived("", json!({})), open),
        row("another blocker", waived("T1.1", json!({"blocker_id": "OC-B5"})), open),
        row("no owner", waived("T1.1", json!({"owner": null})), lacks),
        row("no reason", waived("T1.1", json!({"rationale": ""})), lacks),
        row("no end", waived("T1.1", json!({"expiry": null})), lacks),
        row("an end in words", waived("T1.1", json!({"expiry": "when done"})), open),
        row("rejected", waived("T1.1", json!({"approval": "rejected"})), open),
        row("pending", waived("T1.1", json!({"approval": "pending"})), open),
        row("not begun", waived("T1.1", json!({"opened_at": "2026-06-01T00:00:01Z"})), open),
        row("begun this second", waived("T1.1", json!({"opened_at": "2026-06-01T00:00:00Z"})), green),
    ]);
    let day = |when: &str, expected: &str, end: &str| {
        table(
            PROFILE,
            when,
            vec![row(format!("{end} at {when}"), waived("T1.1", json!({"expiry": end})), expected)],
        );
    };
    day("2026-06-30T23:59:58Z", green, "2026-06-30");
    day("2026-06-30T23:59:59Z", green, "2026-06-30");
    day("2026-07-01T00:00:00Z", open, "2026-06-30");
    day("2026-06-30T11:59:59Z", green, "2026-06-30T12:00:00Z");
    day("2026-06-30T12:00:00Z", open, "2026-06-30T12:00:00Z");
    let verdict = waived("T1.1", json!({})).verdict(PROFILE, NOW);
    assert_eq!(
        verdict.valid_until.unwrap().to_string(),
        "2026-07-01T00:00:00Z",
        "green until the waiver ends"
    );
}

/// Rule 7 and 8: every document is here, and nothing but everything is green.
#[test]
fn c7_c8_only_a_whole_certification_is_green() {
    all(vec![
        row("everything", certification(), "GREEN"),
        row("nothing", Documents::default(), "HOLD"),
        row("no matrix", certification().without(MATRIX), "HOLD"),
        row("no verdict", certification().without(CERTIFICATE), "HOLD artifacts: evidence-incomplete"),
        row("no cost receipt", certification().without(COST), "HOLD costs: nothing-counted"),
        row("an empty matrix", with(MATRIX, |matrix| matrix["claim_rows"] = json!([])), "HOLD"),
        row(
            "no claim of tier 0",
            with(MATRIX, |matrix| {
                at(matrix, "/claim_rows").as_array_mut().unwrap().retain(|row| row["tier"] != "T0");
            }),
            HELD,
        ),
        row(
            "one of the claims in scope is missing",
            with(MATRIX, |matrix| {
                at(matrix, "/claim_rows").as_array_mut().unwrap().remove(2);
            }),
            HELD,
        ),
        row(
            "no claim of another tier",
            with(MATRIX, |matrix| {
                at(matrix, "/claim_rows").as_array_mut().unwrap().truncate(4);
            }),
            "GREEN",
        ),
        row("it says HOLD", with(CERTIFICATE, |certificate| certificate["verdict"] = json!("HOLD")), "GREEN"),
        row(
            "it says it has not begun",
            with(CERTIFICATE, |certificate| certificate["verdict"] = json!("NOT_STARTED")),
            "NOT_STARTED",
        ),
        row(
            "every claim says it has not begun",
            with(MATRIX, |matrix| {
                for row in at(matrix, "/claim_rows").as_array_mut().unwrap() {
                    row["status"] = json!("NOT_STARTED");
                }
            }),
            "NOT_STARTED",
        ),
    ]);
    for (spent, expected) in [
        ("99.99", "GREEN"),
        ("100", "GREEN"),
        ("100.01", "HOLD costs: counted-says-no"),
        ("null", "HOLD costs: counted-says-no"),
    ] {
        all(vec![row(
            format!("{spent} spent of 100"),
            certification().change(
                COST,
                r#""attributed_spend_usd": 100"#,
                &format!(r#""attributed_spend_usd": {spent}"#),
            ),
            expected,
        )]);
    }
}

/// Rule 10: two rollups of one execution that differ.
#[test]
fn c10_two_rollups_of_one_execution_have_to_be_the_same() {
    let again = |path: &str, to: &str, change: &str| {
        certification().with(to, certification().text(path).replace("\"lane\": \"OC6\"", change))
    };
    let same = "\"lane\": \"OC6\"";
    all(vec![
        row("the same matrix twice", again(MATRIX, "cert/matrix-2.json", same), "GREEN"),
        row(
            "another matrix",
            again(MATRIX, "cert/matrix-2.json", "\"lane\": \"OC5\""),
            "HOLD rollups: conflict",
        ),
        row(
            "another register",
            again(REGISTER, "cert/blockers-2.json", "\"lane\": \"OC5\""),
            "HOLD rollups: conflict",
        ),
        row(
            "a register that says a key twice",
            certification().change(
                REGISTER,
                r#""blocker_count": 0"#,
                r#""blocker_count": 1, "blocker_count": 0"#,
            ),
            "HOLD rollups: conflict",
        ),
        row(
            "another verdict",
            again(CERTIFICATE, "cert/verdict-2.json", "\"lane\": \"OC5\""),
            "HOLD rollups: conflict",
        ),
    ]);
    let (first, second) = (certification().verdict(PROFILE, NOW), certification().verdict(PROFILE, NOW));
    assert_eq!(first, second, "the same inputs give the same verdict");
    let (_, reason) = criterion(&certification(), PROFILE, "rollups", NOW);
    assert_eq!(reason, "met");
}
