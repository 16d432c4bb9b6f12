//! Documents that no other row reads, and whose own outcome is a no: kept like an attachment, and never taken for a yes.

use serde_json::json;

use super::Format;
use super::Input;
use super::Read;
use super::attachment;
use super::claimed_by_another;
use crate::load::text::node::Data;
use crate::load::text::node::Node;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::finding::Finding;
use crate::model::finding::Place;

/// The row.
pub(super) const ROW: Format = Format {
    id: "stated-no",
    title: "a document whose own outcome is a no",
    media_type: "application/json",
    kind: EvidenceKind::Attachment,
    docs: "**What it reads.** JSON and YAML that no other format claims and that say at their top, under a key such as `status`, `decision`, \
           `verdict`, `outcome` or `result`, or in the maps `policy` and `checks`, a word such as `FAIL`, `deny`, `block`, `REJECTED` or `missing`; or \
           `passed`, `approved` and the like with `false`. And reports on `slos` of which one says that it was breached or missed.\n\n\
           **Traps.** Kept, hashed and listed like an attachment. A criterion that asks whether evidence holds takes the no at its word. \
           The other way round nothing is taken: `status: PASS` in a document that nobody knows shows nothing.\n\n\
           **Source.** None.",
    detect: |input| {
        input.root().is_some_and(|root| says_no(root).is_some()) && !claimed_by_another(input, &[ROW.id])
    },
    read,
};

const KEYS: [&str; 13] = [
    "status",
    "decision",
    "verdict",
    "outcome",
    "result",
    "conclusion",
    "gate_outcome",
    "gate_status",
    "gate_result",
    "overall_status",
    "overall_result",
    "final_status",
    "final_verdict",
];
/// Keys under which the objectives of services stand, each with what became of it; steps and tests may fail and be repeated.
const LEVELS: [&str; 6] = ["slos", "slo", "objectives", "service_levels", "slo_results", "slo_summary"];
const MISSED: [&str; 6] = ["violated", "violation", "missed", "exhausted", "breaching", "out_of_budget"];
const MAPS: [&str; 2] = ["policy", "checks"];
const WORDS: [&str; 20] = [
    "fail",
    "failed",
    "failure",
    "failing",
    "error",
    "errored",
    "block",
    "blocked",
    "deny",
    "denied",
    "reject",
    "rejected",
    "quarantine",
    "quarantined",
    "no_go",
    "nogo",
    "missing",
    "breach",
    "breached",
    "not_met",
];
const YES_OR_NO: [&str; 9] =
    ["pass", "passed", "overall_pass", "ok", "success", "succeeded", "approved", "allowed", "compliant"];

/// What a text says, without marks around it.
fn plain(text: &str) -> String {
    text.trim_matches(|ch: char| !ch.is_alphanumeric()).to_ascii_lowercase().replace(['-', ' '], "_")
}

/// Where, and with which word, an objective of a service says that it was missed.
fn missed<'n>(row: &'n Node<'_>) -> Option<(&'n Node<'n>, String)> {
    row.map()?.iter().find_map(|entry| {
        let key = entry.key.to_ascii_lowercase().replace('-', "_");
        if YES_OR_NO.contains(&key.as_str()) || key == "met" {
            return matches!(entry.value.data, Data::Bool(false)).then(|| (&entry.value, "false".to_owned()));
        }
        let said = entry.value.text().filter(|_| KEYS.contains(&key.as_str()) || key == "state")?;
        let word = plain(said);
        let no = WORDS.contains(&word.as_str()) || MISSED.contains(&word.as_str());
        no.then(|| (&entry.value, said.to_owned()))
    })
}

/// Where, and with which word, a document says no of itself.
fn says_no<'n>(root: &'n Node<'_>) -> Option<(&'n Node<'n>, String)> {
    let entries = root.map()?;
    let word = |node: &Node<'_>| {
        let text = node.text()?;
        WORDS.contains(&plain(text).as_str()).then(|| text.to_owned())
    };
    entries.iter().find_map(|entry| {
        let key = entry.key.to_ascii_lowercase().replace('-', "_");
        if KEYS.contains(&key.as_str()) {
            return Some((&entry.value, word(&entry.value)?));
        }
        if YES_OR_NO.contains(&key.as_str()) {
            return matches!(entry.value.data, Data::Bool(false)).then(|| (&entry.value, "false".to_owned()));
        }
        if LEVELS.contains(&key.as_str()) {
            let rows = entry.value.list().into_iter().flatten();
            let named = entry.value.map().into_iter().flatten().map(|inner| &inner.value);
            return rows.chain(named).find_map(missed);
        }
        if MAPS.contains(&key.as_str()) {
            return entry.value.map()?.iter().find_map(|inner| {
                (key == "checks" || KEYS.contains(&inner.key.to_ascii_lowercase().as_str()))
                    .then(|| word(&inner.value))?
                    .map(|word| (&inner.value, word))
            });
        }
        None
    })
}

fn read(input: &Input<'_>) -> Checked<Read> {
    let mut checked = (attachment::ROW.read)(input);
    if let Some(root) = input.root()
        && let Some((node, word)) = says_no(root)
        && let Some(read) = &mut checked.value
    {
        read.facts = [("says", json!(word))].into_iter().collect();
        checked.findings.push(
            Finding::note(
                "attachment",
                format!(
                    "not recognised, and it says `{}` of itself; kept as an attachment",
                    word.escape_debug()
                ),
            )
            .at(Place::pointer(input.path, root.pointer_to(node.start, node.end))),
        );
    }
    checked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::text::json;

    #[test]
    fn only_a_plain_no_at_the_top_is_one() {
        let no = |text: &str| {
            let document = json::parse(text).unwrap();
            says_no(&document.root).map(|(_, word)| word)
        };
        assert_eq!(no(r#"{"status": "FAIL"}"#).as_deref(), Some("FAIL"));
        assert_eq!(no(r#"{"Gate-Outcome": "no go", "verdict": "No-Go"}"#).as_deref(), Some("no go"));
        assert_eq!(no(r#"{"policy": {"outcome": "deny"}}"#).as_deref(), Some("deny"));
        assert_eq!(no(r#"{"checks": {"lint": "passed", "build": "failed"}}"#).as_deref(), Some("failed"));
        assert_eq!(no(r#"{"overall_pass": false}"#).as_deref(), Some("false"));
        assert_eq!(
            no(r#"{"slos": [{"status": "ok"}, {"status": "❌ Breached"}]}"#).as_deref(),
            Some("❌ Breached")
        );
        assert_eq!(no(r#"{"objectives": {"a": {"met": false}}}"#).as_deref(), Some("false"));
        for text in [
            r#"{"slos": [{"status": "ok"}, {"target": 99.9, "actual": 99.0}]}"#,
            r#"{"status": "PASS"}"#,
            r#"{"status": "failed tests were looked at"}"#,
            r#"{"checks": ["failed"]}"#,
            r#"{"policy": {"fallback": "deny"}}"#,
            r#"{"steps": [{"status": "failed"}]}"#,
            r#"{"error": null, "passed": true}"#,
            r#"["FAIL"]"#,
        ] {
            assert_eq!(no(text), None, "{text}");
        }
    }
}
