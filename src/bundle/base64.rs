//! Base64 as RFC 4648 §4 has it, padded and canonical: one text for every byte string, and nothing else is read.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The text of `bytes`.
pub fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let value = (group >> (18 - 6 * digit)) & 63;
            out.push(if digit > chunk.len() { '=' } else { char::from(ALPHABET[value as usize]) });
        }
    }
    out
}

/// The bytes of a canonical text; `None` for anything that [`encode`] would not have written.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let body = text.as_bytes();
    if !body.len().is_multiple_of(4) {
        return None;
    }
    let mut out = Vec::with_capacity(body.len() / 4 * 3);
    for (index, group) in body.chunks_exact(4).enumerate() {
        let padding = match group {
            [_, _, b'=', b'='] => 2,
            [_, _, _, b'='] => 1,
            _ => 0,
        };
        if padding > 0 && (index + 1) * 4 != body.len() {
            return None;
        }
        let mut value = 0;
        for byte in &group[..4 - padding] {
            value = value << 6 | sextet(*byte)?;
        }
        value <<= 6 * padding;
        let bytes = value.to_be_bytes();
        if bytes[4 - padding..].iter().any(|unused| *unused != 0) {
            return None;
        }
        out.extend_from_slice(&bytes[1..4 - padding]);
    }
    Some(out)
}

fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_4648_hold_both_ways() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
        }
    }

    #[test]
    fn a_second_text_for_the_same_bytes_is_not_read() {
        for text in
            ["Zh==", "Zm9=", "Zg", "Zg=", "Z===", "====", "Zm9v\n", " Zm9v", "Zm-_", "Zg==Zg==", "Zm9v="]
        {
            assert_eq!(decode(text), None, "{text:?}");
        }
    }
}
