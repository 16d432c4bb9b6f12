//! Reads, hashes and compresses files on several threads and hands them to the container in order, holding a bounded number of bytes.

use std::collections::BTreeMap;
use std::io::Read;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::thread;

use crate::bundle::digest::Digest;
use crate::bundle::digest::Hasher;
use crate::bundle::name::PathName;
use crate::bundle::zip::Method;
use crate::model::tree::Content;
use crate::model::tree::TreeFile;
use crate::pack::PackError;
use crate::pack::compress::BLOCK_BYTES;
use crate::pack::compress::Compressor;
use crate::pack::compress::WHOLE_BYTES;
use crate::pack::container::Container;
use crate::pack::container::Shape;
use crate::pack::donor::Donor;
use crate::pack::donor::Member;

/// Content that may be in memory between reading and writing; one file more than that when it is larger.
const IN_FLIGHT_BYTES: u64 = 48 << 20;
/// Compressed blocks of a large file that are kept so as not to compress them twice.
const KEPT_BYTES: usize = 64 << 20;

type File<'a> = (PathName, &'a TreeFile);
type OnFile<'a> = dyn FnMut(&PathName, &TreeFile, Digest, Member) + 'a;

/// Adds `files`, in their order, and tells `on_file` the digest and the place of each. What `donor` has is taken from there.
pub(crate) fn add_files(
    container: &mut Container<'_>,
    files: &[File<'_>],
    donor: Option<Donor<'_>>,
    threads: NonZeroUsize,
    on_file: &mut OnFile<'_>,
) -> Result<(), PackError> {
    let donated = |file: &File<'_>| donor.and_then(|donor| Some((donor, donor.find(&file.1.content)?)));
    let is_large = |file: &File<'_>| file.1.content.size_bytes() > WHOLE_BYTES;
    let is_alone = |file: &File<'_>| is_large(file) || donated(file).is_some();
    for run in files.chunk_by(|a, b| !is_alone(a) && !is_alone(b)) {
        match run {
            [file] if is_alone(file) => {
                let (digest, member) = match donated(file) {
                    Some((donor, (digest, member))) => (digest, donor.copy(container, &file.0, member)?),
                    None => add_large(container, file, threads)?,
                };
                on_file(&file.0, file.1, digest, member);
            }
            run => add_small(container, run, threads, on_file)?,
        }
    }
    Ok(())
}

/// A small file, ready to be written.
struct Ready {
    shape: Shape,
    sha256: Digest,
    stored: Stored,
}

enum Stored {
    Shared(Arc<[u8]>),
    Own(Vec<u8>),
}

#[derive(Default)]
struct State {
    next: usize,
    in_flight_bytes: u64,
    done: BTreeMap<usize, Result<Ready, PackError>>,
    stopped: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, guard: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait(guard).unwrap_or_else(PoisonError::into_inner)
    }
}

/// Stops the others when a thread leaves, for whatever reason, before everything is claimed.
struct StopOthers<'a>(&'a Shared);

impl Drop for StopOthers<'_> {
    fn drop(&mut self) {
        self.0.lock().stopped = true;
        self.0.changed.notify_all();
    }
}

fn add_small(
    container: &mut Container<'_>,
    files: &[File<'_>],
    threads: NonZeroUsize,
    on_file: &mut OnFile<'_>,
) -> Result<(), PackError> {
    let shared = Shared::default();
    thread::scope(|scope| {
        for _ in 0..threads.get().min(files.len()) {
            scope.spawn(|| work(&shared, files));
        }
        let _stop = StopOthers(&shared);
        for (index, (path, file)) in files.iter().enumerate() {
            let mut state = shared.lock();
            let ready = loop {
                if let Some(ready) = state.done.remove(&index) {
                    break ready?;
                }
                if state.stopped {
                    return Err(PackError::Interrupted);
                }
                state = shared.wait(state);
            };
            drop(state);
            let offset = container.start(path.as_str(), ready.shape)?;
            match &ready.stored {
                Stored::Shared(bytes) => container.write(bytes)?,
                Stored::Own(bytes) => container.write(bytes)?,
            }
            on_file(path, file, ready.sha256, Member { shape: ready.shape, offset });
            shared.lock().in_flight_bytes -= file.content.size_bytes();
            shared.changed.notify_all();
        }
        Ok(())
    })
}

/// Claims files in order while there is room for them.
fn work(shared: &Shared, files: &[File<'_>]) {
    let mut compressor = Compressor::new();
    loop {
        let mut state = shared.lock();
        let (index, file) = loop {
            let Some(file) = files.get(state.next).filter(|_| !state.stopped) else {
                return;
            };
            let size_bytes = file.1.content.size_bytes();
            if state.in_flight_bytes == 0 || state.in_flight_bytes + size_bytes <= IN_FLIGHT_BYTES {
                state.in_flight_bytes += size_bytes;
                state.next += 1;
                break (state.next - 1, file);
            }
            state = shared.wait(state);
        };
        drop(state);
        let on_panic = StopOthers(shared);
        let ready = prepare(file, &mut compressor);
        std::mem::forget(on_panic);
        shared.lock().done.insert(index, ready);
        shared.changed.notify_all();
    }
}

fn prepare((path, file): &File<'_>, compressor: &mut Compressor) -> Result<Ready, PackError> {
    let size_bytes = file.content.size_bytes();
    let read = match &file.content {
        Content::Bytes(_) => None,
        Content::Source(source) => {
            let mut buffer = Vec::with_capacity(size_bytes as usize + 1);
            source
                .open()
                .and_then(|reader| reader.take(size_bytes + 1).read_to_end(&mut buffer))
                .map_err(|source| PackError::Read { path: path.clone(), source })?;
            Some(buffer)
        }
    };
    let bytes: &[u8] = match (&read, &file.content) {
        (Some(buffer), _) => buffer,
        (None, Content::Bytes(bytes)) => bytes,
        (None, Content::Source(_)) => &[],
    };
    if bytes.len() as u64 != size_bytes {
        return Err(PackError::Changed { path: path.clone() });
    }
    // What was hashed when it was read is not hashed again here; the finished archive is, when it is verified.
    let sha256 = file.content.sha256().unwrap_or_else(|| Digest::of(bytes));
    let crc32 = zlib_rs::crc32::crc32(0, bytes);
    let stream = compressor.whole(bytes);
    let method = if stream.is_some() { Method::Deflate } else { Method::Stored };
    let stored = match (stream, &file.content) {
        (Some(stream), _) => Stored::Own(stream),
        (None, Content::Bytes(bytes)) => Stored::Shared(Arc::clone(bytes)),
        (None, Content::Source(_)) => Stored::Own(read.unwrap_or_default()),
    };
    let stored_bytes = match &stored {
        Stored::Shared(bytes) => bytes.len(),
        Stored::Own(bytes) => bytes.len(),
    } as u64;
    Ok(Ready { shape: Shape { method, crc32, stored_bytes, size_bytes }, sha256, stored })
}

/// A file over [`WHOLE_BYTES`]: once to learn its header, and once more to write it when what was compressed could not be kept.
fn add_large(
    container: &mut Container<'_>,
    file: &File<'_>,
    threads: NonZeroUsize,
) -> Result<(Digest, Member), PackError> {
    let path = &file.0;
    let size_bytes = file.1.content.size_bytes();
    let mut kept = Some(Vec::new());
    let mut kept_bytes = 0;
    let mut deflated_bytes = 0u64;
    let first = pass(file, threads, true, &mut |_, blocks| {
        for block in blocks {
            deflated_bytes += block.len() as u64;
            kept_bytes += block.len();
            if kept_bytes > KEPT_BYTES {
                kept = None;
            }
            if let Some(kept) = &mut kept {
                kept.push(block);
            }
        }
        Ok(())
    })?;
    let deflate = deflated_bytes < size_bytes;
    let (method, stored_bytes) =
        if deflate { (Method::Deflate, deflated_bytes) } else { (Method::Stored, size_bytes) };
    let shape = Shape { method, crc32: first.crc32, stored_bytes, size_bytes };
    let member = Member { shape, offset: container.start(path.as_str(), shape)? };
    if let (Some(kept), true) = (kept, deflate) {
        for block in kept {
            container.write(&block)?;
        }
        return Ok((first.sha256, member));
    }
    let second = pass(file, threads, deflate, &mut |content, blocks| {
        if deflate {
            blocks.iter().try_for_each(|block| container.write(block))
        } else {
            content.iter().try_for_each(|block| container.write(block))
        }
    })?;
    if second.sha256 != first.sha256 {
        return Err(PackError::Changed { path: path.clone() });
    }
    Ok((first.sha256, member))
}

struct Hashes {
    sha256: Digest,
    crc32: u32,
}

type OnBlocks<'a> = dyn FnMut(&[Vec<u8>], Vec<Vec<u8>>) -> Result<(), PackError> + 'a;

/// Goes through a large file as many blocks at a time as there are threads: hashes it and, if asked, compresses it.
fn pass(
    (path, file): &File<'_>,
    threads: NonZeroUsize,
    compress: bool,
    on_blocks: &mut OnBlocks<'_>,
) -> Result<Hashes, PackError> {
    let failed = |source| PackError::Read { path: path.clone(), source };
    let mut reader = file.content.open().map_err(failed)?;
    let mut left_bytes = file.content.size_bytes();
    let known = file.content.sha256();
    let mut sha256 = Hasher::default();
    let mut crc32 = 0;
    let mut compressors: Vec<Compressor> = (0..threads.get()).map(|_| Compressor::new()).collect();
    let mut blocks: Vec<Vec<u8>> = Vec::new();
    while left_bytes > 0 {
        blocks.resize_with(threads.get(), Vec::new);
        for block in &mut blocks {
            let block_bytes = left_bytes.min(BLOCK_BYTES as u64);
            block.clear();
            reader.by_ref().take(block_bytes).read_to_end(block).map_err(failed)?;
            if block.len() as u64 != block_bytes {
                return Err(PackError::Changed { path: path.clone() });
            }
            left_bytes -= block_bytes;
        }
        blocks.retain(|block| !block.is_empty());
        let count = blocks.len();
        let compressed = thread::scope(|scope| {
            let running: Vec<_> = blocks
                .iter()
                .zip(&mut compressors)
                .enumerate()
                .filter(|_| compress)
                .map(|(index, (block, compressor))| {
                    let last = left_bytes == 0 && index + 1 == count;
                    scope.spawn(move || compressor.block(block, last))
                })
                .collect();
            for block in &blocks {
                if known.is_none() {
                    sha256.update(block);
                }
                crc32 = zlib_rs::crc32::crc32(crc32, block);
            }
            running.into_iter().map(|thread| thread.join().ok().flatten()).collect::<Option<Vec<_>>>()
        });
        on_blocks(&blocks, compressed.ok_or(PackError::Interrupted)?)?;
    }
    if reader.read(&mut [0]).map_err(failed)? != 0 {
        return Err(PackError::Changed { path: path.clone() });
    }
    Ok(Hashes { sha256: known.unwrap_or_else(|| sha256.finish()), crc32 })
}
