//! Names inside an archive: relative paths that every file system, shell and tool reads the same way.
//!
//! A component is `[A-Za-z0-9._-]`, starts with neither dot nor dash, does not end in a dot, is no Windows device. A set of
//! names is unique after folding case, and no name is both a file and a folder. Nothing here touches a disk.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt;

use crate::bundle::limits;

/// A checked relative path with `/` between its components. Orders by bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathName(String);

impl PathName {
    /// Checks `text` against the rules of the format.
    ///
    /// # Errors
    /// The first rule that `text` breaks, as a [`NameError`].
    pub fn parse(text: &str) -> Result<Self, NameError> {
        check_limit("bytes in the path", limits::MAX_PATH_BYTES, text.len())?;
        text.split('/').try_for_each(check_component)?;
        let components = text.split('/').count();
        check_limit("components in the path", limits::MAX_PATH_COMPONENTS, components)?;
        Ok(Self(text.to_owned()))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The rest of this name when it stands under `folder`.
    pub fn strip_prefix(&self, folder: &str) -> Option<&str> {
        self.0.strip_prefix(folder)?.strip_prefix('/')
    }
}

impl fmt::Display for PathName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PathName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl Borrow<str> for PathName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// The rule a name breaks. Carries only lengths and bytes, so that it can be shown for hostile input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameError {
    /// An empty name, or an empty component: a slash at an end, or two in a row.
    Empty,
    /// Over one of the three limits of [`limits`].
    OverLimit {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
        /// What was there.
        actual: usize,
    },
    /// A byte outside `[A-Za-z0-9._-]`.
    ForbiddenByte(u8),
    /// A component that starts with a dot or a dash; `.` and `..` are among them.
    LeadingDotOrDash,
    /// A component that ends in a dot, which Windows drops.
    TrailingDot,
    /// A component that Windows takes for a device, such as `con` or `nul.txt`.
    WindowsDevice,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the name or one of its components is empty"),
            Self::OverLimit { what, limit, actual } => write!(f, "{actual} {what}, the limit is {limit}"),
            Self::ForbiddenByte(byte) => {
                write!(f, "byte 0x{byte:02x} is not allowed, use letters, digits, `.`, `_` and `-`")
            }
            Self::LeadingDotOrDash => f.write_str("a component starts with `.` or `-`"),
            Self::TrailingDot => f.write_str("a component ends with `.`"),
            Self::WindowsDevice => f.write_str("a component is a device name on Windows"),
        }
    }
}

impl std::error::Error for NameError {}

/// Collects names and refuses those that some file system would take for one it has.
#[derive(Clone, Debug, Default)]
pub struct UniqueNames {
    /// Folded path to its spelling and whether it is a folder.
    seen: BTreeMap<String, (String, bool)>,
}

impl UniqueNames {
    /// Adds the name of a file, and with it the folders it stands in.
    ///
    /// # Errors
    /// [`NameClash`] with the spelling that was there first; nothing is added that matters afterwards.
    pub fn insert(&mut self, name: &PathName) -> Result<(), NameClash> {
        let clash = |first: &str| NameClash { first: first.to_owned(), second: name.as_str().to_owned() };
        for (at, _) in name.as_str().match_indices('/') {
            let folder = &name.as_str()[..at];
            match self.seen.get(&folder.to_ascii_lowercase()) {
                Some((spelling, true)) if spelling == folder => {}
                Some((spelling, _)) => return Err(clash(spelling)),
                None => {
                    self.seen.insert(folder.to_ascii_lowercase(), (folder.to_owned(), true));
                }
            }
        }
        let folded = name.as_str().to_ascii_lowercase();
        if let Some((spelling, _)) = self.seen.get(&folded) {
            return Err(clash(spelling));
        }
        self.seen.insert(folded, (name.as_str().to_owned(), false));
        Ok(())
    }
}

/// Two names that are one on some file system: equal, equal after folding case, or a file and a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameClash {
    /// The name, or the folder, that was there.
    pub first: String,
    /// The name that was refused.
    pub second: String,
}

impl fmt::Display for NameClash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` and `{}` cannot stand side by side on every file system", self.first, self.second)
    }
}

impl std::error::Error for NameClash {}

fn check_limit(what: &'static str, limit: usize, actual: usize) -> Result<(), NameError> {
    if actual > limit { Err(NameError::OverLimit { what, limit, actual }) } else { Ok(()) }
}

fn check_component(component: &str) -> Result<(), NameError> {
    let bytes = component.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else {
        return Err(NameError::Empty);
    };
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if let Some(byte) = bytes.iter().find(|byte| !allowed(byte)) {
        return Err(NameError::ForbiddenByte(*byte));
    }
    check_limit("bytes in one component", limits::MAX_COMPONENT_BYTES, bytes.len())?;
    if matches!(first, b'.' | b'-') {
        return Err(NameError::LeadingDotOrDash);
    }
    if *last == b'.' {
        return Err(NameError::TrailingDot);
    }
    if is_windows_device(component) {
        return Err(NameError::WindowsDevice);
    }
    Ok(())
}

/// Windows looks at what stands before the first dot, whatever the case.
fn is_windows_device(component: &str) -> bool {
    let stem = component.split('.').next().unwrap_or(component).to_ascii_lowercase();
    match stem.as_str() {
        "con" | "prn" | "aux" | "nul" | "conin" | "conout" | "clock" => true,
        stem => match stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt")) {
            Some(rest) => rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit(),
            None => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_are_taken_as_they_are() {
        for name in [
            "a",
            "data/site/index.html",
            "A_b-c.1.json",
            "well-known/security.txt",
            "compass",
            "com10",
            "x/nul-1",
        ] {
            assert_eq!(PathName::parse(name).map(|name| name.to_string()), Ok(name.to_owned()));
        }
    }

    #[test]
    fn every_rule_refuses_what_it_is_for() {
        let check = |name: &str, error: NameError| assert_eq!(PathName::parse(name), Err(error), "{name:?}");
        for name in ["", "/", "/a", "a/", "a//b"] {
            check(name, NameError::Empty);
        }
        for name in [".", "..", "a/../b", "./a", ".git/x", "-rf", "a/-b", ".well-known/x"] {
            check(name, NameError::LeadingDotOrDash);
        }
        for (name, byte) in [
            ("a b", b' '),
            ("a\\b", b'\\'),
            ("c:x", b':'),
            ("a\nb", b'\n'),
            ("a\0", 0),
            ("~", b'~'),
            ("é", 0xc3),
            ("a%0A", b'%'),
        ] {
            check(name, NameError::ForbiddenByte(byte));
        }
        for name in ["con", "NUL.txt", "a/Com1", "lpt9.tar.gz", "aux", "CONIN"] {
            check(name, NameError::WindowsDevice);
        }
        check("a.", NameError::TrailingDot);
        check("a./b", NameError::TrailingDot);
    }

    #[test]
    fn each_length_is_allowed_at_its_limit_and_refused_above() {
        let component = "a".repeat(limits::MAX_COMPONENT_BYTES);
        assert!(PathName::parse(&component).is_ok());
        assert!(matches!(PathName::parse(&format!("{component}a")), Err(NameError::OverLimit { .. })));
        let deep = ["a"; limits::MAX_PATH_COMPONENTS].join("/");
        assert!(PathName::parse(&deep).is_ok());
        assert!(matches!(PathName::parse(&format!("{deep}/a")), Err(NameError::OverLimit { .. })));
        let long = format!("{component}/{}", "b".repeat(limits::MAX_PATH_BYTES - component.len() - 1));
        assert!(PathName::parse(&long).is_ok());
        assert!(matches!(PathName::parse(&format!("{long}b")), Err(NameError::OverLimit { .. })));
    }

    #[test]
    fn names_that_fold_to_one_are_refused() {
        let check = |names: &[&str], clean: bool| {
            let mut set = UniqueNames::default();
            let all = names
                .iter()
                .map(|name| PathName::parse(name).unwrap())
                .try_for_each(|name| set.insert(&name));
            assert_eq!(all.is_ok(), clean, "{names:?}");
        };
        check(&["a/b", "a/c", "b"], true);
        check(&["a", "a"], false);
        check(&["README", "readme"], false);
        check(&["A/x", "a/y"], false);
        check(&["a", "a/b"], false);
        check(&["a/b", "a"], false);
        check(&["a/b", "A"], false);
    }
}
