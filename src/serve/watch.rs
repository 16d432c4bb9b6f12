//! Noticing that inputs changed: events of the system, the noise taken out, one wake-up when it is quiet again.
//!
//! Reading a file is an event too, and a build reads all its inputs: such events are dropped, as are those from folders that builds
//! write, and a file counts as changed only when its bytes did.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::mpsc::Sender;
use std::time::Duration;

use notify::EventKind;
use notify::RecommendedWatcher;
use notify::RecursiveMode;
use notify::Watcher as _;
use notify::event::AccessKind;
use notify::event::AccessMode;
use notify::event::ModifyKind;

use crate::bundle::digest::Digest;
use crate::bundle::digest::Hasher;
use crate::serve::Event;
use crate::serve::Options;
use crate::serve::ServeError;
use crate::serve::Wake;

/// A burst of changes is waited out at most this many times the quiet time.
const MAX_BURST: u32 = 10;

/// What the wait ended with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waited {
    /// Inputs changed.
    Changed,
    /// Somebody asked for the end.
    Stopped,
    /// No more requests come in.
    Ended,
}

/// The watch over a project.
pub(crate) struct Watch {
    watcher: RecommendedWatcher,
    /// Input folders that are not there yet.
    missing: BTreeSet<PathBuf>,
    seen: Seen,
    quiet: Duration,
}

impl Watch {
    /// Starts watching.
    pub(crate) fn start(options: &Options, sender: Sender<Wake>) -> Result<Self, ServeError> {
        let failed = |error: notify::Error| ServeError::Watch { text: error.to_string() };
        let root = fs::canonicalize(&options.root)
            .map_err(|error| ServeError::Watch { text: format!("{}: {error}", options.root.display()) })?;
        let mut watcher = notify::recommended_watcher(move |event| {
            // An error means that nobody waits any more.
            let _ = sender.send(Wake::Disk(event));
        })
        .map_err(failed)?;
        watcher.watch(&root, RecursiveMode::NonRecursive).map_err(failed)?;
        let absolute = |path: &PathBuf| match path.strip_prefix(&options.root) {
            Ok(rest) => root.join(rest),
            Err(_) => std::path::absolute(path).unwrap_or_else(|_| path.clone()),
        };
        let ignored = options.ignored.iter().map(absolute).collect();
        let mut watch = Self {
            watcher,
            missing: options.inputs.iter().map(absolute).collect(),
            seen: Seen { ignored, digests: BTreeMap::new() },
            quiet: options.quiet,
        };
        watch.watch_missing().map_err(|text| ServeError::Watch { text })?;
        Ok(watch)
    }

    /// Watches the inputs that are there by now. `Ok(true)` when there are new ones.
    fn watch_missing(&mut self) -> Result<bool, String> {
        let mut any = false;
        let there: Vec<PathBuf> = self.missing.iter().filter(|path| path.exists()).cloned().collect();
        for path in there {
            self.missing.remove(&path);
            self.watcher
                .watch(&path, RecursiveMode::Recursive)
                .map_err(|error| format!("{}: {error}", path.display()))?;
            any = true;
        }
        Ok(any)
    }

    /// Waits until inputs changed and it is quiet again.
    pub(crate) fn wait(&mut self, receiver: &Receiver<Wake>, tell: &mut dyn FnMut(Event)) -> Waited {
        loop {
            let first = match receiver.recv() {
                Ok(Wake::Disk(event)) => event,
                Ok(Wake::Stop) => return Waited::Stopped,
                Ok(Wake::Ended) | Err(_) => return Waited::Ended,
            };
            let mut touched = Touched::default();
            touched.add(&self.seen, first, tell);
            if touched.is_nothing() {
                continue;
            }
            for _ in 0..MAX_BURST {
                match receiver.recv_timeout(self.quiet) {
                    Ok(Wake::Disk(event)) => touched.add(&self.seen, event, tell),
                    Ok(Wake::Stop) => return Waited::Stopped,
                    Ok(Wake::Ended) | Err(RecvTimeoutError::Disconnected) => return Waited::Ended,
                    Err(RecvTimeoutError::Timeout) => break,
                }
                // Whatever else is there already belongs to the same burst.
                while let Ok(wake) = receiver.try_recv() {
                    match wake {
                        Wake::Disk(event) => touched.add(&self.seen, event, tell),
                        Wake::Stop => return Waited::Stopped,
                        Wake::Ended => return Waited::Ended,
                    }
                }
            }
            let new_input = self.watch_missing().unwrap_or_else(|text| {
                tell(Event::Unwatched { text });
                true
            });
            if self.seen.changed(&touched) || new_input {
                return Waited::Changed;
            }
        }
    }
}

/// What a burst of events touched.
#[derive(Debug, Default)]
struct Touched {
    files: BTreeSet<PathBuf>,
    /// Something happened that cannot be told by looking at files: a folder moved, or events were lost.
    unclear: bool,
}

impl Touched {
    fn add(&mut self, seen: &Seen, event: notify::Result<notify::Event>, tell: &mut dyn FnMut(Event)) {
        match event {
            Ok(event) => {
                self.unclear |= event.need_rescan();
                if !counts(event.kind) {
                    return;
                }
                for path in event.paths.into_iter().filter(|path| !seen.is_ignored(path)) {
                    self.unclear |= path.is_dir();
                    self.files.insert(path);
                }
            }
            Err(error) => {
                self.unclear = true;
                tell(Event::Unwatched { text: error.to_string() });
            }
        }
    }

    fn is_nothing(&self) -> bool {
        self.files.is_empty() && !self.unclear
    }
}

/// Whether an event can mean that an input is another one now.
fn counts(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_)) => false,
        EventKind::Any
        | EventKind::Create(_)
        | EventKind::Modify(_)
        | EventKind::Remove(_)
        | EventKind::Other => true,
    }
}

/// What is known of files that were touched before.
#[derive(Debug)]
struct Seen {
    ignored: Vec<PathBuf>,
    /// Digests by path; `None` for what was not there.
    digests: BTreeMap<PathBuf, Option<Digest>>,
}

impl Seen {
    fn is_ignored(&self, path: &Path) -> bool {
        self.ignored.iter().any(|folder| path.starts_with(folder))
    }

    /// Whether any touched file is not what it was when it was last looked at.
    fn changed(&mut self, touched: &Touched) -> bool {
        let mut changed = touched.unclear;
        for path in &touched.files {
            let now = digest(path);
            let before = self.digests.insert(path.clone(), now);
            changed |= before != Some(now);
        }
        changed
    }
}

fn digest(path: &Path) -> Option<Digest> {
    use std::io::Read as _;
    let mut file = fs::File::open(path).ok()?;
    let mut hasher = Hasher::default();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer).ok()? {
            0 => return Some(hasher.finish()),
            read => hasher.update(buffer.get(..read)?),
        }
    }
}

#[cfg(test)]
mod tests {
    use notify::event::CreateKind;
    use notify::event::DataChange;
    use notify::event::MetadataKind;
    use notify::event::RemoveKind;

    use super::*;

    #[test]
    fn reading_a_file_is_no_change() {
        for kind in [
            EventKind::Access(AccessKind::Open(AccessMode::Read)),
            EventKind::Access(AccessKind::Close(AccessMode::Read)),
            EventKind::Access(AccessKind::Any),
            EventKind::Modify(ModifyKind::Metadata(MetadataKind::AccessTime)),
        ] {
            assert!(!counts(kind), "{kind:?}");
        }
        for kind in [
            EventKind::Create(CreateKind::File),
            EventKind::Modify(ModifyKind::Data(DataChange::Content)),
            EventKind::Modify(ModifyKind::Name(notify::event::RenameMode::To)),
            EventKind::Remove(RemoveKind::File),
            EventKind::Access(AccessKind::Close(AccessMode::Write)),
        ] {
            assert!(counts(kind), "{kind:?}");
        }
    }

    #[test]
    fn what_builds_write_is_ignored() {
        let seen = Seen { ignored: vec![PathBuf::from("/p/public")], digests: BTreeMap::new() };
        assert!(seen.is_ignored(Path::new("/p/public/index.html")));
        assert!(!seen.is_ignored(Path::new("/p/publications/a.md")));
        let mut touched = Touched::default();
        let event = |path: &str| {
            Ok(notify::Event::new(EventKind::Create(CreateKind::File)).add_path(PathBuf::from(path)))
        };
        touched.add(&seen, event("/p/public/index.html"), &mut |_| {});
        assert!(touched.is_nothing());
        touched.add(&seen, event("/p/content/a.md"), &mut |_| {});
        assert!(!touched.is_nothing());
    }
}
