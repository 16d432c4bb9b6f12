//! What makes two components the same: the purl without version, qualifiers and subpath, else the name.

use std::borrow::Cow;

use crate::diff::sbom::bill::Part;

const SCHEME: &str = "pkg:";

/// A purl, taken apart as far as comparing needs it. Parts as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Purl<'a> {
    /// Scheme, type, namespace and name: everything before the version.
    pub bare: &'a str,
    /// The type.
    pub kind: &'a str,
    /// The qualifiers, without `?`.
    pub qualifiers: &'a str,
    /// Whether it was seen to be in the one spelling already.
    is_plain: bool,
}

/// Takes a purl apart; nothing when it is none.
pub(super) fn purl(text: &str) -> Option<Purl<'_>> {
    plain(text).or_else(|| odd(text))
}

/// What a byte of a purl is, where most have it: the same in every spelling, a capital letter or an underscore, what ends a part, and
/// 0 for what has to be looked at.
const SAME: u8 = 1;
const FOLDED: u8 = 2;
const SLASH: u8 = 3;
const AT: u8 = 4;

static MEANING: [u8; 256] = {
    let mut out = [SAME; 256];
    let mut byte = b'A';
    while byte <= b'Z' {
        out[byte as usize] = FOLDED;
        byte += 1;
    }
    out[b'_' as usize] = FOLDED;
    out[b'/' as usize] = SLASH;
    out[b'@' as usize] = AT;
    out[b'?' as usize] = 0;
    out[b'#' as usize] = 0;
    out[b'%' as usize] = 0;
    out
};

/// A purl without qualifiers, subpath and encoding, in one look.
fn plain(text: &str) -> Option<Purl<'_>> {
    let bytes = text.as_bytes();
    if !text.starts_with(SCHEME) || bytes.get(SCHEME.len()) == Some(&b'/') {
        return None;
    }
    // the first slash, the last one, and the last `@` behind that
    let (mut first, mut last, mut version, mut folded) = (0, 0, 0, false);
    for (at, byte) in bytes.iter().enumerate().skip(SCHEME.len()) {
        match MEANING[*byte as usize] {
            SAME => {}
            FOLDED => folded |= version == 0,
            SLASH if version == 0 => {
                first = if first == 0 { at } else { first };
                last = at;
            }
            AT => version = at,
            _ => return None,
        }
    }
    // an `@` that leads a segment is that of a scope, and a slash at the end is none of the name
    if first == 0 || last + 1 == bytes.len() || version == last + 1 {
        return None;
    }
    let bare = text.get(..if version == 0 { bytes.len() } else { version })?;
    Some(Purl { bare, kind: text.get(SCHEME.len()..first)?, qualifiers: "", is_plain: !folded })
}

/// Any purl.
fn odd(text: &str) -> Option<Purl<'_>> {
    let rest = text.strip_prefix(SCHEME)?.trim_start_matches('/');
    let whole = text.split('#').next().unwrap_or(text);
    let (path, qualifiers) = whole.split_once('?').unwrap_or((whole, ""));
    let (kind, after) = rest.split(['?', '#']).next()?.split_once('/')?;
    if kind.is_empty() || after.is_empty() {
        return None;
    }
    // the version follows the last `@` of the name; the `@` of a scope leads a segment
    let name = path.trim_end_matches('/');
    let start = name.rfind('/').map_or(0, |at| at + 1);
    let bare = match name.get(start..).and_then(|last| last.rfind('@')).filter(|at| *at > 0) {
        Some(at) => name.get(..start + at).unwrap_or(name),
        None => name,
    };
    Some(Purl { bare, kind, qualifiers, is_plain: false })
}

/// The key as the document writes it.
pub(super) fn written<'a>(part: &Part<'a>) -> Cow<'a, str> {
    match part.purl.and_then(purl) {
        Some(purl) => Cow::Borrowed(purl.bare),
        None => named(part),
    }
}

fn named<'a>(part: &Part<'a>) -> Cow<'a, str> {
    Cow::Owned(match part.group {
        "" => format!("name:{}", part.name),
        group => format!("name:{group}/{}", part.name),
    })
}

/// The key in the one spelling that its ecosystem takes for all of them.
pub(super) fn canonical<'a>(part: &Part<'a>) -> Cow<'a, str> {
    let Some(purl) = part.purl.and_then(purl) else { return named(part) };
    if purl.is_plain { Cow::Borrowed(purl.bare) } else { spelled(&purl) }
}

/// The one spelling of everything before the version.
fn spelled<'a>(purl: &Purl<'a>) -> Cow<'a, str> {
    let folds = matches!(purl.kind, "pypi" | "github" | "bitbucket" | "gitlab" | "composer" | "hex" | "deb");
    let slashes = purl.bare.bytes().skip(SCHEME.len()).take_while(|byte| *byte == b'/').count();
    let plain = slashes == 0
        && !purl.bare.contains('%')
        && purl.kind.bytes().all(|byte| !byte.is_ascii_uppercase())
        && !(folds && purl.bare.bytes().any(|byte| byte.is_ascii_uppercase() || byte == b'_'));
    if plain {
        return Cow::Borrowed(purl.bare);
    }
    let kind = purl.kind.to_ascii_lowercase();
    let at = SCHEME.len() + slashes + kind.len() + 1;
    let path = decoded(purl.bare.get(at..).unwrap_or_default());
    let path = match kind.as_str() {
        "pypi" => path.to_ascii_lowercase().replace('_', "-"),
        "github" | "bitbucket" | "gitlab" | "composer" | "hex" | "deb" => path.to_ascii_lowercase(),
        _ => path,
    };
    Cow::Owned(format!("pkg:{kind}/{path}"))
}

/// The type of the purl of a key.
pub(super) fn ecosystem(key: &str) -> Option<&str> {
    key.strip_prefix(SCHEME)?.split('/').next()
}

/// The name alone, to see the same name under another identity.
pub(super) fn bare_name(key: &str) -> &str {
    let path = key.strip_prefix("name:").unwrap_or(key);
    let mut segments = path.rsplit('/');
    let last = segments.next().unwrap_or(path);
    // the major version at the end of a Go module is none of its name
    let major = last.strip_prefix('v').is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()) && key.starts_with("pkg:golang/")
    });
    if major { segments.next().unwrap_or(last) } else { last }
}

/// Vendor and product of a CPE, in either form.
pub(super) fn cpe(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("cpe:2.3:").or_else(|| text.strip_prefix("cpe:/"))?;
    let mut parts = rest.split(':').skip(1);
    Some((parts.next()?, parts.next()?)).filter(|(vendor, product)| !vendor.is_empty() && !product.is_empty())
}

/// Percent-encoding undone where it stands for text.
fn decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = text.get(at + 1..at + 3).filter(|_| *byte == b'%');
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(value) => {
                out.push(value);
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn part<'a>(purl: &'a str, name: &'a str, group: &'a str) -> Part<'a> {
        Part { purl: Some(purl).filter(|purl| !purl.is_empty()), name, group, ..Part::default() }
    }

    #[test]
    fn a_key_is_the_purl_without_version_qualifiers_and_subpath() {
        for (purl, written_as, one) in [
            ("pkg:cargo/serde@1.0.0", "pkg:cargo/serde", "pkg:cargo/serde"),
            ("pkg:npm/%40Scope/Name@1.0.0?a=b#c", "pkg:npm/%40Scope/Name", "pkg:npm/@Scope/Name"),
            ("pkg:npm/@scope/name@1.0.0", "pkg:npm/@scope/name", "pkg:npm/@scope/name"),
            ("pkg:npm/@scope/name", "pkg:npm/@scope/name", "pkg:npm/@scope/name"),
            ("pkg:pypi/My_Package@1", "pkg:pypi/My_Package", "pkg:pypi/my-package"),
            (
                "pkg:golang/Github.com/A/b@v1.0.0+incompatible",
                "pkg:golang/Github.com/A/b",
                "pkg:golang/Github.com/A/b",
            ),
            (
                "pkg:golang/./staging/src/a@(devel)",
                "pkg:golang/./staging/src/a",
                "pkg:golang/./staging/src/a",
            ),
            ("pkg:maven/g/a@1?repository_url=https://h/ga/&type=jar", "pkg:maven/g/a", "pkg:maven/g/a"),
            (
                "pkg:DEB/debian/Base-Files@11.1+deb11u3",
                "pkg:DEB/debian/Base-Files",
                "pkg:deb/debian/base-files",
            ),
            ("pkg:oci/app@sha256%3Aaa", "pkg:oci/app", "pkg:oci/app"),
        ] {
            let part = part(purl, "n", "");
            assert_eq!((written(&part).as_ref(), canonical(&part).as_ref()), (written_as, one), "{purl}");
        }
    }

    #[test]
    fn without_a_purl_the_name_is_the_key() {
        assert_eq!(canonical(&part("", "alpine", "")), "name:alpine");
        assert_eq!(canonical(&part("not a purl", "b", "a")), "name:a/b");
        assert_eq!(canonical(&part("pkg:npm", "b", "")), "name:b");
    }

    #[test]
    fn bare_names_leave_out_namespaces_and_major_versions() {
        for (key, name) in [
            ("pkg:golang/github.com/a/jwt/v2", "jwt"),
            ("pkg:npm/@a/v2", "v2"),
            ("pkg:maven/g/a", "a"),
            ("name:usr/bin/x", "x"),
        ] {
            assert_eq!(bare_name(key), name);
        }
        assert_eq!(cpe("cpe:2.3:a:openbsd:openssh:9.0:*:*"), Some(("openbsd", "openssh")));
        assert_eq!(cpe("cpe:/a:openbsd:openssh:9.0"), Some(("openbsd", "openssh")));
    }

    proptest! {
        #[test]
        fn one_look_sees_what_a_long_one_sees(text in "pkg:/?[a-zA-Z]{0,4}/?[a-zA-Z0-9/@._%?#é-]{0,16}") {
            if let Some(found) = plain(&text) {
                let long = odd(&text).unwrap();
                prop_assert_eq!((found.bare, found.kind, found.qualifiers), (long.bare, long.kind, long.qualifiers));
                let part = part(&text, "n", "");
                let one = canonical(&part);
                if found.is_plain {
                    let purl = Purl { is_plain: false, ..found };
                    prop_assert_eq!(one, spelled(&purl));
                }
            }
        }
    }
}
