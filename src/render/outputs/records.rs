//! `records/*.json`: the public form of every record, one file a kind.

use serde_json::Value;

use crate::model::finding::Checked;
use crate::model::finding::Finding;
use crate::model::records::Records;
use crate::render::Files;
use crate::render::RenderInput;
use crate::render::outputs::put;

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
    for (name, value) in records.files() {
        match pretty(&value) {
            Ok(bytes) => {
                put(&mut files, &mut findings, &format!("records/{name}"), "application/json", bytes);
            }
            Err(error) => findings.push(Finding::error("record-without-json", format!("`{name}`: {error}"))),
        }
    }
    Checked { value: Some(files), findings }
}

/// Indented JSON with a line feed at its end; keys in order, as the map type keeps them.
pub(crate) fn pretty(value: &Value) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}
