//! The closeout of a release: one package with ten sections, or a release packet with gates and accepted risks.

use serde_json::Value;

use super::Format;
use super::NamedFile;
use super::governance;
use super::governance::Form;
use super::governance::PLAIN;
use super::governance::any;
use super::governance::form_of;
use crate::model::evidence::EvidenceKind;
use crate::model::governance::System;
use crate::model::governance::at;
use crate::model::governance::list;
use crate::model::governance::readiness_kind;
use crate::model::governance::text;

/// The row.
pub(super) const ROW: Format = Format {
    id: "closeout",
    title: "a closeout package",
    media_type: "application/json",
    kind: EvidenceKind::GovernanceRecord,
    docs: "**What it reads.** JSON or YAML of a final closeout: readiness bundle, archive manifest, closeout summary, retention \
           review, artifact bundle, retention health, alert and closeout delivery, retry plan, retry run, release decision. And \
           release packets with gates, validation commands and accepted risks.\n\n\
           **Traps.** A package marked `evidence_mode: sample` is never a release decision. A manifest's `signature` that is only a \
           digest of its text is a checksum. An accepted risk without owner or end has no effect. A declared state is shown beside \
           the computed one. A release packet alone is no closeout, and one beside a package can only make it worse.\n\n\
           **Source.** The final closeout criteria of <https://github.com/Huzefaaa2/cavra>; written anew from their description.",
    detect: |input| input.root().is_some_and(|root| form_of(FORMS, root).is_some()),
    read: |input| governance::read(input, System::Closeout, ROW.title, FORMS),
};

const SECTIONS: [&str; 10] = [
    "final_readiness_bundle",
    "signed_archive_manifest",
    "release_closeout_summary",
    "retention_review",
    "closeout_artifact_bundle",
    "retention_health_report",
    "retention_alert_delivery",
    "closeout_retry_plan",
    "retry_worker_run",
    "release_decision",
];

static FORMS: &[Form] = &[
    Form {
        id: "closeout-package",
        title: "Closeout package",
        detect: |root| SECTIONS.iter().filter(|key| root.has(key)).count() >= 3,
        required: &SECTIONS,
        group: &["final_readiness_bundle.release_id", "release_id", "package_id"],
        told: |document| {
            let bundle = at(document, "final_readiness_bundle")?;
            let named = list(bundle, "evidence_refs").iter().any(|one| readiness_kind(one) == Some("alert"));
            let apart = at(document, "retention_alert_delivery.alert_id").is_some();
            (apart && !named).then_some((
                "final_readiness_bundle",
                "`evidence_refs` refers to no alert; the section `retention_alert_delivery` counts as one",
            ))
        },
        files: |document| {
            let Some(bundle) = at(document, "closeout_artifact_bundle") else { return Vec::new() };
            list(bundle, "files")
                .iter()
                .enumerate()
                .filter_map(|(index, file)| named(file, format!("/closeout_artifact_bundle/files/{index}")))
                .collect()
        },
        ..PLAIN
    },
    Form {
        id: "release-packet",
        title: "Release packet",
        detect: |root| {
            root.has("release_state") && any(root, &["gates", "validation_commands", "accepted_risks"])
        },
        required: &["release_state", "gates", "accepted_risks", "decision"],
        group: &["release_id", "version", "commit"],
        ..PLAIN
    },
];

fn named(file: &Value, pointer: String) -> Option<NamedFile> {
    Some(NamedFile {
        path: text(file, &["path", "name"])?.to_owned(),
        sha256: text(file, &["sha256"]).map(str::to_owned),
        size_bytes: file.get("bytes").and_then(Value::as_u64),
        pointer,
    })
}
