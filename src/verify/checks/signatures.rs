//! Who signed: the archive, the list of lists, the statement.

use blake2::Blake2b512;
use blake2::Digest as _;

use crate::bundle::digest::Digest;
use crate::bundle::dsse;
use crate::bundle::dsse::Envelope;
use crate::bundle::keys::Role;
use crate::bundle::manifest;
use crate::bundle::minisig;
use crate::bundle::minisig::Minisig;
use crate::bundle::minisig::MinisigError;
use crate::bundle::minisig::PublicKey;
use crate::bundle::snapshot;
use crate::verify::AUTHENTICITY;
use crate::verify::checks::Judged;
use crate::verify::checks::failed;
use crate::verify::checks::header;
use crate::verify::checks::tag;
use crate::verify::facts::Facts;
use crate::verify::facts::Sidecar;
use crate::verify::report::Outcome;
use crate::verify::trust::Trust;

pub(super) fn outer(facts: &Facts<'_>) -> Judged {
    match &facts.sidecar {
        Sidecar::None => {
            let reason = "a folder has none; the signature over the list of lists counts";
            Err(Outcome::NotApplicable(reason.to_owned()))
        }
        Sidecar::Missing(path) => failed(AUTHENTICITY, path, "the signature file is missing"),
        Sidecar::Unreadable(reason) => Err(Outcome::NotChecked(reason.clone())),
        Sidecar::Bytes(bytes) => match &facts.archive_blake2b {
            Ok(blake2b) => signature(facts, bytes, blake2b, None),
            Err(reason) => Err(Outcome::NotChecked(reason.clone())),
        },
    }
}

pub(super) fn inner(facts: &Facts<'_>) -> Judged {
    const PATH: &str = manifest::TAG_MANIFEST_SIGNATURE;
    let list = tag(facts, manifest::TAG_MANIFEST)?;
    let bytes = match tag(facts, PATH) {
        Err(Outcome::Failed { reason, .. }) => return failed(AUTHENTICITY, PATH, reason),
        other => other?,
    };
    // The one text in the archive that no signature covers is fixed, so that no byte is free.
    if Minisig::parse(bytes).is_ok_and(|minisig| minisig.untrusted_comment != minisig::UNTRUSTED_COMMENT) {
        let reason = format!("the untrusted comment must be `{}`", minisig::UNTRUSTED_COMMENT);
        return failed(AUTHENTICITY, PATH, reason);
    }
    signature(facts, bytes, &Blake2b512::digest(list).into(), Some(PATH))
}

fn signature(facts: &Facts<'_>, bytes: &[u8], blake2b: &[u8; 64], path: Option<&str>) -> Judged {
    let wrong = |error: MinisigError| {
        let path = path.map(str::to_owned);
        Outcome::Failed { code: AUTHENTICITY, path, reason: error.to_string() }
    };
    let minisig = Minisig::parse(bytes).map_err(wrong)?;
    let trust = trust(facts)?;
    let given = trust.pinned.id;
    let key = trust.keys(Role::Release).into_iter().find(|key| key.id == minisig.key_id);
    let key = key.ok_or(wrong(MinisigError::OtherKey { signed: minisig.key_id, given }))?;
    minisig.verify(&key, blake2b).map_err(wrong)?;
    Ok(format!("by key {}", key.id_text()))
}

/// The keys; when they are wrong, that is told by the check on their roles.
fn trust<'a>(facts: &'a Facts<'_>) -> Result<&'a Trust, Outcome> {
    facts.trust.as_ref().map_err(|outcome| match outcome {
        Outcome::NotChecked(reason) => Outcome::NotChecked(reason.clone()),
        _ => Outcome::NotChecked("the keys that may sign could not be established".to_owned()),
    })
}

pub(super) fn statement(facts: &Facts<'_>) -> Judged {
    let wrong = |reason: &str| failed(AUTHENTICITY, dsse::STATEMENT, reason);
    let envelope = match Envelope::parse(tag(facts, dsse::STATEMENT)?) {
        Ok(envelope) => envelope,
        Err(reason) => return wrong(&reason),
    };
    let digest = |name| tag(facts, name).map(Digest::of);
    let (snapshot, list) = (digest(snapshot::SNAPSHOT)?, digest(manifest::PAYLOAD_MANIFEST)?);
    if envelope.payload != dsse::statement(header(facts)?, snapshot, list).as_bytes() {
        return wrong("says something else than snapshot.json and manifest-sha256.txt");
    }
    let is_named = |key: &PublicKey| dsse::key_id(key) == envelope.key_id;
    let Some(key) = trust(facts)?.keys(Role::Attest).into_iter().find(is_named) else {
        return wrong("names no key that may sign it");
    };
    if !key.verify_raw(&dsse::encoded_for_signing(&envelope.payload), &envelope.signature) {
        return wrong("the signature does not match the statement and the key");
    }
    Ok("one subject, manifest-sha256.txt".to_owned())
}
