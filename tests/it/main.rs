//! The integration tests that need no outside tool.

mod evaluate;
mod sample;
mod tidy;
