//! The values that flow between the rooms. No disk, no clock, no printing.
//!
//! `Sources → Parsed → Catalog → Assessment → Snapshot → FileTree`, each made only by the stage before it.
//! Everything that reaches a renderer serialises as kebab-case; the same form is the public JSON of a snapshot.

pub mod assessment;
pub mod attestation;
pub mod body;
pub mod catalog;
pub mod changes;
pub mod codes;
pub mod config;
pub mod content;
pub mod coverage;
pub mod declarations;
pub mod drill;
pub mod evidence;
pub mod finding;
pub mod governance;
pub mod id;
pub mod interner;
pub mod names;
pub mod objectives;
pub mod operations;
pub mod oscal;
pub mod oscal_controls;
pub mod profile;
pub mod receipt;
pub mod record;
pub mod records;
pub mod register;
pub mod rules;
pub mod sbom;
pub mod sbom_changes;
pub mod scan;
pub mod schema;
pub mod security_insights;
pub mod snapshot;
pub mod status;
pub mod test_report;
pub mod time;
pub mod tree;
pub mod vex;
pub mod visibility;
