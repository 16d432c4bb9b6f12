//! OSCAL plans of action and milestones: what is still to be done, by when, and how the risks behind it stand.

use std::collections::BTreeMap;

use serde_json::json;

use super::Format;
use super::Read;
use super::oscal;
use super::oscal::MAX_LISTED;
use super::oscal_risks;
use crate::load::text::reader::Map;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::oscal::ActionItem;
use crate::model::oscal::ActionPlan;
use crate::model::oscal::AssessedRisk;
use crate::model::oscal::RiskState;

/// The row.
pub(super) const ROW: Format = Format {
    id: "oscal-poam",
    title: "an OSCAL plan of action and milestones",
    media_type: "application/oscal+json",
    kind: EvidenceKind::ActionPlan,
    docs: "**What it reads.** OSCAL 1 plans of action and milestones in JSON, YAML or XML: items, the status and deadline of the \
           risks behind them, and what is planned.\n\n\
           **Traps.** An item has no status of its own: that of its risks is shown, an open one outweighs all others, and an \
           item without any risk is shown as not said and counted as open. `deviation-approved` is accepted, not closed. \
           Whether a deadline has passed is judged by the day of the snapshot. Names of people are not taken over.\n\n\
           **Source.** <https://pages.nist.gov/OSCAL/resources/concepts/layer/assessment/poam/>.",
    detect: |input| oscal::is(input, ROOT),
    read: |input| oscal::read(input, ROW.title, ROOT, KNOWN, plan),
};

const ROOT: &str = "plan-of-action-and-milestones";
const KNOWN: &[&str] = &[
    "uuid",
    "metadata",
    "import-ssp",
    "system-id",
    "local-definitions",
    "observations",
    "risks",
    "findings",
    "poam-items",
    "back-matter",
];
const ITEM: &[&str] = &[
    "uuid",
    "title",
    "description",
    "props",
    "links",
    "origins",
    "related-findings",
    "related-observations",
    "related-risks",
    "associated-risks",
    "remarks",
];

fn plan(root: &Map<'_, '_, '_>) -> Option<Read> {
    let risks = oscal_risks::risks(root);
    let by_id: BTreeMap<&str, &AssessedRisk> =
        risks.iter().filter_map(|risk| Some((risk.uuid.as_deref()?, risk))).collect();
    let mut items: Vec<ActionItem> =
        root.maps("poam-items", ITEM).iter().map(|map| item(map, &by_id)).collect();
    oscal::nothing_read(root, "poam-items", items.len());
    if items.is_empty() && !root.reader().failed() {
        root.reader().warn(root.node(), "empty-document", "it holds no item at all");
    }
    let with =
        |states: &[RiskState]| oscal::count(items.iter().filter(|item| states.contains(&item.state)).count());
    let mut body = ActionPlan {
        document: oscal::head(root),
        system: root
            .map("system-id", &["identifier-type", "id"])
            .and_then(|id| id.owned("id"))
            .or_else(|| root.map("import-ssp", &["href", "remarks"]).and_then(|ssp| ssp.owned("href"))),
        total_items: oscal::count(items.len()),
        open_items: with(&[RiskState::Open, RiskState::Unclear]),
        accepted_items: with(&[RiskState::Accepted]),
        closed_items: with(&[RiskState::Closed]),
        risks: oscal::count(risks.len()),
        items: Vec::new(),
    };
    items.sort_by_key(|item| (item.state, item.deadline.is_none(), item.deadline));
    items.truncate(MAX_LISTED);
    let facts = [
        ("type", json!("oscal-poam")),
        ("oscal_version", json!(body.document.oscal_version)),
        ("title", json!(body.document.title)),
        ("items", json!(body.total_items)),
        ("open", json!(body.open_items)),
        ("accepted", json!(body.accepted_items)),
        ("closed", json!(body.closed_items)),
        ("risks", json!(body.risks)),
        ("observations", json!(root.list("observations").len())),
        ("with_deadline", json!(items.iter().filter(|item| item.deadline.is_some()).count())),
    ];
    body.items = items;
    Some(Read {
        format_version: body.document.oscal_version.clone(),
        title: body.document.title.clone(),
        captured_at: body.document.last_modified,
        facts: facts.into_iter().collect(),
        ..Read::new(Body::ActionPlan(Box::new(body)))
    })
}

fn item(map: &Map<'_, '_, '_>, risks: &BTreeMap<&str, &AssessedRisk>) -> ActionItem {
    let mut ids = oscal_risks::named(map, "related-risks", "risk-uuid");
    ids.extend(oscal_risks::named(map, "associated-risks", "risk-uuid"));
    let found: Vec<&AssessedRisk> = ids.iter().filter_map(|id| risks.get(id.as_str()).copied()).collect();
    if found.len() < ids.len() {
        map.reader().warn(
            map.get("related-risks").unwrap_or(map.node()),
            "dangling-reference",
            "a risk that this document does not hold; the item is not closed by it",
        );
    }
    let mut states: Vec<RiskState> = found.iter().map(|risk| risk.state).collect();
    states.extend((found.len() < ids.len()).then_some(RiskState::Unclear));
    ActionItem {
        id: oscal::property(map, &["POAM-ID", "poam-id", "label"]).or_else(|| map.owned("uuid")),
        title: oscal::title(map, "an item without a title"),
        description: oscal::brief(map, "description"),
        state: states.into_iter().min().unwrap_or(RiskState::Unclear),
        raw_states: found.iter().filter_map(|risk| risk.raw_state.clone()).collect(),
        deadline: found
            .iter()
            .filter(|risk| risk.state != RiskState::Closed)
            .filter_map(|risk| risk.deadline)
            .min(),
        risks: ids
            .iter()
            .map(|id| risks.get(id.as_str()).map_or_else(|| id.clone(), |risk| risk.title.clone()))
            .collect(),
        milestones: found.iter().flat_map(|risk| risk.milestones.clone()).collect(),
    }
}
