//! The groups of a profile, gates or sections: how each stands, and a page for each with every criterion.

use crate::model::assessment::CriterionResult;
use crate::model::assessment::GroupResult;
use crate::model::assessment::GroupState;
use crate::model::assessment::Verdict;
use crate::model::status::Status;
use crate::render::book::Book;
use crate::render::page::Block;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Mark;
use crate::render::view::Part;
use crate::render::view::StripItem;
use crate::render::view::at;
use crate::render::view::code;
use crate::render::view::day_of;
use crate::render::view::link;
use crate::render::view::small;
use crate::render::view::text;

/// How a group stands, in its word.
fn mark(group: &GroupResult) -> Mark {
    status::worded(group.state.status(), group.state.word())
}

/// How a criterion stands. What was never put forward is missing, which is more to the point than not assessed.
fn criterion_mark(result: &CriterionResult) -> Mark {
    match (result.status, result.reason.as_str()) {
        (Status::NotAssessed, "nothing-assigned" | "nothing-counted" | "no-release" | "no-questions") => {
            status::worded(Status::NotAssessed, "Missing")
        }
        (Status::NotMet, _) => status::worded(Status::NotMet, "Failed"),
        (other, _) => status::mark(other),
    }
}

/// One shape a criterion, with the counts below.
pub(crate) fn strip(book: &Book, verdict: &Verdict, criteria: &[&CriterionResult]) -> Block {
    let mut legend: Vec<(Mark, usize)> = Vec::new();
    let items = criteria
        .iter()
        .filter(|result| result.required)
        .map(|result| {
            let mark = criterion_mark(result);
            match legend.iter_mut().find(|(known, _)| *known == mark) {
                Some((_, count)) => *count += 1,
                None => legend.push((mark.clone(), 1)),
            }
            StripItem {
                label: format!("{}: {}", result.text.trim_end_matches('.'), mark.word.to_lowercase()),
                href: book.criterion_href(verdict.profile.as_str(), result.id.as_str()).unwrap_or_default(),
                mark,
            }
        })
        .collect();
    Block::Strip { label: "Required conditions; one shape is one condition".to_owned(), items, legend }
}

/// Criteria of a group in the order of the profile.
fn of<'v>(verdict: &'v Verdict, group: &GroupResult) -> Vec<&'v CriterionResult> {
    let find = |id: &crate::model::id::Id| verdict.criteria.iter().find(|result| result.id == *id);
    group.criteria.iter().filter_map(find).collect()
}

/// `gates` of `gate`.
fn plural(word: &str) -> String {
    format!("{word}s")
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|letter| letter.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// The groups of a verdict, one row each.
pub(crate) fn section(book: &Book, verdict: &Verdict) -> Section {
    let word = verdict.groups.first().map_or("group", |group| group.word.as_str());
    let in_order = verdict.groups.iter().any(|group| group.in_order);
    let caption = if in_order {
        "In the order they are passed: none is passed before the one above it. Complete is the share of what applies that holds on counted evidence."
    } else {
        "In the order of the profile. Complete is the share of what applies that holds on counted evidence."
    };
    let mut table = Table::new(
        format!("groups-{}", verdict.profile),
        caption,
        &[
            "Part",
            "!State",
            "#Hold",
            "#Waived",
            "#Does not apply",
            "#Complete",
            "What stands in the way",
            "~May change from",
        ],
    );
    for group in &verdict.groups {
        let name = match book.group_page(&verdict.profile, &group.id) {
            Some(href) => link(group.title.clone(), href),
            None => text(group.title.clone()),
        };
        let mut way: Vec<Part> = Vec::new();
        if let Some(before) = group.blocked_by.as_ref() {
            let title =
                verdict.groups.iter().find(|one| one.id == *before).map_or("", |one| one.title.as_str());
            way.push(text(format!("{title} is not passed")));
        }
        let worst = of(verdict, group)
            .into_iter()
            .filter(|result| {
                result.required && !result.status.is_satisfied() && result.status != Status::Waived
            })
            .min_by_key(|result| result.status);
        if let Some(result) = worst {
            if !way.is_empty() {
                way.push(text(". "));
            }
            way.push(text(format!("{}: ", result.text.trim_end_matches('.'))));
            way.extend(crate::render::view::marked(&result.found));
        }
        table.row_at(
            format!("group-{}", group.id),
            vec![
                vec![name, small(group.description.clone())].into(),
                mark(group).into(),
                format!("{} of {}", group.met, group.required - group.not_applicable).into(),
                group.waived.to_string().into(),
                group.not_applicable.to_string().into(),
                complete(group),
                way.into(),
                group.valid_until.map(day_of).into(),
            ],
        );
    }
    let passed = verdict.groups.iter().filter(|group| group.state.passes()).count();
    let title = capital(&plural(word));
    let mut all: Vec<&CriterionResult> = Vec::new();
    for group in &verdict.groups {
        all.extend(of(verdict, group));
    }
    Section::new("groups", title)
        .meta(format!("{passed} of {} passed", common::count(verdict.groups.len(), word, &plural(word))))
        .block(strip(book, verdict, &all))
        .table(table)
}

/// The share of a group that holds: a bar and the number.
fn complete(group: &GroupResult) -> Cell {
    match group.complete_percent {
        None => "nothing applies".into(),
        Some(percent) => {
            let (fill, over) = crate::render::charts::bar(i64::from(percent), 100);
            vec![Part::Bar { fill, over, tone: "fill" }, text(format!("{percent}\u{a0}%"))].into()
        }
    }
}

/// What is open in all groups, worst first.
pub(crate) fn open(book: &Book, verdict: &Verdict) -> Section {
    let mut table = Table::new(
        format!("open-{}", verdict.profile),
        "Required conditions that do not hold, worst first, each with what to do.",
        &["Condition", "!Status", "Part", "Found", "What to do"],
    );
    let open = verdict
        .criteria
        .iter()
        .filter(|result| result.required && !result.status.is_satisfied() && result.status != Status::Waived);
    for result in open {
        let part = verdict.groups.iter().find(|group| Some(&group.id) == result.group.as_ref());
        let href = book.criterion_href(verdict.profile.as_str(), result.id.as_str());
        table.row(vec![
            vec![
                href.map_or_else(|| text(result.text.clone()), |href| link(result.text.clone(), href)),
                Part::SmallCode { text: result.id.to_string() },
            ]
            .into(),
            criterion_mark(result).into(),
            part.map(|group| group.title.clone()).unwrap_or_default().into(),
            crate::render::view::marked(&result.found).into(),
            crate::render::view::marked(&result.help).into(),
        ]);
    }
    let count = table.len();
    Section::new("open", "What is open").meta(common::count(count, "condition", "conditions")).table(table)
}

/// Criteria that belong to no group.
pub(crate) fn outside(book: &Book, verdict: &Verdict) -> Section {
    let alone: Vec<CriterionResult> =
        verdict.criteria.iter().filter(|result| result.group.is_none()).cloned().collect();
    Section::new("reasons", "Other conditions").table(common::reasons(
        book,
        "Conditions that belong to no part, worst first.",
        &alone,
        &[],
    ))
}

/// The page of one group.
pub(crate) fn one(book: &Book, verdict: &Verdict, group: &GroupResult) -> Page {
    let criteria = of(verdict, group);
    let verdict_page = book.page_of("verdicts", verdict.profile.as_str()).unwrap_or_default();
    let mut head = PageHead::verdict(mark(group), group.sentence.clone()).by(vec![
        text("Computed by profile "),
        code(verdict.profile.to_string()),
        text(format!(" version {}, for {}, as of ", verdict.profile_version, verdict.subject)),
        at(book.as_of()),
        text("."),
    ]);
    if group.state == GroupState::BlockedByPrevious {
        let before =
            group.blocked_by.as_ref().and_then(|before| verdict.groups.iter().find(|one| one.id == *before));
        if let Some(before) = before {
            let name = match book.group_page(&verdict.profile, &before.id) {
                Some(href) => link(before.title.clone(), href),
                None => text(before.title.clone()),
            };
            head = head.by(vec![
                text(format!("Alone it would be {}; it waits for ", group.state_alone.word().to_lowercase())),
                name,
                text("."),
            ]);
        }
    }
    let mut page = Page::new("verdicts", format!("{}, {}", group.title, verdict.title), head)
        .under("Verdicts", "verdicts.html")
        .under(&verdict.title, &verdict_page);
    page.crumb.clone_from(&group.title);
    if !group.description.is_empty() {
        page.add(
            Section::new("standing", "How it stands")
                .meta(match group.complete_percent {
                    Some(percent) => format!("{percent}\u{a0}% complete"),
                    None => "nothing applies".to_owned(),
                })
                .para(group.description.clone())
                .block(strip(book, verdict, &criteria)),
        );
    }
    page.add(
        Section::new("criteria", "Criteria")
            .meta(common::count(criteria.len(), "criterion", "criteria"))
            .table(table(book, verdict, group, &criteria)),
    );
    page.add_filled(around(book, verdict, group));
    page
}

fn table(book: &Book, verdict: &Verdict, group: &GroupResult, criteria: &[&CriterionResult]) -> Table {
    let mut table = Table::new(
        format!("criteria-{}-{}", verdict.profile, group.id),
        "Every criterion with the evidence it rests on, and what did not count. Missing means that nothing was put forward that counts.",
        &["Criterion", "!Status", "Asked", "Found", "Evidence", "What to do"],
    );
    for result in criteria {
        let mut state: Vec<Part> = vec![Part::Mark { mark: criterion_mark(result) }];
        if let Some(waiver) = &result.waiver {
            let without = result.status_without_waiver.word().to_lowercase();
            state.push(Part::Why { text: format!("without the waiver: {without}") });
            state.push(text(" "));
            state.push(book.link_as("waivers", waiver.as_str(), "the waiver"));
            if let Some(waiver) = book.catalog().waivers.get(waiver) {
                let owner = waiver.owner.as_deref().unwrap_or("nobody");
                let until = waiver.expires.map(|end| format!(", until {end}")).unwrap_or_default();
                let why = waiver.rationale.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
                state.push(small(format!("{owner}{until}{why}")));
            }
        } else if !result.required {
            state.push(Part::Why { text: "not part of the verdict".to_owned() });
        }
        let mut evidence: Vec<Part> = Vec::new();
        for used in &result.evidence {
            if !evidence.is_empty() {
                evidence.push(text(" · "));
            }
            evidence.push(book.link("evidence", used.evidence.as_str()));
            if !used.why.is_empty() {
                evidence.push(text(format!(" ({})", used.why.replace('`', ""))));
            }
        }
        if result.withheld > 0 {
            let words =
                common::count(usize::try_from(result.withheld).unwrap_or(usize::MAX), "input", "inputs");
            evidence.push(small(format!("{words} withheld from this audience")));
        }
        if let Some(until) = result.valid_until {
            evidence.push(small(format!("may change from {}", until.date())));
        }
        table.row_at(
            format!("criterion-{}", result.id),
            vec![
                vec![text(result.text.clone()), Part::SmallCode { text: result.id.to_string() }].into(),
                state.into(),
                crate::render::view::marked(&result.asked).into(),
                crate::render::view::marked(&result.found).into(),
                evidence.into(),
                crate::render::view::marked(&result.help).into(),
            ],
        );
    }
    table
}

/// The groups before and after.
fn around(book: &Book, verdict: &Verdict, group: &GroupResult) -> Section {
    let at = verdict.groups.iter().position(|one| one.id == group.id).unwrap_or(0);
    let mut pairs = common::pairs();
    let mut add = |label: &str, other: Option<&GroupResult>| {
        if let Some(other) = other
            && let Some(href) = book.group_page(&verdict.profile, &other.id)
        {
            pairs.add(
                label.to_owned(),
                vec![link(other.title.clone(), href), text(" "), Part::Mark { mark: mark(other) }],
            );
        }
    };
    add("Before it", at.checked_sub(1).and_then(|before| verdict.groups.get(before)));
    add("After it", verdict.groups.get(at + 1));
    Section::new("around", format!("Other {}", plural(&group.word))).pairs(pairs)
}
