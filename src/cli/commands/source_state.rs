//! `trustbook source-state`: the digest that evidence about this state of the sources names.

use std::path::Path;

use crate::cli::Answer;
use crate::cli::COULD_NOT;
use crate::cli::DONE;
use crate::cli::Failure;
use crate::cli::commands::show_findings;
use crate::cli::terminal;
use crate::load;

/// Prints it.
pub(crate) fn run(root: &Path) -> Answer {
    let found = load::source_state(root).map_err(|error| Failure::machine(error.to_string()))?;
    let value = found.value;
    show_findings(&found.findings, &load::Texts::default());
    if crate::model::finding::has_errors(&found.findings) {
        return Ok(COULD_NOT);
    }
    match value {
        Some(digest) => {
            terminal::data(&format!("{digest}\n"))?;
            Ok(DONE)
        }
        None => {
            terminal::message("error: the project defines no source state");
            terminal::message("help: add `source-state: { include: [\"src/**\"] }` to trustbook.yaml");
            Ok(COULD_NOT)
        }
    }
}
