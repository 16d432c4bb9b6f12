//! Every table of codes is whole: what the sources say is explained, what is explained is said, and every code has a
//! case in `tests/findings/` whose output is a snapshot.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use trustbook::diff::DIFF_RULES;
use trustbook::disclose;
use trustbook::disclose::lint::Class;
use trustbook::disclose::lint::LINT_FINDINGS;
use trustbook::disclose::lint::LINT_RULES;
use trustbook::evaluate;
use trustbook::evaluate::REASONS;
use trustbook::model::codes::CODES;

use crate::code_sources;
use crate::finding_cases;
use crate::project::AS_OF;
use crate::project::example;
use crate::project::run;
use crate::project::said;

/// Codes that no project folder brings about, each with the reason and with the unit test that brings it about.
const NOT_FROM_A_FOLDER: &[(&str, &str, &str)] = &[
    (
        "original-missing",
        "originals are read with the records that name them; the renderer does not rely on it",
        "originals_are_handed_out_only_where_their_owner_says_so",
    ),
    (
        "output-name-refused",
        "names of outputs are made from ids and titles by a function that gives allowed names only",
        "a_name_that_no_archive_may_have_is_a_finding",
    ),
    (
        "packet-audience-mismatch",
        "the command makes the snapshot for the very audience that the profile names",
        "a_profile_for_another_audience_is_refused",
    ),
    (
        "packet-original-changed",
        "needs a file that changes while the command runs",
        "an_original_with_other_bytes_is_refused_and_a_missing_one_is_said",
    ),
    (
        "packet-original-missing",
        "originals are read with the records that name them; the packet does not rely on it",
        "an_original_with_other_bytes_is_refused_and_a_missing_one_is_said",
    ),
    (
        "packet-original-unreadable",
        "needs a file that goes away while the command runs",
        "an_original_that_cannot_be_read_any_more_stops_the_packet",
    ),
    (
        "packet-record-not-for-audience",
        "would be a defect of the visibility filter; this is the net below it",
        "a_record_that_the_audience_may_not_see_stops_the_packet",
    ),
    (
        "too-many-files",
        "needs a folder with more than a hundred thousand files",
        "one_file_more_than_are_read_is_refused_and_not_left_out_in_silence",
    ),
];

/// Codes that say what would be a defect of this program or of a library, and of which no test knows a way.
const DEFECTS: &[(&str, &str)] = &[
    ("missing-glyph", "needs the feature `pdf`; the substitution is tested in the crate that makes PDFs"),
    ("output-name-taken", "names of outputs are told apart where they would be one name"),
    ("packet-json", "every record has a JSON form"),
    ("page-not-rendered", "only when a thread ends early, which is a panic"),
    ("pdf-failed", "needs the feature `pdf`, and data without a JSON form or a failure inside the library"),
    ("record-without-json", "every record has a JSON form"),
    ("template-missing", "the style sheet and the script are built in"),
    ("xlsx-failed", "the limits of worksheets are looked at before the library sees a sheet"),
];

/// Reasons that come with an error, so that `check` shows the error instead: the unit test that sees the reason.
const WITH_AN_ERROR: &[(&str, &str)] = &[
    ("criterion-refused", "a_wrong_criterion_is_an_error_at_its_place_and_never_passes"),
    ("digest-differs", "another_file_than_the_one_decided_on_blocks_and_cannot_be_waived"),
];

/// Every table of finding codes, by name.
fn tables() -> Vec<(&'static str, Vec<(&'static str, &'static str)>)> {
    vec![
        ("model::codes::CODES", CODES.to_vec()),
        ("evaluate::FINDINGS", evaluate::FINDINGS.to_vec()),
        ("disclose::FINDINGS", disclose::FINDINGS.to_vec()),
        ("disclose::lint::LINT_FINDINGS", LINT_FINDINGS.to_vec()),
        ("disclose::lint::LINT_RULES", LINT_RULES.iter().map(|rule| (rule.code, rule.what)).collect()),
    ]
}

fn is_kebab_case(code: &str) -> bool {
    let parts: Vec<&str> = code.split('-').collect();
    code.starts_with(|ch: char| ch.is_ascii_lowercase())
        && parts.iter().all(|part| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
}

#[test]
fn every_code_that_the_sources_use_is_explained() {
    let explained: BTreeSet<&str> =
        tables().into_iter().flat_map(|(_, rows)| rows).map(|(code, _)| code).collect();
    let missing: Vec<String> = code_sources::used()
        .into_iter()
        .filter(|(code, _)| !explained.contains(code.as_str()))
        .map(|(code, places)| format!("`{code}` ({}) is in no table", places.join(", ")))
        .collect();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn every_code_that_is_explained_is_used() {
    let used = code_sources::used();
    let rules: BTreeSet<&str> = LINT_RULES.iter().map(|rule| rule.code).collect();
    for (table, rows) in tables() {
        for (code, _) in rows {
            assert!(
                used.contains_key(code) || rules.contains(code),
                "{table} explains `{code}`, which nothing in src says"
            );
        }
    }
}

#[test]
fn reasons_that_are_given_are_explained_and_the_other_way_round() {
    let used = code_sources::reasons();
    let explained: BTreeSet<String> = REASONS.iter().map(|(code, _)| (*code).to_owned()).collect();
    assert_eq!(used.keys().cloned().collect::<BTreeSet<String>>(), explained);
}

#[test]
fn codes_are_unique_kebab_case_words_with_one_text_each() {
    let mut all = tables();
    all.push(("evaluate::REASONS", REASONS.to_vec()));
    all.push(("diff::DIFF_RULES", DIFF_RULES.iter().map(|rule| (rule.code, rule.what)).collect()));
    let mut seen: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    for (table, rows) in all {
        let mut own = BTreeSet::new();
        for (code, text) in rows {
            assert!(is_kebab_case(code), "{table}: `{code}` is not in kebab case");
            assert!(own.insert(code), "{table}: `{code}` stands there twice");
            assert!(
                text.trim().len() > 15 && text.ends_with('.'),
                "{table}: `{code}` says too little: `{text}`"
            );
            let group =
                if table.contains("REASONS") || table.contains("DIFF_RULES") { table } else { "findings" };
            if let Some((other, first)) = seen.get(code)
                && group == "findings"
                && !other.contains("REASONS")
                && !other.contains("DIFF_RULES")
            {
                assert_eq!(*first, text, "`{code}` is explained in {other} and differently in {table}");
            }
            seen.insert(code, (table, text));
        }
    }
    for (table, rows) in tables().into_iter().take(2) {
        let codes: Vec<&str> = rows.iter().map(|(code, _)| *code).collect();
        assert!(codes.is_sorted(), "{table} is not in order");
    }
}

#[test]
fn explain_knows_every_code() {
    let output = run(Path::new("."), &["explain"]);
    let listed = String::from_utf8_lossy(&output.stdout).into_owned();
    let names: BTreeSet<&str> = listed.lines().filter_map(|line| line.strip_prefix("  ")).collect();
    let codes = tables().into_iter().flat_map(|(_, rows)| rows).map(|(code, _)| code);
    for code in
        codes.chain(REASONS.iter().map(|(code, _)| *code)).chain(DIFF_RULES.iter().map(|rule| rule.code))
    {
        assert!(names.contains(code), "`trustbook explain` does not list `{code}`");
    }
    for name in names {
        let output = run(Path::new("."), &["explain", name]);
        assert_eq!(output.status.code(), Some(0), "{name}");
        assert!(output.stdout.len() > name.len() + 30, "{name}: {}", said(&output));
    }
}

#[test]
fn the_base_project_of_the_cases_has_no_finding() {
    let case = finding_cases::folder().join("base.case");
    let said = finding_cases::play(&case, "check");
    let text = String::from_utf8_lossy(&said.output.stderr).into_owned();
    assert_eq!(finding_cases::findings(&text), [], "{text}");
}

#[test]
fn every_code_has_a_case_or_a_reason_why_not() {
    let cases = finding_cases::names(&finding_cases::folder());
    let provoked: BTreeSet<&str> = cases.iter().map(|name| finding_cases::code_of(name)).collect();
    let rules: BTreeSet<&str> = LINT_RULES.iter().map(|rule| rule.code).collect();
    let explained: BTreeSet<&str> =
        tables().into_iter().flat_map(|(_, rows)| rows).map(|(code, _)| code).collect();
    let tests = code_sources::tests();
    for (code, reason, test) in NOT_FROM_A_FOLDER {
        assert!(!provoked.contains(code), "`{code}` has a case: take it off the list");
        assert!(reason.len() > 20 && explained.contains(code), "{code}");
        let body = tests.get(*test).unwrap_or_else(|| panic!("`{code}`: there is no test `{test}`"));
        assert!(body.contains(&format!("\"{code}\"")), "the test `{test}` does not speak of `{code}`");
    }
    for (code, reason) in DEFECTS {
        assert!(reason.len() > 20 && explained.contains(code) && !provoked.contains(code), "{code}");
    }
    for code in &explained {
        let excused = rules.contains(code)
            || NOT_FROM_A_FOLDER.iter().any(|(known, _, _)| known == code)
            || DEFECTS.iter().any(|(known, _)| known == code);
        assert!(provoked.contains(code) || excused, "`{code}` has no case in tests/findings");
    }
    for code in provoked {
        assert!(explained.contains(code), "tests/findings has a case of `{code}`, which no table explains");
    }
}

/// The same, without what the template engine or the system says in its own words, and without ids of keys, which are drawn by lot.
fn in_our_words(text: &str) -> String {
    let is_key = |word: &str| word.len() == 16 && word.chars().all(|ch| matches!(ch, '0'..='9' | 'A'..='F'));
    let masked: Vec<&str> = text
        .split_inclusive([' ', ',', ':', '\n'])
        .flat_map(|piece| {
            let word = piece.trim_end_matches([' ', ',', ':', '\n']);
            if is_key(word) { ["ID", &piece[word.len()..]] } else { [piece, ""] }
        })
        .collect();
    let text = masked.concat();
    let cut = |line: &str| {
        for ours in
            ["this template cannot be used: ", "error[unreadable-file]: cannot read `evidence/loop.txt`: "]
        {
            if let Some((before, _)) = line.split_once(ours) {
                return format!("{before}{ours}…\n");
            }
        }
        format!("{line}\n")
    };
    text.lines().map(cut).collect()
}

/// Compares, going on after the first that differs.
fn compare(what: Vec<(String, String)>, folder: &str) {
    let mut wrong = Vec::new();
    for (name, text) in what {
        let compared = std::panic::catch_unwind(|| {
            insta::with_settings!({
                snapshot_path => folder,
                prepend_module_to_snapshot => false,
                omit_expression => true,
            }, { insta::assert_snapshot!(name.clone(), text.clone()); });
        });
        if compared.is_err() {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "these differ from their snapshots: {}", wrong.join(", "));
}

#[test]
fn every_case_provokes_its_code_and_says_what_its_snapshot_says() {
    let folder = finding_cases::folder();
    let mut names = finding_cases::names(&folder);
    // with PDFs nothing is left out
    names.retain(|name| name != "packet-without-pdf" || !cfg!(feature = "pdf"));
    let mut compared = Vec::new();
    let mut silent = Vec::new();
    for (name, told) in names.iter().zip(finding_cases::play_all(&folder, &names, "check")) {
        let text = String::from_utf8_lossy(&told.output.stderr).into_owned();
        let code = finding_cases::code_of(name);
        let own: Vec<String> = finding_cases::findings(&text)
            .into_iter()
            .filter(|(found, _)| found == code)
            .map(|(_, text)| text)
            .collect();
        if own.is_empty() {
            silent.push(format!("{name} does not provoke `{code}`: {}", said(&told.output)));
        }
        let own = in_our_words(&own.join("\n"));
        assert!(
            !own.contains("/tmp/") && !own.contains("trustbook-test-"),
            "{name}: an absolute path\n{own}"
        );
        let exit = told.output.status.code().map_or("a signal".to_owned(), |code| code.to_string());
        compared.push((name.clone(), format!("$ trustbook {}\n? {exit}\n\n{own}", told.command)));
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
    compare(compared, "../findings/snapshots");
}

#[test]
fn every_reason_has_a_case_that_gives_it() {
    let folder = finding_cases::folder().join("reasons");
    let names = finding_cases::names(&folder);
    let mut given: BTreeSet<&str> = names.iter().map(|name| finding_cases::code_of(name)).collect();
    for (code, test) in WITH_AN_ERROR {
        let tests = code_sources::tests();
        assert!(tests.get(*test).is_some_and(|body| body.contains(&format!("\"{code}\""))), "{code}: {test}");
        assert!(given.insert(code), "`{code}` has a case: take it off the list");
    }
    assert_eq!(given, REASONS.iter().map(|(code, _)| *code).collect::<BTreeSet<&str>>());
    let mut compared = Vec::new();
    for (name, told) in names.iter().zip(finding_cases::play_all(&folder, &names, "check --format json")) {
        let value: Value = serde_json::from_slice(&told.output.stdout)
            .unwrap_or_else(|_| panic!("{name}: {}", said(&told.output)));
        let claims =
            value["claims"].as_object().unwrap_or_else(|| panic!("{name}: {}", said(&told.output))).values();
        let criteria = claims
            .chain([&value["verdict"]])
            .flat_map(|judged| judged["criteria"].as_array().into_iter().flatten())
            .filter(|result| result["reason"] == finding_cases::code_of(name));
        let text: Vec<String> = criteria
            .map(|result| {
                let field = |key: &str| result[key].as_str().unwrap_or_default().to_owned();
                format!(
                    "{}: {}\n  asked {}\n  found {}\n  help {}\n",
                    field("id"),
                    field("status"),
                    field("asked"),
                    field("found"),
                    field("help")
                )
            })
            .collect();
        assert!(!text.is_empty(), "{name} gives no such reason: {}", said(&told.output));
        compared.push((format!("reason-{name}"), text.join("")));
    }
    compare(compared, "../findings/snapshots");
}

#[test]
fn every_lint_rule_stops_a_build_at_the_line_and_column_of_what_it_finds() {
    let mut out = String::new();
    let folder = example("lint-rules");
    let root = folder.path();
    let index = std::fs::read_to_string(root.join("evidence/index.yaml")).unwrap();
    std::fs::write(
        root.join("evidence/index.yaml"),
        index + "  - {path: notes.txt, id: notes, visibility: public}\n",
    )
    .unwrap();
    for rule in LINT_RULES {
        let sample = (rule.samples)().remove(0);
        std::fs::write(root.join("evidence/notes.txt"), format!("Notes.\n  {sample}\n")).unwrap();
        let output = run(root, &["build", "--as-of", AS_OF]);
        let text = said(&output);
        assert_eq!(output.status.code(), Some(2), "{}: {text}", rule.code);
        let found: Vec<String> = finding_cases::findings(&String::from_utf8_lossy(&output.stderr))
            .into_iter()
            .filter(|(code, text)| code == rule.code && text.contains("evidence/notes.txt:2:"))
            .map(|(_, text)| text)
            .collect();
        assert!(!found.is_empty(), "{}: {text}", rule.code);
        for line in sample.lines().filter(|line| line.len() > 24 && rule.class == Class::Secret) {
            assert!(!text.contains(line), "{} prints what it found", rule.code);
        }
        let lines: Vec<&str> = found[0].lines().collect();
        out.push_str(&format!("{}\n{}\n{}\n\n", lines[0], lines[1], lines.last().unwrap()));
    }
    compare(vec![("lint-rules".to_owned(), out)], "../findings/snapshots");
}
