//! How to report a vulnerability.

use crate::render::book::Book;
use crate::render::links::Written;
use crate::render::page::Block;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::page::commas;
use crate::render::pages::common;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Part;
use crate::render::view::day;
use crate::render::view::is_outside_address;
use crate::render::view::marked;
use crate::render::view::outside;
use crate::render::view::text;

fn addresses(list: &[String]) -> Cell {
    commas(
        list.iter()
            .map(|address| outside(address.strip_prefix("mailto:").unwrap_or(address), address))
            .collect::<Vec<Part>>(),
    )
}

/// The page.
pub(crate) fn page(book: &Book) -> Page {
    let Some(disclosure) = &book.catalog().vulnerability_disclosure else {
        let mut page = Page::new(
            "vulnerability-disclosure",
            "Vulnerability disclosure",
            PageHead::plain("No way to report a vulnerability is recorded."),
        );
        page.add(Section::new("none", "How to report").block(common::nothing(
            book,
            "No contact for reports is published with this snapshot, and no security.txt.",
            "It is written in the content.",
        )));
        return page;
    };
    let mut page = Page::new(
        "vulnerability-disclosure",
        "Vulnerability disclosure",
        PageHead::plain("How to report a vulnerability").by(addresses(&disclosure.contact)),
    );
    let mut pairs = common::pairs();
    pairs.add("Contact", addresses(&disclosure.contact));
    pairs.add("Keys", addresses(&disclosure.encryption));
    pairs.add("Policy", addresses(&disclosure.policy_url));
    pairs.add("Thanks", addresses(&disclosure.acknowledgments));
    pairs.add("Languages", disclosure.preferred_languages.join(", "));
    pairs.add("Stands at", addresses(&disclosure.canonical));
    pairs.add("security.txt good until", day(disclosure.expires));
    page.add(
        Section::new("report", "Where to write")
            .meta(match disclosure.canonical.iter().find(|url| is_outside_address(url)) {
                Some(url) => outside("security.txt", url),
                // the archive has it in `well-known/`, the published site in `.well-known/`: no one link leads there from both
                None => text("security.txt stands in .well-known/"),
            })
            .pairs(pairs),
    );
    let mut targets = Table::new("response-targets", "Promised, not measured.", &["For", "#Within"]).fit();
    for target in &disclosure.targets {
        targets.row(vec![target.what.clone().into(), target.within.human().into()]);
    }
    page.add_filled(Section::new("targets", "How soon").table(targets));
    let written = |field| Written::Field(&disclosure.origin, field);
    if let Some(process) = &disclosure.process {
        let html = book.markdown(process, "process-", 3, written("process"));
        page.add(Section::new("process", "What happens then").block(Block::Markdown { html }));
    }
    for (id, title, list) in [
        ("in-scope", "What may be looked at", &disclosure.in_scope),
        ("out-of-scope", "What may not", &disclosure.out_of_scope),
    ] {
        page.add_filled(
            Section::new(id, title)
                .block(Block::List { items: list.iter().map(|item| marked(item).into()).collect() }),
        );
    }
    if let Some(harbour) = &disclosure.safe_harbour {
        let html = book.markdown(harbour, "harbour-", 3, written("safe-harbour"));
        page.add(Section::new("safe-harbour", "Safe harbour").block(Block::Markdown { html }));
    }
    page
}
