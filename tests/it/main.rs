//! The integration tests that need no outside tool.

mod own_claims;
mod tidy;
