//! Whom a signing certificate names: its first alternative name, and Fulcio's issuer. Nothing is verified, and what is
//! shaped otherwise names nobody.

use super::attestation::decode;

/// `subjectAltName`.
const ALTERNATIVE_NAME: &[u8] = &[0x06, 0x03, 0x55, 0x1d, 0x11];
/// Fulcio's issuer of the identity, version 1 (bare text) and 2 (a DER text).
const ISSUER_1: &[u8] = &[0x06, 0x0a, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x83, 0xbf, 0x30, 0x01, 0x01];
const ISSUER_2: &[u8] = &[0x06, 0x0a, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x83, 0xbf, 0x30, 0x01, 0x08];

/// Identity and issuer of a certificate in PEM.
pub(super) fn of_pem(text: &str) -> (Option<String>, Option<String>) {
    let body: String = text
        .lines()
        .skip_while(|line| !line.starts_with("-----BEGIN"))
        .skip(1)
        .take_while(|line| !line.starts_with("-----"))
        .collect();
    decode(&body).map(|bytes| of_der(&bytes)).unwrap_or_default()
}

/// Identity and issuer of a certificate in DER.
pub(super) fn of_der(bytes: &[u8]) -> (Option<String>, Option<String>) {
    let identity = extension(bytes, ALTERNATIVE_NAME).and_then(|value| {
        let (tag, names, _) = element(value)?;
        let (kind, name, _) = element(names)?;
        // an e-mail address, an address
        (tag == 0x30 && matches!(kind, 0x81 | 0x86)).then_some(name).and_then(readable)
    });
    let issuer = extension(bytes, ISSUER_2)
        .and_then(|value| {
            let (tag, text, _) = element(value)?;
            (tag == 0x0c).then_some(text)
        })
        .or_else(|| extension(bytes, ISSUER_1))
        .and_then(readable);
    (identity, issuer)
}

fn readable(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    (!text.is_empty() && text.len() <= 2000 && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

/// The value of the extension whose identifier stands in `bytes`.
fn extension<'b>(bytes: &'b [u8], identifier: &[u8]) -> Option<&'b [u8]> {
    let at = bytes.windows(identifier.len()).position(|window| window == identifier)?;
    let rest = bytes.get(at + identifier.len()..)?;
    let (tag, value, after) = element(rest)?;
    // whether it is critical may stand between
    let (tag, value) =
        if tag == 0x01 { element(after).map(|(tag, value, _)| (tag, value))? } else { (tag, value) };
    (tag == 0x04).then_some(value)
}

/// Tag, content and what follows.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        0x81 => rest.split_first().map(|(length, rest)| (usize::from(*length), rest))?,
        0x82 => {
            let (length, rest) = rest.split_at_checked(2)?;
            (usize::from(length[0]) << 8 | usize::from(length[1]), rest)
        }
        _ => return None,
    };
    let (content, after) = rest.split_at_checked(length)?;
    Some((*tag, content, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_only_where_its_shape_is_right() {
        let mut der = vec![0x30, 0x00];
        der.extend(ALTERNATIVE_NAME);
        der.extend([0x01, 0x01, 0xff, 0x04, 0x06, 0x30, 0x04, 0x86, 0x02, b'a', b'b']);
        der.extend(ISSUER_1);
        der.extend([0x04, 0x03, b'x', b'y', b'z']);
        assert_eq!(of_der(&der), (Some("ab".to_owned()), Some("xyz".to_owned())));
        for cut in 0..der.len() {
            let (identity, issuer) = of_der(&der[..cut]);
            assert!(identity.is_none() || cut > 17, "{cut}");
            assert!(issuer.is_none(), "{cut}");
        }
        assert_eq!(of_pem("no certificate"), (None, None));
    }
}
