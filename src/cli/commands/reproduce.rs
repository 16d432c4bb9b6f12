//! `trustbook build --reproduce ARCHIVE`: makes an archive again from the checkout at hand, writes nothing, and says whether the bytes agree
//! and, if not, where they first differ. Whether the archive is genuine is for `trustbook verify` to say.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::Path;

use serde_json::Value;

use crate::bundle::digest::Digest;
use crate::bundle::digest::Hasher;
use crate::bundle::keys::KEYS;
use crate::bundle::keys::KEYS_SIGNATURE;
use crate::bundle::keys::KeySet;
use crate::bundle::limits;
use crate::bundle::manifest::Manifest;
use crate::bundle::manifest::PAYLOAD_MANIFEST;
use crate::bundle::minisig::PublicKey;
use crate::bundle::snapshot as header;
use crate::bundle::snapshot::SNAPSHOT;
use crate::cli::Answer;
use crate::cli::DONE;
use crate::cli::Failure;
use crate::cli::NO;
use crate::cli::archive;
use crate::cli::args::KeyArgs;
use crate::cli::commands::seal;
use crate::cli::commands::seal_log;
use crate::cli::commands::show_findings;
use crate::cli::commands::signing;
use crate::cli::terminal;
use crate::cli::terminal::Progress;
use crate::log::Log;
use crate::model::snapshot::LogPart;
use crate::model::snapshot::SnapshotState;
use crate::model::time::Instant;
use crate::model::tree::InMemory;
use crate::model::visibility::Audience;
use crate::pipeline;
use crate::pipeline::Sealing;

/// The record in which an archive says which key its readers pin.
const HEAD: &str = "data/records/head.json";

/// What the archive says of itself.
struct Given {
    header: header::Header,
    snapshot_json: Vec<u8>,
    manifest: Manifest,
    public_key: PublicKey,
    /// The key roles of its time.
    keys: Option<signing::Set>,
}

fn read(path: &Path) -> Result<Given, Failure> {
    let wanted = [SNAPSHOT, PAYLOAD_MANIFEST, HEAD, KEYS, KEYS_SIGNATURE];
    let mut members = archive::members(path, limits::MAX_MANIFEST_BYTES, |name| wanted.contains(&name))?;
    let wrong = |name: &str, why: &dyn std::fmt::Display| {
        Failure::usage(format!("{}: {name}: {why}", path.display())).help("`trustbook verify` says more")
    };
    let keys = match (members.remove(KEYS), members.remove(KEYS_SIGNATURE)) {
        (Some(keys), Some(signature)) => {
            let set = KeySet::open(&keys, &signature).map_err(|error| wrong(KEYS, &error))?;
            let text = |bytes: Vec<u8>| String::from_utf8(bytes).map_err(|error| wrong(KEYS, &error));
            Some((set, text(keys)?, text(signature)?))
        }
        _ => None,
    };
    let mut take = |name: &str| members.remove(name).ok_or_else(|| wrong(name, &"is not in it"));
    let snapshot_json = take(SNAPSHOT)?;
    let snapshot = header::Snapshot::parse(&snapshot_json).map_err(|error| wrong(SNAPSHOT, &error))?;
    if snapshot.header.kind != header::Kind::Archive {
        return Err(
            Failure::usage(format!("{}: is a packet", path.display())).help("give the archive of a snapshot")
        );
    }
    let (manifest, head) = (take(PAYLOAD_MANIFEST)?, take(HEAD)?);
    let manifest = Manifest::parse(&manifest).map_err(|error| wrong(PAYLOAD_MANIFEST, &error))?;
    let head: Value = serde_json::from_slice(&head).map_err(|error| wrong(HEAD, &error))?;
    let key = head["records"][0]["public-key"].as_str().and_then(|key| PublicKey::parse(key).ok());
    let public_key = key.ok_or_else(|| wrong(HEAD, &"names no public key"))?;
    Ok(Given { header: snapshot.header, snapshot_json, manifest, public_key, keys })
}

/// 0 when the bytes agree, 1 when they do not.
pub(crate) fn run(root: &Path, path: &Path, key: &KeyArgs, threads: NonZeroUsize) -> Answer {
    let mut given = read(path)?;
    let signing = &signing::of_archive(given.keys.take(), root, key, given.header.seq)?;
    let Given { header, snapshot_json, manifest, public_key, keys: _ } = &given;
    let as_of = Instant::parse(header.created.as_str()).map_err(|error| Failure::usage(error.to_string()))?;
    let seq = u32::try_from(header.seq).unwrap_or(u32::MAX);
    let progress = Progress::new();
    progress.step("reading and judging");
    let outcome = pipeline::judge(root, as_of).map_err(|error| Failure::machine(error.to_string()))?;
    let (texts, mut findings) = (outcome.texts, outcome.findings);
    let Some(judged) = outcome.value else {
        progress.done();
        show_findings(&findings, &texts);
        return Err(Failure::shown());
    };
    let state = match header.state {
        header::State::Draft => SnapshotState::Draft,
        header::State::Released => SnapshotState::Released,
    };
    let sealing = Sealing { seq, state, development: header.development_key, public_key: *public_key };
    progress.step("rendering");
    let (snapshot, tree) = seal::rendered(
        &judged,
        &mut findings,
        &texts,
        &sealing,
        Audience::Public,
        threads,
        &InMemory,
        &progress,
    )?;
    progress.step("packing");
    let parts: Vec<LogPart> =
        judged.project.history.log.iter().filter(|part| part.seq < seq).cloned().collect();
    let mut log = Log::of(&parts).map_err(|error| seal::log_failure(&error))?;
    if let Some(roles) = &signing.roles {
        seal_log::log_keys(&mut log, roles)?;
    }
    let leaf_hashes = log.hash_bytes();
    let roles = signing.roles.as_ref().map(|roles| roles.for_pack(&leaf_hashes));
    let mut out = Hashing(Hasher::default());
    let made = pipeline::archive(
        &snapshot,
        header::Kind::Archive,
        &tree,
        None,
        &signing.release,
        roles,
        threads,
        &mut out,
    )
    .map_err(|error| seal::pack_failure(&error))?;
    progress.done();
    let digest_of_file = digest_of(path)?;
    let ours: BTreeMap<_, _> =
        made.snapshot.files.iter().map(|file| (file.path.clone(), file.sha256)).collect();
    let first =
        manifest.entries.iter().find(|(path, digest)| ours.get(*path) != Some(*digest)).map(|(path, _)| {
            (path, if ours.contains_key(path) { "differs" } else { "is not made from this checkout" })
        });
    let more = ours.keys().find(|path| !manifest.entries.contains_key(*path));
    let first =
        first.or_else(|| more.map(|path| (path, "is made from this checkout and not in the archive")));
    if let Some((path, how)) = first {
        let others =
            manifest.entries.iter().filter(|(path, digest)| ours.get(*path) != Some(*digest)).count();
        terminal::data(&format!(
            "not the same: {path} {how} ({others} of {} files)\n",
            manifest.entries.len()
        ))?;
        return Ok(NO);
    }
    if made.snapshot_json.as_bytes() != snapshot_json.as_slice() {
        let at = made
            .snapshot_json
            .bytes()
            .zip(snapshot_json)
            .take_while(|(ours, theirs)| ours == *theirs)
            .count();
        terminal::data(&format!(
            "not the same: the payload agrees, snapshot.json differs from byte {at} on\n"
        ))?;
        return Ok(NO);
    }
    let files = manifest.entries.len();
    let text = if out.0.finish() == digest_of_file {
        format!("the same, byte for byte: {files} files, signatures included\n")
    } else if signing.pinned() == *public_key {
        terminal::data(
            "not the same: the files agree, and the archive differs in signatures, keys, log or compression\n",
        )?;
        return Ok(NO);
    } else {
        format!(
            "the same: {files} files and snapshot.json; signatures not compared, they are by another key (give --key or --keys)\n"
        )
    };
    terminal::data(&text)?;
    Ok(DONE)
}

struct Hashing(Hasher);

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn digest_of(path: &Path) -> Result<Digest, Failure> {
    let mut out = Hashing(Hasher::default());
    fs::File::open(path)
        .and_then(|mut file| io::copy(&mut file, &mut out))
        .map_err(|error| Failure::machine(format!("{}: {error}", path.display())))?;
    Ok(out.0.finish())
}
