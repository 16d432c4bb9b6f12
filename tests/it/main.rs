//! The integration tests that need no outside tool.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

mod diff;
mod disclose;
mod evaluate;
mod sample;
mod tidy;
