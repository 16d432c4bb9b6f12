//! The archive format: digests, names, canonical ZIP, manifests, snapshot header, signatures. Reading and writing rules in one place.

pub mod digest;
pub mod limits;
pub mod name;
