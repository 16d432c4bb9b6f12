//! The values that flow between the rooms. No disk, no clock, no printing.

pub mod tree;
