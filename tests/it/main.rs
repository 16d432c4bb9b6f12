//! The integration tests that need no outside tool.

mod diff;
mod disclose;
mod evaluate;
mod sample;
mod tidy;
