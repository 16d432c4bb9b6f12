//! The terminal: data to standard output, messages to standard error, colour only where a person looks.

use std::io;
use std::io::IsTerminal as _;
use std::io::Write as _;

use crate::cli::Failure;

/// Whether messages may be coloured.
pub(crate) fn colour() -> bool {
    #[expect(clippy::disallowed_methods, reason = "this is the room where the environment is read")]
    let no_colour = std::env::var_os("NO_COLOR");
    io::stderr().is_terminal() && no_colour.is_none_or(|value| value.is_empty())
}

/// Whether standard error is a terminal somebody looks at.
pub(crate) fn interactive() -> bool {
    io::stderr().is_terminal()
}

/// Writes data.
///
/// # Errors
/// When standard output cannot be written.
pub(crate) fn data(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::machine(format!("cannot write to standard output: {error}"))),
        Ok(()) => Ok(()),
    }
}

/// Writes a message; nobody can be told when that fails.
pub(crate) fn message(text: &str) {
    let mut err = io::stderr().lock();
    let _ = err.write_all(text.as_bytes());
    if !text.ends_with('\n') {
        let _ = err.write_all(b"\n");
    }
}

/// Progress on a terminal: one line that is overwritten, nothing at all elsewhere.
pub(crate) struct Progress {
    bar: Option<indicatif::ProgressBar>,
}

impl Progress {
    /// A new one.
    pub(crate) fn new() -> Self {
        let bar = interactive().then(|| {
            let bar = indicatif::ProgressBar::new_spinner();
            bar.set_draw_target(indicatif::ProgressDrawTarget::stderr());
            bar
        });
        Self { bar }
    }

    /// Says what is being done now.
    pub(crate) fn step(&self, what: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(what.to_owned());
            bar.tick();
        }
    }

    /// Takes the line away.
    pub(crate) fn done(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
