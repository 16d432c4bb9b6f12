//! The enterprise packet: complete with everything, a draft as soon as one piece is missing, open, overdue or not counted. Each
//! row takes one piece out of the example.

use std::fs;
use std::path::Path;

use super::line;
use crate::project::Folder;
use crate::project::copy;
use trustbook::model::time::Instant;
use trustbook::pipeline;

const AS_OF: &str = "2026-03-15T12:00:00Z";

/// The example with `change` made to it, judged.
fn judged(as_of: &str, change: impl FnOnce(&Path)) -> String {
    let folder = Folder::new("table-packet");
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/enterprise-packet");
    for part in ["content", "evidence"] {
        copy(&example.join(part), &folder.path().join(part));
    }
    fs::copy(example.join("trustbook.yaml"), folder.path().join("trustbook.yaml")).unwrap();
    change(folder.path());
    let outcome = pipeline::look(folder.path(), Instant::parse(as_of).unwrap(), None).unwrap();
    let judged = outcome.value.unwrap_or_else(|| panic!("{:#?}", outcome.findings));
    line(&judged.assessment.verdicts[0])
}

fn edit(path: &str, from: &str, to: &str) -> String {
    judged(AS_OF, |root| {
        let path = root.join(path);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}");
        fs::write(&path, text.replace(from, to)).unwrap();
    })
}

/// Without a top-level list of a content file.
fn without(path: &str, key: &str) -> String {
    judged(AS_OF, |root| {
        let path = root.join(path);
        let text = fs::read_to_string(&path).unwrap();
        let mut kept = String::new();
        let mut inside = false;
        for text in text.split_inclusive('\n') {
            if !text.starts_with([' ', '#', '-']) {
                inside = text.starts_with(&format!("{key}:"));
            }
            if !inside {
                kept.push_str(text);
            }
        }
        assert!(kept.len() < text.len(), "{key}");
        fs::write(&path, kept).unwrap();
    })
}

fn dropped(criteria: &[(&str, &str)], found: &str, what: &str) {
    let (state, open) = found.split_once(' ').unwrap_or((found, ""));
    assert_eq!(state, "draft", "{what}: {found}");
    for (id, reason) in criteria {
        assert!(open.contains(&format!("{id}: {reason}")), "{what}: {found}");
    }
}

#[test]
fn e_a_packet_with_everything_is_complete_and_with_nothing_a_draft() {
    assert_eq!(judged(AS_OF, |_| {}), "complete");
    let nothing = judged(AS_OF, |root| {
        fs::remove_dir_all(root.join("content")).unwrap();
        fs::remove_dir_all(root.join("evidence")).unwrap();
        fs::create_dir_all(root.join("content")).unwrap();
        fs::create_dir_all(root.join("evidence")).unwrap();
        fs::write(root.join("content/organization.yaml"), "organization: {name: T}\n").unwrap();
        fs::write(root.join("evidence/readme.txt"), "nothing\n").unwrap();
    });
    assert!(nothing.starts_with("draft ") && nothing.split(": ").count() > 20, "{nothing}");
}

#[test]
fn e_each_section_and_each_record_of_the_content_is_needed() {
    for (path, key, open) in [
        ("content/sections.yaml", "architecture", "architecture"),
        ("content/sections.yaml", "controls", "controls"),
        ("content/sections.yaml", "faq", "faq"),
        ("content/sections.yaml", "incidents", "incidents"),
        ("content/sections.yaml", "vulnerability-disclosure", "disclosure"),
        ("content/sections.yaml", "compatibility", "compatibility"),
        ("content/automation.yaml", "access-reviews", "access-reviews"),
        ("content/automation.yaml", "audit-exports", "audit-exports"),
        ("content/automation.yaml", "claim-charts", "claim-charts"),
        ("content/automation.yaml", "checklists", "deployment"),
        ("content/automation.yaml", "questions", "all-questions"),
        ("content/kpis.yaml", "kpis", "kpis"),
    ] {
        dropped(&[(open, "")], &without(path, key), key);
    }
}

#[test]
fn e_every_question_is_answered_and_no_question_of_the_first_priority_is_open() {
    let automation = "content/automation.yaml";
    for (what, from, to, open) in [
        (
            "a question of low priority without an answer",
            ", answer: sso, visibility: public}",
            ", visibility: public}",
            "all-questions",
        ),
        ("a P0 question without an answer", "answer: eu-only, visibility", "visibility", "p0-questions"),
        (
            "answered no",
            "answer: 'yes', explanation: \"The region",
            "answer: 'no', explanation: \"The region",
            "p0-questions",
        ),
        (
            "answered partial",
            "answer: 'yes', explanation: \"The region",
            "answer: partial, explanation: \"The region",
            "p0-questions",
        ),
        (
            "answered without evidence",
            "topics: [residency], evidence: [drill-restore],",
            "topics: [residency],",
            "p0-questions",
        ),
        (
            "an answer whose review is overdue",
            "review-by: 2026-12-31",
            "review-by: 2026-03-14",
            "p0-questions",
        ),
    ] {
        dropped(&[(open, "questions-open")], &edit(automation, from, to), what);
    }
    assert_eq!(
        edit(automation, "review-by: 2026-12-31", "review-by: 2026-03-15"),
        "complete",
        "through its day"
    );
    let partial = edit(automation, "answer: 'yes', explanation: SAML", "answer: partial, explanation: SAML");
    assert_eq!(partial, "complete", "of low priority, an honest no is an answer");
}

#[test]
fn e_each_artifact_counts_or_the_packet_is_a_draft() {
    let index = "evidence/index.yaml";
    for (what, from, to, open) in [
        (
            "tests of no release",
            "id: tests\n    title: \"Tests of Gateway 5.1.0\"\n    release: gateway-5.1.0",
            "id: tests\n    title: t",
            "tests",
        ),
        (
            "an SBOM of no release",
            "id: sbom-5.1.0\n    title: \"Components of Gateway 5.1.0\"\n    release: gateway-5.1.0",
            "id: sbom-5.1.0\n    title: t",
            "components",
        ),
        (
            "answers of no release",
            "id: vex\n    title: \"Vulnerabilities of Gateway 5.1.0\"\n    release: gateway-5.1.0",
            "id: vex\n    title: t",
            "vulnerabilities",
        ),
        (
            "provenance of no release",
            "captured-at: 2026-03-10T08:15:00Z\n    release: gateway-5.1.0",
            "captured-at: 2026-03-10T08:15:00Z",
            "signed-builds",
        ),
        (
            "a drill that is a sample",
            "id: drill-restore\n",
            "id: drill-restore\n    mode: sample\n",
            "recovery",
        ),
        (
            "a review without a record that counts",
            "id: access-q1\n",
            "id: access-q1\n    mode: sample\n",
            "access-reviews",
        ),
        (
            "a chart without a measure that counts",
            "id: cache-latency\n",
            "id: cache-latency\n    mode: simulated\n",
            "claim-charts",
        ),
        (
            "a checklist without evidence that counts",
            "id: dep-handoff\n",
            "id: dep-handoff\n    mode: planned\n",
            "deployment",
        ),
        (
            "the other checklist",
            "id: cs-support\n",
            "id: cs-support\n    mode: planned\n",
            "customer-success",
        ),
    ] {
        dropped(&[(open, "")], &edit(index, from, to), what);
    }
    let exports = judged(AS_OF, |root| {
        let path = root.join(index);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(
            &path,
            text.replace("id: audit-2026-02\n", "id: audit-2026-02\n    mode: dry-run\n")
                .replace("id: audit-2026-01\n", "id: audit-2026-01\n    mode: sample\n"),
        )
        .unwrap();
    });
    dropped(&[("audit-exports", "")], &exports, "no export whose record counts");
    for (what, path, from, to, open) in [
        (
            "a drill over its target",
            "evidence/drills/restore.yaml",
            "target: PT60M",
            "target: PT41M",
            "recovery",
        ),
        (
            "a failed test",
            "evidence/tests/gateway.xml",
            "</testsuite>",
            "<testcase name=\"x\"><failure/></testcase></testsuite>",
            "tests",
        ),
        ("a flow that is not shown", "content/sections.yaml", "    flows:", "    summary:", "architecture"),
    ] {
        let found = edit(path, from, to);
        dropped(&[(open, "")], &found, what);
    }
    assert_eq!(
        edit("evidence/drills/restore.yaml", "target: PT60M", "target: PT42M"),
        "complete",
        "at its target"
    );
}

#[test]
fn e_what_has_a_date_is_needed_until_its_last_second() {
    let at = |when: &str| judged(when, |_| {});
    // the newest figures are of 2026-02-28 and may be 100 days old; the next access review is due on 2026-06-04
    assert_eq!(at("2026-06-04T23:59:59Z"), "complete");
    dropped(&[("access-reviews", "")], &at("2026-06-05T00:00:00Z"), "the next review is overdue");
    let kpis = at("2026-06-09T00:00:00Z");
    dropped(&[("kpis", "")], &kpis, "figures of 101 days");
}

/// A waiver keeps nothing out: with one the packet stays a draft.
#[test]
fn e_a_waiver_does_not_complete_a_packet() {
    let waived = judged(AS_OF, |root| {
        let index = root.join("evidence/index.yaml");
        let text = fs::read_to_string(&index).unwrap();
        fs::write(&index, text.replace("id: access-q1\n", "id: access-q1\n    mode: sample\n")).unwrap();
        fs::write(
            root.join("content/waivers.yaml"),
            "waivers:\n  - {id: w, title: t, target: 'criterion:enterprise-packet/access-reviews', owner: o, rationale: r, expires: 2026-12-31, visibility: public}\n",
        )
        .unwrap();
    });
    assert!(waived.starts_with("draft access-reviews: "), "{waived}");
}

/// A good review of one system covers no other: the newest of every system has to hold, with its next one ahead and a record that counts.
#[test]
fn e_the_newest_access_review_of_every_system_counts() {
    let automation = "content/automation.yaml";
    let review = |fields: &str| {
        edit(
            automation,
            "audit-exports:",
            &format!(
                "  - {{id: ar-vault, title: Vault, system: vault, reviewer: x, visibility: public, owner: o, {fields}}}\naudit-exports:"
            ),
        )
    };
    let good = "performed-on: 2026-03-04, next-review: 2026-06-04, evidence: [access-q1]";
    assert_eq!(review(good), "complete");
    assert_eq!(
        review(&good.replace("2026-03-04", "2026-04-04").replace("2026-06-04", "2026-07-04")),
        "complete",
        "not done yet"
    );
    for (what, from, to, reason) in [
        ("overdue", "next-review: 2026-06-04", "next-review: 2026-03-14", "content-stale"),
        ("without a next one", ", next-review: 2026-06-04", "", "too-few"),
        ("without a record", ", evidence: [access-q1]", "", "too-few"),
    ] {
        let found = review(&good.replace(from, to));
        assert_eq!(found, format!("draft access-reviews: {reason}"), "{what}");
    }
    let earlier = "performed-on: 2025-03-04, next-review: 2025-06-04, evidence: [access-q4]";
    let both = edit(
        automation,
        "audit-exports:",
        &format!(
            "  - {{id: v1, title: V, system: vault, visibility: public, owner: o, {earlier}}}\n  - {{id: v2, title: V, system: vault, visibility: public, owner: o, {good}}}\naudit-exports:"
        ),
    );
    assert_eq!(both, "complete", "an older one of the same system is replaced");
}

const DENIED: &str = "receipt-version: \"1\"\nid: R\ndecision: deny\nsubject: s\naction: a\nactor: x\ndecided-at: 2026-03-05T10:00:00Z\n\
                      checks: []\napprovers: [rm]\n";

/// Evidence that says no is not made up for by evidence beside it that says yes.
#[test]
fn e_evidence_that_says_no_opens_what_it_stands_behind() {
    let denied = |from: &str, to: &str| {
        judged(AS_OF, |root| {
            fs::write(root.join("evidence/denied.yaml"), DENIED).unwrap();
            let index = root.join("evidence/index.yaml");
            let text = fs::read_to_string(&index).unwrap();
            fs::write(
                &index,
                text.replacen(
                    "evidence:\n",
                    "evidence:\n  - {path: denied.yaml, id: denied, visibility: public}\n",
                    1,
                ),
            )
            .unwrap();
            let path = root.join("content/automation.yaml");
            let text = fs::read_to_string(&path).unwrap();
            assert!(text.contains(from), "{from}");
            fs::write(&path, text.replacen(from, to, 1)).unwrap();
        })
    };
    for (from, open) in [
        ("evidence: [access-q1]", "access-reviews: content-open"),
        ("evidence: [audit-2026-02]", "audit-exports: content-open"),
        ("evidence: [dep-validate]", "deployment: content-open"),
        ("evidence: [drill-restore]", "p0-questions: questions-open"),
    ] {
        let to = from.replace('[', "[denied, ");
        let found = denied(from, &to);
        assert!(found.contains(open), "{from}: {found}");
    }
    let found = denied("[{id: cache-log, form: log}]}", "[{id: denied, form: log}]}");
    assert!(found.contains("claim-charts: content-open"), "{found}");
    // an export that a newer one of the same log replaces is history
    assert_eq!(denied("evidence: [audit-2026-01]", "evidence: [denied, audit-2026-01]"), "complete");
}

/// What is approved only later, or carried over, or about another file, does not complete a packet.
#[test]
fn e_what_is_of_another_time_or_file_shows_nothing() {
    let later = edit(
        "content/automation.yaml",
        "approved-by: compliance, approved-on: 2026-03-05",
        "approved-by: compliance, approved-on: 2026-03-16",
    );
    dropped(&[("p0-questions", "questions-open")], &later, "approved tomorrow");
    let carried = judged(AS_OF, |root| {
        let path = root.join("content/organization.yaml");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(", previous: gateway-5.0.0"));
        fs::write(&path, text.replace(", previous: gateway-5.0.0", "")).unwrap();
        let sbom = root.join("evidence/sbom");
        fs::copy(sbom.join("gateway-5.0.0.cdx.json"), sbom.join("gateway-5.1.0.cdx.json")).unwrap();
    });
    dropped(
        &[("sbom-history", "counted-says-no")],
        &carried,
        "the bill of the release before, which nobody names",
    );
    let subject = format!(
        r#""subject": [{{"name": "tests/gateway.xml", "digest": {{"sha256": "{}"}}}}, "#,
        "e".repeat(64)
    );
    let other = edit("evidence/attestations/gateway-5.1.0.intoto.json", r#""subject": ["#, &subject);
    dropped(&[("signed-builds", "nothing-counted")], &other, "one of two files is another");
}
