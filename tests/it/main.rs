//! The integration tests that need no outside tool.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod archive;
mod bad_input;
mod commands;
mod diff;
mod disclose;
mod evaluate;
mod kinds;
mod leak;
mod load;
mod load_formats;
mod own_claims;
mod project;
mod publishing;
mod release;
mod reproducible;
mod sample;
mod schemas;
mod tidy;
mod verifier_budget;
