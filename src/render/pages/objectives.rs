//! Service level objectives: targets, and the plain word that nothing here was measured.

use crate::model::objectives::ServiceObjectives;
use crate::model::status::Status;
use crate::render::page::Section;
use crate::render::pages::common;
use crate::render::status;
use crate::render::table::Table;
use crate::render::view::Cell;
use crate::render::view::Mark;
use crate::render::view::code;
use crate::render::view::small;
use crate::render::view::text;
use crate::render::view::why;

/// A definition has no outcome.
pub(crate) fn mark() -> Mark {
    status::worded(Status::NotAssessed, "Targets, nothing measured")
}

/// What it says.
pub(crate) fn sections(body: &ServiceObjectives) -> Vec<Section> {
    let mut table = Table::new(
        "objectives",
        "What somebody wants to reach, as defined. Whether it was reached is not in this file.",
        &["Objective", "Service", "#Target", "Over", "Indicator", "Compared", "Budget"],
    )
    .filtered();
    for objective in &body.objectives {
        let mut name = vec![text(objective.name.clone())];
        name.extend(objective.level.clone().map(small));
        name.extend(objective.description.clone().map(small));
        let target = match (&objective.target_percent, &objective.raw_target) {
            (Some(percent), _) => format!("{percent} %").into(),
            (None, Some(raw)) => Cell(vec![code(raw.clone()), why("as written; it is no share")]),
            (None, None) => "none given".into(),
        };
        let windows = match objective.windows.is_empty() {
            true => "not in the file".to_owned(),
            false => objective.windows.join("; "),
        };
        table.row(vec![
            name.into(),
            (&objective.service).into(),
            target,
            windows.into(),
            (&objective.indicator).into(),
            objective.threshold.clone().map(code).into(),
            (&objective.budgeting).into(),
        ]);
    }
    table.drop_empty_columns();
    let mut pairs = common::pairs();
    pairs.add("Written for", body.language.clone());
    pairs.add("Definitions", text(body.definitions.to_string()));
    pairs.add("Targets", text(body.objectives.len().to_string()));
    pairs.add("Other objects", body.other_objects.join(", "));
    let section = Section::new("objectives", "Objectives")
        .para("A target is never an achieved value: this file defines, and measures nothing.");
    vec![
        if table.is_empty() {
            section.para("None of its objects sets a target.")
        } else {
            let meta = common::count(table.len(), "target", "targets");
            section.meta(meta).table(table)
        },
        Section::new("definition", "Definition").pairs(pairs),
    ]
}
