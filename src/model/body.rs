//! The kinds of evidence, and what an adapter read of each.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::model::attestation::Attestation;
use crate::model::coverage::Coverage;
use crate::model::declarations::Declarations;
use crate::model::drill::Drill;
use crate::model::governance::GovernanceRecord;
use crate::model::objectives::ServiceObjectives;
use crate::model::oscal::ActionPlan;
use crate::model::oscal::ControlAssessment;
use crate::model::oscal_controls::ControlCatalog;
use crate::model::oscal_controls::ControlImplementation;
use crate::model::receipt::Receipt;
use crate::model::sbom::Sbom;
use crate::model::scan::Scan;
use crate::model::security_insights::SecurityInsights;
use crate::model::test_report::TestReport;
use crate::model::vex::Vex;

/// The kinds of evidence, one per [`Body`] variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceKind {
    /// A decision somebody or something took.
    DecisionReceipt,
    /// A software bill of materials.
    Sbom,
    /// Statements on whether vulnerabilities matter.
    Vex,
    /// Results of a test run.
    TestReport,
    /// How much of the code a test run reached.
    Coverage,
    /// Results of a scanner.
    Scan,
    /// Statements about files by their digests, and signatures over them.
    Attestation,
    /// A drill, exercise or chaos experiment.
    Drill,
    /// Claims with evidence and attestations (CycloneDX declarations).
    ClaimMatrix,
    /// A document of a governance system.
    GovernanceRecord,
    /// What an assessor found of controls (OSCAL assessment results).
    ControlAssessment,
    /// Controls that components are said to implement (OSCAL component definition).
    ControlImplementation,
    /// A catalog of controls (OSCAL).
    ControlCatalog,
    /// What is still to be done, by when (OSCAL plan of action and milestones).
    ActionPlan,
    /// What a project says about its own security (OpenSSF Security Insights).
    SecurityInsights,
    /// Targets that somebody set for a service; nothing measured (OpenSLO, Sloth).
    ServiceObjectives,
    /// Kept, hashed and listed; not interpreted.
    Attachment,
}

impl EvidenceKind {
    /// Every kind.
    pub const ALL: [Self; 17] = [
        Self::DecisionReceipt,
        Self::Sbom,
        Self::Vex,
        Self::TestReport,
        Self::Coverage,
        Self::Scan,
        Self::Attestation,
        Self::Drill,
        Self::ClaimMatrix,
        Self::GovernanceRecord,
        Self::ControlAssessment,
        Self::ControlImplementation,
        Self::ControlCatalog,
        Self::ActionPlan,
        Self::SecurityInsights,
        Self::ServiceObjectives,
        Self::Attachment,
    ];

    /// The words shown to people, then what one piece and several are called in a sentence.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::DecisionReceipt => ("Decision receipt", "decision receipt", "decision receipts"),
            Self::Sbom => ("SBOM", "SBOM", "SBOMs"),
            Self::Vex => ("VEX", "VEX document", "VEX documents"),
            Self::TestReport => ("Test report", "test report", "test reports"),
            Self::Coverage => ("Coverage", "coverage report", "coverage reports"),
            Self::Scan => ("Scan", "scan report", "scan reports"),
            Self::Attestation => ("Attestation", "attestation", "attestations"),
            Self::Drill => ("Drill output", "drill record", "drill records"),
            Self::ClaimMatrix => ("Claim matrix", "claim matrix", "claim matrices"),
            Self::GovernanceRecord => ("Governance record", "governance record", "governance records"),
            Self::ControlAssessment => ("Control assessment", "control assessment", "control assessments"),
            Self::ControlImplementation => {
                ("Implemented controls", "list of implemented controls", "lists of implemented controls")
            }
            Self::ControlCatalog => ("Control catalog", "control catalog", "control catalogs"),
            Self::ActionPlan => ("Plan of action", "plan of action", "plans of action"),
            Self::SecurityInsights => {
                ("Security insights", "Security Insights file", "Security Insights files")
            }
            Self::ServiceObjectives => {
                ("Service objectives", "set of service objectives", "sets of service objectives")
            }
            Self::Attachment => ("Attachment", "attachment", "attachments"),
        }
    }

    /// The words shown to people.
    pub fn word(self) -> &'static str {
        self.words().0
    }

    /// What one piece of it and several are called in a sentence.
    pub fn counted(self) -> (&'static str, &'static str) {
        let (_, one, several) = self.words();
        (one, several)
    }
}

/// What the adapter read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Body {
    /// A decision somebody or something took.
    DecisionReceipt(Box<Receipt>),
    /// A software bill of materials.
    Sbom(Box<Sbom>),
    /// Statements on whether vulnerabilities matter.
    Vex(Box<Vex>),
    /// Results of a test run.
    TestReport(Box<TestReport>),
    /// How much of the code a test run reached.
    Coverage(Box<Coverage>),
    /// Results of a scanner.
    Scan(Box<Scan>),
    /// Statements about files by their digests, and signatures over them.
    Attestation(Box<Attestation>),
    /// A drill, exercise or chaos experiment.
    Drill(Box<Drill>),
    /// Claims with evidence and attestations (CycloneDX declarations).
    ClaimMatrix(Box<Declarations>),
    /// A document of a governance system.
    GovernanceRecord(Box<GovernanceRecord>),
    /// What an assessor found of controls (OSCAL assessment results).
    ControlAssessment(Box<ControlAssessment>),
    /// Controls that components are said to implement (OSCAL component definition).
    ControlImplementation(Box<ControlImplementation>),
    /// A catalog of controls (OSCAL).
    ControlCatalog(Box<ControlCatalog>),
    /// What is still to be done, by when (OSCAL plan of action and milestones).
    ActionPlan(Box<ActionPlan>),
    /// What a project says about its own security (OpenSSF Security Insights).
    SecurityInsights(Box<SecurityInsights>),
    /// Targets that somebody set for a service; nothing measured (OpenSLO, Sloth).
    ServiceObjectives(Box<ServiceObjectives>),
    /// Kept, hashed and listed; not interpreted.
    Attachment,
}

impl Body {
    /// Its kind.
    pub fn kind(&self) -> EvidenceKind {
        match self {
            Self::DecisionReceipt(_) => EvidenceKind::DecisionReceipt,
            Self::Sbom(_) => EvidenceKind::Sbom,
            Self::Vex(_) => EvidenceKind::Vex,
            Self::TestReport(_) => EvidenceKind::TestReport,
            Self::Coverage(_) => EvidenceKind::Coverage,
            Self::Scan(_) => EvidenceKind::Scan,
            Self::Attestation(_) => EvidenceKind::Attestation,
            Self::Drill(_) => EvidenceKind::Drill,
            Self::ClaimMatrix(_) => EvidenceKind::ClaimMatrix,
            Self::GovernanceRecord(_) => EvidenceKind::GovernanceRecord,
            Self::ControlAssessment(_) => EvidenceKind::ControlAssessment,
            Self::ControlImplementation(_) => EvidenceKind::ControlImplementation,
            Self::ControlCatalog(_) => EvidenceKind::ControlCatalog,
            Self::ActionPlan(_) => EvidenceKind::ActionPlan,
            Self::SecurityInsights(_) => EvidenceKind::SecurityInsights,
            Self::ServiceObjectives(_) => EvidenceKind::ServiceObjectives,
            Self::Attachment => EvidenceKind::Attachment,
        }
    }

    /// The decision receipt, when this is one.
    pub fn receipt(&self) -> Option<&Receipt> {
        match self {
            Self::DecisionReceipt(receipt) => Some(receipt),
            _ => None,
        }
    }

    /// The bill of materials, when this is one.
    pub fn sbom(&self) -> Option<&Sbom> {
        match self {
            Self::Sbom(sbom) => Some(sbom),
            _ => None,
        }
    }

    /// The test report, when this is one.
    pub fn tests(&self) -> Option<&TestReport> {
        match self {
            Self::TestReport(report) => Some(report),
            _ => None,
        }
    }

    /// The coverage report, when this is one.
    pub fn coverage(&self) -> Option<&Coverage> {
        match self {
            Self::Coverage(coverage) => Some(coverage),
            _ => None,
        }
    }

    /// The scanner's report, when this is one.
    pub fn scan(&self) -> Option<&Scan> {
        match self {
            Self::Scan(scan) => Some(scan),
            _ => None,
        }
    }

    /// The attestation, when this is one.
    pub fn attestation(&self) -> Option<&Attestation> {
        match self {
            Self::Attestation(attestation) => Some(attestation),
            _ => None,
        }
    }

    /// The attestation that this is, or that a bill of materials came in.
    pub fn statements_mut(&mut self) -> Option<&mut Attestation> {
        match self {
            Self::Attestation(attestation) => Some(attestation),
            Self::Sbom(sbom) => sbom.attestation.as_deref_mut(),
            _ => None,
        }
    }

    /// The drill, when this is one.
    pub fn drill(&self) -> Option<&Drill> {
        match self {
            Self::Drill(drill) => Some(drill),
            _ => None,
        }
    }
    /// The document of a governance system, when this is one.
    pub fn governance(&self) -> Option<&GovernanceRecord> {
        match self {
            Self::GovernanceRecord(record) => Some(record),
            _ => None,
        }
    }
}
