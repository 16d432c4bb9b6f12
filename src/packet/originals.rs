//! The files of a packet that somebody else made: evidence originals, documents, texts of policies.
//!
//! Only what the snapshot of the audience holds, and of evidence only what may be handed out. The bytes must have the digest
//! that was loaded; anything else is an error, never a file with other bytes.

use std::collections::BTreeSet;
use std::io::Read;
use std::sync::Arc;

use crate::bundle::digest::Digest;
use crate::bundle::digest::Hasher;
use crate::bundle::name::PathName;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Finding;
use crate::model::id::Id;
use crate::model::snapshot::Snapshot;
use crate::model::tree::Content;
use crate::packet::profile::PacketProfile;
use crate::packet::profile::SectionKind;
use crate::packet::request::PacketRequest;

/// A file to be added.
pub(super) struct Original {
    /// Where it goes.
    pub(super) name: PathName,
    /// Its bytes.
    pub(super) content: Content,
    /// Its media type.
    pub(super) media_type: String,
    /// What people call it.
    pub(super) title: String,
}

/// Everything a packet takes over as it is, and what had to stay out.
pub(super) fn originals(
    snapshot: &Snapshot,
    profile: &PacketProfile,
    request: &PacketRequest,
) -> (Vec<Original>, Vec<Finding>) {
    let mut files = Vec::new();
    let mut findings = Vec::new();
    let mut keep = |made: Result<Option<Original>, Box<Finding>>| match made {
        Ok(file) => files.extend(file),
        Err(finding) => findings.push(*finding),
    };
    for record in snapshot.catalog.evidence.values().filter(|record| record.publish_original) {
        let (section, folder) = folder_of(record.kind());
        if profile.has(section) {
            let wanted = Wanted {
                folder,
                id: &record.id,
                path: &record.source.path,
                sha256: Some(&record.source.sha256),
                media_type: record.source.media_type.clone(),
                title: &record.title,
            };
            keep(wanted.find(request));
        }
    }
    let certificates: BTreeSet<&Id> = snapshot
        .catalog
        .certifications
        .values()
        .flat_map(|record| {
            record
                .document
                .iter()
                .chain(record.bridge_letter.iter().filter_map(|letter| letter.document.as_ref()))
        })
        .collect();
    for record in snapshot.catalog.documents.values() {
        let Some(path) = &record.file else { continue };
        let (section, folder) = if certificates.contains(&record.id) {
            (SectionKind::Certifications, "04-certifications")
        } else {
            (SectionKind::Documents, "06-documents")
        };
        if profile.has(section) {
            let wanted = Wanted {
                folder,
                id: &record.id,
                path,
                sha256: record.sha256.as_deref(),
                media_type: media_type(path).to_owned(),
                title: &record.title,
            };
            keep(wanted.find(request));
        }
    }
    if profile.has(SectionKind::Policies) {
        for record in snapshot.catalog.policies.values() {
            let Some(text) = &record.text else { continue };
            keep(name("05-policies", &record.id, Some("md")).map(|name| {
                Some(Original {
                    name,
                    content: Content::Bytes(Arc::from(text.as_bytes())),
                    media_type: "text/markdown".to_owned(),
                    title: record.title.clone(),
                })
            }));
        }
    }
    (files, findings)
}

/// A file the snapshot speaks of.
struct Wanted<'a> {
    folder: &'a str,
    id: &'a Id,
    path: &'a str,
    sha256: Option<&'a str>,
    media_type: String,
    title: &'a str,
}

impl Wanted<'_> {
    /// The file from what is at hand: under its own path, or under the one path that ends in it.
    fn find(&self, request: &PacketRequest) -> Result<Option<Original>, Box<Finding>> {
        let mut fitting = request
            .originals
            .iter()
            .filter(|(path, _)| path.as_str() == self.path || path.ends_with(&format!("/{}", self.path)));
        let found = request.originals.get(self.path).or_else(|| fitting.next().map(|(_, content)| content));
        let Some(content) = found else {
            return Err(Box::new(
                Finding::warning(
                    "packet-original-missing",
                    format!(
                        "the original of `{}` (`{}`) is not at hand and is left out of the packet",
                        self.id, self.path
                    ),
                )
                .about(self.id),
            ));
        };
        let digest = digest(content).map_err(|error| {
            Finding::error("packet-original-unreadable", format!("`{}` cannot be read: {error}", self.path))
                .about(self.id)
        })?;
        if self.sha256.is_some_and(|expected| expected != digest.to_string()) {
            return Err(Box::new(
                Finding::error(
                    "packet-original-changed",
                    format!(
                        "`{}` is no longer the file that was loaded: its SHA-256 is now {digest}",
                        self.path
                    ),
                )
                .help("run again")
                .about(self.id),
            ));
        }
        Ok(Some(Original {
            name: name(self.folder, self.id, extension(self.path))?,
            content: content.clone(),
            media_type: self.media_type.clone(),
            title: self.title.to_owned(),
        }))
    }
}

/// What follows the name: `json` of `a/b-1.0.json`, `cdx.json` of `sbom.cdx.json`.
fn extension(path: &str) -> Option<&str> {
    let file = path.rsplit('/').next()?;
    let (stem, last) = file.rsplit_once('.')?;
    let before = stem.rsplit_once('.').map(|(_, before)| before);
    let is_word =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    match before {
        Some(before) if is_word(before) => file.get(file.len() - before.len() - 1 - last.len()..),
        Some(_) | None => Some(last),
    }
}

/// `FOLDER/ID.EXTENSION`, as the format allows it.
fn name(folder: &str, id: &Id, extension: Option<&str>) -> Result<PathName, Box<Finding>> {
    let file = match extension {
        Some(extension) if !id.as_str().to_ascii_lowercase().ends_with(&extension.to_ascii_lowercase()) => {
            format!("{id}.{extension}")
        }
        Some(_) | None => id.to_string(),
    };
    PathName::slugged(&format!("{folder}/{file}")).map_err(|error| {
        Box::new(Finding::error("packet-name", format!("the file of `{id}` gets no name: {error}")).about(id))
    })
}

/// The digest of a content.
pub(super) fn digest(content: &Content) -> std::io::Result<Digest> {
    if let Some(known) = content.sha256() {
        return Ok(known);
    }
    if let Content::Bytes(bytes) = content {
        return Ok(Digest::of(bytes));
    }
    let mut reader = content.open()?;
    let mut hasher = Hasher::default();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(hasher.finish()),
            count => hasher.update(buffer.get(..count).unwrap_or_default()),
        }
    }
}

fn folder_of(kind: EvidenceKind) -> (SectionKind, &'static str) {
    match kind {
        EvidenceKind::Sbom
        | EvidenceKind::Vex
        | EvidenceKind::Scan
        | EvidenceKind::Attestation
        | EvidenceKind::SecurityInsights => (SectionKind::SupplyChain, "08-supply-chain"),
        EvidenceKind::Drill | EvidenceKind::ServiceObjectives => (SectionKind::Resilience, "09-resilience"),
        EvidenceKind::DecisionReceipt
        | EvidenceKind::TestReport
        | EvidenceKind::Coverage
        | EvidenceKind::ClaimMatrix
        | EvidenceKind::GovernanceRecord
        | EvidenceKind::ControlAssessment
        | EvidenceKind::ControlImplementation
        | EvidenceKind::ControlCatalog
        | EvidenceKind::ActionPlan
        | EvidenceKind::Attachment => (SectionKind::ReleaseDecisions, "10-release-decisions"),
    }
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().map(str::to_ascii_lowercase).as_deref() {
        Some("pdf") => "application/pdf",
        Some("md") => "text/markdown",
        Some("txt") => "text/plain",
        Some("json") => "application/json",
        Some("csv") => "text/csv",
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_is_the_last_word_or_two() {
        for (path, expected) in [
            ("evidence/sbom-0.1.0.json", Some("json")),
            ("evidence/sbom.cdx.json", Some("cdx.json")),
            ("a/b.tar.gz", Some("tar.gz")),
            ("a.b/c", None),
            ("a/report.pdf", Some("pdf")),
        ] {
            assert_eq!(extension(path), expected, "{path}");
        }
    }
}
