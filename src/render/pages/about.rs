//! About the site, its accessibility, pages of running text, and the page for addresses that do not exist.

use crate::model::content::Page as Text;
use crate::render::book::Book;
use crate::render::links::Written;
use crate::render::page::Block;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::pages::PAGES;
use crate::render::pages::common;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::at;
use crate::render::view::code;
use crate::render::view::link;
use crate::render::view::text;

/// About this site.
pub(crate) fn page(book: &Book) -> Page {
    let snapshot = book.snapshot;
    let mut page = Page::new(
        "about",
        "About this site",
        PageHead::plain("About this site").by("A set of files made from records and evidence by a program that gives the same bytes for the same inputs."),
    );
    let mut made = common::pairs();
    made.add("Made by", snapshot.head.generator.clone());
    made.add("As of", at(snapshot.head.as_of));
    made.add(
        "Audience",
        format!("{}; what is not for it is in no file of this copy", snapshot.head.audience.name()),
    );
    made.add("Source state", snapshot.head.source_state.as_deref().map(crate::render::view::digest));
    let counts: Vec<String> = book
        .catalog()
        .counts()
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(kind, count)| crate::render::words::count(count, kind))
        .collect();
    made.add("Records", if counts.is_empty() { "none".to_owned() } else { counts.join(", ") });
    page.add(Section::new("made", "How it was made").pairs(made));
    page.add(
        Section::new("privacy", "What it does not do").block(Block::List {
            items: vec![
                "No cookies, no tracking, no analytics, no login. Nobody learns which pages you read, unless the server you got them from keeps a log.".into(),
                "Nothing is loaded from anywhere else: no fonts, no scripts, no pictures. A content security policy on every page forbids it.".into(),
                "Nothing needs a script. Where scripts run, they sort and filter tables.".into(),
                "It does not verify itself. A page that vouches for itself proves nothing; see how to verify the archive.".into(),
            ],
        }).para(vec![link("Verify the archive", "verify.html"), text(".")]),
    );
    let mut words = Table::new("", "The words of every page, each with one meaning.", &["Word", "Meaning"]);
    for (word, meaning) in [
        ("Evidence", "a file that somebody’s machine or person produced"),
        ("Claim", "a sentence the publisher makes; its status is computed, never declared"),
        ("Criterion", "one condition, with what it asks and what was found"),
        ("Profile", "a list of conditions and a table that says what follows from them"),
        ("Verdict", "the outcome of a profile, with its reasons"),
        ("Waiver", "somebody with a name takes responsibility, for a reason, until a date"),
        ("Snapshot", "everything as of one instant, numbered; a released one never changes"),
        ("Archive", "the signed file that holds a snapshot and its evidence"),
        ("Not assessed", "nothing counted; it is neither good nor bad, it is unknown"),
        (
            "Trust",
            "how much is known about the bytes of a file: referenced only, well-formed, hash verified, signature verified",
        ),
    ] {
        words.row(vec![crate::render::view::strong(word).into(), meaning.into()]);
    }
    page.add(Section::new("words", "Words").table(words));
    let empty: Vec<Cell> = PAGES
        .iter()
        .filter(|row| !matches!(row.group, "" | "site") && !(row.has_data)(book))
        .map(|row| link(row.title, format!("{}.html", row.key)).into())
        .collect();
    if !empty.is_empty() {
        page.add(
            Section::new("empty", "Pages with nothing recorded")
                .para("They are not in the navigation; each says what was looked for.")
                .block(Block::List { items: empty }),
        );
    }
    page.add(
        Section::new("data", "Data")
            .para(vec![
                text("Every table has the same rows as CSV and JSON, linked in the line of its heading. The archive also holds every record as JSON in "),
                code("data/records/"),
                text("."),
            ]),
    );
    page
}

/// Whether the built-in page on accessibility is the one to read: not when the content has its own.
pub(crate) fn keeps_accessibility(book: &Book) -> bool {
    !book.catalog().pages.iter().any(|page| page.id.as_str() == "accessibility")
}

/// Accessibility.
pub(crate) fn accessibility(book: &Book) -> Page {
    let mut page = Page::new(
        "accessibility",
        "Accessibility",
        PageHead::plain("Accessibility of this site")
            .by("What these pages are built to meet, and how to say when one does not."),
    );
    page.add(Section::new("aims", "What they are built to meet").block(Block::List {
        items: vec![
            "Web Content Accessibility Guidelines 2.2, level AA; text contrast of level AAA in the light and the dark scheme.".into(),
            "Every status is a word and a shape, never a colour alone. Every picture stands beside a table with the same numbers.".into(),
            "Everything is reachable with a keyboard, works at 400 % zoom and at a width of 320 pixels, and prints.".into(),
            "Nothing moves, opens by itself or times out. Nothing needs a script.".into(),
        ],
    }));
    page.add(Section::new("limits", "Known limits").block(Block::List {
        items: vec![
                "On small screens a table is shown row by row; its columns are read as labels.".into(),
                "Originals in the archive are what their makers produced; their accessibility is not ours."
                    .into(),
            ],
    }));
    let contact = &book.catalog().organization;
    let mut pairs = common::pairs();
    pairs.add("Write to", contact.sales_contact.clone().or_else(|| contact.security_contact.clone()));
    if !pairs.0.is_empty() {
        page.add(Section::new("contact", "When something does not work").pairs(pairs));
    }
    page
}

/// The page for addresses that do not exist.
pub(crate) fn missing(book: &Book) -> Page {
    let mut page = Page::new(
        "404",
        "Page not found",
        PageHead::plain("There is no page at this address").by(
            "It may belong to another snapshot. Pages of released snapshots keep their address under the snapshot’s number.",
        ),
    );
    let mut items: Vec<Cell> = vec![
        link("Overview", "index.html").into(),
        link("Find a record", "find.html").into(),
        link("Snapshots", "snapshots.html").into(),
    ];
    if book.snapshot.changes.is_some() {
        items.push(link("Changes", "changes.html").into());
    }
    page.add(Section::new("ways", "Where to go").block(Block::List { items }));
    page
}

/// Every page of running text.
pub(crate) fn texts(book: &Book) -> Page {
    let all = &book.catalog().pages;
    let mut page = Page::new(
        "pages",
        "All pages of text",
        PageHead::plain(format!("{} of text", common::count(all.len(), "page", "pages"))),
    );
    if all.is_empty() {
        page.add(Section::new("none", "Pages").block(common::nothing(
            book,
            "No page of running text is published with this snapshot.",
            "They are Markdown files of the content.",
        )));
        return page;
    }
    let mut table = Table::new("pages", "By group and order.", &["Page", "Group", "Id"]).filtered();
    for text in all {
        table.row(vec![
            book.link("pages", text.id.as_str()).into(),
            (&text.head.group).into(),
            code(text.id.to_string()).into(),
        ]);
    }
    page.add(Section::new("pages", "Pages").meta(all.len().to_string()).table(table));
    page
}

/// A page of running text.
pub(crate) fn running_text(book: &Book, source: &Text) -> Page {
    let html = book.markdown(&source.text, "text-", 2, Written::File(&source.origin.path));
    let mut page = Page::new(
        &format!("page-{}", source.id),
        source.head.title.clone(),
        PageHead::plain(source.head.title.clone()),
    );
    page.sections.push(Section {
        id: String::new(),
        title: String::new(),
        meta: Cell::default(),
        blocks: vec![Block::Markdown { html }],
    });
    page
}
