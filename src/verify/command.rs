//! The command line of the verifier: arguments to a report to an exit code. Prints only where it is told to and reads no clock.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::Path;
use std::path::PathBuf;
use std::thread;

use crate::bundle::limits;
use crate::bundle::minisig::PublicKey;
use crate::bundle::time::Timestamp;
use crate::verify;
use crate::verify::CheckReport;
use crate::verify::Form;
use crate::verify::Options;
use crate::verify::Outcome;
use crate::verify::Pins;
use crate::verify::Report;
use crate::verify::Terms;
use crate::verify::pins;
use crate::verify::report;
use crate::verify::report::shown;

/// What `--help` prints.
pub const USAGE: &str = include_str!("usage.txt");

enum Command {
    Help,
    Version,
    Verify(Box<Order>),
}

/// What is asked for.
struct Order {
    options: Options,
    pins: Pins,
    state: Option<PathBuf>,
    into: Option<PathBuf>,
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Human,
    Json,
}

/// Runs the verifier with `args`, without the program's name; `now` stands for a missing `--as-of`. Gives the exit code.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    now: Timestamp,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let args: Vec<OsString> = args.into_iter().collect();
    let wants_json = args.iter().any(|arg| arg == "json" || arg == "--format=json");
    let (text, code) = match parse(args, now) {
        Ok(Command::Help) => (USAGE.to_owned(), verify::VERIFIED),
        Ok(Command::Version) => {
            (format!("trustbook-verify {}\n", env!("CARGO_PKG_VERSION")), verify::VERIFIED)
        }
        Ok(Command::Verify(order)) => {
            let mut report = verify::verify_with(&order.options, &order.pins, order.into.as_deref());
            if let Some(path) = &order.state {
                remember(&mut report, &order.pins, path);
            }
            let text = if order.format == Format::Json { report.to_json() } else { report.to_text() };
            (text, report.exit_code())
        }
        Err(problem) => {
            let _ = writeln!(err, "error: {}\nhelp: `--help` alone prints the options", shown(&problem));
            (if wants_json { report::usage_error_json(&problem) } else { String::new() }, verify::USAGE_ERROR)
        }
    };
    // A report that nobody could read was not given.
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => code,
        Err(error) => {
            let _ = writeln!(err, "error: the report could not be written: {error}");
            if code == verify::VERIFIED { verify::UNDECIDED } else { code }
        }
    }
}

/// Pins what was verified; keeps both checkpoints of a fork, which prove it to others.
fn remember(report: &mut Report, pins: &Pins, path: &Path) {
    let (before, next) = (pins.state.as_ref(), report.next.clone());
    let failed = |reason| Outcome::NotChecked(format!("the state was not saved: {reason}"));
    let outcome = match (report.exit_code(), before, next) {
        (verify::VERIFIED, _, Some(next)) => match next.save(path, before) {
            Ok(()) => return,
            Err(reason) => failed(reason),
        },
        (verify::LOG_FORK, Some(before), Some(next)) => {
            let proof = format!("{}\n{}", before.checkpoint, next.checkpoint);
            let fork = path.with_extension("fork");
            let kept = pins::create_new(&fork)
                .and_then(|mut file| file.write_all(proof.as_bytes()).map_err(|error| error.to_string()));
            report.notes.push(match kept {
                Ok(()) => format!("both checkpoints are kept in {}", fork.display()),
                Err(error) => format!("the checkpoints were not kept: {error}"),
            });
            return;
        }
        _ => return,
    };
    report.checks.push(CheckReport { id: "state-file", title: "what was verified is remembered", outcome });
}

/// The options that take a value.
pub const VALUED: [&str; 10] = [
    "--as-of",
    "--extract",
    "--format",
    "--key",
    "--keys",
    "--log",
    "--proof",
    "--sig",
    "--state",
    "--threads",
];

fn parse(args: Vec<OsString>, now: Timestamp) -> Result<Command, String> {
    let is_alone = args.len() == 1;
    let mut args = args.into_iter();
    let mut values: BTreeMap<String, OsString> = BTreeMap::new();
    let (mut file, mut is_folder, mut only_files) = (None, false, false);
    while let Some(arg) = args.next() {
        let (name, inline) = match arg.to_str() {
            Some(text) if !only_files && text.starts_with('-') => match text.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(OsString::from(value))),
                None => (text.to_owned(), None),
            },
            Some(_) | None => {
                if file.replace(PathBuf::from(arg)).is_some() {
                    return Err("more than one FILE".to_owned());
                }
                continue;
            }
        };
        match name.as_str() {
            name if VALUED.contains(&name) => {
                let value = inline.or_else(|| args.next()).ok_or(format!("`{name}` needs a value"))?;
                if values.insert(name.to_owned(), value).is_some() {
                    return Err(format!("`{name}` is there twice"));
                }
            }
            "--dir" | "--help" | "--version" | "--" if inline.is_some() => {
                return Err(format!("`{name}` takes no value"));
            }
            "--dir" => is_folder = true,
            // With a file beside it, success would be taken for "verified", and a file can be called so.
            "--help" | "--version" if !is_alone => return Err(format!("`{name}` stands alone")),
            "--help" => return Ok(Command::Help),
            "--version" => return Ok(Command::Version),
            "--" => only_files = true,
            _ => return Err(format!("unknown option `{name}`")),
        }
    }
    let mut take = |name: &str| values.remove(name);
    let path = file.ok_or("no FILE: name the archive")?;
    let key = take("--key").map(|key| read_key(&key)).transpose()?;
    let as_of = match take("--as-of") {
        None => now,
        Some(text) => text
            .to_str()
            .and_then(Timestamp::parse_or_date)
            .ok_or("`--as-of` is neither like 2026-11-21 nor like 2026-11-21T09:00:00Z")?,
    };
    let format = match take("--format").as_ref().map(|format| format.to_str()) {
        None | Some(Some("human")) => Format::Human,
        Some(Some("json")) => Format::Json,
        Some(_) => return Err("`--format` is neither human nor json".to_owned()),
    };
    let form = match (is_folder, take("--sig")) {
        (false, signature) => Form::Archive { signature: signature.map(PathBuf::from) },
        (true, None) => Form::Folder,
        (true, Some(_)) => {
            return Err(
                "a folder's signature is inside it: `--sig` and `--dir` exclude each other".to_owned()
            );
        }
    };
    let threads = match take("--threads") {
        None => thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        Some(count) => {
            let count = count.to_str().and_then(|count| count.parse().ok());
            count.ok_or("`--threads` is not a number from 1")?
        }
    };
    let mut path_of = |name: &str| take(name).map(PathBuf::from);
    let (state, into) = (path_of("--state"), path_of("--extract"));
    let proof = |path: PathBuf| pins::read(&path, limits::MAX_NOTE_BYTES as u64);
    let pins = Pins {
        keys: path_of("--keys").map(|path| pins::read_keys(&path)).transpose()?,
        proof: path_of("--proof").map(proof).transpose()?,
        log: path_of("--log").map(|path| pins::read_log(&path)).transpose()?,
        state: state.as_ref().map(|path| pins::read_state(path)).transpose()?.flatten(),
    };
    if let Err(error) = path.symlink_metadata() {
        return Err(format!("`{}`: {error}", path.display()));
    }
    let options = Options { path, form, terms: Terms { key, as_of, threads } };
    Ok(Command::Verify(Box::new(Order { options, pins, state, into, format })))
}

/// A key, or the file that holds it.
fn read_key(value: &OsString) -> Result<PublicKey, String> {
    if let Some(key) = value.to_str().and_then(|text| PublicKey::parse(text).ok()) {
        return Ok(key);
    }
    let path = Path::new(value);
    let problem =
        |error: &dyn std::fmt::Display| format!("`--key {}` is no public key: {error}", path.display());
    let bytes = pins::read(path, limits::MAX_SIGNATURE_BYTES).map_err(|error| problem(&error))?;
    let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
    PublicKey::parse(text.strip_suffix('\n').unwrap_or(&text)).map_err(|error| problem(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run_with(args: &[&str]) -> (u8, String, String) {
        let now = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = run(args.iter().map(OsString::from), now, &mut out, &mut err);
        (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }

    #[test]
    fn nothing_beside_a_file_ends_in_success_before_the_file_is_verified() {
        let key = "RWQHBwcHBwcHB+pKbGPinFIKvvVQexMux9+yFv3wHeQ6AUpm7HN2iGB7";
        for word in ["--help", "--version"] {
            assert_eq!(run_with(&[word]).0, verify::VERIFIED);
            for args in [&[word, "--key", key], &["--key", key, word], &["--dir", "x", word]] {
                assert_eq!(run_with(args).0, verify::USAGE_ERROR, "{args:?}");
            }
            assert_eq!(run_with(&["--key", "/nonexistent", "--", word]).0, verify::USAGE_ERROR);
        }
        for args in
            [&[][..], &["--"], &["x", "y"], &["--dir"], &["x", "--as-of"], &["x", "--format", "xml"], &["-h"]]
        {
            let (code, out, err) = run_with(args);
            assert_eq!((code, out.as_str()), (verify::USAGE_ERROR, ""), "{args:?}");
            assert!(err.starts_with("error: "), "{args:?}");
        }
    }

    #[test]
    fn a_command_that_is_not_understood_is_told_in_json_too() {
        for args in [
            &["--format", "json"][..],
            &["x", "--format=json", "--key", "/nonexistent"],
            &["--a\u{1b}", "--format", "json"],
        ] {
            let (code, out, err) = run_with(args);
            let report = crate::bundle::json::Json::parse(out.trim_end().as_bytes()).unwrap().print();
            assert!(report.contains("\"exitCode\":2") && report.contains("\"verified\":false"), "{report}");
            assert_eq!(code, verify::USAGE_ERROR);
            assert!(!err.contains('\u{1b}'), "{err:?}");
        }
    }
}
