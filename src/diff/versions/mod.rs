//! Version order by ecosystem, by its own rules. Where no order is known, or a version does not parse, there is none: never guessed.

mod apk;
mod dpkg;
mod gem;
mod maven;
mod nuget;
mod parts;
mod pep440;
mod rpm;
mod semver;

use std::cmp::Ordering;

/// Compares two versions; nothing where that cannot be said.
type Order = fn(&str, &str) -> Option<Ordering>;

/// Ecosystems (purl types) with a known order. Others come here, one row each.
static ORDERS: &[(&str, Order)] = &[
    ("apk", apk::order),
    ("cargo", semver::strict),
    ("composer", semver::composer),
    ("deb", dpkg::order),
    ("gem", gem::order),
    ("golang", semver::golang),
    ("hex", semver::strict),
    ("maven", maven::order),
    ("npm", semver::npm),
    ("nuget", nuget::order),
    ("pub", semver::strict),
    ("pypi", pep440::order),
    ("rpm", rpm::order),
    ("swift", semver::npm),
];

/// No version of anybody is longer; what is longer is not compared.
const LONGEST: usize = 512;

/// How `a` compares with `b` in `ecosystem`; nothing when that cannot be said.
pub fn order(ecosystem: Option<&str>, a: &str, b: &str) -> Option<Ordering> {
    let ecosystem = ecosystem?;
    if a.is_empty() || b.is_empty() || a.len() > LONGEST || b.len() > LONGEST {
        return None;
    }
    ORDERS.iter().find(|(name, _)| *name == ecosystem).and_then(|(_, order)| order(a, b))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_ecosystem_without_known_rules_has_no_order() {
        for (ecosystem, a, b) in [
            (Some("generic"), "1.0.0", "2.0.0"),
            (Some("oci"), "1.0.0", "2.0.0"),
            (None, "1.0.0", "2.0.0"),
            (Some("npm"), "", "2.0.0"),
            (Some("npm"), "1.0", "1.1"),
            (Some("cargo"), "01.0.0", "2.0.0"),
            (Some("golang"), "(devel)", "v1.0.0"),
            (Some("pypi"), "1.0-foo-bar", "1.0"),
        ] {
            assert_eq!(order(ecosystem, a, b), None, "{ecosystem:?} {a} {b}");
        }
    }

    #[test]
    fn the_table_is_sorted_and_has_each_ecosystem_once() {
        assert!(ORDERS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    proptest! {
        #[test]
        fn turning_two_versions_round_turns_the_answer_round(
            at in 0..ORDERS.len(), a in "[v0-9a-zA-Z.~^:_+!-]{1,12}", b in "[v0-9a-zA-Z.~^:_+!-]{1,12}",
        ) {
            let (name, order) = ORDERS[at];
            prop_assert_eq!(order(&a, &b), order(&b, &a).map(Ordering::reverse), "{} {} {}", name, a, b);
            if let Some(same) = order(&a, &a) {
                prop_assert_eq!(same, Ordering::Equal, "{} {}", name, a);
            }
        }

        #[test]
        fn three_versions_never_run_in_a_circle(
            at in 0..ORDERS.len(), a in "[0-9]{1,2}[.-][0-9a-c]{1,2}[.~-]?[a-z0-9]{0,3}",
            b in "[0-9]{1,2}[.-][0-9a-c]{1,2}[.~-]?[a-z0-9]{0,3}", c in "[0-9]{1,2}[.-][0-9a-c]{1,2}[.~-]?[a-z0-9]{0,3}",
        ) {
            let (name, order) = ORDERS[at];
            if let (Some(ab), Some(bc), Some(ac)) = (order(&a, &b), order(&b, &c), order(&a, &c)) {
                if ab != Ordering::Greater && bc != Ordering::Greater {
                    prop_assert_ne!(ac, Ordering::Greater, "{} {} {} {}", name, a, b, c);
                }
            }
        }
    }
}
