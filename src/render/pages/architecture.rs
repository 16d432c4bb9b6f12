//! The architecture: components in their trust zones, and the data that flows between them.

use crate::model::content::Architecture;
use crate::model::id::Id;
use crate::model::status::Status;
use crate::render::book::Book;
use crate::render::book::anchor;
use crate::render::diagram;
use crate::render::links::Written;
use crate::render::page::Block;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Part;
use crate::render::words;

/// The page.
pub(crate) fn page(book: &Book) -> Page {
    let all = &book.catalog().architecture;
    let flows: Vec<_> = all.values().flat_map(|view| &view.flows).collect();
    let crossing = flows.iter().filter(|flow| flow.crosses_boundary).count();
    let title = match all.len() {
        0 => "No architecture is recorded.".to_owned(),
        _ => format!(
            "{crossing} of {} {} a trust boundary.",
            common::count(flows.len(), "data flow", "data flows"),
            words::form(crossing, "crosses", "cross")
        ),
    };
    let mut page = Page::new("architecture", "Architecture", PageHead::plain(title));
    if all.is_empty() {
        page.add(Section::new("none", "Architecture").block(common::nothing(
            book,
            "No description of the architecture is published with this snapshot.",
            "It is written in the content.",
        )));
        common::withheld(book, &mut page, "architecture");
        return page;
    }
    for view in all.values() {
        page.add(one(book, view));
    }
    common::withheld(book, &mut page, "architecture");
    page
}

fn one(book: &Book, view: &Architecture) -> Section {
    let mut section = Section::new(anchor("architecture", view.id.as_str()), view.title.clone());
    if let Some(description) = &view.description {
        let html = book.markdown(
            description,
            &format!("{}-", view.id),
            3,
            Written::Field(&view.origin, "description"),
        );
        section = section.block(Block::Markdown { html });
    }
    if let Some(chart) = diagram::architecture(view) {
        section = section.block(Block::Chart { chart });
    }
    let name = |id: &Id| {
        view.components
            .iter()
            .find(|known| known.id == *id)
            .map_or_else(|| id.to_string(), |known| known.name.clone())
    };
    let mut flows = Table::new(
        format!("flows-{}", Id::slug(view.id.as_str())),
        "Flows between the parts; numbers are those of the picture.",
        &["#No.", "From", "To", "Data", "Protocol", "Encryption", "Trust boundary"],
    );
    for (index, flow) in view.flows.iter().enumerate() {
        flows.row_at(
            format!("flow-{}-{}", view.id, index + 1),
            vec![
                (index + 1).to_string().into(),
                name(&flow.from).into(),
                name(&flow.to).into(),
                flow.data.clone().into(),
                (&flow.protocol).into(),
                match &flow.encryption {
                    Some(encryption) => encryption.clone().into(),
                    None => status::worded(Status::NotAssessed, "not said").into(),
                },
                if flow.crosses_boundary { "crosses" } else { "stays inside" }.into(),
            ],
        );
    }
    let mut parts = Table::new(
        format!("parts-{}", Id::slug(view.id.as_str())),
        "Parts of the architecture.",
        &["Part", "Zone", "What it does"],
    );
    for part in &view.components {
        parts.row_at(
            format!("part-{}-{}", view.id, part.id),
            vec![
                vec![
                    crate::render::view::strong(part.name.clone()),
                    Part::SmallCode { text: part.id.to_string() },
                ]
                .into(),
                (&part.zone).into(),
                (&part.description).into(),
            ],
        );
    }
    if !flows.is_empty() {
        section = section.table(flows);
    }
    if !parts.is_empty() {
        section = section.table(parts);
    }
    let mut pairs = common::pairs();
    common::tail!(book, pairs, view);
    section.pairs(pairs)
}
