//! `trustbook verify`: the verifier's own command line, unchanged.

use std::ffi::OsString;

use crate::cli::Answer;

/// Runs the verifier.
pub(crate) fn run(args: &[OsString]) -> Answer {
    let mut out = std::io::stdout().lock();
    let mut err = std::io::stderr().lock();
    Ok(crate::verify::run("trustbook verify", args, &mut out, &mut err))
}
