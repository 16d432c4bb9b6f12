//! Who may see what, and what would be left of a record for those who may.

use crate::model::catalog::Catalog;
use crate::model::config::Config;
use crate::model::content::*;
use crate::model::evidence::Evidence;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::finding::did_you_mean;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::register::Blocker;
use crate::model::register::Risk;
use crate::model::register::Waiver;
use crate::model::visibility::Visibility;

/// Checks audiences, and public records with nothing public behind them.
pub(super) fn check(catalog: &Catalog, config: &Config, findings: &mut Vec<Finding>) {
    macro_rules! audiences {
        ($($field:ident : $type:ident),* $(,)?) => {
            $( for record in catalog.$field.values() { audience::<$type>(record, config, findings); } )*
        };
    }
    crate::for_each_kind!(audiences);
    for page in &catalog.pages {
        names(&page.head.audience, page.head.visibility, config, findings, |field| {
            Place::pointer(&page.origin.path, format!("/{field}"))
        });
    }
    for claim in catalog.claims.values() {
        behind(claim, &claim.evidence, catalog, findings);
    }
    for control in catalog.controls.values().filter(|control| control.claims.is_empty()) {
        behind(control, &control.evidence, catalog, findings);
    }
    for answer in catalog.answers.values().filter(|answer| answer.claims.is_empty()) {
        behind(answer, &answer.evidence, catalog, findings);
    }
}

fn audience<R: Record>(record: &R, config: &Config, findings: &mut Vec<Finding>) {
    let before = findings.len();
    names(record.audience(), record.visibility(), config, findings, |field| record.origin().field(field));
    for finding in &mut findings[before..] {
        finding.subject = Some(record.id().clone());
    }
}

fn names(
    audiences: &[String],
    visibility: Visibility,
    config: &Config,
    findings: &mut Vec<Finding>,
    place: impl Fn(&str) -> Place,
) {
    for (at, name) in audiences.iter().enumerate() {
        if !config.audiences.contains_key(name) {
            findings.push(
                Finding::error("unknown-audience", format!("the project has no audience `{name}`"))
                    .at(place(&format!("audience/{at}")))
                    .help(match did_you_mean(name, config.audiences.keys().map(String::as_str)) {
                        Some(meant) => format!("did you mean `{meant}`?"),
                        None => "declare it under `audiences` in `trustbook.yaml`".to_owned(),
                    }),
            );
        }
    }
    match visibility {
        Visibility::Restricted if audiences.is_empty() => findings.push(
            Finding::warning("no-audience", "a restricted record that names no audience is seen by nobody")
                .at(place("visibility"))
                .help("add `audience: [NAME]`"),
        ),
        Visibility::Public | Visibility::Internal if !audiences.is_empty() => findings.push(
            Finding::warning("unused-audience", "an audience has an effect on restricted records only")
                .at(place("audience"))
                .help("write `visibility: restricted`, or remove the audience"),
        ),
        Visibility::Public | Visibility::Restricted | Visibility::Internal => {}
    }
}

/// A public record that links evidence of which the public sees none.
fn behind<R: Record>(record: &R, evidence: &[Id], catalog: &Catalog, findings: &mut Vec<Finding>) {
    if record.visibility() != Visibility::Public || evidence.is_empty() {
        return;
    }
    let seen = |id: &Id| catalog.evidence.get(id).is_none_or(|one| one.visibility != Visibility::Internal);
    if evidence.iter().any(seen) {
        return;
    }
    findings.push(
        Finding::warning("nothing-behind", format!("`{}` is public and links internal evidence only", record.id()))
            .at(record.origin().field("evidence"))
            .help("publish a piece of the evidence, or restrict it with a `public-stub`, so that readers see what is behind it")
            .about(record.id()),
    );
}
