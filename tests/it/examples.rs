//! The example projects: each is built, says on every page that it is made up, and comes out as its README says.

#![allow(clippy::unwrap_used, reason = "a test that cannot make its input fails")]

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::project::Folder;
use crate::project::copy;
use crate::project::run;
use crate::project::said;
use crate::project::tree;

const AS_OF: &str = "2026-03-15T12:00:00Z";

fn project(name: &str) -> Folder {
    let folder = Folder::new(name);
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name), folder.path());
    folder
}

/// Replaces a text of a file, which must be there exactly once.
fn change(folder: &Folder, file: &str, from: &str, to: &str) {
    let path = folder.path().join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches(from).count(), 1, "`{from}` in {file}");
    fs::write(path, text.replace(from, to)).unwrap();
}

fn check(folder: &Folder, as_of: &str) -> (Option<i32>, Value) {
    let output = run(folder.path(), &["check", "--as-of", as_of, "--format", "json"]);
    let json = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)));
    (output.status.code(), json)
}

/// The sentence of the verdict of a project that was changed.
fn sentence(folder: &Folder, as_of: &str) -> String {
    let (_, json) = check(folder, as_of);
    let found = find(&json, "sentence").unwrap_or_else(|| panic!("{json:#}"));
    found.as_str().unwrap().to_owned()
}

fn find<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    match value {
        Value::Object(map) => map.get(key).or_else(|| map.values().find_map(|inner| find(inner, key))),
        Value::Array(items) => items.iter().find_map(|inner| find(inner, key)),
        _ => None,
    }
}

#[test]
fn every_example_is_built_and_marked_as_an_example_on_every_page() {
    for (name, code, pages) in [
        (
            "stage-gates",
            1,
            &[
                "groups/stage-gates.spec.html",
                "groups/stage-gates.package.html",
                "groups/evidence-bundle.kpis.html",
                "kpis.html",
            ][..],
        ),
        (
            "enterprise-packet",
            0,
            &[
                "groups/enterprise-packet.artifacts.html",
                "claim-charts.html",
                "evidence-automation.html",
                "checklists.html",
                "open-questions.html",
            ][..],
        ),
        (
            "osps-baseline",
            0,
            &["groups/osps-baseline.access.html", "groups/osps-baseline.vulnerabilities.html"][..],
        ),
    ] {
        let folder = project(name);
        let (checked, json) = check(&folder, AS_OF);
        assert_eq!(checked, Some(code), "{name}: {json:#}");
        let output = run(folder.path(), &["build", "--as-of", AS_OF]);
        assert_eq!(output.status.code(), Some(0), "{name}: {}", said(&output));
        let published = tree(&folder.path().join("public"));
        let mut count = 0;
        for (path, bytes) in published.iter().filter(|(path, _)| path.ends_with(".html")) {
            let text = String::from_utf8_lossy(bytes);
            if path.ends_with("verify/verify.html") {
                assert_eq!(
                    text,
                    trustbook::render::outputs::verifier::page(),
                    "the verifier is of no project"
                );
                continue;
            }
            assert!(text.contains("Example: no such"), "{name}: {path} does not say that it is an example");
            count += 1;
        }
        assert!(count > 40, "{name}: {count} pages");
        for page in pages {
            assert!(published.contains_key(*page), "{name}: there is no {page}");
        }
    }
}

#[test]
fn two_gates_of_the_example_are_passed_and_the_third_says_why_not() {
    let folder = project("stage-gates");
    let said = sentence(&folder, AS_OF);
    assert_eq!(
        said,
        "Meterline 2.4.0 has passed 2 of 5 gates and stands before Prove; counted evidence says no to a criterion."
    );
    // the waiver of the threat model ends with April
    let said = sentence(&folder, "2026-04-30T23:59:59Z");
    assert!(said.contains("stands before Prove"), "{said}");
    let said = sentence(&folder, "2026-05-01T00:00:00Z");
    assert!(said.contains("has passed 1 of 5 gates and stands before Build"), "{said}");
}

#[test]
fn a_packet_is_a_draft_as_soon_as_one_thing_is_missing() {
    let whole = "The enterprise packet for Gateway 5.1.0 is complete: 22 of 22 conditions hold.";
    type Spoil = fn(&Folder);
    let cases: [(&str, &str, Spoil); 9] = [
        (whole, AS_OF, |_| {}),
        ("p0 without an answer", AS_OF, |folder| {
            change(folder, "content/automation.yaml", ", answer: eu-only", "")
        }),
        ("p0 answered no", AS_OF, |folder| {
            change(
                folder,
                "content/automation.yaml",
                "{id: eu-only, question: Can data stay in the European Union?, answer: 'yes'",
                "{id: eu-only, question: Can data stay in the European Union?, answer: 'no'",
            );
        }),
        ("p0 with nothing behind it", AS_OF, |folder| {
            change(
                folder,
                "content/automation.yaml",
                "topics: [residency], evidence: [drill-restore]",
                "topics: [residency]",
            );
        }),
        ("no third parties", AS_OF, |folder| {
            change(
                folder,
                "content/sections.yaml",
                "transfer-mechanism: eea-only, status: active",
                "transfer-mechanism: eea-only, status: removed",
            );
        }),
        ("a row of a claim chart without evidence", AS_OF, |folder| {
            change(folder, "content/automation.yaml", ", evidence: [{id: cache-latency, form: metric}]", "");
        }),
        ("an item of a checklist only ticked", AS_OF, |folder| {
            change(
                folder,
                "content/automation.yaml",
                "owner: support, evidence: [cs-support]",
                "owner: support",
            );
        }),
        ("the SBOM is of another release", AS_OF, |folder| {
            change(
                folder,
                "evidence/index.yaml",
                "title: \"Components of Gateway 5.1.0\"\n    release: gateway-5.1.0",
                "title: \"Components of Gateway 5.1.0\"\n    release: gateway-5.0.0",
            );
        }),
        ("the access review is overdue", "2026-06-05T00:00:00Z", |_| {}),
    ];
    for (what, as_of, spoil) in cases {
        let folder = project("enterprise-packet");
        spoil(&folder);
        let said = sentence(&folder, as_of);
        if what == whole {
            assert_eq!(said, whole);
        } else {
            assert!(said.contains("is a draft"), "{what}: {said}");
            assert_eq!(check(&folder, as_of).0, Some(1), "{what}");
        }
    }
    // the last second of the day the next access review is due
    assert_eq!(sentence(&project("enterprise-packet"), "2026-06-04T23:59:59Z"), whole);
}

#[test]
fn a_waiver_does_not_make_a_packet_complete() {
    let folder = project("enterprise-packet");
    change(&folder, "content/automation.yaml", "owner: support, evidence: [cs-support]", "owner: support");
    fs::write(
        folder.path().join("content/waivers.yaml"),
        "waivers:\n  - {id: w, title: Later, target: criterion:enterprise-packet/customer-success, owner: o, rationale: r, expires: 2026-12-31, visibility: public}\n",
    )
    .unwrap();
    let said = sentence(&folder, AS_OF);
    assert!(said.contains("is a draft") && said.contains("1 only waived"), "{said}");
}
