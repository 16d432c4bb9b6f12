//! Lists of digests: `sha256sum` output, JSON manifests of files, gate flags over a folder, and the failures beside them.

use serde_json::Value;
use serde_json::json;

use super::super::digests::bare;
use super::Form as Made;
use super::Format;
use super::Input;
use super::NamedFile;
use super::Read;
use super::checksums_manifest;
use super::checksums_manifest::is_digest;
use super::checksums_text::spaced;
use super::claimed_by_another;
use super::governance;
use super::governance::Form;
use super::governance::PLAIN;
use super::governance::any;
use super::governance::form_of;
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
    docs: "**What it reads.** Text as `sha256sum` writes it: 64 hex digits, two spaces (or a space and `*`), a path, on most lines; the `--tag` form \
           `SHA256 (path) = digits`, escaped names, one space or a tab, `sha256:` before the digits; and the digits alone in a file \
           `name.sha256` beside `name`.\n\n\
           **Traps.** Paths with backslashes are read as paths. Paths may be relative to the list, to the evidence folder or to any \
           folder above the list. A file whose digest is right only with other line endings is a mismatch and said to be that. \
           A line that is none of these is told, and a digest of nearly that length is a mismatch, and a SHA-384 or SHA-512 digest is said to be not checkable. A checksum is never called a signature.\n\n\
           **Source.** `sha256sum` of GNU coreutils.",
    detect: |input| matches!(input.form, Made::Text | Made::Tree(_)) && sums(input).is_some(),
    read: |input| match sums(input) {
        Some((named, others)) => {
            let facts = json!({ "files": named.len() });
            let mut read = made("sha256sums", None, facts, named, None);
            let mut findings = Vec::new();
            if let Body::GovernanceRecord(record) = &mut read.body {
                for line in others {
                    record.defects.push(format!("line {line} is no digest and path"));
                    findings.push(
                        Finding::warning(
                            "schema-violation",
                            "a list of digests: this line is no digest and path",
                        )
                        .at(Place::at(input.path, line, 1))
                        .help("64 hex digits, two spaces, a path"),
                    );
                }
            }
            Checked { value: Some(read), findings }
        }
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
            let group = fingerprint(input.path);
            let seal = Seal {
                sha256: sha256.clone(),
                members: 0,
                state: FileState::NotCheckable,
                why: "nothing lies beside it".to_owned(),
            };
            let document = json!({ "sha256_hex": sha256 });
            Checked::ok(made("hash-gate", group, document, Vec::new(), Some(seal)))
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
    docs: "**What it reads.** JSON or YAML that lists files with their digests under `files`, `artifacts`, `entries`, `inputs`, `outputs` and the like, as rows or \
           as a map from paths to digests, at its top or in a map there, or in pairs of keys `x`, `x_path` or `x_file` and `x_sha256`; and records of a failed validation (`failure_code` with a fingerprint).\n\n\
           **Traps.** Only a path and a digest that stand together are compared. A `signature` whose value is the digest of the \
           document's own text is a checksum.\n\n\
           **Source.** The bundle and data-set manifests of the systems named at the other formats.",
    detect: |input| {
        // nobody else's documents list files in so many shapes: theirs are theirs
        input.root().is_some_and(|root| {
            form_of(FORMS, root).is_some()
                && (is_plain(root) || !claimed_by_another(input, &[MANIFEST.id, "stated-no"]))
        })
    },
    read: |input| {
        let mut checked = governance::read(input, System::Integrity, MANIFEST.title, FORMS);
        if let Some(read) = &mut checked.value
            && let Body::GovernanceRecord(record) = &mut read.body
            && record.form == "validation-failure"
            && record.group.is_none()
        {
            record.group = fingerprint(input.path);
            read.subject.clone_from(&record.group);
        }
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
        detect: |root| has_rows(root) && !any(root, &OTHERS),
        group: &["manifest_id", "bundle_id", "run_id", "dataset_id"],
        files: checksums_manifest::files,
        ..PLAIN
    },
    Form {
        id: "file-pairs",
        title: "Manifest of files",
        detect: |root| !any(root, &OTHERS) && has_pairs(root),
        group: &["dataset_id", "manifest_id"],
        files: checksums_manifest::files,
        ..PLAIN
    },
    Form {
        id: "file-manifest",
        title: "Manifest of files",
        detect: |root| {
            !any(root, &OTHERS)
                && checksums_manifest::may_name(root)
                && checksums_manifest::files(&governance::value(root))
                    .iter()
                    .any(|file| file.sha256.as_deref().is_some_and(is_digest))
        },
        group: &["manifest_id", "bundle_id", "dataset_id"],
        files: checksums_manifest::files,
        ..PLAIN
    },
];

/// Keys that make a document something else.
const OTHERS: [&str; 13] = [
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
    "final_readiness_bundle",
];

/// Rows with a path and a digest, or pairs of a key and its digest, or a failure: what no other system's documents have.
fn is_plain(root: &Node<'_>) -> bool {
    has_rows(root) || has_pairs(root) || root.has("failure_code")
}

fn has_rows(root: &Node<'_>) -> bool {
    ["files", "artifacts", "entries"].iter().any(|key| {
        let first = root.get(key).and_then(Node::list).and_then(<[Node<'_>]>::first);
        first.is_some_and(|row| {
            any(row, &["path", "name", "file", "filename"]) && any(row, &["sha256", "sha256_hex"])
        })
    })
}

fn has_pairs(root: &Node<'_>) -> bool {
    root.map().is_some_and(|entries| {
        entries
            .iter()
            .any(|entry| entry.key.strip_suffix("_sha256").is_some_and(|stem| root.text_of(stem).is_some()))
    })
}

/// The fingerprint in a path, as `manifest_fingerprint=…` or `fingerprint=…`.
fn fingerprint(path: &str) -> Option<String> {
    let part = path.split('/').rev().find_map(|part| {
        part.strip_prefix("manifest_fingerprint=").or_else(|| part.strip_prefix("fingerprint="))
    });
    part.map(str::to_owned)
}

/// The files of `sha256sum` output, and the numbers of the lines that are something else; `None` where most lines are.
fn sums(input: &Input<'_>) -> Option<(Vec<NamedFile>, Vec<u32>)> {
    let (mut named, mut others) = (Vec::new(), Vec::new());
    for (index, line) in input.text.lines().enumerate() {
        let line = line.trim_end();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        match sum(line) {
            Some((digest, path)) => named.push(NamedFile {
                path,
                // a longer digest is of another kind, and nothing here computes it
                sha256: Some(digest.to_ascii_lowercase()).filter(|digest| digest.len() < LONGER),
                size_bytes: None,
                pointer: format!("line {number}"),
            }),
            None => others.push(number),
        }
    }
    if named.is_empty() && is_digest(input.text) && !input.text.trim().contains('\n') {
        let own = input.path.rsplit('/').next().unwrap_or(input.path);
        named.push(NamedFile {
            path: own.strip_suffix(".sha256")?.to_owned(),
            sha256: Some(input.text.trim().to_ascii_lowercase()),
            size_bytes: None,
            pointer: "line 1".to_owned(),
        });
        others.clear();
    }
    (!named.is_empty() && named.len() >= others.len()).then_some((named, others))
}

/// Hex digits of a SHA-384 digest; those of SHA-512 are 128.
const LONGER: usize = 96;

/// The digest and the path of one line. A digest of nearly the right length is one that was cut or grew.
fn sum(line: &str) -> Option<(&str, String)> {
    if let Some(rest) = line.strip_prefix("SHA256 (").or_else(|| line.strip_prefix("SHA2-256(")) {
        let (path, digest) = rest.rsplit_once(')')?;
        let digest = digest.trim_start().strip_prefix('=')?.trim();
        return is_digest(digest).then(|| (digest, path.to_owned()));
    }
    let (is_escaped, line) = line.strip_prefix('\\').map_or((false, line), |rest| (true, rest));
    let digits = line.strip_prefix("sha256:").unwrap_or(line);
    let length = digits.find(|ch: char| !ch.is_ascii_hexdigit())?;
    let (digest, rest) = digits.split_at(length);
    let path = ["  ", " *", "\t", " "].iter().find_map(|between| rest.strip_prefix(between))?;
    if !((57..=71).contains(&length) || [LONGER, 128].contains(&length))
        || path.trim().is_empty()
        || path.starts_with([' ', '\t'])
    {
        return None;
    }
    Some((digest, if is_escaped { unescaped(path) } else { path.to_owned() }))
}

/// A path as `sha256sum` writes it in a line that begins with a backslash: `\\`, `\n` and `\r` are one character each.
fn unescaped(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut chars = path.chars();
    while let Some(ch) = chars.next() {
        out.push(match ch {
            '\\' => match chars.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                other => other.unwrap_or('\\'),
            },
            other => other,
        });
    }
    out
}

/// The digest that a gate flag states.
fn flag(input: &Input<'_>) -> Option<String> {
    const KEYS: [&str; 2] = ["sha256_hex", "bundle_digest_sha256"];
    if let Some(entries) = input.root().and_then(Node::map)
        && let Some(entry) = entries.iter().find(|entry| KEYS.contains(&entry.key.as_ref()))
    {
        let is_flag = input.path.ends_with(".flag") || input.path.ends_with(".flag.json");
        if is_flag || input.path.ends_with(".json") && entries.len() <= 2 {
            return Some(bare(entry.value.text()?));
        }
    }
    let mut lines = input.text.lines().filter(|line| !line.trim().is_empty());
    let (key, value) = lines.next()?.split_once('=')?;
    (lines.next().is_none() && KEYS.contains(&key.trim())).then(|| bare(value))
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
