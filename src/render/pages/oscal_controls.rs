//! Controls of OSCAL catalogs and component definitions: what is asked, and what is said to be implemented.

use crate::model::oscal_controls::ControlCatalog;
use crate::model::oscal_controls::ControlImplementation;
use crate::render::page::Section;
use crate::render::page::commas;
use crate::render::pages::common;
use crate::render::pages::oscal::document;
use crate::render::table::Table;
use crate::render::view::Part;
use crate::render::view::code;
use crate::render::view::small;
use crate::render::view::text;

/// What a component definition says.
pub(crate) fn implementation(body: &ControlImplementation) -> Vec<Section> {
    let mut pairs = common::pairs();
    pairs.add("Components", text(body.components.len().to_string()));
    pairs.add("Controls", text(format!("{}, each counted once", body.controls)));
    pairs.add("Statements about them", text(body.implemented.to_string()));
    let mut out = vec![
        Section::new("implementation", "What is said to be implemented")
            .para("A statement of whoever wrote the document. Nobody assessed anything; a control that is listed is not a control that is met.")
            .pairs(pairs),
    ];
    let mut table = Table::new(
        "implemented-controls",
        "By component and source, in the order of the document. How far a control is implemented stands only where the document says so.",
        &["Control", "How", "How far", "Roles", "#Statements", "Source"],
    )
    .filtered();
    for (index, component) in body.components.iter().enumerate() {
        let kind = component.component_type.as_deref().map_or(String::new(), |kind| format!(" ({kind})"));
        table.group(format!("component-{}", index + 1), format!("{}{kind}", component.title));
        for set in &component.sets {
            for control in &set.controls {
                let statements = match control.statements {
                    0 => crate::render::view::Cell::default(),
                    count => count.to_string().into(),
                };
                table.row(vec![
                    code(control.control.clone()).into(),
                    (&control.description).into(),
                    (&control.status).into(),
                    commas(control.roles.iter().map(code).collect()),
                    statements,
                    set.source_title.clone().map_or_else(|| code(set.source.clone()), text).into(),
                ]);
            }
        }
    }
    table.drop_empty_columns();
    let meta = common::count(table.len(), "statement", "statements");
    out.push(Section::new("implemented-controls", "Controls").meta(meta).table(table));
    let mut components = Table::new(
        "components",
        "The components, as the document describes them.",
        &["Component", "Kind", "#Statements"],
    );
    for component in &body.components {
        let mut name = vec![text(component.title.clone())];
        name.extend(component.description.clone().map(small));
        let count: usize = component.sets.iter().map(|set| set.controls.len()).sum();
        components.row(vec![name.into(), (&component.component_type).into(), count.to_string().into()]);
    }
    out.push(Section::new("components", "Components").table(components));
    out.push(document(&body.document));
    out
}

/// What a catalog lists.
pub(crate) fn catalog(catalog: &ControlCatalog) -> Vec<Section> {
    let mut pairs = common::pairs();
    pairs.add("Controls", text(catalog.controls.to_string()));
    pairs.add("Enhancements", text(catalog.enhancements.to_string()));
    pairs.add("Withdrawn", text(catalog.withdrawn.to_string()));
    pairs.add("Groups", text(catalog.groups.len().to_string()));
    let mut table = Table::new(
        "catalog-controls",
        "By group. A catalog says what is asked, not what is done; the text of each control stands in the original.",
        &["Control", "Title", "Enhances", "#Parameters", "Note"],
    )
    .filtered();
    for (index, group) in catalog.groups.iter().enumerate() {
        table.group(format!("group-{}", index + 1), group.title.clone());
        for control in &group.controls {
            let label = control.label.clone().unwrap_or_else(|| control.id.clone());
            let mut name = vec![text(label.clone())];
            if label != control.id {
                name.push(Part::SmallCode { text: control.id.clone() });
            }
            let parameters = match control.parameters {
                0 => crate::render::view::Cell::default(),
                count => count.to_string().into(),
            };
            table.row(vec![
                name.into(),
                (&control.title).into(),
                control.parent.clone().map(code).into(),
                parameters,
                if control.withdrawn { "withdrawn".into() } else { crate::render::view::Cell::default() },
            ]);
        }
    }
    table.drop_empty_columns();
    let meta = common::count(table.len(), "control", "controls and enhancements");
    vec![
        Section::new("catalog", "Catalog").pairs(pairs),
        Section::new("catalog-controls", "Controls").meta(meta).table(table),
        document(&catalog.document),
    ]
}
