//! Small records for tests of rooms that never see a disk.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::json;
use trustbook::model::catalog::Catalog;
use trustbook::model::config::Config;
use trustbook::model::drill::Drill;
use trustbook::model::evidence::Body;
use trustbook::model::evidence::Evidence;
use trustbook::model::evidence::Mode;
use trustbook::model::evidence::Source;
use trustbook::model::evidence::Trust;
use trustbook::model::id::Id;
use trustbook::model::profile::Profile;
use trustbook::model::receipt::Decision;
use trustbook::model::receipt::Receipt;
use trustbook::model::record::Origin;
use trustbook::model::record::Record;
use trustbook::model::sbom::Component;
use trustbook::model::sbom::Sbom;
use trustbook::model::test_report::TestReport;
use trustbook::model::time::Instant;
use trustbook::model::vex::Vex;
use trustbook::model::vex::VexStatement;
use trustbook::model::vex::VexStatus;
use trustbook::model::visibility::Visibility;

/// The instant of most tests.
pub(crate) const NOON: &str = "2026-03-31T12:00:00Z";

pub(crate) fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

pub(crate) fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

pub(crate) fn config() -> Config {
    serde_json::from_value(json!({
        "site": { "title": "Trust center of Sample", "slug": "sample", "origin": "trust.example.com" },
    }))
    .unwrap()
}

pub(crate) fn release_profile() -> Profile {
    serde_saphyr::from_str(include_str!("../../profiles/release.yaml")).unwrap()
}

/// A profile like `release`, with other criteria.
pub(crate) fn profile(name: &str, criteria: Value) -> Profile {
    let mut profile = release_profile();
    profile.id = id(name);
    profile.criteria = serde_json::from_value(criteria).unwrap();
    profile
}

/// Public, live, readable, captured ten days before noon.
pub(crate) fn evidence(name: &str, body: Body) -> Evidence {
    Evidence {
        id: id(name),
        title: format!("Evidence {name}"),
        description: None,
        source: Source {
            path: format!("evidence/{name}.json"),
            sha256: digest(name),
            size_bytes: 10,
            media_type: "application/json".to_owned(),
            adapter: "sample".to_owned(),
            format_version: None,
            archived_as: None,
        },
        captured_at: Some(at("2026-03-21T12:00:00Z")),
        mode: Mode::Live,
        trust: Trust::WellFormed,
        subject: None,
        source_state: None,
        release: Some(id("r1")),
        visibility: Visibility::Public,
        audience: Vec::new(),
        public_stub: None,
        publish_original: true,
        unknown_fields: 0,
        body,
        origin: Origin { path: "evidence/index.yaml".to_owned(), pointer: format!("/evidence/{name}") },
    }
}

/// 64 hex digits made from a name.
pub(crate) fn digest(name: &str) -> String {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    let mut out = String::new();
    while out.len() < 64 {
        for byte in name.bytes() {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        out.push_str(&format!("{state:016x}"));
    }
    out
}

pub(crate) fn receipt(decision: Decision) -> Receipt {
    Receipt {
        decision_id: None,
        decision,
        raw_decision: format!("{decision:?}").to_uppercase(),
        subject: None,
        subject_digest: None,
        action: Some("release".to_owned()),
        actor: None,
        decided_at: Some(at("2026-03-21T12:00:00Z")),
        policy: None,
        run_id: None,
        confidence: None,
        risk_score: Some(40),
        reason_codes: Vec::new(),
        notes: Vec::new(),
        checks: Vec::new(),
        approvers: Vec::new(),
        override_details: None,
        defects: Vec::new(),
        refs: Vec::new(),
    }
}

pub(crate) fn tests(tests: u64, failures: u64) -> TestReport {
    TestReport {
        name: None,
        tests,
        passed: tests - failures,
        failures,
        errors: 0,
        skipped: 0,
        declared_tests: None,
        duration_ms: None,
        timestamp: None,
        suites: Vec::new(),
        not_passed: Vec::new(),
        case_names: (0..tests).map(|n| (format!("suite::case-{n}"), n >= failures)).collect(),
    }
}

pub(crate) fn component(name: &str, version: &str) -> Component {
    Component {
        reference: name.to_owned(),
        name: name.to_owned(),
        version: Some(version.to_owned()).filter(|version| !version.is_empty()),
        purl: Some(format!("pkg:cargo/{name}@{version}")),
        ..Component::default()
    }
}

pub(crate) fn sbom(components: Vec<Component>) -> Sbom {
    Sbom {
        spec: "CycloneDX".to_owned(),
        spec_version: "1.6".to_owned(),
        serial: None,
        version: None,
        created: None,
        creators: Vec::new(),
        creator_contact: false,
        tools: Vec::new(),
        lifecycles: Vec::new(),
        primary: None,
        completeness: None,
        tlp: None,
        signature_present: false,
        components,
        edges: Vec::new(),
        vulnerabilities: Vec::new(),
        attestation: None,
    }
}

pub(crate) fn statement(vulnerability: &str, status: VexStatus, time: Option<&str>) -> VexStatement {
    VexStatement {
        vulnerability: vulnerability.to_owned(),
        aliases: Vec::new(),
        description: None,
        severity: None,
        products: vec!["pkg:cargo/a@1.0.0".to_owned()],
        status,
        raw_status: format!("{status:?}"),
        justification: None,
        detail: None,
        timestamp: time.map(at),
    }
}

pub(crate) fn vex(statements: Vec<VexStatement>) -> Vex {
    Vex { statements, ..Vex::default() }
}

/// A drill from the native fields a test gives; the rest is empty.
pub(crate) fn drill(objectives: Value, computed: Value) -> Drill {
    let objectives = serde_json::from_value(objectives).unwrap();
    Drill {
        drill_id: "d".to_owned(),
        title: "Restore".to_owned(),
        drill_type: serde_json::from_value(json!("restore")).unwrap(),
        environment: serde_json::from_value(json!("staging")).unwrap(),
        announced: None,
        scope: Default::default(),
        scenario: None,
        hypothesis: None,
        started: Some(at("2026-03-21T10:00:00Z")),
        ended: Some(at("2026-03-21T12:00:00Z")),
        rto_clock: "disruption".to_owned(),
        timeline: Vec::new(),
        recovery_point: None,
        objectives,
        steady_state: Default::default(),
        actions: Vec::new(),
        rollbacks: Vec::new(),
        data_integrity: None,
        declared: None,
        raw_result: None,
        summary: None,
        computed: serde_json::from_value(computed).unwrap(),
        reasons: Vec::new(),
        findings: Vec::new(),
        participants: Vec::new(),
        plan: None,
        cadence: Default::default(),
        controls: Vec::new(),
        tool: None,
    }
}

/// Records of one kind from JSON, by id; public where nothing else is said, with an origin.
pub(crate) fn records<R: Record + serde::de::DeserializeOwned>(list: Value) -> BTreeMap<Id, R> {
    let mut records = BTreeMap::new();
    for (position, mut value) in list.as_array().unwrap().iter().cloned().enumerate() {
        let map = value.as_object_mut().unwrap();
        map.entry("visibility").or_insert(json!("public"));
        let mut record: R = serde_json::from_value(value).unwrap();
        record.set_origin(Origin {
            path: format!("content/{}.yaml", R::KIND),
            pointer: format!("/{}/{position}", R::KIND),
        });
        records.insert(record.id().clone(), record);
    }
    records
}

/// A product with one release that has everything the profile `release` asks for.
pub(crate) fn ready() -> Catalog {
    let mut catalog = Catalog {
        products: records(json!([{ "id": "p", "name": "Sample" }])),
        releases: records(
            json!([{ "id": "r1", "product": "p", "version": "1.0.0", "released": "2026-03-21" }]),
        ),
        ..Catalog::default()
    };
    add(&mut catalog, evidence("decision", Body::DecisionReceipt(Box::new(receipt(Decision::Allow)))));
    add(&mut catalog, evidence("junit", Body::TestReport(Box::new(tests(10, 0)))));
    add(&mut catalog, evidence("bom", Body::Sbom(Box::new(sbom(vec![component("a", "1.0.0")])))));
    let answered = vex(vec![statement("CVE-2026-1", VexStatus::NotAffected, Some("2026-03-20T00:00:00Z"))]);
    add(&mut catalog, evidence("vex", Body::Vex(Box::new(answered))));
    catalog
}

pub(crate) fn add(catalog: &mut Catalog, evidence: Evidence) {
    catalog.evidence.insert(evidence.id.clone(), evidence);
}
