//! Questions somebody asked: which are answered, which are open, gravest first.

use crate::model::content::AnswerWord;
use crate::model::content::Question;
use crate::model::operations::Priority;
use crate::model::status::Status;
use crate::render::book::Book;
use crate::render::book::anchor;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Mark;
use crate::render::view::Part;
use crate::render::view::text;
use crate::render::view::why;
use crate::render::words;

/// How a question stands, by the rule that judges packets.
fn mark(book: &Book, question: &Question) -> (Mark, Option<&'static str>) {
    let Some(answer) = question.answer.as_ref().and_then(|id| book.catalog().answers.get(id)) else {
        return (status::worded(Status::NotMet, "Open"), None);
    };
    if book.dates("answers", answer.id.as_str()).is_some_and(|dates| dates.status == Status::Stale) {
        return (status::worded(Status::Stale, "Open"), Some("the answer is overdue for review"));
    }
    if question.priority == Priority::P0 {
        if matches!(answer.answer, AnswerWord::No | AnswerWord::Partial) {
            return (status::worded(Status::NotMet, "Open"), Some("the answer is not yes"));
        }
        let counts = answer
            .evidence
            .iter()
            .any(|id| book.assessment().evidence.get(id).is_some_and(|judged| judged.can_count))
            || answer.claims.iter().any(|id| book.claim_status(id.as_str()) == Status::Met);
        if !counts {
            return (
                status::worded(Status::NotMet, "Open"),
                Some("nothing that counts stands behind the answer"),
            );
        }
    }
    (status::worded(Status::Met, "Answered"), None)
}

/// The page.
pub(crate) fn page(book: &Book) -> Page {
    let mut all: Vec<&Question> = book.catalog().questions.values().collect();
    all.sort_by(|a, b| {
        let closed = |one| mark(book, one).0.word == "Answered";
        (closed(a), a.priority, &a.id).cmp(&(closed(b), b.priority, &b.id))
    });
    let open = all.iter().filter(|one| mark(book, one).0.word == "Open").count();
    let grave =
        all.iter().filter(|one| one.priority == Priority::P0 && mark(book, one).0.word == "Open").count();
    let title = match (all.len(), open) {
        (0, _) => "No question is recorded.".to_owned(),
        (1, 0) => "The one question is answered.".to_owned(),
        (total, 0) => format!("All {total} questions are answered."),
        (total, open) => {
            format!(
                "{open} of {total} questions {} open, {grave} of them P0.",
                words::form(open, "is", "are")
            )
        }
    };
    let head = match (all.is_empty(), grave, open) {
        (true, _, _) => PageHead::plain(title),
        (false, 0, 0) => PageHead::verdict(status::worded(Status::Met, "Answered"), title),
        (false, 0, _) => PageHead::verdict(status::worded(Status::PartlyMet, "Questions open"), title),
        (false, _, _) => PageHead::verdict(status::worded(Status::NotMet, "P0 open"), title),
    };
    let mut page = Page::new("open-questions", "Open questions", head);
    if all.is_empty() {
        page.add(Section::new("none", "Questions").block(common::nothing(
            book,
            "No question is published with this snapshot.",
            "Questions are written in the content, under `questions`.",
        )));
        return page;
    }
    let mut table = Table::new(
        "questions",
        "Open ones first. A P0 question is closed only by an answer other than no and partly, with evidence that counts.",
        &["Question", "!State", "Priority", "Asked in", "~Since", "~Due", "Answer"],
    );
    for question in all {
        let (mark, reason) = mark(book, question);
        let mut state: Vec<Part> = vec![Part::Mark { mark }];
        state.extend(reason.map(why));
        let answer: Cell = match &question.answer {
            Some(id) => vec![book.link("answers", id.as_str())].into(),
            None => "none yet".into(),
        };
        table.row_at(
            anchor("questions", question.id.as_str()),
            vec![
                vec![text(question.question.clone()), Part::SmallCode { text: question.id.to_string() }]
                    .into(),
                state.into(),
                question.priority.word().into(),
                (&question.asked_in).into(),
                question.opened.into(),
                question.due.into(),
                answer,
            ],
        );
    }
    page.add(Section::new("questions", "Questions").meta(format!("{open} open")).table(table));
    page
}
