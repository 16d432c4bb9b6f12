//! One bill of materials from a file of its own, outside of any project.

use std::fs;
use std::path::Path;

use super::originals;
use super::sniff::sniff;
use super::texts::Texts;
use super::walk;
use crate::bundle::digest::Digest;
use crate::model::evidence::Body;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::sbom::Sbom;

/// What came of a file.
#[derive(Debug)]
pub struct SbomFile {
    /// The bill; `None` when the file is something else, or refused.
    pub sbom: Option<Box<Sbom>>,
    /// What the file is, such as `a CycloneDX JSON document`.
    pub title: &'static str,
    /// Everything noticed, located.
    pub findings: Vec<Finding>,
    /// Texts behind the findings.
    pub texts: Texts,
}

/// Reads a file.
pub fn sbom_file(path: &Path) -> SbomFile {
    let shown = path.display().to_string();
    let mut texts = Texts::default();
    let size = fs::metadata(path).map_or(0, |data| data.len());
    let read = if size > walk::MAX_FILE_BYTES {
        let message = format!("{size} bytes, at most {} are read", walk::MAX_FILE_BYTES);
        Err(Finding::error("too-large", message).at(Place::file(&shown)))
    } else {
        walk::read_named(&shown, path)
    };
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(finding) => return SbomFile { sbom: None, title: "no file", findings: vec![finding], texts },
    };
    let sniffed = sniff(&shown, &bytes, None);
    let mut findings = sniffed.findings;
    if !findings.is_empty() {
        let digest = Digest::of(&bytes);
        texts.insert(&shown, originals::content(bytes, walk::real(path), digest));
        texts.locate_all(&mut findings);
    }
    let sbom = sniffed.read.and_then(|read| match read.body {
        Body::Sbom(sbom) => Some(sbom),
        _ => None,
    });
    SbomFile { sbom, title: sniffed.format.title, findings, texts }
}
