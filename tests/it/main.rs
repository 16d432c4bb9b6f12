//! One binary for all integration tests that need nothing but the library.

#[cfg(feature = "build")]
mod archive;
mod verifier_budget;
