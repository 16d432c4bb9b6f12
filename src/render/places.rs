//! Where records stand: file names of pages and originals, anchors of rows. Made from ids, so they stay the same.

use std::collections::BTreeMap;

use crate::bundle::digest::Digest;
use crate::bundle::name::PathName;
use crate::bundle::name::UniqueNames;
use crate::model::catalog::Catalog;
use crate::model::id::Id;
use crate::model::names;

/// The longest stem of a page, in bytes.
const MAX_STEM_BYTES: usize = 80;

/// The first 8 hex digits of the SHA-256 of `text`.
fn tag(text: &str) -> String {
    Digest::of(text.as_bytes()).to_string().chars().take(8).collect()
}

/// File stems for ids: the id itself, or with a few digits of its digest where it is too long, not a name on every file
/// system, or differs from another id only by case.
pub(crate) fn stems<'a>(ids: impl Iterator<Item = &'a Id> + Clone) -> BTreeMap<Id, String> {
    let mut folded: BTreeMap<String, usize> = BTreeMap::new();
    for id in ids.clone() {
        *folded.entry(id.as_str().to_ascii_lowercase()).or_default() += 1;
    }
    ids.map(|id| {
        let text = id.as_str();
        let alone = folded.get(&text.to_ascii_lowercase()).is_none_or(|count| *count == 1);
        let usual = text.len() <= MAX_STEM_BYTES && names::slug(text) == text && !is_reserved(text);
        let stem = if alone && usual {
            text.to_owned()
        } else {
            let cut: String = names::slug(text).chars().take(MAX_STEM_BYTES - 9).collect();
            format!("{}-{}", cut.trim_end_matches(['.', '-']), tag(text))
        };
        (id.clone(), stem)
    })
    .collect()
}

/// Names whose meaning on some file system does not depend on what follows the dot, and the ones a server looks for.
fn is_reserved(text: &str) -> bool {
    let stem = text.split('.').next().unwrap_or(text).to_ascii_lowercase();
    stem == "index" || names::slug(&format!("{text}.html")) != format!("{text}.html")
}

/// Where the original at `path` lies in the archive, relative to `data/`, under `folder`.
fn original_name(folder: &str, path: &str, unique: &mut UniqueNames) -> Option<PathName> {
    let inner = path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')).unwrap_or(path);
    let inner = inner.strip_prefix("content/").unwrap_or(inner);
    let inner = inner.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')).unwrap_or(inner);
    let usual = PathName::slugged(inner).and_then(|name| name.under(folder)).ok();
    if let Some(name) = usual.filter(|name| unique.insert(name).is_ok()) {
        return Some(name);
    }
    let file = inner.rsplit('/').next().unwrap_or(inner);
    let name = PathName::parse(&names::slug(&format!("{}-{file}", tag(path)))).ok()?.under(folder).ok()?;
    unique.insert(&name).ok().map(|()| name)
}

/// Where originals lie in the archive, relative to `data/`: those that are handed out, by record.
#[derive(Clone, Debug, Default)]
pub struct Originals {
    /// Of evidence: `evidence/…`.
    pub evidence: BTreeMap<Id, String>,
    /// Of documents: `site/files/…`, so that pages can link to them.
    pub documents: BTreeMap<Id, String>,
}

/// Names every original that is handed out; one that is named already keeps its name.
pub fn originals(catalog: &Catalog) -> Originals {
    let mut out = Originals::default();
    let mut unique = UniqueNames::default();
    for evidence in catalog.evidence.values().filter(|evidence| evidence.publish_original) {
        let name = evidence.source.archived_as.clone().or_else(|| {
            original_name("evidence", &evidence.source.path, &mut unique).map(|name| name.as_str().to_owned())
        });
        out.evidence.extend(name.map(|name| (evidence.id.clone(), name)));
    }
    let mut unique = UniqueNames::default();
    for document in catalog.documents.values().filter(|document| document.sha256.is_some()) {
        let Some(file) = &document.file else { continue };
        let name = document.archived_as.clone().or_else(|| {
            let name = original_name("documents", file, &mut unique)?;
            Some(format!("site/files/{}", name.as_str().trim_start_matches("documents/")))
        });
        out.documents.extend(name.map(|name| (document.id.clone(), name)));
    }
    out
}

/// Sets `archived_as` of every evidence and document whose original is handed out.
pub fn place_originals(catalog: &mut Catalog) {
    let names = originals(catalog);
    for (id, name) in names.evidence {
        if let Some(evidence) = catalog.evidence.get_mut(&id) {
            evidence.source.archived_as = Some(name);
        }
    }
    for (id, name) in names.documents {
        if let Some(document) = catalog.documents.get_mut(&id) {
            document.archived_as = Some(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_differ_only_by_case_get_different_files() {
        let ids: Vec<Id> = ["a", "A", "con", "index", "plain", &"x".repeat(100)]
            .into_iter()
            .map(|text| Id::new(text).unwrap())
            .collect();
        let stems = stems(ids.iter());
        let mut seen = std::collections::BTreeSet::new();
        for stem in stems.values() {
            assert!(seen.insert(stem.to_ascii_lowercase()), "{stem}");
            assert!(PathName::parse(&format!("{stem}.html")).is_ok(), "{stem}");
            assert_ne!(stem, "index");
        }
        assert_eq!(stems["plain"], "plain");
    }

    #[test]
    fn originals_keep_their_path_and_never_clash() {
        let mut unique = UniqueNames::default();
        let mut name = |path: &str| original_name("evidence", path, &mut unique).unwrap().as_str().to_owned();
        assert_eq!(name("evidence/sbom/app.cdx.json"), "evidence/sbom/app.cdx.json");
        assert_eq!(name("evidence/a b.json"), "evidence/a-b.json");
        let second = name("evidence/a*b.json");
        assert!(second != "evidence/a-b.json" && second.starts_with("evidence/"), "{second}");
    }
}
