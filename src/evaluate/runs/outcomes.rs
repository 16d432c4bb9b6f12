//! What one run comes to, question by question, judged anew from its own documents.

use crate::model::receipt::Decision;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;

use super::Outcome;
use super::PROMOTION;
use super::Run;
use super::catalogue::Catalogue;
use super::catalogue::Entry;
use super::count;
use super::root_of;
use super::run_of;
use crate::evaluate::gather::Gathered;
use crate::model::governance::at;
use crate::model::governance::text;

impl<'a> Run<'a> {
    /// Whether its documents are what their schema says, and agree on the run they are of.
    pub fn well_formed(&self, everything: &[Run<'_>], gathered: &Gathered<'_>) -> Outcome {
        if self.gates.is_empty() {
            return Outcome::Invalid("there is no gate decision".to_owned());
        }
        for (evidence, receipt) in self.decisions() {
            if let Some(defect) = receipt.defects.first() {
                return Outcome::Invalid(format!("`{}`: {defect}", evidence.id));
            }
        }
        let others = self.documents.values().chain(self.results.values()).flatten();
        let ambiguous =
            others.filter_map(|evidence| Some((*evidence, evidence.body.governance()?.ambiguous()?))).next();
        if let Some((evidence, why)) = ambiguous {
            return Outcome::Invalid(format!("`{}`: {why}", evidence.id));
        }
        let roots: BTreeSet<&str> = self.decisions().map(|(evidence, _)| root_of(evidence)).collect();
        for evidence in &gathered.counted {
            let decides = evidence.source.adapter == PROMOTION
                || evidence.body.governance().is_some_and(|record| {
                    record.form == "run-manifest" || (record.form == "task-result" && record.group.is_some())
                });
            let other = run_of(evidence).unwrap_or_default();
            let alone = everything.iter().find(|run| run.id == other).is_none_or(|run| run.gates.is_empty());
            if decides && other != self.id && alone && roots.contains(root_of(evidence)) {
                return Outcome::Invalid(format!("`{}` is of the run `{other}`", evidence.id));
            }
        }
        Outcome::Fine(format!(
            "{} of one run, as their schema says",
            count(self.decisions().count(), "decision")
        ))
    }

    /// What its decisions declare, the strictest of them.
    pub fn declared(&self) -> Outcome {
        match self.decisions().map(|(_, receipt)| (receipt.decision, receipt.raw_decision.as_str())).min() {
            None => Outcome::Invalid("no decision is declared".to_owned()),
            Some((Decision::Deny, raw)) => {
                Outcome::Rejected(format!("`{raw}` is declared{}", self.with_codes()))
            }
            Some((Decision::Unknown, raw)) => {
                Outcome::Invalid(format!("`{raw}` is declared, which is no known decision"))
            }
            Some((Decision::Hold, raw)) => {
                Outcome::Human(format!("`{raw}` is declared{}", self.with_codes()))
            }
            Some((Decision::Allow, raw)) => Outcome::Fine(format!("`{raw}` is declared by every decision")),
        }
    }

    /// The reason codes of its decisions, as written.
    pub fn codes(&self) -> BTreeSet<&'a str> {
        self.decisions().flat_map(|(_, receipt)| &receipt.reason_codes).map(String::as_str).collect()
    }

    pub(super) fn with_codes(&self) -> String {
        let codes: Vec<&str> = self.codes().into_iter().collect();
        if codes.is_empty() {
            ", without a reason code".to_owned()
        } else {
            format!(": {}", codes.join(", "))
        }
    }

    /// Whether its verification ran and passed, by the exit codes its documents give.
    pub fn verified(&self) -> Outcome {
        let mut codes: Vec<String> = Vec::new();
        let mut skipped = false;
        for note in self.decisions().flat_map(|(_, receipt)| &receipt.notes) {
            let lower = note.to_ascii_lowercase();
            match note.trim().strip_prefix("verify_rc=") {
                Some(code) => codes.push(code.trim().to_owned()),
                // in other words it proves nothing, and speaks against a pass all the same
                None => codes.extend(mentioned(&lower).filter(|code| code != "0")),
            }
            skipped |= ["verify", "verification"].iter().any(|word| {
                ["no WORD command", "no WORD ran", "WORD not run", "WORD disabled", "WORD was not run"]
                    .iter()
                    .any(|said| lower.contains(&said.replace("WORD", word)))
            });
            skipped |= lower.contains("verify skipped")
                || (lower.starts_with("verify") && lower.contains("skipped"))
                || lower.contains("verification skipped");
        }
        for record in ["run-manifest", "run-summary"].iter().flat_map(|form| self.records(form)) {
            for key in ["verify_rc", "runtime.verify_rc", "verify.rc", "verify.exit_code"] {
                codes.extend(record.value(key).map(Value::to_string));
            }
        }
        if let Some(code) = codes.iter().find(|code| code.as_str() != "0") {
            return Outcome::Rejected(format!("the verification ended with `{}`", code.escape_debug()));
        }
        if skipped {
            return Outcome::Human("the verification was skipped".to_owned());
        }
        match codes.len() {
            0 => Outcome::Human("nothing shows that the verification ran".to_owned()),
            _ => Outcome::Fine("the verification ended with `0`".to_owned()),
        }
    }

    /// Whether every task ended with a pass, in its final attempt and wherever it is said.
    pub fn tasks(&self) -> Outcome {
        let mut said: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut say = |task: &str, status: Option<&Value>| {
            let word = match status {
                Some(Value::String(word)) => word.clone(),
                Some(other) => other.to_string(),
                None => "nothing".to_owned(),
            };
            said.entry(task.to_owned()).or_default().insert(word);
        };
        for (task, results) in &self.results {
            for record in results.iter().filter_map(|evidence| evidence.body.governance()) {
                say(task, record.value("status"));
                let attempts: Vec<&Value> = record.list("attempt_history").iter().collect();
                for last in last_of(&attempts) {
                    say(task, at(last, "status"));
                }
            }
        }
        let mut attempts: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        for item in self.records("task-attempts").filter_map(|record| record.document.as_array()).flatten() {
            attempts.entry(text(item, &["task_id"]).unwrap_or_default()).or_default().push(item);
        }
        for (task, items) in attempts {
            for last in last_of(&items) {
                say(task, at(last, "status"));
            }
        }
        for item in self.records("run-summary").flat_map(|record| record.list("results")) {
            say(text(item, &["task_id"]).unwrap_or_default(), at(item, "status"));
        }
        for record in self.records("evidence-bundle") {
            let signals = record.document.get("signals");
            let signal = |key: &str| signals.and_then(|signals| signals.get(key));
            if let Some(task) = signal("task.id").and_then(Value::as_str) {
                say(task, signal("task.status"));
            }
        }
        let failed = said
            .iter()
            .find_map(|(task, words)| Some((task, words.iter().find(|word| word.as_str() != "PASS")?)));
        match failed {
            Some((task, word)) => {
                Outcome::Rejected(format!("the task `{task}` ended with `{}`", word.escape_debug()))
            }
            None if self.results.is_empty() => Outcome::Incomplete("there is no task result".to_owned()),
            None => Outcome::Fine(format!("{} ended with `PASS`", count(self.results.len(), "task"))),
        }
    }

    /// Whether the risk is below its threshold; `otherwise` is the threshold of a run that names none.
    pub fn risk(&self, otherwise: f64) -> Outcome {
        let mut threshold: Option<f64> = None;
        for record in self.records("run-manifest") {
            let own = match record.value("runtime.risk_threshold") {
                Some(value) => match value.as_f64().filter(|value| (0.0..=100.0).contains(value)) {
                    Some(value) => value,
                    None => return Outcome::Human("its risk threshold cannot be read".to_owned()),
                },
                None if record.text("runtime.runtime_profile") == Some("refactor") => otherwise.min(50.0),
                None => otherwise,
            };
            threshold = Some(threshold.map_or(own, |known| known.min(own)));
        }
        let threshold = threshold.unwrap_or(otherwise);
        #[expect(clippy::cast_precision_loss, reason = "between 0 and 100")]
        let mut scores: Vec<f64> = self
            .decisions()
            .filter_map(|(_, receipt)| receipt.risk_score)
            .map(|score| score as f64)
            .collect();
        if scores.is_empty() {
            return Outcome::Human("no decision gives a risk score".to_owned());
        }
        for record in self.results.values().flatten().filter_map(|evidence| evidence.body.governance()) {
            scores.push(match record.value("risk_score_hint") {
                Some(hint) => hint.as_f64().unwrap_or(100.0),
                None => 20.0,
            });
        }
        let risk = scores.into_iter().fold(0.0, f64::max);
        if risk >= threshold {
            return Outcome::Human(format!("the risk is {risk}, and has to be below {threshold}"));
        }
        Outcome::Fine(format!("the risk is {risk}, below {threshold}"))
    }

    /// Whether every decision is sure enough.
    pub fn confidence(&self, least: f64) -> Outcome {
        match self.decisions().filter_map(|(_, receipt)| receipt.confidence).reduce(f64::min) {
            None => Outcome::Human("no decision gives its confidence".to_owned()),
            Some(value) if value < least => {
                Outcome::Human(format!("the confidence is {value}, and has to be at least {least}"))
            }
            Some(value) => Outcome::Fine(format!("the confidence is {value}, at least {least}")),
        }
    }

    /// Whether every reason code is known, and none is critical, about security, or an error beside an approval.
    pub fn reasons(&self, catalogue: &Catalogue) -> Outcome {
        let approves = matches!(self.declared(), Outcome::Fine(_));
        let mut worst = Outcome::Fine(match self.codes().len() {
            0 => "no reason code is given".to_owned(),
            many => format!("{} of the catalogue", count(many, "reason code")),
        });
        for code in self.codes() {
            let outcome = match catalogue.0.get(code) {
                None => {
                    Outcome::Invalid(format!("no catalogue has the reason code `{}`", code.escape_debug()))
                }
                Some(entries) => match entries.iter().find(|entry| entry.is_grave()) {
                    Some(Entry { class, severity }) => Outcome::Rejected(format!(
                        "the reason code `{code}` is {severity}, of the class {class}"
                    )),
                    None if approves && entries.iter().any(|entry| entry.severity == "ERROR") => {
                        Outcome::Rejected(format!(
                            "the reason code `{code}` is an error, and stands beside an approval"
                        ))
                    }
                    None => continue,
                },
            };
            worst = worst.min(outcome);
        }
        // what a task says of itself is no reason for a decision, and a grave word all the same
        let results = self.results.values().flatten().filter_map(|evidence| evidence.body.governance());
        for code in results.filter_map(|record| record.text("reason_code")) {
            let known = catalogue.0.get(code).into_iter().flatten().any(Entry::is_grave);
            if known || code.starts_with("SECURITY.") {
                let code = code.escape_debug();
                worst = worst.min(Outcome::Rejected(format!("a task result gives the reason code `{code}`")));
            }
        }
        worst
    }

    /// The results that ledgers and bundles of the run name, and what else of it they name by a path that leads to nothing here.
    fn not_compared(&self) -> BTreeSet<String> {
        fn last(path: &str) -> &str {
            path.rsplit(['/', '\\']).next().unwrap_or_default()
        }
        let own = self.gates.iter().chain(&self.promotions).chain(self.form("run-manifest"));
        let own: BTreeSet<&str> =
            own.chain(self.results.values().flatten()).map(|evidence| last(&evidence.source.path)).collect();
        let mut out = BTreeSet::new();
        let forms = ["audit-bundle", "migration-ledger", "evidence-bundle", "evidence-capsule"];
        for evidence in forms.iter().flat_map(|form| self.form(form)) {
            let files = evidence.body.governance().map_or(&[][..], |record| &record.files);
            for file in files.iter().filter(|file| file.here.is_none() && !file.path.is_empty()) {
                let is_result = file.path.split(['/', '\\']).any(|part| part == "task_results");
                if is_result || own.contains(last(&file.path)) {
                    let path = file.path.escape_debug();
                    out.insert(format!("`{path}`, as `{}` names it,", evidence.id));
                }
            }
        }
        out
    }

    /// Whether everything is there that a promotion needs.
    pub fn complete(&self) -> Outcome {
        let mut lacks = Vec::new();
        // a document of the run that never happened says so of the run
        if let Some(unreal) = self.not_live.first() {
            let said = unreal.mode.word().to_lowercase();
            return Outcome::Incomplete(format!("`{}` of the run is marked as {said}", unreal.id));
        }
        if self.gates.is_empty() {
            lacks.push("the gate decision".to_owned());
        }
        if self.promotions.is_empty() {
            lacks.push("the promotion decision".to_owned());
        }
        if self.form("run-manifest").is_empty() {
            lacks.push("the run manifest".to_owned());
        }
        let expected = self.expected();
        lacks.extend(
            expected
                .iter()
                .filter(|task| !self.results.contains_key(*task))
                .map(|task| format!("the result of `{task}`")),
        );
        lacks.extend(self.not_compared());
        if expected.is_empty() && self.results.is_empty() {
            lacks.push("the task results".to_owned());
        }
        match lacks.as_slice() {
            [] => Outcome::Fine(format!(
                "both decisions, the manifest and {} are here",
                count(self.results.len(), "task result")
            )),
            [first] => Outcome::Incomplete(format!("{first} is not here")),
            [first, rest @ ..] => {
                Outcome::Incomplete(format!("{first} and {} more are not here", rest.len()))
            }
        }
    }
}

/// The exit codes that a note in small letters gives anywhere: `verify_rc: 2`, `retry: verify_rc=1`.
fn mentioned(note: &str) -> impl Iterator<Item = String> {
    note.match_indices("verify_rc").filter_map(|(at, name)| {
        let rest = note[at + name.len()..].trim_start();
        let value = rest.trim_start_matches(['=', ':', ' ', '"', '\'', '`']);
        let code: String = value.chars().take_while(|ch| ch.is_ascii_alphanumeric() || *ch == '-').collect();
        (rest.starts_with(['=', ':', '"', '\'', '`']) || code.parse::<i64>().is_ok()).then_some(code)
    })
}

/// The last of several attempts: of the highest number, and, where one has no number, the one that stands last too.
fn last_of<'v>(attempts: &[&'v Value]) -> Vec<&'v Value> {
    let number = |one: &Value| at(one, "attempt").and_then(Value::as_u64);
    let highest = attempts.iter().filter_map(|one| number(one)).max();
    let mut out: Vec<&Value> =
        attempts.iter().copied().filter(|one| highest.is_some() && number(one) == highest).collect();
    if attempts.iter().any(|one| number(one).is_none()) {
        out.extend(attempts.last());
    }
    out
}
