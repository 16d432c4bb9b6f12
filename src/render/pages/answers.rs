//! Answers to questionnaires, and frequently asked questions.

use crate::model::content::Answer;
use crate::model::content::AnswerWord;
use crate::model::content::Faq;
use crate::model::id::Id;
use crate::render::book::Book;
use crate::render::book::anchor;
use crate::render::links::Written;
use crate::render::page::Block;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::page::commas;
use crate::render::pages::common;
use crate::render::pages::controls;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Part;
use crate::render::view::link;
use crate::render::view::small;
use crate::render::view::strong;
use crate::render::view::text;

/// The questionnaires.
pub(crate) fn page(book: &Book) -> Page {
    let all = &book.catalog().answers;
    let no =
        all.values().filter(|answer| matches!(answer.answer, AnswerWord::No | AnswerWord::Partial)).count();
    let title = match all.len() {
        0 => "No answers are recorded.".to_owned(),
        total => format!("{}; {no} of them no or partly.", common::count(total, "answer", "answers")),
    };
    let mut page = Page::new(
        "questionnaires",
        "Questionnaires",
        PageHead::plain(title)
            .by("Each answer says who approved it, until when it holds, and what stands behind it."),
    );
    if all.is_empty() {
        page.add(Section::new("none", "Answers").block(common::nothing(
            book,
            "No answer to a questionnaire is published with this snapshot.",
            "Answers are written in the content.",
        )));
        return page;
    }
    let mut table = Table::new(
        "answers",
        "By topic. No and partly come first in each.",
        &["Question", "Answer", "Explanation", "Behind it", "Asked in", "Approved", "~Review by"],
    )
    .filtered();
    let mut topics: Vec<&str> = all.values().map(topic).collect();
    topics.sort_unstable();
    topics.dedup();
    for name in topics {
        table.group(format!("topic-{}", Id::slug(name)), name.to_owned());
        let mut answers: Vec<&Answer> = all.values().filter(|answer| topic(answer) == name).collect();
        answers.sort_by_key(|answer| {
            let rank = match answer.answer {
                AnswerWord::No => 0,
                AnswerWord::Partial => 1,
                _ => 2,
            };
            (rank, answer.id.clone())
        });
        for answer in answers {
            row(book, &mut table, answer);
        }
    }
    page.add(
        Section::new("answers", "Answers").meta(common::count(all.len(), "answer", "answers")).table(table),
    );
    common::withheld(book, &mut page, "answers");
    page
}

fn topic(answer: &Answer) -> &str {
    answer.topics.first().map_or("Other", String::as_str)
}

fn row(book: &Book, table: &mut Table, answer: &Answer) {
    let mut question = vec![text(answer.question.clone()), Part::SmallCode { text: answer.id.to_string() }];
    if !answer.alternatives.is_empty() {
        question.push(small(format!("also asked as: {}", answer.alternatives.join(" / "))));
    }
    let mut explanation: Vec<Part> = answer.explanation.clone().map(text).into_iter().collect();
    if let Some(customer) = &answer.customer_responsibility {
        explanation.push(small(format!("Customer: {customer}")));
    }
    if let Some(ownership) = answer.ownership {
        explanation.push(small(format!("Answers for it: {}", controls::ownership(ownership).to_lowercase())));
    }
    let mut behind = common::claim_links(book, &answer.claims);
    let evidence = commas(book.links("evidence", &answer.evidence));
    if !behind.0.is_empty() && !evidence.0.is_empty() {
        behind.0.push(text(" · "));
    }
    behind.0.extend(evidence.0);
    let asked: Vec<String> =
        answer.external_ids.iter().map(|(questionnaire, id)| format!("{questionnaire} {id}")).collect();
    let mut approved: Vec<Part> = Vec::new();
    approved.extend(answer.approved_on.map(crate::render::view::day));
    approved.extend(answer.approved_by.clone().map(small));
    let mut review: Vec<Part> = Vec::new();
    if let Some(day) = answer.review_by {
        review.push(crate::render::view::day(day));
        if day.end() <= book.as_of() {
            review.push(crate::render::view::why("overdue"));
        }
    }
    table.row_at(
        anchor("answers", answer.id.as_str()),
        vec![
            question.into(),
            strong(answer.answer.word()).into(),
            explanation.into(),
            if behind.0.is_empty() { "nothing linked".into() } else { behind },
            asked.join(", ").into(),
            if approved.is_empty() { Cell::from("not approved") } else { approved.into() },
            review.into(),
        ],
    );
}

/// Frequently asked questions.
pub(crate) fn faq(book: &Book) -> Page {
    let all = &book.catalog().faq;
    let title = match all.len() {
        0 => "No questions are recorded.".to_owned(),
        _ => "Frequently asked questions".to_owned(),
    };
    let mut page = Page::new("faq", "FAQ", PageHead::plain(title));
    if all.is_empty() {
        page.add(Section::new("none", "Questions").block(common::nothing(
            book,
            "No question is published with this snapshot.",
            "Questions are written in the content.",
        )));
        return page;
    }
    let mut categories: Vec<&str> = all.values().map(category).collect();
    categories.sort_unstable();
    categories.dedup();
    for name in categories {
        let mut questions: Vec<&Faq> = all.values().filter(|entry| category(entry) == name).collect();
        questions.sort_by(|a, b| (a.order, &a.id).cmp(&(b.order, &b.id)));
        let mut section = Section::new(format!("category-{}", Id::slug(name)), name).meta(common::count(
            questions.len(),
            "question",
            "questions",
        ));
        for entry in questions {
            let anchor = anchor("faq", entry.id.as_str());
            let html = book.markdown(
                &entry.answer,
                &format!("{anchor}-"),
                4,
                Written::Field(&entry.origin, "answer"),
            );
            section = section.heading(anchor, entry.question.clone()).block(Block::Markdown { html });
            if !entry.claims.is_empty() {
                let mut parts = vec![text("Behind it: ")];
                parts.extend(common::claim_links(book, &entry.claims).0);
                section = section.para(parts);
            }
        }
        page.add(section);
    }
    if !book.catalog().answers.is_empty() {
        page.add(Section::new("more", "More answers").para(vec![
            text("Questionnaires are answered on "),
            link("their own page", "questionnaires.html"),
            text("."),
        ]));
    }
    page
}

fn category(entry: &Faq) -> &str {
    entry.category.as_deref().unwrap_or("General")
}
