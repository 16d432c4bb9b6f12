//! Arguments, terminal, clock, environment: everything that connects the rooms to the person at the keyboard.
//!
//! Exit codes: 0 done, 1 the answer is no, 2 could not do it; `verify` has its own.

mod archive;
mod args;
mod clock;
mod commands;
mod report;
mod terminal;

use clap::Parser as _;

use crate::cli::args::Cli;
use crate::cli::args::Command;

/// Done.
const DONE: u8 = 0;
/// The answer is no.
const NO: u8 = 1;
/// Could not do it.
const COULD_NOT: u8 = 2;

/// Why a command could not do it, already in words; `help` says what to do.
#[derive(Debug)]
pub struct Failure {
    message: String,
    help: String,
}

impl Failure {
    /// The person asked for something that does not make sense.
    fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: String::new() }
    }

    /// The machine did not do what it was asked.
    fn machine(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: String::new() }
    }

    /// The findings were shown; nothing more to say.
    fn shown() -> Self {
        Self { message: String::new(), help: String::new() }
    }

    /// Adds what to do.
    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

/// What a command answers.
type Answer = Result<u8, Failure>;

/// Runs the command line of this process.
pub fn main() -> u8 {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let wanted = !error.use_stderr();
            let _ = error.print();
            return if wanted { DONE } else { COULD_NOT };
        }
    };
    match run(cli) {
        Ok(code) => code,
        Err(failure) => {
            if !failure.message.is_empty() {
                terminal::message(&format!("error: {}", failure.message));
            }
            if !failure.help.is_empty() {
                terminal::message(&format!("help: {}", failure.help));
            }
            COULD_NOT
        }
    }
}

fn run(cli: Cli) -> Answer {
    let root = cli.root;
    match cli.command {
        Command::Init { dir } => commands::init::run(&dir.unwrap_or(root)),
        Command::Check { profile, as_of, strict, format } => {
            commands::check::run(&root, profile.as_deref(), &as_of, strict, format)
        }
        Command::Build { as_of, key, reproduce, threads, format } => {
            commands::build::run(&root, &as_of, &key, reproduce.as_deref(), threads, format)
        }
        Command::Release { as_of, key, development, threads, format } => {
            commands::release::run(&root, &as_of, &key, development, threads, format)
        }
        Command::Packet { recipient, profile, since, released, force, checklist, as_of, key } => {
            commands::packet::run(
                &root,
                &commands::packet::Request {
                    recipient,
                    profile,
                    since,
                    released,
                    force,
                    only_checklist: checklist,
                },
                &as_of,
                &key,
            )
        }
        Command::Verify { args } => commands::verify::run(&args),
        Command::Diff { old, new, fail_on_weaker, format } => {
            commands::diff::run(&root, &old, &new, fail_on_weaker, format)
        }
        Command::Inspect { files, diff: true, format } => commands::inspect::diff(&files, format),
        Command::Inspect { files, diff: false, format } => commands::inspect::run(&files, format),
        Command::Serve { port, as_of } => commands::serve::run(&root, port, &as_of),
        Command::Keys { command } => commands::keys::run(&root, &command),
        Command::Schema { name, out } => commands::schema::run(name.as_deref(), out.as_deref()),
        Command::Explain { code } => commands::explain::run(code.as_deref()),
        Command::SourceState => commands::source_state::run(&root),
        Command::Completions { shell } => commands::completions::run(shell),
    }
}
