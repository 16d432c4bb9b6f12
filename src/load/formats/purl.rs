//! Whether a text is a package URL. Most are plain, and seen to be so at once; the rest is parsed in full.

/// Types whose names may stand in a namespace or not, as they like.
const FREE: [&str; 7] = ["apk", "deb", "generic", "golang", "maven", "npm", "rpm"];
/// Types whose names stand alone.
const ALONE: [&str; 5] = ["cargo", "gem", "nuget", "pub", "pypi"];

/// Whether `text` is one.
pub(super) fn is_purl(text: &str) -> bool {
    is_plain(text) || text.parse::<packageurl::PackageUrl<'_>>().is_ok()
}

/// A known type, segments and a version in characters that mean nothing but themselves.
fn is_plain(text: &str) -> bool {
    let Some((kind, rest)) = text.strip_prefix("pkg:").and_then(|rest| rest.split_once('/')) else {
        return false;
    };
    let Some((path, version)) = rest.rsplit_once('@') else { return false };
    let plain = |text: &str| {
        let byte = |byte: u8| byte.is_ascii_alphanumeric() || b"._-~+".contains(&byte);
        !text.is_empty() && !text.starts_with('.') && text.bytes().all(byte)
    };
    let known = match path.contains('/') {
        true => FREE.contains(&kind),
        false => FREE.contains(&kind) || ALONE.contains(&kind),
    };
    known && plain(version) && path.split('/').all(plain)
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
