//! The log as golang.org/x/mod/sumdb reads it, and the tree, proof and note vectors of other people.
//! Data: `$TRUSTBOOK_CORPUS/archive`.

use std::num::NonZeroUsize;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use libtest_mimic::Failed;
use libtest_mimic::Trial;
use serde_json::Value;
use trustbook::bundle::base64;
use trustbook::bundle::digest::Digest;
use trustbook::bundle::dsse;
use trustbook::bundle::log;
use trustbook::bundle::log::Checkpoint;
use trustbook::bundle::minisig::PublicKey;
use trustbook::bundle::time::Timestamp;
use trustbook::log::Log;
use trustbook::pack::Signer as _;
use trustbook::verify;
use trustbook::verify::Form;
use trustbook::verify::Options;
use trustbook::verify::Pins;
use trustbook::verify::Terms;

use crate::archive_corpus::check;
use crate::archive_corpus::files_below;
use crate::archive_corpus::items;
use crate::archive_corpus::json;
use crate::archive_corpus::text;
use crate::archive_corpus::verifier_key;
use crate::needs::Outcome;
use crate::needs::Scratch;
use crate::needs::go;
use crate::needs::with_corpus;
use crate::needs::with_tools;

pub(crate) fn trials() -> Vec<Trial> {
    let sumdb = ["go", "go:golang.org/x/mod/sumdb/tlog", "go:golang.org/x/mod/sumdb/note"];
    let corpus = |name, run: fn(&Path) -> Outcome| with_corpus(name, "archive", run);
    vec![
        with_tools("log: sumdb reads what releases publish, and nothing that was changed", &sumdb, released),
        with_tools("log: sumdb reads tiles of every level", &sumdb, tiles),
        corpus("corpus: inclusion proofs, right and wrong", inclusion),
        corpus("corpus: consistency proofs, right and wrong", consistency),
        corpus("corpus: no proof of another log is taken for an archive's", foreign_proofs),
        corpus("corpus: checkpoints of others are opened", foreign_checkpoints),
        corpus("corpus: the encoding that DSSE signatures are over", dsse_encoding),
    ]
}

/// The key of a log in the form in which sumdb wants it.
fn verifier_line(origin: &str, key: &PublicKey) -> String {
    let hash: String = log::key_hash(origin, key).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{origin}+{hash}+{}", base64::encode(&[[1].as_slice(), &key.key].concat()))
}

/// Builds the reader. It stands in `sumdb/main.go`.
fn reader(scratch: &Path) -> Result<PathBuf, Failed> {
    let program = scratch.join("sumdb");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/external/sumdb/main.go");
    let output = go().arg("build").arg("-o").arg(&program).arg(source).output()?;
    check(output.status.success(), || String::from_utf8_lossy(&output.stderr).into_owned())?;
    Ok(program)
}

/// What the reader says of a log, or why it does not take it.
fn read(program: &Path, key: &str, folder: &Path, step: usize, proofs: &[PathBuf]) -> Result<String, String> {
    let mut command = Command::new(program);
    command.arg(key).arg(folder).arg(step.to_string()).args(proofs);
    let output = command.output().map_err(|error| error.to_string())?;
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
    if output.status.success() { Ok(said(&output.stdout)) } else { Err(said(&output.stderr)) }
}

fn trustbook(root: &Path, args: &[&str]) -> Outcome {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trustbook"));
    let output = command.current_dir(root).env("SOURCE_DATE_EPOCH", "1768435200").args(args).output()?;
    check(output.status.success(), || format!("{args:?}: {}", String::from_utf8_lossy(&output.stderr)))
}

fn released() -> Outcome {
    let scratch = Scratch::new("sumdb")?;
    let program = reader(scratch.path())?;
    let root = scratch.path().join("project");
    std::fs::create_dir(&root)?;
    trustbook(&root, &["init"])?;
    let keys = ["--keys", "secret"];
    let origin = "trust.example";
    trustbook(
        &root,
        &["keys", "generate", "--roles", "--unencrypted", "--out", "secret", "--origin", origin],
    )?;
    for day in 1..=4 {
        let page = root.join("content/pages/about.md");
        let text = std::fs::read_to_string(&page)?;
        std::fs::write(&page, format!("{text}\nRelease {day}.\n"))?;
        trustbook(
            &root,
            &[&["release", "--as-of", &format!("2026-02-0{day}T12:00:00Z")], &keys[..]].concat(),
        )?;
        if day == 2 {
            trustbook(&root, &[&["keys", "rotate", "release", "--unencrypted"], &keys[..]].concat())?;
        }
    }
    let key = PublicKey::parse(&std::fs::read_to_string(root.join("secret/log.pub"))?)?;
    let key = verifier_line(origin, &key);
    let mut proofs = Vec::new();
    let is_proof = |path: &Path| path.extension().is_some_and(|extension| extension == "tlog-proof");
    files_below(&root.join("public/snapshots"), is_proof, &mut proofs)?;
    let log = root.join("public/log");
    // Four snapshots, and the keys twice.
    let said = read(&program, &key, &log, 1, &proofs)?;
    check(said == "6 leaves, 6 checked, 4 checkpoints, 4 proofs", || said)?;

    let mut files = proofs.clone();
    files_below(&log, |_| true, &mut files)?;
    let mut refused = 0;
    for path in &files {
        let before = std::fs::read(path)?;
        // Tiles that only an older tree needs stay published and are not read for the newest one.
        let name = path.strip_prefix(&log).unwrap_or(path).to_string_lossy().into_owned();
        if name.starts_with("tile/") && !name.ends_with("/6") {
            continue;
        }
        let mut after = before.clone();
        let middle = after.len() / 2;
        after[middle] ^= 1;
        std::fs::write(path, after)?;
        let said = read(&program, &key, &log, 1, &proofs);
        check(said.is_err(), || format!("taken with {name} changed: {said:?}"))?;
        std::fs::write(path, before)?;
        refused += 1;
    }
    check(refused == 11, || format!("{refused} files changed"))?;
    let stranger = verifier_line(origin, &trustbook::sign::generate(None)?.public);
    check(read(&program, &stranger, &log, 1, &[]).is_err(), || "taken by another key".to_owned())
}

fn tiles() -> Outcome {
    const SIZES: [usize; 7] = [1, 255, 256, 257, 600, 65_536, 65_793];
    let scratch = Scratch::new("sumdb-tiles")?;
    let program = reader(scratch.path())?;
    let made = trustbook::sign::generate(None)?;
    let signer = trustbook::sign::parse(&made.secret_text, None)?;
    let mut log = Log::default();
    for size in SIZES {
        while log.leaves.len() < size {
            log.push(format!("leaf {}\n", log.leaves.len()));
        }
        log.sign("trust.example", &signer)?;
        for (path, bytes) in log.files() {
            let path = scratch.path().join("log").join(path);
            let Some(folder) = path.parent() else { continue };
            std::fs::create_dir_all(folder)?;
            // What a larger log publishes must hold what the smaller one did.
            let is_newest = path.ends_with("log/checkpoint");
            check(is_newest || std::fs::read(&path).map_or(true, |before| before == bytes), || {
                format!("{} is another file now", path.display())
            })?;
            std::fs::write(&path, bytes)?;
        }
        let key = verifier_line("trust.example", &signer.public_key());
        let said = read(&program, &key, &scratch.path().join("log"), size / 200 + 1, &[])?;
        check(said.starts_with(&format!("{size} leaves, ")), || said)?;
    }
    Ok(())
}

/// The eight leaves over which that library's vectors are made.
fn reference_leaves() -> Vec<Digest> {
    let leaves: [&[u8]; 8] = [
        b"",
        &[0],
        &[0x10],
        &[0x20, 0x21],
        &[0x30, 0x31],
        &[0x40, 0x41, 0x42, 0x43],
        &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        b"`abcdefghijklmno",
    ];
    leaves.iter().map(|leaf| log::leaf_hash(leaf)).collect()
}

fn digest(value: &Value) -> Option<Digest> {
    Some(Digest(base64::decode(value.as_str()?)?.try_into().ok()?))
}

/// The hashes of a proof; nothing when one is of another length.
fn digests(value: &Value) -> Option<Vec<Digest>> {
    value.as_array().map_or(Some(Vec::new()), |hashes| hashes.iter().map(digest).collect())
}

fn size(value: &Value) -> usize {
    value.as_u64().and_then(|size| usize::try_from(size).ok()).unwrap_or(usize::MAX)
}

/// Every vector below a folder, judged by `is_taken`; how many were right and wrong. `unlike` names what this format sees in another way.
fn judge(
    corpus: &Path,
    folder: &str,
    unlike: &[&str],
    is_taken: fn(&Value) -> Option<bool>,
) -> Result<(usize, usize), Failed> {
    let mut paths = Vec::new();
    files_below(&corpus.join("transparency-dev-merkle/testdata").join(folder), |_| true, &mut paths)?;
    let (mut right, mut wrong) = (0, 0);
    for path in paths {
        let vector = json(path.clone())?;
        let expected = vector["wantErr"] == false && !unlike.iter().any(|name| path.ends_with(name));
        let taken = is_taken(&vector).unwrap_or(false);
        check(taken == expected, || format!("taken: {taken}, {}: {vector}", path.display()))?;
        *if taken { &mut right } else { &mut wrong } += 1;
    }
    Ok((right, wrong))
}

/// An archive brings the hashes of all leaves, so a proof is taken when it is the one that follows from them.
fn inclusion(corpus: &Path) -> Outcome {
    let is_taken = |vector: &Value| {
        let (index, size) = (size(&vector["leafIdx"]), size(&vector["treeSize"]));
        let leaf = digest(&vector["leafHash"])?;
        // A tree of one leaf is that leaf, whichever it is.
        let leaves = if size == 1 { vec![leaf] } else { reference_leaves() };
        let leaves = leaves.get(..size)?;
        Some(
            *leaves.get(index)? == leaf
                && digest(&vector["root"])? == log::root(leaves)
                && digests(&vector["proof"])? == log::inclusion(leaves, index),
        )
    };
    let found = judge(corpus, "inclusion", &[], is_taken)?;
    check(found == (6, 92), || format!("{found:?}"))
}

/// What a verifier of consistency proofs would be sent: here nobody sends it, a reader builds both trees. It follows from roots of parts.
fn consistency_proof(leaves: &[Digest], older: usize, is_whole: bool) -> Vec<Digest> {
    if older == leaves.len() {
        return if is_whole { Vec::new() } else { vec![log::root(leaves)] };
    }
    let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
    let (mut proof, sibling) = match older.checked_sub(left.len()) {
        None | Some(0) => (consistency_proof(left, older, is_whole), right),
        Some(older) => (consistency_proof(right, older, false), left),
    };
    proof.push(log::root(sibling));
    proof
}

fn consistency(corpus: &Path) -> Outcome {
    // Its roots are no digests, so no checkpoint can state them.
    let unlike = ["sizes-are-equal-one-and-proof-is-empty.json"];
    let is_taken = |vector: &Value| {
        let (older, newer) = (size(&vector["size1"]), size(&vector["size2"]));
        let leaves = reference_leaves();
        let (before, after) = (leaves.get(..older)?, leaves.get(..newer)?);
        let proof = if older == 0 { Vec::new() } else { consistency_proof(after, older.min(newer), true) };
        Some(
            after.starts_with(before)
                && digest(&vector["root1"])? == log::root(before)
                && digest(&vector["root2"])? == log::root(after)
                && digests(&vector["proof"])? == proof,
        )
    };
    let found = judge(corpus, "consistency", &unlike, is_taken)?;
    check(found.0 >= 5 && found.0 + found.1 == 98, || format!("{found:?}"))
}

/// An archive that verifies with its own proof verifies with none of these.
fn foreign_proofs(corpus: &Path) -> Outcome {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/K-1-good");
    let case = std::fs::read_to_string(folder.join("case.txt"))?;
    let key = case.split_whitespace().skip_while(|word| *word != "--key").nth(1).ok_or("no key")?;
    let terms = Terms {
        key: Some(PublicKey::parse(key)?),
        as_of: Timestamp::parse("2026-12-01T00:00:00Z").ok_or("not a time")?,
        threads: NonZeroUsize::MIN,
    };
    let options =
        Options { path: folder.join("acme-0042.zip"), form: Form::Archive { signature: None }, terms };
    let own = std::fs::read_to_string(folder.join("acme-0042.zip.tlog-proof"))?;
    let with = |proof: &str| {
        let pins = Pins { proof: Some(proof.as_bytes().to_vec()), ..Pins::none() };
        verify::verify_with(&options, &pins, None)
    };
    check(with(&own).is_verified(), || with(&own).to_text())?;
    let (_, checkpoint) = own.split_once("\n\n").ok_or("no checkpoint")?;
    let vectors = json(corpus.join("vectors/tlog-proof.json"))?;
    let mut refused = 0;
    for vector in items(&vectors)? {
        let proof = text(vector, "proof")?;
        let head = proof.split_once("\n\n").map_or(proof, |(head, _)| head);
        // As it is, and with the right checkpoint below.
        for proof in [proof.to_owned(), format!("{head}\n\n{checkpoint}")] {
            let code = with(&proof).exit_code();
            let expected = [verify::AUTHENTICITY, verify::LOG_FORK];
            check(expected.contains(&code), || format!("exit code {code}: {vector}"))?;
            refused += 1;
        }
    }
    check(refused == 26, || format!("{refused} refused"))
}

fn foreign_checkpoints(corpus: &Path) -> Outcome {
    let mut opened = Vec::new();
    for vector in items(&json(corpus.join("vectors/note.json"))?)? {
        let (name, key) = verifier_key(text(vector, "vkey")?)?;
        if let Ok(checkpoint) = Checkpoint::open(text(vector, "note")?, &name, &[key]) {
            opened.push((text(vector, "name")?.to_owned(), checkpoint.size));
        }
    }
    // The other notes that are in order are no checkpoints.
    check(opened == [("c2sp-issue-99-checkpoint".to_owned(), 10)], || format!("{opened:?}"))
}

/// The type is always the one of in-toto here, so it is put in the place of the vectors' own.
fn dsse_encoding(corpus: &Path) -> Outcome {
    let vectors = json(corpus.join("vectors/dsse.json"))?;
    for vector in items(&vectors)? {
        let kind = text(vector, "payloadType")?;
        let theirs = format!("DSSEv1 {} {kind} ", kind.len());
        let rest = text(vector, "pae")?.strip_prefix(&theirs).ok_or("another encoding")?;
        let own = format!("DSSEv1 {} {} {rest}", dsse::PAYLOAD_TYPE.len(), dsse::PAYLOAD_TYPE);
        let encoded = dsse::encoded_for_signing(text(vector, "payload")?.as_bytes());
        check(encoded == own.as_bytes(), || format!("{}: {vector}", String::from_utf8_lossy(&encoded)))?;
    }
    check(items(&vectors)?.len() >= 3, || "too few".to_owned())
}
