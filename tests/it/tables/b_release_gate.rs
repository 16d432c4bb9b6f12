//! Release gates, rule by rule: what is invalid, what is recomputed, which answer is the strictest, what an override lifts, what
//! has to be here, and which action follows.

use super::criterion;
use super::line;
use super::row;
use super::table;
use crate::governance::Documents;
use crate::governance::GATE;
use crate::governance::MANIFEST;
use crate::governance::NOW;
use crate::governance::PLAN;
use crate::governance::PROMOTION;
use crate::governance::QUEUE;
use crate::governance::WORK;
use crate::governance::dated;
use crate::governance::overridden;
use crate::governance::run;
use trustbook::model::status::Status;

const PROFILE: &str = "release-gate";

fn all(rows: Vec<super::Row>) {
    table(PROFILE, NOW, rows);
}

fn gate(from: &str, to: &str) -> Documents {
    run().change(GATE, from, to)
}

/// Rule 1: a gate decision that is missing, unreadable, against its schema, of another run, or with a code that no catalogue has.
#[test]
fn b1_documents_that_cannot_be_relied_on_stop() {
    let invalid = "stop documents: gate-invalid";
    let mut rows = vec![
        row("empty list of documents", Documents::default(), "stop"),
        row("no gate decision", run().without(GATE), "stop"),
        row("the gate decision is cut off", gate(r#""reason_codes": []"#, r#""reason_codes": ["#), "stop"),
        row("the gate decision is empty", run().with(GATE, ""), "stop"),
        row("the gate decision is a list", run().with(GATE, "[]"), "stop"),
        row("run id differs in the promotion", run().change(PROMOTION, "run-1", "run-2"), "stop"),
        row("run id differs in the manifest", run().change(MANIFEST, "run-1", "run-2"), "stop"),
        row("run id differs in the gate", gate("run-1", "run-2"), "stop"),
        row(
            "a code of no catalogue",
            gate(r#""reason_codes": []"#, r#""reason_codes": ["NO.SUCH"]"#),
            "stop reason-codes: gate-invalid",
        ),
        row(
            "a key twice in a result",
            run().change(WORK, r#""status": "PASS""#, r#""status": "FAIL", "status": "PASS""#),
            invalid,
        ),
        row(
            "a key twice in the manifest",
            run().change(MANIFEST, r#""version": "1""#, r#""version": "1", "version": "1""#),
            invalid,
        ),
        row("a key twice", gate(r#""version": "1""#, r#""version": "1", "version": "1""#), "stop"),
        row("a confidence that is a word", gate("0.9", r#""high""#), invalid),
        row("a risk that is no whole number", gate(r#""risk_score": 20"#, r#""risk_score": 20.5"#), invalid),
        row(
            "a reason code that is a number",
            gate(r#""reason_codes": []"#, r#""reason_codes": [1]"#),
            invalid,
        ),
        row("a status in small letters", gate("APPROVE", "approve"), "stop"),
        row("no status", gate(r#""status": "APPROVE", "#, ""), "stop"),
    ];
    for key in ["version", "run_id", "task_id", "reason_codes", "telemetry_ref"] {
        let text = run().text(GATE);
        let mut document: serde_json::Value = serde_json::from_str(&text).unwrap();
        document.as_object_mut().unwrap().remove(key);
        rows.push(row(format!("a gate without {key}"), run().with(GATE, document.to_string()), "stop"));
    }
    for key in ["version", "reason_codes", "confidence", "risk_score", "notes", "gate_decision_ref"] {
        let mut document: serde_json::Value = serde_json::from_str(&run().text(PROMOTION)).unwrap();
        document.as_object_mut().unwrap().remove(key);
        rows.push(row(
            format!("a promotion without {key}"),
            run().with(PROMOTION, document.to_string()),
            invalid,
        ));
    }
    all(rows);
}

/// Rule 2, in its order: verification, tasks, no proof of a verification, risk, confidence. Every combination.
#[test]
fn b2_what_the_run_shows_is_computed_again_in_this_order() {
    let verifications = [("verify_rc=0", 2), ("verify_rc=1", 0), ("checked", 1), ("verify skipped", 1)];
    let tasks = [("PASS", 2), ("FAIL", 0), ("BLOCKED", 0), ("NEVER_SEEN", 0)];
    let risks = [(59, 2), (60, 1), (61, 1)];
    let sure = [("0.71", 2), ("0.7", 2), ("0.69", 1)];
    let mut rows = Vec::new();
    for (note, by_note) in verifications {
        for (status, by_task) in tasks {
            for (risk, by_risk) in risks {
                for (confidence, by_confidence) in sure {
                    // all in one run, so that only the strictest can answer
                    if [by_note, by_task, by_risk, by_confidence].iter().filter(|by| **by < 2).count() == 3 {
                        continue;
                    }
                    let documents = run()
                        .change(GATE, "verify_rc=0", note)
                        .change(PROMOTION, "verify_rc=0", "seen")
                        .change(WORK, r#""status": "PASS""#, &format!(r#""status": "{status}""#))
                        .change(GATE, r#""risk_score": 20"#, &format!(r#""risk_score": {risk}"#))
                        .change(GATE, r#""confidence": 0.9"#, &format!(r#""confidence": {confidence}"#));
                    let strictest = by_note.min(by_task).min(by_risk).min(by_confidence);
                    rows.push(row(
                        format!("{note}, {status}, risk {risk}, confidence {confidence}"),
                        documents,
                        ["stop", "hold", "promote"][strictest],
                    ));
                }
            }
        }
    }
    all(rows);
}

#[test]
fn b2_the_threshold_is_that_of_the_run_else_60() {
    let at = |risk: i64, threshold: &str| {
        gate(r#""risk_score": 20"#, &format!(r#""risk_score": {risk}"#)).change(
            MANIFEST,
            r#""risk_threshold": 60, "#,
            threshold,
        )
    };
    let needs = "hold risk: gate-needs-human";
    all(vec![
        row("59 of 60 by default", at(59, ""), "promote"),
        row("60 of 60 by default", at(60, ""), needs),
        row("50 of 51", at(50, r#""risk_threshold": 51, "#), "promote"),
        row("51 of 51", at(51, r#""risk_threshold": 51, "#), needs),
        row("99 of 100", at(99, r#""risk_threshold": 100, "#), "promote"),
        row("100 of 100", at(100, r#""risk_threshold": 100, "#), needs),
        row("0 of 0", at(0, r#""risk_threshold": 0, "#), needs),
        row("a threshold in words", at(20, r#""risk_threshold": "high", "#), needs),
        row("a threshold below nothing", at(20, r#""risk_threshold": -1, "#), needs),
        row("the profile of refactorings has 50", at(49, r#""runtime_profile": "refactor", "#), "promote"),
        row("and not 51", at(50, r#""runtime_profile": "refactor", "#), needs),
    ]);
}

#[test]
fn b2_the_final_attempt_counts_and_nothing_is_no_pass() {
    let history = |attempts: &str, status: &str| {
        run().change(
            WORK,
            r#""status": "PASS""#,
            &format!(r#""status": "{status}", "attempt_history": [{attempts}]"#),
        )
    };
    let stop = "stop tasks: gate-rejected";
    all(vec![
        row("failed, then passed", history(r#"{"status": "FAIL"}, {"status": "PASS"}"#, "PASS"), "promote"),
        row("passed, then failed", history(r#"{"status": "PASS"}, {"status": "FAIL"}"#, "FAIL"), stop),
        row("failed last, called passed", history(r#"{"status": "PASS"}, {"status": "FAIL"}"#, "PASS"), stop),
        row("passed last, called failed", history(r#"{"status": "PASS"}"#, "FAIL"), stop),
        row("no attempt is listed", history("", "PASS"), "promote"),
        row("no status", run().change(WORK, r#""status": "PASS", "#, ""), stop),
        row("a status of null", run().change(WORK, r#""PASS""#, "null"), stop),
        row(
            "no result of any task",
            run().without(WORK).without(PLAN).without(QUEUE),
            "hold complete: evidence-incomplete tasks: evidence-incomplete",
        ),
    ]);
}

#[test]
fn b2_attempts_count_by_their_number_wherever_they_are_kept() {
    let history = |attempts: &str| {
        run().change(
            WORK,
            r#""status": "PASS""#,
            &format!(r#""status": "PASS", "attempt_history": [{attempts}]"#),
        )
    };
    let kept = |path: &str, attempts: &str| run().with(path, format!("[{attempts}]"));
    let attempt = |task: &str, number: u32, status: &str| {
        format!(r#"{{"task_id": "{task}", "status": "{status}", "attempt": {number}}}"#)
    };
    let (first, second) = (attempt("work", 1, "PASS"), attempt("work", 2, "FAIL"));
    let mended = attempt("work", 3, "PASS");
    let stop = "stop tasks: gate-rejected";
    all(vec![
        row("the last number failed, listed first", history(&format!("{second}, {first}")), stop),
        row("the last number failed, listed last", history(&format!("{first}, {second}")), stop),
        row("mended after that, in any order", history(&format!("{mended}, {second}, {first}")), "promote"),
        row("one number twice", history(&format!("{}, {second}", attempt("work", 2, "PASS"))), stop),
        row("one without a number last", history(&format!(r#"{first}, {{"status": "FAIL"}}"#)), stop),
        row(
            "a file of attempts that failed last",
            kept("run/attempts/work.attempts.json", &format!("{first}, {second}")),
            stop,
        ),
        row("in another order", kept("run/attempts/work.attempts.json", &format!("{second}, {first}")), stop),
        row(
            "a file of attempts that passed last",
            kept("run/attempts/work.attempts.json", &format!("{second}, {mended}")),
            "promote",
        ),
        row(
            "of two tasks",
            kept("run/attempts/all.json", &format!("{}, {second}", attempt("plan", 3, "PASS"))),
            stop,
        ),
        row(
            "of no run of this",
            run().beside(&run(), "run-2").with("run-2/attempts/work.attempts.json", format!("[{second}]")),
            stop,
        ),
    ]);
}

#[test]
fn b2_an_exit_code_speaks_against_a_pass_wherever_a_note_says_it() {
    let note = |text: &str| gate("verify_output=ok", text);
    let stop = "stop verification: gate-rejected";
    let hold = "hold verification: gate-needs-human";
    all(vec![
        row("elsewhere in a note", note("retry: verify_rc=1"), stop),
        row("after a colon", note("verify_rc: 2"), stop),
        row("in capitals", note("VERIFY_RC=2"), stop),
        row("after a space", note("verify_rc 3"), stop),
        row("in a word", note("verify_rc: error"), stop),
        row("of another decision", run().change(PROMOTION, "verify_rc=0", "verify_rc: 2"), stop),
        row("a second time with none", note("again: verify_rc=0"), "promote"),
        row("as prose", note("verify_rc was seen"), "promote"),
        row("no command", note("verify_output=no verify command"), hold),
        row("not run", note("verification not run"), hold),
        row(
            "notes that are no list",
            gate(r#"["verify_rc=0", "verify_output=ok"]"#, r#""verify_rc=1""#),
            "stop documents: gate-invalid",
        ),
        row("notes that are no texts", gate(r#""verify_output=ok""#, "1"), "stop documents: gate-invalid"),
    ]);
}

/// Rules 1 and 2: a result belongs to the run it names, else to the run in whose folder it lies.
#[test]
fn b2_each_of_several_runs_answers_for_its_own_results() {
    let two = |other: Documents| run().beside(&other, "run-2");
    let elsewhere = "run-2/task_results/work.result.json";
    let moved = |status: &str| {
        let text = run().text(WORK).replace("PASS", status);
        two(run()).without(elsewhere).without(WORK).with("work.result.json", text)
    };
    let of = |id: &str, path: &str| {
        run().with(path, run().text(WORK).replace('{', &format!(r#"{{"run_id": "{id}", "#)))
    };
    all(vec![
        row("two runs with tasks of the same names", two(run()), "promote"),
        row("the second failed", two(run().change(WORK, "PASS", "FAIL")), "stop tasks: gate-rejected"),
        row("the second lacks one", two(run().without(WORK)), "hold complete: evidence-incomplete"),
        row(
            "the second has no queue and failed",
            two(run().without(QUEUE).change(WORK, "PASS", "FAIL")),
            "stop tasks: gate-rejected",
        ),
        row("a pass that may be of either", moved("PASS"), "hold complete: evidence-incomplete"),
        row("a failure that may be of either", moved("FAIL"), "stop tasks: gate-rejected"),
        row("a result that names its run", of("run-1", WORK), "promote"),
        row("a result that names another run", of("run-9", WORK), "stop documents: gate-invalid"),
        row("another run's result elsewhere", of("run-9", "archive/work.result.json"), "promote"),
    ]);
    let tasks = |documents: Documents| {
        let verdict = documents.verdict(PROFILE, NOW);
        verdict.criteria.into_iter().find(|result| result.id.as_str() == "tasks").unwrap().found
    };
    let found = tasks(two(run().change(WORK, "PASS", "FAIL")));
    assert!(found.starts_with("run `run-2`"), "{found}");
}

/// Rule 3: the strictest of gate, promotion and recomputation.
#[test]
fn b3_the_strictest_of_three_answers_holds() {
    let words = [("APPROVE", 2_usize), ("NEEDS_HUMAN", 1), ("REJECT", 0)];
    let mut rows = Vec::new();
    for (first, one) in words {
        for (second, two) in words {
            for (computed, three) in
                [("the run is fine", 2), ("the run needs a person", 1), ("the run failed", 0)]
            {
                let documents = gate(r#""status": "APPROVE""#, &format!(r#""status": "{first}""#)).change(
                    PROMOTION,
                    r#""decision": "APPROVE""#,
                    &format!(r#""decision": "{second}""#),
                );
                let documents = match three {
                    2 => documents,
                    1 => documents.change(GATE, "0.9", "0.5"),
                    _ => documents.change(PLAN, "PASS", "FAIL"),
                };
                let strictest = one.min(two).min(three);
                rows.push(row(
                    format!("{first}, {second}, {computed}"),
                    documents,
                    ["stop", "hold", "promote"][strictest],
                ));
            }
        }
    }
    all(rows);
    let told = |documents: Documents| {
        let findings = documents.judged(PROFILE, NOW).findings;
        findings
            .iter()
            .filter(|finding| ["declared-mismatch", "conflicting-evidence"].contains(&finding.code))
            .count()
    };
    assert_eq!(told(run()), 0);
    assert_ne!(told(gate(r#""status": "APPROVE""#, r#""status": "REJECT""#)), 0, "gate and promotion differ");
    assert_ne!(told(run().change(PLAN, "PASS", "FAIL")), 0, "the declared and the computed answer differ");
}

/// Rule 4: the substrate's own word, where there is one.
#[test]
fn b4_the_substrates_word_is_the_pair_of_the_status_or_the_decision_is_invalid() {
    let mut rows = Vec::new();
    for (status, state) in [("APPROVE", "promote"), ("NEEDS_HUMAN", "hold"), ("REJECT", "stop")] {
        rows.push(row(
            format!("{status} alone"),
            gate(r#""status": "APPROVE""#, &format!(r#""status": "{status}""#)),
            state,
        ));
        for substrate in ["PROMOTE", "STOP", "DENY", "HOLD", "promote", ""] {
            let documents = gate(
                r#""status": "APPROVE""#,
                &format!(r#""status": "{status}", "substrate_status": "{substrate}""#),
            );
            let pair = [("APPROVE", "PROMOTE"), ("NEEDS_HUMAN", "STOP"), ("REJECT", "DENY")]
                .contains(&(status, substrate));
            rows.push(row(
                format!("{status} with {substrate:?}"),
                documents,
                if pair { state } else { "stop" },
            ));
        }
        let number =
            gate(r#""status": "APPROVE""#, &format!(r#""status": "{status}", "substrate_status": 1"#));
        rows.push(row(format!("{status} with a number"), number, "stop"));
    }
    all(rows);
}

/// Rule 5: a decision without a code is told, a rejection stays one, and grave codes reject.
#[test]
fn b5_codes_are_told_when_they_lack_and_reject_when_they_are_grave() {
    let codes = |status: &str, codes: &str| {
        gate(r#""status": "APPROVE""#, &format!(r#""status": "{status}""#)).change(
            GATE,
            r#""reason_codes": []"#,
            &format!(r#""reason_codes": [{codes}]"#),
        )
    };
    all(vec![
        row("rejected without a code", codes("REJECT", ""), "stop"),
        row("held without a code", codes("NEEDS_HUMAN", ""), "hold declared: gate-needs-human"),
        row(
            "held with its code",
            codes("NEEDS_HUMAN", r#""POLICY.NEEDS_HUMAN""#),
            "hold declared: gate-needs-human",
        ),
        row(
            "approved with a code about security",
            codes("APPROVE", r#""SEC.LEAK""#),
            "stop reason-codes: gate-rejected",
        ),
        row(
            "approved with a critical code",
            codes("APPROVE", r#""INFRA.DOWN""#),
            "stop reason-codes: gate-rejected",
        ),
        row("held with a critical code", codes("NEEDS_HUMAN", r#""INFRA.DOWN""#), "stop"),
        row(
            "a grave code after a harmless one",
            codes("NEEDS_HUMAN", r#""POLICY.NEEDS_HUMAN", "SEC.LEAK""#),
            "stop",
        ),
    ]);
    for (status, told) in [("REJECT", 1), ("NEEDS_HUMAN", 1), ("APPROVE", 0)] {
        let outcome = codes(status, "").judged(PROFILE, NOW);
        assert_eq!(
            outcome.findings.iter().filter(|finding| finding.code == "no-reason").count(),
            told,
            "{status}"
        );
    }
}

/// Rule 6: what an override needs, and the second from which it counts.
#[test]
fn b6_an_override_has_an_approver_a_reason_the_run_and_a_later_time() {
    let decided = "2026-05-01T12:00:00Z";
    let held = || gate(r#""risk_score": 20"#, r#""risk_score": 60"#).with("index.yaml", dated(decided));
    let by = |text: String| held().with("run/override.json", text);
    let at = |time: &str| overridden(time);
    let lifted = "promoted-by-override risk: gate-overridden";
    let holds = "hold risk: gate-needs-human";
    all(vec![
        row("nobody", held(), holds),
        row("one second after the decision", by(at("2026-05-01T12:00:01Z")), lifted),
        row("at the decision", by(at(decided)), holds),
        row("one second before it", by(at("2026-05-01T11:59:59Z")), holds),
        row("at as-of", by(at(NOW)), lifted),
        row("one second after as-of", by(at("2026-06-01T00:00:01Z")), holds),
        row("without a time", by(at("soon")), holds),
        row("of another run", by(at("2026-05-02T00:00:00Z").replace("run-1", "run-2")), holds),
        row("without a run", by(at("2026-05-02T00:00:00Z").replace(r#""run_id": "run-1", "#, "")), holds),
        row("of nobody", by(at("2026-05-02T00:00:00Z").replace("release management", "")), holds),
        row("for no reason", by(at("2026-05-02T00:00:00Z").replace("known and watched", " ")), holds),
        row(
            "over a rejection",
            by(at("2026-05-02T00:00:00Z")).change(GATE, r#""status": "APPROVE""#, r#""status": "REJECT""#),
            "stop",
        ),
        row("over a failed task", by(at("2026-05-02T00:00:00Z")).change(PLAN, "PASS", "FAIL"), "stop"),
        row(
            "over an invalid gate",
            by(at("2026-05-02T00:00:00Z")).change(GATE, r#""version": "1", "#, ""),
            "stop",
        ),
        row(
            "over missing evidence",
            by(at("2026-05-02T00:00:00Z")).without(PLAN),
            "hold complete: evidence-incomplete risk: gate-overridden",
        ),
        row(
            "over a needed person",
            by(at("2026-05-02T00:00:00Z")).change(
                PROMOTION,
                r#""decision": "APPROVE""#,
                r#""decision": "NEEDS_HUMAN""#,
            ),
            "promoted-by-override declared: gate-overridden risk: gate-overridden",
        ),
        row(
            "a second one that does not count",
            by(at("2026-05-02T00:00:00Z")).with("run/override-2.json", at("soon")),
            lifted,
        ),
    ]);
}

/// Rules 6 and G2: an override that says no, is over, was taken back or names nobody lifts nothing, and the criterion says why.
#[test]
fn b6_an_override_that_is_refused_over_or_taken_back_lifts_nothing() {
    let held = || gate(r#""risk_score": 20"#, r#""risk_score": 60"#);
    let when = || held().with("index.yaml", dated("2026-05-01T12:00:00Z"));
    let receipt = |more: &str| overridden("2026-05-02T00:00:00Z").replace("{", &format!("{{{more}, "));
    let by = |more: &str| when().with("run/override.json", receipt(more));
    let beside = |more: &str, time: &str| {
        by(r#""note": "x""#).with("run/second.json", receipt(more).replace("2026-05-02T00:00:00Z", time))
    };
    let lifted = "promoted-by-override risk: gate-overridden";
    let holds = "hold risk: gate-needs-human";
    let mut rows = vec![
        row(
            "nobody is named yet",
            by("\"x\": 1").change("run/override.json", "release management", "pending"),
            holds,
        ),
        row(
            "to be named",
            by("\"x\": 1").change("run/override.json", "release management", "TBD (board)"),
            holds,
        ),
        row(
            "the gate has no time, and the promotion one that is later",
            held()
                .with(
                    "index.yaml",
                    format!("evidence:\n  - {{path: {PROMOTION}, captured-at: 2026-05-03T00:00:00Z}}\n"),
                )
                .with("run/override.json", overridden("2026-05-02T00:00:00Z")),
            holds,
        ),
        row(
            "nothing has a time",
            held().with("run/override.json", overridden("2026-05-02T00:00:00Z")),
            lifted,
        ),
        row("a refusal after it", beside(r#""decision": "REJECT""#, "2026-05-03T00:00:00Z"), holds),
        row("a refusal at the same time", beside(r#""decision": "REJECT""#, "2026-05-02T00:00:00Z"), holds),
        row("a refusal without a time", beside(r#""status": "revoked""#, "once"), holds),
        row("a refusal before it", beside(r#""decision": "REJECT""#, "2026-05-01T13:00:00Z"), lifted),
        row("a refusal that lies ahead", beside(r#""decision": "REJECT""#, "2026-07-01T00:00:00Z"), lifted),
        row(
            "one that is over beside it",
            beside(r#""expires_at": "2026-05-20""#, "2026-05-03T00:00:00Z"),
            lifted,
        ),
    ];
    for refused in [
        r#""decision": "REJECT""#,
        r#""decision": "perhaps""#,
        r#""status": "revoked""#,
        r#""status": "draft""#,
        r#""approved": false"#,
        r#""approved": "no""#,
        r#""approval": {"status": "pending"}"#,
        r#""revoked_at": "2026-05-10""#,
        r#""expires_at": "2026-05-31""#,
        r#""expires_at": "2026-06-01T00:00:00Z""#,
        r#""expires_at": "soon""#,
        r#""valid_until": 7"#,
    ] {
        rows.push(row(refused, by(refused), holds));
    }
    for given in [
        r#""decision": "APPROVE""#,
        r#""status": "active""#,
        r#""approved": true"#,
        r#""revoked": false"#,
        r#""revoked_at": null"#,
        r#""expires_at": "2026-06-01""#,
        r#""expires_at": "2026-06-01T00:00:01Z""#,
    ] {
        rows.push(row(given, by(given), lifted));
    }
    all(rows);
    let told = |documents: Documents| {
        let verdict = documents.verdict(PROFILE, NOW);
        verdict.criteria.into_iter().find(|result| result.id.as_str() == "risk").unwrap().found
    };
    for (documents, why) in [
        (by(r#""decision": "REJECT""#), "its `decision` is `REJECT`"),
        (by(r#""expires_at": "2026-05-31""#), "it ended: `2026-05-31`"),
        (beside(r#""status": "revoked""#, "2026-05-03T00:00:00Z"), "its `status` is `revoked`"),
    ] {
        let found = told(documents);
        assert!(found.contains("has no effect") && found.contains(why), "{why}: {found}");
    }
    let undated = told(held().with("run/override.json", overridden("2026-05-02T00:00:00Z")));
    assert!(undated.contains("overridden by") && undated.contains("say `captured-at`"), "{undated}");
    let until = by(r#""expires_at": "2026-06-10""#).verdict(PROFILE, NOW).valid_until;
    assert_eq!(until.map(|at| at.to_string()).as_deref(), Some("2026-06-11T00:00:00Z"));
}

/// Rule 7: the action of each answer; reason codes stand as they were written.
#[test]
fn b7_each_answer_has_its_action_and_codes_stay_as_they_are() {
    let code = r#""reason_codes": ["VERIFY.TEST_FAILURE", "POLICY.NEEDS_HUMAN"]"#;
    let rejected =
        gate(r#""status": "APPROVE""#, r#""status": "REJECT""#).change(GATE, r#""reason_codes": []"#, code);
    all(vec![
        row("approved", run(), "promote"),
        row("needs a person", gate(r#""status": "APPROVE""#, r#""status": "NEEDS_HUMAN""#), "hold"),
        row("rejected", rejected.clone(), "stop"),
        row("invalid", run().without(GATE), "stop"),
    ]);
    let verdict = rejected.verdict(PROFILE, NOW);
    let declared = verdict.criteria.iter().find(|result| result.id.as_str() == "declared").unwrap();
    assert!(declared.found.contains("POLICY.NEEDS_HUMAN, VERIFY.TEST_FAILURE"), "{}", declared.found);
}

/// Rule 8: what a promotion needs, and that every named file is the one that was named.
#[test]
fn b8_everything_is_here_and_every_digest_holds() {
    let named =
        |digest: String| run().with("run/SHA256SUMS", format!("{digest}  task_results/plan.result.json\n"));
    let right = trustbook::bundle::digest::Digest::of(run().text(PLAN).as_bytes()).to_string();
    let lacks = "hold complete: evidence-incomplete";
    let last = right.chars().last().unwrap();
    let off_by_one = format!("{}{}", &right[..63], if last == '0' { '1' } else { '0' });
    all(vec![
        row("no promotion decision", run().without(PROMOTION), lacks),
        row("no manifest", run().without(MANIFEST), lacks),
        row("a result of the queue is missing", run().without(PLAN), lacks),
        row(
            "all results are missing",
            run().without(PLAN).without(WORK),
            "hold complete: evidence-incomplete tasks: evidence-incomplete",
        ),
        row("no queue says what to expect", run().without(QUEUE), "promote"),
        row("its digest holds", named(right.clone()), "promote"),
        row("in capitals", named(right.to_uppercase()), "promote"),
        row("one digit off", named(off_by_one), "stop files: digest-differs"),
        row(
            "no digest at all",
            run().with(
                "run/files.json",
                r#"{"files": [{"path": "task_results/plan.result.json", "sha256": "none"}]}"#,
            ),
            "stop files: digest-differs",
        ),
        row(
            "a named file is not here",
            run().with("run/SHA256SUMS", format!("{right}  task_results/none.json\n")),
            "promote",
        ),
    ]);
    let ledger = |path: &str| {
        run().without(QUEUE).with(
            "run/ledger.json",
            serde_json::json!({"run_id": "run-1", "entries": [{"path": path, "sha256": right}]}).to_string(),
        )
    };
    let elsewhere = |path: &str| ledger(path).without(PLAN);
    all(vec![
        row("a ledger names a result that is here", ledger("task_results/plan.result.json"), "promote"),
        row("and it is not here", elsewhere("task_results/plan.result.json"), lacks),
        row("with backslashes", elsewhere(r"runs\run-1\task_results\plan.result.json"), lacks),
        row("it names another file that is not here", ledger("run/state.space.json"), "promote"),
        row("by an absolute path", ledger("/srv/run/task_results/plan.result.json"), lacks),
        row("by a drive", ledger(r"C:\run\plan.result.json"), lacks),
        row("by a path that leaves", ledger("../../../../run/plan.result.json"), lacks),
        row("the manifest by an absolute path", ledger("/srv/run/run.manifest.json"), lacks),
        row("what is not of the run by an absolute path", ledger("/srv/run/notes.txt"), "promote"),
    ]);
    let (status, _) = criterion(&run().without(PLAN), PROFILE, "complete", NOW);
    assert_eq!(status, Status::NotAssessed);
    assert_eq!(line(&run().verdict(PROFILE, NOW)), "promote");
}

/// The service levels over several runs, and what each run takes from them.
#[test]
fn service_levels_are_counted_over_every_run_and_each_run_says_what_it_takes() {
    let leak = gate(r#""reason_codes": []"#, r#""reason_codes": ["SEC.LEAK"]"#).change(
        GATE,
        r#""status": "APPROVE""#,
        r#""status": "REJECT""#,
    );
    let undecided = run().without(GATE).without(PROMOTION);
    let incomplete = run().without(PLAN);
    let twice = run().with(
        "run/again/gate.decision.json",
        run().text(GATE).replace(r#""status": "APPROVE""#, r#""status": "NEEDS_HUMAN""#),
    );
    let documents = run()
        .beside(&leak, "run-2")
        .beside(&undecided, "run-3")
        .beside(&incomplete, "run-4")
        .beside(&twice, "run-5");
    let runs = documents.judged(PROFILE, NOW).value.unwrap().assessment.runs;
    let levels: Vec<(&str, u32, u32, &str)> = runs
        .levels
        .iter()
        .map(|one| (one.objective.as_str(), one.good, one.of, one.at_least.as_str()))
        .collect();
    assert_eq!(
        levels,
        [
            ("availability", 4, 5, "99.9"),
            ("determinism", 0, 1, "99"),
            ("completeness", 1, 2, "100"),
            ("safety", 4, 5, "100"),
        ]
    );
    let each: Vec<_> = runs
        .runs
        .iter()
        .map(|one| {
            (one.run.as_str(), one.declared.as_deref(), one.reached, one.same_again, one.complete, one.safe)
        })
        .collect();
    assert_eq!(
        each,
        [
            ("run-1", Some("APPROVE"), true, None, Some(true), true),
            ("run-2", Some("REJECT"), true, None, None, false),
            ("run-3", None, false, None, None, true),
            ("run-4", Some("APPROVE"), true, None, Some(false), true),
            ("run-5", Some("NEEDS_HUMAN"), true, Some(false), None, true),
        ]
    );
}

/// A path and a digest of one name are a pair in an audit bundle; what only looks alike, or has no path, is not.
#[test]
fn b8_an_audit_bundle_is_compared_by_its_pairs_of_one_name() {
    let audit = |key: &str, path: &str, digest: &str, sha256: &str| {
        let bundle = format!(
            r#"{{"run_id": "run-1", "manifest_path": "{MANIFEST}", "gate_decision_path": "{GATE}", "{key}": "{path}", "hashes": {{"{digest}": "{sha256}"}}, "evidence_bundles": []}}"#
        );
        run().with("run/audit.bundle.json", bundle)
    };
    let wrong = "e".repeat(64);
    let differs = "stop files: digest-differs";
    let right = trustbook::bundle::digest::Digest::of(run().text(QUEUE).as_bytes()).to_string();
    all(vec![
        row("equal", audit("queue_path", QUEUE, "queue_sha256", &right), "promote"),
        row("a name of one's own", audit("queue_path", QUEUE, "queue_sha256", &wrong), differs),
        row(
            "the manifest by another name",
            audit("run_manifest_path", MANIFEST, "run_manifest_sha256", &wrong),
            differs,
        ),
        row("the promotion", audit("promotion_path", PROMOTION, "promotion_sha256", &wrong), differs),
        row(
            "a name that only looks alike",
            audit("work_queue_file_path", QUEUE, "queue_sha256", &wrong),
            "promote",
        ),
        row("a digest without a path", audit("note", "x", "queue_sha256", &wrong), "promote"),
    ]);
}

/// A document of the run that says it never happened holds the run; a plan of a drill says nothing of it.
#[test]
fn b8_a_run_of_which_a_document_is_a_dry_run_is_held() {
    let summary = |extra: &str| {
        run().with(
            "run/summary.json",
            format!(
                r#"{{"run_id": "run-1", "dispatched_count": 2, "execution_order": ["plan", "work"], "results": [{{"task_id": "plan", "status": "PASS"}}]{extra}}}"#
            ),
        )
    };
    let plan = r#"{"run_id": "run-1", "scenarios": ["a"], "expected_steps": ["b"]}"#;
    let held = "hold complete: evidence-incomplete";
    all(vec![
        row("as it is", summary(""), "promote"),
        row("a dry run", summary(r#", "dry_run": true"#), held),
        row("a sample", summary(r#", "evidence_mode": "sample""#), held),
        row("the plan of a drill", run().with("run/drill.json", plan), "promote"),
    ]);
}

/// A task that passes and gives a reason about security does not pass.
#[test]
fn b5_a_grave_reason_of_a_task_rejects() {
    let task = |code: &str| {
        run().change(WORK, r#""attempts": 1"#, &format!(r#""attempts": 1, "reason_code": {code}"#))
    };
    let rejected = "stop reason-codes: gate-rejected";
    all(vec![
        row("none", task("null"), "promote"),
        row("one that is known and light", task(r#""POLICY.NEEDS_HUMAN""#), "promote"),
        row("one about security", task(r#""SEC.LEAK""#), rejected),
        row("a critical one", task(r#""INFRA.DOWN""#), rejected),
        row("one about security by its name", task(r#""SECURITY.SECRET_LEAK""#), rejected),
    ]);
}
