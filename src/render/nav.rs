//! The navigation: seven groups, what stands in them, and which pages there are at all.

use std::sync::LazyLock;

use serde::Serialize;

use crate::render::book::Book;
use crate::render::pages::PAGES;

/// The groups in their order: key, words.
pub(crate) static GROUPS: &[(&str, &str)] = &[
    ("start", "Start here"),
    ("assurance", "Assurance"),
    ("product", "Product"),
    ("data", "Data"),
    ("disclosure", "Disclosure"),
    ("documents", "Documents"),
    ("site", "This site"),
];

/// More pages of running text than these are listed on a page of their own, not in the navigation of every page.
const MAX_TEXTS: usize = 40;

/// Whether there are too many pages of running text for the navigation.
pub(crate) fn is_crowded(book: &Book) -> bool {
    book.catalog().pages.len() > MAX_TEXTS
}

/// A group of the navigation.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct NavGroup {
    /// Its words.
    pub(crate) title: &'static str,
    /// Its pages.
    pub(crate) items: Vec<NavItem>,
}

/// A page of the navigation.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct NavItem {
    /// What pages say they belong to.
    pub(crate) key: String,
    /// Its words.
    pub(crate) title: String,
    /// Relative to the site's root.
    pub(crate) href: String,
}

/// The group a page of running text asks for: by key or words, else the documents.
fn group_of(wanted: Option<&str>) -> &'static str {
    let wanted = wanted.unwrap_or_default().to_lowercase();
    GROUPS
        .iter()
        .find(|(key, words)| *key == wanted || words.to_lowercase() == wanted)
        .map_or("documents", |(key, _)| *key)
}

/// The navigation of this snapshot. Pages with nothing recorded are left out; the page about this site lists them.
pub(crate) fn groups(book: &Book) -> Vec<NavGroup> {
    GROUPS
        .iter()
        .map(|(group, title)| {
            let mut items: Vec<NavItem> = PAGES
                .iter()
                .filter(|row| row.group == *group && (row.has_data)(book))
                .map(|row| NavItem {
                    key: row.key.to_owned(),
                    title: row.title.to_owned(),
                    href: format!("{}.html", row.key),
                })
                .collect();
            let texts: &[_] = if is_crowded(book) { &[] } else { &book.catalog().pages };
            for page in texts {
                if group_of(page.head.group.as_deref()) != *group {
                    continue;
                }
                if let Some(href) = book.page_of("pages", page.id.as_str()) {
                    items.push(NavItem {
                        key: format!("page-{}", page.id),
                        title: page.head.title.clone(),
                        href,
                    });
                }
            }
            NavGroup { title, items }
        })
        .filter(|group| !group.items.is_empty())
        .collect()
}

/// The address of every page there is always one of.
pub(crate) static ADDRESSES: LazyLock<Vec<String>> =
    LazyLock::new(|| PAGES.iter().map(|row| format!("{}.html", row.key)).collect());

/// Whether the site has a page at `path`, relative to its root.
pub(crate) fn has_page(book: &Book, path: &str) -> bool {
    if let Some(key) = path.strip_suffix(".html") {
        if PAGES.iter().any(|row| row.key == key) {
            return true;
        }
        if let Some((folder, _)) = key.split_once('/') {
            let kinds = ["claims", "evidence", "releases", "policies", "pages", "sbom", "verdicts", "groups"];
            if let Some(folder) = kinds.into_iter().find(|kind| *kind == folder) {
                return book.has_page_at(folder, path);
            }
        }
    }
    matches!(path, "feed.xml" | "sitemap.xml")
}
