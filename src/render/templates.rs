//! The built-in templates, and which of them a project replaces.
//!
//! Every file of `templates/site/` stands in [`SITE`]; a test walks the folder.

use std::collections::BTreeMap;

macro_rules! embedded {
    ($($path:literal),* $(,)?) => {
        &[ $( ($path, include_str!(concat!("../../templates/", $path))) ),* ]
    };
}

/// Every built-in file of the site, by path relative to `templates/`.
pub static SITE: &[(&str, &str)] = embedded!(
    "site/base.html",
    "site/blocks.html",
    "site/components.html",
    "site/feed.xml",
    "site/page.html",
    "site/site.js",
    "site/sitemap.xml",
    "site/style.css",
);

/// The text of one file: the project's own where it has one, else the built-in one.
pub fn text<'a>(overrides: &'a BTreeMap<String, String>, path: &str) -> Option<&'a str> {
    overrides
        .get(path)
        .map(String::as_str)
        .or_else(|| SITE.iter().find(|(known, _)| *known == path).map(|(_, text)| *text))
}

/// Every template of the engine, the project's own ones first in rank, in order of their paths.
pub fn all(overrides: &BTreeMap<String, String>) -> BTreeMap<&str, &str> {
    let mut out: BTreeMap<&str, &str> = SITE.iter().copied().collect();
    for (path, text) in overrides {
        if path.starts_with("site/") {
            out.insert(path, text);
        }
    }
    out.retain(|path, _| [".html", ".xml", ".svg"].iter().any(|suffix| path.ends_with(suffix)));
    out
}
