//! Verdicts: a profile's criteria, judged and combined by the profile's own table. First row that holds wins.
//!
//! A profile without a required criterion that is met or waived never passes, whatever its table says.

use crate::evaluate::groups;
use crate::evaluate::judge::Read;
use crate::evaluate::judge::Seat;
use crate::evaluate::scene::REASONS;
use crate::evaluate::scene::Scene;
use crate::evaluate::waivers::Target;
use crate::model::assessment::CriterionResult;
use crate::model::assessment::GroupResult;
use crate::model::assessment::Verdict;
use crate::model::evidence::Evidence;
use crate::model::evidence::Mode;
use crate::model::evidence::Trust;
use crate::model::finding::Finding;
use crate::model::finding::did_you_mean;
use crate::model::id::Id;
use crate::model::profile::Combination;
use crate::model::profile::Profile;
use crate::model::profile::State;
use crate::model::profile::When;
use crate::model::receipt::Decision;
use crate::model::record::Origin;
use crate::model::status::Status;

/// Judges every profile in order. A profile whose table is wrong gives findings and no verdict.
pub fn judge_all(profiles: &[Profile], scene: &Scene<'_>, findings: &mut Vec<Finding>) -> Vec<Verdict> {
    let mut verdicts: Vec<Verdict> = Vec::new();
    for profile in profiles {
        let defects = defects(profile);
        let usable = defects.is_empty();
        findings.extend(defects);
        if !usable {
            continue;
        }
        let verdict = judge(profile, &Scene { verdicts: &verdicts, ..*scene }, findings);
        verdicts.extend(verdict);
    }
    verdicts
}

fn judge(profile: &Profile, scene: &Scene<'_>, findings: &mut Vec<Finding>) -> Option<Verdict> {
    let earlier: Vec<&Id> = scene.verdicts.iter().map(|verdict| &verdict.profile).collect();
    let mut criteria: Vec<CriterionResult> = profile
        .criteria
        .iter()
        .enumerate()
        .map(|(at, criterion)| {
            let seat = Seat {
                target: Target::ProfileCriterion(profile.id.clone(), criterion.id.clone()),
                origin: Origin { path: origin_path(profile), pointer: format!("/criteria/{at}") },
                may_be_inapplicable: true,
                earlier: &earlier,
            };
            let assigned = scene.assignments.of(&profile.id, &criterion.id);
            Read::new(criterion, seat, scene, findings).judge(&Scene { assigned, ..*scene })
        })
        .collect();
    criteria.sort_by_key(|result| (result.status, !result.required));
    let groups = groups::judge(profile, &criteria);
    let (key, state) = combine(profile, &criteria, &groups)?;
    let subject = subject(profile, scene);
    // The systems of other subjects declare their own states; `agrees` compares with those.
    let elsewhere = match profile.subject.as_deref() {
        Some("run") => Some(crate::evaluate::runs::declared(scene, profile)),
        Some("certification") => Some(crate::evaluate::certification::declared(scene)),
        Some("closeout") => Some(crate::evaluate::closeouts::declared(scene)),
        Some("snapshot") => Some(None),
        Some(_) | None => None,
    };
    let own = elsewhere.is_none();
    let declared =
        elsewhere.unwrap_or_else(|| declared(scene).map(|(decision, raw)| (decision, raw, String::new())));
    let declared_agrees = declared.as_ref().map(|(decision, raw, said)| {
        if own {
            (*decision == Decision::Allow) == state.passes
        } else {
            // what asked for a person and was lifted by one is no contradiction
            let lifted = *decision == Decision::Hold && state.passes && state.status == Status::Waived;
            said_as(key) == *said || key == raw.as_str() || lifted
        }
    });
    let declared = declared.map(|(decision, raw, _)| (decision, raw));
    if let (Some((decision, raw)), Some(false)) = (&declared, declared_agrees) {
        let message = format!(
            "a receipt declares `{raw}` ({}) for {subject}, the profile `{}` computes `{key}`",
            decision.word().to_lowercase(),
            profile.id
        );
        let message = if own {
            message
        } else {
            format!("`{raw}` is declared for {subject}, the profile `{}` computes `{key}`", profile.id)
        };
        let finding = Finding::warning("declared-mismatch", message)
            .help("the computed verdict is published; look at the criteria that differ");
        findings.push(match declared_by(scene, *decision, raw).filter(|_| own) {
            Some(receipt) => finding.at(receipt.origin.place()).about(&receipt.id),
            None => finding,
        });
    }
    let valid_until = criteria.iter().filter_map(|result| result.valid_until).min();
    Some(Verdict {
        profile: profile.id.clone(),
        profile_version: profile.version.clone(),
        title: profile.title.clone(),
        description: profile.description.clone(),
        sentence: fill(&state.sentence, &subject, &criteria, &groups),
        subject,
        state: key.to_owned(),
        word: state.word.clone(),
        status: state.status,
        passes: state.passes,
        declared: declared.map(|(_, raw)| raw),
        declared_agrees,
        criteria,
        groups,
        valid_until,
    })
}

/// Keeps verdicts from passing where inputs were refused: what would pass gets the state of its table's last row, which never
/// does, and every sentence says why.
pub fn hold_back(verdicts: &mut [Verdict], profiles: &[Profile]) {
    for verdict in verdicts {
        let profile = profiles.iter().find(|profile| profile.id == verdict.profile);
        if verdict.passes {
            let last = profile.and_then(|profile| profile.combination.last());
            let state = last.and_then(|row| profile?.states.get_key_value(&row.state));
            let state = state.filter(|(_, state)| !state.passes);
            (verdict.state, verdict.word, verdict.status) = match state {
                Some((key, state)) => (key.clone(), state.word.clone(), state.status),
                None => ("refused".to_owned(), "Refused".to_owned(), Status::NotMet),
            };
            verdict.passes = false;
            verdict.declared_agrees = verdict.declared.as_ref().map(|_| false);
            verdict.valid_until = None;
            verdict.sentence = format!(
                "{} does not pass, whatever its criteria say: an input was refused.",
                verdict.subject
            );
        } else {
            verdict.sentence.push_str(" An input was refused as well.");
        }
    }
}

/// A state without the mark that it was computed from a sample.
fn said_as(key: &str) -> String {
    key.strip_prefix("sample:").unwrap_or(key).to_owned()
}

fn origin_path(profile: &Profile) -> String {
    if profile.origin.path.is_empty() {
        format!("profiles/{}.yaml", profile.id)
    } else {
        profile.origin.path.clone()
    }
}

/// The state of the first row that holds.
fn combine<'a>(
    profile: &'a Profile,
    results: &[CriterionResult],
    groups: &[GroupResult],
) -> Option<(&'a str, &'a State)> {
    let required: Vec<Status> =
        results.iter().filter(|result| result.required).map(|result| result.status).collect();
    let earned = required.iter().any(|status| status.is_satisfied() && *status != Status::NotApplicable)
        || required.contains(&Status::Waived);
    // the whole is never further than its parts
    let earned = earned && groups.iter().all(|group| group.state.passes());
    profile.combination.iter().find_map(|row| {
        let (key, state) = profile.states.get_key_value(&row.state)?;
        let conditions = conditions(row);
        let holds = conditions.iter().all(|(_, when)| holds(when, results));
        (holds && (earned || !state.passes)).then_some((key.as_str(), state))
    })
}

/// The conditions of a row, each with where it stands in the row.
fn conditions(row: &Combination) -> Vec<(String, When)> {
    let Combination { any, all, criteria, reasons, and, state: _ } = row;
    let own =
        When { criteria: criteria.clone(), any: any.clone(), all: all.clone(), reasons: reasons.clone() };
    let further = and.iter().enumerate().map(|(at, when)| (format!("and/{at}/"), when.clone()));
    std::iter::once((String::new(), own)).chain(further).collect()
}

fn holds(when: &When, results: &[CriterionResult]) -> bool {
    let When { criteria, any, all, reasons } = when;
    let looked_at: Vec<&CriterionResult> = results
        .iter()
        .filter(|result| if criteria.is_empty() { result.required } else { criteria.contains(&result.id) })
        .collect();
    (criteria.is_empty() || !looked_at.is_empty())
        && (any.is_empty() || looked_at.iter().any(|result| any.contains(&result.status)))
        && (all.is_empty() || looked_at.iter().all(|result| all.contains(&result.status)))
        && (reasons.is_empty() || looked_at.iter().any(|result| reasons.contains(&result.reason)))
}

/// What is wrong with a profile's own table.
fn defects(profile: &Profile) -> Vec<Finding> {
    let path = origin_path(profile);
    let mut findings = Vec::new();
    let mut refuse = |pointer: String, message: String, help: &str| {
        findings.push(
            Finding::error("profile-refused", format!("profile `{}`: {message}", profile.id))
                .at(crate::model::finding::Place::pointer(&path, pointer))
                .help(help),
        );
    };
    if profile.criteria.is_empty() {
        refuse("/criteria".to_owned(), "it has no criteria".to_owned(), "name what must hold");
    }
    for (at, criterion) in profile.criteria.iter().enumerate() {
        if profile.criteria.iter().take(at).any(|other| other.id == criterion.id) {
            refuse(
                format!("/criteria/{at}/id"),
                format!("the criterion `{}` is there twice", criterion.id),
                "give each its own id",
            );
        }
    }
    let ids: Vec<&str> = profile.criteria.iter().map(|criterion| criterion.id.as_str()).collect();
    for (at, row) in profile.combination.iter().enumerate() {
        for (inside, When { criteria, reasons, .. }) in conditions(row) {
            for (index, id) in criteria.iter().enumerate().filter(|(_, id)| !ids.contains(&id.as_str())) {
                let help = match did_you_mean(id.as_str(), ids.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "name one of its criteria".to_owned(),
                };
                let pointer = format!("/combination/{at}/{inside}criteria/{index}");
                refuse(pointer, format!("it has no criterion `{id}`"), &help);
            }
            let known = || REASONS.iter().map(|(code, _)| *code);
            for (index, reason) in
                reasons.iter().enumerate().filter(|(_, reason)| !known().any(|code| code == reason.as_str()))
            {
                let help = match did_you_mean(reason, known()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`trustbook explain` lists all reasons".to_owned(),
                };
                let pointer = format!("/combination/{at}/{inside}reasons/{index}");
                refuse(pointer, format!("there is no reason `{reason}`"), &help);
            }
        }
        if !profile.states.contains_key(&row.state) {
            let help = match did_you_mean(&row.state, profile.states.keys().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name it under `states`".to_owned(),
            };
            refuse(format!("/combination/{at}/state"), format!("there is no state `{}`", row.state), &help);
        }
    }
    match profile.combination.last() {
        None => refuse(
            "/combination".to_owned(),
            "it has no combination table".to_owned(),
            "say which statuses give which state; the last row must hold always",
        ),
        Some(last) => {
            if conditions(last).iter().any(|(_, when)| *when != When::default()) || !last.and.is_empty() {
                refuse(
                    format!("/combination/{}", profile.combination.len() - 1),
                    "the last row of its table has a condition".to_owned(),
                    "let the last row hold always",
                );
            }
            if profile.states.get(&last.state).is_some_and(|state| state.passes) {
                refuse(
                    format!("/combination/{}/state", profile.combination.len() - 1),
                    format!("its last row gives `{}`, which passes by default", last.state),
                    "let the last row give a state that does not pass",
                );
            }
        }
    }
    for (pointer, message, help) in groups::defects(profile) {
        refuse(pointer, message, &help);
    }
    match profile.subject.as_deref() {
        None | Some("release" | "snapshot" | "run" | "certification" | "closeout") => {}
        Some(other) => {
            let help = match did_you_mean(other, SUBJECTS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("write one of {}", SUBJECTS.join(", ")),
            };
            refuse("/subject".to_owned(), format!("`{other}` is not a subject"), &help);
        }
    }
    findings
}

/// What a verdict can be about.
const SUBJECTS: [&str; 5] = ["release", "snapshot", "run", "certification", "closeout"];

/// What the verdict is about.
fn subject(profile: &Profile, scene: &Scene<'_>) -> String {
    match profile.subject.as_deref() {
        Some("snapshot") => return scene.config.site.title.clone(),
        Some("run") => return crate::evaluate::runs::subject(scene, profile),
        Some("certification") => return crate::evaluate::certification::subject(scene),
        Some("closeout") => return crate::evaluate::closeouts::subject(scene),
        Some(_) | None => {}
    }
    match scene.catalog.newest_release() {
        None => "an unnamed release".to_owned(),
        Some(release) => {
            match release.product.as_ref().and_then(|product| scene.catalog.products.get(product)) {
                Some(product) => format!("{} {}", product.name, release.version),
                None => release.version.clone(),
            }
        }
    }
}

/// The strictest decision that live receipts of the newest release declare, with its own word.
fn declared(scene: &Scene<'_>) -> Option<(Decision, String)> {
    let release = &scene.catalog.newest_release()?.id;
    scene
        .catalog
        .evidence
        .values()
        .filter(|evidence| evidence.release.as_ref() == Some(release))
        .filter(|evidence| evidence.mode == Mode::Live && evidence.trust >= Trust::WellFormed)
        .filter_map(|evidence| evidence.body.receipt())
        .map(|receipt| (receipt.decision, receipt.raw_decision.clone()))
        .min()
}

/// The receipt of the newest release that declares `decision` in that word.
fn declared_by<'a>(scene: &Scene<'a>, decision: Decision, raw: &str) -> Option<&'a Evidence> {
    let release = &scene.catalog.newest_release()?.id;
    scene.catalog.evidence.values().find(|evidence| {
        let says = evidence
            .body
            .receipt()
            .is_some_and(|receipt| receipt.decision == decision && receipt.raw_decision == raw);
        says && evidence.release.as_ref() == Some(release) && evidence.mode == Mode::Live
    })
}

/// Fills in the sentence of a state.
fn fill(sentence: &str, subject: &str, results: &[CriterionResult], groups: &[GroupResult]) -> String {
    let (passed, next) = groups::reached(groups);
    let required = results.iter().filter(|result| result.required);
    let met = required.clone().filter(|result| result.status.is_satisfied()).count();
    let waived = required.clone().filter(|result| result.status == Status::Waived).count();
    let total = required.count();
    let numbers = [
        ("met", met),
        ("required", total),
        ("open", total - met - waived),
        ("waived", waived),
        ("groups-passed", passed),
        ("groups", groups.len()),
    ];
    let counted = numbers.into_iter().fold(sentence.to_owned(), |text, (name, number)| {
        agreeing(&text, name, number).replace(&format!("{{{name}}}"), &number.to_string())
    });
    counted
        .replace("{next-group}", next.map_or("none", |group| group.title.as_str()))
        .replace("{subject}", subject)
}

/// `{open:is|are}` is `is` where `open` is one, else `are`.
fn agreeing(sentence: &str, name: &str, number: usize) -> String {
    let mark = format!("{{{name}:");
    let mut out = String::new();
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once(&mark) {
        let Some((forms, behind)) = after.split_once('}') else { break };
        let (one, many) = forms.split_once('|').unwrap_or((forms, forms));
        out.push_str(before);
        out.push_str(if number == 1 { one } else { many });
        rest = behind;
    }
    out.push_str(rest);
    out
}
