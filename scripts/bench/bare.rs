//! The loop a build is compared with: read a page, Markdown to markup, through the same templates, write it. No check of anything.
//!
//! It fills the built-in templates with the least that they ask for, and with the navigation of a page that the product built, so that both
//! write pages of about the same size.

use std::fs;
use std::path::Path;

use pulldown_cmark::Options;
use pulldown_cmark::Parser;
use serde_json::Value;
use serde_json::json;
use tera::Context;
use tera::Kwargs;
use tera::State;
use tera::Tera;

/// Renders every page.
pub(crate) fn run(project: &Path, templates: &Path, like: &Path, out: &Path) -> Result<(), String> {
    let mut tera = Tera::new();
    tera.autoescape_on([".html", ".svg", ".xml"]);
    tera.register_filter("json_script", |value: tera::Value, _: Kwargs, _: &State| value);
    tera.register_filter("eights", |value: &str, _: Kwargs, _: &State| vec![value.to_owned()]);
    tera.register_filter("rooted", |html: &str, _: Kwargs, _: &State| tera::Value::safe_string(html));
    let mut sources = Vec::new();
    for name in names(&templates.join("site"))? {
        if name.ends_with(".html") {
            sources.push((format!("site/{name}"), read(&templates.join("site").join(&name))?));
        }
    }
    tera.add_raw_templates(sources).map_err(|error| error.to_string())?;
    let context =
        Context::from_serialize(&shared(&navigation(&read(like)?))).map_err(|error| error.to_string())?;
    *tera.global_context() = context;

    let pages = project.join("content/pages");
    fs::create_dir_all(out).map_err(|error| format!("{}: {error}", out.display()))?;
    for name in names(&pages)? {
        let source = read(&pages.join(&name))?;
        let mut parts = source.splitn(3, "---\n");
        let (_, head, body) =
            (parts.next(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let title = head.lines().find_map(|line| line.strip_prefix("title: ")).unwrap_or(&name);
        let mut html = String::with_capacity(body.len() * 3 / 2);
        pulldown_cmark::html::push_html(&mut html, Parser::new_ext(body, Options::ENABLE_TABLES));
        let stem = name.strip_suffix(".md").unwrap_or(&name);
        let mut context = Context::new();
        context.insert("root", "../");
        context.insert("page", &page(title, stem, html));
        let text = tera.render("site/page.html", &context).map_err(|error| error.to_string())?;
        let path = out.join(format!("{stem}.html"));
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

fn shared(navigation: &[(String, String)]) -> Value {
    let items: Vec<Value> =
        navigation.iter().map(|(href, title)| json!({ "key": href, "title": title, "href": href })).collect();
    json!({
        "site": { "language": "en", "title": "Trust center", "entity": "Example", "has_brand": false, "has_feed": true },
        "snap": {
            "number": "0001", "notices": [], "label": null, "draft": true, "audience": "public", "permalink": null,
            "as_of": { "at": "2026-03-31T12:00:00Z", "text": "31 March 2026" },
            "expires": { "at": "2026-06-29T12:00:00Z", "text": "29 June 2026" },
            "key_id": "0000000000000000", "signed": "Signature", "source_state": null, "previous": null,
            "generator": "bench",
        },
        "nav": [{ "title": "Documents", "items": items }],
    })
}

fn page(title: &str, stem: &str, html: String) -> Value {
    json!({
        "title": title, "key": stem, "current": "page", "crumb": title, "crumbs": [], "path": format!("pages/{stem}.html"),
        "head": { "mark": null, "title": title, "by": [] },
        "sections": [{ "id": "text", "title": "", "meta": [], "blocks": [{ "k": "markdown", "html": html }] }],
    })
}

/// Addresses and words of the navigation of a built page.
fn navigation(html: &str) -> Vec<(String, String)> {
    let start = html.find("<nav class=\"nav\"").unwrap_or(html.len());
    let rest = &html[start..];
    let navigation = &rest[..rest.find("</nav>").unwrap_or(rest.len())];
    navigation
        .split("<a href=\"")
        .skip(1)
        .filter_map(|item| {
            let (href, rest) = item.split_once('"')?;
            let (_, rest) = rest.split_once('>')?;
            let (title, _) = rest.split_once("</a>")?;
            Some((href.trim_start_matches("../").to_owned(), title.to_owned()))
        })
        .collect()
}

/// The names in a folder, in order.
fn names(folder: &Path) -> Result<Vec<String>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        names.push(entry.map_err(failed)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
