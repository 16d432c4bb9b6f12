//! Attestations beside everything else: signatures checked with the project's keys, subjects found by their digests.

use std::collections::BTreeMap;

use super::evidence::Loaded;
use crate::bundle::base64;
use crate::bundle::dsse;
use crate::bundle::minisig::PublicKey;
use crate::model::attestation::SignatureState;
use crate::model::attestation::StatementSignature;
use crate::model::attestation::SubjectMatch;
use crate::model::config::AttestationKey;
use crate::model::evidence::Evidence;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::id::Id;

/// How an Ed25519 key begins as a `SubjectPublicKeyInfo`.
const ED25519: &[u8] = &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// The key in a text: base64 of its 32 bytes, or of what stands in a PEM file.
pub(crate) fn key(text: &str) -> Option<PublicKey> {
    let bytes = base64::decode(text.trim())?;
    let bytes = bytes.strip_prefix(ED25519).unwrap_or(&bytes);
    Some(PublicKey { id: [0; 8], key: bytes.try_into().ok()? })
}

/// A key of the project file, ready to be used.
struct Known<'k> {
    name: &'k str,
    id: String,
    key: PublicKey,
}

/// Checks the signatures of every attestation; says of each file whether a known key signed all it says.
pub(crate) fn verify(
    loaded: &mut [Loaded],
    keys: &[AttestationKey],
    findings: &mut Vec<Finding>,
) -> Vec<bool> {
    let keys: Vec<Known<'_>> = keys
        .iter()
        .filter_map(|one| {
            let key = key(&one.public_key)?;
            let id = one.key_id.clone().unwrap_or_else(|| dsse::key_id(&key));
            Some(Known { name: &one.name, id, key })
        })
        .collect();
    loaded.iter_mut().map(|file| one(file, &keys, findings)).collect()
}

fn one(file: &mut Loaded, keys: &[Known<'_>], findings: &mut Vec<Finding>) -> bool {
    let Some(read) = &mut file.sniffed.read else { return false };
    let Some(attestation) = read.body.statements_mut() else { return false };
    for signed in std::mem::take(&mut read.signed) {
        let Some(statement) = attestation.statements.get_mut(signed.statement) else { continue };
        let Some(signature) = statement.signatures.get_mut(signed.signature) else { continue };
        let Ok(bytes) = <[u8; 64]>::try_from(signed.bytes.as_slice()) else { continue };
        let made = keys.iter().find(|known| known.key.verify_raw(&signed.message, &bytes));
        if let Some(known) = made {
            signature.state = SignatureState::Verified;
            signature.verified_by = Some(known.name.to_owned());
        } else if let Some(named) = named(signature, keys) {
            signature.state = SignatureState::Wrong;
            findings.push(
                Finding::error(
                    "wrong-signature",
                    format!(
                        "a signature names the key `{}`, which did not make it over these bytes",
                        named.name
                    ),
                )
                .at(Place::file(&file.found.path))
                .help("the attestation was changed, or somebody else made it: get it again from its source"),
            );
        }
    }
    let verified = |state| state == Some(SignatureState::Verified);
    !attestation.statements.is_empty()
        && attestation.statements.iter().all(|statement| verified(statement.signature()))
}

fn named<'a, 'k>(signature: &StatementSignature, keys: &'a [Known<'k>]) -> Option<&'a Known<'k>> {
    let id = signature.key_id.as_deref()?;
    keys.iter().find(|known| known.id == id)
}

/// Finds the subjects of attestations among the evidence, by SHA-256.
pub(crate) fn find_subjects(evidence: &mut BTreeMap<Id, Evidence>) {
    let by_digest: BTreeMap<String, Id> =
        evidence.values().map(|one| (one.source.sha256.clone(), one.id.clone())).collect();
    for one in evidence.values_mut() {
        let own = one.id.clone();
        let Some(attestation) = one.body.statements_mut() else { continue };
        for subject in attestation.statements.iter_mut().flat_map(|statement| &mut statement.subjects) {
            let Some(digest) = subject.sha256().map(str::to_ascii_lowercase) else { continue };
            // a file cannot be about itself
            if let Some(found) = by_digest.get(&digest).filter(|found| **found != own) {
                subject.found = SubjectMatch::Here;
                subject.evidence = Some(found.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_32_bytes_bare_or_as_in_a_pem_file() {
        let bare = base64::encode(&[7; 32]);
        let wrapped = base64::encode(&[ED25519, &[7; 32]].concat());
        assert_eq!(key(&bare).map(|key| key.key), Some([7; 32]));
        assert_eq!(key(&wrapped).map(|key| key.key), Some([7; 32]));
        assert!(key("not a key").is_none());
        assert!(key(&base64::encode(&[7; 33])).is_none());
    }
}
