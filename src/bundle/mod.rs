//! The archive format: digests, names, canonical ZIP, manifests, snapshot header, signatures. Reading and writing rules in one place.
//!
//! What parses prints to the same bytes. Nothing here touches a disk, a clock or a terminal. The specification is `docs/FORMAT.md`.

pub mod bag;
pub mod base64;
pub mod comment;
pub mod digest;
pub mod dsse;
pub mod json;
pub mod limits;
pub mod manifest;
pub mod minisig;
pub mod name;
pub mod snapshot;
pub mod time;
pub mod zip;

/// The version of the format that this program writes and reads: 0, a draft of which nothing is promised to stay readable.
pub const FORMAT_VERSION: u64 = 0;
