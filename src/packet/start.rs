//! `00-START-HERE`: what this is, what is inside, how to check it, what is missing, whom to ask. As data, and as text.

use crate::render::words;
use std::collections::BTreeMap;

use crate::bundle::name::PathName;
use crate::model::snapshot::Snapshot;
use crate::packet::blocks::Block;
use crate::packet::blocks::Fact;
use crate::packet::blocks::Section;
use crate::packet::blocks::Shown;
use crate::packet::blocks::TableColumn;
use crate::packet::checklist::Checklist;
use crate::packet::checklist::ChecklistItem;
use crate::packet::checklist::ItemState;
use crate::packet::frame;
use crate::packet::profile::PacketProfile;
use crate::packet::request::PacketRequest;
use crate::render::outputs::packet_sheet::Cell;

/// The title of the document.
pub(super) fn title(snapshot: &Snapshot, request: &PacketRequest) -> String {
    let name = &snapshot.catalog.organization.name;
    let name = if name.is_empty() { &snapshot.site.title } else { name };
    match &request.recipient {
        Some(recipient) => format!("{name}: trust packet for {recipient}"),
        None => format!("{name}: trust packet"),
    }
}

/// The sentence below the title.
pub(super) fn lead(snapshot: &Snapshot) -> String {
    let verdict = match snapshot.assessment.verdicts.first() {
        Some(verdict) => verdict.sentence.clone(),
        None => "No verdict was computed.".to_owned(),
    };
    let end = if verdict.ends_with('.') { "" } else { "." };
    format!("{verdict}{end} Everything here is as of {}.", snapshot.head.as_of.human())
}

/// The sections of the document. `files` are the other files of the packet with what people call them.
pub(super) fn sections(
    snapshot: &Snapshot,
    profile: &PacketProfile,
    request: &PacketRequest,
    checklist: &Checklist,
    files: &BTreeMap<PathName, String>,
    notices: &[String],
) -> Vec<Section> {
    vec![
        Section {
            title: "What this is".to_owned(),
            aside: String::new(),
            lead: String::new(),
            blocks: vec![Block::Facts { rows: identity(snapshot, profile, request) }],
        },
        Section {
            title: "What is inside".to_owned(),
            aside: words::counted(files.len() as u64, "file", "files"),
            lead: String::new(),
            blocks: vec![contents(files)],
        },
        Section {
            title: "How to check it".to_owned(),
            aside: String::new(),
            lead: "Nothing in this packet proves itself. Take the publisher's key from somewhere else than this packet, then:"
                .to_owned(),
            blocks: vec![
                Block::Commands { lines: commands(snapshot, profile) },
                Block::Note { text: "The first line checks everything; the others are what standard tools can do. VERIFY.txt, in the outermost folder, has every step and why it is needed.".to_owned() },
            ],
        },
        Section {
            title: "Whom to ask".to_owned(),
            aside: String::new(),
            lead: String::new(),
            blocks: vec![Block::Facts { rows: contacts(snapshot) }],
        },
        attention(checklist, notices),
    ]
}

fn identity(snapshot: &Snapshot, profile: &PacketProfile, request: &PacketRequest) -> Vec<Fact> {
    let (head, organization) = (&snapshot.head, &snapshot.catalog.organization);
    let mut rows = vec![
        Fact::new("Publisher", Cell::maybe(organization.legal_name.as_ref().or(Some(&organization.name)))),
        Fact::new("Signs as", Cell::code(snapshot.site.origin.clone())),
    ];
    if let Some(recipient) = &request.recipient {
        rows.push(Fact::new("Made for", Cell::text(recipient.clone())));
    }
    rows.push(Fact::new(
        "Audience",
        Cell::text(format!("{} (profile {}: {})", head.audience.name(), profile.id, profile.title)),
    ));
    let label = head.label.as_ref().map(|label| format!(", {label}")).unwrap_or_default();
    let state = match head.state {
        crate::model::snapshot::SnapshotState::Draft => "draft",
        crate::model::snapshot::SnapshotState::Released => "released",
    };
    rows.push(Fact::new("Snapshot", Cell::text(format!("{}{label} ({state})", head.number()))));
    rows.push(Fact::new("As of", Cell::text(head.as_of.human())));
    rows.push(Fact::new("Good until", Cell::text(head.expires.human())));
    rows.push(Fact::new("Key id", Cell::code(head.key_id.clone())));
    if let Some(state) = &head.source_state {
        rows.push(Fact::new("Source state", Cell::Digest(state.clone())));
    }
    if let Some(archive) = &request.archive {
        rows.push(Fact::new("Archive", Cell::code(archive.name.clone())));
        rows.push(Fact::new("SHA-256 of the archive", Cell::Digest(archive.sha256.clone())));
    }
    rows
}

/// One row a file at the top, one row a folder.
fn contents(files: &BTreeMap<PathName, String>) -> Block {
    let mut rows: Vec<Vec<Shown>> = Vec::new();
    let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, title) in files {
        match name.as_str().split_once('/') {
            Some((folder, _)) => *folders.entry(folder).or_default() += 1,
            None => rows.push(vec![Shown::code(name.as_str()), Shown::text(title.clone())]),
        }
    }
    for (folder, count) in folders {
        let files = if count == 1 { "1 file".to_owned() } else { format!("{count} files") };
        rows.push(vec![
            Shown::code(format!("{folder}/")),
            Shown::text(format!("{}, {files}", folder_title(folder))),
        ]);
    }
    rows.sort_by(|a, b| a[0].text.cmp(&b[0].text));
    let column = |title: &str, share| TableColumn { title: title.to_owned(), share, numeric: false };
    Block::Table { columns: vec![column("Name", 2), column("What it is", 5)], rows }
}

fn folder_title(folder: &str) -> &'static str {
    match folder {
        "04-certifications" => "Certificates, reports and letters",
        "05-policies" => "Texts of policies",
        "06-documents" => "Other documents",
        "08-supply-chain" => "SBOMs and VEX, as produced",
        "09-resilience" => "Drill outputs, as produced",
        "10-release-decisions" => "Decision receipts, test reports and other evidence, as produced",
        "11-machine-readable" => "The same facts as JSON and CSV",
        "12-changes" => "What changed since an earlier snapshot",
        _ => "Files",
    }
}

/// The lines that check the packet, with our verifier or with standard tools.
fn commands(snapshot: &Snapshot, profile: &PacketProfile) -> Vec<String> {
    let file = frame::file_name(snapshot, profile);
    let root = file.strip_suffix(".zip").unwrap_or(&file);
    vec![
        format!("trustbook-verify {file} --key KEY"),
        String::new(),
        format!("minisign -V -H -P KEY -m {file}"),
        format!("unzip -q {file} && cd {root}"),
        "sha256sum --strict --quiet -c tagmanifest-sha256.txt manifest-sha256.txt".to_owned(),
    ]
}

fn attention(checklist: &Checklist, notices: &[String]) -> Section {
    let mut blocks: Vec<Block> = notices
        .iter()
        .map(|notice| Block::Finding {
            status: crate::model::status::Status::NotAssessed,
            word: "Left out".to_owned(),
            text: notice.clone(),
            help: String::new(),
        })
        .collect();
    if let Some(reason) = &checklist.expired_because {
        blocks.push(Block::Paragraph { text: format!("Expired items are included, because: {reason}") });
    }
    let listed: Vec<_> = checklist.items.iter().filter(|item| item.state != ItemState::Present).collect();
    if !listed.is_empty() {
        let column = |title: &str, share| TableColumn { title: title.to_owned(), share, numeric: false };
        blocks.push(Block::Table {
            columns: vec![column("Status", 2), column("What", 5), column("Why", 5)],
            rows: listed.iter().map(|item| attention_row(item)).collect(),
        });
    }
    if blocks.is_empty() {
        blocks.push(Block::Empty {
            text: "Nothing is missing, stale, expired or withheld by the rules of this packet's profile."
                .to_owned(),
        });
    }
    Section {
        title: "What is missing, old or withheld".to_owned(),
        aside: format!("{} of {} looked for", listed.len(), checklist.items.len()),
        lead: String::new(),
        blocks,
    }
}

fn attention_row(item: &ChecklistItem) -> Vec<Shown> {
    let named = format!("{} {}", item.kind, item.id);
    let what = if item.id.is_empty() {
        Shown::text(item.kind.clone()).with(item.title.clone())
    } else {
        Shown::text(item.title.clone()).with(named)
    };
    let why = match item.state {
        ItemState::Withheld => Shown::text(item.why.clone()).with(item.help.clone()),
        ItemState::Missing => Shown::text(format!("readers look for: {}", item.why)),
        ItemState::Expired | ItemState::Stale | ItemState::Expiring | ItemState::Present => {
            Shown::text(item.why.clone())
        }
    };
    vec![Shown::from(Cell::Status(item.state.status(), item.state.word().to_owned())), what, why]
}

fn contacts(snapshot: &Snapshot) -> Vec<Fact> {
    let organization = &snapshot.catalog.organization;
    let mut rows = vec![
        Fact::new("Security", Cell::maybe(organization.security_contact.as_ref())),
        Fact::new("Privacy", Cell::maybe(organization.privacy_contact.as_ref())),
        Fact::new("Documents", Cell::maybe(organization.sales_contact.as_ref())),
    ];
    if let Some(disclosure) = &snapshot.catalog.vulnerability_disclosure {
        rows.push(Fact::new("Vulnerabilities", Cell::list(frame::addresses(&disclosure.contact))));
    }
    if let Some(time) = &organization.response_time {
        rows.push(Fact::new("Answers within", Cell::text(time.clone())));
    }
    if let Some(website) = snapshot.site.base_url.as_ref().or(organization.website.as_ref()) {
        rows.push(Fact::new("Newest snapshot", Cell::code(website.clone())));
    }
    rows
}

/// The document as plain text, for a build without PDF and for terminals.
pub(super) fn text(title: &str, lead: &str, line: &str, sections: &[Section]) -> String {
    let mut out = format!("{title}\n{}\n\n{line}\n\n{lead}\n", "=".repeat(title.chars().count()));
    for section in sections {
        out.push_str(&format!("\n{}\n{}\n\n", section.title, "-".repeat(section.title.chars().count())));
        if !section.lead.is_empty() {
            out.push_str(&format!("{}\n\n", section.lead));
        }
        for block in &section.blocks {
            write_block(&mut out, block);
        }
    }
    out
}

fn write_block(out: &mut String, block: &Block) {
    match block {
        Block::Paragraph { text }
        | Block::Note { text }
        | Block::Heading { text }
        | Block::Empty { text } => {
            out.push_str(&format!("{text}\n"));
        }
        Block::Picture { picture } => out.push_str(&format!("{}: {}\n", picture.title, picture.desc)),
        Block::Commands { lines } => {
            for line in lines {
                out.push_str(&format!("    {line}\n"));
            }
            out.push('\n');
        }
        Block::Facts { rows } => {
            for row in rows {
                out.push_str(&format!("{:<24}{}\n", row.label, row.value.text));
            }
        }
        Block::Table { columns: _, rows } => {
            for row in rows {
                let words = |cell: &Shown| {
                    if cell.sub.is_empty() {
                        cell.text.clone()
                    } else {
                        format!("{} ({})", cell.text, cell.sub)
                    }
                };
                let cells: Vec<String> = row.iter().map(words).collect();
                match cells.split_first() {
                    Some((first, rest)) => out.push_str(&format!("{first:<40}{}\n", rest.join("; "))),
                    None => out.push('\n'),
                }
            }
        }
        Block::Finding { status: _, word, text, help } => {
            out.push_str(&format!("{word:<12}{text}\n"));
            if !help.is_empty() {
                out.push_str(&format!("{:<12}{help}\n", ""));
            }
        }
    }
}
