//! The picture of a measured series: its values over time, against what is aimed at.

use crate::render::charts::Chart;
use crate::render::charts::MAX_POINTS;
use crate::render::charts::Shape;
use crate::render::charts::pc;

/// A measured series, oldest first, with what is aimed at.
pub(crate) struct Series<'a> {
    /// Unique on its page.
    pub(crate) id: String,
    /// What is measured.
    pub(crate) title: &'a str,
    /// Day and value.
    pub(crate) points: Vec<(String, f64, bool)>,
    /// What is aimed at.
    pub(crate) target: Option<f64>,
    /// A value with its unit.
    pub(crate) shown: &'a dyn Fn(f64) -> String,
}

/// A series as a line of marks; a diamond is off target. Nothing for fewer than two values.
pub(crate) fn series(series: &Series) -> Option<Chart> {
    let Series { id, title, points, target, shown } = series;
    let drawn = &points[points.len().saturating_sub(MAX_POINTS)..];
    if drawn.len() < 2 || drawn.iter().any(|(_, value, _)| !value.is_finite()) {
        return None;
    }
    let target = target.filter(|target| target.is_finite());
    let all = || drawn.iter().map(|(_, value, _)| *value).chain(target);
    let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    let span = if high > low { high - low } else { 1.0 };
    #[expect(clippy::cast_possible_truncation, reason = "0 to 104")]
    let y = |value: f64| 132 - ((value - low) / span * 104.0).round() as i32;
    let mut shapes =
        vec![Shape::Line { class: "c-axis", x1: "0%".to_owned(), y1: 146, x2: "100%".to_owned(), y2: 146 }];
    if let Some(target) = target {
        let at = y(target);
        shapes.push(Shape::Line {
            class: "c-limit",
            x1: "0%".to_owned(),
            y1: at,
            x2: "100%".to_owned(),
            y2: at,
        });
        shapes.push(Shape::Words {
            class: "strong",
            x: "0%".to_owned(),
            y: if at < 24 { at + 16 } else { at - 7 },
            anchor: "start",
            text: format!("target {}", shown(target)),
        });
    }
    #[expect(clippy::cast_precision_loss, reason = "at most 30")]
    let step = 74.0 / (drawn.len() as f64 - 1.0);
    let every = drawn.len().div_ceil(3);
    let mut off = 0;
    let mut last: Option<(f64, i32)> = None;
    for (index, (day, value, on_target)) in drawn.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "at most 30")]
        let x = 20.0 + step * index as f64;
        let top = y(*value);
        if let Some((before, at)) = last {
            shapes.push(Shape::Line { class: "c-axis", x1: pc(before), y1: at, x2: pc(x), y2: top });
        }
        last = Some((x, top));
        off += usize::from(!on_target);
        shapes.push(if *on_target {
            Shape::Circle { class: "c-hit", x: pc(x), y: top, r: 4 }
        } else {
            Shape::Diamond { class: "c-miss", x: pc(x), y: top }
        });
        // the axis needs few days; the newest always has its own
        let newest = index + 1 == drawn.len();
        if newest || (index % every == 0 && index + every < drawn.len()) {
            shapes.push(Shape::Words { class: "", x: pc(x), y: 164, anchor: "middle", text: day.clone() });
        }
        if newest || index == 0 {
            shapes.push(Shape::Words {
                class: "strong",
                // the newest may be long, and the edge is near
                x: if newest { "100%".to_owned() } else { pc(x) },
                // above the mark, unless the line of the target or the edge is there
                y: if top < 24 || target.map(y).is_some_and(|line| (top - 26..=top).contains(&line)) {
                    top + 20
                } else {
                    top - 10
                },
                anchor: if newest { "end" } else { "middle" },
                text: shown(*value),
            });
        }
    }
    let (first, newest) = (drawn.first()?, drawn.last()?);
    Some(Chart {
        id: id.clone(),
        title: (*title).to_owned(),
        desc: format!(
            "From {} on {} to {} on {}{}.",
            shown(first.1),
            first.0,
            shown(newest.1),
            newest.0,
            if target.is_some() { format!("; {off} of {} off target", drawn.len()) } else { String::new() }
        ),
        caption: if points.len() > drawn.len() {
            format!(
                "The newest {} of {} values. A diamond is off target. The table has all.",
                drawn.len(),
                points.len()
            )
        } else if target.is_some() {
            "A diamond is off target. The table has every value.".to_owned()
        } else {
            "The table has every value.".to_owned()
        },
        height: 172,
        wide: false,
        shapes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_shows_what_is_off_target_and_needs_two_values() {
        let make = |points: &[(&str, f64, bool)], target| {
            let points = points.iter().map(|(day, value, on)| ((*day).to_owned(), *value, *on)).collect();
            let shown = |value: f64| format!("{value} %");
            series(&Series { id: "s".to_owned(), title: "Share", points, target, shown: &shown })
        };
        assert!(make(&[("2026-01-31", 1.0, true)], None).is_none());
        assert!(make(&[("2026-01-31", f64::NAN, true), ("2026-02-28", 1.0, true)], None).is_none());
        let chart = make(&[("2026-01-31", 90.0, false), ("2026-02-28", 99.0, true)], Some(95.0)).unwrap();
        assert_eq!(chart.desc, "From 90 % on 2026-01-31 to 99 % on 2026-02-28; 1 of 2 off target.");
        assert!(chart.shapes.iter().any(|shape| matches!(shape, Shape::Diamond { .. })));
        let flat = make(&[("2026-01-31", 5.0, true), ("2026-02-28", 5.0, true)], None).unwrap();
        assert!(flat.desc.starts_with("From 5 % on 2026-01-31 to 5 %"));
    }
}
