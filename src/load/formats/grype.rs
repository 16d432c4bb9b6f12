//! Grype's JSON report: matches of packages with vulnerabilities, and those it was told to ignore.

use std::collections::BTreeMap;

use serde_json::json;

use super::Format;
use super::Input;
use super::Read;
use super::checked;
use super::not_this;
use crate::load::text::node::Node;
use crate::load::text::reader::Map;
use crate::load::text::reader::Reader;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::scan::Scan;
use crate::model::scan::ScanResult;
use crate::model::scan::ScanRun;
use crate::model::scan::ScanSeverity;
use crate::model::scan::ScanState;
use crate::model::time::Instant;

/// The row.
pub(super) const ROW: Format = Format {
    id: "grype",
    title: "a Grype report",
    media_type: "application/json",
    kind: EvidenceKind::Scan,
    docs: "**What it reads.** Grype's JSON, recognised by the list `matches` with a `descriptor` that names no other tool.\n\n\
           **Traps.** What stands under `ignoredMatches` was found and set aside; it is counted apart. An old database finds \
           little, so its date stands beside the counts. One vulnerability is one match a package, so matches are counted, not \
           vulnerabilities.\n\n\
           **Source.** <https://github.com/anchore/grype/tree/main/schema/grype>.",
    detect: |input| {
        // xeol writes the same shape about something else
        let by = input.root().and_then(|root| root.get("descriptor")?.text_of("name"));
        input.has_keys(&["descriptor"])
            && by.is_none_or(|name| name.eq_ignore_ascii_case("grype"))
            && input.root().and_then(|root| root.get("matches")).is_some_and(|node| node.list().is_some())
    },
    read,
};

const MATCH: &[&str] =
    &["vulnerability", "relatedVulnerabilities", "matchDetails", "artifact", "appliedIgnoreRules"];

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, ROW.title) };
    let reader = Reader::new(input.path, input.text, document);
    let read = report(&reader);
    checked(reader, read)
}

fn report(reader: &Reader<'_>) -> Option<Read> {
    let known = ["matches", "ignoredMatches", "source", "distro", "descriptor", "alertsByPackage"];
    let root = reader.map(reader.root(), &known)?;
    let matches = root.content("matches", MATCH);
    let mut by_severity: BTreeMap<String, u64> = BTreeMap::new();
    let mut results = Vec::new();
    for map in &matches {
        let result = one(map, ScanState::Open);
        *by_severity.entry(result.raw_severity.clone().unwrap_or_else(|| "-".to_owned())).or_default() += 1;
        results.push(result);
    }
    for map in root.content("ignoredMatches", MATCH) {
        results.push(one(&map, ScanState::Suppressed));
    }
    let descriptor = root.get("descriptor");
    let said = |key: &str| descriptor.and_then(|node| node.text_of(key)).map(str::to_owned);
    let database = descriptor.and_then(|node| node.get("db"));
    let built = database.and_then(|node| {
        node.text_of("built").or_else(|| node.get("status").and_then(|status| status.text_of("built")))
    });
    let captured_at = said("timestamp").and_then(|text| Instant::parse(&text).ok());
    let run = ScanRun {
        tool: said("name").or_else(|| Some("grype".to_owned())),
        version: said("version"),
        ended: captured_at,
        results: Some(results.len() as u64),
        // a database that was never built says so with the year 1
        database: built.and_then(|text| Instant::parse(text).ok()).filter(|at| at.unix() > 0),
        ..ScanRun::default()
    };
    let target = root.get("source").and_then(|source| source.get("target")).and_then(target);
    let facts =
        [("type", json!("grype")), ("matches", json!(matches.len())), ("by_severity", json!(by_severity))];
    let version = database.and_then(|node| match &node.get("schemaVersion")?.data {
        crate::load::text::node::Data::Number(text) | crate::load::text::node::Data::Text(text) => {
            Some(text.to_string())
        }
        _ => None,
    });
    Some(Read {
        format_version: version,
        title: Some(match &target {
            Some(target) => format!("Grype scan of {target}"),
            None => "Grype scan".to_owned(),
        }),
        captured_at,
        facts: facts.into_iter().collect(),
        ..Read::new(Body::Scan(Box::new(Scan::of(target, vec![run], results))))
    })
}

fn target(node: &Node<'_>) -> Option<String> {
    node.text().or_else(|| node.text_of("userInput")).map(str::to_owned)
}

fn one(map: &Map<'_, '_, '_>, state: ScanState) -> ScanResult {
    let vulnerability = map.get("vulnerability");
    let of = |key: &str| vulnerability.and_then(|node| node.text_of(key)).map(str::to_owned);
    let artifact = map.get("artifact");
    let named: Vec<&str> = ["name", "version"]
        .iter()
        .filter_map(|key| artifact.and_then(|node| node.text_of(key)))
        .filter(|text| !text.is_empty())
        .collect();
    let list = |node: Option<&Node<'_>>| -> Vec<String> {
        node.and_then(Node::list)
            .into_iter()
            .flatten()
            .filter_map(|node| node.text().map(str::to_owned))
            .collect()
    };
    let fix = vulnerability.and_then(|node| node.get("fix"));
    let versions = list(fix.and_then(|fix| fix.get("versions")));
    let related: Vec<String> = map
        .list("relatedVulnerabilities")
        .iter()
        .filter_map(|node| node.text_of("id").map(str::to_owned))
        .collect();
    let rule = of("id").unwrap_or_else(|| "no vulnerability named".to_owned());
    let location = artifact
        .and_then(|node| node.get("locations"))
        .and_then(Node::list)
        .and_then(|list| list.first())
        .and_then(|node| node.text().or_else(|| node.text_of("path")));
    let ignored = map.list("appliedIgnoreRules").first().map(|rule| {
        let why = ["reason", "vulnerability", "namespace", "fix-state"]
            .iter()
            .find_map(|key| rule.text_of(key).filter(|text| !text.is_empty()));
        why.map_or_else(|| "an ignore rule".to_owned(), |why| format!("ignore rule: {why}"))
    });
    let raw = of("severity");
    ScanResult {
        aliases: related.into_iter().filter(|id| *id != rule).collect(),
        rule,
        message: of("description").map(|text| text.chars().take(500).collect()),
        severity: raw.as_deref().map_or(ScanSeverity::Unknown, ScanSeverity::of_word),
        raw_severity: raw,
        state,
        reason: match state {
            ScanState::Suppressed => ignored,
            _ => None,
        },
        compared: None,
        location: location.map(str::to_owned),
        component: (!named.is_empty()).then(|| named.join(" ")),
        fixed_in: (!versions.is_empty()).then(|| versions.join(", ")),
    }
}
