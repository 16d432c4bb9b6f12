//! Signatures over statements, and whom the certificates beside them name. Nothing is verified here.

use super::attestation::decode;
use super::certificate;
use crate::load::text::node::Node;
use crate::model::attestation::SignatureState;
use crate::model::attestation::StatementSignature;

/// The signatures of an envelope with their bytes, where those can be read.
pub(super) fn signatures(envelope: &Node<'_>) -> Vec<(StatementSignature, Option<Vec<u8>>)> {
    let list = envelope.get("signatures").and_then(Node::list).unwrap_or(&[]);
    list.iter()
        .map(|node| {
            let (identity, issuer) = node.text_of("cert").map(certificate::of_pem).unwrap_or_default();
            let signature = StatementSignature {
                key_id: node.text_of("keyid").filter(|id| !id.is_empty()).map(str::to_owned),
                identity,
                issuer,
                ..unsigned()
            };
            (signature, node.text_of("sig").and_then(decode))
        })
        .collect()
}

fn unsigned() -> StatementSignature {
    StatementSignature {
        key_id: None,
        state: SignatureState::NotVerified,
        verified_by: None,
        identity: None,
        issuer: None,
        log_index: None,
        logged_at: None,
    }
}

/// Whom the certificate of a bundle names.
pub(super) fn certificate_of(material: Option<&Node<'_>>) -> StatementSignature {
    let chain = || {
        let chain = material?.get("x509CertificateChain")?.get("certificates")?;
        chain.list()?.first()
    };
    let bytes = material
        .and_then(|node| node.get("certificate"))
        .or_else(chain)
        .and_then(|node| node.text_of("rawBytes"))
        .and_then(decode);
    let (identity, issuer) = bytes.as_deref().map(certificate::of_der).unwrap_or_default();
    StatementSignature { identity, issuer, ..unsigned() }
}
