//! Drill outputs of tools: what is taken over, what the result is, and what is told from a drill.

use std::fs;
use std::path::Path;

use serde_json::Value;
use trustbook::load;
use trustbook::model::drill::Drill;
use trustbook::model::drill::DrillResult;
use trustbook::model::drill::DrillType;
use trustbook::model::evidence::Body;
use trustbook::model::evidence::Evidence;

use crate::load_formats::evidence;
use crate::load_formats::of;

/// What `inspect` says of a file with this text.
fn look(name: &str, text: &str) -> Value {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("drills");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), text).unwrap();
    load::inspect(&[folder.join(name)]).report["files"][0].clone()
}

fn drill<'e>(all: &'e std::collections::BTreeMap<String, Evidence>, id: &str) -> &'e Drill {
    let Body::Drill(drill) = &all[id].body else { panic!("{id}") };
    drill
}

#[test]
fn each_tool_gives_the_result_its_output_bears_and_no_better_one() {
    let (all, findings) = evidence("tools");
    let result = |id: &str| drill(&all, id).computed;
    assert_eq!(result("litmus-chaosresult.yaml"), DrillResult::Passed);
    assert_eq!(result("aws-fis-experiment.json"), DrillResult::Inconclusive);
    assert_eq!(result("k6-summary.json"), DrillResult::Failed);
    assert_eq!(result("k6-stream.jsonl"), DrillResult::PassedWithFindings);
    assert_eq!(result("velero.json"), DrillResult::Passed);
    assert_eq!(result("velero-restore-results.json"), DrillResult::Failed);
    assert_eq!(result("barman-restore.json"), DrillResult::Inconclusive);
    assert_eq!(result("barman-backups.json"), DrillResult::Observed);
    assert_eq!(result("barman-check.txt"), DrillResult::Failed);
    assert_eq!(result("pgbackrest-info.json"), DrillResult::Observed);
    for id in ["litmus-chaosresult.yaml", "velero.json", "k6-stream.jsonl", "pgbackrest-info.json"] {
        assert_eq!(of(&findings, &format!("evidence/{id}")), Vec::<&str>::new(), "{id}");
    }
}

#[test]
fn times_and_measures_are_those_of_the_file() {
    let (all, _) = evidence("tool-times");
    let at = |id: &str| all[id].captured_at.unwrap().to_string();
    assert_eq!(at("litmus-chaosresult.yaml"), "2026-03-05T09:00:00Z");
    assert_eq!(at("aws-fis-experiment.json"), "2026-03-02T10:01:00Z");
    assert_eq!(at("velero.json"), "2026-03-04T03:07:30Z");
    assert_eq!(at("pgbackrest-info.json"), "2026-03-01T02:01:00Z");
    assert_eq!(at("barman-restore.json"), "2026-03-06T02:24:00.25Z");
    let took = |id: &str| drill(&all, id).objectives[0].achieved.unwrap().to_string();
    assert_eq!(took("velero.json"), "PT7M30S");
    assert_eq!(took("barman-restore.json"), "PT4M0.500S");
    assert_eq!(drill(&all, "pgbackrest-info.json").drill_type, DrillType::Backup);
    assert_eq!(
        drill(&all, "pgbackrest-info.json").recovery_point.unwrap().to_string(),
        "2026-03-01T02:01:00Z"
    );
    let litmus = drill(&all, "litmus-chaosresult.yaml");
    assert_eq!(litmus.steady_state.after.as_deref(), Some("met"));
    assert_eq!(litmus.actions[1].name, "probe shop-answers");
    let stream = drill(&all, "k6-stream.jsonl");
    let found: Vec<String> = stream.objectives.iter().map(|one| one.achieved.unwrap().to_string()).collect();
    // by name of the metric: checks, all pages, one page
    assert_eq!(found, ["0.5", "56", "20"]);
}

#[test]
fn account_numbers_and_resource_names_stay_in_the_original() {
    let (all, _) = evidence("tool-privacy");
    let text = serde_json::to_string(drill(&all, "aws-fis-experiment.json")).unwrap();
    assert!(!text.contains("000011112222") && !text.contains("arn:"), "{text}");
    assert!(text.contains("no access to"), "{text}");
}

#[test]
fn a_threshold_means_met_in_one_shape_and_crossed_in_the_other() {
    let nested = |ok: bool| {
        look(
            "nested.json",
            &format!(
                "{{\"root_group\": {{}}, \"metrics\": {{\"m\": {{\"type\": \"trend\", \"contains\": \"time\", \
                 \"values\": {{\"avg\": 5}}, \"thresholds\": {{\"avg<{}\": {{\"ok\": {ok}}}}}}}}}}}",
                if ok { 9 } else { 1 }
            ),
        )["facts"]["verdict"]
            .clone()
    };
    assert_eq!((nested(true), nested(false)), ("passed".into(), "failed".into()));
    let flat = |crossed: bool, limit: u8| {
        look(
            "flat.json",
            &format!(
                "{{\"root_group\": {{}}, \"metrics\": {{\"m\": {{\"avg\": 5, \"thresholds\": {{\"avg<{limit}\": {crossed}}}}}}}}}"
            ),
        )
    };
    assert_eq!(flat(false, 9)["facts"]["verdict"], "passed");
    assert_eq!(flat(true, 1)["facts"]["verdict"], "failed");
    // the word says met, the number beside it says missed
    let liar = flat(false, 1);
    assert_eq!(liar["facts"]["verdict"], "failed");
    assert_eq!(liar["findings"][0]["code"], "declared-mismatch");
    assert_eq!(liar["findings"][0]["line"], 1);
    let machine = "{\"metadata\": {\"k6Version\": \"2.0.0\", \"generatedAt\": \"2026-03-01T10:00:00Z\"}, \
                   \"results\": {\"metrics\": [{\"name\": \"http_req_failed\", \"type\": \"rate\", \"values\": {\"rate\": 0}}]}}";
    assert_eq!(look("machine.json", machine)["facts"]["verdict"], "observed");
}

#[test]
fn words_that_no_tool_knows_give_no_verdict_and_are_named_at_their_place() {
    let velero =
        "{\"apiVersion\": \"velero.io/v1\", \"kind\": \"Restore\",\n \"status\": {\"phase\": \"Succeeded\"}}";
    let file = look("velero-word.json", velero);
    assert_eq!(file["facts"]["verdict"], "inconclusive");
    assert_eq!(
        (&file["findings"][0]["code"], &file["findings"][0]["line"], &file["findings"][0]["column"]),
        (&"unknown-status".into(), &2.into(), &22.into())
    );
    let litmus = "apiVersion: litmuschaos.io/v1alpha1\nkind: ChaosResult\nmetadata: {name: a}\n\
                  status: {experimentStatus: {phase: Completed, verdict: Good}}\n";
    let file = look("litmus-word.yaml", litmus);
    assert_eq!(file["facts"]["verdict"], "inconclusive");
    let codes: Vec<&str> =
        file["findings"].as_array().unwrap().iter().filter_map(|one| one["code"].as_str()).collect();
    assert!(codes.contains(&"unknown-status"), "{codes:?}");
}

#[test]
fn lists_of_objects_are_one_record_and_the_worst_result_is_its_own() {
    let one = |name: &str, verdict: &str| {
        format!(
            "{{\"apiVersion\": \"litmuschaos.io/v1alpha1\", \"kind\": \"ChaosResult\", \"metadata\": {{\"name\": \"{name}\"}}, \
             \"status\": {{\"experimentStatus\": {{\"phase\": \"Completed\", \"verdict\": \"{verdict}\"}}, \
             \"probeStatuses\": [{{\"name\": \"p\", \"status\": {{\"verdict\": \"Passed\"}}}}]}}}}"
        )
    };
    let list = format!(
        "{{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [{}, {}]}}",
        one("a", "Pass"),
        one("b", "Error")
    );
    let file = look("list.json", &list);
    assert_eq!(file["format"], "litmus-chaosresult");
    assert_eq!(file["facts"]["verdict"], "aborted");
    assert_eq!(file["facts"]["experiments"], 2);
}

#[test]
fn plans_and_look_alikes_are_kept_and_named_but_never_read_as_drills() {
    let cases = [
        (
            "template.json",
            "{\"description\": \"x\", \"targets\": {}, \"actions\": {}, \"stopConditions\": []}",
            "template",
        ),
        (
            "describe.txt",
            "Name:  a\nLabels:  b=c\n  more\nAPI Version:  litmuschaos.io/v1alpha1\nKind:  ChaosResult\n",
            "-o json",
        ),
        ("nunit.xml", "<test-run id=\"1\"/>", "NUnit"),
        ("xunit.xml", "<assemblies/>", "xUnit"),
        ("trx.xml", "<TestRun xmlns=\"http://microsoft.com/schemas/VisualStudio/TeamTest/2010\"/>", "TRX"),
        ("other.jsonl", "{\"a\": 1}\n{\"b\": 2}\n", "JSON Lines"),
        (
            "oscal.json",
            "{\"profile\": {\"uuid\": \"x\", \"metadata\": {\"oscal-version\": \"1.1.2\"}}}",
            "OSCAL",
        ),
        ("oscal.xml", "<profile xmlns=\"http://csrc.nist.gov/ns/oscal/1.0\"/>", "OSCAL"),
        ("results.json", "{\"errors\": {}, \"warnings\": {}}", "not recognised"),
    ];
    for (name, text, word) in cases {
        let file = look(name, text);
        assert_eq!(file["format"], "attachment", "{name}");
        assert_eq!(file["usable"], true, "{name}: {}", file["findings"]);
        let message = file["findings"][0]["message"].as_str().unwrap();
        assert!(message.contains(word) && message.contains("kept as an attachment"), "{name}: {message}");
    }
}

#[test]
fn json_lines_that_are_cut_off_are_refused_at_the_place() {
    let file = look(
        "cut.jsonl",
        "{\"type\":\"Metric\",\"data\":{},\"metric\":\"m\"}\n{\"type\":\"Point\",\"data\":{\"time\":\n",
    );
    assert_eq!(file["usable"], false);
    assert_eq!(file["findings"][0]["line"], 3);
    assert_eq!(file["findings"][0]["code"], "json-syntax");
}
