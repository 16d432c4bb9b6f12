//! What several orders share: numbers of any length, and runs of equal characters.

use std::cmp::Ordering;

/// Two runs of digits as numbers, however long.
pub(super) fn numbers(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// Whether a text is one or more digits.
pub(super) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The beginning of `text` of which every byte is as asked, and the rest.
pub(super) fn run(text: &str, wanted: impl Fn(u8) -> bool) -> (&str, &str) {
    let end = text.bytes().position(|byte| !wanted(byte)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// The epoch before a colon, `0` where there is none, and the rest; nothing where it is no number.
pub(super) fn epoch(text: &str) -> Option<(&str, &str)> {
    match text.split_once(':') {
        Some((epoch, rest)) => is_number(epoch).then_some((epoch, rest)),
        None => Some(("0", text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_beyond_64_bits_compare_by_their_value() {
        assert_eq!(numbers("99999999999999999999", "100000000000000000000"), Ordering::Less);
        assert_eq!(numbers("007", "7"), Ordering::Equal);
        assert_eq!(numbers("0", "000"), Ordering::Equal);
    }
}
