//! Scans, coverage and attestations: what is read of them, and what they can show.

use std::collections::BTreeMap;

use serde_json::json;
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
