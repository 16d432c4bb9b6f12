//! `sbom-complete`: a bill of materials lists components, and says about them what is asked.

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
use crate::model::evidence::Evidence;
use crate::model::evidence::EvidenceKind;
use crate::model::sbom::Component;
use crate::model::sbom::Licence;
use crate::model::status::Status;

pub(super) const ROW: CriterionRow = CriterionRow {
    kind: "sbom-complete",
    what: "Every counted SBOM lists at least `minimum` components, and at least `coverage` per cent of them say each \
           of `fields`. `NOASSERTION` says nothing. Components are counted from the list, not taken from a summary.",
    why: "An SBOM with names and no versions cannot be matched with a vulnerability.",
    source: "Minimum elements for an SBOM (NTIA 2021, CISA 2025), recomputed instead of trusted.",
    example: "id: sbom\ntext: The SBOM names every component with its version\nkind: sbom-complete\nminimum: 10\n\
              fields: [name, version, purl]\ncoverage: 95\n",
    schema: super::schema::<Parameters>,
    parse: super::condition::<Parameters>,
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Parameters {
    #[serde(flatten)]
    selector: Selector,
    /// How many components each SBOM has to list; 1 when not given.
    #[serde(default)]
    minimum: Option<u64>,
    /// What components have to say; `name` and `version` when not given.
    #[serde(default = "name_and_version")]
    fields: Vec<Field>,
    /// Per cent of components that have to say it, 0 to 100; 100 when not given.
    #[serde(default = "all")]
    coverage: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Field {
    Name,
    Version,
    Purl,
    Licence,
    Supplier,
    Hash,
}

fn name_and_version() -> Vec<Field> {
    vec![Field::Name, Field::Version]
}

fn all() -> u8 {
    100
}

impl Field {
    fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Version => "version",
            Self::Purl => "purl",
            Self::Licence => "licence",
            Self::Supplier => "supplier",
            Self::Hash => "digest",
        }
    }

    fn said(self, component: &Component) -> bool {
        let filled = |text: &Option<String>| {
            text.as_ref()
                .is_some_and(|text| !matches!(text.trim(), "" | "NOASSERTION" | "unknown" | "UNKNOWN"))
        };
        let licence = |licence: &Licence| match licence {
            Licence::Absent | Licence::NoAssertion => false,
            Licence::None => true,
            Licence::Expression(text) | Licence::Text(text) => !text.trim().is_empty(),
        };
        match self {
            Self::Name => !component.name.trim().is_empty(),
            Self::Version => filled(&component.version),
            Self::Purl => filled(&component.purl),
            Self::Licence => licence(&component.licence) || licence(&component.licence_concluded),
            Self::Supplier => filled(&component.supplier),
            Self::Hash => component.hashes.iter().any(|hash| !hash.value.trim().is_empty()),
        }
    }
}

impl Condition for Parameters {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        let minimum = self.minimum.unwrap_or(1).max(1);
        let weighed =
            weigh(scene, &self.selector, &[EvidenceKind::Sbom], |evidence| self.ask(evidence, minimum));
        let counts: Vec<usize> = weighed
            .yes
            .iter()
            .filter_map(|evidence| evidence.body.sbom())
            .map(|sbom| sbom.components.len())
            .collect();
        let fields: Vec<&str> = self.fields.iter().map(|field| field.word()).collect();
        let component = if minimum == 1 { "component" } else { "components" };
        let asked = match fields.as_slice() {
            [] => format!("at least {minimum} {component}"),
            fields => {
                format!(
                    "at least {minimum} {component}, {} % with {}",
                    self.coverage.min(100),
                    fields.join(", ")
                )
            }
        };
        let mut judgement = weighed.judgement(asked, 1, thing(Some(EvidenceKind::Sbom)));
        if judgement.status == Status::Met {
            let total: usize = counts.iter().sum();
            judgement.found = match counts.len() {
                1 => format!("{}, complete as asked", components(total)),
                several => format!("{} in {several} SBOMs, complete as asked", components(total)),
            };
        }
        judgement
    }

    fn names(&self) -> Vec<(String, Named)> {
        super::selected_names(&self.selector)
    }
}

impl Parameters {
    fn ask(&self, evidence: &Evidence, minimum: u64) -> Says {
        let Some(sbom) = evidence.body.sbom() else {
            return Says::Nothing("it is not an SBOM".to_owned());
        };
        let total = sbom.components.len();
        if (total as u64) < minimum {
            return Says::No(format!("{}, asked were {minimum}", components(total)));
        }
        for field in &self.fields {
            let said = sbom.components.iter().filter(|component| field.said(component)).count();
            if said * 100 < total * usize::from(self.coverage.min(100)) {
                return Says::No(format!("{said} of {total} components have a {}", field.word()));
            }
        }
        Says::Yes
    }
}

/// `1 component`, `2 components`.
fn components(count: usize) -> String {
    if count == 1 { "1 component".to_owned() } else { format!("{count} components") }
}
