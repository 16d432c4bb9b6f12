//! Drill records: what was tried, against which objectives, what was measured, what was found.
//!
//! The native form is `schemas/drill-1.json` (kebab-case YAML or JSON, `drill-version: "1"`); other tools' outputs
//! are mapped into it. The computed result stands beside the declared one and wins.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::model::time::Date;
use crate::model::time::Instant;
use crate::model::time::Period;
use crate::model::visibility::Visibility;

/// From talking to production cut-over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DrillType {
    /// Talking it through.
    Tabletop,
    /// Walking through the steps.
    Walkthrough,
    /// Acted out.
    Simulation,
    /// A function exercised.
    Functional,
    /// A game day.
    GameDay,
    /// A fault injected into a steady state.
    ChaosExperiment,
    /// Load applied.
    Load,
    /// A backup restored and checked.
    Restore,
    /// Backups made or listed: nothing was restored from them.
    Backup,
    /// Switched to the stand-by.
    Failover,
    /// Run beside production.
    Parallel,
    /// Production interrupted.
    FullInterruption,
}

/// Where it took place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Environment {
    /// The real thing.
    Production,
    /// Like it in size and data.
    ProductionLike,
    /// A staging system.
    Staging,
    /// On its own.
    Isolated,
    /// None: tabletop, walkthrough.
    None,
}

/// The words a result may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DrillResult {
    /// An objective was missed, or data was lost.
    Failed,
    /// The tool crashed or could not go on.
    Aborted,
    /// Somebody stopped it.
    Interrupted,
    /// Never started.
    NotRun,
    /// Cannot be said: a fault was not injected, a target has no measured value.
    Inconclusive,
    /// Seen, but nothing was asked of it.
    Observed,
    /// Objectives met, something to fix.
    PassedWithFindings,
    /// Objectives met.
    Passed,
}

impl DrillResult {
    /// The words shown to people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Failed => "Failed",
            Self::Aborted => "Aborted",
            Self::Interrupted => "Interrupted",
            Self::NotRun => "Not run",
            Self::Inconclusive => "Inconclusive",
            Self::Observed => "Observed, no verdict",
            Self::PassedWithFindings => "Passed with findings",
            Self::Passed => "Passed",
        }
    }
}

/// Marks of a timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// The fault begins.
    Disruption,
    /// Somebody or something noticed.
    Detected,
    /// Declared a disaster or incident.
    Declared,
    /// Recovery begins.
    RecoveryStarted,
    /// The service works again.
    ServiceRestored,
    /// The data was checked.
    DataVerified,
    /// Back to the normal way of running.
    FallbackCompleted,
    /// Given up.
    Aborted,
    /// Anything else.
    Note,
}

/// A number with its unit, or a period, as an objective writes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// A plain number, the unit given beside it.
    Number(f64),
    /// A period.
    Period(Period),
    /// Per cent.
    Percent(f64),
}

impl Amount {
    /// Reads `15m`, `PT15M`, `5%`.
    ///
    /// # Errors
    /// A sentence saying what was expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("`{text}` is not a number, a period such as `PT15M`, or a percentage such as `5%`");
        if let Some(number) = text.trim().strip_suffix('%') {
            return number
                .trim()
                .parse()
                .ok()
                .filter(|value: &f64| value.is_finite())
                .map(Self::Percent)
                .ok_or_else(wrong);
        }
        if let Ok(number) = text.trim().parse::<f64>() {
            return if number.is_finite() { Ok(Self::Number(number)) } else { Err(wrong()) };
        }
        Period::parse(text).map(Self::Period).map_err(|_| wrong())
    }

    /// Its size for comparing with another of the same form; `None` across forms.
    pub fn compare(self, other: Self) -> Option<std::cmp::Ordering> {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) | (Self::Percent(a), Self::Percent(b)) => a.partial_cmp(&b),
            (Self::Period(a), Self::Period(b)) => Some(a.approximate_millis().cmp(&b.approximate_millis())),
            (Self::Number(_) | Self::Percent(_) | Self::Period(_), _) => None,
        }
    }

    /// For people.
    pub fn human(self, unit: Option<&str>) -> String {
        match self {
            Self::Number(number) => match unit {
                Some(unit) => format!("{number}\u{a0}{unit}"),
                None => number.to_string(),
            },
            Self::Percent(number) => format!("{number}\u{a0}%"),
            Self::Period(period) => period.human(),
        }
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Percent(number) => write!(f, "{number}%"),
            Self::Period(period) => period.fmt(f),
        }
    }
}

impl Serialize for Amount {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Percent(_) | Self::Period(_) => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Amount;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a number, a period such as `PT15M`, or a percentage such as `5%`")
            }
            fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Amount, E> {
                if value.is_finite() {
                    Ok(Amount::Number(value))
                } else {
                    Err(E::custom("not a finite number"))
                }
            }
            fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Amount, E> {
                #[expect(clippy::cast_precision_loss, reason = "objectives are small numbers")]
                Ok(Amount::Number(value as f64))
            }
            fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Amount, E> {
                #[expect(clippy::cast_precision_loss, reason = "objectives are small numbers")]
                Ok(Amount::Number(value as f64))
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Amount, E> {
                Amount::parse(text).map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl JsonSchema for Amount {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Amount".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["number", "string"], "description": "a number, a period, or a percentage" })
    }
}

/// What is compared how; `<=` when not given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Compare {
    /// At most.
    #[default]
    #[serde(rename = "<=")]
    AtMost,
    /// Below.
    #[serde(rename = "<")]
    Below,
    /// At least.
    #[serde(rename = ">=")]
    AtLeast,
    /// Above.
    #[serde(rename = ">")]
    Above,
    /// Exactly.
    #[serde(rename = "==")]
    Equal,
}

impl Compare {
    /// Whether `found` compares so to `target`.
    pub fn holds(self, found_to_target: std::cmp::Ordering) -> bool {
        match self {
            Self::AtMost => found_to_target.is_le(),
            Self::Below => found_to_target.is_lt(),
            Self::AtLeast => found_to_target.is_ge(),
            Self::Above => found_to_target.is_gt(),
            Self::Equal => found_to_target.is_eq(),
        }
    }

    /// In words, before a number.
    pub fn words(self) -> &'static str {
        match self {
            Self::AtMost => "at most",
            Self::Below => "below",
            Self::AtLeast => "at least",
            Self::Above => "above",
            Self::Equal => "exactly",
        }
    }
}

/// One objective: what was asked, what was achieved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Objective {
    /// `rto`, `rpo`, `mttd`, `mttr`, `mtpd`, `availability`, `error-rate`, `latency`, `throughput`, `custom`.
    pub metric: String,
    /// Name of a custom metric.
    #[serde(default)]
    pub name: Option<String>,
    /// The service it is about, where there are several.
    #[serde(default)]
    pub service: Option<String>,
    /// What was asked.
    #[serde(default)]
    pub target: Option<Amount>,
    /// What was achieved; computed from the timeline for rto, rpo, mttd and mttr when absent.
    #[serde(default)]
    pub achieved: Option<Amount>,
    /// Unit of plain numbers.
    #[serde(default)]
    pub unit: Option<String>,
    /// How the two are compared.
    #[serde(default)]
    pub compare: Compare,
    /// Anything else.
    #[serde(default)]
    pub note: Option<String>,
    /// Computed: whether it holds; `None` when it cannot be said. Never read from the input.
    #[serde(default, skip_deserializing)]
    #[schemars(skip)]
    pub met: Option<bool>,
}

/// One mark of the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TimelineMark {
    /// When.
    pub at: Instant,
    /// What.
    pub mark: Mark,
    /// The service it is about.
    #[serde(default)]
    pub service: Option<String>,
    /// In words.
    #[serde(default)]
    pub text: Option<String>,
}

/// One step that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Step {
    /// Name.
    pub name: String,
    /// `succeeded`, `failed`, `skipped`, `unknown`.
    pub status: String,
    /// When it began.
    #[serde(default)]
    pub started: Option<Instant>,
    /// When it ended.
    #[serde(default)]
    pub ended: Option<Instant>,
    /// On what.
    #[serde(default)]
    pub target: Option<String>,
    /// What went wrong.
    #[serde(default)]
    pub error: Option<String>,
}

/// What the drill covered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Scope {
    /// Services.
    #[serde(default)]
    pub services: Vec<String>,
    /// Systems.
    #[serde(default)]
    pub systems: Vec<String>,
    /// Locations.
    #[serde(default)]
    pub locations: Vec<String>,
    /// What was left out.
    #[serde(default)]
    pub excluded: Vec<String>,
}

/// Whether the steady state held: `met`, `not-met`, `not-checked`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SteadyState {
    /// Before the fault.
    #[serde(default)]
    pub before: Option<String>,
    /// While it lasted.
    #[serde(default)]
    pub during: Option<String>,
    /// After it.
    #[serde(default)]
    pub after: Option<String>,
}

/// Whether the data was whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DataIntegrity {
    /// `verified`, `failed`, `not-checked`, `not-applicable`.
    pub status: String,
    /// How it was checked.
    #[serde(default)]
    pub method: Option<String>,
    /// Anything else.
    #[serde(default)]
    pub note: Option<String>,
}

/// Something to fix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DrillFinding {
    /// Stable inside the drill.
    pub id: String,
    /// One line.
    pub title: String,
    /// `low`, `medium`, `high`, `critical`.
    pub severity: String,
    /// `technical`, `process`, `communication`, `documentation`, `people`, `supplier`.
    #[serde(default)]
    pub category: Option<String>,
    /// What is done about it.
    #[serde(default)]
    pub action: Option<String>,
    /// Role or team.
    #[serde(default)]
    pub owner: Option<String>,
    /// Until when.
    #[serde(default)]
    pub due: Option<Date>,
    /// `open`, `in-progress`, `done`, `accepted`.
    #[serde(default)]
    pub status: Option<String>,
    /// When it was closed.
    #[serde(default)]
    pub closed: Option<Date>,
    /// Who may see it; `internal` when not given.
    #[serde(default)]
    pub visibility: Visibility,
}

/// Who took part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Participant {
    /// Role.
    pub role: String,
    /// Name.
    #[serde(default)]
    pub name: Option<String>,
    /// Organisation.
    #[serde(default)]
    pub organisation: Option<String>,
    /// Who may see it; `internal` when not given.
    #[serde(default)]
    pub visibility: Visibility,
}

/// A control of a framework that the drill exercises.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ControlRef {
    /// Framework, by name or id.
    pub framework: String,
    /// Control.
    pub control: String,
}

/// How often it has to be repeated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Cadence {
    /// The period.
    #[serde(default)]
    pub every: Option<Period>,
    /// The day until which the next one is due.
    #[serde(default)]
    pub next_due: Option<Date>,
}

/// A tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Tool {
    /// Name.
    pub name: String,
    /// Version.
    #[serde(default)]
    pub version: Option<String>,
    /// Id of the run.
    #[serde(default)]
    pub run: Option<String>,
}

/// A drill, whatever tool it came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Drill {
    /// The source's own id.
    pub drill_id: String,
    /// One line.
    pub title: String,
    /// Kind of exercise.
    #[serde(rename = "type")]
    pub drill_type: DrillType,
    /// Where.
    pub environment: Environment,
    /// Whether people knew beforehand.
    pub announced: Option<bool>,
    /// What it covered.
    pub scope: Scope,
    /// What happened, in words.
    pub scenario: Option<String>,
    /// What was expected, in one sentence.
    pub hypothesis: Option<String>,
    /// When it began.
    pub started: Option<Instant>,
    /// When it ended.
    pub ended: Option<Instant>,
    /// Where the recovery clock starts: `disruption` or `declaration`.
    pub rto_clock: String,
    /// In order of time.
    pub timeline: Vec<TimelineMark>,
    /// Time stamp of the newest data available after recovery.
    pub recovery_point: Option<Instant>,
    /// What was asked and achieved, `met` computed.
    pub objectives: Vec<Objective>,
    /// Whether the steady state held.
    pub steady_state: SteadyState,
    /// Faults and other steps.
    pub actions: Vec<Step>,
    /// Steps back.
    pub rollbacks: Vec<Step>,
    /// Whether the data was whole.
    pub data_integrity: Option<DataIntegrity>,
    /// What its people or tool say; `None` where they do not.
    pub declared: Option<DrillResult>,
    /// The source's own word.
    pub raw_result: Option<String>,
    /// One or two sentences.
    pub summary: Option<String>,
    /// What the rules make of it. Wins over `declared`.
    pub computed: DrillResult,
    /// Why, one sentence a reason.
    pub reasons: Vec<String>,
    /// Things to fix.
    pub findings: Vec<DrillFinding>,
    /// Who took part.
    pub participants: Vec<Participant>,
    /// The plan that was exercised, title and version.
    pub plan: Option<String>,
    /// How often.
    pub cadence: Cadence,
    /// Controls it exercises.
    pub controls: Vec<ControlRef>,
    /// The tool that ran it.
    pub tool: Option<Tool>,
}

/// The native form of a drill: a YAML or JSON file with `drill-version: "1"`. Keys that begin with `x-` are left alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(extend("patternProperties" = { "^x-": true }))]
pub struct DrillFile {
    /// `1`.
    pub drill_version: String,
    /// Stable across snapshots.
    pub id: crate::model::id::Id,
    /// One line.
    pub title: String,
    /// Kind of exercise.
    #[serde(rename = "type")]
    pub drill_type: DrillType,
    /// Where.
    pub environment: Environment,
    /// Whether people knew beforehand.
    #[serde(default)]
    pub announced: Option<bool>,
    /// What it covered.
    #[serde(default)]
    pub scope: Scope,
    /// What happened, in words.
    #[serde(default)]
    pub scenario: Option<String>,
    /// What was expected, in one sentence.
    #[serde(default)]
    pub hypothesis: Option<String>,
    /// When it began.
    pub started: Instant,
    /// When it ended.
    #[serde(default)]
    pub ended: Option<Instant>,
    /// Where the recovery clock starts.
    #[serde(default)]
    pub rto_clock: RtoClock,
    /// What happened when.
    #[serde(default)]
    pub timeline: Vec<TimelineMark>,
    /// Time stamp of the newest data available after recovery.
    #[serde(default)]
    pub recovery_point: Option<Instant>,
    /// What was asked and achieved.
    #[serde(default)]
    pub objectives: Vec<Objective>,
    /// Whether the steady state held.
    #[serde(default)]
    pub steady_state: SteadyState,
    /// Faults and other steps.
    #[serde(default)]
    pub actions: Vec<Step>,
    /// Steps back.
    #[serde(default)]
    pub rollbacks: Vec<Step>,
    /// Whether the data was whole.
    #[serde(default)]
    pub data_integrity: Option<DataIntegrity>,
    /// What its people say.
    pub result: DeclaredResult,
    /// Things to fix.
    #[serde(default)]
    pub findings: Vec<DrillFinding>,
    /// Who took part.
    #[serde(default)]
    pub participants: Vec<Participant>,
    /// The plan that was exercised.
    #[serde(default)]
    pub plan: Option<Plan>,
    /// How often.
    #[serde(default)]
    pub cadence: Cadence,
    /// Controls it exercises.
    #[serde(default)]
    pub controls: Vec<ControlRef>,
    /// Files behind it.
    #[serde(default)]
    pub evidence: Vec<DrillEvidence>,
    /// The tool that ran it.
    #[serde(default)]
    pub tool: Option<Tool>,
    /// Who approved the record.
    #[serde(default)]
    pub approval: Vec<DrillApproval>,
    /// Who may see it; the evidence index decides, this is for other readers.
    #[serde(default)]
    pub visibility: Visibility,
}

/// What people add to a tool's drill in the evidence index: what the tool cannot know.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DrillFacts {
    /// Where it took place.
    pub environment: Option<Environment>,
    /// Whether people knew beforehand.
    pub announced: Option<bool>,
    /// What it covered.
    pub scope: Option<Scope>,
    /// What happened, in words.
    pub scenario: Option<String>,
    /// What was expected, in one sentence.
    pub hypothesis: Option<String>,
    /// Targets for what the tool measured, by metric, name and service; others are added.
    #[serde(default)]
    pub objectives: Vec<Objective>,
    /// Whether the data was whole.
    pub data_integrity: Option<DataIntegrity>,
    /// Things to fix.
    #[serde(default)]
    pub findings: Vec<DrillFinding>,
    /// Who took part.
    #[serde(default)]
    pub participants: Vec<Participant>,
    /// The plan that was exercised.
    pub plan: Option<Plan>,
    /// How often.
    pub cadence: Option<Cadence>,
    /// Controls it exercises.
    #[serde(default)]
    pub controls: Vec<ControlRef>,
    /// What the tool ended with: anything but 0 is a failure.
    pub exit_code: Option<i32>,
}

/// Where the recovery clock starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RtoClock {
    /// When the fault began.
    #[default]
    Disruption,
    /// When it was declared.
    Declaration,
}

/// What the people of a drill say of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DeclaredResult {
    /// In one word.
    pub status: DrillResult,
    /// One or two sentences.
    #[serde(default)]
    pub summary: Option<String>,
    /// Role or name.
    #[serde(default)]
    pub declared_by: Option<String>,
    /// Under which conditions.
    #[serde(default)]
    pub conditions: Vec<String>,
}

/// The plan that a drill exercises.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Plan {
    /// Title.
    #[serde(default)]
    pub title: Option<String>,
    /// Version.
    #[serde(default)]
    pub version: Option<String>,
    /// Where it is.
    #[serde(default)]
    pub href: Option<String>,
}

/// A file behind a drill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DrillEvidence {
    /// Relative to the folder of the record or to the evidence folder.
    pub path: String,
    /// 64 hex digits.
    #[serde(default)]
    pub sha256: Option<String>,
    /// One line.
    #[serde(default)]
    pub title: Option<String>,
    /// Who may see it; the evidence index decides.
    #[serde(default)]
    pub visibility: Visibility,
}

/// Who approved a drill's record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DrillApproval {
    /// Role.
    pub role: String,
    /// Name.
    #[serde(default)]
    pub name: Option<String>,
    /// When.
    pub on: Date,
}
