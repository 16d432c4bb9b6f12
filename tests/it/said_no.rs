//! Documents that say no, or that name files which are not the ones that are here, in every shape they are found in.

#![allow(clippy::unwrap_used, reason = "a test that cannot make its input fails")]

use std::fs;

use serde_json::json;
use trustbook::bundle::digest::Digest;
use trustbook::model::catalog::Catalog;
use trustbook::model::status::Status;

use crate::awkward::codes;
use crate::awkward::counts;
use crate::awkward::loaded;
use crate::awkward::one;

/// How a criterion that compares every named file comes out.
fn files_match(catalog: &Catalog) -> (Status, String) {
    let checked = trustbook::evaluate::evaluate(
        catalog,
        &[crate::sample::profile("p", json!([{"id": "c", "text": "c", "kind": "files-match"}]))],
        &crate::sample::config(),
        None,
        crate::sample::at(crate::sample::NOON),
    );
    let result = checked.value.unwrap().verdicts[0].criteria[0].clone();
    (result.status, result.found)
}

fn sha256(text: &str) -> String {
    Digest::of(text.as_bytes()).to_string()
}

#[test]
fn a_document_nobody_knows_that_says_no_is_taken_at_its_word() {
    for (name, text, expected) in [
        ("fail.json", r#"{"gate_id": "g", "status": "FAIL"}"#, Status::NotMet),
        ("block.json", r#"{"decision_id": "d", "decision": "block"}"#, Status::NotMet),
        ("rejected.yaml", "verdict: REJECTED\npolicy: p\n", Status::NotMet),
        ("golive.json", r#"{"git": {}, "checks": {"lint": "passed", "build": "failed"}}"#, Status::NotMet),
        ("pass.json", r#"{"gate_id": "g", "status": "PASS"}"#, Status::Met),
        ("talk.json", r#"{"gate_id": "g", "comment": "FAIL"}"#, Status::Met),
    ] {
        let (evidence, _) = one("said-no", name, text);
        assert_eq!(counts(evidence).0, expected, "{name}");
    }
}

#[test]
fn nothing_that_is_read_can_be_called_an_attachment_to_silence_it() {
    let folder = crate::project::example("silenced");
    let root = folder.path();
    let index = root.join("evidence/index.yaml");
    let before = fs::read_to_string(&index).unwrap();
    fs::write(root.join("evidence/gate.json"), "{\"status\": \"FAIL\"}\n").unwrap();
    fs::write(root.join("evidence/list.md"), "- [x] tested\n").unwrap();
    fs::write(root.join("evidence/note.md"), "# Note\n\nA sentence.\n").unwrap();
    for (file, refused) in [("gate.json", true), ("list.md", true), ("note.md", false)] {
        fs::write(&index, format!("{before}  - {{path: {file}, visibility: public, format: attachment}}\n"))
            .unwrap();
        let said = crate::project::said(&crate::project::run(root, &["check", "--as-of", "2026-03-31"]));
        assert_eq!(
            said.contains("error[format-mismatch]: the index says this is an attachment, but"),
            refused,
            "{said}"
        );
    }
}

#[test]
fn lists_of_digests_are_compared_however_they_are_written() {
    let (right, wrong) = (sha256("1\n"), "e".repeat(64));
    let cut = &right[..63];
    for (name, line, expected) in [
        ("two blanks", format!("{right}  a.csv"), Status::Met),
        ("two blanks, wrong", format!("{wrong}  a.csv"), Status::NotMet),
        ("one blank", format!("{wrong} a.csv"), Status::NotMet),
        ("a tab", format!("{wrong}\ta.csv"), Status::NotMet),
        ("its name before", format!("sha256:{right}  a.csv"), Status::Met),
        ("its name before, wrong", format!("sha256:{wrong}  a.csv"), Status::NotMet),
        ("tagged", format!("SHA256 (a.csv) = {right}"), Status::Met),
        ("tagged, wrong", format!("SHA256 (a.csv) = {wrong}"), Status::NotMet),
        ("escaped", format!("\\{wrong}  b\\\\a.csv"), Status::NotMet),
        ("escaped, before an n", format!("\\{wrong}  b\\\\new.csv"), Status::NotMet),
        ("cut", format!("{cut}  a.csv"), Status::NotMet),
        ("a bad line", format!("{wrong}  a.csv\nnot a line"), Status::NotMet),
    ] {
        let mut files = vec![("evidence/SHA256SUMS", line.as_str()), ("evidence/a.csv", "1\n")];
        match name {
            "escaped" => files.push(("evidence/b/a.csv", "1\n")),
            "escaped, before an n" => files.push(("evidence/b/new.csv", "1\n")),
            _ => {}
        }
        let (catalog, findings) = loaded("sums", &files);
        assert_eq!(files_match(&catalog.unwrap()).0, expected, "{name}");
        assert_eq!(
            codes(&findings).contains(&"schema-violation"),
            name == "a bad line",
            "{name}: {findings:?}"
        );
    }
    let beside = [("evidence/a.csv.sha256", wrong.as_str()), ("evidence/a.csv", "1\n")];
    assert_eq!(files_match(&loaded("sums-beside", &beside).0.unwrap()).0, Status::NotMet);
    // a text with a digest in it is no list
    let text = format!("Made on Monday.\nIts digest:\n{right}  a.csv\nAsk if it differs.\n");
    let (catalog, _) = loaded("sums-text", &[("evidence/note.txt", &text), ("evidence/a.csv", "1\n")]);
    assert_eq!(catalog.unwrap().evidence["note"].source.adapter, "attachment");
}

#[test]
fn manifests_are_compared_in_every_shape() {
    for (right, expected) in [(true, Status::Met), (false, Status::NotMet)] {
        let digest = if right { sha256("1\n") } else { "e".repeat(64) };
        for document in [
            json!({"files": [{"path": "a.csv", "sha256": digest}]}),
            json!({"files": [{"path": "a.csv", "digest": format!("sha256:{digest}")}]}),
            json!({"files": [{"path": "elsewhere.csv", "bytes": 1}, {"path": "a.csv", "sha256": digest}]}),
            json!({"files": {"a.csv": digest}}),
            json!({"input_artifacts": {"a.csv": digest}}),
            json!({"dataset_id": "d", "upstream_sources": {"files": [{"name": "a.csv", "sha256": digest}]}}),
            json!({"qa_path": "a.csv", "qa_sha256": digest}),
            json!({"proto_file": "a.csv", "proto_sha256": digest}),
            json!({"artifacts": [{"path": "a.csv", "sha256": digest, "bytes": if right { "2" } else { "99" }}]}),
        ] {
            let text = document.to_string();
            let (catalog, _) =
                loaded("manifest-shapes", &[("evidence/m.json", &text), ("evidence/a.csv", "1\n")]);
            assert_eq!(files_match(&catalog.unwrap()).0, expected, "{text}");
        }
    }
}

#[test]
fn a_gate_flag_is_never_better_than_its_folder() {
    let print = "ab".repeat(32);
    let folder = format!("evidence/bundle/manifest_fingerprint={print}");
    let (flag, member) = (format!("{folder}/_passed.flag"), format!("{folder}/a.csv"));
    let right = sha256("1\n");
    let judged = |text: &str, more: &[(&str, &str)]| {
        let mut files = vec![(flag.as_str(), text), (member.as_str(), "1\n")];
        files.extend(more);
        files_match(&loaded("gate-flag", &files).0.unwrap()).0
    };
    let plain = format!("sha256_hex = {right}\n");
    assert_eq!(judged(&plain, &[]), Status::Met);
    assert_eq!(judged(&format!("sha256_hex = sha256:{right}\n"), &[]), Status::Met);
    assert_eq!(judged(&format!("sha256_hex = {}\n", &right[..63]), &[]), Status::NotMet);
    assert_eq!(judged(&format!("sha256_hex = sha256:{}\n", "e".repeat(64)), &[]), Status::NotMet);
    let of_json = |digest: &str| json!({"sha256_hex": digest, "algo": "x", "extra": 1}).to_string();
    assert_eq!(judged(&of_json(&right), &[]), Status::Met);
    assert_eq!(judged(&of_json(&"e".repeat(64)), &[]), Status::NotMet);
    let upper =
        json!({"failure_code": "E1", "failure_class": "F", "manifest_fingerprint": print.to_uppercase()})
            .to_string();
    assert_eq!(judged(&plain, &[("evidence/failure.json", &upper)]), Status::NotMet);
    let in_path = format!("evidence/failures/fingerprint={print}/failure.json");
    assert_eq!(
        judged(&plain, &[(&in_path, r#"{"failure_code": "E1", "failure_class": "F"}"#)]),
        Status::NotMet
    );
    let of_another = format!("evidence/failures/fingerprint={}/failure.json", "cd".repeat(32));
    assert_eq!(
        judged(&plain, &[(&of_another, r#"{"failure_code": "E1", "failure_class": "F"}"#)]),
        Status::Met
    );
    // an index that lists what is not here does not say what the rest is
    let index = format!("{folder}/index.json");
    let stray = format!("{folder}/stray.csv");
    let listing = |paths: &[&str]| json!({ "items": paths }).to_string();
    assert_eq!(judged(&plain, &[(&index, &listing(&["a.csv"])), (&stray, "2\n")]), Status::Met);
    assert_eq!(
        judged(&plain, &[(&index, &listing(&["a.csv", "absent.csv"])), (&stray, "2\n")]),
        Status::NotMet
    );
}

#[test]
fn what_rests_on_nobodys_word_or_misses_its_objective_is_a_no() {
    let promotion = |details: &str| {
        format!(
            r#"{{"release_manifest_id": {{"commit_sha": "{}", "version": "1"}}, "target_environment": "prod", "policy_version": "1",
            "evaluation_result": {{"verdict": "ALLOW", "reasons": []}}, "timestamp": "2026-03-01T00:00:00Z",
            "workflow_metadata": {{"run_id": "1", "actor": "x", "url": "https://x.example"}}{details}}}"#,
            "a".repeat(40)
        )
    };
    let over = |justification: &str, approvers: &str| {
        promotion(&format!(
            r#", "override_details": {{"active": true, "justification": "{justification}", "approvers": {approvers}}}"#
        ))
    };
    for (what, text, expected) in [
        ("allowed", promotion(""), Status::Met),
        ("overridden", over("urgent", r#"["release management"]"#), Status::Met),
        (
            "overridden by a role",
            over("urgent", r#"[{"user": "u", "role": "release management"}]"#),
            Status::Met,
        ),
        ("without a justification", over(" ", r#"["release management"]"#), Status::NotMet),
        ("by nobody", over("urgent", "[]"), Status::NotMet),
        ("by somebody still to be named", over("urgent", r#"["TBD"]"#), Status::NotMet),
        (
            "an objective that was breached",
            r#"{"slos": [{"name": "a", "status": "BREACHED"}]}"#.to_owned(),
            Status::NotMet,
        ),
        ("objectives that were met", r#"{"slos": [{"name": "a", "status": "met"}]}"#.to_owned(), Status::Met),
        // an honest no to a question is an answer; which questions may have one is asked of the content
        (
            "a questionnaire",
            r#"{"sections": [{"questions": [{"id": "q", "answer": "No"}]}]}"#.to_owned(),
            Status::Met,
        ),
    ] {
        let (evidence, _) = one("said-no-more", "r.json", &text);
        assert_eq!(counts(evidence).0, expected, "{what}");
    }
}

#[test]
fn boxes_in_a_table_and_titles_that_nobody_filled_in_show_nothing() {
    for (text, expected) in [
        ("# Burn\n\n| item | done |\n|---|---|\n| alerts | [x] |\n| budget | [x] |\n", Status::NotAssessed),
        ("# Burn\n\n| item | result |\n|---|---|\n| alerts | tried on Monday |\n", Status::Met),
        ("# Burn {{ .Release.Tag }}\n\nThe alerts are on.\n", Status::NotAssessed),
        ("# Burn\n\nVersion: ${VERSION}\n", Status::NotAssessed),
        ("# Burn\n\nRun `make {{ target }}` as below.\n\n```\nversion: ${VERSION}\n```\n", Status::Met),
    ] {
        let (evidence, _) = one("said-nothing", "burn.md", text);
        assert_eq!(counts(evidence).0, expected, "{text}");
    }
}

#[test]
fn digests_are_compared_where_they_name_a_file_and_said_to_be_of_another_kind() {
    let (right, wrong) = (sha256("1\n"), "e".repeat(64));
    for (document, expected) in [
        (
            json!({"gitSha": "c", "artifacts": [{"name": "app", "digest": format!("sha256:{right}"), "uri": "a.csv"}]}),
            Status::Met,
        ),
        (
            json!({"gitSha": "c", "artifacts": [{"name": "app", "digest": format!("sha256:{wrong}"), "uri": "a.csv"}]}),
            Status::NotMet,
        ),
        (
            json!({"gitSha": "c", "artifacts": [{"name": "a.csv", "digest": wrong, "uri": "registry.example/a"}]}),
            Status::NotAssessed,
        ),
        (
            json!({"run": {}, "evidence": [{"evidence_id": "e", "source": "a.csv", "hash": format!("sha256:{wrong}")}]}),
            Status::NotMet,
        ),
        (
            json!({"run": {}, "evidence": [{"evidence_id": "e", "source": "scanner", "hash": wrong}]}),
            Status::NotAssessed,
        ),
        (
            json!({"files": [{"path": "a.csv", "digest": format!("sha512:{}", "e".repeat(128))}, {"path": "a.csv", "digest": right}]}),
            Status::Met,
        ),
    ] {
        let text = document.to_string();
        let (catalog, _) = loaded("digest-kinds", &[("evidence/m.json", &text), ("evidence/a.csv", "1\n")]);
        assert_eq!(files_match(&catalog.unwrap()).0, expected, "{text}");
    }
    let longer = format!("{}  a.csv\n", "e".repeat(128));
    let (catalog, _) = loaded("sums-512", &[("evidence/SHA512SUMS", &longer), ("evidence/a.csv", "1\n")]);
    let (status, found) = files_match(&catalog.unwrap());
    assert_eq!((status, found.contains("1 not checkable")), (Status::NotAssessed, true), "{found}");
}

#[test]
fn a_list_of_digests_holds_while_every_file_is_the_one_it_names() {
    for (digest, expected) in [(sha256("1\n"), Status::Met), ("e".repeat(64), Status::NotMet)] {
        let text = json!({"files": [{"path": "a.csv", "sha256": digest}]}).to_string();
        let (catalog, _) = loaded("list-holds", &[("evidence/m.json", &text), ("evidence/a.csv", "1\n")]);
        let mut evidence = catalog.unwrap().evidence.remove("m").unwrap();
        evidence.captured_at = Some(crate::sample::at("2026-03-01T00:00:00Z"));
        assert_eq!(counts(evidence).0, expected, "{digest}");
    }
}

#[test]
fn a_file_of_blanks_is_an_empty_file() {
    for text in [" \n\n", "\t"] {
        let (evidence, findings) = one("said-blank", "note.md", text);
        assert_eq!(
            (counts(evidence).0, codes(&findings)),
            (Status::NotAssessed, vec!["empty-file"]),
            "{text:?}"
        );
    }
}
