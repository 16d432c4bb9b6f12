//! Trust centers and evidence bundles: ingest, judge, render, pack, sign, publish, verify.
//!
//! `ARCHITECTURE.md` names the rooms and what each may import.

pub mod bundle;
pub mod verify;

#[cfg(feature = "build")]
pub mod cli;
#[cfg(feature = "build")]
pub mod diff;
#[cfg(feature = "build")]
pub mod disclose;
#[cfg(feature = "build")]
pub mod evaluate;
#[cfg(feature = "build")]
pub mod load;
#[cfg(feature = "build")]
pub mod log;
#[cfg(feature = "build")]
pub mod model;
#[cfg(feature = "build")]
pub mod pack;
#[cfg(feature = "build")]
pub mod packet;
#[cfg(feature = "build")]
pub mod pipeline;
#[cfg(feature = "build")]
pub mod publish;
#[cfg(feature = "build")]
pub mod render;
#[cfg(feature = "build")]
pub mod serve;
#[cfg(feature = "build")]
pub mod sign;
#[cfg(feature = "build")]
pub mod validate;
