//! Trivy's JSON report: vulnerabilities, misconfigurations, secrets and licences, by target.

use serde_json::json;

use super::Format;
use super::Input;
use super::Read;
use super::checked;
use super::not_this;
use crate::load::text::node::Node;
use crate::load::text::reader::Map;
use crate::load::text::reader::Reader;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::scan::Scan;
use crate::model::scan::ScanResult;
use crate::model::scan::ScanRun;
use crate::model::scan::ScanSeverity;
use crate::model::scan::ScanState;

/// The row.
pub(super) const ROW: Format = Format {
    id: "trivy",
    title: "a Trivy report",
    media_type: "application/json",
    kind: EvidenceKind::Scan,
    docs: "**What it reads.** Trivy's JSON, recognised by `SchemaVersion` with `ArtifactName` or `Results`.\n\n\
           **Traps.** A target without `Vulnerabilities` has none; a report without `Results` looked at nothing. Checks that \
           passed are listed too and are no findings. A system past its support gets no new advisories, so nothing found in it \
           means little. What a secret looks like is never read. Findings that a person set aside stand under \
           `ExperimentalModifiedFindings`.\n\n\
           **Source.** <https://trivy.dev/latest/docs/configuration/reporting/>.",
    detect: |input| {
        input.has_keys(&["SchemaVersion"])
            && (input.has_keys(&["ArtifactName"]) || input.has_keys(&["Results"]))
    },
    read,
};

const RESULT: &[&str] = &[
    "Target",
    "Class",
    "Type",
    "Packages",
    "Vulnerabilities",
    "MisconfSummary",
    "Misconfigurations",
    "Secrets",
    "Licenses",
    "CustomResources",
    "ExperimentalModifiedFindings",
];

/// Keys of what is found, of all sorts.
const FINDING: &[&str] = &[
    "VulnerabilityID",
    "VendorIDs",
    "PkgID",
    "PkgName",
    "PkgPath",
    "PkgIdentifier",
    "InstalledVersion",
    "FixedVersion",
    "Status",
    "Layer",
    "SeveritySource",
    "PrimaryURL",
    "DataSource",
    "Fingerprint",
    "Title",
    "Description",
    "Severity",
    "CweIDs",
    "VendorSeverity",
    "CVSS",
    "References",
    "PublishedDate",
    "LastModifiedDate",
    "Type",
    "ID",
    "AVDID",
    "Message",
    "Namespace",
    "Query",
    "Resolution",
    "CauseMetadata",
    "RuleID",
    "Category",
    "StartLine",
    "EndLine",
    "Code",
    "Match",
    "Offset",
    "Name",
    "Text",
    "FilePath",
    "Confidence",
    "Link",
];

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, ROW.title) };
    let reader = Reader::new(input.path, input.text, document);
    let read = report(&reader);
    checked(reader, read)
}

fn report(reader: &Reader<'_>) -> Option<Read> {
    let known = [
        "SchemaVersion",
        "Trivy",
        "ReportID",
        "CreatedAt",
        "ArtifactID",
        "ArtifactName",
        "ArtifactType",
        "Metadata",
        "Results",
    ];
    let root = reader.map(reader.root(), &known)?;
    let targets = root.content("Results", RESULT);
    let mut results = Vec::new();
    let (mut vulnerabilities, mut failed, mut secrets) = (0, 0, 0);
    for target in &targets {
        let name = target.text("Target").unwrap_or_default();
        for map in target.content("Vulnerabilities", FINDING) {
            vulnerabilities += 1;
            results.push(vulnerability(&map, name));
        }
        for map in target.content("Misconfigurations", FINDING) {
            let result = misconfiguration(&map, name);
            failed += usize::from(map.text("Status") == Some("FAIL"));
            results.push(result);
        }
        for map in target.content("Secrets", FINDING) {
            secrets += 1;
            results.push(secret(&map, name));
        }
        for map in target.content("Licenses", FINDING) {
            results.push(licence(&map, name));
        }
        set_aside(target, name, &mut results);
    }
    let run = ScanRun {
        tool: Some("Trivy".to_owned()),
        version: root.get("Trivy").and_then(|node| node.text_of("Version")).map(str::to_owned),
        ended: root.instant("CreatedAt"),
        results: root.get("Results").map(|_| results.len() as u64),
        ..ScanRun::default()
    };
    let artifact = root.owned("ArtifactName");
    let facts = [
        ("type", json!("trivy")),
        ("artifact", json!(artifact)),
        ("vulnerabilities", json!(vulnerabilities)),
        ("misconfigurations_failed", json!(failed)),
        ("secrets", json!(secrets)),
    ];
    let captured_at = run.ended;
    let mut scan = Scan::of(artifact.clone(), vec![run], results);
    let system = root.get("Metadata").and_then(|metadata| metadata.get("OS"));
    if let Some(system) = system
        && matches!(
            system.get("EOSL").map(|node| &node.data),
            Some(crate::load::text::node::Data::Bool(true))
        )
    {
        let name = [system.text_of("Family"), system.text_of("Name")];
        let name: Vec<&str> = name.into_iter().flatten().collect();
        scan = scan.doubting(format!("{} is past its support and gets no new advisories", name.join(" ")));
    }
    Some(Read {
        format_version: root.scalar("SchemaVersion").map(str::to_owned),
        title: Some(match &artifact {
            Some(artifact) => format!("Trivy scan of {artifact}"),
            None => "Trivy scan".to_owned(),
        }),
        captured_at,
        facts: facts.into_iter().collect(),
        ..Read::new(Body::Scan(Box::new(scan)))
    })
}

/// What all sorts of findings have in common.
fn plain(map: &Map<'_, '_, '_>, rule: Option<&str>, message: Option<&str>, location: &str) -> ScanResult {
    let raw = map.owned("Severity");
    ScanResult {
        rule: rule.unwrap_or("no rule named").to_owned(),
        aliases: Vec::new(),
        message: message.map(|text| text.chars().take(500).collect()),
        severity: raw.as_deref().map_or(ScanSeverity::Unknown, ScanSeverity::of_word),
        raw_severity: raw,
        state: ScanState::Open,
        reason: None,
        compared: None,
        location: (!location.is_empty()).then(|| location.to_owned()),
        component: None,
        fixed_in: None,
    }
}

fn vulnerability(map: &Map<'_, '_, '_>, target: &str) -> ScanResult {
    let parts: Vec<&str> = ["PkgName", "InstalledVersion"].iter().filter_map(|key| map.text(key)).collect();
    ScanResult {
        aliases: map.texts("VendorIDs"),
        component: (!parts.is_empty()).then(|| parts.join(" ")),
        fixed_in: map.owned("FixedVersion").filter(|version| !version.is_empty()),
        // `fixed`, `affected`, `will_not_fix`, …: what the distributor says of a fix, not of this artifact
        reason: map.text("Status").map(|status| status.replace('_', " ")),
        ..plain(map, map.text("VulnerabilityID"), map.text("Title"), target)
    }
}

fn misconfiguration(map: &Map<'_, '_, '_>, target: &str) -> ScanResult {
    let line = map.get("CauseMetadata").and_then(|node| node.get("StartLine"));
    let state = match map.text("Status") {
        Some("FAIL") => ScanState::Open,
        Some("PASS") => ScanState::NotAFinding,
        Some("EXCEPTION") => ScanState::Suppressed,
        _ => ScanState::ToReview,
    };
    ScanResult {
        state,
        reason: map.owned("Status"),
        ..plain(
            map,
            map.text("AVDID").or_else(|| map.text("ID")),
            map.text("Message").filter(|text| !text.is_empty()).or_else(|| map.text("Title")),
            &at_line(target, line),
        )
    }
}

fn secret(map: &Map<'_, '_, '_>, target: &str) -> ScanResult {
    plain(map, map.text("RuleID"), map.text("Title"), &at_line(target, map.get("StartLine")))
}

fn licence(map: &Map<'_, '_, '_>, target: &str) -> ScanResult {
    let path = map.text("FilePath").filter(|path| !path.is_empty()).unwrap_or(target);
    ScanResult {
        component: map.owned("PkgName").filter(|name| !name.is_empty()),
        ..plain(map, map.text("Name"), map.text("Category"), path)
    }
}

fn at_line(target: &str, line: Option<&Node<'_>>) -> String {
    match line.map(|node| &node.data) {
        Some(crate::load::text::node::Data::Number(line)) if line != "0" => format!("{target}:{line}"),
        _ => target.to_owned(),
    }
}

fn set_aside(target: &Map<'_, '_, '_>, name: &str, out: &mut Vec<ScanResult>) {
    for modified in
        target.content("ExperimentalModifiedFindings", &["Type", "Status", "Statement", "Source", "Finding"])
    {
        let Some(map) = modified.map("Finding", FINDING) else { continue };
        let found = match modified.text("Type") {
            Some("vulnerability") => vulnerability(&map, name),
            Some("misconfiguration") => misconfiguration(&map, name),
            Some("secret") => secret(&map, name),
            _ => licence(&map, name),
        };
        let why: Vec<&str> =
            ["Status", "Statement", "Source"].iter().filter_map(|key| modified.text(key)).collect();
        out.push(ScanResult { state: ScanState::Suppressed, reason: Some(why.join(", ")), ..found });
    }
}
