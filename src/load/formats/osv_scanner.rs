//! osv-scanner's JSON report: packages of lock files with the advisories about them, grouped by their aliases.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::json;

use super::Format;
use super::Input;
use super::Read;
use super::checked;
use super::not_this;
use crate::load::text::node::Data;
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

/// The row.
pub(super) const ROW: Format = Format {
    id: "osv-scanner",
    title: "an osv-scanner report",
    media_type: "application/json",
    kind: EvidenceKind::Scan,
    docs: "**What it reads.** osv-scanner's JSON, recognised by `results` whose entries have `source` and `packages`, or by \
           `experimental_config` beside `results`.\n\n\
           **Traps.** Advisories that are aliases of each other are one issue: groups are counted. The report says neither when it \
           was made nor by which version, so the evidence index has to. `{\"results\": []}` alone names no tool and is not \
           recognised. Code that is said not to be called is still listed as open.\n\n\
           **Source.** <https://google.github.io/osv-scanner/output/>.",
    detect: |input| {
        let Some(results) = input.root().and_then(|root| root.get("results")).and_then(Node::list) else {
            return false;
        };
        let shaped = |node: &Node<'_>| node.has("source") && node.has("packages");
        results.iter().all(shaped) && (!results.is_empty() || input.has_keys(&["experimental_config"]))
    },
    read,
};

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, ROW.title) };
    let reader = Reader::new(input.path, input.text, document);
    let read = report(&reader);
    checked(reader, read)
}

fn report(reader: &Reader<'_>) -> Option<Read> {
    let known = [
        "results",
        "experimental_config",
        "experimental_generic_findings",
        "image_metadata",
        "license_summary",
    ];
    let root = reader.map(reader.root(), &known)?;
    let mut results = Vec::new();
    let (mut packages, mut advisories) = (0, 0);
    for source in
        root.content("results", &["source", "packages", "experimental_pes", "experimental_annotations"])
    {
        let path = source.get("source").and_then(|node| node.text_of("path")).unwrap_or_default();
        let known = &[
            "package",
            "vulnerabilities",
            "groups",
            "licenses",
            "license_violations",
            "dependency_groups",
            "deprecated",
        ];
        for package in source.content("packages", known) {
            packages += 1;
            advisories += package.length("vulnerabilities");
            one_package(&package, path, &mut results);
        }
    }
    let facts = [
        ("type", json!("osv-scanner")),
        ("packages", json!(packages)),
        ("groups", json!(results.len())),
        ("vulnerabilities", json!(advisories)),
    ];
    let run = ScanRun {
        tool: Some("osv-scanner".to_owned()),
        results: root.get("results").map(|_| results.len() as u64),
        ..ScanRun::default()
    };
    Some(Read {
        title: Some("osv-scanner report".to_owned()),
        facts: facts.into_iter().collect(),
        ..Read::new(Body::Scan(Box::new(Scan::of(None, vec![run], results))))
    })
}

fn one_package(package: &Map<'_, '_, '_>, path: &str, out: &mut Vec<ScanResult>) {
    let about = package.get("package");
    let named: Vec<&str> = ["name", "version", "commit"]
        .iter()
        .filter_map(|key| about.and_then(|node| node.text_of(key)))
        .filter(|text| !text.is_empty())
        .collect();
    let component = (!named.is_empty()).then(|| named.join(" "));
    let advisories = package.list("vulnerabilities");
    package.refuse_unread("vulnerabilities", advisories.len());
    let groups = package.list("groups");
    package.refuse_unread("groups", groups.len());
    let mut by_id: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, advisory) in advisories.iter().enumerate() {
        if let Some(id) = advisory.text_of("id") {
            by_id.entry(id).or_default().push(at);
        }
    }
    let own = |ids: &[String]| -> Vec<&Node<'_>> {
        let found: BTreeSet<usize> =
            ids.iter().filter_map(|id| by_id.get(id.as_str())).flatten().copied().collect();
        found.into_iter().filter_map(|at| advisories.get(at)).collect()
    };
    let mut grouped: BTreeSet<String> = BTreeSet::new();
    for group in groups {
        let ids = texts(group.get("ids"));
        let score = match group.get("max_severity").map(|node| &node.data) {
            Some(Data::Text(text) | Data::Number(text)) if !text.is_empty() => Some(text.to_string()),
            _ => None,
        };
        out.push(issue(
            &ids,
            texts(group.get("aliases")),
            score,
            called(group),
            &own(&ids),
            path,
            component.as_ref(),
        ));
        grouped.extend(ids);
    }
    for advisory in advisories {
        let Some(id) = advisory.text_of("id") else { continue };
        if !grouped.contains(id) {
            let aliases = texts(advisory.get("aliases"));
            let ids = [id.to_owned()];
            out.push(issue(&ids, aliases, None, None, &own(&ids), path, component.as_ref()));
        }
    }
}

fn texts(node: Option<&Node<'_>>) -> Vec<String> {
    node.and_then(Node::list)
        .into_iter()
        .flatten()
        .filter_map(|node| node.text().map(str::to_owned))
        .collect()
}

/// What the call analysis says, where it was made.
fn called(group: &Node<'_>) -> Option<String> {
    let analysis = group.get("experimentalAnalysis").or_else(|| group.get("experimental_analysis"))?.map()?;
    let called = analysis
        .iter()
        .any(|entry| !matches!(entry.value.get("called").map(|node| &node.data), Some(Data::Bool(false))));
    (!called && !analysis.is_empty()).then(|| "the scanner says that the code is not called".to_owned())
}

fn issue(
    ids: &[String],
    aliases: Vec<String>,
    score: Option<String>,
    reason: Option<String>,
    own: &[&Node<'_>],
    path: &str,
    component: Option<&String>,
) -> ScanResult {
    let word =
        own.iter().find_map(|node| node.get("database_specific")?.text_of("severity")).map(str::to_owned);
    let severity = match (score.as_deref().and_then(|score| score.trim().parse::<f64>().ok()), &word) {
        (Some(score), _) => ScanSeverity::of_score(score),
        (None, Some(word)) => ScanSeverity::of_word(word),
        (None, None) => ScanSeverity::Unknown,
    };
    let rule = ids.first().cloned().unwrap_or_else(|| "no advisory named".to_owned());
    let mut others: Vec<String> =
        ids.iter().skip(1).chain(&aliases).filter(|id| **id != rule).cloned().collect();
    others.sort();
    others.dedup();
    let message = own.iter().find_map(|node| node.text_of("summary").or_else(|| node.text_of("details")));
    ScanResult {
        rule,
        aliases: others,
        message: message.map(|text| text.chars().take(500).collect()),
        severity,
        raw_severity: score.or(word),
        state: ScanState::Open,
        reason,
        compared: None,
        location: (!path.is_empty()).then(|| path.to_owned()),
        component: component.cloned(),
        fixed_in: fixed(own),
    }
}

/// The version with the fix, where the advisories name exactly one.
fn fixed(advisories: &[&Node<'_>]) -> Option<String> {
    let mut versions: Vec<&str> = Vec::new();
    for advisory in advisories {
        for affected in advisory.get("affected").and_then(Node::list).unwrap_or(&[]) {
            for range in affected.get("ranges").and_then(Node::list).unwrap_or(&[]) {
                if range.text_of("type") == Some("GIT") {
                    continue;
                }
                let events = range.get("events").and_then(Node::list).unwrap_or(&[]);
                versions.extend(events.iter().filter_map(|event| event.text_of("fixed")));
            }
        }
    }
    versions.sort_unstable();
    versions.dedup();
    match versions.as_slice() {
        [one] => Some((*one).to_owned()),
        _ => None,
    }
}
