//! OpenSSF Security Insights, versions 1 and 2: where to report vulnerabilities, what runs, until when the file holds.

use serde_json::json;

use super::Format;
use super::Input;
use super::Read;
use super::checked;
use super::not_this;
use super::oscal::cut;
use super::security_insights_1;
use super::security_insights_2;
use crate::load::text::node::Data;
use crate::load::text::node::Node;
use crate::load::text::reader::Map;
use crate::load::text::reader::Reader;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::security_insights::NamedLink;
use crate::model::security_insights::SecurityInsights;

/// The row.
pub(super) const ROW: Format = Format {
    id: "security-insights",
    title: "a Security Insights file",
    media_type: "application/yaml",
    kind: EvidenceKind::SecurityInsights,
    docs: "**What it reads.** `security-insights.yml` of versions 1 and 2: how vulnerabilities are reported, whom to turn to, where \
           releases are, which tools are said to run, assessments, and until when the file holds.\n\n\
           **Traps.** It is what a project says of itself. Only version 1 has a day on which it ends, which the page compares with \
           the day of the snapshot. A missing statement is shown as not said, never as no. Maintainers are counted; only contacts \
           that are there to be turned to are shown.\n\n\
           **Source.** <https://github.com/ossf/security-insights>.",
    detect: |input| {
        input.root().is_some_and(|root| {
            root.get("header").is_some_and(|header| header.has("schema-version"))
                && ["project", "repository", "project-lifecycle", "vulnerability-reporting"]
                    .iter()
                    .any(|key| root.has(key))
        })
    },
    read,
};

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, ROW.title) };
    let reader = Reader::new(input.path, input.text, document);
    let read = insights(&reader);
    checked(reader, read)
}

fn insights(reader: &Reader<'_>) -> Option<Read> {
    let root = reader.root();
    let at = root.get("header").and_then(|header| header.get("schema-version")).unwrap_or(root);
    let version = match &at.data {
        Data::Text(text) | Data::Number(text) => text.as_ref(),
        Data::Null | Data::Bool(_) | Data::List(_) | Data::Map(_) => "",
    };
    let body = match version.split('.').next() {
        Some("1") => security_insights_1::read(reader)?,
        Some("2") => security_insights_2::read(reader)?,
        _ => {
            let message = format!("Security Insights `{}` is not read", version.escape_debug());
            reader.error(at, "unsupported-version", message, "read are 1.x and 2.x");
            return None;
        }
    };
    let reporting = body.reporting.as_ref();
    let facts = [
        ("type", json!("security-insights")),
        ("schema_version", json!(body.schema_version)),
        ("project", json!(body.project)),
        ("reports_accepted", json!(reporting.and_then(|reporting| reporting.accepted))),
        ("bug_bounty", json!(reporting.and_then(|reporting| reporting.bug_bounty))),
        ("contacts", json!(body.contacts.len())),
        ("distribution_points", json!(body.distribution_points.len())),
        ("repositories", json!(body.repositories.len())),
        ("tools", json!(body.tools.len())),
        ("assessments", json!(body.assessments.len())),
        ("expires", json!(body.expires)),
        ("last_reviewed", json!(body.last_reviewed)),
    ];
    let title = body.project.as_ref().map(|project| format!("Security Insights of {project}"));
    Some(Read {
        format_version: body.schema_version.clone(),
        title,
        captured_at: body.last_reviewed.or(body.last_updated),
        subject: body.project.clone(),
        facts: facts.into_iter().collect(),
        ..Read::new(Body::SecurityInsights(Box::new(body)))
    })
}

/// What both versions have in their header.
pub(super) fn header(header: &Map<'_, '_, '_>) -> SecurityInsights {
    SecurityInsights {
        schema_version: header.scalar("schema-version").map(str::to_owned),
        last_updated: header.instant("last-updated"),
        last_reviewed: header.instant("last-reviewed"),
        ..SecurityInsights::default()
    }
}

/// A link.
pub(super) fn link(name: &str, uri: Option<String>, comment: Option<&str>) -> NamedLink {
    NamedLink { name: name.to_owned(), uri, comment: comment.map(cut) }
}

/// Every entry of a map that is a link, by the words of its key.
pub(super) fn links(node: Option<&Node<'_>>) -> Vec<NamedLink> {
    node.and_then(Node::map)
        .unwrap_or(&[])
        .iter()
        .filter_map(|entry| {
            Some(link(&entry.key.replace('-', " "), Some(entry.value.text()?.to_owned()), None))
        })
        .collect()
}

/// When a tool is said to run.
pub(super) fn runs(tool: &Map<'_, '_, '_>, release: &str) -> Vec<String> {
    let known = &["ad-hoc", "adhoc", "ci", "before-release", "release"];
    let Some(map) = tool.map("integration", known) else { return Vec::new() };
    let adhoc = if map.has("adhoc") { "adhoc" } else { "ad-hoc" };
    [(adhoc, "ad hoc"), ("ci", "in CI"), (release, "before a release")]
        .into_iter()
        .filter(|(key, _)| map.bool(key) == Some(true))
        .map(|(_, words)| words.to_owned())
        .collect()
}
