//! Security Insights of version 2.

use super::oscal::cut;
use super::security_insights::header;
use super::security_insights::link;
use super::security_insights::links;
use super::security_insights::runs;
use crate::load::text::reader::Map;
use crate::load::text::reader::Reader;
use crate::model::security_insights::SecurityAssessment;
use crate::model::security_insights::SecurityContact;
use crate::model::security_insights::SecurityInsights;
use crate::model::security_insights::SecurityTool;
use crate::model::security_insights::VulnerabilityReporting;

const PROJECT: &[&str] = &[
    "name",
    "homepage",
    "funding",
    "roadmap",
    "steward",
    "administrators",
    "documentation",
    "repositories",
    "vulnerability-reporting",
];

const REPOSITORY: &[&str] = &[
    "url",
    "status",
    "bug-fixes-only",
    "accepts-change-request",
    "accepts-automated-change-request",
    "no-third-party-packages",
    "core-team",
    "documentation",
    "license",
    "release",
    "security",
];

const CONTACT: &[&str] = &["name", "affiliation", "email", "social", "primary"];
const LINK: &[&str] = &["uri", "url", "name", "comment"];

/// Reads the document.
pub(super) fn read(reader: &Reader<'_>) -> Option<SecurityInsights> {
    let root = reader.map(reader.root(), &["header", "project", "repository"])?;
    let head = root.map(
        "header",
        &["schema-version", "last-updated", "last-reviewed", "url", "comment", "project-si-source"],
    )?;
    let mut out = header(&head);
    out.url = head.owned("url");
    out.parent = head.owned("project-si-source");
    if let Some(project) = root.map("project", PROJECT) {
        self::project(&project, &mut out);
    }
    if let Some(repository) = root.map("repository", REPOSITORY) {
        self::repository(&repository, &mut out);
    }
    Some(out)
}

fn project(project: &Map<'_, '_, '_>, out: &mut SecurityInsights) {
    out.project = project.owned("name");
    for key in ["homepage", "roadmap", "funding"] {
        out.documents.extend(project.owned(key).map(|uri| link(key, Some(uri), None)));
    }
    out.people += u32::try_from(project.list("administrators").len()).unwrap_or(u32::MAX);
    out.documents.extend(links(project.get("documentation")));
    out.repositories = project
        .maps("repositories", &["name", "url", "comment"])
        .iter()
        .map(|one| link(one.text("name").unwrap_or("not named"), one.owned("url"), one.text("comment")))
        .collect();
    let known = &[
        "reports-accepted",
        "bug-bounty-available",
        "bug-bounty-program",
        "contact",
        "comment",
        "policy",
        "security-policy",
        "in-scope",
        "out-of-scope",
        "pgp-key",
    ];
    let Some(map) = project.map("vulnerability-reporting", known) else { return };
    out.contacts.extend(map.map("contact", CONTACT).map(|one| contact(&one, "vulnerability reports")));
    out.reporting = Some(VulnerabilityReporting {
        accepted: map.bool("reports-accepted"),
        bug_bounty: map.bool("bug-bounty-available"),
        policy: map.owned("policy").or_else(|| map.owned("security-policy")),
        bug_bounty_programme: map.owned("bug-bounty-program"),
        in_scope: map.texts("in-scope"),
        out_of_scope: map.texts("out-of-scope"),
        encryption_key: map.owned("pgp-key"),
        comment: map.text("comment").map(cut),
    });
}

fn contact(map: &Map<'_, '_, '_>, role: &str) -> SecurityContact {
    SecurityContact {
        role: role.to_owned(),
        name: map.owned("name"),
        address: map.owned("email").or_else(|| map.owned("social")),
        primary: map.bool("primary"),
    }
}

fn repository(repository: &Map<'_, '_, '_>, out: &mut SecurityInsights) {
    out.repository = repository.owned("url");
    out.status = repository.owned("status");
    out.people += u32::try_from(repository.list("core-team").len()).unwrap_or(u32::MAX);
    out.documents.extend(links(repository.get("documentation")));
    out.licence = repository
        .map("license", &["url", "expression"])
        .and_then(|licence| licence.owned("expression").or_else(|| licence.owned("url")));
    if let Some(release) = repository.map(
        "release",
        &["automated-pipeline", "attestations", "changelog", "distribution-points", "license"],
    ) {
        out.documents.extend(release.owned("changelog").map(|uri| link("changelog", Some(uri), None)));
        out.distribution_points = release
            .maps("distribution-points", LINK)
            .iter()
            .map(|one| {
                let uri = one.owned("uri").or_else(|| one.owned("url"));
                link(one.text("name").unwrap_or("distribution point"), uri, one.text("comment"))
            })
            .collect();
        out.artifacts = release
            .maps("attestations", &["name", "location", "predicate-uri", "comment"])
            .iter()
            .map(|one| {
                link(one.text("name").unwrap_or("attestation"), one.owned("location"), one.text("comment"))
            })
            .collect();
    }
    let Some(security) = repository.map("security", &["assessments", "champions", "tools"]) else { return };
    out.contacts.extend(security.maps("champions", CONTACT).iter().map(|one| contact(one, "champion")));
    if let Some(assessments) = security.map("assessments", &["self", "third-party"]) {
        let known = &["evidence", "date", "comment", "name"];
        out.assessments.extend(assessments.map("self", known).map(|one| assessment(&one, "self")));
        out.assessments.extend(
            assessments
                .maps("third-party", &["evidence", "date", "comment", "name"])
                .iter()
                .map(|one| assessment(one, "third party")),
        );
    }
    out.tools = security
        .maps("tools", &["name", "type", "version", "comment", "integration", "results", "rulesets"])
        .iter()
        .map(tool)
        .collect();
}

fn assessment(map: &Map<'_, '_, '_>, by: &str) -> SecurityAssessment {
    SecurityAssessment {
        by: by.to_owned(),
        name: map.owned("name"),
        // the file does not say whether it was made: its comment does, in sentences
        made: None,
        date: map.scalar("date").map(str::to_owned),
        evidence: map.owned("evidence"),
        comment: map.text("comment").map(cut),
    }
}

fn tool(map: &Map<'_, '_, '_>) -> SecurityTool {
    let results = map.map("results", &["adhoc", "ci", "release"]);
    SecurityTool {
        name: map.owned("name").unwrap_or_else(|| "not named".to_owned()),
        tool_type: map.owned("type"),
        version: map.scalar("version").map(str::to_owned),
        runs: runs(map, "release"),
        results: ["adhoc", "ci", "release"]
            .into_iter()
            .filter_map(|key| results?.map(key, &["name", "location", "predicate-uri", "comment"]))
            .filter_map(|map| map.owned("location"))
            .collect(),
    }
}
