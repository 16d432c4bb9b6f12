//! One in-toto Statement v1 in one DSSE envelope on one line, with exactly one subject: the payload manifest.
//!
//! One subject, because generic verifiers take several for alternatives. The payload never ends in a line feed, so its signed
//! encoding is no C2SP note. The attest key signs it, or where there are no roles the one key there is.

use crate::bundle::base64;
use crate::bundle::digest::Digest;
use crate::bundle::json::Json;
use crate::bundle::json::Members;
use crate::bundle::limits;
use crate::bundle::manifest;
use crate::bundle::minisig::PublicKey;
use crate::bundle::snapshot::Header;

/// The name of the file.
pub const STATEMENT: &str = "snapshot.intoto.jsonl";
/// The DSSE payload type.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
/// The type of the predicate.
pub const PREDICATE_TYPE: &str = "urn:trustbook:snapshot:v1";
/// The type of the statement.
pub const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";

/// The statement about a snapshot: follows from it, so it is compared, not interpreted.
pub fn statement(header: &Header, snapshot: Digest, payload_manifest: Digest) -> String {
    let subject = Json::object([
        ("digest", Json::object([("sha256", Json::string(payload_manifest.to_string()))])),
        ("name", Json::string(manifest::PAYLOAD_MANIFEST)),
    ]);
    let predicate = Json::object([
        ("created", Json::string(header.created.to_string())),
        ("origin", Json::string(&header.origin)),
        ("seq", Json::count(header.seq)),
        ("snapshotSha256", Json::string(snapshot.to_string())),
    ]);
    Json::object([
        ("_type", Json::string(STATEMENT_TYPE)),
        ("predicate", predicate),
        ("predicateType", Json::string(PREDICATE_TYPE)),
        ("subject", Json::Array(vec![subject])),
    ])
    .print()
}

/// The bytes that a DSSE signature is over.
pub fn encoded_for_signing(payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {PAYLOAD_TYPE} {} ", PAYLOAD_TYPE.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

/// How securesystemslib names an Ed25519 key: a hint, made so that its readers find the key.
pub fn key_id(key: &PublicKey) -> String {
    let public: String = key.key.iter().map(|byte| format!("{byte:02x}")).collect();
    Digest::of(
        format!(r#"{{"keytype":"ed25519","keyval":{{"public":"{public}"}},"scheme":"ed25519"}}"#).as_bytes(),
    )
    .to_string()
}

/// An envelope with exactly one signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// What is signed.
    pub payload: Vec<u8>,
    /// A hint; see [`key_id`].
    pub key_id: String,
    /// Over [`encoded_for_signing`].
    pub signature: [u8; 64],
}

impl Envelope {
    /// Reads exactly what is written: `print` is in `pack`.
    ///
    /// # Errors
    /// The first thing that is not so.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() as u64 > limits::MAX_TAG_FILE_BYTES {
            return Err(format!("over {} bytes", limits::MAX_TAG_FILE_BYTES));
        }
        let line = bytes.strip_suffix(b"\n").ok_or("no line feed at the end")?;
        let mut envelope = Members::of(Json::parse(line)?, "")?;
        let payload = envelope.read("payload", "canonical base64", base64::decode)?;
        envelope.read("payloadType", "that of in-toto", |kind| (kind == PAYLOAD_TYPE).then_some(()))?;
        let mut signatures = envelope.items("signatures", |value| Members::of(value, "signatures[]"))?;
        envelope.finish()?;
        let (Some(mut signature), true) = (signatures.pop(), signatures.is_empty()) else {
            return Err("not exactly one signature".to_owned());
        };
        let key_id = signature.string("keyid")?;
        let bytes = signature
            .read("sig", "64 bytes in canonical base64", |text| base64::decode(text)?.try_into().ok())?;
        signature.finish()?;
        Ok(Self { payload, key_id, signature: bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_survives_printing_and_parsing_and_nothing_else_is_read() {
        let envelope = Envelope { payload: b"{}".to_vec(), key_id: "k".to_owned(), signature: [5; 64] };
        let text = envelope.print();
        assert_eq!(Envelope::parse(text.as_bytes()), Ok(envelope));
        let signature = text.split("\"signatures\":[").nth(1).unwrap().split(']').next().unwrap();
        for bad in [
            text.trim_end().to_owned(),
            format!("{text}{text}"),
            format!("{text}\n"),
            text.replace("in-toto", "in_toto"),
            text.replace(signature, ""),
            text.replace(signature, &format!("{signature},{signature}")),
            text.replace("e30=", "e31="),
            text.replace("\"keyid\":\"k\",", ""),
            text.replace("{\"payload\"", "{\"extra\":1,\"payload\""),
        ] {
            assert!(Envelope::parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_signed_encoding_is_that_of_the_dsse_protocol() {
        assert_eq!(encoded_for_signing(b"hello"), b"DSSEv1 28 application/vnd.in-toto+json 5 hello");
    }
}
