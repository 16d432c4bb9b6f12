//! OSCAL component definitions: controls that components are said to implement. Saying so shows nothing.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::json;

use super::Format;
use super::Read;
use super::oscal;
use super::oscal_risks;
use crate::load::text::reader::Map;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::oscal_controls::ControlImplementation;
use crate::model::oscal_controls::DefinedComponent;
use crate::model::oscal_controls::ImplementedControl;
use crate::model::oscal_controls::ImplementedSet;

/// The row.
pub(super) const ROW: Format = Format {
    id: "oscal-component-definition",
    title: "an OSCAL component definition",
    media_type: "application/oscal+json",
    kind: EvidenceKind::ControlImplementation,
    docs: "**What it reads.** OSCAL 1 component definitions in JSON, YAML or XML: components and capabilities, and for each source \
           the controls they are said to implement.\n\n\
           **Traps.** This is a statement of whoever wrote it; nobody assessed anything. A control that is listed is not a control \
           that is met, and most documents do not say how far it is implemented. One control may be listed for several sources: \
           requirements and different controls are counted apart.\n\n\
           **Source.** <https://pages.nist.gov/OSCAL/resources/concepts/layer/implementation/component-definition/>.",
    detect: |input| oscal::is(input, ROOT),
    read: |input| oscal::read(input, ROW.title, ROOT, KNOWN, definition),
};

const ROOT: &str = "component-definition";
const KNOWN: &[&str] =
    &["uuid", "metadata", "import-component-definitions", "components", "capabilities", "back-matter"];
const COMPONENT: &[&str] = &[
    "uuid",
    "type",
    "title",
    "name",
    "description",
    "purpose",
    "props",
    "links",
    "responsible-roles",
    "protocols",
    "control-implementations",
    "incorporates-components",
    "remarks",
];
const SET: &[&str] =
    &["uuid", "source", "description", "props", "links", "set-parameters", "implemented-requirements"];
const REQUIREMENT: &[&str] = &[
    "uuid",
    "control-id",
    "description",
    "props",
    "links",
    "set-parameters",
    "responsible-roles",
    "statements",
    "remarks",
];

fn definition(root: &Map<'_, '_, '_>) -> Option<Read> {
    let sources = sources(root);
    let mut components = Vec::new();
    for (key, kind) in [("components", None), ("capabilities", Some("capability"))] {
        let before = components.len();
        for map in root.maps(key, COMPONENT) {
            components.push(component(&map, kind, &sources));
        }
        oscal::nothing_read(root, key, components.len() - before);
    }
    if components.is_empty() && !root.reader().failed() {
        root.reader().warn(root.node(), "empty-document", "it describes no component at all");
    }
    let all = || components.iter().flat_map(|one| &one.sets).flat_map(|set| &set.controls);
    let controls: BTreeSet<&str> = all().map(|one| one.control.as_str()).collect();
    let (implemented, controls) = (oscal::count(all().count()), oscal::count(controls.len()));
    let capabilities =
        components.iter().filter(|one| one.component_type.as_deref() == Some("capability")).count();
    let body = ControlImplementation { document: oscal::head(root), components, implemented, controls };
    let facts = [
        ("type", json!("oscal-component-definition")),
        ("oscal_version", json!(body.document.oscal_version)),
        ("title", json!(body.document.title)),
        ("components", json!(body.components.len() - capabilities)),
        ("capabilities", json!(capabilities)),
        ("control_implementations", json!(body.components.iter().map(|one| one.sets.len()).sum::<usize>())),
        ("implemented_requirements", json!(body.implemented)),
        ("controls", json!(body.controls)),
    ];
    Some(Read {
        format_version: body.document.oscal_version.clone(),
        title: body.document.title.clone(),
        captured_at: body.document.last_modified,
        facts: facts.into_iter().collect(),
        ..Read::new(Body::ControlImplementation(Box::new(body)))
    })
}

fn component(
    map: &Map<'_, '_, '_>,
    kind: Option<&str>,
    sources: &BTreeMap<String, String>,
) -> DefinedComponent {
    let sets: Vec<ImplementedSet> = map
        .maps("control-implementations", SET)
        .iter()
        .map(|set| {
            let controls: Vec<ImplementedControl> =
                set.maps("implemented-requirements", REQUIREMENT).iter().filter_map(requirement).collect();
            oscal::nothing_read(set, "implemented-requirements", controls.len());
            let source = set.owned("source").unwrap_or_else(|| "not named".to_owned());
            let source_title = source.strip_prefix('#').and_then(|id| sources.get(id)).cloned();
            ImplementedSet { source, source_title, controls }
        })
        .collect();
    oscal::nothing_read(map, "control-implementations", sets.len());
    DefinedComponent {
        uuid: map.owned("uuid"),
        component_type: kind.map(str::to_owned).or_else(|| map.owned("type")),
        title: map.owned("name").unwrap_or_else(|| oscal::title(map, "a component without a name")),
        description: oscal::brief(map, "description"),
        sets,
    }
}

fn requirement(map: &Map<'_, '_, '_>) -> Option<ImplementedControl> {
    let Some(control) = map.owned("control-id") else {
        map.reader().warn(map.node(), "missing-id", "a requirement that names no control; it is left out");
        return None;
    };
    Some(ImplementedControl {
        control,
        description: oscal::brief(map, "description"),
        status: oscal::property(map, &["implementation-status"]),
        statements: u32::try_from(map.list("statements").len()).unwrap_or(u32::MAX),
        roles: oscal_risks::named(map, "responsible-roles", "role-id"),
    })
}

/// What the back matter calls its resources, by id.
fn sources(root: &Map<'_, '_, '_>) -> BTreeMap<String, String> {
    let Some(back) = root.map("back-matter", &["resources"]) else { return BTreeMap::new() };
    back.maps(
        "resources",
        &["uuid", "title", "description", "props", "document-ids", "citation", "rlinks", "base64", "remarks"],
    )
    .iter()
    .filter_map(|resource| {
        let title = resource.owned("title").or_else(|| oscal::brief(resource, "description"))?;
        Some((resource.owned("uuid")?, title))
    })
    .collect()
}
