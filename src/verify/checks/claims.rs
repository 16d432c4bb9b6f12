//! Whether everything that is said twice is said alike, and what the snapshot says of itself.

use crate::bundle::FORMAT_VERSION;
use crate::bundle::bag;
use crate::bundle::comment::trusted_comment;
use crate::bundle::manifest;
use crate::bundle::minisig::Minisig;
use crate::bundle::snapshot;
use crate::bundle::snapshot::Header;
use crate::bundle::snapshot::Kind;
use crate::bundle::snapshot::State;
use crate::verify::CONTAINER;
use crate::verify::INTEGRITY;
use crate::verify::STALE;
use crate::verify::checks::Judged;
use crate::verify::checks::failed;
use crate::verify::checks::files::is_payload;
use crate::verify::checks::header;
use crate::verify::checks::list;
use crate::verify::checks::tag;
use crate::verify::facts::Facts;
use crate::verify::facts::Sidecar;
use crate::verify::report::Outcome;

pub(super) fn bag(facts: &Facts<'_>) -> Judged {
    if tag(facts, bag::BAGIT)? != bag::BAGIT_TEXT.as_bytes() {
        return failed(CONTAINER, bag::BAGIT, "not exactly the declaration of a BagIt 1.0 bag in UTF-8");
    }
    let info = tag(facts, bag::BAG_INFO)?;
    let named = facts.named.as_ref().map_err(Clone::clone)?;
    let payload = || named.files.iter().filter(|(name, _)| is_payload(name.as_str()));
    let bytes = payload().map(|(_, member)| member.size_bytes).fold(0, u64::saturating_add);
    if info != bag::bag_info_text(header(facts)?, bytes, payload().count() as u64).as_bytes() {
        let reason = "differs from what snapshot.json and the files give (date, identifier, Payload-Oxum)";
        return failed(CONTAINER, bag::BAG_INFO, reason);
    }
    Ok(format!("{bytes} bytes of payload"))
}

pub(super) fn snapshot(facts: &Facts<'_>) -> Judged {
    let snapshot = facts.snapshot.as_ref().map_err(Clone::clone)?;
    let list = list(&facts.payload_manifest)?;
    let named = facts.named.as_ref().map_err(Clone::clone)?;
    let root = snapshot.header.root();
    if let Some(found) = named.root.as_ref().filter(|found| **found != root) {
        return failed(INTEGRITY, found, format!("the root folder must be `{root}`"));
    }
    for file in &snapshot.files {
        let path = file.path.as_str();
        if list.entries.get(&file.path) != Some(&file.sha256) {
            return failed(INTEGRITY, path, "snapshot.json and manifest-sha256.txt differ on the digest");
        }
        if named.files.get(&file.path).map(|member| member.size_bytes) != Some(file.size_bytes) {
            return failed(INTEGRITY, path, "the size differs from that in snapshot.json");
        }
    }
    if snapshot.files.len() != list.entries.len() {
        return failed(INTEGRITY, snapshot::SNAPSHOT, "lists fewer files than manifest-sha256.txt");
    }
    Ok(format!("format version {FORMAT_VERSION}"))
}

pub(super) fn trusted_comments(facts: &Facts<'_>) -> Judged {
    let header = header(facts)?;
    compare(tag(facts, manifest::TAG_MANIFEST_SIGNATURE)?, manifest::TAG_MANIFEST_SIGNATURE, header)?;
    match &facts.sidecar {
        Sidecar::None => {}
        Sidecar::Bytes(outer) => compare(outer, "the signature file", header)?,
        Sidecar::Missing(_) | Sidecar::Unreadable(_) => {
            return Err(Outcome::NotChecked("the signature file could not be read".to_owned()));
        }
    }
    Ok(String::new())
}

fn compare(bytes: &[u8], path: &str, header: &Header) -> Result<(), Outcome> {
    let Ok(minisig) = Minisig::parse(bytes) else {
        return Err(Outcome::NotChecked(format!("{path} is not a signature that can be read")));
    };
    let expected = trusted_comment(header);
    if minisig.trusted_comment != expected {
        let found = minisig.trusted_comment;
        return failed(
            INTEGRITY,
            path,
            format!("the trusted comment is `{found}`, snapshot.json gives `{expected}`"),
        );
    }
    Ok(())
}

pub(super) fn expiry(facts: &Facts<'_>) -> Judged {
    let Header { created, expires, .. } = header(facts)?;
    let as_of = facts.terms.as_of;
    if as_of >= *expires {
        return failed(STALE, snapshot::SNAPSHOT, format!("expired at {expires}, asked for {as_of}"));
    }
    if as_of < *created {
        let reason = format!("created at {created}, which is after {as_of}: is the clock right?");
        return failed(STALE, snapshot::SNAPSHOT, reason);
    }
    Ok(format!("until {expires}, asked for {as_of}"))
}

pub(super) fn state(facts: &Facts<'_>) -> Judged {
    let header = header(facts)?;
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
    Ok(words.join("; "))
}
