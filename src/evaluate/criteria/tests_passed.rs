//! `tests-passed`: tests were counted, none failed, the named ones are among them.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Condition;
use super::CriterionRow;
use super::Named;
use super::thing;
use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::evaluate::weigh::Says;
use crate::evaluate::weigh::Selector;
use crate::evaluate::weigh::weigh;
use crate::model::evidence::Evidence;
use crate::model::evidence::EvidenceKind;
use crate::model::status::Status;
use crate::model::test_report::TestReport;

pub(super) const ROW: CriterionRow = CriterionRow {
    kind: "tests-passed",
    what: "Every counted test report has at least one case and no failure or error, all together hold at least \
           `minimum` cases that were not skipped, and every name in `suites` and `cases` is there and passed. Cases are counted one by one; \
           summary attributes are not believed. A report without cases never passes.",
    why: "A run that collected no test reports zero failures too.",
    source: "JUnit reports of many runners: counts in attributes drift from the cases, so cases are counted.",
    example: "id: tests\ntext: The tests pass\nkind: tests-passed\nminimum: 100\n\
              cases: [\"pack::same_inputs_give_the_same_bytes\"]\n",
    schema: super::schema::<Parameters>,
    parse: super::condition::<Parameters>,
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Parameters {
    #[serde(flatten)]
    selector: Selector,
    /// How many cases there must be in all; 1 when not given.
    #[serde(default)]
    minimum: Option<u64>,
    /// Suites that must be there with at least one case.
    #[serde(default)]
    suites: Vec<String>,
    /// Cases that must be there and have passed: `suite::name`, or the name alone.
    #[serde(default)]
    cases: Vec<String>,
    /// How many cases may be skipped; any number when not given.
    #[serde(default)]
    maximum_skipped: Option<u64>,
}

impl Condition for Parameters {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        let minimum = self.minimum.unwrap_or(1).max(1);
        let weighed =
            weigh(scene, &self.selector, &[EvidenceKind::TestReport], |evidence| self.ask(evidence));
        let reports: Vec<&TestReport> =
            weighed.yes.iter().filter_map(|evidence| evidence.body.tests()).collect();
        let tests: u64 = reports.iter().map(|report| report.tests).sum();
        let skipped: u64 = reports.iter().map(|report| report.skipped).sum();
        let missing = self.missing(&reports);
        let word = if minimum == 1 { "test" } else { "tests" };
        let asked = match self.suites.len() + self.cases.len() {
            0 => format!("at least {minimum} {word}, none failed"),
            named => format!("at least {minimum} {word}, none failed, {named} by name"),
        };
        let mut judgement = weighed.judgement(asked, 1, thing(Some(EvidenceKind::TestReport)));
        if judgement.status != Status::Met {
            return judgement;
        }
        let found = match skipped {
            0 => format!("{tests} tests, none failed"),
            _ => format!("{tests} tests, none failed, {skipped} skipped"),
        };
        if tests - skipped.min(tests) < minimum {
            judgement.is(Status::NotAssessed, "too-few", found).help("run and collect the whole test suite")
        } else if let Some(missing) = missing {
            judgement
                .is(Status::NotAssessed, "too-few", format!("{found}; {missing}"))
                .help("run the named test, or correct its name")
        } else {
            judgement.found = found;
            judgement
        }
    }

    fn names(&self) -> Vec<(String, Named)> {
        super::selected_names(&self.selector)
    }
}

impl Parameters {
    fn ask(&self, evidence: &Evidence) -> Says {
        let Some(report) = evidence.body.tests() else {
            return Says::Nothing("it is not a test report".to_owned());
        };
        let bad = report.failures + report.errors;
        if bad > 0 {
            return Says::No(format!("{bad} of {} tests failed", report.tests));
        }
        if report.tests == 0 {
            return Says::No("it holds no test".to_owned());
        }
        if report.passed == 0 {
            return Says::No(format!("none of its {} tests passed", report.tests));
        }
        if let Some(maximum) = self.maximum_skipped.filter(|maximum| report.skipped > *maximum) {
            return Says::No(format!("{} tests were skipped, at most {maximum} may be", report.skipped));
        }
        for name in &self.cases {
            if report.case_names.iter().any(|(case, passed)| !passed && is_named(case, name)) {
                return Says::No(format!("the test `{name}` did not pass"));
            }
        }
        Says::Yes
    }

    fn missing(&self, reports: &[&TestReport]) -> Option<String> {
        for suite in &self.suites {
            let there = |report: &&TestReport| {
                report.suites.iter().any(|found| found.name == *suite && found.tests > found.skipped)
            };
            if !reports.iter().any(there) {
                return Some(format!("no test of the suite `{suite}` ran"));
            }
        }
        for case in &self.cases {
            let there = |report: &&TestReport| {
                report.case_names.iter().any(|(name, passed)| *passed && is_named(name, case))
            };
            if !reports.iter().any(there) {
                return Some(format!("no test is called `{case}`"));
            }
        }
        None
    }
}

fn is_named(case: &str, name: &str) -> bool {
    case == name || case.strip_suffix(name).is_some_and(|before| before.ends_with("::"))
}
