//! Semantic Versioning 2.0.0 §11 and those who follow it: npm, Cargo, Go, Hex, Pub, Swift, Composer.

use std::cmp::Ordering;

use super::parts::is_number;
use super::parts::numbers;
use super::parts::run;

/// Three numbers, nothing before them. Build metadata does not order: versions that differ in it alone are equal.
pub(super) fn strict(a: &str, b: &str) -> Option<Ordering> {
    Some(Version::parse(a, 3)?.compare(&Version::parse(b, 3)?))
}

/// A leading `v` or `=` is allowed, as npm allows it.
pub(super) fn npm(a: &str, b: &str) -> Option<Ordering> {
    let bare = |text| Version::parse(str::trim_start_matches(text, ['v', '=']), 3);
    Some(bare(a)?.compare(&bare(b)?))
}

/// A leading `v`, minor and patch may be left out; `+incompatible` is build metadata, pseudo-versions are pre-releases.
/// The releases of Go itself are written `go1.22.3`, and ordered in the same way.
pub(super) fn golang(a: &str, b: &str) -> Option<Ordering> {
    fn bare(text: &str) -> Option<Version<'_>> {
        let text = text.strip_prefix("go").or_else(|| text.strip_prefix('v')).unwrap_or(text);
        Version::parse(text, 1)
    }
    Some(bare(a)?.compare(&bare(b)?))
}

/// Up to four numbers, then a stability: dev, alpha, beta, RC, none, patch. Branches (`dev-main`) have no order.
pub(super) fn composer(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (Composer::parse(a)?, Composer::parse(b)?);
    let order = padded(&a.numbers, &b.numbers).then(a.stability.cmp(&b.stability));
    Some(order.then_with(|| numbers(a.number, b.number)))
}

struct Version<'a> {
    numbers: Vec<&'a str>,
    pre: Vec<&'a str>,
}

impl<'a> Version<'a> {
    /// At least `least` numbers and at most three.
    fn parse(text: &'a str, least: usize) -> Option<Self> {
        let text = text.split_once('+').map_or(text, |(version, _)| version);
        let (core, pre) = match text.split_once('-') {
            Some((core, pre)) => (core, pre.split('.').collect()),
            None => (text, Vec::new()),
        };
        let numbers: Vec<&str> = core.split('.').collect();
        let plain = |part: &&str| is_number(part) && (*part == "0" || !part.starts_with('0'));
        let fine = |part: &&str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        let good = (least..=3).contains(&numbers.len()) && numbers.iter().all(plain) && pre.iter().all(fine);
        good.then_some(Self { numbers, pre })
    }

    fn compare(&self, other: &Self) -> Ordering {
        padded(&self.numbers, &other.numbers).then_with(|| pre_release(&self.pre, &other.pre))
    }
}

/// Numbers from the left; what is left out is 0.
pub(super) fn padded(a: &[&str], b: &[&str]) -> Ordering {
    (0..a.len().max(b.len()))
        .map(|at| numbers(a.get(at).copied().unwrap_or("0"), b.get(at).copied().unwrap_or("0")))
        .find(|order| *order != Ordering::Equal)
        .unwrap_or(Ordering::Equal)
}

/// Identifiers from the left: numbers below words, none above any, fewer below more.
pub(super) fn pre_release(a: &[&str], b: &[&str]) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    for (a, b) in a.iter().zip(b) {
        let order = match (is_number(a), is_number(b)) {
            (true, true) => numbers(a, b),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => a.cmp(b),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    a.len().cmp(&b.len())
}

struct Composer<'a> {
    numbers: Vec<&'a str>,
    stability: u8,
    number: &'a str,
}

impl<'a> Composer<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let text = text.split_once('+').map_or(text, |(version, _)| version);
        let (core, rest) = run(text, |byte| byte.is_ascii_digit() || byte == b'.');
        let numbers: Vec<&str> = core.trim_end_matches('.').split('.').collect();
        let (word, number) = run(rest.trim_start_matches(['-', '_', '.']), |byte| byte.is_ascii_alphabetic());
        let stability = match word.to_ascii_lowercase().as_str() {
            "dev" => 0,
            "alpha" | "a" => 1,
            "beta" | "b" => 2,
            "rc" => 3,
            "" | "stable" => 4,
            "patch" | "pl" | "p" => 5,
            _ => return None,
        };
        let number = number.trim_start_matches(['-', '.']);
        let good = numbers.len() <= 4
            && numbers.iter().all(|part| is_number(part))
            && (number.is_empty() || is_number(number));
        good.then_some(Self { numbers, stability, number })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ascending(order: fn(&str, &str) -> Option<Ordering>, list: &[&str]) {
        for (at, low) in list.iter().enumerate() {
            for high in &list[at + 1..] {
                assert_eq!(order(low, high), Some(Ordering::Less), "{low} {high}");
                assert_eq!(order(high, low), Some(Ordering::Greater), "{high} {low}");
            }
        }
    }

    #[test]
    fn pre_releases_come_before_their_release_in_the_order_of_the_specification() {
        let list = [
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.10",
            "2.0.0",
            "18446744073709551616.0.0",
        ];
        ascending(strict, &list);
        ascending(npm, &list);
        assert_eq!(npm("v1.2.3", "1.2.3"), Some(Ordering::Equal));
        assert_eq!(npm("1.0.0+build1", "1.0.0+build2"), Some(Ordering::Equal));
        assert_eq!(strict("v1.2.3", "1.2.4"), None);
    }

    #[test]
    fn go_orders_pseudo_versions_by_their_time() {
        ascending(
            golang,
            &[
                "v0.0.0-20191109021931-daa7c04131f5",
                "v0.0.0-20200101000000-aaaaaaaaaaaa",
                "v1.2.3-0.20200101000000-abcdefabcdef",
                "v1.2.3",
                "v1.3",
                "v2.1.0+incompatible",
            ],
        );
        assert_eq!(golang("v2.0.0", "v2.0.0+incompatible"), Some(Ordering::Equal));
        assert_eq!(golang("go1.22", "go1.22.1"), Some(Ordering::Less));
        assert_eq!(golang("(devel)", "v1.0.0"), None);
    }

    #[test]
    fn composer_knows_stabilities_and_no_order_of_branches() {
        ascending(
            composer,
            &["1.0.0-dev", "1.0.0-alpha1", "1.0.0-beta2", "1.0-RC1", "v1.0.0", "1.0.0-p1", "1.0.0.1"],
        );
        assert_eq!(composer("1.0", "1.0.0.0"), Some(Ordering::Equal));
        assert_eq!(composer("dev-main", "1.0.0"), None);
    }
}
