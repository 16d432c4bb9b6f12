//! Bills of materials against each other: components by purl without version, versions as sets.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::diff::Draft;
use crate::diff::GENERATOR;
use crate::diff::Subject;
use crate::diff::get;
use crate::diff::shown;
use crate::diff::versions;
use crate::model::changes::ChangeType;
use crate::model::records::Records;

const KIND: &str = "components";

/// Compares every SBOM of the newer snapshot with the one it follows.
pub(super) fn compare(old: &Records, new: &Records, draft: &mut Draft) {
    let (before, after) = (sboms(old), sboms(new));
    for (id, record) in &after {
        let Some((other, was)) = predecessor(id, record, &before, &after) else { continue };
        if get(was, "source/sha256") != get(record, "source/sha256") || other != *id {
            compare_two(id, get(was, "body"), get(record, "body"), draft);
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

fn compare_two(sbom: &str, was: &Value, now: &Value, draft: &mut Draft) {
    for (field, words) in [("tools", "tools"), ("spec", "format"), ("spec-version", "format version")] {
        let (before, after) = (get(was, field), get(now, field));
        if before != after {
            let about = Subject { kind: GENERATOR, id: sbom, title: "bill of materials" };
            draft.changed("sbom-tool-changed", about, words, shown(before), shown(after));
        }
    }
    let (before, after) = (by_key(was), by_key(now));
    let names: BTreeMap<String, BTreeSet<&String>> = before.keys().fold(BTreeMap::new(), |mut names, key| {
        names.entry(bare_name(key)).or_default().insert(key);
        names
    });
    for (key, was) in &before {
        if !after.contains_key(key) {
            let moved = after.keys().any(|other| bare_name(other) == bare_name(key) && other != key);
            for component in was.iter().filter(|_| !moved) {
                gone(key, component, draft);
            }
        }
    }
    for (key, now) in &after {
        match before.get(key) {
            Some(was) => compare_versions(key, was, now, draft),
            None => {
                let elsewhere = names
                    .get(&bare_name(key))
                    .into_iter()
                    .flatten()
                    .find(|other| !after.contains_key(**other));
                for component in now {
                    match elsewhere {
                        Some(other) => {
                            let title = name(component);
                            draft.changed(
                                "ecosystem-changed",
                                about(key, &title),
                                "identity",
                                (*other).clone(),
                                key.clone(),
                            );
                        }
                        None => come(key, component, draft),
                    }
                }
            }
        }
    }
}

fn about<'a>(key: &'a str, title: &'a str) -> Subject<'a> {
    Subject { kind: KIND, id: key, title }
}

fn gone(key: &str, component: &Value, draft: &mut Draft) {
    let title = name(component);
    draft.note(
        "component-removed",
        about(key, &title),
        ChangeType::Removed,
        "",
        version(component),
        String::new(),
    );
}

fn come(key: &str, component: &Value, draft: &mut Draft) {
    let title = name(component);
    draft.note(
        "component-added",
        about(key, &title),
        ChangeType::Added,
        "",
        String::new(),
        version(component),
    );
}

fn name(component: &Value) -> String {
    shown(get(component, "name"))
}

fn version(component: &Value) -> String {
    shown(get(component, "version"))
}

/// Components by their key, each list in order of version.
fn by_key(body: &Value) -> BTreeMap<String, Vec<&Value>> {
    let mut components: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for component in get(body, "components").as_array().into_iter().flatten() {
        components.entry(key(component)).or_default().push(component);
    }
    for (key, list) in &mut components {
        let ecosystem = ecosystem(key);
        list.sort_by(|a, b| {
            let (a, b) = (version(a), version(b));
            versions::order(ecosystem, &a, &b).unwrap_or_else(|| a.cmp(&b))
        });
        list.dedup();
    }
    components
}

/// purl type, namespace and name; else vendor and product of the CPE; else group, name and type.
fn key(component: &Value) -> String {
    if let Some(key) = get(component, "purl").as_str().and_then(purl_key) {
        return key;
    }
    if let Some(cpe) = get(component, "cpe").as_str() {
        let parts: Vec<&str> = cpe.split(':').collect();
        let at = if cpe.starts_with("cpe:2.3:") { 3 } else { 2 };
        if let (Some(vendor), Some(product)) = (parts.get(at), parts.get(at + 1)) {
            return format!("cpe:{vendor}:{product}");
        }
    }
    let group = shown(get(component, "group"));
    let kind = shown(get(component, "type"));
    let name = name(component);
    let name = if group.is_empty() { name } else { format!("{group}/{name}") };
    if kind.is_empty() { name } else { format!("{name} ({kind})") }
}

fn purl_key(purl: &str) -> Option<String> {
    let rest = purl.strip_prefix("pkg:")?.trim_start_matches('/');
    let rest = rest.split(['?', '#']).next()?;
    let (kind, path) = rest.split_once('/')?;
    let kind = kind.to_ascii_lowercase();
    // The version follows the last `@` of the name; a scope's `@` is escaped or leads a segment.
    let (path, name) =
        path.trim_end_matches('/').rsplit_once('/').map_or((None, path), |(path, name)| (Some(path), name));
    let name = match name.char_indices().rfind(|(at, ch)| *ch == '@' && *at > 0) {
        Some((at, _)) => name.get(..at)?,
        None => name,
    };
    let path = path.map_or_else(|| name.to_owned(), |path| format!("{path}/{name}")).replace("%40", "@");
    let path = match kind.as_str() {
        "github" | "bitbucket" | "deb" | "npm" | "composer" | "hex" => path.to_ascii_lowercase(),
        "pypi" => path.to_ascii_lowercase().replace('_', "-"),
        _ => path,
    };
    Some(format!("pkg:{kind}/{path}"))
}

fn ecosystem(key: &str) -> Option<&str> {
    key.strip_prefix("pkg:")?.split('/').next()
}

/// The last part of a key, to see a component of the same name in another ecosystem.
fn bare_name(key: &str) -> String {
    let name = key.rsplit(['/', ':']).next().unwrap_or(key);
    name.split(" (").next().unwrap_or(name).to_owned()
}

fn compare_versions(key: &str, was: &[&Value], now: &[&Value], draft: &mut Draft) {
    let mut before: Vec<&Value> = was.to_vec();
    let mut after: Vec<&Value> = Vec::new();
    // Versions on both sides cancel out first.
    for component in now {
        match before.iter().position(|other| version(other) == version(component)) {
            Some(at) => compare_fields(key, before.remove(at), component, true, draft),
            None => after.push(component),
        }
    }
    let pairs = before.len().min(after.len());
    for (was, now) in before.iter().zip(&after) {
        let (old, new) = (version(was), version(now));
        let rule = match versions::order(ecosystem(key), &old, &new) {
            Some(Ordering::Less) => "component-upgraded",
            Some(Ordering::Greater) => "component-downgraded",
            Some(Ordering::Equal) | None => "component-version-changed",
        };
        draft.changed(rule, about(key, &name(now)), "version", old, new);
        compare_fields(key, was, now, false, draft);
    }
    for component in before.iter().skip(pairs) {
        gone(key, component, draft);
    }
    for component in after.iter().skip(pairs) {
        come(key, component, draft);
    }
}

fn compare_fields(key: &str, was: &Value, now: &Value, same_version: bool, draft: &mut Draft) {
    let title = name(now);
    if same_version {
        let (before, after) = (hashes(was), hashes(now));
        for (algorithm, value) in &after {
            if let Some(other) = before.get(algorithm).filter(|other| *other != value) {
                let field = format!("{algorithm} of version {}", version(now));
                draft.changed(
                    "hash-changed-same-version",
                    about(key, &title),
                    &field,
                    other.clone(),
                    value.clone(),
                );
            }
        }
    }
    let (before, after) = (licence(was), licence(now));
    if choices(&before) != choices(&after) {
        let rule = match (before.is_empty(), after.is_empty()) {
            (true, _) => "licence-declared",
            (false, true) => "licence-undeclared",
            (false, false) => "licence-changed",
        };
        draft.changed(rule, about(key, &title), "licence", before, after);
    }
    let (before, after) = (shown(get(was, "supplier")), shown(get(now, "supplier")));
    if before != after && !before.is_empty() && !after.is_empty() {
        draft.changed("supplier-changed", about(key, &title), "supplier", before, after);
    }
}

fn hashes(component: &Value) -> BTreeMap<String, String> {
    get(component, "hashes")
        .as_array()
        .into_iter()
        .flatten()
        .map(|hash| {
            (
                shown(get(hash, "algorithm")).to_ascii_uppercase().replace('-', ""),
                shown(get(hash, "value")).to_ascii_lowercase(),
            )
        })
        .collect()
}

/// The declared licence, else the concluded one; empty where nothing is said.
fn licence(component: &Value) -> String {
    let text = |field: &str| match get(component, &format!("{field}/form")).as_str() {
        Some("none") => "NONE".to_owned(),
        Some("expression" | "text") => shown(get(component, &format!("{field}/text"))),
        _ => String::new(),
    };
    let declared = text("licence");
    if declared.is_empty() { text("licence-concluded") } else { declared }
}

/// The satisfying choices of an expression, whatever its order; with brackets inside, the text itself.
fn choices(expression: &str) -> BTreeSet<BTreeSet<String>> {
    let trimmed = expression.trim();
    let bare = trimmed
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
        .filter(|inner| !inner.contains(['(', ')']))
        .unwrap_or(trimmed);
    if bare.contains(['(', ')']) {
        return BTreeSet::from([BTreeSet::from([bare.split_whitespace().collect::<Vec<_>>().join(" ")])]);
    }
    bare.split(" OR ")
        .map(|choice| {
            choice
                .split(" AND ")
                .map(|licence| licence.trim().to_owned())
                .filter(|licence| !licence.is_empty())
                .collect()
        })
        .filter(|choice: &BTreeSet<String>| !choice.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_purl_without_version_and_qualifiers() {
        for (purl, key) in [
            ("pkg:cargo/serde@1.0.0", "pkg:cargo/serde"),
            ("pkg:npm/%40Scope/Name@1.0.0?a=b#c", "pkg:npm/@scope/name"),
            ("pkg:npm/@scope/name@1.0.0", "pkg:npm/@scope/name"),
            ("pkg:pypi/My_Package@1", "pkg:pypi/my-package"),
            ("pkg:golang/Github.com/A/b@v1.0.0+incompatible", "pkg:golang/Github.com/A/b"),
        ] {
            assert_eq!(purl_key(purl).as_deref(), Some(key), "{purl}");
        }
    }

    #[test]
    fn order_and_outer_brackets_of_a_licence_do_not_count() {
        assert_eq!(choices("MIT OR Apache-2.0"), choices("(Apache-2.0 OR MIT)"));
        assert_eq!(choices("MIT AND ISC"), choices("ISC AND MIT"));
        assert_ne!(choices("MIT OR Apache-2.0"), choices("MIT"));
        assert_ne!(choices("GPL-2.0 WITH Classpath-exception-2.0"), choices("GPL-2.0"));
    }
}
