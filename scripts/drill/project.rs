//! The project under drill: a copy, the commands that are run on it, and what they leave.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;

use trustbook::bundle::digest::Digest;
use trustbook::bundle::minisig::PublicKey;
use trustbook::bundle::time::Timestamp;
use trustbook::model::time::Instant;
use trustbook::verify;

/// Path to digest and mode-independent content of every file below a folder.
pub(crate) type Tree = BTreeMap<String, Digest>;

/// What a build writes, and so what is put back before each kill.
const WRITTEN: [&str; 4] = ["public", "history", "packets", ".trustbook"];

/// What every run is given.
#[derive(Clone)]
pub(crate) struct Settings {
    program: PathBuf,
    key: PathBuf,
    public_key: PublicKey,
    /// Instants of two drafts and a release.
    instants: [Instant; 3],
}

impl Settings {
    pub(crate) fn new(program: &Path, key: &Path, public_key: &Path, as_of: &str) -> Result<Self, String> {
        let first = Instant::parse_or_date(as_of)?;
        let text =
            fs::read_to_string(public_key).map_err(|error| format!("{}: {error}", public_key.display()))?;
        let line = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
        let public_key = PublicKey::parse(line.trim()).map_err(|error| format!("the public key: {error}"))?;
        let instants = [first, first.plus_seconds(3600), first.plus_seconds(7200)];
        Ok(Self { program: absolute(program)?, key: absolute(key)?, public_key, instants })
    }
}

/// The project that is worked on.
pub(crate) struct Project {
    settings: Settings,
    root: PathBuf,
    kept: PathBuf,
}

impl Project {
    /// Copies a project's inputs and history.
    pub(crate) fn copy(settings: &Settings, from: &Path, work: &Path) -> Result<Self, String> {
        let project = Self::empty(settings, work)?;
        let from = absolute(from)?;
        for entry in fs::read_dir(&from).map_err(|error| error.to_string())? {
            let path = entry.map_err(|error| error.to_string())?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let is_ours = matches!(
                name.as_str(),
                "trustbook.yaml" | "content" | "evidence" | "templates" | "profiles" | "history"
            );
            if is_ours {
                copy(&path, &project.root.join(name))?;
            }
        }
        project.keep()?;
        Ok(project)
    }

    /// A new project as `trustbook init` writes it.
    pub(crate) fn small(settings: &Settings, work: &Path) -> Result<Self, String> {
        let project = Self::empty(settings, work)?;
        let mut init = Command::new(&settings.program);
        init.arg("--root").arg(&project.root).arg("init").stdin(Stdio::null()).stdout(Stdio::null());
        init.env("SOURCE_DATE_EPOCH", settings.instants[0].unix().to_string());
        project.finish(&mut init, "`trustbook init`")?;
        project.keep()?;
        Ok(project)
    }

    fn empty(settings: &Settings, work: &Path) -> Result<Self, String> {
        fs::create_dir_all(work).map_err(|error| format!("{}: {error}", work.display()))?;
        let work = absolute(work)?;
        let project =
            Self { settings: settings.clone(), root: work.join("project"), kept: work.join("kept") };
        for folder in [&project.root, &project.kept] {
            remove(folder)?;
            fs::create_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        Ok(project)
    }

    fn command(&self, what: &str, instant: Instant) -> Command {
        let mut command = Command::new(&self.settings.program);
        command.arg("--root").arg(&self.root).arg(what).arg("--as-of").arg(instant.to_string());
        command.arg("--key").arg(&self.settings.key);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// One of two drafts that differ.
    pub(crate) fn draft(&self, which: usize) -> Command {
        self.command("build", self.settings.instants[which.min(1)])
    }

    /// The release.
    pub(crate) fn release(&self) -> Command {
        self.command("release", self.settings.instants[2])
    }

    /// Runs a command that nobody kills.
    pub(crate) fn finish(&self, command: &mut Command, what: &str) -> Result<(), String> {
        let run = command.stderr(Stdio::piped()).output();
        let run = run.map_err(|error| format!("the program does not start: {error}"))?;
        if run.status.success() {
            return Ok(());
        }
        Err(format!(
            "{what} that nobody killed ended with {}:\n{}",
            run.status,
            String::from_utf8_lossy(&run.stderr)
        ))
    }

    /// Makes the present state the one that [`Project::start_again`] brings back.
    pub(crate) fn keep(&self) -> Result<(), String> {
        exchange(&self.root, &self.kept)
    }

    /// Brings back the kept state.
    pub(crate) fn start_again(&self) -> Result<(), String> {
        exchange(&self.kept, &self.root)
    }

    /// The published tree.
    pub(crate) fn public(&self) -> Result<Tree, String> {
        tree(&self.root.join("public"))
    }

    /// The heads of released snapshots.
    pub(crate) fn history(&self) -> Result<Tree, String> {
        tree(&self.root.join("history"))
    }

    /// Whether a build has staged a file.
    pub(crate) fn has_staged(&self) -> bool {
        fs::read_dir(self.root.join(".trustbook/publish/staging"))
            .is_ok_and(|mut entries| entries.next().is_some())
    }

    /// Whether something of this name lies where publishing works.
    pub(crate) fn is_at_work(&self, name: &str) -> bool {
        fs::symlink_metadata(self.root.join(".trustbook/publish").join(name)).is_ok()
    }

    /// How many releases history knows.
    pub(crate) fn releases(&self) -> usize {
        fs::read_dir(self.root.join("history")).map_or(0, Iterator::count)
    }

    /// What tells the published folder from the one that takes its place.
    pub(crate) fn published_folder(&self) -> Option<u64> {
        use std::os::unix::fs::MetadataExt as _;
        fs::symlink_metadata(self.root.join("public")).ok().map(|metadata| metadata.ino())
    }

    /// Whether nothing is left but the lock.
    pub(crate) fn is_tidy(&self) -> bool {
        fs::read_dir(self.root.join(".trustbook/publish"))
            .is_ok_and(|entries| entries.flatten().all(|entry| entry.file_name() == "lock"))
    }

    /// Whether the archive of the newest snapshot in a published tree verifies with the given key.
    pub(crate) fn verifies(&self, tree: &Tree) -> bool {
        let newest = tree.keys().rfind(|path| {
            path.starts_with("snapshots/") && path.ends_with(".zip") && path.matches('/').count() == 2
        });
        let instant =
            u64::try_from(self.settings.instants[2].unix()).ok().and_then(Timestamp::from_unix_seconds);
        let (Some(newest), Some(as_of)) = (newest, instant) else { return false };
        let report = verify::verify(&verify::Options {
            path: self.root.join("public").join(newest),
            form: verify::Form::Archive { signature: None },
            terms: verify::Terms {
                key: Some(self.settings.public_key),
                as_of,
                threads: std::num::NonZeroUsize::MIN,
            },
        });
        report.is_verified()
    }
}

/// Replaces what builds write in `to` by what they wrote in `from`.
fn exchange(from: &Path, to: &Path) -> Result<(), String> {
    for name in WRITTEN {
        remove(&to.join(name))?;
        if from.join(name).exists() {
            copy(&from.join(name), &to.join(name))?;
        }
    }
    Ok(())
}

fn absolute(path: &Path) -> Result<PathBuf, String> {
    fs::canonicalize(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn remove(path: &Path) -> Result<(), String> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(format!("{}: {error}", path.display())),
        _ => Ok(()),
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let failed = |error: io::Error| format!("{}: {error}", from.display());
    if !from.is_dir() {
        return fs::copy(from, to).map(drop).map_err(failed);
    }
    fs::create_dir(to).map_err(failed)?;
    for entry in fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Every file below a folder with its digest; nothing for a folder that is not there.
fn tree(folder: &Path) -> Result<Tree, String> {
    let mut found = Tree::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        let failed = |error: io::Error| format!("{}: {error}", next.display());
        let entries = match fs::read_dir(&next) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries.map_err(failed)?,
        };
        for entry in entries {
            let path = entry.map_err(failed)?.path();
            if path.is_dir() {
                waiting.push(path);
                continue;
            }
            let mut bytes = Vec::new();
            fs::File::open(&path).and_then(|mut file| file.read_to_end(&mut bytes)).map_err(failed)?;
            let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
            found.insert(name, Digest::of(&bytes));
        }
    }
    Ok(found)
}
