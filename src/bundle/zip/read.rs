//! Reads the container's headers: every field is built again from what was read and compared byte for byte.

use std::fmt;
use std::io;

use crate::bundle::limits;
use crate::bundle::zip::CENTRAL_FIXED_BYTES;
use crate::bundle::zip::END_64_BYTES;
use crate::bundle::zip::END_BYTES;
use crate::bundle::zip::Entry;
use crate::bundle::zip::MAX_32;
use crate::bundle::zip::Method;
use crate::bundle::zip::end_records;

/// Bytes at positions, by any number of threads at once.
pub trait ReadAt: Sync {
    /// How many bytes there are.
    fn size_bytes(&self) -> u64;

    /// Fills `buffer` from `offset` on.
    ///
    /// # Errors
    /// What the machine says, or that the end comes first.
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()>;
}

impl ReadAt for Vec<u8> {
    fn size_bytes(&self) -> u64 {
        self.len() as u64
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let range = usize::try_from(offset).ok().and_then(|from| self.get(from..)?.get(..buffer.len()));
        buffer.copy_from_slice(range.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

/// Why a container is not canonical.
#[derive(Debug)]
pub enum ZipError {
    /// It could not be read.
    Io(io::Error),
    /// It is not in the form.
    Form {
        /// The member, where one is concerned.
        member: Option<Vec<u8>>,
        /// What is wrong.
        problem: &'static str,
    },
}

impl From<io::Error> for ZipError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for ZipError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "could not be read: {error}"),
            Self::Form { member: _, problem } => f.write_str(problem),
        }
    }
}

impl std::error::Error for ZipError {}

/// Reads the list of members of a canonical container. The contents are not looked at.
///
/// # Errors
/// The first place that is not as the encoder would have written it.
pub fn parse(input: &dyn ReadAt) -> Result<Vec<Entry>, ZipError> {
    let directory = find_directory(input)?;
    let mut bytes = vec![0; directory.size_bytes];
    input.read_exact_at(&mut bytes, directory.offset)?;
    let mut entries: Vec<Entry> = Vec::with_capacity(directory.members);
    let mut rest = bytes.as_slice();
    let mut next_offset = 0u64;
    let mut local = Vec::new();
    for _ in 0..directory.members {
        let entry = read_central(rest).ok_or(form("the central directory is cut off"))?;
        let refuse = |problem| ZipError::Form { member: Some(entry.name.clone()), problem };
        let header = entry.central_header();
        rest = rest.strip_prefix(header.as_slice()).ok_or_else(|| {
            refuse("the entry in the central directory is not in the canonical form (flags, date, mode, extra fields, …)")
        })?;
        check_sizes(&entry).map_err(refuse)?;
        if entries.last().is_some_and(|last| last.name >= entry.name) {
            return Err(refuse("the member is there twice or out of order"));
        }
        if entry.offset != next_offset {
            return Err(refuse("the member does not start where the one before ends"));
        }
        let expected = entry.local_header();
        next_offset = entry
            .offset
            .checked_add(expected.len() as u64)
            .and_then(|offset| offset.checked_add(entry.stored_bytes))
            .filter(|offset| *offset <= directory.offset)
            .ok_or_else(|| refuse("the member reaches into the central directory"))?;
        local.resize(expected.len(), 0);
        input.read_exact_at(&mut local, entry.offset)?;
        if local != expected {
            return Err(refuse("the local header differs from the central directory"));
        }
        entries.push(entry);
    }
    if !rest.is_empty() {
        return Err(form("the central directory holds more than its members"));
    }
    if next_offset != directory.offset {
        return Err(form("bytes between the last member and the central directory"));
    }
    Ok(entries)
}

struct Directory {
    members: usize,
    size_bytes: usize,
    offset: u64,
}

pub(super) const fn form(problem: &'static str) -> ZipError {
    ZipError::Form { member: None, problem }
}

/// Finds the central directory from the end records, which must be the last bytes and as the encoder writes them.
fn find_directory(input: &dyn ReadAt) -> Result<Directory, ZipError> {
    let size_bytes = input.size_bytes();
    let tail_bytes = size_bytes.min((END_64_BYTES + END_BYTES) as u64);
    let mut tail = vec![0; tail_bytes as usize];
    input.read_exact_at(&mut tail, size_bytes - tail_bytes)?;
    let end = tail.len().checked_sub(END_BYTES).ok_or(form("too short for a ZIP"))?;
    let mut members = u64::from(u16_at(&tail, end + 10));
    let mut directory_bytes = u64::from(u32_at(&tail, end + 12));
    let mut offset = u64::from(u32_at(&tail, end + 16));
    if (members == 0xffff || directory_bytes == MAX_32 || offset == MAX_32) && end == END_64_BYTES {
        members = u64_at(&tail, 32);
        directory_bytes = u64_at(&tail, 40);
        offset = u64_at(&tail, 48);
    }
    let expected = end_records(members, directory_bytes, offset);
    if !tail.ends_with(&expected) {
        return Err(form(
            "the end of the file is not the end record of a canonical ZIP (or something follows it)",
        ));
    }
    let ends_at = offset.checked_add(directory_bytes).and_then(|at| at.checked_add(expected.len() as u64));
    if ends_at != Some(size_bytes) {
        return Err(form("the central directory does not end where the end record starts"));
    }
    let members = usize::try_from(members).ok().filter(|members| *members <= limits::MAX_MEMBERS);
    let members = members.ok_or(form("more members than the format allows"))?;
    if members == 0 {
        return Err(form("no members"));
    }
    let most = CENTRAL_FIXED_BYTES + limits::MAX_ROOT_BYTES + 1 + limits::MAX_PATH_BYTES + 28;
    let directory_bytes = usize::try_from(directory_bytes).ok().filter(|bytes| *bytes <= members * most);
    let size_bytes =
        directory_bytes.ok_or(form("the central directory is larger than its members can make it"))?;
    Ok(Directory { members, size_bytes, offset })
}

/// Takes the values out of an entry of the central directory; what it does not take must be what the encoder writes.
fn read_central(bytes: &[u8]) -> Option<Entry> {
    let fixed = bytes.get(..CENTRAL_FIXED_BYTES)?;
    let name_bytes = usize::from(u16_at(fixed, 28));
    let extra_bytes = usize::from(u16_at(fixed, 30));
    let name = bytes.get(CENTRAL_FIXED_BYTES..)?.get(..name_bytes)?;
    let extra = bytes.get(CENTRAL_FIXED_BYTES + name_bytes..)?.get(..extra_bytes)?;
    let mut large = extra.get(4..).unwrap_or_default().chunks_exact(8).map(|chunk| u64_at(chunk, 0));
    let mut value = |at: usize| match u64::from(u32_at(fixed, at)) {
        MAX_32 => large.next(),
        value => Some(value),
    };
    let size_bytes = value(24)?;
    let stored_bytes = value(20)?;
    let offset = value(42)?;
    let method = match u16_at(fixed, 10) {
        8 => Method::Deflate,
        _ => Method::Stored,
    };
    Some(Entry { name: name.to_vec(), method, crc32: u32_at(fixed, 16), stored_bytes, size_bytes, offset })
}

fn check_sizes(entry: &Entry) -> Result<(), &'static str> {
    if entry.name.len() > limits::MAX_ROOT_BYTES + 1 + limits::MAX_PATH_BYTES {
        return Err("the name is too long");
    }
    if entry.size_bytes > limits::MAX_FILE_BYTES {
        return Err("the declared size is over the limit");
    }
    match entry.method {
        Method::Stored if entry.stored_bytes != entry.size_bytes => {
            Err("stored, yet with two different sizes")
        }
        Method::Deflate if entry.stored_bytes >= entry.size_bytes => Err("deflated, yet no smaller"),
        Method::Deflate if entry.size_bytes / limits::MAX_RATIO > entry.stored_bytes => {
            Err("the declared size is more than deflate can make of the stored bytes")
        }
        Method::Stored | Method::Deflate => Ok(()),
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(array_at(bytes, at))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(array_at(bytes, at))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(array_at(bytes, at))
}

/// Zeros beyond the end: the callers compare what they read with a new encoding anyway.
fn array_at<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes.get(at..).and_then(|rest| rest.first_chunk::<N>()).copied().unwrap_or([0; N])
}
