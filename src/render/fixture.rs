//! Snapshots for tests: one with everything in it, one with next to nothing.

use std::collections::BTreeMap;

use crate::model::assessment::*;
use crate::model::catalog::Catalog;
use crate::model::changes::*;
use crate::model::config::Site;
use crate::model::content::ContentFile;
use crate::model::content::Page;
use crate::model::content::PageHead;
use crate::model::id::Id;
use crate::model::record::Origin;
use crate::model::snapshot::*;
use crate::model::status::Status;
use crate::model::time::Instant;
use crate::model::tree::Content;
use crate::model::visibility::Audience;
use crate::model::visibility::Visibility;

#[path = "fixture_evidence.rs"]
mod fixture_evidence;

pub(crate) fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

pub(crate) fn instant(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

pub(crate) const AS_OF: &str = "2026-03-31T12:00:00Z";

/// A snapshot with next to nothing in it.
pub(crate) fn minimal() -> Snapshot {
    Snapshot {
        head: Head {
            seq: 1,
            state: SnapshotState::Draft,
            development: true,
            label: None,
            as_of: instant(AS_OF),
            expires: instant("2026-06-29T12:00:00Z"),
            notice_days: 60,
            audience: Audience::Public,
            generator: "trustbook 0.1.0".to_owned(),
            source_state: None,
            public_key: "RWQ".to_owned() + &"A".repeat(53),
            key_id: "0123456789ABCDEF".to_owned(),
        },
        site: Site {
            title: "Trust center of Minimal".to_owned(),
            slug: id("minimal"),
            origin: "trust.minimal.example".to_owned(),
            base_url: None,
            language: "en".to_owned(),
            notice: None,
            link_colour: None,
        },
        catalog: Catalog::default(),
        assessment: Assessment {
            as_of: instant(AS_OF),
            claims: BTreeMap::new(),
            verdicts: Vec::new(),
            evidence: BTreeMap::new(),
            dates: BTreeMap::new(),
            waivers: BTreeMap::new(),
            attention: Vec::new(),
            runs: Default::default(),
        },
        findings: Vec::new(),
        changes: None,
        sbom_changes: Vec::new(),
        history: Vec::new(),
        stubs: Vec::new(),
        rules: None,
    }
}

/// A snapshot with every kind of record, and the originals it names.
pub(crate) fn rich() -> (Snapshot, BTreeMap<String, Content>) {
    let mut snapshot = minimal();
    snapshot.head.seq = 42;
    snapshot.head.label = Some("Release 4.2.1".to_owned());
    snapshot.head.development = false;
    snapshot.head.source_state = Some("ab".repeat(32));
    snapshot.site = Site {
        title: "Trust center for Ledger".to_owned(),
        slug: id("ledger"),
        origin: "trust.ledger.example".to_owned(),
        base_url: Some("https://trust.ledger.example/center".to_owned()),
        notice: Some("Content of a test. No such company, product or certificate exists.".to_owned()),
        language: "en".to_owned(),
        link_colour: None,
    };
    let mut originals = BTreeMap::new();
    snapshot.catalog = catalog(&mut originals);
    snapshot.assessment = assessment(&snapshot.catalog);
    snapshot.changes = Some(changes());
    snapshot.sbom_changes = vec![sbom_changes()];
    snapshot.history = history();
    for (kind, title, how_to_ask) in [
        ("documents", "penetration test report", "Ask trust@ledger.example."),
        ("evidence", "names of people who took part in a drill", ""),
        ("risks", "one risk", "Ask under an agreement."),
    ] {
        snapshot.stubs.push(Stub {
            kind: kind.to_owned(),
            title: title.to_owned(),
            how_to_ask: how_to_ask.to_owned(),
        });
    }
    (snapshot, originals)
}

fn catalog(originals: &mut BTreeMap<String, Content>) -> Catalog {
    let content: ContentFile = serde_yaml::from_str(include_str!("fixture.yaml")).unwrap();
    let mut catalog = Catalog {
        organization: content.organization.unwrap(),
        vulnerability_disclosure: content.vulnerability_disclosure,
        ..Catalog::default()
    };
    macro_rules! fill {
        ($($field:ident),* $(,)?) => {
            $( for record in content.$field { catalog.$field.insert(record.id.clone(), record); } )*
        };
    }
    fill!(
        products,
        claims,
        certifications,
        frameworks,
        controls,
        responsibilities,
        subprocessors,
        policies,
        documents,
        answers,
        faq,
        data_residency,
        compatibility,
        incidents,
        releases,
        architecture,
        risks,
        waivers,
        blockers,
        questions,
        kpis,
        access_reviews,
        audit_exports,
        checklists,
        claim_charts,
        assignments,
    );
    let policy = catalog.policies.get_mut("isp").unwrap();
    policy.text = Some(
        "# Policy\n\n## Purpose\n\nKeep it safe.[^1]\n\n## Purpose\n\n> > quoted\n\n[^1]: For good.\n"
            .to_owned(),
    );
    policy.sha256 = Some("cd".repeat(32));
    for (document, path) in
        [("bridge", "content/documents/bridge letter.pdf"), ("dpa", "content/documents/dpa.pdf")]
    {
        let bytes: &[u8] = b"%PDF-1.7 not really";
        let document = catalog.documents.get_mut(document).unwrap();
        document.sha256 = Some(crate::bundle::digest::Digest::of(bytes).to_string());
        document.size_bytes = Some(bytes.len() as u64);
        originals.insert(path.to_owned(), Content::Bytes(bytes.into()));
    }
    let page = |name: &str, group: Option<&str>, text: &str| Page {
        id: id(name),
        head: PageHead {
            title: format!("Page {name} & more"),
            group: group.map(str::to_owned),
            order: 0,
            visibility: Visibility::Public,
            audience: Vec::new(),
        },
        text: text.to_owned(),
        origin: Origin { path: format!("content/pages/{name}.md"), pointer: String::new() },
    };
    catalog.pages = vec![
        page(
            "privacy",
            Some("data"),
            "Intro with [claims](claims.html), [restore](claim:restore), [faq](other.md).\n\n## Roles\n\n```rust\nfn main() {}\n```\n\n- one\n- two\n",
        ),
        page(
            "other",
            None,
            "# Title\n\nSee <javascript:alert(1)> and [x](JaVaScRiPt:alert(1)), [y](data:text/html,x), [z](//evil.example/x), [ok](https://ok.example/?a=1&b=2).\n\n### Skipped level\n",
        ),
    ];
    for evidence in fixture_evidence::all() {
        originals.insert(evidence.source.path.clone(), Content::Bytes(evidence.title.as_bytes().into()));
        catalog.evidence.insert(evidence.id.clone(), evidence);
    }
    catalog
}

fn criterion(name: &str, status: Status, evidence: &[(&str, Counts, &str)]) -> CriterionResult {
    CriterionResult {
        id: id(name),
        text: format!("Condition {name} <holds>"),
        kind: "drill-objective".to_owned(),
        group: None,
        required: name != "extra",
        asked: "at most 4\u{a0}h".to_owned(),
        found: if status == Status::NotAssessed { String::new() } else { "5\u{a0}h 12\u{a0}min".to_owned() },
        status,
        status_without_waiver: if status == Status::Waived { Status::NotMet } else { status },
        reason: "rto-missed".to_owned(),
        help: if status == Status::Met { String::new() } else { "repeat the drill".to_owned() },
        evidence: uses(evidence),
        waiver: (status == Status::Waived).then(|| id("w-rollback")),
        valid_until: (status == Status::Met).then(|| instant("2026-06-30T00:00:00Z")),
        withheld: u32::from(name == "hidden"),
    }
}

fn uses(evidence: &[(&str, Counts, &str)]) -> Vec<EvidenceUse> {
    evidence
        .iter()
        .map(|(name, counts, why)| EvidenceUse {
            evidence: id(name),
            counts: *counts,
            why: (*why).to_owned(),
        })
        .collect()
}

fn assessment(catalog: &Catalog) -> Assessment {
    let mut claims = BTreeMap::new();
    let mut judge = |name: &str, status: Status, why: &str, evidence: &[(&str, Counts, &str)]| {
        let criteria = if evidence.is_empty() {
            Vec::new()
        } else {
            vec![criterion("first", status, &evidence[..1]), criterion("second", Status::Met, evidence)]
        };
        let counted = evidence.iter().filter(|(_, counts, _)| *counts != Counts::NotCounted).count();
        claims.insert(
            id(name),
            ClaimAssessment {
                claim: id(name),
                status,
                why: why.to_owned(),
                criteria,
                counted: u32::try_from(counted).unwrap(),
                listed: u32::try_from(evidence.len()).unwrap(),
                evidence: uses(evidence),
                oldest_evidence: (counted > 0).then(|| instant("2025-09-11T08:00:00Z")),
                valid_until: (counted > 0).then(|| instant("2026-06-30T00:00:00Z")),
            },
        );
    };
    use Counts::*;
    judge(
        "restore",
        Status::NotMet,
        "The drill of 2026-03-13 took 5 h 12 min.",
        &[
            ("drill-restore-2026", Against, ""),
            ("tests", For, ""),
            ("drill-restore-2025", NotCounted, "21 days past its limit"),
            ("not-in-this-copy", For, ""),
        ],
    );
    judge("sbom-complete", Status::Met, "", &[("sbom-ledger", For, "")]);
    judge("tests-pass", Status::Met, "", &[("tests", For, "")]);
    judge(
        "rollback",
        Status::Waived,
        "A waiver covers it until 2026-04-20.",
        &[("drill-zone", NotCounted, "another scenario")],
    );
    judge("encrypted", Status::Met, "", &[("scan", For, "")]);
    judge("told", Status::Stale, "8 days over its limit.", &[("scan", NotCounted, "too old")]);
    judge("unknown", Status::NotAssessed, "Nothing counted.", &[]);
    judge("CON", Status::Expired, "Its validity ended.", &[]);
    judge("con", Status::Sample, "Only a sample.", &[]);
    judge("pen-test", Status::Expiring, "Ends in 20 days.", &[("scan", For, "")]);
    judge("partly", Status::PartlyMet, "Some conditions hold.", &[("scan", For, "")]);
    judge("not-here", Status::NotApplicable, "No such media: facilities.", &[]);

    let mut evidence = BTreeMap::new();
    for (name, record) in &catalog.evidence {
        let age = record.captured_at.map(|captured| {
            let days = instant(AS_OF).seconds_since(captured) / 86_400;
            let limit_days = 180;
            Age {
                days,
                limit_days,
                status: if days > limit_days { Status::Stale } else { Status::Met },
                stale_from: captured.plus_seconds(limit_days * 86_400),
            }
        });
        let live = record.mode == crate::model::evidence::Mode::Live;
        evidence.insert(
            name.clone(),
            EvidenceAssessment {
                age,
                can_count: live,
                why_not: (!live).then(|| format!("it is {}", record.mode.word())),
                claims: claims
                    .values()
                    .filter(|claim| claim.evidence.iter().any(|used| used.evidence == *name))
                    .map(|claim| claim.claim.clone())
                    .collect(),
                criteria: if name.as_str() == "tests" {
                    vec!["release/tests".to_owned()]
                } else {
                    Vec::new()
                },
            },
        );
    }
    let date = |status: Status, word: &str, why: &str, ends: &str, days: i64| DateStatus {
        status,
        word: word.to_owned(),
        why: why.to_owned(),
        ends: Some(instant(ends)),
        days_left: Some(days),
    };
    let dates = BTreeMap::from([
        (
            "certifications".to_owned(),
            BTreeMap::from([
                (id("soc2-2025"), date(Status::Met, "Current", "316 days left", "2027-02-11T00:00:00Z", 316)),
                (
                    id("iso27001"),
                    date(Status::Expiring, "Expiring", "in 52 days", "2026-05-23T00:00:00Z", 52),
                ),
                (
                    id("pci"),
                    date(Status::Expired, "Withdrawn", "since 2025-01-01", "2025-01-02T00:00:00Z", -454),
                ),
            ]),
        ),
        (
            "policies".to_owned(),
            BTreeMap::from([
                (id("isp"), date(Status::Met, "Current", "review in 245 days", "2026-12-02T00:00:00Z", 245)),
                (id("irp"), date(Status::Stale, "Overdue", "58 days over", "2026-02-02T00:00:00Z", -58)),
            ]),
        ),
        (
            "documents".to_owned(),
            BTreeMap::from([(
                id("bridge"),
                date(Status::Expiring, "Expiring", "today", "2026-04-01T00:00:00Z", 0),
            )]),
        ),
    ]);
    let waiver = |valid: bool, why: &str, days: Option<i64>| WaiverAssessment {
        valid,
        why: why.to_owned(),
        days_left: days,
        covers: Vec::new(),
    };
    let waivers = BTreeMap::from([
        (id("w-rollback"), waiver(true, "", Some(20))),
        (id("w-old"), waiver(false, "it ended on 2026-01-01", Some(-89))),
        (id("w-finding"), waiver(false, "its approval is pending", None)),
    ]);
    let verdict = Verdict {
        profile: id("release"),
        profile_version: "3".to_owned(),
        title: "Release readiness".to_owned(),
        description: "What has to hold before a release goes out.".to_owned(),
        subject: "Ledger 4.2.1".to_owned(),
        state: "blocked".to_owned(),
        word: "Blocked".to_owned(),
        status: Status::NotMet,
        sentence: "Ledger 4.2.1 is blocked: 1 of 4 required conditions is open.".to_owned(),
        passes: false,
        declared: Some("PROMOTE".to_owned()),
        declared_agrees: Some(false),
        criteria: vec![
            criterion("restore", Status::NotMet, &[("drill-restore-2026", Against, "")]),
            criterion("hidden", Status::NotAssessed, &[]),
            criterion("rollback", Status::Waived, &[]),
            criterion("tests", Status::Met, &[("tests", For, "")]),
            criterion("extra", Status::PartlyMet, &[]),
        ],
        groups: Vec::new(),
        valid_until: Some(instant("2026-04-20T00:00:00Z")),
    };
    let attention = [
        ("claims", "restore", "Full restore within 4 hours", Status::NotMet, "Not met", "took 5 h 12 min"),
        (
            "certifications",
            "iso27001",
            "ISO/IEC 27001 certificate",
            Status::Expiring,
            "Expiring",
            "in 52 days",
        ),
        ("policies", "irp", "Incident response plan", Status::Stale, "Overdue", "58 days over"),
        (
            "claims",
            "rollback",
            "Rollback within 15 minutes",
            Status::Waived,
            "Waived",
            "waiver ends in 20 days",
        ),
    ]
    .into_iter()
    .map(|(kind, name, title, status, word, why)| Attention {
        kind: kind.to_owned(),
        id: id(name),
        title: title.to_owned(),
        status,
        word: word.to_owned(),
        why: why.to_owned(),
        date: Some(instant("2026-05-22T00:00:00Z")),
        next: "Repeat the drill by 2026-04-15".to_owned(),
    })
    .collect();
    Assessment {
        as_of: instant(AS_OF),
        claims,
        verdicts: vec![verdict],
        evidence,
        dates,
        waivers,
        attention,
        runs: Default::default(),
    }
}

fn changes() -> Changes {
    let change = |direction, kind: &str, name: &str, what, field: &str, was: &str, now: &str| Change {
        direction,
        kind: kind.to_owned(),
        id: name.to_owned(),
        title: format!("The {kind} {name}"),
        change: what,
        field: field.to_owned(),
        was: was.to_owned(),
        now: now.to_owned(),
        rule: "status-worse".to_owned(),
    };
    Changes {
        from: "0041".to_owned(),
        to: "0042".to_owned(),
        changes: vec![
            change(Direction::Weaker, "claims", "restore", ChangeType::Changed, "status", "Met", "Not met"),
            change(Direction::Weaker, "claims", "gone", ChangeType::Removed, "", "", ""),
            change(Direction::Neutral, "subprocessors", "mail", ChangeType::Added, "", "", "Post Office Ltd"),
            change(
                Direction::Neutral,
                "components",
                "pkg:cargo/x@1<2>",
                ChangeType::Changed,
                "version",
                "1.0",
                "1.1",
            ),
            change(
                Direction::Stronger,
                "evidence",
                "tests",
                ChangeType::Changed,
                "captured-at",
                "2026-01-01",
                "2026-03-30",
            ),
        ],
    }
}

fn history() -> Vec<HistoryEntry> {
    [(41, "2026-02-28T12:00:00Z", Status::Met), (40, "2026-01-31T12:00:00Z", Status::Met)]
        .into_iter()
        .map(|(seq, as_of, status)| HistoryEntry {
            seq,
            label: (seq == 41).then(|| "Release 4.2.0 & \u{7}bell".to_owned()),
            as_of: instant(as_of),
            expires: instant(as_of).plus_seconds(90 * 86_400),
            development: seq == 40,
            snapshot_sha256: "11".repeat(32),
            archive_sha256: "05b3abf2579a".repeat(5) + "0123",
            archive_bytes: 18_400_000,
            verdict: (seq == 41).then(|| ("ready".to_owned(), "Ready".to_owned())),
            claims: vec![
                (id("restore"), "A full restore of the ledger completes within 4 hours.".to_owned(), status),
                (id("withdrawn"), "A claim that is not made any more.".to_owned(), Status::Met),
            ],
        })
        .collect()
}

/// The bill of materials of the test site.
pub(crate) fn sbom() -> crate::model::sbom::Sbom {
    fixture_evidence::sbom()
}

/// Changes that lead to the bill of materials of the test site, one of each class.
fn sbom_changes() -> crate::model::sbom_changes::SbomChanges {
    use crate::model::sbom_changes::*;
    let side = |name: &str, version: &str| SbomSide {
        name: name.to_owned(),
        format: format!("CycloneDX {version}"),
        tools: vec![format!("sbomtool {version}")],
        components: 71,
        keys: 71,
        relations: 7,
    };
    let change = |class: PartClass| PartChange {
        class,
        key: format!("pkg:cargo/{}", class.id()),
        name: "<b>part</b>".to_owned(),
        field: "version".to_owned(),
        was: "1.0".to_owned(),
        now: "1.1".to_owned(),
    };
    let field =
        |field: &str| FieldChange { field: field.to_owned(), was: "a".to_owned(), now: "b".to_owned() };
    SbomChanges {
        old: side("sbom-before", "1.1"),
        new: side("sbom-ledger", "1.2"),
        document: vec![field("tools")],
        unchanged: 60,
        parts: PartClass::ALL.into_iter().map(change).collect(),
        relations_added: vec![Relation {
            from: "pkg:cargo/a".to_owned(),
            to: "pkg:cargo/b".to_owned(),
            kind: "depends".to_owned(),
        }],
        now_direct: vec!["pkg:cargo/c".to_owned()],
        vulnerabilities: vec![field("EX-2026-0155")],
        ..SbomChanges::default()
    }
}
