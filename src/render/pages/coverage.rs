//! How much of the code the tests reached: counts of the whole and by file, shares beside them and never alone.

use std::collections::BTreeMap;

use crate::model::coverage::Coverage;
use crate::model::coverage::Covered;
use crate::model::coverage::Measure;
use crate::model::status::Status;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Mark;
use crate::render::view::at;
use crate::render::view::code;
use crate::render::view::text;

/// Coverage is a number, not a verdict; only a report that measures nothing has a mark.
pub(crate) fn mark(coverage: &Coverage) -> Option<Mark> {
    coverage.main().is_none().then(|| status::worded(Status::NotAssessed, "Nothing measured"))
}

/// In a cell: `62.5 % of 14 lines`.
pub(crate) fn outcome(coverage: &Coverage) -> Cell {
    match coverage.main() {
        Some((measure, covered)) => {
            format!("{} of {} {}", covered.share(), covered.total, measure.word().to_lowercase()).into()
        }
        None => "nothing measured".into(),
    }
}

/// What it says.
pub(crate) fn sections(coverage: &Coverage) -> Vec<Section> {
    let mut pairs = common::pairs();
    pairs.add("Tool", &coverage.tool);
    pairs.add("Made", coverage.timestamp.map(at));
    pairs.add("Files", text(coverage.file_count.to_string()));
    for (measure, said) in &coverage.declared {
        pairs.add(
            format!("Its summary says, {}", measure.word().to_lowercase()),
            text(format!("{} of {}, which differs from the count", said.covered, said.total)),
        );
    }
    let mut whole = Table::new(
        "measures",
        "What was reached of what there is. Shares are rounded down; nothing of nothing has none.",
        &["Measure", "#Covered", "#Of", "#Share"],
    )
    .fit();
    for (measure, covered) in &coverage.measures {
        whole.row(vec![
            measure.word().into(),
            covered.covered.to_string().into(),
            covered.total.to_string().into(),
            covered.share().into(),
        ]);
    }
    let mut out = vec![Section::new("covered", "What the tests reached").table(whole).pairs(pairs)];
    let shown = coverage.files.len();
    if shown > 0 {
        let mut files = Section::new("files", "Files")
            .meta(common::count(usize::try_from(coverage.file_count).unwrap_or(usize::MAX), "file", "files"))
            .table(self::files(coverage));
        if (shown as u64) < coverage.file_count {
            files = files
                .para(format!("{shown} of {} are listed; the counts above are of all.", coverage.file_count));
        }
        out.push(files);
    }
    out
}

fn files(coverage: &Coverage) -> Table {
    let mut table = Table::new(
        "files",
        "In the order of their paths, which are as the report writes them.",
        &["File", "#Lines", "#Share", "#Branches", "#Functions", "#Statements"],
    )
    .filtered();
    let of = |measures: &BTreeMap<Measure, Covered>, measure| -> Cell {
        measures.get(&measure).map(|covered| text(format!("{} of {}", covered.covered, covered.total))).into()
    };
    for file in &coverage.files {
        let main =
            [Measure::Lines, Measure::Statements].iter().find_map(|measure| file.measures.get(measure));
        table.row(vec![
            code(file.path.clone()).into(),
            of(&file.measures, Measure::Lines),
            main.map(|covered| text(covered.share())).into(),
            of(&file.measures, Measure::Branches),
            of(&file.measures, Measure::Functions),
            of(&file.measures, Measure::Statements),
        ]);
    }
    table.drop_empty_columns();
    table
}
