//! The integration tests that need no outside tool.

mod archive;
mod bad_input;
mod diff;
mod disclose;
mod evaluate;
mod leak;
mod load;
mod load_formats;
mod own_claims;
mod project;
mod publishing;
mod release;
mod reproducible;
mod sample;
mod tidy;
mod verifier_budget;
