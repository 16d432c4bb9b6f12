//! `trustbook completions`.

use clap::CommandFactory as _;

use crate::cli::Answer;
use crate::cli::DONE;
use crate::cli::args::Cli;
use crate::cli::terminal;

/// Prints the completions of `shell`.
pub(crate) fn run(shell: clap_complete::Shell) -> Answer {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "trustbook", &mut out);
    terminal::data(&String::from_utf8_lossy(&out))?;
    Ok(DONE)
}
