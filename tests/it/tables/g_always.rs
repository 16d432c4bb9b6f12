//! What holds for every profile: when evidence counts, that a no outweighs a yes, that declared is compared with computed, when
//! an end has come, and what a waiver can do.

use super::row;
use super::table;
use crate::governance::Documents;
use trustbook::model::status::Status;

const NOW: &str = "2026-06-01T12:00:00Z";

const PROFILE: &str = "id: one\nversion: '1'\ntitle: One\ndescription: d\nsubject: snapshot\ncriteria:\n  - {id: c, text: t, kind: tests-passed}\n\
    combination:\n  - any: [not-met, expired, stale, not-assessed, partly-met, sample]\n    state: no\n  - any: [waived]\n    state: waived\n  \
    - all: [met]\n    state: yes\n  - state: no\n\
    states:\n  no: {word: No, status: not-met, sentence: 'no', passes: false}\n  waived: {word: Waived, status: waived, sentence: 'waived', passes: true}\n  \
    yes: {word: Yes, status: met, sentence: 'yes', passes: true}\n";

fn junit(failures: u32, declared: u32) -> String {
    let failure = if failures > 0 { "<failure message=\"no\"/>" } else { "" };
    format!(
        "<testsuites tests=\"{declared}\" failures=\"{failures}\"><testsuite name=\"s\" tests=\"{declared}\" failures=\"{failures}\"><testcase name=\"c\">{failure}</testcase></testsuite></testsuites>\n"
    )
}

/// One test report with this in its entry of the index.
fn one(entry: &str) -> Documents {
    Documents::default()
        .with(
            "../profiles/one.yaml",
            PROFILE
                .replace(" no:", " 'no':")
                .replace("state: no", "state: 'no'")
                .replace(" yes:", " 'yes':")
                .replace("state: yes", "state: 'yes'"),
        )
        .with("tests.xml", junit(0, 1))
        .with("index.yaml", format!("evidence:\n  - {{path: tests.xml, id: tests{entry}}}\n"))
}

const DATED: &str = ", captured-at: 2026-05-01T00:00:00Z";

/// Rule 1: nothing but as-of moves a verdict.
#[test]
fn g1_the_same_inputs_at_the_same_instant_give_the_same_verdict() {
    let documents = one(DATED);
    let first = documents.verdict("one", NOW);
    assert_eq!(first, documents.verdict("one", NOW));
    assert_eq!(first, documents.clone().reversed().verdict("one", NOW));
    assert_eq!(documents.verdict("one", "1999-01-01T00:00:00Z").state, "no");
}

/// Rule 2 and 3: what does not count never passes, and says why.
#[test]
fn g2_g3_only_what_counts_passes() {
    let reasons = |documents: Documents| {
        documents.judged("one", NOW).value.unwrap().assessment.verdicts[0].criteria[0].clone()
    };
    table(
        "one",
        NOW,
        vec![
            row("it counts", one(DATED), "yes"),
            row("no time", one(""), "no c: nothing-counted"),
            row("a sample", one(&format!("{DATED}, mode: sample")), "no c: only-sample"),
            row("a dry run", one(&format!("{DATED}, mode: dry-run")), "no c: only-sample"),
            row("simulated", one(&format!("{DATED}, mode: simulated")), "no c: only-sample"),
            row("planned", one(&format!("{DATED}, mode: planned")), "no c: only-sample"),
            row("kept for context", one(&format!("{DATED}, mode: historical")), "no c: nothing-counted"),
            row("unreadable", one(DATED).with("tests.xml", "<testsuites><testsuite"), "no"),
            row("empty", one(DATED).with("tests.xml", ""), "no"),
            row("without a test", one(DATED).with("tests.xml", "<testsuites/>"), "no"),
            row(
                "nothing at all",
                one(DATED).without("tests.xml").without("index.yaml"),
                "no c: nothing-counted",
            ),
        ],
    );
    for (mode, why) in
        [("sample", "it is a sample"), ("dry-run", "it is a dry run"), ("planned", "it has not happened yet")]
    {
        let result = reasons(one(&format!("{DATED}, mode: {mode}")));
        assert_eq!(result.evidence[0].why, why);
    }
    let refused = one(DATED).with("tests.xml", "<testsuites><testsuite").judged("one", NOW);
    let broken = refused
        .findings
        .iter()
        .find(|finding| finding.severity == trustbook::model::finding::Severity::Error);
    assert_eq!(broken.unwrap().place.as_ref().unwrap().line, Some(1));
}

/// An input that is refused keeps every verdict from passing, needed or not; the criteria still say how they stand.
#[test]
fn g2_a_refused_input_keeps_a_verdict_from_passing() {
    let beside = one(DATED).with("other.json", "{\"a\": ");
    let outcome = beside.judged("one", NOW);
    let verdict = &outcome.value.unwrap().assessment.verdicts[0];
    assert_eq!((verdict.state.as_str(), verdict.passes), ("no", false));
    assert_eq!(verdict.criteria[0].status, Status::Met);
    assert!(verdict.sentence.contains("refused"), "{}", verdict.sentence);
    let folder = beside.written();
    let output = crate::project::run(folder.path(), &["check", "--profile", "one", "--as-of", NOW]);
    let said = crate::project::said(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    for text in ["evidence/other.json:1:", "an input was refused", "counts for", "Met"] {
        assert!(said.contains(text), "`{text}` in {said}");
    }
    let output = crate::project::run(
        folder.path(),
        &["check", "--profile", "one", "--as-of", NOW, "--format", "json"],
    );
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (output.status.code(), value["passes"].as_bool(), value["errors"].as_u64()),
        (Some(2), Some(false), Some(1))
    );
    assert_eq!(value["verdict"]["criteria"][0]["status"], "met");
    let built = crate::project::run(folder.path(), &["build", "--as-of", NOW]);
    assert!(!built.status.success() && !folder.path().join("public").exists(), "nothing is built");
}

/// Rule 4: a no outweighs any number of yes.
#[test]
fn g4_a_pass_and_a_fail_about_one_thing_are_a_fail() {
    let second = |failures: u32, entry: &str| {
        one(DATED).with("second.xml", junit(failures, 1)).with(
            "index.yaml",
            format!("evidence:\n  - {{path: tests.xml, id: tests{DATED}}}\n  - {{path: second.xml, id: second{entry}}}\n"),
        )
    };
    table(
        "one",
        NOW,
        vec![
            row("two that pass", second(0, DATED), "yes"),
            row("one that fails", second(1, DATED), "no c: conflict"),
            row("a sample that fails", second(1, &format!("{DATED}, mode: sample")), "yes"),
            row("an undated one that fails", second(1, ""), "yes"),
        ],
    );
}

/// Rule 5: what a document says of itself is counted again.
#[test]
fn g5_declared_numbers_are_counted_again_and_a_difference_is_told() {
    for (declared, told) in [(1, false), (2, true), (0, true)] {
        let outcome = one(DATED).with("tests.xml", junit(0, declared)).judged("one", NOW);
        assert_eq!(
            outcome
                .findings
                .iter()
                .any(|finding| ["declared-mismatch", "count-mismatch"].contains(&finding.code)),
            told,
            "{declared}"
        );
    }
    let hidden = junit(1, 1).replace("failures=\"1\"", "failures=\"0\"");
    table(
        "one",
        NOW,
        vec![row(
            "a failure that the summary leaves out",
            one(DATED).with("tests.xml", hidden),
            "no c: counted-says-no",
        )],
    );
}

/// Rule 6 and 7: ends by the day and by the second; what a waiver lacks; what it can never cover.
#[test]
fn g6_g7_a_waiver_is_whole_and_covers_until_its_last_second() {
    let waived = |fields: &str| {
        one("").with("../content/waivers.yaml", format!("waivers:\n  - {{id: w, title: t, {fields}}}\n"))
    };
    let whole = "target: 'criterion:one/c', owner: o, rationale: r, expires: 2026-12-31";
    let (covered, open) = ("waived c: waived", "no c: nothing-counted");
    let change = |from: &str, to: &str| {
        assert!(whole.contains(from));
        waived(&whole.replace(from, to))
    };
    table(
        "one",
        NOW,
        vec![
            row("whole", waived(whole), covered),
            row("no owner", change(" owner: o,", ""), open),
            row("a blank owner", change("owner: o", "owner: ' '"), open),
            row("no reason", change(" rationale: r,", ""), open),
            row("no end", change(", expires: 2026-12-31", ""), open),
            row("approved", change("owner: o", "approval: approved, owner: o"), covered),
            row("pending", change("owner: o", "approval: pending, owner: o"), open),
            row("rejected", change("owner: o", "approval: rejected, owner: o"), open),
            row("approved by a name", change("owner: o", "approved-by: the board, owner: o"), covered),
            row("approved by nobody yet", change("owner: o", "approved-by: pending review, owner: o"), open),
            row("to be approved", change("owner: o", "approved-by: TBD, approval: approved, owner: o"), open),
            row("opened today", change("owner: o", "opened: 2026-06-01, owner: o"), covered),
            row("opened tomorrow", change("owner: o", "opened: 2026-06-02, owner: o"), open),
            row("through today", change("2026-12-31", "2026-06-01"), covered),
            row("through yesterday", change("2026-12-31", "2026-05-31"), open),
            row("to this second", change("2026-12-31", "2026-06-01T12:00:00Z"), open),
            row("to the next second", change("2026-12-31", "2026-06-01T12:00:01Z"), covered),
            row("of something else", change("one/c", "one/d"), open),
        ],
    );
    let at = |when: &str, end: &str, expected: &str| {
        table("one", when, vec![row(format!("{end} at {when}"), change("2026-12-31", end), expected)]);
    };
    at("2026-12-31T23:59:59Z", "2026-12-31", covered);
    at("2027-01-01T00:00:00Z", "2026-12-31", open);
    let unreadable = waived(whole).with("tests.xml", "<testsuites><testsuite");
    table("one", NOW, vec![row("what cannot be read is not covered", unreadable, "no")]);
    let tier_0 = one("").with(
        "../content/claims.yaml",
        "claims:\n  - {id: k, statement: s, tier: 0, criteria: [{id: c, text: t, kind: tests-passed}]}\n\
         waivers:\n  - {id: w, title: t, target: 'claim:k', owner: o, rationale: r, expires: 2026-12-31}\n",
    );
    let judged = tier_0.judged("one", NOW).value.unwrap().assessment;
    assert_eq!((judged.claims["k"].status, judged.waivers["w"].valid), (Status::NotAssessed, false));
}

/// Rule 3: what is only declared, was not run, waits or names nobody neither resolves nor accepts anything.
#[test]
fn g3_what_is_only_declared_resolves_and_accepts_nothing() {
    let with = |criterion: &str| {
        let base = one(DATED);
        let profile = base.text("../profiles/one.yaml").replace("kind: tests-passed", criterion);
        base.with("../profiles/one.yaml", profile)
    };
    let blocked = |path: &str, text: &str| {
        with("kind: register-empty, register: blockers")
            .with("../content/r.yaml", "blockers:\n  - {id: b, title: b, severity: high, opened: 2026-04-01, resolved: 2026-05-02T00:00:00Z, resolved-by: by}\n")
            .with(path, text)
            .with("index.yaml", format!("evidence:\n  - {{path: tests.xml, id: tests{DATED}}}\n  - {{path: {path}, id: by{DATED}}}\n"))
    };
    let receipt = |decision: &str| {
        format!(
            "receipt-version: '1'\nid: R\ndecision: {decision}\nsubject: s\naction: a\nactor: x\ndecided-at: 2026-05-01T00:00:00Z\nchecks: []\napprovers: [rm]\n"
        )
    };
    let accepted = |by: &str| {
        with("kind: register-empty, register: risks").with(
            "../content/r.yaml",
            format!("risks:\n  - {{id: r, title: r, severity: high, status: deviation-approved, accepted: {{by: {by}, until: 2026-12-31, justification: j}}}}\n"),
        )
    };
    let fresh = |text: &str| {
        with("kind: fresh-within, within: P90D, evidence: [by]").with("by.md", text).with(
            "index.yaml",
            format!(
                "evidence:\n  - {{path: tests.xml, id: tests{DATED}}}\n  - {{path: by.md, id: by{DATED}}}\n"
            ),
        )
    };
    table(
        "one",
        NOW,
        vec![
            row("resolved by tests", blocked("by.xml", &junit(0, 1)), "yes"),
            row("by a decision", blocked("by.yaml", &receipt("allow")), "yes"),
            row("by a note", blocked("by.md", "# Done\n\nIt was mended.\n"), "yes"),
            row("by tests that failed", blocked("by.xml", &junit(1, 1)), "no"),
            row("by a decision that waits", blocked("by.yaml", &receipt("hold")), "no"),
            row("by ticked boxes", blocked("by.md", "- [x] mended\n"), "no"),
            row("accepted", accepted("head of operations"), "waived"),
            row("accepted by nobody yet", accepted("TBD"), "no"),
            row("a fresh note", fresh("# Note\n\nIt ran.\n"), "yes"),
            row("fresh boxes", fresh("- [x] it ran\n"), "no"),
        ],
    );
}
