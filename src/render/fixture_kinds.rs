//! A scan, a coverage report and an attestation of the test site.

use std::collections::BTreeMap;

use super::super::id;
use super::super::instant;
use crate::model::attestation::*;
use crate::model::coverage::*;
use crate::model::scan::*;

/// A scan with something in every state, of two runs of which one failed.
pub(super) fn scan() -> Scan {
    let result = |rule: &str, severity, state| ScanResult {
        rule: rule.to_owned(),
        aliases: vec!["EX-2026-0007".to_owned()],
        message: Some("A <b>bold</b> message with \"quotes\"".to_owned()),
        severity,
        raw_severity: Some("as written".to_owned()),
        state,
        reason: (state != ScanState::Open).then(|| "guarded by `x`".to_owned()),
        compared: Some("new".to_owned()),
        location: Some("src/ledger/book.rs:12".to_owned()),
        component: Some("aster-json 3.3.4".to_owned()),
        fixed_in: Some("3.3.5".to_owned()),
    };
    let run = |tool: &str, succeeded, results| ScanRun {
        tool: Some(tool.to_owned()),
        version: Some("1.2".to_owned()),
        started: None,
        ended: Some(instant("2026-03-25T06:00:00Z")),
        succeeded,
        results,
        database: Some(instant("2026-03-24T00:00:00Z")),
    };
    let results = vec![
        result("LK1", ScanSeverity::High, ScanState::Open),
        result("LK2", ScanSeverity::Unknown, ScanState::Open),
        result("LK3", ScanSeverity::Low, ScanState::Suppressed),
        result("LK4", ScanSeverity::Medium, ScanState::ToReview),
        result("LK5", ScanSeverity::Information, ScanState::NotAFinding),
        result("LK6", ScanSeverity::Critical, ScanState::Gone),
    ];
    let runs = vec![run("Lookaround", Some(true), Some(6)), run("Sleeper", Some(false), None)];
    Scan::of(Some("ledger:4.2.1".to_owned()), runs, results)
}

/// Grades, one of them inconclusive.
pub(super) fn grades() -> Scan {
    let check = |name: &str, score| ScanCheck {
        name: name.to_owned(),
        score,
        reason: Some("because".to_owned()),
        documentation: Some("https://scorecard.example/checks".to_owned()),
    };
    Scan {
        outcome: ScanOutcome::Graded,
        checks: vec![check("Fuzzing", Some(0.0)), check("Signed-Releases", None)],
        score: Some(6.4),
        revision: Some("0a1b2c3d".to_owned()),
        ..Scan::of(Some("git.example/ledger".to_owned()), vec![ScanRun::default()], Vec::new())
    }
}

/// Lines and branches, of which one file has nothing to cover.
pub(super) fn coverage() -> Coverage {
    let counts = |covered, total| {
        BTreeMap::from([
            (Measure::Lines, Covered { covered, total }),
            (Measure::Branches, Covered { covered: 0, total: 0 }),
        ])
    };
    let files = BTreeMap::from([
        ("src/ledger/book.rs".to_owned(), counts(9, 14)),
        ("src/ledger/empty.rs".to_owned(), counts(0, 0)),
    ]);
    let mut coverage = Coverage::of_files(files).summary(Measure::Lines, Covered { covered: 14, total: 14 });
    coverage.tool = Some("some-cov 1".to_owned());
    coverage
}

/// Two statements, one of them signed with a known key.
pub(super) fn attestation() -> Attestation {
    let subject = |name: &str, found, evidence: Option<&str>| Subject {
        name: Some(name.to_owned()),
        digests: BTreeMap::from([("sha256".to_owned(), "ab".repeat(32))]),
        found,
        evidence: evidence.map(id),
    };
    let signature = |state, by: Option<&str>| StatementSignature {
        key_id: Some("release-2026".to_owned()),
        state,
        verified_by: by.map(str::to_owned),
        identity: Some("https://git.example/ledger/release.yaml@refs/tags/v4.2.1".to_owned()),
        issuer: Some("https://tokens.example".to_owned()),
        log_index: Some("4711".to_owned()),
        logged_at: Some(instant("2026-03-25T06:00:00Z")),
    };
    let statement = |predicate: &str, signatures| Statement {
        envelope: "dsse".to_owned(),
        payload_type: Some("application/vnd.in-toto+json".to_owned()),
        statement_type: Some("https://in-toto.io/Statement/v1".to_owned()),
        predicate_type: Some(predicate.to_owned()),
        subjects: vec![
            subject("ledger.cdx.json", SubjectMatch::Here, Some("sbom-ledger")),
            subject("ledger-4.2.1.tar.gz", SubjectMatch::NotHere, None),
        ],
        said: vec![Said { what: "builder".to_owned(), value: "https://build.example/runner".to_owned() }],
        at: None,
        signatures,
    };
    Attestation {
        statements: vec![
            statement(
                "https://slsa.dev/provenance/v1",
                vec![signature(SignatureState::Verified, Some("release key"))],
            ),
            statement("https://other.example/predicate", vec![signature(SignatureState::NotVerified, None)]),
        ],
    }
}
