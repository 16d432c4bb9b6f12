//! Every parser on mutated input: it never ends early, and what it reads it would have written. `TRUSTBOOK_MUTATIONS` times a thousand tries.

use trustbook::bundle::base64;
use trustbook::bundle::dsse::Envelope;
use trustbook::bundle::json::Json;
use trustbook::bundle::keys::KeySet;
use trustbook::bundle::log::Checkpoint;
use trustbook::bundle::manifest::Manifest;
use trustbook::bundle::minisig::Minisig;
use trustbook::bundle::minisig::PublicKey;
use trustbook::bundle::name::PathName;
use trustbook::bundle::snapshot::Snapshot;
use trustbook::bundle::time::Timestamp;
use trustbook::bundle::zip;
use trustbook::bundle::zip::Entry;
use trustbook::pack::Signer as _;
use trustbook::verify::State;

use crate::archive::forge;
use crate::archive::forge::Mend;
use crate::archive::forge::forged;
use crate::archive::forge::pack_with;
use crate::archive::forge::small_tree;
use crate::draw::Draw;

const WORDS: [&[u8]; 24] = [
    b"\"",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"-9223372036854775808",
    b"9007199254740992",
    b"-0",
    b"1e0",
    b"null",
    b"\n",
    b"\r\n",
    b"..",
    b"/",
    b"  ",
    b"=",
    b"\xff\xff\xff\xff",
    b"PK\x05\x06",
    b"\xc2\x9b",
];

fn mutate(dice: &mut Draw, seeds: &[Vec<u8>], input: &[u8]) -> Vec<u8> {
    let mut out = input.to_vec();
    for _ in 0..=dice.below(4) {
        let at = dice.below(out.len() + 1);
        let end = at + dice.below((out.len() - at).min(64) + 1);
        match dice.below(8) {
            0 if at < out.len() => out[at] ^= 1 << dice.below(8),
            1 if at < out.len() => out[at] = dice.next() as u8,
            2 => drop(out.drain(at..end)),
            3 => drop(out.splice(at..at, WORDS[dice.below(WORDS.len())].iter().copied())),
            4 => drop(out.splice(at..end, WORDS[dice.below(WORDS.len())].iter().copied())),
            5 => {
                let piece = out[at..end].to_vec();
                let to = dice.below(out.len() + 1);
                out.splice(to..to, piece);
            }
            6 => {
                let other = &seeds[dice.below(seeds.len())];
                let from = dice.below(other.len());
                out.truncate(at);
                out.extend_from_slice(&other[from..]);
            }
            7 if at + 8 <= out.len() => {
                let edge = [0, 1, 0xffff, 0xffff_fffe, 0xffff_ffff, 1 << 32, u64::MAX, u64::MAX - 1]
                    [dice.below(8)]
                .to_le_bytes();
                let width = [2, 4, 8][dice.below(3)];
                out[at..at + width].copy_from_slice(&edge[..width]);
            }
            _ => {}
        }
    }
    out
}

/// Gives the input to every parser; how many took it.
fn parse_all(input: &Vec<u8>) -> usize {
    let mut taken = 0;
    let mut same = |printed: Option<Vec<u8>>| {
        if let Some(printed) = printed {
            assert!(
                printed == *input,
                "{:?} became {:?}",
                String::from_utf8_lossy(input),
                String::from_utf8_lossy(&printed)
            );
            taken += 1;
        }
    };
    same(Json::parse(input).ok().map(|json| json.print().into_bytes()));
    same(Snapshot::parse(input).ok().map(|snapshot| snapshot.print().into_bytes()));
    same(Manifest::parse(input).ok().map(|manifest| manifest.print().into_bytes()));
    same(Minisig::parse(input).ok().map(|minisig| minisig.print().into_bytes()));
    same(KeySet::parse(input).ok().map(|set| set.print().into_bytes()));
    same(State::parse(input).ok().map(|state| state.print().into_bytes()));
    same(Envelope::parse(input).ok().map(|envelope| envelope.print().into_bytes()));
    if let Ok(text) = std::str::from_utf8(input) {
        same(base64::decode(text).map(|bytes| base64::encode(&bytes).into_bytes()));
        same(PathName::parse(text).ok().map(|name| name.to_string().into_bytes()));
        same(Timestamp::parse(text).map(|time| time.to_string().into_bytes()));
        let key = PublicKey::parse(text).ok().filter(|_| !text.contains('\n'));
        same(key.map(|key| key.to_base64().into_bytes()));
        let checkpoint = Checkpoint::parse(text).ok();
        same(checkpoint.map(|(read, signatures)| format!("{}\n{signatures}", read.text()).into_bytes()));
        let _ = Checkpoint::open(text, "trust.example", &[forge::key(4).public_key()]);
        let _ = PublicKey::parse(text);
        let _ = trustbook::sign::parse(text, None);
    }
    same(zip::parse(input).ok().map(|entries| built_again(input, &entries)));
    taken
}

/// The container, from its entries and the stored bytes; and every content read, whatever comes of it.
fn built_again(input: &Vec<u8>, entries: &[Entry]) -> Vec<u8> {
    let (mut out, mut directory, mut buffers) = (Vec::new(), Vec::new(), zip::Buffers::default());
    for entry in entries {
        let from = entry.content_offset() as usize;
        out.extend(entry.local_header());
        out.extend(&input[from..from + entry.stored_bytes as usize]);
        directory.extend(entry.central_header());
        let mut read_bytes = 0;
        let read =
            zip::read_content(input, entry, &mut buffers, &mut |piece| read_bytes += piece.len() as u64);
        assert!(read_bytes <= entry.size_bytes && (read.is_err() || read_bytes == entry.size_bytes));
    }
    let end = zip::end_records(entries.len() as u64, directory.len() as u64, out.len() as u64);
    [out, directory, end].concat()
}

#[expect(clippy::disallowed_methods, reason = "how much is tried is said in the environment")]
fn thousands() -> usize {
    std::env::var("TRUSTBOOK_MUTATIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(5)
}

#[test]
fn no_parser_ends_early_and_what_is_read_would_be_written_so() {
    let (archive, packed) = pack_with(&small_tree(), 1);
    let mut seeds: Vec<Vec<u8>> = forge::unpack(&archive).into_values().collect();
    seeds.extend([
        archive,
        packed.signature.print().into_bytes(),
        forge::key(7).public_key().to_base64().into_bytes(),
    ]);
    seeds.extend(
        ["2026-11-21T09:00:00Z", "data/a/b.json", "{\"a\":[-1,true,null,\"\\u001f\\n\"]}"]
            .map(|seed| seed.as_bytes().to_vec()),
    );
    let vectors = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let read = |name: &str| std::fs::read(vectors.join(name)).unwrap();
    let proof = read("K-1-good/acme-0042.zip.tlog-proof");
    let note = proof.windows(2).position(|pair| pair == b"\n\n").unwrap() + 2;
    seeds.extend([read("K-2-newer/newer/keys.json"), read("F-1-newer/state"), proof[note..].to_vec(), proof]);
    seeds.retain(|seed| !seed.is_empty());
    let tries = thousands() * 1000;
    let mut dice = Draw(0x9e37_79b9_7f4a_7c15);
    let mut taken = 0;
    for _ in 0..tries {
        let seed = dice.below(seeds.len());
        let input = mutate(&mut dice, &seeds, &seeds[seed]);
        taken += usize::from(parse_all(&input) > 0);
    }
    assert!(taken > tries / 200, "{taken} of {tries}: too little gets through to say anything");
}

/// As one with the key could: a file is changed, and the lists and both signatures are made to fit again.
#[test]
fn whatever_file_is_changed_the_report_can_be_read_and_only_free_text_is_free() {
    let mut dice = Draw(0x0123_4567_89ab_cdef);
    let seeds: Vec<Vec<u8>> = forge::unpack(&pack_with(&small_tree(), 1).0).into_values().collect();
    let mut free = 0;
    for _ in 0..thousands() * 20 {
        let mut changed = None;
        let (bytes, signature) = forged(Mend::Lists, |files| {
            let at = dice.below(files.len());
            if let Some((name, content)) = files.iter_mut().nth(at) {
                let before = content.clone();
                *content = mutate(&mut dice, &seeds, content);
                // These two are made again.
                let is_changed = *content != before && !name.contains("/tagmanifest-");
                changed = is_changed.then(|| (name.clone(), content.clone()));
            }
        });
        let report = forge::verify(&bytes, &signature);
        assert!(Json::parse(report.to_json().trim_end().as_bytes()).is_ok(), "{}", report.to_json());
        assert!(!report.to_text().contains(|char: char| char.is_control() && char != '\n'));
        match changed {
            Some((name, _)) if name == "acme-0042/VERIFY.txt" => free += usize::from(report.is_verified()),
            Some((name, content)) => {
                assert!(!report.is_verified(), "{name}: {}", String::from_utf8_lossy(&content))
            }
            None => assert!(report.is_verified(), "{}", report.to_text()),
        }
    }
    assert!(free > 0);
}
