//! The steps of a publication as the file system shows them, and how a running program is brought to one of them.
//!
//! Some steps last microseconds. To hit those, the program is stopped and let go again in turns (`SIGSTOP`, `SIGCONT`), and looked at
//! each time it stands still. Nothing in the program knows of it.

use std::process::Child;
use std::time::Duration;

use rustix::process::Pid;
use rustix::process::Signal;
use rustix::process::WaitId;
use rustix::process::WaitIdOptions;
use rustix::process::kill_process;
use rustix::process::waitid;

use crate::Watch;
use crate::project::Project;
use crate::project::Tree;

/// Where a build is, or was when it was killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// There is no staging area yet.
    Reading,
    /// The staging area is there and empty.
    Opened,
    /// Some files are staged.
    Staging,
    /// All are: they are read back.
    Staged,
    /// The head of a release is written beside history.
    StagingHistory,
    /// The journal is being written.
    WritingJournal,
    /// The journal is in place, and nothing has changed yet.
    Journaled,
    /// History has the number, the published tree is the old one: the next run completes it.
    Decided,
    /// The published tree is the new one, the journal is still there.
    Swapped,
    /// The tree of before is being removed.
    Tidying,
    /// Nothing is left to do.
    Tidied,
    /// It had ended before the kill came.
    Ended,
}

impl Step {
    /// Those at which a kill interrupts something that this kind of run does.
    pub(crate) fn all(release: bool) -> Vec<Self> {
        use Step::*;
        // `Opened` lasts as long as one call does, and nothing was written yet: it counts where it is hit.
        let both = [Reading, Staging, Staged];
        let history = if release { [StagingHistory].as_slice() } else { &[] };
        let decided = if release { [Decided].as_slice() } else { &[] };
        [&both, history, &[WritingJournal, Journaled], decided, &[Swapped, Tidying]].concat()
    }

    /// Between the first staged write and the swap.
    pub(crate) fn is_before_swap(self) -> bool {
        Self::Staging <= self && self <= Self::Decided
    }

    /// In words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Reading => "before there is a staging area",
            Self::Opened => "when the staging area is there and empty",
            Self::Staging => "while files are staged",
            Self::Staged => "when every file is staged and read back",
            Self::StagingHistory => "while the head of the release is written beside history",
            Self::WritingJournal => "while the journal is written",
            Self::Journaled => "when the journal is in place and nothing has changed",
            Self::Decided => "when history has the number, before the swap",
            Self::Swapped => "after the swap, with the journal in place",
            Self::Tidying => "while the tree of before is removed",
            Self::Tidied => "when nothing is left to do",
            Self::Ended => "after its end",
        }
    }
}

/// What a kill is aimed at: a step, and how far into it, from 0 to 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Aim {
    pub(crate) step: Step,
    pub(crate) share: f64,
}

impl Aim {
    /// Most kills fall where most is written; each step has its turn.
    pub(crate) fn of(number: u32, release: bool) -> Self {
        let step = match (number % 20, release) {
            (0 | 10, _) => Step::Reading,
            (1 | 11, _) => Step::Staged,
            (6, true) => Step::StagingHistory,
            (8, _) => Step::WritingJournal,
            (13, true) => Step::Decided,
            (13 | 18, _) => Step::Journaled,
            (3, _) => Step::Swapped,
            (15 | 16, _) => Step::Tidying,
            _ => Step::Staging,
        };
        // Spread evenly however many there are: the golden ratio never falls into step with anything.
        Self { step, share: f64::from(number) * 0.618_033_988_749_895 % 1.0 }
    }
}

/// How long the long steps of a run take.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Lengths {
    pub(crate) reading: Duration,
    pub(crate) staging: Duration,
}

/// One run as it can be seen from outside.
pub(crate) struct Sight<'a> {
    project: &'a Project,
    published: Option<u64>,
    history: usize,
    /// Names that were not seen in the staging area yet.
    missing: Vec<&'a String>,
}

impl<'a> Sight<'a> {
    /// To be made before the run starts. `tree` is what it will have staged.
    pub(crate) fn of(project: &'a Project, tree: &'a Tree) -> Self {
        let (published, history) = (project.published_folder(), project.releases());
        Self { project, published, history, missing: tree.keys().collect() }
    }

    /// Where the run is.
    pub(crate) fn step(&mut self) -> Step {
        let has = |name: &str| self.project.is_at_work(name);
        if self.project.published_folder() != self.published {
            return match (has("journal"), has("staging")) {
                (true, _) => Step::Swapped,
                (_, true) => Step::Tidying,
                _ => Step::Tidied,
            };
        }
        if self.project.releases() > self.history {
            return Step::Decided;
        }
        for (name, step) in [
            ("journal", Step::Journaled),
            ("journal.new", Step::WritingJournal),
            ("staging-history", Step::StagingHistory),
        ] {
            if has(name) {
                return step;
            }
        }
        if !has("staging") {
            return Step::Reading;
        }
        if !self.project.has_staged() {
            return Step::Opened;
        }
        while self.missing.last().is_some_and(|name| has(&format!("staging/{name}"))) {
            self.missing.pop();
        }
        if self.missing.is_empty() { Step::Staged } else { Step::Staging }
    }
}

/// Brings a running build to where the aim is, or a little further.
pub(crate) fn reach(
    aim: Aim,
    child: &mut Child,
    sight: &mut Sight<'_>,
    lengths: Lengths,
) -> Result<(), String> {
    if aim.step == Step::Reading {
        return freely(lengths.reading.mul_f64(aim.share), child);
    }
    // Far from the aim it runs freely; what is short comes after the last staged file.
    while sight.step() < aim.step.min(Step::Staged) && is_running(child)? {
        std::thread::sleep(Duration::from_micros(100));
    }
    if aim.step == Step::Staging {
        return freely(lengths.staging.mul_f64(aim.share), child);
    }
    in_turns(aim, child, sight)
}

/// Lets it run for so long.
fn freely(time: Duration, child: &mut Child) -> Result<(), String> {
    let watch = Watch::start();
    while watch.elapsed() < time && is_running(child)? {
        std::thread::sleep(Duration::from_micros(100));
    }
    Ok(())
}

/// For how long the program goes on in one turn.
const TURN: Duration = Duration::from_micros(20);

/// Stops the program, looks, and lets it go on for as long as it takes to stop it again, until it is where the aim is.
fn in_turns(aim: Aim, child: &mut Child, sight: &mut Sight<'_>) -> Result<(), String> {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw).ok_or("no number of a process")?;
    let failed = |error| format!("the program cannot be stopped: {error}");
    let is_long = matches!(aim.step, Step::Staged | Step::StagingHistory | Step::Tidying);
    let mut more = if is_long { (aim.share * 8.0) as u32 } else { 0 };
    while is_running(child)? {
        kill_process(pid, Signal::STOP).map_err(failed)?;
        let seen = WaitIdOptions::STOPPED | WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        waitid(WaitId::Pid(pid), seen).map_err(failed)?;
        let step = sight.step();
        if step > aim.step || (step == aim.step && more == 0) {
            break;
        }
        more -= u32::from(step == aim.step);
        kill_process(pid, Signal::CONT).map_err(failed)?;
        // Were the two signals to arrive together, nothing would move; asleep, this would wake too late.
        let watch = Watch::start();
        while watch.elapsed() < TURN {
            std::hint::spin_loop();
        }
    }
    Ok(())
}

pub(crate) fn is_running(child: &mut Child) -> Result<bool, String> {
    child.try_wait().map(|status| status.is_none()).map_err(|error| error.to_string())
}
