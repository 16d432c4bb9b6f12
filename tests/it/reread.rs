//! Packed originals read again, and verdicts computed again, from what an archive holds.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use trustbook::load;
use trustbook::load::Again;
use trustbook::model::drill::Drill;
use trustbook::model::drill::DrillResult;
use trustbook::model::evidence::Body;
use trustbook::model::evidence::Evidence;
use trustbook::model::id::Id;
use trustbook::model::time::Instant;
use trustbook::pipeline;

use crate::governance::copied;
use crate::project::Folder;

fn pack(evidence: &mut BTreeMap<Id, Evidence>) {
    for one in evidence.values_mut() {
        one.source.archived_as = Some(one.source.path.clone());
    }
}

fn read_again(root: &Path, evidence: &BTreeMap<Id, Evidence>) -> BTreeMap<Id, Again> {
    load::reread(evidence, "evidence", |name| fs::read(root.join(name)).ok()).records
}

const OF_THE_INDEX: &str = "evidence index";

/// The output of a tool with what the index adds, its record changed by `forge`: what reading it again says.
fn of_a_tool(original: &str, added: &str, forge: impl FnOnce(&mut Drill)) -> Again {
    let folder = Folder::new("reread");
    let root = folder.path();
    for name in ["content", "evidence"] {
        fs::create_dir_all(root.join(name)).unwrap();
    }
    fs::write(root.join("trustbook.yaml"), "site: {title: T, slug: t, origin: t.example}\nprofiles: []\n")
        .unwrap();
    fs::write(root.join("evidence/drill.json"), original).unwrap();
    let index = format!("evidence:\n  - path: drill.json\n    drill: {added}\n");
    fs::write(root.join("evidence/index.yaml"), index).unwrap();
    let mut evidence = load::project(root).unwrap().project.value.unwrap().catalog.evidence;
    evidence.retain(|_, one| one.source.path.ends_with("drill.json"));
    pack(&mut evidence);
    let Body::Drill(drill) = &mut evidence.values_mut().next().unwrap().body else { panic!() };
    forge(drill);
    let mut all: Vec<Again> = read_again(root, &evidence).into_values().collect();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

const RESTORE: &str = include_str!("../fixtures/load/velero.json");
const BARMAN: &str = include_str!("../fixtures/load/barman-restore.json");
const TARGET: &str = "{environment: isolated, objectives: [{metric: rto, target: 10m}], plan: {title: Plan, version: '2'}, \
                      controls: [{framework: soc2, control: A1.3}]}";

#[test]
fn what_the_index_adds_to_the_output_of_a_tool_is_taken_from_the_record_and_nothing_else() {
    let cases = [
        (RESTORE, "{announced: true}"),
        (RESTORE, TARGET),
        (RESTORE, "{objectives: [{metric: rto, target: 1s}]}"),
        (
            RESTORE,
            "{objectives: [{metric: rpo, target: 5m}, {metric: rpo, service: b, target: 5m, achieved: 4m}]}",
        ),
        (RESTORE, "{data-integrity: {status: failed}, exit-code: 3}"),
        (BARMAN, "{exit-code: 0}"),
        (BARMAN, "{exit-code: 1, announced: false}"),
        (BARMAN, "{exit-code: 0, objectives: [{metric: rto, target: 5m}]}"),
        (include_str!("../fixtures/load/pgbackrest-info.json"), "{data-integrity: {status: verified}}"),
    ];
    for (original, added) in cases {
        let again = of_a_tool(original, added, |_| {});
        assert!(matches!(again, Again::Same(Some(why)) if why.contains(OF_THE_INDEX)), "{added}: {again:?}");
    }
    // what says no more than the tool is the same without the index
    assert_eq!(of_a_tool(RESTORE, "{}", |_| {}), Again::Same(None));
    type Forge = fn(&mut Drill);
    let forged: [(&str, &str, Forge, &str); 6] = [
        (RESTORE, TARGET, |drill| drill.raw_result = Some("Done".to_owned()), "/body/raw-result"),
        (RESTORE, TARGET, |drill| drill.started = drill.ended, "/body/started"),
        (
            RESTORE,
            "{objectives: [{metric: rto, target: 1s}]}",
            |drill| drill.objectives[0].achieved = drill.objectives[0].target,
            "/body/objectives",
        ),
        (
            RESTORE,
            "{objectives: [{metric: rto, target: 1s}]}",
            |drill| drill.computed = DrillResult::Passed,
            "/body/computed",
        ),
        (
            RESTORE,
            "{objectives: [{metric: rto, target: 1s}]}",
            |drill| drill.objectives[0].met = Some(true),
            "/body/objectives/0/met",
        ),
        (BARMAN, "{exit-code: 1}", |drill| drill.computed = DrillResult::Passed, "/body/computed"),
    ];
    for (original, added, forge, pointer) in forged {
        let again = of_a_tool(original, added, forge);
        let Again::Differs(differ) = &again else { panic!("{pointer}: {again:?}") };
        assert!(differ.iter().any(|one| one.pointer.starts_with(pointer)), "{pointer}: {differ:?}");
    }
    // a graver result can come of a finding that is withheld
    let graver = of_a_tool(RESTORE, TARGET, |drill| drill.computed = DrillResult::PassedWithFindings);
    assert!(matches!(graver, Again::Same(Some(_))), "{graver:?}");
}

/// Each thing that somebody could write into a packed record beside its original, and where the difference is told.
#[test]
fn a_packed_record_that_its_original_does_not_give_is_told_with_its_pointer() {
    let folder = copied("release-gate");
    let outcome = pipeline::judge(folder.path(), Instant::parse("2026-03-31T12:00:00Z").unwrap()).unwrap();
    let mut evidence = outcome.value.unwrap().project.catalog.evidence;
    pack(&mut evidence);
    let again = |evidence: &BTreeMap<_, Evidence>| read_again(folder.path(), evidence);
    assert!(again(&evidence).values().all(|one| *one == Again::Same(None)), "{:#?}", again(&evidence));
    let gate = evidence.values().find(|one| one.source.adapter == "gate-decision").unwrap().id.clone();
    let result = evidence
        .values()
        .find(|one| one.body.governance().is_some_and(|record| record.form == "task-result"))
        .unwrap()
        .id
        .clone();
    type Forge = fn(&mut Evidence);
    let cases: [(&str, Forge, &str); 6] = [
        (
            "a decision",
            |one| {
                if let Body::DecisionReceipt(receipt) = &mut one.body {
                    receipt.raw_decision = "APPROVE!".to_owned();
                }
            },
            "/body/",
        ),
        (
            "a risk",
            |one| {
                if let Body::DecisionReceipt(receipt) = &mut one.body {
                    receipt.risk_score = Some(1);
                }
            },
            "/body/risk-score",
        ),
        (
            "codes",
            |one| {
                if let Body::DecisionReceipt(receipt) = &mut one.body {
                    receipt.reason_codes.clear();
                    receipt.notes.clear();
                }
            },
            "/body/",
        ),
        ("a digest", |one| one.source.sha256 = "0".repeat(64), "/source/sha256"),
        ("a version", |one| one.source.format_version = Some("9".to_owned()), "/source/format-version"),
        ("a template", |one| one.trust = trustbook::model::evidence::Trust::Placeholder, "/trust"),
    ];
    for (what, forge, pointer) in cases {
        let mut forged = evidence.clone();
        forge(forged.get_mut(&gate).unwrap());
        let all = again(&forged);
        let Again::Differs(differ) = &all[&gate] else { panic!("{what}: {:?}", all[&gate]) };
        assert!(differ.iter().any(|one| one.pointer.starts_with(pointer)), "{what}: {differ:?}");
        assert!(
            all.iter().all(|(id, one)| *id == gate || !matches!(one, Again::Differs(_))),
            "{what}: only that one"
        );
    }
    let mut forged = evidence.clone();
    if let Body::GovernanceRecord(record) = &mut forged.get_mut(&result).unwrap().body {
        record.document["status"] = serde_json::json!("WELL");
    }
    let Again::Differs(differ) = &again(&forged)[&result] else { panic!() };
    assert_eq!(
        (differ[0].pointer.as_str(), differ[0].stated.as_str(), differ.len()),
        ("/body/document/status", "\"WELL\"", 1)
    );
    let mut withheld = evidence;
    withheld.get_mut(&gate).unwrap().source.archived_as = None;
    assert!(matches!(again(&withheld)[&gate], Again::NotRead(why) if why.contains("not in the archive")));
}

#[test]
fn a_stated_verdict_that_the_records_do_not_bear_out_is_reported_with_its_criterion() {
    let folder = copied("closeout");
    let as_of = "2026-03-31T12:00:00Z";
    let outcome = pipeline::judge(folder.path(), Instant::parse(as_of).unwrap()).unwrap();
    let sealing = pipeline::Sealing {
        seq: 1,
        state: trustbook::model::snapshot::SnapshotState::Draft,
        development: true,
        public_key: trustbook::bundle::minisig::PublicKey::parse(
            "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3",
        )
        .unwrap(),
    };
    let audience = trustbook::model::visibility::Audience::Public;
    let snapshot = pipeline::snapshot(&outcome.value.unwrap(), &[], &sealing, audience).unwrap().0;
    let files: std::collections::BTreeMap<String, serde_json::Value> =
        trustbook::model::records::files(&snapshot)
            .iter()
            .map(|file| (file.name(), serde_json::from_slice(&file.print(&|_| {}).unwrap()).unwrap()))
            .collect();
    let all = trustbook::model::records::Records::from_files(&files).unwrap();
    assert!(trustbook::evaluate::recompute::recompute(&all).unwrap().iter().all(|one| one.agrees()));
    let mut forged = files.clone();
    let text = serde_json::to_string(&files["verdicts.json"]).unwrap();
    forged.insert(
        "verdicts.json".to_owned(),
        serde_json::from_str(
            &text.replace("ready_with_accepted_risk", "ready_for_release").replace("risk-accepted", "met"),
        )
        .unwrap(),
    );
    let forged = trustbook::model::records::Records::from_files(&forged).unwrap();
    let told = trustbook::evaluate::recompute::recompute(&forged).unwrap();
    assert!(!told[0].agrees(), "{told:?}");
    assert_eq!(told[0].differ.len(), 2, "{told:?}");
}
