//! Whether the keys were allowed to sign then, and whether the log and what was verified before agree.

use crate::bundle::digest::Digest;
use crate::bundle::dsse;
use crate::bundle::dsse::Envelope;
use crate::bundle::keys::KEYS;
use crate::bundle::keys::Role;
use crate::bundle::log;
use crate::bundle::log::Checkpoint;
use crate::bundle::manifest::TAG_MANIFEST;
use crate::bundle::manifest::TAG_MANIFEST_SIGNATURE;
use crate::bundle::minisig::Minisig;
use crate::bundle::minisig::PublicKey;
use crate::bundle::snapshot;
use crate::bundle::snapshot::Kind;
use crate::bundle::snapshot::State;
use crate::verify::KEY;
use crate::verify::LOG_FORK;
use crate::verify::STALE;
use crate::verify::checks::Judged;
use crate::verify::checks::failed;
use crate::verify::checks::header;
use crate::verify::checks::tag;
use crate::verify::facts::Facts;
use crate::verify::facts::Sidecar;
use crate::verify::report::Outcome;

pub(super) fn key_roles(facts: &Facts<'_>) -> Judged {
    let refuse = |reason: String| failed(KEY, KEYS, reason);
    let trust = facts.trust.as_ref().map_err(Clone::clone)?;
    let pinned = facts.pins.state.as_ref().map_or(0, |state| state.keys_version);
    let version = trust.set.as_ref().map_or(0, |set| set.version);
    if version < pinned {
        return refuse(format!("keys of version {version}, version {pinned} was seen before"));
    }
    let Some(set) = &trust.set else {
        let reason = "one key for everything: no roles, no revocation";
        return Err(Outcome::NotApplicable(reason.to_owned()));
    };
    let header = header(facts)?;
    if set.origin != header.origin {
        return refuse(format!("these are the keys of `{}`", set.origin));
    }
    let by_name = |id: [u8; 8]| move |key: &PublicKey| key.id == id;
    let minisig = |bytes: &[u8]| Minisig::parse(bytes).ok().map(|minisig| minisig.key_id);
    let mut signers = Vec::new();
    if let Sidecar::Bytes(bytes) = &facts.sidecar {
        signers.extend(minisig(bytes).map(|id| (Role::Release, id)));
    }
    signers.extend(minisig(tag(facts, TAG_MANIFEST_SIGNATURE)?).map(|id| (Role::Release, id)));
    if let Ok(envelope) = Envelope::parse(tag(facts, dsse::STATEMENT)?) {
        let is_named = |key: &PublicKey| dsse::key_id(key) == envelope.key_id;
        let signer = trust.keys(Role::Attest).into_iter().find(is_named);
        signers.extend(signer.map(|key| (Role::Attest, key.id)));
    }
    for (role, id) in signers {
        let found = set.keys.iter().find(|key| key.role == role && by_name(id)(&key.key));
        let Some(key) = found else {
            return refuse(format!("no {} key is called {:016X}", role.as_str(), u64::from_le_bytes(id)));
        };
        let (role, name) = (role.as_str(), key.key.id_text());
        if header.seq < key.first_seq || key.last_seq.is_some_and(|last| header.seq > last) {
            return refuse(format!("{role} key {name} is not for snapshot {}", header.seq));
        }
        let Some(revoked) = &key.revoked else { continue };
        let is_earlier = |index: usize| (index as u64) < revoked.log_size;
        if !facts.logged.as_ref().is_ok_and(|logged| is_earlier(logged.index)) {
            let reason = &revoked.reason;
            return refuse(format!(
                "{role} key {name} is revoked ({reason}), and the log does not prove this to be older"
            ));
        }
    }
    Ok(format!("version {version}"))
}

pub(super) fn log(facts: &Facts<'_>) -> Judged {
    let fork = |reason: &str| failed(LOG_FORK, snapshot::SNAPSHOT, reason);
    let header = header(facts)?;
    let state =
        facts.pins.state.as_ref().filter(|_| header.state == State::Released && header.kind == Kind::Archive);
    if let Some(state) = state {
        if state.origin != header.origin {
            return Err(Outcome::NotChecked(format!("the state given is about `{}`", state.origin)));
        }
        if header.seq < state.seq {
            let reason =
                format!("snapshot {} is older than {}, which was verified before", header.seq, state.seq);
            return failed(STALE, snapshot::SNAPSHOT, reason);
        }
        if header.seq == state.seq && Digest::of(tag(facts, TAG_MANIFEST)?) != state.tag_manifest {
            return fork("other contents were verified before under this number");
        }
    }
    let logged = match (&facts.logged, state) {
        (Ok(logged), _) => logged,
        (Err(Outcome::NotApplicable(_)), Some(state)) if !state.checkpoint.is_empty() => {
            return fork("it was in a log before, and now it is in none");
        }
        (Err(outcome), _) => return Err(outcome.clone()),
    };
    let pinned = state.and_then(|state| Checkpoint::parse(&state.checkpoint).ok());
    if let Some((pinned, _)) = pinned {
        let then = usize::try_from(pinned.size).ok().and_then(|size| logged.leaves.get(..size));
        match then {
            Some(leaves) if log::root(leaves) == pinned.root => {}
            // What is known of the newer log was seen when this same snapshot was verified before.
            None if state.is_some_and(|state| state.seq == header.seq) => {}
            Some(_) => return fork("the log does not continue the one that was seen before"),
            None => return fork("the log is shorter than when it was seen before"),
        }
    }
    Ok(format!("leaf {} of {}", logged.index, logged.leaves.len()))
}
