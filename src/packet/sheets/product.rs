//! Tables of the product itself: drills, releases, compatibility, and what changed.

use crate::model::changes::Direction;
use crate::model::drill::Drill;
use crate::model::drill::DrillResult;
use crate::model::drill::DrillType;
use crate::model::evidence::Body;
use crate::model::evidence::Evidence;
use crate::model::evidence::Mode;
use crate::model::snapshot::Snapshot;
use crate::model::status::Status;
use crate::packet::sheets::plain;
use crate::packet::sheets::word;
use crate::render::outputs::packet_sheet::Cell;
use crate::render::outputs::packet_sheet::Column;
use crate::render::outputs::packet_sheet::Sheet;

pub(super) fn drills(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "drills",
        "Drills",
        "One row an objective; a drill without objectives has one row. Results are computed from what was measured.",
        vec![
            Column::new("evidence", "Evidence", 26),
            Column::new("title", "Drill", 40),
            Column::new("type", "Kind", 18),
            Column::new("environment", "Environment", 14),
            Column::new("mode", "Mode", 12),
            Column::new("started", "Started", 22),
            Column::new("service", "Service", 18),
            Column::new("metric", "Objective", 16),
            Column::new("target", "Target", 18),
            Column::new("achieved", "Achieved", 18),
            Column::new("status", "Objective met", 14),
            Column::new("result", "Result of the drill", 20),
            Column::new("reasons", "Why", 50),
            Column::new("declared", "Declared", 18),
            Column::new("data-integrity", "Data checked", 18),
            Column::new("scenario", "Scenario", 50),
        ],
    );
    let mut records: Vec<_> = snapshot.catalog.evidence.values().collect();
    records.sort_by(|a, b| b.captured_at.cmp(&a.captured_at).then_with(|| a.id.cmp(&b.id)));
    for record in records {
        let Body::Drill(drill) = &record.body else { continue };
        let row = |service: Cell, metric: Cell, target: Cell, achieved: Cell, status: Cell| {
            vec![
                Cell::code(record.id.as_str()),
                Cell::text(drill.title.clone()),
                Cell::text(word(&drill.drill_type)),
                Cell::text(word(&drill.environment)),
                Cell::text(record.mode.word()),
                drill.started.map_or(Cell::Unknown("not stated"), |at| Cell::text(at.human())),
                service,
                metric,
                target,
                achieved,
                status,
                Cell::text(drill.computed.word()),
                Cell::list(&drill.reasons),
                drill.declared.map_or(Cell::Unknown("not declared"), |declared| Cell::text(declared.word())),
                Cell::maybe(drill.data_integrity.as_ref().map(|data| data.status.replace('-', " "))),
                Cell::maybe(drill.scenario.as_ref()),
            ]
        };
        if drill.objectives.is_empty() {
            let none = || Cell::Unknown("no objective");
            let status = if record.mode == Mode::Live {
                Cell::status(Status::NotAssessed)
            } else {
                not_live(record.mode)
            };
            sheet.rows.push(row(none(), none(), none(), none(), status));
        }
        for objective in &drill.objectives {
            let unit = objective.unit.as_deref();
            let target = objective
                .target
                .map(|target| format!("{} {}", objective.compare.words(), target.human(unit)));
            let name = objective.name.clone().unwrap_or_else(|| objective.metric.to_uppercase());
            let status = match objective.met {
                // What did not really happen met nothing, whatever its numbers say.
                _ if record.mode != Mode::Live => not_live(record.mode),
                Some(true) => Cell::status(Status::Met),
                Some(false) => Cell::Status(Status::NotMet, "Missed".to_owned()),
                None => Cell::status(Status::NotAssessed),
            };
            sheet.rows.push(row(
                Cell::maybe(objective.service.as_ref()),
                Cell::text(name),
                target.map_or(Cell::Unknown("no target"), Cell::text),
                objective
                    .achieved
                    .map_or(Cell::Unknown("not measured"), |found| Cell::text(found.human(unit))),
                status,
            ));
        }
    }
    sheet
}

/// Sample, dry run, simulated, planned: shown, never counted.
fn not_live(mode: Mode) -> Cell {
    let word = mode.word();
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase()).into_iter();
    Cell::Status(Status::Sample, first.chain(letters).collect())
}

pub(super) fn releases(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "releases",
        "Releases",
        "Newest first, each with the decision its receipts record. A verdict computed here stands in Conditions.",
        vec![
            Column::new("id", "Id", 22),
            Column::new("product", "Product", 20),
            Column::new("version", "Version", 14),
            Column::new("released", "Released", 12),
            Column::new("decision", "Decision of the receipt", 24),
            Column::new("receipt", "Receipt", 26),
            Column::new("override", "Decided against the rule", 40),
            Column::new("commit", "Source", 44),
            Column::new("evidence", "Evidence", 50),
            Column::new("notes", "What is new", 60),
        ],
    );
    let mut records: Vec<_> = snapshot.catalog.releases.values().collect();
    records.sort_by(|a, b| b.released.cmp(&a.released).then_with(|| b.id.cmp(&a.id)));
    for record in records {
        let of_release: Vec<&Evidence> = snapshot
            .catalog
            .evidence
            .values()
            .filter(|evidence| evidence.release.as_ref() == Some(&record.id))
            .collect();
        let receipts: Vec<_> = of_release
            .iter()
            .filter_map(|evidence| match &evidence.body {
                Body::DecisionReceipt(receipt) => Some((&evidence.id, receipt)),
                _ => None,
            })
            .collect();
        let decision = match receipts.as_slice() {
            [] => Cell::Unknown("no receipt"),
            some => Cell::list(some.iter().map(|(_, receipt)| {
                format!("{} (source says “{}”)", receipt.decision.word(), receipt.raw_decision)
            })),
        };
        let overrides: Vec<String> = receipts
            .iter()
            .filter_map(|(_, receipt)| receipt.override_details.as_ref())
            .map(|details| format!("{}: {}", details.approver, details.reason))
            .collect();
        sheet.rows.push(vec![
            Cell::code(record.id.as_str()),
            Cell::maybe(record.product.as_ref()),
            Cell::text(record.version.clone()),
            Cell::maybe(record.released),
            decision,
            Cell::codes(receipts.iter().map(|(id, _)| id)),
            if overrides.is_empty() { Cell::Unknown("no override recorded") } else { Cell::list(overrides) },
            Cell::maybe(record.commit.as_ref()),
            Cell::codes(of_release.iter().map(|evidence| &evidence.id)),
            Cell::maybe(record.notes.as_deref().map(plain)),
        ]);
    }
    sheet
}

pub(super) fn compatibility(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "compatibility",
        "Compatibility",
        "Supported versions and platforms, with the dates of their life.",
        vec![
            Column::new("id", "Id", 22),
            Column::new("product", "Product", 20),
            Column::new("version", "Version", 16),
            Column::new("support-level", "Support", 20),
            Column::new("released", "Released", 12),
            Column::new("end-of-support", "End of support", 12),
            Column::new("end-of-life", "End of life", 12),
            Column::new("platforms", "Platforms", 50),
            Column::new("security-fix-policy", "Security fixes", 40),
        ],
    );
    for record in snapshot.catalog.compatibility.values() {
        let platform = |platform: &crate::model::content::Platform| match &platform.version {
            Some(version) => format!("{} {version}: {}", platform.name, platform.status),
            None => format!("{}: {}", platform.name, platform.status),
        };
        sheet.rows.push(vec![
            Cell::code(record.id.as_str()),
            Cell::maybe(record.product.as_ref()),
            Cell::text(record.version.clone()),
            Cell::maybe(record.support_level.as_ref()),
            Cell::maybe(record.released),
            Cell::maybe(record.end_of_support),
            Cell::maybe(record.end_of_life),
            Cell::list(record.platforms.iter().map(platform)),
            Cell::maybe(record.security_fix_policy.as_ref()),
        ]);
    }
    sheet
}

pub(super) fn changes(snapshot: &Snapshot) -> Sheet {
    changes_of(snapshot.changes.as_ref())
}

/// Changes between two snapshots, weaker first.
pub(in crate::packet) fn changes_of(changes: Option<&crate::model::changes::Changes>) -> Sheet {
    let caption = match changes {
        Some(changes) => format!(
            "From snapshot {} to {}. Weaker is a rule's word, never an editor's.",
            changes.from, changes.to
        ),
        None => "No earlier snapshot to compare with.".to_owned(),
    };
    let mut sheet = Sheet::new(
        "changes",
        "Changes",
        caption,
        vec![
            Column::new("direction", "Direction", 12),
            Column::new("kind", "Kind", 18),
            Column::new("id", "Id", 24),
            Column::new("title", "What", 40),
            Column::new("type", "Change", 10),
            Column::new("field", "Field", 18),
            Column::new("was", "Was", 40),
            Column::new("now", "Now", 40),
            Column::new("rule", "Rule", 24),
        ],
    );
    for change in changes.map(|changes| changes.changes.as_slice()).unwrap_or_default() {
        let direction = match change.direction {
            Direction::Weaker => Cell::Status(Status::NotMet, "Weaker".to_owned()),
            Direction::Neutral => Cell::Status(Status::NotApplicable, "Neutral".to_owned()),
            Direction::Stronger => Cell::Status(Status::Met, "Stronger".to_owned()),
        };
        sheet.rows.push(vec![
            direction,
            Cell::text(change.kind.clone()),
            Cell::code(change.id.clone()),
            Cell::text(change.title.clone()),
            Cell::text(word(&change.change)),
            if change.field.is_empty() { Cell::text("the whole") } else { Cell::text(change.field.clone()) },
            if change.was.is_empty() { Cell::Unknown("nothing") } else { Cell::text(change.was.clone()) },
            if change.now.is_empty() { Cell::Unknown("nothing") } else { Cell::text(change.now.clone()) },
            Cell::code(change.rule.clone()),
        ]);
    }
    sheet
}

/// The newest live drill that exercised recovery and was run: the one whose measured times a reader wants first.
pub(in crate::packet) fn newest_recovery(snapshot: &Snapshot) -> Option<(&Evidence, &Drill)> {
    let is_recovery = |drill: &Drill| match drill.drill_type {
        DrillType::Restore | DrillType::Failover | DrillType::Parallel | DrillType::FullInterruption => {
            drill.computed != DrillResult::NotRun
        }
        DrillType::Tabletop
        | DrillType::Walkthrough
        | DrillType::Simulation
        | DrillType::Functional
        | DrillType::GameDay
        | DrillType::ChaosExperiment
        | DrillType::Backup
        | DrillType::Load => false,
    };
    snapshot
        .catalog
        .evidence
        .values()
        .filter(|evidence| evidence.mode == Mode::Live && evidence.captured_at <= Some(snapshot.head.as_of))
        .filter_map(|evidence| match &evidence.body {
            Body::Drill(drill) if is_recovery(drill) => Some((evidence, drill.as_ref())),
            _ => None,
        })
        .max_by(|(a, _), (b, _)| a.captured_at.cmp(&b.captured_at).then_with(|| b.id.cmp(&a.id)))
}
