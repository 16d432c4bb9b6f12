//! The archive format: digests, names, canonical ZIP, manifests, snapshot header, signatures, keys, log. Reading, and what readers and writers share;
//! the writing that readers do not need stands in `pack/print.rs`.
//!
//! What parses prints to the same bytes. Nothing here touches a disk, a clock or a terminal. The specification is `docs/FORMAT.md`.

pub mod bag;
pub mod base64;
pub mod comment;
pub mod digest;
pub mod dsse;
pub mod json;
pub mod keys;
pub mod limits;
pub mod log;
pub mod manifest;
pub mod minisig;
pub mod name;
pub mod snapshot;
pub mod time;
pub mod zip;

/// The version of the format that this program writes and reads.
pub const FORMAT_VERSION: u64 = 1;
