//! The integration tests that need no outside tool.

mod load;
mod load_corpus;
mod load_formats;
mod tidy;
