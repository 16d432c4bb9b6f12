//! The integration tests that need no outside tool.

#[cfg(feature = "build")]
mod archive;
mod load;
mod load_formats;
mod tidy;
mod verifier_budget;
