//! Bytes to text, and what bytes are that are no text: specific words instead of a syntax error on line 1.

use std::borrow::Cow;

use encoding_rs::Encoding;

use super::Syntax;

/// What bytes are.
pub(crate) enum Decoded<'a> {
    /// Text, byte order mark removed.
    Text(Cow<'a, str>),
    /// Something else, by its magic: what it is.
    Binary(&'static str),
    /// Should be text and is not.
    Wrong(Syntax),
}

const MAGIC: &[(&[u8], &str)] = &[
    (&[0x1f, 0x8b], "gzip-compressed data"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (&[0x28, 0xb5, 0x2f, 0xfd], "zstd-compressed data"),
    (&[0xfd, b'7', b'z', b'X', b'Z'], "xz-compressed data"),
    (b"BZh", "bzip2-compressed data"),
    (b"%PDF-", "a PDF document"),
    (&[0x7f, b'E', b'L', b'F'], "an ELF program"),
    (&[0x89, b'P', b'N', b'G'], "a PNG image"),
    (&[0xff, 0xd8, 0xff], "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"MZ", "a Windows program"),
];

/// Looks at bytes.
pub(crate) fn decode(bytes: &[u8]) -> Decoded<'_> {
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Decoded::Binary(what);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return utf16(rest, u16::from_be_bytes);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) if has_zero(text.as_bytes()) => Decoded::Binary("binary data"),
        Ok(text) => Decoded::Text(Cow::Borrowed(text)),
        Err(error) => {
            let at = error.valid_up_to();
            let head = &bytes[..bytes.len().min(8192)];
            if head.contains(&0) {
                return Decoded::Binary("binary data");
            }
            if let Some(text) = declared(bytes) {
                return Decoded::Text(Cow::Owned(text));
            }
            let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
            Decoded::Wrong(
                Syntax::new("not-utf-8", 0, format!("byte {at} (on line {line}) is not UTF-8"))
                    .help("save the file as UTF-8"),
            )
        }
    }
}

/// Whether one of the bytes is 0. All of a block are asked at once: most texts have none.
fn has_zero(bytes: &[u8]) -> bool {
    let (blocks, rest) = bytes.as_chunks::<64>();
    let any = |block: &[u8]| block.iter().fold(false, |found, byte| found | (*byte == 0));
    blocks.iter().any(|block| any(block)) || any(rest)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Decoded<'static> {
    let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair)).collect();
    match String::from_utf16(&units) {
        Ok(text) if bytes.len().is_multiple_of(2) => Decoded::Text(Cow::Owned(text)),
        Ok(_) | Err(_) => Decoded::Wrong(
            Syntax::new("not-utf-8", 0, "begins like UTF-16 and is not").help("save the file as UTF-8"),
        ),
    }
}

/// XML may declare what its bytes are. In ISO-8859-1 each is the character of its number (browsers take it for windows-1252, XML does
/// not); the others are those of the Encoding Standard.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(200))?;
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let declaration =
        head.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")).map_or("", |(said, _)| said);
    let said = declaration.split_once("encoding").map_or("", |(_, rest)| rest);
    let name = said.trim_start_matches([' ', '\t', '=']).trim_start_matches(['"', '\'']);
    let name = name.split(['"', '\'']).next().unwrap_or_default();
    if ["iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "l1"].contains(&name) {
        return Some(bytes.iter().map(|byte| char::from(*byte)).collect());
    }
    let encoding = Encoding::for_label(name.as_bytes()).filter(|found| found.is_ascii_compatible())?;
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(Cow::into_owned)
}

/// Whether a text is the pointer that Git LFS leaves in place of a file.
pub(crate) fn is_lfs_pointer(bytes: &[u8]) -> bool {
    bytes.len() < 1024 && bytes.starts_with(b"version https://git-lfs.github.com/spec/")
}

/// Whether a text is a web page.
pub(crate) fn is_html(text: &str) -> bool {
    let head: String = text.trim_start().chars().take(15).collect::<String>().to_ascii_lowercase();
    head.starts_with("<!doctype html") || head.starts_with("<html")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> Option<String> {
        match decode(bytes) {
            Decoded::Text(text) => Some(text.into_owned()),
            Decoded::Binary(_) | Decoded::Wrong(_) => None,
        }
    }

    #[test]
    fn marks_are_removed_and_declared_encodings_honoured() {
        assert_eq!(text(b"\xef\xbb\xbf{}").as_deref(), Some("{}"));
        assert_eq!(text(b"\xff\xfe{\0}\0").as_deref(), Some("{}"));
        assert_eq!(
            text(b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xe9</a>")
                .unwrap()
                .chars()
                .find(|ch| !ch.is_ascii()),
            Some('é')
        );
        for name in ["'latin1'", "\"ISO8859-1\" standalone='yes'"] {
            let written =
                [format!("<?xml version='1.0' encoding = {name}?><a>").as_bytes(), b"\xe9</a>"].concat();
            assert!(text(&written).is_some_and(|text| text.ends_with("é</a>")), "{name}");
        }
        for (name, bytes, read) in [
            ("windows-1252", &b"\x80\xe9"[..], "€é"),
            ("Windows-1251", b"\xe4\xe0", "да"),
            ("Shift_JIS", b"\x93\xfa\x96{", "日本"),
            ("GBK", b"\xc4\xe3", "你"),
        ] {
            let written =
                [format!("<?xml version='1.0' encoding='{name}'?><a>").as_bytes(), bytes, b"</a>"].concat();
            assert!(text(&written).is_some_and(|text| text.ends_with(&format!("{read}</a>"))), "{name}");
        }
        assert!(text(b"<?xml version='1.0' encoding='shift_jis'?><a>\x81\xff</a>").is_none());
        assert!(text(b"<?xml version='1.0' encoding='klingon'?><a>\xe9</a>").is_none());
        assert!(text(b"<?xml version='1.0'?><a b='latin1'>\xe9</a>").is_none());
        assert!(text(b"{\"a\": \"\xe9\"}").is_none());
    }

    #[test]
    fn magic_is_named() {
        assert!(matches!(decode(b"\x1f\x8b\x08"), Decoded::Binary("gzip-compressed data")));
        assert!(matches!(decode(b"a\0b"), Decoded::Binary("binary data")));
    }
}
