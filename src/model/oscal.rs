//! What OSCAL documents say: assessments with their findings, and plans of action. Their words are shown, never improved.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::model::time::Instant;

/// What every OSCAL document says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct OscalDocument {
    /// Its own id.
    pub uuid: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Its version, as written.
    pub version: Option<String>,
    /// The version of OSCAL it names.
    pub oscal_version: Option<String>,
    /// When it was last changed, by its own word.
    pub last_modified: Option<Instant>,
    /// Organisations it names. People are not taken over.
    pub organisations: Vec<String>,
    /// Markings such as a classification, as written.
    pub markings: Vec<String>,
}

/// The state of an objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectiveState {
    /// The assessor says that it is not satisfied.
    NotSatisfied,
    /// No state is given, or one in a word we do not know. Never taken for satisfied.
    Unclear,
    /// The assessor says that it is satisfied.
    Satisfied,
}

impl ObjectiveState {
    /// The words shown to people.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotSatisfied => "Not satisfied",
            Self::Unclear => "Not said",
            Self::Satisfied => "Satisfied",
        }
    }
}

/// What an assessor found of one objective.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ObjectiveFinding {
    /// Its title; the target where it has none.
    pub title: String,
    /// In sentences, at most 1,000 characters.
    pub description: Option<String>,
    /// The objective or statement it is about, as written.
    pub target: Option<String>,
    /// In our vocabulary.
    pub state: ObjectiveState,
    /// As written.
    pub raw_state: Option<String>,
    /// `pass`, `fail`, `other`, where given.
    pub reason: Option<String>,
    /// How far the control is implemented, by the document's word.
    pub implementation: Option<String>,
    /// Titles of the observations it rests on; references that lead nowhere as written.
    pub observations: Vec<String>,
    /// Titles of the risks it names.
    pub risks: Vec<String>,
}

/// Something an assessor saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Observation {
    /// Its title; the beginning of its description where it has none.
    pub title: String,
    /// In sentences, at most 1,000 characters.
    pub description: Option<String>,
    /// How it was made, such as `TEST`.
    pub methods: Vec<String>,
    /// What kind it is, such as `finding`.
    pub types: Vec<String>,
    /// A result that a tool wrote into it as a property, as written; nothing is concluded from it.
    pub raw_result: Option<String>,
    /// When it was made.
    pub collected: Option<Instant>,
    /// When it no longer holds, by its own word.
    pub expires: Option<Instant>,
}

/// Something that has to be done by a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Milestone {
    /// Its title.
    pub title: String,
    /// When it is due.
    pub due: Option<Instant>,
}

/// How a risk stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RiskState {
    /// Open, under investigation, being worked on, or a deviation was asked for.
    Open,
    /// No status is given, or one in a word we do not know. Never taken for closed.
    Unclear,
    /// It stays as it is, and somebody approved that.
    Accepted,
    /// Closed.
    Closed,
}

impl RiskState {
    /// The words shown to people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Unclear => "Not said",
            Self::Accepted => "Accepted",
            Self::Closed => "Closed",
        }
    }
}

/// A risk of an assessment or a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct AssessedRisk {
    /// Its own id.
    pub uuid: Option<String>,
    /// Its title.
    pub title: String,
    /// In sentences, at most 1,000 characters.
    pub statement: Option<String>,
    /// In our vocabulary.
    pub state: RiskState,
    /// As written.
    pub raw_state: Option<String>,
    /// When it has to be dealt with.
    pub deadline: Option<Instant>,
    /// Such as `likelihood low`, as written.
    pub facets: Vec<String>,
    /// What is planned against it.
    pub milestones: Vec<Milestone>,
}

/// One result of an assessment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct AssessmentResult {
    /// Its title.
    pub title: String,
    /// When the assessment began.
    pub start: Option<Instant>,
    /// When it ended.
    pub end: Option<Instant>,
    /// Controls that were looked at; empty where the document says `all` or nothing.
    pub controls: Vec<String>,
    /// Whether it says that all controls were looked at.
    pub all_controls: bool,
    /// Findings, the first 5,000.
    pub findings: Vec<ObjectiveFinding>,
    /// Observations, the first 5,000.
    pub observations: Vec<Observation>,
    /// Risks, the first 5,000.
    pub risks: Vec<AssessedRisk>,
}

/// Results of an assessment of controls (OSCAL assessment results).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ControlAssessment {
    /// What it says of itself.
    pub document: OscalDocument,
    /// The plan it follows, as written.
    pub plan: Option<String>,
    /// The results, in the file's order.
    pub results: Vec<AssessmentResult>,
    /// Findings of all results, counted.
    pub findings: u64,
    /// Those that are satisfied.
    pub satisfied: u64,
    /// Those that are not satisfied.
    pub not_satisfied: u64,
    /// Those that do not say.
    pub unclear: u64,
    /// Observations of all results, counted.
    pub observations: u64,
    /// Risks of all results, counted.
    pub risks: u64,
}

/// An item of a plan of action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ActionItem {
    /// The id its owner gives it, else its own one.
    pub id: Option<String>,
    /// Its title.
    pub title: String,
    /// In sentences, at most 1,000 characters.
    pub description: Option<String>,
    /// That of the risks it names: an open one outweighs all others.
    pub state: RiskState,
    /// The words of those risks.
    pub raw_states: Vec<String>,
    /// The first deadline of those of its risks that are not closed.
    pub deadline: Option<Instant>,
    /// Titles of its risks; references that lead nowhere as written.
    pub risks: Vec<String>,
    /// What is planned, by day.
    pub milestones: Vec<Milestone>,
}

/// A plan of action and milestones (OSCAL).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ActionPlan {
    /// What it says of itself.
    pub document: OscalDocument,
    /// The system it is for, as written.
    pub system: Option<String>,
    /// Items, the first 5,000.
    pub items: Vec<ActionItem>,
    /// Items, counted.
    pub total_items: u64,
    /// Items that are open or do not say.
    pub open_items: u64,
    /// Items that were accepted as they are.
    pub accepted_items: u64,
    /// Items that are closed.
    pub closed_items: u64,
    /// Risks, counted.
    pub risks: u64,
}
