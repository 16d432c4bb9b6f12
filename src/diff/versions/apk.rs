//! Alpine versions: numbers, one letter, suffixes before and after the release, a revision.

use std::cmp::Ordering;

use super::parts::is_number;
use super::parts::numbers;
use super::parts::run;

/// How two versions compare; nothing when one is no version.
pub(super) fn order(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (Version::parse(a)?, Version::parse(b)?);
    let suffixes = (0..a.suffixes.len().max(b.suffixes.len()))
        .map(|at| {
            let none = (RELEASE, "0");
            let (a, b) = (a.suffixes.get(at).unwrap_or(&none), b.suffixes.get(at).unwrap_or(&none));
            a.0.cmp(&b.0).then_with(|| numbers(a.1, b.1))
        })
        .find(|order| *order != Ordering::Equal)
        .unwrap_or(Ordering::Equal);
    Some(
        core(&a.numbers, &b.numbers)
            .then_with(|| a.letter.cmp(b.letter))
            .then(suffixes)
            .then_with(|| numbers(a.revision, b.revision)),
    )
}

struct Version<'a> {
    numbers: Vec<&'a str>,
    letter: &'a str,
    suffixes: Vec<(u8, &'a str)>,
    revision: &'a str,
}

/// Where the release itself stands among the suffixes.
const RELEASE: u8 = 4;
const SUFFIXES: [(&str, u8); 9] = [
    ("alpha", 0),
    ("beta", 1),
    ("pre", 2),
    ("rc", 3),
    ("cvs", 5),
    ("svn", 6),
    ("git", 7),
    ("hg", 8),
    ("p", 9),
];

impl<'a> Version<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (text, revision) = match text.rsplit_once("-r") {
            Some((text, revision)) => (text, revision),
            None => (text, "0"),
        };
        // a digest of the sources does not order
        let text = text.split_once('~').map_or(text, |(text, _)| text);
        let mut parts = text.split('_');
        let (digits, letter) = run(parts.next()?, |byte| byte.is_ascii_digit() || byte == b'.');
        let numbers: Vec<&str> = digits.split('.').collect();
        let suffixes: Option<Vec<(u8, &str)>> = parts
            .map(|part| {
                let (word, number) = run(part, |byte| byte.is_ascii_alphabetic());
                let rank = SUFFIXES.iter().find(|(suffix, _)| *suffix == word)?.1;
                let number = if number.is_empty() { "0" } else { number };
                is_number(number).then_some((rank, number))
            })
            .collect();
        let good = numbers.iter().all(|part| is_number(part))
            && letter.len() <= 1
            && letter.bytes().all(|byte| byte.is_ascii_lowercase())
            && is_number(revision);
        good.then_some(Self { numbers, letter, suffixes: suffixes?, revision })
    }
}

/// More numbers are newer, even zeros. A number with a leading zero is a fraction, unless it is the first.
fn core(a: &[&str], b: &[&str]) -> Ordering {
    for (at, (a, b)) in a.iter().zip(b).enumerate() {
        let fraction = at > 0 && (a.starts_with('0') || b.starts_with('0'));
        let order =
            if fraction { a.trim_end_matches('0').cmp(b.trim_end_matches('0')) } else { numbers(a, b) };
        if order != Ordering::Equal {
            return order;
        }
    }
    a.len().cmp(&b.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_stand_around_the_release_and_revisions_after_it() {
        let list = [
            "1.2_alpha",
            "1.2_alpha1",
            "1.2_beta",
            "1.2_pre3",
            "1.2_rc1",
            "1.2",
            "1.2-r9",
            "1.2-r10",
            "1.2_git20200101",
            "1.2_p1",
            "1.2_p1-r1",
            "1.2a",
            "1.2b_rc1",
            "1.2b",
            "1.2.0",
            "1.2.1",
            "1.2.10",
            "1.10",
            "20230506-r0",
        ];
        for (at, low) in list.iter().enumerate() {
            for high in &list[at + 1..] {
                assert_eq!(order(low, high), Some(Ordering::Less), "{low} {high}");
            }
        }
        assert_eq!(order("1.2~abcdef-r1", "1.2-r1"), Some(Ordering::Equal));
        assert_eq!(order("1.1.1j-r0", "1.1.1k-r0"), Some(Ordering::Less));
        for odd in ["1.2_foo", "1.2-rx", "v1.2", "1..2", "1.2ab"] {
            assert_eq!(order(odd, "1.2"), None, "{odd}");
        }
    }
}
