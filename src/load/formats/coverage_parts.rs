//! What all coverage dialects have in common: the cross-checks of counts, and the record.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Input;
use super::Read;
use crate::model::coverage::Coverage;
use crate::model::evidence::Body;
use crate::model::finding::Checked;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::time::Instant;

/// A coverage report with what is suspicious about its counts.
pub(super) fn read_of(
    input: &Input<'_>,
    coverage: Coverage,
    version: Option<String>,
    facts: BTreeMap<&'static str, Value>,
) -> Checked<Read> {
    let mut findings = Vec::new();
    for (measure, covered) in &coverage.measures {
        if covered.covered > covered.total {
            let finding = Finding::error(
                "impossible-count",
                format!(
                    "{} of {} {} are covered",
                    covered.covered,
                    covered.total,
                    measure.word().to_lowercase()
                ),
            );
            return Checked::refused(
                finding.at(Place::file(input.path)).help("no more than all can be: make the report again"),
            );
        }
    }
    for (measure, said) in &coverage.declared {
        let counted = coverage.measures.get(measure).copied().unwrap_or_default();
        let message = format!(
            "the summary says {} of {} {}, counted are {} of {}",
            said.covered,
            said.total,
            measure.word().to_lowercase(),
            counted.covered,
            counted.total
        );
        findings.push(
            Finding::warning("count-mismatch", message)
                .at(Place::file(input.path))
                .help("the counted number is used"),
        );
    }
    if coverage.main().is_none() {
        let message = "the report measures nothing: there is nothing to cover in it";
        findings.push(
            Finding::warning("nothing-measured", message)
                .at(Place::file(input.path))
                .help("nothing of nothing is not full coverage"),
        );
    }
    let title = match &coverage.tool {
        Some(tool) => format!("Coverage by {tool}"),
        None => "Coverage".to_owned(),
    };
    let read = Read {
        format_version: version,
        title: Some(title),
        captured_at: coverage.timestamp,
        facts,
        ..Read::new(Body::Coverage(Box::new(coverage)))
    };
    Checked { value: Some(read), findings }
}

/// Milliseconds or seconds since 1970, as tools write them.
pub(super) fn epoch(text: &str) -> Option<Instant> {
    let number: i64 = text.trim().parse().ok()?;
    // seconds of the year 5000 and later are milliseconds of today
    let seconds = if number > 95_617_584_000 { number / 1000 } else { number };
    Instant::from_unix(seconds).filter(|_| seconds > 0)
}

/// The value of an attribute.
pub(super) fn attribute<'a>(attributes: &'a [(String, String)], key: &str) -> Option<&'a str> {
    attributes.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
}

/// The number in an attribute.
pub(super) fn number(attributes: &[(String, String)], key: &str) -> Option<u64> {
    attribute(attributes, key)?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_milliseconds_are_told_apart() {
        assert_eq!(epoch("1717096315"), epoch("1717096315000"));
        assert_eq!(epoch("0"), None);
        assert_eq!(epoch("yesterday"), None);
    }
}
