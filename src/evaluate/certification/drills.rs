//! Drills in one shape: whether each is valid, whether it passed, when it happened.

use serde_json::Value;

use super::affirmed;
use super::amounts::Bound;
use super::amounts::bound;
use super::blockers::things;
use super::here::Files;
use crate::evaluate::counting::SKEW_SECONDS;
use crate::evaluate::gather::Gathered;
use crate::evaluate::scene::Scene;
use crate::model::evidence::Evidence;
use crate::model::governance::at;
use crate::model::governance::text;
use crate::model::time::Instant;

/// A drill, whoever recorded it.
pub struct Drill<'a> {
    /// Its id, such as `DR-01`.
    pub id: String,
    /// The document.
    pub evidence: &'a Evidence,
    /// When it happened.
    pub at: Option<Instant>,
    /// Why it is no valid drill.
    pub invalid: Option<String>,
    /// Why it did not pass.
    pub failed: Option<String>,
    /// Whether it ran under pressure.
    pub pressure: bool,
    /// From when to when it ran.
    pub span: Option<(Instant, Instant)>,
}

/// What a drill is looked at with.
struct Place<'a, 't> {
    files: Files<'a>,
    as_of: Instant,
    turning: &'t mut Vec<Instant>,
}

/// Every drill of the documents and of the drill records.
pub(super) fn drills<'a>(
    scene: &Scene<'a>,
    gathered: &Gathered<'a>,
    turning: &mut Vec<Instant>,
) -> Vec<Drill<'a>> {
    let mut place = Place { files: Files::of(scene), as_of: scene.as_of, turning };
    let mut out = Vec::new();
    for (evidence, record) in gathered.form("drill-output") {
        out.push(drill(evidence, &record.document, &mut place));
    }
    for (evidence, record) in gathered.form("drill-bundle") {
        out.extend(record.list("drills").iter().map(|item| drill(evidence, item, &mut place)));
    }
    // a plan, sample or dry run is shown as the drill that was not executed
    for evidence in &gathered.not_live {
        if let Some(record) = evidence.body.governance().filter(|record| record.form == "drill-output") {
            let invalid = Some(format!("it is a {}", evidence.mode.word()));
            out.push(Drill { invalid, ..drill(evidence, &record.document, &mut place) });
        }
    }
    for evidence in scene.catalog.evidence.values() {
        if let Some(native) = evidence.body.drill()
            && let crate::evaluate::counting::Standing::Counts { .. } =
                crate::evaluate::counting::standing(evidence, scene)
        {
            let passed = native.computed == crate::model::drill::DrillResult::Passed;
            out.push(Drill {
                id: evidence.subject.clone().unwrap_or_else(|| evidence.id.to_string()),
                evidence,
                at: evidence.captured_at,
                invalid: None,
                failed: (!passed).then(|| "its objectives are not met".to_owned()),
                pressure: false,
                span: None,
            });
        }
    }
    out
}

fn drill<'a>(evidence: &'a Evidence, document: &'a Value, place: &mut Place<'a, '_>) -> Drill<'a> {
    let observed = at(document, "observed_outcome");
    let timed = |keys: &[&str]| {
        [Some(document), observed]
            .into_iter()
            .flatten()
            .find_map(|value| Instant::parse(text(value, keys)?).ok())
    };
    let start = timed(&["started_at_utc", "start_utc", "started_at", "start", "start_time"]);
    let end = timed(&["ended_at_utc", "end_utc", "ended_at", "completed_at_utc", "end", "end_time"]);
    let span = start.zip(end);
    let places: Vec<&Value> =
        [Some(document), observed, at(document, "recovery"), at(document, "recovery_bound")]
            .into_iter()
            .flatten()
            .collect();
    let rto = bound("recovery", &places, &["rto_target"], &["restore_elapsed", "rto_actual"]);
    let rpo = match bound("loss", &places, &["rpo_target"], &["rpo_actual"]) {
        // a loss that was seen where none was bounded
        Bound::Unclear(why) if why.ends_with(" target") => Bound::Absent,
        bound => bound,
    };
    let checks = checks(document, observed);
    let lacks = [
        ("scenario", text(document, &["scenario"]).is_some()),
        (
            "expected behaviour",
            ["expected_behavior", "expected_behaviour", "expected"]
                .iter()
                .any(|key| at(document, key).is_some()),
        ),
        ("observed outcome", observed.is_some()),
        ("start and end", span.is_some()),
        ("recovery target and actual", rto != Bound::Absent),
        ("integrity check", !checks.is_empty()),
    ];
    let invalid = not_executed(document)
        .or_else(|| observed.and_then(not_executed))
        .or_else(|| lacks.iter().find(|(_, there)| !there).map(|(what, _)| format!("it has no {what}")))
        .or_else(|| [&rto, &rpo].into_iter().find_map(|bound| bound.unclear()))
        .or_else(|| when(span, place))
        .or_else(|| report(document, place).err());
    let declared = ["overall_pass", "drill_pass"]
        .iter()
        .find_map(|key| Some((*key, at(document, key)?)).filter(|(_, said)| !affirmed(said)));
    let failed = if rto == Bound::Over {
        Some("it took longer than its target".to_owned())
    } else if rpo == Bound::Over {
        Some("it lost more than its target".to_owned())
    } else if let Some((name, _)) = checks.iter().find(|(_, passed)| !passed) {
        Some(format!("the check `{name}` failed"))
    } else if let Some((key, said)) = declared {
        Some(match said {
            Value::Bool(_) => "it says itself that it did not pass".to_owned(),
            other => format!("its `{key}` is {other}"),
        })
    } else if ["blocker_ids", "blockers", "blocker_list"]
        .iter()
        .any(|key| !things(at(document, key)).is_empty())
    {
        Some("it raised a blocker".to_owned())
    } else if let Some(word) =
        ["state", "status", "result", "outcome"].iter().find_map(|key| failing(document, key))
    {
        Some(format!("it says of itself `{}`", word.escape_debug()))
    } else {
        let rollback = at(document, "rollback_status");
        rollback
            .filter(|said| {
                !affirmed(said) && said.as_str().is_none_or(|word| !word.eq_ignore_ascii_case("ready"))
            })
            .map(|said| format!("its rollback is {said}"))
    };
    Drill {
        id: text(document, &["drill_id"]).unwrap_or_default().to_owned(),
        evidence,
        at: end.or(start).or(evidence.captured_at),
        span,
        invalid,
        failed,
        pressure: pressed(document),
    }
}

/// Why it was not executed: a mark or a word for anything else, or an execution in words that nobody knows.
fn not_executed(document: &Value) -> Option<String> {
    const FLAGS: [&str; 6] = ["dry_run", "dryRun", "simulated", "simulation", "sample", "tabletop"];
    const EXECUTED: [&str; 11] = [
        "executed",
        "live",
        "real",
        "performed",
        "completed",
        "complete",
        "production",
        "prod",
        "managed",
        "full",
        "ran",
    ];
    let plain = |word: &str| word.trim().to_ascii_lowercase().replace(['-', ' '], "_");
    for key in FLAGS {
        let marked = match at(document, key) {
            Some(Value::Bool(said)) => *said,
            Some(Value::String(word)) if !["sample", "simulation"].contains(&key) => {
                !["", "false", "no", "none"].contains(&plain(word).as_str())
            }
            Some(_) | None => false,
        };
        if marked {
            return Some(format!("it is marked `{key}`"));
        }
    }
    let unreal = |word: &str| {
        let word = plain(word);
        word.starts_with("not_")
            || UNREAL.contains(&word.as_str())
            || word.split('_').any(|part| UNREAL_PARTS.contains(&part))
    };
    let modes = ["mode", "drill_mode", "execution_mode", "evidence_mode", "run_mode", "state", "execution"];
    if let Some(word) = modes.iter().filter_map(|key| text(document, &[key])).find(|word| unreal(word)) {
        return Some(format!("it is {}", plain(word).replace('_', " ")));
    }
    match at(document, "execution")? {
        Value::Bool(true) => None,
        Value::String(word) if plain(word).split('_').all(|part| EXECUTED.contains(&part)) => None,
        map @ Value::Object(_) => not_executed(map),
        other => Some(format!("its execution is {other}, and only what was executed counts")),
    }
}

/// Words for what did not happen.
const UNREAL: [&str; 9] =
    ["plan", "sample", "example", "demo", "historical", "table_top", "walkthrough", "paper", "unexecuted"];

/// The same, as parts of longer words.
const UNREAL_PARTS: [&str; 13] = [
    "dry",
    "dryrun",
    "simulated",
    "simulation",
    "simulate",
    "tabletop",
    "synthetic",
    "mock",
    "mocked",
    "fake",
    "planned",
    "deferred",
    "skipped",
];

/// The word under `key` with which a drill says that it did not pass.
fn failing<'v>(document: &'v Value, key: &str) -> Option<&'v str> {
    const NO: [&str; 8] = ["fail", "failed", "failure", "blocked", "aborted", "error", "hold", "not_passed"];
    let said = text(document, &[key])?;
    NO.contains(&said.trim().to_ascii_lowercase().replace(['-', ' '], "_").as_str()).then_some(said)
}

/// Why its time cannot be: it ends before it begins, or after the instant everything is judged at.
fn when(span: Option<(Instant, Instant)>, place: &mut Place<'_, '_>) -> Option<String> {
    let (start, end) = span?;
    if end < start {
        return Some("it ends before it begins".to_owned());
    }
    (end > place.as_of.plus_seconds(SKEW_SECONDS)).then(|| {
        place.turning.push(end.plus_seconds(-SKEW_SECONDS));
        format!("it ends at {end}, after the instant everything is judged at")
    })
}

/// Whether its report is here: in the document itself, or a file that counts.
fn report(document: &Value, place: &mut Place<'_, '_>) -> Result<(), String> {
    const KEYS: [&str; 7] =
        ["report", "report_ref", "report_path", "artifact", "artifacts", "artifact_output", "durable_root"];
    let mut why = "it has no report".to_owned();
    for value in KEYS.iter().filter_map(|key| at(document, key)) {
        for item in value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice) {
            let path = item.as_str().or_else(|| text(item, &["path", "ref", "file", "uri", "url", "name"]));
            match path {
                Some(path) if place.files.folder(path, place.turning) => return Ok(()),
                Some(path) => match place.files.counts(path, place.turning) {
                    Ok(_) => return Ok(()),
                    Err(other) => why = format!("its report {other}"),
                },
                None if item.as_object().is_some_and(|map| !map.is_empty()) => return Ok(()),
                None => {}
            }
        }
    }
    Err(why)
}

/// The checks of a drill with their outcomes, unknown ones as failed.
fn checks(document: &Value, observed: Option<&Value>) -> Vec<(String, bool)> {
    let mut out = Vec::new();
    let passed = |value: &Value| match value {
        Value::Object(map) => {
            let said: Vec<&Value> = ["pass", "passed", "result", "status", "outcome"]
                .iter()
                .filter_map(|key| map.get(*key).filter(|value| !value.is_null()))
                .collect();
            !said.is_empty() && said.into_iter().all(affirmed)
        }
        other => affirmed(other),
    };
    for key in ["checks", "integrity_checks", "integrity_check", "integrity"] {
        for value in [Some(document), observed].into_iter().flatten() {
            match at(value, key) {
                Some(Value::Object(map)) => {
                    out.extend(map.iter().map(|(name, value)| (name.clone(), passed(value))))
                }
                Some(Value::Array(items)) => out.extend(items.iter().enumerate().map(|(index, item)| {
                    let name = text(item, &["check_id", "id", "name"])
                        .map_or_else(|| index.to_string(), str::to_owned);
                    (name, passed(item))
                })),
                Some(other) => out.push((key.to_owned(), passed(other))),
                None => {}
            }
        }
    }
    out
}

/// Whether a row or drill was under pressure.
pub(super) fn pressed(item: &Value) -> bool {
    text(item, &["profile_id", "pressure_profile"])
        .is_some_and(|profile| ["burst", "soak", "stress", "pressure", "replay_window"].contains(&profile))
}
