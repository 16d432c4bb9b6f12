//! The canonical ZIP container: one encoding for a list of members, used for writing and, byte for byte, for checking.
//!
//! No extra field but one ZIP64 field where a value needs it, no comment, descriptor, folder entry, encryption, prefix or suffix;
//! one date and one mode. See APPNOTE 6.3 for the fields, `docs/FORMAT.md` for what is fixed.

mod content;
mod read;

pub use content::Buffers;
pub use content::read_content;
pub use read::ReadAt;
pub use read::ZipError;
pub use read::parse;

/// How a member is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// As it is.
    Stored,
    /// A raw deflate stream, smaller than the content.
    Deflate,
}

/// A member of the container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The path, root folder included.
    pub name: Vec<u8>,
    /// How it is stored.
    pub method: Method,
    /// CRC-32 of the content.
    pub crc32: u32,
    /// How many bytes it takes in the container.
    pub stored_bytes: u64,
    /// How many bytes the content has.
    pub size_bytes: u64,
    /// Where its local header starts.
    pub offset: u64,
}

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const END_64: u32 = 0x0606_4b50;
const LOCATOR_64: u32 = 0x0706_4b50;
/// Version 2.0 on Unix.
const MADE_BY: u16 = 0x0314;
/// 1980-02-01 00:00: after 1980-01-01 in every time zone.
const TIME: u16 = 0;
const DATE: u16 = 0x0041;
/// A regular file with mode 0644.
const ATTRIBUTES: u32 = 0o100_644 << 16;
const MAX_16: u64 = 0xffff;
const MAX_32: u64 = 0xffff_ffff;

const CENTRAL_FIXED_BYTES: usize = 46;
const END_BYTES: usize = 22;
const END_64_BYTES: usize = 56 + 20;

impl Entry {
    /// The header before the content.
    pub fn local_header(&self) -> Vec<u8> {
        let mut out = Fields(Vec::with_capacity(50 + self.name.len()));
        out.u32(LOCAL);
        self.common(&mut out);
        let extra = self.sizes_64();
        out.length(self.name.len());
        out.length(extra.len());
        out.0.extend_from_slice(&self.name);
        out.0.extend_from_slice(&extra);
        out.0
    }

    /// The header in the central directory.
    pub fn central_header(&self) -> Vec<u8> {
        let mut out = Fields(Vec::with_capacity(CENTRAL_FIXED_BYTES + 28 + self.name.len()));
        out.u32(CENTRAL);
        out.u16(MADE_BY);
        self.common(&mut out);
        let mut extra = self.sizes_64();
        if self.offset >= MAX_32 {
            if extra.is_empty() {
                extra.extend_from_slice(&[1, 0, 0, 0]);
            }
            extra.extend_from_slice(&self.offset.to_le_bytes());
            extra[2] += 8;
        }
        out.length(self.name.len());
        out.length(extra.len());
        out.u16(0); // comment
        out.u16(0); // disk
        out.u16(0); // internal attributes
        out.u32(ATTRIBUTES);
        out.capped_32(self.offset);
        out.0.extend_from_slice(&self.name);
        out.0.extend_from_slice(&extra);
        out.0
    }

    /// Where the content starts.
    pub fn content_offset(&self) -> u64 {
        self.offset + 30 + self.name.len() as u64 + self.sizes_64().len() as u64
    }

    fn has_large_size(&self) -> bool {
        self.size_bytes >= MAX_32 || self.stored_bytes >= MAX_32
    }

    /// What both headers share, from the version needed to the sizes.
    fn common(&self, out: &mut Fields) {
        let (method, version) = match self.method {
            Method::Stored => (0, 10),
            Method::Deflate => (8, 20),
        };
        let needs_64 = self.has_large_size() || self.offset >= MAX_32;
        out.u16(if needs_64 { 45 } else { version });
        out.u16(0); // flags
        out.u16(method);
        out.u16(TIME);
        out.u16(DATE);
        out.u32(self.crc32);
        if self.has_large_size() {
            out.u32(u32::MAX);
            out.u32(u32::MAX);
        } else {
            out.capped_32(self.stored_bytes);
            out.capped_32(self.size_bytes);
        }
    }

    /// The ZIP64 field with both sizes, as APPNOTE 4.5.3 wants it in a local header, or nothing.
    fn sizes_64(&self) -> Vec<u8> {
        if !self.has_large_size() {
            return Vec::new();
        }
        let head: [u8; 4] = [1, 0, 16, 0];
        [head.as_slice(), &self.size_bytes.to_le_bytes(), &self.stored_bytes.to_le_bytes()].concat()
    }
}

/// What follows the central directory: the end record, and before it the ZIP64 records where a value needs them.
pub fn end_records(members: u64, directory_bytes: u64, directory_offset: u64) -> Vec<u8> {
    let mut out = Fields(Vec::with_capacity(END_64_BYTES + END_BYTES));
    if members >= MAX_16 || directory_bytes >= MAX_32 || directory_offset >= MAX_32 {
        out.u32(END_64);
        out.u64(44);
        out.u16(MADE_BY);
        out.u16(45);
        out.u32(0);
        out.u32(0);
        out.u64(members);
        out.u64(members);
        out.u64(directory_bytes);
        out.u64(directory_offset);
        out.u32(LOCATOR_64);
        out.u32(0);
        out.u64(directory_offset.saturating_add(directory_bytes));
        out.u32(1);
    }
    out.u32(END);
    out.u16(0);
    out.u16(0);
    out.capped_16(members);
    out.capped_16(members);
    out.capped_32(directory_bytes);
    out.capped_32(directory_offset);
    out.u16(0);
    out.0
}

struct Fields(Vec<u8>);

impl Fields {
    fn u16(&mut self, value: u16) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    fn u32(&mut self, value: u32) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    fn u64(&mut self, value: u64) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    fn length(&mut self, bytes: usize) {
        self.capped_16(bytes as u64);
    }

    fn capped_16(&mut self, value: u64) {
        self.u16(u16::try_from(value).unwrap_or(u16::MAX));
    }

    fn capped_32(&mut self, value: u64) {
        self.u32(u32::try_from(value).unwrap_or(u32::MAX));
    }
}

#[cfg(test)]
mod tests;
