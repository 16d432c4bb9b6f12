//! Claim charts: claim, feature, evidence, with the digest of each piece.

use crate::model::content::ClaimChart;
use crate::model::operations::ChartRow;
use crate::model::status::Status;
use crate::render::book::Book;
use crate::render::book::anchor;
use crate::render::page::Page;
use crate::render::page::PageHead;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Mark;
use crate::render::view::Part;
use crate::render::view::digest;
use crate::render::view::text;

fn mark(book: &Book, row: &ChartRow) -> Mark {
    let counts = |id| {
        book.assessment()
            .evidence
            .get(id)
            .is_some_and(|judged: &crate::model::assessment::EvidenceAssessment| judged.can_count)
    };
    let counted = row.evidence.iter().filter(|shown| counts(&shown.id)).count();
    match (row.evidence.len(), counted) {
        (0, _) => status::worded(Status::NotAssessed, "No evidence"),
        (all, counted) if all == counted => status::worded(Status::Met, "Shown"),
        (_, 0) => status::worded(Status::NotAssessed, "Nothing counts"),
        (_, _) => status::worded(Status::PartlyMet, "Shown in part"),
    }
}

/// The page.
pub(crate) fn page(book: &Book) -> Page {
    let all = &book.catalog().claim_charts;
    let rows: Vec<&ChartRow> = all.values().flat_map(|chart| &chart.rows).collect();
    let shown = rows.iter().filter(|row| mark(book, row).word == "Shown").count();
    let title = match all.len() {
        0 => "No claim chart is recorded.".to_owned(),
        _ => format!(
            "{shown} of {} in {} are shown by evidence.",
            common::count(rows.len(), "row", "rows"),
            common::count(all.len(), "chart", "charts")
        ),
    };
    let mut page = Page::new(
        "claim-charts",
        "Claim charts",
        PageHead::plain(title).by(vec![text("Each element of a claim beside the shipped feature that practises it, and what shows that it does.")]),
    );
    if all.is_empty() {
        page.add(Section::new("none", "Claim charts").block(common::nothing(
            book,
            "No claim chart is published with this snapshot.",
            "Charts are written in the content, under `claim-charts`.",
        )));
        return page;
    }
    for chart in all.values() {
        page.add(one(book, chart));
    }
    page
}

fn one(book: &Book, chart: &ClaimChart) -> Section {
    let mut table = Table::new(
        format!("chart-{}", chart.id),
        "Evidence is a log, a metric or a configuration, each with the SHA-256 digest of the file that was read.",
        &["#", "Element of the claim", "Feature", "!State", "Evidence"],
    );
    for (at, row) in chart.rows.iter().enumerate() {
        let mut evidence: Vec<Part> = Vec::new();
        for shown in &row.evidence {
            if !evidence.is_empty() {
                evidence.push(text(" · "));
            }
            evidence.push(book.link("evidence", shown.id.as_str()));
            evidence.push(text(format!(", {} ", shown.form.word())));
            if let Some(record) = book.catalog().evidence.get(&shown.id) {
                evidence.push(digest(&record.source.sha256));
            }
        }
        table.row_at(
            format!("row-{}-{}", chart.id, at + 1),
            vec![
                (at + 1).to_string().into(),
                row.claim.clone().into(),
                row.feature.clone().into(),
                mark(book, row).into(),
                evidence.into(),
            ],
        );
    }
    let mut pairs = common::pairs();
    pairs.add("Set against", &chart.archetype);
    common::tail!(book, pairs, chart);
    Section::new(anchor("claim-charts", chart.id.as_str()), chart.title.clone())
        .meta(common::count(chart.rows.len(), "row", "rows"))
        .pairs(pairs)
        .table(table)
}
