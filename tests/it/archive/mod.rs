//! Archives end to end: packed, signed, verified, and altered in every way that comes to mind.

#![allow(clippy::unwrap_used, reason = "a test that cannot make its input fails")]

mod altered;
mod command;
pub(crate) mod forge;
mod hostile;
mod keys;
mod mutated;
mod packed;
