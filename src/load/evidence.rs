//! The evidence folder: files, what the index says of them, what their content says, and how far they can be trusted.
//!
//! Times of files are never looked at.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use super::attestations;
use super::digests;
use super::formats::Read;
use super::formats::add_to_drill;
use super::large;
use super::marking;
use super::originals;
use super::records;
use super::sniff::Sniffed;
use super::sniff::sniff;
use super::text;
use super::texts::Texts;
use super::walk;
use super::walk::Found;
use crate::bundle::digest::Digest;
use crate::bundle::limits;
use crate::model::config::AttestationKey;
use crate::model::evidence::Body;
use crate::model::evidence::Evidence;
use crate::model::evidence::EvidenceEntry;
use crate::model::evidence::Source;
use crate::model::evidence::Trust;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::finding::did_you_mean;
use crate::model::id::Id;
use crate::model::record::Origin;
use crate::model::tree::Content;
use crate::model::visibility::Visibility;

/// Names of the evidence index.
const INDEX: [&str; 3] = ["index.yaml", "index.yml", "index.json"];

/// A file of the evidence folder, read.
pub(crate) struct Loaded {
    /// Where it was found.
    pub found: Found,
    /// Digest of its bytes.
    pub digest: Digest,
    /// Its bytes.
    pub content: Content,
    /// What it is.
    pub sniffed: Sniffed,
}

/// Reads everything below the evidence folder.
pub(crate) fn load(
    root: &Path,
    folder: &str,
    keys: &[AttestationKey],
    texts: &mut Texts,
    kept: &mut BTreeMap<String, Content>,
) -> (BTreeMap<Id, Evidence>, Vec<Finding>) {
    let walked = walk::walk_up_to(limits::MAX_FILE_BYTES, root, folder);
    let mut findings = walked.findings;
    let is_index = |path: &str| INDEX.iter().any(|name| path == format!("{folder}/{name}"));
    let mut entries = Vec::new();
    let mut index_path = None;
    for found in walked.files.iter().filter(|found| is_index(&found.path)) {
        match &index_path {
            Some(first) => findings.push(
                Finding::error("duplicate-record", "a second evidence index")
                    .at(Place::file(&found.path))
                    .help(format!("the other is `{first}`; keep one")),
            ),
            None => {
                index_path = Some(found.path.clone());
                entries = index(found, texts, &mut findings);
            }
        }
    }
    let files: Vec<&Found> = walked.files.iter().filter(|found| !is_index(&found.path)).collect();
    if files.is_empty() {
        findings.push(
            Finding::error("no-evidence", format!("the folder `{folder}` holds no evidence"))
                .at(Place::file(folder))
                .help("put what your pipelines produce there: receipts, SBOMs, test reports, drill records"),
        );
    }
    let by_path =
        entries_by_path(folder, &entries, index_path.as_deref().unwrap_or(INDEX[0]), &files, &mut findings);
    let mut loaded = read_all(&files, &by_path, index_path.as_deref().unwrap_or(INDEX[0]));
    for file in &mut loaded {
        match file {
            Ok(file) => {
                texts.insert(&file.found.path, file.content.clone());
                kept.insert(file.found.path.clone(), file.content.clone());
                findings.append(&mut file.sniffed.findings);
            }
            Err(finding) => findings.push(finding.clone()),
        }
    }
    let mut loaded: Vec<Loaded> = loaded.into_iter().flatten().collect();
    let signed = attestations::verify(&mut loaded, keys, &mut findings);
    let named = digests::check(folder, &mut loaded, &mut findings);
    let trust = signed.into_iter().zip(named).map(|(signed, named)| match (signed, named) {
        (true, _) => Trust::SignatureVerified,
        (false, true) => Trust::HashVerified,
        (false, false) => Trust::WellFormed,
    });
    let mut out: BTreeMap<Id, Evidence> = BTreeMap::new();
    for (file, trust) in loaded.into_iter().zip(trust) {
        let entry = by_path.get(file.found.path.as_str()).copied();
        let at = index_path.as_deref().unwrap_or(INDEX[0]);
        let evidence = assemble(folder, file, entry, at, trust, &mut findings);
        if let Some(other) = out.get(&evidence.id) {
            findings.push(
                Finding::error(
                    "duplicate-id",
                    format!("two pieces of evidence have the id `{}`", evidence.id),
                )
                .at(evidence.origin.place())
                .help(format!(
                    "the other is `{}`; give one another `id` in the evidence index",
                    other.source.path
                ))
                .about(&evidence.id),
            );
            continue;
        }
        out.insert(evidence.id.clone(), evidence);
    }
    attestations::find_subjects(&mut out);
    // a finding about a file is a finding about its record, so that it is seen by nobody who may not see the record
    let ids: BTreeMap<&str, &Id> = out.values().map(|one| (one.source.path.as_str(), &one.id)).collect();
    for finding in &mut findings {
        if finding.subject.is_none()
            && let Some(place) = &finding.place
            && let Some(id) = ids.get(place.path.as_str())
        {
            finding.subject = Some((*id).clone());
        }
    }
    (out, findings)
}

fn index(found: &Found, texts: &mut Texts, findings: &mut Vec<Finding>) -> Vec<(usize, EvidenceEntry)> {
    let path = found.path.as_str();
    let bytes = match walk::read(found) {
        Ok(bytes) => bytes,
        Err(finding) => {
            findings.push(finding);
            return Vec::new();
        }
    };
    texts.insert(path, originals::content(bytes.clone(), found.disk.clone(), Digest::of(&bytes)));
    let text = match records::text_of(path, &bytes) {
        Ok(text) => text,
        Err(finding) => {
            findings.push(finding);
            return Vec::new();
        }
    };
    let document = match text::parse(&text) {
        Ok(document) => document,
        Err(syntax) => {
            findings.push(syntax.finding(path, &text));
            return Vec::new();
        }
    };
    findings.extend(records::duplicates(path, &text, &document));
    let list = document.root.get("evidence").and_then(|node| node.list());
    let Some(list) = list else {
        // an index without its list: say so in the words of the typed reader, an empty one included
        findings.extend(records::record::<crate::model::evidence::EvidenceIndex>(path, &text).findings);
        return Vec::new();
    };
    for entry in document.root.map().into_iter().flatten().filter(|entry| entry.key != "evidence") {
        let start = entry.key_start as usize;
        findings.push(
            Finding::error("unknown-key", format!("unknown key `{}`", entry.key))
                .at(text::position::place(path, &text, start, start + entry.key.len()))
                .help("known here: `evidence`"),
        );
    }
    list.iter()
        .enumerate()
        .filter_map(|(at, node)| {
            records::part::<EvidenceEntry>(path, &text, &document, node, findings).map(|entry| (at, entry))
        })
        .collect()
}

fn entries_by_path<'e>(
    folder: &str,
    entries: &'e [(usize, EvidenceEntry)],
    index: &str,
    files: &[&Found],
    findings: &mut Vec<Finding>,
) -> BTreeMap<String, (usize, &'e EvidenceEntry)> {
    let mut out: BTreeMap<String, (usize, &EvidenceEntry)> = BTreeMap::new();
    for (at, entry) in entries {
        let place = Place::pointer(index, format!("/evidence/{at}/path"));
        let Some(path) =
            walk::resolve(folder, &entry.path).filter(|path| path.starts_with(&format!("{folder}/")))
        else {
            findings.push(
                Finding::error("file-out-of-tree", format!("`{}` leaves the evidence folder", entry.path))
                    .at(place)
                    .help(format!("a path relative to `{folder}/`")),
            );
            continue;
        };
        if !files.iter().any(|found| found.path == path) {
            let known = files.iter().map(|found| found.path.as_str());
            let help = match did_you_mean(&path, known) {
                Some(meant) => format!("did you mean `{}`?", meant.trim_start_matches(&format!("{folder}/"))),
                None => "produce the file, or remove the entry".to_owned(),
            };
            findings.push(
                Finding::error("missing-file", format!("there is no file `{path}`")).at(place).help(help),
            );
            continue;
        }
        if let Some((first, _)) = out.get(&path) {
            findings.push(
                Finding::error("duplicate-record", format!("`{path}` has two entries"))
                    .at(place)
                    .help(format!("the other is entry {}; merge them", first + 1)),
            );
            continue;
        }
        out.insert(path, (*at, entry));
    }
    out
}

/// Reads and sniffs every file, on as many threads as there are cores; the result is in the order of `files`.
fn read_all(
    files: &[&Found],
    entries: &BTreeMap<String, (usize, &EvidenceEntry)>,
    index: &str,
) -> Vec<Result<Loaded, Finding>> {
    let held = AtomicUsize::new(0);
    let one = |found: &Found| -> Result<Loaded, Finding> {
        let wanted = entries.get(&found.path).and_then(|(at, entry)| {
            let format = entry.format.as_deref()?;
            Some((format, Place::pointer(index, format!("/evidence/{at}/format"))))
        });
        if let Some(loaded) = large::read(found, wanted.as_ref())? {
            return Ok(loaded);
        }
        let bytes = walk::read(found)?;
        let digest = Digest::of(&bytes);
        let sniffed = sniff(&found.path, &bytes, wanted);
        let content = originals::held(bytes, found.disk.clone(), digest, &held);
        Ok(Loaded { found: found.clone(), digest, content, sniffed })
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(files.len().max(1)).min(8);
    let next = AtomicUsize::new(0);
    let done: Mutex<BTreeMap<usize, Result<Loaded, Finding>>> = Mutex::new(BTreeMap::new());
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(found) = files.get(at) else { break };
            let result = one(found);
            done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(at, result);
        }
    };
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner).into_values().collect()
}

fn assemble(
    folder: &str,
    file: Loaded,
    entry: Option<(usize, &EvidenceEntry)>,
    index: &str,
    earned: Trust,
    findings: &mut Vec<Finding>,
) -> Evidence {
    let path = file.found.path;
    let origin = match entry {
        Some((at, _)) => Origin { path: index.to_owned(), pointer: format!("/evidence/{at}") },
        None => Origin { path: path.clone(), pointer: String::new() },
    };
    let entry = entry.map(|(_, entry)| entry);
    let inside = path.strip_prefix(folder).unwrap_or(&path).trim_start_matches('/');
    let id = entry.and_then(|entry| entry.id.clone()).unwrap_or_else(|| Id::slug(inside));
    let refused = file.sniffed.read.is_none();
    let mut read = file.sniffed.read.unwrap_or_else(|| Read::new(Body::Attachment));
    if let Some(facts) = entry.and_then(|entry| entry.drill.as_ref()).filter(|_| !refused) {
        add_to_drill(&mut read.body, facts, file.sniffed.format.id, &origin, findings);
    }
    let disagree = |field: &str, written: &str, said: &str| {
        Finding::error("declared-mismatch", format!("the index says `{written}`, the document says `{said}`"))
            .at(origin.field(field))
            .help(format!("remove `{field}` from the index: the document knows better"))
            .about(&id)
    };
    let from_entry = |pick: fn(&EvidenceEntry) -> Option<&String>| entry.and_then(pick).cloned();
    if let (Some(written), Some(said)) = (entry.and_then(|entry| entry.captured_at), read.captured_at)
        && written != said
    {
        findings.push(disagree("captured-at", &written.to_string(), &said.to_string()));
    }
    if let (Some(written), Some(said)) =
        (entry.and_then(|entry| entry.source_state.clone()), &read.source_state)
        && written != *said
    {
        findings.push(disagree("source-state", &written, said));
    }
    // of two statements the one that counts for less holds
    let mode = match (entry.and_then(|entry| entry.mode), read.mode) {
        (Some(one), Some(other)) => one.max(other),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => Default::default(),
    };
    let trust = if refused {
        Trust::Invalid
    } else if let Some((text, pointer)) = &read.placeholder {
        findings.push(
            Finding::warning(
                "placeholder",
                format!("`{}` is template text that nobody filled in", text.escape_debug()),
            )
            .at(Place::pointer(&path, pointer))
            .help("the file does not count as evidence until it holds real values")
            .about(&id),
        );
        Trust::Placeholder
    } else {
        earned
    };
    let dated = read.captured_at.or_else(|| entry.and_then(|entry| entry.captured_at)).is_some();
    findings.extend(marking::undated(&read.body, dated, file.sniffed.format.id, &path, &id));
    let visibility = entry.map_or(Visibility::Internal, |entry| entry.visibility);
    findings.extend(marking::traffic_light(&read.body, visibility, &origin, &id));
    Evidence {
        title: from_entry(|entry| entry.title.as_ref()).or(read.title).unwrap_or_else(|| inside.to_owned()),
        description: from_entry(|entry| entry.description.as_ref()),
        source: Source {
            sha256: file.digest.to_string(),
            size_bytes: file.content.size_bytes(),
            media_type: media_type(&path, file.sniffed.format.media_type),
            adapter: file.sniffed.format.id.to_owned(),
            format_version: read.format_version,
            archived_as: None,
            path,
        },
        captured_at: read.captured_at.or_else(|| entry.and_then(|entry| entry.captured_at)),
        mode,
        trust,
        subject: read.subject.or_else(|| from_entry(|entry| entry.subject.as_ref())),
        source_state: read.source_state.or_else(|| from_entry(|entry| entry.source_state.as_ref())),
        release: entry.and_then(|entry| entry.release.clone()),
        visibility,
        audience: entry.map(|entry| entry.audience.clone()).unwrap_or_default(),
        public_stub: entry.and_then(|entry| entry.public_stub.clone()),
        publish_original: entry.is_none_or(|entry| entry.publish_original),
        unknown_fields: read.unknown_fields,
        body: read.body,
        origin,
        id,
    }
}

/// The media type of attachments, by the extension; that of the dialect for all others.
fn media_type(path: &str, of_format: &str) -> String {
    if of_format == "application/oscal+json" {
        return match path.rsplit_once('.').map(|(_, end)| end) {
            Some("xml") => "application/oscal+xml",
            Some("yaml" | "yml") => "application/oscal+yaml",
            _ => of_format,
        }
        .to_owned();
    }
    if of_format != "application/octet-stream" {
        return of_format.to_owned();
    }
    let extension = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or("", |(_, end)| end);
    match extension.to_ascii_lowercase().as_str() {
        "pdf" => "application/pdf",
        "json" => "application/json",
        "yaml" | "yml" => "application/yaml",
        "xml" => "application/xml",
        "txt" | "log" | "info" => "text/plain",
        "md" => "text/markdown",
        "csv" => "text/csv",
        "html" | "htm" => "text/html",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "svg" => "image/svg+xml",
        "zip" => "application/zip",
        "gz" | "tgz" => "application/gzip",
        _ => "application/octet-stream",
    }
    .to_owned()
}
