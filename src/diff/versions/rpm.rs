//! RPM versions: `epoch:version-release`, segments of digits or letters, `~` below the end, `^` above it.

use std::cmp::Ordering;

use super::parts::epoch;
use super::parts::numbers;
use super::parts::run;

/// How two versions compare; nothing when one is no version. A release that only one has does not count.
pub(super) fn order(a: &str, b: &str) -> Option<Ordering> {
    let ((a_epoch, a), (b_epoch, b)) = (epoch(a)?, epoch(b)?);
    let fine = |text: &str| {
        text.bytes().any(|byte| byte.is_ascii_alphanumeric())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".+-_~^".contains(&byte))
    };
    if !fine(a) || !fine(b) {
        return None;
    }
    let split = |text| match str::rsplit_once(text, '-') {
        Some((version, release)) => (version, Some(release)),
        None => (text, None),
    };
    let ((a, a_release), (b, b_release)) = (split(a), split(b));
    let releases = match (a_release, b_release) {
        (Some(a), Some(b)) => part(a, b),
        (None, _) | (_, None) => Ordering::Equal,
    };
    Some(numbers(a_epoch, b_epoch).then_with(|| part(a, b)).then(releases))
}

fn part(mut a: &str, mut b: &str) -> Ordering {
    loop {
        let separator = |byte: u8| !byte.is_ascii_alphanumeric() && byte != b'~' && byte != b'^';
        (a, b) = (run(a, separator).1, run(b, separator).1);
        for (mark, alone) in [('~', Ordering::Less), ('^', Ordering::Greater)] {
            match (a.strip_prefix(mark), b.strip_prefix(mark)) {
                (Some(a_rest), Some(b_rest)) => return part(a_rest, b_rest),
                // `^` goes above the end and below whatever else follows
                (Some(_), None) if mark == '^' && !b.is_empty() => return Ordering::Less,
                (None, Some(_)) if mark == '^' && !a.is_empty() => return Ordering::Greater,
                (Some(_), None) => return alone,
                (None, Some(_)) => return alone.reverse(),
                (None, None) => {}
            }
        }
        if a.is_empty() || b.is_empty() {
            return a.len().cmp(&b.len());
        }
        let digits = a.starts_with(|ch: char| ch.is_ascii_digit());
        let same = |byte: u8| if digits { byte.is_ascii_digit() } else { byte.is_ascii_alphabetic() };
        let ((a_part, a_rest), (b_part, b_rest)) = (run(a, same), run(b, same));
        if b_part.is_empty() {
            // numbers are newer than letters
            return if digits { Ordering::Greater } else { Ordering::Less };
        }
        let order = if digits { numbers(a_part, b_part) } else { a_part.cmp(b_part) };
        if order != Ordering::Equal {
            return order;
        }
        (a, b) = (a_rest, b_rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tildes_carets_and_releases_are_ordered() {
        let list = [
            "1.0~rc1",
            "1.0~rc1^git1",
            "1.0",
            "1.0^",
            "1.0^git1~pre",
            "1.0^git1",
            "1.0^git2",
            "1.0.a",
            "1.0.1",
            "1.0.10",
            "3.0.7-18.el9_2",
            "3.0.7-24.el9",
            "1:0.1-1",
        ];
        for (at, low) in list.iter().enumerate() {
            for high in &list[at + 1..] {
                assert_eq!(order(low, high), Some(Ordering::Less), "{low} {high}");
            }
        }
        for (a, b) in [("1.0", "1_0"), ("1.0-1", "1.0"), ("0:2", "2"), ("1.05", "1.5")] {
            assert_eq!(order(a, b), Some(Ordering::Equal), "{a} {b}");
        }
        assert_eq!(order("(none)", "1"), None);
    }
}
