//! Stage gates: when a criterion passes, when a gate does, and what a later gate waits for. Every row of the rules, at
//! each boundary one second or one unit either side, and on nothing at all.

#![allow(clippy::unwrap_used, reason = "a test that cannot make its input fails")]

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::json;
use trustbook::evaluate::evaluate;
use trustbook::model::assessment::Assessment;
use trustbook::model::assessment::CriterionResult;
use trustbook::model::assessment::GroupResult;
use trustbook::model::assessment::GroupState;
use trustbook::model::catalog::Catalog;
use trustbook::model::coverage::Coverage;
use trustbook::model::coverage::Covered;
use trustbook::model::coverage::Measure;
use trustbook::model::evidence::Body;
use trustbook::model::evidence::Evidence;
use trustbook::model::evidence::Mode;
use trustbook::model::finding::Finding;
use trustbook::model::id::Id;
use trustbook::model::profile::Profile;
use trustbook::model::receipt::Decision;
use trustbook::model::status::Status;

use crate::sample::*;

fn stage_gates() -> Profile {
    serde_saphyr::from_str(include_str!("../../profiles/stage-gates.yaml")).unwrap()
}

fn judge(catalog: &Catalog, profiles: &[Profile], when: &str) -> (Assessment, Vec<Finding>) {
    let checked = evaluate(catalog, profiles, &config(), None, at(when));
    (checked.value.unwrap(), checked.findings)
}

/// A small profile of gates in order; each criterion asks for what is put forward for it.
fn gates(order: bool, criteria: Value, groups: &[&str]) -> Profile {
    let mut profile = profile("gates", criteria);
    profile.in_order = order;
    profile.group_word = Some("gate".to_owned());
    profile.groups = serde_json::from_value(json!(
        groups.iter().map(|id| json!({"id": id, "title": id.to_uppercase()})).collect::<Vec<_>>()
    ))
    .unwrap();
    profile
}

fn holds(id: &str, group: &str) -> Value {
    json!({"id": id, "group": group, "text": id, "kind": "evidence-holds", "assigned": true})
}

fn assign(catalog: &mut Catalog, profile: &str, criterion: &str, evidence: &[&str]) {
    let record = json!([{"id": format!("{profile}-{criterion}").to_lowercase(), "criterion": format!("{profile}/{criterion}"), "evidence": evidence}]);
    catalog.assignments.extend(records(record));
}

fn waive(catalog: &mut Catalog, target: &str, fields: Value) {
    let mut map = json!({
        "id": "w", "title": "w", "target": target, "owner": "o", "rationale": "r", "expires": "2026-04-30",
    });
    map.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    catalog.waivers.extend(records(json!([map])));
}

fn with(catalog: &mut Catalog, name: &str, body: Body) {
    let mut piece = evidence(name, body);
    piece.release = None;
    add(catalog, piece);
}

fn criterion<'a>(assessment: &'a Assessment, id: &str) -> &'a CriterionResult {
    assessment.verdicts[0].criteria.iter().find(|result| result.id.as_str() == id).unwrap()
}

fn states(assessment: &Assessment) -> Vec<GroupState> {
    assessment.verdicts[0].groups.iter().map(|group| group.state).collect()
}

fn group<'a>(assessment: &'a Assessment, id: &str) -> &'a GroupResult {
    assessment.verdicts[0].groups.iter().find(|group| group.id.as_str() == id).unwrap()
}

/// One gate with one criterion, over a catalog with one piece of evidence `e` put forward for it.
fn alone(body: Body, spoil: impl Fn(&mut Evidence), when: &str) -> (Status, String, GroupState) {
    let mut catalog = Catalog::default();
    with(&mut catalog, "e", body);
    spoil(catalog.evidence.get_mut("e").unwrap());
    assign(&mut catalog, "gates", "c", &["e"]);
    let (assessment, findings) = judge(&catalog, &[gates(true, json!([holds("c", "g")]), &["g"])], when);
    assert!(findings.is_empty(), "{findings:?}");
    let result = criterion(&assessment, "c");
    (result.status, result.reason.clone(), states(&assessment)[0])
}

#[test]
fn the_built_in_gates_ask_56_things_in_five_gates() {
    let profile = stage_gates();
    let order: Vec<&str> = profile.groups.iter().map(|group| group.title.as_str()).collect();
    assert_eq!(order, ["Spec", "Build", "Prove", "Operate", "Package"]);
    assert!(profile.in_order);
    assert_eq!(profile.criteria.len(), 56);
    let count =
        |id: &str| profile.criteria.iter().filter(|one| one.group.as_ref().unwrap().as_str() == id).count();
    assert_eq!(["spec", "build", "prove", "operate", "package"].map(count), [11, 10, 15, 11, 9]);
    let conditional: Vec<&str> =
        profile.criteria.iter().filter(|one| one.applies_when.is_some()).map(|one| one.id.as_str()).collect();
    assert_eq!(conditional, ["PACK-08"]);
}

#[test]
fn nothing_at_all_is_missing_everywhere_and_no_gate_passes() {
    let (assessment, findings) = judge(&Catalog::default(), &[stage_gates()], NOON);
    assert!(findings.is_empty(), "{findings:?}");
    let verdict = &assessment.verdicts[0];
    assert_eq!((verdict.state.as_str(), verdict.passes, verdict.valid_until), ("open", false, None));
    assert!(
        verdict.sentence.contains("has passed 0 of 5 gates and stands before Spec"),
        "{}",
        verdict.sentence
    );
    assert!(
        verdict
            .criteria
            .iter()
            .all(|result| result.status == Status::NotAssessed && result.evidence.is_empty())
    );
    assert_eq!(states(&assessment)[0], GroupState::Incomplete);
    assert!(states(&assessment)[1..].iter().all(|state| *state == GroupState::BlockedByPrevious));
}

#[test]
fn a1_a_criterion_passes_fails_is_missing_or_stale() {
    let good = || Body::TestReport(Box::new(tests(3, 0)));
    let same = |_: &mut Evidence| {};
    let (status, _, state) = alone(good(), same, NOON);
    assert_eq!((status, state), (Status::Met, GroupState::Passed));
    let (status, reason, state) = alone(Body::TestReport(Box::new(tests(3, 1))), same, NOON);
    assert_eq!((status, reason.as_str(), state), (Status::NotMet, "counted-says-no", GroupState::Failed));
    let (status, _, state) = alone(good(), |piece| piece.mode = Mode::Sample, NOON);
    assert_eq!((status, state), (Status::Sample, GroupState::Incomplete));
    let (status, _, state) = alone(good(), |piece| piece.captured_at = None, NOON);
    assert_eq!((status, state), (Status::NotAssessed, GroupState::Incomplete));
    // captured 2026-03-21T12:00:00Z, kept for 365 days
    let (status, _, state) = alone(good(), same, "2027-03-21T11:59:59Z");
    assert_eq!((status, state), (Status::Met, GroupState::Passed));
    let (status, _, state) = alone(good(), same, "2027-03-21T12:00:00Z");
    assert_eq!((status, state), (Status::Stale, GroupState::Incomplete));
}

#[test]
fn a1_what_evidence_says_inside_is_listened_to() {
    let same = |_: &mut Evidence| {};
    let says = |body| alone(body, same, NOON).0;
    assert_eq!(says(Body::DecisionReceipt(Box::new(receipt(Decision::Allow)))), Status::Met);
    assert_eq!(says(Body::DecisionReceipt(Box::new(receipt(Decision::Deny)))), Status::NotMet);
    assert_eq!(says(Body::DecisionReceipt(Box::new(receipt(Decision::Hold)))), Status::NotAssessed);
    assert_eq!(says(Body::DecisionReceipt(Box::new(receipt(Decision::Unknown)))), Status::NotAssessed);
    assert_eq!(says(Body::TestReport(Box::new(tests(0, 0)))), Status::NotAssessed);
    assert_eq!(says(Body::Attachment), Status::Met);
    let empty = Coverage::of_files(BTreeMap::new());
    assert_eq!(says(Body::Coverage(Box::new(empty))), Status::NotAssessed);
    let rto = |achieved: &str| json!([{"metric": "rto", "target": "PT15M", "achieved": achieved}]);
    assert_eq!(says(Body::Drill(Box::new(drill(rto("PT15M"), json!("passed"))))), Status::Met);
    assert_eq!(says(Body::Drill(Box::new(drill(rto("PT18M"), json!("failed"))))), Status::NotMet);
    assert_eq!(says(Body::Drill(Box::new(drill(json!([]), json!("not-run"))))), Status::NotAssessed);
}

#[test]
fn a1_a_pass_and_a_fail_put_forward_for_one_criterion_are_a_fail() {
    let mut catalog = Catalog::default();
    with(&mut catalog, "good", Body::TestReport(Box::new(tests(3, 0))));
    with(&mut catalog, "bad", Body::TestReport(Box::new(tests(3, 1))));
    assign(&mut catalog, "gates", "c", &["good", "bad"]);
    let (assessment, _) = judge(&catalog, &[gates(true, json!([holds("c", "g")]), &["g"])], NOON);
    assert_eq!(criterion(&assessment, "c").reason, "conflict");
    assert_eq!(states(&assessment), [GroupState::Failed]);
}

#[test]
fn a1_evidence_that_is_not_put_forward_for_a_criterion_is_not_asked() {
    let mut catalog = Catalog::default();
    with(&mut catalog, "e", Body::Attachment);
    assign(&mut catalog, "gates", "other", &["e"]);
    let two = json!([holds("c", "g"), holds("other", "g")]);
    let (assessment, _) = judge(&catalog, &[gates(true, two, &["g"])], NOON);
    let result = criterion(&assessment, "c");
    assert_eq!((result.status, result.reason.as_str()), (Status::NotAssessed, "nothing-assigned"));
    assert!(result.help.contains("gates/c"), "{}", result.help);
    assert_eq!(criterion(&assessment, "other").status, Status::Met);
}

#[test]
fn a1_a_waiver_covers_until_its_last_second_and_only_when_it_is_whole() {
    let judged = |fields: Value, when: &str| {
        let mut catalog = Catalog::default();
        waive(&mut catalog, "criterion:gates/c", fields);
        let (assessment, _) = judge(&catalog, &[gates(true, json!([holds("c", "g")]), &["g"])], when);
        (criterion(&assessment, "c").status, states(&assessment)[0])
    };
    let covered = (Status::Waived, GroupState::PassedWithWaivers);
    let open = (Status::NotAssessed, GroupState::Incomplete);
    assert_eq!(judged(json!({}), "2026-04-30T23:59:59Z"), covered);
    assert_eq!(judged(json!({}), "2026-05-01T00:00:00Z"), open);
    let exact = json!({"expires": "2026-04-30T12:00:00Z"});
    assert_eq!(judged(exact.clone(), "2026-04-30T11:59:59Z"), covered);
    assert_eq!(judged(exact, "2026-04-30T12:00:00Z"), open);
    let opened = json!({"opened": "2026-04-01"});
    assert_eq!(judged(opened.clone(), "2026-03-31T23:59:59Z"), open);
    assert_eq!(judged(opened, "2026-04-01T00:00:00Z"), covered);
    for lacking in [
        json!({"owner": null}),
        json!({"rationale": " "}),
        json!({"expires": null}),
        json!({"approval": "pending"}),
        json!({"approval": "rejected"}),
    ] {
        assert_eq!(judged(lacking.clone(), NOON), open, "{lacking}");
    }
}

#[test]
fn a1_not_applicable_needs_a_condition_an_owner_and_a_reason() {
    let judged = |conditional: bool, stated: Value, evidence: &[&str]| {
        let mut catalog = Catalog::default();
        with(&mut catalog, "e", Body::Attachment);
        assign(&mut catalog, "gates", "other", &["e"]);
        catalog.assignments.extend(records(
            json!([{"id": "n", "criterion": "gates/c", "evidence": evidence, "not-applicable": stated}]),
        ));
        let mut asked = holds("c", "g");
        if conditional {
            asked["applies-when"] = json!("something is shared");
        }
        let (assessment, findings) =
            judge(&catalog, &[gates(true, json!([asked, holds("other", "g")]), &["g"])], NOON);
        let codes: Vec<&str> = findings.iter().map(|finding| finding.code).collect();
        (criterion(&assessment, "c").status, states(&assessment)[0], codes)
    };
    let whole = json!({"owner": "commercial", "reason": "nothing is shared"});
    assert_eq!(judged(true, whole.clone(), &[]), (Status::NotApplicable, GroupState::Passed, vec![]));
    let refused = (Status::NotAssessed, GroupState::Incomplete, vec!["not-applicable-refused"]);
    assert_eq!(judged(false, whole.clone(), &[]), refused, "it always applies");
    assert_eq!(judged(true, json!({"owner": " ", "reason": "r"}), &[]), refused, "no owner");
    assert_eq!(judged(true, json!({"owner": "o", "reason": ""}), &[]), refused, "no reason");
    let (status, _, codes) = judged(true, whole, &["e"]);
    assert_eq!(
        (status, codes),
        (Status::Met, vec!["not-applicable-refused"]),
        "evidence is put forward as well"
    );
}

#[test]
fn a1_a_gate_in_which_nothing_applies_is_not_passed() {
    let mut catalog = Catalog::default();
    catalog.assignments.extend(records(json!([
        {"id": "n", "criterion": "gates/c", "not-applicable": {"owner": "o", "reason": "r"}},
    ])));
    let mut asked = holds("c", "g");
    asked["applies-when"] = json!("w");
    let (assessment, _) = judge(&catalog, &[gates(true, json!([asked]), &["g"])], NOON);
    let judged = group(&assessment, "g");
    assert_eq!((judged.state, judged.complete_percent), (GroupState::Incomplete, None));
    assert!(!assessment.verdicts[0].passes);
}

/// Every row of the table of a gate: statuses of its required criteria, then how the gate stands.
#[test]
fn a2_a_gate_stands_as_the_table_says() {
    use GroupState::Failed;
    use GroupState::Incomplete;
    use GroupState::Passed;
    use GroupState::PassedWithWaivers;
    let cases: [(&[&str], GroupState); 12] = [
        (&["pass"], Passed),
        (&["pass", "pass"], Passed),
        (&["pass", "n-a"], Passed),
        (&["pass", "waived"], PassedWithWaivers),
        (&["waived"], PassedWithWaivers),
        (&["waived", "n-a"], PassedWithWaivers),
        (&["pass", "fail"], Failed),
        (&["fail", "missing", "waived"], Failed),
        (&["pass", "missing"], Incomplete),
        (&["pass", "stale"], Incomplete),
        (&["waived", "sample"], Incomplete),
        (&["missing"], Incomplete),
    ];
    for (statuses, expected) in cases {
        let mut catalog = Catalog::default();
        let mut criteria = Vec::new();
        for (at, status) in statuses.iter().enumerate() {
            let id = format!("c{at}");
            let mut asked = holds(&id, "g");
            let piece = format!("e{at}");
            let body = Body::TestReport(Box::new(tests(2, u64::from(*status == "fail"))));
            match *status {
                "missing" => {}
                "waived" => {
                    waive(&mut catalog, &format!("criterion:gates/{id}"), json!({"id": format!("w{at}")}))
                }
                "n-a" => {
                    asked["applies-when"] = json!("w");
                    catalog.assignments.extend(records(json!([
                        {"id": piece, "criterion": format!("gates/{id}"), "not-applicable": {"owner": "o", "reason": "r"}},
                    ])));
                }
                _ => {
                    with(&mut catalog, &piece, body);
                    let one = catalog.evidence.get_mut(piece.as_str()).unwrap();
                    match *status {
                        "stale" => one.captured_at = Some(at_year("2020")),
                        "sample" => one.mode = Mode::Sample,
                        _ => {}
                    }
                    assign(&mut catalog, "gates", &id, &[&piece]);
                }
            }
            criteria.push(asked);
        }
        let (assessment, _) = judge(&catalog, &[gates(true, json!(criteria), &["g"])], NOON);
        assert_eq!(states(&assessment), [expected], "{statuses:?}");
    }
}

fn at_year(year: &str) -> trustbook::model::time::Instant {
    at(&format!("{year}-01-01T00:00:00Z"))
}

#[test]
fn a2_what_is_not_required_is_shown_and_stops_no_gate() {
    let mut catalog = Catalog::default();
    with(&mut catalog, "e", Body::Attachment);
    assign(&mut catalog, "gates", "c", &["e"]);
    let mut extra = holds("extra", "g");
    extra["required"] = json!(false);
    let (assessment, _) = judge(&catalog, &[gates(true, json!([holds("c", "g"), extra]), &["g"])], NOON);
    assert_eq!(states(&assessment), [GroupState::Passed]);
    assert_eq!(criterion(&assessment, "extra").status, Status::NotAssessed);
    assert_eq!(group(&assessment, "g").required, 1);
}

/// Three gates; which are good alone, and how they stand in order.
#[test]
fn a3_a_later_gate_never_passes_before_an_earlier_one() {
    use GroupState::BlockedByPrevious;
    use GroupState::Incomplete;
    use GroupState::Passed;
    use GroupState::PassedWithWaivers;
    let three = || json!([holds("a", "one"), holds("b", "two"), holds("c", "three")]);
    let judged = |good: &[&str], waived: Option<&str>, order: bool| {
        let mut catalog = Catalog::default();
        for id in good {
            with(&mut catalog, id, Body::Attachment);
            assign(&mut catalog, "gates", id, &[id]);
        }
        if let Some(id) = waived {
            waive(&mut catalog, &format!("criterion:gates/{id}"), json!({}));
        }
        judge(&catalog, &[gates(order, three(), &["one", "two", "three"])], NOON).0
    };
    let of = |good: &[&str], waived: Option<&str>| states(&judged(good, waived, true));
    assert_eq!(of(&["a", "b", "c"], None), [Passed, Passed, Passed]);
    assert_eq!(of(&["b", "c"], None), [Incomplete, BlockedByPrevious, BlockedByPrevious]);
    assert_eq!(of(&["a", "c"], None), [Passed, Incomplete, BlockedByPrevious]);
    assert_eq!(of(&["a", "c"], Some("b")), [Passed, PassedWithWaivers, Passed]);
    assert_eq!(of(&[], None), [Incomplete, BlockedByPrevious, BlockedByPrevious]);
    assert_eq!(states(&judged(&["c"], None, false)), [Incomplete, Incomplete, Passed], "without an order");
    let waits = judged(&["b"], None, true);
    let second = group(&waits, "two");
    assert_eq!((second.state, second.state_alone), (BlockedByPrevious, Passed));
    assert_eq!(second.blocked_by.as_ref().map(Id::as_str), Some("one"));
    assert_eq!(second.sentence, "TWO waits for the gate ONE: 1 of 1 criteria hold.");
    assert_eq!(criterion(&waits, "b").status, Status::Met, "its own criteria are still shown");
}

#[test]
fn a3_a_gate_may_change_when_one_before_it_does() {
    let mut catalog = Catalog::default();
    for id in ["a", "b"] {
        with(&mut catalog, id, Body::Attachment);
        assign(&mut catalog, "gates", id, &[id]);
    }
    catalog.evidence.get_mut("a").unwrap().captured_at = Some(at("2026-01-01T00:00:00Z"));
    let two = gates(true, json!([holds("a", "one"), holds("b", "two")]), &["one", "two"]);
    let (assessment, _) = judge(&catalog, std::slice::from_ref(&two), NOON);
    assert_eq!(group(&assessment, "two").valid_until, Some(at("2027-01-01T00:00:00Z")));
    let just_before = judge(&catalog, std::slice::from_ref(&two), "2026-12-31T23:59:59Z").0;
    assert_eq!(group(&just_before, "two").state, GroupState::Passed);
    let then = judge(&catalog, &[two], "2027-01-01T00:00:00Z").0;
    assert_eq!(group(&then, "two").state, GroupState::BlockedByPrevious);
}

fn lines(covered: u64, total: u64) -> Body {
    let files =
        BTreeMap::from([("a".to_owned(), BTreeMap::from([(Measure::Lines, Covered { covered, total })]))]);
    Body::Coverage(Box::new(Coverage::of_files(files)))
}

#[test]
fn a4_coverage_is_80_percent_of_new_code_and_not_of_all_code() {
    let judged = |body: Body, subject: Option<&str>| {
        let mut catalog = Catalog::default();
        with(&mut catalog, "e", body);
        catalog.evidence.get_mut("e").unwrap().subject = subject.map(str::to_owned);
        assign(&mut catalog, "stage-gates", "BUILD-04", &["e"]);
        let (assessment, _) = judge(&catalog, &[stage_gates()], NOON);
        criterion(&assessment, "BUILD-04").status
    };
    assert_eq!(judged(lines(800, 1000), Some("new-code")), Status::Met);
    assert_eq!(judged(lines(801, 1000), Some("new-code")), Status::Met);
    assert_eq!(judged(lines(799, 1000), Some("new-code")), Status::NotMet);
    assert_eq!(judged(lines(0, 0), Some("new-code")), Status::NotAssessed);
    assert_eq!(judged(lines(1000, 1000), None), Status::NotAssessed, "of all code");
    assert_eq!(judged(lines(1000, 1000), Some("all-code")), Status::NotAssessed);
}

#[test]
fn a4_a_recovery_drill_has_to_be_executed_and_to_have_its_receipt() {
    let judged = |result: &str, objectives: Value, mode: Mode, with_receipt: bool| {
        let mut catalog = Catalog::default();
        with(&mut catalog, "d", Body::Drill(Box::new(drill(objectives, json!(result)))));
        catalog.evidence.get_mut("d").unwrap().mode = mode;
        let mut put = vec!["d"];
        if with_receipt {
            with(&mut catalog, "r", Body::DecisionReceipt(Box::new(receipt(Decision::Allow))));
            put.push("r");
        }
        assign(&mut catalog, "stage-gates", "PROVE-14", &put);
        let (assessment, _) = judge(&catalog, &[stage_gates()], NOON);
        criterion(&assessment, "PROVE-14").status
    };
    let rto = |achieved: &str| json!([{"metric": "rto", "target": "PT15M", "achieved": achieved}]);
    assert_eq!(judged("passed", rto("PT15M"), Mode::Live, true), Status::Met);
    assert_eq!(
        judged("passed", rto("PT15M1S"), Mode::Live, true),
        Status::NotMet,
        "one second over its target"
    );
    assert_eq!(judged("passed", rto("PT14M59S"), Mode::Live, true), Status::Met);
    assert_eq!(judged("passed", rto("PT15M"), Mode::Live, false), Status::NotAssessed, "no receipt");
    assert_eq!(judged("not-run", rto("PT15M"), Mode::Live, true), Status::NotAssessed);
    for mode in [Mode::DryRun, Mode::Planned, Mode::Simulated, Mode::Sample] {
        assert!(!judged("passed", rto("PT15M"), mode, true).is_satisfied(), "{mode:?}");
    }
}

#[test]
fn a4_the_sbom_belongs_to_this_release_and_is_not_the_last_ones() {
    let judged = |spoil: fn(&mut Catalog)| {
        let mut catalog = Catalog::default();
        catalog.releases.extend(records(json!([
            {"id": "r0", "version": "0.9", "released": "2026-01-01"},
            {"id": "r1", "version": "1.0", "released": "2026-03-01", "previous": "r0"},
        ])));
        let body = || Body::Sbom(Box::new(sbom(vec![component("a", "1")])));
        let mut old = evidence("old", body());
        old.release = Some(id("r0"));
        old.captured_at = Some(at("2026-01-01T00:00:00Z"));
        add(&mut catalog, old);
        add(&mut catalog, evidence("new", body()));
        spoil(&mut catalog);
        let (assessment, _) = judge(&catalog, &[stage_gates()], NOON);
        criterion(&assessment, "BUILD-08").status
    };
    assert_eq!(judged(|_| {}), Status::Met);
    fn same(catalog: &mut Catalog) {
        let sha256 = catalog.evidence["old"].source.sha256.clone();
        catalog.evidence.get_mut("new").unwrap().source.sha256 = sha256;
    }
    assert_eq!(
        judged(|catalog| {
            catalog.evidence.get_mut("new").unwrap().release = None;
        }),
        Status::NotAssessed
    );
    assert_eq!(
        judged(|catalog| {
            same(catalog);
            let captured = catalog.evidence["old"].captured_at;
            catalog.evidence.get_mut("new").unwrap().captured_at = captured;
        }),
        Status::NotMet,
        "the same bytes, no newer"
    );
    assert_eq!(
        judged(|catalog| {
            same(catalog);
            catalog.evidence.get_mut("new").unwrap().captured_at = Some(at("2026-01-01T00:00:01Z"));
        }),
        Status::Met,
        "one second newer"
    );
    assert_eq!(
        judged(|catalog| {
            catalog.evidence.get_mut("new").unwrap().body = Body::Sbom(Box::new(sbom(Vec::new())));
        }),
        Status::NotAssessed,
        "without components"
    );
    assert_eq!(
        judged(|catalog| {
            catalog.releases.clear();
        }),
        Status::NotAssessed,
        "no release"
    );
}

#[test]
fn a5_a_list_of_ticked_boxes_is_no_evidence() {
    let ticked = |piece: &mut Evidence| piece.source.adapter = "checklist".to_owned();
    let (status, _, state) = alone(Body::Attachment, ticked, NOON);
    assert_eq!((status, state), (Status::NotAssessed, GroupState::Incomplete));
    let (status, _, _) = alone(Body::Attachment, |_| {}, NOON);
    assert_eq!(status, Status::Met);
    let mut catalog = Catalog::default();
    with(&mut catalog, "e", Body::Attachment);
    ticked(catalog.evidence.get_mut("e").unwrap());
    let asked = json!({"id": "c", "text": "c", "kind": "evidence-present", "evidence": ["e"]});
    let (assessment, _) = judge(&catalog, &[profile("test", json!([asked]))], NOON);
    assert_eq!(
        criterion(&assessment, "c").found,
        "`e`: a list of ticked boxes is a declaration, not evidence"
    );
}

#[test]
fn the_whole_is_never_further_than_its_gates() {
    // the table alone would call a profile ready in which nothing of one group applies
    let mut catalog = Catalog::default();
    with(&mut catalog, "e", Body::Attachment);
    assign(&mut catalog, "gates", "a", &["e"]);
    catalog.assignments.extend(records(json!([
        {"id": "n", "criterion": "gates/b", "not-applicable": {"owner": "o", "reason": "r"}},
    ])));
    let mut conditional = holds("b", "two");
    conditional["applies-when"] = json!("w");
    let profile = gates(true, json!([holds("a", "one"), conditional]), &["one", "two"]);
    let (assessment, _) = judge(&catalog, &[profile], NOON);
    assert_eq!(states(&assessment), [GroupState::Passed, GroupState::Incomplete]);
    assert!(!assessment.verdicts[0].passes);
}

#[test]
fn the_order_in_which_evidence_is_put_forward_changes_nothing() {
    let names = ["e1", "e2", "e3"];
    let judged = |order: [usize; 3]| {
        let mut catalog = Catalog::default();
        with(&mut catalog, "e1", Body::Attachment);
        with(&mut catalog, "e2", Body::TestReport(Box::new(tests(2, 1))));
        with(&mut catalog, "e3", Body::DecisionReceipt(Box::new(receipt(Decision::Hold))));
        let put: Vec<&str> = order.iter().map(|at| names[*at]).collect();
        assign(&mut catalog, "gates", "c", &put);
        judge(&catalog, &[gates(true, json!([holds("c", "g")]), &["g"])], NOON).0.verdicts
    };
    let first = judged([0, 1, 2]);
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        assert_eq!(judged(order), first);
    }
}

#[test]
fn groups_that_do_not_fit_are_refused_with_their_place() {
    let refused = |profile: Profile| -> Vec<(String, String)> {
        let (assessment, findings) = judge(&Catalog::default(), &[profile], NOON);
        assert!(assessment.verdicts.is_empty());
        let refused = findings.into_iter().filter(|finding| finding.code == "profile-refused");
        refused.map(|finding| (finding.place.unwrap().pointer, finding.help)).collect()
    };
    let misspelt = refused(gates(true, json!([holds("a", "on"), holds("b", "one")]), &["one"]));
    assert_eq!(misspelt, [("/criteria/0/group".to_owned(), "did you mean `one`?".to_owned())]);
    let empty = refused(gates(true, json!([holds("a", "one")]), &["one", "two"]));
    assert_eq!(empty[0].0, "/groups/1");
    let twice = refused(gates(true, json!([holds("a", "one")]), &["one", "one"]));
    assert_eq!(twice[0].0, "/groups/1/id");
    let mut nowhere = holds("a", "one");
    nowhere.as_object_mut().unwrap().remove("group");
    let nowhere = refused(gates(true, json!([nowhere, holds("b", "one")]), &["one"]));
    assert_eq!(nowhere[0].0, "/criteria/0");
}

/// What holds for every product before its gates, whatever is put forward.
mod properties {
    use proptest::prelude::*;

    use super::*;

    /// Kind, whether it says yes, mode, age in days, the criterion it is put forward for.
    type Piece = (u8, bool, u8, i64, u8);

    fn piece() -> impl Strategy<Value = Piece> {
        (0_u8..4, any::<bool>(), 0_u8..6, 0_i64..500, 0_u8..4)
    }

    fn build(name: &str, (kind, good, mode, days, _): &Piece) -> Evidence {
        let body = match (kind, good) {
            (0, true) => Body::DecisionReceipt(Box::new(receipt(Decision::Allow))),
            (0, false) => Body::DecisionReceipt(Box::new(receipt(Decision::Deny))),
            (1, good) => Body::TestReport(Box::new(tests(4, u64::from(!good)))),
            (2, true) => Body::Attachment,
            (2, false) => Body::TestReport(Box::new(tests(1, 1))),
            (_, good) => {
                let objectives =
                    json!([{"metric": "rto", "target": "4h", "achieved": if *good { "1h" } else { "5h" }}]);
                Body::Drill(Box::new(drill(objectives, json!(if *good { "passed" } else { "failed" }))))
            }
        };
        let mut evidence = evidence(name, body);
        evidence.release = None;
        evidence.mode =
            [Mode::Live, Mode::Live, Mode::Live, Mode::Live, Mode::Sample, Mode::DryRun][usize::from(*mode)];
        evidence.captured_at = Some(at(NOON).plus_seconds(-days * 86_400));
        evidence
    }

    fn profile() -> Profile {
        let content = |id: &str, group: &str, more: Value| {
            let mut asked = json!({"id": id, "group": group, "text": id, "kind": "content-present"});
            asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            asked
        };
        let criteria = json!([
            holds("c0", "one"), holds("c1", "one"), holds("c2", "two"), holds("c3", "three"),
            content("kpis", "two", json!({"records": "kpis", "max-age": "P60D", "on-target": true})),
            content("reviews", "three", json!({"records": "access-reviews", "with-evidence": true})),
            {"id": "asked", "group": "three", "text": "asked", "kind": "questions-answered", "priority": "p0"},
        ]);
        gates(true, criteria, &["one", "two", "three"])
    }

    fn catalog(pieces: &[Piece], days: &[i64], waived: bool) -> Catalog {
        let mut catalog = Catalog::default();
        let mut put: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (number, piece) in pieces.iter().enumerate() {
            let name = format!("e{number}");
            add(&mut catalog, build(&name, piece));
            put.entry(format!("c{}", piece.4)).or_default().push(name);
        }
        for (criterion, evidence) in &put {
            let list: Vec<&str> = evidence.iter().map(String::as_str).collect();
            assign(&mut catalog, "gates", criterion, &list);
        }
        let all: Vec<&str> = catalog.evidence.keys().map(Id::as_str).collect();
        let day = |days: i64| at(NOON).plus_seconds(days * 86_400).date().to_string();
        let points: Vec<Value> =
            days.iter().enumerate().map(|(at, days)| json!({"on": day(*days), "value": at % 3})).collect();
        let reviews: Vec<Value> = days
            .iter()
            .enumerate()
            .map(|(at, days)| json!({
                "id": format!("r{at}"), "title": "t", "system": format!("s{}", at % 2), "performed-on": day(*days),
                "next-review": day(days + 90), "evidence": all,
            }))
            .collect();
        catalog.kpis.extend(records(
            json!([{"id": "k", "title": "k", "category": "c", "target": 1, "points": points}]),
        ));
        catalog.access_reviews.extend(records(json!(reviews)));
        catalog.answers.extend(records(json!([
            {"id": "a", "question": "q", "answer": "yes", "evidence": all, "review-by": day(200)},
        ])));
        catalog
            .questions
            .extend(records(json!([{"id": "q", "question": "q", "priority": "p0", "answer": "a"}])));
        if waived {
            waive(
                &mut catalog,
                "criterion:gates/c1",
                json!({"opened": "2026-03-01", "expires": "2026-08-31"}),
            );
        }
        catalog
    }

    fn rank(state: GroupState) -> u8 {
        match state {
            GroupState::Passed => 2,
            GroupState::PassedWithWaivers => 1,
            GroupState::Failed | GroupState::Incomplete | GroupState::BlockedByPrevious => 0,
        }
    }

    fn not_better(before: &Assessment, after: &Assessment) -> Result<(), TestCaseError> {
        prop_assert!(u8::from(after.verdicts[0].passes) <= u8::from(before.verdicts[0].passes));
        for (before, after) in before.verdicts[0].groups.iter().zip(&after.verdicts[0].groups) {
            prop_assert!(rank(after.state) <= rank(before.state), "{:?} then {:?}", before, after);
            prop_assert!(
                rank(after.state_alone) <= rank(before.state_alone),
                "{:?} then {:?}",
                before,
                after
            );
        }
        Ok(())
    }

    fn outcome(catalog: &Catalog, when: trustbook::model::time::Instant) -> Assessment {
        evaluate(catalog, &[profile()], &config(), None, when).value.unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn putting_forward_what_fails_never_brings_a_gate_further(
            pieces in prop::collection::vec(piece(), 0..10), bad in piece(), days in prop::collection::vec(-300_i64..300, 0..5),
            waived in any::<bool>(),
        ) {
            let before = catalog(&pieces, &days, waived);
            let mut more = pieces.clone();
            more.push((bad.0, false, bad.2, bad.3, bad.4));
            // what fails is no evidence for what people say in the content
            let mut after = catalog(&more, &days, waived);
            after.access_reviews = before.access_reviews.clone();
            after.answers = before.answers.clone();
            not_better(&outcome(&before, at(NOON)), &outcome(&after, at(NOON)))?;
        }

        #[test]
        fn taking_away_what_passes_never_brings_a_gate_further(
            pieces in prop::collection::vec(piece(), 1..10), which in any::<prop::sample::Index>(),
            days in prop::collection::vec(-300_i64..300, 0..5), waived in any::<bool>(),
        ) {
            let before = catalog(&pieces, &days, waived);
            let number = which.index(pieces.len());
            prop_assume!(pieces[number].1);
            let mut after = before.clone();
            after.evidence.remove(format!("e{number}").as_str());
            not_better(&outcome(&before, at(NOON)), &outcome(&after, at(NOON)))?;
        }

        #[test]
        fn no_gate_changes_before_the_instant_that_it_names(
            pieces in prop::collection::vec(piece(), 0..10), days in prop::collection::vec(-300_i64..300, 0..5),
            waived in any::<bool>(), start in -200_i64..400, part in 0_i64..1000,
        ) {
            let catalog = catalog(&pieces, &days, waived);
            let start = at(NOON).plus_seconds(start * 86_400);
            let now = outcome(&catalog, start);
            for (number, group) in now.verdicts[0].groups.iter().enumerate() {
                prop_assert!(group.valid_until.is_none_or(|until| until > start));
                let then = match group.valid_until {
                    Some(until) => start.plus_seconds((until.seconds_since(start) - 1) * part / 1000),
                    None => start.plus_seconds(part * 86_400 * 10),
                };
                let then = outcome(&catalog, then);
                prop_assert_eq!(then.verdicts[0].groups[number].state, group.state, "{:?}", group);
            }
        }
    }
}
