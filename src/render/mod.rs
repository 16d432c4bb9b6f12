//! A snapshot to bytes, by the `OUTPUTS` table.

pub mod outputs;
