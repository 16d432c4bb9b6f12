//! What a trial needs from outside, and what happens when it is not there.

use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use libtest_mimic::Failed;
use libtest_mimic::Trial;

/// Outcome of a trial.
pub(crate) type Outcome = Result<(), Failed>;

/// A trial that needs programs on the path; skipped by name when one is missing, unless `TRUSTBOOK_REQUIRE` names `tools`.
pub(crate) fn with_tools(
    name: &str,
    tools: &[&str],
    run: impl FnOnce() -> Outcome + Send + 'static,
) -> Trial {
    let missing: Vec<&str> = tools.iter().copied().filter(|tool| !is_installed(tool)).collect();
    with("tools", name, (!missing.is_empty()).then(|| format!("no {}", missing.join(", "))), run)
}

/// A trial that needs the folder `part` of the data that `TRUSTBOOK_CORPUS` names, and is given its path; skipped by name without it, unless
/// `TRUSTBOOK_REQUIRE` names `corpus`.
#[expect(clippy::disallowed_methods, reason = "where the data is is said in the environment")]
pub(crate) fn with_corpus(
    name: &str,
    part: &str,
    run: impl FnOnce(&Path) -> Outcome + Send + 'static,
) -> Trial {
    let folder = std::env::var_os("TRUSTBOOK_CORPUS").map(|corpus| Path::new(&corpus).join(part));
    let folder = folder.filter(|folder| folder.is_dir());
    let missing = folder.is_none().then(|| format!("no {part} in TRUSTBOOK_CORPUS"));
    with("corpus", name, missing, move || run(&folder.unwrap_or_default()))
}

/// A trial that is skipped when `missing` says what is not there, unless `TRUSTBOOK_REQUIRE` names `kind`.
pub(crate) fn with(
    kind: &str,
    name: &str,
    missing: Option<String>,
    run: impl FnOnce() -> Outcome + Send + 'static,
) -> Trial {
    match missing {
        None => Trial::test(name, run),
        Some(what) if is_required(kind) => {
            Trial::test(name, move || Err(format!("{what}, and it is required").into()))
        }
        Some(what) => Trial::test(format!("{name} (skipped: {what})"), || Ok(())).with_ignored_flag(true),
    }
}

#[expect(clippy::disallowed_methods, reason = "what is required is said in the environment")]
fn is_required(kind: &str) -> bool {
    std::env::var("TRUSTBOOK_REQUIRE").is_ok_and(|list| list.split(',').any(|required| required == kind))
}

#[expect(clippy::disallowed_methods, reason = "programs are found through the environment")]
fn is_installed(tool: &str) -> bool {
    if let Some(module) = tool.strip_prefix("python3:") {
        return Command::new("python3")
            .args(["-c", &format!("import {module}")])
            .output()
            .is_ok_and(|out| out.status.success());
    }
    if let Some(package) = tool.strip_prefix("go:") {
        return go().args(["list", package]).output().is_ok_and(|out| out.status.success());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(tool).is_file())
}

/// `go` with the packages that Debian installs, without modules and so without a network.
pub(crate) fn go() -> Command {
    let mut command = Command::new("go");
    command.env("GO111MODULE", "off").env("GOPATH", "/usr/share/gocode").env("GOFLAGS", "");
    command.env("GOCACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("go-cache"));
    command
}

/// A trial in a browser: needs `node`, Chromium, and the folder that `TRUSTBOOK_NODE_MODULES` names, with playwright-core
/// and axe-core in it. `run` is given that folder.
pub(crate) fn with_browser(name: &str, run: impl FnOnce(&Path) -> Outcome + Send + 'static) -> Trial {
    #[expect(clippy::disallowed_methods, reason = "where the modules are is said in the environment")]
    let modules = PathBuf::from(std::env::var_os("TRUSTBOOK_NODE_MODULES").unwrap_or_default());
    let missing =
        ["node", "chromium"].into_iter().find(|tool| !is_installed(tool)).map(|tool| format!("no {tool}"));
    let missing = missing.or_else(|| {
        let lacks = |module: &str| !modules.join("node_modules").join(module).is_dir();
        (lacks("playwright-core") || lacks("axe-core"))
            .then(|| "TRUSTBOOK_NODE_MODULES has no playwright-core and axe-core".to_owned())
    });
    with("browser", name, missing, move || run(&modules))
}

/// Runs a script of this folder in `node`, with the modules that [`with_browser`] gives.
pub(crate) fn in_node<'a>(modules: &Path, script: &str, args: impl IntoIterator<Item = &'a Path>) -> Outcome {
    let output = Command::new("node")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/external").join(script))
        .args(args)
        .env("TRUSTBOOK_NODE_MODULES", modules)
        .output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
        .into())
}

/// A folder that is gone at the end.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Result<Self, Failed> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("trustbook-external-{name}-{}-{number}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
