//! A preview on the loopback interface: built in memory, built again after a save, shown at once by every open page.
//!
//! Answers GET and HEAD from the files of the newest good build and nothing else; never reads a file for a request, never writes one.
//! Not made for anyone but the person at the keyboard: see `http.rs` for what is refused and why.

mod http;
mod live;
mod shown;
mod watch;

#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::mpsc;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::Sender;
use std::time::Duration;
use std::time::Instant;

use tiny_http::Request;

use crate::model::tree::FileTree;
use crate::serve::http::Asked;
use crate::serve::live::Listeners;
use crate::serve::shown::Shown;
use crate::serve::shown::State;
use crate::serve::watch::Watch;

/// How many requests are answered at a time.
const THREADS: usize = 4;

/// What is previewed, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// The project's folder; files directly in it are watched.
    pub root: PathBuf,
    /// Folders below it that are watched with everything in them; those that are not there yet are watched once they are.
    pub inputs: Vec<PathBuf>,
    /// Folders whose changes mean nothing: what builds write.
    pub ignored: Vec<PathBuf>,
    /// How long it must be quiet after a change before a build starts.
    pub quiet: Duration,
}

/// A good build.
#[derive(Clone, Debug)]
pub struct Built {
    /// The files as they are published: `index.html` and so on.
    pub tree: FileTree,
    /// What people call it, such as `as of 2026-03-02`.
    pub label: String,
}

/// Why there is no build: the findings, rendered as text without colours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The text.
    pub text: String,
}

/// What happened, for whoever tells it to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A build went well and is shown.
    Built {
        /// Its number in this run, from 1.
        number: u64,
        /// How long it took.
        took: Duration,
        /// Whether it differs from what was shown before.
        changed: bool,
    },
    /// A build was refused; the last good one is shown with the findings over it.
    Refused {
        /// The findings.
        text: String,
        /// How long it took.
        took: Duration,
    },
    /// Changes are not noticed in some place.
    Unwatched {
        /// The place and what the system says.
        text: String,
    },
}

/// Why there is no preview.
#[derive(Debug)]
pub enum ServeError {
    /// The address is taken or forbidden.
    Bind {
        /// The port that was asked for.
        port: u16,
        /// What the machine says.
        source: io::Error,
    },
    /// The project's folder cannot be watched.
    Watch {
        /// What the system says.
        text: String,
    },
    /// No more requests come in.
    Ended,
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bind { port, source } => {
                write!(
                    f,
                    "cannot listen on 127.0.0.1:{port}: {source}\nhelp: choose another one with `--port`"
                )
            }
            Self::Watch { text } => write!(f, "cannot watch the project for changes: {text}"),
            Self::Ended => f.write_str("the preview stopped taking requests\nhelp: start it again"),
        }
    }
}

impl std::error::Error for ServeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Bind { source, .. } => Some(source),
            Self::Watch { .. } | Self::Ended => None,
        }
    }
}

/// What wakes the loop that builds.
enum Wake {
    /// Something happened on the disk.
    Disk(notify::Result<notify::Event>),
    /// Somebody asked for the end.
    Stop,
    /// No more requests come in.
    Ended,
}

/// A preview that listens but has not built anything yet.
pub struct Preview {
    http: tiny_http::Server,
    port: u16,
    options: Options,
    sender: Sender<Wake>,
    receiver: Receiver<Wake>,
}

/// Ends a preview from another thread.
#[derive(Clone)]
pub struct Stopper(Sender<Wake>);

impl Stopper {
    /// Lets [`Preview::run`] return.
    pub fn stop(&self) {
        // An error means that it has returned.
        let _ = self.0.send(Wake::Stop);
    }
}

impl Preview {
    /// Listens on the loopback interface.
    ///
    /// # Errors
    /// [`ServeError::Bind`].
    pub fn bind(options: &Options) -> Result<Self, ServeError> {
        let failed = |source| ServeError::Bind { port: options.port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        let http = tiny_http::Server::from_listener(listener, None)
            .map_err(|error| failed(io::Error::other(error.to_string())))?;
        let (sender, receiver) = mpsc::channel();
        Ok(Self { http, port, options: options.clone(), sender, receiver })
    }

    /// Where to look at it.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// What ends it.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.sender.clone())
    }

    /// Builds, answers, watches and builds again until it is stopped.
    ///
    /// # Errors
    /// When the project cannot be watched or no more requests come in.
    pub fn run(
        self,
        build: &mut dyn FnMut() -> Result<Built, Refused>,
        tell: &mut dyn FnMut(Event),
    ) -> Result<(), ServeError> {
        let Self { http, port, options, sender, receiver } = self;
        // Watching starts before the first build, so that no save is missed.
        let mut watch = Watch::start(&options, sender.clone())?;
        let state = State::default();
        let listeners = Listeners::default();
        let mut maker = Maker { state: &state, listeners: &listeners, number: 0 };
        maker.make(build, tell);
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                let (http, state, listeners, sender) = (&http, &state, &listeners, sender.clone());
                scope.spawn(move || {
                    while let Ok(request) = http.recv() {
                        answer(request, port, state, listeners);
                    }
                    // Either it is over and nobody listens, or the system takes no more connections.
                    let _ = sender.send(Wake::Ended);
                });
            }
            let outcome = loop {
                match watch.wait(&receiver, tell) {
                    watch::Waited::Changed => maker.make(build, tell),
                    watch::Waited::Stopped => break Ok(()),
                    watch::Waited::Ended => break Err(ServeError::Ended),
                }
            };
            listeners.close();
            for _ in 0..THREADS {
                http.unblock();
            }
            outcome
        })
    }
}

/// Builds and shows.
struct Maker<'a> {
    state: &'a State,
    listeners: &'a Listeners,
    number: u64,
}

impl Maker<'_> {
    fn make(&mut self, build: &mut dyn FnMut() -> Result<Built, Refused>, tell: &mut dyn FnMut(Event)) {
        #[expect(clippy::disallowed_methods, reason = "only how long a build took, for the person who waits")]
        let start = Instant::now();
        let outcome = build();
        let took = start.elapsed();
        match outcome {
            Ok(built) => {
                self.number += 1;
                let changed = self.state.show_built(built, self.number);
                if changed {
                    self.listeners.tell(&self.state.now().generation);
                }
                tell(Event::Built { number: self.number, took, changed });
            }
            Err(Refused { text }) => {
                if self.state.show_refused(&text) {
                    self.listeners.tell(&self.state.now().generation);
                }
                tell(Event::Refused { text, took });
            }
        }
    }
}

/// Answers one request. What cannot be written was asked by somebody who left.
fn answer(request: Request, port: u16, state: &State, listeners: &Listeners) {
    let shown = state.now();
    let header = |name: &'static str| -> Vec<String> {
        let same = |header: &&tiny_http::Header| header.field.equiv(name);
        request.headers().iter().filter(same).map(|header| header.value.to_string()).collect()
    };
    let asked = Asked {
        method: request.method().as_str().to_owned(),
        target: request.url().to_owned(),
        hosts: header("Host"),
        has_body: !header("Transfer-Encoding").is_empty()
            || header("Content-Length").iter().any(|length| length.trim() != "0"),
    };
    let answer = http::answer(&asked, port, &shown);
    let is_head = asked.method == "HEAD";
    let mut out = request.into_writer();
    if http::is_events(&answer) && !is_head {
        let begun = out
            .write_all(answer.head().as_bytes())
            .and_then(|()| live::write_generation(&mut *out, &shown.generation));
        if begun.is_ok() {
            listeners.add(out, &shown.generation, state);
        }
        return;
    }
    let _ = answer.write(&mut *out, is_head);
}

/// The state at one moment, for requests.
type Now = std::sync::Arc<Shown>;
