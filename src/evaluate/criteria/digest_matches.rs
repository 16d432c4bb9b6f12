//! `digest-matches`: the files a receipt names are here, with the digests it names.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Condition;
use super::CriterionRow;
use super::Named;
use super::thing;
use crate::evaluate::counting::bare_digest;
use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::evaluate::weigh::Says;
use crate::evaluate::weigh::Selector;
use crate::evaluate::weigh::weigh;
use crate::model::evidence::Evidence;
use crate::model::evidence::EvidenceKind;
use crate::model::receipt::FileRef;
use crate::model::receipt::Receipt;
use crate::model::status::Status;

pub(super) const ROW: CriterionRow = CriterionRow {
    kind: "digest-matches",
    what: "Every file that a counted decision receipt names with a digest is in the evidence, and its bytes have that \
           digest. A difference is a no that no waiver covers. A file that is not here is not assessed. With \
           `files-required: false` a receipt that names no file passes.",
    why: "A decision about other bytes is a decision about something else.",
    source: "Release gates: promotion needs every hash to match every manifest that names it; a mismatch stops.",
    example: "id: decision-files\ntext: The decision was taken on these very files\nkind: digest-matches\n\
              release: newest\n",
    schema: super::schema::<Parameters>,
    parse: super::condition::<Parameters>,
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Parameters {
    #[serde(flatten)]
    selector: Selector,
    /// Whether a receipt has to name at least one file with a digest; `true` when not given.
    #[serde(default = "yes")]
    files_required: bool,
}

fn yes() -> bool {
    true
}

impl Condition for Parameters {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        let by_path: BTreeMap<&str, &str> = scene
            .catalog
            .evidence
            .values()
            .map(|evidence| (evidence.source.path.as_str(), evidence.source.sha256.as_str()))
            .collect();
        let kind = Some(EvidenceKind::DecisionReceipt);
        let weighed =
            weigh(scene, &self.selector, kind.as_slice(), |evidence| self.ask(evidence, &by_path, scene));
        let files: usize = weighed
            .yes
            .iter()
            .filter_map(|evidence| evidence.body.receipt())
            .map(|receipt| refs(receipt).filter(|file| file.sha256.is_some()).count())
            .sum();
        let mut judgement = weighed.judgement("every named file here, digests equal", 1, thing(kind));
        match judgement.status {
            Status::NotMet => {
                judgement.reason = "digest-differs";
                judgement.sealed = true;
                judgement.help =
                    "put back the file the decision was taken on, or take the decision again".to_owned();
            }
            Status::Met => {
                judgement.found = match files {
                    0 => "the receipt names no file".to_owned(),
                    1 => "1 file, digest equal".to_owned(),
                    _ => format!("{files} files, digests equal"),
                };
            }
            Status::Expired
            | Status::Stale
            | Status::NotAssessed
            | Status::PartlyMet
            | Status::Expiring
            | Status::Sample
            | Status::Waived
            | Status::NotApplicable => {}
        }
        judgement
    }

    fn names(&self) -> Vec<(String, Named)> {
        super::selected_names(&self.selector)
    }
}

impl Parameters {
    fn ask(&self, evidence: &Evidence, by_path: &BTreeMap<&str, &str>, scene: &Scene<'_>) -> Says {
        let Some(receipt) = evidence.body.receipt() else {
            return Says::Nothing("it is not a decision receipt".to_owned());
        };
        let (mut equal, mut absent, mut bare) = (0_u32, Vec::new(), Vec::new());
        for FileRef { path, sha256, size_bytes: _ } in refs(receipt) {
            let candidates = candidates(path, &evidence.source.path, &scene.config.paths.evidence);
            let here = candidates.iter().find_map(|candidate| by_path.get(candidate.as_str()));
            match (sha256, here) {
                (None, _) => bare.push(path),
                (Some(_), None) => absent.push(path),
                (Some(named), Some(found)) if bare_digest(named) == bare_digest(found) => equal += 1,
                (Some(_), Some(_)) => return Says::No(format!("`{path}` has another digest")),
            }
        }
        match (absent.first(), bare.first()) {
            (Some(path), _) => Says::Nothing(format!("it names `{path}`, which is not here")),
            (None, Some(path)) => Says::Nothing(format!("it names `{path}` without a digest")),
            (None, None) if equal == 0 && self.files_required => Says::Nothing("it names no file".to_owned()),
            (None, None) => Says::Yes,
        }
    }
}

fn refs(receipt: &Receipt) -> impl Iterator<Item = &FileRef> {
    receipt.checks.iter().flat_map(|check| &check.evidence).chain(&receipt.refs)
}

/// Where a path as written may lie, relative to the project root: beside the document, in the evidence folder, as is.
fn candidates(path: &str, document: &str, evidence_folder: &str) -> Vec<String> {
    let path = path.replace('\\', "/");
    let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
    [folder, evidence_folder, ""].iter().filter_map(|base| join(base, &path)).collect()
}

/// Joins and takes `.` and `..` out; `None` where it leaves the project.
fn join(base: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_looked_up_beside_its_document_and_in_the_evidence_folder_but_never_outside() {
        assert_eq!(
            candidates("..\\sbom.json", "evidence/run/receipt.json", "evidence"),
            ["evidence/sbom.json", "sbom.json"]
        );
        assert_eq!(join("evidence", "../../secret"), None);
        assert_eq!(join("", "/etc/passwd"), None);
    }
}
