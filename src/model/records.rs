//! The public JSON form of a snapshot's records: what `data/records/` holds and what a diff compares.
//!
//! One file a kind: `{"schema": "trustbook-records/0", "kind": "claims", "records": [ … ]}`, records in order of id.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::Serializer;
use serde::ser::Error as _;
use serde::ser::SerializeMap as _;
use serde::ser::SerializeSeq as _;
use serde_json::Value;

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
        let mut kinds = BTreeMap::new();
        for (kind, records) in listed(snapshot) {
            let made: Result<BTreeMap<String, Value>, _> =
                records.into_iter().map(|(id, record)| Ok((id, record.to_json()?))).collect();
            kinds.insert(kind.to_owned(), made?);
        }
        Ok(Self { kinds })
    }

    /// Reads files as [`files`] makes them.
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

/// Something with a JSON form.
trait ToJson {
    fn to_json(&self) -> Result<Value, serde_json::Error>;
}

impl<T: Serialize> ToJson for T {
    fn to_json(&self) -> Result<Value, serde_json::Error> {
        serde_json::to_value(self)
    }
}

type Listed<'a> = BTreeMap<String, &'a dyn ToJson>;

/// Every record where it stands, by kind and id.
fn listed(snapshot: &Snapshot) -> BTreeMap<&'static str, Listed<'_>> {
    let mut kinds: BTreeMap<&'static str, Listed<'_>> = BTreeMap::new();
    let catalog = &snapshot.catalog;
    macro_rules! add {
        ($($field:ident : $type:ident),* $(,)?) => {
            $(
                let mut records = Listed::new();
                for (id, record) in &catalog.$field {
                    records.insert(id.to_string(), record);
                }
                kinds.insert(<$type as Record>::KIND, records);
            )*
        };
    }
    use crate::model::content::*;
    use crate::model::evidence::Evidence;
    use crate::model::register::Blocker;
    use crate::model::register::Risk;
    use crate::model::register::Waiver;
    crate::for_each_kind!(add);
    fn single<'a>(kind: &'static str, record: &'a dyn ToJson) -> (&'static str, Listed<'a>) {
        (kind, BTreeMap::from([(kind.to_owned(), record)]))
    }
    kinds.extend([single("head", &snapshot.head), single("organization", &catalog.organization)]);
    kinds.extend(snapshot.rules.as_ref().map(|rules| single("rules", rules)));
    let disclosure = catalog.vulnerability_disclosure.as_ref();
    kinds.extend(disclosure.map(|disclosure| single("vulnerability-disclosure", disclosure)));
    let assessment = &snapshot.assessment;
    let mut verdicts = Listed::new();
    for verdict in &assessment.verdicts {
        verdicts.insert(verdict.profile.to_string(), verdict);
    }
    let mut statuses = Listed::new();
    for (id, claim) in &assessment.claims {
        statuses.insert(id.to_string(), claim);
    }
    let mut judged = Listed::new();
    for (id, evidence) in &assessment.evidence {
        judged.insert(id.to_string(), evidence);
    }
    kinds.extend([("verdicts", verdicts), ("claim-status", statuses), ("evidence-status", judged)]);
    kinds
}

/// One JSON file a kind that has records, in order of their names.
pub fn files(snapshot: &Snapshot) -> Vec<RecordFile<'_>> {
    let kinds = listed(snapshot).into_iter().filter(|(_, records)| !records.is_empty());
    kinds.map(|(kind, records)| RecordFile { kind, records }).collect()
}

/// The records of one kind. Each becomes JSON when it is printed, so that there is never more than one of them.
pub struct RecordFile<'a> {
    kind: &'static str,
    records: Listed<'a>,
}

impl RecordFile<'_> {
    /// Its file name, such as `claims.json`.
    pub fn name(&self) -> String {
        format!("{}.json", self.kind)
    }

    /// Indented JSON with a line feed at its end; `change` may add to each record.
    ///
    /// # Errors
    /// When a record has no JSON form.
    pub fn print(&self, change: &dyn Fn(&mut Value)) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec_pretty(&Printed { file: self, change })?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

struct Printed<'a> {
    file: &'a RecordFile<'a>,
    change: &'a dyn Fn(&mut Value),
}

impl Serialize for Printed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("kind", self.file.kind)?;
        map.serialize_entry("records", &PrintedRecords(self))?;
        map.serialize_entry("schema", SCHEMA)?;
        map.end()
    }
}

struct PrintedRecords<'a>(&'a Printed<'a>);

impl Serialize for PrintedRecords<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Printed { file, change } = self.0;
        let mut list = serializer.serialize_seq(Some(file.records.len()))?;
        for (id, record) in &file.records {
            let mut value = record.to_json().map_err(S::Error::custom)?;
            if let Value::Object(map) = &mut value {
                map.entry("id").or_insert_with(|| Value::from(id.clone()));
            }
            change(&mut value);
            list.serialize_element(&value)?;
        }
        list.end()
    }
}
