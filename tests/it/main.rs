//! The integration tests that need no outside tool.

mod archive;
mod bad_input;
mod leak;
mod load;
mod project;
mod release;
mod reproducible;
mod tidy;
mod verifier_budget;
