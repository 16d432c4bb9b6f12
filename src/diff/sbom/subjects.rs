//! Successive bills of materials of one subject, inside of one snapshot.

use std::collections::BTreeMap;

use crate::diff::sbom::bill::Bill;
use crate::diff::sbom::compare;
use crate::model::catalog::Catalog;
use crate::model::evidence::Body;
use crate::model::evidence::Evidence;
use crate::model::sbom::Sbom;
use crate::model::sbom_changes::SbomChanges;

/// Each bill compared with the one before it about the same subject, in order of the newer one's id. The names of the
/// two are the ids of their evidence.
pub fn successive(catalog: &Catalog) -> Vec<SbomChanges> {
    let mut subjects: BTreeMap<(&str, &str), Vec<(&Evidence, &Sbom)>> = BTreeMap::new();
    for evidence in catalog.evidence.values() {
        let Body::Sbom(sbom) = &evidence.body else { continue };
        let Some(primary) = sbom.primary.as_ref().filter(|primary| !primary.name.is_empty()) else {
            continue;
        };
        let group = primary.group.as_deref().unwrap_or_default();
        subjects.entry((group, &primary.name)).or_default().push((evidence, sbom));
    }
    let mut out = Vec::new();
    for mut bills in subjects.into_values() {
        bills.sort_by_key(|(evidence, sbom)| (sbom.created.or(evidence.captured_at), &evidence.id));
        for pair in bills.windows(2) {
            let [(was_evidence, was), (now_evidence, now)] = pair else { continue };
            // the same subject in two formats is no new version of it
            let version = |sbom: &Sbom| sbom.primary.as_ref().and_then(|primary| primary.version.clone());
            if was.spec != now.spec && version(was) == version(now) {
                continue;
            }
            let (was, now) = (Bill::of(was), Bill::of(now));
            out.push(compare(&was, was_evidence.id.as_str(), &now, now_evidence.id.as_str()));
        }
    }
    out.sort_by(|a, b| a.new.name.cmp(&b.new.name));
    out
}
