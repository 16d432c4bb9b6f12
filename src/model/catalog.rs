//! Everything that was loaded and fits together, by kind and id.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::content::*;
use crate::model::evidence::Evidence;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::register::Blocker;
use crate::model::register::Risk;
use crate::model::register::Waiver;

/// Records of one kind, by id.
pub type ById<T> = BTreeMap<Id, T>;

/// Applies a macro to every kind of record, `field: Type`. The one list of kinds.
#[macro_export]
macro_rules! for_each_kind {
    ($macro:ident) => {
        $macro! {
            evidence: Evidence,
            products: Product,
            claims: Claim,
            certifications: Certification,
            frameworks: Framework,
            controls: Control,
            responsibilities: Responsibility,
            subprocessors: Subprocessor,
            policies: Policy,
            documents: Document,
            answers: Answer,
            faq: Faq,
            data_residency: Residency,
            compatibility: Compatibility,
            incidents: Incident,
            releases: Release,
            architecture: Architecture,
            risks: Risk,
            waivers: Waiver,
            blockers: Blocker,
            questions: Question,
            kpis: Kpi,
            access_reviews: AccessReview,
            audit_exports: AuditExport,
            checklists: Checklist,
            claim_charts: ClaimChart,
            assignments: Assignment,
        }
    };
}

macro_rules! catalog {
    ($($field:ident : $type:ident),* $(,)?) => {
        /// Everything that was loaded and fits together.
        #[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub struct Catalog {
            /// Who stands behind the trust center.
            pub organization: Organization,
            /// How to report a vulnerability.
            pub vulnerability_disclosure: Option<VulnerabilityDisclosure>,
            /// Pages of running text, in order of group, order, id.
            pub pages: Vec<Page>,
            $( #[doc = concat!("Records of the kind `", stringify!($type), "`.")] pub $field: ById<$type>, )*
        }

        impl Catalog {
            /// Every kind with its number of records, in the order of the list.
            pub fn counts(&self) -> Vec<(&'static str, usize)> {
                vec![ $( (<$type as Record>::KIND, self.$field.len()), )* ]
            }

            /// Whether any record of any kind has this id.
            pub fn has_id(&self, id: &str) -> bool {
                false $( || self.$field.contains_key(id) )*
            }
        }
    };
}
for_each_kind!(catalog);

impl Catalog {
    /// The release with the latest date; among equal dates the one listed last by id.
    pub fn newest_release(&self) -> Option<&Release> {
        self.releases.values().max_by(|a, b| a.released.cmp(&b.released).then_with(|| a.id.cmp(&b.id)))
    }
}
