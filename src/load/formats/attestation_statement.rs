//! An in-toto statement: what it is about, and what the predicates that are known here say.

use std::collections::BTreeMap;

use crate::bundle::digest::Digest;
use crate::load::text::node::Data;
use crate::load::text::node::Node;
use crate::load::text::reader::Reader;
use crate::model::attestation::Said;
use crate::model::attestation::Statement;
use crate::model::attestation::Subject;
use crate::model::attestation::SubjectMatch;
use crate::model::time::Instant;

/// How the type of every statement begins.
pub(super) const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/";

/// The most characters of a value.
const MAX_VALUE: usize = 500;

/// What a predicate is called.
pub(super) fn name(predicate_type: &str) -> &str {
    match predicate_type {
        "https://slsa.dev/provenance/v1" => "SLSA provenance 1",
        "https://slsa.dev/provenance/v0.2" => "SLSA provenance 0.2",
        "https://slsa.dev/provenance/v0.1" => "SLSA provenance 0.1",
        "https://slsa.dev/verification_summary/v1" => "verification summary 1",
        "https://slsa.dev/verification_summary/v0.2" => "verification summary 0.2",
        "https://cyclonedx.org/bom" => "CycloneDX bill of materials",
        "https://spdx.dev/Document" => "SPDX bill of materials",
        "https://in-toto.io/attestation/vulns/v0.2" => "vulnerability scan",
        other => other,
    }
}

/// A statement that says nothing yet.
pub(super) fn empty() -> Statement {
    Statement {
        envelope: "none".to_owned(),
        payload_type: None,
        statement_type: None,
        predicate_type: None,
        subjects: Vec::new(),
        said: Vec::new(),
        at: None,
        signatures: Vec::new(),
    }
}

/// A subject, not yet looked for.
pub(super) fn subject(name: Option<String>, digests: BTreeMap<String, String>) -> Subject {
    let comparable =
        digests.get("sha256").is_some_and(|digest| Digest::parse(&digest.to_ascii_lowercase()).is_some());
    let found = if comparable { SubjectMatch::NotHere } else { SubjectMatch::NotComparable };
    Subject { name, digests, found, evidence: None }
}

/// Reads `node`; what is noticed is told of `at`, which may be the envelope's payload.
pub(super) fn read(node: &Node<'_>, reader: &Reader<'_>, at: &Node<'_>) -> Option<Statement> {
    let statement_type = node.text_of("_type").map(str::to_owned);
    match statement_type.as_deref().and_then(|kind| kind.strip_prefix(STATEMENT_TYPE)) {
        Some("v0.1" | "v1" | "v1.0") => {}
        Some(other) => {
            let message = format!("`{}` is no version of a statement that is known", other.escape_debug());
            reader.warn(at, "unsupported-version", message);
        }
        None => {
            reader.note(at, "unknown-payload", "the payload is no in-toto statement; it is not looked into");
            return Some(Statement { statement_type, ..empty() });
        }
    }
    let own = node.get("subject").and_then(Node::list);
    let list = own.or_else(|| node.get("subjects").and_then(Node::list)).unwrap_or(&[]);
    if own.is_none() && !list.is_empty() {
        reader.warn(
            at,
            "schema-violation",
            "a statement has its subjects under `subject`; read from `subjects`",
        );
    }
    if list.is_empty() {
        reader.warn(at, "no-subject", "a statement about nothing: it has no subject");
    }
    let subjects: Vec<Subject> = list.iter().map(one_subject).collect();
    let predicate_type = node.text_of("predicateType").map(str::to_owned);
    if predicate_type.is_none() {
        reader.warn(at, "missing-key", "a statement without a `predicateType` does not say what it means");
    }
    let (said, time) = match (predicate_type.as_deref(), node.get("predicate")) {
        (Some(kind), Some(predicate)) => said(kind, predicate),
        _ => (Vec::new(), None),
    };
    Some(Statement {
        statement_type,
        predicate_type,
        subjects,
        said,
        at: time.and_then(|text| Instant::parse(&text).ok()),
        ..empty()
    })
}

fn one_subject(node: &Node<'_>) -> Subject {
    let digests = node.get("digest").and_then(Node::map).unwrap_or(&[]);
    let digests = digests
        .iter()
        .filter_map(|entry| Some((entry.key.to_string(), entry.value.text()?.to_owned())))
        .collect();
    let name = ["name", "uri", "downloadLocation"].iter().find_map(|key| node.text_of(key));
    subject(name.map(str::to_owned), digests)
}

/// What a known predicate says, and when by its own word; nothing of others.
fn said(kind: &str, predicate: &Node<'_>) -> (Vec<Said>, Option<String>) {
    let rows: &[(&str, &[&str])] = match kind {
        "https://slsa.dev/provenance/v1" => SLSA_1,
        "https://slsa.dev/provenance/v0.2" => SLSA_0_2,
        "https://slsa.dev/provenance/v0.1" => SLSA_0_1,
        kind if kind.starts_with("https://slsa.dev/verification_summary/") => SUMMARY,
        "https://in-toto.io/attestation/vulns/v0.2" => VULNERABILITIES,
        _ => return (Vec::new(), None),
    };
    let mut out = Vec::new();
    let mut time = None;
    for (what, pointers) in rows {
        let Some(node) = pointers.iter().find_map(|pointer| predicate.at_pointer(pointer)) else { continue };
        let Some(value) = value(node) else { continue };
        if *what == "finished" || (*what == "started" && time.is_none()) {
            time = Some(value.clone());
        }
        out.push(Said { what: (*what).to_owned(), value: value.chars().take(MAX_VALUE).collect() });
    }
    (out, time)
}

fn value(node: &Node<'_>) -> Option<String> {
    match &node.data {
        Data::Text(text) | Data::Number(text) => Some(text.to_string()).filter(|text| !text.is_empty()),
        Data::Bool(value) => Some(value.to_string()),
        Data::List(list) if list.iter().all(|node| node.text().is_some()) => {
            Some(list.iter().filter_map(Node::text).collect::<Vec<_>>().join(", "))
                .filter(|text| !text.is_empty())
        }
        Data::List(list) => Some(list.len().to_string()),
        Data::Map(entries) => {
            let pairs: Vec<String> = entries
                .iter()
                .filter_map(|entry| Some(format!("{} {}", entry.key, entry.value.text()?)))
                .collect();
            Some(pairs.join(", ")).filter(|text| !text.is_empty())
        }
        Data::Null => None,
    }
}

/// What is said, and where: the first pointer that leads somewhere.
const SLSA_1: &[(&str, &[&str])] = &[
    ("builder", &["/runDetails/builder/id"]),
    ("build type", &["/buildDefinition/buildType"]),
    (
        "source",
        &[
            "/buildDefinition/externalParameters/workflow/repository",
            "/buildDefinition/externalParameters/source/uri",
            "/buildDefinition/externalParameters/source/repository",
            "/buildDefinition/externalParameters/source",
            "/buildDefinition/resolvedDependencies/0/uri",
        ],
    ),
    ("reference", &["/buildDefinition/externalParameters/workflow/ref"]),
    ("entry point", &["/buildDefinition/externalParameters/workflow/path"]),
    ("revision", &["/buildDefinition/resolvedDependencies/0/digest"]),
    ("dependencies", &["/buildDefinition/resolvedDependencies"]),
    ("run", &["/runDetails/metadata/invocationId", "/runDetails/metadata/invocationID"]),
    ("started", &["/runDetails/metadata/startedOn"]),
    ("finished", &["/runDetails/metadata/finishedOn"]),
];

const SLSA_0_2: &[(&str, &[&str])] = &[
    ("builder", &["/builder/id"]),
    ("build type", &["/buildType"]),
    ("source", &["/invocation/configSource/uri"]),
    ("entry point", &["/invocation/configSource/entryPoint"]),
    ("revision", &["/invocation/configSource/digest"]),
    ("dependencies", &["/materials"]),
    ("run", &["/metadata/buildInvocationID", "/metadata/buildInvocationId"]),
    ("reproducible", &["/metadata/reproducible"]),
    ("started", &["/metadata/buildStartedOn"]),
    ("finished", &["/metadata/buildFinishedOn"]),
];

const SLSA_0_1: &[(&str, &[&str])] = &[
    ("builder", &["/builder/id"]),
    ("build type", &["/recipe/type"]),
    ("entry point", &["/recipe/entryPoint"]),
    ("source", &["/materials/0/uri"]),
    ("revision", &["/materials/0/digest"]),
    ("dependencies", &["/materials"]),
    ("run", &["/metadata/buildInvocationId"]),
    ("reproducible", &["/metadata/reproducible"]),
    ("started", &["/metadata/buildStartedOn"]),
    ("finished", &["/metadata/buildFinishedOn"]),
];

const SUMMARY: &[(&str, &[&str])] = &[
    ("result", &["/verificationResult", "/verification_result"]),
    ("levels", &["/verifiedLevels", "/policy_level"]),
    ("verifier", &["/verifier/id"]),
    ("policy", &["/policy/uri"]),
    ("resource", &["/resourceUri", "/resource_uri"]),
    ("finished", &["/timeVerified", "/time_verified"]),
];

const VULNERABILITIES: &[(&str, &[&str])] = &[
    ("scanner", &["/scanner/uri"]),
    ("scanner version", &["/scanner/version"]),
    ("vulnerabilities", &["/scanner/result"]),
    ("started", &["/metadata/scanStartedOn"]),
    ("finished", &["/metadata/scanFinishedOn"]),
];
