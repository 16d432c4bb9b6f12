//! Kinds of records as people say them: one, and several. A kind is the word that records are filed under, such as `policies`.

use std::fmt;

/// `claim`, `policy`, `piece of evidence`.
pub fn one(kind: &str) -> String {
    match kind {
        "evidence" => "piece of evidence".to_owned(),
        "data-residency" => "place of data".to_owned(),
        "compatibility" => "supported version".to_owned(),
        "faq" => "FAQ entry".to_owned(),
        "kpis" => "KPI".to_owned(),
        "architecture" => "view of the architecture".to_owned(),
        _ => match (kind.strip_suffix("ies"), kind.strip_suffix('s')) {
            (Some(stem), _) => format!("{stem}y"),
            (None, Some(stem)) => stem.to_owned(),
            (None, None) => kind.to_owned(),
        }
        .replace('-', " "),
    }
}

/// `claims`, `policies`, `pieces of evidence`.
pub fn many(kind: &str) -> String {
    match kind {
        "evidence" => "pieces of evidence".to_owned(),
        "data-residency" => "places of data".to_owned(),
        "compatibility" => "supported versions".to_owned(),
        "faq" => "FAQ entries".to_owned(),
        "kpis" => "KPIs".to_owned(),
        "architecture" => "views of the architecture".to_owned(),
        _ => kind.replace('-', " "),
    }
}

/// `1 claim`, `2 claims`, with a space that does not break.
pub fn count(number: usize, kind: &str) -> String {
    format!("{number}\u{a0}{}", if number == 1 { one(kind) } else { many(kind) })
}

/// `1 file`, `2 files`: a number with the form of its word.
pub fn counted<N: fmt::Display + PartialEq + From<u8>>(number: N, one: &str, many: &str) -> String {
    let word = if number == N::from(1) { one } else { many };
    format!("{number} {word}")
}

/// The form that goes with a number: `is` with one, `are` with none and with several.
pub fn form(number: usize, one: &'static str, many: &'static str) -> &'static str {
    if number == 1 { one } else { many }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_the_form_of_its_word() {
        assert_eq!(counted(1_i64, "day", "days"), "1 day");
        assert_eq!(counted(0_usize, "day", "days"), "0 days");
        assert_eq!(format!("1 of 9 questions {} open", form(1, "is", "are")), "1 of 9 questions is open");
        assert_eq!(form(0, "is", "are"), "are");
    }

    #[test]
    fn one_is_one_and_two_are_two() {
        for (kind, one_of, two_of) in [
            ("claims", "1 claim", "2 claims"),
            ("policies", "1 policy", "2 policies"),
            ("evidence", "1 piece of evidence", "2 pieces of evidence"),
            ("verdicts", "1 verdict", "2 verdicts"),
            ("responsibilities", "1 responsibility", "2 responsibilities"),
        ] {
            assert_eq!(count(1, kind).replace('\u{a0}', " "), one_of);
            assert_eq!(count(2, kind).replace('\u{a0}', " "), two_of);
        }
    }
}
