//! The files that rendering leaves and that packing, publishing and serving take: checked names to content.
//!
//! Content is either in memory or can be opened any number of times; no disk is touched here.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::io;
use std::io::Read;
use std::sync::Arc;

use crate::bundle::digest::Digest;
use crate::bundle::name::PathName;

/// Files by name, in byte order of their names.
#[derive(Clone, Debug, Default)]
pub struct FileTree {
    /// The files.
    pub files: BTreeMap<PathName, TreeFile>,
}

/// One file of a [`FileTree`].
#[derive(Clone, Debug)]
pub struct TreeFile {
    /// What is in it.
    pub content: Content,
    /// Its media type, such as `text/html`.
    pub media_type: String,
    /// What people call it, where its name does not say it.
    pub title: Option<String>,
}

/// The bytes of a file, or where they come from.
#[derive(Clone, Debug)]
pub enum Content {
    /// In memory.
    Bytes(Arc<[u8]>),
    /// Read on demand; gives the same bytes each time or the run fails.
    Source(Arc<dyn ByteSource>),
}

/// Something that gives the same bytes whenever it is opened.
pub trait ByteSource: Send + Sync + Debug {
    /// How many bytes there are.
    fn size_bytes(&self) -> u64;

    /// Their SHA-256, where whatever is read to its end is known to have it.
    fn sha256(&self) -> Option<Digest> {
        None
    }

    /// Opens the bytes from their start.
    ///
    /// # Errors
    /// What the machine says.
    fn open(&self) -> io::Result<Box<dyn Read + Send>>;
}

/// Where bytes stay between being made and being packed and published.
pub trait Keep: Sync + Debug {
    /// Takes the bytes; what is given back opens to the same ones.
    fn keep(&self, bytes: Vec<u8>) -> Content;
}

/// Keeps everything in memory.
#[derive(Clone, Copy, Debug)]
pub struct InMemory;

impl Keep for InMemory {
    fn keep(&self, bytes: Vec<u8>) -> Content {
        Content::Bytes(bytes.into())
    }
}

/// Reads until `buffer` is full or nothing is left; how many bytes were read.
///
/// # Errors
/// What the machine says.
pub fn fill(mut from: impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

impl Content {
    /// How many bytes there are.
    pub fn size_bytes(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Source(source) => source.size_bytes(),
        }
    }

    /// Their SHA-256, where it is known without reading them.
    pub fn sha256(&self) -> Option<Digest> {
        match self {
            Self::Bytes(_) => None,
            Self::Source(source) => source.sha256(),
        }
    }

    /// Opens the bytes from their start.
    ///
    /// # Errors
    /// What the machine says.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        match self {
            Self::Bytes(bytes) => Ok(Box::new(io::Cursor::new(Arc::clone(bytes)))),
            Self::Source(source) => source.open(),
        }
    }
}
