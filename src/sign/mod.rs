//! Minisign signatures over the archive and its tag manifest, and the key files that make them.
//!
//! Key files are read and written through the crate `minisign`; signing is plain Ed25519 (RFC 8032), deterministic, so that the same
//! bytes get the same signature, as from the `minisign` program. Random bytes are used for new keys only.

mod key_file;

pub use key_file::DEVELOPMENT_KEY;
pub use key_file::DEVELOPMENT_PUBLIC_KEY;
pub use key_file::GeneratedKey;
pub use key_file::KeyError;
pub use key_file::SigningKey;
pub use key_file::development_key;
pub use key_file::generate;
pub use key_file::load;
pub use key_file::parse;
pub use key_file::sign_bytes;
pub use key_file::write_pair;
