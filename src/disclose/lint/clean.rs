//! What was searched already and held nothing: the same bytes in another place need no second look.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::disclose::lint::Level;
use crate::model::tree::Content;

/// Contents, by digest, in which no rule found anything and of which no part stayed unread.
#[derive(Debug, Default)]
pub struct Clean {
    of_all_rules: Mutex<BTreeSet<String>>,
    of_secrets: Mutex<BTreeSet<String>>,
}

impl Clean {
    /// Remembers that nothing was found by the rules for `level`, where it is known what the bytes were.
    pub fn remember(&self, content: &Content, level: Level) {
        let Some(digest) = content.sha256() else { return };
        let set = match level {
            Level::Public => &self.of_all_rules,
            Level::Restricted => &self.of_secrets,
        };
        set.lock().unwrap_or_else(PoisonError::into_inner).insert(digest.to_string());
    }

    /// Whether the rules for `level` would find nothing.
    pub fn has(&self, content: &Content, level: Level) -> bool {
        let Some(digest) = content.sha256() else { return false };
        let digest = digest.to_string();
        let in_set = |set: &Mutex<BTreeSet<String>>| {
            set.lock().unwrap_or_else(PoisonError::into_inner).contains(&digest)
        };
        in_set(&self.of_all_rules) || level == Level::Restricted && in_set(&self.of_secrets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::digest::Digest;
    use crate::model::tree::ByteSource;

    #[derive(Debug)]
    struct Known(Digest);

    impl ByteSource for Known {
        fn size_bytes(&self) -> u64 {
            3
        }

        fn sha256(&self) -> Option<Digest> {
            Some(self.0)
        }

        fn open(&self) -> std::io::Result<Box<dyn std::io::Read + Send>> {
            Ok(Box::new(&b"abc"[..]))
        }
    }

    #[test]
    fn what_was_searched_for_keys_alone_is_searched_again_for_the_public() {
        let clean = Clean::default();
        let content = Content::Source(std::sync::Arc::new(Known(Digest::of(b"abc"))));
        clean.remember(&content, Level::Restricted);
        assert!(clean.has(&content, Level::Restricted) && !clean.has(&content, Level::Public));
        clean.remember(&content, Level::Public);
        assert!(clean.has(&content, Level::Public));
        let other = Content::Source(std::sync::Arc::new(Known(Digest::of(b"abd"))));
        assert!(!clean.has(&other, Level::Restricted));
    }

    #[test]
    fn bytes_of_an_unknown_digest_are_always_searched() {
        let clean = Clean::default();
        let content = Content::Bytes(b"abc".as_slice().into());
        clean.remember(&content, Level::Public);
        assert!(!clean.has(&content, Level::Restricted));
    }
}
