//! The sections of `01-security-summary`, in the order reviewers read them. One without data says what was looked for.

use crate::model::snapshot::Snapshot;
use crate::packet::blocks::Block;
use crate::packet::blocks::Fact;
use crate::packet::blocks::Section;
use crate::packet::blocks::Shown;
use crate::packet::blocks::TableColumn;
use crate::packet::blocks::table;
use crate::packet::sheets::plain;
use crate::packet::sheets::product;
use crate::packet::sheets::sheet;
use crate::render::outputs::packet_sheet::Cell;

/// The sections, in the order reviewers read them.
pub(super) fn sections(snapshot: &Snapshot) -> Vec<Section> {
    let mut sections = Vec::new();
    sections.push(conditions(snapshot));
    sections.push(attention(snapshot));
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
    sections.extend(architecture(snapshot));
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
    add(
        "responsibilities",
        "What the customer has to do",
        &[("title/ownership", 3), ("customer", 5), ("provider", 5)],
        "No responsibilities are divided in writing.",
    );
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
        &[("title/type", 4), ("started", 3), ("metric", 2), ("target", 2), ("achieved", 2), ("status", 2)],
        "No drill output is published: nothing is said about recovery.",
    );
    add(
        "releases",
        "Releases",
        &[("version/id", 2), ("released", 2), ("decision", 4), ("override", 3)],
        "No release is published.",
    );
    sections.push(supply_chain(snapshot));
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
        &[("title/statement", 5), ("severity", 1), ("when", 3), ("resolved", 2), ("data-affected", 2)],
        "No incident and no dated statement about their absence is published: nothing is said.",
    );
    add(
        "risks",
        "Risks",
        &[("title/summary", 5), ("severity", 1), ("state", 2), ("treatment", 2), ("deadline", 2)],
        "No risk is published.",
    );
    add(
        "waivers",
        "Waivers",
        &[("title/target", 4), ("status/why", 3), ("rationale", 4), ("expires", 2)],
        "No waiver is on record for this audience.",
    );
    sections.push(disclosure(snapshot));
    sections.push(changes(snapshot));
    sections.push(of_sheet(
        snapshot,
        "evidence",
        "Evidence",
        &[("title/path", 4), ("captured", 3), ("age/age-why", 2), ("trust/kind", 2), ("sha256", 4)],
        "No evidence is published.",
    ));
    sections
}

fn of_sheet(snapshot: &Snapshot, id: &str, title: &str, columns: &[(&str, u8)], empty: &str) -> Section {
    let made = sheet(snapshot, id);
    let count = made.as_ref().map_or(0, |sheet| sheet.rows.len());
    let block = made.as_ref().and_then(|sheet| table(sheet, columns, |_| true));
    let lead = match (&made, &block) {
        (Some(sheet), Some(_)) => sheet.caption.clone(),
        _ => String::new(),
    };
    let aside = if block.is_some() { entries(count) } else { String::new() };
    let as_of = snapshot.head.as_of.human();
    let block = block.unwrap_or_else(|| Block::Empty { text: format!("{empty} Looked for as of {as_of}.") });
    Section { title: title.to_owned(), aside, lead, blocks: vec![block] }
}

/// A count at the end of a heading's line.
fn entries(count: usize) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

fn conditions(snapshot: &Snapshot) -> Section {
    let mut blocks = Vec::new();
    let sheet = sheet(snapshot, "conditions");
    for verdict in &snapshot.assessment.verdicts {
        let of = format!("verdict {}", verdict.profile);
        let columns = [("text/help", 5), ("asked", 3), ("found", 4), ("status", 2)];
        let rows = sheet.as_ref().and_then(|sheet| {
            table(sheet, &columns, |row| row.first().is_some_and(|cell| cell.shown() == of))
        });
        if snapshot.assessment.verdicts.len() > 1 {
            blocks.push(Block::Heading { text: format!("{}: {}", verdict.title, verdict.word) });
        }
        blocks.extend(rows);
    }
    if blocks.is_empty() {
        blocks.push(Block::Empty { text: "No rule set was applied.".to_owned() });
    }
    Section {
        title: "What the verdict rests on".to_owned(),
        aside: String::new(),
        lead: "Every condition, worst first: what was asked, what was found. What cannot be shown counts as not shown.".to_owned(),
        blocks,
    }
}

fn attention(snapshot: &Snapshot) -> Section {
    let list = &snapshot.assessment.attention;
    let block = if list.is_empty() {
        Block::Empty {
            text: format!(
                "Nothing is unmet, overdue, or due within {} days of {}.",
                snapshot.head.notice_days,
                snapshot.head.as_of.human()
            ),
        }
    } else {
        let column = |title: &str, share| TableColumn { title: title.to_owned(), share, numeric: false };
        Block::Table {
            columns: vec![column("What", 5), column("Status", 4), column("Date", 2), column("Next", 4)],
            rows: list
                .iter()
                .map(|item| {
                    vec![
                        Shown::text(item.title.clone()).with(format!("{} {}", item.kind, item.id)),
                        Shown::from(Cell::Status(item.status, item.word.clone())).with(item.why.clone()),
                        Shown::from(
                            item.date
                                .map_or(Cell::Unknown("no date"), |at| Cell::text(at.date().to_string())),
                        ),
                        Shown::from(Cell::text(item.next.clone())),
                    ]
                })
                .collect(),
        }
    };
    Section {
        title: "What needs attention".to_owned(),
        aside: entries(list.len()),
        lead: "Everything that is not met, overdue, or due within the notice period, worst first.".to_owned(),
        blocks: vec![block],
    }
}

fn architecture(snapshot: &Snapshot) -> Option<Section> {
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
        if !view.components.is_empty() {
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
                    column("From, to", 4),
                    column("Data", 4),
                    column("Protocol, encryption", 4),
                    column("Boundary", 2),
                ],
                rows: view
                    .flows
                    .iter()
                    .map(|flow| {
                        vec![
                            Shown::text(format!("{} → {}", name(&flow.from), name(&flow.to))),
                            Shown::text(flow.data.clone()),
                            Shown::from(Cell::maybe(flow.protocol.as_ref()))
                                .with(flow.encryption.clone().unwrap_or_default()),
                            Shown::text(if flow.crosses_boundary { "crosses" } else { "inside" }),
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

fn supply_chain(snapshot: &Snapshot) -> Section {
    let mut blocks = Vec::new();
    match product::newest_sbom(snapshot) {
        Some((evidence, sbom)) => {
            let mix: Vec<String> = product::licence_mix(snapshot)
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

fn disclosure(snapshot: &Snapshot) -> Section {
    let blocks = match &snapshot.catalog.vulnerability_disclosure {
        Some(record) => {
            let targets =
                record.targets.iter().map(|target| format!("{}: {}", target.what, target.within.human()));
            let mut blocks = vec![Block::Facts {
                rows: vec![
                    Fact::new("Report to", Cell::list(&record.contact)),
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

fn changes(snapshot: &Snapshot) -> Section {
    let columns = [("direction", 2), ("title/kind", 4), ("field", 2), ("was", 4), ("now", 4)];
    let made = product::changes_of(snapshot.changes.as_ref());
    let block = table(&made, &columns, |_| true);
    let aside = if block.is_some() { entries(made.rows.len()) } else { String::new() };
    let text = match &snapshot.changes {
        Some(changes) => format!("Nothing changed from snapshot {} to {}.", changes.from, changes.to),
        None => "There is no earlier released snapshot to compare with.".to_owned(),
    };
    let lead = if block.is_some() { made.caption.clone() } else { String::new() };
    Section {
        title: "What changed".to_owned(),
        aside,
        lead,
        blocks: vec![block.unwrap_or(Block::Empty { text })],
    }
}
