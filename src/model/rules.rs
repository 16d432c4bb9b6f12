//! What verdicts were computed by, beside the records: enough to compute them again from a snapshot alone.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::model::config::Freshness;
use crate::model::profile::Profile;
use crate::model::time::Period;

/// The rules of a snapshot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rules {
    /// The profiles, in their order, as they were applied.
    pub profiles: Vec<Profile>,
    /// How old evidence may be.
    pub freshness: Freshness,
    /// How long before its end something is shown as expiring.
    pub notice: Period,
    /// The evidence folder, which paths in documents are relative to.
    pub evidence_folder: String,
    /// Digest of the source state, where there is one.
    pub source_state: Option<String>,
    /// Criteria (`profile/criterion`, `claim/criterion`) that cannot be computed again from what this audience may see, with the
    /// number of inputs that are withheld from it.
    pub withheld: BTreeMap<String, u32>,
}
