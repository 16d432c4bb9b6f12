//! The interruption drill: kills real builds while they work and publish, and looks at what each leaves behind.
//!
//! Two builds of one project with two instants give two trees. From then on every killed build must leave exactly the tree that was there
//! or exactly the one it was making, and its archive must verify. Anything else is a failure; too few kills that hit make it inconclusive.

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use serde_json::json;
use trustbook::model::time::Instant;

use crate::Made;
use crate::Options;

/// The two instants that the builds alternate between.
const INSTANTS: [&str; 2] = ["2026-03-31T12:00:00Z", "2026-03-31T13:00:00Z"];
/// Builds that are killed.
const KILLS: u32 = 80;
/// Fewer kills than this that hit a running build show too little.
const NEEDED: u32 = 40;

/// Path below the published tree to digest.
type Tree = BTreeMap<String, String>;

struct Drill {
    program: PathBuf,
    project: PathBuf,
    key: PathBuf,
    public_key: PathBuf,
}

pub(crate) fn make(_: &str, options: &Options) -> Made {
    let started = Instant::parse(options.need("at")?)?;
    let drill = Drill {
        program: options.need("program")?.into(),
        project: options.need("project")?.into(),
        key: options.need("key")?.into(),
        public_key: options.need("public-key")?.into(),
    };
    let watch = Watch::start();
    let first = drill.whole_build(0)?;
    let before_second = watch.elapsed();
    let second = drill.whole_build(1)?;
    let one_build = watch.elapsed().saturating_sub(before_second);
    if first == second {
        return Err("two instants gave the same tree, so nothing could be told apart".to_owned());
    }
    let trees = [first, second];
    let mut tally = Tally { at: 1, ..Tally::default() };
    let disrupted = started.plus_seconds(seconds(watch.elapsed()));
    for number in 0..KILLS {
        drill.kill_one(number, one_build, &trees, &mut tally)?;
    }
    // What was killed must not stand in the way of the next one.
    let next = 1 - tally.at;
    let recovered = drill.whole_build(next).is_ok_and(|tree| trees.get(next) == Some(&tree));
    let ended = started.plus_seconds(seconds(watch.elapsed()).max(1));
    crate::pretty(&record(&tally, recovered, started, disrupted, ended))
}

#[derive(Default)]
struct Tally {
    /// Which of the two trees is published.
    at: usize,
    hit: u32,
    old: u32,
    new: u32,
    broken: u32,
    unverified: u32,
    actions: Vec<Value>,
}

impl Drill {
    fn build(&self, instant: usize) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--root").arg(&self.project).arg("build").arg("--as-of").arg(INSTANTS[instant]);
        command.arg("--key").arg(&self.key).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn whole_build(&self, instant: usize) -> Result<Tree, String> {
        let status =
            self.build(instant).status().map_err(|error| format!("the program does not start: {error}"))?;
        if !status.success() {
            return Err(format!("a build that nobody killed ended with {status}"));
        }
        tree(&self.project.join("public"))
    }

    /// Starts the build of the tree that is not published, kills it, and looks.
    fn kill_one(
        &self,
        number: u32,
        one_build: Duration,
        trees: &[Tree; 2],
        tally: &mut Tally,
    ) -> Result<(), String> {
        let (old, new) = (tally.at, 1 - tally.at);
        let delay = one_build * per_mille(number) / 1000;
        let mut child =
            self.build(new).spawn().map_err(|error| format!("the program does not start: {error}"))?;
        thread::sleep(delay);
        let finished = child.try_wait().map_err(|error| error.to_string())?.is_some();
        if !finished {
            child.kill().map_err(|error| format!("the build could not be killed: {error}"))?;
        }
        let status = child.wait().map_err(|error| error.to_string())?;
        let hit = !finished && !status.success();
        let found = tree(&self.project.join("public")).unwrap_or_default();
        let left = if trees.get(old) == Some(&found) {
            tally.old += u32::from(hit);
            "the old tree"
        } else if trees.get(new) == Some(&found) {
            tally.new += u32::from(hit);
            tally.at = new;
            "the new tree"
        } else {
            tally.broken += 1;
            "neither the old nor the new tree"
        };
        let verified = self.verifies(&found);
        tally.unverified += u32::from(!verified);
        tally.hit += u32::from(hit);
        tally.actions.push(json!({
            "name": format!("kill build {} after {} ms", number + 1, delay.as_millis()),
            "status": if hit { "succeeded" } else { "skipped" },
            "target": if hit { format!("left {left}") } else { format!("had already ended; left {left}") },
        }));
        if left.starts_with("neither") {
            // Start again from something known, so that the next kill tells something of its own.
            self.whole_build(old)?;
        }
        Ok(())
    }

    fn verifies(&self, tree: &Tree) -> bool {
        let archives: Vec<&String> =
            tree.keys().filter(|path| path.starts_with("snapshots/") && path.ends_with(".zip")).collect();
        !archives.is_empty()
            && archives.iter().all(|path| {
                Command::new(&self.program)
                    .arg("verify")
                    .arg(self.project.join("public").join(path))
                    .arg("--key")
                    .arg(&self.public_key)
                    .args(["--as-of", INSTANTS[1]])
                    .stdin(Stdio::null())
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .status()
                    .is_ok_and(|status| status.success())
            })
    }
}

/// When kill `number` falls, in thousandths of one build: a quarter spread over the whole of it, the rest over the end, where it publishes.
fn per_mille(number: u32) -> u32 {
    match number % 4 {
        0 => 1000 * number / KILLS,
        _ => 600 + 500 * number / KILLS,
    }
}

fn record(tally: &Tally, recovered: bool, started: Instant, disrupted: Instant, ended: Instant) -> Value {
    let Tally { at: _, hit, old, new, broken, unverified, actions } = tally;
    let whole = *broken == 0 && *unverified == 0 && recovered;
    let status = match (whole, *hit >= NEEDED) {
        (false, _) => "failed",
        (true, false) => "inconclusive",
        (true, true) => "passed",
    };
    json!({
        "drill-version": "1",
        "id": "interruption",
        "title": "The build is killed while it publishes",
        "type": "functional",
        "environment": "isolated",
        "announced": true,
        "scope": {
            "services": ["publication"], "systems": ["trustbook build of examples/saas-vendor"],
            "excluded": ["loss of power", "file systems that cannot exchange two folders"],
        },
        "scenario": "A build is killed with SIGKILL at many points, most of them while it packs, verifies and publishes.",
        "hypothesis": "The published tree is exactly the old one or exactly the new one, and its archive verifies.",
        "started": started.to_string(),
        "ended": ended.to_string(),
        "timeline": [
            { "at": started.to_string(), "mark": "note", "text": "two whole builds, to know both trees" },
            { "at": disrupted.to_string(), "mark": "disruption", "text": "the first build is killed" },
            { "at": ended.to_string(), "mark": "data-verified", "text": format!("{hit} killed: {old} left the old tree, {new} the new one, {broken} neither") },
        ],
        "objectives": [
            { "metric": "custom", "name": "trees that were neither old nor new", "target": 0, "achieved": broken },
            { "metric": "custom", "name": "published archives that did not verify", "target": 0, "achieved": unverified },
            { "metric": "custom", "name": "builds killed while they ran", "target": NEEDED, "achieved": hit, "compare": ">=" },
        ],
        "steady-state": { "before": "met", "after": if recovered { "met" } else { "not-met" } },
        "actions": actions,
        "data-integrity": {
            "status": if whole { "verified" } else { "failed" },
            "method": "SHA-256 of every published file against both trees; trustbook verify of the archive",
        },
        "result": {
            "status": status,
            "summary": format!("{hit} of {KILLS} builds were killed while they ran; {broken} broken trees, {unverified} archives that did not verify; the build after them {}.", if recovered { "succeeded" } else { "failed" }),
            "declared-by": "scripts/evidence.sh",
        },
        "tool": { "name": "scripts/evidence.sh", "version": "1" },
        "visibility": "public",
    })
}

fn tree(folder: &Path) -> Result<Tree, String> {
    let mut found = Tree::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        let failed = |error: std::io::Error| format!("cannot read `{}`: {error}", next.display());
        for entry in std::fs::read_dir(&next).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
                found.insert(name, crate::sha256(&std::fs::read(&path).map_err(failed)?));
            }
        }
    }
    Ok(found)
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

/// How long it has been. A drill takes real time.
struct Watch(std::time::Instant);

impl Watch {
    #[expect(clippy::disallowed_methods, reason = "a drill takes real time")]
    fn start() -> Self {
        Self(std::time::Instant::now())
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
