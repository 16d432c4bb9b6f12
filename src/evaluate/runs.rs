//! Runs of gated pipelines: what each left, and what its documents come to when they are judged anew, strictest first.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::evaluate::gather::Gathered;
use crate::evaluate::gather::Rule;
use crate::evaluate::gather::gather;
use crate::evaluate::gather::of_system;
use crate::evaluate::scene::Scene;
use crate::model::evidence::Evidence;
use crate::model::governance::GovernanceRecord;
use crate::model::governance::System;
use crate::model::governance::at;
use crate::model::governance::text;
use crate::model::profile::Profile;
use crate::model::receipt::Decision;
use crate::model::receipt::Receipt;
use crate::model::time::Instant;

/// The adapters whose receipts are decisions of such runs.
const GATE: &str = "gate-decision";
const PROMOTION: &str = "promotion-decision";

/// What came of one question about one run, gravest first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The documents contradict themselves or their schema.
    Invalid(String),
    /// The run failed.
    Rejected(String),
    /// Something that has to be there is not.
    Incomplete(String),
    /// A person has to decide.
    Human(String),
    /// All is well; what was found.
    Fine(String),
}

/// One run with its documents.
#[derive(Clone, Debug, Default)]
pub struct Run<'a> {
    /// Its id.
    pub id: String,
    /// Decisions of its gate.
    pub gates: Vec<&'a Evidence>,
    /// Decisions on its promotion.
    pub promotions: Vec<&'a Evidence>,
    /// Its other documents, by form.
    pub documents: BTreeMap<&'a str, Vec<&'a Evidence>>,
    /// Results by task.
    pub results: BTreeMap<String, Vec<&'a Evidence>>,
}

/// Whether a document belongs to such runs at all.
pub fn is_of_runs(evidence: &Evidence) -> bool {
    [GATE, PROMOTION].contains(&evidence.source.adapter.as_str())
        || of_system(evidence, System::ReleaseGate).is_some()
        || evidence
            .body
            .receipt()
            .is_some_and(|receipt| receipt.run_id.is_some() && receipt.override_details.is_some())
}

/// The documents of all such runs that count.
pub fn documents<'a>(scene: &Scene<'a>) -> Gathered<'a> {
    gather(scene, Rule::Undated, is_of_runs)
}

fn run_of(evidence: &Evidence) -> Option<&str> {
    match (&evidence.body.receipt(), evidence.body.governance()) {
        (Some(receipt), _) => receipt.run_id.as_deref(),
        (None, Some(record)) => record.group.as_deref(),
        (None, None) => None,
    }
}

/// The folder of the run a document lies in: its own, or the one above when its own holds one kind of document.
fn root_of(evidence: &Evidence) -> &str {
    const KINDS: [&str; 9] = [
        "gate",
        "promotion",
        "task_results",
        "attempts",
        "evidence",
        "substrate",
        "ledger",
        "override",
        "overrides",
    ];
    let mut folder = evidence.source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    while let Some((above, name)) = folder.rsplit_once('/') {
        if !KINDS.contains(&name) {
            break;
        }
        folder = above;
    }
    folder
}

/// Every run, or the one of that id, in order of id.
pub fn runs<'a>(gathered: &Gathered<'a>, wanted: Option<&str>) -> Vec<Run<'a>> {
    let mut all: BTreeMap<String, Run<'a>> = BTreeMap::new();
    for evidence in &gathered.counted {
        let adapter = evidence.source.adapter.as_str();
        let form = evidence.body.governance().map(|record| record.form.as_str());
        if [GATE, PROMOTION].contains(&adapter) || form == Some("run-manifest") {
            let id = run_of(evidence).unwrap_or_default().to_owned();
            let run = all.entry(id.clone()).or_insert_with(|| Run { id, ..Run::default() });
            match adapter {
                GATE => run.gates.push(evidence),
                PROMOTION => run.promotions.push(evidence),
                _ => {}
            }
        }
    }
    let only = (all.len() == 1).then(|| all.keys().next().cloned()).flatten();
    for evidence in &gathered.counted {
        let Some(record) = evidence.body.governance() else {
            if let (Some(id), Some(_)) = (
                run_of(evidence),
                evidence.body.receipt().and_then(|receipt| receipt.override_details.as_ref()),
            ) && let Some(run) = all.get_mut(id)
            {
                run.documents.entry("override-receipt").or_default().push(evidence);
            }
            continue;
        };
        if record.form == "task-result" {
            continue;
        }
        if let Some(run) = record.group.as_deref().and_then(|id| all.get_mut(id)) {
            run.documents.entry(record.form.as_str()).or_default().push(evidence);
        }
    }
    let tasks: Vec<(String, BTreeSet<String>, BTreeSet<String>)> = all
        .values()
        .map(|run| {
            let roots = run.gates.iter().chain(&run.promotions).chain(run.form("run-manifest"));
            (run.id.clone(), run.expected(), roots.map(|one| root_of(one).to_owned()).collect())
        })
        .collect();
    for evidence in &gathered.counted {
        let Some(record) = evidence.body.governance().filter(|record| record.form == "task-result") else {
            continue;
        };
        let task = record.text("task_id").unwrap_or_default();
        let owner = record
            .group
            .clone()
            .filter(|id| all.contains_key(id))
            .or_else(|| {
                tasks.iter().find(|(_, expected, _)| expected.contains(task)).map(|(id, _, _)| id.clone())
            })
            .or_else(|| {
                tasks
                    .iter()
                    .find(|(_, _, roots)| roots.contains(root_of(evidence)))
                    .map(|(id, _, _)| id.clone())
            })
            .or_else(|| only.clone());
        if let Some(run) = owner.and_then(|id| all.get_mut(&id)) {
            run.results.entry(task.to_owned()).or_default().push(evidence);
        }
    }
    all.into_values().filter(|run| wanted.is_none_or(|wanted| run.id == wanted)).collect()
}

impl<'a> Run<'a> {
    /// Its documents of a form.
    pub fn form(&self, form: &str) -> &[&'a Evidence] {
        self.documents.get(form).map_or(&[], Vec::as_slice)
    }

    fn records(&self, form: &str) -> impl Iterator<Item = &'a GovernanceRecord> {
        self.form(form).iter().filter_map(|evidence| evidence.body.governance())
    }

    /// Gate and promotion decisions.
    pub fn decisions(&self) -> impl Iterator<Item = (&'a Evidence, &'a Receipt)> {
        self.gates
            .iter()
            .chain(&self.promotions)
            .filter_map(|evidence| Some((*evidence, evidence.body.receipt()?)))
    }

    /// The tasks that its queue, its order or its summary name.
    pub fn expected(&self) -> BTreeSet<String> {
        let mut tasks = BTreeSet::new();
        for (form, key) in [("work-queue", "tasks"), ("run-summary", "results")] {
            for item in self.records(form).flat_map(|record| record.list(key)) {
                tasks.extend(text(item, &["task_id"]).map(str::to_owned));
            }
        }
        for record in self.records("run-summary") {
            tasks.extend(record.list("execution_order").iter().filter_map(Value::as_str).map(str::to_owned));
        }
        tasks
    }

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
        let roots: BTreeSet<&str> = self.decisions().map(|(evidence, _)| root_of(evidence)).collect();
        for evidence in &gathered.counted {
            let decides = evidence.source.adapter == PROMOTION
                || evidence.body.governance().is_some_and(|record| record.form == "run-manifest");
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

    fn with_codes(&self) -> String {
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
            if let Some(code) = note.trim().strip_prefix("verify_rc=") {
                codes.push(code.trim().to_owned());
            }
            let lower = note.to_ascii_lowercase();
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
                if let Some(last) = record.list("attempt_history").last() {
                    say(task, at(last, "status"));
                }
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
        worst
    }

    /// Whether everything is there that a promotion needs.
    pub fn complete(&self) -> Outcome {
        let mut lacks = Vec::new();
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

    /// The override that lifts a hold, or why none does, with the instants at which that may change.
    pub fn overridden(&self, as_of: Instant) -> (Option<(&'a Evidence, String)>, Vec<Instant>) {
        let decided = self
            .decisions()
            .filter_map(|(evidence, receipt)| receipt.decided_at.or(evidence.captured_at))
            .max();
        let mut ahead = Vec::new();
        for evidence in self.form("override-receipt") {
            let (approver, reason, when) = match (evidence.body.receipt(), evidence.body.governance()) {
                (Some(receipt), _) => match &receipt.override_details {
                    Some(details) => (details.approver.clone(), details.reason.clone(), details.at),
                    None => continue,
                },
                (None, Some(record)) => (
                    text(&record.document, &["approver", "approved_by", "overridden_by", "override_by"])
                        .unwrap_or_default()
                        .to_owned(),
                    text(&record.document, &["reason", "justification", "rationale"])
                        .unwrap_or_default()
                        .to_owned(),
                    OVERRIDE_TIMES
                        .iter()
                        .find_map(|key| record.text(key))
                        .and_then(|text| Instant::parse(text).ok()),
                ),
                (None, None) => continue,
            };
            let named = !approver.trim().is_empty() && !reason.trim().is_empty();
            let Some(when) = when.filter(|when| named && decided.is_none_or(|decided| *when > decided))
            else {
                continue;
            };
            if when > as_of {
                ahead.push(when);
                continue;
            }
            return (Some((evidence, format!("overridden by {approver}: {reason}"))), ahead);
        }
        (None, ahead)
    }
}

const OVERRIDE_TIMES: [&str; 9] = [
    "time",
    "timestamp",
    "overridden_at",
    "approved_at",
    "at",
    "decided_at",
    "created_at",
    "captured_at_utc",
    "issued_at",
];

/// `1 task`, `3 tasks`.
fn count(count: usize, singular: &str) -> String {
    if count == 1 { format!("1 {singular}") } else { format!("{count} {singular}s") }
}

/// What catalogues say of reason codes; of several the gravest holds.
#[derive(Clone, Debug, Default)]
pub struct Catalogue(pub BTreeMap<String, Vec<Entry>>);

/// What one catalogue says of a code.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its class.
    pub class: String,
    /// Its severity.
    pub severity: String,
}

impl Entry {
    fn is_grave(&self) -> bool {
        self.severity.eq_ignore_ascii_case("CRITICAL") || self.class.eq_ignore_ascii_case("SECURITY")
    }
}

impl Catalogue {
    /// The catalogues of the evidence; without any, `known`.
    pub fn of(gathered: &Gathered<'_>, known: &BTreeMap<String, String>) -> Self {
        let mut out = Self::default();
        for (_, record) in gathered.form("reason-codes") {
            for item in record.list("codes") {
                if let Some(code) = text(item, &["code"]) {
                    out.add(code, text(item, &["class"]), text(item, &["severity"]));
                }
            }
            for (code, item) in record.value("codes").and_then(Value::as_object).into_iter().flatten() {
                out.add(code, text(item, &["class"]), text(item, &["severity"]));
            }
        }
        if out.0.is_empty() {
            for (code, class) in known {
                out.add(code, Some(class), None);
            }
        }
        out
    }

    fn add(&mut self, code: &str, class: Option<&str>, severity: Option<&str>) {
        let entry = Entry {
            class: class.unwrap_or_default().to_owned(),
            severity: severity.unwrap_or_default().to_owned(),
        };
        self.0.entry(code.to_owned()).or_default().push(entry);
    }
}

/// How many of how many, for an objective over all runs; nothing where there is nothing to count.
pub fn objective(all: &[Run<'_>], catalogue: &Catalogue, which: Objective) -> Option<(u32, u32)> {
    let share = |good: usize, of: usize| -> Option<(u32, u32)> {
        if of == 0 {
            return None;
        }
        Some((u32::try_from(good).ok()?, u32::try_from(of).ok()?))
    };
    match which {
        Objective::Availability => {
            let terminal = |run: &&Run<'_>| {
                run.decisions().next().is_some() && !matches!(run.declared(), Outcome::Invalid(_))
            };
            share(all.iter().filter(terminal).count(), all.len())
        }
        Objective::Determinism => {
            let replayed: Vec<BTreeSet<&str>> = all
                .iter()
                .map(|run| {
                    run.gates
                        .iter()
                        .filter_map(|evidence| {
                            Some((evidence.source.sha256.as_str(), evidence.body.receipt()?))
                        })
                        .map(|(_, receipt)| receipt.raw_decision.as_str())
                        .collect::<Vec<_>>()
                })
                .filter(|gates| gates.len() > 1)
                .map(|gates| gates.into_iter().collect())
                .collect();
            share(replayed.iter().filter(|words| words.len() == 1).count(), replayed.len())
        }
        Objective::Completeness => {
            let approved: Vec<&Run<'_>> =
                all.iter().filter(|run| matches!(run.declared(), Outcome::Fine(_))).collect();
            share(
                approved.iter().filter(|run| matches!(run.complete(), Outcome::Fine(_))).count(),
                approved.len(),
            )
        }
        Objective::Safety => {
            let safe = |run: &&Run<'_>| {
                run.codes().into_iter().all(|code| {
                    catalogue.0.get(code).is_some_and(|entries| !entries.iter().any(Entry::is_grave))
                })
            };
            share(all.iter().filter(safe).count(), all.len())
        }
    }
}

/// The objectives over many runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Objective {
    /// Runs that reached a final decision.
    Availability,
    /// Replayed runs whose gate decided the same again.
    Determinism,
    /// Approved runs with everything a promotion needs.
    Completeness,
    /// Runs without a critical reason code or one about security.
    Safety,
}

/// The run that a profile names in its criteria.
fn wanted(profile: &Profile) -> Option<&str> {
    profile.criteria.iter().find_map(|criterion| criterion.parameters.get("run")?.as_str())
}

/// What a verdict over runs is about.
pub fn subject(scene: &Scene<'_>, profile: &Profile) -> String {
    let gathered = documents(scene);
    let all = runs(&gathered, wanted(profile));
    match all.as_slice() {
        [] => "the release".to_owned(),
        [only] => format!("run {}", only.id),
        several => format!("{} runs", several.len()),
    }
}

/// The strictest decision that the runs declare, in its own word.
pub fn declared(scene: &Scene<'_>, profile: &Profile) -> Option<(Decision, String, String)> {
    let gathered = documents(scene);
    let (decision, raw) = runs(&gathered, wanted(profile))
        .iter()
        .flat_map(|run| {
            run.decisions()
                .map(|(_, receipt)| (receipt.decision, receipt.raw_decision.clone()))
                .collect::<Vec<_>>()
        })
        .min()?;
    let action = match decision {
        Decision::Allow => "promote",
        Decision::Hold => "hold",
        Decision::Deny | Decision::Unknown => "stop",
    };
    Some((decision, raw, action.to_owned()))
}
