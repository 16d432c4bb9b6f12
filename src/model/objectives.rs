//! Service level objectives: targets that somebody set. A target is never an achieved value.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// One target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ServiceObjective {
    /// The name of the objective.
    pub name: String,
    /// What this one of several targets is called.
    pub level: Option<String>,
    /// The service, as written.
    pub service: Option<String>,
    /// In sentences, at most 1,000 characters.
    pub description: Option<String>,
    /// The share of good events or time to reach, in per cent, in decimal digits; nothing where it cannot be one.
    pub target_percent: Option<String>,
    /// As written.
    pub raw_target: Option<String>,
    /// What the indicator is compared with, such as `lte 0.4`.
    pub threshold: Option<String>,
    /// The indicator, by name or kind.
    pub indicator: Option<String>,
    /// How the budget is counted, as written.
    pub budgeting: Option<String>,
    /// Windows such as `28d, rolling`; empty where the file does not say.
    pub windows: Vec<String>,
}

/// Objectives of one file (OpenSLO, Sloth).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ServiceObjectives {
    /// `OpenSLO` or `Sloth`.
    pub language: String,
    /// Definitions of objectives, counted; one may set several targets.
    pub definitions: u64,
    /// Every target, in the file's order.
    pub objectives: Vec<ServiceObjective>,
    /// Targets in per cent by service, objective and level, so that two versions can be compared.
    pub targets: BTreeMap<String, String>,
    /// Other objects of the file, by kind, such as `Service`; they set no target.
    pub other_objects: Vec<String>,
}

impl ServiceObjectives {
    /// Its targets by name, those that are shares.
    pub fn by_name(objectives: &[ServiceObjective]) -> BTreeMap<String, String> {
        objectives
            .iter()
            .filter_map(|one| {
                let parts = [one.service.as_deref(), Some(one.name.as_str()), one.level.as_deref()];
                let name: Vec<&str> = parts.into_iter().flatten().collect();
                Some((name.join(" / "), one.target_percent.clone()?))
            })
            .collect()
    }
}
