//! Assessments, plans, catalogs, objectives and Security Insights of the test site.

use super::super::instant;
use crate::model::objectives::*;
use crate::model::oscal::*;
use crate::model::oscal_controls::*;
use crate::model::security_insights::*;

fn document(title: &str) -> OscalDocument {
    OscalDocument {
        uuid: Some("11111111-1111-4111-8111-111111111111".to_owned()),
        title: Some(title.to_owned()),
        version: Some("2".to_owned()),
        oscal_version: Some("1.1.2".to_owned()),
        last_modified: Some(instant("2026-03-20T00:00:00Z")),
        organisations: vec!["Assessors <Ltd>".to_owned()],
        markings: vec!["company internal".to_owned()],
    }
}

fn risk(title: &str, state: RiskState, raw: &str, deadline: &str) -> AssessedRisk {
    AssessedRisk {
        uuid: None,
        title: title.to_owned(),
        statement: Some("Traces could be lost.".to_owned()),
        state,
        raw_state: Some(raw.to_owned()),
        deadline: Some(instant(deadline)),
        facets: vec!["likelihood low".to_owned()],
        milestones: vec![Milestone {
            title: "Roles are split".to_owned(),
            due: Some(instant("2026-04-15T00:00:00Z")),
        }],
    }
}

/// One finding of every state, and observations of which one has ended.
pub(super) fn assessment() -> ControlAssessment {
    let finding = |title: &str, state, raw: Option<&str>| ObjectiveFinding {
        title: title.to_owned(),
        description: Some("What was <seen>.".to_owned()),
        target: Some("ac-6.1_obj".to_owned()),
        state,
        raw_state: raw.map(str::to_owned),
        reason: Some("fail".to_owned()),
        implementation: Some("partial".to_owned()),
        observations: vec!["Roles were listed".to_owned()],
        risks: vec!["Roles that may do too much".to_owned()],
    };
    let observation = |title: &str, expires: Option<&str>| Observation {
        title: title.to_owned(),
        description: None,
        methods: vec!["TEST".to_owned()],
        types: vec!["finding".to_owned()],
        raw_result: Some("pass".to_owned()),
        collected: Some(instant("2025-11-02T00:00:00Z")),
        expires: expires.map(instant),
    };
    ControlAssessment {
        document: document("Spring assessment"),
        plan: Some("./plan.json".to_owned()),
        results: vec![AssessmentResult {
            title: "Access control".to_owned(),
            start: Some(instant("2026-03-01T00:00:00Z")),
            end: Some(instant("2026-03-09T00:00:00Z")),
            controls: vec!["ac-1".to_owned(), "ac-6.1".to_owned()],
            all_controls: false,
            findings: vec![
                finding("A role may delete logs", ObjectiveState::NotSatisfied, Some("not-satisfied")),
                finding("Nobody could tell", ObjectiveState::Unclear, Some("perhaps")),
                finding("A policy exists", ObjectiveState::Satisfied, Some("satisfied")),
            ],
            observations: vec![
                observation("Roles were listed", Some("2026-01-01T00:00:00Z")),
                observation("A rule of the scanner", None),
            ],
            risks: vec![
                risk("Roles that may do too much", RiskState::Open, "investigating", "2026-02-01T00:00:00Z"),
                risk("A door", RiskState::Closed, "closed", "2026-02-01T00:00:00Z"),
            ],
        }],
        findings: 3,
        satisfied: 1,
        not_satisfied: 1,
        unclear: 1,
        observations: 2,
        risks: 2,
    }
}

/// An open and overdue item, an accepted and a closed one.
pub(super) fn plan() -> ActionPlan {
    let item = |title: &str, state, raw: &str| ActionItem {
        id: Some("V-1".to_owned()),
        title: title.to_owned(),
        description: Some("Everywhere.".to_owned()),
        state,
        raw_states: vec![raw.to_owned()],
        deadline: Some(instant("2026-02-01T00:00:00Z")),
        risks: vec!["Old library".to_owned()],
        milestones: vec![Milestone { title: "Tests pass".to_owned(), due: None }],
    };
    ActionPlan {
        document: document("What is still to be done"),
        system: Some("33333333-3333-4333-8333-333333333336".to_owned()),
        items: vec![
            item("Replace the library", RiskState::Open, "open"),
            item("The window", RiskState::Accepted, "deviation-approved"),
            item("The door", RiskState::Closed, "closed"),
        ],
        total_items: 3,
        open_items: 1,
        accepted_items: 1,
        closed_items: 1,
        risks: 3,
    }
}

/// A component with controls of one source.
pub(super) fn implementation() -> ControlImplementation {
    ControlImplementation {
        document: document("What Ledger implements"),
        components: vec![DefinedComponent {
            uuid: None,
            component_type: Some("service".to_owned()),
            title: "Ledger".to_owned(),
            description: Some("It keeps <books>.".to_owned()),
            sets: vec![ImplementedSet {
                source: "#baseline".to_owned(),
                source_title: Some("Small baseline".to_owned()),
                controls: vec![ImplementedControl {
                    control: "sc-8".to_owned(),
                    description: Some("All traffic is encrypted.".to_owned()),
                    status: Some("implemented".to_owned()),
                    statements: 1,
                    roles: vec!["provider".to_owned()],
                }],
            }],
        }],
        implemented: 1,
        controls: 1,
    }
}

/// A control, an enhancement, and a withdrawn one.
pub(super) fn catalog() -> ControlCatalog {
    let control = |id: &str, parent: Option<&str>, withdrawn| CatalogControl {
        id: id.to_owned(),
        label: Some(id.to_uppercase()),
        title: Some("Accounts have <owners>".to_owned()),
        parent: parent.map(str::to_owned),
        withdrawn,
        parameters: 1,
    };
    ControlCatalog {
        document: document("House rules"),
        groups: vec![CatalogGroup {
            id: Some("a".to_owned()),
            title: "Access".to_owned(),
            controls: vec![
                control("a-1", None, false),
                control("a-1.1", Some("a-1"), false),
                control("a-2", None, true),
            ],
        }],
        controls: 2,
        enhancements: 1,
        withdrawn: 1,
    }
}

/// A file that has ended, with something of everything.
pub(super) fn insights() -> SecurityInsights {
    let link = |name: &str| NamedLink {
        name: name.to_owned(),
        uri: Some("https://ledger.example/there".to_owned()),
        comment: Some("All of <them>.".to_owned()),
    };
    SecurityInsights {
        schema_version: Some("1.0.0".to_owned()),
        last_updated: Some(instant("2025-01-01T00:00:00Z")),
        last_reviewed: Some(instant("2025-01-01T00:00:00Z")),
        expires: Some(instant("2026-01-01T00:00:00Z")),
        url: Some("https://ledger.example/security-insights.yml".to_owned()),
        parent: None,
        project: Some("Ledger".to_owned()),
        repository: Some("https://git.example/ledger".to_owned()),
        status: Some("active".to_owned()),
        licence: Some("Apache-2.0".to_owned()),
        reporting: Some(VulnerabilityReporting {
            accepted: Some(true),
            policy: Some("https://ledger.example/policy".to_owned()),
            in_scope: vec!["the service".to_owned()],
            ..VulnerabilityReporting::default()
        }),
        contacts: vec![SecurityContact {
            role: "vulnerability reports".to_owned(),
            name: Some("Security team".to_owned()),
            address: Some("security@ledger.example".to_owned()),
            primary: Some(true),
        }],
        distribution_points: vec![link("distribution point")],
        repositories: vec![link("ledger")],
        documents: vec![link("support policy")],
        artifacts: vec![link("CycloneDX SBOM")],
        tools: vec![SecurityTool {
            name: "Lookaround".to_owned(),
            tool_type: Some("SAST".to_owned()),
            version: Some("2".to_owned()),
            runs: vec!["in CI".to_owned()],
            results: vec!["https://ledger.example/scan".to_owned()],
        }],
        assessments: vec![SecurityAssessment {
            by: "self".to_owned(),
            name: None,
            made: Some(false),
            date: Some("2026".to_owned()),
            evidence: None,
            comment: Some("Not yet.".to_owned()),
        }],
        people: 2,
    }
}

/// A target that is a share, one that is not, and one that is missing.
pub(super) fn objectives() -> ServiceObjectives {
    let objective = |level: &str, percent: Option<&str>, raw: Option<&str>| ServiceObjective {
        name: "Main page".to_owned(),
        level: Some(level.to_owned()),
        service: Some("ledger".to_owned()),
        description: Some("The page <answers>.".to_owned()),
        target_percent: percent.map(str::to_owned),
        raw_target: raw.map(str::to_owned),
        threshold: Some("lte 0.4".to_owned()),
        indicator: Some("Share of good answers".to_owned()),
        budgeting: Some("Occurrences".to_owned()),
        windows: percent.map(|_| "28d, rolling".to_owned()).into_iter().collect(),
    };
    let objectives = vec![
        objective("Promised", Some("99.9"), Some("0.999")),
        objective("Wrong", None, Some("99.9")),
        objective("Nothing", None, None),
    ];
    ServiceObjectives {
        language: "OpenSLO".to_owned(),
        definitions: 1,
        targets: ServiceObjectives::by_name(&objectives),
        objectives,
        other_objects: vec!["Service".to_owned()],
    }
}
