//! Where the rendered files of a large site wait for packing: the first megabytes in memory, the rest in a file without a name.
//!
//! The file lies in the project's working folder, beside what will be staged, and is removed from it as soon as it is open: nobody
//! else can open it, and nothing is left of a run that is killed. Where there is no such file, everything stays in memory.

use std::fs::File;
use std::io;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::bundle::digest::Digest;
use crate::model::tree::ByteSource;
use crate::model::tree::Content;
use crate::model::tree::Keep;

/// Bytes that stay in memory.
const IN_MEMORY_BYTES: u64 = 4 << 20;

/// Holds what it is given until it is dropped with all that came of it.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    held_bytes: u64,
    file: Option<Arc<File>>,
    end: u64,
    refused: bool,
}

impl Spool {
    /// One that makes its file in the working folder of `places` once it needs one.
    pub fn new(places: &super::Places) -> Self {
        Self { folder: places.work.clone(), state: Mutex::default() }
    }

    /// The file and where `size_bytes` have room in it; `None` when they stay in memory.
    fn room(&self, size_bytes: u64) -> Option<(Arc<File>, u64)> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.refused || state.held_bytes + size_bytes <= IN_MEMORY_BYTES {
            state.held_bytes += size_bytes;
            return None;
        }
        if state.file.is_none() {
            state.file = nameless(&self.folder).ok().map(Arc::new);
            state.refused = state.file.is_none();
        }
        let file = Arc::clone(state.file.as_ref()?);
        let offset = state.end;
        state.end += size_bytes;
        Some((file, offset))
    }
}

impl Keep for Spool {
    fn keep(&self, bytes: Vec<u8>) -> Content {
        let size_bytes = bytes.len() as u64;
        match self.room(size_bytes) {
            // A disk that is full will be named when the site is staged.
            Some((file, offset)) if write_all_at(&file, &bytes, offset).is_ok() => {
                Content::Source(Arc::new(Piece { file, offset, size_bytes }))
            }
            Some(_) | None => Content::Bytes(bytes.into()),
        }
    }
}

/// Some bytes of the file.
#[derive(Clone, Debug)]
struct Piece {
    file: Arc<File>,
    offset: u64,
    size_bytes: u64,
}

impl ByteSource for Piece {
    fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    fn sha256(&self) -> Option<Digest> {
        None
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(self.clone()))
    }
}

/// What is left of them while they are read.
impl Read for Piece {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = usize::try_from(self.size_bytes).unwrap_or(usize::MAX).min(buffer.len());
        let Some(buffer) = buffer.get_mut(..wanted).filter(|buffer| !buffer.is_empty()) else { return Ok(0) };
        let count = read_at(&self.file, buffer, self.offset)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.offset += count as u64;
        self.size_bytes -= count as u64;
        Ok(count)
    }
}

#[cfg(unix)]
fn nameless(folder: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    std::fs::create_dir_all(folder)?;
    let path = folder.join(format!("rendered-{}", std::process::id()));
    let file = File::options().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

#[cfg(unix)]
fn write_all_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(not(unix))]
fn nameless(_: &Path) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(unix))]
fn write_all_at(_: &File, _: &[u8], _: u64) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(unix))]
fn read_at(_: &File, _: &mut [u8], _: u64) -> io::Result<usize> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spool(name: &str) -> (PathBuf, Spool) {
        let root = std::env::temp_dir().join(format!("trustbook-spool-{name}-{}", std::process::id()));
        let places = super::super::Places::of(&root, &crate::model::config::Paths::default());
        (root, Spool::new(&places))
    }

    fn read(content: &Content) -> Vec<u8> {
        let mut bytes = Vec::new();
        content.open().unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn a_small_site_touches_no_disk() {
        let (root, spool) = spool("small");
        let kept = spool.keep(b"page".to_vec());
        assert!(matches!(&kept, Content::Bytes(bytes) if **bytes == *b"page"));
        assert!(!root.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_large_one_reads_back_as_it_was_made_and_leaves_no_file() {
        let (root, spool) = spool("large");
        let pages: Vec<Vec<u8>> = (0..40_u8).map(|page| vec![page; 200_000 + usize::from(page)]).collect();
        let kept: Vec<Content> = std::thread::scope(|scope| {
            let spool = &spool;
            let running: Vec<_> =
                pages.iter().map(|page| scope.spawn(move || spool.keep(page.clone()))).collect();
            running.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(kept.iter().any(|content| matches!(content, Content::Source(_))));
        for (page, content) in pages.iter().zip(&kept) {
            assert_eq!(content.size_bytes(), page.len() as u64);
            assert!(read(content) == *page && read(content) == *page);
        }
        let work = spool.folder.clone();
        assert_eq!(std::fs::read_dir(&work).unwrap().count(), 0);
        std::fs::remove_dir_all(root).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn where_no_file_can_be_made_the_pages_stay_in_memory() {
        let (root, spool) = spool("refused");
        std::fs::create_dir_all(&root).unwrap();
        std::fs::write(root.join(".trustbook"), "").unwrap();
        let page = vec![7; 5 << 20];
        assert!(read(&spool.keep(page.clone())) == page);
        std::fs::remove_dir_all(root).unwrap();
    }
}
