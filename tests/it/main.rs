//! The integration tests that need no outside tool.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod archive;
mod attested;
mod awkward;
mod bad_input;
mod code_sources;
mod commands;
mod conformance;
mod diff;
mod disclose;
mod draw;
mod evaluate;
mod examples;
mod finding_cases;
mod finding_codes;
mod format_docs;
mod governance;
mod inspect;
mod kinds;
mod leak;
mod load;
mod load_advisories;
mod load_doubtful;
mod load_drills;
mod load_formats;
mod load_governance;
mod load_sbom;
mod mutated;
mod own_claims;
mod pages;
mod project;
mod publishing;
mod release;
mod release_log;
mod reproducible;
mod reread;
mod said_no;
mod sample;
mod schemas;
mod stages;
mod tables;
mod tidy;
mod tutorial;
mod verifier_budget;
mod verifier_page;
mod whole_outputs;
