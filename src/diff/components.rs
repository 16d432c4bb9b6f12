//! Bills of materials of two snapshots against each other, in the words of changes.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::diff::Draft;
use crate::diff::GENERATOR;
use crate::diff::Subject;
use crate::diff::cut;
use crate::diff::get;
use crate::diff::sbom;
use crate::diff::sbom::Bill;
use crate::model::changes::ChangeType;
use crate::model::records::Records;
use crate::model::sbom_changes::PartChange;
use crate::model::sbom_changes::PartClass;
use crate::model::sbom_changes::SbomChanges;

const KIND: &str = "components";

/// Compares every SBOM of the newer snapshot with the one it follows.
pub(super) fn compare(old: &Records, new: &Records, draft: &mut Draft) {
    let (before, after) = (sboms(old), sboms(new));
    for (id, record) in &after {
        let Some((other, was)) = predecessor(id, record, &before, &after) else { continue };
        if get(was, "source/sha256") != get(record, "source/sha256") || other != *id {
            let (was, now) = (Bill::of_json(get(was, "body")), Bill::of_json(get(record, "body")));
            note(id, &sbom::compare(&was, other, &now, id), draft);
        }
    }
}

fn sboms(records: &Records) -> BTreeMap<&String, &Value> {
    records
        .kinds
        .get("evidence")
        .into_iter()
        .flatten()
        .filter(|(_, record)| get(record, "body/kind").as_str() == Some("sbom"))
        .collect()
}

/// The SBOM of the same id; for a new one the newest older one about the same thing.
fn predecessor<'a>(
    id: &String,
    record: &Value,
    before: &BTreeMap<&'a String, &'a Value>,
    after: &BTreeMap<&String, &Value>,
) -> Option<(&'a String, &'a Value)> {
    if let Some((id, was)) = before.get_key_value(id) {
        return Some((id, was));
    }
    // Only the newest of the new ones follows an old one; the others are additions.
    let about = |record: &Value| get(record, "body/primary/name").clone();
    let time = |record: &Value| get(record, "captured-at").as_str().map(str::to_owned);
    let newest = after
        .iter()
        .filter(|(other, other_record)| !before.contains_key(*other) && about(other_record) == about(record))
        .max_by_key(|(other, other_record)| (time(other_record), other.as_str()))?;
    if *newest.0 != id {
        return None;
    }
    let same: Vec<_> = before.iter().filter(|(_, was)| about(was) == about(record)).collect();
    let newest = same.iter().max_by_key(|(other, was)| (time(was), other.as_str()))?;
    Some((newest.0, newest.1))
}

/// The rule of each class.
fn rule(class: PartClass) -> &'static str {
    match class {
        PartClass::HashChanged => "hash-changed-same-version",
        PartClass::IdentityChanged => "ecosystem-changed",
        PartClass::Downgraded => "component-downgraded",
        PartClass::Added => "component-added",
        PartClass::Removed => "component-removed",
        PartClass::Upgraded => "component-upgraded",
        PartClass::VersionChanged => "component-version-changed",
        PartClass::LicenceChanged => "licence-changed",
        PartClass::LicenceDeclared => "licence-declared",
        PartClass::LicenceUndeclared => "licence-undeclared",
        PartClass::SupplierChanged => "supplier-changed",
        PartClass::ScopeChanged => "component-scope-changed",
        PartClass::VariantChanged => "component-variant-changed",
    }
}

/// How many changes of two bills have a rule that calls them weaker.
pub fn weaker(changes: &SbomChanges) -> usize {
    use crate::model::changes::Direction;
    let is_weaker = |part: &&PartChange| super::rules::direction(rule(part.class)) == Direction::Weaker;
    let worse = changes.vulnerabilities.iter().filter(|change| {
        let rank = super::vulnerabilities::rank;
        let is_open =
            |word: &str| !word.is_empty() && super::vulnerabilities::is_open(rank(&word.replace(' ', "-")));
        is_open(&change.now) && !is_open(&change.was)
    });
    changes.parts.iter().filter(is_weaker).count() + worse.count()
}

fn note(sbom: &str, changes: &SbomChanges, draft: &mut Draft) {
    for change in &changes.document {
        let about = Subject { kind: GENERATOR, id: sbom, title: "bill of materials" };
        draft.changed("sbom-tool-changed", about, &change.field, short(&change.was), short(&change.now));
    }
    for part in &changes.parts {
        let PartChange { class, key, name, field, was, now } = part;
        let about = Subject { kind: KIND, id: key, title: name };
        let rule = rule(*class);
        let (was, now) = (short(was), short(now));
        match class {
            PartClass::Added => draft.note(rule, about, ChangeType::Added, "", was, now),
            PartClass::Removed => draft.note(rule, about, ChangeType::Removed, "", was, now),
            _ => draft.changed(rule, about, field, was, now),
        }
    }
    let about = Subject { kind: "evidence", id: sbom, title: "bill of materials" };
    let (added, removed) = (changes.relations_added.len(), changes.relations_removed.len());
    if added + removed > 0 {
        draft.changed(
            "relations-changed",
            about,
            "relations",
            format!("{removed} that are gone"),
            format!("{added} that are new"),
        );
    }
    let (direct, transitive) = (changes.now_direct.len(), changes.now_transitive.len());
    if direct + transitive > 0 {
        draft.changed(
            "direct-changed",
            about,
            "named by the subject itself",
            format!("{transitive} that no longer are"),
            format!("{direct} that now are"),
        );
    }
}

fn short(text: &str) -> String {
    cut(text, 200)
}
