//! The verdict of every profile, with all its reasons.

use crate::model::assessment::Verdict;
use crate::render::book::Book;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::pages::groups;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Part;
use crate::render::view::at;
use crate::render::view::code;
use crate::render::view::day_of;
use crate::render::view::link;
use crate::render::view::marked;
use crate::render::view::strong;
use crate::render::view::text;

/// All verdicts.
pub(crate) fn page(book: &Book) -> Page {
    let verdicts = &book.assessment().verdicts;
    let mut page =
        Page::new("verdicts", "Verdicts", PageHead::plain("Verdicts of every rule set").by(vec![
            text("A profile is a list of conditions and a table that says what follows from them. Nothing passes by default. As of "),
            at(book.as_of()),
            text("."),
        ]));
    if verdicts.is_empty() {
        page.add(Section::new("none", "Verdicts").block(common::nothing(
            book,
            "No profile was applied.",
            "Profiles are named in the project file.",
        )));
        return page;
    }
    page.add(
        Section::new("verdicts", "Verdicts")
            .meta(common::count(verdicts.len(), "profile", "profiles"))
            .table(table(book)),
    );
    page
}

/// One row a profile.
pub(crate) fn table(book: &Book) -> Table {
    let mut table = Table::new(
        "verdicts",
        "In the order of the project file; the first one is the verdict that releases are judged by.",
        &["Profile", "!Verdict", "Subject", "Sentence", "~May change from"],
    );
    for verdict in &book.assessment().verdicts {
        table.row_at(
            format!("verdict-{}", verdict.profile),
            vec![
                vec![
                    book.link("verdicts", verdict.profile.as_str()),
                    Part::SmallCode { text: format!("{} {}", verdict.profile, verdict.profile_version) },
                ]
                .into(),
                status::worded(verdict.status, verdict.word.clone()).into(),
                verdict.subject.clone().into(),
                verdict.sentence.clone().into(),
                verdict.valid_until.map(day_of).into(),
            ],
        );
    }
    table
}

/// The head of a page about a verdict.
pub(crate) fn head(book: &Book, verdict: &Verdict) -> PageHead {
    let mut head =
        PageHead::verdict(status::worded(verdict.status, verdict.word.clone()), verdict.sentence.clone()).by(
            vec![
                text("Computed by profile "),
                code(verdict.profile.to_string()),
                text(format!(" version {}, as of ", verdict.profile_version)),
                at(book.as_of()),
                text("."),
            ],
        );
    if let Some(declared) = &verdict.declared {
        head = head.by(match verdict.declared_agrees {
            Some(true) => vec![
                text("A receipt of the same subject declares the same: "),
                strong(declared.clone()),
                text("."),
            ],
            Some(false) => vec![
                text("A receipt of the same subject declares otherwise: "),
                strong(declared.clone()),
                text(". The computed verdict holds."),
            ],
            None => {
                vec![text("A receipt of the same subject declares "), strong(declared.clone()), text(".")]
            }
        });
    }
    head
}

/// One verdict.
pub(crate) fn one(book: &Book, verdict: &Verdict) -> Page {
    let mut page =
        Page::new("verdicts", verdict.title.clone(), head(book, verdict)).under("Verdicts", "verdicts.html");
    if verdict.groups.is_empty() {
        page.add(reasons(book, verdict));
    } else {
        page.add(groups::section(book, verdict));
        page.add_filled(groups::open(book, verdict));
        page.add_filled(groups::outside(book, verdict));
    }
    let mut about = common::pairs();
    about.add(
        "Profile",
        vec![
            code(verdict.profile.to_string()),
            text(format!(", version {}: {}", verdict.profile_version, verdict.title)),
        ],
    );
    about.add("What it judges", Cell(marked(&verdict.description)));
    about.add("Subject", verdict.subject.clone());
    about.add("State", code(verdict.state.clone()));
    about.add("May change from", verdict.valid_until.map(day_of));
    if book.assessment().runs.levels.iter().any(|level| level.profile == verdict.profile) {
        about.add("Over all runs", link("Service levels with every run behind them", "service-levels.html"));
    }
    page.add(Section::new("about", "About this verdict").pairs(about));
    page
}

/// The reasons of a verdict.
pub(crate) fn reasons(book: &Book, verdict: &Verdict) -> Section {
    Section::new("reasons", "Reasons")
        .meta(common::holding(&verdict.criteria))
        .block(groups::strip(book, verdict, &verdict.criteria.iter().collect::<Vec<_>>()))
        .table(common::reasons(
            book,
            "Each condition of the profile, what it asks and what was found, worst first.",
            &verdict.criteria,
            &[],
        ))
}
