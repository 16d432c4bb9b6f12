//! What an audience sees: the ids of every kind, and the words that would give away what it does not see.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::model::catalog::Catalog;
use crate::model::content::*;
use crate::model::evidence::Evidence;
use crate::model::finding::Finding;
use crate::model::id::Id;
use crate::model::receipt::FileRef;
use crate::model::record::Record;
use crate::model::register::Blocker;
use crate::model::register::Risk;
use crate::model::register::Waiver;
use crate::model::visibility::Audience;
use crate::model::visibility::Visibility;

/// What an audience sees.
pub(super) struct Lens<'a> {
    audience: &'a Audience,
    visible: BTreeMap<&'static str, BTreeSet<&'a str>>,
    /// Ids of withheld records that no visible record shares.
    withheld_ids: BTreeSet<&'a str>,
    /// Paths, file names and digests of withheld files.
    withheld_files: BTreeSet<String>,
    /// Titles of withheld records, in lower case, by their first word.
    withheld_titles: BTreeMap<String, Vec<String>>,
    /// Places of withheld records, `path` to pointers.
    withheld_places: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Lens<'a> {
    pub(super) fn new(catalog: &'a Catalog, audience: &'a Audience, profiles: &[&Id]) -> Self {
        let mut lens = Self {
            audience,
            visible: BTreeMap::new(),
            withheld_ids: BTreeSet::new(),
            withheld_files: BTreeSet::new(),
            withheld_titles: BTreeMap::new(),
            withheld_places: BTreeMap::new(),
        };
        macro_rules! see {
            ($($field:ident : $type:ident),* $(,)?) => { $(
                let ids = catalog.$field.values().filter(|record| record.visible_to(audience));
                lens.visible.insert(<$type as Record>::KIND, ids.map(|record| record.id().as_str()).collect());
            )* };
        }
        crate::for_each_kind!(see);
        lens.cascade(catalog, profiles);
        macro_rules! withhold {
            ($($field:ident : $type:ident),* $(,)?) => { $(
                for record in catalog.$field.values() {
                    if !lens.sees(<$type as Record>::KIND, record.id().as_str()) {
                        lens.withhold(record.id(), record.name(), record.origin());
                    }
                }
            )* };
        }
        crate::for_each_kind!(withhold);
        for page in catalog.pages.iter().filter(|page| !lens.sees_page(page)).collect::<Vec<_>>() {
            lens.withhold(&page.id, &page.head.title, &page.origin);
            lens.withhold_file(&page.origin.path);
        }
        lens.withhold_files(catalog);
        let seen: Vec<&str> = lens.visible.values().flatten().copied().collect();
        for id in seen {
            lens.withheld_ids.remove(id);
        }
        lens
    }

    /// Withheld because of what they are about: waivers of withheld things, controls of withheld frameworks.
    fn cascade(&mut self, catalog: &'a Catalog, profiles: &[&Id]) {
        let controls: BTreeSet<&str> = catalog
            .controls
            .values()
            .filter(|control| self.sees(Control::KIND, control.id.as_str()))
            .filter(|control| self.sees(Framework::KIND, control.framework.as_str()))
            .map(|control| control.id.as_str())
            .collect();
        self.visible.insert(Control::KIND, controls);
        let waivers: BTreeSet<&str> = catalog
            .waivers
            .values()
            .filter(|waiver| self.sees(Waiver::KIND, waiver.id.as_str()))
            .filter(|waiver| self.sees_target(waiver, catalog, profiles))
            .map(|waiver| waiver.id.as_str())
            .collect();
        self.visible.insert(Waiver::KIND, waivers);
    }

    fn sees_target(&self, waiver: &Waiver, catalog: &Catalog, profiles: &[&Id]) -> bool {
        match waiver.target.trim().split_once(':') {
            Some(("claim", id)) => self.sees(Claim::KIND, id),
            Some(("blocker", id)) => self.sees(Blocker::KIND, id),
            Some(("criterion", name)) => {
                let owner = name.split_once('/').map_or(name, |(owner, _)| owner);
                if catalog.claims.contains_key(owner) {
                    self.sees(Claim::KIND, owner)
                } else {
                    profiles.iter().any(|profile| profile.as_str() == owner)
                }
            }
            Some(("finding", _)) => true,
            // What it is about cannot be told, so nobody is told about it.
            Some(_) | None => false,
        }
    }

    fn withhold(&mut self, id: &'a Id, name: &str, origin: &'a crate::model::record::Origin) {
        self.withheld_ids.insert(id.as_str());
        self.withheld_places.entry(origin.path.as_str()).or_default().push(origin.pointer.as_str());
        let title = name.trim().trim_end_matches('.').to_ascii_lowercase();
        if title.len() >= 8
            && let Some(first) = words(&title).next()
        {
            self.withheld_titles.entry(first.to_owned()).or_default().push(title.clone());
        }
    }

    fn withhold_file(&mut self, path: &str) {
        self.withheld_files.extend(suffixes(path).map(str::to_owned));
    }

    fn withhold_files(&mut self, catalog: &Catalog) {
        for evidence in catalog.evidence.values() {
            if !self.sees(Evidence::KIND, evidence.id.as_str()) {
                self.withhold_file(&evidence.source.path);
                self.withhold_digest(&evidence.source.sha256);
            }
        }
        for document in catalog.documents.values() {
            if !self.sees(Document::KIND, document.id.as_str()) {
                self.withhold_file(document.file.as_deref().unwrap_or_default());
                self.withhold_digest(document.sha256.as_deref().unwrap_or_default());
            }
        }
        for policy in catalog.policies.values() {
            if !self.sees(Policy::KIND, policy.id.as_str()) {
                self.withhold_file(policy.file.as_deref().unwrap_or_default());
                self.withhold_digest(policy.sha256.as_deref().unwrap_or_default());
            }
        }
        // A name that a visible file shares gives nothing away.
        for evidence in catalog.evidence.values() {
            if self.sees(Evidence::KIND, evidence.id.as_str()) {
                for suffix in suffixes(&evidence.source.path) {
                    self.withheld_files.remove(suffix);
                }
                self.withheld_files.remove(&evidence.source.sha256);
            }
        }
    }

    fn withhold_digest(&mut self, digest: &str) {
        if digest.len() >= 12 {
            self.withheld_files.insert(digest.to_ascii_lowercase());
            self.withheld_files.extend(digest.get(..12).map(str::to_ascii_lowercase));
        }
    }

    /// Whether it is the public audience.
    pub(super) fn is_public(&self) -> bool {
        match self.audience {
            Audience::Public => true,
            Audience::Named(_) => false,
        }
    }

    /// Whether the audience may see something with a visibility of its own inside a record for `audiences`.
    pub(super) fn may_see(&self, visibility: Visibility, audiences: &[String]) -> bool {
        self.audience.may_see(visibility, audiences)
    }

    /// Whether the audience sees the record `id` of `kind`.
    pub(super) fn sees(&self, kind: &str, id: &str) -> bool {
        self.visible.get(kind).is_some_and(|ids| ids.contains(id))
    }

    pub(super) fn sees_page(&self, page: &Page) -> bool {
        self.may_see(page.head.visibility, &page.head.audience)
    }

    /// A visible page, without the names of other audiences.
    pub(super) fn page(&self, page: &Page) -> Page {
        let Page { id, head, text, origin } = page.clone();
        let PageHead { title, group, order, visibility, audience } = head;
        let head = PageHead { title, group, order, visibility, audience: self.audiences(audience) };
        Page { id, head, text, origin }
    }

    /// The audiences that this audience may know of: itself.
    pub(super) fn audiences(&self, audiences: Vec<String>) -> Vec<String> {
        audiences.into_iter().filter(|name| !self.is_public() && name == self.audience.name()).collect()
    }

    /// The ids of `kind` that it sees.
    pub(super) fn ids(&self, kind: &str, ids: Vec<Id>) -> Vec<Id> {
        ids.into_iter().filter(|id| self.sees(kind, id.as_str())).collect()
    }

    /// The id, if it sees that record of `kind`.
    pub(super) fn id(&self, kind: &str, id: Option<Id>) -> Option<Id> {
        id.filter(|id| self.sees(kind, id.as_str()))
    }

    /// A name that may be the id of a record of any kind, or plain words: gone when it names something withheld.
    pub(super) fn name(&self, name: Option<String>) -> Option<String> {
        name.filter(|name| !self.withheld_ids.contains(name.as_str()) && self.first_withheld(name).is_none())
    }

    /// Whether a file named in a document is one that is withheld.
    pub(super) fn is_withheld_file(&self, file: &FileRef) -> bool {
        let FileRef { path, sha256, size_bytes: _ } = file;
        let path = path.replace('\\', "/");
        let digest = sha256.as_deref().map(bare);
        suffixes(&path).any(|suffix| self.withheld_files.contains(suffix))
            || digest.is_some_and(|digest| self.withheld_files.contains(&digest))
            || self.first_withheld(&path).is_some()
    }

    /// Takes out of a criterion's parameters what names something withheld.
    pub(super) fn value(&self, value: serde_json::Value) -> serde_json::Value {
        use serde_json::Value;
        match value {
            Value::String(text) if self.gives_away(&text) => Value::String("withheld".to_owned()),
            Value::Array(items) => Value::Array(
                items
                    .into_iter()
                    .filter(|item| !item.as_str().is_some_and(|text| self.gives_away(text)))
                    .map(|item| self.value(item))
                    .collect(),
            ),
            Value::Object(map) => {
                Value::Object(map.into_iter().map(|(key, item)| (key, self.value(item))).collect())
            }
            other => other,
        }
    }

    fn gives_away(&self, text: &str) -> bool {
        self.withheld_ids.contains(text) || self.first_withheld(text).is_some()
    }

    /// The first word of `text` that names something withheld: an id in backticks or that can only be an id, a path,
    /// a file name, a digest, a title.
    pub(super) fn first_withheld<'t>(&self, text: &'t str) -> Option<&'t str> {
        for quoted in text.split('`').skip(1).step_by(2) {
            if self.withheld_ids.contains(quoted) || self.withheld_files.contains(quoted) {
                return Some(quoted);
            }
        }
        let lower = (!self.withheld_titles.is_empty()).then(|| text.to_ascii_lowercase());
        if let Some(lower) = lower.as_deref() {
            for word in words(lower) {
                let at = word.as_ptr() as usize - lower.as_ptr() as usize;
                let titles = self.withheld_titles.get(word).into_iter().flatten();
                for title in titles {
                    let rest = &lower[at..];
                    let ends = rest
                        .strip_prefix(title.as_str())
                        .is_some_and(|after| !after.starts_with(|ch: char| ch.is_alphanumeric()));
                    if ends {
                        return text.get(at..at + title.len());
                    }
                }
            }
        }
        words(text).map(|word| word.trim_end_matches('.')).find(|bare_word| {
            let bare_word = *bare_word;
            let only_an_id =
                bare_word.contains(['-', '_', '.']) || bare_word.bytes().any(|byte| byte.is_ascii_digit());
            (only_an_id && bare_word.len() >= 4 && self.withheld_ids.contains(bare_word))
                || self.withheld_files.contains(bare_word)
                || (bare_word.len() >= 12 && self.withheld_files.contains(&bare_word.to_ascii_lowercase()))
        })
    }

    /// Whether the audience may hear of a finding.
    pub(super) fn may_hear(&self, finding: &Finding) -> bool {
        let Finding { severity: _, place, code: _, message, help, subject, secret: _ } = finding;
        let about_withheld = subject.as_ref().is_some_and(|id| {
            self.withheld_ids.contains(id.as_str())
                || !self.visible.values().any(|ids| ids.contains(id.as_str()))
        });
        let at_withheld = place.as_ref().is_some_and(|place| {
            self.withheld_files.contains(&place.path)
                || self.withheld_places.get(place.path.as_str()).into_iter().flatten().any(|pointer| {
                    place
                        .pointer
                        .strip_prefix(*pointer)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                })
        });
        !about_withheld
            && !at_withheld
            && self.first_withheld(message).is_none()
            && self.first_withheld(help).is_none()
    }
}

/// A path, and what is left of it after each folder: documents name files from folders of their own.
fn suffixes(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.split_once('/').map(|(_, rest)| rest))
        .filter(|suffix| !suffix.is_empty())
}

/// A digest without its `sha256:` and in lower case.
fn bare(text: &str) -> String {
    text.rsplit(':').next().unwrap_or(text).trim().to_ascii_lowercase()
}

/// Runs of letters, digits and what ids and paths are made of.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|ch: char| !(ch.is_alphanumeric() || matches!(ch, '.' | '_' | '-' | '/')))
        .filter(|word| !word.is_empty())
}
