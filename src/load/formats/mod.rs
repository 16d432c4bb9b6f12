//! The evidence dialects we read: one file and one row each. A row recognises its files by their content alone.

mod attachment;
mod attachment_marks;
mod attestation;
mod attestation_bill;
mod attestation_signatures;
mod attestation_statement;
mod aws_fis;
mod barman;
mod certificate;
mod certification;
mod certification_table;
mod chaostoolkit;
mod checklist;
mod checksums;
mod checksums_manifest;
mod checksums_text;
mod closeout;
mod clover;
mod cobertura;
mod codecov;
mod coverage_parts;
mod coverage_py;
mod csaf;
mod csaf_products;
mod csaf_texts;
mod cyclonedx;
mod cyclonedx_declarations;
mod cyclonedx_edges;
mod cyclonedx_facts;
mod cyclonedx_given;
mod cyclonedx_metadata;
mod cyclonedx_row;
mod cyclonedx_vex;
mod cyclonedx_xml;
mod cyclonedx_xml_vulnerabilities;
pub(super) mod docs;
mod drill;
mod drill_facts;
mod drill_rules;
mod drill_table;
mod gate_decision;
mod governance;
mod grype;
mod jacoco;
mod junit;
mod k6;
mod k6_rules;
mod k6_stream;
mod lcov;
mod licence;
mod litmus;
mod llvm_cov;
mod lookalike;
mod objectives;
mod openslo;
mod openvex;
mod oscal;
mod oscal_assessment_results;
mod oscal_catalog;
mod oscal_component_definition;
mod oscal_poam;
mod oscal_risks;
mod osv_scanner;
mod pgbackrest;
mod promotion;
mod purl;
mod receipt;
mod release_run;
mod sarif;
mod sarif_result;
mod scorecard;
mod security_insights;
mod security_insights_1;
mod security_insights_2;
mod sloth;
mod spdx;
mod spdx3;
mod spdx3_given;
mod spdx3_graph;
mod spdx_rdf;
mod spdx_rdf_licence;
mod spdx_tag;
mod spdx_tag_names;
mod spdx_xml;
mod stated_no;
mod syft;
mod tool_drill;
mod trivy;
mod unfilled;
pub(crate) mod unsupported;
mod velero;

pub(crate) use unfilled::is_placeholder;
pub(crate) use unfilled::placeholder;
pub(crate) use unfilled::placeholder_beside;

use std::collections::BTreeMap;

use serde_json::Value;

use super::text::node::Document;
use super::text::node::Node;
use super::text::reader::Reader;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::evidence::Mode;
use crate::model::finding::Checked;
use crate::model::time::Instant;

/// A dialect.
pub struct Format {
    /// Stable name, such as `cyclonedx-json`.
    pub id: &'static str,
    /// For people.
    pub title: &'static str,
    /// Media type of its files.
    pub media_type: &'static str,
    /// What its files are evidence of.
    pub kind: EvidenceKind,
    /// *What it reads* · *Traps* · *Source*, CommonMark.
    pub docs: &'static str,
    /// Whether a file is of this dialect, by content.
    pub(crate) detect: fn(&Input<'_>) -> bool,
    /// Reads a file of this dialect.
    pub(crate) read: fn(&Input<'_>) -> Checked<Read>,
}

/// Every dialect. The last one takes what no other claims.
pub static FORMATS: &[Format] = &[
    receipt::ROW,
    gate_decision::GATE,
    gate_decision::PROMOTION,
    promotion::ROW,
    release_run::ROW,
    certification::ROW,
    certification_table::ROW,
    closeout::ROW,
    checksums::SUMS,
    checksums::FLAG,
    checksums::MANIFEST,
    cyclonedx::ROW,
    cyclonedx_xml::ROW,
    spdx::ROW,
    spdx_tag::ROW,
    spdx_xml::ROW,
    spdx_rdf::ROW,
    spdx3::ROW,
    syft::ROW,
    openvex::ROW,
    csaf::ROW,
    drill::ROW,
    drill_table::ROW,
    chaostoolkit::ROW,
    litmus::ROW,
    aws_fis::ROW,
    k6::ROW,
    k6_stream::ROW,
    velero::ROW,
    velero::RESULTS,
    barman::RESTORE,
    barman::BACKUPS,
    barman::CHECK,
    pgbackrest::ROW,
    junit::ROW,
    lcov::ROW,
    cobertura::ROW,
    jacoco::ROW,
    clover::ROW,
    llvm_cov::ROW,
    coverage_py::ROW,
    codecov::ROW,
    sarif::ROW,
    trivy::ROW,
    grype::ROW,
    osv_scanner::ROW,
    scorecard::ROW,
    oscal_assessment_results::ROW,
    oscal_component_definition::ROW,
    oscal_catalog::ROW,
    oscal_poam::ROW,
    security_insights::ROW,
    openslo::ROW,
    sloth::ROW,
    attestation::STATEMENT,
    attestation::DSSE,
    attestation::BUNDLE,
    attestation::NPM,
    checklist::ROW,
    stated_no::ROW,
    attachment::ROW,
];

pub(crate) use spdx_tag::is_tag_value;

/// The dialect that keeps what no other reads.
pub(crate) static ATTACHMENT: &Format = &attachment::ROW;

pub(crate) use drill_facts::add as add_to_drill;
pub(crate) use drill_facts::add_again as add_to_drill_again;
pub(crate) use lookalike::hint;

/// A file, decoded, before it is known what it is.
pub(crate) struct Input<'t> {
    /// Path relative to the project root.
    pub path: &'t str,
    /// Its text; empty for binary files.
    pub text: &'t str,
    /// What it is made of.
    pub form: Form<'t>,
}

/// What a file is made of.
pub(crate) enum Form<'t> {
    /// JSON or YAML.
    Tree(&'t Document<'t>),
    /// YAML of two or more documents: a list of them.
    Documents(&'t Document<'t>),
    /// JSON Lines: two or more JSON values, a line each, all of them well-formed. The first is at hand.
    Lines(&'t Document<'t>),
    /// Well-formed XML: local name and namespace of its root.
    Xml {
        /// Local name of the root element.
        name: String,
        /// Its namespace, where it declares one.
        namespace: Option<String>,
    },
    /// Any other text.
    Text,
    /// No text, by its magic.
    Binary(&'static str),
}

impl<'t> Input<'t> {
    /// The tree, when there is one.
    pub(crate) fn tree(&self) -> Option<&'t Document<'t>> {
        match &self.form {
            Form::Tree(document) => Some(document),
            Form::Documents(_) | Form::Lines(_) | Form::Xml { .. } | Form::Text | Form::Binary(_) => None,
        }
    }

    /// The list of documents, when there are several.
    pub(crate) fn documents(&self) -> Option<&'t Document<'t>> {
        match &self.form {
            Form::Documents(document) => Some(document),
            Form::Tree(_) | Form::Lines(_) | Form::Xml { .. } | Form::Text | Form::Binary(_) => None,
        }
    }

    /// The first value of JSON Lines.
    pub(crate) fn first_line(&self) -> Option<&'t Node<'t>> {
        match &self.form {
            Form::Lines(document) => Some(&document.root),
            Form::Tree(_) | Form::Documents(_) | Form::Xml { .. } | Form::Text | Form::Binary(_) => None,
        }
    }

    /// The root of the tree, when there is one.
    pub(crate) fn root(&self) -> Option<&'t Node<'t>> {
        self.tree().map(|document| &document.root)
    }

    /// Whether the tree's root has all of `keys`.
    pub(crate) fn has_keys(&self, keys: &[&str]) -> bool {
        self.root().is_some_and(|root| keys.iter().all(|key| root.has(key)))
    }

    /// The text of a key at the root.
    pub(crate) fn text_of(&self, key: &str) -> Option<&'t str> {
        self.root()?.text_of(key)
    }
}

/// A file that a document names, and where it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedFile {
    /// As written.
    pub path: String,
    /// As written, where given.
    pub sha256: Option<String>,
    /// In bytes, where given.
    pub size_bytes: Option<u64>,
    /// RFC 6901 pointer of the mention.
    pub pointer: String,
}

/// A signature that can be verified, and what it is over.
pub(crate) struct Signed {
    /// Which statement of the attestation.
    pub statement: usize,
    /// Which of its signatures.
    pub signature: usize,
    /// The bytes that were signed.
    pub message: Vec<u8>,
    /// The signature.
    pub bytes: Vec<u8>,
}

/// What was read from a file.
pub(crate) struct Read {
    /// The record.
    pub body: Body,
    /// The version of the format the file says it has.
    pub format_version: Option<String>,
    /// One line for people, where the document has one.
    pub title: Option<String>,
    /// When the thing it records happened.
    pub captured_at: Option<Instant>,
    /// How it came about, where the document says.
    pub mode: Option<Mode>,
    /// What it is about, where the document says.
    pub subject: Option<String>,
    /// Digest of the source state it is about, where the document says.
    pub source_state: Option<String>,
    /// Fields of the document nobody looks at.
    pub unknown_fields: u32,
    /// Files it names.
    pub named: Vec<NamedFile>,
    /// Signatures over what an attestation says.
    pub signed: Vec<Signed>,
    /// Template text that nobody filled in: what and where (pointer).
    pub placeholder: Option<(String, String)>,
    /// Counts and other facts for `inspect`.
    pub facts: BTreeMap<&'static str, Value>,
}

impl Read {
    /// A body without anything around it.
    pub(crate) fn new(body: Body) -> Self {
        Self {
            body,
            format_version: None,
            title: None,
            captured_at: None,
            mode: None,
            subject: None,
            source_state: None,
            unknown_fields: 0,
            named: Vec::new(),
            signed: Vec::new(),
            placeholder: None,
            facts: BTreeMap::new(),
        }
    }
}

/// What a tolerant reader made, with what it noticed; nothing when that makes the document unusable.
pub(crate) fn checked(reader: Reader<'_>, read: Option<Read>) -> Checked<Read> {
    let failed = reader.failed();
    let unknown_fields = reader.unknown_fields();
    let value = read.filter(|_| !failed).map(|read| Read { unknown_fields, ..read });
    Checked { value, findings: reader.findings() }
}

/// Whether a row other than those of `except` claims the document.
fn claimed_by_another(input: &Input<'_>, except: &[&str]) -> bool {
    FORMATS.iter().any(|row| !except.contains(&row.id) && (row.detect)(input))
}

/// A row's reader was given something its detection does not claim.
pub(crate) fn not_this(input: &Input<'_>, title: &str) -> Checked<Read> {
    Checked::refused(
        crate::model::finding::Finding::error("format-mismatch", format!("this is not {title}"))
            .at(crate::model::finding::Place::file(input.path)),
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_row_has_a_name_of_its_own_and_says_what_it_reads_its_traps_and_its_source() {
        let mut ids = BTreeSet::new();
        for row in FORMATS {
            assert!(ids.insert(row.id), "{} twice", row.id);
            assert!(!row.title.is_empty() && row.media_type.contains('/'), "{}", row.id);
            for part in ["**What it reads.**", "**Traps.**", "**Source.**"] {
                assert!(row.docs.contains(part), "{} lacks {part}", row.id);
            }
        }
        assert_eq!(FORMATS.last().map(|row| row.id), Some(ATTACHMENT.id));
    }

    #[test]
    fn template_text_is_told_from_values() {
        for text in
            ["${sha}", "<stable-image-tag>", "sha256:", "path/to/file", "x {{ version }}", &"0".repeat(64)]
        {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["", "$5 {a}", "a < b > c", "<a href=\"x\">", "0000", "{}", "{{}}"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
