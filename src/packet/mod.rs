//! The procurement packet: a view of one snapshot for one audience.

pub mod profile;
pub mod sheets;
