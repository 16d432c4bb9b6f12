//! The integration tests that need no outside tool.

mod load;
mod load_corpus;
mod load_formats;
#[cfg(feature = "build")]
mod archive;
mod tidy;
mod verifier_budget;
