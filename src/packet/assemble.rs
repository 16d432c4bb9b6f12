//! The packet as files: documents, workbook, data, originals. `pack` adds the lists of digests and `VERIFY.txt`.
//!
//! Names are fixed by section, so that two packets can be compared file by file. Nothing is left out in silence: a document
//! this build cannot make is said in `00-START-HERE`, in the findings, and in `packet.json`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use serde_json::json;

use crate::bundle::name::PathName;
use crate::bundle::name::UniqueNames;
use crate::model::finding::Checked;
use crate::model::finding::Finding;
use crate::model::finding::has_errors;
use crate::model::records;
use crate::model::snapshot::Snapshot;
use crate::model::tree::Content;
use crate::model::tree::FileTree;
use crate::model::tree::TreeFile;
use crate::packet::chapters;
use crate::packet::checklist::Checklist;
use crate::packet::frame;
use crate::packet::originals;
use crate::packet::profile::PacketProfile;
use crate::packet::profile::SectionKind;
use crate::packet::request::PacketRequest;
use crate::packet::sheets;
use crate::packet::start;
use crate::packet::summary;
use crate::render::outputs::packet_csv::csv;
use crate::render::outputs::packet_sheet::Cell;
use crate::render::outputs::packet_sheet::Column;
use crate::render::outputs::packet_sheet::Sheet;
use crate::render::outputs::pdf::Pdf;
use crate::render::outputs::pdf::PdfRequest;
use crate::render::outputs::pdf::pdf;
use crate::render::outputs::xlsx::WorkbookHead;
use crate::render::outputs::xlsx::workbook;

/// Version of `packet.json`.
const SCHEMA: &str = "trustbook-packet/0";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Builds the packet that `checklist` was made for.
///
/// No value when the checklist refuses it, or anything in it is an error.
pub fn assemble(
    snapshot: &Snapshot,
    profile: &PacketProfile,
    request: &PacketRequest,
    checklist: &Checklist,
) -> Checked<FileTree> {
    if !checklist.may_build {
        return Checked { value: None, findings: checklist.findings.clone() };
    }
    // A reason for expired items is said only where there are any.
    let mut request = request.clone();
    request.expired_because.clone_from(&checklist.expired_because);
    let request = &request;
    let since;
    let snapshot = if request.since.is_some() {
        since = Snapshot { changes: request.since.clone(), ..snapshot.clone() };
        &since
    } else {
        snapshot
    };
    let mut packet = Assembly {
        snapshot,
        profile,
        request,
        checklist,
        tree: FileTree::default(),
        names: UniqueNames::default(),
        findings: Vec::new(),
        notices: Vec::new(),
    };
    packet.tables();
    packet.data();
    packet.originals();
    packet.summary();
    packet.start_here();
    let value = if has_errors(&packet.findings) { None } else { Some(packet.tree) };
    Checked { value, findings: packet.findings }
}

struct Assembly<'a> {
    snapshot: &'a Snapshot,
    profile: &'a PacketProfile,
    request: &'a PacketRequest,
    checklist: &'a Checklist,
    tree: FileTree,
    names: UniqueNames,
    findings: Vec<Finding>,
    /// What was left out, for the reader.
    notices: Vec<String>,
}

impl Assembly<'_> {
    fn add(&mut self, name: PathName, content: Content, media_type: &str, title: &str) {
        if let Err(clash) = self.names.insert(&name) {
            self.findings.push(
                Finding::error("packet-name", format!("two files of the packet clash: {clash}"))
                    .help("give one of the two records another id"),
            );
            return;
        }
        let file = TreeFile { content, media_type: media_type.to_owned(), title: Some(title.to_owned()) };
        self.tree.files.insert(name, file);
    }

    fn add_bytes(&mut self, name: &str, bytes: Vec<u8>, media_type: &str, title: &str) {
        match PathName::parse(name) {
            Ok(name) => self.add(name, Content::Bytes(Arc::from(bytes)), media_type, title),
            Err(error) => self.findings.push(Finding::error("packet-name", format!("`{name}`: {error}"))),
        }
    }

    fn add_text(&mut self, name: &str, text: String, title: &str) {
        self.add_bytes(name, text.into_bytes(), "text/plain", title);
    }

    fn add_json(&mut self, name: &str, value: &Value, title: &str) {
        match serde_json::to_string_pretty(&sorted(value)) {
            Ok(text) => self.add_bytes(name, format!("{text}\n").into_bytes(), "application/json", title),
            Err(error) => self.findings.push(Finding::error("packet-json", format!("`{name}`: {error}"))),
        }
    }

    /// The workbook, and the same tables as CSV.
    fn tables(&mut self) {
        let tables = sheets::sheets(self.snapshot);
        if self.profile.has(SectionKind::MachineReadable) {
            for sheet in &tables {
                self.add_bytes(
                    &format!("11-machine-readable/csv/{}.csv", sheet.id),
                    csv(sheet),
                    "text/csv",
                    sheet.title,
                );
            }
        }
        if self.profile.has(SectionKind::Changes)
            && let Some(sheet) = tables.iter().find(|sheet| sheet.id == "changes")
        {
            self.add_bytes("12-changes/changes.csv", csv(sheet), "text/csv", "What changed");
            match serde_json::to_value(&self.snapshot.changes) {
                Ok(value) => self.add_json("12-changes/changes.json", &value, "What changed"),
                Err(error) => self.findings.push(Finding::error("packet-json", format!("changes: {error}"))),
            }
        }
        if self.profile.has(SectionKind::Answers) {
            let head = WorkbookHead {
                title: start::title(self.snapshot, self.request),
                company: self.snapshot.catalog.organization.name.clone(),
                as_of: self.snapshot.head.as_of,
                mark: frame::line(self.snapshot, self.request),
            };
            let mut book = vec![self.read_me(&tables)];
            book.extend(tables);
            match workbook(&head, book) {
                Ok(bytes) => self.add_bytes("02-answers.xlsx", bytes, XLSX, "All tables as one workbook"),
                Err(finding) => self.findings.push(*finding),
            }
        }
    }

    /// The first sheet of the workbook: what it is, and what each sheet holds.
    fn read_me(&self, tables: &[Sheet]) -> Sheet {
        let head = &self.snapshot.head;
        let mut sheet = Sheet::new(
            "read-me",
            "Read me",
            "",
            vec![Column::new("what", "What", 28), Column::new("is", "Value", 100)],
        );
        let mut row = |what: &str, value: Cell| sheet.rows.push(vec![Cell::text(what), value]);
        row("Title", Cell::text(start::title(self.snapshot, self.request)));
        row("Publisher", Cell::text(self.snapshot.catalog.organization.name.clone()));
        row("Signs as", Cell::code(self.snapshot.site.origin.clone()));
        row("Snapshot", Cell::code(head.number()));
        row("As of", Cell::text(head.as_of.human()));
        row("Good until", Cell::text(head.expires.human()));
        row("Audience", Cell::text(head.audience.name()));
        for mark in frame::marks(self.snapshot, self.request) {
            row("Mind", Cell::text(mark));
        }
        if let Some(verdict) = self.snapshot.assessment.verdicts.first() {
            row("Verdict", Cell::Status(verdict.status, verdict.word.clone()));
            row("In one sentence", Cell::text(verdict.sentence.clone()));
        }
        row(
            "Reading it",
            Cell::text(
                "“not stated” means that nobody said; it is never a zero, a no or a yes. No sheet, row or column is hidden.",
            ),
        );
        for table in tables {
            row(
                table.title,
                Cell::text(match table.rows.len() {
                    1 => format!("1 row. {}", table.caption),
                    many => format!("{many} rows. {}", table.caption),
                }),
            );
        }
        sheet
    }

    /// Records as JSON, and what this packet is.
    fn data(&mut self) {
        let request = self.request;
        let packet = json!({
            "schema": SCHEMA,
            "title": start::title(self.snapshot, request),
            "snapshot": self.snapshot.head,
            "origin": self.snapshot.site.origin,
            "profile": self.profile,
            "recipient": request.recipient,
            "expired-because": request.expired_because,
            "archive": request.archive.as_ref().map(|archive| json!({
                "name": archive.name, "sha256": archive.sha256, "snapshot-sha256": archive.snapshot_sha256,
            })),
            "checklist": self.checklist.items,
        });
        self.add_json("packet.json", &packet, "What this packet is, for machines");
        if !self.profile.has(SectionKind::MachineReadable) {
            return;
        }
        for file in records::files(self.snapshot) {
            let name = format!("11-machine-readable/records/{}", file.name());
            match file.print(&|_| {}) {
                Ok(bytes) => {
                    let title = format!("Records: {}", file.name());
                    self.add_bytes(&name, bytes, "application/json", &title);
                }
                Err(error) => self.findings.push(Finding::error("packet-json", format!("`{name}`: {error}"))),
            }
        }
    }

    fn originals(&mut self) {
        let (files, findings) = originals::originals(self.snapshot, self.profile, self.request);
        self.notices.extend(findings.iter().map(|finding| finding.message.clone()));
        self.findings.extend(findings);
        for file in files {
            self.add(file.name, file.content, &file.media_type, &file.title);
        }
    }

    fn summary(&mut self) {
        if !self.profile.has(SectionKind::SecuritySummary) {
            return;
        }
        let title = "Security summary";
        let mut data = frame::page(self.snapshot, self.request, title);
        data["verdict"] = summary::verdict(self.snapshot);
        data["lead"] = json!(summary::lead(self.snapshot));
        data["facts"] = json!(summary::facts(self.snapshot));
        data["sections"] = json!(chapters::sections(self.snapshot));
        self.print("01-security-summary", "pdf/summary.typ", "summary", title, data);
    }

    fn start_here(&mut self) {
        if !self.profile.has(SectionKind::StartHere) {
            return;
        }
        let title = start::title(self.snapshot, self.request);
        let lead = start::lead(self.snapshot);
        let files: BTreeMap<PathName, String> = self
            .tree
            .files
            .iter()
            .map(|(name, file)| (name.clone(), file.title.clone().unwrap_or_default()))
            .collect();
        let sections =
            start::sections(self.snapshot, self.profile, self.request, self.checklist, &files, &self.notices);
        let mut data = frame::page(self.snapshot, self.request, &title);
        data["lead"] = json!(lead);
        data["sections"] = json!(sections);
        if !self.print("00-START-HERE", "pdf/start-here.typ", "start-here", &title, data) {
            let sections = start::sections(
                self.snapshot,
                self.profile,
                self.request,
                self.checklist,
                &files,
                &self.notices,
            );
            let line = frame::line(self.snapshot, self.request);
            self.add_text("00-START-HERE.txt", start::text(&title, &lead, &line, &sections), "Start here");
        }
    }

    /// Makes a PDF; `false` when this build cannot, which is said to the reader.
    fn print(
        &mut self,
        stem: &str,
        template: &'static str,
        document: &str,
        title: &str,
        data: Value,
    ) -> bool {
        let request = PdfRequest {
            template,
            data,
            title: format!("{title}, snapshot {}", self.snapshot.head.number()),
            language: self.snapshot.site.language.clone(),
            as_of: self.snapshot.head.as_of,
            identifier: frame::identifier(self.snapshot, self.profile, document),
            creator: self.snapshot.head.generator.clone(),
        };
        match pdf(&request, &self.request.templates) {
            Ok((Pdf::Made { bytes, pages }, findings)) => {
                self.findings.extend(findings);
                let pages = if pages == 1 { "1 page".to_owned() } else { format!("{pages} pages") };
                self.add_bytes(
                    &format!("{stem}.pdf"),
                    bytes,
                    "application/pdf",
                    &format!("{title}, {pages}"),
                );
                true
            }
            Ok((Pdf::Unavailable, findings)) => {
                self.findings.extend(findings);
                let text =
                    format!("`{stem}.pdf` is left out: this trustbook was built without the feature `pdf`");
                self.notices.push(text.clone());
                self.findings.push(
                    Finding::warning("packet-without-pdf", text)
                        .help("build trustbook with its default features to get the PDFs"),
                );
                false
            }
            Err(findings) => {
                self.findings.extend(findings);
                true
            }
        }
    }
}

/// The same value with the keys of every object in order, whatever order the JSON library keeps.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let ordered: BTreeMap<&String, &Value> = map.iter().collect();
            Value::Object(ordered.into_iter().map(|(key, value)| (key.clone(), sorted(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}
