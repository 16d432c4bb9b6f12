//! VEX and advisories: products resolved, one vocabulary, the source's own words kept, markings heeded.

use std::fs;
use std::path::Path;

use serde_json::json;
use trustbook::load;
use trustbook::model::drill::Drill;
use trustbook::model::drill::DrillResult;
use trustbook::model::evidence::Body;
use trustbook::model::finding::Finding;
use trustbook::model::vex::VexStatus;

use crate::load_formats::evidence;
use crate::load_formats::of;

#[test]
fn each_status_of_each_product_of_an_advisory_is_a_statement() {
    let (all, findings) = evidence("csaf");
    let Body::Vex(vex) = &all["csaf.json"].body else { panic!() };
    assert_eq!(vex.document_id.as_deref(), Some("SHOP-2026-1"));
    assert_eq!((vex.author.as_deref(), vex.tlp.as_deref()), (Some("Shop makers"), Some("GREEN")));
    let seen: Vec<(&str, VexStatus, &str, Vec<&str>)> = vex
        .statements
        .iter()
        .map(|one| {
            let products = one.products.iter().map(String::as_str).collect();
            (one.vulnerability.as_str(), one.status, one.raw_status.as_str(), products)
        })
        .collect();
    // of one vulnerability the gravest stands last, as the later one holds
    assert_eq!(
        seen,
        [
            ("CVE-2026-0001", VexStatus::NotAffected, "known_not_affected", vec!["S9"]),
            (
                "CVE-2026-0001",
                VexStatus::NotAffected,
                "known_not_affected",
                vec!["Shop 1.0 installed on Some system"]
            ),
            ("CVE-2026-0001", VexStatus::Fixed, "fixed", vec!["pkg:cargo/shop@1.1.0"]),
            ("CVE-2026-0001", VexStatus::Affected, "known_affected", vec!["pkg:cargo/shop@1.0.0"]),
            ("SHOP-78", VexStatus::Fixed, "fixed", vec!["pkg:cargo/shop@1.1.0"]),
            ("SHOP-78", VexStatus::Unknown, "perhaps", vec!["pkg:cargo/shop@1.0.0"]),
            ("SHOP-78", VexStatus::Affected, "known_affected", vec!["pkg:cargo/shop@1.1.0"]),
            ("CVE-2026-0003", VexStatus::Unknown, "", vec![]),
        ]
    );
    let affected = &vex.statements[3];
    assert_eq!(affected.severity.as_deref(), Some("critical"));
    assert_eq!(affected.aliases, ["SHOP-77"]);
    assert_eq!(affected.detail.as_deref(), Some("vendor fix: Update to 1.1. https://shop.example/1.1"));
    assert_eq!(vex.statements[1].justification.as_deref(), Some("component_not_present"));
    assert_eq!(vex.statements[7].description.as_deref(), Some("Being looked at."));
    assert_eq!(all["csaf.json"].captured_at.unwrap().to_string(), "2026-03-01T12:00:00Z");
    let helped = &vex.products[1];
    assert_eq!(
        (helped.name.as_str(), helped.identifiers.as_slice()),
        ("Shop 1.0 installed on Some system", &[] as &[String])
    );
    assert_eq!(vex.products[2].identifiers, ["sha256 00ff shop.tar"]);
    let mut codes = of(&findings, "evidence/csaf.json");
    codes.sort_unstable();
    assert_eq!(
        codes,
        ["contradictory-status", "dangling-reference", "missing-justification", "unknown-status"]
    );
}

/// The findings and the drill of a project whose evidence is one file, with an index of its own.
fn project(name: &str, file: &str, text: &str, entry: &str) -> (Option<Drill>, Vec<Finding>) {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("index").join(name);
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join("evidence")).unwrap();
    fs::create_dir_all(root.join("content")).unwrap();
    fs::write(root.join("trustbook.yaml"), "site: {title: T, slug: t, origin: t.example}\nprofiles: []\n")
        .unwrap();
    fs::write(root.join("evidence").join(file), text).unwrap();
    let index = format!("evidence:\n  - path: {file}\n{entry}");
    fs::write(root.join("evidence/index.yaml"), index).unwrap();
    let loaded = load::project(&root).unwrap().project;
    let drill = loaded.value.and_then(|project| {
        project.catalog.evidence.into_values().find_map(|evidence| match evidence.body {
            Body::Drill(drill) => Some(*drill),
            _ => None,
        })
    });
    (drill, loaded.findings)
}

fn codes(findings: &[Finding]) -> Vec<&str> {
    let of_index =
        |finding: &&Finding| finding.place.as_ref().is_some_and(|place| place.path == "evidence/index.yaml");
    findings.iter().filter(of_index).map(|finding| finding.code).collect()
}

#[test]
fn an_advisory_that_is_not_clear_is_not_public() {
    let text = include_str!("../fixtures/load/csaf.json");
    let (_, green) = project("green", "a.json", text, "    visibility: public\n");
    assert_eq!(codes(&green), ["traffic-light"]);
    let (_, clear) = project("clear", "a.json", &text.replace("GREEN", "CLEAR"), "    visibility: public\n");
    assert_eq!(codes(&clear), Vec::<&str>::new());
    let bom = json!({"bomFormat": "CycloneDX", "specVersion": "1.7", "version": 1,
        "metadata": {"distributionConstraints": {"tlp": "AMBER"}},
        "vulnerabilities": [{"id": "CVE-2026-0001", "analysis": {"state": "in_triage"}}]});
    let (_, amber) = project("amber", "b.json", &bom.to_string(), "    visibility: public\n");
    assert_eq!(codes(&amber), ["traffic-light"]);
}

const RESTORE: &str = include_str!("../fixtures/load/velero.json");

#[test]
fn the_index_adds_targets_and_controls_to_a_tools_drill() {
    let entry = "    drill:\n      environment: isolated\n      objectives: [{metric: rto, target: 5m}]\n      \
                 controls: [{framework: soc2, control: A1.3}]\n";
    let (drill, findings) = project("missed", "r.json", RESTORE, entry);
    let drill = drill.unwrap();
    assert_eq!(codes(&findings), Vec::<&str>::new());
    assert_eq!(drill.computed, DrillResult::Failed);
    assert!(drill.reasons[0].starts_with("RTO was"), "{:?}", drill.reasons);
    assert_eq!((drill.objectives.len(), drill.controls[0].control.as_str()), (1, "A1.3"));
    let (drill, _) = project("met", "r.json", RESTORE, &entry.replace("5m", "10m"));
    let drill = drill.unwrap();
    assert_eq!((drill.computed, drill.objectives[0].met), (DrillResult::Passed, Some(true)));
    let unmeasured = entry.replace("metric: rto, target: 5m", "metric: rpo, target: 5m");
    let (drill, _) = project("unmeasured", "r.json", RESTORE, &unmeasured);
    assert_eq!(drill.unwrap().computed, DrillResult::Inconclusive);
}

#[test]
fn only_a_restore_that_does_not_say_how_it_ended_is_settled_by_its_exit_code() {
    let barman = include_str!("../fixtures/load/barman-restore.json");
    let result = |name: &str, text: &str, entry: &str| {
        project(name, "r.json", text, &format!("    drill: {entry}\n")).0.unwrap().computed
    };
    assert_eq!(result("exit-0", barman, "{exit-code: 0}"), DrillResult::Passed);
    assert_eq!(result("exit-1", barman, "{exit-code: 1}"), DrillResult::Failed);
    assert_eq!(result("exit-none", barman, "{announced: true}"), DrillResult::Inconclusive);
    let unfinished = RESTORE.replace("Completed", "InProgress");
    assert_eq!(result("unfinished", &unfinished, "{exit-code: 0}"), DrillResult::Inconclusive);
    let backups = include_str!("../fixtures/load/pgbackrest-info.json");
    let verified = "{data-integrity: {status: verified}}";
    assert_eq!(result("backups", backups, verified), DrillResult::Observed);
    assert_eq!(result("damaged", RESTORE, "{data-integrity: {status: failed}}"), DrillResult::Failed);
}

#[test]
fn facts_of_a_drill_belong_to_a_tools_drill_only_and_are_in_known_words() {
    let entry = "    drill: {announced: true}\n";
    let (_, findings) = project("no-drill", "a.json", include_str!("../fixtures/load/csaf.json"), entry);
    assert_eq!(codes(&findings), ["invalid-value"]);
    let (_, findings) = project("own-record", "d.yaml", include_str!("../fixtures/load/drill.yaml"), entry);
    assert_eq!(codes(&findings), ["invalid-value"]);
    let typo = "    drill: {objectives: [{metric: rtoo, target: 5m}]}\n";
    let (_, findings) = project("typo", "r.json", RESTORE, typo);
    assert_eq!(codes(&findings), ["invalid-value"]);
    assert!(findings.iter().any(|one| one.help.contains("`rto`")), "{findings:?}");
}

#[test]
fn parts_and_identifiers_of_an_openvex_product_are_not_lost() {
    let text = json!({"@context": "https://openvex.dev/ns/v0.2.0", "@id": "x", "author": "a", "timestamp": "2026-03-01T00:00:00Z",
        "version": 1, "statements": [{"vulnerability": {"name": "CVE-2026-0001"}, "status": "fixed", "products": [
            {"@id": "https://shop.example/image", "identifiers": {"purl": "pkg:oci/shop@sha256:00"},
             "hashes": {"sha-256": "00"}, "subcomponents": [{"@id": "pkg:cargo/shop@1.1.0"}]}]}]})
    .to_string();
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("openvex-parts.json");
    fs::write(&root, text).unwrap();
    let report = load::inspect(&[root]).report;
    assert_eq!(report["files"][0]["facts"]["products"], 1);
    assert_eq!(report["files"][0]["unknown_fields"], 0);
}

#[test]
fn an_affected_product_that_says_nothing_to_do_is_told_at_its_status() {
    let statement = |action: &str| {
        format!(
            "{{\"@context\": \"https://openvex.dev/ns/v0.2.0\", \"@id\": \"x\", \"author\": \"a\", \"timestamp\": \"2026-03-01T00:00:00Z\",\n\
             \"version\": 1, \"statements\": [{{\"vulnerability\": {{\"name\": \"CVE-2026-0001\"}}, \"products\": [{{\"@id\": \"pkg:cargo/a@1\"}}],\n\
             \"status\": \"affected\"{action}}}]}}"
        )
    };
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("openvex-action.json");
    let findings = |text: String| {
        fs::write(&root, text).unwrap();
        load::inspect(std::slice::from_ref(&root)).report["files"][0]["findings"].clone()
    };
    let told = findings(statement(""));
    assert_eq!(
        (&told[0]["code"], &told[0]["line"], &told[1]),
        (&json!("missing-key"), &json!(3), &json!(null))
    );
    assert_eq!(findings(statement(", \"action_statement\": \"Update.\"")), json!([]));
}
