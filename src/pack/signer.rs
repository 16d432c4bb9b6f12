//! What signs: implemented where keys are, called where bytes are.

use std::fmt;

use crate::bundle::log::Checkpoint;
use crate::bundle::minisig::Minisig;
use crate::bundle::minisig::PublicKey;

/// Holds a key, or knows who does. The same bytes give the same signature.
pub trait Signer: Send + Sync {
    /// The key that will verify.
    fn public_key(&self) -> PublicKey;

    /// A minisign signature over a file with this BLAKE2b-512, with this trusted comment.
    ///
    /// # Errors
    /// Why nothing was signed.
    fn sign_prehashed(&self, blake2b: &[u8; 64], trusted_comment: &str) -> Result<Minisig, SignError>;

    /// A plain Ed25519 signature over the pre-authentication encoding of a DSSE envelope.
    ///
    /// # Errors
    /// Why nothing was signed.
    fn sign_dsse(&self, encoded: &[u8]) -> Result<[u8; 64], SignError>;

    /// A plain Ed25519 signature over the text of a checkpoint of the log.
    ///
    /// # Errors
    /// Why nothing was signed.
    fn sign_checkpoint(&self, checkpoint: &Checkpoint) -> Result<[u8; 64], SignError>;
}

/// Why nothing was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignError(pub String);

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SignError {}
