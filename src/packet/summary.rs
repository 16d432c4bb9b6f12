//! The first page of `01-security-summary`: the verdict, and the eight questions a reader asks first.

use serde_json::Value;
use serde_json::json;

use crate::model::snapshot::Snapshot;
use crate::model::status::Status;
use crate::packet::blocks::Fact;
use crate::packet::blocks::Shown;
use crate::packet::sheets::plain;
use crate::packet::sheets::product;
use crate::render::outputs::packet_sheet::Cell;

/// The verdict as templates get it: the first profile's, or the statement that there is none.
pub(super) fn verdict(snapshot: &Snapshot) -> Value {
    let as_of = snapshot.head.as_of.human();
    let Some(verdict) = snapshot.assessment.verdicts.first() else {
        return json!({
            "status": "not-assessed", "word": "Not assessed",
            "sentence": "No rule set was applied, so nothing is said about readiness",
            "by": [format!("As of {as_of}.")],
        });
    };
    let mut by = vec![format!(
        "Computed by the profile {}, version {}, as of {as_of}.",
        verdict.profile, verdict.profile_version
    )];
    if let Some(declared) = &verdict.declared {
        by.push(match verdict.declared_agrees {
            Some(true) => format!("A receipt declares the same: {declared}."),
            Some(false) => format!("A receipt declares {declared}; the computed verdict differs and wins."),
            None => format!("A receipt declares {declared}."),
        });
    }
    if let Some(until) = verdict.valid_until {
        by.push(format!("With nothing but time passing it may change from {} on.", until.human()));
    }
    json!({ "status": verdict.status, "word": verdict.word, "sentence": verdict.sentence, "by": by })
}

/// What the trust center is about, in the words of its products.
pub(super) fn lead(snapshot: &Snapshot) -> String {
    let products: Vec<String> = snapshot
        .catalog
        .products
        .values()
        .map(|product| match &product.description {
            Some(description) => format!("{}: {}", product.name, plain(description)),
            None => product.name.clone(),
        })
        .collect();
    products.join(" ")
}

/// The eight questions of the first screen.
pub(super) fn facts(snapshot: &Snapshot) -> Vec<Fact> {
    let (catalog, head) = (&snapshot.catalog, &snapshot.head);
    let organization = &catalog.organization;
    let products = catalog.products.values().map(|product| product.name.clone());
    vec![
        Fact::new("Legal entity", Cell::maybe(organization.legal_name.as_ref().or(Some(&organization.name)))),
        Fact::new("In scope", Cell::list(products)),
        Fact::new("Newest audit report", newest_report(snapshot)),
        Fact::new(&format!("Due within {}\u{a0}days", head.notice_days), attention_counts(snapshot)),
        Fact::new("Claims", claim_counts(snapshot)),
        Fact::new("Last recovery drill", last_drill(snapshot)),
        Fact::new("Subprocessors", subprocessor_count(snapshot)),
        Fact::new(
            "Snapshot",
            Cell::text(format!(
                "{}, as of {}, good until {}",
                head.number(),
                head.as_of.human(),
                head.expires.human()
            )),
        ),
        Fact::new("Security contact", Cell::maybe(organization.security_contact.as_ref())),
    ]
}

fn newest_report(snapshot: &Snapshot) -> Shown {
    let dates = snapshot.assessment.dates.get("certifications");
    let newest = snapshot
        .catalog
        .certifications
        .values()
        .filter(|record| matches!(record.form.as_str(), "certificate" | "report"))
        .max_by_key(|record| (record.period.as_ref().map(|period| period.end).or(record.issued), &record.id));
    match newest {
        Some(record) => {
            let date = dates.and_then(|dates| dates.get(&record.id));
            let ends = record.period.as_ref().map(|period| format!("period ends {}", period.end));
            let ends =
                ends.or_else(|| record.expires.map(|day| format!("expires {day}"))).unwrap_or_default();
            match date {
                Some(date) => Shown::from(Cell::Status(date.status, date.word.clone()))
                    .with(format!("{}, {ends}", record.title).trim_end_matches(", ").to_owned()),
                None => Shown::text(record.title.clone()).with(ends),
            }
        }
        None => Shown::from(Cell::Unknown("none: no certificate or audit report is published")),
    }
}

fn attention_counts(snapshot: &Snapshot) -> Cell {
    let count = |statuses: &[Status]| {
        snapshot.assessment.attention.iter().filter(|item| statuses.contains(&item.status)).count()
    };
    let expired = count(&[Status::Expired]);
    let stale = count(&[Status::Stale]);
    let expiring = count(&[Status::Expiring]);
    let other = snapshot.assessment.attention.len().saturating_sub(expired + stale + expiring);
    Cell::Text(format!(
        "{expired} expired, {stale} stale, {expiring} expiring, {other} not met, not assessed or waived"
    ))
}

fn claim_counts(snapshot: &Snapshot) -> Cell {
    if snapshot.catalog.claims.is_empty() {
        return Cell::Unknown("none for this audience");
    }
    let parts: Vec<String> = Status::ALL
        .into_iter()
        .filter_map(|status| {
            let count = snapshot.assessment.claims.values().filter(|claim| claim.status == status).count();
            (count > 0).then(|| format!("{count} {}", status.word().to_lowercase()))
        })
        .collect();
    let claims = crate::render::words::count(snapshot.catalog.claims.len(), "claims");
    Cell::text(format!("{claims}: {}", parts.join(", ")))
}

fn last_drill(snapshot: &Snapshot) -> Shown {
    let Some((evidence, drill)) = product::newest_recovery(snapshot) else {
        return Shown::from(Cell::Unknown("none: no live restore or fail-over is published"));
    };
    let rto = drill.objectives.iter().find(|objective| objective.metric == "rto");
    let unit = rto.and_then(|rto| rto.unit.as_deref());
    let mut measured = match rto.and_then(|objective| objective.achieved) {
        Some(achieved) => format!("recovered in {}", achieved.human(unit)),
        None => "recovery time not measured".to_owned(),
    };
    if let Some(target) = rto.and_then(|objective| objective.target) {
        measured.push_str(&format!(", target {}", target.human(unit)));
    }
    let when = evidence.captured_at.map_or("date not stated".to_owned(), |at| at.date().to_string());
    Shown::text(format!("{}: {}", drill.title, drill.computed.word())).with(format!("{when}, {measured}"))
}

fn subprocessor_count(snapshot: &Snapshot) -> Cell {
    let list = &snapshot.catalog.subprocessors;
    if list.is_empty() {
        return Cell::Unknown("none listed");
    }
    let announced = list.values().filter(|record| record.status == "announced").count();
    let active = list.values().filter(|record| record.status == "active").count();
    let last = list
        .values()
        .flat_map(|record| [record.announced_on, record.effective_from, record.removed_on])
        .flatten()
        .filter(|day| day.start() <= snapshot.head.as_of)
        .max();
    let last = last.map_or(String::new(), |day| format!(", last change {day}"));
    Cell::Text(format!("{active} active, {announced} announced{last}"))
}
