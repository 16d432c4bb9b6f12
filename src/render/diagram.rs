//! The picture of an architecture: components in columns of their trust zones, flows between them by number.
//!
//! A flow between neighbouring zones is one line; a flow past a zone runs in a lane above the boxes, so that it crosses none.

use crate::model::content::Architecture;
use crate::model::content::DataFlow;
use crate::model::id::Id;
use crate::render::charts::Chart;
use crate::render::charts::MAX_POINTS;
use crate::render::charts::Shape;
use crate::render::charts::cut;
use crate::render::charts::pc;

/// Most zones side by side.
const MAX_ZONES: usize = 6;
/// Width of the picture where it is narrowest, in pixels; the style sheet sets the same.
const NARROWEST: f64 = 704.0;
/// Height of a box and the distance of two boxes' tops, in pixels.
const BOX: i32 = 48;
const STEP: i32 = 84;

/// A component's box: its column, its start in per cent, its top in pixels.
struct Place<'a> {
    id: &'a Id,
    column: usize,
    x: f64,
    y: i32,
}

/// Components in columns of their trust zones, flows between them by number; `None` when it would be too crowded.
pub(crate) fn architecture(view: &Architecture) -> Option<Chart> {
    if view.components.is_empty() || view.components.len() > MAX_POINTS || view.flows.len() > MAX_POINTS {
        return None;
    }
    let mut zones: Vec<&str> = Vec::new();
    for component in &view.components {
        let zone = component.zone.as_deref().unwrap_or("");
        if !zones.contains(&zone) {
            zones.push(zone);
        }
    }
    if zones.len() > MAX_ZONES {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "at most 6")]
    let columns = zones.len() as f64;
    let column = 100.0 / columns;
    let (inner, pad) = (column * 0.76, column * 0.12);
    let mut rows = vec![0_i32; zones.len()];
    let mut places: Vec<Place> = Vec::new();
    for component in &view.components {
        let zone = component.zone.as_deref().unwrap_or("");
        let index = zones.iter().position(|known| *known == zone).unwrap_or(0);
        #[expect(clippy::cast_precision_loss, reason = "at most 6")]
        let x = column * index as f64 + pad;
        places.push(Place { id: &component.id, column: index, x, y: rows[index] * STEP });
        rows[index] += 1;
    }
    let ends = |flow: &DataFlow| {
        let find = |id: &Id| places.iter().find(|place| place.id == id);
        Some((find(&flow.from)?, find(&flow.to)?))
    };
    let is_far = |flow: &DataFlow| ends(flow).is_some_and(|(from, to)| from.column.abs_diff(to.column) > 1);
    let lanes = i32::try_from(view.flows.iter().filter(|flow| is_far(flow)).count()).unwrap_or(0);
    let top = 36 + lanes * 18;
    let height = top + rows.iter().copied().max().unwrap_or(1) * STEP - (STEP - BOX) + 8;

    let mut back = Vec::new();
    let mut front = Vec::new();
    for (index, zone) in zones.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "at most 6")]
        let x = column * index as f64;
        if index > 0 {
            back.push(Shape::Line { class: "c-zone", x1: pc(x), y1: 0, x2: pc(x), y2: height });
        }
        let text = if zone.is_empty() { "no zone given".to_owned() } else { cut(zone, letters(column)) };
        front.push(Shape::Words { class: "", x: pc(x + column / 2.0), y: 14, anchor: "middle", text });
    }
    for (component, place) in view.components.iter().zip(&places) {
        let y = place.y + top;
        front.push(Shape::Rect { class: "c-box", x: pc(place.x), y, width: pc(inner), height: BOX });
        let lines = two_lines(&component.name, letters(inner));
        for (index, text) in lines.iter().enumerate() {
            let down = if lines.len() == 1 { 29 } else { 21 + i32::try_from(index).unwrap_or(0) * 17 };
            front.push(Shape::Words {
                class: "strong plain",
                x: pc(place.x + inner / 2.0),
                y: y + down,
                anchor: "middle",
                text: text.clone(),
            });
        }
    }
    let mut lane = 0;
    for (index, flow) in view.flows.iter().enumerate() {
        let Some((from, to)) = ends(flow) else { continue };
        let class = if flow.crosses_boundary { "c-flow c-cross" } else { "c-flow" };
        let mut line = |x1: f64, y1: i32, x2: f64, y2: i32| {
            back.push(Shape::Line { class, x1: pc(x1), y1, x2: pc(x2), y2 });
        };
        let shift = i32::try_from(index % 3).unwrap_or(0) * 12 - 12;
        let aside = f64::from(shift) / 12.0 * inner / 5.0;
        let (x, y, turn, number_x, number_y);
        if is_far(flow) {
            // a box below the first leaves and is reached through the room beside its column, so that no line runs behind a box
            let over = 32 + lane * 18;
            lane += 1;
            let beside = |place: &Place| place.x + inner + pad / 2.0 + aside / 8.0;
            let middle = |place: &Place| place.y + top + BOX / 2;
            let start = if from.y == 0 { from.x + inner / 2.0 + aside } else { beside(from) };
            let end = if to.y == 0 { to.x + inner / 2.0 + aside } else { beside(to) };
            if from.y == 0 {
                line(start, from.y + top, start, over);
            } else {
                line(from.x + inner, middle(from), start, middle(from));
                line(start, middle(from), start, over);
            }
            line(start, over, end, over);
            if to.y == 0 {
                line(end, over, end, to.y + top);
                (x, y, turn) = (end, to.y + top, 90);
            } else {
                line(end, over, end, middle(to));
                line(end, middle(to), to.x + inner, middle(to));
                (x, y, turn) = (to.x + inner, middle(to), 180);
            }
            (number_x, number_y) = (f64::midpoint(start, end), over + 4);
        } else if from.column == to.column && from.y.abs_diff(to.y) > STEP.unsigned_abs() {
            let (y1, y2) = (from.y + top + BOX / 2 + shift, to.y + top + BOX / 2 + shift);
            let beside = from.x - pad / 2.0;
            line(from.x, y1, beside, y1);
            line(beside, y1, beside, y2);
            line(beside, y2, to.x, y2);
            (x, y, turn, number_x, number_y) = (to.x, y2, 0, beside, i32::midpoint(y1, y2) + 4);
        } else if from.column == to.column {
            let start = from.x + inner / 2.0 + aside;
            let (y1, y2, angle) =
                if from.y <= to.y { (from.y + BOX, to.y, 90) } else { (from.y, to.y + BOX, 270) };
            line(start, y1 + top, start, y2 + top);
            (x, y, turn, number_x, number_y) =
                (start, y2 + top, angle, start, i32::midpoint(y1, y2) + top + 4);
        } else {
            let right = from.column < to.column;
            let (x1, x2) = if right { (from.x + inner, to.x) } else { (from.x, to.x + inner) };
            let (y1, y2) = (from.y + top + BOX / 2 + shift, to.y + top + BOX / 2 + shift);
            line(x1, y1, x2, y2);
            (x, y, turn, number_x, number_y) =
                (x2, y2, if right { 0 } else { 180 }, f64::midpoint(x1, x2), i32::midpoint(y1, y2) + 4);
        }
        front.push(Shape::Arrow { class: "c-head", x: pc(x), y, turn });
        front.push(Shape::Words {
            class: "strong",
            x: pc(number_x),
            y: number_y,
            anchor: "middle",
            text: (index + 1).to_string(),
        });
    }
    back.extend(front);
    Some(Chart {
        id: format!("picture-{}", view.id),
        title: view.title.clone(),
        desc: format!(
            "{} in {}, {}, {} of them across a trust boundary. The table below says the same in words.",
            number(view.components.len(), "component"),
            number(zones.len(), "zone"),
            number(view.flows.len(), "flow"),
            view.flows.iter().filter(|flow| flow.crosses_boundary).count()
        ),
        caption: "Columns are trust zones. Numbers are the flows of the table below; a dashed flow crosses a trust boundary.".to_owned(),
        height,
        wide: true,
        shapes: back,
    })
}

/// `1 flow`, `2 flows`.
fn number(count: usize, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

/// How many letters fit into `width` per cent of the narrowest picture.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "4 to 90")]
fn letters(width: f64) -> usize {
    (NARROWEST * width / 100.0 / 7.6).max(4.0) as usize
}

/// A name on one line or two, cut where it does not fit.
fn two_lines(name: &str, most: usize) -> Vec<String> {
    if name.chars().count() <= most {
        return vec![name.to_owned()];
    }
    let mut first = String::new();
    let mut rest = name;
    for word in name.split_whitespace() {
        if !first.is_empty() && first.chars().count() + 1 + word.chars().count() > most {
            break;
        }
        if !first.is_empty() {
            first.push(' ');
        }
        first.push_str(word);
        rest = rest.trim_start().strip_prefix(word).unwrap_or_default();
    }
    let rest = rest.trim();
    if rest.is_empty() { vec![cut(&first, most)] } else { vec![cut(&first, most), cut(rest, most)] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_takes_two_lines_and_no_more() {
        assert_eq!(two_lines("Edge", 10), ["Edge"]);
        assert_eq!(two_lines("Postbox Sample Mail", 14), ["Postbox Sample", "Mail"]);
        assert_eq!(two_lines("Incomprehensibilities", 8), ["Incompr…"]);
    }
}
