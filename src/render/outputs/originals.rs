//! The files behind evidence and documents, under safe names, with what they were called as their title.

use std::collections::BTreeMap;

use crate::model::finding::Checked;
use crate::model::finding::Finding;
use crate::model::tree::Content;
use crate::render::Files;
use crate::render::RenderInput;
use crate::render::outputs::put_titled;
use crate::render::places;

/// Hands out every original that a visible record names and its owner did not hold back.
pub(crate) fn make(input: &RenderInput) -> Checked<Files> {
    let catalog = &input.snapshot.catalog;
    let names = places::originals(catalog);
    let (mut files, mut findings) = (Vec::new(), Vec::new());
    for (id, name) in &names.evidence {
        let Some(evidence) = catalog.evidence.get(id) else { continue };
        let path = &evidence.source.path;
        let Some(content) = input.originals.get(path) else {
            findings.push(missing(path).about(id));
            continue;
        };
        let title = Some(path.clone());
        put_titled(&mut files, &mut findings, name, &evidence.source.media_type, title, content.clone());
    }
    for (id, name) in &names.documents {
        let Some(document) = catalog.documents.get(id) else { continue };
        let Some(file) = &document.file else { continue };
        let Some(content) = find(input.originals, file) else {
            findings.push(missing(file).about(id));
            continue;
        };
        let title = Some(document.title.clone());
        put_titled(&mut files, &mut findings, name, media_type(file), title, content.clone());
    }
    Checked { value: Some(files), findings }
}

fn missing(path: &str) -> Finding {
    Finding::error("original-missing", format!("the original `{path}` of a published record was not loaded"))
        .help("put the file back, or say `publish-original: false` for it")
}

/// The content of `file`, a path relative to the content folder.
fn find<'a>(originals: &'a BTreeMap<String, Content>, file: &str) -> Option<&'a Content> {
    originals.get(file).or_else(|| originals.get(&format!("content/{file}"))).or_else(|| {
        let end = format!("/{file}");
        originals.iter().find(|(path, _)| path.ends_with(&end)).map(|(_, content)| content)
    })
}

/// The media type of a document by its extension.
fn media_type(file: &str) -> &'static str {
    match file.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "pdf" => "application/pdf",
        "txt" => "text/plain",
        "md" => "text/markdown",
        "csv" => "text/csv",
        "json" => "application/json",
        "xml" => "application/xml",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "application/octet-stream",
    }
}
