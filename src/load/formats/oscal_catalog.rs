//! OSCAL catalogs: which controls there are. Their titles are listed, their text stays in the original.

use serde_json::json;

use super::Format;
use super::Read;
use super::oscal;
use crate::load::text::reader::Map;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::oscal_controls::CatalogControl;
use crate::model::oscal_controls::CatalogGroup;
use crate::model::oscal_controls::ControlCatalog;

/// The row.
pub(super) const ROW: Format = Format {
    id: "oscal-catalog",
    title: "an OSCAL catalog",
    media_type: "application/oscal+json",
    kind: EvidenceKind::ControlCatalog,
    docs: "**What it reads.** OSCAL 1 catalogs in JSON, YAML or XML, resolved profiles too: groups, controls, enhancements, and \
           which of them are withdrawn.\n\n\
           **Traps.** A catalog says what is asked, and nothing about whether anybody does it. Enhancements are counted apart \
           from controls; withdrawn ones are listed and marked. The text of controls may belong to somebody and is not taken \
           over. A profile that is not resolved is another document.\n\n\
           **Source.** <https://pages.nist.gov/OSCAL/resources/concepts/layer/control/catalog/>.",
    detect: |input| oscal::is(input, ROOT),
    read: |input| oscal::read(input, ROW.title, ROOT, KNOWN, catalog),
};

const ROOT: &str = "catalog";
const KNOWN: &[&str] = &["uuid", "metadata", "params", "controls", "groups", "back-matter"];
const GROUP: &[&str] =
    &["id", "class", "title", "params", "props", "links", "parts", "groups", "controls", "insert-controls"];
const CONTROL: &[&str] = &["id", "class", "title", "params", "props", "links", "parts", "controls"];

fn catalog(root: &Map<'_, '_, '_>) -> Option<Read> {
    let mut groups = Vec::new();
    let alone = controls(root);
    if !alone.is_empty() {
        groups.push(CatalogGroup { id: None, title: "Without a group".to_owned(), controls: alone });
    }
    let mut seen = 0_usize;
    let mut stack: Vec<(Map<'_, '_, '_>, Option<String>)> =
        root.maps("groups", GROUP).into_iter().rev().map(|map| (map, None)).collect();
    oscal::nothing_read(root, "groups", stack.len());
    while let Some((map, around)) = stack.pop() {
        seen += 1;
        let own = oscal::title(&map, map.text("id").unwrap_or("a group without a title"));
        let title = match around {
            Some(around) => format!("{around} · {own}"),
            None => own,
        };
        let inner = map.maps("groups", GROUP);
        oscal::nothing_read(&map, "groups", inner.len());
        stack.extend(inner.into_iter().rev().map(|inner| (inner, Some(title.clone()))));
        let controls = controls(&map);
        if !controls.is_empty() {
            groups.push(CatalogGroup { id: map.owned("id"), title, controls });
        }
    }
    if groups.is_empty() && !root.reader().failed() {
        root.reader().warn(root.node(), "empty-document", "it lists no control at all");
    }
    let all = || groups.iter().flat_map(|group| &group.controls);
    let body = ControlCatalog {
        document: oscal::head(root),
        controls: oscal::count(all().filter(|control| control.parent.is_none()).count()),
        enhancements: oscal::count(all().filter(|control| control.parent.is_some()).count()),
        withdrawn: oscal::count(all().filter(|control| control.withdrawn).count()),
        groups,
    };
    let facts = [
        ("type", json!("oscal-catalog")),
        ("oscal_version", json!(body.document.oscal_version)),
        ("title", json!(body.document.title)),
        ("groups", json!(seen)),
        ("controls", json!(body.controls)),
        ("enhancements", json!(body.enhancements)),
        ("withdrawn", json!(body.withdrawn)),
    ];
    Some(Read {
        format_version: body.document.oscal_version.clone(),
        title: body.document.title.clone(),
        captured_at: body.document.last_modified,
        facts: facts.into_iter().collect(),
        ..Read::new(Body::ControlCatalog(Box::new(body)))
    })
}

/// The controls of a group, each followed by what enhances it.
fn controls(map: &Map<'_, '_, '_>) -> Vec<CatalogControl> {
    let mut out = Vec::new();
    let mut stack: Vec<(Map<'_, '_, '_>, Option<String>)> =
        map.maps("controls", CONTROL).into_iter().rev().map(|map| (map, None)).collect();
    while let Some((map, parent)) = stack.pop() {
        let Some(id) = map.owned("id") else {
            map.reader().warn(map.node(), "missing-id", "a control without an id; it is left out");
            continue;
        };
        let inner = map.maps("controls", CONTROL);
        stack.extend(inner.into_iter().rev().map(|inner| (inner, Some(id.clone()))));
        out.push(CatalogControl {
            label: oscal::property(&map, &["label"]),
            title: map.owned("title"),
            parent,
            withdrawn: oscal::property(&map, &["status"])
                .is_some_and(|status| status.eq_ignore_ascii_case("withdrawn")),
            parameters: u32::try_from(map.list("params").len()).unwrap_or(u32::MAX),
            id,
        });
    }
    oscal::nothing_read(map, "controls", out.len());
    out
}
