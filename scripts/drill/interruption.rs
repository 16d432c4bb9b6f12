//! The interruption drill: a real build is killed again and again while it stages, commits and tidies, and what it leaves is judged.
//!
//! Kills are aimed, not scattered: most wait until the build has staged something, and every step of a publication is hit. Each must leave
//! exactly the tree that was published before or exactly the one that was being made; for a release, history must agree with it, and the
//! same command must complete it. Works in a copy of the project it is given and, for most kills, in a small new one.
//! Prints a drill record; its own instants are arguments, durations are measured.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool outside the library")]

mod project;
mod record;
mod steps;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use crate::project::Project;
use crate::project::Settings;
use crate::project::Tree;
use crate::steps::Aim;
use crate::steps::Lengths;
use crate::steps::Sight;
use crate::steps::Step;
use crate::steps::is_running;

const USAGE: &str = "\
usage: interruption-drill --at TIME --program TRUSTBOOK --project DIR --key FILE --public-key FILE --work DIR [--kills N] [--as-of TIME]

Copies DIR into --work (on the file system that is to be tried), writes a small project beside it, kills N running builds and releases there
(default 500, one in 50 of them on the copy), prints a drill record.
--at is when the drill takes place; --as-of is the instant the builds judge by, the same where it is not given.
Exit 0: passed; 1: not passed, the record says why; 2: could not be done.
";

/// One kill in so many is tried on the project that was given.
const LARGE: u32 = 50;
/// How often, at most, steps that no kill hit are aimed at again.
const REPEATS: u32 = 60;

/// One kill and what it left.
#[derive(Clone, Debug)]
struct Kill {
    number: u32,
    release: bool,
    step: Step,
    /// The published tree was the old or the new one, file by file.
    whole: bool,
    /// The archive in it verified.
    verified: bool,
    /// History was as the published tree says; always so for drafts.
    history: bool,
    /// The same command, run again, completed what was interrupted.
    completed: bool,
    /// How long that took.
    completion: Duration,
}

fn main() -> ExitCode {
    match run() {
        Ok((text, passed)) => {
            println!("{text}");
            if passed { ExitCode::SUCCESS } else { ExitCode::from(1) }
        }
        Err(message) => {
            eprintln!("interruption-drill: {message}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(String, bool), String> {
    let options = options()?;
    let need = |name: &str| {
        options
            .iter()
            .find(|(option, _)| option == name)
            .map(|(_, value)| value.clone())
            .ok_or_else(|| format!("`--{name}` is missing\n{USAGE}"))
    };
    let kills: u32 = match need("kills") {
        Ok(text) => text.parse().map_err(|_| format!("`{text}` is not a number of kills"))?,
        Err(_) => 500,
    };
    let at = need("at")?;
    let as_of = need("as-of").unwrap_or_else(|_| at.clone());
    let watch = Watch::start();
    let path = |name: &str| need(name).map(PathBuf::from);
    let settings = Settings::new(&path("program")?, &path("key")?, &path("public-key")?, &as_of)?;
    let (from, work) = (path("project")?, path("work")?);
    // The same kills do the same to a small project and take a fraction of the time.
    let given = kills / LARGE;
    let mut done = Drill::prepare(Project::copy(&settings, &from, &work.join("given"))?)?.kills(0, given)?;
    let small = |name: &str| Drill::prepare(Project::small(&settings, &work.join(name))?);
    let half = given + (kills - given) / 2;
    // Two beside each other: what one waits for, the other uses.
    let (one, two) = std::thread::scope(|scope| {
        let other = scope.spawn(|| small("two")?.kills(half, kills - half));
        (small("one").and_then(|drill| drill.kills(given, half - given)), other.join())
    });
    done.extend(one?);
    done.extend(two.map_err(|_| "a thread of the drill ended early")??);
    // What no kill hit is aimed at again.
    let small = small("again")?;
    for number in 0..REPEATS {
        let missed = record::missed(&done);
        let Some((release, step)) = missed.get(number as usize % missed.len().max(1)) else { break };
        let aim = Aim { step: *step, share: f64::from(number) / f64::from(REPEATS) };
        done.push(small.kill(2 * kills + number, *release, aim)?);
    }
    record::record(&done, &at, watch.elapsed())
}

impl Kill {
    fn is_good(&self) -> bool {
        self.whole && self.verified && self.history && self.completed
    }
}

/// What whole runs leave, and how long they take.
struct Drill {
    project: Project,
    /// Before a draft: published tree of the other draft.
    before: Tree,
    /// After a draft.
    draft: Tree,
    /// After a release: published tree and history.
    release: (Tree, Tree),
    /// History before it.
    history: Tree,
    lengths: Lengths,
}

impl Drill {
    fn prepare(project: Project) -> Result<Self, String> {
        project.finish(&mut project.release(), "a release")?;
        let release = (project.public()?, project.history()?);
        project.start_again()?;
        project.finish(&mut project.draft(1), "a build")?;
        let draft = project.public()?;
        project.start_again()?;
        project.finish(&mut project.draft(0), "a build")?;
        let before = project.public()?;
        let history = project.history()?;
        project.keep()?;
        if before == draft || before == release.0 || history == release.1 {
            return Err("two instants gave the same tree, so nothing could be told apart".to_owned());
        }
        // Warm by now; this run tells when to kill.
        let watch = Watch::start();
        let mut child =
            project.draft(1).spawn().map_err(|error| format!("the program does not start: {error}"))?;
        while !project.has_staged() && is_running(&mut child)? {
            std::thread::sleep(Duration::from_micros(100));
        }
        let reading = watch.elapsed();
        let _ = child.wait();
        let staging = watch.elapsed().saturating_sub(reading);
        if project.public()? != draft {
            return Err("the same build twice gave two trees".to_owned());
        }
        let lengths = Lengths { reading, staging };
        Ok(Self { project, before, draft, release, history, lengths })
    }

    /// So many builds and releases, killed one after the other while they ran.
    fn kills(&self, first: u32, count: u32) -> Result<Vec<Kill>, String> {
        let mut done = Vec::new();
        let mut hit = 0;
        // What had ended before its kill came does not count, so some more are tried.
        for number in first..first + count * 2 {
            if hit == count {
                break;
            }
            let release = number % 3 == 2;
            let kill = self.kill(number, release, Aim::of(number, release))?;
            hit += u32::from(kill.step != Step::Ended);
            done.push(kill);
        }
        Ok(done)
    }

    /// One build or release, killed, judged, and run again.
    fn kill(&self, number: u32, release: bool, aim: Aim) -> Result<Kill, String> {
        let project = &self.project;
        project.start_again()?;
        let new = if release { &self.release.0 } else { &self.draft };
        let mut sight = Sight::of(project, new);
        let mut command = if release { project.release() } else { project.draft(1) };
        let mut child = command.spawn().map_err(|error| format!("the program does not start: {error}"))?;
        steps::reach(aim, &mut child, &mut sight, self.lengths)?;
        let ended = !is_running(&mut child)?;
        child.kill().map_err(|error| format!("the build could not be killed: {error}"))?;
        child.wait().map_err(|error| error.to_string())?;

        let step = if ended { Step::Ended } else { sight.step() };
        let found = project.public()?;
        let whole = found == self.before || found == *new;
        let verified = project.verifies(&found);
        let history = self.history_agrees(release, found == *new)?;

        let watch = Watch::start();
        let mut again = if release { project.release() } else { project.draft(1) };
        let completed = project.finish(&mut again, "the run after a kill").is_ok()
            && project.public()? == *new
            && project.is_tidy()
            && self.history_agrees(release, true)?;
        let completion = watch.elapsed();
        let kill =
            Kill { number: number + 1, release, step, whole, verified, history, completed, completion };
        eprintln!(
            "{:>3} {:<8} aimed at {:<14?} {:<14?} {}",
            kill.number,
            if release { "release" } else { "draft" },
            aim.step,
            step,
            if kill.is_good() { "whole" } else { "BROKEN" }
        );
        Ok(kill)
    }

    /// A number that is published as released is in history, whole; one in history may still be on its way to being published.
    fn history_agrees(&self, release: bool, is_published: bool) -> Result<bool, String> {
        let history = self.project.history()?;
        let is_new = history == self.release.1;
        Ok(match (release, is_published) {
            (true, true) => is_new,
            (true, false) => is_new || history == self.history,
            (false, _) => history == self.history,
        })
    }
}

fn options() -> Result<Vec<(String, String)>, String> {
    let known = ["at", "program", "project", "key", "public-key", "work", "kills", "as-of"];
    let mut arguments = std::env::args().skip(1);
    let mut pairs = Vec::new();
    while let Some(argument) = arguments.next() {
        let name = argument.strip_prefix("--").filter(|name| known.contains(name));
        let name = name.ok_or_else(|| format!("`{argument}` is not an option\n{USAGE}"))?.to_owned();
        let value = arguments.next().ok_or_else(|| format!("`{argument}` needs a value"))?;
        pairs.push((name, value));
    }
    Ok(pairs)
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
