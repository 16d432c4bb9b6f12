//! Two snapshots to semantic changes, weakening flagged.
