//! `sbom-refreshed`: the release has an SBOM of its own, not the one of the release before.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Condition;
use super::CriterionRow;
use super::Named;
use super::thing;
use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::evaluate::weigh::Says;
use crate::evaluate::weigh::Selector;
use crate::evaluate::weigh::weigh;
use crate::model::content::Release;
use crate::model::evidence::Evidence;
use crate::model::evidence::EvidenceKind;
use crate::model::evidence::Trust;
use crate::model::id::Id;

pub(super) const ROW: CriterionRow = CriterionRow {
    kind: "sbom-refreshed",
    what: "An SBOM is bound to the release (its `release` in the evidence index; the newest when not given) and is not one of \
           the release before it (its `previous`, else the newest that is older): its bytes differ, or it was captured later. An SBOM without components shows nothing. For \
           a first release, being bound to it is enough.",
    why: "An SBOM that is carried from release to release describes only the first.",
    source: "Stage gates: the SBOM is newer than the previous release's, or has another digest, and is bound to the release.",
    example: "id: BUILD-08\ntext: The SBOM was made for this release\nkind: sbom-refreshed\n",
    schema: super::schema::<Parameters>,
    parse: super::condition::<Parameters>,
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Parameters {
    /// `newest`, or the id of a release; the newest when not given.
    #[serde(default)]
    release: Option<Id>,
}

impl Parameters {
    fn selector(&self) -> Selector {
        Selector {
            release: Some(self.release.clone().unwrap_or_else(|| Id::slug("newest"))),
            ..Selector::default()
        }
    }
}

impl Condition for Parameters {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        let release = match self.release.as_ref().filter(|release| release.as_str() != "newest") {
            Some(release) => scene.catalog.releases.get(release),
            None => scene.catalog.newest_release(),
        };
        // where the content does not say which release was before it, the newest that is older
        let older = |release: &Release| {
            let all = scene.catalog.releases.values();
            let older = all.filter(|other| {
                other.product == release.product
                    && other.released.is_some()
                    && other.released < release.released
            });
            older.max_by_key(|other| (other.released, &other.id)).map(|other| &other.id)
        };
        let previous = release.and_then(|release| release.previous.as_ref().or_else(|| older(release)));
        let before: Vec<&Evidence> = scene
            .catalog
            .evidence
            .values()
            .filter(|evidence| {
                evidence.kind() == EvidenceKind::Sbom
                    && evidence.trust >= Trust::WellFormed
                    && previous.is_some()
                    && evidence.release.as_ref() == previous
            })
            .collect();
        let ask = |evidence: &Evidence| {
            if evidence.body.sbom().is_none_or(|sbom| sbom.components.is_empty()) {
                return Says::Nothing("it lists no component".to_owned());
            }
            let same = before.iter().find(|old| {
                old.source.sha256 == evidence.source.sha256 && evidence.captured_at <= old.captured_at
            });
            match same {
                Some(old) => {
                    Says::No(format!("it is the SBOM `{}` of the release before, byte for byte", old.id))
                }
                None => Says::Yes,
            }
        };
        let asked = match previous {
            Some(previous) => format!("an SBOM of the release that is not the one of `{previous}`"),
            None => "an SBOM of the release".to_owned(),
        };
        weigh(scene, &self.selector(), &[EvidenceKind::Sbom], ask).judgement(
            asked,
            1,
            thing(Some(EvidenceKind::Sbom)),
        )
    }

    fn names(&self) -> Vec<(String, Named)> {
        super::selected_names(&self.selector())
    }
}
