//! RubyGems versions: segments of digits and letters; letters make a pre-release, zeros at the end do not count.

use std::cmp::Ordering;

use super::parts::is_number;
use super::parts::numbers;
use super::parts::run;

/// How two versions compare; nothing when one is no version.
pub(super) fn order(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (segments(a)?, segments(b)?);
    for at in 0..a.len().max(b.len()) {
        let (a, b) = (a.get(at).copied().unwrap_or("0"), b.get(at).copied().unwrap_or("0"));
        let order = match (is_number(a), is_number(b)) {
            (true, true) => numbers(a, b),
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => a.cmp(b),
        };
        if order != Ordering::Equal {
            return Some(order);
        }
    }
    Some(Ordering::Equal)
}

fn segments(text: &str) -> Option<Vec<&str>> {
    let mut out = Vec::new();
    for (at, part) in text.trim().split('-').enumerate() {
        if at > 0 {
            // a hyphen begins a pre-release
            out.push("pre");
        }
        for part in part.split('.') {
            let mut rest = part;
            if rest.is_empty() {
                return None;
            }
            while !rest.is_empty() {
                let digits = rest.starts_with(|ch: char| ch.is_ascii_digit());
                let (segment, after) = run(rest, |byte| match digits {
                    true => byte.is_ascii_digit(),
                    false => byte.is_ascii_alphabetic(),
                });
                if segment.is_empty() {
                    return None;
                }
                out.push(segment);
                rest = after;
            }
        }
    }
    if !out.first().is_some_and(|first| is_number(first)) {
        return None;
    }
    // zeros before a pre-release and at the end say nothing
    let mut kept: Vec<&str> = Vec::with_capacity(out.len());
    let zero = |segment: &str| is_number(segment) && segment.bytes().all(|byte| byte == b'0');
    for segment in out {
        if !is_number(segment) && kept.iter().all(|kept| is_number(kept)) {
            while kept.len() > 1 && kept.last().is_some_and(|last| zero(last)) {
                kept.pop();
            }
        }
        kept.push(segment);
    }
    while kept.len() > 1 && kept.last().is_some_and(|last| zero(last)) {
        kept.pop();
    }
    Some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_make_a_pre_release() {
        let list =
            ["1.0.a", "1.0.b1", "1.0.b1.2", "1.0.rc1", "1.0", "1.0.1", "1.9", "1.10", "2.0.0.pre1", "2"];
        for (at, low) in list.iter().enumerate() {
            for high in &list[at + 1..] {
                assert_eq!(order(low, high), Some(Ordering::Less), "{low} {high}");
            }
        }
        for (a, b) in [("1.0", "1"), ("1.0.0.a", "1.a"), ("1.0-1", "1.0.pre.1")] {
            assert_eq!(order(a, b), Some(Ordering::Equal), "{a} {b}");
        }
        assert_eq!(order("1..0", "1"), None);
        assert_eq!(order("a", "1"), None);
    }
}
