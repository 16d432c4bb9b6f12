//! Attachments too large to be read at once: hashed as a stream, never parsed.
//!
//! The evidence index has to say `format: attachment`. A JSON, YAML or XML document is read as a whole all the same, and refused where it is
//! too large for that: what it says of itself (a dry run, a sample) can stand anywhere in it.

use std::io;
use std::io::Read as _;

use super::evidence::Loaded;
use super::formats::ATTACHMENT;
use super::originals;
use super::sniff::sniff_head;
use super::walk;
use super::walk::Found;
use crate::bundle::digest::Digest;
use crate::bundle::digest::Hasher;
use crate::bundle::limits;
use crate::model::finding::Finding;
use crate::model::finding::Place;

/// Attachments up to this size are read at once.
const STREAMED_BYTES: u64 = 8 << 20;
/// Bytes that are looked at.
const HEAD_BYTES: u64 = 1 << 20;

/// Reads an attachment of more than [`STREAMED_BYTES`], in constant memory; `None` for what is read as a whole instead.
pub(super) fn read(found: &Found, wanted: Option<&(&str, Place)>) -> Result<Option<Loaded>, Finding> {
    let path = found.path.as_str();
    let too_large = found.size_bytes > walk::MAX_FILE_BYTES;
    let whole = |help: &str| match too_large {
        true => Err(walk::too_large(path, found.size_bytes, walk::MAX_FILE_BYTES).help(help)),
        false => Ok(None),
    };
    let Some(wanted) = wanted.filter(|(format, _)| *format == ATTACHMENT.id) else {
        return whole(
            "say `format: attachment` for it in the evidence index, and it is packed unread; or keep it elsewhere and put a document with its digest here",
        );
    };
    if found.size_bytes <= STREAMED_BYTES {
        return Ok(None);
    }
    let unreadable = |error: io::Error| walk::unreadable(path, &error);
    let mut file = walk::open(&found.disk).map_err(unreadable)?.take(limits::MAX_FILE_BYTES + 1);
    let mut head = Vec::new();
    file.by_ref().take(HEAD_BYTES).read_to_end(&mut head).map_err(unreadable)?;
    let Some(sniffed) = sniff_head(path, &head, Some(wanted.clone())) else {
        return whole(
            "a JSON, YAML or XML document is read as a whole: keep it elsewhere and put one with its digest here",
        );
    };
    let (digest, size_bytes) = hashed(&head, file).map_err(unreadable)?;
    if size_bytes != found.size_bytes {
        return Err(Finding::error("unreadable-file", format!("`{path}` changed while it was read"))
            .at(Place::file(path))
            .help("build again when nobody writes it"));
    }
    let content = originals::on_disk(size_bytes, found.disk.clone(), digest);
    Ok(Some(Loaded { found: found.clone(), digest, content, sniffed }))
}

/// The digest of `head` and of what comes after it, and how long both are.
fn hashed(head: &[u8], mut rest: impl io::Read) -> io::Result<(Digest, u64)> {
    let mut hasher = Hasher::default();
    hasher.update(head);
    let mut size_bytes = head.len() as u64;
    let mut buffer = vec![0; 256 << 10];
    loop {
        let count = rest.read(&mut buffer)?;
        let Some(read) = buffer.get(..count).filter(|read| !read.is_empty()) else { break };
        hasher.update(read);
        size_bytes += count as u64;
    }
    Ok((hasher.finish(), size_bytes))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;
    use std::path::PathBuf;

    use super::*;
    use crate::model::evidence::Body;
    use crate::model::evidence::Mode;

    /// A file of one byte more than is read at once, which begins with `head`; nothing else of it lies on a disk.
    fn found(name: &str, head: &str) -> (PathBuf, Found) {
        let base = walk::real(&std::env::temp_dir());
        let folder = base.join(format!("trustbook-large-{}-{}", name.replace('.', "-"), std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let disk = folder.join(name);
        let mut file = fs::File::create(&disk).unwrap();
        file.write_all(head.as_bytes()).unwrap();
        let size_bytes = walk::MAX_FILE_BYTES + 1;
        file.set_len(size_bytes).unwrap();
        (folder, Found { path: format!("evidence/{name}"), disk, size_bytes })
    }

    fn wanted(format: &str) -> Option<(&str, Place)> {
        Some((format, Place::pointer("evidence/index.yaml", "/evidence/0/format")))
    }

    #[test]
    fn a_huge_attachment_is_hashed_as_a_stream_and_read_again_from_the_disk() {
        let (folder, found) = found("dump.bin", "");
        let loaded = read(&found, wanted("attachment").as_ref()).unwrap().unwrap();
        assert_eq!(loaded.content.size_bytes(), found.size_bytes);
        assert_eq!(loaded.content.sha256(), Some(loaded.digest));
        assert!(matches!(loaded.sniffed.read.unwrap().body, Body::Attachment));
        // the reader compares what it gives with what was hashed, and it is the same
        let read = io::copy(&mut loaded.content.open().unwrap(), &mut io::sink()).unwrap();
        assert_eq!(read, found.size_bytes);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_huge_file_that_nobody_called_an_attachment_is_refused_with_what_to_do() {
        let (folder, found) = found("dump.raw", "");
        for wanted in [None, wanted("junit-xml")] {
            let finding = read(&found, wanted.as_ref()).err().unwrap();
            assert_eq!(finding.code, "too-large");
            assert!(finding.help.contains("format: attachment"));
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_huge_document_stays_refused_since_what_it_says_of_itself_may_stand_anywhere() {
        for (name, head) in [("a.json", ""), ("a.txt", "{\"dry_run\": true"), ("b.log", "<report>")] {
            let (folder, found) = found(name, &format!("{head}{}", " ".repeat(HEAD_BYTES as usize)));
            let finding = read(&found, wanted("attachment").as_ref()).err().unwrap();
            assert!(finding.help.contains("read as a whole"), "{name}");
            fs::remove_dir_all(folder).unwrap();
        }
    }

    #[test]
    fn a_huge_log_that_says_it_did_not_happen_does_not_count() {
        // the text goes on to where it is cut, in the middle of a character
        let head = format!("Result: not executed\n{}", "a line of the log – and more\n".repeat(60_000));
        let (folder, found) = found("run.log", &head);
        let loaded = read(&found, wanted("attachment").as_ref()).unwrap().unwrap();
        assert_eq!(loaded.sniffed.read.unwrap().mode, Some(Mode::Planned));
        fs::remove_dir_all(folder).unwrap();
    }
}
