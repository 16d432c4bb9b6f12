//! The procurement packet: a view of one snapshot for one audience.
