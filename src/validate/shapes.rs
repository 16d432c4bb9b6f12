//! Records that are readable and make no sense in themselves.

use std::collections::BTreeSet;

use crate::model::catalog::Catalog;
use crate::model::content::DateRange;
use crate::model::finding::Finding;
use crate::model::record::Record;

/// Checks records one by one.
pub(super) fn check(catalog: &Catalog, findings: &mut Vec<Finding>) {
    for claim in catalog.claims.values() {
        if claim.tier > 2 {
            wrong(findings, claim, "tier", format!("tier {} is not one of 0, 1, 2", claim.tier), "");
        }
        let ids: Vec<&str> = claim.criteria.iter().map(|criterion| criterion.id.as_str()).collect();
        unique(findings, claim, "criteria", &ids, "criteria");
        if claim.criteria.is_empty() {
            findings.push(
                Finding::note(
                    "no-criteria",
                    format!("`{}` has no criteria, so it stays `not assessed`", claim.id),
                )
                .at(claim.origin.place())
                .help("say in `criteria` what must hold")
                .about(&claim.id),
            );
        }
    }
    for framework in catalog.frameworks.values() {
        let ids: Vec<&str> =
            framework.requirements.iter().map(|requirement| requirement.id.as_str()).collect();
        unique(findings, framework, "requirements", &ids, "requirements");
    }
    for view in catalog.architecture.values() {
        let ids: Vec<&str> = view.components.iter().map(|component| component.id.as_str()).collect();
        unique(findings, view, "components", &ids, "components");
    }
    for one in catalog.certifications.values() {
        if let (Some(issued), Some(expires)) = (one.issued, one.expires)
            && expires < issued
        {
            wrong(findings, one, "expires", "it ends before it was issued".to_owned(), "");
        }
        range(findings, one, "period", one.period.as_ref());
        range(findings, one, "bridge-letter/covers", one.bridge_letter.as_ref().map(|letter| &letter.covers));
    }
    for one in catalog.incidents.values() {
        range(findings, one, "period", one.period.as_ref());
        match one.form.as_str() {
            "incident" => {}
            "none-in-period" if one.period.is_some() => {}
            "none-in-period" => {
                wrong(findings, one, "form", "no incident in which period?".to_owned(), "add `period:`")
            }
            other => wrong(
                findings,
                one,
                "form",
                format!("`{other}` is neither `incident` nor `none-in-period`"),
                "",
            ),
        }
        if let (Some(started), Some(resolved)) = (one.started, one.resolved)
            && resolved < started
        {
            wrong(findings, one, "resolved", "it was over before it began".to_owned(), "");
        }
    }
    for one in catalog.subprocessors.values() {
        countries(findings, one, "countries", &one.countries);
        countries(findings, one, "corporate-country", one.corporate_country.as_slice());
        if !matches!(one.status.as_str(), "active" | "announced" | "removed") {
            let message = format!("`{}` is none of `active`, `announced`, `removed`", one.status);
            wrong(findings, one, "status", message, "");
        }
    }
    for one in catalog.data_residency.values() {
        countries(findings, one, "country", one.country.as_slice());
        countries(findings, one, "access-from", &one.access_from);
    }
    releases(catalog, findings);
}

fn wrong<R: Record>(findings: &mut Vec<Finding>, record: &R, field: &str, message: String, help: &str) {
    findings.push(
        Finding::error("invalid-value", message)
            .at(record.origin().field(field))
            .help(help)
            .about(record.id()),
    );
}

fn unique<R: Record>(findings: &mut Vec<Finding>, record: &R, field: &str, ids: &[&str], what: &str) {
    let mut seen = BTreeSet::new();
    for (at, id) in ids.iter().enumerate() {
        if !seen.insert(id) {
            findings.push(
                Finding::error("duplicate-id", format!("two {what} have the id `{id}`"))
                    .at(record.origin().field(&format!("{field}/{at}/id")))
                    .help("rename one")
                    .about(record.id()),
            );
        }
    }
}

fn range<R: Record>(findings: &mut Vec<Finding>, record: &R, field: &str, range: Option<&DateRange>) {
    if range.is_some_and(|range| range.end < range.start) {
        wrong(findings, record, &format!("{field}/end"), "it ends before it begins".to_owned(), "");
    }
}

fn countries<R: Record>(findings: &mut Vec<Finding>, record: &R, field: &str, list: &[String]) {
    for (at, country) in list.iter().enumerate() {
        if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
            let message = format!("`{country}` is no country code");
            // a single country is no list; then its own place is the nearest there is
            let field = format!("{field}/{at}");
            wrong(findings, record, &field, message, "two capital letters of ISO 3166-1, such as `DE`");
        }
    }
}

/// Releases whose `previous` leads back to themselves.
fn releases(catalog: &Catalog, findings: &mut Vec<Finding>) {
    for release in catalog.releases.values() {
        let mut seen = BTreeSet::new();
        let mut at = release.previous.as_ref();
        while let Some(id) = at {
            if *id == release.id {
                wrong(findings, release, "previous", format!("`{id}` comes before itself"), "");
                break;
            }
            if !seen.insert(id) {
                break;
            }
            at = catalog.releases.get(id).and_then(|release| release.previous.as_ref());
        }
    }
}
