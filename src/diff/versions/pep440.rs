//! Python versions, by PEP 440: epoch, release, pre-, post- and development release, local version.

use std::cmp::Ordering;

use super::parts::is_number;
use super::parts::numbers;
use super::parts::run;
use super::semver::padded;

/// How two versions compare; nothing when one is no version.
pub(super) fn order(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (a.to_ascii_lowercase(), b.to_ascii_lowercase());
    let (a, b) = (Version::parse(a.trim())?, Version::parse(b.trim())?);
    Some(
        numbers(a.epoch, b.epoch)
            .then_with(|| padded(&a.release, &b.release))
            .then_with(|| rank(&a.phase(), &b.phase()))
            .then_with(|| optional(a.post, b.post, Ordering::Less))
            .then_with(|| optional(a.dev, b.dev, Ordering::Greater))
            .then_with(|| local(&a.local, &b.local)),
    )
}

struct Version<'a> {
    epoch: &'a str,
    release: Vec<&'a str>,
    pre: Option<(u8, &'a str)>,
    post: Option<&'a str>,
    dev: Option<&'a str>,
    local: Vec<&'a str>,
}

const SEPARATORS: [char; 3] = ['.', '-', '_'];

impl<'a> Version<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let (text, local) = match text.split_once('+') {
            Some((text, local)) => (text, local.split(SEPARATORS).collect()),
            None => (text, Vec::new()),
        };
        let (epoch, text) = text.split_once('!').unwrap_or(("0", text));
        let (core, mut rest) = run(text, |byte| byte.is_ascii_digit() || byte == b'.');
        // a dot before a word is its separator
        let core = core.strip_suffix('.').filter(|_| !rest.is_empty()).unwrap_or(core);
        let mut version =
            Self { epoch, release: core.split('.').collect(), pre: None, post: None, dev: None, local };
        let fine = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_number(epoch)
            || !version.release.iter().all(|part| is_number(part))
            || !version.local.iter().all(fine)
        {
            return None;
        }
        // the parts stand in this order, each at most once
        let mut stage = 0;
        while !rest.is_empty() {
            let dashed = rest.strip_prefix('-');
            let (word, after) = run(rest.trim_start_matches(SEPARATORS), |byte| byte.is_ascii_alphabetic());
            let separated = rest.len() - rest.trim_start_matches(SEPARATORS).len();
            let (number, after_number) =
                run(after.strip_prefix(SEPARATORS).unwrap_or(after), |byte| byte.is_ascii_digit());
            let (number, left) = if number.is_empty() { ("0", after) } else { (number, after_number) };
            let next = match word {
                _ if separated > 1 => return None,
                "a" | "alpha" => (1, Some(0)),
                "b" | "beta" => (1, Some(1)),
                "c" | "rc" | "pre" | "preview" => (1, Some(2)),
                "post" | "rev" | "r" => (2, None),
                "" if dashed.is_some_and(|rest| rest.starts_with(|ch: char| ch.is_ascii_digit())) => {
                    (2, None)
                }
                "dev" => (3, None),
                _ => return None,
            };
            if next.0 <= stage {
                return None;
            }
            stage = next.0;
            match next {
                (1, Some(phase)) => version.pre = Some((phase, number)),
                (2, _) => version.post = Some(number),
                _ => version.dev = Some(number),
            }
            rest = left;
        }
        Some(version)
    }

    /// Where it stands among the releases of one number: development alone, pre-releases, the release itself.
    fn phase(&self) -> (u8, &'a str) {
        match (self.pre, self.post, self.dev) {
            (Some((phase, number)), _, _) => (phase + 1, number),
            (None, None, Some(_)) => (0, "0"),
            (None, _, _) => (4, "0"),
        }
    }
}

fn rank(a: &(u8, &str), b: &(u8, &str)) -> Ordering {
    a.0.cmp(&b.0).then_with(|| numbers(a.1, b.1))
}

/// `none` is how silence compares with a number.
fn optional(a: Option<&str>, b: Option<&str>, none: Ordering) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => numbers(a, b),
        (None, Some(_)) => none,
        (Some(_), None) => none.reverse(),
        (None, None) => Ordering::Equal,
    }
}

/// Numbers above words, none below any.
fn local(a: &[&str], b: &[&str]) -> Ordering {
    for (a, b) in a.iter().zip(b) {
        let order = match (is_number(a), is_number(b)) {
            (true, true) => numbers(a, b),
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => a.cmp(b),
        };
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
    fn the_phases_of_a_release_come_in_the_order_of_the_standard() {
        let list = [
            "1.dev0",
            "1.0.dev456",
            "1.0a1",
            "1.0a2.dev456",
            "1.0a12.dev456",
            "1.0a12",
            "1.0b1.dev456",
            "1.0b2",
            "1.0b2.post345.dev456",
            "1.0b2.post345",
            "1.0rc1.dev456",
            "1.0rc1",
            "1.0",
            "1.0+abc.5",
            "1.0+abc.7",
            "1.0+5",
            "1.0.post456.dev34",
            "1.0.post456",
            "1.0.15",
            "1.1.dev1",
            "1!0.1",
        ];
        for (at, low) in list.iter().enumerate() {
            for high in &list[at + 1..] {
                assert_eq!(order(low, high), Some(Ordering::Less), "{low} {high}");
            }
        }
    }

    #[test]
    fn different_spellings_of_one_version_are_equal() {
        for (a, b) in [
            ("1.0", "1.0.0"),
            ("1.0c1", "1.0rc1"),
            ("1.0-1", "1.0.post1"),
            ("v1.0", "1.0"),
            ("1.0.RC-1", "1.0rc1"),
            ("1.0_alpha", "1.0a0"),
            ("1.0-r4", "1.0.post4"),
            ("1.0+ubuntu-1", "1.0+ubuntu.1"),
        ] {
            assert_eq!(order(a, b), Some(Ordering::Equal), "{a} {b}");
        }
        for odd in ["", "1.0-foo", "1.0a1b1", "dev", "1..0", "1.0.", "1.0+", "1.0--1"] {
            assert_eq!(order(odd, "1.0"), None, "{odd}");
        }
    }
}
