//! Messages about the input: code, severity, place, help. Bad input is a value, collected and reported all at once.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Not usable or ambiguous: the command fails.
    Error,
    /// Usable but suspicious.
    Warning,
    /// Worth knowing.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

/// Before the bytes of a page's text, where a pointer stands otherwise; front matter has no such key.
const IN_PAGE: &str = "/text/";

/// Where in the input a finding points.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Place {
    /// Path relative to the project root, `/` separated.
    pub path: String,
    /// 1-based line; `None` until located or when the file has no lines.
    pub line: Option<u32>,
    /// 1-based column in characters.
    pub column: Option<u32>,
    /// RFC 6901 pointer into the parsed document, empty for the whole of it.
    pub pointer: String,
    /// The number of characters the caret should underline; 0 for the key at the pointer, until it is located.
    pub width: u32,
}

impl Place {
    /// The file as a whole.
    pub fn file(path: impl Into<String>) -> Self {
        Self { path: path.into(), width: 1, ..Self::default() }
    }

    /// A value inside a structured file; line and column are found later from the pointer.
    pub fn pointer(path: impl Into<String>, pointer: impl Into<String>) -> Self {
        Self { path: path.into(), pointer: pointer.into(), width: 1, ..Self::default() }
    }

    /// The key of a value inside a structured file; found later from the pointer to its value.
    pub fn key(path: impl Into<String>, pointer: impl Into<String>) -> Self {
        Self { width: 0, ..Self::pointer(path, pointer) }
    }

    /// The bytes `start..end` of the text of a page, below its front matter; line and column are found later.
    pub fn in_page(path: impl Into<String>, start: usize, end: usize) -> Self {
        Self::pointer(path, format!("{IN_PAGE}{start}-{end}"))
    }

    /// The bytes of a place made by [`Place::in_page`].
    pub fn bytes_in_page(&self) -> Option<(usize, usize)> {
        let (start, end) = self.pointer.strip_prefix(IN_PAGE)?.split_once('-')?;
        Some((start.parse().ok()?, end.parse().ok()?))
    }

    /// A position in a text file.
    pub fn at(path: impl Into<String>, line: u32, column: u32) -> Self {
        Self { path: path.into(), line: Some(line), column: Some(column), width: 1, ..Self::default() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
        }
        Ok(())
    }
}

/// A message about the input.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Finding {
    /// How much it weighs.
    pub severity: Severity,
    /// Where it points, if anywhere.
    pub place: Option<Place>,
    /// Kebab-case noun, stable, documented by `trustbook explain CODE`.
    pub code: &'static str,
    /// Lower case, no full stop, literals in backticks.
    pub message: String,
    /// What to do about it; empty when the message says it.
    pub help: String,
    /// The record it is about, when there is one: lets the visibility filter drop the finding with its record.
    pub subject: Option<super::id::Id>,
    /// It points at a key, a token or a password: no excerpt ever shows what stands there.
    #[serde(skip)]
    pub secret: bool,
}

impl Finding {
    fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity,
            place: None,
            code,
            message: message.into(),
            help: String::new(),
            subject: None,
            secret: false,
        }
    }

    /// A finding that makes the command fail.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A finding that does not by itself fail the command.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// A remark.
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    /// Points it at `place`.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// Says that what it points at is never shown.
    #[must_use]
    pub fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// Names the record it is about.
    #[must_use]
    pub fn about(mut self, id: &super::id::Id) -> Self {
        self.subject = Some(id.clone());
        self
    }
}

/// A value, if one could be made, and everything that was noticed on the way.
#[derive(Clone, Debug)]
pub struct Checked<T> {
    /// `None` when an error made the value unusable.
    pub value: Option<T>,
    /// Everything noticed, in any order; sorted before it is shown.
    pub findings: Vec<Finding>,
}

impl<T> Checked<T> {
    /// A value without findings.
    pub fn ok(value: T) -> Self {
        Self { value: Some(value), findings: Vec::new() }
    }

    /// No value, for one reason.
    pub fn refused(finding: Finding) -> Self {
        Self { value: None, findings: vec![finding] }
    }
}

/// Whether any finding is an error.
pub fn has_errors(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

/// The closest of `known` to `word`, when it is close enough to be a slip (at most a third of its letters differ).
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = |word: &str| word.chars().take(64).count();
    let own = length(word);
    known
        .into_iter()
        // words of another length are told apart without looking at every letter
        .filter(|candidate| own.abs_diff(length(candidate)) * 3 <= candidate.chars().count().max(3))
        .map(|candidate| (edit_distance(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance * 3 <= candidate.chars().count().max(3))
        .min()
        .map(|(_, candidate)| candidate)
}

/// Edits (insert, delete, replace, swap of neighbours) between two words, by characters.
fn edit_distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().take(64).collect();
    let b: Vec<char> = b.chars().take(64).collect();
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let replace = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replace.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let known = ["evidence", "counter-evidence", "owner"];
        assert_eq!(did_you_mean("evidnece", known), Some("evidence"));
        assert_eq!(did_you_mean("onwer", known), Some("owner"));
        assert_eq!(did_you_mean("remarks", known), None);
    }
}
