//! Manifests as `sha256sum` writes and checks them: one line of digest, two spaces, name for each file, sorted by name.

use std::collections::BTreeMap;
use std::fmt;

use crate::bundle::digest::Digest;
use crate::bundle::limits;
use crate::bundle::name::NameError;
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
    /// The lines, each ended by a line feed.
    pub fn print(&self) -> String {
        self.entries.iter().map(|(name, digest)| format!("{digest}  {name}\n")).collect()
    }

    /// Reads exactly what [`Manifest::print`] writes.
    ///
    /// # Errors
    /// The first line that is not so.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        let refuse = |line: usize, problem: Problem| ManifestError { line, problem };
        if bytes.len() as u64 > limits::MAX_MANIFEST_BYTES {
            return Err(refuse(0, Problem::TooLong));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| refuse(0, Problem::Form))?;
        let mut entries = BTreeMap::new();
        let mut last: Option<PathName> = None;
        for (index, line) in text.split_inclusive('\n').enumerate() {
            let number = index + 1;
            if number > limits::MAX_MEMBERS {
                return Err(refuse(number, Problem::TooMany));
            }
            let line = line.strip_suffix('\n').ok_or(refuse(number, Problem::NoLineFeed))?;
            let (digest, rest) = line.split_at_checked(64).ok_or(refuse(number, Problem::Form))?;
            let digest = Digest::parse(digest).ok_or(refuse(number, Problem::Form))?;
            let name = rest.strip_prefix("  ").ok_or(refuse(number, Problem::Form))?;
            let name = PathName::parse(name).map_err(|error| refuse(number, Problem::Name(error)))?;
            if last.as_ref().is_some_and(|last| *last >= name) {
                return Err(refuse(number, Problem::Order));
            }
            last = Some(name.clone());
            entries.insert(name, digest);
        }
        Ok(Self { entries })
    }
}

/// Which line of a manifest is refused, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestError {
    /// From 1; 0 for the whole.
    pub line: usize,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Over the size limit.
    TooLong,
    /// More lines than an archive may have files.
    TooMany,
    /// Not 64 lower-case hex digits, two spaces, a name.
    Form,
    /// The last line has no line feed.
    NoLineFeed,
    /// A name that is there twice or out of order.
    Order,
    /// A name that breaks the rules.
    Name(NameError),
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, problem } = self;
        if *line > 0 {
            write!(f, "line {line}: ")?;
        }
        match problem {
            Problem::TooLong => write!(f, "over {} bytes", limits::MAX_MANIFEST_BYTES),
            Problem::TooMany => write!(f, "more than {} lines", limits::MAX_MEMBERS),
            Problem::Form => f.write_str("not 64 lower-case hex digits, two spaces and a name"),
            Problem::NoLineFeed => f.write_str("no line feed at the end"),
            Problem::Order => f.write_str("the name is there twice or out of order"),
            Problem::Name(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for ManifestError {}

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
        let check = |text: &str, line: usize, problem: Problem| {
            assert_eq!(Manifest::parse(text.as_bytes()), Err(ManifestError { line, problem }), "{text:?}");
        };
        assert_eq!(Manifest::parse(good.as_bytes()).unwrap().print(), good);
        check(&good.replace("  b", " *b"), 2, Problem::Form);
        check(&good.replace("  b", " b"), 2, Problem::Form);
        check(&good.replace("  a", "   a"), 1, Problem::Name(NameError::ForbiddenByte(b' ')));
        check(&good.replace('\n', "\r\n"), 1, Problem::Name(NameError::ForbiddenByte(b'\r')));
        check(&format!("# comment\n{good}"), 1, Problem::Form);
        check(&format!("\n{good}"), 1, Problem::Form);
        check(&format!("{good}\n"), 3, Problem::Form);
        check(&format!("\u{feff}{good}"), 1, Problem::Form);
        check(good.trim_end(), 2, Problem::NoLineFeed);
        check(&good.to_uppercase().replace("  A", "  a").replace("  B/C", "  b/c"), 1, Problem::Form);
        check(&format!("{good}{digest}  b/c\n"), 3, Problem::Order);
        check(&format!("{good}{digest}  a\n"), 3, Problem::Order);
        check(&format!("{}  a\n", &digest[..63]), 1, Problem::Form);
        check(&format!("{good}{digest}  ../x\n"), 3, Problem::Name(NameError::LeadingDotOrDash));
        check(&format!("{good}{digest}  b\\d\n"), 3, Problem::Name(NameError::ForbiddenByte(b'\\')));
    }
}
