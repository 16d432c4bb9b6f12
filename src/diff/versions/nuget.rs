//! NuGet versions: one to four numbers, then Semantic Versioning without regard to case.

use std::cmp::Ordering;

use super::parts::is_number;
use super::semver::padded;
use super::semver::pre_release;

/// How two versions compare; nothing when one is no version.
pub(super) fn order(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (a.to_ascii_lowercase(), b.to_ascii_lowercase());
    let ((a, a_pre), (b, b_pre)) = (parse(&a)?, parse(&b)?);
    Some(padded(&a, &b).then_with(|| pre_release(&a_pre, &b_pre)))
}

fn parse(text: &str) -> Option<(Vec<&str>, Vec<&str>)> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let text = text.split_once('+').map_or(text, |(version, _)| version);
    let (core, pre) = match text.split_once('-') {
        Some((core, pre)) => (core, pre.split('.').collect()),
        None => (text, Vec::new()),
    };
    let numbers: Vec<&str> = core.split('.').collect();
    let fine = |part: &&str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let good = numbers.len() <= 4 && numbers.iter().all(|part| is_number(part)) && pre.iter().all(fine);
    good.then_some((numbers, pre))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fourth_number_counts_and_case_does_not() {
        let list = ["1.0.0-alpha.2", "1.0.0-alpha.10", "1.0.0-rc1", "1.0.0", "1.0.0.1", "1.0.1", "1.10"];
        for (at, low) in list.iter().enumerate() {
            for high in &list[at + 1..] {
                assert_eq!(order(low, high), Some(Ordering::Less), "{low} {high}");
            }
        }
        for (a, b) in
            [("1.0", "1.0.0"), ("1.0.0-RC1", "1.0.0-rc1"), ("1.0.0+a", "1.0.0+b"), ("01.0", "1.0.0.0")]
        {
            assert_eq!(order(a, b), Some(Ordering::Equal), "{a} {b}");
        }
        assert_eq!(order("1.0.0.0.0", "1.0"), None);
        assert_eq!(order("1.0-", "1.0"), None);
    }
}
