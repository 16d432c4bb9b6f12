//! One file a command. Each returns its exit code, or why it could not.

pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod init;
pub(crate) mod inspect;
pub(crate) mod key_roles;
pub(crate) mod keys;
mod live_tree;
pub(crate) mod numbering;
pub(crate) mod packet;
pub(crate) mod packet_files;
pub(crate) mod recompute;
pub(crate) mod release;
pub(crate) mod reproduce;
pub(crate) mod schema;
pub(crate) mod seal;
mod seal_log;
pub(crate) mod serve;
pub(crate) mod signing;
pub(crate) mod source_state;
pub(crate) mod verify;

use crate::cli::report;
use crate::cli::terminal;
use crate::load::Texts;
use crate::load::display;
use crate::model::finding::Finding;

/// Shows findings on standard error, with a tally.
pub(crate) fn show_findings(findings: &[Finding], texts: &Texts) {
    if findings.is_empty() {
        return;
    }
    terminal::message(&display::render(findings, texts, terminal::colour()));
    terminal::message(&report::tally(findings));
}

/// Whether there is a project at `root`, before anything is made there.
///
/// # Errors
/// When there is none.
pub(crate) fn need_project(root: &std::path::Path) -> Result<(), crate::cli::Failure> {
    let file = root.join("trustbook.yaml");
    if file.is_file() {
        return Ok(());
    }
    Err(crate::cli::Failure::usage(format!("there is no project here: {} is not a file", file.display()))
        .help("`trustbook init` writes one; --root DIR names another folder"))
}

/// How many threads: as asked for, else as many as there are processors.
pub(crate) fn threads(wanted: Option<usize>) -> Result<std::num::NonZeroUsize, crate::cli::Failure> {
    match wanted {
        Some(count) => std::num::NonZeroUsize::new(count)
            .ok_or_else(|| crate::cli::Failure::usage("--threads: expected at least 1")),
        None => Ok(std::thread::available_parallelism().unwrap_or(std::num::NonZeroUsize::MIN)),
    }
}
