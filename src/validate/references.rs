//! Ids that one record gives of another.

use std::collections::BTreeMap;

use super::suggestion;
use crate::model::catalog::ById;
use crate::model::catalog::Catalog;
use crate::model::config::Config;
use crate::model::content::Framework;
use crate::model::finding::Finding;
use crate::model::id::Id;
use crate::model::record::Origin;
use crate::model::record::Record;

/// Checks every reference of the catalog.
pub(super) fn check(catalog: &Catalog, config: &Config, findings: &mut Vec<Finding>) {
    let mut refs = References { findings };
    claims(catalog, &mut refs);
    frameworks(catalog, &mut refs);
    products(catalog, &mut refs);
    for one in catalog.answers.values() {
        refs.all(one, "evidence", &one.evidence, &catalog.evidence);
        refs.all(one, "claims", &one.claims, &catalog.claims);
    }
    for one in catalog.faq.values() {
        refs.all(one, "claims", &one.claims, &catalog.claims);
    }
    for one in catalog.certifications.values() {
        refs.one(one, "document", one.document.as_ref(), &catalog.documents);
        let letter = one.bridge_letter.as_ref().and_then(|letter| letter.document.as_ref());
        refs.one(one, "bridge-letter/document", letter, &catalog.documents);
    }
    for one in catalog.risks.values() {
        refs.all(one, "related-claims", &one.related_claims, &catalog.claims);
    }
    for one in catalog.blockers.values() {
        refs.one(one, "resolved-by", one.resolved_by.as_ref(), &catalog.evidence);
        if let Some(scope) = &one.scope
            && !catalog.has_id(scope)
        {
            let known = catalog.claims.keys().chain(catalog.releases.keys()).map(Id::as_str);
            refs.missing(&one.origin, one.id(), "scope", scope, "claim or release", known);
        }
    }
    operations(catalog, &mut refs);
    for one in catalog.evidence.values() {
        refs.one(one, "release", one.release.as_ref(), &catalog.releases);
    }
    waivers(catalog, config, &mut refs);
}

fn claims(catalog: &Catalog, refs: &mut References<'_>) {
    for one in catalog.claims.values() {
        refs.all(one, "evidence", &one.evidence, &catalog.evidence);
        refs.all(one, "counter-evidence", &one.counter_evidence, &catalog.evidence);
        if let Some(target) = &one.target {
            let known = systems(catalog);
            if !known.contains(&target.as_str()) {
                let what = "product, release or system";
                refs.missing(&one.origin, one.id(), "target", target, what, known.into_iter());
            }
        }
        for (at, requirement) in one.requirements.iter().enumerate() {
            let field = format!("requirements/{at}");
            refs.requirement(
                one,
                &field,
                &requirement.framework,
                &requirement.requirement,
                &catalog.frameworks,
            );
        }
    }
}

/// Series, reviews, exports, checklists, charts, questions and what is put forward for a criterion.
fn operations(catalog: &Catalog, refs: &mut References<'_>) {
    let known = &catalog.evidence;
    for one in catalog.assignments.values() {
        refs.all(one, "evidence", &one.evidence, known);
    }
    for one in catalog.questions.values() {
        refs.one(one, "answer", one.answer.as_ref(), &catalog.answers);
    }
    for one in catalog.kpis.values() {
        refs.all(one, "evidence", &one.evidence, known);
    }
    for one in catalog.access_reviews.values() {
        refs.all(one, "evidence", &one.evidence, known);
    }
    for one in catalog.audit_exports.values() {
        refs.all(one, "evidence", &one.evidence, known);
    }
    for one in catalog.checklists.values() {
        for (at, item) in one.items.iter().enumerate() {
            refs.all(one, &format!("items/{at}/evidence"), &item.evidence, known);
        }
    }
    for one in catalog.claim_charts.values() {
        for (at, row) in one.rows.iter().enumerate() {
            for (index, shown) in row.evidence.iter().enumerate() {
                refs.one(one, &format!("rows/{at}/evidence/{index}/id"), Some(&shown.id), known);
            }
        }
    }
}

/// Everything a claim can be about.
fn systems(catalog: &Catalog) -> Vec<&str> {
    let views = catalog.architecture.values();
    let parts = views.clone().flat_map(|view| view.components.iter().map(|component| component.id.as_str()));
    let products = catalog.products.keys().chain(catalog.releases.keys()).map(Id::as_str);
    products.chain(views.map(|view| view.id.as_str())).chain(parts).collect()
}

fn frameworks(catalog: &Catalog, refs: &mut References<'_>) {
    for one in catalog.controls.values() {
        refs.requirement(one, "", &one.framework, &one.requirement, &catalog.frameworks);
        refs.all(one, "claims", &one.claims, &catalog.claims);
        refs.all(one, "evidence", &one.evidence, &catalog.evidence);
    }
    for one in catalog.responsibilities.values() {
        match (&one.framework, &one.requirement) {
            (Some(framework), Some(requirement)) => {
                refs.requirement(one, "", framework, requirement, &catalog.frameworks);
            }
            (Some(framework), None) => refs.one(one, "framework", Some(framework), &catalog.frameworks),
            (None, Some(requirement)) => refs.findings.push(
                Finding::error(
                    "missing-key",
                    format!("`{requirement}` is a requirement of which framework?"),
                )
                .at(one.origin.field("requirement"))
                .help("add `framework:`")
                .about(&one.id),
            ),
            (None, None) => {}
        }
        refs.one(one, "inherited-from", one.inherited_from.as_ref(), &catalog.subprocessors);
    }
}

fn products(catalog: &Catalog, refs: &mut References<'_>) {
    for one in catalog.subprocessors.values() {
        refs.all(one, "products", &one.products, &catalog.products);
        refs.one(one, "replaces", one.replaces.as_ref(), &catalog.subprocessors);
    }
    for one in catalog.data_residency.values() {
        refs.one(one, "product", one.product.as_ref(), &catalog.products);
        refs.all(one, "subprocessors", &one.subprocessors, &catalog.subprocessors);
    }
    for one in catalog.compatibility.values() {
        refs.one(one, "product", one.product.as_ref(), &catalog.products);
    }
    for one in catalog.releases.values() {
        refs.one(one, "product", one.product.as_ref(), &catalog.products);
        refs.one(one, "previous", one.previous.as_ref(), &catalog.releases);
    }
    for one in catalog.architecture.values() {
        let known: BTreeMap<&Id, ()> = one.components.iter().map(|component| (&component.id, ())).collect();
        for (at, flow) in one.flows.iter().enumerate() {
            for (end, id) in [("from", &flow.from), ("to", &flow.to)] {
                if !known.contains_key(id) {
                    let field = format!("flows/{at}/{end}");
                    let names = known.keys().map(|id| id.as_str());
                    refs.missing(&one.origin, &one.id, &field, id.as_str(), "component of this view", names);
                }
            }
        }
    }
}

fn waivers(catalog: &Catalog, config: &Config, refs: &mut References<'_>) {
    for one in catalog.waivers.values() {
        let place = one.origin.field("target");
        let Some((kind, target)) = one.target.split_once(':') else {
            refs.findings.push(
                Finding::error("invalid-value", format!("`{}` is not a waiver's target", one.target))
                    .at(place)
                    .help("write `criterion:PROFILE/ID`, `criterion:CLAIM/ID`, `claim:ID` or `blocker:ID`")
                    .about(&one.id),
            );
            continue;
        };
        let claims = catalog.claims.keys().map(Id::as_str);
        match kind {
            "claim" if !catalog.claims.contains_key(target) => {
                refs.missing(&one.origin, &one.id, "target", target, "claim", claims);
            }
            "blocker" if !catalog.blockers.contains_key(target) => {
                let known = catalog.blockers.keys().map(Id::as_str);
                refs.missing(&one.origin, &one.id, "target", target, "blocker", known);
            }
            "criterion" => {
                let (owner, criterion) = target.split_once('/').unwrap_or((target, ""));
                match catalog.claims.get(owner) {
                    Some(claim) if !claim.criteria.iter().any(|one| one.id.as_str() == criterion) => {
                        let known = claim.criteria.iter().map(|one| one.id.as_str());
                        refs.missing(
                            &one.origin,
                            &one.id,
                            "target",
                            criterion,
                            "criterion of this claim",
                            known,
                        );
                    }
                    Some(_) => {}
                    None if !config.profiles.iter().any(|profile| profile.as_str() == owner) => {
                        let known = config.profiles.iter().map(Id::as_str);
                        refs.missing(&one.origin, &one.id, "target", owner, "profile of this project", known);
                    }
                    None => {}
                }
            }
            "claim" | "blocker" => {}
            "finding" => refs.findings.push(
                Finding::error("invalid-value", "a finding cannot be waived: it says what is wrong with the input")
                    .at(place)
                    .help("correct what it points at, and waive the criterion, claim or blocker that it keeps open; what the publish lint finds is waived under `lint.waivers` in `trustbook.yaml`")
                    .about(&one.id),
            ),
            _ => {
                let known = ["criterion", "claim", "blocker"];
                refs.missing(&one.origin, &one.id, "target", kind, "kind of target", known.into_iter());
            }
        }
    }
}

struct References<'f> {
    findings: &'f mut Vec<Finding>,
}

impl References<'_> {
    fn one<F: Record, T: Record>(&mut self, from: &F, field: &str, id: Option<&Id>, to: &ById<T>) {
        if let Some(id) = id
            && !to.contains_key(id)
        {
            let known = to.keys().map(Id::as_str);
            self.missing(from.origin(), from.id(), field, id.as_str(), singular(T::KIND), known);
        }
    }

    fn all<F: Record, T: Record>(&mut self, from: &F, field: &str, ids: &[Id], to: &ById<T>) {
        for (at, id) in ids.iter().enumerate() {
            self.one(from, &format!("{field}/{at}"), Some(id), to);
            if ids[..at].contains(id) {
                self.findings.push(
                    Finding::warning("duplicate-reference", format!("`{id}` is listed twice"))
                        .at(from.origin().field(&format!("{field}/{at}")))
                        .about(from.id()),
                );
            }
        }
    }

    fn requirement<F: Record>(
        &mut self,
        from: &F,
        field: &str,
        framework: &Id,
        requirement: &str,
        frameworks: &ById<Framework>,
    ) {
        let at = |name: &str| if field.is_empty() { name.to_owned() } else { format!("{field}/{name}") };
        let Some(found) = frameworks.get(framework) else {
            let known = frameworks.keys().map(Id::as_str);
            self.missing(from.origin(), from.id(), &at("framework"), framework.as_str(), "framework", known);
            return;
        };
        if !found.requirements.iter().any(|one| one.id == requirement) {
            let known = found.requirements.iter().map(|one| one.id.as_str());
            let what = format!("requirement of `{framework}`");
            self.missing(from.origin(), from.id(), &at("requirement"), requirement, &what, known);
        }
    }

    fn missing<'a>(
        &mut self,
        origin: &Origin,
        from: &Id,
        field: &str,
        id: &str,
        what: &str,
        known: impl Iterator<Item = &'a str> + Clone,
    ) {
        self.findings.push(
            Finding::error("dangling-reference", format!("there is no {what} `{id}`"))
                .at(origin.field(field))
                .help(suggestion(id, known, what))
                .about(from),
        );
    }
}

/// One of a kind, in words.
fn singular(kind: &'static str) -> &'static str {
    match kind {
        "evidence" => "evidence",
        "claims" => "claim",
        "products" => "product",
        "releases" => "release",
        "documents" => "document",
        "frameworks" => "framework",
        "subprocessors" => "subprocessor",
        "controls" => "control",
        "blockers" => "blocker",
        "answers" => "answer",
        other => other,
    }
}
