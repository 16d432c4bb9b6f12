//! Deflate, so that the bytes depend on the content and this version of zlib-rs alone: level 5, a file of up to 16 MiB in one call, a larger
//! one in blocks of 1 MiB that know nothing of each other. What samples show to be incompressible is not tried.

use zlib_rs::Deflate;
use zlib_rs::DeflateFlush;
use zlib_rs::Status;

/// Up to this size a file is compressed in one call.
pub(crate) const WHOLE_BYTES: u64 = 16 << 20;
/// The size of the blocks of a larger file.
pub(crate) const BLOCK_BYTES: usize = 1 << 20;

const LEVEL: i32 = 5;
const WINDOW_BITS: u8 = 15;
/// Below this size there is no sampling.
const SAMPLED_FROM_BYTES: usize = 128 << 10;
const SAMPLE_BYTES: usize = 16 << 10;

/// A compressor and its output, used again for file after file.
pub(crate) struct Compressor {
    deflate: Deflate,
    sampler: Deflate,
    out: Vec<u8>,
}

impl Compressor {
    pub(crate) fn new() -> Self {
        Self {
            deflate: Deflate::new(LEVEL, false, WINDOW_BITS),
            sampler: Deflate::new(1, false, WINDOW_BITS),
            out: Vec::new(),
        }
    }

    /// The deflate stream of `content` where it is smaller than that.
    pub(crate) fn whole(&mut self, content: &[u8]) -> Option<Vec<u8>> {
        if content.len() < 2 || self.is_incompressible(content) {
            return None;
        }
        let stream = self.complete(content, DeflateFlush::Finish, Status::StreamEnd)?;
        (stream.len() < content.len()).then(|| stream.to_vec())
    }

    /// One block of a larger file, ending on a byte, the stream with it when it is the last. `None` when zlib fails.
    pub(crate) fn block(&mut self, content: &[u8], last: bool) -> Option<Vec<u8>> {
        if self.is_incompressible(content) {
            return Some(stored_blocks(content, last));
        }
        let (flush, status) = if last {
            (DeflateFlush::Finish, Status::StreamEnd)
        } else {
            (DeflateFlush::SyncFlush, Status::Ok)
        };
        self.complete(content, flush, status).map(<[u8]>::to_vec)
    }

    /// All of `content` in one call, with more room than deflate's worst case needs: zlib-rs 0.6.8 panics when a small output runs full.
    fn complete(&mut self, content: &[u8], flush: DeflateFlush, expected: Status) -> Option<&[u8]> {
        let length = content.len() + content.len() / 8 + 1024;
        self.room(length);
        let status = run(&mut self.deflate, content, &mut self.out[..length], flush)?;
        let written = self.deflate.total_out() as usize;
        let complete =
            status == expected && self.deflate.total_in() as usize == content.len() && written < length;
        complete.then(|| &self.out[..written])
    }

    /// Whether a sixteenth at most can be saved on samples of the beginning, the middle and the end.
    fn is_incompressible(&mut self, content: &[u8]) -> bool {
        if content.len() < SAMPLED_FROM_BYTES {
            return false;
        }
        self.room(2 * SAMPLE_BYTES);
        let starts = [0, (content.len() - SAMPLE_BYTES) / 2, content.len() - SAMPLE_BYTES];
        let mut compressed = 0;
        for start in starts {
            let sample = &content[start..start + SAMPLE_BYTES];
            run(&mut self.sampler, sample, &mut self.out[..2 * SAMPLE_BYTES], DeflateFlush::Finish);
            compressed += self.sampler.total_out() as usize;
        }
        compressed * 16 > starts.len() * SAMPLE_BYTES * 15
    }

    fn room(&mut self, bytes: usize) {
        if self.out.len() < bytes {
            self.out.resize(bytes, 0);
        }
    }
}

fn run(deflate: &mut Deflate, content: &[u8], out: &mut [u8], flush: DeflateFlush) -> Option<Status> {
    deflate.reset();
    deflate.compress(content, out, flush).ok()
}

/// `content` as stored deflate blocks.
fn stored_blocks(content: &[u8], last: bool) -> Vec<u8> {
    const MAX_STORED: usize = 0xffff;
    let mut out = Vec::with_capacity(content.len() + 5 * content.len().div_ceil(MAX_STORED));
    let mut chunks = content.chunks(MAX_STORED).peekable();
    while let Some(chunk) = chunks.next() {
        let length = chunk.len() as u16;
        out.push(u8::from(last && chunks.peek().is_none()));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(chunk);
    }
    out
}

#[cfg(test)]
mod tests {
    use zlib_rs::Inflate;
    use zlib_rs::InflateFlush;

    use super::*;

    fn noise(length: usize) -> Vec<u8> {
        let mut state = 1u64;
        let step = |state: &mut u64| {
            *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (*state >> 56) as u8
        };
        (0..length).map(|_| step(&mut state)).collect()
    }

    fn text(length: usize) -> Vec<u8> {
        noise(length).iter().map(|byte| b'a' + byte % 8).collect()
    }

    fn inflated(stream: &[u8], length: usize) -> Vec<u8> {
        let mut out = vec![0; length + 1];
        let mut inflate = Inflate::new(false, 15);
        assert_eq!(inflate.decompress(stream, &mut out, InflateFlush::Finish), Ok(Status::StreamEnd));
        assert_eq!(inflate.total_in() as usize, stream.len());
        out.truncate(inflate.total_out() as usize);
        out
    }

    #[test]
    fn what_is_compressed_is_smaller_and_comes_back() {
        let mut compressor = Compressor::new();
        for length in [2, 3, 10, 100, 5000, 128 << 10, 300_000] {
            let content = vec![b'x'; length];
            if let Some(stream) = compressor.whole(&content) {
                assert!(stream.len() < length);
                assert_eq!(inflated(&stream, length), content);
            } else {
                assert!(length < 6);
            }
        }
        for length in 2..200 {
            assert_eq!(compressor.whole(&noise(length)), None);
        }
        assert_eq!(compressor.whole(&noise(500_000)), None);
        assert_eq!(compressor.whole(b""), None);
    }

    #[test]
    fn a_compressor_that_was_used_gives_the_bytes_of_a_new_one() {
        let mut used = Compressor::new();
        for content in [text(200_000), noise(300_000), text(1000), vec![0; 70_000]] {
            assert_eq!(used.whole(&content), Compressor::new().whole(&content));
            assert_eq!(used.block(&content, false), Compressor::new().block(&content, false));
        }
    }

    #[test]
    fn blocks_of_every_kind_join_to_one_stream() {
        let mut compressor = Compressor::new();
        let blocks = [text(BLOCK_BYTES), noise(BLOCK_BYTES), vec![0; BLOCK_BYTES], noise(200_000)];
        for count in 1..=blocks.len() {
            let stream: Vec<u8> = blocks[..count]
                .iter()
                .enumerate()
                .flat_map(|(index, block)| compressor.block(block, index + 1 == count).unwrap())
                .collect();
            assert_eq!(inflated(&stream, blocks[..count].concat().len()), blocks[..count].concat());
        }
    }
}
