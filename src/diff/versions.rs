//! Version order by ecosystem. Where no order is known, or a version does not parse, there is none: never guessed.

use std::cmp::Ordering;

/// Compares two versions.
type Order = fn(&str, &str) -> Option<Ordering>;

/// Ecosystems (purl types) with a known order. Others come here, one row each.
static ORDERS: &[(&str, Order)] = &[("cargo", semver), ("golang", semver), ("npm", semver)];

/// How `a` compares with `b` in `ecosystem`; nothing when that cannot be said.
pub(super) fn order(ecosystem: Option<&str>, a: &str, b: &str) -> Option<Ordering> {
    let ecosystem = ecosystem?;
    ORDERS.iter().find(|(name, _)| *name == ecosystem).and_then(|(_, order)| order(a, b))
}

/// Semantic Versioning 2.0.0 §11, a leading `v` allowed; build metadata does not order, so it gives no answer.
fn semver(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (Version::parse(a)?, Version::parse(b)?);
    let order = a.numbers.cmp(&b.numbers).then_with(|| pre_release(&a.pre, &b.pre));
    (order != Ordering::Equal).then_some(order)
}

struct Version<'a> {
    numbers: [u64; 3],
    pre: Vec<&'a str>,
}

impl<'a> Version<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let text = text.split_once('+').map_or(text, |(version, _)| version);
        let (core, pre) = match text.split_once('-') {
            Some((core, pre)) => (core, pre.split('.').collect()),
            None => (text, Vec::new()),
        };
        let numbers: Vec<u64> = core
            .split('.')
            .map(|part| {
                let plain = !part.is_empty()
                    && part.bytes().all(|byte| byte.is_ascii_digit())
                    && (part == "0" || !part.starts_with('0'));
                if plain { part.parse().ok() } else { None }
            })
            .collect::<Option<_>>()?;
        let good = pre.iter().all(|part| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
        good.then_some(Self { numbers: numbers.try_into().ok()?, pre })
    }
}

fn pre_release(a: &[&str], b: &[&str]) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    for (a, b) in a.iter().zip(b) {
        let order = match (a.parse::<u64>(), b.parse::<u64>()) {
            (Ok(a), Ok(b)) => a.cmp(&b),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            (Err(_), Err(_)) => a.cmp(b),
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
    fn versions_are_ordered_where_an_order_is_known_and_not_otherwise() {
        let ascending = [
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0",
            "1.0.10",
            "2.0.0",
        ];
        for (at, low) in ascending.iter().enumerate() {
            for high in &ascending[at + 1..] {
                assert_eq!(order(Some("cargo"), low, high), Some(Ordering::Less), "{low} {high}");
                assert_eq!(order(Some("npm"), high, low), Some(Ordering::Greater), "{high} {low}");
            }
        }
        let pseudo = ("v0.0.0-20191109021931-daa7c04131f5", "v0.0.0-20200101000000-aaaaaaaaaaaa");
        assert_eq!(order(Some("golang"), pseudo.0, pseudo.1), Some(Ordering::Less));
        for (ecosystem, a, b) in [
            (Some("cargo"), "1.0", "1.1"),
            (Some("cargo"), "1.0.0+a", "1.0.0+b"),
            (Some("cargo"), "01.0.0", "2.0.0"),
            (Some("deb"), "1.0.0", "2.0.0"),
            (None, "1.0.0", "2.0.0"),
        ] {
            assert_eq!(order(ecosystem, a, b), None, "{ecosystem:?} {a} {b}");
        }
    }
}
