//! What each of some files is, why, and what is in it: `trustbook inspect`.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use serde_json::Value;
use serde_json::json;

use super::display;
use super::originals;
use super::sniff::sniff;
use super::texts::Texts;
use super::walk;
use crate::bundle::digest::Digest;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::finding::has_errors;

/// What came of looking at files.
#[derive(Debug)]
pub struct Inspection {
    /// `{"files": [{path, kind, format, why, version, sha256, size_bytes, facts, findings}]}`.
    pub report: Value,
    /// Findings of all files, located.
    pub findings: Vec<Finding>,
    /// Texts behind them.
    pub texts: Texts,
}

/// Looks at each file, and at each file below each folder, in the order given.
pub fn inspect(paths: &[PathBuf]) -> Inspection {
    let mut texts = Texts::default();
    let mut all = Vec::new();
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let walked = walk::walk(path, ".");
            all.extend(walked.findings);
            for mut found in walked.files {
                found.path = path.join(&found.path).display().to_string();
                files.push(one(&found.path, &found.disk, &mut texts, &mut all));
            }
        } else {
            files.push(one(&path.display().to_string(), path, &mut texts, &mut all));
        }
    }
    texts.locate_all(&mut all);
    Inspection { report: json!({ "files": files }), findings: all, texts }
}

fn one(shown: &str, disk: &Path, texts: &mut Texts, all: &mut Vec<Finding>) -> Value {
    let size = fs::metadata(disk).map_or(0, |data| data.len());
    let read = if size > walk::MAX_FILE_BYTES {
        let message = format!("{size} bytes, at most {} are read", walk::MAX_FILE_BYTES);
        Err(Finding::error("too-large", message).at(Place::file(shown)))
    } else {
        walk::read_named(shown, disk)
    };
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(finding) => {
            let mut report = display::json(std::slice::from_ref(&finding), texts);
            report["path"] = json!(shown);
            report["kind"] = Value::Null;
            all.push(finding);
            return report;
        }
    };
    let digest = Digest::of(&bytes);
    let sniffed = sniff(shown, &bytes, None);
    texts.insert(shown, originals::content(bytes, walk::real(disk), digest));
    let usable = sniffed.read.is_some() && !has_errors(&sniffed.findings);
    let kind = sniffed.read.as_ref().map(|read| read.body.kind());
    let subkind = sniffed.read.as_ref().and_then(|read| read.body.sbom()).map(|sbom| sbom.spec.as_str());
    let findings = display::json(&sniffed.findings, texts);
    let report = json!({
        "path": shown,
        "kind": kind,
        "spec": subkind,
        "format": sniffed.format.id,
        "title": sniffed.format.title,
        "why": sniffed.why,
        "usable": usable,
        "version": sniffed.read.as_ref().and_then(|read| read.format_version.clone()),
        "captured_at": sniffed.read.as_ref().and_then(|read| read.captured_at),
        "unknown_fields": sniffed.read.as_ref().map(|read| read.unknown_fields),
        "sha256": digest.to_string(),
        "size_bytes": size,
        "facts": sniffed.read.as_ref().map(|read| &read.facts),
        "findings": findings["findings"],
    });
    all.extend(sniffed.findings);
    report
}
