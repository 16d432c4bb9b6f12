//! The command line of the verifier: arguments to a report to an exit code. Prints only where it is told to and reads no clock.

use std::ffi::OsString;
use std::fs;
use std::io::Read as _;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::Path;
use std::path::PathBuf;
use std::thread;

use crate::bundle::limits;
use crate::bundle::minisig::PublicKey;
use crate::bundle::time::Timestamp;
use crate::verify;
use crate::verify::Form;
use crate::verify::Options;
use crate::verify::Terms;
use crate::verify::report;
use crate::verify::report::shown;

/// What `--help` prints.
pub const USAGE: &str = "\
Verifies a trustbook archive offline, check by check.

usage: trustbook-verify FILE --key KEY [options]

  FILE              the archive, `….zip`; its signature is read from `FILE.minisig`
  --key KEY         the publisher's public key: the 56 characters, or a file that holds them.
                    Take it from elsewhere than the archive. Without it nothing is verified.
  --sig FILE        the signature file, when it is elsewhere
  --dir             FILE is the root folder of an unpacked archive
  --as-of TIME      answer for this time, such as 2026-11-21 or 2026-11-21T09:00:00Z; default: now
  --format FORMAT   human (default) or json
  --help            print this
  --version         print the version

exit codes: 0 verified · 2 usage · 10 authenticity · 11 integrity · 12 completeness · 13 container or names ·
14 unsupported version · 15 expired or from the future · 16 log fork · 17 key revoked or unknown · 20 could not decide
";

enum Command {
    Help,
    Version,
    Verify(Options, Format),
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
        Ok(Command::Verify(options, format)) => {
            let report = verify::verify(&options);
            let text = if format == Format::Json { report.to_json() } else { report.to_text() };
            (text, report.exit_code())
        }
        Err(problem) => {
            let _ = writeln!(err, "error: {}\nhelp: trustbook-verify --help", shown(&problem));
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

fn parse(args: Vec<OsString>, now: Timestamp) -> Result<Command, String> {
    let is_alone = args.len() == 1;
    let mut args = args.into_iter();
    let (mut file, mut key, mut signature, mut as_of, mut format) = (None, None, None, None, None);
    let mut is_folder = false;
    let mut only_files = false;
    while let Some(arg) = args.next() {
        let (name, inline) = match arg.to_str() {
            Some(text) if !only_files && text.starts_with("--") => match text.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(OsString::from(value))),
                None => (text.to_owned(), None),
            },
            Some(text) if !only_files && text.starts_with('-') => {
                return Err(format!("unknown option `{text}`"));
            }
            Some(_) | None => {
                if file.replace(PathBuf::from(arg)).is_some() {
                    return Err("more than one FILE".to_owned());
                }
                continue;
            }
        };
        let mut value = |slot: &mut Option<OsString>| -> Result<(), String> {
            let value = inline.clone().or_else(|| args.next()).ok_or(format!("`{name}` needs a value"))?;
            if slot.replace(value).is_some() { Err(format!("`{name}` is there twice")) } else { Ok(()) }
        };
        match name.as_str() {
            "--key" => value(&mut key)?,
            "--sig" => value(&mut signature)?,
            "--as-of" => value(&mut as_of)?,
            "--format" => value(&mut format)?,
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
    let path = file.ok_or("no FILE")?;
    let key = key.map(|key| read_key(&key)).transpose()?;
    let as_of = match as_of {
        None => now,
        Some(text) => text
            .to_str()
            .and_then(Timestamp::parse_or_date)
            .ok_or("`--as-of` is neither like 2026-11-21 nor like 2026-11-21T09:00:00Z")?,
    };
    let format = match format.as_ref().map(|format| format.to_str()) {
        None | Some(Some("human")) => Format::Human,
        Some(Some("json")) => Format::Json,
        Some(_) => return Err("`--format` is neither human nor json".to_owned()),
    };
    let form = match (is_folder, signature) {
        (false, signature) => Form::Archive { signature: signature.map(PathBuf::from) },
        (true, None) => Form::Folder,
        (true, Some(_)) => {
            return Err(
                "`--sig` and `--dir` exclude each other: the signature of a folder is inside it".to_owned()
            );
        }
    };
    let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    Ok(Command::Verify(Options { path, form, terms: Terms { key, as_of, threads } }, format))
}

/// A key, or the file that holds it.
fn read_key(value: &OsString) -> Result<PublicKey, String> {
    if let Some(key) = value.to_str().and_then(|text| PublicKey::parse(text).ok()) {
        return Ok(key);
    }
    let path = Path::new(value);
    let shown = path.display();
    let mut text = String::new();
    fs::File::open(path)
        .and_then(|file| file.take(limits::MAX_SIGNATURE_BYTES).read_to_string(&mut text))
        .map_err(|error| {
            format!("`--key {shown}` is neither a public key nor a file that can be read: {error}")
        })?;
    let text = text.replace("\r\n", "\n");
    PublicKey::parse(text.strip_suffix('\n').unwrap_or(&text)).map_err(|error| format!("{shown}: {error}"))
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
