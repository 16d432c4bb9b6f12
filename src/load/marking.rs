//! Markings of documents against what the evidence index does with them.

use crate::model::evidence::Body;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::id::Id;
use crate::model::record::Origin;
use crate::model::visibility::Visibility;

/// A document whose traffic light is not clear, and whose record is public all the same.
pub(crate) fn traffic_light(
    body: &Body,
    visibility: Visibility,
    origin: &Origin,
    id: &Id,
) -> Option<Finding> {
    let label = label(body)?;
    if visibility != Visibility::Public || matches!(label, "CLEAR" | "WHITE") {
        return None;
    }
    let message = format!("the document says TLP:{}, the index says public", label.escape_debug());
    let help =
        "make the record `restricted` or `internal`, or have the document relabelled by whoever made it";
    Some(Finding::error("traffic-light", message).at(origin.field("visibility")).help(help).about(id))
}

fn label(body: &Body) -> Option<&str> {
    match body {
        Body::Sbom(sbom) => sbom.tlp.as_deref(),
        Body::Vex(vex) => vex.tlp.as_deref(),
        _ => None,
    }
}

/// A note about a document of a gated run that does not say when it was made.
pub(crate) fn undated(body: &Body, dated: bool, format: &str, path: &str, id: &Id) -> Option<Finding> {
    let of_a_run = body.governance().is_some_and(|record| {
        record.system == crate::model::governance::System::ReleaseGate && record.form != "reason-codes"
    });
    if dated || !(of_a_run || ["gate-decision", "promotion-decision"].contains(&format)) {
        return None;
    }
    let message = "it does not say when it was made; the documents of a gated run count all the same";
    Some(
        Finding::note("no-time", message)
            .at(Place::file(path))
            .help("say `captured-at` in the evidence index to have it shown")
            .about(id),
    )
}
