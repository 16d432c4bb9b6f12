//! How it stands: the conditions of each verdict, and what needs attention.

use crate::model::snapshot::Snapshot;
use crate::model::status::Status;
use crate::packet::blocks::Block;
use crate::packet::blocks::Section;
use crate::packet::blocks::Shown;
use crate::packet::blocks::TableColumn;
use crate::packet::blocks::table;
use crate::packet::chapters::entries;
use crate::packet::sheets::sheet;
use crate::render::outputs::packet_sheet::Cell;

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

/// Kinds whose own section in this document shows the status of every record.
const SHOWN_WITH_STATUS: &[&str] =
    &["claims", "certifications", "policies", "documents", "waivers", "evidence"];

pub(super) fn attention(snapshot: &Snapshot) -> Section {
    let list = &snapshot.assessment.attention;
    let column = |title: &str, share, numeric| TableColumn { title: title.to_owned(), share, numeric };
    let mut blocks = Vec::new();
    if list.is_empty() {
        blocks.push(Block::Empty {
            text: format!(
                "Nothing is unmet, overdue, or due within {} days of {}.",
                snapshot.head.notice_days,
                snapshot.head.as_of.human()
            ),
        });
    } else {
        let mut kinds: Vec<&str> = Vec::new();
        for item in list {
            if !kinds.contains(&item.kind.as_str()) {
                kinds.push(&item.kind);
            }
        }
        let count = |kind: &str, fits: &dyn Fn(Status) -> bool| {
            Shown::from(Cell::count(
                list.iter().filter(|item| item.kind == kind && fits(item.status)).count(),
            ))
        };
        let is_other =
            |status| !matches!(status, Status::NotMet | Status::Expired | Status::Stale | Status::Expiring);
        blocks.push(Block::Table {
            columns: vec![
                column("Kind", 4, false),
                column("Not met", 2, true),
                column("Expired", 2, true),
                column("Stale", 2, true),
                column("Expiring", 2, true),
                column("Not assessed or other", 3, true),
            ],
            rows: kinds
                .iter()
                .map(|kind| {
                    vec![
                        Shown::text(kind.replace('-', " ")),
                        count(kind, &|status| status == Status::NotMet),
                        count(kind, &|status| status == Status::Expired),
                        count(kind, &|status| status == Status::Stale),
                        count(kind, &|status| status == Status::Expiring),
                        count(kind, &is_other),
                    ]
                })
                .collect(),
        });
        let rows: Vec<Vec<Shown>> = list
            .iter()
            .filter(|item| !SHOWN_WITH_STATUS.contains(&item.kind.as_str()))
            .map(|item| {
                vec![
                    Shown::text(item.title.clone()).with(format!("{} {}", item.kind, item.id)),
                    Shown::from(Cell::Status(item.status, item.word.clone())).with(item.why.clone()),
                    Shown::from(
                        item.date.map_or(Cell::Unknown("no date"), |at| Cell::text(at.date().to_string())),
                    ),
                    Shown::from(Cell::text(item.next.clone())),
                ]
            })
            .collect();
        if !rows.is_empty() {
            blocks.push(Block::Heading { text: "One by one, where no section below shows it".to_owned() });
            blocks.push(Block::Table {
                columns: vec![
                    column("What", 5, false),
                    column("Status", 4, false),
                    column("Date", 2, false),
                    column("Next", 4, false),
                ],
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
