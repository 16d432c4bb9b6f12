//! `attested`: a signed statement is about files that are here.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Condition;
use super::CriterionRow;
use super::Named;
use super::thing;
use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::evaluate::weigh::Says;
use crate::evaluate::weigh::Selector;
use crate::evaluate::weigh::weigh;
use crate::model::attestation::SignatureState;
use crate::model::attestation::Statement;
use crate::model::attestation::SubjectMatch;
use crate::model::evidence::Evidence;
use crate::model::evidence::EvidenceKind;

pub(super) const ROW: CriterionRow = CriterionRow {
    kind: "attested",
    what: "An attestation holds a statement whose predicate type begins with `predicate-type` and that is about at least one file \
           of the evidence, by SHA-256; one that names a file here by its very path, with another digest, shows nothing. A key of the project file signed it, unless `signature-required` is false. With `builder` \
           the statement names exactly that builder. A wrong signature, another builder, and a verification summary that says \
           anything but `PASSED` count against it.",
    why: "A statement that nobody is known to have signed, or that is about files which are not here, shows nothing.",
    source: "SLSA, *Verifying artifacts*: check the signature, the subject, the predicate type and the builder, in this order.",
    example: "id: provenance\ntext: The build says where it comes from\nkind: attested\n\
              predicate-type: https://slsa.dev/provenance/\n",
    schema: super::schema::<Parameters>,
    parse: super::condition::<Parameters>,
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Parameters {
    #[serde(flatten)]
    selector: Selector,
    /// How the predicate type begins; any when not given.
    #[serde(default)]
    predicate_type: Option<String>,
    /// The builder, exactly as the statement writes it; any when not given.
    #[serde(default)]
    builder: Option<String>,
    /// Whether a key of the project file has to have signed it; true when not given.
    #[serde(default = "yes")]
    signature_required: bool,
}

fn yes() -> bool {
    true
}

impl Condition for Parameters {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        let folder = format!("{}/", scene.config.paths.evidence);
        let paths = scene.catalog.evidence.values().map(|evidence| evidence.source.path.as_str());
        let here: BTreeSet<&str> =
            paths.flat_map(|path| [path, path.strip_prefix(&folder).unwrap_or(path)]).collect();
        let weighed =
            weigh(scene, &self.selector, &[EvidenceKind::Attestation], |evidence| self.ask(evidence, &here));
        let asked = match self.signature_required {
            true => "a statement about files here, signed with a known key",
            false => "a statement about files here",
        };
        weighed.judgement(asked, 1, thing(Some(EvidenceKind::Attestation)))
    }

    fn names(&self) -> Vec<(String, Named)> {
        super::selected_names(&self.selector)
    }
}

impl Parameters {
    fn ask(&self, evidence: &Evidence, here: &BTreeSet<&str>) -> Says {
        let Some(attestation) = evidence.body.attestation() else {
            return Says::Nothing("it is not an attestation".to_owned());
        };
        let fits = |statement: &&Statement| {
            self.predicate_type.as_deref().is_none_or(|wanted| {
                statement.predicate_type.as_deref().is_some_and(|kind| kind.starts_with(wanted))
            })
        };
        let mut answers: Vec<Says> =
            attestation.statements.iter().filter(fits).map(|statement| self.about(statement, here)).collect();
        // what speaks against it comes first, then what speaks for it
        let rank = |says: &Says| match says {
            Says::No(_) => 0,
            Says::Yes => 1,
            Says::Nothing(_) => 2,
        };
        answers.sort_by_key(rank);
        answers.into_iter().next().unwrap_or_else(|| {
            Says::Nothing("it holds no statement of the type that is asked for".to_owned())
        })
    }

    fn about(&self, statement: &Statement, here: &BTreeSet<&str>) -> Says {
        let signature = statement.signature();
        if signature == Some(SignatureState::Wrong) {
            return Says::No("a signature over it is wrong".to_owned());
        }
        if let Some(result) = statement.says("result").filter(|result| *result != "PASSED") {
            return Says::No(format!("the verification it sums up says `{result}`"));
        }
        let summary =
            statement.predicate_type.as_deref().is_some_and(|kind| kind.contains("/verification_summary/"));
        if summary && statement.says("result").is_none() {
            return Says::Nothing("it sums up a verification without a result".to_owned());
        }
        if let Some(wanted) = &self.builder {
            match statement.says("builder") {
                Some(builder) if builder == wanted => {}
                Some(builder) => return Says::No(format!("it names the builder `{builder}`")),
                None => return Says::Nothing("it names no builder".to_owned()),
            }
        }
        if statement.subjects_here() == 0 {
            return Says::Nothing("none of the files it is about is here".to_owned());
        }
        // a path to the letter, and another digest: part of what it is about was changed, or it is of another time
        let differs = statement.subjects.iter().find(|subject| {
            let name = subject.name.as_deref().filter(|name| here.contains(name));
            name.is_some() && subject.sha256().is_some() && subject.found != SubjectMatch::Here
        });
        if let Some(name) = differs.and_then(|subject| subject.name.as_deref()) {
            return Says::Nothing(format!(
                "the file `{}` here is not the one it is about",
                name.escape_debug()
            ));
        }
        match (self.signature_required, signature) {
            (true, None) => Says::Nothing("nobody signed it".to_owned()),
            (true, Some(SignatureState::NotVerified)) => {
                Says::Nothing("its signature is present and not verified here".to_owned())
            }
            _ => Says::Yes,
        }
    }
}
