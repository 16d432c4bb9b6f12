//! Writes the members of a canonical ZIP one after the other, keeping the directory for the end and the BLAKE2b-512 of it all.

use std::io::BufWriter;
use std::io::Write;

use blake2::Blake2b512;
use blake2::Digest as _;

use crate::bundle::zip::Entry;
use crate::bundle::zip::Method;
use crate::bundle::zip::end_records;
use crate::pack::PackError;
use crate::pack::compress::Compressor;

const BUFFER_BYTES: usize = 256 << 10;

/// The BLAKE2b-512 of `bytes`: what a prehashed signature is over.
pub(crate) fn blake2b(bytes: &[u8]) -> [u8; 64] {
    Blake2b512::digest(bytes).into()
}

/// What a member's header says beside its name and place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) method: Method,
    pub(crate) crc32: u32,
    pub(crate) stored_bytes: u64,
    pub(crate) size_bytes: u64,
}

pub(crate) struct Container<'a> {
    root: String,
    out: BufWriter<&'a mut dyn Write>,
    blake2b: Blake2b512,
    offset: u64,
    directory: Vec<u8>,
    members: u64,
}

impl<'a> Container<'a> {
    pub(crate) fn new(root: &str, out: &'a mut dyn Write) -> Self {
        Self {
            root: root.to_owned(),
            out: BufWriter::with_capacity(BUFFER_BYTES, out),
            blake2b: Blake2b512::new(),
            offset: 0,
            directory: Vec::new(),
            members: 0,
        }
    }

    /// Starts a member; its stored bytes must follow through [`Container::write`]. Gives where they begin.
    pub(crate) fn start(&mut self, name: &str, shape: Shape) -> Result<u64, PackError> {
        let Shape { method, crc32, stored_bytes, size_bytes } = shape;
        let name = format!("{}/{name}", self.root).into_bytes();
        let entry = Entry { name, method, crc32, stored_bytes, size_bytes, offset: self.offset };
        self.directory.extend_from_slice(&entry.central_header());
        self.members += 1;
        self.write(&entry.local_header())?;
        Ok(self.offset)
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), PackError> {
        self.blake2b.update(bytes);
        self.offset += bytes.len() as u64;
        self.out.write_all(bytes).map_err(PackError::Write)
    }

    /// A whole member from memory.
    pub(crate) fn add_bytes(&mut self, name: &str, content: &[u8]) -> Result<(), PackError> {
        let deflated = Compressor::new().whole(content);
        let stored = deflated.as_deref().unwrap_or(content);
        let shape = Shape {
            method: if deflated.is_some() { Method::Deflate } else { Method::Stored },
            crc32: zlib_rs::crc32::crc32(0, content),
            stored_bytes: stored.len() as u64,
            size_bytes: content.len() as u64,
        };
        self.start(name, shape)?;
        self.write(stored)
    }

    /// Writes the directory; gives the size and the BLAKE2b-512 of everything.
    pub(crate) fn finish(mut self) -> Result<(u64, [u8; 64]), PackError> {
        let directory = std::mem::take(&mut self.directory);
        let end = end_records(self.members, directory.len() as u64, self.offset);
        self.write(&directory)?;
        self.write(&end)?;
        self.out.flush().map_err(PackError::Write)?;
        Ok((self.offset, self.blake2b.finalize().into()))
    }
}
