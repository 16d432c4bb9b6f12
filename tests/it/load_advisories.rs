//! VEX and advisories.
