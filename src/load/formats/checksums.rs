//! Lists of digests: `sha256sum` output, JSON manifests of files, gate flags over a folder, and the failures beside them.

use serde_json::Value;
use serde_json::json;

use super::Form as Made;
use super::Format;
use super::Input;
use super::NamedFile;
use super::Read;
use super::governance;
use super::governance::Form;
use super::governance::PLAIN;
use super::governance::all;
use super::governance::any;
use super::governance::form_of;
use super::governance::rows;
use super::not_this;
use crate::load::text::node::Node;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::governance::FileState;
use crate::model::governance::GovernanceRecord;
use crate::model::governance::Seal;
use crate::model::governance::System;

/// The row of `sha256sum` output.
pub(super) const SUMS: Format = Format {
    id: "sha256sums",
    title: "a list of SHA-256 digests",
    media_type: "text/plain",
    kind: EvidenceKind::GovernanceRecord,
    docs: "**What it reads.** Text as `sha256sum` writes it: 64 hex digits, two spaces (or a space and `*`), a path, on every line.\n\n\
           **Traps.** Paths with backslashes are read as paths. Paths may be relative to the list, to the evidence folder or to any \
           folder above the list. A file whose digest is right only with other line endings is a mismatch and said to be that. \
           A checksum is never called a signature.\n\n\
           **Source.** `sha256sum` of GNU coreutils.",
    detect: |input| matches!(input.form, Made::Text | Made::Tree(_)) && sums(input.text).is_some(),
    read: |input| match sums(input.text) {
        Some(named) => Checked::ok(made("sha256sums", None, json!({ "files": named.len() }), named, None)),
        None => not_this(input, SUMS.title),
    },
};

/// The row of a flag over a folder.
pub(super) const FLAG: Format = Format {
    id: "hash-gate",
    title: "a gate flag over a folder",
    media_type: "text/plain",
    kind: EvidenceKind::GovernanceRecord,
    docs: "**What it reads.** Text of one line, `sha256_hex = ` and 64 hex digits (or the same as JSON, the key also \
           `bundle_digest_sha256`): a gate passed, and the digest covers all other files of its folder.\n\n\
           **Traps.** The joint digest is over the raw bytes of the members in ASCII order of their paths, or in the order of an \
           `index.json`, with or without it, or over their digests; whichever of these gives the stated digest is named. A folder \
           whose digest is right only with other line endings in some members failed, and those members are named. A flag beside \
           a failure of the same fingerprint is a conflict.\n\n\
           **Source.** The gate map of <https://github.com/EsosaOrumwese/fraud-detection-system>.",
    detect: |input| flag(input).is_some(),
    read: |input| match flag(input) {
        Some(sha256) => {
            let group = input.path.split('/').rev().find_map(|part| {
                part.strip_prefix("manifest_fingerprint=").or_else(|| part.strip_prefix("fingerprint="))
            });
            let seal = Seal {
                sha256: sha256.clone(),
                members: 0,
                state: FileState::NotCheckable,
                why: "nothing lies beside it".to_owned(),
            };
            let document = json!({ "sha256_hex": sha256 });
            Checked::ok(made("hash-gate", group.map(str::to_owned), document, Vec::new(), Some(seal)))
        }
        None => not_this(input, FLAG.title),
    },
};

/// The row of JSON manifests.
pub(super) const MANIFEST: Format = Format {
    id: "file-manifest",
    title: "a manifest of files",
    media_type: "application/json",
    kind: EvidenceKind::GovernanceRecord,
    docs: "**What it reads.** JSON or YAML that lists files with their digests under `files`, `artifacts` or `entries`, or in pairs of \
           keys `x` and `x_sha256`; and records of a failed validation (`failure_code` with a fingerprint).\n\n\
           **Traps.** Only a path and a digest that stand together are compared. A `signature` whose value is the digest of the \
           document's own text is a checksum.\n\n\
           **Source.** The bundle and data-set manifests of the systems named at the other formats.",
    detect: |input| input.root().is_some_and(|root| form_of(FORMS, root).is_some()),
    read: |input| {
        let mut checked = governance::read(input, System::Integrity, MANIFEST.title, FORMS);
        if let Some(read) = &mut checked.value
            && let Body::GovernanceRecord(record) = &mut read.body
            && let Some(said) = checksum_only(&record.document)
        {
            if !said {
                record.defects.push("its own checksum differs from its text".to_owned());
            }
            checked.findings.push(
                Finding::warning(
                    "not-signed",
                    if said {
                        "what it calls its signature is the checksum of its own text: nobody signed it"
                    } else {
                        "what it calls its signature is a checksum, and differs from that of its own text"
                    },
                )
                .at(Place::pointer(input.path, "/signature"))
                .help("sign it with a key that readers know, such as with minisign or as an attestation"),
            );
        }
        checked
    },
};

static FORMS: &[Form] = &[
    Form {
        id: "validation-failure",
        title: "Failure of a validation",
        detect: |root| root.has("failure_code") && any(root, &["manifest_fingerprint", "failure_class"]),
        group: &["manifest_fingerprint", "fingerprint"],
        ..PLAIN
    },
    Form {
        id: "file-manifest",
        title: "Manifest of files",
        detect: |root| listing(root).is_some() && !any(root, &OTHERS),
        group: &["manifest_id", "bundle_id", "run_id", "dataset_id"],
        files: |document| {
            ["files", "artifacts", "entries"]
                .iter()
                .find_map(|key| {
                    let files = governance::listed(document, key);
                    (!files.is_empty()).then_some(files)
                })
                .unwrap_or_default()
        },
        ..PLAIN
    },
    Form {
        id: "file-pairs",
        title: "Manifest of files",
        detect: |root| {
            !any(root, &OTHERS)
                && root.map().is_some_and(|entries| {
                    entries.iter().any(|entry| {
                        entry.key.strip_suffix("_sha256").is_some_and(|stem| root.text_of(stem).is_some())
                    })
                })
        },
        group: &["dataset_id", "manifest_id"],
        files: |document| {
            let keys = document.as_object().into_iter().flatten();
            keys.filter_map(|(key, _)| governance::pair(document, key.strip_suffix("_sha256")?, key))
                .collect()
        },
        ..PLAIN
    },
];

/// Keys that make a document something else.
const OTHERS: [&str; 14] = [
    "bomFormat",
    "spdxVersion",
    "@context",
    "_type",
    "predicateType",
    "receipt-version",
    "drill-version",
    "run_id",
    "otel",
    "trace",
    "signals",
    "runs",
    "gitSha",
    "final_readiness_bundle",
];

fn listing<'a>(root: &'a Node<'_>) -> Option<&'a str> {
    ["files", "artifacts", "entries"].into_iter().find(|key| {
        rows(root, key, &["path", "name", "file", "filename"])
            && root
                .get(key)
                .and_then(Node::list)
                .and_then(<[Node<'_>]>::first)
                .is_some_and(|first| any(first, &["sha256", "sha256_hex"]) && all(first, &[]))
    })
}

/// The lines of `sha256sum` output; `None` where any line is something else.
fn sums(text: &str) -> Option<Vec<NamedFile>> {
    let mut named = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_end();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (digest, rest) = line.split_at_checked(64)?;
        let path = rest.strip_prefix("  ").or_else(|| rest.strip_prefix(" *"))?;
        if path.is_empty() || !digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        named.push(NamedFile {
            path: path.to_owned(),
            sha256: Some(digest.to_ascii_lowercase()),
            size_bytes: None,
            pointer: format!("line {}", index + 1),
        });
    }
    (!named.is_empty()).then_some(named)
}

/// The digest that a gate flag states.
fn flag(input: &Input<'_>) -> Option<String> {
    let hex = |text: &str| {
        let text = text.trim();
        (text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .then(|| text.to_ascii_lowercase())
    };
    if let Some(entries) = input.root().and_then(Node::map)
        && (input.path.ends_with(".flag")
            || input.path.ends_with(".flag.json")
            || input.path.ends_with(".json"))
        && entries.len() <= 2
    {
        let value = entries
            .iter()
            .find(|entry| ["sha256_hex", "bundle_digest_sha256"].contains(&entry.key.as_ref()))?;
        return hex(value.value.text()?);
    }
    let mut lines = input.text.lines().filter(|line| !line.trim().is_empty());
    let (key, value) = lines.next()?.split_once('=')?;
    if lines.next().is_some() || !["sha256_hex", "bundle_digest_sha256"].contains(&key.trim()) {
        return None;
    }
    hex(value)
}

fn made(
    form: &str,
    group: Option<String>,
    document: Value,
    named: Vec<NamedFile>,
    seal: Option<Seal>,
) -> Read {
    Read {
        subject: group.clone(),
        named,
        facts: [("form", json!(form))].into_iter().collect(),
        ..Read::new(Body::GovernanceRecord(Box::new(GovernanceRecord {
            system: System::Integrity,
            form: form.to_owned(),
            group,
            document,
            defects: Vec::new(),
            files: Vec::new(),
            seal,
        })))
    }
}

/// Whether a `signature` is the checksum of the document without it; `None` when it is no bare digest at all.
fn checksum_only(document: &Value) -> Option<bool> {
    let signature = document.get("signature")?;
    let stated = signature.get("value").unwrap_or(signature).as_str()?;
    if stated.len() != 64 || !stated.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut rest = document.as_object()?.clone();
    rest.remove("signature");
    let text = spaced(&Value::Object(rest));
    Some(crate::bundle::digest::Digest::of(text.as_bytes()).to_string() == stated.to_ascii_lowercase())
}

/// JSON with sorted keys, a space after `:` and `,`, and everything beyond ASCII escaped.
fn spaced(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(items) => format!("[{}]", items.iter().map(spaced).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let mut keys: Vec<(&String, &Value)> = map.iter().collect();
            keys.sort_by(|a, b| a.0.cmp(b.0));
            let pairs: Vec<String> =
                keys.iter().map(|(key, value)| format!("{}: {}", quoted(key), spaced(value))).collect();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}

fn quoted(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::from("\"");
    for ch in text.chars() {
        match ch {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(ch),
            other => {
                let mut units = [0; 2];
                for unit in other.encode_utf16(&mut units) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
    out
}
