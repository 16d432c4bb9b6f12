//! `trustbook diff`: what changed between two snapshots, archives, unpacked folders, or bills of materials. Nothing is verified here.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use serde_json::Value;

use crate::cli::Answer;
use crate::cli::DONE;
use crate::cli::Failure;
use crate::cli::NO;
use crate::cli::archive;
use crate::cli::args::DiffFormat;
use crate::cli::commands::inspect;
use crate::cli::commands::show_findings;
use crate::cli::terminal;
use crate::diff;
use crate::load;
use crate::model::changes::Direction;
use crate::model::records::Records;
use crate::model::snapshot::number;

/// The largest record file that is read, in bytes.
const MAX_RECORD_BYTES: u64 = 256 << 20;

/// Compares the two.
pub(crate) fn run(root: &Path, old: &str, new: &str, fail_on_weaker: bool, format: DiffFormat) -> Answer {
    if is_document(old) && is_document(new) {
        let changes = inspect::compare(Path::new(old), Path::new(new))?;
        let Some(changes) = changes else { return Ok(NO) };
        inspect::show(&changes, format)?;
        return Ok(if fail_on_weaker && diff::weaker(&changes) > 0 { NO } else { DONE });
    }
    one_kind(old, new)?;
    let (old_name, old) = records(root, old)?;
    let (new_name, new) = records(root, new)?;
    let changes = diff::diff(&old, &old_name, &new, &new_name);
    match format {
        DiffFormat::Human => terminal::data(&diff::text(&changes))?,
        DiffFormat::Markdown => terminal::data(&diff::markdown(&changes))?,
        DiffFormat::Json => {
            let json = diff::json(&changes).map_err(|error| Failure::machine(error.to_string()))?;
            terminal::data(&format!("{json:#}\n"))?;
        }
    }
    Ok(if fail_on_weaker && changes.count(Direction::Weaker) > 0 { NO } else { DONE })
}

/// Refuses to compare a document with a snapshot, by the name of the one that does not go with the other.
fn one_kind(old: &str, new: &str) -> Result<(), Failure> {
    let (document, other) = match (is_document(old), is_document(new)) {
        (true, false) => (old, new),
        (false, true) => (new, old),
        (_, _) => return Ok(()),
    };
    let path = Path::new(other);
    let what = match (path.is_dir(), path.is_file()) {
        (true, _) => "a folder",
        (_, true) => "an archive",
        (false, false) if other.parse::<u32>().is_ok() => "the number of a snapshot",
        (false, false) => return Err(nothing_there(other)),
    };
    Err(Failure::usage(format!("{document} is a single document, {other} is {what}: they cannot be compared"))
        .help("give two bills of materials, or two snapshots: a number in history, an archive, or the folder it unpacks to"))
}

fn nothing_there(what: &str) -> Failure {
    Failure::usage(format!("`{what}` is neither a file, nor a folder, nor a number in history"))
}

/// Whether it is a file and no archive.
fn is_document(what: &str) -> bool {
    let mut head = [0; 2];
    let read = fs::File::open(what).and_then(|mut file| file.read_exact(&mut head));
    Path::new(what).is_file() && !(read.is_ok() && head == *b"PK")
}

/// The records behind a number in history, an archive's path, or a folder's.
fn records(root: &Path, what: &str) -> Result<(String, Records), Failure> {
    let path = Path::new(what);
    let files = if path.is_dir() {
        from_folder(path)?
    } else if path.is_file() {
        from_archive(path)?
    } else if let Ok(seq) = what.parse::<u32>() {
        let loaded = load::history(root).map_err(|error| Failure::machine(error.to_string()))?;
        show_findings(&loaded.findings, &load::Texts::default());
        if crate::model::finding::has_errors(&loaded.findings) {
            return Err(Failure::shown());
        }
        let records =
            loaded.value.as_ref().and_then(|history| history.records.get(&seq)).ok_or_else(|| {
                Failure::usage(format!("there is no released snapshot {}", number(seq)))
                    .help("released snapshots lie in `history/`; `trustbook release` seals the next one")
            })?;
        return Ok((number(seq), records.clone()));
    } else {
        return Err(nothing_there(what));
    };
    if files.is_empty() {
        return Err(Failure::usage(format!("{what}: there are no records inside"))
            .help("give an archive made by `trustbook build` or `release`, or the folder it unpacks to"));
    }
    let records = Records::from_files(&files).map_err(|error| Failure::usage(format!("{what}: {error}")))?;
    let name = records
        .kinds
        .get("head")
        .and_then(|head| head.get("head"))
        .and_then(|head| head.get("seq"))
        .and_then(Value::as_u64)
        .and_then(|seq| u32::try_from(seq).ok())
        .map_or_else(|| what.to_owned(), number);
    Ok((name, records))
}

/// The records of an archive, or of the folder it unpacks to.
pub(crate) fn records_of(path: &Path) -> Result<Records, Failure> {
    let files = if path.is_dir() { from_folder(path)? } else { from_archive(path)? };
    Records::from_files(&files).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
}

fn parse(path: &Path, inside: &str, bytes: &[u8]) -> Result<Value, Failure> {
    let place = if inside.is_empty() { String::new() } else { format!(": {inside}") };
    serde_json::from_slice(bytes)
        .map_err(|error| Failure::usage(format!("{}{place}: {error}", path.display())))
}

fn from_folder(folder: &Path) -> Result<BTreeMap<String, Value>, Failure> {
    let mut files = BTreeMap::new();
    for candidate in [folder.join("data/records"), folder.join("records"), folder.to_owned()] {
        let Ok(entries) = fs::read_dir(&candidate) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.extension().is_some_and(|extension| extension == "json") && path.is_file() {
                let bytes = fs::read(&path)
                    .map_err(|error| Failure::machine(format!("{}: {error}", path.display())))?;
                let value = parse(&path, "", &bytes)?;
                if value.get("schema").and_then(Value::as_str) == Some(crate::model::records::SCHEMA) {
                    files.insert(name, value);
                }
            }
        }
        if !files.is_empty() {
            break;
        }
    }
    Ok(files)
}

fn from_archive(path: &Path) -> Result<BTreeMap<String, Value>, Failure> {
    let wanted = |name: &str| {
        name.strip_prefix("data/records/").is_some_and(|name| name.ends_with(".json") && !name.contains('/'))
    };
    archive::members(path, MAX_RECORD_BYTES, wanted)?
        .into_iter()
        .map(|(name, bytes)| {
            let name = name.rsplit('/').next().unwrap_or(&name).to_owned();
            parse(path, &name, &bytes).map(|value| (name, value))
        })
        .collect()
}
