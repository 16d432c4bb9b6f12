//! A project in a folder of its own, and the real command run in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Output;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A folder that is removed when it is no longer needed.
pub struct Folder(PathBuf);

impl Folder {
    /// A new empty one below `base`.
    pub fn below(base: &Path, name: &str) -> Self {
        let path = base.join(format!(
            "trustbook-test-{}-{}-{name}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        ));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// A new empty one.
    pub fn new(name: &str) -> Self {
        Self::below(&std::env::temp_dir(), name)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A fixed day, so that nothing depends on today's.
pub const AS_OF: &str = "2026-02-01T12:00:00Z";

/// 2026-01-15T00:00:00Z, the day a new project is written on.
const INIT_EPOCH: &str = "1768435200";

/// The real command, at the fixed day, with none of the caller's settings.
pub fn trustbook(root: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trustbook"));
    command.current_dir(root);
    for variable in
        ["SOURCE_DATE_EPOCH", "TRUSTBOOK_KEY_FILE", "TRUSTBOOK_KEY_PASSWORD", "TZ", "LANG", "LC_ALL"]
    {
        command.env_remove(variable);
    }
    command
}

/// Runs the command with `args` and gives what it said.
pub fn run(root: &Path, args: &[&str]) -> Output {
    trustbook(root).args(args).output().unwrap()
}

/// What it said, for messages of assertions.
pub fn said(output: &Output) -> String {
    format!(
        "exit {:?}\n{}{}",
        output.status.code(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// A project as `init` writes it.
pub fn example(name: &str) -> Folder {
    let folder = Folder::new(name);
    let output = trustbook(folder.path()).arg("init").env("SOURCE_DATE_EPOCH", INIT_EPOCH).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    folder
}

/// Every file below `folder` by relative path. An empty map when the folder is not there.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(base: &Path, folder: &Path, out: &mut BTreeMap<String, Vec<u8>>) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            let path = entry.path();
            if entry.file_type().unwrap().is_dir() {
                walk(base, &path, out);
            } else {
                out.insert(
                    path.strip_prefix(base).unwrap().to_string_lossy().into_owned(),
                    fs::read(&path).unwrap(),
                );
            }
        }
    }
    let mut out = BTreeMap::new();
    walk(folder, folder, &mut out);
    out
}

/// Copies a whole folder.
pub fn copy(from: &Path, to: &Path) {
    for (name, bytes) in tree(from) {
        let path = to.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}
