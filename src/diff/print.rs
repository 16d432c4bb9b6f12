//! Changes as text and as JSON. The terminal and files are other rooms' business.

use std::fmt::Write as _;

use serde_json::Value;
use serde_json::json;

use crate::diff::GENERATOR;
use crate::model::changes::Change;
use crate::model::changes::ChangeType;
use crate::model::changes::Changes;
use crate::model::changes::Direction;

/// Version of the JSON form.
pub const SCHEMA: &str = "trustbook-changes/0";

/// As text for people: what explains the rest, then weaker, stronger, neither.
pub fn text(changes: &Changes) -> String {
    let Changes { from, to, changes: list } = changes;
    let mut out = format!("Changes from {from} to {to}: {}\n", summary(changes));
    let (first, rest): (Vec<&Change>, Vec<&Change>) =
        list.iter().partition(|change| change.kind == GENERATOR);
    let groups = [
        ("How it was made", first),
        ("Weaker", of(&rest, Direction::Weaker)),
        ("Stronger", of(&rest, Direction::Stronger)),
        ("Neither", of(&rest, Direction::Neutral)),
    ];
    for (title, group) in groups {
        if group.is_empty() {
            continue;
        }
        let _ = write!(out, "\n{title} ({})\n", group.len());
        for change in group {
            let _ = writeln!(out, "  {}", line(change));
        }
    }
    out
}

fn of<'a>(changes: &[&'a Change], direction: Direction) -> Vec<&'a Change> {
    changes.iter().copied().filter(|change| change.direction == direction).collect()
}

/// Such as `14 changes, 2 weaker`.
fn summary(changes: &Changes) -> String {
    match changes.changes.len() {
        0 => "none".to_owned(),
        count => format!(
            "{count} {}, {} weaker, {} stronger",
            if count == 1 { "change" } else { "changes" },
            changes.count(Direction::Weaker),
            changes.count(Direction::Stronger)
        ),
    }
}

fn line(change: &Change) -> String {
    let Change { direction: _, kind, id, title, change, field, was, now, rule } = change;
    let name = if title == id { format!("{kind} {id}") } else { format!("{kind} {id} ({title})") };
    let what = match (change, field.is_empty()) {
        (ChangeType::Added, true) => "added".to_owned(),
        (ChangeType::Removed, true) => "removed".to_owned(),
        (ChangeType::Added, false) => format!("{field} added: {now}"),
        (ChangeType::Removed, false) => format!("{field} removed: {was}"),
        (ChangeType::Changed, _) => match (was.is_empty(), now.is_empty()) {
            (true, _) => format!("{field}: {now}, said nothing before"),
            (false, true) => format!("{field}: said {was}, now nothing"),
            (false, false) => format!("{field}: {was} → {now}"),
        },
    };
    format!("{name}: {what} [{rule}]")
}

/// As Markdown, for a comment: what explains the rest first, then weaker, stronger, neither, each list cut after a while.
pub fn markdown(changes: &Changes) -> String {
    const MOST_LINES: usize = 50;
    let Changes { from, to, changes: list } = changes;
    let mut out = format!("## Changes from {from} to {to}: {}\n", summary(changes));
    let (first, rest): (Vec<&Change>, Vec<&Change>) =
        list.iter().partition(|change| change.kind == GENERATOR);
    let groups = [
        ("How it was made", first),
        ("Weaker", of(&rest, Direction::Weaker)),
        ("Stronger", of(&rest, Direction::Stronger)),
        ("Neither", of(&rest, Direction::Neutral)),
    ];
    for (title, group) in groups.iter().filter(|(_, group)| !group.is_empty()) {
        let _ = write!(out, "\n### {title} ({})\n\n", group.len());
        for change in group.iter().take(MOST_LINES) {
            let _ = writeln!(out, "- `{}`", line(change).replace('`', "ˋ").replace(['\n', '\r'], " "));
        }
        if group.len() > MOST_LINES {
            let _ = writeln!(out, "\n{} more are not shown.", group.len() - MOST_LINES);
        }
    }
    out
}

/// As JSON.
///
/// # Errors
/// When a value has no JSON form, which no change lacks.
pub fn json(changes: &Changes) -> Result<Value, serde_json::Error> {
    let Changes { from, to, changes: list } = changes;
    Ok(json!({
        "schema": SCHEMA,
        "from": from,
        "to": to,
        "weaker": changes.count(Direction::Weaker),
        "stronger": changes.count(Direction::Stronger),
        "neutral": changes.count(Direction::Neutral),
        "changes": serde_json::to_value(list)?,
    }))
}
