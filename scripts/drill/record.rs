//! What the drill found, as a drill record.

use std::time::Duration;

use serde_json::Value;
use serde_json::json;
use trustbook::model::time::Instant;

use crate::Kill;
use crate::Phase;

/// Fewer kills than this that hit a running build show too little.
const NEEDED_KILLS: usize = 60;

/// The record and whether it passed.
pub(crate) fn record(kills: &[Kill], at: &str, took: Duration) -> Result<(String, bool), String> {
    let started = Instant::parse(at)?;
    let ended = started.plus_seconds(i64::try_from(took.as_secs()).unwrap_or(i64::MAX).max(1));
    let count = |phase: Phase| kills.iter().filter(|kill| kill.phase == phase).count();
    let hit = kills.len() - count(Phase::Ended);
    let decided = count(Phase::Decided);
    let before_swap = count(Phase::BeforeSwap) + decided;
    let broken = kills.iter().filter(|kill| !kill.whole).count();
    let unverified = kills.iter().filter(|kill| !kill.verified).count();
    let contradicted = kills.iter().filter(|kill| !kill.history).count();
    let stuck = kills.iter().filter(|kill| !kill.completed).count();
    let good = kills.iter().all(Kill::is_good);
    let enough = hit >= NEEDED_KILLS && before_swap * 2 >= hit;
    let status = match (good, enough) {
        (false, _) => "failed",
        (true, false) => "inconclusive",
        (true, true) => "passed",
    };
    let longest = kills.iter().map(|kill| kill.completion).max().unwrap_or_default();
    let releases = kills.iter().filter(|kill| kill.release).count();
    // A kill that came too late interrupted nothing: it is counted in the summary and is no action of the drill.
    let actions: Vec<Value> = kills.iter().filter(|kill| kill.phase != Phase::Ended).map(action).collect();
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
        "objectives": [
            { "metric": "custom", "name": "kills that hit a running program", "target": NEEDED_KILLS, "achieved": hit, "compare": ">=" },
            { "metric": "custom", "name": "kills between the first staged file and the swap", "target": hit.div_ceil(2), "achieved": before_swap, "compare": ">=" },
            { "metric": "custom", "name": "published trees that were neither old nor new", "target": 0, "achieved": broken },
            { "metric": "custom", "name": "published archives that did not verify", "target": 0, "achieved": unverified },
            { "metric": "custom", "name": "histories that contradicted the published tree", "target": 0, "achieved": contradicted },
            { "metric": "custom", "name": "commands that did not complete when run again", "target": 0, "achieved": stuck },
            { "metric": "custom", "name": "longest run that completed after a kill", "target": "PT1M", "achieved": period(longest) },
        ],
        "steady-state": { "before": "met", "during": if good { "met" } else { "not-met" }, "after": if stuck == 0 { "met" } else { "not-met" } },
        "actions": actions,
        "data-integrity": {
            "status": if good { "verified" } else { "failed" },
            "method": "SHA-256 of every published file and of every file of history against runs that nobody killed; the verifier on the archive",
        },
        "result": {
            "status": status,
            "summary": format!(
                "{hit} of {} runs ({releases} of all were releases) were killed while they ran: {} before staging, {before_swap} before the swap ({decided} of them when history already had the number), {} after it. {broken} broken trees, {unverified} archives that did not verify, {contradicted} contradictions with history, {stuck} runs that did not complete afterwards.",
                kills.len(), count(Phase::BeforeStaging), count(Phase::AfterSwap)
            ),
            "declared-by": "interruption-drill",
        },
        "tool": { "name": "interruption-drill", "version": env!("CARGO_PKG_VERSION") },
        "visibility": "public",
    });
    let text = serde_json::to_string_pretty(&record).map_err(|error| error.to_string())?;
    Ok((text, status == "passed"))
}

fn action(kill: &Kill) -> Value {
    let what = if kill.release { "release" } else { "build" };
    let phase = match kill.phase {
        Phase::BeforeStaging => "before anything was staged",
        Phase::BeforeSwap => "after the first staged file, before the swap",
        Phase::Decided => "after history had the number, before the swap",
        Phase::AfterSwap => "after the swap",
        Phase::Ended => "after its end",
    };
    let mut step = json!({
        "name": format!("kill {} of a {what}", kill.number),
        "status": if kill.phase == Phase::Ended { "skipped" } else { "succeeded" },
        "target": phase,
    });
    if !kill.is_good() {
        let wrong = [
            (!kill.whole, "the published tree was neither the old nor the new one"),
            (!kill.verified, "its archive did not verify"),
            (!kill.history, "history contradicted it"),
            (!kill.completed, "the same command did not complete afterwards"),
        ];
        let wrong: Vec<&str> = wrong.iter().filter(|(is_so, _)| *is_so).map(|(_, text)| *text).collect();
        step["error"] = wrong.join("; ").into();
    }
    step
}

fn period(duration: Duration) -> String {
    format!("PT{}.{:03}S", duration.as_secs(), duration.subsec_millis())
}
