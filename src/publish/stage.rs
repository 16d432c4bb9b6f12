//! The staging area: a tree written whole beside the published one, and read back before it takes its place.
//!
//! Every file is new, every folder is made here, and the set of files found at the end must be the set that was written.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::io::BufWriter;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use crate::bundle::digest::Digest;
use crate::bundle::digest::Hasher;
use crate::bundle::name::PathName;
use crate::bundle::name::UniqueNames;
use crate::model::snapshot::SnapshotState;
use crate::model::snapshot::number;
use crate::model::tree::Content;
use crate::model::tree::FileTree;
use crate::publish::Places;
use crate::publish::carry;
use crate::publish::commit;
use crate::publish::commit::Published;
use crate::publish::disk::Disk;
use crate::publish::disk::Hook;
use crate::publish::disk::NewFile;
use crate::publish::disk::NoHook;
use crate::publish::error::Note;
use crate::publish::error::PublishError;
use crate::publish::history;
use crate::publish::history::HistoryEntryFiles;
use crate::publish::lock;
use crate::publish::lock::Lock;
use crate::publish::read_back;

/// How many bytes are read or written at once.
pub(crate) const BUFFER_BYTES: usize = 256 * 1024;

/// A staging area under the lock. Dropped without [`Stage::publish`], it removes what was staged.
pub struct Stage<'a> {
    pub(crate) places: Places,
    pub(crate) disk: Disk<'a>,
    pub(crate) number: String,
    pub(crate) state: SnapshotState,
    pub(crate) notes: Vec<Note>,
    names: UniqueNames,
    folders: BTreeSet<PathBuf>,
    staged: BTreeMap<PathBuf, Expected>,
    _lock: Lock,
}

/// What a staged file must be when it is read back.
pub(crate) enum Expected {
    /// The bytes of this.
    Content(Content),
    /// Bytes of this digest.
    Digest(Digest),
    /// Whatever a verifier already accepted, or what was published before and only got a second name.
    Accepted,
}

/// What was written through [`Stage::write`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written<T> {
    /// What the writer returned.
    pub value: T,
    /// SHA-256 of the file.
    pub sha256: Digest,
    /// Its size.
    pub size_bytes: u64,
    /// Where it is staged.
    pub path: PathBuf,
}

impl Stage<'static> {
    /// Takes the lock, recovers from an interrupted run, and starts an empty tree for the snapshot of this number.
    ///
    /// # Errors
    /// [`PublishError`]: the lock is taken, the number is released (for a draft), `public/` is not a build's, or the machine cannot.
    pub fn open(places: &Places, seq: u32, state: SnapshotState) -> Result<Self, PublishError> {
        Self::open_watched(places, seq, state, &NoHook)
    }
}

impl<'a> Stage<'a> {
    /// [`Stage::open`], with a hook that is told of every operation on the disk.
    ///
    /// # Errors
    /// As [`Stage::open`].
    pub fn open_watched(
        places: &Places,
        seq: u32,
        state: SnapshotState,
        hook: &'a dyn Hook,
    ) -> Result<Self, PublishError> {
        let disk = Disk { hook };
        places.check()?;
        disk.create_folders(&places.work).map_err(PublishError::machine("make", &places.work))?;
        let lock = lock::take(&places.lock())?;
        let notes = commit::recover(places, disk)?;
        let number = number(seq);
        if state == SnapshotState::Draft && history::exists(places, &number) {
            return Err(PublishError::Released { number });
        }
        carry::check_ours(&places.public)?;
        let staging = places.staging();
        disk.create_folder(&staging).map_err(PublishError::machine("make", &staging))?;
        Ok(Self {
            places: places.clone(),
            disk,
            number,
            state,
            notes,
            names: UniqueNames::default(),
            folders: BTreeSet::from([staging]),
            staged: BTreeMap::new(),
            _lock: lock,
        })
    }

    /// Stages one file. A leading `well-known/` becomes `.well-known/`.
    ///
    /// # Errors
    /// When something is there already, or the machine cannot.
    pub fn put(&mut self, name: &PathName, content: &Content) -> Result<(), PublishError> {
        let path = self.place(name)?;
        match content {
            Content::Bytes(bytes) => {
                self.disk.write_file(&path, bytes).map_err(PublishError::machine("write", &path))?;
            }
            Content::Source(_) => {
                let mut from = content.open().map_err(PublishError::machine("read the source of", &path))?;
                let mut to = self.disk.create_file(&path).map_err(PublishError::machine("make", &path))?;
                io::copy(&mut from, &mut to)
                    .and_then(|_| to.flush())
                    .map_err(PublishError::machine("write", &path))?;
            }
        }
        self.staged.insert(path, Expected::Content(content.clone()));
        Ok(())
    }

    /// Stages every file of a tree, below `under` where that is given.
    ///
    /// # Errors
    /// As [`Stage::put`].
    pub fn put_tree(&mut self, tree: &FileTree, under: Option<&str>) -> Result<(), PublishError> {
        for (name, file) in &tree.files {
            match under {
                Some(folder) => {
                    let below = PathName::parse(&format!("{folder}/{name}"));
                    let below = below.map_err(|error| {
                        let error = io::Error::new(io::ErrorKind::InvalidInput, error);
                        PublishError::machine("name", &self.places.public.join(folder).join(name.as_str()))(
                            error,
                        )
                    })?;
                    self.put(&below, &file.content)?;
                }
                None => self.put(name, &file.content)?,
            }
        }
        Ok(())
    }

    /// Gives a staged file a second name, without writing its bytes again.
    ///
    /// # Errors
    /// When `from` was not staged, something is at `to` already, or the machine cannot.
    pub fn put_again(&mut self, from: &PathName, to: &PathName) -> Result<(), PublishError> {
        let from = self.places.staging().join(published(from));
        let to = self.place(to)?;
        let expected = match self.staged.get(&from) {
            Some(Expected::Content(content)) => Expected::Content(content.clone()),
            Some(Expected::Digest(digest)) => Expected::Digest(*digest),
            Some(Expected::Accepted) => Expected::Accepted,
            None => return Err(PublishError::machine("link", &from)(io::ErrorKind::NotFound.into())),
        };
        self.disk.link(&from, &to).map_err(PublishError::machine("link", &to))?;
        self.staged.insert(to, expected);
        Ok(())
    }

    /// Stages one file through a writer, for what is too big to hold. `fill` may fail in its own way; the file is then of no use and the
    /// stage is to be dropped.
    ///
    /// # Errors
    /// [`PublishError`] when something is there already or the machine cannot; inside it the error of `fill`.
    pub fn write<T, E>(
        &mut self,
        name: &PathName,
        fill: impl FnOnce(&mut dyn Write) -> Result<T, E>,
    ) -> Result<Result<Written<T>, E>, PublishError> {
        let path = self.place(name)?;
        let file = self.disk.create_file(&path).map_err(PublishError::machine("make", &path))?;
        let mut out = BufWriter::with_capacity(BUFFER_BYTES, Hashing::new(file));
        let value = match fill(&mut out) {
            Ok(value) => value,
            Err(error) => {
                // Nothing that is still buffered needs to be written.
                drop(out.into_parts());
                return Ok(Err(error));
            }
        };
        let out = out
            .into_inner()
            .map_err(io::IntoInnerError::into_error)
            .map_err(PublishError::machine("write", &path))?;
        let size_bytes = out.size_bytes;
        let sha256 = out.hasher.finish();
        self.staged.insert(path.clone(), Expected::Digest(sha256));
        Ok(Ok(Written { value, sha256, size_bytes, path }))
    }

    /// Lets `verify` judge a staged file from its path. What it accepts is not read back a second time.
    ///
    /// # Errors
    /// [`PublishError::Unverified`] with the words of `verify`.
    pub fn verify(
        &mut self,
        name: &PathName,
        verify: &dyn Fn(&Path) -> Result<(), String>,
    ) -> Result<(), PublishError> {
        let path = self.places.staging().join(published(name));
        verify(&path).map_err(|why| PublishError::Unverified { path: path.clone(), why })?;
        self.staged.insert(path, Expected::Accepted);
        Ok(())
    }

    /// Reads everything back, takes over older snapshots, appends to history where this is a release, and swaps.
    ///
    /// # Errors
    /// [`PublishError`]; `public/` then is what it was, and so is `history/` unless the swap itself failed after the append.
    pub fn publish(mut self, entry: Option<&HistoryEntryFiles>) -> Result<Published, PublishError> {
        let own = self.places.staging().join("snapshots").join(&self.number);
        if !self.staged.keys().any(|path| path.starts_with(&own)) {
            return Err(PublishError::NoArchive { number: self.number.clone() });
        }
        carry::carry(&mut self)?;
        read_back::check(&self.places.staging(), &self.staged)?;
        commit::commit(&mut self, entry)
    }

    /// Gives a file of the published tree a second name in the staged one.
    pub(crate) fn carry_file(&mut self, from: &Path, name: &Path) -> Result<(), PublishError> {
        let to = self.places.staging().join(name);
        self.folders_for(&to)?;
        self.disk.link(from, &to).map_err(PublishError::machine("link", &to))?;
        self.staged.insert(to, Expected::Accepted);
        Ok(())
    }

    /// Where `name` is staged, its folders made, its uniqueness checked.
    fn place(&mut self, name: &PathName) -> Result<PathBuf, PublishError> {
        self.names.insert(name).map_err(PublishError::Clash)?;
        let path = self.places.staging().join(published(name));
        self.folders_for(&path)?;
        Ok(path)
    }

    fn folders_for(&mut self, path: &Path) -> Result<(), PublishError> {
        let staging = self.places.staging();
        let Some(folder) = path.parent() else { return Ok(()) };
        if self.folders.contains(folder) {
            return Ok(());
        }
        let missing: Vec<&Path> = folder
            .ancestors()
            .take_while(|above| *above != staging && !self.folders.contains(*above))
            .collect();
        let missing: Vec<PathBuf> = missing.into_iter().rev().map(Path::to_owned).collect();
        for above in missing {
            self.disk.create_folder(&above).map_err(PublishError::machine("make", &above))?;
            self.folders.insert(above);
        }
        Ok(())
    }
}

impl Drop for Stage<'_> {
    fn drop(&mut self) {
        // After a commit there is nothing of this name; after a failed one the journal decides at the next start.
        if fs::symlink_metadata(self.places.journal()).is_err() {
            let _ = self.disk.remove(&self.places.staging());
            let _ = self.disk.remove(&self.places.staged_history());
        }
    }
}

/// Where a name of a tree is published: names in archives have no leading dot.
fn published(name: &PathName) -> PathBuf {
    match name.strip_prefix("well-known") {
        Some(rest) => Path::new(".well-known").join(rest),
        None => PathBuf::from(name.as_str()),
    }
}

/// Hashes what passes through.
struct Hashing<'a> {
    file: NewFile<'a>,
    hasher: Hasher,
    size_bytes: u64,
}

impl<'a> Hashing<'a> {
    fn new(file: NewFile<'a>) -> Self {
        Self { file, hasher: Hasher::default(), size_bytes: 0 }
    }
}

impl Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or_default());
        self.size_bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
