//! Thresholds of metrics, read whole or not at all.

use serde_json::Value;

use super::amounts::seconds;
use super::amounts::split;
use crate::model::governance::as_number;

/// A comparison and its bound, from `<= 15`, `{op, value}` or a number with an operator beside it. Only a unit may follow the
/// number, and it has to be `unit`, the metric's, whichever way it is spelt: anything else left over makes it unreadable.
pub fn threshold(written: &Value, unit: &str) -> Option<(&'static str, f64)> {
    if let Some(map) = written.as_object() {
        let word = ["op", "operator", "comparator"].iter().find_map(|key| map.get(*key)?.as_str())?;
        let bound = ["value", "threshold", "bound"].iter().find_map(|key| as_number(map.get(*key)?))?;
        let own = map.get("unit").and_then(Value::as_str).unwrap_or_default();
        return Some((operator(word)?, bound)).filter(|_| same(own, unit));
    }
    let words = written.as_str()?.trim();
    let end = words.find(|ch: char| ch.is_ascii_digit() || ch == '-' || ch == '.')?;
    let (word, rest) = words.split_at_checked(end)?;
    let (digits, own) = split(rest);
    // `5e2` is a number too
    if let Ok(bound) = rest.parse::<f64>() {
        return bound.is_finite().then_some((operator(word)?, bound));
    }
    Some((operator(word)?, digits.parse::<f64>().ok()?)).filter(|_| same(own, unit))
}

fn operator(word: &str) -> Option<&'static str> {
    Some(match word.trim() {
        "<=" | "≤" | "lte" | "max" | "at_most" => "at most",
        "<" | "lt" => "below",
        ">=" | "≥" | "gte" | "min" | "at_least" => "at least",
        ">" | "gt" => "above",
        "=" | "==" | "eq" => "exactly",
        _ => return None,
    })
}

/// Whether the unit of a bound, where it has one, is that of its metric.
fn same(own: &str, unit: &str) -> bool {
    let percent = |word: &str| {
        matches!(word.to_ascii_lowercase().as_str(), "%" | "pct" | "percent" | "percentage" | "per cent")
    };
    let (own, unit) = (own.trim(), unit.trim());
    let time = || matches!((seconds(own), seconds(unit)), (Some(own), Some(unit)) if (own - unit).abs() < f64::EPSILON);
    own.is_empty() || own.eq_ignore_ascii_case(unit) || percent(own) && percent(unit) || time()
}

/// Whether `value` keeps to the bound.
pub(super) fn holds(value: f64, operator: &str, bound: f64) -> bool {
    match operator {
        "at most" => value <= bound,
        "below" => value < bound,
        "at least" => value >= bound,
        "above" => value > bound,
        _ => (value - bound).abs() < f64::EPSILON,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_threshold_is_read_whole_or_not_at_all() {
        for (written, unit, expected) in [
            (json!("<= 15"), "min", Some(("at most", 15.0))),
            (json!("≥99.9 %"), "%", Some(("at least", 99.9))),
            (json!("= 100%"), "percent", Some(("exactly", 100.0))),
            (json!("<= 10 min"), "minutes", Some(("at most", 10.0))),
            (json!("<= 10 min"), "s", None),
            (json!(">= 5e2"), "count", Some(("at least", 500.0))),
            (json!("> -1"), "count", Some(("above", -1.0))),
            (json!({"op": "<=", "value": "10"}), "min", Some(("at most", 10.0))),
            (json!({"op": "<=", "value": 10, "unit": "min"}), "minutes", Some(("at most", 10.0))),
            (json!("<= 15 USD"), "usd", Some(("at most", 15.0))),
            (json!(">= 1,000"), "count", None),
            (json!(">= 1 and <= 10"), "min", None),
            (json!("<= 10k"), "count", None),
            (json!("<= 10 or so"), "min", None),
            (json!("<= 10 min"), "count", None),
            (json!(">= 99.9 %"), "ratio", None),
            (json!("<= 1-2"), "min", None),
            (json!("<= 1.2.3"), "min", None),
            (json!("!= 99"), "min", None),
            (json!({"op": "<=", "value": 10, "unit": "beats"}), "s", None),
            (json!(15), "min", None),
        ] {
            assert_eq!(threshold(&written, unit), expected, "{written} in {unit}");
        }
    }
}
