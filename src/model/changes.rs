//! What changed between two snapshots, in the words of the records, weakening flagged by rule.

use schemars::JsonSchema;
use serde::Serialize;

/// Whether a change makes what is promised weaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Less is promised or proven than before.
    Weaker,
    /// Neither.
    Neutral,
    /// More is promised or proven than before.
    Stronger,
}

/// What happened to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeType {
    /// New.
    Added,
    /// Gone.
    Removed,
    /// A field differs.
    Changed,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Change {
    /// By rule, never by an editor.
    pub direction: Direction,
    /// Kind of record, such as `subprocessors`, `components`.
    pub kind: String,
    /// The record's id, or a component's key.
    pub id: String,
    /// One line that names it to people.
    pub title: String,
    /// What happened.
    #[serde(rename = "type")]
    pub change: ChangeType,
    /// The field, in words; empty for the record as a whole.
    pub field: String,
    /// Before; empty when added.
    pub was: String,
    /// After; empty when removed.
    pub now: String,
    /// Stable code of the rule that gave the direction.
    pub rule: String,
}

/// All changes between two snapshots.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Changes {
    /// The older one, such as `0041`.
    pub from: String,
    /// The newer one.
    pub to: String,
    /// Weaker first, then kind, id, field.
    pub changes: Vec<Change>,
}

impl Changes {
    /// How many of a direction.
    pub fn count(&self, direction: Direction) -> usize {
        self.changes.iter().filter(|change| change.direction == direction).count()
    }
}
