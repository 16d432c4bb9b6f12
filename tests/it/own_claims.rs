//! The claims this repository makes about itself name tests that exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_test_that_a_claim_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let claims = fs::read_to_string(root.join("content/claims.yaml")).unwrap();
    let named = cases(&claims);
    assert!(named.len() > 20, "the cases of content/claims.yaml were not found: {named:?}");
    let mut sources = String::new();
    for folder in ["src", "tests", "pdf/src"] {
        read(&root.join(folder), &mut sources);
    }
    let exists =
        |name: &&&str| sources.contains(&format!("fn {name}(")) || sources.contains(&format!("\"{name}\""));
    let missing: Vec<_> = named.iter().filter(|name| !exists(name)).collect();
    assert!(missing.is_empty(), "content/claims.yaml names tests that do not exist: {missing:#?}");
}

/// The entries of every `cases:` list, without their path.
fn cases(yaml: &str) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    let mut indent = None;
    for line in yaml.lines() {
        let deep = line.len() - line.trim_start().len();
        if line.trim() == "cases:" {
            indent = Some(deep);
        } else if let Some(start) = indent {
            match line.trim().strip_prefix("- ") {
                Some(name) if deep > start => {
                    let name = name.trim_matches('"');
                    found.insert(name.rsplit("::").next().unwrap_or(name));
                }
                Some(_) | None => indent = None,
            }
        }
    }
    found
}

fn read(folder: &Path, into: &mut String) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            read(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}
