//! The visibility filter and the publish lint.
