//! Runs of gated pipelines: what each left, and what its documents come to when they are judged anew, strictest first.

mod catalogue;
mod levels;
mod outcomes;
mod overrides;

use crate::evaluate::gather::Rule;
use crate::model::governance::System;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::evaluate::gather::Gathered;
use crate::evaluate::gather::gather;
use crate::evaluate::gather::of_system;
use crate::evaluate::scene::Scene;
use crate::model::evidence::Evidence;
use crate::model::governance::GovernanceRecord;
use crate::model::governance::text;
use crate::model::profile::Profile;
use crate::model::receipt::Decision;
use crate::model::receipt::Receipt;

pub use catalogue::Catalogue;
pub use catalogue::Entry;
pub use catalogue::Objective;
pub use catalogue::objective;
pub use levels::levels;

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
    /// Documents of it that say that they are a sample, a dry run or the like; plans of drills aside.
    pub not_live: Vec<&'a Evidence>,
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

/// Where the documents of a run lie, and the tasks that it expects.
struct Home {
    id: String,
    expected: BTreeSet<String>,
    roots: BTreeSet<String>,
}

/// The run that a result is of: the one it names; else the one whose folder it lies in; else the one that expects its task. Where
/// nobody can say which of several, a pass is nobody's and anything else is everybody's.
fn owners<'h>(
    homes: &'h [Home],
    evidence: &Evidence,
    record: &GovernanceRecord,
    task: &str,
) -> Vec<&'h Home> {
    let group = record.group.as_deref();
    if let Some(home) = homes.iter().find(|home| group == Some(home.id.as_str())) {
        return vec![home];
    }
    let root = root_of(evidence);
    let here: Vec<&Home> = homes.iter().filter(|home| home.roots.contains(root)).collect();
    let expecting = |home: &&Home| home.expected.contains(task);
    let mut found: Vec<&Home> = here.iter().copied().filter(expecting).collect();
    if found.is_empty() && group.is_none() && here.iter().all(|home| !home.expected.is_empty()) {
        found = homes.iter().filter(expecting).collect();
    }
    if found.is_empty() {
        found = here;
    }
    if found.is_empty() && group.is_none() && homes.len() == 1 {
        found = homes.iter().collect();
    }
    if found.len() > 1 && record.text("status") == Some("PASS") { Vec::new() } else { found }
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
    for evidence in &gathered.not_live {
        let aside =
            |record: &GovernanceRecord| ["drill-plan", "override-receipt"].contains(&record.form.as_str());
        let planned = evidence.body.governance().is_none_or(aside);
        if let Some(run) = run_of(evidence).and_then(|id| all.get_mut(id)).filter(|_| !planned) {
            run.not_live.push(evidence);
        }
    }
    let homes: Vec<Home> = all
        .values()
        .map(|run| {
            let roots = run.gates.iter().chain(&run.promotions).chain(run.form("run-manifest"));
            let roots = roots.map(|one| root_of(one).to_owned()).collect();
            Home { id: run.id.clone(), expected: run.expected(), roots }
        })
        .collect();
    for evidence in &gathered.counted {
        let Some(record) = evidence.body.governance() else { continue };
        let task = match record.form.as_str() {
            "task-result" => record.text("task_id"),
            "task-attempts" => record.document.get(0).and_then(|first| text(first, &["task_id"])),
            _ => continue,
        };
        let task = task.unwrap_or_default();
        for home in owners(&homes, evidence, record, task) {
            let Some(run) = all.get_mut(&home.id) else { continue };
            if record.form == "task-result" {
                run.results.entry(task.to_owned()).or_default().push(evidence);
            } else {
                run.documents.entry("task-attempts").or_default().push(evidence);
            }
        }
    }
    all.into_values().filter(|run| wanted.is_none_or(|wanted| run.id == wanted)).collect()
}

impl<'a> Run<'a> {
    /// Its documents of a form.
    pub fn form(&self, form: &str) -> &[&'a Evidence] {
        self.documents.get(form).map_or(&[], Vec::as_slice)
    }

    pub(super) fn records(&self, form: &str) -> impl Iterator<Item = &'a GovernanceRecord> {
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
}

/// `1 task`, `3 tasks`.
fn count(count: usize, singular: &str) -> String {
    if count == 1 { format!("1 {singular}") } else { format!("{count} {singular}s") }
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
        [] => "The release".to_owned(),
        [only] => format!("Run {}", only.id),
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
