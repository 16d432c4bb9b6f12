//! The folder beside the target in which the next tree grows. Dropped without a swap, it goes away.

use std::fs;
use std::fs::File;
use std::io;
use std::io::Write as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::path::PathBuf;

use crate::bundle::digest::Digest;
use crate::bundle::digest::Hasher;
use crate::model::tree::Content;
use crate::publish::Lock;
use crate::publish::PublishError;
use crate::publish::failed;
use crate::publish::parent;
use crate::publish::swap;
use crate::publish::swap::Swap;

const FILE_MODE: u32 = 0o644;
const FOLDER_MODE: u32 = 0o755;
const BLOCK_BYTES: usize = 64 << 10;

/// A tree that is not published yet.
#[derive(Debug)]
pub struct Staging<'lock> {
    target: PathBuf,
    folder: PathBuf,
    /// What was written, with its digest, for [`verify_bytes`](Self::verify_bytes).
    written: Vec<(PathBuf, Digest)>,
    _lock: &'lock Lock,
}

impl<'lock> Staging<'lock> {
    /// Begins the next tree of `target`: finishes or clears what a killed run left, makes an empty folder.
    ///
    /// # Errors
    /// [`PublishError`]; nothing was changed but leftovers.
    pub fn begin(lock: &'lock Lock, target: &Path) -> Result<(Self, Option<Swap>), PublishError> {
        if let Ok(metadata) = fs::symlink_metadata(target) {
            if !metadata.is_dir() {
                return Err(PublishError::InTheWay { path: target.to_owned(), expected: "a folder" });
            }
        }
        let recovered = swap::recover(target)?;
        let folder = swap::sibling(target, "staging");
        remove(&folder)?;
        fs::create_dir_all(parent(&folder)).map_err(failed("make", parent(&folder)))?;
        make_folder(&folder)?;
        Ok((Self { target: target.to_owned(), folder, written: Vec::new(), _lock: lock }, recovered))
    }

    /// Where the tree grows.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes `content` to the relative path `name`.
    ///
    /// # Errors
    /// [`PublishError::Io`]; in particular when something has this name already.
    pub fn write(&mut self, name: &str, content: &Content) -> Result<(), PublishError> {
        self.write_with(name, |out| {
            let mut input = content.open()?;
            io::copy(&mut input, out).map(|_| ())
        })
    }

    /// Writes to the relative path `name` what `fill` gives, and remembers its digest.
    ///
    /// # Errors
    /// [`PublishError::Io`]; in particular when something has this name already. `fill` may fail with any error that
    /// has an [`io::Error`] in it.
    pub fn write_with<E>(&mut self, name: &str, fill: impl FnOnce(&mut dyn io::Write) -> Result<(), E>) -> Result<(), PublishError>
    where
        E: Into<io::Error>,
    {
        let path = self.folder.join(name);
        self.make_parents(name)?;
        let file = File::options()
            .write(true)
            .create_new(true)
            .mode(FILE_MODE)
            .open(&path)
            .map_err(failed("write", &path))?;
        file.set_permissions(fs::Permissions::from_mode(FILE_MODE)).map_err(failed("set the mode of", &path))?;
        let mut out = Hashed { inner: io::BufWriter::with_capacity(BLOCK_BYTES, file), hasher: Hasher::default() };
        fill(&mut out).map_err(|error| failed("write", &path)(error.into()))?;
        out.flush().map_err(failed("write", &path))?;
        self.written.push((path, out.hasher.finish()));
        Ok(())
    }

    /// Takes over the folder or file `name` of the published tree, when it is there, without copying a byte: the files are
    /// linked, so the published tree stays whole until the swap and after it.
    ///
    /// # Errors
    /// [`PublishError`].
    pub fn carry_over(&mut self, name: &str) -> Result<(), PublishError> {
        let from = self.target.join(name);
        match fs::symlink_metadata(&from) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(failed("read", &from)(error)),
            Ok(_) => {}
        }
        self.make_parents(name)?;
        let mut open = vec![(from, self.folder.join(name))];
        while let Some((from, to)) = open.pop() {
            let kind = fs::symlink_metadata(&from).map_err(failed("read", &from))?.file_type();
            if kind.is_dir() {
                make_folder(&to)?;
                for entry in fs::read_dir(&from).map_err(failed("read", &from))? {
                    let entry = entry.map_err(failed("read", &from))?;
                    open.push((entry.path(), to.join(entry.file_name())));
                }
            } else if kind.is_file() {
                if fs::hard_link(&from, &to).is_err() {
                    fs::copy(&from, &to).map_err(failed("copy", &from))?;
                }
            } else {
                return Err(PublishError::InTheWay { path: from, expected: "a file or a folder" });
            }
        }
        Ok(())
    }

    /// Takes over everything of the published tree but `names`.
    ///
    /// # Errors
    /// [`PublishError`].
    pub fn carry_over_all_but(&mut self, names: &[&str]) -> Result<(), PublishError> {
        let entries = match fs::read_dir(&self.target) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(failed("read", &self.target)(error)),
            Ok(entries) => entries,
        };
        for entry in entries {
            let entry = entry.map_err(failed("read", &self.target))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if !names.contains(&name.as_str()) {
                self.carry_over(&name)?;
            }
        }
        Ok(())
    }

    /// Reads back everything that was written and compares the digests.
    ///
    /// # Errors
    /// [`PublishError::NotVerified`] naming the file that differs.
    pub fn verify_bytes(&self) -> Result<(), PublishError> {
        let mut block = vec![0; BLOCK_BYTES];
        for (path, expected) in &self.written {
            let mut file = File::open(path).map_err(failed("read", path))?;
            let mut hasher = Hasher::default();
            loop {
                let read = io::Read::read(&mut file, &mut block).map_err(failed("read", path))?;
                if read == 0 {
                    break;
                }
                hasher.update(block.get(..read).unwrap_or_default());
            }
            if hasher.finish() != *expected {
                return Err(PublishError::NotVerified {
                    path: path.clone(),
                    reason: "it does not hold the bytes that were written".to_owned(),
                });
            }
        }
        Ok(())
    }

    /// Makes the tree the published one.
    ///
    /// # Errors
    /// [`PublishError`]; the target is as it was.
    pub fn publish(self) -> Result<Swap, PublishError> {
        swap::publish(&self.folder, &self.target)
    }

    fn make_parents(&self, name: &str) -> Result<(), PublishError> {
        let mut folder = self.folder.clone();
        let parts: Vec<&str> = name.split('/').collect();
        for part in parts.iter().take(parts.len().saturating_sub(1)) {
            folder.push(part);
            if !folder.is_dir() {
                make_folder(&folder)?;
            }
        }
        Ok(())
    }
}

impl Drop for Staging<'_> {
    fn drop(&mut self) {
        // After a swap the folder is gone or holds the old tree; either way it is no longer needed.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Hashes what passes through.
struct Hashed<W> {
    inner: W,
    hasher: Hasher,
}

impl<W: io::Write> io::Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// A new folder with the fixed mode, whatever the umask.
fn make_folder(path: &Path) -> Result<(), PublishError> {
    fs::DirBuilder::new().mode(FOLDER_MODE).create(path).map_err(failed("make", path))?;
    fs::set_permissions(path, fs::Permissions::from_mode(FOLDER_MODE)).map_err(failed("set the mode of", path))
}

/// Removes a folder or file, when there is one.
pub(super) fn remove(path: &Path) -> Result<(), PublishError> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed("read", path)(error)),
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path).map_err(failed("remove", path)),
        Ok(_) => fs::remove_file(path).map_err(failed("remove", path)),
    }
}
