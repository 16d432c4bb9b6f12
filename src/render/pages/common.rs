//! What several pages say in the same way.

use crate::model::assessment::Counts;
use crate::model::assessment::CriterionResult;
use crate::model::assessment::EvidenceUse;
use crate::model::evidence::Evidence;
use crate::model::id::Id;
use crate::model::record::Link;
use crate::model::record::Origin;
use crate::model::status::Status;
use crate::model::time::Date;
use crate::render::book::Book;
use crate::render::charts;
use crate::render::page::Block;
use crate::render::page::EvidenceItem;
use crate::render::page::Pairs;
use crate::render::page::Section;
use crate::render::page::commas;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Part;
use crate::render::view::code;
use crate::render::view::day;
use crate::render::view::digest;
use crate::render::view::link;
use crate::render::view::marked;
use crate::render::view::small;
use crate::render::view::text;
use crate::render::view::why;

/// What every record has beside its own fields, as labels and values.
macro_rules! tail {
    ($book:expr, $pairs:expr, $record:expr) => {{
        let record = $record;
        $pairs.add("Owner", &record.owner);
        $pairs.add("Last reviewed", record.last_reviewed);
        $pairs.add(
            "Review every",
            record.review_interval.map(|period| $crate::render::view::text(period.human())),
        );
        for prop in &record.props {
            $pairs.add(prop.name.clone(), prop.value.clone());
        }
        $pairs.add("Links", $crate::render::pages::common::links($book, &record.links, &record.origin));
        if let Some(remarks) = &record.remarks {
            let prefix = format!("remarks-{}-", record.id);
            $pairs.add(
                "Remarks",
                $book.prose(
                    remarks,
                    &prefix,
                    $crate::render::links::Written::Field(&record.origin, "remarks"),
                ),
            );
        }
    }};
}
pub(crate) use tail;

/// Links of a record.
pub(crate) fn links(book: &Book, links: &[Link], origin: &Origin) -> Cell {
    commas(crate::render::links::parts(book, links, origin))
}

/// `1 claim`, `2 claims`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number}\u{a0}{}", if number == 1 { one } else { many })
}

/// The dated statement that nothing is recorded.
pub(crate) fn nothing(book: &Book, what: &str, how: &str) -> Block {
    Block::Empty {
        mark: Some(status::worded(Status::NotAssessed, "Nothing recorded")),
        text: what.to_owned(),
        by: [
            text("Looked for in the records of this snapshot as of "),
            crate::render::view::at(book.as_of()),
            text(". "),
        ]
        .into_iter()
        .chain(crate::render::view::marked(how))
        .collect::<Vec<Part>>()
        .into(),
    }
}

/// What is withheld from this audience of one kind, and how to ask.
pub(crate) fn stubs(book: &Book, kind: &str) -> Option<Block> {
    let items: Vec<Cell> = book
        .snapshot
        .stubs
        .iter()
        .filter(|stub| stub.kind == kind)
        .map(|stub| {
            let mut parts = vec![Part::Redacted { text: stub.title.clone() }];
            if !stub.how_to_ask.is_empty() {
                parts.push(text(format!(" {}", stub.how_to_ask)));
            }
            parts.into()
        })
        .collect();
    (!items.is_empty()).then_some(Block::List { items })
}

/// Adds what is withheld of `kind` as a section.
pub(crate) fn withheld(book: &Book, page: &mut crate::render::page::Page, kind: &str) {
    if let Some(block) = stubs(book, kind) {
        page.add(
            Section::new("withheld", "In full for other audiences")
                .para("These records exist and were judged with everything else. They are not part of this copy.")
                .block(block),
        );
    }
}

/// The age of evidence against its limit: bar and numbers.
pub(crate) fn age(book: &Book, id: &str) -> Cell {
    let Some(age) = book.assessment().evidence.get(id).and_then(|judged| judged.age.as_ref()) else {
        return "no capture date".into();
    };
    if age.days < 0 {
        return "not yet".into();
    }
    let (fill, over) = charts::bar(age.days, age.limit_days);
    vec![Part::Bar { fill, over, tone: "fill" }, text(format!("{} of {}\u{a0}d", age.days, age.limit_days))]
        .into()
}

/// The trust ladder of a piece of evidence.
pub(crate) fn trust(evidence: &Evidence) -> Part {
    Part::Trust { bars: evidence.trust.bars(), text: evidence.trust.word() }
}

/// Whether a piece of evidence can count: it cannot at all, it is too old, or nothing stands against it.
pub(crate) fn usable(book: &Book, id: &str) -> Cell {
    let Some(judged) = book.assessment().evidence.get(id) else {
        return status::mark(Status::NotAssessed).into();
    };
    if !judged.can_count {
        let mut parts = vec![Part::Mark { mark: status::worded(Status::Sample, "Cannot count") }];
        parts.extend(judged.why_not.clone().map(why));
        return parts.into();
    }
    match &judged.age {
        Some(age) if age.status == Status::Stale => vec![
            Part::Mark { mark: status::mark(Status::Stale) },
            why(format!("{}\u{a0}d over its limit", age.days - age.limit_days)),
        ]
        .into(),
        Some(_) => "can count".into(),
        None => "can count, age unknown".into(),
    }
}

/// Pieces of evidence as a list, each with how it bears.
pub(crate) fn evidence_list(book: &Book, uses: &[EvidenceUse]) -> Vec<EvidenceItem> {
    uses.iter()
        .enumerate()
        .map(|(index, used)| {
            let number = format!("E{} · ", index + 1);
            let id = used.evidence.as_str();
            let mut bears = vec![Part::Mark { mark: status::counts(used.counts) }];
            if !used.why.is_empty() {
                bears.push(why(used.why.clone()));
            }
            match book.catalog().evidence.get(id) {
                Some(evidence) => EvidenceItem {
                    id: format!("e{}", index + 1),
                    title: vec![text(number), book.link("evidence", id)].into(),
                    text: evidence.description.clone().unwrap_or_default(),
                    source: vec![
                        text(format!("{}, {} · ", evidence.kind().word(), evidence.mode.word())),
                        code(evidence.source.path.clone()),
                    ]
                    .into(),
                    digest: digest(&evidence.source.sha256).into(),
                    side: vec![bears.into(), age(book, id), trust(evidence).into()],
                },
                None => EvidenceItem {
                    id: format!("e{}", index + 1),
                    title: vec![text(number), Part::Redacted { text: "a piece of evidence".to_owned() }]
                        .into(),
                    text: "It was judged with everything else and is not part of this copy.".to_owned(),
                    source: Cell::default(),
                    digest: Cell::default(),
                    side: vec![bears.into()],
                },
            }
        })
        .collect()
}

/// Criteria with what was asked and found. `numbers` gives evidence its number on the page, where it has a list of it.
pub(crate) fn reasons(
    book: &Book,
    caption: &str,
    criteria: &[CriterionResult],
    numbers: &[EvidenceUse],
) -> Table {
    let mut table =
        Table::new("reasons", caption, &["Condition", "!Status", "Asked", "Found", "Evidence", "What to do"]);
    for criterion in criteria {
        let mut evidence = Vec::new();
        for used in &criterion.evidence {
            let id = used.evidence.as_str();
            let number = numbers.iter().position(|known| known.evidence == used.evidence);
            let words = match number {
                Some(number) => format!("E{}", number + 1),
                None => book.name_of("evidence", id).unwrap_or(id).to_owned(),
            };
            evidence.push(match book.href("evidence", id) {
                Some(href) => link(words, href),
                None => code(words),
            });
        }
        let mut evidence = commas(evidence);
        for (used, why) in criterion.evidence.iter().filter_map(|used| Some((used, not_counted(used)?))) {
            let name = book.name_of("evidence", used.evidence.as_str()).unwrap_or(used.evidence.as_str());
            evidence.0.push(small(format!("{name} does not count: {why}")));
        }
        if criterion.withheld > 0 {
            let words = count(usize::try_from(criterion.withheld).unwrap_or(usize::MAX), "input", "inputs");
            evidence.0.push(small(format!("{words} withheld from this audience")));
        }
        if let Some(until) = criterion.valid_until {
            evidence.0.push(small(format!("may change from {}", until.date())));
        }
        table.row_at(
            format!("criterion-{}", criterion.id),
            vec![
                vec![text(criterion.text.clone()), Part::SmallCode { text: criterion.id.to_string() }].into(),
                book.criterion_state(criterion).into(),
                marked(&criterion.asked).into(),
                marked(&criterion.found).into(),
                evidence,
                marked(&criterion.help).into(),
            ],
        );
    }
    table
}

/// Why a piece of evidence was looked at and does not count.
fn not_counted(used: &EvidenceUse) -> Option<String> {
    let why = used.why.replace('`', "");
    (used.counts == Counts::NotCounted && !why.is_empty()).then_some(why)
}

/// How many criteria hold, of those that are asked.
pub(crate) fn holding(criteria: &[CriterionResult]) -> String {
    let required: Vec<_> = criteria.iter().filter(|criterion| criterion.required).collect();
    let holding = required
        .iter()
        .filter(|criterion| criterion.status.is_satisfied() || criterion.status == Status::Waived)
        .count();
    format!("{holding} of {} required conditions hold or are waived", required.len())
}

/// The days between two, as a cell of a range.
pub(crate) fn range(start: Date, end: Date) -> Vec<Part> {
    vec![day(start), text(" to "), day(end)]
}

/// A piece of evidence as a link with its kind below.
pub(crate) fn evidence_cell(book: &Book, evidence: &Evidence) -> Cell {
    vec![book.link("evidence", evidence.id.as_str()), Part::SmallCode { text: evidence.source.path.clone() }]
        .into()
}

/// Links to claims, each with its status.
pub(crate) fn claim_links(book: &Book, ids: &[Id]) -> Cell {
    let mut out = Vec::new();
    for id in ids {
        if !out.is_empty() {
            out.push(text(" · "));
        }
        out.push(book.link("claims", id.as_str()));
        if book.catalog().claims.contains_key(id) {
            out.push(text(format!(" ({})", book.claim_status(id.as_str()).word().to_lowercase())));
        }
    }
    Cell(out)
}

/// An empty set of pairs.
pub(crate) fn pairs() -> Pairs {
    Pairs::default()
}
