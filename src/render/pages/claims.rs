//! The claim matrix and one page per claim.

use crate::model::assessment::Counts;
use crate::model::assessment::EvidenceUse;
use crate::model::content::Claim;
use crate::model::status::Status;
use crate::render::book::Book;
use crate::render::book::claim_counts;
use crate::render::page::Block;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Mark;
use crate::render::view::Part;
use crate::render::view::StripItem;
use crate::render::view::at;
use crate::render::view::code;
use crate::render::view::day_of;
use crate::render::view::link;
use crate::render::view::strong;
use crate::render::view::text;
use crate::render::view::why;

/// Claims, worst first, then by id.
pub(crate) fn worst_first<'a>(book: &Book<'a>) -> Vec<&'a Claim> {
    let mut claims: Vec<&Claim> = book.catalog().claims.values().collect();
    claims.sort_by(|a, b| {
        (book.claim_status(a.id.as_str()), a.tier, &a.id).cmp(&(
            book.claim_status(b.id.as_str()),
            b.tier,
            &b.id,
        ))
    });
    claims
}

/// Claims by their area, the area with the worst claim first.
pub(crate) fn by_area<'a>(book: &Book<'a>) -> Vec<(String, Vec<&'a Claim>)> {
    let mut areas: Vec<(String, Vec<&Claim>)> = Vec::new();
    for claim in worst_first(book) {
        let area = claim.area.clone().unwrap_or_else(|| "Other".to_owned());
        match areas.iter_mut().find(|(name, _)| *name == area) {
            Some((_, list)) => list.push(claim),
            None => areas.push((area, vec![claim])),
        }
    }
    areas
}

/// One shape of the claim strip.
pub(crate) fn strip_item(book: &Book, claim: &Claim) -> Option<StripItem> {
    let mark = status::mark(book.claim_status(claim.id.as_str()));
    Some(StripItem {
        label: format!("{}: {}", claim.statement.trim_end_matches('.'), mark.word.to_lowercase()),
        href: book.href("claims", claim.id.as_str())?,
        mark,
    })
}

/// The sentence on how all claims stand.
pub(crate) fn sentence(book: &Book) -> String {
    let total = book.catalog().claims.len();
    if total == 0 {
        return "No claims are recorded.".to_owned();
    }
    let counts = claim_counts(book);
    let met = counts.iter().find(|(mark, _)| mark.word == Status::Met.word()).map_or(0, |(_, count)| *count);
    if met == total {
        return match total {
            1 => "The one claim is met.".to_owned(),
            _ => format!("All {total} claims are met."),
        };
    }
    let others: Vec<&(Mark, usize)> =
        counts.iter().filter(|(mark, _)| mark.word != Status::Met.word()).collect();
    let said =
        |count: usize, words: &str| format!("{count} {} {words}", if count == 1 { "is" } else { "are" });
    let mut rest: Vec<String> =
        others.iter().take(3).map(|(mark, count)| said(*count, &mark.word.to_lowercase())).collect();
    match others.get(3..) {
        Some([(mark, count)]) => rest.push(said(*count, &mark.word.to_lowercase())),
        Some(more) if !more.is_empty() => {
            rest.push(said(more.iter().map(|(_, count)| count).sum(), "in other states"));
        }
        _ => {}
    }
    let (last, first) = match rest.split_last() {
        Some((last, first)) => (last.clone(), first.join(", ")),
        None => (String::new(), String::new()),
    };
    let rest = if first.is_empty() { last } else { format!("{first} and {last}") };
    format!("{met} of {total} claims {} met; {rest}.", if met == 1 { "is" } else { "are" })
}

/// The worst status of any claim.
pub(crate) fn worst(book: &Book) -> Status {
    book.catalog().claims.keys().map(|id| book.claim_status(id.as_str())).min().unwrap_or(Status::NotAssessed)
}

/// The claim matrix.
pub(crate) fn page(book: &Book) -> Page {
    let head = PageHead::verdict(status::mark(worst(book)), sentence(book)).by(vec![
        text("Each status is computed from evidence and dates as of "),
        at(book.as_of()),
        text(". What people declare stands beside it and never replaces it."),
    ]);
    let mut page = Page::new("claims", "Claims", head);
    if book.catalog().claims.is_empty() {
        page.add(Section::new("none", "Claims").block(common::nothing(
            book,
            "This trust center makes no claims.",
            "Claims are written in the content and judged by their criteria.",
        )));
        common::withheld(book, &mut page, "claims");
        return page;
    }
    let items = worst_first(book).into_iter().filter_map(|claim| strip_item(book, claim)).collect();
    page.add(
        Section::new("levels", "How the claims stand")
            .meta(common::count(book.catalog().claims.len(), "claim", "claims"))
            .block(Block::Strip {
                label: "Claims, worst first; one shape is one claim".to_owned(),
                items,
                legend: claim_counts(book),
            }),
    );
    let mut table = Table::new(
        "claims",
        "Areas and claims, worst first. Counted / listed is evidence that bears on the claim, of all that is listed.",
        &["Claim", "!Status", "#Tier", "#Counted / listed", "~Oldest evidence", "Owner", "~May change from"],
    )
    .filtered();
    for (area, claims) in by_area(book) {
        table.group(format!("area-{}", crate::model::id::Id::slug(&area)), area);
        for claim in claims {
            let judged = book.claim(claim.id.as_str());
            let mut state: Vec<Part> =
                vec![Part::Mark { mark: status::mark(book.claim_status(claim.id.as_str())) }];
            state
                .extend(judged.filter(|judged| !judged.why.is_empty()).map(|judged| why(judged.why.clone())));
            table.row_at(
                crate::render::book::anchor("claims", claim.id.as_str()),
                vec![
                    vec![
                        book.link("claims", claim.id.as_str()),
                        Part::SmallCode { text: claim.id.to_string() },
                    ]
                    .into(),
                    state.into(),
                    claim.tier.to_string().into(),
                    judged.map(|judged| format!("{} / {}", judged.counted, judged.listed)).into(),
                    match judged.and_then(|judged| judged.oldest_evidence) {
                        Some(oldest) => day_of(oldest).into(),
                        None => "none".into(),
                    },
                    (&claim.owner).into(),
                    judged.and_then(|judged| judged.valid_until).map(day_of).into(),
                ],
            );
        }
    }
    page.add(Section::new("matrix", "Claim matrix").meta("worst first").table(table).para(vec![
        text("For tools: "),
        link("the claims as CycloneDX 1.6 declarations", "data/claims.cdx.json"),
        text("."),
    ]));
    common::withheld(book, &mut page, "claims");
    page
}

/// One claim.
pub(crate) fn one(book: &Book, claim: &Claim) -> Page {
    let id = claim.id.as_str();
    let judged = book.claim(id);
    let computed = book.claim_status(id);
    let mark = status::worded(computed, format!("{} · Tier {}", computed.word(), claim.tier));
    let mut head = PageHead::verdict(mark, claim.statement.clone());
    if let Some(judged) = judged.filter(|judged| !judged.why.is_empty()) {
        head = head.by(crate::render::view::marked(&judged.why));
    }
    let mut line = vec![text("Claim "), code(id)];
    if let Some(owner) = &claim.owner {
        line.push(text(format!(", owner {owner}")));
    }
    if let Some(until) = judged.and_then(|judged| judged.valid_until) {
        line.push(text(", may change from "));
        line.push(day_of(until));
    }
    line.push(text(", computed as of "));
    line.push(at(book.as_of()));
    line.push(text("."));
    head = head.by(line);
    if let Some(declared) = claim.declared.filter(|declared| *declared != computed) {
        head = head.by(vec![
            text("Its people declare it “"),
            strong(declared.word().to_lowercase()),
            text("”. The computed status holds."),
        ]);
    }
    let mut page = Page::new("claims", claim.statement.clone(), head).under("Claims", "claims.html");
    page.title = format!("Claim {id}");
    page.crumb = id.to_owned();

    let none = Vec::new();
    let uses: &[EvidenceUse] = judged.map_or(&none, |judged| &judged.evidence);
    match judged.filter(|judged| !judged.criteria.is_empty()) {
        Some(judged) => {
            page.add(Section::new("reasons", "Reasons").meta(common::holding(&judged.criteria)).table(
                common::reasons(
                    book,
                    "Each condition of this claim, what it asks and what was found, worst first.",
                    &judged.criteria,
                    uses,
                ),
            ))
        }
        None => page.add(Section::new("reasons", "Reasons").block(common::nothing(
            book,
            "No condition is set for this claim, so it is not assessed.",
            "A claim needs at least one criterion to be judged.",
        ))),
    }
    let counted = uses.iter().filter(|used| used.counts != Counts::NotCounted).count();
    let items = common::evidence_list(book, uses);
    let withheld = judged
        .map_or(0, |judged| judged.criteria.iter().map(|criterion| criterion.withheld).max().unwrap_or(0));
    if items.is_empty() && withheld > 0 {
        let words = match withheld {
            1 => "a piece of evidence".to_owned(),
            many => format!("{many}\u{a0}pieces of evidence"),
        };
        page.add(Section::new("evidence", "Evidence").block(Block::List {
            items: vec![
                    vec![
                        Part::Redacted { text: words },
                        text(" It was judged with everything else and is not part of this copy."),
                    ]
                    .into(),
                ],
        }));
    } else if items.is_empty() {
        page.add(Section::new("evidence", "Evidence").block(common::nothing(
            book,
            "No evidence is listed for this claim.",
            "A claim without evidence cannot be met.",
        )));
    } else {
        page.add(
            Section::new("evidence", "Evidence")
                .meta(format!("{} listed, {counted} counted", items.len()))
                .block(Block::Evidence { items }),
        );
    }
    let mut against = common::pairs();
    against.add(
        "Counter-evidence",
        crate::render::page::commas(book.links("evidence", &claim.counter_evidence)),
    );
    for mitigation in &claim.mitigation_strategies {
        against.add("Mitigation", mitigation.clone());
    }
    against.add("What it does not say", &claim.limits);
    page.add_filled(Section::new("against", "Against this claim, and its limits").pairs(against));

    let mut about = common::pairs();
    about.add("About", target(book, claim));
    about.add("Reasoning", &claim.reasoning);
    about.add("Area", &claim.area);
    about.add("Valid until", claim.valid_until.map(|until| text(until.to_string())));
    common::tail!(book, about, claim);
    page.add_filled(Section::new("about", "About this claim").pairs(about));
    page.add_filled(
        Section::new("requirements", "Requirements this claim supports")
            .meta(common::count(claim.requirements.len(), "requirement", "requirements"))
            .table(requirements(book, claim)),
    );
    page.add_filled(
        Section::new("history", "History")
            .meta(common::count(book.snapshot.history.len() + 1, "snapshot", "snapshots"))
            .table(history(book, claim)),
    );
    page
}

/// What the claim is about, as a link where it is a record.
fn target(book: &Book, claim: &Claim) -> Cell {
    let Some(target) = &claim.target else { return Cell::default() };
    ["releases", "products"]
        .into_iter()
        .find(|kind| book.name_of(kind, target).is_some())
        .map_or_else(|| code(target.clone()), |kind| book.link(kind, target))
        .into()
}

fn requirements(book: &Book, claim: &Claim) -> Table {
    let mut table = Table::new(
        "requirements",
        "As mapped by hand; relationship in the words of OSCAL.",
        &["Requirement", "Framework", "Relationship"],
    )
    .fit();
    for reference in &claim.requirements {
        let framework = book.catalog().frameworks.get(&reference.framework);
        let title = framework
            .and_then(|framework| {
                framework.requirements.iter().find(|known| known.id == reference.requirement)
            })
            .map(|requirement| requirement.title.clone());
        table.row(vec![
            match title {
                Some(title) => vec![code(reference.requirement.clone()), text(format!(" {title}"))].into(),
                None => code(reference.requirement.clone()).into(),
            },
            book.link("frameworks", reference.framework.as_str()).into(),
            reference.relationship.clone().into(),
        ]);
    }
    table
}

fn history(book: &Book, claim: &Claim) -> Table {
    let mut table = Table::new(
        "history",
        "Status of this claim in each snapshot. Released snapshots never change.",
        &["Snapshot", "!Status", "~As of"],
    )
    .fit();
    if book.snapshot.history.is_empty() {
        return table;
    }
    table.row(vec![
        strong(book.number()).into(),
        status::mark(book.claim_status(claim.id.as_str())).into(),
        day_of(book.as_of()).into(),
    ]);
    for past in book.snapshot.history.iter().filter(|past| past.seq != book.snapshot.head.seq) {
        let number = crate::model::snapshot::number(past.seq);
        let found = past.claims.iter().find(|(id, _, _)| *id == claim.id);
        table.row(vec![
            link(number.clone(), format!("snapshots.html#snapshot-{number}")).into(),
            match found {
                Some((_, _, status)) => status::mark(*status).into(),
                None => "not made".into(),
            },
            day_of(past.as_of).into(),
        ]);
    }
    table
}
