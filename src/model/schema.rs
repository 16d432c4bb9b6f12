//! JSON Schemas of everything people write and everything a snapshot publishes, made from the types themselves.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::Value;
use serde_json::json;

use crate::model::assessment::ClaimAssessment;
use crate::model::assessment::EvidenceAssessment;
use crate::model::assessment::Verdict;
use crate::model::config::Config;
use crate::model::content::*;
use crate::model::drill::DrillFile;
use crate::model::evidence::Evidence;
use crate::model::evidence::EvidenceIndex;
use crate::model::profile::Profile;
use crate::model::receipt::ReceiptFile;
use crate::model::record::Record;
use crate::model::records;
use crate::model::register::Blocker;
use crate::model::register::Risk;
use crate::model::register::Waiver;
use crate::model::snapshot::Head;

/// The schema of something people write.
pub fn of_input<T: JsonSchema>(name: &str, title: &str) -> Value {
    finish(
        SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>().to_value(),
        name,
        title,
    )
}

/// The schema of one file of `data/records/`.
fn of_records<T: JsonSchema>(kind: &str) -> Value {
    let mut generator: SchemaGenerator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let record = generator.subschema_for::<T>().to_value();
    let mut defs = Value::Object(generator.take_definitions(true));
    open(&mut defs);
    let mut record = record;
    open(&mut record);
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["schema", "kind", "records"],
        "additionalProperties": false,
        "properties": {
            "schema": { "const": records::SCHEMA },
            "kind": { "const": kind },
            "records": {
                "type": "array",
                "items": { "allOf": [record, { "type": "object", "required": ["id"], "properties": { "id": { "type": "string" } } }] },
            },
        },
        "$defs": defs,
    });
    finish(schema, &format!("records-{kind}"), &format!("data/records/{kind}.json"))
}

/// Readers of published records have to accept members they do not know: later versions add some.
fn open(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            map.remove("additionalProperties");
            map.values_mut().for_each(open);
        }
        Value::Array(list) => list.iter_mut().for_each(open),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn finish(mut schema: Value, name: &str, title: &str) -> Value {
    if let Value::Object(map) = &mut schema {
        map.insert("$id".to_owned(), json!(format!("urn:trustbook:schema:{name}:0")));
        map.insert("title".to_owned(), json!(title));
    }
    schema
}

/// Every schema of this room by name, without `.schema.json`.
pub fn schemas() -> BTreeMap<String, Value> {
    let mut out = BTreeMap::new();
    let mut add = |name: &str, schema: Value| out.insert(name.to_owned(), schema);
    add("project", of_input::<Config>("project", "trustbook.yaml"));
    add("content", of_input::<ContentFile>("content", "a file in content/"));
    add("page", of_input::<PageHead>("page", "the front matter of a file in content/pages/"));
    add("evidence-index", of_input::<EvidenceIndex>("evidence-index", "evidence/index.yaml"));
    add("profile", of_input::<Profile>("profile", "a file in profiles/"));
    add("drill", of_input::<DrillFile>("drill", "a drill record in evidence/"));
    add("receipt", of_input::<ReceiptFile>("receipt", "a decision receipt in evidence/"));
    macro_rules! kinds {
        ($($field:ident : $type:ident),* $(,)?) => {
            $( add(&format!("records-{}", <$type as Record>::KIND), of_records::<$type>(<$type as Record>::KIND)); )*
        };
    }
    crate::for_each_kind!(kinds);
    add("records-head", of_records::<Head>("head"));
    add("records-rules", of_records::<crate::model::rules::Rules>("rules"));
    add("records-organization", of_records::<Organization>("organization"));
    add(
        "records-vulnerability-disclosure",
        of_records::<VulnerabilityDisclosure>("vulnerability-disclosure"),
    );
    add("records-verdicts", of_records::<Verdict>("verdicts"));
    add("records-claim-status", of_records::<ClaimAssessment>("claim-status"));
    add("records-evidence-status", of_records::<EvidenceAssessment>("evidence-status"));
    out
}
