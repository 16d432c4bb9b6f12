//! Verdicts: what counts, what never passes, at which second something changes.

use serde_json::Value;
use serde_json::json;
use trustbook::evaluate::CRITERIA;
use trustbook::evaluate::FINDINGS;
use trustbook::evaluate::REASONS;
use trustbook::evaluate::evaluate;
use trustbook::model::assessment::Assessment;
use trustbook::model::assessment::Counts;
use trustbook::model::assessment::CriterionResult;
use trustbook::model::assessment::Verdict;
use trustbook::model::catalog::Catalog;
use trustbook::model::evidence::Body;
use trustbook::model::evidence::Evidence;
use trustbook::model::evidence::Mode;
use trustbook::model::evidence::Trust;
use trustbook::model::finding::Finding;
use trustbook::model::finding::Severity;
use trustbook::model::profile::Profile;
use trustbook::model::receipt::Check;
use trustbook::model::receipt::Decision;
use trustbook::model::receipt::FileRef;
use trustbook::model::receipt::Outcome;
use trustbook::model::receipt::Override;
use trustbook::model::status::Status;
use trustbook::model::time::Instant;
use trustbook::model::vex::VexStatus;

use crate::sample::*;

fn judge_with(
    catalog: &Catalog,
    profiles: &[Profile],
    state: Option<&str>,
    when: Instant,
) -> (Assessment, Vec<Finding>) {
    let checked = evaluate(catalog, profiles, &config(), state, when);
    (checked.value.unwrap(), checked.findings)
}

fn judge_at(catalog: &Catalog, when: &str) -> Assessment {
    judge_with(catalog, &[release_profile()], None, at(when)).0
}

fn verdict(catalog: &Catalog) -> Verdict {
    judge_at(catalog, NOON).verdicts.remove(0)
}

/// The outcome of one criterion of a profile.
pub(crate) fn one(catalog: &Catalog, criterion: Value, when: &str) -> CriterionResult {
    let profiles = [profile("test", json!([criterion]))];
    let (assessment, findings) = judge_with(catalog, &profiles, None, at(when));
    assert!(findings.iter().all(|finding| finding.severity != Severity::Error), "{findings:?}");
    assessment.verdicts[0].criteria[0].clone()
}

fn claim(catalog: &mut Catalog, fields: Value) {
    let mut map = json!({ "id": "c", "statement": "It holds" });
    map.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    catalog.claims.extend(records(json!([map])));
}

fn claim_status(catalog: &Catalog, when: &str) -> Status {
    judge_at(catalog, when).claims.get("c").unwrap().status
}

fn result<'a>(verdict: &'a Verdict, name: &str) -> &'a CriterionResult {
    verdict.criteria.iter().find(|result| result.id.as_str() == name).unwrap()
}

const TESTS: &str = r#"{"id":"t","text":"tests pass","kind":"tests-passed"}"#;

fn tests_pass() -> Value {
    serde_json::from_str(TESTS).unwrap()
}

#[test]
fn a_release_with_everything_is_ready() {
    let verdict = verdict(&ready());
    assert_eq!(verdict.state, "ready", "{verdict:#?}");
    assert_eq!(verdict.sentence, "Sample 1.0.0 is ready: 8 of 8 required criteria are met.");
    assert_eq!((verdict.declared.as_deref(), verdict.declared_agrees), (Some("ALLOW"), Some(true)));
    // The first thing that changes by itself: evidence of 2026-03-21 goes stale after 365 days.
    assert_eq!(verdict.valid_until, Some(at("2027-03-21T12:00:00Z")));
}

#[test]
fn an_empty_catalog_is_blocked() {
    let verdict = verdict(&Catalog::default());
    assert_eq!(verdict.state, "blocked");
    assert_eq!(result(&verdict, "decision").status, Status::NotAssessed);
    assert_eq!(result(&verdict, "decision").reason, "no-release");
}

#[test]
fn each_missing_piece_blocks() {
    for name in ["decision", "junit", "bom", "vex"] {
        let mut catalog = ready();
        catalog.evidence.remove(name);
        assert_eq!(verdict(&catalog).state, "blocked", "without {name}");
    }
}

#[test]
fn evidence_that_does_not_count_says_why() {
    type Spoil = fn(&mut Evidence);
    let cases: [(&str, Spoil); 9] = [
        ("it is a sample", |evidence| evidence.mode = Mode::Sample),
        ("it is a dry run", |evidence| evidence.mode = Mode::DryRun),
        ("it is simulated", |evidence| evidence.mode = Mode::Simulated),
        ("it has not happened yet", |evidence| evidence.mode = Mode::Planned),
        ("it is historical, kept for context", |evidence| evidence.mode = Mode::Historical),
        ("it is a template that nobody filled in", |evidence| evidence.trust = Trust::Placeholder),
        ("it cannot be read as what it says it is", |evidence| evidence.trust = Trust::Invalid),
        ("it does not say when it was captured", |evidence| evidence.captured_at = None),
        ("it is for another source state", |evidence| evidence.source_state = Some("sha256:aa".to_owned())),
    ];
    for (why, spoil) in cases {
        let mut catalog = ready();
        spoil(catalog.evidence.get_mut("junit").unwrap());
        let (assessment, _) = judge_with(&catalog, &[release_profile()], Some("bb"), at(NOON));
        let verdict = &assessment.verdicts[0];
        assert_eq!(verdict.state, "blocked", "{why}");
        let used = &result(verdict, "tests").evidence[0];
        assert_eq!((used.counts, used.why.as_str()), (Counts::NotCounted, why));
        assert_eq!(assessment.evidence["junit"].why_not.as_deref(), Some(why));
    }
}

#[test]
fn evidence_for_this_source_state_counts() {
    let mut catalog = ready();
    catalog.evidence.get_mut("junit").unwrap().source_state = Some("sha256:BB".to_owned());
    let (assessment, _) = judge_with(&catalog, &[release_profile()], Some("bb"), at(NOON));
    assert_eq!(assessment.verdicts[0].state, "ready");
}

#[test]
fn evidence_goes_stale_at_the_second_and_not_before() {
    let mut criterion = tests_pass();
    criterion["max-age"] = json!("P30D");
    let status = |when| one(&ready(), criterion.clone(), when).status;
    assert_eq!(status("2026-04-20T11:59:59Z"), Status::Met);
    assert_eq!(status("2026-04-20T12:00:00Z"), Status::Stale);
}

#[test]
fn evidence_from_the_future_counts_up_to_five_minutes() {
    let status = |when| one(&ready(), tests_pass(), when).status;
    assert_eq!(status("2026-03-21T11:54:59Z"), Status::NotAssessed);
    assert_eq!(status("2026-03-21T11:55:00Z"), Status::Met);
    assert_eq!(
        one(&ready(), tests_pass(), "2026-03-20T00:00:00Z").valid_until,
        Some(at("2026-03-21T11:55:00Z"))
    );
}

#[test]
fn a_pass_and_a_fail_about_one_thing_are_a_fail() {
    let mut catalog = ready();
    add(&mut catalog, evidence("junit2", Body::TestReport(Box::new(tests(10, 1)))));
    let result = one(&catalog, tests_pass(), NOON);
    assert_eq!((result.status, result.reason.as_str()), (Status::NotMet, "conflict"));
    assert_eq!(result.found, "`junit2`: 1 of 10 tests failed");
    assert_eq!(result.evidence[0].counts, Counts::Against);
}

#[test]
fn newer_evidence_replaces_older_only_where_that_is_asked_for() {
    let mut catalog = ready();
    let mut failed = evidence("junit-old", Body::TestReport(Box::new(tests(10, 1))));
    failed.captured_at = Some(at("2026-03-01T00:00:00Z"));
    add(&mut catalog, failed);
    assert_eq!(one(&catalog, tests_pass(), NOON).status, Status::NotMet);
    let mut criterion = tests_pass();
    criterion["newest-only"] = json!(true);
    let result = one(&catalog, criterion, NOON);
    assert_eq!(result.status, Status::Met);
    assert!(result.evidence.iter().any(|used| used.why.contains("replaces it")));
}

#[test]
fn tests_pass_only_when_counted_and_named_ones_are_there() {
    let mut catalog = ready();
    let status = |catalog: &Catalog, extra: Value| {
        let mut criterion = tests_pass();
        criterion.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        one(catalog, criterion, NOON)
    };
    assert_eq!(status(&catalog, json!({ "minimum": 10 })).found, "10 tests, none failed");
    assert_eq!(status(&catalog, json!({ "minimum": 11 })).status, Status::NotAssessed);
    assert_eq!(status(&catalog, json!({ "cases": ["case-3"] })).status, Status::Met);
    assert_eq!(status(&catalog, json!({ "cases": ["suite::case-3"] })).status, Status::Met);
    assert_eq!(status(&catalog, json!({ "cases": ["ase-3"] })).status, Status::NotAssessed);
    assert_eq!(status(&catalog, json!({ "suites": ["none"] })).status, Status::NotAssessed);
    add(&mut catalog, evidence("junit", Body::TestReport(Box::new(tests(0, 0)))));
    let none = status(&catalog, json!({}));
    assert_eq!((none.status, none.found.as_str()), (Status::NotMet, "`junit`: it holds no test"));
}

#[test]
fn the_strictest_of_several_receipts_wins() {
    for (decision, state) in
        [(Decision::Hold, "blocked"), (Decision::Deny, "blocked"), (Decision::Unknown, "blocked")]
    {
        let mut catalog = ready();
        add(&mut catalog, evidence("decision2", Body::DecisionReceipt(Box::new(receipt(decision)))));
        let verdict = verdict(&catalog);
        assert_eq!(verdict.state, state);
        assert_ne!(verdict.declared.as_deref(), Some("ALLOW"));
        assert_eq!(verdict.declared_agrees, Some(true));
    }
}

#[test]
fn a_receipt_that_allows_above_a_failed_check_does_not_pass() {
    for outcome in [Outcome::Fail, Outcome::NotRun, Outcome::Unknown, Outcome::Warn] {
        let mut catalog = ready();
        let mut receipt = receipt(Decision::Allow);
        receipt.checks.push(Check {
            id: "unit".to_owned(),
            title: String::new(),
            outcome,
            raw_outcome: None,
            asked: None,
            found: None,
            evidence: Vec::new(),
        });
        add(&mut catalog, evidence("decision", Body::DecisionReceipt(Box::new(receipt))));
        let (assessment, findings) = judge_with(&catalog, &[release_profile()], None, at(NOON));
        assert_eq!(assessment.verdicts[0].state, "blocked", "{outcome:?}");
        assert_eq!(assessment.verdicts[0].declared_agrees, Some(false));
        assert!(findings.iter().any(|finding| finding.code == "declared-mismatch"));
    }
}

#[test]
fn an_override_counts_only_where_it_is_accepted_and_is_shown() {
    let mut catalog = ready();
    let mut held = receipt(Decision::Hold);
    held.override_details = Some(Override {
        approver: "Release manager".to_owned(),
        reason: "flaky runner".to_owned(),
        at: Some(at("2026-03-21T13:00:00Z")),
    });
    add(&mut catalog, evidence("decision", Body::DecisionReceipt(Box::new(held))));
    let ask = |accept: bool| {
        one(
            &catalog,
            json!({"id": "d", "text": "allowed", "kind": "decision-equals", "accept-override": accept}),
            NOON,
        )
    };
    assert_eq!(ask(false).status, Status::NotMet);
    let accepted = ask(true);
    assert_eq!(accepted.status, Status::Met);
    assert!(accepted.found.contains("by override of Release manager: flaky runner"), "{}", accepted.found);
}

#[test]
fn another_file_than_the_one_decided_on_blocks_and_cannot_be_waived() {
    let mut catalog = ready();
    let mut receipt = receipt(Decision::Allow);
    receipt.refs.push(FileRef {
        path: "junit.json".to_owned(),
        sha256: Some(digest("junit").to_uppercase()),
        size_bytes: None,
    });
    add(&mut catalog, evidence("decision", Body::DecisionReceipt(Box::new(receipt))));
    assert_eq!(result(&verdict(&catalog), "decision-files").found, "1 file, digest equal");
    catalog.evidence.get_mut("junit").unwrap().source.sha256 = digest("other");
    catalog.waivers = records(json!([{
        "id": "w", "title": "waived", "target": "criterion:test/files", "owner": "CISO", "rationale": "because",
        "expires": "2026-12-31",
    }]));
    let files = json!({"id": "files", "text": "these files", "kind": "digest-matches"});
    let result = one(&catalog, files, NOON);
    assert_eq!((result.status, result.reason.as_str()), (Status::NotMet, "digest-differs"));
    catalog.evidence.remove("junit");
    assert_eq!(super::evaluate::result(&verdict(&catalog), "decision-files").status, Status::NotAssessed);
}

#[test]
fn a_valid_waiver_turns_an_open_criterion_into_an_accepted_risk_until_its_last_second() {
    let mut catalog = ready();
    catalog.evidence.remove("vex");
    catalog.waivers = records(json!([{
        "id": "w", "title": "waived", "target": "criterion:release/vulnerabilities", "owner": "CISO",
        "rationale": "no network", "opened": "2026-03-01", "expires": "2026-05-31",
    }]));
    let state = |when| judge_at(&catalog, when).verdicts[0].state.clone();
    assert_eq!(state("2026-05-31T23:59:59Z"), "ready-with-accepted-risk");
    assert_eq!(state("2026-06-01T00:00:00Z"), "blocked");
    assert_eq!(judge_at(&catalog, NOON).verdicts[0].valid_until, Some(at("2026-06-01T00:00:00Z")));
    let vulnerabilities = judge_at(&catalog, NOON).verdicts[0].criteria[0].clone();
    assert_eq!(vulnerabilities.status_without_waiver, Status::NotAssessed);
    assert_eq!(vulnerabilities.waiver, Some(id("w")));
}

#[test]
fn a_waiver_that_lacks_anything_has_no_effect_and_is_a_finding() {
    let whole = json!({
        "id": "w", "title": "waived", "target": "criterion:release/vulnerabilities", "owner": "CISO",
        "rationale": "no network", "expires": "2026-05-31", "approval": "approved",
    });
    let cases = [
        ("owner", Value::Null, "no `owner`"),
        ("owner", json!(" "), "no `owner`"),
        ("rationale", Value::Null, "no `rationale`"),
        ("expires", Value::Null, "no end"),
        ("approval", json!("pending"), "pending"),
        ("approval", json!("rejected"), "rejected"),
        ("opened", json!("2026-04-01"), "has not begun"),
        ("expires", json!("2026-03-31T12:00:00Z"), "ended"),
        ("target", json!("criterion:release/none"), "does not exist"),
        ("target", json!("criterion:release/decision-files"), "cannot be waived"),
        ("target", json!("vulnerabilities"), "is not of the form"),
        ("target", json!("risk:r"), "begins with none"),
    ];
    for (key, value, why) in cases {
        let mut waiver = whole.clone();
        match value {
            Value::Null => {
                waiver.as_object_mut().unwrap().remove(key);
            }
            value => waiver[key] = value,
        }
        let mut catalog = ready();
        catalog.evidence.remove("vex");
        catalog.waivers = records(json!([waiver]));
        let (assessment, findings) = judge_with(&catalog, &[release_profile()], None, at(NOON));
        assert_eq!(assessment.verdicts[0].state, "blocked", "{key}: {why}");
        assert!(!assessment.waivers["w"].valid);
        let finding = findings.iter().find(|finding| finding.code.starts_with("waiver-")).unwrap();
        assert!(finding.message.contains(why), "{}", finding.message);
    }
}

#[test]
fn a_claim_of_tier_0_is_met_or_not_and_cannot_be_waived() {
    for (tier, status, valid) in [(0, Status::NotAssessed, false), (1, Status::Waived, true)] {
        let mut catalog = ready();
        claim(&mut catalog, json!({ "tier": tier, "criteria": [tests_pass()] }));
        catalog.waivers = records(json!([{
            "id": "w", "title": "waived", "target": "claim:c", "owner": "CISO", "rationale": "x",
            "expires": "2026-05-31",
        }]));
        let assessment = judge_at(&catalog, NOON);
        assert_eq!(assessment.claims["c"].status, status);
        assert_eq!(assessment.waivers["w"].valid, valid);
    }
}

#[test]
fn a_claim_is_partly_met_only_above_tier_0_and_never_beside_a_no() {
    let criteria = json!([tests_pass(), {"id": "s", "text": "sbom", "kind": "sbom-complete"}]);
    for (tier, status) in [(0, Status::NotAssessed), (1, Status::PartlyMet)] {
        let mut catalog = ready();
        claim(&mut catalog, json!({ "tier": tier, "evidence": ["junit"], "criteria": criteria }));
        assert_eq!(claim_status(&catalog, NOON), status);
        add(&mut catalog, evidence("junit", Body::TestReport(Box::new(tests(3, 1)))));
        assert_eq!(claim_status(&catalog, NOON), Status::NotMet);
    }
}

#[test]
fn a_claim_without_criteria_is_not_assessed_and_shows_its_evidence_as_not_counted() {
    let mut catalog = ready();
    claim(&mut catalog, json!({ "evidence": ["junit", "bom"] }));
    let assessment = judge_at(&catalog, NOON);
    let judged = &assessment.claims["c"];
    assert_eq!((judged.status, judged.counted, judged.listed), (Status::NotAssessed, 0, 2));
    assert!(judged.evidence.iter().all(|used| used.why == "no criterion asks for it"));
}

#[test]
fn counter_evidence_that_counts_keeps_a_claim_from_being_met() {
    for (tier, status) in [(0, Status::NotMet), (1, Status::PartlyMet)] {
        let mut catalog = ready();
        let fields = json!({
            "tier": tier, "evidence": ["junit"], "counter-evidence": ["vex"], "criteria": [tests_pass()],
        });
        claim(&mut catalog, fields);
        assert_eq!(claim_status(&catalog, NOON), status);
        catalog.evidence.get_mut("vex").unwrap().mode = Mode::Sample;
        assert_eq!(claim_status(&catalog, NOON), Status::Met);
    }
}

#[test]
fn a_claim_ends_at_the_second() {
    let mut catalog = ready();
    claim(
        &mut catalog,
        json!({ "evidence": ["junit"], "criteria": [tests_pass()], "valid-until": "2026-05-31" }),
    );
    assert_eq!(claim_status(&catalog, "2026-05-31T23:59:59Z"), Status::Met);
    assert_eq!(claim_status(&catalog, "2026-06-01T00:00:00Z"), Status::Expired);
}

#[test]
fn claims_that_rest_on_each_other_are_never_met() {
    let mut catalog = ready();
    let on = |other: &str| json!([{"id": "x", "text": "the other", "kind": "claim-met", "claims": [other]}]);
    catalog.claims = records(json!([
        { "id": "a", "statement": "A", "criteria": on("b") },
        { "id": "b", "statement": "B", "criteria": on("a") },
    ]));
    let (assessment, findings) = judge_with(&catalog, &[], None, at(NOON));
    assert!(findings.iter().any(|finding| finding.code == "claims-in-a-circle"));
    assert!(assessment.claims.values().all(|claim| !claim.status.is_satisfied()));
}

#[test]
fn a_drill_passes_by_its_numbers_not_by_its_word() {
    let rto = |achieved: &str| json!([{ "metric": "rto", "target": "4h", "achieved": achieved }]);
    let criterion =
        json!({"id": "d", "text": "restored in time", "kind": "drill-within-objectives", "metrics": ["rto"]});
    let judged = |objectives: Value, computed: &str| {
        let mut catalog = Catalog::default();
        let mut piece = evidence("drill", Body::Drill(Box::new(drill(objectives, json!(computed)))));
        piece.release = None;
        add(&mut catalog, piece);
        one(&catalog, criterion.clone(), NOON)
    };
    assert_eq!(judged(rto("4h"), "passed").status, Status::Met);
    assert_eq!(judged(rto("4h"), "passed").found, "RTO 4\u{a0}h (target 4\u{a0}h)");
    assert_eq!(judged(rto("4h1s"), "passed").status, Status::NotMet);
    assert_eq!(judged(json!([{ "metric": "rto", "target": "4h" }]), "passed").status, Status::NotAssessed);
    assert_eq!(judged(json!([]), "passed").status, Status::NotAssessed);
    for (computed, status) in [
        ("failed", Status::NotMet),
        ("aborted", Status::NotMet),
        ("not-run", Status::NotAssessed),
        ("inconclusive", Status::NotAssessed),
        ("observed", Status::NotAssessed),
        ("passed-with-findings", Status::Met),
    ] {
        assert_eq!(judged(rto("1h"), computed).status, status, "{computed}");
    }
}

#[test]
fn an_overdue_drill_is_stale_from_its_second() {
    let mut done = drill(json!([{ "metric": "rto", "target": "4h", "achieved": "1h" }]), json!("passed"));
    done.cadence.next_due = Some(trustbook::model::time::Date::parse("2026-06-30").unwrap());
    let mut catalog = Catalog::default();
    add(&mut catalog, evidence("drill", Body::Drill(Box::new(done))));
    let criterion = json!({"id": "d", "text": "restored", "kind": "drill-within-objectives"});
    assert_eq!(one(&catalog, criterion.clone(), "2026-06-30T23:59:59Z").status, Status::Met);
    assert_eq!(one(&catalog, criterion, "2026-07-01T00:00:00Z").status, Status::Stale);
    let dates = judge_at(&catalog, "2026-07-01T00:00:00Z").dates;
    assert_eq!(dates["evidence"]["drill"].word, "Repetition overdue");
}

#[test]
fn an_sbom_without_versions_is_not_complete() {
    let mut catalog = ready();
    let parts = vec![component("a", "1.0.0"), component("b", "")];
    add(&mut catalog, evidence("bom", Body::Sbom(Box::new(sbom(parts)))));
    let criterion =
        |coverage: u8| json!({"id": "s", "text": "complete", "kind": "sbom-complete", "coverage": coverage});
    assert_eq!(one(&catalog, criterion(100), NOON).found, "`bom`: 1 of 2 components have a version");
    assert_eq!(one(&catalog, criterion(50), NOON).status, Status::Met);
    add(&mut catalog, evidence("bom", Body::Sbom(Box::new(sbom(Vec::new())))));
    assert_eq!(one(&catalog, criterion(0), NOON).status, Status::NotMet);
}

#[test]
fn a_vulnerability_is_closed_by_the_later_statement_and_ties_go_to_the_worse() {
    let (old, new) = (Some("2026-03-01T00:00:00Z"), Some("2026-03-02T00:00:00Z"));
    let cases = [
        (vec![(VexStatus::Affected, old), (VexStatus::Fixed, new)], Status::Met),
        (vec![(VexStatus::Fixed, old), (VexStatus::Affected, new)], Status::NotMet),
        (vec![(VexStatus::Fixed, new), (VexStatus::Affected, new)], Status::NotMet),
        (vec![(VexStatus::Fixed, new), (VexStatus::Affected, None)], Status::NotMet),
        (vec![(VexStatus::UnderInvestigation, new)], Status::NotMet),
        (vec![(VexStatus::Unknown, new)], Status::NotMet),
        (vec![(VexStatus::Unknown, new), (VexStatus::NotAffected, old)], Status::Met),
    ];
    for (statements, status) in cases {
        let mut catalog = Catalog::default();
        for (number, (state, time)) in statements.iter().enumerate() {
            let body = Body::Vex(Box::new(vex(vec![statement("CVE-2026-1", *state, *time)])));
            add(&mut catalog, evidence(&format!("vex{number}"), body));
        }
        let result = one(&catalog, json!({"id": "v", "text": "closed", "kind": "vex-covers"}), NOON);
        assert_eq!(result.status, status, "{statements:?}: {}", result.found);
    }
}

#[test]
fn a_vulnerability_in_an_sbom_needs_an_answer_under_any_of_its_names() {
    let mut catalog = ready();
    let mut bom = sbom(vec![component("a", "1.0.0")]);
    let mut known = statement("GHSA-x", VexStatus::Unknown, None);
    known.products = vec!["a".to_owned()];
    bom.vulnerabilities.push(known);
    add(&mut catalog, evidence("bom", Body::Sbom(Box::new(bom))));
    let criterion = json!({"id": "v", "text": "closed", "kind": "vex-covers"});
    assert_eq!(one(&catalog, criterion.clone(), NOON).found, "`bom`: GHSA-x is unknown");
    let mut answer = statement("CVE-2026-9", VexStatus::NotAffected, None);
    answer.aliases.push("GHSA-x".to_owned());
    add(&mut catalog, evidence("vex", Body::Vex(Box::new(vex(vec![answer])))));
    assert_eq!(one(&catalog, criterion, NOON).status, Status::Met);
}

#[test]
fn a_blocker_is_closed_only_by_later_evidence_that_counts() {
    let criterion = json!({"id": "b", "text": "none open", "kind": "register-empty", "register": "blockers"});
    let judged = |blocker: Value| {
        let mut catalog = ready();
        catalog.blockers = records(json!([blocker]));
        one(&catalog, criterion.clone(), NOON)
    };
    let blocker = |extra: Value| {
        let mut blocker = json!({"id": "b1", "title": "gap", "severity": "high", "opened": "2026-03-01"});
        blocker.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        blocker
    };
    assert_eq!(judged(blocker(json!({}))).status, Status::NotMet);
    let resolved = "2026-03-22T00:00:00Z";
    assert_eq!(judged(blocker(json!({ "resolved": resolved }))).status, Status::NotMet);
    assert_eq!(judged(blocker(json!({ "resolved": resolved, "resolved-by": "junit" }))).status, Status::Met);
    assert_eq!(
        judged(blocker(json!({ "resolved": resolved, "resolved-by": "none" }))).status,
        Status::NotMet
    );
    let mut catalog = ready();
    catalog.evidence.get_mut("junit").unwrap().body = Body::TestReport(Box::new(tests(10, 1)));
    catalog.blockers = records(json!([blocker(json!({ "resolved": resolved, "resolved-by": "junit" }))]));
    let found = one(&catalog, criterion.clone(), NOON).found;
    assert_eq!(found, "1 open blocker: `b1` is resolved by evidence that says no");
    let later = json!({ "resolved": "2026-04-01T00:00:00Z", "resolved-by": "junit" });
    assert_eq!(judged(blocker(later.clone())).valid_until, Some(at("2026-04-01T00:00:00Z")));
    let old = json!({ "opened": "2026-03-25", "resolved": resolved, "resolved-by": "junit" });
    assert_eq!(judged(blocker(old)).status, Status::NotMet);
}

#[test]
fn an_open_risk_blocks_until_somebody_accepts_it_for_a_time() {
    let judged = |risk: Value, when: &str| {
        let mut catalog = ready();
        catalog.risks = records(json!([risk]));
        judge_at(&catalog, when).verdicts[0].state.clone()
    };
    let mut risk = json!({"id": "k", "title": "key loss", "severity": "high", "status": "open"});
    assert_eq!(judged(risk.clone(), NOON), "blocked");
    risk["severity"] = json!("medium");
    assert_eq!(judged(risk.clone(), NOON), "ready");
    risk["severity"] = json!("critical");
    risk["accepted"] = json!({"by": "CISO", "until": "2026-06-30", "justification": "small"});
    assert_eq!(judged(risk.clone(), "2026-06-30T23:59:59Z"), "ready-with-accepted-risk");
    assert_eq!(judged(risk.clone(), "2026-07-01T00:00:00Z"), "blocked");
    risk["accepted"]["justification"] = json!("");
    assert_eq!(judged(risk.clone(), NOON), "blocked");
    risk["status"] = json!("closed");
    assert_eq!(judged(risk, NOON), "ready");
}

#[test]
fn evidence_that_names_no_release_is_named_where_evidence_of_a_release_is_asked() {
    let mut criterion = tests_pass();
    criterion["release"] = json!("newest");
    let mut catalog = ready();
    let newest = catalog.newest_release().unwrap().id.clone();
    catalog.evidence.get_mut("junit").unwrap().release = Some(newest.clone());
    assert_eq!(one(&catalog, criterion.clone(), NOON).status, Status::Met);
    catalog.evidence.get_mut("junit").unwrap().release = None;
    let help = one(&catalog, criterion.clone(), NOON).help;
    assert!(help.contains("is `junit` one?") && help.contains(&format!("`release: {newest}`")), "{help}");
    catalog.evidence.remove("junit");
    assert_eq!(one(&catalog, criterion, NOON).help, "add a test report that counts");
}

#[test]
fn of_several_accepted_risks_the_first_end_is_told() {
    let criterion = json!({"id": "r", "text": "none open", "kind": "register-empty", "register": "risks"});
    let risk = |id: &str, until: &str| {
        let accepted = json!({"by": "CISO", "until": until, "justification": "small"});
        json!({"id": id, "title": "t", "severity": "high", "status": "open", "accepted": accepted})
    };
    for ends in [["2026-05-31", "2026-06-30", "2026-07-31"], ["2026-07-31", "2026-05-31", "2026-06-30"]] {
        let mut catalog = ready();
        let [a, b, c] = ends;
        catalog.risks = records(json!([risk("a", a), risk("b", b), risk("c", c)]));
        let judged = one(&catalog, criterion.clone(), NOON);
        assert_eq!(judged.status, Status::Waived);
        assert_eq!(judged.found, "3 open risks, all accepted, the first until 2026-05-31");
        assert_eq!(judged.valid_until, Some(at("2026-06-01T00:00:00Z")));
    }
}

#[test]
fn a_value_is_compared_with_its_own_kind_only() {
    let ask = |pointer: &str, compare: &str, threshold: Value| {
        one(
            &ready(),
            json!({
                "id": "v", "text": "inside", "kind": "value-compares", "evidence": ["decision"],
                "pointer": pointer, "compare": compare, "threshold": threshold,
            }),
            NOON,
        )
        .status
    };
    assert_eq!(ask("/body/risk-score", "<", json!(41)), Status::Met);
    assert_eq!(ask("/body/risk-score", "<", json!(40)), Status::NotMet);
    assert_eq!(ask("/body/action", "==", json!("release")), Status::Met);
    assert_eq!(ask("/body/action", "==", json!("promote")), Status::NotMet);
    assert_eq!(ask("/body/action", "<=", json!(3)), Status::NotMet);
    assert_eq!(ask("/body/nothing", "<=", json!(3)), Status::NotAssessed);
    assert_eq!(ask("/publish-original", "==", json!(true)), Status::Met);
}

#[test]
fn parts_hold_together_or_one_by_one() {
    let tests = json!({"kind": "tests-passed"});
    let drill = json!({"kind": "drill-within-objectives"});
    let bom = json!({"kind": "sbom-complete"});
    let ask = |kind: &str, parts: Value, minimum: Option<u64>| {
        let mut criterion = json!({"id": "p", "text": "parts", "kind": kind, "of": parts});
        if let Some(minimum) = minimum {
            criterion["minimum"] = json!(minimum);
        }
        one(&ready(), criterion, NOON).status
    };
    assert_eq!(ask("all-of", json!([tests, bom]), None), Status::Met);
    assert_eq!(ask("all-of", json!([tests, drill]), None), Status::NotAssessed);
    assert_eq!(ask("any-of", json!([drill, tests]), None), Status::Met);
    assert_eq!(ask("count", json!([tests, drill, bom]), Some(2)), Status::Met);
    assert_eq!(ask("count", json!([tests, drill, bom]), Some(3)), Status::NotAssessed);
}

#[test]
fn a_later_gate_is_open_while_an_earlier_one_is() {
    let later = profile(
        "later",
        json!([{"id": "g", "text": "before", "kind": "verdict-passes", "profile": "release"}]),
    );
    let state = |catalog: &Catalog| {
        judge_with(catalog, &[release_profile(), later.clone()], None, at(NOON)).0.verdicts[1].state.clone()
    };
    assert_eq!(state(&ready()), "ready");
    assert_eq!(state(&Catalog::default()), "blocked");
    let (_, findings) = judge_with(&ready(), &[later.clone(), release_profile()], None, at(NOON));
    assert!(findings.iter().any(|finding| finding.code == "criterion-names-nothing"));
}

#[test]
fn a_profile_that_could_pass_by_default_gives_no_verdict() {
    let mut loose = release_profile();
    loose.combination.last_mut().unwrap().state = "ready".to_owned();
    let mut empty = release_profile();
    empty.criteria.clear();
    let mut unknown = release_profile();
    unknown.combination[0].state = "blokced".to_owned();
    for broken in [loose, empty, unknown] {
        let (assessment, findings) = judge_with(&ready(), &[broken], None, at(NOON));
        assert!(assessment.verdicts.is_empty());
        assert!(findings.iter().any(|finding| finding.code == "profile-refused"));
    }
}

#[test]
fn a_verdict_that_rests_on_nothing_but_exceptions_never_passes() {
    let nothing = profile(
        "empty",
        json!([
            {"id": "n", "text": "n", "kind": "tests-passed",
             "not-applicable": {"owner": "CISO", "reason": "no tests"}},
            {"id": "o", "text": "o", "kind": "tests-passed", "required": false},
        ]),
    );
    let (assessment, _) = judge_with(&ready(), &[nothing], None, at(NOON));
    assert_eq!(assessment.verdicts[0].state, "blocked");
}

#[test]
fn a_wrong_criterion_is_an_error_at_its_place_and_never_passes() {
    let wrong = profile("wrong", json!([{"id": "x", "text": "x", "kind": "tests-passed", "minimun": 3}]));
    let (assessment, findings) = judge_with(&ready(), &[wrong], None, at(NOON));
    assert_eq!(assessment.verdicts[0].criteria[0].reason, "criterion-refused");
    assert_eq!(assessment.verdicts[0].state, "blocked");
    let finding = findings.iter().find(|finding| finding.code == "criterion-refused").unwrap();
    assert_eq!(finding.severity, Severity::Error);
    assert_eq!(finding.place.as_ref().unwrap().pointer, "/criteria/0/minimun");
    assert_eq!(finding.help, "did you mean `minimum`?");
}

#[test]
fn dates_give_the_status_of_what_has_an_end() {
    let catalog = Catalog {
        certifications: records(json!([
            {"id": "current", "title": "A", "document-type": "ISO_27001", "expires": "2026-12-31"},
            {"id": "expiring", "title": "A", "document-type": "ISO_27001", "expires": "2026-05-22"},
            {"id": "lapsed", "title": "A", "document-type": "ISO_27001", "expires": "2026-03-30"},
            {"id": "last-day", "title": "A", "document-type": "ISO_27001", "expires": "2026-03-31"},
            {"id": "planned", "title": "A", "document-type": "x", "status-override": {"value": "planned", "reason": "Q4"}},
            {"id": "withdrawn", "title": "A", "document-type": "x", "expires": "2026-12-31",
             "status-override": {"value": "withdrawn", "reason": "merged"}},
            {"id": "bridged", "title": "A", "document-type": "SOC_2_TYPE_II", "expires": "2026-01-31",
             "bridge-letter": {"covers": {"start": "2026-02-01", "end": "2026-04-30"}}},
            {"id": "report", "title": "A", "document-type": "SOC_2_TYPE_II",
             "period": {"start": "2024-01-01", "end": "2024-12-31"}},
            {"id": "statement", "title": "A", "document-type": "GDPR", "form": "statement"},
        ])),
        policies: records(json!([{"id": "p", "title": "P", "next-review": "2026-03-30"}])),
        answers: records(json!([{"id": "a", "question": "Q", "answer": "yes", "review-by": "2026-04-30"}])),
        documents: records(json!([
            {"id": "d", "title": "D", "last-reviewed": "2025-01-01", "review-interval": "P1Y"},
        ])),
        compatibility: records(json!([
            {"id": "v", "version": "1.x", "end-of-support": "2026-01-01", "end-of-life": "2026-02-01"},
        ])),
        ..Catalog::default()
    };
    let dates = judge_at(&catalog, NOON).dates;
    let shown = |kind: &str, name: &str| {
        let status = &dates[kind][name];
        (status.status, status.word.clone())
    };
    for (name, status, word) in [
        ("current", Status::Met, "Current"),
        ("expiring", Status::Expiring, "Expiring"),
        ("lapsed", Status::Expired, "Lapsed"),
        ("last-day", Status::Expiring, "Expiring"),
        ("planned", Status::NotAssessed, "Planned"),
        ("withdrawn", Status::Expired, "Withdrawn"),
        ("bridged", Status::Expiring, "In gap, covered"),
        ("report", Status::Expired, "Lapsed"),
        ("statement", Status::NotAssessed, "No end date"),
    ] {
        assert_eq!(shown("certifications", name), (status, word.to_owned()), "{name}");
    }
    assert_eq!(dates["certifications"]["expiring"].why, "in 52 days");
    assert_eq!(shown("policies", "p"), (Status::Stale, "Review overdue".to_owned()));
    assert_eq!(shown("answers", "a"), (Status::Expiring, "Review due".to_owned()));
    assert_eq!(shown("documents", "d"), (Status::Stale, "Review overdue".to_owned()));
    assert_eq!(shown("compatibility", "v"), (Status::Expired, "End of life".to_owned()));
}

#[test]
fn what_needs_attention_comes_worst_first_with_a_next_step() {
    let mut catalog = ready();
    claim(&mut catalog, json!({ "evidence": ["junit"], "criteria": [tests_pass()] }));
    add(&mut catalog, evidence("junit", Body::TestReport(Box::new(tests(3, 1)))));
    catalog.certifications = records(json!([
        {"id": "iso", "title": "ISO", "document-type": "ISO_27001", "expires": "2026-05-22"},
    ]));
    let attention = judge_at(&catalog, NOON).attention;
    let lines: Vec<(&str, &str, Status)> =
        attention.iter().map(|line| (line.kind.as_str(), line.id.as_str(), line.status)).collect();
    assert_eq!(
        lines,
        [
            ("verdicts", "release", Status::NotMet),
            ("claims", "c", Status::NotMet),
            ("certifications", "iso", Status::Expiring),
        ]
    );
    assert!(attention.iter().all(|line| !line.next.is_empty()), "{attention:#?}");
}

#[test]
fn every_code_that_is_made_is_documented() {
    for (code, text) in REASONS.iter().chain(FINDINGS) {
        assert!(text.ends_with('.') && text.len() > 20, "{code}");
    }
    assert_eq!(CRITERIA.len(), 27);
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    /// How much a status helps: 2 holds, 1 accepted, 0 open.
    fn rank(status: Status) -> u8 {
        match status {
            status if status.is_satisfied() => 2,
            Status::Waived => 1,
            _ => 0,
        }
    }

    fn state_rank(verdict: &Verdict) -> u8 {
        match (verdict.passes, verdict.status) {
            (true, Status::Met) => 2,
            (true, _) => 1,
            (false, _) => 0,
        }
    }

    #[derive(Clone, Debug)]
    struct Piece {
        kind: u8,
        good: bool,
        mode: u8,
        days_old: i64,
        in_release: bool,
    }

    fn piece() -> impl Strategy<Value = Piece> {
        (0_u8..5, any::<bool>(), 0_u8..6, -5_i64..500, prop::bool::weighted(0.8)).prop_map(
            |(kind, good, mode, days_old, in_release)| Piece { kind, good, mode, days_old, in_release },
        )
    }

    fn build(name: &str, piece: &Piece) -> Evidence {
        let body = match (piece.kind, piece.good) {
            (0, true) => Body::DecisionReceipt(Box::new(receipt(Decision::Allow))),
            (0, false) => Body::DecisionReceipt(Box::new(receipt(Decision::Deny))),
            (1, good) => Body::TestReport(Box::new(tests(4, u64::from(!good)))),
            (2, true) => Body::Sbom(Box::new(sbom(vec![component("a", "1.0.0")]))),
            (2, false) => Body::Sbom(Box::new(sbom(Vec::new()))),
            (3, true) => Body::Vex(Box::new(vex(vec![statement("CVE-1", VexStatus::Fixed, None)]))),
            (3, false) => Body::Vex(Box::new(vex(vec![statement("CVE-1", VexStatus::Affected, None)]))),
            (_, good) => {
                let achieved = if good { "1h" } else { "5h" };
                let objectives = json!([{ "metric": "rto", "target": "4h", "achieved": achieved }]);
                Body::Drill(Box::new(drill(objectives, json!(if good { "passed" } else { "failed" }))))
            }
        };
        let mut evidence = evidence(name, body);
        evidence.mode = [Mode::Live, Mode::Live, Mode::Live, Mode::Live, Mode::Sample, Mode::Planned]
            [usize::from(piece.mode)];
        evidence.captured_at = Some(at(NOON).plus_seconds(-piece.days_old * 86_400));
        if !piece.in_release {
            evidence.release = None;
        }
        evidence
    }

    fn catalog(pieces: &[Piece], waived: bool) -> Catalog {
        let mut catalog = ready();
        catalog.evidence.clear();
        for (number, piece) in pieces.iter().enumerate() {
            add(&mut catalog, build(&format!("e{number}"), piece));
        }
        let listed: Vec<&str> = catalog.evidence.keys().map(|id| id.as_str()).collect();
        let criteria = json!([
            tests_pass(),
            {"id": "any", "text": "any", "kind": "any-of", "of": [
                {"kind": "drill-within-objectives"}, {"kind": "vex-covers"},
            ]},
            {"id": "two", "text": "two", "kind": "evidence-present", "minimum": 2, "max-age": "P60D"},
        ]);
        let claims = json!([
            {"id": "c", "statement": "C", "tier": 1, "evidence": listed, "criteria": criteria, "valid-until": "2026-11-30"},
            {"id": "d", "statement": "D", "tier": 0, "evidence": listed, "criteria": [
                {"id": "x", "text": "x", "kind": "drill-within-objectives"},
            ]},
            {"id": "f", "statement": "F", "criteria": [
                {"id": "y", "text": "y", "kind": "claim-met", "claims": ["c"]},
            ]},
        ]);
        catalog.claims = records(claims);
        if waived {
            catalog.waivers = records(json!([
                {"id": "w1", "title": "w", "target": "claim:c", "owner": "O", "rationale": "R",
                 "opened": "2026-03-01", "expires": "2026-08-31"},
                {"id": "w2", "title": "w", "target": "criterion:release/tests", "owner": "O", "rationale": "R",
                 "expires": "2026-07-31T10:00:00Z"},
                {"id": "w3", "title": "w", "target": "claim:d", "owner": "O", "rationale": "R", "expires": "2027-01-01"},
            ]));
        }
        catalog
    }

    fn outcome(catalog: &Catalog, when: Instant) -> Assessment {
        judge_with(catalog, &[release_profile()], None, when).0
    }

    fn not_better(before: &Assessment, after: &Assessment) -> Result<(), TestCaseError> {
        prop_assert!(state_rank(&after.verdicts[0]) <= state_rank(&before.verdicts[0]));
        for (id, claim) in &before.claims {
            prop_assert!(
                rank(after.claims[id].status) <= rank(claim.status),
                "{id}: {:?} then {:?}",
                claim,
                after.claims[id]
            );
        }
        for criterion in &before.verdicts[0].criteria {
            // A receipt that denies names no wrong file: to this one it is no failing evidence.
            if criterion.id.as_str() == "decision-files" {
                continue;
            }
            let then = result(&after.verdicts[0], criterion.id.as_str());
            prop_assert!(rank(then.status) <= rank(criterion.status));
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn adding_failing_evidence_never_improves(
            pieces in prop::collection::vec(piece(), 0..8), bad in piece(), waived in any::<bool>(),
        ) {
            let before = catalog(&pieces, waived);
            let mut after = before.clone();
            add(&mut after, build("zz", &Piece { good: false, ..bad }));
            after.claims = {
                let mut claims = after.claims.clone();
                for name in ["c", "d"] {
                    claims.get_mut(name).unwrap().evidence.push(id("zz"));
                }
                claims
            };
            // `evidence-present` asks only whether it is there, so it is not asked about here.
            let drop_presence = |mut catalog: Catalog| {
                catalog.claims.get_mut("c").unwrap().criteria.retain(|criterion| criterion.id.as_str() != "two");
                catalog
            };
            let (before, after) = (drop_presence(before), drop_presence(after));
            // A part of `any-of` that fails does not spoil the other; with one alternative it does.
            not_better(&outcome(&before, at(NOON)), &outcome(&after, at(NOON)))?;
        }

        #[test]
        fn removing_counted_passing_evidence_never_improves(
            pieces in prop::collection::vec(piece(), 1..8), which in any::<prop::sample::Index>(), waived in any::<bool>(),
        ) {
            let before = catalog(&pieces, waived);
            let number = which.index(pieces.len());
            prop_assume!(pieces[number].good);
            let mut after = before.clone();
            after.evidence.remove(format!("e{number}").as_str());
            not_better(&outcome(&before, at(NOON)), &outcome(&after, at(NOON)))?;
        }

        #[test]
        fn the_order_of_the_inputs_changes_nothing(
            pieces in prop::collection::vec(piece(), 0..8), waived in any::<bool>(),
        ) {
            let one = catalog(&pieces, waived);
            let mut other = one.clone();
            for claim in other.claims.values_mut() {
                claim.evidence.reverse();
                claim.criteria.reverse();
            }
            let mut profile = release_profile();
            profile.criteria.reverse();
            let (one, other) = (outcome(&one, at(NOON)), judge_with(&other, &[profile], None, at(NOON)).0);
            prop_assert_eq!(&one.verdicts[0].state, &other.verdicts[0].state);
            prop_assert_eq!(one.verdicts[0].valid_until, other.verdicts[0].valid_until);
            prop_assert_eq!(&one.evidence, &other.evidence);
            for (id, claim) in &one.claims {
                prop_assert_eq!(claim.status, other.claims[id].status);
                prop_assert_eq!(&claim.evidence, &other.claims[id].evidence);
            }
        }

        #[test]
        fn nothing_changes_before_the_instant_that_is_named(
            pieces in prop::collection::vec(piece(), 0..8), waived in any::<bool>(), days in 0_i64..900, part in 0_i64..1000,
        ) {
            let catalog = catalog(&pieces, waived);
            let start = at("2025-06-01T00:00:00Z").plus_seconds(days * 86_400);
            let now = outcome(&catalog, start);
            let until = |until: Option<Instant>| match until {
                Some(until) => start.plus_seconds((until.seconds_since(start) - 1) * part / 1000),
                None => start.plus_seconds(part * 86_400 * 10),
            };
            let verdict = &now.verdicts[0];
            prop_assert!(verdict.valid_until.is_none_or(|until| until > start));
            prop_assert_eq!(&outcome(&catalog, until(verdict.valid_until)).verdicts[0].state, &verdict.state);
            let criterion = &verdict.criteria[usize::try_from(days).unwrap() % verdict.criteria.len()];
            let then = outcome(&catalog, until(criterion.valid_until));
            prop_assert_eq!(result(&then.verdicts[0], criterion.id.as_str()).status, criterion.status);
            for (id, claim) in &now.claims {
                prop_assert_eq!(outcome(&catalog, until(claim.valid_until)).claims[id].status, claim.status);
            }
        }
    }
}

/// `TRUSTBOOK_BLESS=1` writes the list of kinds anew.
#[test]
#[expect(clippy::disallowed_methods, reason = "the one switch of this test")]
fn the_page_on_profiles_lists_every_kind_as_the_table_does() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/profiles.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, _) = page.split_once("## Kinds of criteria\n").unwrap();
    let mut expected = format!("{before}## Kinds of criteria\n");
    for row in CRITERIA {
        expected.push_str(&format!(
            "\n### `{}`\n\n{}\n\nWhy: {}\n\nSource: {}\n\n```yaml\n{}```\n",
            row.kind, row.what, row.why, row.source, row.example
        ));
    }
    if std::env::var_os("TRUSTBOOK_BLESS").is_some() {
        std::fs::write(&path, &expected).unwrap();
        return;
    }
    assert!(page == expected, "run the tests with TRUSTBOOK_BLESS=1 and look at the difference");
}
