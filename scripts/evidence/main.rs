//! Makes evidence out of what really ran: a bill of materials, a test report, a decision. Called by `scripts/evidence.sh`.
//!
//! Never declares better than it found: what was not run says so, and a decision is the strictest of its checks.
//! Writes no absolute path; instants are arguments, output goes to stdout.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool outside the library")]

mod answers;
mod junit;
mod receipt;
mod sbom;

use std::io::Read as _;
use std::process::ExitCode;

use serde_json::Value;

/// What every subcommand gives back: the text of the file, or a sentence saying why there is none.
type Made = Result<String, String>;

const USAGE: &str = "\
usage: evidence sbom --lock Cargo.lock --at TIME --version VERSION < cargo-metadata.json
       evidence junit --at TIME --name NAME [--property NAME=VALUE]... < output-of-cargo-test
       evidence answers --sbom FILE --vex FILE < /dev/null
       evidence receipt --root DIR --at TIME --subject TEXT [--source-state SHA256] < checks
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let made = options(arguments).and_then(|options| {
        let mut input = String::new();
        std::io::stdin().read_to_string(&mut input).map_err(|error| format!("cannot read stdin: {error}"))?;
        match command.as_str() {
            "sbom" => sbom::make(&input, &options),
            "junit" => junit::make(&input, &options),
            "answers" => answers::make(&input, &options),
            "receipt" => receipt::make(&input, &options),
            other => Err(format!("there is no `{other}`\n{USAGE}")),
        }
    });
    match made {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("evidence: {message}");
            ExitCode::from(2)
        }
    }
}

/// `--name value` pairs, in order, repeats kept.
struct Options(Vec<(String, String)>);

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut pairs = Vec::new();
    while let Some(name) = arguments.next() {
        let name =
            name.strip_prefix("--").ok_or_else(|| format!("`{name}` is not an option\n{USAGE}"))?.to_owned();
        let value = arguments.next().ok_or_else(|| format!("`--{name}` needs a value"))?;
        pairs.push((name, value));
    }
    Ok(Options(pairs))
}

impl Options {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    fn need(&self, name: &str) -> Result<&str, String> {
        self.get(name).ok_or_else(|| format!("`--{name}` is missing\n{USAGE}"))
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write as _;

    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn pretty(value: &serde_json::Value) -> Made {
    serde_json::to_string_pretty(value).map(|text| text + "\n").map_err(|error| error.to_string())
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}
