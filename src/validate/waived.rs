//! What a waiver may have meant that names nothing of a profile.

use super::suggestion;
use crate::model::catalog::Catalog;
use crate::model::finding::Finding;
use crate::model::profile::Profile;

/// Points what is said of such waivers at their target, with the criterion that was probably meant. What a waiver has no effect for is
/// found when it is judged.
pub fn name_what_was_meant(findings: &mut [Finding], catalog: &Catalog, profiles: &[Profile]) {
    for finding in findings.iter_mut().filter(|finding| finding.code == "waiver-without-effect") {
        let Some(waiver) = finding.subject.as_ref().and_then(|id| catalog.waivers.get(id)) else { continue };
        let Some(target) = waiver.target.strip_prefix("criterion:") else { continue };
        let (owner, criterion) = target.split_once('/').unwrap_or((target, ""));
        let Some(profile) = profiles.iter().find(|profile| profile.id.as_str() == owner) else { continue };
        let known = profile.criteria.iter().map(|one| one.id.as_str());
        if !known.clone().any(|id| id == criterion) {
            finding.place = Some(waiver.origin.field("target"));
            finding.help = suggestion(criterion, known, &format!("criterion of `{owner}`"));
        }
    }
}
