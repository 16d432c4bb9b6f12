//! Evidence of the test site, one of each kind and more.

#[path = "fixture_kinds.rs"]
mod kinds;
#[path = "fixture_oscal.rs"]
mod oscal;

use super::id;
use super::instant;
use crate::model::declarations::*;
use crate::model::drill::*;
use crate::model::evidence::*;
use crate::model::receipt::*;
use crate::model::record::Origin;
use crate::model::sbom::*;
use crate::model::test_report::*;
use crate::model::time::Date;
use crate::model::time::Period;
use crate::model::vex::*;
use crate::model::visibility::Visibility;

fn evidence(name: &str, title: &str, path: &str, captured: Option<&str>, body: Body) -> Evidence {
    Evidence {
        id: id(name),
        title: title.to_owned(),
        description: Some(format!("What {title} shows, in one sentence.")),
        source: Source {
            path: path.to_owned(),
            sha256: crate::bundle::digest::Digest::of(path.as_bytes()).to_string(),
            size_bytes: title.len() as u64,
            media_type: "application/json".to_owned(),
            adapter: "some-json".to_owned(),
            format_version: Some("1".to_owned()),
            archived_as: None,
        },
        captured_at: captured.map(instant),
        mode: Mode::Live,
        trust: Trust::HashVerified,
        subject: Some("Ledger 4.2.1".to_owned()),
        source_state: Some("ab".repeat(32)),
        release: Some(id("ledger-4.2.1")),
        visibility: Visibility::Public,
        audience: Vec::new(),
        public_stub: None,
        publish_original: true,
        unknown_fields: 2,
        body,
        origin: Origin::default(),
    }
}

fn period(text: &str) -> Amount {
    Amount::Period(Period::parse(text).unwrap())
}

fn objective(metric: &str, target: Option<&str>, achieved: Option<&str>, met: Option<bool>) -> Objective {
    Objective {
        metric: metric.to_owned(),
        name: None,
        service: (metric == "rto").then(|| "ledger".to_owned()),
        target: target.map(period),
        achieved: achieved.map(period),
        unit: None,
        compare: Compare::AtMost,
        note: None,
        met,
    }
}

fn drill(name: &str, title: &str, started: &str, rto: Objective, result: DrillResult) -> Drill {
    let start = instant(started);
    let mark = |seconds: i64, mark: Mark, text: Option<&str>| TimelineMark {
        at: start.plus_seconds(seconds),
        mark,
        service: None,
        text: text.map(str::to_owned),
    };
    Drill {
        drill_id: name.to_uppercase(),
        title: title.to_owned(),
        drill_type: DrillType::Restore,
        environment: Environment::ProductionLike,
        announced: Some(true),
        scope: Scope {
            services: vec!["ledger".to_owned()],
            systems: Vec::new(),
            locations: vec!["EU-1".to_owned()],
            excluded: vec!["billing".to_owned()],
        },
        scenario: Some("The primary region is lost.".to_owned()),
        hypothesis: Some("Postings resume within 4 hours.".to_owned()),
        started: Some(start),
        ended: Some(start.plus_seconds(25_000)),
        rto_clock: "disruption".to_owned(),
        timeline: vec![
            mark(0, Mark::Disruption, Some("network blocked")),
            mark(130, Mark::Detected, None),
            mark(240, Mark::Declared, None),
            mark(18_720, Mark::ServiceRestored, Some("all <checks> green")),
            mark(24_000, Mark::DataVerified, None),
        ],
        recovery_point: Some(start.plus_seconds(-38)),
        objectives: vec![
            rto,
            objective("rpo", Some("5m"), Some("38s"), Some(true)),
            objective("mttd", None, Some("130s"), None),
            Objective {
                target: Some(Amount::Percent(5.0)),
                achieved: Some(Amount::Percent(2.5)),
                met: Some(true),
                ..objective("error-rate", None, None, None)
            },
        ],
        steady_state: SteadyState {
            before: Some("met".to_owned()),
            during: None,
            after: Some("met".to_owned()),
        },
        actions: vec![Step {
            name: "block the network".to_owned(),
            status: "succeeded".to_owned(),
            started: Some(start),
            ended: None,
            target: Some("zone a".to_owned()),
            error: None,
        }],
        rollbacks: vec![Step {
            name: "open the network".to_owned(),
            status: "failed".to_owned(),
            started: None,
            ended: None,
            target: None,
            error: Some("timed out".to_owned()),
        }],
        data_integrity: Some(DataIntegrity {
            status: "verified".to_owned(),
            method: Some("row counts".to_owned()),
            note: None,
        }),
        declared: Some(DrillResult::Passed),
        raw_result: Some("OK".to_owned()),
        summary: Some("Restored both regions.".to_owned()),
        computed: result,
        reasons: vec!["The recovery time was missed.".to_owned()],
        findings: vec![DrillFinding {
            id: "F-1".to_owned(),
            title: "Read limit too low".to_owned(),
            severity: "high".to_owned(),
            category: None,
            action: Some("Raise it.".to_owned()),
            owner: Some("Platform".to_owned()),
            due: Some(Date::parse("2026-04-01").unwrap()),
            status: Some("in-progress".to_owned()),
            closed: None,
            visibility: Visibility::Public,
        }],
        participants: vec![Participant {
            role: "Incident lead".to_owned(),
            name: None,
            organisation: None,
            visibility: Visibility::Public,
        }],
        plan: Some("Disaster recovery plan 3".to_owned()),
        cadence: Cadence {
            every: Some(Period::parse("P3M").unwrap()),
            next_due: Some(Date::parse("2026-06-13").unwrap()),
        },
        controls: vec![ControlRef { framework: "SOC 2".to_owned(), control: "A1.3".to_owned() }],
        tool: Some(Tool { name: "drillmaster".to_owned(), version: Some("2".to_owned()), run: None }),
    }
}

fn component(name: &str, version: Option<&str>, licence: Licence) -> Component {
    Component {
        reference: format!("ref-{name}"),
        kind: Some("library".to_owned()),
        name: name.to_owned(),
        version: version.map(str::to_owned),
        purl: version.map(|version| format!("pkg:cargo/{name}@{version}")),
        licence,
        supplier: (name == "aster-http").then(|| "Aster Project".to_owned()),
        scope: Some("required".to_owned()),
        hashes: vec![ComponentHash { algorithm: "SHA-256".to_owned(), value: "ab".repeat(32) }],
        ..Component::default()
    }
}

fn statement(vulnerability: &str, product: &str, status: VexStatus) -> VexStatement {
    VexStatement {
        vulnerability: vulnerability.to_owned(),
        aliases: vec![format!("{vulnerability}-ALIAS")],
        description: Some("A parser reads past its end.".to_owned()),
        severity: Some("high".to_owned()),
        products: vec![product.to_owned()],
        status,
        raw_status: "raw_term".to_owned(),
        justification: Some("vulnerable_code_not_in_execute_path".to_owned()),
        detail: Some("The feature is off.".to_owned()),
        timestamp: Some(instant("2026-03-20T00:00:00Z")),
    }
}

pub(super) fn sbom() -> Sbom {
    let expression = |text: &str| Licence::Expression(text.to_owned());
    let mut components = vec![
        component("aster-http", Some("2.9.1"), expression("Apache-2.0")),
        component("aster-json", Some("3.3.4"), expression("MIT")),
        component("brindle", Some("0.4.0"), expression("MIT OR Apache-2.0")),
        component("cobalt", None, Licence::Absent),
        component("<b>bold</b>", Some("1"), Licence::Text("see file".to_owned())),
        component("nettle", Some("2"), Licence::NoAssertion),
        component("larch", Some("1.5"), Licence::None),
    ];
    for index in 0..64 {
        components.push(component(&format!("part-{index:02}"), Some("1.0"), expression("MIT")));
    }
    Sbom {
        spec: "CycloneDX".to_owned(),
        spec_version: "1.6".to_owned(),
        serial: Some("urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79".to_owned()),
        version: Some("1".to_owned()),
        created: Some(instant("2026-03-25T06:00:00Z")),
        creators: vec!["Release team".to_owned()],
        creator_contact: false,
        tools: vec!["sbomtool 1.2".to_owned()],
        lifecycles: vec!["build".to_owned()],
        primary: Some(component("ledger", Some("4.2.1"), expression("Apache-2.0"))),
        completeness: Some("complete".to_owned()),
        tlp: Some("CLEAR".to_owned()),
        signature_present: true,
        // with a circle, and a way that leads to nothing
        edges: [
            ("ledger", "aster-http"),
            ("aster-http", "aster-json"),
            ("aster-http", "brindle"),
            ("aster-json", "brindle"),
            ("brindle", "aster-http"),
            ("brindle", "not-listed"),
            ("larch", "nettle"),
        ]
        .map(|(from, to)| Edge {
            from: format!("ref-{from}").into(),
            to: format!("ref-{to}").into(),
            kind: "depends".into(),
        })
        .to_vec(),
        components,
        vulnerabilities: vec![statement("EX-2026-0155", "ref-brindle", VexStatus::UnderInvestigation)],
        attestation: None,
    }
}

fn receipt() -> Receipt {
    let check = |name: &str, outcome: Outcome| Check {
        id: name.to_owned(),
        title: format!("Check {name}"),
        outcome,
        raw_outcome: Some("raw".to_owned()),
        asked: Some("all".to_owned()),
        found: Some("most".to_owned()),
        evidence: vec![
            FileRef { path: "evidence/tests/junit.xml".to_owned(), sha256: None, size_bytes: None },
            FileRef { path: "missing.json".to_owned(), sha256: Some("00".repeat(32)), size_bytes: None },
        ],
    };
    Receipt {
        decision_id: Some("d-1".to_owned()),
        decision: Decision::Hold,
        raw_decision: "HOLD".to_owned(),
        subject: Some("Ledger 4.2.1".to_owned()),
        subject_digest: Some(format!("sha256:{}", "ef".repeat(32))),
        action: Some("promote".to_owned()),
        actor: Some("release-bot".to_owned()),
        decided_at: Some(instant("2026-03-30T09:00:00Z")),
        policy: Some("release/3".to_owned()),
        run_id: Some("run-77".to_owned()),
        confidence: Some(0.75),
        risk_score: Some(40),
        reason_codes: vec!["RTO".to_owned(), "TESTS_OK".to_owned()],
        notes: vec!["Waits for the drill.".to_owned()],
        checks: vec![
            check("tests", Outcome::Pass),
            check("drill", Outcome::Fail),
            check("scan", Outcome::NotRun),
            check("odd", Outcome::Unknown),
        ],
        approvers: vec!["Release manager".to_owned()],
        override_details: Some(Override {
            approver: "Head of platform".to_owned(),
            reason: "A customer needs the fix.".to_owned(),
            at: Some(instant("2026-03-30T10:00:00Z")),
        }),
        defects: Vec::new(),
        refs: vec![FileRef {
            path: "evidence/sbom/ledger.cdx.json".to_owned(),
            sha256: None,
            size_bytes: None,
        }],
    }
}

fn tests(failures: u64) -> TestReport {
    TestReport {
        name: Some("all".to_owned()),
        tests: 120,
        passed: 118 - failures,
        failures,
        errors: 0,
        skipped: 2,
        declared_tests: Some(121),
        duration_ms: Some(65_250),
        timestamp: Some(instant("2026-03-30T08:00:00Z")),
        suites: vec![TestSuite {
            name: "unit <one>".to_owned(),
            tests: 120,
            failures,
            errors: 0,
            skipped: 2,
            duration_ms: Some(65_250),
        }],
        not_passed: vec![TestCase {
            suite: "unit".to_owned(),
            name: "needs a network".to_owned(),
            outcome: "skipped".to_owned(),
            message: Some("</td><script>alert(1)</script>".to_owned()),
        }],
        case_names: Vec::new(),
    }
}

fn declarations() -> Declarations {
    Declarations {
        assessors: vec!["Specimen (third party)".to_owned()],
        claims: vec![DeclaredClaim {
            reference: "claim-1".to_owned(),
            target: Some("ledger".to_owned()),
            predicate: Some("It is safe.".to_owned()),
            reasoning: None,
            evidence: vec!["ev-1".to_owned()],
            counter_evidence: Vec::new(),
            mitigation_strategies: Vec::new(),
        }],
        evidence: vec![DeclaredEvidence {
            reference: "ev-1".to_owned(),
            property_name: None,
            description: Some("A report".to_owned()),
            created: Some("yesterday".to_owned()),
            expires: None,
        }],
        mappings: vec![DeclaredMapping {
            title: None,
            requirement: "A1.2".to_owned(),
            claims: vec!["claim-1".to_owned()],
            counter_claims: Vec::new(),
            conformance: Some(0.8),
            confidence: None,
        }],
        affirmation: Some("We affirm.".to_owned()),
    }
}

/// All of it.
pub(super) fn all() -> Vec<Evidence> {
    let missed = || objective("rto", Some("4h"), Some("5h12m"), Some(false));
    let held = || objective("rto", Some("4h"), Some("3h41m"), Some(true));
    let unknown = || objective("rto", Some("30m"), None, None);
    let a_drill = |name: &str, title: &str, day: &str, rto: Objective, result: DrillResult| {
        let started = format!("{day}T08:00:00Z");
        evidence(
            name,
            title,
            &format!("evidence/drills/{name}.yaml"),
            Some(&started),
            Body::Drill(Box::new(drill(name, title, &started, rto, result))),
        )
    };
    let mut planned =
        a_drill("drill-planned", "Loss of a region", "2026-05-12", unknown(), DrillResult::NotRun);
    planned.mode = Mode::Planned;
    planned.captured_at = None;
    let mut sample = evidence(
        "sample",
        "Sample \"quoted\" <i>evidence</i>",
        "evidence/odd name (ü).json",
        Some("2026-03-01T00:00:00Z"),
        Body::Attachment,
    );
    sample.mode = Mode::Sample;
    sample.trust = Trust::Placeholder;
    sample.source_state = Some("cd".repeat(32));
    sample.publish_original = false;
    let vex = Vex {
        document_id: Some("https://ledger.example/vex/1".to_owned()),
        author: Some("Security".to_owned()),
        version: Some("3".to_owned()),
        timestamp: Some(instant("2026-03-25T00:00:00Z")),
        statements: vec![
            statement("EX-2026-0142", "pkg:cargo/aster-http@2.9.1", VexStatus::Affected),
            statement("EX-2026-0098", "pkg:cargo/aster-json@3.3.4", VexStatus::NotAffected),
        ],
        ..Vex::default()
    };
    let late = Some("2026-03-25T06:00:00Z");
    let mut receipt = evidence(
        "receipt",
        "Decision on 4.2.1",
        "evidence/receipt.json",
        Some("2026-03-30T09:00:00Z"),
        Body::DecisionReceipt(Box::new(receipt())),
    );
    receipt.trust = Trust::SignatureVerified;
    vec![
        a_drill(
            "drill-restore-2026",
            "Restore drill, both regions",
            "2026-03-13",
            missed(),
            DrillResult::Failed,
        ),
        a_drill(
            "drill-restore-2025",
            "Restore drill, one region",
            "2025-09-11",
            held(),
            DrillResult::PassedWithFindings,
        ),
        a_drill("drill-zone", "Loss of a zone", "2026-03-02", unknown(), DrillResult::Inconclusive),
        planned,
        sample,
        receipt,
        evidence(
            "sbom-ledger",
            "SBOM of Ledger 4.2.1",
            "evidence/sbom/ledger.cdx.json",
            late,
            Body::Sbom(Box::new(sbom())),
        ),
        evidence("vex-ledger", "VEX of Ledger", "evidence/vex.json", late, Body::Vex(Box::new(vex))),
        evidence(
            "tests",
            "Test run",
            "evidence/tests/junit.xml",
            Some("2026-03-30T08:00:00Z"),
            Body::TestReport(Box::new(tests(0))),
        ),
        evidence(
            "tests-red",
            "Failing run",
            "evidence/tests/red.xml",
            Some("2026-03-29T08:00:00Z"),
            Body::TestReport(Box::new(tests(3))),
        ),
        evidence(
            "scan",
            "Scanner output",
            "evidence/scan.txt",
            Some("2025-09-23T00:00:00Z"),
            Body::Attachment,
        ),
        evidence(
            "matrix",
            "Declared claims",
            "evidence/matrix.cdx.json",
            late,
            Body::ClaimMatrix(Box::new(declarations())),
        ),
        evidence("sarif", "Scan of Ledger", "evidence/scan.sarif", late, Body::Scan(Box::new(kinds::scan()))),
        evidence(
            "grades",
            "Grades of the repository",
            "evidence/scorecard.json",
            late,
            Body::Scan(Box::new(kinds::grades())),
        ),
        evidence(
            "coverage",
            "Coverage of Ledger",
            "evidence/lcov.info",
            late,
            Body::Coverage(Box::new(kinds::coverage())),
        ),
        evidence(
            "provenance",
            "Provenance of Ledger",
            "evidence/provenance.intoto.jsonl",
            late,
            Body::Attestation(Box::new(kinds::attestation())),
        ),
        evidence(
            "assessment",
            "Spring assessment",
            "evidence/assessment.json",
            late,
            Body::ControlAssessment(Box::new(oscal::assessment())),
        ),
        evidence(
            "components",
            "What Ledger implements",
            "evidence/components.json",
            late,
            Body::ControlImplementation(Box::new(oscal::implementation())),
        ),
        evidence(
            "catalog",
            "House rules",
            "evidence/catalog.json",
            late,
            Body::ControlCatalog(Box::new(oscal::catalog())),
        ),
        evidence(
            "plan",
            "What is still to be done",
            "evidence/poam.json",
            late,
            Body::ActionPlan(Box::new(oscal::plan())),
        ),
        evidence(
            "insights",
            "Security Insights of Ledger",
            "evidence/security-insights.yml",
            late,
            Body::SecurityInsights(Box::new(oscal::insights())),
        ),
        evidence(
            "objectives",
            "Objectives of Ledger",
            "evidence/slo.yaml",
            None,
            Body::ServiceObjectives(Box::new(oscal::objectives())),
        ),
    ]
}
