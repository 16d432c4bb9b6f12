//! Pictures of numbers that stand in the table beside them. Across in per cent, down in pixels, no script, no style.

use serde::Serialize;

use crate::model::time::Instant;
use crate::model::time::Period;
use crate::render::words;

/// At most this many points or rows; the table has them all.
pub(crate) const MAX_POINTS: usize = 30;
/// At most this many pieces of evidence, so that the picture fits on a page of paper below its heading.
pub(super) const MAX_SPANS: usize = 14;

/// Something drawn. `x` values are per cent of the width, `y` values pixels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "t", rename_all = "kebab-case")]
#[allow(missing_docs, reason = "geometry")]
pub enum Shape {
    /// A line.
    Line { class: &'static str, x1: String, y1: i32, x2: String, y2: i32 },
    /// A rectangle.
    Rect { class: &'static str, x: String, y: i32, width: String, height: i32 },
    /// A disc.
    Circle { class: &'static str, x: String, y: i32, r: i32 },
    /// A diamond: what missed its limit.
    Diamond { class: &'static str, x: String, y: i32 },
    /// The head of an arrow: `right` or `left`, `down` or `up`.
    Arrow { class: &'static str, x: String, y: i32, turn: i32 },
    /// Words; `anchor` is `start`, `middle` or `end`.
    Words { class: &'static str, x: String, y: i32, anchor: &'static str, text: String },
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Chart {
    /// Unique on its page.
    pub id: String,
    /// What is shown.
    pub title: String,
    /// What it says, in numbers.
    pub desc: String,
    /// Below the picture.
    pub caption: String,
    /// In pixels.
    pub height: i32,
    /// Needs more room than a small screen has, and scrolls there.
    pub wide: bool,
    /// What is drawn, in order.
    pub shapes: Vec<Shape>,
}

/// Per cent with two digits.
pub(crate) fn pc(value: f64) -> String {
    format!("{:.2}%", value.clamp(-5.0, 105.0))
}

/// `text`, at most `most` characters.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        text.to_owned()
    } else {
        let mut out: String = text.chars().take(most.saturating_sub(1)).collect();
        out.push('…');
        out
    }
}

/// `text`, at most `most` characters, shortened in its middle: what tells titles apart often stands at their end.
pub(super) fn shortened(text: &str, most: usize) -> String {
    let length = text.chars().count();
    if length <= most {
        return text.to_owned();
    }
    let head = most / 2;
    let tail = most.saturating_sub(head + 1);
    text.chars().take(head).chain(['…']).chain(text.chars().skip(length - tail)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "seconds of a few years are exact in f64")]
pub(super) fn share(part: i64, whole: i64) -> f64 {
    if whole <= 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Pixels of a bar whose limit stands at 72: filled part, part beyond the limit (at most 24).
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 72")]
pub(crate) fn bar(value: i64, limit: i64) -> (u32, u32) {
    let ratio = share(value.max(0), limit);
    let fill = (ratio.min(1.0) * 72.0).round() as u32;
    let over = ((ratio - 1.0).clamp(0.0, 1.0 / 3.0) * 72.0).round() as u32;
    (fill, if ratio > 1.0 { over.max(3) } else { 0 })
}

/// A piece of evidence in the freshness chart.
pub(crate) struct Span {
    /// Its words.
    pub(crate) label: String,
    /// When it was captured.
    pub(crate) from: Instant,
    /// When it becomes stale.
    pub(crate) until: Instant,
}

/// From when to when each piece of evidence is fresh, against as-of.
pub(crate) fn freshness(spans: &[Span], as_of: Instant) -> Option<Chart> {
    let shown = &spans[..spans.len().min(MAX_SPANS)];
    let first = shown.iter().map(|span| span.from).min()?.min(as_of);
    let last = shown.iter().map(|span| span.until).max()?.max(as_of);
    let whole = last.seconds_since(first).max(1);
    let x = |at: Instant| share(at.seconds_since(first), whole) * 99.0;
    let now = x(as_of);
    let mut shapes = Vec::new();
    let mut labels = Vec::new();
    let height = 30 + i32::try_from(shown.len()).unwrap_or(30) * 38;
    let mut stale = 0;
    for (index, span) in shown.iter().enumerate() {
        let y = 24 + i32::try_from(index).unwrap_or(0) * 38;
        let over = span.until <= as_of;
        stale += usize::from(over);
        let (from, until) = (x(span.from), x(span.until));
        shapes.push(Shape::Rect {
            class: "c-span",
            x: pc(from),
            y: y + 17,
            width: pc(until - from),
            height: 6,
        });
        let used_to = if over { until } else { x(as_of) };
        shapes.push(Shape::Rect {
            class: "c-used",
            x: pc(from),
            y: y + 17,
            width: pc((used_to - from).max(0.0)),
            height: 6,
        });
        if over {
            shapes.push(Shape::Diamond { class: "c-miss", x: pc(until), y: y + 20 });
        } else {
            shapes.push(Shape::Circle { class: "c-mark", x: pc(until), y: y + 20, r: 4 });
        }
        // words at an edge stay inside the picture on narrow screens too
        let end = from > 45.0;
        let label = format!("{} · until {}", shortened(&span.label, 34), span.until.date());
        labels.push(Shape::Words {
            class: if over { "strong" } else { "" },
            x: if end { "100%".to_owned() } else { "0%".to_owned() },
            y: y + 8,
            anchor: if end { "end" } else { "start" },
            text: label,
        });
    }
    shapes.push(Shape::Line { class: "c-limit", x1: pc(now), y1: 18, x2: pc(now), y2: height - 4 });
    let anchor = if now > 80.0 {
        "end"
    } else if now < 20.0 {
        "start"
    } else {
        "middle"
    };
    let text = format!("as of {}", as_of.date());
    shapes.extend(labels);
    shapes.push(Shape::Words { class: "strong", x: pc(now), y: 12, anchor, text });
    Some(Chart {
        id: "freshness".to_owned(),
        title: "How long each piece of evidence stays fresh".to_owned(),
        desc: format!(
            "{} of {} pieces shown {} past {} limit on {}. The table gives every age.",
            stale,
            shown.len(),
            words::form(stale, "is", "are"),
            words::form(stale, "its", "their"),
            as_of.date()
        ),
        caption: if spans.len() > shown.len() {
            format!(
                "The {} that age first, from capture to the day each becomes stale; the dark part is used. A diamond is past its limit. The table has all {}.",
                shown.len(),
                spans.len()
            )
        } else {
            "From capture to the day it becomes stale; the dark part is used. A diamond is past its limit."
                .to_owned()
        },
        height,
        wide: false,
        shapes,
    })
}

/// One measured recovery.
pub(crate) struct Recovery {
    /// Day of the drill.
    pub(crate) label: String,
    /// What was measured; `None` where nothing was.
    pub(crate) achieved: Option<Period>,
    /// What was asked.
    pub(crate) target: Period,
}

/// Time to recover of every drill as a share of its own target.
pub(crate) fn recovery(points: &[Recovery]) -> Option<Chart> {
    if points.len() < 2 {
        return None;
    }
    let shown = &points[points.len().saturating_sub(MAX_POINTS)..];
    let ratios: Vec<Option<f64>> = shown
        .iter()
        .map(|point| {
            point.achieved.map(|achieved| {
                share(achieved.approximate_millis(), point.target.approximate_millis().max(1))
            })
        })
        .collect();
    let most = ratios.iter().flatten().copied().fold(1.25_f64, f64::max).min(3.0);
    #[expect(clippy::cast_possible_truncation, reason = "0 to 150")]
    let y = |ratio: f64| 160 - (ratio.min(most) / most * 140.0).round() as i32;
    let mut shapes = vec![
        Shape::Line { class: "c-axis", x1: "0%".to_owned(), y1: 160, x2: "100%".to_owned(), y2: 160 },
        Shape::Line { class: "c-limit", x1: "0%".to_owned(), y1: y(1.0), x2: "100%".to_owned(), y2: y(1.0) },
        Shape::Words {
            class: "strong",
            x: "0%".to_owned(),
            y: y(1.0) - 7,
            anchor: "start",
            text: "target".to_owned(),
        },
    ];
    #[expect(clippy::cast_precision_loss, reason = "at most 30")]
    let step = 70.0 / (shown.len() as f64 - 1.0).max(1.0);
    // on a narrow screen four days have room side by side, and five numbers
    let every = shown.len().div_ceil(4);
    let worst = ratios.iter().flatten().copied().fold(0.0_f64, f64::max);
    let mut missed = 0;
    for (index, (point, ratio)) in shown.iter().zip(&ratios).enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "at most 30")]
        let x = 21.0 + step * index as f64;
        if index % every == 0 {
            shapes.push(Shape::Words {
                class: "",
                x: pc(x),
                y: 178,
                anchor: "middle",
                text: point.label.clone(),
            });
        }
        let Some(ratio) = ratio else {
            shapes.push(Shape::Words {
                class: "",
                x: pc(x),
                y: 152,
                anchor: "middle",
                text: "none".to_owned(),
            });
            continue;
        };
        let top = y(*ratio);
        shapes.push(Shape::Line { class: "c-grid", x1: pc(x), y1: top, x2: pc(x), y2: 160 });
        let over = *ratio > 1.0;
        missed += usize::from(over);
        shapes.push(if over {
            Shape::Diamond { class: "c-miss", x: pc(x), y: top }
        } else {
            Shape::Circle { class: "c-hit", x: pc(x), y: top, r: 4 }
        });
        let is_extreme = index + 1 == shown.len() || *ratio >= worst;
        if shown.len() <= 5 || is_extreme {
            let text = point.achieved.map(Period::human).unwrap_or_default();
            shapes.push(Shape::Words {
                class: if over { "strong" } else { "" },
                x: pc(x),
                // under the line of the target there is no room above
                y: if (3..=24).contains(&(top - y(1.0))) { top + 19 } else { top - 10 },
                anchor: "middle",
                text,
            });
        }
    }
    Some(Chart {
        id: "recovery".to_owned(),
        title: "Time to recover in every drill, against its own target".to_owned(),
        desc: format!(
            "{missed} of {} recoveries took longer than {} target.",
            shown.len(),
            words::form(missed, "its", "their")
        ),
        caption: "Height is the share of the target that was used. A diamond lies above the target."
            .to_owned(),
        height: 186,
        wide: false,
        shapes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_shows_what_stands_past_its_limit() {
        assert_eq!(bar(0, 100), (0, 0));
        assert_eq!(bar(50, 100), (36, 0));
        assert_eq!(bar(100, 100), (72, 0));
        assert_eq!(bar(101, 100), (72, 3));
        assert_eq!(bar(1000, 100), (72, 24));
        assert_eq!(bar(5, 0), (0, 0));
    }

    #[test]
    fn words_of_the_freshness_chart_touch_no_mark_and_those_of_the_recovery_chart_no_line() {
        let at = |text: &str| Instant::parse(text).unwrap();
        let span = Span {
            label: "Evidence".to_owned(),
            from: at("2026-01-01T00:00:00Z"),
            until: at("2026-02-01T00:00:00Z"),
        };
        let chart = freshness(&[span], at("2026-03-01T00:00:00Z")).unwrap();
        let mark = chart.shapes.iter().find_map(|shape| match shape {
            Shape::Diamond { y, .. } => Some(*y),
            _ => None,
        });
        let label = chart.shapes.iter().find_map(|shape| match shape {
            Shape::Words { y, text, .. } if text.starts_with("Evidence") => Some(*y),
            _ => None,
        });
        // letters reach 4 pixels below their line, a diamond 6 above its middle
        assert!(mark.unwrap() - 6 > label.unwrap() + 4);
        for percent in [10, 40, 60, 65, 70, 80, 95, 100, 101, 130, 290] {
            let target = Period::from_seconds(1000);
            let point = |seconds| Recovery {
                label: String::new(),
                achieved: Some(Period::from_seconds(seconds)),
                target,
            };
            let chart = recovery(&[point(percent * 10), point(percent * 10)]).unwrap();
            let line = chart.shapes.iter().find_map(|shape| match shape {
                Shape::Line { class: "c-limit", y1, .. } => Some(*y1),
                _ => None,
            });
            let words = chart.shapes.iter().filter_map(|shape| match shape {
                Shape::Words { y, text, .. } if text.contains('s') => Some(*y),
                _ => None,
            });
            for y in words {
                assert!(!(y - 9..y + 3).contains(&line.unwrap()), "{percent} %: {y} and {line:?}");
            }
        }
    }

    #[test]
    fn one_measurement_is_no_picture() {
        let point =
            || Recovery { label: "2026-01-01".to_owned(), achieved: None, target: Period::from_seconds(60) };
        assert!(recovery(&[point()]).is_none());
        let chart = recovery(&[point(), point()]).unwrap();
        assert!(
            chart.shapes.iter().any(|shape| matches!(shape, Shape::Words { text, .. } if text == "none"))
        );
    }
}
