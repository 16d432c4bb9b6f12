//! The integration tests that need no outside tool.

mod bad_input;
mod project;
mod reproducible;
mod tidy;
