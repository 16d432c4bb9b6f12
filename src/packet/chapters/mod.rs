//! The sections of `01-security-summary`, in the order reviewers read them. One without data says what was looked for.

mod standing;
mod substance;

use crate::model::changes::Direction;
use crate::model::snapshot::Snapshot;
use crate::model::status::Status;
use crate::packet::blocks::Block;
use crate::packet::blocks::Section;
use crate::packet::blocks::table;
use crate::packet::sheets::product;
use crate::packet::sheets::sheet;
use crate::render::outputs::packet_sheet::Cell;
use crate::render::words;

/// The sections, in the order reviewers read them.
pub(super) fn sections(snapshot: &Snapshot) -> Vec<Section> {
    let mut sections = Vec::new();
    sections.push(standing::conditions(snapshot));
    sections.push(standing::attention(snapshot));
    let mut add = |id: &str, title: &str, columns: &[(&str, u8)], empty: &str| {
        sections.push(of_sheet(snapshot, id, title, columns, empty));
    };
    add(
        "claims",
        "Claims",
        &[("statement/id", 5), ("status/why", 4), ("counted", 1), ("oldest", 2)],
        "No claim is published.",
    );
    add(
        "certifications",
        "Certifications and reports",
        &[("title/auditor", 4), ("status/why", 3), ("scope", 4), ("period", 2), ("expires", 2)],
        "No certificate, attestation report or statement of an assessor is published.",
    );
    sections.extend(substance::architecture(snapshot));
    let mut add = |id: &str, title: &str, columns: &[(&str, u8)], empty: &str| {
        sections.push(of_sheet(snapshot, id, title, columns, empty));
    };
    add(
        "controls",
        "Controls",
        &[
            ("requirement/framework", 3),
            ("title/requirement-title", 5),
            ("implementation", 2),
            ("worst-claim", 2),
        ],
        "No control is mapped to a framework.",
    );
    sections.push(duties(snapshot));
    let mut add = |id: &str, title: &str, columns: &[(&str, u8)], empty: &str| {
        sections.push(of_sheet(snapshot, id, title, columns, empty));
    };
    add(
        "subprocessors",
        "Subprocessors",
        &[("name/state", 3), ("purpose", 4), ("data-categories", 3), ("countries", 2), ("transfer", 2)],
        "No subprocessor is listed.",
    );
    add(
        "data-residency",
        "Where data is",
        &[
            ("data-kind/product", 2),
            ("region/country", 3),
            ("failover", 2),
            ("access-from", 2),
            ("retention", 2),
            ("encryption", 3),
        ],
        "No place of data is stated.",
    );
    add(
        "drills",
        "Resilience",
        &[
            ("title/type", 4),
            ("started", 3),
            ("metric", 2),
            ("target", 2),
            ("achieved", 2),
            ("status/result", 3),
        ],
        "No drill output is published: nothing is said about recovery.",
    );
    add(
        "releases",
        "Releases",
        &[("version/id", 2), ("released", 2), ("decision", 4), ("override", 3)],
        "No release is published.",
    );
    sections.push(substance::supply_chain(snapshot));
    let mut add = |id: &str, title: &str, columns: &[(&str, u8)], empty: &str| {
        sections.push(of_sheet(snapshot, id, title, columns, empty));
    };
    add(
        "policies",
        "Policies",
        &[("title/summary", 5), ("version", 1), ("approved-on/approved-by", 2), ("status/why", 2)],
        "No policy is published.",
    );
    add(
        "documents",
        "Documents",
        &[("title/summary", 5), ("category", 2), ("dated", 2), ("status/why", 2)],
        "No document is published.",
    );
    add(
        "incidents",
        "Incidents",
        &[("title/statement", 5), ("severity", 2), ("when", 3), ("resolved", 2), ("data-affected", 2)],
        "No incident and no dated statement about their absence is published: nothing is said.",
    );
    add(
        "risks",
        "Risks",
        &[("title/summary", 5), ("severity", 2), ("state", 2), ("treatment", 2), ("deadline", 2)],
        "No risk is published.",
    );
    add(
        "waivers",
        "Waivers",
        &[("title/target", 4), ("status/why", 3), ("rationale", 4), ("expires", 2)],
        "No waiver is on record for this audience.",
    );
    sections.push(substance::disclosure(snapshot));
    sections.push(changes(snapshot));
    sections.push(of_sheet(
        snapshot,
        "evidence",
        "Evidence",
        &[("title/path", 6), ("kind", 3), ("captured", 3), ("age/age-why", 2), ("trust", 2)],
        "No evidence is published.",
    ));
    sections
}

/// Most rows of a table on paper. Beyond that nobody reads it there, and laying it out takes memory for every row.
const MOST_ROWS: usize = 300;

fn of_sheet(snapshot: &Snapshot, id: &str, title: &str, columns: &[(&str, u8)], empty: &str) -> Section {
    let mut made = sheet(snapshot, id);
    let count = made.as_ref().map_or(0, |sheet| sheet.rows.len());
    if let Some(sheet) = &mut made {
        sheet.rows.truncate(MOST_ROWS);
    }
    let block = made.as_ref().and_then(|sheet| table(sheet, columns, |_| true));
    let mut lead = match (&made, &block) {
        (Some(sheet), Some(_)) => sheet.caption.clone(),
        _ => String::new(),
    };
    if count > MOST_ROWS {
        lead = format!("{lead} These are the first {MOST_ROWS} of {count}; the workbook has every one.")
            .trim()
            .to_owned();
    }
    let aside = if block.is_some() { entries(count) } else { String::new() };
    let as_of = snapshot.head.as_of.human();
    let block = block.unwrap_or_else(|| Block::Empty { text: format!("{empty} Looked for as of {as_of}.") });
    Section { title: title.to_owned(), aside, lead, blocks: vec![block] }
}

/// A count at the end of a heading's line.
fn entries(count: usize) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

/// What the customer has to do: the rows that give them something to do.
fn duties(snapshot: &Snapshot) -> Section {
    let columns = [("title/ownership", 3), ("customer", 5), ("provider", 5)];
    let made = sheet(snapshot, "responsibilities");
    let customer = made.as_ref().and_then(|sheet| sheet.position("customer"));
    let has_duty = |row: &[Cell]| {
        customer.and_then(|at| row.get(at)).is_some_and(|cell| !matches!(cell, Cell::Unknown(_)))
    };
    let count = made.as_ref().map_or(0, |sheet| sheet.rows.iter().filter(|row| has_duty(row)).count());
    let block = made.as_ref().and_then(|sheet| table(sheet, &columns, has_duty));
    Section {
        title: "What the customer has to do".to_owned(),
        aside: if count == 0 { String::new() } else { entries(count) },
        lead: "Only where the customer has a part in it; the workbook has every row.".to_owned(),
        blocks: vec![
            block.unwrap_or_else(|| Block::Empty {
                text: "No duty of the customer is written down.".to_owned(),
            }),
        ],
    }
}

/// The changes that weaken something, and how many others there are: the workbook has every one.
fn changes(snapshot: &Snapshot) -> Section {
    let title = "What changed".to_owned();
    let Some(changes) = snapshot.changes.as_ref().filter(|changes| !changes.changes.is_empty()) else {
        let text = match &snapshot.changes {
            Some(changes) => format!("Nothing changed from snapshot {} to {}.", changes.from, changes.to),
            None => "There is no earlier released snapshot to compare with.".to_owned(),
        };
        return Section {
            title,
            aside: String::new(),
            lead: String::new(),
            blocks: vec![Block::Empty { text }],
        };
    };
    let columns = [("direction", 2), ("title/kind", 4), ("field", 2), ("was", 4), ("now", 4)];
    let made = product::changes_of(Some(changes));
    let is_weaker = |row: &[Cell]| matches!(row.first(), Some(Cell::Status(Status::NotMet, _)));
    let block = table(&made, &columns, is_weaker);
    let lead = format!(
        "{} {} weaker, {} stronger, {} neither. What got weaker stands here; the workbook has every change.",
        made.caption,
        changes.count(Direction::Weaker),
        changes.count(Direction::Stronger),
        changes.count(Direction::Neutral),
    );
    let text = format!("Nothing got weaker from snapshot {} to {}.", changes.from, changes.to);
    Section {
        title,
        aside: words::count(made.rows.len(), "changes"),
        lead,
        blocks: vec![block.unwrap_or(Block::Empty { text })],
    }
}
