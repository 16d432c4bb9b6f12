//! Manifests as `sha256sum` writes and checks them: one line of digest, two spaces, name for each file, sorted by name.

use std::collections::BTreeMap;

use crate::bundle::digest::Digest;
use crate::bundle::limits;
use crate::bundle::name::PathName;

/// The file that lists everything under `data/`.
pub const PAYLOAD_MANIFEST: &str = "manifest-sha256.txt";
/// The file that lists everything else but itself and its signature.
pub const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
/// The signature of [`TAG_MANIFEST`].
pub const TAG_MANIFEST_SIGNATURE: &str = "tagmanifest-sha256.txt.minisig";

/// Digests by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The entries.
    pub entries: BTreeMap<PathName, Digest>,
}

impl Manifest {
    /// Reads exactly what is written: `print` is in `pack`.
    ///
    /// # Errors
    /// The first line that is not so, by its number.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        const FORM: &str = "not 64 lower-case hex digits, two spaces and a name";
        let refuse = |line: usize, problem: &str| format!("line {line}: {problem}");
        if bytes.len() as u64 > limits::MAX_MANIFEST_BYTES {
            return Err(refuse(0, "over the size limit"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| refuse(0, "not UTF-8"))?;
        let mut entries: BTreeMap<PathName, Digest> = BTreeMap::new();
        for (index, line) in text.split_inclusive('\n').enumerate() {
            let number = index + 1;
            if number > limits::MAX_MEMBERS {
                return Err(refuse(number, "more lines than an archive may have files"));
            }
            let line = line.strip_suffix('\n').ok_or_else(|| refuse(number, "no line feed at the end"))?;
            let (digest, rest) = line.split_at_checked(64).ok_or_else(|| refuse(number, FORM))?;
            let digest = Digest::parse(digest).ok_or_else(|| refuse(number, FORM))?;
            let name = rest.strip_prefix("  ").ok_or_else(|| refuse(number, FORM))?;
            let name = PathName::parse(name).map_err(|error| refuse(number, &error.to_string()))?;
            if entries.last_key_value().is_some_and(|(last, _)| *last >= name) {
                return Err(refuse(number, "the name is there twice or out of order"));
            }
            entries.insert(name, digest);
        }
        Ok(Self { entries })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_printed_parses_to_the_same_manifest(names in prop::collection::btree_map("[a-z0-9_]{1,6}(/[a-z0-9_]{1,6}){0,3}", any::<[u8; 32]>(), 0..20)) {
            let entries = names
                .into_iter()
                .filter_map(|(name, digest)| Some((PathName::parse(&name).ok()?, Digest(digest))))
                .collect();
            let manifest = Manifest { entries };
            prop_assert_eq!(Manifest::parse(manifest.print().as_bytes()), Ok(manifest));
        }
    }

    #[test]
    fn anything_but_the_printed_form_is_refused_with_its_line() {
        let digest = Digest::of(b"x").to_string();
        let good = format!("{digest}  a\n{digest}  b/c\n");
        let check = |text: &str, line: usize, problem: &str| {
            assert_eq!(Manifest::parse(text.as_bytes()), Err(format!("line {line}: {problem}")), "{text:?}");
        };
        assert_eq!(Manifest::parse(good.as_bytes()).unwrap().print(), good);
        check(&good.replace("  b", " *b"), 2, "not 64 lower-case hex digits, two spaces and a name");
        check(&good.replace("  b", " b"), 2, "not 64 lower-case hex digits, two spaces and a name");
        check(
            &good.replace("  a", "   a"),
            1,
            "byte 0x20 is not allowed, use letters, digits, `.`, `_` and `-`",
        );
        check(
            &good.replace('\n', "\r\n"),
            1,
            "byte 0x0d is not allowed, use letters, digits, `.`, `_` and `-`",
        );
        check(&format!("# comment\n{good}"), 1, "not 64 lower-case hex digits, two spaces and a name");
        check(&format!("\n{good}"), 1, "not 64 lower-case hex digits, two spaces and a name");
        check(&format!("{good}\n"), 3, "not 64 lower-case hex digits, two spaces and a name");
        check(&format!("\u{feff}{good}"), 1, "not 64 lower-case hex digits, two spaces and a name");
        check(good.trim_end(), 2, "no line feed at the end");
        check(
            &good.to_uppercase().replace("  A", "  a").replace("  B/C", "  b/c"),
            1,
            "not 64 lower-case hex digits, two spaces and a name",
        );
        check(&format!("{good}{digest}  b/c\n"), 3, "the name is there twice or out of order");
        check(&format!("{good}{digest}  a\n"), 3, "the name is there twice or out of order");
        check(&format!("{}  a\n", &digest[..63]), 1, "not 64 lower-case hex digits, two spaces and a name");
        check(&format!("{good}{digest}  ../x\n"), 3, "a component starts with `.` or `-`");
        check(
            &format!("{good}{digest}  b\\d\n"),
            3,
            "byte 0x5c is not allowed, use letters, digits, `.`, `_` and `-`",
        );
    }
}
