//! Other people's test data for signatures, containers, deflate streams and bags. What they call hostile is never taken, and neither is
//! anything else that is not in the one form of this format. Data: `$TRUSTBOOK_CORPUS/archive`.

use std::num::NonZeroUsize;
use std::path::Path;
use std::path::PathBuf;

use blake2::Blake2b512;
use blake2::Digest as _;
use libtest_mimic::Failed;
use libtest_mimic::Trial;
use serde_json::Value;
use trustbook::bundle::base64;
use trustbook::bundle::dsse::Envelope;
use trustbook::bundle::json::Json;
use trustbook::bundle::log;
use trustbook::bundle::log::Checkpoint;
use trustbook::bundle::minisig::Minisig;
use trustbook::bundle::minisig::PublicKey;
use trustbook::bundle::time::Timestamp;
use trustbook::bundle::zip;
use trustbook::bundle::zip::Entry;
use trustbook::bundle::zip::Method;
use trustbook::pack::Signer as _;
use trustbook::verify;
use trustbook::verify::Form;
use trustbook::verify::Options;
use trustbook::verify::Report;
use trustbook::verify::Terms;

use crate::needs::Outcome;
use crate::needs::with_corpus;

pub(crate) fn trials() -> Vec<Trial> {
    let trial = |name, run: fn(&Path) -> Outcome| with_corpus(name, "archive", run);
    vec![
        trial("corpus: Wycheproof's Ed25519 signatures", wycheproof),
        trial("corpus: CCTV's Ed25519 edge cases", cctv),
        trial("corpus: the fingerprint of a strict Ed25519 verifier", speccheck),
        trial("corpus: minisign signatures, right and mutated", minisign),
        trial("corpus: no ZIP of anyone else is taken for an archive", foreign_zips),
        trial("corpus: deflate streams", deflate_streams),
        trial("corpus: no bag of anyone else is taken for an unpacked archive", foreign_bags),
        trial("corpus: no envelope of anyone else is taken for a statement", foreign_envelopes),
        trial("corpus: the log of another program has the roots that it signed", foreign_log),
        trial("corpus: notes that signed-note readers refuse", foreign_notes),
    ]
}

pub(crate) fn check(holds: bool, what: impl FnOnce() -> String) -> Outcome {
    if holds { Ok(()) } else { Err(what().into()) }
}

pub(crate) fn json(path: PathBuf) -> Result<Value, Failed> {
    Ok(serde_json::from_slice(
        &std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?,
    )?)
}

pub(crate) fn items(value: &Value) -> Result<&Vec<Value>, Failed> {
    value.as_array().ok_or_else(|| "not an array".into())
}

pub(crate) fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str, Failed> {
    value[key].as_str().ok_or_else(|| format!("no {key} in {value}").into())
}

fn bytes(value: &Value, key: &str) -> Result<Vec<u8>, Failed> {
    let hex = text(value, key)?;
    let pair = |at: usize| hex.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..hex.len()).step_by(2).map(|at| pair(at).ok_or_else(|| format!("{hex} is not hex").into())).collect()
}

/// Whether the strict path takes the signature. What has another length cannot even be asked about.
fn is_taken(key: Vec<u8>, message: &[u8], signature: Vec<u8>) -> bool {
    let (Ok(key), Ok(signature)) = (key.try_into(), signature.try_into()) else { return false };
    PublicKey { id: [0; 8], key }.verify_raw(message, &signature)
}

fn wycheproof(corpus: &Path) -> Outcome {
    let (mut valid, mut invalid) = (0, 0);
    for group in items(&json(corpus.join("wycheproof/testvectors_v1/ed25519_test.json"))?["testGroups"])? {
        let key = bytes(&group["publicKey"], "pk")?;
        for test in items(&group["tests"])? {
            let expected = text(test, "result")? == "valid";
            *if expected { &mut valid } else { &mut invalid } += 1;
            let taken = is_taken(key.clone(), &bytes(test, "msg")?, bytes(test, "sig")?);
            check(taken == expected, || format!("taken: {taken}, {test}"))?;
        }
    }
    check((valid, invalid) == (88, 63), || format!("{valid} valid and {invalid} invalid ones"))
}

fn cctv(corpus: &Path) -> Outcome {
    let tests = json(corpus.join("cctv/ed25519/ed25519vectors.json"))?;
    let mut taken = 0;
    for test in items(&tests)? {
        let message = text(test, "msg")?.as_bytes();
        if is_taken(bytes(test, "key")?, message, bytes(test, "sig")?) {
            taken += 1;
            let weak = ["low_order_A", "low_order_R", "non_canonical_A", "non_canonical_R"];
            let flags = test["flags"].as_array().map(Vec::as_slice).unwrap_or_default();
            check(!flags.iter().any(|flag| weak.iter().any(|weak| flag == weak)), || {
                format!("taken: {test}")
            })?;
        }
    }
    check(taken == 43, || format!("{taken} taken, libsodium takes 43"))
}

fn speccheck(corpus: &Path) -> Outcome {
    let mut taken = Vec::new();
    for (number, case) in items(&json(corpus.join("ed25519-speccheck/cases.json"))?)?.iter().enumerate() {
        if is_taken(bytes(case, "pub_key")?, &bytes(case, "message")?, bytes(case, "signature")?) {
            taken.push(number);
        }
    }
    check(taken == [3], || format!("{taken:?} taken, a strict verifier takes 3 only"))
}

fn minisign(corpus: &Path) -> Outcome {
    // The file that these are over is not among the data; only they are in the right form.
    const IN_FORM: [&str; 6] = [
        "own-S-plus-L",
        "own-global-S-plus-L",
        "own-global-swapped-from-tagmanifest",
        "own-keyid-changed",
        "own-trusted-comment-changed",
        "own-untrusted-comment-changed",
    ];
    let vectors = json(corpus.join("vectors/minisign.json"))?;
    let mut verified = 0;
    for vector in items(&vectors)? {
        let key = PublicKey::parse(text(vector, "pk")?)?;
        let Ok(file) = text(vector, "file_b64") else {
            let encoded = |encoded| base64::decode(encoded).ok_or("not base64");
            let minisig = match text(vector, "minisig_b64") {
                Ok(minisig) => encoded(minisig)?,
                Err(_) => text(vector, "minisig")?.as_bytes().to_vec(),
            };
            let name = text(vector, "name")?;
            let taken = Minisig::parse(&minisig).is_ok();
            check(taken == IN_FORM.contains(&name), || format!("taken: {taken}, {name}"))?;
            continue;
        };
        let blake2b = Blake2b512::digest(base64::decode(file).ok_or("not base64")?).into();
        let verify = |text: &str| {
            Minisig::parse(text.as_bytes()).is_ok_and(|minisig| minisig.verify(&key, &blake2b).is_ok())
        };
        // The minisign program writes a tab into its own comments; this format knows none, so only the signature itself can be compared.
        let minisig = text(vector, "minisig")?;
        check(!verify(minisig), || format!("taken: {vector}"))?;
        let parsed = Minisig::parse(minisig.replace('\t', " ").as_bytes());
        let signature = parsed.is_ok_and(|minisig| key.verify_raw(&blake2b, &minisig.signature));
        verified += usize::from(signature);
        check(vector["strict_accept"] == signature, || format!("signature: {signature}, {vector}"))?;
    }
    check(verified == 3 && items(&vectors)?.len() >= 22, || format!("{verified} signatures"))
}

/// Every file below `folder` that `is_wanted`.
pub(crate) fn files_below(
    folder: &Path,
    is_wanted: fn(&Path) -> bool,
    found: &mut Vec<PathBuf>,
) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files_below(&path, is_wanted, found)?;
        } else if is_wanted(&path) {
            found.push(path);
        }
    }
    Ok(())
}

fn terms(key: PublicKey) -> Result<Terms, Failed> {
    let as_of = Timestamp::parse("2026-12-01T00:00:00Z").ok_or("not a time")?;
    Ok(Terms { key: Some(key), as_of, threads: NonZeroUsize::MIN })
}

/// A report must be told in both forms, whatever it is about.
fn is_readable(report: &Report) -> bool {
    let text = report.to_text();
    let harmless = |char: char| char == '\n' || !char.is_control();
    let is_json = Json::parse(report.to_json().trim_end().as_bytes()).is_ok();
    is_json && text.chars().all(harmless) && report.checks.len() == verify::CHECKS.len()
}

fn foreign_zips(corpus: &Path) -> Outcome {
    let pair = trustbook::sign::generate(None)?;
    let signer = trustbook::sign::parse(&pair.secret_text, None)?;
    let terms = terms(pair.public)?;
    let mut paths = Vec::new();
    let is_zip = |path: &Path| {
        path.extension().is_some_and(|extension| ["zip", "whl", "jar"].iter().any(|zip| extension == *zip))
    };
    files_below(corpus, is_zip, &mut paths)?;
    for path in &paths {
        let input = std::fs::read(path)?;
        check(zip::parse(&input).is_err(), || format!("{} is taken for canonical", path.display()))?;
        // With the right key's signature over it, so that the container alone is in question.
        let signature = signer.sign_prehashed(&Blake2b512::digest(&input).into(), "comment")?.print();
        let report = verify::verify_archive(
            "x.zip",
            &input,
            Some(signature.as_bytes()),
            &terms,
            &verify::Pins::none(),
        );
        let code = report.exit_code();
        check(code == verify::CONTAINER, || format!("{}: exit code {code}", path.display()))?;
        check(is_readable(&report), || format!("{}: {}", path.display(), report.to_json()))?;
    }
    check(paths.len() >= 500, || format!("only {} files", paths.len()))
}

fn deflate_streams(corpus: &Path) -> Outcome {
    let mut paths = Vec::new();
    let is_stream = |path: &Path| path.extension().is_some_and(|extension| extension == "deflate");
    files_below(&corpus.join("malo/deflate"), is_stream, &mut paths)?;
    let mut buffers = zip::Buffers::default();
    for path in &paths {
        let stream = std::fs::read(path)?;
        // As much as comes out of it, so that neither the size nor the CRC is what is wrong.
        let (mut inflate, mut content) = (zlib_rs::Inflate::new(false, 15), vec![0; 1 << 20]);
        let _ = inflate.decompress(&stream, &mut content, zlib_rs::InflateFlush::NoFlush);
        content.truncate(inflate.total_out() as usize);
        let entry = Entry {
            name: b"x".to_vec(),
            method: Method::Deflate,
            crc32: zlib_rs::crc32::crc32(0, &content),
            stored_bytes: stream.len() as u64,
            size_bytes: content.len() as u64,
            offset: 0,
        };
        let input = [entry.local_header(), stream].concat();
        let mut read = Vec::new();
        let taken =
            zip::read_content(&input, &entry, &mut buffers, &mut |piece| read.extend_from_slice(piece))
                .is_ok();
        let kind = path.parent().and_then(Path::file_name).unwrap_or_default();
        let expected = kind == "accept" || kind == "iffy";
        check(taken == expected, || format!("taken: {taken}, {}", path.display()))?;
        check(!taken || read == content, || format!("other content: {}", path.display()))?;
    }
    check(paths.len() >= 23, || format!("only {} streams", paths.len()))
}

fn foreign_bags(corpus: &Path) -> Outcome {
    let terms = terms(trustbook::sign::generate(None)?.public)?;
    let mut declarations = Vec::new();
    let suite = corpus.join("bagit-conformance-suite");
    for version in std::fs::read_dir(&suite)?.collect::<Result<Vec<_>, _>>()? {
        for kind in ["valid", "invalid", "warning", "linux-only", "windows-only"] {
            let Ok(bags) = std::fs::read_dir(version.path().join(kind)) else { continue };
            declarations.extend(bags.collect::<Result<Vec<_>, _>>()?.into_iter().map(|entry| entry.path()));
        }
    }
    declarations.retain(|path| path.is_dir());
    for path in &declarations {
        let report = verify::verify(&Options { path: path.clone(), form: Form::Folder, terms });
        let code = report.exit_code();
        let refused = [verify::AUTHENTICITY, verify::INTEGRITY, verify::COMPLETENESS, verify::CONTAINER];
        check(refused.contains(&code), || format!("{}: exit code {code}", path.display()))?;
        check(is_readable(&report), || format!("{}: {}", path.display(), report.to_json()))?;
    }
    check(declarations.len() >= 60, || format!("only {} bags", declarations.len()))
}

/// The name and key of a note verifier's line.
pub(crate) fn verifier_key(line: &str) -> Result<(String, PublicKey), Failed> {
    let parts: Vec<&str> = line.trim().splitn(3, '+').collect();
    let [name, _, key] = parts.as_slice() else { return Err("not a verifier key".into()) };
    let key = base64::decode(key).filter(|key| key.first() == Some(&1)).ok_or("not an Ed25519 key")?;
    let key = key.get(1..).and_then(|key| key.try_into().ok()).ok_or("not 32 bytes")?;
    Ok(((*name).to_owned(), PublicKey { id: [0; 8], key }))
}

fn foreign_log(corpus: &Path) -> Outcome {
    let folder = corpus.join("tessera/testdata");
    let (origin, key) = verifier_key(&std::fs::read_to_string(folder.join("log.vkey"))?)?;
    let log = verify::read_log(&folder.join("log"))?;
    let mut checked = 0;
    for size in 0..=log.leaves.len() {
        let Ok(note) = std::fs::read_to_string(folder.join(format!("log/checkpoint.{size}"))) else {
            continue;
        };
        let checkpoint = Checkpoint::open(&note, &origin, &[key])?;
        let root = log::root(&log.leaves[..size]);
        check(checkpoint.size == size as u64 && checkpoint.root == root, || format!("size {size}: {root}"))?;
        checked += 1;
    }
    // Its leaves are data; their hashes stand in its tiles.
    let width = log.leaves.len();
    let entries = std::fs::read(folder.join("log").join(log::tile_path("entries", 0, width)))?;
    let mut rest = entries.as_slice();
    for hash in &log.leaves {
        let (length, more) = rest.split_first_chunk::<2>().ok_or("cut off")?;
        let (leaf, more) =
            more.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or("cut off")?;
        check(log::leaf_hash(leaf) == *hash, || format!("another hash of {leaf:?}"))?;
        rest = more;
    }
    check(checked >= 10 && rest.is_empty(), || format!("only {checked} checkpoints"))
}

fn foreign_notes(corpus: &Path) -> Outcome {
    let mut refused = 0;
    for vector in items(&json(corpus.join("vectors/note.json"))?)? {
        let (name, key) = verifier_key(text(vector, "vkey")?)?;
        let taken = Checkpoint::open(text(vector, "note")?, &name, &[key]).is_ok();
        refused += usize::from(!taken);
        check(!taken || vector["ok"] == true, || format!("taken: {vector}"))?;
    }
    check(refused >= 10, || format!("only {refused} refused"))
}

fn foreign_envelopes(corpus: &Path) -> Outcome {
    let mut paths = Vec::new();
    let is_json = |path: &Path| {
        path.extension().is_some_and(|extension| {
            ["json", "jsonl", "sigstore", "dsse"].iter().any(|kind| extension == *kind)
        })
    };
    for folder in ["slsa-vsa", "sigstore-conformance", "model-transparency", "securesystemslib"] {
        files_below(&corpus.join(folder), is_json, &mut paths)?;
    }
    for path in &paths {
        let input = std::fs::read(path)?;
        check(Envelope::parse(&input).is_err(), || format!("{} is taken", path.display()))?;
    }
    for vector in items(&json(corpus.join("vectors/dsse.json"))?)? {
        check(Envelope::parse(format!("{}\n", vector["envelope"]).as_bytes()).is_err(), || {
            format!("{vector} is taken")
        })?;
    }
    check(paths.len() >= 50, || format!("only {} files", paths.len()))
}
