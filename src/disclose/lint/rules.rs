//! The rules of the publish lint: needles to look for, a check around each, docs and samples.
//!
//! Samples are put together at run time, so that no file of this repository looks like a secret itself.

use std::ops::Range;

use crate::disclose::lint::personal;
use crate::disclose::lint::secrets;

/// What a rule protects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Keys and tokens: refused for every audience, never waived.
    Secret,
    /// Paths, hosts, addresses: refused for the public, unless waived for a file with a reason.
    Personal,
}

/// A rule.
#[derive(Debug)]
pub struct LintRule {
    /// Code of its findings.
    pub code: &'static str,
    /// One line: what was found.
    pub title: &'static str,
    /// What it protects.
    pub class: Class,
    /// What it looks for, in one or two sentences.
    pub what: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// Found in either case. One of them is in everything the rule finds.
    pub needles: &'static [&'static str],
    /// What is found around a needle at an offset of a window of text.
    pub find: fn(&str, usize) -> Option<Range<usize>>,
    /// What may be shown of it.
    pub mask: fn(&str) -> String,
    /// Texts it finds, put together at run time.
    pub samples: fn() -> Vec<String>,
    /// Texts it must let pass.
    pub near_misses: fn() -> Vec<String>,
}

/// Every rule, secrets first.
pub static LINT_RULES: &[LintRule] = &[
    secrets::PEM,
    secrets::OPENSSH,
    secrets::PUTTY,
    secrets::MINISIGN,
    secrets::SIGNIFY,
    secrets::AGE,
    secrets::AWS_ID,
    secrets::AWS_SECRET,
    secrets::AZURE,
    secrets::GITHUB,
    secrets::GITHUB_FINE,
    secrets::GITLAB,
    secrets::SLACK,
    secrets::SLACK_WEBHOOK,
    secrets::GOOGLE_KEY,
    secrets::GOOGLE_OAUTH,
    secrets::STRIPE,
    secrets::NPM,
    secrets::PYPI,
    secrets::DOCKER,
    secrets::SENDGRID,
    secrets::VAULT,
    secrets::JWT,
    secrets::URL_PASSWORD,
    secrets::ASSIGNMENT,
    personal::HOME_PATH,
    personal::INTERNAL_HOST,
    personal::PRIVATE_ADDRESS,
    personal::EMAIL,
    personal::NOT_SANITIZED,
];

/// The first four characters, and how many there are.
pub(super) fn mask(text: &str) -> String {
    let shown: String = text.chars().take(4).filter(|ch| !ch.is_control()).collect();
    format!("{shown}…, {} characters", text.chars().count())
}
