//! What a reader has from elsewhere or from before: newer keys, a proof, a newer log, and the state after the last success.

use std::fs;
use std::io;
use std::io::Read as _;
use std::io::Write as _;
use std::path::Path;

use crate::bundle::digest::Digest;
use crate::bundle::json::Json;
use crate::bundle::json::Members;
use crate::bundle::keys::KEYS_SIGNATURE;
use crate::bundle::limits;
use crate::bundle::log;
use crate::bundle::log::Checkpoint;

const SCHEMA: &str = "trustbook-state/v1";

/// What is known beside the archive. Only what is given is used.
#[derive(Clone, Debug)]
pub struct Pins {
    /// A newer `keys.json` and its signature.
    pub keys: Option<[Vec<u8>; 2]>,
    /// The proof that the archive is in the log.
    pub proof: Option<Vec<u8>>,
    /// A newer log.
    pub log: Option<Log>,
    /// What was verified before.
    pub state: Option<State>,
}

impl Pins {
    /// Nothing is known.
    pub fn none() -> Self {
        Self { keys: None, proof: None, log: None, state: None }
    }
}

/// A copy of a log.
#[derive(Clone, Debug)]
pub struct Log {
    /// Its checkpoint, which the verifier checks.
    pub note: String,
    /// The hashes of its leaves.
    pub leaves: Vec<Digest>,
}

/// What was true when an archive was verified last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Whose archive.
    pub origin: String,
    /// Its number.
    pub seq: u64,
    /// The digest of its list of lists.
    pub tag_manifest: Digest,
    /// The version of the keys; 0 without roles.
    pub keys_version: u64,
    /// The checkpoint of the log with its signature; empty without a log.
    pub checkpoint: String,
}

impl State {
    /// The canonical text with a line feed.
    pub fn print(&self) -> String {
        let state = Json::object([
            ("checkpoint", Json::string(&self.checkpoint)),
            ("keysVersion", Json::count(self.keys_version)),
            ("origin", Json::string(&self.origin)),
            ("schema", Json::string(SCHEMA)),
            ("seq", Json::count(self.seq)),
            ("tagManifestSha256", Json::string(self.tag_manifest.to_string())),
        ]);
        format!("{}\n", state.print())
    }

    /// Reads exactly what [`State::print`] writes.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let line = bytes.strip_suffix(b"\n").ok_or("it is cut off")?;
        let mut members = Members::of(Json::parse(line)?, "")?;
        members.read("schema", SCHEMA, |schema| (schema == SCHEMA).then_some(()))?;
        let state = Self {
            origin: members.string("origin")?,
            seq: members.count("seq")?,
            tag_manifest: members.read("tagManifestSha256", "a SHA-256", Digest::parse)?,
            keys_version: members.count("keysVersion")?,
            checkpoint: members.string("checkpoint")?,
        };
        members.finish()?;
        if !state.checkpoint.is_empty() {
            Checkpoint::parse(&state.checkpoint)?;
        }
        Ok(state)
    }

    /// Puts the state in the place of `before`, in one step, and not when somebody else did so meanwhile.
    ///
    /// # Errors
    /// What the machine says.
    pub fn save(&self, path: &Path, before: Option<&Self>) -> Result<(), String> {
        let mut new = path.as_os_str().to_owned();
        new.push(".new");
        // Being there, it also says that somebody is at work.
        let mut file = create_new(new.as_ref())?;
        let written = file.write_all(self.print().as_bytes()).and_then(|()| file.sync_all());
        let is_as_before = read_state(path).is_ok_and(|found| found.as_ref() == before);
        let replaced = match (written, is_as_before) {
            (Ok(()), true) => fs::rename(&new, path).map_err(|error| error.to_string()),
            (Ok(()), false) => Err("it changed while the archive was verified".to_owned()),
            (Err(error), _) => Err(error.to_string()),
        };
        replaced.map_err(|error| {
            let _ = fs::remove_file(&new);
            format!("{}: {error}", path.display())
        })
    }
}

/// A new file; what is there is never touched, not even through a link.
pub(crate) fn create_new(path: &Path) -> Result<fs::File, String> {
    let options = fs::OpenOptions::new().write(true).create_new(true).open(path);
    options.map_err(|error| format!("{}: {error}", path.display()))
}

/// The state, if one was saved.
pub(crate) fn read_state(path: &Path) -> Result<Option<State>, String> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        _ => State::parse(&read(path, limits::MAX_JSON_BYTES)?)
            .map(Some)
            .map_err(|error| format!("{}: {error}", path.display())),
    }
}

/// A whole small file.
pub(crate) fn read(path: &Path, limit_bytes: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let opened = match fs::metadata(path) {
        // Opening a pipe would wait for its other end.
        Ok(metadata) if !metadata.is_file() => Err(io::Error::other("not a regular file")),
        Ok(_) => fs::File::open(path),
        Err(error) => Err(error),
    };
    match opened.and_then(|file| file.take(limit_bytes + 1).read_to_end(&mut bytes)) {
        Ok(count) if count as u64 <= limit_bytes => Ok(bytes),
        Ok(_) => Err(format!("{}: over {limit_bytes} bytes", path.display())),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}

/// `keys.json` at `path` with its signature beside it.
pub(crate) fn read_keys(path: &Path) -> Result<[Vec<u8>; 2], String> {
    let signature = path.with_file_name(KEYS_SIGNATURE);
    Ok([read(path, limits::MAX_JSON_BYTES)?, read(&signature, limits::MAX_SIGNATURE_BYTES)?])
}

/// The checkpoint and the tiles of hashes below a log's folder, as it is published. Verifies nothing.
///
/// # Errors
/// The file that is missing or cut off.
pub fn read_log(folder: &Path) -> Result<Log, String> {
    let note = read(&folder.join("checkpoint"), limits::MAX_NOTE_BYTES as u64)?;
    let note = String::from_utf8(note).map_err(|_| "the checkpoint is not UTF-8")?;
    let (checkpoint, _) = Checkpoint::parse(&note)?;
    let size = usize::try_from(checkpoint.size).ok().filter(|size| *size <= limits::MAX_LEAVES);
    let size = size.ok_or(format!("{} leaves are more than allowed", checkpoint.size))?;
    let mut leaves = Vec::with_capacity(size);
    while leaves.len() < size {
        let width = log::TILE_WIDTH.min(size - leaves.len());
        let path = folder.join(log::tile_path("0", leaves.len() / log::TILE_WIDTH, width));
        let bytes = read(&path, 32 * width as u64)?;
        let hashes = log::hashes(&bytes).filter(|hashes| hashes.len() == width);
        leaves.extend(hashes.ok_or(format!("{}: cut off", path.display()))?);
    }
    Ok(Log { note, leaves })
}
