//! OSCAL assessments and plans of action: what the document says of each objective and item, in its own words.

use crate::model::oscal::ActionPlan;
use crate::model::oscal::AssessedRisk;
use crate::model::oscal::AssessmentResult;
use crate::model::oscal::ControlAssessment;
use crate::model::oscal::Milestone;
use crate::model::oscal::ObjectiveState;
use crate::model::oscal::OscalDocument;
use crate::model::oscal::RiskState;
use crate::model::status::Status;
use crate::model::time::Instant;
use crate::render::book::Book;
use crate::render::page::Section;
use crate::render::page::commas;
use crate::render::pages::common;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Mark;
use crate::render::view::Part;
use crate::render::view::at;
use crate::render::view::code;
use crate::render::view::day_of;
use crate::render::view::small;
use crate::render::view::text;
use crate::render::view::why;

/// What the assessor found, in a few words: never better than the worst finding.
pub(crate) fn assessment_mark(assessment: &ControlAssessment) -> Mark {
    let all = assessment.findings;
    if all == 0 {
        return status::worded(Status::NotAssessed, "No findings stated");
    }
    if assessment.not_satisfied > 0 {
        return status::worded(
            Status::NotMet,
            format!("{} of {all} not satisfied", assessment.not_satisfied),
        );
    }
    if assessment.unclear > 0 {
        return status::worded(
            Status::NotAssessed,
            format!("{} of {all} without a state", assessment.unclear),
        );
    }
    status::worded(Status::Met, format!("{all} of {all} satisfied"))
}

/// How a plan stands: closed only when every item is.
pub(crate) fn plan_mark(plan: &ActionPlan) -> Mark {
    let all = plan.total_items;
    if all == 0 {
        status::worded(Status::NotAssessed, "No items stated")
    } else if plan.open_items > 0 {
        status::worded(Status::PartlyMet, format!("{} of {all} open", plan.open_items))
    } else if plan.accepted_items > 0 {
        status::worded(Status::Waived, format!("{} of {all} accepted, none open", plan.accepted_items))
    } else {
        status::worded(Status::Met, format!("{all} of {all} closed"))
    }
}

/// What a document says of itself.
pub(crate) fn document(document: &OscalDocument) -> Section {
    let mut pairs = common::pairs();
    pairs.add("Title", &document.title);
    pairs.add("Version", &document.version);
    pairs.add("OSCAL", &document.oscal_version);
    pairs.add("Last modified", document.last_modified.map(at));
    pairs.add("Organisations", document.organisations.join(", "));
    pairs.add("Marked", document.markings.join(", "));
    pairs.add("Document", document.uuid.as_deref().map(|id| code(id.to_owned())));
    Section::new("document", "Document").pairs(pairs)
}

/// What an assessment says.
pub(crate) fn assessment(book: &Book, assessment: &ControlAssessment) -> Vec<Section> {
    let mut pairs = common::pairs();
    pairs.add("Findings", text(assessment.findings.to_string()));
    pairs.add("Satisfied", text(assessment.satisfied.to_string()));
    pairs.add("Not satisfied", text(assessment.not_satisfied.to_string()));
    if assessment.unclear > 0 {
        pairs.add("Without a state", text(assessment.unclear.to_string()));
    }
    pairs.add(
        "Observations",
        text(format!("{}, from which nothing is concluded here", assessment.observations)),
    );
    pairs.add("Risks", text(assessment.risks.to_string()));
    pairs.add("Follows the plan", assessment.plan.as_deref().map(|plan| code(plan.to_owned())));
    let mut out = vec![
        Section::new("assessment", "Assessment")
            .para("These are the words of whoever assessed. Nothing here was assessed again.")
            .pairs(pairs),
    ];
    let several = assessment.results.len() > 1;
    for (index, result) in assessment.results.iter().enumerate() {
        let suffix = if several { format!("-{}", index + 1) } else { String::new() };
        one_result(book, result, &suffix, &mut out);
    }
    out.push(document(&assessment.document));
    out
}

fn one_result(book: &Book, result: &AssessmentResult, suffix: &str, out: &mut Vec<Section>) {
    let mut pairs = common::pairs();
    pairs.add("Began", result.start.map(at));
    pairs.add("Ended", result.end.map(at));
    pairs.add(
        "Controls looked at",
        match (result.all_controls, result.controls.is_empty()) {
            (true, _) => "all, by the document’s word".into(),
            (false, true) => Cell::default(),
            (false, false) => commas(result.controls.iter().map(code).collect()),
        },
    );
    out.push(Section::new(format!("result{suffix}"), result.title.clone()).pairs(pairs));
    let mut findings = Table::new(
        format!("findings{suffix}"),
        "What is not satisfied comes first. A state that is not given is never read as satisfied.",
        &["Finding", "!State", "Objective", "Implemented", "Observations", "Risks"],
    )
    .filtered();
    for finding in &result.findings {
        let state = match finding.state {
            ObjectiveState::Satisfied => Status::Met,
            ObjectiveState::NotSatisfied => Status::NotMet,
            ObjectiveState::Unclear => Status::NotAssessed,
        };
        let mut stands = vec![Part::Mark { mark: status::worded(state, finding.state.word()) }];
        if finding.state == ObjectiveState::Unclear {
            stands.extend(finding.raw_state.clone().map(|raw| why(format!("as written: {raw}"))));
        }
        stands.extend(finding.reason.clone().map(|reason| why(format!("reason: {reason}"))));
        findings.row(vec![
            titled(&finding.title, finding.description.as_deref()),
            stands.into(),
            finding.target.clone().map(code).into(),
            (&finding.implementation).into(),
            commas(finding.observations.iter().map(text).collect()),
            commas(finding.risks.iter().map(text).collect()),
        ]);
    }
    findings.drop_empty_columns();
    let mut section = Section::new(format!("findings{suffix}"), "Findings");
    section = if findings.is_empty() {
        section.para("It states no finding: nothing is said about any control.")
    } else {
        let meta = common::count(findings.len(), "finding", "findings");
        section.meta(meta).table(findings)
    };
    out.push(section);
    let mut seen = Table::new(
        format!("observations{suffix}"),
        "What was looked at and when. A result that a tool wrote here is shown as written.",
        &["Observation", "Result as written", "How", "~Made", "~Holds until"],
    )
    .filtered();
    for observation in &result.observations {
        seen.row(vec![
            titled(&observation.title, observation.description.as_deref()),
            observation.raw_result.clone().map(code).into(),
            commas(observation.methods.iter().chain(&observation.types).map(text).collect()),
            observation.collected.map(day_of).into(),
            until(book, observation.expires),
        ]);
    }
    seen.drop_empty_columns();
    if !seen.is_empty() {
        let meta = common::count(seen.len(), "observation", "observations");
        out.push(Section::new(format!("observations{suffix}"), "Observations").meta(meta).table(seen));
    }
    if !result.risks.is_empty() {
        out.push(Section::new(format!("risks{suffix}"), "Risks").table(risks(book, &result.risks, suffix)));
    }
}

fn titled(title: &str, description: Option<&str>) -> Cell {
    let mut parts = vec![text(title)];
    parts.extend(description.map(small));
    parts.into()
}

/// A day, with the word that it has passed.
fn until(book: &Book, end: Option<Instant>) -> Cell {
    let Some(end) = end else { return Cell::default() };
    let mut parts = vec![day_of(end)];
    if end <= book.as_of() {
        parts.push(text(" "));
        parts.push(Part::Mark { mark: status::worded(Status::Expired, "Past") });
    }
    parts.into()
}

fn risk_mark(state: RiskState) -> Part {
    let status = match state {
        RiskState::Open => Status::PartlyMet,
        RiskState::Unclear => Status::NotAssessed,
        RiskState::Accepted => Status::Waived,
        RiskState::Closed => Status::Met,
    };
    Part::Mark { mark: status::worded(status, state.word()) }
}

/// A deadline: overdue by the day of the snapshot, when what it is for is not closed.
fn deadline(book: &Book, deadline: Option<Instant>, state: RiskState) -> Cell {
    let Some(end) = deadline else { return "none given".into() };
    let mut parts = vec![day_of(end)];
    if end <= book.as_of() && state != RiskState::Closed {
        parts.push(text(" "));
        parts.push(Part::Mark { mark: status::worded(Status::Expired, "Overdue") });
    }
    parts.into()
}

fn risks(book: &Book, list: &[AssessedRisk], suffix: &str) -> Table {
    let mut table = Table::new(
        format!("risks{suffix}"),
        "Risks with the status the document gives them; overdue as of the day of this snapshot.",
        &["Risk", "!Status", "~Deadline", "Rated", "Planned"],
    )
    .filtered();
    for risk in list {
        let mut stands = vec![risk_mark(risk.state)];
        stands.extend(risk.raw_state.clone().map(|raw| why(format!("as written: {raw}"))));
        table.row(vec![
            titled(&risk.title, risk.statement.as_deref()),
            stands.into(),
            deadline(book, risk.deadline, risk.state),
            commas(risk.facets.iter().map(text).collect()),
            planned(&risk.milestones),
        ]);
    }
    table.drop_empty_columns();
    table
}

fn planned(milestones: &[Milestone]) -> Cell {
    let mut parts = Vec::new();
    for milestone in milestones {
        let day = milestone.due.map(|due| format!("{}: ", due.date())).unwrap_or_default();
        parts.push(small(format!("{day}{}", milestone.title)));
    }
    parts.into()
}

/// What a plan of action says.
pub(crate) fn plan(book: &Book, plan: &ActionPlan) -> Vec<Section> {
    let as_of = book.as_of();
    let overdue = plan
        .items
        .iter()
        .filter(|item| item.state != RiskState::Closed && item.deadline.is_some_and(|end| end <= as_of))
        .count();
    let mut pairs = common::pairs();
    pairs.add("System", plan.system.as_deref().map(|system| code(system.to_owned())));
    pairs.add("Items", text(plan.total_items.to_string()));
    pairs.add("Open", text(plan.open_items.to_string()));
    pairs.add("Accepted", text(plan.accepted_items.to_string()));
    pairs.add("Closed", text(plan.closed_items.to_string()));
    pairs.add("Past a deadline", text(overdue.to_string()));
    let mut table = Table::new(
        "items",
        "Open items first. An item has the status of its risks; one without a risk is not said to be closed.",
        &["Item", "!Status", "~Deadline", "Risks", "Planned"],
    )
    .filtered();
    for item in &plan.items {
        let mut name = vec![text(item.title.clone())];
        name.extend(item.id.clone().map(|id| Part::SmallCode { text: id }));
        name.extend(item.description.clone().map(small));
        let mut stands = vec![risk_mark(item.state)];
        if !item.raw_states.is_empty() {
            stands.push(why(format!("as written: {}", item.raw_states.join(", "))));
        }
        table.row(vec![
            name.into(),
            stands.into(),
            deadline(book, item.deadline, item.state),
            commas(item.risks.iter().map(text).collect()),
            planned(&item.milestones),
        ]);
    }
    table.drop_empty_columns();
    vec![
        Section::new("plan", "Plan").pairs(pairs),
        Section::new("items", "Items").meta(common::count(table.len(), "item", "items")).table(table),
        document(&plan.document),
    ]
}
