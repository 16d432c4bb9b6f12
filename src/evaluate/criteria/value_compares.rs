//! `value-compares`: a value inside what was read from evidence, against a threshold.

use std::cmp::Ordering;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::Condition;
use super::CriterionRow;
use super::Named;
use super::thing;
use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::evaluate::weigh::Says;
use crate::evaluate::weigh::Selector;
use crate::evaluate::weigh::weigh;
use crate::model::drill::Amount;
use crate::model::drill::Compare;
use crate::model::evidence::Evidence;
use crate::model::evidence::EvidenceKind;
use crate::model::status::Status;

pub(super) const ROW: CriterionRow = CriterionRow {
    kind: "value-compares",
    what: "In every counted piece of evidence the value at `pointer` (RFC 6901, into the record as `data/records/` \
           shows it) compares with `threshold` as `compare` says. Numbers, periods and percentages are compared by \
           size, each only with its own kind; words and truth values only by `==`. A value that is not there says \
           nothing, and nothing is not a pass.",
    why: "A threshold that stands in a sentence is checked by nobody.",
    source: "Certification: every metric has a threshold and an observed value; equality goes to the stricter side.",
    example: "id: risk-score\ntext: The risk score is below 60\nkind: value-compares\n\
              evidence-kind: decision-receipt\npointer: /body/risk-score\ncompare: <\nthreshold: 60\n",
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
    /// RFC 6901 pointer into the record.
    pointer: String,
    /// `<=`, `<`, `>=`, `>` or `==`; `<=` when not given.
    #[serde(default)]
    compare: Compare,
    /// The threshold: a number, a period, a percentage, a word, or a truth value.
    threshold: Threshold,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Threshold {
    Truth(bool),
    Amount(Amount),
    Word(String),
}

impl Condition for Parameters {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        let weighed =
            weigh(scene, &self.selector, self.evidence_kind.as_slice(), |evidence| self.ask(evidence));
        let found: Vec<String> = weighed
            .yes
            .iter()
            .filter_map(|evidence| self.value(evidence))
            .map(|value| shown(&value))
            .collect();
        let threshold = match &self.threshold {
            Threshold::Truth(truth) => truth.to_string(),
            Threshold::Amount(amount) => amount.human(None),
            Threshold::Word(word) => word.clone(),
        };
        let mut judgement =
            weighed.judgement(format!("{} {threshold}", words(self.compare)), 1, thing(self.evidence_kind));
        if judgement.status == Status::Met {
            judgement.found = found.join("; ");
        }
        judgement
    }

    fn names(&self) -> Vec<(String, Named)> {
        super::selected_names(&self.selector)
    }
}

impl Parameters {
    fn value(&self, evidence: &Evidence) -> Option<Value> {
        serde_json::to_value(evidence).ok()?.pointer(&self.pointer).cloned().filter(|value| !value.is_null())
    }

    fn ask(&self, evidence: &Evidence) -> Says {
        let Some(value) = self.value(evidence) else {
            return Says::Nothing(format!("it has no value at `{}`", self.pointer));
        };
        let holds = match (&self.threshold, &value) {
            (Threshold::Truth(truth), Value::Bool(found)) => self.equal(truth == found),
            (Threshold::Word(word), Value::String(found)) => self.equal(word == found),
            (Threshold::Amount(target), Value::Number(number)) => {
                number.as_f64().and_then(|number| self.compares(Amount::Number(number).compare(*target)))
            }
            (Threshold::Amount(target), Value::String(text)) => {
                Amount::parse(text).ok().and_then(|amount| self.compares(amount.compare(*target)))
            }
            (_, _) => None,
        };
        match holds {
            Some(true) => Says::Yes,
            Some(false) => Says::No(format!("{} at `{}`", shown(&value), self.pointer)),
            None => Says::No(format!("{} at `{}` cannot be compared with it", shown(&value), self.pointer)),
        }
    }

    fn equal(&self, equal: bool) -> Option<bool> {
        match self.compare {
            Compare::Equal => Some(equal),
            Compare::AtMost | Compare::Below | Compare::AtLeast | Compare::Above => None,
        }
    }

    fn compares(&self, ordering: Option<Ordering>) -> Option<bool> {
        ordering.map(|ordering| self.compare.holds(ordering))
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.chars().take(80).collect(),
        other => other.to_string().chars().take(80).collect(),
    }
}

fn words(compare: Compare) -> &'static str {
    match compare {
        Compare::AtMost => "at most",
        Compare::Below => "below",
        Compare::AtLeast => "at least",
        Compare::Above => "above",
        Compare::Equal => "exactly",
    }
}
