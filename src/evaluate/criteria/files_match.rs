//! `files-match`: every file that documents of governance systems name with a digest, hashed anew.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Condition;
use super::CriterionRow;
use crate::evaluate::gather::Rule;
use crate::evaluate::gather::gather;
use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::model::assessment::Counts;
use crate::model::governance::FileState;
use crate::model::governance::GovernanceRecord;
use crate::model::governance::System;
use crate::model::status::Status;

pub(super) const ROW: CriterionRow = CriterionRow {
    kind: "files-match",
    what: "Every pair of a path and a digest in run documents, bundles, ledgers, `sha256sum` lists, manifests and gate flags is \
           compared with the file that is here: equal, different, different only in line endings, or not checkable. One \
           difference is a no that no waiver covers; a gate flag beside a failure of the same fingerprint is one too. \
           `systems` and `forms` narrow what is asked; with `required: false` it is enough that nothing differs.",
    why: "A list of digests says nothing until somebody hashes the files again. A checksum is not a signature.",
    source: "Release gates: any hash mismatch stops. Certification: hash gates over folders; a pass beside a failure is a failure.",
    example: "id: files\ntext: Every named file is the one that was named\nkind: files-match\n",
    schema: super::schema::<Parameters>,
    parse: super::condition::<Parameters>,
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Parameters {
    /// Only documents of these systems; all when empty.
    #[serde(default)]
    systems: Vec<System>,
    /// Only documents of these forms, such as `hash-gate`; all when empty.
    #[serde(default)]
    forms: Vec<String>,
    /// Whether at least one pair has to be compared; `true` when not given.
    #[serde(default = "yes", rename = "pairs-required")]
    pairs_required: bool,
}

fn yes() -> bool {
    true
}

impl Condition for Parameters {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        let mut gathered = gather(scene, Rule::Undated, |evidence| {
            evidence.body.governance().is_some_and(|record| {
                (self.systems.is_empty() || self.systems.contains(&record.system))
                    && (self.forms.is_empty()
                        || self.forms.contains(&record.form)
                        || record.form == "validation-failure")
            })
        });
        let (mut equal, mut absent) = (0_u32, 0_u32);
        let mut wrong: Vec<String> = Vec::new();
        let mut notes = Vec::new();
        // hex digits: the same in either case
        let lower = |record: &GovernanceRecord| record.group.as_deref().map(str::to_ascii_lowercase);
        let failures: Vec<String> =
            gathered.form("validation-failure").filter_map(|(_, record)| lower(record)).collect();
        for evidence in &gathered.counted {
            let Some(record) = evidence.body.governance() else { continue };
            let mut no: Option<String> = None;
            let mut own = 0_u32;
            for file in &record.files {
                match file.state {
                    FileState::Match => own += 1,
                    FileState::NotCheckable => absent += 1,
                    FileState::LineEndings => {
                        no = no.or(Some(format!("`{}` differs only in line endings", file.path)))
                    }
                    FileState::Mismatch => no = no.or(Some(format!("`{}`: {}", file.path, file.why))),
                }
            }
            if let Some(seal) = &record.seal {
                match seal.state {
                    FileState::Match => own += 1,
                    FileState::NotCheckable => absent += 1,
                    FileState::LineEndings => {
                        no = no.or(Some(format!("it differs only in line endings: {}", seal.why)))
                    }
                    FileState::Mismatch => no = no.or(Some(seal.why.clone())),
                }
                if lower(record).is_some_and(|group| failures.contains(&group)) {
                    no = no.or(Some(
                        "it says passed, and a failure of the same fingerprint is here too".to_owned(),
                    ));
                }
            }
            equal += own;
            match no {
                Some(why) => {
                    wrong.push(format!("`{}`: {why}", evidence.id));
                    notes.push((*evidence, Counts::Against, why));
                }
                None if own > 0 => notes.push((*evidence, Counts::For, String::new())),
                None => notes.push((
                    *evidence,
                    Counts::NotCounted,
                    "it names no file that can be compared".to_owned(),
                )),
            }
        }
        for (evidence, counts, why) in notes {
            gathered.note(evidence, counts, why);
        }
        let beyond = match absent {
            0 => String::new(),
            1 => "; 1 not checkable".to_owned(),
            many => format!("; {many} not checkable"),
        };
        let open = Judgement::open("every named file with the digest that is named");
        let mut judgement = match wrong.first() {
            Some(first) => {
                let more =
                    if wrong.len() > 1 { format!(", and {} more", wrong.len() - 1) } else { String::new() };
                open.is(Status::NotMet, "digest-differs", format!("{first}{more}"))
                    .help("put back the very file that was named, or produce both again")
            }
            None if equal > 0 => open.is(
                Status::Met,
                "met",
                format!(
                    "{}{beyond}",
                    if equal == 1 { "1 digest equal".to_owned() } else { format!("{equal} digests equal") }
                ),
            ),
            None if !self.pairs_required => {
                open.is(Status::Met, "met", format!("no file is named that is here{beyond}"))
            }
            None => open
                .is(Status::NotAssessed, "nothing-counted", format!("no file could be compared{beyond}"))
                .help("put the files that are named beside the documents that name them"),
        };
        judgement.sealed = judgement.status == Status::NotMet;
        gathered.into(judgement)
    }
}
