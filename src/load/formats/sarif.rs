//! SARIF 2.1 and 2.2, as static analysers and scanners write it. Levels are followed to where the tool sets them.

mod elsewhere;

use std::collections::BTreeMap;

use elsewhere::Inline;
use serde_json::Value;
use serde_json::json;

use super::Format;
use super::Input;
use super::Read;
use super::checked;
use super::not_this;
use super::sarif_result;
use super::sarif_result::Rules;
use crate::load::text::node::Node;
use crate::load::text::reader::Map;
use crate::load::text::reader::Reader;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::scan::Scan;
use crate::model::scan::ScanResult;
use crate::model::scan::ScanRun;
use crate::model::scan::ScanState;
use crate::model::time::Instant;

/// The row.
pub(super) const ROW: Format = Format {
    id: "sarif",
    title: "a SARIF log",
    media_type: "application/sarif+json",
    kind: EvidenceKind::Scan,
    docs: "**What it reads.** SARIF 2.1.0 and 2.2, recognised by `version` `2.…` with `runs` or a SARIF `$schema`.\n\n\
           **Traps.** A result without a level has that of the rule's override, else of the rule, else `warning`. A result whose \
           `kind` is not `fail` is no finding; `open` and `review` wait for a person. A score in the rule's `security-severity` \
           outweighs the level. `runs` empty or null, a run that failed, and a run without a list of results show nothing: only an \
           empty list does. A suppression that was rejected or is under review suppresses nothing by itself. Results whose \
           `baselineState` is `absent` are gone. Results that the log keeps as inline external properties are read with their run, and `inspect` counts them \
           apart, as `inline_results`; a run with results in other files is no clean one. Drafts of before 2.1 are read as far \
           as they are like it, and never as clean. Snippets and code flows are not read, as they may hold secrets.\n\n\
           **Source.** <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.",
    detect: |input| {
        input.text_of("version").is_some_and(|version| version.starts_with("2."))
            && (input.has_keys(&["runs"])
                || input.text_of("$schema").is_some_and(|schema| schema.contains("sarif")))
    },
    read,
};

const RUN: &[&str] = &[
    "tool",
    "invocations",
    "conversion",
    "versionControlProvenance",
    "originalUriBaseIds",
    "artifacts",
    "logicalLocations",
    "graphs",
    "results",
    "automationDetails",
    "runAggregates",
    "baselineGuid",
    "redactionTokens",
    "defaultEncoding",
    "defaultSourceLanguage",
    "newlineSequences",
    "columnKind",
    "externalPropertyFileReferences",
    "threadFlowLocations",
    "taxonomies",
    "addresses",
    "translations",
    "policies",
    "webRequests",
    "webResponses",
    "specialLocations",
    "language",
    "properties",
];

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, ROW.title) };
    let reader = Reader::new(input.path, input.text, document);
    let read = log(&reader);
    checked(reader, read)
}

fn log(reader: &Reader<'_>) -> Option<Read> {
    let root = reader.map(
        reader.root(),
        &["$schema", "version", "runs", "inlineExternalProperties", "guid", "properties"],
    )?;
    if !root.has("runs") {
        reader.error(
            root.node(),
            "no-runs",
            "a SARIF log without `runs`",
            "produce it again with the scanner",
        );
        return None;
    }
    let runs = root.content("runs", RUN);
    if runs.is_empty() && !root.holds("runs") {
        reader.warn(
            root.get("runs").unwrap_or(root.node()),
            "empty-document",
            "it holds no run, so nothing was looked for",
        );
    }
    let inline = Inline::of(&root, &runs);
    let mut doubts = Vec::new();
    if let Some(node) = root.get("version").filter(|node| !node.text().is_some_and(is_known)) {
        let version = node.text().unwrap_or_default().escape_debug().to_string();
        doubts.push(format!("`{version}` is no version of SARIF that is known, so it may have been misread"));
        let message = "no version of SARIF that is known; read as far as it is like 2.1, and never as clean";
        reader.warn(node, "unknown-version", message);
    }
    let mut levels: BTreeMap<String, u64> = BTreeMap::new();
    let mut results = Vec::new();
    let mut read_runs = Vec::new();
    let mut revision = None;
    let mut inline_results = 0;
    let mut read_inline = |map: &Map<'_, '_, '_>, rules: &Rules<'_>, results: &mut Vec<ScanResult>| {
        let before = results.len();
        take(map, rules, results, &mut BTreeMap::new());
        inline_results += results.len() - before;
    };
    for (at, run) in runs.iter().enumerate() {
        let before = results.len();
        let rules = Rules::of(run);
        take(run, &rules, &mut results, &mut levels);
        let mut has_list = run.get("results").is_some();
        for map in inline.with_results(Some(at)) {
            has_list = true;
            read_inline(map, &rules, &mut results);
        }
        let source = run.list("versionControlProvenance").first();
        revision = revision.or_else(|| source.and_then(|node| node.text_of("revisionId")).map(str::to_owned));
        let listed = (results.len() - before) as u64;
        let about = about(run, has_list.then_some(listed));
        doubts.extend(inline.missing(run, about.tool.as_deref().unwrap_or("a tool without a name")));
        read_runs.push(about);
    }
    for map in inline.with_results(None) {
        read_inline(map, &Rules::default(), &mut results);
    }
    let suppressed = results.iter().filter(|result| result.state == ScanState::Suppressed).count();
    let tools: Vec<&str> = read_runs.iter().filter_map(|run: &ScanRun| run.tool.as_deref()).collect();
    let mut facts: BTreeMap<&'static str, Value> = [
        ("type", json!("sarif")),
        ("version", json!(root.text("version"))),
        ("runs", json!(runs.len())),
        ("results", json!(results.len() - inline_results)),
        ("levels", json!(levels)),
        ("suppressed", json!(suppressed)),
        ("tools", json!(tools)),
    ]
    .into();
    if inline_results > 0 {
        facts.insert("inline_results", json!(inline_results));
    }
    let title = match tools.first() {
        Some(tool) => format!("Scan by {tool}"),
        None => "Scan".to_owned(),
    };
    let captured_at = read_runs.iter().filter_map(|run| run.ended.or(run.started)).max();
    let scan = Scan { revision, ..Scan::of(None, read_runs, results) };
    Some(Read {
        format_version: root.owned("version"),
        title: Some(title),
        captured_at,
        facts,
        ..Read::new(Body::Scan(Box::new(doubts.into_iter().fold(scan, Scan::doubting))))
    })
}

/// Whether a version is one of those that are read: 2.1 and 2.2, with their corrections.
fn is_known(version: &str) -> bool {
    ["2.1", "2.2"]
        .iter()
        .any(|known| version.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
}

/// The results of a run, or of what stands beside it.
fn take(
    of: &Map<'_, '_, '_>,
    rules: &Rules<'_>,
    out: &mut Vec<ScanResult>,
    levels: &mut BTreeMap<String, u64>,
) {
    for map in of.content("results", sarif_result::KNOWN) {
        let (result, level) = sarif_result::read(&map, rules);
        *levels.entry(level).or_default() += 1;
        out.push(result);
    }
}

/// Which tool it was, when it ran, and whether it says that it ran to its end.
fn about(run: &Map<'_, '_, '_>, results: Option<u64>) -> ScanRun {
    let reader = run.reader();
    let driver = run.get("tool").and_then(|tool| tool.get("driver"));
    if driver.is_none() {
        reader.warn(run.node(), "missing-tool", "a run that does not say which tool it is of");
    }
    let said = |keys: &[&str]| {
        keys.iter().find_map(|key| driver.and_then(|driver| driver.text_of(key))).map(str::to_owned)
    };
    let time = |node: &Node<'_>, key: &str| {
        let text = node.text_of(key)?;
        let parsed = Instant::parse(text);
        if let (Err(message), Some(at)) = (&parsed, node.get(key)) {
            reader.warn(at, "unusable-time", message.clone());
        }
        parsed.ok()
    };
    let invocations = run.list("invocations");
    let succeeded: Vec<bool> = invocations
        .iter()
        .filter_map(|node| match node.get("executionSuccessful").map(|value| &value.data) {
            Some(crate::load::text::node::Data::Bool(value)) => Some(*value),
            _ => None,
        })
        .collect();
    ScanRun {
        tool: said(&["name", "fullName"]),
        version: said(&["semanticVersion", "version", "dottedQuadFileVersion"]),
        started: invocations.iter().filter_map(|node| time(node, "startTimeUtc")).min(),
        ended: invocations.iter().filter_map(|node| time(node, "endTimeUtc")).max(),
        succeeded: (!succeeded.is_empty()).then(|| succeeded.iter().all(|value| *value)),
        results,
        database: None,
    }
}
