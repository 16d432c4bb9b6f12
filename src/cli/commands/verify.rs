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
    if args.iter().any(|arg| arg == "--recompute") {
        let rest: Vec<OsString> = args.iter().filter(|arg| *arg != "--recompute").cloned().collect();
        return super::recompute::run(&rest, now);
    }
    if args.iter().any(|arg| arg == "--help" || arg == "-h") {
        let (mut help, mut none) = (Vec::new(), Vec::new());
        let code = crate::verify::run(args.iter().cloned(), now, &mut help, &mut none);
        let help =
            String::from_utf8_lossy(&help).replace("usage: trustbook-verify", "usage: trustbook verify");
        terminal::data(&help.replace("  --format FORMAT", &format!("{MORE}  --format FORMAT")))?;
        return Ok(code);
    }
    let mut out = std::io::stdout().lock();
    // Alone only: beside a file, success would be taken for "verified".
    if matches!(args, [only] if only == "--page") {
        let written = out.write_all(crate::render::outputs::verifier::page().as_bytes());
        written
            .and_then(|()| out.flush())
            .map_err(|error| Failure::machine(format!("the page could not be written: {error}")))?;
        return Ok(0);
    }
    let mut err = std::io::stderr().lock();
    Ok(crate::verify::run(args.iter().cloned(), now, &mut out, &mut err))
}
