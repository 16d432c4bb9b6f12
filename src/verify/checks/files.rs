//! Which files there are, and whether they are those that the signed lists name.

use std::collections::BTreeSet;

use crate::bundle::bag;
use crate::bundle::digest::Digest;
use crate::bundle::keys::KEYS;
use crate::bundle::manifest;
use crate::bundle::name::PathName;
use crate::verify::COMPLETENESS;
use crate::verify::INTEGRITY;
use crate::verify::checks::Judged;
use crate::verify::checks::failed;
use crate::verify::checks::list;
use crate::verify::checks::tag;
use crate::verify::facts::Facts;
use crate::verify::facts::ROLE_FILES;
use crate::verify::facts::TAG_FILES;
use crate::verify::report::Outcome;

pub(super) fn container(facts: &Facts<'_>) -> Judged {
    let count = facts.listed.clone()?;
    Ok(if facts.is_folder { format!("a folder of {count} regular files") } else { format!("{count} files") })
}

pub(super) fn names(facts: &Facts<'_>) -> Judged {
    facts.named.as_ref().map(|_| String::new()).map_err(Clone::clone)
}

pub(super) fn tag_files(facts: &Facts<'_>) -> Judged {
    const UNLISTED: [&str; 2] = [manifest::TAG_MANIFEST, manifest::TAG_MANIFEST_SIGNATURE];
    let list = list(&facts.tag_manifest)?;
    let found = found(facts, false)?;
    let listed: BTreeSet<&str> = list.entries.keys().map(PathName::as_str).collect();
    if let Some(path) = UNLISTED.iter().find(|name| listed.contains(**name)) {
        return failed(COMPLETENESS, path, "a file that cannot be in the list is in it");
    }
    compare(&found, &listed.into_iter().chain(UNLISTED).collect(), manifest::TAG_MANIFEST)?;
    let has_roles = found.contains(KEYS);
    let due = TAG_FILES.iter().map(|(name, _)| *name).filter(|name| has_roles || !ROLE_FILES.contains(name));
    compare(&found, &due.collect(), "the format")?;
    Ok(format!("{} files", found.len()))
}

pub(super) fn tag_digests(facts: &Facts<'_>) -> Judged {
    let list = list(&facts.tag_manifest)?;
    for (name, digest) in &list.entries {
        if Digest::of(tag(facts, name.as_str())?) != *digest {
            return failed(INTEGRITY, name.as_str(), "the content differs from its signed digest");
        }
    }
    Ok(format!("{} files", list.entries.len()))
}

pub(super) fn payload_files(facts: &Facts<'_>) -> Judged {
    let list = list(&facts.payload_manifest)?;
    let found = found(facts, true)?;
    compare(&found, &list.entries.keys().map(PathName::as_str).collect(), manifest::PAYLOAD_MANIFEST)?;
    if found.is_empty() {
        return failed(COMPLETENESS, bag::PAYLOAD_FOLDER, "there is no file");
    }
    Ok(format!("{} files", found.len()))
}

pub(super) fn payload_digests(facts: &Facts<'_>) -> Judged {
    let list = list(&facts.payload_manifest)?;
    let mut wrong = Vec::new();
    for (name, digest) in &list.entries {
        match facts.payload.get(name) {
            Some(Ok(actual)) if actual == digest => {}
            Some(Ok(_)) => {
                let reason = "the content differs from its listed digest";
                wrong.push(Outcome::failed(INTEGRITY, name.as_str(), reason));
            }
            Some(Err(outcome)) => wrong.push(outcome.clone()),
            None => wrong.push(Outcome::NotChecked(format!("{name} has no digest, it was not read"))),
        }
    }
    let others = wrong.len().saturating_sub(1);
    // One that failed says more than one that could not be read.
    wrong.sort_by_key(|outcome| !matches!(outcome, Outcome::Failed { .. }));
    match wrong.into_iter().next() {
        None => Ok(format!("{} files", list.entries.len())),
        Some(Outcome::Failed { code, path, reason }) if others > 0 => {
            Err(Outcome::Failed { code, path, reason: format!("{reason} (and {others} more files)") })
        }
        Some(outcome) => Err(outcome),
    }
}

/// The names of the payload, or of the tag files.
fn found<'a>(facts: &'a Facts<'_>, payload: bool) -> Result<BTreeSet<&'a str>, Outcome> {
    let named = facts.named.as_ref().map_err(Clone::clone)?;
    let names = named.files.keys().map(PathName::as_str);
    Ok(names.filter(|name| is_payload(name) == payload).collect())
}

pub(super) fn is_payload(name: &str) -> bool {
    name.strip_prefix(bag::PAYLOAD_FOLDER).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether what is there is what should be.
fn compare(found: &BTreeSet<&str>, listed: &BTreeSet<&str>, place: &str) -> Result<(), Outcome> {
    if let Some(path) = found.difference(listed).next() {
        return failed(COMPLETENESS, path, format!("the file is there but not listed in {place}"));
    }
    if let Some(path) = listed.difference(found).next() {
        return failed(COMPLETENESS, path, format!("listed in {place} but not there"));
    }
    Ok(())
}
