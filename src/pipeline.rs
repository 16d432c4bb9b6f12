//! The order of the rooms, once.
