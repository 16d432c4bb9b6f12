//! Profiles to verdicts, by the `CRITERIA` table.
