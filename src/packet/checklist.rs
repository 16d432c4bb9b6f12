//! What a packet will hold, and what is missing, stale or expired in it: printed before it is built.
//!
//! An expired item refuses the packet, unless a reason is given; the reason is then part of the packet.

use serde::Serialize;

use crate::model::evidence::EvidenceKind;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::record::Record;
use crate::model::snapshot::Snapshot;
use crate::model::snapshot::SnapshotState;
use crate::model::status::Status;
use crate::packet::profile::PacketProfile;
use crate::packet::request::PacketRequest;

/// Kinds whose records are handed out as valid: an expired one must not reach a buyer unnoticed.
const HANDED_OUT: &[&str] = &["certifications", "documents", "policies", "answers"];

/// How an item stands. Ordered worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemState {
    /// Its validity ended.
    Expired,
    /// Looked for and not there.
    Missing,
    /// Older than its limit or its review date.
    Stale,
    /// Ends within the notice period.
    Expiring,
    /// Exists, and this audience does not get it.
    Withheld,
    /// There, nothing against it.
    Present,
}

impl ItemState {
    /// The word shown to people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Expired => "Expired",
            Self::Missing => "Missing",
            Self::Stale => "Stale",
            Self::Expiring => "Expiring",
            Self::Withheld => "Withheld",
            Self::Present => "Present",
        }
    }

    /// The status whose shape and colour it takes.
    pub fn status(self) -> Status {
        match self {
            Self::Expired => Status::Expired,
            Self::Missing => Status::NotAssessed,
            Self::Stale => Status::Stale,
            Self::Expiring => Status::Expiring,
            Self::Withheld => Status::NotApplicable,
            Self::Present => Status::Met,
        }
    }
}

/// One line of the checklist.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ChecklistItem {
    /// How it stands.
    pub state: ItemState,
    /// Kind of record, such as `certifications`.
    pub kind: String,
    /// Id of the record; empty for a kind as a whole.
    pub id: String,
    /// One line.
    pub title: String,
    /// Why it is listed, in one clause.
    pub why: String,
    /// What to do about it; empty when nothing has to be done.
    pub help: String,
}

/// What a packet will hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Checklist {
    /// Worst first.
    pub items: Vec<ChecklistItem>,
    /// Why expired items go out all the same; `None` where there are none.
    pub expired_because: Option<String>,
    /// Whether the packet may be built.
    pub may_build: bool,
    /// The same as findings, for the terminal: errors where it may not be built.
    pub findings: Vec<Finding>,
}

impl Checklist {
    /// Items in a state.
    pub fn count(&self, state: ItemState) -> usize {
        self.items.iter().filter(|item| item.state == state).count()
    }
}

/// Looks through a snapshot for what a packet needs.
pub fn plan(snapshot: &Snapshot, profile: &PacketProfile, request: &PacketRequest) -> Checklist {
    let mut items = dated(snapshot);
    items.extend(profile.expects.iter().map(|wanted| expected(snapshot, &wanted.kind, &wanted.why)));
    items.extend(stale_evidence(snapshot));
    items.extend(snapshot.stubs.iter().map(|stub| ChecklistItem {
        state: ItemState::Withheld,
        kind: stub.kind.clone(),
        id: String::new(),
        title: stub.title.clone(),
        why: "not for this audience".to_owned(),
        help: stub.how_to_ask.clone(),
    }));
    if snapshot.head.expires <= snapshot.head.as_of {
        items.push(ChecklistItem {
            state: ItemState::Expired,
            kind: "snapshot".to_owned(),
            id: snapshot.head.number(),
            title: "the snapshot itself".to_owned(),
            why: format!("good until {}", snapshot.head.expires.human()),
            help: "release a newer snapshot".to_owned(),
        });
    }
    items.sort();
    items.dedup();
    let mut findings = findings(snapshot, &items, request);
    let audience_fits = snapshot.head.audience == profile.audience();
    if !audience_fits {
        findings.push(
            Finding::error(
                "packet-audience-mismatch",
                format!(
                    "the profile `{}` is for the audience `{}`, the snapshot was made for `{}`",
                    profile.id,
                    profile.audience,
                    snapshot.head.audience.name()
                ),
            )
            .help("make the snapshot for the profile's audience"),
        );
    }
    findings.extend(not_for_audience(snapshot));
    if snapshot.head.state == SnapshotState::Draft {
        findings.push(
            Finding::note(
                "packet-of-draft",
                format!("snapshot {} is a draft; every page says so", snapshot.head.number()),
            )
            .help("`trustbook release` seals it"),
        );
    }
    let may_build = !crate::model::finding::has_errors(&findings);
    let any_expired = items.iter().any(|item| item.state == ItemState::Expired);
    let expired_because = request.expired_because.clone().filter(|_| any_expired);
    Checklist { items, expired_because, may_build, findings }
}

fn findings(snapshot: &Snapshot, items: &[ChecklistItem], request: &PacketRequest) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for item in items {
        let named =
            if item.id.is_empty() { item.kind.clone() } else { format!("{} `{}`", item.kind, item.id) };
        let text = format!("{named}, {}: {}", item.title, item.why);
        let mut finding = match (item.state, &request.expired_because) {
            (ItemState::Expired, None) => Finding::error("packet-item-expired", text)
                .help("renew it, take it out, or build with `--force`, which the packet then records"),
            (ItemState::Expired, Some(reason)) => {
                Finding::warning("packet-item-expired", format!("{text}; sent all the same: {reason}"))
                    .help(&item.help)
            }
            (ItemState::Missing, _) => Finding::warning("packet-item-missing", text).help(&item.help),
            (ItemState::Stale, _) => Finding::warning("packet-item-stale", text).help(&item.help),
            (ItemState::Expiring, _) => Finding::note("packet-item-expiring", text).help(&item.help),
            (ItemState::Withheld | ItemState::Present, _) => continue,
        };
        finding.place = place_of(snapshot, &item.kind, &item.id);
        findings.push(finding);
    }
    findings
}

/// Where the record of `kind` with `id` was written.
fn place_of(snapshot: &Snapshot, kind: &str, id: &str) -> Option<Place> {
    let catalog = &snapshot.catalog;
    macro_rules! find {
        ($($field:ident : $type:ident),* $(,)?) => {
            $( if kind == stringify!($field).replace('_', "-") {
                return catalog.$field.get(id).map(|record| record.origin().place());
            } )*
        };
    }
    crate::for_each_kind!(find);
    None
}

/// Records that should never have come this far. The visibility filter took them out; if one is here, nothing is built.
fn not_for_audience(snapshot: &Snapshot) -> Vec<Finding> {
    let audience = &snapshot.head.audience;
    let mut findings = Vec::new();
    macro_rules! look {
        ($($field:ident : $type:ident),* $(,)?) => {
            $(
                for (id, record) in &snapshot.catalog.$field {
                    if !record.visible_to(audience) {
                        findings.push(
                            Finding::error(
                                "packet-record-not-for-audience",
                                format!("a record of the kind {} is not for the audience `{}`", stringify!($field), audience.name()),
                            )
                            .help("this is a defect of trustbook: the visibility filter has to take it out first")
                            .about(id),
                        );
                    }
                }
            )*
        };
    }
    crate::for_each_kind!(look);
    findings
}

/// Everything handed out that has an end or a review date.
fn dated(snapshot: &Snapshot) -> Vec<ChecklistItem> {
    let catalog = &snapshot.catalog;
    let mut items = Vec::new();
    for kind in HANDED_OUT {
        for (id, date) in snapshot.assessment.dates.get(*kind).into_iter().flatten() {
            let title = match *kind {
                "certifications" => catalog.certifications.get(id).map(|record| &record.title),
                "documents" => catalog.documents.get(id).map(|record| &record.title),
                "policies" => catalog.policies.get(id).map(|record| &record.title),
                _ => catalog.answers.get(id).map(|record| &record.question),
            };
            let Some(title) = title else { continue };
            let (state, help) = match date.status {
                Status::Expired | Status::NotMet => (ItemState::Expired, "renew it or take it out"),
                Status::Stale => (ItemState::Stale, "review it and set the new date"),
                Status::Expiring => (ItemState::Expiring, "plan its renewal"),
                Status::NotAssessed
                | Status::PartlyMet
                | Status::Sample
                | Status::Waived
                | Status::Met
                | Status::NotApplicable => continue,
            };
            items.push(ChecklistItem {
                state,
                kind: (*kind).to_owned(),
                id: id.to_string(),
                title: title.clone(),
                why: if date.why.is_empty() {
                    date.word.clone()
                } else {
                    format!("{}, {}", date.word, date.why)
                },
                help: help.to_owned(),
            });
        }
    }
    items
}

/// Evidence beyond its age limit, or that cannot count for another reason.
fn stale_evidence(snapshot: &Snapshot) -> Vec<ChecklistItem> {
    let mut items = Vec::new();
    for (id, judged) in &snapshot.assessment.evidence {
        let Some(evidence) = snapshot.catalog.evidence.get(id) else { continue };
        let Some(age) = judged.age.as_ref().filter(|age| age.status == Status::Stale) else { continue };
        items.push(ChecklistItem {
            state: ItemState::Stale,
            kind: "evidence".to_owned(),
            id: id.to_string(),
            title: evidence.title.clone(),
            why: format!("{} d old, limit {} d", age.days, age.limit_days),
            help: "run what produces it again".to_owned(),
        });
    }
    items
}

/// Whether a kind readers look for is there.
fn expected(snapshot: &Snapshot, kind: &str, why: &str) -> ChecklistItem {
    let found = count(snapshot, kind);
    let (state, title, help) = match found {
        None => {
            (ItemState::Missing, "not a kind of record".to_owned(), "correct the packet profile".to_owned())
        }
        Some(0) => (
            ItemState::Missing,
            "nothing for this audience".to_owned(),
            "add it to the content or the evidence, or make it visible to the audience".to_owned(),
        ),
        Some(1) => (ItemState::Present, "1 record".to_owned(), String::new()),
        Some(more) => (ItemState::Present, format!("{more} records"), String::new()),
    };
    ChecklistItem { state, kind: kind.to_owned(), id: String::new(), title, why: why.to_owned(), help }
}

/// How many records of a kind this audience sees; `None` for a word that is no kind.
fn count(snapshot: &Snapshot, kind: &str) -> Option<usize> {
    if kind == "vulnerability-disclosure" {
        return Some(usize::from(snapshot.catalog.vulnerability_disclosure.is_some()));
    }
    let of_evidence = |wanted: EvidenceKind| {
        snapshot.catalog.evidence.values().filter(|evidence| evidence.kind() == wanted).count()
    };
    let evidence_kind = EvidenceKind::ALL
        .into_iter()
        .find(|known| serde_json::to_value(known).is_ok_and(|name| name.as_str() == Some(kind)));
    match evidence_kind {
        Some(wanted) => Some(of_evidence(wanted)),
        None => snapshot.catalog.counts().into_iter().find(|(name, _)| *name == kind).map(|(_, count)| count),
    }
}
