//! Rules between files: dangling ids, duplicates, conflicts.
