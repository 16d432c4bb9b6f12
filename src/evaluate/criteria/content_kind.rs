//! The kinds of records that `content-present` can ask for, and their words.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::evaluate::dates;
use crate::model::content::*;
use crate::model::record::Record;

/// Kinds of records that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    AccessReviews,
    Answers,
    Architecture,
    AuditExports,
    Certifications,
    Checklists,
    ClaimCharts,
    Claims,
    Compatibility,
    Controls,
    DataResidency,
    Documents,
    Faq,
    Incidents,
    Kpis,
    Policies,
    Products,
    Releases,
    Responsibilities,
    Risks,
    Subprocessors,
    VulnerabilityDisclosure,
}

impl Kind {
    /// Its name in the content.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::AccessReviews => AccessReview::KIND,
            Self::Answers => Answer::KIND,
            Self::Architecture => Architecture::KIND,
            Self::AuditExports => AuditExport::KIND,
            Self::Certifications => Certification::KIND,
            Self::Checklists => Checklist::KIND,
            Self::ClaimCharts => ClaimChart::KIND,
            Self::Claims => Claim::KIND,
            Self::Compatibility => Compatibility::KIND,
            Self::Controls => Control::KIND,
            Self::DataResidency => Residency::KIND,
            Self::Documents => Document::KIND,
            Self::Faq => Faq::KIND,
            Self::Incidents => Incident::KIND,
            Self::Kpis => Kpi::KIND,
            Self::Policies => Policy::KIND,
            Self::Products => Product::KIND,
            Self::Releases => Release::KIND,
            Self::Responsibilities => Responsibility::KIND,
            Self::Risks => crate::model::register::Risk::KIND,
            Self::Subprocessors => Subprocessor::KIND,
            Self::VulnerabilityDisclosure => dates::DISCLOSURE,
        }
    }

    /// One of it, and many.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::AccessReviews => ("access review", "access reviews"),
            Self::Answers => ("answer", "answers"),
            Self::Architecture => {
                ("view of the architecture with data flows", "views of the architecture with data flows")
            }
            Self::AuditExports => ("audit log export", "audit log exports"),
            Self::Certifications => ("certification", "certifications"),
            Self::Checklists => ("checklist worked through", "checklists worked through"),
            Self::ClaimCharts => ("claim chart", "claim charts"),
            Self::Claims => ("claim", "claims"),
            Self::Compatibility => ("supported version", "supported versions"),
            Self::Controls => ("control summary", "control summaries"),
            Self::DataResidency => ("place of data", "places of data"),
            Self::Documents => ("document", "documents"),
            Self::Faq => ("FAQ entry", "FAQ entries"),
            Self::Incidents => ("statement on incidents", "statements on incidents"),
            Self::Kpis => ("measured series", "measured series"),
            Self::Policies => ("policy", "policies"),
            Self::Products => ("product", "products"),
            Self::Releases => ("release", "releases"),
            Self::Responsibilities => ("responsibility", "responsibilities"),
            Self::Risks => ("risk with a plan", "risks with a plan"),
            Self::Subprocessors => ("third party", "third parties"),
            Self::VulnerabilityDisclosure => {
                ("way to report a vulnerability", "ways to report a vulnerability")
            }
        }
    }
}
