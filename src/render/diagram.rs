//! The picture of an architecture: components in columns of their trust zones, flows between them by number.

use crate::model::content::Architecture;
use crate::render::charts::Chart;
use crate::render::charts::MAX_POINTS;
use crate::render::charts::Shape;
use crate::render::charts::cut;
use crate::render::charts::pc;

/// Components in columns of their trust zones, flows between them by number.
pub(crate) fn architecture(view: &Architecture) -> Option<Chart> {
    if view.components.is_empty() || view.components.len() > MAX_POINTS {
        return None;
    }
    let mut zones: Vec<&str> = Vec::new();
    for component in &view.components {
        let zone = component.zone.as_deref().unwrap_or("");
        if !zones.contains(&zone) {
            zones.push(zone);
        }
    }
    if zones.len() > 6 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "at most 6")]
    let column = 100.0 / zones.len() as f64;
    let (inner, pad) = (column * 0.68, column * 0.16);
    let mut rows = vec![0_i32; zones.len()];
    let mut boxes: Vec<(&str, usize, f64, i32)> = Vec::new();
    let mut shapes = Vec::new();
    let mut front = Vec::new();
    for component in &view.components {
        let zone = component.zone.as_deref().unwrap_or("");
        let index = zones.iter().position(|known| *known == zone).unwrap_or(0);
        #[expect(clippy::cast_precision_loss, reason = "at most 6")]
        let x = column * index as f64 + pad;
        let y = 44 + rows[index] * 84;
        rows[index] += 1;
        boxes.push((component.id.as_str(), index, x, y));
        front.push(Shape::Rect { class: "c-box", x: pc(x), y, width: pc(inner), height: 48 });
        front.push(Shape::Words {
            class: "strong plain",
            x: pc(x + inner / 2.0),
            y: y + 29,
            anchor: "middle",
            text: cut(&component.name, 22),
        });
    }
    let tallest = rows.iter().copied().max().unwrap_or(1);
    let height = 44 + tallest * 84;
    for (index, zone) in zones.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "at most 6")]
        let x = column * index as f64;
        if index > 0 {
            shapes.push(Shape::Line { class: "c-zone", x1: pc(x), y1: 0, x2: pc(x), y2: height });
        }
        let text = if zone.is_empty() { "no zone given".to_owned() } else { cut(zone, 26) };
        shapes.push(Shape::Words { class: "", x: pc(x + column / 2.0), y: 16, anchor: "middle", text });
    }
    let place = |id: &str| boxes.iter().find(|(known, ..)| *known == id);
    for (index, flow) in view.flows.iter().enumerate() {
        let (Some(from), Some(to)) = (place(flow.from.as_str()), place(flow.to.as_str())) else { continue };
        let nudge = i32::try_from(index % 3).unwrap_or(0) * 8 - 8;
        let (x1, y1, x2, y2, turn) = match from.1.cmp(&to.1) {
            std::cmp::Ordering::Less => (from.2 + inner, from.3 + 24 + nudge, to.2, to.3 + 24 + nudge, 0),
            std::cmp::Ordering::Greater => {
                (from.2, from.3 + 24 + nudge, to.2 + inner, to.3 + 24 + nudge, 180)
            }
            std::cmp::Ordering::Equal if from.3 < to.3 => {
                let x = from.2 + inner / 2.0 + f64::from(nudge) / 2.0;
                (x, from.3 + 48, x, to.3, 90)
            }
            std::cmp::Ordering::Equal => {
                let x = from.2 + inner / 2.0 + f64::from(nudge) / 2.0;
                (x, from.3, x, to.3 + 48, 270)
            }
        };
        let class = if flow.crosses_boundary { "c-flow c-cross" } else { "c-flow" };
        shapes.push(Shape::Line { class, x1: pc(x1), y1, x2: pc(x2), y2 });
        shapes.push(Shape::Arrow { class: "c-head", x: pc(x2), y: y2, turn });
        front.push(Shape::Words {
            class: "strong",
            x: pc(f64::midpoint(x1, x2)),
            y: i32::midpoint(y1, y2) + 4,
            anchor: "middle",
            text: (index + 1).to_string(),
        });
    }
    shapes.extend(front);
    Some(Chart {
        id: format!("picture-{}", view.id),
        title: view.title.clone(),
        desc: format!(
            "{} components in {} zones, {} flows, {} of them across a trust boundary. The tables below say the same in words.",
            view.components.len(),
            zones.len(),
            view.flows.len(),
            view.flows.iter().filter(|flow| flow.crosses_boundary).count()
        ),
        caption: "Columns are trust zones. Numbers are the flows of the table below; a dashed flow crosses a trust boundary.".to_owned(),
        height,
        wide: true,
        shapes,
    })
}
