//! One result of a SARIF run: its level through rule and override, how it stands, where it is.

use std::collections::BTreeMap;

use crate::load::text::node::Data;
use crate::load::text::node::Node;
use crate::load::text::reader::Map;
use crate::model::scan::ScanResult;
use crate::model::scan::ScanSeverity;
use crate::model::scan::ScanState;

/// Keys of a result.
pub(super) const KNOWN: &[&str] = &[
    "ruleId",
    "ruleIndex",
    "rule",
    "kind",
    "level",
    "message",
    "analysisTarget",
    "locations",
    "guid",
    "correlationGuid",
    "occurrenceCount",
    "partialFingerprints",
    "fingerprints",
    "stacks",
    "codeFlows",
    "graphs",
    "graphTraversals",
    "relatedLocations",
    "suppressions",
    "baselineState",
    "rank",
    "attachments",
    "hostedViewerUri",
    "workItemUris",
    "provenance",
    "fixes",
    "taxa",
    "webRequest",
    "webResponse",
    "properties",
];

/// The most characters of a message.
const MAX_MESSAGE: usize = 500;

/// The rules of a run, by place and by id, and what its invocations override.
#[derive(Default)]
pub(super) struct Rules<'n> {
    driver: Option<&'n Node<'n>>,
    extensions: &'n [Node<'n>],
    by_id: BTreeMap<&'n str, &'n Node<'n>>,
    /// Levels by rule, for each invocation.
    overrides: Vec<BTreeMap<&'n str, &'n str>>,
}

impl<'n> Rules<'n> {
    /// Of a run.
    pub(super) fn of(run: &Map<'n, '_, '_>) -> Self {
        let tool = run.get("tool");
        let driver = tool.and_then(|tool| tool.get("driver"));
        let extensions = tool.and_then(|tool| tool.get("extensions")).and_then(Node::list).unwrap_or(&[]);
        let mut by_id = BTreeMap::new();
        for rule in driver.into_iter().chain(extensions.iter()).flat_map(rules_of) {
            if let Some(id) = rule.text_of("id") {
                by_id.entry(id).or_insert(rule);
            }
        }
        let mut rules = Self { driver, extensions, by_id, overrides: Vec::new() };
        rules.overrides = run.list("invocations").iter().map(|one| rules.overrides_of(one)).collect();
        rules
    }

    /// The rules of the component that is named by its place, its guid or its name; of the driver where none is.
    fn of_component(&self, named: Option<&Node<'_>>) -> &'n [Node<'n>] {
        let driver = self.driver.map_or(&[][..], rules_of);
        let Some(named) = named else { return driver };
        if let Some(at) = named.get("index").and_then(index_of) {
            return self.extensions.get(at).map_or(&[][..], rules_of);
        }
        let key = if named.has("guid") { "guid" } else { "name" };
        let Some(wanted) = named.text_of(key) else { return driver };
        let is = |component: &&Node<'_>| {
            component.text_of(key).is_some_and(|own| own.eq_ignore_ascii_case(wanted))
        };
        self.driver.into_iter().chain(self.extensions).find(is).map_or(&[][..], rules_of)
    }

    fn overrides_of(&self, invocation: &'n Node<'n>) -> BTreeMap<&'n str, &'n str> {
        let list = invocation.get("ruleConfigurationOverrides").and_then(Node::list).unwrap_or(&[]);
        // of two for one rule the first holds
        list.iter()
            .rev()
            .filter_map(|node| {
                let descriptor = node.get("descriptor")?;
                let rules = self.of_component(descriptor.get("toolComponent"));
                let by_index = || rules.get(descriptor.get("index").and_then(index_of)?)?.text_of("id");
                let id = descriptor.text_of("id").or_else(by_index)?;
                Some((id, node.get("configuration")?.text_of("level")?))
            })
            .collect()
    }

    /// The level that the invocation of a result sets for a rule; with several, a result says which it is of.
    fn overridden(&self, result: &Map<'_, '_, '_>, id: &str) -> Option<&'n str> {
        let named = result.get("provenance").and_then(|node| node.get("invocationIndex")).and_then(index_of);
        let at = named.or_else(|| (self.overrides.len() == 1).then_some(0))?;
        self.overrides.get(at)?.get(id).copied()
    }

    fn find(&self, result: &Map<'n, '_, '_>) -> Option<&'n Node<'n>> {
        let reference = result.get("rule");
        let index = result
            .get("ruleIndex")
            .or_else(|| reference.and_then(|node| node.get("index")))
            .and_then(index_of);
        let component = reference.and_then(|node| node.get("toolComponent"));
        let list = self.of_component(component);
        if let Some(rule) = index.and_then(|at| list.get(at)) {
            return Some(rule);
        }
        let mut id = id_of(result)?;
        if let Some(rule) = list.iter().find(|rule| component.is_some() && rule.text_of("id") == Some(id)) {
            return Some(rule);
        }
        // `CA1000/1` is a part of the rule `CA1000`
        loop {
            if let Some(rule) = self.by_id.get(id) {
                return Some(rule);
            }
            id = id.rsplit_once('/')?.0;
        }
    }
}

fn rules_of<'n>(component: &'n Node<'n>) -> &'n [Node<'n>] {
    component.get("rules").and_then(Node::list).unwrap_or(&[])
}

fn index_of(node: &Node<'_>) -> Option<usize> {
    match &node.data {
        Data::Number(raw) => raw.parse().ok(),
        _ => None,
    }
}

fn id_of<'n>(result: &Map<'n, '_, '_>) -> Option<&'n str> {
    result.text("ruleId").or_else(|| result.get("rule").and_then(|rule| rule.text_of("id")))
}

/// A result, and its level.
pub(super) fn read(map: &Map<'_, '_, '_>, rules: &Rules<'_>) -> (ScanResult, String) {
    let rule = rules.find(map);
    let id = id_of(map).or_else(|| rule.and_then(|rule| rule.text_of("id"))).unwrap_or_default();
    let kind = map.text("kind").unwrap_or("fail");
    let level = map
        .text("level")
        .or_else(|| (kind != "fail").then_some("none"))
        .or_else(|| rules.overridden(map, id))
        .or_else(|| rule.and_then(|rule| rule.get("defaultConfiguration")?.text_of("level")))
        .unwrap_or("warning");
    let score = map.get("properties").and_then(score).or_else(|| rule?.get("properties").and_then(score));
    let (state, reason) = state(map, kind);
    let message = message(map, rule);
    let result = ScanResult {
        rule: if id.is_empty() { "no rule named".to_owned() } else { id.to_owned() },
        aliases: Vec::new(),
        message: message.map(|text| text.chars().take(MAX_MESSAGE).collect()),
        severity: match (score.as_deref().and_then(|score| score.trim().parse::<f64>().ok()), level) {
            (Some(score), _) => ScanSeverity::of_score(score),
            (None, "error") => ScanSeverity::High,
            (None, "warning") => ScanSeverity::Medium,
            (None, "note") => ScanSeverity::Low,
            (None, "none") => ScanSeverity::Information,
            (None, _) => ScanSeverity::Unknown,
        },
        raw_severity: Some(match &score {
            Some(score) => format!("{level}, {score}"),
            None => level.to_owned(),
        }),
        state,
        reason,
        compared: map.owned("baselineState"),
        location: location(map),
        component: None,
        fixed_in: None,
    };
    (result, level.to_owned())
}

fn score(properties: &Node<'_>) -> Option<String> {
    match &properties.get("security-severity")?.data {
        Data::Text(text) | Data::Number(text) => Some(text.to_string()),
        _ => None,
    }
}

fn state(map: &Map<'_, '_, '_>, kind: &str) -> (ScanState, Option<String>) {
    let suppressions = map.list("suppressions");
    let holds = |node: &&Node<'_>| node.text_of("status").is_none_or(|status| status == "accepted");
    if let Some(holding) = suppressions.iter().find(holds) {
        if suppressions.iter().any(|node| !holds(&node)) {
            map.reader().warn(
                map.node(),
                "disputed-suppression",
                "one suppression of this result holds and another was rejected or is under review",
            );
        }
        let why = holding.text_of("justification").or_else(|| holding.text_of("kind"));
        return (ScanState::Suppressed, why.map(str::to_owned));
    }
    if map.text("baselineState") == Some("absent") {
        return (ScanState::Gone, None);
    }
    let rejected =
        (!suppressions.is_empty()).then(|| "a suppression of it was rejected, or is under review".to_owned());
    match kind {
        "fail" => (ScanState::Open, rejected),
        "pass" | "notApplicable" | "informational" => (ScanState::NotAFinding, Some(kind.to_owned())),
        // `open`, `review`, and what a later version may add
        other => (ScanState::ToReview, Some(other.to_owned())),
    }
}

fn text_of(message: &Node<'_>) -> Option<String> {
    message.text_of("text").or_else(|| message.text_of("markdown")).map(str::to_owned)
}

/// The message in words: its text, else the rule's text by its id with the arguments filled in, else what the rule is about.
fn message(map: &Map<'_, '_, '_>, rule: Option<&Node<'_>>) -> Option<String> {
    let message = map.get("message");
    if let Some(text) = message.and_then(text_of) {
        return Some(text);
    }
    let by_id = message.and_then(|message| {
        let id = message.text_of("id")?;
        let mut text = text_of(rule?.get("messageStrings")?.get(id)?)?;
        let arguments = message.get("arguments").and_then(Node::list).unwrap_or(&[]);
        for (at, argument) in arguments.iter().enumerate() {
            text = text.replace(&format!("{{{at}}}"), argument.text().unwrap_or_default());
        }
        Some(text)
    });
    by_id.or_else(|| {
        ["shortDescription", "fullDescription"].iter().find_map(|key| rule?.get(key).and_then(text_of))
    })
}

fn location(map: &Map<'_, '_, '_>) -> Option<String> {
    let locations = map.list("locations");
    let first = locations.first()?;
    let physical = first.get("physicalLocation");
    let uri = physical
        .and_then(|physical| physical.get("artifactLocation"))
        .and_then(|artifact| artifact.text_of("uri"));
    let logical = || {
        let list = first.get("logicalLocations").and_then(Node::list)?;
        list.iter().find_map(|node| node.text_of("fullyQualifiedName").or_else(|| node.text_of("name")))
    };
    let name = uri.or_else(logical)?;
    let line = physical
        .and_then(|physical| physical.get("region"))
        .and_then(|region| region.get("startLine"))
        .and_then(index_of);
    let more = match locations.len() {
        0 | 1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    Some(match line {
        Some(line) => format!("{name}:{line}{more}"),
        None => format!("{name}{more}"),
    })
}
