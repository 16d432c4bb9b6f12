//! Tables of what is claimed and what shows it: claims, conditions, controls, responsibilities, certifications, evidence.

use crate::model::assessment::CriterionResult;
use crate::model::snapshot::Snapshot;
use crate::model::status::Status;
use crate::packet::sheets::dated;
use crate::packet::sheets::plain;
use crate::packet::sheets::word;
use crate::render::outputs::packet_sheet::Cell;
use crate::render::outputs::packet_sheet::Column;
use crate::render::outputs::packet_sheet::Sheet;

pub(super) fn claims(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "claims",
        "Claims",
        "Worst first. The status is computed from counted evidence at the as-of date; what is declared stands beside it and never wins.",
        vec![
            Column::new("id", "Id", 26),
            Column::new("statement", "Claim", 60),
            Column::new("status", "Status", 14),
            Column::new("why", "Why", 50),
            Column::new("tier", "Tier", 6),
            Column::new("area", "Area", 18),
            Column::new("counted", "Evidence counted", 10),
            Column::new("listed", "Evidence listed", 10),
            Column::new("oldest", "Oldest evidence", 20),
            Column::new("valid-until", "Holds until", 20),
            Column::new("declared", "Declared", 14),
            Column::new("reasoning", "Reasoning", 50),
            Column::new("limits", "What it does not say", 50),
            Column::new("evidence", "Evidence", 30),
            Column::new("counter-evidence", "Evidence against", 30),
            Column::new("requirements", "Requirements", 30),
            Column::new("owner", "Owner", 20),
            Column::new("last-reviewed", "Last reviewed", 12),
        ],
    );
    let mut claims: Vec<_> = snapshot.catalog.claims.values().collect();
    let status = |id| snapshot.assessment.claims.get(id).map_or(Status::NotAssessed, |judged| judged.status);
    claims.sort_by(|a, b| (status(&a.id), a.tier, &a.id).cmp(&(status(&b.id), b.tier, &b.id)));
    for claim in claims {
        let judged = snapshot.assessment.claims.get(&claim.id);
        let number = |value: Option<u32>| {
            value.map_or(Cell::Unknown("not assessed"), |value| Cell::Number(value.into()))
        };
        sheet.rows.push(vec![
            Cell::code(claim.id.as_str()),
            Cell::text(claim.statement.clone()),
            Cell::status(status(&claim.id)),
            Cell::maybe(judged.map(|judged| &judged.why)),
            Cell::Number(claim.tier.into()),
            Cell::maybe(claim.area.as_ref()),
            number(judged.map(|judged| judged.counted)),
            number(judged.map(|judged| judged.listed)),
            Cell::maybe(judged.and_then(|judged| judged.oldest_evidence).map(|at| at.date())),
            Cell::maybe(judged.and_then(|judged| judged.valid_until).map(|at| at.date())),
            claim.declared.map_or(Cell::Unknown("not declared"), Cell::status),
            Cell::maybe(claim.reasoning.as_deref().map(plain)),
            Cell::maybe(claim.limits.as_deref().map(plain)),
            Cell::codes(&claim.evidence),
            Cell::codes(&claim.counter_evidence),
            Cell::codes(claim.requirements.iter().map(|to| format!("{} {}", to.framework, to.requirement))),
            Cell::maybe(claim.owner.as_ref()),
            Cell::maybe(claim.last_reviewed),
        ]);
    }
    sheet
}

pub(super) fn conditions(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "conditions",
        "Conditions",
        "What each verdict and each claim asked and found, in the same unit. Verdicts first, then claims; worst first inside each.",
        vec![
            Column::new("of", "Verdict or claim", 30),
            Column::new("id", "Condition id", 24),
            Column::new("text", "Condition", 54),
            Column::new("asked", "Asked", 28),
            Column::new("found", "Found", 40),
            Column::new("status", "Status", 14),
            Column::new("required", "Part of the verdict", 10),
            Column::new("help", "What would change it", 40),
            Column::new("waiver", "Waiver", 20),
            Column::new("evidence", "Evidence", 40),
            Column::new("withheld", "Inputs withheld", 10),
        ],
    );
    for verdict in &snapshot.assessment.verdicts {
        let of = format!("verdict {}", verdict.profile);
        sheet.rows.extend(verdict.criteria.iter().map(|criterion| condition(&of, criterion)));
    }
    for claim in snapshot.assessment.claims.values() {
        let of = format!("claim {}", claim.claim);
        sheet.rows.extend(claim.criteria.iter().map(|criterion| condition(&of, criterion)));
    }
    sheet
}

fn condition(of: &str, criterion: &CriterionResult) -> Vec<Cell> {
    vec![
        Cell::code(of),
        Cell::code(criterion.id.as_str()),
        Cell::text(criterion.text.clone()),
        Cell::text(criterion.asked.clone()),
        Cell::text(criterion.found.clone()),
        Cell::status(criterion.status),
        Cell::yes_no(criterion.required),
        if criterion.help.is_empty() { Cell::Unknown("nothing") } else { Cell::text(criterion.help.clone()) },
        criterion.waiver.as_ref().map_or(Cell::Unknown("none"), |id| Cell::code(id.as_str())),
        Cell::list(criterion.evidence.iter().map(|used| {
            let mut text = format!("{} ({})", used.evidence, word(&used.counts));
            if !used.why.is_empty() {
                text.push_str(": ");
                text.push_str(&used.why);
            }
            text
        })),
        Cell::Number(criterion.withheld.into()),
    ]
}

pub(super) fn controls(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "controls",
        "Controls",
        "By framework and requirement. The implementation status is declared; the claims that show it are judged.",
        vec![
            Column::new("id", "Id", 24),
            Column::new("framework", "Framework", 26),
            Column::new("requirement", "Requirement", 14),
            Column::new("requirement-title", "Requirement in short", 36),
            Column::new("title", "Control", 40),
            Column::new("implementation", "Implementation (declared)", 16),
            Column::new("worst-claim", "Worst claim", 14),
            Column::new("description", "How", 60),
            Column::new("claims", "Claims", 30),
            Column::new("evidence", "Evidence", 30),
            Column::new("owner", "Owner", 20),
        ],
    );
    let mut controls: Vec<_> = snapshot.catalog.controls.values().collect();
    controls
        .sort_by(|a, b| (&a.framework, &a.requirement, &a.id).cmp(&(&b.framework, &b.requirement, &b.id)));
    for control in controls {
        let framework = snapshot.catalog.frameworks.get(&control.framework);
        let requirement = framework
            .and_then(|framework| framework.requirements.iter().find(|one| one.id == control.requirement));
        let worst = control
            .claims
            .iter()
            .map(|id| snapshot.assessment.claims.get(id).map_or(Status::NotAssessed, |judged| judged.status))
            .min();
        sheet.rows.push(vec![
            Cell::code(control.id.as_str()),
            Cell::text(framework.map_or(control.framework.to_string(), |framework| framework.title.clone())),
            Cell::code(control.requirement.clone()),
            Cell::maybe(requirement.map(|requirement| &requirement.title)),
            Cell::text(control.title.clone()),
            Cell::text(word(&control.implementation)),
            worst.map_or(Cell::Unknown("no claim"), Cell::status),
            Cell::maybe(control.description.as_deref().map(plain)),
            Cell::codes(&control.claims),
            Cell::codes(&control.evidence),
            Cell::maybe(control.owner.as_ref()),
        ]);
    }
    sheet
}

pub(super) fn responsibilities(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "responsibilities",
        "Responsibilities",
        "Who does what. What the customer has to do comes first.",
        vec![
            Column::new("id", "Id", 24),
            Column::new("title", "Responsibility", 36),
            Column::new("ownership", "Owner", 18),
            Column::new("customer", "What the customer does", 54),
            Column::new("provider", "What the provider does", 54),
            Column::new("framework", "Framework", 20),
            Column::new("requirement", "Requirement", 14),
            Column::new("inherited-from", "Inherited from", 20),
        ],
    );
    let mut records: Vec<_> = snapshot.catalog.responsibilities.values().collect();
    records.sort_by_key(|record| (record.customer_responsibility.is_none(), &record.id));
    for record in records {
        sheet.rows.push(vec![
            Cell::code(record.id.as_str()),
            Cell::text(record.title.clone()),
            Cell::text(word(&record.ownership)),
            Cell::maybe(record.customer_responsibility.as_ref()),
            Cell::maybe(record.provider_description.as_ref()),
            Cell::maybe(record.framework.as_ref()),
            Cell::maybe(record.requirement.as_ref()),
            Cell::maybe(record.inherited_from.as_ref()),
        ]);
    }
    sheet
}

pub(super) fn certifications(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "certifications",
        "Certifications",
        "Worst first. The status follows from the dates at as-of; statements (GDPR, HIPAA) are not certificates.",
        vec![
            Column::new("id", "Id", 24),
            Column::new("title", "Title", 36),
            Column::new("status", "Status", 14),
            Column::new("why", "Why", 30),
            Column::new("form", "Form", 14),
            Column::new("document-type", "Type", 18),
            Column::new("standard", "Standard", 20),
            Column::new("auditor", "Assessor", 24),
            Column::new("scope", "Scope", 40),
            Column::new("exclusions", "Not in scope", 30),
            Column::new("period", "Period", 24),
            Column::new("issued", "Issued", 12),
            Column::new("expires", "Expires", 12),
            Column::new("result", "Result", 24),
            Column::new("exceptions", "Exceptions", 40),
            Column::new("bridge-letter", "Bridge letter covers", 24),
            Column::new("number", "Certificate number", 20),
            Column::new("registry", "Registry", 30),
        ],
    );
    let mut records: Vec<_> = snapshot.catalog.certifications.values().collect();
    let status = |id| {
        let dates = snapshot.assessment.dates.get("certifications");
        dates.and_then(|dates| dates.get(id)).map_or(Status::NotAssessed, |date| date.status)
    };
    records.sort_by(|a, b| (status(&a.id), &a.id).cmp(&(status(&b.id), &b.id)));
    for record in records {
        let (stands, why) = dated(snapshot, "certifications", &record.id);
        let range = |range: &crate::model::content::DateRange| format!("{} to {}", range.start, range.end);
        sheet.rows.push(vec![
            Cell::code(record.id.as_str()),
            Cell::text(record.title.clone()),
            stands,
            why,
            Cell::text(record.form.clone()),
            Cell::code(record.document_type.clone()),
            Cell::maybe(record.standard.as_ref()),
            Cell::maybe(record.auditor.as_ref().map(|party| &party.name)),
            Cell::maybe(record.scope.as_ref()),
            Cell::maybe(record.exclusions.as_ref()),
            Cell::maybe(record.period.as_ref().map(range)),
            Cell::maybe(record.issued),
            Cell::maybe(record.expires),
            Cell::maybe(record.result.as_ref()),
            Cell::list(&record.exceptions),
            Cell::maybe(record.bridge_letter.as_ref().map(|letter| range(&letter.covers))),
            Cell::maybe(record.certificate_number.as_ref()),
            Cell::maybe(record.registry_url.as_ref()),
        ]);
    }
    sheet
}

pub(super) fn evidence(snapshot: &Snapshot) -> Sheet {
    let mut sheet = Sheet::new(
        "evidence",
        "Evidence",
        "Every piece of evidence this audience may see. Only live evidence inside its age limit can count.",
        vec![
            Column::new("id", "Id", 28),
            Column::new("title", "Title", 44),
            Column::new("kind", "Kind", 18),
            Column::new("captured", "Captured", 22),
            Column::new("age", "Age", 14),
            Column::new("age-why", "Days, limit", 18),
            Column::new("can-count", "Can count", 10),
            Column::new("why-not", "Why not", 36),
            Column::new("mode", "Mode", 12),
            Column::new("trust", "Trust", 18),
            Column::new("subject", "About", 24),
            Column::new("release", "Release", 16),
            Column::new("path", "Path", 40),
            Column::new("sha256", "SHA-256", 68),
            Column::new("bytes", "Bytes", 12),
            Column::new("format", "Read as", 20),
            Column::new("claims", "Claims", 30),
        ],
    );
    for record in snapshot.catalog.evidence.values() {
        let judged = snapshot.assessment.evidence.get(&record.id);
        let age = judged.and_then(|judged| judged.age.as_ref());
        sheet.rows.push(vec![
            Cell::code(record.id.as_str()),
            Cell::text(record.title.clone()),
            Cell::text(record.kind().word()),
            record.captured_at.map_or(Cell::Unknown("not stated"), |at| Cell::text(at.human())),
            age.map_or(Cell::Unknown("unknown"), |age| match age.status {
                _ if age.days < 0 => Cell::Unknown("not yet"),
                Status::Met => Cell::Status(Status::Met, "Fresh".to_owned()),
                other => Cell::status(other),
            }),
            Cell::maybe(
                age.filter(|age| age.days >= 0)
                    .map(|age| format!("{} d, limit {} d", age.days, age.limit_days)),
            ),
            judged.map_or(Cell::Unknown("not assessed"), |judged| Cell::yes_no(judged.can_count)),
            judged
                .and_then(|judged| judged.why_not.clone())
                .map_or(Cell::Unknown("nothing stands against it"), Cell::text),
            Cell::text(record.mode.word()),
            Cell::text(record.trust.word()),
            Cell::maybe(record.subject.as_ref()),
            Cell::maybe(record.release.as_ref()),
            Cell::code(record.source.path.clone()),
            Cell::Digest(record.source.sha256.clone()),
            Cell::Number(i64::try_from(record.source.size_bytes).unwrap_or(i64::MAX)),
            Cell::code(record.source.adapter.clone()),
            Cell::codes(judged.map(|judged| judged.claims.clone()).unwrap_or_default()),
        ]);
    }
    sheet
}
