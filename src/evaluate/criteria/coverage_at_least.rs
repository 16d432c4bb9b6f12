//! `coverage-at-least`: the tests reach so much of the code, by counts.

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
use crate::model::coverage::Coverage;
use crate::model::coverage::Measure;
use crate::model::evidence::Evidence;
use crate::model::evidence::EvidenceKind;
use crate::model::status::Status;

pub(super) const ROW: CriterionRow = CriterionRow {
    kind: "coverage-at-least",
    what: "Every counted coverage report shows that at least `lines`, `branches` or `functions` percent are reached, whichever \
           are given, computed from its counts. A report that does not count what is asked about, or has nothing to cover, says \
           nothing. Where statements are counted instead of lines, they are taken for `lines`.",
    why: "A percentage without its counts may be of nothing at all.",
    source: "lcov, Cobertura, JaCoCo, Clover, llvm-cov and coverage.py: all write counts, and some write 100 % for 0 of 0.",
    example: "id: coverage\ntext: Tests reach the code\nkind: coverage-at-least\nlines: 80\n",
    schema: super::schema::<Parameters>,
    parse: super::condition::<Parameters>,
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Parameters {
    #[serde(flatten)]
    selector: Selector,
    /// Percent of lines, from 0 to 100.
    #[serde(default)]
    lines: Option<u8>,
    /// Percent of branches, from 0 to 100.
    #[serde(default)]
    branches: Option<u8>,
    /// Percent of functions, from 0 to 100.
    #[serde(default)]
    functions: Option<u8>,
}

impl Condition for Parameters {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        let weighed = weigh(scene, &self.selector, &[EvidenceKind::Coverage], |evidence| self.ask(evidence));
        let shares: Vec<String> = weighed
            .yes
            .iter()
            .filter_map(|evidence| evidence.body.coverage())
            .map(|coverage| self.shares(coverage))
            .collect();
        let asked: Vec<String> = self
            .limits()
            .map(|(measure, limit)| format!("{limit} % of {}", measure.word().to_lowercase()))
            .collect();
        let asked = if asked.is_empty() {
            "something measured".to_owned()
        } else {
            format!("at least {}", asked.join(", "))
        };
        let mut judgement = weighed.judgement(asked, 1, thing(Some(EvidenceKind::Coverage)));
        if judgement.status == Status::Met {
            judgement.found = shares.join("; ");
        }
        judgement
    }

    fn names(&self) -> Vec<(String, Named)> {
        super::selected_names(&self.selector)
    }
}

impl Parameters {
    fn limits(&self) -> impl Iterator<Item = (Measure, u8)> {
        [
            (Measure::Lines, self.lines),
            (Measure::Branches, self.branches),
            (Measure::Functions, self.functions),
        ]
        .into_iter()
        .filter_map(|(measure, limit)| Some((measure, limit?)))
    }

    fn shares(&self, coverage: &Coverage) -> String {
        let mut shares: Vec<String> = self
            .limits()
            .filter_map(|(measure, _)| {
                let covered = coverage.of(measure)?;
                Some(format!("{} of {} {}", covered.covered, covered.total, measure.word().to_lowercase()))
            })
            .collect();
        if shares.is_empty() {
            shares.extend(coverage.main().map(|(measure, covered)| {
                format!("{} of {} {}", covered.covered, covered.total, measure.word().to_lowercase())
            }));
        }
        shares.join(", ")
    }

    fn ask(&self, evidence: &Evidence) -> Says {
        let Some(coverage) = evidence.body.coverage() else {
            return Says::Nothing("it is not a coverage report".to_owned());
        };
        if coverage.main().is_none() {
            return Says::Nothing("it has nothing to cover".to_owned());
        }
        let mut silent = None;
        for (measure, limit) in self.limits() {
            let word = measure.word().to_lowercase();
            match coverage.of(measure).and_then(|covered| Some((covered, covered.permille()?))) {
                None => silent = silent.or(Some(format!("it does not count {word}"))),
                Some((covered, permille)) if permille < u64::from(limit) * 10 => {
                    return Says::No(format!(
                        "{} of {} {word}, {limit} % are asked for",
                        covered.covered, covered.total
                    ));
                }
                Some(_) => {}
            }
        }
        silent.map_or(Says::Yes, Says::Nothing)
    }
}
