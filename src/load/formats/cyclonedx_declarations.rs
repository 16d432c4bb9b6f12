//! `declarations` of a CycloneDX document (1.6 and later): claims, their evidence, and what requirements they meet.

use std::collections::BTreeMap;

use crate::load::text::node::Node;
use crate::load::text::reader::Map;
use crate::load::text::reader::Reader;
use crate::model::declarations::Declarations;
use crate::model::declarations::DeclaredClaim;
use crate::model::declarations::DeclaredEvidence;
use crate::model::declarations::DeclaredMapping;

/// Reads the value of `declarations`.
pub(super) fn read(
    reader: &Reader<'_>,
    node: &Node<'_>,
    definitions: Option<&Node<'_>>,
) -> Option<Declarations> {
    let known = &["assessors", "attestations", "claims", "evidence", "targets", "affirmation", "signature"];
    let root = reader.map(node, known)?;
    let claims = root
        .maps(
            "claims",
            &[
                "bom-ref",
                "target",
                "predicate",
                "mitigationStrategies",
                "reasoning",
                "evidence",
                "counterEvidence",
                "externalReferences",
                "signature",
            ],
        )
        .iter()
        .enumerate()
        .map(|(index, claim)| DeclaredClaim {
            reference: reference(claim, "claim", index),
            target: claim.owned("target"),
            predicate: claim.owned("predicate"),
            reasoning: claim.owned("reasoning"),
            evidence: claim.texts("evidence"),
            counter_evidence: claim.texts("counterEvidence"),
            mitigation_strategies: claim.texts("mitigationStrategies"),
        })
        .collect();
    let evidence = root
        .maps(
            "evidence",
            &[
                "bom-ref",
                "propertyName",
                "description",
                "data",
                "created",
                "expires",
                "author",
                "reviewer",
                "signature",
            ],
        )
        .iter()
        .enumerate()
        .map(|(index, evidence)| DeclaredEvidence {
            reference: reference(evidence, "evidence", index),
            property_name: evidence.owned("propertyName"),
            description: evidence.owned("description"),
            created: evidence.owned("created"),
            expires: evidence.owned("expires"),
        })
        .collect();
    Some(Declarations {
        assessors: assessors(&root),
        claims,
        evidence,
        mappings: mappings(&root, &titles(reader, definitions)),
        affirmation: root
            .map("affirmation", &["statement", "signatories", "signature"])
            .and_then(|affirmation| affirmation.owned("statement")),
    })
}

fn reference(map: &Map<'_, '_, '_>, kind: &str, index: usize) -> String {
    map.owned("bom-ref").unwrap_or_else(|| format!("{kind}-{index}"))
}

fn assessors(root: &Map<'_, '_, '_>) -> Vec<String> {
    root.maps("assessors", &["bom-ref", "thirdParty", "organization"])
        .iter()
        .enumerate()
        .map(|(index, assessor)| {
            let name = assessor
                .map("organization", &["name", "url", "contact", "bom-ref", "address"])
                .and_then(|organization| organization.owned("name"))
                .unwrap_or_else(|| reference(assessor, "assessor", index));
            match assessor.bool("thirdParty") {
                Some(true) => format!("{name} (third party)"),
                Some(false) | None => name,
            }
        })
        .collect()
}

/// What the document's standards call their requirements, by reference.
fn titles(reader: &Reader<'_>, definitions: Option<&Node<'_>>) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let Some(map) = definitions.and_then(|node| reader.map(node, &["standards"])) else { return out };
    for standard in map.maps(
        "standards",
        &[
            "bom-ref",
            "name",
            "version",
            "description",
            "owner",
            "requirements",
            "levels",
            "externalReferences",
            "signature",
        ],
    ) {
        for requirement in standard.maps(
            "requirements",
            &[
                "bom-ref",
                "identifier",
                "title",
                "text",
                "descriptions",
                "openCre",
                "parent",
                "properties",
                "externalReferences",
            ],
        ) {
            let words = [requirement.text("identifier"), requirement.text("title")];
            let words: Vec<&str> = words.into_iter().flatten().collect();
            if let Some(reference) = requirement.owned("bom-ref").filter(|_| !words.is_empty()) {
                out.insert(reference, words.join(" "));
            }
        }
    }
    out
}

fn mappings(root: &Map<'_, '_, '_>, titles: &BTreeMap<String, String>) -> Vec<DeclaredMapping> {
    let mut out = Vec::new();
    for attestation in root.maps("attestations", &["summary", "assessor", "map", "signature"]) {
        for entry in
            attestation.maps("map", &["requirement", "claims", "counterClaims", "conformance", "confidence"])
        {
            let score = |key: &str| {
                entry
                    .map(key, &["score", "rationale", "mitigationStrategies"])
                    .and_then(|map| map.number("score"))
            };
            let requirement = entry.owned("requirement").unwrap_or_default();
            out.push(DeclaredMapping {
                title: titles.get(&requirement).cloned(),
                requirement,
                claims: entry.texts("claims"),
                counter_claims: entry.texts("counterClaims"),
                conformance: score("conformance"),
                confidence: score("confidence"),
            });
        }
    }
    out
}
