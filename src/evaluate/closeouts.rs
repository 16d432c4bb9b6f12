//! Closeout packages: eight parts, each fine, with a warning, or failing, computed from the package's own sections.

mod delivery;
mod packet;
mod risk;

use serde_json::Value;

use crate::evaluate::consent;
use crate::evaluate::gather::Gathered;
use crate::evaluate::gather::Rule;
use crate::evaluate::gather::gather;
use crate::evaluate::scene::Scene;
use crate::model::evidence::Evidence;
use crate::model::governance::FileState;
use crate::model::governance::GovernanceRecord;
use crate::model::governance::READINESS_KINDS;
use crate::model::governance::at;
use crate::model::governance::list;
use crate::model::governance::readiness_kind;
use crate::model::governance::text;
use crate::model::receipt::Decision;
use crate::model::time::Instant;

pub use crate::evaluate::consent::expiry;
pub use risk::accepted;

/// How a part came out, gravest first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It fails, and nothing covers that.
    Fail(String),
    /// It holds with a warning that somebody has to accept.
    Warn(String),
    /// It holds.
    Fine(String),
}

/// The parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The package itself is no sample.
    Live,
    /// The readiness bundle and its six kinds of references.
    FinalReadiness,
    /// The archive's manifest and its signature.
    SignedManifest,
    /// Whether the closeout is closed, without a blocker.
    ReleaseCloseout,
    /// Whether it was delivered, or a retry is planned and rehearsed.
    Delivery,
    /// Whether its retention is approved and not over.
    RetentionApproval,
    /// The files of the bundle.
    ArtifactBundle,
    /// The health of what is retained.
    RetentionHealth,
    /// Whether every failed delivery has a decision and a run.
    RetryWorkflow,
}

const PACKAGE: &str = "closeout-package";

/// The packages of the evidence; samples too, which say so.
pub fn packages<'a>(scene: &Scene<'a>) -> Gathered<'a> {
    of_forms(scene, &[PACKAGE])
}

/// What answers for a part: the packages, and for what release packets speak of, those beside them.
pub fn asked<'a>(scene: &Scene<'a>, which: Part) -> Gathered<'a> {
    match which {
        Part::ReleaseCloseout => of_forms(scene, &[PACKAGE, packet::FORM]),
        _ => packages(scene),
    }
}

fn of_forms<'a>(scene: &Scene<'a>, forms: &[&str]) -> Gathered<'a> {
    gather(scene, Rule::SampleToo, |evidence| {
        evidence.body.governance().is_some_and(|record| forms.contains(&record.form.as_str()))
    })
}

/// Whether a document is a package, rather than a release packet beside one.
pub fn is_package(record: &GovernanceRecord) -> bool {
    record.form == PACKAGE
}

fn fail(why: impl Into<String>) -> Outcome {
    Outcome::Fail(why.into())
}

/// A part of a package at `as_of`; `turning` takes the instants at which it may come out differently.
pub fn part(record: &GovernanceRecord, which: Part, as_of: Instant, turning: &mut Vec<Instant>) -> Outcome {
    if let Some(why) = record.ambiguous() {
        return fail(why);
    }
    match which {
        Part::Live => Outcome::Fine("it is no sample".to_owned()),
        _ if !is_package(record) => packet::outcome(record),
        Part::FinalReadiness => readiness(record),
        Part::SignedManifest => manifest(record),
        Part::ReleaseCloseout => closed(record),
        Part::Delivery => delivery::delivery(record, as_of, turning),
        Part::RetentionApproval => retention(record, as_of, turning),
        Part::ArtifactBundle => bundle(record),
        Part::RetentionHealth => health(record),
        Part::RetryWorkflow => delivery::retries(record, as_of, turning),
    }
}

fn readiness(record: &GovernanceRecord) -> Outcome {
    let Some(section) = record.value("final_readiness_bundle") else {
        return fail("there is no readiness bundle");
    };
    if text(section, &["bundle_id"]).is_none() {
        return fail("the readiness bundle has no id");
    }
    match text(section, &["state"]) {
        Some("ready") => {}
        other => return fail(format!("its state is `{}`", other.unwrap_or("not given"))),
    }
    let named: Vec<&str> = list(section, "evidence_refs").iter().filter_map(readiness_kind).collect();
    let mut missing: Vec<&str> =
        READINESS_KINDS.iter().copied().filter(|kind| !named.contains(kind)).collect();
    let mut beside = "";
    if missing.contains(&"alert") && record.value("retention_alert_delivery.alert_id").is_some() {
        missing.retain(|kind| *kind != "alert");
        beside = "; the alert stands in a section of its own and is not referred to";
    }
    match missing.as_slice() {
        [] => Outcome::Fine(format!("ready, with all six kinds of references{beside}")),
        missing => fail(format!("it refers to no {}", missing.join(", no "))),
    }
}

fn manifest(record: &GovernanceRecord) -> Outcome {
    let Some(section) = record.value("signed_archive_manifest") else {
        return fail("there is no archive manifest");
    };
    match at(section, "private_key_stored").and_then(Value::as_bool) {
        Some(false) => {}
        Some(true) => return fail("a private key is stored with it"),
        None => return fail("it does not say that no private key is stored"),
    }
    match text(section, &["signature_state"]) {
        Some("external_signature_attached") => {}
        other => return fail(format!("its signature is `{}`", other.unwrap_or("not given"))),
    }
    match text(section, &["manifest_digest"]).is_some_and(is_sha256) {
        true => Outcome::Fine(
            "declared external signature, not verified here; no private key is stored".to_owned(),
        ),
        false => fail("its digest is no SHA-256"),
    }
}

fn is_sha256(written: &str) -> bool {
    let digits = written.strip_prefix("sha256:").unwrap_or(written);
    digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn closed(record: &GovernanceRecord) -> Outcome {
    let Some(section) = record.value("release_closeout_summary") else {
        return fail("there is no closeout summary");
    };
    let state = text(section, &["closeout_state"]).unwrap_or("not given");
    if state != "closed" {
        return fail(format!("the closeout is `{state}`"));
    }
    match at(section, "blocker_count").and_then(Value::as_u64) {
        Some(0) => {}
        Some(count) => return fail(format!("{count} blockers are open")),
        None => return fail("it does not count its blockers"),
    }
    match listed_blocker(section).or_else(|| listed_blocker(record.value("release_decision")?)) {
        Some(blocker) => fail(format!("it counts no blocker, and lists `{}`", blocker.escape_debug())),
        None => Outcome::Fine("closed, without a blocker".to_owned()),
    }
}

/// The first open blocker that a section lists or counts, whatever it says of their number.
fn listed_blocker(section: &Value) -> Option<String> {
    let name = |one: &Value| match text(one, &["blocker_id", "id", "code", "detail"]) {
        Some(id) => id.to_owned(),
        None => one.as_str().map_or_else(|| one.to_string(), str::to_owned),
    };
    let is_closed = |one: &Value| {
        text(one, &["state", "status"]).is_some_and(|state| {
            ["closed", "resolved", "done"].contains(&state.to_ascii_lowercase().as_str())
        })
    };
    ["blockers", "open_blockers", "blocker_ids", "open_blocker_ids"].iter().find_map(|key| {
        match at(section, key)? {
            Value::Array(items) => items.iter().find(|one| !is_closed(one)).map(name),
            Value::Object(map) if map.is_empty() => None,
            Value::Bool(false) => None,
            value if value.as_u64() == Some(0) => None,
            value => Some(name(value)),
        }
    })
}

fn retention(record: &GovernanceRecord, as_of: Instant, turning: &mut Vec<Instant>) -> Outcome {
    let Some(section) = record.value("retention_review") else { return fail("there is no retention review") };
    let state = text(section, &["decision_state"]).unwrap_or("not given");
    if state != "approved" {
        return fail(format!("the retention is `{state}`"));
    }
    let by = match text(section, &["approved_by"]) {
        Some(by) if !consent::nobody(by) => by,
        Some(_) | None => return fail("nobody is named who approved the retention"),
    };
    let Some(until) = text(section, &["retention_until"]).and_then(expiry) else {
        return fail("it does not say until when it is retained");
    };
    turning.push(until.ends());
    let hold = match at(section, "legal_hold").and_then(Value::as_bool) {
        Some(true) => ", under a legal hold",
        Some(false) | None => "",
    };
    if until.is_over(as_of) {
        return fail(format!("the retention ended on {until}{hold}"));
    }
    Outcome::Fine(format!("approved by {by} until {until}{hold}"))
}

fn bundle(record: &GovernanceRecord) -> Outcome {
    let Some(section) = record.value("closeout_artifact_bundle") else {
        return fail("there is no artifact bundle");
    };
    let files = list(section, "files");
    if files.is_empty() {
        return fail("the artifact bundle has no file");
    }
    for file in files {
        let name = text(file, &["name", "path"]).unwrap_or("a file without a name");
        if !text(file, &["sha256"]).is_some_and(|digest| digest.len() == 64 && is_sha256(digest)) {
            return fail(format!("`{name}` has no SHA-256"));
        }
    }
    if let Some(wrong) =
        record.files.iter().find(|file| matches!(file.state, FileState::Mismatch | FileState::LineEndings))
    {
        return fail(format!("`{}` is not the file that is named: {}", wrong.path, wrong.why));
    }
    let state = text(section, &["retention_decision_state"]).unwrap_or("not given");
    if state != "approved" {
        return fail(format!("its retention is `{state}`"));
    }
    let here = record.files.iter().filter(|file| file.state == FileState::Match).count();
    Outcome::Fine(format!("{} of {} files here, digests equal", here, files.len()))
}

fn health(record: &GovernanceRecord) -> Outcome {
    let Some(section) = record.value("retention_health_report") else {
        return fail("there is no health report");
    };
    let declared = text(section, &["health_state"]).unwrap_or("not given");
    let (mut critical, mut warning) = (0_u64, 0_u64);
    match at(section, "findings") {
        None => {}
        Some(Value::Array(findings)) => {
            for finding in findings {
                let said = text(finding, &["severity"]).unwrap_or_default().to_ascii_lowercase();
                match said.as_str() {
                    "critical" => critical += 1,
                    "warning" | "warn" => warning += 1,
                    "info" | "informational" | "notice" | "note" | "healthy" | "ok" | "none" => {}
                    other => {
                        let named = text(finding, &["finding_id", "id"]).unwrap_or("a finding");
                        return fail(format!(
                            "`{named}` is of the severity `{other}`, which is no known one"
                        ));
                    }
                }
            }
        }
        Some(_) => return fail("its findings are no list"),
    }
    for (key, counted) in
        [("summary.critical_findings", &mut critical), ("summary.warning_findings", &mut warning)]
    {
        match at(section, key).map(|value| (value, value.as_u64())) {
            None => {}
            Some((_, Some(stated))) => *counted = stated.max(*counted),
            Some((value, None)) => return fail(format!("its `{key}` is {value}, and no whole number")),
        }
    }
    if critical > 0 || declared == "critical" {
        return fail(format!("{critical} critical findings, declared `{declared}`"));
    }
    match declared {
        "healthy" if warning == 0 => Outcome::Fine("healthy".to_owned()),
        "healthy" => Outcome::Warn(format!("declared `healthy` with {warning} warnings")),
        "warning" => {
            Outcome::Warn(if warning == 1 { "1 warning".to_owned() } else { format!("{warning} warnings") })
        }
        other => fail(format!("its state is `{other}`")),
    }
}

/// What a verdict over closeouts is about.
pub fn subject(scene: &Scene<'_>) -> String {
    let gathered = packages(scene);
    let groups: Vec<&str> =
        gathered.counted.iter().filter_map(|evidence| evidence.body.governance()?.group.as_deref()).collect();
    match groups.as_slice() {
        [] => "The closeout".to_owned(),
        [only] => format!("Closeout of {only}"),
        several => format!("{} closeouts", several.len()),
    }
}

/// The state that a package declares.
pub fn declared(scene: &Scene<'_>) -> Option<(Decision, String, String)> {
    let mut gathered = packages(scene);
    if gathered.counted.is_empty() {
        gathered = of_forms(scene, &[packet::FORM]);
    }
    let state = |evidence: &&Evidence| {
        let record = evidence.body.governance()?;
        let key = if is_package(record) { "release_decision.state" } else { "release_state" };
        Some(record.text(key)?.to_owned())
    };
    let mut states: Vec<(Decision, String, String)> = gathered
        .counted
        .iter()
        .filter_map(state)
        .map(|word| {
            let decision = match word.as_str() {
                "ready_for_release" | "ready_for_community_ga" | "ready_with_accepted_risk" => {
                    Decision::Allow
                }
                "blocked" => Decision::Deny,
                _ => Decision::Unknown,
            };
            (decision, word.clone(), word)
        })
        .collect();
    states.sort();
    states.into_iter().next()
}
