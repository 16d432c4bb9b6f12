//! What a gated run leaves beside its decisions: manifest, queue, results, attempts, evidence bundles, catalogues, overrides.

use serde_json::Value;

use super::Format;
use super::NamedFile;
use super::governance;
use super::governance::Form;
use super::governance::PLAIN;
use super::governance::all;
use super::governance::any;
use super::governance::form_of;
use super::governance::listed;
use super::governance::pair;
use super::governance::rows;
use crate::load::text::node::Node;
use crate::model::evidence::EvidenceKind;
use crate::model::governance::System;
use crate::model::governance::at;

/// The row.
pub(super) const ROW: Format = Format {
    id: "release-run",
    title: "a document of a gated run",
    media_type: "application/json",
    kind: EvidenceKind::GovernanceRecord,
    docs: "**What it reads.** JSON of a run whose promotion a gate decides: run manifest, work queue, run summary, task result \
           and its attempts, evidence bundle and capsule, audit bundle, migration ledger, catalogue of reason codes, override \
           receipt, drill plan. Gate and promotion decisions are formats of their own.\n\n\
           **Traps.** Older documents lack fields their schema asks for now: each is a finding, and the document is read. A \
           digest whose path the document does not give is never paired with a path that only has a similar name: `ledger_sha256` is that \
           of `ledger_path` alone, and what has no path is said to be not checkable. None of them \
           carries a time; say `captured-at` in the evidence index to have one.\n\n\
           **Source.** The schemas of <https://github.com/fatb4f/dome>.",
    detect: |input| input.root().is_some_and(|root| form_of(FORMS, root).is_some()),
    read: |input| governance::read(input, System::ReleaseGate, ROW.title, FORMS),
};

const RUN: &[&str] = &["run_id", "otel.run_id", "trace.run_id"];
const PASS: &[&str] = &["PASS", "FAIL", "BLOCKED"];

static FORMS: &[Form] = &[
    Form {
        id: "run-manifest",
        title: "Run manifest",
        detect: |root| all(root, &["run_id", "inputs"]) && any(root, &["artifacts", "runtime", "commands"]),
        required: &["version", "run_id", "inputs", "commands", "artifacts", "runtime"],
        closed: Some(&[
            "version",
            "run_id",
            "inputs",
            "commands",
            "refs",
            "budgets",
            "desired_state",
            "artifacts",
            "runtime",
        ]),
        group: RUN,
        files: manifest_files,
        ..PLAIN
    },
    Form {
        id: "run-summary",
        title: "Run summary",
        detect: |root| {
            root.has("run_id")
                && rows(root, "results", &["task_id"])
                && any(root, &["dispatched_count", "execution_order"])
        },
        group: RUN,
        ..PLAIN
    },
    Form {
        id: "work-queue",
        title: "Work queue",
        detect: |root| {
            root.has("run_id") && rows(root, "tasks", &["task_id"]) && any(root, &["max_workers", "base_ref"])
        },
        required: &["artifact_kind", "version", "run_id", "base_ref", "max_workers", "tasks"],
        closed: Some(&[
            "artifact_kind",
            "version",
            "policy_ref",
            "pattern_ref",
            "run_id",
            "base_ref",
            "max_workers",
            "tasks",
        ]),
        group: RUN,
        ..PLAIN
    },
    Form {
        id: "audit-bundle",
        title: "Audit bundle",
        detect: |root| all(root, &["run_id", "hashes"]) && any(root, &["evidence_bundles", "manifest_path"]),
        required: &["run_id", "manifest_path", "gate_decision_path", "hashes", "evidence_bundles"],
        group: RUN,
        files: audit_files,
        ..PLAIN
    },
    Form {
        id: "migration-ledger",
        title: "Migration ledger",
        detect: |root| root.has("run_id") && rows(root, "entries", &["path"]) && !root.has("decision"),
        required: &["run_id", "entries"],
        group: RUN,
        files: |document| listed(document, "entries"),
        ..PLAIN
    },
    Form {
        id: "evidence-bundle",
        title: "Evidence bundle",
        detect: |root| all(root, &["otel", "signals"]),
        required: &["otel", "signals"],
        group: RUN,
        files: |document| listed(document, "artifacts"),
        ..PLAIN
    },
    Form {
        id: "evidence-capsule",
        title: "Evidence capsule",
        detect: |root| all(root, &["trace", "signals"]),
        required: &["version", "trace", "signals", "artifacts"],
        group: RUN,
        files: |document| listed(document, "artifacts"),
        ..PLAIN
    },
    Form {
        id: "override-receipt",
        title: "Override receipt",
        detect: |root| {
            root.has("run_id")
                && any(root, &["approver", "approved_by", "overridden_by", "override_by"])
                && !any(root, &["gate_decision_ref", "telemetry_ref", "reason_codes", "inputs", "drill_id"])
        },
        required: &["run_id"],
        group: RUN,
        ..PLAIN
    },
    Form {
        id: "drill-plan",
        title: "Drill plan",
        detect: |root| all(root, &["run_id", "scenarios", "expected_steps"]) && !root.has("drill_id"),
        group: RUN,
        planned: true,
        ..PLAIN
    },
    Form {
        id: "reason-codes",
        title: "Catalogue of reason codes",
        detect: |root| {
            root.get("codes").is_some_and(|codes| match codes.list() {
                Some(list) => list.first().is_some_and(|first| all(first, &["code", "class"])),
                None => codes.map().is_some() && root.has("classes_precedence"),
            })
        },
        required: &["version", "codes"],
        ..PLAIN
    },
    Form {
        id: "task-result",
        title: "Task result",
        detect: |root| {
            // one without a status is a result all the same, and no pass
            let said = root
                .get("artifact_kind")
                .and_then(Node::text)
                .is_some_and(|kind| kind.contains("task.result"));
            (root.has("status") || said) && root.has("task_id") && !any(root, &NOT_A_RESULT)
        },
        required: &["artifact_kind", "task_id", "status"],
        words: &[("status", PASS)],
        group: &["run_id"],
        ..PLAIN
    },
    Form {
        id: "task-attempts",
        title: "Attempts of a task",
        detect: |root: &Node<'_>| {
            root.list().is_some_and(|list| {
                list.first().is_some_and(|first| all(first, &["task_id", "status", "attempt"]))
            })
        },
        ..PLAIN
    },
];

const NOT_A_RESULT: [&str; 9] = [
    "reason_codes",
    "telemetry_ref",
    "substrate_status",
    "decision",
    "risk_score",
    "confidence",
    "dependencies",
    "goal",
    "drill_id",
];

fn manifest_files(document: &Value) -> Vec<NamedFile> {
    let mut files: Vec<NamedFile> =
        pair(document, "inputs.pre_contract_path", "inputs.pre_contract_sha256").into_iter().collect();
    let hashes = at(document, "inputs.input_hashes").and_then(Value::as_object);
    for (key, digest) in hashes.into_iter().flatten() {
        // only the key of the same name has a path; any other digest names no file
        let path = (key == "pre_contract_sha256")
            .then(|| at(document, "inputs.pre_contract_path")?.as_str())
            .flatten();
        files.push(NamedFile {
            path: path.unwrap_or_default().to_owned(),
            sha256: digest.as_str().map(str::to_owned),
            size_bytes: None,
            pointer: format!("/inputs/input_hashes/{key}"),
        });
    }
    files
}

fn audit_files(document: &Value) -> Vec<NamedFile> {
    let named = [
        ("manifest_path", "hashes.manifest_sha256"),
        ("work_queue_path", "hashes.work_queue_sha256"),
        ("summary_path", "hashes.summary_sha256"),
        ("gate_decision_path", "hashes.gate_sha256"),
        ("gate_decision_path", "hashes.gate_decision_sha256"),
        ("promotion_decision_path", "hashes.promotion_sha256"),
        ("promotion_decision_path", "hashes.promotion_decision_sha256"),
        ("state_space_path", "hashes.state_space_sha256"),
    ];
    let mut files: Vec<NamedFile> =
        named.iter().filter_map(|(path, digest)| pair(document, path, digest)).collect();
    for (key, digest) in at(document, "hashes").and_then(Value::as_object).into_iter().flatten() {
        let pointer = format!("/hashes/{key}");
        // `ledger_path` beside `hashes.ledger_sha256`: the same name to the letter, and no other, is one pair
        let same = key.strip_suffix("_sha256").map(|stem| format!("{stem}_path"));
        let same = same.filter(|path| !named.contains(&(path.as_str(), &format!("hashes.{key}"))));
        match same.and_then(|path| at(document, &path)?.as_str()) {
            Some(path) => files.push(NamedFile {
                path: path.to_owned(),
                sha256: digest.as_str().map(str::to_owned),
                size_bytes: None,
                pointer,
            }),
            // a digest without a path names no file that could be compared
            None if !files.iter().any(|file| file.pointer == pointer) => files.push(NamedFile {
                path: String::new(),
                sha256: digest.as_str().map(str::to_owned),
                size_bytes: None,
                pointer,
            }),
            None => {}
        }
    }
    files.extend(listed(document, "evidence_bundles"));
    files
}
