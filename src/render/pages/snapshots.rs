//! Released snapshots, and what changed since the newest of them.

use crate::model::changes::ChangeType;
use crate::model::changes::Direction;
use crate::model::snapshot::SnapshotState;
use crate::model::status::Status;
use crate::render::book::Book;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Part;
use crate::render::view::at;
use crate::render::view::code;
use crate::render::view::day_of;
use crate::render::view::digest;
use crate::render::view::link;
use crate::render::view::outside;
use crate::render::view::strong;
use crate::render::view::text;

/// The list of snapshots.
pub(crate) fn page(book: &Book) -> Page {
    let head = &book.snapshot.head;
    let released = book.snapshot.history.len();
    let title = match (head.state, released) {
        (SnapshotState::Draft, 0) => {
            format!("Snapshot {} is a draft; nothing has been released yet.", head.number())
        }
        (SnapshotState::Draft, _) => format!(
            "Snapshot {} is a draft; {} before it.",
            head.number(),
            if released == 1 { "one was released".to_owned() } else { format!("{released} were released") }
        ),
        (SnapshotState::Released, _) => format!("Snapshot {} is the newest of this copy.", head.number()),
    };
    let mut page = Page::new("snapshots", "Snapshots", PageHead::plain(title).by(vec![
        text("A released snapshot never changes: its number, its archive and its verdicts stay as they were. "),
        link("Verify", "verify.html"),
        text(" any of them against the digest given here."),
    ]));
    let mut table = Table::new(
        "snapshots",
        "Newest first. The digest of a snapshot stands in the snapshots after it, never in itself.",
        &["Snapshot", "!Verdict", "~As of", "~Good until", "Archive SHA-256", "#Bytes"],
    );
    let verdict = book.assessment().verdicts.first();
    let mut name = vec![strong(book.number())];
    name.extend(head.label.clone().map(|label| Part::Small { text: label }));
    if head.state == SnapshotState::Draft {
        name.push(Part::Small { text: "draft, this copy".to_owned() });
    } else {
        name.push(Part::Small { text: "this copy".to_owned() });
    }
    table.row_at(
        format!("snapshot-{}", book.number()),
        vec![
            name.into(),
            match verdict {
                Some(verdict) => status::worded(verdict.status, verdict.word.clone()).into(),
                None => status::mark(Status::NotAssessed).into(),
            },
            at(head.as_of).into(),
            day_of(head.expires).into(),
            "in its signature".into(),
            Cell::default(),
        ],
    );
    for past in book.snapshot.history.iter().filter(|past| past.seq != head.seq) {
        let number = crate::model::snapshot::number(past.seq);
        let mut name: Vec<Part> = Vec::new();
        name.push(match crate::render::outputs::base(&book.snapshot.site) {
            Some(base) => outside(number.clone(), &format!("{base}snapshots/{number}/index.html")),
            None => text(number.clone()),
        });
        name.extend(past.label.clone().map(|label| Part::Small { text: label }));
        if past.development {
            name.push(Part::Small { text: "development key".to_owned() });
        }
        table.row_at(
            format!("snapshot-{number}"),
            vec![
                name.into(),
                match &past.verdict {
                    Some((_, word)) => word.clone().into(),
                    None => "no verdict".into(),
                },
                at(past.as_of).into(),
                day_of(past.expires).into(),
                digest(&past.archive_sha256).into(),
                past.archive_bytes.to_string().into(),
            ],
        );
    }
    page.add(Section::new("snapshots", "Snapshots").table(table));
    page.add_filled(Section::new("claims", "Claims over time").table(over_time(book)));
    page
}

/// Status of every claim in the newest snapshots.
fn over_time(book: &Book) -> Table {
    let mut table = Table::new(
        "claim-history",
        "Status of each claim in this snapshot and in the newest released one.",
        &["Claim", "!Now", "Before"],
    );
    let Some(past) = book.snapshot.history.iter().find(|past| past.seq != book.snapshot.head.seq) else {
        return table;
    };
    for claim in book.catalog().claims.values() {
        let before = past.claims.iter().find(|(id, _, _)| *id == claim.id);
        table.row(vec![
            book.link("claims", claim.id.as_str()).into(),
            status::mark(book.claim_status(claim.id.as_str())).into(),
            match before {
                Some((_, _, status)) => crate::render::status::mark(*status).into(),
                None => "not made".into(),
            },
        ]);
    }
    for (id, statement, before) in &past.claims {
        if !book.catalog().claims.contains_key(id) {
            table.row(vec![
                vec![text(statement.clone()), Part::SmallCode { text: id.to_string() }].into(),
                status::worded(Status::NotMet, "Withdrawn").into(),
                status::mark(*before).into(),
            ]);
        }
    }
    table
}

/// What changed since the newest released snapshot.
pub(crate) fn changes(book: &Book) -> Page {
    let Some(changes) = &book.snapshot.changes else {
        let mut page =
            Page::new("changes", "Changes", PageHead::plain("There is no earlier snapshot to compare with."));
        page.add(Section::new("none", "Changes").block(common::nothing(
            book,
            "Changes are counted from the newest released snapshot, and there is none.",
            "They appear from the second snapshot on.",
        )));
        return page;
    };
    let (weaker, stronger) = (changes.count(Direction::Weaker), changes.count(Direction::Stronger));
    let total = changes.changes.len();
    let sentence = match total {
        0 => format!("Nothing changed between snapshot {} and {}.", changes.from, changes.to),
        _ => format!(
            "{} since snapshot {}: {weaker} weaker, {stronger} stronger, {} neither.",
            common::count(total, "change", "changes"),
            changes.from,
            total - weaker - stronger
        ),
    };
    let head = if weaker > 0 {
        PageHead::verdict(status::direction(Direction::Weaker), sentence)
    } else {
        PageHead::plain(sentence)
    };
    let mut page = Page::new(
        "changes",
        "Changes",
        head.by(vec![
            text(format!("Snapshot {} compared with {}, record by record. ", changes.from, changes.to)),
            text("“Weaker” is a rule’s word: less is promised or proven than before."),
        ]),
    );
    for (direction, id, title) in [
        (Direction::Weaker, "weaker", "Weaker"),
        (Direction::Stronger, "stronger", "Stronger"),
        (Direction::Neutral, "neither", "Neither"),
    ] {
        let mut table =
            Table::new(id, "By kind of record and id.", &["What", "!Direction", "Kind", "Change", "Rule"]);
        for change in changes.changes.iter().filter(|change| change.direction == direction) {
            let what = match book.href(&change.kind, &change.id) {
                Some(href) => link(change.title.clone(), href),
                None => strong(change.title.clone()),
            };
            let mut said: Vec<Part> = Vec::new();
            let verb = match change.change {
                ChangeType::Added => "added",
                ChangeType::Removed => "removed",
                ChangeType::Changed => "",
            };
            if !verb.is_empty() {
                said.push(strong(verb));
            }
            if !change.field.is_empty() {
                let gap = if said.is_empty() { "" } else { " " };
                said.push(text(format!("{gap}{}", change.field.replace('-', " "))));
            }
            if !change.was.is_empty() {
                said.push(Part::Was { text: change.was.clone() });
            }
            if !change.now.is_empty() {
                said.push(Part::Now { text: change.now.clone() });
            }
            table.row(vec![
                vec![what, Part::SmallCode { text: change.id.clone() }].into(),
                status::direction(direction).into(),
                crate::render::words::one(&change.kind).into(),
                said.into(),
                code(change.rule.clone()).into(),
            ]);
        }
        let count = table.len();
        page.add_filled(Section::new(id, title).meta(count.to_string()).table(table));
    }
    page
}
