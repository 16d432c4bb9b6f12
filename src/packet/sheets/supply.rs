//! Tables of what the product is built from: components and known vulnerabilities.

use std::collections::BTreeMap;

use crate::model::evidence::Body;
use crate::model::evidence::Evidence;
use crate::model::sbom::Licence;
use crate::model::sbom::Sbom;
use crate::model::snapshot::Snapshot;
use crate::model::status::Status;
use crate::model::vex::VexStatement;
use crate::model::vex::VexStatus;
use crate::render::outputs::packet_sheet::Cell;
use crate::render::outputs::packet_sheet::Column;
use crate::render::outputs::packet_sheet::Sheet;

/// The SBOMs, newest first.
fn sboms(snapshot: &Snapshot) -> Vec<(&Evidence, &Sbom)> {
    let mut list: Vec<_> = snapshot
        .catalog
        .evidence
        .values()
        .filter_map(|evidence| match &evidence.body {
            Body::Sbom(sbom) => Some((evidence, sbom.as_ref())),
            _ => None,
        })
        .collect();
    list.sort_by(|(a, _), (b, _)| b.captured_at.cmp(&a.captured_at).then_with(|| a.id.cmp(&b.id)));
    list
}

pub(super) fn components(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "components",
        "Components",
        "Every component of every SBOM, newest SBOM first, names and licences as written.",
        vec![
            Column::new("sbom", "SBOM", 26),
            Column::new("name", "Component", 32),
            Column::new("version", "Version", 16),
            Column::new("licence", "Licence", 28),
            Column::new("supplier", "Supplier", 24),
            Column::new("scope", "Scope", 12),
            Column::new("type", "Type", 14),
            Column::new("purl", "purl", 54),
            Column::new("hash", "Digest as written", 72),
        ],
    );
    for (evidence, sbom) in sboms(snapshot) {
        let mut parts: Vec<_> = sbom.components.iter().collect();
        parts.sort_by(|a, b| {
            (&a.group, &a.name, &a.version, &a.reference).cmp(&(&b.group, &b.name, &b.version, &b.reference))
        });
        for part in parts {
            let name =
                part.group.as_ref().map_or(part.name.clone(), |group| format!("{group}/{}", part.name));
            let hash = part.hashes.iter().find(|hash| hash.algorithm == "SHA-256").or(part.hashes.first());
            sheet.rows.push(vec![
                Cell::code(evidence.id.as_str()),
                Cell::text(name),
                Cell::maybe(part.version.as_ref()),
                licence(&part.licence),
                Cell::maybe(part.supplier.as_ref()),
                Cell::maybe(part.scope.as_ref()),
                Cell::maybe(part.kind.as_ref()),
                Cell::maybe(part.purl.as_ref()),
                Cell::maybe(hash.map(|hash| format!("{}: {}", hash.algorithm, hash.value))),
            ]);
        }
    }
    sheet
}

/// Absent, not asserted and none are three things.
fn licence(licence: &Licence) -> Cell {
    match licence {
        Licence::Absent => Cell::Unknown("absent"),
        Licence::NoAssertion | Licence::None | Licence::Expression(_) | Licence::Text(_) => {
            Cell::text(licence.as_written())
        }
    }
}

pub(super) fn vulnerabilities(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "vulnerabilities",
        "Vulnerabilities",
        "Statements of VEX documents and SBOMs, what matters first. “None known” is not “none”.",
        vec![
            Column::new("vulnerability", "Vulnerability", 24),
            Column::new("status", "Status", 20),
            Column::new("severity", "Severity", 12),
            Column::new("products", "About", 44),
            Column::new("justification", "Justification", 30),
            Column::new("detail", "Detail", 60),
            Column::new("aliases", "Also known as", 24),
            Column::new("stated", "Stated", 12),
            Column::new("evidence", "Evidence", 26),
        ],
    );
    let mut statements: BTreeMap<(VexStatus, String, String, usize), &VexStatement> = BTreeMap::new();
    for evidence in snapshot.catalog.evidence.values() {
        let list = match &evidence.body {
            Body::Vex(vex) => &vex.statements,
            Body::Sbom(sbom) => &sbom.vulnerabilities,
            _ => continue,
        };
        for (position, statement) in list.iter().enumerate() {
            let key = (statement.status, statement.vulnerability.clone(), evidence.id.to_string(), position);
            statements.insert(key, statement);
        }
    }
    for ((status, vulnerability, evidence, _), statement) in statements {
        let look = match status {
            VexStatus::Affected => Status::NotMet,
            VexStatus::Unknown => Status::NotAssessed,
            VexStatus::UnderInvestigation => Status::PartlyMet,
            VexStatus::Fixed | VexStatus::NotAffected => Status::Met,
            VexStatus::FalsePositive => Status::NotApplicable,
        };
        sheet.rows.push(vec![
            Cell::code(vulnerability),
            Cell::Status(look, status.word().to_owned()),
            Cell::maybe(statement.severity.as_ref()),
            Cell::codes(&statement.products),
            Cell::maybe(statement.justification.as_ref().map(|text| text.replace('_', " "))),
            Cell::maybe(statement.detail.as_ref().or(statement.description.as_ref())),
            Cell::codes(&statement.aliases),
            Cell::maybe(statement.timestamp.map(|at| at.date())),
            Cell::code(evidence),
        ]);
    }
    sheet
}

/// How many components have which licence, most first: expression as written, count.
pub(in crate::packet) fn licence_mix(snapshot: &Snapshot) -> Vec<(String, usize)> {
    let Some((_, sbom)) = sboms(snapshot).into_iter().next() else { return Vec::new() };
    let mut mix: BTreeMap<String, usize> = BTreeMap::new();
    for part in &sbom.components {
        *mix.entry(licence(&part.licence).shown()).or_default() += 1;
    }
    let mut mix: Vec<_> = mix.into_iter().collect();
    mix.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    mix
}

/// The newest SBOM.
pub(in crate::packet) fn newest_sbom(snapshot: &Snapshot) -> Option<(&Evidence, &Sbom)> {
    sboms(snapshot).into_iter().next()
}
