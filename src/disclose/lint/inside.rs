//! Looks into files that hold others: ZIP (and so DOCX, XLSX, JAR), gzip, and the compressed streams of PDF.
//!
//! What cannot be opened is said, never passed over. Text that a PDF draws with numbers of its own instead of characters stays
//! unreadable here, as it does for every search of the bytes.

use std::io;
use std::io::Cursor;
use std::io::Read;

use flate2::read::MultiGzDecoder;
use flate2::read::ZlibDecoder;
use zip::ZipArchive;

use crate::disclose::lint::Level;
use crate::disclose::lint::scan::Hit;
use crate::disclose::lint::scan::scan;
use crate::model::finding::Finding;
use crate::model::finding::Place;

/// Between the name of a file and the name of what lies in it.
pub(crate) const IN: char = '!';
/// Files in files in files.
const MAX_DEPTH: usize = 4;
/// Members of all boxes of one file.
const MAX_MEMBERS: usize = 100_000;
/// Bytes of all that one file unfolds to.
const MAX_BYTES: u64 = 1 << 30;
/// Bytes of one member, since it is held in memory.
const MAX_MEMBER_BYTES: u64 = 256 << 20;

/// Everything found inside one file, each with the way to it.
#[derive(Debug, Default)]
pub struct Inside {
    /// Hits by name: `docs/letter.docx!word/document.xml`.
    pub hits: Vec<(String, Vec<Hit>)>,
    /// What was not looked at.
    pub findings: Vec<Finding>,
}

impl Inside {
    /// Whether nothing was found, and nothing stayed unread.
    pub fn is_empty(&self) -> bool {
        self.hits.iter().all(|(_, hits)| hits.is_empty()) && self.findings.is_empty()
    }
}

/// Whether a file that begins with `head` holds others. Its own bytes then mean little: only what is inside is searched for
/// personal data.
pub fn holds_others(head: &[u8]) -> bool {
    Kind::of(head).is_some()
}

/// Looks into `path`, when `head` (its first bytes) says that it holds other files. Reads it through `open` only then.
///
/// # Errors
/// When reading fails.
pub fn inside<R: Read>(
    path: &str,
    head: &[u8],
    open: impl FnOnce() -> io::Result<R>,
    level: Level,
) -> io::Result<Inside> {
    let mut look = Look { level, left: MAX_BYTES, members: 0, found: Inside::default() };
    if Kind::of(head).is_some() {
        let mut bytes = Vec::new();
        open()?.take(MAX_MEMBER_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_MEMBER_BYTES {
            look.closed(path, "it is larger than 256 MiB");
        } else {
            look.unfold(path, bytes, 0)?;
        }
    }
    Ok(look.found)
}

enum Kind {
    Zip,
    Gzip,
    Pdf,
}

impl Kind {
    fn of(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"PK\x03\x04") {
            Some(Self::Zip)
        } else if head.starts_with(&[0x1f, 0x8b]) {
            Some(Self::Gzip)
        } else if head.starts_with(b"%PDF-") {
            Some(Self::Pdf)
        } else {
            None
        }
    }
}

struct Look {
    level: Level,
    left: u64,
    members: usize,
    found: Inside,
}

impl Look {
    fn closed(&mut self, path: &str, why: &str) {
        let outer = path.split(IN).next().unwrap_or(path);
        self.found.findings.push(
            Finding::warning("lint-not-inspected", format!("`{path}` was not searched for secrets: {why}"))
                .at(Place::file(outer))
                .help("look at it yourself before it is published, or publish it unpacked"),
        );
    }

    fn unfold(&mut self, path: &str, bytes: Vec<u8>, depth: usize) -> io::Result<()> {
        match Kind::of(&bytes) {
            None => Ok(()),
            Some(_) if depth >= MAX_DEPTH => {
                self.closed(path, "it lies too deep in other files");
                Ok(())
            }
            Some(Kind::Zip) => self.zip(path, bytes, depth),
            Some(Kind::Gzip) => {
                let name = format!("{path}{IN}content");
                self.member(&name, MultiGzDecoder::new(bytes.as_slice()), depth)
            }
            Some(Kind::Pdf) => self.pdf(path, &bytes),
        }
    }

    fn zip(&mut self, path: &str, bytes: Vec<u8>, depth: usize) -> io::Result<()> {
        let mut archive = match ZipArchive::new(Cursor::new(bytes)) {
            Ok(archive) => archive,
            Err(_) => {
                self.closed(path, "its list of files cannot be read");
                return Ok(());
            }
        };
        for at in 0..archive.len() {
            let member = match archive.by_index(at) {
                Ok(member) => member,
                Err(_) => {
                    self.closed(&format!("{path}{IN}{at}"), "it is encrypted, or packed in an unknown way");
                    continue;
                }
            };
            if member.is_file() {
                let name = format!(
                    "{path}{IN}{}",
                    member.name().map_or_else(|_| at.to_string(), |name| name.escape_default().to_string())
                );
                self.member(&name, member, depth)?;
            }
        }
        Ok(())
    }

    /// One packed file: searched, and looked into. A damaged one is closed, not an error of the machine.
    fn member(&mut self, name: &str, packed: impl Read, depth: usize) -> io::Result<()> {
        self.members += 1;
        if self.members > MAX_MEMBERS {
            if self.members == MAX_MEMBERS + 1 {
                self.closed(name, "the files before it were already 100,000");
            }
            return Ok(());
        }
        let limit = self.left.min(MAX_MEMBER_BYTES);
        let mut bytes = Vec::new();
        let result = packed.take(limit + 1).read_to_end(&mut bytes);
        if bytes.len() as u64 > limit {
            self.closed(name, "it unfolds to more than is looked at");
            return Ok(());
        }
        self.left -= bytes.len() as u64;
        let hits = scan(bytes.as_slice(), self.level)?;
        if !hits.is_empty() {
            self.found.hits.push((name.to_owned(), hits));
        }
        if result.is_err() {
            self.closed(name, "it is damaged");
            return Ok(());
        }
        self.unfold(name, bytes, depth + 1)
    }

    /// Every stream that is compressed with deflate, as bytes and as the text it draws.
    fn pdf(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        if find(bytes, b"/Encrypt").is_some() {
            self.closed(path, "it is encrypted");
        }
        let (mut at, mut number) = (0, 0);
        let mut between = Vec::new();
        while let Some(start) = find(&bytes[at..], b"stream").map(|found| at + found) {
            let dictionary = &bytes[start.saturating_sub(1024).max(at)..start];
            between.extend_from_slice(&bytes[at..start]);
            let body = &bytes[start + 6..];
            let body = body.strip_prefix(b"\r").unwrap_or(body);
            let body = body.strip_prefix(b"\n").unwrap_or(body);
            let length = find(body, b"endstream").unwrap_or(body.len());
            number += 1;
            if find(dictionary, b"/FlateDecode").is_some() {
                let name = format!("{path}{IN}stream {number}");
                let limit = self.left.min(MAX_MEMBER_BYTES);
                let mut content = Vec::new();
                // A stream may end early; what came out until then is looked at.
                let _ = ZlibDecoder::new(&body[..length]).take(limit).read_to_end(&mut content);
                if content.len() as u64 == limit {
                    self.closed(&name, "it unfolds to more than is looked at");
                }
                self.left -= content.len() as u64;
                // Fonts and pictures are no text, and whatever looks like an address in them is none.
                for text in [drawn(&content), content].into_iter().filter(|text| is_text(text)) {
                    let hits = scan(text.as_slice(), self.level)?;
                    if !hits.is_empty() {
                        self.found.hits.push((name.clone(), hits));
                        break;
                    }
                }
            }
            at = (bytes.len() - body.len() + length + 9).min(bytes.len());
        }
        between.extend_from_slice(&bytes[at..]);
        let hits = scan(between.as_slice(), self.level)?;
        if !hits.is_empty() {
            self.found.hits.push((format!("{path}{IN}objects"), hits));
        }
        Ok(())
    }
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

/// Whether nearly all of it is printable.
fn is_text(bytes: &[u8]) -> bool {
    let printable = bytes.iter().filter(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7e)).count();
    printable * 20 >= bytes.len() * 17
}

/// The characters in the literal strings of a content stream, without what stands between (ISO 32000-1, 7.3.4.2).
fn drawn(content: &[u8]) -> Vec<u8> {
    let (mut out, mut depth, mut escaped) = (Vec::new(), 0_u32, false);
    for byte in content {
        match (depth, *byte) {
            (0, b'(') => depth = 1,
            (0, b'\n') => out.push(b'\n'),
            (0, _) => {}
            (_, byte) if escaped => {
                escaped = false;
                out.push(byte);
            }
            (_, b'\\') => escaped = true,
            (1, b')') => depth = 0,
            (_, byte) => {
                depth = match byte {
                    b'(' => depth + 1,
                    b')' => depth - 1,
                    _ => depth,
                };
                out.push(byte);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use flate2::write::ZlibEncoder;

    use super::*;

    /// A home path, put together here so that this file holds none.
    fn told() -> String {
        format!("see {}home/jdoe/src", '/')
    }

    fn zipped(name: &str, bytes: &[u8]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap().into_inner()
    }

    fn gzipped(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn pdf(content: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(content).unwrap();
        let mut out = b"%PDF-1.7\n1 0 obj\n<< /Filter /FlateDecode >>\nstream\n".to_vec();
        out.extend(encoder.finish().unwrap());
        out.extend(b"\nendstream\nendobj\n");
        out
    }

    fn look(name: &str, bytes: &[u8]) -> Inside {
        inside(name, &bytes[..bytes.len().min(8)], || Ok(bytes), Level::Public).unwrap()
    }

    #[track_caller]
    fn found(name: &str, bytes: &[u8], at: &str) {
        let inside = look(name, bytes);
        let hits: Vec<(&str, &str)> =
            inside.hits.iter().map(|(name, hits)| (name.as_str(), hits[0].code)).collect();
        assert_eq!(hits, [(at, "home-path")], "{:?}", inside.findings);
    }

    #[test]
    fn what_lies_in_packed_files_is_found_with_the_way_to_it() {
        let text = told();
        found("a.docx", &zipped("word/document.xml", text.as_bytes()), "a.docx!word/document.xml");
        found("a.log.gz", &gzipped(text.as_bytes()), "a.log.gz!content");
        let nested = zipped("logs/run.log.gz", &gzipped(text.as_bytes()));
        found("a.zip", &nested, "a.zip!logs/run.log.gz!content");
        found("a.pdf", &pdf(format!("BT ({text}) Tj ET").as_bytes()), "a.pdf!stream 1");
        let kerned = text.replace("home", "ho) -20 (me");
        found("b.pdf", &pdf(format!("BT [({kerned})] TJ ET").as_bytes()), "b.pdf!stream 1");
    }

    #[test]
    fn what_only_looks_like_an_address_in_a_font_is_none_and_in_the_open_it_is_one() {
        let mut font: Vec<u8> = (0..=255).cycle().take(4096).collect();
        font.extend(told().bytes());
        assert_eq!(look("a.pdf", &pdf(&font)).hits, []);
        let mut open = pdf(b"BT ET");
        open.extend(format!("2 0 obj << /Author ({}) >>\n", told()).bytes());
        found("b.pdf", &open, "b.pdf!objects");
    }

    #[test]
    fn what_cannot_be_opened_is_said() {
        let mut cut = zipped("a.txt", told().as_bytes());
        cut.truncate(20);
        let mut bomb = told().into_bytes();
        for _ in 0..6 {
            bomb = gzipped(&bomb);
        }
        for (name, bytes) in [("cut.zip", cut), ("deep.gz", bomb), ("cut.gz", gzipped(b"abc")[..12].to_vec())]
        {
            let inside = look(name, &bytes);
            let codes: Vec<&str> = inside.findings.iter().map(|finding| finding.code).collect();
            assert_eq!(codes, ["lint-not-inspected"], "{name}");
        }
    }

    #[test]
    fn other_files_are_not_read_again() {
        let inside = inside(
            "a.txt",
            b"plain te",
            || -> io::Result<&[u8]> { Err(io::ErrorKind::Other.into()) },
            Level::Public,
        );
        assert!(inside.unwrap().hits.is_empty());
    }
}
