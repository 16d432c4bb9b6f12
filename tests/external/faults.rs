//! Publishing on disks that fill up, without permission and with calls that fail: the published tree and history are the old ones or the new
//! ones, whole, and the same command completes what was cut short. Needs `unshare` for a file system of its own, `strace` for failing calls.

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use libtest_mimic::Failed;
use libtest_mimic::Trial;

use crate::needs::Outcome;
use crate::needs::Scratch;
use crate::needs::with;
use crate::needs::with_tools;

const PROGRAM: &str = env!("CARGO_BIN_EXE_trustbook");
const OLD: &str = "2026-02-01T12:00:00Z";
const NEW: &str = "2026-02-02T12:00:00Z";

pub(crate) fn trials() -> Vec<Trial> {
    let able = |name: &str, probe: &[&str], run: fn() -> Outcome| {
        let works = Command::new(probe[0]).args(&probe[1..]).output();
        let works = works.is_ok_and(|output| output.status.success());
        with("sandbox", name, (!works).then(|| format!("`{}` does not work here", probe.join(" "))), run)
    };
    let mount = ["unshare", "-Urm", "mount", "-t", "tmpfs", "none", "/mnt"];
    let strace = ["strace", "-f", "-qq", "-o", "/dev/null", "true"];
    vec![
        able("faults: a disk that is full at any point of a build", &mount, || full_disk("build")),
        able("faults: a disk that is full at any point of a release", &mount, || full_disk("release")),
        with_tools("faults: a limit for the size of files, at any size", &["sh"], file_limit),
        able(
            "faults: folders and files that may not be written or read",
            &["unshare", "-U", "true"],
            permissions,
        ),
        able("faults: a call to the disk fails, at any point", &strace, || at_calls("error=ENOSPC")),
        able("faults: killed at calls to the disk", &strace, || at_calls("signal=SIGKILL")),
    ]
}

type Tree = BTreeMap<PathBuf, Vec<u8>>;

fn tree(folder: &Path) -> Result<Tree, Failed> {
    let mut paths = Vec::new();
    if folder.exists() {
        crate::archive_corpus::files_below(folder, |_| true, &mut paths)?;
    }
    let read = |path: PathBuf| {
        let name = path.strip_prefix(folder).unwrap_or(&path).to_owned();
        std::fs::read(&path).map(|bytes| (name, bytes))
    };
    Ok(paths.into_iter().map(read).collect::<Result<_, _>>()?)
}

/// Published tree and history.
#[derive(PartialEq)]
struct State(Tree, Tree);

impl State {
    fn of(project: &Path) -> Result<Self, Failed> {
        Ok(Self(tree(&project.join("public"))?, tree(&project.join("history"))?))
    }
}

/// A project with roles and one release, the state before a command and the one after it.
struct Case {
    scratch: Scratch,
    command: String,
    old: State,
    new: State,
}

impl Case {
    fn new(what: &str) -> Result<Self, Failed> {
        let scratch = Scratch::new("faults")?;
        let project = scratch.path().join("project");
        std::fs::create_dir(&project)?;
        let run = |args: &[&str]| succeed(Command::new(PROGRAM).current_dir(&project).args(args));
        succeed(
            Command::new(PROGRAM).current_dir(&project).env("SOURCE_DATE_EPOCH", "1768435200").arg("init"),
        )?;
        let origin = "trust.example";
        run(&["keys", "generate", "--roles", "--unencrypted", "--out", "secret", "--origin", origin])?;
        run(&["release", "--keys", "secret", "--as-of", OLD])?;
        let page = project.join("content/pages/about.md");
        std::fs::write(&page, format!("{}\nMore.\n", std::fs::read_to_string(&page)?))?;
        let case = Self {
            old: State::of(&project)?,
            new: State(Tree::new(), Tree::new()),
            command: format!("{what} --keys secret --as-of {NEW}"),
            scratch,
        };
        let finished = case.copy("finished")?;
        case.complete(&finished)?;
        Ok(Self { new: State::of(&finished)?, ..case })
    }

    /// A fresh copy of the project as it is before the command.
    fn copy(&self, name: &str) -> Result<PathBuf, Failed> {
        let to = self.scratch.path().join(name);
        let _ = std::fs::remove_dir_all(&to);
        succeed(Command::new("cp").arg("-a").arg(self.scratch.path().join("project")).arg(&to))?;
        Ok(to)
    }

    /// Runs the command where nothing stands in its way.
    fn complete(&self, project: &Path) -> Outcome {
        succeed(Command::new(PROGRAM).current_dir(project).args(self.command.split(' ')))
    }

    /// The tree is one of the two. History may be ahead of it: the number is taken, and the next run completes it.
    fn check(&self, at: &str, project: &Path) -> Result<bool, Failed> {
        let State(public, history) = State::of(project)?;
        let is_new = public == self.new.0;
        let fits = if is_new {
            history == self.new.1
        } else {
            public == self.old.0 && (history == self.old.1 || history == self.new.1)
        };
        if fits { Ok(is_new) } else { Err(format!("{at}: neither the old state nor the new one").into()) }
    }

    /// What was cut short is completed, and nothing is left of it.
    fn check_completed(&self, at: &str, project: &Path) -> Outcome {
        let is_new = State::of(project)? == self.new;
        let left: Vec<_> = std::fs::read_dir(project.join(".trustbook/publish"))?.flatten().collect();
        if is_new && left.len() == 1 { Ok(()) } else { Err(format!("{at}: not completed, {left:?}").into()) }
    }
}

fn succeed(command: &mut Command) -> Outcome {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into())
}

/// A file system of its own, a little larger each time, until the command gets through.
fn full_disk(what: &str) -> Outcome {
    const SCRIPT: &str = "set -eu
        mount -t tmpfs -o size=\"$1\"k none disk
        cp -a project disk/project
        (cd disk/project && $2 >/dev/null 2>../../said) || true
        for part in public history; do if [ -e disk/project/$part ]; then cp -a disk/project/$part seen/; fi; done
        mount -o remount,size=500m disk
        (cd disk/project && $2 >/dev/null)
        for part in public history .trustbook; do cp -a disk/project/$part completed/; done";
    let case = Case::new(what)?;
    let root = case.scratch.path();
    let used =
        String::from_utf8(Command::new("du").args(["-sk", "project"]).current_dir(root).output()?.stdout)?;
    let used: u64 = used.split_whitespace().next().unwrap_or_default().parse()?;
    let command = format!("{PROGRAM} {}", case.command);
    let mut refused = 0;
    for step in 0.. {
        let size = used + used / 4 + step * 64;
        if step > 200 {
            return Err("no disk is large enough".into());
        }
        for folder in ["disk", "seen", "completed"] {
            let _ = std::fs::remove_dir_all(root.join(folder));
            std::fs::create_dir(root.join(folder))?;
        }
        let mut script = Command::new("unshare");
        script.args(["-Urm", "sh", "-c", SCRIPT, "sh", &size.to_string(), &command]).current_dir(root);
        succeed(&mut script)?;
        let at = format!("{what} on {size} KiB");
        let is_new = case.check(&at, &root.join("seen"))?;
        case.check_completed(&at, &root.join("completed"))?;
        if is_new {
            break;
        }
        let said = std::fs::read_to_string(root.join("said"))?;
        if !said.contains("make room") {
            return Err(format!("{at}: {said}").into());
        }
        refused += 1;
    }
    if refused >= 5 { Ok(()) } else { Err(format!("only {refused} disks were too small").into()) }
}

fn file_limit() -> Outcome {
    let case = Case::new("release")?;
    let mut refused = 0;
    // In blocks of 512 bytes. The largest file is the archive.
    for limit in [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256, 512, 1 << 20] {
        let project = case.copy("limited")?;
        let script = format!("trap '' XFSZ; ulimit -f {limit}; exec {PROGRAM} {}", case.command);
        let run = Command::new("sh").args(["-c", &script]).current_dir(&project).output()?;
        let at = format!("{limit} blocks");
        let is_new = case.check(&at, &project)?;
        if run.status.success() != is_new {
            return Err(format!("{at}: {}", String::from_utf8_lossy(&run.stderr)).into());
        }
        refused += usize::from(!is_new);
        case.complete(&project)?;
        case.check_completed(&at, &project)?;
    }
    if refused >= 5 { Ok(()) } else { Err(format!("only {refused} limits were too small").into()) }
}

/// In a user namespace nobody is root, so permissions count whoever runs this.
fn permissions() -> Outcome {
    let case = Case::new("release")?;
    for (mode, path) in [
        ("0555", "."),
        ("0555", ".trustbook/publish"),
        ("0000", ".trustbook/publish"),
        ("0555", "history"),
        ("0000", "history"),
        ("0000", "public"),
        ("0000", "public/snapshots"),
        ("0000", "evidence"),
        ("0000", "evidence/receipt.yaml"),
        ("0000", "content/pages/about.md"),
        ("0000", "secret/release.key"),
    ] {
        let project = case.copy("barred")?;
        let target = project.join(path);
        let before =
            String::from_utf8(Command::new("stat").args(["-c", "%a"]).arg(&target).output()?.stdout)?;
        succeed(Command::new("chmod").arg(mode).arg(&target))?;
        let mut run = Command::new("unshare");
        run.args(["-U", PROGRAM]).args(case.command.split(' ')).current_dir(&project);
        let output = run.output()?;
        succeed(Command::new("chmod").arg(before.trim()).arg(&target))?;
        let at = format!("{path} is {mode}");
        let is_new = case.check(&at, &project)?;
        if output.status.success() != is_new {
            return Err(format!("{at}: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
        case.complete(&project)?;
        case.check_completed(&at, &project)?;
    }
    Ok(())
}

/// The calls by which publishing changes a disk; each is made to fail, or the program is killed when it makes it, at many of its turns.
fn at_calls(what: &str) -> Outcome {
    let case = Case::new("release")?;
    let mut cut_short = 0;
    for (calls, turns) in [
        ("mkdir", [1, 2, 5, 20].as_slice()),
        ("link,linkat", &[1, 2, 40]),
        ("rename,renameat,renameat2", &[1, 2, 3, 4, 5]),
        ("fchmod,chmod", &[1, 2, 30, 200]),
        ("syncfs", &[1, 2, 3, 4]),
        ("write,pwrite64", &[1, 10, 100, 400]),
        ("unlink,unlinkat,rmdir", &[1, 2, 3, 50]),
    ] {
        for turn in turns {
            let project = case.copy("called")?;
            let mut run = Command::new("strace");
            run.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={calls}")]);
            run.args(["-e", &format!("inject={calls}:{what}:when={turn}"), PROGRAM]);
            let output = run.args(case.command.split(' ')).current_dir(&project).output()?;
            let at = format!("{what} at {calls} {turn}");
            let is_new = case.check(&at, &project)?;
            if output.status.success() && !is_new {
                return Err(format!("{at}: {}", String::from_utf8_lossy(&output.stderr)).into());
            }
            cut_short += usize::from(!output.status.success());
            case.complete(&project)?;
            case.check_completed(&at, &project)?;
        }
    }
    if cut_short >= 8 { Ok(()) } else { Err(format!("only {cut_short} runs were cut short").into()) }
}
