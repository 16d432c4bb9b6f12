//! The integration tests that need no outside tool.

mod tidy;
