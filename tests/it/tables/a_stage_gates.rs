//! Stage gates, rule by rule, over files: how a criterion stands, which state its gate has for every combination, how a gate waits
//! for those before it. Numbers of coverage, drills and bills of materials stand in `stages.rs`.

use super::line;
use super::row;
use super::table;
use crate::governance::Documents;
use trustbook::model::assessment::GroupState;

const NOW: &str = "2026-06-01T12:00:00Z";
/// 365 days before it.
const KEPT_FROM: &str = "2025-06-01T12:00:00Z";

/// How a criterion is put forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Put {
    Pass,
    Fail,
    Missing,
    Stale,
    Sample,
    Waived,
    NotApplicable,
}

const ALL: [Put; 7] =
    [Put::Pass, Put::Fail, Put::Missing, Put::Stale, Put::Sample, Put::Waived, Put::NotApplicable];

fn junit(failures: u32) -> String {
    let failure = if failures > 0 { "<failure message=\"no\"/>" } else { "" };
    format!(
        "<testsuites tests=\"1\" failures=\"{failures}\"><testsuite name=\"s\" tests=\"1\" failures=\"{failures}\"><testcase name=\"c\">{failure}</testcase></testsuite></testsuites>\n"
    )
}

/// A project of gates, each a list of how its criteria are put forward.
fn gates(gates: &[&[Put]]) -> Documents {
    let (mut groups, mut criteria, mut assignments, mut waivers, mut index) =
        (String::new(), String::new(), String::new(), String::new(), String::new());
    let mut documents = Documents::default();
    for (gate, puts) in gates.iter().enumerate() {
        groups.push_str(&format!("  - {{id: g{gate}, title: G{gate}, description: d}}\n"));
        for (at, put) in puts.iter().enumerate() {
            let id = format!("c{gate}-{at}");
            let applies = if *put == Put::NotApplicable { ", applies-when: something is shared" } else { "" };
            criteria.push_str(&format!(
                "  - {{id: {id}, group: g{gate}, text: t, kind: tests-passed, assigned: true{applies}}}\n"
            ));
            match put {
                Put::Missing => continue,
                Put::NotApplicable => {
                    assignments.push_str(&format!(
                        "  - {{id: {id}, criterion: gates/{id}, not-applicable: {{owner: o, reason: r}}}}\n"
                    ));
                    continue;
                }
                Put::Waived => {
                    waivers.push_str(&format!(
                        "  - {{id: {id}, title: t, target: 'criterion:gates/{id}', owner: o, rationale: r, expires: 2026-12-31}}\n"
                    ));
                    continue;
                }
                Put::Pass | Put::Fail | Put::Stale | Put::Sample => {}
            }
            let captured = if *put == Put::Stale { "2024-01-01T00:00:00Z" } else { "2026-05-01T00:00:00Z" };
            let mode = if *put == Put::Sample { ", mode: sample" } else { "" };
            index.push_str(&format!("  - {{path: {id}.xml, id: {id}, captured-at: {captured}{mode}}}\n"));
            assignments.push_str(&format!("  - {{id: {id}, criterion: gates/{id}, evidence: [{id}]}}\n"));
            documents = documents.with(&format!("{id}.xml"), junit(u32::from(*put == Put::Fail)));
        }
    }
    let list =
        |key: &str, text: String| if text.is_empty() { String::new() } else { format!("{key}:\n{text}") };
    documents = documents
        .with("../profiles/gates.yaml", profile(&groups, &criteria))
        .with("../content/forward.yaml", list("assignments", assignments) + &list("waivers", waivers));
    if index.is_empty() { documents } else { documents.with("index.yaml", format!("evidence:\n{index}")) }
}

fn profile(groups: &str, criteria: &str) -> String {
    format!(
        "id: gates\nversion: '1'\ntitle: Gates\ndescription: d\nsubject: snapshot\ngroup-word: gate\nin-order: true\ngroups:\n{groups}criteria:\n{criteria}\
         combination:\n  - any: [not-met, expired, stale, not-assessed, partly-met, sample]\n    state: open\n  - any: [waived]\n    state: waived\n  \
         - all: [met, not-applicable]\n    state: through\n  - state: open\n\
         states:\n  open: {{word: Open, status: not-met, sentence: '{{subject}} is open.', passes: false}}\n  \
         waived: {{word: Waived, status: waived, sentence: '{{subject}} is waived.', passes: true}}\n  \
         through: {{word: Through, status: met, sentence: '{{subject}} is through.', passes: true}}\n"
    )
}

fn states(documents: &Documents) -> Vec<GroupState> {
    documents.verdict("gates", NOW).groups.iter().map(|group| group.state).collect()
}

/// Rule 1: each way to put a criterion forward, alone, and what it comes to.
#[test]
fn a1_a_criterion_passes_fails_is_missing_stale_waived_or_does_not_apply() {
    let alone = |put| gates(&[&[Put::Pass, put]]);
    table(
        "gates",
        NOW,
        vec![
            row("passes", alone(Put::Pass), "through"),
            row("fails", alone(Put::Fail), "open c0-1: counted-says-no"),
            row("is missing", alone(Put::Missing), "open c0-1: nothing-assigned"),
            row("is stale", alone(Put::Stale), "open c0-1: only-stale"),
            row("is a sample", alone(Put::Sample), "open c0-1: only-sample"),
            row("is waived", alone(Put::Waived), "waived c0-1: waived"),
            row("does not apply", alone(Put::NotApplicable), "through"),
            row("nothing at all", gates(&[&[Put::Missing]]), "open c0-0: nothing-assigned"),
        ],
    );
}

#[test]
fn a1_each_boundary_of_time_by_the_second() {
    let one = |entry: &str| {
        gates(&[&[Put::Pass]])
            .with("index.yaml", format!("evidence:\n  - {{path: c0-0.xml, id: c0-0, {entry}}}\n"))
    };
    let captured = |when: &str| one(&format!("captured-at: {when}"));
    let instant = trustbook::model::time::Instant::parse(KEPT_FROM).unwrap();
    let now = trustbook::model::time::Instant::parse(NOW).unwrap();
    let around = |at: trustbook::model::time::Instant, by: i64| captured(&at.plus_seconds(by).to_string());
    table(
        "gates",
        NOW,
        vec![
            row("kept for one second more", around(instant, 1), "through"),
            row("old since this second", around(instant, 0), "open c0-0: only-stale"),
            row("old for one second", around(instant, -1), "open c0-0: only-stale"),
            row("five minutes ahead", around(now, 300), "through"),
            row("and one second", around(now, 301), "open c0-0: nothing-counted"),
            row("at no time", one("title: t"), "open c0-0: nothing-counted"),
        ],
    );
}

/// Rule 2: the state of a gate, for every pair of ways its criteria stand.
#[test]
fn a2_every_pair_of_criteria_gives_the_state_of_its_gate() {
    for one in ALL {
        for other in ALL {
            let pair = [one, other];
            let has = |put: Put| pair.contains(&put);
            let expected = if has(Put::Fail) {
                GroupState::Failed
            } else if has(Put::Missing) || has(Put::Stale) || has(Put::Sample) {
                GroupState::Incomplete
            } else if has(Put::Waived) {
                GroupState::PassedWithWaivers
            } else if has(Put::Pass) {
                GroupState::Passed
            } else {
                // a gate in which nothing applies proves nothing
                GroupState::Incomplete
            };
            let documents = gates(&[&pair]);
            assert_eq!(
                states(&documents),
                [expected],
                "{pair:?}: {}",
                line(&documents.verdict("gates", NOW))
            );
        }
    }
}

/// Rule 3: three gates in order, each alone passed, waived, failed or incomplete; every combination.
#[test]
fn a3_a_gate_waits_for_every_gate_before_it() {
    let kinds = [
        (Put::Pass, GroupState::Passed),
        (Put::Waived, GroupState::PassedWithWaivers),
        (Put::Fail, GroupState::Failed),
        (Put::Missing, GroupState::Incomplete),
    ];
    for (first, one) in kinds {
        for (second, two) in kinds {
            for (third, three) in kinds {
                let mut expected = Vec::new();
                let mut open = true;
                for state in [one, two, three] {
                    expected.push(if open { state } else { GroupState::BlockedByPrevious });
                    open &= state.passes();
                }
                let documents = gates(&[&[first], &[second], &[third]]);
                let verdict = documents.verdict("gates", NOW);
                let found: Vec<GroupState> = verdict.groups.iter().map(|group| group.state).collect();
                assert_eq!(found, expected, "{first:?} {second:?} {third:?}");
                let alone: Vec<GroupState> = verdict.groups.iter().map(|group| group.state_alone).collect();
                assert_eq!(alone, [one, two, three], "its own criteria are still shown");
                assert_eq!(verdict.passes, open, "{first:?} {second:?} {third:?}");
            }
        }
    }
}

/// Rule 5: a list of ticked boxes.
#[test]
fn a5_ticked_boxes_are_a_declaration() {
    let boxes = "# Gate\n\n- [x] tests pass\n- [x] SBOM refreshed\n- [x] threat model\n";
    let documents = gates(&[&[Put::Pass]])
        .with("c0-0.md", boxes)
        .without("c0-0.xml")
        .with("index.yaml", "evidence:\n  - {path: c0-0.md, id: c0-0, captured-at: 2026-05-01T00:00:00Z}\n");
    let holds = documents.clone().change("../profiles/gates.yaml", "tests-passed", "evidence-holds");
    let present = documents.clone().change("../profiles/gates.yaml", "tests-passed", "evidence-present");
    table(
        "gates",
        NOW,
        vec![
            row("asked for tests", documents, "open"),
            row("asked whether it holds", holds, "open c0-0: nothing-counted"),
            row("asked whether it is there", present, "open c0-0: nothing-counted"),
        ],
    );
}

/// Rule 4: a drill has its receipt when it happened, not before.
#[test]
fn a4_a_receipt_that_is_older_than_the_drill_is_not_its_receipt() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/stage-gates");
    let judged = |decided: &str| {
        let folder = crate::project::Folder::new("table-receipt");
        for part in ["content", "evidence"] {
            crate::project::copy(&root.join(part), &folder.path().join(part));
        }
        std::fs::copy(root.join("trustbook.yaml"), folder.path().join("trustbook.yaml")).unwrap();
        let path = folder.path().join("evidence/receipts/dr-receipt.yaml");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("2026-03-06T10:00:00Z"));
        std::fs::write(&path, text.replace("2026-03-06T10:00:00Z", decided)).unwrap();
        let as_of = trustbook::model::time::Instant::parse("2026-03-15T12:00:00Z").unwrap();
        let judged = trustbook::pipeline::look(folder.path(), as_of, None).unwrap().value.unwrap();
        let criteria = judged.assessment.verdicts.into_iter().flat_map(|verdict| verdict.criteria);
        let result = criteria.into_iter().find(|result| result.id.as_str() == "PROVE-14").unwrap();
        result.reason
    };
    for (decided, expected) in [
        ("2026-03-06T10:00:00Z", "parts-met"),
        ("2026-03-06T09:00:00Z", "parts-met"),
        // a day alone
        ("2026-03-06T00:00:00Z", "parts-met"),
        ("2026-03-06T08:59:59Z", "parts-open"),
        ("2026-03-05T00:00:00Z", "parts-open"),
    ] {
        assert_eq!(judged(decided), expected, "{decided}");
    }
}
