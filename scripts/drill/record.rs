//! What the drill found, as a drill record.

use std::time::Duration;

use serde_json::Value;
use serde_json::json;
use trustbook::model::time::Instant;

use crate::Kill;
use crate::steps::Step;

/// Fewer kills than this that hit a running build show too little.
const NEEDED_KILLS: usize = 500;
/// And fewer than this between the first staged write and the swap.
const NEEDED_BEFORE_SWAP: usize = 100;

/// The kills of builds or of releases at a step.
fn at(kills: &[Kill], release: bool, step: Step) -> impl Iterator<Item = &Kill> {
    kills.iter().filter(move |kill| kill.release == release && kill.step == step)
}

/// The steps of builds and of releases that no kill hit.
pub(crate) fn missed(kills: &[Kill]) -> Vec<(bool, Step)> {
    let steps = |release| Step::all(release).into_iter().map(move |step| (release, step));
    let all = [false, true].into_iter().flat_map(steps);
    all.filter(|(release, step)| at(kills, *release, *step).next().is_none()).collect()
}

/// The record and whether it passed.
pub(crate) fn record(kills: &[Kill], began: &str, took: Duration) -> Result<(String, bool), String> {
    let started = Instant::parse(began)?;
    let ended = started.plus_seconds(i64::try_from(took.as_secs()).unwrap_or(i64::MAX).max(1));
    let count = |is_so: fn(Step) -> bool| kills.iter().filter(|kill| is_so(kill.step)).count();
    let hit = count(|step| step != Step::Ended);
    let decided = count(|step| step == Step::Decided);
    let before_swap = count(Step::is_before_swap);
    let before_staging = count(|step| step < Step::Staging);
    let missed = missed(kills);
    let broken = kills.iter().filter(|kill| !kill.whole).count();
    let unverified = kills.iter().filter(|kill| !kill.verified).count();
    let contradicted = kills.iter().filter(|kill| !kill.history).count();
    let stuck = kills.iter().filter(|kill| !kill.completed).count();
    let good = kills.iter().all(Kill::is_good);
    let enough = hit >= NEEDED_KILLS && before_swap >= NEEDED_BEFORE_SWAP && missed.is_empty();
    let status = match (good, enough) {
        (false, _) => "failed",
        (true, false) => "inconclusive",
        (true, true) => "passed",
    };
    let longest = kills.iter().map(|kill| kill.completion).max().unwrap_or_default();
    let releases = kills.iter().filter(|kill| kill.release).count();
    let mut actions = Vec::new();
    let mut objectives = vec![
        json!({ "metric": "custom", "name": "kills that hit a running program", "target": NEEDED_KILLS, "achieved": hit, "compare": ">=" }),
        json!({ "metric": "custom", "name": "kills between the first staged file and the swap", "target": NEEDED_BEFORE_SWAP, "achieved": before_swap, "compare": ">=" }),
        json!({ "metric": "custom", "name": "steps of builds and releases that no kill hit", "target": 0, "achieved": missed.len() }),
    ];
    for (name, achieved) in [
        ("published trees that were neither old nor new", broken),
        ("published archives that did not verify", unverified),
        ("histories that contradicted the published tree", contradicted),
        ("commands that did not complete when run again", stuck),
    ] {
        objectives.push(json!({ "metric": "custom", "name": name, "target": 0, "achieved": achieved }));
    }
    objectives.push(json!({ "metric": "custom", "name": "longest run that completed after a kill", "target": "PT1M", "achieved": period(longest) }));
    // One line for each step; a kill that came too late interrupted nothing and is no action of the drill.
    for release in [false, true] {
        for step in [Step::all(release), vec![Step::Tidied]].concat() {
            let good = at(kills, release, step).filter(|kill| kill.is_good()).count();
            if good > 0 {
                actions.push(action(release, step, good));
            }
        }
    }
    actions.extend(kills.iter().filter(|kill| !kill.is_good()).map(bad_action));
    let record = json!({
        "drill-version": "1",
        "id": "interruption",
        "title": "Builds and releases are killed while they publish",
        "type": "functional",
        "environment": "isolated",
        "announced": true,
        "scope": {
            "services": ["publication"],
            "systems": ["trustbook build", "trustbook release"],
            "excluded": ["loss of power", "file systems that cannot exchange two folders in one step"],
        },
        "scenario": "The program is killed with SIGKILL while it reads, stages, swaps and tidies; most kills wait until it has staged something.",
        "hypothesis": "Every kill leaves exactly the old published tree or exactly the new one, history agrees with it, and the same command completes it.",
        "started": started.to_string(),
        "ended": ended.to_string(),
        "timeline": [
            { "at": started.to_string(), "mark": "disruption", "text": "the first of many kills" },
            { "at": ended.to_string(), "mark": "data-verified", "text": "after each kill every published file was compared and the archive verified" },
        ],
        "objectives": objectives,
        "steady-state": { "before": "met", "during": if good { "met" } else { "not-met" }, "after": if stuck == 0 { "met" } else { "not-met" } },
        "actions": actions,
        "data-integrity": {
            "status": if good { "verified" } else { "failed" },
            "method": "SHA-256 of every published file and of every file of history against runs that nobody killed; the verifier on the archive",
        },
        "result": {
            "status": status,
            "summary": format!(
                "{hit} of {} runs ({releases} of all were releases) were killed while they ran: {before_staging} before staging, {before_swap} before the swap ({decided} of them when history already had the number), {} after it; {}. {broken} broken trees, {unverified} archives that did not verify, {contradicted} contradictions with history, {stuck} runs that did not complete afterwards.",
                kills.len(),
                hit - before_staging - before_swap,
                if missed.is_empty() { "every step was hit".to_owned() } else { format!("{} steps were not hit", missed.len()) },
            ),
            "declared-by": "interruption-drill",
        },
        "tool": { "name": "interruption-drill", "version": env!("CARGO_PKG_VERSION") },
        "visibility": "public",
    });
    let text = serde_json::to_string_pretty(&record).map_err(|error| error.to_string())?;
    Ok((text, status == "passed"))
}

fn action(release: bool, step: Step, count: usize) -> Value {
    let what = if release { "release" } else { "build" };
    let name = if count == 1 { format!("1 kill of a {what}") } else { format!("{count} kills of {what}s") };
    json!({ "name": name, "status": "succeeded", "target": step.words() })
}

fn bad_action(kill: &Kill) -> Value {
    let wrong = [
        (!kill.whole, "the published tree was neither the old nor the new one"),
        (!kill.verified, "its archive did not verify"),
        (!kill.history, "history contradicted it"),
        (!kill.completed, "the same command did not complete afterwards"),
    ];
    let wrong: Vec<&str> = wrong.iter().filter(|(is_so, _)| *is_so).map(|(_, text)| *text).collect();
    let mut step = action(kill.release, kill.step, 1);
    step["name"] =
        format!("kill {} of a {}", kill.number, if kill.release { "release" } else { "build" }).into();
    step["error"] = wrong.join("; ").into();
    step
}

fn period(duration: Duration) -> String {
    format!("PT{}.{:03}S", duration.as_secs(), duration.subsec_millis())
}
