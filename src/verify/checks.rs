//! The checks, in the order of the report. Each judges the gathered facts by itself; the exit code is that of the first that failed.

use std::collections::BTreeSet;

use blake2::Blake2b512;
use blake2::Digest as _;

use crate::bundle::bag;
use crate::bundle::comment::TrustedComment;
use crate::bundle::digest::Digest;
use crate::bundle::dsse;
use crate::bundle::dsse::Envelope;
use crate::bundle::manifest;
use crate::bundle::manifest::Manifest;
use crate::bundle::minisig;
use crate::bundle::minisig::Minisig;
use crate::bundle::name::PathName;
use crate::bundle::snapshot;
use crate::bundle::snapshot::Header;
use crate::bundle::snapshot::Kind;
use crate::bundle::snapshot::Snapshot;
use crate::bundle::snapshot::SnapshotError;
use crate::bundle::snapshot::State;
use crate::verify;
use crate::verify::contents::Problem;
use crate::verify::facts::Facts;
use crate::verify::facts::Sidecar;
use crate::verify::facts::TAG_FILES;
use crate::verify::report::Outcome;

/// One row of [`CHECKS`].
pub struct Check {
    /// The name in machine-readable reports.
    pub id: &'static str,
    /// What people read.
    pub title: &'static str,
    pub(crate) judge: fn(&Facts<'_>) -> Outcome,
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

/// Every check, in the order of the report.
pub const CHECKS: &[Check] = &[
    Check { id: "outer-signature", title: "signature over the whole archive", judge: outer_signature },
    Check { id: "container", title: "container in the canonical form", judge: container },
    Check { id: "names", title: "names that every file system reads alike", judge: names },
    Check { id: "inner-signature", title: "signature over the list of lists", judge: inner_signature },
    Check { id: "tag-files", title: "exactly the files that describe the archive", judge: tag_files },
    Check { id: "tag-digests", title: "digests of the files that describe the archive", judge: tag_digests },
    Check { id: "payload-files", title: "exactly the files that are listed", judge: payload_files },
    Check { id: "payload-digests", title: "digests of the listed files", judge: payload_digests },
    Check { id: "bag", title: "bag declaration and metadata", judge: bag_rules },
    Check { id: "snapshot", title: "snapshot.json agrees with the files", judge: snapshot_json },
    Check {
        id: "trusted-comments",
        title: "signed comments agree with snapshot.json",
        judge: trusted_comments,
    },
    Check { id: "statement", title: "in-toto statement agrees and is signed", judge: statement },
    Check { id: "key-roles", title: "roles and revocation of keys", judge: key_roles },
    Check { id: "log", title: "transparency log", judge: log },
    Check { id: "expiry", title: "current at the time asked for", judge: expiry },
    Check { id: "state", title: "state of the snapshot", judge: state },
];

const NO_KEY: &str = "no key was given, so nobody vouches for this: pass --key with the publisher's key";

fn failed(code: u8, path: &str, reason: impl Into<String>) -> Outcome {
    Outcome::Failed { code, path: Some(path.to_owned()), reason: reason.into() }
}

fn of_problem(code: u8, problem: &Problem) -> Outcome {
    match problem {
        Problem::Wrong { path, reason } => {
            Outcome::Failed { code, path: path.clone(), reason: reason.clone() }
        }
        Problem::Unreadable(reason) => Outcome::NotChecked(reason.clone()),
    }
}

fn blake2b(bytes: &[u8]) -> [u8; 64] {
    Blake2b512::digest(bytes).into()
}

/// The bytes of a tag file, or the outcome of a check that needs it.
fn tag<'a>(facts: &'a Facts<'_>, name: &str) -> Result<&'a [u8], Outcome> {
    match (facts.tags.get(name), &facts.named) {
        (Some(Ok(bytes)), _) => Ok(bytes),
        (Some(Err(problem)), _) => Err(of_problem(verify::CONTAINER, problem)),
        (None, Ok(_)) => Err(failed(verify::COMPLETENESS, name, "the file is missing")),
        (None, Err(_)) => Err(Outcome::NotChecked("the list of files could not be read".to_owned())),
    }
}

fn manifest_of<'a>(facts: &'a Facts<'_>, name: &str) -> Result<&'a Manifest, Outcome> {
    tag(facts, name)?;
    let parsed = if name == manifest::TAG_MANIFEST { &facts.tag_manifest } else { &facts.payload_manifest };
    match parsed {
        Some(Ok(manifest)) => Ok(manifest),
        Some(Err(reason)) => Err(failed(verify::CONTAINER, name, reason)),
        None => Err(failed(verify::COMPLETENESS, name, "the file is missing")),
    }
}

fn snapshot_of<'a>(facts: &'a Facts<'_>) -> Result<&'a Snapshot, Outcome> {
    tag(facts, snapshot::SNAPSHOT)?;
    match &facts.snapshot {
        Some(Ok(snapshot)) => Ok(snapshot),
        Some(Err(_)) | None => Err(Outcome::NotChecked("snapshot.json could not be read".to_owned())),
    }
}

/// Lets a check use `?` on what it needs.
fn settle(outcome: Result<Outcome, Outcome>) -> Outcome {
    match outcome {
        Ok(outcome) | Err(outcome) => outcome,
    }
}

fn outer_signature(facts: &Facts<'_>) -> Outcome {
    let bytes = match &facts.sidecar {
        Sidecar::None => {
            return Outcome::NotApplicable(
                "a folder has none; the signature over the list of lists counts".to_owned(),
            );
        }
        Sidecar::Missing(path) => return failed(verify::AUTHENTICITY, path, "the signature file is missing"),
        Sidecar::Unreadable(reason) => return Outcome::NotChecked(reason.clone()),
        Sidecar::Bytes(bytes) => bytes,
    };
    match &facts.archive_blake2b {
        Ok(blake2b) => signature(facts, bytes, blake2b, None),
        Err(reason) => Outcome::NotChecked(reason.clone()),
    }
}

fn signature(facts: &Facts<'_>, bytes: &[u8], blake2b: &[u8; 64], path: Option<&str>) -> Outcome {
    let wrong = |reason: String| Outcome::Failed {
        code: verify::AUTHENTICITY,
        path: path.map(str::to_owned),
        reason,
    };
    let minisig = match Minisig::parse(bytes) {
        Ok(minisig) => minisig,
        Err(error) => return wrong(error.to_string()),
    };
    let Some(key) = &facts.terms.key else {
        return Outcome::NotChecked(NO_KEY.to_owned());
    };
    match minisig.verify(key, blake2b) {
        Ok(()) => Outcome::Passed(format!("by key {}", key.id_text())),
        Err(error) => wrong(error.to_string()),
    }
}

fn container(facts: &Facts<'_>) -> Outcome {
    match &facts.listed {
        Ok(count) if facts.is_folder => Outcome::Passed(format!("a folder of {count} regular files")),
        Ok(count) => Outcome::Passed(format!("{count} files")),
        Err(problem) => of_problem(verify::CONTAINER, problem),
    }
}

fn names(facts: &Facts<'_>) -> Outcome {
    match &facts.named {
        Ok(_) => Outcome::Passed(String::new()),
        Err(problem) => of_problem(verify::CONTAINER, problem),
    }
}

fn inner_signature(facts: &Facts<'_>) -> Outcome {
    let judge = || {
        let list = tag(facts, manifest::TAG_MANIFEST)?;
        let bytes = match tag(facts, manifest::TAG_MANIFEST_SIGNATURE) {
            Err(Outcome::Failed { reason, .. }) => {
                return Err(failed(verify::AUTHENTICITY, manifest::TAG_MANIFEST_SIGNATURE, reason));
            }
            other => other?,
        };
        // The one text in the archive that no signature covers is fixed, so that no byte is free.
        if Minisig::parse(bytes).is_ok_and(|minisig| minisig.untrusted_comment != minisig::UNTRUSTED_COMMENT)
        {
            let reason = format!("the untrusted comment must be `{}`", minisig::UNTRUSTED_COMMENT);
            return Err(failed(verify::AUTHENTICITY, manifest::TAG_MANIFEST_SIGNATURE, reason));
        }
        Ok(signature(facts, bytes, &blake2b(list), Some(manifest::TAG_MANIFEST_SIGNATURE)))
    };
    settle(judge())
}

/// Compares two sorted sets of names: what is there and what should be.
fn same_names<'a>(
    found: impl Iterator<Item = &'a str>,
    listed: impl Iterator<Item = &'a str>,
    place: &str,
) -> Result<usize, Outcome> {
    let found: BTreeSet<&str> = found.collect();
    let listed: BTreeSet<&str> = listed.collect();
    if let Some(path) = found.difference(&listed).next() {
        return Err(failed(
            verify::COMPLETENESS,
            path,
            format!("the file is there but not listed in {place}"),
        ));
    }
    if let Some(path) = listed.difference(&found).next() {
        return Err(failed(verify::COMPLETENESS, path, format!("listed in {place} but not there")));
    }
    Ok(found.len())
}

fn is_payload(name: &str) -> bool {
    name.strip_prefix(bag::PAYLOAD_FOLDER).is_some_and(|rest| rest.starts_with('/'))
}

fn tag_files(facts: &Facts<'_>) -> Outcome {
    let judge = || {
        let list = manifest_of(facts, manifest::TAG_MANIFEST)?;
        let files = facts.named.as_ref().map_err(|problem| of_problem(verify::CONTAINER, problem))?;
        let found = || files.files.keys().map(PathName::as_str).filter(|name| !is_payload(name));
        let unlisted = [manifest::TAG_MANIFEST, manifest::TAG_MANIFEST_SIGNATURE];
        let listed = list.entries.keys().map(PathName::as_str).chain(unlisted);
        same_names(found(), listed, manifest::TAG_MANIFEST)?;
        let count = same_names(found(), TAG_FILES.iter().map(|(name, _)| *name), "the format")?;
        if let Some(twice) = unlisted.iter().find(|name| list.entries.contains_key(**name)) {
            return Err(failed(verify::COMPLETENESS, twice, "a file that cannot be in the list is in it"));
        }
        Ok(Outcome::Passed(format!("{count} files")))
    };
    settle(judge())
}

fn tag_digests(facts: &Facts<'_>) -> Outcome {
    let judge = || {
        let list = manifest_of(facts, manifest::TAG_MANIFEST)?;
        for (name, digest) in &list.entries {
            if Digest::of(tag(facts, name.as_str())?) != *digest {
                return Err(failed(
                    verify::INTEGRITY,
                    name.as_str(),
                    "the content differs from its signed digest",
                ));
            }
        }
        Ok(Outcome::Passed(format!("{} files", list.entries.len())))
    };
    settle(judge())
}

fn payload_files(facts: &Facts<'_>) -> Outcome {
    let judge = || {
        let list = manifest_of(facts, manifest::PAYLOAD_MANIFEST)?;
        let files = facts.named.as_ref().map_err(|problem| of_problem(verify::CONTAINER, problem))?;
        let found = files.files.keys().map(PathName::as_str).filter(|name| is_payload(name));
        let listed = list.entries.keys().map(PathName::as_str);
        match same_names(found, listed, manifest::PAYLOAD_MANIFEST)? {
            0 => Err(failed(verify::COMPLETENESS, bag::PAYLOAD_FOLDER, "there is no file")),
            count => Ok(Outcome::Passed(format!("{count} files"))),
        }
    };
    settle(judge())
}

fn payload_digests(facts: &Facts<'_>) -> Outcome {
    let judge = || {
        let list = manifest_of(facts, manifest::PAYLOAD_MANIFEST)?;
        let mut wrong = Vec::new();
        for (name, digest) in &list.entries {
            match facts.payload.get(name) {
                Some(Ok(actual)) if actual == digest => {}
                Some(Ok(_)) => {
                    wrong.push(failed(
                        verify::INTEGRITY,
                        name.as_str(),
                        "the content differs from its listed digest",
                    ));
                }
                Some(Err(problem)) => wrong.push(of_problem(verify::CONTAINER, problem)),
                None => wrong.push(Outcome::NotChecked(format!("{name} has no digest, it was not read"))),
            }
        }
        let others = wrong.len().saturating_sub(1);
        match wrong.into_iter().next() {
            None => Ok(Outcome::Passed(format!("{} files", list.entries.len()))),
            Some(Outcome::Failed { code, path, reason }) if others > 0 => {
                Err(Outcome::Failed { code, path, reason: format!("{reason} (and {others} more files)") })
            }
            Some(outcome) => Err(outcome),
        }
    };
    settle(judge())
}

fn bag_rules(facts: &Facts<'_>) -> Outcome {
    let judge = || {
        if tag(facts, bag::BAGIT)? != bag::BAGIT_TEXT.as_bytes() {
            return Err(failed(
                verify::CONTAINER,
                bag::BAGIT,
                "not exactly the declaration of a BagIt 1.0 bag in UTF-8",
            ));
        }
        let info = tag(facts, bag::BAG_INFO)?;
        let header = &snapshot_of(facts)?.header;
        let files = facts.named.as_ref().map_err(|problem| of_problem(verify::CONTAINER, problem))?;
        let payload = || files.files.iter().filter(|(name, _)| is_payload(name.as_str()));
        let bytes = payload().map(|(_, member)| member.size_bytes).fold(0, u64::saturating_add);
        if info != bag::bag_info_text(header, bytes, payload().count() as u64).as_bytes() {
            let reason =
                "differs from what snapshot.json and the files give (date, identifier, Payload-Oxum)";
            return Err(failed(verify::CONTAINER, bag::BAG_INFO, reason));
        }
        Ok(Outcome::Passed(format!("{bytes} bytes of payload")))
    };
    settle(judge())
}

fn snapshot_json(facts: &Facts<'_>) -> Outcome {
    let judge = || {
        tag(facts, snapshot::SNAPSHOT)?;
        let snapshot = match &facts.snapshot {
            Some(Ok(snapshot)) => snapshot,
            Some(Err(error @ SnapshotError::Version(_))) => {
                return Err(failed(verify::UNSUPPORTED, snapshot::SNAPSHOT, error.to_string()));
            }
            Some(Err(error @ SnapshotError::Rule(_))) => {
                return Err(failed(verify::INTEGRITY, snapshot::SNAPSHOT, error.to_string()));
            }
            None => return Err(Outcome::NotChecked("snapshot.json could not be read".to_owned())),
        };
        let list = manifest_of(facts, manifest::PAYLOAD_MANIFEST)?;
        let files = facts.named.as_ref().map_err(|problem| of_problem(verify::CONTAINER, problem))?;
        let wrong = |path: &str, reason: &str| Err(failed(verify::INTEGRITY, path, reason));
        if let Some(root) = files.root.as_ref().filter(|root| **root != snapshot.header.root()) {
            return wrong(root, &format!("the root folder must be `{}`", snapshot.header.root()));
        }
        for file in &snapshot.files {
            if list.entries.get(&file.path) != Some(&file.sha256) {
                return wrong(
                    file.path.as_str(),
                    "snapshot.json and manifest-sha256.txt differ on the digest",
                );
            }
            if files.files.get(&file.path).map(|member| member.size_bytes) != Some(file.size_bytes) {
                return wrong(file.path.as_str(), "the size differs from that in snapshot.json");
            }
        }
        if snapshot.files.len() != list.entries.len() {
            return wrong(snapshot::SNAPSHOT, "lists fewer files than manifest-sha256.txt");
        }
        Ok(Outcome::Passed(format!("format version {}, a draft", crate::bundle::FORMAT_VERSION)))
    };
    settle(judge())
}

fn trusted_comments(facts: &Facts<'_>) -> Outcome {
    let judge = || {
        let header = &snapshot_of(facts)?.header;
        let inner = tag(facts, manifest::TAG_MANIFEST_SIGNATURE)?;
        compare_comment(inner, manifest::TAG_MANIFEST_SIGNATURE, header)?;
        match &facts.sidecar {
            Sidecar::None => {}
            Sidecar::Bytes(outer) => compare_comment(outer, "the signature file", header)?,
            Sidecar::Missing(_) | Sidecar::Unreadable(_) => {
                return Err(Outcome::NotChecked("the signature file could not be read".to_owned()));
            }
        }
        Ok(Outcome::Passed(String::new()))
    };
    settle(judge())
}

fn compare_comment(bytes: &[u8], path: &str, header: &Header) -> Result<(), Outcome> {
    let minisig = Minisig::parse(bytes)
        .map_err(|_| Outcome::NotChecked(format!("{path} is not a signature that can be read")))?;
    let wrong = |reason: &str| Err(failed(verify::INTEGRITY, path, reason));
    let Some(comment) = TrustedComment::parse(&minisig.trusted_comment) else {
        return wrong("the trusted comment is not in the form of this version");
    };
    let TrustedComment { origin, seq, created, expires, file } = comment;
    for (field, same) in [
        ("origin", origin == header.origin),
        ("seq", seq == header.seq),
        ("created", created == header.created),
        ("expires", expires == header.expires),
        ("file", file == header.file_name()),
    ] {
        if !same {
            return wrong(&format!("the trusted comment and snapshot.json differ on `{field}`"));
        }
    }
    Ok(())
}

fn statement(facts: &Facts<'_>) -> Outcome {
    let judge = || {
        let envelope = Envelope::parse(tag(facts, dsse::STATEMENT)?)
            .map_err(|reason| failed(verify::AUTHENTICITY, dsse::STATEMENT, reason))?;
        let header = &snapshot_of(facts)?.header;
        let digest = |name| tag(facts, name).map(Digest::of);
        let expected =
            dsse::statement(header, digest(snapshot::SNAPSHOT)?, digest(manifest::PAYLOAD_MANIFEST)?);
        let wrong = |reason: &str| Err(failed(verify::AUTHENTICITY, dsse::STATEMENT, reason));
        if envelope.payload != expected.as_bytes() {
            return wrong("says something else than snapshot.json and manifest-sha256.txt");
        }
        let Some(key) = &facts.terms.key else {
            return Err(Outcome::NotChecked(NO_KEY.to_owned()));
        };
        if envelope.key_id != dsse::key_id(key) {
            return wrong("names another key than the one given");
        }
        if !key.verify_raw(&dsse::encoded_for_signing(&envelope.payload), &envelope.signature) {
            return wrong("the signature does not match the statement and the key");
        }
        Ok(Outcome::Passed("one subject, manifest-sha256.txt".to_owned()))
    };
    settle(judge())
}

fn key_roles(_: &Facts<'_>) -> Outcome {
    Outcome::NotApplicable("version 0 of the format has one key and no revocation".to_owned())
}

fn log(_: &Facts<'_>) -> Outcome {
    Outcome::NotApplicable(
        "version 0 of the format has no log: an older snapshot cannot be told from the newest".to_owned(),
    )
}

fn expiry(facts: &Facts<'_>) -> Outcome {
    let judge = || {
        let header = &snapshot_of(facts)?.header;
        let as_of = facts.terms.as_of;
        if as_of >= header.expires {
            return Err(failed(
                verify::STALE,
                snapshot::SNAPSHOT,
                format!("expired at {}, asked for {as_of}", header.expires),
            ));
        }
        if as_of < header.created {
            return Err(failed(
                verify::STALE,
                snapshot::SNAPSHOT,
                format!("created at {}, which is after {as_of}: is the clock right?", header.created),
            ));
        }
        Ok(Outcome::Passed(format!("until {}, asked for {as_of}", header.expires)))
    };
    settle(judge())
}

fn state(facts: &Facts<'_>) -> Outcome {
    let judge = || {
        let header = &snapshot_of(facts)?.header;
        let mut words = vec![match header.state {
            State::Released => "released".to_owned(),
            State::Draft => "DRAFT: not a release, may be replaced at any time".to_owned(),
        }];
        if header.development_key {
            words.push("DEVELOPMENT KEY: says nothing about who made it".to_owned());
        }
        if let Kind::Packet(packet) = &header.kind {
            words.push(format!(
                "a packet for {}, made from snapshot.json {}",
                packet.audience, packet.snapshot_sha256
            ));
        }
        Ok(Outcome::Passed(words.join("; ")))
    };
    settle(judge())
}
