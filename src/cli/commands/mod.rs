//! One file a command. Each returns its exit code, or why it could not.

pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod init;
pub(crate) mod inspect;
pub(crate) mod keys;
pub(crate) mod packet;
pub(crate) mod release;
pub(crate) mod schema;
pub(crate) mod serve;
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
