//! What a project puts forward for single criteria of profiles: evidence, or why a criterion does not apply.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::evaluate::consent::nobody;
use crate::model::catalog::Catalog;
use crate::model::config::Config;
use crate::model::finding::Finding;
use crate::model::finding::did_you_mean;
use crate::model::id::Id;
use crate::model::operations::Assignment;
use crate::model::profile::Criterion;
use crate::model::profile::NotApplicable;
use crate::model::profile::Profile;
use crate::model::record::Record as _;

/// What is put forward for one criterion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assigned {
    /// Evidence that is asked.
    pub evidence: Vec<Id>,
    /// Who says that it does not apply, and why.
    pub not_applicable: Option<NotApplicable>,
}

/// Everything that is put forward, by profile and criterion.
#[derive(Debug, Default)]
pub struct Assignments {
    by_target: BTreeMap<(Id, Id), Assigned>,
}

impl Assignments {
    /// Finds the criterion of every assignment. What names none, or says without need or right that a criterion does not
    /// apply, has no effect and is a finding. Those to profiles of the project file
    /// that are not judged this time are left alone.
    pub fn resolve(
        catalog: &Catalog,
        profiles: &[Profile],
        config: &Config,
        findings: &mut Vec<Finding>,
    ) -> Self {
        let mut out = Self::default();
        let elsewhere = |assignment: &Assignment| {
            let owner = assignment.criterion.split('/').next().unwrap_or_default();
            config.profiles.iter().any(|id| id.as_str() == owner)
                && !profiles.iter().any(|profile| profile.id.as_str() == owner)
        };
        for assignment in catalog.assignments.values().filter(|assignment| !elsewhere(assignment)) {
            match target(assignment, profiles) {
                Ok((profile, criterion)) => out.add(assignment, profile, criterion, findings),
                Err((message, help)) => findings.push(
                    Finding::error("assignment-names-nothing", message)
                        .at(assignment.origin().field("criterion"))
                        .help(help)
                        .about(&assignment.id),
                ),
            }
        }
        out
    }

    fn add(
        &mut self,
        assignment: &Assignment,
        profile: &Profile,
        criterion: &Criterion,
        findings: &mut Vec<Finding>,
    ) {
        let key = (profile.id.clone(), criterion.id.clone());
        let known = self.by_target.contains_key(&key);
        let assigned = self.by_target.entry(key).or_default();
        for id in &assignment.evidence {
            if !assigned.evidence.contains(id) {
                assigned.evidence.push(id.clone());
            }
        }
        let Some(stated) = &assignment.not_applicable else { return };
        let defect = if criterion.applies_when.is_none() {
            Some("it always applies: the profile names no `applies-when`")
        } else if nobody(&stated.owner) || stated.reason.trim().is_empty() {
            Some("it needs an owner and a reason")
        } else if !assignment.evidence.is_empty() {
            Some("the same assignment puts evidence forward")
        } else if known {
            Some("another assignment is about the same criterion")
        } else {
            None
        };
        match defect {
            None => assigned.not_applicable = Some(stated.clone()),
            Some(defect) => findings.push(
                Finding::error(
                    "not-applicable-refused",
                    format!("criterion `{}` is called not applicable: {defect}", criterion.id),
                )
                .at(assignment.origin().field("not-applicable"))
                .help("take `not-applicable` out, or complete it")
                .about(&assignment.id),
            ),
        }
    }

    /// What is put forward for a criterion of a profile.
    pub fn of(&self, profile: &Id, criterion: &Id) -> Option<&Assigned> {
        self.by_target.get(&(profile.clone(), criterion.clone()))
    }
}

/// The criterion an assignment names.
fn target<'p>(
    assignment: &Assignment,
    profiles: &'p [Profile],
) -> Result<(&'p Profile, &'p Criterion), (String, String)> {
    let text = assignment.criterion.as_str();
    let Some((owner, id)) = text.split_once('/') else {
        return Err((format!("`{text}` names no criterion"), "write `PROFILE/CRITERION`".to_owned()));
    };
    let Some(profile) = profiles.iter().find(|profile| profile.id.as_str() == owner) else {
        let known = profiles.iter().map(|profile| profile.id.as_str());
        let help = match did_you_mean(owner, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                "name the profile under `profiles` in `trustbook.yaml`, or take the assignment out".to_owned()
            }
        };
        return Err((format!("the profile `{owner}` is not judged in this project"), help));
    };
    let Some(criterion) = profile.criteria.iter().find(|criterion| criterion.id.as_str() == id) else {
        let known = profile.criteria.iter().map(|criterion| criterion.id.as_str());
        let help = match did_you_mean(id, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("`trustbook check` lists the criteria of `{owner}`"),
        };
        return Err((format!("the profile `{owner}` has no criterion `{id}`"), help));
    };
    Ok((profile, criterion))
}

/// Whether a criterion, or a part of it, asks only for what is assigned to it.
pub fn asks_for_assigned(parameters: &BTreeMap<String, Value>) -> bool {
    fn inside(value: &Value) -> bool {
        match value {
            Value::Object(map) => {
                map.get("assigned").and_then(Value::as_bool) == Some(true) || map.values().any(inside)
            }
            Value::Array(items) => items.iter().any(inside),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        }
    }
    parameters.get("assigned").and_then(Value::as_bool) == Some(true) || parameters.values().any(inside)
}
