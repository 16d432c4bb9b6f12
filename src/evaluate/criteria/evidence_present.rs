//! `evidence-present`: evidence of a kind is there and counts.

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
use crate::model::evidence::Evidence;
use crate::model::evidence::EvidenceKind;

pub(super) const ROW: CriterionRow = CriterionRow {
    kind: "evidence-present",
    what: "At least `minimum` pieces of evidence of `evidence-kind` are there and count: live, readable, dated, fresh, \
           about this source state. What they say inside is not looked at; other kinds of criteria do that. \
           A list of ticked boxes is a declaration and is not counted.",
    why: "A claim that rests on a document needs the document, not its name.",
    source: "Stage gates: a criterion passes on at least one counted piece of evidence, a ticked box is none.",
    example: "id: diagram\ntext: The architecture is written down\nkind: evidence-present\nevidence-kind: attachment\n\
              evidence: [architecture]\n",
    schema: super::schema::<Parameters>,
    parse: super::condition::<Parameters>,
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Parameters {
    #[serde(flatten)]
    selector: Selector,
    /// The kind of evidence; any when not given.
    #[serde(default)]
    evidence_kind: Option<EvidenceKind>,
    /// How many; 1 when not given.
    #[serde(default)]
    minimum: Option<u64>,
}

impl Condition for Parameters {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        let minimum = self.minimum.unwrap_or(1).max(1);
        let thing = thing(self.evidence_kind);
        let word = if minimum == 1 { thing.0 } else { thing.1 };
        weigh(scene, &self.selector, self.evidence_kind.as_slice(), ask).judgement(
            format!("at least {minimum} {word}"),
            minimum,
            thing,
        )
    }

    fn names(&self) -> Vec<(String, Named)> {
        super::selected_names(&self.selector)
    }
}

fn ask(evidence: &Evidence) -> Says {
    match super::evidence_holds::only_declared(evidence) {
        Some(why) => Says::Nothing(why.to_owned()),
        None => Says::Yes,
    }
}
