//! Status from dates alone: current, due soon, over. Computed at build from as-of, never stored by an editor.

use std::collections::BTreeMap;

use crate::evaluate::criteria::drill_due;
use crate::evaluate::waivers::days_between;
use crate::model::assessment::DateStatus;
use crate::model::catalog::Catalog;
use crate::model::config::Config;
use crate::model::content::AccessReview;
use crate::model::content::AuditExport;
use crate::model::content::Certification;
use crate::model::content::Compatibility;
use crate::model::content::Question;
use crate::model::content::Subprocessor;
use crate::model::evidence::Body;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::register::Risk;
use crate::model::register::RiskStatus;
use crate::model::status::Status;
use crate::model::time::Date;
use crate::model::time::Instant;
use crate::model::time::Period;

/// What a report is worth after the end of its period where it names no end of its own.
const REPORT_LASTS: Period = Period::from_days(365);

/// Kind and id of the one record on how to report vulnerabilities.
pub const DISCLOSURE: &str = "vulnerability-disclosure";

/// Words for the stages of something with an end.
struct Words {
    current: &'static str,
    soon: &'static str,
    over: &'static str,
    status_over: Status,
}

const VALIDITY: Words =
    Words { current: "Current", soon: "Expiring", over: "Expired", status_over: Status::Expired };
const LAPSE: Words =
    Words { current: "Current", soon: "Expiring", over: "Lapsed", status_over: Status::Expired };
const REVIEW: Words =
    Words { current: "Current", soon: "Review due", over: "Review overdue", status_over: Status::Stale };
const REPETITION: Words = Words {
    current: "Current",
    soon: "Repetition due",
    over: "Repetition overdue",
    status_over: Status::Stale,
};
const DEADLINE: Words =
    Words { current: "In time", soon: "Due soon", over: "Overdue", status_over: Status::Stale };
const RETENTION: Words =
    Words { current: "Kept", soon: "Retention ends", over: "Retention ended", status_over: Status::Expired };
const SUPPORT: Words = Words {
    current: "Supported",
    soon: "Support ends",
    over: "Out of support",
    status_over: Status::Expired,
};

/// Instant and notice period, in one.
#[derive(Clone, Copy)]
struct When {
    as_of: Instant,
    notice: Period,
}

/// By kind, then id: everything with an end or a review date.
pub fn judge_all(
    catalog: &Catalog,
    config: &Config,
    as_of: Instant,
) -> BTreeMap<String, BTreeMap<Id, DateStatus>> {
    let when = When { as_of, notice: config.snapshot.notice };
    let mut dates: BTreeMap<String, BTreeMap<Id, DateStatus>> = BTreeMap::new();
    let mut put = |kind: &str, id: &Id, status: Option<DateStatus>| {
        if let Some(status) = status {
            dates.entry(kind.to_owned()).or_default().insert(id.clone(), status);
        }
    };
    macro_rules! kinds {
        ($($field:ident : $own:expr;)*) => { $(
            for record in catalog.$field.values() {
                let due = match (record.last_reviewed, record.review_interval) {
                    (Some(last), Some(interval)) => Some(when.stage(&REVIEW, interval.after(last.start()))),
                    (_, _) => None,
                };
                put(kind_of(record), &record.id, worst($own(record), due));
            }
        )* };
    }
    kinds! {
        certifications: |record: &Certification| Some(certification(record, when));
        policies: |record: &crate::model::content::Policy| policy(record, when);
        documents: |record: &crate::model::content::Document| {
            Some(match record.expires {
                Some(expires) => when.stage(&VALIDITY, expires.end()),
                None => undated("No end date"),
            })
        };
        answers: |record: &crate::model::content::Answer| {
            record.review_by.map(|review_by| when.stage(&REVIEW, review_by.end()))
        };
        waivers: |record: &crate::model::register::Waiver| {
            record.expires.map(|expires| when.stage(&VALIDITY, expires.ends()))
        };
        risks: |record: &Risk| risk(record, when);
        compatibility: |record: &Compatibility| compatibility(record, when);
        subprocessors: |record: &Subprocessor| subprocessor(record, when);
        claims: |record: &crate::model::content::Claim| {
            record.valid_until.map(|until| when.stage(&VALIDITY, until.ends()))
        };
        products: |_| None;
        frameworks: |_| None;
        controls: |_| None;
        responsibilities: |_| None;
        faq: |_| None;
        data_residency: |_| None;
        incidents: |_| None;
        releases: |_| None;
        architecture: |_| None;
        blockers: |_| None;
        questions: |record: &Question| {
            record.due.filter(|_| record.answer.is_none()).map(|due| when.stage(&DEADLINE, due.end()))
        };
        access_reviews: |record: &AccessReview| {
            record.next_review.map(|next| when.stage(&REVIEW, next.end()))
        };
        audit_exports: |record: &AuditExport| {
            record.kept_until().filter(|_| !record.legal_hold).map(|until| when.stage(&RETENTION, until))
        };
        kpis: |_| None;
        checklists: |_| None;
        claim_charts: |_| None;
        assignments: |_| None;
    }
    for evidence in catalog.evidence.values() {
        if let Body::Drill(drill) = &evidence.body {
            let due = drill_due(drill, evidence.captured_at).map(|due| when.stage(&REPETITION, due));
            put("evidence", &evidence.id, due);
        }
    }
    if let Some(disclosure) = &catalog.vulnerability_disclosure {
        put(DISCLOSURE, &Id::slug(DISCLOSURE), Some(when.stage(&VALIDITY, disclosure.expires.end())));
    }
    dates
}

fn kind_of<R: Record>(_: &R) -> &'static str {
    R::KIND
}

impl When {
    /// Before, near, or past `ends`.
    fn stage(self, words: &Words, ends: Instant) -> DateStatus {
        let (status, word) = if self.as_of >= ends {
            (words.status_over, words.over)
        } else if self.notice.after(self.as_of) >= ends {
            (Status::Expiring, words.soon)
        } else {
            (Status::Met, words.current)
        };
        let left = days_between(self.as_of, ends);
        DateStatus {
            status,
            word: word.to_owned(),
            // what is current says how long it stays so; "in 183 days" would read as if it were still to come
            why: if status == Status::Met && left > 1 {
                format!("{left} days left")
            } else {
                in_days(self.as_of, ends)
            },
            ends: Some(ends),
            days_left: Some(days_between(self.as_of, ends)),
        }
    }
}

/// `in 52 days`, `today`, `3 days ago`.
pub fn in_days(as_of: Instant, ends: Instant) -> String {
    match days_between(as_of, ends) {
        0 => "within a day".to_owned(),
        1 => "in 1 day".to_owned(),
        days if days > 0 => format!("in {days} days"),
        _ => match as_of.seconds_since(ends) / 86_400 {
            0 => "less than a day ago".to_owned(),
            1 => "1 day ago".to_owned(),
            days => format!("{days} days ago"),
        },
    }
}

fn undated(word: &str) -> DateStatus {
    DateStatus {
        status: Status::NotAssessed,
        word: word.to_owned(),
        why: "it has no end".to_owned(),
        ends: None,
        days_left: None,
    }
}

/// Says something that dates do not.
fn stated(status: Status, word: &str, why: String, ends: Option<Instant>, as_of: Instant) -> DateStatus {
    let days_left = ends.map(|ends| days_between(as_of, ends));
    DateStatus { status, word: word.to_owned(), why, ends, days_left }
}

/// The worse of two; among equal ones the one that ends first. A date always beats no date.
fn worst(one: Option<DateStatus>, other: Option<DateStatus>) -> Option<DateStatus> {
    match (one, other) {
        (Some(one), Some(other)) => {
            let undated = |status: &DateStatus| status.ends.is_none() && status.status == Status::NotAssessed;
            let keep_one = match (undated(&one), undated(&other)) {
                (true, false) => one.word != "No end date" && one.word != "No dates",
                (false, true) => true,
                (_, _) => (one.status, one.ends) <= (other.status, other.ends),
            };
            Some(if keep_one { one } else { other })
        }
        (one, other) => one.or(other),
    }
}

fn certification(record: &Certification, when: When) -> DateStatus {
    let as_of = when.as_of;
    if let Some(stated_status) = &record.status_override {
        let until = stated_status.until.map(Date::end);
        if until.is_none_or(|until| as_of < until) {
            let (status, word) = match stated_status.value.as_str() {
                "planned" => (Status::NotAssessed, "Planned"),
                "in-progress" => (Status::NotAssessed, "In progress"),
                // Withdrawn, and any word that is none of ours: the worse reading.
                _ => (Status::Expired, "Withdrawn"),
            };
            return stated(status, word, stated_status.reason.clone(), until, as_of);
        }
    }
    if let Some(issued) = record.issued.filter(|issued| issued.start() > as_of) {
        return stated(
            Status::NotAssessed,
            "Planned",
            format!("issued on {issued}, after the snapshot"),
            Some(issued.start()),
            as_of,
        );
    }
    let period_end = record.period.as_ref().map(|period| period.end.end());
    let ends = record.expires.map(Date::end).or_else(|| period_end.map(|end| REPORT_LASTS.after(end)));
    let bridge = record
        .bridge_letter
        .as_ref()
        .filter(|letter| letter.covers.start.start() <= as_of && as_of < letter.covers.end.end());
    let by_end = match ends {
        None => undated(if record.form == "statement" { "No end date" } else { "No dates" }),
        Some(ends) if as_of >= ends => match bridge {
            Some(letter) => stated(
                Status::Expiring,
                "In gap, covered",
                format!("a bridge letter covers it until {}", letter.covers.end),
                Some(letter.covers.end.end()),
                as_of,
            ),
            None => when.stage(&LAPSE, ends),
        },
        Some(ends) => {
            let mut status = when.stage(&LAPSE, ends);
            if let (Some(period_end), Some(letter)) = (period_end, bridge)
                && as_of >= period_end
            {
                status.why =
                    format!("{}; a bridge letter covers the time until {}", status.why, letter.covers.end);
            }
            status
        }
    };
    let surveillance = record.surveillance_next.map(|next| {
        let mut status = when.stage(&REVIEW, next.end());
        status.word = match status.status {
            Status::Stale => "Surveillance overdue".to_owned(),
            Status::Expiring => "Surveillance due".to_owned(),
            _ => status.word,
        };
        status
    });
    worst(Some(by_end), surveillance).unwrap_or_else(|| undated("No dates"))
}

fn policy(record: &crate::model::content::Policy, when: When) -> Option<DateStatus> {
    if let Some(from) = record.effective_from.filter(|from| from.start() > when.as_of) {
        return Some(stated(
            Status::NotAssessed,
            "Planned",
            format!("holds from {from}"),
            Some(from.start()),
            when.as_of,
        ));
    }
    record.next_review.map(|next| when.stage(&REVIEW, next.end()))
}

fn risk(record: &Risk, when: When) -> Option<DateStatus> {
    match record.status {
        RiskStatus::Closed => None,
        RiskStatus::Open
        | RiskStatus::Investigating
        | RiskStatus::Remediating
        | RiskStatus::DeviationRequested
        | RiskStatus::DeviationApproved => worst(
            record.accepted.as_ref().map(|accepted| {
                let mut status = when.stage(&VALIDITY, accepted.until.ends());
                status.word = match status.status {
                    Status::Expired => "Acceptance over".to_owned(),
                    Status::Expiring => "Acceptance ends".to_owned(),
                    _ => "Accepted".to_owned(),
                };
                status
            }),
            record.deadline.map(|deadline| when.stage(&DEADLINE, deadline.end())),
        ),
    }
}

fn compatibility(record: &Compatibility, when: When) -> Option<DateStatus> {
    match (record.end_of_support, record.end_of_life) {
        (_, Some(life)) if when.as_of >= life.end() => {
            let mut status = when.stage(&SUPPORT, life.end());
            status.word = "End of life".to_owned();
            Some(status)
        }
        (Some(support), _) => Some(when.stage(&SUPPORT, support.end())),
        (None, Some(life)) => Some(when.stage(&SUPPORT, life.end())),
        (None, None) => None,
    }
}

/// An announced one is due when it begins; customers may object until a date.
fn subprocessor(record: &Subprocessor, when: When) -> Option<DateStatus> {
    if record.status != "announced" {
        return None;
    }
    let begins = record.effective_from.map(Date::start).filter(|begins| *begins > when.as_of);
    let objection = record.objection_until.map(Date::end).filter(|until| *until > when.as_of);
    match (begins, objection) {
        (_, Some(until)) => Some(stated(
            Status::Expiring,
            "Announced",
            format!("objections until {}", until.plus_seconds(-1).date()),
            Some(until),
            when.as_of,
        )),
        (Some(begins), None) => Some(stated(
            Status::Expiring,
            "Announced",
            format!("begins on {}", begins.date()),
            Some(begins),
            when.as_of,
        )),
        (None, None) => None,
    }
}
