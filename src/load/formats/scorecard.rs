//! OpenSSF Scorecard's JSON: checks of a repository with grades from 0 to 10. No grade is not the lowest grade.

use serde_json::Value;
use serde_json::json;

use super::Format;
use super::Input;
use super::Read;
use super::checked;
use super::not_this;
use crate::load::text::reader::Reader;
use crate::load::text::typed::to_json;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::scan::Scan;
use crate::model::scan::ScanCheck;
use crate::model::scan::ScanOutcome;
use crate::model::scan::ScanRun;

/// The row.
pub(super) const ROW: Format = Format {
    id: "scorecard",
    title: "an OpenSSF Scorecard result",
    media_type: "application/json",
    kind: EvidenceKind::Scan,
    docs: "**What it reads.** Scorecard's JSON, recognised by `scorecard`, `repo` and the list `checks`.\n\n\
           **Traps.** A score of -1 says that the check could not tell; it is shown as no grade and never as a low one. The \
           grades are about one commit, which stands beside them. `date` is a day in old results.\n\n\
           **Source.** <https://github.com/ossf/scorecard>.",
    detect: |input| {
        input.has_keys(&["scorecard", "repo"])
            && input.root().and_then(|root| root.get("checks")).is_some_and(|node| node.list().is_some())
    },
    read,
};

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, ROW.title) };
    let reader = Reader::new(input.path, input.text, document);
    let read = result(&reader);
    checked(reader, read)
}

fn result(reader: &Reader<'_>) -> Option<Read> {
    let root = reader.map(reader.root(), &["date", "repo", "scorecard", "score", "checks", "metadata"])?;
    let repo = root.map("repo", &["name", "commit"]);
    let name = repo.as_ref().and_then(|repo| repo.owned("name"));
    let commit = repo.as_ref().and_then(|repo| repo.owned("commit"));
    let maps = root.maps("checks", &["name", "score", "reason", "details", "documentation", "annotations"]);
    if maps.is_empty() && !root.list("checks").is_empty() {
        reader.error(root.node(), "nothing-read", "it has checks and none could be read", "");
    }
    let grade = |value: f64| (0.0..=10.0).contains(&value).then_some(value);
    let mut checks = Vec::new();
    for map in &maps {
        let raw = map.number("score");
        if let (Some(value), Some(node)) = (raw, map.get("score"))
            && grade(value).is_none()
            && value.total_cmp(&-1.0).is_ne()
        {
            reader.warn(node, "unknown-status", "a score is from 0 to 10, or -1; read as no grade");
        }
        checks.push(ScanCheck {
            name: map.owned("name").unwrap_or_else(|| "no name".to_owned()),
            score: raw.and_then(grade),
            reason: map.owned("reason"),
            documentation: map.get("documentation").and_then(|node| node.text_of("url")).map(str::to_owned),
        });
    }
    let captured_at = root.instant("date");
    let inconclusive = checks.iter().filter(|check| check.score.is_none()).count();
    let facts = [
        ("type", json!("scorecard")),
        ("repo", json!(name)),
        ("commit", json!(commit)),
        ("score", root.get("score").map_or(Value::Null, to_json)),
        ("checks", json!(checks.len())),
        ("inconclusive", json!(inconclusive)),
    ];
    let version = root.get("scorecard").and_then(|node| node.text_of("version")).map(str::to_owned);
    let run = ScanRun {
        tool: Some("Scorecard".to_owned()),
        version,
        ended: captured_at,
        results: Some(0),
        ..ScanRun::default()
    };
    let mut scan = Scan::of(name.clone(), vec![run], Vec::new());
    scan.outcome = if checks.is_empty() { ScanOutcome::Unclear } else { ScanOutcome::Graded };
    if checks.is_empty() {
        scan.doubts.push("it holds no check".to_owned());
    }
    scan.revision = commit;
    scan.checks = checks;
    scan.score = root.number("score").and_then(grade);
    Some(Read {
        title: Some(match &name {
            Some(name) => format!("Scorecard of {name}"),
            None => "Scorecard".to_owned(),
        }),
        captured_at,
        facts: facts.into_iter().collect(),
        ..Read::new(Body::Scan(Box::new(scan)))
    })
}
