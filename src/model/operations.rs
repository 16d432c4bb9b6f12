//! What buyers and gates ask for beside the product itself: measured series, access reviews, exports of audit logs,
//! checklists, claim charts, questions, and what is put forward for a criterion. Declared; what it rests on is evidence.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::model::content::DateRange;
use crate::model::drill::Compare;
use crate::model::id::Id;
use crate::model::profile::NotApplicable;
use crate::model::time::Date;
use crate::model::time::Instant;
use crate::model::time::Period;

crate::record! {
    /// What a project puts forward for one criterion of a profile: evidence, or why the criterion does not apply.
    pub struct Assignment = "assignments", named by criterion {
        /// `PROFILE/CRITERION`, such as `stage-gates/SPEC-01`.
        pub criterion: String,
        /// Ids of the evidence that is asked.
        #[serde(default)]
        pub evidence: Vec<Id>,
        /// Who says that it does not apply, and why. Only where the criterion has `applies-when`.
        #[serde(default)]
        pub not_applicable: Option<NotApplicable>,
        /// What the evidence shows.
        #[serde(default)]
        pub note: Option<String>,
    }
}

/// How soon a question has to be answered, gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Priority {
    /// Nothing is signed before it is answered.
    P0,
    /// Soon.
    P1,
    /// When there is time.
    P2,
    /// Nice to know.
    P3,
}

impl Priority {
    /// As people write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::P0 => "P0",
            Self::P1 => "P1",
            Self::P2 => "P2",
            Self::P3 => "P3",
        }
    }
}

crate::record! {
    /// A question somebody asked, and the answer of the library that closes it. Whether it is closed is computed.
    pub struct Question = "questions", named by question {
        /// The question.
        pub question: String,
        /// `p0` to `p3`.
        pub priority: Priority,
        /// The questionnaire or the kind of customer it came from.
        #[serde(default)]
        pub asked_in: Option<String>,
        /// Since when.
        #[serde(default)]
        pub opened: Option<Date>,
        /// By when it has to be answered.
        #[serde(default)]
        pub due: Option<Date>,
        /// The answer of the content that closes it.
        #[serde(default)]
        pub answer: Option<Id>,
    }
}

/// One measured value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct KpiPoint {
    /// The day it stands for; the last day of a period.
    pub on: Date,
    /// The value, in the series' unit.
    pub value: f64,
}

crate::record! {
    /// A measured series: revenue, margin, reliability, security, ecosystem, or anything else that has a number and a day.
    pub struct Kpi = "kpis", named by title {
        /// One line.
        pub title: String,
        /// What it is about, such as `arr`, `margin`, `reliability`, `security`, `ecosystem`.
        pub category: String,
        /// Unit, such as `%`, `ms`, `EUR`.
        #[serde(default)]
        pub unit: Option<String>,
        /// How it is counted, over which window.
        #[serde(default)]
        pub definition: Option<String>,
        /// The system the numbers come from.
        #[serde(default)]
        pub source: Option<String>,
        /// How a value has to compare with `target`; `<=` when not given.
        #[serde(default)]
        pub compare: Compare,
        /// What is aimed at.
        #[serde(default)]
        pub target: Option<f64>,
        /// The values; any order.
        #[serde(default)]
        pub points: Vec<KpiPoint>,
        /// Exports the values were taken from.
        #[serde(default)]
        pub evidence: Vec<Id>,
    }
}

impl Kpi {
    /// The points up to `as_of`, oldest first. Of several on one day the last one written stands last.
    pub fn known(&self, as_of: Instant) -> Vec<&KpiPoint> {
        let mut points: Vec<&KpiPoint> =
            self.points.iter().filter(|point| point.on.start() <= as_of).collect();
        points.sort_by_key(|point| point.on);
        points
    }

    /// Whether a value is what is aimed at; `None` without a target, and for what is no number.
    pub fn on_target(&self, value: f64) -> Option<bool> {
        Some(self.compare.holds(value.partial_cmp(&self.target?)?))
    }

    /// A value with its unit.
    pub fn shown(&self, value: f64) -> String {
        match &self.unit {
            Some(unit) if !unit.is_empty() => format!("{value}\u{a0}{unit}"),
            Some(_) | None => value.to_string(),
        }
    }
}

crate::record! {
    /// A review of who has access to a system.
    pub struct AccessReview = "access-reviews", named by title {
        /// One line.
        pub title: String,
        /// The system whose accounts were looked at.
        pub system: String,
        /// The period it covers.
        #[serde(default)]
        pub period: Option<DateRange>,
        /// When it was done.
        pub performed_on: Date,
        /// Role that did it.
        #[serde(default)]
        pub reviewer: Option<String>,
        /// Accounts looked at.
        #[serde(default)]
        pub accounts: Option<u64>,
        /// Accounts taken away.
        #[serde(default)]
        pub removed: Option<u64>,
        /// Accounts whose rights were made smaller.
        #[serde(default)]
        pub changed: Option<u64>,
        /// What was left as it is, and why.
        #[serde(default)]
        pub exceptions: Vec<String>,
        /// When it has to be done again.
        #[serde(default)]
        pub next_review: Option<Date>,
        /// Through which day its record is kept.
        #[serde(default)]
        pub retained_until: Option<Date>,
        /// The record of it.
        #[serde(default)]
        pub evidence: Vec<Id>,
    }
}

impl AccessReview {
    /// Whether another review of the same system, done by `as_of`, is newer.
    pub fn is_superseded<'r>(&self, mut all: impl Iterator<Item = &'r Self>, as_of: Instant) -> bool {
        all.any(|other| {
            other.system == self.system
                && other.performed_on > self.performed_on
                && other.performed_on.start() <= as_of
        })
    }
}

crate::record! {
    /// An export of an audit log, and how long it is kept.
    pub struct AuditExport = "audit-exports", named by title {
        /// One line.
        pub title: String,
        /// The system whose log it is.
        pub system: String,
        /// The days it covers.
        pub period: DateRange,
        /// When it was taken out.
        pub exported_on: Date,
        /// Entries in it.
        #[serde(default)]
        pub entries: Option<u64>,
        /// How long it is kept, counted from `exported-on`.
        #[serde(default)]
        pub retention: Option<Period>,
        /// Through which day it is kept, where that is not counted.
        #[serde(default)]
        pub retained_until: Option<Date>,
        /// Whether it may not be deleted, whatever its retention says.
        #[serde(default)]
        pub legal_hold: bool,
        /// The export, or the receipt of it.
        #[serde(default)]
        pub evidence: Vec<Id>,
    }
}

impl AuditExport {
    /// The first instant at which it may be gone; the later one, where both are given.
    pub fn kept_until(&self) -> Option<Instant> {
        let counted = self.retention.map(|retention| retention.after(self.exported_on.start()));
        counted.max(self.retained_until.map(Date::end))
    }
}

/// How an item of a checklist stands, by what its people say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ItemState {
    /// Not done.
    Open,
    /// Said to be done; without evidence that is only said.
    Done,
    /// Does not apply, for the reason given.
    NotApplicable,
}

/// An item of a checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ChecklistItem {
    /// Unique in its list.
    pub id: Id,
    /// What has to be so.
    pub text: String,
    /// The step it belongs to, such as `inputs`, `deploy`, `validate`, `handoff`.
    #[serde(default)]
    pub step: Option<String>,
    /// How it stands.
    pub state: ItemState,
    /// Role that answers for it.
    #[serde(default)]
    pub owner: Option<String>,
    /// Why it does not apply.
    #[serde(default)]
    pub reason: Option<String>,
    /// What shows that it is done.
    #[serde(default)]
    pub evidence: Vec<Id>,
}

crate::record! {
    /// A checklist that is worked through, such as for a deployment or for the success of a customer.
    pub struct Checklist = "checklists", named by title {
        /// One line.
        pub title: String,
        /// Such as `deployment`, `customer-success`.
        pub category: String,
        /// What it was worked through for.
        #[serde(default)]
        pub subject: Option<String>,
        /// Its items, in order.
        pub items: Vec<ChecklistItem>,
    }
}

/// What kind of thing shows a line of a claim chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChartForm {
    /// A log of it happening.
    Log,
    /// A measured value.
    Metric,
    /// The digest of a configuration.
    ConfigHash,
}

impl ChartForm {
    /// The word shown to people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Metric => "metric",
            Self::ConfigHash => "configuration",
        }
    }
}

/// Evidence of a line of a claim chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ChartEvidence {
    /// Id of the evidence; its digest is shown.
    pub id: Id,
    /// `log`, `metric` or `config-hash`.
    pub form: ChartForm,
}

/// A line of a claim chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ChartRow {
    /// The element of the claim, in its own words.
    pub claim: String,
    /// The shipped feature that practises it.
    pub feature: String,
    /// What shows that it does.
    #[serde(default)]
    pub evidence: Vec<ChartEvidence>,
}

crate::record! {
    /// A claim chart: each element of a claim beside the feature that practises it and the evidence that shows it.
    pub struct ClaimChart = "claim-charts", named by title {
        /// One line.
        pub title: String,
        /// What kind of product it is set against, never a name.
        #[serde(default)]
        pub archetype: Option<String>,
        /// Its lines, in order.
        pub rows: Vec<ChartRow>,
    }
}
