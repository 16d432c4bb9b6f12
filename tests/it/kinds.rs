//! Scans, coverage and attestations: what is read of them, and what they can show.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use serde_json::json;
use trustbook::model::attestation::SignatureState;
use trustbook::model::attestation::Statement;
use trustbook::model::attestation::SubjectMatch;
use trustbook::model::coverage::Coverage;
use trustbook::model::coverage::Covered;
use trustbook::model::coverage::Measure;
use trustbook::model::evidence::Body;
use trustbook::model::evidence::Evidence;
use trustbook::model::evidence::Trust;
use trustbook::model::finding::Finding;
use trustbook::model::scan::Scan;
use trustbook::model::scan::ScanOutcome;
use trustbook::model::scan::ScanResult;
use trustbook::model::scan::ScanRun;
use trustbook::model::scan::ScanSeverity;
use trustbook::model::scan::ScanState;
use trustbook::model::status::Status;

use crate::evaluate::one;
use crate::load_formats::evidence as loaded;
use crate::load_formats::of;
use crate::sample::NOON;
use crate::sample::add;
use crate::sample::evidence;
use crate::sample::ready;

fn scan<'a>(all: &'a BTreeMap<String, Evidence>, id: &str) -> &'a Scan {
    all[id].body.scan().unwrap()
}

fn found<'a>(scan: &'a Scan, message: &str) -> &'a ScanResult {
    scan.listed.iter().find(|result| result.message.as_deref() == Some(message)).unwrap()
}

#[test]
fn a_sarif_level_is_followed_to_where_the_tool_set_it() {
    let (all, _) = loaded("sarif-levels");
    let scan = scan(&all, "sarif.json");
    let severity = |message: &str| {
        let result = found(scan, message);
        (result.severity, result.raw_severity.clone().unwrap())
    };
    assert_eq!(severity("The door north is open"), (ScanSeverity::High, "error".to_owned()));
    assert_eq!(severity("The window is open"), (ScanSeverity::Medium, "warning".to_owned()));
    assert_eq!(severity("The roof is open"), (ScanSeverity::Critical, "note, 9.8".to_owned()));
    assert_eq!(severity("A part of a rule"), (ScanSeverity::High, "error".to_owned()));
    assert_eq!(severity("Its rule was overridden"), (ScanSeverity::Low, "note".to_owned()));
    assert_eq!(found(scan, "The door north is open").location.as_deref(), Some("src/north.c:12"));
}

#[test]
fn a_sarif_result_is_open_only_when_the_rule_failed_and_nobody_set_it_aside() {
    let (all, _) = loaded("sarif-states");
    let scan = scan(&all, "sarif.json");
    let state = |message: &str| found(scan, message).state;
    assert_eq!(state("The east door is closed"), ScanState::NotAFinding);
    assert_eq!(state("Somebody has to look"), ScanState::ToReview);
    assert_eq!(state("Known"), ScanState::Suppressed);
    assert_eq!(state("Not agreed"), ScanState::Open);
    assert_eq!(state("Closed since"), ScanState::Gone);
    assert_eq!((scan.results, scan.open, scan.outcome), (10, 6, ScanOutcome::Found));
    assert_eq!(scan.revision.as_deref(), Some("0a1b2c3d"));
    assert_eq!(all["sarif.json"].captured_at.unwrap().to_string(), "2026-03-01T10:02:00Z");
    assert_eq!(scan.runs[1].results, None);
    assert!(scan.doubts.contains(&"Sleeper says that its run failed".to_owned()), "{:?}", scan.doubts);
    assert!(scan.doubts.contains(&"Sleeper lists no results, not even an empty list".to_owned()));
}

#[test]
fn a_trivy_report_counts_checks_that_failed_and_never_shows_a_secret() {
    let (all, _) = loaded("trivy");
    let scan = scan(&all, "trivy.json");
    assert_eq!((scan.open, scan.open_with_fix), (4, 1));
    assert_eq!(scan.count(ScanState::Suppressed), 1);
    assert_eq!(scan.count(ScanState::NotAFinding), 1);
    assert_eq!(scan.open_by_severity[&ScanSeverity::Unknown], 1);
    assert_eq!(scan.listed[0].component.as_deref(), Some("libzip 1.0-r1"));
    assert!(scan.doubts[0].contains("past its support"), "{:?}", scan.doubts);
    assert!(!serde_json::to_string(scan).unwrap().contains("token = "));
}

#[test]
fn what_a_scanner_was_told_to_ignore_is_counted_apart_and_its_data_has_a_date() {
    let (all, _) = loaded("grype");
    let scan = scan(&all, "grype.json");
    assert_eq!((scan.results, scan.open, scan.count(ScanState::Suppressed)), (3, 2, 1));
    assert_eq!(scan.runs[0].database.unwrap().to_string(), "2026-03-02T01:00:00Z");
    assert_eq!(scan.listed[0].aliases, ["CVE-2026-2001"]);
    assert_eq!(scan.listed[0].fixed_in.as_deref(), Some("2.0.1"));
    assert_eq!(scan.listed[2].reason.as_deref(), Some("ignore rule: only on another system"));
}

#[test]
fn advisories_that_are_aliases_are_one_issue() {
    let (all, _) = loaded("osv");
    let scan = scan(&all, "osv-scanner.json");
    assert_eq!(scan.open, 2);
    let first = &scan.listed[0];
    assert_eq!((first.rule.as_str(), first.severity), ("GHSA-aaaa-bbbb-cccc", ScanSeverity::Critical));
    assert_eq!(first.aliases, ["CVE-2026-2001", "MAL-2026-1"]);
    assert_eq!(first.fixed_in.as_deref(), Some("2.0.1"));
    let uncalled = &scan.listed[1];
    assert_eq!((uncalled.severity, uncalled.state), (ScanSeverity::Unknown, ScanState::Open));
    assert!(uncalled.reason.as_deref().unwrap().contains("not called"));
}

#[test]
fn a_score_of_minus_one_is_no_grade() {
    let (all, _) = loaded("scorecard");
    let scan = scan(&all, "scorecard.json");
    assert_eq!((scan.outcome, scan.score, scan.inconclusive()), (ScanOutcome::Graded, Some(6.4), 1));
    assert_eq!((scan.checks[0].score, scan.checks[2].score), (None, Some(0.0)));
    assert!(scan.revision.as_deref().unwrap().starts_with("0a1b2c3d"));
}

fn counts(all: &BTreeMap<String, Evidence>, id: &str, measure: Measure) -> (u64, u64) {
    let covered = all[id].body.coverage().unwrap().measures[&measure];
    (covered.covered, covered.total)
}

#[test]
fn a_line_in_several_records_counts_once_and_the_summary_is_used_only_without_lines() {
    let (all, findings) = loaded("lcov");
    assert_eq!(counts(&all, "lcov.info", Measure::Lines), (3 + 5, 4 + 10));
    assert_eq!(counts(&all, "lcov.info", Measure::Functions), (1, 2));
    assert_eq!(counts(&all, "lcov.info", Measure::Branches), (1, 2));
    assert_eq!(of(&findings, "evidence/lcov.info"), ["count-mismatch"]);
}

#[test]
fn cobertura_lines_are_counted_by_file_and_a_summary_that_differs_is_told() {
    let (all, findings) = loaded("cobertura");
    assert_eq!(counts(&all, "cobertura-xml.xml", Measure::Lines), (3, 4));
    assert_eq!(counts(&all, "cobertura-xml.xml", Measure::Branches), (1, 2));
    assert_eq!(of(&findings, "evidence/cobertura-xml.xml"), ["count-mismatch"]);
    assert_eq!(all["cobertura-xml.xml"].captured_at.unwrap().to_string(), "2026-03-01T10:00:00Z");
}

#[test]
fn counters_of_every_level_are_not_added_up() {
    let (all, findings) = loaded("jacoco");
    assert_eq!(counts(&all, "jacoco-xml.xml", Measure::Lines), (3, 4));
    assert_eq!(counts(&all, "jacoco-xml.xml", Measure::Instructions), (16, 20));
    assert_eq!(counts(&all, "clover-xml.xml", Measure::Statements), (4, 6));
    assert_eq!(counts(&all, "clover-xml.xml", Measure::Functions), (2, 2));
    for name in ["jacoco-xml.xml", "clover-xml.xml"] {
        assert_eq!(all[name].captured_at.unwrap().to_string(), "2026-03-01T10:00:00Z", "{name}");
        assert!(of(&findings, &format!("evidence/{name}")).is_empty(), "{findings:?}");
    }
}

#[test]
fn nothing_of_nothing_is_not_all() {
    let (all, findings) = loaded("coverage-json");
    let export = all["llvm-cov.json"].body.coverage().unwrap();
    assert_eq!(export.measures[&Measure::Branches].permille(), None);
    assert_eq!(counts(&all, "llvm-cov.json", Measure::Lines), (15, 20));
    assert_eq!(export.declared[&Measure::Lines], Covered { covered: 16, total: 21 });
    assert_eq!(of(&findings, "evidence/llvm-cov.json"), ["count-mismatch"]);
    assert_eq!(counts(&all, "coverage-py.json", Measure::Lines), (2, 3));
    assert_eq!(all["coverage-py.json"].captured_at, None);
    assert_eq!(counts(&all, "codecov-json.json", Measure::Lines), (4, 7));
}

#[test]
fn coverage_is_judged_by_counts() {
    let judge = |covered, total, criterion: Value| {
        let mut catalog = ready();
        let files = BTreeMap::from([(
            "a".to_owned(),
            BTreeMap::from([(Measure::Lines, Covered { covered, total })]),
        )]);
        add(&mut catalog, evidence("coverage", Body::Coverage(Box::new(Coverage::of_files(files)))));
        let mut whole = json!({"id": "x", "text": "x", "kind": "coverage-at-least"});
        whole.as_object_mut().unwrap().extend(criterion.as_object().unwrap().clone());
        let result = one(&catalog, whole, NOON);
        (result.status, result.found)
    };
    assert_eq!(judge(8, 10, json!({"lines": 80})), (Status::Met, "8 of 10 lines".to_owned()));
    assert_eq!(judge(7999, 10_000, json!({"lines": 80})).0, Status::NotMet);
    assert_eq!(judge(0, 0, json!({"lines": 0})).0, Status::NotAssessed);
    assert_eq!(judge(8, 10, json!({"lines": 80, "branches": 1})).0, Status::NotAssessed);
}

fn report(succeeded: Option<bool>, list: bool, open: &[ScanSeverity]) -> Scan {
    let result = |severity: &ScanSeverity| ScanResult {
        rule: "rule".to_owned(),
        aliases: Vec::new(),
        message: None,
        severity: *severity,
        raw_severity: None,
        state: ScanState::Open,
        reason: None,
        compared: None,
        location: None,
        component: None,
        fixed_in: None,
    };
    let run = ScanRun {
        tool: Some("looker".to_owned()),
        succeeded,
        results: list.then_some(open.len() as u64),
        ..ScanRun::default()
    };
    Scan::of(None, vec![run], open.iter().map(result).collect())
}

#[test]
fn a_scan_is_clean_only_when_it_looked_and_nothing_grave_is_open() {
    let judge = |scan: Scan| {
        let mut catalog = ready();
        add(&mut catalog, evidence("scan", Body::Scan(Box::new(scan))));
        let criterion = json!({"id": "x", "text": "x", "kind": "scan-clean", "severity": "medium"});
        let result = one(&catalog, criterion, NOON);
        (result.status, result.found)
    };
    assert_eq!(judge(report(Some(true), true, &[])).0, Status::Met);
    assert_eq!(judge(report(Some(true), true, &[ScanSeverity::Low])).0, Status::Met);
    assert_eq!(judge(report(None, true, &[ScanSeverity::Medium])).0, Status::NotMet);
    assert_eq!(judge(report(None, true, &[ScanSeverity::Unknown])).0, Status::NotMet);
    assert_eq!(judge(report(None, false, &[])).0, Status::NotAssessed);
    let (status, found) = judge(report(Some(false), true, &[]));
    assert_eq!((status, found.as_str()), (Status::NotAssessed, "`scan`: looker says that its run failed"));
}

#[test]
fn what_the_readers_of_scans_notice_has_a_place() {
    let (_, findings) = loaded("scan-findings");
    assert!(of(&findings, "evidence/sarif.json").is_empty(), "{findings:?}");
}

const KEY: &str = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=";

/// Some fixtures in a project that knows a key, one of them altered.
fn with_key(name: &str, alter: fn(&str, String) -> String) -> (BTreeMap<String, Evidence>, Vec<Finding>) {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kinds").join(name);
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join("evidence")).unwrap();
    fs::create_dir_all(root.join("content")).unwrap();
    let config = format!(
        "site: {{title: T, slug: t, origin: t.example}}\nprofiles: []\n\
         attestation-keys: [{{name: release key, public-key: \"{KEY}\", key-id: release-2026}}]\n"
    );
    fs::write(root.join("trustbook.yaml"), config).unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/load");
    for file in [
        "attachment.txt",
        "dsse.json",
        "in-toto-statement.json",
        "sigstore-bundle.json",
        "npm-attestations.json",
    ] {
        let text = fs::read_to_string(from.join(file)).unwrap();
        fs::write(root.join("evidence").join(file), alter(file, text)).unwrap();
    }
    let loaded = trustbook::load::project(&root).unwrap().project;
    let catalog = loaded.value.unwrap().catalog;
    (catalog.evidence.into_iter().map(|(id, one)| (id.to_string(), one)).collect(), loaded.findings)
}

fn statement<'a>(all: &'a BTreeMap<String, Evidence>, id: &str) -> &'a Statement {
    &all[id].body.attestation().unwrap().statements[0]
}

#[test]
fn a_statement_is_matched_with_files_by_digest_and_with_nothing_by_name() {
    let (all, _) = loaded("statement");
    let statement = statement(&all, "in-toto-statement.json");
    let found: Vec<SubjectMatch> = statement.subjects.iter().map(|subject| subject.found).collect();
    assert_eq!(found, [SubjectMatch::Here, SubjectMatch::NotHere, SubjectMatch::NotComparable]);
    assert_eq!(statement.subjects[0].evidence.as_ref().unwrap().as_str(), "attachment.txt");
    assert_eq!(statement.says("builder"), Some("https://build.example/runner"));
    assert_eq!(statement.says("revision"), Some("gitCommit 0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"));
    assert_eq!(statement.says("dependencies"), Some("2"));
    assert_eq!(all["in-toto-statement.json"].captured_at.unwrap().to_string(), "2026-03-05T09:12:00Z");
    assert_eq!((statement.signature(), all["in-toto-statement.json"].trust), (None, Trust::WellFormed));
    assert_eq!(all["attachment.txt"].trust, Trust::HashVerified);
}

#[test]
fn a_signature_counts_only_with_a_key_of_the_project() {
    let (all, _) = loaded("dsse-without-key");
    let unknown = statement(&all, "dsse.json");
    assert_eq!(unknown.signature(), Some(SignatureState::NotVerified));
    assert_eq!(all["dsse.json"].trust, Trust::WellFormed);
    let (all, findings) = with_key("dsse-with-key", |_, text| text);
    let known = statement(&all, "dsse.json");
    assert_eq!(known.signature(), Some(SignatureState::Verified));
    assert_eq!(known.signatures[0].verified_by.as_deref(), Some("release key"));
    assert_eq!(all["dsse.json"].trust, Trust::SignatureVerified);
    assert_eq!(known.subjects[0].found, SubjectMatch::Here);
    assert_eq!(known.says("result"), Some("PASSED"));
    assert_eq!(all["sigstore-bundle.json"].trust, Trust::WellFormed);
    assert!(!findings.iter().any(|finding| finding.code == "wrong-signature"));
}

#[test]
fn an_envelope_that_was_changed_is_an_error_where_it_names_a_known_key() {
    let alter = |file: &str, text: String| match file {
        "dsse.json" => text.replace("application/vnd.in-toto+json", "application/vnd.in-toto.x+json"),
        _ => text,
    };
    let (all, findings) = with_key("dsse-altered", alter);
    assert_eq!(statement(&all, "dsse.json").signature(), Some(SignatureState::Wrong));
    assert_eq!(all["dsse.json"].trust, Trust::WellFormed);
    assert_eq!(of(&findings, "evidence/dsse.json"), ["wrong-signature"]);
}

#[test]
fn envelopes_on_a_line_each_are_all_read_and_a_fault_is_told_at_its_line() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kinds-lines");
    fs::create_dir_all(&root).unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/load/dsse.json");
    let envelope: Value = serde_json::from_str(&fs::read_to_string(from).unwrap()).unwrap();
    let path = root.join("two.intoto.jsonl");
    fs::write(&path, format!("{envelope}\n{envelope}\n")).unwrap();
    let file = trustbook::load::inspect(std::slice::from_ref(&path)).report["files"][0].clone();
    assert_eq!((&file["format"], &file["facts"]["statements"]), (&json!("dsse"), &json!(2)), "{file}");
    let mut broken = envelope.clone();
    broken["payload"] = json!("%%%");
    fs::write(&path, format!("{envelope}\n{broken}\n")).unwrap();
    let file = trustbook::load::inspect(&[path]).report["files"][0].clone();
    assert_eq!((&file["usable"], &file["findings"][0]["line"]), (&json!(false), &json!(2)), "{file}");
}

#[test]
fn a_bundle_says_who_signed_and_nobody_checked_it() {
    let (all, _) = loaded("bundle");
    let signature = &statement(&all, "sigstore-bundle.json").signatures[0];
    assert_eq!(
        signature.identity.as_deref(),
        Some("https://git.example/ledger/release.yaml@refs/tags/v4.2.1")
    );
    assert_eq!(signature.issuer.as_deref(), Some("https://tokens.example"));
    assert_eq!(signature.log_index.as_deref(), Some("4711"));
    assert_eq!(signature.state, SignatureState::NotVerified);
    let npm = all["npm-attestations.json"].body.attestation().unwrap();
    assert_eq!(npm.statements.len(), 2);
    assert_eq!(npm.statements[1].says("reproducible"), Some("false"));
    assert_eq!(npm.statements[1].subjects[0].found, SubjectMatch::NotComparable);
}

#[test]
fn provenance_holds_only_when_signed_matched_and_of_the_builder_that_is_asked_for() {
    let judge = |state: Option<SignatureState>, found: SubjectMatch, extra: Value| {
        let (all, _) = loaded("provenance");
        let mut attestation = all["sigstore-bundle.json"].body.attestation().unwrap().clone();
        let statement = &mut attestation.statements[0];
        statement.subjects[0].found = found;
        statement.subjects[1].found = SubjectMatch::NotHere;
        match state {
            Some(state) => statement.signatures[0].state = state,
            None => statement.signatures.clear(),
        }
        let mut catalog = ready();
        add(&mut catalog, evidence("provenance", Body::Attestation(Box::new(attestation))));
        let mut criterion = json!({"id": "x", "text": "x", "kind": "attested", "predicate-type": "https://slsa.dev/provenance/"});
        criterion.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        one(&catalog, criterion, NOON).status
    };
    let (here, verified) = (SubjectMatch::Here, Some(SignatureState::Verified));
    assert_eq!(judge(verified, here, json!({})), Status::Met);
    assert_eq!(judge(verified, here, json!({"builder": "https://build.example/runner"})), Status::Met);
    assert_eq!(judge(verified, here, json!({"builder": "https://build.example/run"})), Status::NotMet);
    assert_eq!(
        judge(verified, here, json!({"predicate-type": "https://other.example/"})),
        Status::NotAssessed
    );
    assert_eq!(judge(verified, SubjectMatch::NotHere, json!({})), Status::NotAssessed);
    assert_eq!(judge(Some(SignatureState::NotVerified), here, json!({})), Status::NotAssessed);
    assert_eq!(
        judge(Some(SignatureState::NotVerified), here, json!({"signature-required": false})),
        Status::Met
    );
    assert_eq!(judge(None, here, json!({})), Status::NotAssessed);
    assert_eq!(
        judge(Some(SignatureState::Wrong), here, json!({"signature-required": false})),
        Status::NotMet
    );
}
