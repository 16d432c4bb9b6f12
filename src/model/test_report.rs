//! Results of a test run. Cases are counted, never taken from the summary's word.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::model::time::Instant;

/// A test case that did not pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TestCase {
    /// Suite or class.
    pub suite: String,
    /// Name.
    pub name: String,
    /// `failure`, `error` or `skipped`.
    pub outcome: String,
    /// The message attribute, at most 1,000 characters.
    pub message: Option<String>,
}

/// One suite's counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TestSuite {
    /// Name.
    pub name: String,
    /// Cases in it, counted.
    pub tests: u64,
    /// Cases with a `failure`, counted.
    pub failures: u64,
    /// Cases with an `error`, counted.
    pub errors: u64,
    /// Cases with a `skipped`, counted.
    pub skipped: u64,
    /// Duration in milliseconds, where given.
    pub duration_ms: Option<u64>,
}

/// A test run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TestReport {
    /// Name of the run, where given.
    pub name: Option<String>,
    /// Cases, counted.
    pub tests: u64,
    /// Cases that passed, counted.
    pub passed: u64,
    /// Cases with a `failure`, counted.
    pub failures: u64,
    /// Cases with an `error`, counted.
    pub errors: u64,
    /// Cases with a `skipped`, counted.
    pub skipped: u64,
    /// Number of cases the summary attributes speak of, where given.
    pub declared_tests: Option<u64>,
    /// Duration in milliseconds, where given.
    pub duration_ms: Option<u64>,
    /// When it started, where given.
    pub timestamp: Option<Instant>,
    /// Its suites, in the file's order.
    pub suites: Vec<TestSuite>,
    /// Cases that did not pass, in the file's order, at most 500.
    pub not_passed: Vec<TestCase>,
    /// Names of all cases (`suite::name`), in the file's order: what a claim's `test-passed` criterion looks up.
    #[serde(skip)]
    pub case_names: Vec<(String, bool)>,
}
