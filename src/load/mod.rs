//! Disk to records, by the `FORMATS` table.
