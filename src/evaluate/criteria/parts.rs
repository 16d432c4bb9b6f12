//! `all-of`, `any-of`, `count`: criteria made of criteria.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::Condition;
use super::CriterionRow;
use super::Named;
use super::Refused;
use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::model::status::Status;

pub(super) const ALL_OF: CriterionRow = CriterionRow {
    kind: "all-of",
    what: "Every part holds. The worst part gives the status. Parts are written like criteria, with `kind` and its \
           parameters, without id and text.",
    why: "Some conditions only mean something together.",
    source: "Certification: a claim bundle is complete only with metrics, an artifact and a valid drill together.",
    example: "id: bundle\ntext: Tests and a drill show it\nkind: all-of\nof:\n  - kind: tests-passed\n  \
              - kind: drill-within-objectives\n",
    schema: super::schema::<AllOf>,
    parse: |parameters, depth| {
        let AllOf { of } = super::read(parameters)?;
        Parts::boxed(Need::All, of, depth)
    },
};

pub(super) const ANY_OF: CriterionRow = CriterionRow {
    kind: "any-of",
    what: "At least one part holds. The best part gives the status. A part that fails does not spoil one that holds: \
           use it for real alternatives only.",
    why: "The same thing can be shown in more than one way.",
    source: "Certification: a level is reached by a drill or by metrics under a pressure profile.",
    example: "id: shown\ntext: A drill or a test shows it\nkind: any-of\nof:\n  - kind: tests-passed\n  \
              - kind: drill-within-objectives\n",
    schema: super::schema::<AllOf>,
    parse: |parameters, depth| {
        let AllOf { of } = super::read(parameters)?;
        Parts::boxed(Need::AtLeast(1), of, depth)
    },
};

pub(super) const COUNT: CriterionRow = CriterionRow {
    kind: "count",
    what: "At least `minimum` parts hold. `minimum` is at least 1 and at most the number of parts.",
    why: "Some rules ask for two of several kinds of proof.",
    source: "Certification: at least two metrics, each with a threshold and an observed value.",
    example: "id: two\ntext: Two of three hold\nkind: count\nminimum: 2\nof:\n  - kind: tests-passed\n  \
              - kind: drill-within-objectives\n  - kind: sbom-complete\n",
    schema: super::schema::<Count>,
    parse: |parameters, depth| {
        let Count { of, minimum } = super::read(parameters)?;
        if minimum == 0 || minimum > of.len() {
            return Err(Refused {
                pointer: "minimum".to_owned(),
                message: format!("`minimum` is {minimum}, there are {} parts", of.len()),
                help: "ask for at least 1 and at most all of them".to_owned(),
            });
        }
        Parts::boxed(Need::AtLeast(minimum), of, depth)
    },
};

/// A criterion inside another.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Part {
    /// A row of `CRITERIA`.
    kind: String,
    /// Its parameters.
    #[serde(flatten)]
    parameters: BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct AllOf {
    /// The parts, at least one.
    of: Vec<Part>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Count {
    /// The parts, at least one.
    of: Vec<Part>,
    /// How many of them have to hold.
    minimum: usize,
}

#[derive(Clone, Copy, Debug)]
enum Need {
    All,
    AtLeast(usize),
}

#[derive(Debug)]
struct Parts {
    need: Need,
    parts: Vec<Box<dyn Condition>>,
}

impl Parts {
    fn boxed(need: Need, of: Vec<Part>, depth: usize) -> Result<Box<dyn Condition>, Refused> {
        if of.is_empty() {
            return Err(Refused {
                pointer: "of".to_owned(),
                message: "there are no parts, and nothing passes by default".to_owned(),
                help: "name at least one part under `of`".to_owned(),
            });
        }
        let mut parts = Vec::new();
        for (at, Part { kind, parameters }) in of.into_iter().enumerate() {
            parts.push(super::parse(&kind, &parameters, depth + 1).map_err(|refused| Refused {
                pointer: format!("of/{at}/{}", refused.pointer).trim_end_matches('/').to_owned(),
                ..refused
            })?);
        }
        Ok(Box::new(Self { need, parts }))
    }
}

impl Condition for Parts {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        let mut judged: Vec<Judgement> = self.parts.iter().map(|part| part.judge(scene)).collect();
        // Worst first; equal ones stay in order.
        judged.sort_by_key(|judgement| judgement.status);
        let total = judged.len();
        let needed = match self.need {
            Need::All => total,
            Need::AtLeast(minimum) => minimum,
        };
        let asked: Vec<&str> = judged.iter().map(|judgement| judgement.asked.as_str()).collect();
        let asked = match self.need {
            Need::All => format!("all of: {}", asked.join("; ")),
            Need::AtLeast(minimum) => format!("at least {minimum} of: {}", asked.join("; ")),
        };
        let holding = judged.iter().filter(|judgement| judgement.status.is_satisfied()).count();
        // The part that decides: with it and all better ones, `needed` parts hold.
        let decides = total - needed;
        let mut outcome = Judgement::open(asked);
        if let Some(part) = judged.get(decides) {
            outcome.status = part.status;
            outcome.help = part.help.clone();
            outcome.found = match part.status.is_satisfied() {
                true => format!("{holding} of {total} hold"),
                false => format!("{holding} of {total} hold; {}", part.found),
            };
            outcome.reason = if part.status.is_satisfied() { "parts-met" } else { "parts-open" };
        }
        outcome.sealed = judged.iter().any(|judgement| judgement.sealed && !judgement.status.is_satisfied());
        if outcome.status == Status::NotApplicable && judged.iter().any(|part| part.status == Status::Met) {
            outcome.status = Status::Met;
        }
        for judgement in judged {
            outcome.turning.extend(judgement.turning);
            for used in judgement.evidence {
                match outcome.evidence.iter_mut().find(|known| known.evidence == used.evidence) {
                    Some(known) if crate::evaluate::judge::outweighs(used.counts, known.counts) => {
                        *known = used
                    }
                    Some(_) => {}
                    None => outcome.evidence.push(used),
                }
            }
        }
        outcome
    }

    fn names(&self) -> Vec<(String, Named)> {
        self.parts
            .iter()
            .enumerate()
            .flat_map(|(at, part)| {
                part.names().into_iter().map(move |(pointer, named)| (format!("of/{at}/{pointer}"), named))
            })
            .collect()
    }
}
