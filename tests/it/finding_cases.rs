//! Cases in `tests/findings/`: a small project, files written over it, commands run in it, and what the last one says.
//!
//! `== path` begins a file, `== path -> target` makes a link, `-- path` removes, `>> from to` renames, `$ args` runs
//! `trustbook`; in that order. Inside names and texts `«3 × ab»` repeats, `«hex c3a9»` gives bytes, `«sparse 9»` a file
//! of that many zeros, `«socket»` a socket, and `«empty»` nothing at all. Without a `$` line the case ends with `trustbook check`.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::path::PathBuf;
use std::process::Output;
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use crate::project::AS_OF;
use crate::project::Folder;
use crate::project::run;
use crate::project::said;

/// Where cases and their snapshots lie.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings")
}

/// Names of the cases in a folder, without their extension, in order; `base` is none.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter_map(|name| name.strip_suffix(".case").map(str::to_owned))
        .filter(|name| name != "base")
        .collect();
    names.sort();
    names
}

/// The code that a case is about: its name up to `--`.
pub(crate) fn code_of(name: &str) -> &str {
    name.split("--").next().unwrap_or(name)
}

/// What the last command of a case said.
pub(crate) struct Said {
    /// The command line.
    pub command: String,
    /// Its exit code, standard output and standard error.
    pub output: Output,
}

/// Runs a case over the base project; `default` is the command of a case that names none.
pub(crate) fn play(case: &Path, default: &str) -> Said {
    let base = fs::read_to_string(folder().join("base.case")).unwrap();
    let text = fs::read_to_string(case).unwrap();
    let folder = Folder::new("case");
    assert!(steps(&base, folder.path()).is_none(), "the base project runs a command");
    let said = steps(&text, folder.path());
    let last =
        text.lines().rfind(|line| ["$ ", "== ", "-- ", ">> "].iter().any(|mark| line.starts_with(mark)));
    match said {
        Some(said) if last.is_none_or(|line| line.starts_with("$ ")) => said,
        _ => command(folder.path(), default),
    }
}

/// Plays every case of `names` on a few threads; results in order.
pub(crate) fn play_all(folder: &Path, names: &[String], default: &str) -> Vec<Said> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Said)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some((at, name)) = Some(next.fetch_add(1, Ordering::Relaxed))
                    .and_then(|at| names.get(at).map(|name| (at, name)))
                {
                    let said = play(&folder.join(format!("{name}.case")), default);
                    done.lock().unwrap().push((at, said));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(at, _)| *at);
    assert_eq!(done.len(), names.len());
    done.into_iter().map(|(_, said)| said).collect()
}

fn command(root: &Path, line: &str) -> Said {
    let mut args: Vec<&str> = line.split_whitespace().collect();
    if ["check", "build", "packet", "release"].contains(&args[0]) {
        args.extend(["--as-of", AS_OF]);
    }
    Said { command: line.to_owned(), output: run(root, &args) }
}

/// Does what a text says, step by step; gives what its last command said.
fn steps(text: &str, root: &Path) -> Option<Said> {
    let mut last = None;
    let mut file: Option<(String, String)> = None;
    for line in text.split_inclusive('\n') {
        let words = line.trim_end();
        let mark = words.get(..3).unwrap_or_default();
        if !["== ", "-- ", ">> "].contains(&mark) && !words.starts_with("$ ") {
            match &mut file {
                Some((_, text)) => text.push_str(line),
                None => assert!(words.is_empty() || words.starts_with('#'), "`{words}` stands in no file"),
            }
            continue;
        }
        if let Some((name, text)) = file.take() {
            write(root, &name, &text);
        }
        match mark {
            "== " => match words[3..].split_once(" -> ") {
                Some((name, target)) => {
                    let path = place(root, name);
                    std::os::unix::fs::symlink(target, path).unwrap();
                }
                None => file = Some((words[3..].to_owned(), String::new())),
            },
            "-- " => {
                let path = root.join(&words[3..]);
                if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
            }
            ">> " => {
                let (from, to) = words[3..].split_once(' ').unwrap();
                fs::rename(root.join(from), root.join(to)).unwrap();
            }
            _ => {
                if let Some(Said { command, output }) = &last {
                    assert_eq!(output.status.code(), Some(0), "{command}: {}", said(output));
                }
                last = Some(command(root, &words[2..]));
            }
        }
    }
    if let Some((name, text)) = file {
        write(root, &name, &text);
    }
    last
}

fn place(root: &Path, name: &str) -> PathBuf {
    let path = root.join(OsStr::from_bytes(&bytes(name)));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    path
}

fn write(root: &Path, name: &str, text: &str) {
    let path = place(root, name);
    if text.trim_end() == "«socket»" {
        std::os::unix::net::UnixListener::bind(path).unwrap();
        return;
    }
    match text.strip_prefix("«sparse ") {
        Some(size) => {
            let size = size.trim_end().trim_end_matches('»').parse().unwrap();
            fs::File::create(path).unwrap().set_len(size).unwrap();
        }
        None => fs::write(path, bytes(text)).unwrap(),
    }
}

/// A text with what stands between `«` and `»` put in.
fn bytes(text: &str) -> Vec<u8> {
    if text.trim_end() == "«empty»" {
        return Vec::new();
    }
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('«') {
        out.extend_from_slice(before.as_bytes());
        let (inside, after) = after.split_once('»').unwrap();
        rest = after;
        if let Some(hex) = inside.strip_prefix("hex ") {
            out.extend(
                (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap()),
            );
        } else {
            let (count, what) = inside.split_once(" × ").unwrap();
            out.extend(what.repeat(count.parse().unwrap()).into_bytes());
        }
    }
    out.extend_from_slice(rest.as_bytes());
    out
}

/// The findings of a terminal's text, each with its code.
pub(crate) fn findings(text: &str) -> Vec<(String, String)> {
    let code = |line: &str| -> Option<String> {
        let rest = ["error[", "warning[", "note["].iter().find_map(|start| line.strip_prefix(start))?;
        Some(rest.split_once(']')?.0.to_owned())
    };
    let mut out: Vec<(String, String)> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        if let Some(code) = code(line) {
            out.push((code, format!("{line}\n")));
            open = true;
        } else if line.is_empty() {
            open = false;
        } else if let (true, Some((_, finding))) = (open, out.last_mut()) {
            finding.push_str(line);
            finding.push('\n');
        }
    }
    out
}
