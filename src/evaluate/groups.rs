//! The groups of a profile: gates that are passed in order, or sections that stand side by side.
//!
//! An empty group, and one where nothing applies, is never passed.

use crate::model::assessment::CriterionResult;
use crate::model::assessment::GroupResult;
use crate::model::assessment::GroupState;
use crate::model::finding::did_you_mean;
use crate::model::profile::Group;
use crate::model::profile::Profile;
use crate::model::status::Status;
use crate::model::time::Instant;

/// What a group is called where the profile does not say.
const GROUP: &str = "group";

/// Every group in order, from the criteria's outcomes.
pub fn judge(profile: &Profile, criteria: &[CriterionResult]) -> Vec<GroupResult> {
    let word = profile.group_word.as_deref().unwrap_or(GROUP);
    let mut results: Vec<GroupResult> = Vec::new();
    for Group { id, title, description } in &profile.groups {
        let own: Vec<&CriterionResult> =
            criteria.iter().filter(|result| result.group.as_ref() == Some(id)).collect();
        let required: Vec<Status> =
            own.iter().filter(|result| result.required).map(|result| result.status).collect();
        let alone = alone(&required);
        let before = results.last().filter(|before| profile.in_order && !before.state.passes());
        let state = if before.is_some() { GroupState::BlockedByPrevious } else { alone };
        let blocked_by = before.map(|before| before.id.clone());
        let count =
            |holds: fn(Status) -> bool| number(required.iter().filter(|status| holds(**status)).count());
        let met = count(|status| status.is_satisfied() && status != Status::NotApplicable);
        let not_applicable = count(|status| status == Status::NotApplicable);
        let total = number(required.len());
        let waived = count(|status| status == Status::Waived);
        let applies = total - not_applicable;
        let sentence = sentence(title, word, alone, before, (met, waived, applies));
        let earlier = results.last().filter(|_| profile.in_order).and_then(|before| before.valid_until);
        results.push(GroupResult {
            id: id.clone(),
            title: title.clone(),
            description: description.clone(),
            word: word.to_owned(),
            criteria: profile
                .criteria
                .iter()
                .filter(|criterion| criterion.group.as_ref() == Some(id))
                .map(|criterion| criterion.id.clone())
                .collect(),
            in_order: profile.in_order,
            state,
            state_alone: alone,
            blocked_by,
            sentence,
            required: total,
            met,
            waived,
            not_applicable,
            complete_percent: (met * 100).checked_div(applies),
            valid_until: first(own.iter().map(|result| result.valid_until).chain([earlier])),
        });
    }
    results
}

fn first(instants: impl Iterator<Item = Option<Instant>>) -> Option<Instant> {
    instants.flatten().min()
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// How a group stands by its own required criteria.
fn alone(required: &[Status]) -> GroupState {
    let satisfied = |status: &Status| status.is_satisfied();
    let earned = |status: &Status| {
        *status == Status::Waived || (satisfied(status) && *status != Status::NotApplicable)
    };
    if required.contains(&Status::NotMet) {
        GroupState::Failed
    } else if !required.iter().any(earned) {
        GroupState::Incomplete
    } else if required.iter().all(satisfied) {
        GroupState::Passed
    } else if required.iter().all(|status| satisfied(status) || *status == Status::Waived) {
        GroupState::PassedWithWaivers
    } else {
        GroupState::Incomplete
    }
}

fn sentence(
    title: &str,
    word: &str,
    alone: GroupState,
    before: Option<&GroupResult>,
    (met, waived, applies): (u32, u32, u32),
) -> String {
    let holds = match waived {
        0 => format!("{met} of {applies} criteria hold"),
        _ => format!("{met} of {applies} criteria hold, {waived} waived until a date"),
    };
    let holds = if applies == 0 { "nothing is asked that applies".to_owned() } else { holds };
    match (before, alone) {
        (Some(before), _) => format!("{title} waits for the {word} {}: {holds}.", before.title),
        (None, GroupState::Passed) => format!("{title} is passed: {holds}."),
        (None, GroupState::PassedWithWaivers) => format!("{title} is passed with waivers: {holds}."),
        (None, GroupState::Failed) => format!("{title} failed: {holds}, and counted evidence says no."),
        (None, GroupState::Incomplete | GroupState::BlockedByPrevious) => {
            format!("{title} is incomplete: {holds}.")
        }
    }
}

/// What is wrong with the groups of a profile: pointer, message, help.
pub fn defects(profile: &Profile) -> Vec<(String, String, String)> {
    let mut out = Vec::new();
    for (at, group) in profile.groups.iter().enumerate() {
        if profile.groups.iter().take(at).any(|other| other.id == group.id) {
            out.push((
                format!("/groups/{at}/id"),
                format!("the group `{}` is there twice", group.id),
                "give each its own id".to_owned(),
            ));
        }
        if !profile.criteria.iter().any(|criterion| criterion.group.as_ref() == Some(&group.id)) {
            out.push((
                format!("/groups/{at}"),
                format!("no criterion belongs to the group `{}`, so it could never pass", group.id),
                "name it in the `group` of a criterion, or take it out".to_owned(),
            ));
        }
    }
    for (at, criterion) in profile.criteria.iter().enumerate() {
        match &criterion.group {
            Some(group) if !profile.groups.iter().any(|known| known.id == *group) => {
                let known = profile.groups.iter().map(|group| group.id.as_str());
                let help = match did_you_mean(group.as_str(), known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "name it under `groups`".to_owned(),
                };
                out.push((format!("/criteria/{at}/group"), format!("there is no group `{group}`"), help));
            }
            None if profile.in_order => out.push((
                format!("/criteria/{at}"),
                format!(
                    "the criterion `{}` belongs to no group, and the groups are passed in order",
                    criterion.id
                ),
                "say in `group` which".to_owned(),
            )),
            Some(_) | None => {}
        }
    }
    if profile.in_order && profile.groups.is_empty() {
        out.push((
            "/in-order".to_owned(),
            "there are no groups to put in order".to_owned(),
            "name them under `groups`, or take `in-order` out".to_owned(),
        ));
    }
    out
}

/// The titles of the groups that are passed, and the first that is not.
pub fn reached(groups: &[GroupResult]) -> (usize, Option<&GroupResult>) {
    let passed = groups.iter().filter(|group| group.state.passes()).count();
    (passed, groups.iter().find(|group| !group.state.passes()))
}
