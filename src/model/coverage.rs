//! How much of the code a test run reached: always covered and total counts, never a bare percentage.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::model::time::Instant;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Lines of source.
    Lines,
    /// Outcomes of decisions.
    Branches,
    /// Functions or methods.
    Functions,
    /// Statements, where the tool counts them instead of lines.
    Statements,
    /// Regions of a line (llvm).
    Regions,
    /// Instructions of the machine (JaCoCo).
    Instructions,
}

impl Measure {
    /// The word shown to people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lines => "Lines",
            Self::Branches => "Branches",
            Self::Functions => "Functions",
            Self::Statements => "Statements",
            Self::Regions => "Regions",
            Self::Instructions => "Instructions",
        }
    }
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Covered {
    /// Reached.
    pub covered: u64,
    /// In all.
    pub total: u64,
}

impl Covered {
    /// Adds one.
    pub fn one(&mut self, reached: bool) {
        self.covered += u64::from(reached);
        self.total += 1;
    }

    /// Adds others.
    pub fn add(&mut self, other: Self) {
        self.covered = self.covered.saturating_add(other.covered);
        self.total = self.total.saturating_add(other.total);
    }

    /// Tenths of a percent, rounded down so that less than all is never 100 %; nothing of nothing has no share.
    pub fn permille(self) -> Option<u64> {
        let share = (u128::from(self.covered) * 1000).checked_div(u128::from(self.total))?;
        u64::try_from(share).ok()
    }

    /// Such as `62.5 %`, or why there is none.
    pub fn share(self) -> String {
        match self.permille() {
            Some(permille) => format!("{}.{}\u{a0}%", permille / 10, permille % 10),
            None => "nothing to cover".to_owned(),
        }
    }
}

/// Counts of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct CoveredFile {
    /// As written.
    pub path: String,
    /// What was counted in it.
    pub measures: BTreeMap<Measure, Covered>,
}

/// A coverage report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Coverage {
    /// The tool, where given.
    pub tool: Option<String>,
    /// When the report was made, where given.
    pub timestamp: Option<Instant>,
    /// Counts of the whole: from the lines where the report lists them, else from its summary.
    pub measures: BTreeMap<Measure, Covered>,
    /// What the summary of the report says, where that is something else.
    pub declared: BTreeMap<Measure, Covered>,
    /// Files in the report, counted.
    pub file_count: u64,
    /// Files, in the order of their paths, at most 2,000.
    pub files: Vec<CoveredFile>,
}

/// The most files that are listed.
const MAX_LISTED: usize = 2000;

impl Coverage {
    /// Of what was counted in each file.
    pub fn of_files(files: BTreeMap<String, BTreeMap<Measure, Covered>>) -> Self {
        let mut measures: BTreeMap<Measure, Covered> = BTreeMap::new();
        for (measure, covered) in files.values().flatten() {
            measures.entry(*measure).or_default().add(*covered);
        }
        Self {
            measures,
            file_count: files.len() as u64,
            files: files
                .into_iter()
                .take(MAX_LISTED)
                .map(|(path, measures)| CoveredFile { path, measures })
                .collect(),
            ..Self::default()
        }
    }

    /// Sets what the summary says: used where nothing was counted, kept beside it where it differs.
    #[must_use]
    pub fn summary(mut self, measure: Measure, said: Covered) -> Self {
        match self.measures.get(&measure) {
            None => {
                self.measures.insert(measure, said);
            }
            Some(counted) if *counted != said => {
                self.declared.insert(measure, said);
            }
            Some(_) => {}
        }
        self
    }

    /// What was counted; statements where lines are asked for and only statements were counted.
    pub fn of(&self, measure: Measure) -> Option<Covered> {
        let instead = (measure == Measure::Lines).then_some(Measure::Statements);
        [Some(measure), instead]
            .into_iter()
            .flatten()
            .find_map(|measure| self.measures.get(&measure).copied())
    }

    /// The first measure that the report has, lines before all others.
    pub fn main(&self) -> Option<(Measure, Covered)> {
        self.measures
            .iter()
            .map(|(measure, covered)| (*measure, *covered))
            .find(|(_, covered)| covered.total > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_nothing_is_no_share_and_less_than_all_is_never_all() {
        assert_eq!(Covered { covered: 0, total: 0 }.permille(), None);
        assert_eq!(Covered { covered: 0, total: 0 }.share(), "nothing to cover");
        assert_eq!(Covered { covered: 9999, total: 10_000 }.share(), "99.9\u{a0}%");
        assert_eq!(Covered { covered: 3, total: 3 }.share(), "100.0\u{a0}%");
        assert_eq!(Covered { covered: u64::MAX, total: u64::MAX }.permille(), Some(1000));
    }
}
