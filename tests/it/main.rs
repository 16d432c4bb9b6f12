//! The integration tests that need no outside tool.

mod load;
mod own_claims;
mod tidy;
