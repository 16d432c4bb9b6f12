//! Identifiers of records: slugs that are stable across snapshots and part of page addresses.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::bundle::digest::Digest;

/// A record's id: 1 to 100 of `A-Z a-z 0-9 . _ -`, starting with a letter or digit, not ending in a dot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[schemars(extend("pattern" = "^[A-Za-z0-9]([A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?$"))]
pub struct Id(String);

impl Id {
    /// The longest id, in bytes.
    pub const MAX_BYTES: usize = 100;

    /// Checks the form.
    ///
    /// # Errors
    /// A sentence saying what is wrong.
    pub fn new(text: &str) -> Result<Self, String> {
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        let good = text.len() <= Self::MAX_BYTES
            && text.bytes().all(inner)
            && text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
            && !text.ends_with('.');
        if good {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!(
                "`{}` is not an id: 1 to 100 of `A-Z a-z 0-9 . _ -`, starting with a letter or digit, not ending in a dot",
                text.chars().take(60).collect::<String>()
            ))
        }
    }

    /// The nearest id to any text: lower case, runs of other characters become one dash. Empty text gives `unnamed`; what is too long ends in
    /// the beginning of its SHA-256, so that two long texts with one beginning stay two.
    pub fn slug(text: &str) -> Self {
        const DIGEST_CHARS: usize = 16;
        let mut out = String::new();
        for ch in text.chars() {
            let ch = ch.to_ascii_lowercase();
            if ch.is_ascii_alphanumeric() || (matches!(ch, '.' | '_') && !out.is_empty()) {
                out.push(ch);
            } else if !out.is_empty() && !out.ends_with('-') {
                out.push('-');
            }
        }
        let trimmed = out.trim_end_matches(['-', '.']);
        if trimmed.is_empty() {
            return Self("unnamed".to_owned());
        }
        if trimmed.len() <= Self::MAX_BYTES {
            return Self(trimmed.to_owned());
        }
        let kept = trimmed.get(..Self::MAX_BYTES - DIGEST_CHARS - 1).unwrap_or_default();
        let digest = Digest::of(text.as_bytes()).to_string();
        Self(format!("{kept}-{}", digest.get(..DIGEST_CHARS).unwrap_or_default()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for Id {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_always_an_id() {
        for text in ["", "Hello, World!", "..", "Ünïcode", "a/b\\c.json", "-x-", &"x".repeat(300)] {
            let slug = Id::slug(text);
            assert!(Id::new(slug.as_str()).is_ok(), "{slug}");
        }
    }

    #[test]
    fn long_texts_with_one_beginning_have_two_ids_and_short_ones_are_not_touched() {
        let long = "quarter/".repeat(20);
        let (first, second) = (Id::slug(&format!("{long}one.json")), Id::slug(&format!("{long}two.json")));
        assert_ne!(first, second);
        assert_eq!(first.as_str().len(), Id::MAX_BYTES);
        assert_eq!(Id::slug("Runs/One.json").as_str(), "runs-one.json");
        assert_eq!(Id::slug(&"x".repeat(Id::MAX_BYTES)).as_str(), "x".repeat(Id::MAX_BYTES));
    }
}
