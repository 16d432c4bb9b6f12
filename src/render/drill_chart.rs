//! The picture of one drill: its marks along its own time, and each of its targets in a row of its own.

use crate::model::drill::Drill;
use crate::model::drill::Mark as DrillMark;
use crate::model::time::Instant;
use crate::model::time::Period;
use crate::render::charts::Chart;
use crate::render::charts::MAX_POINTS;
use crate::render::charts::MAX_SPANS;
use crate::render::charts::Shape;
use crate::render::charts::pc;
use crate::render::charts::share;
use crate::render::charts::shortened;
use crate::render::words;

/// What a drill was given time for.
pub(crate) struct Timed {
    /// Its words.
    pub(crate) label: String,
    /// When its clock began.
    pub(crate) from: Instant,
    /// What was asked.
    pub(crate) target: Period,
    /// What was measured.
    pub(crate) achieved: Option<Period>,
    /// Whether more was taken than asked.
    pub(crate) missed: bool,
}

/// Pixels of a row of the timeline: its words, and its bar below them.
const TIMED_ROW: i32 = 44;

/// The marks of one drill along its own time, and a row for each of its targets.
pub(crate) fn timeline(drill: &Drill, targets: &[Timed]) -> Option<Chart> {
    let first = drill.timeline.first()?.at;
    let last = drill.timeline.last()?.at;
    if drill.timeline.len() < 2 {
        return None;
    }
    let shown = &targets[..targets.len().min(MAX_SPANS)];
    let seconds = |period: Period| period.approximate_millis() / 1000;
    let ends = shown.iter().map(|timed| {
        let longest = seconds(timed.target).max(timed.achieved.map_or(0, seconds));
        timed.from.seconds_since(first) + longest
    });
    let whole = ends.chain([last.seconds_since(first), 1]).max().unwrap_or(1);
    let x = |seconds: i64| 2.0 + share(seconds, whole) * 96.0;
    let mut shapes = Vec::new();
    let mut bar = |class: &'static str, from: i64, to: i64, y: i32| {
        let width = pc((x(to) - x(from)).max(0.0));
        shapes.push(Shape::Rect { class, x: pc(x(from)), y, width, height: 6 });
    };
    let back = || drill.timeline.iter().filter(|mark| mark.mark == DrillMark::ServiceRestored);
    let restored = back().map(|mark| mark.at.seconds_since(first)).max();
    bar("c-span", 0, last.seconds_since(first), 9);
    if let Some(seconds) = restored {
        bar("c-used", 0, seconds, 9);
    }
    let rows = || shown.iter().zip(0_i32..).map(|(timed, row)| (timed, 28 + row * TIMED_ROW));
    for (timed, y) in rows() {
        let from = timed.from.seconds_since(first);
        bar("c-span", from, from + seconds(timed.target), y + 20);
        if let Some(achieved) = timed.achieved {
            bar("c-used", from, from + seconds(achieved), y + 20);
        }
    }
    for mark in drill.timeline.iter().take(MAX_POINTS) {
        let class = if mark.mark == DrillMark::ServiceRestored { "c-mark-on" } else { "c-mark" };
        shapes.push(Shape::Circle { class, x: pc(x(mark.at.seconds_since(first))), y: 12, r: 5 });
    }
    for (timed, y) in rows() {
        let from = timed.from.seconds_since(first);
        let limit = pc(x(from + seconds(timed.target)));
        shapes.push(Shape::Line { class: "c-limit", x1: limit.clone(), y1: y + 16, x2: limit, y2: y + 31 });
        if let Some(achieved) = timed.achieved {
            let end = pc(x(from + seconds(achieved)));
            shapes.push(match timed.missed {
                true => Shape::Diamond { class: "c-miss", x: end, y: y + 23 },
                false => Shape::Circle { class: "c-hit", x: end, y: y + 23, r: 4 },
            });
        }
        let taken = timed.achieved.map_or_else(|| "not measured".to_owned(), Period::human);
        let target = timed.target.human();
        // as much as stands side by side on a narrow screen
        let room = 43_usize.saturating_sub(taken.chars().count() + target.chars().count());
        shapes.push(Shape::Words {
            class: if timed.missed { "strong" } else { "" },
            x: pc(2.0),
            y: y + 9,
            anchor: "start",
            text: format!("{}: {taken}, target {target}", shortened(&timed.label, room)),
        });
    }
    let below = 28 + i32::try_from(shown.len()).unwrap_or(0) * TIMED_ROW;
    for (share, anchor) in [(0_i64, "start"), (2, "middle"), (4, "end")] {
        let seconds = whole * share / 4;
        shapes.push(Shape::Words {
            class: "",
            x: pc(x(seconds)),
            y: below + 14,
            anchor,
            text: Period::from_seconds(seconds).human(),
        });
    }
    let service = match restored {
        Some(seconds) => {
            let after = Period::from_seconds(seconds).human();
            match back().count() {
                1 => format!("The service was restored {after} after the first mark."),
                several => {
                    format!("The last of {several} services was restored {after} after the first mark.")
                }
            }
        }
        None => "No mark says that the service was restored.".to_owned(),
    };
    let missed = shown.iter().filter(|timed| timed.missed).count();
    let of_targets = match shown.len() {
        0 => String::new(),
        1 if missed == 1 => " The target was missed.".to_owned(),
        1 => " The target was not missed.".to_owned(),
        all => format!(" {missed} of {all} targets {} missed.", words::form(missed, "was", "were")),
    };
    let mut caption =
        "Time since the first mark. The dark bar ends when the last service was restored.".to_owned();
    if !shown.is_empty() {
        caption
            .push_str(" Below it a row for each target, which is the dashed line; a diamond lies past it.");
    }
    if targets.len() > shown.len() {
        caption.push_str(" The table of objectives has all.");
    }
    Some(Chart {
        id: "timeline".to_owned(),
        title: format!("Timeline of {}", drill.title),
        desc: format!("{service}{of_targets}"),
        caption,
        height: below + 22,
        wide: false,
        shapes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::evidence::Body;
    use crate::render::fixture;

    #[test]
    fn every_target_has_its_own_row_and_what_was_missed_a_diamond() {
        let (snapshot, _) = fixture::rich();
        let drill = snapshot.catalog.evidence.values().find_map(|evidence| match &evidence.body {
            Body::Drill(drill) if drill.timeline.len() > 1 => Some(drill),
            _ => None,
        });
        let drill = drill.unwrap();
        let timed = |label: &str, achieved, missed| Timed {
            label: label.to_owned(),
            from: drill.timeline[0].at,
            target: Period::from_seconds(900),
            achieved,
            missed,
        };
        let targets = [
            timed("documents", Some(Period::from_seconds(600)), false),
            timed("search", Some(Period::from_seconds(4000)), true),
            timed("mail", None, false),
        ];
        let chart = timeline(drill, &targets).unwrap();
        let lines: Vec<i32> = chart
            .shapes
            .iter()
            .filter_map(|shape| match shape {
                Shape::Line { class: "c-limit", y1, .. } => Some(*y1),
                _ => None,
            })
            .collect();
        assert_eq!(lines.len(), 3);
        assert!(lines.windows(2).all(|pair| pair[0] + 30 < pair[1]), "{lines:?}");
        let diamonds = chart.shapes.iter().filter(|shape| matches!(shape, Shape::Diamond { .. })).count();
        assert_eq!(diamonds, 1);
        let says = |text: &str| {
            chart.shapes.iter().any(
                |shape| matches!(shape, Shape::Words { text: own, .. } if own.replace('\u{a0}', " ") == text),
            )
        };
        assert!(says("search: 1 h 06 min, target 15 min"), "{chart:?}");
        assert!(says("mail: not measured, target 15 min"), "{chart:?}");
        assert!(chart.desc.ends_with("1 of 3 targets was missed."), "{}", chart.desc);
    }
}
