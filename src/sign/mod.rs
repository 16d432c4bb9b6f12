//! Minisign signatures over the archive and its tag manifest.
