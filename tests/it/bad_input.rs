//! Bad input: a clear finding or error, a non-zero exit, and `public/` and `history/` exactly as they were.

use std::fs;
use std::path::Path;

use crate::project::AS_OF;
use crate::project::Folder;
use crate::project::example;
use crate::project::run;
use crate::project::said;
use crate::project::tree;

/// Builds once, breaks the project, builds again: the second build fails, says `expected`, and changes nothing.
fn refused(name: &str, expected: &[&str], break_it: impl FnOnce(&Path)) {
    let folder = example(name);
    let root = folder.path();
    let output = run(root, &["build", "--as-of", AS_OF]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let before = (tree(&root.join("public")), tree(&root.join("history")));
    break_it(root);
    let output = run(root, &["build", "--as-of", AS_OF]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    for text in expected {
        assert!(said.contains(text), "`{text}` is not in:\n{said}");
    }
    assert!(
        before == (tree(&root.join("public")), tree(&root.join("history"))),
        "{name}: the published tree changed"
    );
    let left: Vec<_> = fs::read_dir(root)
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains("staging"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn append(root: &Path, name: &str, text: &str) {
    let old = fs::read_to_string(root.join(name)).unwrap();
    fs::write(root.join(name), old + text).unwrap();
}

#[test]
fn without_a_project_file_it_says_how_to_make_one() {
    let folder = Folder::new("no-config");
    let output = run(folder.path(), &["build"]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("trustbook.yaml") && said.contains("trustbook init"), "{said}");
    assert!(tree(folder.path()).is_empty(), "something was written");
}

#[test]
fn empty_evidence_is_refused() {
    refused("empty-evidence", &["evidence"], |root| {
        for name in tree(&root.join("evidence")).keys() {
            fs::remove_file(root.join("evidence").join(name)).unwrap();
        }
    });
}

#[test]
fn a_duplicate_key_is_shown_where_it_stands() {
    refused("duplicate-key", &["content/claims.yaml:", "duplicate"], |root| {
        write(root, "content/claims.yaml", "claims:\n  - id: a\n    statement: One.\n    id: b\n");
    });
}

#[test]
fn an_unknown_key_gets_a_did_you_mean() {
    refused("unknown-key", &["content/extra.yaml:3:", "statment", "statement"], |root| {
        write(root, "content/extra.yaml", "claims:\n  - id: a\n    statment: One.\n");
    });
}

#[test]
fn all_findings_are_reported_at_once() {
    refused("all-at-once", &["content/one.yaml", "content/two.yaml"], |root| {
        write(root, "content/one.yaml", "claims:\n  - id: a\n    wrong: 1\n    statement: One.\n");
        write(root, "content/two.yaml", "faq:\n  - id: b\n    question: Why?\n");
    });
}

#[test]
fn what_could_not_be_read_is_not_said_to_be_missing_as_well() {
    let folder = example("bad-consequences");
    let root = folder.path();
    append(root, "evidence/index.yaml", "  - path: nowhere.yaml\n    idd: x\n");
    append(root, "content/claims.yaml", "  - id: other\n    statement: Other.\n    evidence: [nothing]\n");
    let output = run(root, &["check", "--as-of", AS_OF]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("unknown key `idd`") && !said.contains("dangling-reference"), "{said}");
}

#[test]
fn a_yaml_alias_bomb_is_refused() {
    refused("alias-bomb", &["content/bomb.yaml"], |root| {
        let mut text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for (now, before) in "bcdefghij".chars().zip("abcdefghi".chars()) {
            text.push_str(&format!("{now}: &{now} [{}]\n", vec![format!("*{before}"); 10].join(", ")));
        }
        write(root, "content/bomb.yaml", &text);
    });
}

#[test]
fn json_a_hundred_thousand_levels_deep_is_refused() {
    refused("deep-json", &["evidence/sbom.cdx.json"], |root| {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        write(
            root,
            "evidence/sbom.cdx.json",
            &format!("{{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"components\":{deep}}}"),
        );
    });
}

#[test]
fn an_sbom_that_has_components_but_yields_none_is_refused() {
    refused("zero-components", &["evidence/sbom.cdx.json"], |root| {
        write(
            root,
            "evidence/sbom.cdx.json",
            "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"components\":[1, 2, 3]}",
        );
    });
}

#[test]
fn two_records_with_one_id_are_refused_and_both_places_named() {
    refused("two-ids", &["content/again.yaml", "content/claims.yaml", "release-approved"], |root| {
        write(root, "content/again.yaml", "claims:\n  - id: release-approved\n    statement: Again.\n");
    });
}

#[test]
fn a_claim_that_points_nowhere_is_refused() {
    refused("dangling", &["content/extra.yaml", "release-reciept", "release-receipt"], |root| {
        write(
            root,
            "content/extra.yaml",
            "claims:\n  - id: a\n    statement: One.\n    evidence: [release-reciept]\n",
        );
    });
}

#[test]
fn a_template_error_shows_its_file_and_line() {
    refused("template", &["templates/site/page.html:3:"], |root| {
        write(root, "templates/site/page.html", "<!doctype html>\n\n{{ nowhere.at.all }}\n");
    });
}

#[test]
fn a_private_key_in_the_evidence_is_refused_and_not_printed() {
    let body = "MHcCAQEEIBkg4LVWM9nuwNSkabc7x2VJwL5Zm3rO7";
    refused("secret", &["evidence/notes.txt:2:"], |root| {
        let begin = ["-----BEGIN", "PRIVATE", "KEY-----"].join(" ");
        let end = ["-----END", "PRIVATE", "KEY-----"].join(" ");
        write(root, "evidence/notes.txt", &format!("notes\n{begin}\n{body}\n{end}\n"));
        append(
            root,
            "evidence/index.yaml",
            "  - path: notes.txt\n    id: notes\n    title: Notes\n    visibility: public\n",
        );
    });
}

#[test]
fn a_private_key_in_evidence_that_stays_internal_is_refused_too() {
    let body = "MHcCAQEEIBkg4LVWM9nuwNSkabc7x2VJwL5Zm3rO7";
    refused("secret-internal", &["error[private-key-pem]", "evidence/notes.txt:1:"], |root| {
        let begin = ["-----BEGIN", "PRIVATE", "KEY-----"].join(" ");
        let end = ["-----END", "PRIVATE", "KEY-----"].join(" ");
        write(root, "evidence/notes.txt", &format!("{begin}\n{body}\n{end}\n"));
    });
}

#[test]
fn a_symlink_out_of_the_tree_is_refused() {
    refused("symlink", &["evidence/passwd"], |root| {
        std::os::unix::fs::symlink("/etc/passwd", root.join("evidence/passwd")).unwrap();
    });
}

#[test]
fn names_that_are_one_name_elsewhere_are_refused() {
    refused("fold", &["evidence/", "Receipt.yaml", "receipt.yaml"], |root| {
        fs::copy(root.join("evidence/receipt.yaml"), root.join("evidence/Receipt.yaml")).unwrap();
    });
}

#[test]
fn an_unreadable_file_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    // a folder where a file is expected cannot be read as one, whoever runs this
    refused("unreadable", &["evidence/receipt.yaml"], |root| {
        fs::remove_file(root.join("evidence/receipt.yaml")).unwrap();
        fs::create_dir(root.join("evidence/receipt.yaml")).unwrap();
        fs::set_permissions(root.join("evidence/receipt.yaml"), fs::Permissions::from_mode(0o755)).unwrap();
    });
}

#[test]
fn a_token_in_a_page_is_told_at_its_line_and_column() {
    let folder = example("page-token");
    let page = folder.path().join("content/pages/about.md");
    let text = fs::read_to_string(&page).unwrap();
    let token = format!("ghp_{}", "aZ3kQ9xW2mB7vN4cT8yR1pL6sD0fGhJ5uEoI");
    fs::write(&page, format!("{text}\nÄ line.\nThe key is {token} here.\n")).unwrap();
    let line = fs::read_to_string(&page).unwrap().lines().count();
    let output = run(folder.path(), &["build", "--as-of", "2026-03-31"]);
    let told = said(&output);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains(&format!("content/pages/about.md:{line}:12")), "{told}");
    assert!(!told.contains("once more") && !told.contains(&token), "{told}");
}

#[test]
fn a_waiver_of_a_file_covers_what_is_made_from_it_and_nothing_else() {
    let folder = example("waived");
    let root = folder.path();
    let append = |path: &str, text: &str| {
        let path = root.join(path);
        let before = fs::read_to_string(&path).unwrap_or_default();
        fs::write(path, format!("{before}{text}")).unwrap();
    };
    append("evidence/run.log", "built in /home/jdoe/src\n");
    append("evidence/index.yaml", "  - path: run.log\n    visibility: public\n");
    let build = || run(root, &["build", "--as-of", "2026-03-31"]);
    let refused = build();
    let told = said(&refused);
    // once, where it was written; not for each page and packet that repeats it
    assert_eq!((refused.status.code(), told.matches("error[home-path]").count()), (Some(2), 1), "{told}");
    assert!(told.contains("evidence/run.log:1:10") && !told.contains("once more"), "{told}");
    append(
        "trustbook.yaml",
        "lint:\n  waivers:\n    - {path: evidence/run.log, code: home-path, reason: Nobody is called so.}\n",
    );
    let built = build();
    assert!(built.status.success(), "{}", said(&built));
    let page = fs::read_to_string(root.join("public/evidence/run.log.html")).unwrap();
    assert!(page.contains("built in /home/jdoe/src"));
    // the same in another file, and something else in a record, are told
    append("evidence/other.log", "and in /home/jdoe/src\n");
    append("evidence/index.yaml", "  - path: other.log\n    visibility: public\n");
    let told = said(&build());
    assert!(told.contains("error[home-path]") && told.contains("evidence/other.log:1:8"), "{told}");
    fs::remove_file(root.join("evidence/other.log")).unwrap();
    let index = fs::read_to_string(root.join("evidence/index.yaml")).unwrap();
    fs::write(root.join("evidence/index.yaml"), index.replace("path: other.log", "path: run2.log")).unwrap();
    append("evidence/run2.log", "nothing\n");
    assert!(build().status.success());
    append("evidence/index.yaml", "    description: made in /home/asmith/src\n");
    let told = said(&build());
    assert!(told.matches("error[home-path]").count() == 1 && told.contains("/home/…"), "{told}");
}
