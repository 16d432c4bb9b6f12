//! Tests of the whole room: a plan, a packet, and what must never be in one.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::io::Read;
use std::sync::Arc;

use calamine::Reader;
use calamine::Xlsx;

use crate::model::finding::Severity;
use crate::model::snapshot::Snapshot;
use crate::model::snapshot::SnapshotState;
use crate::model::status::Status;
use crate::model::tree::Content;
use crate::model::tree::FileTree;
use crate::packet::fixture;
use crate::packet::*;
use crate::render::outputs::packet_sheet::Cell;
use crate::render::outputs::pdf::AVAILABLE;

fn public() -> PacketProfile {
    PacketProfile::built_in("public").unwrap().value.unwrap()
}

/// The public packet without its documents, which take the time of a test.
fn unprinted() -> PacketProfile {
    let mut profile = public();
    profile
        .sections
        .retain(|section| !matches!(section, SectionKind::StartHere | SectionKind::SecuritySummary));
    profile
}

fn request() -> PacketRequest {
    let original = || Content::Bytes(Arc::from(fixture::SBOM_BYTES));
    let ids = ["sbom-2-1-0", "vex-2026-01", "restore-2025-12", "decision-2-1-0", "pentest-letter"];
    let mut originals: BTreeMap<String, Content> =
        ids.iter().map(|id| (format!("evidence/2.1.0/{id}.json"), original())).collect();
    originals
        .insert("content/documents/iso.pdf".to_owned(), Content::Bytes(Arc::from(&b"%PDF-1.7 a scan"[..])));
    PacketRequest { originals, ..PacketRequest::default() }
}

fn build(snapshot: &Snapshot, request: &PacketRequest) -> FileTree {
    build_as(&unprinted(), snapshot, request)
}

fn build_as(profile: &PacketProfile, snapshot: &Snapshot, request: &PacketRequest) -> FileTree {
    let checklist = plan(snapshot, profile, request);
    let made = assemble(snapshot, profile, request, &checklist);
    made.value.unwrap_or_else(|| panic!("refused: {:?}", made.findings))
}

fn bytes(tree: &FileTree, name: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let file = tree.files.get(name).unwrap_or_else(|| panic!("no `{name}` among {:?}", tree.files.keys()));
    file.content.open().unwrap().read_to_end(&mut out).unwrap();
    out
}

fn text(tree: &FileTree, name: &str) -> String {
    String::from_utf8(bytes(tree, name)).unwrap()
}

/// The marks of every page.
fn marks(snapshot: &Snapshot, request: &PacketRequest) -> String {
    super::frame::marks(snapshot, request).join("\n")
}

#[test]
fn a_packet_holds_documents_tables_data_and_originals() {
    let tree = build_as(&public(), &fixture::snapshot(), &request());
    let names: Vec<&str> = tree.files.keys().map(|name| name.as_str()).collect();
    for expected in [
        "02-answers.xlsx",
        "04-certifications/iso-certificate.pdf",
        "08-supply-chain/sbom-2-1-0.json",
        "08-supply-chain/vex-2026-01.json",
        "09-resilience/restore-2025-12.json",
        "10-release-decisions/decision-2-1-0.json",
        "11-machine-readable/csv/claims.csv",
        "11-machine-readable/records/claims.json",
        "12-changes/changes.json",
        "packet.json",
    ] {
        assert!(names.contains(&expected), "{expected} not in {names:#?}");
    }
    assert!(names.iter().any(|name| name.starts_with("00-START-HERE.")), "{names:#?}");
}

#[test]
fn the_same_snapshot_gives_the_same_packet() {
    let (first, second) = (build(&fixture::snapshot(), &request()), build(&fixture::snapshot(), &request()));
    for name in first.files.keys() {
        assert!(bytes(&first, name.as_str()) == bytes(&second, name.as_str()), "{name} differs");
    }
    assert_eq!(first.files.len(), second.files.len());
}

#[test]
fn every_sheet_says_snapshot_state_and_audience_and_reads_back() {
    let snapshot = fixture::snapshot();
    let tree = build(&snapshot, &request());
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes(&tree, "02-answers.xlsx"))).unwrap();
    let names = book.sheet_names();
    for expected in [
        "Read me",
        "Q&A library",
        "Claims",
        "Controls",
        "Responsibilities",
        "Subprocessors",
        "Certifications",
        "Documents",
        "Evidence",
        "Changes",
        "Drills",
        "Components",
        "Vulnerabilities",
    ] {
        assert!(names.iter().any(|name| name == expected), "{expected} not in {names:?}");
    }
    for name in &names {
        let range = book.worksheet_range(name).unwrap();
        let mark = range.get_value((0, 0)).unwrap().to_string();
        for part in
            ["snapshot 0007, draft, development key", "audience: public", "Example: no such company exists"]
        {
            assert!(mark.contains(part), "{name}: {mark}");
        }
        let formulas = book.worksheet_formula(name).unwrap();
        assert!(formulas.used_cells().all(|(_, _, formula)| formula.is_empty()), "{name} has a formula");
    }
    let claims = book.worksheet_range("Claims").unwrap();
    let statuses: Vec<String> =
        (2..claims.height() as u32).map(|row| claims.get_value((row, 2)).unwrap().to_string()).collect();
    assert_eq!(statuses, ["Not met", "Not assessed", "Met"], "worst first");
}

#[test]
fn csv_text_is_never_a_formula() {
    let tree = build(&fixture::snapshot(), &request());
    let csv = text(&tree, "11-machine-readable/csv/answers.csv");
    assert!(csv.contains("'=HYPERLINK is only text here"), "{csv}");
    assert!(csv.starts_with("id,question,answer,"), "{csv}");
}

#[test]
fn an_expired_item_refuses_the_packet_unless_a_reason_is_given_and_recorded() {
    let mut snapshot = fixture::snapshot();
    for date in snapshot.assessment.dates.get_mut("certifications").unwrap().values_mut() {
        date.status = Status::Expired;
        date.word = "Lapsed".to_owned();
        date.why = "ended on 2025-12-01".to_owned();
    }
    let checklist = plan(&snapshot, &public(), &request());
    assert!(!checklist.may_build);
    assert_eq!(checklist.items[0].state, ItemState::Expired, "worst first");
    let refused = assemble(&snapshot, &public(), &request(), &checklist);
    assert!(refused.value.is_none());
    assert!(
        refused
            .findings
            .iter()
            .any(|finding| finding.code == "packet-item-expired" && finding.severity == Severity::Error)
    );

    let forced =
        PacketRequest { expired_because: Some("renewal is with the assessor".to_owned()), ..request() };
    let tree = build(&snapshot, &forced);
    let packet: serde_json::Value = serde_json::from_slice(&bytes(&tree, "packet.json")).unwrap();
    assert_eq!(packet["expired-because"], "renewal is with the assessor");
    assert_eq!(packet["checklist"][0]["state"], "expired");
    let start = marks(&snapshot, &forced);
    assert!(start.contains("Contains expired items, sent because: renewal is with the assessor"), "{start}");

    let nothing_expired = plan(&fixture::snapshot(), &public(), &forced);
    assert_eq!(nothing_expired.expired_because, None);
}

#[test]
fn a_checklist_names_what_is_missing_stale_expiring_and_withheld() {
    let mut snapshot = fixture::snapshot();
    snapshot
        .catalog
        .evidence
        .retain(|_, evidence| evidence.kind() != crate::model::evidence::EvidenceKind::Sbom);
    let checklist = plan(&snapshot, &public(), &request());
    let line = |state: ItemState, kind: &str| {
        checklist.items.iter().any(|item| item.state == state && item.kind == kind)
    };
    assert!(line(ItemState::Missing, "sbom"));
    assert!(line(ItemState::Stale, "policies"));
    assert!(line(ItemState::Expiring, "certifications"));
    assert!(line(ItemState::Withheld, "documents"));
    assert!(line(ItemState::Present, "claims"));
    assert!(checklist.may_build);
    assert!(checklist.items.is_sorted());
    for code in ["packet-item-missing", "packet-item-stale", "packet-item-expiring", "packet-of-draft"] {
        assert!(checklist.findings.iter().any(|finding| finding.code == code), "{code}");
    }
}

#[test]
fn a_profile_for_another_audience_is_refused() {
    let profile = PacketProfile::built_in("eu-bank").unwrap().value.unwrap();
    let checklist = plan(&fixture::snapshot(), &profile, &request());
    assert!(!checklist.may_build);
    assert!(checklist.findings.iter().any(|finding| finding.code == "packet-audience-mismatch"));
}

#[test]
fn a_record_that_the_audience_may_not_see_stops_the_packet() {
    let mut snapshot = fixture::snapshot();
    for record in snapshot.catalog.documents.values_mut() {
        record.visibility = crate::model::visibility::Visibility::Internal;
    }
    let checklist = plan(&snapshot, &public(), &request());
    assert!(!checklist.may_build);
    assert_eq!(
        checklist.findings.iter().filter(|finding| finding.code == "packet-record-not-for-audience").count(),
        2
    );
}

#[test]
fn an_original_with_other_bytes_is_refused_and_a_missing_one_is_said() {
    let mut changed = request();
    changed
        .originals
        .insert("evidence/2.1.0/vex-2026-01.json".to_owned(), Content::Bytes(Arc::from(&b"other"[..])));
    let snapshot = fixture::snapshot();
    let made = assemble(&snapshot, &unprinted(), &changed, &plan(&snapshot, &unprinted(), &changed));
    assert!(made.value.is_none());
    assert!(made.findings.iter().any(|finding| finding.code == "packet-original-changed"));

    let mut missing = request();
    missing.originals.remove("evidence/2.1.0/vex-2026-01.json");
    let made = assemble(&snapshot, &unprinted(), &missing, &plan(&snapshot, &unprinted(), &missing));
    assert!(made.findings.iter().any(|finding| finding.code == "packet-original-missing"));
    let tree = made.value.unwrap();
    assert!(!tree.files.contains_key("08-supply-chain/vex-2026-01.json"));
}

/// A file that was there when it was looked for, and is not when it is opened.
#[derive(Debug)]
struct Gone;

impl crate::model::tree::ByteSource for Gone {
    fn size_bytes(&self) -> u64 {
        1
    }

    fn open(&self) -> std::io::Result<Box<dyn std::io::Read + Send>> {
        Err(std::io::ErrorKind::NotFound.into())
    }
}

#[test]
fn an_original_that_cannot_be_read_any_more_stops_the_packet() {
    let mut gone = request();
    gone.originals.insert("evidence/2.1.0/vex-2026-01.json".to_owned(), Content::Source(Arc::new(Gone)));
    let snapshot = fixture::snapshot();
    let made = assemble(&snapshot, &unprinted(), &gone, &plan(&snapshot, &unprinted(), &gone));
    assert!(made.value.is_none());
    assert!(made.findings.iter().any(|finding| finding.code == "packet-original-unreadable"));
}

#[test]
fn an_original_that_may_not_be_handed_out_stays_out() {
    let mut snapshot = fixture::snapshot();
    for evidence in snapshot.catalog.evidence.values_mut() {
        evidence.publish_original = false;
    }
    let tree = build(&snapshot, &request());
    assert!(
        !tree.files.keys().any(|name| name.as_str().starts_with("08-") || name.as_str().starts_with("09-"))
    );
}

#[test]
fn a_released_packet_carries_no_draft_mark() {
    let mut snapshot = fixture::snapshot();
    snapshot.head.state = SnapshotState::Released;
    snapshot.head.development = false;
    snapshot.site.notice = None;
    let marks = super::frame::marks(&snapshot, &request());
    assert_eq!(marks, Vec::<String>::new());
    let line = super::frame::line(&snapshot, &request());
    assert!(line.contains("released") && !line.contains("draft") && !line.contains("development"), "{line}");
}

#[test]
fn changes_since_an_older_snapshot_replace_the_newest_ones() {
    let mut since = request();
    let mut changes = fixture::snapshot().changes.unwrap();
    changes.from = "0003".to_owned();
    since.since = Some(changes);
    let tree = build(&fixture::snapshot(), &since);
    let json: serde_json::Value = serde_json::from_slice(&bytes(&tree, "12-changes/changes.json")).unwrap();
    assert_eq!(json["from"], "0003");
}

#[test]
fn a_drill_that_did_not_happen_meets_nothing_and_is_not_the_last_recovery() {
    let mut snapshot = fixture::snapshot();
    assert!(sheets::product::newest_recovery(&snapshot).is_some());
    for evidence in snapshot.catalog.evidence.values_mut() {
        evidence.mode = crate::model::evidence::Mode::DryRun;
    }
    assert!(sheets::product::newest_recovery(&snapshot).is_none());
    let sheet = sheets::sheet(&snapshot, "drills").unwrap();
    let status = sheet.position("status").unwrap();
    for row in &sheet.rows {
        assert_eq!(row[status], Cell::Status(Status::Sample, "Dry run".to_owned()));
    }
}

#[test]
fn a_long_table_ends_on_paper_and_says_that_the_workbook_goes_on() {
    let mut snapshot = fixture::snapshot();
    let one = snapshot.catalog.evidence.values().next().unwrap().clone();
    for number in 0..400 {
        let id = crate::model::id::Id::new(&format!("more-{number:03}")).unwrap();
        snapshot.catalog.evidence.insert(id.clone(), crate::model::evidence::Evidence { id, ..one.clone() });
    }
    let count = snapshot.catalog.evidence.len();
    let section = chapters::sections(&snapshot).pop().unwrap();
    assert_eq!((section.title.as_str(), section.aside), ("Evidence", format!("{count} entries")));
    assert!(section.lead.ends_with(&format!("the first 300 of {count}; the workbook has every one.")));
    let [blocks::Block::Table { rows, .. }] = section.blocks.as_slice() else { panic!("not one table") };
    assert_eq!(rows.len(), 300);
    assert_eq!(sheets::sheet(&snapshot, "evidence").unwrap().rows.len(), count);
}

#[test]
fn every_table_has_a_unique_name_and_rows_of_its_width() {
    let snapshot = fixture::snapshot();
    let mut ids = std::collections::BTreeSet::new();
    let mut titles = std::collections::BTreeSet::new();
    for row in sheets::SHEETS {
        let sheet = (row.make)(&snapshot);
        assert_eq!(sheet.id, row.id);
        assert!(ids.insert(sheet.id) && titles.insert(sheet.title), "{} twice", sheet.id);
        assert!(sheet.title.chars().count() <= 31);
        assert!(!sheet.rows.is_empty(), "the fixture has no row for {}", sheet.id);
        let columns: std::collections::BTreeSet<_> = sheet.columns.iter().map(|column| column.id).collect();
        assert_eq!(columns.len(), sheet.columns.len(), "{}", sheet.id);
        for cells in &sheet.rows {
            assert_eq!(cells.len(), sheet.columns.len(), "{}", sheet.id);
        }
    }
}

#[test]
fn documents_are_archivable_and_name_their_snapshot_or_their_absence_is_said() {
    let (snapshot, request) = (fixture::snapshot(), request());
    let made = assemble(&snapshot, &public(), &request, &plan(&snapshot, &public(), &request));
    let tree = made.value.unwrap();
    for name in ["00-START-HERE.pdf", "01-security-summary.pdf"] {
        if AVAILABLE {
            let pdf = bytes(&tree, name);
            let has = |needle: &str| pdf.windows(needle.len()).any(|window| window == needle.as_bytes());
            assert!(has("<pdfaid:part>2</pdfaid:part>") && has("<pdfuaid:part>1</pdfuaid:part>"), "{name}");
            assert!(has("snapshot 0007"), "{name}");
        } else {
            let start = text(&tree, "00-START-HERE.txt");
            assert!(start.contains(&format!("`{name}` is left out")), "{start}");
            assert!(made.findings.iter().any(|finding| finding.message.contains(name)));
        }
    }
    assert_eq!(made.findings.iter().any(|finding| finding.code == "packet-without-pdf"), !AVAILABLE);
}
