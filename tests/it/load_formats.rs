//! Every evidence dialect on a small file of its own: exactly one row claims it, and what it reads is what stands there.

#![allow(clippy::unwrap_used, reason = "a test that cannot make its input fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use serde_json::Value;
use serde_json::json;
use trustbook::load;
use trustbook::load::FORMATS;
use trustbook::model::drill::DrillResult;
use trustbook::model::evidence::Body;
use trustbook::model::evidence::Evidence;
use trustbook::model::finding::Finding;
use trustbook::model::finding::Severity;
use trustbook::model::receipt::Decision;
use trustbook::model::sbom::Licence;
use trustbook::model::vex::VexStatus;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/load")
}

fn inspected() -> BTreeMap<String, Value> {
    let report = load::inspect(&[fixtures()]).report;
    report["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| {
            let path = file["path"].as_str().unwrap();
            (path.rsplit('/').next().unwrap().to_owned(), file.clone())
        })
        .collect()
}

/// The fixtures as the evidence of a project, with its findings.
pub(crate) fn evidence(name: &str) -> (BTreeMap<String, Evidence>, Vec<Finding>) {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("formats").join(name);
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join("evidence")).unwrap();
    fs::create_dir_all(root.join("content")).unwrap();
    fs::write(root.join("trustbook.yaml"), "site: {title: T, slug: t, origin: t.example}\nprofiles: []\n")
        .unwrap();
    for entry in fs::read_dir(fixtures()).unwrap().flatten() {
        fs::copy(entry.path(), root.join("evidence").join(entry.file_name())).unwrap();
    }
    let loaded = load::project(&root).unwrap().project;
    let catalog = loaded.value.unwrap().catalog;
    (catalog.evidence.into_iter().map(|(id, one)| (id.to_string(), one)).collect(), loaded.findings)
}

pub(crate) fn of<'f>(findings: &'f [Finding], path: &str) -> Vec<&'f str> {
    findings
        .iter()
        .filter(|finding| finding.severity != Severity::Note)
        .filter(|finding| finding.place.as_ref().is_some_and(|place| place.path == path))
        .map(|finding| finding.code)
        .collect()
}

#[test]
fn each_row_has_a_fixture_and_no_other_row_claims_it() {
    let files = inspected();
    for row in FORMATS {
        let found: Vec<&String> = files
            .keys()
            .filter(|name| name.rsplit_once('.').is_some_and(|(stem, _)| stem == row.id))
            .collect();
        assert_eq!(found.len(), 1, "fixtures of `{}`", row.id);
        let file = &files[found[0]];
        assert_eq!(file["format"], row.id, "{}", file["findings"]);
        assert_eq!(file["usable"], true, "{}", file["findings"]);
    }
    assert_eq!(files["cyclonedx-declarations.json"]["kind"], "claim-matrix");
}

#[test]
fn a_cyclonedx_document_is_read_with_everything_in_it() {
    let (all, findings) = evidence("cyclonedx");
    let Body::Sbom(sbom) = &all["cyclonedx-json.json"].body else { panic!() };
    assert_eq!(sbom.primary.as_ref().unwrap().name, "example");
    assert_eq!(sbom.tools, ["bommer 2.0"]);
    assert_eq!(sbom.creators, ["Build team"]);
    assert_eq!(sbom.lifecycles, ["build"]);
    assert_eq!(sbom.completeness.as_deref(), Some("complete"));
    let names: Vec<&str> = sbom.components.iter().map(|component| component.name.as_str()).collect();
    assert_eq!(names, ["alpha", "beta", "inner"]);
    assert_eq!(sbom.components[0].licence, Licence::Expression("MIT OR Apache-2.0".to_owned()));
    assert_eq!(sbom.components[0].supplier.as_deref(), Some("Alpha people"));
    assert_eq!(sbom.components[1].licence, Licence::Text("Beta terms".to_owned()));
    assert_eq!(sbom.components[1].purl.as_deref(), Some("not a purl"));
    assert_eq!(sbom.components[2].licence, Licence::Absent);
    assert_eq!(sbom.edges.len(), 3);
    let first = &sbom.vulnerabilities[0];
    assert_eq!((first.status, first.severity.as_deref()), (VexStatus::NotAffected, Some("high")));
    assert_eq!(sbom.vulnerabilities[1].status, VexStatus::Unknown);
    assert_eq!(of(&findings, "evidence/cyclonedx-json.json"), ["invalid-purl", "dangling-reference"]);
}

#[test]
fn declarations_without_components_are_a_claim_matrix() {
    let (all, _) = evidence("declarations");
    let Body::ClaimMatrix(matrix) = &all["cyclonedx-declarations.json"].body else { panic!() };
    assert_eq!(matrix.assessors, ["Assessors Ltd (third party)"]);
    assert_eq!(matrix.claims[0].counter_evidence, ["e-2"]);
    assert_eq!(matrix.mappings[0].conformance, Some(0.8));
    assert_eq!(matrix.affirmation.as_deref(), Some("We stand behind this."));
}

#[test]
fn an_spdx_document_is_the_same_view() {
    let (all, _) = evidence("spdx");
    let Body::Sbom(sbom) = &all["spdx-json.json"].body else { panic!() };
    let primary = sbom.primary.as_ref().unwrap();
    assert_eq!((primary.name.as_str(), &primary.licence_concluded), ("example", &Licence::NoAssertion));
    assert_eq!(sbom.components.len(), 1);
    assert_eq!(sbom.components[0].licence, Licence::None);
    assert_eq!(sbom.components[0].purl.as_deref(), Some("pkg:cargo/alpha@1.0.0"));
    let edge = &sbom.edges[0];
    assert_eq!(
        (edge.from.as_str(), edge.to.as_str(), edge.kind.as_str()),
        ("SPDXRef-example", "SPDXRef-alpha", "depends")
    );
    assert_eq!(all["spdx-json.json"].subject.as_deref(), Some("example 1.4.0"));
}

#[test]
fn openvex_statements_of_both_shapes_are_read() {
    let (all, findings) = evidence("openvex");
    let Body::Vex(vex) = &all["openvex.json"].body else { panic!() };
    assert_eq!(vex.statements[0].aliases, ["GHSA-xxxx"]);
    assert_eq!(vex.statements[0].timestamp.unwrap().to_string(), "2026-03-01T00:00:00Z");
    assert_eq!(vex.statements[1].status, VexStatus::Affected);
    assert_eq!(vex.statements[1].timestamp.unwrap().to_string(), "2026-03-03T00:00:00Z");
    assert_eq!(vex.version.as_deref(), Some("2"));
    assert_eq!(of(&findings, "evidence/openvex.json"), ["missing-justification"]);
}

#[test]
fn a_drill_achieves_what_its_timeline_says_and_its_result_is_computed() {
    let (all, findings) = evidence("drill");
    let Body::Drill(drill) = &all["drill.yaml"].body else { panic!() };
    let achieved: Vec<String> =
        drill.objectives.iter().map(|one| one.achieved.unwrap().to_string()).collect();
    assert_eq!(achieved, ["PT40M", "PT15M", "PT1M"]);
    let met: Vec<Option<bool>> = drill.objectives.iter().map(|one| one.met).collect();
    assert_eq!(met, [Some(true), Some(false), Some(true)]);
    assert_eq!(drill.declared, Some(DrillResult::Passed));
    assert_eq!(drill.computed, DrillResult::Failed);
    assert!(drill.reasons[0].starts_with("RPO was"), "{:?}", drill.reasons);
    // both the written value that differs and the declared result are told
    assert_eq!(of(&findings, "evidence/drill.yaml"), ["declared-mismatch", "declared-mismatch"]);
}

#[test]
fn a_chaos_journal_that_says_completed_is_inconclusive_when_the_fault_failed() {
    let (all, _) = evidence("chaos");
    let Body::Drill(drill) = &all["chaostoolkit-journal.json"].body else { panic!() };
    assert_eq!(drill.computed, DrillResult::Inconclusive);
    assert_eq!(drill.raw_result.as_deref(), Some("completed"));
    assert_eq!(drill.started.unwrap().to_string(), "2026-03-02T10:00:00.5Z");
    let text = serde_json::to_string(drill).unwrap();
    assert!(!text.contains("no such container") && !text.contains("runner"), "{text}");
}

#[test]
fn junit_cases_are_counted_and_the_summary_is_not_believed() {
    let (all, findings) = evidence("junit");
    let Body::TestReport(report) = &all["junit-xml.xml"].body else { panic!() };
    assert_eq!(
        (report.tests, report.passed, report.failures, report.errors, report.skipped),
        (4, 1, 1, 1, 1)
    );
    assert_eq!(report.declared_tests, Some(5));
    assert_eq!(report.case_names[0], ("unit::a::adds".to_owned(), true));
    assert_eq!(report.case_names[1], ("unit::a::subtracts".to_owned(), false));
    assert_eq!(report.not_passed[0].message.as_deref(), Some("expected 1, found 2"));
    assert_eq!(all["junit-xml.xml"].captured_at.unwrap().to_string(), "2026-03-02T10:00:00Z");
    assert!(of(&findings, "evidence/junit-xml.xml").contains(&"count-mismatch"));
    assert!(!serde_json::to_string(report).unwrap().contains("token=abc"));
}

#[test]
fn decisions_of_other_systems_keep_their_own_word() {
    let (all, _) = evidence("decisions");
    let decision = |id: &str| {
        let Body::DecisionReceipt(receipt) = &all[id].body else { panic!("{id}") };
        (receipt.decision, receipt.raw_decision.clone())
    };
    assert_eq!(decision("gate-decision.json"), (Decision::Hold, "NEEDS_HUMAN".to_owned()));
    assert_eq!(decision("promotion-decision.json"), (Decision::Allow, "APPROVE".to_owned()));
    assert_eq!(decision("release-promotion.json"), (Decision::Deny, "DENY".to_owned()));
    assert_eq!(decision("receipt.yaml"), (Decision::Allow, "allow".to_owned()));
    let Body::DecisionReceipt(receipt) = &all["release-promotion.json"].body else { panic!() };
    assert_eq!(receipt.approvers, ["release manager"]);
}

#[test]
fn inspect_names_the_format_the_reason_and_the_counts() {
    let file = &inspected()["cyclonedx-json.json"];
    assert_eq!(file["why"], "by its content");
    assert_eq!(file["version"], "1.6");
    assert_eq!(file["facts"]["components"], 3);
    assert_eq!(file["facts"]["primary"], json!(["example", "1.4.0"]));
    assert_eq!(file["findings"][0]["line"], 14);
}
