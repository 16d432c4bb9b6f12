//! OpenSLO definitions: targets that somebody set for a service. Nothing in them was measured.

use super::Format;
use super::objectives;
use super::objectives::written;
use super::oscal::cut;
use crate::load::text::node::Node;
use crate::load::text::reader::Map;
use crate::load::text::reader::Reader;
use crate::model::evidence::EvidenceKind;
use crate::model::objectives::ServiceObjective;
use crate::model::objectives::ServiceObjectives;

/// The row.
pub(super) const ROW: Format = Format {
    id: "openslo",
    title: "an OpenSLO definition",
    media_type: "application/yaml",
    kind: EvidenceKind::ServiceObjectives,
    docs: "**What it reads.** Objects with `apiVersion: openslo/v1` (and its drafts), one or several YAML documents in a file: of \
           each `SLO` its service, targets, windows and indicator. Other objects are named by their kind.\n\n\
           **Traps.** A target is never an achieved value: the file says what somebody wants, not what happened. `target` is a \
           share of 1, `targetPercent` one of 100; a number that is neither is shown as written. `op` and `value` are about the \
           indicator, not about the target.\n\n\
           **Source.** <https://github.com/OpenSLO/OpenSLO>.",
    detect: |input| objectives::all(input, is),
    read: |input| objectives::read(input, ROW.title, "OpenSLO", object),
};

fn is(node: &Node<'_>) -> bool {
    node.text_of("apiVersion")
        .is_some_and(|version| version.starts_with("openslo/") || version.starts_with("openslo.com/"))
}

fn object(reader: &Reader<'_>, node: &Node<'_>, out: &mut ServiceObjectives) {
    let Some(map) = reader.map(node, &["apiVersion", "kind", "metadata", "spec"]) else { return };
    let kind = map.text("kind").unwrap_or("an object without a kind");
    if kind != "SLO" {
        out.other_objects.push(kind.to_owned());
        return;
    }
    let known = &["name", "displayName", "labels", "annotations"];
    let metadata = map.map("metadata", known);
    let name = metadata
        .and_then(|metadata| metadata.owned("displayName").or_else(|| metadata.owned("name")))
        .unwrap_or_else(|| "an objective without a name".to_owned());
    let known = &[
        "description",
        "service",
        "indicator",
        "indicatorRef",
        "timeWindow",
        "timeWindows",
        "budgetingMethod",
        "objectives",
        "alertPolicies",
        "thresholdMetric",
        "ratioMetrics",
    ];
    let Some(spec) = map.map("spec", known) else {
        reader.error(node, "nothing-read", "an objective without a `spec`", "");
        return;
    };
    out.definitions += 1;
    let windows = windows(&spec);
    let before = out.objectives.len();
    for objective in spec.maps(
        "objectives",
        &[
            "displayName",
            "op",
            "value",
            "target",
            "targetPercent",
            "timeSliceTarget",
            "timeSliceWindow",
            "indicator",
            "indicatorRef",
            "compositeWeight",
        ],
    ) {
        let target = if objective.has("target") {
            objectives::target(&objective, "target", true)
        } else {
            objectives::target(&objective, "targetPercent", false)
        };
        if target.is_none() {
            reader.warn(objective.node(), "missing-key", "an objective without a target");
        }
        let threshold = [objective.text("op"), objective.scalar("value")];
        let threshold: Vec<&str> = threshold.into_iter().flatten().collect();
        out.objectives.push(ServiceObjective {
            name: name.clone(),
            level: objective.owned("displayName").filter(|level| !level.is_empty()),
            service: spec.owned("service"),
            description: spec.text("description").map(cut),
            target_percent: target.as_ref().and_then(|target| target.percent.clone()),
            raw_target: target.map(|target| target.raw),
            threshold: (!threshold.is_empty()).then(|| threshold.join(" ")),
            indicator: indicator(&objective).or_else(|| indicator(&spec)),
            budgeting: spec.owned("budgetingMethod"),
            windows: windows.clone(),
        });
    }
    if out.objectives.len() == before {
        let at = spec.get("objectives").unwrap_or(node);
        reader.error(
            at,
            "nothing-read",
            "an `SLO` of which no objective could be read",
            "give it `objectives`",
        );
    }
}

fn indicator(map: &Map<'_, '_, '_>) -> Option<String> {
    if let Some(reference) = map.owned("indicatorRef") {
        return Some(reference);
    }
    let indicator = map.get("indicator")?;
    let metadata = indicator.get("metadata")?;
    ["displayName", "name"].iter().find_map(|key| metadata.text_of(key)).map(str::to_owned)
}

fn windows(spec: &Map<'_, '_, '_>) -> Vec<String> {
    let key = if spec.has("timeWindow") { "timeWindow" } else { "timeWindows" };
    spec.list(key)
        .iter()
        .filter_map(|window| {
            let length = match window.get("duration") {
                Some(length) => written(length)?,
                // drafts have a count and a unit
                None => format!("{} {}", written(window.get("count")?)?, window.text_of("unit")?),
            };
            Some(match window.get("isRolling").and_then(written).as_deref() {
                Some("true") => format!("{length}, rolling"),
                Some("false") => format!("{length}, by the calendar"),
                Some(_) | None => length,
            })
        })
        .collect()
}
