//! Files that look as if nothing was wrong because something is missing, misplaced or of another shape: none of them is taken
//! for clean, and the file beside it in which all is well is.

use std::fs;
use std::path::Path;

use serde_json::Value;
use serde_json::json;
use trustbook::load;
use trustbook::model::evidence::Body;
use trustbook::model::scan::Scan;
use trustbook::model::scan::ScanOutcome;
use trustbook::model::scan::ScanSeverity;
use trustbook::model::test_report::TestReport;

/// What `inspect` says of a file with this text, and what is read of it as the evidence of a project.
fn look(name: &str, text: &str) -> (Value, Option<Body>) {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("doubtful").join(name);
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join("evidence")).unwrap();
    fs::create_dir_all(root.join("content")).unwrap();
    fs::write(root.join("trustbook.yaml"), "site: {title: T, slug: t, origin: t.example}\nprofiles: []\n")
        .unwrap();
    let file = root.join("evidence").join(name);
    fs::write(&file, text).unwrap();
    let said = load::inspect(&[file]).report["files"][0].clone();
    let loaded = load::project(&root).unwrap().project;
    let body = loaded.value.and_then(|project| project.catalog.evidence.into_values().next());
    (said, body.map(|evidence| evidence.body))
}

/// Codes of everything that is said of it.
fn codes(said: &Value) -> Vec<&str> {
    said["findings"].as_array().unwrap().iter().filter_map(|one| one["code"].as_str()).collect()
}

fn scan(name: &str, log: &Value) -> (Value, Scan) {
    let (said, body) = look(name, &log.to_string());
    let Some(Body::Scan(scan)) = body else { panic!("{name}: {said}") };
    (said, *scan)
}

fn tests(name: &str, text: &str) -> (Value, TestReport) {
    let (said, body) = look(name, text);
    let Some(Body::TestReport(report)) = body else { panic!("{name}: {said}") };
    (said, *report)
}

/// A SARIF log of one run that lists nothing, with more in the log and in the run.
fn log(of_log: &Value, of_run: &Value) -> Value {
    let mut run = json!({"tool": {"driver": {"name": "Looker"}}, "results": []});
    run.as_object_mut().unwrap().extend(of_run.as_object().unwrap().clone());
    let mut log = json!({"version": "2.1.0", "runs": [run]});
    log.as_object_mut().unwrap().extend(of_log.as_object().unwrap().clone());
    log
}

#[test]
fn a_run_with_results_in_other_files_is_not_clean() {
    let (said, clean) = scan("clean.sarif", &log(&json!({}), &json!({})));
    assert_eq!((clean.outcome, codes(&said)), (ScanOutcome::NothingFound, vec![]));
    let kept = |reference: Value| {
        let references = json!({"externalPropertyFileReferences": {"results": [reference]}});
        scan("kept.sarif", &log(&json!({}), &references))
    };
    let (said, elsewhere) = kept(json!({"location": {"uri": "r.json"}, "guid": "a", "itemCount": 1000}));
    assert_eq!(elsewhere.outcome, ScanOutcome::Unclear);
    assert_eq!(codes(&said), ["cut-off"]);
    assert_eq!(elsewhere.doubts, ["Looker keeps 1000 of its results in other files, which are not read"]);
    let (_, uncounted) = kept(json!({"location": {"uri": "r.json"}}));
    assert!(uncounted.doubts[0].contains("keeps some of its results"), "{:?}", uncounted.doubts);
    // an empty file elsewhere, and other things elsewhere, hide no result
    let (said, empty) = kept(json!({"location": {"uri": "r.json"}, "itemCount": 0}));
    assert_eq!((empty.outcome, codes(&said)), (ScanOutcome::NothingFound, vec![]));
    let artifacts = json!({"externalPropertyFileReferences": {"artifacts": [{"guid": "a", "itemCount": 2}]}});
    assert_eq!(scan("artifacts.sarif", &log(&json!({}), &artifacts)).1.outcome, ScanOutcome::NothingFound);
}

#[test]
fn inline_results_are_those_of_their_run() {
    let rule = json!([{"id": "X", "defaultConfiguration": {"level": "error"}}]);
    let run = |guid: &str| json!({"tool": {"driver": {"name": guid, "rules": rule}}, "automationDetails": {"guid": guid}, "results": []});
    let inline =
        json!([{"guid": "P", "runGuid": "B", "results": [{"ruleId": "X", "message": {"text": "boom"}}]}]);
    let two = json!({"version": "2.1.0", "inlineExternalProperties": inline, "runs": [run("A"), run("b")]});
    let (said, read) = scan("inline.sarif", &two);
    assert_eq!((read.outcome, read.open), (ScanOutcome::Found, 1));
    assert_eq!((read.runs[0].results, read.runs[1].results), (Some(0), Some(1)));
    assert_eq!(read.listed[0].severity, ScanSeverity::High);
    assert_eq!(codes(&said), Vec::<&str>::new());
    assert_eq!((&said["facts"]["results"], &said["facts"]["inline_results"]), (&json!(0), &json!(1)));
    // named by its guid or by its place, it is here; where it has no results, they are missing all the same
    for reference in [
        json!({"guid": "p", "itemCount": 1}),
        json!({"location": {"uri": "sarif:/inlineExternalProperties/0"}}),
    ] {
        let references = json!({"externalPropertyFileReferences": {"results": [reference]}});
        let held = log(&json!({"inlineExternalProperties": inline}), &references);
        let (said, read) = scan("held.sarif", &held);
        assert_eq!((read.open, read.doubts.len(), codes(&said)), (1, 0, vec![]));
        let bare = log(&json!({"inlineExternalProperties": [{"guid": "P", "artifacts": []}]}), &references);
        assert_eq!(scan("bare.sarif", &bare).1.outcome, ScanOutcome::Unclear);
    }
    // of which run they are is not said: they count all the same
    let lost = json!({"version": "2.1.0", "runs": [run("A"), run("B")],
        "inlineExternalProperties": [{"results": [{"ruleId": "X", "message": {"text": "boom"}}]}]});
    assert_eq!(scan("lost.sarif", &lost).1.open, 1);
}

#[test]
fn a_draft_of_sarif_is_never_clean() {
    for (version, known) in
        [("2.1.0", true), ("2.1", true), ("2.2", true), ("2.10.0", false), ("2.0.0-csd.2", false)]
    {
        let (said, read) = scan("version.sarif", &log(&json!({"version": version}), &json!({})));
        assert_eq!(read.outcome == ScanOutcome::NothingFound, known, "{version}");
        assert_eq!(codes(&said).contains(&"unknown-version"), !known, "{version}");
    }
}

#[test]
fn a_level_is_that_of_the_component_and_the_invocation_a_result_names() {
    let component = |name: &str, rule: &str, level: &str| {
        json!({"name": name, "guid": format!("guid-{name}"),
            "rules": [{"id": rule, "defaultConfiguration": {"level": level}}]})
    };
    let tool = json!({"driver": component("d", "D", "note"), "extensions": [component("e", "E", "error")]});
    let named = |by: Value| json!({"ruleId": "?", "rule": {"index": 0, "toolComponent": by}, "message": {"text": "m"}});
    let results = json!([
        named(json!({"guid": "GUID-e"})),
        named(json!({"name": "e"})),
        named(json!({"name": "d"})),
        named(json!({"index": 0})),
        named(json!({"name": "nobody"}))
    ]);
    let (_, read) = scan("component.sarif", &log(&json!({}), &json!({"tool": tool, "results": results})));
    let count = |severity| read.open_by_severity.get(&severity).copied().unwrap_or(0);
    assert_eq!((count(ScanSeverity::High), count(ScanSeverity::Low), count(ScanSeverity::Medium)), (3, 1, 1));
    let invocations = json!([{"executionSuccessful": true}, {"executionSuccessful": true,
        "ruleConfigurationOverrides": [{"descriptor": {"id": "D"}, "configuration": {"level": "error"}}]}]);
    let of = |provenance: Value| json!({"ruleId": "D", "provenance": provenance, "message": {"text": "m"}});
    let results =
        json!([of(json!({"invocationIndex": 1})), of(json!({"invocationIndex": 0})), of(json!({}))]);
    let run = json!({"tool": tool, "invocations": invocations, "results": results});
    let (_, read) = scan("invocation.sarif", &log(&json!({}), &run));
    let count = |severity| read.open_by_severity.get(&severity).copied().unwrap_or(0);
    assert_eq!((count(ScanSeverity::High), count(ScanSeverity::Low)), (1, 2));
}

#[test]
fn a_test_that_never_ran_did_not_pass() {
    let (said, read) = tests(
        "notrun.xml",
        "<testsuite tests='6' failures='1' disabled='2' skipped='1'>\
         <testcase name='a' status='run' result='completed'/><testcase name='b' status='notrun' result='suppressed'/>\
         <testcase name='c' status='Disabled'/><testcase name='d' status='notrun'><skipped message='why'/></testcase>\
         <testcase name='e' status='notrun'><failure message='no'/></testcase><testcase name='f' status='passed'/></testsuite>",
    );
    assert_eq!((read.tests, read.passed, read.failures, read.skipped), (6, 2, 1, 3));
    let named: Vec<(&str, &str, Option<&str>)> = read
        .not_passed
        .iter()
        .map(|case| (case.name.as_str(), case.outcome.as_str(), case.message.as_deref()))
        .collect();
    assert_eq!(
        named,
        [
            ("b", "skipped", Some("its status is `notrun`")),
            ("c", "skipped", Some("its status is `Disabled`")),
            ("d", "skipped", Some("why")),
            ("e", "failure", Some("no")),
        ]
    );
    assert_eq!(read.case_names.iter().filter(|(_, passed)| *passed).count(), 2);
    assert_eq!((codes(&said), &said["facts"]["not_run"]), (vec!["count-mismatch"], &json!(2)));
    for element in ["disabled", "ignored", "skip", "incomplete"] {
        let text = format!("<testsuite tests='1'><testcase name='a'><{element}/></testcase></testsuite>");
        assert_eq!(tests("element.xml", &text).1.passed, 0, "{element}");
    }
    // neither what a test prints nor what lies deeper says that it did not run
    let other = "<testsuite tests='1'><testcase name='a' status='ok'><properties><disabled/></properties></testcase></testsuite>";
    let (said, read) = tests("deeper.xml", other);
    assert_eq!((read.passed, codes(&said)), (1, vec![]));
}

#[test]
fn a_summary_with_another_number_of_skipped_tests_is_told() {
    let said = |attributes: &str| {
        let text = format!(
            "<testsuite tests='3' {attributes}><testcase name='a'/><testcase name='b'><skipped/></testcase>\
             <testcase name='c'><skipped/></testcase></testsuite>"
        );
        codes(&tests("skipped.xml", &text).0).len()
    };
    for fine in [
        "",
        "skipped='2'",
        "disabled='2'",
        "skipped='1' disabled='1'",
        "skipped='2' disabled='2'",
        "skip='2'",
        "disabled='1'",
    ] {
        assert_eq!(said(fine), 0, "{fine}");
    }
    for wrong in ["skipped='5'", "skipped='0'", "skipped='2' disabled='3'", "ignored='3'"] {
        assert_eq!(said(wrong), 1, "{wrong}");
    }
}

#[test]
fn a_time_that_is_not_rfc_3339_is_not_said_to_lack_an_offset() {
    for (time, word) in [("Sun, 22 Nov 2026 04:27:55 GMT", "RFC 3339"), ("2026-11-22T04:27:55", "no offset")]
    {
        let text = format!("<testsuite tests='1' timestamp='{time}'><testcase name='a'/></testsuite>");
        let (said, _) = tests("time.xml", &text);
        assert!(said["findings"][0]["message"].as_str().unwrap().contains(word), "{said}");
    }
}

#[test]
fn a_container_of_which_nothing_can_be_read_is_refused_at_its_place() {
    let csaf = |vulnerabilities: Value| {
        json!({"document": {"category": "csaf_vex", "csaf_version": "2.0", "title": "t",
            "tracking": {"id": "1", "status": "final", "version": "1", "current_release_date": "2026-01-01T00:00:00Z"}},
            "product_tree": {"full_product_names": [{"product_id": "P", "name": "p"}]}, "vulnerabilities": vulnerabilities})
    };
    let status = |status: Value| csaf(json!([{"cve": "CVE-1", "product_status": status}]));
    let one = json!({"id": "CVE-1"});
    let osv = |packages: Value| json!({"results": [{"source": {"path": "a"}, "packages": packages}]});
    let trivy = |results: Value| json!({"SchemaVersion": 2, "ArtifactName": "a", "Results": results});
    let bom = |vulnerabilities: Value| {
        json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
            "components": [{"type": "library", "name": "a", "bom-ref": "a"}], "vulnerabilities": vulnerabilities})
    };
    let vex = |statements: Value| {
        json!({"@context": "https://openvex.dev/ns/v0.2.0", "@id": "x", "author": "a",
            "timestamp": "2026-01-01T00:00:00Z", "version": 1, "statements": statements})
    };
    let grype =
        |ignored: Value| json!({"matches": [], "ignoredMatches": ignored, "descriptor": {"name": "grype"}});
    let refused = [
        (status(json!({"known_not_affected": "P"})), "/vulnerabilities/0/product_status/known_not_affected"),
        (status(json!({"known_not_affected": [1]})), "/vulnerabilities/0/product_status/known_not_affected"),
        (status(json!(["P"])), "/vulnerabilities/0/product_status"),
        (csaf(one.clone()), "/vulnerabilities"),
        (log(&json!({}), &json!({"results": {"ruleId": "x"}})), "/runs/0/results"),
        (json!({"version": "2.1.0", "runs": {"tool": {}}}), "/runs"),
        (trivy(json!({"Target": "x"})), "/Results"),
        (
            trivy(json!([{"Target": "x", "Vulnerabilities": {"VulnerabilityID": "CVE-1"}}])),
            "/Results/0/Vulnerabilities",
        ),
        (trivy(json!([{"Target": "x", "Secrets": "x"}])), "/Results/0/Secrets"),
        (osv(json!({"package": {"name": "x"}})), "/results/0/packages"),
        (
            osv(json!([{"package": {"name": "x"}, "vulnerabilities": one}])),
            "/results/0/packages/0/vulnerabilities",
        ),
        (bom(one.clone()), "/vulnerabilities"),
        (vex(json!({"status": "affected"})), "/statements"),
        (grype(json!({"a": 1})), "/ignoredMatches"),
    ];
    for (document, pointer) in refused {
        let (said, _) = look("container.json", &document.to_string());
        let errors: Vec<&Value> =
            said["findings"].as_array().unwrap().iter().filter(|one| one["severity"] == "error").collect();
        assert_eq!(said["usable"], false, "{document}");
        assert_eq!(errors.len(), 1, "{said}");
        assert_eq!(
            (&errors[0]["code"], &errors[0]["pointer"]),
            (&json!("nothing-read"), &json!(pointer)),
            "{said}"
        );
        assert!(!codes(&said).contains(&"empty-document"), "{said}");
    }
    let fine = [
        status(json!({"known_not_affected": ["P"], "fixed": []})),
        csaf(json!([])),
        trivy(json!([])),
        trivy(json!([{"Target": "x", "Vulnerabilities": [], "Secrets": null}])),
        osv(json!([])),
        bom(json!([])),
        vex(json!([])),
        grype(json!([])),
    ];
    for document in fine {
        let (said, _) = look("container.json", &document.to_string());
        assert_eq!(said["usable"], true, "{said}");
    }
}

#[test]
fn a_drill_without_a_fault_or_an_item_is_inconclusive() {
    let journal = |kind: &str, provider: &str, status: i32| {
        json!({"chaoslib-version": "1.44.0", "experiment": {"title": "t"}, "status": "completed", "deviated": false,
            "steady_states": {"before": {"steady_state_met": true}, "after": {"steady_state_met": true}, "during": []},
            "run": [{"activity": {"type": kind, "name": "a", "provider": {"type": provider}}, "status": "succeeded",
                "output": {"status": status}}], "rollbacks": []})
    };
    let verdict = |document: &Value| look("drill.json", &document.to_string()).0["facts"]["verdict"].clone();
    assert_eq!(verdict(&journal("action", "process", 0)), "passed");
    assert_eq!(verdict(&journal("action", "process", 1)), "inconclusive");
    assert_eq!(verdict(&journal("action", "process", -9)), "inconclusive");
    // what a function or a service answers is its own affair
    assert_eq!(verdict(&journal("action", "python", 200)), "passed");
    assert_eq!(verdict(&journal("probe", "process", 0)), "inconclusive");
    let restore = |progress: Value| {
        json!({"apiVersion": "velero.io/v1", "kind": "Restore", "metadata": {"name": "r"}, "spec": {"backupName": "b"},
            "status": {"phase": "Completed", "progress": progress}})
    };
    assert_eq!(verdict(&restore(json!({"totalItems": 3, "itemsRestored": 3}))), "passed");
    assert_eq!(verdict(&restore(json!({"totalItems": 0, "itemsRestored": 0}))), "inconclusive");
    assert_eq!(verdict(&restore(Value::Null)), "inconclusive");
}

#[test]
fn a_report_of_another_tool_in_the_shape_of_grype_is_an_attachment() {
    let report =
        |descriptor: Value| json!({"matches": [], "source": {}, "descriptor": descriptor}).to_string();
    for (descriptor, format) in [
        (json!({"name": "grype", "version": "0.1"}), "grype"),
        (json!({"version": "0.1"}), "grype"),
        (json!({"name": "xeol", "version": "0.1"}), "attachment"),
        (json!({"name": "other"}), "attachment"),
    ] {
        let (said, _) = look("matches.json", &report(descriptor));
        assert_eq!(said["format"], format, "{said}");
    }
}

#[test]
fn a_digest_that_is_none_is_told_and_no_requirement_counts_it() {
    let bom = |hashes: Value| {
        json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
            "components": [{"type": "library", "name": "a", "bom-ref": "a", "hashes": hashes}]})
        .to_string()
    };
    let read = |hashes: Value| {
        let (said, body) = look("hashes.json", &bom(hashes));
        let Some(Body::Sbom(sbom)) = body else { panic!("{said}") };
        let told = codes(&said).iter().filter(|code| **code == "invalid-value").count();
        (told, sbom.components[0].hashes.len(), said["facts"]["with_hash"].clone())
    };
    let digest = json!({"alg": "SHA-512", "content": "0f".repeat(64)});
    assert_eq!(read(json!([digest])), (0, 1, json!(1)));
    for broken in
        [json!({"alg": "SHA-512", "content": "zz"}), json!({"alg": "SHA-512", "content": ""}), json!({})]
    {
        // what the document holds is counted as ever; what can be used is less
        assert_eq!(read(json!([broken])), (1, 0, json!(1)), "{broken}");
        assert_eq!(read(json!([broken, digest])), (1, 1, json!(1)), "{broken}");
    }
    assert_eq!(read(json!([])), (0, 0, json!(0)));
}

#[test]
fn of_two_states_of_one_vulnerability_in_a_bom_the_graver_holds() {
    let bom = |first: Value, second: Value| {
        json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
            "components": [{"type": "library", "name": "a", "bom-ref": "a"}], "vulnerabilities": [first, second]})
        .to_string()
    };
    let state = |word: &str, affects: Value, updated: &str| {
        json!({"id": "CVE-1", "affects": [affects],
            "analysis": {"state": word, "justification": "code_not_present", "lastUpdated": updated}})
    };
    let read = |first: Value, second: Value| {
        let (said, body) = look("states.json", &bom(first, second));
        let Some(Body::Sbom(sbom)) = body else { panic!("{said}") };
        (codes(&said).contains(&"contradictory-status"), sbom.vulnerabilities[1].raw_status.clone())
    };
    let (day, next) = ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z");
    let (safe, open) = ("not_affected", "exploitable");
    let whole = || json!({"ref": "a"});
    for (first, second) in [(safe, open), (open, safe)] {
        let read = read(state(first, whole(), day), state(second, whole(), day));
        assert_eq!(read, (true, open.to_owned()));
    }
    // said again, said later, of one version, or of another component: no contradiction, and the order stays
    let version = || json!({"ref": "a", "versions": [{"version": "1"}]});
    assert_eq!(read(state(safe, whole(), day), state(safe, whole(), day)), (false, safe.to_owned()));
    assert_eq!(read(state(open, whole(), day), state(safe, whole(), next)), (false, safe.to_owned()));
    assert_eq!(read(state(open, version(), day), state(safe, whole(), day)), (false, safe.to_owned()));
    assert_eq!(
        read(state(open, json!({"ref": "b"}), day), state(safe, whole(), day)),
        (false, safe.to_owned())
    );
}
