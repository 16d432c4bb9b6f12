//! `records/*.json`: the public form of every record, one file a kind.

use serde_json::Value;

use crate::model::finding::Checked;
use crate::model::finding::Finding;
use crate::model::records::Records;
use crate::render::Files;
use crate::render::RenderInput;
use crate::render::outputs::put;
use crate::render::places;
use crate::render::places::Originals;

/// Writes one file a kind that has records.
pub(crate) fn make(input: &RenderInput) -> Checked<Files> {
    let records = match Records::of(input.snapshot) {
        Ok(records) => records,
        Err(error) => {
            return Checked::refused(Finding::error(
                "record-without-json",
                format!("a record has no JSON form: {error}"),
            ));
        }
    };
    let (mut files, mut findings) = (Vec::new(), Vec::new());
    let names = places::originals(&input.snapshot.catalog);
    for (name, mut value) in records.files() {
        place(&mut value, &name, &names);
        match pretty(&value) {
            Ok(bytes) => {
                put(&mut files, &mut findings, &format!("records/{name}"), "application/json", bytes);
            }
            Err(error) => findings.push(Finding::error("record-without-json", format!("`{name}`: {error}"))),
        }
    }
    Checked { value: Some(files), findings }
}

/// Says where the originals of evidence and documents lie in the archive.
fn place(file: &mut Value, name: &str, names: &Originals) {
    let names = match name {
        "evidence.json" => &names.evidence,
        "documents.json" => &names.documents,
        _ => return,
    };
    let Some(records) = file.get_mut("records").and_then(Value::as_array_mut) else { return };
    for record in records {
        let id = record.get("id").and_then(Value::as_str).unwrap_or_default();
        let Some(place) = names.get(id).cloned() else { continue };
        let holder = if name == "evidence.json" { record.get_mut("source") } else { Some(record) };
        if let Some(Value::Object(map)) = holder {
            map.insert("archived-as".to_owned(), Value::from(place));
        }
    }
}

/// Indented JSON with a line feed at its end; keys in order, as the map type keeps them.
pub(crate) fn pretty(value: &Value) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}
