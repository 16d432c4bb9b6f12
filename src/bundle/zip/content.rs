//! Reads a member's content piece by piece: exactly the stored bytes give exactly the declared size and CRC, or it is refused.

use std::fmt;

use zlib_rs::Inflate;
use zlib_rs::InflateFlush;
use zlib_rs::Status;

use crate::bundle::zip::Entry;
use crate::bundle::zip::Method;
use crate::bundle::zip::ReadAt;
use crate::bundle::zip::ZipError;
use crate::bundle::zip::read::form;

const PIECE_BYTES: u64 = 128 << 10;

/// What reading needs and may use again; one for each thread.
pub struct Buffers {
    stored: Vec<u8>,
    content: Vec<u8>,
    inflate: Inflate,
}

impl Default for Buffers {
    fn default() -> Self {
        Self {
            stored: vec![0; PIECE_BYTES as usize],
            content: vec![0; PIECE_BYTES as usize],
            inflate: Inflate::new(false, 15),
        }
    }
}

impl fmt::Debug for Buffers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Buffers")
    }
}

const DEFLATE: ZipError = form("the deflate stream is broken");
const STREAM_LENGTH: ZipError = form("the deflate stream does not end where the member ends");
const SIZE: ZipError = form("the content is not of the declared size");
const CRC: ZipError = form("the content has another CRC-32 than declared");

/// Gives the content of `entry` to `sink`, piece by piece. What `sink` got counts only when this returns `Ok`.
///
/// # Errors
/// The first thing that does not fit; see [`ZipError`].
pub fn read_content(
    input: &dyn ReadAt,
    entry: &Entry,
    buffers: &mut Buffers,
    sink: &mut dyn FnMut(&[u8]),
) -> Result<(), ZipError> {
    let Buffers { stored, content, inflate } = buffers;
    inflate.reset(false);
    let start = entry.content_offset();
    let mut read_bytes = 0;
    let mut size_bytes = 0u64;
    let mut crc32 = 0;
    let mut ended = false;
    while read_bytes < entry.stored_bytes {
        let piece_bytes = PIECE_BYTES.min(entry.stored_bytes - read_bytes) as usize;
        let piece = &mut stored[..piece_bytes];
        input.read_exact_at(piece, start + read_bytes)?;
        read_bytes += piece_bytes as u64;
        if entry.method == Method::Stored {
            crc32 = zlib_rs::crc32::crc32(crc32, piece);
            size_bytes += piece_bytes as u64;
            sink(piece);
            continue;
        }
        let mut rest = &*piece;
        loop {
            if ended {
                return Err(STREAM_LENGTH);
            }
            let (before_in, before_out) = (inflate.total_in(), inflate.total_out());
            let status = inflate.decompress(rest, content, InflateFlush::NoFlush).map_err(|_| DEFLATE)?;
            let consumed = (inflate.total_in() - before_in) as usize;
            let produced = (inflate.total_out() - before_out) as usize;
            size_bytes += produced as u64;
            if size_bytes > entry.size_bytes {
                return Err(SIZE);
            }
            crc32 = zlib_rs::crc32::crc32(crc32, &content[..produced]);
            sink(&content[..produced]);
            rest = &rest[consumed..];
            ended = status == Status::StreamEnd;
            let full = produced == content.len();
            if rest.is_empty() && (ended || !full) {
                break;
            }
            if !rest.is_empty() && consumed == 0 && produced == 0 {
                return Err(DEFLATE);
            }
        }
    }
    if entry.method == Method::Deflate && !ended {
        return Err(STREAM_LENGTH);
    }
    if size_bytes != entry.size_bytes {
        return Err(SIZE);
    }
    if crc32 != entry.crc32 {
        return Err(CRC);
    }
    Ok(())
}
