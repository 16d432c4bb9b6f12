//! The operations that change a disk, each announced to a hook first, so that a test can make any one of them fail.
//!
//! New files only, `0644` and `0755` whatever the umask. Reads nothing but what is needed to change safely.

use std::fs;
use std::fs::File;
use std::fs::OpenOptions;
use std::io;
use std::io::Write;
use std::path::Path;

/// What is about to happen to a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// A folder is made.
    CreateFolder,
    /// A file is made; it must not be there.
    CreateFile,
    /// Bytes go into a file.
    Write,
    /// A file gets a second name.
    Link,
    /// A path moves to where nothing is.
    Rename,
    /// Two paths change places.
    Exchange,
    /// A path is removed with everything below.
    Remove,
    /// The machine is asked to make what was written last.
    Sync,
}

/// Is told of every operation before it happens. An error stands for the operation failing; nothing is done then.
pub trait Hook: Sync {
    /// Called before `operation` changes `path`.
    ///
    /// # Errors
    /// To make the operation fail with this error.
    fn before(&self, operation: Operation, path: &Path) -> io::Result<()>;
}

/// Lets everything happen.
#[derive(Clone, Copy, Debug)]
pub struct NoHook;

impl Hook for NoHook {
    fn before(&self, _: Operation, _: &Path) -> io::Result<()> {
        Ok(())
    }
}

/// The disk, as this room uses it.
#[derive(Clone, Copy)]
pub(crate) struct Disk<'a> {
    pub(crate) hook: &'a dyn Hook,
}

impl Disk<'_> {
    /// Makes one folder that is not there yet.
    pub(crate) fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.hook.before(Operation::CreateFolder, path)?;
        fs::create_dir(path)?;
        set_mode(path, 0o755)
    }

    /// Makes a folder and those above it where they are missing.
    pub(crate) fn create_folders(&self, path: &Path) -> io::Result<()> {
        if path.is_dir() {
            return Ok(());
        }
        self.hook.before(Operation::CreateFolder, path)?;
        fs::create_dir_all(path)
    }

    /// Makes a file that is not there yet.
    pub(crate) fn create_file(&self, path: &Path) -> io::Result<NewFile<'_>> {
        self.hook.before(Operation::CreateFile, path)?;
        let file = OpenOptions::new().write(true).create_new(true).open(path)?;
        set_file_mode(&file)?;
        Ok(NewFile { file, path: path.to_owned(), hook: self.hook })
    }

    /// Makes a file of these bytes.
    pub(crate) fn write_file(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.create_file(path)?;
        file.write_all(bytes)
    }

    /// Gives a file a second name; copies it where the file system refuses.
    pub(crate) fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.hook.before(Operation::Link, to)?;
        match fs::hard_link(from, to) {
            Ok(()) => Ok(()),
            Err(error) if matches!(error.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound) => {
                Err(error)
            }
            Err(_) => {
                let mut from = File::open(from)?;
                let mut to = self.create_file(to)?;
                io::copy(&mut from, &mut to).map(drop)
            }
        }
    }

    /// Moves a path to where nothing is.
    pub(crate) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.hook.before(Operation::Rename, to)?;
        match rename_to_nothing(from, to) {
            Err(error) if error.kind() == io::ErrorKind::Unsupported => {
                if fs::symlink_metadata(to).is_ok() {
                    return Err(io::Error::new(io::ErrorKind::AlreadyExists, "something is there already"));
                }
                fs::rename(from, to)
            }
            other => other,
        }
    }

    /// Moves a file over another one.
    pub(crate) fn replace(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.hook.before(Operation::Rename, to)?;
        fs::rename(from, to)
    }

    /// Lets two paths change places in one step. [`io::ErrorKind::Unsupported`] where the system cannot.
    pub(crate) fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        self.hook.before(Operation::Exchange, other)?;
        exchange(one, other)
    }

    /// Removes a path and everything below, following no link. Fine when nothing is there.
    pub(crate) fn remove(&self, path: &Path) -> io::Result<()> {
        let kind = match fs::symlink_metadata(path) {
            Ok(metadata) => metadata.file_type(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        self.hook.before(Operation::Remove, path)?;
        if kind.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
    }

    /// Returns when everything written to the file system of this folder would survive a power cut.
    pub(crate) fn sync(&self, folder: &Path) -> io::Result<()> {
        self.hook.before(Operation::Sync, folder)?;
        sync(&File::open(folder)?)
    }
}

/// A file under construction.
pub(crate) struct NewFile<'a> {
    file: File,
    path: std::path::PathBuf,
    hook: &'a dyn Hook,
}

impl Write for NewFile<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hook.before(Operation::Write, &self.path)?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn set_file_mode(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn set_file_mode(_: &File) -> io::Result<()> {
    Ok(())
}

fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    rename_with(one, other, true)
}

fn rename_to_nothing(from: &Path, to: &Path) -> io::Result<()> {
    rename_with(from, to, false)
}

/// `renameat2`: exchanges, or refuses to replace. [`io::ErrorKind::Unsupported`] where the system or the file system cannot.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_with(from: &Path, to: &Path, exchange: bool) -> io::Result<()> {
    use rustix::fs::CWD;
    use rustix::fs::RenameFlags;
    use rustix::io::Errno;
    let flags = if exchange { RenameFlags::EXCHANGE } else { RenameFlags::NOREPLACE };
    match rustix::fs::renameat_with(CWD, from, CWD, to, flags) {
        Ok(()) => Ok(()),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Err(io::ErrorKind::Unsupported.into()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn rename_with(_: &Path, _: &Path, _: bool) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(target_os = "linux")]
fn sync(folder: &File) -> io::Result<()> {
    rustix::fs::syncfs(folder).map_err(io::Error::from)
}

#[cfg(not(target_os = "linux"))]
fn sync(folder: &File) -> io::Result<()> {
    folder.sync_all()
}

/// What stays the same when a folder is renamed.
#[cfg(unix)]
pub(crate) fn identity(path: &Path) -> io::Result<Option<u64>> {
    use std::os::unix::fs::MetadataExt as _;
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Nothing is known to stay the same here: recovery then keeps what is published.
#[cfg(not(unix))]
pub(crate) fn identity(_: &Path) -> io::Result<Option<u64>> {
    Ok(None)
}
