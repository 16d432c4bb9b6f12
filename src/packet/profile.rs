//! Packet profiles: for whom a packet is, which sections it has, what its readers look for. Data, no Rust for a new one.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::model::finding::Checked;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::id::Id;
use crate::model::visibility::Audience;

/// The built-in profiles: name, YAML. A project's `profiles/packet/NAME.yaml` replaces the one of its name.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("public", include_str!("../../profiles/packet/public.yaml")),
    ("eu-bank", include_str!("../../profiles/packet/eu-bank.yaml")),
];

/// A packet profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PacketProfile {
    /// Name, part of the packet's file name.
    pub id: Id,
    /// One line.
    pub title: String,
    /// `public`, or an audience of the project file.
    pub audience: String,
    /// Its parts; their order in the packet is fixed.
    pub sections: Vec<SectionKind>,
    /// What its readers look for.
    #[serde(default)]
    pub expects: Vec<Expectation>,
}

/// A part of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SectionKind {
    /// `00-START-HERE.pdf`.
    StartHere,
    /// `01-security-summary.pdf`.
    SecuritySummary,
    /// `02-answers.xlsx`.
    Answers,
    /// `04-certifications/`: documents that certifications point at.
    Certifications,
    /// `05-policies/`: texts of policies.
    Policies,
    /// `06-documents/`: the other documents.
    Documents,
    /// `08-supply-chain/`: SBOMs and VEX.
    SupplyChain,
    /// `09-resilience/`: drill outputs.
    Resilience,
    /// `10-release-decisions/`: receipts, test reports, claim matrices, attachments.
    ReleaseDecisions,
    /// `11-machine-readable/`: JSON and CSV of everything.
    MachineReadable,
    /// `12-changes/`: what changed since an earlier snapshot.
    Changes,
}

/// Something readers look for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Expectation {
    /// A kind of record (`claims`, `certifications` …), a kind of evidence (`sbom`, `drill` …), or
    /// `vulnerability-disclosure`.
    pub kind: String,
    /// Why they ask.
    pub why: String,
}

impl PacketProfile {
    /// Reads a profile. `path` is named in findings.
    pub fn parse(path: &str, yaml: &str) -> Checked<Self> {
        let profile: Self = match serde_saphyr::from_str(yaml) {
            Ok(profile) => profile,
            Err(error) => {
                let place = error.location().map_or_else(
                    || Place::file(path),
                    |at| {
                        let number = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
                        Place::at(path, number(at.line()), number(at.column()))
                    },
                );
                let message = "a key or a value here is not one that a packet profile has";
                return Checked::refused(
                    Finding::error("packet-profile-invalid", message)
                        .at(place)
                        .help("`trustbook schema packet-profile` prints what it may hold"),
                );
            }
        };
        let mut findings = Vec::new();
        for (position, section) in profile.sections.iter().enumerate() {
            if profile.sections[..position].contains(section) {
                findings.push(
                    Finding::error("packet-profile-invalid", "a section is listed twice")
                        .at(Place::pointer(path, format!("/sections/{position}")))
                        .help("take one of the two out"),
                );
            }
        }
        let value = findings.is_empty().then_some(profile);
        Checked { value, findings }
    }

    /// A built-in profile; `None` for an unknown name.
    pub fn built_in(name: &str) -> Option<Checked<Self>> {
        BUILT_IN
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(known, yaml)| Self::parse(&format!("profiles/packet/{known}.yaml"), yaml))
    }

    /// The JSON Schema of a profile file.
    pub fn schema() -> serde_json::Value {
        crate::model::schema::of_input::<Self>("packet-profile", "A packet profile, profiles/packet/*.yaml")
    }

    /// Whether it has a section.
    pub fn has(&self, section: SectionKind) -> bool {
        self.sections.contains(&section)
    }

    /// The audience its snapshot must be made for.
    pub fn audience(&self) -> Audience {
        if self.audience == "public" { Audience::Public } else { Audience::Named(self.audience.clone()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_profile_reads_and_is_named_like_its_file() {
        for (name, _) in BUILT_IN {
            let read = PacketProfile::built_in(name).unwrap();
            assert_eq!(read.findings, Vec::new(), "{name}");
            let profile = read.value.unwrap();
            assert_eq!(profile.id.as_str(), *name);
            assert!(profile.has(SectionKind::StartHere));
            assert!(!profile.expects.is_empty());
        }
    }

    #[test]
    fn an_unknown_key_or_a_section_twice_is_refused_with_its_place() {
        let unknown =
            PacketProfile::parse("p.yaml", "id: x\ntitle: X\naudience: public\nsections: []\nexpect: []\n");
        assert!(unknown.value.is_none());
        assert_eq!(unknown.findings[0].place.as_ref().unwrap().line, Some(5));
        let twice = "id: x\ntitle: X\naudience: public\nsections: [start-here, start-here]\n";
        let read = PacketProfile::parse("p.yaml", twice);
        assert!(read.value.is_none());
        assert_eq!(read.findings[0].place.as_ref().unwrap().pointer, "/sections/1");
    }
}
