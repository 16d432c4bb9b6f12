//! Tables of what is told: answers, subprocessors, residency, policies, documents, incidents, risks, waivers, questions.

use crate::model::snapshot::Snapshot;
use crate::model::status::Status;
use crate::packet::sheets::dated;
use crate::packet::sheets::plain;
use crate::packet::sheets::severity;
use crate::packet::sheets::word;
use crate::render::outputs::packet_sheet::Cell;
use crate::render::outputs::packet_sheet::Column;
use crate::render::outputs::packet_sheet::Sheet;

pub(super) fn answers(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "answers",
        "Q&A library",
        "One row a question. The status says whether the answer is inside its review date.",
        vec![
            Column::new("id", "Id", 24),
            Column::new("question", "Question", 56),
            Column::new("answer", "Answer", 14),
            Column::new("explanation", "Explanation", 70),
            Column::new("customer-responsibility", "What the customer does", 40),
            Column::new("ownership", "Owner of the control", 16),
            Column::new("topics", "Topics", 24),
            Column::new("external-ids", "Ids in questionnaires", 28),
            Column::new("claims", "Claims behind it", 26),
            Column::new("evidence", "Evidence behind it", 26),
            Column::new("status", "Status", 14),
            Column::new("why", "Why", 24),
            Column::new("approved-by", "Approved by", 20),
            Column::new("approved-on", "Approved on", 12),
            Column::new("review-by", "Review by", 12),
        ],
    );
    for record in snapshot.catalog.answers.values() {
        let (status, why) = dated(snapshot, "answers", &record.id);
        sheet.rows.push(vec![
            Cell::code(record.id.as_str()),
            Cell::text(record.question.clone()),
            Cell::text(record.answer.word()),
            Cell::maybe(record.explanation.as_deref().map(plain)),
            Cell::maybe(record.customer_responsibility.as_ref()),
            Cell::maybe(record.ownership.map(|ownership| word(&ownership))),
            Cell::list(&record.topics),
            Cell::codes(record.external_ids.iter().map(|(set, id)| format!("{set}: {id}"))),
            Cell::codes(&record.claims),
            Cell::codes(&record.evidence),
            status,
            why,
            Cell::maybe(record.approved_by.as_ref()),
            Cell::maybe(record.approved_on),
            Cell::maybe(record.review_by),
        ]);
    }
    sheet
}

pub(super) fn subprocessors(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "subprocessors",
        "Subprocessors",
        "Announced ones come before they begin; removed ones stay with their date.",
        vec![
            Column::new("id", "Id", 20),
            Column::new("name", "Name", 28),
            Column::new("state", "State", 12),
            Column::new("purpose", "What it does with the data", 50),
            Column::new("data-categories", "Data", 34),
            Column::new("countries", "Processes in", 18),
            Column::new("locations", "Places", 26),
            Column::new("corporate-country", "Company sits in", 14),
            Column::new("transfer", "Transfer mechanism", 18),
            Column::new("safeguards", "Safeguards", 36),
            Column::new("ai-use", "Use of AI", 26),
            Column::new("legal-entity", "Legal entity", 26),
            Column::new("products", "Products", 18),
            Column::new("announced-on", "Announced on", 12),
            Column::new("effective-from", "Effective from", 12),
            Column::new("objection-until", "Object until", 12),
            Column::new("removed-on", "Removed on", 12),
            Column::new("website", "Website", 28),
            Column::new("dpa", "Data processing agreement", 28),
        ],
    );
    for record in snapshot.catalog.subprocessors.values() {
        sheet.rows.push(vec![
            Cell::code(record.id.as_str()),
            Cell::text(record.name.clone()),
            Cell::text(record.status.clone()),
            Cell::text(record.purpose.clone()),
            Cell::list(&record.data_categories),
            Cell::list(&record.countries),
            Cell::list(&record.processing_locations),
            Cell::maybe(record.corporate_country.as_ref()),
            Cell::maybe(record.transfer_mechanism.as_ref()),
            Cell::maybe(record.safeguards.as_ref()),
            Cell::maybe(record.ai_use.as_ref()),
            Cell::maybe(record.legal_entity.as_ref()),
            Cell::codes(&record.products),
            Cell::maybe(record.announced_on),
            Cell::maybe(record.effective_from),
            Cell::maybe(record.objection_until),
            Cell::maybe(record.removed_on),
            Cell::maybe(record.website.as_ref()),
            Cell::maybe(record.dpa_url.as_ref()),
        ]);
    }
    sheet
}

pub(super) fn data_residency(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "data-residency",
        "Data residency",
        "One row a product and kind of data.",
        vec![
            Column::new("id", "Id", 22),
            Column::new("product", "Product", 20),
            Column::new("data-kind", "Data", 22),
            Column::new("region", "Region", 28),
            Column::new("country", "Country", 10),
            Column::new("selectable", "Customer can choose", 12),
            Column::new("failover", "Failover", 24),
            Column::new("access-from", "Access from", 18),
            Column::new("retention", "Kept for", 24),
            Column::new("deletion", "Deleted within", 24),
            Column::new("encryption", "Encryption", 40),
            Column::new("subprocessors", "Subprocessors", 28),
        ],
    );
    for record in snapshot.catalog.data_residency.values() {
        sheet.rows.push(vec![
            Cell::code(record.id.as_str()),
            Cell::maybe(record.product.as_ref()),
            Cell::text(record.data_kind.replace('-', " ")),
            Cell::text(record.region.clone()),
            Cell::maybe(record.country.as_ref()),
            Cell::yes_no(record.customer_selectable),
            Cell::maybe(record.failover_region.as_ref()),
            Cell::list(&record.access_from),
            Cell::maybe(record.retention.as_ref()),
            Cell::maybe(record.deletion.as_ref()),
            Cell::maybe(record.encryption.as_ref()),
            Cell::codes(&record.subprocessors),
        ]);
    }
    sheet
}

pub(super) fn policies(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "policies",
        "Policies",
        "With version, approval and next review. The text, where published, is a file of this packet.",
        vec![
            Column::new("id", "Id", 24),
            Column::new("title", "Title", 36),
            Column::new("kind", "Kind", 12),
            Column::new("version", "Version", 10),
            Column::new("status", "Status", 14),
            Column::new("why", "Why", 24),
            Column::new("summary", "Summary", 60),
            Column::new("approved-by", "Approved by", 22),
            Column::new("approved-on", "Approved on", 12),
            Column::new("effective-from", "Effective from", 12),
            Column::new("next-review", "Next review", 12),
            Column::new("words", "Words", 8),
            Column::new("sha256", "SHA-256 of the text", 68),
        ],
    );
    for record in snapshot.catalog.policies.values() {
        let (status, why) = dated(snapshot, "policies", &record.id);
        let words = record.text.as_deref().map(|text| plain(text).split_whitespace().count());
        sheet.rows.push(vec![
            Cell::code(record.id.as_str()),
            Cell::text(record.title.clone()),
            Cell::text(record.document_kind.clone()),
            Cell::maybe(record.version.as_ref()),
            status,
            why,
            Cell::maybe(record.summary.as_ref()),
            Cell::maybe(record.approved_by.as_ref()),
            Cell::maybe(record.approved_on),
            Cell::maybe(record.effective_from),
            Cell::maybe(record.next_review),
            words.map_or(Cell::Unknown("no text here"), Cell::count),
            record.sha256.clone().map_or(Cell::Unknown("no text here"), Cell::Digest),
        ]);
    }
    sheet
}

pub(super) fn documents(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "documents",
        "Documents",
        "The library this audience may see, and how to ask for what is not in this packet.",
        vec![
            Column::new("id", "Id", 24),
            Column::new("title", "Title", 40),
            Column::new("category", "Category", 20),
            Column::new("version", "Version", 10),
            Column::new("dated", "Of", 12),
            Column::new("expires", "Expires", 12),
            Column::new("status", "Status", 14),
            Column::new("why", "Why", 24),
            Column::new("summary", "Summary", 50),
            Column::new("visibility", "Visibility", 12),
            Column::new("nda", "Agreement first", 10),
            Column::new("how-to-ask", "How to ask", 36),
            Column::new("sha256", "SHA-256", 68),
        ],
    );
    for record in snapshot.catalog.documents.values() {
        let (status, why) = dated(snapshot, "documents", &record.id);
        sheet.rows.push(vec![
            Cell::code(record.id.as_str()),
            Cell::text(record.title.clone()),
            Cell::maybe(record.category.as_ref()),
            Cell::maybe(record.version.as_ref()),
            Cell::maybe(record.dated),
            Cell::maybe(record.expires),
            status,
            why,
            Cell::maybe(record.summary.as_ref()),
            Cell::text(word(&record.visibility)),
            Cell::yes_no(record.nda_required),
            Cell::maybe(record.request_how.as_ref()),
            record.sha256.clone().map_or(Cell::Unknown("no file here"), Cell::Digest),
        ]);
    }
    sheet
}

pub(super) fn incidents(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "incidents",
        "Incidents",
        "Newest first. “None in period” is a dated statement, not the absence of one.",
        vec![
            Column::new("id", "Id", 22),
            Column::new("title", "Title", 40),
            Column::new("form", "Form", 14),
            Column::new("when", "When", 24),
            Column::new("severity", "Severity", 10),
            Column::new("started", "Started", 12),
            Column::new("detected", "Detected", 12),
            Column::new("resolved", "Resolved", 12),
            Column::new("affected", "Affected", 36),
            Column::new("data-affected", "Customer data affected", 12),
            Column::new("notified-on", "Customers told on", 12),
            Column::new("root-cause", "Cause", 40),
            Column::new("actions", "Done about it", 40),
            Column::new("statement", "Statement", 50),
        ],
    );
    let mut records: Vec<_> = snapshot.catalog.incidents.values().collect();
    let day = |record: &crate::model::content::Incident| {
        record.started.or(record.period.as_ref().map(|range| range.end))
    };
    records.sort_by(|a, b| day(b).cmp(&day(a)).then_with(|| a.id.cmp(&b.id)));
    for record in records {
        let is_statement = record.form == "none-in-period";
        let of_incident = |cell: Cell| match cell {
            Cell::Unknown(_) if is_statement => Cell::Unknown("does not apply"),
            other => other,
        };
        let period = record.period.as_ref().map(|range| format!("{} to {}", range.start, range.end));
        sheet.rows.push(vec![
            Cell::code(record.id.as_str()),
            Cell::text(record.title.clone()),
            Cell::text(record.form.replace('-', " ")),
            Cell::maybe(period.or_else(|| record.started.map(|day| day.to_string()))),
            of_incident(severity(record.severity)),
            of_incident(Cell::maybe(record.started)),
            of_incident(Cell::maybe(record.detected)),
            of_incident(Cell::maybe(record.resolved)),
            of_incident(Cell::maybe(record.affected.as_ref())),
            of_incident(record.data_affected.map_or(Cell::Unknown("not stated"), Cell::yes_no)),
            of_incident(Cell::maybe(record.notified_on)),
            of_incident(Cell::maybe(record.root_cause.as_deref().map(plain))),
            of_incident(Cell::maybe(record.actions.as_deref().map(plain))),
            Cell::maybe(record.statement.as_deref().map(plain)),
        ]);
    }
    sheet
}

pub(super) fn risks(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "risks",
        "Risks",
        "Gravest first, at the level this audience may see.",
        vec![
            Column::new("id", "Id", 22),
            Column::new("title", "Risk", 40),
            Column::new("severity", "Severity", 10),
            Column::new("state", "State", 20),
            Column::new("treatment", "Treatment", 14),
            Column::new("summary", "Summary", 60),
            Column::new("accepted-by", "Accepted by", 22),
            Column::new("accepted-until", "Accepted until", 20),
            Column::new("justification", "Why accepted", 40),
            Column::new("opened", "Opened", 12),
            Column::new("deadline", "Deadline", 12),
            Column::new("related-claims", "Claims", 26),
            Column::new("owner", "Owner", 20),
        ],
    );
    let mut records: Vec<_> = snapshot.catalog.risks.values().collect();
    records.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.id.cmp(&b.id)));
    for record in records {
        sheet.rows.push(vec![
            Cell::code(record.id.as_str()),
            Cell::text(record.title.clone()),
            severity(Some(record.severity)),
            Cell::text(word(&record.status)),
            Cell::maybe(record.treatment.map(|treatment| word(&treatment))),
            Cell::maybe(record.public_summary.as_ref()),
            Cell::maybe(record.accepted.as_ref().map(|accepted| &accepted.by)),
            Cell::maybe(record.accepted.as_ref().map(|accepted| accepted.until)),
            Cell::maybe(record.accepted.as_ref().map(|accepted| &accepted.justification)),
            Cell::maybe(record.opened),
            Cell::maybe(record.deadline),
            Cell::codes(&record.related_claims),
            Cell::maybe(record.owner.as_ref()),
        ]);
    }
    sheet
}

pub(super) fn waivers(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "waivers",
        "Waivers",
        "A waiver has effect only with owner, reason, approval and a date that is not over.",
        vec![
            Column::new("id", "Id", 22),
            Column::new("title", "Waiver", 40),
            Column::new("status", "Effect", 14),
            Column::new("why", "Why", 30),
            Column::new("target", "Covers", 36),
            Column::new("rationale", "Reason", 50),
            Column::new("approved-by", "Approved by", 22),
            Column::new("expires", "Ends", 22),
            Column::new("compensating-control", "Done instead", 40),
            Column::new("owner", "Owner", 20),
        ],
    );
    for record in snapshot.catalog.waivers.values() {
        let judged = snapshot.assessment.waivers.get(&record.id);
        let status = match judged {
            Some(judged) if judged.valid => Cell::Status(Status::Waived, "In effect".to_owned()),
            Some(_) => Cell::Status(Status::NotMet, "No effect".to_owned()),
            None => Cell::status(Status::NotAssessed),
        };
        sheet.rows.push(vec![
            Cell::code(record.id.as_str()),
            Cell::text(record.title.clone()),
            status,
            Cell::maybe(judged.map(|judged| &judged.why)),
            Cell::code(record.target.clone()),
            Cell::maybe(record.rationale.as_ref()),
            Cell::maybe(record.approved_by.as_ref()),
            Cell::maybe(record.expires),
            Cell::maybe(record.compensating_control.as_ref()),
            Cell::maybe(record.owner.as_ref()),
        ]);
    }
    sheet
}

pub(super) fn faq(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "faq",
        "FAQ",
        "By group.",
        vec![
            Column::new("id", "Id", 22),
            Column::new("category", "Group", 20),
            Column::new("question", "Question", 50),
            Column::new("answer", "Answer", 90),
            Column::new("claims", "Claims behind it", 26),
        ],
    );
    let mut records: Vec<_> = snapshot.catalog.faq.values().collect();
    records.sort_by(|a, b| (&a.category, a.order, &a.id).cmp(&(&b.category, b.order, &b.id)));
    for record in records {
        sheet.rows.push(vec![
            Cell::code(record.id.as_str()),
            Cell::maybe(record.category.as_ref()),
            Cell::text(record.question.clone()),
            Cell::text(plain(&record.answer)),
            Cell::codes(&record.claims),
        ]);
    }
    sheet
}
