//! Debian versions: `epoch:upstream-revision`, letters before other signs, `~` before everything, even the end.

use std::cmp::Ordering;

use super::parts::epoch;
use super::parts::numbers;
use super::parts::run;

/// How two versions compare; nothing when one is no version.
pub(super) fn order(a: &str, b: &str) -> Option<Ordering> {
    let ((a_epoch, a), (b_epoch, b)) = (epoch(a)?, epoch(b)?);
    let fine = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".+-~:_".contains(&byte))
            && text.starts_with(|ch: char| ch.is_ascii_alphanumeric())
    };
    if !fine(a) || !fine(b) {
        return None;
    }
    let split = |text| str::rsplit_once(text, '-').unwrap_or((text, ""));
    let ((a, a_revision), (b, b_revision)) = (split(a), split(b));
    Some(numbers(a_epoch, b_epoch).then_with(|| part(a, b)).then_with(|| part(a_revision, b_revision)))
}

/// Signs and numbers in turn.
fn part(mut a: &str, mut b: &str) -> Ordering {
    while !a.is_empty() || !b.is_empty() {
        let sign = |byte: u8| !byte.is_ascii_digit();
        let ((a_signs, a_rest), (b_signs, b_rest)) = (run(a, sign), run(b, sign));
        let order = signs(a_signs.as_bytes(), b_signs.as_bytes());
        if order != Ordering::Equal {
            return order;
        }
        let digit = |byte: u8| byte.is_ascii_digit();
        let ((a_number, a_rest), (b_number, b_rest)) = (run(a_rest, digit), run(b_rest, digit));
        let order = numbers(a_number, b_number);
        if order != Ordering::Equal {
            return order;
        }
        (a, b) = (a_rest, b_rest);
    }
    Ordering::Equal
}

/// `~` below the end, the end below letters, letters below the rest.
fn signs(a: &[u8], b: &[u8]) -> Ordering {
    let weight = |list: &[u8], at: usize| match list.get(at) {
        Some(b'~') => -1,
        None => 0,
        Some(byte) if byte.is_ascii_alphabetic() => i32::from(*byte),
        Some(byte) => i32::from(*byte) + 256,
    };
    (0..a.len().max(b.len()))
        .map(|at| weight(a, at).cmp(&weight(b, at)))
        .find(|order| *order != Ordering::Equal)
        .unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tildes_come_before_the_end_and_revisions_after_the_rest() {
        let list = [
            "1.0~~",
            "1.0~~a",
            "1.0~",
            "1.0",
            "1.0-1~bpo1",
            "1.0-1",
            "1.0-1ubuntu1",
            "1.0-1+b2",
            "1.0-1+b10",
            "1.0-1+deb12u1",
            "1.0-9",
            "1.0-10",
            "1.0a",
            "1.0+b1",
            "1.0.1-1",
            "2.0",
            "1:0.9",
        ];
        for (at, low) in list.iter().enumerate() {
            for high in &list[at + 1..] {
                assert_eq!(order(low, high), Some(Ordering::Less), "{low} {high}");
            }
        }
        assert_eq!(order("0:1.0-1", "1.0-1"), Some(Ordering::Equal));
        assert_eq!(order("1.0-01", "1.0-1"), Some(Ordering::Equal));
        assert_eq!(order("a:1", "1"), None);
        assert_eq!(order("1 0", "1"), None);
    }
}
