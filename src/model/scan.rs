//! What scanners found: results with their severity, where they are, and whether the scanner looked at all.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::model::time::Instant;

/// How grave a result is, worst first. The report's own word is kept beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ScanSeverity {
    /// Critical, or a score of 9 and more.
    Critical,
    /// High, `error`, or a score of 7 and more.
    High,
    /// Medium, moderate, `warning`, or a score of 4 and more.
    Medium,
    /// Low, `note`, or a score above 0.
    Low,
    /// Said for information only.
    Information,
    /// Not said, or in a word we do not know. Never taken for harmless.
    Unknown,
}

impl ScanSeverity {
    /// Every severity, worst first.
    pub const ALL: [Self; 6] =
        [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Information, Self::Unknown];

    /// The word shown to people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Critical => "Critical",
            Self::High => "High",
            Self::Medium => "Medium",
            Self::Low => "Low",
            Self::Information => "Information",
            Self::Unknown => "Unknown severity",
        }
    }

    /// Of a scanner's word.
    pub fn of_word(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "critical" => Self::Critical,
            "high" => Self::High,
            "medium" | "moderate" => Self::Medium,
            "low" => Self::Low,
            "negligible" | "info" | "informational" | "none" => Self::Information,
            _ => Self::Unknown,
        }
    }

    /// Of a score from 0 to 10, by the bands of CVSS.
    pub fn of_score(score: f64) -> Self {
        match score {
            9.0..=10.0 => Self::Critical,
            7.0..9.0 => Self::High,
            4.0..7.0 => Self::Medium,
            0.1..4.0 => Self::Low,
            0.0..0.1 => Self::Information,
            _ => Self::Unknown,
        }
    }

    /// Whether it is as grave as `limit`; what nobody graded may be.
    pub fn reaches(self, limit: Self) -> bool {
        self == Self::Unknown || self <= limit
    }
}

/// How a result stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ScanState {
    /// It was found, and nobody set it aside.
    Open,
    /// The scanner could not tell, or wants a person to look.
    ToReview,
    /// It was found, and somebody set it aside.
    Suppressed,
    /// The scanner says that the rule holds, does not apply, or that it only informs.
    NotAFinding,
    /// It was there in an earlier run and is no longer.
    Gone,
}

impl ScanState {
    /// The words shown to people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::ToReview => "To be reviewed",
            Self::Suppressed => "Suppressed",
            Self::NotAFinding => "Not a finding",
            Self::Gone => "No longer there",
        }
    }
}

/// One result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ScanResult {
    /// The rule, the check or the vulnerability it is about.
    pub rule: String,
    /// Other names of the same.
    pub aliases: Vec<String>,
    /// What is wrong, in the report's words, at most 500 characters.
    pub message: Option<String>,
    /// In our vocabulary.
    pub severity: ScanSeverity,
    /// The report's own word or score, where given.
    pub raw_severity: Option<String>,
    /// How it stands.
    pub state: ScanState,
    /// Why it was set aside, or what the report says of it, where given.
    pub reason: Option<String>,
    /// `new`, `unchanged`, `updated` or `absent`, where the report compares with an earlier one.
    pub compared: Option<String>,
    /// File and line, where given.
    pub location: Option<String>,
    /// The component with its version, where it is about one.
    pub component: Option<String>,
    /// The version that no longer has it, where given.
    pub fixed_in: Option<String>,
}

/// One run of one tool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ScanRun {
    /// The tool, where given.
    pub tool: Option<String>,
    /// Its version, where given.
    pub version: Option<String>,
    /// When it began, where given.
    pub started: Option<Instant>,
    /// When it ended, where given.
    pub ended: Option<Instant>,
    /// Whether the tool says that it ran to its end.
    pub succeeded: Option<bool>,
    /// Results it lists; `None` where it has no list of them, which is not the same as an empty one.
    pub results: Option<u64>,
    /// When the data it compares with was made, where given.
    pub database: Option<Instant>,
}

/// A check with a grade.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ScanCheck {
    /// Its name.
    pub name: String,
    /// From 0 to 10; `None` where the tool could not tell, which is no grade at all.
    pub score: Option<f64>,
    /// Why, in the report's words.
    pub reason: Option<String>,
    /// Where the check is explained.
    pub documentation: Option<String>,
}

/// What a report amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ScanOutcome {
    /// A tool looked, ran to its end as far as it says, and nothing is open.
    NothingFound,
    /// Something is open.
    Found,
    /// Grades, not findings.
    Graded,
    /// Nothing is open, and whether anything was looked for is not sure.
    Unclear,
}

/// The report of a scanner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Scan {
    /// What was scanned, as the report names it.
    pub target: Option<String>,
    /// The source revision that was scanned, where given.
    pub revision: Option<String>,
    /// Runs, in the file's order.
    pub runs: Vec<ScanRun>,
    /// What it amounts to.
    pub outcome: ScanOutcome,
    /// Why it is not sure that everything was looked for.
    pub doubts: Vec<String>,
    /// All results, counted.
    pub results: u64,
    /// Results that are open, counted.
    pub open: u64,
    /// Results by how they stand, counted.
    pub by_state: BTreeMap<ScanState, u64>,
    /// Open results by severity, counted.
    pub open_by_severity: BTreeMap<ScanSeverity, u64>,
    /// Open results for which a version with a fix is named, counted.
    pub open_with_fix: u64,
    /// Results: open ones first, worst first, at most 2,000.
    pub listed: Vec<ScanResult>,
    /// Checks with grades, in the file's order.
    pub checks: Vec<ScanCheck>,
    /// The grade of the whole, from 0 to 10, as the report says.
    pub score: Option<f64>,
}

/// The most results that are listed.
const MAX_LISTED: usize = 2000;

impl Scan {
    /// Counts `results` of `runs` and says what they amount to.
    pub fn of(target: Option<String>, runs: Vec<ScanRun>, mut results: Vec<ScanResult>) -> Self {
        let mut by_state: BTreeMap<ScanState, u64> = BTreeMap::new();
        let mut open_by_severity: BTreeMap<ScanSeverity, u64> = BTreeMap::new();
        let mut open_with_fix = 0;
        for result in &results {
            *by_state.entry(result.state).or_default() += 1;
            if result.state == ScanState::Open {
                *open_by_severity.entry(result.severity).or_default() += 1;
                open_with_fix += u64::from(result.fixed_in.is_some());
            }
        }
        let open = by_state.get(&ScanState::Open).copied().unwrap_or_default();
        let doubts = doubts(&runs, by_state.get(&ScanState::ToReview).copied().unwrap_or_default());
        let all = results.len() as u64;
        results.sort_by_key(|result| (result.state, result.severity));
        results.truncate(MAX_LISTED);
        Self {
            target,
            revision: None,
            outcome: match (open, doubts.is_empty()) {
                (0, true) => ScanOutcome::NothingFound,
                (0, false) => ScanOutcome::Unclear,
                _ => ScanOutcome::Found,
            },
            runs,
            doubts,
            results: all,
            open,
            by_state,
            open_by_severity,
            open_with_fix,
            listed: results,
            checks: Vec::new(),
            score: None,
        }
    }

    /// The same report, of which it is not sure that everything was looked for.
    #[must_use]
    pub fn doubting(mut self, doubt: String) -> Self {
        self.doubts.push(doubt);
        if self.outcome == ScanOutcome::NothingFound {
            self.outcome = ScanOutcome::Unclear;
        }
        self
    }

    /// Results that stand in a way, counted.
    pub fn count(&self, state: ScanState) -> u64 {
        self.by_state.get(&state).copied().unwrap_or_default()
    }

    /// Open results as grave as `limit`, those that nobody graded among them.
    pub fn open_at(&self, limit: ScanSeverity) -> u64 {
        self.open_by_severity
            .iter()
            .filter(|(severity, _)| severity.reaches(limit))
            .map(|(_, count)| count)
            .sum()
    }

    /// Checks for which the tool could not tell.
    pub fn inconclusive(&self) -> usize {
        self.checks.iter().filter(|check| check.score.is_none()).count()
    }
}

fn doubts(runs: &[ScanRun], to_review: u64) -> Vec<String> {
    let mut out = Vec::new();
    if runs.is_empty() {
        out.push("the report holds no run of any tool".to_owned());
    }
    for run in runs {
        let tool = run.tool.as_deref().unwrap_or("a tool without a name");
        if run.succeeded == Some(false) {
            out.push(format!("{tool} says that its run failed"));
        }
        if run.results.is_none() {
            out.push(format!("{tool} lists no results, not even an empty list"));
        }
    }
    match to_review {
        0 => {}
        1 => out.push("1 result waits for a person to look".to_owned()),
        _ => out.push(format!("{to_review} results wait for a person to look")),
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(results: Option<u64>, succeeded: Option<bool>) -> ScanRun {
        ScanRun { tool: Some("looker".to_owned()), results, succeeded, ..ScanRun::default() }
    }

    #[test]
    fn nothing_found_is_said_only_when_something_looked() {
        let outcome = |runs: Vec<ScanRun>| Scan::of(None, runs, Vec::new()).outcome;
        assert_eq!(outcome(vec![run(Some(0), None)]), ScanOutcome::NothingFound);
        assert_eq!(outcome(vec![]), ScanOutcome::Unclear);
        assert_eq!(outcome(vec![run(None, None)]), ScanOutcome::Unclear);
        assert_eq!(outcome(vec![run(Some(0), Some(false))]), ScanOutcome::Unclear);
        assert_eq!(outcome(vec![run(Some(0), None), run(None, Some(true))]), ScanOutcome::Unclear);
    }

    #[test]
    fn what_nobody_graded_reaches_every_limit() {
        assert!(ScanSeverity::Unknown.reaches(ScanSeverity::Critical));
        assert!(ScanSeverity::High.reaches(ScanSeverity::Medium));
        assert!(!ScanSeverity::Low.reaches(ScanSeverity::Medium));
        assert_eq!(ScanSeverity::of_word("IMPORTANT"), ScanSeverity::Unknown);
        assert_eq!(ScanSeverity::of_score(6.9), ScanSeverity::Medium);
        assert_eq!(ScanSeverity::of_score(11.0), ScanSeverity::Unknown);
    }
}
