//! JUnit XML from the plain output of `cargo test`. Names are kept; durations are not in that output and not made up.
//!
//! Cases are counted and compared with every summary line; a difference, a missing summary or no test at all is an error,
//! so that a run cut short cannot become a report.

use crate::Made;
use crate::Options;

struct Case<'a> {
    name: &'a str,
    outcome: &'a str,
}

struct Suite<'a> {
    name: String,
    cases: Vec<Case<'a>>,
    summed_up: bool,
}

pub(crate) fn make(output: &str, options: &Options) -> Made {
    let (at, run) = (options.need("at")?, options.need("name")?);
    let mut suites: Vec<Suite<'_>> = Vec::new();
    for line in output.lines() {
        if let Some(name) = heading(line) {
            suites.push(Suite { name, cases: Vec::new(), summed_up: false });
        } else if let Some(case) = case(line) {
            let suite = suites.last_mut().ok_or("a test result stands before the first `Running` line")?;
            suite.cases.push(case);
        } else if let Some(summary) = line.strip_prefix("test result: ") {
            let suite = suites.last_mut().ok_or("a summary stands before the first `Running` line")?;
            suite.check(summary)?;
        }
    }
    if let Some(open) = suites.iter().find(|suite| !suite.summed_up) {
        return Err(format!("the run of `{}` has no summary: it was cut short", open.name));
    }
    suites.retain(|suite| !suite.cases.is_empty());
    if suites.is_empty() {
        return Err("there is no test in the output".to_owned());
    }
    Ok(xml(&suites, run, at, options))
}

fn heading(line: &str) -> Option<String> {
    let line = line.trim_start();
    if let Some(name) = line.strip_prefix("Doc-tests ") {
        return Some(format!("documentation of {name}"));
    }
    let what = line.strip_prefix("Running ")?.split(" (").next()?;
    let path = what.strip_prefix("unittests ").unwrap_or(what);
    Some(path.to_owned())
}

fn case(line: &str) -> Option<Case<'_>> {
    let (name, outcome) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    let outcome = if outcome == "ok" {
        "ok"
    } else if outcome.starts_with("ignored") {
        "ignored"
    } else {
        "FAILED"
    };
    Some(Case { name: name.trim_end(), outcome })
}

impl Suite<'_> {
    fn count(&self, outcome: &str) -> usize {
        self.cases.iter().filter(|case| case.outcome == outcome).count()
    }

    fn check(&mut self, summary: &str) -> Result<(), String> {
        for (word, outcome) in [("passed", "ok"), ("failed", "FAILED"), ("ignored", "ignored")] {
            let said = summary
                .split([';', '.'])
                .find_map(|part| part.trim().strip_suffix(word)?.trim().parse::<usize>().ok())
                .ok_or_else(|| format!("the summary `{summary}` does not say how many {word}"))?;
            let found = self.count(outcome);
            if said != found {
                return Err(format!(
                    "`{}`: the summary says {said} {word}, the lines show {found}",
                    self.name
                ));
            }
        }
        self.summed_up = true;
        Ok(())
    }
}

fn xml(suites: &[Suite<'_>], run: &str, at: &str, options: &Options) -> String {
    let sum = |outcome: &str| suites.iter().map(|suite| suite.count(outcome)).sum::<usize>();
    let all: usize = suites.iter().map(|suite| suite.cases.len()).sum();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\" tests=\"{all}\" failures=\"{}\" errors=\"0\" \
         skipped=\"{}\" timestamp=\"{}\">\n",
        escape(run),
        sum("FAILED"),
        sum("ignored"),
        escape(at),
    );
    for suite in suites {
        out += &format!(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" timestamp=\"{}\">\n",
            escape(&suite.name),
            suite.cases.len(),
            suite.count("FAILED"),
            suite.count("ignored"),
            escape(at),
        );
        out += "    <properties>\n";
        for (name, value) in options.all("property").filter_map(|pair| pair.split_once('=')) {
            out += &format!("      <property name=\"{}\" value=\"{}\"/>\n", escape(name), escape(value));
        }
        out += "    </properties>\n";
        let mut cases: Vec<&Case<'_>> = suite.cases.iter().collect();
        cases.sort_by_key(|case| case.name);
        for case in cases {
            let inner = match case.outcome {
                "ok" => "/>\n".to_owned(),
                "ignored" => ">\n      <skipped/>\n    </testcase>\n".to_owned(),
                _ => ">\n      <failure message=\"failed\"/>\n    </testcase>\n".to_owned(),
            };
            out += &format!(
                "    <testcase classname=\"{}\" name=\"{}\"{inner}",
                escape(&suite.name),
                escape(case.name)
            );
        }
        out += "  </testsuite>\n";
    }
    out + "</testsuites>\n"
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
