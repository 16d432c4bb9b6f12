//! OSCAL assessment results: what an assessor found of each objective, in the assessor's words.

use std::collections::BTreeMap;

use serde_json::json;

use super::Format;
use super::Read;
use super::oscal;
use super::oscal::MAX_LISTED;
use super::oscal_risks;
use crate::load::text::node::Data;
use crate::load::text::reader::Map;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::oscal::AssessmentResult;
use crate::model::oscal::ControlAssessment;
use crate::model::oscal::ObjectiveFinding;
use crate::model::oscal::ObjectiveState;

/// The row.
pub(super) const ROW: Format = Format {
    id: "oscal-assessment-results",
    title: "OSCAL assessment results",
    media_type: "application/oscal+json",
    kind: EvidenceKind::ControlAssessment,
    docs: "**What it reads.** OSCAL 1 assessment results in JSON, YAML or XML: findings with the state of their objective, \
           observations with the day they were made and the day they end, risks, and the controls that were looked at.\n\n\
           **Traps.** A state that is missing or in another word is shown as not said, never as satisfied. An observation is no \
           finding: results that a tool wrote into its properties are shown as written and counted as nothing. Results without \
           findings say nothing about any control. A file with `results` alone, without `metadata`, is a part of a document \
           and kept as an attachment. Names of people are not taken over.\n\n\
           **Source.** <https://pages.nist.gov/OSCAL/resources/concepts/layer/assessment/assessment-results/>.",
    detect: |input| oscal::is(input, ROOT),
    read: |input| oscal::read(input, ROW.title, ROOT, KNOWN, results),
};

const ROOT: &str = "assessment-results";
const KNOWN: &[&str] = &["uuid", "metadata", "import-ap", "local-definitions", "results", "back-matter"];

const RESULT: &[&str] = &[
    "uuid",
    "title",
    "description",
    "start",
    "end",
    "props",
    "links",
    "local-definitions",
    "reviewed-controls",
    "attestations",
    "assessment-log",
    "observations",
    "risks",
    "findings",
    "remarks",
];

const FINDING: &[&str] = &[
    "uuid",
    "title",
    "description",
    "props",
    "links",
    "origins",
    "target",
    "implementation-statement-uuid",
    "related-observations",
    "related-risks",
    "associated-risks",
    "remarks",
];

const TARGET: &[&str] = &[
    "type",
    "target-id",
    "title",
    "description",
    "props",
    "links",
    "status",
    "implementation-status",
    "remarks",
];

fn results(root: &Map<'_, '_, '_>) -> Option<Read> {
    let document = oscal::head(root);
    let mut body = ControlAssessment {
        document,
        plan: root.map("import-ap", &["href", "remarks"]).and_then(|plan| plan.owned("href")),
        ..ControlAssessment::default()
    };
    for map in root.maps("results", RESULT) {
        let result = result(&map, &mut body);
        body.results.push(result);
    }
    oscal::nothing_read(root, "results", body.results.len());
    if body.results.is_empty() && !root.reader().failed() {
        root.reader().warn(root.node(), "empty-document", "it holds no result at all");
    }
    let captured_at = body
        .results
        .iter()
        .filter_map(|result| result.end.or(result.start))
        .max()
        .or(body.document.last_modified);
    let facts = [
        ("type", json!("oscal-assessment-results")),
        ("oscal_version", json!(body.document.oscal_version)),
        ("title", json!(body.document.title)),
        ("results", json!(body.results.len())),
        ("findings", json!(body.findings)),
        ("satisfied", json!(body.satisfied)),
        ("not_satisfied", json!(body.not_satisfied)),
        ("unclear", json!(body.unclear)),
        ("observations", json!(body.observations)),
        ("risks", json!(body.risks)),
    ];
    Some(Read {
        format_version: body.document.oscal_version.clone(),
        title: body.document.title.clone(),
        captured_at,
        facts: facts.into_iter().collect(),
        ..Read::new(Body::ControlAssessment(Box::new(body)))
    })
}

fn result(map: &Map<'_, '_, '_>, body: &mut ControlAssessment) -> AssessmentResult {
    let seen = oscal_risks::observations(map);
    let mut risks = oscal_risks::risks(map);
    let titles: BTreeMap<String, String> =
        risks.iter().filter_map(|risk| Some((risk.uuid.clone()?, risk.title.clone()))).collect();
    let mut findings: Vec<ObjectiveFinding> =
        map.maps("findings", FINDING).iter().map(|one| finding(one, &seen.titles, &titles)).collect();
    oscal::nothing_read(map, "findings", findings.len());
    let with = |state| oscal::count(findings.iter().filter(|finding| finding.state == state).count());
    body.findings += oscal::count(findings.len());
    body.satisfied += with(ObjectiveState::Satisfied);
    body.not_satisfied += with(ObjectiveState::NotSatisfied);
    body.unclear += with(ObjectiveState::Unclear);
    body.observations += oscal::count(seen.list.len());
    body.risks += oscal::count(risks.len());
    let (controls, all_controls) = reviewed(map);
    // the open ones first, so that a list that is cut loses none of them before it loses others
    findings.sort_by_key(|finding| finding.state);
    findings.truncate(MAX_LISTED);
    risks.truncate(MAX_LISTED);
    let mut observations = seen.list;
    observations.truncate(MAX_LISTED);
    AssessmentResult {
        title: oscal::title(map, "a result without a title"),
        start: map.instant("start"),
        end: map.instant("end"),
        controls,
        all_controls,
        findings,
        observations,
        risks,
    }
}

fn finding(
    map: &Map<'_, '_, '_>,
    observations: &BTreeMap<String, String>,
    risks: &BTreeMap<String, String>,
) -> ObjectiveFinding {
    let target = map.map("target", TARGET);
    let status = target.and_then(|target| target.get("status"));
    // a text in place of the object is what drafts of OSCAL had
    let raw_state = status.and_then(|node| node.text().or_else(|| node.text_of("state"))).map(str::to_owned);
    let state = match raw_state.as_deref() {
        Some("satisfied") => ObjectiveState::Satisfied,
        Some("not-satisfied") => ObjectiveState::NotSatisfied,
        Some(_) => {
            let at = status.unwrap_or(map.node());
            map.reader().warn(at, "unknown-status", "not a state of OSCAL; read as not said");
            ObjectiveState::Unclear
        }
        None => {
            map.reader().warn(map.node(), "missing-key", "a finding without a state; read as not said");
            ObjectiveState::Unclear
        }
    };
    let target_id = target.and_then(|target| target.owned("target-id"));
    let implementation = target.and_then(|target| {
        target
            .map("implementation-status", &["state", "remarks"])
            .and_then(|status| status.owned("state"))
            .or_else(|| oscal::property(&target, &["implementation-status"]))
    });
    let titled = |ids: Vec<String>, titles: &BTreeMap<String, String>| {
        ids.into_iter().map(|id| titles.get(&id).cloned().unwrap_or(id)).collect()
    };
    let mut risk_ids = oscal_risks::named(map, "related-risks", "risk-uuid");
    risk_ids.extend(oscal_risks::named(map, "associated-risks", "risk-uuid"));
    ObjectiveFinding {
        title: oscal::title(map, target_id.as_deref().unwrap_or("a finding without a title")),
        description: oscal::brief(map, "description"),
        target: target_id,
        state,
        raw_state,
        reason: status.and_then(|node| node.text_of("reason")).map(str::to_owned),
        implementation,
        observations: titled(
            oscal_risks::named(map, "related-observations", "observation-uuid"),
            observations,
        ),
        risks: titled(risk_ids, risks),
    }
}

/// The controls that were looked at, and whether that is all of them.
fn reviewed(map: &Map<'_, '_, '_>) -> (Vec<String>, bool) {
    let known =
        &["description", "props", "links", "control-selections", "control-objective-selections", "remarks"];
    let Some(reviewed) = map.map("reviewed-controls", known) else { return (Vec::new(), false) };
    let mut controls = Vec::new();
    let mut all = false;
    for selection in reviewed.maps(
        "control-selections",
        &["description", "props", "links", "include-all", "include-controls", "exclude-controls", "remarks"],
    ) {
        all |= selection.get("include-all").is_some_and(|node| node.data != Data::Bool(false));
        controls.extend(oscal_risks::named(&selection, "include-controls", "control-id"));
    }
    controls.truncate(MAX_LISTED);
    (controls, all)
}
