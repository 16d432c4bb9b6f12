//! Release gates, certifications and closeouts over documents of their shapes: every row of their tables, and the instants around
//! which they turn.

use std::fs;

use trustbook::model::assessment::Verdict;
use trustbook::model::time::Instant;
use trustbook::pipeline;

use crate::project::Folder;

pub(crate) const NOW: &str = "2026-06-01T00:00:00Z";

/// Documents of a project, by path below the evidence folder.
#[derive(Clone, Default)]
pub(crate) struct Documents(Vec<(String, String)>);

impl Documents {
    pub(crate) fn with(mut self, path: &str, text: impl Into<String>) -> Self {
        self.0.retain(|(known, _)| known != path);
        self.0.push((path.to_owned(), text.into()));
        self
    }

    pub(crate) fn without(mut self, path: &str) -> Self {
        assert!(self.0.iter().any(|(known, _)| known == path), "{path}");
        self.0.retain(|(known, _)| known != path);
        self
    }

    /// The same with a piece of a document's text replaced; the piece has to be there.
    pub(crate) fn change(mut self, path: &str, from: &str, to: &str) -> Self {
        let (_, text) = self.0.iter_mut().find(|(known, _)| known == path).unwrap();
        assert!(text.contains(from), "{path} has no {from}");
        *text = text.replace(from, to);
        self
    }

    /// Together with the run of `other`, in a folder and under an id of its own.
    pub(crate) fn beside(mut self, other: &Self, id: &str) -> Self {
        for (path, text) in &other.0 {
            if let Some(path) = path.strip_prefix("run/") {
                self.0.push((format!("{id}/{path}"), text.replace("run-1", id)));
            }
        }
        self
    }

    /// A document's text; it has to be there.
    pub(crate) fn text(&self, path: &str) -> String {
        self.0.iter().find(|(known, _)| known == path).unwrap().1.clone()
    }

    pub(crate) fn paths(&self) -> Vec<String> {
        self.0.iter().map(|(path, _)| path.clone()).collect()
    }

    pub(crate) fn reversed(mut self) -> Self {
        self.0.reverse();
        self
    }

    pub(crate) fn verdict(&self, profile: &str, as_of: &str) -> Verdict {
        let outcome = self.judged(profile, as_of);
        let judged = outcome.value.unwrap_or_else(|| panic!("{:#?}", outcome.findings));
        assert!(!trustbook::model::finding::has_errors(&outcome.findings), "{:#?}", outcome.findings);
        judged.assessment.verdicts.into_iter().find(|one| one.profile.as_str() == profile).unwrap()
    }

    /// What `check` judges by: with verdicts also where something is refused. Paths may leave the evidence folder by `../`.
    pub(crate) fn judged(&self, profile: &str, as_of: &str) -> pipeline::Outcome<pipeline::Judged> {
        let folder = self.written();
        pipeline::look(folder.path(), Instant::parse(as_of).unwrap(), Some(profile)).unwrap()
    }

    /// A project of them.
    pub(crate) fn written(&self) -> Folder {
        let folder = Folder::new("governance");
        let root = folder.path();
        fs::create_dir_all(root.join("content")).unwrap();
        fs::create_dir_all(root.join("evidence")).unwrap();
        let project = "site: {title: T, slug: t, origin: t.example}\nprofiles: []\n";
        fs::write(root.join("trustbook.yaml"), project).unwrap();
        fs::write(root.join("content/organization.yaml"), "organization: {name: T}\n").unwrap();
        fs::write(root.join("evidence/readme.txt"), "nothing\n").unwrap();
        for (path, text) in &self.0 {
            let path = root.join("evidence").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    pub(crate) fn state(&self, profile: &str) -> String {
        self.verdict(profile, NOW).state
    }
}

fn reasons(verdict: &Verdict) -> Vec<String> {
    verdict
        .criteria
        .iter()
        .filter(|result| result.required && !result.status.is_satisfied())
        .map(|result| format!("{}: {}", result.id, result.reason))
        .collect()
}

// ---------------------------------------------------------------- release gates

pub(crate) const GATE: &str = "run/gate/gate.decision.json";
pub(crate) const PROMOTION: &str = "run/promotion/promotion.decision.json";
pub(crate) const MANIFEST: &str = "run/run.manifest.json";
pub(crate) const QUEUE: &str = "run/work.queue.json";
pub(crate) const PLAN: &str = "run/task_results/plan.result.json";
pub(crate) const WORK: &str = "run/task_results/work.result.json";

pub(crate) fn run() -> Documents {
    let result = |task: &str| {
        format!(
            r#"{{"artifact_kind": "task.result/v1", "task_id": "{task}", "status": "PASS", "attempts": 1, "notes": "done"}}"#
        )
    };
    Documents::default()
        .with(
            GATE,
            r#"{"version": "1", "run_id": "run-1", "task_id": "wave-gate", "status": "APPROVE", "reason_codes": [], "confidence": 0.9,
             "risk_score": 20, "notes": ["verify_rc=0", "verify_output=ok"],
             "telemetry_ref": {"trace_id_hex": "5b1f0f7a2c9d4e8897a3b6c1d0e2f4a5", "span_id_hex": "5b1f0f7a2c9d4e88"}}"#,
        )
        .with(
            PROMOTION,
            r#"{"version": "1", "run_id": "run-1", "decision": "APPROVE", "reason_codes": [], "confidence": 0.9, "risk_score": 20,
             "notes": ["verify_rc=0"], "gate_decision_ref": {"task_id": "wave-gate"}}"#,
        )
        .with(
            MANIFEST,
            r#"{"version": "1", "run_id": "run-1", "inputs": {"pre_contract_path": "contract.json", "pre_contract_sha256": "x"},
             "commands": [], "artifacts": {}, "runtime": {"risk_threshold": 60, "tool_versions": {}, "repo_commit_sha": "c"}}"#,
        )
        .with(
            QUEUE,
            r#"{"version": "1", "run_id": "run-1", "base_ref": "main", "max_workers": 2,
             "tasks": [{"task_id": "plan", "status": "QUEUED"}, {"task_id": "work", "status": "QUEUED"}]}"#,
        )
        .with(PLAN, result("plan"))
        .with(WORK, result("work"))
        .with(
            "policy/codes.json",
            r#"{"version": "1", "codes": [
              {"code": "POLICY.NEEDS_HUMAN", "class": "POLICY", "severity": "WARN"},
              {"code": "VERIFY.TEST_FAILURE", "class": "DETERMINISTIC", "severity": "ERROR"},
              {"code": "SEC.LEAK", "class": "SECURITY", "severity": "ERROR"},
              {"code": "INFRA.DOWN", "class": "INFRA", "severity": "CRITICAL"}]}"#,
        )
}

/// An evidence index that says when the decisions of the run were made.
pub(crate) fn dated(time: &str) -> String {
    format!(
        "evidence:\n  - {{path: {GATE}, captured-at: {time}}}\n  - {{path: {PROMOTION}, captured-at: {time}}}\n"
    )
}

pub(crate) fn overridden(time: &str) -> String {
    format!(
        r#"{{"run_id": "run-1", "approver": "release management", "reason": "known and watched", "time": "{time}"}}"#
    )
}

#[test]
fn an_approved_run_with_everything_is_promoted_and_says_what_was_declared() {
    let verdict = run().verdict("release-gate", NOW);
    assert_eq!((verdict.state.as_str(), verdict.passes), ("promote", true), "{:?}", reasons(&verdict));
    assert_eq!((verdict.declared.as_deref(), verdict.declared_agrees), (Some("APPROVE"), Some(true)));
    assert_eq!(verdict.valid_until, None);
    assert_eq!(verdict.subject, "Run run-1");
}

#[test]
fn without_a_run_nothing_is_promoted() {
    assert_eq!(Documents::default().state("release-gate"), "stop");
}

#[test]
fn the_strictest_of_gate_promotion_and_recomputation_decides() {
    let words = [("APPROVE", 2), ("NEEDS_HUMAN", 1), ("REJECT", 0)];
    let states = ["stop", "hold", "promote"];
    for (gate, first) in words {
        for (promotion, second) in words {
            let documents = run()
                .change(GATE, r#""status": "APPROVE""#, &format!(r#""status": "{gate}""#))
                .change(PROMOTION, r#""decision": "APPROVE""#, &format!(r#""decision": "{promotion}""#));
            assert_eq!(documents.state("release-gate"), states[first.min(second)], "{gate} {promotion}");
            let failed = documents.change(PLAN, r#""status": "PASS""#, r#""status": "FAIL""#);
            assert_eq!(failed.state("release-gate"), "stop", "{gate} {promotion} and a failed task");
        }
    }
}

#[test]
fn documents_that_contradict_their_schema_or_each_other_stop_the_run() {
    let cases = [
        ("no gate", run().without(GATE)),
        ("no version", run().change(GATE, r#""version": "1", "#, "")),
        ("no reason codes", run().change(GATE, r#""reason_codes": [], "#, "")),
        ("an unknown field", run().change(GATE, r#""version": "1""#, r#""version": "1", "extra": 1"#)),
        ("an unknown status", run().change(GATE, r#""status": "APPROVE""#, r#""status": "MAYBE""#)),
        ("a risk out of range", run().change(GATE, r#""risk_score": 20"#, r#""risk_score": 101"#)),
        ("another run", run().change(PROMOTION, r#""run_id": "run-1""#, r#""run_id": "run-2""#)),
        ("another run's manifest", run().change(MANIFEST, r#""run_id": "run-1""#, r#""run_id": "run-2""#)),
        (
            "an unknown code",
            run().change(PROMOTION, r#""reason_codes": []"#, r#""reason_codes": ["OTHER.CODE"]"#),
        ),
        ("no code at all", run().change(PROMOTION, r#""reason_codes": []"#, r#""reason_codes": ["lower"]"#)),
    ];
    for (what, documents) in cases {
        let verdict = documents.verdict("release-gate", NOW);
        assert_eq!(verdict.state, "stop", "{what}");
        assert!(
            verdict.criteria.iter().any(|result| result.reason == "gate-invalid"),
            "{what}: {:?}",
            reasons(&verdict)
        );
    }
}

#[test]
fn the_substrates_word_has_to_be_the_pair_of_the_status() {
    let words = [("APPROVE", "PROMOTE"), ("NEEDS_HUMAN", "STOP"), ("REJECT", "DENY")];
    for (status, _) in words {
        for (paired, substrate) in words {
            let documents = run().change(
                GATE,
                r#""status": "APPROVE""#,
                &format!(r#""status": "{status}", "substrate_status": "{substrate}""#),
            );
            let expected = match (status == paired, status) {
                (true, "APPROVE") => "promote",
                (true, "NEEDS_HUMAN") => "hold",
                (_, _) => "stop",
            };
            assert_eq!(documents.state("release-gate"), expected, "{status} {substrate}");
        }
    }
}

#[test]
fn the_verification_has_to_be_shown_and_to_have_passed() {
    let both =
        |from: &str, to: &str| run().change(GATE, from, to).change(PROMOTION, r#""verify_rc=0""#, r#""ok""#);
    assert_eq!(both(r#""verify_rc=0""#, r#""verify_rc=1""#).state("release-gate"), "stop");
    assert_eq!(both(r#""verify_rc=0""#, r#""verify_rc=-1""#).state("release-gate"), "stop");
    assert_eq!(both(r#""verify_rc=0""#, r#""verify_rc=""#).state("release-gate"), "stop");
    assert_eq!(both(r#""verify_rc=0""#, r#""ok""#).state("release-gate"), "hold");
    let skipped = run().change(GATE, "verify_output=ok", "verify_output=verify skipped");
    assert_eq!(skipped.state("release-gate"), "hold");
}

#[test]
fn the_final_attempt_of_a_task_counts_and_anything_but_a_pass_is_none() {
    for status in ["FAIL", "BLOCKED", "UNKNOWN", "pass", ""] {
        let documents = run().change(WORK, r#""status": "PASS""#, &format!(r#""status": "{status}""#));
        assert_eq!(documents.state("release-gate"), "stop", "{status}");
    }
    let history = |last: &str| {
        run().change(
            WORK,
            r#""attempts": 1"#,
            &format!(r#""attempt_history": [{{"task_id": "work", "status": "FAIL"}}, {{"task_id": "work", "status": "{last}"}}]"#),
        )
    };
    assert_eq!(history("PASS").state("release-gate"), "promote");
    assert_eq!(history("FAIL").state("release-gate"), "stop", "a result and its last attempt that differ");
    assert_eq!(
        run().change(WORK, r#""artifact_kind": "task.result/v1", "#, "").state("release-gate"),
        "promote"
    );
}

#[test]
fn a_risk_equal_to_its_threshold_and_a_confidence_below_seven_tenths_need_a_person() {
    let risk = |risk: u32, threshold: u32| {
        run()
            .change(GATE, r#""risk_score": 20"#, &format!(r#""risk_score": {risk}"#))
            .change(MANIFEST, r#""risk_threshold": 60"#, &format!(r#""risk_threshold": {threshold}"#))
            .state("release-gate")
    };
    assert_eq!([risk(59, 60), risk(60, 60), risk(61, 60)], ["promote", "hold", "hold"]);
    assert_eq!([risk(79, 80), risk(80, 80), risk(20, 101)], ["promote", "hold", "hold"]);
    let unnamed = run().change(MANIFEST, r#""risk_threshold": 60, "#, "");
    let own =
        |risk: u32| unnamed.clone().change(GATE, r#""risk_score": 20"#, &format!(r#""risk_score": {risk}"#));
    assert_eq!([own(59).state("release-gate"), own(60).state("release-gate")], ["promote", "hold"]);
    let hint = run().change(WORK, r#""attempts": 1"#, r#""risk_score_hint": 60"#);
    assert_eq!(hint.state("release-gate"), "hold");
    let sure = |value: &str| {
        run().change(GATE, r#""confidence": 0.9"#, &format!(r#""confidence": {value}"#)).state("release-gate")
    };
    assert_eq!([sure("0.7"), sure("0.69"), sure("0.71")], ["promote", "hold", "promote"]);
}

#[test]
fn a_critical_code_or_one_about_security_rejects_whatever_is_declared() {
    for (code, state) in [
        ("SEC.LEAK", "stop"),
        ("INFRA.DOWN", "stop"),
        ("VERIFY.TEST_FAILURE", "stop"),
        ("POLICY.NEEDS_HUMAN", "promote"),
    ] {
        let documents =
            run().change(PROMOTION, r#""reason_codes": []"#, &format!(r#""reason_codes": ["{code}"]"#));
        assert_eq!(documents.state("release-gate"), state, "{code}");
    }
}

#[test]
fn only_a_valid_override_lifts_a_hold_and_nothing_lifts_a_rejection() {
    let undated = run().change(GATE, r#""risk_score": 20"#, r#""risk_score": 60"#);
    let held = undated.clone().with("index.yaml", dated("2026-04-30T00:00:00Z"));
    let path = "run/override.json";
    let by = |text: &str| held.clone().with(path, text).verdict("release-gate", NOW).state;
    assert_eq!(by(&overridden("2026-05-01T00:00:00Z")), "promoted-by-override");
    assert_eq!(by(&overridden("2026-05-01T00:00:00Z").replace("run-1", "run-2")), "hold", "another run");
    assert_eq!(by(&overridden("2026-05-01T00:00:00Z").replace("release management", " ")), "hold", "nobody");
    assert_eq!(by(&overridden("2026-05-01T00:00:00Z").replace("known and watched", "")), "hold", "no reason");
    assert_eq!(by(&overridden("yesterday")), "hold", "no time");
    let later = held.clone().with(path, overridden("2026-06-01T00:00:01Z"));
    let verdict = later.verdict("release-gate", NOW);
    assert_eq!(verdict.state, "hold");
    assert_eq!(verdict.valid_until.map(|at| at.to_string()).as_deref(), Some("2026-06-01T00:00:01Z"));
    assert_eq!(later.verdict("release-gate", "2026-06-01T00:00:01Z").state, "promoted-by-override");
    let verdict = undated.with(path, overridden("2026-05-01T00:00:00Z")).verdict("release-gate", NOW);
    let risk = verdict.criteria.iter().find(|result| result.id.as_str() == "risk").unwrap();
    assert_eq!(verdict.state, "promoted-by-override");
    assert!(risk.found.contains("nothing says when"), "{}", risk.found);
    let rejected = run().change(GATE, r#""status": "APPROVE""#, r#""status": "REJECT""#);
    assert_eq!(rejected.with(path, overridden("2026-05-01T00:00:00Z")).state("release-gate"), "stop");
}

#[test]
fn a_missing_document_holds_and_a_wrong_digest_stops() {
    for path in [PROMOTION, MANIFEST, PLAN, WORK] {
        let verdict = run().without(path).verdict("release-gate", NOW);
        assert_eq!(verdict.state, "hold", "{path}");
        assert_eq!(reasons(&verdict), ["complete: evidence-incomplete"], "{path}");
    }
    let bundle = |digest: &str| {
        run().with(
            "run/evidence/plan.bundle.json",
            format!(
                r#"{{"otel": {{"run_id": "run-1"}}, "signals": {{"task.id": "plan", "task.status": "PASS"}},
                   "artifacts": [{{"path": "ops/runs/run/task_results/plan.result.json", "sha256": "{digest}"}}]}}"#
            ),
        )
    };
    let plan = run().0.into_iter().find(|(path, _)| path == PLAN).unwrap().1;
    let digest = trustbook::bundle::digest::Digest::of(plan.as_bytes()).to_string();
    assert_eq!(bundle(&digest).state("release-gate"), "promote");
    let changed = bundle(&digest).change(QUEUE, "main", "next");
    assert_eq!(changed.state("release-gate"), "promote", "no document names the queue's digest");
    let beside = bundle(&digest).with(
        "run/SHA256SUMS",
        format!("{digest}  task_results/plan.result.json\n{}  run.manifest.json\n", "a".repeat(64)),
    );
    let verdict = beside.verdict("release-gate", NOW);
    assert_eq!(
        (verdict.state.as_str(), reasons(&verdict)),
        ("stop", vec!["files: digest-differs".to_owned()])
    );
    let windows = trustbook::bundle::digest::Digest::of(b"{}\r\n").to_string();
    let endings =
        run().with("run/notes.json", "{}\n").with("run/SHA256SUMS", format!("{windows}  notes.json\n"));
    let verdict = endings.verdict("release-gate", NOW);
    assert_eq!(verdict.state, "stop");
    let files = verdict.criteria.iter().find(|result| result.id.as_str() == "files").unwrap();
    assert!(files.found.contains("differs only in line endings"), "{}", files.found);
}

#[test]
fn a_sample_a_dry_run_and_an_unreadable_document_never_promote() {
    for mark in [r#""evidence_mode": "sample", "#, r#""dry_run": true, "#] {
        let documents = run().change(MANIFEST, r#""version": "1", "#, &format!(r#""version": "1", {mark}"#));
        assert_eq!(documents.state("release-gate"), "hold", "{mark}");
    }
    let folder = Folder::new("governance-broken");
    fs::create_dir_all(folder.path().join("evidence")).unwrap();
    fs::create_dir_all(folder.path().join("content")).unwrap();
    fs::write(folder.path().join("content/organization.yaml"), "organization: {name: T}\n").unwrap();
    fs::write(
        folder.path().join("trustbook.yaml"),
        "site: {title: T, slug: t, origin: t.example}\nprofiles: []\n",
    )
    .unwrap();
    for (path, text) in run().change(GATE, r#""reason_codes": []"#, r#""reason_codes": [["#).0 {
        let path = folder.path().join("evidence").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let outcome =
        pipeline::judge_by(folder.path(), Instant::parse(NOW).unwrap(), Some("release-gate")).unwrap();
    assert!(outcome.value.is_none());
    let broken = outcome.findings.iter().find(|finding| {
        finding.severity == trustbook::model::finding::Severity::Error
            && finding.place.as_ref().is_some_and(|place| place.path.ends_with(GATE))
    });
    let broken = broken.unwrap_or_else(|| panic!("{:#?}", outcome.findings));
    assert_eq!(broken.place.as_ref().and_then(|place| place.line), Some(1), "{broken:?}");
}

#[test]
fn a_second_run_that_fails_is_not_hidden_by_the_first() {
    let mut both = run();
    for (path, text) in run().0 {
        if path.starts_with("run/") {
            both = both.with(
                &path.replacen("run/", "other/", 1),
                text.replace("run-1", "run-2").replace("plan", "plan-2").replace("work\"", "work-2\""),
            );
        }
    }
    assert_eq!(both.state("release-gate"), "promote", "{:?}", reasons(&both.verdict("release-gate", NOW)));
    let failing =
        both.change("other/gate/gate.decision.json", r#""status": "APPROVE""#, r#""status": "REJECT""#);
    assert_eq!(failing.state("release-gate"), "stop");
}

// ---------------------------------------------------------------- hash gates

#[test]
fn a_gate_flag_is_recomputed_and_a_failure_beside_it_is_a_conflict() {
    let digest = |text: &str| trustbook::bundle::digest::Digest::of(text.as_bytes()).to_string();
    let folder = "bundle/manifest_fingerprint=ab12";
    let files = |flag: &str| {
        Documents::default()
            .with(&format!("{folder}/_passed.flag"), format!("sha256_hex = {flag}\n"))
            .with(&format!("{folder}/a.csv"), "1\n")
            .with(&format!("{folder}/b.json"), "{}\n")
    };
    let asked = |documents: &Documents| {
        let verdict = documents.verdict("certification", NOW);
        let result = verdict.criteria.into_iter().find(|result| result.id.as_str() == "files").unwrap();
        (result.reason, result.found)
    };
    assert_eq!(asked(&files(&digest("1\n{}\n"))).0, "met");
    let (reason, found) = asked(&files(&digest("1\r\n{}\n")));
    assert_eq!(reason, "digest-differs");
    assert!(
        found.contains("line endings") && found.contains("`a.csv`") && !found.contains("`b.json`"),
        "{found}"
    );
    assert_eq!(asked(&files(&digest("changed"))).0, "digest-differs");
    let conflict = files(&digest("1\n{}\n")).with(
        "failures/failure.json",
        r#"{"failure_code": "mismatch", "failure_class": "F8", "manifest_fingerprint": "ab12"}"#,
    );
    assert_eq!(asked(&conflict).0, "digest-differs");
}

// ---------------------------------------------------------------- closeouts

pub(crate) const PACKAGE: &str = "closeout.json";

pub(crate) fn closeout() -> Documents {
    Documents::default().with(
        PACKAGE,
        r#"{"schema_version": "closeout/1",
 "final_readiness_bundle": {"bundle_id": "b-1", "release_id": "r-1", "state": "ready",
   "evidence_refs": ["x://readiness/1", "x://approval/1", "x://packet/1", "x://auditor/1", "x://archive/1", "x://alert/1"]},
 "signed_archive_manifest": {"manifest_id": "m-1", "signature_state": "external_signature_attached", "private_key_stored": false,
   "manifest_digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
 "release_closeout_summary": {"closeout_id": "c-1", "closeout_state": "closed", "blocker_count": 0, "delivery_state": "partial_failure"},
 "retention_review": {"review_id": "v-1", "decision_state": "approved", "approved_by": "records", "retention_until": "2027-06-30", "legal_hold": true},
 "closeout_artifact_bundle": {"artifact_bundle_id": "a-1", "retention_decision_state": "approved",
   "files": [{"name": "archive.zip", "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}]},
 "retention_health_report": {"report_id": "h-1", "health_state": "healthy", "summary": {"critical_findings": 0, "warning_findings": 0}, "findings": []},
 "retention_alert_delivery": {"alert_id": "al-1", "providers": []},
 "closeout_retry_plan": {"retry_plan_id": "p-1", "source_delivery_id": "d-1", "decision": "retry", "mode": "dry_run_first", "owner": "ops", "target_resolution_date": "2026-06-07"},
 "retry_worker_run": {"worker_run_id": "w-1", "mode": "dry_run", "state": "completed", "would_retry_delivery_ids": ["d-1"], "live_connector_used": false},
 "release_decision": {"criteria_document": "c", "state": "ready_with_accepted_risk",
   "accepted_risk": {"owner": "release management", "reason": "the mirror is down", "expires_at": "2026-06-07"}}}"#,
    )
}

#[test]
fn a_closeout_with_a_planned_retry_is_ready_with_accepted_risk_through_the_last_day_and_then_blocked() {
    for (as_of, state) in [
        ("2026-05-31T00:00:00Z", "ready_with_accepted_risk"),
        ("2026-06-07T23:59:59Z", "ready_with_accepted_risk"),
        ("2026-06-08T00:00:00Z", "blocked"),
    ] {
        let verdict = closeout().verdict("closeout", as_of);
        assert_eq!(verdict.state, state, "{as_of}: {:?}", reasons(&verdict));
    }
    let verdict = closeout().verdict("closeout", NOW);
    assert_eq!(verdict.valid_until.map(|at| at.to_string()).as_deref(), Some("2026-06-08T00:00:00Z"));
    assert_eq!((verdict.declared_agrees, verdict.passes), (Some(true), true));
    let late = closeout().verdict("closeout", "2026-06-08T00:00:00Z");
    assert_eq!((late.declared_agrees, late.passes), (Some(false), false));
}

#[test]
fn each_part_of_a_closeout_fails_by_itself() {
    let part = |documents: Documents| {
        let verdict = documents.verdict("closeout", NOW);
        let failed: Vec<String> = verdict
            .criteria
            .iter()
            .filter(|result| {
                !result.status.is_satisfied() && result.status != trustbook::model::status::Status::Waived
            })
            .map(|result| result.id.to_string())
            .collect();
        (verdict.state, failed.join(" "))
    };
    let at = |from: &str, to: &str| part(closeout().change(PACKAGE, from, to));
    let blocked = |parts: &str| ("blocked".to_owned(), parts.to_owned());
    assert_eq!(at(r#""state": "ready""#, r#""state": "draft""#), blocked("final-readiness"));
    assert_eq!(at(r#""x://packet/1", "#, ""), blocked("final-readiness"));
    assert_eq!(
        at(r#", "x://alert/1""#, "").0,
        "ready_with_accepted_risk",
        "the alert stands in a section of its own"
    );
    assert_eq!(
        at(r#""private_key_stored": false"#, r#""private_key_stored": true"#),
        blocked("signed-manifest")
    );
    assert_eq!(at(r#""private_key_stored": false,"#, ""), blocked("signed-manifest"));
    assert_eq!(at("external_signature_attached", "unsigned"), blocked("signed-manifest"));
    assert_eq!(
        at(r#""closeout_state": "closed""#, r#""closeout_state": "open""#),
        blocked("release-closeout")
    );
    assert_eq!(at(r#""blocker_count": 0"#, r#""blocker_count": 1"#), blocked("release-closeout"));
    assert_eq!(at(r#""decision": "retry""#, r#""decision": "drop""#), blocked("delivery"));
    assert_eq!(at(r#""owner": "ops", "#, ""), blocked("delivery"));
    assert_eq!(at(r#"["d-1"]"#, r#"["d-2"]"#), blocked("delivery retry-workflow"));
    assert_eq!(at(r#""state": "completed""#, r#""state": "running""#), blocked("delivery"));
    assert_eq!(
        at(r#""decision_state": "approved""#, r#""decision_state": "requested""#),
        blocked("retention-approval")
    );
    assert_eq!(
        at(r#""approved_by": "records""#, r#""approved_by": "pending review""#),
        blocked("retention-approval")
    );
    assert_eq!(at("2027-06-30", "2026-05-31"), blocked("retention-approval"));
    assert_eq!(at("2027-06-30", "2026-06-01").0, "ready_with_accepted_risk", "through the day");
    assert_eq!(
        at(r#""retention_decision_state": "approved""#, r#""retention_decision_state": "pending""#),
        blocked("artifact-bundle")
    );
    assert_eq!(at(r#""sha256": "9f86"#, r#""sha256": "zz86"#), blocked("artifact-bundle"));
    assert_eq!(
        at(r#""health_state": "healthy""#, r#""health_state": "critical""#),
        blocked("retention-health")
    );
    assert_eq!(at(r#""health_state": "healthy""#, r#""health_state": "fine""#), blocked("retention-health"));
    assert_eq!(
        at(r#""health_state": "healthy""#, r#""health_state": "warning""#).0,
        "ready_with_accepted_risk"
    );
    assert_eq!(
        at(r#""findings": []"#, r#""findings": [{"finding_id": "f", "severity": "critical"}]"#),
        blocked("retention-health")
    );
    let changed = closeout().with("archive.zip", "not the archive");
    assert_eq!(part(changed), blocked("artifact-bundle"));
}

#[test]
fn a_warning_needs_a_risk_with_owner_reason_and_end() {
    let delivered = closeout().change(PACKAGE, "partial_failure", "delivered");
    assert_eq!(delivered.state("closeout"), "ready_for_release");
    let retried = closeout().change(PACKAGE, r#""mode": "dry_run""#, r#""mode": "live""#).change(
        PACKAGE,
        r#""would_retry_delivery_ids": ["d-1"], "live_connector_used": false"#,
        r#""delivered_delivery_ids": ["d-1"], "live_connector_used": true"#,
    );
    assert_eq!(retried.state("closeout"), "ready_for_release");
    for (from, to) in [
        (r#""owner": "release management", "#, ""),
        (r#""reason": "the mirror is down", "#, ""),
        (r#""expires_at": "2026-06-07""#, r#""end": "2026-06-07""#),
        ("2026-06-07\"}}}", "2026-05-31\"}}}"),
    ] {
        let verdict = closeout().change(PACKAGE, from, to).verdict("closeout", NOW);
        assert_eq!(verdict.state, "blocked", "{from}");
        assert_eq!(reasons(&verdict), ["delivery: risk-not-accepted"], "{from}");
    }
}

#[test]
fn a_sample_closeout_says_what_it_would_come_to_and_never_passes() {
    let sample = |documents: Documents| {
        documents.change(PACKAGE, r#""schema_version""#, r#""evidence_mode": "sample", "schema_version""#)
    };
    for (documents, state) in [
        (closeout(), "sample:ready_with_accepted_risk"),
        (closeout().change(PACKAGE, "partial_failure", "delivered"), "sample:ready_for_release"),
        (closeout().change(PACKAGE, r#""blocker_count": 0"#, r#""blocker_count": 1"#), "sample:blocked"),
    ] {
        let verdict = sample(documents).verdict("closeout", NOW);
        assert_eq!((verdict.state.as_str(), verdict.passes), (state, false));
    }
    assert_eq!(Documents::default().state("closeout"), "blocked");
}

// ---------------------------------------------------------------- certifications

pub(crate) const MATRIX: &str = "cert/matrix.json";
pub(crate) const METRICS: &str = "cert/metrics.json";
pub(crate) const INVENTORY: &str = "cert/inventory.json";
pub(crate) const DRILL: &str = "cert/drill.json";
pub(crate) const REGISTER: &str = "cert/blockers.json";
pub(crate) const CERTIFICATE: &str = "cert/verdict.json";
pub(crate) const COST: &str = "cert/cost.json";

pub(crate) fn certification() -> Documents {
    let head = r#""schema_version": "1.0", "lane": "OC6", "ops_gov_cert_execution_id": "oc6", "captured_at_utc": "2026-05-20T00:00:00Z",
      "cert_window_start_utc": "2026-05-01T00:00:00Z", "cert_window_end_utc": "2026-05-31T00:00:00Z""#;
    let ids = ["T0.1", "T0.4", "T0.5", "T0.6"];
    let claims: Vec<String> = ids
        .iter()
        .map(|id| {
            format!(r#"{{"claim_id": "{id}", "tier": "T0", "status": "PASS", "metric_ids": ["m-1", "m-2"], "required_drills": ["DR-01"]}}"#)
        })
        .collect();
    let mut rows = Vec::new();
    for id in ids {
        for (kind, metric) in [
            ("policy_gate", "m-1"),
            ("dashboard_alert", "m-2"),
            ("runbook", "m-1"),
            ("trace_audit", "m-1"),
            ("drill_report", "m-1"),
        ] {
            rows.push(format!(
                r#"{{"metric_id": "{metric}", "claim_id": "{id}", "tier": "T0", "evidence_kind": "{kind}", "evidence_ref": "cert/log.txt",
                  "evidence_captured_at_utc": "2026-05-10T00:00:00Z", "lineage_class": "EVIDENCED_FRESH", "execution_posture": "MANAGED"}}"#
            ));
        }
    }
    let metric = |id: &str, threshold: &str, observed: &str| {
        format!(
            r#"{{"metric_id": "{id}", "unit": "min", "statistic": "p95", "window": "30d", "threshold": "{threshold}", "source": "s", "observed": {observed}}}"#
        )
    };
    Documents::default()
        .with("cert/log.txt", "what was seen\n")
        .with(
            MATRIX,
            format!(
                r#"{{{head}, "claim_rows": [{}, {{"claim_id": "T1.1", "tier": "T1", "status": "PARTIAL", "metric_ids": []}}]}}"#,
                claims.join(", ")
            ),
        )
        .with(METRICS, format!(r#"{{{head}, "metric_rows": [{}, {}]}}"#, metric("m-1", "<= 15", "15"), metric("m-2", "= 100", "100")))
        .with(INVENTORY, format!(r#"{{{head}, "inventory_row_count": 20, "inventory_rows": [{}]}}"#, rows.join(",\n")))
        .with(
            DRILL,
            r#"{"drill_id": "DR-01", "lane": "OC1", "scenario": "roll back", "expected_behavior": "back within 15 min", "execution": "executed",
              "generated_at_utc": "2026-05-15T01:00:00Z", "overall_pass": true, "blocker_ids": [],
              "observed_outcome": {"started_at": "2026-05-15T00:00:00Z", "ended_at": "2026-05-15T00:10:00Z"},
              "rto_target_seconds": 900, "restore_elapsed_seconds": 900, "checks": {"data intact": true}, "report": "cert/log.txt"}"#,
        )
        .with(REGISTER, format!(r#"{{{head}, "blocker_count": 0, "blockers": []}}"#))
        .with(CERTIFICATE, format!(r#"{{{head}, "verdict": "GREEN", "waivers": []}}"#))
        .with(
            COST,
            r#"{"execution_id": "oc4", "captured_at_utc": "2026-05-20T00:00:00Z", "budget_envelope_usd": 100, "attributed_spend_usd": 100,
              "unattributed_spend_detected": false, "overall_pass": true, "blocker_ids": []}"#,
        )
}

#[test]
fn a_certification_with_everything_is_green_in_both_versions_of_the_rules() {
    for profile in ["certification", "certification-first"] {
        let verdict = certification().verdict(profile, NOW);
        assert_eq!(
            (verdict.state.as_str(), verdict.passes),
            ("GREEN", true),
            "{profile}: {:#?}",
            verdict.criteria
        );
        assert_eq!(verdict.declared_agrees, Some(true));
    }
}

#[test]
fn each_thing_that_a_certification_lacks_holds_it() {
    let open = |documents: Documents| {
        let verdict = documents.verdict("certification", NOW);
        (verdict.state.clone(), reasons(&verdict).join(" "))
    };
    let at = |path: &str, from: &str, to: &str| open(certification().change(path, from, to));
    let hold = |why: &str| ("HOLD".to_owned(), why.to_owned());
    let held = || hold("tier-0: claim-held");
    assert_eq!(at(METRICS, r#""observed": 15"#, r#""observed": 15.1"#), held());
    assert_eq!(at(METRICS, r#""observed": 100"#, r#""observed": 99"#), held());
    assert_eq!(at(METRICS, r#""unit": "min", "#, ""), held());
    assert_eq!(at(METRICS, "<= 15", "about 15"), held());
    assert_eq!(
        at(MATRIX, r#""metric_ids": ["m-1", "m-2"]"#, r#""metric_ids": ["m-1"]"#).0,
        "GREEN",
        "the inventory names both"
    );
    assert_eq!(at(INVENTORY, "cert/log.txt", "s3://bucket/log.txt"), held());
    assert_eq!(at(INVENTORY, r#""evidence_kind": "runbook""#, r#""evidence_kind": "note""#), held());
    assert_eq!(at(INVENTORY, "EVIDENCED_FRESH", "HISTORICAL_CONTEXT_ONLY"), held());
    assert_eq!(at(INVENTORY, r#""MANAGED""#, r#""LOCAL""#), held());
    assert_eq!(at(INVENTORY, "2026-05-10T00:00:00Z", "2026-04-30T23:59:59Z"), held());
    assert_eq!(at(INVENTORY, "2026-05-10T00:00:00Z", "2026-05-01T00:00:00Z").0, "GREEN");
    assert_eq!(at(INVENTORY, "2026-05-10T00:00:00Z", "2026-05-31T00:00:01Z"), held());
    assert_eq!(at(DRILL, r#""restore_elapsed_seconds": 900"#, r#""restore_elapsed_seconds": 901"#), held());
    assert_eq!(at(DRILL, r#""data intact": true"#, r#""data intact": false"#), held());
    assert_eq!(at(DRILL, r#""execution": "executed""#, r#""execution": "planned""#).0, "HOLD");
    assert_eq!(at(DRILL, r#""execution": "executed""#, r#""dry_run": true"#).0, "HOLD");
    assert_eq!(at(DRILL, r#""scenario": "roll back", "#, ""), held());
    assert_eq!(at(DRILL, "DR-01", "DR-02"), held());
    assert_eq!(at(MATRIX, r#""status": "PARTIAL", "#, ""), hold("graded: ungraded"));
    assert_eq!(at(MATRIX, "T0.5", "T0.9").1, "tier-0: claim-held", "a claim in scope that the matrix lacks");
    assert_eq!(
        at(COST, r#""attributed_spend_usd": 100"#, r#""attributed_spend_usd": 100.01"#),
        hold("costs: counted-says-no")
    );
    assert_eq!(
        at(COST, r#""attributed_spend_usd": 100"#, r#""attributed_spend_usd": null"#),
        hold("costs: counted-says-no")
    );
    assert_eq!(
        open(certification().without(REGISTER)),
        hold("blockers: register-open artifacts: evidence-incomplete")
    );
    assert_eq!(open(certification().without(CERTIFICATE)), hold("artifacts: evidence-incomplete"));
    assert_eq!(open(Documents::default()).0, "HOLD");
    let twice = certification().with(
        "cert/verdict-2.json",
        r#"{"schema_version": "1.0", "ops_gov_cert_execution_id": "oc6", "captured_at_utc": "2026-05-20T00:00:00Z", "verdict": "HOLD"}"#,
    );
    assert_eq!(open(twice), hold("rollups: conflict"));
}

#[test]
fn evidence_that_is_not_fresh_is_held_by_the_hardened_rules_alone() {
    let old = certification().change(INVENTORY, "EVIDENCED_FRESH", "HISTORICAL_CONTEXT_ONLY");
    assert_eq!([old.state("certification"), old.state("certification-first")], ["HOLD", "GREEN"]);
    let scrapped = certification().change(INVENTORY, "EVIDENCED_FRESH", "SCRAPPED_NON_CLAIMABLE");
    assert_eq!([scrapped.state("certification"), scrapped.state("certification-first")], ["HOLD", "HOLD"]);
}

#[test]
fn blockers_of_every_shape_hold_and_only_lower_tiers_can_be_waived() {
    let with = |blockers: &str, count: u32| {
        certification().change(
            REGISTER,
            r#""blocker_count": 0, "blockers": []"#,
            &format!(r#""blocker_count": {count}, "blockers": {blockers}"#),
        )
    };
    for blockers in [
        r#"["OC-B1"]"#,
        r#"[{"blocker_id": "OC-B1", "severity": "high", "detail": "d"}]"#,
        r#"[{"code": "OC-B1", "message": "m"}]"#,
    ] {
        let verdict = with(blockers, 1).verdict("certification", NOW);
        assert_eq!(
            (verdict.state.as_str(), reasons(&verdict)),
            ("HOLD", vec!["blockers: register-open".to_owned()]),
            "{blockers}"
        );
    }
    assert_eq!(with("[]", 1).state("certification"), "HOLD", "a count without a list");
    let ids = certification().change(
        REGISTER,
        r#""blocker_count": 0, "blockers": []"#,
        r#""open_blockers": 1, "blocker_ids": ["OC-B1"]"#,
    );
    assert_eq!(ids.state("certification"), "HOLD");
    let resolved = |when: &str| {
        with(
            &format!(
                r#"[{{"blocker_id": "OC-B1", "status": "resolved", "opened_at": "2026-05-02T00:00:00Z", "resolved_at": "{when}", "evidence_ref": "cert/log.txt"}}]"#
            ),
            1,
        )
    };
    assert_eq!(resolved("2026-05-03T00:00:00Z").state("certification"), "GREEN");
    assert_eq!(resolved("2026-05-02T00:00:00Z").state("certification"), "HOLD", "not dated after it");
    let waived = |scope: &str, expiry: &str| {
        with(&format!(r#"[{{"blocker_id": "OC-B4", "detail": "d", "scope": "{scope}"}}]"#), 1).change(
            CERTIFICATE,
            r#""waivers": []"#,
            &format!(r#""waivers": [{{"waiver_id": "w", "blocker_id": "OC-B4", "owner": "ops", "rationale": "known", "expiry": "{expiry}"}}]"#),
        )
    };
    let verdict = waived("T1.1", "2026-06-01").verdict("certification", NOW);
    assert_eq!(verdict.state, "GREEN");
    assert_eq!(verdict.valid_until.map(|at| at.to_string()).as_deref(), Some("2026-06-02T00:00:00Z"));
    assert_eq!(waived("T1.1", "2026-06-01").verdict("certification", "2026-06-01T23:59:59Z").state, "GREEN");
    assert_eq!(waived("T1.1", "2026-06-01").verdict("certification", "2026-06-02T00:00:00Z").state, "HOLD");
    assert_eq!(waived("T0.1", "2026-12-01").state("certification"), "HOLD");
    assert_eq!(waived("", "2026-12-01").state("certification"), "HOLD");
    let silent = waived("T1.1", "2026-12-01").change(CERTIFICATE, r#""owner": "ops", "#, "");
    assert_eq!(silent.state("certification"), "HOLD");
}

#[test]
fn a_drill_counts_until_its_cadence_is_over() {
    let weekly =
        certification().change(DRILL, "DR-01", "DR-02").change(MATRIX, r#"["DR-01"]"#, r#"["DR-02"]"#);
    assert_eq!(weekly.verdict("certification", "2026-05-22T00:09:59Z").state, "GREEN");
    assert_eq!(weekly.verdict("certification", "2026-05-22T00:10:00Z").state, "HOLD");
    let verdict = weekly.verdict("certification", "2026-05-21T00:00:00Z");
    assert_eq!(verdict.valid_until.map(|at| at.to_string()).as_deref(), Some("2026-05-22T00:10:00Z"));
}

#[test]
fn a_certification_that_has_not_begun_is_neither_green_nor_on_hold() {
    let idle = Documents::default().with(
        MATRIX,
        r#"{"schema_version": "1.0", "lane": "OC0", "captured_at_utc": null, "claim_rows": [{"claim_id": "T0.1", "tier": "T0", "level": "L0", "status": "NOT_STARTED"}]}"#,
    );
    assert_eq!(idle.state("certification"), "NOT_STARTED");
    let said = certification().change(CERTIFICATE, "GREEN", "NOT_STARTED");
    assert_eq!(said.state("certification"), "NOT_STARTED");
}

// ---------------------------------------------------------------- properties

/// How good a state is: 0 never passes.
fn rank(verdict: &Verdict) -> u8 {
    match verdict.state.as_str() {
        "promote" | "GREEN" | "ready_for_release" => 3,
        "promoted-by-override" | "ready_with_accepted_risk" => 2,
        "hold" => 1,
        _ => 0,
    }
}

#[test]
fn taking_out_a_document_or_adding_a_failing_one_never_makes_a_verdict_better() {
    let failing = [
        (
            "release-gate",
            "bad/gate.json",
            r#"{"version": "1", "run_id": "run-9", "task_id": "g", "status": "REJECT", "reason_codes": [], "telemetry_ref": {}}"#,
        ),
        (
            "certification",
            "bad/register.json",
            r#"{"schema_version": "1.0", "lane": "OC2", "captured_at_utc": "2026-05-30T00:00:00Z", "blockers": ["OC-B3"], "blocker_count": 1}"#,
        ),
        (
            "closeout",
            "bad/closeout.json",
            r#"{"final_readiness_bundle": {"bundle_id": "b"}, "release_closeout_summary": {"closeout_state": "open"}, "release_decision": {"state": "blocked"}}"#,
        ),
    ];
    for (profile, documents) in
        [("release-gate", run()), ("certification", certification()), ("closeout", closeout())]
    {
        let before = rank(&documents.verdict(profile, NOW));
        assert!(before > 0, "{profile}");
        for path in documents.paths() {
            let after = documents.clone().without(&path).verdict(profile, NOW);
            assert!(rank(&after) <= before, "{profile} without {path}: {}", after.state);
        }
        for (of, path, text) in failing.iter().filter(|(of, _, _)| *of == profile) {
            let after = documents.clone().with(path, *text).verdict(of, NOW);
            assert!(rank(&after) < before, "{profile} with {path}: {}", after.state);
        }
        assert_eq!(
            documents.verdict(profile, NOW),
            documents.clone().reversed().verdict(profile, NOW),
            "{profile}"
        );
    }
}

#[test]
fn a_verdict_changes_by_itself_only_at_the_instant_it_names() {
    for (profile, documents) in
        [("certification", certification()), ("closeout", closeout()), ("release-gate", run())]
    {
        let mut at = Instant::parse("2026-05-21T00:00:00Z").unwrap();
        for _ in 0..6 {
            let verdict = documents.verdict(profile, &at.to_string());
            let Some(next) = verdict.valid_until else { break };
            let last = documents.verdict(profile, &next.plus_seconds(-1).to_string());
            assert_eq!(last.state, verdict.state, "{profile} just before {next}");
            for (one, other) in verdict.criteria.iter().zip(&last.criteria) {
                assert_eq!(
                    (&one.id, one.status, &one.reason),
                    (&other.id, other.status, &other.reason),
                    "{profile} before {next}"
                );
            }
            at = next;
        }
    }
}

// ---------------------------------------------------------------- examples and recomputation

pub(crate) fn copied(name: &str) -> Folder {
    fn copy(from: &std::path::Path, to: &std::path::Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap().flatten() {
            let target = to.join(entry.file_name());
            if entry.path().is_dir() {
                copy(&entry.path(), &target);
            } else {
                fs::copy(entry.path(), target).unwrap();
            }
        }
    }
    let folder = Folder::new(name);
    for part in ["content", "evidence", "profiles"] {
        let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name).join(part);
        if from.is_dir() {
            copy(&from, &folder.path().join(part));
        }
    }
    let project = format!("examples/{name}/trustbook.yaml");
    fs::copy(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(project),
        folder.path().join("trustbook.yaml"),
    )
    .unwrap();
    folder
}

fn archive_in(root: &std::path::Path) -> std::path::PathBuf {
    let snapshots = root.join("public/snapshots/0001");
    let zip = fs::read_dir(&snapshots).unwrap().flatten().map(|entry| entry.path());
    zip.filter(|path| path.extension().is_some_and(|end| end == "zip")).min().unwrap()
}

#[test]
fn each_example_builds_says_its_verdict_and_is_computed_again_from_its_archive_alone() {
    let examples = [
        ("release-gate", "promoted-by-override", "2026-03-31T12:00:00Z"),
        ("certification", "GREEN", "2026-03-31T12:00:00Z"),
        ("closeout", "ready_with_accepted_risk", "2026-03-31T12:00:00Z"),
    ];
    for (name, state, as_of) in examples {
        let folder = copied(name);
        let root = folder.path();
        let checked =
            crate::project::run(root, &["check", "--profile", name, "--as-of", as_of, "--format", "json"]);
        let value: serde_json::Value = serde_json::from_slice(&checked.stdout).unwrap();
        assert_eq!(
            (checked.status.code(), value["verdict"]["state"].as_str()),
            (Some(0), Some(state)),
            "{name}"
        );
        let built = crate::project::run(root, &["build", "--as-of", as_of]);
        assert!(built.status.success(), "{name}: {}", crate::project::said(&built));
        let zip = archive_in(root);
        let key = root.join(".trustbook/dev.pub");
        let verify = |extra: &[&str]| {
            let mut args =
                vec!["verify", zip.to_str().unwrap(), "--key", key.to_str().unwrap(), "--as-of", as_of];
            args.extend(extra);
            crate::project::run(root, &args)
        };
        let again = verify(&["--recompute"]);
        let told = crate::project::said(&again);
        assert!(
            again.status.success()
                && told.contains("nothing differs")
                && told.contains(&format!("`{state}` again")),
            "{told}"
        );
        let again = verify(&["--recompute", "--format", "json"]);
        let value: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
        let first = &value["recomputed"]["verdicts"][0];
        assert_eq!(
            (first["agrees"].as_bool(), first["computed"].as_str()),
            (Some(true), Some(state)),
            "{name}"
        );
        assert!(first["inputs"].as_object().is_some_and(|inputs| !inputs.is_empty()), "{name}: {first}");
        let records = value["recomputed"]["records"].as_array().unwrap();
        assert!(
            !records.is_empty() && records.iter().all(|one| one["state"] == "same"),
            "{name}: {records:#?}"
        );
        assert!(told.contains("read again from the packed originals"), "{told}");
        let page = fs::read_to_string(root.join(format!("public/verdicts/{name}.html"))).unwrap();
        assert!(page.contains(value["recomputed"]["verdicts"][0]["profile"].as_str().unwrap()));
        let other = root.join("other.pub");
        fs::write(&other, "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\n").unwrap();
        let refused = crate::project::run(
            root,
            &[
                "verify",
                zip.to_str().unwrap(),
                "--key",
                other.to_str().unwrap(),
                "--as-of",
                as_of,
                "--recompute",
            ],
        );
        assert!(!refused.status.success() && crate::project::said(&refused).contains("not recomputed"));
    }
}

#[test]
fn every_example_is_computed_and_read_again_from_its_archive_alone() {
    let examples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut seen = 0;
    for example in fs::read_dir(&examples).unwrap().flatten().filter(|entry| entry.path().is_dir()) {
        let name = example.file_name().to_string_lossy().into_owned();
        let folder = Folder::new("recomputed");
        let root = folder.path();
        crate::project::copy(&example.path(), root);
        let readme = fs::read_to_string(root.join("README.md")).unwrap();
        let as_of = readme.split("--as-of ").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
        let built = crate::project::run(root, &["build", "--as-of", &as_of]);
        assert!(built.status.success(), "{name}: {}", crate::project::said(&built));
        let newest = fs::read_dir(root.join("public/snapshots")).unwrap().flatten().map(|entry| entry.path());
        let newest = newest.filter(|path| path.is_dir()).max().unwrap();
        let zip = fs::read_dir(newest).unwrap().flatten().map(|entry| entry.path());
        let zip = zip.filter(|path| path.extension().is_some_and(|end| end == "zip")).min().unwrap();
        let key = root.join(".trustbook/dev.pub");
        let args = [
            "verify",
            zip.to_str().unwrap(),
            "--key",
            key.to_str().unwrap(),
            "--as-of",
            &as_of,
            "--recompute",
        ];
        let verified = crate::project::run(root, &args);
        let told = crate::project::said(&verified);
        assert!(verified.status.success(), "{name}: {told}");
        assert!(told.contains("recomputed from the archive alone, nothing differs"), "{name}: {told}");
        assert!(told.contains("records, nothing differs"), "{name}: {told}");
        seen += 1;
    }
    assert!(seen >= 7, "{seen}");
}
