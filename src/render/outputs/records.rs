//! `records/*.json`: the public form of every record, one file a kind.

use serde_json::Value;

use crate::model::finding::Checked;
use crate::model::finding::Finding;
use crate::model::records;
use crate::render::Files;
use crate::render::RenderInput;
use crate::render::outputs::put_titled;
use crate::render::places;
use crate::render::places::Originals;

/// Writes one file a kind that has records.
pub(crate) fn make(input: &RenderInput) -> Checked<Files> {
    let (mut files, mut findings) = (Vec::new(), Vec::new());
    let names = places::originals(&input.snapshot.catalog);
    for file in records::files(input.snapshot) {
        let name = file.name();
        match file.print(&|record| place(record, &name, &names)) {
            Ok(bytes) => {
                let (path, content) = (format!("records/{name}"), input.keep.keep(bytes));
                put_titled(&mut files, &mut findings, &path, "application/json", None, content);
            }
            Err(error) => findings.push(Finding::error("record-without-json", format!("`{name}`: {error}"))),
        }
    }
    Checked { value: Some(files), findings }
}

/// Says where the original of a piece of evidence or a document lies in the archive.
fn place(record: &mut Value, name: &str, names: &Originals) {
    let names = match name {
        "evidence.json" => &names.evidence,
        "documents.json" => &names.documents,
        _ => return,
    };
    let id = record.get("id").and_then(Value::as_str).unwrap_or_default();
    let Some(place) = names.get(id).cloned() else { return };
    let holder = if name == "evidence.json" { record.get_mut("source") } else { Some(record) };
    if let Some(Value::Object(map)) = holder {
        map.insert("archived-as".to_owned(), Value::from(place));
    }
}

/// Indented JSON with a line feed at its end; keys in order, as the map type keeps them.
pub(crate) fn pretty(value: &Value) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}
