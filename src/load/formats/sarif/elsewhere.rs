//! Results of a SARIF log that stand outside its runs: inline ones belong to a run, those in other files are missed.

use crate::load::text::node::Data;
use crate::load::text::node::Node;
use crate::load::text::reader::Map;

/// Keys of external properties.
const EXTERNAL: &[&str] = &[
    "schema",
    "version",
    "guid",
    "runGuid",
    "conversion",
    "graphs",
    "externalizedProperties",
    "artifacts",
    "invocations",
    "logicalLocations",
    "threadFlowLocations",
    "results",
    "taxonomies",
    "driver",
    "extensions",
    "policies",
    "translations",
    "addresses",
    "webRequests",
    "webResponses",
    "properties",
];

/// Where a run names what stands elsewhere; the second is the name of the drafts.
const REFERENCES: [&str; 2] = ["externalPropertyFileReferences", "externalPropertyFiles"];
/// What an address of inline properties begins with, before their number.
const INLINE: &str = "sarif:/inlineExternalProperties/";

/// The inline external properties of a log, each with the run that it is of, where that can be said.
pub(super) struct Inline<'n, 'r, 't> {
    all: Vec<(Map<'n, 'r, 't>, Option<usize>)>,
}

impl<'n, 'r, 't> Inline<'n, 'r, 't> {
    /// Of a log with these runs.
    pub(super) fn of(root: &Map<'n, 'r, 't>, runs: &[Map<'n, 'r, 't>]) -> Self {
        let read = if root.has("inlineExternalProperties") {
            root.content("inlineExternalProperties", EXTERNAL)
        } else {
            Vec::new()
        };
        let whose = |at: usize, one: &Map<'_, '_, '_>| {
            let refers = |run: &Map<'_, '_, '_>| {
                references(run).iter().any(|reference| leads_to(reference, at, one.get("guid")))
            };
            let is_of = |run: &Map<'_, '_, '_>| {
                let guid = run.get("automationDetails").and_then(|details| details.get("guid"));
                same(guid, one.get("runGuid"))
            };
            let by_guid = runs.iter().position(refers).or_else(|| runs.iter().position(is_of));
            by_guid.or_else(|| (runs.len() == 1).then_some(0))
        };
        let all = read.into_iter().enumerate().map(|(at, one)| (one, whose(at, &one))).collect();
        Self { all }
    }

    /// Those with results of a run; of no run that could be found with `None`.
    pub(super) fn with_results(&self, run: Option<usize>) -> impl Iterator<Item = &Map<'n, 'r, 't>> {
        self.all.iter().filter(move |(one, of)| *of == run && one.has("results")).map(|(one, _)| one)
    }

    /// What is to be doubted of a run by `tool`, some results of which are not in this file.
    pub(super) fn missing(&self, run: &Map<'_, '_, '_>, tool: &str) -> Option<String> {
        let mut first = None;
        let (mut sum, mut counted) = (0_u64, true);
        for reference in references(run) {
            let count = reference.get("itemCount").and_then(number);
            let here = self
                .all
                .iter()
                .enumerate()
                .any(|(at, (one, _))| one.has("results") && leads_to(reference, at, one.get("guid")));
            if here || count == Some(0) {
                continue;
            }
            first = first.or(Some(reference));
            match count {
                Some(count) => sum = sum.saturating_add(count),
                None => counted = false,
            }
        }
        let count = if counted { sum.to_string() } else { "some".to_owned() };
        let doubt = format!("{tool} keeps {count} of its results in other files, which are not read");
        run.reader().warn(first?, "cut-off", doubt.clone());
        Some(doubt)
    }
}

/// The places of results that a run names.
fn references<'n>(run: &Map<'n, '_, '_>) -> Vec<&'n Node<'n>> {
    let named = REFERENCES.iter().filter_map(|key| run.get(key)?.get("results"));
    named.flat_map(|node| node.list().map_or_else(|| vec![node], |list| list.iter().collect())).collect()
}

/// Whether a reference is to the inline properties at a place, with this `guid`.
fn leads_to(reference: &Node<'_>, at: usize, guid: Option<&Node<'_>>) -> bool {
    let place = reference.get("location").and_then(|location| location.text_of("uri"));
    same(reference.get("guid"), guid)
        || place.and_then(|uri| uri.strip_prefix(INLINE)) == Some(at.to_string().as_str())
}

fn same(one: Option<&Node<'_>>, other: Option<&Node<'_>>) -> bool {
    let text = |node: Option<&Node<'_>>| node.and_then(Node::text).map(str::to_ascii_lowercase);
    text(one).is_some_and(|guid| text(other).is_some_and(|other| guid == other))
}

fn number(node: &Node<'_>) -> Option<u64> {
    match &node.data {
        Data::Number(raw) => raw.parse().ok(),
        _ => None,
    }
}
