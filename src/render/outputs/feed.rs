//! Atom feed of the snapshots. Feeds need addresses: without `base-url` there is none.

use serde::Serialize;
use tera::Context;

use crate::model::finding::Checked;
use crate::model::snapshot::SnapshotState;
use crate::render::Files;
use crate::render::RenderInput;
use crate::render::engine::Engine;
use crate::render::outputs::base;
use crate::render::outputs::put;
use crate::render::outputs::xml_text;

#[derive(Serialize)]
struct Entry {
    id: String,
    title: String,
    updated: String,
    href: String,
    summary: String,
}

/// Writes the feed where the site has an address.
pub(crate) fn make(input: &RenderInput) -> Checked<Files> {
    let snapshot = input.snapshot;
    let Some(base) = base(&snapshot.site) else { return Checked::ok(Vec::new()) };
    let origin = xml_text(&snapshot.site.origin);
    let entry = |number: String, label: &Option<String>, updated: String, word: Option<&str>| Entry {
        id: format!("urn:trustbook:{origin}:{number}"),
        title: match label {
            Some(label) => xml_text(&format!("Snapshot {number}: {label}")),
            None => format!("Snapshot {number}"),
        },
        updated,
        href: format!("{base}snapshots/{number}/index.html"),
        summary: match word {
            Some(word) => xml_text(&format!("Verdict: {word}.")),
            None => "No profile gave a verdict.".to_owned(),
        },
    };
    let mut entries = Vec::new();
    let verdict = snapshot.assessment.verdicts.first().map(|verdict| verdict.word.as_str());
    if snapshot.head.state == SnapshotState::Released {
        let head = &snapshot.head;
        entries.push(entry(head.number(), &head.label, head.as_of.to_string(), verdict));
    }
    for past in snapshot.history.iter().filter(|past| past.seq != snapshot.head.seq) {
        let word = past.verdict.as_ref().map(|(_, word)| word.as_str());
        let number = crate::model::snapshot::number(past.seq);
        entries.push(entry(number, &past.label, past.as_of.to_string(), word));
    }
    let mut context = Context::new();
    context.insert("language", &snapshot.site.language);
    context.insert("id", &format!("urn:trustbook:{origin}"));
    context.insert("title", &xml_text(&snapshot.site.title));
    let updated =
        entries.first().map_or_else(|| snapshot.head.as_of.to_string(), |entry| entry.updated.clone());
    context.insert("updated", &updated);
    context.insert("entity", &xml_text(&snapshot.catalog.organization.name));
    context.insert("generator", &xml_text(&snapshot.head.generator));
    context.insert("base", &base);
    context.insert("entries", &entries);
    one(input, "site/feed.xml", "application/atom+xml", &context)
}

/// Renders one XML template to a file of the same name.
pub(crate) fn one(input: &RenderInput, name: &str, media_type: &str, context: &Context) -> Checked<Files> {
    let made = Engine::new(input.templates, Context::new()).and_then(|engine| engine.render(name, context));
    match made {
        Ok(text) => {
            let (mut files, mut findings) = (Vec::new(), Vec::new());
            put(&mut files, &mut findings, name, media_type, text.into_bytes());
            Checked { value: Some(files), findings }
        }
        Err(finding) => Checked::refused(finding),
    }
}
