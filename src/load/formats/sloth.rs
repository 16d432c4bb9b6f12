//! Sloth definitions: targets for the rules that Sloth makes. Nothing in them was measured.

use super::Format;
use super::objectives;
use super::oscal::cut;
use crate::load::text::node::Node;
use crate::load::text::reader::Reader;
use crate::model::evidence::EvidenceKind;
use crate::model::objectives::ServiceObjective;
use crate::model::objectives::ServiceObjectives;

/// The row.
pub(super) const ROW: Format = Format {
    id: "sloth",
    title: "a Sloth definition",
    media_type: "application/yaml",
    kind: EvidenceKind::ServiceObjectives,
    docs: "**What it reads.** `version: prometheus/v1` with `slos`, and `PrometheusServiceLevel` objects of \
           `sloth.slok.dev/v1`, one or several YAML documents in a file.\n\n\
           **Traps.** A target is never an achieved value. The window is chosen when Sloth runs (30 days unless told otherwise) and \
           does not stand in the file, so none is shown. The `groups` of rules that Sloth writes are no objectives.\n\n\
           **Source.** <https://sloth.dev/specs/default/>.",
    detect: |input| objectives::all(input, is),
    read: |input| objectives::read(input, ROW.title, "Sloth", object),
};

fn is_object(node: &Node<'_>) -> bool {
    node.text_of("apiVersion").is_some_and(|version| version.starts_with("sloth.slok.dev/"))
}

fn is(node: &Node<'_>) -> bool {
    is_object(node) || (node.text_of("version") == Some("prometheus/v1") && node.has("slos"))
}

const LEVEL: &[&str] = &["version", "service", "labels", "slos", "slo_plugins", "sloPlugins"];

fn object(reader: &Reader<'_>, node: &Node<'_>, out: &mut ServiceObjectives) {
    let level = if is_object(node) {
        let Some(map) = reader.map(node, &["apiVersion", "kind", "metadata", "spec", "status"]) else {
            return;
        };
        if map.text("kind") != Some("PrometheusServiceLevel") {
            out.other_objects.push(map.text("kind").unwrap_or("an object without a kind").to_owned());
            return;
        }
        map.map("spec", LEVEL)
    } else {
        reader.map(node, LEVEL)
    };
    let Some(level) = level else {
        reader.error(node, "nothing-read", "a service level without a `spec`", "");
        return;
    };
    let before = out.objectives.len();
    for slo in level.maps(
        "slos",
        &["name", "description", "objective", "labels", "sli", "alerting", "plugins", "disable"],
    ) {
        out.definitions += 1;
        let target = objectives::target(&slo, "objective", false);
        if target.is_none() {
            reader.warn(slo.node(), "missing-key", "an objective without a target");
        }
        let kinds = [("events", "events"), ("raw", "ratio of errors"), ("plugin", "plugin")];
        let indicator = slo
            .get("sli")
            .and_then(|sli| kinds.iter().find(|(key, _)| sli.has(key)))
            .map(|(_, words)| (*words).to_owned());
        out.objectives.push(ServiceObjective {
            name: slo.owned("name").unwrap_or_else(|| "an objective without a name".to_owned()),
            level: None,
            service: level.owned("service"),
            description: slo.text("description").map(cut),
            target_percent: target.as_ref().and_then(|target| target.percent.clone()),
            raw_target: target.map(|target| target.raw),
            threshold: None,
            indicator,
            budgeting: None,
            windows: Vec::new(),
        });
    }
    if out.objectives.len() == before {
        let at = level.get("slos").unwrap_or(node);
        reader.error(at, "nothing-read", "a service level of which no objective could be read", "");
    }
}
