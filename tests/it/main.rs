//! The integration tests that need no outside tool.

mod evaluate;
mod load;
mod own_claims;
mod sample;
mod tidy;
