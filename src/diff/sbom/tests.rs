//! Pairs of bills: each class of change, and what is none.

use serde_json::Value;
use serde_json::json;

use super::*;
use crate::model::sbom_changes::PartClass;

fn bill(components: Value) -> Value {
    json!({"spec": "CycloneDX", "spec-version": "1.6", "components": components})
}

fn changes(was: &Value, now: &Value) -> SbomChanges {
    compare(&Bill::of_json(was), "old", &Bill::of_json(now), "new")
}

fn part(purl: &str, version: &str) -> Value {
    json!({"reference": format!("{purl}@{version}"), "name": purl.rsplit('/').next(), "version": version, "purl": format!("{purl}@{version}")})
}

/// Class, was and now of each change of a component.
fn found(changes: &SbomChanges) -> Vec<(PartClass, &str, &str)> {
    changes.parts.iter().map(|part| (part.class, part.was.as_str(), part.now.as_str())).collect()
}

fn with(mut component: Value, field: &str, value: Value) -> Value {
    component[field] = value;
    component
}

#[test]
fn the_direction_of_a_version_is_that_of_its_ecosystem_and_never_guessed() {
    for (purl, old, new, class) in [
        ("pkg:deb/debian/tzdata", "2021a-1+deb11u3", "2021a-1+deb11u5", PartClass::Upgraded),
        ("pkg:npm/a", "1.10.0", "1.9.0", PartClass::Downgraded),
        ("pkg:generic/a", "1.9", "1.10", PartClass::VersionChanged),
        ("pkg:golang/a", "(devel)", "v1.0.0", PartClass::VersionChanged),
        ("pkg:pypi/a", "1.0", "1.0.0", PartClass::VersionChanged),
    ] {
        let changes = changes(&bill(json!([part(purl, old)])), &bill(json!([part(purl, new)])));
        assert_eq!(found(&changes), [(class, old, new)], "{purl}");
        assert_eq!(changes.changed[purl], (vec![old.to_owned()], vec![new.to_owned()]));
    }
}

#[test]
fn versions_are_sets_and_the_same_ones_cancel_out() {
    let parts = |list: &[&str]| bill(list.iter().map(|version| part("pkg:npm/a", version)).collect());
    let same = changes(&parts(&["1.0.0", "2.0.0"]), &parts(&["2.0.0", "1.0.0", "1.0.0"]));
    assert_eq!((found(&same), same.unchanged), (vec![], 1), "neither order nor repetition says anything");
    let one = changes(&parts(&["9.0.0", "10.0.0"]), &parts(&["10.0.0", "11.0.0", "12.0.0"]));
    assert_eq!(
        found(&one),
        [(PartClass::Added, "", "12.0.0"), (PartClass::Upgraded, "9.0.0", "11.0.0")],
        "paired in the order of versions, not of text"
    );
    let fewer = changes(&parts(&["1.0.0", "2.0.0"]), &parts(&["1.0.0"]));
    assert_eq!(found(&fewer), [(PartClass::Removed, "2.0.0", "")]);
    assert!(fewer.removed.is_empty(), "the key is still there");
}

#[test]
fn other_bytes_under_the_same_version_are_a_class_of_their_own() {
    let hashed = |values: &[&str]| {
        let hashes: Vec<Value> =
            values.iter().map(|value| json!({"algorithm": "SHA-256", "value": value})).collect();
        with(part("pkg:cargo/a", "1.0.0"), "hashes", json!(hashes))
    };
    let pair = |was: Value, now: Value| changes(&bill(json!([was])), &bill(json!([now])));
    let changed = pair(hashed(&["aa"]), hashed(&["bb"]));
    assert_eq!(found(&changed), [(PartClass::HashChanged, "aa", "bb")]);
    assert_eq!(changed.parts[0].field, "SHA256 of version 1.0.0");
    assert_eq!(changed.unchanged, 1, "the versions are the same");
    assert_eq!(found(&pair(hashed(&["AA"]), hashed(&["aa"]))), [], "case says nothing");
    assert_eq!(found(&pair(hashed(&["aa"]), hashed(&["aa", "bb"]))), [], "one more file is no other file");
    assert_eq!(found(&pair(hashed(&[]), hashed(&["bb"]))), [], "nothing was said");
}

#[test]
fn licence_supplier_and_scope_say_what_differs_and_not_how_it_is_written() {
    let pair = |field: &str, was: Value, now: Value| {
        let one = |value: Value| bill(json!([with(part("pkg:cargo/a", "1.0.0"), field, value)]));
        found(&changes(&one(was), &one(now))).into_iter().map(|(class, ..)| class).collect::<Vec<_>>()
    };
    let licence = |text: &str| json!({"form": "expression", "text": text});
    assert_eq!(pair("licence", licence("A OR B"), licence("(B OR A)")), []);
    assert_eq!(pair("licence", licence("A OR B"), licence("A")), [PartClass::LicenceChanged]);
    assert_eq!(pair("licence", json!({"form": "no-assertion"}), licence("A")), [PartClass::LicenceDeclared]);
    assert_eq!(pair("licence", licence("A"), json!({"form": "absent"})), [PartClass::LicenceUndeclared]);
    assert_eq!(pair("licence", json!({"form": "none"}), licence("A")), [PartClass::LicenceChanged]);
    assert_eq!(pair("supplier", json!("A"), json!("B")), [PartClass::SupplierChanged]);
    assert_eq!(pair("supplier", json!(null), json!("B")), []);
    assert_eq!(pair("scope", json!(null), json!("required")), []);
    assert_eq!(pair("scope", json!("required"), json!("optional")), [PartClass::ScopeChanged]);
}

#[test]
fn qualifiers_are_shown_only_where_nothing_else_differs() {
    let with_arch = |version: &str, arch: &str| {
        let purl = format!("pkg:deb/debian/a@{version}?arch={arch}");
        bill(json!([with(part("pkg:deb/debian/a", version), "purl", json!(purl))]))
    };
    let only = changes(&with_arch("1", "amd64"), &with_arch("1", "arm64"));
    assert_eq!(found(&only), [(PartClass::VariantChanged, "arch=amd64", "arch=arm64")]);
    let also = changes(&with_arch("1", "amd64"), &with_arch("2", "arm64"));
    assert_eq!(found(&also), [(PartClass::Upgraded, "1", "2")]);
}

#[test]
fn the_same_name_under_another_identity_is_no_pair_of_added_and_removed() {
    let was = bill(json!([part("pkg:cargo/left-pad", "1.0.0"), part("pkg:npm/a", "1.0.0")]));
    let now = bill(json!([part("pkg:npm/left-pad", "1.0.0"), part("pkg:npm/a", "1.0.0")]));
    let moved = changes(&was, &now);
    assert_eq!(
        found(&moved),
        [(PartClass::IdentityChanged, "pkg:cargo/left-pad 1.0.0", "pkg:npm/left-pad 1.0.0")]
    );
    assert_eq!((moved.added.len(), moved.removed.len()), (1, 1), "the keys did come and go");
    // where several could be meant, none is
    let doubt = bill(json!([part("pkg:npm/left-pad", "1.0.0"), part("pkg:npm/b/left-pad", "1.0.0")]));
    assert_eq!(changes(&was, &doubt).count(PartClass::IdentityChanged), 0);
    let cpe = |name: &str| {
        bill(json!([{"name": name, "version": "1", "cpe": "cpe:2.3:a:openbsd:openssh:9:*:*:*:*:*:*:*"}]))
    };
    assert_eq!(changes(&cpe("openssh"), &cpe("openssh-server")).count(PartClass::IdentityChanged), 1);
}

#[test]
fn relations_are_compared_by_key_and_silence_is_none() {
    let graph = |version: &str, edges: &[(&str, &str)]| {
        let reference =
            |key: &str| if key == "app" { "app".to_owned() } else { format!("pkg:npm/{key}@{version}") };
        let parts: Vec<Value> =
            ["a", "b", "c"].iter().map(|key| part(&format!("pkg:npm/{key}"), version)).collect();
        let edges: Vec<Value> = edges
            .iter()
            .map(|(from, to)| json!({"from": reference(from), "to": reference(to), "type": "depends"}))
            .collect();
        json!({
            "spec": "CycloneDX", "components": parts, "edges": edges, "primary": {"reference": "app", "name": "app"},
        })
    };
    let was = graph("1.0.0", &[("app", "a"), ("a", "b"), ("b", "c")]);
    let now = graph("2.0.0", &[("app", "a"), ("app", "b"), ("a", "b"), ("b", "a"), ("b", "gone")]);
    let both = changes(&was, &now);
    let relations: Vec<(&str, &str)> =
        both.relations_added.iter().map(|one| (one.from.as_str(), one.to.as_str())).collect();
    assert_eq!(relations, [("name:app", "pkg:npm/b"), ("pkg:npm/b", "pkg:npm/a")]);
    assert_eq!(both.relations_removed.len(), 1);
    assert_eq!(both.now_direct, ["pkg:npm/b"]);
    assert_eq!(both.now_transitive, Vec::<String>::new());
    let silent = changes(&was, &graph("2.0.0", &[]));
    assert_eq!(silent.relations_removed, []);
    assert_eq!(silent.document[0].field, "relations");
}

#[test]
fn what_the_documents_say_of_themselves_comes_first() {
    let was = json!({"spec": "CycloneDX", "spec-version": "1.5", "tools": ["t 1"], "vulnerabilities": [
        {"vulnerability": "CVE-1", "status": "affected"}, {"vulnerability": "CVE-2", "status": "affected"},
        {"vulnerability": "CVE-2", "status": "fixed"}]});
    let now = json!({"spec": "CycloneDX", "spec-version": "1.6", "tools": ["t 2"], "completeness": "complete", "vulnerabilities": [
        {"vulnerability": "CVE-2", "status": "not-affected"}, {"vulnerability": "CVE-3", "status": "unknown"}]});
    let changes = changes(&was, &now);
    let fields: Vec<&str> = changes.document.iter().map(|change| change.field.as_str()).collect();
    assert_eq!(fields, ["tools", "format version", "completeness"]);
    let answers: Vec<(&str, &str, &str)> = changes
        .vulnerabilities
        .iter()
        .map(|change| (change.field.as_str(), change.was.as_str(), change.now.as_str()))
        .collect();
    assert_eq!(
        answers,
        [("CVE-1", "affected", ""), ("CVE-2", "affected", "not affected"), ("CVE-3", "", "unknown")]
    );
    let (text, markdown) = (text(&changes), markdown(&changes));
    assert!(text.contains("How the documents were made (3)\n  tools: t 1 → t 2\n"), "{text}");
    assert!(markdown.contains("| `tools` | `t 1` | `t 2` |"), "{markdown}");
    assert!(markdown.contains("| Vulnerabilities | 3 |"), "{markdown}");
}

#[test]
fn the_subject_of_an_spdx_document_is_one_of_its_packages() {
    let document = |spec: &str, version: &str| json!({"spec": spec, "components": [], "primary": part("pkg:deb/app", version)});
    let spdx = changes(&document("SPDX", "1"), &document("SPDX", "2"));
    assert_eq!((spdx.old.keys, spdx.changed.len()), (1, 1));
    let cyclonedx = changes(&document("CycloneDX", "1"), &document("CycloneDX", "2"));
    assert_eq!((cyclonedx.old.keys, cyclonedx.changed.len()), (0, 0));
}

#[test]
fn text_of_others_is_no_markup_and_stays_on_its_line() {
    let name = "pkg:npm/a`<b>|\n\u{202e}x";
    let changes = changes(&bill(json!([])), &bill(json!([{"name": "a", "purl": name, "version": "1"}])));
    let markdown = markdown(&changes);
    assert!(markdown.contains("| `pkg:npm/aˋ<b>\\|\\u{a}\\u{202e}x` | `version` |  | `1` |"), "{markdown}");
    assert!(!text(&changes).contains('\u{202e}'));
}

#[test]
fn the_time_it_takes_grows_with_the_bill_and_no_faster() {
    // every component the same name, or the same key: both were once compared each with each
    let many = 60_000;
    let names: Vec<Value> = (0..many).map(|n| part(&format!("pkg:npm/n{n}/same"), "1.0.0")).collect();
    let others: Vec<Value> = (0..many).map(|n| part(&format!("pkg:npm/m{n}/same"), "1.0.0")).collect();
    let changed = changes(&bill(json!(names)), &bill(json!(others)));
    assert_eq!((changed.added.len(), changed.removed.len()), (many, many));
    let versions: Vec<Value> = (0..many).map(|n| part("pkg:npm/a", &format!("{n}.0.0"))).collect();
    let later: Vec<Value> = (0..many).map(|n| part("pkg:npm/a", &format!("{n}.0.1"))).collect();
    assert_eq!(changes(&bill(json!(versions)), &bill(json!(later))).changed.len(), 1);
}
