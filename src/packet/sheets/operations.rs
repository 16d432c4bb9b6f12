//! Tables of what is kept beside the product: series, access reviews, exports of audit logs, checklists, claim charts,
//! questions, what is put forward for criteria, and how the parts of each profile stand.

use crate::model::id::Id;
use crate::model::snapshot::Snapshot;
use crate::model::status::Status;
use crate::packet::sheets::dated;
use crate::packet::sheets::word;
use crate::render::outputs::packet_sheet::Cell;
use crate::render::outputs::packet_sheet::Column;
use crate::render::outputs::packet_sheet::Sheet;

pub(super) fn groups(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "groups",
        "Gates and sections",
        "The parts of each profile in order. Complete is the share of what applies that holds on counted evidence.",
        vec![
            Column::new("profile", "Profile", 20),
            Column::new("group", "Part", 28),
            Column::new("state", "State", 20),
            Column::new("alone", "State alone", 20),
            Column::new("complete", "Complete, %", 12),
            Column::new("held", "Hold", 10),
            Column::new("waived", "Waived", 10),
            Column::new("not-applicable", "Does not apply", 14),
            Column::new("sentence", "In one sentence", 70),
            Column::new("until", "May change from", 14),
        ],
    );
    for verdict in &snapshot.assessment.verdicts {
        for group in &verdict.groups {
            sheet.rows.push(vec![
                Cell::code(verdict.profile.as_str()),
                Cell::text(group.title.clone()),
                Cell::Status(group.state.status(), group.state.word().to_owned()),
                Cell::text(group.state_alone.word()),
                group
                    .complete_percent
                    .map_or(Cell::Unknown("nothing applies"), |share| Cell::text(share.to_string())),
                Cell::text(format!("{} of {}", group.met, group.required - group.not_applicable)),
                Cell::text(group.waived.to_string()),
                Cell::text(group.not_applicable.to_string()),
                Cell::text(group.sentence.clone()),
                Cell::maybe(group.valid_until.map(crate::model::time::Instant::date)),
            ]);
        }
    }
    sheet
}

pub(super) fn kpis(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "kpis",
        "Measured series",
        "One row a value, newest first. Values are declared; exports they were taken from are evidence.",
        vec![
            Column::new("id", "Id", 22),
            Column::new("title", "Series", 36),
            Column::new("category", "Category", 16),
            Column::new("on", "Day", 12),
            Column::new("value", "Value", 14),
            Column::new("unit", "Unit", 12),
            Column::new("state", "On target", 14),
            Column::new("target", "Aimed at", 18),
            Column::new("definition", "How it is counted", 50),
            Column::new("source", "Source", 26),
            Column::new("evidence", "Exports", 40),
        ],
    );
    for kpi in snapshot.catalog.kpis.values() {
        for point in kpi.known(snapshot.head.as_of).into_iter().rev() {
            let state = match kpi.on_target(point.value) {
                Some(true) => Cell::Status(Status::Met, "On target".to_owned()),
                Some(false) => Cell::Status(Status::NotMet, "Off target".to_owned()),
                None => Cell::Unknown("no target"),
            };
            let target = kpi.target.map(|target| format!("{} {}", kpi.compare.words(), kpi.shown(target)));
            sheet.rows.push(vec![
                Cell::code(kpi.id.as_str()),
                Cell::text(kpi.title.clone()),
                Cell::text(kpi.category.clone()),
                Cell::text(point.on.to_string()),
                Cell::text(point.value.to_string()),
                Cell::maybe(kpi.unit.as_ref()),
                state,
                target.map_or(Cell::Unknown("no target"), Cell::text),
                Cell::maybe(kpi.definition.as_ref()),
                Cell::maybe(kpi.source.as_ref()),
                Cell::codes(&kpi.evidence),
            ]);
        }
    }
    sheet
}

pub(super) fn access_reviews(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "access-reviews",
        "Access reviews",
        "Who has access to what, looked at again and again. Overdue is computed from the day of the next review.",
        vec![
            Column::new("id", "Id", 22),
            Column::new("title", "Review", 36),
            Column::new("system", "System", 26),
            Column::new("state", "State", 16),
            Column::new("why", "Why", 24),
            Column::new("performed-on", "Done", 12),
            Column::new("reviewer", "By", 20),
            Column::new("accounts", "Accounts", 10),
            Column::new("removed", "Taken away", 10),
            Column::new("changed", "Made smaller", 12),
            Column::new("exceptions", "Left as it is", 40),
            Column::new("next-review", "Next", 12),
            Column::new("retained-until", "Kept until", 12),
            Column::new("evidence", "Record", 40),
        ],
    );
    for record in snapshot.catalog.access_reviews.values() {
        let reviews = snapshot.catalog.access_reviews.values();
        let (state, why) = if record.is_superseded(reviews, snapshot.head.as_of) {
            (
                Cell::Status(Status::NotApplicable, "Replaced".to_owned()),
                Cell::text("a newer one of the same system"),
            )
        } else {
            dated(snapshot, "access-reviews", &record.id)
        };
        let number = |count: Option<u64>| {
            count.map_or(Cell::Unknown("not stated"), |count| Cell::text(count.to_string()))
        };
        sheet.rows.push(vec![
            Cell::code(record.id.as_str()),
            Cell::text(record.title.clone()),
            Cell::text(record.system.clone()),
            state,
            why,
            Cell::text(record.performed_on.to_string()),
            Cell::maybe(record.reviewer.as_ref()),
            number(record.accounts),
            number(record.removed),
            number(record.changed),
            Cell::list(&record.exceptions),
            Cell::maybe(record.next_review),
            Cell::maybe(record.retained_until),
            Cell::codes(&record.evidence),
        ]);
    }
    sheet
}

pub(super) fn audit_exports(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "audit-exports",
        "Audit log exports",
        "What was taken out of audit logs, and how long it is kept.",
        vec![
            Column::new("id", "Id", 22),
            Column::new("title", "Export", 36),
            Column::new("system", "System", 26),
            Column::new("covers", "Covers", 26),
            Column::new("exported-on", "Taken out", 12),
            Column::new("entries", "Entries", 12),
            Column::new("state", "Retention", 16),
            Column::new("why", "Why", 24),
            Column::new("kept-until", "Kept until", 12),
            Column::new("legal-hold", "Legal hold", 10),
            Column::new("evidence", "Export or receipt", 40),
        ],
    );
    for record in snapshot.catalog.audit_exports.values() {
        let (state, why) = dated(snapshot, "audit-exports", &record.id);
        let state =
            if record.legal_hold { Cell::Status(Status::Met, "Legal hold".to_owned()) } else { state };
        let kept = record.kept_until().map(|until| until.plus_seconds(-1).date());
        sheet.rows.push(vec![
            Cell::code(record.id.as_str()),
            Cell::text(record.title.clone()),
            Cell::text(record.system.clone()),
            Cell::text(format!("{} to {}", record.period.start, record.period.end)),
            Cell::text(record.exported_on.to_string()),
            record.entries.map_or(Cell::Unknown("not counted"), |count| Cell::text(count.to_string())),
            state,
            why,
            Cell::maybe(kept),
            Cell::text(if record.legal_hold { "yes" } else { "no" }),
            Cell::codes(&record.evidence),
        ]);
    }
    sheet
}

pub(super) fn checklists(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "checklists",
        "Checklists",
        "One row an item. A ticked box is a declaration; what shows it stands beside it.",
        vec![
            Column::new("list", "Checklist", 26),
            Column::new("category", "Category", 18),
            Column::new("step", "Step", 14),
            Column::new("item", "Item", 50),
            Column::new("state", "Declared", 16),
            Column::new("owner", "Owner", 20),
            Column::new("reason", "Why not", 40),
            Column::new("evidence", "What shows it", 40),
        ],
    );
    for list in snapshot.catalog.checklists.values() {
        for item in &list.items {
            sheet.rows.push(vec![
                Cell::text(list.title.clone()),
                Cell::text(list.category.clone()),
                Cell::maybe(item.step.as_ref()),
                Cell::text(item.text.clone()),
                Cell::text(word(&item.state)),
                Cell::maybe(item.owner.as_ref()),
                Cell::maybe(item.reason.as_ref()),
                Cell::codes(&item.evidence),
            ]);
        }
    }
    sheet
}

pub(super) fn claim_charts(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "claim-charts",
        "Claim charts",
        "Each element of a claim beside the feature that practises it, and each piece of evidence with its digest.",
        vec![
            Column::new("chart", "Chart", 30),
            Column::new("archetype", "Set against", 26),
            Column::new("claim", "Element of the claim", 46),
            Column::new("feature", "Feature", 46),
            Column::new("evidence", "Evidence", 40),
            Column::new("sha256", "SHA-256", 70),
        ],
    );
    for chart in snapshot.catalog.claim_charts.values() {
        for row in &chart.rows {
            let digest =
                |id: &Id| snapshot.catalog.evidence.get(id).map(|record| record.source.sha256.clone());
            let shown = row.evidence.iter().map(|shown| format!("{} ({})", shown.id, shown.form.word()));
            sheet.rows.push(vec![
                Cell::text(chart.title.clone()),
                Cell::maybe(chart.archetype.as_ref()),
                Cell::text(row.claim.clone()),
                Cell::text(row.feature.clone()),
                Cell::list(shown),
                Cell::list(row.evidence.iter().filter_map(|shown| digest(&shown.id))),
            ]);
        }
    }
    sheet
}

pub(super) fn questions(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "questions",
        "Questions asked",
        "What was asked, how soon it has to be answered, and the answer of the library that closes it.",
        vec![
            Column::new("id", "Id", 22),
            Column::new("question", "Question", 60),
            Column::new("priority", "Priority", 10),
            Column::new("asked-in", "Asked in", 24),
            Column::new("opened", "Since", 12),
            Column::new("due", "Due", 12),
            Column::new("answer", "Answer", 24),
        ],
    );
    for record in snapshot.catalog.questions.values() {
        sheet.rows.push(vec![
            Cell::code(record.id.as_str()),
            Cell::text(record.question.clone()),
            Cell::text(record.priority.word()),
            Cell::maybe(record.asked_in.as_ref()),
            Cell::maybe(record.opened),
            Cell::maybe(record.due),
            record.answer.as_ref().map_or(Cell::Unknown("none yet"), |id| Cell::code(id.as_str())),
        ]);
    }
    sheet
}

pub(super) fn assignments(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "assignments",
        "Put forward",
        "Which evidence is put forward for which criterion, and what is said not to apply.",
        vec![
            Column::new("criterion", "Criterion", 30),
            Column::new("evidence", "Evidence", 50),
            Column::new("not-applicable", "Does not apply", 50),
            Column::new("note", "What it shows", 50),
        ],
    );
    for record in snapshot.catalog.assignments.values() {
        let stated =
            record.not_applicable.as_ref().map(|stated| format!("{}: {}", stated.owner, stated.reason));
        sheet.rows.push(vec![
            Cell::code(record.criterion.clone()),
            Cell::codes(&record.evidence),
            stated.map_or(Cell::Unknown("it applies"), Cell::text),
            Cell::maybe(record.note.as_ref()),
        ]);
    }
    sheet
}

pub(super) fn sbom_history(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "sbom-history",
        "SBOM history",
        "The SBOM of every release that is here, newest first. Two releases with one digest share one SBOM.",
        vec![
            Column::new("evidence", "SBOM", 30),
            Column::new("release", "Release", 22),
            Column::new("captured", "Made", 22),
            Column::new("components", "Components", 12),
            Column::new("sha256", "SHA-256", 70),
        ],
    );
    let mut records: Vec<_> = snapshot.catalog.evidence.values().collect();
    records.sort_by(|a, b| b.captured_at.cmp(&a.captured_at).then_with(|| a.id.cmp(&b.id)));
    for record in records {
        let Some(sbom) = record.body.sbom() else { continue };
        sheet.rows.push(vec![
            Cell::code(record.id.as_str()),
            Cell::maybe(record.release.as_ref()),
            record.captured_at.map_or(Cell::Unknown("not stated"), |at| Cell::text(at.human())),
            Cell::text(sbom.components.len().to_string()),
            Cell::code(record.source.sha256.clone()),
        ]);
    }
    // one SBOM alone is no history
    let kept = !(snapshot.catalog.access_reviews.is_empty() && snapshot.catalog.audit_exports.is_empty());
    if sheet.rows.len() < 2 && !kept {
        sheet.rows.clear();
    }
    sheet
}
