//! What the product is made of: architecture, supply chain, and the way to report a weakness in it.

use crate::model::snapshot::Snapshot;
use crate::packet::blocks::Block;
use crate::packet::blocks::Fact;
use crate::packet::blocks::Section;
use crate::packet::blocks::Shown;
use crate::packet::blocks::TableColumn;
use crate::packet::blocks::table;
use crate::packet::frame;
use crate::packet::sheets::plain;
use crate::packet::sheets::sheet;
use crate::packet::sheets::supply;
use crate::render::diagram;
use crate::render::outputs::packet_sheet::Cell;

pub(super) fn architecture(snapshot: &Snapshot) -> Option<Section> {
    let views = &snapshot.catalog.architecture;
    if views.is_empty() {
        return None;
    }
    let column = |title: &str, share| TableColumn { title: title.to_owned(), share, numeric: false };
    let mut blocks = Vec::new();
    for view in views.values() {
        blocks.push(Block::Heading { text: view.title.clone() });
        if let Some(description) = &view.description {
            blocks.push(Block::Paragraph { text: plain(description) });
        }
        let name = |id: &crate::model::id::Id| {
            view.components
                .iter()
                .find(|part| part.id == *id)
                .map_or(id.to_string(), |part| part.name.clone())
        };
        // the drawing names every part and its zone; a table of them stands only where there is none
        if let Some(picture) = diagram::architecture(view) {
            blocks.push(Block::Picture { picture });
        } else if !view.components.is_empty() {
            blocks.push(Block::Table {
                columns: vec![column("Part", 3), column("Zone", 2), column("What it does", 6)],
                rows: view
                    .components
                    .iter()
                    .map(|part| {
                        vec![
                            Shown::text(part.name.clone()),
                            Shown::from(Cell::maybe(part.zone.as_ref())),
                            Shown::from(Cell::maybe(part.description.as_ref())),
                        ]
                    })
                    .collect(),
            });
        }
        if !view.flows.is_empty() {
            blocks.push(Block::Table {
                columns: vec![
                    TableColumn { title: "No.".to_owned(), share: 1, numeric: true },
                    column("From, to", 8),
                    column("Data", 7),
                    column("Protocol, encryption", 6),
                    column("Trust boundary", 4),
                ],
                rows: view
                    .flows
                    .iter()
                    .enumerate()
                    .map(|(index, flow)| {
                        vec![
                            Shown::from(Cell::count(index + 1)),
                            Shown::text(format!("{} → {}", name(&flow.from), name(&flow.to))),
                            Shown::text(flow.data.clone()),
                            Shown::from(Cell::list(flow.protocol.iter().chain(&flow.encryption))),
                            Shown::text(if flow.crosses_boundary { "crosses" } else { "stays inside" }),
                        ]
                    })
                    .collect(),
            });
        }
    }
    Some(Section {
        title: "Architecture and data flow".to_owned(),
        aside: String::new(),
        lead: String::new(),
        blocks,
    })
}

pub(super) fn supply_chain(snapshot: &Snapshot) -> Section {
    let mut blocks = Vec::new();
    match supply::newest_sbom(snapshot) {
        Some((evidence, sbom)) => {
            let mix: Vec<String> = supply::licence_mix(snapshot)
                .into_iter()
                .take(12)
                .map(|(licence, count)| format!("{licence} ({count})"))
                .collect();
            blocks.push(Block::Facts {
                rows: vec![
                    Fact::new(
                        "Newest SBOM",
                        Shown::text(evidence.title.clone()).with(evidence.id.to_string()),
                    ),
                    Fact::new("Format", Cell::text(format!("{} {}", sbom.spec, sbom.spec_version))),
                    Fact::new("Components", Cell::count(sbom.components.len())),
                    Fact::new("Completeness", Cell::maybe(sbom.completeness.as_ref())),
                    Fact::new("Licences, most first", Cell::list(mix)),
                ],
            });
        }
        None => blocks.push(Block::Empty {
            text: "No SBOM is published: nothing is said about components.".to_owned(),
        }),
    }
    blocks.push(Block::Heading { text: "Known vulnerabilities".to_owned() });
    let columns =
        [("vulnerability/severity", 3), ("status", 3), ("justification/detail", 6), ("products", 4)];
    let statements = sheet(snapshot, "vulnerabilities").and_then(|sheet| table(&sheet, &columns, |_| true));
    blocks.push(statements.unwrap_or_else(|| Block::Empty {
        text: "No statement about a known vulnerability is published. That is not the statement that there is none.".to_owned(),
    }));
    Section { title: "Supply chain".to_owned(), aside: String::new(), lead: String::new(), blocks }
}

pub(super) fn disclosure(snapshot: &Snapshot) -> Section {
    let blocks = match &snapshot.catalog.vulnerability_disclosure {
        Some(record) => {
            let targets =
                record.targets.iter().map(|target| format!("{}: {}", target.what, target.within.human()));
            let mut blocks = vec![Block::Facts {
                rows: vec![
                    Fact::new("Report to", Cell::list(frame::addresses(&record.contact))),
                    Fact::new("Policy", Cell::list(&record.policy_url)),
                    Fact::new("In scope", Cell::list(&record.in_scope)),
                    Fact::new("Not in scope", Cell::list(&record.out_of_scope)),
                    Fact::new("Response", Cell::list(targets)),
                    Fact::new("security.txt good until", Cell::maybe(Some(record.expires))),
                ],
            }];
            for (heading, text) in
                [("Safe harbour", &record.safe_harbour), ("What happens after a report", &record.process)]
            {
                if let Some(text) = text {
                    blocks.push(Block::Heading { text: heading.to_owned() });
                    blocks.push(Block::Paragraph { text: plain(text) });
                }
            }
            blocks
        }
        None => {
            vec![Block::Empty { text: "Nothing is said about how to report a vulnerability.".to_owned() }]
        }
    };
    Section {
        title: "Reporting a vulnerability".to_owned(),
        aside: String::new(),
        lead: String::new(),
        blocks,
    }
}
