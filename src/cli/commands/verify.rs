//! `trustbook verify`: the verifier's own command line, and `--recompute` beside it.

use std::ffi::OsString;

use crate::bundle::time::Timestamp;
use crate::cli::Answer;
use crate::cli::Failure;
use crate::cli::clock;
use crate::cli::terminal;

/// What this program can do beside the verifier alone.
const RECOMPUTE: &str =
    "  --recompute       compute the verdicts again from the archive alone, and compare\n";

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
        terminal::data(&help.replace("  --format FORMAT", &format!("{RECOMPUTE}  --format FORMAT")))?;
        return Ok(code);
    }
    let mut out = std::io::stdout().lock();
    let mut err = std::io::stderr().lock();
    Ok(crate::verify::run(args.iter().cloned(), now, &mut out, &mut err))
}
