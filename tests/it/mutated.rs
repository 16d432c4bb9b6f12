//! Every fixture of every format, damaged in many ways: whatever comes of it, it is a result or a finding, and it comes soon.
//!
//! The damage is drawn from a counter, so that the same files are tried every time. `TRUSTBOOK_MUTATIONS` is how often each
//! file is damaged; `TRUSTBOOK_MUTATE` names a folder of files to be damaged instead of the fixtures.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;
use std::time::Instant;

use trustbook::load;

use crate::draw::Draw;
use crate::project::Folder;

/// How often each file is damaged, unless said otherwise.
const TIMES: u64 = 24;
/// The largest file that is damaged, in bytes.
const MAX_BYTES: usize = 200_000;
/// How long one file may take in a build without optimisation, on a busy machine.
const MAX_TIME: Duration = Duration::from_secs(20);

/// What readers stumble over, put in place of a value or anywhere.
const TOKENS: &[&[u8]] = &[
    b"null",
    b"[]",
    b"{}",
    b"\"\"",
    b"-1",
    b"1e999",
    b"99999999999999999999999999",
    b"true",
    b"\"\\ud800\"",
    b"\"2026-13-45T99:00:00Z\"",
    b"\xff\xfe",
    b"\0",
    b"\xef\xbb\xbf",
    b"<![CDATA[",
    b"]]>",
    b"&amp;",
    b"<!--",
    b"---\n",
    b"- - -",
    b": ",
    b"\t",
    b"\r",
    b"\xe2\x80\xae",
    b"[[[[[[[[[[[[[[[[",
    b"{\"a\":{\"a\":{\"a\":",
    b"end_of_record\n",
];

/// One kind of damage or several, one after the other.
fn damaged(original: &[u8], draw: &mut Draw) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for _ in 0..=draw.below(3) {
        if bytes.is_empty() {
            break;
        }
        let at = draw.below(bytes.len());
        match draw.below(9) {
            0 => bytes.truncate(at),
            1 => bytes[at] ^= 1 << draw.below(8),
            2 => bytes[at] = u8::try_from(draw.below(256)).unwrap(),
            3 => {
                let end = (at + 1 + draw.below(64)).min(bytes.len());
                bytes.drain(at..end);
            }
            4 => {
                let end = (at + 1 + draw.below(256)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                let to = draw.below(bytes.len());
                bytes.splice(to..to, part);
            }
            5 => {
                let token = TOKENS[draw.below(TOKENS.len())];
                bytes.splice(at..at, token.iter().copied());
            }
            6 => value_replaced(&mut bytes, at, TOKENS[draw.below(TOKENS.len())]),
            7 => {
                let token = TOKENS[draw.below(TOKENS.len())];
                let many = token.repeat(1 + draw.below(300));
                bytes.splice(at..at, many);
            }
            _ => {
                let other = draw.below(bytes.len());
                bytes.swap(at, other);
            }
        }
    }
    bytes
}

/// Puts `token` where the value behind the next colon stands, or the attribute behind the next `=`.
fn value_replaced(bytes: &mut Vec<u8>, from: usize, token: &[u8]) {
    let Some(colon) = bytes[from..].iter().position(|byte| matches!(byte, b':' | b'=')) else { return };
    let start = from + colon + 1;
    let end = bytes[start..]
        .iter()
        .position(|byte| matches!(byte, b',' | b'}' | b'\n' | b'>'))
        .map_or(bytes.len(), |length| start + length);
    bytes.splice(start..end, token.iter().copied());
}

#[expect(clippy::disallowed_methods, reason = "how much is tried is set from outside")]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut stack = vec![folder.to_path_buf()];
    while let Some(folder) = stack.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() { stack.push(entry.path()) } else { out.push(entry.path()) }
        }
    }
    out.sort();
    out
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it measures how long a reader takes")]
fn a_damaged_file_gives_a_result_or_a_finding_and_soon() {
    let times = setting("TRUSTBOOK_MUTATIONS").and_then(|text| text.parse().ok()).unwrap_or(TIMES);
    let folder = setting("TRUSTBOOK_MUTATE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/load"), PathBuf::from);
    let work = Folder::new("mutated");
    let mut tried = 0_u64;
    let mut slowest = (Duration::ZERO, String::new());
    for (number, file) in files(&folder).iter().enumerate() {
        let original = fs::read(file).unwrap();
        if original.len() > MAX_BYTES {
            continue;
        }
        let name = file.file_name().unwrap().to_str().unwrap();
        let path = work.path().join(name);
        for round in 0..times {
            let mut draw = Draw(u64::try_from(number).unwrap() << 32 | round);
            let bytes = damaged(&original, &mut draw);
            fs::write(&path, &bytes).unwrap();
            let began = Instant::now();
            let inspection = std::panic::catch_unwind(|| load::inspect(std::slice::from_ref(&path)));
            let took = began.elapsed();
            let what = format!("{} damaged by {number}/{round}", file.display());
            let inspection = inspection.unwrap_or_else(|_| panic!("a reader panics on {what}"));
            let report = &inspection.report["files"][0];
            assert!(took < MAX_TIME, "{what} takes {took:?}");
            assert!(
                report["usable"] == true
                    || report["findings"].as_array().is_some_and(|list| !list.is_empty()),
                "{what} is refused and nobody says why: {report}"
            );
            tried += 1;
            if took > slowest.0 {
                slowest = (took, what);
            }
        }
        fs::remove_file(&path).unwrap();
    }
    println!("{tried} damaged files; the slowest took {:?}: {}", slowest.0, slowest.1);
    assert!(tried > 0, "nothing in {}", folder.display());
}
