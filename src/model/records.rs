//! The public JSON form of a snapshot's records: what `data/records/` holds and what a diff compares.
//!
//! One file a kind: `{"schema": "trustbook-records/0", "kind": "claims", "records": [ … ]}`, records in order of id.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::json;

use crate::model::record::Record;
use crate::model::snapshot::Snapshot;

/// Version of the form.
pub const SCHEMA: &str = "trustbook-records/0";

/// Records by kind and id, as JSON.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Records {
    /// Kind, then id. Beside the kinds of the catalog: `verdicts` (by profile), `claim-status` (by claim), and the
    /// single-record kinds `organization`, `vulnerability-disclosure` and `head`, whose id is the kind.
    pub kinds: BTreeMap<String, BTreeMap<String, Value>>,
}

impl Records {
    /// The records of a snapshot.
    ///
    /// # Errors
    /// When a value has no JSON form, which no model value lacks.
    pub fn of(snapshot: &Snapshot) -> Result<Self, serde_json::Error> {
        let mut kinds: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
        let catalog = &snapshot.catalog;
        macro_rules! add {
            ($($field:ident : $type:ident),* $(,)?) => {
                $(
                    let mut records = BTreeMap::new();
                    for (id, record) in &catalog.$field {
                        records.insert(id.to_string(), serde_json::to_value(record)?);
                    }
                    kinds.insert(<$type as Record>::KIND.to_owned(), records);
                )*
            };
        }
        use crate::model::content::*;
        use crate::model::evidence::Evidence;
        use crate::model::register::Blocker;
        use crate::model::register::Risk;
        use crate::model::register::Waiver;
        crate::for_each_kind!(add);
        let mut single = |kind: &str, value: Value| {
            kinds.insert(kind.to_owned(), BTreeMap::from([(kind.to_owned(), value)]));
        };
        single("head", serde_json::to_value(&snapshot.head)?);
        single("organization", serde_json::to_value(&catalog.organization)?);
        if let Some(rules) = &snapshot.rules {
            single("rules", serde_json::to_value(rules)?);
        }
        if let Some(disclosure) = &catalog.vulnerability_disclosure {
            single("vulnerability-disclosure", serde_json::to_value(disclosure)?);
        }
        let assessment = &snapshot.assessment;
        let mut verdicts = BTreeMap::new();
        for verdict in &assessment.verdicts {
            verdicts.insert(verdict.profile.to_string(), serde_json::to_value(verdict)?);
        }
        kinds.insert("verdicts".to_owned(), verdicts);
        let mut statuses = BTreeMap::new();
        for (id, claim) in &assessment.claims {
            statuses.insert(id.to_string(), serde_json::to_value(claim)?);
        }
        kinds.insert("claim-status".to_owned(), statuses);
        let mut judged = BTreeMap::new();
        for (id, evidence) in &assessment.evidence {
            judged.insert(id.to_string(), serde_json::to_value(evidence)?);
        }
        kinds.insert("evidence-status".to_owned(), judged);
        Ok(Self { kinds })
    }

    /// One JSON file a kind that has records, by file name (`claims.json`).
    pub fn files(&self) -> BTreeMap<String, Value> {
        self.kinds
            .iter()
            .filter(|(_, records)| !records.is_empty())
            .map(|(kind, records)| {
                let list: Vec<Value> = records
                    .iter()
                    .map(|(id, record)| match record {
                        Value::Object(map) if !map.contains_key("id") => {
                            let mut map = map.clone();
                            map.insert("id".to_owned(), Value::String(id.clone()));
                            Value::Object(map)
                        }
                        other => other.clone(),
                    })
                    .collect();
                (format!("{kind}.json"), json!({ "schema": SCHEMA, "kind": kind, "records": list }))
            })
            .collect()
    }

    /// Reads files as [`files`](Self::files) makes them.
    ///
    /// # Errors
    /// A sentence naming the file and what is wrong with it.
    pub fn from_files(files: &BTreeMap<String, Value>) -> Result<Self, String> {
        let mut kinds: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
        for (name, file) in files {
            if file.get("schema").and_then(Value::as_str) != Some(SCHEMA) {
                return Err(format!("`{name}` does not say `\"schema\": \"{SCHEMA}\"`"));
            }
            let kind =
                file.get("kind").and_then(Value::as_str).ok_or_else(|| format!("`{name}` names no kind"))?;
            let records = file
                .get("records")
                .and_then(Value::as_array)
                .ok_or_else(|| format!("`{name}` has no records"))?;
            let by_id = kinds.entry(kind.to_owned()).or_default();
            for record in records {
                let id = record
                    .get("id")
                    .and_then(Value::as_str)
                    .ok_or_else(|| format!("`{name}` has a record without an id"))?;
                if by_id.insert(id.to_owned(), record.clone()).is_some() {
                    return Err(format!("`{name}` has the id `{id}` twice"));
                }
            }
        }
        Ok(Self { kinds })
    }
}
