//! One publisher at a time: an advisory lock that the system releases with the process, however it ends.

use std::fs::File;
use std::path::Path;

use rustix::fs::FlockOperation;

use crate::publish::PublishError;
use crate::publish::failed;

/// Held while something is published.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of the project at `root`: the file `.trustbook/lock`, which stays.
    ///
    /// # Errors
    /// [`PublishError::Busy`] when another process holds it.
    pub fn take(root: &Path) -> Result<Self, PublishError> {
        let folder = root.join(".trustbook");
        std::fs::create_dir_all(&folder).map_err(failed("make", &folder))?;
        let path = folder.join("lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(failed("open", &path))?;
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Self { _file: file }),
            Err(rustix::io::Errno::WOULDBLOCK) => Err(PublishError::Busy { lock: path }),
            Err(error) => Err(failed("lock", &path)(error.into())),
        }
    }
}
