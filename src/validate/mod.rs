//! Rules between files: references lead somewhere, nothing contradicts anything, dates and audiences make sense.
//!
//! What a single file cannot know. Every finding points at the place that has to change.

mod conflicts;
mod dates;
mod references;
mod shapes;
mod visibility;
mod waived;

use crate::model::catalog::Catalog;
use crate::model::config::Config;
use crate::model::finding::Finding;
use crate::model::finding::did_you_mean;
use crate::model::time::Instant;

pub use waived::name_what_was_meant;

/// Everything that does not fit together, as of `as_of`.
pub fn validate(catalog: &Catalog, config: &Config, as_of: Instant) -> Vec<Finding> {
    let mut findings = Vec::new();
    references::check(catalog, config, &mut findings);
    shapes::check(catalog, &mut findings);
    conflicts::check(catalog, &mut findings);
    dates::check(catalog, as_of, &mut findings);
    visibility::check(catalog, config, &mut findings);
    findings
}

/// The word that was probably meant, or what is known, as help.
fn suggestion<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone, what: &str) -> String {
    if let Some(meant) = did_you_mean(word, known.clone()) {
        return format!("did you mean `{meant}`?");
    }
    let list: Vec<String> = known.take(8).map(|word| format!("`{word}`")).collect();
    if list.is_empty() {
        format!("there is no {what} at all")
    } else {
        format!("known are {}", list.join(", "))
    }
}

#[cfg(test)]
mod tests;
