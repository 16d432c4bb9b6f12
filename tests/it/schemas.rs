//! The published JSON Schemas: made from the types, and what a snapshot publishes keeps to them.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use serde_json::Value;

use crate::project::AS_OF;
use crate::project::Folder;
use crate::project::example;
use crate::project::run;
use crate::project::said;
use crate::project::tree;

#[test]
fn the_published_schemas_are_those_of_the_types() {
    let folder = Folder::new("schemas");
    let output = run(folder.path(), &["schema", "--out", "schemas"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let made = tree(&folder.path().join("schemas"));
    let published = tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas"));
    assert!(made.len() > 25, "{} schemas", made.len());
    assert_eq!(made.keys().collect::<Vec<_>>(), published.keys().collect::<Vec<_>>());
    for (name, text) in made {
        assert!(
            published.get(&name) == Some(&text),
            "schemas/{name} is old: run `trustbook schema --out schemas`"
        );
    }
}

/// The records inside the archive of a project, by kind.
fn records(archive: &Path) -> BTreeMap<String, Value> {
    let mut archive = zip::ZipArchive::new(fs::File::open(archive).unwrap()).unwrap();
    let mut out = BTreeMap::new();
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).unwrap();
        let name = String::from_utf8(member.name_raw().to_vec()).unwrap();
        if let Some((_, kind)) = name.strip_suffix(".json").and_then(|name| name.split_once("/data/records/"))
        {
            let mut text = String::new();
            member.read_to_string(&mut text).unwrap();
            out.insert(kind.to_owned(), serde_json::from_str(&text).unwrap());
        }
    }
    out
}

#[test]
fn every_published_record_keeps_to_its_schema() {
    let vendor = Folder::new("schemas-vendor");
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/saas-vendor");
    for part in ["content", "evidence", "profiles"] {
        crate::project::copy(&from.join(part), &vendor.path().join(part));
    }
    fs::copy(from.join("trustbook.yaml"), vendor.path().join("trustbook.yaml")).unwrap();
    let fresh = example("schemas-example");
    let cases = [
        (vendor.path(), "2026-03-31T12:00:00Z", "public/snapshots/0001/nordquill-0001.zip"),
        (fresh.path(), AS_OF, "public/snapshots/0001/example-0001.zip"),
    ];
    let mut kinds = 0;
    for (root, as_of, archive) in cases {
        let output = run(root, &["build", "--as-of", as_of]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        for (kind, value) in records(&root.join(archive)) {
            let path =
                Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/records-{kind}.schema.json"));
            let text =
                fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let schema: Value = serde_json::from_str(&text).unwrap();
            let validator = jsonschema::validator_for(&schema).unwrap();
            let problems: Vec<String> = validator
                .iter_errors(&value)
                .take(5)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert!(problems.is_empty(), "records/{kind}.json:\n{}", problems.join("\n"));
            kinds += 1;
        }
    }
    assert!(kinds > 20, "{kinds} kinds");
}
