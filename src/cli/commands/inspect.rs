//! `trustbook inspect`: what each file is, and what was read from it.

use std::path::PathBuf;

use crate::cli::Answer;
use crate::cli::DONE;
use crate::cli::Failure;
use crate::cli::NO;
use crate::cli::args::Format;
use crate::cli::terminal;
use crate::load;

/// Inspects the files, in the order given. 1 when one of them is refused.
pub(crate) fn run(files: &[PathBuf], format: Format) -> Answer {
    let report = load::inspect(files).map_err(|error| Failure::machine(error.to_string()))?;
    match format {
        Format::Human => terminal::data(&report.text())?,
        Format::Json => terminal::data(&format!("{:#}\n", report.json()))?,
    }
    Ok(if report.refused() { NO } else { DONE })
}
