//! The list of evidence and one page per piece: source, digest, age, trust, what it says, what it supports.

use crate::model::evidence::Evidence;
use crate::model::evidence::EvidenceKind;
use crate::model::status::Status;
use crate::render::book::Book;
use crate::render::charts;
use crate::render::page::Block;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::page::commas;
use crate::render::pages::common;
use crate::render::pages::evidence_body;
use crate::render::pages::evidence_original;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Part;
use crate::render::view::at;
use crate::render::view::code;
use crate::render::view::day_of;
use crate::render::view::digest;
use crate::render::view::link;
use crate::render::view::text;
use crate::render::view::why;

/// How an age stands, for sorting: over its limit first, then by the day it becomes stale, unknown ones last.
fn order(book: &Book, evidence: &Evidence) -> (bool, Option<i64>, String) {
    let age = book.assessment().evidence.get(&evidence.id).and_then(|judged| judged.age.as_ref());
    (age.is_none(), age.map(|age| age.stale_from.unix()), evidence.id.to_string())
}

/// All evidence.
pub(crate) fn page(book: &Book) -> Page {
    let all = &book.catalog().evidence;
    let stale = all
        .keys()
        .filter(|id| {
            book.assessment()
                .evidence
                .get(*id)
                .and_then(|judged| judged.age.as_ref())
                .is_some_and(|age| age.status == Status::Stale)
        })
        .count();
    let unused = all
        .keys()
        .filter(|id| {
            book.assessment()
                .evidence
                .get(*id)
                .is_none_or(|judged| judged.claims.is_empty() && judged.criteria.is_empty())
        })
        .count();
    let title = if all.is_empty() {
        "No evidence is recorded.".to_owned()
    } else {
        format!(
            "{} of evidence: {} past {} limit, {} {} nothing.",
            common::count(all.len(), "piece", "pieces"),
            none_or(stale),
            if stale == 1 { "its" } else { "their" },
            none_or(unused),
            if unused < 2 { "supports" } else { "support" }
        )
    };
    let head = if stale > 0 {
        PageHead::verdict(status::mark(Status::Stale), title)
    } else {
        PageHead::plain(title)
    };
    let mut page = Page::new(
        "evidence",
        "Evidence",
        head.by(vec![
            text("Every file somebody’s machine or person produced, with its digest, its age as of "),
            day_of(book.as_of()),
            text(" and how far its bytes are trusted."),
        ]),
    );
    if all.is_empty() {
        page.add(Section::new("none", "Evidence").block(common::nothing(
            book,
            "No evidence is published with this snapshot.",
            "Without evidence no claim can be met.",
        )));
        common::withheld(book, &mut page, "evidence");
        return page;
    }
    let mut sorted: Vec<&Evidence> = all.values().collect();
    sorted.sort_by_key(|evidence| order(book, evidence));
    let mut section = Section::new("freshness", "Freshness").meta("first to age comes first");
    let spans: Vec<charts::Span> = sorted
        .iter()
        .filter_map(|evidence| {
            let age = book.assessment().evidence.get(&evidence.id)?.age.as_ref()?;
            Some(charts::Span {
                label: evidence.title.clone(),
                from: evidence.captured_at?,
                until: age.stale_from,
            })
        })
        .collect();
    if let Some(chart) = charts::freshness(&spans, book.as_of()) {
        section = section.block(Block::Chart { chart });
    }
    let mut table = Table::new(
        "evidence",
        "Every piece, by kind. The upright line of a bar is the limit; what stands past it is over.",
        &["Evidence", "!Counts", "~Captured", "~Age", "~Trust", "Supports", "~Digest"],
    )
    .filtered();
    for kind in EvidenceKind::ALL {
        let of_kind: Vec<&&Evidence> = sorted.iter().filter(|evidence| evidence.kind() == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        table.group(format!("kind-{}", crate::model::id::Id::slug(kind.word())), kind.word());
        for evidence in of_kind {
            let id = evidence.id.as_str();
            let judged = book.assessment().evidence.get(id);
            let supports = judged.map_or(0, |judged| judged.claims.len() + judged.criteria.len());
            table.row_at(
                crate::render::book::anchor("evidence", id),
                vec![
                    common::evidence_cell(book, evidence),
                    common::usable(book, id),
                    match evidence.captured_at {
                        Some(instant) => day_of(instant).into(),
                        None => "not said".into(),
                    },
                    common::age(book, id),
                    common::trust(evidence).into(),
                    match supports {
                        0 => "nothing".into(),
                        _ => link(
                            common::count(supports, "condition", "conditions"),
                            format!("{}#supports", book.href("evidence", id).unwrap_or_default()),
                        )
                        .into(),
                    },
                    code(evidence.source.sha256.chars().take(12).collect::<String>()).into(),
                ],
            );
        }
    }
    page.add(section.table(table));
    common::withheld(book, &mut page, "evidence");
    page
}

fn none_or(number: usize) -> String {
    if number == 0 { "none".to_owned() } else { number.to_string() }
}

/// One piece of evidence.
pub(crate) fn one(book: &Book, evidence: &Evidence) -> Page {
    let id = evidence.id.as_str();
    let judged = book.assessment().evidence.get(id);
    let head = match judged {
        Some(judged) if !judged.can_count => PageHead {
            mark: Some(status::worded(
                Status::Sample,
                format!("Cannot count: {}", judged.why_not.as_deref().unwrap_or("no reason given")),
            )),
            title: evidence.title.clone(),
            by: Vec::new(),
        },
        Some(judged) if judged.age.as_ref().is_some_and(|age| age.status == Status::Stale) => PageHead {
            mark: Some(status::worded(Status::Stale, "Stale: older than its limit")),
            title: evidence.title.clone(),
            by: Vec::new(),
        },
        _ => evidence_body::head(evidence),
    };
    let head = head.by(evidence.description.clone().map(text)).by(vec![
        text(format!("{}, {}, ", evidence.kind().word(), evidence.mode.word())),
        match evidence.captured_at {
            Some(instant) => at(instant),
            None => text("captured at a time it does not say"),
        },
        text(". Evidence "),
        code(id),
        text("."),
    ]);
    let mut page = Page::new("evidence", evidence.title.clone(), head).under("Evidence", "evidence.html");
    for section in evidence_body::sections(book, evidence) {
        page.add_filled(section);
    }
    page.add(source(book, evidence));
    page.add(supports(book, evidence));
    page.add(evidence_original::section(book, evidence));
    page
}

/// Where it comes from and how far it is trusted.
fn source(book: &Book, evidence: &Evidence) -> Section {
    let source = &evidence.source;
    let id = evidence.id.as_str();
    let mut pairs = common::pairs();
    pairs.add(
        "File",
        vec![
            code(source.path.clone()),
            text(", "),
            link("look at it", format!("{}#original", book.href("evidence", id).unwrap_or_default())),
        ],
    );
    pairs.add("SHA-256", digest(&source.sha256));
    pairs.add("Size", text(format!("{}\u{a0}bytes", source.size_bytes)));
    pairs.add("Read as", {
        let mut parts = vec![code(source.adapter.clone())];
        if let Some(version) = &source.format_version {
            parts.push(text(format!(", version {version}")));
        }
        parts.push(text(", "));
        parts.push(code(source.media_type.clone()));
        parts
    });
    pairs.add("Trust", common::trust(evidence));
    pairs.add("Age", common::age(book, id));
    if let Some(age) = book.assessment().evidence.get(id).and_then(|judged| judged.age.as_ref()) {
        pairs.add("Stale from", day_of(age.stale_from));
    }
    pairs.add("About", evidence.subject.clone());
    pairs.add("Release", evidence.release.as_ref().map(|release| book.link("releases", release.as_str())));
    pairs.add(
        "Source state",
        evidence.source_state.as_deref().map(|state| match &book.snapshot.head.source_state {
            Some(current) if current != state => Part::Text {
                text: format!(
                    "{state} (another source state than this snapshot’s, so it does not count for it)"
                ),
            },
            _ => digest(state),
        }),
    );
    if evidence.unknown_fields > 0 {
        pairs.add(
            "Not looked at",
            common::count(usize::try_from(evidence.unknown_fields).unwrap_or(usize::MAX), "field", "fields")
                + " that no adapter reads",
        );
    }
    Section::new("source", "Source").pairs(pairs)
}

/// What it supports, and back.
fn supports(book: &Book, evidence: &Evidence) -> Section {
    let section = Section::new("supports", "What it supports");
    let judged = book.assessment().evidence.get(&evidence.id);
    let mut table = Table::new(
        "supports",
        "Claims that list it and conditions of profiles that use it, and how it bears on each.",
        &["Claim or condition", "!Bears", "Status"],
    )
    .fit();
    for claim in judged.map(|judged| judged.claims.as_slice()).unwrap_or_default() {
        let used = book
            .claim(claim.as_str())
            .and_then(|claim| claim.evidence.iter().find(|used| used.evidence == evidence.id));
        table.row(vec![
            book.link("claims", claim.as_str()).into(),
            match used {
                Some(used) => {
                    let mut parts = vec![Part::Mark { mark: status::counts(used.counts) }];
                    if !used.why.is_empty() {
                        parts.push(why(used.why.clone()));
                    }
                    parts.into()
                }
                None => "listed".into(),
            },
            status::mark(book.claim_status(claim.as_str())).into(),
        ]);
    }
    for path in judged.map(|judged| judged.criteria.as_slice()).unwrap_or_default() {
        let Some((profile, criterion)) = path.split_once('/') else { continue };
        let verdict = book.assessment().verdicts.iter().find(|verdict| verdict.profile.as_str() == profile);
        let found =
            verdict.and_then(|verdict| verdict.criteria.iter().find(|known| known.id.as_str() == criterion));
        let Some(found) = found else { continue };
        let used = found.evidence.iter().find(|used| used.evidence == evidence.id);
        let href = book.criterion_href(profile, criterion).unwrap_or_default();
        table.row(vec![
            vec![link(found.text.clone(), href), Part::SmallCode { text: path.clone() }].into(),
            used.map(|used| Part::Mark { mark: status::counts(used.counts) }).into(),
            status::mark(found.status).into(),
        ]);
    }
    let controls: Vec<Part> = book
        .catalog()
        .controls
        .values()
        .filter(|control| control.evidence.contains(&evidence.id))
        .map(|control| book.link("controls", control.id.as_str()))
        .chain(
            book.catalog()
                .answers
                .values()
                .filter(|answer| answer.evidence.contains(&evidence.id))
                .map(|answer| book.link("answers", answer.id.as_str())),
        )
        .collect();
    if table.is_empty() && controls.is_empty() {
        return section.block(Block::Empty {
            mark: None,
            text: "No claim and no condition rests on this piece of evidence.".to_owned(),
            by: vec![text("As of "), at(book.as_of()), text(".")].into(),
        });
    }
    let section = if table.is_empty() { section } else { section.table(table) };
    if controls.is_empty() {
        section
    } else {
        let mut line = vec![text("Named by ")];
        line.extend(commas(controls).0);
        section.para(line)
    }
}
