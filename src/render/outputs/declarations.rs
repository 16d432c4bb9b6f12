//! `site/data/claims.cdx.json`: the claim matrix as CycloneDX 1.6 declarations, for tools that read those.
//!
//! Only what this snapshot computed is attested: a score stands where a claim is met or not met, and nowhere else; nobody
//! affirmed anything, so there is no affirmation and no confidence.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::bundle::digest::Digest;
use crate::model::assessment::ClaimAssessment;
use crate::model::content::Claim;
use crate::model::finding::Checked;
use crate::model::finding::Finding;
use crate::model::id::Id;
use crate::model::snapshot::Snapshot;
use crate::model::status::Status;
use crate::render::Files;
use crate::render::RenderInput;
use crate::render::outputs::put;
use crate::render::outputs::records::pretty;
use crate::render::places;

/// Where it lies, relative to `data/`.
pub(crate) const NAME: &str = "site/data/claims.cdx.json";

/// Writes it where there are claims.
pub(crate) fn make(input: &RenderInput) -> Checked<Files> {
    let snapshot = input.snapshot;
    if snapshot.catalog.claims.is_empty() {
        return Checked::ok(Vec::new());
    }
    let (mut files, mut findings) = (Vec::new(), Vec::new());
    match pretty(&document(snapshot)) {
        Ok(bytes) => put(&mut files, &mut findings, NAME, "application/vnd.cyclonedx+json", bytes),
        Err(error) => findings.push(Finding::error("record-without-json", format!("`{NAME}`: {error}"))),
    }
    Checked { value: Some(files), findings }
}

/// The document.
fn document(snapshot: &Snapshot) -> Value {
    let (head, catalog) = (&snapshot.head, &snapshot.catalog);
    let mut used: BTreeSet<&Id> = BTreeSet::new();
    let mut claims = Vec::new();
    let mut entries = Vec::new();
    let mut strategies = Vec::new();
    let mut requirements: BTreeMap<&Id, BTreeSet<&str>> = BTreeMap::new();
    for claim in catalog.claims.values() {
        let refs = |ids: &[Id]| -> Vec<String> {
            ids.iter()
                .filter(|id| catalog.evidence.contains_key(*id))
                .map(|id| named("evidence", id))
                .collect()
        };
        used.extend(claim.evidence.iter().chain(&claim.counter_evidence));
        let mitigations: Vec<String> = (1..=claim.mitigation_strategies.len())
            .map(|number| format!("mitigation/{}/{number}", claim.id))
            .collect();
        for (reference, text) in mitigations.iter().zip(&claim.mitigation_strategies) {
            strategies.push(json!({
                "bom-ref": reference, "propertyName": "mitigation strategy", "description": text,
            }));
        }
        let target = claim.target.as_ref().map_or("organization".to_owned(), |id| format!("target/{id}"));
        let mut one = Map::new();
        one.insert("bom-ref".to_owned(), json!(named("claim", &claim.id)));
        one.insert("target".to_owned(), json!(target));
        one.insert("predicate".to_owned(), json!(claim.statement));
        add(&mut one, "reasoning", reasoning(claim).map(Value::from));
        add(&mut one, "evidence", list(refs(&claim.evidence)));
        add(&mut one, "counterEvidence", list(refs(&claim.counter_evidence)));
        add(&mut one, "mitigationStrategies", list(mitigations.clone()));
        claims.push(Value::Object(one));
        let conformance = conformance(snapshot.assessment.claims.get(&claim.id), mitigations);
        let mut mapped = 0;
        for wanted in &claim.requirements {
            let known = catalog.frameworks.get(&wanted.framework).is_some_and(|framework| {
                framework.requirements.iter().any(|one| one.id == wanted.requirement)
            });
            if known {
                mapped += 1;
                requirements.entry(&wanted.framework).or_default().insert(&wanted.requirement);
                entries.push(json!({
                    "requirement": requirement(&wanted.framework, &wanted.requirement),
                    "claims": [named("claim", &claim.id)],
                    "conformance": conformance,
                }));
            }
        }
        if mapped == 0 {
            entries.push(json!({"claims": [named("claim", &claim.id)], "conformance": conformance}));
        }
    }
    let mut evidence = evidence(snapshot, &used);
    evidence.extend(strategies);
    let mut declarations = Map::new();
    declarations.insert(
        "assessors".to_owned(),
        json!([{
            "bom-ref": "assessor", "thirdParty": false, "organization": {"name": catalog.organization.name},
        }]),
    );
    declarations.insert(
        "attestations".to_owned(),
        json!([{
            "summary": format!(
                "Computed by {} as of {} from the evidence listed here. Nobody affirmed it by hand.",
                head.generator, head.as_of
            ),
            "assessor": "assessor",
            "map": entries,
        }]),
    );
    declarations.insert("claims".to_owned(), Value::Array(claims));
    add(&mut declarations, "evidence", Some(evidence).filter(|list| !list.is_empty()).map(Value::from));
    declarations.insert("targets".to_owned(), targets(snapshot));
    let mut out = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": serial(snapshot),
        "version": 1,
        "metadata": {
            "timestamp": head.as_of,
            "tools": {"components": [tool(&head.generator)]},
        },
        "declarations": declarations,
    });
    let standards = standards(snapshot, &requirements);
    if let (Value::Object(map), false) = (&mut out, standards.is_empty()) {
        map.insert("definitions".to_owned(), json!({"standards": standards}));
    }
    out
}

fn named(kind: &str, id: &Id) -> String {
    format!("{kind}/{id}")
}

fn requirement(framework: &Id, id: &str) -> String {
    format!("requirement/{framework}/{id}")
}

fn add(map: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    if let Some(value) = value {
        map.insert(key.to_owned(), value);
    }
}

fn list(texts: Vec<String>) -> Option<Value> {
    Some(texts).filter(|texts| !texts.is_empty()).map(Value::from)
}

/// Why, and what the claim does not say.
fn reasoning(claim: &Claim) -> Option<String> {
    let limits = claim.limits.as_ref().map(|limits| format!("It does not say: {limits}"));
    let parts: Vec<&str> = [claim.reasoning.as_deref(), limits.as_deref()].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// A score where the claim is met or not met; the status and why in any case.
fn conformance(judged: Option<&ClaimAssessment>, mitigations: Vec<String>) -> Value {
    let mut out = Map::new();
    let (status, why) =
        judged.map_or((Status::NotAssessed, ""), |judged| (judged.status, judged.why.as_str()));
    match status {
        Status::Met => add(&mut out, "score", Some(json!(1))),
        Status::NotMet => add(&mut out, "score", Some(json!(0))),
        _ => {}
    }
    let word = status.word();
    let rationale = if why.is_empty() { word.to_owned() } else { format!("{word}: {why}") };
    out.insert("rationale".to_owned(), json!(rationale));
    add(&mut out, "mitigationStrategies", list(mitigations));
    Value::Object(out)
}

fn evidence(snapshot: &Snapshot, used: &BTreeSet<&Id>) -> Vec<Value> {
    let originals = places::originals(&snapshot.catalog).evidence;
    let listed = snapshot.catalog.evidence.values().filter(|evidence| used.contains(&evidence.id));
    listed
        .map(|evidence| {
            let mut one = Map::new();
            one.insert("bom-ref".to_owned(), json!(named("evidence", &evidence.id)));
            one.insert("propertyName".to_owned(), json!(evidence.kind().word()));
            let about = format!("{} (SHA-256 {})", evidence.title, evidence.source.sha256);
            one.insert("description".to_owned(), json!(about));
            if let Some(place) = originals.get(&evidence.id) {
                // from `site/data/` to where the original lies
                let data =
                    json!([{"name": evidence.source.path, "contents": {"url": format!("../../{place}")}}]);
                one.insert("data".to_owned(), data);
            }
            add(&mut one, "created", evidence.captured_at.map(|at| json!(at)));
            let judged = snapshot.assessment.evidence.get(&evidence.id);
            let stale = judged.and_then(|judged| judged.age.as_ref()).map(|age| json!(age.stale_from));
            add(&mut one, "expires", stale);
            Value::Object(one)
        })
        .collect()
}

/// What claims are about: a product or a release is a component, anything else a service; without a target it is the
/// organisation.
fn targets(snapshot: &Snapshot) -> Value {
    let catalog = &snapshot.catalog;
    let mut components = Vec::new();
    let mut services = Vec::new();
    let wanted: BTreeSet<&str> =
        catalog.claims.values().filter_map(|claim| claim.target.as_deref()).collect();
    for id in wanted {
        let reference = format!("target/{id}");
        if let Some(product) = catalog.products.get(id) {
            components.push(json!({"bom-ref": reference, "type": "application", "name": product.name}));
        } else if let Some(release) = catalog.releases.get(id) {
            let product = release.product.as_ref().and_then(|product| catalog.products.get(product));
            let name = product.map_or(id, |product| product.name.as_str());
            components.push(json!({
                "bom-ref": reference, "type": "application", "name": name, "version": release.version,
            }));
        } else {
            services.push(json!({"bom-ref": reference, "name": id}));
        }
    }
    let mut out = Map::new();
    out.insert(
        "organizations".to_owned(),
        json!([{"bom-ref": "organization", "name": catalog.organization.name}]),
    );
    for (key, list) in [("components", components), ("services", services)] {
        add(&mut out, key, Some(list).filter(|list| !list.is_empty()).map(Value::from));
    }
    Value::Object(out)
}

/// Frameworks, with those of their requirements that claims support.
fn standards(snapshot: &Snapshot, wanted: &BTreeMap<&Id, BTreeSet<&str>>) -> Vec<Value> {
    let mut out = Vec::new();
    for framework in snapshot.catalog.frameworks.values() {
        let Some(ids) = wanted.get(&framework.id) else { continue };
        let requirements: Vec<Value> = framework
            .requirements
            .iter()
            .filter(|one| ids.contains(one.id.as_str()))
            .map(|one| {
                json!({
                    "bom-ref": requirement(&framework.id, &one.id), "identifier": one.id, "title": one.title,
                })
            })
            .collect();
        let mut one = Map::new();
        one.insert("bom-ref".to_owned(), json!(named("standard", &framework.id)));
        one.insert("name".to_owned(), json!(framework.title));
        add(&mut one, "version", framework.version.as_ref().map(|version| json!(version)));
        add(&mut one, "owner", framework.publisher.as_ref().map(|owner| json!(owner)));
        one.insert("requirements".to_owned(), Value::Array(requirements));
        out.push(Value::Object(one));
    }
    out
}

/// The program that computed it.
fn tool(generator: &str) -> Value {
    match generator.split_once(' ') {
        Some((name, version)) => json!({"type": "application", "name": name, "version": version}),
        None => json!({"type": "application", "name": generator}),
    }
}

/// The same for the same snapshot and audience: a UUID (version 8) of their digest.
fn serial(snapshot: &Snapshot) -> String {
    let name = json!(["claims", snapshot.site.origin, snapshot.head.seq, snapshot.head.audience]);
    let hex = Digest::of(name.to_string().as_bytes()).to_string();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("urn:uuid:{}-{}-8{}-8{}-{}", part(0, 8), part(8, 12), part(12, 15), part(15, 18), part(18, 30))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixture;

    #[test]
    fn every_reference_leads_to_something_in_the_document() {
        let (snapshot, _) = fixture::rich();
        let written = document(&snapshot);
        let mut defined = BTreeSet::new();
        let mut stack = vec![&written];
        while let Some(value) = stack.pop() {
            match value {
                Value::Object(map) => {
                    if let Some(reference) = map.get("bom-ref").and_then(Value::as_str) {
                        assert!(defined.insert(reference.to_owned()), "{reference} twice");
                    }
                    stack.extend(map.values());
                }
                Value::Array(items) => stack.extend(items),
                _ => {}
            }
        }
        let declarations = &written["declarations"];
        let mut wanted: Vec<&Value> = Vec::new();
        for claim in declarations["claims"].as_array().unwrap() {
            wanted.push(&claim["target"]);
            for key in ["evidence", "counterEvidence", "mitigationStrategies"] {
                wanted.extend(claim[key].as_array().into_iter().flatten());
            }
        }
        for entry in declarations["attestations"][0]["map"].as_array().unwrap() {
            wanted.extend(entry.get("requirement"));
            wanted.extend(entry["claims"].as_array().unwrap());
        }
        for reference in wanted {
            assert!(defined.contains(reference.as_str().unwrap()), "{reference}");
        }
    }
}
