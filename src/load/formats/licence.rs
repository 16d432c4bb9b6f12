//! Licence texts as SBOMs write them: absent, `NOASSERTION`, `NONE`, an SPDX expression, or other text.

use std::collections::BTreeMap;

use spdx::Expression;
use spdx::ParseMode;

use crate::model::sbom::Licence;

/// Deprecated and unknown ids are what real files are full of; free text stays free text.
const MODE: ParseMode = ParseMode {
    allow_slash_as_or_operator: false,
    allow_imprecise_license_names: false,
    allow_postfix_plus_on_gpl: true,
    allow_deprecated: true,
    allow_unknown: false,
};

/// One licence text.
pub(super) fn licence(text: &str) -> Licence {
    match text {
        "" => Licence::Absent,
        "NOASSERTION" => Licence::NoAssertion,
        "NONE" => Licence::None,
        _ if text.len() <= 2000 && Expression::parse_mode(text, MODE).is_ok() => {
            Licence::Expression(text.to_owned())
        }
        _ => Licence::Text(text.to_owned()),
    }
}

/// The same, each text taken apart once.
pub(super) fn known(known: &mut BTreeMap<String, Licence>, text: &str) -> Licence {
    if let Some(licence) = known.get(text) {
        return licence.clone();
    }
    let read = licence(text);
    known.insert(text.to_owned(), read.clone());
    read
}

/// Several licences that all apply.
pub(super) fn all(mut list: Vec<Licence>) -> Licence {
    list.retain(|licence| *licence != Licence::Absent);
    if list.len() <= 1 {
        return list.pop().unwrap_or_default();
    }
    let expressions: Option<Vec<&str>> = list
        .iter()
        .map(|licence| match licence {
            Licence::Expression(text) => Some(text.as_str()),
            Licence::Absent | Licence::NoAssertion | Licence::None | Licence::Text(_) => None,
        })
        .collect();
    match expressions {
        Some(texts) => Licence::Expression(
            texts
                .iter()
                .map(|text| if text.contains(' ') { format!("({text})") } else { (*text).to_owned() })
                .collect::<Vec<_>>()
                .join(" AND "),
        ),
        None => Licence::Text(list.iter().map(Licence::as_written).collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_refusal_and_none_are_three_things() {
        assert_eq!(licence(""), Licence::Absent);
        assert_eq!(licence("NOASSERTION"), Licence::NoAssertion);
        assert_eq!(licence("NONE"), Licence::None);
        assert_eq!(licence("GPL-2.0"), Licence::Expression("GPL-2.0".to_owned()));
        assert_eq!(licence("MIT OR Apache-2.0"), Licence::Expression("MIT OR Apache-2.0".to_owned()));
        assert_eq!(licence("Apache License (2.0)"), Licence::Text("Apache License (2.0)".to_owned()));
    }

    #[test]
    fn several_licences_are_joined_without_losing_a_choice() {
        let two = all(vec![licence("MIT OR Apache-2.0"), licence("BSD-3-Clause")]);
        assert_eq!(two, Licence::Expression("(MIT OR Apache-2.0) AND BSD-3-Clause".to_owned()));
        assert_eq!(
            all(vec![licence("MIT"), licence("Our terms")]),
            Licence::Text("MIT, Our terms".to_owned())
        );
    }
}
