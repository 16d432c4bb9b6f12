//! What two values of a field mean: each judge names a rule, or nothing where the difference says nothing.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::diff::Context;
use crate::diff::ends;
use crate::diff::is_empty;
use crate::diff::strings;
use crate::model::time::Period;

/// A judge.
pub(super) type Judge = fn(&Value, &Value, &Context) -> Option<&'static str>;

/// By place in a list, best first. A word that is not in it: `other`.
pub(super) fn ranked(
    was: &Value,
    now: &Value,
    best_first: &[&str],
    (worse, better, other): (&'static str, &'static str, &'static str),
) -> Option<&'static str> {
    let rank = |value: &Value| best_first.iter().position(|word| Some(*word) == value.as_str());
    Some(match (rank(was), rank(now)) {
        (Some(was), Some(now)) if now > was => worse,
        (Some(was), Some(now)) if now < was => better,
        (_, _) => other,
    })
}

/// By number.
pub(super) fn numbers(
    was: &Value,
    now: &Value,
    (higher, lower): (&'static str, &'static str),
) -> Option<&'static str> {
    match was.as_f64()?.partial_cmp(&now.as_f64()?)? {
        Ordering::Less => Some(higher),
        Ordering::Greater => Some(lower),
        Ordering::Equal => None,
    }
}

/// By date; no date is `none` later than any date when `none_is_later`.
pub(super) fn dates(
    was: &Value,
    now: &Value,
    (later, earlier): (&'static str, &'static str),
) -> Option<&'static str> {
    match (ends(was), ends(now)) {
        (Some(was), Some(now)) if now > was => Some(later),
        (Some(was), Some(now)) if now < was => Some(earlier),
        (Some(_), Some(_)) => None,
        (_, _) => Some("field-changed"),
    }
}

/// By what a list has more or less of.
pub(super) fn lists(
    was: &Value,
    now: &Value,
    (more, fewer, exchanged): (&'static str, &'static str, &'static str),
) -> Option<&'static str> {
    let (was, now): (BTreeSet<String>, BTreeSet<String>) =
        (strings(was).into_iter().collect(), strings(now).into_iter().collect());
    match (now.is_subset(&was), was.is_subset(&now)) {
        (true, true) => None,
        (false, true) => Some(more),
        (true, false) => Some(fewer),
        (false, false) => Some(exchanged),
    }
}

/// From nothing said to something, and back.
pub(super) fn said(
    was: &Value,
    now: &Value,
    (begins, ends, differs): (&'static str, &'static str, &'static str),
) -> Option<&'static str> {
    Some(match (is_empty(was), is_empty(now)) {
        (true, true) => return None,
        (true, false) => begins,
        (false, true) => ends,
        (false, false) => differs,
    })
}

/// Targets by name: one that is lower or gone outweighs all that are higher or new.
pub(super) fn shares(was: &Value, now: &Value) -> Option<&'static str> {
    let number = |value: &Value| value.as_str()?.parse::<f64>().ok();
    let lower = |one: &Value, other: &Value| {
        one.as_object().into_iter().flatten().any(|(name, value)| {
            match (number(value), other.as_object().and_then(|map| map.get(name)).and_then(number)) {
                (Some(value), Some(other)) => other < value,
                (Some(_), None) => true,
                (None, _) => false,
            }
        })
    };
    Some(match (lower(was, now), lower(now, was)) {
        (true, _) => "target-lowered",
        (false, true) => "target-raised",
        (false, false) => "field-changed",
    })
}

/// By length of time, as people write it: `30 days`, `P90D`, `12 months`.
pub(super) fn lengths(
    was: &Value,
    now: &Value,
    (longer, shorter, differs): (&'static str, &'static str, &'static str),
) -> Option<&'static str> {
    let length = |value: &Value| value.as_str().and_then(milliseconds);
    Some(match (length(was), length(now)) {
        (Some(was), Some(now)) if now > was => longer,
        (Some(was), Some(now)) if now < was => shorter,
        (Some(_), Some(_)) => return None,
        (_, _) => differs,
    })
}

/// The one length of time in a text; nothing where there is none or more than one.
fn milliseconds(text: &str) -> Option<i64> {
    if let Ok(period) = Period::parse(text) {
        return Some(period.approximate_millis());
    }
    let words: Vec<&str> = text.split(|ch: char| ch.is_whitespace() || ch == '\u{a0}' || ch == '-').collect();
    let mut found = Vec::new();
    for pair in words.windows(2) {
        let [number, unit] = pair else { continue };
        let Ok(number) = number.parse::<i64>() else { continue };
        let unit = unit.trim_end_matches([',', '.', ';', ')']).to_ascii_lowercase();
        let day = 86_400_000_i64;
        let unit = match unit.as_str() {
            "minute" | "minutes" | "min" => 60_000,
            "hour" | "hours" | "h" => 3_600_000,
            "day" | "days" | "d" => day,
            "week" | "weeks" => 7 * day,
            "month" | "months" => 30 * day,
            "year" | "years" => 365 * day,
            _ => continue,
        };
        found.push(number.checked_mul(unit)?);
    }
    match found.as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_is_read_as_people_write_it() {
        let day = 86_400_000;
        assert_eq!(milliseconds("30 days after the end of the contract"), Some(30 * day));
        assert_eq!(milliseconds("P90D"), Some(90 * day));
        assert_eq!(milliseconds("12 months"), Some(360 * day));
        assert_eq!(milliseconds("30 days, logs 90 days"), None);
        assert_eq!(milliseconds("as long as needed"), None);
    }
}
