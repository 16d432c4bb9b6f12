//! Licence families: what kind of terms the licences of a bill are. A choice stays a choice.

use std::collections::BTreeMap;

use crate::model::sbom::Component;
use crate::model::sbom::Licence;
use crate::model::sbom::Sbom;
use crate::render::pages::common;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::code;
use crate::render::view::text;

/// A kind of terms, mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    PublicDomain,
    Permissive,
    WeakCopyleft,
    StrongCopyleft,
    NetworkCopyleft,
    Other,
}

impl Family {
    fn words(self) -> &'static str {
        match self {
            Self::PublicDomain => "Public domain or nearly",
            Self::Permissive => "Permissive",
            Self::WeakCopyleft => "Weak copyleft",
            Self::StrongCopyleft => "Strong copyleft",
            Self::NetworkCopyleft => "Network copyleft",
            Self::Other => "Other terms",
        }
    }
}

/// How the ids of a family begin, in lower case; the longest beginning counts.
const BEGINNINGS: &[(&str, Family)] = &[
    ("0bsd", Family::PublicDomain),
    ("cc0-", Family::PublicDomain),
    ("cc-pddc", Family::PublicDomain),
    ("pddl-", Family::PublicDomain),
    ("unlicense", Family::PublicDomain),
    ("wtfpl", Family::PublicDomain),
    ("mit-0", Family::PublicDomain),
    ("blessing", Family::PublicDomain),
    ("afl-", Family::Permissive),
    ("apache-", Family::Permissive),
    ("artistic-", Family::Permissive),
    ("bsd-", Family::Permissive),
    ("bsl-1.0", Family::Permissive),
    ("cc-by-1", Family::Permissive),
    ("cc-by-2", Family::Permissive),
    ("cc-by-3", Family::Permissive),
    ("cc-by-4", Family::Permissive),
    ("curl", Family::Permissive),
    ("ftl", Family::Permissive),
    ("hpnd", Family::Permissive),
    ("icu", Family::Permissive),
    ("ijg", Family::Permissive),
    ("isc", Family::Permissive),
    ("libpng", Family::Permissive),
    ("mit", Family::Permissive),
    ("mulanpsl-", Family::Permissive),
    ("ncsa", Family::Permissive),
    ("openldap", Family::Permissive),
    ("oldap-", Family::Permissive),
    ("openssl", Family::Permissive),
    ("php-", Family::Permissive),
    ("postgresql", Family::Permissive),
    ("psf-", Family::Permissive),
    ("python-", Family::Permissive),
    ("tcl", Family::Permissive),
    ("unicode-", Family::Permissive),
    ("upl-", Family::Permissive),
    ("vim", Family::Permissive),
    ("w3c", Family::Permissive),
    ("x11", Family::Permissive),
    ("zlib", Family::Permissive),
    ("zpl-", Family::Permissive),
    ("blueoak-", Family::Permissive),
    ("cddl-", Family::WeakCopyleft),
    ("cpl-", Family::WeakCopyleft),
    ("epl-", Family::WeakCopyleft),
    ("gfdl-", Family::WeakCopyleft),
    ("ipl-", Family::WeakCopyleft),
    ("lgpl-", Family::WeakCopyleft),
    ("mpl-", Family::WeakCopyleft),
    ("ms-rl", Family::WeakCopyleft),
    ("ofl-", Family::WeakCopyleft),
    ("cecill-", Family::StrongCopyleft),
    ("cc-by-sa-", Family::StrongCopyleft),
    ("gpl-", Family::StrongCopyleft),
    ("sleepycat", Family::StrongCopyleft),
    ("agpl-", Family::NetworkCopyleft),
    ("cpal-", Family::NetworkCopyleft),
    ("eupl-", Family::NetworkCopyleft),
    ("osl-", Family::NetworkCopyleft),
    ("rpl-", Family::NetworkCopyleft),
];

/// The family of one id. An exception makes strong terms weak, as it is made to.
fn family(id: &str, exception: bool) -> Family {
    let id = id.to_ascii_lowercase();
    let best =
        BEGINNINGS.iter().filter(|(start, _)| id.starts_with(start)).max_by_key(|(start, _)| start.len());
    match best.map(|(_, family)| *family) {
        Some(Family::StrongCopyleft) if exception => Family::WeakCopyleft,
        Some(family) => family,
        None => Family::Other,
    }
}

/// In words: one family, or a choice or a sum of several.
fn words(expression: &str) -> String {
    let spaced = expression.replace(['(', ')'], " ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let is = |at: usize, word: &str| words.get(at).is_some_and(|found| found.eq_ignore_ascii_case(word));
    let (mut families, mut choice, mut at) = (Vec::new(), false, 0);
    while let Some(word) = words.get(at) {
        if is(at, "OR") || is(at, "AND") {
            choice |= is(at, "OR");
            at += 1;
            continue;
        }
        let exception = is(at + 1, "WITH");
        families.push(family(word, exception));
        at += if exception { 3 } else { 1 };
    }
    families.sort_unstable();
    families.dedup();
    match families.as_slice() {
        [] => Family::Other.words().to_owned(),
        [one] => one.words().to_owned(),
        several if choice => format!(
            "A choice with {}",
            several.iter().map(|family| family.words().to_lowercase()).collect::<Vec<_>>().join(", ")
        ),
        // all of them hold: the strictest says what it comes to
        [.., strictest] => strictest.words().to_owned(),
    }
}

fn of(component: &Component) -> (String, String) {
    let licence = match &component.licence {
        Licence::Absent | Licence::NoAssertion => &component.licence_concluded,
        given => given,
    };
    match licence {
        Licence::Absent | Licence::NoAssertion => ("Nothing said".to_owned(), String::new()),
        Licence::None => ("No licence".to_owned(), "NONE".to_owned()),
        Licence::Expression(written) => (words(written), written.clone()),
        Licence::Text(written) => (Family::Other.words().to_owned(), written.clone()),
    }
}

/// Families, the largest first.
pub(crate) fn families(bom: &Sbom) -> Table {
    const EXAMPLES: usize = 4;
    let mut counts: BTreeMap<String, (usize, BTreeMap<String, usize>)> = BTreeMap::new();
    for component in &bom.components {
        let (family, written) = of(component);
        let (count, licences) = counts.entry(family).or_default();
        *count += 1;
        if !written.is_empty() {
            *licences.entry(written).or_default() += 1;
        }
    }
    let mut sorted: Vec<_> = counts.into_iter().collect();
    sorted.sort_by(|a, b| b.1.0.cmp(&a.1.0).then_with(|| a.0.cmp(&b.0)));
    let total = bom.components.len();
    let mut table = Table::new(
        "licence-families",
        "Kinds of terms, by the ids of declared licences. A reading aid, not legal advice: an expression with a choice stays a choice.",
        &["Family", "#Components", "Licences"],
    )
    .fit();
    for (family, (count, licences)) in sorted {
        let mut by_count: Vec<_> = licences.iter().collect();
        by_count.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
        let mut shown: Vec<_> =
            by_count.iter().take(EXAMPLES).map(|(written, _)| code(short(written))).collect();
        if licences.len() > EXAMPLES {
            shown.push(text(format!("{} more", licences.len() - EXAMPLES)));
        }
        let licences: Cell = crate::render::page::commas(shown);
        table.row(vec![
            family.into(),
            format!("{count} of {}", common::count(total, "component", "components")).into(),
            licences,
        ]);
    }
    table
}

fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_stays_a_choice_and_a_sum_is_its_strictest_part() {
        for (expression, expected) in [
            ("MIT", "Permissive"),
            ("MIT-0", "Public domain or nearly"),
            ("(MIT OR Apache-2.0)", "Permissive"),
            ("MIT OR GPL-2.0-only", "A choice with permissive, strong copyleft"),
            ("MIT AND LGPL-2.1-or-later", "Weak copyleft"),
            ("GPL-2.0-only WITH Classpath-exception-2.0", "Weak copyleft"),
            ("AGPL-3.0-only", "Network copyleft"),
            ("LicenseRef-ours", "Other terms"),
        ] {
            assert_eq!(words(expression), expected, "{expression}");
        }
    }
}
