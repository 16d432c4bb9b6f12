//! The integration tests that need no outside tool.

#[cfg(feature = "build")]
mod archive;
mod tidy;
mod verifier_budget;
