//! Digests of CycloneDX components. What can be none is told and not used, so that nothing that asks for a digest counts it.

use crate::load::text::reader::Map;
use crate::model::sbom::ComponentHash;

/// Keys of a digest.
const HASH: &[&str] = &["alg", "content"];

/// The digests of a component.
pub(crate) fn hashes(component: &Map<'_, '_, '_>) -> Vec<ComponentHash> {
    let read = component.maps("hashes", HASH);
    read.iter()
        .filter_map(|map| {
            let hash = digest(map.text("alg"), map.text("content"));
            if hash.is_none() {
                let message = "this is no digest, so it is not used: `alg` names what made it, and `content` is hexadecimal";
                map.reader().warn(map.node(), "invalid-value", message);
            }
            hash
        })
        .collect()
}

/// The digest that is made of these, where they can be one.
pub(crate) fn digest(algorithm: Option<&str>, value: Option<&str>) -> Option<ComponentHash> {
    let (algorithm, value) = (algorithm?, value?);
    let digits = value.trim();
    let hexadecimal = digits.len().is_multiple_of(2) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    (hexadecimal && !digits.is_empty() && !algorithm.trim().is_empty())
        .then(|| ComponentHash { algorithm: algorithm.to_owned(), value: value.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_has_an_algorithm_and_whole_bytes_in_hexadecimal() {
        let is = |algorithm, value| digest(algorithm, value).is_some();
        assert!(is(Some("SHA-256"), Some("00fF")) && is(Some("MD5"), Some(" 00\n")));
        for value in ["", " ", "zz", "0", "sha256:00", "AQI="] {
            assert!(!is(Some("SHA-512"), Some(value)), "{value}");
        }
        assert!(!is(Some(""), Some("00")) && !is(None, Some("00")) && !is(Some("MD5"), None));
    }
}
