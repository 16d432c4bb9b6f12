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
pub(crate) fn loaded(name: &str, files: &[(&str, &str)]) -> (Option<Catalog>, Vec<Finding>) {
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

pub(crate) fn one(name: &str, file: &str, text: &str) -> (Evidence, Vec<Finding>) {
    let (catalog, findings) = loaded(name, &[(&format!("evidence/{file}"), text)]);
    let mut evidence = catalog.unwrap().evidence.remove(id_of(file).as_str()).unwrap();
    evidence.captured_at = evidence.captured_at.or(Some(crate::sample::at("2026-03-01T00:00:00Z")));
    (evidence, findings)
}

/// How a criterion that only asks for it comes out.
pub(crate) fn counts(evidence: Evidence) -> (Status, String) {
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

pub(crate) fn codes(findings: &[Finding]) -> Vec<&str> {
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

#[test]
fn yaml_in_a_file_named_json_is_read_by_its_content_and_told() {
    let (evidence, findings) =
        one("awkward-yaml", "crosscheck_report.json", "report:\n  status: pass\n  rows: 3\n");
    assert_eq!(codes(&findings), ["wrong-extension"]);
    assert_eq!(evidence.trust, Trust::WellFormed);
    let text =
        "version: '1'\nrun_id: r\ntask_id: t\nstatus: REJECT\nreason_codes: [A.B]\ntelemetry_ref: {}\n";
    let (evidence, findings) = one("awkward-gate-yaml", "gate.decision.json", text);
    assert_eq!(evidence.source.adapter, "gate-decision", "read as what it is");
    assert!(codes(&findings).contains(&"wrong-extension"));
}

#[test]
fn broken_json_is_refused_even_where_it_would_be_yaml() {
    let broken = "{\"version\": \"1\", \"status\": REJECT\", \"reason_codes\": [],}";
    for name in ["evidence/gate.decision.json", "evidence/gate.decision", "evidence/gate.sarif"] {
        let (_, findings) = loaded("awkward-broken-json", &[(name, broken)]);
        assert!(codes(&findings).contains(&"json-syntax"), "{name}: {findings:?}");
    }
    let (_, findings) =
        loaded("awkward-flow", &[("evidence/gate.yaml", "{\"version\": '1', status: REJECT}")]);
    assert!(!codes(&findings).contains(&"json-syntax"), "a flow mapping of YAML: {findings:?}");
}

#[test]
fn logs_and_notes_that_begin_with_a_bracket_are_attachments() {
    for (name, text) in [
        ("build.log", "[INFO] Scanning\n"),
        ("times.log", "[2026-03-01 10:00:00] began\n"),
        ("unit.service", "[Unit]\nDescription=x\n"),
        ("notes.txt", "{braces} are here\n"),
        ("sys.log", "<13>Mar 1 host app: began\n"),
        ("readme.md", "<h1>Title</h1>\n\nWords and a <br> among them\n"),
        ("link.md", "[page](page.html) and words\n"),
    ] {
        let (evidence, findings) = one("awkward-log", name, text);
        assert_eq!(evidence.source.adapter, "attachment", "{name}");
        assert!(codes(&findings).is_empty(), "{name}: {findings:?}");
    }
    for (name, text, code) in [
        ("cut.sarif", "{\"version\": \"2.1.0\", \"runs\": [", "json-syntax"),
        ("cut.cdx", "{", "json-syntax"),
        ("list.trivy", "[{\"a\": 1},", "json-syntax"),
        ("cut.junit", "<testsuite name=\"a\"><testcase name=\"b\">", "xml-syntax"),
        ("cut.report", "<?xml version=\"1.0\"?><report><a>", "xml-syntax"),
        ("notes.json", "[INFO] Scanning\n", "json-syntax"),
        ("notes.xml", "<h1>Title</h1>\n\nWords\n", "xml-syntax"),
    ] {
        let (_, findings) = loaded("awkward-cut", &[(&format!("evidence/{name}"), text)]);
        assert!(codes(&findings).contains(&code), "{name}: {findings:?}");
    }
}

#[test]
fn a_checksum_that_is_called_a_signature_is_only_a_checksum() {
    let manifest = |path: &str, value: &str| {
        format!(
            r#"{{"bundle_version": "b/1", "created_at": "2026-03-01T00:00:00Z", "files": [{{"path": "{path}", "bytes": 11, "sha256": "{value}"}}],
             "signer": "ci", "signature": {{"algorithm": "SHA256", "value": "{}"}}}}"#,
            "b".repeat(64)
        )
    };
    let text = "# Mapping\n\nlonger than it says\n";
    let right = trustbook::bundle::digest::Digest::of(text.as_bytes()).to_string();
    for (digest, why) in [
        ("a".repeat(64), format!("its digest is {right}")),
        (right.clone(), format!("it has {} bytes", text.len())),
    ] {
        let (catalog, findings) = loaded(
            "awkward-manifest",
            &[("evidence/manifest.json", &manifest("mapping.md", &digest)), ("evidence/mapping.md", text)],
        );
        let evidence = &catalog.unwrap().evidence["manifest"];
        assert!(evidence.trust < Trust::SignatureVerified);
        assert!(
            codes(&findings).contains(&"not-signed") && codes(&findings).contains(&"digest-mismatch"),
            "{findings:?}"
        );
        let file = &evidence.body.governance().unwrap().files[0];
        assert_eq!(
            (file.path.as_str(), file.state),
            ("mapping.md", trustbook::model::governance::FileState::Mismatch)
        );
        assert_eq!(file.why, why, "which file, what was expected and what is here");
    }
}

#[test]
fn provenance_with_keys_of_its_own_is_compared_as_far_as_it_goes() {
    let digest = |text: &str| trustbook::bundle::digest::Digest::of(text.as_bytes()).to_string();
    let statement = format!(
        r#"{{"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://slsa.dev/provenance/v1", "build_definition": {{}},
         "subjects": [{{"name": "a.txt", "digest": {{"sha256": "{}"}}}}, {{"name": "b.txt", "digest": {{"sha256": "{}"}}}},
           {{"name": "gone.txt", "digest": {{"sha256": "{}"}}}}]}}"#,
        digest("a\n"),
        digest("b\n"),
        "c".repeat(64)
    );
    let (catalog, findings) = loaded(
        "awkward-provenance",
        &[("evidence/provenance.json", &statement), ("evidence/a.txt", "a\n"), ("evidence/b.txt", "b\n")],
    );
    let evidence = &catalog.unwrap().evidence["provenance"];
    let Body::Attestation(attestation) = &evidence.body else { panic!("{:?}", evidence.body.kind()) };
    assert_eq!((attestation.statements[0].subjects.len(), attestation.statements[0].subjects_here()), (3, 2));
    assert!(codes(&findings).contains(&"schema-violation"), "{findings:?}");
    assert_ne!(evidence.trust, Trust::SignatureVerified);
}

#[test]
fn a_drill_that_was_only_planned_counts_for_nothing_however_it_is_written() {
    let report = "# Rollback drill\n\n- **Date:** 2026-02-01 (UTC)\n- **Scenario:** roll back\n\n## Attempt\n- Result: Not executed here, the tool is not installed.\n";
    let (evidence, _) = one("awkward-not-executed", "rollback.md", report);
    assert_eq!(evidence.mode, Mode::Planned);
    assert!(!counts(evidence).0.is_satisfied());
    let plan =
        r#"{"run_id": "m-1", "scenarios": ["a worker dies"], "expected_steps": ["it is started again"]}"#;
    let (evidence, _) = one("awkward-plan", "drill-plan.json", plan);
    assert_eq!(evidence.mode, Mode::Planned);
    assert!(!counts(evidence).0.is_satisfied());
    let (evidence, _) = one("awkward-executed", "done.md", "# Drill\n\n- Result: executed as planned\n");
    assert_eq!(evidence.mode, Mode::Live);
}

#[test]
fn an_index_whose_entries_share_one_report_is_told_with_the_number() {
    let item = |id: u32, report: &str| {
        format!(r#"{{"evidence_id": "EVD-{id}", "files": {{"report": "{report}"}}}}"#)
    };
    let items: Vec<String> = (0..5)
        .map(|id| item(id, if id < 3 { "one.json" } else { ["two.json", "three.json"][id as usize - 3] }))
        .collect();
    let (_, findings) =
        one("awkward-index", "listed.json", &format!(r#"{{"version": 1, "items": [{}]}}"#, items.join(", ")));
    let told = findings.iter().find(|finding| finding.code == "duplicate-evidence").unwrap();
    assert!(told.message.starts_with("3 of 5 entries rest on one file"), "{}", told.message);
}

#[test]
fn numbers_that_come_to_more_than_their_whole_are_told() {
    for (archived, held, told) in [(320, 4, true), (316, 4, false), (317, 4, true), (315, 4, false)] {
        let text = format!(
            r#"{{"run_id": "r", "summary": {{"processed": 320, "archived": {archived}, "held": {held}}}}}"#
        );
        let (_, findings) = one("awkward-sum", "retention-run.json", &text);
        assert_eq!(codes(&findings).contains(&"count-mismatch"), told, "{archived} and {held}");
    }
}

#[test]
fn a_teardown_that_failed_keeps_its_blockers_open_though_they_are_only_texts() {
    let snapshot = r#"{"execution_id": "x", "workflow_run_id": "1", "git_sha": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "written_at_utc": "2026-03-01T14:50:00Z", "destroy_outcome": "failure", "post_destroy_state_resource_count": 3,
        "overall_pass": false, "blockers": ["B-1", "B-2"]}"#;
    let documents = crate::governance::certification().with("cert/teardown.json", snapshot);
    let verdict = documents.verdict("certification", crate::governance::NOW);
    let blockers = verdict.criteria.iter().find(|result| result.id.as_str() == "blockers").unwrap();
    assert_eq!((verdict.state.as_str(), blockers.status), ("HOLD", Status::NotMet));
    assert!(blockers.found.starts_with("2 open blockers"), "{}", blockers.found);
}

#[test]
fn a_run_with_older_documents_passes_with_its_history_and_says_what_its_schema_lacks() {
    let attempts = r#""attempt_history": [{"task_id": "work", "status": "FAIL", "reason_code": null}, {"task_id": "work", "status": "PASS", "reason_code": null}], "reason_code": null"#;
    let documents = crate::governance::run()
        .change(crate::governance::WORK, r#""attempts": 1"#, attempts)
        .change(crate::governance::WORK, r#""artifact_kind": "task.result/v1", "#, "")
        .change(crate::governance::MANIFEST, r#""commands": [], "artifacts": {}, "#, "")
        .change(crate::governance::GATE, "5b1f0f7a2c9d4e8897a3b6c1d0e2f4a5", &"0".repeat(32));
    let outcome = documents.judged("release-gate", crate::governance::NOW);
    let told = codes(&outcome.findings).iter().filter(|code| **code == "schema-violation").count();
    assert!(told >= 2, "{:?}", codes(&outcome.findings));
    assert!(outcome.findings.iter().any(|finding| finding.code == "no-trace"));
    assert_eq!(outcome.value.unwrap().assessment.verdicts[0].state, "promote");
}

#[test]
fn a_digest_without_a_path_is_not_compared_with_a_file_of_a_like_name() {
    let documents = crate::governance::run()
        .change(
            crate::governance::MANIFEST,
            r#""pre_contract_sha256": "x""#,
            &format!(
                r#""pre_contract_sha256": "x", "input_hashes": {{"state_space_sha256": "{}"}}"#,
                "a".repeat(64)
            ),
        )
        .change(
            crate::governance::MANIFEST,
            r#""artifacts": {}"#,
            r#""artifacts": {"state_space_path": "run/state.space.json"}"#,
        )
        .with("run/state.space.json", "{\"states\": []}\n");
    let verdict = documents.verdict("release-gate", crate::governance::NOW);
    assert_eq!(verdict.state, "promote", "{}", crate::tables::line(&verdict));
}

#[test]
fn paths_with_backslashes_and_changed_line_ends_are_told_apart_from_changed_files() {
    use trustbook::model::governance::FileState;
    let digest = |text: &str| trustbook::bundle::digest::Digest::of(text.as_bytes()).to_string();
    let sums = format!(
        "{}  bundle\\a.csv\n{}  bundle\\b.csv\n{}  bundle\\c.csv\n",
        digest("1\n"),
        digest("2\r\n"),
        digest("other\n")
    );
    let (catalog, findings) = loaded(
        "awkward-sums",
        &[
            ("evidence/SHA256SUMS", sums.as_str()),
            ("evidence/bundle/a.csv", "1\n"),
            ("evidence/bundle/b.csv", "2\n"),
            ("evidence/bundle/c.csv", "3\n"),
        ],
    );
    let evidence = &catalog.unwrap().evidence["sha256sums"];
    let states: Vec<FileState> =
        evidence.body.governance().unwrap().files.iter().map(|file| file.state).collect();
    assert_eq!(states, [FileState::Match, FileState::LineEndings, FileState::Mismatch]);
    assert_eq!(codes(&findings).iter().filter(|code| **code == "digest-mismatch").count(), 2);
}

#[test]
fn a_whole_run_whose_line_ends_were_changed_is_stopped_and_says_so() {
    let plan = crate::governance::run().text(crate::governance::PLAN);
    let work = crate::governance::run().text(crate::governance::WORK);
    let digest = |text: &str| trustbook::bundle::digest::Digest::of(text.as_bytes()).to_string();
    let ledger = format!(
        r#"{{"files": [{{"path": "ops/old/place/task_results/plan.result.json", "sha256": "{}"}}, {{"path": "ops/old/place/task_results/work.result.json", "sha256": "{}"}}]}}"#,
        digest(&format!("{plan}\n")),
        digest(&format!("{work}\n"))
    );
    for (end, state) in [("\n", "promote"), ("\r\n", "stop")] {
        let documents = crate::governance::run()
            .with(crate::governance::PLAN, format!("{plan}{end}"))
            .with(crate::governance::WORK, format!("{work}{end}"))
            .with("run/ledger.json", ledger.clone());
        let verdict = documents.verdict("release-gate", crate::governance::NOW);
        assert_eq!(verdict.state, state, "{}", crate::tables::line(&verdict));
        let files = verdict.criteria.iter().find(|result| result.id.as_str() == "files").unwrap();
        assert_eq!(files.found.contains("line endings"), state == "stop", "{}", files.found);
    }
}

#[test]
fn what_says_that_it_was_not_sanitized_is_not_published_and_a_sample_never_counts() {
    let seal = r#"{"seal_id": "s-1", "evidence_mode": "sample", "sanitized": false, "state": "ready"}"#;
    let (evidence, _) = one("awkward-sealed", "seal.json", seal);
    assert_eq!(evidence.mode, Mode::Sample);
    assert!(!counts(evidence).0.is_satisfied());
    let folder = crate::project::example("awkward-sanitized");
    let build = |text: &str| {
        std::fs::write(folder.path().join("evidence/seal.json"), text).unwrap();
        let index = folder.path().join("evidence/index.yaml");
        let entries = std::fs::read_to_string(&index).unwrap();
        if !entries.contains("seal.json") {
            std::fs::write(&index, format!("{entries}  - path: seal.json\n    visibility: public\n"))
                .unwrap();
        }
        crate::project::run(folder.path(), &["build", "--as-of", "2026-03-31"])
    };
    let refused = build(seal);
    let said = crate::project::said(&refused);
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains("not-sanitized") && said.contains("evidence/seal.json:1:48"), "{said}");
    let built = build(&seal.replace("false", "true"));
    assert!(built.status.success(), "{}", crate::project::said(&built));
}

#[test]
fn a_large_file_is_packed_by_its_digest_and_not_shown_on_its_page() {
    let folder = crate::project::example("awkward-large");
    let root = folder.path();
    let number = |at: usize| format!("{{\"date\": \"{}\", \"value\": {at}.5}}", 1960 + at % 60);
    let array = format!("[{}]", (0..100_000).map(number).collect::<Vec<_>>().join(",\n"));
    let table = (0..40_000).map(|at| format!("{at},{},account\n", at * 7)).collect::<String>();
    let tree = (0..9_000).map(|at| format!("row-{at}: {{count: {at}}}\n")).collect::<String>();
    let small = "one: line\ntwo: lines\n";
    let files =
        [("series.json", &*array), ("table.csv", &*table), ("rows.yaml", &*tree), ("small.yaml", small)];
    assert!(array.len() > 3_500_000 && table.len() > 600_000 && tree.len() > 200_000);
    let mut index = std::fs::read_to_string(root.join("evidence/index.yaml")).unwrap();
    for (name, text) in files {
        std::fs::write(root.join("evidence").join(name), text).unwrap();
        index.push_str(&format!(
            "  - path: {name}\n    id: {}\n    visibility: public\n",
            name.replace('.', "-")
        ));
    }
    std::fs::write(root.join("evidence/index.yaml"), index).unwrap();
    let built = crate::project::run(root, &["build", "--as-of", "2026-03-31"]);
    assert!(built.status.success(), "{}", crate::project::said(&built));
    for (name, text) in files {
        let stem = name.replace('.', "-");
        let page = std::fs::read_to_string(root.join(format!("public/evidence/{stem}.html"))).unwrap();
        let digest = trustbook::bundle::digest::Digest::of(text.as_bytes()).to_string();
        assert!(
            page.contains(&digest[..8]) && page.contains(&format!("data/evidence/{name} | sha256sum")),
            "{name}"
        );
        assert_eq!(page.contains("<details class=\"src\">"), name == "small.yaml", "{name}");
        assert!(page.len() < 30_000, "{name}: {} bytes", page.len());
        assert_eq!(page.contains("<span id=\"L2\">two: lines\n</span>"), name == "small.yaml", "{name}");
    }
}
