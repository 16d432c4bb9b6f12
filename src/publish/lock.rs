//! One build at a time: a lock on a file that the system releases when its holder ends, however it ends.

use std::fs::File;
use std::fs::OpenOptions;
use std::fs::TryLockError;
use std::io::Read as _;
use std::io::Seek as _;
use std::io::Write as _;
use std::path::Path;

use crate::publish::error::PublishError;

/// Held until dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// Takes the lock or says at once who has it. The file stays: removing it would let two builds lock two files of one name.
pub(crate) fn take(path: &Path) -> Result<Lock, PublishError> {
    if std::fs::symlink_metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(PublishError::NotPlain { path: path.to_owned() });
    }
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(PublishError::machine("open", path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            let _ = file.take(32).read_to_string(&mut text);
            let text = text.trim();
            let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let process = is_number.then(|| text.to_owned());
            return Err(PublishError::Locked { lock: path.to_owned(), process });
        }
        Err(TryLockError::Error(source)) => return Err(PublishError::machine("lock", path)(source)),
    }
    // Only for the message of whoever comes second.
    let _ =
        file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id()));
    Ok(Lock { _file: file })
}
