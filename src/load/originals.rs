//! Original files: small ones in memory, large ones read again on demand and checked against the digest they had.

use std::fs::File;
use std::io;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use crate::bundle::digest::Digest;
use crate::bundle::digest::Hasher;
use crate::load::walk;
use crate::model::tree::ByteSource;
use crate::model::tree::Content;

/// Files up to this size stay in memory.
const IN_MEMORY_BYTES: usize = 256 << 10;
/// Bytes of all files after which the rest is read again when it is needed.
const ALL_IN_MEMORY_BYTES: usize = 8 << 20;

/// The content of a file that was read: kept, or to be read again.
pub(crate) fn content(bytes: Vec<u8>, disk: PathBuf, digest: Digest) -> Content {
    if bytes.len() <= IN_MEMORY_BYTES {
        Content::Source(Arc::new(InMemory { bytes: Arc::from(bytes), digest }))
    } else {
        on_disk(bytes.len() as u64, disk, digest)
    }
}

/// The same for one of many files, of which `held` bytes were read before.
pub(crate) fn held(bytes: Vec<u8>, disk: PathBuf, digest: Digest, held: &AtomicUsize) -> Content {
    if held.fetch_add(bytes.len(), Ordering::Relaxed) < ALL_IN_MEMORY_BYTES {
        content(bytes, disk, digest)
    } else {
        on_disk(bytes.len() as u64, disk, digest)
    }
}

/// The content of a file that was read and is read again whenever it is needed.
pub(crate) fn on_disk(size_bytes: u64, disk: PathBuf, digest: Digest) -> Content {
    Content::Source(Arc::new(OnDisk { disk, size_bytes, digest }))
}

/// The content of bytes that lie on no disk.
pub(crate) fn in_memory(bytes: Vec<u8>, digest: Digest) -> Content {
    Content::Source(Arc::new(InMemory { bytes: Arc::from(bytes), digest }))
}

/// All bytes of a content.
///
/// # Errors
/// What the machine says.
pub(crate) fn bytes(content: &Content) -> io::Result<Vec<u8>> {
    match content {
        Content::Bytes(bytes) => Ok(bytes.to_vec()),
        Content::Source(source) => {
            let mut out = Vec::new();
            source.open()?.read_to_end(&mut out)?;
            Ok(out)
        }
    }
}

#[derive(Debug)]
struct InMemory {
    bytes: Arc<[u8]>,
    digest: Digest,
}

impl ByteSource for InMemory {
    fn size_bytes(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn sha256(&self) -> Option<Digest> {
        Some(self.digest)
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(io::Cursor::new(Arc::clone(&self.bytes))))
    }
}

#[derive(Debug)]
struct OnDisk {
    disk: PathBuf,
    size_bytes: u64,
    digest: Digest,
}

impl ByteSource for OnDisk {
    fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    fn sha256(&self) -> Option<Digest> {
        Some(self.digest)
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(Checked {
            file: walk::open(&self.disk)?,
            hasher: Some(Hasher::default()),
            digest: self.digest,
            disk: self.disk.clone(),
        }))
    }
}

/// A reader that fails at its end when the file is not the one that was loaded.
struct Checked {
    file: File,
    hasher: Option<Hasher>,
    digest: Digest,
    disk: PathBuf,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        if count > 0 {
            if let Some(hasher) = &mut self.hasher {
                hasher.update(&buffer[..count]);
            }
        } else if !buffer.is_empty()
            && let Some(hasher) = self.hasher.take()
            && hasher.finish() != self.digest
        {
            return Err(io::Error::other(format!("`{}` changed while it was used", self.disk.display())));
        }
        Ok(count)
    }
}
