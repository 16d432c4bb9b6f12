//! `questions-answered`: no question of a priority is open.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Condition;
use super::CriterionRow;
use super::evidence_holds::ask;
use crate::evaluate::counting::Standing;
use crate::evaluate::counting::standing;
use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::evaluate::weigh::Says;
use crate::model::assessment::Counts;
use crate::model::assessment::EvidenceUse;
use crate::model::content::Answer;
use crate::model::content::AnswerWord;
use crate::model::content::Question;
use crate::model::operations::Priority;
use crate::model::status::Status;

pub(super) const ROW: CriterionRow = CriterionRow {
    kind: "questions-answered",
    what: "Every question of the content that is at least as grave as `priority` (all of them when not given) names an answer of \
           the library, and that answer is not due for review. A question of priority P0 is closed only by an answer other than \
           `no` and `partial`, with at least one piece of evidence that counts or one claim that is met behind it. Where no \
           question is recorded nothing passes, unless `allow-none: true` makes it not applicable.",
    why: "A packet that is called complete while the one question that matters is open wastes two people's weeks.",
    source: "Enterprise packet: complete only with no P0 question answered no, partly, not at all, or without counted evidence.",
    example: "id: p0\ntext: No P0 question is open\nkind: questions-answered\npriority: p0\n",
    schema: super::schema::<Parameters>,
    parse: super::condition::<Parameters>,
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Parameters {
    /// The least grave priority that is asked; `p3` when not given.
    #[serde(default)]
    priority: Option<Priority>,
    /// Whether no question at all is not applicable instead of not assessed.
    #[serde(default)]
    allow_none: bool,
}

impl Condition for Parameters {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        let least = self.priority.unwrap_or(Priority::P3);
        let asked: Vec<&Question> =
            scene.catalog.questions.values().filter(|question| question.priority <= least).collect();
        let which = if least == Priority::P3 { String::new() } else { format!("{} ", least.word()) };
        let mut judgement = Judgement::open(format!("no open {which}question"));
        if asked.is_empty() {
            return match self.allow_none {
                true => judgement.is(Status::NotApplicable, "no-questions", "no question is recorded"),
                false => judgement
                    .is(Status::NotAssessed, "no-questions", "no question is recorded")
                    .help("write down what was asked, under `questions` in the content"),
            };
        }
        let mut open: Vec<(&Question, String)> = Vec::new();
        for question in &asked {
            if let Err(why) = closed(question, scene, &mut judgement) {
                open.push((question, why));
            }
        }
        match open.first() {
            None => judgement.is(Status::Met, "met", format!("0 of {} {which}questions open", asked.len())),
            Some((question, why)) => {
                let help = format!("answer `{}`, and name what shows the answer", question.id);
                judgement
                    .is(
                        Status::NotMet,
                        "questions-open",
                        format!(
                            "{} of {} {which}questions open: `{}` {why}",
                            open.len(),
                            asked.len(),
                            question.id
                        ),
                    )
                    .help(help)
            }
        }
    }
}

/// Whether a question is closed; else why not.
fn closed(question: &Question, scene: &Scene<'_>, judgement: &mut Judgement) -> Result<(), String> {
    let Some(id) = &question.answer else { return Err("has no answer".to_owned()) };
    let Some(answer) = scene.catalog.answers.get(id) else {
        return Err(format!("names the answer `{id}`, which is not here"));
    };
    let over = answer.review_by.map(crate::model::time::Date::end);
    judgement.turns_at(scene.as_of, over);
    if over.is_some_and(|over| scene.as_of >= over) {
        return Err(format!("is answered by `{id}`, whose review is overdue"));
    }
    if let Some(on) = answer.approved_on.filter(|on| on.start() > scene.as_of) {
        judgement.turns_at(scene.as_of, Some(on.start()));
        return Err(format!("is answered by `{id}`, which is approved from {on} on"));
    }
    let shown = shown(answer, scene, judgement);
    if question.priority > Priority::P0 {
        return Ok(());
    }
    match answer.answer {
        AnswerWord::No | AnswerWord::Partial => {
            Err(format!("is answered `{}`", answer.answer.word().to_lowercase()))
        }
        AnswerWord::Yes | AnswerWord::NA | AnswerWord::Text if !shown => {
            Err(format!("is answered by `{id}`, with no evidence that counts"))
        }
        AnswerWord::Text if answer.explanation.as_ref().is_none_or(|text| text.trim().is_empty()) => {
            Err(format!("is answered by `{id}`, which refers to an explanation that is not there"))
        }
        AnswerWord::Yes | AnswerWord::NA | AnswerWord::Text => Ok(()),
    }
}

/// Whether evidence that counts, or a claim that is met, stands behind an answer, and no evidence says no.
fn shown(answer: &Answer, scene: &Scene<'_>, judgement: &mut Judgement) -> bool {
    let mut counted = false;
    let mut refused = false;
    for id in &answer.evidence {
        let Some(evidence) = scene.catalog.evidence.get(id) else { continue };
        let (counts, why) = match standing(evidence, scene) {
            Standing::Counts { stale_from } => {
                judgement.turns_at(scene.as_of, Some(stale_from));
                match ask(evidence) {
                    Says::No(why) => {
                        refused = true;
                        (Counts::Against, why)
                    }
                    Says::Yes | Says::Nothing(_) => {
                        counted = true;
                        (Counts::For, String::new())
                    }
                }
            }
            Standing::Not { why, cause: _, counts_from } => {
                judgement.turns_at(scene.as_of, counts_from);
                (Counts::NotCounted, why)
            }
        };
        if !judgement.evidence.iter().any(|used| used.evidence == *id) {
            judgement.evidence.push(EvidenceUse { evidence: id.clone(), counts, why });
        }
    }
    for id in &answer.claims {
        if let Some(claim) = scene.claims.get(id) {
            judgement.turns_at(scene.as_of, claim.valid_until);
            let lasts = claim.valid_until.is_none_or(|until| scene.as_of < until);
            counted |= claim.status == Status::Met && lasts;
        }
    }
    counted && !refused
}
