//! Risks and observations, which OSCAL's assessment results and plans of action share.

use std::collections::BTreeMap;

use super::oscal;
use crate::load::text::reader::Map;
use crate::model::oscal::AssessedRisk;
use crate::model::oscal::Milestone;
use crate::model::oscal::Observation;
use crate::model::oscal::RiskState;
use crate::model::time::Instant;

const RISK: &[&str] = &[
    "uuid",
    "title",
    "description",
    "statement",
    "props",
    "links",
    "status",
    "origins",
    "threat-ids",
    "characterizations",
    "mitigating-factors",
    "deadline",
    "remediations",
    "risk-log",
    "related-observations",
    "remarks",
];

const RESPONSE: &[&str] = &[
    "uuid",
    "lifecycle",
    "title",
    "description",
    "props",
    "links",
    "origins",
    "required-assets",
    "tasks",
    "remarks",
];

const TASK: &[&str] = &[
    "uuid",
    "type",
    "title",
    "description",
    "props",
    "links",
    "timing",
    "dependencies",
    "tasks",
    "associated-activities",
    "subjects",
    "responsible-roles",
    "remarks",
];

/// What the `risks` of a map say.
pub(super) fn risks(map: &Map<'_, '_, '_>) -> Vec<AssessedRisk> {
    let read: Vec<AssessedRisk> = map.maps("risks", RISK).iter().map(risk).collect();
    oscal::nothing_read(map, "risks", read.len());
    read
}

fn risk(map: &Map<'_, '_, '_>) -> AssessedRisk {
    let raw_state = map.owned("status");
    AssessedRisk {
        uuid: map.owned("uuid"),
        title: oscal::title(map, "a risk without a title"),
        statement: oscal::brief(map, "statement").or_else(|| oscal::brief(map, "description")),
        state: state(map, raw_state.as_deref()),
        raw_state,
        deadline: map.instant("deadline"),
        facets: facets(map),
        milestones: milestones(map),
    }
}

fn state(map: &Map<'_, '_, '_>, raw: Option<&str>) -> RiskState {
    match raw {
        Some("open" | "investigating" | "remediating" | "deviation-requested") => RiskState::Open,
        Some("deviation-approved") => RiskState::Accepted,
        Some("closed") => RiskState::Closed,
        Some(_) => {
            let at = map.get("status").unwrap_or(map.node());
            map.reader().warn(at, "unknown-status", "not a status of OSCAL; read as not said");
            RiskState::Unclear
        }
        None => RiskState::Unclear,
    }
}

fn facets(map: &Map<'_, '_, '_>) -> Vec<String> {
    map.maps("characterizations", &["props", "links", "origin", "facets", "remarks"])
        .iter()
        .flat_map(|one| one.maps("facets", &["name", "system", "value", "props", "links", "remarks"]))
        .filter_map(|facet| Some(format!("{} {}", facet.text("name")?, facet.scalar("value")?)))
        .collect()
}

/// Tasks of all responses that are milestones, by day. Tasks inside of tasks are counted like the others.
fn milestones(map: &Map<'_, '_, '_>) -> Vec<Milestone> {
    let mut out = Vec::new();
    for response in map.maps("remediations", RESPONSE) {
        let mut stack = response.maps("tasks", TASK);
        stack.reverse();
        while let Some(task) = stack.pop() {
            stack.extend(task.maps("tasks", TASK).into_iter().rev());
            if task.text("type").is_none_or(|kind| kind == "milestone") {
                out.push(Milestone {
                    title: oscal::title(&task, "a milestone without a title"),
                    due: due(&task),
                });
            }
        }
    }
    out.sort_by_key(|milestone| (milestone.due.is_none(), milestone.due));
    out
}

fn due(task: &Map<'_, '_, '_>) -> Option<Instant> {
    let timing = task.map("timing", &["on-date", "within-date-range", "at-frequency"])?;
    timing
        .map("on-date", &["date"])
        .and_then(|map| map.instant("date"))
        .or_else(|| timing.map("within-date-range", &["start", "end"]).and_then(|map| map.instant("end")))
}

/// Observations with the ids they are named by.
pub(super) struct Observations {
    /// In the file's order.
    pub list: Vec<Observation>,
    /// Titles by id.
    pub titles: BTreeMap<String, String>,
}

/// What the `observations` of a map say.
pub(super) fn observations(map: &Map<'_, '_, '_>) -> Observations {
    let mut out = Observations { list: Vec::new(), titles: BTreeMap::new() };
    for one in map.maps(
        "observations",
        &[
            "uuid",
            "title",
            "description",
            "props",
            "links",
            "methods",
            "types",
            "origins",
            "subjects",
            "relevant-evidence",
            "collected",
            "expires",
            "remarks",
        ],
    ) {
        let title = oscal::title(&one, "an observation without a title");
        if let Some(uuid) = one.owned("uuid") {
            out.titles.insert(uuid, title.clone());
        }
        out.list.push(Observation {
            description: oscal::brief(&one, "description").filter(|text| *text != title),
            title,
            methods: one.texts("methods"),
            types: one.texts("types"),
            raw_result: oscal::property(&one, &["result", "Result"]),
            collected: one.instant("collected"),
            expires: one.instant("expires"),
        });
    }
    oscal::nothing_read(map, "observations", out.list.len());
    out
}

/// The ids that the entries of a list name with `field`.
pub(super) fn named(map: &Map<'_, '_, '_>, key: &str, field: &str) -> Vec<String> {
    map.list(key).iter().filter_map(|node| node.text_of(field).map(str::to_owned)).collect()
}
