//! JUnit XML as test pipelines write it. Cases are counted; what the summary says is compared, never believed.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::json;

use super::Form;
use super::Format;
use super::Input;
use super::Read;
use crate::load::text::position;
use crate::load::text::xml;
use crate::load::text::xml::Token;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::finding::Finding;
use crate::model::test_report::TestCase;
use crate::model::test_report::TestReport;
use crate::model::test_report::TestSuite;
use crate::model::time::Instant;

/// The row.
pub(super) const ROW: Format = Format {
    id: "junit-xml",
    title: "a JUnit report",
    media_type: "application/xml",
    kind: EvidenceKind::TestReport,
    docs: "**What it reads.** XML with the root `testsuites` or `testsuite` and no namespace, suites nested at will.\n\n\
           **Traps.** Cases are counted; a summary that differs is a warning. No case at all is no success. A case with several \
           outcomes has the worst. A case that did not run by its `status` or `result`, as GoogleTest writes it, or by an \
           element such as `disabled`, is skipped, with a warning; `inspect` names such cases apart, as `not_run`, and its \
           other counts are of elements. Output of tests is not read, as it may hold secrets. NUnit, xUnit and TRX have other roots.\n\n\
           **Source.** <https://github.com/testmoapp/junitxml>; there is no standard.",
    detect: |input| matches!(&input.form, Form::Xml { name, namespace: None } if name == "testsuites" || name == "testsuite"),
    read,
};

/// The most cases that are listed because they did not pass.
const MAX_LISTED: usize = 500;
/// The most characters of a message.
const MAX_MESSAGE: usize = 1000;

/// Attributes of suites that count their cases; those from the fourth on count cases that did not run.
const COUNTS: [&str; 7] = ["tests", "failures", "errors", "skipped", "disabled", "ignored", "skip"];
/// Words in `status` and `result` of a case that did not run.
const DID_NOT_RUN: [&str; 8] =
    ["notrun", "not_run", "not run", "disabled", "suppressed", "skipped", "ignored", "pending"];
/// Elements in a case that did not run to its end, beside `skipped`.
const SKIPPED_TOO: [&str; 4] = ["disabled", "ignored", "incomplete", "skip"];

#[derive(Default)]
struct Counter {
    depth: usize,
    suites: Vec<TestSuite>,
    /// Open suites, as indices, with the depth of their element.
    open: Vec<(usize, usize)>,
    case: Option<(usize, TestCase, u8)>,
    /// How the open case says that it did not run, where it has no element for it.
    not_run: Option<String>,
    /// Cases that are counted as skipped for that.
    not_run_count: u64,
    names: Vec<(String, bool)>,
    not_passed: Vec<TestCase>,
    root: Vec<(String, String)>,
    root_name: String,
    /// What the outermost suites say, by [`COUNTS`].
    declared: [Option<u64>; COUNTS.len()],
    timestamps: Vec<String>,
}

fn read(input: &Input<'_>) -> Checked<Read> {
    let mut counter = Counter::default();
    if let Err(syntax) = xml::read(input.text, |token, _| counter.take(token)) {
        return Checked::refused(syntax.finding(input.path, input.text));
    }
    let mut findings = Vec::new();
    let at = || position::place(input.path, input.text, input.text.find("<testsuite").unwrap_or(0), 0);
    let mut warn = |code, message: String, help: &str| {
        findings.push(Finding::warning(code, message).at(at()).help(help));
    };
    let root = |key: &str| counter.root.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
    let number = |key: &str| root(key).and_then(|value| value.trim().parse::<u64>().ok());
    let sum = |pick: fn(&TestSuite) -> u64| counter.suites.iter().map(pick).sum::<u64>();
    let (tests, failures, errors, skipped) =
        (sum(|s| s.tests), sum(|s| s.failures), sum(|s| s.errors), sum(|s| s.skipped));
    let [by_suites, failures_said, errors_said, skipped_said, ..] = counter.declared;
    let declared_tests = number("tests").or(by_suites);
    for (what, said, counted) in [
        ("tests", [number("tests"), by_suites], tests),
        ("failures", [number("failures"), failures_said], failures),
        ("errors", [number("errors"), errors_said], errors),
    ] {
        if let Some(declared) = said.into_iter().flatten().find(|declared| *declared != counted) {
            warn(
                "count-mismatch",
                format!("the summary says {declared} {what}, counted are {counted}"),
                "the counted number is used",
            );
        }
    }
    for said in [COUNTS.map(number), counter.declared] {
        let [_, _, _, did_not_run @ ..] = said;
        // who counts only the disabled ones does not say that no other was skipped
        let only_some = said[3].is_none() && said[6].is_none();
        let said: Vec<u64> = did_not_run.into_iter().flatten().collect();
        let (all, most) = (said.iter().fold(0, |sum: u64, one| sum.saturating_add(*one)), said.iter().max());
        // some tools give one number under two names
        if let Some(most) =
            most.filter(|most| all != skipped && **most != skipped && !(only_some && all < skipped))
        {
            warn(
                "count-mismatch",
                format!("the summary says {most} skipped, counted are {skipped}"),
                "the counted number is used; a test that was skipped and has no mark of it stands among those that passed",
            );
            break;
        }
    }
    let not_run = counter.not_run_count;
    if not_run > 0 {
        warn(
            "count-mismatch",
            format!(
                "cases without `failure`, `error` or `skipped` that say otherwise that they did not run: {not_run}"
            ),
            "they are counted as skipped, never as passed",
        );
    }
    if tests == 0 {
        warn("no-tests", "the report holds no test case".to_owned(), "an empty run is no success");
    }
    let timestamp = root("timestamp").map(str::to_owned).or_else(|| counter.timestamps.iter().min().cloned());
    let captured_at = timestamp.as_deref().and_then(|text| Instant::parse(text).ok());
    if let (Some(text), None) = (&timestamp, captured_at) {
        findings.push(
            Finding::note(
                "unusable-time",
                match Instant::parse(&format!("{text}Z")) {
                    Ok(_) => format!("`{}` has no offset, so it names no instant", text.escape_debug()),
                    Err(_) => format!(
                        "`{}` is not written as RFC 3339 says, so no instant is read from it",
                        text.escape_debug()
                    ),
                },
            )
            .at(at())
            .help("say `captured-at` in the evidence index"),
        );
    }
    let duration_ms = root("time").and_then(millis);
    let passed = tests - failures - errors - skipped;
    // of elements, as they stand there
    let mut facts: BTreeMap<&'static str, Value> = [
        ("attr_tests", json!(by_suites)),
        ("attr_errors", json!(errors_said)),
        ("attr_failures", json!(failures_said)),
        ("attr_skipped", json!(skipped_said)),
        ("tests", json!(tests)),
        ("failures", json!(failures)),
        ("errors", json!(errors)),
        ("skipped", json!(skipped - not_run)),
        ("passed", json!(passed + not_run)),
        ("suites", json!(counter.suites.len() - usize::from(counter.implicit()))),
        ("root", json!(counter.root_name)),
    ]
    .into();
    if not_run > 0 {
        facts.insert("not_run", json!(not_run));
    }
    let name = root("name").filter(|name| !name.is_empty()).map(str::to_owned);
    let read = Read {
        title: name.as_ref().map(|name| format!("Tests: {name}")),
        captured_at,
        facts,
        ..Read::new(Body::TestReport(Box::new(TestReport {
            name,
            tests,
            passed,
            failures,
            errors,
            skipped,
            declared_tests,
            duration_ms,
            timestamp: captured_at,
            suites: counter.suites,
            not_passed: counter.not_passed,
            case_names: counter.names,
        })))
    };
    Checked { value: Some(read), findings }
}

fn millis(text: &str) -> Option<u64> {
    let seconds: f64 = text.trim().replace(',', "").parse().ok()?;
    let millis = (seconds * 1000.0).round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in range")]
    (0.0..9e15).contains(&millis).then_some(millis as u64)
}

impl Counter {
    /// Whether there are cases outside any suite.
    fn implicit(&self) -> bool {
        self.suites.first().is_some_and(|suite| suite.name == "(no suite)")
    }

    fn take(&mut self, token: Token) {
        match token {
            Token::Start(name, attributes) => {
                self.depth += 1;
                self.start(&name, attributes);
            }
            Token::End => {
                if self.case.as_ref().is_some_and(|(depth, _, _)| *depth == self.depth) {
                    self.end_case();
                }
                if self.open.last().is_some_and(|(_, depth)| *depth == self.depth) {
                    self.open.pop();
                }
                self.depth -= 1;
            }
        }
    }

    fn start(&mut self, name: &str, attributes: Vec<(String, String)>) {
        let get = |key: &str| attributes.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone());
        if self.depth == 1 {
            self.root_name = name.to_owned();
        }
        match name {
            "testsuite" => {
                if self.open.is_empty() {
                    for (key, sum) in COUNTS.iter().zip(&mut self.declared) {
                        if let Some(count) = get(key).and_then(|count| count.trim().parse::<u64>().ok()) {
                            *sum = Some(sum.unwrap_or(0).saturating_add(count));
                        }
                    }
                }
                self.timestamps.extend(get("timestamp"));
                self.open.push((self.suites.len(), self.depth));
                self.suites.push(TestSuite {
                    name: get("name").unwrap_or_default(),
                    tests: 0,
                    failures: 0,
                    errors: 0,
                    skipped: 0,
                    duration_ms: get("time").as_deref().and_then(millis),
                });
            }
            "testcase" if self.case.is_none() => {
                if self.open.is_empty() && !self.implicit() {
                    self.suites.insert(
                        0,
                        TestSuite {
                            name: "(no suite)".to_owned(),
                            tests: 0,
                            failures: 0,
                            errors: 0,
                            skipped: 0,
                            duration_ms: None,
                        },
                    );
                }
                let suite = self.suite();
                let suite = get("classname").filter(|name| !name.is_empty()).unwrap_or(suite);
                let case = TestCase {
                    suite,
                    name: get("name").unwrap_or_default(),
                    outcome: String::new(),
                    message: None,
                };
                self.not_run = ["status", "result"].iter().find_map(|key| {
                    let word = get(key)?;
                    DID_NOT_RUN
                        .contains(&word.trim().to_ascii_lowercase().as_str())
                        .then(|| format!("its {key} is `{word}`"))
                });
                self.case = Some((self.depth, case, 0));
            }
            "failure" | "error" | "skipped" => {
                if let Some((depth, case, rank)) = &mut self.case
                    && *depth + 1 == self.depth
                {
                    let weight = match name {
                        "error" => 3,
                        "failure" => 2,
                        _ => 1,
                    };
                    if weight > *rank {
                        *rank = weight;
                        name.clone_into(&mut case.outcome);
                        case.message = get("message").map(|text| text.chars().take(MAX_MESSAGE).collect());
                    }
                }
            }
            name if SKIPPED_TOO.contains(&name)
                && self.case.as_ref().is_some_and(|(depth, _, _)| *depth + 1 == self.depth) =>
            {
                self.not_run.get_or_insert_with(|| format!("it holds `{name}`"));
            }
            _ => {}
        }
        if self.depth == 1 {
            self.root = attributes;
        }
    }

    fn suite(&self) -> String {
        self.open
            .last()
            .and_then(|(at, _)| self.suites.get(*at))
            .map(|suite| suite.name.clone())
            .unwrap_or_default()
    }

    fn end_case(&mut self) {
        let Some((_, mut case, mut rank)) = self.case.take() else { return };
        if let Some(why) = self.not_run.take().filter(|_| rank == 0) {
            rank = 1;
            "skipped".clone_into(&mut case.outcome);
            case.message = Some(why);
            self.not_run_count += 1;
        }
        let at = self.open.last().map_or(0, |(at, _)| *at);
        if let Some(suite) = self.suites.get_mut(at) {
            suite.tests += 1;
            match rank {
                3 => suite.errors += 1,
                2 => suite.failures += 1,
                1 => suite.skipped += 1,
                _ => {}
            }
        }
        let name =
            if case.suite.is_empty() { case.name.clone() } else { format!("{}::{}", case.suite, case.name) };
        self.names.push((name, rank == 0));
        if rank > 0 && self.not_passed.len() < MAX_LISTED {
            self.not_passed.push(case);
        }
    }
}
