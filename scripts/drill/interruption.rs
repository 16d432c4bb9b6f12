//! The interruption drill: a real build is killed again and again while it stages, commits and tidies, and what it leaves is judged.
//!
//! Kills are aimed, not scattered: most wait until the build has staged something. Each must leave exactly the tree that was published
//! before or exactly the one that was being made; for a release, history must agree with it, and the same command must complete it.
//! Works in copies of the project it is given. Prints a drill record; its own instants are arguments, durations are measured.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool outside the library")]

mod project;
mod record;

use std::path::PathBuf;
use std::process::Child;
use std::process::ExitCode;
use std::time::Duration;

use crate::project::Project;
use crate::project::Tree;

const USAGE: &str = "\
usage: interruption-drill --at TIME --program TRUSTBOOK --project DIR --key FILE --public-key FILE --work DIR [--kills N] [--as-of TIME]

Copies DIR into --work (on the file system that is to be tried), kills N running builds and releases there (default 72), prints a drill record.
--at is when the drill takes place; --as-of is the instant the builds judge by, the same where it is not given.
Exit 0: passed; 1: not passed, the record says why; 2: could not be done.
";

/// What a kill is aimed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aim {
    /// Some time before anything is staged.
    Reading,
    /// Some time after the first staged file.
    Staging,
    /// As soon as the journal says that staging is finished, or the published tree is another one.
    Swap,
}

/// Where a killed build was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    /// Nothing was staged yet.
    BeforeStaging,
    /// Something was staged, the published tree was the old one.
    BeforeSwap,
    /// History had the number, the published tree was the old one: to be completed by the next run.
    Decided,
    /// The published tree was the new one.
    AfterSwap,
    /// It had ended before the kill came.
    Ended,
}

/// One kill and what it left.
#[derive(Clone, Debug)]
struct Kill {
    number: u32,
    release: bool,
    aim: Aim,
    phase: Phase,
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
        Err(_) => 72,
    };
    let at = need("at")?;
    let as_of = need("as-of").unwrap_or_else(|_| at.clone());
    let watch = Watch::start();
    let project = Project::copy(
        &PathBuf::from(need("program")?),
        &PathBuf::from(need("project")?),
        &PathBuf::from(need("key")?),
        &PathBuf::from(need("public-key")?),
        &PathBuf::from(need("work")?),
        &as_of,
    )?;
    let drill = Drill::prepare(project)?;
    let mut done: Vec<Kill> = Vec::new();
    // What had ended before its kill came does not count, so some more are tried.
    for number in 0..kills.saturating_mul(2) {
        if done.iter().filter(|kill| kill.phase != Phase::Ended).count() >= kills as usize {
            break;
        }
        let kill = drill.kill(number)?;
        eprintln!(
            "{:>3} {:<8} aimed at {:<8?} {:<14?} {}",
            number + 1,
            if kill.release { "release" } else { "draft" },
            kill.aim,
            kill.phase,
            if kill.is_good() { "whole" } else { "BROKEN" }
        );
        done.push(kill);
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
    /// From the start of a build to its first staged file.
    reading: Duration,
    /// From there to its end.
    staging: Duration,
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
            pause();
        }
        let reading = watch.elapsed();
        let _ = child.wait();
        let staging = watch.elapsed().saturating_sub(reading);
        if project.public()? != draft {
            return Err("the same build twice gave two trees".to_owned());
        }
        Ok(Self { project, before, draft, release, history, reading, staging })
    }

    /// One build or release, killed, judged, and run again.
    fn kill(&self, number: u32) -> Result<Kill, String> {
        let project = &self.project;
        let release = number % 3 == 2;
        let aim = match number % 8 {
            0 => Aim::Reading,
            3 | 6 => Aim::Swap,
            _ => Aim::Staging,
        };
        project.start_again()?;
        let mut command = if release { project.release() } else { project.draft(1) };
        let watch = Watch::start();
        let mut child = command.spawn().map_err(|error| format!("the program does not start: {error}"))?;
        // Spread evenly however many there are: the golden ratio never falls into step with anything.
        let share = f64::from(number) * 0.618_033_988_749_895 % 1.0;
        match aim {
            Aim::Reading => {
                let until = self.reading.mul_f64(share);
                while watch.elapsed() < until && is_running(&mut child)? {
                    pause();
                }
            }
            Aim::Staging => {
                while !project.has_staged() && is_running(&mut child)? {
                    pause();
                }
                let until = watch.elapsed() + self.staging.mul_f64(share);
                while watch.elapsed() < until && is_running(&mut child)? {
                    pause();
                }
            }
            Aim::Swap => {
                let before = project.published_folder();
                while !project.has_journal()
                    && project.published_folder() == before
                    && is_running(&mut child)?
                {
                    std::hint::spin_loop();
                }
            }
        }
        let ended = !is_running(&mut child)?;
        child.kill().map_err(|error| format!("the build could not be killed: {error}"))?;
        child.wait().map_err(|error| error.to_string())?;

        let new = if release { &self.release.0 } else { &self.draft };
        let found = project.public()?;
        let phase = match (ended, found == *new, project.has_staged()) {
            (true, _, _) => Phase::Ended,
            (_, true, _) => Phase::AfterSwap,
            (_, _, true) if release && project.history()? == self.release.1 => Phase::Decided,
            (_, _, true) => Phase::BeforeSwap,
            (_, _, false) => Phase::BeforeStaging,
        };
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
        Ok(Kill { number: number + 1, release, aim, phase, whole, verified, history, completed, completion })
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

fn is_running(child: &mut Child) -> Result<bool, String> {
    child.try_wait().map(|status| status.is_none()).map_err(|error| error.to_string())
}

fn pause() {
    std::thread::sleep(Duration::from_micros(100));
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
