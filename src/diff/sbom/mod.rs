//! Two bills of materials against each other. One engine for files, for the records of snapshots, and for pages.
//!
//! Keys become numbers first, so that the work grows with the size of the bills and no faster.

mod bill;
mod key;
mod licence;
mod parts;
mod print;
mod relations;
mod side;
mod subjects;

use std::collections::BTreeMap;

pub use crate::diff::sbom::bill::Bill;
pub use crate::diff::sbom::print::json;
pub use crate::diff::sbom::print::json_text;
pub use crate::diff::sbom::print::markdown;
pub use crate::diff::sbom::print::text;
pub use crate::diff::sbom::subjects::successive;

use crate::diff::sbom::parts::Parts;
use crate::diff::sbom::side::Side;
use crate::diff::vulnerabilities::rank;
use crate::model::interner::Names;
use crate::model::sbom_changes::FieldChange;
use crate::model::sbom_changes::SbomChanges;
use crate::model::sbom_changes::SbomSide;

/// What changed from `old` to `new`; the names say which documents they are.
pub fn compare(old: &Bill<'_>, old_name: &str, new: &Bill<'_>, new_name: &str) -> SbomChanges {
    let mut names = Names::default();
    let (mut before, mut after) = (Side::new(old, &mut names), Side::new(new, &mut names));
    before.group(names.len());
    after.group(names.len());
    let mut out = SbomChanges {
        old: summary(old, old_name),
        new: summary(new, new_name),
        document: document(old, new),
        vulnerabilities: vulnerabilities(old, new),
        ..SbomChanges::default()
    };
    out.old.keys = before.keys();
    out.new.keys = after.keys();
    Parts::new(&names, &before, &after).compare(&mut out);
    relations::compare(&names, &before, &after, &mut out);
    out.parts.sort();
    out.parts.dedup();
    out
}

fn summary(bill: &Bill<'_>, name: &str) -> SbomSide {
    SbomSide {
        name: name.to_owned(),
        format: format!("{} {}", bill.spec, bill.spec_version).trim().to_owned(),
        tools: bill.tools.iter().map(|tool| (*tool).to_owned()).collect(),
        components: bill.parts.len(),
        keys: 0,
        relations: bill.edges.len(),
    }
}

/// What the documents say of themselves: it explains much of what differs otherwise.
fn document(old: &Bill<'_>, new: &Bill<'_>) -> Vec<FieldChange> {
    let relations = |bill: &Bill<'_>| match bill.edges.len() {
        0 => "none listed".to_owned(),
        many => format!("{many} listed"),
    };
    let mut fields = vec![
        ("tools", old.tools.join(", "), new.tools.join(", ")),
        ("format", old.spec.to_owned(), new.spec.to_owned()),
        ("format version", old.spec_version.to_owned(), new.spec_version.to_owned()),
        ("life cycle", old.lifecycles.join(", "), new.lifecycles.join(", ")),
        ("completeness", old.completeness.to_owned(), new.completeness.to_owned()),
    ];
    // silence of one is no change of each relation of the other
    if old.edges.is_empty() != new.edges.is_empty() {
        fields.push(("relations", relations(old), relations(new)));
    }
    fields
        .into_iter()
        .filter(|(_, was, now)| was != now)
        .map(|(field, was, now)| FieldChange { field: field.to_owned(), was, now })
        .collect()
}

/// The worst that each document says of each vulnerability.
fn vulnerabilities(old: &Bill<'_>, new: &Bill<'_>) -> Vec<FieldChange> {
    fn worst<'a>(bill: &Bill<'a>) -> BTreeMap<&'a str, &'a str> {
        let mut out = BTreeMap::new();
        for (id, status) in &bill.vulnerabilities {
            let slot = out.entry(*id).or_insert(*status);
            if rank(status) > rank(slot) {
                *slot = *status;
            }
        }
        out
    }
    let (before, after) = (worst(old), worst(new));
    let mut ids: Vec<&str> = before.keys().chain(after.keys()).copied().collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter()
        .map(|id| {
            (id, before.get(id).copied().unwrap_or_default(), after.get(id).copied().unwrap_or_default())
        })
        .filter(|(_, was, now)| was != now)
        .map(|(id, was, now)| FieldChange {
            field: id.to_owned(),
            was: was.replace('-', " "),
            now: now.replace('-', " "),
        })
        .collect()
}

#[cfg(test)]
mod tests;
