//! `trustbook inspect` and the comparison of two bills of materials, as commands.

use std::fs;

use serde_json::Value;
use serde_json::json;

use crate::project::Folder;
use crate::project::run;
use crate::project::said;

fn bom(tool: &str, parts: &[(&str, &str)]) -> String {
    let components: Vec<Value> = parts
        .iter()
        .map(|(purl, version)| {
            let name = purl.rsplit('/').next().unwrap();
            json!({"type": "library", "name": name, "version": version, "purl": format!("{purl}@{version}")})
        })
        .collect();
    json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {
            "timestamp": "2026-03-01T00:00:00Z", "tools": [{"name": tool, "version": "1"}],
            "component": {"type": "application", "bom-ref": "app", "name": "app", "version": "1"},
        },
        "components": components,
    })
    .to_string()
}

/// A folder with two bills, something else, and a broken file.
fn folder(name: &str) -> Folder {
    let folder = Folder::new(name);
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "old.json",
        &bom("syft", &[("pkg:npm/a", "1.9.0"), ("pkg:npm/b", "1.0.0"), ("pkg:npm/c", "1.0.0")]),
    );
    write(
        "new.json",
        &bom("trivy", &[("pkg:npm/a", "1.10.0"), ("pkg:npm/c", "1.0.0"), ("pkg:deb/debian/d", "1-1")]),
    );
    write(
        "less.json",
        &bom("syft", &[("pkg:npm/a", "1.8.0"), ("pkg:npm/b", "1.0.0"), ("pkg:npm/c", "1.0.0")]),
    );
    write("notes.txt", "nothing in particular\n");
    write("broken.json", "{\"bomFormat\": \"CycloneDX\",}");
    folder
}

#[test]
fn a_refused_file_makes_the_answer_no_and_what_is_only_kept_does_not() {
    let folder = folder("inspect-exit");
    let code = |args: &[&str]| run(folder.path(), &[&["inspect"], args].concat()).status.code();
    assert_eq!(code(&["old.json", "notes.txt"]), Some(0));
    assert_eq!(code(&["old.json", "broken.json"]), Some(1));
    assert_eq!(code(&["nothing-there.json"]), Some(1));
    assert_eq!(code(&["broken.json", "--format", "json"]), Some(1));
    assert_eq!(code(&["old.json", "--format", "markdown"]), Some(2));
    let output = run(folder.path(), &["inspect", "old.json", "broken.json", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["files"][0]["why"], "by its content");
    assert_eq!(report["files"][0]["format"], "cyclonedx-json");
    assert_eq!(report["files"][1]["usable"], false);
    assert_eq!(report["files"][1]["findings"][0]["line"], 1);
}

#[test]
fn two_bills_compare_to_keys_classes_and_what_made_them() {
    let folder = folder("inspect-diff");
    let output = run(folder.path(), &["inspect", "--diff", "old.json", "new.json", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    for (field, expected) in [
        ("old", json!("old.json")),
        ("new", json!("new.json")),
        ("old_keys", json!(3)),
        ("new_keys", json!(3)),
        ("added", json!({"pkg:deb/debian/d": ["1-1"]})),
        ("removed", json!({"pkg:npm/b": ["1.0.0"]})),
        ("changed", json!({"pkg:npm/a": [["1.9.0"], ["1.10.0"]]})),
        ("unchanged", json!(1)),
        ("document", json!([{"field": "tools", "was": "syft 1", "now": "trivy 1"}])),
    ] {
        assert_eq!(found[field], expected, "{field}");
    }
    assert_eq!(found["components"][2]["class"], "upgraded");
    let same = run(folder.path(), &["diff", "old.json", "new.json", "--format", "json"]);
    assert_eq!(same.stdout, output.stdout, "one engine");
    let markdown = run(folder.path(), &["diff", "old.json", "new.json", "--format", "markdown"]);
    let text = String::from_utf8(markdown.stdout).unwrap();
    let first = text.find("### How the documents were made").unwrap();
    assert!(first < text.find("### Upgraded").unwrap(), "{text}");
    assert!(text.contains("| `pkg:npm/a` | `version` | `1.9.0` | `1.10.0` |"), "{text}");
    let human = run(folder.path(), &["inspect", "--diff", "old.json", "new.json"]);
    let text = String::from_utf8(human.stdout).unwrap();
    assert!(text.contains("Upgraded (1)\n  pkg:npm/a 1.9.0 → 1.10.0\n"), "{text}");
}

#[test]
fn a_comparison_that_cannot_be_made_says_why() {
    let folder = folder("inspect-diff-wrong");
    let code = |args: &[&str]| run(folder.path(), args).status.code();
    assert_eq!(code(&["inspect", "--diff", "old.json"]), Some(2));
    assert_eq!(code(&["inspect", "--diff", "old.json", "broken.json"]), Some(1));
    assert_eq!(code(&["inspect", "--diff", "old.json", "notes.txt"]), Some(2));
    assert_eq!(code(&["diff", "old.json", "less.json"]), Some(0));
    assert_eq!(
        code(&["diff", "old.json", "less.json", "--fail-on-weaker"]),
        Some(1),
        "a downgrade is weaker"
    );
    assert_eq!(code(&["diff", "less.json", "old.json", "--fail-on-weaker"]), Some(0));
    let output = run(folder.path(), &["inspect", "--diff", "old.json", "notes.txt"]);
    assert!(said(&output).contains("notes.txt: this is an attachment, not an SBOM"), "{}", said(&output));
}

#[test]
fn of_two_inputs_the_one_that_does_not_fit_is_named() {
    let folder = Folder::new("diff-blame");
    let root = folder.path();
    fs::write(root.join("ok.json"), r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": []}"#)
        .unwrap();
    fs::write(root.join("snapshot.zip"), "PK and no archive").unwrap();
    fs::create_dir_all(root.join("unpacked/records")).unwrap();
    fs::write(root.join("unpacked/records/claims.json"), "{").unwrap();
    fs::create_dir(root.join("nothing-inside")).unwrap();
    for (args, told) in [
        (
            ["ok.json", "gone.json"],
            "error: `gone.json` is neither a file, nor a folder, nor a number in history",
        ),
        (
            ["gone.json", "ok.json"],
            "error: `gone.json` is neither a file, nor a folder, nor a number in history",
        ),
        (["ok.json", "snapshot.zip"], "error: ok.json is a single document, snapshot.zip is an archive"),
        (["unpacked", "ok.json"], "error: ok.json is a single document, unpacked is a folder"),
        (["3", "ok.json"], "error: ok.json is a single document, 3 is the number of a snapshot"),
        (["unpacked", "unpacked"], "error: unpacked/records/claims.json: "),
    ] {
        let output = run(root, &["diff", args[0], args[1]]);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", said(&output));
        assert!(said(&output).contains(told), "{args:?}: {}", said(&output));
    }
    let one = run(root, &["inspect", "--diff", "ok.json"]);
    assert!(said(&one).contains("--diff compares two files, 1 was given"), "{}", said(&one));
    let empty = run(root, &["inspect", "nothing-inside"]);
    assert_eq!(empty.status.code(), Some(2), "{}", said(&empty));
    assert!(said(&empty).contains("there is no file inside"), "{}", said(&empty));
}
