//! What the readers of other people's drill tools share: runs, how several make one record, and their loose times.

use super::Input;
use crate::load::text::node::Data;
use crate::load::text::node::Node;
use crate::load::text::reader::Map;
use crate::model::drill::Cadence;
use crate::model::drill::Drill;
use crate::model::drill::DrillResult;
use crate::model::drill::DrillType;
use crate::model::drill::Environment;
use crate::model::drill::Objective;
use crate::model::drill::Scope;
use crate::model::drill::SteadyState;
use crate::model::drill::Step;
use crate::model::drill::Tool;
use crate::model::time::Instant;

/// One run of a tool. A file may hold several; they make one record, and the worst of them is its result.
pub(super) struct Run {
    /// What ran.
    pub name: String,
    /// The tool's own word, where it has one.
    pub word: Option<String>,
    /// What the rules make of it.
    pub result: DrillResult,
    /// Why.
    pub reasons: Vec<String>,
    /// When it began.
    pub started: Option<Instant>,
    /// When it ended.
    pub ended: Option<Instant>,
    /// What was done.
    pub actions: Vec<Step>,
    /// What was undone.
    pub rollbacks: Vec<Step>,
    /// What was measured or asked.
    pub objectives: Vec<Objective>,
}

impl Run {
    /// A run of which nothing but its result is known.
    pub(super) fn new(name: impl Into<String>, result: DrillResult, reason: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            word: None,
            result,
            reasons: vec![reason.into()],
            started: None,
            ended: None,
            actions: Vec::new(),
            rollbacks: Vec::new(),
            objectives: Vec::new(),
        }
    }
}

/// One record of some runs, of which there is at least one.
pub(super) fn combine(tool: Tool, drill_type: DrillType, what: &str, runs: Vec<Run>) -> Drill {
    let computed = runs.iter().map(|run| run.result).min().unwrap_or(DrillResult::Inconclusive);
    let title = match runs.as_slice() {
        [one] => one.name.clone(),
        several => format!("{} {what}", several.len()),
    };
    let alone = runs.len() == 1;
    let mut words: Vec<String> = runs.iter().filter_map(|run| run.word.clone()).collect();
    words.dedup();
    let reasons = runs
        .iter()
        .filter(|run| run.result == computed)
        .flat_map(|run| {
            run.reasons.iter().map(move |reason| match alone {
                true => reason.clone(),
                false => format!("{}: {reason}", run.name),
            })
        })
        .collect();
    let mut drill = blank(tool, title, drill_type, computed);
    drill.reasons = reasons;
    drill.raw_result = (!words.is_empty()).then(|| words.join(", "));
    drill.started = runs.iter().filter_map(|run| run.started).min();
    drill.ended = runs.iter().filter_map(|run| run.ended).max();
    for run in runs {
        drill.actions.extend(run.actions);
        drill.rollbacks.extend(run.rollbacks);
        drill.objectives.extend(run.objectives);
    }
    drill
}

fn blank(tool: Tool, title: String, drill_type: DrillType, computed: DrillResult) -> Drill {
    Drill {
        drill_id: title.clone(),
        title,
        drill_type,
        environment: Environment::None,
        announced: None,
        scope: Scope::default(),
        scenario: None,
        hypothesis: None,
        started: None,
        ended: None,
        rto_clock: "disruption".to_owned(),
        timeline: Vec::new(),
        recovery_point: None,
        objectives: Vec::new(),
        steady_state: SteadyState::default(),
        actions: Vec::new(),
        rollbacks: Vec::new(),
        data_integrity: None,
        declared: None,
        raw_result: None,
        summary: None,
        computed,
        reasons: Vec::new(),
        findings: Vec::new(),
        participants: Vec::new(),
        plan: None,
        cadence: Cadence::default(),
        controls: Vec::new(),
        tool: Some(tool),
    }
}

/// A tool without a version.
pub(super) fn tool(name: &str) -> Tool {
    Tool { name: name.to_owned(), version: None, run: None }
}

/// A step, in our words.
pub(super) fn step(name: impl Into<String>, status: &str) -> Step {
    Step {
        name: name.into(),
        status: status.to_owned(),
        started: None,
        ended: None,
        target: None,
        error: None,
    }
}

/// The objects of a Kubernetes file: itself, or the items of a list.
pub(super) fn objects<'n, 'a>(root: &'n Node<'a>) -> Vec<&'n Node<'a>> {
    let is_list = root.text_of("kind").is_some_and(|kind| kind.ends_with("List"));
    match root.get("items").and_then(Node::list) {
        Some(items) if is_list => items.iter().collect(),
        Some(_) | None => vec![root],
    }
}

/// Whether a file holds Kubernetes objects of an API group and of one of these kinds, and nothing else.
pub(super) fn holds_objects(input: &Input<'_>, group: &str, kinds: &[&str]) -> bool {
    let is = |node: &&Node<'_>| {
        node.text_of("apiVersion")
            .and_then(|version| version.split_once('/'))
            .is_some_and(|one| one.0 == group)
            && node.text_of("kind").is_some_and(|kind| kinds.contains(&kind))
    };
    input.root().is_some_and(|root| {
        let objects = objects(root);
        !objects.is_empty() && objects.iter().all(is)
    })
}

/// A time as tools write it: RFC 3339, with a blank instead of the `T`, or seconds since 1970.
pub(super) fn loose_time(map: &Map<'_, '_, '_>, key: &str) -> Option<Instant> {
    let node = map.get(key)?;
    let parsed = match &node.data {
        Data::Text(text) => Instant::parse(&text.replacen(' ', "T", 1)),
        Data::Number(raw) => {
            let seconds = raw.split(['.', 'e', 'E']).next().and_then(|whole| whole.parse::<i64>().ok());
            let plain = !raw.contains(['e', 'E']);
            seconds
                .filter(|_| plain)
                .and_then(Instant::from_unix)
                .ok_or_else(|| format!("`{raw}` is no number of seconds since 1970"))
        }
        Data::Null | Data::Bool(_) | Data::List(_) | Data::Map(_) => {
            Err("expected a time, with an offset".to_owned())
        }
    };
    if let Err(message) = &parsed {
        map.reader().warn(node, "unusable-time", message.clone());
    }
    parsed.ok()
}

/// A count: absent is none, as the tools leave zeros out.
pub(super) fn count(map: &Map<'_, '_, '_>, key: &str) -> u64 {
    map.scalar(key).and_then(|raw| raw.parse().ok()).unwrap_or(0)
}

/// A text without account numbers and names of cloud resources.
pub(super) fn redacted(text: &str) -> String {
    let mut out = String::new();
    let ends = |ch: char| ch.is_whitespace() || matches!(ch, '"' | '\'' | ',' | ';' | ')' | ']' | '}');
    for piece in text.split_inclusive(ends) {
        let word = piece.trim_end_matches(ends);
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        match word.find("arn:") {
            Some(at) => {
                out.push_str(&word[..at]);
                out.push_str("(resource)");
            }
            None if digits >= 12 => out.push_str("(number)"),
            None => out.push_str(word),
        }
        out.push_str(&piece[word.len()..]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_of_several_runs_is_the_result() {
        let runs = vec![
            Run::new("a", DrillResult::Passed, "all held"),
            Run::new("b", DrillResult::Inconclusive, "nothing was injected"),
        ];
        let drill = combine(tool("T"), DrillType::ChaosExperiment, "experiments", runs);
        assert_eq!(drill.computed, DrillResult::Inconclusive);
        assert_eq!(drill.reasons, ["b: nothing was injected"]);
        assert_eq!(drill.title, "2 experiments");
    }

    #[test]
    fn resources_and_accounts_are_not_told() {
        let text = "failed on arn:aws:rds:eu-central-1:111122223333:cluster:a, account 111122223333 (see 42)";
        assert_eq!(redacted(text), "failed on (resource), account (number) (see 42)");
    }
}
