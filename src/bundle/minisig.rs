//! Minisign public keys and signatures, the prehashed kind only, read strictly: exactly the lines, line ends and base64 that
//! are written here. Both Ed25519 signatures are checked with `verify_strict`. The format is that of the `minisign` program.

use std::fmt;

use ed25519_dalek::Signature;
use ed25519_dalek::VerifyingKey;

use crate::bundle::base64;
use crate::bundle::digest::Digest;
use crate::bundle::limits;

/// What the `minisign` program writes when no other comment is given. It is not authenticated and says nothing.
pub const UNTRUSTED_COMMENT: &str = "signature from minisign secret key";

pub(crate) const UNTRUSTED: &str = "untrusted comment: ";
pub(crate) const TRUSTED: &str = "trusted comment: ";

/// A public key: the 32 bytes of the key and the 8 of its name, which is a hint for people only.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey {
    /// A random name, little end first.
    pub id: [u8; 8],
    /// The Ed25519 key.
    pub key: [u8; 32],
}

impl PublicKey {
    /// Reads the 56 base64 characters, or the two lines of a public key file.
    ///
    /// # Errors
    /// What is wrong with the text, or that the key is no point on the curve.
    pub fn parse(text: &str) -> Result<Self, MinisigError> {
        let line = match text.strip_prefix(UNTRUSTED) {
            Some(rest) => {
                let (comment, line) = rest.split_once('\n').ok_or(MinisigError::Lines)?;
                check_comment(comment)?;
                line.strip_suffix('\n').unwrap_or(line)
            }
            None => text,
        };
        let bytes = base64::decode(line).ok_or(MinisigError::Base64("the public key"))?;
        let (algorithm, id, key) = split(&bytes).ok_or(MinisigError::Base64("the public key"))?;
        if algorithm != *b"Ed" {
            return Err(MinisigError::Algorithm(algorithm));
        }
        VerifyingKey::from_bytes(&key).map_err(|_| MinisigError::Base64("the public key"))?;
        Ok(Self { id, key })
    }

    /// The 56 base64 characters.
    pub fn to_base64(&self) -> String {
        base64::encode(&[b"Ed".as_slice(), &self.id, &self.key].concat())
    }

    /// The name as the `minisign` program shows it.
    pub fn id_text(&self) -> String {
        format!("{:016X}", u64::from_le_bytes(self.id))
    }

    /// SHA-256 of the 32 bytes of the key: what to compare by telephone.
    pub fn fingerprint(&self) -> Digest {
        Digest::of(&self.key)
    }

    /// Whether `signature` over `message` is by this key, under the strict rules of RFC 8032 without small-order points.
    pub fn verify_raw(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        VerifyingKey::from_bytes(&self.key)
            .is_ok_and(|key| key.verify_strict(message, &Signature::from_bytes(signature)).is_ok())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.to_base64())
    }
}

/// A signature file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Minisig {
    /// First line; not authenticated.
    pub untrusted_comment: String,
    /// The name of the key that is said to have signed.
    pub key_id: [u8; 8],
    /// Over the BLAKE2b-512 of the file.
    pub signature: [u8; 64],
    /// Third line; authenticated by the fourth.
    pub trusted_comment: String,
    /// Over the first signature and the trusted comment.
    pub global_signature: [u8; 64],
}

impl Minisig {
    /// Reads exactly four lines.
    ///
    /// # Errors
    /// The first thing that differs from what is written: `print` is in `pack`.
    pub fn parse(bytes: &[u8]) -> Result<Self, MinisigError> {
        if bytes.len() as u64 > limits::MAX_SIGNATURE_BYTES {
            return Err(MinisigError::Lines);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| MinisigError::Comment)?;
        let lines: Vec<&str> = text.split('\n').collect();
        let [untrusted, signature, trusted, global, ""] = lines.as_slice() else {
            return Err(MinisigError::Lines);
        };
        let untrusted_comment = untrusted.strip_prefix(UNTRUSTED).ok_or(MinisigError::Lines)?;
        let trusted_comment = trusted.strip_prefix(TRUSTED).ok_or(MinisigError::Lines)?;
        check_comment(untrusted_comment)?;
        check_comment(trusted_comment)?;
        let bytes = base64::decode(signature).ok_or(MinisigError::Base64("the signature"))?;
        let (algorithm, key_id, signature) = split(&bytes).ok_or(MinisigError::Base64("the signature"))?;
        if algorithm != *b"ED" {
            return Err(MinisigError::Algorithm(algorithm));
        }
        let global = base64::decode(global).ok_or(MinisigError::Base64("the global signature"))?;
        Ok(Self {
            untrusted_comment: untrusted_comment.to_owned(),
            key_id,
            signature,
            trusted_comment: trusted_comment.to_owned(),
            global_signature: global.try_into().map_err(|_| MinisigError::Base64("the global signature"))?,
        })
    }

    /// Checks both signatures: over `blake2b`, the BLAKE2b-512 of the file, and over the trusted comment.
    ///
    /// # Errors
    /// [`MinisigError::OtherKey`] when it is said to be by another key, else which of the two is wrong.
    pub fn verify(&self, key: &PublicKey, blake2b: &[u8; 64]) -> Result<(), MinisigError> {
        if self.key_id != key.id {
            return Err(MinisigError::OtherKey { signed: self.key_id, given: key.id });
        }
        if !key.verify_raw(blake2b, &self.signature) {
            return Err(MinisigError::Signature);
        }
        if !key.verify_raw(&global_message(&self.signature, &self.trusted_comment), &self.global_signature) {
            return Err(MinisigError::GlobalSignature);
        }
        Ok(())
    }
}

/// What the global signature is over.
pub fn global_message(signature: &[u8; 64], trusted_comment: &str) -> Vec<u8> {
    [signature.as_slice(), trusted_comment.as_bytes()].concat()
}

/// Whether a comment is printable ASCII within the limit.
///
/// # Errors
/// [`MinisigError::Comment`] when it is not.
pub fn check_comment(comment: &str) -> Result<(), MinisigError> {
    let printable = comment.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if printable && comment.len() <= limits::MAX_COMMENT_BYTES { Ok(()) } else { Err(MinisigError::Comment) }
}

/// Algorithm, name of the key, and the key or signature.
fn split<const N: usize>(bytes: &[u8]) -> Option<([u8; 2], [u8; 8], [u8; N])> {
    let (algorithm, rest) = bytes.split_first_chunk()?;
    let (id, rest) = rest.split_first_chunk()?;
    Some((*algorithm, *id, rest.try_into().ok()?))
}

/// Why a key or signature is not read, or does not verify.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MinisigError {
    /// Not exactly the four lines (two for a key) with their prefixes and line feeds, or over the size limit.
    Lines,
    /// A comment with something other than printable ASCII, or over the limit.
    Comment,
    /// Not canonical base64 of the right length, or of a key that is no point on the curve.
    Base64(&'static str),
    /// Not the algorithm of the format; `Ed` in a signature is the legacy kind, which is never accepted.
    Algorithm([u8; 2]),
    /// The signature names another key.
    OtherKey {
        /// The name in the signature.
        signed: [u8; 8],
        /// The name of the key that was given.
        given: [u8; 8],
    },
    /// The signature is not over these bytes by this key.
    Signature,
    /// The trusted comment is not the one that was signed.
    GlobalSignature,
}

impl fmt::Display for MinisigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lines => {
                f.write_str("not the four lines of a minisign signature, each ended by one line feed")
            }
            Self::Comment => {
                write!(f, "a comment is not printable ASCII of at most {} bytes", limits::MAX_COMMENT_BYTES)
            }
            Self::Base64(what) => write!(f, "{what} is not canonical base64 of the right length"),
            Self::Algorithm([b'E', b'd']) => {
                f.write_str("a legacy signature, which is not prehashed, is never accepted")
            }
            Self::Algorithm([first, second]) => write!(f, "unknown algorithm 0x{first:02x}{second:02x}"),
            Self::OtherKey { signed, given } => write!(
                f,
                "signed by key {:016X}, the key given is {:016X}",
                u64::from_le_bytes(*signed),
                u64::from_le_bytes(*given)
            ),
            Self::Signature => f.write_str("the signature does not match the bytes and the key"),
            Self::GlobalSignature => f.write_str("the trusted comment is not the one that was signed"),
        }
    }
}

impl std::error::Error for MinisigError {}

#[cfg(test)]
mod tests {
    use ed25519_dalek::Signer as _;
    use ed25519_dalek::SigningKey;

    use super::*;

    fn signed(comment: &str) -> (PublicKey, Minisig, [u8; 64]) {
        let secret = SigningKey::from_bytes(&[7; 32]);
        let blake2b = [3; 64];
        let key = PublicKey { id: *b"12345678", key: secret.verifying_key().to_bytes() };
        let signature = secret.sign(&blake2b).to_bytes();
        let global_signature = secret.sign(&global_message(&signature, comment)).to_bytes();
        let untrusted_comment = UNTRUSTED_COMMENT.to_owned();
        let trusted_comment = comment.to_owned();
        (
            key,
            Minisig { untrusted_comment, key_id: key.id, signature, trusted_comment, global_signature },
            blake2b,
        )
    }

    #[test]
    fn a_signature_and_a_key_survive_printing_and_parsing() {
        let (key, minisig, blake2b) = signed("trustbook v0");
        assert_eq!(Minisig::parse(minisig.print().as_bytes()), Ok(minisig.clone()));
        assert_eq!(PublicKey::parse(&key.to_base64()), Ok(key));
        assert_eq!(PublicKey::parse(&key.to_file_text()), Ok(key));
        assert_eq!(minisig.verify(&key, &blake2b), Ok(()));
    }

    #[test]
    fn no_other_byte_at_any_place_of_a_signature_file_is_accepted() {
        let (key, minisig, blake2b) = signed("trustbook v0 seq=1");
        let text = minisig.print();
        let free = UNTRUSTED.len()..UNTRUSTED.len() + UNTRUSTED_COMMENT.len();
        for at in 0..text.len() {
            for byte in 0..=255 {
                let mut changed = text.clone().into_bytes();
                if changed[at] == byte || free.contains(&at) {
                    continue;
                }
                changed[at] = byte;
                let accepted =
                    Minisig::parse(&changed).is_ok_and(|parsed| parsed.verify(&key, &blake2b).is_ok());
                assert!(!accepted, "byte {at} set to {byte}");
            }
        }
        for at in 0..text.len() {
            assert!(Minisig::parse(&text.as_bytes()[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn what_the_minisign_program_may_let_pass_is_refused() {
        let (key, minisig, blake2b) = signed("comment");
        let text = minisig.print();
        let check = |text: String, error: MinisigError| {
            assert_eq!(Minisig::parse(text.as_bytes()), Err(error), "{text:?}")
        };
        check(text.replace('\n', "\r\n"), MinisigError::Comment);
        check(format!("{text}\n"), MinisigError::Lines);
        check(format!("{text}more\n"), MinisigError::Lines);
        check(format!("\u{feff}{text}"), MinisigError::Lines);
        check(text.trim_end().to_owned(), MinisigError::Lines);
        for bad in ["a\rb", "a\tb", "a\u{1b}[31mb", "é", "a\0b", &"x".repeat(401)] {
            check(
                text.replace("trusted comment: comment", &format!("trusted comment: {bad}")),
                MinisigError::Comment,
            );
        }
        let legacy = text.replacen("\nRU", "\nRW", 1);
        assert_eq!(Minisig::parse(legacy.as_bytes()), Err(MinisigError::Algorithm(*b"Ed")));
        let order: [u8; 32] = [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
        ];
        for global in [false, true] {
            let mut malleable = minisig.clone();
            let target = if global { &mut malleable.global_signature } else { &mut malleable.signature };
            let mut carry = 0u16;
            for (byte, add) in target[32..].iter_mut().zip(order) {
                let sum = u16::from(*byte) + u16::from(add) + carry;
                *byte = sum as u8;
                carry = sum >> 8;
            }
            assert!(malleable.verify(&key, &blake2b).is_err(), "S plus L, global: {global}");
        }
    }

    #[test]
    fn a_signature_by_another_key_names_both() {
        let (key, minisig, blake2b) = signed("comment");
        let other = PublicKey { id: *b"abcdefgh", ..key };
        let error = minisig.verify(&other, &blake2b).unwrap_err();
        assert_eq!(error.to_string(), "signed by key 3837363534333231, the key given is 6867666564636261");
        let unrelated =
            PublicKey { id: key.id, key: SigningKey::from_bytes(&[8; 32]).verifying_key().to_bytes() };
        assert_eq!(minisig.verify(&unrelated, &blake2b), Err(MinisigError::Signature));
    }
}
