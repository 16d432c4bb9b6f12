//! The rendered site as a whole.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io::Read;

use crate::model::finding::Finding;
use crate::model::finding::has_errors;
use crate::model::snapshot::Snapshot;
use crate::model::snapshot::SnapshotState;
use crate::model::tree::Content;
use crate::model::tree::InMemory;
use crate::render::OUTPUTS;
use crate::render::RenderInput;
use crate::render::fixture;
use crate::render::render;
use crate::render::templates;

type Texts = BTreeMap<String, Vec<u8>>;

fn rendered(
    snapshot: &Snapshot,
    originals: &BTreeMap<String, Content>,
    threads: usize,
) -> (Texts, Vec<Finding>) {
    let templates = BTreeMap::new();
    let made = render(&RenderInput { snapshot, templates: &templates, originals, threads, keep: &InMemory });
    assert!(!has_errors(&made.findings), "{:#?}", made.findings);
    let mut out = Texts::new();
    for (name, file) in made.value.unwrap().files {
        let mut bytes = Vec::new();
        file.content.open().unwrap().read_to_end(&mut bytes).unwrap();
        out.insert(name.as_str().to_owned(), bytes);
    }
    (out, made.findings)
}

fn released() -> (Snapshot, BTreeMap<String, Content>) {
    let (mut snapshot, originals) = fixture::rich();
    snapshot.head.state = SnapshotState::Released;
    (snapshot, originals)
}

/// Every site to look at: name, files. Rendered once.
fn sites() -> &'static [(&'static str, Texts)] {
    static SITES: std::sync::OnceLock<Vec<(&'static str, Texts)>> = std::sync::OnceLock::new();
    SITES.get_or_init(all_sites)
}

fn all_sites() -> Vec<(&'static str, Texts)> {
    let (rich, originals) = fixture::rich();
    let (sealed, sealed_originals) = released();
    vec![
        ("minimal", rendered(&fixture::minimal(), &BTreeMap::new(), 2).0),
        ("rich", rendered(&rich, &originals, 2).0),
        ("released", rendered(&sealed, &sealed_originals, 2).0),
    ]
}

/// The pages made of templates; the verifier is a program of its own, with a policy of its own.
fn pages(files: &Texts) -> BTreeMap<&str, &str> {
    files
        .iter()
        .filter(|(name, _)| name.starts_with("site/") && name.ends_with(".html"))
        .filter(|(name, _)| name.as_str() != "site/verify/verify.html")
        .map(|(name, bytes)| (name.as_str(), std::str::from_utf8(bytes).unwrap()))
        .collect()
}

/// Tags of a page: name and attributes, in order. Enough for markup that our own templates write.
fn tags(html: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut out = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if !rest.starts_with(|ch: char| ch.is_ascii_alphabetic()) {
            continue;
        }
        let mut in_quotes = false;
        let end = rest
            .char_indices()
            .find(|(_, ch)| {
                if *ch == '"' {
                    in_quotes = !in_quotes;
                }
                *ch == '>' && !in_quotes
            })
            .map_or(rest.len(), |(at, _)| at);
        let tag = &rest[..end];
        rest = &rest[end..];
        let name: String = tag.chars().take_while(|ch| ch.is_ascii_alphanumeric()).collect();
        let mut attributes = Vec::new();
        let mut inner = tag[name.len()..].trim().trim_end_matches('/').trim();
        while !inner.is_empty() {
            let stop = inner.find(['=', ' ', '\n']).unwrap_or(inner.len());
            let key = inner[..stop].to_owned();
            inner = inner[stop..].trim_start();
            if let Some(after) = inner.strip_prefix("=\"") {
                let close = after.find('"').unwrap();
                attributes.push((key, after[..close].to_owned()));
                inner = after[close + 1..].trim_start();
            } else {
                assert!(!inner.starts_with('='), "an attribute without quotes in <{tag}>");
                attributes.push((key, String::new()));
            }
        }
        out.push((name, attributes));
    }
    out
}

fn value<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Dumps both sites for looking at them, when asked to by the environment.
#[test]
fn a_site_can_be_looked_at() {
    #[expect(clippy::disallowed_methods, reason = "where to write it is said by the person who looks")]
    let Ok(folder) = std::env::var("TRUSTBOOK_LOOK") else { return };
    for (name, files) in sites() {
        for (path, bytes) in files {
            let target = std::path::Path::new(&folder).join(name).join(path);
            std::fs::create_dir_all(target.parent().unwrap()).unwrap();
            std::fs::write(target, bytes).unwrap();
        }
    }
}

#[test]
fn every_link_inside_the_site_leads_somewhere() {
    let mut wrong = Vec::new();
    for (site, files) in sites() {
        let mut ids: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (name, html) in pages(files) {
            let mut own = BTreeSet::new();
            for (_, attributes) in tags(html) {
                if let Some(id) = value(&attributes, "id") {
                    if !own.insert(id.to_owned()) {
                        wrong.push(format!("{site} {name}: the id `{id}` stands twice"));
                    }
                }
            }
            ids.insert(name, own);
        }
        for (name, html) in pages(files) {
            for (tag, attributes) in tags(html) {
                for key in ["href", "src"] {
                    let Some(address) = value(&attributes, key) else { continue };
                    if ["https:", "http:", "mailto:"].iter().any(|scheme| address.starts_with(scheme)) {
                        continue;
                    }
                    let (path, fragment) = address.split_once('#').unwrap_or((address, ""));
                    let mut target: Vec<&str> = name.split('/').collect();
                    target.pop();
                    if let Some(path) = path.strip_prefix("/center/") {
                        target = vec!["site"];
                        target.extend(path.split('/'));
                    } else if path.is_empty() {
                        target = name.split('/').collect();
                    } else {
                        for part in path.split('/') {
                            if part == ".." {
                                target.pop();
                            } else {
                                target.push(part);
                            }
                        }
                    }
                    let target = target.join("/");
                    if !files.contains_key(&target) {
                        wrong.push(format!(
                            "{site} {name}: <{tag}> leads to `{address}`, there is no `{target}`"
                        ));
                    } else if !fragment.is_empty()
                        && target.ends_with(".html")
                        && !ids.get(target.as_str()).is_some_and(|ids| ids.contains(fragment))
                    {
                        wrong.push(format!("{site} {name}: `{address}` names no place of `{target}`"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_page_loads_runs_or_styles_what_the_policy_forbids() {
    for (site, files) in sites() {
        for (name, html) in pages(files) {
            let lower = html.to_lowercase();
            assert!(!lower.contains("<style"), "{site} {name}");
            for (tag, attributes) in tags(html) {
                let rel = value(&attributes, "rel").unwrap_or_default().to_owned();
                for (key, value) in &attributes {
                    assert!(key != "style" && !key.starts_with("on"), "{site} {name}: <{tag} {key}>");
                    let value = value.trim().to_lowercase();
                    assert!(
                        !value.starts_with("javascript:") && !value.starts_with("data:"),
                        "{site} {name}: {value}"
                    );
                    let foreign = value.starts_with("http") || value.starts_with("//");
                    let loads = matches!(
                        tag.as_str(),
                        "script" | "img" | "iframe" | "object" | "embed" | "link" | "use" | "source"
                    );
                    assert!(
                        !(foreign && loads && matches!(key.as_str(), "src" | "href")),
                        "{site} {name}: {value}"
                    );
                    assert!(
                        tag != "a" || key != "href" || !foreign || rel.contains("noreferrer"),
                        "{site} {name}"
                    );
                }
                assert!(
                    !matches!(tag.as_str(), "iframe" | "object" | "embed" | "form" | "img" | "base"),
                    "{site} {name}: <{tag}>"
                );
                if tag == "script" {
                    assert_eq!(value(&attributes, "src").map(|src| src.ends_with("site.js")), Some(true));
                }
            }
            assert!(lower.contains("content=\"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'\""));
        }
    }
}

#[test]
fn every_page_has_one_heading_a_language_a_unique_title_and_no_skipped_level() {
    for (site, files) in sites() {
        let mut titles = BTreeSet::new();
        for (name, html) in pages(files) {
            let tags = tags(html);
            let count = |wanted: &str| tags.iter().filter(|(tag, _)| tag == wanted).count();
            assert_eq!(count("h1"), 1, "{site} {name}");
            assert_eq!(count("main"), 1, "{site} {name}");
            assert!(html.starts_with("<!doctype html>\n<html lang=\"en\">"), "{site} {name}");
            let title = html.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap();
            assert!(titles.insert(title.to_owned()), "{site} {name}: the title `{title}` stands twice");
            let inside = html.split("<main").nth(1).unwrap();
            let mut last = 0;
            for (tag, _) in self::tags(inside) {
                let level = match tag.as_str() {
                    "h1" => 1,
                    "h2" => 2,
                    "h3" => 3,
                    "h4" => 4,
                    "h5" => 5,
                    "h6" => 6,
                    _ => continue,
                };
                assert!(level <= last + 1, "{site} {name}: h{level} after h{last}");
                last = level;
            }
        }
    }
}

#[test]
fn the_bytes_do_not_depend_on_the_number_of_threads() {
    let (snapshot, originals) = fixture::rich();
    let (one, findings) = rendered(&snapshot, &originals, 1);
    for threads in [1, 2, 7] {
        let (again, found) = rendered(&snapshot, &originals, threads);
        assert_eq!(again, one, "{threads} threads");
        assert_eq!(found, findings, "{threads} threads");
    }
}

#[test]
fn hostile_text_stays_text() {
    let (snapshot, originals) = fixture::rich();
    let (files, _) = rendered(&snapshot, &originals, 2);
    for (name, html) in pages(&files) {
        for raw in ["<script>alert", "<img src=x", "<b>bold", "<b onclick", "<div style"] {
            assert!(!html.contains(raw), "{name} contains `{raw}`");
        }
    }
    let claim = std::str::from_utf8(&files["site/claims/unknown.html"]).unwrap();
    assert!(claim.contains("&lt;img src=x onerror=alert(1)&gt;"));
    let csv = std::str::from_utf8(&files["site/data/claims.csv"]).unwrap();
    assert!(csv.contains("\"'=cmd|'/c calc'!A1"), "{csv}");
    let feed = std::str::from_utf8(&files["site/feed.xml"]).unwrap();
    assert!(!feed.contains('\u{7}') && feed.contains("4.2.0 &amp; bell"), "{feed}");
}

#[test]
fn a_link_that_leads_nowhere_becomes_text_and_a_finding() {
    let (snapshot, originals) = fixture::rich();
    let (files, findings) = rendered(&snapshot, &originals, 2);
    let page = std::str::from_utf8(&files["site/pages/other.html"]).unwrap();
    assert!(!page.to_lowercase().contains("href=\"javascript") && !page.contains("href=\"//evil"));
    assert!(page.contains("href=\"https://ok.example/?a=1&amp;b=2\""));
    let said: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
    for address in ["nowhere.html", "//evil.example/x", "data:text/html,x"] {
        assert!(said.iter().any(|message| message.contains(address)), "{address}: {said:?}");
    }
}

#[test]
fn a_page_without_records_says_so_with_a_date_and_stays_out_of_the_navigation() {
    let (files, _) = rendered(&fixture::minimal(), &BTreeMap::new(), 1);
    let page = std::str::from_utf8(&files["site/subprocessors.html"]).unwrap();
    assert!(page.contains("Nothing recorded") && page.contains("2026-03-31 12:00 UTC"));
    let index = std::str::from_utf8(&files["site/index.html"]).unwrap();
    assert!(!index.contains("subprocessors.html"));
    let about = std::str::from_utf8(&files["site/about.html"]).unwrap();
    assert!(about.contains("href=\"subprocessors.html\""));
    for name in ["feed.xml", "sitemap.xml", "well-known/security.txt"] {
        assert!(!files.contains_key(&format!("site/{name}")), "{name}");
    }
}

#[test]
fn every_page_says_which_snapshot_it_belongs_to_and_whether_it_is_a_draft() {
    for (site, files) in sites() {
        for (name, html) in pages(files) {
            assert!(
                html.contains("2026-03-31 12:00 UTC") && html.contains("Verify snapshot"),
                "{site} {name}"
            );
            assert_eq!(html.contains("is not released"), *site != "released", "{site} {name}");
            assert_eq!(html.contains("Development key"), *site == "minimal", "{site} {name}");
            assert!(html.contains("No cookies, no tracking"), "{site} {name}");
            assert!(!html.contains(">Verified<"), "{site} {name}");
        }
    }
}

#[test]
fn every_exported_table_is_there_as_csv_and_json_with_the_same_number_of_rows() {
    let (snapshot, originals) = fixture::rich();
    let (files, _) = rendered(&snapshot, &originals, 2);
    let tables: Vec<&String> = files.keys().filter(|name| name.ends_with(".csv")).collect();
    assert!(tables.len() > 30, "{tables:?}");
    for name in tables {
        let json = &files[&name.replace(".csv", ".json")];
        let json: serde_json::Value = serde_json::from_slice(json).unwrap();
        let rows = json["rows"].as_array().unwrap().len();
        let mut lines = 0;
        let mut quoted = false;
        for byte in &files[name] {
            match byte {
                b'"' => quoted = !quoted,
                b'\n' if !quoted => lines += 1,
                _ => {}
            }
        }
        assert_eq!(lines, rows + 1, "{name}");
    }
}

#[test]
fn originals_are_handed_out_only_where_their_owner_says_so() {
    let (snapshot, originals) = fixture::rich();
    let (files, _) = rendered(&snapshot, &originals, 2);
    assert_eq!(files["evidence/sbom/ledger.cdx.json"], b"SBOM of Ledger 4.2.1");
    assert!(files.contains_key("site/files/bridge-letter.pdf"), "{:?}", files.keys().collect::<Vec<_>>());
    assert!(!files.keys().any(|name| name.contains("odd")));
    let (mut missing, _) = fixture::rich();
    missing.catalog.documents.clear();
    let templates = BTreeMap::new();
    let none = BTreeMap::new();
    let made = render(&RenderInput {
        snapshot: &missing,
        templates: &templates,
        originals: &none,
        threads: 1,
        keep: &InMemory,
    });
    assert!(made.value.is_none());
    assert!(made.findings.iter().any(|finding| finding.code == "original-missing"));
}

#[test]
fn a_template_of_the_project_replaces_the_built_in_one_file_by_file() {
    let snapshot = fixture::minimal();
    let originals = BTreeMap::new();
    let own = |name: &str, text: &str| {
        let templates = BTreeMap::from([(name.to_owned(), text.to_owned())]);
        render(&RenderInput {
            snapshot: &snapshot,
            templates: &templates,
            originals: &originals,
            threads: 1,
            keep: &InMemory,
        })
    };
    let made = own(
        "site/pages/claims.html",
        "{% extends \"site/base.html\" %}{% block content %}<h1>Mine</h1>{% endblock %}",
    );
    let file = &made.value.unwrap().files[&crate::bundle::name::PathName::parse("site/claims.html").unwrap()];
    let mut text = String::new();
    file.content.open().unwrap().read_to_string(&mut text).unwrap();
    assert!(text.contains("<h1>Mine</h1>") && text.contains("class=\"snap") | text.contains("wrap snap"));
    let made = own(
        "site/page.html",
        "{% extends \"site/base.html\" %}\n{% block content %}{{ page.nothing }}{% endblock %}",
    );
    assert!(made.value.is_none());
    let finding = made.findings.iter().find(|finding| finding.code == "template-error").unwrap();
    assert_eq!(finding.place.as_ref().unwrap().to_string(), "templates/site/page.html:2:28");
}

#[test]
fn every_file_of_the_template_folder_is_built_in() {
    fn walk(folder: &std::path::Path, out: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() { walk(&entry.path(), out) } else { out.push(entry.path()) }
        }
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut found = Vec::new();
    walk(&root.join("site"), &mut found);
    let found: BTreeSet<String> = found
        .iter()
        .map(|path| path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/"))
        .collect();
    let known: BTreeSet<String> = templates::SITE.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(found, known);
}

#[test]
fn outputs_have_unique_names_and_say_what_they_are() {
    let names: BTreeSet<&str> = OUTPUTS.iter().map(|row| row.id).collect();
    assert_eq!(names.len(), OUTPUTS.len());
    assert!(OUTPUTS.iter().all(|row| row.docs.ends_with('.')));
}

#[test]
fn a_cell_without_a_value_says_so_on_the_page_and_stays_empty_in_its_data() {
    let (_, files) = &sites()[1];
    let mut said = 0;
    for (name, html) in pages(files) {
        // what is listed by the thousand runs on one line each, and leaves out what it has not
        for table in
            html.split("<table class=\"").skip(1).filter(|table| !table.starts_with("tbl tbl-stack tbl-run"))
        {
            let table = table.split("</table>").next().unwrap_or_default();
            assert!(!table.contains("\"></td>"), "{name}: {table}");
            said += table.matches("<span class=\"why\">not stated</span>").count();
        }
    }
    assert!(said > 0);
    let data = files.iter().filter(|(name, _)| name.starts_with("site/data/"));
    for (name, bytes) in data {
        assert!(!String::from_utf8_lossy(bytes).contains("not stated"), "{name}");
    }
}
