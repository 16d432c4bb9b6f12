//! Scans, coverage and attestations: what is read of them, and what they can show.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::json;
use trustbook::model::coverage::Coverage;
use trustbook::model::coverage::Covered;
use trustbook::model::coverage::Measure;
use trustbook::model::evidence::Body;
use trustbook::model::evidence::Evidence;
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
