//! Times and counts of recovery with their units: targets and actuals are compared in one unit, or not at all.

use serde_json::Value;

use crate::model::governance::at;
use crate::model::time::Period;

/// What an amount is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// Nothing is said.
    Bare,
    /// Seconds.
    Time,
    /// Events.
    Events,
}

/// The ends that keys may have, and what they say of the number.
const ENDS: [(&str, Kind, f64); 8] = [
    ("", Kind::Bare, 1.0),
    ("_seconds", Kind::Time, 1.0),
    ("_sec", Kind::Time, 1.0),
    ("_minutes", Kind::Time, 60.0),
    ("_min", Kind::Time, 60.0),
    ("_hours", Kind::Time, 3600.0),
    ("_ms", Kind::Time, 0.001),
    ("_events", Kind::Events, 1.0),
];

/// How a pair of target and actual comes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    /// Neither is given.
    Absent,
    /// The actual is at most the target.
    Kept,
    /// The actual is more.
    Over,
    /// They cannot be compared, and why.
    Unclear(String),
}

impl Bound {
    /// Why they cannot be compared.
    pub(super) fn unclear(&self) -> Option<String> {
        match self {
            Self::Unclear(why) => Some(why.clone()),
            Self::Absent | Self::Kept | Self::Over => None,
        }
    }
}

/// Compares the target and the actual that stand in `places` under the keys of `targets` and `actuals`, whatever their units.
/// Where several are given the lowest target and the highest actual hold.
pub(super) fn bound(what: &str, places: &[&Value], targets: &[&str], actuals: &[&str]) -> Bound {
    let (targets, actuals) = match (amounts(places, targets), amounts(places, actuals)) {
        (Ok(targets), Ok(actuals)) => (targets, actuals),
        (Err(why), _) | (_, Err(why)) => return Bound::Unclear(why),
    };
    if targets.is_empty() {
        return match actuals.is_empty() {
            true => Bound::Absent,
            false => Bound::Unclear(format!("it has no {what} target")),
        };
    }
    if actuals.is_empty() {
        return Bound::Unclear(format!("it has a {what} target and no actual"));
    }
    let mut over = false;
    for (kind, target) in &targets {
        let highest = actuals.iter().filter(|(of, _)| of == kind).map(|(_, value)| *value).reduce(f64::max);
        match highest {
            Some(actual) => over |= actual > *target,
            None => {
                return Bound::Unclear(format!("its {what} target and actual are in units that differ"));
            }
        }
    }
    if over { Bound::Over } else { Bound::Kept }
}

fn amounts(places: &[&Value], stems: &[&str]) -> Result<Vec<(Kind, f64)>, String> {
    let mut out = Vec::new();
    for place in places {
        for stem in stems {
            for (end, kind, factor) in ENDS {
                let key = format!("{stem}{end}");
                let Some(value) = at(place, &key) else { continue };
                match amount(value, kind, factor) {
                    Some(amount) => out.push(amount),
                    None => return Err(format!("its `{key}` cannot be read: {value}")),
                }
            }
        }
    }
    Ok(out)
}

/// A number in the unit of its key, or a text: `< 1 min` is its upper bound. A unit in the text has to be the key's.
fn amount(value: &Value, kind: Kind, factor: f64) -> Option<(Kind, f64)> {
    let sound = |number: f64| (number.is_finite() && number >= 0.0).then_some(number);
    if let Some(number) = value.as_f64() {
        return Some((kind, sound(number)? * factor));
    }
    let text = value.as_str()?.trim().trim_start_matches(['<', '≤', '=', ' ', '~']);
    let (number, unit) = split(text);
    match (number.parse().ok().and_then(sound), unit) {
        (Some(number), "") => Some((kind, number * factor)),
        (Some(number), "events" | "event" | "records" | "messages") => {
            (kind != Kind::Time).then_some((Kind::Events, number))
        }
        (Some(number), unit) if seconds(unit).is_some() => {
            let own = seconds(unit)?;
            let fits = kind == Kind::Bare || kind == Kind::Time && (own - factor).abs() < f64::EPSILON;
            fits.then_some((Kind::Time, number * own))
        }
        (_, _) if kind == Kind::Bare => {
            let millis = u32::try_from(Period::parse(text).ok()?.millis()?).ok()?;
            Some((Kind::Time, f64::from(millis) / 1000.0))
        }
        (_, _) => None,
    }
}

/// The number that a text begins with, and the rest.
pub(super) fn split(text: &str) -> (&str, &str) {
    let end = text
        .char_indices()
        .find(|(index, ch)| !(ch.is_ascii_digit() || *ch == '.' || *index == 0 && *ch == '-'))
        .map_or(text.len(), |(index, _)| index);
    let (number, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    (number, rest.trim())
}

/// How many seconds a unit of time has.
pub(super) fn seconds(unit: &str) -> Option<f64> {
    Some(match unit.to_ascii_lowercase().as_str() {
        "ms" | "millisecond" | "milliseconds" => 0.001,
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3600.0,
        "d" | "day" | "days" => 86_400.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rto(document: Value) -> Bound {
        bound("recovery", &[&document], &["rto_target"], &["restore_elapsed", "rto_actual"])
    }

    #[test]
    fn times_are_compared_in_one_unit_whichever_each_is_written_in() {
        for (document, expected) in [
            (json!({}), Bound::Absent),
            (json!({"rto_target_seconds": 900, "rto_actual_minutes": 15}), Bound::Kept),
            (json!({"rto_target_seconds": 900, "rto_actual_minutes": 20}), Bound::Over),
            (json!({"rto_target_minutes": 15, "rto_actual_seconds": 540}), Bound::Kept),
            (json!({"rto_target_minutes": 15, "restore_elapsed_seconds": 901}), Bound::Over),
            (json!({"rto_target": "900 s", "rto_actual": "20 min"}), Bound::Over),
            (json!({"rto_target": "PT15M", "rto_actual": "< 14 min"}), Bound::Kept),
            (json!({"rto_target": "1h30m", "rto_actual_minutes": "90"}), Bound::Kept),
            (json!({"rto_target": 15, "rto_actual": 14}), Bound::Kept),
            (
                json!({"rto_target_minutes": 15, "rto_target_seconds": 60, "rto_actual_minutes": 2}),
                Bound::Over,
            ),
            (
                json!({"rto_target_minutes": 15, "rto_actual_minutes": 2, "restore_elapsed_seconds": 901}),
                Bound::Over,
            ),
        ] {
            assert_eq!(rto(document.clone()), expected, "{document}");
        }
        for unclear in [
            json!({"rto_target_seconds": 900}),
            json!({"rto_actual_seconds": 900}),
            json!({"rto_target_seconds": 900, "rto_actual": 10}),
            json!({"rto_target_events": 900, "rto_actual_seconds": 10}),
            json!({"rto_target_seconds": "15 min", "rto_actual_seconds": 10}),
            json!({"rto_target": "1,000 s", "rto_actual": "5 s"}),
            json!({"rto_target": "900 s", "rto_actual": "5 beats"}),
            json!({"rto_target_seconds": 900, "rto_actual_seconds": -1}),
            json!({"rto_target_seconds": 900, "rto_actual_seconds": "> 10"}),
        ] {
            assert!(matches!(rto(unclear.clone()), Bound::Unclear(_)), "{unclear}");
        }
    }
}
