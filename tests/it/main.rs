//! The integration tests that need no outside tool.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

mod archive;
mod bad_input;
mod diff;
mod disclose;
mod evaluate;
mod leak;
mod load;
mod load_corpus;
mod load_formats;
mod own_claims;
mod project;
mod release;
mod reproducible;
mod sample;
mod tidy;
mod verifier_budget;
