//! `content-present`: records of the content are there, complete by the rule of their kind, and not overdue.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::Condition;
use super::CriterionRow;
use super::Named;
use super::content_complete::Complete;
use super::content_complete::charted;
use super::content_complete::counts;
use super::content_complete::named;
use super::content_complete::worked_through;
use super::content_kind::Kind;
use crate::evaluate::dates;
use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::model::assessment::Counts;
use crate::model::assessment::EvidenceUse;
use crate::model::catalog::ById;
use crate::model::content::*;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::status::Status;
use crate::model::time::Instant;

pub(super) const ROW: CriterionRow = CriterionRow {
    kind: "content-present",
    what: "At least `minimum` records of the kind `records` are there and complete. `where` names fields and the words they \
           must have, `with-evidence` asks for at least one piece of evidence that counts behind each record. A record that is \
           overdue for review or whose end has passed is not counted. A view of the architecture needs components and flows, \
           a series (`kpis`) a value up to as-of and within `max-age` (and on target, with `on-target`), a checklist every item \
           done or, with owner and reason, not applicable, a claim chart evidence that counts in every row, an export of an \
           audit log a time it is kept, an access review a day of the next. The newest access review of every system has to hold, \
           and so has the newest export of every log whose evidence says no: a good one of another system covers neither.",
    why: "A section that exists only as a heading is the first thing a reviewer finds.",
    source: "Enterprise packet: complete only when its six sections exist and every required artifact counts.",
    example: "id: residency\ntext: It is said where data lies\nkind: content-present\nrecords: data-residency\n",
    schema: super::schema::<Parameters>,
    parse: super::condition::<Parameters>,
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Parameters {
    /// The kind of records.
    records: Kind,
    /// How many; 1 when not given.
    #[serde(default)]
    minimum: Option<usize>,
    /// Fields and the words they must have.
    #[serde(default, rename = "where")]
    fields: BTreeMap<String, String>,
    /// Whether each needs a piece of evidence that counts.
    #[serde(default)]
    with_evidence: bool,
    /// Whether the last value of a series has to be on target.
    #[serde(default)]
    on_target: bool,
}

const NO_EVIDENCE: &str = "no evidence that counts stands behind it";

/// A record, as far as it is looked at here.
struct Found {
    id: Id,
    kind: &'static str,
    value: Value,
    /// Whether it is complete by the rule of its kind.
    complete: Complete,
    /// Whether no other record makes up for it: the newest of its system.
    alone: bool,
    /// When it may come out differently by itself.
    turns: Vec<Option<Instant>>,
}

impl Condition for Parameters {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        let minimum = self.minimum.unwrap_or(1).max(1);
        let what = self.what(minimum);
        let mut judgement = Judgement::open(format!("at least {minimum} {what}"));
        let dates = dates::judge_all(scene.catalog, scene.config, scene.as_of);
        let mut good = 0_usize;
        let mut against: Option<(Id, String)> = None;
        let mut old: Option<(Id, String)> = None;
        let mut lacking: Option<(Id, String)> = None;
        let mut alone: Option<(Status, &'static str, (Id, String))> = None;
        for found in self.records(scene).into_iter().filter(|found| self.fits(&found.value)) {
            for instant in found.turns {
                judgement.turns_at(scene.as_of, instant);
            }
            let (counted, refused) = self.evidence(&found.value, scene, &mut judgement);
            let dated = dates.get(found.kind).and_then(|records| records.get(&found.id));
            judgement.turns_at(scene.as_of, dated.and_then(|dated| dated.ends));
            let over = dated.filter(|dated| matches!(dated.status, Status::Expired | Status::Stale));
            if found.alone {
                let of_reviews = self.records == Kind::AccessReviews;
                let (id, no_evidence) = (found.id.clone(), self.with_evidence && !counted);
                let open = match (&found.complete, over, refused) {
                    (_, _, Some(why)) if self.with_evidence => {
                        Some((Status::NotMet, "content-open", format!("its evidence says no: {why}")))
                    }
                    (Complete::Lacks(why), _, _) if of_reviews => {
                        Some((Status::NotAssessed, "too-few", why.clone()))
                    }
                    (_, Some(over), _) if of_reviews => {
                        let why = format!("{}: {}", over.word.to_lowercase(), over.why);
                        Some((Status::Stale, "content-stale", why))
                    }
                    _ if of_reviews && no_evidence => {
                        Some((Status::NotAssessed, "too-few", NO_EVIDENCE.to_owned()))
                    }
                    _ => None,
                };
                if let Some((status, reason, why)) = open
                    && alone.as_ref().is_none_or(|(known, _, _)| status < *known)
                {
                    alone = Some((status, reason, (id, why)));
                }
            }
            match (found.complete, over, counted) {
                (Complete::No(why), _, _) => against = against.or(Some((found.id, why))),
                (Complete::Lacks(why), _, _) => lacking = lacking.or(Some((found.id, why))),
                (Complete::Old(why), _, _) => old = old.or(Some((found.id, why))),
                (Complete::Yes, Some(over), _) => {
                    let why = format!("{}: {}", over.word.to_lowercase(), over.why);
                    old = old.or(Some((found.id, why)));
                }
                (Complete::Yes, None, false) if self.with_evidence => {
                    lacking = lacking.or(Some((found.id, NO_EVIDENCE.to_owned())));
                }
                (Complete::Yes, None, _) => good += 1,
            }
        }
        let said = |(id, why): (Id, String)| (format!("{good} of {minimum} {what}; `{id}`: {why}"), id);
        if let (None, Some((status, reason, open))) = (&against, alone) {
            let (found, id) = said(open);
            return judgement.is(status, reason, found).help(format!("bring `{id}` up to date"));
        }
        match (against, good >= minimum, old, lacking) {
            (Some(against), _, _, _) => {
                let (found, id) = said(against);
                judgement.is(Status::NotMet, "content-open", found).help(format!("complete `{id}`"))
            }
            (None, true, _, _) => judgement.is(Status::Met, "met", format!("{good} {}", self.what(good))),
            (None, false, Some(old), _) => {
                let (found, id) = said(old);
                judgement.is(Status::Stale, "content-stale", found).help(format!("bring `{id}` up to date"))
            }
            (None, false, None, Some(lacking)) => {
                let (found, id) = said(lacking);
                judgement.is(Status::NotAssessed, "too-few", found).help(format!("complete `{id}`"))
            }
            (None, false, None, None) => {
                let help = format!("write it under `{}` in the content", self.records.name());
                judgement
                    .is(Status::NotAssessed, "nothing-counted", format!("no {}", self.what(1)))
                    .help(help)
            }
        }
    }

    fn names(&self) -> Vec<(String, Named)> {
        Vec::new()
    }
}

impl Parameters {
    /// What is asked for, in words.
    fn what(&self, count: usize) -> String {
        let (one, many) = self.records.words();
        let word = if count == 1 { one } else { many };
        let fields: Vec<String> = self.fields.iter().map(|(key, word)| format!("`{key}` `{word}`")).collect();
        match (fields.is_empty(), self.with_evidence) {
            (true, false) => word.to_owned(),
            (true, true) => format!("{word} with evidence"),
            (false, false) => format!("{word} of {}", fields.join(", ")),
            (false, true) => format!("{word} of {} with evidence", fields.join(", ")),
        }
    }

    fn fits(&self, value: &Value) -> bool {
        self.fields.iter().all(|(key, word)| match value.get(key) {
            Some(Value::String(text)) => text == word,
            Some(Value::Bool(truth)) => word == if *truth { "true" } else { "false" },
            Some(Value::Array(items)) => items.iter().any(|item| item.as_str() == Some(word)),
            Some(_) | None => false,
        })
    }

    fn records(&self, scene: &Scene<'_>) -> Vec<Found> {
        let catalog = scene.catalog;
        let as_of = scene.as_of;
        match self.records {
            Kind::AccessReviews => newest(&catalog.access_reviews, |review| {
                let newer = review.is_superseded(catalog.access_reviews.values(), as_of);
                let done = review.performed_on.start() <= as_of;
                let complete = match not_after(review.performed_on.start(), as_of) {
                    Complete::Yes if newer => {
                        Complete::Lacks("a newer review of the same system replaces it".to_owned())
                    }
                    Complete::Yes if review.next_review.is_none() => {
                        Complete::Lacks("it does not say when the next one is due".to_owned())
                    }
                    complete => complete,
                };
                (complete, done && !newer, vec![Some(review.performed_on.start())])
            }),
            Kind::AuditExports => newest(&catalog.audit_exports, |export| {
                let done = |export: &AuditExport| export.exported_on.start() <= as_of;
                let newer = catalog.audit_exports.values().any(|other| {
                    other.system == export.system && other.exported_on > export.exported_on && done(other)
                });
                let complete = match (not_after(export.exported_on.start(), as_of), export.kept_until()) {
                    (Complete::Yes, None) if !export.legal_hold => {
                        Complete::Lacks("it does not say how long it is kept".to_owned())
                    }
                    (complete, _) => complete,
                };
                (complete, done(export) && !newer, vec![Some(export.exported_on.start())])
            }),
            Kind::Kpis => found(&catalog.kpis, |kpi| self.series(kpi, scene)),
            Kind::Checklists => found(&catalog.checklists, |list| (worked_through(list, scene), Vec::new())),
            Kind::ClaimCharts => found(&catalog.claim_charts, |chart| (charted(chart, scene), Vec::new())),
            Kind::Architecture => found(&catalog.architecture, |view| {
                let complete = if view.components.is_empty() {
                    Complete::Lacks("it names no component".to_owned())
                } else if view.flows.is_empty() {
                    Complete::Lacks("it names no flow of data".to_owned())
                } else {
                    Complete::Yes
                };
                (complete, Vec::new())
            }),
            Kind::Risks => found(&catalog.risks, |risk| {
                let complete = match (risk.treatment, risk.owner.as_deref()) {
                    (None, _) => Complete::Lacks("nobody says what is done about it".to_owned()),
                    (Some(_), None) => Complete::Lacks("it has no owner".to_owned()),
                    (Some(_), Some(_)) => Complete::Yes,
                };
                (complete, Vec::new())
            }),
            Kind::Subprocessors => found(&catalog.subprocessors, |one| match one.status.as_str() {
                "removed" => (Complete::Lacks("it was removed".to_owned()), Vec::new()),
                _ => (Complete::Yes, Vec::new()),
            }),
            Kind::Answers => found(&catalog.answers, |_| (Complete::Yes, Vec::new())),
            Kind::Certifications => found(&catalog.certifications, |_| (Complete::Yes, Vec::new())),
            Kind::Claims => found(&catalog.claims, |_| (Complete::Yes, Vec::new())),
            Kind::Compatibility => found(&catalog.compatibility, |_| (Complete::Yes, Vec::new())),
            Kind::Controls => found(&catalog.controls, |_| (Complete::Yes, Vec::new())),
            Kind::DataResidency => found(&catalog.data_residency, |_| (Complete::Yes, Vec::new())),
            Kind::Documents => found(&catalog.documents, |_| (Complete::Yes, Vec::new())),
            Kind::Faq => found(&catalog.faq, |_| (Complete::Yes, Vec::new())),
            Kind::Incidents => found(&catalog.incidents, |_| (Complete::Yes, Vec::new())),
            Kind::Policies => found(&catalog.policies, |_| (Complete::Yes, Vec::new())),
            Kind::Products => found(&catalog.products, |_| (Complete::Yes, Vec::new())),
            Kind::Releases => found(&catalog.releases, |_| (Complete::Yes, Vec::new())),
            Kind::Responsibilities => found(&catalog.responsibilities, |_| (Complete::Yes, Vec::new())),
            Kind::VulnerabilityDisclosure => catalog
                .vulnerability_disclosure
                .iter()
                .map(|disclosure| Found {
                    id: Id::slug(dates::DISCLOSURE),
                    kind: dates::DISCLOSURE,
                    value: serde_json::to_value(disclosure).unwrap_or_default(),
                    complete: Complete::Yes,
                    alone: false,
                    turns: Vec::new(),
                })
                .collect(),
        }
    }

    /// Whether a series has a value that is new enough, and on target where that is asked.
    fn series(&self, kpi: &Kpi, scene: &Scene<'_>) -> (Complete, Vec<Option<Instant>>) {
        let known = kpi.known(scene.as_of);
        let mut turns: Vec<Option<Instant>> = kpi.points.iter().map(|point| Some(point.on.start())).collect();
        let Some(last) = known.last() else {
            return (Complete::Lacks("it has no value yet".to_owned()), turns);
        };
        if let Some(limit) = scene.max_age {
            let stale_from = limit.after(last.on.end());
            turns.push(Some(stale_from));
            if scene.as_of >= stale_from {
                return (Complete::Old(format!("its last value is of {}", last.on)), turns);
            }
        }
        let complete = match (self.on_target, kpi.on_target(last.value)) {
            (false, _) | (true, Some(true)) => Complete::Yes,
            (true, Some(false)) => {
                Complete::No(format!("{} on {} is not on target", kpi.shown(last.value), last.on))
            }
            (true, None) => Complete::Lacks("it has no target".to_owned()),
        };
        (complete, turns)
    }

    /// Whether any evidence behind a record counts, and why one of it says no; all of it goes into the judgement.
    fn evidence(
        &self,
        value: &Value,
        scene: &Scene<'_>,
        judgement: &mut Judgement,
    ) -> (bool, Option<String>) {
        let mut ids = Vec::new();
        named(value, &mut ids);
        let mut counted = false;
        let mut refused = None;
        for id in ids {
            let Some((counts, why, turns)) = counts(&id, scene) else { continue };
            judgement.turns_at(scene.as_of, turns);
            counted |= counts == Counts::For;
            if counts == Counts::Against && refused.is_none() {
                refused = Some(format!("`{id}`: {why}"));
            }
            if !judgement.evidence.iter().any(|used| used.evidence == id) {
                judgement.evidence.push(EvidenceUse { evidence: id, counts, why });
            }
        }
        (counted, refused)
    }
}

fn found<R: Record + serde::Serialize>(
    records: &ById<R>,
    complete: impl Fn(&R) -> (Complete, Vec<Option<Instant>>),
) -> Vec<Found> {
    newest(records, |record| {
        let (complete, turns) = complete(record);
        (complete, false, turns)
    })
}

/// The same for records of which the newest of a system answers for it.
fn newest<R: Record + serde::Serialize>(
    records: &ById<R>,
    complete: impl Fn(&R) -> (Complete, bool, Vec<Option<Instant>>),
) -> Vec<Found> {
    records
        .values()
        .map(|record| {
            let (complete, alone, turns) = complete(record);
            let value = serde_json::to_value(record).unwrap_or_default();
            Found { id: record.id().clone(), kind: R::KIND, value, complete, alone, turns }
        })
        .collect()
}

fn not_after(at: Instant, as_of: Instant) -> Complete {
    if at > as_of { Complete::Lacks("it has not happened yet".to_owned()) } else { Complete::Yes }
}
