//! A snapshot with one or more records of every kind, for the tests of this room.

use std::collections::BTreeMap;

use crate::model::assessment::*;
use crate::model::catalog::ById;
use crate::model::catalog::Catalog;
use crate::model::changes::Change;
use crate::model::changes::ChangeType;
use crate::model::changes::Changes;
use crate::model::changes::Direction;
use crate::model::config::Site;
use crate::model::content::ContentFile;
use crate::model::drill::*;
use crate::model::evidence::*;
use crate::model::id::Id;
use crate::model::receipt::Decision;
use crate::model::receipt::Receipt;
use crate::model::record::Origin;
use crate::model::record::Record;
use crate::model::sbom::Component;
use crate::model::sbom::Licence;
use crate::model::sbom::Sbom;
use crate::model::snapshot::Head;
use crate::model::snapshot::Snapshot;
use crate::model::snapshot::SnapshotState;
use crate::model::snapshot::Stub;
use crate::model::status::Status;
use crate::model::time::Instant;
use crate::model::time::Period;
use crate::model::vex::Vex;
use crate::model::vex::VexStatement;
use crate::model::vex::VexStatus;
use crate::model::visibility::Audience;
use crate::model::visibility::Visibility;

pub(super) const SBOM_BYTES: &[u8] = b"{\"bomFormat\": \"CycloneDX\"}\n";

pub(super) fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn by_id<T: Record>(records: Vec<T>) -> ById<T> {
    records.into_iter().map(|record| (record.id().clone(), record)).collect()
}

fn catalog() -> Catalog {
    let content: ContentFile = serde_saphyr::from_str(include_str!("fixture.yaml")).unwrap();
    let evidence = [
        evidence("sbom-2-1-0", "SBOM of Ledger 2.1.0", Body::Sbom(Box::new(sbom()))),
        evidence("vex-2026-01", "VEX of January 2026", Body::Vex(Box::new(vex()))),
        evidence("restore-2025-12", "Restore drill of December 2025", Body::Drill(Box::new(drill()))),
        evidence("decision-2-1-0", "Decision on Ledger 2.1.0", Body::DecisionReceipt(Box::new(receipt()))),
        evidence("pentest-letter", "Letter of the penetration test", Body::Attachment),
    ];
    Catalog {
        organization: content.organization.unwrap(),
        vulnerability_disclosure: content.vulnerability_disclosure,
        pages: Vec::new(),
        evidence: by_id(evidence.into_iter().collect()),
        products: by_id(content.products),
        claims: by_id(content.claims),
        certifications: by_id(content.certifications),
        frameworks: by_id(content.frameworks),
        controls: by_id(content.controls),
        responsibilities: by_id(content.responsibilities),
        subprocessors: by_id(content.subprocessors),
        policies: by_id(content.policies),
        documents: by_id(content.documents),
        answers: by_id(content.answers),
        faq: by_id(content.faq),
        data_residency: by_id(content.data_residency),
        compatibility: by_id(content.compatibility),
        incidents: by_id(content.incidents),
        releases: by_id(content.releases),
        architecture: by_id(content.architecture),
        risks: by_id(content.risks),
        waivers: by_id(content.waivers),
        blockers: by_id(content.blockers),
        questions: by_id(content.questions),
        kpis: by_id(content.kpis),
        access_reviews: by_id(content.access_reviews),
        audit_exports: by_id(content.audit_exports),
        checklists: by_id(content.checklists),
        claim_charts: by_id(content.claim_charts),
        assignments: by_id(content.assignments),
    }
}

fn evidence(id: &str, title: &str, body: Body) -> Evidence {
    Evidence {
        id: Id::new(id).unwrap(),
        title: title.to_owned(),
        description: None,
        source: Source {
            path: format!("evidence/2.1.0/{id}.json"),
            sha256: crate::bundle::digest::Digest::of(SBOM_BYTES).to_string(),
            size_bytes: SBOM_BYTES.len() as u64,
            media_type: "application/json".to_owned(),
            adapter: "cyclonedx-json".to_owned(),
            format_version: Some("1.6".to_owned()),
            archived_as: None,
        },
        captured_at: Some(at("2025-12-14T09:30:00Z")),
        mode: Mode::Live,
        trust: Trust::WellFormed,
        subject: Some("Ledger 2.1.0".to_owned()),
        source_state: None,
        release: Some(Id::new("ledger-2.1.0").unwrap()),
        visibility: Visibility::Public,
        audience: Vec::new(),
        public_stub: None,
        publish_original: true,
        unknown_fields: 0,
        body,
        origin: Origin::default(),
    }
}

fn sbom() -> Sbom {
    let component = |name: &str, version: &str, licence: Licence| Component {
        reference: format!("{name}@{version}"),
        kind: Some("library".to_owned()),
        name: name.to_owned(),
        version: Some(version.to_owned()),
        purl: Some(format!("pkg:cargo/{name}@{version}")),
        licence,
        ..Component::default()
    };
    Sbom {
        spec: "CycloneDX".to_owned(),
        spec_version: "1.6".to_owned(),
        serial: None,
        version: Some("1".to_owned()),
        created: Some(at("2025-12-14T09:30:00Z")),
        creators: Vec::new(),
        creator_contact: false,
        tools: vec!["sbom-tool 1.2".to_owned()],
        lifecycles: Vec::new(),
        primary: None,
        completeness: Some("complete".to_owned()),
        tlp: None,
        signature_present: false,
        components: vec![
            component("serde", "1.0.228", Licence::Expression("MIT OR Apache-2.0".to_owned())),
            component("tera", "2.4.0", Licence::Expression("MIT".to_owned())),
            component("mystery", "0.1.0", Licence::Absent),
        ],
        edges: Vec::new(),
        vulnerabilities: Vec::new(),
        attestation: None,
    }
}

fn vex() -> Vex {
    let statement = |name: &str, status: VexStatus, raw: &str, why: &str| VexStatement {
        vulnerability: name.to_owned(),
        aliases: Vec::new(),
        description: None,
        severity: Some("high".to_owned()),
        products: vec!["pkg:cargo/tera@2.4.0".to_owned()],
        status,
        raw_status: raw.to_owned(),
        justification: Some("vulnerable_code_not_in_execute_path".to_owned()),
        detail: Some(why.to_owned()),
        timestamp: Some(at("2026-01-05T00:00:00Z")),
    };
    Vex {
        document_id: None,
        author: Some("Example Ledger Ltd".to_owned()),
        version: None,
        timestamp: None,
        statements: vec![
            statement("CVE-2026-0002", VexStatus::NotAffected, "not_affected", "the parser is not linked"),
            statement(
                "CVE-2026-0001",
                VexStatus::UnderInvestigation,
                "under_investigation",
                "an answer is due on 2026-01-20",
            ),
        ],
        ..Vex::default()
    }
}

fn drill() -> Drill {
    let objective = |metric: &str, target: i64, achieved: i64| Objective {
        metric: metric.to_owned(),
        name: None,
        service: Some("ledger-eu".to_owned()),
        target: Some(Amount::Period(Period::from_seconds(target))),
        achieved: Some(Amount::Period(Period::from_seconds(achieved))),
        unit: None,
        compare: Compare::AtMost,
        note: None,
        met: Some(achieved <= target),
    };
    Drill {
        drill_id: "restore-2025-12".to_owned(),
        title: "Restore of the ledger database".to_owned(),
        drill_type: DrillType::Restore,
        environment: Environment::Production,
        announced: Some(true),
        scope: Scope::default(),
        scenario: Some("The primary database is lost.".to_owned()),
        hypothesis: None,
        started: Some(at("2025-12-14T08:00:00Z")),
        ended: Some(at("2025-12-14T13:12:00Z")),
        rto_clock: "disruption".to_owned(),
        timeline: Vec::new(),
        recovery_point: None,
        objectives: vec![objective("rto", 14_400, 18_720), objective("rpo", 900, 240)],
        steady_state: SteadyState::default(),
        actions: Vec::new(),
        rollbacks: Vec::new(),
        data_integrity: None,
        declared: None,
        raw_result: None,
        summary: None,
        computed: DrillResult::Failed,
        reasons: vec!["RTO 5 h 12 min, target at most 4 h".to_owned()],
        findings: Vec::new(),
        participants: Vec::new(),
        plan: None,
        cadence: Cadence::default(),
        controls: Vec::new(),
        tool: None,
    }
}

fn receipt() -> Receipt {
    Receipt {
        decision_id: Some("d-17".to_owned()),
        decision: Decision::Allow,
        raw_decision: "promote".to_owned(),
        subject: Some("Ledger 2.1.0".to_owned()),
        subject_digest: None,
        action: Some("release".to_owned()),
        actor: Some("release pipeline".to_owned()),
        decided_at: Some(at("2025-12-15T10:00:00Z")),
        policy: None,
        run_id: None,
        confidence: None,
        risk_score: None,
        reason_codes: Vec::new(),
        notes: Vec::new(),
        checks: Vec::new(),
        approvers: vec!["head of engineering".to_owned()],
        override_details: None,
        refs: Vec::new(),
        defects: Vec::new(),
    }
}

fn criterion(id: &str, text: &str, asked: &str, found: &str, status: Status) -> CriterionResult {
    CriterionResult {
        id: Id::new(id).unwrap(),
        text: text.to_owned(),
        kind: "evidence-fresh".to_owned(),
        group: None,
        required: true,
        asked: asked.to_owned(),
        found: found.to_owned(),
        status,
        status_without_waiver: status,
        reason: "evidence-stale".to_owned(),
        help: if status.is_satisfied() { String::new() } else { "run it again".to_owned() },
        evidence: Vec::new(),
        waiver: None,
        valid_until: None,
        withheld: 0,
    }
}

fn assessment(catalog: &Catalog) -> Assessment {
    let date = |status: Status, word: &str, why: &str| DateStatus {
        status,
        word: word.to_owned(),
        why: why.to_owned(),
        ends: None,
        days_left: None,
    };
    let claims = catalog
        .claims
        .keys()
        .zip([Status::Met, Status::NotMet, Status::NotAssessed].into_iter().cycle())
        .map(|(id, status)| {
            let judged = ClaimAssessment {
                claim: id.clone(),
                status,
                why: "the newest restore took 5 h 12 min".to_owned(),
                criteria: vec![criterion("restore", "A restore works", "at most 4 h", "5 h 12 min", status)],
                counted: 1,
                listed: 2,
                evidence: Vec::new(),
                oldest_evidence: Some(at("2025-12-14T09:30:00Z")),
                valid_until: None,
            };
            (id.clone(), judged)
        })
        .collect();
    let dates_of = |status: Status, word: &str, why: &str, ids: Vec<&Id>| -> BTreeMap<Id, DateStatus> {
        ids.into_iter().map(|id| (id.clone(), date(status, word, why))).collect()
    };
    let dates = BTreeMap::from([
        (
            "certifications".to_owned(),
            dates_of(Status::Expiring, "Expiring", "in 52 days", catalog.certifications.keys().collect()),
        ),
        (
            "policies".to_owned(),
            dates_of(Status::Stale, "Review overdue", "since 12 days", catalog.policies.keys().collect()),
        ),
        (
            "documents".to_owned(),
            dates_of(Status::Met, "Current", "in 300 days", catalog.documents.keys().collect()),
        ),
        (
            "answers".to_owned(),
            dates_of(Status::Met, "Current", "in 100 days", catalog.answers.keys().collect()),
        ),
    ]);
    let evidence = catalog
        .evidence
        .keys()
        .map(|id| {
            let judged = EvidenceAssessment {
                age: Some(Age {
                    days: 28,
                    limit_days: 90,
                    status: Status::Met,
                    stale_from: at("2026-03-14T09:30:00Z"),
                }),
                can_count: true,
                why_not: None,
                claims: Vec::new(),
                criteria: Vec::new(),
            };
            (id.clone(), judged)
        })
        .collect();
    Assessment {
        as_of: at("2026-01-11T00:00:00Z"),
        claims,
        verdicts: vec![Verdict {
            profile: Id::new("release").unwrap(),
            profile_version: "1".to_owned(),
            title: "Release".to_owned(),
            description: String::new(),
            subject: "Ledger 2.1.0".to_owned(),
            state: "blocked".to_owned(),
            word: "Blocked".to_owned(),
            status: Status::NotMet,
            sentence: "Ledger 2.1.0 is blocked: 1 of 3 required conditions is not met".to_owned(),
            passes: false,
            declared: Some("promote".to_owned()),
            declared_agrees: Some(false),
            criteria: vec![
                criterion(
                    "restore",
                    "A restore met its objectives",
                    "at most 4 h",
                    "5 h 12 min",
                    Status::NotMet,
                ),
                criterion(
                    "sbom",
                    "An SBOM names its components",
                    "at least 1",
                    "1, 3 components",
                    Status::Met,
                ),
                criterion("tests", "All tests passed", "0 failures", "0 of 512", Status::Met),
            ],
            groups: vec![GroupResult {
                id: Id::new("prove").unwrap(),
                title: "Prove".to_owned(),
                description: String::new(),
                word: "gate".to_owned(),
                criteria: vec![Id::new("restore").unwrap()],
                in_order: true,
                state: GroupState::Failed,
                state_alone: GroupState::Failed,
                blocked_by: None,
                sentence: "Prove failed: 0 of 1 criteria hold, and counted evidence says no.".to_owned(),
                required: 1,
                met: 0,
                waived: 0,
                not_applicable: 0,
                complete_percent: Some(0),
                valid_until: None,
            }],
            valid_until: Some(at("2026-03-14T09:30:00Z")),
        }],
        evidence,
        dates,
        waivers: BTreeMap::new(),
        attention: vec![Attention {
            kind: "claims".to_owned(),
            id: Id::new("restore-in-time").unwrap(),
            title: "A lost database is back within four hours.".to_owned(),
            status: Status::NotMet,
            word: "Not met".to_owned(),
            why: "the newest restore took 5 h 12 min".to_owned(),
            date: Some(at("2025-12-14T09:30:00Z")),
            next: "repeat the drill with the new runbook".to_owned(),
        }],
        runs: Default::default(),
    }
}

/// A draft of snapshot 7 for the public.
pub(super) fn snapshot() -> Snapshot {
    let catalog = catalog();
    let assessment = assessment(&catalog);
    Snapshot {
        head: Head {
            seq: 7,
            state: SnapshotState::Draft,
            development: true,
            label: None,
            as_of: at("2026-01-11T00:00:00Z"),
            expires: at("2026-04-11T00:00:00Z"),
            notice_days: 60,
            audience: Audience::Public,
            generator: "trustbook 0.1.0".to_owned(),
            source_state: Some("0123456789abcdef".repeat(4)),
            public_key: "RWQ".to_owned(),
            key_id: "F1E2D3C4B5A69788".to_owned(),
        },
        site: Site {
            title: "Trust center of Example Ledger Ltd".to_owned(),
            slug: Id::new("example").unwrap(),
            origin: "trust.ledger.example".to_owned(),
            base_url: None,
            language: "en".to_owned(),
            notice: Some("Example: no such company exists".to_owned()),
            link_colour: None,
        },
        catalog,
        assessment,
        findings: Vec::new(),
        sbom_changes: Vec::new(),
        changes: Some(Changes {
            from: "0006".to_owned(),
            to: "0007".to_owned(),
            changes: vec![Change {
                direction: Direction::Weaker,
                kind: "claims".to_owned(),
                id: "restore-in-time".to_owned(),
                title: "A lost database is back within four hours.".to_owned(),
                change: ChangeType::Changed,
                field: "status".to_owned(),
                was: "Met".to_owned(),
                now: "Not met".to_owned(),
                rule: "claim-status-worse".to_owned(),
            }],
        }),
        history: Vec::new(),
        rules: None,
        stubs: vec![Stub {
            kind: "documents".to_owned(),
            title: "Penetration test report".to_owned(),
            how_to_ask: "ask security@ledger.example; an agreement is needed".to_owned(),
        }],
    }
}
