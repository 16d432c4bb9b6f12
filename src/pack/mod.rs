//! File tree to bag to canonical ZIP.
