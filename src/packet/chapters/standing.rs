//! How it stands: the conditions of each verdict, and what needs attention.

use crate::model::snapshot::Snapshot;
use crate::model::status::Status;
use crate::packet::blocks::Block;
use crate::packet::blocks::Fact;
use crate::packet::blocks::Section;
use crate::packet::blocks::Shown;
use crate::packet::blocks::TableColumn;
use crate::packet::blocks::table;
use crate::packet::chapters::entries;
use crate::packet::sheets::sheet;
use crate::render::outputs::packet_sheet::Cell;
use crate::render::words;

pub(super) fn conditions(snapshot: &Snapshot) -> Section {
    let mut blocks = Vec::new();
    let sheet = sheet(snapshot, "conditions");
    for verdict in &snapshot.assessment.verdicts {
        let of = format!("verdict {}", verdict.profile);
        let columns = [("text/help", 5), ("asked", 3), ("found", 4), ("status", 2)];
        let rows = sheet.as_ref().and_then(|sheet| {
            table(sheet, &columns, |row| row.first().is_some_and(|cell| cell.shown() == of))
        });
        if snapshot.assessment.verdicts.len() > 1 {
            blocks.push(Block::Heading { text: format!("{}: {}", verdict.title, verdict.word) });
        }
        blocks.extend(rows);
    }
    if blocks.is_empty() {
        blocks.push(Block::Empty { text: "No rule set was applied.".to_owned() });
    }
    Section {
        title: "What the verdict rests on".to_owned(),
        aside: String::new(),
        lead: "Every condition, worst first: what was asked, what was found. What cannot be shown counts as not shown.".to_owned(),
        blocks,
    }
}

/// `3 claims`, `1 waiver`: how many there are of each kind, in the order they come.
fn by_kind<'a>(kinds: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for kind in kinds {
        match counts.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, count)) => *count += 1,
            None => counts.push((kind, 1)),
        }
    }
    counts.into_iter().map(|(kind, number)| words::count(number, kind)).collect()
}

/// Kinds whose own section in this document shows the status of every record.
const SHOWN_WITH_STATUS: &[&str] =
    &["claims", "certifications", "policies", "documents", "waivers", "evidence"];

pub(super) fn attention(snapshot: &Snapshot) -> Section {
    let list = &snapshot.assessment.attention;
    let column = |title: &str, share| TableColumn { title: title.to_owned(), share, numeric: false };
    let mut blocks = Vec::new();
    if list.is_empty() {
        blocks.push(Block::Empty {
            text: format!(
                "Nothing is unmet, overdue, or due within {} of {}.",
                words::counted(snapshot.head.notice_days, "day", "days"),
                snapshot.head.as_of.human()
            ),
        });
    } else {
        let groups: [(&str, &dyn Fn(Status) -> bool); 5] = [
            ("Not met", &|status| status == Status::NotMet),
            ("Expired", &|status| status == Status::Expired),
            ("Stale", &|status| status == Status::Stale),
            ("Expiring", &|status| status == Status::Expiring),
            ("Not assessed or other", &|status| {
                !matches!(status, Status::NotMet | Status::Expired | Status::Stale | Status::Expiring)
            }),
        ];
        let rows: Vec<Fact> = groups
            .iter()
            .filter_map(|(word, fits)| {
                let kinds =
                    by_kind(list.iter().filter(|item| fits(item.status)).map(|item| item.kind.as_str()));
                (!kinds.is_empty()).then(|| Fact::new(word, Cell::list(kinds)))
            })
            .collect();
        blocks.push(Block::Facts { rows });
        let rows: Vec<Vec<Shown>> = list
            .iter()
            .filter(|item| !SHOWN_WITH_STATUS.contains(&item.kind.as_str()))
            .map(|item| {
                vec![
                    Shown::text(item.title.clone()).with(format!("{} {}", words::one(&item.kind), item.id)),
                    Shown::from(Cell::Status(item.status, item.word.clone())).with(item.why.clone()),
                    Shown::from(
                        item.day().map_or(Cell::Unknown("no date"), |day| Cell::text(day.to_string())),
                    ),
                    Shown::from(Cell::text(item.next.clone())),
                ]
            })
            .collect();
        if !rows.is_empty() {
            blocks.push(Block::Heading { text: "One by one, where no section below shows it".to_owned() });
            blocks.push(Block::Table {
                columns: vec![column("What", 5), column("Status", 4), column("Date", 2), column("Next", 4)],
                rows,
            });
        }
    }
    Section {
        title: "What needs attention".to_owned(),
        aside: entries(list.len()),
        lead: "Everything that is not met, overdue, or due within the notice period. Each stands, with its reason, in its own section."
            .to_owned(),
        blocks,
    }
}
