//! `trustbook verify`: the verifier's own command line; beside it `--recompute`, and `--page`, the verifier for a browser.

use std::ffi::OsString;
use std::io::Write as _;

use crate::bundle::time::Timestamp;
use crate::cli::Answer;
use crate::cli::Failure;
use crate::cli::clock;
use crate::cli::terminal;

/// What this program can do beside the verifier alone.
const MORE: &str = "  --recompute       compute the verdicts again from the archive alone, and compare
  --page            alone: print the verifier as one file for a browser, such as `trustbook verify --page > verify.html`
";

/// Runs the verifier.
pub(crate) fn run(args: &[OsString]) -> Answer {
    let now = u64::try_from(clock::now()?.unix()).ok().and_then(Timestamp::from_unix_seconds);
    let now = now.ok_or_else(|| Failure::machine("the clock stands after the year 9999; give --as-of"))?;
    let rest: Vec<OsString> = args.iter().filter(|arg| *arg != "--recompute").cloned().collect();
    if rest.iter().any(|arg| arg == "--help" || arg == "-h") {
        // With anything beside it, help is refused, and why is said.
        let mut help = Vec::new();
        let code = crate::verify::run(rest, now, &mut help, &mut std::io::stderr().lock());
        let help =
            String::from_utf8_lossy(&help).replace("usage: trustbook-verify", "usage: trustbook verify");
        terminal::data(&help.replace("  --format FORMAT", &format!("{MORE}  --format FORMAT")))?;
        return Ok(code);
    }
    let recomputes = rest.len() < args.len() && !matches!(rest.as_slice(), [only] if only == "--version");
    if recomputes {
        return super::recompute::run(&rest, now);
    }
    let mut out = std::io::stdout().lock();
    // Alone only: beside a file, success would be taken for "verified".
    if matches!(rest.as_slice(), [only] if only == "--page") {
        let written = out.write_all(crate::render::outputs::verifier::page().as_bytes());
        written
            .and_then(|()| out.flush())
            .map_err(|error| Failure::machine(format!("the page could not be written: {error}")))?;
        return Ok(0);
    }
    let mut err = std::io::stderr().lock();
    Ok(crate::verify::run(rest, now, &mut out, &mut err))
}
