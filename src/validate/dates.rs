//! Dates against the instant everything is judged at.

use crate::model::catalog::Catalog;
use crate::model::evidence::Mode;
use crate::model::finding::Finding;
use crate::model::time::Instant;

/// How far a clock may run ahead, in seconds.
const SKEW_SECONDS: i64 = 300;
/// RFC 9116 recommends less than a year.
const LONG_DAYS: i64 = 366;

/// Checks dates as of `as_of`.
pub(super) fn check(catalog: &Catalog, as_of: Instant, findings: &mut Vec<Finding>) {
    if let Some(disclosure) = &catalog.vulnerability_disclosure {
        let place = || disclosure.origin.field("expires");
        if as_of >= disclosure.expires.end() {
            findings.push(
                Finding::error(
                    "security-txt-expired",
                    format!("`security.txt` ended on {}", disclosure.expires),
                )
                .at(place())
                .help("check that the contacts still hold, then move the date"),
            );
        } else if disclosure.expires.days_since(as_of.date()) > LONG_DAYS {
            findings.push(
                Finding::warning("security-txt-long", "`security.txt` should end within a year")
                    .at(place())
                    .help("RFC 9116, section 2.5.5"),
            );
        }
        if disclosure.contact.is_empty() {
            findings.push(
                Finding::error("missing-key", "`security.txt` needs a contact")
                    .at(disclosure.origin.field("contact"))
                    .help("such as `mailto:security@example.com` or `https://…`"),
            );
        }
        for (at, contact) in disclosure.contact.iter().enumerate() {
            if !["https://", "mailto:", "tel:"].iter().any(|scheme| contact.starts_with(scheme)) {
                findings.push(
                    Finding::error("invalid-value", format!("`{contact}` is no contact for `security.txt`"))
                        .at(disclosure.origin.field(&format!("contact/{at}")))
                        .help("it begins with `https://`, `mailto:` or `tel:`"),
                );
            }
        }
    }
    for evidence in catalog.evidence.values() {
        if let Some(captured) = evidence.captured_at
            && evidence.mode != Mode::Planned
            && captured.seconds_since(as_of) > SKEW_SECONDS
        {
            findings.push(
                Finding::warning(
                    "from-the-future",
                    format!("`{}` is of {captured}, after {as_of}", evidence.id),
                )
                .at(evidence.origin.place())
                .help("evidence from after the instant that everything is judged at does not count")
                .about(&evidence.id),
            );
        }
    }
}
