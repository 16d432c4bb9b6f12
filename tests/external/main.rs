//! Checks against other people's programs and data, where they are installed. What is not there is skipped by name and reason;
//! `TRUSTBOOK_REQUIRE=tools,corpus,browser,sandbox` makes it a failure instead.

use std::process::ExitCode;

use libtest_mimic::Arguments;
use libtest_mimic::Trial;

mod archive;
mod archive_corpus;
mod browser;
mod evidence_corpus;
mod faults;
mod governance_corpus;
mod log;
mod needs;
mod sbom_diff_corpus;
mod verifier;

/// One function for each area.
const AREAS: &[fn() -> Vec<Trial>] = &[
    archive::trials,
    archive_corpus::trials,
    log::trials,
    evidence_corpus::trials,
    governance_corpus::trials,
    sbom_diff_corpus::trials,
    faults::trials,
    browser::trials,
    verifier::trials,
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = AREAS.iter().flat_map(|area| area()).collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}
