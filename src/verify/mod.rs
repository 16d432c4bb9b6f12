//! Opens an archive or a folder, runs the `CHECKS` table in order, returns a `Report`. Trusts nothing it reads.
