//! Awkward files as programmes of stage gates and enterprise packets really keep them, each written anew in its shape: what
//! is read of it, and that nothing of it passes for more than it is.

#![allow(clippy::unwrap_used, reason = "a test that cannot make its input fails")]

use std::fs;
use std::path::Path;

use serde_json::json;
use trustbook::load;
use trustbook::model::catalog::Catalog;
use trustbook::model::drill::DrillResult;
use trustbook::model::evidence::Body;
use trustbook::model::evidence::Evidence;
use trustbook::model::evidence::Mode;
use trustbook::model::evidence::Trust;
use trustbook::model::finding::Finding;
use trustbook::model::finding::Severity;
use trustbook::model::status::Status;

use crate::project::Folder;
use crate::sample::profile;

/// Loads a project of these files; evidence is captured on 2026-03-01 where its document does not say otherwise.
fn loaded(name: &str, files: &[(&str, &str)]) -> (Option<Catalog>, Vec<Finding>) {
    let folder = Folder::new(name);
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("trustbook.yaml", "site: {title: T, slug: t, origin: t.example}\nprofiles: []\n");
    write("content/organization.yaml", "organization: {name: T}\n");
    let mut index = String::from("evidence:\n");
    for (path, text) in files {
        write(path, text);
        if let Some(inside) = path.strip_prefix("evidence/") {
            index.push_str(&format!("  - {{path: {inside}, id: {}, visibility: public}}\n", id_of(inside)));
        }
    }
    if index.len() > 10 {
        write("evidence/index.yaml", &index);
    }
    let project = load::project(folder.path()).unwrap().project;
    (project.value.map(|project| project.catalog), project.findings)
}

fn id_of(path: &str) -> String {
    Path::new(path).file_stem().unwrap().to_string_lossy().to_lowercase()
}

fn one(name: &str, file: &str, text: &str) -> (Evidence, Vec<Finding>) {
    let (catalog, findings) = loaded(name, &[(&format!("evidence/{file}"), text)]);
    let mut evidence = catalog.unwrap().evidence.remove(id_of(file).as_str()).unwrap();
    evidence.captured_at = evidence.captured_at.or(Some(crate::sample::at("2026-03-01T00:00:00Z")));
    (evidence, findings)
}

/// How a criterion that only asks for it comes out.
fn counts(evidence: Evidence) -> (Status, String) {
    let asked = json!({"id": "c", "text": "c", "kind": "evidence-holds", "evidence": [evidence.id]});
    let mut catalog = Catalog::default();
    crate::sample::add(&mut catalog, evidence);
    let checked = trustbook::evaluate::evaluate(
        &catalog,
        &[profile("p", json!([asked]))],
        &crate::sample::config(),
        None,
        crate::sample::at(crate::sample::NOON),
    );
    let result = checked.value.unwrap().verdicts[0].criteria[0].clone();
    (result.status, result.found)
}

fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().filter(|finding| finding.severity != Severity::Note).map(|finding| finding.code).collect()
}

#[test]
fn a_gate_file_that_is_no_yaml_is_an_error_with_its_line_and_never_skipped() {
    let text = "gate: GA\nchecks:\n  - id: build\n    command: `make all`\n";
    let (evidence, findings) = one("awkward-gate", "ga-gate.yaml", text);
    let place = findings[0].place.as_ref().unwrap();
    assert_eq!(
        (findings[0].code, findings[0].severity, place.line),
        ("yaml-syntax", Severity::Error, Some(4))
    );
    assert_eq!(evidence.trust, Trust::Invalid);
    assert_eq!(counts(evidence).0, Status::NotAssessed);
}

#[test]
fn a_register_written_with_backslashes_for_line_ends_gives_no_waivers_and_an_error() {
    let text = "waivers:\\n  - id: w\\n    title: t\\n    target: claim:c\\n";
    let (catalog, findings) = loaded("awkward-exceptions", &[("content/EXCEPTIONS.yml", text)]);
    let errors: Vec<_> = findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    assert_eq!(errors[0].place.as_ref().unwrap().line, Some(1), "{findings:?}");
    assert!(catalog.is_none_or(|catalog| catalog.waivers.is_empty()));
}

#[test]
fn a_register_of_comments_is_empty_and_no_error() {
    let text = "# Exceptions to controls. None at the moment.\n# - id: x\n#   owner: y\n";
    let (catalog, findings) = loaded("awkward-comments", &[("content/control-exceptions.yml", text)]);
    assert!(codes(&findings).iter().all(|code| *code == "no-evidence"), "{findings:?}");
    assert!(catalog.unwrap().waivers.is_empty());
}

#[test]
fn a_manifest_whose_template_nobody_filled_in_never_counts() {
    for text in [
        r#"{"bundle": "ga", "commit": "${sha}", "files": [{"name": "a", "sha256": "0a"}]}"#,
        r#"{"bundle": "ga", "files": [{"name": "a", "sha256": "sha256:..."}]}"#,
        r#"{"bundle": "ga", "files": [{"path": "path/to/sbom.json"}]}"#,
        "bundle: ga\nimage: <stable-image-tag>\n",
    ] {
        let (evidence, findings) = one("awkward-template", "bundle.json", text);
        assert_eq!(evidence.trust, Trust::Placeholder, "{text}");
        assert!(codes(&findings).contains(&"placeholder"), "{text}");
        assert_eq!(counts(evidence).0, Status::NotAssessed);
    }
    // a dashboard has variables of its own, and no fact is missing
    let (evidence, _) =
        one("awkward-dashboard", "dashboard.json", r#"{"panels": [{"datasource": "${source}"}]}"#);
    assert_eq!(evidence.trust, Trust::WellFormed);
}

#[test]
fn what_calls_itself_signed_or_verified_is_not_believed() {
    let simulated = r#"{"mediaType": "application/vnd.dev.sigstore.simulation.v1+json", "simulated": true,
        "payload": "e30=", "signatures": [{"sig": "c2ltdWxhdGVk"}]}"#;
    let (evidence, _) = one("awkward-simulated", "rollout.json", simulated);
    assert_ne!(evidence.trust, Trust::SignatureVerified);
    assert_eq!(evidence.mode, Mode::Simulated);
    assert_eq!(counts(evidence).0, Status::Sample);
    let chain = r#"{"chain": [{"hash": "sha256:zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "signature_valid": true}], "verified": true}"#;
    let (evidence, _) = one("awkward-chain", "sample-chain.json", chain);
    assert!(evidence.trust <= Trust::WellFormed, "{:?}", evidence.trust);
}

#[test]
fn a_dry_run_and_a_drill_that_was_not_executed_say_so_and_do_not_count() {
    for (text, mode) in [
        ("drill: EVID-2\ndry_run: true\nresult: PASS\n", Mode::DryRun),
        ("drill: EVID-3\nexecution: not-executed\nresult: PASS\n", Mode::Planned),
        ("drill: EVID-4\nevidence_mode: sample\nresult: PASS\n", Mode::Sample),
        ("drill: EVID-5\nsimulated: true\nresult: PASS\n", Mode::Simulated),
    ] {
        let (evidence, _) = one("awkward-drills", "drill.yaml", text);
        assert_eq!(evidence.mode, mode, "{text}");
        assert!(!counts(evidence).0.is_satisfied(), "{text}");
    }
}

#[test]
fn a_summary_of_drills_is_judged_by_its_numbers_and_not_by_its_words() {
    let text = include_str!("../fixtures/load/drill-table.md");
    let (evidence, findings) = one("awkward-table", "summary.md", text);
    assert_eq!(evidence.captured_at.unwrap().to_string(), "2026-01-20T00:00:00Z");
    let Body::Drill(drill) = &evidence.body else { panic!("{:?}", evidence.body.kind()) };
    assert_eq!(drill.computed, DrillResult::Failed);
    let missed: Vec<(&str, &str)> = drill
        .objectives
        .iter()
        .filter(|objective| objective.met == Some(false))
        .map(|objective| (objective.service.as_deref().unwrap(), objective.metric.as_str()))
        .collect();
    assert_eq!(missed, [("Main store", "rto"), ("Graph", "rto")]);
    assert_eq!(drill.objectives[1].met, Some(true), "`< 1 min` against 5 min");
    let told: Vec<_> = findings.iter().filter(|finding| finding.code == "declared-mismatch").collect();
    assert_eq!(told.len(), 1, "{findings:?}");
    assert_eq!(told[0].place.as_ref().unwrap().line, Some(8));
    assert_eq!(counts(evidence).0, Status::NotMet);
}

#[test]
fn a_summary_in_which_every_number_holds_shows_no_pass_either() {
    let table = |actual: &str| {
        format!(
            "# Drills\n\nDate: 2026-03-01\n\n| Part | Target RTO | Actual RTO | Status |\n| --- | --- | --- | --- |\n| Store | 15 min | {actual} | PASS |\n"
        )
    };
    for (actual, computed, status) in [
        ("15 min", DrillResult::Inconclusive, Status::NotAssessed),
        ("15 min 1 s", DrillResult::Failed, Status::NotMet),
        ("14 min 59 s", DrillResult::Inconclusive, Status::NotAssessed),
        ("a while", DrillResult::Inconclusive, Status::NotAssessed),
    ] {
        let (evidence, _) = one("awkward-held", "summary.md", &table(actual));
        assert_eq!(evidence.body.drill().unwrap().computed, computed, "{actual}");
        assert_eq!(counts(evidence).0, status, "{actual}");
    }
}

#[test]
fn an_sbom_without_serial_or_time_is_read_and_a_template_of_one_is_not_a_fresh_one() {
    let bare = r#"{"bomFormat": "CycloneDX", "specVersion": "1.5",
        "components": [{"type": "library", "name": "a", "version": "https://x.example/a.tgz"}]}"#;
    let (evidence, _) = one("awkward-sbom", "sbom.json", bare);
    assert_eq!(evidence.body.sbom().unwrap().components.len(), 1);
    let empty = r#"{"spdxVersion": "SPDX-2.3", "name": "{{ name }}", "packages": []}"#;
    let (evidence, _) = one("awkward-spdx", "spdx_report.json", empty);
    let mut catalog = Catalog::default();
    catalog
        .releases
        .extend(crate::sample::records(json!([{"id": "r1", "version": "1", "released": "2026-03-01"}])));
    crate::sample::add(&mut catalog, Evidence { release: Some(crate::sample::id("r1")), ..evidence });
    let asked = json!({"id": "c", "text": "c", "kind": "sbom-refreshed"});
    assert_ne!(crate::evaluate::one(&catalog, asked, crate::sample::NOON).status, Status::Met);
}

#[test]
fn boxes_that_somebody_ticked_are_kept_and_shown_and_not_counted() {
    let text = "# Gate of the build\n\n- [x] unit tests pass\n- [x] SBOM refreshed\n- [ ] threat model\n";
    let (evidence, _) = one("awkward-boxes", "build-gate.md", text);
    assert_eq!(
        (evidence.source.adapter.as_str(), evidence.title.as_str()),
        ("checklist", "Gate of the build")
    );
    let (status, found) = counts(evidence);
    assert_eq!(status, Status::NotAssessed);
    assert!(found.contains("a declaration, not evidence"), "{found}");
}

#[test]
fn one_file_behind_many_names_is_told() {
    let same = "{\"result\": \"ok\"}";
    let files = [("evidence/evd-1.json", same), ("evidence/evd-2.json", same), ("evidence/evd-3.json", same)];
    let (_, findings) = loaded("awkward-same", &files);
    // as `validate` tells it, which the commands run after loading
    let folder = Folder::new("awkward-same-check");
    for (path, text) in files {
        fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
        fs::write(folder.path().join(path), text).unwrap();
    }
    fs::create_dir_all(folder.path().join("content")).unwrap();
    fs::write(folder.path().join("trustbook.yaml"), "site: {title: T, slug: t, origin: t.example}\n")
        .unwrap();
    let output = crate::project::run(folder.path(), &["check", "--as-of", crate::sample::NOON]);
    let said = crate::project::said(&output);
    assert!(
        said.contains("duplicate-evidence") || codes(&findings).contains(&"duplicate-evidence"),
        "{said}"
    );
}
