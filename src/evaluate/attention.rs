//! The list of what needs attention: not met, overdue, or due within the notice period, worst first.

use crate::evaluate::dates::DISCLOSURE;
use crate::evaluate::dates::in_days;
use crate::model::assessment::Assessment;
use crate::model::assessment::Attention;
use crate::model::assessment::ClaimAssessment;
use crate::model::assessment::DateStatus;
use crate::model::catalog::Catalog;
use crate::model::config::Config;
use crate::model::id::Id;
use crate::model::record::Record as _;
use crate::model::status::Status;

/// Everything that needs attention, worst first, then by date, kind and id.
pub fn list(catalog: &Catalog, config: &Config, assessment: &Assessment) -> Vec<Attention> {
    let mut list = Vec::new();
    for verdict in &assessment.verdicts {
        if verdict.passes && verdict.status.is_satisfied() {
            continue;
        }
        let first = verdict.criteria.iter().find(|criterion| criterion.required);
        list.push(Attention {
            kind: "verdicts".to_owned(),
            id: verdict.profile.clone(),
            title: verdict.title.clone(),
            status: verdict.status,
            word: verdict.word.clone(),
            why: verdict.sentence.clone(),
            // what does not pass is not due at some time: it is open now
            date: verdict.valid_until.filter(|_| verdict.passes),
            next: first.map(|criterion| criterion.help.clone()).unwrap_or_default(),
        });
    }
    for claim in assessment.claims.values() {
        list.extend(claim_line(catalog, claim));
    }
    for (kind, records) in &assessment.dates {
        for (id, status) in records {
            // A waiver's and an evidence's line say more than their date; they follow below.
            if kind == "waivers"
                || matches!(status.status, Status::Met | Status::NotAssessed | Status::NotApplicable)
            {
                continue;
            }
            // A claim whose end has passed is not met; one line says it, with the day.
            let over =
                |line: &&mut Attention| line.kind == *kind && line.id == *id && line.status == status.status;
            match list.iter_mut().find(over) {
                Some(line) => (line.why, line.date) = (status.why.clone(), status.ends),
                None => list.push(date_line(kind, id, title(catalog, kind, id), status)),
            }
        }
    }
    for (id, waiver) in &assessment.waivers {
        let dates = assessment.dates.get("waivers").and_then(|dates| dates.get(id));
        let ends_soon = dates.is_some_and(|dates| dates.status == Status::Expiring);
        if waiver.valid && !ends_soon {
            continue;
        }
        let ended = dates.is_some_and(|dates| dates.status == Status::Expired);
        let (status, word) = match (waiver.valid, ended) {
            (true, _) => (Status::Expiring, "Expiring"),
            (false, true) => (Status::Expired, "Expired"),
            (false, false) => (Status::NotMet, "Without effect"),
        };
        list.push(Attention {
            kind: "waivers".to_owned(),
            id: id.clone(),
            title: title(catalog, "waivers", id),
            status,
            word: word.to_owned(),
            why: if waiver.valid {
                dates.map(|dates| dates.why.clone()).unwrap_or_default()
            } else {
                waiver.why.clone()
            },
            date: dates.and_then(|dates| dates.ends),
            next: "close what it covers, or renew it".to_owned(),
        });
    }
    for (id, judged) in &assessment.evidence {
        let used = !judged.claims.is_empty() || !judged.criteria.is_empty();
        let Some(age) = judged.age.as_ref().filter(|_| used) else { continue };
        let soon = config.snapshot.notice.after(assessment.as_of) >= age.stale_from;
        let (status, word, next) = match (age.status == Status::Stale, soon) {
            (true, _) => (Status::Stale, "Stale", "collect it again"),
            (false, true) => (Status::Expiring, "Stale soon", "collect it again before then"),
            (false, false) => continue,
        };
        list.push(Attention {
            kind: "evidence".to_owned(),
            id: id.clone(),
            title: title(catalog, "evidence", id),
            status,
            word: word.to_owned(),
            why: in_days(assessment.as_of, age.stale_from),
            date: Some(age.stale_from),
            next: next.to_owned(),
        });
    }
    list.sort_by(|a, b| key(a).cmp(&key(b)));
    list
}

/// Worst first; verdicts before what they rest on; then what is due first.
fn key(line: &Attention) -> impl Ord + '_ {
    (line.status, line.kind != "verdicts", line.date.is_none(), line.date, &line.kind, &line.id, &line.word)
}

fn claim_line(catalog: &Catalog, claim: &ClaimAssessment) -> Option<Attention> {
    if claim.status.is_satisfied() && claim.status != Status::Expiring {
        return None;
    }
    let worst = claim.criteria.iter().find(|criterion| criterion.required);
    let next = match (claim.status, worst) {
        (Status::Waived, _) => "close what the waiver covers".to_owned(),
        (Status::Expired, _) => "confirm the claim anew".to_owned(),
        (_, Some(criterion)) if !criterion.help.is_empty() => criterion.help.clone(),
        (_, Some(_)) => "look at what counts against it".to_owned(),
        (_, None) => "say what must hold, under `criteria`".to_owned(),
    };
    Some(Attention {
        kind: "claims".to_owned(),
        id: claim.claim.clone(),
        title: title(catalog, "claims", &claim.claim),
        status: claim.status,
        word: claim.status.word().to_owned(),
        why: claim.why.clone(),
        date: claim.valid_until.filter(|_| claim.status.is_satisfied() || claim.status == Status::Waived),
        next,
    })
}

fn date_line(kind: &str, id: &Id, title: String, status: &DateStatus) -> Attention {
    let next = match (kind, status.status) {
        ("certifications", Status::Expired) => "renew it, or take the claim to it back",
        ("certifications", _) => "prepare the renewal",
        ("answers" | "policies", _) => "review and approve it",
        ("risks", _) => "close it, or decide on it anew",
        ("evidence", _) => "repeat the drill",
        ("documents", _) => "issue it anew",
        ("compatibility", _) => "say what follows it",
        ("subprocessors", _) => "object, or do nothing",
        ("claims", _) => "confirm the claim anew",
        ("questions", _) => "answer it",
        ("access-reviews", _) => "do it again",
        ("audit-exports", _) => "export the log anew, or say how long it is kept",
        (DISCLOSURE, _) => "set a new end",
        (_, _) => "review it",
    };
    Attention {
        kind: kind.to_owned(),
        id: id.clone(),
        title,
        status: status.status,
        word: status.word.clone(),
        why: status.why.clone(),
        date: status.ends,
        next: next.to_owned(),
    }
}

fn title(catalog: &Catalog, kind: &str, id: &Id) -> String {
    if kind == DISCLOSURE {
        return "Vulnerability disclosure".to_owned();
    }
    macro_rules! find {
        ($($field:ident : $type:ident),* $(,)?) => {
            match kind {
                $( <$type as crate::model::record::Record>::KIND => {
                    catalog.$field.get(id).map(|record| record.name().to_owned())
                } )*
                _ => None,
            }
        };
    }
    use crate::model::content::*;
    use crate::model::evidence::Evidence;
    use crate::model::register::Blocker;
    use crate::model::register::Risk;
    use crate::model::register::Waiver;
    crate::for_each_kind!(find).unwrap_or_else(|| id.to_string())
}
