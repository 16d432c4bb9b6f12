//! Stages, verifies what was staged, swaps it in.
