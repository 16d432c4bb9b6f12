//! The integration tests that need no outside tool.

mod disclose;
mod evaluate;
mod sample;
mod tidy;
