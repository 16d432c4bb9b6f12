//! Whether a text is a package URL. Most are plain, and seen to be so at once; the rest is parsed in full.

/// Types whose names may stand in a namespace or not, as they like.
const FREE: [&str; 7] = ["apk", "deb", "generic", "golang", "maven", "npm", "rpm"];
/// Types whose names stand alone.
const ALONE: [&str; 5] = ["cargo", "gem", "nuget", "pub", "pypi"];

/// Whether `text` is one.
pub(super) fn is_purl(text: &str) -> bool {
    is_plain(text) || text.parse::<packageurl::PackageUrl<'_>>().is_ok()
}

/// What a byte of a purl is, where it stands for itself.
const PLAIN: u8 = 1;
const SLASH: u8 = 2;
const AT: u8 = 3;

/// What each byte is; 0 of those that may mean something else.
static MEANING: [u8; 256] = {
    let mut out = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        out[byte as usize] = match byte {
            b'/' => SLASH,
            b'@' => AT,
            b'.' | b'_' | b'-' | b'~' | b'+' => PLAIN,
            _ if byte.is_ascii_alphanumeric() => PLAIN,
            _ => 0,
        };
        byte += 1;
    }
    out
};

/// A known type, segments and a version in characters that mean nothing but themselves.
fn is_plain(text: &str) -> bool {
    let Some((kind, rest)) = text.strip_prefix("pkg:").and_then(|rest| rest.split_once('/')) else {
        return false;
    };
    let (mut start, mut nested, mut versioned) = (0, false, false);
    let bytes = rest.as_bytes();
    // each part has something in it, and none begins with a dot
    let part = |start: usize, end: usize| start < end && bytes.get(start) != Some(&b'.');
    for (at, byte) in bytes.iter().enumerate() {
        match MEANING[*byte as usize] {
            PLAIN => continue,
            SLASH if !versioned && part(start, at) => nested = true,
            AT if !versioned && part(start, at) => versioned = true,
            _ => return false,
        }
        start = at + 1;
    }
    versioned && part(start, bytes.len()) && (FREE.contains(&kind) || (!nested && ALONE.contains(&kind)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_ones_are_seen_and_odd_ones_are_parsed() {
        for text in ["pkg:npm/a@1.0.0", "pkg:maven/org.x/a@1", "pkg:deb/debian/a@1.0-1+b2"] {
            assert!(is_plain(text), "{text}");
        }
        for text in ["pkg:npm/%40a/b@1", "pkg:deb/debian/a@1?arch=amd64", "pkg:npm/a"] {
            assert!(!is_plain(text) && is_purl(text), "{text}");
        }
        for text in ["pkg:npm", "pkg:npm/", "npm/a@1", "", "pkg:cargo/a/b@1"] {
            assert!(!is_purl(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_plain_is_one(kind in "(apk|deb|generic|golang|maven|npm|rpm|cargo|gem|nuget|pub|pypi)", rest in "[a-zA-Z0-9./@+~_-]{0,16}") {
            let text = format!("pkg:{kind}/{rest}");
            prop_assert!(!is_plain(&text) || text.parse::<packageurl::PackageUrl<'_>>().is_ok(), "{}", text);
        }
    }
}
