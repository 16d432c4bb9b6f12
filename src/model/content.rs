//! The kinds of content people write, in the words of OSCAL, CycloneDX attestations and Security Insights.
//!
//! A content file is a YAML map with one or more of the keys of [`ContentFile`]; files are merged. Unknown keys are errors.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::model::id::Id;
pub use crate::model::operations::AccessReview;
pub use crate::model::operations::Assignment;
pub use crate::model::operations::AuditExport;
pub use crate::model::operations::Checklist;
pub use crate::model::operations::ClaimChart;
pub use crate::model::operations::Kpi;
pub use crate::model::operations::Question;
use crate::model::profile::Criterion;
use crate::model::register::Blocker;
use crate::model::register::Risk;
use crate::model::register::Waiver;
use crate::model::time::Date;
use crate::model::time::Expiry;
use crate::model::time::Period;

/// A requirement a claim supports (OSCAL mapping words).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RequirementRef {
    /// Id of a framework of the content.
    pub framework: Id,
    /// Id of a requirement in it.
    pub requirement: String,
    /// `equal-to`, `equivalent-to`, `subset-of`, `superset-of`, `intersects-with`, `supports`.
    #[serde(default = "supports")]
    pub relationship: String,
}

fn supports() -> String {
    "supports".to_owned()
}

crate::record! {
    /// A sentence we make, and what must hold for it. Its status is computed, never declared.
    pub struct Claim = "claims", named by statement {
        /// The sentence, such as `The same inputs give the same bytes.`
        pub statement: String,
        /// The group it is listed in.
        #[serde(default)]
        pub area: Option<String>,
        /// 0 must hold, 1 should hold, 2 is graded.
        #[serde(default = "tier_one")]
        pub tier: u8,
        /// What it is about: the id of a product, a release, or an architecture view or one of its components.
        #[serde(default)]
        pub target: Option<String>,
        /// Why the evidence shows it.
        #[serde(default)]
        pub reasoning: Option<String>,
        /// What it does not say.
        #[serde(default)]
        pub limits: Option<String>,
        /// Ids of evidence for it.
        #[serde(default)]
        pub evidence: Vec<Id>,
        /// Ids of evidence against it.
        #[serde(default)]
        pub counter_evidence: Vec<Id>,
        /// What is done about what stands against it.
        #[serde(default)]
        pub mitigation_strategies: Vec<String>,
        /// What must hold. Without criteria the claim is not assessed.
        #[serde(default)]
        pub criteria: Vec<Criterion>,
        /// Requirements it supports.
        #[serde(default)]
        pub requirements: Vec<RequirementRef>,
        /// When it ends.
        #[serde(default)]
        pub valid_until: Option<Expiry>,
        /// What its people say of it (shown beside the computed status, which wins).
        #[serde(default)]
        pub declared: Option<crate::model::status::Status>,
    }
}

fn tier_one() -> u8 {
    1
}

crate::record! {
    /// A certification, attestation report or statement by an assessor.
    pub struct Certification = "certifications", named by title {
        /// One line.
        pub title: String,
        /// TEA `compliance-document-type`, such as `SOC_2_TYPE_II`, `ISO_27001`, or `x-…`.
        pub document_type: String,
        /// `certificate`, `report`, `letter` or `statement` (GDPR, HIPAA, CCPA are statements, not certificates).
        #[serde(default = "certificate")]
        pub form: String,
        /// Standard with its year.
        #[serde(default)]
        pub standard: Option<String>,
        /// Who assessed.
        #[serde(default)]
        pub auditor: Option<Party>,
        /// Who was assessed.
        #[serde(default)]
        pub assessed_entity: Option<String>,
        /// What was looked at.
        #[serde(default)]
        pub scope: Option<String>,
        /// What was not.
        #[serde(default)]
        pub exclusions: Option<String>,
        /// Criteria, such as `security`, `availability`.
        #[serde(default)]
        pub criteria: Vec<String>,
        /// The period the report covers.
        #[serde(default)]
        pub period: Option<DateRange>,
        /// When it was issued.
        #[serde(default)]
        pub issued: Option<Date>,
        /// When it ends.
        #[serde(default)]
        pub expires: Option<Date>,
        /// Next surveillance audit.
        #[serde(default)]
        pub surveillance_next: Option<Date>,
        /// `planned`, `in-progress` or `withdrawn`; the rest is computed from the dates.
        #[serde(default)]
        pub status_override: Option<StatusOverride>,
        /// Opinion or result.
        #[serde(default)]
        pub result: Option<String>,
        /// Exceptions the report names.
        #[serde(default)]
        pub exceptions: Vec<String>,
        /// Number on the certificate.
        #[serde(default)]
        pub certificate_number: Option<String>,
        /// Document of the content that holds it.
        #[serde(default)]
        pub document: Option<Id>,
        /// Letter that covers the gap after the period.
        #[serde(default)]
        pub bridge_letter: Option<BridgeLetter>,
        /// Where the issuer lists it.
        #[serde(default)]
        pub registry_url: Option<String>,
    }
}

fn certificate() -> String {
    "certificate".to_owned()
}

/// A person, organisation or authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Party {
    /// Name.
    pub name: String,
    /// Address on the web.
    #[serde(default)]
    pub url: Option<String>,
}

/// From one day through another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DateRange {
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
}

/// A status that dates cannot tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StatusOverride {
    /// `planned`, `in-progress`, `withdrawn`.
    pub value: String,
    /// Why.
    pub reason: String,
    /// Until when it holds.
    #[serde(default)]
    pub until: Option<Date>,
}

/// A letter by management for the time after a report's period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BridgeLetter {
    /// Document of the content that holds it.
    #[serde(default)]
    pub document: Option<Id>,
    /// Days it covers.
    pub covers: DateRange,
    /// Role that signed.
    #[serde(default)]
    pub signed_by: Option<String>,
    /// When.
    #[serde(default)]
    pub signed_on: Option<Date>,
}

crate::record! {
    /// A framework or catalog: ids and own short titles; texts of others only where their licence allows it.
    pub struct Framework = "frameworks", named by title {
        /// Name.
        pub title: String,
        /// Version or year.
        #[serde(default)]
        pub version: Option<String>,
        /// Who publishes it.
        #[serde(default)]
        pub publisher: Option<String>,
        /// Where it is published.
        #[serde(default)]
        pub url: Option<String>,
        /// Its requirements, in its order.
        pub requirements: Vec<Requirement>,
    }
}

/// A requirement of a framework.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Requirement {
    /// As the framework writes it, such as `CC6.1`.
    pub id: String,
    /// Our own short title.
    pub title: String,
    /// Group or family.
    #[serde(default)]
    pub group: Option<String>,
    /// Text, only where it may be copied.
    #[serde(default)]
    pub text: Option<String>,
}

crate::record! {
    /// What we do for a requirement (OSCAL implemented requirement).
    pub struct Control = "controls", named by title {
        /// One line.
        pub title: String,
        /// Id of a framework of the content.
        pub framework: Id,
        /// Id of a requirement in it.
        pub requirement: String,
        /// How.
        #[serde(default)]
        pub description: Option<String>,
        /// `implemented`, `partial`, `planned`, `alternative`, `not-applicable` (OSCAL). Declared, not proven.
        pub implementation: Implementation,
        /// Claims that show it.
        #[serde(default)]
        pub claims: Vec<Id>,
        /// Evidence that shows it directly.
        #[serde(default)]
        pub evidence: Vec<Id>,
    }
}

/// Implementation status, in OSCAL's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Implementation {
    /// In place.
    Implemented,
    /// In parts.
    Partial,
    /// Not yet.
    Planned,
    /// By other means.
    Alternative,
    /// Does not apply.
    NotApplicable,
}

crate::record! {
    /// Who does what: provider, customer, third party.
    pub struct Responsibility = "responsibilities", named by title {
        /// One line.
        pub title: String,
        /// Id of a framework of the content.
        #[serde(default)]
        pub framework: Option<Id>,
        /// Id of a requirement in it.
        #[serde(default)]
        pub requirement: Option<String>,
        /// `provider`, `customer`, `third-party`, `shared`, `shared-third-party`.
        pub ownership: Ownership,
        /// What the provider does.
        #[serde(default)]
        pub provider_description: Option<String>,
        /// What the customer has to do.
        #[serde(default)]
        pub customer_responsibility: Option<String>,
        /// A subprocessor it is inherited from.
        #[serde(default)]
        pub inherited_from: Option<Id>,
    }
}

/// Who answers for something (CAIQ column D).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ownership {
    /// The provider.
    Provider,
    /// The customer.
    Customer,
    /// A third party.
    ThirdParty,
    /// Provider and customer.
    Shared,
    /// Provider and a third party.
    SharedThirdParty,
}

crate::record! {
    /// A subprocessor or affiliate that handles customer data.
    pub struct Subprocessor = "subprocessors", named by name {
        /// Name.
        pub name: String,
        /// Legal entity.
        #[serde(default)]
        pub legal_entity: Option<String>,
        /// What it does with the data.
        pub purpose: String,
        /// Kind of service.
        #[serde(default)]
        pub category: Option<String>,
        /// Products that use it.
        #[serde(default)]
        pub products: Vec<Id>,
        /// Kinds of data.
        #[serde(default)]
        pub data_categories: Vec<String>,
        /// Where it processes (ISO 3166-1 alpha-2).
        #[serde(default)]
        pub countries: Vec<String>,
        /// Regions, in words.
        #[serde(default)]
        pub processing_locations: Vec<String>,
        /// Where the company sits (ISO 3166-1 alpha-2).
        #[serde(default)]
        pub corporate_country: Option<String>,
        /// `eea-only`, `adequacy`, `sccs`, `bcr`, `derogation`, `n-a`.
        #[serde(default)]
        pub transfer_mechanism: Option<String>,
        /// Safeguards, in words.
        #[serde(default)]
        pub safeguards: Option<String>,
        /// Its data processing agreement.
        #[serde(default)]
        pub dpa_url: Option<String>,
        /// Its web site.
        #[serde(default)]
        pub website: Option<String>,
        /// Whether it uses artificial intelligence on the data, and for what.
        #[serde(default)]
        pub ai_use: Option<String>,
        /// `active`, `announced`, `removed`.
        #[serde(default = "active")]
        pub status: String,
        /// When it was announced.
        #[serde(default)]
        pub announced_on: Option<Date>,
        /// When it begins.
        #[serde(default)]
        pub effective_from: Option<Date>,
        /// When it ended.
        #[serde(default)]
        pub removed_on: Option<Date>,
        /// Until when customers can object.
        #[serde(default)]
        pub objection_until: Option<Date>,
        /// The subprocessor it replaces.
        #[serde(default)]
        pub replaces: Option<Id>,
    }
}

fn active() -> String {
    "active".to_owned()
}

crate::record! {
    /// A policy, procedure or plan, with its version and approval.
    pub struct Policy = "policies", named by title {
        /// One line.
        pub title: String,
        /// `policy`, `procedure`, `plan`, `standard`, `guideline`, `record`.
        #[serde(default = "policy")]
        pub document_kind: String,
        /// Version.
        #[serde(default)]
        pub version: Option<String>,
        /// Role that approved.
        #[serde(default)]
        pub approved_by: Option<String>,
        /// When.
        #[serde(default)]
        pub approved_on: Option<Date>,
        /// From when it holds.
        #[serde(default)]
        pub effective_from: Option<Date>,
        /// When it has to be looked at again.
        #[serde(default)]
        pub next_review: Option<Date>,
        /// One to three sentences.
        #[serde(default)]
        pub summary: Option<String>,
        /// Markdown file, relative to the content folder; rendered as a page of its own.
        #[serde(default)]
        pub file: Option<String>,
        /// The file's text; set by the loader.
        #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
        #[schemars(skip)]
        pub text: Option<String>,
        /// Where the file lies in the project; set by the loader.
        #[serde(skip)]
        pub text_path: Option<String>,
        /// The file's digest; set by the loader.
        #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
        #[schemars(skip)]
        pub sha256: Option<String>,
    }
}

fn policy() -> String {
    "policy".to_owned()
}

crate::record! {
    /// A document in the library.
    pub struct Document = "documents", named by title {
        /// One line.
        pub title: String,
        /// Group in the library.
        #[serde(default)]
        pub category: Option<String>,
        /// Version.
        #[serde(default)]
        pub version: Option<String>,
        /// Of when.
        #[serde(default)]
        pub dated: Option<Date>,
        /// When it ends.
        #[serde(default)]
        pub expires: Option<Date>,
        /// BCP 47.
        #[serde(default)]
        pub language: Option<String>,
        /// One to three sentences.
        #[serde(default)]
        pub summary: Option<String>,
        /// File, relative to the content folder.
        #[serde(default)]
        pub file: Option<String>,
        /// How to ask for it.
        #[serde(default)]
        pub request_how: Option<String>,
        /// Whether an agreement has to be signed first.
        #[serde(default)]
        pub nda_required: bool,
        /// The file's digest; set by the loader.
        #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
        #[schemars(skip)]
        pub sha256: Option<String>,
        /// The file's size; set by the loader.
        #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
        #[schemars(skip)]
        pub size_bytes: Option<u64>,
        /// Where it lies inside the archive, relative to `data/`; set when it is packed.
        #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
        #[schemars(skip)]
        pub archived_as: Option<String>,
    }
}

crate::record! {
    /// An answer of the questionnaire library.
    pub struct Answer = "answers", named by question {
        /// The question.
        pub question: String,
        /// Other ways to ask the same.
        #[serde(default)]
        pub alternatives: Vec<String>,
        /// `yes`, `no`, `partial`, `n-a`, `text`.
        pub answer: AnswerWord,
        /// In sentences.
        #[serde(default)]
        pub explanation: Option<String>,
        /// What the customer has to do.
        #[serde(default)]
        pub customer_responsibility: Option<String>,
        /// Who answers for it.
        #[serde(default)]
        pub ownership: Option<Ownership>,
        /// Topics.
        #[serde(default)]
        pub topics: Vec<String>,
        /// Evidence behind it.
        #[serde(default)]
        pub evidence: Vec<Id>,
        /// Claims behind it.
        #[serde(default)]
        pub claims: Vec<Id>,
        /// Ids in questionnaires, such as `caiq-4.0.3: AIS-04.1`.
        #[serde(default)]
        pub external_ids: std::collections::BTreeMap<String, String>,
        /// Role that approved the answer.
        #[serde(default)]
        pub approved_by: Option<String>,
        /// When.
        #[serde(default)]
        pub approved_on: Option<Date>,
        /// When it has to be looked at again.
        #[serde(default)]
        pub review_by: Option<Date>,
    }
}

/// The answer in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerWord {
    /// Yes.
    Yes,
    /// No.
    No,
    /// In parts.
    Partial,
    /// Does not apply.
    NA,
    /// See the explanation.
    Text,
}

impl AnswerWord {
    /// The word shown to people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Yes => "Yes",
            Self::No => "No",
            Self::Partial => "Partly",
            Self::NA => "Not applicable",
            Self::Text => "See explanation",
        }
    }
}

crate::record! {
    /// A frequently asked question.
    pub struct Faq = "faq", named by question {
        /// The question.
        pub question: String,
        /// The answer, CommonMark.
        pub answer: String,
        /// Group.
        #[serde(default)]
        pub category: Option<String>,
        /// Place in the group, small first.
        #[serde(default)]
        pub order: i64,
        /// Claims behind it.
        #[serde(default)]
        pub claims: Vec<Id>,
    }
}

crate::record! {
    /// Where one kind of data of one product lies.
    pub struct Residency = "data-residency", named by data_kind {
        /// Product of the content.
        #[serde(default)]
        pub product: Option<Id>,
        /// `customer-content`, `account`, `telemetry`, `backups`, `logs`, `support`, `ai-prompts`.
        pub data_kind: String,
        /// Region, in words.
        pub region: String,
        /// ISO 3166-1 alpha-2.
        #[serde(default)]
        pub country: Option<String>,
        /// Whether customers can choose.
        #[serde(default)]
        pub customer_selectable: bool,
        /// Where it goes when the region fails.
        #[serde(default)]
        pub failover_region: Option<String>,
        /// Countries people have access from.
        #[serde(default)]
        pub access_from: Vec<String>,
        /// How long it is kept.
        #[serde(default)]
        pub retention: Option<String>,
        /// How soon it is deleted on request.
        #[serde(default)]
        pub deletion: Option<String>,
        /// Encryption at rest, in transit, keys.
        #[serde(default)]
        pub encryption: Option<String>,
        /// Subprocessors that touch it.
        #[serde(default)]
        pub subprocessors: Vec<Id>,
    }
}

crate::record! {
    /// A supported version or platform, with the dates of its life (CLE words).
    pub struct Compatibility = "compatibility", named by version {
        /// Product of the content.
        #[serde(default)]
        pub product: Option<Id>,
        /// Version or range.
        pub version: String,
        /// When it came out.
        #[serde(default)]
        pub released: Option<Date>,
        /// Level of support.
        #[serde(default)]
        pub support_level: Option<String>,
        /// Last day with fixes.
        #[serde(default)]
        pub end_of_support: Option<Date>,
        /// Last day at all.
        #[serde(default)]
        pub end_of_life: Option<Date>,
        /// Platforms, `name version: status`.
        #[serde(default)]
        pub platforms: Vec<Platform>,
        /// Who gets security fixes, in words.
        #[serde(default)]
        pub security_fix_policy: Option<String>,
    }
}

/// A platform something runs on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Platform {
    /// Name.
    pub name: String,
    /// Version or range.
    #[serde(default)]
    pub version: Option<String>,
    /// `tested`, `supported`, `untested`, `unsupported`.
    pub status: String,
}

crate::record! {
    /// An incident, or the dated statement that there was none.
    pub struct Incident = "incidents", named by title {
        /// One line.
        pub title: String,
        /// `incident` or `none-in-period`.
        #[serde(default = "incident")]
        pub form: String,
        /// The period of a `none-in-period` statement.
        #[serde(default)]
        pub period: Option<DateRange>,
        /// When it began.
        #[serde(default)]
        pub started: Option<Date>,
        /// When it was noticed.
        #[serde(default)]
        pub detected: Option<Date>,
        /// When it was over.
        #[serde(default)]
        pub resolved: Option<Date>,
        /// How grave.
        #[serde(default)]
        pub severity: Option<crate::model::register::Severity>,
        /// What was affected.
        #[serde(default)]
        pub affected: Option<String>,
        /// Whether customer data was.
        #[serde(default)]
        pub data_affected: Option<bool>,
        /// When customers were told.
        #[serde(default)]
        pub notified_on: Option<Date>,
        /// Why.
        #[serde(default)]
        pub root_cause: Option<String>,
        /// What was done.
        #[serde(default)]
        pub actions: Option<String>,
        /// What is said about it.
        #[serde(default)]
        pub statement: Option<String>,
    }
}

fn incident() -> String {
    "incident".to_owned()
}

crate::record! {
    /// A product or service in scope.
    pub struct Product = "products", named by name {
        /// Name.
        pub name: String,
        /// `saas`, `paas`, `iaas`, `software`, `other`.
        #[serde(default)]
        pub service_model: Option<String>,
        /// `public-cloud`, `private-cloud`, `on-premises`, … (OSCAL words).
        #[serde(default)]
        pub deployment_model: Option<String>,
        /// One to three sentences.
        #[serde(default)]
        pub description: Option<String>,
        /// Address on the web.
        #[serde(default)]
        pub url: Option<String>,
    }
}

crate::record! {
    /// A release of a product: evidence is attached to it by the evidence's `release`.
    pub struct Release = "releases", named by version {
        /// Product of the content.
        #[serde(default)]
        pub product: Option<Id>,
        /// Version.
        pub version: String,
        /// When.
        #[serde(default)]
        pub released: Option<Date>,
        /// Commit or other id of the source.
        #[serde(default)]
        pub commit: Option<String>,
        /// What is new, CommonMark.
        #[serde(default)]
        pub notes: Option<String>,
        /// The release before it.
        #[serde(default)]
        pub previous: Option<Id>,
    }
}

crate::record! {
    /// A view of the architecture: components and the data that flows between them.
    pub struct Architecture = "architecture", named by title {
        /// One line.
        pub title: String,
        /// What the picture shows, CommonMark.
        #[serde(default)]
        pub description: Option<String>,
        /// Its components.
        #[serde(default)]
        pub components: Vec<ArchitectureComponent>,
        /// The flows between them.
        #[serde(default)]
        pub flows: Vec<DataFlow>,
    }
}

/// A part of the architecture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ArchitectureComponent {
    /// Unique in its view.
    pub id: Id,
    /// Name.
    pub name: String,
    /// Trust zone it lies in; zones are drawn as columns, in order of first mention.
    #[serde(default)]
    pub zone: Option<String>,
    /// What it does.
    #[serde(default)]
    pub description: Option<String>,
}

/// A flow of data between two parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DataFlow {
    /// Id of a component.
    pub from: Id,
    /// Id of a component.
    pub to: Id,
    /// What flows.
    pub data: String,
    /// Protocol.
    #[serde(default)]
    pub protocol: Option<String>,
    /// Encryption in transit.
    #[serde(default)]
    pub encryption: Option<String>,
    /// Whether it crosses a trust boundary.
    #[serde(default)]
    pub crosses_boundary: bool,
}

/// Who stands behind the trust center.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Organization {
    /// Name people use.
    pub name: String,
    /// Legal entity, or what stands in its place.
    #[serde(default)]
    pub legal_name: Option<String>,
    /// Postal address.
    #[serde(default)]
    pub address: Option<String>,
    /// Registration, LEI, DUNS …
    #[serde(default)]
    pub registration: Option<String>,
    /// Address on the web.
    #[serde(default)]
    pub website: Option<String>,
    /// Where to write about security.
    #[serde(default)]
    pub security_contact: Option<String>,
    /// Where to write about privacy.
    #[serde(default)]
    pub privacy_contact: Option<String>,
    /// Where to ask for documents.
    #[serde(default)]
    pub sales_contact: Option<String>,
    /// How soon an answer comes, in words.
    #[serde(default)]
    pub response_time: Option<String>,
}

/// How to report a vulnerability; also the source of `security.txt` (RFC 9116).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct VulnerabilityDisclosure {
    /// `https:`, `mailto:` or `tel:`, most wanted first; at least one.
    pub contact: Vec<String>,
    /// When `security.txt` ends; a past date fails the build.
    pub expires: Date,
    /// Where keys are.
    #[serde(default)]
    pub encryption: Vec<String>,
    /// Where people are thanked.
    #[serde(default)]
    pub acknowledgments: Vec<String>,
    /// BCP 47.
    #[serde(default)]
    pub preferred_languages: Vec<String>,
    /// Addresses at which `security.txt` stands.
    #[serde(default)]
    pub canonical: Vec<String>,
    /// Where the policy stands.
    #[serde(default)]
    pub policy_url: Vec<String>,
    /// What may be looked at.
    #[serde(default)]
    pub in_scope: Vec<String>,
    /// What may not.
    #[serde(default)]
    pub out_of_scope: Vec<String>,
    /// Safe harbour, CommonMark.
    #[serde(default)]
    pub safe_harbour: Option<String>,
    /// What happens after a report, CommonMark.
    #[serde(default)]
    pub process: Option<String>,
    /// Response times, in words.
    #[serde(default)]
    pub targets: Vec<ResponseTarget>,
    /// Where it was written; set by the loader.
    #[serde(skip)]
    pub origin: crate::model::record::Origin,
}

/// A promise about time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ResponseTarget {
    /// For what, such as `critical`.
    pub what: String,
    /// Within.
    pub within: Period,
}

/// A page of running text: a Markdown file in `content/pages/` with a front matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PageHead {
    /// One line.
    pub title: String,
    /// Group of the navigation.
    #[serde(default)]
    pub group: Option<String>,
    /// Place in the group, small first.
    #[serde(default)]
    pub order: i64,
    /// Who may see it; `internal` when not given.
    #[serde(default)]
    pub visibility: crate::model::visibility::Visibility,
    /// The audiences of a restricted page.
    #[serde(default)]
    pub audience: Vec<String>,
}

/// A page of running text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Page {
    /// From the file name.
    pub id: Id,
    /// The front matter.
    pub head: PageHead,
    /// CommonMark.
    pub text: String,
    /// Where it was written.
    #[serde(skip)]
    pub origin: crate::model::record::Origin,
}

/// A content file: any of these keys.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct ContentFile {
    /// Who stands behind the trust center; in one file only.
    pub organization: Option<Organization>,
    /// How to report a vulnerability; in one file only.
    pub vulnerability_disclosure: Option<VulnerabilityDisclosure>,
    /// See [`Product`].
    pub products: Vec<Product>,
    /// See [`Claim`].
    pub claims: Vec<Claim>,
    /// See [`Certification`].
    pub certifications: Vec<Certification>,
    /// See [`Framework`].
    pub frameworks: Vec<Framework>,
    /// See [`Control`].
    pub controls: Vec<Control>,
    /// See [`Responsibility`].
    pub responsibilities: Vec<Responsibility>,
    /// See [`Subprocessor`].
    pub subprocessors: Vec<Subprocessor>,
    /// See [`Policy`].
    pub policies: Vec<Policy>,
    /// See [`Document`].
    pub documents: Vec<Document>,
    /// See [`Answer`].
    pub answers: Vec<Answer>,
    /// See [`Faq`].
    pub faq: Vec<Faq>,
    /// See [`Residency`].
    pub data_residency: Vec<Residency>,
    /// See [`Compatibility`].
    pub compatibility: Vec<Compatibility>,
    /// See [`Incident`].
    pub incidents: Vec<Incident>,
    /// See [`Release`].
    pub releases: Vec<Release>,
    /// See [`Architecture`].
    pub architecture: Vec<Architecture>,
    /// See [`Risk`].
    pub risks: Vec<Risk>,
    /// See [`Waiver`].
    pub waivers: Vec<Waiver>,
    /// See [`Blocker`].
    pub blockers: Vec<Blocker>,
    /// See [`Question`].
    pub questions: Vec<Question>,
    /// See [`Kpi`].
    pub kpis: Vec<Kpi>,
    /// See [`AccessReview`].
    pub access_reviews: Vec<AccessReview>,
    /// See [`AuditExport`].
    pub audit_exports: Vec<AuditExport>,
    /// See [`Checklist`].
    pub checklists: Vec<Checklist>,
    /// See [`ClaimChart`].
    pub claim_charts: Vec<ClaimChart>,
    /// See [`Assignment`].
    pub assignments: Vec<Assignment>,
}
