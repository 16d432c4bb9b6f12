//! `vulnerabilities` of a CycloneDX document.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::load::text::node::Node;
use crate::load::text::reader::Map;
use crate::model::time::Instant;
use crate::model::vex::VexStatement;
use crate::model::vex::VexStatus;

const VULNERABILITY: &[&str] = &[
    "bom-ref",
    "id",
    "source",
    "references",
    "ratings",
    "description",
    "detail",
    "recommendation",
    "workaround",
    "analysis",
    "affects",
    "created",
    "published",
    "updated",
];

/// The statements of a document made at `created`, in its order.
pub(super) fn statements(root: &Map<'_, '_, '_>, created: Option<Instant>) -> Vec<VexStatement> {
    let maps = root.content("vulnerabilities", VULNERABILITY);
    let mut statements: Vec<VexStatement> = maps.iter().map(|map| statement(map, created)).collect();
    if contradictions(&maps, &statements) {
        // of one vulnerability the gravest stands last, as the later one holds
        statements.sort_by_key(|statement| Reverse(statement.status));
    }
    statements
}

/// Whether two statements give one component as a whole two states of one vulnerability, and neither is of a later time.
fn contradictions(maps: &[Map<'_, '_, '_>], statements: &[VexStatement]) -> bool {
    let mut seen: BTreeMap<(&str, &str), &VexStatement> = BTreeMap::new();
    let mut found = false;
    for (map, statement) in maps.iter().zip(statements) {
        if statement.vulnerability.is_empty() || statement.raw_status.is_empty() {
            continue;
        }
        let affects = map.get("affects").and_then(Node::list).unwrap_or_default();
        let whole = affects.iter().filter(|one| !one.get("versions").is_some_and(Node::holds));
        for reference in whole.filter_map(|one| one.text_of("ref")) {
            let before = seen.insert((&statement.vulnerability, reference), statement);
            if before.is_some_and(|before| {
                before.status != statement.status && before.timestamp == statement.timestamp
            }) {
                found = true;
                let message = format!(
                    "`{}` has two states for `{reference}`; the graver holds",
                    statement.vulnerability.escape_debug()
                );
                map.reader().warn(map.get("analysis").unwrap_or(map.node()), "contradictory-status", message);
            }
        }
    }
    found
}

fn statement(map: &Map<'_, '_, '_>, created: Option<Instant>) -> VexStatement {
    let reader = map.reader();
    let analysis =
        map.map("analysis", &["state", "justification", "response", "detail", "firstIssued", "lastUpdated"]);
    let raw = analysis.and_then(|analysis| analysis.owned("state"));
    let status = match raw.as_deref() {
        Some("not_affected") => VexStatus::NotAffected,
        Some("false_positive") => VexStatus::FalsePositive,
        Some("exploitable") => VexStatus::Affected,
        Some("resolved" | "resolved_with_pedigree") => VexStatus::Fixed,
        Some("in_triage") => VexStatus::UnderInvestigation,
        Some(other) => {
            let at = analysis.and_then(|analysis| analysis.get("state")).unwrap_or(map.node());
            reader.warn(
                at,
                "unknown-status",
                format!("`{other}` is no state of the specification; shown as unknown"),
            );
            VexStatus::Unknown
        }
        None => VexStatus::Unknown,
    };
    let ratings: Vec<String> = map
        .maps("ratings", &["source", "score", "severity", "method", "vector", "justification"])
        .iter()
        .filter_map(|rating| rating.owned("severity"))
        .collect();
    let grave = ["critical", "high", "medium", "low", "info", "none", "unknown"];
    let severity = grave
        .iter()
        .find(|word| ratings.iter().any(|rating| rating == *word))
        .map(|word| (*word).to_owned())
        .or_else(|| ratings.first().cloned());
    let vulnerability = map.owned("id").unwrap_or_default();
    if vulnerability.is_empty() {
        reader.warn(map.node(), "missing-id", "a vulnerability without an id");
    }
    VexStatement {
        vulnerability,
        aliases: map
            .maps("references", &["id", "source"])
            .iter()
            .filter_map(|reference| reference.owned("id"))
            .collect(),
        description: map.owned("description"),
        severity,
        products: map
            .maps("affects", &["ref", "versions"])
            .iter()
            .filter_map(|affected| affected.owned("ref"))
            .collect(),
        status,
        raw_status: raw.unwrap_or_default(),
        justification: analysis.and_then(|analysis| analysis.owned("justification")),
        detail: detail(map, analysis.as_ref()),
        timestamp: analysis
            .and_then(|analysis| analysis.instant("lastUpdated").or_else(|| analysis.instant("firstIssued")))
            .or_else(|| map.instant("updated"))
            .or(created),
    }
}

/// Why, what is done, what can be done, and which versions are spoken of.
fn detail(map: &Map<'_, '_, '_>, analysis: Option<&Map<'_, '_, '_>>) -> Option<String> {
    let mut parts: Vec<String> = analysis.and_then(|analysis| analysis.owned("detail")).into_iter().collect();
    let responses = analysis.map_or_else(Vec::new, |analysis| analysis.texts("response"));
    if !responses.is_empty() {
        parts.push(format!("Response: {}", responses.join(", ").replace('_', " ")));
    }
    parts.extend(map.owned("recommendation"));
    parts.extend(map.owned("workaround").map(|text| format!("Workaround: {text}")));
    for affected in map.list("affects") {
        let versions: Vec<String> = affected
            .get("versions")
            .and_then(Node::list)
            .unwrap_or_default()
            .iter()
            .filter_map(|version| {
                let which = version.text_of("version").or_else(|| version.text_of("range"))?;
                // the specification's own default
                Some(format!("{which} {}", version.text_of("status").unwrap_or("affected")))
            })
            .collect();
        if !versions.is_empty() {
            let product = affected.text_of("ref").unwrap_or("Versions");
            parts.push(format!("{product}: {}", versions.join(", ")));
        }
    }
    parts.retain(|part| !part.is_empty());
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}
