//! Packed originals read again: whether each still gives the record that a snapshot holds of it.
//!
//! What a project knows beside its files (its index, its keys) is not in an archive, so what rests on that is said and not compared.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;

use super::attestations;
use super::digests;
use super::evidence::Loaded;
use super::formats::add_to_drill_again;
use super::originals;
use super::sniff::sniff;
use super::walk::Found;
use crate::bundle::digest::Digest;
use crate::model::attestation::SignatureState;
use crate::model::evidence::Body;
use crate::model::evidence::Evidence;
use crate::model::evidence::Trust;
use crate::model::finding::Place;
use crate::model::id::Id;

/// A value that differs: its pointer in the record, as stated and as read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where in the record.
    pub pointer: String,
    /// What the record says.
    pub stated: String,
    /// What the original gives.
    pub read: String,
}

/// What came of reading one original again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Again {
    /// It gives the record; the clause says what was left out of the comparison, where something was.
    Same(Option<&'static str>),
    /// It gives another.
    Differs(Vec<Difference>),
    /// It was not read, and why.
    NotRead(&'static str),
}

/// What came of reading the originals of a snapshot again.
#[derive(Clone, Debug, Default)]
pub struct Reread {
    /// By evidence.
    pub records: BTreeMap<Id, Again>,
    /// What those that are the same in everything gave.
    pub bodies: BTreeMap<Id, Body>,
}

const NO_ORIGINAL: &str = "its original is not in the archive";
const INDEX: &str = "what the project's evidence index adds to the output of a tool is not in the archive";
const KEYS: &str = "the keys that the project trusts are not in the archive";
const OTHERS: &str = "files that it names are not in the archive";

/// Reads every original that `bytes` gives for the name it is packed under, and compares it with its record. `folder` is the
/// evidence folder that paths in documents are relative to.
pub fn reread(
    evidence: &BTreeMap<Id, Evidence>,
    folder: &str,
    bytes: impl Fn(&str) -> Option<Vec<u8>>,
) -> Reread {
    let mut out = BTreeMap::new();
    let mut bodies = BTreeMap::new();
    let mut ids = Vec::new();
    let mut loaded = Vec::new();
    for one in evidence.values() {
        let Some(bytes) = one.source.archived_as.as_deref().and_then(&bytes) else {
            out.insert(one.id.clone(), Again::NotRead(NO_ORIGINAL));
            continue;
        };
        let path = one.source.path.as_str();
        let wanted = Some((one.source.adapter.as_str(), Place::file(path)));
        let sniffed = sniff(path, &bytes, wanted);
        let digest = Digest::of(&bytes);
        let found = Found { path: path.to_owned(), disk: PathBuf::new(), size_bytes: bytes.len() as u64 };
        let content = originals::in_memory(bytes, digest);
        ids.push(one.id.clone());
        loaded.push(Loaded { found, digest, content, sniffed });
    }
    let mut findings = Vec::new();
    attestations::verify(&mut loaded, &[], &mut findings);
    let verified = digests::check(folder, &mut loaded, &mut findings);
    let here: BTreeSet<String> = loaded.iter().map(|file| file.found.path.clone()).collect();
    let all = loaded.len() == evidence.len();
    for ((id, file), verified) in ids.into_iter().zip(loaded).zip(verified) {
        let Some(stated) = evidence.get(&id) else { continue };
        let body = file.sniffed.read.as_ref().map(|read| read.body.clone());
        let mut again = compare(stated, file, &here, all);
        if all && !verified && stated.trust == Trust::HashVerified {
            let trust = Difference {
                pointer: "/trust".to_owned(),
                stated: Trust::HashVerified.word().to_owned(),
                read: "no file names its digest".to_owned(),
            };
            match &mut again {
                Again::Differs(differ) => differ.push(trust),
                Again::Same(_) | Again::NotRead(_) => again = Again::Differs(vec![trust]),
            }
        }
        if let (Again::Same(None), Some(body)) = (&again, body) {
            bodies.insert(id.clone(), body);
        }
        out.insert(id, again);
    }
    Reread { records: out, bodies }
}

fn compare(stated: &Evidence, file: Loaded, here: &BTreeSet<String>, all: bool) -> Again {
    let mut differ = Vec::new();
    let mut check = |pointer: &str, stated: String, read: String| {
        if stated != read {
            differ.push(Difference { pointer: pointer.to_owned(), stated, read });
        }
    };
    check("/source/sha256", stated.source.sha256.clone(), file.digest.to_string());
    let Some(read) = file.sniffed.read else {
        check("/trust", stated.trust.word().to_owned(), Trust::Invalid.word().to_owned());
        return if differ.is_empty() { Again::Same(None) } else { Again::Differs(differ) };
    };
    let is_template = |trust: bool| if trust { "a template" } else { "no template" }.to_owned();
    check("/trust", is_template(stated.trust == Trust::Placeholder), is_template(read.placeholder.is_some()));
    let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
    check("/source/format-version", shown(&stated.source.format_version), shown(&read.format_version));
    // what the document does not say, the index may
    if let Some(captured) = read.captured_at {
        let said = stated.captured_at.map_or_else(|| "nothing".to_owned(), |at| at.to_string());
        check("/captured-at", said, captured.to_string());
    }
    if let Some(mode) = read.mode.filter(|mode| *mode > stated.mode) {
        check("/mode", stated.mode.word().to_owned(), mode.word().to_owned());
    }
    if read.subject.is_some() {
        check("/subject", shown(&stated.subject), shown(&read.subject));
    }
    if read.source_state.is_some() {
        check("/source-state", shown(&stated.source_state), shown(&read.source_state));
    }
    let (mut one, mut other) = (stated.body.clone(), read.body);
    let mut left_out = None;
    if forget_keys(&mut one) | forget_keys(&mut other) {
        left_out = Some(KEYS);
    }
    if let (Body::GovernanceRecord(one), Body::GovernanceRecord(other)) = (&mut one, &mut other) {
        let elsewhere =
            one.files.iter().filter_map(|file| file.here.as_ref()).any(|path| !here.contains(path));
        if elsewhere || (one.seal.is_some() && !all) {
            (one.files, one.seal, other.files, other.seal) = (Vec::new(), None, Vec::new(), None);
            left_out = Some(OTHERS);
        }
    }
    let value = |body: &Body| serde_json::to_value(body).unwrap_or_default();
    if add_to_drill_again(&mut other, &one, &stated.source.adapter) {
        left_out = Some(INDEX);
    }
    differences("/body", &value(&one), &value(&other), &mut differ);
    if differ.is_empty() { Again::Same(left_out) } else { Again::Differs(differ) }
}

/// Takes out what rests on keys of the project, and on which other evidence a subject is; whether there was anything.
fn forget_keys(body: &mut Body) -> bool {
    let Some(attestation) = body.statements_mut() else { return false };
    for statement in &mut attestation.statements {
        for signature in &mut statement.signatures {
            signature.state = SignatureState::NotVerified;
            signature.verified_by = None;
        }
        for subject in &mut statement.subjects {
            subject.found = crate::model::attestation::SubjectMatch::NotComparable;
            subject.evidence = None;
        }
    }
    true
}

/// How many differences of one record are told.
const MOST: usize = 20;

fn differences(pointer: &str, stated: &Value, read: &Value, out: &mut Vec<Difference>) {
    if stated == read || out.len() >= MOST {
        return;
    }
    let inside = |key: &str| format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
    match (stated, read) {
        (Value::Object(one), Value::Object(other)) => {
            let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for key in keys {
                let (one, other) = (one.get(key), other.get(key));
                differences(&inside(key), one.unwrap_or(&Value::Null), other.unwrap_or(&Value::Null), out);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (at, (one, other)) in one.iter().zip(other).enumerate() {
                differences(&inside(&at.to_string()), one, other, out);
            }
        }
        (_, _) => {
            let short = |value: &Value| value.to_string().chars().take(120).collect::<String>();
            out.push(Difference { pointer: pointer.to_owned(), stated: short(stated), read: short(read) });
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn differences_are_named_by_their_pointer() {
        let mut out = Vec::new();
        let (one, other) =
            (json!({"a/b": [1, {"c": "x"}], "d": null}), json!({"a/b": [1, {"c": "y"}], "e": 2}));
        differences("/body", &one, &other, &mut out);
        let told: Vec<(&str, &str, &str)> =
            out.iter().map(|one| (one.pointer.as_str(), one.stated.as_str(), one.read.as_str())).collect();
        assert_eq!(told, [("/body/a~1b/1/c", "\"x\"", "\"y\""), ("/body/e", "null", "2")]);
    }
}
