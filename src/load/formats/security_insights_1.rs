//! Security Insights of version 1.

use super::oscal::cut;
use super::security_insights::header;
use super::security_insights::link;
use super::security_insights::runs;
use crate::load::text::node::Data;
use crate::load::text::reader::Map;
use crate::load::text::reader::Reader;
use crate::model::security_insights::NamedLink;
use crate::model::security_insights::SecurityAssessment;
use crate::model::security_insights::SecurityContact;
use crate::model::security_insights::SecurityInsights;
use crate::model::security_insights::SecurityTool;
use crate::model::security_insights::VulnerabilityReporting;

const ROOT: &[&str] = &[
    "header",
    "project-lifecycle",
    "contribution-policy",
    "documentation",
    "distribution-points",
    "security-artifacts",
    "security-assessments",
    "security-contacts",
    "security-testing",
    "vulnerability-reporting",
    "dependencies",
];

const HEADER: &[&str] = &[
    "schema-version",
    "expiration-date",
    "last-updated",
    "last-reviewed",
    "commit-hash",
    "project-url",
    "project-release",
    "changelog",
    "license",
];

/// Reads the document.
pub(super) fn read(reader: &Reader<'_>) -> Option<SecurityInsights> {
    let root = reader.map(reader.root(), ROOT)?;
    let head = root.map("header", HEADER)?;
    let mut out = header(&head);
    out.expires = head.instant("expiration-date");
    out.repository = head.owned("project-url");
    out.project = out.repository.as_deref().map(|url| {
        url.trim_end_matches('/').rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(url).to_owned()
    });
    out.licence = head.owned("license");
    if let Some(cycle) = root.map(
        "project-lifecycle",
        &[
            "status",
            "roadmap",
            "bug-fixes-only",
            "core-maintainers",
            "core-team-members",
            "release-cycle",
            "release-process",
        ],
    ) {
        out.status = cycle.owned("status");
        out.people =
            u32::try_from(cycle.list("core-maintainers").len() + cycle.list("core-team-members").len())
                .unwrap_or(u32::MAX);
        for key in ["roadmap", "release-cycle"] {
            out.documents.extend(cycle.owned(key).map(|uri| link(&key.replace('-', " "), Some(uri), None)));
        }
    }
    if let Some(policy) = root.map(
        "contribution-policy",
        &[
            "accepts-pull-requests",
            "accepts-automated-pull-requests",
            "automated-tools-list",
            "contributing-policy",
            "code-of-conduct",
        ],
    ) {
        for key in ["contributing-policy", "code-of-conduct"] {
            out.documents.extend(policy.owned(key).map(|uri| link(&key.replace('-', " "), Some(uri), None)));
        }
    }
    out.documents.extend(texts(&root, "documentation", "documentation"));
    out.distribution_points = texts(&root, "distribution-points", "distribution point");
    out.contacts = root
        .maps("security-contacts", &["type", "value", "primary"])
        .iter()
        .map(|contact| SecurityContact {
            role: "security".to_owned(),
            name: None,
            address: contact.owned("value"),
            primary: contact.bool("primary"),
        })
        .collect();
    reporting(&root, &mut out);
    out.tools = root
        .maps(
            "security-testing",
            &[
                "tool-type",
                "tool-name",
                "tool-version",
                "tool-url",
                "tool-rulesets",
                "integration",
                "comment",
            ],
        )
        .iter()
        .map(|tool| SecurityTool {
            name: tool.owned("tool-name").unwrap_or_else(|| "not named".to_owned()),
            tool_type: tool.owned("tool-type"),
            version: tool.scalar("tool-version").map(str::to_owned),
            runs: runs(tool, "before-release"),
            results: Vec::new(),
        })
        .collect();
    assessments(&root, &mut out);
    out.artifacts = sboms(&root);
    Some(out)
}

/// The texts of a list, as links that are all called the same.
fn texts(root: &Map<'_, '_, '_>, key: &str, name: &str) -> Vec<NamedLink> {
    root.texts(key).into_iter().map(|uri| link(name, Some(uri), None)).collect()
}

fn reporting(root: &Map<'_, '_, '_>, out: &mut SecurityInsights) {
    let Some(map) = root.map(
        "vulnerability-reporting",
        &[
            "accepts-vulnerability-reports",
            "bug-bounty-available",
            "bug-bounty-url",
            "email-contact",
            "security-policy",
            "in-scope",
            "out-scope",
            "pgp-key",
            "comment",
        ],
    ) else {
        return;
    };
    out.contacts.extend(map.owned("email-contact").map(|address| SecurityContact {
        role: "vulnerability reports".to_owned(),
        name: None,
        address: Some(address),
        primary: None,
    }));
    out.reporting = Some(VulnerabilityReporting {
        accepted: map.bool("accepts-vulnerability-reports"),
        bug_bounty: map.bool("bug-bounty-available"),
        policy: map.owned("security-policy"),
        bug_bounty_programme: map.owned("bug-bounty-url"),
        in_scope: map.texts("in-scope"),
        out_of_scope: map.texts("out-scope"),
        encryption_key: map.owned("pgp-key"),
        comment: map.text("comment").map(cut),
    });
}

fn assessments(root: &Map<'_, '_, '_>, out: &mut SecurityInsights) {
    let artifacts = root.map("security-artifacts", &["threat-model", "self-assessment", "other-artifacts"]);
    for (key, by, made) in [
        ("threat-model", "threat model", "threat-model-created"),
        ("self-assessment", "self", "self-assessment-created"),
    ] {
        let known = &["threat-model-created", "self-assessment-created", "evidence-url", "comment"];
        let Some(map) = artifacts.and_then(|artifacts| artifacts.map(key, known)) else { continue };
        out.assessments.push(SecurityAssessment {
            by: by.to_owned(),
            name: None,
            made: map.bool(made),
            date: None,
            evidence: match map.get("evidence-url").map(|node| &node.data) {
                Some(Data::Text(url)) => Some(url.to_string()),
                Some(Data::List(_)) => Some(map.texts("evidence-url").join(", ")),
                _ => None,
            },
            comment: map.text("comment").map(cut),
        });
    }
    for map in root.maps(
        "security-assessments",
        &["auditor-name", "auditor-url", "auditor-report", "report-year", "comment"],
    ) {
        out.assessments.push(SecurityAssessment {
            by: "third party".to_owned(),
            name: map.owned("auditor-name"),
            made: None,
            date: map.scalar("report-year").map(str::to_owned),
            evidence: map.owned("auditor-report"),
            comment: map.text("comment").map(cut),
        });
    }
}

fn sboms(root: &Map<'_, '_, '_>) -> Vec<NamedLink> {
    let known = &[
        "third-party-packages",
        "dependencies-lists",
        "sbom",
        "dependencies-lifecycle",
        "env-dependencies-policy",
    ];
    let Some(dependencies) = root.map("dependencies", known) else { return Vec::new() };
    dependencies
        .maps("sbom", &["sbom-file", "sbom-format", "sbom-url", "sbom-creation"])
        .iter()
        .map(|sbom| {
            let name = sbom.text("sbom-format").map_or("SBOM".to_owned(), |format| format!("{format} SBOM"));
            link(&name, sbom.owned("sbom-file"), sbom.text("sbom-creation"))
        })
        .collect()
}
